/*
 * casework/project_view.c - one project on one page: 一项目一档
 */
#include "config.h"

#include "casework/casework.h"

#include "base/text.h"
#include "casework/cosign.h"
#include "casework/due.h"
#include "casework/mend.h"
#include "casework/outcome.h"
#include "casework/part.h"
#include "casework/plan.h"
#include "casework/reading.h"
#include "casework/replay.h"
#include "casework/view.h"
#include "store/duties.h"
#include "store/filing.h"

enum { LIST_MAX = 500 };

/* ---- head ---- */

struct node *part_head(const struct desk *d, const struct casefile *c, const struct node *verdict)
{
    struct arena *a = d->arena;
    struct node *n = view_project_short(d, &c->p);

    node_put_kept(a, n, "unit_code", c->p.unit_code);
    node_put_kept(a, n, "stage", c->p.stage);
    node_put_kept(a, n, "stage_name", c->p.stage_name);
    view_put_date(a, n, "submitted_on", c->p.submitted_on);
    view_put_instant(a, n, "created_at", c->p.created_at);
    view_put_instant(a, n, "updated_at", c->p.updated_at);
    node_put_kept(a, n, "created_name", c->p.created_name);
    node_put(a, n, "regulation", part_regulation(d, c));
    view_take(d, n, verdict, "marks", "mark_text", "route", NULL);
    /* a plan has no application: what is said of it stands in its acts */
    node_put(a, n, "facts", casefile_is_project(&c->p) ? part_facts(d, c) : node_list(a));
    if (casefile_is_project(&c->p) && desk_is_applicant(d) &&
        (c->p.submitted_on == DATE_NONE || casefile_correction(c) != NULL))
        node_put_kept(a, n, "edit_href", view_href(d, "/projects/%lld/edit", (long long)c->p.id));
    if (casefile_is_project(&c->p) && desk_is_applicant(d) && c->p.submitted_on != DATE_NONE)
        node_put_kept(a, n, "like_href", view_href(d, "/projects/new?like=%lld", (long long)c->p.id));
    return n;
}

void part_where(const struct desk *d, const struct casefile *c, const struct node *verdict, struct node *page)
{
    struct arena *a = d->arena;
    const struct node *holder = outcome_holder(d, verdict), *next = node_get(verdict, "next");
    date since = c->p.holder_since == INSTANT_NONE ? DATE_NONE : instant_date(c->p.holder_since);
    struct node *n = node_put_object(a, page, "where");

    node_put_kept(a, n, "holder_name", c->p.holder_name);
    view_put_date(a, n, "since", since);
    node_put_int(a, n, "days_held", due_days_held(d->platform->calendar, since, desk_today(d)));
    node_put_kept(a, n, "step", node_get_str(holder, "step"));
    node_put_kept(a, n, "next_text", node_get_str(next, "name"));
    if (next == NULL || next->type != NODE_OBJECT)
        return;
    n = node_put(a, page, "next", view_cite(d, next));
    if (text_eq(node_get_str(next, "who"), CASEFILE_UNIT))
        node_put_kept(a, n, "who_name", c->p.unit_name);
    if (*node_get_str(next, "act") != '\0')
        node_put_kept(a, n, "href",
                      view_href(d, "/projects/%lld/acts/%s", (long long)c->p.id, node_get_str(next, "act")));
    const struct node *act = part_act(verdict, node_get_str(next, "act"));

    node_put_bool(a, n, "is_mine", act != NULL && part_act_is_mine(d, act));
    node_put_bool(a, n, "is_ready", act != NULL && node_get_bool(act, "allowed"));
    const struct node *first = node_first(node_get(next, "articles"));
    const char *quote = first != NULL ? regulation_article(c->regulation, node_str(first, "")) : NULL;

    if (quote != NULL)
        node_put_kept(a, n, "quote", quote);
}

/* ---- files by procedure ---- */

static struct node *group_of(const struct desk *d, const struct casefile *c, struct node *groups, const char *procedure)
{
    struct arena *a = d->arena;

    for (const struct node *g = node_first(groups); g != NULL; g = g->next) {
        if (text_eq(node_get_str(g, "procedure"), procedure))
            return (struct node *)(uintptr_t)node_get(g, "items");
    }
    const char *name = *procedure != '\0' ? regulation_procedure_name(c->regulation, procedure) : "其他文件";
    struct node *g = node_add_object(a, groups);

    node_put_kept(a, g, "procedure", procedure);
    node_put_kept(a, g, "procedure_name", !text_is_empty(name) ? name : procedure);
    return node_put_list(a, g, "items");
}

