/*
 * regulation/watch.c - what a supervisor looks for in a case: the lists a regulation knows, and what stands in them
 *
 * An act is refused where a gate stands in its way on the day it is put on record; what escapes is the day it says it
 * happened: a contract signed before the approval, a system used before acceptance. So the gates are asked again, as of
 * that day. What changes add up to stands in a list of its own; what was let through: register.c.
 * A list exists for the rules that give it something to say; each row cites them.
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

#define LIST_APPROVAL   "before_approval"
#define LIST_ACCEPTANCE "before_acceptance"
#define LIST_CHANGE     "change"
#define LIST_SPLIT      "split"
#define LIST_ENTRY      "late_entry"
#define LIST_LATE       "late"
#define LIST_MONEY      "money"
#define LIST_MONEY_OVER "money_over"
#define LIST_MONEY_LEFT "money_left"

/* ---- which rules say that one thing waits for another ---- */

static int phase_is(const struct regulation *r, int procedure, const char *phase)
{
    return text_eq(r->procedures[procedure].phase, phase);
}

/* 1 when the condition waits for something of that phase. */
static int waits_for(const struct regulation *r, const struct cond *c, const char *phase)
{
    if (c == NULL || c->kind == COND_NOT)
        return 0;
    if (c->kind == COND_DONE)
        return phase_is(r, c->index, phase);
    if (c->kind == COND_HAPPENED)
        return phase_is(r, r->happenings[c->index].procedure, phase);
    for (const struct cond *k = c->kids; k; k = k->next)
        if (waits_for(r, k, phase))
            return 1;
    return 0;
}

struct wait { /* a list about order: what is of these phases waits for that one */
    const char *list, *phase[2], *for_phase;
};
static const struct wait waits[] = {
    {LIST_APPROVAL, {"procurement", "construction"}, "approval"},
    {LIST_ACCEPTANCE, {"operation", "operation"}, "acceptance"},
};

static int wait_meets(const struct regulation *r, const struct wait *w, int procedure)
{
    return r->procedures[procedure].on == SUBJECT_PROJECT &&
           (phase_is(r, procedure, w->phase[0]) || phase_is(r, procedure, w->phase[1]));
}

static int gate_waits(const struct regulation *r, const struct wait *w, const struct gate *g)
{
    int meets = 0;

    for (size_t i = 0; i < g->procedure_count; i++)
        meets |= wait_meets(r, w, g->procedures[i]);
    for (size_t i = 0; i < g->happening_count; i++)
        meets |= wait_meets(r, w, r->happenings[g->happenings[i]].procedure);
    return meets && waits_for(r, g->unless, w->for_phase);
}

/* A comparison of a sum with a part of something: a limit on what changes add up to. */
static const struct cond *percent_of(const struct regulation *r, const struct cond *c)
{
    if (c == NULL)
        return NULL;
    if (c->kind == COND_COMPARE && c->operand.percent > 0 && c->operand.term >= 0 && r->terms[c->term].kind == TERM_SUM)
        return c;
    for (const struct cond *k = c->kids; k; k = k->next) {
        const struct cond *found = percent_of(r, k);
        if (found)
            return found;
    }
    return NULL;
}

/* ---- as of a day ---- */

static int done_by(const struct eval *ev, int procedure, date day)
{
    for (int i = ev->last_run[procedure]; i >= 0; i = ev->runs[i].previous)
        if (ev->runs[i].state == RUN_DONE && ev->runs[i].ended != DATE_NONE && ev->runs[i].ended <= day)
            return 1;
    return 0;
}

static int happened_by(const struct eval *ev, int happening, date day)
{
    for (int i = ev->first_of[happening]; i >= 0; i = ev->events[i].next_same)
        if (!ev->events[i].partial && ev->events[i].at <= day)
            return 1;
    return 0;
}

/* What was done or had happened by that day; all else as it is known now. What hangs on the act itself is not held
 * against it. */
static int held_on(struct eval *ev, const struct cond *c, date day)
{
    if (c == NULL)
        return 1;
    switch (c->kind) {
    case COND_DONE:
        return done_by(ev, c->index, day);
    case COND_HAPPENED:
        return happened_by(ev, c->index, day);
    case COND_ALL:
        for (const struct cond *k = c->kids; k; k = k->next)
            if (!held_on(ev, k, day))
                return 0;
        return 1;
    case COND_ANY:
        for (const struct cond *k = c->kids; k; k = k->next)
            if (held_on(ev, k, day))
                return 1;
        return 0;
    default:
        return c->uses_this || cond_decide(ev, c) != ANSWER_NO;
    }
}

