/*
 * casework/hands.h - in whose hands a case is within one post: handed over, acted upon for a colleague, urged, taken back
 */
#ifndef CASEWORK_HANDS_H
#define CASEWORK_HANDS_H

#include "casework/op.h"

/* For whom somebody acts; for_person "" for himself. */
struct hands {
    const char *for_person, *for_name;
};
/*
 * May this person do something to the case for his post, and for whom? Refused: who has had a hand in the application
 * decides nothing on it, not for a colleague either; and what is in a colleague's hands is his, or his delegate's.
 */
int hands_check(const struct op *op, struct hands *ret, struct err *e) MUST_USE_;
/* 李四（受张三委托）, as events and papers have it; names cut to what a row holds. */
const char *hands_name(struct arena *a, const struct actor *who, const struct hands *h);
/* {in_hands?: {name, is_mine, reason, at}, for: [{id, name}]} into an act's page. */
int hands_put(const struct desk *d, const struct casefile *c, struct node *page, struct err *e) MUST_USE_;
/* Whoever has done something here for the applicant, or began the draft; what an office opened has no applicant. */
int hands_applied(const struct casefile *c, const char *person);
/* 1 when the row is of the actor's post. */
int hands_ours(const struct desk *d, const struct handing *h);

#endif
