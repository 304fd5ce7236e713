/*
 * web/page_home.c - the desk, the list of projects, one project, why it stands as it does, how a date was counted
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

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
            node_put(c->arena, model, "done", node_twin(c->arena, n));
            return;
        }
}

/* 1 when the act's turn has not come: what stands in its way is the order of things, not something to be mended. */
static int is_later(const struct node *act)
{
    if (node_get_bool(act, "allowed"))
        return 0;
    for (const struct node *n = node_first(node_get(act, "reasons")); n; n = n->next)
        if (text_eq(node_get_str(n, "code"), "order") || text_eq(node_get_str(n, "code"), "not_open"))
            return 1;
    return 0;
}

/* A page shows what can be done, or could be with something mended, apart from what comes later. */
static void acts_part(const struct call *c, struct node *model)
{
    struct node *now = node_put_list(c->arena, model, "acts_now"),
                *later = node_put_list(c->arena, model, "acts_later");
    for (const struct node *n = node_first(node_get(model, "acts")); n; n = n->next)
        node_add(is_later(n) ? later : now, node_twin(c->arena, n));
    node_put_int(c->arena, model, "later_count", (int64_t)node_count(later));
}

/* "2025" a year, "2025Q3" a quarter, "2" the second time; other keys are not for people. */
static const char *key_text(struct arena *a, const char *key)
{
    size_t digits = strspn(key, "0123456789");
    if (digits == 4 && !key[4])
        return arena_fmt(a, "%s年", key);
    if (digits == 4 && key[4] == 'Q' && key[5])
        return arena_fmt(a, "%.4s年第%s季度", key, key + 5);
    return digits && !key[digits] ? arena_fmt(a, "第%s次", key) : "";
}

static void keys_put(const struct call *c, const struct node *model)
{
    for (struct node *n = (struct node *)(uintptr_t)node_first(node_get(model, "duties")); n; n = n->next)
        node_put_text(c->arena, n, "key_text", key_text(c->arena, node_get_str(n, "key")));
}

int page_project(struct call *c, struct err *e)
{
    struct node *model;
    if (project_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML) {
        done_put(c, model);
        acts_part(c, model);
        keys_put(c, model);
    }
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
