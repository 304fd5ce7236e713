/*
 * base/jsonin_scan.h - the first step of jsonin: every byte is accepted or refused, and where each value stands is noted
 */
#ifndef BASE_JSONIN_SCAN_H
#define BASE_JSONIN_SCAN_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* Where a value stands, in pre-order; for numbers also the bytes as written. */
struct mark {
    size_t offset, len;
    int line, column, key_line, key_column;
    int whole; /* a number that fits int64 and is written without fraction and exponent */
};

struct scan {
    struct arena *a; /* for unescaped keys; forgotten afterwards */
    const char *bytes;
    size_t len, at;
    int line, column;
    int depth;
    struct buf marks; /* of struct mark */
    struct buf keys;  /* of struct seen_key, those of the open objects */
    struct err *e;
    int fault_line, fault_column;
};

/* The whole of it, marks in pre-order; -1 with e, fault_line and fault_column set. marks and keys are the caller's. */
int jsonin_scan(struct scan *s) MUST_USE_;
/* A refusal at that place; always -1. */
int jsonin_scan_fail(struct scan *s, int line, int column, const char *fmt, ...) PRINTF_(4, 5);
#define scan_fail(s, ...) jsonin_scan_fail((s), (s)->line, (s)->column, __VA_ARGS__)

#endif
