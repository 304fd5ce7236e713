/* clang-format off */
/*
 * regulation/outline.c - the way the rules lay out, whole or for one project: what a guide and a drawing are made of
 *
 * outline {scope: [{when, then, message, articles}], routes: [{id, name, when, articles, procedures: [id], adds, before, never_on: [route id]}],
 *  procedures: [procedure] in an order in which every route can be walked}
 * procedure {id, name, when, articles, phase, place: route|road|alongside|beside, never_on: [route id] (of all projects: no project of that route comes here), later: some routes have it, on others it comes on the road, later_when, materials: [material], opens: [gate], gates: [gate], limits: [limit],
 *  steps: [{id, name, by_names, when, articles, acts: [{name, articles}], limits: [limit]}]}
 * material {name, articles, strength, template, when} · gate {name, message, mend, articles, strength, when} · limit {name, text, since, who_name, to_names, articles, strength, quote, when}
 * "when" is "" where there is no condition, or where the project's facts have already met it.
 */
/* clang-format on */
#include "config.h"

#include "base/text.h"
#include "regulation/eval.h"
#include "regulation/sat.h"
#include "regulation/words.h"

struct outline {
    const struct regulation *r;
    struct arena *a;
    struct eval *ev; /* NULL: of no project, everything */
};

/* ---- does it concern this project ---- */

/* Only what hangs on facts alone is settled before anything has happened. */
static int is_settled(const struct regulation *r, const struct cond *c)
{
    if (c->kind == COND_COMPARE)
        return (r->terms[c->term].kind == TERM_FACT || r->terms[c->term].kind == TERM_UNIT_KIND) &&
               (c->operand.term < 0 || r->terms[c->operand.term].kind == TERM_FACT);
    if (c->kind == COND_ROUTE)
        return 1;
    if (c->kind != COND_ALL && c->kind != COND_ANY && c->kind != COND_NOT)
        return 0;
    for (const struct cond *k = c->kids; k; k = k->next)
        if (!is_settled(r, k))
            return 0;
    return 1;
}

static enum answer concerns(const struct outline *o, const struct cond *c)
{
    if (!c)
        return ANSWER_YES;
    if (!o->ev || !is_settled(o->r, c))
        return ANSWER_OPEN;
    return cond_decide(o->ev, c);
}

/* 0 when it is not for this project; else "when" says what is still to be met. */
static int put_when(const struct outline *o, struct node *n, enum answer answer, const struct cond *c)
{
    node_put_text(o->a, n, "when", answer == ANSWER_OPEN ? cond_words(o->r, o->a, c) : "");
    return answer != ANSWER_NO;
}

static void put_cites(const struct outline *o, struct node *n, const struct cites *c)
{
    node_put(o->a, n, "articles", c->list ? node_copy(o->a, c->list) : node_list(o->a));
}

