/*
 * casework/bill_trial.c - the projects of the last months under a draft: what each would have gone through, and the
 * sums
 *
 * Both versions are asked by the one decision function, as of a project that has just been handed in: the facts as the
 * case has them now, no history, every material there to be counted. One statement reads all of them.
 */
#include "config.h"

#include "casework/bill_part.h"

#include <string.h>

#include "base/text.h"
#include "casework/facts.h"

enum { TRIAL_PROJECTS_MAX = 500, TRIAL_MONTHS_MAX = 60, ONE_BYTES = 64 << 20, NAMES_MAX = 64, ORGANS_MAX = 128 };

/* What one version says of one project, cut down to what is compared. Texts live in the trial's arena. */
struct side {
    const char *outcome, *route;
    const char *steps[NAMES_MAX], *organs[NAMES_MAX], *materials[NAMES_MAX * 2];
    const char *hands[NAMES_MAX * 2]; /* an organ once for every step it decides, alone or with others */
    size_t step_count, organ_count, material_count, hand_count;
    int64_t days;
};

struct organ_sum {
    const char *name;
    int64_t before, after;
};

enum { SUM_STEPS, SUM_ORGANS, SUM_MATERIALS, SUM_DAYS, SUM__MAX };
static const char *const sum_names[SUM__MAX] = {"环节", "办理机关", "材料", "机关工作日"};

struct trial {
    const struct desk *d;
    const struct bill *bill;
    const struct regulation *draft;
    struct arena *one; /* of the project looked at */
    struct node *rows;
    int64_t before[SUM__MAX], after[SUM__MAX], routes, outcomes, changed;
    struct organ_sum organs[ORGANS_MAX];
    size_t organ_count;
};

/* ---- one project under one version ---- */

static void name_add(const char **list, size_t max, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (text_eq(list[i], name))
            return;
    if (*name != '\0' && *count < max)
        list[(*count)++] = name;
}

static const struct node *outline_of(const struct node *outline, const char *procedure)
{
    const struct node *n = node_first(node_get(outline, "procedures"));

    while (n != NULL && !text_eq(node_get_str(n, "id"), procedure))
        n = n->next;
    return n;
}

static int is_off(const struct node *verdict, const char *procedure, const struct node *material)
{
    for (const struct node *n = node_first(node_get(verdict, "materials_off")); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "procedure"), procedure) &&
            text_eq(node_get_str(n, "id"), node_get_str(material, "id")))
            return 1;
    return 0;
}

static void materials_add(struct side *s, const struct node *verdict, const struct node *outline, const char *procedure)
{
    for (const struct node *m = node_first(node_get(outline_of(outline, procedure), "materials")); m != NULL;
         m = m->next)
        if (!is_off(verdict, procedure, m))
            name_add(s->materials, ARRAY_LEN(s->materials), &s->material_count, node_get_str(m, "name"));
}

/* Working days an office has, added up; what the unit itself must do in time is no time of handling. */
static int64_t days_of(const struct node *verdict)
{
    int64_t days = 0;

    for (const struct node *n = node_first(node_get(verdict, "duties")); n != NULL; n = n->next) {
        const struct node *count = node_get(n, "count");

        if (text_eq(node_get_str(count, "kind"), "working_days") && !text_eq(node_get_str(n, "who"), CASEFILE_UNIT))
            days += node_get_int(count, "days", 0);
    }
    return days;
}

static const char *outcome_name(const struct node *verdict)
{
    static const char *const names[][2] = {{"allowed", "可以办理"},
                                           {"not_applicable", "不适用"},
                                           {"off_platform", "不在平台办理"},
                                           {"refused", "不能办理"}};
    const char *outcome = node_get_str(verdict, "outcome");

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], outcome))
            return names[i][1];
    return outcome;
}

/* 「甲、乙」 is one step and work of both. */
static void hands_add(const struct trial *t, struct side *s, const char *deciders)
{
    static const char comma[] = "、";

    for (const char *p = deciders; *p != '\0';) {
        const char *end = strstr(p, comma);
        const char *name = end != NULL ? arena_dupn(t->one, p, (size_t)(end - p)) : p;

        name_add(s->organs, NAMES_MAX, &s->organ_count, name);
        if (s->hand_count < ARRAY_LEN(s->hands))
            s->hands[s->hand_count++] = name;
        p = end != NULL ? end + strlen(comma) : "";
    }
}

/* Out of scope there is no road, whatever the stages would be. */
static int has_road(const struct node *verdict)
{
    return text_eq(node_get_str(verdict, "outcome"), "allowed");
}

