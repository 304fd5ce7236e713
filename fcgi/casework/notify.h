/*
 * casework/notify.h - cards become letters to those who hold the post, as each of them wants it
 */
#ifndef CASEWORK_NOTIFY_H
#define CASEWORK_NOTIFY_H

#include "casework/casework.h"

/*
 * Cards not yet written to anybody become rows of mail, one transaction a post; the directory says who holds it and at
 * which address. Waits while today's run is under way, so that a day's letter holds the whole day. *ret_letters how many.
 * A letter names project, number, duty, day and article, and links to the page: nothing else of the case.
 */
int notify_spread(const struct desk *d, int *ret_letters, struct err *e) MUST_USE_;

/* What one wants: 1 when that kind of card is to be written to this person. kinds NOTIFY_ALL_KINDS or some of them; all
 * kinds of card about 加签 are one there. */
int notify_wants(const char *kinds, const char *kind);
#define NOTIFY_ALL_KINDS "open,yellow,red,urge,cosign"
#define NOTIFY_MAIL_DEFAULT "daily"

/* {mail: none|daily|each, mails: [{id, name, chosen}], kinds: [{id, name, checked}], can_mail} */
int settings_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* input {mail, kinds: [..]} */
int settings_save(const struct desk *d, const struct node *input, struct err *e) MUST_USE_;

#endif
