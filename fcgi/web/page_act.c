/*
 * web/page_act.c - an organ acts: what it must see, what it is asked, and the act itself
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "web/form.h"
#include "web/page_parts.h"

/* Of a filing sent again: the facts mended, what is said of it, the materials that stay beside a new file. */
static void mended_input(const struct call *c, struct node *input)
{
    struct node *facts = page_group(c, "facts");
    const char *note = text_trim(c->arena, node_get_str(c->form, "note"));
    const struct node *keep = node_get(c->form, "keep");

    if (node_count(facts))
        node_put(c->arena, input, "facts", facts);
    if (*note)
        node_put_text(c->arena, input, "note", note);
    if (keep)
        node_put(c->arena, input, "keep", node_copy(c->arena, keep));
}

/* Why a field or a material is left out; an empty box says nothing. */
static void lacking_input(const struct call *c, struct node *input)
{
    const struct node *group = form_group(c->arena, c->form, "not_applicable");
    struct node *said = node_object(c->arena);

    for (const struct node *n = node_first(group); n; n = n->next)
        if (*text_trim(c->arena, node_str(n, "")))
            node_put(c->arena, said, n->key, node_copy(c->arena, n));
    if (node_count(said))
        node_put(c->arena, input, "not_applicable", said);
}

/* What the act carries. JSON gives it as one object "with"; a form in fields with.x, checklist.x, item.n and what.n. */
struct node *page_act_input(const struct call *c)
{
    const struct node *whole = node_get(c->form, "with");
    if (whole && whole->type == NODE_OBJECT)
        return node_copy(c->arena, whole);

    struct node *input = page_rows_fold(c->arena, page_group(c, "with")),
                *checklist = form_group(c->arena, c->form, "checklist");
    struct node *items = page_items(c);
    const char *reason = text_trim(c->arena, node_get_str(c->form, "reason")), *until = node_get_str(c->form, "until");

    if (node_count(checklist))
        node_put(c->arena, input, "checklist", checklist);
    lacking_input(c, input);
    if (*reason)
        node_put_text(c->arena, input, "reason", reason);
    if (node_count(items))
        node_put(c->arena, input, "correction", items);
    if (*until)
        node_put_text(c->arena, input, "until", text_trim(c->arena, until));
    mended_input(c, input);
    return input;
}

static struct node *named(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n; n = n->next)
        if (text_eq(node_get_str(n, "id"), id))
            return (struct node *)(uintptr_t)n;
    return NULL;
}

/* What the regulation refuses is said at its field too, not only in the list on top. */
static void act_mark(const struct call *c, const struct node *act, const struct node *errors)
{
    static const char *const own[] = {"reason", "until", "correction"}; /* asked by the platform, not by a form */
    for (const struct node *x = node_first(errors); x; x = x->next) {
        page_rows_mark(c, node_get(act, "fields"), x);
        for (size_t i = 0; act && i < ARRAY_LEN(own); i++)
            if (text_eq(node_get_str(x, "field"), own[i]))
                node_put_text(c->arena, (struct node *)(uintptr_t)act, arena_fmt(c->arena, "%s_error", own[i]),
                              node_get_str(x, "message"));
        struct node *field = named(node_get(act, "fields"), node_get_str(x, "field"));
        struct node *check = named(node_get(act, "checklist"), node_get_str(x, "field"));
        if (field && !node_get(field, "error"))
            node_put(c->arena, field, "error", node_copy(c->arena, x));
        if (check && !node_get(check, "error"))
            node_put_text(c->arena, check, "error", node_get_str(x, "message"));
    }
}

/* A link may say which filing, which run is meant; nothing else is typed by it. */
static const struct node *act_typed(const struct call *c, int is_typed)
{
    static const char *const said[] = {"filing", "run", "period"};
    struct node *o = node_object(c->arena);

    if (is_typed)
        return page_act_input(c);
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        if (*call_query(c, said[i]))
            node_put_text(c->arena, o, said[i], call_query(c, said[i]));
    return node_count(o) ? o : NULL;
}

