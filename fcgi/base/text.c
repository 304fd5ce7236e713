/*
 * base/text.c - strings: UTF-8, comparison, numbers
 *
 * Nothing here asks the locale: letters and digits are told by their ASCII codes.
 */
#include "config.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

int text_is_empty(const char *s)
{
    return s == NULL || *s == '\0';
}

int text_starts(const char *s, const char *prefix)
{
    return s != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

int text_ends(const char *s, const char *suffix)
{
    if (s == NULL)
        return 0;

    size_t n = strlen(s), m = strlen(suffix);

    return m <= n && memcmp(s + n - m, suffix, m) == 0;
}

int text_copy(char *dst, size_t size, const char *src)
{
    size_t n = strlen(src);
    int cut = 0;

    if (size == 0)
        return -1;
    if (n >= size) {
        cut = -1;
        n = size - 1;
        while (n > 0 && ((unsigned char)src[n] & 0xC0) == 0x80)
            n--;
    }
    memmove(dst, src, n);
    dst[n] = '\0';
    return cut;
}

static int is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t text_utf8_step(const char *s, size_t len, uint32_t *ret_code)
{
    const unsigned char *p = (const unsigned char *)s;
    uint32_t code, least;
    size_t n;

    if (len == 0 || p[0] == 0)
        return 0;
    if (p[0] < 0x80) {
        n = 1, code = p[0], least = 0;
    } else if ((p[0] & 0xE0) == 0xC0) {
        n = 2, code = p[0] & 0x1FU, least = 0x80;
    } else if ((p[0] & 0xF0) == 0xE0) {
        n = 3, code = p[0] & 0x0FU, least = 0x800;
    } else if ((p[0] & 0xF8) == 0xF0) {
        n = 4, code = p[0] & 0x07U, least = 0x10000;
    } else {
        return 0;
    }
    if (n > len)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if (!is_tail(p[i]))
            return 0;
        code = code << 6 | (p[i] & 0x3FU);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    if (ret_code != NULL)
        *ret_code = code;
    return n;
}

int text_is_utf8(const char *s, size_t len)
{
    while (len > 0) {
        size_t n = text_utf8_step(s, len, NULL);

        if (n == 0)
            return 0;
        s += n;
        len -= n;
    }
    return 1;
}

size_t text_chars(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += !is_tail((unsigned char)*s);
    return n;
}

int text_is_clean(const char *s, int lines)
{
    size_t len = strlen(s);

    while (len > 0) {
        uint32_t c;
        size_t n = text_utf8_step(s, len, &c);

        if (n == 0)
            return 0;
        if ((c < 0x20 && !(lines && (c == '\t' || c == '\n'))) || (c >= 0x7F && c <= 0x9F))
            return 0;
        if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            return 0;
        s += n;
        len -= n;
    }
    return 1;
}

int text_u64(const char *s, uint64_t *ret)
{
    uint64_t v = 0;

    if (text_is_empty(s))
        return -1;
    for (; *s != '\0'; s++) {
        if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, (uint64_t)10, &v) ||
            __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
            return -1;
    }
    *ret = v;
    return 0;
}

int text_i64(const char *s, int64_t *ret)
{
    uint64_t v;
    int minus = s != NULL && *s == '-';

    if (text_u64(minus ? s + 1 : s, &v) < 0 || v > (uint64_t)INT64_MAX + (uint64_t)minus)
        return -1;
    *ret = minus ? (int64_t)(0 - v) : (int64_t)v;
    return 0;
}

/* Bytes of the blank s starts with, 0 when it starts with none. */
static size_t blank_at(const char *s)
{
    if (*s == ' ' || (*s >= '\t' && *s <= '\r'))
        return 1;
    return strncmp(s, "\xE3\x80\x80", 3) == 0 ? 3 : 0; /* U+3000 */
}

int text_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *text_trim(struct arena *a, const char *s)
{
    size_t n;

    while ((n = blank_at(s)) > 0)
        s += n;
    n = strlen(s);
    while (n > 0) {
        if (blank_at(s + n - 1) == 1)
            n--;
        else if (n >= 3 && blank_at(s + n - 3) == 3)
            n -= 3;
        else
            break;
    }
    return arena_dupn(a, s, n);
}

int text_is_id(const char *s)
{
    size_t n = 0;

    if (s == NULL || *s < 'a' || *s > 'z')
        return 0;
    for (; s[n] != '\0'; n++) {
        char c = s[n];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') || n >= 63)
            return 0;
    }
    return 1;
}

