/*
 * casework/lists.c - what waits for whom: the desk one lands on, and the list of projects
 */
#include "config.h"

#include "casework/casework.h"

#include "base/buf.h"
#include "base/text.h"
#include "casework/casefile.h"
#include "casework/due.h"
#include "casework/reminders.h"
#include "casework/view.h"
#include "store/duties.h"

enum { TASKS_MAX = 200, MINE_MAX = 8, PAGE_ROWS = 20, DUTIES_WORKDAYS = 20 };

/* A bureau's posts have no projects before them; what they take in stands in the inbox. */
static int has_projects(const struct desk *d)
{
    return d->actor != NULL && d->actor->post != NULL && permit_allows(d->actor->post->kind, MAY_PROJECT_READ);
}

/* ---- rows ---- */

static struct node *task_node(const struct desk *d, const struct task *t)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    date since = t->since == INSTANT_NONE ? DATE_NONE : instant_date(t->since);

    view_put_id(a, n, "project", t->project);
    node_put_text(a, n, "title", t->title);
    node_put_text(a, n, "number", t->number);
    node_put_text(a, n, "unit_name", t->unit_name);
    node_put_text(a, n, "act", t->act);
    node_put_text(a, n, "name", t->name);
    node_put_text(a, n, "procedure", t->procedure_name);
    view_put_date(a, n, "since", since);
    node_put_int(a, n, "days_held", due_days_held(d->platform->calendar, since, desk_today(d)));
    view_put_due(d, n, t->due_on, t->provisional);
    view_put_money(a, n, "total_investment", t->total_investment);
    node_put(a, n, "articles", view_articles_of(d, t->articles));
    node_put_text(a, n, "href", view_href(d, "/projects/%lld/acts/%s", (long long)t->project, t->act));
    node_put_text(a, n, "project_href", view_href(d, "/projects/%lld", (long long)t->project));
    return n;
}

struct node *lists_project(const struct desk *d, const struct project *p)
{
    struct arena *a = d->arena;
    struct node *n = view_project_short(d, p);
    date since = p->holder_since == INSTANT_NONE ? DATE_NONE : instant_date(p->holder_since);
    int settled = text_eq(p->state, "done") || text_eq(p->state, "refused") || text_eq(p->state, "stopped");

    node_put_text(a, n, "route", p->route);
    node_put_text(a, n, "stage", p->stage);
    node_put_text(a, n, "stage_name", p->stage_name);
    node_put_text(a, n, "holder", p->holder);
    node_put_text(a, n, "holder_name", p->holder_name);
    view_put_date(a, n, "holder_since", since);
    node_put_int(a, n, "days_held", due_days_held(d->platform->calendar, since, desk_today(d)));
    node_put_text(a, n, "next_name", p->next_name);
    view_put_date(a, n, "next_due", p->next_due);
    node_put(a, n, "due", due_node(a, d->platform->calendar, p->next_due, desk_today(d)));
    node_put_bool(a, n, "provisional", p->next_provisional);
    view_put_date(a, n, "submitted_on", p->submitted_on);
    node_put_bool(a, n, "is_settled", settled);
    if (text_eq(p->state, "draft") && desk_is_applicant(d))
        node_put_text(a, n, "edit_href", view_href(d, "/projects/%lld/edit", (long long)p->id));
    return n;
}

int project_status(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    struct project p;

    if (casefile_row(d, MAY_PROJECT_READ, project, &p, e) < 0)
        return -1;
    *ret = lists_project(d, &p);
    return 0;
}

static int counts_node(const struct desk *d, struct db *db, struct node **ret, struct err *e)
{
    const struct project_sight of = desk_sight(d);
    struct project_counts c;
    struct node *n = node_object(d->arena);

    if (project_count(db, d->arena, &of, &c, e) < 0)
        return -1;
    node_put_int(d->arena, n, "total", c.total);
    node_put_int(d->arena, n, "drafts", c.drafts);
    node_put_int(d->arena, n, "running", c.running);
    node_put_int(d->arena, n, "done", c.done);
    *ret = n;
    return 0;
}

