/*
 * casework/count_view.h - how a last day was counted, as a page shows it
 */
#ifndef CASEWORK_COUNT_VIEW_H
#define CASEWORK_COUNT_VIEW_H

#include "casework/casework.h"

/*
 * Puts on o how the period was counted from that day: days: of calendar_count; months: [{name, weeks: [[{label, date, counted?,
 * kind, note, is_counted, is_start, is_last, is_rolled, is_shift, is_off} or {is_blank}]]}], is_by_workday: some do
 * not count; of a period of months is_by_month and the words of each day instead.
 */
void count_put(const struct desk *d, date from, const struct calendar_period *p, struct node *o);
/* The period a duty's count {kind, days, closes?, roll} of the verdict says; 0 when its last day is not counted from another day. */
int count_period(const struct node *count, struct calendar_period *ret_p);
/* Adds how it was counted to a list of texts, a step each. */
void count_steps(const struct desk *d, date from, const struct calendar_period *p, struct node *steps);
/* [text]: the notices of the years from..to, or that there is none yet. */
struct node *count_notices(const struct desk *d, date from, date to);

#endif
