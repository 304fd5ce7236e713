/*
 * tests/store/store_test.h - the small harness of the store's tests against a real server
 */
#ifndef STORE_TEST_H
#define STORE_TEST_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "store/case.h"
#include "store/db.h"
#include "store/filing.h"
#include "store/migrate.h"
#include "store/platform.h"

struct test {
    const char *name;
    void (*run)(void);
};

extern const char *test_socket, *test_migrations, *test_scratch; /* the server; migrations/; a folder to write in */
extern struct arena *test_arena;                                 /* reset before each test */
extern struct err test_err;

void test_failed(const char *file, int line, const char *what);
/* Ends the test at the first thing that is not so. */
#define MUST(cond)                                    \
    do {                                              \
        if (!(cond)) {                                \
            test_failed(__FILE__, __LINE__, #cond);   \
            return;                                   \
        }                                             \
    } while (0)
#define MUST_ERR(call, expected) MUST((call) == -1 && test_err.code == (expected))

#define PASSWORD_A "甲'\"\\;-- 口令"
#define PASSWORD_B "b"
#define PASSWORD_PLATFORM "p"

struct db *test_root(const char *schema);      /* administrator; ends the program when it cannot */
struct db *test_district(void);                /* account gz_a on schema gz_alpha */
struct db *test_platform(void);
struct db_place test_place_district(void);
int test_script(struct db *db, const char *text);           /* 0, or -1 with a line printed */
int64_t test_number(struct db *db, const char *name, const char *text); /* first column of the first row */
int64_t test_connection_id(struct db *db);
instant test_now(void);
struct project test_project(int64_t id, const char *title);
/* Under the project's lock, as the operations write them. 0/-1 */
int test_put_duties(struct db *db, int64_t project, const struct duty_row *rows, size_t count);
int test_put_tasks(struct db *db, int64_t project, const struct task *rows, size_t count);
int64_t test_chance(int64_t below); /* repeatable */

extern const struct test TESTS_SCHEMA[], TESTS_VALUES[], TESTS_ROWS[], TESTS_AT_ONCE[], TESTS_PLATFORM[], TESTS_LISTS[], TESTS_DUTIES[], TESTS_FILING[], TESTS_AUDIT[], TESTS_EXPERT[];

#endif
