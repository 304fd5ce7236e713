/*
 * tests/store/test_schema.c - schemas, steps, accounts, connections and what happens when they break
 */
#include "config.h"

#include "store_test.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "store/sql.h"

static const char *dir_of(const char *kind)
{
    return arena_fmt(test_arena, "%s/%s", test_migrations, kind);
}

/* ---- steps ---- */

static void schemas_are_made_and_migrated(void)
{
    struct db *root = test_root(NULL);
    struct migrate_report r;

    MUST(admin_make_platform(root, "gz_p", PASSWORD_PLATFORM, &test_err) == 0);
    MUST(admin_make_tenant(root, "alpha", "gz_a", PASSWORD_A, &test_err) == 0);
    MUST(admin_make_tenant(root, "beta", "gz_b", PASSWORD_B, &test_err) == 0);
    MUST(admin_make_tenant(root, "alpha", "gz_a", PASSWORD_A, &test_err) == 0); /* again: nothing changes */
    static const char *const schemas[] = {"guizhang_platform", "gz_alpha", "gz_beta"};
    for (size_t i = 0; i < ARRAY_LEN(schemas); i++) {
        const char *dir = dir_of(i == 0 ? "platform" : "tenant");
        struct db *db = test_root(schemas[i]);
        char **files;
        size_t steps;
        MUST(file_list(test_arena, dir, &files, &steps, &test_err) == 0 && steps >= 3);
        MUST(migrate_run(db, test_arena, dir, &r, &test_err) == 0);
        MUST(r.done_before == 0 && r.done_now == (int)steps && r.last == r.done_now);
        MUST(migrate_run(db, test_arena, dir, &r, &test_err) == 0);
        MUST(r.done_now == 0 && r.done_before == r.last);
        db_close(db);
    }
    MUST(admin_grant_platform(root, "gz_p", &test_err) == 0);
    MUST(admin_grant_tenant(root, "alpha", "gz_a", &test_err) == 0);
    MUST(admin_grant_tenant(root, "beta", "gz_b", &test_err) == 0);
    MUST(admin_grant_tenant(root, "alpha", "gz_a", &test_err) == 0);
    db_close(root);
}

static void check_passes_with_the_account_of_the_server(void)
{
    struct db *district = test_district(), *platform = test_platform();

    MUST(migrate_check(district, test_arena, dir_of("tenant"), &test_err) == 0);
    MUST(migrate_check(platform, test_arena, dir_of("platform"), &test_err) == 0);
    db_close(district);
    db_close(platform);
}

static const char *step_dir;

static int step_file(const char *name, const char *text)
{
    return file_write(arena_fmt(test_arena, "%s/%s", step_dir, name), text, strlen(text), 0644, &test_err);
}

static struct db *step_schema(const char *schema)
{
    struct db *root = test_root(NULL);

    test_script(root, arena_fmt(test_arena, "DROP DATABASE IF EXISTS %s; CREATE DATABASE %s", schema, schema));
    db_close(root);
    step_dir = arena_fmt(test_arena, "%s/%s", test_scratch, schema);
    if (file_mkdirs(step_dir, 0755, &test_err) < 0)
        abort();
    return test_root(schema);
}

static void a_changed_done_step_is_refused(void)
{
    struct db *db = step_schema("steps_changed");
    struct migrate_report r;

    MUST(step_file("0001_one.sql", "CREATE TABLE one (id INT);\n") == 0);
    MUST(migrate_run(db, test_arena, step_dir, &r, &test_err) == 0 && r.done_now == 1);
    MUST(step_file("0002_two.sql", "CREATE TABLE two (id INT);\n") == 0);
    MUST_ERR(migrate_check(db, test_arena, step_dir, &test_err), ERR_CONFIG);
    MUST(strstr(test_err.message, "停在第 1 步") != NULL);
    MUST(migrate_run(db, test_arena, step_dir, &r, &test_err) == 0 && r.done_now == 1 && r.done_before == 1);
    MUST(migrate_check(db, test_arena, step_dir, &test_err) == 0);
    MUST(step_file("0001_one.sql", "CREATE TABLE one (id BIGINT);\n") == 0);
    MUST_ERR(migrate_run(db, test_arena, step_dir, &r, &test_err), ERR_CONFIG);
    MUST(strstr(test_err.message, "0001_one") != NULL);
    MUST_ERR(migrate_check(db, test_arena, step_dir, &test_err), ERR_CONFIG);
    MUST(step_file("0001_one.sql", "CREATE TABLE one (id INT);\n") == 0);
    MUST(migrate_check(db, test_arena, step_dir, &test_err) == 0);
    MUST(unlink(arena_fmt(test_arena, "%s/0002_two.sql", step_dir)) == 0);
    MUST_ERR(migrate_check(db, test_arena, step_dir, &test_err), ERR_CONFIG); /* schema newer than the program */
    MUST(strstr(test_err.message, "比本程序新") != NULL);
    db_close(db);
}

