/*
 * web/multipart.c - multipart/form-data (RFC 7578) from the file nginx wrote
 *
 * The body is  [preamble] --B CRLF head CRLF CRLF content CRLF --B … --B-- . A delimiter is CRLF--B
 * followed by CRLF or "--" (blanks allowed between, RFC 2046 5.1.1); "--Bx" inside a file is content.
 */
#include "config.h"

#include "web/multipart.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "web/form.h"
#include "web/limits.h"

enum { WINDOW = 128 << 10, DELIMITER_MAX = 80 }; /* a whole field fits: MULTIPART_FIELD_MAX and more */

struct reader {
    struct arena *a;
    multipart_read_fn *read;
    void *from;
    int64_t size;
    char *window;
    int64_t at; /* offset of window[0] */
    size_t len;
    char delimiter[DELIMITER_MAX]; /* CRLF--B */
    size_t delimiter_len;
};

ssize_t multipart_read_fd(void *from, int64_t offset, void *p, size_t n)
{
    ssize_t got;
    do
        got = pread(*(int *)from, p, n, (off_t)offset);
    while (got < 0 && errno == EINTR);
    return got;
}

static int broken(struct err *e, const char *detail)
{
    err_fail(e, ERR_BAD_FORM, "上传的内容不完整，或者格式不对");
    err_mend(e, "请回到原页面再上传一次");
    err_detail(e, "multipart: %s", detail);
    return -1;
}

/* Makes the window begin at offset and as full as may be. */
static int window_move(struct reader *r, int64_t offset, struct err *e)
{
    size_t kept = 0;
    if (offset >= r->at && offset < r->at + (int64_t)r->len) {
        kept = (size_t)(r->at + (int64_t)r->len - offset);
        memmove(r->window, r->window + (offset - r->at), kept);
    }
    r->at = offset;
    r->len = kept;
    while (r->len < WINDOW && r->at + (int64_t)r->len < r->size) {
        ssize_t got = r->read(r->from, r->at + (int64_t)r->len, r->window + r->len, WINDOW - r->len);
        if (got < 0) {
            int saved = errno;
            err_fail(e, ERR_INTERNAL, "上传的内容读不出来");
            return err_detail(e, "multipart: read: errno %d", saved);
        }
        if (got == 0)
            return broken(e, "shorter than its size");
        r->len += (size_t)got;
    }
    return 0;
}

/* What follows a delimiter at offset: 1 CRLF (another part; *ret_after its head), 2 "--" (the end), 0 neither: content.
 */
static int delimiter_tail(struct reader *r, size_t at, int64_t *ret_after)
{
    const char *p = r->window + at, *end = r->window + r->len;
    if (end - p >= 2 && p[0] == '-' && p[1] == '-')
        return 2;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    if (end - p < 2 || p[0] != '\r' || p[1] != '\n')
        return 0;
    *ret_after = r->at + (p - r->window) + 2;
    return 1;
}

/*
 * The next delimiter at or behind offset: *ret_at where its CRLF stands, *ret_after where the next head begins.
 * 1 another part follows, 2 it is the last, -1 there is none.
 */
static int delimiter_find(struct reader *r, int64_t offset, int64_t *ret_at, int64_t *ret_after, struct err *e)
{
    enum { TAIL = 256 }; /* room for the delimiter, blanks and CRLF behind it */
    for (;;) {
        if (window_move(r, offset, e) < 0)
            return -1;
        const char *end = r->window + r->len;
        const char *p = r->window;
        while ((p = memmem(p, (size_t)(end - p), r->delimiter, r->delimiter_len)) != NULL) {
            int64_t found = r->at + (p - r->window);
            if (end - p < TAIL && r->at + (int64_t)r->len < r->size)
                break; /* look again with the window moved here */
            int tail = delimiter_tail(r, (size_t)(p - r->window) + r->delimiter_len, ret_after);
            if (tail) {
                *ret_at = found;
                return tail;
            }
            p += 2;
        }
        if (p) {
            offset = r->at + (p - r->window);
            continue;
        }
        if (r->at + (int64_t)r->len >= r->size)
            return broken(e, "no final boundary");
        offset = r->at + (int64_t)(r->len - (r->delimiter_len - 1));
    }
}

/* ---- the head of a part ---- */

