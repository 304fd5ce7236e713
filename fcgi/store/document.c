/*
 * store/document.c - files by content: the row; the bytes are casework's business
 */
#include "config.h"

#include "store/case.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
const struct sql DOCUMENT_ADD = { "document.add",
    "INSERT INTO document (" DOCUMENT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql DOCUMENT_BY_ID = { "document.by_id",
    "SELECT " DOCUMENT_COLUMNS " FROM document WHERE id = ?" };
const struct sql DOCUMENT_LIST = { "document.list",
    "SELECT " DOCUMENT_COLUMNS " FROM document WHERE project = ? ORDER BY id" };
const struct sql DOCUMENT_SET_STATE = { "document.set_state",
    "UPDATE document SET state = ?, event_seq = ? WHERE id = ? AND state = ?" };

#define D(type, m) ROW_##type(document, m)
const struct row_col DOCUMENT_COLS[DOCUMENT_COLS_COUNT] = {
    D(I64, id), D(I64, project), D(TEXT, procedure), D(TEXT, material), D(TEXT, name), D(TEXT, type), D(I64, size),
    D(TEXT, sm3), D(TEXT, state), D(I64, event_seq), D(INSTANT, uploaded_at), D(TEXT, person), D(TEXT, person_name),
};
/* clang-format on */

int document_add(struct db *db, struct arena *a, const struct document *d, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DOCUMENT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, DOCUMENT_COLS, ARRAY_LEN(DOCUMENT_COLS), d);
    return stmt_later(s, 0, e);
}

int document_get(struct db *db, struct arena *a, int64_t id, struct document *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DOCUMENT_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, DOCUMENT_COLS, ARRAY_LEN(DOCUMENT_COLS), ret, e);
}

int document_list(struct db *db, struct arena *a, int64_t project, struct document **ret, size_t *ret_count,
                  struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &DOCUMENT_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, project);
    if (row_all(s, a, DOCUMENT_COLS, ARRAY_LEN(DOCUMENT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int document_set_state(struct db *db, struct arena *a, int64_t id, const char *from, const char *to, int64_t event_seq,
                       struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DOCUMENT_SET_STATE, &s, e) < 0)
        return -1;
    stmt_bind_text(s, to);
    stmt_bind_i64(s, event_seq);
    stmt_bind_i64(s, id);
    stmt_bind_text(s, from);
    return stmt_later(s, 1, e);
}
