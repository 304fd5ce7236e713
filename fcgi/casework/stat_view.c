/*
 * casework/stat_view.c - how many, how much, where they stand and what is late
 *
 * {year, years: [{id, name, chosen}], figures: [{name, value, unit, note, href, is_bad, is_warn}], is_partial,
 *  stages: [{key, name, running, late, coming, near, later, href, late_href, coming_href, near_href, later_href}],
 *  phases: [{key, name, count, href}], units: [{key, name, running, done, other, total, running_amount, amount, late,
 * href, running_href, late_href}], by_year: [{key, name, running, done, other, total, amount, href}], holders: [{key,
 * name, running, href}], money: {head: [{name}], rows: [{key, name, cells: [{name, text, href}]}]}, the last row the
 * total, compared? (asked for by "compare"): {year, before, is_running: that year is not over, rows: [{key, name, now,
 * before, more, amount, amount_before, amount_more, href, before_href}]} of units that have either, the last row of
 * all, late: [project]} Every count has the list behind it, with the very filter the count was made by.
 */
#include "config.h"

#include "casework/list.h"

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/due.h"
#include "casework/view.h"

enum { LATE_SHOWN = 5, YEARS = 10 };

struct counting {
    const struct desk *d;
    struct db *db;
    struct project_sight wall;
    int year; /* 0 all */
    const struct regulation *r;
    const struct node *names; /* {procedures, organs} */
    struct stat_row *stage, *unit, *by_year, *holder;
    size_t stages, units, years, holders;
    struct stat_due *due;
    size_t dues;
    struct money_sum *money;
    size_t moneys;
    int compares, compared; /* whether it is asked; the year asked for, or this one; the one before stands beside it */
    struct stat_row *now, *before; /* by unit */
    size_t nows, befores;
};

static const char *href(const struct counting *c, const char *query)
{
    const char *year = c->year > 0 ? arena_fmt(c->d->arena, "%syear=%d", *query != '\0' ? "&" : "", c->year) : "";

    return view_href(c->d, "/projects%s%s%s", *query != '\0' || *year != '\0' ? "?" : "", query, year);
}

static void put_href(const struct counting *c, struct node *n, const char *key, const char *query)
{
    node_put_text(c->d->arena, n, key, href(c, query));
}

static int64_t stat_total(const struct stat_row *s)
{
    return s->running + s->done + s->other + s->drafts;
}

/* ---- names ---- */

static const char *stage_name(const struct counting *c, const char *stage)
{
    const struct node *name = node_get(node_get(c->names, "procedures"), stage);

    return name != NULL ? node_str(name, stage) : *stage != '\0' ? stage : "环节之间";
}

static const char *unit_name(const struct counting *c, const char *unit)
{
    const struct tenant *t = c->d->district->tenant;

    for (size_t i = 0; i < t->unit_count; i++)
        if (text_eq(t->units[i].code, unit))
            return t->units[i].name;
    return unit;
}

/* ---- parts ---- */

static void due_of(const struct counting *c, const char *stage, const char *unit, int64_t *late, int64_t *coming,
                   int64_t *near)
{
    *late = *coming = *near = 0;
    for (size_t i = 0; i < c->dues; i++) {
        if ((stage != NULL && !text_eq(c->due[i].stage, stage)) || (unit != NULL && !text_eq(c->due[i].unit, unit)))
            continue;
        *late += c->due[i].late;
        *coming += c->due[i].soon;
        *near += c->due[i].near;
    }
}

