/*
 * regulation/verdict_part.c - the parts of a verdict: acts, duties, filings, materials, organs, effects
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

#include "base/text.h"
#include "regulation/shape.h"

void put_actor_ids(struct eval *ev, struct node *o, const char *key, const struct actor *x)
{
    struct node *list = shape_list(ev->a, o, key);

    for (size_t i = 0; i < x->count; i++)
        shape_text(ev->a, list, NULL, ev->r->organs[organ_resolve(ev, x->organ[i])].id);
}

void put_correction(struct eval *ev, struct node *o, const char *key, const struct run *run)
{
    const struct happened *h = run->correction;
    struct node *x = shape_object(ev->a, o, key);

    shape_text(ev->a, x, "procedure", ev->r->procedures[run->procedure].id);
    shape_alias(ev->a, x, "items", node_get(h->src->with, "correction"));
    shape_text(ev->a, x, "until", node_get_str(h->src->with, "until"));
    shape_text(ev->a, x, "reason", node_get_str(h->src->with, "reason"));
    shape_text(ev->a, x, "by", h->src->by);
    shape_text(ev->a, x, "by_name", h->organ >= 0 ? ev->r->organs[h->organ].name : h->src->by);
    shape_date(ev->a, x, "at", h->at);
}

/* ---- acts ---- */

static int holds_back(const struct node *reasons)
{
    static const char *const CODES[] = {"scope", "expired", "not_open", "gate", "window", "order", "wrong_role"};

    for (const struct node *n = node_first(reasons); n; n = n->next)
        for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++)
            if (text_eq(node_get_str(n, "code"), CODES[i]))
                return 1;
    return 0;
}

static void put_value(struct eval *ev, struct node *o, const char *key, const struct value *v)
{
    switch (v->type) {
    case VALUE_MONEY:
    case VALUE_INTEGER:
        shape_int(ev->a, o, key, v->n);
        break;
    case VALUE_BOOLEAN:
        shape_bool(ev->a, o, key, v->n != 0);
        break;
    case VALUE_DATE:
        shape_date(ev->a, o, key, (date)v->n);
        break;
    case VALUE_CHOICES:
    case VALUE_ROWS:
        shape_alias(ev->a, o, key, v->list);
        break;
    default:
        shape_text(ev->a, o, key, v->s);
    }
}

/* Whose people do it: the organ's own, or those of the organs that record for a body outside. */
static void put_hands(struct eval *ev, struct node *o, const struct actor *by)
{
    struct node *list = shape_list(ev->a, o, "hands");

    for (size_t i = 0; i < by->count; i++) {
        const struct organ *who = &ev->r->organs[organ_resolve(ev, by->organ[i])];
        size_t count = who->kind == ORGAN_OUTSIDE ? who->recorded_count : 1;

        for (size_t k = 0; k < count; k++) {
            const struct organ *hand =
                who->kind == ORGAN_OUTSIDE ? &ev->r->organs[organ_resolve(ev, who->recorded_by[k])] : who;
            struct node *row = shape_object(ev->a, list, NULL);

            shape_text(ev->a, row, "organ", hand->id);
            shape_text(ev->a, row, "for", who->id);
        }
    }
}

/* What stands on the paper already: the other organs' part of a joint act, what a correction sent back. */
static const struct node *written_before(const struct eval *ev, const struct run *run, const struct act *act)
{
    const struct node *with = NULL;

    if (run && run->acted_act == act)
        return run->joint;
    for (int k = run && run->correction && !act->correction ? run->first_event : -1; k >= 0;
         k = ev->events[k].next_in_run)
        if (ev->events[k].happening == act->happening)
            with = ev->events[k].with;
    return with;
}

