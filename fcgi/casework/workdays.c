/*
 * casework/workdays.c - the working days of a year by the State Council's notice, and a last day counted by anybody
 *
 * No session, no database and no regulation of one's own: the calendar is common to all districts. Last days are
 * counted by the function that counts those of the law (calendar_last_day).
 */
#include "config.h"

#include "casework/casework.h"

#include "base/text.h"
#include "casework/count_view.h"
#include "casework/view.h"
#include "casework/weeks.h"

enum { YEARS_AHEAD = 3 }; /* that far one may look beyond the last notice */

/* ---- the year ---- */

struct year_bounds {
    int first, last;
};

static struct year_bounds years_shown(const struct desk *d)
{
    const int now = date_year(desk_today(d));
    struct year_bounds b;

    calendar_years(d->platform->calendar, &b.first, &b.last);
    b.last = (b.last > now ? b.last : now) + YEARS_AHEAD;
    return b;
}

static int year_read(const struct desk *d, const char *text, int *ret, struct err *e)
{
    const struct year_bounds b = years_shown(d);
    int64_t year = date_year(desk_today(d));

    if (*text != '\0' && text_i64(text, &year) < 0)
        err_fail(e, ERR_BAD_INPUT, "年份「%.20s」无法识别", text);
    else if (year < b.first || year > b.last)
        err_fail(e, ERR_BAD_INPUT, "没有 %lld 年的工作日历", (long long)year);
    else {
        *ret = (int)year;
        return 0;
    }
    return err_mend(e, "请写 %d 到 %d 之间的年份", b.first, b.last);
}

/* Days one after the other as one range: 10月1日至8日, 1月28日至2月4日. */
static const char *range_words(struct arena *a, date from, date to)
{
    int year, month, day, last_month, last_day;

    date_split(from, &year, &month, &day);
    date_split(to, &year, &last_month, &last_day);
    if (from == to)
        return arena_fmt(a, "%d月%d日", month, day);
    return month == last_month ? arena_fmt(a, "%d月%d日至%d日", month, day, last_day)
                               : arena_fmt(a, "%d月%d日至%d月%d日", month, day, last_month, last_day);
}

static int is_kind(const struct desk *d, date day, const char *kind)
{
    return text_eq(calendar_day_kind(d->platform->calendar, day), kind);
}

/* [text] of the ranges of that kind in the year, and how many days they are. */
static void ranges_put(const struct desk *d, int year, const char *kind, const char *key, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, key);
    const date end = date_of(year + 1, 1, 1);
    int count = 0;

    for (date day = date_of(year, 1, 1), to; day < end; day = to + 1) {
        to = day;
        if (!is_kind(d, day, kind))
            continue;
        while (to + 1 < end && is_kind(d, to + 1, kind))
            to++;
        count += to - day + 1;
        node_add_text(a, list, range_words(a, day, to));
    }
    node_put_int(a, page, arena_fmt(a, "%s_count", key), count);
}

static struct node *month_node(const struct desk *d, date first)
{
    struct arena *a = d->arena;
    struct node *m = node_object(a);
    const date end = date_add_months(first, 1);
    struct weeks w;
    int year, month, dom;

    date_split(first, &year, &month, &dom);
    node_put_fmt(a, m, "name", "%d月", month);
    node_put_int(a, m, "workdays", calendar_workdays_between(d->platform->calendar, first - 1, end - 1, NULL));
    weeks_begin(&w, a, node_put_list(a, m, "weeks"));
    for (date day = first; day < end; day++) {
        struct node *o = weeks_day(&w, day);

        date_split(day, &year, &month, &dom);
        node_put_int(a, o, "label", dom);
        node_put_text(a, o, "date", date_text(a, day));
        node_put_text(a, o, "note", weeks_day_kind(d, day, o));
        node_put_bool(a, o, "is_holiday", is_kind(d, day, "holiday"));
    }
    weeks_end(&w);
    return m;
}

