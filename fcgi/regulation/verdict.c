/*
 * regulation/verdict.c - the one decision function
 *
 * (regulation, calendar, facts, history, today, attempt) → everything a page, an
 * operation, a nightly run or a test wants to know. Its shape is in regulation.h.
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

#include "base/text.h"
#include "regulation/shape.h"

/* ---- route and stages ---- */

static void put_route(struct eval *ev, struct node *root)
{
    struct node *o, *list;
    int any = 0;

    for (size_t i = 0; i < ev->r->fact_count; i++)
        any |= ev->missing[i];
    if (any) {
        list = shape_list(ev->a, root, "route_missing");
        for (size_t i = 0; i < ev->r->fact_count; i++)
            if (ev->missing[i])
                shape_text(ev->a, list, NULL, ev->r->facts[i].f.id);
    }
    if (ev->route_known != ANSWER_YES)
        return;
    o = shape_object(ev->a, root, "route");
    shape_text(ev->a, o, "id", ev->r->routes[ev->route].id);
    shape_text(ev->a, o, "name", ev->r->routes[ev->route].name);
    shape_alias(ev->a, o, "articles", ev->r->routes[ev->route].cites.list);
    shape_text(ev->a, o, "quote", ev->r->routes[ev->route].cites.quote);
    shape_text(ev->a, o, "because", route_because(ev));
    cite(ev, &ev->r->routes[ev->route].cites);
    list = shape_list(ev->a, o, "added");
    for (size_t i = 0; i < ev->r->route_count; i++)
        if (ev->r->routes[i].adds && cond_holds(ev, ev->r->routes[i].when)) {
            struct node *x = shape_object(ev->a, list, NULL);
            shape_text(ev->a, x, "name", ev->r->routes[i].name);
            shape_alias(ev->a, x, "articles", ev->r->routes[i].cites.list);
            cite(ev, &ev->r->routes[i].cites);
        }
}

static int is_blocked(const struct shown *shown, int procedure)
{
    int any = 0;

    for (int k = 0; k < shown->count; k++) {
        if (shown->rows[k].act->procedure != procedure)
            continue;
        any = 1;
        if (!shown->rows[k].blocked)
            return 0;
    }
    return any;
}

static const char *leg_state(struct eval *ev, const struct shown *shown, int i)
{
    const struct run *run = procedure_run(ev, ev->legs[i].procedure);

    if (run && run->state == RUN_OPEN)
        return "now";
    if (procedure_done(ev, ev->legs[i].procedure))
        return "done";
    if (run)
        return "failed";
    if (ev->legs[i].alongside)
        return "alongside";
    if (leg_waits_for(ev, i) >= 0 || ev->route_known != ANSWER_YES)
        return "todo";
    return is_blocked(shown, ev->legs[i].procedure) ? "blocked" : "now";
}

/* Where its open run stands, else its first. */
static const struct step *procedure_step(const struct eval *ev, int procedure)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    const struct run *run = procedure_run(ev, procedure);

    return p->step_count ? &p->steps[run && run->state == RUN_OPEN ? run->step : 0] : NULL;
}

/* The limit that runs on the present step, for the stage bar. */
static const char *step_limit(struct eval *ev, const struct step *s)
{
    for (size_t k = 0; s && k < ev->r->duty_count; k++)
        for (size_t i = 0; i < ev->r->duties[k].fulfilled_count; i++)
            for (size_t x = 0; x < s->act_count; x++)
                if (s->acts[x]->happening == ev->r->duties[k].fulfilled_by[i])
                    return ev->r->duties[k].limit.text;
    return "";
}

static void put_stage(struct eval *ev, struct node *list, int procedure, const struct run *run, const char *state,
                      const struct cites *c)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    const struct step *s = run && run->state == RUN_OPEN                        ? &p->steps[run->step]
                           : text_eq(state, "now") || text_eq(state, "blocked") ? &p->steps[0]
                                                                                : NULL;
    const struct run *done = run && run->state == RUN_DONE ? run : procedure_done(ev, procedure);
    struct node *o = shape_object(ev->a, list, NULL);

    shape_text(ev->a, o, "procedure", p->id);
    shape_text(ev->a, o, "name", p->name);
    shape_text(ev->a, o, "phase", p->phase);
    shape_text(ev->a, o, "state", state);
    shape_text(ev->a, o, "step", s ? s->id : "");
    shape_text(ev->a, o, "step_name", s ? s->name : "");
    shape_text(ev->a, o, "holder", s && s->by.count ? ev->r->organs[organ_resolve(ev, s->by.organ[0])].id : "");
    shape_text(ev->a, o, "holder_name", s ? actor_text(ev, &s->by) : "");
    shape_text(ev->a, o, "decider_name", actor_text(ev, &p->steps[p->step_count - 1].by));
    shape_date(ev->a, o, "since", run && run->state == RUN_OPEN ? run->since : DATE_NONE);
    shape_date(ev->a, o, "done_on",
               text_eq(state, "done") && done    ? done->ended
               : text_eq(state, "failed") && run ? run->ended
                                                 : DATE_NONE);
    shape_alias(ev->a, o, "articles", c->list);
    shape_text(ev->a, o, "limit_text", step_limit(ev, s));
    if (run && (p->repeat != REPEAT_ONCE || run->ordinal > 1)) {
        shape_text(ev->a, o, "run", *run->key ? run->key : "1");
        shape_int(ev->a, o, "runs", run->ordinal);
    }
    cite(ev, c);
}

