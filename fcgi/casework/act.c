/*
 * casework/act.c - an organ acts on a case: the one place where something happens to a project
 *
 * Everything an allowed act leads to (event, facts, documents, paper and its number, contract,
 * project row, duties, tasks, filings, audit) is rows of one transaction. A refused act leaves
 * an audit row and nothing else: no number is taken before the evaluator has said yes.
 */
#include "config.h"

#include "casework/casework.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/addressee.h"
#include "casework/again.h"
#include "casework/cosign.h"
#include "casework/facts.h"
#include "casework/hands.h"
#include "casework/letter.h"
#include "casework/mend.h"
#include "casework/op.h"
#include "casework/outcome.h"
#include "casework/outgoing.h"
#include "casework/part.h"
#include "casework/plan.h"
#include "casework/runs.h"
#include "casework/view.h"

struct act_call {
    int64_t version; /* the one the page showed; -1: the system does not look */
    const char *what, *by;
    const struct node *input;

    /* on the way */
    struct hands hands;
    struct act_where where;
    struct node *with; /* typed fields and what the act carries */
    instant at;
    const struct node *verdict; /* of the attempt */
    const struct node *effects;
    int64_t seq, decision;
    const char *decision_number;
    int submits;
    struct event event; /* as it was put on record */
};

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

static const char *event_name(const struct act_call *c)
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

/* ---- reading what was asked ---- */

/* The day the act itself names ("dated_by"): earlier days are honest late entries, later ones are refused. */
static int act_dated(const struct op *op, struct act_call *c, struct err_list *errors)
{
    const char *field = node_get_str(c->where.act, "dated_by");
    struct err e = {0};
    date day;

    c->at = op->desk->now;
    if (*field == '\0' || *node_get_str(c->with, field) == '\0')
        return 0;
    if (date_parse(node_get_str(c->with, field), &day, &e) < 0)
        return 0; /* its own reader has said so */
    if (day > desk_today(op->desk)) {
        err_fail(&e, ERR_BAD_INPUT, "日期 %s 还没有到，不能登记将来的事", date_text(op->desk->arena, day));
        err_mend(&e, "请填写实际发生的日期，最晚是今天");
        err_at(&e, "/with/%s", field);
        err_list_take(errors, &e);
        return -1;
    }
    if (day < desk_today(op->desk))
        c->at = instant_of_date(day, 0, 0);
    return 0;
}

/* A draft of this procedure: the unit's go with the act that takes materials, an office's with its own act. */
static int is_carried(const struct op *op, const struct act_call *c, const struct document *doc)
{
    const struct desk *d = op->desk;

    if (mend_is(c->what))
        return text_eq(doc->state, "draft") && mend_carries(c->with, doc);
    if (!text_eq(doc->state, "draft") || !text_eq(doc->procedure, act_procedure(d->arena, c->what)))
        return 0;
    return node_get_bool(c->where.act, "takes_materials") ||
           (d->actor != NULL && text_eq(doc->person, d->actor->person));
}

/* What goes with the act besides its form: materials by id, the files behind them, the facts as they stood. */
static void act_carry(const struct op *op, struct act_call *c)
{
    struct arena *a = op->desk->arena;
    struct node *materials = node_list(a), *documents = node_list(a);

    for (size_t i = 0; i < op->file.document_count; i++) {
        const struct document *doc = &op->file.documents[i];

        if (!is_carried(op, c, doc))
            continue;
        if (*doc->material != '\0')
            node_add_text(a, materials, doc->material);
        struct node *o = node_add_object(a, documents);

        view_put_id(a, o, "id", doc->id);
        node_put_text(a, o, "material", doc->material);
        node_put_text(a, o, "name", doc->name);
        node_put_text(a, o, "sm3", doc->sm3);
        node_put_int(a, o, "size", doc->size);
    }
    if (node_count(documents) > 0) {
        node_put(a, c->with, "materials", materials);
        node_put(a, c->with, "documents", documents);
    }
    if (node_get_bool(c->where.act, "takes_materials"))
        node_put(a, c->with, "facts", node_copy(a, op->file.facts));
}

static int any_sent_back(const struct casefile *c)
{
    for (size_t i = 0; i < c->event_count; i++)
        if (node_count(node_get(c->history[i].with, "correction")) > 0)
            return 1;
    return 0;
}

/* A form that was sent back: only what the request opens may say something else than before. */
static void act_again(const struct op *op, const struct act_call *c, struct err_list *errors)
{
    const struct desk *d = op->desk;
    const struct node *verdict;
    struct again g;

    if (!any_sent_back(&op->file) || c->where.act == NULL)
        return;
    verdict = casefile_road(d, &op->file);
    again_find(d, &op->file, c->what, runs_of(verdict, runs_act(verdict, c->what, c->with)), &g);
    if (g.before != NULL && g.correction != NULL)
        again_keep(d->arena, &g, regulation_form(op->file.regulation, d->arena, node_get_str(c->where.act, "form")),
                   c->with, errors);
}