static void year_put(const struct desk *d, int year, struct node *page)
{
    struct arena *a = d->arena;
    const struct calendar *c = d->platform->calendar;
    const struct year_bounds b = years_shown(d);
    struct node *months = node_put_list(a, page, "months");

    if (year > b.first)
        node_put_int(a, page, "previous", year - 1);
    if (year < b.last)
        node_put_int(a, page, "next", year + 1);
    node_put_int(a, page, "workdays",
                 calendar_workdays_between(c, date_of(year, 1, 1) - 1, date_of(year, 12, 31), NULL));
    ranges_put(d, year, "holiday", "holidays", page);
    ranges_put(d, year, "make_up", "shifts", page);
    for (int month = 1; month <= 12; month++)
        node_add(months, month_node(d, date_of(year, month, 1)));
}

static void notices_put(const struct desk *d, int year, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put(a, page, "year_notices", calendar_notice_list(d->platform->calendar, a, year));

    for (struct node *n = list->u.kids.first; n != NULL; n = n->next) {
        struct err e = {0};
        date day;

        if (date_parse(node_get_str(n, "issued_on"), &day, &e) == 0)
            node_put_text(a, n, "issued_text", date_law(a, day));
    }
    node_put_bool(a, page, "is_provisional", !calendar_has_year(d->platform->calendar, year));
    node_put_text(a, page, "calendar_version", calendar_version(d->platform->calendar));
}

/* ---- the counter ---- */

static const struct {
    const char *id, *name;
    enum calendar_unit unit;
    int most; /* about a year: what is listed day by day has to stay readable; months are listed one by one */
} units[] = {
    {"working_days", "工作日", CALENDAR_WORKING_DAYS, 250},
    {"days", "日", CALENDAR_DAYS, 366},
    {"months", "个月", CALENDAR_MONTHS, 120},
};

struct counter {
    const struct desk *desk;
    const struct node *typed;
    struct err_list errors;
    struct calendar_period period;
    size_t unit; /* index of units */
    date from;
};

static void unread(struct counter *x, const char *field, const char *message, const char *mend)
{
    struct err e = {0};

    err_set_fail(&e, ERR_BAD_INPUT, "%s", message);
    err_set_mend(&e, "%s", mend);
    err_set_at(&e, "/count/%s", field);
    err_list_take(&x->errors, &e);
}

static void from_read(struct counter *x)
{
    const struct year_bounds b = years_shown(x->desk);
    const char *text = text_trim(x->desk->arena, node_get_str(x->typed, "from"));
    struct arena *a = x->desk->arena;
    struct err e = {0};

    if (date_parse(text, &x->from, &e) < 0)
        unread(x, "from", arena_fmt(a, "起算日「%.20s」无法识别", text), "请写成 2025-09-22 的样子");
    else if (date_year(x->from) < b.first || date_year(x->from) > b.last)
        unread(x, "from", arena_fmt(a, "起算日 %s 不在工作日历之内", text),
               arena_fmt(a, "请写 %d 到 %d 年之间的日子", b.first, b.last));
}

static void unit_read(struct counter *x)
{
    const char *text = node_get_str(x->typed, "unit");

    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (text_eq(units[i].id, *text != '\0' ? text : units[0].id)) {
            x->unit = i;
            x->period.unit = units[i].unit;
            return;
        }
    unread(x, "unit", arena_fmt(x->desk->arena, "没有「%.20s」这种计算单位", text), "请在工作日、日、个月中选一个");
}

static void number_read(struct counter *x)
{
    struct arena *a = x->desk->arena;
    const char *text = text_trim(a, node_get_str(x->typed, "n"));
    int64_t n;

    if (text_i64(text, &n) == 0 && n >= 1 && n <= units[x->unit].most)
        x->period.n = (int)n;
    else
        unread(x, "n", *text != '\0' ? arena_fmt(a, "数目「%.20s」不能用", text) : "没有写数多少",
               arena_fmt(a, "请写 1 到 %d 的整数", units[x->unit].most));
}

/* The general rule is that a last day off gives way (民法典 203); who writes nothing gets it. */
static void counter_read(struct counter *x)
{
    const char *roll = node_get_str(x->typed, "roll");

    from_read(x);
    unit_read(x);
    number_read(x);
    x->period.roll = !text_eq(roll, "none");
    if (*roll != '\0' && x->period.roll && !text_eq(roll, "next_workday"))
        unread(x, "roll", arena_fmt(x->desk->arena, "没有「%.20s」这种顺延", roll), "请选顺延或者不顺延");
}

static void choice_add(struct arena *a, struct node *choices, const char *id, const char *label)
{
    struct node *o = node_add_object(a, choices);

    node_put_text(a, o, "id", id);
    node_put_text(a, o, "label", label);
}

