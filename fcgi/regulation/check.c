/*
 * regulation/check.c - what the loader cannot see row by row
 *
 * Errors make a regulation unfit to be published; doubts are for its editor to look at.
 * Findings about routes and gates come with a counter-example project in words.
 */
#include "config.h"

#include "regulation/regulation.h"

#include <string.h>

#include "base/text.h"
#include "regulation/check.h"
#include "regulation/sat.h"

void check_put(struct check *k, enum finding_level level, const char *id, const struct node *at, int on_key,
               const struct cites *c, const char *mend, const char *message)
{
    finding_put(k->f, level, id, k->r->file, at, on_key, c && c->joined ? c->joined : "", mend, "%s", message);
}

void check_example(struct check *k, const char *words)
{
    k->f->last->example = words;
}

/* ---- routes ---- */

struct route_seen {
    const struct regulation *r;
    unsigned char *first; /* rows that were the first to match somewhere */
    unsigned char *added;
    unsigned char *scope; /* rows of the scope that can part the projects tried */
    const char *gap;
    const char **overlap; /* per pair */
};

static int tests_fact(const struct regulation *r, const struct cond *c, int fact)
{
    if (!c)
        return 0;
    if (c->kind == COND_COMPARE && r->terms[c->term].kind == TERM_FACT && r->terms[c->term].fact == fact &&
        (r->terms[c->term].type == VALUE_MONEY || r->terms[c->term].type == VALUE_INTEGER ||
         r->terms[c->term].type == VALUE_DATE))
        return 1;
    for (const struct cond *k = c->kids; k; k = k->next)
        if (tests_fact(r, k, fact))
            return 1;
    return 0;
}

/* Rows that set bounds on the same amount are meant to part it; others take precedence by their order. */
static int share_amount(const struct regulation *r, const struct route *x, const struct route *y)
{
    for (size_t i = 0; i < r->fact_count; i++)
        if (tests_fact(r, x->when, (int)i) && tests_fact(r, y->when, (int)i))
            return 1;
    return 0;
}

static int see_routes(struct sat *s, void *p)
{
    struct route_seen *seen = p;
    const struct regulation *r = seen->r;
    int first = -1;

    for (size_t i = 0; i < r->scope_count; i++)
        if (seen->scope[i] && sat_holds(s, r->scope[i].when))
            return 0; /* not a project of this regulation */
    for (size_t i = 0; i < r->route_count; i++) {
        const struct route *t = &r->routes[i];
        if (!sat_holds(s, t->when))
            continue;
        if (t->adds) {
            seen->added[i] = 1;
            continue;
        }
        if (first < 0) {
            first = (int)i;
            seen->first[i] = 1;
            continue;
        }
        if (t->when && !seen->overlap[(size_t)first * r->route_count + i] && share_amount(r, &r->routes[first], t))
            seen->overlap[(size_t)first * r->route_count + i] = sat_words(s);
    }
    if (first < 0 && !seen->gap)
        seen->gap = sat_words(s);
    return 0;
}

