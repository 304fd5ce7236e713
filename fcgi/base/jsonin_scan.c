/*
 * base/jsonin_scan.c - the first step of jsonin: every byte is accepted or refused, and where each value stands is
 * noted
 */
#include "config.h"

#include "base/jsonin_scan.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonin.h"
#include "base/text.h"

struct seen_key {
    const char *name;
    int line, column;
};

int jsonin_scan_fail(struct scan *s, int line, int column, const char *fmt, ...)
{
    char what[256];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    s->fault_line = line;
    s->fault_column = column;
    err_fail(s->e, ERR_BAD_JSON, "第 %d 行第 %d 列：%s", line, column, what);
    return -1;
}

static int scan_peek(const struct scan *s)
{
    return s->at < s->len ? (unsigned char)s->bytes[s->at] : -1;
}

/* Steps over n bytes that are one character and no line end. */
static void scan_step(struct scan *s, size_t n)
{
    s->at += n;
    s->column++;
}

static void scan_blanks(struct scan *s)
{
    for (;; s->at++) {
        switch (scan_peek(s)) {
        case '\n':
            s->line++;
            s->column = 1;
            continue;
        case ' ':
        case '\t':
        case '\r':
            s->column++;
            continue;
        default:
            return;
        }
    }
}

/* What stands here, for a message: a character, a byte that is none, or the end. */
static int scan_unexpected(struct scan *s, const char *wanted)
{
    int c = scan_peek(s);
    size_t n = c < 0 ? 0 : text_utf8_step(s->bytes + s->at, s->len - s->at, NULL);

    if (c < 0)
        return scan_fail(s, "内容没有结束，这里应有%s", wanted);
    if (c == 0xEF && s->at == 0 && s->len >= 3 && memcmp(s->bytes, "\xEF\xBB\xBF", 3) == 0)
        return scan_fail(s, "文件开头有字节顺序标记（BOM），应去掉");
    if (c == '\'')
        return scan_fail(s, "应使用双引号，不能用单引号");
    if (c < 0x20 || c == 0x7F)
        return scan_fail(s, "这里应有%s，却是控制字符 0x%02X", wanted, (unsigned)c);
    if (n == 0)
        return scan_fail(s, "不是合格的 UTF-8（字节 0x%02X）", (unsigned)c);
    return scan_fail(s, "这里应有%s，却是“%.*s”", wanted, (int)n, s->bytes + s->at);
}

/* Four hex digits behind "\u"; -1 after a refusal. */
static int scan_hex4(struct scan *s, uint32_t *ret)
{
    uint32_t v = 0;

    for (int i = 0; i < 4; i++) {
        int c = scan_peek(s), digit = c < 0 ? -1 : text_hex((char)c);

        if (digit < 0)
            return scan_fail(s, "“\\u”后面应有四位十六进制数字");
        v = v << 4 | (uint32_t)digit;
        scan_step(s, 1);
    }
    *ret = v;
    return 0;
}

/* Behind "\u": a code point, of a surrogate pair if need be. */
static int scan_code_point(struct scan *s, uint32_t *ret)
{
    int column = s->column - 2; /* where the backslash stands */
    uint32_t high = 0, low = 0;

    if (scan_hex4(s, &high) < 0)
        return -1;
    if (high == 0)
        return jsonin_scan_fail(s, s->line, column, "不能有“\\u0000”");
    *ret = high;
    if (high < 0xD800 || high > 0xDFFF)
        return 0;
    if (high > 0xDBFF || s->len - s->at < 2 || memcmp(s->bytes + s->at, "\\u", 2) != 0)
        return jsonin_scan_fail(s, s->line, column, "“\\u%04X”是不成对的代理项", (unsigned)high);
    scan_step(s, 1);
    scan_step(s, 1);
    if (scan_hex4(s, &low) < 0)
        return -1;
    if (low < 0xDC00 || low > 0xDFFF)
        return jsonin_scan_fail(s, s->line, column, "“\\u%04X”是不成对的代理项", (unsigned)high);
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return 0;
}

static void put_utf8(char **out, uint32_t c)
{
    char *p = *out;

    if (c < 0x80) {
        *p++ = (char)c;
    } else if (c < 0x800) {
        *p++ = (char)(0xC0 | c >> 6);
        *p++ = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *p++ = (char)(0xE0 | c >> 12);
        *p++ = (char)(0x80 | (c >> 6 & 63));
        *p++ = (char)(0x80 | (c & 63));
    } else {
        *p++ = (char)(0xF0 | c >> 18);
        *p++ = (char)(0x80 | (c >> 12 & 63));
        *p++ = (char)(0x80 | (c >> 6 & 63));
        *p++ = (char)(0x80 | (c & 63));
    }
    *out = p;
}

