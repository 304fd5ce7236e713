/*
 * web/resume.c - nothing typed is lost by a login
 */
#include "config.h"

#include "web/resume.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "web/form.h"
#include "web/limits.h"
#include "web/page_parts.h"
#include "web/pages.h"

#define KEPT_PATH  "resume"
#define KEPT_FIELD "kept"

/* ---- what may be kept ---- */

int resume_route(const char *path, int host_tenant, struct arena *a, const struct route **ret,
                 struct route_args *ret_args)
{
    const struct route *route;
    struct route_args args;
    const char *allow;

    if (path[0] != '/' || path[1] == '/' || strlen(path) > HTTP_PATH_MAX)
        return 0;
    enum route_answer found = ROUTE_NONE;
    if (host_tenant)
        found = router_match(routes, routes_count, HTTP_POST, path, 1, a, &route, &args, &allow);
    if (found != ROUTE_FOUND)
        found = router_match(routes, routes_count, HTTP_POST, path, 0, a, &route, &args, &allow);
    if (found != ROUTE_FOUND || route->who != WHO_POST || !route->template ||
        (route->body != BODY_FORM && route->body != BODY_FILE))
        return 0;
    *ret = route;
    *ret_args = args;
    return 1;
}

static int is_secret(const char *name)
{
    return text_eq(name, "csrf") || text_eq(name, "key") || strcasestr(name, "passw") || strcasestr(name, "pwd");
}

struct node *resume_fields(struct arena *a, const struct node *form)
{
    struct node *fields = node_object(a);
    for (const struct node *n = node_first(form); n; n = n->next)
        if (!is_secret(n->key))
            node_put(a, fields, n->key, node_copy(a, n));
    return fields;
}

int resume_bounds(const struct node *fields, struct err *e)
{
    char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];
    size_t count = 0, bytes = 0;
    for (const struct node *n = node_first(fields); n; n = n->next) {
        const struct node *value = n->type == NODE_LIST ? node_first(n) : n;
        /* the prefix must still fit a field's name on the way back */
        if (strlen(n->key) + strlen(KEPT_FIELD ".") > FORM_NAME_MAX) {
            err_fail(e, ERR_TOO_LARGE, "有一项内容带不到登录以后");
            return err_mend(e, "请另开一个窗口登录，再回到原页面提交");
        }
        for (; value; value = n->type == NODE_LIST ? value->next : NULL) {
            count++;
            bytes += strlen(n->key) + strlen(node_str(value, ""));
        }
    }
    if (count > KEPT_FIELDS_MAX)
        return err_fail(e, ERR_TOO_LARGE, "填写的内容有 %zu 项，超过 %d 项", count, KEPT_FIELDS_MAX);
    if (bytes > KEPT_BYTES_MAX)
        return err_fail(e, ERR_TOO_LARGE, "填写的内容有 %s，超过 %s", text_size(has, (int64_t)bytes),
                        text_size(most, KEPT_BYTES_MAX));
    return 0;
}

/* ---- from the request that was refused ---- */

/* The address without its query: our forms post to none. */
static struct kept *kept_new(struct call *c, const char *path)
{
    struct kept *kept = ARENA_NEW(c->arena, struct kept);
    struct district *by_host = platform_district_by_host(c->platform, c->http.host);

    if (!resume_route(path, by_host != NULL, c->arena, &kept->route, &kept->args))
        return NULL;
    kept->path = path;
    kept->district = by_host ? by_host : platform_district(c->platform, kept->args.tenant);
    kept->fields = node_object(c->arena);
    if (!kept->district || (kept->args.tenant && !text_eq(kept->district->tenant->id, kept->args.tenant)))
        return NULL;
    return kept;
}

/* is_bounded: the fields travel through another page; else they only go back to where they were sent. */
static void kept_fill(struct call *c, const struct http_wire *wire, int is_bounded)
{
    struct err e = {0};
    struct kept *kept = c->kept;
    struct node *fields = NULL;

    if (c->has_body || call_body(c, wire, &e) == 0) {
        fields = resume_fields(c->arena, c->form);
        kept->files = c->upload.multipart.count;
        if (is_bounded && resume_bounds(fields, &e) < 0)
            fields = NULL;
    }
    if (fields)
        kept->fields = fields;
    else
        kept->lost = arena_dup(c->arena, e.message);
}

