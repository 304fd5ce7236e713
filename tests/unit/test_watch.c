/*
 * tests/unit/test_watch.c - what a supervisor looks for: too early, let through, added up
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/regulation.h"

#define DATA SRCDIR "/tests/unit/data/regulation"

static struct arena *arena;
static struct regulation *regulation;
static struct calendar *calendar;

static int setup(void **state)
{
    struct vocabulary *vocabulary;
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

/* The project of every case: 50万元 through review and approval on the days given. */
#define PROJECT                                                                                                        \
    "\"today\":\"2025-06-30\",\"submitted_on\":\"2025-03-03\",\"facts\":{\"project_name\":\"试\",\"category\":"       \
    "\"system\",\"classified\":false,\"amount\":\"50万元\",\"planned\":true}"
#define REVIEWED                                                                                                       \
    "{\"at\":\"2025-03-03\",\"what\":\"review.submit\",\"by\":\"unit\"},"                                              \
    "{\"at\":\"2025-03-04\",\"what\":\"review.accept\",\"by\":\"tech\"},"                                              \
    "{\"at\":\"2025-03-10\",\"what\":\"review.pass\",\"by\":\"tech\"},"                                                \
    "{\"at\":\"2025-03-12\",\"what\":\"approval.estimate\",\"by\":\"approver\"},"                                      \
    "{\"at\":\"2025-03-12\",\"what\":\"approval.estimate\",\"by\":\"finance\"},"
#define APPROVED                                                                                                       \
    REVIEWED "{\"at\":\"2025-03-20\",\"what\":\"approval.approve\",\"by\":\"approver\",\"with\":{\"approved\":"        \
             "{\"fen\":40000000}}}"

static const struct node *watch_of(const char *history)
{
    const char *json = arena_fmt(arena, "{%s,\"history\":[%s]}", PROJECT, history);
    const struct node *n = NULL;
    struct err_list errors = {0};
    struct case_input in;
    struct err e = {0};

    if (jsonin_parse(arena, json, strlen(json), &n, NULL, NULL, &e) < 0)
        fail_msg("%s", e.message);
    if (case_read(regulation, arena, n, &in, &errors) < 0)
        fail_msg("%s", errors.item[0].message);
    return node_get(regulation_eval(regulation, calendar, arena, &in), "watch");
}

static const struct node *row_of(const struct node *watch, const char *list)
{
    for (const struct node *n = node_first(watch); n; n = n->next)
        if (text_eq(node_get_str(n, "list"), list))
            return n;
    return NULL;
}

static void a_contract_dated_before_the_approval_is_found(void **state)
{
    static const struct {
        const char *signed_on;
        int found;
    } rows[] = {{"2025-03-19", 1}, {"2025-03-20", 0}, {"2025-03-21", 0}, {"2025-03-01", 1}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct node *row =
            row_of(watch_of(arena_fmt(arena, "%s,{\"at\":\"%s\",\"what\":\"contract.sign\",\"by\":\"unit\"}", APPROVED,
                                      rows[i].signed_on)),
                   "before_approval");

        assert_int_equal(row != NULL, rows[i].found);
        if (!row)
            continue;
        assert_string_equal(node_get_str(row, "ref"), "no_early_contract");
        assert_string_equal(node_get_str(row, "on"), rows[i].signed_on);
        assert_string_equal(node_get_str(row, "against"), "2025-03-20");
        assert_string_equal(node_str(node_first(node_get(row, "articles")), ""), "10");
    }
}

static void without_any_approval_there_is_no_day_to_compare_with(void **state)
{
    const struct node *row =
        row_of(watch_of("{\"at\":\"2025-03-03\",\"what\":\"contract.sign\",\"by\":\"unit\"}"), "before_approval");

    (void)state;
    assert_non_null(row);
    assert_true(node_get(row, "against") == NULL || node_get(row, "against")->type == NODE_NULL);
}

static void what_was_lifted_is_a_waiver_and_no_longer_too_early(void **state)
{
    const struct node *watch =
        watch_of("{\"at\":\"2025-03-02\",\"what\":\"gate.lift\",\"by\":\"tech\",\"with\":{\"gate\":"
                 "\"no_early_contract\",\"reason\":\"汛期抢险\"}},"
                 "{\"at\":\"2025-03-03\",\"what\":\"contract.sign\",\"by\":\"unit\"}");
    const struct node *row = row_of(watch, "waiver");

    (void)state;
    assert_null(row_of(watch, "before_approval"));
    assert_non_null(row);
    assert_string_equal(node_get_str(row, "words"), "汛期抢险");
    assert_string_equal(node_get_str(row, "on"), "2025-03-02");
    assert_string_equal(node_get_str(row, "kind"), "准予突破");
    assert_int_equal(node_first(node_get(row, "events"))->u.integer, 1);
}

static void small_changes_are_seen_as_their_sum(void **state)
{
    const struct node *row = row_of(watch_of(APPROVED ",{\"at\":\"2025-04-01\",\"what\":\"change.adjust\",\"by\":"
                                                      "\"unit\",\"with\":{\"amount\":{\"fen\":1000000}}}"
                                                      ",{\"at\":\"2025-05-01\",\"what\":\"change.adjust\",\"by\":"
                                                      "\"unit\",\"with\":{\"amount\":{\"fen\":2000000}}}"),
                                    "change");

    (void)state;
    assert_non_null(row);
    assert_int_equal(node_get_int(row, "amount", 0), 3000000);
    assert_int_equal(node_get_int(row, "base", 0), 40000000);
    assert_string_equal(node_get_str(row, "words"), "上限 15%");
}

static void nothing_happened_nothing_to_look_at(void **state)
{
    (void)state;
    assert_int_equal(node_count(watch_of("")), 0);
    assert_int_equal(node_count(watch_of(APPROVED)), 0);
}

static void a_list_is_known_by_the_rules_that_feed_it(void **state)
{
    const struct node *all = regulation_watches(regulation, arena);
    static const struct {
        const char *list;
        int rules;
    } rows[] = {{"before_approval", 1}, {"change", 1}, {"split", 0}, {"waiver", 2}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct node *row = row_of(all, rows[i].list);

        assert_non_null(row);
        if ((int)node_count(node_get(row, "rules")) < rows[i].rules ||
            (!rows[i].rules && node_count(node_get(row, "rules"))))
            fail_msg("%s: %zu rules", rows[i].list, node_count(node_get(row, "rules")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contract_dated_before_the_approval_is_found),
        cmocka_unit_test(without_any_approval_there_is_no_day_to_compare_with),
        cmocka_unit_test(what_was_lifted_is_a_waiver_and_no_longer_too_early),
        cmocka_unit_test(small_changes_are_seen_as_their_sum),
        cmocka_unit_test(nothing_happened_nothing_to_look_at),
        cmocka_unit_test(a_list_is_known_by_the_rules_that_feed_it),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
