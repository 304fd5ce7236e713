/*
 * base/jsonout.c - JSON out, streamed into a buf
 *
 * The depth is ours, never a stranger's (jsonin stops at 32), so that passing it, a
 * missing key or one too many is a broken promise. Bytes that are not UTF-8 come out
 * as U+FFFD: what leaves is always JSON.
 */
#include "config.h"

#include "base/jsonout.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

void jsonout_init(struct jsonout *j, struct buf *b)
{
    j->b = b;
    j->depth = 0;
}

/* 1 when the character may stand as it is. */
static int is_plain(uint32_t c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x7F && c != 0x2028 &&
           c != 0x2029;
}

static void put_escape(struct buf *b, uint32_t c)
{
    switch (c) {
    case '"':
        buf_puts(b, "\\\"");
        return;
    case '\\':
        buf_puts(b, "\\\\");
        return;
    case '\n':
        buf_puts(b, "\\n");
        return;
    case '\r':
        buf_puts(b, "\\r");
        return;
    case '\t':
        buf_puts(b, "\\t");
        return;
    default:
        buf_fmt(b, "\\u%04x", (unsigned)c);
    }
}

/* ASCII that may stand as it is: all but controls, quotation mark, backslash, < > & and DEL. */
static int is_plain_ascii(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

static int is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Bytes from s on that may stand as they are; most texts are ASCII and Chinese characters to the end. */
static size_t plain_length(const char *s, size_t len)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t at = 0;

    while (at < len) {
        if (is_plain_ascii(p[at])) {
            at++;
        } else if (p[at] >= 0xE3 && p[at] <= 0xEC && len - at >= 3 && is_tail(p[at + 1]) && is_tail(p[at + 2])) {
            at += 3; /* U+3000 to U+CFFF: no surrogate, nothing over-long */
        } else {
            uint32_t c = 0xFFFD;
            size_t n = text_utf8_step(s + at, len - at, &c);

            if (n == 0 || !is_plain(c))
                break;
            at += n;
        }
    }
    return at;
}

static void put_string(struct buf *b, const char *s)
{
    size_t len = strlen(s), plain = plain_length(s, len);

    buf_putc(b, '"');
    while (plain < len) {
        uint32_t c = 0xFFFD;
        size_t n = text_utf8_step(s + plain, len - plain, &c);

        buf_add(b, s, plain);
        put_escape(b, c);
        plain += n > 0 ? n : 1;
        s += plain;
        len -= plain;
        plain = plain_length(s, len);
    }
    buf_add(b, s, plain);
    buf_putc(b, '"');
}

/* Comma and key, as the scope asks. */
static void begin_value(struct jsonout *j, const char *key)
{
    if (j->depth == 0) {
        assert(key == NULL);
        return;
    }
    assert((j->scope[j->depth - 1] == '{') == (key != NULL));
    if (j->count[j->depth - 1]++ > 0)
        buf_putc(j->b, ',');
    if (key != NULL) {
        put_string(j->b, key);
        buf_putc(j->b, ':');
    }
}

static void begin_scope(struct jsonout *j, const char *key, char scope)
{
    begin_value(j, key);
    assert(j->depth < JSONOUT_DEPTH_MAX);
    j->scope[j->depth] = scope;
    j->count[j->depth] = 0;
    j->depth++;
    buf_putc(j->b, scope);
}

void jsonout_object(struct jsonout *j, const char *key)
{
    begin_scope(j, key, '{');
}

void jsonout_list(struct jsonout *j, const char *key)
{
    begin_scope(j, key, '[');
}

void jsonout_end(struct jsonout *j)
{
    assert(j->depth > 0);
    j->depth--;
    buf_putc(j->b, j->scope[j->depth] == '{' ? '}' : ']');
}

void jsonout_text(struct jsonout *j, const char *key, const char *s)
{
    begin_value(j, key);
    if (s != NULL)
        put_string(j->b, s);
    else
        buf_puts(j->b, "null");
}

void jsonout_int(struct jsonout *j, const char *key, int64_t v)
{
    begin_value(j, key);
    buf_int(j->b, v);
}

