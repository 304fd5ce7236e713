/*
 * casework/cosign_tell.c - 加签 by mail: cards to one person each, of which notify.c makes letters
 *
 * To him who is asked: once when he is asked, at each urging, once when the day by which it is wanted is near or past;
 * of what he has answered or what was taken back before the letter was written there is none.
 * To him who asked: when the last of those he asked at a step has answered.
 */
#include "config.h"

#include "casework/cosign.h"

#include "base/text.h"
#include "casework/outcome.h"
#include "casework/remind.h"
#include "casework/view.h"
#include "store/duties.h"

static struct card card_of(const struct desk *d, const struct handing *ask, const char *kind, const char *key,
                           const char *name)
{
    return (struct card){.project = ask->project,
                         .duty = "cosign",
                         .key = key,
                         .kind = kind,
                         .name = name,
                         .who = ask->organ,
                         .unit = ask->unit,
                         .person = ask->person,
                         .due_on = ask->until_on,
                         .given_on = desk_today(d),
                         .articles = "",
                         .note = ask->step,
                         .by_name = ask->by_name};
}

static int card_keep(const struct op *op, const struct card *c, struct err *e)
{
    return card_give(op->db, op->desk->arena, c, e) < 0 ? -1 : 0;
}

int cosign_tell_asked(const struct op *op, const struct handing *ask, struct err *e)
{
    const struct desk *d = op->desk;
    /* its number is not known before it is written: the instant of the machine, at which nobody is asked twice */
    const struct card c =
        card_of(d, ask, "cosign", arena_fmt(d->arena, "%lld", (long long)instant_now()),
                arena_fmt(d->arena, "%s请您先签「%s」", ask->by_name, cosign_step_name(d, &op->file, ask->step)));

    return card_keep(op, &c, e);
}

int cosign_tell_urged(const struct op *op, const struct handing *ask, const char *by_name, struct err *e)
{
    const struct desk *d = op->desk;
    const struct card c = card_of(
        d, ask, "cosign_urge", arena_fmt(d->arena, "%lld.%s", (long long)ask->id, date_text(d->arena, desk_today(d))),
        arena_fmt(d->arena, "%s催您签「%s」", by_name, cosign_step_name(d, &op->file, ask->step)));

    return card_keep(op, &c, e);
}

/* Of one step nobody is asked twice at a time, so the step names the request. */
int cosign_tell_over(const struct op *op, const struct handing *ask, struct err *e)
{
    const struct card like = card_of(op->desk, ask, "", "", "");

    return card_over(op->db, op->desk->arena, &like, e);
}

/* Another one he asked at that step has still to answer. */
static int is_awaited(const struct cosign *list, size_t count, const struct handing *ask)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].end == NULL && list[i].ask->id != ask->id && text_eq(list[i].ask->by_person, ask->by_person) &&
            text_eq(list[i].ask->organ, ask->organ) && text_eq(list[i].ask->unit, ask->unit) &&
            text_eq(list[i].ask->step, ask->step))
            return 1;
    return 0;
}

int cosign_tell_said(const struct op *op, const struct handing *ask, struct err *e)
{
    const struct desk *d = op->desk;
    struct cosign *list;
    size_t count = cosign_list(d, &op->file, &list);
    struct card c;

    if (is_awaited(list, count, ask))
        return 0;
    c = card_of(d, ask, "cosign_said", arena_fmt(d->arena, "%lld", (long long)ask->id),
                arena_fmt(d->arena, "您请同事先签的「%s」，都已经答复", cosign_step_name(d, &op->file, ask->step)));
    c.person = ask->by_person;
    c.note = "";
    c.by_name = ask->name;
    c.due_on = DATE_NONE;
    return card_keep(op, &c, e);
}

/* The step still waits for the organ that asked: a request may outlive it. */
static int step_waits(const struct desk *d, const struct node *verdict, const struct handing *ask)
{
    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next)
        if (text_eq(arena_fmt(d->arena, "%s.%s", node_get_str(act, "procedure"), node_get_str(act, "step")),
                    ask->step) &&
            outcome_is_task(d, verdict, act, ask->organ))
            return 1;
    return 0;
}

size_t cosign_due_cards(const struct desk *d, const struct casefile *c, const struct node *verdict, struct card **ret)
{
    const struct tenant_reminders *r = &d->district->tenant->reminders;
    struct cosign *list;
    size_t count = c->hand_count > 0 ? cosign_list(d, c, &list) : 0, n = 0;

    *ret = ARENA_ARRAY(d->arena, struct card, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct handing *ask = list[i].ask;

        if (list[i].end != NULL || ask->until_on == DATE_NONE || !step_waits(d, verdict, ask) ||
            remind_card_of(d->platform->calendar, r, instant_date(ask->at), DATE_NONE, ask->until_on, desk_today(d)) ==
                CARD_NONE)
            continue;
        (*ret)[n++] = card_of(
            d, ask, "cosign_due", arena_fmt(d->arena, "%lld", (long long)ask->id),
            arena_fmt(d->arena, "%s请您先签「%s」，您还没有答复", ask->by_name, cosign_step_name(d, c, ask->step)));
    }
    return n;
}
