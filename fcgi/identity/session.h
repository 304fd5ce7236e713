/*
 * identity/session.h - signing in, staying in, choosing a post, leaving
 *
 * A 256-bit token in a cookie (HttpOnly, SameSite=Strict, Secure and __Host- under https); the database
 * holds only its MAC. Idle 15 min … as settings say; a session is checked against the directory again
 * every recheck_s, and lives on, bounded, while the directory is down.
 */
#ifndef IDENTITY_SESSION_H
#define IDENTITY_SESSION_H

#include "identity/actor.h"
#include "identity/directory.h"
#include "store/db.h"

struct session_rules {
    int64_t idle_s, absolute_s, recheck_s, outage_s;     /* 900, 28800, 60, 1800 */
    int64_t failure_limit, lock_s;                        /* 5, 900 */
    const void *mac_key; size_t mac_key_len;              /* server secret for token MACs */
};
struct identity {                 /* what the functions here need, owned by the caller */
    const struct session_rules *rules;
    const struct directory_place *directory;
    struct tenant *const *tenants; size_t tenant_count;
};

/*
 * Throttle, directory, session row. *ret_token goes into the cookie; the only post is chosen at once
 * (of the tenant asked for, when there is just one there). ERR_LOCKED and ERR_LOGIN carry how many tries
 * are left / until when in message and mend.
 */
int session_login(const struct identity *id, struct db *platform, struct arena *a, const char *login,
                  const char *password, size_t password_len, const char *tenant, const char *address,
                  instant now, const char **ret_token, struct actor *ret, struct err *e) MUST_USE_;
/*
 * 1 and *ret, 0 nobody (no cookie, expired, unknown, disabled, no post left), -1. One SELECT; "seen" is written
 * at most once a minute, so idleness is known to a minute. ERR_DIRECTORY once the directory was silent for
 * longer than outage_s: the session is kept and works again when the directory does.
 */
int session_load(const struct identity *id, struct db *platform, struct arena *a, const char *token, instant now,
                 struct actor *ret, struct err *e) MUST_USE_;
/* The post must be one of the person's. The session gets a new token and a new CSRF secret: *ret_token replaces the cookie. */
int session_choose(const struct identity *id, struct db *platform, struct arena *a, struct actor *who, const char *tenant,
                   const char *organ, const char *unit, const char **ret_token, struct err *e) MUST_USE_;
int session_leave(struct db *platform, struct arena *a, const struct actor *who, struct err *e) MUST_USE_;

/* The posts a person's groups give him in these tenants, in the tenants' order. */
size_t posts_of(struct arena *a, struct tenant *const *tenants, size_t count, const char *const *groups, size_t group_count, struct post **ret);
/* One post by what names it; 1 and *ret, 0 when the tenants have none such (any more). */
int post_resolve(struct tenant *const *tenants, size_t count, const char *tenant, const char *organ, const char *unit, struct post *ret);

/* CSRF: HMAC(csrf secret of the session, "form"), compared in constant time. */
char *csrf_token(struct arena *a, const struct actor *who);
int csrf_check(const struct actor *who, const char *token, struct err *e) MUST_USE_;

#endif
