/*
 * casework/revoke.h - a paper that went out is taken back by a newer paper only (fcgi/adr/0016)
 */
#ifndef CASEWORK_REVOKE_H
#define CASEWORK_REVOKE_H

#include "casework/op.h"

/* May the chosen post take this paper back now? Else why not: it is another's, it is taken back, others rest on it. */
int revoke_check(const struct desk *d, const struct casefile *c, const struct decision *row, struct err *e) MUST_USE_;
/* {revoke: {is_possible, why_not, mend, version, joint?: {names of all that issued it, asked: [{organ_name, person_name, on, reason}] who want it
 * taken back, waiting_names: who has yet to agree, is_last: with the reader's word it is taken back}}} for who issued it, revoked_by: {number, href, reason, on} of one
 * that was taken back. */
void revoke_put(const struct desk *d, const struct casefile *c, const struct decision *row, struct node *page);
/*
 * Issues the paper that takes it back, numbered in the same series, and undoes the act that had issued it; ret: the new paper's id.
 * What several organs issued together goes back with the last one's word (fcgi/adr/0025): before, only that is on record
 * and the others are told; ret: the same paper.
 */
int decision_revoke(const struct desk *d, int64_t decision, int64_t version, const char *reason, int64_t *ret,
                    struct err *e) MUST_USE_;

#endif
