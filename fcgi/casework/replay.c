/*
 * casework/replay.c - an act on record, decided once more
 *
 * The history is the case (ADR 0001) and evaluation is pure, so what was decided can be decided again: history cut off
 * before the event, facts and files as they went with it, the version it was done by, the day it was entered. The event
 * is the attempt. What came of it then is compared with what the evaluator says now.
 */
#include "config.h"

#include "casework/replay.h"

#include "base/text.h"
#include "casework/mend.h"
#include "casework/part.h"
#include "casework/view.h"
#include "store/filing.h"

enum { REPLAY_SENT_MAX = 500 };

/* The case as it was read, with what it left behind. */
struct record {
    struct casefile c;
    struct decision *papers;
    size_t paper_count;
    struct outbox *sent;
    size_t sent_count;
    struct audit_law *laws;
    size_t law_count;
};

struct replayed {
    const struct event *event;
    struct desk desk;     /* at the counter on the day it was entered */
    struct casefile then; /* regulation NULL: its version is not loaded */
    const struct node *verdict;
    struct node *differences, *basis, *gaps;
    int has_digest; /* of the law it was done by */
    int is_unsure;  /* something of what was judged by is not on record as it was */
};

/* ---- which events are decided upon ---- */

/* Taking back is house procedure, and what a plan settled was decided in the plan: no regulation is asked about those.
 */
int replay_may(const struct event *ev)
{
    static const char *const others[] = {CASEFILE_WITHDRAW, CASEFILE_REVOKE, CASEFILE_REVOKE_ASK, PLAN_SETTLED};

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (text_eq(ev->what, others[i]))
            return 0;
    return 1;
}

static int is_void(const struct case_event *h)
{
    return text_eq(h->what, CASEFILE_WITHDRAWN);
}

/* ---- facts as they were ---- */

/* The facts as they stood went with it. */
static int has_facts(const struct casefile *c, size_t i)
{
    return node_get(c->history[i].with, "facts") != NULL && !mend_is(c->events[i].what) &&
           !text_eq(c->events[i].what, PLAN_SETTLED);
}

static int names_it(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (text_eq(node_str(n, ""), id))
            return 1;
    return 0;
}

/* It may have set the fact; a filing that was mended and what a plan settled say which. */
static int sets_fact(const struct desk *d, const struct casefile *c, size_t i, const char *fact)
{
    const int laid = mend_is(c->events[i].what) || text_eq(c->events[i].what, PLAN_SETTLED);

    return laid ? node_get(node_get(c->history[i].with, "facts"), fact) != NULL
                : names_it(regulation_act_sets(c->regulation, d->arena, c->events[i].what), fact);
}

static void gap(struct replayed *r, const char *text)
{
    node_add_text(r->desk.arena, r->gaps, text);
    r->is_unsure = 1;
}

static void fact_gap(struct replayed *r, const struct casefile *c, size_t i, const char *fact)
{
    const char *label = regulation_fact_label(r->then.regulation, fact, NULL);

    gap(r, arena_fmt(r->desk.arena, "「%s」后来由「%s」认定，在那以前填的是什么没有留存，按没有填写复核",
                     label != NULL ? label : fact, c->events[i].name));
}

/* What the fact was before the first of these events that set it; NULL: it was not known. An act that sets facts says
 * what they were: null where they were not known, nothing of those it did not set; an older one does not. */
static const struct node *fact_before(struct replayed *r, const struct casefile *c, const struct node *now, size_t from,
                                      size_t to)
{
    for (size_t i = from; i < to; i++) {
        const struct node *says = node_get(c->history[i].with, "was"), *was = node_get(says, now->key);

        if (!sets_fact(&r->desk, c, i, now->key) || (says != NULL && was == NULL && !mend_is(c->events[i].what)))
            continue;
        if (says == NULL)
            fact_gap(r, c, i, now->key);
        return was != NULL && was->type != NODE_NULL ? was : NULL;
    }
    return now;
}

