/*
 * casework/filing.h - what casework asks of the exchange layer above it, through one pointer
 *
 * casework may not know exchange; app/ and tests hand it the function that freezes and signs an envelope.
 */
#ifndef CASEWORK_FILING_H
#define CASEWORK_FILING_H

#include "casework/casework.h"

struct filing_draft {
    int64_t project, event_seq, version, message_id;
    int64_t seq;                /* towards this peer, 1.. without gaps; equal to the row's tenant_seq */
    const char *filing, *filing_name, *peer, *title, *unit_name, *regulation, *event;
    const struct node *payload; /* facts and events named by the rule */
};
/* Called inside the casework transaction, before outbox_add: freezes bytes, digest, signature, key id. */
typedef int filing_freeze_fn(const struct desk *d, const struct filing_draft *draft, const char **ret_envelope,
                             const char **ret_sm3, const char **ret_signature, const char **ret_key_id, struct err *e);
void casework_set_freeze(filing_freeze_fn *fn); /* wiring, once at start */

#endif
