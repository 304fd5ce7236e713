/*
 * web/page_parts.c - what several page handlers share: the model made ready for a template, the fields of a form
 */
#include "config.h"

#include "web/pages.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "casework/stale.h"
#include "web/form.h"
#include "web/page_parts.h"

enum { ITEM_ROWS_MAX = 40, ITEM_ROWS_MORE = 3 };

/* ---- what a template needs ---- */

/* One 依据 before several articles, 、 after all but the last: each says whether another stands before and after it. */
static void articles_flag(struct arena *a, struct node *list)
{
    for (struct node *n = list->u.kids.first; n; n = n->next)
        if (n->type == NODE_OBJECT) {
            node_put_bool(a, n, "later", n != list->u.kids.first);
            node_put_bool(a, n, "followed", n->next != NULL);
        }
}

/* Within the choices of a field "id" is theirs: the field's own is "field_id". */
void page_fields(struct arena *a, struct node *n)
{
    const uint32_t is_choice = node_key_hash("is_choice"), articles = node_key_hash("articles");
    int choice = 0;

    if (n->type != NODE_OBJECT && n->type != NODE_LIST)
        return;
    for (struct node *kid = n->u.kids.first; kid; kid = kid->next) { /* the whole page: one look at each node */
        if (kid->type == NODE_OBJECT || kid->type == NODE_LIST)
            page_fields(a, kid);
        if (kid->key && kid->type == NODE_LIST && node_key_is(kid, "articles", articles))
            articles_flag(a, kid);
        choice |= kid->key && node_key_is(kid, "is_choice", is_choice);
    }
    if (choice)
        node_put_text(a, n, "field_id", node_get_str(n, "id"));
}

/* {"project.read": …} would be a dotted name to a template: may.project_read it is. */
static void may_put(struct call *c)
{
    struct node *may = node_put_object(c->arena, c->model, "may");
    const struct post *post = c->actor ? c->actor->post : NULL;
    int here = post && c->district && text_eq(post->tenant, c->district->tenant->id);

    for (int m = 0; here && m < MAY__MAX; m++) {
        char *word = arena_dup(c->arena, action_slug((enum action)m));
        for (char *p = word; *p; p++)
            if (*p == '.')
                *p = '_';
        node_put_bool(c->arena, may, word, permit_allows(post->kind, (enum action)m));
    }
}

int page_show(struct call *c, struct node *model)
{
    for (const struct node *n = node_first(c->model); n; n = n->next)
        if (!node_get(model, n->key))
            node_put(c->arena, model, n->key, node_copy(c->arena, n));
    c->model = model;
    if (c->http.want == WANT_HTML) {
        page_fields(c->arena, model);
        may_put(c);
    } else if (c->actor) {
        node_put_text(c->arena, model, "csrf", csrf_token(c->arena, c->actor));
        node_put_text(c->arena, model, "today", date_text(c->arena, instant_date(c->desk.now)));
    }
    return 0;
}

int page_done(struct call *c, const char *href)
{
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    c->location = href;
    return 0;
}

int page_made(struct call *c, const char *name, int64_t id, const char *href)
{
    c->status = 201;
    node_put_fmt(c->arena, c->model, name, "%lld", (long long)id);
    return page_done(c, href);
}

int page_written(struct call *c, int64_t project, int64_t version, const char *href)
{
    node_put_fmt(c->arena, c->model, "project", "%lld", (long long)project);
    node_put_fmt(c->arena, c->model, "version", "%lld", (long long)version);
    return page_done(c, href);
}

int page_asked(struct call *c, struct node *model, const char *version)
{
    if (c->errors.count)
        node_put(c->arena, model, "errors", call_errors(c->arena, &c->errors));
    if (c->http.want == WANT_HTML)
        node_put_text(c->arena, model, "prefix", "with");
    page_form(c, model, version, "", "");
    return page_show(c, model);
}

/* ---- what was refused, at its field ---- */

static void fields_mark(const struct call *c, struct node *fields, const struct node *errors)
{
    for (const struct node *x = node_first(errors); x; x = x->next) {
        page_rows_mark(c, fields, x);
        for (struct node *f = fields->u.kids.first; f; f = f->next)
            if (text_eq(node_get_str(f, "id"), node_get_str(x, "field")) && !node_get(f, "error"))
                node_put(c->arena, f, "error", node_copy(c->arena, x));
    }
}

