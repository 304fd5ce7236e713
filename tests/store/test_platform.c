/*
 * tests/store/test_platform.c - the rows of the platform: sessions and failures to sign in
 */
#include "config.h"

#include "store_test.h"

#include <sys/wait.h>
#include <unistd.h>

static void sessions_come_and_go(void)
{
    struct db *db = test_platform();
    instant now = test_now();
    struct session_row s = {.person = "u-1", .login = "wang", .name = "王一", .posts = "[{\"tenant\":\"alpha\"}]", .csrf = "c",
                            .address = "10.0.0.1", .created_at = now, .seen_at = now, .checked_at = now, .expires_at = now + 1000000};
    struct session_row r;
    const char *mac[3];

    for (int i = 0; i < 3; i++) {
        s.token_mac = mac[i] = crypto_sm3_hex(test_arena, &i, sizeof i);
        s.person = i == 2 ? "u-2" : "u-1";
        MUST(session_row_add(db, test_arena, &s, &test_err) == 0);
    }
    MUST(session_row_get(db, test_arena, mac[0], &r, &test_err) == 1 && text_eq(r.login, "wang") && text_eq(r.tenant, ""));
    MUST(session_row_choose(db, test_arena, mac[0], "alpha", "tech", "", &test_err) == 0);
    MUST(session_row_seen(db, test_arena, mac[0], now + 5, &test_err) == 0);
    MUST(session_row_checked(db, test_arena, mac[0], "[]", now + 6, &test_err) == 0);
    MUST(session_row_get(db, test_arena, mac[0], &r, &test_err) == 1);
    MUST(text_eq(r.tenant, "alpha") && text_eq(r.organ, "tech") && r.seen_at == now + 5 && r.checked_at == now + 6 && text_eq(r.posts, "[]"));
    MUST(session_row_drop(db, test_arena, mac[0], &test_err) == 0 && session_row_get(db, test_arena, mac[0], &r, &test_err) == 0);
    MUST_ERR(session_row_seen(db, test_arena, mac[0], now, &test_err), ERR_NO_SESSION);
    MUST(session_row_drop(db, test_arena, mac[1], &test_err) == 0 && session_row_get(db, test_arena, mac[1], &r, &test_err) == 0);
    MUST(session_rows_expire(db, test_arena, now, &test_err) == 0 && session_row_get(db, test_arena, mac[2], &r, &test_err) == 1);
    MUST(session_rows_expire(db, test_arena, now + 1000000, &test_err) == 0 && session_row_get(db, test_arena, mac[2], &r, &test_err) == 0);
    MUST(platform_event_add(db, test_arena, now, "login.ok", NULL, "u-1", "10.0.0.1", "r-1", NULL, &test_err) == 0);
    db_close(db);
}

static void failures_are_counted_and_lock(void)
{
    struct db *db = test_platform();
    instant now = test_now(), minute = INT64_C(60000000);
    struct login_counter c;

    for (int i = 1; i <= 4; i++)
        MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + i, &c, &test_err) == 0 && c.failures == i && c.locked_until == INSTANT_NONE);
    MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + minute, &c, &test_err) == 0);
    MUST(c.failures == 5 && c.locked_until == now + 11 * minute && c.first_at == now + 1);
    MUST(login_counter_get(db, test_arena, "u-1", &c, &test_err) == 1 && c.locked_until == now + 11 * minute);
    MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + 11 * minute, &c, &test_err) == 0);
    MUST(c.failures == 1 && c.locked_until == INSTANT_NONE); /* the lock ran out: counted anew */
    MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + 22 * minute, &c, &test_err) == 0 && c.failures == 1); /* too old */
    MUST(login_counter_clear(db, test_arena, "u-1", &test_err) == 0 && login_counter_get(db, test_arena, "u-1", &c, &test_err) == 0);

    /* swept when neither counted nor locked since */
    MUST(login_counter_fail(db, test_arena, "u-old", 5, 900, now, &c, &test_err) == 0);
    MUST(login_counter_fail(db, test_arena, "u-locked", 1, 900, now, &c, &test_err) == 0);
    MUST(login_counters_expire(db, test_arena, now, &test_err) == 0 && login_counter_get(db, test_arena, "u-old", &c, &test_err) == 1);
    MUST(login_counters_expire(db, test_arena, now + 1, &test_err) == 0 && login_counter_get(db, test_arena, "u-old", &c, &test_err) == 0);
    MUST(login_counter_get(db, test_arena, "u-locked", &c, &test_err) == 1);
    MUST(login_counters_expire(db, test_arena, now + INT64_C(901000000), &test_err) == 0 && login_counter_get(db, test_arena, "u-locked", &c, &test_err) == 0);
    db_close(db);
}

static void failures_at_once_are_all_counted(void)
{
    struct login_counter c;
    pid_t child[4];
    int status, bad = 0;

    for (size_t k = 0; k < ARRAY_LEN(child); k++)
        if ((child[k] = fork()) == 0) {
            struct db *mine = test_platform();
            for (int i = 0; i < 10; i++)
                if (login_counter_fail(mine, test_arena, "many", 1000, 600, test_now(), &c, &test_err) < 0)
                    _exit(1);
            db_close(mine);
            _exit(0);
        }
    for (size_t k = 0; k < ARRAY_LEN(child); k++)
        bad += waitpid(child[k], &status, 0) != child[k] || status != 0;
    MUST(bad == 0);
    struct db *db = test_platform();
    MUST(login_counter_get(db, test_arena, "many", &c, &test_err) == 1 && c.failures == 40);
    db_close(db);
}

const struct test TESTS_PLATFORM[] = {
    {"sessions come and go", sessions_come_and_go},
    {"failures are counted and lock", failures_are_counted_and_lock},
    {"failures at once are all counted", failures_at_once_are_all_counted},
    {NULL, NULL},
};
