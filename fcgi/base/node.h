/*
 * base/node.h - one small tree for everything that has the shape of JSON
 *
 * What jsonin reads, what a page shows (the view model), a project's facts, the
 * "with" of an event: all are nodes, living in an arena, in their order of
 * insertion; those read from a file remember where they stood in it.
 */
#ifndef BASE_NODE_H
#define BASE_NODE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

enum node_type { NODE_NULL, NODE_BOOL, NODE_INT, NODE_NUMBER, NODE_TEXT, NODE_LIST, NODE_OBJECT };

struct node {
    enum node_type type : 8;
    unsigned is_placed : 1; /* the first member of a struct placed_node */
    uint32_t key_hash;    /* node_key_hash of the key; 0: ask the key itself */
    union {
        int truth;
        int64_t integer;
        const char *text; /* NODE_TEXT; for NODE_NUMBER the digits as written */
        struct { struct node *first, *last; size_t count; } kids;
    } u;
    const char *key;      /* inside an object; NULL otherwise */
    struct node *next;    /* sibling */
};

/* Where it stood in the source, 1-based (column in characters); 0 when made by code. */
struct node_place {
    int line, column, key_line, key_column;
};

struct placed_node {
    struct node node;
    struct node_place at;
};

static inline struct node_place node_place(const struct node *n) /* accepts NULL */
{
    return n != NULL && n->is_placed ? ((const struct placed_node *)n)->at : (struct node_place){0};
}
struct node *node_placed(struct arena *a, enum node_type type, const struct node_place *at);
/* A copy in the caller's hands that still knows its place. */
static inline struct placed_node node_here(const struct node *n)
{
    struct placed_node ret = {.node = *n, .at = node_place(n)};

    ret.node.is_placed = 1;
    return ret;
}

/* Tells most keys apart without comparing them; the compiler works it out where the key is a literal. */
static inline uint32_t node_key_hash(const char *key)
{
    size_t n = strlen(key);

    if (n == 0)
        return 0;
    return (uint32_t)(unsigned char)key[0] | (uint32_t)(unsigned char)key[n / 2] << 8 |
           (uint32_t)(unsigned char)key[n - 1] << 16 | (uint32_t)n << 24;
}

static inline int node_key_is(const struct node *n, const char *key, uint32_t hash)
{
    return (n->key_hash == hash || n->key_hash == 0) && (n->key == key || strcmp(n->key, key) == 0);
}

/* builders; keys and texts are copied into the arena, but for keys that are literals; NULL text becomes "" */
struct node *node_object(struct arena *a);
struct node *node_list(struct arena *a);
struct node *node_text(struct arena *a, const char *s);
struct node *node_text_kept(struct arena *a, const char *s);   /* not copied: it lives as long as the node; NULL becomes "" */
struct node *node_int(struct arena *a, int64_t v);
struct node *node_bool(struct arena *a, int v);
struct node *node_null(struct arena *a);
struct node *node_copy(struct arena *a, const struct node *n); /* deep */
struct node *node_twin(struct arena *a, const struct node *n); /* its children are the other's: neither may be given more */

/* stays: the key lives as long as the node */
struct node *node_put_keyed(struct arena *a, struct node *object, const char *key, uint32_t hash, int stays,
                            struct node *child);
struct node *node_put_fmt_keyed(struct arena *a, struct node *object, const char *key, int stays, const char *fmt, ...)
    PRINTF_(5, 6);

static inline struct node *node_put_hashed(struct arena *a, struct node *object, const char *key, int stays,
                                           struct node *child)
{
    return node_put_keyed(a, object, key, node_key_hash(key), stays, child);
}

#define NODE_STAYS_(key) __builtin_constant_p(key) /* a literal */
/* Puts a child under a key; an existing member of that key is replaced in place. Returns the child. */
#define node_put(a, object, key, child) node_put_hashed((a), (object), (key), NODE_STAYS_(key), (child))
#define node_put_text(a, object, key, s) node_put_hashed((a), (object), (key), NODE_STAYS_(key), node_text((a), (s)))
#define node_put_kept(a, object, key, s) node_put_hashed((a), (object), (key), NODE_STAYS_(key), node_text_kept((a), (s)))
#define node_put_fmt(a, object, key, ...) node_put_fmt_keyed((a), (object), (key), NODE_STAYS_(key), __VA_ARGS__)
#define node_put_int(a, object, key, v) node_put_hashed((a), (object), (key), NODE_STAYS_(key), node_int((a), (v)))
#define node_put_bool(a, object, key, v) node_put_hashed((a), (object), (key), NODE_STAYS_(key), node_bool((a), (v)))
#define node_put_object(a, object, key) node_put_hashed((a), (object), (key), NODE_STAYS_(key), node_object((a)))
#define node_put_list(a, object, key) node_put_hashed((a), (object), (key), NODE_STAYS_(key), node_list((a)))
/* Before all the others, which may be another's (node_twin); the key is a literal and none of theirs. */
void node_lead(struct node *object, const char *key, struct node *child);
struct node *node_add(struct node *list, struct node *child);        /* appends; returns the child */
struct node *node_add_object(struct arena *a, struct node *list);
struct node *node_add_text(struct arena *a, struct node *list, const char *s);

/* readers; all accept NULL nodes */
const struct node *node_find(const struct node *object, const char *key, uint32_t hash);
static inline const struct node *node_get(const struct node *object, const char *key) /* NULL when absent */
{
    return node_find(object, key, node_key_hash(key));
}
const struct node *node_at(const struct node *n, const char *path);             /* "a.b.c", list index as number; NULL when absent */
const struct node *node_first(const struct node *n);                            /* first child of a list or object, or NULL */
size_t node_count(const struct node *n);
const char *node_str(const struct node *n, const char *if_absent);              /* NODE_TEXT/NUMBER text */
static inline const char *node_get_str(const struct node *object, const char *key) /* "" when absent or not text */
{
    const struct node *n = node_get(object, key);

    return n != NULL && n->type == NODE_TEXT ? n->u.text : "";
}
static inline int64_t node_get_int(const struct node *object, const char *key, int64_t if_absent)
{
    const struct node *n = node_get(object, key);

    return n != NULL && n->type == NODE_INT ? n->u.integer : if_absent;
}
static inline int node_get_bool(const struct node *object, const char *key) /* 0 when absent or not true */
{
    const struct node *n = node_get(object, key);

    return n != NULL && n->type == NODE_BOOL && n->u.truth;
}
int node_is_true(const struct node *n);   /* Mustache truth: not NULL/null/false/""/empty list; 0 is true */
int node_equal(const struct node *a, const struct node *b);                     /* deep, order of members ignored */

#endif
