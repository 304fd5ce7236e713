/*
 * casework/ledger.c - the money of one project: its columns, what each year moved, what may be paid now
 */
#include "config.h"

#include "casework/part.h"

#include "base/text.h"
#include "casework/view.h"

static void entries_put(struct arena *a, const struct node *column, struct node *n)
{
    struct node *entries = node_put_list(a, n, "entries");

    for (const struct node *x = node_first(node_get(column, "entries")); x != NULL; x = x->next) {
        struct node *o = node_add_object(a, entries);

        node_put_kept(a, o, "at", node_get_str(x, "at"));
        node_put_kept(a, o, "name", node_get_str(x, "name"));
        view_put_money(a, o, "amount", node_get_int(x, "fen", 0));
    }
    node_put_bool(a, n, "is_several", node_count(entries) > 1);
}

/* The ledger's columns, each with what it exceeds and, unless they are wanted in short, what it is made of. */
static struct node *money_columns(const struct desk *d, const struct node *verdict, int is_short)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (const struct node *m = node_first(node_get(verdict, "money")); m != NULL; m = m->next) {
        if (node_get(m, "fen") == NULL)
            continue;
        struct node *n = node_add_object(a, list), *over;

        node_put_kept(a, n, "id", node_get_str(m, "id"));
        node_put_kept(a, n, "label", node_get_str(m, "name"));
        view_put_money(a, n, "amount", node_get_int(m, "fen", 0));
        node_put(a, n, "articles", view_articles(d, node_get(m, "articles")));
        if (!is_short)
            entries_put(a, m, n);
        over = node_put_list(a, n, "over");
        for (const struct node *x = node_first(node_get(m, "over")); x != NULL; x = x->next) {
            struct node *o = node_add_object(a, over);

            node_put_kept(a, o, "name", node_get_str(x, "name"));
            view_put_money(a, o, "by", node_get_int(x, "by", 0));
            node_put(a, o, "articles", view_articles(d, node_get(x, "articles")));
        }
    }
    return list;
}

/* ---- by year: {head: [{name}], rows: [{name, cells: [{text}]}]}, as the dashboard has it ---- */

enum { YEARS_MOST = 40 };

static size_t years_of(const struct node *money, int64_t *years)
{
    size_t count = 0;

    for (const struct node *m = node_first(money); m != NULL; m = m->next)
        for (const struct node *y = node_first(node_get(m, "years")); y != NULL && count < YEARS_MOST; y = y->next) {
            int64_t year = node_get_int(y, "year", 0);
            size_t at = 0;

            while (at < count && years[at] < year)
                at++;
            if (at < count && years[at] == year)
                continue;
            for (size_t k = count++; k > at; k--)
                years[k] = years[k - 1];
            years[at] = year;
        }
    return count;
}

static fen moved_in(const struct node *column, int64_t year)
{
    for (const struct node *y = node_first(node_get(column, "years")); y != NULL; y = y->next)
        if (node_get_int(y, "year", 0) == year)
            return node_get_int(y, "fen", 0);
    return 0;
}

/* Only where there is more than one year to compare. */
static void years_put(const struct desk *d, const struct node *money, struct node *page)
{
    struct arena *a = d->arena;
    int64_t years[YEARS_MOST];
    size_t count = years_of(money, years);
    struct node *o, *head, *rows;

    if (count < 2)
        return;
    o = node_put_object(a, page, "money_years");
    head = node_put_list(a, o, "head");
    rows = node_put_list(a, o, "rows");
    for (const struct node *m = node_first(money); m != NULL; m = m->next)
        if (node_get(m, "fen") != NULL)
            node_put_kept(a, node_add_object(a, head), "name", node_get_str(m, "name"));
    for (size_t i = 0; i < count; i++) {
        struct node *row = node_add_object(a, rows), *cells = node_put_list(a, row, "cells");

        node_put_fmt(a, row, "name", "%lld 年", (long long)years[i]);
        for (const struct node *m = node_first(money); m != NULL; m = m->next)
            if (node_get(m, "fen") != NULL) {
                struct node *cell = node_add_object(a, cells);
                fen by = moved_in(m, years[i]);

                node_put_kept(a, cell, "name", node_get_str(m, "name"));
                node_put_kept(a, cell, "text", by != 0 ? money_wan(a, by) : "");
            }
    }
}

/* ---- what may be paid now ---- */

static int same_reasons(const struct node *x, const struct node *y)
{
    const struct node *l = node_first(x), *r = node_first(y);

    for (; l != NULL && r != NULL; l = l->next, r = r->next)
        if (!text_eq(node_get_str(l, "message"), node_get_str(r, "message")))
            return 0;
    return l == NULL && r == NULL;
}

