/*
 * tests/unit/test_gram.c - a text as pairs of characters
 */
#include "config.h"

#include "check.h"

#include "base/gram.h"
#include "base/text.h"

static struct arena *a;

static int has(const uint32_t *all, size_t count, uint32_t gram)
{
    for (size_t i = 0; i < count; i++)
        if (all[i] == gram)
            return 1;
    return 0;
}

/* What is asked for is among what is kept, whenever the words stand in the text. */
static void what_is_in_a_text_is_found(void **state)
{
    static const struct {
        const char *text, *asked;
        int found;
    } rows[] = {
        {"智慧水务综合监管平台", "水务", 1},
        {"智慧水务综合监管平台", "智慧水务综合监管平台", 1},
        {"智慧水务综合监管平台", "水利", 0},
        {"智慧水务综合监管平台", "水务 平台", 1},
        {"XZ-2025-00041 区教育局", "XZ-2025-00041", 1},
        {"XZ-2025-00041 区教育局", "xz-2025", 1},
        {"XZ-2025-00041 区教育局", "0004", 1},
        {"XZ-2025-00041 区教育局", "0005", 0},
        {"ＡＰＰ审核", "app", 1},
        {"初步设计（第二版）.pdf", "第二版", 1},
        {"初步设计（第二版）.pdf", "设计第二", 0},
        {"5G专网", "5g", 1},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t *kept, asked[GRAM_ASK];
        size_t n = gram_text(a, rows[i].text, &kept), k = gram_ask(a, rows[i].asked, asked);
        int all = k > 0;

        for (size_t j = 0; j < k; j++)
            all &= has(kept, n, asked[j]);
        CHECK_INT(all, rows[i].found, rows[i].asked);
        for (size_t j = 1; j < n; j++)
            assert_true(kept[j - 1] < kept[j]);
    }
}

static void too_little_is_said_so(void **state)
{
    static const char *const none[] = {"", "水", "a", "  ", "，。", "水 务", "-/-"};
    uint32_t asked[GRAM_ASK];

    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        CHECK_INT((int)gram_ask(a, none[i], asked), 0, none[i]);
}

static void a_long_question_is_asked_at_both_ends(void **state)
{
    uint32_t asked[GRAM_ASK], first[GRAM_ASK], last[GRAM_ASK];

    CHECK_INT((int)gram_ask(a, "城市内涝监测预警系统升级改造", asked), GRAM_ASK, "grams");
    assert_int_equal(gram_ask(a, "城市", first), 1);
    assert_int_equal(gram_ask(a, "改造", last), 1);
    assert_int_equal(asked[0], first[0]);
    assert_int_equal(asked[GRAM_ASK - 1], last[0]);
}

static int begin(void **state)
{
    a = arena_new("test", 1 << 20);
    return 0;
}

static int end(void **state)
{
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_a_text_is_found),
        cmocka_unit_test(too_little_is_said_so),
        cmocka_unit_test(a_long_question_is_asked_at_both_ends),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
