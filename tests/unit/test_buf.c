/*
 * tests/unit/test_buf.c - a growing byte buffer with a ceiling
 */
#include "config.h"

#include "check.h"

#include "base/buf.h"

static void appends_grow(void **state)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 100000);
    assert_string_equal(buf_str(&b), "");
    assert_true(buf_ok(&b));
    buf_puts(&b, "规");
    buf_putc(&b, '-');
    buf_add(&b, "a\0b", 3);
    buf_fmt(&b, "%03d", 7);
    assert_int_equal(b.len, 10);
    assert_memory_equal(b.data, "规-a\0b007", 11);
    for (int i = 0; i < 9000; i++)
        buf_fmt(&b, "%010d", i);
    assert_int_equal(b.len, 90010);
    assert_string_equal(b.data + b.len - 10, "0000008999");
    assert_true(buf_ok(&b));

    buf_clear(&b);
    assert_string_equal(buf_str(&b), "");
    assert_int_equal(b.len, 0);
    for (size_t i = 0; i < 90010; i++) /* and nothing of it can be read any more */
        assert_int_equal(b.data[i], 0);
    buf_puts(&b, "x");
    assert_string_equal(buf_str(&b), "x");
    buf_free(&b);
    assert_string_equal(buf_str(&b), "");
    buf_free(&b);
    buf_puts(&b, "usable again");
    assert_string_equal(buf_str(&b), "usable again");
}

static void a_zeroed_buf_may_be_freed(void **state)
{
    struct buf b = {0};

    buf_free(&b);
    buf_puts(&b, "");
    assert_true(buf_ok(&b));
    buf_puts(&b, "x"); /* its ceiling is 0 */
    assert_false(buf_ok(&b));
    buf_free(&b);
}

static void the_ceiling_is_an_ordinary_error(void **state)
{
    static const struct {
        const char *first, *second;
        int ok;
        const char *kept;
    } rows[] = {
        {"1234567", "", 1, "1234567"},   {"1234567", "8", 1, "12345678"},
        {"1234567", "89", 0, "1234567"}, /* dropped whole, not cut */
        {"12345678", "", 1, "12345678"}, {"123456789", "0", 0, ""},
        {"123456789", "", 0, ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b CLEANUP_(buf_free) = {0}, c CLEANUP_(buf_free) = {0};

        buf_init(&b, 8);
        buf_init(&c, 8);
        buf_puts(&b, rows[i].first);
        buf_puts(&b, rows[i].second);
        buf_fmt(&c, "%s", rows[i].first);
        buf_fmt(&c, "%s", rows[i].second);
        CHECK_INT(buf_ok(&b), rows[i].ok, rows[i].second);
        CHECK_TEXT(buf_str(&b), rows[i].kept, rows[i].second);
        CHECK_INT(buf_ok(&c), rows[i].ok, rows[i].second);
        CHECK_TEXT(buf_str(&c), rows[i].kept, rows[i].second);
        if (!rows[i].ok) { /* once over, nothing more is taken until cleared */
            buf_puts(&b, "");
            buf_putc(&b, 'x');
            CHECK_TEXT(buf_str(&b), rows[i].kept, rows[i].second);
            buf_clear(&b);
            buf_putc(&b, 'x');
            CHECK_TEXT(buf_str(&b), "x", rows[i].second);
            CHECK(buf_ok(&b), rows[i].second);
        }
    }
}

static void sizes_do_not_wrap(void **state)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 1000);
    buf_puts(&b, "abc");
    buf_add(&b, "abc", SIZE_MAX); /* must not be read at all */
    assert_false(buf_ok(&b));
    assert_string_equal(buf_str(&b), "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_grow),
        cmocka_unit_test(a_zeroed_buf_may_be_freed),
        cmocka_unit_test(the_ceiling_is_an_ordinary_error),
        cmocka_unit_test(sizes_do_not_wrap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
