/*
 * casework/act_write.c - what an allowed act leads to, as rows of one transaction
 *
 * Event, facts, documents, paper and its number, contract, project row, duties, tasks, filings. No number is taken
 * before the evaluator has said yes (act.c), and numbers come last: others wait for them until the commit.
 */
#include "config.h"

#include "casework/act_part.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/addressee.h"
#include "casework/cosign.h"
#include "casework/letter.h"
#include "casework/mend.h"
#include "casework/outcome.h"
#include "casework/outgoing.h"
#include "casework/part.h"
#include "casework/plan.h"
#include "casework/view.h"

/* ---- names ---- */

struct word {
    const char *what, *name;
};

/* Events the platform itself knows beside those of procedures (LANGUAGE.md, simulate). */
static const char *platform_event_name(const char *what)
{
    static const struct word words[] = {{"gate.lift", "准予突破"},         {"filing.send", "重新上报"},
                                        {"filing.stored", "对方已入库"},   {"filing.accepted", "对方已受理"},
                                        {"filing.returned", "对方已退回"}, {PLAN_SETTLED, "随计划登记"}};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (text_eq(words[i].what, what))
            return words[i].name;
    }
    return NULL;
}

const char *act_event_name(const struct act_call *c)
{
    const char *own = platform_event_name(c->what);

    if (mend_is(c->what) && (node_get(c->with, "facts") != NULL || node_get(c->with, "documents") != NULL))
        return "修改后重新上报";
    if (own != NULL)
        return own;
    return *node_get_str(c->where.act, "name") != '\0' ? node_get_str(c->where.act, "name") : c->what;
}

static const char *by_name(const struct op *op, const struct act_call *c)
{
    if (text_eq(c->by, CASEFILE_UNIT))
        return op->file.p.unit_name;
    return regulation_organ_name(op->file.regulation, c->by);
}

/* ---- what follows ---- */

static const struct node *act_articles(const struct act_call *c)
{
    const struct node *list = node_get(c->where.act, "articles");

    if (c->where.act == NULL && mend_is(c->what))
        return node_get(part_act(c->verdict, c->what), "articles");
    if (node_count(list) > 0)
        return list;
    list = node_get(c->where.step, "articles");
    return node_count(list) > 0 ? list : node_get(c->where.procedure, "articles");
}

/*
 * The submission that fixes number, law and calendar (G-10): the applicant's first act that carries the
 * materials and the facts to an authority. What a unit records for itself before that is no submission.
 */
static int is_submission(const struct op *op, const struct act_call *c)
{
    const struct node *shown = node_first(node_get(c->verdict, "acts"));

    while (shown != NULL && !text_eq(node_get_str(shown, "act"), c->what))
        shown = shown->next;
    return op->file.p.submitted_on == DATE_NONE && text_eq(c->by, CASEFILE_UNIT) && node_get_bool(shown, "materials") &&
           *node_get_str(shown, "to_names") != '\0';
}

static void act_submission(struct op *op, struct act_call *c)
{
    const struct desk *d = op->desk;
    struct project *p = &op->file.p;

    c->submits = casefile_is_project(p) && is_submission(op, c);
    if (!c->submits && (casefile_is_project(p) || p->submitted_on != DATE_NONE))
        return; /* a plan keeps the law of its first act; its papers have numbers, it has none */
    p->submitted_on = desk_today(d);
    p->regulation = regulation_id(op->file.regulation);
    p->calendar_version = calendar_version(d->platform->calendar);
}

/* Its row lock is held until the commit: as late as can be. */
static int act_number(struct op *op, const struct act_call *c, struct err *e)
{
    const struct desk *d = op->desk;
    int year = date_year(desk_today(d));
    int64_t n;

    if (!c->submits || *op->file.p.number != '\0') /* one that was taken back keeps the number it had */
        return 0;
    if (number_next(op->db, d->arena, "/project", year, &n, e) < 0)
        return -1;
    op->file.p.number = number_text(d->arena, number_pattern(d->district->tenant), year, n);
    return 0;
}

