/*
 * store/expert.c - the pool of experts
 */
#include "config.h"

#include "store/expert.h"

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define EXPERT_COLUMNS "id, login, name, employer, title, fields, state, note, added_at, changed_at, version"
const struct sql EXPERT_ADD = { "expert.add",
    "INSERT INTO expert (" EXPERT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql EXPERT_BY_ID = { "expert.by_id", "SELECT " EXPERT_COLUMNS " FROM expert WHERE id = ?" };
const struct sql EXPERT_SAVE = { "expert.save",
    "UPDATE expert SET login = ?, name = ?, employer = ?, title = ?, fields = ?, state = ?, note = ?, changed_at = ?,"
    " version = version + 1 WHERE id = ? AND version = ?" };
const struct sql EXPERT_LIST = { "expert.list",
    "SELECT " EXPERT_COLUMNS " FROM expert WHERE id < ? AND (? = '' OR state = ?) AND (? = '' OR JSON_CONTAINS(fields, JSON_QUOTE(?)))"
    " AND (? = '' OR name LIKE ? OR employer LIKE ?) ORDER BY id DESC LIMIT ?" };
const struct sql EXPERT_ALL = { "expert.all",
    "SELECT " EXPERT_COLUMNS " FROM expert WHERE state IN ('active', 'paused') ORDER BY id LIMIT 2000" };

#define X(type, m) ROW_##type(expert, m)
static const struct row_col EXPERT_COLS[] = {
    X(I64, id), X(TEXT, login), X(TEXT, name), X(TEXT, employer), X(TEXT, title), X(LIST, fields), X(TEXT, state), X(TEXT, note),
    X(INSTANT, added_at), X(INSTANT, changed_at), X(I64, version),
};
static const struct row_col EXPERT_SAVE_COLS[] = {
    X(TEXT, login), X(TEXT, name), X(TEXT, employer), X(TEXT, title), X(LIST, fields), X(TEXT, state), X(TEXT, note),
    X(INSTANT, changed_at), X(I64, id), X(I64, version),
};
#undef X
/* clang-format on */

/* Runs at once: that the login is taken must be told before anything is built on it. */
int expert_add(struct db *db, struct arena *a, const struct expert *x, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &EXPERT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, EXPERT_COLS, ARRAY_LEN(EXPERT_COLS), x);
    return stmt_run(s, e);
}

int expert_get(struct db *db, struct arena *a, int64_t id, struct expert *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &EXPERT_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, EXPERT_COLS, ARRAY_LEN(EXPERT_COLS), ret, e);
}

int expert_save(struct db *db, struct arena *a, struct expert *x, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &EXPERT_SAVE, &s, e) < 0)
        return -1;
    row_bind(s, EXPERT_SAVE_COLS, ARRAY_LEN(EXPERT_SAVE_COLS), x);
    if (row_hit(s, e) < 0)
        return -1;
    x->version++;
    return 0;
}

static int expert_rows(struct stmt *s, struct arena *a, struct expert **ret, size_t *ret_count, struct err *e)
{
    void *rows;

    if (row_all(s, a, EXPERT_COLS, ARRAY_LEN(EXPERT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int expert_list(struct db *db, struct arena *a, const char *text, const char *state, const char *field, int64_t after,
                int limit, struct expert **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    const char *like = row_like(a, text);

    if (stmt_open(db, a, &EXPERT_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, after > 0 ? after : INT64_MAX);
    row_bind_filter(s, state);
    row_bind_filter(s, field);
    stmt_bind_text(s, like);
    row_bind_filter(s, like);
    stmt_bind_i64(s, limit);
    return expert_rows(s, a, ret, ret_count, e);
}

int expert_all(struct db *db, struct arena *a, struct expert **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    return stmt_open(db, a, &EXPERT_ALL, &s, e) < 0 ? -1 : expert_rows(s, a, ret, ret_count, e);
}