/* Who signs later signs the same paper: what the others wrote and he left out is his too, as on the form that comes
 * filled in. */
static void act_joint(const struct op *op, struct act_call *c)
{
    struct arena *a = op->desk->arena;
    const struct node *joint, *form;

    if (!node_get_bool(c->where.act, "by_all"))
        return;
    joint = node_get(runs_act(casefile_road(op->desk, &op->file), c->what, c->with), "joint");
    form = regulation_form(op->file.regulation, a, node_get_str(c->where.act, "form"));
    for (const struct node *f = node_first(node_get(form, "fields")); joint != NULL && f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id");

        if (node_get(joint, id) != NULL && node_get(c->with, id) == NULL)
            node_put(a, c->with, id, node_copy(a, node_get(joint, id)));
    }
}

static void act_read(struct op *op, struct act_call *c, struct err_list *errors)
{
    const struct desk *d = op->desk;
    struct node *typed = NULL;

    if (d->actor == NULL) { /* a receipt, verified and shaped by the layer above */
        c->with = c->input != NULL ? node_copy(d->arena, c->input) : node_object(d->arena);
        c->at = d->now;
        return;
    }
    if (regulation_read_act(op->file.regulation, d->arena, c->what, c->input, &typed, errors) < 0 || typed == NULL)
        typed = node_object(d->arena);
    c->with = typed;
    act_joint(op, c);
    act_again(op, c, errors);
    (void)act_dated(op, c, errors);
    if (mend_is(c->what))
        c->with = mend_with(op, typed, c->input, errors);
    else
        act_carry(op, c);
}

/* ---- yes or no ---- */

static int act_refuse(const struct act_call *c, const struct err_list *errors, struct err *e)
{
    const struct err *first = &errors->item[0];
    int n = errors->count;

    if (n > 1) /* each is in the list, with its article and what mends it */
        return err_fail(e, ERR_RULE, "不能办理「%s」，有 %d 处需要解决", event_name(c), n);
    err_fail(e, ERR_RULE, "不能办理「%s」：%s", event_name(c), first->message);
    if (first->article[0] != '\0')
        err_article(e, first->article);
    if (first->mend[0] != '\0')
        err_mend(e, "%s", first->mend);
    return -1;
}

static int has_error_at(const struct err_list *errors, const char *path)
{
    for (int i = 0; i < errors->count && i < ERR_LIST_MAX; i++) {
        if (*path != '\0' && text_eq(errors->item[i].path, path))
            return 1;
    }
    return 0;
}

/*
 * Reasons about a field that its reader has already named would say the same thing twice; and where the form
 * could not be read as a whole, the evaluator saw none of it and would call all of it missing.
 */
static struct node *reasons_left(struct arena *a, const struct node *reasons, const struct err_list *errors)
{
    struct node *left = node_list(a);

    for (const struct node *r = node_first(reasons); r != NULL; r = r->next) {
        const char *code = node_get_str(r, "code"), *path = node_get_str(r, "path");
        int of_form = text_eq(code, "checklist") || text_starts(path, "/with");

        if (has_error_at(errors, path) || (errors->count > 0 && of_form))
            continue;
        node_add(left, node_copy(a, r));
    }
    return left;
}

/* Which items were mended; their words stand in the event. */
static void detail_mended(struct op *op, const struct act_call *c)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_put_list(a, op->detail, "mended");

    node_put_text(a, op->detail, "filing", node_get_str(c->with, "filing"));
    for (const struct node *n = node_first(node_get(c->with, "facts")); n != NULL; n = n->next)
        node_add_text(a, list, n->key);
    for (const struct node *n = node_first(node_get(c->with, "documents")); n != NULL; n = n->next)
        node_add_text(a, list, node_get_str(n, "item"));
}

static void detail_put(struct op *op, const struct act_call *c, const struct node *reasons)
{
    struct arena *a = op->desk->arena;

    op->detail = node_object(a);
    node_put_text(a, op->detail, "act", c->what);
    node_put_text(a, op->detail, "by", c->by);
    if (c->hands.for_person != NULL && *c->hands.for_person != '\0') {
        node_put_text(a, op->detail, "for", c->hands.for_name);
        node_put_text(a, c->with, "for_person", c->hands.for_person);
    }
    if (mend_is(c->what))
        detail_mended(op, c);
    if (reasons == NULL)
        return;
    struct node *codes = node_put_list(a, op->detail, "codes");

    for (const struct node *r = node_first(reasons); r != NULL; r = r->next)
        node_add_text(a, codes, node_get_str(r, "code"));
}