/* Fields whose "from" names something known come filled in, and what stands on the paper already. */
static void put_prefill(struct eval *ev, struct node *o, const struct act *act, const struct node *joint)
{
    struct node *filled = NULL;
    const struct node *lacking = node_get(joint, "not_applicable");

    if (node_count(lacking))
        shape_alias(ev->a, o, "not_applicable", lacking);

    for (int which = 0; which < ACT_FORMS; which++) {
        const struct form *f = act_asks_form(ev->r, act, which);
        for (size_t i = 0; f && i < f->field_count; i++) {
            struct value v = value_read(f->fields[i].type, node_get(joint, f->fields[i].id));
            if (!v.known && f->fields[i].from >= 0)
                v = term_value(ev, f->fields[i].from);
            if (!v.known)
                continue;
            if (!filled)
                filled = shape_object(ev->a, o, "prefill");
            put_value(ev, filled, f->fields[i].id, &v);
        }
    }
}

/* given: what the sheet comes filled in with where nothing stands on it yet; NULL none. */
static void show_act(struct eval *ev, struct node *list, struct shown *shown, const struct act *act, struct spot spot,
                     const struct node *given)
{
    const struct procedure *p = &ev->r->procedures[act->procedure];
    struct attempt t = {.what = act->full,
                        .act = act,
                        .spot = spot,
                        .happening = act->happening,
                        .organ = -1,
                        .at = ev->at,
                        .shown = 1};
    struct node *o = shape_object(ev->a, list, NULL);
    struct verdict_lists out;
    struct shown_act *row = &shown->rows[shown->count++];
    const struct run *run = spot.run >= 0 ? &ev->runs[spot.run] : NULL;
    const struct form *form = act->form ? act->form : act_asks_form(ev->r, act, 1);

    shape_text(ev->a, o, "act", act->full);
    shape_text(ev->a, o, "procedure", p->id);
    shape_text(ev->a, o, "procedure_name", p->name);
    shape_text(ev->a, o, "step", p->steps[act->step].id);
    shape_text(ev->a, o, "step_name", p->steps[act->step].name);
    shape_text(ev->a, o, "name", act->name);
    if (run)
        shape_int(ev->a, o, "run", run->ordinal);
    if (spot.key)
        shape_text(ev->a, o, "period", spot.key);
    put_actor_ids(ev, o, "by", &act->by);
    shape_text(ev->a, o, "by_names", actor_text(ev, &act->by));
    shape_bool(ev->a, o, "by_all", act->by.kind == ACTOR_ALL && act->by.count > 1);
    put_hands(ev, o, &act->by);
    if (run && run->acted_act == act) {
        struct node *acted = shape_list(ev->a, o, "acted");
        for (size_t i = 0; i < act->by.count; i++)
            if (run->acted & 1U << i)
                shape_text(ev->a, acted, NULL, ev->r->organs[organ_resolve(ev, act->by.organ[i])].id);
    }
    shape_text(ev->a, o, "to_names", actor_text(ev, &act->to));
    row->node = o;
    row->act = act;
    row->spot = spot;
    out.reasons = shape_new(ev->a, NODE_LIST);
    out.warnings = shape_new(ev->a, NODE_LIST);
    reasons_against(ev, &t, &out);
    row->allowed = !out.reasons->u.kids.count;
    row->blocked = holds_back(out.reasons);
    shape_bool(ev->a, o, "allowed", row->allowed);
    shape_add(o, "reasons", out.reasons);
    shape_add(o, "warnings", out.warnings);
    shape_alias(ev->a, o, "articles", act->cites.list);
    shape_bool(ev->a, o, "materials", act->takes_materials);
    shape_text(ev->a, o, "form", form ? form->id : "");
    shape_bool(ev->a, o, "danger", act->danger);
    shape_bool(ev->a, o, "correction", act->correction);
    if (run && run->acted_act == act && run->joint)
        shape_alias(ev->a, o, "joint", run->joint);
    put_prefill(ev, o, act, given ? given : written_before(ev, run, act));
    if (run && run->correction && !act->correction)
        put_correction(ev, o, "correcting", run);
    cite(ev, &act->cites);
}

