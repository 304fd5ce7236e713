/*
 * casework/law.c - the regulation as people read it, and the audit trail as auditors do
 */
#include "config.h"

#include "casework/casework.h"

#include "base/text.h"
#include "casework/view.h"
#include "store/case.h"

enum { AUDIT_ROWS = 50 };

/* ---- the regulation ---- */

static struct node *versions_of(const struct desk *d, const struct regulation *shown)
{
    struct arena *a = d->arena;
    const struct regulation *current = district_regulation(d->district, desk_today(d));
    struct node *list = node_list(a);

    for (size_t i = d->district->regulation_count; i-- > 0;) {
        const struct regulation *r = d->district->regulations[i];
        struct node *n = node_add(list, view_regulation(d, r));

        node_put_bool(a, n, "is_shown", r == shown);
        node_put_bool(a, n, "is_current", r == current);
        node_put_bool(a, n, "is_expired", regulation_to(r) != DATE_NONE && regulation_to(r) < desk_today(d));
        node_put_text(a, n, "digest", regulation_digest(r));
    }
    return list;
}

int regulation_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = text_is_empty(version_or_null)
                                         ? district_regulation(d->district, desk_today(d))
                                         : district_regulation_version(d->district, version_or_null);
    struct node *page = node_object(a), *n, *text;

    if (r == NULL && text_is_empty(version_or_null)) {
        node_put_bool(a, page, "is_bureau", 1);
        node_put(a, page, "versions", node_list(a));
        *ret = page;
        return 0;
    }
    if (r == NULL)
        return err_fail(e, ERR_NOT_FOUND, "没有这个版本的办法");
    n = node_put(a, page, "regulation", view_regulation(d, r));
    node_put_text(a, n, "digest", regulation_digest(r));
    node_put_bool(a, n, "is_expired", regulation_to(r) != DATE_NONE && regulation_to(r) < desk_today(d));
    text = regulation_text(r, a);
    node_put(a, page, "chapters", view_cite(d, text->type == NODE_LIST ? text : node_get(text, "chapters")));
    node_put(a, page, "ledger", view_cite(d, regulation_ledger(r, a)));
    node_put(a, page, "organs", view_cite(d, regulation_organs(r, a)));
    view_take(d, page, text->type == NODE_OBJECT ? text : NULL, "readings", NULL);
    if (node_get(page, "readings") == NULL)
        view_take(d, page, regulation_ledger(r, a), "readings", NULL);
    node_put(a, page, "versions", versions_of(d, r));
    *ret = page;
    return 0;
}

/* ---- audit ---- */

static struct node *audit_node(const struct desk *d, const struct audit *row)
{
    static const char *const results[][2] = { { "ok", "已办理" }, { "refused", "已拒绝" }, { "failed", "未完成" } };
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "id", row->id);
    view_put_instant(a, n, "at", row->at);
    view_put_instant(a, n, "case_at", row->case_at);
    node_put_text(a, n, "person_name", row->person_name);
    node_put_text(a, n, "organ", row->organ);
    node_put_text(a, n, "unit", row->unit);
    node_put_text(a, n, "address", row->address);
    node_put_text(a, n, "what", row->what);
    node_put_text(a, n, "object", row->object);
    node_put_text(a, n, "result", row->result);
    for (size_t i = 0; i < ARRAY_LEN(results); i++) {
        if (text_eq(results[i][0], row->result))
            node_put_text(a, n, "result_name", results[i][1]);
    }
    node_put_bool(a, n, "is_refused", !text_eq(row->result, "ok"));
    node_put_text(a, n, "reason", row->reason);
    node_put(a, n, "articles", view_articles_of(d, row->articles));
    node_put_text(a, n, "request_id", row->request_id);
    node_put_text(a, n, "before_sm3", row->before_sm3);
    node_put_text(a, n, "after_sm3", row->after_sm3);
    node_put_text(a, n, "mac", row->mac);
    node_put(a, n, "detail", node_copy(a, view_json(a, row->detail)));
    if (text_starts(row->object, "project/"))
        node_put_text(a, n, "href", view_href(d, "/projects/%s", row->object + sizeof "project/" - 1));
    return n;
}

int audit_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const char *object = node_get_str(filter, "object"), *before = node_get_str(filter, "before");
    struct node *page = node_object(a), *list, *shown;
    struct audit_anchor head;
    struct audit *rows;
    size_t count;
    struct db *db;
    int64_t before_id = 0;

    if (permit_check(d->actor, MAY_AUDIT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    if (*before != '\0' && text_i64(before, &before_id) < 0)
        return err_fail(e, ERR_BAD_INPUT, "翻页位置「%.40s」无法识别", before);
    if (audit_list(db, a, object, before_id, AUDIT_ROWS + 1, &rows, &count, e) < 0 || audit_head(db, a, &head, e) < 0)
        return -1;
    list = node_put_list(a, page, "rows");
    for (size_t i = 0; i < count && i < AUDIT_ROWS; i++)
        node_add(list, audit_node(d, &rows[i]));
    if (count > AUDIT_ROWS)
        view_put_id(a, page, "next_before", rows[AUDIT_ROWS - 1].id);
    shown = node_put_object(a, page, "filter");
    node_put_text(a, shown, "object", object);
    shown = node_put_object(a, page, "chain");
    node_put_int(a, shown, "links", head.no);
    node_put_text(a, shown, "head", head.hash);
    *ret = page;
    return 0;
}
