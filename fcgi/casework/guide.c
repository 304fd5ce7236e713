/*
 * casework/guide.c - the whole road ahead of a project that is only thought of, under one regulation or two
 *
 * No session, no database: facts in, the verdict of the one decision function out, the same as simulate gives.
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/text.h"
#include "casework/forms.h"
#include "casework/facts.h"
#include "casework/view.h"

struct guide {
    const struct desk *desk;
    const struct regulation *regulation;
    struct err_list errors; /* what cannot be read */
    struct node *facts;     /* what could */
    struct node *verdict, *outline;
};

/* ---- facts ---- */

/* Names and summaries lead nowhere: they are not asked. */
static int is_asked_here(const struct node *declared)
{
    const char *type = node_get_str(declared, "type");

    return !text_eq(type, "text") && !text_eq(type, "long_text") &&
           !text_eq(node_get_str(declared, "applicant_may"), "no");
}

static struct node *facts_asked_of(const struct guide *g)
{
    struct node *list = node_list(g->desk->arena);

    for (const struct node *f = node_first(regulation_facts(g->regulation, g->desk->arena, g->facts)); f; f = f->next)
        if (is_asked_here(f))
            node_add(list, node_copy(g->desk->arena, f));
    return list;
}

/* One by one, so that what reads well counts beside what does not; facts of another district's are left out. */
static void facts_take(struct guide *g, const struct node *typed)
{
    struct arena *a = g->desk->arena;

    g->facts = node_object(a);
    for (const struct node *n = node_first(typed); n; n = n->next) {
        struct node *one = node_object(a), *read = NULL;

        if (!regulation_fact_label(g->regulation, n->key, NULL))
            continue;
        node_put(a, one, n->key, node_copy(a, n));
        if (regulation_read_facts_given(g->regulation, a, one, &read, &g->errors) == 0 && node_get(read, n->key))
            node_put(a, g->facts, n->key, node_copy(a, node_get(read, n->key)));
    }
}

static void guide_decide(struct guide *g)
{
    struct arena *a = g->desk->arena;
    const struct node *unit = NULL;
    struct case_input in = {.today = desk_today(g->desk),
                            .now = g->desk->now,
                            .unit_code = "unit",
                            .unit_name = "",
                            .unit_kind = "",
                            .facts = g->facts,
                            .submitted_on = DATE_NONE};

    for (const struct node *n = node_first(regulation_organs(g->regulation, a)); n; n = n->next)
        if (text_eq(node_get_str(n, "kind"), "applicant"))
            unit = n;
    in.unit_name = node_get_str(unit, "name");
    in.unit_kind = node_str(node_first(node_get(unit, "admits")), "");
    g->verdict = regulation_eval(g->regulation, g->desk->platform->calendar, a, &in);
    g->outline = regulation_outline(g->regulation, g->desk->platform->calendar, a, &in);
}

/* 1, or 0 where the district has no regulation of its own. */
static int guide_open(const struct desk *d, const struct node *typed, struct guide *ret)
{
    *ret = (struct guide){.desk = d, .regulation = district_regulation(d->district, desk_today(d))};
    if (!ret->regulation)
        return 0;
    facts_take(ret, typed);
    guide_decide(ret);
    return 1;
}

static int is_answered(const struct node *typed)
{
    for (const struct node *n = node_first(typed); n; n = n->next)
        if (node_is_true(n))
            return 1;
    return 0;
}

static struct node *guide_field(const struct guide *g, const struct node *declared, const struct node *typed)
{
    const char *id = node_get_str(declared, "id");
    struct node *n = view_field(g->desk, declared, node_get(g->facts, id), node_get(typed, id), &g->errors, "/facts");

    view_take(g->desk, n, declared, "group", "cond", NULL);
    node_put_bool(g->desk->arena, n, "required", 0); /* nothing has to be known to look round */
    node_put_text(g->desk->arena, n, "value_text", view_value(g->desk->arena, declared, node_get(g->facts, id)));
    return n;
}

static struct node *guide_groups(const struct guide *g, const struct node *typed)
{
    struct arena *a = g->desk->arena;
    struct node *groups = node_list(a);

    for (const struct node *f = node_first(facts_asked_of(g)); f; f = f->next)
        node_add(facts_group(a, groups, f), guide_field(g, f, typed));
    return groups;
}

