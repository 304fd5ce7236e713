/*
 * regulation/duty.c - obligations in time: when they began, when they are due, what met them
 *
 * The day of the trigger is day 0 (G-04); periods counted from an event may roll to the
 * next working day, fixed days never do (G-06, G-07). What is late is taken and marked (G-17).
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

#include "base/text.h"

enum { DUTY_PERIODS_MAX = 400 };

/* ---- triggers ---- */

static int happening_in(const int *list, size_t count, int happening)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == happening)
            return 1;
    return 0;
}

/* The last event that sets the clock of this duty back; -1 none. */
static int last_reset(const struct eval *ev, const struct duty *d)
{
    int last = -1;

    for (size_t i = 0; i < d->reset_count; i++)
        for (int k = ev->first_of[d->reset_by[i]]; k >= 0; k = ev->events[k].next_same)
            if (!ev->events[k].partial && k > last)
                last = k;
    return last;
}

static date trigger_event_date(struct eval *ev, const struct trigger *t, int event)
{
    struct value v;

    if (!t->field)
        return ev->events[event].at;
    v = value_read(VALUE_DATE, node_get(ev->events[event].with, t->field));
    return v.known ? (date)v.n : DATE_NONE;
}

static date trigger_date(struct eval *ev, const struct trigger *t)
{
    date x, y;

    if (!t)
        return DATE_NONE;
    if (t->kind == TRIGGER_EVENT) {
        int i = event_last(ev, t->happening);
        return i < 0 || !event_counts(ev, i) ? DATE_NONE : trigger_event_date(ev, t, i);
    }
    if (t->kind == TRIGGER_EACH)
        return trigger_date(ev, t->a);
    if (t->kind == TRIGGER_ALWAYS) /* from the first thing that happened; of a draft from today */
        return ev->event_count ? ev->events[0].at : ev->today;
    x = trigger_date(ev, t->a);
    y = trigger_date(ev, t->b);
    if (t->kind == TRIGGER_LATER)
        return x == DATE_NONE || y == DATE_NONE ? DATE_NONE : x > y ? x : y;
    return x == DATE_NONE ? y : y == DATE_NONE ? x : x < y ? x : y;
}

/* ---- limits ---- */

static void period_of(date d, int quarter, date *ret_first, date *ret_last)
{
    int year, month, day, first;

    date_split(d, &year, &month, &day);
    first = quarter ? (month - 1) / 3 * 3 + 1 : 1;
    *ret_first = date_of(year, first, 1);
    *ret_last = date_add_months(*ret_first, quarter ? 3 : 12) - 1;
}

static date last_day(struct eval *ev, enum calendar_unit unit, date from, int n, int roll, int *provisional)
{
    return calendar_last_day(ev->c, from, &(struct calendar_period){.unit = unit, .n = n, .roll = roll}, provisional);
}

/* The date an event carries: that of the instance's own run where it is one of its events, else the latest. */
static date named_date(struct eval *ev, const struct operand *o, const struct instance *i)
{
    const struct term *t = o->term >= 0 ? &ev->r->terms[o->term] : NULL;
    int run = i->trigger_event >= 0 ? ev->events[i->trigger_event].run : -1;
    struct operand own = *o;

    if (run >= 0 && t && t->kind == TERM_FIELD && ev->events[i->trigger_event].happening == t->happening) {
        own.literal = value_read(t->type, node_get(ev->events[i->trigger_event].with, t->field));
        own.term = -1;
        return operand_date(ev, &own);
    }
    for (int k = run >= 0 && t && t->kind == TERM_FIELD ? ev->runs[run].first_event : -1; k >= 0;
         k = ev->events[k].next_in_run)
        if (ev->events[k].happening == t->happening && !ev->events[k].partial && !ev->events[k].voided) {
            own.literal = value_read(t->type, node_get(ev->events[k].with, t->field));
            own.term = -1;
        }
    return operand_date(ev, &own);
}