static void mark_within(const struct call *c, struct node *n, const struct node *errors)
{
    if (n->type != NODE_OBJECT && n->type != NODE_LIST)
        return;
    for (struct node *k = n->u.kids.first; k; k = k->next) {
        if (k->type == NODE_LIST && text_eq(k->key, "fields"))
            fields_mark(c, k, errors);
        else
            mark_within(c, k, errors);
    }
}

void page_mark(const struct call *c, struct node *model)
{
    if (c->errors.count)
        mark_within(c, model, call_errors(c->arena, &c->errors));
}

/* ---- fields of a form ---- */

/* A group of boxes sends an empty value before what is ticked, so that "none" can be said; it is no choice itself. */
static struct node *ticked(struct arena *a, const struct node *list)
{
    struct node *out = node_list(a);
    for (const struct node *n = node_first(list); n; n = n->next)
        if (n->type != NODE_TEXT || *n->u.text)
            node_add(out, node_copy(a, n));
    return out;
}

struct node *page_group(const struct call *c, const char *prefix)
{
    struct node *group = form_group(c->arena, c->form, prefix), *out = node_object(c->arena);
    for (const struct node *n = node_first(group); n; n = n->next)
        node_put(c->arena, out, n->key, n->type == NODE_LIST ? ticked(c->arena, n) : node_copy(c->arena, n));
    return out;
}

struct node *page_group_again(const struct call *c, const char *prefix)
{
    return c->again ? page_group(c, prefix) : NULL;
}

int page_group_check(const struct call *c, const char *prefix, struct err *e)
{
    const struct node *whole = node_get(c->form, prefix);
    if (!whole || whole->type == NODE_OBJECT)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "「%s」应是一个对象", prefix);
    err_mend(e, "把各项内容写成 {\"标识\": 值}");
    return err_at(e, "/%s", prefix);
}

struct node *page_items(const struct call *c)
{
    struct node *list = node_list(c->arena);
    for (int i = 0; i < ITEM_ROWS_MAX; i++) {
        const char *item = node_get_str(c->form, arena_fmt(c->arena, "item.%d", i));
        const char *what = text_trim(c->arena, node_get_str(c->form, arena_fmt(c->arena, "what.%d", i)));
        if (!*item && !*what)
            continue;
        struct node *o = node_add_object(c->arena, list);
        node_put_text(c->arena, o, "item", item);
        node_put_text(c->arena, o, "what", what);
    }
    return list;
}

struct node *page_item_rows(const struct call *c, const struct node *choices, const struct node *typed)
{
    struct node *rows = node_list(c->arena);
    const struct node *row = node_first(typed);
    for (int i = 0; i < (int)node_count(typed) + ITEM_ROWS_MORE && i < ITEM_ROWS_MAX;
         i++, row = row ? row->next : NULL) {
        struct node *o = node_add_object(c->arena, rows);
        node_put_int(c->arena, o, "n", i);
        node_put_int(c->arena, o, "number", i + 1);
        node_put_text(c->arena, o, "what", node_get_str(row, "what"));
        struct node *list = node_put_list(c->arena, o, "choices");
        for (const struct node *k = node_first(choices); k; k = k->next) {
            struct node *choice = node_add(list, node_copy(c->arena, k));
            node_put_bool(c->arena, choice, "chosen",
                          row && text_eq(node_get_str(row, "item"), node_get_str(k, "item")));
        }
    }
    return rows;
}

int page_version(const struct call *c, int64_t *ret, struct err *e)
{
    const char *name = *node_get_str(c->form, "checked_version") ? "checked_version" : "version";
    return form_i64(c->form, name, 0, INT64_MAX, ret, e);
}

/* ---- a form that is out of date ---- */

static void stale_errors(struct call *c)
{
    for (const struct node *n = node_first(node_get(c->stale, "rows")); n; n = n->next) {
        struct err x = {0};
        err_fail(&x, ERR_STALE, "「%s」现在是「%.80s」，您填的是「%.80s」", node_get_str(n, "label"),
                 node_get_str(n, "theirs"), node_get_str(n, "yours"));
        err_at(&x, "%s", node_get_str(n, "path"));
        err_list_take(&c->errors, &x);
    }
    for (const struct node *n = node_first(node_get(c->stale, "events")); n; n = n->next) {
        struct err x = {0};
        err_fail(&x, ERR_STALE, "%s %s办理了「%s」", node_get_str(n, "at"), node_get_str(n, "by_name"),
                 node_get_str(n, "name"));
        err_at(&x, "%s", node_get_str(n, "path"));
        err_list_take(&c->errors, &x);
    }
}