/* What was answered, in words: the head of the printed page. */
static void given_add(const struct guide *g, struct node *list)
{
    struct arena *a = g->desk->arena;

    for (const struct node *n = node_first(g->facts); n; n = n->next) {
        const struct node *w = regulation_fact_wording(g->regulation, a, n->key);
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "label", node_get_str(w, "label"));
        node_put_text(a, o, "value", view_value(a, w, n));
    }
}

static struct node *guide_given(const struct guide *g)
{
    struct node *list = node_list(g->desk->arena);

    given_add(g, list);
    return list;
}

/* ---- the answer ---- */

static const char *outcome_name(const char *outcome)
{
    static const char *const names[][2] = {{"allowed", "适用本办法，可以办理"},
                                           {"not_applicable", "不适用本办法"},
                                           {"off_platform", "不在本平台办理"},
                                           {"refused", "不能办理"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], outcome))
            return names[i][1];
    return outcome;
}

/* Out of scope there is no road; under a law that has expired one may still look where it led. */
static int shows_road(const struct guide *g)
{
    for (const struct node *n = node_first(node_get(g->verdict, "reasons")); n; n = n->next)
        if (text_eq(node_get_str(n, "code"), "scope"))
            return 0;
    return 1;
}

static struct node *guide_outcome(const struct guide *g)
{
    struct arena *a = g->desk->arena;
    struct node *o = node_object(a);
    const char *outcome = node_get_str(g->verdict, "outcome");

    node_put_text(a, o, "id", outcome);
    node_put_text(a, o, "name", outcome_name(outcome));
    node_put_bool(a, o, "is_allowed", text_eq(outcome, "allowed"));
    node_put_bool(a, o, "shows_road", shows_road(g));
    node_put(a, o, "reasons", view_reasons(g->desk, node_get(g->verdict, "reasons")));
    return o;
}

/* The facts the way still hangs on. */
static struct node *guide_missing(const struct guide *g)
{
    struct arena *a = g->desk->arena;
    struct node *list = node_list(a);

    for (const struct node *n = node_first(node_get(g->verdict, "route_missing")); n; n = n->next) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", node_str(n, ""));
        node_put_text(a, o, "label", regulation_fact_label(g->regulation, node_str(n, ""), NULL));
    }
    return list;
}

static const struct node *outline_of(const struct guide *g, const char *procedure)
{
    const struct node *n = node_first(node_get(g->outline, "procedures"));

    while (n && !text_eq(node_get_str(n, "id"), procedure))
        n = n->next;
    return n;
}

static void material_mark(const struct guide *g, struct node *list)
{
    struct arena *a = g->desk->arena;

    for (struct node *m = list->u.kids.first; m; m = m->next) {
        forms_of_material(g->desk, g->regulation, node_get_str(m, "template"), m);
        node_put_bool(a, m, "in_principle", text_eq(node_get_str(m, "strength"), "in_principle"));
    }
}

/* The verdict knows more than facts: what it says is not for this project is left out. */
static struct node *materials_of(const struct guide *g, const struct node *from)
{
    struct node *list = node_list(g->desk->arena);

    for (const struct node *m = node_first(node_get(from, "materials")); m; m = m->next) {
        const struct node *off = node_first(node_get(g->verdict, "materials_off"));

        while (off && !(text_eq(node_get_str(off, "procedure"), node_get_str(from, "id")) &&
                        text_eq(node_get_str(off, "id"), node_get_str(m, "id"))))
            off = off->next;
        if (!off)
            node_add(list, view_cite(g->desk, m));
    }
    return list;
}

static struct node *guide_stage(const struct guide *g, const struct node *from, int number)
{
    struct arena *a = g->desk->arena;
    struct node *n = node_object(a), *materials;

    view_take(g->desk, n, from, "name", "articles", "opens", "gates", "steps", "when", NULL);
    materials = materials_of(g, from);
    material_mark(g, materials);
    node_put(a, n, "materials", materials);
    node_put_int(a, n, "material_count", (int64_t)node_count(materials));
    node_put_int(a, n, "step_count", (int64_t)node_count(node_get(from, "steps")));
    node_put_int(a, n, "gate_count",
                 (int64_t)(node_count(node_get(from, "gates")) + node_count(node_get(from, "opens"))));
    node_put_int(a, n, "number", number);
    node_put_text(a, n, "id", node_get_str(from, "id"));
    node_put(
        a, n, "blanks",
        forms_of_procedure(g->desk, g->regulation, regulation_procedure(g->regulation, a, node_get_str(from, "id"))));
    return n;
}

