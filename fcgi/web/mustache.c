/*
 * web/mustache.c - page templates in Mustache's language over nodes: made ready once, at start
 *
 * Two passes: the tokenizer cuts a template into tags and texts and strips standalone lines; the linker
 * gives every section its end and every partial its template.
 */
#include "config.h"

#include "web/mustache_part.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { SECTION_DEPTH_MAX = 32, DELIMITER_MAX = 8, NAME_PARTS_MAX = 8 };

struct scan {
    struct arena *a;
    struct template *t;
    const char *p, *end, *start;
    int line;
    char open[DELIMITER_MAX + 1], close[DELIMITER_MAX + 1];
};

struct tag {
    char sigil; /* 0 for a plain value */
    const char *text;
    size_t len;
    const char *from, *after; /* the tag with its delimiters */
};

static int fault(const struct scan *s, struct err *e, const char *what)
{
    err_fail(e, ERR_CONFIG, "模板 %s.html 第 %d 行：%s", s->t->name, s->line, what);
    return -1;
}

static struct op *op_add(struct scan *s, enum op_kind kind)
{
    struct template *t = s->t;
    if (t->count == t->room) {
        size_t room = t->room ? t->room * 2 : 32;
        struct op *grown = ARENA_ARRAY(s->a, struct op, room);
        if (t->count)
            memcpy(grown, t->op, t->count * sizeof *grown);
        t->op = grown;
        t->room = room;
    }
    struct op *op = &t->op[t->count++];
    op->kind = kind;
    op->line = s->line;
    return op;
}

