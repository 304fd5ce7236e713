/*
 * casework/plan_view.c - the plans of a district, and what is in one
 */
#include "config.h"

#include "casework/plan.h"

#include "base/text.h"
#include "casework/view.h"
#include "store/plan.h"

enum { PLANS_SHOWN = 25, CANDIDATES_SHOWN = 200, PLANS_OF_ONE = 10 };

static struct node *plan_node(const struct desk *d, const struct project *p)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "id", p->id);
    node_put_text(a, n, "title", p->title);
    node_put_text(a, n, "subject", p->subject);
    node_put_text(a, n, "unit_name", p->unit_name);
    node_put_text(a, n, "state", p->state);
    node_put_text(a, n, "state_name", text_eq(p->state, "draft") ? "还没有开始" : view_state_name(p->state));
    node_put_text(a, n, "stage_name", p->event_count > 0 ? p->stage_name : "");
    node_put_text(a, n, "holder_name", p->holder_name);
    view_put_date(a, n, "opened_on", instant_date(p->created_at));
    node_put_fmt(a, n, "version", "%lld", (long long)p->version);
    node_put_text(a, n, "href", view_href(d, "/projects/%lld", (long long)p->id));
    node_put_text(a, n, "items_href", view_href(d, "/plans/%lld", (long long)p->id));
    return n;
}

static struct node *rule_node(const struct desk *d, const struct regulation *r, const struct node *rule)
{
    struct node *n = node_object(d->arena);

    view_take(d, n, rule, "id", "name", "opened_names", "articles", NULL);
    node_put_bool(d->arena, n, "may_open", regulation_subject_opens(r, node_get_str(rule, "id"), desk_organ(d)));
    node_put_bool(d->arena, n, "gathers", node_count(node_get(rule, "gathers")) > 0);
    return n;
}

/* ---- the list ---- */

static int put_plans(const struct desk *d, struct db *db, const char *subject, int64_t after, struct node *n,
                     struct err *e)
{
    struct node *list = node_put_list(d->arena, n, "plans");
    struct project *rows;
    size_t count;

    if (subject_list(db, d->arena, subject, desk_sight(d).place, after, PLANS_SHOWN + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < PLANS_SHOWN; i++)
        if (casefile_visible(d, &rows[i]))
            node_add(list, plan_node(d, &rows[i]));
    if (count > PLANS_SHOWN)
        view_put_id(d->arena, n, "next_after", rows[PLANS_SHOWN - 1].id);
    return 0;
}

int plans_view(const struct desk *d, const struct node *query, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    struct node *page = node_object(a), *list = node_put_list(a, page, "subjects");
    int64_t after = 0;
    struct db *db;

    if (permit_check(d->actor, MAY_PLAN_READ, e) < 0)
        return -1;
    if (!plans_known(d)) {
        err_fail(e, ERR_NOT_FOUND, "本办法没有由本岗位办理的计划");
        return err_mend(e, "请换到办理计划的岗位，或者从菜单选择其他页面");
    }
    if (view_place(a, node_get_str(query, "after"), 1, &after, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    for (const struct node *s = node_first(regulation_subjects(r, a)); s != NULL; s = s->next) {
        const char *id = node_get_str(s, "id");

        if (!desk_sees_subject(d, r, id))
            continue;
        if (put_plans(d, db, id, after, node_add(list, rule_node(d, r, s)), e) < 0)
            return -1;
    }
    *ret = page;
    return 0;
}

/* ---- one ---- */

static struct node *item_node(const struct desk *d, const struct plan_item *it)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "project", it->project);
    node_put_text(a, n, "title", it->title);
    node_put_text(a, n, "number", it->number);
    node_put_text(a, n, "unit_name", it->unit_name);
    node_put_text(a, n, "state_name", view_state_name(it->project_state));
    node_put_text(a, n, "stage_name", it->stage_name);
    view_put_money(a, n, "total_investment", it->total_investment);
    node_put_text(a, n, "href", view_href(d, "/projects/%lld", (long long)it->project));
    return n;
}

struct of_unit {
    const char *name;
    int64_t count;
    fen sum;
};

static void unit_add(struct of_unit *units, size_t *count, const struct plan_item *it)
{
    size_t i = 0;

    while (i < *count && !text_eq(units[i].name, it->unit_name))
        i++;
    if (i == *count)
        units[(*count)++] = (struct of_unit){.name = it->unit_name};
    units[i].count++;
    units[i].sum += it->total_investment > 0 ? it->total_investment : 0;
}

/* Side by side: how many and how much of each unit. */
static void put_units(const struct desk *d, const struct of_unit *units, size_t count, struct node *page)
{
    struct node *list = node_put_list(d->arena, page, "by_unit");
    fen sum = 0;

    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(d->arena, list);

        node_put_text(d->arena, n, "unit_name", units[i].name);
        node_put_int(d->arena, n, "count", units[i].count);
        view_put_money(d->arena, n, "sum", units[i].sum);
        sum += units[i].sum;
    }
    view_put_money(d->arena, page, "sum", sum);
}