static int act_event(struct op *op, struct act_call *c, struct err *e)
{
    const struct desk *d = op->desk;
    struct event ev = {.project = op->file.p.id,
                       .seq = c->seq,
                       .at = c->at,
                       .entered_at = d->now,
                       .what = c->what,
                       .name = act_event_name(c),
                       .by = c->by,
                       .by_name = by_name(op, c),
                       .unit = d->actor != NULL && d->actor->post != NULL ? d->actor->post->unit : "",
                       .person = d->actor != NULL ? d->actor->person : "",
                       .person_name = hands_name(d->arena, d->actor, &c->hands),
                       .with_json = view_json_text(d->arena, c->with),
                       .articles = view_articles_join(d->arena, act_articles(c)),
                       .regulation = regulation_id(op->file.regulation),
                       .calendar_version = calendar_version(d->platform->calendar),
                       .request_id = d->request_id != NULL ? d->request_id : ""};

    op->articles = ev.articles;
    c->event = ev;
    return event_add(op->db, d->arena, &ev, e);
}

/* In answer to a correction request a material takes the place of the one handed in before; both stay in the file. */
static int act_replace(struct op *op, const struct document *newer, struct err *e)
{
    const struct case_event *correction = casefile_correction(&op->file);
    struct arena *a = op->desk->arena;

    if (correction == NULL || !text_eq(act_procedure(a, correction->what), newer->procedure) ||
        !correction_names(correction, newer->material))
        return 0;
    return op_replace_document(op, newer, e);
}

static int act_documents(struct op *op, const struct act_call *c, struct err *e)
{
    struct document *docs = op->file.documents;
    size_t count = op->file.document_count;
    char *goes = arena_alloc(op->desk->arena, count + 1);

    for (size_t i = 0; i < count; i++) {
        goes[i] = (char)act_carries(op, c, &docs[i]);
        int rc = !goes[i]           ? 0
                 : mend_is(c->what) ? mend_replace(op, c->with, &docs[i], e)
                                    : act_replace(op, &docs[i], e);

        if (rc < 0)
            return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (!goes[i])
            continue;
        if (document_set_state(op->db, op->desk->arena, docs[i].id, "draft", "submitted", c->seq, e) < 0)
            return -1;
        docs[i].state = "submitted";
        docs[i].event_seq = c->seq;
    }
    return 0;
}

/* The history with the event in it, for the second evaluation. */
static void act_history(struct op *op, const struct act_call *c)
{
    struct casefile *f = &op->file;
    struct case_event *longer = ARENA_ARRAY(op->desk->arena, struct case_event, f->event_count + 1);
    struct event *rows = ARENA_ARRAY(op->desk->arena, struct event, f->event_count + 1);

    for (size_t i = 0; i < f->event_count; i++) {
        longer[i] = f->history[i];
        rows[i] = f->events[i];
    }
    longer[f->event_count] = (struct case_event){.at = c->at, .what = c->what, .by = c->by, .with = c->with};
    rows[f->event_count] = c->event;
    f->history = longer;
    f->events = rows;
    f->event_count++;
    f->p.event_count = c->seq;
}

static void act_sets(struct op *op, const struct act_call *c)
{
    struct arena *a = op->desk->arena;
    const struct node *sets = node_get(c->effects, "sets");
    struct node *facts = node_copy(a, op->file.facts);

    for (const struct node *n = node_first(sets); n != NULL; n = n->next)
        node_put(a, facts, n->key, node_copy(a, n));
    op->file.facts = facts;
}