static const char *file_name_of(struct arena *a, const char *name)
{
    /* old browsers send the whole path */
    const char *last = name;
    for (const char *p = name; *p; p++)
        if (*p == '/' || *p == '\\')
            last = p + 1;
    return text_trim(a, last);
}

/* %22 for a quote in a plain filename (what browsers do), every %xx in filename*. */
static char *percent_decode(struct arena *a, const char *s, int all)
{
    char *out = arena_alloc(a, strlen(s) + 1), *o = out;
    for (; *s; s++) {
        if (*s == '%' && text_hex(s[1]) >= 0 && text_hex(s[2]) >= 0 && (all || !strncmp(s, "%22", 3))) {
            *o++ = (char)(text_hex(s[1]) * 16 + text_hex(s[2]));
            s += 2;
        } else {
            *o++ = *s;
        }
    }
    *o = '\0';
    return out;
}

/* One parameter at *p: name=value or name="value" with \" for a quote. Moves *p behind it; 0 when there is none. */
static int parameter_read(struct arena *a, const char **p, const char **ret_name, const char **ret_value)
{
    const char *s = *p;
    s += strspn(s, "; \t");
    size_t len = strcspn(s, "= \t;");
    if (!len || s[len] != '=')
        return 0;
    *ret_name = arena_dupn(a, s, len);
    s += len + 1;
    if (*s != '"') {
        size_t n = strcspn(s, "; \t");
        *ret_value = arena_dupn(a, s, n);
        *p = s + n;
        return 1;
    }
    char *out = arena_alloc(a, strlen(s) + 1), *o = out;
    for (s++; *s && *s != '"'; s++) {
        if (*s == '\\' && s[1] == '"')
            s++;
        *o++ = *s;
    }
    if (*s != '"')
        return 0;
    *o = '\0';
    *ret_value = out;
    *p = s + 1;
    return 1;
}

struct head {
    const char *name, *file_name, *type;
    int has_file;
};

static int disposition_read(struct arena *a, const char *value, struct head *ret, struct err *e)
{
    if (strncasecmp(value, "form-data", 9) != 0)
        return broken(e, "disposition is not form-data");
    const char *p = value + 9, *name, *text, *plain = NULL, *coded = NULL;
    while (parameter_read(a, &p, &name, &text)) {
        if (!strcasecmp(name, "name") && !ret->name)
            ret->name = text;
        else if (!strcasecmp(name, "filename") && !plain)
            plain = percent_decode(a, text, 0);
        else if (!strcasecmp(name, "filename*") && !coded && !strncasecmp(text, "utf-8'", 6) && strchr(text + 6, '\''))
            coded = percent_decode(a, strchr(text + 6, '\'') + 1, 1);
        else
            return broken(e, "disposition has a parameter twice or of an unknown kind");
    }
    p += strspn(p, "; \t");
    if (*p)
        return broken(e, "disposition cannot be read");
    ret->has_file = plain || coded;
    if (ret->has_file)
        ret->file_name = file_name_of(a, coded ? coded : plain);
    return 0;
}

static int head_lines(struct arena *a, char *lines, struct head *ret, struct err *e)
{
    for (char *line = lines; *line;) {
        char *end = strstr(line, "\r\n");
        char *next = end ? end + 2 : line + strlen(line);
        if (end)
            *end = '\0';
        char *colon = strchr(line, ':');
        if (!colon)
            return broken(e, "head line without colon");
        *colon = '\0';
        const char *value = colon + 1 + strspn(colon + 1, " \t");
        if (!strcasecmp(line, "content-disposition") && disposition_read(a, value, ret, e) < 0)
            return -1;
        if (!strcasecmp(line, "content-type"))
            ret->type = value;
        if (!strcasecmp(line, "content-transfer-encoding") && strcasecmp(value, "binary") != 0 &&
            strcasecmp(value, "8bit") != 0 && strcasecmp(value, "7bit") != 0)
            return broken(e, "transfer encoding");
        line = next;
    }
    if (!ret->name)
        return broken(e, "part without a name");
    size_t len = strlen(ret->name);
    if (!len || len > FORM_NAME_MAX || !text_is_utf8(ret->name, len) || !text_is_clean(ret->name, 0))
        return err_fail(e, ERR_BAD_FORM, "上传的内容里有不合格的字段名");
    return 0;
}