static void put_stages(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *list = node_put_list(a, page, "stages");

    for (size_t i = 0; i < c->stages; i++) {
        const struct stat_row *s = &c->stage[i];
        int64_t late, coming, near;
        const char *at;
        struct node *n;

        if (s->running == 0 || *s->key == '\0')
            continue;
        n = node_add_object(a, list);
        due_of(c, s->key, NULL, &late, &coming, &near);
        at = arena_fmt(a, "state=running&stage=%s", s->key);
        node_put_text(a, n, "key", s->key);
        node_put_text(a, n, "name", stage_name(c, s->key));
        node_put_int(a, n, "running", s->running);
        node_put_int(a, n, "late", late);
        node_put_int(a, n, "coming", coming);
        node_put_int(a, n, "near", near);
        node_put_int(a, n, "later", s->running - late - coming - near);
        view_put_money(a, n, "running_amount", s->running_amount);
        put_href(c, n, "href", at);
        put_href(c, n, "late_href", arena_fmt(a, "%s&due=overdue", at));
        put_href(c, n, "coming_href", arena_fmt(a, "%s&due=coming", at));
        put_href(c, n, "near_href", arena_fmt(a, "%s&due=near", at));
        put_href(c, n, "later_href", arena_fmt(a, "%s&due=later", at));
    }
}

/* How many have come as far as each phase: those that are in it or beyond, and those that are done. */
static void put_phases(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *list = node_put_list(a, page, "phases");
    int64_t in[LIST_PHASES] = {0}, beyond = 0;
    int from = -1;

    for (size_t i = 0; i < c->stages; i++) {
        const struct node *p =
            c->r != NULL && c->stage[i].running > 0 ? regulation_procedure(c->r, a, c->stage[i].key) : NULL;

        beyond += c->stage[i].done;
        int phase = list_phase(node_get_str(p, "phase"));

        if (phase >= 0)
            in[phase] += c->stage[i].running;
    }
    for (size_t k = LIST_PHASES; k-- > 0;) {
        beyond += in[k];
        in[k] = beyond;
    }
    for (size_t k = 0; k < LIST_PHASES && from < 0; k++) /* the first phase any of them left behind */
        if (k + 1 == LIST_PHASES || in[k] != in[k + 1])
            from = (int)k;
    for (size_t k = (size_t)from; k < LIST_PHASES && beyond > 0; k++) {
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "key", list_phases[k][0]);
        node_put_text(a, n, "name", list_phases[k][1]);
        node_put_int(a, n, "count", in[k]);
        put_href(c, n, "href", arena_fmt(a, "reached=%s", list_phases[k][0]));
    }
}

static struct node *stat_node(const struct counting *c, struct node *list, const struct stat_row *s, const char *name,
                              const char *query)
{
    struct arena *a = c->d->arena;
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "key", s->key);
    node_put_text(a, n, "name", name);
    node_put_int(a, n, "running", s->running);
    node_put_int(a, n, "done", s->done);
    node_put_int(a, n, "other", s->other);
    node_put_int(a, n, "total", stat_total(s));
    view_put_money(a, n, "amount", s->amount);
    view_put_money(a, n, "running_amount", s->running_amount);
    put_href(c, n, "href", query);
    put_href(c, n, "running_href", arena_fmt(a, "%s&state=running", query));
    put_href(c, n, "done_href", arena_fmt(a, "%s&state=done", query));
    return n;
}

static void put_units(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *list = node_put_list(a, page, "units");

    for (size_t i = 0; i < c->units; i++) {
        const char *query = arena_fmt(a, "unit=%s", c->unit[i].key);
        struct node *n = stat_node(c, list, &c->unit[i], unit_name(c, c->unit[i].key), query);
        int64_t late, coming, near;

        due_of(c, NULL, c->unit[i].key, &late, &coming, &near);
        node_put_int(a, n, "late", late);
        put_href(c, n, "late_href", arena_fmt(a, "%s&due=overdue", query));
    }
}

/* Whatever the year chosen: to compare with. */
static void put_years(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *list = node_put_list(a, page, "by_year");
    struct counting all = *c;

    all.year = 0;
    for (size_t i = 0; i < c->years; i++) {
        const struct stat_row *s = &c->by_year[i];

        if (!text_eq(s->key, "0"))
            (void)stat_node(&all, list, s, arena_fmt(a, "%s 年", s->key), arena_fmt(a, "year=%s", s->key));
    }
}

/* ---- a year beside the one before, unit by unit ---- */

