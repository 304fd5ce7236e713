/*
 * web/page_bill.c - drafts of a regulation's version: the list, one with its findings, a file, the trial, publishing
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/text.h"
#include "casework/bill.h"
#include "web/form.h"
#include "web/page_parts.h"

enum { MONTHS_USUAL = 12, REGULATION_CHARS = 32, NAME_CHARS = 200, SAID_CHARS = 2000, DATE_CHARS = 10 };

static int64_t number_of(const struct call *c, const char *name)
{
    int64_t n = 0;

    return text_i64(call_query(c, name), &n) < 0 ? 0 : n;
}

/* Where a write leads: back to the draft's page, or one below it, which says what was done. */
static int bill_written(struct call *c, int64_t version, const char *below, const char *done)
{
    node_put_fmt(c->arena, c->model, "bill", "%lld", (long long)c->args.id);
    if (version > 0)
        node_put_fmt(c->arena, c->model, "version", "%lld", (long long)version);
    return page_done(c, call_href(c, "/regulation/bills/%lld%s?done=%s", (long long)c->args.id, below, done));
}

/* After ERR_STALE: what stands there now; the refusal stands also when it cannot be read. */
static int bill_stale(struct call *c, const char *name, const struct err *e)
{
    struct err failed = {0};

    if (e->code == ERR_STALE && bill_stale_view(&c->desk, c->args.id, name, &c->stale, &failed) < 0)
        c->stale = NULL;
    return -1;
}

static void done_put(struct call *c, struct node *model)
{
    const char *done = call_query(c, "done");

    if (*done && c->http.want == WANT_HTML)
        node_put_bool(c->arena, node_put_object(c->arena, model, "done"), done, 1);
}

static void bill_form(struct call *c, struct node *model)
{
    page_form(c, model, node_get_str(node_get(model, "bill"), "version"), "", "");
    done_put(c, model);
}

/* For the head of a page below the draft's own. */
static void below_put(struct call *c, struct node *model, const char *below)
{
    if (c->http.want == WANT_HTML)
        node_put_text(c->arena, model, "below", below);
}

/* ---- the list ---- */

