/*
 * tests/unit/check.h - what every unit test begins with
 *
 * cmocka's header wants four others before it (trap A8). CHECK names the row of the
 * table that failed.
 */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CHECK(condition, row)                                                                                          \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            fail_msg("%s, row “%s”", #condition, (row));                                                               \
    } while (0)

#define CHECK_TEXT(got, want, row)                                                                                     \
    do {                                                                                                               \
        const char *got_ = (got), *want_ = (want);                                                                     \
        if (strcmp(got_, want_) != 0)                                                                                  \
            fail_msg("row “%s”:\n  got  “%s”\n  want “%s”", (row), got_, want_);                                       \
    } while (0)

#define CHECK_INT(got, want, row)                                                                                      \
    do {                                                                                                               \
        long long got_ = (long long)(got), want_ = (long long)(want);                                                  \
        if (got_ != want_)                                                                                             \
            fail_msg("row “%s”: got %lld, want %lld", (row), got_, want_);                                             \
    } while (0)

#endif
