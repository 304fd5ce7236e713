/*
 * identity/directory.h - the government directory over LDAP: search, then bind; always within a hard deadline
 *
 * Traps L1-L9. Login names with filter characters are refused, and escaped; empty passwords never reach
 * the library; exactly one entry under the base; the whole exchange ends within timeout_ms (the TLS
 * handshake too: a timer shuts the socket). Groups come from memberOf, and
 * groups within groups from the groups below group_base, three steps far.
 *
 * The program must ignore SIGPIPE (trap L2) and leave SIGRTMIN to ldap.c. Names in the url are resolved by
 * the system's resolver, which no deadline bounds: use addresses or /etc/hosts.
 */
#ifndef IDENTITY_DIRECTORY_H
#define IDENTITY_DIRECTORY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct directory_place {
    const char *url;                 /* ldaps://…, ldap://… (StartTLS required) or ldapi://… (same machine); several with blanks, one scheme */
    const char *ca_file;
    const char *base;                /* people */
    const char *group_base;          /* groups directly below it count, inner ones too; the service reads them */
    const char *bind_dn, *bind_password;
    int timeout_ms;                  /* default 2500: a login answers within 3 s */
};
struct person {
    const char *uuid, *login, *name, *dn;
    const char **groups; size_t group_count; /* cn of each group; of directory_members the direct ones alone */
    const char *mail;                        /* as the directory has it, unchecked; "" none */
};
/* What a sign-in found out, whether or not it succeeded: for counters and events, never for the answer. */
struct directory_hint {
    char uuid[40];      /* entry the name led to; "" when there is none */
    int password_right; /* 1 when the password was right, even if the directory lets nobody in with it */
};
/* A sign-in name is ASCII letters, digits and . _ - @, at most 64: so one name has one spelling but for case. */
int directory_login_is_plain(const char *login);
/*
 * 0 and *ret; ERR_LOGIN (unknown and wrong password alike; expired or to be changed with its own sentence),
 * ERR_LOCKED (ppolicy says so, or disabled), ERR_DIRECTORY (down, silent, untrusted certificate).
 * *hint is always written. e->detail tells the log which.
 */
int directory_login(const struct directory_place *p, struct arena *a, const char *login, const char *password,
                    size_t password_len, struct person *ret, struct directory_hint *hint, struct err *e) MUST_USE_;
/* The entry by entryUUID, without its password: for the recheck of a running session. 1/0/-1 (0: gone or disabled). */
int directory_find(const struct directory_place *p, struct arena *a, const char *uuid, struct person *ret, struct err *e) MUST_USE_;
/*
 * Those who could sign in with that group's post: its members, and those of groups within it, that are sound entries and
 * not disabled, at most `most` of them, in the directory's order.
 */
int directory_members(const struct directory_place *p, struct arena *a, const char *group, int most, struct person **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* How many may sign in of those the directory says hold the group (its cn); nobody is named. */
int directory_holders(const struct directory_place *p, struct arena *a, const char *group, int *ret, struct err *e) MUST_USE_;
/* For /readyz: connects, StartTLS, binds as the service. */
int directory_ping(const struct directory_place *p, struct err *e) MUST_USE_;

#endif
