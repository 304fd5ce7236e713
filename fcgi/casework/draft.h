/*
 * casework/draft.h - a draft's rows, whichever way it came: typed, or one row of a table
 */
#ifndef CASEWORK_DRAFT_H
#define CASEWORK_DRAFT_H

#include "casework/casefile.h"

/*
 * Writes the project and what the verdict says of it, in the caller's transaction. nth: 0 one that is there already,
 * else a new one, the nth of this request.
 */
int draft_put(const struct desk *d, struct db *db, struct casefile *c, const struct node *verdict, int64_t nth, struct err *e) MUST_USE_;
/* A classified project is kept off the platform (G-15): refused with the law's own words, reasons to errors. */
int draft_classified(const struct desk *d, const struct node *verdict, struct err_list *errors, struct err *e) MUST_USE_;

#endif
