/*
 * tests/unit/test_load.c - the loader's and the checker's messages, word for word
 *
 * Each tests/data/bad/x.json is a rules file with something wrong in it (x.text its articles,
 * where they are not those of common/text.json); x.expect beside
 * it is what a person must read: place, marked line, article, how to mend it. With
 * UPDATE_EXPECT=1 in the environment the .expect files are written anew, to be read
 * before they are committed.
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
#define BAD  SRCDIR "/tests/data/bad"

enum { FILE_MAX = 1 << 20 };

static struct arena *arena;
static struct vocabulary *vocabulary;

static int setup(void **state)
{
    struct findings f;
    struct err e = {0};

    (void)state;
    arena = arena_new("test", 256 << 20);
    findings_init(&f, arena);
    return vocabulary_load(arena, DATA "/vocabulary.json", &vocabulary, &f, &e);
}

static int teardown(void **state)
{
    struct err e = {0};
    char **names;
    size_t count;

    (void)state;
    if (file_list(arena, "bad.tmp", &names, &count, &e) == 0)
        for (size_t i = 0; i < count; i++) {
            remove(arena_fmt(arena, "bad.tmp/%s/text.json", names[i]));
            remove(arena_fmt(arena, "bad.tmp/%s/rules.json", names[i]));
            remove(arena_fmt(arena, "bad.tmp/%s", names[i]));
        }
    remove("bad.tmp");
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

/* Only what follows the folder, so that the place of the test does not show. */
static const char *without(const char *s, const char *prefix)
{
    struct buf b;
    char *out;
    size_t n = strlen(prefix);

    buf_init(&b, FILE_MAX);
    while (*s) {
        if (!strncmp(s, prefix, n)) {
            s += n;
            continue;
        }
        buf_putc(&b, *s++);
    }
    out = arena_dup(arena, buf_str(&b));
    buf_free(&b);
    return out;
}

static const char *said_of(const char *name)
{
    static const char *const HELD[] = {"unit", "tech"};
    const char *own = arena_fmt(arena, "%s/%s.text", BAD, name); /* articles of its own */
    const char *dir = arena_fmt(arena, "bad.tmp/%s", name),
               *text = slurp(file_exists(own) ? own : BAD "/common/text.json");
    const char *rules = slurp(arena_fmt(arena, "%s/%s.json", BAD, name));
    struct regulation *r;
    struct findings f;
    struct err e = {0};
    struct buf b;
    const char *out;

    assert_non_null(text);
    assert_non_null(rules);
    assert_int_equal(file_mkdirs(dir, 0755, &e), 0);
    assert_int_equal(file_write(arena_fmt(arena, "%s/text.json", dir), text, strlen(text), 0644, &e), 0);
    assert_int_equal(file_write(arena_fmt(arena, "%s/rules.json", dir), rules, strlen(rules), 0644, &e), 0);
    findings_init(&f, arena);
    if (regulation_load(arena, dir, vocabulary, &r, &f, &e) == 0)
        regulation_check(r, HELD, 2, date_of(2025, 6, 1), &f);
    else
        assert_true(f.errors > 0);
    buf_init(&b, FILE_MAX);
    findings_print(&f, &b);
    out = without(buf_str(&b), arena_fmt(arena, "%s/", dir));
    buf_free(&b);
    return out;
}

static void test_messages(void **state)
{
    struct err e = {0};
    char **names;
    size_t count, seen = 0;
    int faults = 0;

    (void)state;
    assert_int_equal(file_list(arena, BAD, &names, &count, &e), 0);
    for (size_t i = 0; i < count; i++) {
        const char *name, *said, *want, *expect;
        if (!text_ends(names[i], ".json"))
            continue;
        name = arena_dupn(arena, names[i], strlen(names[i]) - strlen(".json"));
        expect = arena_fmt(arena, "%s/%s.expect", BAD, name);
        said = said_of(name);
        seen++;
        if (getenv("UPDATE_EXPECT")) {
            assert_int_equal(file_write(expect, said, strlen(said), 0644, &e), 0);
            continue;
        }
        want = slurp(expect);
        if (!want || !text_eq(want, said)) {
            print_error("%s: 应为\n%s实为\n%s", names[i], want ? want : "(没有 .expect)\n", said);
            faults++;
        }
    }
    assert_true(seen > 40);
    assert_int_equal(faults, 0);
}

/* The one good file among them has nothing said of it: the faults above are what was broken, no more. */
static void test_good(void **state)
{
    (void)state;
    assert_string_equal(said_of("good"), "");
}

static void test_missing_folder(void **state)
{
    struct regulation *r;
    struct findings f;
    struct err e = {0};

    (void)state;
    findings_init(&f, arena);
    assert_int_equal(regulation_load(arena, "bad.tmp/no-such-folder", vocabulary, &r, &f, &e), -1);
    assert_true(*e.message);
}

static void test_what_it_is(void **state)
{
    struct regulation *r;
    struct findings f;
    struct err e = {0};

    (void)state;
    findings_init(&f, arena);
    assert_int_equal(regulation_load(arena, DATA "/small", vocabulary, &r, &f, &e), 0);
    assert_string_equal(regulation_id(r), "2024-1");
    assert_string_equal(regulation_tenant(r), "small");
    assert_string_equal(regulation_title(r), "测试区项目管理办法");
    assert_string_equal(regulation_document_number(r), "测政办〔2024〕1号");
    assert_int_equal(regulation_from(r), date_of(2024, 1, 1));
    assert_int_equal(regulation_to(r), date_of(2025, 12, 31));
    assert_int_equal(strlen(regulation_digest(r)), 64);
    assert_string_equal(regulation_article(r, "19"), "各方应当廉洁自律。");
    assert_null(regulation_article(r, "21"));
    assert_int_equal(regulation_article_count(r), 21);
}

static void test_findings_node(void **state)
{
    struct findings f;
    struct regulation *r;
    struct err e = {0};
    const struct node *n;

    (void)state;
    said_of("unknown_fact");
    findings_init(&f, arena);
    assert_int_equal(regulation_load(arena, "bad.tmp/unknown_fact", vocabulary, &r, &f, &e), -1);
    n = node_first(findings_node(&f, arena));
    assert_string_equal(node_get_str(n, "id"), "unknown_fact");
    assert_string_equal(node_get_str(n, "level"), "error");
    assert_int_equal(node_get_int(n, "line", 0), 22);
    assert_int_equal(node_get_int(n, "width", 0), 8);
    assert_string_equal(node_get_str(n, "article_text"), "第四条");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),   cmocka_unit_test(test_good),          cmocka_unit_test(test_missing_folder),
        cmocka_unit_test(test_what_it_is), cmocka_unit_test(test_findings_node),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