/* The stages of the verdict, each with all the rules say of it. */
static struct node *guide_stages(const struct guide *g)
{
    struct node *list = node_list(g->desk->arena);
    int number = 0;

    for (const struct node *s = node_first(node_get(g->verdict, "stages")); s; s = s->next) {
        const struct node *from = outline_of(g, node_get_str(s, "procedure"));
        struct node *n;

        if (!from)
            continue;
        n = node_add(list, guide_stage(g, from, ++number));
        view_take(g->desk, n, s, "articles", "state", NULL);
        node_put_text(g->desk->arena, n, "organ_name", node_get_str(s, "decider_name"));
        node_put_bool(g->desk->arena, n, "alongside", text_eq(node_get_str(s, "state"), "alongside"));
    }
    return list;
}

/* Off the road: changes, extensions, what happens only to some. */
static struct node *guide_beside(const struct guide *g)
{
    struct node *list = node_list(g->desk->arena);

    for (const struct node *n = node_first(node_get(g->outline, "procedures")); n; n = n->next)
        if (text_eq(node_get_str(n, "place"), "beside"))
            node_add(list, guide_stage(g, n, 0));
    return list;
}

static struct node *guide_duties(const struct guide *g)
{
    struct arena *a = g->desk->arena;
    struct node *list = node_list(a);

    for (const struct node *du = node_first(node_get(g->verdict, "duties")); du; du = du->next) {
        struct node *n = node_add_object(a, list);

        view_take(g->desk, n, du, "id", "name", "who_name", "to_names", "limit_text", "articles", "quote", "late",
                  NULL);
        node_put_bool(a, n, "in_principle", text_eq(node_get_str(du, "strength"), "in_principle"));
    }
    return list;
}

static void guide_answer(const struct guide *g, struct node *page)
{
    struct arena *a = g->desk->arena;

    node_put(a, page, "outcome", guide_outcome(g));
    if (node_get(g->verdict, "route")) {
        struct node *route = node_put_object(a, page, "route");

        view_take(g->desk, route, node_get(g->verdict, "route"), "id", "name", "because", "articles", "quote", "added",
                  NULL);
    }
    node_put(a, page, "missing", guide_missing(g));
    node_put_int(a, page, "stage_count", (int64_t)node_count(node_put(a, page, "stages", guide_stages(g))));
    node_put(a, page, "duties", guide_duties(g));
    node_put(a, page, "beside", guide_beside(g));
    node_put(a, page, "given", guide_given(g));
    node_put_text(a, page, "mark_text", node_get_str(g->verdict, "mark_text"));
    node_put(a, page, "verdict", node_copy(a, g->verdict));
}

int guide_view(const struct desk *d, const struct node *typed, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct guide *g = ARENA_NEW(a, struct guide);
    struct node *page = node_object(a);

    if (!guide_open(d, typed, g)) {
        err_fail(e, ERR_NOT_FOUND, "%s受理下级报送，没有自己的项目管理办法", d->district->tenant->name);
        return err_mend(e, "请到项目所在的区看办事指南");
    }
    node_put(a, page, "regulation", view_regulation(d, g->regulation));
    node_put_text(a, page, "tenant_name", d->district->tenant->full_name);
    node_put(a, page, "groups", guide_groups(g, typed));
    node_put(a, page, "errors", view_errors(d, &g->errors));
    node_put_bool(a, page, "is_answered", is_answered(typed));
    if (is_answered(typed))
        guide_answer(g, page);
    *ret = page;
    return 0;
}

/* ---- two districts side by side ---- */

struct cell {
    struct node *items; /* [{text, articles}] */
    const char *whole;  /* all the words, to tell whether two are alike */
};

static void cell_put(const struct guide *g, struct cell *x, const char *text, struct node *cited)
{
    struct node *n = node_add_object(g->desk->arena, x->items);

    node_put_text(g->desk->arena, n, "text", text);
    node_put(g->desk->arena, n, "articles", cited);
    x->whole = arena_fmt(g->desk->arena, "%s%s\n", x->whole, text);
}