static void a_half_done_step_stops_with_a_sentence(void)
{
    struct db *db = step_schema("steps_half");
    struct migrate_report r;

    MUST(step_file("0001_one.sql", "CREATE TABLE one (id INT);\n") == 0);
    MUST(step_file("0002_bad.sql", "CREATE TABEL bad (id INT);\n") == 0);
    MUST_ERR(migrate_run(db, test_arena, step_dir, &r, &test_err), ERR_INTERNAL);
    MUST(strstr(test_err.message, "0002_bad") != NULL && strstr(test_err.detail, "mysql:1064") != NULL);
    MUST(strstr(test_err.message, "TABEL") == NULL);
    MUST_ERR(migrate_run(db, test_arena, step_dir, &r, &test_err), ERR_CONFIG);
    MUST(strstr(test_err.message, "0002_bad") != NULL && strstr(test_err.mend, "no=2") != NULL);
    MUST_ERR(migrate_check(db, test_arena, step_dir, &test_err), ERR_CONFIG);
    MUST(test_script(db, "DELETE FROM schema_step WHERE no = 2") == 0);
    MUST(step_file("0002_bad.sql", "CREATE TABLE bad (id INT);\n") == 0);
    MUST(migrate_run(db, test_arena, step_dir, &r, &test_err) == 0 && r.last == 2);
    db_close(db);
}

static void gaps_and_doubles_are_refused(void)
{
    static const char *const bad[] = {"0003_three.sql", "0001_again.sql", "0002-two.sql", "2_two.sql", "0002_Two.sql"};
    struct db *db = step_schema("steps_gap");
    struct migrate_report r;

    MUST_ERR(migrate_run(db, test_arena, step_dir, &r, &test_err), ERR_CONFIG); /* an empty folder */
    MUST(step_file("0001_one.sql", "CREATE TABLE one (id INT);\n") == 0);
    MUST(step_file("README", "not a step") == 0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        MUST(step_file(bad[i], "CREATE TABLE x (id INT);\n") == 0);
        MUST_ERR(migrate_run(db, test_arena, step_dir, &r, &test_err), ERR_CONFIG);
        MUST(strstr(test_err.message, ".sql") != NULL);
        MUST(unlink(arena_fmt(test_arena, "%s/%s", step_dir, bad[i])) == 0);
    }
    MUST_ERR(migrate_check(db, test_arena, step_dir, &test_err), ERR_CONFIG); /* never migrated */
    MUST(strstr(test_err.mend, "guizhang migrate") != NULL);
    MUST(migrate_run(db, test_arena, step_dir, &r, &test_err) == 0);
    db_close(db);
}

static void only_one_migrates_at_a_time(void)
{
    struct db *db = step_schema("steps_single"), *other = test_root("steps_single");
    struct migrate_report r;

    MUST(step_file("0001_one.sql", "CREATE TABLE one (id INT);\n") == 0);
    MUST(test_number(other, "test.lock", "SELECT GET_LOCK('steps_single.step', 0)") == 1);
    MUST_ERR(migrate_run(db, test_arena, step_dir, &r, &test_err), ERR_BUSY);
    db_close(other);
    MUST(migrate_run(db, test_arena, step_dir, &r, &test_err) == 0);
    db_close(db);
}

/* ---- statements ---- */

