/*
 * web/mustache.c - page templates in Mustache's language over nodes
 *
 * Two passes: the tokenizer cuts a template into tags and texts and strips standalone lines; the linker
 * gives every section its end and every partial its template. Rendering walks the operations once and
 * never looks back, so its cost is linear in what it writes.
 *
 * A standalone partial indents every line of the partial's template, not of the values in it; the
 * renderer therefore keeps "at the beginning of a template line" as a state of its own.
 */
#include "config.h"

#include "web/mustache.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum {
    SECTION_DEPTH_MAX = 32,
    PARTIAL_DEPTH_MAX = 16,
    CONTEXT_DEPTH_MAX = 64,
    DELIMITER_MAX = 8,
    NAME_PARTS_MAX = 8,
    STEPS_MAX = 4 << 20, /* operations of one rendering: a partial that multiplies itself ends here */
};

enum asks { ASKS_NOTHING, ASKS_HAS, ASKS_IS };
enum op_kind { OP_TEXT, OP_VALUE, OP_RAW, OP_SECTION, OP_INVERTED, OP_END, OP_PARTIAL, OP_CONTENT };

struct op {
    enum op_kind kind;
    const char *text; /* OP_TEXT; the whole name for tags */
    size_t len;
    const char **part; /* the dotted name in pieces; none of them for "." */
    uint32_t *part_hash;
    int part_count;
    enum asks asks;     /* of the last piece: "…has.x", "…is.x" */
    size_t end;         /* sections: index of their OP_END */
    const char *indent; /* standalone partials */
    size_t indent_len;
    int standalone;
    const struct template *partial;
    int line;
};

struct template
{
    const char *name;
    struct op *op;
    size_t count, room;
};

struct mustache_set {
    struct template *template;
    size_t count;
};

/* ---- compile ---- */

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

static const struct template *template_find(const struct mustache_set *set, const char *name)
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

/* ---- render ---- */

struct render {
    const struct mustache_set *set;
    const struct template *content;
    struct buf *out;
    const struct node *stack[CONTEXT_DEPTH_MAX];
    size_t depth;
    int partials;
    int64_t steps;
    char indent[256];
    size_t indent_len;
    int line_begins; /* the next thing written is the first of a template line */
};

static int range_render(struct render *r, const struct template *t, size_t from, size_t to, struct err *e);

static int has_member(const struct node *object, const char *key)
{
    const struct node *n = node_get(object, key);
    return node_is_true(n) && !(n->type == NODE_INT && !n->u.integer);
}

static int is_word(const struct node *object, const char *word)
{
    return text_eq(node_str(node_get(object, "state"), NULL), word) ||
           text_eq(node_str(node_get(object, "strength"), NULL), word) ||
           text_eq(node_str(node_get(object, "due"), NULL), word) ||
           text_eq(node_str(node_get(object, "code"), NULL), word);
}

static const struct node *nearest(const struct render *r)
{
    for (size_t i = r->depth; i-- > 0;)
        if (r->stack[i]->type == NODE_OBJECT)
            return r->stack[i];
    return NULL;
}

static const struct node *look_up(const struct render *r, const struct op *op)
{
    static const struct node yes = {.type = NODE_BOOL, .u.truth = 1};
    if (!op->part_count)
        return r->depth ? r->stack[r->depth - 1] : NULL;
    const struct node *n = NULL;
    int pieces = op->asks ? op->part_count - 2 : op->part_count;
    if (!pieces)
        n = nearest(r);
    for (size_t i = r->depth; i-- > 0 && !n && pieces;)
        n = node_find(r->stack[i], op->part[0], op->part_hash[0]);
    /* the first piece decides; a broken chain does not try its luck further out */
    for (int i = 1; n && i < pieces; i++)
        n = node_find(n, op->part[i], op->part_hash[i]);
    if (!op->asks)
        return n;
    const char *word = op->part[op->part_count - 1];
    return (op->asks == ASKS_HAS ? has_member(n, word) : is_word(n, word)) ? &yes : NULL;
}

static void indent_write(struct render *r)
{
    if (r->line_begins && r->indent_len)
        buf_add(r->out, r->indent, r->indent_len);
    r->line_begins = 0;
}

static void text_write(struct render *r, const char *text, size_t len)
{
    if (!r->indent_len) {
        buf_add(r->out, text, len);
        r->line_begins = text[len - 1] == '\n';
        return;
    }
    const char *end = text + len;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *next = newline ? newline + 1 : end;
        indent_write(r);
        buf_add(r->out, text, (size_t)(next - text));
        r->line_begins = newline != NULL;
        text = next;
    }
}

static void escape_write(struct buf *out, const char *s)
{
    static const char special[256] = {['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1, ['\''] = 1};
    const char *from = s;
    for (; *s; s++) {
        const char *word = NULL;
        if (!special[(unsigned char)*s])
            continue;
        switch (*s) {
        case '&':
            word = "&amp;";
            break;
        case '<':
            word = "&lt;";
            break;
        case '>':
            word = "&gt;";
            break;
        case '"':
            word = "&quot;";
            break;
        case '\'':
            word = "&#39;";
            break;
        default:
            continue;
        }
        buf_add(out, from, (size_t)(s - from));
        buf_puts(out, word);
        from = s + 1;
    }
    buf_add(out, from, (size_t)(s - from));
}