static int scan_escape(struct scan *s, char **out)
{
    static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    uint32_t code = 0;

    scan_step(s, 1);

    int c = scan_peek(s);
    const char *name = c > 0 ? strchr(names, c) : NULL;

    if (c == 'u') {
        scan_step(s, 1);
        if (scan_code_point(s, &code) < 0)
            return -1;
    } else if (name != NULL) {
        scan_step(s, 1);
        code = (uint32_t)means[name - names];
    } else {
        return scan_fail(s, "“\\”后面的字符不认识");
    }
    if (out != NULL)
        put_utf8(out, code);
    return 0;
}

/* A string; out, when given, takes the text without escapes (never longer than as written). */
static int scan_string(struct scan *s, char **out)
{
    int line = s->line, column = s->column;

    scan_step(s, 1);
    for (;;) {
        int c = scan_peek(s);

        if (c < 0)
            return jsonin_scan_fail(s, line, column, "从这里开始的文字没有结束，缺少双引号");
        if (c == '"')
            break;
        if (c == '\\') {
            if (scan_escape(s, out) < 0)
                return -1;
            continue;
        }
        if (c == '\n')
            return jsonin_scan_fail(s, line, column, "文字里不能直接换行，应写成“\\n”");
        if (c < 0x20)
            return scan_fail(s, "文字里有控制字符 0x%02X", (unsigned)c);

        size_t n = text_utf8_step(s->bytes + s->at, s->len - s->at, NULL);

        if (n == 0)
            return scan_fail(s, "不是合格的 UTF-8（字节 0x%02X）", (unsigned)c);
        if (out != NULL) {
            memcpy(*out, s->bytes + s->at, n);
            *out += n;
        }
        scan_step(s, n);
    }
    scan_step(s, 1);
    return 0;
}

static size_t scan_digits(struct scan *s)
{
    size_t n = 0;

    for (; scan_peek(s) >= '0' && scan_peek(s) <= '9'; n++)
        scan_step(s, 1);
    return n;
}

static int is_i64(const char *p, size_t n)
{
    char digits[24];
    int64_t v;

    if (n >= sizeof digits)
        return 0;
    memcpy(digits, p, n);
    digits[n] = '\0';
    return text_i64(digits, &v) == 0;
}

static int scan_number(struct scan *s, struct mark *m)
{
    int whole = 1;

    if (scan_peek(s) == '-')
        scan_step(s, 1);
    if (scan_peek(s) == '0') {
        scan_step(s, 1);
        if (scan_peek(s) >= '0' && scan_peek(s) <= '9')
            return jsonin_scan_fail(s, m->line, m->column, "数字前面不能有多余的零");
    } else if (scan_digits(s) == 0) {
        return scan_unexpected(s, "数字");
    }
    if (scan_peek(s) == '.') {
        whole = 0;
        scan_step(s, 1);
        if (scan_digits(s) == 0)
            return scan_unexpected(s, "小数");
    }
    if (scan_peek(s) == 'e' || scan_peek(s) == 'E') {
        whole = 0;
        scan_step(s, 1);
        if (scan_peek(s) == '+' || scan_peek(s) == '-')
            scan_step(s, 1);
        if (scan_digits(s) == 0)
            return scan_unexpected(s, "指数");
    }
    m->len = s->at - m->offset;
    m->whole = whole;
    if (whole && !is_i64(s->bytes + m->offset, m->len))
        return jsonin_scan_fail(s, m->line, m->column, "整数过大");
    return 0;
}

static int scan_word(struct scan *s, const char *word)
{
    size_t n = strlen(word);

    if (s->len - s->at < n || memcmp(s->bytes + s->at, word, n) != 0)
        return scan_unexpected(s, "一个值");
    for (size_t i = 0; i < n; i++)
        scan_step(s, 1);
    return 0;
}

static int scan_value(struct scan *s, int key_line, int key_column);

static int scan_open(struct scan *s)
{
    if (s->depth == JSONIN_DEPTH_MAX)
        return scan_fail(s, "嵌套过深，最多 %d 层", JSONIN_DEPTH_MAX);
    s->depth++;
    scan_step(s, 1);
    scan_blanks(s);
    return 0;
}

