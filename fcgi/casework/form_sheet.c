/*
 * casework/form_sheet.c - a form as the regulation prints it (LANGUAGE.md, "print"): cells with their spans
 *
 * A row of k fields is k labels of one column and k values that share the rest; a row of columns has a line of heads
 * and a line of values.
 */
#include "config.h"

#include "casework/form_sheet.h"

#include <string.h>

#include "base/text.h"
#include "casework/letter.h"
#include "casework/view.h"

enum { GRID_COLUMNS = 6, ENTRIES_BLANK = 3 };

static const struct node *sheet_field(const struct sheet *s, const char *id)
{
    const struct node *f = node_first(node_get(s->form, "fields"));

    while (f != NULL && !text_eq(node_get_str(f, "id"), id))
        f = f->next;
    return f;
}

/* ---- words of a value ---- */

static const char *day_words(struct arena *a, const struct node *field, const char *text)
{
    int is_month = text_eq(node_get_str(field, "precision"), "month");
    struct err e = {0};
    date day;

    if (*text == '\0')
        return is_month ? "　　　年　　月" : "　　　年　　月　　日";
    if (date_parse(text, &day, &e) < 0)
        return text;
    return is_month ? date_month_law(a, day) : date_law(a, day);
}

/* Under a head that says 万元 figures only; a figure that stands alone is said in capitals too. */
static const char *money_words(struct arena *a, fen amount, int in_column)
{
    return in_column ? money_wan(a, amount)
                     : arena_fmt(a, "%s 万元（大写：%s）", money_wan(a, amount), money_capital(a, amount));
}

static const char *field_words(const struct sheet *s, const struct node *field, int in_column)
{
    struct arena *a = s->desk->arena;
    const char *id = node_get_str(field, "id"), *type = node_get_str(field, "type");
    const struct node *value = node_get(s->values, id);
    const char *why = node_get_str(s->reasons, id), *raw = node_str(node_get(s->raw, id), "");

    if (value == NULL && *why != '\0')
        return arena_fmt(a, "不涉及：%s", why);
    if (value == NULL && *raw != '\0')
        return raw;
    if (text_eq(type, "date"))
        return day_words(a, field, node_str(value, ""));
    if (value != NULL && value->type == NODE_INT && text_eq(type, "money"))
        return money_words(a, value->u.integer, in_column);
    return view_value(a, field, value);
}

static int is_chosen(const struct node *value, const char *id)
{
    if (value == NULL || value->type != NODE_LIST)
        return value != NULL &&
               text_eq(value->type == NODE_BOOL ? (value->u.truth ? "true" : "false") : node_str(value, ""), id);
    for (const struct node *n = node_first(value); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), id))
            return 1;
    }
    return 0;
}

static void put_box(struct arena *a, struct node *boxes, const char *label, int checked)
{
    struct node *n = node_add_object(a, boxes);

    node_put_text(a, n, "box_label", label);
    node_put_bool(a, n, "checked", checked);
}

/* 1 and the boxes when the field is one of choices; a reason written instead is words. */
static int put_boxes(const struct sheet *s, const struct node *field, struct node *cell)
{
    struct arena *a = s->desk->arena;
    const char *type = node_get_str(field, "type");
    const struct node *value = node_get(s->values, node_get_str(field, "id"));
    struct node *boxes;

    if (!text_starts(type, "choice") && !text_eq(type, "boolean"))
        return 0;
    if (value == NULL && *node_get_str(s->reasons, node_get_str(field, "id")) != '\0')
        return 0;
    boxes = node_put_list(a, cell, "boxes");
    for (const struct node *c = node_first(node_get(field, "choices")); c != NULL; c = c->next)
        put_box(a, boxes, node_get_str(c, "label"), is_chosen(value, node_get_str(c, "id")));
    if (text_eq(type, "boolean")) {
        put_box(a, boxes, "是", is_chosen(value, "true"));
        put_box(a, boxes, "否", is_chosen(value, "false"));
    }
    return 1;
}

/* ---- the table ---- */

static struct node *add_cell(struct arena *a, struct node *cells, int columns, const char *words)
{
    struct node *n = node_add_object(a, cells);

    node_put_text(a, n, "words", words);
    node_put_int(a, n, "span", columns);
    return n;
}

static void add_head(struct arena *a, struct node *cells, const char *scope, int columns, const char *label)
{
    node_put_text(a, add_cell(a, cells, columns, label), "scope", scope);
}

static void add_value(const struct sheet *s, struct node *cells, int columns, const struct node *field, int in_column)
{
    struct arena *a = s->desk->arena;
    struct node *cell = add_cell(a, cells, columns, field_words(s, field, in_column));

    node_put_text(a, cell, "field", node_get_str(field, "id"));
    node_put_bool(a, cell, "is_tall", text_eq(node_get_str(field, "type"), "long_text"));
    node_put_bool(a, cell, "is_figure", in_column);
    (void)put_boxes(s, field, cell);
}

/* The columns left are shared out; the last takes what does not divide. */
static int share(int columns, size_t count, const struct node *is_last)
{
    int each = columns / (int)count;

    return is_last == NULL ? columns - each * ((int)count - 1) : each;
}

