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
struct found {
    struct person who;
    int disabled;    /* for good, not until a time */
    const char *why; /* why nothing was found, for the log */
};
/* 1 and *ret, 0 when the filter does not lead to exactly one sound entry (ret->why says why), -1. */
int entry_find(struct exchange *x, struct arena *a, const char *filter, struct found *ret, struct err *e) MUST_USE_;
/* before, the value escaped (trap L5), after; NULL when it cannot be. */
const char *filter_of(struct arena *a, const char *before, const char *value, const char *after);
int dn_equal(struct arena *a, const char *left, const char *right);

#endif
