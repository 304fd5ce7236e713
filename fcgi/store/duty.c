/*
 * store/duty.c - duties of a project as the last evaluation found them
 *
 * Replacing writes only what changed: most actions move two or three of thirty rows.
 */
#include "config.h"

#include "store/case.h"

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
const struct sql DUTY_LIST = { "duty.list",
    "SELECT " DUTY_COLUMNS " FROM duty WHERE project = ? ORDER BY due_on IS NULL, due_on, duty, duty_key" };
const struct sql DUTY_DUE = { "duty.due",
    "SELECT " DUTY_COLUMNS " FROM duty d WHERE project IN (?, ?, ?, ?, ?, ?, ?, ?) AND state = 'open' AND due_on < ?"
    " AND " DUTY_ONCE " ORDER BY due_on, duty, duty_key" };
const struct sql DUTY_PROVISIONAL = { "duty.provisional",
    "SELECT DISTINCT project FROM duty WHERE project > ? AND provisional = 1 AND state IN ('open', 'future')"
    " AND due_on IS NOT NULL ORDER BY project LIMIT ?" };
/* The row as it now is in the place of the one with its key: every column is written, and to say so once costs least. */
#define DUTY_PUTS(rows) "REPLACE INTO duty (" DUTY_COLUMNS ") VALUES " rows
#define DUTY_ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
const struct sql DUTY_PUT = { "duty.put", DUTY_PUTS(DUTY_ROW) };
const struct sql DUTY_PUT_2 = { "duty.put_2", DUTY_PUTS(DUTY_ROW ", " DUTY_ROW) };
const struct sql DUTY_PUT_4 = { "duty.put_4", DUTY_PUTS(DUTY_ROW ", " DUTY_ROW ", " DUTY_ROW ", " DUTY_ROW) };
const struct sql DUTY_TELL = { "duty.tell",
    "UPDATE duty SET notified = 1, told_on = ?, told_by = ? WHERE project = ? AND duty = ? AND duty_key = ? AND due_on IS NOT NULL" };
const struct sql DUTY_DROP = { "duty.drop",
    "DELETE FROM duty WHERE project = ? AND duty = ? AND duty_key = ? AND who = ?" };

#define D(type, m) ROW_##type(duty_row, m)
const struct row_col DUTY_COLS[DUTY_COLS_COUNT] = {
    D(I64, project), D(TEXT, duty), D(TEXT, key), D(TEXT, name), D(TEXT, who), D(TEXT, who_name), D(TEXT, unit),
    D(DATE, opens_on), D(DATE, due_on), D(INT, provisional), D(TEXT, calendar_version), D(TEXT, state),
    D(DATE, fulfilled_on), D(TEXT, articles), D(TEXT, limit_text), D(INT, notified), D(DATE, told_on), D(TEXT, told_by),
};
/* clang-format on */

static int duty_rows(struct stmt *s, struct arena *a, struct duty_row **ret, size_t *ret_count, struct err *e)
{
    void *rows;

    if (row_all(s, a, DUTY_COLS, ARRAY_LEN(DUTY_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int duty_list(struct db *db, struct arena *a, int64_t project, struct duty_row **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DUTY_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, project);
    return duty_rows(s, a, ret, ret_count, e);
}

int duty_tell(struct db *db, struct arena *a, int64_t project, const struct duty_name *name, date on, const char *by,
              struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DUTY_TELL, &s, e) < 0)
        return -1;
    stmt_bind_date(s, on);
    stmt_bind_text(s, by);
    stmt_bind_i64(s, project);
    stmt_bind_text(s, name->duty);
    stmt_bind_text(s, row_text(name->key));
    return stmt_later(s, 0, e);
}

int duty_due(struct db *db, struct arena *a, const int64_t projects[DUTY_DUE_PROJECTS], date before,
             struct duty_row **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DUTY_DUE, &s, e) < 0)
        return -1;
    for (int i = 0; i < DUTY_DUE_PROJECTS; i++)
        stmt_bind_i64(s, projects[i]);
    stmt_bind_date(s, before);
    return duty_rows(s, a, ret, ret_count, e);
}