int page_act_show(struct call *c, int64_t project, const char *act, int is_typed, struct err *e)
{
    const struct node *typed = act_typed(c, is_typed);
    struct node *model;

    c->desk.on_behalf = node_get_str(c->form, "on_behalf");
    if (act_view(&c->desk, project, act, typed, &model, e) < 0)
        return -1;
    c->template = "act";
    c->title = arena_fmt(c->arena, "%s：%s", node_get_str(node_get(model, "act"), "name"),
                         node_get_str(node_get(model, "project"), "title"));
    if (c->errors.count)
        node_put(c->arena, model, "errors", call_errors(c->arena, &c->errors));
    if (c->http.want == WANT_HTML) {
        page_rows_open(c, (struct node *)(uintptr_t)node_get(node_get(model, "act"), "fields"));
        act_mark(c, node_get(model, "act"), node_get(model, "errors"));
        act_mark(c, node_get(node_get(model, "act"), "mend"), node_get(model, "errors"));
        node_put_text(c->arena, model, "prefix", "with");
        page_form(c, model, node_get_str(node_get(model, "project"), "version"), node_get_str(model, "seen"),
                  node_get_str(model, "marks"));
        node_put(c->arena, model, "item_rows",
                 page_item_rows(c, node_get(model, "correction_items"), node_get(typed, "correction")));
    }
    return page_show(c, model);
}

int page_act(struct call *c, struct err *e)
{
    return page_act_show(c, c->args.id, c->args.word, 0, e);
}

static int act_again(struct call *c, struct err *e)
{
    return page_act_show(c, c->args.id, c->args.word, 1, e);
}

/* A sentence taken over: behind what stands in the field already, to be changed at will. */
static void act_fill(struct call *c)
{
    static const char fill[] = "fill.";
    const struct node *n = node_first(c->form);

    while (n && !text_starts(n->key, fill))
        n = n->next;
    if (!n)
        return;

    const char *control = arena_dup(c->arena, n->key + strlen(fill)), *text = form_take(c->form, n->key);
    const char *before = node_get_str(c->form, control);

    node_put_text(c->arena, c->form, control, *before ? arena_fmt(c->arena, "%s\n%s", before, text) : text);
    node_put_text(c->arena, c->form, "more", "1");
}

/* What cannot be undone is asked once more, with everything typed in the page. */
static int act_confirm(struct call *c, struct err *e)
{
    if (page_act_show(c, c->args.id, c->args.word, 1, e) < 0)
        return -1;
    c->template = "confirm";
    c->status = 200;
    node_put(c->arena, c->model, "all_typed", page_typed(c));
    return 0;
}

int page_act_post(struct call *c, struct err *e)
{
    const char *unsent = page_file_unsent(c);
    struct act_done done;
    int64_t version;

    if (page_group_check(c, "with", e) < 0)
        return -1;
    c->again = act_again;
    if (page_version(c, &version, e) < 0)
        return -1;
    if (unsent) {
        err_fail(e, ERR_BAD_INPUT, "选好的文件「%s」还没有上传", unsent);
        return err_mend(e, "填写的内容都在；请再选一次文件，先按「上传所选文件」");
    }
    act_fill(c);
    if (*node_get_str(c->form, "more"))
        return act_again(c, e);
    if (text_eq(node_get_str(c->form, "danger"), "1") && !text_eq(node_get_str(c->form, "confirm"), "1"))
        return act_confirm(c, e);
    c->desk.on_behalf = node_get_str(c->form, "on_behalf");
    if (act_do(&c->desk, c->args.id, version, c->args.word, page_act_input(c), &done, &c->errors, e) < 0)
        return page_stale(c, c->args.id, node_get(page_act_input(c), "facts"), e);
    page_written(c, done.project, done.version,
                 call_href(c, "/projects/%lld?done=%lld", (long long)done.project, (long long)done.seq));
    node_put_int(c->arena, c->model, "seq", done.seq);
    node_put_text(c->arena, c->model, "text", done.text);
    node_put_text(c->arena, c->model, "number", done.number);
    node_put_bool(c->arena, c->model, "repeated", done.repeated);
    if (done.decision)
        node_put_fmt(c->arena, c->model, "decision", "%lld", (long long)done.decision);
    return 0;
}
