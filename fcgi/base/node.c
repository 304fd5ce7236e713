/*
 * base/node.c - one small tree for everything that has the shape of JSON
 *
 * Children are a linked list in order of insertion. A node has one parent at most;
 * putting one that stands elsewhere already is a broken promise.
 */
#include "config.h"

#include "base/node.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

static struct node *node_new(struct arena *a, enum node_type type)
{
    struct node *n = ARENA_NEW(a, struct node);

    n->type = type;
    return n;
}

struct node *node_placed(struct arena *a, enum node_type type, const struct node_place *at)
{
    struct placed_node *n = ARENA_NEW(a, struct placed_node);

    n->node.type = type;
    n->node.is_placed = 1;
    n->at = *at;
    return &n->node;
}

static int has_kids(const struct node *n)
{
    return n != NULL && (n->type == NODE_LIST || n->type == NODE_OBJECT);
}

struct node *node_object(struct arena *a)
{
    return node_new(a, NODE_OBJECT);
}

struct node *node_list(struct arena *a)
{
    return node_new(a, NODE_LIST);
}

struct node *node_text(struct arena *a, const char *s)
{
    struct node *n = node_new(a, NODE_TEXT);

    n->u.text = s != NULL ? arena_dup(a, s) : "";
    return n;
}

struct node *node_text_kept(struct arena *a, const char *s)
{
    struct node *n = node_new(a, NODE_TEXT);

    n->u.text = s != NULL ? s : "";
    return n;
}

struct node *node_int(struct arena *a, int64_t v)
{
    struct node *n = node_new(a, NODE_INT);

    n->u.integer = v;
    return n;
}

struct node *node_bool(struct arena *a, int v)
{
    struct node *n = node_new(a, NODE_BOOL);

    n->u.truth = v != 0;
    return n;
}

struct node *node_null(struct arena *a)
{
    return node_new(a, NODE_NULL);
}

static void append(struct node *parent, struct node *child)
{
    assert(child->next == NULL && child->key == NULL);
    if (parent->u.kids.last != NULL)
        parent->u.kids.last->next = child;
    else
        parent->u.kids.first = child;
    parent->u.kids.last = child;
    parent->u.kids.count++;
}

struct node *node_twin(struct arena *a, const struct node *n)
{
    const struct node_place at = node_place(n);
    struct node *twin = n->is_placed ? node_placed(a, n->type, &at) : node_new(a, n->type);

    twin->u = n->u;
    return twin;
}

struct node *node_copy(struct arena *a, const struct node *n)
{
    struct node *copy = node_twin(a, n);

    if (n->type == NODE_TEXT || n->type == NODE_NUMBER)
        copy->u.text = arena_dup(a, n->u.text);
    if (!has_kids(n))
        return copy;

    memset(&copy->u, 0, sizeof copy->u);
    for (const struct node *kid = n->u.kids.first; kid != NULL; kid = kid->next) {
        struct node *twin = node_copy(a, kid);

        append(copy, twin);
        if (kid->key != NULL) {
            twin->key = arena_dup(a, kid->key);
            twin->key_hash = kid->key_hash;
        }
    }
    return copy;
}

struct node *node_put_keyed(struct arena *a, struct node *object, const char *key, uint32_t hash, int stays,
                            struct node *child)
{
    struct node *before = NULL, *old;

    assert(object->type == NODE_OBJECT);
    for (old = object->u.kids.first; old != NULL; before = old, old = old->next) {
        if (node_key_is(old, key, hash))
            break;
    }
    if (old == child)
        return child;
    if (old == NULL) {
        append(object, child);
        child->key = stays ? key : arena_dup(a, key);
        child->key_hash = hash;
        return child;
    }

    assert(child->next == NULL && child->key == NULL);
    child->key = old->key;
    child->key_hash = old->key_hash;
    child->next = old->next;
    if (before != NULL)
        before->next = child;
    else
        object->u.kids.first = child;
    if (object->u.kids.last == old)
        object->u.kids.last = child;
    old->next = NULL;
    old->key = NULL;
    old->key_hash = 0;
    return child;
}

struct node *node_put_fmt_keyed(struct arena *a, struct node *object, const char *key, int stays, const char *fmt, ...)
{
    struct node *n = node_new(a, NODE_TEXT);
    va_list ap;

