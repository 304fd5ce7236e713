/*
 * exchange/names.h - what filings, parties and states are called on the screen
 */
#ifndef EXCHANGE_NAMES_H
#define EXCHANGE_NAMES_H

#include "casework/platform.h"

/* The filing's name in that version of the regulation (NULL: the newest); its id when there is none. */
const char *filing_name(struct arena *a, const struct district *d, const char *regulation, const char *filing);
const char *upstream_name(const struct district *d, const char *party);
const char *downstream_name(const struct district *d, const char *party); /* NULL when it is not one of ours */
const char *outbox_state_name(const char *state);
const char *inbox_state_name(const char *state);

#endif
