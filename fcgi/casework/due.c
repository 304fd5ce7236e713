/*
 * casework/due.c - how near a last day is, in the words of the house
 *
 * Counted in working days (G-04). Between two working days lie days that count none:
 * a last day on a coming Sunday is not "0 days left" but "less than one".
 */
#include "config.h"

#include "casework/due.h"

#include "base/text.h"

static struct node *due_make(struct arena *a, const char *state, const char *text, int days)
{
    struct node *n = node_object(a);

    node_put_kept(a, n, "state", state);
    node_put_kept(a, n, "text", text);
    node_put_int(a, n, "days", days);
    node_put_bool(a, n, "is_overdue", text_eq(state, "overdue"));
    node_put_bool(a, n, "is_soon", text_eq(state, "today") || text_eq(state, "soon"));
    node_put_bool(a, n, "is_none", text_eq(state, "none"));
    return n;
}

struct node *due_node(struct arena *a, const struct calendar *c, date due_on, date today)
{
    if (due_on == DATE_NONE)
        return due_make(a, "none", "无法定时限", 0);
    if (due_on == today)
        return due_make(a, "today", "今日到期", 0);

    if (due_on < today) {
        int late = calendar_workdays_between(c, due_on, today, NULL);

        if (late == 0)
            return due_make(a, "overdue", "已超期，不足 1 个工作日", 0);
        return due_make(a, "overdue", arena_fmt(a, "已超期 %d 个工作日", late), -late);
    }

    int left = calendar_workdays_between(c, today, due_on, NULL);

    if (left == 0)
        return due_make(a, "soon", "剩不足 1 个工作日", 0);
    return due_make(a, left <= DUE_SOON_WORKDAYS ? "soon" : "ok", arena_fmt(a, "剩 %d 个工作日", left), left);
}

date due_soon_end(const struct calendar *c, date today)
{
    return calendar_add_workdays(c, today, DUE_SOON_WORKDAYS + 1, NULL);
}

int due_days_held(const struct calendar *c, date since, date today)
{
    if (since == DATE_NONE || since >= today)
        return 0;
    return calendar_workdays_between(c, since, today, NULL);
}
