/*
 * exchange/trip.h - one message on its way, within one round of the pusher
 */
#ifndef EXCHANGE_TRIP_H
#define EXCHANGE_TRIP_H

#include "exchange/peer.h"
#include "exchange/push.h"
#include "exchange/receipt.h"
#include "store/filing.h"

/* One message on its way. */
struct trip {
    const struct push_job *job;
    struct arena *a;
    struct db *db;
    struct outbox m;
    struct house *house;
    struct peer *peer;
    int64_t claimed_ms;
    /* from the attempts */
    int sent, failures, may_have_arrived;
    instant first_sent, since;
    int did_send, lost; /* in this round: bytes went out; the lease is another's */
};

uint64_t trip_chance(void);
const char *trip_tenant(const struct push_job *job);
/* A message's name in the audit trail. */
const char *trip_object(struct arena *a, int64_t id);
/* A line to whoever listens to the pusher. */
void trip_report(const struct trip *t, const char *what, const char *state, int status, const char *error);

/* Fills what stands "from the attempts". */
int trip_history(struct trip *t, struct err *e) MUST_USE_;
int trip_attempt(struct trip *t, int status, const char *error, const char *request_sm3, const char *answer,
                 struct err *e) MUST_USE_;
/* As much of an answer as is kept beside the attempt. */
const char *trip_answer_kept(struct arena *a, const struct peer_answer *answer);

/* State and audit in one transaction. 0 also when the lease is lost (P4): t->lost says so. */
int trip_settle(struct trip *t, const char *what, const char *state, instant next_try, int status, const char *error,
                const char *receipt, struct err *e) MUST_USE_;
/* To be tried again in a while, or given up after its time. */
int trip_settle_later(struct trip *t, const char *what, const struct peer_answer *answer, const char *error,
                      struct err *e) MUST_USE_;

/* A receipt, verified: the case hears of it, then the row. */
int trip_take_stored(struct trip *t, const char *what, const struct receipt *r, const struct peer_answer *answer,
                     struct err *e) MUST_USE_;
int trip_take_decision(struct trip *t, const struct receipt *r, const char *raw, int status, struct err *e) MUST_USE_;

#endif
