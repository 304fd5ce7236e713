/*
 * casework/remind.c - when a duty gets its yellow card, and when its red one
 *
 * Cards are the district's own reminders, no law: which day is the last is the regulation's word alone.
 */
#include "config.h"

#include "casework/remind.h"

#include "base/text.h"

enum { WHOLE_PERCENT = 100 };

/* The earliest day with no more than n working days after it, up to and including the last day. */
static date days_before(const struct calendar *c, date due_on, int64_t n)
{
    date day = due_on;

    for (;; day--) {
        if (!calendar_is_workday(c, day, NULL))
            continue;
        if (n-- == 0)
            return day;
    }
}

date remind_yellow_day(const struct calendar *c, const struct tenant_reminders *r, date begins_on, date due_on)
{
    int64_t days = r->yellow_workdays;

    if (begins_on != DATE_NONE && begins_on < due_on && r->yellow_percent > 0) {
        int64_t whole = calendar_workdays_between(c, begins_on, due_on, NULL);
        int64_t share = (whole * r->yellow_percent + WHOLE_PERCENT - 1) / WHOLE_PERCENT;

        days = share > days ? share : days;
    }
    date day = days_before(c, due_on, days);

    return begins_on != DATE_NONE && day < begins_on && begins_on <= due_on ? begins_on : day;
}

enum remind_card remind_card_of(const struct calendar *c, const struct tenant_reminders *r, date begins_on,
                                date opens_on, date due_on, date today)
{
    if (due_on != DATE_NONE && today > due_on)
        return CARD_RED;
    if (due_on != DATE_NONE && today >= remind_yellow_day(c, r, begins_on, due_on))
        return CARD_YELLOW;
    return opens_on != DATE_NONE && today >= opens_on ? CARD_OPEN : CARD_NONE;
}

const char *remind_card_id(enum remind_card card)
{
    static const char *const ids[] = {"", "open", "yellow", "red"};

    return ids[card];
}

const char *remind_card_name(const char *kind)
{
    static const char *const names[][2] = {
        {"open", "可以办理"},       {"yellow", "黄牌"},         {"red", "红牌"},
        {"urge", "催办"},           {"cosign", "加签"},         {"cosign_urge", "加签催办"},
        {"cosign_due", "加签待答"}, {"cosign_said", "加签答复"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], kind))
            return names[i][1];
    return "";
}
