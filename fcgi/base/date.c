/*
 * base/date.c - civil dates and instants by arithmetic
 *
 * Proleptic Gregorian calendar, years 1 to 9999; counted in eras of 400 years that
 * begin on 1 March, so that the leap day is the last of its year. No tz database,
 * no locale.
 */
#include "config.h"

#include "base/date.h"

#include <string.h>
#include <time.h>

enum {
    ERA_DAYS = 146097,    /* 400 years */
    EPOCH_SHIFT = 719468, /* days from 0000-03-01 to 1970-01-01 */
    YEAR_MIN = 1,
    YEAR_MAX = 9999
};
#define SECOND_US   INT64_C(1000000)
#define MINUTE_US   (60 * SECOND_US)
#define HOUR_US     (60 * MINUTE_US)
#define DAY_US      (24 * HOUR_US)
#define SHANGHAI_US (8 * HOUR_US)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

date date_of(int year, int month, int day)
{
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return DATE_NONE;

    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, of_era = y % 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_SHIFT;
}

void date_split(date d, int *year, int *month, int *day)
{
    int64_t z = (int64_t)d + EPOCH_SHIFT;
    int64_t era = floor_div(z, ERA_DAYS);
    int64_t doe = z - era * ERA_DAYS;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

int date_year(date d)
{
    int y, m, day;

    date_split(d, &y, &m, &day);
    return y;
}

date date_in_year(int year, int month, int day)
{
    date d = date_of(year, month, day);

    return d == DATE_NONE && month == 2 && day == 29 ? date_of(year, 2, 28) : d;
}

date date_month_first(date d)
{
    int y, m, day;

    date_split(d, &y, &m, &day);
    return date_of(y, m, 1);
}

int date_weekday(date d)
{
    int64_t w = ((int64_t)d + 3) % 7; /* 1970-01-01 was a Thursday */

    return (int)(w < 0 ? w + 7 : w) + 1;
}

date date_add_months(date d, int months)
{
    int y, m, day;

    if (d == DATE_NONE)
        return DATE_NONE;
    date_split(d, &y, &m, &day);

    int64_t total = (int64_t)y * 12 + (m - 1) + months;
    int64_t year = floor_div(total, 12);
    int month = (int)(total - year * 12) + 1;

    if (year < YEAR_MIN || year > YEAR_MAX)
        return DATE_NONE;

    int last = days_in_month((int)year, month);

    return date_of((int)year, month, day < last ? day : last); /* G-06 */
}

/* n digits at *s, stepping over them; 0, or -1. */
static int take_digits(const char **s, int n, int *ret)
{
    int v = 0;

    for (int i = 0; i < n; i++, (*s)++) {
        if (**s < '0' || **s > '9')
            return -1;
        v = v * 10 + (**s - '0');
    }
    *ret = v;
    return 0;
}

static int take_char(const char **s, char c)
{
    if (**s != c)
        return -1;
    (*s)++;
    return 0;
}

static int take_date(const char **s, date *ret)
{
    int y, m, d;

    if (take_digits(s, 4, &y) < 0 || take_char(s, '-') < 0 || take_digits(s, 2, &m) < 0 || take_char(s, '-') < 0 ||
        take_digits(s, 2, &d) < 0)
        return -1;

    date v = date_of(y, m, d);

    if (v == DATE_NONE)
        return -1;
    *ret = v;
    return 0;
}

int date_parse(const char *s, date *ret, struct err *e)
{
    const char *p = s;
    date d;

    if (take_date(&p, &d) < 0 || *p != '\0')
        return err_fail(e, ERR_BAD_INPUT, "应为日期，如 2025-09-22");
    *ret = d;
    return 0;
}

/* Each run of # in the form becomes the next number, with zeros before it. */
static void digits_put(char *to, const char *form, const int *number)
{
    for (size_t i = 0; form[i] != '\0';) {
        size_t run = strspn(form + i, "#");
        int left = run > 0 ? *number++ : 0;

        for (size_t k = run; k-- > 0; left /= 10)
            to[i + k] = (char)('0' + left % 10);
        if (run == 0)
            to[i] = form[i];
        i += run > 0 ? run : 1;
    }
}

char *date_text(struct arena *a, date d)
{
    int y, m, day;

    if (d == DATE_NONE)
        return arena_dup(a, "");
    date_split(d, &y, &m, &day);

    char *text = arena_alloc(a, sizeof "2025-09-22");

    digits_put(text, "####-##-##", (const int[]){y, m, day});
    return text;
}

char *date_law(struct arena *a, date d)
{
    int y, m, day;

    if (d == DATE_NONE)
        return arena_dup(a, "");
    date_split(d, &y, &m, &day);
    return arena_fmt(a, "%d年%d月%d日", y, m, day);
}

char *date_month_law(struct arena *a, date d)
{
    int y, m, day;

    if (d == DATE_NONE)
        return arena_dup(a, "");
    date_split(d, &y, &m, &day);
    return arena_fmt(a, "%d年%d月", y, m);
}

/* Moves an instant without passing the end of the type. */
static instant shifted(instant t, int64_t by)
{
    instant r;

    if (__builtin_add_overflow(t, by, &r))
        return by > 0 ? INT64_MAX : INT64_MIN + 1;
    return r;
}

date instant_date(instant t)
{
    if (t == INSTANT_NONE)
        return DATE_NONE;
    return (date)floor_div(shifted(t, SHANGHAI_US), DAY_US);
}

instant instant_of_date(date d, int hour, int minute)
{
    if (d == DATE_NONE)
        return INSTANT_NONE;
    return shifted((int64_t)d * DAY_US, hour * HOUR_US + minute * MINUTE_US - SHANGHAI_US);
}

/* ":SS" with at most six decimals, in microseconds. */
static int take_seconds(const char **s, int64_t *ret_us)
{
    int second, digit;
    int64_t us, place = SECOND_US / 10;

    if (take_char(s, ':') < 0 || take_digits(s, 2, &second) < 0 || second > 59)
        return -1;
    us = second * SECOND_US;
    if (**s == '.') {
        (*s)++;
        do {
            if (place == 0 || take_digits(s, 1, &digit) < 0)
                return -1;
            us += digit * place;
            place /= 10;
        } while (**s >= '0' && **s <= '9');
    }
    *ret_us = us;
    return 0;
}

/* "Z" or "+08:00", in microseconds east of Greenwich. */
static int take_zone(const char **s, int64_t *ret_us)
{
    int hour, minute;
    int sign = **s == '-' ? -1 : 1;

    if (**s == 'Z') {
        (*s)++;
        *ret_us = 0;
        return 0;
    }
    if (**s != '+' && **s != '-')
        return -1;
    (*s)++;
    if (take_digits(s, 2, &hour) < 0 || take_char(s, ':') < 0 || take_digits(s, 2, &minute) < 0 || hour > 14 ||
        minute > 59)
        return -1;
    *ret_us = sign * (hour * HOUR_US + minute * MINUTE_US);
    return 0;
}

/* With seconds the zone must be said; to the minute or to the day it is Shanghai. */
static int take_instant(const char **s, instant *ret)
{
    date d;
    int hour = 0, minute = 0;
    int64_t seconds_us = 0, zone_us = SHANGHAI_US;

    if (take_date(s, &d) < 0)
        return -1;
    if (**s == 'T') {
        (*s)++;
        if (take_digits(s, 2, &hour) < 0 || take_char(s, ':') < 0 || take_digits(s, 2, &minute) < 0 || hour > 23 ||
            minute > 59)
            return -1;
        if (**s == ':' && (take_seconds(s, &seconds_us) < 0 || take_zone(s, &zone_us) < 0))
            return -1;
    }
    *ret = d * DAY_US + hour * HOUR_US + minute * MINUTE_US + seconds_us - zone_us;
    return 0;
}

int instant_parse(const char *s, instant *ret, struct err *e)
{
    const char *p = s;
    instant t;

    if (take_instant(&p, &t) < 0 || *p != '\0')
        return err_fail(e, ERR_BAD_INPUT, "应为时间，如 2024-05-20T09:00:00+08:00");
    *ret = t;
    return 0;
}

struct civil {
    int year, month, day, hour, minute, second, us;
};

static struct civil civil_of(instant t)
{
    struct civil c;
    int64_t days = floor_div(t, DAY_US), us = t - days * DAY_US;

    date_split((date)days, &c.year, &c.month, &c.day);
    c.hour = (int)(us / HOUR_US);
    c.minute = (int)(us / MINUTE_US % 60);
    c.second = (int)(us / SECOND_US % 60);
    c.us = (int)(us % SECOND_US);
    return c;
}

char *instant_text(struct arena *a, instant t)
{
    if (t == INSTANT_NONE)
        return arena_dup(a, "");

    struct civil c = civil_of(shifted(t, SHANGHAI_US));

    char *text = arena_alloc(a, sizeof "2025-09-22 10:30");

    digits_put(text, "####-##-## ##:##", (const int[]){c.year, c.month, c.day, c.hour, c.minute});
    return text;
}

char *instant_iso(struct arena *a, instant t)
{
    if (t == INSTANT_NONE)
        return arena_dup(a, "");

    struct civil c = civil_of(t);

    char *text = arena_alloc(a, sizeof "2025-09-22T10:30:00.000000Z");

    digits_put(text, "####-##-##T##:##:##.######Z",
               (const int[]){c.year, c.month, c.day, c.hour, c.minute, c.second, c.us});
    return text;
}

char *instant_sql(struct arena *a, instant t)
{
    if (t == INSTANT_NONE)
        return arena_dup(a, "");

    struct civil c = civil_of(t);

    char *text = arena_alloc(a, sizeof "2025-09-22 10:30:00.000000");

    digits_put(text, "####-##-## ##:##:##.######",
               (const int[]){c.year, c.month, c.day, c.hour, c.minute, c.second, c.us});
    return text;
}

instant instant_now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

int64_t clock_monotonic_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * INT64_C(1000) + ts.tv_nsec / 1000000;
}
