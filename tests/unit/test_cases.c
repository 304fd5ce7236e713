/*
 * tests/unit/test_cases.c - the scenario tests that ship with every regulation
 *
 * Walks the folders cases of all tenants/<district>/<version>: each case is read as the simulate page
 * reads it, evaluated, and its verdict held against "expect". Arguments: versions to run
 * ("xinzhou/2022-15"), otherwise all.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/regulation.h"
#include "tests/unit/expect.h"

enum { CASE_FILE_MAX_BYTES = 1 << 22, CASE_ARENA_BYTES = 256 << 20 };

struct tally {
    int passed, failed;
};

static const char *source_dir(void)
{
    const char *s = SRCDIR;

    return s;
}

static void fail(struct tally *t, const char *file, const struct node *c, const char *what)
{
    t->failed++;
    fprintf(stderr, "%s:%d: 「%s」没有通过\n%s", file, c ? c->line : 0, c ? node_get_str(c, "name") : "", what);
}

static const char *problems(struct arena *a, const struct err_list *l)
{
    const char *s = "";

    for (int i = 0; i < l->count && i < ERR_LIST_MAX; i++)
        s = arena_fmt(a, "%s    %s: %s（%s）\n", s, l->item[i].path, l->item[i].message, l->item[i].mend);
    return s;
}

static void run_case(struct tally *t, struct arena *a, const struct regulation *r, const struct calendar *c, const char *file, const struct node *n)
{
    struct err_list errors = {0};
    struct case_input in;
    const char *faults;

    if (!*node_get_str(n, "name") || !node_count(node_get(n, "articles")) || !node_count(node_get(n, "expect"))) {
        fail(t, file, n, "    每个案例须有 name、articles 与 expect\n");
        return;
    }
    for (const struct node *x = node_first(node_get(n, "articles")); x; x = x->next) {
        const char *s = node_str(x, "");
        if (!regulation_article(r, arena_dupn(a, s, strcspn(s, "(")))) {
            fail(t, file, n, arena_fmt(a, "    正文没有「%s」\n", s));
            return;
        }
    }
    if (case_read(r, a, n, &in, &errors) < 0) {
        fail(t, file, n, problems(a, &errors));
        return;
    }
    faults = expect_match(a, node_get(n, "expect"), regulation_eval(r, c, a, &in));
    if (faults)
        fail(t, file, n, faults);
    else
        t->passed++;
}

static void run_file(struct tally *t, struct arena *a, const struct regulation *r, const struct calendar *c, const char *file)
{
    const struct node *n;
    struct err e = {0};
    size_t len;
    char *bytes;

    if (file_read(a, file, CASE_FILE_MAX_BYTES, &bytes, &len, &e) < 0 || jsonin_parse(a, bytes, len, &n, NULL, NULL, &e) < 0) {
        fail(t, file, NULL, arena_fmt(a, "    %s\n", e.message));
        return;
    }
    if (n->type == NODE_OBJECT)
        run_case(t, a, r, c, file, n);
    for (const struct node *k = n->type == NODE_LIST ? node_first(n) : NULL; k; k = k->next)
        run_case(t, a, r, c, file, k);
}

static void run_version(struct tally *t, struct arena *a, const struct vocabulary *v, const struct calendar *c, const char *dir)
{
    struct findings f;
    struct regulation *r;
    struct err e = {0};
    struct buf b;
    char **names;
    size_t count;

    findings_init(&f, a);
    if (regulation_load(a, dir, v, &r, &f, &e) < 0) {
        buf_init(&b, 1 << 20);
        findings_print(&f, &b);
        fail(t, dir, NULL, arena_fmt(a, "%s%s\n", buf_str(&b), e.message));
        buf_free(&b);
        return;
    }
    if (file_list(a, arena_fmt(a, "%s/cases", dir), &names, &count, &e) < 0)
        return; /* a version may come without cases; the checker says so */
    for (size_t i = 0; i < count; i++)
        if (text_ends(names[i], ".json"))
            run_file(t, a, r, c, arena_fmt(a, "%s/cases/%s", dir, names[i]));
}

static int wanted(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (text_eq(argv[i], name))
            return 1;
    return argc < 2;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new("cases", CASE_ARENA_BYTES);
    const char *root = arena_fmt(a, "%s/tenants", source_dir());
    char **tenants, **versions;
    size_t tenant_count, version_count;
    struct vocabulary *v;
    struct calendar *c;
    struct findings f;
    struct tally t = {0};
    struct err e = {0};

    findings_init(&f, a);
    if (!file_exists(arena_fmt(a, "%s/common/vocabulary.json", root)))
        return 77; /* no tenants here yet */
    if (vocabulary_load(a, arena_fmt(a, "%s/common/vocabulary.json", root), &v, &f, &e) < 0 ||
        calendar_load(a, arena_fmt(a, "%s/common/calendar", root), &c, &e) < 0 || file_list(a, root, &tenants, &tenant_count, &e) < 0) {
        struct buf b;
        buf_init(&b, 1 << 20);
        findings_print(&f, &b);
        fprintf(stderr, "%s%s %s\n", buf_str(&b), e.message, e.detail);
        buf_free(&b);
        arena_free(a);
        return 1;
    }
    for (size_t i = 0; i < tenant_count; i++) {
        if (file_list(a, arena_fmt(a, "%s/%s", root, tenants[i]), &versions, &version_count, &e) < 0)
            continue;
        for (size_t k = 0; k < version_count; k++) {
            const char *dir = arena_fmt(a, "%s/%s/%s", root, tenants[i], versions[k]);
            if (file_exists(arena_fmt(a, "%s/rules.json", dir)) && wanted(argc, argv, arena_fmt(a, "%s/%s", tenants[i], versions[k])))
                run_version(&t, a, v, c, dir);
        }
    }
    printf("%d passed, %d failed\n", t.passed, t.failed);
    arena_free(a);
    return t.failed ? 1 : t.passed ? 0 : 77;
}
