/*
 * web/resume.h - nothing typed is lost by a login: a form that met no session, or a later one than its own
 *
 * Nothing is stored here. What was typed travels as hidden fields ("resume" the address, "kept.<name>" each field)
 * through the login page and the choice of a post to the page 接着提交, whose one button posts it to where it was
 * meant for. The address must be one of ours that a person posts a form to; an address from outside is never used.
 * Only a request of our own pages (Origin) gets anything echoed.
 */
#ifndef WEB_RESUME_H
#define WEB_RESUME_H

#include "base/node.h"
#include "web/router.h"

struct http_wire;
struct district;
struct kept {
    const char *path;
    const struct route *route;
    struct route_args args;
    struct district *district;
    struct node *fields;    /* as form_parse gives them, without csrf, key and passwords */
    size_t files;           /* chosen and not kept: bytes do not travel */
    const char *lost;       /* why the fields could not be kept; NULL: all are here */
};

/* 1 when the path is one a person posts a form to at a post of a district: an address of ours, without host, query or "..". */
int resume_route(const char *path, int host_tenant, struct arena *a, const struct route **ret, struct route_args *ret_args);
/* The form without csrf, key and whatever looks like a password. */
struct node *resume_fields(struct arena *a, const struct node *form);
/* At most KEPT_FIELDS_MAX values and KEPT_BYTES_MAX bytes of names and values. */
int resume_bounds(const struct node *fields, struct err *e) MUST_USE_;

/*
 * After a step before the handler refused: sees whether a filled form can be kept. 1 when c holds a page to answer
 * with instead of the refusal; 0 when the refusal e stands (c->kept may be set for the login page then, and e may
 * have become the refusal of a foreign origin).
 */
int call_keep(struct call *c, const struct http_wire *wire, struct err *e);
/* c->kept out of the hidden fields of /login and /posts; stays NULL when there are none, or no honest ones. */
void resume_read(struct call *c);
/* The model's "kept": {path, title, count, files?, lost?, tenant_name, fields [{name, value}]}. */
void resume_put(struct call *c);
/* 1 when the form could be posted at this post. */
int resume_fits(const struct kept *kept, const struct post *post);
/* Signed in: the choice of a post while one is needed, else the page 接着提交. */
int resume_next(struct call *c, struct err *e) MUST_USE_;

#endif