/* Head at offset; *ret_content where the content begins. */
static int head_read(struct reader *r, int64_t offset, struct head *ret, int64_t *ret_content, struct err *e)
{
    if (window_move(r, offset, e) < 0)
        return -1;
    size_t look = r->len < MULTIPART_HEAD_MAX ? r->len : MULTIPART_HEAD_MAX;
    const char *stop = memmem(r->window, look, "\r\n\r\n", 4);
    if (!stop)
        return broken(e, "head too long or unfinished");
    size_t len = (size_t)(stop - r->window);
    if (memchr(r->window, '\0', len))
        return broken(e, "NUL in a head");
    struct head head = {.type = ""};
    if (head_lines(r->a, arena_dupn(r->a, r->window, len), &head, e) < 0)
        return -1;
    *ret = head;
    *ret_content = offset + (int64_t)len + 4;
    return 0;
}

static int file_add(struct arena *a, struct multipart *m, const struct head *head, int64_t offset, int64_t length,
                    struct err *e)
{
    if (text_is_empty(head->file_name) && !length)
        return 0; /* a file field left empty */
    if (file_name_check(file_name_last(head->file_name), e) < 0)
        return err_at(e, "/%s", head->name);
    m->parts[m->count++] = (struct multipart_part){
        .name = head->name,
        .file_name = file_name_last(head->file_name),
        .type = arena_dup(a, head->type),
        .offset = offset,
        .length = length,
    };
    return 0;
}

static int field_add(struct reader *r, struct multipart *m, const struct head *head, int64_t offset, int64_t length,
                     struct err *e)
{
    if (length > MULTIPART_FIELD_MAX) {
        err_fail(e, ERR_TOO_LARGE, "有一栏写得过长");
        err_mend(e, "请写短一些，或者作为附件上传");
        return err_at(e, "/%s", head->name);
    }
    if (window_move(r, offset, e) < 0)
        return -1;
    return form_put(r->a, m->fields, head->name, r->window, (size_t)length, e);
}

static int parts_read(struct reader *r, struct multipart *m, struct err *e)
{
    int64_t at = 0, head_at = 0;
    /* the first delimiter may lack its CRLF: it is the start of the body */
    if (window_move(r, 0, e) < 0)
        return -1;
    int more = 0;
    if (r->len >= r->delimiter_len - 2 && !memcmp(r->window, r->delimiter + 2, r->delimiter_len - 2))
        more = delimiter_tail(r, r->delimiter_len - 2, &head_at);
    if (!more)
        more = delimiter_find(r, 0, &at, &head_at, e);
    for (size_t count = 0; more == 1; count++) {
        struct head head = {.type = ""};
        int64_t content = 0;
        if (count == MULTIPART_PARTS_MAX) {
            err_fail(e, ERR_TOO_LARGE, "一次上传的内容过多，最多 %d 项", MULTIPART_PARTS_MAX);
            return err_mend(e, "请分几次上传");
        }
        if (head_read(r, head_at, &head, &content, e) < 0)
            return -1;
        /* content may be empty: its delimiter then begins with the CRLF that ends the head */
        more = delimiter_find(r, content - 2, &at, &head_at, e);
        if (more < 0)
            return -1;
        int64_t length = at < content ? 0 : at - content;
        int rc =
            head.has_file ? file_add(r->a, m, &head, content, length, e) : field_add(r, m, &head, content, length, e);
        if (rc < 0)
            return -1;
    }
    return more < 0 ? -1 : 0;
}

int multipart_parse(struct arena *a, multipart_read_fn *read, void *from, int64_t size, const char *boundary,
                    struct multipart *ret, struct err *e)
{
    struct reader r = {.a = a, .read = read, .from = from, .size = size};
    size_t len = strlen(boundary);
    if (!len || len > 70 || strpbrk(boundary, "\r\n"))
        return broken(e, "no boundary");
    r.window = arena_alloc(a, WINDOW);
    memcpy(r.delimiter, "\r\n--", 4);
    memcpy(r.delimiter + 4, boundary, len);
    r.delimiter_len = len + 4;

    struct multipart m = {.fields = node_object(a),
                          .parts = ARENA_ARRAY(a, struct multipart_part, MULTIPART_PARTS_MAX)};
    if (parts_read(&r, &m, e) < 0)
        return -1;
    *ret = m;
    return 0;
}
