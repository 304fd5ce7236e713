/*
 * casework/chart.c - the ways a regulation lays out, as one who draws or lists them wants them
 */
#include "config.h"

#include "casework/casework.h"

#include "base/text.h"
#include "casework/view.h"

static int names_it(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n; n = n->next)
        if (text_eq(node_str(n, ""), id))
            return 1;
    return 0;
}

/* A row that adds belongs to those routes that have what it is added before. */
static int adds_to(const struct node *adds, const struct node *route)
{
    const char *before = node_get_str(adds, "before");

    return *before == '\0' || names_it(node_get(route, "procedures"), before);
}

/* How a route meets a procedure: "on" | "added" | "alongside" | "". */
static const char *meeting(const struct node *outline, const struct node *route, const struct node *procedure)
{
    const char *id = node_get_str(procedure, "id"), *place = node_get_str(procedure, "place");
    const char *route_id = node_get_str(route, "id");

    if (names_it(node_get(procedure, "never_on"), route_id))
        return "";
    if (names_it(node_get(route, "procedures"), id))
        return "on";
    for (const struct node *n = node_first(node_get(outline, "routes")); n; n = n->next)
        if (node_get_bool(n, "adds") && names_it(node_get(n, "procedures"), id) && adds_to(n, route) &&
            !names_it(node_get(n, "never_on"), route_id))
            return "added";
    if (text_eq(place, "road"))
        return "on";
    if (node_get_bool(procedure, "later"))
        return "added";
    return text_eq(place, "alongside") ? "alongside" : "";
}

/* On what condition an added procedure comes in. */
static const char *added_when(const struct node *outline, const char *id)
{
    for (const struct node *n = node_first(node_get(outline, "routes")); n; n = n->next)
        if (node_get_bool(n, "adds") && names_it(node_get(n, "procedures"), id))
            return node_get_str(n, "when");
    return "";
}

static void procedure_routes(struct arena *a, struct node *p, const struct node *outline)
{
    struct node *list = node_put_list(a, p, "routes");
    const char *through = "", *when = added_when(outline, node_get_str(p, "id"));
    int number = 0;

    for (const struct node *r = node_first(node_get(outline, "routes")); r; r = r->next) {
        const char *how;

        if (node_get_bool(r, "adds"))
            continue;
        how = meeting(outline, r, p);
        number++;
        struct node *n = node_add_object(a, list);
        node_put_int(a, n, "number", number);
        node_put_text(a, n, "how", how);
        if (*how)
            through = arena_fmt(a, "%s%s%d", through, *through ? "、" : "", number);
    }
    node_put_text(a, p, "through", *through ? through : "需要时");
    if (*when && !*node_get_str(p, "when"))
        node_put_text(a, p, "when", when);
}

static struct node *chart_routes(const struct desk *d, const struct node *outline)
{
    struct node *list = node_list(d->arena);
    int number = 0;

    for (const struct node *r = node_first(node_get(outline, "routes")); r; r = r->next) {
        struct node *n = node_add_object(d->arena, list);

        view_take(d, n, r, "id", "name", "when", "articles", "procedures", "adds", NULL);
        if (!node_get_bool(r, "adds"))
            node_put_int(d->arena, n, "number", ++number);
        node_put_text(d->arena, n, "articles_text",
                      text_articles(d->arena, view_articles_join(d->arena, node_get(r, "articles"))));
    }
    return list;
}

/* Words of the articles beside the list of them: a drawing has no links. */
static void worded(struct arena *a, struct node *n, const struct node *from)
{
    node_put_text(a, n, "articles_text", text_articles(a, view_articles_join(a, node_get(from, "articles"))));
}

static void words_of_parts(struct arena *a, struct node *n, const struct node *from, const char *key)
{
    const struct node *kid = node_first(node_get(from, key));

    for (struct node *k = (struct node *)node_first(node_get(n, key)); k && kid; k = k->next, kid = kid->next)
        worded(a, k, kid);
}

static struct node *chart_procedures(const struct desk *d, const struct node *outline)
{
    struct node *list = node_list(d->arena);
    int number = 0;

    for (const struct node *p = node_first(node_get(outline, "procedures")); p; p = p->next) {
        struct node *n = node_add(list, view_cite(d, p));

        node_put_int(d->arena, n, "number", ++number);
        node_put_bool(d->arena, n, "beside", text_eq(node_get_str(p, "place"), "beside"));
        worded(d->arena, n, p);
        words_of_parts(d->arena, n, p, "gates");
        words_of_parts(d->arena, n, p, "steps");
        procedure_routes(d->arena, n, outline);
    }
    return list;
}

int chart_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = view_version(d, version_or_null, e);
    struct node *page = node_object(a), *outline;

    if (!r)
        return -1;
    outline = regulation_outline(r, d->platform->calendar, a, NULL);
    node_put(a, page, "regulation", view_regulation(d, r));
    node_put(a, page, "scope", view_cite(d, node_get(outline, "scope")));
    node_put(a, page, "routes", chart_routes(d, outline));
    node_put(a, page, "procedures", chart_procedures(d, outline));
    *ret = page;
    return 0;
}
