/*
 * identity/apart.h - a piece of work in a process of its own
 *
 * For work that hands a secret to libraries which copy it and give the memory back as it is: every copy ends with
 * the process. What it found comes back as bytes.
 */
#ifndef IDENTITY_APART_H
#define IDENTITY_APART_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Forks; the child runs work(ctx, answer) and ends, the parent appends to ret what the child put into answer. A child
 * that is not done within limit_ms is killed. -1 (ERR_BUSY) when there was no child, or it ended without a whole answer.
 */
int apart_run(void (*work)(void *ctx, struct buf *answer), void *ctx, int limit_ms, struct buf *ret,
              struct err *e) MUST_USE_;

#endif
