/*
 * web/page_plan.c - plans, bundles and the like: the list, opening one, the projects in it
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "casework/plan.h"
#include "web/form.h"
#include "web/page_parts.h"

enum { SUBJECT_CHARS = 16, STATE_CHARS = 3 };

static void done_put(struct call *c, struct node *model)
{
    if (c->http.want == WANT_HTML && *call_query(c, "done"))
        node_put_bool(c->arena, model, "is_saved", 1);
}

/* ---- the list ---- */

static int plans_show(struct call *c, const struct node *typed, struct err *e)
{
    struct node *model;

    if (plans_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    for (const struct node *s = node_first(node_get(model, "subjects")); s && c->http.want == WANT_HTML; s = s->next)
        if (text_eq(node_get_str(typed, "subject"), node_get_str(s, "id")))
            node_put_text(c->arena, (struct node *)(uintptr_t)s, "typed_title", node_get_str(typed, "title"));
    page_show(c, model);
    return 0;
}

int page_plans(struct call *c, struct err *e)
{
    return plans_show(c, NULL, e);
}

static int open_again(struct call *c, struct err *e)
{
    return plans_show(c, c->form, e);
}

int page_plan_open(struct call *c, struct err *e)
{
    const char *subject, *title;
    int64_t id;

    c->again = open_again;
    if (form_text(c->arena, c->form, "subject", 1, SUBJECT_CHARS, &subject, e) < 0 ||
        form_text_opt(c->arena, c->form, "title", PLAN_TITLE_CHARS * 2, "", &title, e) < 0 ||
        plan_open(&c->desk, subject, title, &id, e) < 0)
        return -1;
    c->status = 201;
    node_put_fmt(c->arena, c->model, "plan", "%lld", (long long)id);
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    c->location = call_href(c, "/projects/%lld", (long long)id);
    return 0;
}

/* ---- one ---- */

/* One box ticked comes as a text, several as a list. */
static const struct node *chosen(struct call *c)
{
    const struct node *n = node_get(c->form, "projects");
    struct node *list = node_list(c->arena);

    if (n && n->type == NODE_LIST)
        return n;
    if (n && n->type == NODE_TEXT && *n->u.text)
        node_add_text(c->arena, list, n->u.text);
    return list;
}

static const struct node *error_at(const struct node *errors, const char *field)
{
    const struct node *n = node_first(errors);

    while (n && !text_eq(node_get_str(n, "field"), field))
        n = n->next;
    return n;
}

/* As it was ticked and typed. */
static void typed_put(struct call *c, const struct node *items, const struct node *projects)
{
    const struct node *reasons = form_group(c->arena, c->form, "reason"), *errors = call_errors(c->arena, &c->errors);

    for (const struct node *n = node_first(items); n; n = n->next) {
        struct node *item = (struct node *)(uintptr_t)n;
        const char *id = node_get_str(n, "project");
        const struct node *said = error_at(errors, id);

        for (const struct node *p = node_first(projects); p; p = p->next)
            if (text_eq(node_str(p, ""), id))
                node_put_bool(c->arena, item, "picked", 1);
        node_put_text(c->arena, item, "typed_reason", node_get_str(reasons, id));
        if (said)
            node_put(c->arena, item, "said", node_copy(c->arena, said));
    }
}

static int plan_show(struct call *c, int is_again, struct err *e)
{
    struct node *model;

    if (plan_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    c->title = node_get_str(node_get(model, "plan"), "title");
    if (is_again) {
        typed_put(c, node_get(model, "items"), chosen(c));
        typed_put(c, node_get(model, "candidates"), chosen(c));
    }
    page_form(c, model, node_get_str(node_get(model, "plan"), "version"), "", "");
    done_put(c, model);
    page_show(c, model);
    return 0;
}

int page_plan(struct call *c, struct err *e)
{
    return plan_show(c, 0, e);
}

static int plan_again(struct call *c, struct err *e)
{
    return plan_show(c, 1, e);
}

int page_plan_take(struct call *c, struct err *e)
{
    const char *state;
    int64_t version;

    c->again = plan_again;
    if (page_version(c, &version, e) < 0 || form_text(c->arena, c->form, "state", 1, STATE_CHARS, &state, e) < 0 ||
        page_group_check(c, "reason", e) < 0 ||
        plan_take(&c->desk, c->args.id, version, chosen(c), state, form_group(c->arena, c->form, "reason"), &version,
                  &c->errors, e) < 0)
        return -1;
    node_put_fmt(c->arena, c->model, "plan", "%lld", (long long)c->args.id);
    node_put_fmt(c->arena, c->model, "version", "%lld", (long long)version);
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    c->location = call_href(c, "/plans/%lld?done=1", (long long)c->args.id);
    return 0;
}
