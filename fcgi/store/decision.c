/*
 * store/decision.c - papers issued and the numbers they bear
 */
#include "config.h"

#include "store/case.h"

#include <assert.h>

#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define DECISION_COLUMNS                                                                               \
    "id, project, event_seq, kind, name, number, title, issued_on, organ, organ_name, person_name, body, state"
const struct sql DECISION_ADD = { "decision.add",
    "INSERT INTO decision (" DECISION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql DECISION_BY_ID = { "decision.by_id",
    "SELECT " DECISION_COLUMNS " FROM decision WHERE id = ?" };
const struct sql DECISION_WITHDRAW = { "decision.withdraw",
    "UPDATE decision SET state = 'withdrawn' WHERE id = ? AND state = 'issued'" };
/* for a list: what the paper says stays where it is */
#define DECISION_HEADS                                                                                 \
    "id, project, event_seq, kind, name, number, title, issued_on, organ, organ_name, person_name, state"
const struct sql DECISION_OF_PROJECT = { "decision.of_project",
    "SELECT " DECISION_HEADS " FROM decision WHERE project = ? ORDER BY id" };
const struct sql DECISION_NEWEST = { "decision.newest",
    "SELECT " DECISION_HEADS " FROM decision ORDER BY id DESC LIMIT ?" };
/* LAST_INSERT_ID(x) hands x back to this connection alone; the row stays locked until the caller commits. */
const struct sql NUMBER_NEXT = { "number.next",
    "INSERT INTO number_series (series, year, last) VALUES (?, ?, LAST_INSERT_ID(1))"
    " ON DUPLICATE KEY UPDATE last = LAST_INSERT_ID(last + 1)" };

#define D(type, m) ROW_##type(decision, m)
#define DECISION_HEAD_COLS                                                                             \
    D(I64, id), D(I64, project), D(I64, event_seq), D(TEXT, kind), D(TEXT, name), D(NONE, number), D(TEXT, title), \
    D(DATE, issued_on), D(TEXT, organ), D(TEXT, organ_name), D(TEXT, person_name)
static const struct row_col DECISION_COLS[] = { DECISION_HEAD_COLS, D(OBJECT, body), D(TEXT, state) },
                            DECISION_LIST_COLS[] = { DECISION_HEAD_COLS, D(TEXT, state) };
/* clang-format on */

enum { DECISION_NEWEST_ROWS = 200 };

int decision_add(struct db *db, struct arena *a, const struct decision *d, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DECISION_ADD, &s, e) < 0)
        return -1;
    row_bind(s, DECISION_COLS, ARRAY_LEN(DECISION_COLS), d);
    return stmt_later(s, 0, e);
}

int decision_get(struct db *db, struct arena *a, int64_t id, struct decision *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DECISION_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, DECISION_COLS, ARRAY_LEN(DECISION_COLS), ret, e);
}

int decision_withdraw(struct db *db, struct arena *a, int64_t id, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DECISION_WITHDRAW, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    if (stmt_run(s, e) < 0)
        return -1;
    return stmt_affected(s) > 0;
}

int decision_ask(struct db *db, struct arena *a, int64_t project, struct asked *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, project == 0 ? &DECISION_NEWEST : &DECISION_OF_PROJECT, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, project == 0 ? DECISION_NEWEST_ROWS : project);
    return row_ask(s, DECISION_LIST_COLS, ARRAY_LEN(DECISION_LIST_COLS), sizeof(struct decision), ret, e);
}

int number_next(struct db *db, struct arena *a, const char *series, int year, int64_t *ret, struct err *e)
{
    struct stmt *s;

    assert(tx_is_open(db)); /* outside one, a failure after this would leave a gap */
    if (stmt_open(db, a, &NUMBER_NEXT, &s, e) < 0)
        return -1;
    stmt_bind_text(s, series);
    stmt_bind_i64(s, year);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret = stmt_insert_id(s);
    return 0;
}
