/*
 * web/answer.c - the model, the refusal or the file as one answer
 *
 * One model, two renderings: the page gets it inside the frame, JSON gets it bare. A refusal is RFC 9457
 * for machines and, for people, the page they came from with everything they typed, or the error page.
 */
#include "config.h"

#include <string.h>

#include "base/jsonout.h"
#include "base/log.h"
#include "base/text.h"
#include "casework/list.h"
#include "web/call.h"
#include "web/frame.h"
#include "web/page_parts.h"
#include "web/pages.h"

enum { RETRY_SOON_S = 5, RETRY_LATER_S = 60, LARGE_COOKIE_S = 365 * 86400 };

/* ---- headers ---- */

static void headers_common(struct call *c, const char *type)
{
    struct http_answer *r = &c->web->answer;
    http_header(r, "Content-Type", type);
    http_header(r, "Cache-Control", "no-store");
    http_header(r, "Vary", "Accept, Cookie");
    http_header(r, "X-Request-Id", c->http.request_id);
    int secure = frame_is_secure(c);
    if (c->cookie)
        http_set_cookie(r, frame_cookie_name(c), c->cookie, secure, *c->cookie ? -1 : 0);
    if (c->cookie && !*c->cookie)
        http_header(r, "Clear-Site-Data", "\"cache\", \"storage\"");
    if (c->set_large)
        http_set_cookie(r, FRAME_LARGE_COOKIE, c->set_large, secure, LARGE_COOKIE_S);
}

static int wants_json(const struct call *c)
{
    return !c->template || c->http.want != WANT_HTML;
}

/* ---- what went well ---- */

static int page_make(struct call *c, struct err *e)
{
    const struct node *contexts[] = {call_frame(c), c->model};
    struct buf *body = &c->web->answer.body;
    buf_clear(body);
    return c->layout ? mustache_render(c->web->templates, c->layout, c->template, contexts, 2, body, e)
                     : mustache_render(c->web->templates, c->template, NULL, contexts, 2, body, e);
}

static void json_make(struct call *c, const struct node *root)
{
    struct buf *body = &c->web->answer.body;
    buf_clear(body);
    jsonout_tree(body, root);
    buf_putc(body, '\n');
}

static int file_answer(struct call *c, struct err *e)
{
    /* our own content address; whatever else stands there is our mistake */
    static const char fit[] = "abcdefghijklmnopqrstuvwxyz0123456789_/-.";
    const char *path = c->file->path;
    if (strspn(path, fit) != strlen(path) || strstr(path, "..")) {
        err_fail(e, ERR_INTERNAL, "文件地址有误");
        return err_detail(e, "file path %s", path);
    }
    headers_common(c, c->file->type);
    http_header(&c->web->answer, "Content-Disposition", http_disposition(c->arena, c->file->name));
    http_header(&c->web->answer, "X-Accel-Redirect", arena_fmt(c->arena, "/protected-files/%s", path));
    return 0;
}

static int made_answer(struct call *c, struct err *e)
{
    struct http_answer *r = &c->web->answer;
    buf_clear(&r->body);
    buf_add(&r->body, c->made->bytes, c->made->len);
    if (!buf_ok(&r->body)) {
        err_fail(e, ERR_TOO_LARGE, "要下载的文件过大");
        return err_mend(e, "请缩小条件后再导出");
    }
    headers_common(c, c->made->type);
    http_header(r, "Content-Disposition", http_disposition(c->arena, c->made->name));
    return 0;
}

int call_answer(struct call *c, struct err *e)
{
    struct http_answer *r = &c->web->answer;
    if (c->file)
        return file_answer(c, e);
    r->status = c->status;
    if (c->made)
        return made_answer(c, e);
    if (c->text) {
        buf_clear(&r->body);
        buf_puts(&r->body, c->text);
        headers_common(c, "application/json; charset=utf-8");
        return 0;
    }
    if (wants_json(c) && !(c->location && c->http.want == WANT_HTML)) {
        if (c->location)
            node_put_text(c->arena, c->model, "href", c->location);
        json_make(c, c->model);
        if (!buf_ok(&r->body)) {
            err_fail(e, ERR_TOO_LARGE, "结果过大");
            return err_mend(e, "请缩小查询范围，或者分页取");
        }
        headers_common(c, "application/json; charset=utf-8");
        return 0;
    }
    if (c->location) {
        r->status = 303;
        headers_common(c, "text/html; charset=utf-8");
        http_header(r, "Location", c->location);
        return 0;
    }
    if (page_make(c, e) < 0)
        return -1;
    headers_common(c, "text/html; charset=utf-8");
    return 0;
}

/* ---- what did not ---- */

