/*
 * store/watch.c - rows of the lists of the supervision
 */
#include "config.h"

#include "base/text.h"
#include "store/lists.h"
#include "store/sql.h"
#include "store/wall.h"
#include "store/whole.h"

/* clang-format off */
#define WATCH_OF_PROJECT_ROW ", p.title, p.number, p.unit_code, p.unit_name, p.total_investment"
#define WATCH_COLUMNS_OF                                                                               \
    "w.list, w.project, w.ref, w.kind, w.by_name, w.name, w.on_day, w.against, w.amount, w.base, w.words, w.articles"
#define WATCH_PUTS(rows) "REPLACE INTO watch (" WATCH_COLUMNS ") VALUES " rows /* as in duty.c */
#define WATCH_ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
const struct sql WATCH_PUT = { "watch.put", WATCH_PUTS(WATCH_ROW) };
const struct sql WATCH_PUT_2 = { "watch.put_2", WATCH_PUTS(WATCH_ROW ", " WATCH_ROW) };
const struct sql WATCH_PUT_4 = { "watch.put_4", WATCH_PUTS(WATCH_ROW ", " WATCH_ROW ", " WATCH_ROW ", " WATCH_ROW) };
const struct sql WATCH_DROP = { "watch.drop", "DELETE FROM watch WHERE list = ? AND project = ? AND ref = ?" };
const struct sql WATCH_LIST = { "watch.list",
    "SELECT " WATCH_COLUMNS_OF WATCH_OF_PROJECT_ROW " FROM watch w JOIN project p ON p.id = w.project WHERE w.list = ?"
    " AND (? = '' OR w.kind = ?) AND (? = '' OR p.unit_code = ?) AND (? IS NULL OR (w.on_day >= ? AND w.on_day < ?))"
    " AND w.project <= ? AND (w.project < ? OR w.ref > ?) AND " WALL " ORDER BY w.project DESC, w.ref LIMIT ?" };
const struct sql WATCH_LATE = { "watch.late",
    "SELECT 'late', d.project, CONCAT(d.duty, '/', d.duty_key), '', '', d.name, d.due_on, NULL, -1, -1,"
    " CONCAT(d.who_name, IF(d.limit_text = '', '', '，'), d.limit_text), d.articles"
    WATCH_OF_PROJECT_ROW " FROM duty d FORCE INDEX (duty_due) JOIN project p ON p.id = d.project"
    " WHERE d.state = 'open' AND d.due_on < ? AND (? = '' OR p.unit_code = ?) AND (? IS NULL OR d.due_on > ? OR (d.due_on = ? AND (d.project > ?"
    " OR (d.project = ? AND CONCAT(d.duty, '/', d.duty_key) > ?)))) AND d.due_on >= ? AND " DUTY_ONCE " AND " WALL
    " ORDER BY d.due_on, d.project, d.duty, d.duty_key LIMIT ?" };
const struct sql SYSTEM_LIST = { "system.list",
    "SELECT " WATCH_COLUMNS_OF WATCH_OF_PROJECT_ROW " FROM watch w JOIN project p ON p.id = w.project"
    " WHERE w.list = 'system' AND (? = '' OR p.unit_code = ?) AND (p.unit_code > ? OR (p.unit_code = ? AND w.name > ?))"
    " AND " WALL " ORDER BY p.unit_code, w.name, w.on_day, w.project, w.ref LIMIT ?" };
#define SPLIT_COUNTS                                                                                   \
    "p.submitted_on >= ? AND p.submitted_on < ? AND p.total_investment > 0 AND p.total_investment < ?"  \
    " AND p.state IN ('running', 'done')"
const struct sql SPLIT_PARTS = { "split.parts",
    "SELECT p.id, p.title, p.number FROM project p WHERE p.unit_code = ? AND " SPLIT_COUNTS " AND " WALL
    " ORDER BY p.id LIMIT ?" };
const struct sql SPLIT_LIST = { "split.list",
    "SELECT p.unit_code, MIN(p.unit_name), COUNT(*), CAST(SUM(p.total_investment) AS SIGNED), MAX(p.total_investment),"
    " MIN(p.submitted_on), MAX(p.submitted_on) FROM project p WHERE " SPLIT_COUNTS " AND " WALL
    " GROUP BY p.unit_code HAVING COUNT(*) > 1 AND SUM(p.total_investment) >= ? ORDER BY 4 DESC LIMIT ?" };

#define W(type, m) ROW_##type(watch, m)
const struct row_col WATCH_COLS[WATCH_COLS_COUNT] = {
    W(TEXT, list), W(I64, project), W(TEXT, ref), W(TEXT, kind), W(TEXT, by_name), W(TEXT, name), W(DATE, on_day), W(DATE, against),
    W(I64, amount), W(I64, base), W(TEXT, words), W(TEXT, articles),
};
/* read with the row for a list, after its own columns */
static const struct row_col WATCH_PROJECT_COLS[] = {
    W(TEXT, title), W(TEXT, number), W(TEXT, unit), W(TEXT, unit_name), W(I64, total_investment),
};
#define S(type, m) ROW_##type(split, m)
static const struct row_col SPLIT_COLS[] = {
    S(TEXT, unit), S(TEXT, unit_name), S(I64, count), S(I64, total), S(I64, largest), S(DATE, first), S(DATE, last),
};
#define SP(type, m) ROW_##type(split_part, m)
static const struct row_col SPLIT_PART_COLS[] = {
    SP(I64, project), SP(TEXT, title), SP(TEXT, number),
};
/* clang-format on */

static const struct watch *watch_find(const struct watch *rows, size_t count, const struct watch *like)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(rows[i].list, like->list) && text_eq(rows[i].ref, like->ref))
            return &rows[i];
    return NULL;
}

