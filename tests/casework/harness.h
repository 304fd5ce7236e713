/*
 * tests/casework/harness.h - people at the counters of two districts, over a real MariaDB
 */
#ifndef CASEWORK_HARNESS_H
#define CASEWORK_HARNESS_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/casework.h"
#include "casework/filing.h"
#include "casework/phrases.h"
#include "store/case.h"
#include "store/filing.h"
#include "store/migrate.h"

extern const char *test_settings, *test_socket, *test_migrations, *test_scratch;
extern struct platform *test_platform;
extern struct arena *test_arena; /* reset before each test */
extern struct arena *test_keep;  /* never reset */
extern struct err test_err;
extern struct err_list test_errors;

struct test { const char *name; void (*run)(void); };
extern const struct test TESTS_ROAD[], TESTS_ONCE[], TESTS_WALL[], TESTS_FILE[], TESTS_PAGE[], TESTS_NIGHTLY[], TESTS_RECOUNT[], TESTS_TORTURE[], TESTS_FAULT[], TESTS_RANDOM[];

void test_failed(const char *file, int line, const char *what);
#define MUST(cond)                                  \
    do {                                            \
        if (!(cond)) {                              \
            test_failed(__FILE__, __LINE__, #cond); \
            return;                                 \
        }                                           \
    } while (0)
#define MUST_OR(cond, value)                        \
    do {                                            \
        if (!(cond)) {                              \
            test_failed(__FILE__, __LINE__, #cond); \
            return value;                           \
        }                                           \
    } while (0)
#define MUST_ERR(call, expected) MUST((call) == -1 && test_err.code == (expected))

/* the clock of a district: "2025-09-24T09:00" */
void test_clock(const char *tenant, const char *at);
void test_clock_later(const char *tenant, int64_t seconds);

/* One person in one post; organ "unit" with a unit code, an office, a role. key NULL: a fresh one. */
struct desk test_desk(const char *tenant, const char *organ, const char *unit);
struct desk test_system(const char *tenant, const char *key);

const struct node *test_json(const char *text);
/* What a required field is answered with; NULL: plausibly. */
extern struct node *(*test_value)(const struct node *field, const char *today);
/* Facts of an example project of the district; changes is a JSON object over them. */
const struct node *test_facts(const char *tenant, const char *name, const char *wan, const char *changes);

/* A draft; 0 when it failed. */
int64_t test_draft(const char *tenant, const char *unit, const struct node *facts);
/* Uploads a small PDF; the document's id, 0 when it failed. */
int64_t test_upload(const struct desk *d, int64_t project, const char *procedure, const char *material, const char *text);
/* What the act's own page asks for, answered plausibly; changes (JSON object or NULL) lie over it. Lacking materials are uploaded. */
struct node *test_input(const struct desk *d, int64_t project, const char *act, const char *changes);
int64_t test_version(const char *tenant, int64_t project);
/* Does the act as the organ with a fresh key; 0, or -1 with test_err and test_errors. */
int test_act(const char *tenant, const char *organ, const char *unit, int64_t project, const char *act, const char *changes,
             struct act_done *ret);
struct step { const char *organ, *act, *changes; };
/* All of them, ended by {NULL}; 0 or -1 at the first that fails, which is printed. */
int test_walk(const char *tenant, const char *unit, int64_t project, const struct step *steps);

/* First column of the first row, as administrator, in the district's schema. */
int64_t test_number(const char *tenant, const char *sql);
struct db *test_admin(const char *schema);
/* Closes what this process holds, so that a forked child opens its own (trap C1). */
void test_fork_prepare(void);
void test_child_exit(int rc) NORETURN_;
const char *test_file(const char *name, const void *p, size_t n);

extern const struct step XZ_REVIEW[], XZ_APPROVAL[], XZ_BUILD[], MD_INITIATION[];

#endif
