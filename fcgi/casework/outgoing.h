/*
 * casework/outgoing.h - a filing put into the outbox in the transaction of the act it tells of
 */
#ifndef CASEWORK_OUTGOING_H
#define CASEWORK_OUTGOING_H

#include "casework/op.h"

int outgoing_add(struct op *op, const char *filing, const char *event, int64_t event_seq, struct err *e) MUST_USE_;

#endif
