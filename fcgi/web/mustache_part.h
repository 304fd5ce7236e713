/*
 * web/mustache_part.h - a compiled template, between the file that makes it and the one that walks it
 */
#ifndef WEB_MUSTACHE_PART_H
#define WEB_MUSTACHE_PART_H

#include <stdint.h>

#include "web/mustache.h"

enum asks { ASKS_NOTHING, ASKS_HAS, ASKS_IS };
enum op_kind { OP_TEXT, OP_VALUE, OP_RAW, OP_SECTION, OP_INVERTED, OP_END, OP_PARTIAL, OP_CONTENT };

struct op {
    enum op_kind kind;
    const char *text; /* OP_TEXT; the whole name for tags */
    size_t len;
    const char **part; /* the dotted name in pieces; none of them for "." */
    uint32_t *part_hash;
    int part_count;
    enum asks asks;     /* of the last piece: "…has.x", "…is.x" */
    size_t end;         /* sections: index of their OP_END */
    const char *indent; /* standalone partials */
    size_t indent_len;
    int standalone;
    const struct template *partial;
    int line;
};

struct template
{
    const char *name;
    struct op *op;
    size_t count, room;
};

struct mustache_set {
    struct template *template;
    size_t count;
};

/* NULL when there is none of that name. */
const struct template *template_find(const struct mustache_set *set, const char *name);

#endif
