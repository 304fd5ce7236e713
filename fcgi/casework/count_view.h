/*
 * casework/count_view.h - how a last day was counted, as a page shows it
 */
#ifndef CASEWORK_COUNT_VIEW_H
#define CASEWORK_COUNT_VIEW_H

#include "casework/casework.h"

/* Days of calendar_count, one after the other: [{name, weeks: [[{label, date, counted?, kind, note, is_counted, is_start,
 * is_last, is_rolled, is_shift, is_off} or {is_blank}]]}]. */
struct node *count_months(struct arena *a, const struct node *days);
/* What one of those days is, in words. */
const char *count_day_words(const char *reason);
/* Adds how it was counted to a list of texts, a step each. */
void count_steps(const struct desk *d, date from, const struct calendar_period *p, struct node *steps);
/* [text]: the notices of the years from..to, or that there is none yet. */
struct node *count_notices(const struct desk *d, date from, date to);

#endif