static void every_statement_prepares_with_the_server_s_own_account(void)
{
    struct db *district = test_district(), *platform = test_platform(), *root = test_root("gz_alpha");
    struct stmt *s;
    int bad = 0;

    for (size_t i = 0; i < sql_all_count; i++) {
        const struct sql *sql = sql_all[i].sql;
        /* steps are written by the administrator, read by everybody */
        struct db *db = sql_all[i].schema == SQL_PLATFORM ? platform : sql_all[i].schema == SQL_TENANT ? district : root;
        if (stmt_open(db, test_arena, sql, &s, &test_err) < 0) {
            printf("%s: %s\n", sql->name, test_err.detail);
            bad++;
        }
    }
    MUST(bad == 0);
    db_close(district);
    db_close(platform);
    db_close(root);
}

static void every_table_has_its_rights(void)
{
    struct db *root = test_root(NULL);

    MUST(test_number(root, "test.rights",
                     "SELECT COUNT(*) FROM information_schema.tables t WHERE t.table_schema IN ('gz_alpha', 'guizhang_platform')"
                     " AND NOT EXISTS (SELECT 1 FROM information_schema.table_privileges p WHERE p.table_schema = t.table_schema"
                     " AND p.table_name = t.table_name AND p.grantee IN ('''gz_a''@''localhost''', '''gz_p''@''localhost'''))") == 0);
    MUST(test_number(root, "test.wide_rights",
                     "SELECT COUNT(*) FROM information_schema.schema_privileges WHERE grantee LIKE '''gz%'") == 0);
    MUST(test_number(root, "test.user_rights",
                     "SELECT COUNT(*) FROM information_schema.user_privileges WHERE grantee LIKE '''gz%' AND privilege_type <> 'USAGE'") == 0);
    db_close(root);
}

static void a_district_s_account_is_a_wall(void)
{
    /* clang-format off */
    static const struct { const char *text; const char *number; } refused[] = {
        { "SELECT COUNT(*) FROM gz_beta.project",                       "mysql:1142" },
        { "SELECT COUNT(*) FROM guizhang_platform.session",             "mysql:1142" },
        { "USE gz_beta",                                                "mysql:1044" },
        { "UPDATE audit SET person = 'x'",                              "mysql:1142" },
        { "DELETE FROM audit",                                          "mysql:1142" },
        { "DELETE FROM audit_link",                                     "mysql:1142" },
        { "UPDATE audit_link SET prev = ''",                            "mysql:1142" },
        { "UPDATE event SET name = 'x'",                                "mysql:1142" },
        { "DELETE FROM event",                                          "mysql:1142" },
        { "DELETE FROM decision",                                       "mysql:1142" },
        { "DELETE FROM project",                                        "mysql:1142" },
        { "DELETE FROM project_tally",                                  "mysql:1142" },
        { "DELETE FROM outbox",                                         "mysql:1142" },
        { "UPDATE outbox_attempt SET error = ''",                       "mysql:1142" },
        { "UPDATE schema_step SET sha = ''",                            "mysql:1142" },
        { "TRUNCATE TABLE audit",                                       "mysql:1142" },
        { "DROP TABLE audit",                                           "mysql:1142" },
        { "CREATE TABLE mine (id INT)",                                 "mysql:1142" },
        { "CREATE VIEW mine AS SELECT 1 AS one",                        "mysql:1142" },
        { "ALTER TABLE audit ADD COLUMN x INT",                         "mysql:1142" },
    };
    /* clang-format on */
    struct db *db = test_district();

    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        MUST(db_script(db, refused[i].text, &test_err) == -1);
        if (!text_starts(test_err.detail, refused[i].number))
            printf("%s\n", refused[i].text);
        MUST(text_starts(test_err.detail, refused[i].number));
        MUST(strstr(test_err.message, "denied") == NULL);
    }
    db_close(db);
}

static void names_of_accounts_are_checked(void)
{
    static const char *const bad[] = {"", "Alpha", "a`; DROP DATABASE gz_alpha; --", "a-b", "1a", "a'b",
                                      "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij1"};
    struct db *root = test_root(NULL);

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        MUST_ERR(admin_make_tenant(root, bad[i], "gz_a", "x", &test_err), ERR_CONFIG);
        MUST_ERR(admin_grant_tenant(root, bad[i], "gz_a", &test_err), ERR_CONFIG);
        MUST_ERR(admin_make_tenant(root, "alpha", bad[i], "x", &test_err), ERR_CONFIG);
        MUST_ERR(admin_make_platform(root, bad[i], "x", &test_err), ERR_CONFIG);
    }
    MUST_ERR(admin_make_tenant(root, "alpha", "gz_a", "", &test_err), ERR_CONFIG);
    db_close(root);
}

