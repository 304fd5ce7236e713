/*
 * casework/view.c - small pieces that several node trees of casework are made of
 */
#include "config.h"

#include "casework/view.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/jsonrow.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/content_type.h"
#include "casework/due.h"

enum { JSON_ROW_BYTES = 8 * 1024 * 1024 };

date desk_today(const struct desk *d)
{
    return instant_date(d->now);
}

char *view_href(const struct desk *d, const char *fmt, ...)
{
    const char *tenant = d->district->tenant->id;
    size_t head = strlen(tenant) + 1;
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text) { /* a search text of the reader's may be long */
        va_start(ap, fmt);
        const char *rest = arena_vfmt(d->arena, fmt, ap);
        va_end(ap);
        return arena_fmt(d->arena, "/%s%s", tenant, rest);
    }

    char *href = arena_alloc(d->arena, head + (size_t)n + 1);

    href[0] = '/';
    memcpy(href + 1, tenant, head - 1);
    memcpy(href + head, text, (size_t)n);
    return href;
}

int view_place_bad(const char *after, struct err *e)
{
    err_fail(e, ERR_BAD_INPUT, "翻页位置「%.60s」无法识别", after);
    return err_mend(e, "请从第一页重新查起");
}

int view_place(struct arena *a, const char *after, size_t count, int64_t *ret, struct err *e)
{
    char **part;

    memset(ret, 0, count * sizeof *ret);
    if (text_is_empty(after))
        return 0;

    int is_good = text_split(a, after, '.', &part) == count;

    for (size_t i = 0; is_good && i < count; i++)
        is_good = text_i64(part[i], &ret[i]) == 0 && ret[i] > 0;
    return is_good ? 0 : view_place_bad(after, e);
}

/* ---- articles ---- */

/* "12(3)" stands in article 12 on the page */
static char *article_anchor(struct arena *a, const char *number)
{
    if (text_starts(number, "annex"))
        return arena_dup(a, number);
    return arena_fmt(a, "a%.*s", (int)strcspn(number, "("), number);
}

struct cited_row {
    const char *number;
    const struct node *shown; /* {number, text, href} */
};

/* A page cites the same dozen articles a hundred times, and the same article is one for all of them. Rows are found by
 * the number's hash; one that finds none free is worded anew. */
enum { CITED_ROWS = 64, CITED_TRIES = 8 };

struct cited {
    struct cited_row row[CITED_ROWS];
};

struct cited *cited_new(struct arena *a)
{
    return ARENA_NEW(a, struct cited);
}

static struct cited_row article_words(const struct desk *d, const char *number)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    const char *own = arena_dup(a, number);

    node_put_kept(a, n, "number", own);
    node_put_kept(a, n, "text", text_articles(a, number));
    node_put_kept(a, n, "href", view_href(d, "/regulation#%s", article_anchor(a, number)));
    return (struct cited_row){.number = own, .shown = n};
}

static const struct node *article_cited(const struct desk *d, const char *number)
{
    size_t at = node_key_hash(number) * 2654435761U >> 16;

    for (size_t i = 0; d->cited != NULL && i < CITED_TRIES; i++) {
        struct cited_row *row = &d->cited->row[(at + i) % CITED_ROWS];

        if (row->number == NULL)
            *row = article_words(d, number);
        if (strcmp(row->number, number) == 0)
            return row->shown;
    }
    return article_words(d, number).shown;
}

static void article_add(const struct desk *d, struct node *list, const char *number)
{
    node_add(list, node_twin(d->arena, article_cited(d, number)));
}

struct node *view_articles(const struct desk *d, const struct node *numbers)
{
    struct node *list = node_list(d->arena);

    for (const struct node *n = node_first(numbers); n != NULL; n = n->next) {
        if (n->type == NODE_TEXT)
            article_add(d, list, n->u.text);
    }
    return list;
}

void view_field_says(struct arena *a, struct node *field)
{
    int cites = node_count(node_get(field, "articles")) > 0 && !node_get_bool(field, "as_cited");

    node_put_bool(a, field, "says",
                  cites || *node_get_str(field, "hint") != '\0' || *node_get_str(field, "decided_by_names") != '\0' ||
                      node_get_bool(field, "is_month") || node_get_bool(field, "asked_again"));
}

/* How many rows rest on the same articles as this one. */
static size_t cited_alike(const struct node *rows, const struct node *row)
{
    size_t count = 0;

    for (const struct node *n = node_first(rows); n != NULL; n = n->next)
        count += (size_t)node_equal(node_get(n, "articles"), node_get(row, "articles"));
    return count;
}

