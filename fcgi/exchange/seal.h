/*
 * exchange/seal.h - what was frozen with an act gets its number, its envelope and its signature
 */
#ifndef EXCHANGE_SEAL_H
#define EXCHANGE_SEAL_H

#include "exchange/peers.h"
#include "exchange/push.h"
#include "store/filing.h"

/* Over the row's identity and its content, under the district's audit key, which the database cannot read. */
const char *seal_mac(struct arena *a, const struct district *d, const struct outbox *m);
/* Every message not yet numbered, in batches of one transaction; 0 also when another pusher is at it. */
int seal_outbox(const struct push_job *job, const struct house *house, struct err *e) MUST_USE_;

#endif
