/*
 * tests/unit/test_condition.c - conditions: both sides of each bound, unknown terms, percentages, three answers
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/jsonin.h"
#include "regulation/eval.h"
#include "regulation/load.h"

#define DATA SRCDIR "/tests/unit/data/regulation"

static struct arena *arena;
static struct vocabulary *vocabulary;
static struct calendar *calendar;
static struct regulation *regulation;

static int setup(void **state)
{
    struct findings f;
    struct err e = {0};

    (void)state;
    arena = arena_new("test", 256 << 20);
    findings_init(&f, arena);
    if (vocabulary_load(arena, DATA "/vocabulary.json", &vocabulary, &f, &e) < 0 ||
        calendar_load(arena, DATA "/calendar", &calendar, &e) < 0)
        return -1;
    return regulation_load(arena, DATA "/small", vocabulary, &regulation, &f, &e);
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct node *parse(const char *s)
{
    const struct node *n = NULL;
    struct err e = {0};

    if (jsonin_parse(arena, s, strlen(s), &n, NULL, NULL, &e) < 0)
        fail_msg("%s: %s", s, e.message);
    return n;
}

/* The answer to a condition over facts and a history; pending: what is required and not given is open. */
static enum answer ask(const char *condition, const char *facts, const char *history, int pending)
{
    const char *json = arena_fmt(arena, "{\"today\":\"2025-06-02\",\"facts\":%s,\"history\":%s}", facts, history);
    struct findings f;
    struct load l = {.a = arena, .r = regulation, .v = vocabulary, .f = &f, .file = "test", .article = ""};
    struct err_list errors = {0};
    struct case_input in;
    struct eval ev = {.r = regulation, .c = calendar, .a = arena, .in = &in};
    struct cond *c;

    findings_init(&f, arena);
    c = cond_compile(&l, parse(condition));
    if (!c)
        fail_msg("%s: %s", condition, f.first ? f.first->message : "");
    if (case_read(regulation, arena, parse(json), &in, &errors) < 0)
        fail_msg("%s: %s %s", json, errors.item[0].path, errors.item[0].message);
    ev.today = ev.at = in.today;
    ev.submitted_on = DATE_NONE;
    ev.duties = ARENA_ARRAY(arena, struct duty_memo, regulation->duty_count + 1);
    ev.cited = arena_alloc(arena, regulation->article_count + 1);
    facts_begin(&ev);
    replay(&ev);
    facts_settle(&ev);
    ev.facts_pending = pending;
    return cond_decide(&ev, c);
}

struct row {
    const char *condition, *facts;
    enum answer answer;
};

static void run(const struct row *rows, size_t count, const char *history, int pending)
{
    for (size_t i = 0; i < count; i++) {
        enum answer got = ask(rows[i].condition, rows[i].facts, history, pending);
        if (got != rows[i].answer)
            fail_msg("%s with %s: %d", rows[i].condition, rows[i].facts, (int)got);
    }
}

#define RUN(rows, history, pending) run(rows, sizeof(rows) / sizeof(rows[0]), history, pending)
#define NO                          ANSWER_NO
#define YES                         ANSWER_YES

