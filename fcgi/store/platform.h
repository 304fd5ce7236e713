/*
 * store/platform.h - rows of guizhang_platform: sessions, login attempts, bindings of people
 */
#ifndef STORE_PLATFORM_H
#define STORE_PLATFORM_H

#include "store/db.h"

struct session_row {
    const char *token_mac;   /* hex of HMAC-SM3 over the cookie's token: the token itself is nowhere kept */
    const char *person;      /* entryUUID */
    const char *login, *name; /* uid and display name, for the screen */
    const char *posts;       /* JSON: [{tenant, organ, unit, unit_name, role …}] as the directory gave them */
    const char *tenant, *organ, *unit; /* the chosen post; "" until chosen */
    const char *csrf;        /* secret of this session, token */
    const char *address;
    instant created_at, seen_at, checked_at, expires_at; /* checked_at: last look into the directory */
};
int session_row_add(struct db *db, struct arena *a, const struct session_row *r, struct err *e) MUST_USE_;
int session_row_get(struct db *db, struct arena *a, const char *token_mac, struct session_row *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
/* seen, choose and checked: ERR_NO_SESSION when the session was ended meanwhile. */
int session_row_seen(struct db *db, struct arena *a, const char *token_mac, instant now, struct err *e) MUST_USE_;
int session_row_choose(struct db *db, struct arena *a, const char *token_mac, const char *tenant, const char *organ, const char *unit, struct err *e) MUST_USE_;
int session_row_checked(struct db *db, struct arena *a, const char *token_mac, const char *posts, instant now, struct err *e) MUST_USE_;
int session_row_drop(struct db *db, struct arena *a, const char *token_mac, struct err *e) MUST_USE_;
int session_rows_expire(struct db *db, struct arena *a, instant now, struct err *e) MUST_USE_;

/* Counter per person (entryUUID, or the folded login while unknown) and per source address. */
struct login_counter { int failures; instant first_at, locked_until; };
int login_counter_get(struct db *db, struct arena *a, const char *key, struct login_counter *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
/*
 * Adds one failure under a row lock in its own transaction; locks for lock_s seconds from the limit on. Failures are
 * counted anew once a lock has run out, or when the first of them is older than lock_s.
 */
int login_counter_fail(struct db *db, struct arena *a, const char *key, int limit, int lock_s, instant now, struct login_counter *ret, struct err *e) MUST_USE_;
int login_counter_clear(struct db *db, struct arena *a, const char *key, struct err *e) MUST_USE_;
int login_counters_expire(struct db *db, struct arena *a, instant before, struct err *e) MUST_USE_; /* neither counted nor locked since; at most 10 000 a call */

int platform_event_add(struct db *db, struct arena *a, instant now, const char *what, const char *tenant, const char *person, const char *address, const char *request_id, const char *detail_json, struct err *e) MUST_USE_;

#endif
