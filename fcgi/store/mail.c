/*
 * store/mail.c - letters to people, claimed and settled like filings; and what each person wants of them
 */
#include "config.h"

#include "store/duties.h"

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define MAIL_NEW_COLUMNS "mail_key, person, address, subject, body, state, created_at, next_try"
const struct sql MAIL_ADD = { "mail.add",
    "INSERT IGNORE INTO mail (" MAIL_NEW_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql MAIL_CLAIM = { "mail.claim",
    "SELECT " MAIL_NEW_COLUMNS ", id, attempts, fence FROM mail WHERE claim_at <= ? ORDER BY claim_at, id LIMIT 1"
    " FOR UPDATE SKIP LOCKED" };
const struct sql MAIL_LEASE = { "mail.lease",
    "UPDATE mail SET state = 'leased', lease_until = ?, fence = fence + 1, attempts = attempts + 1 WHERE id = ? AND fence = ?" };
const struct sql MAIL_SETTLE = { "mail.settle",
    "UPDATE mail SET state = ?, next_try = ?, lease_until = NULL, last_status = ?, last_error = ?, done_at = ?"
    " WHERE id = ? AND fence = ? AND state = 'leased'" };
const struct sql MAIL_EXPIRE = { "mail.expire", "DELETE FROM mail WHERE state = 'sent' AND done_at < ? LIMIT 10000" };
#define SETTING_COLUMNS "person, mail, kinds, updated_at"
const struct sql SETTING_BY_PERSON = { "setting.by_person",
    "SELECT " SETTING_COLUMNS " FROM person_setting WHERE person = ?" };
const struct sql SETTING_PUT = { "setting.put",
    "INSERT INTO person_setting (" SETTING_COLUMNS ") VALUES (?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE mail = VALUES(mail), kinds = VALUES(kinds), updated_at = VALUES(updated_at)" };

#define M(type, m) ROW_##type(mail, m)
static const struct row_col MAIL_COLS[] = {
    M(TEXT, key), M(TEXT, person), M(TEXT, address), M(TEXT, subject), M(TEXT, body), M(TEXT, state), M(INSTANT, created_at),
    M(INSTANT, next_try), M(I64, id), M(I64, attempts), M(I64, fence),
};
enum { MAIL_NEW_COLS = 8 };
#define S(type, m) ROW_##type(person_setting, m)
static const struct row_col SETTING_COLS[] = { S(TEXT, person), S(TEXT, mail), S(TEXT, kinds), S(INSTANT, updated_at) };
/* clang-format on */

enum { MAIL_ERROR_BYTES = 400 };

int mail_add(struct db *db, struct arena *a, const struct mail *m, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &MAIL_ADD, &s, e) < 0)
        return -1;
    row_bind(s, MAIL_COLS, MAIL_NEW_COLS, m);
    return stmt_later(s, 0, e);
}

static int mail_claim_locked(struct db *db, struct arena *a, instant now, int lease_s, struct mail *m, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &MAIL_CLAIM, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    int rc = row_one(s, MAIL_COLS, ARRAY_LEN(MAIL_COLS), m, e);
    if (rc <= 0)
        return rc;
    if (stmt_open(db, a, &MAIL_LEASE, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now + (instant)lease_s * 1000000);
    stmt_bind_i64(s, m->id);
    stmt_bind_i64(s, m->fence);
    if (row_hit(s, e) < 0)
        return -1;
    m->fence++;
    m->attempts++;
    return 1;
}

int mail_claim(struct db *db, struct arena *a, instant now, int lease_s, struct mail *ret, struct err *e)
{
    struct mail m = {0};

    if (tx_begin(db, e) < 0)
        return -1;
    int rc = mail_claim_locked(db, a, now, lease_s, &m, e);
    if (rc <= 0) {
        tx_rollback(db);
        return rc;
    }
    if (tx_commit(db, e) < 0)
        return -1; /* uncertain: the lease, if it was kept, runs out by itself */
    *ret = m;
    return 1;
}

int mail_settle(struct db *db, struct arena *a, const struct mail *m, const char *state, instant next_try, int status,
                const char *error, instant now, struct err *e)
{
    struct stmt *s;
    char short_error[MAIL_ERROR_BYTES];

    if (stmt_open(db, a, &MAIL_SETTLE, &s, e) < 0)
        return -1;
    text_copy(short_error, sizeof short_error, row_text(error));
    stmt_bind_text(s, state);
    stmt_bind_instant(s, next_try);
    stmt_bind_i64(s, status);
    stmt_bind_text(s, short_error);
    stmt_bind_instant(s, text_eq(state, "queued") ? INSTANT_NONE : now);
    stmt_bind_i64(s, m->id);
    stmt_bind_i64(s, m->fence);
    return row_hit(s, e);
}

int mail_expire(struct db *db, struct arena *a, instant before, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &MAIL_EXPIRE, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, before);
    return stmt_run(s, e);
}

int person_setting_get(struct db *db, struct arena *a, const char *person, struct person_setting *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SETTING_BY_PERSON, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    return row_one(s, SETTING_COLS, ARRAY_LEN(SETTING_COLS), ret, e);
}

int person_setting_put(struct db *db, struct arena *a, const struct person_setting *p, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SETTING_PUT, &s, e) < 0)
        return -1;
    row_bind(s, SETTING_COLS, ARRAY_LEN(SETTING_COLS), p);
    return stmt_later(s, 0, e);
}