static void put_stages(struct eval *ev, struct node *root, const struct shown *shown)
{
    static const char *const RUN_WORDS[] = {"now", "done", "failed"};
    struct node *list = shape_list(ev->a, root, "stages");

    for (int i = 0; i < ev->leg_count; i++)
        if (ev->legs[i].exists != ANSWER_NO || procedure_run(ev, ev->legs[i].procedure))
            put_stage(ev, list, ev->legs[i].procedure, procedure_run(ev, ev->legs[i].procedure),
                      leg_state(ev, shown, i), &ev->legs[i].cites);
    for (int i = 0; i < ev->run_count; i++) { /* side procedures, one row a run */
        const struct run *run = &ev->runs[i];
        if (leg_of(ev, run->procedure) < 0)
            put_stage(ev, list, run->procedure, run, RUN_WORDS[run->state], &ev->r->procedures[run->procedure].cites);
    }
}

/* ---- with whom it is, what comes next ---- */

static void put_holder(struct eval *ev, struct node *root, const struct shown *shown)
{
    const struct step *s = shown->at >= 0 ? procedure_step(ev, shown->at) : NULL;
    const struct run *run;
    date since = ev->event_count ? ev->events[0].at : DATE_NONE;
    struct node *o;

    if (!s || !s->by.count || refused_by_office(ev, shown->at))
        return;
    run = procedure_run(ev, shown->at);
    if (run && run->state == RUN_OPEN)
        since = run->since;
    else
        for (int i = 0; i < ev->run_count; i++)
            if (ev->runs[i].state != RUN_OPEN && leg_of(ev, ev->runs[i].procedure) >= 0 && ev->runs[i].ended > since)
                since = ev->runs[i].ended;
    o = shape_object(ev->a, root, "holder");
    shape_text(ev->a, o, "organ", ev->r->organs[organ_resolve(ev, s->by.organ[0])].id);
    shape_text(ev->a, o, "name", actor_text(ev, &s->by));
    shape_date(ev->a, o, "since", since);
    shape_text(ev->a, o, "procedure", ev->r->procedures[shown->at].id);
    shape_text(ev->a, o, "step", s->id);
    shape_text(ev->a, o, "step_name", s->name);
}

static const struct instance *pressing(struct eval *ev, int happening, const struct duty **ret)
{
    const struct instance *best = NULL;

    for (size_t k = 0; k < ev->r->duty_count; k++) {
        const struct duty *d = &ev->r->duties[k];
        int mine = happening < 0;
        for (size_t i = 0; i < d->fulfilled_count && !mine; i++)
            mine = d->fulfilled_by[i] == happening;
        for (const struct instance *i = mine ? duty_instances(ev, (int)k)->first : NULL; i; i = i->next)
            if ((i->state == DUTY_OPEN || i->state == DUTY_OVERDUE) && i->due_on != DATE_NONE &&
                (!best || i->due_on < best->due_on)) {
                best = i;
                *ret = d;
            }
    }
    return best;
}