static int act_judge(struct op *op, struct act_call *c, struct err_list *errors, struct err *e)
{
    const struct desk *d = op->desk;
    struct case_event attempt = {.at = c->at, .what = c->what, .by = c->by, .with = c->with};
    const struct node *reasons;

    c->verdict = casefile_attempt(d, &op->file, act_procedure(d->arena, c->what), &attempt);
    reasons = node_get(c->verdict, "reasons");
    detail_put(op, c, reasons);
    if (!text_eq(node_get_str(c->verdict, "outcome"), "allowed"))
        verdict_errors(d, reasons_left(d->arena, reasons, errors), errors);
    if (errors->count > 0)
        return act_refuse(c, errors, e);
    if (!text_eq(node_get_str(c->verdict, "outcome"), "allowed"))
        return err_fail(e, ERR_RULE, "按规定不能办理「%s」", event_name(c));
    c->effects = node_get(c->verdict, "effects");
    if (*node_get_str(c->effects, "records") != '\0')
        node_put_text(d->arena, c->with, "records", node_get_str(c->effects, "records"));
    if (node_count(regulation_act_sets(op->file.regulation, d->arena, c->what)) > 0)
        node_put(d->arena, c->with, "was", facts_were(d->arena, op->file.facts, node_get(c->effects, "sets")));
    return 0;
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
                       .name = event_name(c),
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
        goes[i] = (char)is_carried(op, c, &docs[i]);
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
                        .act_name = event_name(c),
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
    const char *text = arena_fmt(a, "已办理「%s」。", event_name(c)), *own = node_get_str(c->effects, "done_text");
    const struct node *next = node_get(after, "next");
    const char *who = node_get_str(next, "who_name");

    if (node_get_bool(c->effects, "partial"))
        return arena_fmt(a, "已记录本机关的「%s」；须会同办理，还要%s办理后生效。", event_name(c),
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

/* ---- the work ---- */

static int act_apply(struct op *op, struct act_call *c, struct err *e)
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

static int act_work(struct op *op, void *arg, struct err *e)
{
    struct act_call *c = arg;

    c->decision = 0;
    c->decision_number = NULL;
    if (c->version >= 0 && op->file.p.version != c->version) {
        err_fail(e, ERR_STALE, "这个项目在您打开页面之后已被他人办理过");
        return err_mend(e, "请核对新的情况，再决定是否办理；已填内容没有丢失");
    }
    if (hands_check(op, &c->hands, e) < 0)
        return -1;
    c->where = (struct act_where){0};
    (void)casefile_act(op->desk, &op->file, c->what, &c->where);
    if (cosign_check(op, c->what, &c->where, e) < 0)
        return -1;
    act_read(op, c, op->errors);
    if (act_judge(op, c, op->errors, e) < 0 || plan_carry(op, c->with, e) < 0)
        return -1;
    return act_apply(op, c, e);
}

static const struct node *act_asked(const struct desk *d, int64_t project, const struct act_call *c)
{
    struct node *asked = node_object(d->arena);

    view_put_id(d->arena, asked, "project", project);
    node_put_int(d->arena, asked, "version", c->version);
    node_put_text(d->arena, asked, "act", c->what);
    node_put_text(d->arena, asked, "by", c->by);
    if (!text_is_empty(d->on_behalf))
        node_put_text(d->arena, asked, "on_behalf", d->on_behalf);
    node_put(d->arena, asked, "input", c->input != NULL ? node_copy(d->arena, c->input) : node_object(d->arena));
    return asked;
}

int act_do(const struct desk *d, int64_t project, int64_t version, const char *act, const struct node *input,
           struct act_done *ret, struct err_list *errors, struct err *e)
{
    struct act_call c = {.version = version, .what = act, .by = desk_organ(d), .input = input};
    struct op op = {.desk = d,
                    .may = MAY_PROJECT_ACT,
                    .what = "project.act",
                    .project = project,
                    .errors = errors,
                    .versioned = version >= 0};
    int64_t id = 0;

    op.asked = act_asked(d, project, &c);
    if (op_run(&op, act_work, &c, e) < 0)
        return -1;
    *ret = (struct act_done){.project = project,
                             .version = node_get_int(op.result, "version", 0),
                             .seq = node_get_int(op.result, "seq", 0),
                             .text = node_get_str(op.result, "text"),
                             .number = node_get_str(op.result, "number"),
                             .repeated = op.repeated};
    if (text_i64(node_get_str(op.result, "decision"), &id) == 0)
        ret->decision = id;
    return 0;
}

int case_event(const struct desk *d, int64_t project, const char *what, const char *by, const struct node *with,
               struct err *e)
{
    struct err_list errors = {0};
    struct act_call c = {.version = -1, .what = what, .by = by, .input = with};
    struct op op = {.desk = d, .may = MAY_OUTBOX_ACT, .what = "project.event", .project = project, .errors = &errors};

    op.asked = act_asked(d, project, &c);
    return op_run(&op, act_work, &c, e);
}
