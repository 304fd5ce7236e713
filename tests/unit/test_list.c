/*
 * tests/unit/test_list.c - lists: the table, the query of an address, what a search marks
 */
#include "config.h"

#include "check.h"

#include "base/text.h"
#include "casework/list.h"

static struct arena *a;

static void the_table_is_in_order(void **state)
{
    for (size_t i = 0; i < lists_count; i++) {
        const struct list_def *def = &lists[i];
        int usual = 0;

        assert_true(text_is_id(def->id) && *def->name != '\0' && *def->says != '\0' && def->rows != NULL);
        assert_ptr_equal(list_named(def->id), def);
        assert_int_equal(def->watch == NULL, i == 0); /* the first is /projects, the others are /lists/<id> */
        assert_true(def->col_count > 0 && def->cols[0].cell == CELL_NAME && def->cols[0].usual);
        for (size_t k = 0; k < def->col_count; k++) {
            usual += def->cols[k].usual != USUAL_NOT;
            assert_true(text_is_id(def->cols[k].key) && *def->cols[k].name != '\0' && def->cols[k].width > 0);
            for (size_t j = 0; j < k; j++)
                assert_false(text_eq(def->cols[j].key, def->cols[k].key));
        }
        CHECK_INT(usual >= 4 && usual <= 10, 1, def->id); /* fits on A4 */
    }
    assert_null(list_named("nothing"));
}

static void every_error_says_what_to_do(void **state)
{
    for (int code = 0; code < ERR__MAX; code++)
        CHECK_INT(*help_mend((enum err_code)code) != '\0', 1, err_slug((enum err_code)code));
}

static void a_query_goes_and_comes(void **state)
{
    static const char *const same[] = {"", "q=%E6%B0%B4&year=2026", "cols=title,unit_name&unit=shj", "amount_from=0.5"};
    struct desk d = {.arena = a};

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_string_equal(list_query(&d, list_query_read(a, same[i])), same[i]);
}

/* A text from outside: what is no query is left out, never passed on. */
static void a_query_that_is_none_is_left_out(void **state)
{
    static const struct {
        const char *given, *kept;
    } rows[] = {
        {"&&=&q", ""},
        {"q=%", "q=%25"},
        {"q=%E6%B0", ""}, /* half a character */
        {"q=%00x", ""},
        {"A=1&_b=2&q=x", "q=x"}, /* no such names */
        {"after=5&print=1&q=x", "q=x"},
        {"q=a%26unit%3Db", "q=a%26unit%3Db"},
        {"q=\"><script>", "q=%22%3E%3Cscript%3E"},
    };
    struct desk d = {.arena = a};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *got = list_query(&d, list_query_read(a, rows[i].given));

        if (!text_eq(got, rows[i].kept))
            fail_msg("%s: %s", rows[i].given, got);
    }
}

static const char *marked(const char *text, const char *q)
{
    const char *out = "";

    for (const struct node *n = node_first(search_marks(a, text, q)); n; n = n->next)
        out = arena_fmt(a, node_get_bool(n, "hit") ? "%s[%s]" : "%s%s", out, node_get_str(n, "text"));
    return out;
}

static void what_was_looked_for_is_marked(void **state)
{
    static const struct {
        const char *text, *q, *marks;
    } rows[] = {
        {"智慧水务平台", "水务", "智慧[水务]平台"},
        {"水务与水务", "水务", "[水务]与[水务]"},
        {"智慧水务平台", "平台 智慧", "[智慧]水务[平台]"},
        {"App审核", "app", "[App]审核"},
        {"没有", "水务", "没有"},
        {"", "水务", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(marked(rows[i].text, rows[i].q), rows[i].marks);
}

static void a_long_text_is_cut_round_the_first_mark(void **state)
{
    const char *text = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十水务一二三四五六七八九十";
    const char *got = marked(text, "水务");

    assert_true(text_starts(got, "…") && strstr(got, "[水务]") != NULL && text_is_utf8(got, strlen(got)));
}

static int begin(void **state)
{
    a = arena_new("test", 4 << 20);
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
        cmocka_unit_test(the_table_is_in_order),         cmocka_unit_test(every_error_says_what_to_do),
        cmocka_unit_test(a_query_goes_and_comes),        cmocka_unit_test(a_query_that_is_none_is_left_out),
        cmocka_unit_test(what_was_looked_for_is_marked), cmocka_unit_test(a_long_text_is_cut_round_the_first_mark),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
