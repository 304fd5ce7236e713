/*
 * casework/project_view.c - one project on one page, or a tab of it: 一项目一档
 *
 * A tab is a set of parts (project_tab.h); what it does not show is not asked of the database and not built.
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
#include "casework/project_tab.h"
#include "casework/reading.h"
#include "casework/runs.h"
#include "casework/view.h"
#include "store/duties.h"
#include "store/filing.h"

enum { LIST_MAX = 500, NEWEST_PAPERS = 5 };

/* ---- head ---- */

static struct node *head(const struct desk *d, const struct casefile *c, const struct node *verdict, unsigned parts)
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
    if (parts & PART_FACTS)
        node_put(a, n, "facts", casefile_is_project(&c->p) ? part_facts(d, c) : node_list(a));
    if (casefile_is_project(&c->p) && desk_is_applicant(d) &&
        (c->p.submitted_on == DATE_NONE || casefile_correction(c) != NULL)) {
        node_put_kept(a, n, "edit_href", view_href(d, "/projects/%lld/edit", (long long)c->p.id));
        node_put_bool(a, n, "is_correcting", casefile_correction(c) != NULL);
    }
    if (casefile_is_project(&c->p) && desk_is_applicant(d) && c->p.submitted_on != DATE_NONE)
        node_put_kept(a, n, "like_href", view_href(d, "/projects/new?like=%lld", (long long)c->p.id));
    return n;
}

struct node *part_head(const struct desk *d, const struct casefile *c, const struct node *verdict)
{
    return head(d, c, verdict, PART_WHOLE);
}

static void where_put(const struct desk *d, const struct casefile *c, const struct node *verdict, struct node *page)
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
}

static void next_put(const struct desk *d, const struct casefile *c, const struct node *verdict, struct node *page)
{
    struct arena *a = d->arena;
    const struct node *next = node_get(verdict, "next");
    struct node *n;

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

void part_where(const struct desk *d, const struct casefile *c, const struct node *verdict, struct node *page)
{
    where_put(d, c, verdict, page);
    next_put(d, c, verdict, page);
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

static void document_put(const struct desk *d, const struct casefile *c, const struct document *doc, struct node *list)
{
    const struct node *articles = NULL;
    const char *material = regulation_material_name(c->regulation, doc->procedure, doc->material, &articles);
    struct node *n = node_add(list, view_document(d, doc));

    node_put_kept(d->arena, n, "material_name", material);
    node_put_bool(d->arena, n, "is_replaced", text_eq(doc->state, "replaced"));
    node_put(d->arena, n, "articles", view_articles(d, articles));
}

static struct node *documents_by_procedure(const struct desk *d, const struct casefile *c)
{
    struct node *groups = node_list(d->arena);

    for (size_t i = 0; i < c->document_count; i++) {
        const struct document *doc = &c->documents[i];

        if (!text_eq(doc->state, "withdrawn"))
            document_put(d, c, doc, group_of(d, c, groups, doc->procedure));
    }
    return groups;
}

/* Those that stand, the newest first. */
static struct node *newest_documents(const struct desk *d, const struct casefile *c)
{
    struct node *list = node_list(d->arena);

    for (size_t i = c->document_count; i-- > 0 && node_count(list) < NEWEST_PAPERS;) {
        const struct document *doc = &c->documents[i];

        if (!text_eq(doc->state, "withdrawn") && !text_eq(doc->state, "replaced"))
            document_put(d, c, doc, list);
    }
    return list;
}

/* ---- printed forms ---- */

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
        node_put_kept(a, n, "href", project_form_href(d, c, ev));
    }
    return list;
}

/* ---- papers, contracts, money ---- */

/* On their way while the case is evaluated. */
struct page_asked {
    struct asked decisions, contracts; /* s NULL: the case has left none */
};

/* Papers, contracts and messages are only looked for where they are shown and something happened that leaves one. */
static int page_ask(const struct desk *d, struct db *db, const struct casefile *c, unsigned parts, struct page_asked *q,
                    struct err *e)
{
    if (parts & (PART_PAPERS | PART_PAPERS_NEW) && project_has_left(c, LEAVES_PAPER) &&
        decision_ask(db, d->arena, c->p.id, &q->decisions, e) < 0)
        return -1;
    if (parts & PART_CONTRACTS && project_has_recorded(c, "contract"))
        return contract_ask(db, d->arena, c->p.id, &q->contracts, e);
    return 0;
}

static void decision_put(const struct desk *d, const struct decision *row, struct node *list)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list);

    view_put_id(a, n, "id", row->id);
    node_put_kept(a, n, "name", row->name);
    node_put_kept(a, n, "number", row->number);
    node_put_kept(a, n, "title", row->title);
    view_put_date(a, n, "issued_on", row->issued_on);
    node_put_kept(a, n, "organ_name", row->organ_name);
    node_put_bool(a, n, "is_withdrawn", text_eq(row->state, "withdrawn"));
    node_put_kept(a, n, "href", view_href(d, "/decisions/%lld", (long long)row->id));
}

