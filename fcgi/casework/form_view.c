/*
 * casework/form_view.c - a form as the regulation prints it: empty, filled in so far, or as it was handed in
 *
 * The rules say how (LANGUAGE.md, "print"); here it becomes cells with their spans. A row of k fields is k labels of
 * one column and k values that share the rest; a row of columns has a line of heads and a line of values.
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "casework/act_form.h"
#include "casework/experts.h"
#include "casework/letter.h"
#include "casework/runs.h"
#include "casework/view.h"

enum { GRID_COLUMNS = 6, ENTRIES_BLANK = 3 };

struct sheet {
    const struct desk *desk;
    struct casefile file;
    struct act_where where;
    const char *what;
    const struct node *form, *print;
    const struct node *values;  /* typed, as an event keeps them */
    const struct node *raw;     /* what was typed and cannot be read stands there as it is; NULL mostly */
    const struct node *reasons; /* written instead of a field */
    const struct node *answers; /* to the checklist */
    const struct event *event;  /* NULL: not handed in */
    int is_blank;               /* of no project, for anybody to take away */
    int columns;
};

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

/* ---- the sheet ---- */

static int times_done(const struct sheet *s)
{
    int n = s->event == NULL;

    for (size_t i = 0; i < s->file.event_count; i++) {
        if (text_eq(s->file.history[i].what, s->what) && (s->event == NULL || s->file.events[i].seq <= s->event->seq))
            n++;
    }
    return n;
}

/* What is on the sheet, field by field: the same content has the same digest, on paper and handed in. */
static const char *sheet_digest(const struct sheet *s)
{
    struct arena *a = s->desk->arena;
    struct node *content = node_object(a);

    for (const struct node *f = node_first(node_get(s->form, "fields")); f != NULL; f = f->next)
        node_put_text(a, content, node_get_str(f, "id"), view_value(a, f, node_get(s->values, node_get_str(f, "id"))));
    const char *text = view_json_text(a, content);

    return crypto_sm3_hex(a, text, strlen(text));
}

static struct node *sheet_node(const struct sheet *s)
{
    const struct desk *d = s->desk;
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    int is_outline = text_eq(node_get_str(s->print, "kind"), "outline");

    node_put_text(a, n, "act", s->what);
    node_put_text(a, n, "act_name", node_get_str(s->where.act, "name"));
    node_put_text(a, n, "name", node_get_str(s->form, "name"));
    node_put_text(a, n, "mark", node_get_str(s->print, "mark"));
    node_put_text(a, n, "title", node_get_str(s->print, "title"));
    node_put_text(a, n, "note", node_get_str(s->print, "foot"));
    node_put(a, n, "articles", view_articles(d, node_get(s->form, "articles")));
    node_put_bool(a, n, "is_outline", is_outline);
    put_head(s, n);
    if (is_outline)
        put_chapters(s, n);
    else
        put_rows(s, n);
    put_points(s, n);
    put_signers(s, n);
    node_put_bool(a, n, "is_blank", s->is_blank);
    return n;
}

/* Whose sheet it is: which time it is done, by whom, what stands on it. */
static void put_filled(const struct sheet *s, struct node *n)
{
    struct arena *a = s->desk->arena;
    const char *digest = sheet_digest(s);

    node_put(a, n, "values", node_copy(a, s->values));
    node_put_int(a, n, "times", times_done(s));
    node_put_text(a, n, "digest", digest);
    node_put_fmt(a, n, "digest_short", "%.8s", digest);
    view_put_date(a, n, "done_on", s->event != NULL ? instant_date(s->event->at) : DATE_NONE);
    node_put_text(a, n, "by_name", s->event != NULL ? s->event->by_name : "");
    node_put_text(a, n, "act_href", view_href(s->desk, "/projects/%lld/acts/%s", (long long)s->file.p.id, s->what));
}

/* ---- where the values come from ---- */

/* As it was handed in; seq 0: the last time. 0 when it was not. */
static int from_event(struct sheet *s, int64_t seq)
{
    for (size_t i = s->file.event_count; i-- > 0;) {
        if (!text_eq(s->file.history[i].what, s->what) || (seq != 0 && s->file.events[i].seq != seq))
            continue;
        s->event = &s->file.events[i];
        s->values = s->file.history[i].with;
        s->reasons = node_get(s->values, "not_applicable");
        s->answers = node_get(s->values, "checklist");
        return 1;
    }
    return 0;
}

/* One member of what was typed as it would be kept, whatever the others are like; NULL when it cannot be read. */
static const struct node *typed_member(const struct sheet *s, const struct node *typed, const char *key)
{
    struct arena *a = s->desk->arena;
    struct node *alone = node_object(a), *read = NULL;
    struct err_list errors = {0};

    if (node_get(typed, key) == NULL)
        return NULL;
    node_put(a, alone, key, node_copy(a, node_get(typed, key)));
    return regulation_read_act(s->file.regulation, a, s->what, alone, &read, &errors) < 0 ? NULL : node_get(read, key);
}

