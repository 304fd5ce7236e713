/*
 * casework/list_project.c - the list of projects: its filter, its rows, what may be chosen
 */
#include "config.h"

#include "casework/list.h"

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/due.h"
#include "casework/view.h"

enum { YEARS = 10, YEAR_MIN = 1990, YEAR_MAX = 2100 };

/* ---- rows ---- */

static const char *route_name(const struct desk *d, const char *route)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));

    return r != NULL && *route != '\0' ? regulation_route_name(r, route) : "";
}

struct node *list_project_node(const struct desk *d, const struct project *p)
{
    struct arena *a = d->arena;
    struct node *n = view_project_short(d, p);
    date since = p->holder_since == INSTANT_NONE ? DATE_NONE : instant_date(p->holder_since);
    int settled = text_eq(p->state, "done") || text_eq(p->state, "refused") || text_eq(p->state, "stopped");

    node_put_kept(a, n, "route", p->route);
    node_put_kept(a, n, "route_name", route_name(d, p->route));
    node_put_kept(a, n, "stage", p->stage);
    node_put_kept(a, n, "stage_name", p->stage_name);
    node_put_kept(a, n, "holder", p->holder);
    node_put_kept(a, n, "holder_name", p->holder_name);
    view_put_date(a, n, "holder_since", since);
    node_put_int(a, n, "days_held", due_days_held(d->platform->calendar, since, desk_today(d)));
    node_put_kept(a, n, "next_name", p->next_name);
    view_put_date(a, n, "next_due", p->next_due);
    node_put(a, n, "due", due_node(a, d->platform->calendar, p->next_due, desk_today(d)));
    node_put_bool(a, n, "provisional", p->next_provisional);
    view_put_date(a, n, "submitted_on", p->submitted_on);
    node_put_bool(a, n, "is_settled", settled);
    if (text_eq(p->state, "draft") && desk_is_applicant(d))
        node_put_kept(a, n, "edit_href", view_href(d, "/projects/%lld/edit", (long long)p->id));
    return n;
}

int project_status(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    struct project p;

    if (casefile_row(d, MAY_PROJECT_READ, project, &p, e) < 0)
        return -1;
    *ret = list_project_node(d, &p);
    return 0;
}

/* ---- the filter ---- */

int list_year(const struct node *query, const char *key, int *ret, struct err *e)
{
    const char *text = node_get_str(query, key);
    int64_t year;

    *ret = 0;
    if (*text == '\0')
        return 0;
    if (text_i64(text, &year) < 0 || year < YEAR_MIN || year > YEAR_MAX) {
        err_fail(e, ERR_BAD_INPUT, "年份「%.20s」无法识别", text);
        err_at(e, "/%s", key);
        return err_mend(e, "请填写四位年份，如 2026");
    }
    *ret = (int)year;
    return 0;
}

static int amount_read(const struct node *query, const char *key, fen *ret, struct err *e)
{
    const char *text = node_get_str(query, key);

    *ret = 0;
    if (*text == '\0')
        return 0;
    if (money_parse_wan(text, ret, e) == 0)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "筛选的投资「%.20s」不是金额", text);
    err_at(e, "/%s", key);
    return err_mend(e, "请填写以万元为单位的数字，如 20 或者 412.60");
}

/* A day of the query, so many days later; 0 when there is none. */
static int day_read(const struct node *query, const char *key, int later, date *ret, struct err *e)
{
    const char *text = node_get_str(query, key);

    *ret = 0;
    if (*text == '\0')
        return 0;
    if (date_parse(text, ret, e) < 0) {
        err_fail(e, ERR_BAD_INPUT, "日期「%.20s」无法识别", text);
        err_at(e, "/%s", key);
        return err_mend(e, "请写成 2025-09-22 的样子");
    }
    *ret += later;
    return 0;
}

const char *const list_phases[LIST_PHASES][2] = {
    {"plan", "计划"},         {"application", "申报"},     {"review", "审查评审"},
    {"approval", "批准备案"}, {"procurement", "采购合同"}, {"construction", "建设"},
    {"acceptance", "验收"},   {"operation", "运行"},       {"evaluation", "评价"}};

int list_phase(const char *id)
{
    for (int i = 0; i < LIST_PHASES; i++)
        if (text_eq(list_phases[i][0], id))
            return i;
    return -1;
}

