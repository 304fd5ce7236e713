/*
 * regulation/sat.c - trying a set of conditions on every project that could tell them apart
 */
#include "config.h"

#include "regulation/sat.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { SAT_DOMAINS_MAX = 64, SAT_VALUES_MAX = 96, SAT_PROJECTS_MAX = 1 << 18 };

struct domain {
    int fact; /* -1: a leaf */
    const struct cond *leaf;
    struct value *values;
    int count, at;
};
struct sat {
    const struct regulation *r;
    struct arena *a;
    const unsigned char *reachable;
    struct domain domains[SAT_DOMAINS_MAX];
    int count, over;
};

struct sat *sat_new(const struct regulation *r, struct arena *a)
{
    struct sat *s = ARENA_NEW(a, struct sat);

    s->r = r;
    s->a = a;
    return s;
}

void sat_reachable(struct sat *s, const unsigned char *reachable)
{
    s->reachable = reachable;
}

/* ---- what to vary ---- */

/* A comparison of a fact with a literal; all else is a leaf that is tried both ways. */
static int is_plain(const struct sat *s, const struct cond *c)
{
    return c->kind == COND_COMPARE && s->r->terms[c->term].kind == TERM_FACT && c->operand.term < 0;
}

static int same_leaf(const struct cond *x, const struct cond *y)
{
    if (x == y)
        return 1;
    return x->kind == y->kind && x->kind != COND_COMPARE && x->index == y->index;
}

static struct domain *domain_of(struct sat *s, int fact, const struct cond *leaf)
{
    for (int i = 0; i < s->count; i++)
        if (fact >= 0 ? s->domains[i].fact == fact : leaf && s->domains[i].leaf && same_leaf(s->domains[i].leaf, leaf))
            return &s->domains[i];
    return NULL;
}

static void value_add(struct domain *d, struct value v)
{
    for (int i = 0; i < d->count; i++) {
        const struct value *w = &d->values[i];
        if (w->known == v.known && (!v.known || (w->n == v.n && text_eq(w->s, v.s) && w->list == v.list)))
            return;
    }
    if (d->count < SAT_VALUES_MAX)
        d->values[d->count++] = v;
}

static void around(struct domain *d, const struct value *v)
{
    struct value w = *v;

    if (v->type == VALUE_MONEY || v->type == VALUE_INTEGER || v->type == VALUE_DATE) {
        for (w.n = v->n - 1; w.n <= v->n + 1; w.n++)
            if (w.n >= 0)
                value_add(d, w);
        return;
    }
    value_add(d, w);
}

static int may_be_unknown(const struct fact *f)
{
    return f->asked_when || (!f->f.required && !f->fallback.known);
}

static struct domain *fact_domain(struct sat *s, int fact)
{
    const struct fact *f = &s->r->facts[fact];
    struct domain *d = domain_of(s, fact, NULL);
    struct value v = {.known = 1, .type = f->f.type};

    if (d || s->count == SAT_DOMAINS_MAX) {
        s->over |= !d;
        return d;
    }
    d = &s->domains[s->count++];
    d->fact = fact;
    d->values = ARENA_ARRAY(s->a, struct value, SAT_VALUES_MAX);
    if (may_be_unknown(f))
        value_add(d, (struct value){.type = f->f.type});
    if (f->f.type == VALUE_BOOLEAN) {
        value_add(d, v);
        v.n = 1;
        value_add(d, v);
    }
    for (size_t i = 0; f->f.type == VALUE_CHOICE && i < f->f.choice_count; i++) {
        v.s = f->f.choices[i].id;
        if (!f->f.choices[i].branch)
            value_add(d, v);
    }
    if (f->fallback.known)
        value_add(d, f->fallback);
    sat_add(s, f->asked_when);
    return d;
}

/* A list of one choice: enough to tell "has" apart. */
static struct value one_choice(struct sat *s, const char *id)
{
    struct node *list = node_list(s->a);
    struct value v = {.known = 1, .type = VALUE_CHOICES};