static int scan_list(struct scan *s)
{
    if (scan_open(s) < 0)
        return -1;
    if (scan_peek(s) != ']') {
        for (;;) {
            if (scan_value(s, 0, 0) < 0)
                return -1;
            scan_blanks(s);
            if (scan_peek(s) != ',')
                break;
            scan_step(s, 1);
            scan_blanks(s);
        }
        if (scan_peek(s) != ']')
            return scan_unexpected(s, "“,”或“]”");
    }
    scan_step(s, 1);
    s->depth--;
    return 0;
}

static int by_name_and_place(const void *x, const void *y)
{
    const struct seen_key *a = x, *b = y;
    int order = strcmp(a->name, b->name);

    if (order != 0)
        return order;
    return a->line != b->line ? (a->line > b->line) - (a->line < b->line)
                              : (a->column > b->column) - (a->column < b->column);
}

/* Refuses two equal keys among those from first on, and forgets them. */
static int scan_duplicates(struct scan *s, size_t first)
{
    struct seen_key *keys = (struct seen_key *)s->keys.data;
    size_t count = s->keys.len / sizeof *keys;

    if (count - first > 1)
        qsort(keys + first, count - first, sizeof *keys, by_name_and_place);
    for (size_t i = first + 1; i < count; i++) {
        if (strcmp(keys[i - 1].name, keys[i].name) == 0)
            return jsonin_scan_fail(s, keys[i].line, keys[i].column, "同一对象里 \"%.120s\" 出现了两次", keys[i].name);
    }
    s->keys.len = first * sizeof *keys;
    return 0;
}

static int scan_member(struct scan *s)
{
    struct seen_key key = {.line = s->line, .column = s->column};
    const char *quote = s->bytes + s->at;

    if (scan_peek(s) != '"')
        return scan_unexpected(s, "双引号括起的名称");

    /* as many bytes as up to the next quote are enough, unless that one is escaped: then more */
    const char *end = quote;

    do {
        end = memchr(end + 1, '"', (size_t)(s->bytes + s->len - end - 1));
    } while (end != NULL && end[-1] == '\\');

    size_t room = end != NULL ? (size_t)(end - quote) : s->len - s->at;
    char *name = arena_alloc(s->a, room + 1), *out = name;

    if (scan_string(s, &out) < 0)
        return -1;
    key.name = name;
    buf_add(&s->keys, &key, sizeof key);
    scan_blanks(s);
    if (scan_peek(s) != ':')
        return scan_unexpected(s, "“:”");
    scan_step(s, 1);
    scan_blanks(s);
    return scan_value(s, key.line, key.column);
}

static int scan_object(struct scan *s)
{
    size_t first = s->keys.len / sizeof(struct seen_key);

    if (scan_open(s) < 0)
        return -1;
    if (scan_peek(s) != '}') {
        for (;;) {
            if (scan_member(s) < 0)
                return -1;
            scan_blanks(s);
            if (scan_peek(s) != ',')
                break;
            scan_step(s, 1);
            scan_blanks(s);
        }
        if (scan_peek(s) != '}')
            return scan_unexpected(s, "“,”或“}”");
    }
    scan_step(s, 1);
    s->depth--;
    return scan_duplicates(s, first);
}

static int scan_value(struct scan *s, int key_line, int key_column)
{
    struct mark m = {
        .offset = s->at, .line = s->line, .column = s->column, .key_line = key_line, .key_column = key_column};
    int c = scan_peek(s), rc;

    if (c == '-' || (c >= '0' && c <= '9')) {
        rc = scan_number(s, &m);
        buf_add(&s->marks, &m, sizeof m);
        return rc;
    }
    buf_add(&s->marks, &m, sizeof m);
    switch (c) {
    case '{':
        return scan_object(s);
    case '[':
        return scan_list(s);
    case '"':
        return scan_string(s, NULL);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        return scan_unexpected(s, "一个值");
    }
}

int jsonin_scan(struct scan *s)
{
    scan_blanks(s);
    if (s->at == s->len)
        return scan_fail(s, "没有内容");
    if (scan_value(s, 0, 0) < 0)
        return -1;
    scan_blanks(s);
    if (s->at < s->len)
        return scan_unexpected(s, "内容的结尾");
    if (!buf_ok(&s->marks) || !buf_ok(&s->keys))
        return scan_fail(s, "内容过大");
    return 0;
}