/* ---- connections ---- */

static void a_wrong_password_is_refused_and_the_environment_not_asked(void)
{
    struct db_place place = test_place_district();
    struct db *db;

    place.password = "wrong";
    MUST_ERR(db_open(&place, &db, &test_err), ERR_CONFIG);
    setenv("MYSQL_PWD", PASSWORD_A, 1);
    place.password = NULL;
    int rc = db_open(&place, &db, &test_err);
    unsetenv("MYSQL_PWD");
    MUST(rc == -1 && test_err.code == ERR_CONFIG);
}

static void places_that_cannot_be_reached_are_named(void)
{
    struct db_place place = test_place_district();
    struct db *db;

    place.socket = "/nonexistent/socket";
    MUST_ERR(db_open(&place, &db, &test_err), ERR_DB);
    place.socket = NULL;
    MUST_ERR(db_open(&place, &db, &test_err), ERR_CONFIG); /* neither host nor authority */
    place.host = "127.0.0.1";
    place.port = 1;
    MUST_ERR(db_open(&place, &db, &test_err), ERR_CONFIG); /* TLS without an authority is not offered */
}

static void settings_of_a_session_are_ours(void)
{
    struct db *db = test_district();

    MUST(test_number(db, "test.settings",
                     "SELECT @@time_zone = '+00:00' AND @@tx_isolation = 'READ-COMMITTED' AND @@innodb_lock_wait_timeout = 5"
                     " AND @@collation_connection = 'utf8mb4_nopad_bin' AND @@character_set_results = 'utf8mb4'"
                     " AND FIND_IN_SET('STRICT_ALL_TABLES', @@sql_mode) > 0 AND FIND_IN_SET('ONLY_FULL_GROUP_BY', @@sql_mode) > 0"
                     " AND FIND_IN_SET('NO_ZERO_DATE', @@sql_mode) > 0 AND @@autocommit = 1") == 1);
    MUST(test_number(db, "test.exact", "SELECT 'a ' = 'a'") == 0); /* trailing blanks count */
    db_close(db);
}

static void a_read_only_replica_is_refused(void)
{
    struct db *root = test_root(NULL), *db;
    struct db_place place = test_place_district();

    MUST(test_script(root, "SET GLOBAL read_only = 1") == 0);
    int rc = db_open(&place, &db, &test_err);
    MUST(test_script(root, "SET GLOBAL read_only = 0") == 0);
    MUST(rc == -1 && test_err.code == ERR_DB && strstr(test_err.message, "只读") != NULL);
    db_close(root);
}

static void a_killed_connection_is_broken_and_stays_so(void)
{
    struct db *db = test_district(), *root = test_root(NULL);
    struct project p;

    MUST(project_get(db, test_arena, 1, &p, &test_err) == 0);
    MUST(!db_is_broken(db));
    MUST(test_script(root, arena_fmt(test_arena, "KILL %" PRId64, test_connection_id(db))) == 0);
    for (int i = 0; i < 500 && !db_is_broken(db); i++) /* the thread ends a moment later */
        usleep(10000);
    MUST(db_is_broken(db)); /* seen before anything is asked of it */
    MUST_ERR(project_get(db, test_arena, 1, &p, &test_err), ERR_DB);
    MUST(db_is_broken(db) && !db_may_retry(&test_err));
    MUST_ERR(project_get(db, test_arena, 1, &p, &test_err), ERR_DB);
    MUST_ERR(db_ping(db, &test_err), ERR_DB);
    MUST_ERR(tx_begin(db, &test_err), ERR_DB);
    MUST(!tx_is_open(db));
    tx_rollback(db);
    db_close(db);
    db_close(root);
}

