/*
 * regulation/load_get.c - the loader's getters: each fault becomes a finding at its place
 */
#include "config.h"

#include "regulation/load.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

enum { LOAD_TEXT_MAX_CHARS = 2000, NEAR_MAX = 3, NEAR_WORD_MAX = 64 };

void load_fault(struct load *l, const char *id, const struct node *n, const char *mend, const char *fmt, ...)
{
    va_list ap;
    char *s;

    va_start(ap, fmt);
    s = arena_vfmt(l->a, fmt, ap);
    va_end(ap);
    finding_put(l->f, FINDING_ERROR, id, l->file, n, 0, l->article, mend, "%s", s);
}

void load_fault_key(struct load *l, const char *id, const struct node *n, const char *mend, const char *fmt, ...)
{
    va_list ap;
    char *s;

    va_start(ap, fmt);
    s = arena_vfmt(l->a, fmt, ap);
    va_end(ap);
    finding_put(l->f, FINDING_ERROR, id, l->file, n, 1, l->article, mend, "%s", s);
}

/* Levenshtein over bytes; ids are ASCII and short. */
static int distance(const char *x, const char *y)
{
    int row[NEAR_WORD_MAX + 1];
    int n = (int)strlen(y);

    if (n > NEAR_WORD_MAX || strlen(x) > NEAR_WORD_MAX)
        return NEAR_WORD_MAX;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; x[i - 1]; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int best = corner + (x[i - 1] != y[j - 1]);
            corner = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

void near_offer(struct near *n, const char *id)
{
    int d = distance(n->wanted, id);

    if (d <= NEAR_MAX && d * 2 < (int)strlen(id) + 2 && (!n->best || d < n->distance)) {
        n->best = id;
        n->distance = d;
    }
}

const char *near_mend(struct load *l, const struct near *n, const char *otherwise)
{
    return n->best ? arena_fmt(l->a, "是否想写「%s」", n->best) : otherwise;
}

/* Walks "name:type! name …"; *ret_name the next name, NULL at the end. */
static const char *next_member(struct arena *a, const char *p, const char **ret_name)
{
    size_t n = strcspn(p, " :!");

    *ret_name = *p ? arena_dupn(a, p, n) : NULL;
    p += strcspn(p, " ");
    return p + strspn(p, " ");
}

static int has_member(const char *members, const char *word)
{
    size_t len = strlen(word);

    for (const char *p = members; *p;) {
        if (strcspn(p, " :!") == len && !strncmp(p, word, len))
            return 1;
        p += strcspn(p, " ");
        p += strspn(p, " ");
    }
    return 0;
}

static const char *member_names(struct arena *a, const char *members, struct near *near)
{
    const char *s = "", *name;

    for (const char *p = next_member(a, members, &name); name; p = next_member(a, p, &name)) {
        near_offer(near, name);
        s = arena_fmt(a, "%s%s%s", s, *s ? " " : "", name);
    }
    return s;
}

int load_members(struct load *l, const struct node *n, enum sentence sentence)
{
    const struct sentence_row *row = &sentences[sentence];

    if (!n || n->type != NODE_OBJECT) {
        if (n)
            load_fault(l, "not_object", n, "写成 { … }", "%s应为一个对象", row->what);
        return 0;
    }
    for (const struct node *m = node_first(n); m; m = m->next) {
        struct near near = {.wanted = m->key};
        const char *names;
        if (has_member(row->members, m->key))
            continue;
        names = member_names(l->a, row->members, &near);
        load_fault_key(l, "unknown_member", m, near_mend(l, &near, arena_fmt(l->a, "可用的成员：%s", names)),
                       "%s没有「%s」这个成员", row->what, m->key);
    }
    return 1;
}

static const struct node *required(struct load *l, const struct node *o, const char *key)
{
    const struct node *n = node_get(o, key);

    if (!n && o)
        load_fault(l, "member_missing", o, arena_fmt(l->a, "补写 \"%s\"", key), "缺少「%s」", key);
    return n;
}

static const char *text_of(struct load *l, const struct node *n)
{
    if (!n)
        return "";
    if (n->type != NODE_TEXT || !*n->u.text) {
        load_fault(l, "not_text", n, "写成不空的文字", "「%s」应为文字", n->key ? n->key : "此项");
        return "";
    }
    if (text_chars(n->u.text) > LOAD_TEXT_MAX_CHARS || !text_is_clean(n->u.text, 1)) {
        load_fault(l, "bad_text", n, "去掉控制字符，长度不超过 2000 字", "「%s」过长或含有控制字符",
                   n->key ? n->key : "此项");
        return "";
    }
    return n->u.text;
}

const char *load_text(struct load *l, const struct node *o, const char *key)
{
    return text_of(l, required(l, o, key));
}

const char *load_text_opt(struct load *l, const struct node *o, const char *key)
{
    return text_of(l, node_get(o, key));
}

int load_is_id(struct load *l, const struct node *n, const char *id)
{
    if (text_is_id(id))
        return 1;
    if (n->key && text_eq(n->key, id))
        load_fault_key(l, "bad_id", n, "用小写英文字母开头，后接小写字母、数字或下划线", "「%s」不能作标识", id);
    else
        load_fault(l, "bad_id", n, "用小写英文字母开头，后接小写字母、数字或下划线", "「%s」不能作标识", id);
    return 0;
}

const char *load_id(struct load *l, const struct node *o, const char *key)
{
    const struct node *n = required(l, o, key);
    const char *s = text_of(l, n);

    if (*s)
        load_is_id(l, n, s);
    return s;
}

int load_bool(struct load *l, const struct node *o, const char *key, int def)
{
    const struct node *n = node_get(o, key);

    if (!n)
        return def;
    if (n->type != NODE_BOOL) {
        load_fault(l, "not_bool", n, "写 true 或 false", "「%s」应为 true 或 false", key);
        return def;
    }
    return n->u.truth;
}

int load_int(struct load *l, const struct node *o, const char *key, int min, int max, int def, int is_required)
{
    const struct node *n = is_required ? required(l, o, key) : node_get(o, key);

    if (!n)
        return def;
    if (n->type != NODE_INT || n->u.integer < min || n->u.integer > max) {
        load_fault(l, "bad_integer", n, arena_fmt(l->a, "写 %d 到 %d 之间的整数", min, max),
                   "「%s」应为 %d 到 %d 之间的整数", key, min, max);
        return def;
    }
    return (int)n->u.integer;
}

const struct node *load_list(struct load *l, const struct node *o, const char *key, int is_required)
{
    const struct node *n = is_required ? required(l, o, key) : node_get(o, key);

    if (n && n->type != NODE_LIST) {
        load_fault(l, "not_list", n, "写成 [ … ]", "「%s」应为一个列表", key);
        return NULL;
    }
    return n;
}

const struct node *load_object(struct load *l, const struct node *o, const char *key, int is_required)
{
    const struct node *n = is_required ? required(l, o, key) : node_get(o, key);

    if (n && n->type != NODE_OBJECT) {
        load_fault(l, "not_object", n, "写成 { … }", "「%s」应为一个对象", key);
        return NULL;
    }
    return n;
}

date load_date(struct load *l, const struct node *o, const char *key, int is_required)
{
    const struct node *n = is_required ? required(l, o, key) : node_get(o, key);
    struct err e = {0};
    date d;

    if (!n || n->type == NODE_NULL)
        return DATE_NONE;
    if (n->type != NODE_TEXT || date_parse(n->u.text, &d, &e) < 0) {
        load_fault(l, "bad_date", n, "写成如 \"2025-09-22\"", "「%s」不是日期", key);
        return DATE_NONE;
    }
    return d;
}

/* ---- articles ---- */

/*
 * Which pairs of characters an article has, as a set of bits: most pairs of a rule's words do not occur in it at all,
 * and need not be looked for sentence by sentence.
 */
enum { PAIR_BYTES = 6, PAIR_BITS = 4096 };

static int is_pair(const char *p) /* only pairs of Chinese characters tell */
{
    return (unsigned char)p[0] >= 0xE0 && p[1] && p[2] && (unsigned char)p[3] >= 0xE0 && p[4] && p[5];
}

static unsigned pair_bit(const char *p)
{
    unsigned first = ((unsigned char)p[1] & 63U) << 6 | ((unsigned char)p[2] & 63U),
             second = ((unsigned char)p[4] & 63U) << 6 | ((unsigned char)p[5] & 63U);

    return (first * 31 + second) % PAIR_BITS;
}

static const unsigned char *pairs_of(struct load *l, const struct article *row)
{
    size_t i = (size_t)(row - l->r->articles);
    unsigned char *set;

    if (!l->pairs)
        l->pairs = ARENA_ARRAY(l->f->arena, unsigned char *, l->r->article_count + 1);
    if (l->pairs[i])
        return l->pairs[i];
    set = l->pairs[i] = arena_alloc(l->f->arena, PAIR_BITS / 8);
    for (const char *p = row->text; *p; p++)
        if (is_pair(p))
            set[pair_bit(p) / 8] |= (unsigned char)(1U << pair_bit(p) % 8);
    return set;
}

static int shared_pairs(const char *piece, size_t len, const char *said, const unsigned char *set)
{
    int n = 0;

    for (const char *p = said; *p; p += is_pair(p) ? 3 : 1)
        if (is_pair(p) && set[pair_bit(p) / 8] >> pair_bit(p) % 8 & 1)
            n += memmem(piece, len, p, PAIR_BYTES) != NULL;
    return n;
}

static size_t sentence_length(const char *p)
{
    for (const char *s = p;; s++) {
        s += strcspn(s, "\n\xE3\xEF"); /* where 。 and ； begin, and some others */
        if (!*s)
            return (size_t)(s - p);
        if (*s == '\n')
            return (size_t)(s - p) + 1;
        if (text_starts(s, "。") || text_starts(s, "；"))
            return (size_t)(s - p) + strlen("。");
    }
}

/* The sentence of the article that shares most pairs of characters with what the rule says. */
static const char *pick_quote(struct load *l, const struct article *row, const char *said)
{
    const char *text = row->text, *best = text;
    const unsigned char *set = pairs_of(l, row);
    size_t best_len = sentence_length(text);
    int best_score = -1;

    for (const char *p = text; text[best_len] && *p;) { /* of one sentence there is nothing to pick */
        size_t n = sentence_length(p);
        int score = shared_pairs(p, n, said, set);
        if (score > best_score) {
            best = p;
            best_len = n;
            best_score = score;
        }
        p += n;
    }
    return text_trim(l->a, arena_dupn(l->a, best, best_len));
}

static void cite_one(struct load *l, const struct node *n, const char *said, struct cites *c, int *rows)
{
    const char *s = node_str(n, "");
    size_t base = strcspn(s, "(");
    const struct article *row;

    if (n->type != NODE_TEXT || !*s) {
        load_fault(l, "not_text", n, "写成如 \"12\"", "条号应为文字");
        return;
    }
    row = regulation_article_row(l->r, arena_dupn(l->a, s, base));
    if (!row) {
        load_fault(l, "unknown_article", n, "核对 text.json 中的条号", "正文没有「%s」", text_articles(l->a, s));
        return;
    }
    ((struct article *)row)->cited++; /* the table is still being built */
    rows[c->row_count++] = (int)(row - l->r->articles);
    if (!c->quote || !*c->quote)
        c->quote = pick_quote(l, row, said);
    c->joined = *c->joined ? arena_fmt(l->a, "%s,%s", c->joined, s) : s;
}

/* The article as in the file: an annex has its words in members of its own. */
static int has_words(const struct node *n, const char *words)
{
    if (n->type == NODE_TEXT)
        return strstr(n->u.text, words) != NULL;
    if (n->type != NODE_OBJECT && n->type != NODE_LIST)
        return 0;
    for (const struct node *kid = node_first(n); kid; kid = kid->next)
        if (has_words(kid, words))
            return 1;
    return 0;
}

/* Words shown to people as the regulation's own must be its own. */
static const char *given_quote(struct load *l, const struct node *o, const struct cites *c)
{
    const char *quote = node_get_str(o, "quote");

    for (size_t i = 0; i < c->row_count; i++)
        if (has_words(l->r->articles[c->rows[i]].src, quote))
            return quote;
    load_fault(l, "quote_differs", node_get(o, "quote"), "照抄 text.json 中的原文，或在 articles 中写明所在的条",
               "引文与所引条文不一致");
    return quote;
}

struct cites load_cites(struct load *l, const struct node *o, int is_required, const char *about)
{
    struct cites c = {.joined = "", .quote = "", .shown = ""};
    const struct node *n = node_get(o, "articles");
    const char *said = about;
    int *rows;

    if (!n) {
        if (is_required && o)
            load_fault(l, "articles_missing", o, "补写 \"articles\": [\"条号\"]", "此项没有写明依据的条文");
        return c;
    }
    if (n->type != NODE_LIST || !node_count(n)) {
        load_fault(l, "articles_missing", n, "写成 [\"7\", \"12\"]", "「articles」应列出至少一条");
        return c;
    }
    said = arena_fmt(l->a, "%s%s%s", about, node_get_str(o, "message"), node_get_str(o, "name"));
    rows = ARENA_ARRAY(l->a, int, node_count(n));
    for (const struct node *x = node_first(n); x; x = x->next)
        cite_one(l, x, said, &c, rows);
    c.rows = rows;
    c.list = n;
    c.shown = text_articles(l->a, c.joined);
    l->article = c.joined;
    if (*node_get_str(o, "quote"))
        c.quote = given_quote(l, o, &c);
    return c;
}

enum strength load_strength(struct load *l, const struct node *o)
{
    const struct node *n = node_get(o, "strength");

    if (!n || text_eq(node_str(n, ""), "mandatory"))
        return STRENGTH_MANDATORY;
    if (!text_eq(node_str(n, ""), "in_principle"))
        load_fault(l, "bad_strength", n, "写 \"mandatory\" 或 \"in_principle\"", "没有「%s」这种约束力",
                   node_str(n, ""));
    return STRENGTH_IN_PRINCIPLE;
}

struct cond *load_cond(struct load *l, const struct node *o, const char *key)
{
    const struct node *n = node_get(o, key);

    return n ? cond_compile(l, n) : NULL;
}

/* ---- references ---- */

int load_organ(struct load *l, const struct node *n)
{
    int i = regulation_organ_index(l->r, node_str(n, ""));

    if (i < 0) {
        struct near near = {.wanted = node_str(n, "")};
        for (size_t k = 0; k < l->r->organ_count; k++)
            near_offer(&near, l->r->organs[k].id);
        load_fault(l, "unknown_organ", n, near_mend(l, &near, "在 organs 中写明这个机关"), "organs 中没有「%s」",
                   node_str(n, ""));
        return -1;
    }
    l->r->organs[i].used = 1;
    return i;
}

int load_procedure_ref(struct load *l, const struct node *n)
{
    int i = regulation_procedure_index(l->r, node_str(n, ""));

    if (i < 0) {
        struct near near = {.wanted = node_str(n, "")};
        for (size_t k = 0; k < l->r->procedure_count; k++)
            near_offer(&near, l->r->procedures[k].id);
        load_fault(l, "unknown_procedure", n, near_mend(l, &near, "在 procedures 中写明这一事项"),
                   "procedures 中没有「%s」", node_str(n, ""));
    }
    return i;
}

int load_happening(struct load *l, const struct node *n)
{
    int i = regulation_happening(l->r, node_str(n, ""));

    if (i < 0) {
        struct near near = {.wanted = node_str(n, "")};
        for (size_t k = 0; k < l->r->happening_count; k++)
            near_offer(&near, l->r->happenings[k].full);
        load_fault(l, "unknown_act", n, near_mend(l, &near, "写成 事项.行为，如 \"technical_review.pass\""),
                   "没有「%s」这一行为", node_str(n, ""));
    }
    return i;
}

int load_fact_ref(struct load *l, const struct node *n)
{
    int i = regulation_fact_index(l->r, node_str(n, ""));

    if (i < 0) {
        struct near near = {.wanted = node_str(n, "")};
        for (size_t k = 0; k < l->r->fact_count; k++)
            near_offer(&near, l->r->facts[k].f.id);
        load_fault(l, "unknown_fact", n, near_mend(l, &near, "在 facts 中写明询问这一事实"), "本办法没有询问事实「%s」",
                   node_str(n, ""));
    }
    return i;
}

size_t load_refs(struct load *l, const struct node *n, int (*resolve)(struct load *, const struct node *), int **ret)
{
    size_t count = 0;

    *ret = NULL;
    if (!n)
        return 0;
    *ret = ARENA_ARRAY(l->a, int, (n->type == NODE_LIST ? node_count(n) : 1) + 1);
    if (n->type != NODE_LIST) {
        int i = resolve(l, n);
        if (i >= 0)
            (*ret)[count++] = i;
        return count;
    }
    for (const struct node *x = node_first(n); x; x = x->next) {
        int i = resolve(l, x);
        if (i >= 0)
            (*ret)[count++] = i;
    }
    return count;
}

struct actor load_actor(struct load *l, const struct node *n)
{
    struct actor x = {.kind = ACTOR_ANY};
    const struct node *list = n;
    int *organs;
    size_t count;

    if (!n)
        return x;
    if (n->type == NODE_OBJECT) {
        const struct node *m = node_first(n);
        if (node_count(n) != 1 || (!text_eq(m->key, "any") && !text_eq(m->key, "all")) || m->type != NODE_LIST) {
            load_fault(l, "bad_actor", n, "写机关的 id，或 { \"any\": [ … ] }、{ \"all\": [ … ] }",
                       "办理机关写法不合格");
            return x;
        }
        x.kind = text_eq(m->key, "all") ? ACTOR_ALL : ACTOR_ANY;
        list = m;
    }
    count = load_refs(l, list, load_organ, &organs);
    if (count > ACTOR_MAX) {
        load_fault(l, "bad_actor", n, "一个环节最多十六个机关", "办理机关过多");
        count = ACTOR_MAX;
    }
    for (size_t i = 0; i < count; i++)
        x.organ[x.count++] = organs[i];
    return x;
}

size_t load_exceptions(struct load *l, const struct node *n, struct exception **ret)
{
    const struct node *list = load_list(l, n, "exceptions", 0);
    size_t count = 0;

    *ret = ARENA_ARRAY(l->a, struct exception, node_count(list) + 1);
    for (const struct node *x = node_first(list); x; x = x->next) {
        struct exception *e = &(*ret)[count];
        if (!load_members(l, x, SENTENCE_EXCEPTION))
            continue;
        e->note = load_text_opt(l, x, "note");
        e->cites = load_cites(l, x, 1, e->note);
        if (!node_get(x, "when"))
            load_text(l, x, "when");
        e->when = load_cond(l, x, "when");
        if (e->when)
            count++;
    }
    return count;
}

int load_subject(struct load *l, const struct node *o)
{
    const struct node *n = node_get(o, "on");
    int on = n ? subject_of(node_str(n, "")) : SUBJECT_PROJECT;

    if (on >= 0)
        return on;
    load_fault(l, "unknown_kind", n, "可用：project、plan、unit、system、bundle、appropriation", "没有「%s」这种对象",
               node_str(n, ""));
    return SUBJECT_PROJECT;
}