static struct node *add_row(struct arena *a, struct node *rows)
{
    return node_put_list(a, node_add_object(a, rows), "cells");
}

static void row_pairs(const struct sheet *s, const struct node *list, struct node *rows)
{
    struct arena *a = s->desk->arena;
    struct node *cells = add_row(a, rows);
    size_t count = node_count(list);

    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        const struct node *field = sheet_field(s, node_str(n, ""));

        add_head(a, cells, "row", 1, node_get_str(field, "label"));
        add_value(s, cells, share(s->columns - (int)count, count, n->next), field, 0);
    }
}

static void row_columns(const struct sheet *s, const struct node *row, struct node *rows)
{
    struct arena *a = s->desk->arena;
    const struct node *list = node_get(row, "columns");
    struct node *heads = add_row(a, rows), *cells = add_row(a, rows);
    int columns = s->columns - 1;
    size_t count = node_count(list);

    add_head(a, heads, "row", 1, node_get_str(row, "label"));
    node_put_int(a, heads->u.kids.first, "rows", 2);
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        const struct node *field = sheet_field(s, node_str(n, ""));

        add_head(a, heads, "col", share(columns, count, n->next), node_get_str(field, "label"));
        add_value(s, cells, share(columns, count, n->next), field, 1);
    }
}

static void row_range(const struct sheet *s, const struct node *row, struct node *rows)
{
    struct arena *a = s->desk->arena;
    struct node *cells = add_row(a, rows);
    const char *words = "";

    for (const struct node *n = node_first(node_get(row, "range")); n != NULL; n = n->next)
        words = arena_fmt(a, "%s%s%s", words, *words != '\0' ? " 至 " : "",
                          field_words(s, sheet_field(s, node_str(n, "")), 0));
    add_head(a, cells, "row", 1, node_get_str(row, "label"));
    add_cell(a, cells, s->columns - 1, words);
}

static void entry_cells(const struct sheet *s, const struct node *field, const struct node *entry, struct node *rows)
{
    struct arena *a = s->desk->arena;
    const struct node *list = node_get(field, "columns");
    struct node *cells = add_row(a, rows);

    for (const struct node *c = node_first(list); c != NULL; c = c->next) {
        const struct node *value = node_get(entry, node_get_str(c, "id"));
        int is_money = text_eq(node_get_str(c, "type"), "money");
        const char *words = is_money && value != NULL ? money_wan(a, value->u.integer) : view_value(a, c, value);
        struct node *cell = add_cell(a, cells, share(s->columns - 1, node_count(list), c->next), words);

        node_put_bool(a, cell, "is_figure", is_money || text_eq(node_get_str(c, "type"), "integer"));
    }
}

/* A field of several entries: a line of heads and a line each; room to write in where there is none yet. */
static void row_entries(const struct sheet *s, const struct node *row, struct node *rows)
{
    struct arena *a = s->desk->arena;
    const struct node *field = sheet_field(s, node_get_str(row, "entries")), *list = node_get(field, "columns");
    const struct node *value = node_get(s->values, node_get_str(field, "id"));
    const char *why = node_get_str(s->reasons, node_get_str(field, "id"));
    int count = value != NULL ? (int)node_count(value) : ENTRIES_BLANK;
    struct node *heads = add_row(a, rows);

    add_head(a, heads, "row", 1, node_get_str(row, "label"));
    if (value == NULL && *why != '\0') {
        add_cell(a, heads, s->columns - 1, arena_fmt(a, "不涉及：%s", why));
        return;
    }
    node_put_int(a, heads->u.kids.first, "rows", count + 1);
    for (const struct node *c = node_first(list); c != NULL; c = c->next)
        add_head(a, heads, "col", share(s->columns - 1, node_count(list), c->next),
                 arena_fmt(a, "%s%s", node_get_str(c, "label"),
                           text_eq(node_get_str(c, "type"), "money") ? "（万元）" : ""));
    for (const struct node *n = node_first(value); n != NULL; n = n->next)
        entry_cells(s, field, n, rows);
    for (int i = 0; value == NULL && i < count; i++)
        entry_cells(s, field, NULL, rows);
}

static int row_width(const struct sheet *s, const struct node *row)
{
    const struct node *field = row->type == NODE_OBJECT ? sheet_field(s, node_get_str(row, "entries")) : NULL;

    if (row->type == NODE_LIST)
        return 2 * (int)node_count(row);
    return 1 + (int)node_count(field != NULL ? node_get(field, "columns") : node_get(row, "columns"));
}

static int sheet_columns(const struct sheet *s)
{
    int most = GRID_COLUMNS;

    for (const struct node *row = node_first(node_get(s->print, "rows")); row != NULL; row = row->next) {
        int own = row_width(s, row);

        most = own > most ? own : most;
    }
    return most;
}

