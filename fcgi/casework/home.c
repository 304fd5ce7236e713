/*
 * casework/home.c - what waits for whom: the desk one lands on
 */
#include "config.h"

#include "casework/casework.h"

#include <stdlib.h>

#include "base/text.h"
#include "casework/bill_part.h"
#include "casework/casefile.h"
#include "casework/due.h"
#include "casework/list.h"
#include "casework/notice.h"
#include "casework/reminders.h"
#include "casework/runs.h"
#include "casework/view.h"
#include "store/duties.h"

enum { TASKS_MAX = 500, TASKS_SHOWN = 15, MINE_MAX = 8, RECENT_MAX = 5, DUTIES_WORKDAYS = 20 };

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
    node_put_kept(a, n, "title", t->title);
    node_put_kept(a, n, "number", t->number);
    node_put_kept(a, n, "unit_name", t->unit_name);
    node_put_kept(a, n, "act", t->act);
    node_put_kept(a, n, "name", t->name);
    node_put_kept(a, n, "procedure", t->procedure_name);
    view_put_date(a, n, "since", since);
    node_put_int(a, n, "days_held", due_days_held(d->platform->calendar, since, desk_today(d)));
    view_put_due(d, n, t->due_on, t->provisional);
    view_put_money(a, n, "total_investment", t->total_investment);
    if (*t->hand_person != '\0') {
        node_put_kept(a, n, "hand_name", t->hand_name);
        node_put_bool(a, n, "is_in_my_hands", text_eq(t->hand_person, d->actor->person));
    }
    node_put(a, n, "articles", view_articles_of(d, t->articles));
    if (*t->run != '\0') {
        node_put_kept(a, n, "run", t->run);
        node_put_kept(a, n, "run_words", t->run_words);
    }
    node_put_kept(a, n, "href", runs_task_href(d, t));
    node_put_kept(a, n, "project_href", view_href(d, "/projects/%lld", (long long)t->project));
    return n;
}

/* ---- what is asked, all of it before the first answer is read ---- */

struct home_asked {
    int takes_part, has_tasks;
    struct asked tasks, probe, mine;
    struct asked duties; /* of a post that takes part */
};

static int home_ask(const struct desk *d, struct db *db, struct home_asked *q, struct err *e)
{
    struct arena *a = d->arena;
    const struct project_sight of = desk_sight(d);
    const struct project_filter mine = desk_filter(d, MINE_MAX);
    const char *organ = desk_organ(d);

    q->has_tasks = *organ != '\0';
    if (q->has_tasks && task_ask(db, a, organ, &of, TASKS_MAX, &q->tasks, e) < 0)
        return -1;
    if (desk_probe_ask(db, a, organ, &of, d->actor->person, reminders_urged_since(d), desk_today(d), &q->probe, e) < 0)
        return -1;
    if (project_ask(db, a, &mine, &q->mine, e) < 0)
        return -1;
    return q->takes_part ? reminders_ask(d, db, &q->duties, e) : 0;
}

static struct node *counts_node(const struct desk *d, const struct project_counts *c)
{
    struct node *n = node_object(d->arena);

    node_put_int(d->arena, n, "total", c->total);
    node_put_int(d->arena, n, "drafts", c->drafts);
    node_put_int(d->arena, n, "running", c->running);
    node_put_int(d->arena, n, "done", c->done);
    return n;
}

/* ---- home ---- */

static int by_until(const void *x, const void *y)
{
    const struct handing *a = x, *b = y;
    const date p = a->until_on == DATE_NONE ? INT32_MAX : a->until_on,
               q = b->until_on == DATE_NONE ? INT32_MAX : b->until_on;

    return p != q ? (p > q) - (p < q) : (a->id > b->id) - (a->id < b->id);
}

/* 请我加签: what a colleague waits for, the earliest day first. */
static void asked_put(const struct desk *d, struct handing *rows, size_t count, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "cosigns");

    if (count > 1)
        qsort(rows, count, sizeof *rows, by_until);
    for (size_t i = 0; i < count; i++) {
        struct node *o = node_add_object(a, list);

        view_put_id(a, o, "id", rows[i].id);
        view_put_id(a, o, "project", rows[i].project);
        node_put_kept(a, o, "title", rows[i].title);
        node_put_kept(a, o, "number", rows[i].number);
        node_put_kept(a, o, "unit_name", rows[i].unit_name);
        node_put_kept(a, o, "by_name", rows[i].by_name);
        node_put_kept(a, o, "about", rows[i].reason);
        view_put_date(a, o, "asked_on", instant_date(rows[i].at));
        view_put_due(d, o, rows[i].until_on, 0);
        view_put_date(a, o, "urged_on", rows[i].urged_at != INSTANT_NONE ? instant_date(rows[i].urged_at) : DATE_NONE);
        node_put_kept(a, o, "href", view_href(d, "/projects/%lld/cosign", (long long)rows[i].project));
    }
    node_put_int(a, page, "cosign_count", (int64_t)node_count(list));
}

static int home_probe(const struct desk *d, const struct home_asked *q, struct desk_probe *ret, struct err *e)
{
    struct desk_probe *row;
    size_t count;

    if (asked_take(&q->probe, d->arena, &row, &count, e) < 0)
        return -1;
    *ret = *row; /* it always has its row */
    return 0;
}

/* Most people were never asked to sign, have nothing unread and no notice stands: each is read only where it is there.
 */
