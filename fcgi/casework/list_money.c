/*
 * casework/list_money.c - 资金台账: rows, and what they add up to
 *
 * The figures of a project are its row's, those of a year what that year's acts moved (fcgi/adr/0022); the sums come
 * from the table that moves with them, whatever the number of projects.
 */
#include "config.h"

#include "casework/list.h"

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"

static struct node *money_node(const struct desk *d, const struct money_row *m)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "project", m->project);
    node_put_text(a, n, "title", m->title);
    node_put_text(a, n, "number", m->number);
    node_put_text(a, n, "unit_name", m->unit_name);
    view_put_date(a, n, "submitted_on", m->submitted_on);
    for (size_t i = 0; i < MONEY_AMOUNTS; i++)
        node_put_text(a, n, money_amounts[i], m->amount[i] == MONEY_NONE ? "" : money_wan(a, m->amount[i]));
    node_put_int(a, n, "over", m->over);
    node_put_text(a, n, "href", view_href(d, "/projects/%lld", (long long)m->project));
    return n;
}

static int money_asked(const struct list_def *def, const struct node *query, struct money_filter *ret, struct err *e)
{
    *ret = (struct money_filter){.unit = node_get_str(query, "unit"),
                                 .which = text_eq(def->id, "money_over")   ? MONEY_EXCEEDS
                                          : text_eq(def->id, "money_left") ? MONEY_REMAINS
                                                                           : MONEY_ALL};
    return list_year(query, "year", &ret->year, e) < 0 || list_year(query, "of_year", &ret->of_year, e) < 0 ? -1 : 0;
}

int list_money_rows(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query,
                    int limit, struct node *into, const char **ret_after, struct err *e)
{
    const struct project_sight w = desk_sight(d);
    const char *after = node_get_str(query, "after");
    struct money_filter f;
    struct money_row *rows;
    size_t count;

    if (money_asked(def, query, &f, e) < 0)
        return -1;
    if (*after != '\0' && (text_i64(after, &f.after) < 0 || f.after <= 0))
        return view_place_bad(after, e);
    if (money_list(db, d->arena, &w, &f, limit + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < (size_t)limit; i++)
        node_add(into, money_node(d, &rows[i]));
    if (count > (size_t)limit)
        *ret_after = arena_fmt(d->arena, "%lld", (long long)rows[limit - 1].project);
    return 0;
}

int list_money_sums(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query,
                    struct node *into, struct err *e)
{
    const struct project_sight w = desk_sight(d);
    struct money_sum *rows, all = {0};
    struct money_filter f;
    size_t count;

    if (money_asked(def, query, &f, e) < 0 || money_sums(db, d->arena, &w, &f, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        all.projects += f.of_year > 0 ? rows[i].projects : rows[i].firsts;
        for (size_t k = 0; k < MONEY_AMOUNTS; k++)
            all.amount[k] += rows[i].amount[k];
    }
    node_put_int(d->arena, into, "count", all.projects);
    node_put_text(d->arena, into, "of_year", node_get_str(query, "of_year"));
    for (size_t k = 0; k < MONEY_AMOUNTS; k++)
        node_put_text(d->arena, into, money_amounts[k], money_wan(d->arena, all.amount[k]));
    return 0;
}

struct node *list_money_options(const struct desk *d, const struct node *query)
{
    struct node *o = list_options(d, query, "year", "申报年份");

    node_put(d->arena, o, "of_years", list_years(d, node_get_str(query, "of_year")));
    return o;
}