    va_start(ap, fmt);
    n->u.text = arena_vfmt(a, fmt, ap);
    va_end(ap);
    return node_put_keyed(a, object, key, node_key_hash(key), stays, n);
}

void node_lead(struct node *object, const char *key, struct node *child)
{
    assert(object->type == NODE_OBJECT && child->next == NULL && child->key == NULL);
    child->key = key;
    child->key_hash = node_key_hash(key);
    child->next = object->u.kids.first;
    object->u.kids.first = child;
    if (object->u.kids.last == NULL)
        object->u.kids.last = child;
    object->u.kids.count++;
}

struct node *node_add(struct node *list, struct node *child)
{
    assert(list->type == NODE_LIST);
    append(list, child);
    return child;
}

struct node *node_add_object(struct arena *a, struct node *list)
{
    return node_add(list, node_object(a));
}

struct node *node_add_text(struct arena *a, struct node *list, const char *s)
{
    return node_add(list, node_text(a, s));
}

/* Member whose key is the n bytes at key. */
static const struct node *member(const struct node *object, const char *key, size_t n)
{
    if (object == NULL || object->type != NODE_OBJECT)
        return NULL;
    for (const struct node *kid = object->u.kids.first; kid != NULL; kid = kid->next) {
        if (strncmp(kid->key, key, n) == 0 && kid->key[n] == '\0')
            return kid;
    }
    return NULL;
}

const struct node *node_find(const struct node *object, const char *key, uint32_t hash)
{
    if (object == NULL || object->type != NODE_OBJECT)
        return NULL;
    for (const struct node *kid = object->u.kids.first; kid != NULL; kid = kid->next) {
        if (node_key_is(kid, key, hash))
            return kid;
    }
    return NULL;
}

static const struct node *item(const struct node *list, const char *digits, size_t n)
{
    size_t index = 0;

    if (n == 0 || n > 9)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(digits[i] - '0');
    }

    const struct node *kid = list->u.kids.first;

    while (kid != NULL && index-- > 0)
        kid = kid->next;
    return kid;
}

const struct node *node_at(const struct node *n, const char *path)
{
    while (n != NULL && *path != '\0') {
        size_t step = strcspn(path, ".");

        n = n->type == NODE_LIST ? item(n, path, step) : member(n, path, step);
        path += step;
        if (*path == '.')
            path++;
    }
    return n;
}

const struct node *node_first(const struct node *n)
{
    return has_kids(n) ? n->u.kids.first : NULL;
}

size_t node_count(const struct node *n)
{
    return has_kids(n) ? n->u.kids.count : 0;
}

const char *node_str(const struct node *n, const char *if_absent)
{
    if (n == NULL || (n->type != NODE_TEXT && n->type != NODE_NUMBER))
        return if_absent;
    return n->u.text;
}

int node_is_true(const struct node *n)
{
    if (n == NULL)
        return 0;
    switch (n->type) {
    case NODE_NULL:
        return 0;
    case NODE_BOOL:
        return n->u.truth;
    case NODE_TEXT:
        return n->u.text[0] != '\0';
    case NODE_LIST:
        return n->u.kids.count > 0;
    case NODE_INT:
    case NODE_NUMBER:
    case NODE_OBJECT:
        break;
    }
    return 1;
}

static int kids_equal(const struct node *a, const struct node *b)
{
    const struct node *y = b->u.kids.first;

    if (a->u.kids.count != b->u.kids.count)
        return 0;
    for (const struct node *x = a->u.kids.first; x != NULL; x = x->next, y = y->next) {
        const struct node *twin = y;

        /* most objects agree in order, too: search only where they do not */
        if (a->type == NODE_OBJECT && strcmp(x->key, y->key) != 0)
            twin = node_get(b, x->key);
        if (!node_equal(x, twin))
            return 0;
    }
    return 1;
}

int node_equal(const struct node *a, const struct node *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->type != b->type)
        return 0;
    switch (a->type) {
    case NODE_NULL:
        return 1;
    case NODE_BOOL:
        return a->u.truth == b->u.truth;
    case NODE_INT:
        return a->u.integer == b->u.integer;
    case NODE_NUMBER:
    case NODE_TEXT:
        return strcmp(a->u.text, b->u.text) == 0;
    case NODE_LIST:
    case NODE_OBJECT:
        break;
    }
    return kids_equal(a, b);
}
