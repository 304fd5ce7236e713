/*
 * test_sql.c - the list of statements: complete, named once, and without what is not to be there
 *
 * That every one prepares against a migrated schema is seen in tests/store, which has a server.
 */
#include "config.h"

#include "store/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "store/db_internal.h"

static void names_are_unique_and_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sql_all_count; i++) {
        const char *name = sql_all[i].sql->name;
        const char *dot = strchr(name, '.');
        assert_true(dot != NULL && dot != name && dot[1] != '\0' && strchr(dot + 1, '.') == NULL);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(name, sql_all[j].sql->name) == 0)
                fail_msg("two statements are named %s", name);
            if (strcmp(sql_all[i].sql->text, sql_all[j].sql->text) == 0)
                fail_msg("%s and %s are the same", name, sql_all[j].sql->name);
        }
    }
}

static void cache_has_room(void **state)
{
    (void)state;
    assert_true(sql_all_count * 2 <= DB_CACHE_SLOTS);
}

static void no_statement_says_what_is_not_allowed(void **state)
{
    static const char *const never[] = {" OFFSET ", "SELECT *", ";", "--", "/*", "%s", "%d"};

    (void)state;
    for (size_t i = 0; i < sql_all_count; i++) {
        const struct sql *sql = sql_all[i].sql;
        for (size_t k = 0; k < ARRAY_LEN(never); k++)
            if (strstr(sql->text, never[k]) != NULL)
                fail_msg("%s contains \"%s\"", sql->name, never[k]);
        if ((text_starts(sql->text, "UPDATE ") || text_starts(sql->text, "DELETE ")) &&
            strstr(sql->text, " WHERE ") == NULL)
            fail_msg("%s has no WHERE", sql->name);
        if (strstr(sql->text, "audit") != NULL &&
            (text_starts(sql->text, "UPDATE ") || text_starts(sql->text, "DELETE ")))
            fail_msg("%s changes the audit", sql->name);
    }
}

static size_t count_in(const char *text, const char *word)
{
    size_t n = 0;

    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word))
        n++;
    return n;
}

/* A statement kept out of the list would be kept out of every test over it. */
static void every_statement_in_the_sources_is_listed(void **state)
{
    struct arena *a = arena_new("test", 16 * 1024 * 1024);
    struct err e = {0};
    const char *top = getenv("srcdir");
    const char *dir = arena_fmt(a, "%s/fcgi/store", top == NULL ? "." : top);
    char **names;
    size_t count, found = 0;

    (void)state;
    assert_int_equal(file_list(a, dir, &names, &count, &e), 0);
    for (size_t i = 0; i < count; i++) {
        char *text;
        size_t len;
        if (!text_ends(names[i], ".c"))
            continue;
        assert_int_equal(file_read(a, arena_fmt(a, "%s/%s", dir, names[i]), 1024 * 1024, &text, &len, &e), 0);
        /* "const struct sql NAME = {": a parameter is "const struct sql *" */
        found += count_in(text, "const struct sql ") - count_in(text, "const struct sql *");
    }
    assert_int_equal(found, sql_all_count);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_well_formed),
        cmocka_unit_test(cache_has_room),
        cmocka_unit_test(no_statement_says_what_is_not_allowed),
        cmocka_unit_test(every_statement_in_the_sources_is_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