/* ---- home ---- */

/* Of the tasks that are in one colleague's hands, in whose. */
static int tasks_in_hands(const struct desk *d, struct db *db, const struct node *tasks, struct err *e)
{
    struct handing *rows;
    size_t count;

    if (handing_of_tasks(db, d->arena, desk_organ(d), desk_sight(d).unit, TASKS_MAX, &rows, &count, e) < 0)
        return -1;
    for (const struct node *n = count > 0 ? node_first(tasks) : NULL; n != NULL; n = n->next) {
        struct node *task = (struct node *)(uintptr_t)n;

        for (size_t i = 0; i < count; i++) {
            if (!text_eq(node_get_str(n, "project"), arena_fmt(d->arena, "%lld", (long long)rows[i].project)))
                continue;
            node_put_text(d->arena, task, "hand_name", rows[i].name);
            node_put_bool(d->arena, task, "is_in_my_hands", text_eq(rows[i].person, d->actor->person));
        }
    }
    return 0;
}

static int home_tasks(const struct desk *d, struct db *db, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct task *rows = NULL;
    size_t count = 0;
    int64_t overdue = 0, soon = 0;
    const char *organ = desk_organ(d);
    const struct project_sight of = desk_sight(d);
    struct node *list = node_put_list(a, page, "tasks");

    if (*organ != '\0' && task_list(db, a, organ, &of, TASKS_MAX, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add(list, task_node(d, &rows[i]));
        const struct node *due = node_get(n, "due");

        overdue += node_get_bool(due, "is_overdue");
        soon += node_get_bool(due, "is_soon");
    }
    if (count > 0 && tasks_in_hands(d, db, list, e) < 0)
        return -1;
    node_put_int(a, page, "task_count", (int64_t)count);
    node_put_int(a, page, "overdue", overdue);
    node_put_int(a, page, "soon", soon);
    return 0;
}

static void duty_show(const struct desk *d, const struct duty_row *row, const struct project *p, struct node *list)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list);

    view_put_id(a, n, "project", p->id);
    node_put_text(a, n, "title", p->title);
    node_put_text(a, n, "unit_name", p->unit_name);
    node_put_text(a, n, "name", row->name);
    node_put_text(a, n, "who_name", text_eq(row->who, CASEFILE_UNIT) ? p->unit_name : row->who_name);
    view_put_due(d, n, row->due_on, row->provisional);
    node_put(a, n, "articles", view_articles_of(d, row->articles));
    node_put_text(a, n, "href", view_href(d, "/projects/%lld", (long long)p->id));
}

/* Of each of these projects the duty that is due first, within the horizon. */
static int home_duties(const struct desk *d, struct db *db, const struct project *rows, size_t count, date horizon,
                       struct node *list, struct err *e)
{
    int64_t ids[DUTY_DUE_PROJECTS] = {0};
    struct duty_row *duties;
    size_t due;

    for (size_t i = 0; i < count && i < DUTY_DUE_PROJECTS; i++)
        ids[i] = rows[i].id;
    if (count == 0)
        return 0;
    if (duty_due(db, d->arena, ids, horizon + 1, &duties, &due, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < due; k++) {
            if (duties[k].project == rows[i].id) {
                duty_show(d, &duties[k], &rows[i], list);
                break;
            }
        }
    }
    return 0;
}