/* Without what was set from that event on; what was set before it the evaluator lays over them again. */
static const struct node *facts_without(struct replayed *r, const struct casefile *c, const struct node *facts,
                                        size_t from, size_t to)
{
    struct arena *a = r->desk.arena;
    struct node *left = node_object(a);

    for (const struct node *n = node_first(facts); n != NULL; n = n->next) {
        const struct node *was = fact_before(r, c, n, from, to);

        if (was != NULL)
            node_put(a, left, n->key, node_copy(a, was));
    }
    return left;
}

/* Those that went with it; else those of the submission before it; else the earliest later ones, less what was set
 * since. */
static const struct node *facts_then(struct replayed *r, const struct casefile *c, size_t place)
{
    const struct node *facts;

    for (size_t i = place + 1; i-- > 0;)
        if (has_facts(c, i) && (i == place || !is_void(&r->then.history[i])))
            return node_get(c->history[i].with, "facts");
    for (size_t i = place + 1; i < c->event_count; i++)
        if (has_facts(c, i)) {
            gap(r, "这一步在第一次送审以前，当时的填报内容没有单独留存，按随后送审的填报内容复核");
            return facts_without(r, c, node_get(c->history[i].with, "facts"), place, i);
        }
    facts = facts_without(r, c, c->facts, place, c->event_count);
    if (node_count(facts) > 0)
        gap(r, "项目还没有送审过，当时的填报内容没有单独留存，按现在的填报内容复核");
    return facts;
}

/* Between a request for corrections and the answer the unit may have saved part of it: those words are not kept. */
static void correction_gap(struct replayed *r, const struct casefile *c, size_t place)
{
    const struct case_event *asked = casefile_correction(&r->then);

    if (asked == NULL || has_facts(c, place))
        return;
    for (const struct node *n = node_first(node_get(asked->with, "correction")); n != NULL; n = n->next)
        if (regulation_fact_label(r->then.regulation, node_get_str(n, "item"), NULL) != NULL) {
            gap(r, "当时补正还没有送回，申报单位暂存的改动没有留存，按上一次送审的填报内容复核");
            return;
        }
}

/* ---- files and days as they were ---- */

/* What lay ready for the procedure: what the act carried, and drafts that went with a later one or not at all. */
static void documents_then(struct replayed *r, const struct casefile *c, size_t place)
{
    struct arena *a = r->desk.arena;
    const struct event *ev = r->event;
    const struct node *carried = node_get(c->history[place].with, "materials");
    const char *procedure = act_procedure(a, ev->what);
    struct document *docs = ARENA_ARRAY(a, struct document, c->document_count + node_count(carried) + 1);
    size_t n = 0;

    for (const struct node *m = node_first(carried); m != NULL; m = m->next)
        docs[n++] = (struct document){.procedure = procedure, .material = node_str(m, ""), .state = "draft"};
    for (size_t i = 0; i < c->document_count; i++) {
        const struct document *doc = &c->documents[i];

        if (doc->uploaded_at > ev->entered_at || text_eq(doc->state, "withdrawn") ||
            (doc->event_seq > 0 && doc->event_seq < ev->seq))
            continue;
        docs[n] = *doc;
        docs[n++].state = "draft";
    }
    r->then.documents = docs;
    r->then.document_count = n;
}

/* The applicant's first act that carries materials to an authority (ADR 0004); of a plan its first act. */
static int submits(const struct replayed *r, size_t i)
{
    const struct casefile *c = &r->then;
    struct act_where where = {0};

    if (!casefile_is_project(&c->p))
        return 1;
    return !is_void(&c->history[i]) && text_eq(c->history[i].by, CASEFILE_UNIT) &&
           casefile_act(&r->desk, c, c->history[i].what, &where) && node_get_bool(where.act, "takes_materials") &&
           node_count(node_get(where.act, "to")) > 0;
}