static int watch_drop(struct db *db, struct arena *a, const struct watch *row, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &WATCH_DROP, &s, e) < 0)
        return -1;
    stmt_bind_text(s, row->list);
    stmt_bind_i64(s, row->project);
    stmt_bind_text(s, row->ref);
    return stmt_later(s, 0, e);
}

int watch_replace(struct db *db, struct arena *a, int64_t project, const struct watch *old, size_t old_count,
                  const struct watch *rows, size_t count, struct err *e)
{
    static const struct row_puts puts = {
        {&WATCH_PUT, &WATCH_PUT_2, &WATCH_PUT_4}, WATCH_COLS, WATCH_COLS_COUNT, sizeof *old};
    struct watch *changed = ARENA_ARRAY(a, struct watch, count + 1);
    size_t n = 0;

    for (size_t i = 0; i < old_count; i++)
        if (watch_find(rows, count, &old[i]) == NULL && watch_drop(db, a, &old[i], e) < 0)
            return -1;
    for (size_t i = 0; i < count; i++) {
        struct watch row = rows[i];
        const struct watch *was = watch_find(old, old_count, &row);
        row.project = project;
        if (was == NULL || !row_same(WATCH_COLS, WATCH_COLS_COUNT, &row, was))
            changed[n++] = row;
    }
    return row_put_all(db, a, &puts, changed, n, e);
}

static int watch_take(struct stmt *s, struct arena *a, struct watch **ret, size_t *ret_count, struct err *e)
{
    if (stmt_run(s, e) < 0)
        return -1;
    *ret = ARENA_ARRAY(a, struct watch, stmt_rows(s) + 1);
    *ret_count = 0;
    while (stmt_step(s)) {
        struct watch *row = &(*ret)[(*ret_count)++];
        row_read(s, 0, WATCH_COLS, WATCH_COLS_COUNT, row);
        row_read(s, WATCH_COLS_COUNT, WATCH_PROJECT_COLS, ARRAY_LEN(WATCH_PROJECT_COLS), row);
    }
    return 0;
}

int watch_list(struct db *db, struct arena *a, const struct watch_filter *f, const struct project_sight *w,
               const struct watch *after, int limit, struct watch **ret, size_t *ret_count, struct err *e)
{
    date from = f->year > 0 ? date_of(f->year, 1, 1) : DATE_NONE;
    struct stmt *s;

    if (stmt_open(db, a, &WATCH_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, f->list);
    stmt_bind_text(s, f->kind);
    stmt_bind_text(s, f->kind);
    stmt_bind_text(s, f->unit);
    stmt_bind_text(s, f->unit);
    stmt_bind_date(s, from);
    stmt_bind_date(s, from);
    stmt_bind_date(s, f->year > 0 ? date_of(f->year + 1, 1, 1) : DATE_NONE);
    stmt_bind_i64(s, after != NULL ? after->project : INT64_MAX);
    stmt_bind_i64(s, after != NULL ? after->project : INT64_MAX);
    stmt_bind_text(s, after != NULL ? after->ref : "");
    wall_bind(s, w);
    stmt_bind_i64(s, limit);
    return watch_take(s, a, ret, ret_count, e);
}

int watch_late(struct db *db, struct arena *a, const struct project_sight *w, date before, const char *unit,
               const struct watch *after, int limit, struct watch **ret, size_t *ret_count, struct err *e)
{
    date from = after != NULL ? after->on_day : DATE_NONE;
    struct stmt *s;

    if (stmt_open(db, a, &WATCH_LATE, &s, e) < 0)
        return -1;
    stmt_bind_date(s, before);
    stmt_bind_text(s, unit);
    stmt_bind_text(s, unit);
    stmt_bind_date(s, from);
    stmt_bind_date(s, from);
    stmt_bind_date(s, from);
    stmt_bind_i64(s, after != NULL ? after->project : 0);
    stmt_bind_i64(s, after != NULL ? after->project : 0);
    stmt_bind_text(s, after != NULL ? after->ref : "");
    stmt_bind_date(s, after != NULL ? from : date_of(1900, 1, 1));
    wall_bind(s, w);
    stmt_bind_i64(s, limit);
    return watch_take(s, a, ret, ret_count, e);
}

int system_list(struct db *db, struct arena *a, const struct project_sight *w, const char *unit, const char *after_unit,
                const char *after_name, int limit, struct watch **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SYSTEM_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, unit);
    stmt_bind_text(s, unit);
    stmt_bind_text(s, after_unit);
    stmt_bind_text(s, after_unit);
    stmt_bind_text(s, after_name);
    wall_bind(s, w);
    stmt_bind_i64(s, limit);
    return watch_take(s, a, ret, ret_count, e);
}

int split_list(struct db *db, struct arena *a, const struct project_sight *w, date from, date before, fen limit,
               int most, struct split **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &SPLIT_LIST, &s, e) < 0)
        return -1;
    stmt_bind_date(s, from);
    stmt_bind_date(s, before);
    stmt_bind_i64(s, limit);
    wall_bind(s, w);
    stmt_bind_i64(s, limit);
    stmt_bind_i64(s, most);
    if (row_all(s, a, SPLIT_COLS, ARRAY_LEN(SPLIT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int split_parts(struct db *db, struct arena *a, const struct project_sight *w, const char *unit, date from, date before,
                fen limit, int most, struct split_part **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &SPLIT_PARTS, &s, e) < 0)
        return -1;
    stmt_bind_text(s, unit);
    stmt_bind_date(s, from);
    stmt_bind_date(s, before);
    stmt_bind_i64(s, limit);
    wall_bind(s, w);
    stmt_bind_i64(s, most);
    if (row_all(s, a, SPLIT_PART_COLS, ARRAY_LEN(SPLIT_PART_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