/* The earliest day on which what the condition waits for was there; DATE_NONE while it is not. */
static date met_on(const struct eval *ev, const struct cond *c, const char *phase)
{
    date first = DATE_NONE;

    if (c->kind == COND_DONE && phase_is(ev->r, c->index, phase)) {
        const struct run *run = procedure_done(ev, c->index);
        return run ? run->ended : DATE_NONE;
    }
    for (const struct cond *k = c->kids; k; k = k->next) {
        date day = met_on(ev, k, phase);
        if (day != DATE_NONE && (first == DATE_NONE || day < first))
            first = day;
    }
    return first;
}

/* ---- rows ---- */

struct node *watch_put(struct eval *ev, struct node *list, const char *id, const char *ref, const char *name,
                       const struct cites *cites)
{
    struct node *o = shape_object(ev->a, list, NULL);

    shape_text(ev->a, o, "list", id);
    shape_text(ev->a, o, "ref", ref);
    shape_text(ev->a, o, "name", name);
    shape_alias(ev->a, o, "articles", cites->list);
    return o;
}

static const struct happened *too_early(struct eval *ev, const struct wait *w, const struct gate *g)
{
    for (int i = 0; i < ev->event_count; i++) {
        const struct happened *h = &ev->events[i];
        if (h->act && event_counts(ev, i) && wait_meets(ev->r, w, h->act->procedure) && gate_meets(g, h->act) &&
            !held_on(ev, g->unless, h->at))
            return h;
    }
    return NULL;
}

static void put_early(struct eval *ev, struct node *list, const struct wait *w, const struct gate *g)
{
    const struct exception *x = NULL;
    const struct happened *h;
    struct node *o;

    if (!gate_waits(ev->r, w, g) || (g->when && !cond_holds(ev, g->when)) || gate_lifted(ev, g))
        return;
    h = too_early(ev, w, g);
    if (h == NULL || (gate_clear(ev, g, &x) == ANSWER_YES && x))
        return;
    o = watch_put(ev, list, w->list, g->id, h->act->name, &g->cites);
    shape_date(ev->a, o, "on", h->at);
    shape_date(ev->a, o, "against", met_on(ev, g->unless, w->for_phase));
    shape_text(ev->a, o, "words", g->name);
}

/* The same for what a procedure says of its own opening. */
static void put_opened(struct eval *ev, struct node *list, const struct wait *w, int procedure)
{
    const struct procedure *p = &ev->r->procedures[procedure];

    for (size_t k = 0; wait_meets(ev->r, w, procedure) && k < p->open_count; k++) {
        const struct opens_row *row = &p->opens[k];
        struct node *o;
        int i = 0;

        if (!waits_for(ev->r, row->require, w->for_phase))
            continue;
        while (i < ev->event_count && (!ev->events[i].act || ev->events[i].act->procedure != procedure ||
                                       !event_counts(ev, i) || held_on(ev, row->require, ev->events[i].at)))
            i++;
        if (i == ev->event_count)
            continue;
        o = watch_put(ev, list, w->list, arena_fmt(ev->a, "%s.opens%zu", p->id, k), ev->events[i].act->name,
                      &row->cites);
        shape_date(ev->a, o, "on", ev->events[i].at);
        shape_date(ev->a, o, "against", met_on(ev, row->require, w->for_phase));
        shape_text(ev->a, o, "words", row->message);
    }
}

/* How far what adds up is from its bound, before anything has added up too. */
static struct node *meter_put(struct eval *ev, struct node *meters, const char *id, int64_t amount, int64_t base,
                              int64_t percent)
{
    struct node *o = shape_object(ev->a, meters, NULL);

    shape_text(ev->a, o, "id", id);
    shape_int(ev->a, o, "amount", amount);
    shape_int(ev->a, o, "base", base);
    shape_int(ev->a, o, "percent", percent);
    return o;
}

static void gate_meter(struct eval *ev, struct node *meters, const struct gate *g, int64_t amount, int64_t base,
                       int percent)
{
    struct node *o = meter_put(ev, meters, g->id, amount, base, percent), *list;

    shape_text(ev->a, o, "name", g->name);
    cite(ev, &g->cites);
    shape_alias(ev->a, o, "articles", g->cites.list);
    list = shape_list(ev->a, o, "procedures");
    for (size_t i = 0; i < g->procedure_count; i++)
        shape_text(ev->a, list, NULL, ev->r->procedures[g->procedures[i]].id);
    for (size_t i = 0; i < g->happening_count; i++)
        shape_text(ev->a, list, NULL, ev->r->procedures[ev->r->happenings[g->happenings[i]].procedure].id);
}

