/*
 * regulation/finding.c - what the loader and the checker say, in the manner of a compiler
 *
 * file:line:column, the sentence, the source line with the piece marked, the article,
 * how to mend it and, where there is one, a counter-example project.
 */
#include "config.h"

#include "regulation/regulation.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "regulation/model.h"

enum { SOURCE_MAX_BYTES = 4 << 20, SOURCE_SHOWN_CHARS = 110 };

void findings_init(struct findings *f, struct arena *a)
{
    memset(f, 0, sizeof(*f));
    f->arena = a;
}

static int width_of(struct arena *a, const struct node *n, int on_key)
{
    if (on_key && n->key)
        return (int)text_chars(n->key) + 2;
    switch (n->type) {
    case NODE_TEXT:
        return (int)text_chars(n->u.text) + 2;
    case NODE_NUMBER:
        return (int)strlen(n->u.text);
    case NODE_INT:
        return (int)strlen(arena_fmt(a, "%lld", (long long)n->u.integer));
    case NODE_BOOL:
        return n->u.truth ? 4 : 5;
    case NODE_NULL:
        return 4;
    default:
        return 1;
    }
}

void finding_put(struct findings *f, enum finding_level level, const char *id, const char *file, const struct node *n,
                 int on_key, const char *article, const char *mend, const char *fmt, ...)
{
    struct finding *x = ARENA_NEW(f->arena, struct finding);
    va_list ap;

    va_start(ap, fmt);
    x->message = arena_vfmt(f->arena, fmt, ap);
    va_end(ap);
    x->level = level;
    x->id = id;
    x->file = arena_dup(f->arena, file);
    x->article = article ? arena_dup(f->arena, article) : "";
    x->mend = mend ? arena_dup(f->arena, mend) : "";
    x->example = "";
    if (n) {
        const struct node_place at = node_place(n);
        int key = on_key && n->key;
        x->line = key ? at.key_line : at.line;
        x->column = key ? at.key_column : at.column;
        x->width = width_of(f->arena, n, key);
    }
    if (f->last)
        f->last->next = x;
    else
        f->first = x;
    f->last = x;
    if (level == FINDING_ERROR)
        f->errors++;
    else
        f->doubts++;
}

static int comes_after(const struct finding *x, const struct finding *y)
{
    int files = strcmp(x->file, y->file);

    if (files)
        return files > 0;
    return x->line != y->line ? x->line > y->line : x->column > y->column;
}

void findings_sort(struct findings *f)
{
    struct finding *sorted = NULL;

    for (struct finding *x = f->first, *next; x; x = next) {
        struct finding **at = &sorted;
        next = x->next;
        while (*at && !comes_after(*at, x))
            at = &(*at)->next;
        x->next = *at;
        *at = x;
    }
    f->first = f->last = sorted;
    while (f->last && f->last->next)
        f->last = f->last->next;
}

/* One character of valid UTF-8: its bytes, and how many columns of a terminal it takes. */
static size_t char_bytes(const char *s)
{
    unsigned char c = (unsigned char)*s;
    size_t want = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    size_t n = 1;

    while (n < want && s[n])
        n++;
    return n;
}

static int char_columns(const char *s, size_t bytes)
{
    unsigned cp;

    if (bytes < 3)
        return 1;
    if (bytes == 4)
        return 2;
    cp = ((unsigned)(unsigned char)s[0] & 0x0FU) << 12 | ((unsigned)(unsigned char)s[1] & 0x3FU) << 6 |
         ((unsigned)(unsigned char)s[2] & 0x3FU);
    if ((cp >= 0x1100 && cp <= 0x115F) || (cp >= 0x2E80 && cp <= 0xA4CF) || (cp >= 0xAC00 && cp <= 0xD7A3) ||
        (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0xFE30 && cp <= 0xFE6F) || (cp >= 0xFF00 && cp <= 0xFF60))
        return 2;
    return 1;
}

static const char *source_line(const char *all, int line, size_t *ret_len)
{
    const char *p = all;

    for (int i = 1; i < line && p; i++) {
        p = strchr(p, '\n');
        if (p)
            p++;
    }
    if (!p)
        return NULL;
    *ret_len = strcspn(p, "\n");
    return p;
}

