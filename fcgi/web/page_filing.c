/*
 * web/page_filing.c - what goes up (outbox) and what came up from below (inbox)
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "exchange/exchange.h"
#include "web/form.h"
#include "web/page_parts.h"

int page_outbox(struct call *c, struct err *e)
{
    struct node *model;

    return outbox_view(&c->desk, c->query, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_outbox_message(struct call *c, struct err *e)
{
    struct node *model;
    if (outbox_message_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    node_put_bool(c->arena, model, "is_done", *call_query(c, "done") != '\0');
    return page_show(c, model);
}

int page_outbox_retry(struct call *c, struct err *e)
{
    c->again = page_outbox_message;
    if (outbox_retry(&c->desk, c->args.id, e) < 0)
        return -1;
    return page_done(c, call_href(c, "/outbox/%lld?done=1", (long long)c->args.id));
}

int page_inbox(struct call *c, struct err *e)
{
    struct node *model;

    return inbox_view(&c->desk, c->query, &model, e) < 0 ? -1 : page_show(c, model);
}

static const char *kind_label(const struct call *c, const struct node *item)
{
    const char *kind = node_get_str(item, "kind"), *label = node_get_str(item, "label");

    return arena_fmt(c->arena, "%s：%s",
                     text_eq(kind, "document") ? "材料"
                     : text_eq(kind, "event")  ? "办理"
                                               : "填报项",
                     label);
}

/* What a return may point at: each thing the filing shows, and the filing as a whole. */
static struct node *inbox_choices(const struct call *c, const struct node *filing)
{
    struct node *list = node_list(c->arena), *o = node_add_object(c->arena, list);
    node_put_text(c->arena, o, "item", "整份报送");
    node_put_text(c->arena, o, "label", "整份报送");
    for (const struct node *n = node_first(node_get(filing, "items")); n; n = n->next) {
        o = node_add_object(c->arena, list);
        node_put_text(c->arena, o, "item", node_get_str(n, "item"));
        node_put_text(c->arena, o, "label", kind_label(c, n));
    }
    return list;
}

int page_inbox_item(struct call *c, struct err *e)
{
    struct node *model;
    if (inbox_item_view(&c->desk, c->args.word, c->args.id, &model, e) < 0)
        return -1;
    node_put_bool(c->arena, model, "is_done", *call_query(c, "done") != '\0');
    page_form(c, model, node_get_str(node_get(model, "filing"), "row_version"), "", "");
    if (c->http.want == WANT_HTML)
        node_put(c->arena, model, "item_rows",
                 page_item_rows(c, inbox_choices(c, node_get(model, "filing")), page_items(c)));
    return page_show(c, model);
}

int page_inbox_decide(struct call *c, struct err *e)
{
    const struct node *reasons = node_get(c->form, "reasons");
    const char *outcome;
    int64_t version;

    c->again = page_inbox_item;
    if (*node_get_str(c->form, "more"))
        return page_inbox_item(c, e);
    if (page_version(c, &version, e) < 0 || form_text(c->arena, c->form, "outcome", 1, 16, &outcome, e) < 0)
        return -1;
    if (!reasons || reasons->type != NODE_LIST)
        reasons = page_items(c);
    if (text_eq(outcome, "accepted") && c->http.want == WANT_HTML)
        reasons = node_list(c->arena); /* rows begun for a return and left */
    if (inbox_decide_op(&c->desk, c->args.word, c->args.id, version, outcome, reasons, e) < 0)
        return -1;
    return page_done(c, call_href(c, "/inbox/%s/%lld?done=1", c->args.word, (long long)c->args.id));
}
