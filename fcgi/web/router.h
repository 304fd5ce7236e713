/*
 * web/router.h - routes as data: which address, who may ask, what it may do, how the body comes, who answers
 *
 * Patterns: {t} a district (an id), {id} a number, {word} one segment of [a-z0-9_.-], {act} the same.
 * A district reached by its own host name has its addresses without the /{t}.
 */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "identity/actor.h"
#include "web/http.h"

struct call;

enum who {
    WHO_ANYONE,
    WHO_PERSON, /* signed in */
    WHO_POST,   /* signed in and at a post of this district */
    WHO_PEER,   /* another bureau; the handler hands its signature to exchange */
};
enum body { BODY_NONE, BODY_FORM /* urlencoded or a JSON object */, BODY_RAW, BODY_FILE };
#define MAY_ANY MAY__MAX /* no action of the permit table: who is enough */

struct route { /* NOLINT(clang-analyzer-optin.performance.Padding): columns in the order one reads them */
    enum http_method method;
    const char *pattern;
    enum who who;
    enum action action;
    enum body body;
    int (*handle)(struct call *c, struct err *e);
    const char *template; /* for HTML; on a POST the page shown again when it was refused; NULL: answers no page */
    const char *title;
};

/* The table: sorted by pattern, then method. */
extern const struct route routes[];
extern const size_t routes_count;
/* Names of the members of its JSON body, parted by blanks; NULL when it takes none. */
const char *route_members(const struct route *r);

struct route_args {
    const char *tenant; /* NULL when the pattern has no {t} or the host said it */
    int64_t id;         /* the first {id} */
    const char *word;   /* the first {word} or {act} */
};
enum route_answer { ROUTE_FOUND, ROUTE_NONE, ROUTE_METHOD };

/*
 * host_tenant: 1 when the host name already says the district; then patterns with {t} are matched without it.
 * On ROUTE_METHOD *ret_allow is the Allow header ("GET, HEAD, POST").
 */
enum route_answer router_match(const struct route *table, size_t count, enum http_method method, const char *path,
                               int host_tenant, struct arena *a, const struct route **ret, struct route_args *ret_args,
                               const char **ret_allow);
/* 1 when the path fits the pattern. */
int route_fits(const char *pattern, const char *path, struct arena *a, struct route_args *ret);

#endif
