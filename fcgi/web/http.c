/*
 * web/http.c - a request as the program sees it, and the answer it gives
 */
#include "config.h"

#include "web/http.h"

#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "web/limits.h"

/* ---- parameters ---- */

enum param_rule { ONCE, FIRST }; /* ONCE: a second one is refused (trap F8); FIRST: harmless, the first counts */

struct param {
    const char *name;
    size_t offset;
    size_t max;
    enum param_rule rule;
};

struct raw {
    const char *method, *uri, *document_uri, *query, *type, *length, *cookie, *accept, *host, *address, *https,
        *request_id, *body_file, *key, *csrf, *origin, *referer, *sec_fetch_site, *signature, *timestamp, *peer_key;
};

/* clang-format off */
static const struct param params[] = {
    { "REQUEST_METHOD",            offsetof(struct raw, method),         16,              ONCE },
    { "REQUEST_URI",               offsetof(struct raw, uri),            HTTP_PATH_MAX * 3 + HTTP_QUERY_MAX, ONCE },
    { "DOCUMENT_URI",              offsetof(struct raw, document_uri),   HTTP_PATH_MAX,   ONCE },
    { "QUERY_STRING",              offsetof(struct raw, query),          HTTP_QUERY_MAX,  ONCE },
    { "CONTENT_TYPE",              offsetof(struct raw, type),           256,             ONCE },
    { "CONTENT_LENGTH",            offsetof(struct raw, length),         20,              ONCE },
    { "HTTP_COOKIE",               offsetof(struct raw, cookie),         HTTP_HEADER_MAX, ONCE },
    { "HTTP_ACCEPT",               offsetof(struct raw, accept),         ACCEPT_MAX,      FIRST },
    { "GUIZHANG_HOST",             offsetof(struct raw, host),           260,             ONCE },
    { "REMOTE_ADDR",               offsetof(struct raw, address),        64,              ONCE },
    { "HTTPS",                     offsetof(struct raw, https),          8,               ONCE },
    { "GUIZHANG_REQUEST",          offsetof(struct raw, request_id),     64,              ONCE },
    { "REQUEST_BODY_FILE",         offsetof(struct raw, body_file),      1024,            ONCE },
    { "HTTP_IDEMPOTENCY_KEY",      offsetof(struct raw, key),            128,             ONCE },
    { "HTTP_X_CSRF_TOKEN",         offsetof(struct raw, csrf),           256,             ONCE },
    { "HTTP_ORIGIN",               offsetof(struct raw, origin),         300,             ONCE },
    { "HTTP_REFERER",              offsetof(struct raw, referer),        HTTP_HEADER_MAX, ONCE },
    { "HTTP_SEC_FETCH_SITE",       offsetof(struct raw, sec_fetch_site), 32,              ONCE },
    { "HTTP_GUIZHANG_SIGNATURE",   offsetof(struct raw, signature),      1024,            ONCE },
    { "HTTP_GUIZHANG_TIMESTAMP",   offsetof(struct raw, timestamp),      64,              ONCE },
    { "HTTP_GUIZHANG_KEY",         offsetof(struct raw, peer_key),       128,             ONCE },
};
/* clang-format on */

static const char **slot(struct raw *raw, const struct param *p)
{
    return (const char **)(void *)((char *)raw + p->offset);
}

static const struct param *param_find(const char *pair, const char *equals)
{
    size_t len = (size_t)(equals - pair);
    for (size_t i = 0; i < ARRAY_LEN(params); i++)
        if (!strncmp(params[i].name, pair, len) && !params[i].name[len])
            return &params[i];
    return NULL;
}

