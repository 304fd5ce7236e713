/*
 * casework/list_query.c - what a list is asked for, as an address has it, and an address read back
 */
#include "config.h"

#include "casework/list.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* Bytes that may not stand in a query, as %XX. */
static void escape(struct buf *b, const char *s)
{
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
            c == '.' || c == ',')
            buf_putc(b, (char)c);
        else
            buf_fmt(b, "%%%02X", c);
    }
}

static void pair_put(struct buf *b, const char *key, const char *value)
{
    if (*value == '\0')
        return;
    if (b->len > 0)
        buf_putc(b, '&');
    buf_puts(b, key);
    buf_putc(b, '=');
    escape(b, value);
}

static const char *joined(struct arena *a, const struct node *list)
{
    const char *all = "";

    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        all = arena_fmt(a, "%s%s%s", all, *all != '\0' ? "," : "", node_str(n, ""));
    return all;
}

const char *list_query(const struct desk *d, const struct node *query)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 16 * 1024);
    for (const struct node *n = node_first(query); n != NULL; n = n->next) {
        if (text_eq(n->key, "after") || text_eq(n->key, "print") || text_eq(n->key, "large"))
            continue;
        pair_put(&b, n->key, n->type == NODE_LIST ? joined(d->arena, n) : node_str(n, ""));
    }
    return arena_dup(d->arena, buf_str(&b));
}

/* ---- an address read back ---- */

static const char *unescape(struct arena *a, const char *s)
{
    char *out = arena_dup(a, s), *to = out;

    for (; *s != '\0'; s++) {
        if (*s == '%' && text_hex(s[1]) >= 0 && text_hex(s[2]) >= 0) {
            *to++ = (char)(text_hex(s[1]) * 16 + text_hex(s[2]));
            s += 2;
        } else {
            *to++ = (char)(*s == '+' ? ' ' : *s);
        }
    }
    *to = '\0';
    return text_is_utf8(out, strlen(out)) && text_is_clean(out, 0) ? out : "";
}

struct node *list_query_read(struct arena *a, const char *query)
{
    struct node *out = node_object(a);
    char **part, **side;
    size_t count = text_split(a, query, '&', &part);

    for (size_t i = 0; i < count; i++)
        if (text_split(a, part[i], '=', &side) == 2 && text_is_id(side[0]))
            node_put_text(a, out, arena_dup(a, side[0]), unescape(a, side[1]));
    return out;
}
