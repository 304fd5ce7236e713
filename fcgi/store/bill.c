/*
 * store/bill.c - drafts of a regulation's version, and the projects a draft is tried on
 */
#include "config.h"

#include "store/bill.h"

#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define BILL_HEAD                                                                                      \
    "id, regulation, name, based_on, state, digest, comes_on, created_at, created_name, changed_at, changed_by, changed_name," \
    " proposed_at, proposed_by, proposed_name, confirmed_at, confirmed_by, confirmed_name, reason, version"
const struct sql BILL_ADD = { "bill.add",
    "INSERT INTO bill (" BILL_HEAD ", files) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql BILL_BY_ID = { "bill.by_id", "SELECT " BILL_HEAD ", files FROM bill WHERE id = ?" };
const struct sql BILL_LOCK = { "bill.lock", "SELECT " BILL_HEAD ", files FROM bill WHERE id = ? FOR UPDATE" };
const struct sql BILL_SAVE = { "bill.save",
    "UPDATE bill SET name = ?, state = ?, files = ?, digest = ?, comes_on = ?, changed_at = ?, changed_by = ?, changed_name = ?,"
    " proposed_at = ?, proposed_by = ?, proposed_name = ?, confirmed_at = ?, confirmed_by = ?, confirmed_name = ?, reason = ?,"
    " version = version + 1 WHERE id = ? AND version = ?" };
const struct sql BILL_LIST = { "bill.list", "SELECT " BILL_HEAD " FROM bill WHERE id < ? ORDER BY id DESC LIMIT ?" };
const struct sql PROJECT_SUBMITTED = { "project.submitted",
    "SELECT id, number, title, unit_code, unit_name, unit_kind, place, regulation, facts, total_investment, state, submitted_on"
    " FROM project WHERE submitted_on >= ? AND subject = 'project' AND (? = '' OR place = ?) ORDER BY submitted_on DESC, id DESC LIMIT ?" };
const struct sql PROJECT_RUNNING = { "project.running",
    "SELECT id, number, title, unit_name, regulation, stage_name, submitted_on"
    " FROM project WHERE state = 'running' AND subject = 'project' AND id < ? AND (? = '' OR place = ?) ORDER BY id DESC LIMIT ?" };

#define B(type, m) ROW_##type(bill, m)
#define BILL_HEAD_COLS                                                                                 \
    B(I64, id), B(TEXT, regulation), B(TEXT, name), B(TEXT, based_on), B(TEXT, state), B(TEXT, digest), B(DATE, comes_on), \
    B(INSTANT, created_at), B(TEXT, created_name), B(INSTANT, changed_at), B(TEXT, changed_by), B(TEXT, changed_name), \
    B(INSTANT, proposed_at), B(TEXT, proposed_by), B(TEXT, proposed_name), B(INSTANT, confirmed_at), B(TEXT, confirmed_by), \
    B(TEXT, confirmed_name), B(TEXT, reason), B(I64, version)
static const struct row_col BILL_HEAD_ROW[] = { BILL_HEAD_COLS };
static const struct row_col BILL_COLS[] = { BILL_HEAD_COLS, B(LIST, files) };
static const struct row_col BILL_SAVE_COLS[] = {
    B(TEXT, name), B(TEXT, state), B(LIST, files), B(TEXT, digest), B(DATE, comes_on), B(INSTANT, changed_at),
    B(TEXT, changed_by), B(TEXT, changed_name), B(INSTANT, proposed_at), B(TEXT, proposed_by), B(TEXT, proposed_name),
    B(INSTANT, confirmed_at), B(TEXT, confirmed_by), B(TEXT, confirmed_name), B(TEXT, reason), B(I64, id), B(I64, version),
};
#define P(type, m) ROW_##type(project, m)
static const struct row_col SUBMITTED_COLS[] = {
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_code), P(TEXT, unit_name), P(TEXT, unit_kind),
    P(TEXT, place), P(TEXT, regulation), P(OBJECT, facts), P(I64, total_investment), P(TEXT, state), P(DATE, submitted_on),
};
static const struct row_col RUNNING_COLS[] = {
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_name), P(TEXT, regulation), P(TEXT, stage_name),
    P(DATE, submitted_on),
};
/* clang-format on */

int bill_add(struct db *db, struct arena *a, const struct bill *b, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &BILL_ADD, &s, e) < 0)
        return -1;
    row_bind(s, BILL_COLS, ARRAY_LEN(BILL_COLS), b);
    return stmt_run(s, e);
}

static int bill_read(struct db *db, struct arena *a, const struct sql *sql, int64_t id, struct bill *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, BILL_COLS, ARRAY_LEN(BILL_COLS), ret, e);
}

int bill_get(struct db *db, struct arena *a, int64_t id, struct bill *ret, struct err *e)
{
    return bill_read(db, a, &BILL_BY_ID, id, ret, e);
}

int bill_lock(struct db *db, struct arena *a, int64_t id, struct bill *ret, struct err *e)
{
    return bill_read(db, a, &BILL_LOCK, id, ret, e);
}

int bill_save(struct db *db, struct arena *a, struct bill *b, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &BILL_SAVE, &s, e) < 0)
        return -1;
    row_bind(s, BILL_SAVE_COLS, ARRAY_LEN(BILL_SAVE_COLS), b);
    if (stmt_later(s, 1, e) < 0)
        return -1;
    b->version++;
    return 0;
}

int bill_list(struct db *db, struct arena *a, int64_t before_id, int limit, struct bill **ret, size_t *ret_count,
              struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &BILL_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, before_id > 0 ? before_id : INT64_MAX);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, BILL_HEAD_ROW, ARRAY_LEN(BILL_HEAD_ROW), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int project_submitted_since(struct db *db, struct arena *a, date since, const char *place, int limit,
                            struct project **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &PROJECT_SUBMITTED, &s, e) < 0)
        return -1;
    stmt_bind_date(s, since);
    row_bind_filter(s, place);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, SUBMITTED_COLS, ARRAY_LEN(SUBMITTED_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int project_running(struct db *db, struct arena *a, int64_t before_id, const char *place, int limit,
                    struct project **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &PROJECT_RUNNING, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, before_id > 0 ? before_id : INT64_MAX);
    row_bind_filter(s, place);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, RUNNING_COLS, ARRAY_LEN(RUNNING_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
