/*
 * test_csrf - a form's token belongs to one session
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "identity/session.h"

static void own_token_only(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 1 << 20);
    struct actor one = {.csrf = "secret-of-one"}, other = {.csrf = "secret-of-another"}, nobody = {.csrf = ""};
    struct err e = {0};
    char *token = csrf_token(a, &one);

    assert_int_equal(strlen(token), 64);
    assert_int_equal(csrf_check(&one, token, &e), 0);
    assert_string_equal(token, csrf_token(a, &one));
    assert_string_not_equal(token, csrf_token(a, &other));
    assert_int_equal(csrf_check(&other, token, &e), -1);
    assert_int_equal(e.code, ERR_CSRF);
    assert_true(e.mend[0] != 0);
    assert_int_equal(csrf_check(&nobody, token, &e), -1);
    assert_int_equal(csrf_check(&nobody, csrf_token(a, &nobody), &e), -1);
    arena_free(a);
}

static void bad_tokens(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 1 << 20);
    struct actor one = {.csrf = "secret-of-one"};
    struct err e = {0};
    char *token = csrf_token(a, &one);

    assert_int_equal(csrf_check(&one, NULL, &e), -1);
    assert_int_equal(csrf_check(&one, "", &e), -1);
    assert_int_equal(csrf_check(&one, one.csrf, &e), -1); /* the secret is not the token */
    for (int i = 0; i < 64; i++) {                        /* each digit counts */
        char *wrong = arena_dup(a, token);
        wrong[i] = wrong[i] == '0' ? '1' : '0';
        assert_int_equal(csrf_check(&one, wrong, &e), -1);
    }
    assert_int_equal(csrf_check(&one, arena_fmt(a, "%s0", token), &e), -1);
    assert_int_equal(csrf_check(&one, arena_dupn(a, token, 63), &e), -1);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(own_token_only), cmocka_unit_test(bad_tokens)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
