/*
 * base/node.h - one small tree for everything that has the shape of JSON
 *
 * What jsonin reads, what a page shows (the view model), a project's facts, the
 * "with" of an event: all are nodes, living in an arena, in their order of
 * insertion, each remembering where it stood in its source file.
 */
#ifndef BASE_NODE_H
#define BASE_NODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum node_type { NODE_NULL, NODE_BOOL, NODE_INT, NODE_NUMBER, NODE_TEXT, NODE_LIST, NODE_OBJECT };

struct node {
    enum node_type type;
    union {
        int truth;
        int64_t integer;
        const char *text; /* NODE_TEXT; for NODE_NUMBER the digits as written */
        struct { struct node *first, *last; size_t count; } kids;
    } u;
    const char *key;      /* inside an object; NULL otherwise */
    struct node *next;    /* sibling */
    int line, column;     /* 1-based place in the source (column in characters); 0 when made by code */
    int key_line, key_column;
};

/* builders; keys and texts are copied into the arena; NULL text becomes "" */
struct node *node_object(struct arena *a);
struct node *node_list(struct arena *a);
struct node *node_text(struct arena *a, const char *s);
struct node *node_int(struct arena *a, int64_t v);
struct node *node_bool(struct arena *a, int v);
struct node *node_null(struct arena *a);
struct node *node_copy(struct arena *a, const struct node *n); /* deep */

/* Puts a child under a key; an existing member of that key is replaced in place. Returns the child. */
struct node *node_put(struct arena *a, struct node *object, const char *key, struct node *child);
struct node *node_put_text(struct arena *a, struct node *object, const char *key, const char *s);
struct node *node_put_fmt(struct arena *a, struct node *object, const char *key, const char *fmt, ...) PRINTF_(4, 5);
struct node *node_put_int(struct arena *a, struct node *object, const char *key, int64_t v);
struct node *node_put_bool(struct arena *a, struct node *object, const char *key, int v);
struct node *node_put_object(struct arena *a, struct node *object, const char *key);
struct node *node_put_list(struct arena *a, struct node *object, const char *key);
struct node *node_add(struct node *list, struct node *child);        /* appends; returns the child */
struct node *node_add_object(struct arena *a, struct node *list);
struct node *node_add_text(struct arena *a, struct node *list, const char *s);

/* readers; all accept NULL nodes */
const struct node *node_get(const struct node *object, const char *key);        /* NULL when absent */
const struct node *node_at(const struct node *n, const char *path);             /* "a.b.c", list index as number; NULL when absent */
const struct node *node_first(const struct node *n);                            /* first child of a list or object, or NULL */
size_t node_count(const struct node *n);
const char *node_str(const struct node *n, const char *if_absent);              /* NODE_TEXT/NUMBER text */
const char *node_get_str(const struct node *object, const char *key);           /* "" when absent or not text */
int64_t node_get_int(const struct node *object, const char *key, int64_t if_absent);
int node_get_bool(const struct node *object, const char *key);                  /* 0 when absent or not true */
int node_is_true(const struct node *n);   /* Mustache truth: not NULL/null/false/""/empty list; 0 is true */
int node_equal(const struct node *a, const struct node *b);                     /* deep, order of members ignored */

#endif