static date submitted_then(const struct replayed *r)
{
    for (size_t i = 0; i < r->then.event_count; i++)
        if (submits(r, i))
            return instant_date(r->then.events[i].entered_at);
    return DATE_NONE;
}

/* ---- what is compared ---- */

static void differs(const struct replayed *r, struct node *list, const char *name, const char *recorded,
                    const char *now)
{
    struct node *n;

    if (text_eq(recorded, now))
        return;
    n = node_add_object(r->desk.arena, list);
    node_put_text(r->desk.arena, n, "name", name);
    node_put_text(r->desk.arena, n, "recorded", *recorded != '\0' ? recorded : "没有");
    node_put_text(r->desk.arena, n, "now", *now != '\0' ? now : "没有");
}

static const char *paper_of(const struct record *x, int64_t seq)
{
    for (size_t i = 0; i < x->paper_count; i++)
        if (x->papers[i].event_seq == seq)
            return x->papers[i].name;
    return "";
}

static int was_sent(const struct record *x, int64_t seq, const char *filing)
{
    for (size_t i = 0; i < x->sent_count; i++)
        if (x->sent[i].event_seq == seq && text_eq(x->sent[i].filing, filing))
            return 1;
    return 0;
}

static const char *filing_name(const struct replayed *r, const char *id)
{
    for (const struct node *n = node_first(node_get(r->verdict, "filings")); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "id"), id))
            return node_get_str(n, "name");
    return id;
}

/* What went up with it is what would go up now. */
static void filings_compare(const struct replayed *r, const struct record *x)
{
    struct node *now = node_list(r->desk.arena);

    for (const struct node *f = node_first(node_get(node_get(r->verdict, "effects"), "filings")); f != NULL;
         f = f->next) {
        const char *id = node_str(f, node_get_str(f, "id"));

        node_add_text(r->desk.arena, now, id);
        if (!was_sent(x, r->event->seq, id))
            differs(r, r->differences, "上报", "", filing_name(r, id));
    }
    for (size_t i = 0; i < x->sent_count; i++)
        if (x->sent[i].event_seq == r->event->seq && !names_it(now, x->sent[i].filing))
            differs(r, r->differences, "上报", filing_name(r, x->sent[i].filing), "");
}

static const struct node *articles_now(const struct replayed *r, const struct act_where *where)
{
    const struct node *list = node_get(where->act, "articles");

    if (where->act == NULL)
        return mend_is(r->event->what) ? node_get(part_act(r->verdict, r->event->what), "articles") : NULL;
    if (node_count(list) == 0)
        list = node_get(where->step, "articles");
    return node_count(list) > 0 ? list : node_get(where->procedure, "articles");
}

static const char *articles_text(const struct desk *d, const char *numbers)
{
    const char *text = "";

    for (const struct node *n = node_first(view_articles_of(d, numbers)); n != NULL; n = n->next)
        text = arena_fmt(d->arena, "%s%s%s", text, *text != '\0' ? "、" : "", node_get_str(n, "text"));
    return text;
}

static void outcome_compare(const struct replayed *r, const struct record *x, const struct node *with)
{
    const struct node *effects = node_get(r->verdict, "effects");
    const int allowed = text_eq(node_get_str(r->verdict, "outcome"), "allowed");
    struct act_where where = {0};

    differs(r, r->differences, "结论", "准予办理", allowed ? "准予办理" : "不能办理");
    if (!allowed)
        return;
    (void)casefile_act(&r->desk, &r->then, r->event->what, &where);
    differs(r, r->differences, "依据", articles_text(&r->desk, r->event->articles),
            articles_text(&r->desk, view_articles_join(r->desk.arena, articles_now(r, &where))));
    differs(r, r->differences, "文书", paper_of(x, r->event->seq), node_get_str(node_get(effects, "document"), "name"));
    differs(r, r->differences, "登记", node_get_str(with, "records"), node_get_str(effects, "records"));
    filings_compare(r, x);
}

