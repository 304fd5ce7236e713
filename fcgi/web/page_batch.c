/*
 * web/page_batch.c - one act on several projects: a page with a row for each, and what became of each
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "casework/batch.h"
#include "web/form.h"
#include "web/page_parts.h"

/* A row of the form: project, pick.ID (its version), reason.ID, row.ID.FIELD. */
static struct node *form_row(const struct call *c, const char *project)
{
    struct arena *a = c->arena;
    struct node *row = node_object(a), *own = form_group(a, c->form, arena_fmt(a, "row.%s", project));
    const char *version = node_get_str(c->form, arena_fmt(a, "pick.%s", project));

    node_put_text(a, row, "project", project);
    node_put_text(a, row, "version", version);
    node_put_bool(a, row, "picked", *version != '\0');
    node_put_text(a, row, "reason", node_get_str(c->form, arena_fmt(a, "reason.%s", project)));
    node_put(a, row, "with", own);
    return row;
}

/* JSON gives rows as they are to be done; a form every row of the page, ticked or not. */
static struct node *batch_rows(const struct call *c)
{
    const struct node *given = node_get(c->form, "rows"), *ids = node_get(c->form, "project");
    struct node *rows = node_list(c->arena);

    for (const struct node *n = given && given->type == NODE_LIST ? node_first(given) : NULL; n; n = n->next) {
        struct node *row = node_add(rows, node_copy(c->arena, n));
        if (row->type == NODE_OBJECT)
            node_put_bool(c->arena, row, "picked", 1);
    }
    if (given)
        return rows;
    if (ids && ids->type == NODE_LIST)
        for (const struct node *n = node_first(ids); n; n = n->next)
            node_add(rows, form_row(c, node_str(n, "")));
    else if (ids)
        node_add(rows, form_row(c, node_str(ids, "")));
    return rows;
}

static struct node *picked(struct arena *a, const struct node *rows)
{
    struct node *out = node_list(a);

    for (const struct node *n = node_first(rows); n; n = n->next)
        if (node_get_bool(n, "picked"))
            node_add(out, node_copy(a, n));
    return out;
}

static int batch_show(struct call *c, const struct node *asked, const struct node *typed, const struct node *results,
                      struct err *e)
{
    struct node *model;

    if (batch_view(&c->desk, asked, typed, results, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        node_put_text(c->arena, model, "prefix", "with");
    return page_show(c, model);
}

int page_batch(struct call *c, struct err *e)
{
    return batch_show(c, c->query, NULL, NULL, e);
}

/* Everything as it was typed; asks for the projects of the rows. */
static int batch_back(struct call *c, const struct node *results, struct err *e)
{
    struct arena *a = c->arena;
    struct node *asked = node_object(a), *typed = node_object(a), *ids = node_put_list(a, asked, "project");
    struct node *rows = node_put(a, typed, "rows", batch_rows(c));

    node_put_text(a, asked, "act", node_get_str(c->form, "act"));
    for (const struct node *n = node_first(rows); n; n = n->next)
        node_add_text(a, ids, node_get_str(n, "project"));
    node_put(a, typed, "with", page_act_input(c));
    return batch_show(c, asked, typed, results, e);
}

static int batch_again(struct call *c, struct err *e)
{
    return batch_back(c, NULL, e);
}

int page_batch_do(struct call *c, struct err *e)
{
    struct node *results, *with;

    c->again = batch_again;
    if (page_group_check(c, "with", e) < 0)
        return -1;
    with = page_act_input(c);
    if (batch_do(&c->desk, node_get_str(c->form, "act"), with, picked(c->arena, batch_rows(c)), &results, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        return batch_back(c, results, e);
    node_put(c->arena, c->model, "rows", results);
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    return 0;
}
