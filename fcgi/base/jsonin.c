/*
 * base/jsonin.c - strict JSON in
 *
 * Three steps: our scanner accepts or refuses every byte and notes where each value
 * and key stands; json-c builds its tree; that tree is copied into nodes, which take
 * their places in the same order. The order agrees because json-c keeps the order of
 * insertion and duplicate keys were refused (traps J1).
 */
#include "config.h"

#include "base/jsonin.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <json-c/printbuf.h>

#include "base/buf.h"
#include "base/text.h"

/* Where a value stands, in pre-order; for numbers also the bytes as written. */
struct mark {
    size_t offset, len;
    int line, column, key_line, key_column;
    int whole; /* a number that fits int64 and is written without fraction and exponent */
};

struct seen_key {
    const char *name;
    int line, column;
};

struct scan {
    struct arena *a; /* for unescaped keys; forgotten afterwards */
    const char *bytes;
    size_t len, at;
    int line, column;
    int depth;
    struct buf marks; /* of struct mark */
    struct buf keys;  /* of struct seen_key, those of the open objects */
    struct err *e;
    int fault_line, fault_column;
};

enum { JSONIN_MARKS_BYTES = 1024 * 1024 * 1024 };

static int scan_fail_at(struct scan *s, int line, int column, const char *fmt, ...) PRINTF_(4, 5);

static int scan_fail_at(struct scan *s, int line, int column, const char *fmt, ...)
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

#define scan_fail(s, ...) scan_fail_at((s), (s)->line, (s)->column, __VA_ARGS__)

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
        int c = scan_peek(s);

        if (c >= '0' && c <= '9')
            v = v << 4 | (uint32_t)(c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            v = v << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return scan_fail(s, "“\\u”后面应有四位十六进制数字");
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
        return scan_fail_at(s, s->line, column, "不能有“\\u0000”");
    *ret = high;
    if (high < 0xD800 || high > 0xDFFF)
        return 0;
    if (high > 0xDBFF || s->len - s->at < 2 || memcmp(s->bytes + s->at, "\\u", 2) != 0)
        return scan_fail_at(s, s->line, column, "“\\u%04X”是不成对的代理项", (unsigned)high);
    scan_step(s, 1);
    scan_step(s, 1);
    if (scan_hex4(s, &low) < 0)
        return -1;
    if (low < 0xDC00 || low > 0xDFFF)
        return scan_fail_at(s, s->line, column, "“\\u%04X”是不成对的代理项", (unsigned)high);
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
            return scan_fail_at(s, line, column, "从这里开始的文字没有结束，缺少双引号");
        if (c == '"')
            break;
        if (c == '\\') {
            if (scan_escape(s, out) < 0)
                return -1;
            continue;
        }
        if (c == '\n')
            return scan_fail_at(s, line, column, "文字里不能直接换行，应写成“\\n”");
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
            return scan_fail_at(s, m->line, m->column, "数字前面不能有多余的零");
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
        return scan_fail_at(s, m->line, m->column, "整数过大");
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
            return scan_fail_at(s, keys[i].line, keys[i].column, "同一对象里 \"%.120s\" 出现了两次", keys[i].name);
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

static int scan_all(struct scan *s)
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

/* What json-c refuses although we took it; none is known. */
static int refuse_jsonc(struct scan *s, enum json_tokener_error why)
{
    scan_fail_at(s, 1, 1, "JSON 不能读取");
    return err_detail(s->e, "json-c: %s", json_tokener_error_desc(why));
}

/*
 * A text among the values may be a password. json-c gathers each in one buffer and gives its memory back as it
 * is: so that buffer gets its full size first (growing would leave copies behind), and is wiped before it goes.
 */
static int gather_room(json_tokener *tok, size_t len)
{
    if (printbuf_memset(tok->pb, 0, 0, (int)len) < 0)
        return -1;
    printbuf_reset(tok->pb);
    return 0;
}

static void gather_wipe(json_tokener *tok)
{
    explicit_bzero(tok->pb->buf, (size_t)tok->pb->size);
}

static int parse_jsonc(struct scan *s, json_object **ret)
{
    /* one level more than ours: json-c counts the value inside the innermost list as one */
    json_tokener *tok = json_tokener_new_ex(JSONIN_DEPTH_MAX + 1);

    if (tok == NULL)
        return refuse_jsonc(s, json_tokener_error_parse_unexpected);
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
    if (gather_room(tok, s->len) < 0) {
        json_tokener_free(tok);
        return refuse_jsonc(s, json_tokener_error_size);
    }

    /* the final NUL belongs to the length, or a number at the end waits for more (trap J) */
    char *text = arena_dupn(s->a, s->bytes, s->len);
    json_object *o = json_tokener_parse_ex(tok, text, (int)s->len + 1);
    enum json_tokener_error why = json_tokener_get_error(tok);

    gather_wipe(tok);
    json_tokener_free(tok);
    if (why != json_tokener_success) {
        json_object_put(o);
        return refuse_jsonc(s, why);
    }
    *ret = o;
    return 0;
}

struct copy {
    struct arena *a;
    const char *bytes;
    const struct mark *mark; /* of the next value */
};

static struct node *copy_value(struct copy *c, json_object *o);

static void copy_append(struct node *parent, struct node *kid)
{
    if (parent->u.kids.last != NULL)
        parent->u.kids.last->next = kid;
    else
        parent->u.kids.first = kid;
    parent->u.kids.last = kid;
    parent->u.kids.count++;
}

/* Keys are known to be different, so that nothing is searched: the whole stays linear. */
static void copy_members(struct copy *c, struct node *n, json_object *o)
{
    struct json_object_iterator it = json_object_iter_begin(o), end = json_object_iter_end(o);

    for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
        struct node *kid = copy_value(c, json_object_iter_peek_value(&it));

        kid->key = arena_dup(c->a, json_object_iter_peek_name(&it));
        kid->key_hash = node_key_hash(kid->key);
        copy_append(n, kid);
    }
}