static int is_form_of_person(const struct call *c)
{
    return c->http.method == HTTP_POST && c->http.want == WANT_HTML && c->route &&
           (c->route->who == WHO_POST || c->route->who == WHO_PERSON) && !text_eq(c->http.type, "application/json");
}

static int fitting_posts(const struct call *c)
{
    int count = 0;
    for (size_t i = 0; i < c->actor->post_count; i++)
        count += resume_fits(c->kept, &c->actor->posts[i]);
    return count;
}

/* No session: the login page carries it. */
static void keep_for_login(struct call *c, const struct http_wire *wire)
{
    if (c->route->who == WHO_PERSON) { /* the choice of a post carries it already */
        struct err ignored = {0};
        if (call_body(c, wire, &ignored) == 0)
            resume_read(c);
        return;
    }
    c->kept = kept_new(c, c->http.path);
    if (c->kept)
        kept_fill(c, wire, 1);
}

/* Signed in, but not as this page was: another session, another post, or a directory that is silent just now. */
static int keep_for_person(struct call *c, const struct http_wire *wire, const struct err *e)
{
    struct err failed = {0};

    if (c->route->who == WHO_PERSON) {
        if (c->has_body)
            resume_read(c);
        return c->kept && page_posts(c, &failed) == 0;
    }
    c->kept = kept_new(c, c->http.path);
    if (!c->kept || (e->code != ERR_CSRF && e->code != ERR_DIRECTORY && !fitting_posts(c)))
        return 0;
    kept_fill(c, wire, e->code == ERR_FORBIDDEN || e->code == ERR_NOT_FOUND);
    if (c->kept->lost)
        return 0;
    if (e->code == ERR_DIRECTORY) {
        c->status = err_status(e->code);
        node_put_text(c->arena, c->model, "refused", e->message);
    }
    return resume_next(c, &failed) == 0;
}

int call_keep(struct call *c, const struct http_wire *wire, struct err *e)
{
    int no_session = e->code == ERR_NO_SESSION;
    int of_post =
        c->actor && !c->has_body && (e->code == ERR_FORBIDDEN || e->code == ERR_NOT_FOUND || e->code == ERR_DIRECTORY);
    int of_csrf = c->actor && c->has_body && e->code == ERR_CSRF;
    struct err foreign = {0};

    if (!is_form_of_person(c) || c->is_handled || !(no_session || of_post || of_csrf))
        return 0;
    if (call_origin(c, &foreign) < 0) {
        *e = no_session ? foreign : *e;
        return 0;
    }
    if (!no_session)
        return keep_for_person(c, wire, e);
    keep_for_login(c, wire);
    return 0;
}

/* ---- on the way ---- */

void resume_read(struct call *c)
{
    struct err ignored = {0};
    const char *path = node_get_str(c->form, KEPT_PATH);

    if (!*path || c->http.want != WANT_HTML || text_eq(c->http.type, "application/json"))
        return;
    struct kept *kept = kept_new(c, path);
    if (!kept)
        return;
    kept->fields = resume_fields(c->arena, form_group(c->arena, c->form, KEPT_FIELD));
    kept->files = text_eq(node_get_str(c->form, "files"), "1");
    if (resume_bounds(kept->fields, &ignored) == 0)
        c->kept = kept;
}

/* [{name, value}]: a field that came several times is several rows. */
static struct node *rows_of(struct arena *a, const struct node *fields)
{
    struct node *list = node_list(a);
    for (const struct node *n = node_first(fields); n; n = n->next) {
        const struct node *value = n->type == NODE_LIST ? node_first(n) : n;
        for (; value; value = n->type == NODE_LIST ? value->next : NULL) {
            struct node *o = node_add_object(a, list);
            node_put_text(a, o, "name", n->key);
            node_put_text(a, o, "value", node_str(value, ""));
        }
    }
    return list;
}

void resume_put(struct call *c)
{
    const struct kept *kept = c->kept;
    if (!kept)
        return;
    struct node *o = node_put_object(c->arena, c->model, "kept");
    node_put_text(c->arena, o, "path", kept->path);
    node_put_text(c->arena, o, "title", kept->route->title);
    node_put_text(c->arena, o, "tenant_name", kept->district->tenant->name);
    node_put_bool(c->arena, o, "files", kept->files > 0);
    node_put_text(c->arena, o, "lost", kept->lost ? kept->lost : "");
    struct node *rows = node_put(c->arena, o, "fields", rows_of(c->arena, kept->fields));
    node_put_int(c->arena, o, "count", (int64_t)node_count(rows));
}