/* Reads on after a fault, so that even a refused request has its id and its format. */
static int params_read(char *const *pairs, struct arena *a, struct raw *raw, struct err *e)
{
    int rc = 0;
    for (; pairs && *pairs; pairs++) {
        const char *equals = strchr(*pairs, '=');
        const struct param *p = equals ? param_find(*pairs, equals) : NULL;
        if (!p)
            continue;
        const char *value = equals + 1;
        if (*slot(raw, p)) {
            if (p->rule == ONCE && !rc)
                rc = err_fail(e, ERR_BAD_INPUT, "请求头 %s 出现了两次", p->name);
            continue;
        }
        if (strlen(value) > p->max) {
            if (!rc)
                rc = err_fail(e, ERR_TOO_LARGE, "请求头 %s 过长", p->name);
            value = "";
        }
        *slot(raw, p) = arena_dup(a, value);
    }
    for (size_t i = 0; i < ARRAY_LEN(params); i++)
        if (!*slot(raw, &params[i]))
            *slot(raw, &params[i]) = "";
    return rc;
}

/* ---- pieces ---- */

static int id_is_good(const char *s)
{
    size_t len = strlen(s);
    return len >= 8 && len <= 64 &&
           strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == len;
}

static char *lower(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_dupn(a, s, n);
    for (char *p = copy; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 32);
    return copy;
}

static void type_read(struct arena *a, const char *value, struct http *h)
{
    size_t len = strcspn(value, ";");
    h->type = text_trim(a, lower(a, value, len));
    h->boundary = "";
    if (!text_eq(h->type, "multipart/form-data"))
        return;
    const char *p = strcasestr(value + len, "boundary=");
    if (!p)
        return;
    p += strlen("boundary=");
    size_t n = *p == '"' ? strcspn(++p, "\"") : strcspn(p, "; \t");
    if (n <= 70) /* RFC 2046 5.1.1 */
        h->boundary = arena_dupn(a, p, n);
}

static int path_check(const char *path, struct err *e)
{
    const char *what = NULL;
    if (path[0] != '/')
        what = "地址不以斜线开头";
    else if (!text_is_utf8(path, strlen(path)) || !text_is_clean(path, 0))
        what = "地址里有不合格的字符";
    else if (strstr(path, "//") || strchr(path, '\\'))
        what = "地址里有空的一段";
    else if (strstr(path, "/./") || strstr(path, "/../") || text_ends(path, "/.") || text_ends(path, "/.."))
        what = "地址里有相对的一段";
    return what ? err_fail(e, ERR_BAD_INPUT, "%s", what) : 0;
}

/* What DOCUMENT_URI no longer shows: an encoded slash, backslash or NUL, and doubled slashes (trap N7). */
static int uri_check(const char *uri, struct err *e)
{
    size_t len = strcspn(uri, "?#");
    for (size_t i = 0; i < len; i++) {
        if (uri[i] == '/' && i + 1 < len && uri[i + 1] == '/')
            return err_fail(e, ERR_BAD_INPUT, "地址里有空的一段");
        if (uri[i] != '%')
            continue;
        if (!strncasecmp(uri + i, "%2f", 3) || !strncasecmp(uri + i, "%5c", 3) || !strncmp(uri + i, "%00", 3))
            return err_fail(e, ERR_BAD_INPUT, "地址里有编码的斜线或空字符");
    }
    return 0;
}

