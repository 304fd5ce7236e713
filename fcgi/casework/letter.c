/*
 * casework/letter.c - the paper an act issues: its number and its words, frozen at issue
 *
 * Everything a reader will see is worded here once and kept as data; a later change of facts,
 * names or templates does not change a paper that went out.
 */
#include "config.h"

#include "casework/letter.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "casework/view.h"

enum { NUMBER_BYTES = 256 };

/* ---- numbers ---- */

/* Length of the placeholder at p, 0 when there is none. */
static size_t placeholder(struct buf *b, const char *p, int year, int64_t n)
{
    if (text_starts(p, "{year}")) {
        buf_fmt(b, "%d", year);
        return strlen("{year}");
    }
    if (text_starts(p, "{n}")) {
        buf_fmt(b, "%lld", (long long)n);
        return strlen("{n}");
    }
    if (text_starts(p, "{n") && p[2] >= '2' && p[2] <= '6' && p[3] == '}') {
        buf_fmt(b, "%0*lld", p[2] - '0', (long long)n);
        return 4;
    }
    return 0;
}

char *number_text(struct arena *a, const char *pattern, int year, int64_t n)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, NUMBER_BYTES);
    for (const char *p = pattern; *p != '\0';) {
        size_t taken = placeholder(&b, p, year, n);

        if (taken == 0)
            buf_putc(&b, *p);
        p += taken > 0 ? taken : 1;
    }
    return arena_dup(a, buf_str(&b));
}

const char *number_pattern(const struct tenant *t)
{
    return text_is_empty(t->number_pattern) ? "{year}-{n4}" : t->number_pattern;
}

/* ---- words ---- */

/* 一 … 二十: more points than that a paper does not have. */
const char *letter_ordinal(int n)
{
    static const char *const words[] = {"一",   "二",   "三",   "四",   "五",   "六",   "七",   "八",   "九",   "十",
                                        "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十"};

    return n >= 1 && n <= (int)ARRAY_LEN(words) ? words[n - 1] : "";
}

/* As a paper says it: an amount in figures and words, a day in full. */
static const char *field_text(struct arena *a, const struct node *field, const struct node *value)
{
    struct err ignored = {0};
    date day;

    if (text_eq(node_get_str(field, "type"), "date") && date_parse(node_str(value, ""), &day, &ignored) == 0)
        return date_law(a, day);
    return text_eq(node_get_str(field, "type"), "money") && value->type == NODE_INT
               ? arena_fmt(a, "%s（大写：%s）", money_law(a, value->u.integer), money_capital(a, value->u.integer))
               : view_value(a, field, value);
}

struct letter_list {
    struct node *fields, *points;
    fen amount; /* the first on the way; -1 */
    int n;
};

static void letter_field(struct arena *a, const struct letter *l, const struct node *f, struct letter_list *out)
{
    const struct node *value = node_get(l->with, node_get_str(f, "id"));

    if (value == NULL || !node_is_true(value))
        return;
    if (out->amount < 0 && value->type == NODE_INT && text_eq(node_get_str(f, "type"), "money"))
        out->amount = value->u.integer;

    struct node *o = node_add_object(a, out->fields);
    const char *text = field_text(a, f, value);

    node_put_text(a, o, "label", node_get_str(f, "label"));
    node_put_text(a, o, "value", text);
    out->n++;
    node_add_text(a, out->points, arena_fmt(a, "%s、%s：%s", letter_ordinal(out->n), node_get_str(f, "label"), text));
}

/* What was decided, field by field, and who was present; gives the first amount on the way. */
static fen letter_fields(const struct desk *d, const struct letter *l, struct node *body, struct node *points)
{
    struct letter_list out = {.fields = node_put_list(d->arena, body, "fields"), .points = points, .amount = -1};

    for (const struct node *f = node_first(node_get(l->form, "fields")); f != NULL; f = f->next)
        letter_field(d->arena, l, f, &out);
    for (const struct node *f = node_first(l->witnesses); f != NULL; f = f->next)
        letter_field(d->arena, l, f, &out);
    return out.amount;
}