    node_add_text(s->a, list, id);
    v.list = list;
    return v;
}

static void add_plain(struct sat *s, const struct cond *c)
{
    const struct term *t = &s->r->terms[c->term];
    struct domain *d = fact_domain(s, t->fact);
    struct value v = {.known = 1, .type = t->type};

    if (!d)
        return;
    if (c->op == OP_HAS)
        value_add(d, one_choice(s, c->operand.literal.s));
    else if (c->op == OP_KNOWN && d->count == (d->count && !d->values[0].known)) {
        v.s = "…";
        value_add(d, v); /* any value at all */
    } else if (c->op != OP_KNOWN && c->op != OP_UNDER && !c->operand.list) {
        around(d, &c->operand.literal);
    }
    for (size_t i = 0; c->operand.list && i < c->operand.list_count; i++)
        around(d, &c->operand.list[i]);
}

static int leaf_can_hold(const struct sat *s, const struct cond *c)
{
    if (!s->reachable)
        return 1;
    switch (c->kind) {
    case COND_DONE:
    case COND_OPEN:
    case COND_FAILED:
        return s->reachable[c->index];
    case COND_HAPPENED:
        return s->reachable[s->r->happenings[c->index].procedure];
    default:
        return 1;
    }
}

static void add_leaf(struct sat *s, const struct cond *c)
{
    struct domain *d = domain_of(s, -1, c);
    struct value v = {.known = 1, .type = VALUE_BOOLEAN};

    if (d || s->count == SAT_DOMAINS_MAX) {
        s->over |= !d;
        return;
    }
    d = &s->domains[s->count++];
    d->fact = -1;
    d->leaf = c;
    d->values = ARENA_ARRAY(s->a, struct value, 2);
    value_add(d, v);
    v.n = 1;
    if (leaf_can_hold(s, c))
        value_add(d, v);
}

void sat_add(struct sat *s, const struct cond *c)
{
    if (!c)
        return;
    for (const struct cond *k = c->kids; k; k = k->next)
        sat_add(s, k);
    if (c->kids)
        return;
    if (is_plain(s, c))
        add_plain(s, c);
    else
        add_leaf(s, c);
}

int sat_knows(const struct sat *s, const struct cond *c)
{
    if (!c)
        return 1;
    for (const struct cond *k = c->kids; k; k = k->next)
        if (!sat_knows(s, k))
            return 0;
    return c->kids || (is_plain(s, c) && domain_of((struct sat *)s, s->r->terms[c->term].fact, NULL));
}

/* ---- deciding under the present project ---- */

static const struct value *present(const struct domain *d)
{
    return &d->values[d->at];
}

static int plain_holds(const struct field *meta, const struct cond *c, const struct value *x)
{
    const struct operand *o = &c->operand;
    const struct value *y = &o->literal;
    int in = 0;

    if (c->op == OP_KNOWN)
        return x->known == (int)y->n;
    if (!x->known)
        return 0;
    switch (c->op) {
    case OP_IN:
    case OP_NOT_IN:
        for (size_t i = 0; i < o->list_count && !in; i++)
            in = x->n == o->list[i].n && text_eq(x->s, o->list[i].s);
        return in == (c->op == OP_IN);
    case OP_UNDER:
        return choice_is_under(meta, x->s, y->s);
    case OP_HAS:
        for (const struct node *n = node_first(x->list); n; n = n->next)
            if (text_eq(node_str(n, ""), y->s))
                return 1;
        return 0;
    case OP_IS:
        return x->n == y->n && text_eq(x->s, y->s);
    case OP_IS_NOT:
        return x->n != y->n || !text_eq(x->s, y->s);
    case OP_BELOW:
        return x->n < y->n;
    case OP_AT_MOST:
        return x->n <= y->n;
    case OP_AT_LEAST:
        return x->n >= y->n;
    default:
        return x->n > y->n;
    }
}