/* The stages of that phase and of all that come after it. */
static int reached_read(const struct desk *d, const struct node *query, const char **ret, struct err *e)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const char *phase = node_get_str(query, "reached");
    struct node *stages = node_list(d->arena);
    int from = list_phase(phase);

    *ret = NULL;
    if (*phase == '\0' || r == NULL)
        return 0;
    if (from < 0) {
        err_fail(e, ERR_BAD_INPUT, "没有「%.40s」这个阶段", phase);
        err_at(e, "/reached");
        return err_mend(e, "请从统计看板点数字进入");
    }
    for (const struct node *p = node_first(node_get(regulation_names(r, d->arena), "procedures")); p != NULL;
         p = p->next)
        if (list_phase(node_get_str(regulation_procedure(r, d->arena, p->key), "phase")) >= from)
            node_add_text(d->arena, stages, p->key);
    *ret = view_json_text(d->arena, stages);
    return 0;
}

int list_project_filter(const struct desk *d, const struct node *query, struct project_filter *ret, struct err *e)
{
    const char *after = node_get_str(query, "after");
    date today = desk_today(d);

    *ret = desk_filter(d, LIST_PAGE_ROWS + 1);
    ret->text = node_get_str(query, "q");
    if (text_is_empty(ret->of.unit)) /* one's own unit is not a choice */
        ret->of.unit = node_get_str(query, "unit");
    ret->state = node_get_str(query, "state");
    ret->stage = node_get_str(query, "stage");
    ret->holder = node_get_str(query, "holder");
    ret->route = node_get_str(query, "route");
    ret->due = node_get_str(query, "due");
    ret->due_before = calendar_add_workdays(d->platform->calendar, today, DUE_SOON_WORKDAYS, NULL);
    ret->due_near = calendar_add_workdays(d->platform->calendar, today, DUE_NEAR_WORKDAYS, NULL);
    if (reached_read(d, query, &ret->reached, e) < 0 || list_year(query, "year", &ret->year, e) < 0 ||
        day_read(query, "submitted_from", 0, &ret->submitted_from, e) < 0 ||
        day_read(query, "submitted_to", 1, &ret->submitted_before, e) < 0 ||
        amount_read(query, "amount_from", &ret->amount_from, e) < 0 ||
        amount_read(query, "amount_below", &ret->amount_below, e) < 0)
        return -1;
    return view_place(d->arena, after, 1, &ret->after_id, e);
}

/* {q, unit, …} as the page shows them, without what is not set */
static struct node *list_project_shown(const struct desk *d, const struct node *query)
{
    static const char *const keys[] = {"q",           "unit",         "state", "stage",          "holder",
                                       "route",       "reached",      "year",  "submitted_from", "submitted_to",
                                       "amount_from", "amount_below", "due"};
    struct node *shown = node_object(d->arena);

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        node_put_kept(d->arena, shown, keys[i],
                      text_eq(keys[i], "unit") && desk_is_applicant(d) ? "" : node_get_str(query, keys[i]));
    return shown;
}

int list_project_rows(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query,
                      int limit, struct node *into, const char **ret_after, struct err *e)
{
    struct project_filter f;
    struct project *rows;
    size_t count;

    (void)def;
    *ret_after = "";
    if (list_project_filter(d, query, &f, e) < 0)
        return -1;
    f.limit = limit + 1;
    if (project_list(db, d->arena, &f, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < (size_t)limit; i++)
        node_add(into, list_project_node(d, &rows[i]));
    if (count > (size_t)limit)
        *ret_after = arena_fmt(d->arena, "%lld", (long long)rows[limit - 1].id);
    return 0;
}

/* ---- what may be chosen ---- */

static struct node *option(struct arena *a, struct node *list, const char *id, const char *name, const char *chosen)
{
    struct node *n = node_add_object(a, list);

    node_put_kept(a, n, "id", id);
    node_put_kept(a, n, "name", name);
    node_put_bool(a, n, "chosen", text_eq(id, chosen));
    return n;
}

/* The usual views: everything, what waits for me, what is late or nearly so; whether the query is one of them. */
static int put_views(const struct desk *d, const char *query, struct node *page)
{
    struct arena *a = d->arena;
    const char *organ = desk_organ(d);
    const struct {
        const char *name, *query;
    } views[] = {
        {"全部", ""},
        {"在办", "state=running"},
        {"等我办", *organ != '\0' ? arena_fmt(a, "holder=%s", organ) : NULL},
        {"已超期", "due=overdue"},
        {"3 个工作日内到期", "due=soon"},
        {"已办结", "state=done"},
    };
    struct node *list = node_put_list(a, page, "views");
    int is_usual = 0;

    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        if (views[i].query == NULL)
            continue;
        struct node *n = node_add_object(a, list);

        node_put_kept(a, n, "name", views[i].name);
        node_put_kept(a, n, "query", views[i].query);
        node_put_bool(a, n, "is_current", text_eq(views[i].query, query));
        is_usual |= text_eq(views[i].query, query);
    }
    return is_usual;
}