int letter_names(const struct desk *d, const struct node *du)
{
    const char *state = node_get_str(du, "state");

    return text_eq(node_get_str(du, "trigger_on"), date_text(d->arena, desk_today(d))) &&
           (text_eq(state, "open") || text_eq(state, "future"));
}

/* Duties that begin with this act: what the reader must do next, by when. */
static void letter_duties(const struct desk *d, const struct letter *l, struct node *body)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, body, "duties");
    int n = 0;

    for (const struct node *du = node_first(node_get(l->verdict_after, "duties")); du != NULL; du = du->next) {
        const char *due_on = node_get_str(du, "due_on"), *by = "";

        if (!letter_names(d, du))
            continue;
        struct err e = {0};
        date day;

        if (*due_on != '\0' && date_parse(due_on, &day, &e) == 0)
            by = arena_fmt(a, "，最迟%s%s", date_law(a, day),
                           node_get_bool(du, "provisional") ? "（暂定，放假安排公布后核定，不提前）" : "");
        n++;
        node_add_text(a, list,
                      arena_fmt(a, "（%s）%s：%s%s（%s）。", letter_ordinal(n), node_get_str(du, "name"),
                                node_get_str(du, "limit_text"), by,
                                text_articles(a, view_articles_join(a, node_get(du, "articles")))));
    }
}

static void letter_quotes(const struct desk *d, const struct letter *l, struct node *body)
{
    struct node *list = node_put_list(d->arena, body, "quotes");

    for (const struct node *n = node_first(l->articles); n != NULL; n = n->next) {
        const char *number = node_str(n, ""), *text;
        size_t len = strcspn(number, "(");

        text = regulation_article(l->file->regulation, arena_dupn(d->arena, number, len));
        if (text == NULL)
            continue;
        struct node *o = node_add_object(d->arena, list);

        node_put_text(d->arena, o, "number", number);
        node_put_text(d->arena, o, "name", text_articles(d->arena, number));
        node_put_text(d->arena, o, "text", text);
    }
}

static void letter_checklist(struct arena *a, const struct letter *l, struct node *body)
{
    struct node *list = node_put_list(a, body, "points");

    for (const struct node *c = node_first(l->checklist); c != NULL; c = c->next) {
        struct node *o = node_add_object(a, list);
        const struct node *answer = node_get(node_get(l->with, "checklist"), node_get_str(c, "id"));

        node_put_text(a, o, "name", node_get_str(c, "name"));
        node_put_text(a, o, "answer", answer != NULL && node_is_true(answer) ? "是" : "否");
    }
}

/* ---- who writes, to whom ---- */

enum { HAN_BYTES = 3 };

/* 区财政局 of 某市某区 signs as 某市某区财政局; a name that does not begin where the district's ends is whole.
 */
static const char *letter_signer(const struct desk *d, const struct letter *l)
{
    const struct tenant *t = d->district->tenant;
    const char *short_name = tenant_organ_name(t, l->organ);
    const char *name = text_is_empty(short_name) ? l->organ_name : short_name;
    size_t len = strlen(t->full_name);

    if (len < HAN_BYTES || strlen(name) <= HAN_BYTES || memcmp(t->full_name + len - HAN_BYTES, name, HAN_BYTES) != 0)
        return name;
    return arena_fmt(d->arena, "%s%s", t->full_name, name + HAN_BYTES);
}

/* The organs an act goes to are alternatives in its words (甲或乙); a letter names them one by one, its reader not
 * again. */
