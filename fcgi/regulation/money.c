/*
 * regulation/money.c - the money of a case, column by column and year by year, and what exceeds what (PRODUCT.md 4.14)
 *
 * A column is the latest of its figures or their sum, over events that still count; of a fact, what it says. A year's
 * figure is by how much that year's events moved the column, so that the years add up to it (fcgi/adr/0022).
 * Amounts are integer 分.
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

struct year_moved {
    int year; /* 0: no event has a day yet */
    int64_t fen;
};
struct purse {
    int known;
    int64_t fen;
    int64_t *of_run; /* what stands of each run, the last for one yet to begin; NULL: the column asks for none */
    struct year_moved *years; /* ascending; room for every event and the fact */
    int year_count;
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

static int clears(const struct money *m, int happening)
{
    for (size_t i = 0; i < m->clear_count; i++)
        if (m->cleared_by[i] == happening)
            return 1;
    return 0;
}

static int64_t added(int64_t x, int64_t y)
{
    int64_t sum;

    return __builtin_add_overflow(x, y, &sum) ? INT64_MAX : sum;
}

static void year_put(struct purse *p, int year, int64_t by)
{
    int i = p->year_count;

    while (i > 0 && p->years[i - 1].year > year)
        i--;
    if (i > 0 && p->years[i - 1].year == year) {
        p->years[i - 1].fen += by;
        return;
    }
    for (int k = p->year_count; k > i; k--)
        p->years[k] = p->years[k - 1];
    p->years[i] = (struct year_moved){.year = year, .fen = by};
    p->year_count++;
}

/* A figure of that run, written in that year. */
static void purse_put(struct purse *p, const struct money *m, int run, int year, int64_t figure)
{
    int64_t was = p->known ? p->fen : 0;

    if (p->of_run) {
        p->fen = added(was - p->of_run[run], figure);
        p->of_run[run] = figure;
    } else {
        p->fen = m->is_sum ? added(was, figure) : figure;
    }
    p->known = 1;
    if (p->years)
        year_put(p, year, p->fen - was);
}

static struct value figure_value(const struct eval *ev, int figure, const struct node *with)
{
    const struct term *t = &ev->r->terms[figure];

    return value_read(t->type, node_get(with, t->field));
}

/* A fact has no day of its own: it is of the year of the first submission, else of the first event. */
static int fact_year(const struct eval *ev)
{
    return ev->submitted_on != DATE_NONE ? date_year(ev->submitted_on)
           : ev->event_count > 0         ? date_year(ev->events[0].at)
                                         : 0;
}

static void entry_put(struct eval *ev, struct node *entries, const struct happened *x, int64_t figure)
{
    struct node *o = shape_object(ev->a, entries, NULL);

    shape_date(ev->a, o, "at", x->at);
    shape_text(ev->a, o, "act", x->src->what);
    shape_text(ev->a, o, "name", x->act ? x->act->name : "");
    if (x->run >= 0 && *ev->runs[x->run].key)
        shape_text(ev->a, o, "key", ev->runs[x->run].key);
    shape_int(ev->a, o, "fen", figure);
}

/* What one event or attempt says of the column; 1 when it is one of its figures. */
static int purse_take(const struct eval *ev, struct purse *p, const struct money *m, int happening, int run, int year,
                      const struct node *with)
{
    int figure = figure_of(ev, m, happening);
    struct value v = {0};

    if (figure >= 0)
        v = figure_value(ev, figure, with);
    else if (p->known && clears(m, happening))
        purse_put(p, m, run, year, 0);
    if (v.known)
        purse_put(p, m, run, year, v.n);
    return v.known;
}

static struct purse purse_new(struct eval *ev, const struct money *m, int by_year)
{
    struct purse p = {0};

    if (m->each_run)
        p.of_run = ARENA_ARRAY(ev->a, int64_t, (size_t)ev->run_count + 1);
    if (by_year)
        p.years = ARENA_ARRAY(ev->a, struct year_moved, (size_t)ev->event_count + 2);
    return p;
}

/* What the act sets the fact to; not known where it does not. */
static struct value set_value(const struct eval *ev, const struct act *act, const struct node *with, int fact)
{
    for (size_t i = 0; act && i < act->set_count; i++) {
        const struct set_row *s = &act->sets[i];

        if (s->fact == fact)
            return s->field ? with_value(ev, act, with, s->field) : s->literal;
    }
    return (struct value){0};
}

/* Of a column that is a fact: the fact the act sets; -1. */
static int set_by(const struct eval *ev, const struct money *m, const struct act *act)
{
    for (size_t i = 0; act && i < m->figure_count; i++) {
        const struct term *t = &ev->r->terms[m->figures[i]];

        for (size_t k = 0; t->kind == TERM_FACT && k < act->set_count; k++)
            if (act->sets[k].fact == t->fact)
                return t->fact;
    }
    return -1;
}

/* What a fact says is of the years of the acts that set it; what none of them set, of fact_year. */
static void purse_fact(struct eval *ev, struct purse *p, const struct money *m, int figure, struct node *entries)
{
    struct value v = term_value(ev, figure);

    if (!v.known)
        return;
    for (int i = 0; i < ev->event_count; i++) {
        const struct happened *x = &ev->events[i];
        struct value set = {0};

        if (x->act && x->run >= 0 && event_counts(ev, i))
            set = set_value(ev, x->act, x->with, ev->r->terms[figure].fact);
        if (!set.known)
            continue;
        purse_put(p, m, 0, date_year(x->at), set.n);
        if (entries)
            entry_put(ev, entries, x, set.n);
    }
    if (!p->known || p->fen != v.n)
        purse_put(p, m, 0, fact_year(ev), v.n);
}

/* With what the attempt would say. */
static void purse_attempt(struct eval *ev, struct purse *p, const struct money *m, const struct attempt *t)
{
    int fact = set_by(ev, m, t->act);
    struct value set = fact >= 0 ? set_value(ev, t->act, t->with, fact) : (struct value){0};

    if (set.known)
        purse_put(p, m, 0, date_year(t->at), set.n);
    (void)purse_take(ev, p, m, t->happening, t->spot.run >= 0 ? t->spot.run : ev->run_count, date_year(t->at), t->with);
}

/* entries, where asked for: [{at, act, name, key?, fen}]; then the years are counted as well */
/* Every column asks it of every event. */
static int year_of(struct happened *x)
{
    if (x->year == 0)
        x->year = date_year(x->at);
    return x->year;
}

static struct purse purse_of(struct eval *ev, const struct money *m, const struct attempt *t, struct node *entries)
{
    struct purse p = purse_new(ev, m, entries != NULL);

