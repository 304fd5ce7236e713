/*
 * base/buf.c - a growing byte buffer with a ceiling
 *
 * An append that does not fit whole is dropped whole, and so is all that follows.
 */
#include "config.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"

enum { BUF_FIRST_BYTES = 256 };

void buf_init(struct buf *b, size_t ceiling_bytes)
{
    *b = (struct buf){.ceiling = ceiling_bytes};
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.ceiling = b->ceiling};
}

void buf_clear(struct buf *b)
{
    size_t had = b->len;

    b->len = 0;
    b->over = 0;
    if (b->data != NULL)
        explicit_bzero(b->data, had + 1);
}

/* Makes room for n bytes and the NUL; 0, or -1 with the buffer marked. */
static int buf_room(struct buf *b, size_t n)
{
    if (b->over)
        return -1;
    if (n > b->ceiling - b->len) {
        b->over = 1;
        return -1;
    }

    size_t need = b->len + n + 1;

    if (need <= b->cap)
        return 0;

    size_t cap = b->cap < BUF_FIRST_BYTES ? BUF_FIRST_BYTES : b->cap;

    while (cap < need)
        cap *= 2;

    char *p = realloc(b->data, cap);

    if (p == NULL) {
        b->over = 1;
        return -1;
    }
    b->data = p;
    b->cap = cap;
    return 0;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (buf_room(b, n) < 0)
        return;
    if (n > 0)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_putc_slow(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_int(struct buf *b, int64_t v)
{
    char digits[FMT_DIGITS], *end = digits + sizeof digits, *first = fmt_digits(end, v);

    buf_add(b, first, (size_t)(end - first));
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    buf_vfmt(b, fmt, ap);
    va_end(ap);
}

void buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
    struct fmt plain;
    va_list again;

    va_copy(again, ap);
    int is_plain = fmt_read(&plain, fmt, again) == 0;
    va_end(again);
    if (is_plain) {
        if (buf_room(b, plain.len) == 0) {
            fmt_write(&plain, b->data + b->len);
            b->len += plain.len;
            b->data[b->len] = '\0';
        }
        return;
    }
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0) {
        b->over = 1;
    } else if (buf_room(b, (size_t)n) == 0) {
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
        b->len += (size_t)n;
    }
}

int buf_ok(const struct buf *b)
{
    return !b->over;
}

const char *buf_str(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}
