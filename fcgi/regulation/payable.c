/*
 * regulation/payable.c - what may be paid now, and what stands in the way of it
 *
 * The acts that pay are those the ledger takes its "paid" from. What blocks one often hangs on what is paid (progress
 * or operation): where a gate looks at a choice of the act's form, each choice is asked by itself. How much: what is
 * left of what the ledger says it must not exceed.
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

static int looks_at(const struct regulation *r, const struct cond *c, const char *field)
{
    for (; c; c = c->next)
        if ((c->kind == COND_COMPARE && r->terms[c->term].kind == TERM_THIS &&
             text_eq(r->terms[c->term].field, field)) ||
            looks_at(r, c->kids, field))
            return 1;
    return 0;
}

/* The choice of the act's form that its gates look at; NULL when none does. */
static const struct field *kind_field(const struct regulation *r, const struct act *act)
{
    for (size_t i = 0; act->form && i < act->form->field_count; i++) {
        const struct field *f = &act->form->fields[i];

        for (size_t g = 0; f->type == VALUE_CHOICE && g < r->gate_count; g++)
            if (gate_meets(&r->gates[g], act) &&
                (looks_at(r, r->gates[g].unless, f->id) || looks_at(r, r->gates[g].when, f->id)))
                return f;
    }
    return NULL;
}

static void put_way(struct eval *ev, struct node *list, const struct act *act, const struct field *kind,
                    const struct choice *c)
{
    struct node *o = shape_object(ev->a, list, NULL), *with = NULL, *reasons;
    struct verdict_lists out = {.reasons = shape_new(ev->a, NODE_LIST), .warnings = shape_new(ev->a, NODE_LIST)};
    struct attempt t = {
        .what = act->full, .act = act, .happening = act->happening, .organ = -1, .at = ev->at, .shown = 1};

    if (c) {
        with = shape_new(ev->a, NODE_OBJECT);
        shape_text(ev->a, with, kind->id, c->id);
    }
    t.with = with;
    t.spot = spot_find(ev, act->happening, with, ev->at);
    reasons_against(ev, &t, &out);
    shape_text(ev->a, o, "act", act->full);
    shape_text(ev->a, o, "name", c ? c->label : act->name);
    if (c)
        shape_text(ev->a, o, "kind", c->id);
    reasons = shape_list(ev->a, o, "reasons");
    for (const struct node *n = node_first(out.reasons); n; n = n->next)
        if (!text_eq(node_get_str(n, "code"), "wrong_role"))
            shape_alias(ev->a, reasons, NULL, n);
    shape_bool(ev->a, o, "allowed", !node_first(reasons));
    put_actor_ids(ev, o, "by", &act->by);
}

static void put_ways(struct eval *ev, struct node *list, int happening)
{
    const struct act *act = ev->r->happenings[happening].acts;
    const struct field *kind = kind_field(ev->r, act);

    if (!kind)
        put_way(ev, list, act, NULL, NULL);
    for (size_t i = 0; kind && i < kind->choice_count; i++)
        if (!kind->choices[i].branch)
            put_way(ev, list, act, kind, &kind->choices[i]);
}

static const struct node *column_of(const struct node *money, const char *id)
{
    for (const struct node *n = node_first(money); n; n = n->next)
        if (text_eq(node_get_str(n, "id"), id))
            return n;
    return NULL;
}

/* The least of what is left under the columns that "paid" must not exceed; 0 when none of them is known yet. */
static int put_room(struct eval *ev, struct node *o, const struct money *paid, const struct node *money)
{
    int64_t so_far = node_get_int(column_of(money, money_column_id(MONEY_PAID)), "fen", 0), least = 0;
    int of = -1;

    for (size_t i = 0; i < paid->limit_count; i++) {
        const struct node *bound = column_of(money, money_column_id(paid->limits[i].column));

        if (!node_get(bound, "fen") || (of >= 0 && node_get_int(bound, "fen", 0) - so_far >= least))
            continue;
        of = (int)i;
        least = node_get_int(bound, "fen", 0) - so_far;
    }
    if (of < 0)
        return 0;
    shape_int(ev->a, o, "room", least > 0 ? least : 0);
    shape_text(ev->a, o, "of", money_column_id(paid->limits[of].column));
    shape_text(ev->a, o, "of_name", ev->r->money[paid->limits[of].column].name);
    shape_int(ev->a, o, "paid", so_far);
    shape_alias(ev->a, o, "articles", paid->limits[of].cites.list);
    return 1;
}

void verdict_payable(struct eval *ev, struct node *root)
{
    const struct money *paid = &ev->r->money[MONEY_PAID];
    struct node *o = shape_new(ev->a, NODE_OBJECT), *ways;

    if (!paid->src || ev->subject != SUBJECT_PROJECT || !put_room(ev, o, paid, node_get(root, "money")))
        return;
    ways = shape_list(ev->a, o, "ways");
    for (size_t i = 0; i < paid->figure_count; i++)
        if (ev->r->terms[paid->figures[i]].kind == TERM_FIELD)
            put_ways(ev, ways, ev->r->terms[paid->figures[i]].happening);
    shape_add(root, "payable", o);
}