static struct node *documents_by_procedure(const struct desk *d, const struct casefile *c)
{
    struct node *groups = node_list(d->arena);

    for (size_t i = 0; i < c->document_count; i++) {
        const struct document *doc = &c->documents[i];
        const struct node *articles = NULL;

        if (text_eq(doc->state, "withdrawn"))
            continue;
        const char *material = regulation_material_name(c->regulation, doc->procedure, doc->material, &articles);
        struct node *n = node_add(group_of(d, c, groups, doc->procedure), view_document(d, doc));

        node_put_kept(d->arena, n, "material_name", material);
        node_put_bool(d->arena, n, "is_replaced", text_eq(doc->state, "replaced"));
        node_put(d->arena, n, "articles", view_articles(d, articles));
    }
    return groups;
}

/* ---- printed forms ---- */

static const char *form_href(const struct desk *d, const struct casefile *c, const struct event *ev)
{
    return view_href(d, "/projects/%lld/forms/%s?seq=%lld", (long long)c->p.id, ev->what, (long long)ev->seq);
}

/* What the regulation prints of each time a form was handed in, the newest first. */
static struct node *printed_forms(const struct desk *d, const struct casefile *c)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (size_t i = c->event_count; i-- > 0;) {
        const struct event *ev = &c->events[i];

        if (!(regulation_act_leaves(c->regulation, ev->what) & LEAVES_FORM))
            continue;
        struct node *n = node_add_object(a, list);

        node_put_kept(a, n, "name", regulation_act_form_name(c->regulation, ev->what));
        node_put_kept(a, n, "act_name", ev->name);
        node_put_kept(a, n, "by_name", ev->by_name);
        view_put_date(a, n, "at", instant_date(ev->at));
        node_put_kept(a, n, "href", form_href(d, c, ev));
    }
    return list;
}

/* ---- timeline ---- */

/* The fields of the act's form, in its words and order; then reason and correction. */
struct node *part_event_detail(const struct desk *d, const struct casefile *c, const struct event *ev,
                               const struct node *with)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a), *n;
    const struct node *filled = regulation_answered(c->regulation, a, ev->what, with);

    for (const struct node *f = node_first(filled); f != NULL; f = f->next) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", node_get_str(f, "label"));
        node_put_kept(a, n, "value", view_value(a, f, node_get(with, node_get_str(f, "id"))));
    }
    if (*node_get_str(with, "note") != '\0' && mend_is(ev->what)) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", "修改说明");
        node_put_kept(a, n, "value", node_get_str(with, "note"));
    }
    for (const struct node *r = node_first(mend_reasons(d, c, node_get(with, "reasons"))); r != NULL; r = r->next) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", *node_get_str(r, "label") != '\0' ? node_get_str(r, "label") : "退回原因");
        node_put_kept(a, n, "value", node_get_str(r, "what"));
    }
    if (*node_get_str(with, "reason") != '\0') {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", "理由");
        node_put_kept(a, n, "value", node_get_str(with, "reason"));
    }
    for (const struct node *it = node_first(node_get(with, "correction")); it != NULL; it = it->next) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", part_item_label(c, act_procedure(a, ev->what), node_get_str(it, "item")));
        node_put_kept(a, n, "value", node_get_str(it, "what"));
    }
    return list;
}

/* What colleagues were asked after that instant and before what stands in the list already. */
static void cosign_entries(const struct desk *d, const struct casefile *c, instant after, size_t *rest,
                           struct node *list)
{
    for (; *rest > 0 && c->hands[*rest - 1].at > after; (*rest)--)
        if (!text_eq(c->hands[*rest - 1].kind, "hand") && !text_eq(c->hands[*rest - 1].kind, "read") &&
            cosign_seen(d, &c->hands[*rest - 1]))
            node_add(list, cosign_entry(d, c, &c->hands[*rest - 1]));
}

