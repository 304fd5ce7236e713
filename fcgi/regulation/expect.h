/*
 * regulation/expect.h - partial patterns over a verdict, as LANGUAGE.md "cases" describes them
 */
#ifndef REGULATION_EXPECT_H
#define REGULATION_EXPECT_H

#include "base/arena.h"
#include "base/node.h"

/* NULL when the verdict fits; otherwise one line for each place where it does not. */
const char *expect_match(struct arena *a, const struct node *pattern, const struct node *verdict);

#endif
