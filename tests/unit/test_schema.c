/*
 * tests/unit/test_schema.c - the schema that editors read says what the loader takes
 *
 * Its members come from the loader's own table, so the file must equal what that table
 * gives; the types are held against every regulation that ships.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "regulation/regulation.h"

#define SCHEMA SRCDIR "/tenants/common/rules.schema.json"

enum { FILE_MAX = 4 << 20 };

static struct arena *arena;
static const struct node *schema;

static int setup(void **state)
{
    (void)state;
    arena = arena_new("test", 256 << 20);
    schema = regulation_schema(arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static char *slurp(const char *path)
{
    struct err e = {0};
    char *s = NULL;
    size_t len;

    return file_read(arena, path, FILE_MAX, &s, &len, &e) < 0 ? NULL : s;
}

static void test_equal(void **state)
{
    struct err e = {0};
    struct buf b;
    const char *file;

    (void)state;
    buf_init(&b, FILE_MAX);
    jsonout_pretty(&b, schema);
    buf_putc(&b, '\n');
    if (getenv("UPDATE_EXPECT"))
        assert_int_equal(file_write(SCHEMA, buf_str(&b), b.len, 0644, &e), 0);
    file = slurp(SCHEMA);
    assert_non_null(file);
    if (!text_eq(file, buf_str(&b)))
        fail_msg("tenants/common/rules.schema.json: 与装载器不同，请以 guizhang regulation schema 重写");
    buf_free(&b);
}

/* ---- as much of JSON Schema as the file uses ---- */

static const char *wrong(const struct node *s, const struct node *n, const char *path);

static int is_type(const char *type, const struct node *n)
{
    static const struct {
        const char *word;
        enum node_type type;
    } TYPES[] = {{"object", NODE_OBJECT}, {"array", NODE_LIST},  {"string", NODE_TEXT},
                 {"boolean", NODE_BOOL},  {"integer", NODE_INT}, {"null", NODE_NULL}};

    for (size_t i = 0; i < ARRAY_LEN(TYPES); i++)
        if (text_eq(TYPES[i].word, type))
            return n->type == TYPES[i].type;
    fail_msg("%s", type);
    return 0;
}

static const char *wrong_object(const struct node *s, const struct node *n, const char *path)
{
    const struct node *more = node_get(s, "additionalProperties");
    const char *bad = NULL;

    for (const struct node *m = node_first(n); m && !bad; m = m->next) {
        const struct node *p = node_get(node_get(s, "properties"), m->key);
        const char *at = arena_fmt(arena, "%s/%s", path, m->key);
        if (p)
            bad = wrong(p, m, at);
        else if (more && more->type == NODE_OBJECT)
            bad = wrong(more, m, at);
        else if (more && !more->u.truth)
            bad = at;
    }
    for (const struct node *m = node_first(node_get(s, "required")); m && !bad; m = m->next)
        if (!node_get(n, node_str(m, "")))
            bad = arena_fmt(arena, "%s: %s", path, node_str(m, ""));
    return bad;
}

static const char *wrong(const struct node *s, const struct node *n, const char *path)
{
    const struct node *any = node_get(s, "anyOf"), *words = node_get(s, "enum"), *items = node_get(s, "items");
    const char *ref = node_get_str(s, "$ref"), *bad = NULL;
    int found = 0;

    if (*ref) {
        const struct node *d = node_get(node_get(schema, "definitions"), ref + strlen("#/definitions/"));
        assert_non_null(d);
        return wrong(d, n, path);
    }
    for (const struct node *x = node_first(node_get(s, "allOf")); x && !bad; x = x->next)
        bad = wrong(x, n, path);
    for (const struct node *x = node_first(any); x; x = x->next)
        found |= !wrong(x, n, path);
    for (const struct node *x = node_first(words); x; x = x->next)
        found |= node_equal(x, n) || text_eq(node_str(x, "-"), node_str(n, "+"));
    if (bad || ((any || words) && !found))
        return bad ? bad : path;
    if (node_get(s, "type") && !is_type(node_get_str(s, "type"), n))
        return path;
    if ((int64_t)node_count(n) < node_get_int(s, "minItems", 0) ||
        (int64_t)node_count(n) < node_get_int(s, "minProperties", 0))
        return path;
    for (const struct node *x = items ? node_first(n) : NULL; x && !bad; x = x->next)
        bad = wrong(items, x, arena_fmt(arena, "%s[]", path));
    return bad ? bad : n->type == NODE_OBJECT ? wrong_object(s, n, path) : NULL;
}

static const struct node *parse(const char *bytes)
{
    const struct node *n = NULL;
    struct err e = {0};

    assert_non_null(bytes);
    assert_int_equal(jsonin_parse(arena, bytes, strlen(bytes), &n, NULL, NULL, &e), 0);
    return n;
}

static int every_version(const char *root)
{
    char **tenants, **versions;
    size_t n, m;
    struct err e = {0};
    int seen = 0;

    assert_int_equal(file_list(arena, root, &tenants, &n, &e), 0);
    for (size_t i = 0; i < n; i++) {
        if (file_list(arena, arena_fmt(arena, "%s/%s", root, tenants[i]), &versions, &m, &e) < 0)
            continue;
        for (size_t k = 0; k < m; k++) {
            const char *path = arena_fmt(arena, "%s/%s/%s/rules.json", root, tenants[i], versions[k]), *bad;
            if (!file_exists(path))
                continue;
            bad = wrong(schema, parse(slurp(path)), "");
            if (bad)
                fail_msg("%s: %s", path, bad);
            seen++;
        }
    }
    return seen;
}

static void test_regulations(void **state)
{
    (void)state;
    assert_true(every_version(SRCDIR "/tenants") >= 2);
    assert_int_equal(every_version(SRCDIR "/tests/unit/data"), 2);
}

/* What the loader refuses for its shape the schema refuses too. */
static void test_bad(void **state)
{
    static const struct {
        const char *name, *at;
    } ROWS[] = {
        {"unknown_member", NULL},
        {"unknown_top_member", NULL},
        {"articles_missing", "/gates[]: articles"},
        {"step_nobody", NULL},
        {"unknown_subject", "/procedures/filing/on"},
        {"fulfils_some", "/duties[]/fulfils"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const char *bad =
            wrong(schema, parse(slurp(arena_fmt(arena, "%s/tests/data/bad/%s.json", SRCDIR, ROWS[i].name))), "");
        if (!bad || (ROWS[i].at && !text_eq(bad, ROWS[i].at)))
            fail_msg("%s: %s", ROWS[i].name, bad ? bad : "合格");
    }
    assert_null(wrong(schema, parse(slurp(SRCDIR "/tests/data/bad/good.json")), ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),
        cmocka_unit_test(test_regulations),
        cmocka_unit_test(test_bad),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