int resume_fits(const struct kept *kept, const struct post *post)
{
    return text_eq(post->tenant, kept->district->tenant->id) &&
           (kept->route->action == MAY_ANY || permit_allows(post->kind, kept->route->action));
}

/* ---- the page 接着提交 ---- */

/* What the district's regulation says about the fields of this address. */
struct told {
    const struct regulation *regulation; /* NULL: a bureau has none */
    const struct node *facts, *form, *checklist, *vocabulary;
};

static const struct node *by_id(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n; n = n->next)
        if (text_eq(node_get_str(n, "id"), id))
            return n;
    return NULL;
}

static const struct node *act_of(const struct node *procedure, const char *full)
{
    const struct node *act = NULL;
    for (const struct node *s = node_first(node_get(procedure, "steps")); s && !act; s = s->next)
        act = by_id(node_get(s, "acts"), full);
    return act;
}

static struct told told_of(const struct call *c)
{
    struct arena *a = c->arena;
    struct district *d = c->kept->district;
    const char *word = c->kept->args.word;
    int moved = 0;
    struct told t = {.regulation = district_regulation(d, instant_date(district_now(c->platform, d, &moved)))};

    if (!t.regulation)
        return t;
    t.facts = regulation_facts(t.regulation, a, NULL);
    t.vocabulary = regulation_vocabulary(t.regulation, a);
    const char *dot = word ? strchr(word, '.') : NULL;
    if (dot) {
        const char *procedure = arena_dupn(a, word, (size_t)(dot - word));
        const struct node *act = act_of(regulation_procedure(t.regulation, a, procedure), word);
        const char *form = node_get_str(act, "form");
        t.checklist = node_get(act, "checklist");
        t.form = *form ? node_get(regulation_form(t.regulation, a, form), "fields") : NULL;
    }
    return t;
}

static const char *value_shown(struct arena *a, const struct node *field, const char *value)
{
    const char *type = node_get_str(field, "type"), *unit = node_get_str(field, "unit");
    const struct node *choice = by_id(node_get(field, "choices"), value);

    if (choice)
        return node_get_str(choice, "label");
    if (text_eq(type, "boolean"))
        return text_eq(value, "true") ? "是" : text_eq(value, "false") ? "否" : value;
    if (text_eq(type, "money"))
        return arena_fmt(a, "%s 万元", value);
    return *unit ? arena_fmt(a, "%s %s", value, unit) : value;
}

/* "2" of "what.2" as the third. */
static const char *nth(struct arena *a, const char *name, const char *what)
{
    const char *dot = strchr(name, '.');
    int64_t n = 0;
    if (!dot || text_i64(dot + 1, &n) < 0 || n < 0 || n > FORM_FIELDS_MAX)
        return name;
    return arena_fmt(a, "第 %lld 条：%s", (long long)n + 1, what);
}

static const char *item_shown(const struct told *t, const char *id)
{
    const struct node *fact = by_id(t->facts, id);
    const char *material = node_get_str(node_get(t->vocabulary, "materials"), id);
    return fact ? node_get_str(fact, "label") : *material ? material : id;
}

/* What people call the field and what they see in it; the bare name and value where nothing better is known. */
static void name_and_shown(struct arena *a, const struct told *t, const char *name, const char *value,
                           const char **ret_label, const char **ret_shown)
{
    const struct node *field = NULL;
    *ret_label = name;
    *ret_shown = value;
    if (text_starts(name, "facts."))
        field = by_id(t->facts, name + strlen("facts."));
    else if (text_starts(name, "with."))
        field = by_id(t->form, name + strlen("with."));
    if (field) {
        *ret_label = node_get_str(field, "label");
        *ret_shown = value_shown(a, field, value);
    } else if (text_starts(name, "checklist.")) {
        const struct node *item = by_id(t->checklist, name + strlen("checklist."));
        *ret_label = item ? node_get_str(item, "name") : name;
        *ret_shown = text_eq(value, "true") ? "是" : text_eq(value, "false") ? "否" : value;
    } else if (text_starts(name, "item.")) {
        *ret_label = nth(a, name, "改哪里");
        *ret_shown = item_shown(t, value);
    } else if (text_starts(name, "what.")) {
        *ret_label = nth(a, name, "要求");
    } else if (text_eq(name, "reason")) {
        *ret_label = "理由";
    } else if (text_eq(name, "until")) {
        *ret_label = "最迟补正日期";
    } else if (text_eq(name, "outcome")) {
        *ret_label = "结论";
    }
}