/* in_period: a day of the period of a recurring duty, the trigger day otherwise. */
static void limit_apply(struct eval *ev, const struct limit *x, date from, date in_period, struct instance *i)
{
    date first, last;

    switch (x->kind) {
    case LIMIT_WORKING_DAYS:
        i->due_on = last_day(ev, CALENDAR_WORKING_DAYS, from, x->n, 0, &i->provisional);
        break;
    case LIMIT_DAYS:
        i->due_on = last_day(ev, CALENDAR_DAYS, from, x->n, x->roll, &i->provisional);
        break;
    case LIMIT_MONTHS:
        i->due_on = last_day(ev, CALENDAR_MONTHS, from, x->n, x->roll, &i->provisional);
        break;
    case LIMIT_WINDOW:
        i->opens_on = date_add_months(from, x->n); /* the opening day does not move (G-06) */
        i->due_on = last_day(ev, CALENDAR_MONTHS, from, x->closes, x->roll, &i->provisional);
        break;
    case LIMIT_MINIMUM_MONTHS:
        i->opens_on = date_add_months(from, x->n);
        break;
    case LIMIT_END_OF:
        period_of(in_period, x->quarter, &first, &last);
        i->due_on = last;
        break;
    case LIMIT_BETWEEN:
        i->opens_on = date_in_year(date_year(in_period) + x->year, x->open_month, x->open_day);
        i->due_on = date_in_year(date_year(in_period) + x->year, x->month, x->day);
        break;
    case LIMIT_FIXED:
        i->due_on = date_in_year(date_year(in_period) + x->year, x->month, x->day);
        break;
    case LIMIT_BEFORE:
    case LIMIT_BY_FIELD:
        i->due_on = named_date(ev, &x->operand, i);
        break;
    case LIMIT_NONE:
        break;
    }
}

/* Days the clock stood: from each pausing event to the next event of the same run. */
static int stood(struct eval *ev, const struct duty *d, struct instance *i)
{
    int days = 0;

    if (!d->paused_count || i->trigger_event < 0)
        return 0;
    for (int k = ev->events[i->trigger_event].next_in_run; k >= 0; k = ev->events[k].next_in_run) {
        int next = ev->events[k].next_in_run;
        date until = next >= 0 ? ev->events[next].at : ev->today;
        if (!happening_in(d->paused_by, d->paused_count, ev->events[k].happening))
            continue;
        if (next < 0)
            i->paused = 1;
        days += d->limit.kind == LIMIT_WORKING_DAYS
                    ? calendar_workdays_between(ev->c, ev->events[k].at, until, &i->provisional)
                    : until - ev->events[k].at;
    }
    return days > 0 ? days : 0;
}

/* ---- what fulfils ---- */

/* The run an act was part of failed, and this was not the act that ended it: nothing came of it. */
static int came_to_nothing(const struct eval *ev, int event)
{
    const struct happened *h = &ev->events[event];

    return h->run >= 0 && ev->runs[h->run].state == RUN_FAILED && ev->runs[h->run].last_event != event;
}

static int fulfils(const struct eval *ev, const struct duty *d, const struct instance *i, int event)
{
    const struct happened *h = &ev->events[event];
    const struct happened *t = i->trigger_event >= 0 ? &ev->events[i->trigger_event] : NULL;

    if (h->partial || (d->complete && h->voided) || !happening_in(d->fulfilled_by, d->fulfilled_count, h->happening))
        return 0;
    if (t && event <= i->trigger_event)
        return 0;
    if (t && h->run >= 0 && t->run >= 0 && ev->runs[h->run].procedure == ev->runs[t->run].procedure)
        return h->run == t->run;
    return !came_to_nothing(ev, event);
}

static int fulfil_find(struct eval *ev, const struct duty *d, const struct instance *i, const unsigned char *used,
                       const char *period)
{
    for (int k = 0; k < ev->event_count; k++) {
        if ((used[k] && !d->fulfils_all) || !fulfils(ev, d, i, k))
            continue;
        if (period) {
            const struct happened *h = &ev->events[k];
            const char *key = h->run >= 0 ? ev->runs[h->run].key : "";
            enum repeat repeat = h->run >= 0 ? ev->r->procedures[ev->runs[h->run].procedure].repeat : REPEAT_ONCE;
            if (repeat != REPEAT_YEAR && repeat != REPEAT_QUARTER) {
                key = node_get_str(h->with, "period");
                if (!*key)
                    key = period_key(ev->a, h->at, d->trigger->quarter);
            }
            if (!text_eq(key, period))
                continue;
        }
        return k;
    }
    return -1;
}

/* ---- instances ---- */

/* What was counted before the present calendar stands until it is counted again by a recorded act. */
static void hold(const struct eval *ev, const struct duty *d, struct instance *i)
{
    for (size_t k = 0; k < ev->in->held_count; k++) {
        const struct held_day *h = &ev->in->held[k];

        if (h->counted != i->due_on || !text_eq(h->duty, d->id) || !text_eq(h->key, i->key))
            continue;
        i->counted_on = i->due_on;
        i->due_on = h->stands;
        i->provisional = h->provisional;
        i->held = 1;
        return;
    }
}

