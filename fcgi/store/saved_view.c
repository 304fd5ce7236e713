/*
 * store/saved_view.c - lists as one person likes them
 */
#include "config.h"

#include "store/lists.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define VIEW_COLUMNS "id, person, list, name, query, made_at"
const struct sql SAVED_VIEW_ADD = { "saved_view.add",
    "INSERT INTO saved_view (" VIEW_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)" };
const struct sql SAVED_VIEW_LIST = { "saved_view.list",
    "SELECT " VIEW_COLUMNS " FROM saved_view WHERE person = ? AND list = ? ORDER BY name LIMIT 50" };
const struct sql SAVED_VIEW_DROP = { "saved_view.drop", "DELETE FROM saved_view WHERE id = ? AND person = ?" };

#define V(type, m) ROW_##type(saved_view, m)
static const struct row_col VIEW_COLS[] = {
    V(I64, id), V(TEXT, person), V(TEXT, list), V(TEXT, name), V(TEXT, query), V(INSTANT, made_at),
};
/* clang-format on */

int saved_view_add(struct db *db, struct arena *a, const struct saved_view *v, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SAVED_VIEW_ADD, &s, e) < 0)
        return -1;
    row_bind(s, VIEW_COLS, ARRAY_LEN(VIEW_COLS), v);
    return stmt_run(s, e);
}

int saved_view_list(struct db *db, struct arena *a, const char *person, const char *list, struct saved_view **ret,
                    size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &SAVED_VIEW_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    stmt_bind_text(s, list);
    if (row_all(s, a, VIEW_COLS, ARRAY_LEN(VIEW_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int saved_view_drop(struct db *db, struct arena *a, const char *person, int64_t id, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SAVED_VIEW_DROP, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    stmt_bind_text(s, person);
    if (stmt_run(s, e) < 0)
        return -1;
    if (stmt_affected(s) > 0)
        return 0;
    err_fail(e, ERR_NOT_FOUND, "没有这个视图，或者已经删去");
    return err_mend(e, "请从「我的视图」看现有的视图");
}
