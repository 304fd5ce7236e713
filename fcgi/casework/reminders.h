/*
 * casework/reminders.h - duties by their last days: the cards on the desk, the month; and what a person did and began
 */
#ifndef CASEWORK_REMINDERS_H
#define CASEWORK_REMINDERS_H

#include "casework/casework.h"
#include "store/case.h"

/* On the desk of a post that takes part: duties: [{project, title, number, unit_name, name, due_on, due, provisional, articles, href,
 * card: red|yellow|"", card_name, is_red, is_yellow}], red_count, yellow_count, card_count, cards_cut, urged: [{project, title, name, by_name, note, on, href}] */
int reminders_ask(const struct desk *d, struct db *db, struct asked *ret_duties, struct err *e) MUST_USE_;
/* may_urged: 0 where the post was not urged since that day. */
date reminders_urged_since(const struct desk *d);
int reminders_put(const struct desk *d, struct db *db, const struct asked *duties, int may_urged, struct node *page,
                  struct err *e) MUST_USE_;
/* {month: "2026-10", month_name, previous, next, weeks: [[{label, date, is_blank | is_off, is_shift, is_today, note, items: [duty as above], more}]], duties, notices,
 * is_provisional, is_cut, of_name}; month "" the present one */
int calendar_page(const struct desk *d, const char *month, struct node **ret, struct err *e) MUST_USE_;
/* {done: [{project, title, number, name, by_name, articles, at, stage_name, href}], next_after?} */
int done_view(const struct desk *d, const char *after, struct node **ret, struct err *e) MUST_USE_;
/* {started: [project as in lists], next_after?} */
int started_view(const struct desk *d, const char *after, struct node **ret, struct err *e) MUST_USE_;

#endif
