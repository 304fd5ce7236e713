/*
 * casework/import_project.c - a table of projects: each row a draft of the unit, all or none
 *
 * Every row goes through the check a typed draft goes through (todo.h), and is written as one is (draft.h). Rows are
 * evaluated in an arena of their own that is emptied between two: memory does not grow with them.
 */
#include "config.h"

#include "casework/import.h"

#include "base/text.h"
#include "casework/draft.h"
#include "casework/facts.h"
#include "casework/op.h"
#include "casework/todo.h"
#include "casework/view.h"

enum { ROW_ARENA = 32 << 20 };

int projects_import_known(const struct desk *d)
{
    const struct regulation *r = d->district != NULL ? district_regulation(d->district, desk_today(d)) : NULL;

    return r != NULL && regulation_plans(r);
}

/* ---- the columns ---- */

static struct node *columns_of(const struct desk *d, const struct regulation *r)
{
    struct node *columns = node_list(d->arena);

    for (const struct node *f = node_first(regulation_facts(r, d->arena, NULL)); f != NULL; f = f->next) {
        if (!text_eq(node_get_str(f, "applicant_may"), "no") && text_eq(node_get_str(f, "on"), "project") &&
            node_count(columns) < IMPORT_COLUMNS_MAX)
            import_column(d->arena, columns, f);
    }
    return columns;
}

static int may_import(const struct desk *d, struct casefile *blank, struct err *e)
{
    if (permit_check(d->actor, MAY_PROJECT_DRAFT, e) < 0)
        return -1;
    if (!projects_import_known(d)) {
        err_fail(e, ERR_NOT_FOUND, "本办法不按年度集中申报，也没有年度计划，不用成批导入");
        return err_mend(e, "请从「新建申报」逐个填写");
    }
    return casefile_blank(d, blank, e);
}

int projects_import_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *columns;
    struct casefile blank;

    if (may_import(d, &blank, e) < 0)
        return -1;
    columns = columns_of(d, blank.regulation);
    node_put(a, page, "columns", view_cite(d, columns));
    node_put_int(a, page, "column_count", (int64_t)node_count(columns));
    node_put_int(a, page, "rows_max", d->platform->config.import_rows);
    node_put_int(a, page, "file_kb_max", TABLE_FILE_BYTES_MAX / 1024);
    node_put_text(a, page, "unit_name", blank.p.unit_name);
    node_put(a, page, "regulation", view_regulation(d, blank.regulation));
    *ret = page;
    return 0;
}

/* ---- the rows ---- */

struct importing {
    struct import im;
    const struct node *columns;
    const struct import_file *file;
    const struct casefile *blank;
    struct err_list *errors; /* of one row */
    struct desk row;         /* the desk with the rows' arena */
};

/* One row read and evaluated; what is wrong with it becomes faults. */
static const struct node *row_check(struct importing *it, const struct table_row *row, struct casefile *file)
{
    const struct desk *d = &it->row;
    const struct node *given = import_given(&it->im, d->arena, row), *verdict;

    err_list_init(it->errors);
    *file = *it->blank;
    file->facts = facts_read(file->regulation, d->arena, given, 0, it->errors);
    verdict = casefile_road(d, file);
    todo_draft(d, file, verdict, it->errors);
    import_faults(&it->im, row, it->errors);
    return verdict;
}

static void twin_check(struct importing *it, const struct table_row *row, size_t i)
{
    int twin = import_twin(&it->im, i);

    err_list_init(it->errors);
    if (twin == 0)
        return;
    struct err why = {0};

    (void)err_fail(&why, ERR_BAD_INPUT, "与第 %d 行完全相同", twin);
    (void)err_mend(&why, "请删去重复的一行；确是两个项目的，请在名称中区分");
    err_list_take(it->errors, &why);
    import_faults(&it->im, row, it->errors);
}

static int rows_check(struct importing *it, struct err *e)
{
    const struct table_row *row;
    struct casefile file;

    if (import_begin(&it->im, it->im.d, it->columns, it->file, 1, e) < 0)
        return -1;
    for (size_t i = 0; (row = import_row(&it->im, i)) != NULL; i++) {
        (void)row_check(it, row, &file);
        twin_check(it, row, i);
        arena_reset(it->row.arena);
    }
    return import_refuse(&it->im, e);
}

