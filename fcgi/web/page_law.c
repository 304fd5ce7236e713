/*
 * web/page_law.c - the regulation, a decision's letter, the audit trail
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "web/page_parts.h"

/* The text keeps its paragraphs apart by line ends; a page wants them one by one. */
static void article_put(struct arena *a, struct node *article)
{
    char **line;
    size_t count = text_split(a, node_get_str(article, "text"), '\n', &line);
    struct node *list = node_put_list(a, article, "paragraphs");
    for (size_t i = 0; i < count; i++)
        if (*line[i])
            node_add_text(a, list, line[i]);
    node_put_bool(a, node_put_object(a, article, "kind_is"), node_get_str(article, "kind"), 1);
    node_put_int(a, article, "rule_count", (int64_t)node_count(node_get(article, "rules")));
}

static void chapters_put(struct call *c, struct node *model)
{
    struct node *chapters = node_copy(c->arena, node_get(model, "chapters"));
    for (struct node *chapter = chapters->u.kids.first; chapter; chapter = chapter->next) {
        struct node *articles = node_copy(c->arena, node_get(chapter, "articles"));
        for (struct node *article = articles->u.kids.first; article; article = article->next)
            article_put(c->arena, article);
        node_put(c->arena, chapter, "articles", articles);
    }
    node_put(c->arena, model, "chapters", chapters);
}

int page_regulation(struct call *c, struct err *e)
{
    const char *version = call_query(c, "version");
    struct node *model;

    if (regulation_view(&c->desk, *version ? version : NULL, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML && node_get(model, "chapters"))
        chapters_put(c, model);
    if (node_get(model, "regulation"))
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
    if (c->http.want == WANT_HTML)
        node_put_bool(c->arena, model, "is_paper", 1); /* prints alone */
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
