/*
 * casework/weeks.h - days laid out as the weeks of a month, Monday first, as every calendar here shows them
 */
#ifndef CASEWORK_WEEKS_H
#define CASEWORK_WEEKS_H

#include "casework/casework.h"

struct weeks {
    struct arena *a;
    struct node *list, *week;
    int weekday; /* the last one laid */
};

/* list becomes [[day]]: a day is an object, or {is_blank} before the first and after the last day of the month. */
void weeks_begin(struct weeks *w, struct arena *a, struct node *list);
/* The object of that day, empty; days come one after the other, of one month. */
struct node *weeks_day(struct weeks *w, date day);
void weeks_end(struct weeks *w);
/* is_off, is_shift, is_today of a day, and in words why it is no working day, or why it is one: 休 放假 调休上班, or "". */
const char *weeks_day_kind(const struct desk *d, date day, struct node *o);

#endif