static int row_write(struct op *op, struct importing *it, const struct table_row *row, int64_t nth, int64_t *ret_id,
                     struct err *e)
{
    const struct desk *d = &it->row;
    struct casefile file;
    const struct node *verdict = row_check(it, row, &file);
    struct node *detail = node_object(d->arena);

    if (import_refuse(&it->im, e) < 0 || draft_put(d, op->db, &file, verdict, nth, e) < 0)
        return -1;
    node_put_text(d->arena, detail, "import", it->file->sm3);
    node_put_int(d->arena, detail, "row", row->number);
    struct audit audit = {.what = "project.draft",
                          .object = arena_fmt(d->arena, "project/%lld", (long long)file.p.id),
                          .result = "ok",
                          .after_sm3 = project_digest(d->arena, &file.p),
                          .detail = view_json_text(d->arena, detail)};

    *ret_id = file.p.id;
    return audit_put(d, op->db, &audit, e);
}

static int rows_write(struct op *op, struct importing *it, struct node *ids, struct err *e)
{
    const struct table_row *row;

    for (size_t i = 0; (row = import_row(&it->im, i)) != NULL; i++) {
        int64_t id = 0;
        int rc = row_write(op, it, row, (int64_t)i + 1, &id, e);

        arena_reset(it->row.arena);
        if (rc < 0)
            return -1;
        node_add_text(op->desk->arena, ids, arena_fmt(op->desk->arena, "%lld", (long long)id));
    }
    return 0;
}

static void detail_put(struct op *op, const struct importing *it)
{
    struct arena *a = op->desk->arena;

    op->object = "project/import";
    op->detail = node_object(a);
    node_put_text(a, op->detail, "sm3", it->file->sm3);
    node_put_text(a, op->detail, "form", it->file->table.form);
}

static struct node *result_of(const struct desk *d, const struct importing *it)
{
    struct node *n = node_object(d->arena);
    int64_t count = 0;

    while (import_row(&it->im, (size_t)count) != NULL)
        count++;
    node_put_int(d->arena, n, "count", count);
    node_put_text(d->arena, n, "form", it->file->table.form);
    return n;
}

static int import_work(struct op *op, void *arg, struct err *e)
{
    struct importing *it = arg;
    struct arena *a = op->desk->arena;

    detail_put(op, it);
    if (rows_check(it, e) < 0) {
        node_put_int(a, op->detail, "faults", it->im.fault_count);
        return -1;
    }
    op->result = result_of(op->desk, it);
    node_put(a, op->detail, "count", node_copy(a, node_get(op->result, "count")));
    return rows_write(op, it, node_put_list(a, op->result, "projects"), e);
}

static int import_do(const struct desk *d, struct importing *it, int only_check, struct node **ret, struct err *e)
{
    struct node *asked = node_object(d->arena);
    struct op op = {.desk = d, .may = MAY_PROJECT_DRAFT, .what = "project.import", .asked = asked};

    if (only_check) {
        if (rows_check(it, e) < 0)
            return -1;
        *ret = result_of(d, it);
        node_put_bool(d->arena, *ret, "checked", 1);
        return 0;
    }
    node_put_text(d->arena, asked, "name", it->file->name);
    node_put_text(d->arena, asked, "sm3", it->file->sm3);
    if (op_run(&op, import_work, it, e) < 0)
        return -1;
    *ret = op.result;
    return 0;
}

int projects_import(const struct desk *d, const struct import_file *file, int only_check, struct node **ret,
                    struct node **ret_faults, struct err *e)
{
    struct arena *rows CLEANUP_(arena_freep) = arena_new("import", ROW_ARENA);
    struct casefile blank;

    if (may_import(d, &blank, e) < 0)
        return -1;

    struct importing it = {.im = {.d = d, .faults = node_list(d->arena)},
                           .columns = columns_of(d, blank.regulation),
                           .file = file,
                           .blank = &blank,
                           .errors = ARENA_NEW(d->arena, struct err_list),
                           .row = *d};

    it.row.arena = rows;
    it.row.cited = NULL;

    int rc = import_do(d, &it, only_check, ret, e);

    *ret_faults = it.im.faults;
    return rc;
}
