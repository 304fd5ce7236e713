/*
 * base/fmt.h - texts put together by a plain format, without the general road through the C library
 *
 * A verdict is made of hundreds of such texts; most formats are words, %s and a number.
 */
#ifndef BASE_FMT_H
#define BASE_FMT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

enum { FMT_PIECES = 24, FMT_NUMBERS = 6, FMT_DIGITS = 20 };

struct fmt {
    size_t count, len; /* pieces; bytes of them all */
    struct {
        const char *at; /* into the format, an argument, or digits below */
        size_t len;
    } piece[FMT_PIECES];
    char digits[FMT_NUMBERS][FMT_DIGITS];
};

/* 0 when the format has only %s, %.*s, %d, %zu, %lld, %ld and %%, and few of them: *f holds what its text consists
 * of, for as long as format and arguments stay. -1: vsnprintf must be asked; ap is used up either way. */
int fmt_read(struct fmt *f, const char *format, va_list ap);
/* Writes the len bytes, without an end. */
void fmt_write(const struct fmt *f, char *to);

/* Writes n in decimal so that it ends at end, before which FMT_DIGITS bytes are free; returns where it begins. */
char *fmt_digits(char *end, int64_t n);

#endif