static struct node *timeline(const struct desk *d, const struct casefile *c)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    size_t hands = c->hand_count;
    const int may_replay = d->actor != NULL && permit_allows(d->actor->post->kind, MAY_AUDIT_READ);

    for (size_t i = c->event_count; i-- > 0;) {
        const struct event *ev = &c->events[i];
        const struct node *with = c->history[i].with;

        cosign_entries(d, c, ev->entered_at, &hands, list);

        struct node *n = node_add_object(a, list);

        view_put_date(a, n, "at", instant_date(ev->at));
        view_put_instant(a, n, "entered_at", ev->entered_at);
        node_put_bool(a, n, "is_late_entry", instant_date(ev->at) != instant_date(ev->entered_at));
        node_put_int(a, n, "seq", ev->seq);
        node_put_kept(a, n, "what", ev->what);
        node_put_kept(a, n, "name", ev->name);
        node_put_kept(a, n, "by_name", ev->by_name);
        node_put_kept(a, n, "person_name", ev->person_name);
        node_put(a, n, "articles", view_articles_of(d, ev->articles));
        node_put(a, n, "detail", part_event_detail(d, c, ev, with));
        if (mend_is(ev->what))
            node_put(a, n, "changes", mend_changes(d, c, with));
        node_put_bool(a, n, "is_back",
                      node_count(node_get(with, "correction")) > 0 || text_eq(ev->what, "filing.returned"));
        if (regulation_act_leaves(c->regulation, ev->what) & LEAVES_FORM)
            node_put_kept(a, n, "form_href", form_href(d, c, ev));
        if (may_replay && replay_may(ev))
            node_put_kept(a, n, "replay_href",
                          view_href(d, "/projects/%lld/events/%lld", (long long)c->p.id, (long long)ev->seq));
        struct node *docs = node_put_list(a, n, "documents");

        for (size_t k = 0; k < c->document_count; k++) {
            if (c->documents[k].event_seq == ev->seq)
                node_add(docs, view_document(d, &c->documents[k]));
        }
    }
    cosign_entries(d, c, INSTANT_NONE, &hands, list);
    return list;
}

/* ---- papers, contracts, money ---- */

/* Papers, contracts and messages are only looked for where something happened that leaves one. */
static int has_left(const struct casefile *c, int what)
{
    for (size_t i = 0; i < c->event_count; i++) {
        if (regulation_act_leaves(c->regulation, c->history[i].what) & what)
            return 1;
    }
    return 0;
}

static int has_recorded(const struct casefile *c, const char *records)
{
    for (size_t i = 0; i < c->event_count; i++) {
        if (text_eq(node_get_str(c->history[i].with, "records"), records))
            return 1;
    }
    return 0;
}

/* On their way while the case is evaluated. */
struct page_asked {
    struct asked decisions, contracts; /* s NULL: the case has left none */
};

static int page_ask(const struct desk *d, struct db *db, const struct casefile *c, struct page_asked *q, struct err *e)
{
    if (has_left(c, LEAVES_PAPER) && decision_ask(db, d->arena, c->p.id, &q->decisions, e) < 0)
        return -1;
    return has_recorded(c, "contract") ? contract_ask(db, d->arena, c->p.id, &q->contracts, e) : 0;
}

static int put_decisions(const struct desk *d, const struct asked *q, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct decision *rows = NULL;
    size_t count = 0;

    if (q->s != NULL && asked_take(q, a, &rows, &count, e) < 0)
        return -1;
    struct node *list = node_put_list(a, page, "decisions");

    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(a, list);

        view_put_id(a, n, "id", rows[i].id);
        node_put_kept(a, n, "name", rows[i].name);
        node_put_kept(a, n, "number", rows[i].number);
        node_put_kept(a, n, "title", rows[i].title);
        view_put_date(a, n, "issued_on", rows[i].issued_on);
        node_put_kept(a, n, "organ_name", rows[i].organ_name);
        node_put_bool(a, n, "is_withdrawn", text_eq(rows[i].state, "withdrawn"));
        node_put_kept(a, n, "href", view_href(d, "/decisions/%lld", (long long)rows[i].id));
    }
    return 0;
}

static int put_money(const struct desk *d, const struct asked *q, const struct node *verdict, struct node *page,
                     struct err *e)
{
    struct arena *a = d->arena;
    struct contract *rows = NULL;
    size_t count = 0;

    if (q->s != NULL && asked_take(q, a, &rows, &count, e) < 0)
        return -1;
    struct node *list = node_put_list(a, page, "contracts");

    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(a, list);

        node_put_kept(a, n, "name", rows[i].name);
        node_put_kept(a, n, "supplier", rows[i].supplier);
        view_put_money(a, n, "amount", rows[i].amount);
        view_put_date(a, n, "signed_on", rows[i].signed_on);
        view_put_date(a, n, "ends_on", rows[i].ends_on);
    }
    ledger_put(d, verdict, page);
    meters_put(d, verdict, "", page);
    return 0;
}

/* ---- filings ---- */

