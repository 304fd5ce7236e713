/*
 * test_form.c - urlencoded forms: what is read, what is refused, and the getters over it
 */
#include "config.h"

#include "check.h"

#include "base/jsonout.h"
#include "base/text.h"
#include "web/form.h"
#include "web/limits.h"

static struct arena *a;

static int set_up(void **state)
{
    a = arena_new("test", 64 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(a);
    return 0;
}

static char *json_of(const struct node *n)
{
    struct buf b CLEANUP_(buf_free);
    buf_init(&b, 1 << 20);
    jsonout_tree(&b, n);
    return arena_dup(a, buf_str(&b));
}

/* clang-format off */
static const struct { const char *name, *in, *out; } good[] = {
    { "nothing",             "",                            "{}" },
    { "one",                 "a=1",                         "{\"a\":\"1\"}" },
    { "no value, no equals", "a=&b",                        "{\"a\":\"\",\"b\":\"\"}" },
    { "empty pieces",        "&&a=1&&",                     "{\"a\":\"1\"}" },
    { "plus and percent",    "a=1+2%2B3",                   "{\"a\":\"1 2+3\"}" },
    { "decoded once",        "a=%2541",                     "{\"a\":\"%41\"}" },
    { "Chinese",             "n=%E6%B0%B4%E5%8A%A1",        "{\"n\":\"水务\"}" },
    { "raw UTF-8",           "n=水务",                      "{\"n\":\"水务\"}" },
    { "dots stay",           "facts.total=1&facts.name=x",  "{\"facts.total\":\"1\",\"facts.name\":\"x\"}" },
    { "repeated is a list",  "a=1&b=2&a=3&a=4",             "{\"a\":[\"1\",\"3\",\"4\"],\"b\":\"2\"}" },
    { "equals in the value", "a=b=c",                       "{\"a\":\"b=c\"}" },
    { "line ends",           "a=1%0D%0A2%0D3%0A4",          "{\"a\":\"1\\n2\\n3\\n4\"}" },
    { "tab",                 "a=1%092",                     "{\"a\":\"1\\t2\"}" },
    { "lower-case hex",      "a=%e6%b0%b4",                 "{\"a\":\"水\"}" },
    { "name is decoded",     "%61=1",                       "{\"a\":\"1\"}" },
};
static const struct { const char *name, *in; } bad[] = {
    { "short percent",          "a=%4" },
    { "percent at the end",     "a=%" },
    { "no hex",                 "a=%zz" },
    { "unicode percent",        "a=%u6c34" },
    { "NUL in the value",       "a=1%002" },
    { "NUL in the name",        "a%00b=1" },
    { "bad UTF-8",              "a=%ff" },
    { "over-long UTF-8",        "a=%C0%AF" },
    { "surrogate",              "a=%ED%A0%80" },
    { "cut character",          "a=%E6%B0" },
    { "control character",      "a=%1b[31m" },
    { "direction override",     "a=%E2%80%AEfdp" },
    { "C1 control",             "a=%C2%85" },
    { "empty name",             "=1" },
    { "line end in the name",   "a%0Ab=1" },
    { "bad UTF-8 in the name",  "%ff=1" },
};
/* clang-format on */

static void reads(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct node *form;
        struct err e = {0};
        if (form_parse(a, good[i].in, strlen(good[i].in), &form, &e) < 0)
            fail_msg("%s: %s", good[i].name, e.message);
        if (!text_eq(json_of(form), good[i].out))
            fail_msg("%s: %s", good[i].name, json_of(form));
    }
}

static void refuses(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct node *form = NULL;
        struct err e = {0};
        if (form_parse(a, bad[i].in, strlen(bad[i].in), &form, &e) == 0)
            fail_msg("%s was read", bad[i].name);
        assert_int_equal(e.code, ERR_BAD_FORM);
        assert_null(form);
    }
}

