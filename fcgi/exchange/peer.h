/*
 * exchange/peer.h - one https exchange with a peer; the only address of libcurl
 */
#ifndef EXCHANGE_PEER_H
#define EXCHANGE_PEER_H

#include "exchange/peers.h"

enum { PEER_ANSWER_BYTES_MAX = 1024 * 1024 };

struct peer_request {
    const char *path; /* behind the endpoint: "/filings" */
    const char *body; /* NULL: GET */
    size_t len;
    int64_t id; /* Idempotency-Key of a filing */
    const struct stamp *stamp;
    int timeout_s; /* the whole exchange */
};
struct peer_answer {
    enum link_fault fault;
    int status;            /* 0 without an answer */
    int64_t retry_after_s; /* 0 when not said */
    const char *body;      /* in the arena; "" */
    size_t len;
    const char *said; /* what went wrong, for a person; "" */
};
/* Never fails as a function: what went wrong is the answer. */
void peer_ask(struct arena *a, struct peer *peer, const struct peer_request *q, struct peer_answer *ret);
void peer_link_free(struct peer_link *link); /* accepts NULL */

#endif
