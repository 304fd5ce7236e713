/*
 * regulation/replay.c - history into runs of procedures
 *
 * A run stands at one step; an act moves it on, ends it, or sends it back for
 * correction. History is what happened: an act that does not fit where its run stands
 * is still taken (an imported project), and the verdict says the order is irregular.
 */
#include "config.h"

#include "regulation/eval.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "regulation/shape.h"

const char *period_key(struct arena *a, date d, int quarter)
{
    int year, month, day;

    date_split(d, &year, &month, &day);
    return quarter ? arena_fmt(a, "%dQ%d", year, (month + 2) / 3) : arena_fmt(a, "%d", year);
}

date event_date(const struct eval *ev, const struct act *act, const struct node *with, date at)
{
    struct value v;

    if (!act || !*act->dated_by)
        return at;
    v = with_value(ev, act, with, act->dated_by);
    return v.known ? (date)v.n : at;
}

int event_counts(const struct eval *ev, int event)
{
    const struct happened *h = &ev->events[event];

    return !h->partial && !h->voided && (h->run < 0 || ev->runs[h->run].state != RUN_FAILED);
}

int event_of_run(const struct eval *ev, int happening, int run, int before)
{
    int found = -1;

    for (int i = run < 0 ? -1 : ev->runs[run].first_event; i >= 0 && i < before; i = ev->events[i].next_in_run)
        if (ev->events[i].happening == happening && !ev->events[i].partial && !ev->events[i].voided)
            found = i;
    return found;
}

int event_last(const struct eval *ev, int happening)
{
    int last = -1, of_failed = -1;

    for (int i = ev->first_of[happening]; i >= 0; i = ev->events[i].next_same) {
        if (event_counts(ev, i))
            last = i;
        else if (!ev->events[i].partial && !ev->events[i].voided)
            of_failed = i;
    }
    return last >= 0 ? last : of_failed;
}

const struct run *procedure_run(const struct eval *ev, int procedure)
{
    const struct run *run = ev->last_run[procedure] < 0 ? NULL : &ev->runs[ev->last_run[procedure]];

    return run && run->reopened ? NULL : run;
}

int refused_by_office(const struct eval *ev, int procedure)
{
    const struct run *run = procedure < 0 ? NULL : procedure_run(ev, procedure);
    const struct procedure *p = run ? &ev->r->procedures[procedure] : NULL;

    if (!run || run->state != RUN_FAILED || !p->step_count)
        return 0;
    for (size_t i = 0; i < p->steps[0].by.count; i++)
        if (p->steps[0].by.organ[i] == ev->r->applicant)
            return 0;
    return 1;
}

const struct run *procedure_done(const struct eval *ev, int procedure)
{
    for (int i = ev->last_run[procedure]; i >= 0; i = ev->runs[i].previous)
        if (ev->runs[i].state == RUN_DONE && !ev->runs[i].reopened)
            return &ev->runs[i];
    return NULL;
}

/* ---- where an act would go ---- */

static const struct act *act_at(const struct regulation *r, int happening, int step)
{
    for (const struct act *act = r->happenings[happening].acts; act; act = act->next_same)
        if (act->step == step)
            return act;
    return NULL;
}

static struct spot begin_or(const struct regulation *r, int happening, const char *key, enum place otherwise, int run)
{
    const struct act *first = act_at(r, happening, 0);

    if (first)
        return (struct spot){PLACE_HERE, -1, key, first};
    return (struct spot){otherwise, run, key, r->happenings[happening].acts};
}

static struct spot spot_of_run(struct eval *ev, int happening, int i, const char *key)
{
    const struct regulation *r = ev->r;
    const struct run *run = &ev->runs[i];
    const struct act *act = act_at(r, happening, run->step);

    if (run->state == RUN_OPEN)
        return (struct spot){act ? PLACE_HERE : PLACE_ELSEWHERE, i, key, act ? act : r->happenings[happening].acts};
    if (run->reopened || (run->state == RUN_FAILED && r->procedures[run->procedure].again))
        return begin_or(r, happening, key, PLACE_NOT_BEGUN, i);
    return (struct spot){run->state == RUN_DONE ? PLACE_DONE : PLACE_FAILED, i, key, r->happenings[happening].acts};
}

