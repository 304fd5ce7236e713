/*
 * casework/outcome.h - what the evaluator found, copied into the rows that lists are made of
 */
#ifndef CASEWORK_OUTCOME_H
#define CASEWORK_OUTCOME_H

#include "casework/casefile.h"

/* stage, holder, next due, marks, route, state, title and amount of the project row; the caller saves it. */
void outcome_project(const struct desk *d, struct casefile *c, const struct node *verdict);
/* On a duty of the verdict: its last day is told today, by what; the row says so. */
#define OUTCOME_TOLD_BY "told_by"
/* With whom the case is: {organ, name, since, procedure, step}. That of the road's own step; where the road stands still and what was begun
 * beside it is under way, of that one. NULL: with nobody. */
const struct node *outcome_holder(const struct desk *d, const struct node *verdict);
/* Duty rows, and those of tasks and of the supervision's lists, replaced by what the verdict says; or both. */
int outcome_duties(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict, struct err *e) MUST_USE_;
int outcome_lists(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict, struct err *e) MUST_USE_;
int outcome_rows(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict, struct err *e) MUST_USE_;
/* An act is an organ's task when the road waits for it, a side procedure does, or an open duty of the organ names it. */
int outcome_is_task(const struct desk *d, const struct node *verdict, const struct node *act, const char *organ);
/*
 * Whom a duty waits for. One that binds several organs and is not fulfilled: those that have not done their part yet; any
 * other: whom it names. At least one, in the law's order; names 甲、乙.
 */
struct waited {
    const char **organ;
    size_t count;
    const char *names;
};
struct waited outcome_duty_waits(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *duty);
/* Whom the case waits for: the holder, of several who must act together those that have not. */
struct waited outcome_case_waits(const struct desk *d, const struct casefile *c, const struct node *verdict);
/* The duty that says when the act is due: the earliest; NULL when no clock runs on it. */
const struct node *outcome_act_duty(const struct desk *d, const struct node *verdict, const struct node *act, const char *organ);

#endif
