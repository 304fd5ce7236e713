/*
 * tests/unit/test_jsonin.c - strict JSON in: every row of trap J1, places, getters
 */
#include "config.h"

#include "check.h"

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"

static struct arena *a;

#define BYTES(s) (s), sizeof(s) - 1

static void refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *message;
    } rows[] = {
        /* trap J1, in its order */
        {BYTES("{\"role\":\"user\",\"role\\u0000\":\"admin\"}"), "第 1 行第 21 列：不能有“\\u0000”"},
        {BYTES("{\"a\":1,\"a\":2}"), "第 1 行第 8 列：同一对象里 \"a\" 出现了两次"},
        {BYTES("{\"a\":99999999999999999999}"), "第 1 行第 6 列：整数过大"},
        {BYTES("{\"a\":NaN}"), "第 1 行第 6 列：这里应有一个值，却是“N”"},
        {BYTES("{\"a\":Infinity}"), "第 1 行第 6 列：这里应有一个值，却是“I”"},
        {BYTES("{\"a\":-Infinity}"), "第 1 行第 7 列：这里应有数字，却是“I”"},
        {BYTES("{'a':1}"), "第 1 行第 2 列：应使用双引号，不能用单引号"},
        {BYTES("{\"a\":'x'}"), "第 1 行第 6 列：应使用双引号，不能用单引号"},
        {BYTES("{\"a\":\"x\ny\"}"), "第 1 行第 6 列：文字里不能直接换行，应写成“\\n”"},
        {BYTES("{\"a\":\"x\ty\"}"), "第 1 行第 8 列：文字里有控制字符 0x09"},
        {BYTES("\"a\0b\""), "第 1 行第 3 列：文字里有控制字符 0x00"},
        {BYTES("{\"a\":\"\xC0\x80\"}"), "第 1 行第 7 列：不是合格的 UTF-8（字节 0xC0）"},
        {BYTES("\"\\ud800\""), "第 1 行第 2 列：“\\uD800”是不成对的代理项"},
        {BYTES("\"\\udc00\""), "第 1 行第 2 列：“\\uDC00”是不成对的代理项"},
        {BYTES("\"\\ud800\\u0041\""), "第 1 行第 2 列：“\\uD800”是不成对的代理项"},
        {BYTES("\"\\ud83d\\ud83d\""), "第 1 行第 2 列：“\\uD83D”是不成对的代理项"},
        {BYTES("\"\\ud83dx\""), "第 1 行第 2 列：“\\uD83D”是不成对的代理项"},
        {BYTES("{\"a\":1"), "第 1 行第 7 列：内容没有结束，这里应有“,”或“}”"},
        {BYTES(""), "第 1 行第 1 列：没有内容"},
        {BYTES(" \n "), "第 2 行第 2 列：没有内容"},
        /* UTF-8 in keys and outside texts */
        {BYTES("{\"\xED\xA0\x80\":1}"), "第 1 行第 3 列：不是合格的 UTF-8（字节 0xED）"},
        {BYTES("\"规\xFF\""), "第 1 行第 3 列：不是合格的 UTF-8（字节 0xFF）"},
        {BYTES("\"\xE8\xA7"), "第 1 行第 2 列：不是合格的 UTF-8（字节 0xE8）"},
        {BYTES("\xFF"), "第 1 行第 1 列：不是合格的 UTF-8（字节 0xFF）"},
        {BYTES("\xEF\xBB\xBF{}"), "第 1 行第 1 列：文件开头有字节顺序标记（BOM），应去掉"},
        /* texts */
        {BYTES("\"abc"), "第 1 行第 1 列：从这里开始的文字没有结束，缺少双引号"},
        {BYTES("\"abc\\\""), "第 1 行第 1 列：从这里开始的文字没有结束，缺少双引号"},
        {BYTES("\"\\x41\""), "第 1 行第 3 列：“\\”后面的字符不认识"},
        {BYTES("\"\\"), "第 1 行第 3 列：“\\”后面的字符不认识"},
        {BYTES("\"\\\0\""), "第 1 行第 3 列：“\\”后面的字符不认识"},
        {BYTES("\"\\u12g4\""), "第 1 行第 6 列：“\\u”后面应有四位十六进制数字"},
        {BYTES("\"\\u12"), "第 1 行第 6 列：“\\u”后面应有四位十六进制数字"},
        /* numbers */
        {BYTES("9223372036854775808"), "第 1 行第 1 列：整数过大"},
        {BYTES("-9223372036854775809"), "第 1 行第 1 列：整数过大"},
        {BYTES("01"), "第 1 行第 1 列：数字前面不能有多余的零"},
        {BYTES("-01"), "第 1 行第 1 列：数字前面不能有多余的零"},
        {BYTES("-"), "第 1 行第 2 列：内容没有结束，这里应有数字"},
        {BYTES("+1"), "第 1 行第 1 列：这里应有一个值，却是“+”"},
        {BYTES(".5"), "第 1 行第 1 列：这里应有一个值，却是“.”"},
        {BYTES("1."), "第 1 行第 3 列：内容没有结束，这里应有小数"},
        {BYTES("1.e5"), "第 1 行第 3 列：这里应有小数，却是“e”"},
        {BYTES("1e"), "第 1 行第 3 列：内容没有结束，这里应有指数"},
        {BYTES("1e+"), "第 1 行第 4 列：内容没有结束，这里应有指数"},
        {BYTES("12abc"), "第 1 行第 3 列：这里应有内容的结尾，却是“a”"},
        {BYTES("0x10"), "第 1 行第 2 列：这里应有内容的结尾，却是“x”"},
        /* words */
        {BYTES("nul"), "第 1 行第 1 列：这里应有一个值，却是“n”"},
        {BYTES("True"), "第 1 行第 1 列：这里应有一个值，却是“T”"},
        {BYTES("truex"), "第 1 行第 5 列：这里应有内容的结尾，却是“x”"},
        /* structure */
        {BYTES("{} {}"), "第 1 行第 4 列：这里应有内容的结尾，却是“{”"},
        {BYTES("1 2"), "第 1 行第 3 列：这里应有内容的结尾，却是“2”"},
        {BYTES("{}\0"), "第 1 行第 3 列：这里应有内容的结尾，却是控制字符 0x00"},
        {BYTES("[1,]"), "第 1 行第 4 列：这里应有一个值，却是“]”"},
        {BYTES("[,1]"), "第 1 行第 2 列：这里应有一个值，却是“,”"},
        {BYTES("[1 2]"), "第 1 行第 4 列：这里应有“,”或“]”，却是“2”"},
        {BYTES("[1}"), "第 1 行第 3 列：这里应有“,”或“]”，却是“}”"},
        {BYTES("["), "第 1 行第 2 列：内容没有结束，这里应有一个值"},
        {BYTES("{"), "第 1 行第 2 列：内容没有结束，这里应有双引号括起的名称"},
        {BYTES("{a:1}"), "第 1 行第 2 列：这里应有双引号括起的名称，却是“a”"},
        {BYTES("{1:1}"), "第 1 行第 2 列：这里应有双引号括起的名称，却是“1”"},
        {BYTES("{\"a\"}"), "第 1 行第 5 列：这里应有“:”，却是“}”"},
        {BYTES("{\"a\":}"), "第 1 行第 6 列：这里应有一个值，却是“}”"},
        {BYTES("{\"a\":1,}"), "第 1 行第 8 列：这里应有双引号括起的名称，却是“}”"},
        {BYTES("{\"a\":1]"), "第 1 行第 7 列：这里应有“,”或“}”，却是“]”"},
        {BYTES("{\"a\":1 // note\n}"), "第 1 行第 8 列：这里应有“,”或“}”，却是“/”"},
        {BYTES("/* note */ 1"), "第 1 行第 1 列：这里应有一个值，却是“/”"},
        {BYTES("[1]]"), "第 1 行第 4 列：这里应有内容的结尾，却是“]”"},
        {BYTES("[1\f]"), "第 1 行第 3 列：这里应有“,”或“]”，却是控制字符 0x0C"},
        {BYTES("[1\xC2\xA0]"), "第 1 行第 3 列：这里应有“,”或“]”，却是“\xC2\xA0”"},
        /* duplicates: after unescaping, at any depth, and only within one object */
        {BYTES("{\"a\":1,\"\\u0061\":2}"), "第 1 行第 8 列：同一对象里 \"a\" 出现了两次"},
        {BYTES("{\"a\\\"b\":1,\"a\\u0022b\":2}"), "第 1 行第 11 列：同一对象里 \"a\"b\" 出现了两次"},
        {BYTES("{\"\":1,\"\":2}"), "第 1 行第 7 列：同一对象里 \"\" 出现了两次"},
        {BYTES("{\"😀\":1,\"\\ud83d\\ude00\":2}"), "第 1 行第 8 列：同一对象里 \"😀\" 出现了两次"},
        {BYTES("[{\"x\":{\"b\":1,\"c\":1,\n \"d\":1,\"c\":1}}]"), "第 2 行第 8 列：同一对象里 \"c\" 出现了两次"},
        /* places are counted in characters and lines */
        {BYTES("{\n  \"甲\": \"乙\",\n  \"丙丁\": x }"), "第 3 行第 9 列：这里应有一个值，却是“x”"},
        {BYTES("[\r\n\r\n x]"), "第 3 行第 2 列：这里应有一个值，却是“x”"},
        {BYTES("{\n\n             \"amount\": 1, \"amount\": 2}"), "第 3 行第 27 列：同一对象里 \"amount\" 出现了两次"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct node *n = NULL;
        struct err e = {0};
        int line = 0, column = 0;
        /* exactly as long as told: a read past it is seen by the sanitizer */
        char *bytes = arena_alloc(a, rows[i].len);

        memcpy(bytes, rows[i].bytes, rows[i].len);
        CHECK_INT(jsonin_parse(a, bytes, rows[i].len, &n, &line, &column, &e), -1, rows[i].message);
        CHECK_INT(e.code, ERR_BAD_JSON, rows[i].message);
        CHECK_TEXT(e.message, rows[i].message, rows[i].bytes);
        CHECK(n == NULL, rows[i].message);

        char place[64];

        snprintf(place, sizeof place, "第 %d 行第 %d 列：", line, column);
        CHECK(text_starts(e.message, place), rows[i].message);
    }
}

