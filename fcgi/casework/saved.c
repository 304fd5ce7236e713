/*
 * casework/saved.c - what one person keeps of lists: views by name, and workbooks that were asked for
 */
#include "config.h"

#include "casework/workbook.h"

#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "casework/op.h"
#include "casework/view.h"

enum { VIEW_NAME_CHARS = 20, QUERY_BYTES = 1000, JOBS_OPEN_MAX = 5, JOBS_SHOWN = 30 };

/* ---- views ---- */

static const char *list_href(const struct desk *d, const char *list, const char *query)
{
    const struct list_def *def = list_named(list);

    return view_href(d, "%s%s%s%s", def != NULL && def->watch != NULL ? "/lists/" : "/", list,
                     *query != '\0' ? "?" : "", query);
}

int saved_views(const struct desk *d, const char *list, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *views = node_put_list(a, page, "views");
    struct saved_view *rows;
    size_t count;
    struct db *db;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        saved_view_list(db, a, d->actor->person, list, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(a, views);

        view_put_id(a, n, "id", rows[i].id);
        node_put_text(a, n, "name", rows[i].name);
        node_put_text(a, n, "query", rows[i].query);
        node_put_text(a, n, "href", list_href(d, list, rows[i].query));
        node_put_text(a, n, "drop_href", view_href(d, "/views/%lld/drop", (long long)rows[i].id));
    }
    *ret = page;
    return 0;
}

/* The query as this program writes it, whatever way it came. */
static int query_check(const struct desk *d, const char *query, const char **ret, struct err *e)
{
    *ret = list_query(d, list_query_read(d->arena, query));
    if (strlen(*ret) <= QUERY_BYTES)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "筛选条件过长");
    return err_mend(e, "请减少条件或者列");
}

static int known_list(const char *list, const struct list_def **ret, struct err *e)
{
    *ret = list_named(list);
    if (*ret != NULL)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "没有清单「%.40s」", list);
    err_at(e, "/list");
    return err_mend(e, "请从清单的页面上办理");
}

struct keep_call {
    const char *list, *name, *query;
};

static int keep_work(struct op *op, void *arg, struct err *e)
{
    const struct keep_call *c = arg;
    const struct desk *d = op->desk;
    struct saved_view row = {.id = crypto_ident(d->machine_now / 1000),
                             .person = d->actor->person,
                             .list = c->list,
                             .name = c->name,
                             .query = c->query,
                             .made_at = d->machine_now};

    if (saved_view_add(op->db, d->arena, &row, e) < 0) {
        if (e->code == ERR_CONFLICT) {
            *e = (struct err){0};
            err_fail(e, ERR_BAD_INPUT, "您已有名为「%s」的视图", c->name);
            err_at(e, "/name");
            err_mend(e, "请换一个名称，或者先删去原来的");
        }
        return -1;
    }
    op->object = arena_fmt(d->arena, "view/%lld", (long long)row.id);
    op->result = node_object(d->arena);
    view_put_id(d->arena, op->result, "view", row.id);
    return 0;
}

int saved_view_keep(const struct desk *d, const char *list, const char *name, const char *query, int64_t *ret,
                    struct err *e)
{
    struct keep_call c = {.list = list, .name = text_trim(d->arena, name)};
    struct op op = {.desk = d, .may = MAY_VIEW_KEEP, .what = "view.keep"};
    struct node *asked = node_object(d->arena);
    const struct list_def *def;

    if (known_list(list, &def, e) < 0 || query_check(d, query, &c.query, e) < 0)
        return -1;
    if (*c.name == '\0' || text_chars(c.name) > VIEW_NAME_CHARS || !text_is_clean(c.name, 0)) {
        err_fail(e, ERR_BAD_INPUT, "视图的名称要有 1 到 %d 个字", VIEW_NAME_CHARS);
        err_at(e, "/name");
        return err_mend(e, "请起一个短的名称，如「教育局在办」");
    }
    node_put_text(d->arena, asked, "list", list);
    node_put_text(d->arena, asked, "name", c.name);
    node_put_text(d->arena, asked, "query", c.query);
    op.asked = asked;
    if (op_run(&op, keep_work, &c, e) < 0)
        return -1;
    return text_i64(node_get_str(op.result, "view"), ret) < 0 ? err_fail(e, ERR_INTERNAL, "保存的编号读不出来") : 0;
}