static void put_sum(struct eval *ev, struct node *list, struct node *meters, const struct gate *g)
{
    const struct cond *c = percent_of(ev->r, g->unless);
    struct value sum, base;
    struct node *o;

    if (c == NULL || (g->when && !cond_holds(ev, g->when)))
        return;
    sum = term_value(ev, c->term);
    base = term_value(ev, c->operand.term);
    if (!base.known)
        return;
    gate_meter(ev, meters, g, sum.known ? sum.n : 0, base.n, c->operand.percent);
    if (!sum.known || sum.n <= 0)
        return;
    o = watch_put(ev, list, LIST_CHANGE, g->id, g->name, &g->cites);
    shape_int(ev->a, o, "amount", sum.n);
    shape_int(ev->a, o, "base", base.n);
    shape_text(ev->a, o, "words", arena_fmt(ev->a, "上限 %d%%", c->operand.percent));
}

static void change_meter(struct eval *ev, struct node *meters, const struct node *n, int64_t so_far)
{
    struct node *o =
        meter_put(ev, meters, node_get_str(n, "id"), so_far, node_get_int(n, "base", 0), node_get_int(n, "percent", 0));
    struct node *list;

    shape_text(ev->a, o, "name", node_get_str(n, "name"));
    shape_alias(ev->a, o, "articles", node_get(n, "articles"));
    list = shape_list(ev->a, o, "procedures");
    for (const struct node *b = node_first(node_get(n, "bands")); b; b = b->next)
        shape_text(ev->a, list, NULL, node_get_str(b, "procedure"));
}

static void put_changes(struct eval *ev, struct node *list, struct node *meters, const struct node *changes)
{
    for (const struct node *n = node_first(changes); n; n = n->next) {
        int64_t so_far = node_get_int(n, "so_far", 0);
        struct node *o;
        if (node_get(n, "percent"))
            change_meter(ev, meters, n, so_far);
        if (so_far <= 0)
            continue;
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "list", LIST_CHANGE);
        shape_text(ev->a, o, "ref", node_get_str(n, "id"));
        shape_text(ev->a, o, "name", node_get_str(n, "name"));
        shape_alias(ev->a, o, "articles", node_get(n, "articles"));
        shape_int(ev->a, o, "amount", so_far);
        shape_int(ev->a, o, "base", node_get_int(n, "base", 0));
        shape_text(ev->a, o, "words", node_get_str(node_first(node_get(n, "bands")), "name"));
    }
}

void verdict_watch(struct eval *ev, struct node *root)
{
    struct node *list, *meters;

    if (ev->event_count == 0 || ev->subject != SUBJECT_PROJECT)
        return;
    list = shape_list(ev->a, root, "watch");
    meters = shape_list(ev->a, root, "meters");
    for (size_t i = 0; i < ev->r->gate_count; i++) {
        const struct gate *g = &ev->r->gates[i];
        for (size_t k = 0; k < sizeof waits / sizeof waits[0]; k++)
            put_early(ev, list, &waits[k], g);
        put_sum(ev, list, meters, g);
    }
    for (size_t i = 0; i < ev->r->procedure_count; i++)
        for (size_t k = 0; k < sizeof waits / sizeof waits[0]; k++)
            put_opened(ev, list, &waits[k], (int)i);
    put_changes(ev, list, meters, node_get(root, "changes"));
    register_put(ev, list);
    stays_put(ev, list);
    catalogue_put(ev, list);
}

/* ---- which lists there are ---- */

struct node *watch_rules(struct arena *a, struct node *all, const char *list)
{
    struct node *o = node_object(a);

    node_add(all, o);
    node_put_kept(a, o, "list", list);
    return node_put_list(a, o, "rules");
}

struct node *watch_rule_put(struct arena *a, struct node *rules, const char *name, const struct cites *cites)
{
    struct node *o = node_add_object(a, rules);

    node_put_text(a, o, "name", name);
    node_put(a, o, "articles", node_copy(a, cites->list));
    node_put_text(a, o, "quote", cites->quote);
    return o;
}