static int act_paper(struct op *op, struct act_call *c, const struct node *after, struct err *e)
{
    const struct desk *d = op->desk;
    const struct node *doc = node_get(c->effects, "document");
    const char *pattern = node_get_str(doc, "number"), *series = node_get_str(doc, "series");
    struct decision row;
    struct letter l;
    int64_t n = 0;
    int year = date_year(desk_today(d));

    if (doc == NULL || doc->type != NODE_OBJECT)
        return 0;
    if (*series == '\0')
        series = node_get_str(doc, "id");
    if (*pattern != '\0' && number_next(op->db, d->arena, series, year, &n, e) < 0)
        return -1;
    c->decision_number = *pattern != '\0' ? number_text(d->arena, pattern, year, n) : "";
    c->decision = crypto_ident(d->machine_now / 1000);
    l = (struct letter){.file = &op->file,
                        .verdict_after = after,
                        .form = regulation_form(op->file.regulation, d->arena, node_get_str(c->where.act, "form")),
                        .with = c->with,
                        .articles = act_articles(c),
                        .checklist = node_get(c->where.act, "checklist"),
                        .witnesses = node_get(c->where.act, "witness_fields"),
                        .procedure_name = node_get_str(c->where.procedure, "name"),
                        .act_name = act_event_name(c),
                        .organ = c->by,
                        .organ_name = by_name(op, c),
                        .name = node_get_str(doc, "name"),
                        .number = c->decision_number,
                        .to_names = node_get_str(c->where.act, "to_names"),
                        .issued_on = desk_today(d)};
    row = (struct decision){.id = c->decision,
                            .project = op->file.p.id,
                            .event_seq = c->seq,
                            .kind = node_get_str(doc, "id"),
                            .name = l.name,
                            .number = c->decision_number,
                            .title = arena_fmt(d->arena, "关于%s的%s", op->file.p.title, l.name),
                            .issued_on = l.issued_on,
                            .organ = c->by,
                            .organ_name = l.organ_name,
                            .person_name = hands_name(d->arena, d->actor, &c->hands),
                            .body = view_json_text(d->arena, letter_body(d, &l)),
                            .state = "issued"};
    if (decision_add(op->db, d->arena, &row, e) < 0)
        return -1;
    return addressee_keep(op, row.id, c->by, node_get(c->where.act, "to"), e);
}

static date with_date(const struct node *with, const char *key)
{
    struct err e = {0};
    date day;

    return date_parse(node_get_str(with, key), &day, &e) == 0 ? day : DATE_NONE;
}

static int act_contract(struct op *op, const struct act_call *c, struct err *e)
{
    struct contract row = {.id = crypto_ident(op->desk->machine_now / 1000),
                           .project = op->file.p.id,
                           .event_seq = c->seq,
                           .name = node_get_str(c->with, "title"),
                           .supplier = node_get_str(c->with, "supplier"),
                           .amount = node_get_int(c->with, "amount", 0),
                           .signed_on = with_date(c->with, "signed_on"),
                           .ends_on = with_date(c->with, "ends_on")};

    if (!text_eq(node_get_str(c->effects, "records"), "contract"))
        return 0;
    if (row.signed_on == DATE_NONE)
        row.signed_on = instant_date(c->at);
    return contract_add(op->db, op->desk->arena, &row, e);
}

/* What a letter of this act names, or its request for corrections asks by, its reader has been told (fcgi/adr/0012). */
static void act_tell(const struct op *op, const struct act_call *c, struct node *after)
{
    const struct desk *d = op->desk;
    const char *name = node_get_str(node_get(c->effects, "document"), "name");
    const char *by = c->decision == 0 ? "补正要求" : arena_fmt(d->arena, "《%s》%s", name, c->decision_number);
    struct node *duties = (struct node *)(uintptr_t)node_get(after, "duties");
    int asks = node_count(node_get(c->with, "correction")) > 0;

    for (struct node *du = duties != NULL ? duties->u.kids.first : NULL; du != NULL; du = du->next) {
        int asked = asks && text_eq(node_get_str(du, "id"), "correction") &&
                    text_eq(node_get_str(du, "key"), act_procedure(d->arena, c->what));

        if (asked || (c->decision != 0 && letter_names(d, du)))
            node_put_text(d->arena, du, OUTCOME_TOLD_BY, by);
    }
}

static int act_filings(struct op *op, const struct act_call *c, struct err *e)
{
    for (const struct node *f = node_first(node_get(c->effects, "filings")); f != NULL; f = f->next) {
        if (outgoing_add(op, node_str(f, node_get_str(f, "id")), c->what, c->seq, c->with, e) < 0)
            return -1;
    }
    return 0;
}

