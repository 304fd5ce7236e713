/*
 * casework/filing.h - what casework asks of the exchange layer above it, through one pointer
 *
 * casework may not know exchange; app/ and tests hand it the function that freezes what a filing says.
 */
#ifndef CASEWORK_FILING_H
#define CASEWORK_FILING_H

#include "casework/casework.h"

struct filing_draft {
    int64_t project, event_seq, version, message_id;
    const char *filing, *filing_name, *peer, *title, *unit_name, *regulation, *event;
    const struct node *payload; /* facts and events named by the rule */
};
/* Called inside the casework transaction, before outbox_add: freezes the bytes and a MAC over them. Number and
 * signature come when the message is sealed. */
typedef int filing_freeze_fn(const struct desk *d, const struct filing_draft *draft, const char **ret_content,
                             const char **ret_mac, struct err *e);
void casework_set_freeze(filing_freeze_fn *fn); /* wiring, once at start */

#endif