static void lost_before_commit_is_not_saved(void)
{
    struct db *db = test_district(), *root = test_root("gz_alpha");
    struct project p = test_project(900001, "提交前断开");

    MUST(tx_begin(db, &test_err) == 0);
    MUST(project_add(db, test_arena, &p, &test_err) == 0);
    MUST(test_script(root, arena_fmt(test_arena, "KILL %" PRId64, test_connection_id(db))) == 0);
    MUST_ERR(tx_commit(db, &test_err), ERR_UNCERTAIN); /* the client cannot know */
    MUST(db_is_broken(db) && !tx_is_open(db));
    MUST(test_number(root, "test.p1", "SELECT COUNT(*) FROM project WHERE id = 900001") == 0);
    db_close(db);

    db = test_district();
    MUST(tx_begin(db, &test_err) == 0);
    MUST(project_add(db, test_arena, &p, &test_err) == 0);
    MUST(test_script(root, arena_fmt(test_arena, "KILL %" PRId64, test_connection_id(db))) == 0);
    MUST_ERR(project_get(db, test_arena, 1, &p, &test_err), ERR_DB);
    MUST_ERR(tx_commit(db, &test_err), ERR_DB); /* known lost before COMMIT was sent: certain */
    db_close(db);
    db_close(root);
}

/* ---- a proxy that swallows the answer to COMMIT ---- */

static int socket_at(const char *path, int listening)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (text_copy(to.sun_path, sizeof to.sun_path, path) < 0 || fd < 0)
        abort();
    int rc = listening ? bind(fd, (struct sockaddr *)&to, sizeof to) : connect(fd, (struct sockaddr *)&to, sizeof to);
    if (rc < 0 || (listening && listen(fd, 1) < 0))
        abort();
    return fd;
}

static int has_commit(const char *p, ssize_t n)
{
    static const char word[] = "\x03" "COMMIT";

    for (ssize_t i = 0; i + (ssize_t)sizeof word - 1 <= n; i++)
        if (memcmp(p + i, word, sizeof word - 1) == 0)
            return 1;
    return 0;
}

/* Child: hands bytes on both ways; once COMMIT went up, waits for the answer and cuts the client off without it. */
static void proxy_run(int listener)
{
    char bytes[65536];
    int client = accept(listener, NULL, NULL), server = socket_at(test_socket, 0), committed = 0;

    alarm(120);
    for (;;) {
        struct pollfd p[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};
        if (poll(p, 2, -1) < 0)
            _exit(1);
        if (p[1].revents != 0) {
            ssize_t n = read(server, bytes, sizeof bytes);
            if (n <= 0 || committed || write(client, bytes, (size_t)n) != n)
                _exit(0);
        }
        if (p[0].revents != 0) {
            ssize_t n = read(client, bytes, sizeof bytes);
            if (n <= 0 || write(server, bytes, (size_t)n) != n)
                _exit(0);
            committed |= has_commit(bytes, n);
        }
    }
}

static void an_answer_lost_at_commit_is_uncertain_and_found_by_its_key(void)
{
    const char *path = arena_fmt(test_arena, "%s/proxy", test_scratch);
    int listener = socket_at(path, 1);
    pid_t child = fork();
    if (child == 0)
        proxy_run(listener);
    close(listener);

    struct db_place place = test_place_district();
    struct db *db, *again = test_district();
    struct idem kept, i = {.key = "lost-answer", .person = "u-1", .what = "project.add", .digest = "d", .result = "{\"id\":\"900002\"}"};
    place.socket = path;
    MUST(db_open(&place, &db, &test_err) == 0);
    struct project p = test_project(900002, "答复丢失");
    MUST(tx_begin(db, &test_err) == 0);
    MUST(project_add(db, test_arena, &p, &test_err) == 0);
    MUST(idem_add(db, test_arena, &i, test_now(), &test_err) == 0);
    MUST_ERR(tx_commit(db, &test_err), ERR_UNCERTAIN);
    MUST(test_err.mend[0] != '\0' && db_is_broken(db) && !db_may_retry(&test_err));
    db_close(db);
    MUST(waitpid(child, NULL, 0) == child);
    /* the repeat: the key is there, so it was done, once */
    MUST(idem_get(again, test_arena, "lost-answer", &kept, &test_err) == 1 && text_eq(kept.result, i.result));
    MUST(project_get(again, test_arena, 900002, &p, &test_err) == 1 && text_eq(p.title, "答复丢失"));
    db_close(again);
}

/* ---- locks ---- */

