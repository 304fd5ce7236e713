/*
 * web/page_home.c - the desk, the list of projects, one project, why it stands as it does, how a date was counted
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "web/page_parts.h"

int page_home(struct call *c, struct err *e)
{
    struct node *model;
    if (home_view(&c->desk, &model, e) < 0)
        return -1;
    page_show(c, model);
    return 0;
}

int page_projects(struct call *c, struct err *e)
{
    struct node *model;
    if (project_list_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    page_show(c, model);
    return 0;
}

/* After an act the page begins with what was just put on record. */
static void done_put(const struct call *c, struct node *model)
{
    const char *seq = call_query(c, "done");
    for (const struct node *n = node_first(node_get(model, "timeline")); *seq && n; n = n->next)
        if (text_eq(arena_fmt(c->arena, "%lld", (long long)node_get_int(n, "seq", -1)), seq)) {
            node_put(c->arena, model, "done", node_copy(c->arena, n));
            return;
        }
}

int page_project(struct call *c, struct err *e)
{
    struct node *model;
    if (project_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    done_put(c, model);
    c->title = node_get_str(node_get(model, "project"), "title");
    page_show(c, model);
    return 0;
}

int page_why(struct call *c, struct err *e)
{
    struct node *model;
    const char *act = call_query(c, "act");
    if (project_why(&c->desk, c->args.id, *act ? act : NULL, &model, e) < 0)
        return -1;
    node_put_fmt(c->arena, model, "project_id", "%lld", (long long)c->args.id);
    page_show(c, model);
    return 0;
}

int page_recount(struct call *c, struct err *e)
{
    struct node *model;
    if (duty_recount(&c->desk, c->args.id, c->args.word, call_query(c, "key"), &model, e) < 0)
        return -1;
    page_show(c, model);
    return 0;
}
