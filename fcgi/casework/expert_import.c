/*
 * casework/expert_import.c - many experts into the pool at once: lines typed into the page, or a table
 */
#include "config.h"

#include "casework/panel.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/import.h"
#include "casework/view.h"

struct expert_import {
    struct import im;
    const struct node *pool, *columns;
    const struct import_file *file;
    struct err_list *errors; /* of one row */
};

static void column_add(struct arena *a, struct node *columns, const char *id, const char *label, int required,
                       const struct node *choices)
{
    struct node *declared = node_object(a);

    node_put_text(a, declared, "id", id);
    node_put_text(a, declared, "label", label);
    node_put_text(a, declared, "type", choices != NULL ? "choices" : "text");
    node_put_bool(a, declared, "required", required);
    if (choices != NULL)
        node_put(a, declared, "choices", node_copy(a, choices));
    (void)import_column(a, columns, declared);
}

static struct node *expert_columns(struct arena *a, const struct node *pool)
{
    struct node *columns = node_list(a);

    column_add(a, columns, "name", "姓名", 1, NULL);
    column_add(a, columns, "login", "登录名", 1, NULL);
    column_add(a, columns, "employer", "任职单位", 1, NULL);
    column_add(a, columns, "title", "职称或职务", 0, NULL);
    column_add(a, columns, "fields", "领域", 1, node_get(pool, "fields"));
    return columns;
}

static int row_add(struct op *op, struct expert_import *it, const struct table_row *row, int64_t nth, struct err *e)
{
    const struct desk *d = op->desk;
    struct expert x = {
        .id = crypto_ident(d->machine_now / 1000 + nth), .version = 1, .added_at = d->now, .changed_at = d->now};
    struct err taken = {0};

    err_list_init(it->errors);
    expert_read(d, it->pool, import_given(&it->im, d->arena, row), &x, it->errors);
    import_faults(&it->im, row, it->errors);
    if (it->im.fault_count > 0) /* looked through to the end, nothing written any more */
        return 0;
    if (expert_add(op->db, d->arena, &x, e) == 0)
        return 0;
    if (e->code != ERR_CONFLICT)
        return -1;
    *e = (struct err){0};
    (void)err_fail(&taken, ERR_CONFLICT, "登录名「%s」已在专家库里", x.login);
    (void)err_mend(&taken, "请删去这一行；要改他的内容，请在专家库中修改");
    (void)err_at(&taken, "/with/login");
    err_list_init(it->errors);
    err_list_take(it->errors, &taken);
    import_faults(&it->im, row, it->errors);
    return 0;
}

static int import_work(struct op *op, void *arg, struct err *e)
{
    struct expert_import *it = arg;
    struct arena *a = op->desk->arena;
    const struct table_row *row;
    int64_t count = 0;

    op->object = "expert/import";
    if (import_begin(&it->im, op->desk, it->columns, it->file, *it->file->name != '\0', e) < 0)
        return -1;
    for (; (row = import_row(&it->im, (size_t)count)) != NULL; count++) {
        if (row_add(op, it, row, count, e) < 0)
            return -1;
    }
    if (import_refuse(&it->im, e) < 0)
        return -1;
    op->articles = view_articles_join(a, node_get(it->pool, "articles"));
    op->after = it->file->sm3;
    op->detail = node_object(a);
    node_put_int(a, op->detail, "count", count);
    op->result = node_object(a);
    node_put_int(a, op->result, "count", count);
    return 0;
}

int experts_import(const struct desk *d, const struct import_file *file, int64_t *ret_count, struct node **ret_faults,
                   struct err *e)
{
    struct node *asked = node_object(d->arena), *pool;
    struct expert_import it = {.file = file, .errors = ARENA_NEW(d->arena, struct err_list)};
    struct op op = {.desk = d, .may = MAY_EXPERT_KEEP, .what = "expert.import", .asked = asked};

    if (permit_check(d->actor, MAY_EXPERT_KEEP, e) < 0 || expert_pool_of(d, &pool, e) < 0 ||
        expert_keeper_only(d, pool, e) < 0)
        return -1;
    it.pool = pool;
    it.columns = expert_columns(d->arena, pool);
    node_put_text(d->arena, asked, "sm3", file->sm3);

    int rc = op_run(&op, import_work, &it, e);

    *ret_faults = it.im.faults;
    if (rc < 0)
        return -1;
    *ret_count = node_get_int(op.result, "count", 0);
    return 0;
}

int experts_columns(const struct desk *d, struct node **ret, struct err *e)
{
    struct node *pool;

    if (permit_check(d->actor, MAY_EXPERT_KEEP, e) < 0 || expert_pool_of(d, &pool, e) < 0 ||
        expert_keeper_only(d, pool, e) < 0)
        return -1;
    *ret = expert_columns(d->arena, pool);
    return 0;
}