static void cell_add(const struct guide *g, struct cell *x, const char *text, const struct node *articles)
{
    cell_put(g, x, text, view_articles(g->desk, articles));
}

static void row_basis(const struct guide *g, struct cell *x)
{
    const struct regulation *r = g->regulation;

    cell_add(g, x,
             arena_fmt(g->desk->arena, "%s，%s 起", regulation_document_number(r),
                       date_text(g->desk->arena, regulation_from(r))),
             NULL);
}

static void row_outcome(const struct guide *g, struct cell *x)
{
    cell_add(g, x, outcome_name(node_get_str(g->verdict, "outcome")), NULL);
    for (const struct node *n = node_first(node_get(g->verdict, "reasons")); n; n = n->next)
        cell_add(g, x, node_get_str(n, "message"), node_get(n, "articles"));
}

static void row_route(const struct guide *g, struct cell *x)
{
    const struct node *route = node_get(g->verdict, "route");

    for (const struct node *n = node_first(guide_missing(g)); n && !route; n = n->next)
        cell_add(g, x, arena_fmt(g->desk->arena, "还要知道：%s", node_get_str(n, "label")), NULL);
    if (!route)
        return;
    cell_add(g, x, node_get_str(route, "name"), node_get(route, "articles"));
    if (*node_get_str(route, "because"))
        cell_add(g, x, arena_fmt(g->desk->arena, "因为%s", node_get_str(route, "because")), NULL);
    for (const struct node *n = node_first(node_get(route, "added")); n; n = n->next)
        cell_add(g, x, node_get_str(n, "name"), node_get(n, "articles"));
}

static void row_stages(const struct guide *g, struct cell *x)
{
    for (const struct node *n = node_first(node_get(g->verdict, "stages")); n; n = n->next)
        cell_add(g, x,
                 arena_fmt(g->desk->arena, "%s%s", node_get_str(n, "name"),
                           text_eq(node_get_str(n, "state"), "alongside") ? "（同时进行）" : ""),
                 node_get(n, "articles"));
}

static void row_organs(const struct guide *g, struct cell *x)
{
    for (const struct node *n = node_first(node_get(g->verdict, "stages")); n; n = n->next)
        cell_add(g, x, arena_fmt(g->desk->arena, "%s：%s", node_get_str(n, "name"), node_get_str(n, "decider_name")),
                 NULL);
}

static void row_materials(const struct guide *g, struct cell *x)
{
    for (const struct node *s = node_first(node_get(g->verdict, "stages")); s; s = s->next) {
        const struct node *from = outline_of(g, node_get_str(s, "procedure"));

        for (const struct node *m = node_first(materials_of(g, from)); m; m = m->next)
            cell_put(g, x, arena_fmt(g->desk->arena, "%s：%s", node_get_str(s, "name"), node_get_str(m, "name")),
                     node_copy(g->desk->arena, node_get(m, "articles")));
    }
}

static void row_limits(const struct guide *g, struct cell *x)
{
    for (const struct node *n = node_first(node_get(g->verdict, "duties")); n; n = n->next)
        cell_add(g, x,
                 arena_fmt(g->desk->arena, "%s：%s%s", node_get_str(n, "name"), node_get_str(n, "limit_text"),
                           text_eq(node_get_str(n, "strength"), "in_principle") ? "（原则性）" : ""),
                 node_get(n, "articles"));
}

static void row_gates(const struct guide *g, struct cell *x)
{
    for (const struct node *s = node_first(node_get(g->verdict, "stages")); s; s = s->next) {
        const struct node *from = outline_of(g, node_get_str(s, "procedure"));

        for (const struct node *m = node_first(node_get(from, "gates")); m; m = m->next)
            if (!strstr(x->whole, arena_fmt(g->desk->arena, "%s\n", node_get_str(m, "name"))))
                cell_add(g, x, node_get_str(m, "name"), node_get(m, "articles"));
    }
}

static void row_beside(const struct guide *g, struct cell *x)
{
    for (const struct node *n = node_first(node_get(g->outline, "procedures")); n; n = n->next)
        if (text_eq(node_get_str(n, "place"), "beside"))
            cell_add(g, x, node_get_str(n, "name"), node_get(n, "articles"));
}