static void test_bounds(void **state)
{
    static const struct row ROWS[] = {
        {"{\"amount\":{\"below\":\"20万元\"}}", "{\"amount\":{\"fen\":19999999}}", YES},
        {"{\"amount\":{\"below\":\"20万元\"}}", "{\"amount\":\"20万元\"}", NO},
        {"{\"amount\":{\"at_most\":\"20万元\"}}", "{\"amount\":\"20万元\"}", YES},
        {"{\"amount\":{\"at_most\":\"20万元\"}}", "{\"amount\":{\"fen\":20000001}}", NO},
        {"{\"amount\":{\"at_least\":\"20万元\"}}", "{\"amount\":\"20万元\"}", YES},
        {"{\"amount\":{\"at_least\":\"20万元\"}}", "{\"amount\":{\"fen\":19999999}}", NO},
        {"{\"amount\":{\"above\":\"20万元\"}}", "{\"amount\":\"20万元\"}", NO},
        {"{\"amount\":{\"above\":\"20万元\"}}", "{\"amount\":{\"fen\":20000001}}", YES},
        {"{\"amount\":{\"at_least\":\"20万元\",\"below\":\"50万元\"}}", "{\"amount\":\"50万元\"}", NO},
        {"{\"amount\":{\"at_least\":\"20万元\",\"below\":\"50万元\"}}", "{\"amount\":\"49.99万元\"}", YES},
        {"{\"amount\":\"20万元\"}", "{\"amount\":{\"fen\":20000000}}", YES},
        {"{\"users\":{\"above\":10}}", "{\"users\":11}", YES},
        {"{\"users\":{\"above\":10}}", "{\"users\":10}", NO},
        {"{\"start_on\":{\"at_most\":\"2025-06-01\"}}", "{\"start_on\":\"2025-06-01\"}", YES},
        {"{\"start_on\":{\"below\":\"2025-06-01\"}}", "{\"start_on\":\"2025-06-01\"}", NO},
        {"{\"start_on\":{\"below\":{\"of\":\"today\"}}}", "{\"start_on\":\"2025-06-01\"}", YES},
        {"{\"start_on\":{\"below\":{\"of\":\"today\"}}}", "{\"start_on\":\"2025-06-02\"}", NO},
        {"{\"today\":{\"at_least\":{\"of\":\"start_on\",\"plus_months\":1}}}", "{\"start_on\":\"2025-05-02\"}", YES},
        {"{\"today\":{\"at_least\":{\"of\":\"start_on\",\"plus_months\":1}}}", "{\"start_on\":\"2025-05-03\"}", NO},
        {"{\"today\":{\"is\":{\"of\":\"start_on\",\"plus_days\":3}}}", "{\"start_on\":\"2025-05-30\"}", YES},
        /* 2025-05-30 is a Friday; 5-31 to 6-02 is the dragon boat holiday, so the next working day is 6-03 */
        {"{\"today\":{\"below\":{\"of\":\"start_on\",\"plus_working_days\":1}}}", "{\"start_on\":\"2025-05-30\"}", YES},
    };

    (void)state;
    RUN(ROWS, "[]", 0);
}

static void test_kinds(void **state)
{
    static const struct row ROWS[] = {
        {"{\"category\":\"system\"}", "{\"category\":\"system\"}", YES},
        {"{\"category\":{\"is_not\":\"system\"}}", "{\"category\":\"service\"}", YES},
        {"{\"category\":{\"in\":[\"system\",\"service\"]}}", "{\"category\":\"service\"}", YES},
        {"{\"category\":{\"in\":[\"system\",\"service\"]}}", "{\"category\":\"office\"}", NO},
        {"{\"category\":{\"not_in\":[\"office\"]}}", "{\"category\":\"office\"}", NO},
        {"{\"products\":{\"has\":\"software\"}}", "{\"products\":[\"cloud\",\"software\"]}", YES},
        {"{\"products\":{\"has\":\"software\"}}", "{\"products\":[\"cloud\"]}", NO},
        {"{\"planned\":true,\"classified\":false}", "{\"planned\":true,\"classified\":false}", YES},
        {"{\"planned\":true,\"classified\":false}", "{\"planned\":true,\"classified\":true}", NO},
        {"{\"any\":[{\"planned\":true},{\"classified\":true}]}", "{\"planned\":false,\"classified\":true}", YES},
        {"{\"all\":[{\"planned\":true},{\"not\":{\"classified\":true}}]}", "{\"planned\":true,\"classified\":false}",
         YES},
        {"{\"complex\":false}", "{}", YES}, /* a default */
        {"{\"project_name\":\"甲\"}", "{\"project_name\":\"甲\"}", YES},
    };

    (void)state;
    RUN(ROWS, "[]", 0);
}

