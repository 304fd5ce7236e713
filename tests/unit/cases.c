/*
 * tests/unit/cases.c - runs the scenario tests of one version of a regulation
 */
#include "config.h"

#include "tests/unit/cases.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "tests/unit/expect.h"

enum { CASE_FILE_MAX_BYTES = 1 << 22, CASE_ONE_BYTES = 64 << 20 };

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

static void run_case(struct tally *t, struct arena *a, const struct regulation *r, const struct calendar *c,
                     const char *file, const struct node *n)
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

/* Each in memory of its own: a verdict is large, and the districts have some thousand cases. */
static void run_alone(struct tally *t, const struct regulation *r, const struct calendar *c, const char *file,
                      const struct node *n)
{
    struct arena *one = arena_new("case", CASE_ONE_BYTES);

    run_case(t, one, r, c, file, n);
    arena_free(one);
}

static void run_file(struct tally *t, struct arena *a, const struct regulation *r, const struct calendar *c,
                     const char *file)
{
    const struct node *n;
    struct err e = {0};
    size_t len;
    char *bytes;

    if (file_read(a, file, CASE_FILE_MAX_BYTES, &bytes, &len, &e) < 0 ||
        jsonin_parse(a, bytes, len, &n, NULL, NULL, &e) < 0) {
        fail(t, file, NULL, arena_fmt(a, "    %s\n", e.message));
        return;
    }
    if (n->type == NODE_OBJECT)
        run_alone(t, r, c, file, n);
    for (const struct node *k = n->type == NODE_LIST ? node_first(n) : NULL; k; k = k->next)
        run_alone(t, r, c, file, k);
}

/* A regulation that ships has no errors; its doubts are printed for who reads the log. */
static void check_version(struct tally *t, struct arena *a, const struct regulation *r, const char *dir)
{
    struct findings f;
    struct buf b;

    findings_init(&f, a);
    regulation_check(r, NULL, 0, date_of(2026, 1, 1), &f);
    buf_init(&b, 1 << 20);
    findings_print(&f, &b);
    fprintf(stderr, "%s", buf_str(&b));
    buf_free(&b);
    if (f.errors)
        fail(t, dir, NULL, arena_fmt(a, "    核对有 %d 处错误\n", f.errors));
    else
        t->passed++;
}

void cases_run(struct tally *t, struct arena *a, const struct vocabulary *v, const struct calendar *c, const char *dir)
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
    check_version(t, a, r, dir);
    if (file_list(a, arena_fmt(a, "%s/cases", dir), &names, &count, &e) < 0)
        return; /* a version may come without cases; the checker says so */
    for (size_t i = 0; i < count; i++)
        if (text_ends(names[i], ".json"))
            run_file(t, a, r, c, arena_fmt(a, "%s/cases/%s", dir, names[i]));
}