static struct node *field_add(const struct counter *x, struct node *fields, struct node *declared,
                              const char *otherwise)
{
    struct arena *a = x->desk->arena;
    const struct node *typed = node_get(x->typed, node_get_str(declared, "id"));

    return node_add(fields, view_field(x->desk, declared, node_text(a, otherwise), typed, &x->errors, "/count"));
}

static struct node *declare(struct arena *a, const char *id, const char *label, const char *type, const char *hint)
{
    struct node *o = node_object(a);

    node_put_text(a, o, "id", id);
    node_put_text(a, o, "label", label);
    node_put_text(a, o, "type", type);
    node_put_text(a, o, "hint", hint);
    return o;
}

static void fields_put(const struct counter *x, struct node *page)
{
    struct arena *a = x->desk->arena;
    struct node *fields = node_put_list(a, page, "fields"), *n, *choices;

    field_add(x, fields, declare(a, "from", "从哪一天起算", "date", "事项发生的那一天，当日不计入。"),
              date_text(a, desk_today(x->desk)));
    field_add(x, fields, declare(a, "n", "数多少", "integer", ""), "");
    n = declare(a, "unit", "按什么数", "choice", "");
    choices = node_put_list(a, n, "choices");
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        choice_add(a, choices, units[i].id, units[i].name);
    field_add(x, fields, n, units[0].id);
    n = declare(a, "roll", "最后一日是休息日的", "choice", "按日、按月数的才会遇到；条文写明不顺延的从其写明。");
    choices = node_put_list(a, n, "choices");
    choice_add(a, choices, "next_workday", "顺延到下一个工作日");
    choice_add(a, choices, "none", "不顺延");
    field_add(x, fields, n, "next_workday");
}

/* The rules of reading it was counted by. */
static void readings_put(const struct counter *x, struct node *o)
{
    struct arena *a = x->desk->arena;
    struct node *list = node_put_list(a, o, "readings");
    const char *const ids[] = {"first_day", x->period.unit == CALENDAR_MONTHS ? "corresponding_day" : "workdays",
                               "roll"};
    const size_t count = x->period.unit == CALENDAR_WORKING_DAYS ? 2 : 3;

    for (size_t i = 0; i < count; i++) {
        const struct node *r = vocabulary_reading(x->desk->platform->vocabulary, ids[i]);

        if (r != NULL)
            view_take(x->desk, node_add_object(a, list), r, "id", "name", "source", "reading", NULL);
    }
}

static void answer_put(const struct counter *x, struct node *page)
{
    struct arena *a = x->desk->arena;
    const struct calendar *c = x->desk->platform->calendar;
    struct node *o = node_put_object(a, page, "count");
    int provisional = 0;
    const date last = calendar_last_day(c, x->from, &x->period, &provisional);

    node_put_text(a, o, "from", date_text(a, x->from));
    node_put_int(a, o, "n", x->period.n);
    node_put_text(a, o, "unit", units[x->unit].id);
    node_put_text(a, o, "unit_name", units[x->unit].name);
    node_put_text(a, o, "last", date_text(a, last));
    node_put_text(a, o, "last_text", date_law(a, last));
    node_put_bool(a, o, "provisional", provisional);
    count_put(x->desk, x->from, &x->period, o);
    count_steps(x->desk, x->from, &x->period, node_put_list(a, o, "steps"));
    node_put(a, o, "notices", count_notices(x->desk, x->from, last));
    readings_put(x, o);
}

/* ---- the page ---- */

int workdays_view(const struct desk *d, const char *year, const struct node *typed, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct counter *x = ARENA_NEW(a, struct counter);
    struct node *page = node_object(a);
    int shown;

    if (year_read(d, year, &shown, e) < 0)
        return -1;
    x->desk = d;
    x->typed = typed;
    if (node_count(typed) > 0)
        counter_read(x);
    node_put_int(a, page, "year", shown);
    notices_put(d, shown, page);
    fields_put(x, page);
    node_put(a, page, "errors", view_errors(d, &x->errors));
    if (node_count(typed) > 0 && x->errors.count == 0)
        answer_put(x, page);
    else
        year_put(d, shown, page);
    *ret = page;
    return 0;
}
