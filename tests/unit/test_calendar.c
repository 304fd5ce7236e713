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
    const struct calendar_period five = {.unit = CALENDAR_WORKING_DAYS, .n = 5};
    const struct node *n = node_first(calendar_count(calendar, arena, day("2025-01-23"), &five));
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

/* Last days of working days, days and months; every way round a holiday and a make-up working day beside it. */
static void test_last_day(void **state)
{
    static const struct {
        const char *from;
        struct calendar_period period;
        const char *to;
        int provisional;
    } ROWS[] = {
        {"2025-09-26", {CALENDAR_WORKING_DAYS, 1, 0}, "2025-09-28", 0}, /* the Sunday before the holiday is worked */
        {"2025-09-26", {CALENDAR_WORKING_DAYS, 3, 0}, "2025-09-30", 0},
        {"2025-09-26", {CALENDAR_WORKING_DAYS, 4, 0}, "2025-10-09", 0},
        {"2025-09-26", {CALENDAR_WORKING_DAYS, 6, 0}, "2025-10-11", 0}, /* and the Saturday after it */
        {"2025-09-26", {CALENDAR_WORKING_DAYS, 6, 1}, "2025-10-11", 0}, /* they end on a working day: nothing to roll */
        {"2025-01-20", {CALENDAR_DAYS, 10, 0}, "2025-01-30", 0},
        {"2025-01-20", {CALENDAR_DAYS, 10, 1}, "2025-02-05", 0},
        {"2025-01-29", {CALENDAR_DAYS, 10, 1}, "2025-02-08", 0}, /* a Saturday that is worked stands */
        {"2025-01-31", {CALENDAR_MONTHS, 1, 1}, "2025-02-28", 0},
        {"2025-09-01", {CALENDAR_MONTHS, 1, 0}, "2025-10-01", 0},
        {"2025-09-01", {CALENDAR_MONTHS, 1, 1}, "2025-10-09", 0},
        {"2025-11-15", {CALENDAR_MONTHS, 3, 1}, "2026-02-24", 0},
        {"2026-12-05", {CALENDAR_DAYS, 30, 0}, "2027-01-04", 0}, /* a day of the year: no notice can move it */
        {"2026-12-05", {CALENDAR_DAYS, 30, 1}, "2027-01-04", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        int provisional = 0;
        date got = calendar_last_day(calendar, day(ROWS[i].from), &ROWS[i].period, &provisional);
        if (got != day(ROWS[i].to) || provisional != ROWS[i].provisional)
            fail_msg("%s, row %zu: %s, provisional %d", ROWS[i].from, i, date_text(arena, got), provisional);
    }
}

/* What a count lists, a day a row: "date counted reason". */
static void check_count(const char *from, struct calendar_period p, const char *const *rows)
{
    const struct node *n = node_first(calendar_count(calendar, arena, day(from), &p));

    for (; n && *rows; n = n->next, rows++)
        assert_string_equal(arena_fmt(arena, "%s %d %s", node_get_str(n, "date"), (int)node_get_int(n, "counted", -1),
                                      node_get_str(n, "reason")),
                            *rows);
    assert_true(!n && !*rows);
}

static void test_count_rolled(void **state)
{
    static const char *const DAYS[] = {
        "2025-04-30 0 start",   "2025-05-01 1 holiday", "2025-05-02 2 holiday", "2025-05-03 0 holiday",
        "2025-05-04 0 holiday", "2025-05-05 0 holiday", "2025-05-06 0 last",    NULL};
    static const char *const MONTHS[] = {"2025-08-01 0 start",   "2025-09-01 1 weekday", "2025-10-01 2 holiday",
                                         "2025-10-02 0 holiday", "2025-10-03 0 holiday", "2025-10-04 0 holiday",
                                         "2025-10-05 0 holiday", "2025-10-06 0 holiday", "2025-10-07 0 holiday",
                                         "2025-10-08 0 holiday", "2025-10-09 0 last",    NULL};
    static const char *const SHORT[] = {"2025-01-31 0 start", "2025-02-28 1 last", NULL};

    (void)state;
    check_count("2025-04-30", (struct calendar_period){CALENDAR_DAYS, 2, 1}, DAYS);
    check_count("2025-08-01", (struct calendar_period){CALENDAR_MONTHS, 2, 1}, MONTHS);
    check_count("2025-01-31", (struct calendar_period){CALENDAR_MONTHS, 1, 1}, SHORT);
}

static void test_notices(void **state)
{
    const struct node *n = node_first(calendar_notice_list(calendar, arena, 2025));

    (void)state;
    assert_string_equal(node_get_str(n, "number"), "国办发明电〔2024〕12号");
    assert_string_equal(node_get_str(n, "issued_on"), "2024-11-12");
    assert_null(n->next);
    assert_int_equal(node_count(calendar_notice_list(calendar, arena, 2027)), 0);
    assert_string_equal(calendar_day_kind(calendar, day("2025-09-28")), "make_up");
    assert_string_equal(calendar_day_kind(calendar, day("2025-10-04")), "holiday");
    assert_string_equal(calendar_day_kind(calendar, day("2027-10-01")), "weekday");
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

/* A right file but for what a row changes; %s stand for year, notices, issued, holidays, workdays. */
#define YEAR_2027(notices, issued, holidays, workdays)                                                                 \
    "{ \"year\": 2027,\n  \"notices\": [" notices "],\n  \"issued\": [" issued "],\n  \"holidays\": [" holidays        \
    "],\n  \"workdays\": [" workdays "] }\n"
#define NOTICE "\"国办发明电〔2026〕9号\""
#define FIXED  "\"2027-01-01\", \"2027-05-01\", \"2027-10-01\", \"2027-10-02\", \"2027-10-03\""

static void test_check(void **state)
{
    static const struct {
        const char *text, *said; /* "line:column message" of every finding, one a line */
    } ROWS[] = {
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED ", \"2027-02-05\"", "\"2027-02-14\""), ""},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED ", \"2026-12-31\"", ""), ""},
        {"{ \"year\": 2027", "1:15 第 1 行第 15 列"},
        {"[]", "1:1 应为一个对象\n"},
        {"{ \"notices\": [] }", "1:1 没有写明是哪一年的安排\n"},
        {"{ \"year\": 2027 }", "1:1 没有 notices\n1:1 没有 issued\n1:1 没有 holidays\n1:1 没有 workdays\n"},
        {YEAR_2027("", "", FIXED, ""), "2:14 没有写明依据哪一份通知\n"},
        {YEAR_2027("\"通知\"", "\"2026-11-03\"", FIXED, ""), "2:15 「通知」不是通知的文号\n"},
        {YEAR_2027(NOTICE ", " NOTICE, "\"2026-11-03\", \"2026-11-03\"", FIXED, ""),
         "2:32 国办发明电〔2026〕9号 写了两次\n"},
        {YEAR_2027(NOTICE, "", FIXED, ""), "3:13 有 1 份通知、0 个成文日期\n"},
        {YEAR_2027(NOTICE, "\"2025-11-03\"", FIXED, ""), "3:14 2025-11-03 不是 2027 年安排的成文日期\n"},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED ", \"2027-2-5\"", ""), "4:86 「2027-2-5」不是日期\n"},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED ", \"2028-01-03\"", ""), "4:86 2028-01-03 不在 2027 年\n"},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED ", \"2027-05-01\"", ""), "4:86 2027-05-01 写了两次\n"},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED, "\"2027-10-02\""), "5:16 2027-10-02 既写作放假又写作上班\n"},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED, "\"2027-02-10\""), "5:16 2027-02-10 是星期三，本来就要上班\n"},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", FIXED, "\"2027-02-13\", \"2027-02-14\", \"2027-02-20\""),
         "5:3 调休上班 3 天，多于换来放假的 2 天\n"},
        {YEAR_2027(NOTICE, "\"2026-11-03\"", "\"2027-01-01\", \"2027-10-01\", \"2027-10-02\", \"2027-10-03\"", ""),
         "4:3 没有劳动节 2027-05-01\n"},
        {"{ \"weekend\": [], "
         "\"year\": 2027, \"notices\": [" NOTICE "], \"issued\": [\"2026-11-03\"],\n\"holidays\": [" FIXED
         "], \"workdays\": []}",
         "1:3 没有「weekend」这一项\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct calendar_file file;
        struct findings f;
        struct err e = {0};
        const char *said = "";

        findings_init(&f, arena);
        assert_int_equal(file_write("calendar.check.json", ROWS[i].text, strlen(ROWS[i].text), 0644, &e), 0);
        assert_int_equal(calendar_check(arena, "calendar.check.json", &file, &f, &e), 0);
        for (const struct finding *x = f.first; x; x = x->next)
            said = arena_fmt(arena, "%s%d:%d %s\n", said, x->line, x->column, x->message);
        if (*ROWS[i].said ? !text_starts(said, ROWS[i].said) : *said)
            fail_msg("%s\nwanted: %s\nsaid: %s", ROWS[i].text, ROWS[i].said, said);
        if (!*ROWS[i].said && file.before != (strstr(ROWS[i].text, "2026-12") != NULL))
            fail_msg("%s", ROWS[i].text);
        if (!*ROWS[i].said && (file.year != 2027 || file.len != strlen(ROWS[i].text)))
            fail_msg("%s", ROWS[i].text);
    }
    remove("calendar.check.json");
}

/* Those that are installed pass the check that a new one must. */
static void test_check_installed(void **state)
{
    const char *dir = SRCDIR "/tenants/common/calendar";
    struct findings f;
    struct err e = {0};
    char **names;
    size_t count;

    (void)state;
    findings_init(&f, arena);
    assert_int_equal(file_list(arena, dir, &names, &count, &e), 0);
    for (size_t i = 0; i < count; i++) {
        struct calendar_file file;

        assert_int_equal(calendar_check(arena, arena_fmt(arena, "%s/%s", dir, names[i]), &file, &f, &e), 0);
        assert_string_equal(names[i], arena_fmt(arena, "%d.json", file.year));
    }
    if (count == 0 || f.errors)
        fail_msg("%s:%d:%d: %s", f.first->file, f.first->line, f.first->column, f.first->message);
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
        cmocka_unit_test(test_last_day),
        cmocka_unit_test(test_count_rolled),
        cmocka_unit_test(test_notices),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_check_installed),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