/* The amounts of total investment at which a row of the route table begins or ends. */
static void thresholds_put(const struct regulation *r, struct arena *a, struct node *rules, const struct route *row,
                           const struct cond *c, int fact)
{
    for (; c; c = c->next) {
        if (c->kind == COND_COMPARE && r->terms[c->term].kind == TERM_FACT && r->terms[c->term].fact == fact &&
            c->operand.term < 0 && c->operand.literal.known && c->operand.literal.type == VALUE_MONEY) {
            int seen = 0;
            for (const struct node *n = node_first(rules); n; n = n->next)
                seen |= node_get_int(n, "amount", -1) == c->operand.literal.n;
            if (!seen)
                node_put_int(a, watch_rule_put(a, rules, row->name, &row->cites), "amount", c->operand.literal.n);
        }
        thresholds_put(r, a, rules, row, c->kids, fact);
    }
}

static void waits_list(const struct regulation *r, struct arena *a, struct node *all, const struct wait *w)
{
    struct node *rules = watch_rules(a, all, w->list);

    for (size_t i = 0; i < r->gate_count; i++)
        if (gate_waits(r, w, &r->gates[i]))
            watch_rule_put(a, rules, r->gates[i].name, &r->gates[i].cites);
    for (size_t i = 0; i < r->procedure_count; i++)
        for (size_t k = 0; wait_meets(r, w, (int)i) && k < r->procedures[i].open_count; k++)
            if (waits_for(r, r->procedures[i].opens[k].require, w->for_phase))
                watch_rule_put(a, rules, r->procedures[i].name, &r->procedures[i].opens[k].cites);
}

static void change_list(const struct regulation *r, struct arena *a, struct node *all)
{
    struct node *rules = watch_rules(a, all, LIST_CHANGE);

    for (size_t i = 0; i < r->change_count; i++)
        watch_rule_put(a, rules, r->changes[i].name, &r->changes[i].cites);
    for (size_t i = 0; i < r->gate_count; i++)
        if (percent_of(r, r->gates[i].unless))
            watch_rule_put(a, rules, r->gates[i].name, &r->gates[i].cites);
}

static void split_list(const struct regulation *r, struct arena *a, struct node *all)
{
    struct node *rules = watch_rules(a, all, LIST_SPLIT);
    int fact = regulation_fact_index(r, "total_investment");

    for (size_t i = 0; i < r->route_count && fact >= 0; i++)
        thresholds_put(r, a, rules, &r->routes[i], r->routes[i].when, fact);
}

/* Acts that name their own day, which may lie before the day they are entered. */
static void entry_list(const struct regulation *r, struct arena *a, struct node *all)
{
    struct node *rules = watch_rules(a, all, LIST_ENTRY);

    for (size_t i = 0; i < r->happening_count; i++)
        for (const struct act *act = r->happenings[i].acts; act; act = act->next_same)
            if (act->dated_by && *act->dated_by && r->procedures[act->procedure].on == SUBJECT_PROJECT)
                watch_rule_put(a, rules, act->name, &act->cites);
}

static void late_list(const struct regulation *r, struct arena *a, struct node *all)
{
    struct node *rules = watch_rules(a, all, LIST_LATE);

    for (size_t i = 0; i < r->duty_count; i++)
        if (r->duties[i].limit.kind != LIMIT_NONE && r->duties[i].on == SUBJECT_PROJECT)
            watch_rule_put(a, rules, r->duties[i].name, &r->duties[i].cites);
}

static void money_lists(const struct regulation *r, struct arena *a, struct node *all)
{
    struct node *money = watch_rules(a, all, LIST_MONEY), *over = watch_rules(a, all, LIST_MONEY_OVER);
    struct node *left = watch_rules(a, all, LIST_MONEY_LEFT);

    for (int i = 0; i < MONEY_COLUMNS; i++) {
        const struct money *m = &r->money[i];
        if (!m->src)
            continue;
        watch_rule_put(a, money, m->name, &m->cites);
        if (money_is_left(i))
            watch_rule_put(a, left, m->name, &m->cites);
        for (size_t k = 0; k < m->limit_count; k++)
            watch_rule_put(a, over, arena_fmt(a, "%s不超过%s", m->name, r->money[m->limits[k].column].name),
                           &m->limits[k].cites);
    }
}

struct node *regulation_watches(const struct regulation *r, struct arena *a)
{
    struct node *all = node_list(a);

    waits_list(r, a, all, &waits[0]);
    late_list(r, a, all);
    change_list(r, a, all);
    split_list(r, a, all);
    waits_list(r, a, all, &waits[1]);
    entry_list(r, a, all);
    catalogue_list(r, a, all);
    register_list(r, a, all);
    stays_list(r, a, all);
    money_lists(r, a, all);
    return all;
}
