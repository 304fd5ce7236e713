/*
 * casework/people.h - colleagues at a post: who they are, who acts for whom, who has which case; operations and pages
 */
#ifndef CASEWORK_PEOPLE_H
#define CASEWORK_PEOPLE_H

#include "casework/casework.h"

/* [{person, name, is_me}] who hold the actor's post, as the directory says. */
int colleagues(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;

/* The name of one of them, the actor himself too; ERR_BAD_INPUT when the person holds another post. */
int colleague_find(const struct desk *d, const char *person, const char **ret_name, struct err *e) MUST_USE_;
/* One line, required; what: of what it is the reason. */
int reason_read(const struct desk *d, const struct node *input, const char *what, const char **ret, struct err *e) MUST_USE_;

/* A day of a form, 2025-09-22; label: what it is called. */
int day_read(const struct node *input, const char *key, const char *label, date *ret, struct err *e) MUST_USE_;

/* {delegations: [{id, organ_name, from_name, to_name, from_on, to_on, reason, state, state_name, may_revoke}], colleagues, may_delegate,
 * vacancies and nightly (of the district's administrator: as nightly_view), posts: [{name, group}]} */
int delegations_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* input {to, from_on, to_on, reason} */
int delegation_make(const struct desk *d, const struct node *input, struct err *e) MUST_USE_;
int delegation_end(const struct desk *d, int64_t id, struct err *e) MUST_USE_;

/* {project, in_hands?, history: [{name, by_name, at, reason}], colleagues, is_unit, word: 转办 or 移交, may_hand,
 * urge: {to_name, is_possible, why_not}, withdraw?: {is_possible, name, why_not, mend}} */
int hand_view(const struct desk *d, int64_t project, struct node **ret, struct err *e) MUST_USE_;
/* input {person, reason}: 转办 within an organ, 移交 within a unit */
int hand_over(const struct desk *d, int64_t project, const struct node *input, struct err *e) MUST_USE_;
/* 催办: at most once a day a post and project; *ret_to whom. */
int urge(const struct desk *d, int64_t project, const char *note, const char **ret_to, struct err *e) MUST_USE_;
/* 加签, see cosign.h: {project, cosign, steps: [{step, name}], one_step, colleagues, may_act, today}; items have has_left too */
int cosign_view(const struct desk *d, int64_t project, struct node **ret, struct err *e) MUST_USE_;
/* input {person (one or several), about, until?, step?}: step may be left out where only one waits for the organ */
int cosign_ask(const struct desk *d, int64_t project, const struct node *input, struct err *e) MUST_USE_;
/* input {ask, answer: agree|disagree|decline, opinion}: by him who was asked; opinion may be "" where he agrees */
int cosign_answer(const struct desk *d, int64_t project, const struct node *input, struct err *e) MUST_USE_;
/* input {ask} and {ask, reason}, by whoever may act at the post now; urging once a day */
int cosign_urge(const struct desk *d, int64_t project, const struct node *input, struct err *e) MUST_USE_;
int cosign_back(const struct desk *d, int64_t project, const struct node *input, struct err *e) MUST_USE_;
/* 撤回: the unit's last submission, while the office has neither opened it nor done anything upon it. */
int submission_withdraw(const struct desk *d, int64_t project, int64_t version, const char *reason, struct err *e) MUST_USE_;

#endif