void view_cite_once(struct arena *a, struct node *rows, struct node *out)
{
    const struct node *best = NULL;
    struct node *cited;
    size_t most = 1;

    for (const struct node *n = node_first(rows); n != NULL; n = n->next) {
        size_t alike = node_count(node_get(n, "articles")) > 0 ? cited_alike(rows, n) : 0;

        if (alike > most) {
            best = n;
            most = alike;
        }
    }
    if (best == NULL)
        return;
    cited = node_put_object(a, out, "cited");
    node_put(a, cited, "articles", node_copy(a, node_get(best, "articles")));
    node_put_bool(a, cited, "is_all", most == node_count(rows));
    for (struct node *n = rows->u.kids.first; n != NULL; n = n->next)
        if (node_equal(node_get(n, "articles"), node_get(best, "articles")))
            node_put_bool(a, n, "as_cited", 1);
}

struct node *view_articles_of(const struct desk *d, const char *numbers)
{
    struct node *list = node_list(d->arena);
    char **part;
    size_t count = text_split(d->arena, numbers != NULL ? numbers : "", ',', &part);

    for (size_t i = 0; i < count; i++)
        article_add(d, list, text_trim(d->arena, part[i]));
    return list;
}

char *view_articles_join(struct arena *a, const struct node *numbers)
{
    char *joined = arena_dup(a, "");

    for (const struct node *n = node_first(numbers); n != NULL; n = n->next) {
        if (n->type == NODE_TEXT)
            joined = arena_fmt(a, "%s%s%s", joined, *joined != '\0' ? "," : "", n->u.text);
    }
    return joined;
}

static int is_numbers(const struct node *n)
{
    if (n->type != NODE_LIST || node_first(n) == NULL)
        return 0;
    for (const struct node *kid = node_first(n); kid != NULL; kid = kid->next) {
        if (kid->type != NODE_TEXT)
            return 0;
    }
    return 1;
}

static void cite_due(const struct desk *d, struct node *o)
{
    struct err e = {0};
    const char *text = node_get_str(o, "due_on");
    date due_on = DATE_NONE;

    if (node_get(o, "due_on") == NULL)
        return;
    if (*text != '\0' && date_parse(text, &due_on, &e) < 0)
        return;
    node_put(d->arena, o, "due", due_node(d->arena, d->platform->calendar, due_on, desk_today(d)));
}

struct node *view_cite(const struct desk *d, const struct node *n)
{
    struct node *copy;

    if (n == NULL)
        return node_null(d->arena);
    if (n->type != NODE_OBJECT && n->type != NODE_LIST)
        return node_twin(d->arena, n);

    copy = n->type == NODE_OBJECT ? node_object(d->arena) : node_list(d->arena);
    for (const struct node *kid = node_first(n); kid != NULL; kid = kid->next) {
        if (kid->key == NULL) { /* an element of a list */
            node_add(copy, view_cite(d, kid));
            continue;
        }
        /* what is cited lives as long as this request at least, its keys too */
        node_put_keyed(d->arena, copy, kid->key, node_key_hash(kid->key), 1,
                       strcmp(kid->key, "articles") == 0 && is_numbers(kid) ? view_articles(d, kid)
                                                                            : view_cite(d, kid));
    }
    if (n->type == NODE_OBJECT)
        cite_due(d, copy);
    return copy;
}

void view_take(const struct desk *d, struct node *to, const struct node *from, ...)
{
    va_list ap;
    const char *key;

    va_start(ap, from);
    while ((key = va_arg(ap, const char *)) != NULL) {
        const struct node *member = node_get(from, key);

        if (member == NULL)
            continue;
        node_put_keyed(d->arena, to, key, node_key_hash(key), 1,
                       strcmp(key, "articles") == 0 && (is_numbers(member) || node_count(member) == 0)
                           ? view_articles(d, member)
                           : view_cite(d, member));
    }
    va_end(ap);
}

/* ---- values ---- */

void view_put_date(struct arena *a, struct node *o, const char *key, date day)
{
    node_put_kept(a, o, key, date_text(a, day));
}

void view_put_instant(struct arena *a, struct node *o, const char *key, instant at)
{
    node_put_kept(a, o, key, at == INSTANT_NONE ? "" : instant_text(a, at));
}

