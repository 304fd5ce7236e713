/*
 * regulation/check_whole.c - what is wrong only between rules: gaps between bands, rules that
 * together demand the impossible, rules that look at another object's history
 */
#include "config.h"

#include "regulation/check.h"

#include <string.h>

#include "base/text.h"
#include "regulation/sat.h"

/* ---- bands of change ---- */

/* A share of the base in tenths of a percent: enough to stand beside any bound. */
static int band_takes(const struct band *b, int tenths)
{
    if (b->low >= 0 && (b->low_strict ? tenths <= b->low * 10 : tenths < b->low * 10))
        return 0;
    return b->high < 0 || (b->high_strict ? tenths < b->high * 10 : tenths <= b->high * 10);
}

static const char *share_words(struct check *k, const struct change *c, int tenths)
{
    return arena_fmt(k->a, "变更金额%s占批准数额的%d.%d%%", c->single ? "" : "累计", tenths / 10, tenths % 10);
}

static void try_share(struct check *k, const struct change *c, int tenths, int *gap, int *overlap)
{
    const struct band *first = NULL;

    for (size_t i = 0; i < c->band_count; i++) {
        const struct band *b = &c->bands[i];
        if (b->when || !band_takes(b, tenths))
            continue; /* one with a condition does not take every change of that size */
        if (first && !*overlap && !first->otherwise && !b->otherwise) {
            *overlap = 1;
            check_put(k, FINDING_DOUBT, "band_overlap", b->src, 0, &b->cites, "核对「以上、以下」是否含本数",
                      arena_fmt(k->a, "「%s」的两档都适用，取前一档", c->name));
            check_example(k, share_words(k, c, tenths));
        }
        if (!first)
            first = b;
    }
    if (first || *gap)
        return;
    *gap = 1;
    check_put(k, FINDING_ERROR, "band_gap", c->src, 0, &c->cites, "补一档，或写 \"otherwise\": true",
              arena_fmt(k->a, "「%s」的各档之间有缺口", c->name));
    check_example(k, share_words(k, c, tenths));
}

static void check_bands(struct check *k)
{
    for (size_t i = 0; i < k->r->change_count; i++) {
        const struct change *c = &k->r->changes[i];
        int gap = 0, overlap = 0;
        for (size_t x = 0; x < c->band_count; x++)
            for (int d = -1; d <= 1; d++) {
                const struct band *b = &c->bands[x];
                if (b->low >= 0 && b->low * 10 + d >= 0)
                    try_share(k, c, b->low * 10 + d, &gap, &overlap);
                if (b->high >= 0)
                    try_share(k, c, b->high * 10 + d, &gap, &overlap);
            }
        try_share(k, c, 0, &gap, &overlap);
    }
}

/* ---- routes that leave exactly the bound to "otherwise" ---- */

struct bounds {
    const struct cond *below, *above;
};

static void find_bound(const struct regulation *r, const struct cond *c, int fact, enum cond_op op,
                       const struct cond **ret)
{
    if (!c)
        return;
    if (c->kind == COND_COMPARE && c->op == op && c->operand.term < 0 && r->terms[c->term].kind == TERM_FACT &&
        r->terms[c->term].fact == fact)
        *ret = c;
    for (const struct cond *k = c->kids; k; k = k->next)
        find_bound(r, k, fact, op, ret);
}

static void meet(struct check *k, const struct route *x, const struct route *y)
{
    for (size_t fact = 0; fact < k->r->fact_count; fact++) {
        const struct cond *below = NULL, *above = NULL;
        find_bound(k->r, x->when, (int)fact, OP_BELOW, &below);
        find_bound(k->r, y->when, (int)fact, OP_ABOVE, &above);
        if (!below || !above || below->operand.literal.n != above->operand.literal.n)
            continue;
        check_put(k, FINDING_DOUBT, "route_bound_gap", above->src, 0, &y->cites, "其中一边改为 at_most 或 at_least",
                  arena_fmt(k->a, "「%s」与「%s」在界限上相接，界限本身却哪一边都不属", x->name, y->name));
        check_example(k, arena_fmt(k->a, "%s：%s", k->r->facts[fact].f.label,
                                   value_text(k->a, &k->r->facts[fact].f, &below->operand.literal)));
    }
}

static void check_route_bounds(struct check *k)
{
    for (size_t i = 0; i < k->r->route_count; i++)
        for (size_t j = 0; j < k->r->route_count; j++)
            if (i != j && !k->r->routes[i].adds && !k->r->routes[j].adds)
                meet(k, &k->r->routes[i], &k->r->routes[j]);
}

