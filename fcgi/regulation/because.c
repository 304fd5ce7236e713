/*
 * regulation/because.c - why a condition holds or does not, in words: 「总投资 25.00 万元，不低于 20 万元」
 *
 * Only what decided: of an "all" that fails the one part that fails, of an "any" that holds the one that holds.
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

#include "base/text.h"

struct words {
    struct eval *ev;
    const char *said;
};

/* The same figure may stand in several rows of a table: once is enough. */
static void say(struct words *w, const char *piece)
{
    if (*piece == '\0' || strstr(w->said, piece))
        return;
    w->said = arena_fmt(w->ev->a, "%s%s%s", w->said, *w->said ? "；" : "", piece);
}

/* "25.00 万元"; a bound as the law writes it: "20 万元" */
static const char *amount(struct arena *a, fen m, int is_bound)
{
    char *s = money_wan(a, m);
    size_t n = strlen(s);

    if (is_bound && n > 3 && text_eq(s + n - 3, ".00"))
        s[n - 3] = '\0';
    return arena_fmt(a, "%s 万元", s);
}

static const char *figure(struct arena *a, const struct field *f, const struct value *v, int is_bound)
{
    return v->type == VALUE_MONEY ? amount(a, v->n, is_bound) : value_text(a, f, v);
}

static const char *relation(enum cond_op op, int holds)
{
    static const struct {
        enum cond_op op, opposite;
        const char *name;
    } rows[] = {{OP_BELOW, OP_AT_LEAST, "低于"},
                {OP_AT_LEAST, OP_BELOW, "不低于"},
                {OP_AT_MOST, OP_ABOVE, "不超过"},
                {OP_ABOVE, OP_AT_MOST, "超过"}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if ((holds ? rows[i].op : rows[i].opposite) == op)
            return rows[i].name;
    return NULL;
}

/* What another term, or a share of it, comes to stays unsaid: only bounds that stand in the rule are quoted. */
static void say_comparison(struct words *w, const struct cond *c, int holds)
{
    struct eval *ev = w->ev;
    const struct field *f = ev->r->terms[c->term].meta;
    const char *how = c->operand.term < 0 && !c->operand.percent ? relation(c->op, holds) : NULL;
    struct value v = term_value(ev, c->term);

    if (!f)
        return;
    if (!v.known)
        say(w, arena_fmt(ev->a, "%s没有填写", f->label));
    else if (how)
        say(w, arena_fmt(ev->a, "%s %s，%s %s", f->label, figure(ev->a, f, &v, 0), how,
                         figure(ev->a, f, &c->operand.literal, 1)));
    else
        say(w, arena_fmt(ev->a, "%s：%s", f->label, figure(ev->a, f, &v, 0)));
}

static void say_thing(struct words *w, const char *name, const char *yes, const char *no, int holds)
{
    say(w, arena_fmt(w->ev->a, "「%s」%s", name, holds ? yes : no));
}

static void say_cond(struct words *w, const struct cond *c, int holds);

/* Of the parts those that are as the whole is; where one of them is enough, the first. */
static void say_parts(struct words *w, const struct cond *c, int holds)
{
    int one = (c->kind == COND_ALL) != holds;

    for (const struct cond *k = c->kids; k; k = k->next) {
        if (cond_holds(w->ev, k) != holds)
            continue;
        say_cond(w, k, holds);
        if (one)
            return;
    }
}

static void say_cond(struct words *w, const struct cond *c, int holds)
{
    const struct regulation *r = w->ev->r;

    switch (c->kind) {
    case COND_ALL:
    case COND_ANY:
        say_parts(w, c, holds);
        return;
    case COND_NOT:
        say_cond(w, c->kids, !holds);
        return;
    case COND_COMPARE:
        say_comparison(w, c, holds);
        return;
    case COND_DONE:
        say_thing(w, r->procedures[c->index].name, "已经办结", "没有办结", holds);
        return;
    case COND_FAILED:
        say_thing(w, r->procedures[c->index].name, "没有通过", "没有不通过", holds);
        return;
    case COND_OPEN:
        say_thing(w, r->procedures[c->index].name, "正在办理", "不在办理", holds);
        return;
    case COND_HAPPENED:
        say_thing(w, r->happenings[c->index].acts->name, "已经办理", "没有办理", holds);
        return;
    case COND_FILED:
        say_thing(w, r->filings[c->index].name, "已有回执", "没有回执", holds);
        return;
    case COND_WINDOW:
        say_thing(w, r->duties[c->index].name, "在期间内", "不在期间内", holds);
        return;
    case COND_OVERDUE:
        say_thing(w, r->duties[c->index].name, "已经超期", "没有超期", holds);
        return;
    case COND_ROUTE:
        return; /* says only which row it is */
    }
}

const char *route_because(struct eval *ev)
{
    const struct route *t = &ev->r->routes[ev->route];
    struct words w = {.ev = ev, .said = ""};

    if (ev->route_kept)
        return "已按此路径办结，批准的数额不改变走过的路径";
    if (t->when) {
        say_cond(&w, t->when, 1);
        return w.said;
    }
    /* of the way that is left the reason is why no other fits */
    for (size_t i = 0; i < ev->r->route_count; i++)
        if (!ev->r->routes[i].adds && ev->r->routes[i].when)
            say_cond(&w, ev->r->routes[i].when, 0);
    return w.said;
}
