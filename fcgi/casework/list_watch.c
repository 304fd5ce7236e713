/*
 * casework/list_watch.c - rows of the lists of the supervision (监督清单)
 *
 * What an evaluation finds is kept with the project (casework/outcome.c) and read here by list; what is late follows
 * the days, and is read off the open duties; what is split is seen only over a unit's projects together.
 */
#include "config.h"

#include "casework/list.h"

#include <string.h>

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/due.h"
#include "casework/view.h"

enum { SPLIT_MONTHS = 12, SPLIT_MOST = 500 };

/* "<project>.<ref>", of late duties "<day>.<project>.<ref>"; 1 and the row to go on after, 0 on the first page, -1. */
static int after_read(const struct desk *d, const struct node *query, int is_dated, struct watch *ret, struct err *e)
{
    const char *after = node_get_str(query, "after"), *rest = after;
    struct err ignored = {0};
    const char *dot;

    if (*after == '\0')
        return 0;
    *ret = (struct watch){.on_day = DATE_NONE};
    if (is_dated) {
        dot = strchr(rest, '.');
        if (dot == NULL || date_parse(arena_dupn(d->arena, rest, (size_t)(dot - rest)), &ret->on_day, &ignored) < 0)
            return view_place_bad(after, e);
        rest = dot + 1;
    }
    dot = strchr(rest, '.');
    if (dot == NULL || text_i64(arena_dupn(d->arena, rest, (size_t)(dot - rest)), &ret->project) < 0)
        return view_place_bad(after, e);
    ret->ref = dot + 1;
    return 1;
}

static const char *percent_text(struct arena *a, fen part, fen base)
{
    return base <= 0 || part < 0
               ? ""
               : arena_fmt(a, "%lld.%lld%%", (long long)(part * 100 / base), (long long)(part * 1000 / base % 10));
}

static struct node *watch_node(const struct desk *d, const struct watch *w)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "project", w->project);
    node_put_text(a, n, "title", w->title);
    node_put_text(a, n, "number", w->number);
    node_put_text(a, n, "unit_name", w->unit_name);
    view_put_money(a, n, "total_investment", w->total_investment);
    node_put_text(a, n, "kind", w->kind);
    node_put_text(a, n, "by_name", w->by_name);
    node_put_text(a, n, "name", w->name);
    view_put_date(a, n, "on", w->on_day);
    view_put_date(a, n, "against", w->against);
    if (w->on_day != DATE_NONE && w->against != DATE_NONE)
        node_put_int(a, n, "days", w->against - w->on_day);
    view_put_money(a, n, "amount", w->amount);
    view_put_money(a, n, "base", w->base);
    node_put_text(a, n, "percent", percent_text(a, w->amount, w->base));
    node_put_text(a, n, "words", w->words);
    node_put(a, n, "articles", view_articles_of(d, w->articles));
    node_put_text(a, n, "href", view_href(d, "/projects/%lld", (long long)w->project));
    return n;
}

int list_watch_rows(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query,
                    int limit, struct node *into, const char **ret_after, struct err *e)
{
    const struct project_sight w = desk_sight(d);
    struct watch_filter f = {.list = def->id, .kind = node_get_str(query, "kind"), .unit = node_get_str(query, "unit")};
    struct watch from, *rows;
    size_t count;
    int later = after_read(d, query, 0, &from, e);

    if (later < 0 || list_year(query, "on_year", &f.year, e) < 0 ||
        watch_list(db, d->arena, &f, &w, later ? &from : NULL, limit + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < (size_t)limit; i++)
        node_add(into, watch_node(d, &rows[i]));
    if (count > (size_t)limit)
        *ret_after = arena_fmt(d->arena, "%lld.%s", (long long)rows[limit - 1].project, rows[limit - 1].ref);
    return 0;
}

struct node *list_kinds(const struct desk *d, const struct node *known, const char *chosen)
{
    struct node *list = node_list(d->arena);

    for (const struct node *k = node_first(known); k != NULL; k = k->next) {
        struct node *n = node_add_object(d->arena, list);

        node_put_text(d->arena, n, "id", node_str(k, ""));
        node_put_text(d->arena, n, "name", node_str(k, ""));
        node_put_bool(d->arena, n, "chosen", text_eq(node_str(k, ""), chosen));
    }
    return list;
}

int list_waiver_known(const struct desk *d)
{
    const struct regulation *r = d->district != NULL ? district_regulation(d->district, desk_today(d)) : NULL;

    return r != NULL && regulation_has_exceptions(r);
}

int list_stay_known(const struct desk *d)
{
    const struct regulation *r = d->district != NULL ? district_regulation(d->district, desk_today(d)) : NULL;

    return r != NULL && node_first(regulation_stay_kinds(r, d->arena)) != NULL;
}

struct node *list_options(const struct desk *d, const struct node *query, const char *year_key, const char *year_name)
{
    struct node *o = node_object(d->arena);

    node_put(d->arena, o, "units", list_units(d, node_get_str(query, "unit")));
    if (*year_key == '\0')
        return o;
    node_put_text(d->arena, o, "year_key", year_key);
    node_put_text(d->arena, o, "year_name", year_name);
    node_put(d->arena, o, "years", list_years(d, node_get_str(query, year_key)));
    return o;
}

struct node *list_unit_options(const struct desk *d, const struct node *query)
{
    return list_options(d, query, "", "");
}

struct node *list_day_options(const struct desk *d, const struct node *query)
{
    return list_options(d, query, "on_year", "日期所在年份");
}

static struct node *options_by_kind(const struct desk *d, const struct node *query,
                                    struct node *(*kinds_of)(const struct regulation *, struct arena *))
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    struct node *o = list_day_options(d, query);

    if (r != NULL)
        node_put(d->arena, o, "kinds", list_kinds(d, kinds_of(r, d->arena), node_get_str(query, "kind")));
    return o;
}

