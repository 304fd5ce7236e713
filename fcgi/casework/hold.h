/*
 * casework/hold.h - last days that stand: what a row has told is not moved by the mere passing of time
 */
#ifndef CASEWORK_HOLD_H
#define CASEWORK_HOLD_H

#include "base/node.h"
#include "store/case.h"

int hold_is_unfulfilled(const char *state);
/* The row of a duty of the verdict, or NULL. */
const struct duty_row *hold_row_of(const struct duty_row *rows, size_t count, const struct node *duty);
date hold_due_of(const struct node *duty);
/* The duty with the day and the calendar its row has. */
void hold_day(struct arena *a, struct node *duty, const struct duty_row *was);
/* Every unfulfilled duty whose row has another day keeps that; only a recount, which is recorded, moves it. */
void hold_days(struct arena *a, struct node *verdict, const struct duty_row *rows, size_t count);

#endif