static int starts_anew(struct eval *ev, int procedure, struct spot *ret)
{
    const struct procedure *p = &ev->r->procedures[procedure];

    if (!p->step_count || !p->steps[0].act_count)
        return 0;
    *ret = spot_find(ev, p->steps[0].acts[0]->happening, NULL, ev->at);
    return ret->place == PLACE_HERE && ret->run < 0;
}

/* The present period is done and an earlier one is not: its duty can still be met, and the sheet says for which. */
static int starts_late(struct eval *ev, int procedure, struct spot *ret, struct node **ret_given)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    const char *key;

    if ((p->repeat != REPEAT_YEAR && p->repeat != REPEAT_QUARTER) || !p->step_count || !p->steps[0].act_count)
        return 0;
    key = duty_period_owed(ev, p->steps[0].acts[0]->happening);
    if (!key)
        return 0;
    *ret_given = shape_new(ev->a, NODE_OBJECT);
    shape_text(ev->a, *ret_given, "period", key);
    *ret = spot_find(ev, p->steps[0].acts[0]->happening, *ret_given, ev->at);
    return ret->place == PLACE_HERE && ret->run < 0;
}

static void show_procedure(struct eval *ev, struct node *list, struct shown *shown, int procedure)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    struct spot spot;
    struct node *given = NULL;
    int open[16] = {0}, count = 0;

    for (int i = ev->last_run[procedure]; i >= 0 && count < 16; i = ev->runs[i].previous)
        if (ev->runs[i].state == RUN_OPEN)
            open[count++] = i;
    while (count--) {
        const struct run *run = &ev->runs[open[count]];
        const struct step *s = &p->steps[run->step];
        int periodic = p->repeat == REPEAT_YEAR || p->repeat == REPEAT_QUARTER;
        for (size_t k = 0; k < s->act_count; k++)
            if (cond_decide(ev, s->acts[k]->when) != ANSWER_NO)
                show_act(ev, list, shown, s->acts[k],
                         (struct spot){PLACE_HERE, open[count], periodic ? run->key : NULL, s->acts[k]}, NULL);
    }
    if (!starts_anew(ev, procedure, &spot) && !starts_late(ev, procedure, &spot, &given))
        return;
    for (size_t k = 0; k < p->steps[0].act_count; k++) {
        spot.act = p->steps[0].acts[k];
        if (cond_decide(ev, spot.act->when) != ANSWER_NO)
            show_act(ev, list, shown, spot.act, spot, given);
    }
}

/* A gate that stands in the way of an act shown and that an organ may lift is an act of that organ. */
static void show_lifts(struct eval *ev, struct node *list, const struct shown *shown)
{
    for (size_t i = 0; i < ev->r->gate_count; i++) {
        const struct gate *g = &ev->r->gates[i];
        const struct exception *x = NULL;
        struct actor by = {.kind = ACTOR_ANY};
        struct node *o;
        int meets = 0;

        if (!g->liftable || g->warn)
            continue;
        ev->this_pending = 1;
        meets = gate_clear(ev, g, &x) == ANSWER_NO;
        ev->this_pending = 0;
        if (!meets)
            continue;
        meets = 0;
        for (int k = 0; k < shown->count && !meets; k++)
            meets = gate_meets(g, shown->rows[k].act);
        if (!meets)
            continue;
        by.count = g->lift_count < ACTOR_MAX ? g->lift_count : ACTOR_MAX;
        memcpy(by.organ, g->lift_by, by.count * sizeof(int));
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "act", "gate.lift");
        shape_text(ev->a, o, "gate", g->id);
        shape_text(ev->a, o, "name", arena_fmt(ev->a, "解除限制：%s", g->name));
        put_actor_ids(ev, o, "by", &by);
        put_hands(ev, o, &by);
        shape_text(ev->a, o, "by_names", actor_text(ev, &by));
        shape_bool(ev->a, o, "allowed", 1);
        shape_list(ev->a, o, "reasons");
        shape_alias(ev->a, o, "articles", g->cites.list);
        shape_bool(ev->a, o, "main", 0);
    }
}

