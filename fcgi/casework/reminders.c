/*
 * casework/reminders.c - duties by their last days, for one post; and what a person did and began
 *
 * Cards on the screen are told from the days as they stand now, so that one who has done his duty is not reminded of
 * it; the nightly run keeps what was told when.
 */
#include "config.h"

#include "casework/reminders.h"

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/due.h"
#include "casework/list.h"
#include "casework/remind.h"
#include "casework/view.h"
#include "casework/weeks.h"
#include "store/duties.h"

enum { SOON_WORKDAYS = 20, DUTIES_MAX = 10, URGED_MAX = 10, URGED_DAYS = 7, MONTH_MAX = 300, DAY_SHOWN = 3, ROWS = 20 };

static struct node *duty_node(const struct desk *d, const struct due_row *row)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    const char *card = remind_card_id(remind_card_of(d->platform->calendar, &d->district->tenant->reminders,
                                                     row->opens_on, DATE_NONE, row->due_on, desk_today(d)));
    const int is_open = row->opens_on == DATE_NONE || row->opens_on <= desk_today(d);

    view_put_id(a, n, "project", row->project);
    node_put_kept(a, n, "title", row->title);
    node_put_kept(a, n, "number", row->number);
    node_put_kept(a, n, "unit_name", row->unit_name);
    node_put_kept(a, n, "name", row->name);
    node_put_kept(a, n, "who_name", text_eq(row->who, CASEFILE_UNIT) ? row->unit_name : row->who_name);
    view_put_due(d, n, row->due_on, row->provisional);
    node_put(a, n, "articles", view_articles_of(d, row->articles));
    node_put_kept(a, n, "href", view_href(d, "/projects/%lld", (long long)row->project));
    node_put_kept(a, n, "card", is_open ? card : "");
    node_put_kept(a, n, "card_name", is_open ? remind_card_name(card) : "");
    node_put_bool(a, n, "is_red", is_open && text_eq(card, "red"));
    node_put_bool(a, n, "is_yellow", is_open && text_eq(card, "yellow"));
    return n;
}

/* ---- the desk ---- */

date reminders_urged_since(const struct desk *d)
{
    return desk_today(d) - URGED_DAYS;
}

static int urged_put(const struct desk *d, struct db *db, struct node *list, struct err *e)
{
    struct arena *a = d->arena;
    const struct project_sight of = desk_sight(d);
    struct card *rows;
    size_t count;

    if (card_urged(db, a, desk_organ(d), &of, reminders_urged_since(d), URGED_MAX, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *o = node_add_object(a, list);

        view_put_id(a, o, "project", rows[i].project);
        node_put_kept(a, o, "title", rows[i].title);
        node_put_kept(a, o, "name", rows[i].name);
        node_put_kept(a, o, "by_name", rows[i].by_name);
        node_put_kept(a, o, "note", rows[i].note);
        view_put_date(a, o, "on", rows[i].given_on);
        node_put_kept(a, o, "href", view_href(d, "/projects/%lld", (long long)rows[i].project));
    }
    return 0;
}

int reminders_ask(const struct desk *d, struct db *db, struct asked *ret_duties, struct err *e)
{
    const date until = calendar_add_workdays(d->platform->calendar, desk_today(d), SOON_WORKDAYS, NULL);
    const struct project_sight of = desk_sight(d);

    return due_open_ask(db, d->arena, desk_organ(d), &of, until, DUTIES_MAX + 1, ret_duties, e);
}

int reminders_put(const struct desk *d, struct db *db, const struct asked *duties, int may_urged, struct node *page,
                  struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "duties"), *urged;
    struct due_row *rows;
    size_t count;
    int64_t red = 0, yellow = 0;

    if (asked_take(duties, a, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < DUTIES_MAX; i++) {
        const struct node *n = node_add(list, duty_node(d, &rows[i]));

        red += node_get_bool(n, "is_red");
        yellow += node_get_bool(n, "is_yellow");
    }
    node_put_int(a, page, "red_count", red);
    node_put_int(a, page, "yellow_count", yellow);
    node_put_int(a, page, "card_count", red + yellow);
    node_put_bool(a, page, "cards_cut", count > DUTIES_MAX); /* the most urgent are shown and counted */
    urged = node_put_list(a, page, "urged");
    return may_urged ? urged_put(d, db, urged, e) : 0;
}

/* ---- the month ---- */

static void day_put(const struct desk *d, date day, const struct node *duties, struct node *o)
{
    struct arena *a = d->arena;
    struct node *items = node_list(a);
    const char *text = date_text(a, day);
    int year, month, dom, n = 0;

    date_split(day, &year, &month, &dom);
    node_put_fmt(a, o, "label", "%d", dom);
    node_put_kept(a, o, "date", text);
    node_put_kept(a, o, "note", weeks_day_kind(d, day, o));
    for (const struct node *du = node_first(duties); du != NULL; du = du->next)
        if (text_eq(node_get_str(du, "due_on"), text) && n++ < DAY_SHOWN)
            node_add(items, node_copy(a, du));
    node_put(a, o, "items", items);
    node_put_bool(a, o, "has_items", n > 0);
    if (n > DAY_SHOWN)
        node_put_int(a, o, "more", n - DAY_SHOWN);
}

static void weeks_put(const struct desk *d, date first, date last, const struct node *duties, struct node *page)
{
    struct weeks w;

    weeks_begin(&w, d->arena, node_put_list(d->arena, page, "weeks"));
    for (date day = first; day <= last; day++)
        day_put(d, day, duties, weeks_day(&w, day));
    weeks_end(&w);
}

static const char *month_id(struct arena *a, date first)
{
    return arena_dupn(a, date_text(a, first), 7);
}

static int month_read(const struct desk *d, const char *month, date *ret, struct err *e)
{
    struct err own = {0};

    *ret = date_month_first(desk_today(d));
    if (*month == '\0' || date_parse(arena_fmt(d->arena, "%.7s-01", month), ret, &own) == 0)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "月份「%.20s」无法识别", month);
    return err_mend(e, "请写成 2026-10 的样子");
}