/* ---- what the person reads ---- */

/* The organs that have yet to act before an act done jointly takes effect (G-18). */
static const char *waiting_names(const struct op *op, const struct act_call *c)
{
    struct arena *a = op->desk->arena;
    char *names = arena_dup(a, "");

    for (const struct node *n = node_first(node_get(c->effects, "waiting")); n != NULL; n = n->next)
        names = arena_fmt(a, "%s%s%s", names, *names != '\0' ? "、" : "",
                          regulation_organ_name(op->file.regulation, node_str(n, "")));
    return names;
}

static const char *done_text(const struct op *op, const struct act_call *c, const struct node *after)
{
    struct arena *a = op->desk->arena;
    const char *text = arena_fmt(a, "已办理「%s」。", act_event_name(c)), *own = node_get_str(c->effects, "done_text");
    const struct node *next = node_get(after, "next");
    const char *who = node_get_str(next, "who_name");

    if (node_get_bool(c->effects, "partial"))
        return arena_fmt(a, "已记录本机关的「%s」；须会同办理，还要%s办理后生效。", act_event_name(c),
                         waiting_names(op, c));

    if (c->decision_number != NULL && *c->decision_number != '\0')
        text = arena_fmt(a, "%s文号 %s。", text, c->decision_number);
    if (*op->file.p.number != '\0')
        text = arena_fmt(a, "%s项目编号 %s。", text, op->file.p.number);
    if (*own != '\0')
        text = arena_fmt(a, "%s%s%s", text, own, text_ends(own, "。") ? "" : "。");
    if (*node_get_str(next, "name") != '\0')
        text = arena_fmt(a, "%s下一步：%s%s%s%s。", text, node_get_str(next, "name"), *who != '\0' ? "，由" : "", who,
                         *who != '\0' ? "办理" : "");
    if (*node_get_str(next, "due_on") != '\0')
        text = arena_fmt(a, "%s最迟 %s。", text, node_get_str(next, "due_on"));
    return text;
}

static void act_answer(struct op *op, const struct act_call *c, const struct node *after)
{
    struct arena *a = op->desk->arena;

    op->result = node_object(a);
    view_put_id(a, op->result, "project", op->file.p.id);
    node_put_int(a, op->result, "version", op->file.p.version);
    node_put_int(a, op->result, "seq", c->seq);
    view_put_id(a, op->result, "decision", c->decision);
    node_put_text(a, op->result, "text", done_text(op, c, after));
    node_put_text(a, op->result, "number", op->file.p.number);
    node_put_int(a, op->detail, "seq", c->seq);
    node_put_text(a, op->detail, "rules", regulation_digest(op->file.regulation)); /* replay.c compares */
    cosign_detail(op, c->what, &c->where);
    op->after = project_digest(a, &op->file.p);
}

/* ---- all of it ---- */

int act_apply(struct op *op, struct act_call *c, struct err *e)
{
    const struct desk *d = op->desk;
    struct node *after;

    c->seq = op->file.p.event_count + 1;
    act_submission(op, c);
    if (act_event(op, c, e) < 0 || act_documents(op, c, e) < 0)
        return -1;
    act_sets(op, c);
    act_history(op, c);
    after = casefile_road(d, &op->file);
    outcome_project(d, &op->file, after);
    if (act_contract(op, c, e) < 0 || outcome_lists(d, op->db, &op->file, after, e) < 0)
        return -1;
    /* numbers last: others wait for them until the commit */
    if (act_number(op, c, e) < 0 || act_paper(op, c, after, e) < 0)
        return -1;
    act_tell(op, c, after);
    if (outcome_duties(d, op->db, &op->file, after, e) < 0 || act_filings(op, c, e) < 0 ||
        project_save(op->db, d->arena, &op->file.p, e) < 0)
        return -1;
    if (plan_settle(op, &c->event, node_get(c->effects, "sets_items"), e) < 0)
        return -1;
    act_answer(op, c, after);
    return 0;
}