static void settle(struct eval *ev, const struct duty *d, struct instance *i)
{
    int failed = i->trigger_event >= 0 && ev->events[i->trigger_event].run >= 0 &&
                 ev->runs[ev->events[i->trigger_event].run].state == RUN_FAILED;

    if (i->fulfil_event >= 0) {
        i->fulfilled_on = ev->events[i->fulfil_event].at;
        i->state = DUTY_DONE;
        if (i->due_on != DATE_NONE && i->fulfilled_on > i->due_on) {
            i->state = DUTY_DONE_LATE;
            i->late_by = calendar_workdays_between(ev->c, i->due_on, i->fulfilled_on, NULL);
        }
    } else if (failed) {
        i->state = DUTY_CANCELLED;
    } else if (i->due_on != DATE_NONE && ev->today > i->due_on) {
        i->state = DUTY_OVERDUE;
        i->late_by = calendar_workdays_between(ev->c, i->due_on, ev->today, NULL);
    } else {
        i->state = (i->opens_on != DATE_NONE && ev->today < i->opens_on) || i->trigger_on > ev->today ? DUTY_FUTURE
                                                                                                      : DUTY_OPEN;
    }
    if (i->due_on != DATE_NONE && (i->state == DUTY_OPEN || i->state == DUTY_FUTURE || i->state == DUTY_OVERDUE))
        i->days_left = calendar_workdays_between(ev->c, ev->today, i->due_on, NULL);
    if (i->provisional)
        ev->provisional = 1;
    (void)d;
}

static struct instance *instance_new(struct eval *ev, struct duty_memo *m, const char *key, date trigger_on, int event)
{
    struct instance *i = ARENA_NEW(ev->a, struct instance), **tail = &m->first;

    i->key = key;
    i->trigger_on = trigger_on;
    i->opens_on = i->due_on = i->fulfilled_on = i->counted_on = DATE_NONE;
    i->trigger_event = event;
    i->fulfil_event = -1;
    while (*tail)
        tail = &(*tail)->next;
    *tail = i;
    m->count++;
    return i;
}

static void complete(struct eval *ev, const struct duty *d, struct instance *i, date in_period, unsigned char *used,
                     const char *period)
{
    int days;

    limit_apply(ev, &d->limit, i->trigger_on, in_period, i);
    i->stood = days = stood(ev, d, i);
    if (days && i->due_on != DATE_NONE)
        i->due_on = d->limit.kind == LIMIT_WORKING_DAYS ? calendar_add_workdays(ev->c, i->due_on, days, &i->provisional)
                                                        : i->due_on + days;
    hold(ev, d, i);
    i->fulfil_event = fulfil_find(ev, d, i, used, period);
    if (i->fulfil_event >= 0)
        used[i->fulfil_event] = 1;
    settle(ev, d, i);
}

/* "" for the first run, then "2", "3" …; a second counting event in one run "1.2". */
static const char *event_key(struct eval *ev, const struct duty *d, int event, int nth)
{
    int run = ev->events[event].run;
    const char *key = run >= 0 ? ev->runs[run].key : "";

    (void)d;
    if (nth == 1)
        return key;
    return arena_fmt(ev->a, "%s.%d", *key ? key : "1", nth);
}

static void each_event(struct eval *ev, const struct duty *d, struct duty_memo *m, unsigned char *used)
{
    int after = last_reset(ev, d);

    for (int k = ev->first_of[d->trigger->happening]; k >= 0; k = ev->events[k].next_same) {
        const struct happened *h = &ev->events[k];
        date on = trigger_event_date(ev, d->trigger, k);
        int nth = 1;

        if (h->partial || h->voided || k < after || on == DATE_NONE)
            continue;
        for (const struct instance *i = m->first; i; i = i->next)
            nth += i->trigger_event >= 0 && ev->events[i->trigger_event].run == h->run;
        complete(ev, d, instance_new(ev, m, event_key(ev, d, k, nth), on, k), on, used, NULL);
    }
}

/* The day of the first period lay before the duty began: nothing was due then. */
static int over_before(struct eval *ev, const struct duty *d, date in_period, date from)
{
    struct instance try = {.trigger_event = -1, .opens_on = DATE_NONE, .due_on = DATE_NONE};

    if (from == DATE_NONE)
        return 0;
    limit_apply(ev, &d->limit, from, in_period, &try);
    return try.due_on != DATE_NONE && try.due_on < from;
}

