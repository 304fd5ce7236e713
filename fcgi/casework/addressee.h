/*
 * casework/addressee.h - 收文: the papers a post was sent, and whether somebody there has opened them
 */
#ifndef CASEWORK_ADDRESSEE_H
#define CASEWORK_ADDRESSEE_H

#include "casework/op.h"

/* organ: who issues it; to: [organ], whom the act goes to. An office's paper is written to the unit and copied to them,
 * a unit's own is written to them. Organs without a post here are not kept: nobody could open it. */
int addressee_keep(struct op *op, int64_t decision, const char *organ, const struct node *to, struct err *e) MUST_USE_;

/* Into a paper's page addressees: [{name, kind_name: 主送|抄送, is_read, read_on?, read_by?}]; what the actor's post was
 * sent is kept as read from now on, by him. */
int addressee_put(const struct desk *d, const struct decision *row, int64_t project, struct node *page, struct err *e) MUST_USE_;

/* {papers: [{id, title, number, name, kind_name, is_main, organ_name, unit_name, issued_on, is_unread, read_on?, read_by?,
 * is_withdrawn, href}], is_unread_only, next_after?}; only unread ones where unread says so */
int papers_view(const struct desk *d, int unread, const char *after, struct node **ret, struct err *e) MUST_USE_;

#endif
