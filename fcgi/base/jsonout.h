/*
 * base/jsonout.h - JSON out, streamed into a buf
 *
 * "<", ">", "&", U+2028 and U+2029 are escaped, so that JSON may stand inside HTML.
 */
#ifndef BASE_JSONOUT_H
#define BASE_JSONOUT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/node.h"

enum { JSONOUT_DEPTH_MAX = 64 };
struct jsonout {
    struct buf *b;
    int depth;
    char scope[JSONOUT_DEPTH_MAX]; /* '{' or '[' */
    int count[JSONOUT_DEPTH_MAX];
};

void jsonout_init(struct jsonout *j, struct buf *b);
/* key is NULL inside a list and at the top */
void jsonout_object(struct jsonout *j, const char *key);
void jsonout_list(struct jsonout *j, const char *key);
void jsonout_end(struct jsonout *j);
void jsonout_text(struct jsonout *j, const char *key, const char *s); /* NULL gives null */
void jsonout_int(struct jsonout *j, const char *key, int64_t v);
void jsonout_bool(struct jsonout *j, const char *key, int v);
void jsonout_node(struct jsonout *j, const char *key, const struct node *n);

/* The whole tree, compact; or indented by two blanks for people. */
void jsonout_tree(struct buf *b, const struct node *n);
void jsonout_pretty(struct buf *b, const struct node *n);
/* Canonical bytes for digest and signature: members sorted by key bytes, no blanks, same escapes. */
void jsonout_canonical(struct buf *b, const struct node *n);

#endif
