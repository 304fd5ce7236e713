/*
 * store/task.c - which organ is to act on which project, for the landing page
 */
#include "config.h"

#include "store/case.h"

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define TASK_COLUMNS "project, organ, unit, act, name, procedure_name, since, due_on, provisional, articles"
const struct sql TASK_OF_PROJECT = { "task.of_project",
    "SELECT " TASK_COLUMNS " FROM task WHERE project = ?" };
const struct sql TASK_PUT = { "task.put",
    "INSERT INTO task (" TASK_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE name = VALUES(name), procedure_name = VALUES(procedure_name), since = VALUES(since),"
    " due_on = VALUES(due_on), provisional = VALUES(provisional), articles = VALUES(articles)" };
const struct sql TASK_DROP = { "task.drop",
    "DELETE FROM task WHERE project = ? AND organ = ? AND unit = ? AND act = ?" };
const struct sql TASK_LIST = { "task.list",
    "SELECT t.project, t.organ, t.unit, t.act, t.name, t.procedure_name, t.since, t.due_on, t.provisional, t.articles,"
    " p.title, p.number, p.unit_name, p.total_investment"
    " FROM task t JOIN project p ON p.id = t.project WHERE t.organ = ? AND t.unit = ?"
    " ORDER BY t.sort_on, t.since LIMIT ?" };

#define T(type, m) ROW_##type(task, m)
static const struct row_col TASK_COLS[] = {
    T(I64, project), T(TEXT, organ), T(TEXT, unit), T(TEXT, act), T(TEXT, name), T(TEXT, procedure_name),
    T(INSTANT, since), T(DATE, due_on), T(INT, provisional), T(TEXT, articles),
    /* read with the project for the list */
    T(TEXT, title), T(TEXT, number), T(TEXT, unit_name), T(I64, total_investment),
};
enum { TASK_OWN_COLS = 10 };
/* clang-format on */

int task_ask(struct db *db, struct arena *a, int64_t project, struct stmt **ret, struct err *e)
{
    if (stmt_open(db, a, &TASK_OF_PROJECT, ret, e) < 0)
        return -1;
    stmt_bind_i64(*ret, project);
    return stmt_send(*ret, e);
}

static int task_take(struct stmt *s, struct arena *a, struct task **ret, size_t *ret_count, struct err *e)
{
    void *rows;

    if (row_all(s, a, TASK_COLS, TASK_OWN_COLS, sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

static const struct task *task_find(const struct task *rows, size_t count, const struct task *like)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(rows[i].organ, like->organ) && text_eq(row_text(rows[i].unit), row_text(like->unit)) &&
            text_eq(rows[i].act, like->act))
            return &rows[i];
    return NULL;
}

static int task_put(struct db *db, struct arena *a, const struct task *row, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &TASK_PUT, &s, e) < 0)
        return -1;
    row_bind(s, TASK_COLS, TASK_OWN_COLS, row);
    return stmt_later(s, 0, e);
}

static int task_drop(struct db *db, struct arena *a, const struct task *row, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &TASK_DROP, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, row->project);
    stmt_bind_text(s, row->organ);
    stmt_bind_text(s, row_text(row->unit));
    stmt_bind_text(s, row->act);
    return stmt_later(s, 0, e);
}

int task_replace(struct db *db, struct arena *a, struct stmt *asked, int64_t project, const struct task *rows,
                 size_t count, struct err *e)
{
    struct task *old;
    size_t old_count;

    if ((asked == NULL && task_ask(db, a, project, &asked, e) < 0) || task_take(asked, a, &old, &old_count, e) < 0)
        return -1;
    for (size_t i = 0; i < old_count; i++)
        if (task_find(rows, count, &old[i]) == NULL && task_drop(db, a, &old[i], e) < 0)
            return -1;
    for (size_t i = 0; i < count; i++) {
        struct task row = rows[i];
        const struct task *was = task_find(old, old_count, &row);
        row.project = project;
        if (was != NULL && row_same(TASK_COLS, TASK_OWN_COLS, &row, was))
            continue;
        if (task_put(db, a, &row, e) < 0)
            return -1;
    }
    return 0;
}

int task_list(struct db *db, struct arena *a, const char *organ, const char *unit, int limit, struct task **ret,
              size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &TASK_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, row_text(organ));
    stmt_bind_text(s, row_text(unit));
    stmt_bind_i64(s, limit);
    if (row_all(s, a, TASK_COLS, ARRAY_LEN(TASK_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
