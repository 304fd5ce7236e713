/*
 * casework/law.c - the regulation as people read it
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"

/* ---- the regulation ---- */

static void put_validity(const struct desk *d, const struct regulation *r, struct node *n)
{
    node_put_text(d->arena, n, "digest", regulation_digest(r));
    node_put_bool(d->arena, n, "is_expired", regulation_to(r) != DATE_NONE && regulation_to(r) < desk_today(d));
    node_put_bool(d->arena, n, "is_future", regulation_from(r) > desk_today(d));
}

static struct node *versions_of(const struct desk *d, const struct regulation *shown)
{
    struct arena *a = d->arena;
    const struct regulation *current = district_regulation(d->district, desk_today(d));
    struct node *list = node_list(a);

    for (size_t i = d->district->regulation_count; i-- > 0;) {
        const struct regulation *r = d->district->regulations[i];
        struct node *n = node_add(list, view_regulation(d, r));

        node_put_bool(a, n, "is_shown", r == shown);
        node_put_bool(a, n, "is_current", r == current);
        put_validity(d, r, n);
    }
    return list;
}

static struct node *rules_of(const struct desk *d, const struct node *rules)
{
    struct node *list = node_list(d->arena);

    for (const struct node *r = node_first(rules); r != NULL; r = r->next) {
        struct node *n = node_add(list, node_copy(d->arena, r));

        node_put_text(d->arena, n, "kind_name", node_get_str(r, "kind"));
        node_put_text(d->arena, n, "text", node_get_str(r, "quote"));
        node_put_bool(d->arena, n, "in_principle", text_eq(node_get_str(r, "strength"), "in_principle"));
    }
    return list;
}

static struct node *chapters_of(const struct desk *d, const struct node *chapters)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    int number = 0;

    for (const struct node *ch = node_first(chapters); ch != NULL; ch = ch->next) {
        struct node *o = node_add_object(a, list), *articles;

        node_put_int(a, o, "number", ++number);
        node_put_text(a, o, "title", node_get_str(ch, "title"));
        articles = node_put_list(a, o, "articles");
        for (const struct node *x = node_first(node_get(ch, "articles")); x != NULL; x = x->next) {
            struct node *n = node_add_object(a, articles);

            view_take(d, n, x, "number", "title", "text", "kind", NULL);
            node_put_text(a, n, "name", text_articles(a, node_get_str(x, "number")));
            node_put(a, n, "rules", rules_of(d, node_get(x, "rules")));
        }
    }
    return list;
}

/* ---- what the checker says of it ---- */

static int is_of(const struct desk *d, const struct finding *x, const struct regulation *r)
{
    return !text_eq(x->id, "acceptance_stale") &&
           strstr(x->file, arena_fmt(d->arena, "/%s/", regulation_id(r))) != NULL;
}

static struct node *finding_node_of(const struct desk *d, const struct finding *x)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    node_put_text(a, n, "id", x->id);
    node_put_bool(a, n, "is_error", x->level == FINDING_ERROR);
    node_put_text(a, n, "message", x->message);
    node_put_text(a, n, "mend", x->mend);
    node_put_text(a, n, "example", x->example);
    node_put_int(a, n, "line", x->line);
    node_put(a, n, "articles", view_articles_of(d, x->article));
    node_put_bool(a, n, "is_open", x->accepted == NULL);
    if (x->accepted != NULL)
        view_take(d, node_put_object(a, n, "accepted"), x->accepted, "reading", "reason", "by", "date", NULL);
    return n;
}