static void side_take(const struct trial *t, const struct regulation *r, const struct project *p, date day,
                      const struct node *facts, struct side *ret)
{
    struct case_input in = {.today = day,
                            .now = instant_of_date(day, 9, 0),
                            .unit_code = p->unit_code,
                            .unit_name = p->unit_name,
                            .unit_kind = p->unit_kind,
                            .unit_place = p->place,
                            .facts = facts,
                            .submitted_on = DATE_NONE};
    const struct node *verdict = regulation_eval(r, t->d->platform->calendar, t->one, &in), *outline;
    const struct node *route = node_get(verdict, "route");

    *ret = (struct side){.outcome = outcome_name(verdict), .route = "—"};
    if (!has_road(verdict))
        return;
    outline = regulation_outline(r, t->d->platform->calendar, t->one, &in);
    ret->route = route != NULL ? node_get_str(route, "name") : "还定不了";
    for (const struct node *n = node_first(node_get(verdict, "stages")); n != NULL; n = n->next) {
        name_add(ret->steps, NAMES_MAX, &ret->step_count, node_get_str(n, "name"));
        hands_add(t, ret, node_get_str(n, "decider_name"));
        materials_add(ret, verdict, outline, node_get_str(n, "procedure"));
    }
    ret->days = days_of(verdict);
}

/* ---- the two beside each other ---- */

static int has_name(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(list[i], name))
            return 1;
    return 0;
}

/* 「增加环节：甲、乙」 for what stands in y and not in x; "" when nothing does. */
static const char *more_in(struct arena *a, const char *head, const char *const *x, size_t xn, const char *const *y,
                           size_t yn)
{
    const char *s = "";

    for (size_t i = 0; i < yn; i++)
        if (!has_name(x, xn, y[i]))
            s = *s != '\0' ? arena_fmt(a, "%s、%s", s, y[i]) : arena_fmt(a, "%s：%s", head, y[i]);
    return s;
}

static void change_add(const struct trial *t, struct node *list, const char *text)
{
    if (*text != '\0')
        node_add_text(t->d->arena, list, text);
}

static void changes_put(const struct trial *t, const struct side *x, const struct side *y, struct node *list)
{
    struct arena *a = t->one;

    if (!text_eq(x->outcome, y->outcome))
        change_add(t, list, arena_fmt(a, "结论由「%s」变为「%s」", x->outcome, y->outcome));
    if (!text_eq(x->route, y->route))
        change_add(t, list, arena_fmt(a, "路径由「%s」变为「%s」", x->route, y->route));
    change_add(t, list, more_in(a, "增加环节", x->steps, x->step_count, y->steps, y->step_count));
    change_add(t, list, more_in(a, "减少环节", y->steps, y->step_count, x->steps, x->step_count));
    change_add(t, list, more_in(a, "增加机关", x->organs, x->organ_count, y->organs, y->organ_count));
    change_add(t, list, more_in(a, "减少机关", y->organs, y->organ_count, x->organs, x->organ_count));
    change_add(t, list, more_in(a, "增加材料", x->materials, x->material_count, y->materials, y->material_count));
    change_add(t, list, more_in(a, "减少材料", y->materials, y->material_count, x->materials, x->material_count));
    if (x->days != y->days)
        change_add(
            t, list,
            arena_fmt(a, "机关办理时限由 %lld 个工作日变为 %lld 个工作日", (long long)x->days, (long long)y->days));
}

static void cell_put(struct arena *a, struct node *list, const char *label, int64_t before, int64_t after)
{
    struct node *o = node_add_object(a, list);

    node_put_text(a, o, "label", label);
    node_put_int(a, o, "before", before);
    node_put_int(a, o, "after", after);
    node_put_bool(a, o, "differs", before != after);
}

static void side_counts(const struct side *s, int64_t ret[SUM__MAX])
{
    ret[SUM_STEPS] = (int64_t)s->step_count;
    ret[SUM_ORGANS] = (int64_t)s->organ_count;
    ret[SUM_MATERIALS] = (int64_t)s->material_count;
    ret[SUM_DAYS] = s->days;
}

static void organs_sum(struct trial *t, const struct side *s, int after)
{
    for (size_t i = 0; i < s->hand_count; i++) {
        size_t k = 0;

        while (k < t->organ_count && !text_eq(t->organs[k].name, s->hands[i]))
            k++;
        if (k == ORGANS_MAX)
            continue;
        if (k == t->organ_count)
            t->organs[t->organ_count++].name = arena_dup(t->d->arena, s->hands[i]);
        if (after)
            t->organs[k].after++;
        else
            t->organs[k].before++;
    }
}

