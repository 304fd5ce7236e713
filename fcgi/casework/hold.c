/*
 * casework/hold.c - last days that stand
 */
#include "config.h"

#include "casework/hold.h"

#include "base/text.h"
#include "casework/outcome.h"

int hold_is_unfulfilled(const char *state)
{
    return text_eq(state, "open") || text_eq(state, "future") || text_eq(state, "overdue");
}

const struct duty_row *hold_row_of(const struct duty_row *rows, size_t count, const struct node *duty)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(rows[i].duty, node_get_str(duty, "id")) && text_eq(rows[i].key, node_get_str(duty, "key")))
            return &rows[i];
    return NULL;
}

date hold_due_of(const struct node *duty)
{
    struct err e = {0};
    date due;

    return date_parse(node_get_str(duty, "due_on"), &due, &e) == 0 ? due : DATE_NONE;
}

void hold_day(struct arena *a, struct node *duty, const struct duty_row *was)
{
    node_put_text(a, duty, "due_on", date_text(a, was->due_on));
    node_put_text(a, duty, OUTCOME_HELD, was->calendar_version);
}

void hold_days(struct arena *a, struct node *verdict, const struct duty_row *rows, size_t count)
{
    struct node *held = node_list(a);

    for (const struct node *n = node_first(node_get(verdict, "duties")); n != NULL; n = n->next) {
        struct node *duty = node_add(held, node_copy(a, n));
        const struct duty_row *was = hold_row_of(rows, count, n);

        if (was == NULL || was->due_on == DATE_NONE || !hold_is_unfulfilled(was->state) ||
            !hold_is_unfulfilled(node_get_str(n, "state")) || hold_due_of(n) == was->due_on)
            continue;
        hold_day(a, duty, was);
        node_put_bool(a, duty, "provisional", was->provisional);
    }
    node_put(a, verdict, "duties", held);
}
