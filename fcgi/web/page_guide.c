/*
 * web/page_guide.c - the guide: what a project would have to go through, and the working days, for anybody, without a
 * session
 *
 * What is asked stands in the address, so that it can be kept, sent on and printed.
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/text.h"
#include "web/page_parts.h"

/* Nothing chosen yet: the second of them, so that a district is not compared with itself. */
static int is_second(const struct call *c, const char *id, size_t place)
{
    const char *chosen = call_query(c, "b");

    return text_is_empty(chosen) ? place == 2 : text_eq(id, chosen);
}

static struct node *districts_of(const struct call *c)
{
    struct node *list = node_list(c->arena);

    for (size_t i = 0; i < c->platform->count; i++) {
        const struct district *d = &c->platform->districts[i];
        const struct regulation *r = district_regulation(d, instant_date(c->desk.now));
        struct node *o;

        if (!r)
            continue;
        o = node_add_object(c->arena, list);
        node_put_text(c->arena, o, "id", d->tenant->id);
        node_put_text(c->arena, o, "name", d->tenant->name);
        node_put_text(c->arena, o, "regulation", regulation_title(r));
        node_put_text(c->arena, o, "document_number", regulation_document_number(r));
        node_put_fmt(c->arena, o, "href", "/%s/guide", d->tenant->id);
        node_put_fmt(c->arena, o, "law_href", "/%s/regulation", d->tenant->id);
        node_put_bool(c->arena, o, "is_a", text_eq(d->tenant->id, call_query(c, "a")));
        node_put_bool(c->arena, o, "is_b", is_second(c, d->tenant->id, node_count(list)));
    }
    return list;
}

/* What the address says, as a form would: its fields of that group. */
static int group_given(struct call *c, const char *group, struct node **ret, struct err *e)
{
    c->form = c->query;
    if (page_group_check(c, group, e) < 0)
        return -1;
    *ret = page_group(c, group);
    return 0;
}

/* The same facts at the address of one of the two. */
static const char *facts_query(const struct call *c)
{
    const char *at = strstr(c->http.query, "facts.");

    return at ? at : "";
}

static void guide_show(struct call *c, struct node *page, const char *template)
{
    c->template = template;
    node_put(c->arena, page, "districts", districts_of(c));
    if (c->http.want == WANT_HTML) {
        node_put_text(c->arena, page, "facts_query", facts_query(c));
        node_put_fmt(c->arena, page, "print_href", "?%s%sprint=1", c->http.query, *c->http.query ? "&" : "");
        node_put_text(c->arena, page, "prefix", "facts");
    }
    page_show(c, page);
}

int page_guide(struct call *c, struct err *e)
{
    struct node *typed, *page;

    if (group_given(c, "facts", &typed, e) < 0 || guide_view(&c->desk, typed, &page, e) < 0)
        return -1;
    guide_show(c, page, "guide");
    return 0;
}

static int compare_show(struct call *c, struct err *e)
{
    struct district *two[2] = {platform_district(c->platform, call_query(c, "a")),
                               platform_district(c->platform, call_query(c, "b"))};
    struct node *typed, *page;

    if (!two[0] || !two[1]) {
        err_fail(e, ERR_BAD_INPUT, "要比较的地区「%.40s」没有找到", call_query(c, two[0] ? "b" : "a"));
        return err_mend(e, "请从列出的地区中选两个");
    }
    if (group_given(c, "facts", &typed, e) < 0 || guide_compare(&c->desk, two, typed, &page, e) < 0)
        return -1;
    guide_show(c, page, "guide_compare");
    return 0;
}

/* Of a district on a host name of its own "/guide" is that district's. */
int page_guides(struct call *c, struct err *e)
{
    if (*call_query(c, "a") && *call_query(c, "b"))
        return compare_show(c, e);
    if (c->district)
        return page_guide(c, e);
    guide_show(c, node_object(c->arena), "guides");
    return 0;
}

int page_workdays(struct call *c, struct err *e)
{
    struct node *typed, *page;

    if (group_given(c, "count", &typed, e) < 0 || workdays_view(&c->desk, call_query(c, "year"), typed, &page, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        node_put_text(c->arena, page, "prefix", "count");
    return page_show(c, page);
}