/* Whether something is asked for that the page folds away. */
static int is_rare(const struct node *shown)
{
    static const char *const keys[] = {"state",        "holder",      "route",       "submitted_from",
                                       "submitted_to", "amount_from", "amount_below"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (*node_get_str(shown, keys[i]) != '\0')
            return 1;
    return 0;
}

static void put_choices(struct arena *a, struct node *o, const char *key, const struct node *names, const char *chosen)
{
    struct node *list = node_put_list(a, o, key);

    for (const struct node *p = node_first(names); p != NULL; p = p->next)
        option(a, list, p->key, node_str(p, ""), chosen);
}

struct node *list_units(const struct desk *d, const char *chosen)
{
    const struct tenant *t = d->district->tenant;
    const struct project_sight sight = desk_sight(d);
    struct node *list = node_list(d->arena);

    for (size_t i = 0; i < t->unit_count && !desk_is_applicant(d); i++)
        if (text_is_empty(sight.place) || text_eq(sight.place, t->units[i].place))
            option(d->arena, list, t->units[i].code, t->units[i].name, chosen);
    return list;
}

struct node *list_years(const struct desk *d, const char *chosen)
{
    struct node *list = node_list(d->arena);

    for (int i = 0, year = date_year(desk_today(d)); i < YEARS; i++) {
        const char *text = arena_fmt(d->arena, "%d", year - i);

        option(d->arena, list, text, text, chosen);
    }
    return list;
}

/* What may be chosen: states, the procedures and ways of the law in force, the organs and units of the district, years.
 */
static void put_options(const struct desk *d, const struct project_filter *f, struct node *page)
{
    static const char *const states[] = {"draft", "running", "done", "running,done", "stopped", "refused"};
    struct arena *a = d->arena;
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    struct node *o = node_put_object(a, page, "options"), *list = node_put_list(a, page, "states");
    const struct node *names = r != NULL ? regulation_names(r, a) : NULL;

    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        option(a, list, states[i], view_state_name(states[i]), f->state);
    list = node_put_list(a, page, "dues");
    option(a, list, "overdue", "已超期", f->due);
    option(a, list, "soon", "已超期和 3 个工作日内到期", f->due);
    option(a, list, "coming", "3 个工作日内到期", f->due);
    option(a, list, "near", "4 到 10 个工作日内到期", f->due);
    option(a, list, "later", "更晚或者没有时限", f->due);
    put_choices(a, o, "stages", node_get(names, "procedures"), f->stage);
    put_choices(a, o, "holders", node_get(names, "organs"), f->holder);
    put_choices(a, o, "routes", node_get(names, "routes"), f->route);
    node_put(a, o, "units", list_units(d, f->of.unit));
    node_put(a, o, "years", list_years(d, f->year > 0 ? arena_fmt(a, "%d", f->year) : ""));
}

int project_list_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    const struct list_def *def = list_named("projects");
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list, *shown;
    struct project_filter f;
    const char *after;
    fen sum = 0;

    list = node_put_list(a, page, "projects");
    if (list_page_rows(d, def, filter, page, list, &after, e) < 0 || list_project_filter(d, filter, &f, e) < 0)
        return -1;
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        struct err ignored = {0};
        fen amount;

        if (*node_get_str(n, "total_investment") != '\0' &&
            money_parse_wan(node_get_str(n, "total_investment"), &amount, &ignored) == 0)
            sum += amount;
    }
    shown = node_put(a, page, "filter", list_project_shown(d, filter));
    const char *shown_query = list_query(d, shown);

    node_put_kept(a, page, "filter_query", shown_query);
    node_put_kept(a, page, "query", list_query(d, filter));
    node_put_bool(a, page, "is_filtered", *shown_query != '\0');
    node_put_bool(a, page, "is_later", f.after_id > 0);
    node_put_bool(a, page, "is_rare", !put_views(d, shown_query, page) && is_rare(shown));
    if (*after != '\0')
        node_put_kept(a, page, "next_after", after);
    node_put_int(a, page, "count_shown", (int64_t)node_count(list));
    view_put_money(a, page, "sum_shown", sum);
    put_options(d, &f, page);
    if (permit_allows(d->actor->post->kind, MAY_PROJECT_DRAFT))
        node_put_kept(a, page, "new_href", view_href(d, "/projects/new"));
    *ret = page;
    return 0;
}
