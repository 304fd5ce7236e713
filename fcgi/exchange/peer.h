/*
 * exchange/peer.h - one https exchange with a peer, one letter to the mail server; the only address of libcurl
 */
#ifndef EXCHANGE_PEER_H
#define EXCHANGE_PEER_H

#include "exchange/backoff.h"
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

/* One letter to one person, handed to the mail server; what it holds is the caller's (base/mailtext.h). */
struct mail_letter {
    const char *url, *ca_file, *user, *password; /* ca_file and user may be "" */
    int is_local;                                /* plain smtp to this machine: TLS when it offers it */
    const char *from, *to;                       /* plain addresses */
    const char *bytes;
    size_t len;
    int timeout_s;
};
struct mail_answer {
    enum mail_kind kind;
    int status;       /* the server's last code; 0 none */
    const char *said; /* for a person; "" when it was taken */
};
/* Never fails as a function. *link is the caller's, NULL at first, kept for the next letter. */
void peer_mail(struct arena *a, struct peer_link **link, const struct mail_letter *l, struct mail_answer *ret);
void peer_link_free(struct peer_link *link); /* accepts NULL */

#endif