static void accepted(void **state)
{
    static const struct {
        const char *json, *tree; /* NULL: as it is */
    } rows[] = {
        {"null", NULL},
        {"true", NULL},
        {"false", NULL},
        {"42", NULL},
        {" 42\n", "42"},
        {"0", NULL},
        {"-0", "0"},
        {"9223372036854775807", NULL},
        {"-9223372036854775808", NULL},
        {"0.1", NULL},
        {"1.10", NULL},
        {"-0.0", NULL},
        {"1e5", NULL},
        {"1E+5", NULL},
        {"1e999", NULL},
        {"1e-999", NULL},
        {"99999999999999999999.5", NULL},
        {"123456789012345678901234567890e0", NULL},
        {"\"\"", NULL},
        {"\"规章 😀\"", NULL},
        {"\"\\u89c4\\ud83d\\ude00\"", "\"规😀\""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\""},
        {"\"\x7F\"", "\"\\u007f\""},
        {"\"\xEF\xBF\xBF\"", NULL},
        {"[]", NULL},
        {"{}", NULL},
        {"[ 1 , [ ] , { } ]", "[1,[],{}]"},
        {"\t{\r\n\"a\" : 1 , \"b\":{\"a\":2},\"c\":[{\"a\":3},{\"a\":4}]}\r\n",
         "{\"a\":1,\"b\":{\"a\":2},\"c\":[{\"a\":3},{\"a\":4}]}"},
        {"{\"\":1}", NULL},
        {"{\"a\\\\\":1,\"b\":2}", NULL},
        {"{\"a\\\\\\\"\":1}", NULL},
        {"{\"a\":null,\"b\":\"12abc\"}", NULL},
        {"{\"z\":1,\"a\":2,\"m\":3}", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b CLEANUP_(buf_free) = {0};
        const struct node *n = NULL;
        struct err e = {0};

        buf_init(&b, 1 << 20);
        if (jsonin_parse(a, rows[i].json, strlen(rows[i].json), &n, NULL, NULL, &e) < 0)
            fail_msg("%s: %s (%s)", rows[i].json, e.message, e.detail);
        jsonout_tree(&b, n);
        CHECK_TEXT(buf_str(&b), rows[i].tree != NULL ? rows[i].tree : rows[i].json, rows[i].json);
    }
}

static void number_types(void **state)
{
    static const struct {
        const char *json;
        enum node_type type;
    } rows[] = {
        {"1", NODE_INT}, {"-1", NODE_INT}, {"1.0", NODE_NUMBER}, {"1e0", NODE_NUMBER}, {"0.10", NODE_NUMBER},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct node *n;
        struct err e = {0};

        assert_int_equal(jsonin_parse(a, rows[i].json, strlen(rows[i].json), &n, NULL, NULL, &e), 0);
        CHECK_INT(n->type, rows[i].type, rows[i].json);
        if (n->type == NODE_NUMBER)
            CHECK_TEXT(n->u.text, rows[i].json, rows[i].json);
    }
}

static void depth(void **state)
{
    static const struct {
        int levels;
        const char *inside;
        int ok;
    } rows[] = {{31, "", 1}, {32, "", 1}, {32, "1", 1}, {32, "\"x\"", 1}, {33, "", 0}, {33, "1", 0}, {100000, "", 0}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b CLEANUP_(buf_free) = {0}, o CLEANUP_(buf_free) = {0};
        const struct node *n;
        struct err e = {0};

        buf_init(&b, 1 << 20);
        buf_init(&o, 1 << 20);
        for (int k = 0; k < rows[i].levels; k++) {
            buf_putc(&b, '[');
            buf_puts(&o, "{\"k\":");
        }
        buf_puts(&b, rows[i].inside);
        buf_puts(&o, "1");
        for (int k = 0; k < rows[i].levels; k++) {
            buf_putc(&b, ']');
            buf_putc(&o, '}');
        }
        CHECK_INT(jsonin_parse(a, b.data, b.len, &n, NULL, NULL, &e), rows[i].ok - 1, "lists");
        if (!rows[i].ok)
            CHECK_TEXT(e.message, "第 1 行第 33 列：嵌套过深，最多 32 层", "lists");
        CHECK_INT(jsonin_parse(a, o.data, o.len, &n, NULL, NULL, &e), rows[i].ok - 1, "objects");
    }
}

static void places(void **state)
{
    static const char text[] = "{\n"
                               "  \"名称\": \"智慧 政务\", \"金额\": 12,\n"
                               "  \"list\": [ true,\n"
                               "\t{ \"x\": null },\n"
                               "    2.50 ]\n"
                               "}\n";
    static const struct {
        const char *path;
        int line, column, key_line, key_column;
    } rows[] = {
        {"", 1, 1, 0, 0},        {"名称", 2, 9, 2, 3},   {"金额", 2, 24, 2, 18},   {"list", 3, 11, 3, 3},
        {"list.0", 3, 13, 0, 0}, {"list.1", 4, 2, 0, 0}, {"list.1.x", 4, 9, 4, 4}, {"list.2", 5, 5, 0, 0},
    };
    const struct node *n;
    struct err e = {0};

    assert_int_equal(jsonin_parse(a, text, strlen(text), &n, NULL, NULL, &e), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct node *at = node_at(n, rows[i].path);

        CHECK(at != NULL, rows[i].path);
        CHECK_INT(node_place(at).line, rows[i].line, rows[i].path);
        CHECK_INT(node_place(at).column, rows[i].column, rows[i].path);
        CHECK_INT(node_place(at).key_line, rows[i].key_line, rows[i].path);
        CHECK_INT(node_place(at).key_column, rows[i].key_column, rows[i].path);
    }
}

/* A large object in any order of keys: nothing in the reading is quadratic. */
static void large(void **state)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct arena *own = arena_new("large", 256 << 20);
    const struct node *n;
    struct err e = {0};
    int64_t began = clock_monotonic_ms();

    buf_init(&b, 64 << 20);
    buf_putc(&b, '{');
    for (int i = 0; i < 100000; i++)
        buf_fmt(&b, "%s\"k%d\\u0041\":\"规章\"", i > 0 ? ",\n" : "", i);
    buf_putc(&b, '}');
    assert_int_equal(jsonin_parse(own, b.data, b.len, &n, NULL, NULL, &e), 0);
    assert_int_equal(node_count(n), 100000);
    assert_int_equal(node_place(n->u.kids.last).line, 100000);
    assert_string_equal(n->u.kids.last->key, "k99999A");
    b.len--;
    buf_puts(&b, ",\"k5A\":1}");
    assert_int_equal(jsonin_parse(own, b.data, b.len, &n, NULL, NULL, &e), -1);
    assert_string_equal(e.message, "第 100000 行第 21 列：同一对象里 \"k5A\" 出现了两次");
    assert_true(clock_monotonic_ms() - began < 20000); /* quadratic would take minutes */
    arena_free(own);
}

