/*
 * regulation/money.c - the money of a case, column by column, and what exceeds what (PRODUCT.md 4.14)
 *
 * A column is the latest of its figures or their sum, over events that still count; of a fact, what it says.
 * Amounts are integer 分.
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

struct purse {
    int known;
    int64_t fen;
};

static int figure_of(const struct eval *ev, const struct money *m, int happening)
{
    for (size_t i = 0; i < m->figure_count; i++) {
        const struct term *t = &ev->r->terms[m->figures[i]];
        if (t->kind == TERM_FIELD && t->happening == happening)
            return m->figures[i];
    }
    return -1;
}

static void purse_put(struct purse *p, const struct money *m, const struct value *v)
{
    if (!v->known)
        return;
    if (!m->is_sum || !p->known)
        p->fen = v->n;
    else if (__builtin_add_overflow(p->fen, v->n, &p->fen))
        p->fen = INT64_MAX;
    p->known = 1;
}

static struct value figure_value(const struct eval *ev, int figure, const struct node *with)
{
    const struct term *t = &ev->r->terms[figure];

    return value_read(t->type, node_get(with, t->field));
}

/* entries, where asked for: [{at, act, name, fen}] */
static struct purse purse_of(struct eval *ev, const struct money *m, const struct attempt *t, struct node *entries)
{
    struct purse p = {0};

    for (size_t i = 0; i < m->figure_count; i++)
        if (ev->r->terms[m->figures[i]].kind == TERM_FACT) {
            struct value v = term_value(ev, m->figures[i]);
            purse_put(&p, m, &v);
        }
    for (int i = 0; i < ev->event_count; i++) {
        const struct happened *x = &ev->events[i];
        int figure = x->happening < 0 ? -1 : figure_of(ev, m, x->happening);
        struct value v;

        if (figure < 0 || !event_counts(ev, i))
            continue;
        v = figure_value(ev, figure, x->with);
        purse_put(&p, m, &v);
        if (!entries || !v.known)
            continue;
        struct node *o = shape_object(ev->a, entries, NULL);
        shape_date(ev->a, o, "at", x->at);
        shape_text(ev->a, o, "act", x->src->what);
        shape_text(ev->a, o, "name", x->act ? x->act->name : "");
        shape_int(ev->a, o, "fen", v.n);
    }
    if (t) {
        int figure = figure_of(ev, m, t->happening);
        struct value v = {0};

        if (figure >= 0)
            v = figure_value(ev, figure, t->with);
        purse_put(&p, m, &v);
    }
    return p;
}

static const char *fen_text(struct arena *a, int64_t amount)
{
    const struct field money = {.type = VALUE_MONEY};
    struct value v = {.known = 1, .type = VALUE_MONEY, .n = amount};

    return value_text(a, &money, &v);
}

static int touches(const struct eval *ev, const struct attempt *t, int column)
{
    return figure_of(ev, &ev->r->money[column], t->happening) >= 0;
}

static const char *path_of(struct eval *ev, const struct attempt *t, int column)
{
    int figure = figure_of(ev, &ev->r->money[column], t->happening);

    return figure < 0 ? "" : arena_fmt(ev->a, "/with/%s", ev->r->terms[figure].field);
}

static void against_limit(struct eval *ev, const struct attempt *t, int column, const struct money_limit *x,
                          struct verdict_lists *out)
{
    const struct money *m = &ev->r->money[column], *other = &ev->r->money[x->column];
    struct purse mine, bound;
    struct node *list = x->strength == STRENGTH_MANDATORY ? out->reasons : out->warnings, *o;

    if (!touches(ev, t, column) && !touches(ev, t, x->column))
        return;
    mine = purse_of(ev, m, t, NULL);
    bound = purse_of(ev, other, t, NULL);
    if (!mine.known || !bound.known || mine.fen <= bound.fen)
        return;
    o = reason_add(ev, list, "money", money_column_id(column), &x->cites, -1, x->strength,
                   *x->mend ? x->mend : arena_fmt(ev->a, "请核对金额；确需超过的，先办理「%s」的调整", other->name),
                   "「%s」%s，超过「%s」%s，多出%s", m->name, fen_text(ev->a, mine.fen), other->name,
                   fen_text(ev->a, bound.fen), fen_text(ev->a, mine.fen - bound.fen));
    if (o)
        shape_text(ev->a, o, "path", path_of(ev, t, touches(ev, t, column) ? column : x->column));
}

void against_money(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    for (int i = 0; i < MONEY_COLUMNS; i++)
        for (size_t k = 0; k < ev->r->money[i].limit_count; k++)
            if (ev->r->money[i].limits[k].gate < 0)
                against_limit(ev, t, i, &ev->r->money[i].limits[k], out);
}

static void put_over(struct eval *ev, struct node *list, const struct money_limit *x, int64_t by)
{
    struct node *o = shape_object(ev->a, list, NULL);

    cite(ev, &x->cites);
    shape_text(ev->a, o, "of", money_column_id(x->column));
    shape_text(ev->a, o, "name", ev->r->money[x->column].name);
    shape_int(ev->a, o, "by", by);
    shape_text(ev->a, o, "strength", x->strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
    shape_alias(ev->a, o, "articles", x->cites.list);
}

void verdict_money(struct eval *ev, struct node *root)
{
    struct purse all[MONEY_COLUMNS];
    struct node *list = NULL;

    for (int i = 0; i < MONEY_COLUMNS; i++) {
        const struct money *m = &ev->r->money[i];
        struct node *o, *entries, *over;

        if (!m->src)
            continue;
        if (!list)
            list = shape_list(ev->a, root, "money");
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "id", money_column_id(i));
        shape_text(ev->a, o, "name", m->name);
        shape_text(ev->a, o, "basis", m->is_sum ? "sum" : "latest");
        entries = shape_list(ev->a, o, "entries");
        all[i] = purse_of(ev, m, NULL, entries);
        if (all[i].known)
            shape_int(ev->a, o, "fen", all[i].fen);
        shape_alias(ev->a, o, "articles", m->cites.list);
        over = shape_list(ev->a, o, "over");
        for (size_t k = 0; k < m->limit_count; k++) {
            struct purse bound = purse_of(ev, &ev->r->money[m->limits[k].column], NULL, NULL);
            if (all[i].known && bound.known && all[i].fen > bound.fen)
                put_over(ev, over, &m->limits[k], all[i].fen - bound.fen);
        }
    }
}
