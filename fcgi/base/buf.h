/*
 * base/buf.h - a growing byte buffer with a ceiling
 *
 * Unlike an arena its ceiling is an ordinary error, because content reaches it:
 * once passed, the buffer is marked "over", drops what follows, and buf_ok() says 0.
 * Callers append freely and ask once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct buf {
    char *data;      /* always NUL-terminated once something was appended */
    size_t len, cap, ceiling;
    int over;
};

void buf_init(struct buf *b, size_t ceiling_bytes);
void buf_free(struct buf *b); /* safe on a zeroed or freed buf; also for CLEANUP_ */
void buf_clear(struct buf *b); /* wipes what was there */

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_int(struct buf *b, int64_t v);
void buf_putc_slow(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_(2, 3);
void buf_vfmt(struct buf *b, const char *fmt, va_list ap) PRINTF_(2, 0);

static inline void buf_putc(struct buf *b, char c)
{
    if (b->len + 1 >= b->cap || b->over || b->len >= b->ceiling) {
        buf_putc_slow(b, c);
        return;
    }
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
}

int buf_ok(const struct buf *b);         /* 1 while nothing was dropped */
const char *buf_str(const struct buf *b); /* "" when empty */

#endif
