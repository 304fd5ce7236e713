/*
 * tests/unit/test_eval.c - the decision function over a small regulation that has every kind of sentence
 *
 * Most of it is data: tests/unit/data/regulation/small/cases, in the language of the
 * districts' own cases. Here are the properties no single case can show.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "regulation/regulation.h"
#include "tests/unit/cases.h"

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
    assert_int_equal(vocabulary_load(arena, DATA "/vocabulary.json", &vocabulary, &f, &e), 0);
    assert_int_equal(calendar_load(arena, DATA "/calendar", &calendar, &e), 0);
    assert_int_equal(regulation_load(arena, DATA "/small", vocabulary, &regulation, &f, &e), 0);
    assert_int_equal(f.errors, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void test_cases(void **state)
{
    struct tally t = {0};

    (void)state;
    cases_run(&t, arena, vocabulary, calendar, DATA "/small");
    assert_int_equal(t.failed, 0);
    assert_true(t.passed > 90); /* the folder was found and read */
}

/* What the language says beyond the everyday: levels, exceptions, seasons, counts, bands … */
static void test_wide(void **state)
{
    struct tally t = {0};

    (void)state;
    cases_run(&t, arena, vocabulary, calendar, DATA "/wide");
    assert_int_equal(t.failed, 0);
    assert_true(t.passed > 75);
}

static const struct node *parse(const char *s)
{
    const struct node *n = NULL;
    struct err e = {0};

    assert_int_equal(jsonin_parse(arena, s, strlen(s), &n, NULL, NULL, &e), 0);
    return n;
}

static const char *verdict_of(const char *json)
{
    struct err_list errors = {0};
    struct case_input in;
    struct buf b;
    char *s;

    assert_int_equal(case_read(regulation, arena, parse(json), &in, &errors), 0);
    buf_init(&b, 1 << 22);
    jsonout_canonical(&b, regulation_eval(regulation, calendar, arena, &in));
    assert_true(buf_ok(&b));
    s = arena_dup(arena, buf_str(&b));
    buf_free(&b);
    return s;
}

#define FACTS                                                                                                          \
    "\"facts\":{\"project_name\":\"甲\",\"category\":\"system\",\"classified\":false,\"amount\":\"50万元\","        \
    "\"funding\":\"government\",\"planned\":true}"

/* Pure: the same question twice gives the same bytes, whatever was asked between. */
static void test_same_answer(void **state)
{
    const char *one = "{\"today\":\"2025-03-05\"," FACTS
                      ",\"history\":[{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"}]}";
    const char *other =
        "{\"today\":\"2025-08-05\"," FACTS ",\"attempt\":{\"what\":\"approval.approve\",\"by\":\"unit\"}}";
    const char *first = verdict_of(one);

    (void)state;
    assert_string_not_equal(first, verdict_of(other));
    assert_string_equal(first, verdict_of(one));
}

/* History written in another order is the same history: it is sorted by its instants. */
static void test_order_of_history(void **state)
{
    const char *one = "{\"today\":\"2025-03-12\"," FACTS
                      ",\"history\":[{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"},"
                      "{\"at\":\"2025-03-04\",\"what\":\"review.accept\",\"by\":\"tech\"}]}";
    const char *two = "{\"today\":\"2025-03-12\"," FACTS
                      ",\"history\":[{\"at\":\"2025-03-04\",\"what\":\"review.accept\",\"by\":\"tech\"},"
                      "{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"}]}";

    (void)state;
    assert_string_equal(verdict_of(one), verdict_of(two));
}

