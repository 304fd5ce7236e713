/*
 * test_cookie.c - one cookie out of a header, as browsers and strangers send it
 */
#include "config.h"

#include "check.h"

#include "base/text.h"
#include "web/http.h"
#include "web/limits.h"

/* clang-format off */
static const struct { const char *header; int found; const char *value; } rows[] = {
    { "",                         0, NULL },
    { "gz=abc",                   1, "abc" },
    { "a=1; gz=abc; b=2",         1, "abc" },
    { "a=1;gz=abc;b=2",           1, "abc" },
    { "  gz=abc  ",               1, "abc" },
    { "gz=",                      1, "" },
    { "gz",                       0, NULL },
    { "xgz=abc",                  0, NULL },
    { "gzx=abc",                  0, NULL },
    { "GZ=abc",                   0, NULL },
    { "__Host-gz=abc",            0, NULL },
    { "a=gz=abc",                 0, NULL },
    { "gz=a=b",                   1, "a=b" },
    { ";;; gz=abc",               1, "abc" },
    { "gz=abc; gz=def",          -1, NULL },
    { "gz=abc; a=1; gz=abc",     -1, NULL },
};
/* clang-format on */

static void table(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *value = NULL;
        struct err e = {0};
        int found = http_cookie(a, rows[i].header, "gz", &value, &e);
        if (found != rows[i].found || !text_eq(value, rows[i].value))
            fail_msg("<%s>: %d <%s>", rows[i].header, found, value ? value : "");
    }
    arena_free(a);
}

static void too_long(void **state)
{
    struct arena *a = arena_new("test", 1 << 20);
    for (size_t extra = 0; extra < 2; extra++) {
        char *header = arena_alloc(a, 3 + COOKIE_VALUE_MAX + extra + 1);
        memset(header, 'v', 3 + COOKIE_VALUE_MAX + extra);
        memcpy(header, "gz=", 3);
        const char *value;
        struct err e = {0};
        assert_int_equal(http_cookie(a, header, "gz", &value, &e), extra ? -1 : 1);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(too_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