static void track_step(struct arena *a, struct node *track, const char *name, const char *state, instant at)
{
    struct node *n = node_add_object(a, track);

    node_put_kept(a, n, "name", name);
    node_put_kept(a, n, "state", state);
    node_put_bool(a, n, "is_done", text_eq(state, "done"));
    node_put_bool(a, n, "is_now", text_eq(state, "now"));
    node_put_bool(a, n, "is_bad", text_eq(state, "bad"));
    view_put_instant(a, n, "at", at);
}

/* 已排队 → 已送达 → 已入库 → 已受理, as far as it came; an outcome nobody knows is called that. */
static struct node *filing_track(struct arena *a, const struct outbox *m)
{
    struct node *track = node_list(a);
    int stored = text_eq(m->state, "stored"), decided = text_eq(m->state, "accepted") || text_eq(m->state, "returned");
    int lost = text_eq(m->state, "dead") || text_eq(m->state, "hold") || text_eq(m->state, "corrupt");

    track_step(a, track, "已排队", "done", m->created_at);
    if (text_eq(m->state, "unknown"))
        track_step(a, track, "送达未知", "now", INSTANT_NONE);
    else if (lost)
        track_step(a, track, view_filing_state_name(m->state), "bad", m->done_at);
    else
        track_step(a, track, stored || decided ? "已送达" : "待送达", stored || decided ? "done" : "now", INSTANT_NONE);
    track_step(a, track, stored || decided ? "已入库" : "待入库", stored || decided ? "done" : "todo", INSTANT_NONE);
    if (text_eq(m->state, "returned"))
        track_step(a, track, "已退回", "bad", m->done_at);
    else
        track_step(a, track, decided ? "已受理" : "待受理",
                   decided  ? "done"
                   : stored ? "now"
                            : "todo",
                   decided ? m->done_at : INSTANT_NONE);
    return track;
}

static int put_filings(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict,
                       struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct outbox *rows = NULL;
    size_t count = 0;

    if (has_left(c, LEAVES_FILING) && outbox_list(db, a, c->p.id, "", "", 0, LIST_MAX, &rows, &count, e) < 0)
        return -1;
    struct node *list = node_put_list(a, page, "filings");

    for (const struct node *f = node_first(node_get(verdict, "filings")); f != NULL; f = f->next) {
        struct node *n = node_add(list, view_cite(d, f));
        const struct outbox *latest = NULL;
        const char *state = node_get_str(f, "state");

        for (size_t i = 0; i < count; i++) {
            if (text_eq(rows[i].filing, node_get_str(f, "id")) && (latest == NULL || rows[i].version > latest->version))
                latest = &rows[i];
        }
        if (latest != NULL) {
            state = latest->state;
            node_put(a, n, "track", filing_track(a, latest));
            if (latest->tenant_seq > 0)
                node_put_int(a, n, "seq", latest->tenant_seq);
            if (d->actor == NULL || permit_allows(d->actor->post->kind, MAY_OUTBOX_READ))
                node_put_kept(a, n, "href", view_href(d, "/outbox/%lld", (long long)latest->id));
        }
        node_put(a, n, "reasons", mend_reasons(d, c, node_get(f, "reasons")));
        node_put_bool(a, n, "may_mend", node_get(f, "mend") != NULL);
        node_put_kept(a, n, "state", state);
        node_put_kept(a, n, "state_name", view_filing_state_name(state));
        if (text_eq(state, "returned") && part_act_is_mine(d, f))
            node_put_kept(
                a, n, "send_href",
                view_href(d, "/projects/%lld/acts/filing.send?filing=%s", (long long)c->p.id, node_get_str(f, "id")));
    }
    return 0;
}

/* Of a case that is no project: what it is, and where its items stand. */
static void put_subject(const struct desk *d, const struct casefile *c, struct node *page)
{
    const struct node *rule =
        casefile_is_project(&c->p) ? NULL : regulation_subject(c->regulation, d->arena, c->p.subject);
    struct node *n;

    if (rule == NULL)
        return;
    n = node_put_object(d->arena, page, "subject");
    view_take(d, n, rule, "id", "name", "articles", NULL);
    node_put_kept(d->arena, n, "list_href", view_href(d, "/plans"));
    if (node_count(node_get(rule, "gathers")) > 0)
        node_put_kept(d->arena, n, "items_href", view_href(d, "/plans/%lld", (long long)c->p.id));
}

