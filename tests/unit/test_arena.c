/*
 * tests/unit/test_arena.c - memory that is given back all at once
 */
#include "config.h"

#include "check.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"

static void alloc_is_zeroed_aligned_and_apart(void **state)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 4096, 16383, 16385, 65535, 65536, 65537, 300000};
    struct arena *a = arena_new("test", 64 << 20);

    for (int round = 0; round < 3; round++) {
        char *before = NULL;
        size_t before_size = 0;

        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            char *p = arena_alloc(a, sizes[i]);

            assert_true((uintptr_t)p % 16 == 0);
            assert_ptr_not_equal(p, before);
            for (size_t k = 0; k < sizes[i]; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xA5, sizes[i]);
            for (size_t k = 0; k < before_size; k++)
                assert_int_equal((unsigned char)before[k], 0xA5);
            before = p;
            before_size = sizes[i];
        }
        assert_true(arena_used(a) >= 300000);
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
    arena_free(a);
    arena_free(NULL);
}

/* How a child ends that writes there. */
static int end_of_writer(char *p)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        *(volatile char *)p = 'x';
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void what_is_shared_is_seen_by_children_and_sealed_for_all(void **state)
{
    static const size_t sizes[] = {1, 100, 4096, 300000, 1048576, 3000000};
    struct arena *a = arena_new_shared("test", 64 << 20);
    char *word = arena_dup(a, "规章"), *kept[ARRAY_LEN(sizes)];

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        kept[i] = arena_alloc(a, sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(kept[i][k], 0);
        memset(kept[i], (int)i + 1, sizes[i]);
    }
    for (int i = 0; i < 100000; i++)
        assert_int_equal(*ARENA_ARRAY(a, int, 10), 0);
    assert_int_equal(end_of_writer(kept[0]), 0);
    assert_int_equal(kept[0][0], 'x'); /* one memory */
    arena_seal(a);
    assert_int_not_equal(end_of_writer(kept[0]), 0);
    assert_int_not_equal(end_of_writer(kept[5] + 2999999), 0);
    for (size_t i = 1; i < ARRAY_LEN(sizes); i++)
        assert_int_equal(kept[i][sizes[i] - 1], i + 1);
    assert_string_equal(word, "规章");
    arena_free(a);
}

static void many_small_ones_fill_chunks(void **state)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("test", 64 << 20);
    uint32_t *kept[5000];

    for (uint32_t i = 0; i < 5000; i++) {
        kept[i] = ARENA_ARRAY(a, uint32_t, 10);
        *kept[i] = i;
    }
    for (uint32_t i = 0; i < 5000; i++)
        assert_int_equal(*kept[i], i);
}

static void texts_are_copied(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    char long_text[1001];

    memset(long_text, 'x', 1000);
    long_text[1000] = '\0';
    assert_string_equal(arena_dup(a, "规章"), "规章");
    assert_string_equal(arena_dup(a, ""), "");
    assert_string_equal(arena_dupn(a, "abcdef", 3), "abc");
    assert_memory_equal(arena_dupn(a, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_fmt(a, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(arena_fmt(a, "%s%s", long_text, "end") + 1000, "end");
    assert_int_equal(strlen(arena_fmt(a, "%.*s", 255, long_text)), 255);
    arena_freep(&a);
    assert_null(a);
}

/* What is put together here and what the C library puts together read alike. */
static void formats_plain_and_not(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    char expected[200];

#define ALIKE(...)                                                                                                     \
    do {                                                                                                               \
        snprintf(expected, sizeof expected, __VA_ARGS__);                                                              \
        assert_string_equal(arena_fmt(a, __VA_ARGS__), expected);                                                      \
    } while (0)
    ALIKE("%s", "");
    ALIKE("nothing");
    ALIKE("100%%");
    ALIKE("%%%s%%%%", "x");
    ALIKE("第 %d 条（%s）第%s次", 12, "项", "二");
    ALIKE("%d %d %d", 0, INT_MIN, INT_MAX);
    ALIKE("%lld %lld %ld %zu", LLONG_MIN, LLONG_MAX, LONG_MIN, SIZE_MAX);
    ALIKE("%zu %zu", (size_t)0, (size_t)1024);
    ALIKE("%.*s|%.*s|%.*s", 2, "abc", 0, "abc", 9, "abc");
    ALIKE("%.*s", -1, "abc");
    ALIKE("%.2s %05d %x %c", "abc", 42, 255U, 'z'); /* not plain */
    ALIKE("%s %02d", "before what is not plain", 7);
    ALIKE("%d%d%d%d%d%d%d%d", 1, 22, 333, 4444, 5, 66, 777, 8888); /* more numbers than are taken */
    ALIKE("%s.%s.%s.%s.%s.%s.%s.%s.%s.%s.%s.%s.%s.%s", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
          "n");
#undef ALIKE
    arena_freep(&a);
}

static char order[16];

static void note(void *p)
{
    size_t n = strlen(order);

    order[n] = *(const char *)p;
    order[n + 1] = '\0';
}

struct again {
    struct arena *a;
};

static void defer_once_more(void *p)
{
    struct again *again = p;

    arena_defer(again->a, note, arena_dup(again->a, "z"));
}

static void deferred_run_in_reverse(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    struct again again = {a};

    order[0] = '\0';
    arena_defer(a, note, arena_dup(a, "1"));
    arena_defer(a, note, arena_dup(a, "2"));
    arena_defer(a, note, arena_dup(a, "3"));
    arena_reset(a);
    assert_string_equal(order, "321");
    arena_reset(a);
    assert_string_equal(order, "321");
    arena_defer(a, note, arena_dup(a, "4"));
    arena_defer(a, defer_once_more, &again);
    arena_free(a);
    assert_string_equal(order, "321z4");
}

/* What the child wrote to standard error; its exit status in *ret_status. */
static void run_child(void (*fn)(void), char *said, size_t size, int *ret_status)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        fn();
        _exit(0);
    }
    close(ends[1]);

    size_t have = 0;
    ssize_t n;

    while ((n = read(ends[0], said + have, size - 1 - have)) > 0)
        have += (size_t)n;
    said[have] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, ret_status, 0), pid);
}

