/*
 * regulation/change.c - which way a change of this size goes (G-03, G-12)
 *
 * The amount of this change, and of all since the last full approval where they add up,
 * over what was approved; compared by cross-multiplication, never by division.
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

static int band_has(const struct band *b, int happening)
{
    for (size_t i = 0; i < b->act_count; i++)
        if (b->acts[i] == happening)
            return 1;
    return 0;
}

static int change_has(const struct change *c, int happening)
{
    for (size_t i = 0; i < c->band_count; i++)
        if (band_has(&c->bands[i], happening))
            return 1;
    return 0;
}

static struct value amount_of(const struct eval *ev, const struct change *c, int happening, const struct node *with)
{
    return value_read(happening_field(ev->r, happening, c->amount)->type, node_get(with, c->amount));
}

/* What the changes since the base was set add up to. */
static int64_t so_far(struct eval *ev, const struct change *c)
{
    const struct term *base = &ev->r->terms[c->base];
    int after = base->kind == TERM_FIELD ? event_last(ev, base->happening) : -1;
    const struct term anew = {.since = c->since, .since_count = c->since_count};
    int64_t total = 0;

    if (since_event(ev, &anew) > after)
        after = since_event(ev, &anew);

    for (int i = after + 1; i < ev->event_count && !c->single; i++) {
        struct value v;
        if (ev->events[i].happening < 0 || !change_has(c, ev->events[i].happening) || !event_counts(ev, i))
            continue;
        v = amount_of(ev, c, ev->events[i].happening, ev->events[i].with);
        if (v.known && __builtin_add_overflow(total, v.n, &total))
            total = INT64_MAX;
    }
    return total;
}

static int compare_percent(int64_t amount, int64_t base, int percent)
{
    __extension__ typedef __int128 wide;
    wide x = (wide)amount * 100, y = (wide)base * percent;

    return x < y ? -1 : x > y;
}

static int fits(struct eval *ev, const struct band *b, int64_t amount, int64_t base)
{
    if (b->low >= 0 && compare_percent(amount, base, b->low) < b->low_strict)
        return 0;
    if (b->high >= 0 && compare_percent(amount, base, b->high) > -b->high_strict)
        return 0;
    return cond_holds(ev, b->when);
}

static void against_change(struct eval *ev, const struct attempt *t, const struct change *c, struct verdict_lists *out)
{
    const struct field *f = happening_field(ev->r, t->happening, c->amount);
    struct value mine = amount_of(ev, c, t->happening, t->with), base = term_value(ev, c->base);
    int64_t total = so_far(ev, c);
    const char *sum, *whole;

    if (!mine.known)
        return; /* the form asks for it */
    if (!base.known) {
        reason_add(ev, out->reasons, "gate", c->id, &c->cites, ev->r->applicant, STRENGTH_MANDATORY,
                   "请先完成批准，再办理变更", "还没有批准的数额，不能计算变更的比例");
        return;
    }
    if (__builtin_add_overflow(total, mine.n, &total))
        total = INT64_MAX;
    mine.n = total;
    sum = value_text(ev->a, f, &mine);
    whole = value_text(ev->a, f, &base);
    for (size_t i = 0; i < c->band_count; i++) {
        const struct band *b = &c->bands[i];
        if (!fits(ev, b, total, base.n))
            continue;
        if (!band_has(b, t->happening))
            reason_add(ev, out->reasons, "gate", c->id, &b->cites, t->organ, STRENGTH_MANDATORY,
                       arena_fmt(ev->a, "请办理「%s」", b->name), "变更金额%s %s，批准的数额为 %s，应当办理「%s」",
                       c->single ? "" : "累计", sum, whole, b->name);
        return;
    }
    reason_add(ev, out->reasons, "gate", c->id, &c->cites, -1, STRENGTH_MANDATORY, "请核对变更的金额和理由",
               "变更金额%s %s，批准的数额为 %s，没有与之相应的办理方式", c->single ? "" : "累计", sum, whole);
}

void against_changes(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    for (size_t i = 0; i < ev->r->change_count; i++)
        if (change_has(&ev->r->changes[i], t->happening))
            against_change(ev, t, &ev->r->changes[i], out);
}

void verdict_changes(struct eval *ev, struct node *root)
{
    struct node *list = ev->r->change_count ? shape_list(ev->a, root, "changes") : NULL;

    for (size_t i = 0; i < ev->r->change_count; i++) {
        const struct change *c = &ev->r->changes[i];
        struct value base = term_value(ev, c->base);
        struct node *o, *bands;

        if (!base.known)
            continue;
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "id", c->id);
        shape_text(ev->a, o, "name", c->name);
        shape_text(ev->a, o, "basis", c->single ? "single" : "cumulative");
        shape_int(ev->a, o, "base", base.n);
        shape_int(ev->a, o, "so_far", so_far(ev, c));
        for (size_t k = 0; k < c->band_count; k++)
            if (c->bands[k].high >= 0) {
                shape_int(ev->a, o, "percent", c->bands[k].high);
                break;
            }
        shape_alias(ev->a, o, "articles", c->cites.list);
        bands = shape_list(ev->a, o, "bands");
        for (size_t k = 0; k < c->band_count; k++) {
            struct node *x = shape_object(ev->a, bands, NULL);
            shape_text(ev->a, x, "name", c->bands[k].name);
            shape_text(ev->a, x, "procedure", ev->r->procedures[c->bands[k].procedure].id);
        }
    }
}