static void row_put(struct trial *t, const struct project *p, const struct side *x, const struct side *y,
                    const struct node *dropped)
{
    struct arena *a = t->d->arena;
    struct node *o = node_add_object(a, t->rows), *changes, *cells;
    int64_t before[SUM__MAX], after[SUM__MAX];

    node_put_text(a, o, "title", p->title);
    node_put_text(a, o, "number", p->number);
    node_put_text(a, o, "unit_name", p->unit_name);
    view_put_date(a, o, "submitted_on", p->submitted_on);
    view_put_money(a, o, "total_investment", p->total_investment);
    node_put_text(a, o, "href", view_href(t->d, "/projects/%lld", (long long)p->id));
    node_put_text(a, o, "regulation", p->regulation);
    struct node *route = node_put_object(a, o, "route");

    node_put_text(a, route, "before", x->route);
    node_put_text(a, route, "after", y->route);
    node_put_bool(a, route, "differs", !text_eq(x->route, y->route));
    changes = node_put_list(a, o, "changes");
    changes_put(t, x, y, changes);
    node_put_bool(a, o, "differs", node_count(changes) > 0);
    cells = node_put_list(a, o, "cells");
    side_counts(x, before);
    side_counts(y, after);
    for (int i = 0; i < SUM__MAX; i++) {
        cell_put(a, cells, sum_names[i], before[i], after[i]);
        t->before[i] += before[i];
        t->after[i] += after[i];
    }
    node_put(a, o, "dropped", node_copy(a, dropped));
    t->routes += !text_eq(x->route, y->route);
    t->outcomes += !text_eq(x->outcome, y->outcome);
    t->changed += node_count(changes) > 0;
    organs_sum(t, x, 0);
    organs_sum(t, y, 1);
}

static void project_try(struct trial *t, const struct project *p)
{
    const struct regulation *r = district_regulation_version(t->d->district, p->regulation);
    date day = p->submitted_on > regulation_from(t->draft) ? p->submitted_on : regulation_from(t->draft);
    struct node *dropped = node_list(t->one);
    const struct node *facts = view_json(t->one, p->facts);
    struct side x, y;

    if (r == NULL)
        return; /* its law is not loaded here: nothing to compare with */
    side_take(t, r, p, p->submitted_on, facts, &x);
    side_take(t, t->draft, p, day, facts_carry(r, t->draft, t->one, facts, dropped), &y);
    row_put(t, p, &x, &y, dropped);
}

/* ---- all of them ---- */

static void sums_put(const struct trial *t, struct node *page)
{
    struct arena *a = t->d->arena;
    struct node *sums = node_put_list(a, page, "sums"), *organs = node_put_list(a, page, "organs");

    for (int i = 0; i < SUM__MAX; i++)
        cell_put(a, sums, sum_names[i], t->before[i], t->after[i]);
    for (size_t i = 0; i < t->organ_count; i++)
        cell_put(a, organs, t->organs[i].name, t->organs[i].before, t->organs[i].after);
    node_put_int(a, page, "changed", t->changed);
    node_put_int(a, page, "routes_changed", t->routes);
    node_put_int(a, page, "outcomes_changed", t->outcomes);
}

static int trial_run(struct trial *t, date since, struct node *page, struct err *e)
{
    struct project *rows;
    size_t count;
    struct db *db;

    if (district_db(t->d->platform, t->d->district, &db, e) < 0 ||
        project_submitted_since(db, t->d->arena, since, desk_sight(t->d).place, TRIAL_PROJECTS_MAX + 1, &rows, &count,
                                e) < 0)
        return -1;
    t->one = arena_new("trial", ONE_BYTES);
    for (size_t i = 0; i < count && i < TRIAL_PROJECTS_MAX; i++) {
        project_try(t, &rows[i]);
        arena_reset(t->one);
    }
    arena_free(t->one);
    node_put_int(t->d->arena, page, "count", (int64_t)node_count(t->rows));
    node_put_bool(t->d->arena, page, "is_cut", count > TRIAL_PROJECTS_MAX);
    sums_put(t, page);
    return 0;
}

int bill_trial_view(const struct desk *d, int64_t id, int64_t months, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a);
    struct trial *t = ARENA_NEW(a, struct trial);
    struct bill_law law;
    struct bill b;

    if (months < 1 || months > TRIAL_MONTHS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "试算的月数应是 1 到 %d", TRIAL_MONTHS_MAX);
        err_mend(e, "请改写月数");
        return err_at(e, "/months");
    }
    if (bill_read_row(d, id, &b, e) < 0 || bill_examine(d, &b, &law, e) < 0)
        return -1;

    date since = date_add_months(desk_today(d), -(int)months);

    node_put(a, page, "bill", bill_node(d, &b));
    node_put_int(a, page, "months", months);
    view_put_date(a, page, "since", since);
    node_put_int(a, page, "most", TRIAL_PROJECTS_MAX);
    *t = (struct trial){.d = d, .bill = &b, .draft = law.r, .rows = node_put_list(a, page, "rows")};
    node_put_bool(a, page, "is_ready", law.r != NULL);
    node_put_int(a, page, "errors", law.f.errors);
    *ret = page;
    return law.r != NULL ? trial_run(t, since, page, e) : 0;
}
