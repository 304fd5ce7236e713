/*
 * web/page_law.c - the regulation, a decision's letter, the audit trail
 */
#include "config.h"

#include "web/pages.h"

#include "base/buf.h"
#include "base/text.h"
#include "casework/revoke.h"
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

/*
 * cache: the regulation's page as it was made for everybody that day. It is long, open to the public and depends on the
 * published text alone; it is made without the frame, so that nobody's name or token can stay in it.
 */
enum { LAW_PAGES = 16, LAW_ARENA_BYTES = 8 << 20, LAW_PAGE_BYTES = 2 << 20, FIND_CHARS_MAX = 60 };
static struct law_page {
    struct arena *arena;
    const struct district *district;
    const char *key, *title, *html;
} law_pages[LAW_PAGES];
static size_t law_next;

static const struct law_page *law_find(const struct call *c, const char *key)
{
    for (size_t i = 0; i < LAW_PAGES; i++)
        if (law_pages[i].district == c->district && law_pages[i].arena && text_eq(law_pages[i].key, key))
            return &law_pages[i];
    return NULL;
}

static const struct law_page *law_keep(const struct call *c, const char *key, const char *title, const struct buf *html)
{
    struct law_page *p = &law_pages[law_next++ % LAW_PAGES];
    arena_free(p->arena);
    p->arena = arena_new("law page", LAW_ARENA_BYTES);
    p->district = c->district;
    p->key = arena_dup(p->arena, key);
    p->title = arena_dup(p->arena, title);
    p->html = arena_dupn(p->arena, html->data, html->len);
    return p;
}

/* What the page may know of its reader; all of it is part of the key. */
static struct node *law_reader(const struct call *c)
{
    struct node *o = node_object(c->arena);
    node_put_text(c->arena, o, "base", c->base);
    node_put_bool(c->arena, o, "actor", c->actor != NULL);
    node_put_bool(c->arena, o, "is_print", text_eq(call_query(c, "print"), "1"));
    return o;
}

static int law_make(struct call *c, const char *version, const char *key, const struct node *reader,
                    const struct law_page **ret, struct err *e)
{
    struct buf html CLEANUP_(buf_free) = {0};
    struct node *model;

    if (regulation_view(&c->desk, *version ? version : NULL, &model, e) < 0)
        return -1;
    if (node_get(model, "chapters"))
        chapters_put(c, model);
    page_fields(c->arena, model);
    buf_init(&html, LAW_PAGE_BYTES);
    const struct node *contexts[] = {reader, model};
    if (mustache_render(c->web->templates, c->template, NULL, contexts, 2, &html, e) < 0)
        return -1;
    const struct node *r = node_get(model, "regulation");
    *ret = law_keep(c, key, r ? node_get_str(r, "title") : c->title, &html);
    return 0;
}

static int law_page_show(struct call *c, const char *version, struct err *e)
{
    const struct node *reader = law_reader(c);
    const char *key = arena_fmt(c->arena, "%s %s %d %d %s", date_text(c->arena, instant_date(c->desk.now)), c->base,
                                node_get_bool(reader, "actor"), node_get_bool(reader, "is_print"), version);
    const struct law_page *p = law_find(c, key);
    struct node *model = node_object(c->arena);

    if (!p && law_make(c, version, key, reader, &p, e) < 0)
        return -1;
    c->title = p->title;
    c->template = "ready";
    node_put_text(c->arena, model, "ready", p->html);
    return page_show(c, model);
}

/* What was searched for stands in the address; such a page is short and made anew each time. */
static int law_search(struct call *c, const char *version, const char *q, struct err *e)
{
    struct node *model;

    if (text_chars(q) > FIND_CHARS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "要查的词太长，最多 %d 个字", FIND_CHARS_MAX);
        err_mend(e, "请只写条文里的几个字");
        return err_at(e, "/q");
    }
    if (regulation_find(&c->desk, *version ? version : NULL, q, &model, e) < 0)
        return -1;
    c->template = "law_find";
    c->title = arena_fmt(c->arena, "查条文：%s", q);
    return page_show(c, model);
}

int page_forms(struct call *c, struct err *e)
{
    struct node *model;

    return forms_view(&c->desk, call_query(c, "version"), &model, e) < 0 ? -1 : page_show(c, model);
}

int page_cases(struct call *c, struct err *e)
{
    struct node *model;

    return cases_view(&c->desk, call_query(c, "version"), &model, e) < 0 ? -1 : page_show(c, model);
}

int page_case(struct call *c, struct err *e)
{
    struct node *model;

    if (case_view(&c->desk, call_query(c, "version"), c->args.word, &model, e) < 0)
        return -1;
    c->title = node_get_str(model, "name");
    return page_show(c, model);
}

int page_regulation(struct call *c, struct err *e)
{
    const char *version = call_query(c, "version"), *q = text_trim(c->arena, call_query(c, "q"));
    struct node *model;

    if (*q)
        return law_search(c, version, q, e);
    if (c->http.want == WANT_HTML)
        return law_page_show(c, version, e);
    if (regulation_view(&c->desk, *version ? version : NULL, &model, e) < 0)
        return -1;
    return page_show(c, model);
}

static int decision_show(struct call *c, const char *typed, struct err *e)
{
    struct node *model;
    if (decision_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    c->title = node_get_str(node_get(model, "decision"), "title");
    if (c->http.want == WANT_HTML)
        node_put_bool(c->arena, model, "is_paper", 1); /* prints alone */
    if (*typed)
        node_put_text(c->arena, model, "typed_reason", typed);
    page_show(c, model);
    return 0;
}

int page_decision(struct call *c, struct err *e)
{
    return decision_show(c, "", e);
}

static int decision_again(struct call *c, struct err *e)
{
    return decision_show(c, node_get_str(c->form, "reason"), e);
}

int page_decision_revoke(struct call *c, struct err *e)
{
    int64_t version, id;

    c->again = decision_again;
    if (page_version(c, &version, e) < 0 ||
        decision_revoke(&c->desk, c->args.id, version, node_get_str(c->form, "reason"), &id, e) < 0)
        return -1;
    node_put_fmt(c->arena, c->model, "decision", "%lld", (long long)id);
    page_done(c, call_href(c, "/decisions/%lld", (long long)id));
    return 0;
}

/* An address nobody was let into is known by the name of its page. */
static void address_put(const struct call *c, struct node *row)
{
    const char *path = node_get_str(row, "object");
    struct route_args args;

    for (size_t i = 0; *path == '/' && i < routes_count; i++)
        if (routes[i].title && route_fits(routes[i].pattern, path, c->arena, &args)) {
            node_put_fmt(c->arena, row, "object_words", "页面「%s」", routes[i].title);
            return;
        }
}

static void reason_put(struct arena *a, struct node *row)
{
    for (int code = 0; code < ERR__MAX; code++)
        if (text_eq(err_slug((enum err_code)code), node_get_str(row, "reason")))
            node_put_text(a, row, "reason", err_title((enum err_code)code));
}

int page_audit(struct call *c, struct err *e)
{
    struct node *model;
    if (audit_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML) {
        struct node *rows = node_copy(c->arena, node_get(model, "rows"));
        for (struct node *n = rows->u.kids.first; n; n = n->next) {
            address_put(c, n);
            reason_put(c->arena, n);
        }
        node_put(c->arena, model, "rows", rows);
    }
    page_show(c, model);
    return 0;
}