    for (size_t i = 0; i < m->figure_count; i++)
        if (ev->r->terms[m->figures[i]].kind == TERM_FACT)
            purse_fact(ev, &p, m, m->figures[i], entries);
    for (int i = 0; i < ev->event_count; i++) {
        struct happened *x = &ev->events[i];

        if (x->happening < 0 || x->run < 0 || !event_counts(ev, i))
            continue;
        if (purse_take(ev, &p, m, x->happening, x->run, year_of(x), x->with) && entries)
            entry_put(ev, entries, x, figure_value(ev, figure_of(ev, m, x->happening), x->with).n);
    }
    if (t)
        purse_attempt(ev, &p, m, t);
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
    return figure_of(ev, &ev->r->money[column], t->happening) >= 0 || set_by(ev, &ev->r->money[column], t->act) >= 0;
}

static const char *path_of(struct eval *ev, const struct attempt *t, int column)
{
    int figure = figure_of(ev, &ev->r->money[column], t->happening);
    int fact = figure < 0 ? set_by(ev, &ev->r->money[column], t->act) : -1;

    for (size_t i = 0; fact >= 0 && i < t->act->set_count; i++)
        if (t->act->sets[i].fact == fact && t->act->sets[i].field)
            return arena_fmt(ev->a, "/with/%s", t->act->sets[i].field);
    return figure < 0 ? "" : arena_fmt(ev->a, "/with/%s", ev->r->terms[figure].field);
}

static const char *mend_of(const struct eval *ev, const struct attempt *t, int column, const struct money_limit *x)
{
    if (!touches(ev, t, column))
        return arena_fmt(ev->a, "请核对金额；确需减到这个数的，先办理「%s」的调整", ev->r->money[column].name);
    return *x->mend ? x->mend
                    : arena_fmt(ev->a, "请核对金额；确需超过的，先办理「%s」的调整", ev->r->money[x->column].name);
}

/* Gates hold what is added to the column; what lowers the bound under what stands there already is for the ledger to
 * see. */
static int is_gated(const struct eval *ev, const struct attempt *t, int column, const struct money_limit *x)
{
    return x->gate >= 0 && touches(ev, t, column);
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
    o = reason_add(ev, list, "money", money_column_id(column), &x->cites, -1, x->strength, mend_of(ev, t, column, x),
                   "「%s」%s，超过「%s」%s，多出 %s", m->name, fen_text(ev->a, mine.fen), other->name,
                   fen_text(ev->a, bound.fen), fen_text(ev->a, mine.fen - bound.fen));
    if (o)
        shape_text(ev->a, o, "path", path_of(ev, t, touches(ev, t, column) ? column : x->column));
}

void against_money(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    for (int i = 0; i < MONEY_COLUMNS; i++)
        for (size_t k = 0; k < ev->r->money[i].limit_count; k++)
            if (!is_gated(ev, t, i, &ev->r->money[i].limits[k]))
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

static void put_total(struct eval *ev, struct node *o, const struct purse *p)
{
    struct node *years = shape_list(ev->a, o, "years");

    shape_int(ev->a, o, "fen", p->fen);
    for (int i = 0; i < p->year_count; i++) {
        struct node *y = shape_object(ev->a, years, NULL);

        shape_int(ev->a, y, "year", p->years[i].year);
        shape_int(ev->a, y, "fen", p->years[i].fen);
    }
}

void verdict_money(struct eval *ev, struct node *root)
{
    struct purse all[MONEY_COLUMNS] = {0};
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
        shape_text(ev->a, o, "basis", m->is_sum ? "sum" : m->each_run ? "latest_each" : "latest");
        entries = shape_list(ev->a, o, "entries");
        all[i] = purse_of(ev, m, NULL, entries);
        if (all[i].known)
            put_total(ev, o, &all[i]);
        shape_alias(ev->a, o, "articles", m->cites.list);
        over = shape_list(ev->a, o, "over");
        for (size_t k = 0; k < m->limit_count; k++) {
            const int other = m->limits[k].column; /* mostly one further up */
            const struct purse bound = other < i ? all[other] : purse_of(ev, &ev->r->money[other], NULL, NULL);
            if (all[i].known && bound.known && all[i].fen > bound.fen)
                put_over(ev, over, &m->limits[k], all[i].fen - bound.fen);
        }
    }
}