/* The tree goes right after this: its copy of the text is wiped, where json-c would leave it. */
static const char *copy_text(struct arena *a, json_object *o)
{
    char *text = (char *)json_object_get_string(o);
    size_t len = (size_t)json_object_get_string_len(o);
    const char *ret = arena_dupn(a, text, len);

    explicit_bzero(text, len);
    return ret;
}

static struct node *copy_value(struct copy *c, json_object *o)
{
    const struct mark *m = c->mark++;
    struct node *n = ARENA_NEW(c->a, struct node);

    n->line = m->line;
    n->column = m->column;
    n->key_line = m->key_line;
    n->key_column = m->key_column;
    switch (json_object_get_type(o)) {
    case json_type_null:
        n->type = NODE_NULL;
        break;
    case json_type_boolean:
        n->type = NODE_BOOL;
        n->u.truth = json_object_get_boolean(o) != 0;
        break;
    case json_type_int:
    case json_type_double: /* the digits as written, not what became of them */
        n->type = m->whole ? NODE_INT : NODE_NUMBER;
        if (m->whole)
            n->u.integer = json_object_get_int64(o);
        else
            n->u.text = arena_dupn(c->a, c->bytes + m->offset, m->len);
        break;
    case json_type_string:
        n->type = NODE_TEXT;
        n->u.text = copy_text(c->a, o);
        break;
    case json_type_array:
        n->type = NODE_LIST;
        for (size_t i = 0; i < json_object_array_length(o); i++)
            copy_append(n, copy_value(c, json_object_array_get_idx(o, i)));
        break;
    case json_type_object:
        n->type = NODE_OBJECT;
        copy_members(c, n, o);
        break;
    }
    return n;
}

