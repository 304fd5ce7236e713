/*
 * casework/notice.h - 公告: what a district tells everybody who works in it, from a day to a day
 */
#ifndef CASEWORK_NOTICE_H
#define CASEWORK_NOTICE_H

#include "casework/casework.h"

/* {notices: [{id, title, lines: [text], from_on, to_on, by_name, posted_on, state: now|future|over|ended, state_name, is_now, ended_on?,
 * ended_by?, may_end}], may_post, today, next_after?}: who may not post sees those that stand today and that are over, not those to come */
int notices_view(const struct desk *d, const char *after, struct node **ret, struct err *e) MUST_USE_;
/* Into the desk: notices: [{title, by_name, from_on, href}], the newest three that stand today */
int notices_put(const struct desk *d, struct node *page, struct err *e) MUST_USE_;
/* input {title, body, from_on, to_on} */
int notice_post(const struct desk *d, const struct node *input, struct err *e) MUST_USE_;
/* Taken down: it stays in the list, with who did it. */
int notice_take_down(const struct desk *d, int64_t id, struct err *e) MUST_USE_;

#endif
