/*
 * casework/outgoing.h - a filing put into the outbox in the transaction of the act it tells of
 */
#ifndef CASEWORK_OUTGOING_H
#define CASEWORK_OUTGOING_H

#include "casework/op.h"

/* with: of the event; what a filing sent again says of its mending goes up too. */
int outgoing_add(struct op *op, const char *filing, const char *event, int64_t event_seq, const struct node *with, struct err *e) MUST_USE_;

#endif
