/*
 * exchange/push.h - sending, for the pusher program: a word about each message, and when to stop
 */
#ifndef EXCHANGE_PUSH_H
#define EXCHANGE_PUSH_H

#include <signal.h>

#include "exchange/exchange.h"

struct push_report {
    const char *tenant, *peer, *filing;
    int64_t id;
    const char *what;  /* "send" | "ask" | "defer" | "seal" */
    const char *state; /* state after it; "leased" when the lease was lost */
    int status;
    const char *error; /* "" */
    int64_t ms;
};
struct push_job {
    struct platform *platform;
    struct district *district;
    const char *owner;                           /* host:pid, for the lease */
    const volatile sig_atomic_t *stop;           /* NULL: runs to the end */
    void (*report)(const struct push_report *r); /* NULL: nobody listens */
};
/* One look through a district's outbox: seals, claims, sends, settles; then asks for decisions. *ret_sent how many were
 * sent. Stops between two messages. */
int push_run(const struct push_job *job, struct arena *a, int *ret_sent, struct err *e) MUST_USE_;
/* Settings that contradict each other (a lease shorter than a send) and peers.json are refused before the first send.
 */
int push_check(const struct platform *p, struct err *e) MUST_USE_;

#endif