static int put_items(const struct desk *d, struct db *db, int64_t plan, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *in = node_put_list(a, page, "items"), *out = node_put_list(a, page, "out");
    struct plan_item *rows;
    size_t count, units = 0;

    if (plan_item_list(db, a, plan, PLAN_ITEMS_MAX, &rows, &count, e) < 0)
        return -1;
    struct of_unit *of = ARENA_ARRAY(a, struct of_unit, count + 1);

    for (size_t i = 0; i < count; i++) {
        int is_in = text_eq(rows[i].state, "in");
        struct node *n = node_add(is_in ? in : out, item_node(d, &rows[i]));

        if (is_in) {
            unit_add(of, &units, &rows[i]);
            continue;
        }
        node_put_text(a, n, "reason", rows[i].reason);
        node_put_text(a, n, "by_name", rows[i].by_name);
        view_put_date(a, n, "at", instant_date(rows[i].at));
    }
    put_units(d, of, units, page);
    node_put_int(a, page, "item_count", (int64_t)node_count(in));
    return 0;
}

static int put_candidates(const struct desk *d, struct db *db, const struct casefile *c, const struct node *rule,
                          struct node *page, struct err *e)
{
    struct node *list = node_put_list(d->arena, page, "candidates");

    for (const struct node *s = node_first(node_get(rule, "gathers")); s != NULL; s = s->next) {
        struct plan_item *rows;
        size_t count;

        if (plan_candidates(db, d->arena, c->p.id, node_str(s, ""), desk_sight(d).place, CANDIDATES_SHOWN, &rows,
                            &count, e) < 0)
            return -1;
        for (size_t i = 0; i < count; i++)
            node_add(list, item_node(d, &rows[i]));
    }
    return 0;
}

int plan_view(const struct desk *d, int64_t plan, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a);
    const struct node *rule;
    struct err why = {0};
    struct casefile c;
    struct db *db;

    if (casefile_read(d, MAY_PLAN_READ, plan, &c, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    rule = casefile_is_project(&c.p) ? NULL : regulation_subject(c.regulation, a, c.p.subject);
    if (rule == NULL) {
        err_fail(e, ERR_NOT_FOUND, "没有这个计划");
        return err_mend(e, "请从「年度计划」页打开");
    }
    node_put(a, page, "plan", plan_node(d, &c.p));
    node_put(a, page, "rule", rule_node(d, c.regulation, rule));
    if (put_items(d, db, plan, page, e) < 0)
        return -1;

    int may = plan_may_change(d, &c, &why) == 0;

    node_put_bool(a, page, "may_change", may);
    if (!may)
        node_put_text(a, page, "why_not", why.message);
    if (may && put_candidates(d, db, &c, rule, page, e) < 0)
        return -1;
    *ret = page;
    return 0;
}

/* ---- of a project ---- */

static int gathers(const struct regulation *r, struct arena *a)
{
    for (const struct node *s = node_first(regulation_subjects(r, a)); s != NULL; s = s->next) {
        if (node_count(node_get(s, "gathers")) > 0)
            return 1;
    }
    return 0;
}

int plan_of(const struct desk *d, struct db *db, const struct casefile *c, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    struct project *rows;
    size_t count;

    *ret = list;
    if (!casefile_is_project(&c->p) || !regulation_has_subjects(c->regulation) || !gathers(c->regulation, a))
        return 0;
    if (plan_of_project(db, a, c->p.id, PLANS_OF_ONE, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        int sees =
            permit_allows(d->actor != NULL ? d->actor->post->kind : "", MAY_PLAN_READ) && casefile_visible(d, &rows[i]);
        struct node *n;

        if (!sees && !text_eq(rows[i].state, "done"))
            continue;
        n = node_add_object(a, list);
        node_put_text(a, n, "title", rows[i].title);
        node_put_text(a, n, "subject_name",
                      node_get_str(regulation_subject(c->regulation, a, rows[i].subject), "name"));
        node_put_text(a, n, "state_name",
                      text_eq(rows[i].state, "draft") ? "还没有开始" : view_state_name(rows[i].state));
        if (sees)
            node_put_text(a, n, "href", view_href(d, "/plans/%lld", (long long)rows[i].id));
    }
    return 0;
}