/* Runs of a procedure that may run many times: the oldest that waits for this act, else a new one. */
static struct spot spot_of_many(struct eval *ev, int happening, const struct node *with)
{
    const struct regulation *r = ev->r;
    int procedure = r->happenings[happening].procedure;
    int64_t wanted = node_get_int(with, "run", 0),
            last = ev->last_run[procedure] < 0 ? 0 : ev->runs[ev->last_run[procedure]].ordinal;
    struct spot found = {PLACE_NOT_BEGUN, -1, NULL, r->happenings[happening].acts};

    for (int i = ev->last_run[procedure]; i >= 0; i = ev->runs[i].previous) {
        if (wanted && ev->runs[i].ordinal != wanted)
            continue;
        if (wanted)
            return spot_of_run(ev, happening, i, NULL);
        if (ev->runs[i].state == RUN_OPEN && act_at(r, happening, ev->runs[i].step))
            found = (struct spot){PLACE_HERE, i, NULL, act_at(r, happening, ev->runs[i].step)};
        else if (found.place != PLACE_HERE && ev->runs[i].state == RUN_OPEN)
            found = (struct spot){PLACE_ELSEWHERE, i, NULL, r->happenings[happening].acts};
    }
    if (wanted && wanted != last + 1) /* there is no such run, and it is not the next one either */
        return found;
    return found.place == PLACE_HERE ? found : begin_or(r, happening, NULL, found.place, found.run);
}

/* Who answers names no period: the oldest run that waits for this act, be it a later step's or a correction's. */
static int waiting_run(const struct eval *ev, int happening)
{
    int found = -1;

    for (int i = ev->last_run[ev->r->happenings[happening].procedure]; i >= 0; i = ev->runs[i].previous) {
        const struct run *run = &ev->runs[i];
        if (run->state == RUN_OPEN && (run->step > 0 || run->correction) && act_at(ev->r, happening, run->step))
            found = i;
    }
    return found;
}

static struct spot spot_of_period(struct eval *ev, int happening, const struct node *with, date at)
{
    const struct regulation *r = ev->r;
    int procedure = r->happenings[happening].procedure;
    int quarter = r->procedures[procedure].repeat == REPEAT_QUARTER;
    date day = r->procedures[procedure].previous_period ? date_add_months(at, quarter ? -3 : -12) : at;
    const char *now = period_key(ev->a, day, quarter), *key = node_get_str(with, "period");
    struct spot s;
    int waiting = *key ? -1 : waiting_run(ev, happening);

    if (waiting >= 0)
        return spot_of_run(ev, happening, waiting, ev->runs[waiting].key);
    if (!*key)
        key = now;
    for (int i = ev->last_run[procedure]; i >= 0; i = ev->runs[i].previous)
        if (text_eq(ev->runs[i].key, key))
            return spot_of_run(ev, happening, i, key);
    s = begin_or(r, happening, key, PLACE_NOT_BEGUN, -1);
    if (strcmp(key, now) > 0)
        s.place = PLACE_EARLY;
    return s;
}

struct spot spot_find(struct eval *ev, int happening, const struct node *with, date at)
{
    int procedure = ev->r->happenings[happening].procedure;

    switch (ev->r->procedures[procedure].repeat) {
    case REPEAT_MANY:
        return spot_of_many(ev, happening, with);
    case REPEAT_YEAR:
    case REPEAT_QUARTER:
        return spot_of_period(ev, happening, with, at);
    default:
        if (ev->last_run[procedure] >= 0)
            return spot_of_run(ev, happening, ev->last_run[procedure], NULL);
        return begin_or(ev->r, happening, NULL, PLACE_NOT_BEGUN, -1);
    }
}

/* ---- what conditions ask ---- */

int since_event(const struct eval *ev, const struct term *t)
{
    int last = -1;

    for (size_t i = 0; i < t->since_count; i++)
        for (int k = ev->first_of[t->since[i]]; k >= 0; k = ev->events[k].next_same)
            if (k > last && event_counts(ev, k))
                last = k;
    return last;
}