static void a_lock_that_is_not_given_may_be_tried_again(void)
{
    struct db *one = test_district(), *two = test_district();
    struct project p = test_project(900010, "锁");
    struct project_whole read;

    MUST(project_add(one, test_arena, &p, &test_err) == 0);
    MUST(test_script(two, "SET SESSION innodb_lock_wait_timeout = 1") == 0);
    MUST(tx_begin(one, &test_err) == 0 && tx_begin(two, &test_err) == 0);
    MUST(project_whole_lock(one, test_arena, 900010, "", 0, &read, &test_err) == 1);
    MUST_ERR(project_whole_lock(two, test_arena, 900010, "", 0, &read, &test_err), ERR_BUSY);
    MUST(db_may_retry(&test_err) && text_starts(test_err.detail, "mysql:1205") && !db_is_broken(two));
    tx_rollback(two);
    tx_rollback(one);
    MUST(tx_begin(two, &test_err) == 0 && project_whole_lock(two, test_arena, 900010, "", 0, &read, &test_err) == 1);
    tx_rollback(two);
    db_close(one);
    db_close(two);
}

/* 0 both rows were locked, 1 chosen as the deadlock's victim, 2 something else */
static int lock_both(int64_t first, int64_t second, int say, int hear)
{
    struct db *db = test_district();
    struct project_whole p;
    char c = 'x';
    int outcome = 2;

    if (tx_begin(db, &test_err) == 0 && project_whole_lock(db, test_arena, first, "", 0, &p, &test_err) == 1 &&
        write(say, &c, 1) == 1 && read(hear, &c, 1) == 1) {
        if (project_whole_lock(db, test_arena, second, "", 0, &p, &test_err) == 1)
            outcome = 0;
        else if (db_may_retry(&test_err) && text_starts(test_err.detail, "mysql:1213"))
            outcome = 1;
    }
    tx_rollback(db);
    db_close(db);
    return outcome;
}

static void a_deadlock_has_one_victim_that_may_try_again(void)
{
    struct db *db = test_district();
    struct project one = test_project(900011, "甲"), two = test_project(900012, "乙");
    int up[2], down[2], status;

    MUST(project_add(db, test_arena, &one, &test_err) == 0 && project_add(db, test_arena, &two, &test_err) == 0);
    db_close(db);
    MUST(pipe(up) == 0 && pipe(down) == 0);
    pid_t child = fork();
    if (child == 0)
        _exit(lock_both(900012, 900011, up[1], down[0]));
    int mine = lock_both(900011, 900012, down[1], up[0]);
    MUST(waitpid(child, &status, 0) == child && WIFEXITED(status));
    MUST(mine + WEXITSTATUS(status) == 1);
    close(up[0]), close(up[1]), close(down[0]), close(down[1]);
}

const struct test TESTS_SCHEMA[] = {
    {"schemas are made and migrated", schemas_are_made_and_migrated},
    {"check passes with the account of the server", check_passes_with_the_account_of_the_server},
    {"a changed done step is refused", a_changed_done_step_is_refused},
    {"a half-done step stops with a sentence", a_half_done_step_stops_with_a_sentence},
    {"gaps and doubles are refused", gaps_and_doubles_are_refused},
    {"only one migrates at a time", only_one_migrates_at_a_time},
    {"every statement prepares with the server's own account", every_statement_prepares_with_the_server_s_own_account},
    {"every table has its rights", every_table_has_its_rights},
    {"a district's account is a wall", a_district_s_account_is_a_wall},
    {"names of accounts are checked", names_of_accounts_are_checked},
    {"a wrong password is refused, the environment not asked", a_wrong_password_is_refused_and_the_environment_not_asked},
    {"places that cannot be reached are named", places_that_cannot_be_reached_are_named},
    {"settings of a session are ours", settings_of_a_session_are_ours},
    {"a read-only replica is refused", a_read_only_replica_is_refused},
    {"a killed connection is broken and stays so", a_killed_connection_is_broken_and_stays_so},
    {"lost before commit is not saved", lost_before_commit_is_not_saved},
    {"an answer lost at commit is uncertain and found by its key", an_answer_lost_at_commit_is_uncertain_and_found_by_its_key},
    {"a lock that is not given may be tried again", a_lock_that_is_not_given_may_be_tried_again},
    {"a deadlock has one victim that may try again", a_deadlock_has_one_victim_that_may_try_again},
    {NULL, NULL},
};