/* ---- rules that together forbid an act to everyone ---- */

struct together {
    const struct regulation *r;
    const struct act *act;
};

static int gate_bars(const struct gate *g, const struct act *act)
{
    int meets = 0;

    if (g->warn || g->liftable || g->strength == STRENGTH_IN_PRINCIPLE)
        return 0;
    for (size_t i = 0; i < g->happening_count; i++)
        meets |= g->happenings[i] == act->happening;
    for (size_t i = 0; i < g->procedure_count; i++)
        meets |= g->procedures[i] == act->procedure && !act->correction && act->ends != END_FAILED;
    return meets;
}

static int may_pass(struct sat *s, const struct gate *g)
{
    int ok = !sat_holds(s, g->when) || sat_holds(s, g->unless);

    for (size_t i = 0; i < g->exception_count; i++)
        ok |= sat_holds(s, g->exceptions[i].when);
    return ok;
}

static int all_pass(struct sat *s, void *p)
{
    const struct together *t = p;
    const struct procedure *q = &t->r->procedures[t->act->procedure];

    if (!sat_holds(s, q->when) || !sat_holds(s, t->act->when))
        return 0;
    for (size_t i = 0; i < q->open_count; i++)
        if (q->opens[i].strength == STRENGTH_MANDATORY && !sat_holds(s, q->opens[i].require))
            return 0;
    for (size_t i = 0; i < t->r->gate_count; i++)
        if (gate_bars(&t->r->gates[i], t->act) && !may_pass(s, &t->r->gates[i]))
            return 0;
    return 1;
}

static const char *gates_of(struct check *k, const struct act *act)
{
    const char *s = "";

    for (size_t i = 0; i < k->r->gate_count; i++)
        if (gate_bars(&k->r->gates[i], act))
            s = arena_fmt(k->a, "%s%s「%s」", s, *s ? "、" : "", k->r->gates[i].name);
    return s;
}

static void check_act(struct check *k, const struct act *act)
{
    const struct procedure *p = &k->r->procedures[act->procedure];
    struct together t = {k->r, act};
    struct sat *s = sat_new(k->r, k->a);
    int gates = 0;

    sat_reachable(s, k->reachable);
    sat_add(s, p->when);
    sat_add(s, act->when);
    for (size_t i = 0; i < p->open_count; i++)
        sat_add(s, p->opens[i].require);
    for (size_t i = 0; i < k->r->gate_count; i++) {
        const struct gate *g = &k->r->gates[i];
        if (!gate_bars(g, act))
            continue;
        gates++;
        sat_add(s, g->when);
        sat_add(s, g->unless);
        for (size_t x = 0; x < g->exception_count; x++)
            sat_add(s, g->exceptions[x].when);
    }
    if (gates > 1 && k->reachable[act->procedure] && sat_each(s, all_pass, &t) == 0)
        check_put(k, FINDING_ERROR, "rules_contradict", act->src, 0, &act->cites, "核对这些限制的 unless 与 when",
                  arena_fmt(k->a, "%s合在一起，没有项目能办「%s」", gates_of(k, act), act->name));
}

static void check_contradictions(struct check *k)
{
    for (size_t h = 0; h < k->r->happening_count; h++)
        for (const struct act *act = k->r->happenings[h].acts; act; act = act->next_same)
            check_act(k, act);
}

/* ---- another object's history ---- */

static int looks_at(const struct regulation *r, const struct cond *c)
{
    const struct term *t;

    switch (c->kind) {
    case COND_DONE:
    case COND_FAILED:
    case COND_OPEN:
        return c->index;
    case COND_HAPPENED:
        return r->happenings[c->index].procedure;
    case COND_COMPARE:
        t = &r->terms[c->term];
        return t->happening >= 0 && t->kind != TERM_THIS ? r->happenings[t->happening].procedure : -1;
    default:
        return -1;
    }
}

static void own_history(struct check *k, const struct cond *c, int on, const struct cites *cites)
{
    int p;

    if (!c)
        return;
    for (const struct cond *kid = c->kids; kid; kid = kid->next)
        own_history(k, kid, on, cites);
    p = c->kids ? -1 : looks_at(k->r, c);
    if (p >= 0 && k->r->procedures[p].on != on)
        check_put(k, FINDING_ERROR, "other_subject", c->src, 0, cites, "由有权机关把它的结果认定为一项事实",
                  arena_fmt(k->a, "「%s」是%s的事项，%s的规则看不到它的经过", k->r->procedures[p].name,
                            subject_name(k->r->procedures[p].on), subject_name(on)));
}