static void text_add(struct scan *s, const char *from, const char *to)
{
    if (from >= to)
        return;
    struct op *op = op_add(s, OP_TEXT);
    op->text = from;
    op->len = (size_t)(to - from);
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static void trim(const char **text, size_t *len)
{
    while (*len && is_space(**text))
        (*text)++, (*len)--;
    while (*len && is_space((*text)[*len - 1]))
        (*len)--;
}

static const char *find(const char *p, const char *end, const char *needle)
{
    return memmem(p, (size_t)(end - p), needle, strlen(needle));
}

/* The tag whose opening delimiter stands at from. */
static int tag_read(const struct scan *s, const char *from, struct tag *ret, struct err *e)
{
    const char *p = from + strlen(s->open);
    char ending[DELIMITER_MAX + 3];
    size_t extra = 0;
    struct tag tag = {.from = from};

    if (p < s->end && strchr("#^/!>&={", *p) && *p)
        tag.sigil = *p++;
    if (tag.sigil == '{')
        ending[extra++] = '}';
    if (tag.sigil == '=')
        ending[extra++] = '=';
    memcpy(ending + extra, s->close, strlen(s->close) + 1);

    const char *stop = find(p, s->end, ending);
    if (!stop)
        return fault(s, e, "标签没有收尾");
    tag.text = p;
    tag.len = (size_t)(stop - p);
    tag.after = stop + strlen(ending);
    trim(&tag.text, &tag.len);
    *ret = tag;
    return 0;
}

/* The blank part of the line before p, back to the line's start; NULL when something else stands there. */
static const char *line_start(const struct scan *s, const char *p)
{
    while (p > s->start && is_blank(p[-1]))
        p--;
    return p == s->start || p[-1] == '\n' ? p : NULL;
}

/* Behind the end of the line when only blanks follow; NULL otherwise. */
static const char *line_rest(const struct scan *s, const char *p)
{
    while (p < s->end && is_blank(*p))
        p++;
    if (p == s->end)
        return p;
    if (*p == '\r' && p + 1 < s->end && p[1] == '\n')
        return p + 2;
    return *p == '\n' ? p + 1 : NULL;
}

static int delimiters_set(struct scan *s, const struct tag *tag, struct err *e)
{
    const char *p = tag->text, *end = tag->text + tag->len;
    const char *first_end = p;
    while (first_end < end && !is_space(*first_end))
        first_end++;
    const char *second = first_end;
    while (second < end && is_space(*second))
        second++;
    size_t first_len = (size_t)(first_end - p), second_len = (size_t)(end - second);
    if (!first_len || !second_len || first_len > DELIMITER_MAX || second_len > DELIMITER_MAX ||
        memchr(p, '=', tag->len))
        return fault(s, e, "定界符写法不对");
    memcpy(s->open, p, first_len);
    s->open[first_len] = '\0';
    memcpy(s->close, second, second_len);
    s->close[second_len] = '\0';
    return 0;
}

static enum asks asks_of(const struct op *op)
{
    const char *word = op->part_count > 1 ? op->part[op->part_count - 2] : "";
    return text_eq(word, "has") ? ASKS_HAS : text_eq(word, "is") ? ASKS_IS : ASKS_NOTHING;
}

static int name_set(struct scan *s, struct op *op, const struct tag *tag, struct err *e)
{
    if (!tag->len)
        return fault(s, e, "标签里没有名字");
    for (size_t i = 0; i < tag->len; i++)
        if (is_space(tag->text[i]))
            return fault(s, e, "名字里有空白");
    char *name = arena_dupn(s->a, tag->text, tag->len);
    op->text = name;
    op->len = tag->len;
    if (text_eq(name, "."))
        return 0;

    op->part = ARENA_ARRAY(s->a, const char *, NAME_PARTS_MAX);
    op->part_hash = ARENA_ARRAY(s->a, uint32_t, NAME_PARTS_MAX);
    for (char *p = name;;) {
        char *dot = strchr(p, '.');
        size_t len = dot ? (size_t)(dot - p) : strlen(p);
        if (!len || op->part_count == NAME_PARTS_MAX)
            return fault(s, e, "带点的名字写法不对");
        op->part[op->part_count] = arena_dupn(s->a, p, len);
        op->part_hash[op->part_count] = node_key_hash(op->part[op->part_count]);
        op->part_count++;
        if (!dot)
            break;
        p = dot + 1;
    }
    op->asks = asks_of(op);
    return 0;
}

static int tag_compile(struct scan *s, const struct tag *tag, struct err *e)
{
    switch (tag->sigil) {
    case '!':
        return 0;
    case '=':
        return delimiters_set(s, tag, e);
    case '#':
        return name_set(s, op_add(s, OP_SECTION), tag, e);
    case '^':
        return name_set(s, op_add(s, OP_INVERTED), tag, e);
    case '/':
        return name_set(s, op_add(s, OP_END), tag, e);
    case '>': {
        struct op *op = op_add(s, OP_PARTIAL);
        if (!tag->len)
            return fault(s, e, "标签里没有名字");
        op->text = arena_dupn(s->a, tag->text, tag->len);
        op->len = tag->len;
        return 0;
    }
    case '{':
    case '&':
        return name_set(s, op_add(s, OP_RAW), tag, e);
    default:
        return name_set(s, op_add(s, OP_VALUE), tag, e);
    }
}

static void lines_count(struct scan *s, const char *from, const char *to)
{
    for (; (from = memchr(from, '\n', (size_t)(to - from))) != NULL; from++)
        s->line++;
}

static int tokens_read(struct scan *s, struct err *e)
{
    while (s->p < s->end) {
        const char *from = find(s->p, s->end, s->open);
        if (!from) {
            text_add(s, s->p, s->end);
            return 0;
        }
        lines_count(s, s->p, from);
        struct tag tag = {0};
        if (tag_read(s, from, &tag, e) < 0)
            return -1;

        /* values never stand alone; the other tags take their line with them when nothing else is on it */
        const char *text_end = from, *next = tag.after;
        const char *first = NULL;
        if (tag.sigil && tag.sigil != '{' && tag.sigil != '&') {
            const char *rest = line_rest(s, tag.after);
            first = line_start(s, from);
            /* a line holding two tags is not standalone: what s->p starts with must be the line itself */
            if (first && rest && first >= s->p) {
                text_end = first;
                next = rest;
            } else {
                first = NULL;
            }
        }
        text_add(s, s->p, text_end);
        size_t before = s->t->count;
        if (tag_compile(s, &tag, e) < 0)
            return -1;
        if (first && s->t->count > before) {
            struct op *op = &s->t->op[before];
            op->standalone = 1;
            if (op->kind == OP_PARTIAL) {
                op->indent = first;
                op->indent_len = (size_t)(from - first);
            }
        }
        lines_count(s, from, next);
        s->p = next;
    }
    return 0;
}

static int sections_link(struct scan *s, struct err *e)
{
    size_t open[SECTION_DEPTH_MAX];
    int depth = 0;
    struct template *t = s->t;

    for (size_t i = 0; i < t->count; i++) {
        struct op *op = &t->op[i];
        s->line = op->line;
        if (op->kind == OP_SECTION || op->kind == OP_INVERTED) {
            if (depth == SECTION_DEPTH_MAX)
                return fault(s, e, "区块套得太深");
            open[depth++] = i;
        } else if (op->kind == OP_END) {
            if (!depth || !text_eq(t->op[open[depth - 1]].text, op->text))
                return fault(s, e, "区块的收尾与开头不配");
            t->op[open[--depth]].end = i;
        }
    }
    if (depth) {
        s->line = t->op[open[depth - 1]].line;
        return fault(s, e, "区块没有收尾");
    }
    return 0;
}

const struct template *template_find(const struct mustache_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (text_eq(set->template[i].name, name))
            return &set->template[i];
    return NULL;
}

static int partials_link(struct arena *a, struct mustache_set *set, struct err *e)
{
    for (size_t i = 0; i < set->count; i++) {
        struct template *t = &set->template[i];
        for (size_t k = 0; k < t->count; k++) {
            struct op *op = &t->op[k];
            if (op->kind != OP_PARTIAL)
                continue;
            if (text_eq(op->text, "content")) {
                op->kind = OP_CONTENT;
                continue;
            }
            op->partial = template_find(set, op->text);
            if (op->partial)
                continue;
            struct scan s = {.a = a, .t = t, .line = op->line};
            return fault(&s, e, arena_fmt(a, "没有名为 %s 的片段", op->text));
        }
    }
    return 0;
}

int mustache_compile(struct arena *a, const struct mustache_source *sources, size_t count, struct mustache_set **ret,
                     struct err *e)
{
    struct mustache_set *set = ARENA_NEW(a, struct mustache_set);
    set->template = ARENA_ARRAY(a, struct template, count ? count : 1);
    for (size_t i = 0; i < count; i++) {
        struct template *t = &set->template[set->count++];
        const char *text = (const char *)sources[i].text;
        struct scan s = {.a = a,
                         .t = t,
                         .p = text,
                         .start = text,
                         .end = text + sources[i].len,
                         .line = 1,
                         .open = "{{",
                         .close = "}}"};
        t->name = arena_dup(a, sources[i].name);
        if (text_eq(t->name, "content"))
            return fault(&s, e, "content 这个名字留给版面，不能用作模板名");
        if (!text_is_utf8(text, sources[i].len))
            return fault(&s, e, "不是合格的 UTF-8");
        if (tokens_read(&s, e) < 0 || sections_link(&s, e) < 0)
            return -1;
    }
    if (partials_link(a, set, e) < 0)
        return -1;
    *ret = set;
    return 0;
}

int mustache_has(const struct mustache_set *set, const char *name)
{
    return template_find(set, name) != NULL;
}