static const struct node *body(const char *text)
{
    const struct node *n = NULL;
    struct err e = {0};

    if (jsonin_parse(a, text, strlen(text), &n, NULL, NULL, &e) < 0)
        fail_msg("%s: %s", text, e.message);
    return n;
}

#define CHECK_REFUSAL(rc, e, want_message, want_path, row)                                                             \
    do {                                                                                                               \
        CHECK_INT((rc), -1, (row));                                                                                    \
        CHECK_INT((e).code, ERR_BAD_INPUT, (row));                                                                     \
        CHECK_TEXT((e).message, (want_message), (row));                                                                \
        CHECK_TEXT((e).path, (want_path), (row));                                                                      \
    } while (0)

static void get_text(void **state)
{
    static const struct {
        const char *json, *want, *message, *message_opt; /* limits 2..4; the optional one up to 4, "默认" */
        const char *want_opt;
    } rows[] = {
        {"{\"k\":\"立项\"}", "立项", NULL, NULL, "立项"},
        {"{\"k\":\"一二三四\"}", "一二三四", NULL, NULL, "一二三四"},
        {"{\"k\":\"一二三四五\"}", NULL, "最多 4 个字", "最多 4 个字", NULL},
        {"{\"k\":\"一\"}", NULL, "至少 2 个字", NULL, "一"},
        {"{\"k\":\"\"}", NULL, "必填", NULL, ""},
        {"{}", NULL, "必填", NULL, "默认"},
        {"{\"k\":null}", NULL, "应为文字", "应为文字", NULL},
        {"{\"k\":12}", NULL, "应为文字", "应为文字", NULL},
        {"{\"k\":1.5}", NULL, "应为文字", "应为文字", NULL},
        {"{\"k\":true}", NULL, "应为文字", "应为文字", NULL},
        {"{\"k\":[\"ab\"]}", NULL, "应为文字", "应为文字", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *s = "untouched";
        struct err e = {0};
        int rc = jsonin_text(body(rows[i].json), "k", 2, 4, &s, &e);

        if (rows[i].message != NULL)
            CHECK_REFUSAL(rc, e, rows[i].message, "/k", rows[i].json);
        else
            CHECK_INT(rc, 0, rows[i].json);
        CHECK_TEXT(s, rows[i].want != NULL ? rows[i].want : "untouched", rows[i].json);

        s = "untouched";
        e = (struct err){0};
        rc = jsonin_text_opt(body(rows[i].json), "k", 4, "默认", &s, &e);
        if (rows[i].message_opt != NULL)
            CHECK_REFUSAL(rc, e, rows[i].message_opt, "/k", rows[i].json);
        else
            CHECK_INT(rc, 0, rows[i].json);
        CHECK_TEXT(s, rows[i].want_opt != NULL ? rows[i].want_opt : "untouched", rows[i].json);
    }
}

static void get_int(void **state)
{
    static const struct {
        const char *json;
        int64_t want; /* limits 1..9; -1 refused */
        const char *message;
    } rows[] = {
        {"{\"k\":1}", 1, NULL},
        {"{\"k\":9}", 9, NULL},
        {"{\"k\":0}", -1, "应在 1 与 9 之间"},
        {"{\"k\":10}", -1, "应在 1 与 9 之间"},
        {"{\"k\":1.0}", -1, "应为整数"},
        {"{\"k\":1e0}", -1, "应为整数"},
        {"{\"k\":\"1\"}", -1, "应为整数"},
        {"{\"k\":\"12abc\"}", -1, "应为整数"},
        {"{\"k\":true}", -1, "应为整数"},
        {"{\"k\":null}", -1, "应为整数"},
        {"{}", -1, "必填"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t v = -1;
        struct err e = {0};
        int rc = jsonin_int(body(rows[i].json), "k", 1, 9, &v, &e);

        if (rows[i].want < 0)
            CHECK_REFUSAL(rc, e, rows[i].message, "/k", rows[i].json);
        else
            CHECK_INT(rc, 0, rows[i].json);
        CHECK_INT(v, rows[i].want, rows[i].json);
    }
}

static void get_kids(void **state)
{
    static const struct {
        const char *json;
        const char *object, *list; /* message, NULL when taken */
    } rows[] = {
        {"{\"k\":{\"a\":1}}", NULL, "应为列表"},
        {"{\"k\":[1,2]}", "应为一组名称和值", NULL},
        {"{\"k\":[1,2,3]}", "应为一组名称和值", "最多 2 项"},
        {"{\"k\":null}", "应为一组名称和值", "应为列表"},
        {"{\"k\":\"x\"}", "应为一组名称和值", "应为列表"},
        {"{}", "必填", "必填"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct node *o = body(rows[i].json), mark = {0};
        const char *const messages[] = {rows[i].object, rows[i].list};

        for (size_t k = 0; k < ARRAY_LEN(messages); k++) {
            const struct node *got = &mark;
            struct err e = {0};
            int rc = k == 0 ? jsonin_object(o, "k", &got, &e) : jsonin_list(o, "k", 2, &got, &e);

            if (messages[k] != NULL)
                CHECK_REFUSAL(rc, e, messages[k], "/k", rows[i].json);
            else
                CHECK_INT(rc, 0, rows[i].json);
            CHECK(got == (messages[k] != NULL ? &mark : node_get(o, "k")), rows[i].json);
        }
    }
}

static void get_from_what_is_no_object(void **state)
{
    const char *s = "untouched";
    int64_t v = 7;
    struct err e = {0};

    assert_int_equal(jsonin_text(body("[1]"), "k", 0, 9, &s, &e), -1);
    assert_string_equal(e.message, "应为一组名称和值");
    assert_string_equal(e.path, "");
    assert_int_equal(jsonin_int(body("\"x\""), "k", 0, 9, &v, &e), -1);
    assert_int_equal(v, 7);
    e = (struct err){0};
    assert_int_equal(jsonin_text(NULL, "k", 0, 9, &s, &e), -1);
    assert_string_equal(e.message, "必填");
    assert_int_equal(jsonin_text_opt(NULL, "k", 9, "d", &s, &e), 0);
    assert_string_equal(s, "d");
    /* a member named with the pointer's own signs */
    e = (struct err){0};
    assert_int_equal(jsonin_text(body("{}"), "a/b~c", 0, 9, &s, &e), -1);
    assert_string_equal(e.path, "/a~1b~0c");
}

static void no_other_members(void **state)
{
    static const char *const names[] = {"title", "amount", NULL};
    static const char *const none[] = {NULL};
    static const struct {
        const char *json, *path; /* NULL: taken */
    } rows[] = {
        {"{}", NULL},
        {"{\"title\":1}", NULL},
        {"{\"amount\":1,\"title\":1}", NULL},
        {"{\"title\":1,\"titel\":1}", "/titel"},
        {"{\"Title\":1}", "/Title"},
        {"{\"\":1}", "/"},
        {"{\"a/b\":1}", "/a~1b"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        int rc = jsonin_end(body(rows[i].json), names, &e);

        if (rows[i].path != NULL)
            CHECK_REFUSAL(rc, e, "没有这一项", rows[i].path, rows[i].json);
        else
            CHECK_INT(rc, 0, rows[i].json);
    }

    struct err e = {0};

    assert_int_equal(jsonin_end(body("{\"a\":1}"), none, &e), -1);
    assert_int_equal(jsonin_end(NULL, none, &e), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused),          cmocka_unit_test(accepted),
        cmocka_unit_test(number_types),     cmocka_unit_test(depth),
        cmocka_unit_test(places),           cmocka_unit_test(large),
        cmocka_unit_test(get_text),         cmocka_unit_test(get_int),
        cmocka_unit_test(get_kids),         cmocka_unit_test(get_from_what_is_no_object),
        cmocka_unit_test(no_other_members),
    };

    a = arena_new("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(a);
    return failed;
}