static void check_routes(struct check *k)
{
    const struct regulation *r = k->r;
    struct route_seen seen = {.r = r,
                              .first = arena_alloc(k->a, r->route_count + 1),
                              .added = arena_alloc(k->a, r->route_count + 1),
                              .scope = arena_alloc(k->a, r->scope_count + 1),
                              .overlap = ARENA_ARRAY(k->a, const char *, r->route_count * r->route_count + 1)};
    struct sat *s = sat_new(r, k->a);
    const struct node *list = node_get(r->rules, "routes");

    for (size_t i = 0; i < r->route_count; i++)
        sat_add(s, r->routes[i].when);
    /* a row over other facts leaves a project of every kind in the scope: trying them would only multiply */
    for (size_t i = 0; i < r->scope_count; i++) {
        seen.scope[i] = (unsigned char)sat_knows(s, r->scope[i].when);
        if (seen.scope[i])
            sat_add(s, r->scope[i].when);
    }
    if (sat_each(s, see_routes, &seen) < 0) {
        check_put(k, FINDING_DOUBT, "route_too_many", list, 1, NULL, "减少路径条件中的事实",
                  "路径的条件过多，不能逐一核对");
        return;
    }
    if (seen.gap) {
        check_put(k, FINDING_ERROR, "route_gap", list, 1, NULL, "补一行，或在最后写 \"otherwise\": true",
                  "有的项目没有一条路径可走");
        check_example(k, seen.gap);
    }
    for (size_t i = 0; i < r->route_count; i++) {
        const struct route *t = &r->routes[i];
        if (t->adds ? !seen.added[i] : !seen.first[i])
            check_put(k, FINDING_DOUBT, "route_dead", t->src, 0, &t->cites, "核对条件与先后次序",
                      arena_fmt(k->a, "没有项目会走到「%s」这一行", *t->name ? t->name : t->id));
        for (size_t j = i + 1; j < r->route_count; j++)
            if (seen.overlap[i * r->route_count + j]) {
                check_put(k, FINDING_DOUBT, "route_overlap", r->routes[j].src, 0, &r->routes[j].cites,
                          "核对界限的「以上、以下」是否含本数",
                          arena_fmt(k->a, "「%s」与「%s」两条路径都适用，取前一条", t->name, r->routes[j].name));
                check_example(k, seen.overlap[i * r->route_count + j]);
            }
    }
    for (size_t i = 0; i + 1 < r->route_count; i++)
        if (!r->routes[i].adds && !r->routes[i].when)
            for (size_t j = i + 1; j < r->route_count; j++)
                if (!r->routes[j].adds) {
                    check_put(k, FINDING_ERROR, "otherwise_not_last", r->routes[i].src, 0, &r->routes[i].cites,
                              "移到最后", "otherwise 之后还有路径");
                    return;
                }
}

/* ---- what can open ---- */

struct open_ask {
    const struct procedure *p;
};

static int opens_here(struct sat *s, void *p)
{
    const struct open_ask *ask = p;

    if (!sat_holds(s, ask->p->when))
        return 0;
    for (size_t i = 0; i < ask->p->open_count; i++)
        if (ask->p->opens[i].strength == STRENGTH_MANDATORY && !sat_holds(s, ask->p->opens[i].require))
            return 0;
    return 1;
}

/* Grows the set of procedures that can open until nothing is added. */
static void find_reachable(struct check *k)
{
    const struct regulation *r = k->r;
    int grew = 1;

    k->reachable = arena_alloc(k->a, r->procedure_count + 1);
    while (grew) {
        grew = 0;
        for (size_t i = 0; i < r->procedure_count; i++) {
            struct open_ask ask = {&r->procedures[i]};
            struct sat *s;
            if (k->reachable[i])
                continue;
            s = sat_new(r, k->a);
            sat_reachable(s, k->reachable);
            sat_add(s, ask.p->when);
            for (size_t x = 0; x < ask.p->open_count; x++)
                sat_add(s, ask.p->opens[x].require);
            if (sat_each(s, opens_here, &ask) != 0)
                k->reachable[i] = (unsigned char)(grew = 1);
        }
    }
    for (size_t i = 0; i < r->procedure_count; i++)
        if (!k->reachable[i])
            check_put(k, FINDING_ERROR, "procedure_never_opened", r->procedures[i].src, 1, &r->procedures[i].cites,
                      "核对 opens 与 when：是否互相等待，或条件自相矛盾",
                      arena_fmt(k->a, "「%s」永远不能开始", r->procedures[i].name));
}

/* ---- gates ---- */

struct gate_seen {
    const struct gate *g;
    const char *blocked, *clear;
};

static int see_gate(struct sat *s, void *p)
{
    struct gate_seen *seen = p;
    int ok;

    if (!sat_holds(s, seen->g->when))
        return 0;
    ok = sat_holds(s, seen->g->unless);
    for (size_t i = 0; i < seen->g->exception_count; i++)
        ok |= sat_holds(s, seen->g->exceptions[i].when);
    if (ok && !seen->clear)
        seen->clear = sat_words(s);
    if (!ok && !seen->blocked)
        seen->blocked = sat_words(s);
    return seen->clear && seen->blocked;
}

