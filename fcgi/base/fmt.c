/*
 * base/fmt.c - a plain format taken apart into what stands there already and what must be written as digits
 */
#include "config.h"

#include "base/fmt.h"

#include <string.h>

static int add(struct fmt *f, const char *at, size_t len)
{
    if (len == 0)
        return 0;
    if (f->count == FMT_PIECES)
        return -1;
    f->piece[f->count].at = at;
    f->piece[f->count++].len = len;
    f->len += len;
    return 0;
}

char *fmt_digits(char *end, int64_t n)
{
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

    do
        *--end = (char)('0' + left % 10);
    while (left /= 10);
    if (n < 0)
        *--end = '-';
    return end;
}

static int add_number(struct fmt *f, size_t nth, int64_t n)
{
    if (nth >= FMT_NUMBERS)
        return -1;
    char *end = f->digits[nth] + FMT_DIGITS, *first = fmt_digits(end, n);
    return add(f, first, (size_t)(end - first));
}

static int add_size(struct fmt *f, size_t nth, size_t n)
{
    return n <= INT64_MAX ? add_number(f, nth, (int64_t)n) : -1;
}

static int add_text(struct fmt *f, const char *s)
{
    return s ? add(f, s, strlen(s)) : -1;
}

int fmt_read(struct fmt *f, const char *format, va_list ap)
{
    size_t numbers = 0;

    f->count = f->len = 0;
    for (const char *p = format;;) {
        const char *stop = strchrnul(p, '%');

        if (add(f, p, (size_t)(stop - p)) < 0)
            return -1;
        if (*stop == '\0')
            return 0;
        p = stop + 2; /* of an unfinished one, -1 comes below */
        int rc;
        if (stop[1] == 's') {
            rc = add_text(f, va_arg(ap, const char *));
        } else if (stop[1] == 'd') {
            rc = add_number(f, numbers++, va_arg(ap, int));
        } else if (stop[1] == '%') {
            rc = add(f, stop, 1);
        } else if (strncmp(stop + 1, "lld", 3) == 0) {
            rc = add_number(f, numbers++, va_arg(ap, long long));
            p += 2;
        } else if (strncmp(stop + 1, "ld", 2) == 0) {
            rc = add_number(f, numbers++, va_arg(ap, long));
            p++;
        } else if (strncmp(stop + 1, "zu", 2) == 0) {
            rc = add_size(f, numbers++, va_arg(ap, size_t));
            p++;
        } else if (strncmp(stop + 1, ".*s", 3) == 0) {
            int most = va_arg(ap, int);
            const char *s = va_arg(ap, const char *);
            rc = s && most >= 0 ? add(f, s, strnlen(s, (size_t)most)) : -1;
            p += 2;
        } else {
            return -1;
        }
        if (rc < 0)
            return -1;
    }
}

void fmt_write(const struct fmt *f, char *to)
{
    for (size_t i = 0; i < f->count; i++) {
        memcpy(to, f->piece[i].at, f->piece[i].len);
        to += f->piece[i].len;
    }
}