static const struct stat_row *stat_of(const struct stat_row *rows, size_t count, const char *key)
{
    static const struct stat_row none = {.key = ""};

    for (size_t i = 0; i < count; i++)
        if (text_eq(rows[i].key, key))
            return &rows[i];
    return &none;
}

static void stat_add(struct stat_row *to, const struct stat_row *s)
{
    to->running += s->running;
    to->done += s->done;
    to->other += s->other;
    to->drafts += s->drafts;
    to->amount += s->amount;
}

/* key "": of all units */
static void compared_put(const struct counting *c, struct node *rows, const char *key, const struct stat_row *now,
                         const struct stat_row *before)
{
    struct arena *a = c->d->arena;
    const char *unit = *key != '\0' ? arena_fmt(a, "&unit=%s", key) : "";
    const int64_t more = stat_total(now) - stat_total(before);
    const fen amount = now->amount - before->amount;
    struct node *n = node_add_object(a, rows);

    node_put_text(a, n, "key", key);
    node_put_text(a, n, "name", *key != '\0' ? unit_name(c, key) : "合计");
    node_put_int(a, n, "now", stat_total(now));
    node_put_int(a, n, "before", stat_total(before));
    node_put_fmt(a, n, "more", "%s%lld", more > 0 ? "+" : "", (long long)more);
    view_put_money(a, n, "amount", now->amount);
    view_put_money(a, n, "amount_before", before->amount);
    node_put_fmt(a, n, "amount_more", "%s%s", amount > 0 ? "+" : "", money_wan(a, amount));
    node_put_text(a, n, "href", view_href(c->d, "/projects?year=%d%s", c->compared, unit));
    node_put_text(a, n, "before_href", view_href(c->d, "/projects?year=%d%s", c->compared - 1, unit));
}

static void put_compared(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *n = node_put_object(a, page, "compared"), *rows = node_put_list(a, n, "rows");
    struct stat_row now = {.key = ""}, before = {.key = ""};

    node_put_int(a, n, "year", c->compared);
    node_put_int(a, n, "before", c->compared - 1);
    node_put_bool(a, n, "is_running", c->compared == date_year(desk_today(c->d)));
    for (size_t i = 0; i < c->nows; i++) {
        compared_put(c, rows, c->now[i].key, &c->now[i], stat_of(c->before, c->befores, c->now[i].key));
        stat_add(&now, &c->now[i]);
    }
    for (size_t i = 0; i < c->befores; i++) {
        if (*stat_of(c->now, c->nows, c->before[i].key)->key == '\0')
            compared_put(c, rows, c->before[i].key, stat_of(NULL, 0, ""), &c->before[i]);
        stat_add(&before, &c->before[i]);
    }
    if (node_count(rows) > 0)
        compared_put(c, rows, "", &now, &before);
}

static void put_holders(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *list = node_put_list(a, page, "holders");

    for (size_t i = 0; i < c->holders; i++) {
        const struct stat_row *s = &c->holder[i];
        const struct node *name = node_get(node_get(c->names, "organs"), s->key);

        if (s->running == 0 || *s->key == '\0')
            continue;
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "key", s->key);
        node_put_text(a, n, "name", name != NULL ? node_str(name, s->key) : s->key);
        node_put_int(a, n, "running", s->running);
        view_put_money(a, n, "running_amount", s->running_amount);
        put_href(c, n, "href", arena_fmt(a, "state=running&holder=%s", s->key));
    }
}

/* ---- money: what each year's acts moved, and what it comes to ---- */

static const char *const money_shown[] = {"申报", "计划", "评审", "批复", "预算", "合同",
                                          "支付", "决算", "结余", "结转", "退回"}; /* as money_amounts has them */

