/*
 * tests/unit/test_apart.c - a piece of work in a process of its own
 */
#include "config.h"

#include "check.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "identity/apart.h"

enum { CEILING = 200000, LIMIT_MS = 300 };

static char kept[32] = "before";

static void writes(void *ctx, struct buf *answer)
{
    memcpy(kept, "the child's own", 16); /* gone with it */
    for (int i = 0; i < *(int *)ctx; i++)
        buf_puts(answer, "0123456789");
}

static void dies(void *ctx, struct buf *answer)
{
    (void)ctx;
    buf_puts(answer, "half of it");
    raise(SIGKILL);
}

static void sleeps(void *ctx, struct buf *answer)
{
    (void)ctx;
    (void)answer;
    for (;;)
        pause();
}

static void the_answer_comes_back_and_nothing_else(void **state)
{
    struct buf b CLEANUP_(buf_free);
    struct err e = {0};
    int tens[] = {0, 1, 15000}; /* nothing, a little, more than a pipe holds */

    for (size_t i = 0; i < ARRAY_LEN(tens); i++) {
        buf_init(&b, CEILING);
        assert_int_equal(apart_run(writes, &tens[i], 5000, &b, &e), 0);
        assert_int_equal(b.len, tens[i] * 10);
        assert_string_equal(kept, "before");
        buf_free(&b);
    }
}

static void a_child_that_fails_is_said(void **state)
{
    static const struct {
        void (*work)(void *, struct buf *);
        int tens;
        const char *why;
    } rows[] = {
        {dies, 0, "without an answer"}, {sleeps, 0, "in time"}, {writes, 30000, "without an answer"}, /* too long */
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b CLEANUP_(buf_free);
        struct err e = {0};
        int tens = rows[i].tens;
        int64_t began = clock_monotonic_ms();

        buf_init(&b, CEILING);
        assert_int_equal(apart_run(rows[i].work, &tens, LIMIT_MS, &b, &e), -1);
        assert_int_equal(e.code, ERR_BUSY);
        assert_non_null(strstr(e.detail, rows[i].why));
        assert_true(clock_monotonic_ms() - began < LIMIT_MS + 2000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_comes_back_and_nothing_else),
        cmocka_unit_test(a_child_that_fails_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
