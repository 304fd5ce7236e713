/*
 * store/task.c - which organ is to act on which project, for the landing page
 */
#include "config.h"

#include "store/case.h"

#include "base/text.h"
#include "store/duties.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
#define TASK_PUTS(rows) "REPLACE INTO task (" TASK_COLUMNS ") VALUES " rows /* as in duty.c */
#define TASK_ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
const struct sql TASK_PUT = { "task.put", TASK_PUTS(TASK_ROW) };
const struct sql TASK_PUT_2 = { "task.put_2", TASK_PUTS(TASK_ROW ", " TASK_ROW) };
const struct sql TASK_PUT_4 = { "task.put_4", TASK_PUTS(TASK_ROW ", " TASK_ROW ", " TASK_ROW ", " TASK_ROW) };
const struct sql TASK_DROP = { "task.drop",
    "DELETE FROM task WHERE project = ? AND organ = ? AND unit = ? AND act = ? AND run = ?" };
const struct sql TASK_HAND = { "task.hand",
    "UPDATE task SET hand_person = ?, hand_name = ? WHERE project = ? AND organ = ? AND unit = ?" };
const struct sql TASK_LIST = { "task.list",
    "SELECT t.project, t.organ, t.unit, t.act, t.name, t.procedure_name, t.since, t.due_on, t.provisional, t.articles,"
    " t.hand_person, t.hand_name, t.run, t.run_words, p.title, p.number, p.unit_name, p.total_investment"
    " FROM task t STRAIGHT_JOIN project p ON p.id = t.project WHERE t.organ = ? AND t.unit = ? AND (? = '' OR p.place = ?)"
    " ORDER BY t.sort_on, t.since, t.project, t.act, t.run LIMIT ?" };

#define T(type, m) ROW_##type(task, m)
#define TASK_OWN                                                                                        \
    T(I64, project), T(TEXT, organ), T(TEXT, unit), T(TEXT, act), T(TEXT, name), T(TEXT, procedure_name), \
    T(INSTANT, since), T(DATE, due_on), T(INT, provisional), T(TEXT, articles), T(TEXT, hand_person), T(TEXT, hand_name), \
    T(TEXT, run), T(TEXT, run_words)
const struct row_col TASK_COLS[TASK_COLS_COUNT] = { TASK_OWN };
static const struct row_col TASK_LIST_COLS[] = {
    TASK_OWN, T(TEXT, title), T(TEXT, number), T(TEXT, unit_name), T(I64, total_investment),
};
/* clang-format on */

static const struct task *task_find(const struct task *rows, size_t count, const struct task *like)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(rows[i].organ, like->organ) && text_eq(row_text(rows[i].unit), row_text(like->unit)) &&
            text_eq(rows[i].act, like->act) && text_eq(row_text(rows[i].run), row_text(like->run)))
            return &rows[i];
    return NULL;
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
    stmt_bind_text(s, row_text(row->run));
    return stmt_later(s, 0, e);
}

int task_replace(struct db *db, struct arena *a, int64_t project, const struct task *old, size_t old_count,
                 const struct task *rows, size_t count, struct err *e)
{
    static const struct row_puts puts = {
        {&TASK_PUT, &TASK_PUT_2, &TASK_PUT_4}, TASK_COLS, TASK_COLS_COUNT, sizeof *old};
    struct task *changed = ARENA_ARRAY(a, struct task, count + 1);
    size_t n = 0;

    for (size_t i = 0; i < old_count; i++)
        if (task_find(rows, count, &old[i]) == NULL && task_drop(db, a, &old[i], e) < 0)
            return -1;
    for (size_t i = 0; i < count; i++) {
        struct task row = rows[i];
        const struct task *was = task_find(old, old_count, &row);
        row.project = project;
        if (was == NULL || !row_same(TASK_COLS, TASK_COLS_COUNT, &row, was))
            changed[n++] = row;
    }
    return row_put_all(db, a, &puts, changed, n, e);
}

int task_hand(struct db *db, struct arena *a, const struct handing *h, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &TASK_HAND, &s, e) < 0)
        return -1;
    stmt_bind_text(s, h->person);
    stmt_bind_text(s, h->name);
    stmt_bind_i64(s, h->project);
    stmt_bind_text(s, h->organ);
    stmt_bind_text(s, row_text(h->unit));
    return stmt_later(s, 0, e);
}

int task_ask(struct db *db, struct arena *a, const char *organ, const struct project_sight *of, int limit,
             struct asked *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &TASK_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, row_text(organ));
    stmt_bind_text(s, row_text(of->unit));
    row_bind_filter(s, of->place);
    stmt_bind_i64(s, limit);
    return row_ask(s, TASK_LIST_COLS, ARRAY_LEN(TASK_LIST_COLS), sizeof(struct task), ret, e);
}