size_t text_split(struct arena *a, const char *s, char sep, char ***ret)
{
    size_t count = *s != '\0', i = 0;

    for (const char *p = s; *p != '\0'; p++)
        count += *p == sep;

    char **parts = ARENA_ARRAY(a, char *, count);

    while (i < count) {
        size_t n = 0;

        while (s[n] != '\0' && s[n] != sep)
            n++;
        parts[i++] = arena_dupn(a, s, n);
        s += n + 1; /* after the last part never read again */
    }
    *ret = parts;
    return count;
}

/* 1..999 as counted in a heading: 十, 十二, 二十, 一百零二, 一百一十. */
static void put_numeral(struct buf *b, int n)
{
    static const char *const digit[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    int hundreds = n / 100, tens = n / 10 % 10, ones = n % 10;

    if (hundreds > 0) {
        buf_puts(b, digit[hundreds]);
        buf_puts(b, "百");
    }
    if (tens > 0) {
        if (tens > 1 || hundreds > 0)
            buf_puts(b, digit[tens]);
        buf_puts(b, "十");
    } else if (hundreds > 0 && ones > 0) {
        buf_puts(b, digit[0]);
    }
    if (ones > 0)
        buf_puts(b, digit[ones]);
}

static void put_article(struct buf *b, int number, const char *unit)
{
    buf_puts(b, "第");
    if (number >= 1 && number <= 999)
        put_numeral(b, number);
    else
        buf_fmt(b, "%d", number);
    buf_puts(b, unit);
}

enum { TEXT_ARTICLES_BYTES = 64 * 1024 };

char *text_article(struct arena *a, int number)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, TEXT_ARTICLES_BYTES);
    put_article(&b, number, "条");
    return arena_dup(a, buf_str(&b));
}

/* Reads 1..999 at *s and steps over it; 0 when there is none. */
static int take_number(const char **s)
{
    int n = 0;

    while (**s >= '0' && **s <= '9' && n < 1000)
        n = n * 10 + (*(*s)++ - '0');
    return n <= 999 ? n : 0;
}

/* "12", "12(3)", "annex1"; anything else stands as it is written. */
static void put_entry(struct buf *b, const char *entry)
{
    const char *p = entry;

    if (text_starts(p, "annex")) {
        buf_puts(b, "附件");
        buf_puts(b, p + strlen("annex"));
        return;
    }

    int number = take_number(&p), item = 0;

    if (number > 0 && *p == '(') {
        p++;
        item = take_number(&p);
        if (item == 0 || *p++ != ')')
            number = 0;
    }
    if (number == 0 || *p != '\0') {
        buf_puts(b, entry);
        return;
    }
    put_article(b, number, "条");
    if (item > 0)
        put_article(b, item, "项");
}

char *text_articles(struct arena *a, const char *numbers)
{
    struct buf b CLEANUP_(buf_free) = {0};
    char **part;
    size_t count = text_split(a, numbers, ',', &part);

    buf_init(&b, TEXT_ARTICLES_BYTES);
    for (size_t i = 0; i < count; i++) {
        const char *entry = text_trim(a, part[i]);

        if (*entry == '\0')
            continue;
        if (b.len > 0)
            buf_puts(&b, "、");
        put_entry(&b, entry);
    }
    return arena_dup(a, buf_str(&b));
}

const char *text_path_id(struct arena *a, const char *path)
{
    const char *last = strrchr(path, '/'), *row = last, *of;
    char *id;

    while (row != NULL && row > path && row[-1] >= '0' && row[-1] <= '9')
        row--;
    if (last == NULL || row == last || row <= path + 1 || row[-1] != '/')
        return last != NULL ? last + 1 : path;
    for (of = row - 1; of > path && of[-1] != '/'; of--)
        ;
    id = arena_dup(a, of);
    for (char *p = id; *p != '\0'; p++)
        if (*p == '/')
            *p = '-';
    return id;
}

const char *text_size(char room[TEXT_SIZE_ROOM], int64_t bytes)
{
    static const char *const units[] = {"KB", "MB", "GB"};
    int64_t unit = 1024, tenths;
    size_t i = 0;

    if (bytes < unit) {
        (void)snprintf(room, TEXT_SIZE_ROOM, "%lld B", (long long)(bytes < 0 ? 0 : bytes));
        return room;
    }
    while ((tenths = bytes / unit * 10 + (bytes % unit * 10 + unit - 1) / unit) >= 10240 && i + 1 < ARRAY_LEN(units)) {
        unit *= 1024;
        i++;
    }
    if (tenths % 10 == 0)
        (void)snprintf(room, TEXT_SIZE_ROOM, "%lld %s", (long long)(tenths / 10), units[i]);
    else
        (void)snprintf(room, TEXT_SIZE_ROOM, "%lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10),
                       units[i]);
    return room;
}