static void value_write(struct render *r, const struct node *n, int raw)
{
    indent_write(r);
    if (!n)
        return;
    switch (n->type) {
    case NODE_TEXT:
    case NODE_NUMBER:
        if (raw)
            buf_puts(r->out, n->u.text);
        else
            escape_write(r->out, n->u.text);
        return;
    case NODE_INT:
        buf_int(r->out, n->u.integer);
        return;
    case NODE_BOOL:
        buf_puts(r->out, n->u.truth ? "true" : "false");
        return;
    case NODE_NULL:
    case NODE_LIST:
    case NODE_OBJECT:
        return; /* a container has no text of its own */
    }
}

static int push(struct render *r, const struct node *n, struct err *e)
{
    if (r->depth == CONTEXT_DEPTH_MAX)
        return err_fail(e, ERR_INTERNAL, "页面无法生成：数据套得太深");
    r->stack[r->depth++] = n;
    return 0;
}

static int section_render(struct render *r, const struct template *t, size_t at, struct err *e)
{
    const struct op *op = &t->op[at];
    const struct node *n = look_up(r, op);
    int truth = node_is_true(n);

    if (op->kind == OP_INVERTED)
        return truth ? 0 : range_render(r, t, at + 1, op->end, e);
    if (!truth)
        return 0;
    const struct node *item = n->type == NODE_LIST ? n->u.kids.first : n;
    while (item) {
        if (++r->steps > STEPS_MAX)
            return err_fail(e, ERR_INTERNAL, "页面无法生成：模板 %s 没有尽头", t->name);
        if (push(r, item, e) < 0 || range_render(r, t, at + 1, op->end, e) < 0)
            return -1;
        r->depth--;
        item = n->type == NODE_LIST ? item->next : NULL;
    }
    return 0;
}

static int partial_render(struct render *r, const struct op *op, const struct template *partial, struct err *e)
{
    if (!partial)
        return 0;
    if (r->partials == PARTIAL_DEPTH_MAX)
        return err_fail(e, ERR_INTERNAL, "页面无法生成：片段 %s 套得太深", partial->name);
    size_t kept = r->indent_len;
    if (op->standalone) {
        if (kept + op->indent_len > sizeof r->indent)
            return err_fail(e, ERR_INTERNAL, "页面无法生成：片段 %s 缩进太深", partial->name);
        memcpy(r->indent + kept, op->indent, op->indent_len);
        r->indent_len = kept + op->indent_len;
        r->line_begins = 1;
    } else {
        /* in the middle of a line: the line has its indentation, the partial gets none */
        indent_write(r);
        r->indent_len = 0;
    }
    r->partials++;
    int rc = range_render(r, partial, 0, partial->count, e);
    r->partials--;
    r->indent_len = kept;
    r->line_begins = op->standalone;
    return rc;
}

static int range_render(struct render *r, const struct template *t, size_t from, size_t to, struct err *e)
{
    for (size_t i = from; i < to; i++) {
        const struct op *op = &t->op[i];
        if (++r->steps > STEPS_MAX)
            return err_fail(e, ERR_INTERNAL, "页面无法生成：模板 %s 没有尽头", t->name);
        switch (op->kind) {
        case OP_TEXT:
            text_write(r, op->text, op->len);
            break;
        case OP_VALUE:
        case OP_RAW:
            value_write(r, look_up(r, op), op->kind == OP_RAW);
            break;
        case OP_SECTION:
        case OP_INVERTED:
            if (section_render(r, t, i, e) < 0)
                return -1;
            i = op->end;
            break;
        case OP_PARTIAL:
        case OP_CONTENT:
            if (partial_render(r, op, op->kind == OP_CONTENT ? r->content : op->partial, e) < 0)
                return -1;
            break;
        case OP_END:
            break;
        }
    }
    return 0;
}

int mustache_render(const struct mustache_set *set, const char *name, const char *content,
                    const struct node *const *contexts, size_t count, struct buf *out, struct err *e)
{
    struct render r = {.set = set, .out = out, .line_begins = 1};
    const struct template *t = template_find(set, name);
    if (!t)
        return err_fail(e, ERR_INTERNAL, "没有模板 %s", name);
    if (content) {
        r.content = template_find(set, content);
        if (!r.content)
            return err_fail(e, ERR_INTERNAL, "没有模板 %s", content);
    }
    for (size_t i = 0; i < count; i++)
        if (push(&r, contexts[i], e) < 0)
            return -1;
    if (range_render(&r, t, 0, t->count, e) < 0)
        return -1;
    if (!buf_ok(out))
        return err_fail(e, ERR_TOO_LARGE, "页面过大，无法生成");
    return 0;
}
