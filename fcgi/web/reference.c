/*
 * web/reference.c - the route table as the reference of the API
 */
#include "config.h"

#include "web/reference.h"

#include "base/jsonout.h"
#include "web/router.h"

static const char *const who_names[] = {"anyone", "person", "post", "peer"};
static const char *const body_names[] = {"none", "form", "raw", "file"};
static const char *const classes[] = {
#define X(name, label) #name,
    CLASS_TABLE(X)
#undef X
};

static const char *method_of(const struct route *r)
{
    return r->method == HTTP_POST ? "POST" : "GET";
}

static void route_json(struct jsonout *j, const struct route *r)
{
    jsonout_object(j, NULL);
    jsonout_text(j, "method", method_of(r));
    jsonout_text(j, "pattern", r->pattern);
    jsonout_text(j, "who", who_names[r->who]);
    jsonout_text(j, "action", r->action == MAY_ANY ? "" : action_slug(r->action));
    jsonout_list(j, "may");
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        if (r->action == MAY_ANY || permit_allows(classes[i], r->action))
            jsonout_text(j, NULL, classes[i]);
    jsonout_end(j);
    jsonout_text(j, "body", body_names[r->body]);
    jsonout_text(j, "title", r->title);
    jsonout_end(j);
}

static void route_line(struct buf *b, const struct route *r)
{
    buf_fmt(b, "%-4s %-46s %-7s %-16s %-5s %s", method_of(r), r->pattern, who_names[r->who],
            r->action == MAY_ANY ? "-" : action_slug(r->action), body_names[r->body], r->title ? r->title : "");
    if (r->action != MAY_ANY) {
        buf_puts(b, "  (");
        for (size_t i = 0, n = 0; i < ARRAY_LEN(classes); i++)
            if (permit_allows(classes[i], r->action))
                buf_fmt(b, "%s%s", n++ ? " " : "", classes[i]);
        buf_putc(b, ')');
    }
    buf_putc(b, '\n');
}

void routes_reference(struct buf *b, int json)
{
    struct jsonout j;

    jsonout_init(&j, b);
    if (json)
        jsonout_list(&j, NULL);
    for (size_t i = 0; i < routes_count; i++) {
        if (json)
            route_json(&j, &routes[i]);
        else
            route_line(b, &routes[i]);
    }
    if (json) {
        jsonout_end(&j);
        buf_putc(b, '\n');
    }
}