void jsonout_bool(struct jsonout *j, const char *key, int v)
{
    begin_value(j, key);
    buf_puts(j->b, v ? "true" : "false");
}

/* What has no children. */
static void put_leaf(struct buf *b, const struct node *n)
{
    assert(n->type != NODE_LIST && n->type != NODE_OBJECT);
    switch (n->type) {
    case NODE_NULL:
        buf_puts(b, "null");
        return;
    case NODE_BOOL:
        buf_puts(b, n->u.truth ? "true" : "false");
        return;
    case NODE_INT:
        buf_int(b, n->u.integer);
        return;
    case NODE_NUMBER:
        buf_puts(b, n->u.text);
        return;
    case NODE_TEXT:
        put_string(b, n->u.text);
        return;
    case NODE_LIST:
    case NODE_OBJECT:
        break;
    }
}

static int has_kids(const struct node *n)
{
    return n->type == NODE_LIST || n->type == NODE_OBJECT;
}

void jsonout_node(struct jsonout *j, const char *key, const struct node *n)
{
    if (n == NULL) {
        jsonout_text(j, key, NULL);
        return;
    }
    if (!has_kids(n)) {
        begin_value(j, key);
        put_leaf(j->b, n);
        return;
    }
    begin_scope(j, key, n->type == NODE_OBJECT ? '{' : '[');
    for (const struct node *kid = n->u.kids.first; kid != NULL; kid = kid->next)
        jsonout_node(j, kid->key, kid);
    jsonout_end(j);
}

void jsonout_tree(struct buf *b, const struct node *n)
{
    struct jsonout j;

    jsonout_init(&j, b);
    jsonout_node(&j, NULL, n);
}

static void put_line(struct buf *b, int depth)
{
    buf_putc(b, '\n');
    for (int i = 0; i < depth; i++)
        buf_puts(b, "  ");
}

static void put_pretty(struct buf *b, const struct node *n, int depth)
{
    assert(depth < JSONOUT_DEPTH_MAX);
    if (n == NULL) {
        buf_puts(b, "null");
        return;
    }
    if (!has_kids(n)) {
        put_leaf(b, n);
        return;
    }
    buf_putc(b, n->type == NODE_OBJECT ? '{' : '[');
    for (const struct node *kid = n->u.kids.first; kid != NULL; kid = kid->next) {
        put_line(b, depth + 1);
        if (kid->key != NULL) {
            put_string(b, kid->key);
            buf_puts(b, ": ");
        }
        put_pretty(b, kid, depth + 1);
        if (kid->next != NULL)
            buf_putc(b, ',');
    }
    if (n->u.kids.count > 0)
        put_line(b, depth);
    buf_putc(b, n->type == NODE_OBJECT ? '}' : ']');
}

void jsonout_pretty(struct buf *b, const struct node *n)
{
    put_pretty(b, n, 0);
    buf_putc(b, '\n');
}

static int by_key(const void *x, const void *y)
{
    const struct node *const *a = x, *const *b = y;

    return strcmp((*a)->key, (*b)->key);
}

enum { CANONICAL_ARENA_BYTES = 64 * 1024 * 1024 };

static void put_canonical(struct arena *a, struct jsonout *j, const char *key, const struct node *n)
{
    if (n == NULL || !has_kids(n)) {
        jsonout_node(j, key, n);
        return;
    }

    size_t count = n->u.kids.count, i = 0;
    const struct node **kids = ARENA_ARRAY(a, const struct node *, count);

    for (const struct node *kid = n->u.kids.first; kid != NULL; kid = kid->next)
        kids[i++] = kid;
    if (n->type == NODE_OBJECT)
        qsort(kids, count, sizeof *kids, by_key); /* NOLINT(bugprone-sizeof-expression): pointers are what is sorted */

    begin_scope(j, key, n->type == NODE_OBJECT ? '{' : '[');
    for (i = 0; i < count; i++)
        put_canonical(a, j, kids[i]->key, kids[i]);
    jsonout_end(j);
}

void jsonout_canonical(struct buf *b, const struct node *n)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("canonical", CANONICAL_ARENA_BYTES);
    struct jsonout j;

    jsonout_init(&j, b);
    put_canonical(a, &j, NULL, n);
}
