/*
 * casework/due.h - how near a last day is, in the words of the house (LOOK.md section 9)
 */
#ifndef CASEWORK_DUE_H
#define CASEWORK_DUE_H

#include "base/node.h"
#include "regulation/calendar.h"

enum { DUE_SOON_WORKDAYS = 3, DUE_NEAR_WORKDAYS = 10 };

/* {state: overdue|today|soon|ok|none, text: 剩 3 个工作日, days, is_overdue, is_soon, is_none}; days is negative when late. */
struct node *due_node(struct arena *a, const struct calendar *c, date due_on, date today);
/* The first day that is not soon any more. */
date due_soon_end(const struct calendar *c, date today);
/* Working days since a day, 0 on the day itself. */
int due_days_held(const struct calendar *c, date since, date today);

#endif