struct node *list_waiver_options(const struct desk *d, const struct node *query)
{
    return options_by_kind(d, query, regulation_exception_kinds);
}

struct node *list_stay_options(const struct desk *d, const struct node *query)
{
    return options_by_kind(d, query, regulation_stay_kinds);
}

int list_late_rows(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query, int limit,
                   struct node *into, const char **ret_after, struct err *e)
{
    const struct project_sight w = desk_sight(d);
    struct watch from, *rows;
    size_t count;
    int later = after_read(d, query, 1, &from, e);

    (void)def;
    if (later < 0 || watch_late(db, d->arena, &w, desk_today(d), node_get_str(query, "unit"), later ? &from : NULL,
                                limit + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < (size_t)limit; i++) {
        struct node *n = node_add(into, watch_node(d, &rows[i]));

        node_put(d->arena, n, "due", due_node(d->arena, d->platform->calendar, rows[i].on_day, desk_today(d)));
    }
    if (count > (size_t)limit) {
        const struct watch *last = &rows[limit - 1];

        *ret_after =
            arena_fmt(d->arena, "%s.%lld.%s", date_text(d->arena, last->on_day), (long long)last->project, last->ref);
    }
    return 0;
}

/* ---- what together crosses a threshold ---- */

/* The window ends today. */
static void split_window(const struct desk *d, date *ret_from, date *ret_before)
{
    *ret_before = desk_today(d) + 1;
    *ret_from = date_add_months(desk_today(d), -SPLIT_MONTHS) + 1;
}

/* The list of projects that has just those which are counted. */
static const char *split_href(const struct desk *d, const struct split *s, fen limit)
{
    struct arena *a = d->arena;
    date from, before;

    split_window(d, &from, &before);
    return view_href(d, "/projects?unit=%s&state=running,done&submitted_from=%s&submitted_to=%s&amount_below=%s",
                     s->unit, date_text(a, from), date_text(a, before - 1), money_wan_plain(a, limit));
}

static struct node *split_node(const struct desk *d, const struct split *s, const struct node *rule, fen limit)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    node_put_text(a, n, "unit", s->unit);
    node_put_text(a, n, "title", s->unit_name);
    node_put_int(a, n, "count", s->count);
    view_put_money(a, n, "amount", s->total);
    view_put_money(a, n, "largest", s->largest);
    view_put_money(a, n, "base", limit);
    view_put_date(a, n, "on", s->first);
    view_put_date(a, n, "against", s->last);
    node_put_text(a, n, "words", node_get_str(rule, "name"));
    node_put(a, n, "articles", view_articles(d, node_get(rule, "articles")));
    node_put_text(a, n, "href", split_href(d, s, limit));
    return n;
}

int list_split_behind(const struct desk *d, struct db *db, const struct node *row, struct node *into, struct err *e)
{
    const struct project_sight w = desk_sight(d);
    struct split_part *parts;
    date from, before;
    size_t count;
    fen limit;

    split_window(d, &from, &before);
    if (money_parse_wan(node_get_str(row, "base"), &limit, e) < 0 ||
        split_parts(db, d->arena, &w, node_get_str(row, "unit"), from, before, limit, LIST_BEHIND_MAX + 1, &parts,
                    &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(d->arena, into);

        view_put_id(d->arena, n, "project", parts[i].project);
        node_put_text(d->arena, n, "title", parts[i].title);
        node_put_text(d->arena, n, "number", parts[i].number);
        node_put_text(d->arena, n, "href", view_href(d, "/projects/%lld", (long long)parts[i].project));
    }
    return 0;
}

/* A unit stands once for every threshold its projects cross together. */
int list_split_rows(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query,
                    int limit, struct node *into, const char **ret_after, struct err *e)
{
    const struct project_sight w = desk_sight(d);
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    date before, from;

    (void)query;
    (void)limit;
    split_window(d, &from, &before);
    *ret_after = ""; /* units times thresholds: a page */
    for (const struct node *n = node_first(regulation_watches(r, d->arena)); n != NULL; n = n->next) {
        if (!text_eq(node_get_str(n, "list"), def->watch))
            continue;
        for (const struct node *rule = node_first(node_get(n, "rules")); rule != NULL; rule = rule->next) {
            fen threshold = node_get_int(rule, "amount", 0);
            struct split *rows;
            size_t count;

            if (split_list(db, d->arena, &w, from, before, threshold, SPLIT_MOST, &rows, &count, e) < 0)
                return -1;
            for (size_t i = 0; i < count; i++)
                node_add(into, split_node(d, &rows[i], rule, threshold));
        }
    }
    return 0;
}