static void counts(void **state)
{
    struct buf b CLEANUP_(buf_free);
    struct node *form;
    struct err e = {0};
    buf_init(&b, 1 << 20);
    for (int i = 0; i < FORM_FIELDS_MAX; i++)
        buf_fmt(&b, "f%d=1&", i);
    assert_int_equal(form_parse(a, b.data, b.len, &form, &e), 0);
    assert_int_equal(node_count(form), FORM_FIELDS_MAX);
    buf_puts(&b, "one_more=1");
    assert_int_equal(form_parse(a, b.data, b.len, &form, &e), -1);
    assert_int_equal(e.code, ERR_TOO_LARGE);

    buf_clear(&b);
    for (int i = 0; i < FORM_NAME_MAX + 1; i++)
        buf_putc(&b, 'n');
    assert_int_equal(form_parse(a, b.data, b.len, &form, &e), -1);
    assert_int_equal(form_parse(a, b.data, b.len - 1, &form, &e), 0);
}

static struct node *parsed(const char *s)
{
    struct node *form;
    struct err e = {0};
    assert_int_equal(form_parse(a, s, strlen(s), &form, &e), 0);
    return form;
}

static void takes(void **state)
{
    struct node *form = parsed("csrf=t&a=1&key=k&b=2&csrf2=x");
    assert_string_equal(form_take(form, "csrf"), "t");
    assert_string_equal(form_take(form, "key"), "k");
    assert_string_equal(form_take(form, "csrf2"), "x");
    assert_string_equal(form_take(form, "csrf"), "");
    assert_string_equal(json_of(form), "{\"a\":\"1\",\"b\":\"2\"}");
    node_put_text(a, form, "c", "3"); /* the end is still the end */
    assert_string_equal(json_of(form), "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}");
    /* a token given twice is no token */
    assert_string_equal(form_take(parsed("csrf=a&csrf=b"), "csrf"), "");
}

static void getters(void **state)
{
    struct node *form =
        parsed("t=%20%E6%B0%B4%E5%8A%A1+&n=42&twice=1&twice=2&neg=-1&x=12abc&empty=++&big=99999999999999999999");
    struct err e = {0};
    const char *s;
    int64_t v = 7;

    assert_int_equal(form_text(a, form, "t", 2, 2, &s, &e), 0);
    assert_string_equal(s, "水务");
    assert_int_equal(form_text(a, form, "t", 3, 9, &s, &e), -1);
    assert_string_equal(e.path, "/t");
    e = (struct err){0};
    assert_int_equal(form_text(a, form, "twice", 0, 9, &s, &e), -1);
    assert_int_equal(form_text(a, form, "empty", 1, 9, &s, &e), -1);
    assert_int_equal(form_text(a, form, "absent", 1, 9, &s, &e), -1);
    assert_int_equal(form_text_opt(a, form, "absent", 9, "def", &s, &e), 0);
    assert_string_equal(s, "def");

    assert_int_equal(form_i64(form, "n", 0, 42, &v, &e), 0);
    assert_int_equal(v, 42);
    assert_int_equal(form_i64(form, "n", 0, 41, &v, &e), -1);
    assert_int_equal(form_i64(form, "neg", 0, 41, &v, &e), -1);
    assert_int_equal(form_i64(form, "x", 0, 41, &v, &e), -1);
    assert_int_equal(form_i64(form, "big", 0, INT64_MAX, &v, &e), -1);
    assert_int_equal(form_i64(form, "twice", 0, 41, &v, &e), -1);
    assert_int_equal(form_i64(form, "absent", 0, 41, &v, &e), -1);
    assert_int_equal(v, 42);
    node_put_int(a, form, "json", 5);
    assert_int_equal(form_i64(form, "json", 0, 41, &v, &e), 0);
    assert_int_equal(v, 5);
}

static void groups(void **state)
{
    struct node *form = parsed("facts.a=1&facts.b.c=2&factsx=3&facts.=4&other=5");
    assert_string_equal(json_of(form_group(a, form, "facts")), "{\"a\":\"1\",\"b.c\":\"2\"}");
    assert_string_equal(json_of(form_group(a, form, "none")), "{}");
    node_put_text(a, node_put_object(a, form, "whole"), "k", "v");
    assert_string_equal(json_of(form_group(a, form, "whole")), "{\"k\":\"v\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(getters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(groups, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