/* The line, cut to a window around the piece, and carets under the piece. */
static void print_marked(struct buf *b, const struct finding *x, const char *line, size_t len)
{
    const char *p = line, *end = line + len;
    int skip = x->column > SOURCE_SHOWN_CHARS / 2 ? x->column - SOURCE_SHOWN_CHARS / 2 : 0;
    int pad = 0, marks = 0, col = 1, shown = 0;

    buf_puts(b, "    ");
    if (skip)
        buf_puts(b, "…");
    for (; p < end; col++) {
        size_t n = char_bytes(p);
        int wide = *p == '\t' ? 1 : char_columns(p, n);

        if (col > skip && shown < SOURCE_SHOWN_CHARS) {
            buf_add(b, *p == '\t' ? " " : p, n);
            shown++;
            if (col < x->column)
                pad += wide;
            else if (col < x->column + x->width)
                marks += wide;
        }
        p += n;
    }
    if (shown == SOURCE_SHOWN_CHARS && col - 1 - skip > shown)
        buf_puts(b, "…");
    buf_puts(b, "\n    ");
    for (int i = 0; i < pad + (skip ? 1 : 0); i++)
        buf_putc(b, ' ');
    for (int i = 0; i < (marks ? marks : 1); i++)
        buf_putc(b, '^');
    buf_putc(b, '\n');
}

/* all: the file's text, NULL when it cannot be read: the finding stands without its line. */
static void print_one(const struct finding *x, const char *name, const char *all, struct arena *a, struct buf *b)
{
    const char *level = x->level == FINDING_ERROR ? "错误" : "疑问", *line = NULL;
    size_t line_len = 0;

    if (x->line > 0)
        buf_fmt(b, "%s:%d:%d: %s: %s\n", name, x->line, x->column, level, x->message);
    else
        buf_fmt(b, "%s: %s: %s\n", name, level, x->message);
    if (all && x->line > 0)
        line = source_line(all, x->line, &line_len);
    if (line)
        print_marked(b, x, line, line_len);
    if (*x->article)
        buf_fmt(b, "    依据: %s\n", text_articles(a, x->article));
    if (*x->mend)
        buf_fmt(b, "    改法: %s\n", x->mend);
    if (*x->example)
        buf_fmt(b, "    例: %s\n", x->example);
}

static char *source_of(const struct finding *x, struct arena *a)
{
    struct err e = {0};
    char *all = NULL;
    size_t len = 0;

    return file_read(a, x->file, SOURCE_MAX_BYTES, &all, &len, &e) < 0 ? NULL : all;
}

void finding_print(const struct finding *x, const char *name, struct arena *a, struct buf *b)
{
    print_one(x, name, source_of(x, a), a, b);
}

void findings_print(const struct findings *f, struct buf *b)
{
    const char *name = NULL;
    char *all = NULL;

    for (const struct finding *x = f->first; x; x = x->next) {
        if (x->accepted)
            continue;
        if (!name || !text_eq(name, x->file)) {
            name = x->file;
            all = source_of(x, f->arena);
        }
        print_one(x, x->file, all, f->arena, b);
    }
}

struct node *findings_node(const struct findings *f, struct arena *a)
{
    struct node *list = node_list(a);

    for (const struct finding *x = f->first; x; x = x->next) {
        struct node *o = node_add_object(a, list);
        node_put_text(a, o, "level", x->level == FINDING_ERROR ? "error" : "doubt");
        node_put_text(a, o, "id", x->id);
        node_put_text(a, o, "file", x->file);
        node_put_int(a, o, "line", x->line);
        node_put_int(a, o, "column", x->column);
        node_put_int(a, o, "width", x->width);
        node_put_text(a, o, "article", x->article);
        node_put_text(a, o, "article_text", *x->article ? text_articles(a, x->article) : "");
        node_put_text(a, o, "message", x->message);
        node_put_text(a, o, "mend", x->mend);
        node_put_text(a, o, "example", x->example);
        node_put(a, o, "accepted", x->accepted ? node_copy(a, x->accepted) : node_null(a));
    }
    return list;
}
