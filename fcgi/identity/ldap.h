/*
 * identity/ldap.h - one exchange with the directory; for the files of the layer that speak LDAP, ldap*.c
 *
 * An exchange has a service's handle (0), if a person signs in also his (1), and one deadline over both. There is one
 * at a time in a process; what is read of it lives in the caller's arena.
 */
#ifndef IDENTITY_LDAP_H
#define IDENTITY_LDAP_H

#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#include <ldap.h>

#include "identity/directory.h"

enum { EXCHANGE_HANDLES = 2, UUID_LEN = 36 };

struct handle {
    LDAP *ld;
    struct ldap_conncb watch; /* libldap keeps its address as long as ld lives */
};
struct exchange {
    const struct directory_place *place;
    int64_t until_ms;
    timer_t timer;
    int timer_made;
    sigset_t mask_before;
    struct handle handle[EXCHANGE_HANDLES]; /* 0 the service's, 1 the person's */
};

/* ldap.c */
/* The clock runs from here; every way out goes through exchange_end, also after -1. ERR_DIRECTORY. */
int exchange_begin(struct exchange *x, const struct directory_place *p, struct err *e) MUST_USE_;
void exchange_end(struct exchange *x);
struct timeval exchange_left(const struct exchange *x, int share);      /* one share-th of it, at least 1 ms */
int handle_open(struct exchange *x, int slot, struct err *e) MUST_USE_; /* connected, under TLS; nobody bound yet */
int service_open(struct exchange *x, struct err *e) MUST_USE_;          /* bound as the service on handle 0 */
/* ERR_DIRECTORY, always -1; the step and what the service or libldap said go to the log. Never a password. */
int fail_down(struct err *e, const char *step, const char *why);
int fail_ldap(struct err *e, LDAP *ld, const char *step, int rc);

/* ldap_entry.c */
struct group {
    const char *name, *dn; /* cn; as the directory spells it */
};
struct groups {
    struct group *all;
    size_t count;
};
struct found {
    struct person who;
    struct groups held; /* as memberOf has them, those who.groups names; more after groups_around */
    int disabled;    /* for good, not until a time */
    const char *why; /* why nothing was found, for the log */
};
/* 1 and *ret, 0 when the filter does not lead to exactly one sound entry (ret->why says why), -1. */
int entry_find(struct exchange *x, struct arena *a, const char *filter, struct found *ret, struct err *e) MUST_USE_;
/* before, the value escaped (trap L5), after; NULL when it cannot be. */
const char *filter_of(struct arena *a, const char *before, const char *value, const char *after);
/* cn of a group that lies directly below group_base; NULL otherwise. */
const char *group_name(struct arena *a, const char *dn, const char *group_base);
int dn_equal(struct arena *a, const char *left, const char *right);

/* ldap_group.c: the service is bound */
/* To the groups of f->held and f->who those that hold one of them, some steps far. */
int groups_around(struct exchange *x, struct arena *a, struct found *f, struct err *e) MUST_USE_;
/* A filter for whoever is in the group, or in a group within it, some steps far. */
int groups_within(struct exchange *x, struct arena *a, const char *name, const char **ret, struct err *e) MUST_USE_;

#endif
