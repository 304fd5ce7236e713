/*
 * web/mustache_render.c - a compiled template walked over nodes
 *
 * Rendering walks the operations once and never looks back, so its cost is linear in what it writes. A standalone
 * partial indents every line of the partial's template, not of the values in it; "at the beginning of a template line"
 * is therefore a state of its own.
 */
#include "config.h"

#include "web/mustache_part.h"

#include <string.h>

#include "base/text.h"

enum {
    PARTIAL_DEPTH_MAX = 16,
    CONTEXT_DEPTH_MAX = 64,
    STEPS_MAX = 4 << 20, /* operations of one rendering: a partial that multiplies itself ends here */
};

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
