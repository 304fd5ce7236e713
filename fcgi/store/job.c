/*
 * store/job.c - lists on their way into workbooks
 *
 * Taken under a lease with a fence, as the outbox is: who lost his lease can no longer tell of the job, and two takers
 * never write one file.
 */
#include "config.h"

#include "base/text.h"
#include "store/lists.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define JOB_COLUMNS                                                                                    \
    "id, person, person_name, post, list, name, query, state, rows_done, size, sm3, reason, attempts, fence," \
    " made_at, started_at, ended_at, lease_until"
const struct sql JOB_ADD = { "job.add",
    "INSERT INTO job (" JOB_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql JOB_BY_ID = { "job.by_id", "SELECT " JOB_COLUMNS " FROM job WHERE id = ?" };
const struct sql JOB_LIST = { "job.list",
    "SELECT " JOB_COLUMNS " FROM job WHERE person = ? ORDER BY made_at DESC LIMIT ?" };
const struct sql JOB_OPEN = { "job.open",
    "SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE person = ? AND state IN ('queued', 'running') LIMIT 100) open" };
const struct sql JOB_CLAIM = { "job.claim",
    "SELECT " JOB_COLUMNS " FROM job WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until <= ?)"
    " ORDER BY made_at LIMIT 1 FOR UPDATE SKIP LOCKED" };
const struct sql JOB_LEASE = { "job.lease",
    "UPDATE job SET state = 'running', fence = fence + 1, attempts = attempts + 1, rows_done = 0, started_at = ?, lease_until = ?"
    " WHERE id = ?" };
const struct sql JOB_PROGRESS = { "job.progress",
    "UPDATE job SET rows_done = ?, lease_until = ? WHERE id = ? AND fence = ? AND state = 'running'" };
const struct sql JOB_END = { "job.end",
    "UPDATE job SET state = ?, rows_done = ?, size = ?, sm3 = ?, reason = ?, ended_at = ?, lease_until = NULL"
    " WHERE id = ? AND fence = ? AND state = 'running'" };
const struct sql JOB_OLD = { "job.old",
    "SELECT " JOB_COLUMNS " FROM job WHERE state IN ('done', 'failed') AND made_at < ? ORDER BY made_at LIMIT ?" };
const struct sql JOB_EXPIRE = { "job.expire", "UPDATE job SET state = 'expired' WHERE id = ?" };

#define J(type, m) ROW_##type(job, m)
static const struct row_col JOB_COLS[] = {
    J(I64, id), J(TEXT, person), J(TEXT, person_name), J(OBJECT, post), J(TEXT, list), J(TEXT, name), J(TEXT, query),
    J(TEXT, state), J(I64, rows_done), J(I64, size), J(TEXT, sm3), J(TEXT, reason), J(I64, attempts), J(I64, fence),
    J(INSTANT, made_at), J(INSTANT, started_at), J(INSTANT, ended_at), J(INSTANT, lease_until),
};
/* clang-format on */

int job_add(struct db *db, struct arena *a, const struct job *j, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &JOB_ADD, &s, e) < 0)
        return -1;
    row_bind(s, JOB_COLS, ARRAY_LEN(JOB_COLS), j);
    return stmt_run(s, e);
}

int job_get(struct db *db, struct arena *a, int64_t id, struct job *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &JOB_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, JOB_COLS, ARRAY_LEN(JOB_COLS), ret, e);
}

static int jobs_take(struct stmt *s, struct arena *a, struct job **ret, size_t *ret_count, struct err *e)
{
    void *rows;

    if (row_all(s, a, JOB_COLS, ARRAY_LEN(JOB_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int job_list(struct db *db, struct arena *a, const char *person, int limit, struct job **ret, size_t *ret_count,
             struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &JOB_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    stmt_bind_i64(s, limit);
    return jobs_take(s, a, ret, ret_count, e);
}

int job_open_count(struct db *db, struct arena *a, const char *person, int64_t *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &JOB_OPEN, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret = stmt_step(s) ? stmt_i64(s, 0) : 0;
    return 0;
}

static int claim_inside(struct db *db, struct arena *a, instant now, instant lease_until, struct job *ret,
                        struct err *e)
{
    struct stmt *s;
    int found;

    if (stmt_open(db, a, &JOB_CLAIM, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    found = row_one(s, JOB_COLS, ARRAY_LEN(JOB_COLS), ret, e);
    if (found <= 0 || stmt_open(db, a, &JOB_LEASE, &s, e) < 0)
        return found > 0 ? -1 : found;
    stmt_bind_instant(s, now);
    stmt_bind_instant(s, lease_until);
    stmt_bind_i64(s, ret->id);
    if (row_hit(s, e) < 0)
        return -1;
    ret->state = "running";
    ret->fence++;
    ret->attempts++;
    ret->rows_done = 0;
    return 1;
}

int job_claim(struct db *db, struct arena *a, instant now, instant lease_until, struct job *ret, struct err *e)
{
    if (tx_begin(db, e) < 0)
        return -1;

    int found = claim_inside(db, a, now, lease_until, ret, e);

    if (found == 1 && tx_commit(db, e) == 0)
        return 1;
    tx_rollback(db);
    return found == 0 ? 0 : -1;
}

int job_progress(struct db *db, struct arena *a, const struct job *j, instant lease_until, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &JOB_PROGRESS, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, j->rows_done);
    stmt_bind_instant(s, lease_until);
    stmt_bind_i64(s, j->id);
    stmt_bind_i64(s, j->fence);
    return row_hit(s, e);
}

int job_end(struct db *db, struct arena *a, const struct job *j, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &JOB_END, &s, e) < 0)
        return -1;
    stmt_bind_text(s, j->state);
    stmt_bind_i64(s, j->rows_done);
    stmt_bind_i64(s, j->size);
    stmt_bind_text(s, row_text(j->sm3));
    stmt_bind_text(s, row_text(j->reason));
    stmt_bind_instant(s, now);
    stmt_bind_i64(s, j->id);
    stmt_bind_i64(s, j->fence);
    return row_hit(s, e);
}

int job_expire(struct db *db, struct arena *a, instant before, int limit, struct job **ret, size_t *ret_count,
               struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &JOB_OLD, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, before);
    stmt_bind_i64(s, limit);
    if (jobs_take(s, a, ret, ret_count, e) < 0)
        return -1;
    for (size_t i = 0; i < *ret_count; i++) {
        if (stmt_open(db, a, &JOB_EXPIRE, &s, e) < 0)
            return -1;
        stmt_bind_i64(s, (*ret)[i].id);
        if (stmt_run(s, e) < 0)
            return -1;
    }
    return 0;
}