static struct arena *small; /* of a child that ends: kept in sight so that no checker calls it lost */

static void pass_at_once(void)
{
    small = arena_new("small", 1000);
    arena_alloc(small, 1001);
}

static void pass_bit_by_bit(void)
{
    small = arena_new("small", 1000);
    for (int i = 0; i < 100; i++)
        arena_alloc(small, 16);
}

static void pass_by_multiplying(void)
{
    small = arena_new("small", 1000);
    arena_array(small, SIZE_MAX / 2, 3);
}

static void pass_by_wrapping(void)
{
    small = arena_new("small", 1000);
    arena_alloc(small, SIZE_MAX);
}

static void stay_below(void)
{
    small = arena_new("small", 1000);
    arena_alloc(small, 900);
}

static void over_the_ceiling_the_process_ends(void **state)
{
    static const struct {
        const char *name;
        void (*fn)(void);
        int status;
        const char *said;
    } rows[] = {
        {"at once", pass_at_once, 70, "arena small: over its ceiling"},
        {"bit by bit", pass_bit_by_bit, 70, "arena small: over its ceiling"},
        {"multiplied", pass_by_multiplying, 70, "arena small: over its ceiling"},
        {"wrapped", pass_by_wrapping, 70, "arena small: over its ceiling"},
        {"below", stay_below, 0, ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char said[256];
        int status;

        run_child(rows[i].fn, said, sizeof said, &status);
        CHECK(WIFEXITED(status), rows[i].name);
        CHECK_INT(WEXITSTATUS(status), rows[i].status, rows[i].name);
        CHECK(text_starts(said, rows[i].said), rows[i].name);
        /* one line, no more */
        const char *end = strchr(said, '\n');
        CHECK(end == NULL ? said[0] == '\0' : end[1] == '\0', rows[i].name);
    }
}

#ifdef WITH_SANITIZERS
#include <sanitizer/asan_interface.h>

static void what_is_not_handed_out_is_poisoned(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    char *p = arena_alloc(a, 24), *q = arena_alloc(a, 24);

    assert_false(__asan_address_is_poisoned(p));
    assert_false(__asan_address_is_poisoned(p + 23));
    assert_true(__asan_address_is_poisoned(p + 24));
    assert_true(__asan_address_is_poisoned(q + 24));
    arena_reset(a);
    assert_true(__asan_address_is_poisoned(p));
    arena_free(a);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alloc_is_zeroed_aligned_and_apart),
        cmocka_unit_test(what_is_shared_is_seen_by_children_and_sealed_for_all),
        cmocka_unit_test(what_is_shared_is_seen_by_children_and_sealed_for_all),
        cmocka_unit_test(many_small_ones_fill_chunks),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(formats_plain_and_not),
        cmocka_unit_test(deferred_run_in_reverse),
        cmocka_unit_test(over_the_ceiling_the_process_ends),
#ifdef WITH_SANITIZERS
        cmocka_unit_test(what_is_not_handed_out_is_poisoned),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