void view_put_id(struct arena *a, struct node *o, const char *key, int64_t id)
{
    node_put_fmt(a, o, key, "%lld", (long long)id);
}

void view_put_money(struct arena *a, struct node *o, const char *key, fen amount)
{
    node_put_kept(a, o, key, amount < 0 ? "" : money_wan(a, amount));
}

void view_put_due(const struct desk *d, struct node *o, date due_on, int provisional)
{
    view_put_date(d->arena, o, "due_on", due_on);
    node_put_bool(d->arena, o, "provisional", provisional);
    node_put(d->arena, o, "due", due_node(d->arena, d->platform->calendar, due_on, desk_today(d)));
}

struct word {
    const char *id, *name;
};

static const char *word_name(const struct word *words, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (text_eq(words[i].id, id))
            return words[i].name;
    }
    return id;
}

const char *view_state_name(const char *state)
{
    static const struct word words[] = {
        {"draft", "草稿"},     {"running", "办理中"},
        {"done", "已办结"},    {"stopped", "已终止"},
        {"refused", "未通过"}, {"running,done", "办理中和已办结"}}; /* what a filter may ask for together */

    return word_name(words, ARRAY_LEN(words), state);
}

const char *view_filing_state_name(const char *state)
{
    static const struct word words[] = {
        {"none", "尚未上报"}, {"queued", "已排队"},    {"leased", "发送中"},   {"unknown", "送达未知"},
        {"stored", "已入库"}, {"accepted", "已受理"},  {"returned", "已退回"}, {"dead", "未能送达"},
        {"hold", "暂停发送"}, {"corrupt", "报文损坏"},
    };

    return word_name(words, ARRAY_LEN(words), state);
}

static const char *choice_label(const struct node *field, const char *id)
{
    for (const struct node *c = node_first(node_get(field, "choices")); c != NULL; c = c->next) {
        if (text_eq(node_get_str(c, "id"), id))
            return node_get_str(c, "label");
    }
    return id;
}

static char *choices_text(struct arena *a, const struct node *field, const struct node *list)
{
    char *joined = arena_dup(a, "");

    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        joined = arena_fmt(a, "%s%s%s", joined, *joined != '\0' ? "、" : "", choice_label(field, node_str(n, "")));
    return joined;
}

/* A month is kept as its first day; what is no date is shown as it was typed. */
static char *day_text(struct arena *a, const struct node *field, const char *text)
{
    struct err e = {0};
    date day;

    if (!text_eq(node_get_str(field, "precision"), "month") || date_parse(text, &day, &e) < 0)
        return arena_dup(a, text);
    return arena_dupn(a, text, strlen("2025-09"));
}

char *view_value(struct arena *a, const struct node *field, const struct node *value)
{
    const char *type = node_get_str(field, "type");

    if (value == NULL || value->type == NODE_NULL)
        return arena_dup(a, "");
    if (value->type == NODE_BOOL)
        return arena_dup(a, value->u.truth ? "是" : "否");
    if (value->type == NODE_INT && text_eq(type, "money"))
        return arena_fmt(a, "%s 万元", money_wan(a, value->u.integer));
    if (value->type == NODE_INT)
        return arena_fmt(a, "%lld%s%s", (long long)value->u.integer, *node_get_str(field, "unit") != '\0' ? " " : "",
                         node_get_str(field, "unit"));
    if (value->type == NODE_LIST)
        return text_eq(type, "rows") ? rows_text(a, field, value) : choices_text(a, field, value);
    if (text_eq(type, "choice"))
        return arena_dup(a, choice_label(field, node_str(value, "")));
    return day_text(a, field, node_str(value, ""));
}

char *view_input(struct arena *a, const struct node *field, const struct node *value)
{
    if (value == NULL || value->type == NODE_NULL || value->type == NODE_LIST || value->type == NODE_OBJECT)
        return arena_dup(a, "");
    if (value->type == NODE_BOOL)
        return arena_dup(a, value->u.truth ? "true" : "false");
    if (value->type == NODE_INT)
        return text_eq(node_get_str(field, "type"), "money") ? money_wan_plain(a, value->u.integer)
                                                             : arena_fmt(a, "%lld", (long long)value->u.integer);
    return day_text(a, field, node_str(value, ""));
}

