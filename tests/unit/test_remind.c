/*
 * test_remind - the day of each card, on both sides of every bound, over the calendar of the country
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
#include "casework/notify.h"
#include "casework/remind.h"

static struct arena *arena;
static struct calendar *calendar;

static int load(void **state)
{
    struct err e = {0};
    const char *top = getenv("top_srcdir");

    (void)state;
    arena = arena_new("test_remind", 64 * 1024 * 1024);
    return calendar_load(arena, arena_fmt(arena, "%s/tenants/common/calendar", top != NULL ? top : "."), &calendar, &e);
}

static int drop(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static date day(const char *s)
{
    struct err e = {0};
    date d = DATE_NONE;

    if (*s != '\0')
        assert_int_equal(date_parse(s, &d, &e), 0);
    return d;
}

/* 2025: 28 September (Sunday) is worked, 1 to 8 October are holidays, 11 October (Saturday) is worked */
static const struct {
    int workdays, percent;
    const char *begins_on, *due_on, *yellow_on;
} rows[] = {
    {3, 0, "", "2025-11-03", "2025-10-29"},
    {0, 0, "", "2025-11-03", "2025-11-03"},
    {3, 0, "", "2025-10-09", "2025-09-28"},            /* over the holidays; the 28th is worked */
    {3, 0, "", "2025-11-02", "2025-10-28"},            /* a Sunday: three working days lie behind the 28th */
    {3, 20, "2025-10-13", "2025-11-03", "2025-10-29"}, /* a fifth of fifteen is three */
    {3, 40, "2025-10-13", "2025-11-03", "2025-10-24"}, /* six */
    {3, 90, "2025-10-31", "2025-11-03", "2025-10-31"}, /* never before it begins */
    {10, 0, "2025-10-31", "2025-11-03", "2025-10-31"},
    {3, 40, "", "2025-11-03", "2025-10-29"}, /* no beginning known: by days alone */
};

static void yellow_day(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct tenant_reminders r = {.yellow_workdays = rows[i].workdays, .yellow_percent = rows[i].percent};
        date got = remind_yellow_day(calendar, &r, day(rows[i].begins_on), day(rows[i].due_on));

        if (got != day(rows[i].yellow_on))
            fail_msg("row %zu: %s", i, date_text(arena, got));
    }
}

/* With nothing configured a card is yellow on the very days the tag is. */
static void as_the_tag(void **state)
{
    const struct tenant_reminders r = {.yellow_workdays = DUE_SOON_WORKDAYS};

    (void)state;
    for (date due = day("2025-09-20"); due < day("2025-10-20"); due++)
        for (date today = due - 14; today <= due + 3; today++) {
            const struct node *tag = due_node(arena, calendar, due, today);
            enum remind_card card = remind_card_of(calendar, &r, DATE_NONE, DATE_NONE, due, today);

            assert_int_equal(card == CARD_YELLOW, node_get_bool(tag, "is_soon"));
            assert_int_equal(card == CARD_RED, node_get_bool(tag, "is_overdue"));
        }
}

static void windows_and_no_days(void **state)
{
    const struct tenant_reminders r = {.yellow_workdays = 3};

    (void)state;
    assert_int_equal(remind_card_of(calendar, &r, DATE_NONE, DATE_NONE, DATE_NONE, day("2025-10-10")), CARD_NONE);
    assert_int_equal(remind_card_of(calendar, &r, day("2025-10-10"), day("2025-10-10"), DATE_NONE, day("2025-10-09")),
                     CARD_NONE);
    assert_int_equal(remind_card_of(calendar, &r, day("2025-10-10"), day("2025-10-10"), DATE_NONE, day("2025-10-10")),
                     CARD_OPEN);
    assert_int_equal(
        remind_card_of(calendar, &r, day("2025-10-10"), day("2025-10-10"), day("2026-10-10"), day("2025-10-10")),
        CARD_OPEN);
    assert_int_equal(
        remind_card_of(calendar, &r, day("2025-10-10"), day("2025-10-10"), day("2025-10-11"), day("2025-10-12")),
        CARD_RED);
}

static void wishes(void **state)
{
    (void)state;
    assert_true(notify_wants(NOTIFY_ALL_KINDS, "red"));
    assert_true(notify_wants("yellow,red", "red"));
    assert_false(notify_wants("yellow", "red"));
    assert_false(notify_wants("", "red"));
    assert_false(notify_wants("redder", "red"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yellow_day),
        cmocka_unit_test(as_the_tag),
        cmocka_unit_test(windows_and_no_days),
        cmocka_unit_test(wishes),
    };

    return cmocka_run_group_tests(tests, load, drop);
}
