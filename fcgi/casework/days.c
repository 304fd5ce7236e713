/*
 * casework/days.c - last days as they stand: by the calendar that counted them, until a recorded recount
 *
 * The evaluator counts by the calendar that is loaded. Where the rows of a case were counted by an earlier one, their
 * days are given to it as held (G-05): page, JSON, gates and lists say the same day, before and after the file of a new
 * year is installed. An act moves what it moves: held is only the day the case had when it was read.
 */
#include "config.h"

#include "casework/days.h"

#include "base/text.h"

int days_read(const struct desk *d, struct db *db, struct casefile *c, struct err *e)
{
    struct case_days *days;

    if (c->p.event_count == 0 || text_eq(c->p.days_calendar, calendar_version(d->platform->calendar)))
        return 0;
    days = ARENA_NEW(d->arena, struct case_days);
    days->rows = c->duties; /* read with the lock */
    days->count = c->duty_count;
    if (days->count == 0 && duty_list(db, d->arena, c->p.id, &days->rows, &days->count, e) < 0)
        return -1;
    days->held = ARENA_ARRAY(d->arena, struct held_day, days->count + 1);
    c->days = days;
    return 0;
}

const struct duty_row *days_row(const struct case_days *days, const struct node *duty)
{
    for (size_t i = 0; days != NULL && i < days->count; i++)
        if (text_eq(days->rows[i].duty, node_get_str(duty, "id")) &&
            text_eq(days->rows[i].key, node_get_str(duty, "key")))
            return &days->rows[i];
    return NULL;
}

date days_due(const struct node *duty)
{
    struct err e = {0};
    date due;

    return date_parse(node_get_str(duty, "due_on"), &due, &e) == 0 ? due : DATE_NONE;
}

int days_unfulfilled(const char *state)
{
    return text_eq(state, "open") || text_eq(state, "future") || text_eq(state, "overdue");
}

int days_differ(const struct duty_row *row, const struct node *duty)
{
    const date due = days_due(duty);

    if (row == NULL || row->due_on == DATE_NONE || due == DATE_NONE || node_get_bool(duty, "paused"))
        return 0;
    return due != row->due_on ||
           (days_unfulfilled(row->state) && row->provisional && !node_get_bool(duty, "provisional"));
}

void days_hold(struct case_days *days, const struct duty_row *row, date counted, int provisional)
{
    days->held[days->held_count++] = (struct held_day){
        .duty = row->duty, .key = row->key, .counted = counted, .stands = row->due_on, .provisional = provisional};
}

void days_settle(struct case_days *days, const struct node *counted)
{
    days->ready = 1;
    days->held_count = 0;
    for (const struct node *du = node_first(node_get(counted, "duties")); du != NULL; du = du->next) {
        const struct duty_row *row = days_row(days, du);

        if (days_differ(row, du))
            days_hold(days, row, days_due(du), row->provisional);
    }
}

/* What a person should know of a day that the present calendar would count otherwise. */
static const char *standing_text(struct arena *a, const struct duty_row *row, const struct node *duty)
{
    const char *counted = node_get_str(duty, "counted_on");
    const char *by_now =
        text_eq(counted, date_text(a, row->due_on)) ? "日期不变" : arena_fmt(a, "按现行安排是 %s", counted);

    if (row->provisional)
        return arena_fmt(a, "放假安排已经公布，这一天待重新核定（%s）；核定以前仍按这一天", by_now);
    if (row->notified)
        return arena_fmt(a, "%s 已由%s告知，不提前（%s）", date_text(a, row->told_on), row->told_by, by_now);
    return arena_fmt(a, "按核定时的日历，不随以后的安排变动（%s）", by_now);
}

void days_mark(const struct desk *d, const struct case_days *days, const struct node *verdict)
{
    struct arena *a = d->arena;
    struct node *duties = (struct node *)(uintptr_t)node_get(verdict, "duties");

    for (struct node *du = duties != NULL ? duties->u.kids.first : NULL; du != NULL; du = du->next) {
        const struct duty_row *row = node_get_bool(du, "held") ? days_row(days, du) : NULL;

        if (row == NULL)
            continue;
        node_put_text(a, du, DAYS_CALENDAR, row->calendar_version);
        if (!days_unfulfilled(node_get_str(du, "state")))
            continue;
        struct node *o = node_put_object(a, du, "stands");

        node_put_text(a, o, "text", standing_text(a, row, du));
        node_put_bool(a, o, "recount_due", row->provisional);
    }
}
