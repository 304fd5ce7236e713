/*
 * regulation/verdict_duty.c - the duties of a verdict, corrections among them; what an act would fulfil too late
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

static const char *const DUTY_WORDS[] = {"future", "open", "done", "done_late", "overdue", "cancelled"};
static const char *const LIMIT_WORDS[] = {"working_days",   "days",    "months", "window",   "end_of", "fixed",
                                          "minimum_months", "between", "before", "by_field", "none"};

static void put_duty(struct eval *ev, struct node *list, const struct duty *d, const struct instance *i)
{
    struct node *o = shape_object(ev->a, list, NULL), *count;
    shape_text(ev->a, o, "id", d->id);
    shape_text(ev->a, o, "key", i->key);
    shape_text(ev->a, o, "name", d->name);
    shape_text(ev->a, o, "who", d->who.count ? ev->r->organs[organ_resolve(ev, d->who.organ[0])].id : "");
    shape_text(ev->a, o, "who_name", actor_text(ev, &d->who));
    put_hands(ev, o, &d->who);
    shape_text(ev->a, o, "to_names", actor_text(ev, &d->to));
    shape_text(ev->a, o, "state", DUTY_WORDS[i->state]);
    shape_date(ev->a, o, "trigger_on", i->trigger_on);
    shape_date(ev->a, o, "opens_on", i->opens_on);
    shape_date(ev->a, o, "due_on", i->due_on);
    shape_text(ev->a, o, "limit_text", d->limit.text);
    if (i->due_on != DATE_NONE && i->fulfil_event < 0)
        shape_int(ev->a, o, "working_days_left", i->days_left);
    shape_int(ev->a, o, "late_by", i->late_by);
    shape_date(ev->a, o, "fulfilled_on", i->fulfilled_on);
    shape_bool(ev->a, o, "provisional", i->provisional);
    shape_bool(ev->a, o, "held", i->held);
    if (i->held)
        shape_date(ev->a, o, "counted_on", i->counted_on);
    shape_bool(ev->a, o, "paused", i->paused);
    shape_text(ev->a, o, "strength", d->strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
    shape_text(ev->a, o, "late", d->late);
    shape_alias(ev->a, o, "articles", d->cites.list);
    shape_text(ev->a, o, "quote", d->cites.quote);
    cite(ev, &d->cites);
    if (d->fulfilled_count)
        shape_text(ev->a, o, "act", ev->r->happenings[d->fulfilled_by[0]].full);
    count = shape_object(ev->a, o, "count");
    shape_text(ev->a, count, "kind", LIMIT_WORDS[d->limit.kind]);
    shape_date(ev->a, count, "from", i->trigger_on);
    shape_int(ev->a, count, "days", d->limit.n);
    if (d->limit.kind == LIMIT_WINDOW)
        shape_int(ev->a, count, "closes", d->limit.closes);
    if (d->limit.roll)
        shape_bool(ev->a, count, "roll", 1);
    if (i->stood)
        shape_int(ev->a, count, "stood", i->stood);
}

/* A duty whose trigger still lies ahead is shown where that trigger is on this project's way. */
static int lies_ahead(struct eval *ev, const struct duty *d)
{
    const struct trigger *t = d->trigger;
    int leg;

    while (t && t->kind != TRIGGER_EVENT)
        t = t->a;
    if (!t || d->on != ev->subject)
        return 0;
    leg = leg_of(ev, ev->r->happenings[t->happening].procedure);
    return leg >= 0 && ev->legs[leg].exists != ANSWER_NO && cond_holds(ev, d->when);
}

