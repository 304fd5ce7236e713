/*
 * casework/rows_view.c - a field of several entries for a page: a table with a control in each cell, or its words
 */
#include "config.h"

#include "casework/view.h"

#include "base/text.h"

static void add_choice(struct arena *a, struct node *list, const char *id, const char *label, int checked)
{
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "id", id);
    node_put_text(a, n, "label", label);
    node_put_bool(a, n, "checked", checked);
}

/* A control of the entry numbered row; errors stand at <path>/<column>. */
static struct node *cell(const struct desk *d, const struct node *column, const struct node *value,
                         const struct node *typed, const struct err_list *errors, const char *path)
{
    struct arena *a = d->arena;
    struct node *n = view_field(d, column, value, typed, errors, path);

    if (node_get(n, "error") != NULL)
        node_put(a, n, "cell_error", node_copy(a, node_get(n, "error")));
    if (node_get_bool(n, "is_bool")) {
        struct node *list = node_put_list(a, n, "choices");

        add_choice(a, list, "true", "是", node_get_bool(n, "is_yes"));
        add_choice(a, list, "false", "否", node_get_bool(n, "is_no"));
    }
    node_put_bool(a, n, "is_needed", node_get_bool(column, "required"));
    node_put_bool(a, n, "is_list", node_get_bool(n, "is_bool") || node_get_bool(n, "is_choice"));
    node_put_bool(a, n, "is_line", !node_get_bool(n, "is_list") && !node_get_bool(n, "is_long"));
    node_put_text(a, n, "words", view_value(a, column, typed != NULL ? NULL : value));
    return n;
}

static void put_cells(const struct desk *d, struct node *list, const struct node *declared, const struct node *value,
                      const struct node *typed, const struct err_list *errors, const char *path)
{
    for (const struct node *c = node_first(node_get(declared, "columns")); c != NULL; c = c->next)
        node_add(list, cell(d, c, node_get(value, node_get_str(c, "id")), node_get(typed, node_get_str(c, "id")),
                            errors, path));
}

void rows_put(const struct desk *d, struct node *n, const struct node *declared, const struct node *value,
              const struct node *typed, const struct err_list *errors, const char *base)
{
    struct arena *a = d->arena;
    const char *id = node_get_str(declared, "id");
    struct node *columns = node_put_list(a, n, "columns"), *entries = node_put_list(a, n, "entries");
    int row = 0;

    for (const struct node *c = node_first(node_get(declared, "columns")); c != NULL; c = c->next) {
        struct node *o = node_add_object(a, columns);

        view_take(d, o, c, "id", "label", "type", "unit", "choices", "articles", NULL);
        node_put_bool(a, o, "is_money", text_eq(node_get_str(c, "type"), "money"));
        node_put_bool(a, o, "is_needed", node_get_bool(c, "required"));
        node_put_bool(a, o, "needed_if", text_eq(node_get_str(c, "required"), "if"));
        node_put_text(a, o, "column_hint", node_get_str(c, "hint"));
    }
    for (const struct node *x = node_first(typed != NULL ? typed : value); x != NULL; x = x->next, row++) {
        struct node *o = node_add_object(a, entries);

        node_put_int(a, o, "n", row);
        node_put_int(a, o, "number", row + 1);
        put_cells(d, node_put_list(a, o, "cells"), declared, typed != NULL ? NULL : x, typed != NULL ? x : NULL, errors,
                  arena_fmt(a, "%s/%s/%d", base, id, row));
    }
    put_cells(d, node_put_list(a, n, "blank"), declared, NULL, NULL, NULL, "");
    node_put_text(a, n, "rows_id", id);
}

char *rows_text(struct arena *a, const struct node *field, const struct node *list)
{
    char *all = arena_dup(a, "");
    int row = 0;

    for (const struct node *x = node_first(list); x != NULL; x = x->next) {
        const char *words = "";

        for (const struct node *c = node_first(node_get(field, "columns")); c != NULL; c = c->next) {
            const char *one = view_value(a, c, node_get(x, node_get_str(c, "id")));

            if (*one != '\0')
                words = arena_fmt(a, "%s%s%s：%s", words, *words != '\0' ? "，" : "", node_get_str(c, "label"), one);
        }
        all = arena_fmt(a, "%s%s%d. %s", all, *all != '\0' ? "；" : "", ++row, words);
    }
    return all;
}
