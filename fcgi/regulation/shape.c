/*
 * regulation/shape.c - building a verdict's nodes without copying
 */
#include "config.h"

#include "regulation/shape.h"

struct node *shape_new(struct arena *a, enum node_type type)
{
    struct node *n = ARENA_NEW(a, struct node);

    n->type = type;
    return n;
}

void shape_add(struct node *parent, const char *key, struct node *child)
{
    child->key = key;
    child->key_hash = key ? node_key_hash(key) : 0;
    child->next = NULL;
    if (parent->u.kids.last)
        parent->u.kids.last->next = child;
    else
        parent->u.kids.first = child;
    parent->u.kids.last = child;
    parent->u.kids.count++;
}

struct node *shape_object(struct arena *a, struct node *parent, const char *key)
{
    struct node *n = shape_new(a, NODE_OBJECT);

    shape_add(parent, key, n);
    return n;
}

struct node *shape_list(struct arena *a, struct node *parent, const char *key)
{
    struct node *n = shape_new(a, NODE_LIST);

    shape_add(parent, key, n);
    return n;
}

void shape_text(struct arena *a, struct node *parent, const char *key, const char *s)
{
    struct node *n = shape_new(a, NODE_TEXT);

    n->u.text = s ? s : "";
    shape_add(parent, key, n);
}

void shape_int(struct arena *a, struct node *parent, const char *key, int64_t v)
{
    struct node *n = shape_new(a, NODE_INT);

    n->u.integer = v;
    shape_add(parent, key, n);
}

void shape_bool(struct arena *a, struct node *parent, const char *key, int v)
{
    struct node *n = shape_new(a, NODE_BOOL);

    n->u.truth = v != 0;
    shape_add(parent, key, n);
}

void shape_date(struct arena *a, struct node *parent, const char *key, date d)
{
    if (d == DATE_NONE)
        shape_add(parent, key, shape_new(a, NODE_NULL));
    else
        shape_text(a, parent, key, date_text(a, d));
}

void shape_alias(struct arena *a, struct node *parent, const char *key, const struct node *n)
{
    struct node *same = shape_new(a, n ? n->type : NODE_LIST);

    if (n)
        same->u = n->u;
    shape_add(parent, key, same);
}