static int scan_and_copy(struct scan *s, struct arena *a, const struct node **ret)
{
    json_object *o = NULL;

    if (s->len > INT_MAX - 1)
        return scan_fail(s, "内容过大");
    if (scan_all(s) < 0 || parse_jsonc(s, &o) < 0)
        return -1;

    struct copy c = {.a = a, .bytes = s->bytes, .mark = (const struct mark *)s->marks.data};

    *ret = copy_value(&c, o);
    json_object_put(o);
    return 0;
}

int jsonin_parse(struct arena *a, const char *bytes, size_t len, const struct node **ret, int *ret_line,
                 int *ret_column, struct err *e)
{
    struct arena *scratch CLEANUP_(arena_freep) = arena_new("jsonin", SIZE_MAX / 2);
    struct scan s = {.a = scratch, .bytes = bytes, .len = len, .line = 1, .column = 1, .e = e};

    buf_init(&s.marks, JSONIN_MARKS_BYTES);
    buf_init(&s.keys, JSONIN_MARKS_BYTES);
    int rc = scan_and_copy(&s, a, ret);

    buf_free(&s.marks);
    buf_free(&s.keys);
    if (rc < 0 && ret_line != NULL)
        *ret_line = s.fault_line;
    if (rc < 0 && ret_column != NULL)
        *ret_column = s.fault_column;
    return rc;
}

/* A JSON pointer's step: "~" and "/" have names of their own there (RFC 6901). */
static int at_key(struct err *e, const char *key)
{
    char step[sizeof e->path];
    size_t n = 0;

    for (; *key != '\0' && n + 3 < sizeof step; key++) {
        if (*key == '~' || *key == '/') {
            step[n++] = '~';
            step[n++] = *key == '~' ? '0' : '1';
        } else {
            step[n++] = *key;
        }
    }
    step[n] = '\0';
    err_at(e, "/%s", step);
    return -1;
}

static int refuse(struct err *e, const char *key, const char *fmt, ...) PRINTF_(3, 4);

static int refuse(struct err *e, const char *key, const char *fmt, ...)
{
    char what[160];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    err_fail(e, ERR_BAD_INPUT, "%s", what);
    at_key(e, key);
    return -1;
}

/* 1 and the member, 0 when absent (no o at all has no members), -1 when o is no object. */
static int find(const struct node *o, const char *key, const struct node **ret, struct err *e)
{
    if (o != NULL && o->type != NODE_OBJECT) {
        err_fail(e, ERR_BAD_INPUT, "应为一组名称和值");
        return -1;
    }
    *ret = node_get(o, key);
    return *ret != NULL;
}

static int find_required(const struct node *o, const char *key, const struct node **ret, struct err *e)
{
    int found = find(o, key, ret, e);

    return found == 0 ? refuse(e, key, "必填") : found;
}

static int check_text(const struct node *n, const char *key, size_t min_chars, size_t max_chars, const char **ret,
                      struct err *e)
{
    if (n->type != NODE_TEXT)
        return refuse(e, key, "应为文字");

    size_t chars = text_chars(n->u.text);

    if (chars == 0 && min_chars > 0)
        return refuse(e, key, "必填");
    if (chars < min_chars)
        return refuse(e, key, "至少 %zu 个字", min_chars);
    if (chars > max_chars)
        return refuse(e, key, "最多 %zu 个字", max_chars);
    *ret = n->u.text;
    return 0;
}

int jsonin_text(const struct node *o, const char *key, size_t min_chars, size_t max_chars, const char **ret,
                struct err *e)
{
    const struct node *n = NULL;

    if (find_required(o, key, &n, e) < 0)
        return -1;
    return check_text(n, key, min_chars, max_chars, ret, e);
}

int jsonin_text_opt(const struct node *o, const char *key, size_t max_chars, const char *def, const char **ret,
                    struct err *e)
{
    const struct node *n = NULL;
    int found = find(o, key, &n, e);

    if (found == 0)
        *ret = def;
    return found <= 0 ? found : check_text(n, key, 0, max_chars, ret, e);
}