static void each_period(struct eval *ev, const struct duty *d, struct duty_memo *m, unsigned char *used)
{
    int quarter = d->trigger->quarter, n = 0;
    date from = d->trigger->a ? trigger_date(ev, d->trigger->a) : ev->at;
    date until = d->trigger->b ? trigger_date(ev, d->trigger->b) : DATE_NONE;
    date first, last, stop;

    if (from == DATE_NONE)
        return;
    stop = ev->today;
    if (until != DATE_NONE && until < stop)
        stop = until;
    period_of(from, quarter, &first, &last);
    for (; first <= stop && n < DUTY_PERIODS_MAX; n++) {
        const char *key = period_key(ev->a, first, quarter);
        date on = d->trigger->after ? last + 1 : !d->trigger->a || first > from ? first : from;
        if (!over_before(ev, d, first, d->trigger->a ? from : DATE_NONE))
            complete(ev, d, instance_new(ev, m, key, on, -1), first, used, key);
        first = last + 1;
        period_of(first, quarter, &first, &last);
    }
}

/* What would have begun while a higher rule sets the duty aside is not owed. */
static void drop_suspended(const struct eval *ev, int duty, struct duty_memo *m)
{
    struct instance **at = &m->first;

    while (ev->r->suspension_count && *at) {
        if (suspension_find(ev, -1, duty, (*at)->trigger_on)) {
            *at = (*at)->next;
            m->count--;
        } else {
            at = &(*at)->next;
        }
    }
}

struct duty_memo *duty_instances(struct eval *ev, int duty)
{
    struct duty_memo *m = &ev->duties[duty];
    const struct duty *d = &ev->r->duties[duty];
    unsigned char *used;

    if (m->ready)
        return m;
    if (!ev->c)
        return m; /* facts are being read: no calendar, no history, no duties */
    m->ready = 1; /* a duty that hangs on itself has no instances meanwhile */
    used = arena_alloc(ev->a, (size_t)ev->event_count + 1);
    if (d->on == ev->subject && cond_holds(ev, d->when)) {
        if (d->trigger->kind == TRIGGER_EVENT) {
            each_event(ev, d, m, used);
        } else if (d->trigger->kind == TRIGGER_EACH) {
            each_period(ev, d, m, used);
        } else {
            date on = trigger_date(ev, d->trigger);
            if (on != DATE_NONE)
                complete(ev, d, instance_new(ev, m, "", on, -1), on, used, NULL);
        }
    }
    drop_suspended(ev, duty, m);
    m->ready = 2;
    return m;
}

int duty_window_open(struct eval *ev, int duty)
{
    const struct duty_memo *m = duty_instances(ev, duty);

    for (const struct instance *i = m->first; i; i = i->next)
        if ((i->opens_on == DATE_NONE || i->opens_on <= ev->at) && (i->due_on == DATE_NONE || ev->at <= i->due_on))
            return 1;
    return 0;
}

int duty_overdue(struct eval *ev, int duty)
{
    const struct duty_memo *m = duty_instances(ev, duty);

    for (const struct instance *i = m->first; i; i = i->next)
        if (i->fulfil_event < 0 && i->state != DUTY_CANCELLED && i->due_on != DATE_NONE && ev->at > i->due_on)
            return 1;
    return 0;
}

const char *duty_period_owed(struct eval *ev, int happening)
{
    for (size_t k = 0; k < ev->r->duty_count; k++) {
        const struct duty *d = &ev->r->duties[k];

        if (d->trigger->kind != TRIGGER_EACH || d->on != ev->subject ||
            !happening_in(d->fulfilled_by, d->fulfilled_count, happening))
            continue;
        for (const struct instance *i = duty_instances(ev, (int)k)->first; i; i = i->next)
            if (i->state == DUTY_OPEN || i->state == DUTY_OVERDUE)
                return i->key;
    }
    return NULL;
}

int duty_too_early(struct eval *ev, int happening, date at, int *ret_duty, date *ret_opens)
{
    for (size_t k = 0; k < ev->r->duty_count; k++) {
        const struct duty *d = &ev->r->duties[k];
        const struct duty_memo *m;
        date opens = DATE_NONE;
        int may = 0, waiting = 0;

        if ((d->limit.kind != LIMIT_WINDOW && d->limit.kind != LIMIT_BETWEEN &&
             d->limit.kind != LIMIT_MINIMUM_MONTHS) ||
            !happening_in(d->fulfilled_by, d->fulfilled_count, happening) || !cond_holds(ev, d->when))
            continue;
        m = duty_instances(ev, (int)k);
        for (const struct instance *i = m->first; i; i = i->next) {
            if (i->fulfil_event >= 0)
                continue;
            waiting = 1;
            may |= at >= i->opens_on;
            if (opens == DATE_NONE || i->opens_on < opens)
                opens = i->opens_on;
        }
        if (may || (m->first && !waiting))
            continue;
        *ret_duty = (int)k;
        *ret_opens = opens;
        return 1;
    }
    return 0;
}