static int host_read(struct arena *a, const char *value, const char **ret, struct err *e)
{
    char *host = lower(a, value, strlen(value));
    if (host[0] == '[') {
        host[strcspn(host, "]")] = '\0';
        host++;
    } else {
        host[strcspn(host, ":")] = '\0';
    }
    if (strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:") != strlen(host))
        return err_fail(e, ERR_BAD_INPUT, "主机名不合格");
    *ret = host;
    return 0;
}

static int length_read(const char *value, int64_t *ret, struct err *e)
{
    *ret = 0;
    if (!*value)
        return 0;
    if (text_i64(value, ret) < 0 || *ret < 0)
        return err_fail(e, ERR_BAD_INPUT, "内容长度不是数字");
    return 0;
}

static enum http_method method_of(const char *name)
{
    if (text_eq(name, "GET") || text_eq(name, "HEAD"))
        return HTTP_GET;
    return text_eq(name, "POST") ? HTTP_POST : HTTP_OTHER;
}

int http_read(const struct http_wire *wire, struct arena *a, struct http *ret, struct err *e)
{
    struct raw raw = {0};
    struct http h = {0};
    int rc = params_read(wire->params, a, &raw, e);

    h.method_name = raw.method;
    h.method = method_of(raw.method);
    h.path = raw.document_uri;
    h.query = raw.query;
    type_read(a, raw.type, &h);
    h.cookie = raw.cookie;
    h.accept = raw.accept;
    h.host = "";
    h.address = raw.address;
    h.https = text_eq(raw.https, "on");
    h.request_id = id_is_good(raw.request_id) ? raw.request_id : crypto_token(a);
    h.body_file = raw.body_file;
    h.idempotency_key = raw.key;
    h.csrf = raw.csrf;
    h.origin = raw.origin;
    h.referer = raw.referer;
    h.sec_fetch_site = raw.sec_fetch_site;
    h.peer_signature = raw.signature;
    h.peer_timestamp = raw.timestamp;
    h.peer_key = raw.peer_key;
    h.want = http_want(h.accept, h.type);

    if (!rc)
        rc = length_read(raw.length, &h.length, e);
    if (!rc)
        rc = host_read(a, raw.host, &h.host, e);
    if (!rc)
        rc = uri_check(raw.uri, e);
    if (!rc)
        rc = path_check(h.path, e);
    if (!rc && *h.idempotency_key && !id_is_good(h.idempotency_key)) {
        rc = err_fail(e, ERR_BAD_INPUT, "Idempotency-Key 不合格");
        err_mend(e, "用 8 到 64 个字母、数字或连字符");
    }
    if (rc < 0)
        err_mend(e, "请从平台的页面重新打开；接口请核对请求的格式");
    *ret = h;
    return rc;
}

int http_body(const struct http_wire *wire, struct arena *a, const struct http *h, size_t max, const char **ret,
              struct err *e)
{
    char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];
    if (h->length > (int64_t)max) {
        err_fail(e, ERR_TOO_LARGE, "这次提交的内容有 %s，最多 %s", text_size(has, h->length),
                 text_size(most, (int64_t)max));
        return err_mend(e, "请删减过长的文字，或者分几次提交");
    }
    size_t length = (size_t)h->length;
    char *body = arena_alloc(a, length + 1);
    size_t got = wire->read(wire->from, body, length);
    int failed = wire->failed(wire->from);
    if (got != length || failed) {
        err_fail(e, ERR_BAD_INPUT, "提交的内容没有收全");
        err_mend(e, "可能是网络中断了，请重新提交");
        return err_detail(e, "body %zu of %zu bytes, error %d", got, length, failed);
    }
    *ret = body;
    return 0;
}

/* ---- Accept ---- */

/* Quality in thousandths of the media range at p (ends at end), 1000 when none is given. */
static int quality(const char *p, const char *end)
{
    for (p = memchr(p, ';', (size_t)(end - p)); p; p = memchr(p, ';', (size_t)(end - p))) {
        p++;
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        if (end - p < 3 || (p[0] != 'q' && p[0] != 'Q') || p[1] != '=')
            continue;
        int q = p[2] == '1' ? 1000 : 0;
        if (!q && end - p > 4 && p[3] == '.')
            for (int i = 0, unit = 100; i < 3 && p + 4 + i < end && isdigit((unsigned char)p[4 + i]); i++, unit /= 10)
                q += (p[4 + i] - '0') * unit;
        return q;
    }
    return 1000;
}