static void put_rows(const struct sheet *s, struct node *out)
{
    struct node *rows = node_put_list(s->desk->arena, out, "rows");

    for (const struct node *row = node_first(node_get(s->print, "rows")); row != NULL; row = row->next) {
        if (row->type == NODE_LIST)
            row_pairs(s, row, rows);
        else if (node_get(row, "entries") != NULL)
            row_entries(s, row, rows);
        else if (node_get(row, "range") != NULL)
            row_range(s, row, rows);
        else
            row_columns(s, row, rows);
    }
}

/* ---- above and below the table ---- */

/* A label that asks for the seal has a place for it. */
static int asks_seal(const struct node *field)
{
    return strstr(node_get_str(field, "label"), "盖章") != NULL;
}

static void put_head(const struct sheet *s, struct node *out)
{
    struct arena *a = s->desk->arena;
    struct node *list = node_put_list(a, out, "head");

    for (const struct node *row = node_first(node_get(s->print, "head")); row != NULL; row = row->next) {
        for (const struct node *n = node_first(row); n != NULL; n = n->next) {
            const struct node *field = sheet_field(s, node_str(n, ""));
            struct node *o = node_add_object(a, list);

            node_put_text(a, o, "field", node_get_str(field, "id"));
            node_put_text(a, o, "label", node_get_str(field, "label"));
            node_put_text(a, o, "words", field_words(s, field, 0));
            node_put_bool(a, o, "has_seal", asks_seal(field));
        }
    }
}

/* Where no field asks for a seal, those whose act it is sign below: each of several who do it together. */
static void put_signers(const struct sheet *s, struct node *out)
{
    struct arena *a = s->desk->arena;
    const struct node *by = node_get(s->where.step, "by");
    struct node *list = node_put_list(a, out, "signers");
    int all = node_get_bool(s->where.step, "by_all");

    for (const struct node *f = node_first(node_get(s->form, "fields")); f != NULL; f = f->next) {
        if (asks_seal(f))
            return;
    }
    for (const struct node *n = all ? node_first(by) : NULL; n != NULL; n = n->next)
        node_put_text(a, node_add_object(a, list), "signer",
                      regulation_organ_name(s->file.regulation, node_str(n, "")));
    if (node_count(list) > 0)
        return;
    const struct node *first = node_first(by);
    int is_unit = first != NULL && first->next == NULL && text_eq(node_str(first, ""), CASEFILE_UNIT);

    node_put_text(a, node_add_object(a, list), "signer",
                  is_unit && !s->is_blank ? s->file.p.unit_name
                  : s->event != NULL      ? s->event->by_name
                                          : node_get_str(s->where.step, "by_names"));
}

/* The points of the act's checklist with their answers, as an annex to the form. */
static void put_points(const struct sheet *s, struct node *out)
{
    struct arena *a = s->desk->arena;
    struct node *list = node_put_list(a, out, "points");

    for (const struct node *c = node_first(node_get(s->where.act, "checklist")); c != NULL; c = c->next) {
        struct node *n = node_add_object(a, list), *boxes;
        const struct node *answer = node_get(s->answers, node_get_str(c, "id"));

        node_put_text(a, n, "point", node_get_str(c, "name"));
        node_put(a, n, "articles", view_articles(s->desk, node_get(c, "articles")));
        boxes = node_put_list(a, n, "boxes");
        put_box(a, boxes, "是", is_chosen(answer, "true"));
        put_box(a, boxes, "否", is_chosen(answer, "false"));
    }
}

/* ---- the outline ---- */

static void outline_item(const struct sheet *s, const struct node *field, int n, struct node *items)
{
    struct arena *a = s->desk->arena;
    struct node *o = node_add_object(a, items);
    const char *words = field_words(s, field, 0);

    node_put_text(a, o, "field", node_get_str(field, "id"));
    if (!text_eq(node_get_str(field, "label"), node_get_str(field, "group")))
        node_put_fmt(a, o, "item_title", "（%s）%s", letter_ordinal(n), node_get_str(field, "label"));
    node_put_text(a, o, "words", words);
    if (*words == '\0')
        node_put_text(a, o, "guidance", node_get_str(field, "hint"));
}

/* Its chapters are the groups of the fields, in order. */
static void put_chapters(const struct sheet *s, struct node *out)
{
    struct arena *a = s->desk->arena;
    struct node *chapters = node_put_list(a, out, "chapters"), *items = NULL;
    const char *open = NULL;
    int chapter = 0, item = 0;

    for (const struct node *f = node_first(node_get(s->form, "fields")); f != NULL; f = f->next) {
        const char *group = node_get_str(f, "group");

        if (open == NULL || !text_eq(open, group)) {
            struct node *o = node_add_object(a, chapters);

            open = group;
            item = 0;
            if (*group != '\0')
                node_put_fmt(a, o, "chapter_title", "%s、%s", letter_ordinal(++chapter), group);
            items = node_put_list(a, o, "items");
        }
        outline_item(s, f, ++item, items);
    }
}

void sheet_draw(struct sheet *s, struct node *out)
{
    s->columns = sheet_columns(s);
    put_head(s, out);
    if (text_eq(node_get_str(s->print, "kind"), "outline"))
        put_chapters(s, out);
    else
        put_rows(s, out);
    put_points(s, out);
    put_signers(s, out);
}