static int check_int(const struct node *n, const char *key, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    if (n->type != NODE_INT)
        return refuse(e, key, "应为整数");
    if (n->u.integer < min || n->u.integer > max)
        return refuse(e, key, "应在 %lld 与 %lld 之间", (long long)min, (long long)max);
    *ret = n->u.integer;
    return 0;
}

int jsonin_int(const struct node *o, const char *key, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    const struct node *n = NULL;

    if (find_required(o, key, &n, e) < 0)
        return -1;
    return check_int(n, key, min, max, ret, e);
}

int jsonin_int_opt(const struct node *o, const char *key, int64_t min, int64_t max, int64_t def, int64_t *ret,
                   struct err *e)
{
    const struct node *n = NULL;
    int found = find(o, key, &n, e);

    if (found == 0)
        *ret = def;
    return found <= 0 ? found : check_int(n, key, min, max, ret, e);
}

int jsonin_bool_opt(const struct node *o, const char *key, int def, int *ret, struct err *e)
{
    const struct node *n = NULL;
    int found = find(o, key, &n, e);

    if (found < 0)
        return -1;
    if (found && n->type != NODE_BOOL)
        return refuse(e, key, "应为 true 或 false");
    *ret = found ? n->u.truth : def;
    return 0;
}

int jsonin_date(const struct node *o, const char *key, date *ret, struct err *e)
{
    const struct node *n = NULL;

    if (find_required(o, key, &n, e) < 0)
        return -1;
    if (n->type == NODE_TEXT && n->u.text[0] == '\0')
        return refuse(e, key, "必填");
    if (date_parse(node_str(n->type == NODE_TEXT ? n : NULL, ""), ret, e) < 0)
        return at_key(e, key);
    return 0;
}

static int check_kids(const struct node *n, const char *key, enum node_type type, size_t max, const struct node **ret,
                      struct err *e)
{
    if (n->type != type)
        return refuse(e, key, type == NODE_LIST ? "应为列表" : "应为一组名称和值");
    if (n->u.kids.count > max)
        return refuse(e, key, "最多 %zu 项", max);
    *ret = n;
    return 0;
}

static int kids_required(const struct node *o, const char *key, enum node_type type, size_t max,
                         const struct node **ret, struct err *e)
{
    const struct node *n = NULL;

    if (find_required(o, key, &n, e) < 0)
        return -1;
    return check_kids(n, key, type, max, ret, e);
}

static int kids_optional(const struct node *o, const char *key, enum node_type type, size_t max,
                         const struct node **ret, struct err *e)
{
    const struct node *n = NULL;
    int found = find(o, key, &n, e);

    if (found == 0)
        *ret = NULL;
    return found <= 0 ? found : check_kids(n, key, type, max, ret, e);
}

int jsonin_object(const struct node *o, const char *key, const struct node **ret, struct err *e)
{
    return kids_required(o, key, NODE_OBJECT, SIZE_MAX, ret, e);
}

int jsonin_object_opt(const struct node *o, const char *key, const struct node **ret, struct err *e)
{
    return kids_optional(o, key, NODE_OBJECT, SIZE_MAX, ret, e);
}

int jsonin_list(const struct node *o, const char *key, size_t max, const struct node **ret, struct err *e)
{
    return kids_required(o, key, NODE_LIST, max, ret, e);
}

int jsonin_list_opt(const struct node *o, const char *key, size_t max, const struct node **ret, struct err *e)
{
    return kids_optional(o, key, NODE_LIST, max, ret, e);
}

int jsonin_end(const struct node *o, const char *const *names, struct err *e)
{
    for (const struct node *kid = node_first(o); kid != NULL && o->type == NODE_OBJECT; kid = kid->next) {
        const char *const *name = names;

        while (*name != NULL && strcmp(*name, kid->key) != 0)
            name++;
        if (*name == NULL)
            return refuse(e, kid->key, "没有这一项");
    }
    return 0;
}
