/*
 * casework/days.h - last days as they stand: by the calendar that counted them, until a recorded recount
 */
#ifndef CASEWORK_DAYS_H
#define CASEWORK_DAYS_H

#include "casework/casefile.h"

/* On a duty of casefile_road's verdict: the calendar its day stands by, where that is not the present one. */
#define DAYS_CALENDAR "held_calendar"
/* On a duty: its new day need not be told again (the old one was, and the new one is later). */
#define DAYS_TOLD "told"

struct case_days {
    struct duty_row *rows;
    size_t count;
    int ready;              /* held was made out, by the case as it was read */
    struct held_day *held;
    size_t held_count;
};

/* c->days: the rows of a case whose days may not all stand by the present calendar; NULL where they do: nothing is read. */
int days_read(const struct desk *d, struct db *db, struct casefile *c, struct err *e) MUST_USE_;
const struct duty_row *days_row(const struct case_days *days, const struct node *duty);
date days_due(const struct node *duty);
/* Open, overdue or yet to come. */
int days_unfulfilled(const char *state);
/* 1 where the row's day is another one than the verdict of the present calendar gives; a stopped clock has no day yet. */
int days_differ(const struct duty_row *row, const struct node *duty);
/* That row's day stands, provisional or not. */
void days_hold(struct case_days *days, const struct duty_row *row, date counted, int provisional);
/* What stands, by the verdict of the present calendar alone. */
void days_settle(struct case_days *days, const struct node *counted);
/* Held duties of the verdict: their calendar; {stands: {text, recount_due}} for people. */
void days_mark(const struct desk *d, const struct case_days *days, const struct node *verdict);

#endif