/* Kinds of payment that the same stands in the way of are one line. */
static void ways_put(const struct desk *d, const struct node *ways, struct node *list)
{
    struct arena *a = d->arena;

    for (const struct node *w = node_first(ways); w != NULL; w = w->next) {
        struct node *line = NULL;

        for (const struct node *n = node_first(list); n != NULL && line == NULL; n = n->next)
            if (same_reasons(node_get(n, "reasons"), node_get(w, "reasons")))
                line = (struct node *)(uintptr_t)n;
        if (line != NULL) {
            node_put_fmt(a, line, "name", "%s、%s", node_get_str(line, "name"), node_get_str(w, "name"));
            continue;
        }
        line = node_add_object(a, list);
        node_put_kept(a, line, "name", node_get_str(w, "name"));
        node_put_bool(a, line, "allowed", node_get_bool(w, "allowed"));
        node_put(a, line, "reasons", view_reasons(d, node_get(w, "reasons")));
    }
}

/* Whoever pays, and whoever looks after how it is paid; on others' pages it would only take room. */
static int is_for(const struct desk *d, const struct node *payable)
{
    if (d->actor == NULL || d->actor->post == NULL)
        return 0;
    for (const struct node *w = node_first(node_get(payable, "ways")); w != NULL; w = w->next)
        for (const struct node *by = node_first(node_get(w, "by")); by != NULL; by = by->next)
            if (text_eq(node_str(by, ""), desk_organ(d)))
                return 1;
    return permit_allows(d->actor->post->kind, MAY_SUPERVISE);
}

static void payable_put(const struct desk *d, const struct node *payable, struct node *page)
{
    struct arena *a = d->arena;
    struct node *o, *list;

    if (payable == NULL || !is_for(d, payable))
        return;
    o = node_put_object(a, page, "payable");
    view_put_money(a, o, "room", node_get_int(payable, "room", 0));
    view_put_money(a, o, "paid", node_get_int(payable, "paid", 0));
    node_put_kept(a, o, "of_name", node_get_str(payable, "of_name"));
    node_put(a, o, "articles", view_articles(d, node_get(payable, "articles")));
    list = node_put_list(a, o, "ways");
    ways_put(d, node_get(payable, "ways"), list);
    node_put_bool(a, o, "is_free", node_count(list) == 1 && node_get_bool(node_first(list), "allowed"));
}

void ledger_put(const struct desk *d, const struct node *verdict, struct node *page)
{
    const struct node *money = node_get(verdict, "money");

    node_put(d->arena, page, "money", money_columns(d, verdict, 0));
    years_put(d, money, page);
    payable_put(d, node_get(verdict, "payable"), page);
}

void ledger_put_short(const struct desk *d, const struct node *verdict, struct node *page)
{
    node_put(d->arena, page, "money", money_columns(d, verdict, 1));
    payable_put(d, node_get(verdict, "payable"), page);
}

/* ---- what changes add up to, against the approved amount ---- */

enum { METER_NEAR = 80 /* percent of the bound */ };

static int is_measured(const struct node *m, const char *procedure)
{
    for (const struct node *p = node_first(node_get(m, "procedures")); p != NULL; p = p->next)
        if (*procedure == '\0' || text_eq(node_str(p, ""), procedure))
            return 1;
    return 0;
}

/* 9.4% */
static const char *share_text(struct arena *a, fen part, fen base)
{
    int64_t per_mille = base > 0 ? (int64_t)((__int128)part * 1000 / base) : 0;

    return arena_fmt(a, "%lld.%lld%%", (long long)(per_mille / 10), (long long)(per_mille % 10));
}

void meters_put(const struct desk *d, const struct node *verdict, const char *procedure, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "meters");

    for (const struct node *m = node_first(node_get(verdict, "meters")); m != NULL; m = m->next) {
        const fen amount = node_get_int(m, "amount", 0), base = node_get_int(m, "base", 0);
        const int64_t percent = node_get_int(m, "percent", 0);
        const fen bound = (fen)((__int128)base * percent / 100);

        if (!is_measured(m, procedure) || base <= 0 || percent <= 0 || (*procedure == '\0' && amount == 0))
            continue;
        struct node *n = node_add_object(a, list);

        view_take(d, n, m, "id", "name", NULL);
        node_put(a, n, "articles", view_articles(d, node_get(m, "articles")));
        node_put_text(a, n, "amount", money_wan(a, amount));
        view_put_money(a, n, "base", base);
        node_put_int(a, n, "percent", percent);
        node_put_text(a, n, "share", share_text(a, amount, base));
        node_put_bool(a, n, "is_over", (__int128)amount * 100 > (__int128)base * percent);
        node_put_bool(a, n, "is_near",
                      amount <= bound && (__int128)amount * 10000 >= (__int128)base * percent * METER_NEAR);
        node_put_text(a, n, "left", money_wan(a, amount < bound ? bound - amount : 0));
        /* of a bar as long as the bound and half as much again */
        const int64_t filled = (int64_t)((__int128)amount * 20000 / ((__int128)base * percent * 3));

        node_put_int(a, n, "filled", filled < 100 ? filled : 100);
    }
}
