/*
 * web/page_list.c - lists: of projects, of the supervision, search, saved views, workbooks
 *
 * One handler and one template serve every list: what differs is a row of the table in casework/list.c.
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "casework/import.h"
#include "casework/workbook.h"
#include "web/form.h"
#include "web/page_parts.h"

/* What the page of a list has beside its JSON twin: cells, columns to choose, what the person saved. */
static int list_dress(struct call *c, const char *id, const char *rows, struct node *model, struct err *e)
{
    const struct list_def *def = list_named(id);
    struct node *views;

    list_put_columns(&c->desk, def, c->query, model);
    node_put(c->arena, model, "table", list_cells(&c->desk, def, c->query, node_get(model, rows)));
    list_sample_put(&c->desk, def, c->query, model);
    node_put_text(c->arena, model, "list_id", id);
    node_put_int(c->arena, model, "head_count", (int64_t)node_count(node_get(model, "head")));
    node_put_text(c->arena, model, "filter_words", list_query_words(&c->desk, c->query));
    if (!permit_allows(c->actor->post->kind, MAY_VIEW_KEEP))
        return 0;
    if (saved_views(&c->desk, id, &views, e) < 0)
        return -1;
    node_put(c->arena, model, "saved", node_copy(c->arena, node_get(views, "views")));
    return 0;
}

/* An office ticks those in its hands, for one act on several (page_batch.c). */
static void projects_pick(const struct call *c, struct node *model)
{
    const char *organ = c->actor->post->organ;
    const struct node *line = node_first(node_get(model, "table"));

    if (!permit_allows(c->actor->post->kind, MAY_PROJECT_ACT) || permit_allows(c->actor->post->kind, MAY_PROJECT_DRAFT))
        return;
    for (const struct node *p = node_first(node_get(model, "projects")); p && line; p = p->next, line = line->next) {
        struct node *lead = (struct node *)(uintptr_t)node_first(node_get(line, "cells"));
        if (!text_eq(node_get_str(p, "holder"), organ) || node_get_bool(p, "is_settled"))
            continue;
        node_put_text(c->arena, lead, "pick", node_get_str(p, "id"));
        node_put_bool(c->arena, model, "may_pick", 1);
    }
}

int page_projects(struct call *c, struct err *e)
{
    struct node *model;

    if (project_list_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML) {
        if (list_dress(c, "projects", "projects", model, e) < 0)
            return -1;
        projects_pick(c, model);
        node_put_bool(c->arena, model, "has_stays", list_stay_known(&c->desk));
        node_put_bool(c->arena, model, "may_import",
                      permit_allows(c->actor->post->kind, MAY_PROJECT_DRAFT) && projects_import_known(&c->desk));
    }
    return page_show(c, model);
}

int page_lists(struct call *c, struct err *e)
{
    struct node *model;

    return lists_view(&c->desk, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_list(struct call *c, struct err *e)
{
    struct node *model;

    if (list_view(&c->desk, c->args.word, c->query, &model, e) < 0)
        return -1;
    c->title = node_get_str(node_get(model, "list"), "name");
    if (c->http.want == WANT_HTML && list_dress(c, c->args.word, "rows", model, e) < 0)
        return -1;
    return page_show(c, model);
}

int page_search(struct call *c, struct err *e)
{
    struct node *model;

    return search_view(&c->desk, c->query, &model, e) < 0 ? -1 : page_show(c, model);
}

/* ---- saved views ---- */

int page_views(struct call *c, struct err *e)
{
    const char *list = call_query(c, "list");
    struct node *model;

    if (saved_views(&c->desk, *list ? list : "projects", &model, e) < 0)
        return -1;
    return page_show(c, model);
}

/* Back to the list the view is of. */
static char *list_place(struct call *c, const char *list, const char *query)
{
    const struct list_def *def = list_named(list);

    return call_href(c, "%s%s%s%s", def && def->watch ? "/lists/" : "/", list, *query ? "?" : "", query);
}

int page_view_keep(struct call *c, struct err *e)
{
    const char *list = node_get_str(c->form, "list"), *query = node_get_str(c->form, "query");
    int64_t id;

    c->again = page_views;
    if (saved_view_keep(&c->desk, list, node_get_str(c->form, "name"), query, &id, e) < 0)
        return -1;
    return page_made(c, "view", id, list_place(c, list, query));
}

int page_view_drop(struct call *c, struct err *e)
{
    return saved_view_forget(&c->desk, c->args.id, e) < 0 ? -1 : page_done(c, call_href(c, "/projects"));
}

/* ---- workbooks ---- */

int page_exports(struct call *c, struct err *e)
{
    struct node *model;

    return workbooks_view(&c->desk, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_export_ask(struct call *c, struct err *e)
{
    int64_t id;

    if (workbook_ask(&c->desk, node_get_str(c->form, "list"), node_get_str(c->form, "query"), &id, e) < 0)
        return -1;
    return page_made(c, "export", id, call_href(c, "/exports/%lld", (long long)id));
}

int page_export(struct call *c, struct err *e)
{
    struct node *model;

    return workbook_view(&c->desk, c->args.id, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_export_file(struct call *c, struct err *e)
{
    struct document_file *file = ARENA_NEW(c->arena, struct document_file);

    if (workbook_open(&c->desk, c->args.id, file, e) < 0)
        return -1;
    c->file = file;
    return 0;
}