static void acts_put(const struct desk *d, const struct casefile *c, const struct node *verdict, struct node *page)
{
    struct node *acts = node_put(d->arena, page, "acts", part_acts(d, c, verdict));

    for (const struct node *n = node_first(acts); n != NULL && c->hand_count > 0; n = n->next)
        cosign_bar(d, c, (struct node *)(uintptr_t)n);
}

/* ---- the page ---- */

int project_view(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct casefile c;
    struct page_asked q = {0};
    struct db *db;
    struct node *page = node_object(a), *verdict, *correction, *plans;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        plan_of(d, db, &c, &plans, e) < 0 || page_ask(d, db, &c, &q, e) < 0)
        return -1;
    verdict = casefile_road(d, &c);
    node_put(a, page, "project", part_head(d, &c, verdict));
    node_put(a, page, "stages", part_stages(d, verdict));
    put_subject(d, &c, page);
    if (node_count(plans) > 0)
        node_put(a, page, "plans", plans);
    if (casefile_is_project(&c.p) && d->actor != NULL && permit_allows(d->actor->post->kind, MAY_REVIEW_READ) &&
        node_count(regulation_reviews(c.regulation, a)) > 0)
        node_put_kept(a, page, "reviews_href", view_href(d, "/projects/%lld/reviews", (long long)c.p.id));
    part_where(d, &c, verdict, page);
    acts_put(d, &c, verdict, page);
    cosign_put(d, &c, page);
    reading_keep(d, &c, verdict);
    reading_put(d, &c, page);
    node_put(a, page, "duties", part_duties(d, &c, verdict));
    node_put(a, page, "documents", documents_by_procedure(d, &c));
    node_put(a, page, "forms", printed_forms(d, &c));
    node_put(a, page, "timeline", timeline(d, &c));
    if (put_decisions(d, &q.decisions, page, e) < 0 || put_money(d, &q.contracts, verdict, page, e) < 0 ||
        put_filings(d, db, &c, verdict, page, e) < 0)
        return -1;
    correction = part_correction(d, &c);
    if (correction != NULL)
        node_put(a, page, "corrections", correction);
    *ret = page;
    return 0;
}

/* ---- why ---- */

static struct node *input_node(const struct desk *d, const struct casefile *c)
{
    struct arena *a = d->arena;
    struct node *in = node_object(a), *unit = node_put_object(a, in, "unit"), *list;

    view_put_date(a, in, "today", desk_today(d));
    node_put_kept(a, unit, "code", c->p.unit_code);
    node_put_kept(a, unit, "name", c->p.unit_name);
    node_put_kept(a, unit, "kind", c->p.unit_kind);
    if (*c->p.place != '\0')
        node_put_kept(a, unit, "place", c->p.place);
    if (!casefile_is_project(&c->p))
        node_put_kept(a, in, "subject", c->p.subject);
    node_put(a, in, "facts", node_copy(a, c->facts));
    if (c->p.submitted_on != DATE_NONE)
        view_put_date(a, in, "submitted_on", c->p.submitted_on);
    list = node_put_list(a, in, "materials");
    for (size_t i = 0; i < c->document_count; i++) {
        if (*c->documents[i].material != '\0' && !text_eq(c->documents[i].state, "withdrawn"))
            node_add(list, node_text_kept(a, c->documents[i].material));
    }
    list = node_put_list(a, in, "history");
    for (size_t i = 0; i < c->event_count; i++) {
        struct node *n = node_add_object(a, list);

        node_put_kept(a, n, "at", instant_iso(a, c->history[i].at));
        node_put_kept(a, n, "what", c->history[i].what);
        node_put_kept(a, n, "by", c->history[i].by);
        node_put(a, n, "with", node_copy(a, c->history[i].with));
    }
    return in;
}

int project_why(const struct desk *d, int64_t project, const char *act_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct casefile c;
    struct node *page = node_object(a), *verdict;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0)
        return -1;
    if (act_or_null != NULL) {
        struct case_event attempt = {.at = d->now, .what = act_or_null, .by = desk_organ(d), .with = node_object(a)};

        verdict = casefile_attempt(d, &c, act_procedure(a, act_or_null), &attempt);
    } else {
        verdict = casefile_road(d, &c);
    }
    cosign_why(d, &c, act_or_null, verdict);
    node_put(a, page, "input", input_node(d, &c));
    node_put(a, page, "verdict", view_cite(d, verdict));
    node_put(a, page, "regulation", part_regulation(d, &c));
    node_put(a, page, "project", part_head(d, &c, verdict));
    *ret = page;
    return 0;
}
