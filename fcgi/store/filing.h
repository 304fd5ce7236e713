/*
 * store/filing.h - outbox (messages to other bureaus) and inbox (messages from them)
 */
#ifndef STORE_FILING_H
#define STORE_FILING_H

#include "store/db.h"

/*
 * queued → leased → stored → accepted | returned; from leased also unknown (a 2xx without a valid receipt, a lost answer) → queued;
 * dead (refused for good, shown to a person); corrupt (its content is not what the act froze: never sealed); hold (peer stopped: certificate, 401, 403). Allowed transitions are a table in store/outbox.c.
 */
struct outbox {
    int64_t id;                   /* message id = idempotency key, constant over retries */
    int64_t project; int64_t event_seq; const char *filing;  /* id in rules.json */
    const char *peer;             /* party id, as in tenant.json and peers.json */
    int64_t tenant_seq;           /* without gaps per district and peer; 0 until it is sealed */
    int64_t version;              /* 1.. of the same filing of a project: a mended one is a new message */
    const char *envelope;         /* what leaves, written once; "" until it is sealed, as the three below */
    const char *sm3;              /* of the envelope */
    const char *signature;        /* SM2 over the envelope's bytes, base64 */
    const char *key_id;
    const char *content, *content_mac; /* frozen with the act: the envelope without its number, and a MAC over it */
    const char *state;
    instant created_at, next_try, lease_until, done_at;
    int64_t attempts, fence; const char *lease_owner;
    int64_t sends;                /* of outbox_list only: how often it was really sent; attempts counts claims too */
    int last_status; const char *last_error;
    const char *stored_receipt, *decided_receipt; /* raw JSON as received */
    const char *title;            /* project title, for lists */
};
int outbox_add(struct db *db, struct arena *a, struct outbox *m, struct err *e) MUST_USE_;   /* inside a transaction; not sealed, so nobody waits for a number; next_try 0 or none: at once */
/*
 * Sealing: under the lock (1 taken, 0 another seals, -1) and in a transaction, the messages not yet numbered, of a
 * project and peer only the first; count numbers of a peer's series at once; the message written once, else ERR_STALE.
 */
