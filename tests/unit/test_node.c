/*
 * tests/unit/test_node.c - the tree
 */
#include "config.h"

#include "check.h"

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/node.h"

static struct arena *a;

static const char *json(const struct node *n)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 1 << 20);
    jsonout_tree(&b, n);
    return arena_dup(a, buf_str(&b));
}

static const struct node *tree(const char *text)
{
    const struct node *n = NULL;
    struct err e = {0};

    if (jsonin_parse(a, text, strlen(text), &n, NULL, NULL, &e) < 0)
        fail_msg("%s: %s", text, e.message);
    return n;
}

static void builders(void **state)
{
    struct node *o = node_object(a);
    char volatile_key[] = "name", volatile_text[] = "立项";

    node_put_text(a, o, volatile_key, volatile_text);
    memset(volatile_key, 'x', 4);
    memset(volatile_text, 'x', 6);
    node_put_text(a, o, "none", NULL);
    node_put_fmt(a, o, "fmt", "%d/%s", 3, "x");
    node_put_int(a, o, "int", INT64_MIN);
    node_put_bool(a, o, "yes", 7);
    node_put_bool(a, o, "no", 0);
    node_put(a, o, "null", node_null(a));
    node_put_text(a, node_put_object(a, o, "object"), "k", "v");

    struct node *list = node_put_list(a, o, "list");

    node_add_text(a, list, "a");
    node_put_int(a, node_add_object(a, list), "b", 1);
    node_add(list, node_int(a, 2));
    node_add(list, node_bool(a, 1));
    node_add(list, node_list(a));
    assert_string_equal(json(o), "{\"name\":\"立项\",\"none\":\"\",\"fmt\":\"3/x\",\"int\":-9223372036854775808,"
                                 "\"yes\":true,\"no\":false,\"null\":null,\"object\":{\"k\":\"v\"},"
                                 "\"list\":[\"a\",{\"b\":1},2,true,[]]}");
    assert_int_equal(node_count(o), 9);
    assert_int_equal(node_count(list), 5);
    assert_int_equal(node_place(o).line, 0);
}

static void put_replaces_in_place(void **state)
{
    static const struct {
        const char *key, *want;
    } rows[] = {
        {"a", "{\"a\":9,\"b\":2,\"c\":3,\"z\":0}"},
        {"b", "{\"a\":1,\"b\":9,\"c\":3,\"z\":0}"},
        {"c", "{\"a\":1,\"b\":2,\"c\":9,\"z\":0}"},
        {"d", "{\"a\":1,\"b\":2,\"c\":3,\"d\":9,\"z\":0}"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct node *o = node_object(a);

        node_put_int(a, o, "a", 1);
        node_put_int(a, o, "b", 2);
        node_put_int(a, o, "c", 3);
        struct node *child = node_put_int(a, o, rows[i].key, 9);

        assert_ptr_equal(node_put(a, o, rows[i].key, child), child); /* once more is nothing new */
        node_put_int(a, o, "z", 0);
        CHECK_TEXT(json(o), rows[i].want, rows[i].key);
        CHECK_INT(node_count(o), i < 3 ? 4 : 5, rows[i].key);
    }
}

static void copies_are_deep(void **state)
{
    const char *text = "{\"a\":[1,2.50,\"x\",null,true,{\"b\":{}}],\"c\":\"y\"}";
    const struct node *n = tree(text);
    struct node *copy = node_copy(a, n);

    assert_string_equal(json(copy), text);
    assert_true(node_equal(n, copy));
    assert_int_equal(node_place(copy).line, 1);
    node_put_int(a, copy, "c", 5);
    node_add((struct node *)node_get(copy, "a"), node_null(a));
    assert_string_equal(json(n), text);
    assert_false(node_equal(n, copy));
    /* a member's copy stands alone */
    copy = node_copy(a, node_get(n, "a"));
    assert_null(copy->key);
    assert_null(copy->next);
    assert_int_equal(node_count(copy), 6);
}

static void paths(void **state)
{
    static const struct {
        const char *path, *want; /* NULL: absent */
    } rows[] = {
        {"", "{\"a\":{\"b\":[1,{\"c\":\"x\"}],\"0\":\"zero\"},\"ab\":2}"},
        {"a.b.1.c", "\"x\""},
        {"a.b.0", "1"},
        {"a.b.1", "{\"c\":\"x\"}"},
        {"ab", "2"},
        {"a.0", "\"zero\""},
        {"a.b.2", NULL},
        {"a.b.x", NULL},
        {"a.b.-1", NULL},
        {"a.b.", "[1,{\"c\":\"x\"}]"},
        {"a..b", NULL},
        {"a.b.9999999999999", NULL},
        {"b", NULL},
        {"abc", NULL},
        {"ab.c", NULL},
        {"a.b.1.c.d", NULL},
    };
    const struct node *n = tree(rows[0].want);

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct node *at = node_at(n, rows[i].path);

        CHECK((at != NULL) == (rows[i].want != NULL), rows[i].path);
        if (at != NULL)
            CHECK_TEXT(json(at), rows[i].want, rows[i].path);
    }
    assert_null(node_at(NULL, "a"));
}