static void error_put(struct arena *a, struct node *o, const struct err *e)
{
    if (e->path[0]) {
        node_put_text(a, o, "path", e->path);
        node_put_text(a, o, "field", text_path_id(a, e->path));
    }
    node_put_text(a, o, "message", e->message);
    if (e->mend[0])
        node_put_text(a, o, "mend", e->mend);
    if (e->article[0]) {
        node_put_text(a, o, "article", e->article);
        node_put_text(a, o, "article_text", text_articles(a, e->article));
    }
}

struct node *call_errors(struct arena *a, const struct err_list *errors)
{
    struct node *list = node_list(a);
    int count = errors->count < ERR_LIST_MAX ? errors->count : ERR_LIST_MAX;
    for (int i = 0; i < count; i++)
        error_put(a, node_add_object(a, list), &errors->item[i]);
    return list;
}

static struct node *errors_of(struct call *c, const struct err *e)
{
    if (node_count(c->faults))
        return node_copy(c->arena, c->faults);
    struct node *list = call_errors(c->arena, &c->errors);
    if (!node_count(list) && (e->path[0] || e->article[0]))
        error_put(c->arena, node_add_object(c->arena, list), e);
    return list;
}

static struct node *problem_node(struct call *c, const struct err *e)
{
    struct node *o = node_object(c->arena);
    node_put_fmt(c->arena, o, "type", "urn:guizhang:problem:%s", err_slug(e->code));
    node_put_text(c->arena, o, "title", err_title(e->code));
    node_put_int(c->arena, o, "status", err_status(e->code));
    node_put_text(c->arena, o, "detail", e->message);
    node_put_text(c->arena, o, "code", err_slug(e->code));
    if (e->mend[0])
        node_put_text(c->arena, o, "mend", e->mend);
    if (e->article[0])
        node_put_text(c->arena, o, "article", e->article);
    if (c->stale)
        node_put_int(c->arena, o, "version", node_get_int(c->stale, "version", 0));
    node_put(c->arena, o, "errors", errors_of(c, e));
    node_put_text(c->arena, o, "request_id", c->http.request_id);
    return o;
}

/* ---- the summary at the top of a page: each fault once, and a way to where it is mended ---- */

/* The refusal says its only fault itself: then it leads to it, and there is no list. */
static int says_all(const struct call *c, const struct err *e)
{
    return c->errors.count == 1 && strstr(e->message, c->errors.item[0].message);
}

static struct err summary_of(const struct call *c, const struct err *e)
{
    struct err one = *e;
    if (says_all(c, e)) {
        const struct err *only = &c->errors.item[0];
        if (!one.path[0])
            (void)err_at(&one, "%s", only->path);
        (void)err_article(&one, one.article[0] ? "" : only->article);
        (void)err_mend(&one, "%s", only->mend);
    }
    return one;
}

static struct node *reason_of(const struct call *c, const char *message)
{
    for (const struct node *n = node_first(node_get(c->model, "reasons")); n; n = n->next)
        if (*node_get_str(n, "message") && strstr(message, node_get_str(n, "message")))
            return (struct node *)(uintptr_t)n;
    return NULL;
}

static int has_place(const struct call *c, const char *field)
{
    const struct buf *page = &c->web->answer.body;
    const char *mark = arena_fmt(c->arena, " id=\"f-%s\"", field);
    return *field && memmem(page->data, page->len, mark, strlen(mark));
}

/* A fault leads to its field where the page has it, else to the table of reasons that tells it in full; 1 when it was
 * changed. */
static int place_of(struct call *c, struct node *fault)
{
    const char *field = node_get_str(fault, "field");
    const char *why = reason_of(c, node_get_str(fault, "message")) && has_place(c, "why") ? "why" : "";
    if (has_place(c, field) || text_eq(field, why))
        return 0;
    node_put_text(c->arena, fault, "field", why);
    return 1;
}

static int places_mend(struct call *c)
{
    struct node *failure = (struct node *)(uintptr_t)node_get(c->model, "failure");
    int changed = place_of(c, failure);
    for (const struct node *n = node_first(node_get(failure, "error_list")); n; n = n->next)
        changed |= place_of(c, (struct node *)(uintptr_t)n);
    return changed;
}

/* The page with its summary: made once to see which places it has, and again where a way would lead nowhere. */
static int page_make_led(struct call *c, struct err *e)
{
    if (page_make(c, e) < 0)
        return -1;
    return places_mend(c) ? page_make(c, e) : 0;
}

/* What a fault does not have is empty: a template would take the refusal's for it. */
static struct node *listed(const struct call *c)
{
    static const char *const own[] = {"field", "mend", "article_text"};
    struct node *list = call_errors(c->arena, &c->errors);
    for (struct node *n = list->u.kids.first; n; n = n->next)
        for (size_t i = 0; i < ARRAY_LEN(own); i++)
            if (!node_get(n, own[i]))
                node_put_text(c->arena, n, own[i], "");
    return list;
}