/* The law's files and the calendar: the same as then? */
static void basis_compare(struct replayed *r, const struct record *x)
{
    const char *digest = "";

    for (size_t i = 0; i < x->law_count; i++)
        if (x->laws[i].seq == r->event->seq)
            digest = x->laws[i].digest;
    if (*digest == '\0')
        node_add_text(r->desk.arena, r->gaps, "办理时没有记下规章文件的摘要，不能证明规章文件从那以后没有改动");
    else
        differs(r, r->basis, "规章文件的 SM3", digest, regulation_digest(r->then.regulation));
    r->has_digest = *digest != '\0';
    differs(r, r->basis, "工作日历", r->event->calendar_version, calendar_version(r->desk.platform->calendar));
}

/* ---- one act ---- */

static void replay_do(const struct desk *d, const struct record *x, size_t place, struct replayed *r)
{
    const struct casefile *c = &x->c;
    const struct event *ev = &c->events[place];
    const struct case_event attempt = {.at = ev->at, .what = ev->what, .by = ev->by, .with = c->history[place].with};

    *r = (struct replayed){.event = ev, .desk = *d};
    r->desk.now = ev->entered_at;
    r->differences = node_list(d->arena);
    r->basis = node_list(d->arena);
    r->gaps = node_list(d->arena);
    casefile_before(d, c, place, &r->then);
    r->then.regulation = district_regulation_version(d->district, ev->regulation);
    if (r->then.regulation == NULL) {
        gap(r, arena_fmt(d->arena, "当时适用的办法版本「%s」没有载入，不能复核", ev->regulation));
        return;
    }
    r->then.facts = facts_then(r, c, place);
    correction_gap(r, c, place);
    documents_then(r, c, place);
    r->then.p.submitted_on = submitted_then(r);
    r->verdict = casefile_attempt(&r->desk, &r->then, act_procedure(d->arena, ev->what), &attempt);
    outcome_compare(r, x, attempt.with);
    basis_compare(r, x);
}

/* What the case left behind; last days as they stand are made out once, for all its acts. */
static int record_read(const struct desk *d, struct record *x, struct err *e)
{
    const char *object = arena_fmt(d->arena, "project/%lld", (long long)x->c.p.id);
    struct asked q;
    struct db *db;

    if (district_db(d->platform, d->district, &db, e) < 0 || decision_ask(db, d->arena, x->c.p.id, &q, e) < 0 ||
        asked_take(&q, d->arena, &x->papers, &x->paper_count, e) < 0 ||
        outbox_list(db, d->arena, x->c.p.id, "", "", 0, REPLAY_SENT_MAX, &x->sent, &x->sent_count, e) < 0)
        return -1;
    if (x->c.days != NULL)
        (void)casefile_road(d, &x->c);
    return audit_laws(db, d->arena, object, &x->laws, &x->law_count, e);
}

/* ---- the page ---- */

static void event_put(const struct desk *d, const struct record *x, size_t place, struct node *page)
{
    struct arena *a = d->arena;
    const struct casefile *c = &x->c;
    const struct event *ev = &c->events[place];
    struct node *n = node_put_object(a, page, "event"), *back;

    node_put_int(a, n, "seq", ev->seq);
    node_put_text(a, n, "what", ev->what);
    node_put_text(a, n, "name", ev->name);
    view_put_date(a, n, "at", instant_date(ev->at));
    view_put_instant(a, n, "entered_at", ev->entered_at);
    node_put_bool(a, n, "is_late_entry", instant_date(ev->at) != instant_date(ev->entered_at));
    node_put_text(a, n, "by_name", ev->by_name);
    node_put_text(a, n, "person_name", ev->person_name);
    node_put(a, n, "articles", view_articles_of(d, ev->articles));
    node_put(a, n, "detail", part_event_detail(d, c, ev, c->history[place].with));
    for (size_t i = place + 1; i < c->event_count && is_void(&c->history[place]); i++) {
        if (replay_may(&c->events[i]) || node_get_int(c->history[i].with, "seq", 0) != ev->seq)
            continue;
        back = node_put_object(a, n, "taken_back");
        node_put_text(a, back, "name", c->events[i].name);
        view_put_date(a, back, "at", instant_date(c->events[i].at));
        node_put_text(a, back, "reason", node_get_str(c->history[i].with, "reason"));
    }
}