/* A term that is not known makes a comparison not hold, and its "not" hold. */
static void test_unknown(void **state)
{
    static const struct row ROWS[] = {
        {"{\"amount\":{\"below\":\"20万元\"}}", "{}", NO},
        {"{\"not\":{\"amount\":{\"below\":\"20万元\"}}}", "{}", YES},
        {"{\"amount\":{\"known\":false}}", "{}", YES},
        {"{\"amount\":{\"known\":true}}", "{\"amount\":\"1万元\"}", YES},
        {"{\"urgent\":true}", "{\"planned\":true,\"urgent\":true}", NO}, /* not asked of a planned project */
        {"{\"urgent\":true}", "{\"planned\":false,\"urgent\":true}", YES},
        {"{\"review.pass.text\":{\"known\":false}}", "{}", YES},
        {"{\"sum:change.adjust.amount\":{\"at_most\":\"0元\"}}", "{}", YES},
    };

    (void)state;
    RUN(ROWS, "[]", 0);
}

/* While a required fact may still come, an answer that hangs on it is open; one that does not is not. */
static void test_open(void **state)
{
    static const struct row ROWS[] = {
        {"{\"amount\":{\"below\":\"20万元\"}}", "{}", ANSWER_OPEN},
        {"{\"not\":{\"amount\":{\"below\":\"20万元\"}}}", "{}", ANSWER_OPEN},
        {"{\"all\":[{\"amount\":{\"below\":\"20万元\"}},{\"planned\":true}]}", "{\"planned\":false}", NO},
        {"{\"all\":[{\"amount\":{\"below\":\"20万元\"}},{\"planned\":true}]}", "{\"planned\":true}", ANSWER_OPEN},
        {"{\"any\":[{\"amount\":{\"below\":\"20万元\"}},{\"planned\":true}]}", "{\"planned\":true}", YES},
        {"{\"start_on\":\"2025-01-01\"}", "{}", NO}, /* not required: it may stay away */
    };

    (void)state;
    RUN(ROWS, "[]", 1);
}

static const char HISTORY[] =
    "[{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"},"
    "{\"at\":\"2025-03-04\",\"what\":\"review.accept\",\"by\":\"tech\"},"
    "{\"at\":\"2025-03-10\",\"what\":\"review.pass\",\"by\":\"tech\",\"with\":{\"text\":\"可行\",\"checklist\":{"
    "\"covers\":true,\"duplicate\":false}}},"
    "{\"at\":\"2025-03-11\",\"what\":\"approval.estimate\",\"by\":\"ndrc\",\"with\":{\"total\":\"100万元\"}},"
    "{\"at\":\"2025-03-12\",\"what\":\"approval.estimate\",\"by\":\"finance\",\"with\":{\"total\":\"100万元\"}},"
    "{\"at\":\"2025-03-14\",\"what\":\"approval.approve\",\"by\":\"ndrc\",\"with\":{\"approved\":\"100万元\"}},"
    "{\"at\":\"2025-04-01\",\"what\":\"change.adjust\",\"by\":\"unit\",\"with\":{\"amount\":\"7万元\"}},"
    "{\"at\":\"2025-04-02\",\"what\":\"change.adjust\",\"by\":\"unit\",\"with\":{\"amount\":\"8万元\"}},"
    "{\"at\":\"2025-04-03\",\"what\":\"filing.stored\",\"by\":\"city\",\"with\":{\"filing\":\"city_filing\"}}]";