/* A filing that came back waits for whom the rule lets send it again. */
static void show_resends(struct eval *ev, struct node *list)
{
    for (size_t i = 0; i < ev->r->filing_count; i++) {
        const struct filing *f = &ev->r->filings[i];
        struct actor by = {.kind = ACTOR_ANY, .count = 1, .organ = {f->by}};
        struct node *o;

        if (f->by < 0 || !cond_holds(ev, f->when) || !text_eq(filing_state(ev, f).state, "returned"))
            continue;
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "act", "filing.send");
        shape_text(ev->a, o, "filing", f->id);
        shape_text(ev->a, o, "name", f->mend ? "修改后重新上报" : "重新上报");
        shape_text(ev->a, o, "procedure_name", f->name);
        put_actor_ids(ev, o, "by", &by);
        put_hands(ev, o, &by);
        shape_text(ev->a, o, "by_names", actor_text(ev, &by));
        shape_text(ev->a, o, "to_names", f->to >= 0 ? ev->r->organs[f->to].name : "");
        shape_bool(ev->a, o, "allowed", 1);
        shape_list(ev->a, o, "reasons");
        shape_alias(ev->a, o, "articles", f->mend ? f->mend_cites.list : f->cites.list);
        shape_bool(ev->a, o, "main", 0);
    }
}

static int at_leg(struct eval *ev)
{
    for (int i = 0; i < ev->leg_count; i++) {
        const struct run *run = procedure_run(ev, ev->legs[i].procedure);
        if (ev->legs[i].alongside || ev->legs[i].exists == ANSWER_NO)
            continue;
        if (run && run->state == RUN_FAILED && !ev->r->procedures[run->procedure].again)
            return -1; /* ended for good */
        if (!procedure_done(ev, ev->legs[i].procedure))
            return i;
        if (run && run->state == RUN_OPEN)
            return i;
    }
    return -1;
}

/* A case of another subject has no road: it is at what is open, else at the one procedure there is. */
static int at_procedure(const struct eval *ev)
{
    int only = -1, count = 0;

    for (int i = ev->run_count; i-- > 0;)
        if (ev->runs[i].state == RUN_OPEN)
            return ev->runs[i].procedure;
    for (size_t p = 0; p < ev->r->procedure_count; p++)
        if (ev->r->procedures[p].on == ev->subject) {
            only = (int)p;
            count++;
        }
    return count == 1 && !procedure_run(ev, only) ? only : -1;
}

void verdict_acts(struct eval *ev, struct node *root, struct shown *shown)
{
    struct node *list = shape_list(ev->a, root, "acts");
    size_t room = 0;

    for (size_t i = 0; i < ev->r->happening_count; i++)
        for (const struct act *act = ev->r->happenings[i].acts; act; act = act->next_same)
            room++;
    shown->rows = ARENA_ARRAY(ev->a, struct shown_act, room * 2 + (size_t)ev->run_count * 16 + 1);
    shown->leg = at_leg(ev);
    shown->at = ev->subject != SUBJECT_PROJECT ? at_procedure(ev)
                : shown->leg >= 0              ? ev->legs[shown->leg].procedure
                                               : -1;
    for (int i = 0; i < ev->leg_count; i++)
        if (ev->legs[i].exists != ANSWER_NO)
            show_procedure(ev, list, shown, ev->legs[i].procedure);
    for (size_t i = 0; i < ev->r->procedure_count; i++)
        if (!ev->r->procedures[i].routed && ev->r->procedures[i].on == ev->subject &&
            cond_decide(ev, ev->r->procedures[i].when) != ANSWER_NO)
            show_procedure(ev, list, shown, (int)i);
    for (int k = 0; k < shown->count; k++) {
        struct shown_act *row = &shown->rows[k];
        shape_bool(ev->a, row->node, "main",
                   shown->at == row->act->procedure && !row->blocked && !refused_by_office(ev, shown->at));
    }
    show_lifts(ev, list, shown);
    show_resends(ev, list);
}