static void put_strength(const struct outline *o, struct node *n, enum strength s)
{
    node_put_text(o->a, n, "strength", s == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
}

static const char *names(const struct outline *o, const struct actor *x)
{
    return o->ev ? actor_text(o->ev, x) : actor_names(o->r, o->a, x, x->kind == ACTOR_ALL ? "、" : "或");
}

/* ---- can it concern a project of that route at all ---- */

struct trial {
    const struct regulation *r;
    size_t route;
    const struct cond *c;
};

static int is_possible_project(struct sat *s, void *p)
{
    const struct trial *t = p;

    for (size_t i = 0; i < t->route; i++)
        if (!t->r->routes[i].adds && sat_holds(s, t->r->routes[i].when))
            return 0;
    return (!t->r->routes[t->route].when || sat_holds(s, t->r->routes[t->route].when)) && sat_holds(s, t->c);
}

/* 0 only where no project of that route can meet the condition. */
static int is_possible(const struct outline *o, size_t route, const struct cond *c)
{
    struct trial t = {.r = o->r, .route = route, .c = c};
    struct sat *s;

    if (!c)
        return 1;
    if (c->kind == COND_ROUTE)
        return c->index == (int)route;
    if (!is_settled(o->r, c))
        return 1;
    s = sat_new(o->r, o->a);
    sat_add(s, c);
    for (size_t i = 0; i <= route; i++)
        if (!o->r->routes[i].adds)
            sat_add(s, o->r->routes[i].when);
    return sat_each(s, is_possible_project, &t) != 0;
}

static int is_in_route(const struct route *t, int procedure)
{
    for (size_t i = 0; i < t->procedure_count; i++)
        if (t->procedures[i] == procedure)
            return 1;
    return 0;
}

/* Ids of the routes on which it never comes: what a route names itself hangs on "own" alone, on others the road asks
 * "road" too. */
static void put_never(const struct outline *o, struct node *n, int procedure, const struct cond *own,
                      const struct cond *road)
{
    struct node *list = node_put_list(o->a, n, "never_on");

    for (size_t i = 0; !o->ev && i < o->r->route_count; i++) {
        const struct route *t = &o->r->routes[i];

        if (!t->adds && (!is_possible(o, i, own) || (!is_in_route(t, procedure) && !is_possible(o, i, road))))
            node_add_text(o->a, list, t->id);
    }
}

/* ---- one procedure ---- */

static void put_limit(const struct outline *o, struct node *list, const struct duty *d)
{
    enum answer is = concerns(o, d->when);
    const char *since = trigger_words(o->r, o->a, d->trigger);
    struct node *n;

    if (is == ANSWER_NO)
        return;
    n = node_add_object(o->a, list);
    node_put_text(o->a, n, "id", d->id);
    node_put_text(o->a, n, "name", d->name);
    node_put_text(o->a, n, "text", d->limit.text);
    /* 每年年底前 has its 每年 */
    node_put_text(o->a, n, "since", text_starts(d->limit.text, since) ? "" : since);
    node_put_text(o->a, n, "who_name", names(o, &d->who));
    node_put_text(o->a, n, "to_names", names(o, &d->to));
    node_put_text(o->a, n, "quote", d->cites.quote ? d->cites.quote : "");
    put_strength(o, n, d->strength);
    put_when(o, n, is, d->when);
    put_cites(o, n, &d->cites);
}

/* A limit stands at the step whose act keeps it: the first such act of the first such procedure. */
static int limit_is_at(const struct outline *o, const struct duty *d, int procedure, int step)
{
    for (size_t i = 0; i < d->fulfilled_count; i++) {
        const struct act *x = o->r->happenings[d->fulfilled_by[i]].acts;

        if (x)
            return x->procedure == procedure && x->step == step;
    }
    return 0;
}

static void put_limits(const struct outline *o, struct node *n, int procedure, int step)
{
    struct node *list = node_put_list(o->a, n, "limits");

    for (size_t i = 0; i < o->r->duty_count; i++)
        if (limit_is_at(o, &o->r->duties[i], procedure, step))
            put_limit(o, list, &o->r->duties[i]);
}

static void put_acts(const struct outline *o, struct node *n, const struct step *s)
{
    struct node *list = node_put_list(o->a, n, "acts");

    for (size_t i = 0; i < s->act_count; i++) {
        struct node *x;

        if (concerns(o, s->acts[i]->when) == ANSWER_NO)
            continue;
        x = node_add_object(o->a, list);
        node_put_text(o->a, x, "name", s->acts[i]->name);
        put_cites(o, x, &s->acts[i]->cites);
    }
}

static void put_steps(const struct outline *o, struct node *n, int procedure)
{
    const struct procedure *p = &o->r->procedures[procedure];
    struct node *list = node_put_list(o->a, n, "steps");

    for (size_t i = 0; i < p->step_count; i++) {
        const struct step *s = &p->steps[i];
        enum answer is = concerns(o, s->when);
        struct node *x;

        if (is == ANSWER_NO)
            continue;
        x = node_add_object(o->a, list);
        node_put_text(o->a, x, "id", s->id);
        node_put_text(o->a, x, "name", s->name);
        node_put_text(o->a, x, "by_names", names(o, &s->by));
        put_when(o, x, is, s->when);
        put_cites(o, x, &s->cites);
        put_acts(o, x, s);
        put_limits(o, x, procedure, (int)i);
    }
}

static void put_materials(const struct outline *o, struct node *n, const struct procedure *p)
{
    struct node *list = node_put_list(o->a, n, "materials");

    for (size_t i = 0; i < p->material_count; i++) {
        const struct material *m = &p->materials[i];
        enum answer is = concerns(o, m->when);
        struct node *x;

        if (is == ANSWER_NO)
            continue;
        x = node_add_object(o->a, list);
        node_put_text(o->a, x, "id", m->id);
        node_put_text(o->a, x, "name", m->name);
        node_put_text(o->a, x, "template", m->template_file ? m->template_file : "");
        node_put_text(o->a, x, "hint", m->hint ? m->hint : "");
        put_strength(o, x, m->strength);
        put_when(o, x, is, m->when);
        put_cites(o, x, &m->cites);
    }
}

static void put_gate(const struct outline *o, struct node *list, const struct gate *g)
{
    enum answer is = concerns(o, g->when);
    struct node *n;

    if (is == ANSWER_NO)
        return;
    n = node_add_object(o->a, list);
    node_put_text(o->a, n, "id", g->id);
    node_put_text(o->a, n, "name", g->name);
    node_put_text(o->a, n, "message", g->message ? g->message : "");
    node_put_text(o->a, n, "mend", g->mend ? g->mend : "");
    node_put_bool(o->a, n, "warn", g->warn);
    put_strength(o, n, g->strength);
    put_when(o, n, is, g->when);
    put_cites(o, n, &g->cites);
}

static int gate_stands_at(const struct regulation *r, const struct gate *g, int procedure)
{
    for (size_t i = 0; i < g->procedure_count; i++)
        if (g->procedures[i] == procedure)
            return 1;
    for (size_t i = 0; i < g->happening_count; i++)
        if (r->happenings[g->happenings[i]].procedure == procedure)
            return 1;
    return 0;
}

static void put_gates(const struct outline *o, struct node *n, int procedure)
{
    const struct procedure *p = &o->r->procedures[procedure];
    struct node *list = node_put_list(o->a, n, "opens");

    for (size_t i = 0; i < p->open_count; i++) {
        struct node *x = node_add_object(o->a, list);
        node_put_text(o->a, x, "message", p->opens[i].message);
        node_put_text(o->a, x, "mend", p->opens[i].mend ? p->opens[i].mend : "");
        node_put_text(o->a, x, "require", cond_words(o->r, o->a, p->opens[i].require));
        put_strength(o, x, p->opens[i].strength);
        put_cites(o, x, &p->opens[i].cites);
    }
    list = node_put_list(o->a, n, "gates");
    for (size_t i = 0; i < o->r->gate_count; i++)
        if (gate_stands_at(o->r, &o->r->gates[i], procedure))
            put_gate(o, list, &o->r->gates[i]);
}

/* ---- the order ---- */

static int routed(const struct regulation *r, int procedure)
{
    for (size_t i = 0; i < r->route_count; i++)
        if (is_in_route(&r->routes[i], procedure))
            return 1;
    return 0;
}

static const struct road_row *road_row(const struct regulation *r, int procedure)
{
    for (size_t i = 0; i < r->road_count; i++)
        if (r->road[i].procedure == procedure)
            return &r->road[i];
    return NULL;
}

/* Some procedure not yet placed comes before this one in a route, is added before it, or stands earlier on the road. */
static int must_wait(const struct regulation *r, const unsigned char *placed, int procedure)
{
    for (size_t i = 0; i < r->route_count; i++) {
        const struct route *t = &r->routes[i];

        if (t->adds && t->before == procedure)
            for (size_t k = 0; k < t->procedure_count; k++)
                if (!placed[t->procedures[k]])
                    return 1;
        for (size_t k = 1; k < t->procedure_count; k++)
            if (t->procedures[k] == procedure && !placed[t->procedures[k - 1]])
                return 1;
    }
    if (routed(r, procedure))
        return 0;
    for (size_t i = 0; i < r->procedure_count; i++) /* the road begins where all routes have ended */
        if (!placed[i] && routed(r, (int)i))
            return 1;
    for (size_t i = 1; i < r->road_count; i++)
        if (r->road[i].procedure == procedure && !placed[r->road[i - 1].procedure])
            return 1;
    for (size_t i = 0; !road_row(r, procedure) && i < r->road_count; i++)
        if (!placed[r->road[i].procedure])
            return 1;
    return 0;
}

/* The next that waits for nothing; where rules go round in a circle, the next of the file. */
static int next_procedure(const struct regulation *r, const unsigned char *placed)
{
    int left = -1;

    for (size_t i = 0; i < r->procedure_count; i++) {
        if (placed[i])
            continue;
        if (!must_wait(r, placed, (int)i))
            return (int)i;
        if (left < 0)
            left = (int)i;
    }
    return left;
}

static const char *place_of(const struct regulation *r, int procedure)
{
    const struct road_row *row = road_row(r, procedure);

    if (routed(r, procedure))
        return "route";
    return !row ? "beside" : row->alongside ? "alongside" : "road";
}

/* Of a project every row of the road stays: whether it is walked, the verdict says. */
static void put_procedure(const struct outline *o, struct node *list, int procedure)
{
    const struct procedure *p = &o->r->procedures[procedure];
    const struct road_row *row = road_row(o->r, procedure);
    const struct cond *road = row ? row->when : NULL;
    int later = row && routed(o->r, procedure); /* a route has it, for others it comes on the road */
    const struct cond *when = p->when ? p->when : later ? NULL : road;
    enum answer is = concerns(o, when);
    struct node *n;

    if (is == ANSWER_NO && !row && !routed(o->r, procedure))
        return;
    n = node_add_object(o->a, list);
    node_put_text(o->a, n, "id", p->id);
    node_put_text(o->a, n, "name", p->name);
    node_put_text(o->a, n, "phase", p->phase);
    node_put_text(o->a, n, "place", place_of(o->r, procedure));
    node_put_bool(o->a, n, "later", later);
    node_put_text(o->a, n, "later_when", later && !o->ev ? cond_words(o->r, o->a, road) : "");
    put_never(o, n, procedure, p->when, road);
    put_when(o, n, is, when);
    put_cites(o, n, &p->cites);
    put_materials(o, n, p);
    put_gates(o, n, procedure);
    put_steps(o, n, procedure);
}

static void put_procedures(const struct outline *o, struct node *root)
{
    unsigned char *placed = ARENA_ARRAY(o->a, unsigned char, o->r->procedure_count + 1);
    struct node *list = node_put_list(o->a, root, "procedures");

    for (size_t i = 0; i < o->r->procedure_count; i++) {
        int next = next_procedure(o->r, placed);

        placed[next] = 1;
        put_procedure(o, list, next);
    }
}

/* ---- routes and scope ---- */

static void put_routes(const struct outline *o, struct node *root)
{
    struct node *list = node_put_list(o->a, root, "routes");

    for (size_t i = 0; i < o->r->route_count; i++) {
        const struct route *t = &o->r->routes[i];
        struct node *n = node_add_object(o->a, list), *ids;

        node_put_text(o->a, n, "id", t->id ? t->id : "");
        node_put_text(o->a, n, "name", t->name);
        node_put_text(o->a, n, "when", t->when ? cond_words(o->r, o->a, t->when) : "其他项目");
        node_put_bool(o->a, n, "adds", t->adds);
        node_put_text(o->a, n, "before", t->before >= 0 ? o->r->procedures[t->before].id : "");
        put_cites(o, n, &t->cites);
        put_never(o, n, -1, t->adds ? t->when : NULL, NULL);
        ids = node_put_list(o->a, n, "procedures");
        for (size_t k = 0; k < t->procedure_count; k++)
            node_add_text(o->a, ids, o->r->procedures[t->procedures[k]].id);
    }
}

static void put_scope(const struct outline *o, struct node *root)
{
    static const char *const THEN[][2] = {
        {"not_applicable", "不适用"}, {"off_platform", "不在本平台办理"}, {"refused", "不受理"}};
    struct node *list = node_put_list(o->a, root, "scope");

    for (size_t i = 0; i < o->r->scope_count; i++) {
        const struct scope_row *x = &o->r->scope[i];
        struct node *n = node_add_object(o->a, list);

        node_put_text(o->a, n, "when", cond_words(o->r, o->a, x->when));
        for (size_t k = 0; k < ARRAY_LEN(THEN); k++)
            if (text_eq(THEN[k][0], x->then))
                node_put_text(o->a, n, "then", THEN[k][1]);
        node_put_text(o->a, n, "message", x->message);
        put_cites(o, n, &x->cites);
    }
}

struct node *regulation_outline(const struct regulation *r, const struct calendar *c, struct arena *a,
                                const struct case_input *in_or_null)
{
    struct eval ev = {.r = r, .a = a, .c = c, .in = in_or_null, .submitted_on = DATE_NONE};
    struct outline o = {.r = r, .a = a, .ev = in_or_null ? &ev : NULL};
    struct node *root = node_object(a);

    if (in_or_null) {
        ev.today = ev.at = in_or_null->today;
        ev.duties = ARENA_ARRAY(a, struct duty_memo, r->duty_count + 1);
        ev.cited = ARENA_ARRAY(a, unsigned char, r->article_count + 1);
        facts_begin(&ev);
        replay(&ev);
        facts_settle(&ev);
        route_find(&ev);
        ev.facts_pending = 1;
    }
    put_scope(&o, root);
    put_routes(&o, root);
    put_procedures(&o, root);
    return root;
}

const char *regulation_predecessor(const struct regulation *r, const struct node **ret_articles)
{
    *ret_articles = r->predecessor ? r->predecessor_cites.list : NULL;
    return r->predecessor;
}
