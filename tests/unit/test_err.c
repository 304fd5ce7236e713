/*
 * tests/unit/test_err.c - what went wrong, said once
 */
#include "config.h"

#include "check.h"

#include "base/err.h"
#include "base/text.h"

static void fail_sets_and_empties(void **state)
{
    struct err e;

    memset(&e, 'x', sizeof e);
    assert_int_equal(err_fail(&e, ERR_RULE, "%s超过 %d 万元", "总投资", 20), -1);
    assert_int_equal(e.code, ERR_RULE);
    assert_string_equal(e.message, "总投资超过 20 万元");
    assert_string_equal(e.mend, "");
    assert_string_equal(e.path, "");
    assert_string_equal(e.article, "");
    assert_string_equal(e.detail, "");
    /* its own message may be an argument */
    err_fail(&e, ERR_CONFIG, "a.json:1：%s", e.message);
    assert_string_equal(e.message, "a.json:1：总投资超过 20 万元");
}

static void long_texts_are_cut_between_characters(void **state)
{
    struct err e = {0};
    char text[2000] = "";

    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "规", 4);
    for (int shift = 0; shift < 3; shift++) {
        err_fail(&e, ERR_RULE, "%.*s%s", shift, "xx", text);
        assert_true(strlen(e.message) >= sizeof e.message - 3);
        assert_true(text_is_utf8(e.message, strlen(e.message)));
        err_mend(&e, "%.*s%s", shift, "xx", text);
        assert_true(text_is_utf8(e.mend, strlen(e.mend)));
        assert_true(strlen(e.mend) >= sizeof e.mend - 3);
        err_detail(&e, "%.*s%s", shift, "xx", text);
        assert_true(text_is_utf8(e.detail, strlen(e.detail)));
        err_at(&e, "/%.*s%s", shift, "xx", text);
        assert_true(text_is_utf8(e.path, strlen(e.path)));
    }
}

static void paths_grow_to_the_front(void **state)
{
    struct err e = {0};

    err_fail(&e, ERR_BAD_INPUT, "必填");
    assert_int_equal(err_at(&e, "/amount"), -1);
    assert_int_equal(err_at(&e, "/%d", 3), -1);
    assert_int_equal(err_at(&e, "/budget/items"), -1);
    assert_string_equal(e.path, "/budget/items/3/amount");
    assert_string_equal(e.message, "必填");
}

static void articles_are_kept_and_added(void **state)
{
    static const struct {
        const char *have, *add, *want;
    } rows[] = {
        {"", "12", "12"},
        {"7", "12", "7,12"},
        {"7,12", "12", "7,12"},
        {"7,12", "7", "7,12"},
        {"12", "2", "12,2"},
        {"112", "12", "112,12"},
        {"7", "", "7"},
        {"7", NULL, "7"},
        /* 64 bytes: no half of a number */
        {"100,101,102,103,104,105,106,107,108,109,110,111,112,113,114", "115",
         "100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115"},
        {"100,101,102,103,104,105,106,107,108,109,110,111,112,113,114", "1151",
         "100,101,102,103,104,105,106,107,108,109,110,111,112,113,114"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};

        text_copy(e.article, sizeof e.article, rows[i].have);
        assert_int_equal(err_article(&e, rows[i].add), -1);
        CHECK_TEXT(e.article, rows[i].want, rows[i].want);
    }
}

static void mend_and_detail_keep_the_first(void **state)
{
    struct err e = {0};

    err_fail(&e, ERR_DB, "数据库暂不可用");
    assert_int_equal(err_mend(&e, "请稍后再试"), -1);
    assert_int_equal(err_mend(&e, "别的"), -1);
    assert_string_equal(e.mend, "请稍后再试");
    assert_int_equal(err_detail(&e, "errno %d", 2013), -1);
    assert_int_equal(err_detail(&e, "project.c:%d", 7), -1);
    assert_string_equal(e.detail, "errno 2013; project.c:7");
    for (int i = 0; i < 100; i++)
        err_detail(&e, "again %d", i);
    assert_true(strlen(e.detail) < sizeof e.detail);
}

static void the_table_is_whole(void **state)
{
    for (int i = 0; i < ERR__MAX; i++) {
        const char *slug = err_slug((enum err_code)i);
        int status = err_status((enum err_code)i);

        CHECK(status == 200 ? i == ERR_NONE : status >= 400 && status <= 599, slug);
        if (!text_eq(slug, "ok"))
            CHECK(text_is_id(slug), slug);
        CHECK(text_chars(err_title((enum err_code)i)) >= 2, slug);
        for (int k = 0; k < i; k++)
            CHECK(!text_eq(slug, err_slug((enum err_code)k)), slug);
    }
    assert_int_equal(err_status(ERR_STALE), 409);
    assert_string_equal(err_slug(ERR_UNCERTAIN), "uncertain");
    assert_string_equal(err_title(ERR_NO_SESSION), "请先登录");
    assert_int_equal(err_status((enum err_code)999), 500);
    assert_string_equal(err_slug((enum err_code)999), "internal");
}

static void lists_take_up_to_their_ceiling(void **state)
{
    static struct err_list list;
    struct err e = {0};

    for (int i = 0; i < ERR_LIST_MAX + 5; i++) {
        err_fail(&e, ERR_BAD_INPUT, "必填");
        err_at(&e, "/f%d", i);
        err_list_take(&list, &e);
        assert_int_equal(e.code, ERR_NONE);
        assert_string_equal(e.message, "");
        assert_string_equal(e.path, "");
    }
    assert_int_equal(list.count, ERR_LIST_MAX + 5);
    assert_string_equal(list.item[0].path, "/f0");
    assert_string_equal(list.item[ERR_LIST_MAX - 1].path, "/f31");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_sets_and_empties),          cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(paths_grow_to_the_front),        cmocka_unit_test(articles_are_kept_and_added),
        cmocka_unit_test(mend_and_detail_keep_the_first), cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(lists_take_up_to_their_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
