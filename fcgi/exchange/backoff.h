/*
 * exchange/backoff.h - what an answer means, when to try again, when to leave a peer alone
 *
 * Pure: no clock, no chance, no network of its own.
 */
#ifndef EXCHANGE_BACKOFF_H
#define EXCHANGE_BACKOFF_H

#include <stdint.h>

/* How far the exchange on the wire came. */
enum link_fault {
    LINK_OK,          /* a whole answer */
    LINK_NOT_SENT,    /* no connection: nothing can have arrived */
    LINK_CUT,         /* cut, timed out or dripping after something was sent: it may have arrived */
    LINK_TOO_LARGE,   /* the answer passed its ceiling */
    LINK_CERTIFICATE, /* the peer's certificate, or ours, is not accepted */
};
enum answer {
    ANSWER_RECEIPT, /* 2xx and a valid receipt */
    ANSWER_UNKNOWN, /* it may have arrived: ask before sending again */
    ANSWER_RETRY,   /* not taken, later perhaps */
    ANSWER_FETCH,   /* the peer says it has it: fetch the receipt */
    ANSWER_HOLD,    /* the peer as a whole is stopped until a person looks */
    ANSWER_DEAD,    /* refused for good, shown to a person */
};
/* P7 as a table; status is that of a whole answer. */
enum answer answer_classify(enum link_fault fault, int status, int has_receipt);

/* What became of a letter. A server that refuses our login refuses no letter: that is ours to mend. */
enum mail_kind {
    MAIL_SENT,
    MAIL_LATER, /* also when it may have been taken: the same Message-ID shows a second copy for what it is */
    MAIL_DEAD,  /* refused for good (5xx) */
};
enum mail_kind mail_classify(int taken, int login_denied, int status);

enum {
    BACKOFF_RETRY_AFTER_MAX_S = 24 * 3600,
    BACKOFF_SENT_MAX = 20,
    CIRCUIT_FAILURES = 3,
};
/* Full jitter: chance mod (min(max, min · 2^n) + 1), never under a tenth of a second; n failures before this one. */
int64_t backoff_ms(int failures, int64_t min_s, int64_t max_s, uint64_t chance);
/* The later of that and Retry-After (seconds, 0 none), bounded by a day. */
int64_t backoff_after_ms(int64_t jitter_ms, int64_t retry_after_s);
/* 1 when it is time to give up. */
int backoff_is_over(int sent, int64_t age_s, int64_t giveup_s);

/* k failures in a row close a peer; after the pause one probe goes through, and decides. */
struct circuit {
    int failures;
    int64_t until_ms; /* monotonic; 0 open for traffic */
};
int circuit_allows(const struct circuit *c, int64_t now_ms);
void circuit_success(struct circuit *c);
void circuit_failure(struct circuit *c, int64_t now_ms, int64_t min_s, int64_t max_s, uint64_t chance);

#endif