/* ---- duties ---- */

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
                       "「%s」期限为%s，已超期%d个工作日，照收并记为逾期", d->name, date_text(ev->a, i->due_on),
                       calendar_workdays_between(ev->c, i->due_on, on, NULL));
            break;
        }
    }
}

/* ---- filings, materials, organs ---- */

static const char *const RECEIPTS[] = {"", "stored", "decided"};

/* What of a returned one is open to whom sends it again. */
static void put_mend(struct eval *ev, struct node *o, const struct filing *f, const struct filing_state *s)
{
    struct node *mend, *list;

    if (!f->mend || !text_eq(s->state, "returned"))
        return;
    mend = shape_object(ev->a, o, "mend");
    list = shape_list(ev->a, mend, "facts");
    for (size_t i = 0; i < f->mend_count; i++)
        if (filing_opens_fact(f, s, ev->r, f->mend_facts[i]))
            shape_text(ev->a, list, NULL, ev->r->facts[f->mend_facts[i]].f.id);
    list = shape_list(ev->a, mend, "documents");
    for (size_t i = 0; i < f->paper_count; i++)
        if (filing_opens_paper(f, s, ev->r, &f->papers[i]))
            shape_text(ev->a, list, NULL, f->papers[i].written);
    shape_alias(ev->a, mend, "articles", f->mend_cites.list);
    cite(ev, &f->mend_cites);
}

void verdict_filings(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "filings");

    for (size_t i = 0; i < ev->r->filing_count; i++) {
        const struct filing *f = &ev->r->filings[i];
        struct filing_state s;
        struct node *o;

        if (!cond_holds(ev, f->when))
            continue;
        s = filing_state(ev, f);
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "id", f->id);
        shape_text(ev->a, o, "name", f->name);
        shape_text(ev->a, o, "state", s.state);
        if (f->by >= 0)
            put_hands(ev, o, &(struct actor){.kind = ACTOR_ANY, .count = 1, .organ = {f->by}});
        shape_text(ev->a, o, "to", f->to >= 0 ? ev->r->organs[f->to].id : "");
        shape_text(ev->a, o, "to_name", f->to >= 0 ? ev->r->organs[f->to].name : "");
        shape_date(ev->a, o, "since", s.event >= 0 ? ev->events[s.event].at : DATE_NONE);
        shape_alias(ev->a, o, "articles", f->cites.list);
        shape_alias(ev->a, o, "reasons", s.reasons);
        shape_text(ev->a, o, "required_receipt", RECEIPTS[f->required]);
        shape_bool(ev->a, o, "received", f->required == RECEIPT_WANTED_NONE || filing_received(ev, f));
        put_mend(ev, o, f, &s);
        cite(ev, &f->cites);
    }
}

static void put_materials(struct eval *ev, struct node *list, int procedure, int run)
{
    const struct procedure *p = &ev->r->procedures[procedure];

    for (size_t i = 0; i < p->material_count; i++) {
        const struct material *m = &p->materials[i];
        struct node *o;
        if (cond_decide(ev, m->when) != ANSWER_YES)
            continue;
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "procedure", p->id);
        shape_text(ev->a, o, "id", m->id);
        shape_text(ev->a, o, "name", m->name);
        shape_alias(ev->a, o, "articles", m->cites.list);
        shape_bool(ev->a, o, "present", material_present(ev, p, run, NULL, m->id));
        shape_bool(ev->a, o, "or_reason", m->or_reason || (m->or_reason_when && cond_holds(ev, m->or_reason_when)));
        shape_text(ev->a, o, "not_applicable", material_reason(ev, run, NULL, m));
        shape_bool(ev->a, o, "required", m->strength == STRENGTH_MANDATORY);
        shape_text(ev->a, o, "strength", m->strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
        shape_text(ev->a, o, "template", m->template_file);
        shape_text(ev->a, o, "hint", m->hint);
        cite(ev, &m->cites);
    }
}