int step_existing(struct eval *ev, int procedure, int step)
{
    const struct procedure *p = &ev->r->procedures[procedure];

    while ((size_t)step < p->step_count && p->steps[step].when && !cond_holds(ev, p->steps[step].when))
        step++;
    return step;
}

/* Of a joint act who comes later may leave out what the others have written; a reason is each one's own. */
const struct node *joint_with(struct eval *ev, const struct node *others, const struct node *mine)
{
    struct node *all;

    if (!node_count(others))
        return mine;
    all = shape_new(ev->a, NODE_OBJECT);
    for (const struct node *n = node_first(others); n; n = n->next)
        if (!node_get(mine, n->key) && !text_eq(n->key, "reason"))
            shape_alias(ev->a, all, n->key, n);
    for (const struct node *n = node_first(mine); n; n = n->next)
        shape_alias(ev->a, all, n->key, n);
    return all;
}

/* ---- taking one event ---- */

static int run_begin(struct eval *ev, int procedure, const char *key, date at)
{
    struct run *run = &ev->runs[ev->run_count];
    const struct run *before = ev->last_run[procedure] < 0 ? NULL : &ev->runs[ev->last_run[procedure]];

    run->procedure = procedure;
    run->ordinal = before ? before->ordinal + 1 : 1;
    run->key = key ? key : before ? arena_fmt(ev->a, "%d", run->ordinal) : "";
    run->state = RUN_OPEN;
    run->since = run->started = at;
    run->ended = DATE_NONE;
    run->first_event = run->last_event = -1;
    run->previous = ev->last_run[procedure];
    ev->last_run[procedure] = ev->run_count;
    return ev->run_count++;
}

void lay_sets(struct eval *ev, const struct act *act, const struct node *with)
{
    for (size_t i = 0; i < act->set_count; i++) {
        const struct set_row *s = &act->sets[i];
        struct value v = s->field ? with_value(ev, act, with, s->field) : s->literal;
        if (v.known)
            ev->facts[s->fact] = v;
    }
}

/* What was done at or after the step gone back to has to be done again; the asking itself stays. */
static void undo_from(struct eval *ev, const struct run *run, int step, int but)
{
    for (int i = run->first_event; i >= 0; i = ev->events[i].next_in_run)
        if (i != but && ev->events[i].act && ev->events[i].act->step >= step)
            ev->events[i].voided = 1;
}

static int all_acted(struct eval *ev, struct run *run, const struct act *act, int organ)
{
    int place;

    if (act->by.kind != ACTOR_ALL || act->by.count < 2)
        return 1;
    if (run->acted_act != act) {
        run->acted_act = act;
        run->acted = 0;
        run->joint = NULL;
    }
    place = actor_place(ev, &act->by, organ, run->acted);
    if (place >= 0)
        run->acted |= 1U << place;
    return run->acted == (1U << act->by.count) - 1;
}

static void run_move(struct eval *ev, struct run *run, const struct act *act, int event)
{
    const struct happened *h = &ev->events[event];
    int next = act->next >= 0 ? act->next : act->step + 1;

    run->acted = 0;
    run->acted_act = NULL;
    run->joint = NULL;
    run->correction = act->correction ? h : NULL;
    if (act->correction)
        undo_from(ev, run, next, event);
    if (act->ends == END_NONE)
        next = step_existing(ev, run->procedure, next);
    if (act->ends != END_NONE || (size_t)next >= ev->r->procedures[run->procedure].step_count) {
        run->state = act->ends == END_FAILED ? RUN_FAILED : RUN_DONE;
        run->ended = h->at;
        return;
    }
    run->step = next;
    run->since = h->at;
}

/* 0 while others have yet to act. */
static int take_joint(struct eval *ev, struct run *run, const struct act *act, struct happened *h)
{
    int last = all_acted(ev, run, act, h->organ);

    if (act->by.kind != ACTOR_ALL || act->by.count < 2)
        return 1;
    h->with = run->joint = joint_with(ev, run->joint, h->with);
    h->at = event_date(ev, act, h->with, instant_date(h->src->at));
    h->partial = !last;
    return last;
}

static void reopen(struct eval *ev, int procedure, date at)
{
    for (int i = ev->last_run[procedure]; i >= 0; i = ev->runs[i].previous) {
        struct run *run = &ev->runs[i];
        run->reopened = 1;
        if (run->state != RUN_OPEN)
            continue;
        run->state = RUN_FAILED; /* nothing comes of what was under way */
        run->ended = at;
    }
}