static void put_next(struct eval *ev, struct node *root, const struct shown *shown)
{
    const struct shown_act *row = NULL;
    const struct duty *d = NULL;
    const struct instance *i;
    struct node *o;

    for (int k = 0; k < shown->count && !row && shown->at >= 0 && !refused_by_office(ev, shown->at); k++)
        if (shown->rows[k].act->procedure == shown->at && !shown->rows[k].blocked)
            row = &shown->rows[k];
    i = pressing(ev, row ? row->act->happening : -1, &d);
    if (!row && !i)
        return;
    o = shape_object(ev->a, root, "next");
    if (row) {
        shape_text(ev->a, o, "act", row->act->full);
        shape_text(ev->a, o, "name", row->act->name);
        shape_text(ev->a, o, "procedure_name", ev->r->procedures[row->act->procedure].name);
        shape_text(ev->a, o, "who",
                   row->act->by.count ? ev->r->organs[organ_resolve(ev, row->act->by.organ[0])].id : "");
        shape_text(ev->a, o, "who_name", actor_text(ev, &row->act->by));
        shape_text(ev->a, o, "to_names", actor_text(ev, &row->act->to));
    } else {
        shape_text(ev->a, o, "duty", d->id);
        shape_text(ev->a, o, "key", i->key);
        shape_text(ev->a, o, "name", d->name);
        shape_text(ev->a, o, "who", d->who.count ? ev->r->organs[organ_resolve(ev, d->who.organ[0])].id : "");
        shape_text(ev->a, o, "who_name", actor_text(ev, &d->who));
        shape_text(ev->a, o, "to_names", actor_text(ev, &d->to));
    }
    shape_date(ev->a, o, "due_on", i ? i->due_on : DATE_NONE);
    if (i)
        shape_int(ev->a, o, "working_days_left", i->days_left);
    shape_alias(ev->a, o, "articles", row ? row->act->cites.list : d->cites.list);
}

/* ---- the rest ---- */

static void put_marks(struct eval *ev, struct node *root, int late)
{
    struct node *list = shape_list(ev->a, root, "marks");
    int expired = is_expired(ev, ev->today);

    if (expired)
        shape_text(ev->a, list, NULL, "regulation_expired");
    if (ev->provisional)
        shape_text(ev->a, list, NULL, "provisional");
    if (late)
        shape_text(ev->a, list, NULL, "late");
    if (ev->irregular)
        shape_text(ev->a, list, NULL, "irregular_history");
    shape_text(ev->a, root, "mark_text", expired ? (ev->r->expired_mark ? ev->r->expired_mark : "依据文件已失效") : "");
}

static void put_correction_open(struct eval *ev, struct node *root)
{
    for (int i = ev->run_count - 1; i >= 0; i--)
        if (ev->runs[i].state == RUN_OPEN && ev->runs[i].correction) {
            put_correction(ev, root, "correction", &ev->runs[i]);
            return;
        }
}

/* What is under way of procedures that are done more than once, the oldest first, and which events are its own. */
static void put_runs(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "runs");

    for (int i = 0; i < ev->run_count; i++) {
        const struct run *run = &ev->runs[i];
        enum repeat repeat = ev->r->procedures[run->procedure].repeat;
        if (run->state != RUN_OPEN || repeat == REPEAT_ONCE)
            continue;
        struct node *o = shape_object(ev->a, list, NULL), *events;
        shape_text(ev->a, o, "procedure", ev->r->procedures[run->procedure].id);
        shape_int(ev->a, o, "run", run->ordinal);
        if (repeat != REPEAT_MANY)
            shape_text(ev->a, o, "period", run->key);
        shape_date(ev->a, o, "started", run->started);
        events = shape_list(ev->a, o, "events");
        for (int k = run->first_event; k >= 0; k = ev->events[k].next_in_run)
            shape_int(ev->a, events, NULL, k + 1);
    }
}

static void put_basis(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "facts_asked"), *o;
    int first, last;

    for (size_t i = 0; i < ev->r->fact_count; i++)
        if (ev->asked[i])
            shape_text(ev->a, list, NULL, ev->r->facts[i].f.id);
    list = shape_list(ev->a, root, "articles");
    for (size_t i = 0; i < ev->r->article_count; i++) {
        if (!ev->cited[i])
            continue;
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "number", ev->r->articles[i].number);
        shape_text(ev->a, o, "title", ev->r->articles[i].title);
        shape_text(ev->a, o, "text", ev->r->articles[i].text);
    }
    o = shape_object(ev->a, root, "regulation");
    shape_text(ev->a, o, "id", ev->r->id);
    shape_text(ev->a, o, "tenant", ev->r->tenant);
    shape_text(ev->a, o, "title", ev->r->title);
    shape_text(ev->a, o, "document_number", ev->r->document_number);
    shape_date(ev->a, o, "from", ev->r->from);
    shape_date(ev->a, o, "to", ev->r->to);
    shape_text(ev->a, o, "digest", ev->r->digest);
    o = shape_object(ev->a, root, "calendar");
    shape_text(ev->a, o, "version", calendar_version(ev->c));
    list = shape_list(ev->a, o, "years");
    calendar_years(ev->c, &first, &last);
    for (; first <= last; first++)
        if (calendar_has_year(ev->c, first))
            shape_int(ev->a, list, NULL, first);
}

