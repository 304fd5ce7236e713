/*
 * store/notice.c - what a district tells everybody who works in it
 */
#include "config.h"

#include "store/duties.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define NOTICE_COLUMNS "id, title, body, from_on, to_on, by_person, by_name, posted_at, ended_at, ended_by"
const struct sql NOTICE_ADD = { "notice.add",
    "INSERT INTO notice (" NOTICE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql NOTICE_BY_ID = { "notice.by_id", "SELECT " NOTICE_COLUMNS " FROM notice WHERE id = ? FOR UPDATE" };
const struct sql NOTICE_END = { "notice.end",
    "UPDATE notice SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL" };
const struct sql NOTICE_LIST = { "notice.list",
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE id < ? ORDER BY id DESC LIMIT ?" };
const struct sql NOTICE_NOW = { "notice.now",
    "SELECT " NOTICE_COLUMNS " FROM notice WHERE to_on >= ? AND from_on <= ? AND ended_at IS NULL ORDER BY id DESC LIMIT ?" };

#define N(type, m) ROW_##type(district_notice, m)
static const struct row_col NOTICE_COLS[] = {
    N(I64, id), N(TEXT, title), N(TEXT, body), N(DATE, from_on), N(DATE, to_on), N(TEXT, by_person), N(TEXT, by_name),
    N(INSTANT, posted_at), N(INSTANT, ended_at), N(TEXT, ended_by),
};
/* clang-format on */

int notice_add(struct db *db, struct arena *a, const struct district_notice *n, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NOTICE_ADD, &s, e) < 0)
        return -1;
    row_bind(s, NOTICE_COLS, ARRAY_LEN(NOTICE_COLS), n);
    return stmt_later(s, 0, e);
}

int notice_get(struct db *db, struct arena *a, int64_t id, struct district_notice *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NOTICE_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, NOTICE_COLS, ARRAY_LEN(NOTICE_COLS), ret, e);
}

int notice_end(struct db *db, struct arena *a, const struct district_notice *n, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NOTICE_END, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, n->ended_at);
    stmt_bind_text(s, n->ended_by);
    stmt_bind_i64(s, n->id);
    return stmt_later(s, 1, e);
}

static int notice_rows(struct stmt *s, struct arena *a, int limit, struct district_notice **ret, size_t *ret_count,
                       struct err *e)
{
    void *rows;

    stmt_bind_i64(s, limit);
    if (row_all(s, a, NOTICE_COLS, ARRAY_LEN(NOTICE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int notice_list(struct db *db, struct arena *a, int64_t before, int limit, struct district_notice **ret,
                size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NOTICE_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, before > 0 ? before : INT64_MAX);
    return notice_rows(s, a, limit, ret, ret_count, e);
}

int notice_now(struct db *db, struct arena *a, date day, int limit, struct district_notice **ret, size_t *ret_count,
               struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NOTICE_NOW, &s, e) < 0)
        return -1;
    stmt_bind_date(s, day);
    stmt_bind_date(s, day);
    return notice_rows(s, a, limit, ret, ret_count, e);
}
