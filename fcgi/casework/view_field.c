/*
 * casework/view_field.c - a field of a form as a page shows it, and what was refused of a form
 */
#include "config.h"

#include "casework/view.h"

#include "base/text.h"

static int value_has(const struct node *value, const char *id)
{
    if (value == NULL)
        return 0;
    if (value->type == NODE_TEXT)
        return text_eq(value->u.text, id);
    for (const struct node *n = node_first(value); n != NULL; n = n->next) {
        if (text_eq(node_str(n, NULL), id))
            return 1;
    }
    return 0;
}

static void field_choices(const struct desk *d, struct node *n, const struct node *declared, const struct node *shown)
{
    struct node *list = node_put_list(d->arena, n, "choices");

    for (const struct node *c = node_first(node_get(declared, "choices")); c != NULL; c = c->next) {
        struct node *o = node_add_object(d->arena, list);
        const char *id = node_get_str(c, "id");

        node_put_text(d->arena, o, "id", id);
        node_put_text(d->arena, o, "label", node_get_str(c, "label"));
        node_put_bool(d->arena, o, "checked", value_has(shown, id));
    }
}

static void field_type(struct arena *a, struct node *n, const char *type)
{
    static const char *const types[][2] = {{"text", "is_text"},    {"long_text", "is_long"}, {"money", "is_money"},
                                           {"boolean", "is_bool"}, {"choice", "is_choice"},  {"choices", "is_choices"},
                                           {"date", "is_date"},    {"integer", "is_int"},    {"rows", "is_rows"}};

    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        node_put_bool(a, n, types[i][1], text_eq(type, types[i][0]));
}

static void field_error(const struct desk *d, struct node *n, const struct err_list *errors, const char *base,
                        const char *id)
{
    const char *path = arena_fmt(d->arena, "%s/%s", base, id);

    for (int i = 0; errors != NULL && i < errors->count && i < ERR_LIST_MAX; i++) {
        const struct err *it = &errors->item[i];

        if (!text_eq(it->path, path) && !text_starts(it->path, arena_fmt(d->arena, "%s/", path)))
            continue;
        struct node *err = node_put_object(d->arena, n, "error");

        node_put_text(d->arena, err, "message", it->message);
        node_put_text(d->arena, err, "mend", it->mend);
        node_put(d->arena, err, "articles", view_articles_of(d, it->article));
        return;
    }
}

struct node *view_field(const struct desk *d, const struct node *declared, const struct node *value,
                        const struct node *typed, const struct err_list *errors, const char *base)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    const char *type = node_get_str(declared, "type");
    const struct node *shown = typed != NULL ? typed : value;
    const char *input = view_input(a, declared, shown);

    view_take(d, n, declared, "id", "label", "type", "unit", "hint", "articles", "max", NULL);
    node_put_bool(a, n, "required", node_get_bool(declared, "required"));
    field_type(a, n, type);
    node_put_bool(a, n, "is_month", text_eq(node_get_str(declared, "precision"), "month"));
    if (text_eq(type, "rows")) {
        rows_put(d, n, declared, value, typed, errors, base);
        node_put(a, n, "value", shown != NULL ? node_copy(a, shown) : node_list(a));
        node_put_text(a, n, "words", rows_text(a, declared, shown));
    } else {
        node_put_text(a, n, "value", input);
    }
    if (text_eq(type, "boolean")) {
        node_put_bool(a, n, "is_yes", text_eq(input, "true"));
        node_put_bool(a, n, "is_no", text_eq(input, "false"));
    }
    if (text_eq(type, "choice") || text_eq(type, "choices"))
        field_choices(d, n, declared, shown);
    if (text_eq(type, "money")) {
        struct err e = {0};
        fen amount;

        if (*input != '\0' && money_parse_wan(input, &amount, &e) == 0)
            node_put_text(a, n, "capital", money_capital(a, amount));
    }
    field_error(d, n, errors, base, node_get_str(declared, "id"));
    view_field_says(a, n);
    return n;
}

struct node *view_errors(const struct desk *d, const struct err_list *errors)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (int i = 0; errors != NULL && i < errors->count && i < ERR_LIST_MAX; i++) {
        const struct err *it = &errors->item[i];
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "path", it->path);
        node_put_text(a, n, "field", text_path_id(a, it->path));
        node_put_text(a, n, "message", it->message);
        node_put_text(a, n, "mend", it->mend);
        node_put(a, n, "articles", view_articles_of(d, it->article));
    }
    return list;
}