static void money_row_put(const struct counting *c, struct node *rows, const struct money_sum *m, const fen *all,
                          const char *query)
{
    struct arena *a = c->d->arena;
    struct node *n = node_add_object(a, rows), *cells = node_put_list(a, n, "cells");
    const char *year = c->year > 0 ? arena_fmt(a, "%syear=%d", *query != '\0' ? "&" : "", c->year) : "";
    int links = permit_allows(c->d->actor->post->kind, MAY_SUPERVISE);

    node_put_int(a, n, "key", m->of_year);
    node_put_text(a, n, "name",
                  *query == '\0'    ? "合计"
                  : m->of_year == 0 ? "尚未申报"
                                    : arena_fmt(a, "%d 年", m->of_year));
    for (size_t i = 0; i < MONEY_AMOUNTS; i++) {
        struct node *cell = all[i] != 0 ? node_add_object(a, cells) : NULL;

        if (cell == NULL)
            continue;
        node_put_text(a, cell, "name", money_shown[i]);
        node_put_text(a, cell, "text", money_wan(a, m->amount[i]));
        node_put_text(
            a, cell, "href",
            links && (*query == '\0' || m->of_year > 0)
                ? view_href(c->d, "/lists/money%s%s%s", *query != '\0' || *year != '\0' ? "?" : "", query, year)
                : "");
    }
}

/* Columns that anything stands in; nothing where the regulation has no ledger. */
static void put_money(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct money_sum all = {0};
    struct node *money, *head, *rows;

    for (size_t i = 0; i < c->moneys; i++)
        for (size_t k = 0; k < MONEY_AMOUNTS; k++)
            all.amount[k] += c->money[i].amount[k];
    if (c->moneys == 0)
        return;
    money = node_put_object(a, page, "money");
    head = node_put_list(a, money, "head");
    for (size_t k = 0; k < MONEY_AMOUNTS; k++)
        if (all.amount[k] != 0)
            node_put_text(a, node_add_object(a, head), "name", money_shown[k]);
    rows = node_put_list(a, money, "rows");
    for (size_t i = 0; i < c->moneys; i++)
        money_row_put(c, rows, &c->money[i], all.amount, arena_fmt(a, "of_year=%d", c->money[i].of_year));
    money_row_put(c, rows, &all, all.amount, "");
}

static struct node *figure(const struct counting *c, struct node *list, const char *name, const char *unit,
                           const char *query)
{
    struct node *n = node_add_object(c->d->arena, list);

    node_put_text(c->d->arena, n, "name", name);
    node_put_text(c->d->arena, n, "unit", unit);
    put_href(c, n, "href", query);
    return n;
}

static void put_figures(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *list = node_put_list(a, page, "figures"), *n;
    int64_t running = 0, done = 0, late, coming, near;
    fen amount = 0, in_hand = 0;

    for (size_t i = 0; i < c->units; i++) {
        running += c->unit[i].running;
        done += c->unit[i].done;
        amount += c->unit[i].amount;
        in_hand += c->unit[i].running_amount;
    }
    due_of(c, NULL, NULL, &late, &coming, &near);
    n = figure(c, list, "在办项目", "件", "state=running");
    node_put_fmt(a, n, "value", "%lld", (long long)running);
    n = figure(c, list, "在办投资", "万元", "state=running");
    view_put_money(a, n, "value", in_hand);
    node_put_fmt(a, n, "note", "全部申报 %s 万元", money_wan(a, amount));
    n = figure(c, list, "已办结", "件", "state=done");
    node_put_fmt(a, n, "value", "%lld", (long long)done);
    n = figure(c, list, "有事项超期", "件", "due=overdue");
    node_put_fmt(a, n, "value", "%lld", (long long)late);
    node_put_bool(a, n, "is_bad", late > 0);
    n = figure(c, list, "3 个工作日内到期", "件", "due=coming");
    node_put_fmt(a, n, "value", "%lld", (long long)coming);
    node_put_bool(a, n, "is_warn", coming > 0);
}

