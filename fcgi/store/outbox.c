/*
 * store/outbox.c - messages to other bureaus: added with the change they tell of, sealed, claimed, settled, decided
 *
 * Which state may follow which is the table below, once more as a CHECK in the schema for the
 * names. Every change of state names the state it comes from and, while leased, the fence.
 */
#include "config.h"

#include "store/filing.h"

#include <assert.h>

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define OUTBOX_HEAD                                                                                    \
    "id, project, event_seq, filing, peer, tenant_seq, version, sm3, signature, key_id, state, created_at, next_try," \
    " lease_until, done_at, attempts, fence, lease_owner, last_status, last_error, stored_receipt, decided_receipt, title"
const struct sql OUTBOX_SEQ_TAKE = { "outbox.seq_take",
    "INSERT INTO outbox_series (peer, last) VALUES (?, LAST_INSERT_ID(?))"
    " ON DUPLICATE KEY UPDATE last = LAST_INSERT_ID(last + ?)" };
const struct sql OUTBOX_ADD = { "outbox.add",
    "INSERT INTO outbox (" OUTBOX_HEAD ", envelope, content, content_mac)"
    " VALUES (?, ?, ?, ?, ?, NULLIF(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql OUTBOX_SEAL_LOCK = { "outbox.seal_lock", "SELECT GET_LOCK(CONCAT(DATABASE(), '.outbox'), 0)" };
const struct sql OUTBOX_SEAL_UNLOCK = { "outbox.seal_unlock", "SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.outbox'))" };
/* Ids of two machines may stand against the order of a project's events; so of each project and peer the first alone. */
const struct sql OUTBOX_UNSEALED = { "outbox.unsealed",
    "SELECT " OUTBOX_HEAD ", envelope, content, content_mac FROM outbox o WHERE o.tenant_seq IS NULL AND o.state = 'queued'"
    " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.project = o.project AND b.peer = o.peer AND b.undone = 1"
    " AND b.tenant_seq IS NULL AND b.event_seq < o.event_seq) ORDER BY o.id LIMIT ?" };
const struct sql OUTBOX_SEAL = { "outbox.seal",
    "UPDATE outbox SET tenant_seq = ?, envelope = ?, sm3 = ?, signature = ?, key_id = ?"
    " WHERE id = ? AND tenant_seq IS NULL AND state = 'queued'" };
const struct sql OUTBOX_BY_ID = { "outbox.by_id",
    "SELECT " OUTBOX_HEAD ", envelope, content, content_mac FROM outbox WHERE id = ?" };
const struct sql OUTBOX_LIST = { "outbox.list",
    "SELECT " OUTBOX_HEAD ", (SELECT COUNT(*) FROM outbox_attempt t WHERE t.message = outbox.id AND t.status = ?)"
    " FROM outbox WHERE (? = 0 OR project = ?) AND (? = '' OR state = ?) AND (? = 0 OR id < ?)"
    " AND (? = '' OR EXISTS (SELECT 1 FROM project p WHERE p.id = outbox.project AND p.place = ?)) ORDER BY id DESC LIMIT ?" };
/* Order within a project and peer: while an older message is undone a newer one is passed over. claim_at is NULL until
 * it is sealed. */
const struct sql OUTBOX_CLAIM = { "outbox.claim",
    "SELECT " OUTBOX_HEAD ", envelope, content, content_mac FROM outbox o WHERE o.claim_at <= ? AND NOT EXISTS"
    " (SELECT 1 FROM outbox b WHERE b.project = o.project AND b.peer = o.peer AND b.undone = 1"
    " AND b.tenant_seq < o.tenant_seq)"
    " ORDER BY o.claim_at, o.id LIMIT 1 FOR UPDATE SKIP LOCKED" };
const struct sql OUTBOX_LEASE = { "outbox.lease",
    "UPDATE outbox SET state = 'leased', lease_owner = ?, lease_until = ?, fence = fence + 1, attempts = attempts + 1"
    " WHERE id = ? AND fence = ?" };
const struct sql OUTBOX_SETTLE = { "outbox.settle",
    "UPDATE outbox SET state = ?, next_try = ?, lease_until = NULL, lease_owner = '', last_status = ?, last_error = ?,"
    " stored_receipt = COALESCE(?, stored_receipt), done_at = ?, asked_at = ? WHERE id = ? AND fence = ? AND state = 'leased'" };
const struct sql OUTBOX_DECIDE = { "outbox.decide",
    "UPDATE outbox SET state = ?, decided_receipt = ?, done_at = ? WHERE id = ? AND state = 'stored'" };
const struct sql OUTBOX_STATE = { "outbox.state", "SELECT state FROM outbox WHERE id = ?" };
const struct sql OUTBOX_MOVE = { "outbox.move",
    "UPDATE outbox SET state = ?, next_try = ?, done_at = ? WHERE id = ? AND state = ?" };
const struct sql OUTBOX_MOVE_PEER = { "outbox.move_peer",
    "UPDATE outbox SET state = ?, next_try = ?, done_at = ? WHERE peer = ? AND state = ?" };
const struct sql OUTBOX_UNDECIDED = { "outbox.undecided",
    "SELECT " OUTBOX_HEAD " FROM outbox WHERE state = 'stored' AND (asked_at IS NULL OR asked_at < ?)"
    " ORDER BY asked_at LIMIT ?" };
const struct sql OUTBOX_ASKED = { "outbox.asked", "UPDATE outbox SET asked_at = ? WHERE id = ?" };
const struct sql OUTBOX_SHAPES = { "outbox.shapes",
    "SELECT peer, state, COUNT(*), MIN(created_at) FROM outbox WHERE state IN"
    " ('queued', 'leased', 'unknown', 'stored', 'hold', 'dead', 'corrupt') GROUP BY peer, state ORDER BY peer, state" };
#define OUTBOX_ATTEMPT_COLUMNS "message, at, fence, status, error, request_sm3, answer"
const struct sql OUTBOX_ATTEMPT_ADD = { "outbox.attempt_add",
    "INSERT INTO outbox_attempt (" OUTBOX_ATTEMPT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)" };
const struct sql OUTBOX_ATTEMPTS = { "outbox.attempts",
    "SELECT " OUTBOX_ATTEMPT_COLUMNS " FROM outbox_attempt WHERE message = ? ORDER BY id" };

#define O(type, m) ROW_##type(outbox, m)
static const struct row_col OUTBOX_COLS[] = {
    O(I64, id), O(I64, project), O(I64, event_seq), O(TEXT, filing), O(TEXT, peer), O(I64, tenant_seq), O(I64, version),
    O(TEXT, sm3), O(TEXT, signature), O(TEXT, key_id), O(TEXT, state), O(INSTANT, created_at), O(INSTANT, next_try),
    O(INSTANT, lease_until), O(INSTANT, done_at), O(I64, attempts), O(I64, fence), O(TEXT, lease_owner),
    O(INT, last_status), O(TEXT, last_error), O(NONE, stored_receipt), O(NONE, decided_receipt), O(TEXT, title),
    O(TEXT, envelope), O(TEXT, content), O(TEXT, content_mac),
};
static const struct row_col OUTBOX_SENDS[] = { O(I64, sends) };
enum { OUTBOX_ALL_COLS = ARRAY_LEN(OUTBOX_COLS), OUTBOX_HEAD_COLS = OUTBOX_ALL_COLS - 3 };
#define T(type, m) ROW_##type(outbox_attempt, m)
static const struct row_col OUTBOX_ATTEMPT_COLS[] = {
    T(I64, message), T(INSTANT, at), T(I64, fence), T(INT, status), T(TEXT, error), T(TEXT, request_sm3), T(TEXT, answer),
};
#define S(type, m) ROW_##type(outbox_shape, m)
static const struct row_col OUTBOX_SHAPE_COLS[] = { S(TEXT, peer), S(TEXT, state), S(I64, count), S(INSTANT, oldest) };

/* every transition there is; who makes it */
static const struct { const char *from, *to; } OUTBOX_MOVES[] = {
    { "queued",  "leased"   }, /* claim */
    { "queued",  "hold"     }, /* peer stopped */
    { "queued",  "corrupt"  }, /* sealing: not what the act froze */
    { "corrupt", "queued"   }, /* put right, and sealed after another look */
    { "unknown", "leased"   }, /* claim: asked or sent again with the same id */
    { "unknown", "queued"   },
    { "unknown", "hold"     },
    { "leased",  "leased"   }, /* claim after the lease ran out; the fence shuts the first owner out */
    { "leased",  "queued"   }, /* settle: try again later */
    { "leased",  "unknown"  },
    { "leased",  "stored"   },
    { "leased",  "dead"     },
    { "leased",  "hold"     },
    { "stored",  "accepted" }, /* decide */
    { "stored",  "returned" },
    { "hold",    "queued"   }, /* released by a person */
    { "hold",    "dead"     },
    { "dead",    "queued"   }, /* sent again by a person, same id */
};
/* clang-format on */

enum { OUTBOX_ERROR_CHARS_BYTES = 400 };

int outbox_may(const char *from, const char *to)
{
    for (size_t i = 0; i < ARRAY_LEN(OUTBOX_MOVES); i++)
        if (text_eq(OUTBOX_MOVES[i].from, from) && text_eq(OUTBOX_MOVES[i].to, to))
            return 1;
    return 0;
}

static int outbox_refuse_move(const char *from, const char *to, struct err *e)
{
    if (outbox_may(from, to))
        return 0;
    err_fail(e, ERR_CONFLICT, "这一份上报现在的状态不能这样变更");
    return err_detail(e, "outbox %s -> %s", row_text(from), row_text(to));
}

/* ---- add ---- */

int outbox_add(struct db *db, struct arena *a, struct outbox *m, struct err *e)
{
    struct stmt *s;
    struct outbox row = *m;

    assert(tx_is_open(db)); /* the filing and the change it tells of stand or fall together */
    row.state = "queued";
    row.tenant_seq = 0;
    row.envelope = row.sm3 = row.signature = row.key_id = "";
    row.lease_until = row.done_at = INSTANT_NONE;
    row.attempts = row.fence = 0;
    if (row.next_try == INSTANT_NONE || row.next_try == 0)
        row.next_try = row.created_at;
    if (stmt_open(db, a, &OUTBOX_ADD, &s, e) < 0)
        return -1;
    row_bind(s, OUTBOX_COLS, OUTBOX_ALL_COLS, &row);
    if (stmt_later(s, 0, e) < 0)
        return -1;
    *m = row;
    return 0;
}

/* ---- seal ---- */

static int outbox_named_lock(struct db *db, struct arena *a, const struct sql *sql, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    return stmt_step(s) && stmt_i64(s, 0) == 1;
}

int outbox_seal_lock(struct db *db, struct arena *a, struct err *e)
{
    return outbox_named_lock(db, a, &OUTBOX_SEAL_LOCK, e);
}

int outbox_seal_unlock(struct db *db, struct arena *a, struct err *e)
{
    return outbox_named_lock(db, a, &OUTBOX_SEAL_UNLOCK, e);
}

int outbox_unsealed(struct db *db, struct arena *a, int limit, struct outbox **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &OUTBOX_UNSEALED, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, limit);
    if (row_all(s, a, OUTBOX_COLS, OUTBOX_ALL_COLS, sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int outbox_seq_take(struct db *db, struct arena *a, const char *peer, int64_t count, int64_t *ret_first, struct err *e)
{
    struct stmt *s;

    assert(tx_is_open(db) && count > 0); /* rolled back, the numbers go back too */
    if (stmt_open(db, a, &OUTBOX_SEQ_TAKE, &s, e) < 0)
        return -1;
    stmt_bind_text(s, peer);
    stmt_bind_i64(s, count);
    stmt_bind_i64(s, count);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret_first = stmt_insert_id(s) - count + 1;
    return 0;
}

int outbox_seal(struct db *db, struct arena *a, const struct outbox *m, struct err *e)
{
    struct stmt *s;

    assert(tx_is_open(db) && m->tenant_seq > 0);
    if (stmt_open(db, a, &OUTBOX_SEAL, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, m->tenant_seq);
    stmt_bind_text(s, m->envelope);
    stmt_bind_text(s, m->sm3);
    stmt_bind_text(s, m->signature);
    stmt_bind_text(s, m->key_id);
    stmt_bind_i64(s, m->id);
    return stmt_later(s, 1, e);
}

/* ---- read ---- */

int outbox_get(struct db *db, struct arena *a, int64_t id, struct outbox *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &OUTBOX_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, OUTBOX_COLS, OUTBOX_ALL_COLS, ret, e);
}

static int outbox_rows(struct stmt *s, struct arena *a, struct outbox **ret, size_t *ret_count, struct err *e)
{
    void *rows;

    if (row_all(s, a, OUTBOX_COLS, OUTBOX_HEAD_COLS, sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int outbox_list(struct db *db, struct arena *a, int64_t project, const char *state, const char *place, int64_t before,
                int limit, struct outbox **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &OUTBOX_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, ATTEMPT_STARTED);
    stmt_bind_i64(s, project);
    stmt_bind_i64(s, project);
    row_bind_filter(s, state);
    stmt_bind_i64(s, before);
    stmt_bind_i64(s, before);
    row_bind_filter(s, place);
    stmt_bind_i64(s, limit);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret_count = stmt_rows(s);
    *ret = arena_array(a, *ret_count == 0 ? 1 : *ret_count, sizeof **ret);
    for (size_t i = 0; stmt_step(s); i++) {
        row_read(s, 0, OUTBOX_COLS, OUTBOX_HEAD_COLS, &(*ret)[i]);
        row_read(s, OUTBOX_HEAD_COLS, OUTBOX_SENDS, ARRAY_LEN(OUTBOX_SENDS), &(*ret)[i]);
    }
    return 0;
}

int outbox_undecided(struct db *db, struct arena *a, instant asked_before, int limit, struct outbox **ret,
                     size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &OUTBOX_UNDECIDED, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, asked_before);
    stmt_bind_i64(s, limit);
    return outbox_rows(s, a, ret, ret_count, e);
}

/* ---- claim and settle ---- */

static int outbox_lease(struct db *db, struct arena *a, const char *owner, instant until, struct outbox *m,
                        struct err *e)
{
    struct stmt *s;

    assert(outbox_may(m->state, "leased")); /* claim_at is NULL for every other state */
    if (stmt_open(db, a, &OUTBOX_LEASE, &s, e) < 0)
        return -1;
    stmt_bind_text(s, owner);
    stmt_bind_instant(s, until);
    stmt_bind_i64(s, m->id);
    stmt_bind_i64(s, m->fence);
    if (row_hit(s, e) < 0)
        return -1;
    m->state = "leased";
    m->lease_owner = arena_dup(a, owner);
    m->lease_until = until;
    m->fence++;
    m->attempts++;
    return 0;
}

static int outbox_claim_locked(struct db *db, struct arena *a, const char *owner, instant now, int lease_s,
                               struct outbox *m, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &OUTBOX_CLAIM, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    int rc = row_one(s, OUTBOX_COLS, OUTBOX_ALL_COLS, m, e);
    if (rc <= 0)
        return rc;
    return outbox_lease(db, a, owner, now + (instant)lease_s * 1000000, m, e) < 0 ? -1 : 1;
}

int outbox_claim(struct db *db, struct arena *a, const char *owner, instant now, int lease_s, struct outbox *ret,
                 struct err *e)
{
    struct outbox m;

    if (tx_begin(db, e) < 0)
        return -1;
    int rc = outbox_claim_locked(db, a, owner, now, lease_s, &m, e);
    if (rc <= 0) {
        tx_rollback(db);
        return rc;
    }
    if (tx_commit(db, e) < 0)
        return -1; /* uncertain: the lease, if it was kept, runs out by itself */
    *ret = m;
    return 1;
}

int outbox_settle(struct db *db, struct arena *a, const struct outbox *m, const char *state, instant next_try,
                  int status, const char *error, const char *stored_receipt, instant now, struct err *e)
{
    struct stmt *s;
    char short_error[OUTBOX_ERROR_CHARS_BYTES];
    int stored = text_eq(state, "stored");

    if (outbox_refuse_move("leased", state, e) < 0 || stmt_open(db, a, &OUTBOX_SETTLE, &s, e) < 0)
        return -1;
    text_copy(short_error, sizeof short_error, row_text(error));
    stmt_bind_text(s, state);
    stmt_bind_instant(s, next_try);
    stmt_bind_i64(s, status);
    stmt_bind_text(s, short_error);
    stmt_bind_text(s, text_is_empty(stored_receipt) ? NULL : stored_receipt);
    stmt_bind_instant(s, text_eq(state, "dead") ? now : INSTANT_NONE);
    stmt_bind_instant(s, stored ? now : INSTANT_NONE);
    stmt_bind_i64(s, m->id);
    stmt_bind_i64(s, m->fence);
    return row_hit(s, e);
}

/* ---- decisions and moves by a person ---- */

static int outbox_state(struct db *db, struct arena *a, int64_t id, const char **ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &OUTBOX_STATE, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    if (stmt_run(s, e) < 0)
        return -1;
    if (!stmt_step(s))
        return err_fail(e, ERR_NOT_FOUND, "没有这一份上报");
    *ret = stmt_text(s, 0);
    return 0;
}

int outbox_decide(struct db *db, struct arena *a, int64_t id, const char *state, const char *receipt, instant now,
                  struct err *e)
{
    struct stmt *s;
    const char *present = "";

    if (outbox_refuse_move("stored", state, e) < 0 || stmt_open(db, a, &OUTBOX_DECIDE, &s, e) < 0)
        return -1;
    stmt_bind_text(s, state);
    stmt_bind_text(s, receipt);
    stmt_bind_instant(s, now);
    stmt_bind_i64(s, id);
    if (stmt_run(s, e) < 0)
        return -1;
    if (stmt_affected(s) > 0)
        return 1;
    if (outbox_state(db, a, id, &present, e) < 0)
        return -1;
    if (text_eq(present, "accepted") || text_eq(present, "returned"))
        return 0;
    err_fail(e, ERR_STALE, "这一份上报还没有入库回执，不能先记受理结果");
    return err_detail(e, "outbox decide in %s", present);
}

static instant outbox_done_at(const char *to, instant now)
{
    return text_eq(to, "dead") || text_eq(to, "corrupt") ? now : INSTANT_NONE;
}

int outbox_move(struct db *db, struct arena *a, int64_t id, const char *from, const char *to, instant next_try,
                instant now, struct err *e)
{
    struct stmt *s;

    if (outbox_refuse_move(from, to, e) < 0 || stmt_open(db, a, &OUTBOX_MOVE, &s, e) < 0)
        return -1;
    stmt_bind_text(s, to);
    stmt_bind_instant(s, next_try);
    stmt_bind_instant(s, outbox_done_at(to, now));
    stmt_bind_i64(s, id);
    stmt_bind_text(s, from);
    return row_hit(s, e);
}

int outbox_move_peer(struct db *db, struct arena *a, const char *peer, const char *from, const char *to,
                     instant next_try, instant now, int64_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (outbox_refuse_move(from, to, e) < 0 || stmt_open(db, a, &OUTBOX_MOVE_PEER, &s, e) < 0)
        return -1;
    stmt_bind_text(s, to);
    stmt_bind_instant(s, next_try);
    stmt_bind_instant(s, outbox_done_at(to, now));
    stmt_bind_text(s, peer);
    stmt_bind_text(s, from);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret_count = stmt_affected(s);
    return 0;
}

int outbox_asked(struct db *db, struct arena *a, int64_t id, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &OUTBOX_ASKED, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    stmt_bind_i64(s, id);
    return row_hit(s, e);
}

/* ---- attempts and shape ---- */

int outbox_attempt_add(struct db *db, struct arena *a, const struct outbox_attempt *t, struct err *e)
{
    struct stmt *s;
    struct outbox_attempt row = *t;
    char short_error[OUTBOX_ERROR_CHARS_BYTES];

    if (stmt_open(db, a, &OUTBOX_ATTEMPT_ADD, &s, e) < 0)
        return -1;
    text_copy(short_error, sizeof short_error, row_text(t->error));
    row.error = short_error;
    row_bind(s, OUTBOX_ATTEMPT_COLS, ARRAY_LEN(OUTBOX_ATTEMPT_COLS), &row);
    return stmt_run(s, e);
}

int outbox_attempts(struct db *db, struct arena *a, int64_t message, struct outbox_attempt **ret, size_t *ret_count,
                    struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &OUTBOX_ATTEMPTS, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, message);
    if (row_all(s, a, OUTBOX_ATTEMPT_COLS, ARRAY_LEN(OUTBOX_ATTEMPT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int outbox_shapes(struct db *db, struct arena *a, struct outbox_shape **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &OUTBOX_SHAPES, &s, e) < 0)
        return -1;
    if (row_all(s, a, OUTBOX_SHAPE_COLS, ARRAY_LEN(OUTBOX_SHAPE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
