/*
 * casework/nightly.h - once a day over all projects: windows that opened, cards, days gone by, posts nobody holds
 *
 * Nothing is closed, decided or moved by it: the evaluator says how things stand today, the run writes down what changed,
 * an audit row a project. See fcgi/adr/0015.
 */
#ifndef CASEWORK_NIGHTLY_H
#define CASEWORK_NIGHTLY_H

#include "casework/casework.h"
#include "store/duties.h"

enum { NIGHTLY_BATCH = 50 }; /* projects a transaction */

/* 1: from that hour on (Asia/Shanghai, the district's clock) today's run has work to do; 0; -1. hour -1: never by itself. */
int nightly_is_due(const struct desk *d, int64_t hour, int *ret, struct err *e) MUST_USE_;
/*
 * One batch in one transaction; begins the day's run when it is not begun. 1 there is more, 0 the projects are all gone over
 * or another runner holds the place, -1. d without an actor. *ret as the row then stands.
 */
int nightly_step(const struct desk *d, int batch, struct nightly *ret, struct err *e) MUST_USE_;
/* A run that is done, from the beginning: what has not changed is found unchanged. */
int nightly_restart(const struct desk *d, struct err *e) MUST_USE_;
/* Looks up who holds each post that something waits for; the directory is asked outside of any transaction. */
int nightly_look_for_holders(const struct desk *d, struct err *e) MUST_USE_;

/* {vacancies: [{name, organ, unit, group, waiting, since, checked_on}], nightly?: {day, state, projects, changed, opened, yellow, red, exceeding, drifted, failed, posts_looked}} */
int nightly_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;

#endif