static int home_mine(const struct desk *d, struct db *db, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct project_filter f = desk_filter(d, MINE_MAX);
    struct project *rows;
    size_t count;
    struct node *list = node_put_list(a, page, "mine");

    if (project_list(db, a, &f, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < MINE_MAX; i++)
        node_add(list, lists_project(d, &rows[i]));
    return 0;
}

/* What is late or soon will be, the latest first. */
static int home_due(const struct desk *d, struct db *db, struct node *page, struct err *e)
{
    struct node *duties = node_put_list(d->arena, page, "duties");
    date before = calendar_add_workdays(d->platform->calendar, desk_today(d), DUTIES_WORKDAYS, NULL);
    const struct project_sight of = desk_sight(d);
    struct project *rows;
    size_t count;

    if (project_due_list(db, d->arena, &of, before + 1, DUTY_DUE_PROJECTS, &rows, &count, e) < 0)
        return -1;
    return home_duties(d, db, rows, count, before, duties, e);
}

static const char *weekday_name(date day)
{
    static const char *const names[] = {"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"};

    return names[date_weekday(day) - 1];
}

int home_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *counts = NULL;
    struct db *db;
    const struct project_sight of = desk_sight(d);
    date today = desk_today(d);
    int64_t late;

    if (permit_check(d->actor, MAY_HOME, e) < 0)
        return -1;
    int takes_part = permit_allows(d->actor->post->kind, MAY_PROJECT_ACT);

    view_put_date(a, page, "today", today);
    node_put_text(a, page, "weekday", weekday_name(today));
    node_put_bool(a, page, "is_workday", calendar_is_workday(d->platform->calendar, today, NULL));
    node_put_bool(a, page, "clock_moved", d->clock_moved);
    node_put_bool(a, page, "has_projects", has_projects(d));
    node_put_bool(a, page, "takes_part", takes_part);
    if (!has_projects(d)) {
        *ret = page;
        return 0;
    }
    if (district_db(d->platform, d->district, &db, e) < 0 || home_tasks(d, db, page, e) < 0 ||
        home_mine(d, db, page, e) < 0 || (takes_part ? reminders_put(d, db, page, e) : home_due(d, db, page, e)) < 0 ||
        counts_node(d, db, &counts, e) < 0)
        return -1;
    node_put_int(a, counts, "tasks", node_get_int(page, "task_count", 0));
    if (!takes_part) { /* whosever turn it is */
        if (project_late_count(db, a, &of, today, &late, e) < 0)
            return -1;
        node_put_int(a, counts, "late", late);
    }
    node_put_int(a, counts, "overdue", node_get_int(page, "overdue", 0)); /* of the tasks on this page */
    node_put_int(a, counts, "soon", node_get_int(page, "soon", 0));
    node_put_int(a, counts, "mine", node_get_int(counts, "running", 0) + node_get_int(counts, "drafts", 0));
    node_put(a, page, "counts", counts);
    if (permit_allows(d->actor->post->kind, MAY_PROJECT_DRAFT))
        node_put_text(a, page, "new_href", view_href(d, "/projects/new"));
    *ret = page;
    return 0;
}

/* ---- list ---- */

static int filter_read(const struct desk *d, const struct node *given, struct project_filter *ret, struct err *e)
{
    const char *after = node_get_str(given, "after");
    date today = desk_today(d);

    *ret = desk_filter(d, PAGE_ROWS + 1);
    ret->text = node_get_str(given, "q");
    if (text_is_empty(ret->of.unit)) /* one's own unit is not a choice */
        ret->of.unit = node_get_str(given, "unit");
    ret->state = node_get_str(given, "state");
    ret->stage = node_get_str(given, "stage");
    ret->holder = node_get_str(given, "holder");
    ret->due = node_get_str(given, "due");
    ret->due_before = calendar_add_workdays(d->platform->calendar, today, DUE_SOON_WORKDAYS, NULL);
    if (*after != '\0' && (text_i64(after, &ret->after_id) < 0 || ret->after_id <= 0)) {
        err_fail(e, ERR_BAD_INPUT, "翻页位置「%.40s」无法识别", after);
        return err_mend(e, "请从第一页重新查起");
    }
    return 0;
}

static struct node *option(struct arena *a, struct node *list, const char *id, const char *name, const char *chosen)
{
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "id", id);
    node_put_text(a, n, "name", name);
    node_put_bool(a, n, "chosen", text_eq(id, chosen));
    return n;
}

/* Bytes that may not stand in a query, as %XX. */
static const char *query_escape(struct arena *a, const char *s)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 16 * 1024);
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
            c == '.')
            buf_putc(&b, (char)c);
        else
            buf_fmt(&b, "%%%02X", c);
    }
    return arena_dup(a, buf_str(&b));
}

