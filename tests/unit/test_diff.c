/*
 * tests/unit/test_diff.c - what changed between two versions, word for word
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "regulation/load.h"

#define DATA SRCDIR "/tests/unit/data/regulation"

enum { FILE_MAX = 1 << 20 };

static struct arena *arena;
static struct vocabulary *vocabulary;
static char *text, *rules;

static int setup(void **state)
{
    struct findings f;
    struct err e = {0};
    size_t len;

    (void)state;
    arena = arena_new("test", 256 << 20);
    findings_init(&f, arena);
    if (file_read(arena, DATA "/small/text.json", FILE_MAX, &text, &len, &e) < 0 ||
        file_read(arena, DATA "/small/rules.json", FILE_MAX, &rules, &len, &e) < 0)
        return -1;
    return vocabulary_load(arena, DATA "/vocabulary.json", &vocabulary, &f, &e);
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static char *with_change(char *s, const char *from, const char *to)
{
    char *at = from ? strstr(s, from) : NULL;

    if (!from)
        return arena_dup(arena, s);
    assert_non_null(at);
    return arena_fmt(arena, "%.*s%s%s", (int)(at - s), s, to, at + strlen(from));
}

static const struct regulation *version(const char *from, const char *to, const char *text_from, const char *text_to)
{
    struct load_bytes x = {.text = with_change(text, text_from, text_to), .rules = with_change(rules, from, to)};
    struct regulation *r = NULL;
    struct findings f;
    struct err e = {0};

    x.text_len = strlen(x.text);
    x.rules_len = strlen(x.rules);
    findings_init(&f, arena);
    if (regulation_load_bytes(arena, "test", &x, vocabulary, &r, &f, &e) < 0)
        fail_msg("%s: %s", e.message, f.first ? f.first->message : "");
    return r;
}

static void test_words(void **state)
{
    static const struct {
        const char *from, *to;
        const char *what, *words; /* of the only difference */
    } ROWS[] = {
        {"\"limit\": { \"working_days\": 10 }", "\"limit\": { \"working_days\": 7 }", "changed",
         "时限「合同备案」：期限的工作日数由「10」改为「7」"},
        {"\"at_least\": \"300万元\"", "\"at_least\": \"200万元\"", "changed", NULL},
        {"{ \"id\": \"opinions\", \"name\": \"用户意见\", \"strength\": \"in_principle\", \"articles\": [\"5\"] }",
         "{ \"id\": \"opinions\", \"name\": \"用户意见\", \"articles\": [\"5\"] }", "changed",
         "事项「技术审查」：材料「用户意见」的约束力不再写明（原为「in_principle」）"},
        {"{ \"id\": \"funds\", \"name\": \"资金证明\", \"when\": { \"funding\": \"social\" }, \"articles\": [\"5\"] },",
         "", "removed", "事项「技术审查」：删去材料「资金证明」"},
        {"\"duties\": [",
         "\"duties\": [ { \"id\": \"more\", \"name\": \"多一项\", \"who\": \"unit\", \"trigger\": { \"event\": "
         "\"contract.sign\" }, "
         "\"limit\": { \"days\": 3 }, \"fulfilled_by\": \"contract.file\", \"articles\": [\"10\"] },",
         "added", "新增时限「多一项」"},
        {"\"to\": \"2025-12-31\"", "\"to\": null", "changed",
         "版本「测政办〔2024〕1号」：最后一日由「2025-12-31」改为「未定」"},
        {"\"name\": \"区财政局\"", "\"name\": \"财政局\"", "changed",
         "机关「财政局」：名称由「区财政局」改为「财政局」"},
    };
    const struct regulation *before = version(NULL, NULL, NULL, NULL);

    (void)state;
    assert_int_equal(node_count(regulation_diff(before, version(NULL, NULL, NULL, NULL), arena)), 0);
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        const struct regulation *after = version(ROWS[i].from, ROWS[i].to, NULL, NULL);
        const struct node *list = regulation_diff(before, after, arena), *one = node_first(list);
        assert_int_equal(node_count(list), 1);
        assert_string_equal(node_get_str(one, "what"), ROWS[i].what);
        if (ROWS[i].words)
            assert_string_equal(node_get_str(one, "words"), ROWS[i].words);
    }
}

/* Turned round it says the opposite. */
static void test_round(void **state)
{
    const char *from =
        "{ \"id\": \"funds\", \"name\": \"资金证明\", \"when\": { \"funding\": \"social\" }, \"articles\": [\"5\"] },";
    const struct regulation *before = version(NULL, NULL, NULL, NULL), *after = version(from, "", NULL, NULL);
    const struct node *list = regulation_diff(after, before, arena);

    (void)state;
    assert_int_equal(node_count(list), 1);
    assert_string_equal(node_get_str(node_first(list), "words"), "事项「技术审查」：新增材料「资金证明」");
}

static void test_articles(void **state)
{
    const struct regulation *before = version(NULL, NULL, NULL, NULL);
    const struct regulation *after = version(NULL, NULL, "15个工作日内", "20个工作日内");
    const struct node *list = regulation_diff(before, after, arena);

    (void)state;
    assert_int_equal(node_count(list), 1);
    assert_string_equal(node_get_str(node_first(list), "words"), "第六条的文字有改动");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_articles),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