static void check_gates(struct check *k)
{
    for (size_t i = 0; i < k->r->gate_count; i++) {
        const struct gate *g = &k->r->gates[i];
        struct gate_seen seen = {.g = g};
        struct sat *s = sat_new(k->r, k->a);
        int got;

        sat_reachable(s, k->reachable);
        sat_add(s, g->when);
        sat_add(s, g->unless);
        for (size_t x = 0; x < g->exception_count; x++)
            sat_add(s, g->exceptions[x].when);
        got = sat_each(s, see_gate, &seen);
        if (got < 0)
            continue;
        if (!seen.clear && !g->when && !g->liftable && !g->warn) {
            check_put(k, FINDING_ERROR, "gate_never_lifts", g->src, 0, &g->cites, "核对 unless，或写明 lift",
                      arena_fmt(k->a, "「%s」永远不能解除", g->name));
            check_example(k, seen.blocked);
        }
        if (!seen.blocked)
            check_put(k, FINDING_DOUBT, "gate_blocks_nothing", g->src, 0, &g->cites, "核对 when 与 unless",
                      arena_fmt(k->a, "「%s」挡不住任何项目", g->name));
    }
}

/* ---- organs by condition ---- */

struct case_seen {
    const struct organ *o;
    const char *gap;
};

static int see_case(struct sat *s, void *p)
{
    struct case_seen *seen = p;

    for (size_t i = 0; i < seen->o->case_count; i++)
        if (sat_holds(s, seen->o->cases[i].when))
            return 0;
    seen->gap = sat_words(s);
    return 1;
}

static void check_cases(struct check *k)
{
    for (size_t i = 0; i < k->r->organ_count; i++) {
        const struct organ *o = &k->r->organs[i];
        struct case_seen seen = {.o = o};
        struct sat *s;

        if (o->kind != ORGAN_ONE_OF)
            continue;
        s = sat_new(k->r, k->a);
        for (size_t x = 0; x < o->case_count; x++)
            sat_add(s, o->cases[x].when);
        if (sat_each(s, see_case, &seen) == 1) {
            check_put(k, FINDING_ERROR, "organ_gap", o->src, 1, &o->cites, "补一个分支，或写 \"otherwise\": true",
                      arena_fmt(k->a, "有的项目定不出「%s」是哪个机关", o->name));
            check_example(k, seen.gap);
        }
    }
}

void regulation_check_versions(const struct regulation *const *all, size_t count, date today, struct findings *f)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            const struct regulation *r = all[i], *later = all[j];
            const struct node *to = node_get(node_get(r->rules, "version"), "to");
            const date begins = regulation_from(later);
            if (begins <= regulation_from(r) || today < begins)
                continue;
            if (later->published_for == begins) /* two people decided that on the platform; its list says what stays */
                continue;
            if (regulation_to(r) == DATE_NONE || regulation_to(r) >= begins)
                finding_put(f, FINDING_ERROR, "versions_overlap", r->file, to ? to : node_get(r->rules, "version"), 0,
                            r->version_cites.joined, "写明前一文件的失效日期", "「%s」自%s起施行，这一版本却还有效",
                            later->document_number, date_law(f->arena, begins));
            else
                finding_put(f, FINDING_DOUBT, "superseded", r->file, to, 0, r->version_cites.joined,
                            "只供已提交的项目办完", "这一版本已由「%s」取代", later->document_number);
        }
    findings_sort(f);
}

void regulation_check(const struct regulation *r, const char *const *organs_held, size_t count, date today,
                      struct findings *f)
{
    struct check k = {.r = r, .f = f, .a = f->arena, .organs_held = organs_held, .held_count = count, .today = today};

    check_routes(&k);
    find_reachable(&k);
    check_gates(&k);
    check_cases(&k);
    check_procedures(&k);
    check_organs(&k);
    check_duties(&k);
    check_filings(&k);
    check_unused(&k);
    check_articles(&k);
    check_version(&k);
    check_bounds(&k);
    check_whole(&k);
    findings_sort(f);
}