/* Fields a page brings by itself; nobody typed them. */
static int is_of_page(const char *name)
{
    static const char *const NAMES[] = {"version", "project", "page", "submit", "go", "danger", "confirm", "more"};
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        if (text_eq(name, NAMES[i]))
            return 1;
    return text_starts(name, "file."); /* a choice of files in a form sent without bytes */
}

static const char *cut(struct arena *a, const char *text)
{
    char head[SHOWN_BYTES_MAX];
    return text_copy(head, sizeof head, text) == 0
               ? text
               : arena_fmt(a, "%s……（共 %zu 个字，提交时是全文）", head, text_chars(text));
}

/* shown: [{label, text}] what was typed; rest: [{name, value}] what the page brought; the empty ones are counted. */
static void fields_put(struct call *c, const struct told *t)
{
    struct node *shown = node_put_list(c->arena, c->model, "shown"), *rest = node_put_list(c->arena, c->model, "rest");
    const char *before = "";
    struct node *text = NULL;
    int64_t empty = 0;

    for (const struct node *n = node_first(node_at(c->model, "kept.fields")); n; n = n->next) {
        const char *name = node_get_str(n, "name"), *value = node_get_str(n, "value"), *label, *seen;
        if (is_of_page(name)) {
            node_add(rest, node_copy(c->arena, n));
            continue;
        }
        if (!*value) {
            empty++;
            continue;
        }
        name_and_shown(c->arena, t, name, value, &label, &seen);
        if (text && text_eq(name, before)) { /* one more of several ticked */
            text->u.text = arena_fmt(c->arena, "%s、%s", text->u.text, cut(c->arena, seen));
            continue;
        }
        struct node *o = node_add_object(c->arena, shown);
        node_put_text(c->arena, o, "label", label);
        text = node_put_text(c->arena, o, "text", cut(c->arena, seen));
        before = name;
    }
    node_put_int(c->arena, c->model, "empty_count", empty);
    node_put_bool(c->arena, c->model, "has_empty", empty > 0);
    node_put_bool(c->arena, c->model, "has_shown", node_count(shown) > 0);
    node_put_bool(c->arena, c->model, "has_rest", node_count(rest) > 0);
}

/* The page the form most likely stood on: the nearest address above that has one. */
static const char *page_above(struct call *c)
{
    const struct kept *kept = c->kept;
    char *path = arena_dup(c->arena, kept->path);
    const struct route *route;
    struct route_args args;
    const char *allow;

    for (char *end; *path; *end = '\0') {
        if (router_match(routes, routes_count, HTTP_GET, path, kept->args.tenant == NULL, c->arena, &route, &args,
                         &allow) == ROUTE_FOUND &&
            route->template)
            return path;
        end = strrchr(path, '/');
    }
    return call_first_page(c);
}

static const char *subject(const struct call *c, const struct told *t)
{
    const char *word = c->kept->args.word ? c->kept->args.word : "", *dot = strchr(word, '.');
    const char *act = node_get_str(node_get(t->vocabulary, "acts"), word);
    if (!*act || !dot)
        return c->kept->route->title;
    const char *procedure = arena_dupn(c->arena, word, (size_t)(dot - word));
    return arena_fmt(c->arena, "%s　%s", node_get_str(node_get(t->vocabulary, "procedures"), procedure), act);
}

static void resume_page(struct call *c)
{
    struct told t = told_of(c);

    c->template = "resume";
    c->title = "接着提交";
    c->layout = "layout";
    c->location = NULL;
    resume_put(c);
    fields_put(c, &t);
    node_put_text(c->arena, c->model, "subject", subject(c, &t));
    node_put_text(c->arena, c->model, "back", page_above(c));
    node_put_bool(c->arena, c->model, "is_multipart", c->kept->route->body == BODY_FILE);
    node_put_bool(c->arena, c->model, "no_post", !c->actor->post || !resume_fits(c->kept, c->actor->post));
}

int resume_next(struct call *c, struct err *e)
{
    const struct post *post = c->actor->post;

    if ((!post || !resume_fits(c->kept, post)) && fitting_posts(c)) {
        c->template = "posts";
        c->title = "选择岗位";
        c->location = NULL;
        return page_posts(c, e);
    }
    resume_page(c);
    return 0;
}
