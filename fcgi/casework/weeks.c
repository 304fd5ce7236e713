/*
 * casework/weeks.c - days laid out as the weeks of a month, Monday first, as every calendar here shows them
 */
#include "config.h"

#include "casework/weeks.h"

#include "base/text.h"
#include "casework/view.h"

static void blank_days(struct weeks *w, int n)
{
    for (int i = 0; i < n; i++)
        node_put_bool(w->a, node_add_object(w->a, w->week), "is_blank", 1);
}

void weeks_begin(struct weeks *w, struct arena *a, struct node *list)
{
    *w = (struct weeks){.a = a, .list = list};
}

struct node *weeks_day(struct weeks *w, date day)
{
    const int weekday = date_weekday(day);

    if (w->week == NULL || weekday == 1) {
        w->week = node_add(w->list, node_list(w->a));
        blank_days(w, weekday - 1);
    }
    w->weekday = weekday;
    return node_add_object(w->a, w->week);
}

void weeks_end(struct weeks *w)
{
    if (w->week != NULL)
        blank_days(w, 7 - w->weekday);
    w->week = NULL;
}

const char *weeks_day_kind(const struct desk *d, date day, struct node *o)
{
    static const char *const words[][2] = {{"weekend", "休"}, {"holiday", "放假"}, {"make_up", "调休上班"}};
    const char *kind = calendar_day_kind(d->platform->calendar, day);

    node_put_bool(d->arena, o, "is_off", text_eq(kind, "weekend") || text_eq(kind, "holiday"));
    node_put_bool(d->arena, o, "is_shift", text_eq(kind, "make_up"));
    node_put_bool(d->arena, o, "is_today", day == desk_today(d));
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_eq(words[i][0], kind))
            return words[i][1];
    return "";
}
