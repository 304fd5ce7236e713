/*
 * regulation/expect.c - partial patterns over a verdict
 */
#include "config.h"

#include "regulation/expect.h"

#include <string.h>

#include "base/buf.h"
#include "base/jsonout.h"
#include "base/text.h"

enum { SHOWN_BYTES = 600 }; /* of a value that did not fit */

struct match {
    struct arena *a;
    const char *faults; /* lines; "" while everything fits */
};

static void match_node(struct match *m, const char *path, const struct node *want, const struct node *got);

static const char *as_json(struct arena *a, const struct node *n)
{
    char shown[SHOWN_BYTES];
    struct buf b;
    int is_cut;

    if (!n)
        return "(没有)";
    buf_init(&b, 1 << 16);
    jsonout_tree(&b, n);
    is_cut = text_copy(shown, sizeof(shown), buf_str(&b)) < 0;
    buf_free(&b);
    return arena_fmt(a, "%s%s", shown, is_cut ? "…" : "");
}

static void fault(struct match *m, const char *path, const struct node *want, const struct node *got)
{
    m->faults =
        arena_fmt(m->a, "%s    %s: 应为 %s，实为 %s\n", m->faults, path, as_json(m->a, want), as_json(m->a, got));
}

static int fits(struct match *m, const struct node *want, const struct node *got)
{
    struct match inner = {.a = m->a, .faults = ""};

    match_node(&inner, "", want, got);
    return !*inner.faults;
}

static int is_nothing(const struct node *n)
{
    return !n || n->type == NODE_NULL;
}

/* The member by which an object stands in for a scalar. */
static const struct node *chief(const struct node *o)
{
    static const char *const NAMES[] = {"state", "allowed", "present", "organ", "act", "duty", "id", "code"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        if (node_get(o, NAMES[i]))
            return node_get(o, NAMES[i]);
    return NULL;
}

static const struct node *chief_of(const char *path, const struct node *o)
{
    const char *last = strrchr(path, '/');

    if (last && text_eq(last, "/route"))
        return node_get(o, "id");
    if (last && text_eq(last, "/document"))
        return node_get(o, "id");
    /* an act's row also has an "act"; what a test asks of it is whether it is allowed */
    return chief(o);
}

static int named(const struct node *o, const char *name)
{
    static const char *const NAMES[] = {"procedure", "act", "id", "organ", "code", "number"};
    const char *at = strchr(name, '@');
    int keyed = at && node_get(o, "key");

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        const char *s = node_get_str(o, NAMES[i]);
        if (text_eq(s, name))
            return 1;
        if (keyed && *s && strlen(s) == (size_t)(at - name) && !strncmp(s, name, strlen(s)) &&
            text_eq(node_get_str(o, "key"), at + 1))
            return 1;
        if (text_eq(NAMES[i], "procedure") && node_get(o, "act"))
            continue; /* rows of acts go by their act */
    }
    return 0;
}

static void match_map(struct match *m, const char *path, const struct node *want, const struct node *list)
{
    for (const struct node *w = node_first(want); w; w = w->next) {
        const char *here = arena_fmt(m->a, "%s/%s", path, w->key);
        const struct node *some = NULL;
        int ok = 0;

        for (const struct node *g = node_first(list); g && !ok; g = g->next) {
            if (!named(g, w->key))
                continue;
            some = g;
            ok = fits(m, w, g);
        }
        if (is_nothing(w) ? some != NULL : !ok)
            fault(m, here, w, some);
    }
}

static void match_list(struct match *m, const char *path, const struct node *want, const struct node *got)
{
    if (!node_count(want) && node_count(got))
        fault(m, path, want, got);
    for (const struct node *w = node_first(want); w; w = w->next) {
        int ok = 0;
        for (const struct node *g = node_first(got); g && !ok; g = g->next)
            ok = fits(m, w, g);
        if (!ok)
            fault(m, path, w, got);
    }
}

static int list_has(const struct node *list, const char *s)
{
    for (const struct node *n = node_first(list); n; n = n->next)
        if (text_eq(node_str(n, ""), s))
            return 1;
    return 0;
}