/* {failure:{status, code, title, message, mend, article_text, field, error_list?}, errors} beside whatever the page
 * shows. */
static void failure_put(struct call *c, const struct err *e)
{
    struct err one = summary_of(c, e);
    struct node *o = node_put_object(c->arena, c->model, "failure");
    node_put_int(c->arena, o, "status", err_status(e->code));
    node_put_text(c->arena, o, "code", err_slug(e->code));
    node_put_text(c->arena, o, "title", err_title(e->code));
    error_put(c->arena, o, &one);
    if (c->errors.count && !says_all(c, e))
        node_put(c->arena, o, "error_list", listed(c));
    if (!node_get(c->model, "errors"))
        node_put(c->arena, c->model, "errors", errors_of(c, e));
    page_mark(c, c->model);
}

/* The page the person was on, filled again by its handler; 0 when it stands in the answer. */
static int page_again(struct call *c, const struct err *e, struct err *e2)
{
    int of_form = e->code == ERR_STALE || e->code == ERR_BAD_INPUT || e->code == ERR_RULE || e->code == ERR_CONFLICT ||
                  e->code == ERR_LOGIN || e->code == ERR_LOCKED || e->code == ERR_TOO_MANY || e->code == ERR_MEDIA ||
                  e->code == ERR_DIRECTORY || e->code == ERR_TOO_LARGE;
    if (!c->again || !(of_form || c->kept) || !c->template)
        return -1;
    c->model = node_object(c->arena);
    if (!c->errors.count && e->path[0]) { /* it names its place: said there, too */
        struct err only = *e;
        err_list_take(&c->errors, &only);
    }
    if (c->again(c, e2) < 0)
        return -1;
    failure_put(c, e);
    return page_make_led(c, e2);
}

static int page_error(struct call *c, const struct err *e, struct err *e2)
{
    c->model = node_object(c->arena);
    c->layout = "layout";
    c->template = e->code == ERR_NO_SESSION ? "login" : "error";
    c->title = e->code == ERR_NO_SESSION ? "登录" : err_title(e->code);
    page_show(c, node_object(c->arena)); /* what this reader may do: the ways on from here */
    if (e->code == ERR_NO_SESSION && page_login(c, e2) < 0)
        return -1;
    failure_put(c, e);
    return page_make_led(c, e2);
}

static void page_plain(struct call *c, const struct err *e)
{
    struct buf *body = &c->web->answer.body;
    buf_clear(body);
    buf_fmt(body,
            "<!DOCTYPE html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>%s</title><h1>%s</h1>"
            "<p>请记下编号 %s，联系平台管理员。</p>",
            err_title(e->code), err_title(e->code), c->http.request_id);
}

/* Where the refusal does not say what to do next, the index of errors does; of rules and of sign-in each says its own.
 */
static struct err with_mend(const struct call *c, const struct err *e)
{
    struct err whole = *e;
    int ours = e->code == ERR_INTERNAL || e->code == ERR_CONFIG || e->code == ERR_DISK;
    if (ours && strchr(e->message, '/')) /* a path of this machine: the log has it */
        (void)err_fail(&whole, e->code, "平台内部出错，这一次没有办成");
    int own = e->code == ERR_RULE || e->code == ERR_LOGIN || e->code == ERR_NO_SESSION || e->code == ERR_BAD_INPUT;
    if (!own && !c->errors.count && !node_count(c->faults))
        (void)err_mend(&whole, "%s", help_mend(e->code));
    return whole;
}

void call_refuse(struct call *c, const struct err *said)
{
    const struct err whole = with_mend(c, said), *e = &whole;
    struct http_answer *r = &c->web->answer;
    int json = c->http.want != WANT_HTML || (c->route && !c->route->template && c->route->who == WHO_PEER);

    buf_clear(&r->head);
    c->file = NULL;
    c->made = NULL;
    if (json) {
        json_make(c, problem_node(c, e));
        headers_common(c, "application/problem+json; charset=utf-8");
    } else {
        struct err e2 = {0};
        if (page_again(c, e, &e2) < 0) {
            if (e2.code)
                log_err("page_again", &e2);
            e2 = (struct err){0};
            if (page_error(c, e, &e2) < 0) {
                log_err("page_error", &e2);
                page_plain(c, e);
            }
        }
        headers_common(c, "text/html; charset=utf-8");
    }
    r->status = err_status(e->code);
    if (e->code == ERR_METHOD && c->allow)
        http_header(r, "Allow", c->allow);
    if (r->status == 503)
        http_header(r, "Retry-After", arena_fmt(c->arena, "%d", RETRY_SOON_S));
    if (e->code == ERR_TOO_MANY)
        http_header(r, "Retry-After", arena_fmt(c->arena, "%d", RETRY_LATER_S));
}