/* What is typed lies over what is known; a field that came back empty is empty. */
static void from_page(struct sheet *s, const struct act_form *form, const struct node *typed)
{
    struct arena *a = s->desk->arena;
    struct node *values = node_object(a);

    for (const struct node *f = node_first(node_get(s->form, "fields")); f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id");
        const struct node *value = node_get(typed, id) != NULL ? typed_member(s, typed, id) : act_form_known(form, f);

        if (value != NULL)
            node_put(a, values, id, node_copy(a, value));
    }
    s->values = values;
    s->raw = typed;
    s->answers = typed_member(s, typed, "checklist");
    s->reasons =
        typed != NULL ? typed_member(s, typed, "not_applicable") : node_get(form->again.before, "not_applicable");
}

static int sheet_fill(struct sheet *s, int64_t seq, const struct node *typed, struct err *e)
{
    const struct node *verdict, *shown;
    struct node *review;
    struct act_form form;

    if (seq != 0) {
        if (from_event(s, seq))
            return 0;
        err_fail(e, ERR_NOT_FOUND, "没有这一次办理的表格");
        return err_mend(e, "请从项目档案的「经过」打开");
    }
    verdict = casefile_road(s->desk, &s->file);
    shown = runs_act(verdict, s->what, typed);
    act_form_open(&form, s->desk, &s->file, s->what, s->where.act, shown, runs_of(verdict, shown));
    if (review_fills(s->desk, &s->file, s->what, &review, e) < 0)
        return -1;
    form.filled = node_get(review, "fields");
    if (typed == NULL && form.act != NULL && shown == NULL && from_event(s, 0))
        return 0;
    from_page(s, &form, typed);
    return 0;
}

int form_view(const struct desk *d, int64_t project, const char *act, int64_t seq_or_0,
              const struct node *typed_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct sheet *s = ARENA_NEW(a, struct sheet);
    struct node *page = node_object(a);

    s->desk = d;
    s->what = act;
    if (casefile_read(d, MAY_PROJECT_READ, project, &s->file, e) < 0)
        return -1;
    if (casefile_act(d, &s->file, act, &s->where))
        s->form = regulation_form(s->file.regulation, a, node_get_str(s->where.act, "form"));
    s->print = node_get(s->form, "print");
    if (s->print == NULL) {
        err_fail(e, ERR_NOT_FOUND, "本办法的这个办理事项没有印制的表格");
        return err_mend(e, "请看「表单、材料和文书」里有哪些空白表格");
    }
    s->columns = sheet_columns(s);
    if (sheet_fill(s, seq_or_0, typed_or_null, e) < 0)
        return -1;
    node_put(a, page, "project", view_project_short(d, &s->file.p));
    node_put(a, page, "regulation", view_regulation(d, s->file.regulation));
    put_filled(s, node_put(a, page, "form", sheet_node(s)));
    *ret = page;
    return 0;
}

/* ---- of no project ---- */

/* The first act that is done on the form. */
static int act_of_form(struct sheet *s)
{
    const char *form = node_get_str(s->form, "id");

    for (const struct node *p = node_first(regulation_procedures(s->file.regulation, s->desk->arena)); p; p = p->next)
        for (const struct node *step = node_first(node_get(p, "steps")); step; step = step->next)
            for (const struct node *act = node_first(node_get(step, "acts")); act; act = act->next)
                if (text_eq(node_get_str(act, "form"), form) || text_eq(node_get_str(act, "form_of_procedure"), form)) {
                    s->where = (struct act_where){.procedure = p, .step = step, .act = act};
                    s->what = node_get_str(act, "id");
                    return 1;
                }
    return 0;
}

int form_blank(const struct desk *d, const char *version_or_null, const char *form, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct sheet *s = ARENA_NEW(a, struct sheet);
    struct node *page = node_object(a);

    s->desk = d;
    s->is_blank = 1;
    s->file.regulation = view_version(d, version_or_null, e);
    if (s->file.regulation == NULL)
        return -1;
    s->form = regulation_form(s->file.regulation, a, form);
    s->print = node_get(s->form, "print");
    if (s->print == NULL || !act_of_form(s)) {
        err_fail(e, ERR_NOT_FOUND, "本办法没有这样一张印制的表格");
        return err_mend(e, "请从「表单、材料和文书」打开");
    }
    s->columns = sheet_columns(s);
    s->values = node_object(a);
    node_put(a, page, "regulation", view_regulation(d, s->file.regulation));
    node_put(a, page, "form", sheet_node(s));
    *ret = page;
    return 0;
}
