/*
 * regulation/calendar.c - working days by the State Council's yearly arrangements
 *
 * All years are laid into one row of days. A day listed in next year's file may lie
 * in this year (a December holiday moved by the later notice), so days go by their
 * date, not by the file they stand in. A day of a year without a notice counts by
 * its weekday and makes the result provisional (G-05).
 */
#include "config.h"

#include "regulation/calendar.h"

#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/regulation.h"

enum {
    CALENDAR_FILE_MAX_BYTES = 1 << 18,
    CALENDAR_YEARS_MAX = 200,
    CALENDAR_DAYS_MAX = 400,
    YEAR_MIN = 1990,
    YEAR_MAX = 2200
};
enum { DAY_PLAIN, DAY_HOLIDAY, DAY_MAKE_UP };

struct calendar_year {
    int year;
    const char *notices;
    const struct node *file;
};
struct calendar {
    struct calendar_year *years;
    size_t year_count;
    date first; /* 1 January of the earliest year */
    size_t day_count;
    unsigned char *days;  /* DAY_* */
    unsigned char *known; /* the day's year has a notice */
    int *shift;           /* up to and with the day: working days more (or fewer) than Monday to Friday */
    int *unknown;         /* up to and with the day: days of years without a notice */
    const char *version;
};

const char *const CALENDAR_MEMBERS[] = {"year", "notices", "issued", "holidays", "workdays", "source", "note", NULL};

/* One year's file as it stands: the members known, the year in its bounds. */
static int year_parse(struct arena *a, const struct calendar_bytes *x, int64_t *ret_year, const struct node **ret,
                      struct err *e)
{
    int line = 0, column = 0;
    const struct node *n;

    if (jsonin_parse(a, x->bytes, x->len, &n, &line, &column, e) < 0) {
        err_detail(e, "%s:%d:%d", x->path, line, column);
        return -1;
    }
    if (n->type != NODE_OBJECT)
        return err_fail(e, ERR_CONFIG, "%s：应为一个对象", x->path);
    if (jsonin_end(n, CALENDAR_MEMBERS, e) < 0 || jsonin_int(n, "year", YEAR_MIN, YEAR_MAX, ret_year, e) < 0)
        return err_detail(e, "%s", x->path);
    *ret = n;
    return 0;
}

static int lay_days(struct calendar *c, const char *path, const struct node *file, const char *key, unsigned char what,
                    struct err *e)
{
    const struct node *list;

    if (jsonin_list(file, key, CALENDAR_DAYS_MAX, &list, e) < 0) {
        err_detail(e, "%s", path);
        return -1;
    }
    for (const struct node *d = node_first(list); d; d = d->next) {
        date day;
        if (date_parse(node_str(d, ""), &day, e) < 0) {
            err_fail(e, ERR_CONFIG, "%s:%d:%d: 「%s」不是日期", path, node_place(d).line, node_place(d).column,
                     node_str(d, ""));
            return -1;
        }
        if (day < c->first || (size_t)(day - c->first) >= c->day_count) {
            err_fail(e, ERR_CONFIG, "%s:%d:%d: %s 不在已有各年之内", path, node_place(d).line, node_place(d).column,
                     node_str(d, ""));
            return -1;
        }
        c->days[day - c->first] = what;
    }
    return 0;
}

static const char *join_texts(struct arena *a, const struct node *list)
{
    const char *s = "";

    for (const struct node *n = node_first(list); n; n = n->next)
        s = *s ? arena_fmt(a, "%s、%s", s, node_str(n, "")) : arena_dup(a, node_str(n, ""));
    return s;
}

/* Sums up to each day, so that counting across years costs two look-ups. */
static void sum_days(struct arena *a, struct calendar *c)
{
    int shift = 0, unknown = 0;

    c->shift = ARENA_ARRAY(a, int, c->day_count);
    c->unknown = ARENA_ARRAY(a, int, c->day_count);
    for (size_t i = 0; i < c->day_count; i++) {
        int plain = date_weekday(c->first + (date)i) <= 5;
        if (c->known[i])
            shift += (c->days[i] == DAY_HOLIDAY ? 0 : c->days[i] == DAY_MAKE_UP ? 1 : plain) - plain;
        else
            unknown++;
        c->shift[i] = shift;
        c->unknown[i] = unknown;
    }
}