static void step_put(const struct replayed *r, struct node *page)
{
    const struct desk *d = &r->desk;
    struct act_where where = {0};
    struct node *n;

    if (!casefile_act(d, &r->then, r->event->what, &where))
        return;
    n = node_put_object(d->arena, page, "step");
    node_put_text(d->arena, n, "procedure_name", node_get_str(where.procedure, "name"));
    node_put_text(d->arena, n, "step_name", node_get_str(where.step, "name"));
    node_put(d->arena, n, "articles", view_articles(d, articles_now(r, &where)));
    for (const struct node *s = node_first(node_get(r->verdict, "stages")); s != NULL; s = s->next)
        if (text_eq(node_get_str(s, "procedure"), node_get_str(where.procedure, "id")) &&
            text_eq(node_get_str(s, "step"), node_get_str(where.step, "id")))
            node_put_text(d->arena, n, "limit_text", node_get_str(s, "limit_text"));
}

/* The clocks that ran on it. */
static void duties_put(const struct replayed *r, struct node *page)
{
    struct node *list = node_put_list(r->desk.arena, page, "duties");
    const char *procedure = act_procedure(r->desk.arena, r->event->what);

    for (const struct node *du = node_first(part_duties(&r->desk, &r->then, r->verdict)); du != NULL; du = du->next)
        if (node_get_bool(du, "is_open") && text_eq(act_procedure(r->desk.arena, node_get_str(du, "act")), procedure))
            node_add(list, node_copy(r->desk.arena, du));
}

static void materials_put(const struct replayed *r, const struct node *with, struct node *page)
{
    struct node *list = node_put_list(r->desk.arena, page, "materials");
    const char *procedure = act_procedure(r->desk.arena, r->event->what);

    for (const struct node *m = node_first(node_get(with, "materials")); m != NULL; m = m->next) {
        const struct node *articles = NULL;
        const char *name = regulation_material_name(r->then.regulation, procedure, node_str(m, ""), &articles);

        node_add_text(r->desk.arena, list, !text_is_empty(name) ? name : node_str(m, ""));
    }
}

static void verdict_put(const struct replayed *r, const struct node *with, struct node *page)
{
    const struct desk *d = &r->desk;

    node_put(d->arena, page, "regulation", view_regulation(d, r->then.regulation));
    node_put(d->arena, page, "reasons", view_reasons(d, node_get(r->verdict, "reasons")));
    node_put(d->arena, page, "warnings", view_reasons(d, node_get(r->verdict, "warnings")));
    if (node_get(r->verdict, "route") != NULL)
        node_put(d->arena, page, "route", view_cite(d, node_get(r->verdict, "route")));
    step_put(r, page);
    duties_put(r, page);
    materials_put(r, with, page);
    node_put(d->arena, page, "facts", part_facts(d, &r->then));
}

/* The next act on record before or after that place; 0 none. */
static void neighbour_put(const struct desk *d, const struct casefile *c, size_t place, int way, struct node *page)
{
    for (size_t i = place + (size_t)way; i < c->event_count; i += (size_t)way)
        if (replay_may(&c->events[i])) {
            node_put_text(d->arena, page, way > 0 ? "after_href" : "before_href",
                          view_href(d, "/projects/%lld/events/%lld", (long long)c->p.id, (long long)c->events[i].seq));
            return;
        }
}