static void notices_put(const struct desk *d, date first, struct node *page)
{
    const struct calendar *c = d->platform->calendar;
    int year = date_year(first);

    node_put_bool(d->arena, page, "is_provisional", !calendar_has_year(c, year));
    node_put_kept(d->arena, page, "notices", calendar_has_year(c, year) ? calendar_notices(c, year) : "");
    node_put_fmt(d->arena, page, "year", "%d", year);
    node_put_kept(d->arena, page, "calendar_version", calendar_version(c));
}

/* A leader's and an auditor's month is the whole district's. */
int calendar_page(const struct desk *d, const char *month, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list = node_put_list(a, page, "duties");
    const char *organ = desk_organ(d);
    const struct project_sight of = desk_sight(d);
    struct due_row *rows;
    struct db *db;
    date first, last;
    size_t count;

    if (permit_check(d->actor, MAY_CALENDAR, e) < 0 || month_read(d, month, &first, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    last = date_add_months(first, 1) - 1;
    if (due_between(db, a, organ, &of, first, last, MONTH_MAX + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < MONTH_MAX; i++)
        node_add(list, duty_node(d, &rows[i]));
    weeks_put(d, first, last, list, page);
    notices_put(d, first, page);
    node_put_bool(a, page, "is_cut", count > MONTH_MAX);
    node_put_bool(a, page, "is_all", *organ == '\0');
    node_put_kept(a, page, "month", month_id(a, first));
    node_put_kept(a, page, "month_name", date_month_law(a, first));
    node_put_kept(a, page, "previous", month_id(a, date_add_months(first, -1)));
    node_put_kept(a, page, "next", month_id(a, date_add_months(first, 1)));
    *ret = page;
    return 0;
}

/* ---- what a person did and began ---- */

enum { PLACE_AT, PLACE_PROJECT, PLACE_SEQ, PLACE_OF_DONE };

int done_view(const struct desk *d, const char *after, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list = node_put_list(a, page, "done");
    struct done_row *rows;
    struct db *db;
    int64_t from[PLACE_OF_DONE];
    size_t count;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || view_place(a, after, PLACE_OF_DONE, from, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0 ||
        done_list(db, a, d->actor->person, from[PLACE_AT] > 0 ? from[PLACE_AT] : INSTANT_NONE, from[PLACE_PROJECT],
                  from[PLACE_SEQ], ROWS + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < ROWS; i++) {
        struct node *o = node_add_object(a, list);

        view_put_id(a, o, "project", rows[i].project);
        node_put_kept(a, o, "title", rows[i].title);
        node_put_kept(a, o, "number", rows[i].number);
        node_put_kept(a, o, "name", rows[i].name);
        node_put_kept(a, o, "by_name", rows[i].by_name);
        node_put_kept(a, o, "stage_name",
                      *rows[i].stage_name != '\0' ? rows[i].stage_name : view_state_name(rows[i].state));
        node_put(a, o, "articles", view_articles_of(d, rows[i].articles));
        view_put_instant(a, o, "at", rows[i].entered_at);
        node_put_kept(a, o, "href", view_href(d, "/projects/%lld", (long long)rows[i].project));
    }
    if (count > ROWS)
        node_put_fmt(a, page, "next_after", "%lld.%lld.%lld", (long long)rows[ROWS - 1].entered_at,
                     (long long)rows[ROWS - 1].project, (long long)rows[ROWS - 1].seq);
    *ret = page;
    return 0;
}

int started_view(const struct desk *d, const char *after, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list = node_put_list(a, page, "started");
    struct project *rows;
    struct db *db;
    int64_t before;
    size_t count;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || view_place(a, after, 1, &before, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0 ||
        started_list(db, a, d->actor->person, before, ROWS + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < ROWS; i++)
        node_add(list, list_project_node(d, &rows[i]));
    if (count > ROWS)
        view_put_id(a, page, "next_after", rows[ROWS - 1].id);
    *ret = page;
    return 0;
}