void verdict_materials(struct eval *ev, struct node *root, const struct shown *shown, int attempted)
{
    struct node *list = shape_list(ev->a, root, "materials");
    unsigned char *seen = arena_alloc(ev->a, ev->r->procedure_count + 1);

    for (int k = 0; k < shown->count; k++) {
        const struct shown_act *row = &shown->rows[k];
        int p = row->act->procedure;
        int wanted = row->spot.run >= 0 || p == attempted || p == shown->at;
        if (!row->act->takes_materials || seen[p] || !wanted)
            continue;
        seen[p] = 1;
        put_materials(ev, list, p, row->spot.run);
    }
}

/* Of every procedure, open or not: the materials this project does not need, and those that hang on what is not known.
 */
void verdict_materials_off(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "materials_off");

    for (size_t i = 0; i < ev->r->procedure_count; i++) {
        const struct procedure *p = &ev->r->procedures[i];
        for (size_t k = 0; k < p->material_count; k++) {
            struct node *o;
            if (!p->materials[k].when || cond_holds(ev, p->materials[k].when))
                continue;
            o = shape_object(ev->a, list, NULL);
            shape_text(ev->a, o, "procedure", p->id);
            shape_text(ev->a, o, "id", p->materials[k].id);
        }
    }
}

/* Whether a step of the procedure is that organ's; who: each organ resolved for this project. */
static int has_step_by(const struct procedure *p, const int *who, int organ)
{
    for (size_t s = 0; s < p->step_count; s++)
        for (size_t x = 0; x < p->steps[s].by.count; x++)
            if (who[p->steps[s].by.organ[x]] == organ)
                return 1;
    return 0;
}

void verdict_organs(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "organs");
    const struct procedure **ahead = ARENA_ARRAY(ev->a, const struct procedure *, (size_t)ev->leg_count + 1);
    int *who = ARENA_ARRAY(ev->a, int, ev->r->organ_count + 1), count = 0;

    for (int i = 0; i < ev->leg_count; i++)
        if (ev->legs[i].exists != ANSWER_NO && !procedure_done(ev, ev->legs[i].procedure))
            ahead[count++] = &ev->r->procedures[ev->legs[i].procedure];
    for (size_t k = 0; k < ev->r->organ_count; k++)
        who[k] = organ_resolve(ev, (int)k);
    for (size_t k = 0; k < ev->r->organ_count; k++) {
        struct node *does = NULL;
        for (int i = 0; i < count; i++) {
            if (!has_step_by(ahead[i], who, (int)k))
                continue;
            if (!does) {
                struct node *o = shape_object(ev->a, list, NULL);
                shape_text(ev->a, o, "organ", ev->r->organs[k].id);
                shape_text(ev->a, o, "name", ev->r->organs[k].name);
                does = shape_list(ev->a, o, "does");
            }
            shape_text(ev->a, does, NULL, ahead[i]->name);
        }
    }
}

/* ---- effects ---- */

/* Who has yet to act before an act of { "all": … } takes effect, this one aside. */
static int waits_for_others(struct eval *ev, const struct attempt *t, struct node *waiting)
{
    const struct run *run = t->spot.run >= 0 ? &ev->runs[t->spot.run] : NULL;
    uint32_t acted = run && run->acted_act == t->act ? run->acted : 0;
    int place, left = 0;

    if (t->act->by.kind != ACTOR_ALL || t->act->by.count < 2)
        return 0;
    place = actor_place(ev, &t->act->by, t->organ, acted);
    for (size_t i = 0; i < t->act->by.count; i++)
        if (!(acted & 1U << i) && (int)i != place) {
            shape_text(ev->a, waiting, NULL, ev->r->organs[organ_resolve(ev, t->act->by.organ[i])].id);
            left++;
        }
    return left;
}

