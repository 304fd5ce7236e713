/*
 * store/session.c - who is logged in
 */
#include "config.h"

#include "store/platform.h"

#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define SESSION_COLUMNS                                                                                \
    "token_mac, person, login, name, posts, tenant, organ, unit, csrf, address, created_at, seen_at, checked_at, expires_at"
const struct sql SESSION_ADD = { "session.add",
    "INSERT INTO session (" SESSION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql SESSION_BY_MAC = { "session.by_mac",
    "SELECT " SESSION_COLUMNS " FROM session WHERE token_mac = ?" };
const struct sql SESSION_SEEN = { "session.seen", "UPDATE session SET seen_at = ? WHERE token_mac = ?" };
const struct sql SESSION_CHOOSE = { "session.choose",
    "UPDATE session SET tenant = ?, organ = ?, unit = ? WHERE token_mac = ?" };
const struct sql SESSION_CHECKED = { "session.checked",
    "UPDATE session SET posts = ?, checked_at = ? WHERE token_mac = ?" };
const struct sql SESSION_DROP = { "session.drop", "DELETE FROM session WHERE token_mac = ?" };
const struct sql SESSION_EXPIRE = { "session.expire", "DELETE FROM session WHERE expires_at <= ? LIMIT 10000" };

#define S(type, m) ROW_##type(session_row, m)
static const struct row_col SESSION_COLS[] = {
    S(TEXT, token_mac), S(TEXT, person), S(TEXT, login), S(TEXT, name), S(LIST, posts), S(TEXT, tenant), S(TEXT, organ),
    S(TEXT, unit), S(TEXT, csrf), S(TEXT, address), S(INSTANT, created_at), S(INSTANT, seen_at), S(INSTANT, checked_at),
    S(INSTANT, expires_at),
};
/* clang-format on */

int session_row_add(struct db *db, struct arena *a, const struct session_row *r, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SESSION_ADD, &s, e) < 0)
        return -1;
    row_bind(s, SESSION_COLS, ARRAY_LEN(SESSION_COLS), r);
    return stmt_run(s, e);
}

int session_row_get(struct db *db, struct arena *a, const char *token_mac, struct session_row *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SESSION_BY_MAC, &s, e) < 0)
        return -1;
    stmt_bind_text(s, token_mac);
    return row_one(s, SESSION_COLS, ARRAY_LEN(SESSION_COLS), ret, e);
}

/* A session ended meanwhile is no longer there to change. */
static int session_hit(struct stmt *s, struct err *e)
{
    if (stmt_run(s, e) < 0)
        return -1;
    return stmt_affected(s) > 0 ? 0 : err_fail(e, ERR_NO_SESSION, "登录已经结束，请重新登录");
}

int session_row_seen(struct db *db, struct arena *a, const char *token_mac, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SESSION_SEEN, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    stmt_bind_text(s, token_mac);
    return session_hit(s, e);
}

int session_row_choose(struct db *db, struct arena *a, const char *token_mac, const char *tenant, const char *organ,
                       const char *unit, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SESSION_CHOOSE, &s, e) < 0)
        return -1;
    stmt_bind_text(s, row_text(tenant));
    stmt_bind_text(s, row_text(organ));
    stmt_bind_text(s, row_text(unit));
    stmt_bind_text(s, token_mac);
    return session_hit(s, e);
}

int session_row_checked(struct db *db, struct arena *a, const char *token_mac, const char *posts, instant now,
                        struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SESSION_CHECKED, &s, e) < 0)
        return -1;
    stmt_bind_text(s, posts);
    stmt_bind_instant(s, now);
    stmt_bind_text(s, token_mac);
    return session_hit(s, e);
}

int session_row_drop(struct db *db, struct arena *a, const char *token_mac, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SESSION_DROP, &s, e) < 0)
        return -1;
    stmt_bind_text(s, token_mac);
    return stmt_run(s, e);
}

int session_rows_expire(struct db *db, struct arena *a, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SESSION_EXPIRE, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    return stmt_run(s, e);
}
