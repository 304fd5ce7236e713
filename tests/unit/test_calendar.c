/*
 * tests/unit/test_calendar.c - working days over the holidays of 2024 to 2026 (G-04 to G-07)
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "regulation/calendar.h"
#include "regulation/regulation.h"

#define DATA SRCDIR "/tests/unit/data/regulation"

static struct arena *arena;
static struct calendar *calendar;

static date day(const char *s)
{
    struct err e = {0};
    date d = DATE_NONE;

    assert_int_equal(date_parse(s, &d, &e), 0);
    return d;
}

static int setup(void **state)
{
    struct err e = {0};

    (void)state;
    arena = arena_new("test", 64 << 20);
    return calendar_load(arena, DATA "/calendar", &calendar, &e);
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void test_workday(void **state)
{
    static const struct {
        const char *day;
        int works, provisional;
    } ROWS[] =
        {
            {"2025-01-26", 1, 0}, /* Sunday made a working day */
            {"2025-01-27", 1, 0}, {"2025-01-28", 0, 0}, {"2025-02-04", 0, 0}, {"2025-02-05", 1, 0},
            {"2025-02-08", 1, 0}, {"2025-02-09", 0, 0}, {"2024-02-04", 1, 0}, {"2024-02-18", 1, 0},
            {"2024-10-01", 0, 0}, {"2024-10-07", 0, 0}, {"2024-10-08", 1, 0}, {"2024-10-12", 1, 0},
            {"2025-10-08", 0, 0}, {"2025-10-09", 1, 0}, {"2025-10-11", 1, 0}, {"2025-12-31", 1, 0},
            {"2026-01-01", 0, 0}, {"2026-01-04", 1, 0}, {"2027-01-01", 1, 1}, /* no notice yet: a Friday like any other,
                                                                                 for now */
            {"2027-01-02", 0, 1}, {"2023-12-29", 1, 1},
        };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        int provisional = 0;
        int works = calendar_is_workday(calendar, day(ROWS[i].day), &provisional);
        if (works != ROWS[i].works || provisional != ROWS[i].provisional)
            fail_msg("%s: works %d, provisional %d", ROWS[i].day, works, provisional);
    }
}