int duty_provisional(struct db *db, struct arena *a, int64_t after, int64_t ret[DUTY_PROVISIONAL_PROJECTS],
                     size_t *ret_count, struct err *e)
{
    struct stmt *s;

    *ret_count = 0;
    if (stmt_open(db, a, &DUTY_PROVISIONAL, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, after);
    stmt_bind_i64(s, DUTY_PROVISIONAL_PROJECTS);
    if (stmt_run(s, e) < 0)
        return -1;
    while (*ret_count < DUTY_PROVISIONAL_PROJECTS && stmt_step(s))
        ret[(*ret_count)++] = stmt_i64(s, 0);
    return 0;
}

static int is_same_duty(const struct duty_row *a, const struct duty_row *b)
{
    return text_eq(a->duty, b->duty) && text_eq(row_text(a->key), row_text(b->key));
}

static const struct duty_row *duty_find(const struct duty_row *rows, size_t count, const struct duty_row *like)
{
    for (size_t i = 0; i < count; i++)
        if (is_same_duty(&rows[i], like) && text_eq(rows[i].who, like->who))
            return &rows[i];
    return NULL;
}

/* The duty's own row, or that of another organ it binds too: what was told of its day was told of the duty. */
static const struct duty_row *duty_find_told(const struct duty_row *rows, size_t count, const struct duty_row *like)
{
    const struct duty_row *own = duty_find(rows, count, like);

    for (size_t i = 0; own == NULL && i < count; i++)
        if (is_same_duty(&rows[i], like))
            own = &rows[i];
    return own;
}

static int duty_drop(struct db *db, struct arena *a, const struct duty_row *row, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DUTY_DROP, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, row->project);
    stmt_bind_text(s, row->duty);
    stmt_bind_text(s, row_text(row->key));
    stmt_bind_text(s, row->who);
    return stmt_later(s, 0, e);
}

/* The telling was of that day: another one has not been told, unless the caller says that it still holds or tells it.
 */
static void duty_keep_told(struct duty_row *row, const struct duty_row *old)
{
    if (!text_is_empty(row->told_by))
        return;
    row->notified = old != NULL && old->notified && (row->notified || row->due_on == old->due_on);
    row->told_on = row->notified ? old->told_on : DATE_NONE;
    row->told_by = row->notified ? old->told_by : "";
}

/* The same date, no surer than before, is still the one that calendar produced. */
static void duty_keep_version(struct duty_row *row, const struct duty_row *old)
{
    if (old != NULL && row->due_on == old->due_on && row->provisional == old->provisional)
        row->calendar_version = old->calendar_version;
}

int duty_replace(struct db *db, struct arena *a, int64_t project, const struct duty_row *old, size_t old_count,
                 const struct duty_row *rows, size_t count, struct err *e)
{
    static const struct row_puts puts = {
        {&DUTY_PUT, &DUTY_PUT_2, &DUTY_PUT_4}, DUTY_COLS, DUTY_COLS_COUNT, sizeof *old};
    struct duty_row *changed = ARENA_ARRAY(a, struct duty_row, count + 1);
    size_t n = 0;

    for (size_t i = 0; i < old_count; i++)
        if (duty_find(rows, count, &old[i]) == NULL && duty_drop(db, a, &old[i], e) < 0)
            return -1;
    for (size_t i = 0; i < count; i++) {
        struct duty_row row = rows[i];
        const struct duty_row *was = duty_find(old, old_count, &row);
        const struct duty_row *told = duty_find_told(old, old_count, &row);
        row.project = project;
        duty_keep_told(&row, told);
        duty_keep_version(&row, told);
        if (was == NULL || !row_same(DUTY_COLS, DUTY_COLS_COUNT, &row, was))
            changed[n++] = row;
    }
    return row_put_all(db, a, &puts, changed, n, e);
}