int sat_holds(const struct sat *s, const struct cond *c)
{
    const struct domain *d;

    if (!c)
        return 1;
    if (c->kind == COND_NOT)
        return !sat_holds(s, c->kids);
    if (c->kids) {
        for (const struct cond *k = c->kids; k; k = k->next)
            if (sat_holds(s, k) != (c->kind == COND_ALL))
                return c->kind != COND_ALL;
        return c->kind == COND_ALL;
    }
    if (c->kind == COND_ALL || c->kind == COND_ANY)
        return c->kind == COND_ALL;
    if (!is_plain(s, c)) {
        d = domain_of((struct sat *)s, -1, c);
        return d && present(d)->n;
    }
    d = domain_of((struct sat *)s, s->r->terms[c->term].fact, NULL);
    return d && plain_holds(s->r->terms[c->term].meta, c, present(d));
}

/* A fact that is not asked is not known; one that is asked and required is. */
static int consistent(const struct sat *s)
{
    for (int i = 0; i < s->count; i++) {
        const struct domain *d = &s->domains[i];
        const struct fact *f = d->fact >= 0 ? &s->r->facts[d->fact] : NULL;
        int asked;
        if (!f)
            continue;
        asked = sat_holds(s, f->asked_when);
        if ((!asked && present(d)->known) || (asked && !present(d)->known && (f->f.required || f->fallback.known)))
            return 0;
    }
    return 1;
}

int sat_each(struct sat *s, int (*fn)(struct sat *s, void *p), void *p)
{
    double projects = 1;

    for (int i = 0; i < s->count; i++) {
        projects *= s->domains[i].count ? s->domains[i].count : 1;
        s->domains[i].at = 0;
        if (!s->domains[i].count) { /* a text or a date no one compares: any one value */
            s->domains[i].values[0] = (struct value){.known = 1, .s = "…"};
            s->domains[i].count = 1;
        }
    }
    if (s->over || projects > SAT_PROJECTS_MAX)
        return -1;
    for (;;) {
        int i = 0;
        if (consistent(s) && fn(s, p))
            return 1;
        while (i < s->count && ++s->domains[i].at == s->domains[i].count)
            s->domains[i++].at = 0;
        if (i == s->count)
            return 0;
    }
}

/* ---- in words ---- */

static const char *leaf_words(const struct sat *s, const struct cond *c)
{
    const struct regulation *r = s->r;

    switch (c->kind) {
    case COND_DONE:
        return arena_fmt(s->a, "「%s」已办结", r->procedures[c->index].name);
    case COND_FAILED:
        return arena_fmt(s->a, "「%s」没有通过", r->procedures[c->index].name);
    case COND_OPEN:
        return arena_fmt(s->a, "「%s」正在办理", r->procedures[c->index].name);
    case COND_HAPPENED:
        return arena_fmt(s->a, "已有「%s」的「%s」", r->procedures[r->happenings[c->index].procedure].name,
                         r->happenings[c->index].acts->name);
    case COND_ROUTE:
        return arena_fmt(s->a, "路径为「%s」", r->routes[c->index].name);
    case COND_COMPARE:
        return arena_fmt(s->a, "%s 的比较成立", r->terms[c->term].written);
    default:
        return arena_fmt(s->a, "「%s」的期间条件成立", r->duties[c->index].name);
    }
}

const char *sat_words(struct sat *s)
{
    const char *out = "";

    for (int i = 0; i < s->count; i++) {
        const struct domain *d = &s->domains[i];
        const struct value *v = present(d);
        const char *one;
        if (d->fact < 0 && !v->n)
            continue;
        if (d->fact >= 0 && !v->known)
            continue;
        one = d->fact < 0 ? leaf_words(s, d->leaf)
                          : arena_fmt(s->a, "%s：%s", s->r->facts[d->fact].f.label,
                                      value_text(s->a, &s->r->facts[d->fact].f, v));
        out = arena_fmt(s->a, "%s%s%s", out, *out ? "；" : "", one);
    }
    return *out ? out : "任何项目";
}