/* Best quality given to type (or its wildcards, when nothing more exact is there). */
static int accepted(const char *accept, const char *type)
{
    int best = -1, rank = -1;
    size_t major = (size_t)(strchr(type, '/') - type) + 1;
    for (const char *p = accept; *p;) {
        const char *end = p + strcspn(p, ",");
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        size_t len = strcspn(p, ";, \t");
        int r = -1;
        if (len == strlen(type) && !strncasecmp(p, type, len))
            r = 2;
        else if (len == major + 1 && !strncasecmp(p, type, major) && p[major] == '*')
            r = 1;
        else if (len == 3 && !strncmp(p, "*/*", 3))
            r = 0;
        if (r > rank) {
            rank = r;
            best = quality(p, end);
        }
        p = *end ? end + 1 : end;
    }
    return best;
}

enum http_want http_want(const char *accept, const char *content_type)
{
    int sends_json = text_eq(content_type, "application/json");
    if (!*accept)
        return sends_json ? WANT_JSON : WANT_HTML;
    int html = accepted(accept, "text/html"), json = accepted(accept, "application/json");
    if (accepted(accept, "application/problem+json") > json)
        json = accepted(accept, "application/problem+json");
    if (html <= 0 && json <= 0)
        return WANT_NEITHER;
    if (html == json)
        return sends_json ? WANT_JSON : WANT_HTML;
    return json > html ? WANT_JSON : WANT_HTML;
}

/* ---- cookies, origin ---- */

int http_cookie(struct arena *a, const char *header, const char *name, const char **ret, struct err *e)
{
    size_t name_len = strlen(name);
    const char *found = NULL;
    size_t found_len = 0;
    for (const char *p = header; *p;) {
        p += strspn(p, " \t;");
        size_t len = strcspn(p, ";");
        if (len > name_len && !strncmp(p, name, name_len) && p[name_len] == '=') {
            if (found) {
                err_fail(e, ERR_BAD_INPUT, "浏览器带来了两份登录信息");
                return err_mend(e, "请清除浏览器里本平台的 Cookie，再重新登录");
            }
            found = p + name_len + 1;
            found_len = len - name_len - 1;
        }
        p += len;
    }
    if (!found)
        return 0;
    while (found_len && (found[found_len - 1] == ' ' || found[found_len - 1] == '\t'))
        found_len--;
    if (found_len > COOKIE_VALUE_MAX) {
        err_fail(e, ERR_BAD_INPUT, "浏览器带来的登录信息过长");
        return err_mend(e, "请清除浏览器里本平台的 Cookie，再重新登录");
    }
    *ret = arena_dupn(a, found, found_len);
    return 1;
}

/* 1 when url is origin itself or begins with it as a whole. */
static int origin_begins(const char *url, const char *origin, size_t len)
{
    return !strncmp(url, origin, len) && (url[len] == '\0' || url[len] == '/');
}

/* One of our origins, as long as len says, against what the browser claims. */
static int claims_origin(const char *claimed, const char *origin, size_t len, const char *const *hosts,
                         size_t host_count)
{
    while (len && origin[len - 1] == '/')
        len--;
    if (origin_begins(claimed, origin, len))
        return 1;
    const char *host = strstr(origin, "://");
    if (!host || host > origin + len)
        return 0;
    size_t scheme = (size_t)(host + 3 - origin);
    if (strncmp(claimed, origin, scheme) != 0)
        return 0;
    for (size_t i = 0; i < host_count; i++) {
        size_t n = strlen(hosts[i]);
        const char *rest = claimed + scheme + n;
        if (strncmp(claimed + scheme, hosts[i], n) != 0)
            continue;
        /* a district's own name, on whatever port nginx listens */
        if (*rest == ':')
            rest += 1 + strspn(rest + 1, "0123456789");
        if (*rest == '\0' || *rest == '/')
            return 1;
    }
    return 0;
}

