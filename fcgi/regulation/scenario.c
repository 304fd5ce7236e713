/*
 * regulation/scenario.c - the scenario tests that ship with a version
 *
 * <version>/cases/FILE.json holds one case or a list: what simulate reads, with a name, the
 * articles it is written from and what is expected of the verdict (expect.c). One that
 * fails is an error of the regulation like any other.
 */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/expect.h"
#include "regulation/model.h"

enum { CASE_FILE_MAX_BYTES = 1 << 22, CASE_ONE_BYTES = 64 << 20, CASE_SAID_BYTES = 1200 };

struct scenarios {
    const struct regulation *r;
    const struct calendar *c;
    struct findings *f;
    struct arena *all, *one; /* of a file; of the case that is run: a verdict is large, and there are some hundred */
    const char *file;
    int passed;
};

static void fails(struct scenarios *s, const struct node *n, const char *mend, const char *message)
{
    const char *articles = "";

    for (const struct node *x = node_first(node_get(n, "articles")); x; x = x->next)
        articles = arena_fmt(s->f->arena, "%s%s%s", articles, *articles ? "," : "", node_str(x, ""));
    finding_put(s->f, FINDING_ERROR, "scenario_fails", s->file, n, 0, articles, mend, "%s", message);
}

/* The first places where it does not fit, on one line. */
static const char *in_short(struct arena *a, const char *faults)
{
    char cut[CASE_SAID_BYTES];
    char *s;

    /* room for the mark is kept free: laid over the end it would split a character */
    if (text_copy(cut, sizeof(cut) - strlen("…"), faults) < 0)
        memcpy(cut + strlen(cut), "…", sizeof("…"));
    s = text_trim(a, cut);
    for (char *p = s; *p; p++)
        if (*p == '\n')
            *p = ' ';
    return s;
}

static const char *unknown_article(struct scenarios *s, struct arena *a, const struct node *n)
{
    for (const struct node *x = node_first(node_get(n, "articles")); x; x = x->next) {
        const char *number = node_str(x, "");
        if (!regulation_article(s->r, arena_dupn(a, number, strcspn(number, "("))))
            return number;
    }
    return NULL;
}

static void run_case(struct scenarios *s, const struct node *n)
{
    struct arena *a = s->one, *keep = s->f->arena;
    const char *name = node_get_str(n, "name"), *number, *faults;
    struct err_list errors;
    struct case_input in;

    err_list_init(&errors);
    if (!*name || !node_count(node_get(n, "articles")) || !node_count(node_get(n, "expect"))) {
        fails(s, n, "补写 name、articles、expect", "每个案例须有 name、articles 与 expect");
        return;
    }
    number = unknown_article(s, a, n);
    if (number) {
        fails(s, n, "核对条号", arena_fmt(keep, "案例「%s」所引的「%s」不在正文中", name, text_articles(keep, number)));
        return;
    }
    if (case_read(s->r, a, n, &in, &errors) < 0) {
        fails(s, n, arena_fmt(keep, "%s", errors.item[0].mend),
              arena_fmt(keep, "案例「%s」填写有误：%s（%s）", name, errors.item[0].message, errors.item[0].path));
        return;
    }
    faults = expect_match(a, node_get(n, "expect"), regulation_eval(s->r, s->c, a, &in));
    if (faults)
        fails(s, n, "照条文核对，改正规则或案例",
              arena_fmt(keep, "案例「%s」没有通过：%s", name, in_short(keep, faults)));
    else
        s->passed++;
}

static void run_file(struct scenarios *s)
{
    const struct node *n;
    struct err e = {0};
    int line = 0, column = 0;
    size_t len;
    char *bytes;

    if (file_read(s->all, s->file, CASE_FILE_MAX_BYTES, &bytes, &len, &e) < 0) {
        finding_put(s->f, FINDING_ERROR, "bad_json", s->file, NULL, 0, "", "", "%s", e.message);
        return;
    }
    if (jsonin_parse(s->all, bytes, len, &n, &line, &column, &e) < 0) {
        struct placed_node at = {{.type = NODE_LIST, .is_placed = 1}, {.line = line, .column = column}};
        finding_put(s->f, FINDING_ERROR, "bad_json", s->file, &at.node, 0, "", "", "%s", e.message);
        return;
    }
    for (const struct node *k = n->type == NODE_LIST ? node_first(n) : n; k; k = k->next) {
        run_case(s, k);
        arena_reset(s->one);
    }
}

int regulation_scenarios(const struct regulation *r, const struct calendar *c, struct findings *f)
{
    struct arena *all CLEANUP_(arena_freep) = arena_new("cases", CASE_ONE_BYTES);
    struct arena *one CLEANUP_(arena_freep) = arena_new("case", CASE_ONE_BYTES);
    struct scenarios s = {.r = r, .c = c, .f = f, .all = all, .one = one};
    struct err e = {0};
    size_t count = 0;
    char **names;
    int before = f->errors;

    if (file_list(f->arena, arena_fmt(f->arena, "%s/cases", r->dir), &names, &count, &e) < 0)
        count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!text_ends(names[i], ".json"))
            continue;
        s.file = arena_fmt(f->arena, "%s/cases/%s", r->dir, names[i]);
        run_file(&s);
        arena_reset(all);
    }
    if (!s.passed && f->errors == before)
        finding_put(f, FINDING_DOUBT, "scenario_missing", r->file, NULL, 0, "", "在 cases 中写明案例，每例注明条号",
                    "这一版本没有案例");
    findings_sort(f);
    return s.passed;
}
