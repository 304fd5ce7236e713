/*
 * regulation/cases.c - the scenario cases of a version for people who want to read them
 *
 * They are run by the same steps as the check (scenario.c): read, evaluate, match. Each in memory of its own.
 */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/expect.h"
#include "regulation/model.h"

enum { CASES_FILE_BYTES = 1 << 22, CASES_ONE_BYTES = 64 << 20 };

struct cases {
    const struct regulation *r;
    const struct calendar *c;
    struct arena *a, *one; /* of the list; of the case that is run */
    const char *id;        /* the one asked for; NULL all */
    struct node *list;
};

/* NULL when the rules answer as the case expects. */
static const char *faults_of(const struct cases *x, struct arena *a, const struct node *n, struct case_input *in,
                             const struct node **ret_verdict)
{
    struct err_list errors;

    err_list_init(&errors);
    *ret_verdict = NULL;
    if (case_read(x->r, a, n, in, &errors) < 0)
        return arena_dup(a, errors.item[0].message);
    *ret_verdict = regulation_eval(x->r, x->c, a, in);
    return expect_match(a, node_get(n, "expect"), *ret_verdict);
}

static void put_event(struct arena *a, struct node *n, const struct case_event *e)
{
    node_put_text(a, n, "at", date_text(a, instant_date(e->at)));
    node_put_text(a, n, "what", e->what);
    node_put_text(a, n, "by", e->by);
    node_put(a, n, "with", e->with ? node_copy(a, e->with) : node_object(a));
}

/* What the case says happened, as it was read: the typed values can be worded like those of a project. */
static struct node *input_node(struct arena *a, const struct case_input *in)
{
    struct node *o = node_object(a), *list;

    node_put_text(a, o, "today", date_text(a, in->today));
    node_put_text(a, o, "unit_name", in->unit_name);
    node_put(a, o, "facts", node_copy(a, in->facts));
    list = node_put_list(a, o, "materials");
    for (size_t i = 0; i < in->material_count; i++)
        node_add_text(a, list, in->materials[i]);
    list = node_put_list(a, o, "history");
    for (size_t i = 0; i < in->history_count; i++)
        put_event(a, node_add_object(a, list), &in->history[i]);
    if (in->attempt)
        put_event(a, node_put_object(a, o, "attempt"), in->attempt);
    return o;
}

static void case_add(struct cases *x, const struct node *n, const char *id)
{
    struct arena *a = x->one;
    struct case_input in = {0};
    const struct node *verdict;
    const char *faults;
    struct node *o;

    if (x->id && !text_eq(x->id, id))
        return;
    faults = faults_of(x, a, n, &in, &verdict);
    o = node_add_object(x->a, x->list);
    node_put_text(x->a, o, "id", id);
    node_put_text(x->a, o, "name", node_get_str(n, "name"));
    node_put(x->a, o, "articles", node_get(n, "articles") ? node_copy(x->a, node_get(n, "articles")) : node_list(x->a));
    node_put_bool(x->a, o, "passes", !faults);
    node_put_text(x->a, o, "faults", faults ? faults : "");
    if (x->id) {
        node_put(x->a, o, "case", node_copy(x->a, n));
        if (verdict) {
            node_put(x->a, o, "input", node_copy(x->a, input_node(a, &in)));
            node_put(x->a, o, "verdict", node_copy(x->a, verdict));
        }
    }
    arena_reset(a);
}

static int file_add(struct cases *x, const char *name, struct err *e)
{
    const char *stem = arena_dupn(x->a, name, strlen(name) - strlen(".json"));
    const struct node *root;
    int line = 0, column = 0, number = 0;
    size_t len;
    char *bytes;

    if (x->id && (!text_starts(x->id, stem) || x->id[strlen(stem)] != '.'))
        return 0;
    if (file_read(x->a, arena_fmt(x->a, "%s/cases/%s", x->r->dir, name), CASES_FILE_BYTES, &bytes, &len, e) < 0 ||
        jsonin_parse(x->a, bytes, len, &root, &line, &column, e) < 0)
        return -1;
    if (root->type == NODE_OBJECT)
        case_add(x, root, arena_fmt(x->a, "%s.1", stem));
    for (const struct node *n = root->type == NODE_LIST ? node_first(root) : NULL; n; n = n->next)
        case_add(x, n, arena_fmt(x->a, "%s.%d", stem, ++number));
    return 0;
}

int regulation_cases(const struct regulation *r, const struct calendar *c, struct arena *a, const char *id_or_null,
                     struct node **ret, struct err *e)
{
    struct arena *one CLEANUP_(arena_freep) = arena_new("case", CASES_ONE_BYTES);
    struct cases x = {.r = r, .c = c, .a = a, .one = one, .id = id_or_null, .list = node_list(a)};
    const char *dir = arena_fmt(a, "%s/cases", r->dir);
    size_t count = 0;
    char **names;

    *ret = x.list;
    if (!file_exists(dir))
        return 0;
    if (file_list(a, dir, &names, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (text_ends(names[i], ".json") && file_add(&x, names[i], e) < 0)
            return -1;
    return 0;
}