static int home_probed(const struct desk *d, struct db *db, const struct home_asked *q, const struct desk_probe *probe,
                       struct node *page, struct err *e)
{
    struct handing *rows = NULL;
    size_t asked = 0;

    if (probe->asked && handing_asked(db, d->arena, desk_organ(d), desk_sight(d).unit, d->actor->person, TASKS_MAX,
                                      &rows, &asked, e) < 0)
        return -1;
    if (q->has_tasks)
        asked_put(d, rows, asked, page);
    node_put_bool(d->arena, page, "has_unread", probe->unread);
    return probe->notice ? notices_put(d, page, e) : 0;
}

/* Of all of them, on whichever page they stand. */
static void tasks_count(const struct desk *d, const struct task *rows, size_t count, struct node *page)
{
    const date today = desk_today(d), later = due_soon_end(d->platform->calendar, today);
    int64_t overdue = 0, soon = 0;

    for (size_t i = 0; i < count; i++) {
        if (rows[i].due_on == DATE_NONE)
            continue;
        overdue += rows[i].due_on < today;
        soon += rows[i].due_on >= today && rows[i].due_on < later;
    }
    node_put_int(d->arena, page, "task_count", (int64_t)count);
    node_put_bool(d->arena, page, "tasks_cut", count == TASKS_MAX);
    node_put_int(d->arena, page, "overdue", overdue);
    node_put_int(d->arena, page, "soon", soon);
}

/* The most urgent first, a page of them: from the first when there are not so many any more. */
static int home_tasks(const struct desk *d, const struct home_asked *q, int64_t from, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct task *rows = NULL;
    size_t count = 0;
    struct node *list = node_put_list(a, page, "tasks");

    if (q->has_tasks && asked_take(&q->tasks, a, &rows, &count, e) < 0)
        return -1;
    if (from < 0 || from >= (int64_t)count)
        from = 0;

    const size_t end = count < (size_t)from + TASKS_SHOWN ? count : (size_t)from + TASKS_SHOWN;

    for (size_t i = (size_t)from; i < end; i++)
        node_add(list, task_node(d, &rows[i]));
    tasks_count(d, rows, count, page);
    node_put_bool(a, page, "tasks_paged", count > TASKS_SHOWN);
    node_put_fmt(a, page, "tasks_shown", "第 %zu 至 %zu 件", (size_t)from + (count > 0), end);
    if (from > 0)
        node_put_fmt(a, page, "tasks_before", "%lld", (long long)(from > TASKS_SHOWN ? from - TASKS_SHOWN : 0));
    if (end < count)
        node_put_fmt(a, page, "tasks_next", "%zu", end);
    return 0;
}

static void duty_show(const struct desk *d, const struct duty_row *row, const struct project *p, struct node *list)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list);

    view_put_id(a, n, "project", p->id);
    node_put_kept(a, n, "title", p->title);
    node_put_kept(a, n, "unit_name", p->unit_name);
    node_put_kept(a, n, "name", row->name);
    node_put_kept(a, n, "who_name", text_eq(row->who, CASEFILE_UNIT) ? p->unit_name : row->who_name);
    view_put_due(d, n, row->due_on, row->provisional);
    node_put(a, n, "articles", view_articles_of(d, row->articles));
    node_put_kept(a, n, "href", view_href(d, "/projects/%lld", (long long)p->id));
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

static int home_mine(const struct desk *d, const struct home_asked *q, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct project *rows;
    size_t count;
    struct node *list = node_put_list(a, page, "mine");

    if (asked_take(&q->mine, a, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < (size_t)(q->takes_part ? MINE_MAX : RECENT_MAX); i++)
        node_add(list, list_project_node(d, &rows[i]));
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

int home_view(const struct desk *d, int64_t from, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *counts = NULL;
    struct home_asked q = {0};
    struct desk_probe probe = {0};
    struct db *db;
    const struct project_sight of = desk_sight(d);
    date today = desk_today(d);
    int64_t late;

    if (permit_check(d->actor, MAY_HOME, e) < 0)
        return -1;
    const int takes_part = permit_allows(d->actor->post->kind, MAY_PROJECT_ACT);

    q.takes_part = takes_part;
    view_put_date(a, page, "today", today);
    node_put_kept(a, page, "weekday", weekday_name(today));
    node_put_bool(a, page, "is_workday", calendar_is_workday(d->platform->calendar, today, NULL));
    node_put_bool(a, page, "clock_moved", d->clock_moved);
    node_put_bool(a, page, "has_projects", has_projects(d));
    node_put_bool(a, page, "takes_part", takes_part);
    if (!has_projects(d)) {
        *ret = page;
        return notices_put(d, page, e);
    }
    if (district_db(d->platform, d->district, &db, e) < 0 || home_ask(d, db, &q, e) < 0 ||
        home_tasks(d, &q, from, page, e) < 0 || home_probe(d, &q, &probe, e) < 0 ||
        home_probed(d, db, &q, &probe, page, e) < 0 || home_mine(d, &q, page, e) < 0)
        return -1;
    counts = counts_node(d, &probe.counts);
    if (permit_allows(d->actor->post->kind, MAY_BILL_PUBLISH) && bill_waiting(d, db, page, e) < 0)
        return -1;
    if ((takes_part ? reminders_put(d, db, &q.duties, probe.urged, page, e) : home_due(d, db, page, e)) < 0)
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
        node_put_kept(a, page, "new_href", view_href(d, "/projects/new"));
    *ret = page;
    return 0;
}
