/*
 * casework/list_system.c - 信息系统台账 and 数据资源目录
 *
 * An entry says of a system what an act of one project said of it. Several projects may stand behind one system: of one
 * unit, of the same name. The newest entry says how it stands; all of them whose projects they are.
 */
#include "config.h"

#include "casework/list.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"

enum { ENTRIES_AT_ONCE = 1000, NAME_BYTES = 300 * 4 };

/* ---- pages: "<unit>.<name as hex>" of the last system shown ---- */

static int after_read(const struct desk *d, const struct node *query, const char **ret_unit, const char **ret_name,
                      struct err *e)
{
    const char *after = node_get_str(query, "after"), *dot = strchr(after, '.');
    size_t len = dot != NULL ? strlen(dot + 1) : 0;
    unsigned char *name;

    *ret_unit = *ret_name = "";
    if (*after == '\0')
        return 0;
    name = arena_alloc(d->arena, len / 2 + 1);
    if (dot == NULL || len > 2 * NAME_BYTES || crypto_unhex(dot + 1, name, len / 2) < 0) {
        err_fail(e, ERR_BAD_INPUT, "翻页位置「%.40s」无法识别", after);
        return err_mend(e, "请从第一页重新查起");
    }
    name[len / 2] = '\0';
    *ret_unit = arena_dupn(d->arena, after, (size_t)(dot - after));
    *ret_name = (const char *)name;
    return 0;
}

/* ---- rows ---- */

static int is_same(const struct watch *a, const struct watch *b)
{
    return text_eq(a->unit, b->unit) && text_eq(a->name, b->name);
}

static void project_put(const struct desk *d, struct node *list, const struct watch *w)
{
    const char *href = view_href(d, "/projects/%lld", (long long)w->project);
    struct node *n;

    for (const struct node *x = node_first(list); x != NULL; x = x->next)
        if (text_eq(node_get_str(x, "href"), href))
            return;
    n = node_add_object(d->arena, list);
    view_put_id(d->arena, n, "project", w->project);
    node_put_text(d->arena, n, "text", w->title);
    node_put_text(d->arena, n, "number", w->number);
    node_put_text(d->arena, n, "href", href);
}

/* Entries of one system, oldest first. */
static struct node *system_node(const struct desk *d, const struct watch *w, size_t count)
{
    const struct watch *last = &w[count - 1];
    struct arena *a = d->arena;
    struct node *n = node_object(a), *projects = node_put_list(a, n, "projects");

    node_put_fmt(a, n, "id", "%s/%s", last->unit, last->name);
    node_put_text(a, n, "name", last->name);
    node_put_text(a, n, "unit", last->unit);
    node_put_text(a, n, "unit_name", last->unit_name);
    for (size_t i = 0; i < count; i++)
        project_put(d, projects, &w[i]);
    node_put_text(a, n, "runs", *last->by_name != '\0' ? last->by_name : last->unit_name);
    node_put_text(a, n, "kind", last->kind);
    view_put_date(a, n, "on", last->on_day);
    view_put_date(a, n, "first_on", w[0].on_day);
    node_put(a, n, "articles", view_articles_of(d, last->articles));
    return n;
}

/* How many of the first entries are of one system. */
static size_t system_entries(const struct watch *rows, size_t count)
{
    size_t n = 1;

    while (n < count && is_same(&rows[n], &rows[0]))
        n++;
    return n;
}

int list_system_rows(const struct desk *d, struct db *db, const struct list_def *def, const struct node *query,
                     int limit, struct node *into, const char **ret_after, struct err *e)
{
    const struct project_sight sight = desk_sight(d);
    const char *kind = node_get_str(query, "kind"), *unit, *name;
    size_t count = ENTRIES_AT_ONCE;

    (void)def;
    if (after_read(d, query, &unit, &name, e) < 0)
        return -1;
    while (count == ENTRIES_AT_ONCE) {
        struct watch *rows;

        if (system_list(db, d->arena, &sight, node_get_str(query, "unit"), unit, name, ENTRIES_AT_ONCE, &rows, &count,
                        e) < 0)
            return -1;
        for (size_t i = 0, n; i < count; i += n) {
            n = system_entries(&rows[i], count - i);
            if (i > 0 && i + n == ENTRIES_AT_ONCE)
                break; /* there may be more of it: read again with the next */
            if (*kind == '\0' || text_eq(rows[i + n - 1].kind, kind)) {
                if (node_count(into) == (size_t)limit) {
                    *ret_after = arena_fmt(d->arena, "%s.%s", unit, crypto_hex(d->arena, name, strlen(name)));
                    return 0;
                }
                node_add(into, system_node(d, &rows[i], n));
            }
            unit = rows[i].unit;
            name = rows[i].name;
        }
    }
    return 0;
}

int list_system_behind(const struct desk *d, struct db *db, const struct node *row, struct node *into, struct err *e)
{
    (void)db;
    (void)e;
    for (const struct node *p = node_first(node_get(row, "projects")); p != NULL; p = p->next) {
        struct node *n = node_add_object(d->arena, into);

        view_take(d, n, p, "project", "number", "href", NULL);
        node_put_text(d->arena, n, "title", node_get_str(p, "text"));
    }
    return 0;
}

int list_system_of(const struct desk *d, struct db *db, const char *unit, struct node *into, struct err *e)
{
    struct node *query = node_object(d->arena);
    const char *after = "";

    node_put_text(d->arena, query, "unit", unit);
    return list_system_rows(d, db, list_named("system"), query, ENTRIES_AT_ONCE, into, &after, e);
}

/* ---- what the pages can be narrowed by, and whether there are any ---- */

static int is_known(const struct desk *d, const char *list)
{
    const struct regulation *r = d->district != NULL ? district_regulation(d->district, desk_today(d)) : NULL;

    return r != NULL && regulation_has_catalogue(r, list);
}

int list_system_known(const struct desk *d)
{
    return is_known(d, "system");
}

int list_evaluation_known(const struct desk *d)
{
    return is_known(d, "evaluation");
}

static struct node *options(const struct desk *d, const struct node *query, const char *list, const char *year_key)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    struct node *o = list_options(d, query, year_key, text_eq(list, "evaluation") ? "评价年份" : "登记年份");

    if (r != NULL)
        node_put(d->arena, o, "kinds",
                 list_kinds(d, regulation_catalogue_kinds(r, d->arena, list), node_get_str(query, "kind")));
    return o;
}

struct node *list_system_options(const struct desk *d, const struct node *query)
{
    return options(d, query, "system", "");
}

struct node *list_resource_options(const struct desk *d, const struct node *query)
{
    return options(d, query, "resource", "on_year");
}

struct node *list_evaluation_options(const struct desk *d, const struct node *query)
{
    return options(d, query, "evaluation", "on_year");
}