static const char *letter_others(const struct desk *d, const struct letter *l)
{
    const char *unit = regulation_organ_name(l->file->regulation, CASEFILE_UNIT), *all = "";

    for (const char *p = l->to_names != NULL ? l->to_names : ""; *p != '\0';) {
        const char *end = strstr(p, "或");
        size_t len = end != NULL ? (size_t)(end - p) : strlen(p);
        const char *one = arena_dupn(d->arena, p, len);

        if (!text_eq(one, unit) && !text_eq(one, l->file->p.unit_name))
            all = arena_fmt(d->arena, "%s%s%s", all, *all != '\0' ? "，" : "", one);
        p += end != NULL ? len + strlen("或") : len;
    }
    return all;
}

/* A unit's own paper goes up and reports; an organ's answers what was handed in. */
static void letter_opening(const struct desk *d, const struct letter *l, struct node *body, struct node *paragraphs)
{
    struct arena *a = d->arena;
    const struct regulation *r = l->file->regulation;
    const char *title = l->file->p.title, *others = letter_others(d, l);
    const char *law = arena_fmt(a, "依据《%s》（%s）%s", regulation_title(r), regulation_document_number(r),
                                text_articles(a, view_articles_join(a, l->articles)));
    int is_own = text_eq(l->organ, CASEFILE_UNIT);

    node_put_text(a, body, "to", is_own ? others : l->file->p.unit_name);
    node_put_text(a, body, "copy_to", is_own ? "" : others);
    node_put_text(a, body, "closing", is_own ? "特此报告。" : "此复。");
    node_add_text(a, paragraphs,
                  is_own ? arena_fmt(a, "我单位建设“%s”，%s，现%s，内容如下：", title, law, l->act_name)
                         : arena_fmt(a, "你单位“%s”的%s材料收悉。%s，现办理结果为：%s。", title, l->procedure_name, law,
                                     l->act_name));
}

/* A field's last words may end a sentence of their own. */
static const char *sentence(struct arena *a, const char *text)
{
    size_t len = strlen(text);

    return len >= HAN_BYTES && memcmp(text + len - HAN_BYTES, "。", HAN_BYTES) == 0 ? text : arena_fmt(a, "%s。", text);
}

struct node *letter_body(const struct desk *d, const struct letter *l)
{
    struct arena *a = d->arena;
    const struct regulation *r = l->file->regulation;
    struct node *body = node_object(a), *paragraphs, *points = node_list(a);
    const char *title = l->file->p.title;
    fen amount;

    node_put_text(a, body, "org", l->organ_name);
    node_put_text(a, body, "number", l->number);
    node_put_text(a, body, "name", l->name);
    node_put_fmt(a, body, "title", "关于%s的%s", title, l->name);
    node_put_text(a, body, "signer", letter_signer(d, l));
    paragraphs = node_put_list(a, body, "paragraphs");
    letter_opening(d, l, body, paragraphs);
    amount = letter_fields(d, l, body, points);
    for (const struct node *n = node_first(points); n != NULL; n = n->next)
        node_add_text(a, paragraphs, sentence(a, n->u.text));
    if (*node_get_str(l->with, "reason") != '\0')
        node_add_text(a, paragraphs, sentence(a, arena_fmt(a, "理由：%s", node_get_str(l->with, "reason"))));
    letter_duties(d, l, body);
    letter_checklist(a, l, body);
    letter_quotes(d, l, body);
    node_put_text(a, body, "articles", view_articles_join(a, l->articles));
    if (amount >= 0) {
        node_put_int(a, body, "amount", amount);
        node_put_text(a, body, "amount_capital", money_capital(a, amount));
    }
    node_put(a, body, "regulation", view_regulation(d, r));

    struct node *project = node_put_object(a, body, "project");

    view_put_id(a, project, "id", l->file->p.id);
    node_put_text(a, project, "number", l->file->p.number);
    node_put_text(a, project, "title", title);
    node_put_text(a, project, "unit_name", l->file->p.unit_name);
    view_put_date(a, body, "issued_on", l->issued_on);
    node_put_text(a, body, "issued_text", date_law(a, l->issued_on));
    return body;
}
