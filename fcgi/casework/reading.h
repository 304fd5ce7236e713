/*
 * casework/reading.h - when the receiving office first opened what was handed in, and what that means for taking it back
 */
#ifndef CASEWORK_READING_H
#define CASEWORK_READING_H

#include "casework/casefile.h"

/* Keeps that somebody of an office the case waits for has opened what the unit handed in last, where that is the last
 * thing that happened: one small transaction the first time, nothing ever after. Of others: nothing. */
void reading_keep(const struct desk *d, const struct casefile *c, const struct node *verdict);
/* {read: {office_name, on}} into a page; without it while nobody has. */
void reading_put(const struct desk *d, const struct casefile *c, struct node *page);
/* ERR_RULE when it has been read: it can no more be taken back. */
int reading_check(const struct desk *d, const struct casefile *c, struct err *e) MUST_USE_;

#endif