static int gate_subject(const struct regulation *r, const struct gate *g)
{
    if (g->procedure_count)
        return r->procedures[g->procedures[0]].on;
    return g->happening_count ? r->procedures[r->happenings[g->happenings[0]].procedure].on : SUBJECT_PROJECT;
}

/* Every case that is no project is opened by somebody, and something is done on it. */
static void check_declared(struct check *k)
{
    const struct regulation *r = k->r;
    int on[SUBJECT_COUNT] = {0};

    for (size_t i = 0; i < r->procedure_count; i++) {
        const struct procedure *p = &r->procedures[i];
        if (p->on != SUBJECT_PROJECT && !on[p->on]++ && !r->subjects[p->on].name)
            check_put(k, FINDING_ERROR, "subject_missing", node_get(p->src, "on"), 0, &p->cites,
                      arena_fmt(k->a, "在 subjects 中写明「%s」由谁建立", subject_id(p->on)),
                      arena_fmt(k->a, "「%s」在%s上办理，却没有写明这种对象", p->name, subject_name(p->on)));
    }
    for (int i = 0; i < SUBJECT_COUNT; i++)
        if (r->subjects[i].name && !on[i])
            check_put(k, FINDING_ERROR, "subject_idle", r->subjects[i].src, 0, &r->subjects[i].cites,
                      "写明在它上面办理的事项，或者删去",
                      arena_fmt(k->a, "「%s」没有可以办理的事项", r->subjects[i].name));
}

/* What is settled for each project gathered wants a case that gathers. */
static void check_item_sets(struct check *k, const struct act *act)
{
    const struct subject_rule *s = &k->r->subjects[k->r->procedures[act->procedure].on];

    if (act->item_set_count && s->name && !s->gather_count)
        check_put(k, FINDING_ERROR, "nothing_gathered", node_get(act->src, "sets_items"), 0, &act->cites,
                  "在 subjects 中写明 gathers，或者删去",
                  arena_fmt(k->a, "「%s」对所含项目认定事实，「%s」却不汇集项目", act->full, s->name));
}

static void check_subjects(struct check *k)
{
    const struct regulation *r = k->r;

    check_declared(k);
    for (size_t i = 0; i < r->happening_count; i++)
        for (const struct act *act = r->happenings[i].acts; act; act = act->next_same)
            check_item_sets(k, act);

    for (size_t i = 0; i < r->procedure_count; i++) {
        const struct procedure *p = &r->procedures[i];
        own_history(k, p->when, p->on, &p->cites);
        for (size_t x = 0; x < p->open_count; x++)
            own_history(k, p->opens[x].require, p->on, &p->opens[x].cites);
    }
    for (size_t i = 0; i < r->gate_count; i++) {
        own_history(k, r->gates[i].when, gate_subject(r, &r->gates[i]), &r->gates[i].cites);
        own_history(k, r->gates[i].unless, gate_subject(r, &r->gates[i]), &r->gates[i].cites);
    }
    for (size_t i = 0; i < r->duty_count; i++)
        own_history(k, r->duties[i].when, r->duties[i].on, &r->duties[i].cites);
}

/* ---- parameters ---- */

static void check_parameters(struct check *k)
{
    const struct node *n = node_first(node_get(k->r->rules, "parameters"));

    for (size_t i = 0; i < k->r->parameter_count; i++, n = n ? n->next : NULL) {
        const struct parameter *p = &k->r->parameters[i];
        if (!p->f.used)
            check_put(k, FINDING_DOUBT, "parameter_unused", p->f.src, 0, &p->f.cites, "在条件中使用 param:，或删去",
                      arena_fmt(k->a, "参数「%s」没有规则看它", p->f.label));
        if (k->r->has_tenant && !parameter_on(p, k->today).known)
            check_put(k, FINDING_DOUBT, "parameter_unset", p->f.src, 0, &p->f.cites,
                      "在 tenant.json 的 parameters 中写明",
                      arena_fmt(k->a, "参数「%s」今天没有值，看它的条件都不成立", p->f.label));
    }
}

void check_whole(struct check *k)
{
    check_bands(k);
    check_route_bounds(k);
    check_contradictions(k);
    check_subjects(k);
    check_parameters(k);
}
