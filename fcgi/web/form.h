/*
 * web/form.h - urlencoded forms and query strings as nodes, and getters that read numbers typed as text
 *
 * Names keep their dots; a name that comes twice becomes a list, so a getter that expects one text refuses it.
 * Decoding is strict and happens once: bad percent signs, NUL, bad UTF-8, control and direction characters
 * are refused. Line ends are made "\n".
 */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/node.h"

/* *ret an object of texts and lists of texts. */
int form_parse(struct arena *a, const char *bytes, size_t len, struct node **ret, struct err *e) MUST_USE_;
/* Puts one field the way form_parse does; value is checked, line ends are mended. */
int form_put(struct arena *a, struct node *form, const char *name, const char *value, size_t len, struct err *e) MUST_USE_;
/* Removes a member and returns its text ("" when absent or no text): for csrf and key, which no handler reads. */
const char *form_take(struct node *form, const char *name);

/* Text of a field with min..max characters, blanks at both ends removed; path "/name" in e. */
int form_text(struct arena *a, const struct node *form, const char *name, size_t min_chars, size_t max_chars,
              const char **ret, struct err *e) MUST_USE_;
int form_text_opt(struct arena *a, const struct node *form, const char *name, size_t max_chars, const char *def,
                  const char **ret, struct err *e) MUST_USE_;
/* A whole number as JSON integer or as decimal text. */
int form_i64(const struct node *form, const char *name, int64_t min, int64_t max, int64_t *ret, struct err *e) MUST_USE_;
/* Members called "<prefix>.<rest>" as an object of <rest>; a JSON body may give the object itself under prefix. */
struct node *form_group(struct arena *a, const struct node *form, const char *prefix);

#endif