int outbox_seal_lock(struct db *db, struct arena *a, struct err *e) MUST_USE_;
int outbox_seal_unlock(struct db *db, struct arena *a, struct err *e) MUST_USE_;
int outbox_unsealed(struct db *db, struct arena *a, int limit, struct outbox **ret, size_t *ret_count, struct err *e) MUST_USE_;
int outbox_seq_take(struct db *db, struct arena *a, const char *peer, int64_t count, int64_t *ret_first, struct err *e) MUST_USE_;
int outbox_seal(struct db *db, struct arena *a, const struct outbox *m, struct err *e) MUST_USE_;
int outbox_get(struct db *db, struct arena *a, int64_t id, struct outbox *ret, struct err *e) MUST_USE_;
/* Newest first, without envelope and content (NULL); project 0, state "" and place (of the project) "" mean all; before (an id) 0: from the newest. */
int outbox_list(struct db *db, struct arena *a, int64_t project, const char *state, const char *place, int64_t before, int limit, struct outbox **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Claims the oldest due message (only the oldest undone one of a project), FOR UPDATE SKIP LOCKED, sets lease and fence+1. 1/0/-1 */
int outbox_claim(struct db *db, struct arena *a, const char *owner, instant now, int lease_s, struct outbox *ret, struct err *e) MUST_USE_;
/* UPDATE … WHERE id=? AND fence=? must hit one row, otherwise ERR_STALE. */
int outbox_settle(struct db *db, struct arena *a, const struct outbox *m, const char *state, instant next_try, int status, const char *error, const char *stored_receipt, instant now, struct err *e) MUST_USE_;
/* Stored → accepted/returned; 0 rows when it was decided before (a repeat): 1 changed, 0 repeat, -1; ERR_STALE when not yet stored. */
int outbox_decide(struct db *db, struct arena *a, int64_t id, const char *state, const char *receipt, instant now, struct err *e) MUST_USE_;
/* 1 when the table of transitions has it. */
int outbox_may(const char *from, const char *to);
/* Moves by a person or when a peer is stopped and released; ERR_CONFLICT when the table forbids it, ERR_STALE when from has passed. */
int outbox_move(struct db *db, struct arena *a, int64_t id, const char *from, const char *to, instant next_try, instant now, struct err *e) MUST_USE_;
int outbox_move_peer(struct db *db, struct arena *a, const char *peer, const char *from, const char *to, instant next_try, instant now, int64_t *ret_count, struct err *e) MUST_USE_;
/* messages stored and not decided: the pusher asks the peer for their decision */
int outbox_undecided(struct db *db, struct arena *a, instant asked_before, int limit, struct outbox **ret, size_t *ret_count, struct err *e) MUST_USE_;
int outbox_asked(struct db *db, struct arena *a, int64_t id, instant now, struct err *e) MUST_USE_;
/* Marks in outbox_attempt.status where there is no HTTP status: STARTED is written before a send (what is not followed by a result may have arrived), RETRIED when a person had
 * it sent again (counting starts anew), NOT_SENT when no connection came about. */
enum { ATTEMPT_NO_ANSWER = 0, ATTEMPT_STARTED = -1, ATTEMPT_RETRIED = -2, ATTEMPT_NOT_SENT = -3 };
struct outbox_attempt { int64_t message; instant at; int64_t fence; int status; const char *error; const char *request_sm3, *answer; };
int outbox_attempt_add(struct db *db, struct arena *a, const struct outbox_attempt *t, struct err *e) MUST_USE_;
int outbox_attempts(struct db *db, struct arena *a, int64_t message, struct outbox_attempt **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* peer × age (qshape) */
struct outbox_shape { const char *peer; const char *state; int64_t count; instant oldest; };
int outbox_shapes(struct db *db, struct arena *a, struct outbox_shape **ret, size_t *ret_count, struct err *e) MUST_USE_;

struct inbox {
    int64_t id;                   /* message id as the sender gave it; unique with sender */
    const char *sender, *sender_name;
    int64_t sender_seq; int64_t version;
    const char *filing, *title, *unit_name;
    const char *envelope, *sm3, *signature, *key_id;
    instant received_at;
    const char *state;            /* stored | accepted | returned */
    const char *stored_receipt;   /* our own signed bytes: a duplicate gets these again, never a new one */
    const char *decided_receipt;
    instant decided_at; const char *decided_by; const char *reasons; /* JSON */
    int64_t row_version;
};
int inbox_add(struct db *db, struct arena *a, const struct inbox *m, struct err *e) MUST_USE_;  /* ERR_CONFLICT when (sender,id) is there, or another message of that sender has the number: inbox_get tells which */
int inbox_get(struct db *db, struct arena *a, const char *sender, int64_t id, struct inbox *ret, struct err *e) MUST_USE_;
int inbox_lock(struct db *db, struct arena *a, const char *sender, int64_t id, struct inbox *ret, struct err *e) MUST_USE_;
int inbox_decide(struct db *db, struct arena *a, const struct inbox *m, const char *state, const char *receipt, instant now, const char *person, const char *reasons, struct err *e) MUST_USE_;
/* Without envelope, signature and receipts (NULL); newest first, of state "stored" (they wait) the oldest first; behind after, from the first when that is NULL or its at INSTANT_NONE. */
struct inbox_place { instant at; int64_t id; };
int inbox_list(struct db *db, struct arena *a, const char *state, const char *sender, const struct inbox_place *after, int limit, struct inbox **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Of each state how many, counted up to most. */
struct inbox_count { const char *state; int64_t count; };
int inbox_counts(struct db *db, struct arena *a, int most, struct inbox_count **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* sequence numbers missing below the highest seen, per sender */
struct inbox_gap { const char *sender; int64_t from, to; };
int inbox_gaps(struct db *db, struct arena *a, struct inbox_gap **ret, size_t *ret_count, struct err *e) MUST_USE_;

#endif
