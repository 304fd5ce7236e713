/*
 * casework/act_part.h - what the files of one act share: act.c reads and judges it, act_write.c puts it on record
 */
#ifndef CASEWORK_ACT_PART_H
#define CASEWORK_ACT_PART_H

#include "casework/casework.h"
#include "casework/hands.h"
#include "casework/op.h"

struct act_call {
    int64_t version; /* the one the page showed; -1: the system does not look */
    const char *what, *by;
    const struct node *input;

    /* on the way */
    struct hands hands;
    struct act_where where;
    struct node *with; /* typed fields and what the act carries */
    instant at;
    const struct node *verdict; /* of the attempt */
    const struct node *effects;
    int64_t seq, decision;
    const char *decision_number;
    int submits;
    struct event event; /* as it was put on record */
};

/* A draft of this procedure: the unit's go with the act that takes materials, an office's with its own act. */
int act_carries(const struct op *op, const struct act_call *c, const struct document *doc);

/* As the timeline names it: by the regulation, or what the platform itself knows beside its procedures. */
const char *act_event_name(const struct act_call *c);

/* Everything an allowed act leads to, inside the caller's transaction; op->result is what its person reads. */
int act_apply(struct op *op, struct act_call *c, struct err *e) MUST_USE_;

#endif