static struct node *all_of(struct arena *a, const struct node *rows, const char *member)
{
    struct node *list = node_list(a);

    for (const struct node *n = node_first(rows); n; n = n->next) {
        const struct node *x = node_get(n, member);
        for (const struct node *k = x && x->type == NODE_LIST ? node_first(x) : NULL; k; k = k->next)
            if (!list_has(list, node_str(k, "")))
                node_add_text(a, list, node_str(k, ""));
        if (x && x->type == NODE_TEXT && !list_has(list, x->u.text))
            node_add_text(a, list, x->u.text);
    }
    return list;
}

/* reasons_codes (exactly), reasons_articles, reasons_ids (each among them); 1 when key is one of these. */
static int match_short(struct match *m, const char *path, const struct node *w, const struct node *got)
{
    static const struct {
        const char *suffix, *member;
        int exact;
    } SHORT[] = {{"_codes", "code", 1}, {"_articles", "articles", 0}, {"_ids", "id", 0}};

    for (size_t i = 0; i < ARRAY_LEN(SHORT); i++) {
        const char *rows = text_eq(w->key, arena_fmt(m->a, "reasons%s", SHORT[i].suffix))    ? "reasons"
                           : text_eq(w->key, arena_fmt(m->a, "warnings%s", SHORT[i].suffix)) ? "warnings"
                                                                                             : NULL;
        struct node *have;
        int ok = 1;
        if (!rows)
            continue;
        have = all_of(m->a, node_get(got, rows), SHORT[i].member);
        for (const struct node *x = node_first(w); x; x = x->next)
            ok &= list_has(have, node_str(x, ""));
        for (const struct node *x = node_first(have); x && SHORT[i].exact; x = x->next)
            ok &= list_has(w, node_str(x, ""));
        if (!ok)
            fault(m, arena_fmt(m->a, "%s/%s", path, w->key), w, node_get(got, rows));
        return 1;
    }
    return 0;
}

static int match_special(struct match *m, const char *path, const struct node *w, const struct node *got)
{
    if (match_short(m, path, w, got))
        return 1;
    if (text_eq(w->key, "count")) {
        for (const struct node *x = node_first(w); x; x = x->next)
            if (x->type != NODE_INT || (int64_t)node_count(node_get(got, x->key)) != x->u.integer)
                fault(m, arena_fmt(m->a, "%s/count/%s", path, x->key), x, node_get(got, x->key));
        return 1;
    }
    if (text_eq(w->key, "not")) {
        if (fits(m, w, got))
            fault(m, arena_fmt(m->a, "%s/not", path), w, NULL);
        return 1;
    }
    return 0;
}

static void match_node(struct match *m, const char *path, const struct node *want, const struct node *got)
{
    if (is_nothing(want)) {
        if (!is_nothing(got) && !(got->type == NODE_LIST && !node_count(got)))
            fault(m, path, want, got);
        return;
    }
    if (want->type == NODE_OBJECT && got && got->type == NODE_LIST) {
        match_map(m, path, want, got);
    } else if (want->type == NODE_OBJECT && got && got->type == NODE_OBJECT) {
        for (const struct node *w = node_first(want); w; w = w->next)
            if (!match_special(m, path, w, got))
                match_node(m, arena_fmt(m->a, "%s/%s", path, w->key), w, node_get(got, w->key));
    } else if (want->type == NODE_LIST) {
        if (got && got->type != NODE_LIST)
            fault(m, path, want, got);
        else
            match_list(m, path, want, got);
    } else if (got && got->type == NODE_OBJECT && want->type != NODE_OBJECT) {
        const struct node *x = chief_of(path, got);
        if (!x || !node_equal(want, x))
            fault(m, path, want, got);
    } else if (!got || !node_equal(want, got)) {
        fault(m, path, want, got);
    }
}

const char *expect_match(struct arena *a, const struct node *pattern, const struct node *verdict)
{
    struct match m = {.a = a, .faults = ""};

    match_node(&m, "", pattern, verdict);
    return *m.faults ? m.faults : NULL;
}
