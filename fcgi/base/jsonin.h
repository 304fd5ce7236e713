/*
 * base/jsonin.h - strict JSON in
 *
 * The bytes are first scanned here and refused for what json-c lets through (bad or
 * over-long UTF-8, lone surrogates, \u0000, raw control characters, single quotes,
 * NaN, duplicate keys, integers outside int64, depth over 32, anything after the
 * value); then json-c parses; the tree is copied into nodes with line and column.
 */
#ifndef BASE_JSONIN_H
#define BASE_JSONIN_H

#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "base/node.h"

enum { JSONIN_DEPTH_MAX = 32 };

/* On failure e carries code ERR_BAD_JSON, message with 第 L 行第 C 列, and ret_line/ret_column when given (may be NULL). */
int jsonin_parse(struct arena *a, const char *bytes, size_t len, const struct node **ret, int *ret_line,
                 int *ret_column, struct err *e) MUST_USE_;

/*
 * Typed getters for request bodies. They fill e->path with "/key" and never coerce.
 * An "opt" getter leaves *ret at the default when the member is absent.
 */
int jsonin_text(const struct node *o, const char *key, size_t min_chars, size_t max_chars, const char **ret, struct err *e) MUST_USE_;
int jsonin_text_opt(const struct node *o, const char *key, size_t max_chars, const char *def, const char **ret, struct err *e) MUST_USE_;
int jsonin_int(const struct node *o, const char *key, int64_t min, int64_t max, int64_t *ret, struct err *e) MUST_USE_;
int jsonin_object(const struct node *o, const char *key, const struct node **ret, struct err *e) MUST_USE_;
int jsonin_list(const struct node *o, const char *key, size_t max, const struct node **ret, struct err *e) MUST_USE_;
/* Refuses members not in the NULL-terminated list of names. */
int jsonin_end(const struct node *o, const char *const *names, struct err *e) MUST_USE_;

#endif