static void put_sets(struct eval *ev, struct node *o, const struct attempt *t, const struct set_row *sets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct set_row *s = &sets[i];
        struct value v = s->field ? with_value(ev, t->act, t->with, s->field) : s->literal;
        if (v.known)
            put_value(ev, o, ev->r->facts[s->fact].f.id, &v);
    }
}

static void effects_of_act(struct eval *ev, struct node *o, const struct attempt *t)
{
    const struct act *act = t->act;
    const struct procedure *p = &ev->r->procedures[act->procedure];
    int next = step_existing(ev, act->procedure, act->next >= 0 ? act->next : act->step + 1);
    int ends = act->ends != END_NONE || (size_t)next >= p->step_count;
    struct node *list;

    shape_text(ev->a, o, "ends", !ends ? "" : act->ends == END_FAILED ? "failed" : "done");
    if (!ends) {
        shape_text(ev->a, o, "step_next", p->steps[next].id);
        shape_text(ev->a, o, "step_next_name", p->steps[next].name);
        put_actor_ids(ev, o, "holder_next", &p->steps[next].by);
        shape_text(ev->a, o, "holder_next_names", actor_text(ev, &p->steps[next].by));
    }
    list = shape_list(ev->a, o, "filings");
    for (size_t i = 0; i < ev->r->filing_count; i++)
        for (size_t k = 0; k < ev->r->filings[i].on_count; k++)
            if (ev->r->filings[i].on[k] == act->happening && cond_holds(ev, ev->r->filings[i].when))
                shape_text(ev->a, list, NULL, ev->r->filings[i].id);
    if (act->document && act->document->type == NODE_TEXT)
        shape_text(ev->a, shape_object(ev->a, o, "document"), "id", act->document->u.text);
    else if (act->document)
        shape_alias(ev->a, o, "document", act->document);
    put_sets(ev, shape_object(ev->a, o, "sets"), t, act->sets, act->set_count);
    if (act->item_set_count)
        put_sets(ev, shape_object(ev->a, o, "sets_items"), t, act->item_sets, act->item_set_count);
    shape_text(ev->a, o, "records", act->records);
    shape_text(ev->a, o, "done_text", act->done_text);
    if (act->correction)
        shape_alias(ev->a, o, "correction_items", node_get(t->with, "correction"));
}

void verdict_effects(struct eval *ev, struct node *root, const struct attempt *t)
{
    struct node *o = shape_object(ev->a, root, "effects"), *waiting;

    if (!t->act) {
        shape_text(ev->a, o, text_eq(t->what, "gate.lift") ? "gate" : "filing",
                   node_get_str(t->with, text_eq(t->what, "gate.lift") ? "gate" : "filing"));
        if (text_eq(t->what, "filing.send"))
            shape_text(ev->a, shape_list(ev->a, o, "filings"), NULL, node_get_str(t->with, "filing"));
        if (text_eq(t->what, "filing.send") && node_get(t->with, "facts"))
            shape_alias(ev->a, o, "sets", node_get(t->with, "facts"));
        return;
    }
    shape_text(ev->a, o, "procedure", ev->r->procedures[t->act->procedure].id);
    if (t->spot.run >= 0)
        shape_int(ev->a, o, "run", ev->runs[t->spot.run].ordinal);
    if (t->spot.key)
        shape_text(ev->a, o, "period", t->spot.key);
    waiting = shape_new(ev->a, NODE_LIST);
    if (waits_for_others(ev, t, waiting)) {
        shape_bool(ev->a, o, "partial", 1);
        shape_add(o, "waiting", waiting);
        return;
    }
    effects_of_act(ev, o, t);
}