/* The filter as a query, without its place in the pages. */
static const char *filter_query(struct arena *a, const struct node *shown)
{
    const char *query = "";

    for (const struct node *n = node_first(shown); n != NULL; n = n->next) {
        if (*node_str(n, "") != '\0')
            query =
                arena_fmt(a, "%s%s%s=%s", query, *query != '\0' ? "&" : "", n->key, query_escape(a, node_str(n, "")));
    }
    return query;
}

/* The usual views: everything, what waits for me, what is late or nearly so. */
static void put_views(const struct desk *d, const char *query, struct node *page)
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

    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        if (views[i].query == NULL)
            continue;
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "name", views[i].name);
        node_put_text(a, n, "query", views[i].query);
        node_put_bool(a, n, "is_current", text_eq(views[i].query, query));
    }
}

/* What may be chosen: states, the procedures of the law in force, the organs and units of the district. */
static void put_options(const struct desk *d, const struct project_filter *f, struct node *page)
{
    static const char *const states[] = {"draft", "running", "done", "stopped", "refused"};
    struct arena *a = d->arena;
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    struct node *o = node_put_object(a, page, "options"), *list = node_put_list(a, page, "states");
    const struct node *names = r != NULL ? regulation_names(r, a) : NULL;
    const struct tenant *t = d->district->tenant;

    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        option(a, list, states[i], view_state_name(states[i]), f->state);
    list = node_put_list(a, page, "dues");
    option(a, list, "overdue", "已超期", f->due);
    option(a, list, "soon", "3 个工作日内到期", f->due);
    list = node_put_list(a, o, "stages");
    for (const struct node *p = node_first(node_get(names, "procedures")); p != NULL; p = p->next)
        option(a, list, p->key, node_str(p, ""), f->stage);
    list = node_put_list(a, o, "holders");
    for (const struct node *p = node_first(node_get(names, "organs")); p != NULL; p = p->next)
        option(a, list, p->key, node_str(p, ""), f->holder);
    list = node_put_list(a, o, "units");
    for (size_t i = 0; i < t->unit_count && !desk_is_applicant(d); i++)
        if (text_is_empty(f->of.place) || text_eq(f->of.place, t->units[i].place))
            option(a, list, t->units[i].code, t->units[i].name, f->of.unit);
}

int project_list_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list, *shown;
    struct project_filter f;
    struct project *rows;
    size_t count;
    struct db *db;
    fen sum = 0;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || filter_read(d, filter, &f, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0 || project_list(db, a, &f, &rows, &count, e) < 0)
        return -1;
    list = node_put_list(a, page, "projects");
    for (size_t i = 0; i < count && i < PAGE_ROWS; i++) {
        node_add(list, lists_project(d, &rows[i]));
        sum += rows[i].total_investment > 0 ? rows[i].total_investment : 0;
    }
    shown = node_put_object(a, page, "filter");
    node_put_text(a, shown, "q", f.text);
    node_put_text(a, shown, "state", f.state);
    node_put_text(a, shown, "stage", f.stage);
    node_put_text(a, shown, "holder", f.holder);
    node_put_text(a, shown, "due", f.due);
    node_put_text(a, shown, "unit", desk_is_applicant(d) ? "" : f.of.unit);
    const char *query = filter_query(a, shown);

    node_put_text(a, page, "filter_query", query);
    node_put_bool(a, page, "is_filtered", *query != '\0');
    node_put_bool(a, page, "is_later", f.after_id > 0);
    put_views(d, query, page);
    if (count > PAGE_ROWS)
        view_put_id(a, page, "next_after", rows[PAGE_ROWS - 1].id);
    node_put_int(a, page, "count_shown", (int64_t)(count < PAGE_ROWS ? count : PAGE_ROWS));
    view_put_money(a, page, "sum_shown", sum);
    put_options(d, &f, page);
    if (permit_allows(d->actor->post->kind, MAY_PROJECT_DRAFT))
        node_put_text(a, page, "new_href", view_href(d, "/projects/new"));
    *ret = page;
    return 0;
}
