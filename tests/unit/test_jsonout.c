/*
 * tests/unit/test_jsonout.c - JSON out
 */
#include "config.h"

#include "check.h"

#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/jsonrow.h"

static struct arena *a;

static void stream(void **state)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct jsonout j;

    buf_init(&b, 1 << 16);
    jsonout_init(&j, &b);
    jsonout_object(&j, NULL);
    jsonout_text(&j, "title", "立项");
    jsonout_text(&j, "none", NULL);
    jsonout_int(&j, "min", INT64_MIN);
    jsonout_bool(&j, "yes", 5);
    jsonout_list(&j, "list");
    jsonout_int(&j, NULL, 1);
    jsonout_object(&j, NULL);
    jsonout_end(&j);
    jsonout_list(&j, NULL);
    jsonout_bool(&j, NULL, 0);
    jsonout_end(&j);
    jsonout_end(&j);
    jsonout_node(&j, "absent", NULL);
    struct node *n = node_object(a);
    node_put_int(a, n, "x", 1);
    jsonout_node(&j, "node", n);
    jsonout_end(&j);
    assert_int_equal(j.depth, 0);
    assert_string_equal(buf_str(&b), "{\"title\":\"立项\",\"none\":null,\"min\":-9223372036854775808,"
                                     "\"yes\":true,\"list\":[1,{},[false]],"
                                     "\"absent\":null,\"node\":{\"x\":1}}");
}

static void escapes(void **state)
{
    static const struct {
        const char *s, *want;
    } rows[] = {
        {"", "\"\""},
        {"plain 规章 😀", "\"plain 规章 😀\""},
        {"\"\\/", "\"\\\"\\\\/\""},
        {"</script>", "\"\\u003c/script\\u003e\""},
        {"a&b", "\"a\\u0026b\""},
        {"'", "\"'\""},
        {"\n\r\t\b\f\x01\x1F\x7F", "\"\\n\\r\\t\\u0008\\u000c\\u0001\\u001f\\u007f\""},
        {"\u2028x\u2029", "\"\\u2028x\\u2029\""},
        {"\u2027\u202A", "\"\u2027\u202A\""},
        /* what is not UTF-8 becomes so */
        {"a\xFFz", "\"a\\ufffdz\""},
        {"\xE8\xA7", "\"\\ufffd\\ufffd\""},
        {"\xC0\x80", "\"\\ufffd\\ufffd\""},
        {"规\xE8", "\"规\\ufffd\""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b CLEANUP_(buf_free) = {0};
        struct jsonout j;

        buf_init(&b, 1 << 16);
        jsonout_init(&j, &b);
        jsonout_text(&j, NULL, rows[i].s);
        CHECK_TEXT(buf_str(&b), rows[i].want, rows[i].s);

        /* keys are escaped the same way */
        buf_clear(&b);
        jsonout_object(&j, NULL);
        jsonout_int(&j, rows[i].s, 1);
        jsonout_end(&j);
        CHECK_TEXT(buf_str(&b), arena_fmt(a, "{%s:1}", rows[i].want), rows[i].s);

        const struct node *n;
        struct err e = {0};
        CHECK_INT(jsonin_parse(a, b.data, b.len, &n, NULL, NULL, &e), 0, rows[i].s);
    }
}

static void forms(void **state)
{
    static const struct {
        const char *json, *tree, *canonical, *pretty;
    } rows[] = {
        {"1", "1", "1", "1\n"},
        {"[]", "[]", "[]", "[]\n"},
        {"{}", "{}", "{}", "{}\n"},
        {"{ \"b\" : 1.50, \"a\" : [ 1, { \"z\": null, \"y\": \"<\" } ] }",
         "{\"b\":1.50,\"a\":[1,{\"z\":null,\"y\":\"\\u003c\"}]}",
         "{\"a\":[1,{\"y\":\"\\u003c\",\"z\":null}],\"b\":1.50}",
         "{\n  \"b\": 1.50,\n  \"a\": [\n    1,\n    {\n      \"z\": null,\n      \"y\": \"\\u003c\"\n    }\n  ]\n}\n"},
        /* by bytes, not by any alphabet */
        {"{\"b\":1,\"a\":1,\"B\":1,\"ab\":1,\"\":1,\"立\":1,\"一\":1}",
         "{\"b\":1,\"a\":1,\"B\":1,\"ab\":1,\"\":1,\"立\":1,\"一\":1}",
         "{\"\":1,\"B\":1,\"a\":1,\"ab\":1,\"b\":1,\"一\":1,\"立\":1}", NULL},
        {"[3,1,2]", "[3,1,2]", "[3,1,2]", NULL},
        {"[{},[],true]", "[{},[],true]", "[{},[],true]", "[\n  {},\n  [],\n  true\n]\n"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b CLEANUP_(buf_free) = {0};
        const struct node *n;
        struct err e = {0};

        buf_init(&b, 1 << 16);
        assert_int_equal(jsonin_parse(a, rows[i].json, strlen(rows[i].json), &n, NULL, NULL, &e), 0);
        jsonout_tree(&b, n);
        CHECK_TEXT(buf_str(&b), rows[i].tree, rows[i].json);
        buf_clear(&b);
        jsonout_canonical(&b, n);
        CHECK_TEXT(buf_str(&b), rows[i].canonical, rows[i].json);
        if (rows[i].pretty == NULL)
            continue;
        buf_clear(&b);
        jsonout_pretty(&b, n);
        CHECK_TEXT(buf_str(&b), rows[i].pretty, rows[i].json);
    }
}

static void a_ceiling_is_seen_by_the_buf(void **state)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct jsonout j;

    buf_init(&b, 10);
    jsonout_init(&j, &b);
    jsonout_list(&j, NULL);
    for (int i = 0; i < 100; i++)
        jsonout_int(&j, NULL, i);
    jsonout_end(&j);
    assert_false(buf_ok(&b));
    assert_true(b.len <= 10);
}

/* By the short way and by the strict one a row's text is the same tree, or refused by both. */
static void a_row_reads_as_it_was_written(void **state)
{
    static const char *const rows[] = {
        "{}",
        "[]",
        " { } ",
        "[1,-7,0,999999999999999999]",
        "[1.5,-0,1e3,9223372036854775807,00,-]",
        "[9223372036854775807,0.10]",
        "{\"立项\":\"规章 😀\",\"a\":[true,false,null,{\"b\":[[]]}]}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u003c\\u0026\"",
        "\"\\u4e00 \\ud83d\\ude00\"",
        "\"\\u0000\"",
        "\"\\x\"",
        "\"a",
        "\"a\\",
        "{\"a\" : 1 , \"b\" : \"c\" }",
        "{\"a\":1,}",
        "[1,]",
        "[1 2]",
        "{\"a\"}",
        "{a:1}",
        "tru",
        "nullx",
        "1 1",
        "",
        " ",
        "{\"a\":1",
        "[",
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct node *strict = NULL, *row = NULL;
        struct err e = {0};
        int rc = jsonin_parse(a, rows[i], strlen(rows[i]), &strict, NULL, NULL, &e);

        CHECK_INT(jsonrow_parse(a, rows[i], &row, &e), rc, rows[i]);
        CHECK_INT(node_equal(strict, row), 1, rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream),
        cmocka_unit_test(escapes),
        cmocka_unit_test(forms),
        cmocka_unit_test(a_ceiling_is_seen_by_the_buf),
        cmocka_unit_test(a_row_reads_as_it_was_written),
    };

    a = arena_new("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(a);
    return failed;
}
