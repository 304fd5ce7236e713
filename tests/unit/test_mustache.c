/*
 * test_mustache.c - the template language, case by case from tables of data
 *
 * Each file of tests/unit/data/mustache is {"tests":[{name, template, data, partials?, content?, expected | error}]},
 * the shape the public specification uses; with MUSTACHE_SPEC=<its specs folder> the same program runs that too.
 */
#include "config.h"

#include "check.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "web/mustache.h"

static const char *const files[] = {
    "comments", "delimiters", "values", "sections", "inverted", "partials", "flags", "faults",
};
static const char *const spec_files[] = {
    "comments", "delimiters", "interpolation", "sections", "inverted", "partials",
};
/* The specification renders an unknown partial as nothing; here it is refused at start. */
static const char SPEC_KNOWN_DIFFERENCE[] = "Failed Lookup";

static struct mustache_source source_of(const char *name, const char *text)
{
    return (struct mustache_source){.name = name, .text = (const unsigned char *)text, .len = strlen(text)};
}

static int run(struct arena *a, const struct node *test, struct buf *out, struct err *e)
{
    struct mustache_source sources[16] = {source_of("page", node_get_str(test, "template"))};
    size_t count = 1;
    for (const struct node *p = node_first(node_get(test, "partials")); p; p = p->next)
        sources[count++] = source_of(p->key, p->u.text);
    struct mustache_set *set;
    if (mustache_compile(a, sources, count, &set, e) < 0)
        return -1;
    const struct node *data = node_get(test, "data");
    const char *content = node_str(node_get(test, "content"), NULL);
    return mustache_render(set, "page", content, &data, 1, out, e);
}

static int case_passes(struct arena *a, const struct node *test)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    struct err e = {0};
    int rc = run(a, test, &out, &e);
    const struct node *error = node_get(test, "error");
    int ok = error ? rc < 0 && strstr(e.message, error->u.text) != NULL
                   : rc == 0 && text_eq(buf_str(&out), node_get_str(test, "expected"));
    if (!ok)
        print_error("  %s: got <%s> %s\n", node_get_str(test, "name"), buf_str(&out), rc < 0 ? e.message : "");
    buf_free(&out);
    return ok;
}

static void folder_run(const char *folder, const char *const *names, size_t count, size_t at_least)
{
    struct arena *a = arena_new("test", 64 << 20);
    size_t ran = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        char *bytes;
        size_t len;
        struct err e = {0};
        const struct node *root;
        int rc = file_read(a, arena_fmt(a, "%s/%s.json", folder, names[i]), 1 << 20, &bytes, &len, &e);
        if (!rc)
            rc = jsonin_parse(a, bytes, len, &root, NULL, NULL, &e);
        if (rc < 0)
            fail_msg("%s: %s", names[i], e.message);
        for (const struct node *t = node_first(node_get(root, "tests")); t; t = t->next) {
            if (text_eq(node_get_str(t, "name"), SPEC_KNOWN_DIFFERENCE))
                continue;
            ran++;
            failed += !case_passes(a, t);
        }
    }
    assert_int_equal(failed, 0);
    assert_true(ran >= at_least);
    arena_free(a);
}

static void our_tables(void **state)
{
    const char *src = getenv("top_srcdir");
    struct arena *a = arena_new("test", 1 << 20);
    folder_run(arena_fmt(a, "%s/tests/unit/data/mustache", src ? src : "."), files, ARRAY_LEN(files), 70);
    arena_free(a);
}

static void public_specification(void **state)
{
    const char *folder = getenv("MUSTACHE_SPEC");
    if (!folder)
        skip();
    folder_run(folder, spec_files, ARRAY_LEN(spec_files), 130);
}

/* {{name}} is found in the innermost context that has it; the page's model before the frame's. */
static void several_contexts(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    struct mustache_source s = source_of("page", "{{a}} {{b}} {{c.d}}");
    struct mustache_set *set;
    struct err e = {0};
    assert_int_equal(mustache_compile(a, &s, 1, &set, &e), 0);
    struct node *frame = node_object(a), *model = node_object(a);
    node_put_text(a, frame, "a", "frame");
    node_put_text(a, frame, "b", "frame");
    node_put_text(a, node_put_object(a, frame, "c"), "d", "frame");
    node_put_text(a, model, "b", "model");
    node_put_object(a, model, "c");
    const struct node *contexts[] = {frame, model};
    struct buf out;
    buf_init(&out, 1000);
    assert_int_equal(mustache_render(set, "page", NULL, contexts, 2, &out, &e), 0);
    assert_string_equal(buf_str(&out), "frame model ");
    assert_int_equal(mustache_render(set, "nowhere", NULL, contexts, 2, &out, &e), -1);
    buf_free(&out);
    arena_free(a);
}

/* What passes the ceiling is an error, not half a page; a partial that calls itself for ever ends. */
static void limits(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    struct mustache_source s[] = {source_of("page", "{{> page}}"), source_of("long", "0123456789")};
    struct mustache_set *set;
    struct err e = {0};
    assert_int_equal(mustache_compile(a, s, 2, &set, &e), 0);
    const struct node *root = node_object(a);
    struct buf out;
    buf_init(&out, 5);
    assert_int_equal(mustache_render(set, "page", NULL, &root, 1, &out, &e), -1);
    assert_int_equal(e.code, ERR_INTERNAL);
    assert_int_equal(mustache_render(set, "long", NULL, &root, 1, &out, &e), -1);
    assert_int_equal(e.code, ERR_TOO_LARGE);
    buf_free(&out);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_tables),
        cmocka_unit_test(public_specification),
        cmocka_unit_test(several_contexts),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