static int forget_work(struct op *op, void *arg, struct err *e)
{
    const int64_t *id = arg;

    op->object = arena_fmt(op->desk->arena, "view/%lld", (long long)*id);
    op->result = node_object(op->desk->arena);
    return saved_view_drop(op->db, op->desk->arena, op->desk->actor->person, *id, e);
}

int saved_view_forget(const struct desk *d, int64_t id, struct err *e)
{
    struct op op = {.desk = d, .may = MAY_VIEW_KEEP, .what = "view.drop"};
    struct node *asked = node_object(d->arena);

    view_put_id(d->arena, asked, "view", id);
    op.asked = asked;
    return op_run(&op, forget_work, &id, e);
}

/* ---- workbooks ---- */

static struct node *post_node(const struct desk *d)
{
    const struct post *p = d->actor->post;
    struct node *n = node_object(d->arena);

    node_put_text(d->arena, n, "organ", p->organ);
    node_put_text(d->arena, n, "organ_name", p->organ_name);
    node_put_text(d->arena, n, "unit", p->unit);
    node_put_text(d->arena, n, "unit_name", p->unit_name);
    node_put_text(d->arena, n, "unit_kind", p->unit_kind);
    node_put_text(d->arena, n, "place", p->place != NULL ? p->place : "");
    node_put_text(d->arena, n, "kind", p->kind);
    return n;
}

struct ask_call {
    const struct list_def *def;
    const char *query;
};

static int ask_work(struct op *op, void *arg, struct err *e)
{
    const struct ask_call *c = arg;
    const struct desk *d = op->desk;
    struct job row = {.id = crypto_ident(d->machine_now / 1000),
                      .person = d->actor->person,
                      .person_name = d->actor->name,
                      .post = view_json_text(d->arena, post_node(d)),
                      .list = c->def->id,
                      .name = arena_fmt(d->arena, "%s-%s.xlsx", c->def->name, date_text(d->arena, desk_today(d))),
                      .query = c->query,
                      .state = "queued",
                      .made_at = d->machine_now,
                      .started_at = INSTANT_NONE,
                      .ended_at = INSTANT_NONE,
                      .lease_until = INSTANT_NONE};
    int64_t open;

    if (job_open_count(op->db, d->arena, row.person, &open, e) < 0)
        return -1;
    if (open >= JOBS_OPEN_MAX) {
        err_fail(e, ERR_TOO_MANY, "您已有 %lld 份导出没有完成", (long long)open);
        return err_mend(e, "请等前面的完成后再导出");
    }
    if (job_add(op->db, d->arena, &row, e) < 0)
        return -1;
    op->object = arena_fmt(d->arena, "export/%lld", (long long)row.id);
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "list", row.list);
    node_put_text(d->arena, op->detail, "query", row.query);
    op->result = node_object(d->arena);
    view_put_id(d->arena, op->result, "export", row.id);
    return 0;
}

char *workbook_marks(struct arena *a, const struct platform *p)
{
    return arena_fmt(a, "%s/exports-asked", p->config.files_dir);
}

/* It is only quicker with it: without one the job is found within a minute. */
static void mark_leave(const struct desk *d)
{
    const char *folder = workbook_marks(d->arena, d->platform);
    struct err ignored = {0};

    if (file_mkdirs(folder, 0750, &ignored) < 0 ||
        file_write(arena_fmt(d->arena, "%s/%s", folder, d->district->tenant->id), "", 0, 0640, &ignored) < 0)
        return;
}

int workbook_ask(const struct desk *d, const char *list, const char *query, int64_t *ret, struct err *e)
{
    struct ask_call c = {0};
    struct op op = {.desk = d, .may = MAY_EXPORT, .what = "export.ask"};
    struct node *asked = node_object(d->arena), *tried = node_list(d->arena);
    const char *after;

    if (known_list(list, &c.def, e) < 0 || query_check(d, query, &c.query, e) < 0)
        return -1;
    /* a query nobody may ask, or nobody can read, is refused now and not a minute later */
    if (permit_check(d->actor, MAY_EXPORT, e) < 0 ||
        list_read(d, c.def, list_query_read(d->arena, c.query), 1, tried, &after, e) < 0)
        return -1;
    node_put_text(d->arena, asked, "list", list);
    node_put_text(d->arena, asked, "query", c.query);
    op.asked = asked;
    if (op_run(&op, ask_work, &c, e) < 0)
        return -1;
    mark_leave(d);
    return text_i64(node_get_str(op.result, "export"), ret) < 0 ? err_fail(e, ERR_INTERNAL, "导出的编号读不出来") : 0;
}

