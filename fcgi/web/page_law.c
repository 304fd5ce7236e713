/*
 * web/page_law.c - the regulation, a decision's letter, the audit trail
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "web/page_parts.h"

/* The text keeps its paragraphs apart by line ends; a page wants them one by one. */
static void paragraphs_put(struct arena *a, struct node *article)
{
    char **line;
    size_t count = text_split(a, node_get_str(article, "text"), '\n', &line);
    struct node *list = node_put_list(a, article, "paragraphs");
    for (size_t i = 0; i < count; i++)
        if (*line[i])
            node_add_text(a, list, line[i]);
}

int page_regulation(struct call *c, struct err *e)
{
    const char *version = call_query(c, "version");
    struct node *model;

    if (regulation_view(&c->desk, *version ? version : NULL, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        for (struct node *ch = (struct node *)(uintptr_t)node_first(node_get(model, "chapters")); ch; ch = ch->next) {
            const struct node *articles = node_get(ch, "articles");
            for (struct node *n = (struct node *)(uintptr_t)node_first(articles); n; n = n->next)
                paragraphs_put(c->arena, n);
        }
    c->title = node_get_str(node_get(model, "regulation"), "title");
    page_show(c, model);
    return 0;
}

int page_decision(struct call *c, struct err *e)
{
    struct node *model;
    if (decision_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    c->title = node_get_str(node_get(model, "decision"), "title");
    page_show(c, model);
    return 0;
}

int page_audit(struct call *c, struct err *e)
{
    struct node *model;
    if (audit_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    page_show(c, model);
    return 0;
}
