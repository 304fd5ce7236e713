/*
 * test_due - the words of a deadline on both sides of every bound, over the calendar of the country
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/text.h"
#include "casework/due.h"

static struct arena *arena;
static struct calendar *calendar;

static int load(void **state)
{
    struct err e = {0};
    const char *top = getenv("top_srcdir");

    (void)state;
    arena = arena_new("test_due", 64 * 1024 * 1024);
    return calendar_load(arena, arena_fmt(arena, "%s/tenants/common/calendar", top != NULL ? top : "."), &calendar, &e);
}

static int drop(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* 2025: 28 September (Sunday) is worked, 1 to 8 October are holidays, 11 October (Saturday) is worked */
static const struct {
    const char *today, *due_on, *state, *text;
    int days;
} rows[] = {
    {"2025-09-24", "", "none", "无法定时限", 0},
    {"2025-09-24", "2025-09-24", "today", "今日到期", 0},
    {"2025-09-24", "2025-09-25", "soon", "剩 1 个工作日", 1},
    {"2025-09-24", "2025-09-28", "soon", "剩 3 个工作日", 3},
    {"2025-09-24", "2025-09-29", "ok", "剩 4 个工作日", 4},
    {"2025-09-24", "2025-10-09", "ok", "剩 6 个工作日", 6},
    {"2025-09-24", "2025-09-22", "overdue", "已超期 2 个工作日", -2},
    {"2025-09-22", "2025-09-19", "overdue", "已超期 1 个工作日", -1},
    {"2025-09-20", "2025-09-19", "overdue", "已超期，不足 1 个工作日", 0},
    {"2025-09-19", "2025-09-21", "soon", "剩不足 1 个工作日", 0},
    {"2025-10-01", "2025-10-08", "soon", "剩不足 1 个工作日", 0},
    {"2025-10-10", "2025-10-11", "soon", "剩 1 个工作日", 1},
};

static date day(const char *s)
{
    struct err e = {0};
    date d = DATE_NONE;

    if (*s != '\0')
        assert_int_equal(date_parse(s, &d, &e), 0);
    return d;
}

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct node *n = due_node(arena, calendar, day(rows[i].due_on), day(rows[i].today));

        assert_string_equal(node_get_str(n, "state"), rows[i].state);
        assert_string_equal(node_get_str(n, "text"), rows[i].text);
        assert_int_equal(node_get_int(n, "days", 99), rows[i].days);
        assert_int_equal(node_get_bool(n, "is_overdue"), text_eq(rows[i].state, "overdue"));
    }
}

static void test_held(void **state)
{
    (void)state;
    assert_int_equal(due_days_held(calendar, day("2025-09-24"), day("2025-09-24")), 0);
    assert_int_equal(due_days_held(calendar, day("2025-09-24"), day("2025-09-28")), 3);
    assert_int_equal(due_days_held(calendar, day("2025-09-25"), day("2025-09-24")), 0);
    assert_int_equal(due_days_held(calendar, DATE_NONE, day("2025-09-24")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_held)};

    return cmocka_run_group_tests(tests, load, drop);
}
