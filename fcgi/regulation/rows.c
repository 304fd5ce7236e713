/*
 * regulation/rows.c - a field of a form that takes several entries: its columns, what is sent read entry by entry,
 * and what an entry lacks
 *
 * Entries that are blank in every column are left out when read; a row has the number it has among the others, in
 * paths from 0 ("/with/list/1/name"), for people from 1.
 */
#include "config.h"

#include "regulation/eval.h"
#include "regulation/load.h"
#include "regulation/read.h"

#include "base/text.h"
#include "regulation/shape.h"

enum { ROWS_MAX = 200 };

static const struct field *column_named(const struct field *f, const char *id)
{
    for (size_t i = 0; i < f->column_count; i++)
        if (text_eq(f->columns[i].id, id))
            return &f->columns[i];
    return NULL;
}

/* ---- loading ---- */

static void load_column(struct load *l, const struct node *n, struct field *f)
{
    struct field *c = &f->columns[f->column_count];
    const struct node *precision = node_get(n, "precision");

    if (!load_members(l, n, SENTENCE_COLUMN))
        return;
    *c = (struct field){0}; /* one that was refused stood here */
    c->cites = node_get(n, "articles") ? load_cites(l, n, 0, node_get_str(n, "label")) : f->cites;
    load_field(l, n, c);
    if (c->type == VALUE_CHOICES)
        load_fault(l, "unknown_type", node_get(n, "type"), "一格只填一项，写 choice", "明细的列不能是多选");
    if (precision && (c->type != VALUE_DATE || !text_eq(node_str(precision, ""), "month")))
        load_fault(l, "unknown_kind", precision, "只有日期列可写 \"precision\": \"month\"", "「%s」不能这样限定精度",
                   c->id);
    c->of_month = precision != NULL;
    if (column_named(f, c->id))
        load_fault(l, "field_twice", node_get(n, "id"), "改名或删去", "列「%s」写了两次", c->id);
    else
        f->column_count++;
}

void load_columns(struct load *l, const struct node *n, struct field *f)
{
    const struct node *list = load_list(l, n, "columns", 0);

    if (list && f->type != VALUE_ROWS) {
        load_fault(l, "member_misplaced", list, "把 type 写为 rows，或删去 columns", "只有明细（rows）才有各列");
        return;
    }
    if (f->type != VALUE_ROWS)
        return;
    f->columns = ARENA_ARRAY(l->a, struct field, node_count(list) + 1);
    for (const struct node *c = node_first(list); c; c = c->next)
        load_column(l, c, f);
    if (list && !f->column_count)
        load_fault(l, "columns_missing", list, "至少写一列", "「%s」没有一列", f->id);
    if (f->max > ROWS_MAX)
        load_fault(l, "bad_max", node_get(n, "max"), "写不超过200的数", "「%s」最多可有200行", f->id);
}

void link_columns(struct load *l, struct field *f)
{
    l->this_rows = f;
    for (size_t i = 0; i < f->column_count; i++)
        link_required(l, f->columns[i].src, &f->columns[i]);
    l->this_rows = NULL;
}

/* What is filled in from another list must fit column by column. */
void link_rows_from(struct load *l, const struct field *f, int term, const struct node *from)
{
    const struct field *source = l->r->terms[term].meta;

    for (size_t i = 0; f->type == VALUE_ROWS && source && i < source->column_count; i++) {
        const struct field *c = column_named(f, source->columns[i].id);
        if (!c || c->type != source->columns[i].type)
            load_fault(l, "ill_typed", from, "补上同名同类型的一列", "「%s」没有「%s」的列「%s」，不能从那里带入",
                       f->id, node_str(from, ""), source->columns[i].id);
    }
}

/* ---- reading ---- */

static int is_blank_entry(const struct node *n)
{
    for (const struct node *k = node_first(n); k; k = k->next)
        if (!read_is_blank(k))
            return 0;
    return 1;
}

static struct node *read_entry(struct reading *x, const struct field *f, const struct node *n, int number)
{
    struct node *out = node_object(x->a), *v;
    const char *row = x->path;

    for (const struct node *k = node_first(n); k; k = k->next) {
        const struct field *c = column_named(f, k->key);
        struct field named;
        x->path = arena_fmt(x->a, "%s/%s", row, k->key);
        if (!c) {
            read_fault(x->errors, x->path, &f->cites, "请删去此项", "「%s」没有「%.60s」这一列", f->label, k->key);
            continue;
        }
        named = *c;
        named.label = arena_fmt(x->a, "%s第 %d 行的%s", f->label, number, c->label);
        v = read_value(x, &named, k);
        if (v)
            node_put(x->a, out, c->id, v);
    }
    x->path = row;
    return out;
}

struct node *read_rows(struct reading *x, const struct field *f, const struct node *n)
{
    int max = f->max ? (int)f->max : ROWS_MAX, count = 0;
    struct node *out = node_list(x->a);
    const char *path = x->path;

    if (n->type != NODE_LIST) {
        read_fault(x->errors, path, &f->cites, "写成 [ { \"列\": 值 } … ]", "「%s」应为一个列表，一行一个对象",
                   f->label);
        return NULL;
    }
    for (const struct node *k = node_first(n); k; k = k->next) {
        x->path = arena_fmt(x->a, "%s/%d", path, count);
        if (k->type != NODE_OBJECT) {
            read_fault(x->errors, x->path, &f->cites, "写成 { \"列\": 值 }", "「%s」第 %d 行应为一个对象", f->label,
                       count + 1);
            count++;
        } else if (!is_blank_entry(k)) {
            node_add(out, read_entry(x, f, k, ++count));
        }
    }
    x->path = path;
    if (count > max)
        read_fault(x->errors, path, &f->cites, arena_fmt(x->a, "请删减 %d 行以上", count - max),
                   "「%s」有 %d 行，不能超过 %d 行", f->label, count, max);
    return node_count(out) ? out : NULL;
}

/* ---- what an entry lacks ---- */

void against_rows(struct eval *ev, const struct attempt *t, const struct field *f, struct verdict_lists *out)
{
    int row = 0;

    for (const struct node *n = node_first(node_get(t->with, f->id)); n; n = n->next, row++) {
        ev->row = n;
        for (size_t i = 0; i < f->column_count; i++) {
            const struct field *c = &f->columns[i];
            if (value_read(c->type, node_get(n, c->id)).known ||
                !(c->required || (c->required_when && cond_holds(ev, c->required_when))))
                continue;
            field_reason(ev, t, out, arena_fmt(ev->a, "/with/%s/%d/%s", f->id, row, c->id), f->id, &c->cites, "请填写",
                         arena_fmt(ev->a, "%s第 %d 行缺少「%s」", f->label, row + 1, c->label));
        }
        ev->row = NULL;
    }
}
