/*
 * tests/unit/test_date.c - civil dates and instants
 */
#include "config.h"

#include "check.h"

#include "base/date.h"

static struct arena *a;

static void known_days(void **state)
{
    static const struct {
        int y, m, d;
        date want;
    } rows[] = {
        {1970, 1, 1, 0},          {1970, 1, 2, 1},          {1969, 12, 31, -1},       {2000, 2, 29, 11016},
        {2000, 3, 1, 11017},      {2024, 2, 29, 19782},     {2025, 9, 22, 20353},     {1, 1, 1, -719162},
        {1900, 3, 1, -25508},     {9999, 12, 31, 2932896},  {2023, 2, 29, DATE_NONE}, {1900, 2, 29, DATE_NONE},
        {2100, 2, 29, DATE_NONE}, {2024, 2, 30, DATE_NONE}, {2024, 4, 31, DATE_NONE}, {2024, 0, 1, DATE_NONE},
        {2024, 13, 1, DATE_NONE}, {2024, 1, 0, DATE_NONE},  {2024, 1, 32, DATE_NONE}, {0, 1, 1, DATE_NONE},
        {10000, 1, 1, DATE_NONE}, {-1, 1, 1, DATE_NONE},    {2024, -1, 1, DATE_NONE}, {2024, 1, -1, DATE_NONE},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[32];

        snprintf(name, sizeof name, "%d-%d-%d", rows[i].y, rows[i].m, rows[i].d);
        CHECK_INT(date_of(rows[i].y, rows[i].m, rows[i].d), rows[i].want, name);
    }
}

/* All days of 9999 years: each follows the one before, splits into itself, and the week goes on. */
static void every_day_in_turn(void **state)
{
    date expect = date_of(1, 1, 1);
    int weekday = 1; /* 0001-01-01 was a Monday */

    for (int y = 1; y <= 9999; y++) {
        for (int m = 1; m <= 12; m++) {
            for (int d = 1; d <= 31; d++) {
                int sy, sm, sd;
                date v = date_of(y, m, d);

                if (v == DATE_NONE) {
                    assert_true(d > 28);
                    continue;
                }
                if (v != expect || date_weekday(v) != weekday)
                    fail_msg("%d-%d-%d is %d, weekday %d", y, m, d, v, date_weekday(v));
                date_split(v, &sy, &sm, &sd);
                if (sy != y || sm != m || sd != d || date_year(v) != y)
                    fail_msg("%d-%d-%d splits into %d-%d-%d", y, m, d, sy, sm, sd);
                expect++;
                weekday = weekday % 7 + 1;
            }
        }
    }
    assert_int_equal(expect, date_of(9999, 12, 31) + 1);
    assert_int_equal(date_weekday(date_of(2025, 9, 22)), 1);
    assert_int_equal(date_weekday(date_of(2025, 9, 28)), 7);
}

