/*
 * regulation/shape.h - building a verdict's nodes without copying; for this layer only
 *
 * Keys must be literals; texts must live as long as the regulation or the call's arena.
 * A verdict has some thousand nodes: copying their texts would be half of its time.
 */
#ifndef REGULATION_SHAPE_H
#define REGULATION_SHAPE_H

#include "base/date.h"
#include "base/node.h"

struct node *shape_new(struct arena *a, enum node_type type);
void shape_add(struct node *parent, const char *key, struct node *child); /* key NULL in a list */
struct node *shape_object(struct arena *a, struct node *parent, const char *key);
struct node *shape_list(struct arena *a, struct node *parent, const char *key);
void shape_text(struct arena *a, struct node *parent, const char *key, const char *s); /* NULL becomes "" */
void shape_int(struct arena *a, struct node *parent, const char *key, int64_t v);
void shape_bool(struct arena *a, struct node *parent, const char *key, int v);
void shape_date(struct arena *a, struct node *parent, const char *key, date d); /* null for DATE_NONE */
/* The same list or object in another place; its children are shared and must not be changed. */
void shape_alias(struct arena *a, struct node *parent, const char *key, const struct node *n);

#endif