static void take_act(struct eval *ev, int i, int happening)
{
    struct happened *h = &ev->events[i];
    date at = instant_date(h->src->at);
    struct spot s = spot_find(ev, happening, h->src->with, at);
    struct run *run;

    h->happening = happening;
    assert(s.act); /* a kind of event exists by its acts */
    h->act = s.act;
    h->at = event_date(ev, s.act, h->src->with, at);
    if (s.place != PLACE_HERE)
        ev->irregular = 1;
    if (s.run < 0 || (s.place != PLACE_HERE && s.place != PLACE_ELSEWHERE))
        s.run = run_begin(ev, ev->r->happenings[happening].procedure, s.key, h->at);
    run = &ev->runs[s.run];
    run->step = s.act->step;
    h->run = s.run;
    if (run->last_event >= 0)
        ev->events[run->last_event].next_in_run = i;
    else
        run->first_event = i;
    run->last_event = i;
    if (!take_joint(ev, run, s.act, h))
        return;
    lay_sets(ev, s.act, h->with); /* before moving on: a step may be there for what is now known */
    run_move(ev, run, s.act, i);
    for (size_t k = 0; k < s.act->reopen_count; k++)
        reopen(ev, s.act->reopens[k], h->at);
}

/* The first submission decides which version governs (G-10): an act the regulation names, else one that takes
 * materials. */
static int is_submission(const struct regulation *r, const struct happened *h)
{
    for (size_t i = 0; i < r->expired_refuse_count; i++)
        if (r->expired_refuse[i] == h->happening)
            return 1;
    return !r->expired_refuse_count && h->act->takes_materials;
}

/* A filing sent again mended, a plan that settled something of its projects: that is the project's from then on. */
static void lay_facts(struct eval *ev, const struct case_event *e)
{
    if (!text_eq(e->what, "filing.send") && !text_eq(e->what, PLAN_SETTLED))
        return;
    for (const struct node *n = node_first(node_get(e->with, "facts")); n; n = n->next) {
        int i = regulation_fact_index(ev->r, n->key);
        struct value v = i >= 0 ? value_read(ev->r->facts[i].f.type, n) : (struct value){0};
        if (v.known)
            ev->facts[i] = v;
    }
}

void replay(struct eval *ev)
{
    const struct regulation *r = ev->r;
    size_t count = ev->in->history_count;

    ev->events = ARENA_ARRAY(ev->a, struct happened, count + 1);
    ev->runs = ARENA_ARRAY(ev->a, struct run, count + 1);
    ev->first_of = ARENA_ARRAY(ev->a, int, r->happening_count + 1);
    ev->last_of = ARENA_ARRAY(ev->a, int, r->happening_count + 1);
    ev->last_run = ARENA_ARRAY(ev->a, int, r->procedure_count + 1);
    memset(ev->first_of, 0xFF, (r->happening_count + 1) * sizeof(int));
    memset(ev->last_of, 0xFF, (r->happening_count + 1) * sizeof(int));
    memset(ev->last_run, 0xFF, (r->procedure_count + 1) * sizeof(int));
    for (size_t k = 0; k < count; k++) {
        int i = ev->event_count++;
        struct happened *h = &ev->events[i];
        int happening = regulation_happening(r, ev->in->history[k].what);

        h->src = &ev->in->history[k];
        h->with = h->src->with;
        h->happening = h->run = h->next_same = h->next_in_run = -1;
        h->organ = regulation_organ_index(r, h->src->by);
        h->at = instant_date(h->src->at);
        lay_facts(ev, h->src);
        if (happening < 0)
            continue; /* gate.lift, filing.*, plan.settled, or an act of another version: on record, without effect */
        take_act(ev, i, happening);
        if (ev->last_of[happening] >= 0)
            ev->events[ev->last_of[happening]].next_same = i;
        else
            ev->first_of[happening] = i;
        ev->last_of[happening] = i;
        if (ev->submitted_on == DATE_NONE && is_submission(r, h))
            ev->submitted_on = instant_date(h->src->at);
    }
}
