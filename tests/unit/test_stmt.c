/*
 * test_stmt.c - what the store decides without a server: errors by number, filters, transitions
 */
#include "config.h"

#include "store/db.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "store/db_internal.h"
#include "store/filing.h"
#include "store/row.h"

/* clang-format off */
static const struct { unsigned number; enum err_code code; int broken, retry; } FATES[] = {
    { 2002, ERR_DB,       1, 0 },
    { 2003, ERR_DB,       1, 0 },
    { 2006, ERR_DB,       1, 0 },
    { 2013, ERR_DB,       1, 0 },
    { 2014, ERR_DB,       1, 0 },
    { 1927, ERR_DB,       1, 0 },
    { 1053, ERR_DB,       1, 0 },
    { 1290, ERR_DB,       1, 0 },
    { 1062, ERR_CONFLICT, 0, 0 },
    { 1205, ERR_BUSY,     0, 1 },
    { 1213, ERR_BUSY,     0, 1 },
    { 1020, ERR_BUSY,     0, 1 },
    { 1969, ERR_BUSY,     0, 0 },
    { 1045, ERR_CONFIG,   0, 0 },
    { 1021, ERR_DISK,     0, 0 },
    { 1064, ERR_INTERNAL, 0, 0 },
    { 1406, ERR_INTERNAL, 0, 0 },
    { 4025, ERR_INTERNAL, 0, 0 },
    { 12130, ERR_INTERNAL, 0, 0 }, /* not 1213 */
};
static const struct { const char *text, *like; } LIKES[] = {
    { "",       "" },
    { "平台",    "%平台%" },
    { "100%",   "%100\\%%" },
    { "a_b",    "%a\\_b%" },
    { "a\\b",   "%a\\\\b%" },
};
static const char *const STATES[] = { "queued", "leased", "unknown", "stored", "accepted", "returned", "dead", "hold" };
static const char *const ALLOWED[] = {
    "queued leased", "queued hold", "unknown leased", "unknown queued", "unknown hold", "leased leased", "leased queued",
    "leased unknown", "leased stored", "leased dead", "leased hold", "stored accepted", "stored returned", "hold queued",
    "hold dead", "dead queued",
};
/* clang-format on */

static void each_error_number_has_its_fate(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(FATES); i++) {
        struct db *db = test_calloc(1, sizeof *db);
        struct err e = {0};
        assert_int_equal(db_fail(db, FATES[i].number, "Unknown column in 'SELECT secret FROM t'", "project.list", &e),
                         -1);
        assert_int_equal(e.code, FATES[i].code);
        assert_int_equal(db->broken, FATES[i].broken);
        assert_int_equal(db_may_retry(&e), FATES[i].retry);
        assert_null(strstr(e.message, "SELECT"));
        assert_null(strstr(e.mend, "SELECT"));
        assert_non_null(strstr(e.detail, "project.list"));
        test_free(db);
    }
}

static void a_duplicate_names_the_key_and_not_the_value(void **state)
{
    struct db *db = test_calloc(1, sizeof *db);
    struct err e = {0};

    (void)state;
    assert_int_equal(db_fail(db, 1062, "Duplicate entry '张三' for key 'idem_key'", "idem.add", &e), -1);
    assert_null(strstr(e.detail, "张三"));
    assert_non_null(strstr(e.detail, "for key 'idem_key'"));
    test_free(db);
}

static void only_a_busy_database_may_be_tried_again(void **state)
{
    struct err e = {.code = ERR_INTERNAL, .detail = "mysql:1213 x: y"};

    (void)state;
    assert_int_equal(db_may_retry(&e), 0);
    e.code = ERR_BUSY;
    assert_int_equal(db_may_retry(&e), 1);
    memcpy(e.detail, "ldap:", 5);
    assert_int_equal(db_may_retry(&e), 0);
}

static void searched_text_is_taken_literally(void **state)
{
    struct arena *a = arena_new("test", 1024 * 1024);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(LIKES); i++)
        assert_string_equal(row_like(a, LIKES[i].text), LIKES[i].like);
    assert_string_equal(row_like(a, NULL), "");
    arena_free(a);
}

static void only_listed_transitions_exist(void **state)
{
    size_t found = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(STATES); i++)
        for (size_t j = 0; j < ARRAY_LEN(STATES); j++) {
            char pair[64];
            int listed = 0;
            snprintf(pair, sizeof pair, "%s %s", STATES[i], STATES[j]);
            for (size_t k = 0; k < ARRAY_LEN(ALLOWED); k++)
                listed |= strcmp(pair, ALLOWED[k]) == 0;
            found += listed != 0;
            if (outbox_may(STATES[i], STATES[j]) != listed)
                fail_msg("%s", pair);
        }
    assert_int_equal(found, ARRAY_LEN(ALLOWED));
    assert_int_equal(outbox_may("queued", "sent"), 0);
    assert_int_equal(outbox_may(NULL, "queued"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_error_number_has_its_fate),
        cmocka_unit_test(a_duplicate_names_the_key_and_not_the_value),
        cmocka_unit_test(only_a_busy_database_may_be_tried_again),
        cmocka_unit_test(searched_text_is_taken_literally),
        cmocka_unit_test(only_listed_transitions_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