static void put_corrections(struct eval *ev, struct node *list)
{
    for (int i = 0; i < ev->run_count; i++) {
        const struct run *run = &ev->runs[i];
        struct value until = {0};
        struct node *o;

        if (run->state != RUN_OPEN || !run->correction)
            continue;
        until = value_read(VALUE_DATE, node_get(run->correction->src->with, "until"));
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "id", "correction");
        shape_text(ev->a, o, "key", ev->r->procedures[run->procedure].id);
        shape_text(ev->a, o, "name", arena_fmt(ev->a, "补正：%s", ev->r->procedures[run->procedure].name));
        put_actor_ids(ev, o, "by", &ev->r->procedures[run->procedure].steps[run->step].by);
        shape_text(ev->a, o, "who",
                   ev->r->organs[organ_resolve(ev, ev->r->procedures[run->procedure].steps[run->step].by.organ[0])].id);
        shape_text(ev->a, o, "who_name", actor_text(ev, &ev->r->procedures[run->procedure].steps[run->step].by));
        shape_text(ev->a, o, "to_names", run->correction->organ >= 0 ? ev->r->organs[run->correction->organ].name : "");
        shape_text(ev->a, o, "state", until.known && ev->today > (date)until.n ? "overdue" : "open");
        shape_date(ev->a, o, "trigger_on", run->correction->at);
        shape_date(ev->a, o, "due_on", until.known ? (date)until.n : DATE_NONE);
        shape_text(ev->a, o, "limit_text", "补正期限");
        if (until.known)
            shape_int(ev->a, o, "working_days_left", calendar_workdays_between(ev->c, ev->today, (date)until.n, NULL));
        shape_text(ev->a, o, "strength", "mandatory");
        shape_alias(ev->a, o, "articles", run->correction->act->cites.list);
        cite(ev, &run->correction->act->cites);
    }
}

void verdict_duties(struct eval *ev, struct node *root)
{
    static const struct instance AHEAD = {.key = "",
                                          .state = DUTY_FUTURE,
                                          .trigger_on = DATE_NONE,
                                          .opens_on = DATE_NONE,
                                          .due_on = DATE_NONE,
                                          .fulfilled_on = DATE_NONE,
                                          .counted_on = DATE_NONE,
                                          .trigger_event = -1,
                                          .fulfil_event = -1};
    struct node *list = shape_list(ev->a, root, "duties");

    for (size_t k = 0; k < ev->r->duty_count; k++) {
        const struct duty_memo *m = duty_instances(ev, (int)k);
        for (const struct instance *i = m->first; i; i = i->next)
            put_duty(ev, list, &ev->r->duties[k], i);
        if (!m->first && lies_ahead(ev, &ev->r->duties[k]))
            put_duty(ev, list, &ev->r->duties[k], &AHEAD);
    }
    put_corrections(ev, list);
}

/* The instances this act would fulfil, where the day is past. */
void late_warnings(struct eval *ev, const struct attempt *t, struct node *warnings, int *ret_late)
{
    date on = event_date(ev, t->act, t->with, t->at);

    for (size_t k = 0; k < ev->r->duty_count; k++) {
        const struct duty *d = &ev->r->duties[k];
        int mine = 0;
        for (size_t i = 0; i < d->fulfilled_count; i++)
            mine |= d->fulfilled_by[i] == t->happening;
        for (const struct instance *i = mine ? duty_instances(ev, (int)k)->first : NULL; i; i = i->next) {
            const struct happened *h = i->trigger_event >= 0 ? &ev->events[i->trigger_event] : NULL;
            if (i->fulfil_event >= 0 || i->due_on == DATE_NONE || on <= i->due_on || i->state == DUTY_CANCELLED)
                continue;
            if (h && h->act && h->act->procedure == t->act->procedure && h->run != t->spot.run)
                continue;
            if (d->trigger->kind == TRIGGER_EACH && t->spot.key && !text_eq(t->spot.key, i->key))
                continue;
            *ret_late = 1;
            reason_add(ev, warnings, "late", d->id, &d->cites, t->organ, d->strength, d->late,
                       "「%s」最迟 %s，已超期 %d 个工作日，照收并记为逾期", d->name, date_text(ev->a, i->due_on),
                       calendar_workdays_between(ev->c, i->due_on, on, NULL));
            break;
        }
    }
}