static int place_find(const struct casefile *c, int64_t seq, size_t *ret, struct err *e)
{
    for (size_t i = 0; i < c->event_count; i++) {
        if (c->events[i].seq != seq)
            continue;
        *ret = i;
        if (replay_may(&c->events[i]))
            return 0;
        err_fail(e, ERR_NOT_FOUND, "「%s」不是按办法作出的办理，没有可以复核的结论", c->events[i].name);
        return err_mend(e, "请从项目档案的「经过」里选按办法办理的一步");
    }
    err_fail(e, ERR_NOT_FOUND, "这个项目没有第 %lld 步", (long long)seq);
    return err_mend(e, "请从项目档案的「经过」里选一步");
}

int replay_view(const struct desk *d, int64_t project, int64_t seq, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a);
    struct record x = {0};
    struct replayed r;
    size_t place;

    if (casefile_read(d, MAY_PROJECT_READ, project, &x.c, e) < 0 || place_find(&x.c, seq, &place, e) < 0 ||
        record_read(d, &x, e) < 0)
        return -1;
    replay_do(d, &x, place, &r);
    node_put(a, page, "project", view_project_short(d, &x.c.p));
    event_put(d, &x, place, page);
    node_put_bool(a, page, "is_decided", r.verdict != NULL);
    node_put_bool(a, page, "is_allowed", text_eq(node_get_str(r.verdict, "outcome"), "allowed"));
    node_put_bool(a, page, "agrees", r.verdict != NULL && node_count(r.differences) == 0);
    node_put(a, page, "differences", r.differences);
    node_put(a, page, "basis", r.basis);
    node_put(a, page, "gaps", r.gaps);
    node_put_bool(a, page, "is_same_basis", r.has_digest && node_count(r.basis) == 0);
    node_put_bool(a, page, "is_unsure", r.is_unsure && node_count(r.differences) > 0);
    view_put_date(a, page, "judged_on", instant_date(r.event->entered_at));
    node_put_text(a, page, "calendar", r.event->calendar_version);
    if (r.verdict != NULL)
        verdict_put(&r, x.c.history[place].with, page);
    neighbour_put(d, &x.c, place, -1, page);
    neighbour_put(d, &x.c, place, 1, page);
    *ret = page;
    return 0;
}

/* ---- all of them ---- */

static void differing_put(struct node *list, const struct replayed *r)
{
    struct arena *a = r->desk.arena;
    struct node *n = node_add_object(a, list);

    node_put_int(a, n, "seq", r->event->seq);
    node_put_text(a, n, "name", r->event->name);
    view_put_date(a, n, "at", instant_date(r->event->at));
    node_put_bool(a, n, "is_decided", r->verdict != NULL);
    node_put_bool(a, n, "is_unsure", r->is_unsure);
    node_put(a, n, "differences", r->differences);
    node_put(a, n, "basis", r->basis);
    node_put(a, n, "reasons", node_copy(a, node_get(r->verdict, "reasons")));
}

int replay_case(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct record x = {0};
    struct node *out = node_object(a), *list = node_list(a);
    int64_t acts = 0, gaps = 0;
    int found = casefile_look(d, project, &x.c, e);

    if (found <= 0 || record_read(d, &x, e) < 0)
        return found <= 0 ? found : -1;
    for (size_t i = 0; i < x.c.event_count; i++) {
        struct replayed r;

        if (!replay_may(&x.c.events[i]))
            continue;
        replay_do(d, &x, i, &r);
        acts++;
        gaps += node_count(r.gaps) > 0;
        if (r.verdict == NULL || node_count(r.differences) > 0)
            differing_put(list, &r);
    }
    view_put_id(a, out, "id", x.c.p.id);
    node_put_text(a, out, "number", x.c.p.number);
    node_put_text(a, out, "title", x.c.p.title);
    node_put_int(a, out, "acts", acts);
    node_put_int(a, out, "agreed", acts - (int64_t)node_count(list));
    node_put_int(a, out, "gaps", gaps);
    node_put(a, out, "differing", list);
    *ret = out;
    return 1;
}