struct node *view_document(const struct desk *d, const struct document *doc)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    char size[TEXT_SIZE_ROOM];

    view_put_id(a, n, "id", doc->id);
    node_put_kept(a, n, "name", doc->name);
    node_put_text(a, n, "size_text", text_size(size, doc->size));
    node_put_kept(a, n, "sm3", doc->sm3);
    node_put_fmt(a, n, "sm3_short", "%.8s", doc->sm3);
    node_put_kept(a, n, "type", doc->type);
    node_put_kept(a, n, "type_name", content_type_name(doc->type));
    view_put_instant(a, n, "uploaded_at", doc->uploaded_at);
    node_put_kept(a, n, "person_name", doc->person_name);
    node_put_kept(a, n, "href", view_href(d, "/documents/%lld", (long long)doc->id));
    node_put_kept(a, n, "material", doc->material);
    node_put_kept(a, n, "procedure", doc->procedure);
    node_put_kept(a, n, "state", doc->state);
    node_put_bool(a, n, "is_draft", text_eq(doc->state, "draft"));
    return n;
}

/* ---- rows ---- */

const struct node *view_json(struct arena *a, const char *json)
{
    struct err e = {0};
    const struct node *n;

    if (text_is_empty(json) || jsonrow_parse(a, json, &n, &e) < 0)
        return node_object(a);
    return n;
}

char *view_json_text(struct arena *a, const struct node *n)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, JSON_ROW_BYTES);
    jsonout_tree(&b, n);
    return arena_dup(a, buf_str(&b));
}

struct node *view_regulation(const struct desk *d, const struct regulation *r)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    node_put_kept(a, n, "id", regulation_id(r));
    node_put_kept(a, n, "title", regulation_title(r));
    node_put_kept(a, n, "document_number", regulation_document_number(r));
    view_put_date(a, n, "from", regulation_from(r));
    view_put_date(a, n, "to", regulation_to(r));
    node_put_kept(a, n, "href", view_href(d, "/regulation?version=%s", regulation_id(r)));
    return n;
}

const struct regulation *view_version(const struct desk *d, const char *version_or_null, struct err *e)
{
    const int is_named = !text_is_empty(version_or_null);
    const struct regulation *r = is_named ? district_regulation_version(d->district, version_or_null)
                                          : district_regulation(d->district, desk_today(d));

    if (r == NULL)
        err_set_fail(e, ERR_NOT_FOUND, is_named ? "%s没有这个版本的办法" : "%s受理下级报送，没有自己的项目管理办法",
                     d->district->tenant->name);
    return r;
}

/* Gone to its end, and still something is owed: reports, filings, evaluations. */
static int is_owing(const struct project *p, int is_other)
{
    return !is_other && text_eq(p->state, "done") && (!text_is_empty(p->next_name) || p->next_due != DATE_NONE);
}

static const char *project_state_name(const struct desk *d, const struct project *p, int is_other)
{
    if (is_owing(p, is_other))
        return p->next_due != DATE_NONE && p->next_due < desk_today(d) ? "环节已走完，后续事项超期"
                                                                       : "环节已走完，还有后续事项";
    return text_eq(p->state, "draft") && is_other ? "还没有开始" : view_state_name(p->state);
}

struct node *view_project_short(const struct desk *d, const struct project *p)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    int is_other = !text_is_empty(p->subject) && !text_eq(p->subject, "project");

    view_put_id(a, n, "id", p->id);
    node_put_kept(a, n, "number", p->number);
    node_put_kept(a, n, "title", p->title);
    node_put_kept(a, n, "unit_name", p->unit_name);
    if (is_other)
        node_put_kept(a, n, "subject", p->subject);
    node_put_kept(a, n, "state", p->state);
    node_put_kept(a, n, "state_name", project_state_name(d, p, is_other));
    node_put_bool(a, n, "is_owing", is_owing(p, is_other));
    node_put_fmt(a, n, "version", "%lld", (long long)p->version);
    view_put_money(a, n, "total_investment", p->total_investment);
    node_put_kept(a, n, "href", view_href(d, "/projects/%lld", (long long)p->id));
    return n;
}

struct node *view_reasons(const struct desk *d, const struct node *reasons)
{
    struct node *list = node_list(d->arena);

    for (const struct node *it = node_first(reasons); it != NULL; it = it->next) {
        struct node *n = node_add_object(d->arena, list);

        view_take(d, n, it, "code", "message", "mend", "who", "who_name", "articles", "quote", "strength", "path",
                  "due_on", "due", NULL);
        if (node_get(n, "articles") == NULL)
            node_put_list(d->arena, n, "articles");
    }
    return list;
}
