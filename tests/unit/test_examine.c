/*
 * tests/unit/test_examine.c - a version looked at as a whole, and what stands beside one that was published
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "regulation/regulation.h"

#define DATA SRCDIR "/tests/unit/data/regulation"

enum { FILE_MAX = 1 << 20 };

static struct arena *arena;
static struct vocabulary *vocabulary;
static struct calendar *calendar;
static const char *dir; /* <scratch>/<version>: a copy of the small regulation */
static const char *id, *tenant;
static struct err err;

static void put(const char *name, const char *text)
{
    assert_int_equal(file_write(arena_fmt(arena, "%s/%s", dir, name), text, strlen(text), 0600, &err), 0);
}

static char *got(const char *name)
{
    char *text;
    size_t len;

    assert_int_equal(file_read(arena, arena_fmt(arena, DATA "/small/%s", name), FILE_MAX, &text, &len, &err), 0);
    return text;
}

static int setup(void **state)
{
    char scratch[] = "/tmp/guizhang-examine-XXXXXX";
    struct findings f;
    struct regulation *r;

    (void)state;
    arena = arena_new("test", 256 << 20);
    findings_init(&f, arena);
    if (!mkdtemp(scratch) || vocabulary_load(arena, DATA "/vocabulary.json", &vocabulary, &f, &err) < 0 ||
        calendar_load(arena, SRCDIR "/tenants/common/calendar", &calendar, &err) < 0 ||
        regulation_load(arena, DATA "/small", vocabulary, &r, &f, &err) < 0)
        return -1;
    id = arena_dup(arena, regulation_id(r));
    tenant = arena_dup(arena, regulation_tenant(r));
    dir = arena_fmt(arena, "%s/%s", scratch, id);
    return file_mkdirs(arena_fmt(arena, "%s/cases", dir), 0700, &err);
}

static int teardown(void **state)
{
    static const char *const names[] = {"text.json", "rules.json", "findings.json", "publication.json", "cases"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        (void)remove(arena_fmt(arena, "%s/%s", dir, names[i]));
    (void)remove(dir);
    (void)remove(arena_dupn(arena, dir, strlen(dir) - strlen(id) - 1));
    arena_free(arena);
    return 0;
}

static struct regulation *examine(const char *as_id, const char *as_tenant, struct findings *f)
{
    struct examined x = {
        .dir = dir, .tenant_file = "/nowhere", .id = as_id, .tenant = as_tenant, .today = date_of(2026, 9, 24)};
    struct regulation *r;
    int passed;

    findings_init(f, arena);
    if (regulation_examine(arena, &x, vocabulary, calendar, &r, &passed, f, &err) < 0)
        fail_msg("%s", err.message);
    return r;
}

static const struct finding *has(const struct findings *f, const char *slug)
{
    const struct finding *x = f->first;

    while (x && !text_eq(x->id, slug))
        x = x->next;
    if (!x)
        fail_msg("no finding %s", slug);
    return x;
}

static void missing_files(void **state)
{
    struct findings f;

    (void)state;
    assert_null(examine(id, tenant, &f));
    assert_int_equal(f.errors, 2);
    has(&f, "file_missing");
}

static void names(void **state)
{
    struct findings f;

    (void)state;
    put("text.json", got("text.json"));
    put("rules.json", got("rules.json"));
    assert_non_null(examine(id, tenant, &f));
    for (const struct finding *x = f.first; x; x = x->next)
        assert_string_not_equal(x->id, "wrong_version");
    assert_non_null(examine("other", "elsewhere", &f));
    assert_true(has(&f, "wrong_version")->line > 0);
    assert_true(has(&f, "wrong_tenant")->column > 0);
}

/* The words are those of the terminal, but for what the file is called. */
static void words(void **state)
{
    struct findings f;
    struct buf one, all;

    (void)state;
    examine("other", tenant, &f);
    buf_init(&one, FILE_MAX);
    buf_init(&all, FILE_MAX);
    const struct finding *x = has(&f, "wrong_version");
    finding_print(x, x->file, arena, &one);
    findings_print(&f, &all);
    assert_non_null(strstr(buf_str(&all), buf_str(&one)));
    buf_clear(&one);
    finding_print(x, "rules.json", arena, &one);
    assert_true(text_starts(buf_str(&one), arena_fmt(arena, "rules.json:%d:%d: 错误: ", x->line, x->column)));
    assert_non_null(strstr(buf_str(&one), "^^^"));
    buf_free(&one);
    buf_free(&all);
}

static void broken_acceptance(void **state)
{
    struct findings f;

    (void)state;
    put("findings.json", "{ \"accepted\": [ ");
    examine(id, tenant, &f);
    assert_true(text_ends(has(&f, "bad_json")->file, "/findings.json"));
    put("findings.json", "{ \"accepted\": [] }");
    examine(id, tenant, &f);
}

static const char *publication(const char *digest, const char *version, const char *day)
{
    return arena_fmt(arena, "{ \"regulation\": \"%s\", \"tenant\": \"%s\", \"digest\": \"%s\", \"comes_on\": \"%s\" }",
                     version, tenant, digest, day);
}

static void published(void **state)
{
    struct findings f;
    struct regulation *r = examine(id, tenant, &f), *older = examine(id, tenant, &f);
    const date written = regulation_from(r), day = date_of(2025, 6, 1);
    const char *digest = regulation_digest(r);

    (void)state;
    assert_int_equal(regulation_publish(r, arena, &err), -1); /* no such file */
    put("publication.json", "{ \"regulation\": ");
    assert_int_equal(regulation_publish(r, arena, &err), -1);
    assert_non_null(strstr(err.message, "publication.json:1:"));
    put("publication.json", publication("00", id, "2025-06-01"));
    assert_int_equal(regulation_publish(r, arena, &err), -1);
    assert_non_null(strstr(err.message, "不是同一份"));
    put("publication.json", publication(digest, "other", "2025-06-01"));
    assert_int_equal(regulation_publish(r, arena, &err), -1);
    put("publication.json", publication(digest, id, "someday"));
    assert_int_equal(regulation_publish(r, arena, &err), -1);
    assert_int_equal(regulation_from(r), written);
    put("publication.json", publication(digest, id, "2025-06-01"));
    assert_int_equal(regulation_publish(r, arena, &err), 0);
    assert_int_equal(regulation_from(r), day);

    regulation_replace(older, day);
    assert_int_equal(regulation_to(older), day - 1);
    regulation_replace(older, day + 10); /* a later one does not give it back */
    assert_int_equal(regulation_to(older), day - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_files),     cmocka_unit_test(names),     cmocka_unit_test(words),
        cmocka_unit_test(broken_acceptance), cmocka_unit_test(published),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
