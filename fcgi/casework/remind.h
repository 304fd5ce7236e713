/*
 * casework/remind.h - when a duty gets its yellow card, and when its red one; pure
 */
#ifndef CASEWORK_REMIND_H
#define CASEWORK_REMIND_H

#include "identity/tenant.h"
#include "regulation/calendar.h"

enum remind_card { CARD_NONE, CARD_OPEN, CARD_YELLOW, CARD_RED };

/*
 * The first day on which the duty is near its end: workdays before the last day, or when so many hundredths of its time
 * (from its beginning, in working days) are left, whichever is earlier; never after the last day. begins_on DATE_NONE:
 * the share is left out.
 */
date remind_yellow_day(const struct calendar *c, const struct tenant_reminders *r, date begins_on, date due_on);
/* The card an open duty has on that day; due_on DATE_NONE has none but for a window that opened. */
enum remind_card remind_card_of(const struct calendar *c, const struct tenant_reminders *r, date begins_on, date opens_on,
                                date due_on, date today);
const char *remind_card_id(enum remind_card card); /* open | yellow | red */
/* 窗口已开 黄牌 红牌 催办 加签 …, of a card's kind */
const char *remind_card_name(const char *kind);

#endif