static void put_choice(const struct counting *c, struct node *page)
{
    struct arena *a = c->d->arena;
    struct node *list = node_put_list(a, page, "years");
    int now = date_year(desk_today(c->d));

    node_put_text(a, page, "year", c->year > 0 ? arena_fmt(a, "%d", c->year) : "");
    for (int i = 0; i < YEARS; i++) {
        struct node *n = node_add_object(a, list);

        node_put_fmt(a, n, "id", "%d", now - i);
        node_put_fmt(a, n, "name", "%d 年申报", now - i);
        node_put_bool(a, n, "chosen", now - i == c->year);
    }
}

static int put_late(const struct counting *c, struct node *page, struct err *e)
{
    struct node *list = node_put_list(c->d->arena, page, "late");
    struct project *rows;
    size_t count;

    if (project_due_list(c->db, c->d->arena, &c->wall, desk_today(c->d), LATE_SHOWN, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        node_add(list, list_project_node(c->d, &rows[i]));
    return 0;
}

/* ---- the page ---- */

static int compared_read(struct counting *c, struct err *e)
{
    struct arena *a = c->d->arena;

    return stat_list(c->db, a, STAT_BY_UNIT, &c->wall, c->compared, &c->now, &c->nows, e) < 0 ||
                   stat_list(c->db, a, STAT_BY_UNIT, &c->wall, c->compared - 1, &c->before, &c->befores, e) < 0
               ? -1
               : 0;
}

static int counting_read(struct counting *c, struct err *e)
{
    struct arena *a = c->d->arena;
    date today = desk_today(c->d);
    const struct money_filter money = {.unit = "", .year = c->year};
    const struct calendar *cal = c->d->platform->calendar;
    const date before[3] = {today, calendar_add_workdays(cal, today, DUE_SOON_WORKDAYS, NULL) + 1,
                            calendar_add_workdays(cal, today, DUE_NEAR_WORKDAYS, NULL) + 1};

    c->r = district_regulation(c->d->district, today);
    c->names = c->r != NULL ? regulation_names(c->r, a) : NULL;
    c->wall = desk_sight(c->d);
    c->compared = c->year > 0 ? c->year : date_year(today);
    return district_db(c->d->platform, c->d->district, &c->db, e) < 0 ||
                   stat_list(c->db, a, STAT_BY_STAGE, &c->wall, c->year, &c->stage, &c->stages, e) < 0 ||
                   stat_list(c->db, a, STAT_BY_UNIT, &c->wall, c->year, &c->unit, &c->units, e) < 0 ||
                   stat_list(c->db, a, STAT_BY_YEAR, &c->wall, 0, &c->by_year, &c->years, e) < 0 ||
                   stat_list(c->db, a, STAT_BY_HOLDER, &c->wall, c->year, &c->holder, &c->holders, e) < 0 ||
                   (c->compares && compared_read(c, e) < 0) ||
                   money_sums(c->db, a, &c->wall, &money, &c->money, &c->moneys, e) < 0 ||
                   stat_due_list(c->db, a, &c->wall, c->year, before, &c->due, &c->dues, e) < 0
               ? -1
               : 0;
}

int stat_view(const struct desk *d, const struct node *query, struct node **ret, struct err *e)
{
    struct counting c = {.d = d, .compares = *node_get_str(query, "compare") != '\0'};
    struct node *page = node_object(d->arena);
    int64_t looked = 0;

    if (permit_check(d->actor, MAY_STAT_READ, e) < 0 || list_year(query, "year", &c.year, e) < 0 ||
        counting_read(&c, e) < 0)
        return -1;
    for (size_t i = 0; i < c.dues; i++)
        looked += c.due[i].late + c.due[i].soon + c.due[i].near;
    put_choice(&c, page);
    put_figures(&c, page);
    node_put_bool(d->arena, page, "is_partial", looked >= STAT_DUE_MAX);
    node_put_int(d->arena, page, "partial_at", STAT_DUE_MAX);
    put_stages(&c, page);
    put_phases(&c, page);
    put_units(&c, page);
    put_years(&c, page);
    if (c.compares)
        put_compared(&c, page);
    put_holders(&c, page);
    put_money(&c, page);
    if (put_late(&c, page, e) < 0)
        return -1;
    *ret = page;
    return 0;
}