int page_stale(struct call *c, int64_t project, const struct node *facts, struct err *e)
{
    struct stale_form form = {.marks = node_get_str(c->form, "marks"), .seen = -1, .facts = facts};
    struct err failed = {0};

    if (e->code != ERR_STALE)
        return -1;
    if (text_i64(node_get_str(c->form, "seen"), &form.seen) < 0)
        form.seen = -1;
    /* the refusal stands also where the case cannot be read again just now */
    if (stale_view(&c->desk, project, &form, &c->stale, &failed) < 0)
        c->stale = NULL;
    else if (c->http.want != WANT_HTML)
        stale_errors(c);
    return -1;
}

static const char *form_kept(const struct call *c, const char *name, const char *now)
{
    const struct node *n = node_get(c->form, name);
    return n && n->type == NODE_TEXT ? n->u.text : now;
}

/* A page filled again stays the page that was opened: only a tick (checked_version) brings it up to date. */
void page_form(struct call *c, struct node *model, const char *version, const char *seen, const char *marks)
{
    struct node *o;
    const char *checked = node_get_str(c->form, "checked_version");
    if (c->http.want != WANT_HTML)
        return;
    o = node_put_object(c->arena, model, "form");
    node_put_text(c->arena, o, "version", *checked && !c->stale ? checked : form_kept(c, "version", version));
    node_put_text(c->arena, o, "seen", form_kept(c, "seen", seen));
    node_put_text(c->arena, o, "marks", form_kept(c, "marks", marks));
    if (c->stale)
        node_put(c->arena, model, "stale", c->stale);
}

/* Everything typed once more, for a page that only asks "really?". */
struct node *page_typed(const struct call *c)
{
    struct node *list = node_list(c->arena);
    for (const struct node *n = node_first(c->form); n; n = n->next) {
        const struct node *value = n->type == NODE_LIST ? node_first(n) : n;
        for (; value; value = n->type == NODE_LIST ? value->next : NULL) {
            struct node *o = node_add_object(c->arena, list);
            node_put_text(c->arena, o, "name", n->key);
            node_put_text(c->arena, o, "value", node_str(value, ""));
        }
    }
    return list;
}

/* A file that was chosen but sent by a form without bytes: its name alone comes as text. */
const char *page_file_unsent(const struct call *c)
{
    for (const struct node *n = node_first(c->form); n; n = n->next)
        if (text_starts(n->key, "file.") && n->type == NODE_TEXT && *n->u.text)
            return n->u.text;
    return NULL;
}

/* ---- a file to be read here ---- */

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int bytes_read(struct call *c, int64_t offset, int64_t len, char **ret, struct err *e)
{
    int fd CLEANUP_(fd_close) = open(c->upload.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char *bytes = arena_alloc(c->arena, (size_t)len + 1);

    if (fd < 0 || file_read_at(fd, offset, bytes, (size_t)len) < 0) {
        err_fail(e, ERR_INTERNAL, "上传的文件读不出来");
        err_mend(e, "请再上传一次；仍不行请把页面下方的请求编号告诉平台管理员");
        return err_detail(e, "%s: %m", c->upload.path);
    }
    *ret = bytes;
    return 0;
}

int page_file(struct call *c, size_t max_bytes, const char **ret_name, char **ret, size_t *ret_len, struct err *e)
{
    const struct multipart *m = &c->upload.multipart;
    const char *name = call_query(c, "name");
    int64_t offset = 0, len = c->upload.size;

    if (!c->upload.path || (c->upload.is_multipart && !m->count))
        return 0;
    if (c->upload.is_multipart && m->count > 1) {
        err_fail(e, ERR_BAD_INPUT, "一次只能导入一个文件，选了 %zu 个", (size_t)m->count);
        err_mend(e, "请只选一个文件；几份表格请分几次导入");
        return err_at(e, "/file");
    }
    if (c->upload.is_multipart) {
        name = m->parts[0].file_name;
        offset = m->parts[0].offset;
        len = m->parts[0].length;
    }
    if (len > (int64_t)max_bytes) {
        char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];
        err_fail(e, ERR_TOO_LARGE, "文件「%.80s」有 %s，超过可以导入的 %s", name, text_size(has, len),
                 text_size(most, (int64_t)max_bytes));
        err_mend(e, "请删去图片和多余的工作表，或者分成几份导入");
        return err_at(e, "/file");
    }
    if (bytes_read(c, offset, len, ret, e) < 0)
        return -1;
    *ret_name = name;
    *ret_len = (size_t)len;
    return 1;
}

void page_faults(struct call *c, struct node *model)
{
    if (node_count(c->faults))
        node_put(c->arena, model, "faults", node_copy(c->arena, c->faults));
}
