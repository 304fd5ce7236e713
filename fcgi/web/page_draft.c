/*
 * web/page_draft.c - describing a project: the facts, the road they lead to, saving, going on to the submission
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/text.h"
#include "web/form.h"
#include "web/page_parts.h"

static int asks(const struct node *groups, const char *fact)
{
    for (const struct node *g = node_first(groups); g; g = g->next)
        for (const struct node *f = node_first(node_get(g, "fields")); f; f = f->next)
            if (text_eq(node_get_str(f, "id"), fact))
                return 1;
    return 0;
}

/* What was typed into questions that are not asked now: another answer may bring them back, and then nobody types it
 * twice. */
static struct node *draft_kept(const struct call *c, const struct node *groups)
{
    static const char facts[] = "facts.";
    struct node *list = node_list(c->arena);
    for (const struct node *n = node_first(page_typed(c)); n; n = n->next) {
        const char *name = node_get_str(n, "name");
        if (text_starts(name, facts) && *node_get_str(n, "value") && !asks(groups, name + strlen(facts)))
            node_add(list, node_copy(c->arena, n));
    }
    return list;
}

static int draft_show(struct call *c, int64_t project, int64_t like, const struct node *typed, struct err *e)
{
    struct node *model;
    if (wizard_view(&c->desk, project, like, typed, &model, e) < 0)
        return -1;
    c->template = "wizard";
    c->title = project ? "修改申报" : "新建申报";
    if (c->errors.count)
        node_put(c->arena, model, "errors", call_errors(c->arena, &c->errors));
    if (c->http.want == WANT_HTML) {
        node_put_text(c->arena, model, "prefix", "facts");
        page_form(c, model, node_get_str(node_get(model, "project"), "version"), node_get_str(model, "seen"),
                  node_get_str(model, "marks"));
        if (typed)
            node_put(c->arena, model, "kept", draft_kept(c, node_get(model, "groups")));
        node_put_bool(c->arena, model, "is_saved", *call_query(c, "saved") != '\0');
        node_put_int(c->arena, model, "todo_count", (int64_t)node_count(node_get(model, "todo")));
    }
    return page_show(c, model);
}

int page_draft_show(struct call *c, int64_t project, const struct node *typed, struct err *e)
{
    return draft_show(c, project, 0, typed, e);
}

int page_draft_new(struct call *c, struct err *e)
{
    const char *like = call_query(c, "like");
    int64_t id = 0;
    if (*like && (text_i64(like, &id) < 0 || id <= 0))
        return err_fail(e, ERR_NOT_FOUND, "没有这个项目");
    return draft_show(c, 0, id, NULL, e);
}

int page_draft_edit(struct call *c, struct err *e)
{
    return page_draft_show(c, c->args.id, NULL, e);
}

static int draft_again(struct call *c, struct err *e)
{
    return page_draft_show(c, c->args.id, page_group(c, "facts"), e);
}

static int files_sent(const struct call *c, struct err *e)
{
    const char *name = page_file_unsent(c);
    if (!name)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "选好的文件「%s」还没有上传", name);
    return err_mend(e, "填写的内容都在；请再选一次文件，先按「上传所选文件」");
}

/* Where a saved draft goes: back to its page, or on to the act that hands it in. */
static const char *draft_next(const struct call *c, int64_t project)
{
    const char *act = node_get_str(c->form, "submit");
    int fit = *act && strspn(act, "abcdefghijklmnopqrstuvwxyz0123456789_.") == strlen(act);

    if (text_eq(node_get_str(c->form, "go"), "submit") && fit && !c->errors.count)
        return call_href(c, "/projects/%lld/acts/%s", (long long)project, act);
    return call_href(c, "/projects/%lld/edit?saved=1", (long long)project);
}

static int draft_post(struct call *c, struct err *e)
{
    struct node *facts = page_group(c, "facts");
    int64_t version = 0, project, saved;

    if (page_group_check(c, "facts", e) < 0)
        return -1;
    c->again = draft_again;
    if (text_eq(node_get_str(c->form, "go"), "try")) {
        c->status = 200;
        return page_draft_show(c, c->args.id, facts, e);
    }
    if (c->args.id && page_version(c, &version, e) < 0)
        return -1;
    if (files_sent(c, e) < 0)
        return -1;
    if (draft_save(&c->desk, c->args.id, version, facts, &project, &saved, &c->errors, e) < 0)
        return page_stale(c, c->args.id, facts, e);
    page_written(c, project, saved, draft_next(c, project));
    node_put(c->arena, c->model, "errors", call_errors(c->arena, &c->errors));
    return 0;
}

int page_draft_create(struct call *c, struct err *e)
{
    c->status = 201;
    return draft_post(c, e);
}

int page_draft_save(struct call *c, struct err *e)
{
    return draft_post(c, e);
}
