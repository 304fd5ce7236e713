/*
 * store/inbox.c - messages from other bureaus and the receipts given for them
 */
#include "config.h"

#include "store/filing.h"

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define INBOX_HEAD                                                                                     \
    "id, sender, sender_name, sender_seq, version, filing, title, unit_name, sm3, key_id, received_at, state," \
    " decided_at, decided_by, reasons, row_version"
#define INBOX_WIDE ", envelope, signature, stored_receipt, decided_receipt"
const struct sql INBOX_ADD = { "inbox.add",
    "INSERT INTO inbox (" INBOX_HEAD INBOX_WIDE ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql INBOX_BY_ID = { "inbox.by_id",
    "SELECT " INBOX_HEAD INBOX_WIDE " FROM inbox WHERE sender = ? AND id = ?" };
const struct sql INBOX_LOCK = { "inbox.lock",
    "SELECT " INBOX_HEAD INBOX_WIDE " FROM inbox WHERE sender = ? AND id = ? FOR UPDATE" };
const struct sql INBOX_DECIDE = { "inbox.decide",
    "UPDATE inbox SET state = ?, decided_receipt = ?, decided_at = ?, decided_by = ?, reasons = ?,"
    " row_version = row_version + 1 WHERE sender = ? AND id = ? AND row_version = ? AND state = 'stored'" };
const struct sql INBOX_LIST = { "inbox.list",
    "SELECT " INBOX_HEAD " FROM inbox WHERE (? = '' OR state = ?) AND (? = '' OR sender = ?) AND received_at <= ?"
    " AND (received_at < ? OR id < ?) ORDER BY received_at DESC, id DESC LIMIT ?" };
const struct sql INBOX_WAITING = { "inbox.waiting",
    "SELECT " INBOX_HEAD " FROM inbox WHERE state = 'stored' AND (? = '' OR sender = ?) AND received_at >= ?"
    " AND (received_at > ? OR id > ?) ORDER BY received_at, id LIMIT ?" };
#define INBOX_SOME(state) "SELECT '" state "', COUNT(*) FROM (SELECT 1 FROM inbox WHERE state = '" state "' LIMIT ?) AS " state "_some"
const struct sql INBOX_COUNTS = { "inbox.counts",
    INBOX_SOME("stored") " UNION ALL " INBOX_SOME("accepted") " UNION ALL " INBOX_SOME("returned") };
const struct sql INBOX_GAPS = { "inbox.gaps",
    "SELECT sender, before_seq + 1, sender_seq - 1 FROM (SELECT sender, sender_seq,"
    " COALESCE(LAG(sender_seq) OVER (PARTITION BY sender ORDER BY sender_seq), 0) AS before_seq FROM inbox) AS seen"
    " WHERE sender_seq > before_seq + 1 ORDER BY sender, sender_seq LIMIT 1000" };

#define I(type, m) ROW_##type(inbox, m)
static const struct row_col INBOX_COLS[] = {
    I(I64, id), I(TEXT, sender), I(TEXT, sender_name), I(I64, sender_seq), I(I64, version), I(TEXT, filing),
    I(TEXT, title), I(TEXT, unit_name), I(TEXT, sm3), I(TEXT, key_id), I(INSTANT, received_at), I(TEXT, state),
    I(INSTANT, decided_at), I(TEXT, decided_by), I(LIST, reasons), I(I64, row_version),
    I(TEXT, envelope), I(TEXT, signature), I(TEXT, stored_receipt), I(NONE, decided_receipt),
};
enum { INBOX_ALL_COLS = ARRAY_LEN(INBOX_COLS), INBOX_HEAD_COLS = INBOX_ALL_COLS - 4 };
#define G(type, m) ROW_##type(inbox_gap, m)
static const struct row_col INBOX_GAP_COLS[] = { G(TEXT, sender), G(I64, from), G(I64, to) };
#define N(type, m) ROW_##type(inbox_count, m)
static const struct row_col INBOX_COUNT_COLS[] = { N(TEXT, state), N(I64, count) };
/* clang-format on */

int inbox_add(struct db *db, struct arena *a, const struct inbox *m, struct err *e)
{
    struct stmt *s;
    struct inbox row = *m;

    row.state = "stored";
    row.decided_at = INSTANT_NONE;
    row.row_version = 1;
    if (stmt_open(db, a, &INBOX_ADD, &s, e) < 0)
        return -1;
    row_bind(s, INBOX_COLS, INBOX_ALL_COLS, &row);
    return stmt_run(s, e);
}

static int inbox_one(struct db *db, struct arena *a, const struct sql *sql, const char *sender, int64_t id,
                     struct inbox *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    stmt_bind_text(s, sender);
    stmt_bind_i64(s, id);
    return row_one(s, INBOX_COLS, INBOX_ALL_COLS, ret, e);
}

int inbox_get(struct db *db, struct arena *a, const char *sender, int64_t id, struct inbox *ret, struct err *e)
{
    return inbox_one(db, a, &INBOX_BY_ID, sender, id, ret, e);
}

int inbox_lock(struct db *db, struct arena *a, const char *sender, int64_t id, struct inbox *ret, struct err *e)
{
    return inbox_one(db, a, &INBOX_LOCK, sender, id, ret, e);
}

int inbox_decide(struct db *db, struct arena *a, const struct inbox *m, const char *state, const char *receipt,
                 instant now, const char *person, const char *reasons, struct err *e)
{
    struct stmt *s;

    if (!text_eq(state, "accepted") && !text_eq(state, "returned")) {
        err_fail(e, ERR_INTERNAL, "受理结果只有受理和退回两种");
        return err_detail(e, "inbox decide %s", row_text(state));
    }
    if (stmt_open(db, a, &INBOX_DECIDE, &s, e) < 0)
        return -1;
    stmt_bind_text(s, state);
    stmt_bind_text(s, receipt);
    stmt_bind_instant(s, now);
    stmt_bind_text(s, row_text(person));
    stmt_bind_text(s, text_is_empty(reasons) ? "[]" : reasons);
    stmt_bind_text(s, m->sender);
    stmt_bind_i64(s, m->id);
    stmt_bind_i64(s, m->row_version);
    return row_hit(s, e);
}

int inbox_list(struct db *db, struct arena *a, const char *state, const char *sender, const struct inbox_place *after,
               int limit, struct inbox **ret, size_t *ret_count, struct err *e)
{
    int is_waiting = text_eq(state, "stored"), is_first = after == NULL || after->at == INSTANT_NONE;
    instant at = !is_first ? after->at : is_waiting ? 0 : INSTANT_LAST;
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, is_waiting ? &INBOX_WAITING : &INBOX_LIST, &s, e) < 0)
        return -1;
    if (!is_waiting)
        row_bind_filter(s, state);
    row_bind_filter(s, sender);
    stmt_bind_instant(s, at);
    stmt_bind_instant(s, at);
    stmt_bind_i64(s, is_first ? 0 : after->id);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, INBOX_COLS, INBOX_HEAD_COLS, sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int inbox_counts(struct db *db, struct arena *a, int most, struct inbox_count **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &INBOX_COUNTS, &s, e) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        stmt_bind_i64(s, most);
    if (row_all(s, a, INBOX_COUNT_COLS, ARRAY_LEN(INBOX_COUNT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int inbox_gaps(struct db *db, struct arena *a, struct inbox_gap **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &INBOX_GAPS, &s, e) < 0)
        return -1;
    if (row_all(s, a, INBOX_GAP_COLS, ARRAY_LEN(INBOX_GAP_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
