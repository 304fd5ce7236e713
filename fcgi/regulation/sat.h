/*
 * regulation/sat.h - trying a set of conditions on every project that could tell them apart
 *
 * For each fact the conditions name: the values around every bound (one less, equal, one
 * more), every choice, yes and no, and unknown where a fact may stay so. What is not a
 * fact (done, happened, dates of events …) is tried both ways. For the checker only.
 */
#ifndef REGULATION_SAT_H
#define REGULATION_SAT_H

#include "regulation/model.h"

struct sat;

struct sat *sat_new(const struct regulation *r, struct arena *a);
/* reachable: per procedure; what hangs on one that is not cannot come true. NULL: all are. */
void sat_reachable(struct sat *s, const unsigned char *reachable);
void sat_add(struct sat *s, const struct cond *c); /* NULL is fine */
/* Calls fn for every consistent project until it says stop (1); 1 stopped, 0 all seen, -1 too many to try. */
int sat_each(struct sat *s, int (*fn)(struct sat *s, void *p), void *p);
int sat_knows(const struct sat *s, const struct cond *c); /* every fact it names is varied already */
int sat_holds(const struct sat *s, const struct cond *c); /* under the present project */
const char *sat_words(struct sat *s); /* the present project: 「总投资：20万元；是否涉密：否」 */

#endif
