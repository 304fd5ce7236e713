/*
 * tests/store/store_test.c - the store against a real MariaDB: runs every test, last line "N passed, N failed"
 *
 * usage: store_test <socket> <migrations folder> <scratch folder>; the server is private and empty.
 */
#include "config.h"

#include "store_test.h"

#include "store/whole.h"

const char *test_socket, *test_migrations, *test_scratch;
struct arena *test_arena;
struct err test_err;
static int test_this_failed;

void test_failed(const char *file, int line, const char *what)
{
    test_this_failed = 1;
    printf("%s:%d: not so: %s\n    last error: %s %s | %s | %s\n", file, line, what, err_slug(test_err.code),
           test_err.message, test_err.mend, test_err.detail);
}

static struct db *test_open(const struct db_place *place)
{
    struct db *db;

    if (db_open(place, &db, &test_err) == 0)
        return db;
    printf("cannot connect: %s %s\n", test_err.message, test_err.detail);
    exit(2);
}

struct db *test_root(const char *schema)
{
    struct db_place place = {.socket = test_socket, .user = "root", .password = "", .schema = schema, .timeout_s = 60};

    return test_open(&place);
}

struct db_place test_place_district(void)
{
    return (struct db_place){.socket = test_socket, .user = "gz_a", .password = PASSWORD_A, .schema = "gz_alpha", .timeout_s = 60};
}

struct db *test_district(void)
{
    struct db_place place = test_place_district();

    return test_open(&place);
}

struct db *test_platform(void)
{
    struct db_place place = {.socket = test_socket, .user = "gz_p", .password = PASSWORD_PLATFORM,
                             .schema = "guizhang_platform", .timeout_s = 60};

    return test_open(&place);
}

int test_script(struct db *db, const char *text)
{
    if (db_script(db, text, &test_err) == 0)
        return 0;
    printf("script: %s: %s\n", text, test_err.detail);
    return -1;
}

/* The statement lives as long as the connection's cache: in an arena of its own, never freed before the end. */
static struct sql *test_sql(const char *name, const char *text)
{
    static struct sql kept[64];
    static size_t count;

    for (size_t i = 0; i < count; i++)
        if (strcmp(kept[i].text, text) == 0)
            return &kept[i];
    if (count == ARRAY_LEN(kept))
        abort();
    kept[count] = (struct sql){name, text};
    return &kept[count++];
}

int64_t test_number(struct db *db, const char *name, const char *text)
{
    struct stmt *s;

    if (stmt_open(db, test_arena, test_sql(name, text), &s, &test_err) < 0 || stmt_run(s, &test_err) < 0 || !stmt_step(s))
        return INT64_MIN;
    return stmt_i64(s, 0);
}

int64_t test_connection_id(struct db *db)
{
    return test_number(db, "test.connection", "SELECT CONNECTION_ID()");
}

instant test_now(void)
{
    instant t = 0;

    if (instant_parse("2025-03-04T09:30:15.123456+08:00", &t, &test_err) < 0)
        abort();
    return t;
}

struct project test_project(int64_t id, const char *title)
{
    return (struct project){
        .id = id, .number = "", .title = title, .unit_code = "edu", .unit_name = "教育局", .unit_kind = "bureau", .place = "east", .days_calendar = "c1",
        .regulation = "2022-15", .calendar_version = "c1", .facts = "{\"total_investment\":41260000}",
        .total_investment = 41260000, .state = "draft", .route = "approval", .stage = "draft", .stage_name = "草稿",
        .holder = "unit", .holder_name = "申报单位", .holder_since = test_now(), .next_due = DATE_NONE, .next_name = "",
        .marks = "[]", .submitted_on = DATE_NONE, .created_at = test_now(), .updated_at = test_now(), .created_by = "u-1",
        .created_name = "王一", .version = 1,
    };
}

int test_put_duties(struct db *db, int64_t project, const struct duty_row *rows, size_t count)
{
    struct project_whole w;

    if (project_whole_lock(db, test_arena, project, "", 0, &w, &test_err) < 0)
        return -1;
    return duty_replace(db, test_arena, project, w.duties, w.duty_count, rows, count, &test_err);
}

int test_put_tasks(struct db *db, int64_t project, const struct task *rows, size_t count)
{
    struct project_whole w;

    if (project_whole_lock(db, test_arena, project, "", 0, &w, &test_err) < 0)
        return -1;
    return task_replace(db, test_arena, project, w.tasks, w.task_count, rows, count, &test_err);
}

int64_t test_chance(int64_t below)
{
    static uint64_t seed = 20250304;

    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((seed >> 33) % (uint64_t)below);
}

static void test_run_all(const struct test *tests, int *passed, int *failed)
{
    for (; tests->name != NULL; tests++) {
        arena_reset(test_arena);
        test_err = (struct err){0};
        test_this_failed = 0;
        tests->run();
        printf("%s %s\n", test_this_failed ? "FAILED" : "passed", tests->name);
        fflush(stdout);
        *(test_this_failed ? failed : passed) += 1;
    }
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;

    if (argc != 4) {
        printf("usage: store_test SOCKET MIGRATIONS SCRATCH\n");
        return 2;
    }
    test_socket = argv[1];
    test_migrations = argv[2];
    test_scratch = argv[3];
    test_arena = arena_new("test", 512 * 1024 * 1024);
    test_run_all(TESTS_SCHEMA, &passed, &failed);
    test_run_all(TESTS_VALUES, &passed, &failed);
    test_run_all(TESTS_ROWS, &passed, &failed);
    test_run_all(TESTS_AT_ONCE, &passed, &failed);
    test_run_all(TESTS_PLATFORM, &passed, &failed);
    test_run_all(TESTS_DUTIES, &passed, &failed);
    test_run_all(TESTS_FILING, &passed, &failed);
    test_run_all(TESTS_EXPERT, &passed, &failed);
    test_run_all(TESTS_AUDIT, &passed, &failed); /* from an empty trail */
    test_run_all(TESTS_LISTS, &passed, &failed);
    arena_free(test_arena);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