static const struct {
    const char *name;
    void (*fill)(const struct guide *g, struct cell *x);
    int is_list;
} rows[] = {
    {"依据", row_basis, 0},
    {"是否适用", row_outcome, 0},
    {"路径", row_route, 0},
    {"要办的事项", row_stages, 1},
    {"每一项由谁定", row_organs, 1},
    {"材料", row_materials, 1},
    {"时限和以后的义务", row_limits, 1},
    {"限制", row_gates, 1},
    {"需要时办理", row_beside, 1},
};

static void row_put(const struct guide *both, size_t i, struct node *list)
{
    struct arena *a = both[0].desk->arena;
    struct node *o = node_add_object(a, list), *cells = node_put_list(a, o, "cells");
    struct cell x[2];

    node_put_text(a, o, "name", rows[i].name);
    for (int k = 0; k < 2; k++) {
        struct node *n = node_add_object(a, cells);

        x[k] = (struct cell){.items = node_list(a), .whole = ""};
        rows[i].fill(&both[k], &x[k]);
        node_put_text(a, n, "tenant_name", both[k].desk->district->tenant->name);
        node_put(a, n, "items", x[k].items);
        node_put_bool(a, n, "is_list", rows[i].is_list && node_count(x[k].items) > 1);
    }
    node_put_bool(a, o, "differs", rows[i].fill != row_basis && !text_eq(x[0].whole, x[1].whole));
}

/* A fact both ask is asked once. Of one that only one of them asks it is said which. */
static void shared_fields(const struct guide *both, const struct node *typed, struct node *list)
{
    struct arena *a = both[0].desk->arena;

    for (int k = 0; k < 2; k++) {
        const struct node *other = facts_asked_of(&both[!k]);

        for (const struct node *f = node_first(facts_asked_of(&both[k])); f; f = f->next) {
            const struct node *twin = node_first(other);
            struct node *n;

            while (twin && !text_eq(node_get_str(twin, "id"), node_get_str(f, "id")))
                twin = twin->next;
            if (twin && k == 1)
                continue;
            n = node_add(list, guide_field(&both[k], f, typed));
            node_put_text(a, n, "only", twin ? "" : both[k].desk->district->tenant->name);
        }
    }
}

int guide_compare(const struct desk *d, struct district *const two[2], const struct node *typed, struct node **ret,
                  struct err *e)
{
    struct arena *a = d->arena;
    struct guide *both = ARENA_ARRAY(a, struct guide, 2);
    struct desk *desk = ARENA_ARRAY(a, struct desk, 2);
    struct node *page = node_object(a), *list, *errors;
    int differ = 0;

    for (int k = 0; k < 2; k++) {
        desk[k] = *d;
        desk[k].district = two[k];
        desk[k].cited = cited_new(a);
        desk[k].now = district_now(d->platform, two[k], &desk[k].clock_moved);
        if (!guide_open(&desk[k], typed, &both[k])) {
            err_fail(e, ERR_NOT_FOUND, "%s没有自己的项目管理办法，不能比较", two[k]->tenant->name);
            return err_mend(e, "请选两个有自己的办法的地区");
        }
    }
    shared_fields(both, typed, node_put_list(a, page, "fields"));
    errors = node_put(a, page, "errors", view_errors(&desk[0], &both[0].errors));
    for (const struct node *n = node_first(view_errors(&desk[1], &both[1].errors)); n && !node_count(errors);
         n = n->next)
        node_add(errors, node_copy(a, n));
    node_put_bool(a, page, "is_answered", is_answered(typed));
    list = node_put_list(a, page, "sides");
    for (int k = 0; k < 2; k++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", two[k]->tenant->id);
        node_put_text(a, o, "name", two[k]->tenant->name);
        node_put_bool(a, o, "is_first", k == 0);
        node_put(a, o, "regulation", view_regulation(&desk[k], both[k].regulation));
        node_put(a, o, "given", guide_given(&both[k]));
        node_put(a, o, "verdict", node_copy(a, both[k].verdict));
    }
    list = node_put_list(a, page, "rows");
    for (size_t i = 0; is_answered(typed) && i < ARRAY_LEN(rows); i++)
        row_put(both, i, list);
    for (const struct node *n = node_first(list); n; n = n->next)
        differ += node_get_bool(n, "differs");
    node_put_int(a, page, "differ_count", differ);
    *ret = page;
    return 0;
}
