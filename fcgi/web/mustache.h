/*
 * web/mustache.h - page templates in Mustache's language over nodes
 *
 * All of the language's core: {{x}} escaped, {{{x}}} and {{&x}} as it stands, {{#x}} {{^x}} {{/x}}, {{! }},
 * {{=<% %>=}}, {{> partial}} with its indentation, dotted names, {{.}}, standalone lines. No lambdas,
 * no inheritance: a page is data and words. Beyond the language, every object says by itself what it has and what state
 * it is in: {{#has.mend}} holds when the nearest object has a member "mend" that is not empty (nor 0), {{#is.overdue}}
 * when its state, strength, due or code is that word. Neither looks further out. Templates are compiled once at start; a partial nobody has
 * is refused then, not at the first visitor. One name is kept for the frame: {{> content}} stands for
 * the page's own template when a layout is rendered round it.
 */
#ifndef WEB_MUSTACHE_H
#define WEB_MUSTACHE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/node.h"

struct mustache_source { /* one file of fcgi/templates, as embed.sh wrote it */
    const char *name;    /* without folder and ending */
    const unsigned char *text;
    size_t len;
};

struct mustache_set;
/* Compiles all of them into the arena; a fault is said as name.html:line. The texts must outlive the set. */
int mustache_compile(struct arena *a, const struct mustache_source *sources, size_t count, struct mustache_set **ret,
                     struct err *e) MUST_USE_;
int mustache_has(const struct mustache_set *set, const char *name); /* 1 when there is such a template */
/*
 * Appends the template to out. content names what {{> content}} stands for (NULL: nothing).
 * contexts: outermost first; names are looked up from the innermost outwards.
 */
int mustache_render(const struct mustache_set *set, const char *name, const char *content,
                    const struct node *const *contexts, size_t count, struct buf *out, struct err *e) MUST_USE_;

#endif