/* Every reason cites an article, says who where it can, and every article cited is quoted once. */
static void test_reasons_cite(void **state)
{
    const struct node *v = parse(
        verdict_of("{\"today\":\"2025-03-05\",\"facts\":{\"amount\":\"50万元\",\"planned\":false,\"complex\":true},"
                   "\"unit\":{\"kind\":\"sub_unit\"},\"attempt\":{\"what\":\"review.submit\",\"by\":\"unit\"}}"));
    const struct node *articles = node_get(v, "articles");
    int count = 0;

    (void)state;
    for (const struct node *r = node_first(node_get(v, "reasons")); r; r = r->next, count++) {
        assert_true(*node_get_str(r, "message"));
        assert_true(*node_get_str(r, "quote"));
        assert_true(node_count(node_get(r, "articles")) > 0);
        for (const struct node *n = node_first(node_get(r, "articles")); n; n = n->next) {
            const char *s = node_str(n, "");
            int found = 0;
            for (const struct node *x = node_first(articles); x; x = x->next)
                found += text_eq(node_get_str(x, "number"), arena_dupn(arena, s, strcspn(s, "(")));
            assert_int_equal(found, 1);
        }
    }
    assert_int_equal(count, 9); /* unit kind, expert first, plan, two materials, four facts */
}

/* An event of another version or an unknown one changes nothing but is borne. */
static void test_unknown_history(void **state)
{
    struct case_event history[] = {{.at = 0, .what = "old.act", .by = "nobody", .with = NULL}};
    struct case_input in = {
        .today = date_of(2025, 3, 5), .submitted_on = DATE_NONE, .history = history, .history_count = 1};
    const struct node *v;

    (void)state;
    v = regulation_eval(regulation, calendar, arena, &in);
    assert_string_equal(node_get_str(v, "outcome"), "allowed");
    assert_int_equal(node_count(node_get(v, "marks")), 0);
}

static void test_unknown_attempt(void **state)
{
    struct case_event attempt = {
        .at = instant_of_date(date_of(2025, 3, 5), 9, 0), .what = "review.dance", .by = "unit", .with = NULL};
    struct case_input in = {.today = date_of(2025, 3, 5), .submitted_on = DATE_NONE, .attempt = &attempt};
    const struct node *v, *r;

    (void)state;
    v = regulation_eval(regulation, calendar, arena, &in);
    r = node_first(node_get(v, "reasons"));
    assert_string_equal(node_get_str(v, "outcome"), "refused");
    assert_string_equal(node_get_str(r, "code"), "unknown_act");
    assert_string_equal(node_get_str(r, "message"), "本办法没有「review.dance」这一办理事项");
}

/* The verdict's stable members are all there, each of its type. */
static void test_shape(void **state)
{
    static const struct {
        const char *name;
        enum node_type type;
    } MEMBERS[] = {{"outcome", NODE_TEXT},   {"reasons", NODE_LIST},      {"warnings", NODE_LIST},
                   {"marks", NODE_LIST},     {"mark_text", NODE_TEXT},    {"route", NODE_OBJECT},
                   {"stages", NODE_LIST},    {"acts", NODE_LIST},         {"holder", NODE_OBJECT},
                   {"materials", NODE_LIST}, {"organs", NODE_LIST},       {"duties", NODE_LIST},
                   {"filings", NODE_LIST},   {"next", NODE_OBJECT},       {"facts_asked", NODE_LIST},
                   {"articles", NODE_LIST},  {"regulation", NODE_OBJECT}, {"calendar", NODE_OBJECT}};
    const struct node *v =
        parse(verdict_of("{\"today\":\"2025-03-05\"," FACTS
                         ",\"history\":[{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"},"
                         "{\"at\":\"2025-03-04\",\"what\":\"review.accept\",\"by\":\"tech\"}]}"));

    (void)state;
    for (size_t i = 0; i < sizeof(MEMBERS) / sizeof(MEMBERS[0]); i++) {
        const struct node *n = node_get(v, MEMBERS[i].name);
        if (!n || n->type != MEMBERS[i].type)
            fail_msg("verdict.%s", MEMBERS[i].name);
    }
    assert_string_equal(node_get_str(node_get(v, "holder"), "organ"), "tech");
    assert_string_equal(node_get_str(node_get(v, "holder"), "since"), "2025-03-04");
    assert_string_equal(node_get_str(node_get(v, "next"), "due_on"), "2025-03-25");
    assert_int_equal(node_get_int(node_get(v, "next"), "working_days_left", -1), 14);
}

