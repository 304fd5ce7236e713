/*
 * regulation/route.c - the way a project goes: the row that fits, what is added, the road after it
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

static int position(const struct eval *ev, int procedure)
{
    for (int i = 0; i < ev->leg_count; i++)
        if (ev->legs[i].procedure == procedure)
            return i;
    return -1;
}

static void insert_leg(struct eval *ev, int at, int procedure, const struct cites *c)
{
    if (position(ev, procedure) >= 0)
        return;
    memmove(&ev->legs[at + 1], &ev->legs[at], (size_t)(ev->leg_count - at) * sizeof(struct leg));
    memset(&ev->legs[at], 0, sizeof(struct leg));
    ev->legs[at].procedure = procedure;
    ev->legs[at].cites = *c;
    ev->legs[at].exists = ANSWER_YES;
    ev->leg_count++;
}

/* Facts asked about on the way to an answer that did not hang on them are not missing. */
static enum answer decide_row(struct eval *ev, const struct cond *c)
{
    unsigned char *before = arena_alloc(ev->a, ev->r->fact_count + 1);
    enum answer got;

    memcpy(before, ev->missing, ev->r->fact_count);
    got = cond_decide(ev, c);
    if (got != ANSWER_OPEN)
        memcpy(ev->missing, before, ev->r->fact_count);
    return got;
}

/* First row that fits; a row that hangs on a fact not yet known leaves the way undecided. */
static void match_row(struct eval *ev)
{
    for (size_t i = 0; i < ev->r->route_count; i++) {
        const struct route *t = &ev->r->routes[i];
        enum answer got;

        if (t->adds)
            continue;
        got = decide_row(ev, t->when);
        if (got == ANSWER_NO)
            continue;
        ev->route_known = got;
        ev->route = got == ANSWER_YES ? (int)i : -1;
        return;
    }
    ev->route_known = ANSWER_NO;
}

static void add_rows(struct eval *ev)
{
    for (size_t i = 0; i < ev->r->route_count; i++) {
        const struct route *t = &ev->r->routes[i];
        int at;

        if (!t->adds || decide_row(ev, t->when) != ANSWER_YES)
            continue;
        if (ev->route_kept && !procedure_run(ev, t->procedure_count ? t->procedures[0] : 0))
            continue; /* the way was gone without it */
        at = t->before < 0 ? ev->leg_count : position(ev, t->before);
        for (size_t k = 0; at >= 0 && k < t->procedure_count; k++) {
            int before = ev->leg_count;
            insert_leg(ev, at, t->procedures[k], &t->cites);
            at += ev->leg_count - before;
        }
    }
}

static int row_has(const struct route *t, int procedure)
{
    for (size_t i = 0; i < t->procedure_count; i++)
        if (t->procedures[i] == procedure)
            return 1;
    return 0;
}

static int row_done(const struct eval *ev, const struct route *t)
{
    for (size_t i = 0; i < t->procedure_count; i++)
        if (!procedure_done(ev, t->procedures[i]))
            return 0;
    return t->procedure_count > 0;
}

/*
 * The figure an approval sets does not reopen it: a row that was gone to its end by an act
 * that set facts stays the project's, whatever those facts now say (G-11 speaks of the
 * time before approval).
 */
static void keep_row(struct eval *ev)
{
    int best = -1;

    if (ev->route >= 0 && row_done(ev, &ev->r->routes[ev->route]))
        return;
    for (size_t i = 0; i < ev->r->route_count; i++) {
        const struct route *t = &ev->r->routes[i];
        int set = 0;
        if (t->adds || !row_done(ev, t) || (best >= 0 && t->procedure_count <= ev->r->routes[best].procedure_count))
            continue;
        for (int k = 0; k < ev->event_count && !set; k++)
            set = ev->events[k].act && ev->events[k].act->set_count && ev->events[k].act->ends == END_DONE &&
                  event_counts(ev, k) && row_has(t, ev->events[k].act->procedure);
        if (set)
            best = (int)i;
    }
    if (best < 0)
        return;
    ev->route = best;
    ev->route_known = ANSWER_YES;
    ev->route_kept = 1;
    memset(ev->missing, 0, ev->r->fact_count);
}

void route_find(struct eval *ev)
{
    const struct regulation *r = ev->r;
    size_t room = r->procedure_count + r->road_count + 1;
    const int pending = ev->facts_pending; /* of whoever asks: a condition may be the first to want the way */

    if (ev->route_ready)
        return;
    ev->route_ready = 1;
    ev->route = -1;
    ev->route_kept = ev->leg_count = 0;
    ev->legs = ARENA_ARRAY(ev->a, struct leg, room + 1);
    ev->route_known = ANSWER_NO;
    if (ev->subject != SUBJECT_PROJECT)
        return; /* only a project goes a way */
    ev->facts_pending = 1;
    match_row(ev);
    keep_row(ev);
    if (ev->route_known == ANSWER_YES) {
        const struct route *t = &r->routes[ev->route];
        for (size_t k = 0; k < t->procedure_count; k++)
            insert_leg(ev, ev->leg_count, t->procedures[k], &t->cites);
        add_rows(ev);
    }
    for (size_t i = 0; i < r->road_count; i++) {
        const struct road_row *w = &r->road[i];
        int at = ev->leg_count;
        insert_leg(ev, at, w->procedure, w->cites.list ? &w->cites : &r->procedures[w->procedure].cites);
        if (ev->leg_count == at)
            continue; /* the route has it already */
        ev->legs[at].on_road = 1;
        ev->legs[at].alongside = w->alongside;
        ev->legs[at].exists = decide_row(ev, w->when);
    }
    for (int i = 0; i < ev->leg_count; i++)
        if (ev->legs[i].exists == ANSWER_YES)
            ev->legs[i].exists = decide_row(ev, r->procedures[ev->legs[i].procedure].when);
    ev->facts_pending = pending;
}

int leg_of(struct eval *ev, int procedure)
{
    route_find(ev);
    return position(ev, procedure);
}

int leg_waits_for(struct eval *ev, int leg)
{
    if (leg < 0 || ev->legs[leg].alongside)
        return -1;
    for (int i = 0; i < leg; i++)
        if (!ev->legs[i].alongside && ev->legs[i].exists != ANSWER_NO && !procedure_done(ev, ev->legs[i].procedure))
            return i;
    return -1;
}
