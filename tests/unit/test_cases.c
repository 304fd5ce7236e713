/*
 * tests/unit/test_cases.c - the scenario tests that ship with every regulation
 *
 * Walks the folders cases of all tenants/<district>/<version>, and those of the tutorial's district: each case is read
 * as the simulate page reads it, evaluated, and its verdict held against "expect". Arguments: versions to run
 * ("xinzhou/2022-15"), otherwise all.
 */
#include "config.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "regulation/regulation.h"
#include "tests/unit/cases.h"

enum { CASE_ARENA_BYTES = 256 << 20 };

static int wanted(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (text_eq(argv[i], name))
            return 1;
    return argc < 2;
}

/* Verdicts of some hundred cases are much: each version has room of its own. */
static void run_version(struct tally *t, const struct vocabulary *v, const struct calendar *c, const char *dir)
{
    struct arena *a = arena_new("cases", CASE_ARENA_BYTES);

    cases_run(t, a, v, c, dir);
    arena_free(a);
}

struct law {
    const struct vocabulary *v;
    const struct calendar *c;
};

/* Every version of every district under root that is wanted. */
static int run_root(struct tally *t, struct arena *a, struct law law, const char *root, int argc, char **argv,
                    struct err *e)
{
    char **tenants, **versions;
    size_t tenant_count, version_count;

    if (file_list(a, root, &tenants, &tenant_count, e) < 0)
        return -1;
    for (size_t i = 0; i < tenant_count; i++) {
        if (file_list(a, arena_fmt(a, "%s/%s", root, tenants[i]), &versions, &version_count, e) < 0)
            continue;
        for (size_t k = 0; k < version_count; k++) {
            const char *dir = arena_fmt(a, "%s/%s/%s", root, tenants[i], versions[k]);
            if (file_exists(arena_fmt(a, "%s/rules.json", dir)) &&
                wanted(argc, argv, arena_fmt(a, "%s/%s", tenants[i], versions[k])))
                run_version(t, law.v, law.c, dir);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new("cases", CASE_ARENA_BYTES);
    const char *root = arena_fmt(a, "%s/tenants", SRCDIR);
    struct vocabulary *v;
    struct calendar *c;
    struct findings f;
    struct tally t = {0};
    struct err e = {0};

    findings_init(&f, a);
    if (!file_exists(arena_fmt(a, "%s/common/vocabulary.json", root)))
        return 77; /* no tenants here yet */
    if (vocabulary_load(a, arena_fmt(a, "%s/common/vocabulary.json", root), &v, &f, &e) < 0 ||
        calendar_load(a, arena_fmt(a, "%s/common/calendar", root), &c, &e) < 0 ||
        run_root(&t, a, (struct law){v, c}, root, argc, argv, &e) < 0 ||
        run_root(&t, a, (struct law){v, c}, arena_fmt(a, "%s/tests/data/tutorial", SRCDIR), argc, argv, &e) < 0) {
        struct buf b;
        buf_init(&b, 1 << 20);
        findings_print(&f, &b);
        fprintf(stderr, "%s%s %s\n", buf_str(&b), e.message, e.detail);
        buf_free(&b);
        arena_free(a);
        return 1;
    }
    printf("%d passed, %d failed\n", t.passed, t.failed);
    arena_free(a);
    return t.failed ? 1 : t.passed ? 0 : 77;
}