static const char *job_state_name(const char *state)
{
    static const char *const names[][2] = {{"queued", "等待"},
                                           {"running", "正在写"},
                                           {"done", "可以下载"},
                                           {"failed", "没有写成"},
                                           {"expired", "已过保存期"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], state))
            return names[i][1];
    return state;
}

static struct node *job_node(const struct desk *d, const struct job *j)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "id", j->id);
    node_put_text(a, n, "name", j->name);
    node_put_text(a, n, "list", j->list);
    node_put_text(a, n, "query", j->query);
    node_put_text(a, n, "list_href", list_href(d, j->list, j->query));
    node_put_text(a, n, "state", j->state);
    node_put_text(a, n, "state_name", job_state_name(j->state));
    node_put_bool(a, n, "is_open", text_eq(j->state, "queued") || text_eq(j->state, "running"));
    node_put_bool(a, n, "is_done", text_eq(j->state, "done"));
    node_put_bool(a, n, "is_failed", text_eq(j->state, "failed"));
    node_put_int(a, n, "rows", j->rows_done);
    node_put_int(a, n, "size", j->size);
    node_put_text(a, n, "sm3", j->sm3);
    node_put_text(a, n, "reason", j->reason);
    view_put_instant(a, n, "made_at", j->made_at);
    view_put_instant(a, n, "ended_at", j->ended_at);
    node_put_text(a, n, "href", view_href(d, "/exports/%lld", (long long)j->id));
    if (text_eq(j->state, "done"))
        node_put_text(a, n, "file_href", view_href(d, "/exports/%lld/file", (long long)j->id));
    return n;
}

/* Another's is as good as not there. */
static int job_own(const struct desk *d, int64_t id, struct job *ret, struct err *e)
{
    struct db *db;
    int found;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    found = job_get(db, d->arena, id, ret, e);
    if (found < 0)
        return -1;
    if (found == 0 || !text_eq(ret->person, d->actor->person)) {
        err_fail(e, ERR_NOT_FOUND, "没有这份导出");
        return err_mend(e, "请从「我的导出」看现有的");
    }
    return 0;
}

int workbook_view(const struct desk *d, int64_t id, struct node **ret, struct err *e)
{
    struct job j;

    if (job_own(d, id, &j, e) < 0)
        return -1;
    *ret = node_object(d->arena);
    node_put(d->arena, *ret, "export", job_node(d, &j));
    return 0;
}

int workbooks_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct node *page = node_object(d->arena), *all = node_put_list(d->arena, page, "exports");
    struct job *rows;
    size_t count;
    struct db *db;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        job_list(db, d->arena, d->actor->person, JOBS_SHOWN, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        node_add(all, job_node(d, &rows[i]));
    *ret = page;
    return 0;
}

char *workbook_path(struct arena *a, const char *tenant, int64_t id)
{
    return arena_fmt(a, "%s/exports/%lld.xlsx", tenant, (long long)id);
}

int workbook_open(const struct desk *d, int64_t id, struct document_file *ret, struct err *e)
{
    struct job j;

    if (job_own(d, id, &j, e) < 0)
        return -1;
    if (!text_eq(j.state, "done")) {
        err_fail(e, ERR_RULE, "这份导出%s，不能下载", job_state_name(j.state));
        return err_mend(e,
                        text_eq(j.state, "expired") || text_eq(j.state, "failed") ? "请从清单重新导出" : "请稍候再试");
    }
    if (audit_note(d, "export.read", arena_fmt(d->arena, "export/%lld", (long long)id), "ok", "", e) < 0)
        return -1;
    *ret = (struct document_file){.path = workbook_path(d->arena, d->district->tenant->id, id),
                                  .name = j.name,
                                  .type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                  .size = j.size,
                                  .sm3 = j.sm3};
    return 0;
}