static int years_read(struct calendar *c, struct arena *a, const struct calendar_bytes *all, size_t count,
                      const struct node **files, struct err *e)
{
    struct crypto_hash *h = crypto_hash_new();
    unsigned char digest[CRYPTO_SM3_BYTES];
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++) {
        int64_t year = 0;

        rc = year_parse(a, &all[i], &year, &files[i], e);
        if (rc == 0 && i && year <= c->years[i - 1].year)
            rc = err_fail(e, ERR_CONFIG, "%s：年份 %d 与文件次序不符或重复", all[i].path, (int)year);
        if (rc < 0)
            break;
        crypto_hash_add(h, all[i].bytes, all[i].len);
        c->years[c->year_count++] = (struct calendar_year){
            .year = (int)year, .notices = join_texts(a, node_get(files[i], "notices")), .file = files[i]};
    }
    if (rc == 0) {
        crypto_hash_end(h, digest);
        c->version = arena_dupn(a, crypto_hex(a, digest, sizeof(digest)), 12);
    } else {
        crypto_hash_free(h);
    }
    return rc;
}

int calendar_load_bytes(struct arena *a, const struct calendar_bytes *all, size_t count, struct calendar **ret,
                        struct err *e)
{
    struct calendar *c = ARENA_NEW(a, struct calendar);
    const struct node **files = ARENA_ARRAY(a, const struct node *, count + 1);

    c->years = ARENA_ARRAY(a, struct calendar_year, count + 1);
    if (years_read(c, a, all, count, files, e) < 0)
        return -1;
    c->first = date_of(c->years[0].year, 1, 1);
    c->day_count = (size_t)(date_of(c->years[count - 1].year + 1, 1, 1) - c->first);
    c->days = arena_alloc(a, c->day_count);
    c->known = arena_alloc(a, c->day_count);
    for (size_t i = 0; i < count; i++) {
        date from = date_of(c->years[i].year, 1, 1);
        memset(c->known + (from - c->first), 1, (size_t)(date_of(c->years[i].year + 1, 1, 1) - from));
        if (lay_days(c, all[i].path, files[i], "holidays", DAY_HOLIDAY, e) < 0 ||
            lay_days(c, all[i].path, files[i], "workdays", DAY_MAKE_UP, e) < 0)
            return -1;
    }
    sum_days(a, c);
    *ret = c;
    return 0;
}

int calendar_load(struct arena *a, const char *dir, struct calendar **ret, struct err *e)
{
    struct calendar_bytes all[CALENDAR_YEARS_MAX];
    size_t name_count, count = 0;
    char **names;

    if (file_list(a, dir, &names, &name_count, e) < 0)
        return -1;
    for (size_t i = 0; i < name_count && count < CALENDAR_YEARS_MAX; i++) {
        if (!text_ends(names[i], ".json"))
            continue;
        all[count].path = arena_fmt(a, "%s/%s", dir, names[i]);
        if (file_read(a, all[count].path, CALENDAR_FILE_MAX_BYTES, &all[count].bytes, &all[count].len, e) < 0)
            return err_detail(e, "%s", all[count].path);
        count++;
    }
    if (!count)
        return err_fail(e, ERR_CONFIG, "%s：没有一年的节假日安排", dir);
    return calendar_load_bytes(a, all, count, ret, e);
}

const char *calendar_version(const struct calendar *c)
{
    return c->version;
}

static const struct calendar_year *year_row(const struct calendar *c, int year)
{
    for (size_t i = 0; i < c->year_count; i++)
        if (c->years[i].year == year)
            return &c->years[i];
    return NULL;
}

int calendar_has_year(const struct calendar *c, int year)
{
    return year_row(c, year) != NULL;
}

void calendar_years(const struct calendar *c, int *ret_first, int *ret_last)
{
    *ret_first = c->years[0].year;
    *ret_last = c->years[c->year_count - 1].year;
}

const char *calendar_notices(const struct calendar *c, int year)
{
    const struct calendar_year *y = year_row(c, year);

    return y ? y->notices : "";
}

struct node *calendar_notice_list(const struct calendar *c, struct arena *a, int year)
{
    const struct calendar_year *y = year_row(c, year);
    const struct node *issued = y ? node_first(node_get(y->file, "issued")) : NULL;
    struct node *list = node_list(a);

    for (const struct node *n = y ? node_first(node_get(y->file, "notices")) : NULL; n; n = n->next) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "number", node_str(n, ""));
        node_put_text(a, o, "issued_on", node_str(issued, ""));
        issued = issued ? issued->next : NULL;
    }
    return list;
}

static unsigned char day_kind(const struct calendar *c, date d, int *provisional)
{
    if (d < c->first || (size_t)(d - c->first) >= c->day_count || !c->known[d - c->first]) {
        if (provisional)
            *provisional = 1;
        return DAY_PLAIN;
    }
    return c->days[d - c->first];
}