static void months(void **state)
{
    static const struct {
        const char *from;
        int months;
        const char *want;
    } rows[] = {
        {"2025-01-15", 1, "2025-02-15"},  {"2025-01-31", 1, "2025-02-28"},
        {"2024-01-31", 1, "2024-02-29"},  {"2024-02-29", 12, "2025-02-28"},
        {"2024-08-31", 6, "2025-02-28"},  {"2025-03-31", 6, "2025-09-30"},
        {"2025-12-01", 1, "2026-01-01"},  {"2025-12-31", 24, "2027-12-31"},
        {"2025-05-20", 0, "2025-05-20"},  {"2025-01-31", -1, "2024-12-31"},
        {"2025-03-31", -1, "2025-02-28"}, {"2025-01-01", -13, "2023-12-01"},
        {"0001-01-01", -1, ""},           {"9999-12-01", 1, ""},
        {"2025-01-01", INT32_MAX, ""},    {"2025-01-01", INT32_MIN, ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        date d;

        assert_int_equal(date_parse(rows[i].from, &d, &e), 0);
        CHECK_TEXT(date_text(a, date_add_months(d, rows[i].months)), rows[i].want, rows[i].from);
    }
    assert_int_equal(date_add_months(DATE_NONE, 1), DATE_NONE);
}

static void dates_read_and_shown(void **state)
{
    static const struct {
        const char *s, *law; /* law is NULL where s is refused */
    } rows[] = {
        {"2025-09-22", "2025年9月22日"},
        {"2024-02-29", "2024年2月29日"},
        {"0001-01-01", "1年1月1日"},
        {"9999-12-31", "9999年12月31日"},
        {"2023-02-29", NULL},
        {"2025-9-22", NULL},
        {"2025-09-2", NULL},
        {"2025-09-221", NULL},
        {"2025/09/22", NULL},
        {"20250922", NULL},
        {" 2025-09-22", NULL},
        {"2025-09-22 ", NULL},
        {"2025-09-22T00:00", NULL},
        {"", NULL},
        {"0000-01-01", NULL},
        {"-025-09-22", NULL},
        {"+025-09-22", NULL},
        {"2025-13-01", NULL},
        {"2025-00-01", NULL},
        {"2025-01-00", NULL},
        {"2025年9月22日", NULL},
        {"２０２５-09-22", NULL},
        {"2025", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        date d = 42;
        int rc = date_parse(rows[i].s, &d, &e);

        CHECK_INT(rc, rows[i].law != NULL ? 0 : -1, rows[i].s);
        if (rc == 0) {
            CHECK_TEXT(date_text(a, d), rows[i].s, rows[i].s);
            CHECK_TEXT(date_law(a, d), rows[i].law, rows[i].s);
        } else {
            CHECK_INT(d, 42, rows[i].s);
            CHECK_INT(e.code, ERR_BAD_INPUT, rows[i].s);
            CHECK_TEXT(e.message, "应为日期，如 2025-09-22", rows[i].s);
        }
    }
    assert_string_equal(date_text(a, DATE_NONE), "");
    assert_string_equal(date_law(a, DATE_NONE), "");
}

static void instants_read(void **state)
{
    static const struct {
        const char *s, *iso; /* iso is NULL where s is refused */
    } rows[] = {
        {"2024-05-20T09:00:00+08:00", "2024-05-20T01:00:00.000000Z"},
        {"2024-05-20T01:00:00Z", "2024-05-20T01:00:00.000000Z"},
        {"2024-05-20T09:00", "2024-05-20T01:00:00.000000Z"},
        {"2024-05-20", "2024-05-19T16:00:00.000000Z"},
        {"2024-05-20T01:00:00.5Z", "2024-05-20T01:00:00.500000Z"},
        {"2024-05-20T01:00:00.123456Z", "2024-05-20T01:00:00.123456Z"},
        {"2024-05-20T01:00:00.000001+00:00", "2024-05-20T01:00:00.000001Z"},
        {"2024-01-01T00:00:00+08:00", "2023-12-31T16:00:00.000000Z"},
        {"2023-12-31T20:30:00-05:30", "2024-01-01T02:00:00.000000Z"},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {"2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z"},
        {"2039-01-01T00:00:00Z", "2039-01-01T00:00:00.000000Z"},
        {"2024-05-20T09:00:00", NULL}, /* with seconds the zone is said */
        {"2024-05-20T09:00Z", NULL},
        {"2024-05-20T09:00+08:00", NULL},
        {"2024-05-20 09:00", NULL},
        {"2024-05-20t09:00", NULL},
        {"2024-05-20T09:00:00z", NULL},
        {"2024-05-20T", NULL},
        {"2024-05-20T09", NULL},
        {"2024-05-20T9:00", NULL},
        {"2024-05-20T24:00", NULL},
        {"2024-05-20T23:60", NULL},
        {"2024-05-20T23:59:60Z", NULL},
        {"2024-05-20T01:00:00.Z", NULL},
        {"2024-05-20T01:00:00.1234567Z", NULL},
        {"2024-05-20T01:00:00,5Z", NULL},
        {"2024-05-20T01:00:00+0800", NULL},
        {"2024-05-20T01:00:00+08", NULL},
        {"2024-05-20T01:00:00+15:00", NULL},
        {"2024-05-20T01:00:00+08:60", NULL},
        {"2024-05-20T01:00:00ZZ", NULL},
        {"2024-05-20T01:00:00Z ", NULL},
        {" 2024-05-20T01:00:00Z", NULL},
        {"2023-02-29T01:00:00Z", NULL},
        {"", NULL},
        {"now", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        instant t = 42;
        int rc = instant_parse(rows[i].s, &t, &e);

        CHECK_INT(rc, rows[i].iso != NULL ? 0 : -1, rows[i].s);
        if (rc == 0) {
            CHECK_TEXT(instant_iso(a, t), rows[i].iso, rows[i].s);
        } else {
            CHECK_INT(t, 42, rows[i].s);
            CHECK_TEXT(e.message, "应为时间，如 2024-05-20T09:00:00+08:00", rows[i].s);
        }
    }
}

static void instants_shown(void **state)
{
    static const struct {
        const char *iso, *text, *sql, *day;
    } rows[] = {
        {"2024-05-20T01:00:00.000000Z", "2024-05-20 09:00", "2024-05-20 01:00:00.000000", "2024-05-20"},
        {"2024-05-20T15:59:59.999999Z", "2024-05-20 23:59", "2024-05-20 15:59:59.999999", "2024-05-20"},
        {"2024-05-20T16:00:00.000000Z", "2024-05-21 00:00", "2024-05-20 16:00:00.000000", "2024-05-21"},
        {"1969-12-31T15:59:59.000001Z", "1969-12-31 23:59", "1969-12-31 15:59:59.000001", "1969-12-31"},
        {"2023-12-31T16:00:00.000000Z", "2024-01-01 00:00", "2023-12-31 16:00:00.000000", "2024-01-01"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        instant t;

        assert_int_equal(instant_parse(rows[i].iso, &t, &e), 0);
        CHECK_TEXT(instant_iso(a, t), rows[i].iso, rows[i].iso);
        CHECK_TEXT(instant_text(a, t), rows[i].text, rows[i].iso);
        CHECK_TEXT(instant_sql(a, t), rows[i].sql, rows[i].iso);
        CHECK_TEXT(date_text(a, instant_date(t)), rows[i].day, rows[i].iso);
    }
    assert_string_equal(instant_text(a, INSTANT_NONE), "");
    assert_string_equal(instant_iso(a, INSTANT_NONE), "");
    assert_string_equal(instant_sql(a, INSTANT_NONE), "");
    assert_int_equal(instant_date(INSTANT_NONE), DATE_NONE);
    assert_true(instant_of_date(DATE_NONE, 0, 0) == INSTANT_NONE);
    /* the ends of the type do not overflow */
    assert_true(instant_date(INT64_MAX) > 0 && instant_date(INSTANT_NONE + 1) < 0);
}

static void civil_times(void **state)
{
    date d = date_of(2024, 5, 20);

    assert_string_equal(instant_iso(a, instant_of_date(d, 0, 0)), "2024-05-19T16:00:00.000000Z");
    assert_string_equal(instant_iso(a, instant_of_date(d, 9, 30)), "2024-05-20T01:30:00.000000Z");
    assert_string_equal(instant_text(a, instant_of_date(d, 23, 59)), "2024-05-20 23:59");
    for (date day = -1000; day < 1000; day++) {
        assert_int_equal(instant_date(instant_of_date(day, 0, 0)), day);
        assert_int_equal(instant_date(instant_of_date(day, 0, 0) - 1), day - 1);
    }
}

static void clocks(void **state)
{
    instant t = instant_now();
    int64_t ms = clock_monotonic_ms();

    assert_true(t > instant_of_date(date_of(2024, 1, 1), 0, 0));
    assert_true(t < instant_of_date(date_of(2200, 1, 1), 0, 0));
    assert_true(clock_monotonic_ms() >= ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days),    cmocka_unit_test(every_day_in_turn),
        cmocka_unit_test(months),        cmocka_unit_test(dates_read_and_shown),
        cmocka_unit_test(instants_read), cmocka_unit_test(instants_shown),
        cmocka_unit_test(civil_times),   cmocka_unit_test(clocks),
    };

    a = arena_new("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(a);
    return failed;
}