#define APPROVED                                                                                                       \
    ",\"history\":[{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"},"                                \
    "{\"at\":\"2025-03-04\",\"what\":\"review.accept\",\"by\":\"tech\"},"                                              \
    "{\"at\":\"2025-03-10\",\"what\":\"review.pass\",\"by\":\"tech\",\"with\":{\"checklist\":{\"covers\":true,"        \
    "\"duplicate\":"                                                                                                   \
    "false},\"text\":\"同意\"}},"                                                                                    \
    "{\"at\":\"2025-03-11\",\"what\":\"approval.estimate\",\"by\":\"ndrc\",\"with\":{\"total\":\"50万元\"}}"

#define FILED                                                                                                          \
    ",{\"at\":\"2025-03-12\",\"what\":\"approval.estimate\",\"by\":\"finance\",\"with\":{\"total\":\"50万元\"}},"    \
    "{\"at\":\"2025-03-14\",\"what\":\"approval.approve\",\"by\":\"ndrc\",\"with\":{\"approved\":\"50万元\"}},"      \
    "{\"at\":\"2025-04-01\",\"what\":\"contract.sign\",\"by\":\"unit\",\"with\":{\"signed_on\":\"2025-04-01\"}},"      \
    "{\"at\":\"2025-04-03\",\"what\":\"contract.file\",\"by\":\"unit\"},"                                              \
    "{\"at\":\"2025-04-07\",\"what\":\"progress.report\",\"by\":\"unit\"}"

static const struct node *act_of(const struct node *verdict, const char *act)
{
    const struct node *n = node_first(node_get(verdict, "acts"));

    while (n && !text_eq(node_get_str(n, "act"), act))
        n = n->next;
    return n;
}

/* The report of this quarter is in, that of the last one is not: the act stays, for the quarter that is owed. */
static void test_period_owed(void **state)
{
    const struct node *late =
        act_of(parse(verdict_of("{\"today\":\"2025-04-10\"," FACTS APPROVED FILED "]}")), "progress.report");

    (void)state;
    assert_non_null(late);
    assert_true(node_get_bool(late, "allowed"));
    assert_string_equal(node_get_str(late, "period"), "2025Q1");
    assert_null(act_of(parse(verdict_of("{\"today\":\"2025-04-10\"," FACTS APPROVED FILED
                                        ",{\"at\":\"2025-04-08\",\"what\":\"progress.report\",\"by\":\"unit\","
                                        "\"with\":{\"period\":\"2025Q1\"}}]}")),
                       "progress.report"));
}

/* A case with problems says all of them, each at its path. */
static void test_case_problems(void **state)
{
    static const char *const PATHS[] = {"/surprise",     "/facts/amount", "/facts/nothing", "/materials",
                                        "/history/0/at", "/history/0/by", "/attempt/what"};
    struct err_list errors = {0};
    struct case_input in;
    int found = 0;

    (void)state;
    assert_int_equal(case_read(regulation, arena,
                               parse("{\"today\":\"2025-03-05\",\"surprise\":1,\"facts\":{\"amount\":\"many\","
                                     "\"nothing\":1},\"materials\":[\"xyz\"],"
                                     "\"history\":[{\"what\":\"review.submit\",\"by\":\"nobody\"}],\"attempt\":{"
                                     "\"what\":\"a.b\",\"by\":\"unit\"}}"),
                               &in, &errors),
                     -1);
    for (size_t i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++)
        for (int k = 0; k < errors.count; k++)
            found += text_eq(errors.item[k].path, PATHS[i]);
    assert_int_equal(found, 7);
    assert_int_equal(errors.count, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),           cmocka_unit_test(test_wide),
        cmocka_unit_test(test_same_answer),     cmocka_unit_test(test_order_of_history),
        cmocka_unit_test(test_reasons_cite),    cmocka_unit_test(test_unknown_history),
        cmocka_unit_test(test_unknown_attempt), cmocka_unit_test(test_shape),
        cmocka_unit_test(test_period_owed),     cmocka_unit_test(test_case_problems),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
