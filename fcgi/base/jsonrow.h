/*
 * base/jsonrow.h - JSON that this program wrote into a row, read back
 *
 * Not for anything that comes from outside: that is jsonin's. Whatever is not in the manner jsonout writes is
 * given to jsonin_parse after all, so that one text never means two things.
 */
#ifndef BASE_JSONROW_H
#define BASE_JSONROW_H

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"

int jsonrow_parse(struct arena *a, const char *text, const struct node **ret, struct err *e) MUST_USE_;

#endif