static struct attempt attempt_of(struct eval *ev, const struct case_event *e)
{
    struct attempt t = {.what = e->what,
                        .happening = regulation_happening(ev->r, e->what),
                        .organ = regulation_organ_index(ev->r, e->by),
                        .with = e->with,
                        .at = instant_date(e->at)};

    if (t.happening >= 0) {
        t.spot = spot_find(ev, t.happening, t.with, t.at);
        t.act = t.spot.act;
        if (t.spot.run >= 0 && ev->runs[t.spot.run].acted_act == t.act)
            t.joint = ev->runs[t.spot.run].joint;
        t.with = joint_with(ev, t.joint, t.with);
    }
    return t;
}

/* Without an attempt: of the project as a whole. */
static const char *standing(struct eval *ev, struct verdict_lists *out)
{
    const struct scope_row *s;

    if (scope_find(ev, &s)) {
        against_scope(ev, out);
        return s->then;
    }
    if (ev->submitted_on == DATE_NONE && is_expired(ev, ev->today)) {
        reason_add(ev, out->reasons, "expired", NULL,
                   ev->r->has_after_expiry ? &ev->r->expired_cites : &ev->r->version_cites, ev->r->applicant,
                   STRENGTH_MANDATORY, ev->r->has_after_expiry ? ev->r->expired_mend : "请等新的办法发布以后办理", "%s",
                   ev->r->has_after_expiry
                       ? ev->r->expired_message
                       : arena_fmt(ev->a, "本办法有效期至 %s，已经失效", date_text(ev->a, ev->r->to)));
        return "refused";
    }
    return "allowed";
}

static const char *decide(struct eval *ev, const struct attempt *t, struct verdict_lists *out, int *ret_late)
{
    const struct scope_row *s;

    if (t->act)
        reasons_against(ev, t, out);
    else
        special_reasons(ev, t, out);
    if (!node_count(out->reasons)) {
        if (t->act)
            late_warnings(ev, t, out->warnings, ret_late);
        return "allowed";
    }
    return scope_find(ev, &s) ? s->then : "refused";
}

struct node *regulation_eval(const struct regulation *r, const struct calendar *c, struct arena *a,
                             const struct case_input *in)
{
    struct eval ev = {
        .r = r, .c = c, .a = a, .in = in, .today = in->today, .at = in->today, .submitted_on = in->submitted_on};
    struct node *root = shape_new(a, NODE_OBJECT), *outcome;
    struct verdict_lists out;
    struct attempt t = {0};
    struct shown shown = {0};
    int late = 0;

    ev.subject = in->subject ? subject_of(in->subject) : SUBJECT_PROJECT;
    ev.duties = ARENA_ARRAY(a, struct duty_memo, r->duty_count + 1);
    ev.cited = arena_alloc(a, r->article_count + 1);
    facts_begin(&ev);
    replay(&ev);
    ev.route_ready = 0; /* what conditions saw in the middle of the replay is not the end of it */
    memset(ev.duties, 0, (r->duty_count + 1) * sizeof(struct duty_memo));
    ev.provisional = 0;
    facts_settle(&ev);
    route_find(&ev);

    shape_text(a, root, "outcome", "");
    outcome = root->u.kids.last;
    out.reasons = shape_list(a, root, "reasons");
    out.warnings = shape_list(a, root, "warnings");
    if (in->attempt) {
        t = attempt_of(&ev, in->attempt);
        outcome->u.text = decide(&ev, &t, &out, &late);
    } else {
        outcome->u.text = standing(&ev, &out);
    }
    put_route(&ev, root);
    verdict_acts(&ev, root, &shown);
    put_runs(&ev, root);
    put_stages(&ev, root, &shown);
    put_holder(&ev, root, &shown);
    verdict_materials(&ev, root, &shown, t.act ? t.act->procedure : -1);
    verdict_materials_off(&ev, root);
    verdict_organs(&ev, root);
    verdict_duties(&ev, root);
    verdict_filings(&ev, root);
    verdict_changes(&ev, root);
    verdict_watch(&ev, root);
    verdict_money(&ev, root);
    verdict_payable(&ev, root);
    put_next(&ev, root, &shown);
    put_correction_open(&ev, root);
    if (in->attempt && text_eq(outcome->u.text, "allowed"))
        verdict_effects(&ev, root, &t);
    put_marks(&ev, root, late);
    put_basis(&ev, root);
    return root;
}