int calendar_is_workday(const struct calendar *c, date d, int *provisional)
{
    switch (day_kind(c, d, provisional)) {
    case DAY_HOLIDAY:
        return 0;
    case DAY_MAKE_UP:
        return 1;
    default:
        return date_weekday(d) <= 5;
    }
}

date calendar_add_workdays(const struct calendar *c, date d, int n, int *provisional)
{
    while (n > 0)
        if (calendar_is_workday(c, ++d, provisional))
            n--;
    return d;
}

/* Mondays to Fridays from Monday 1970-01-05 up to and with d; negative before. */
static int plain_workdays(date d)
{
    int days = d - 4 + 1, weeks = days >= 0 ? days / 7 : -((6 - days) / 7), rest = days - weeks * 7;

    return weeks * 5 + (rest < 5 ? rest : 5);
}

static int workdays_up_to(const struct calendar *c, date d, int *ret_unknown)
{
    int last = (int)c->day_count - 1, i = d - c->first < last ? d - c->first : last;
    int outside = d < c->first ? d - c->first + 1 : d - c->first > last ? d - c->first - last : 0;

    *ret_unknown = (i >= 0 ? c->unknown[i] : 0) + outside; /* days before the first year count down */
    return plain_workdays(d) + (i >= 0 ? c->shift[i] : 0);
}

int calendar_workdays_between(const struct calendar *c, date from, date to, int *provisional)
{
    int before, after, n;

    if (to < from)
        return -calendar_workdays_between(c, to, from, provisional);
    n = -workdays_up_to(c, from, &before);
    n += workdays_up_to(c, to, &after);
    if (provisional && after > before)
        *provisional = 1;
    return n;
}

date calendar_roll(const struct calendar *c, date d, int *provisional)
{
    while (!calendar_is_workday(c, d, provisional))
        d++;
    return d;
}

const char *calendar_day_kind(const struct calendar *c, date d)
{
    switch (day_kind(c, d, NULL)) {
    case DAY_HOLIDAY:
        return "holiday";
    case DAY_MAKE_UP:
        return "make_up";
    default:
        return date_weekday(d) <= 5 ? "weekday" : "weekend";
    }
}

/* ---- periods ---- */

date calendar_last_day(const struct calendar *c, date from, const struct calendar_period *p, int *provisional)
{
    date d;

    if (p->unit == CALENDAR_WORKING_DAYS)
        return calendar_add_workdays(c, from, p->n, provisional);
    d = p->unit == CALENDAR_MONTHS ? date_add_months(from, p->n) : from + p->n;
    return p->roll ? calendar_roll(c, d, provisional) : d;
}

/* Of a day after the first, when so many have been counted before it. */
static int day_counts(const struct calendar *c, const struct calendar_period *p, date from, date d, int counted)
{
    if (counted == p->n)
        return 0;
    if (p->unit == CALENDAR_MONTHS)
        return d == date_add_months(from, counted + 1);
    return p->unit == CALENDAR_DAYS || calendar_is_workday(c, d, NULL);
}

static void day_add(const struct calendar *c, struct arena *a, struct node *list, date d, int counted,
                    const char *reason)
{
    static const char *const WEEKDAYS[] = {"", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"};
    struct node *o = node_add_object(a, list);
    int provisional = 0;

    (void)day_kind(c, d, &provisional);
    node_put_text(a, o, "date", date_text(a, d));
    node_put_text(a, o, "weekday", WEEKDAYS[date_weekday(d)]);
    node_put_int(a, o, "counted", counted);
    node_put_text(a, o, "reason", reason);
    node_put_text(a, o, "notice", provisional ? "" : calendar_notices(c, date_year(d)));
    node_put_bool(a, o, "provisional", provisional);
}

struct node *calendar_count(const struct calendar *c, struct arena *a, date from, const struct calendar_period *p)
{
    struct node *list = node_list(a);
    const date last = calendar_last_day(c, from, p, NULL);
    int counted = 0;

    day_add(c, a, list, from, 0, "start"); /* day 0 (G-04) */
    for (date d = from + 1; d <= last; d++) {
        int counts = day_counts(c, p, from, d, counted);

        if (p->unit == CALENDAR_MONTHS && !counts && counted < p->n)
            continue;
        counted += counts;
        day_add(c, a, list, d, counts ? counted : 0, d == last ? "last" : calendar_day_kind(c, d));
    }
    return list;
}