static int put_decisions(const struct desk *d, const struct asked *q, unsigned parts, struct node *page, struct err *e)
{
    struct decision *rows = NULL;
    size_t count = 0;

    if (q->s != NULL && asked_take(q, d->arena, &rows, &count, e) < 0)
        return -1;
    if (!(parts & (PART_PAPERS | PART_PAPERS_NEW)))
        return 0;
    struct node *list = node_put_list(d->arena, page, "decisions");

    for (size_t i = 0; parts & PART_PAPERS && i < count; i++)
        decision_put(d, &rows[i], list);
    if (!(parts & PART_PAPERS_NEW))
        return 0;
    for (size_t i = count; i-- > 0 && node_count(list) < NEWEST_PAPERS;)
        decision_put(d, &rows[i], list);
    node_put_int(d->arena, page, "decision_count", (int64_t)count);
    return 0;
}

static int put_contracts(const struct desk *d, const struct asked *q, struct node *page, struct err *e)
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
    return 0;
}

static int put_money(const struct project_look *x, const struct asked *q, unsigned parts, struct node *page,
                     struct err *e)
{
    if (parts & PART_CONTRACTS && put_contracts(x->d, q, page, e) < 0)
        return -1;
    if (parts & PART_MONEY)
        ledger_put(x->d, x->verdict, page);
    if (parts & PART_MONEY_SHORT)
        ledger_put_short(x->d, x->verdict, page);
    if (parts & PART_METERS)
        meters_put(x->d, x->verdict, "", page);
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

static int put_filings(const struct project_look *x, struct db *db, unsigned parts, struct node *page, struct err *e)
{
    const struct desk *d = x->d;
    const struct casefile *c = x->c;
    struct arena *a = d->arena;
    struct outbox *rows = NULL;
    size_t count = 0;

    if (project_has_left(c, LEAVES_FILING) && outbox_list(db, a, c->p.id, "", "", 0, LIST_MAX, &rows, &count, e) < 0)
        return -1;
    struct node *list = node_put_list(a, page, "filings");

    for (const struct node *f = node_first(node_get(x->verdict, "filings")); f != NULL; f = f->next) {
        const struct outbox *latest = NULL;
        const char *state = node_get_str(f, "state");

        if (!(parts & PART_FILINGS) && text_eq(state, "none"))
            continue;
        struct node *n = node_add(list, view_cite(d, f));

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

/* ---- acts, duties, runs ---- */

static int is_now(const struct casefile *c UNUSED_, const struct node *act)
{
    return !part_act_is_later(act);
}

static int alters_now(const struct casefile *c, const struct node *act)
{
    return !part_act_is_later(act) && regulation_act_sort(c->regulation, node_get_str(act, "act")) == ACT_ALTERS;
}

static int is_periodic_now(const struct casefile *c, const struct node *act)
{
    return !part_act_is_later(act) && regulation_act_sort(c->regulation, node_get_str(act, "act")) == ACT_PERIODIC;
}

static int64_t later_count(const struct project_look *x)
{
    int64_t count = 0;

    for (const struct node *act = node_first(node_get(x->verdict, "acts")); act != NULL; act = act->next)
        count += part_act_is_mine(x->d, act) && part_act_is_later(act);
    return count;
}

static void acts_put(const struct project_look *x, const struct project_tab *t, struct node *page)
{
    part_act_wanted *wanted = t->parts & PART_ACTS_NOW  ? is_now
                              : t->sort == ACT_ALTERS   ? alters_now
                              : t->sort == ACT_PERIODIC ? is_periodic_now
                                                        : NULL;

    if (!(t->parts & (PART_ACTS | PART_ACTS_NOW | PART_ACTS_SORT)))
        return;
    struct node *acts = node_put(x->d->arena, page, "acts", part_acts_of(x->d, x->c, x->verdict, wanted));

    for (const struct node *n = node_first(acts); n != NULL && x->c->hand_count > 0; n = n->next)
        cosign_bar(x->d, x->c, (struct node *)(uintptr_t)n);
    if (t->parts & PART_ACTS_NOW)
        node_put_int(x->d->arena, page, "later_count", later_count(x));
}

static int is_owed(const struct node *duty)
{
    return text_eq(node_get_str(duty, "state"), "open") || text_eq(node_get_str(duty, "state"), "overdue");
}

static void duties_put(const struct project_look *x, unsigned parts, struct node *page)
{
    struct arena *a = x->d->arena;
    int64_t done = 0, later = 0;

    if (parts & PART_DUTIES)
        node_put(a, page, "duties", part_duties(x->d, x->c, x->verdict));
    if (parts & PART_DUTIES_EACH)
        node_put(a, page, "duties", part_duties_of(x->d, x->c, x->verdict, project_duty_each));
    if (!(parts & PART_DUTIES_OPEN))
        return;
    node_put(a, page, "duties", part_duties_of(x->d, x->c, x->verdict, is_owed));
    for (const struct node *du = node_first(node_get(x->verdict, "duties")); du != NULL; du = du->next) {
        done += text_starts(node_get_str(du, "state"), "done");
        later += text_eq(node_get_str(du, "state"), "future");
    }
    node_put_int(a, page, "done_duties", done);
    node_put_int(a, page, "later_duties", later);
}

/* The act the verdict lists of that run, whoever does it: where the run stands. */
static const struct node *run_act(const struct node *verdict, const struct node *run)
{
    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next) {
        if (runs_of(verdict, act) == run)
            return act;
    }
    return NULL;
}

/* Those that nobody can go on with just now are left out: their entries stand in the timeline. */
static void runs_list(const struct project_look *x, struct node *page)
{
    struct arena *a = x->d->arena;
    struct node *list = node_put_list(a, page, "runs");

    for (const struct node *run = node_first(node_get(x->verdict, "runs")); run != NULL; run = run->next) {
        const struct node *act = run_act(x->verdict, run);

        if (act == NULL)
            continue;
        struct node *n = node_add_object(a, list);

        view_take(x->d, n, run, "procedure", "run", "period", "started", NULL);
        view_take(x->d, n, act, "procedure_name", "step_name", "by_names", NULL);
        node_put_text(a, n, "words", runs_words(x->d, x->c, x->verdict, act));
    }
}

/* ---- the page ---- */

/* What stands above every tab. */
static void head_put(const struct project_look *x, const struct project_tab *t, struct node *page)
{
    const struct desk *d = x->d;

    node_put(d->arena, page, "project", head(d, x->c, x->verdict, t->parts));
    if (t->label != NULL)
        project_tabs_put(x, t, page);
    put_subject(d, x->c, page);
    if (casefile_is_project(&x->c->p) && d->actor != NULL && permit_allows(d->actor->post->kind, MAY_REVIEW_READ) &&
        node_count(regulation_reviews(x->c->regulation, d->arena)) > 0)
        node_put_kept(d->arena, page, "reviews_href", view_href(d, "/projects/%lld/reviews", (long long)x->c->p.id));
}

static void stages_put(const struct project_look *x, struct node *plans, struct node *page)
{
    node_put(x->d->arena, page, "stages", part_stages(x->d, x->verdict));
    if (node_count(plans) > 0)
        node_put(x->d->arena, page, "plans", plans);
}

static void work_put(const struct project_look *x, const struct project_tab *t, struct node *page)
{
    struct node *correction;

    where_put(x->d, x->c, x->verdict, page);
    if (t->parts & PART_NEXT)
        next_put(x->d, x->c, x->verdict, page);
    acts_put(x, t, page);
    if (t->parts & PART_COSIGN)
        cosign_put(x->d, x->c, page);
    reading_keep(x->d, x->c, x->verdict);
    reading_put(x->d, x->c, page);
    duties_put(x, t->parts, page);
    if (t->parts & PART_RUNS)
        runs_list(x, page);
    correction = t->parts & PART_CORRECTION ? part_correction(x->d, x->c) : NULL;
    if (correction != NULL)
        node_put(x->d->arena, page, "corrections", correction);
}

static void files_put(const struct project_look *x, unsigned parts, struct node *page)
{
    struct arena *a = x->d->arena;

    if (parts & PART_FILES) {
        node_put(a, page, "documents", documents_by_procedure(x->d, x->c));
        node_put(a, page, "forms", printed_forms(x->d, x->c));
    }
    if (parts & PART_FILES_NEW) {
        node_put(a, page, "newest_documents", newest_documents(x->d, x->c));
        node_put_int(a, page, "document_count", project_files(x->c));
    }
}

static int tab_view(const struct desk *d, int64_t project, const struct project_tab *t, int64_t from, struct node **ret,
                    struct err *e)
{
    struct casefile c;
    struct page_asked q = {0};
    struct project_look x = {.d = d, .c = &c, .from = from};
    struct db *db;
    struct node *page = node_object(d->arena), *plans = NULL;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        (t->parts & PART_STAGES && plan_of(d, db, &c, &plans, e) < 0) || page_ask(d, db, &c, t->parts, &q, e) < 0)
        return -1;
    x.verdict = casefile_road(d, &c);
    head_put(&x, t, page);
    if (t->parts & PART_STAGES)
        stages_put(&x, plans, page);
    work_put(&x, t, page);
    files_put(&x, t->parts, page);
    project_timeline_put(&x, t, page);
    if (put_decisions(d, &q.decisions, t->parts, page, e) < 0 || put_money(&x, &q.contracts, t->parts, page, e) < 0 ||
        (t->parts & (PART_FILINGS | PART_FILINGS_LEFT) && put_filings(&x, db, t->parts, page, e) < 0))
        return -1;
    *ret = page;
    return 0;
}

int project_view(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    static const struct project_tab whole = {.parts = PART_WHOLE}; /* no tab: none stand beside it */

    return tab_view(d, project, &whole, -1, ret, e);
}

int project_tab_view(const struct desk *d, int64_t project, const char *tab, int64_t from, struct node **ret,
                     struct err *e)
{
    const struct project_tab *t = project_tab(tab, e);

    return t == NULL ? -1 : tab_view(d, project, t, from, ret, e);
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