int http_origin_is_ours(const struct http *h, const char *origins, const char *const *hosts, size_t host_count)
{
    const char *claimed = *h->origin ? h->origin : h->referer;
    if (!*claimed || text_eq(claimed, "null"))
        return 0;
    if (*h->sec_fetch_site && !text_eq(h->sec_fetch_site, "same-origin") && !text_eq(h->sec_fetch_site, "none"))
        return 0;
    for (const char *p = origins; *p;) {
        size_t len = strcspn(p, " ");
        if (len && claims_origin(claimed, p, len, hosts, host_count))
            return 1;
        p += len + strspn(p + len, " ");
    }
    return 0;
}

/* ---- the answer ---- */

void http_answer_init(struct http_answer *r)
{
    r->status = 200;
    buf_init(&r->head, 64 << 10);
    buf_init(&r->body, PAGE_MAX);
}

void http_answer_clear(struct http_answer *r)
{
    r->status = 200;
    buf_clear(&r->head);
    buf_clear(&r->body);
}

void http_answer_free(struct http_answer *r)
{
    buf_free(&r->head);
    buf_free(&r->body);
}

void http_header(struct http_answer *r, const char *name, const char *value)
{
    assert(!strpbrk(name, "\r\n:") && !strpbrk(value, "\r\n"));
    buf_fmt(&r->head, "%s: %s\r\n", name, value);
}

void http_set_cookie(struct http_answer *r, const char *name, const char *value, int secure, int64_t max_age_s)
{
    assert(!strpbrk(value, "\r\n;, \"\\"));
    buf_fmt(&r->head, "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict%s", name, value, secure ? "; Secure" : "");
    if (max_age_s >= 0)
        buf_fmt(&r->head, "; Max-Age=%lld", (long long)max_age_s);
    buf_puts(&r->head, "\r\n");
}

/* Bytes of the character at s that shall not be in a file name (controls, direction marks, separators); 0: it may stay.
 */
static size_t unfit(const char *s)
{
    const unsigned char *u = (const unsigned char *)s;
    if (u[0] < 0x20 || u[0] == 0x7f || u[0] == '/' || u[0] == '\\')
        return 1;
    if (u[0] == 0xc2 && u[1] >= 0x80 && u[1] <= 0x9f)
        return 2;
    if (u[0] == 0xe2 && u[1] == 0x80 && ((u[2] >= 0xaa && u[2] <= 0xae) || u[2] == 0x8e || u[2] == 0x8f))
        return 3;
    if (u[0] == 0xe2 && u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9)
        return 3;
    return 0;
}

char *http_disposition(struct arena *a, const char *name)
{
    static const char attr_char[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$&+-.^_`|~";
    struct buf plain, coded;
    buf_init(&plain, 16 << 10);
    buf_init(&coded, 32 << 10);
    for (const char *p = name; *p;) {
        size_t skip = unfit(p);
        if (skip) {
            p += skip;
            continue;
        }
        unsigned char c = (unsigned char)*p++;
        if (c < 0x80)
            buf_putc(&plain, (char)(c == '"' || c == '%' ? '_' : c));
        else if (c >= 0xc0) /* one sign for a whole character */
            buf_putc(&plain, '_');
        if (c < 0x80 && strchr(attr_char, c))
            buf_putc(&coded, (char)c);
        else
            buf_fmt(&coded, "%%%02X", c);
    }
    char *value =
        buf_ok(&plain) && buf_ok(&coded) && plain.len
            ? arena_fmt(a, "attachment; filename=\"%s\"; filename*=UTF-8''%s", buf_str(&plain), buf_str(&coded))
            : arena_dup(a, "attachment");
    buf_free(&plain);
    buf_free(&coded);
    return value;
}

void http_answer_wire(const struct http_answer *r, struct buf *ret)
{
    buf_fmt(ret, "Status: %d\r\n", r->status);
    buf_add(ret, buf_str(&r->head), r->head.len);
    buf_fmt(ret, "Content-Length: %zu\r\n\r\n", r->body.len);
    buf_add(ret, buf_str(&r->body), r->body.len);
}
