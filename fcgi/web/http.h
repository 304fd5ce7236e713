/*
 * web/http.h - a request as the program sees it, and the answer it gives
 *
 * Parameters come as "NAME=value" from the FastCGI side; only those of the allow-list in http.c are read,
 * everything else a client can invent is not looked at (trap N2). nginx has decoded the path once
 * (DOCUMENT_URI); it is not decoded again, REQUEST_URI serves only to refuse what decoding hides (trap N7).
 * Nothing handed out here points into the FastCGI library (trap F8): all is copied into the arena.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_OTHER }; /* HEAD is GET whose body nginx drops */

/* What the wire gives; filled by web/fcgi.c, or by a test. */
struct http_wire {
    char *const *params;                            /* NULL-terminated */
    size_t (*read)(void *from, char *p, size_t n);  /* fewer than n at the end, and on failure too (trap F3) */
    int (*failed)(void *from);                      /* 0, or the library's error */
    void *from;
};

enum http_want { WANT_HTML, WANT_JSON, WANT_NEITHER };

struct http {
    enum http_method method;
    const char *method_name;
    const char *path;          /* "/<district>/projects/12": UTF-8, no "//", no "..", no control characters */
    const char *query;         /* raw, "" when none */
    const char *type;          /* content type, lower case, without parameters; "" when none */
    const char *boundary;      /* of multipart; "" when none */
    int64_t length;            /* CONTENT_LENGTH; 0 when none */
    const char *cookie, *accept, *host; /* host in lower case without port */
    const char *address;
    int https;
    const char *request_id;
    const char *body_file;     /* where nginx put the body; "" */
    const char *idempotency_key, *csrf, *origin, *referer, *sec_fetch_site;
    const char *peer_signature, *peer_timestamp, *peer_key; /* inbound filings */
    enum http_want want;
};

/* Everything but the body. On failure ret holds what could be read (request id, want), so that the refusal can be said. */
int http_read(const struct http_wire *wire, struct arena *a, struct http *ret, struct err *e) MUST_USE_;
/* The body, at most max bytes; refused unless exactly CONTENT_LENGTH bytes came (traps F2, F3). */
int http_body(const struct http_wire *wire, struct arena *a, const struct http *h, size_t max, const char **ret,
              struct err *e) MUST_USE_;

/* What a client that sent this Accept wants; one that sends JSON and names nothing wants JSON. */
enum http_want http_want(const char *accept, const char *content_type);
/* 1 and the cookie's value, 0 none, -1 when it stands there twice. */
int http_cookie(struct arena *a, const char *header, const char *name, const char **ret, struct err *e) MUST_USE_;
/* 1 when the Origin (or, for browsers that send none with a form, the Referer) is ours: one of origins (apart by blanks), or the same scheme with one of hosts. */
int http_origin_is_ours(const struct http *h, const char *origins, const char *const *hosts, size_t host_count);

/* ---- the answer ---- */
struct http_answer {
    int status;
    struct buf head, body;
};
void http_answer_init(struct http_answer *r);
void http_answer_clear(struct http_answer *r); /* for the next request; keeps nothing */
void http_answer_free(struct http_answer *r);
/* The value is ours; a CR, LF or NUL in it is our own mistake and ends the worker. */
void http_header(struct http_answer *r, const char *name, const char *value);
void http_set_cookie(struct http_answer *r, const char *name, const char *value, int secure, int64_t max_age_s);
/* attachment; filename="…"; filename*=UTF-8''… (RFC 6266, RFC 8187): control and direction characters are left out. */
char *http_disposition(struct arena *a, const char *name);
/* Status, headers, length and body as one piece: one write. */
void http_answer_wire(const struct http_answer *r, struct buf *ret);

#endif
