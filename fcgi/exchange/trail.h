/*
 * exchange/trail.h - the layer's audit rows, and the desk of the system itself
 */
#ifndef EXCHANGE_TRAIL_H
#define EXCHANGE_TRAIL_H

#include "casework/casework.h"

/* A desk without an actor: the pusher and inbound filings. */
struct desk desk_of_system(struct platform *p, struct district *d, struct arena *a, const char *key);

/* One audit row in the caller's transaction. Without the district's audit key nothing is done (P12): ERR_CONFIG. */
int trail_add(struct db *db, const struct desk *d, const char *what, const char *object, const char *result,
              const char *reason, const struct node *detail, struct err *e) MUST_USE_;

#endif
