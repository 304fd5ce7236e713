/*
 * web/page_rows.c - a field of several entries, as a form without script sends and shows it
 *
 * A cell is called "with.<field>.<row>.<column>", the field's own name stands beside with no value (so that all can be
 * taken out), and "rows.<field>" says how many rows stood open. Rows left blank are not sent on.
 */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "web/limits.h"
#include "web/page_parts.h"

enum { ROWS_SHOWN_MAX = 200, ROWS_AT_FIRST = 2 };

/* "<field>.<row>.<column>"; 0 when the name is no cell's. */
static int cell_name(struct arena *a, const char *name, const char **ret_field, int64_t *ret_row,
                     const char **ret_column)
{
    const char *dot = strchr(name, '.'), *second = dot ? strchr(dot + 1, '.') : NULL;

    if (!second || !second[1])
        return 0;
    if (text_i64(arena_dupn(a, dot + 1, (size_t)(second - dot - 1)), ret_row) < 0 || *ret_row < 0 ||
        *ret_row >= ROWS_SHOWN_MAX)
        return 0;
    *ret_field = arena_dupn(a, name, (size_t)(dot - name));
    *ret_column = second + 1;
    return 1;
}

static int is_blank(const struct node *row)
{
    for (const struct node *n = node_first(row); n; n = n->next)
        if (n->type != NODE_TEXT || *n->u.text)
            return 0;
    return 1;
}

static struct node *rows_of(struct arena *a, const struct node *group, const char *field)
{
    struct node *rows[ROWS_SHOWN_MAX] = {NULL}, *list = node_list(a);

    for (const struct node *n = node_first(group); n; n = n->next) {
        const char *of, *column;
        int64_t row;
        if (!cell_name(a, n->key, &of, &row, &column) || !text_eq(of, field))
            continue;
        if (!rows[row])
            rows[row] = node_object(a);
        node_put(a, rows[row], column, node_copy(a, n));
    }
    for (int i = 0; i < ROWS_SHOWN_MAX; i++)
        if (rows[i] && !is_blank(rows[i]))
            node_add(list, rows[i]);
    return list;
}

static int has_cells(struct arena *a, const struct node *group, const char *field)
{
    const char *of, *column;
    int64_t row;

    for (const struct node *n = node_first(group); n; n = n->next)
        if (cell_name(a, n->key, &of, &row, &column) && text_eq(of, field))
            return 1;
    return 0;
}

struct node *page_rows_fold(struct arena *a, const struct node *group)
{
    struct node *out = node_object(a);

    for (const struct node *n = node_first(group); n; n = n->next) {
        const char *field = n->key, *column;
        int64_t row;
        if (!cell_name(a, n->key, &field, &row, &column))
            field = n->key;
        if (!node_get(out, field))
            node_put(a, out, field, has_cells(a, group, field) ? rows_of(a, group, field) : node_copy(a, n));
    }
    return out;
}

/* As many as stood open, one more when asked for; at first what is filled in and one to go on with. */
static int64_t rows_wanted(const struct call *c, const struct node *field)
{
    const char *id = node_get_str(field, "id");
    int64_t filled = (int64_t)node_count(node_get(field, "entries")), open = 0;
    int64_t max = node_get_int(field, "max", ROWS_SHOWN_MAX);

    if (text_i64(node_get_str(c->form, arena_fmt(c->arena, "rows.%s", id)), &open) < 0 || open < 0)
        open = filled + 1 > ROWS_AT_FIRST ? filled + 1 : ROWS_AT_FIRST;
    if (text_eq(node_get_str(c->form, "more"), id))
        open++;
    open = open < filled ? filled : open;
    return open < max ? open : max;
}

void page_rows_open(const struct call *c, struct node *fields)
{
    for (struct node *f = fields ? fields->u.kids.first : NULL; f; f = f->next) {
        struct node *entries = (struct node *)(uintptr_t)node_get(f, "entries");
        const struct node *blank = node_get(f, "blank");
        int64_t wanted;
        if (!entries || node_get_bool(f, "readonly"))
            continue;
        wanted = rows_wanted(c, f);
        for (int64_t i = (int64_t)node_count(entries); i < wanted; i++) {
            struct node *o = node_add_object(c->arena, entries);
            node_put_int(c->arena, o, "n", i);
            node_put_int(c->arena, o, "number", i + 1);
            node_put(c->arena, o, "cells", node_copy(c->arena, blank));
        }
        node_put_int(c->arena, f, "open", (int64_t)node_count(entries));
    }
}

/* The cell an error names, "/with/<field>/<row>/<column>"; NULL when it is none. */
static struct node *cell_at(const struct call *c, const struct node *fields, const char *path)
{
    const char *of = NULL, *column = NULL;
    char *name = arena_dup(c->arena, path);
    int64_t row = 0;

    if (!text_starts(path, "/with/"))
        return NULL;
    for (char *p = name; *p; p++)
        if (*p == '/')
            *p = '.';
    if (!cell_name(c->arena, name + strlen("/with/"), &of, &row, &column))
        return NULL;
    for (const struct node *f = node_first(fields); f; f = f->next) {
        if (!text_eq(node_get_str(f, "id"), of))
            continue;
        for (const struct node *e = node_first(node_get(f, "entries")); e; e = e->next)
            for (const struct node *x = node_get_int(e, "n", -1) == row ? node_first(node_get(e, "cells")) : NULL; x;
                 x = x->next)
                if (text_eq(node_get_str(x, "id"), column))
                    return (struct node *)(uintptr_t)x;
    }
    return NULL;
}

void page_rows_mark(const struct call *c, const struct node *fields, const struct node *error)
{
    struct node *cell = cell_at(c, fields, node_get_str(error, "path"));

    if (cell && !node_get(cell, "cell_error"))
        node_put(c->arena, cell, "cell_error", node_copy(c->arena, error));
}
