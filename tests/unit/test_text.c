/*
 * tests/unit/test_text.c - strings
 */
#include "config.h"

#include "check.h"

#include "base/text.h"

static struct arena *a;

static void comparisons(void **state)
{
    static const struct {
        const char *s, *t;
        int eq, starts, ends;
    } rows[] = {
        {"abc", "abc", 1, 1, 1}, {"abc", "ab", 0, 1, 0},  {"abc", "bc", 0, 0, 1}, {"abc", "", 0, 1, 1},
        {"", "", 1, 1, 1},       {"", "a", 0, 0, 0},      {"a", "aa", 0, 0, 0},   {"立项", "立", 0, 1, 0},
        {"立项", "项", 0, 0, 1}, {"Abc", "abc", 0, 0, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_INT(text_eq(rows[i].s, rows[i].t), rows[i].eq, rows[i].s);
        CHECK_INT(text_starts(rows[i].s, rows[i].t), rows[i].starts, rows[i].s);
        CHECK_INT(text_ends(rows[i].s, rows[i].t), rows[i].ends, rows[i].s);
    }
    assert_true(text_eq(NULL, NULL));
    assert_false(text_eq(NULL, ""));
    assert_false(text_eq("", NULL));
    assert_false(text_starts(NULL, ""));
    assert_false(text_ends(NULL, ""));
    assert_true(text_is_empty(NULL));
    assert_true(text_is_empty(""));
    assert_false(text_is_empty(" "));
}

static void copies_are_cut_between_characters(void **state)
{
    static const struct {
        const char *src;
        size_t size;
        int rc;
        const char *want;
    } rows[] = {
        {"abc", 4, 0, "abc"},
        {"abc", 3, -1, "ab"},
        {"abc", 1, -1, ""},
        {"", 1, 0, ""},
        {"规章", 7, 0, "规章"},
        {"规章", 6, -1, "规"},
        {"规章", 5, -1, "规"},
        {"规章", 4, -1, "规"},
        {"规章", 3, -1, ""},
        {"a\U0001F600", 5, -1, "a"},
        {"a\U0001F600", 6, 0, "a\U0001F600"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char dst[16] = "????????";

        CHECK_INT(text_copy(dst, rows[i].size, rows[i].src), rows[i].rc, rows[i].src);
        CHECK_TEXT(dst, rows[i].want, rows[i].src);
    }
    char untouched[] = "x";
    assert_int_equal(text_copy(untouched, 0, "abc"), -1);
    assert_string_equal(untouched, "x");
}

static void utf8(void **state)
{
    static const struct {
        const char *name, *s;
        size_t len;
        int valid;
    } rows[] = {
        {"empty", "", 0, 1},
        {"ascii", "abc\x7F", 4, 1},
        {"two", "\xC2\x80\xDF\xBF", 4, 1},
        {"three", "\xE0\xA0\x80\xEF\xBF\xBF", 6, 1},
        {"before the surrogates", "\xED\x9F\xBF", 3, 1},
        {"behind the surrogates", "\xEE\x80\x80", 3, 1},
        {"four", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8, 1},
        {"NUL", "a\0b", 3, 0},
        {"over-long NUL", "\xC0\x80", 2, 0},
        {"over-long 2", "\xC1\xBF", 2, 0},
        {"over-long 3", "\xE0\x9F\xBF", 3, 0},
        {"over-long 4", "\xF0\x8F\xBF\xBF", 4, 0},
        {"first surrogate", "\xED\xA0\x80", 3, 0},
        {"last surrogate", "\xED\xBF\xBF", 3, 0},
        {"over U+10FFFF", "\xF4\x90\x80\x80", 4, 0},
        {"five bytes", "\xF8\x88\x80\x80\x80", 5, 0},
        {"FE", "\xFE", 1, 0},
        {"FF", "\xFF", 1, 0},
        {"tail alone", "\x80", 1, 0},
        {"cut 2", "\xC2", 1, 0},
        {"cut 3", "\xE8\xA7", 2, 0},
        {"cut 4", "\xF0\x9F\x98", 3, 0},
        {"tail missing", "\xE8\xA7x", 3, 0},
        {"second one bad", "规\x80", 4, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_INT(text_is_utf8(rows[i].s, rows[i].len), rows[i].valid, rows[i].name);

    uint32_t code;
    assert_int_equal(text_utf8_step("规章", 6, &code), 3);
    assert_int_equal(code, 0x89C4);
    assert_int_equal(text_utf8_step("\U0001F600", 4, &code), 4);
    assert_int_equal(code, 0x1F600);
    assert_int_equal(text_utf8_step("规", 2, &code), 0);
    assert_int_equal(text_utf8_step("", 0, NULL), 0);

    assert_int_equal(text_chars(""), 0);
    assert_int_equal(text_chars("abc"), 3);
    assert_int_equal(text_chars("a规\U0001F600"), 3);
}

static void clean(void **state)
{
    static const struct {
        const char *s;
        int line, lines; /* with lines 0 and 1 */
    } rows[] = {
        {"", 1, 1},          {"规章 abc ~", 1, 1}, {"a\nb", 0, 1},     {"a\tb", 0, 1},     {"a\rb", 0, 0},
        {"a\x1B[31m", 0, 0}, {"\x7F", 0, 0},       {"\xC2\x80", 0, 0}, {"\xC2\x9F", 0, 0}, {"\xC2\xA0", 1, 1},
        {"\u2029", 1, 1},    {"\u202A", 0, 0},     {"\u202E", 0, 0},   {"\u202F", 1, 1},   {"\u2065", 1, 1},
        {"\u2066", 0, 0},    {"\u2069", 0, 0},     {"\u206A", 1, 1},   {"\xFF", 0, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_INT(text_is_clean(rows[i].s, 0), rows[i].line, rows[i].s);
        CHECK_INT(text_is_clean(rows[i].s, 1), rows[i].lines, rows[i].s);
    }
}

static void numbers(void **state)
{
    static const struct {
        const char *s;
        int i_ok, u_ok;
        int64_t i;
        uint64_t u;
    } rows[] = {
        {"0", 1, 1, 0, 0},
        {"7", 1, 1, 7, 7},
        {"007", 1, 1, 7, 7},
        {"-1", 1, 0, -1, 0},
        {"-0", 1, 0, 0, 0},
        {"9223372036854775807", 1, 1, INT64_MAX, INT64_MAX},
        {"9223372036854775808", 0, 1, 0, UINT64_C(9223372036854775808)},
        {"-9223372036854775808", 1, 0, INT64_MIN, 0},
        {"-9223372036854775809", 0, 0, 0, 0},
        {"18446744073709551615", 0, 1, 0, UINT64_MAX},
        {"18446744073709551616", 0, 0, 0, 0},
        {"99999999999999999999", 0, 0, 0, 0},
        {"", 0, 0, 0, 0},
        {"-", 0, 0, 0, 0},
        {"--1", 0, 0, 0, 0},
        {"+1", 0, 0, 0, 0},
        {" 1", 0, 0, 0, 0},
        {"1 ", 0, 0, 0, 0},
        {"12abc", 0, 0, 0, 0},
        {"0x10", 0, 0, 0, 0},
        {"1.0", 0, 0, 0, 0},
        {"1e3", 0, 0, 0, 0},
        {"１", 0, 0, 0, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t v = 42;
        uint64_t u = 42;

        CHECK_INT(text_i64(rows[i].s, &v), rows[i].i_ok - 1, rows[i].s);
        CHECK_INT(v, rows[i].i_ok ? rows[i].i : 42, rows[i].s);
        CHECK_INT(text_u64(rows[i].s, &u), rows[i].u_ok - 1, rows[i].s);
        CHECK(u == (rows[i].u_ok ? rows[i].u : 42), rows[i].s);
    }
    int64_t v;
    uint64_t u;
    assert_int_equal(text_i64(NULL, &v), -1);
    assert_int_equal(text_u64(NULL, &u), -1);
}

static void trims(void **state)
{
    static const struct {
        const char *s, *want;
    } rows[] = {
        {"", ""},
        {" ", ""},
        {"　", ""},
        {" a ", "a"},
        {"\t\r\n a b\n", "a b"},
        {"　 立 项　　 ", "立 项"},
        {"　", ""},
        {"a\u00A0", "a\u00A0"},
        {"、", "、"}, /* E3 80 81: nearly U+3000 */
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_TEXT(text_trim(a, rows[i].s), rows[i].want, rows[i].s);
}

static void ids(void **state)
{
    static const struct {
        const char *s;
        int is;
    } rows[] = {
        {"a", 1},
        {"technical_review", 1},
        {"a1", 1},
        {"a__", 1},
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk", 1},  /* 63 */
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl", 0}, /* 64 */
        {"", 0},
        {"1a", 0},
        {"_a", 0},
        {"A", 0},
        {"aB", 0},
        {"a-b", 0},
        {"a.b", 0},
        {"a b", 0},
        {"a\n", 0},
        {"é", 0},
        {"立项", 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_INT(text_is_id(rows[i].s), rows[i].is, rows[i].s);
    assert_false(text_is_id(NULL));
}

static void splits(void **state)
{
    static const struct {
        const char *s;
        size_t count;
        const char *part[4];
    } rows[] = {
        {"", 0, {0}},
        {"a", 1, {"a"}},
        {"a,b", 2, {"a", "b"}},
        {",", 2, {"", ""}},
        {"a,,b", 3, {"a", "", "b"}},
        {"a,", 2, {"a", ""}},
        {",a", 2, {"", "a"}},
        {"立项, 备案", 2, {"立项", " 备案"}},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char **part;
        size_t count = text_split(a, rows[i].s, ',', &part);

        CHECK_INT(count, rows[i].count, rows[i].s);
        for (size_t k = 0; k < count; k++)
            CHECK_TEXT(part[k], rows[i].part[k], rows[i].s);
    }
}

static void article_numbers(void **state)
{
    static const struct {
        int number;
        const char *want;
    } rows[] = {
        {1, "第一条"},         {9, "第九条"},           {10, "第十条"},        {11, "第十一条"},
        {12, "第十二条"},      {19, "第十九条"},        {20, "第二十条"},      {21, "第二十一条"},
        {99, "第九十九条"},    {100, "第一百条"},       {101, "第一百零一条"}, {102, "第一百零二条"},
        {110, "第一百一十条"}, {111, "第一百一十一条"}, {120, "第一百二十条"}, {200, "第二百条"},
        {305, "第三百零五条"}, {999, "第九百九十九条"}, {1000, "第1000条"},    {0, "第0条"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_TEXT(text_article(a, rows[i].number), rows[i].want, rows[i].want);
}

static void article_lists(void **state)
{
    static const struct {
        const char *numbers, *want;
    } rows[] = {
        {"", ""},
        {"12", "第十二条"},
        {"7,12", "第七条、第十二条"},
        {"7, 12", "第七条、第十二条"},
        {"12(3)", "第十二条第三项"},
        {"12(12)", "第十二条第十二项"},
        {"annex1", "附件1"},
        {"annex", "附件"},
        {"7,12(3),annex2", "第七条、第十二条第三项、附件2"},
        {",7,", "第七条"},
        /* what is not understood is shown as it stands */
        {"12(", "12("},
        {"12(3", "12(3"},
        {"12()", "12()"},
        {"12(3)x", "12(3)x"},
        {"x", "x"},
        {"0", "0"},
        {"1000", "1000"},
        {"12a", "12a"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_TEXT(text_articles(a, rows[i].numbers), rows[i].want, rows[i].numbers);
}

static void ids_of_paths(void **state)
{
    static const struct {
        const char *path, *want;
    } rows[] = {
        {"/with/amount", "amount"},
        {"amount", "amount"},
        {"", ""},
        {"/with/list/1/name", "list-1-name"},
        {"/with/list/12/name", "list-12-name"},
        {"/with/list/3", "3"},
        {"/with/a1/name", "name"},
        {"/1/name", "name"},
        {"1/name", "name"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_TEXT(text_path_id(a, rows[i].path), rows[i].want, rows[i].path);
}

static void sizes(void **state)
{
    static const struct {
        int64_t bytes;
        const char *want;
    } rows[] = {
        {0, "0 B"},
        {1023, "1023 B"},
        {1024, "1 KB"},
        {1025, "1.1 KB"}, /* past a limit it reads so */
        {12800, "12.5 KB"},
        {1048575, "1 MB"},
        {1048576, "1 MB"},
        {209715200, "200 MB"},
        {209715201, "200.1 MB"},
        {INT64_C(2147483648), "2 GB"},
        {INT64_C(1099511627776), "1024 GB"},
        {INT64_MAX, "8589934592 GB"},
    };
    char room[TEXT_SIZE_ROOM];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_TEXT(text_size(room, rows[i].bytes), rows[i].want, rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons),
        cmocka_unit_test(copies_are_cut_between_characters),
        cmocka_unit_test(utf8),
        cmocka_unit_test(clean),
        cmocka_unit_test(numbers),
        cmocka_unit_test(trims),
        cmocka_unit_test(ids),
        cmocka_unit_test(splits),
        cmocka_unit_test(article_numbers),
        cmocka_unit_test(article_lists),
        cmocka_unit_test(ids_of_paths),
        cmocka_unit_test(sizes),
    };

    a = arena_new("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(a);
    return failed;
}