int page_bills(struct call *c, struct err *e)
{
    struct node *model;

    if (bill_list_view(&c->desk, number_of(c, "after"), &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        node_put(c->arena, model, "typed", node_copy(c->arena, c->form));
    return page_show(c, model);
}

int page_bill_create(struct call *c, struct err *e)
{
    const struct node *copy = node_get(c->form, "copy");
    const char *regulation, *name;
    int64_t id;

    c->again = page_bills;
    if (form_text(c->arena, c->form, "regulation", 1, REGULATION_CHARS, &regulation, e) < 0 ||
        form_text(c->arena, c->form, "name", 1, NAME_CHARS, &name, e) < 0)
        return -1;
    int is_copy = copy && (copy->type == NODE_BOOL ? copy->u.truth : text_eq(node_str(copy, ""), "1"));
    if (bill_create(&c->desk, regulation, name, is_copy, &id, e) < 0)
        return -1;
    c->args.id = id;
    c->status = 201;
    return bill_written(c, 0, "", "created");
}

/* ---- one ---- */

int page_bill(struct call *c, struct err *e)
{
    struct node *model;

    if (bill_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    c->template = "bill";
    c->title = node_get_str(node_get(model, "bill"), "name");
    bill_form(c, model);
    if (c->http.want == WANT_HTML) { /* a doubt somebody has begun to answer keeps what he wrote */
        struct node *list = node_copy(c->arena, node_get(node_get(model, "check"), "findings"));
        for (struct node *n = list->u.kids.first; n; n = n->next)
            if (*node_get_str(c->form, "about") &&
                text_eq(node_get_str(n, "message"), node_get_str(c->form, "about"))) {
                node_put_text(c->arena, n, "typed_reading", node_get_str(c->form, "reading"));
                node_put_text(c->arena, n, "typed_reason", node_get_str(c->form, "reason"));
            }
        struct node *check = node_copy(c->arena, node_get(model, "check"));
        node_put(c->arena, check, "findings", list);
        node_put(c->arena, model, "check", check);
    }
    return page_show(c, model);
}

int page_bill_files(struct call *c, struct err *e)
{
    const struct multipart *m = &c->upload.multipart;
    struct bill_put *puts = ARENA_ARRAY(c->arena, struct bill_put, m->count + 1);
    int64_t version;

    c->again = page_bill;
    if (!c->upload.is_multipart || !m->count) {
        err_fail(e, ERR_BAD_INPUT, "还没有选择文件");
        return err_mend(e, "请先选择 text.json、rules.json、findings.json 或案例文件，可以一次选几个");
    }
    for (size_t i = 0; i < m->count; i++)
        puts[i] = (struct bill_put){.name = m->parts[i].file_name,
                                    .path = c->upload.path,
                                    .offset = m->parts[i].offset,
                                    .length = m->parts[i].length};
    if (page_version(c, &version, e) < 0)
        return -1;
    return bill_put_files(&c->desk, c->args.id, version, puts, m->count, &version, e) < 0
               ? bill_stale(c, "", e)
               : bill_written(c, version, "", "files");
}

int page_bill_accept(struct call *c, struct err *e)
{
    static const char *const names[] = {"finding", "articles", "about", "reading", "reason"};
    struct node *doubt = node_object(c->arena);
    const char *text;
    int64_t version;

    c->again = page_bill;
    if (page_version(c, &version, e) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (form_text_opt(c->arena, c->form, names[i], SAID_CHARS, "", &text, e) < 0)
            return -1;
        node_put_text(c->arena, doubt, names[i], text);
    }
    return bill_accept(&c->desk, c->args.id, version, doubt, &version, e) < 0
               ? bill_stale(c, "findings.json", e)
               : bill_written(c, version, "", "accepted");
}

/* ---- one file ---- */

int page_bill_file(struct call *c, struct err *e)
{
    const struct node *typed = node_get(c->form, "text");
    struct node *model;

    if (bill_file_view(&c->desk, c->args.id, call_query(c, "name"), typed ? node_str(typed, "") : NULL, &model, e) < 0)
        return -1;
    c->title = call_query(c, "name");
    bill_form(c, model);
    return page_show(c, model);
}

int page_bill_file_post(struct call *c, struct err *e)
{
    const char *name = call_query(c, "name"), *text = node_get_str(c->form, "text");
    int64_t version;

    c->again = page_bill_file;
    if (page_version(c, &version, e) < 0)
        return -1;
    if (text_eq(node_get_str(c->form, "go"), "drop")) {
        if (bill_drop_file(&c->desk, c->args.id, version, name, &version, e) < 0)
            return bill_stale(c, name, e);
        return bill_written(c, version, "", "dropped");
    }
    struct bill_put put = {.name = name, .bytes = text, .len = strlen(text)};
    if (bill_put_files(&c->desk, c->args.id, version, &put, 1, &version, e) < 0)
        return bill_stale(c, name, e);
    (void)bill_written(c, version, "", "saved");
    if (text_eq(node_get_str(c->form, "go"), "stay"))
        c->location = call_href(c, "/regulation/bills/%lld/file?name=%s&done=saved", (long long)c->args.id, name);
    return 0;
}

/* ---- the trial ---- */

int page_bill_trial(struct call *c, struct err *e)
{
    const char *given = call_query(c, "months");
    struct node *model;

    if (bill_trial_view(&c->desk, c->args.id, *given ? number_of(c, "months") : MONTHS_USUAL, &model, e) < 0)
        return -1;
    below_put(c, model, "试算");
    return page_show(c, model);
}

/* ---- publishing ---- */

int page_bill_publish(struct call *c, struct err *e)
{
    struct node *model;

    if (bill_publish_view(&c->desk, c->args.id, number_of(c, "after"), &model, e) < 0)
        return -1;
    c->template = "bill_publish";
    below_put(c, model, "发布");
    bill_form(c, model);
    if (c->http.want == WANT_HTML) {
        node_put_text(c->arena, model, "typed_reason", node_get_str(c->form, "reason"));
        if (*node_get_str(c->form, "comes_on"))
            node_put_text(c->arena, model, "suggested_on", node_get_str(c->form, "comes_on"));
    }
    return page_show(c, model);
}

int page_bill_propose(struct call *c, struct err *e)
{
    const char *comes_on;
    int64_t version;

    c->again = page_bill_publish;
    if (page_version(c, &version, e) < 0 || form_text(c->arena, c->form, "comes_on", 1, DATE_CHARS, &comes_on, e) < 0)
        return -1;
    return bill_propose(&c->desk, c->args.id, version, comes_on, e) < 0 ? bill_stale(c, "", e)
                                                                        : bill_written(c, 0, "/publish", "proposed");
}

int page_bill_confirm(struct call *c, struct err *e)
{
    int64_t version;

    c->again = page_bill_publish;
    if (page_version(c, &version, e) < 0)
        return -1;
    return bill_confirm(&c->desk, c->args.id, version, e) < 0 ? bill_stale(c, "", e)
                                                              : bill_written(c, 0, "/publish", "confirmed");
}

int page_bill_withdraw(struct call *c, struct err *e)
{
    const char *reason;
    int64_t version;

    c->again = page_bill_publish;
    if (page_version(c, &version, e) < 0 || form_text_opt(c->arena, c->form, "reason", SAID_CHARS, "", &reason, e) < 0)
        return -1;
    return bill_withdraw(&c->desk, c->args.id, version, reason, e) < 0 ? bill_stale(c, "", e)
                                                                       : bill_written(c, 0, "/publish", "withdrawn");
}