/* The version as it is loaded, looked at once more, with what has been accepted of it. */
static int findings_of(const struct desk *d, const struct regulation *r, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    const struct tenant *t = d->district->tenant;
    const char **organs = ARENA_ARRAY(a, const char *, t->organ_count + 1);
    struct node *list = node_put_list(a, page, "findings");
    struct findings f;
    int open = 0;

    for (size_t i = 0; i < t->organ_count; i++)
        organs[i] = t->organs[i].id;
    findings_init(&f, a);
    regulation_check(r, organs, t->organ_count, desk_today(d), &f);
    if (findings_accept(&f, arena_fmt(a, "%s/findings.json", t->folder), e) < 0 ||
        findings_accept(&f, arena_fmt(a, "%s/findings.json", regulation_dir(r)), e) <
            0) /* one published here has its own */
        return -1;
    for (const struct finding *x = f.first; x != NULL; x = x->next) {
        if (!is_of(d, x, r))
            continue;
        node_add(list, finding_node_of(d, x));
        open += x->accepted == NULL;
    }
    node_put_int(a, page, "open_count", open);
    return 0;
}

static int cases_of(const struct desk *d, const struct regulation *r, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    const struct node *all;
    struct node *o = node_put_object(a, page, "cases");
    int passed = 0;

    if (view_cases(d, r, &all, e) < 0)
        return -1;
    for (const struct node *n = node_first(all); n != NULL; n = n->next)
        passed += node_get_bool(n, "passes");
    node_put_int(a, o, "count", (int64_t)node_count(all));
    node_put_int(a, o, "passed", passed);
    node_put_int(a, o, "failed", (int64_t)node_count(all) - passed);
    node_put_text(a, o, "href", view_href(d, "/regulation/cases?version=%s", regulation_id(r)));
    return 0;
}

/* A reading with the names of the general rules it rests on. */
static void readings_of(const struct desk *d, struct node *page)
{
    struct arena *a = d->arena;
    const struct node *ledger = node_get(page, "ledger");
    struct node *readings = view_cite(d, node_get(ledger, "readings"));

    for (struct node *n = readings->u.kids.first; n != NULL; n = n->next) {
        struct node *rests = node_list(a);

        for (const struct node *k = node_first(node_get(n, "rests_on")); k != NULL; k = k->next)
            for (const struct node *x = node_first(node_get(ledger, "interpretation")); x != NULL; x = x->next)
                if (text_eq(node_get_str(x, "id"), node_str(k, "")))
                    view_take(d, node_add_object(a, rests), x, "id", "name", "source", NULL);
        node_put(a, n, "rests", rests);
    }
    node_put(a, page, "readings", readings);
    node_put(a, page, "interpretation", node_copy(a, node_get(ledger, "interpretation")));
}

static void predecessor_of(const struct desk *d, const struct regulation *r, struct node *n)
{
    const struct node *articles;
    const char *repealed = regulation_predecessor(r, &articles);

    if (repealed == NULL)
        return;
    struct node *o = node_put_object(d->arena, n, "predecessor");

    node_put_text(d->arena, o, "name", repealed);
    node_put(d->arena, o, "articles", view_articles(d, articles));
}

int regulation_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = text_is_empty(version_or_null)
                                     ? district_regulation(d->district, desk_today(d))
                                     : district_regulation_version(d->district, version_or_null);
    struct node *page = node_object(a), *n, *text;

    if (r == NULL && text_is_empty(version_or_null)) {
        node_put_bool(a, page, "is_bureau", 1);
        node_put(a, page, "versions", node_list(a));
        *ret = page;
        return 0;
    }
    if (r == NULL) {
        err_fail(e, ERR_NOT_FOUND, "没有这个版本的办法");
        return err_mend(e, "请从法规库的「版本」打开");
    }
    n = node_put(a, page, "regulation", view_regulation(d, r));
    put_validity(d, r, n);
    text = regulation_text(r, a);
    node_put(a, page, "chapters", chapters_of(d, node_get(text, "chapters")));
    node_put(a, page, "ledger", view_cite(d, regulation_ledger(r, a)));
    readings_of(d, page);
    predecessor_of(d, r, n);
    if (findings_of(d, r, page, e) < 0 || cases_of(d, r, page, e) < 0)
        return -1;
    node_put(a, page, "organs", view_cite(d, regulation_organs(r, a)));
    node_put(a, page, "versions", versions_of(d, r));
    *ret = page;
    return 0;
}