static void test_history(void **state)
{
    static const char F[] =
        "{\"amount\":\"50万元\",\"funding\":\"government\",\"category\":\"system\",\"planned\":true}";
    static const struct row ROWS[] = {
        {"{\"done\":\"review\"}", F, YES},
        {"{\"done\":[\"review\",\"approval\"]}", F, YES},
        {"{\"done\":[\"review\",\"contract\"]}", F, NO},
        {"{\"failed\":\"review\"}", F, NO},
        {"{\"open\":\"review\"}", F, NO},
        {"{\"happened\":\"review.pass\"}", F, YES},
        {"{\"happened\":\"review.fail\"}", F, NO},
        {"{\"route\":\"approval\"}", F, YES},
        {"{\"route\":[\"small\",\"approval\"]}", F, YES},
        {"{\"route\":\"small\"}", F, NO},
        {"{\"review.pass.text\":\"可行\"}", F, YES},
        {"{\"review.pass.covers\":true}", F, YES},
        {"{\"review.pass.duplicate\":true}", F, NO},
        {"{\"review.pass.by\":\"tech\"}", F, YES},
        {"{\"review.pass.at\":{\"is\":\"2025-03-10\"}}", F, YES},
        {"{\"change.adjust.amount\":\"8万元\"}", F, YES}, /* the latest */
        {"{\"sum:change.adjust.amount\":{\"is\":\"15万元\"}}", F, YES},
        {"{\"sum:change.adjust.amount\":{\"at_most\":{\"of\":\"approval.approve.approved\",\"percent\":15}}}", F, YES},
        {"{\"sum:change.adjust.amount\":{\"below\":{\"of\":\"approval.approve.approved\",\"percent\":15}}}", F, NO},
        {"{\"sum:change.adjust.amount\":{\"at_most\":{\"of\":\"approval.approve.approved\",\"percent\":14}}}", F, NO},
        {"{\"amount\":\"100万元\"}", F, YES},   /* set by the approval */
        {"{\"overdue\":\"progress\"}", F, YES}, /* the first quarter was not reported */
        {"{\"window_open\":\"maintenance_round\"}", F, YES},
    };

    (void)state;
    RUN(ROWS, HISTORY, 0);
}

/* What a correction undid and what a failed run left no longer counts; that it failed does. */
static void test_what_counts(void **state)
{
    static const char CORRECTED[] =
        "[{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"},{\"at\":\"2025-03-04\",\"what\":\"review."
        "accept\",\"by\":\"tech\"},"
        "{\"at\":\"2025-03-05\",\"what\":\"review.ask_correction\",\"by\":\"tech\",\"with\":{\"correction\":[{\"item\":"
        "\"plan\",\"what\":\"改\"}],\"until\":\"2025-03-20\"}}]";
    static const char FAILED[] =
        "[{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"},{\"at\":\"2025-03-04\",\"what\":\"review."
        "accept\",\"by\":\"tech\"},"
        "{\"at\":\"2025-03-05\",\"what\":\"review.fail\",\"by\":\"tech\",\"with\":{\"reason\":\"不可行\"}}]";
    static const struct row AFTER_CORRECTION[] = {{"{\"happened\":\"review.accept\"}", "{}", NO},
                                                  {"{\"happened\":\"review.ask_correction\"}", "{}", YES},
                                                  {"{\"open\":\"review\"}", "{}", YES},
                                                  {"{\"review.accept.at\":{\"known\":true}}", "{}", NO}};
    static const struct row AFTER_FAILURE[] = {{"{\"happened\":\"review.accept\"}", "{}", YES},
                                               {"{\"failed\":\"review\"}", "{}", YES},
                                               {"{\"done\":\"review\"}", "{}", NO},
                                               {"{\"open\":\"review\"}", "{}", NO},
                                               {"{\"review.fail.reason\":\"不可行\"}", "{}", YES}};

    (void)state;
    RUN(AFTER_CORRECTION, CORRECTED, 0);
    RUN(AFTER_FAILURE, FAILED, 0);
}

/* Cross-multiplied in 128 bits: near the largest amounts nothing wraps (G-03). */
static void test_large(void **state)
{
    static const struct row ROWS[] = {
        {"{\"amount\":{\"at_most\":{\"of\":\"amount\",\"percent\":100}}}", "{\"amount\":\"10亿元\"}", YES},
        {"{\"amount\":{\"above\":{\"of\":\"amount\",\"percent\":99}}}", "{\"amount\":\"10亿元\"}", YES},
        {"{\"amount\":{\"at_least\":{\"of\":\"amount\",\"percent\":10000}}}", "{\"amount\":\"10亿元\"}", NO},
    };

    (void)state;
    RUN(ROWS, "[]", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds), cmocka_unit_test(test_kinds),   cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_open),   cmocka_unit_test(test_history), cmocka_unit_test(test_what_counts),
        cmocka_unit_test(test_large),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
