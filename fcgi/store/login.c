/*
 * store/login.c - failed log-ins counted per person and per source address
 */
#include "config.h"

#include "store/platform.h"

#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
const struct sql LOGIN_COUNTER_BY_KEY = { "login.by_key",
    "SELECT failures, first_at, locked_until FROM login_counter WHERE counter_key = ?" };
/* Makes the row when it is not there; either way the row is locked until the commit. */
const struct sql LOGIN_COUNTER_TOUCH = { "login.touch",
    "INSERT INTO login_counter (counter_key, failures, first_at, locked_until) VALUES (?, 0, ?, NULL)"
    " ON DUPLICATE KEY UPDATE counter_key = VALUES(counter_key)" };
const struct sql LOGIN_COUNTER_SET = { "login.set",
    "UPDATE login_counter SET failures = ?, first_at = ?, locked_until = ? WHERE counter_key = ?" };
const struct sql LOGIN_COUNTER_CLEAR = { "login.clear", "DELETE FROM login_counter WHERE counter_key = ?" };
const struct sql LOGIN_COUNTER_EXPIRE = { "login.expire",
    "DELETE FROM login_counter WHERE first_at < ? AND (locked_until IS NULL OR locked_until < ?) LIMIT 10000" };

#define L(type, m) ROW_##type(login_counter, m)
static const struct row_col LOGIN_COUNTER_COLS[] = { L(INT, failures), L(INSTANT, first_at), L(INSTANT, locked_until) };
/* clang-format on */

int login_counter_get(struct db *db, struct arena *a, const char *key, struct login_counter *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &LOGIN_COUNTER_BY_KEY, &s, e) < 0)
        return -1;
    stmt_bind_text(s, key);
    return row_one(s, LOGIN_COUNTER_COLS, ARRAY_LEN(LOGIN_COUNTER_COLS), ret, e);
}

static int login_counter_touch(struct db *db, struct arena *a, const char *key, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &LOGIN_COUNTER_TOUCH, &s, e) < 0)
        return -1;
    stmt_bind_text(s, key);
    stmt_bind_instant(s, now);
    return stmt_run(s, e);
}

static int login_counter_set(struct db *db, struct arena *a, const char *key, const struct login_counter *c,
                             struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &LOGIN_COUNTER_SET, &s, e) < 0)
        return -1;
    row_bind(s, LOGIN_COUNTER_COLS, ARRAY_LEN(LOGIN_COUNTER_COLS), c);
    stmt_bind_text(s, key);
    return stmt_run(s, e);
}

/* A lock that ran out, or failures older than a lock lasts, are forgotten. */
static void login_counter_raise(struct login_counter *c, int limit, int lock_s, instant now)
{
    instant lock = (instant)lock_s * 1000000;
    int was_locked = c->locked_until != INSTANT_NONE;

    if (was_locked ? c->locked_until <= now : c->first_at + lock <= now)
        *c = (struct login_counter){0, now, INSTANT_NONE};
    c->failures++;
    if (c->failures >= limit)
        c->locked_until = now + lock;
}

static int login_counter_fail_locked(struct db *db, struct arena *a, const char *key, int limit, int lock_s,
                                     instant now, struct login_counter *c, struct err *e)
{
    if (login_counter_touch(db, a, key, now, e) < 0)
        return -1;
    int rc = login_counter_get(db, a, key, c, e);
    if (rc <= 0)
        return rc < 0 ? -1 : err_fail(e, ERR_INTERNAL, "登录失败次数没有记上");
    login_counter_raise(c, limit, lock_s, now);
    return login_counter_set(db, a, key, c, e);
}

int login_counter_fail(struct db *db, struct arena *a, const char *key, int limit, int lock_s, instant now,
                       struct login_counter *ret, struct err *e)
{
    struct login_counter c;

    if (tx_begin(db, e) < 0)
        return -1;
    if (login_counter_fail_locked(db, a, key, limit, lock_s, now, &c, e) < 0) {
        tx_rollback(db);
        return -1;
    }
    if (tx_commit(db, e) < 0)
        return -1;
    *ret = c;
    return 0;
}

int login_counter_clear(struct db *db, struct arena *a, const char *key, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &LOGIN_COUNTER_CLEAR, &s, e) < 0)
        return -1;
    stmt_bind_text(s, key);
    return stmt_run(s, e);
}

int login_counters_expire(struct db *db, struct arena *a, instant before, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &LOGIN_COUNTER_EXPIRE, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, before);
    stmt_bind_instant(s, before);
    return stmt_run(s, e);
}
