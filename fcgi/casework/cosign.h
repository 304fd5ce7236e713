/*
 * casework/cosign.h - 加签: colleagues of one's own post are asked to sign first
 *
 * House procedure, no law: it names no article and the evaluator knows nothing of it. It is a wall before the operation,
 * as hands.h is: while a request is open, the organ's acts at that step wait. What was said decides nothing.
 */
#ifndef CASEWORK_COSIGN_H
#define CASEWORK_COSIGN_H

#include "casework/op.h"
#include "store/duties.h"

/* A request and what became of it; end NULL while it is open, urged NULL when it was not. */
struct cosign {
    const struct handing *ask, *end, *urged;
};
/* Of the whole case, in the order of asking. */
size_t cosign_list(const struct desk *d, const struct casefile *c, struct cosign **ret);
/* "procedure.step" of an act's step; "" when it has none, or is the sending back for corrections, which never waits. */
const char *cosign_step(const struct desk *d, const char *what, const struct act_where *where);
/* [{step, name}] that wait for the actor's organ now. */
struct node *cosign_steps(const struct desk *d, const struct casefile *c, const struct node *verdict);

/* The wall: ERR_RULE when somebody at the actor's post has still to sign at this step. */
int cosign_check(const struct op *op, const char *what, const struct act_where *where, struct err *e) MUST_USE_;
/* What the deciding act says of it in its audit row: detail.cosigned [{name, by_name, answer, opinion}]. */
void cosign_detail(const struct op *op, const char *what, const struct act_where *where);
/* The same wall in a verdict that is shown: its acts, and the one that was attempted ("procedure.act" or NULL). */
void cosign_why(const struct desk *d, const struct casefile *c, const char *attempted, struct node *verdict);
/* The same wall on a page: an act node {act, allowed, reasons} that has to wait is not allowed, and says why. */
void cosign_bar(const struct desk *d, const struct casefile *c, struct node *act);

/* 技术审查：出具意见, whatever the step is called in the case's own law. */
const char *cosign_step_name(const struct desk *d, const struct casefile *c, const char *step);

/* Letters (cosign_tell.c), in the operation's transaction: to him who is asked, when he is and when he is urged; */
int cosign_tell_asked(const struct op *op, const struct handing *ask, struct err *e) MUST_USE_;
int cosign_tell_urged(const struct op *op, const struct handing *ask, const char *by_name, struct err *e) MUST_USE_;
/* none any more of a request that has ended before its letters were written; */
int cosign_tell_over(const struct op *op, const struct handing *ask, struct err *e) MUST_USE_;
/* to him who asked, when with this answer all whom he asked at that step have said; */
int cosign_tell_said(const struct op *op, const struct handing *ask, struct err *e) MUST_USE_;
/* and the night's: to each of whom an answer is wanted on a day that is near or past. */
size_t cosign_due_cards(const struct desk *d, const struct casefile *c, const struct node *verdict, struct card **ret);

/* 1 when the chosen post may see what was asked at that organ: the organ itself, leaders and auditors. */
int cosign_seen(const struct desk *d, const struct handing *h);
/*
 * {cosign: {items: [{id, step, step_name, post_name, name, by_name, about, asked_on, until_on, is_late, state:
 * open|agree|disagree|decline|back, state_name, opinion, ended_on, ended_by, urged_on, is_open, is_me}], open_count,
 * waits_for_me, href}} into a page; without it where the post may see nothing, items empty where nothing was asked.
 */
void cosign_put(const struct desk *d, const struct casefile *c, struct node *page);
/* Beside a letter: the items of the step and organ of the event that left it. */
struct node *cosign_of_event(const struct desk *d, const struct casefile *c, int64_t seq);
/* The row on record as an entry of the project's timeline. */
struct node *cosign_entry(const struct desk *d, const struct casefile *c, const struct handing *h);

#endif