static void readers(void **state)
{
    const struct node *n = tree("{\"t\":\"x\",\"i\":7,\"d\":1.50,\"b\":true,\"f\":false,\"n\":null,\"l\":[5]}");

    assert_string_equal(node_get_str(n, "t"), "x");
    assert_string_equal(node_get_str(n, "i"), "");
    assert_string_equal(node_get_str(n, "d"), "");
    assert_string_equal(node_get_str(n, "absent"), "");
    assert_string_equal(node_str(node_get(n, "t"), "?"), "x");
    assert_string_equal(node_str(node_get(n, "d"), "?"), "1.50");
    assert_string_equal(node_str(node_get(n, "i"), "?"), "?");
    assert_null(node_str(NULL, NULL));
    assert_int_equal(node_get_int(n, "i", -1), 7);
    assert_int_equal(node_get_int(n, "d", -1), -1);
    assert_int_equal(node_get_int(n, "t", -1), -1);
    assert_int_equal(node_get_int(n, "absent", -1), -1);
    assert_true(node_get_bool(n, "b"));
    assert_false(node_get_bool(n, "f"));
    assert_false(node_get_bool(n, "i"));
    assert_false(node_get_bool(n, "absent"));
    assert_int_equal(node_first(node_get(n, "l"))->u.integer, 5);
    assert_null(node_first(node_get(n, "t")));
    assert_null(node_first(NULL));
    assert_int_equal(node_count(NULL), 0);
    assert_int_equal(node_count(node_get(n, "t")), 0);
    assert_null(node_get(NULL, "t"));
    assert_null(node_get(node_get(n, "l"), "t"));
    assert_string_equal(node_get_str(NULL, "t"), "");
}

static void truth(void **state)
{
    static const struct {
        const char *json;
        int is;
    } rows[] = {
        {"null", 0}, {"false", 0}, {"true", 1}, {"\"\"", 0}, {"\"0\"", 1},     {"0", 1},
        {"0.0", 1},  {"[]", 0},    {"[0]", 1},  {"{}", 1},   {"{\"a\":1}", 1},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_INT(node_is_true(tree(rows[i].json)), rows[i].is, rows[i].json);
    assert_false(node_is_true(NULL));
}

static void equality(void **state)
{
    static const struct {
        const char *x, *y;
        int equal;
    } rows[] = {
        {"1", "1", 1},
        {"1", "2", 0},
        {"1", "1.0", 0},
        {"1.0", "1.00", 0},
        {"1", "\"1\"", 0},
        {"1", "true", 0},
        {"null", "false", 0},
        {"null", "null", 1},
        {"true", "true", 1},
        {"true", "false", 0},
        {"\"a\"", "\"\\u0061\"", 1},
        {"[1,2]", "[1,2]", 1},
        {"[1,2]", "[2,1]", 0},
        {"[1]", "[1,1]", 0},
        {"[]", "{}", 0},
        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", 1},
        {"{\"a\":1,\"b\":2}", "{\"b\":1,\"a\":2}", 0},
        {"{\"a\":1}", "{\"b\":1}", 0},
        {"{\"a\":1}", "{\"a\":1,\"b\":2}", 0},
        {"{\"a\":null}", "{\"b\":null}", 0},
        {"{\"a\":[{\"x\":1,\"y\":2}]}", "{\"a\":[{\"y\":2,\"x\":1}]}", 1},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_INT(node_equal(tree(rows[i].x), tree(rows[i].y)), rows[i].equal, rows[i].x);
        CHECK_INT(node_equal(tree(rows[i].y), tree(rows[i].x)), rows[i].equal, rows[i].x);
    }
    assert_true(node_equal(NULL, NULL));
    assert_false(node_equal(NULL, node_null(a)));
    assert_false(node_equal(node_null(a), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builders),        cmocka_unit_test(put_replaces_in_place),
        cmocka_unit_test(copies_are_deep), cmocka_unit_test(paths),
        cmocka_unit_test(readers),         cmocka_unit_test(truth),
        cmocka_unit_test(equality),
    };

    a = arena_new("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(a);
    return failed;
}