static void test_add(void **state)
{
    static const struct {
        const char *from;
        int n;
        const char *to;
        int provisional;
    } ROWS[] = {
        {"2025-03-03", 0, "2025-03-03", 0},  {"2025-03-03", 1, "2025-03-04", 0},  {"2025-03-07", 1, "2025-03-10", 0},
        {"2025-03-01", 1, "2025-03-03", 0}, /* a trigger on Saturday changes nothing: day 1 is Monday */
        {"2025-01-20", 15, "2025-02-14", 0}, {"2025-01-24", 1, "2025-01-26", 0},  {"2025-04-14", 10, "2025-04-27", 0},
        {"2024-09-27", 3, "2024-10-08", 0},  {"2024-09-24", 10, "2024-10-12", 0}, {"2025-12-29", 5, "2026-01-06", 0},
        {"2026-12-29", 5, "2027-01-05", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        int provisional = 0;
        date got = calendar_add_workdays(calendar, day(ROWS[i].from), ROWS[i].n, &provisional);
        if (got != day(ROWS[i].to) || provisional != ROWS[i].provisional)
            fail_msg("%s + %d: %s, provisional %d", ROWS[i].from, ROWS[i].n, date_text(arena, got), provisional);
    }
}

static void test_between(void **state)
{
    static const struct {
        const char *from, *to;
        int n;
    } ROWS[] = {{"2025-03-03", "2025-03-03", 0},  {"2025-03-03", "2025-03-04", 1},   {"2025-03-07", "2025-03-09", 0},
                {"2025-01-20", "2025-02-14", 15}, {"2025-02-14", "2025-01-20", -15}, {"2024-09-30", "2024-10-07", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
        assert_int_equal(calendar_workdays_between(calendar, day(ROWS[i].from), day(ROWS[i].to), NULL), ROWS[i].n);
}

/* n working days on, there are n working days between: for every day of two years. */
static void test_add_and_between_agree(void **state)
{
    (void)state;
    for (date d = day("2024-06-01"); d < day("2026-06-01"); d++)
        for (int n = 1; n <= 30; n += 7)
            assert_int_equal(calendar_workdays_between(calendar, d, calendar_add_workdays(calendar, d, n, NULL), NULL),
                             n);
}

/* The sums agree with walking day by day, also across the edges of what is known. */
static void test_between_by_walking(void **state)
{
    static const char *const FROM[] = {"1960-01-01", "1969-12-31", "2023-12-25", "2023-12-31", "2024-01-01",
                                       "2024-09-20", "2026-12-20", "2026-12-31", "2027-03-01"};

    (void)state;
    for (size_t i = 0; i < sizeof(FROM) / sizeof(FROM[0]); i++) {
        int walked = 0, doubt = 0;
        for (date d = day(FROM[i]) + 1; d < day(FROM[i]) + 800; d++) {
            int provisional = 0;
            walked += calendar_is_workday(calendar, d, &doubt);
            assert_int_equal(calendar_workdays_between(calendar, day(FROM[i]), d, &provisional), walked);
            assert_int_equal(provisional, doubt);
        }
    }
}

static void test_roll(void **state)
{
    (void)state;
    assert_int_equal(calendar_roll(calendar, day("2025-10-07"), NULL), day("2025-10-09"));
    assert_int_equal(calendar_roll(calendar, day("2025-10-09"), NULL), day("2025-10-09"));
    assert_int_equal(calendar_roll(calendar, day("2025-03-01"), NULL), day("2025-03-03"));
    assert_int_equal(calendar_roll(calendar, day("2025-01-26"), NULL), day("2025-01-26"));
}

static void test_facts(void **state)
{
    int first = 0, last = 0;

    (void)state;
    assert_true(calendar_has_year(calendar, 2025));
    assert_false(calendar_has_year(calendar, 2027));
    assert_string_equal(calendar_notices(calendar, 2025), "国办发明电〔2024〕12号");
    assert_string_equal(calendar_notices(calendar, 2027), "");
    assert_int_equal(strlen(calendar_version(calendar)), 12);
    calendar_years(calendar, &first, &last);
    assert_int_equal(first, 2024);
    assert_int_equal(last, 2026);
}

static void test_count(void **state)
{
    static const char *const REASONS[] = {"start", "weekday", "weekend", "make_up", "weekday", "holiday"};
    const struct node *n = node_first(calendar_count(calendar, arena, day("2025-01-23"), 5));
    const struct node *last = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++, n = n->next)
        assert_string_equal(node_get_str(n, "reason"), REASONS[i]);
    for (; n; n = n->next)
        last = n;
    assert_string_equal(node_get_str(last, "date"), "2025-02-06");
    assert_string_equal(node_get_str(last, "reason"), "last");
    assert_int_equal(node_get_int(last, "counted", 0), 5);
    assert_string_equal(node_get_str(last, "notice"), "国办发明电〔2024〕12号");
}

static void test_bad_files(void **state)
{
    static const struct {
        const char *name, *text, *said;
    } ROWS[] = {
        {"2025.json", "{\"year\":2025,\"notices\":[],\"holidays\":[\"2025-02-30\"],\"workdays\":[]}",
         "「2025-02-30」不是日期"},
        {"2025.json", "{\"year\":2025,\"notices\":[],\"holidays\":[\"2031-01-01\"],\"workdays\":[]}",
         "不在已有各年之内"},
        {"2025.json", "{\"year\":2025,\"holiday\":[]}", "holiday"},
        {"2025.json", "[]", "应为一个对象"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct calendar *c;
        struct err e = {0};
        const char *dir = arena_fmt(arena, "calendar.tmp/%d", (int)i);
        assert_int_equal(file_mkdirs(dir, 0755, &e), 0);
        assert_int_equal(
            file_write(arena_fmt(arena, "%s/%s", dir, ROWS[i].name), ROWS[i].text, strlen(ROWS[i].text), 0644, &e), 0);
        assert_int_equal(calendar_load(arena, dir, &c, &e), -1);
        remove(arena_fmt(arena, "%s/%s", dir, ROWS[i].name));
        remove(dir);
        if (!strstr(e.message, ROWS[i].said) && !strstr(e.path, ROWS[i].said))
            fail_msg("%s: %s", ROWS[i].text, e.message);
    }
    remove("calendar.tmp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workday),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_between),
        cmocka_unit_test(test_add_and_between_agree),
        cmocka_unit_test(test_between_by_walking),
        cmocka_unit_test(test_roll),
        cmocka_unit_test(test_facts),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_bad_files),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
