/*
 * exchange/mailer.h - letters of a district handed to the mail server, with lease, pause and end
 */
#ifndef EXCHANGE_MAILER_H
#define EXCHANGE_MAILER_H

#include "exchange/backoff.h"
#include "exchange/peers.h"
#include "exchange/push.h"

struct mailer { /* of one process, over all its rounds */
    struct peer_link *link;
    struct circuit circuit; /* a server that does not answer is left alone for a while */
};
/* Spreads cards into letters, then sends those that are due. *ret_sent how many the server took. Without mail.url nothing. */
int mailer_run(const struct push_job *job, struct mailer *m, struct arena *a, int *ret_sent, struct err *e) MUST_USE_;
void mailer_close(struct mailer *m);

#endif
