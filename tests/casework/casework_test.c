/*
 * tests/casework/casework_test.c - the operations against a real MariaDB; last line "N passed, N failed"
 *
 * usage: casework_test <settings> <socket> <migrations> <scratch folder>; the server is private and empty.
 */
#include "config.h"

#include "harness.h"

const char *test_settings, *test_socket, *test_migrations, *test_scratch;
struct platform *test_platform;
struct arena *test_arena, *test_keep;
struct err test_err;
struct err_list test_errors;
static int this_failed;

void test_failed(const char *file, int line, const char *what)
{
    this_failed = 1;
    printf("%s:%d: not so: %s\n    last error: %s | %s | %s | %s | %s\n", file, line, what, err_slug(test_err.code),
           test_err.message, test_err.mend, test_err.article, test_err.detail);
    for (int i = 0; i < test_errors.count && i < ERR_LIST_MAX; i++)
        printf("    %s %s (%s)\n", test_errors.item[i].path, test_errors.item[i].message, test_errors.item[i].article);
}

/* A stand-in for exchange above: bytes that can be looked at, no network. Its own tests prove the real one. */
static int freeze(const struct desk *d, const struct filing_draft *draft, const char **ret_content, const char **ret_mac,
                  struct err *e)
{
    struct buf b CLEANUP_(buf_free) = { 0 };
    struct node *n = node_object(d->arena);

    (void)e;
    node_put_int(d->arena, n, "version", draft->version);
    node_put_text(d->arena, n, "filing", draft->filing);
    node_put_text(d->arena, n, "event", draft->event);
    node_put(d->arena, n, "payload", node_copy(d->arena, draft->payload));
    buf_init(&b, 1024 * 1024);
    jsonout_canonical(&b, n);
    *ret_content = arena_dup(d->arena, buf_str(&b));
    *ret_mac = crypto_sm3_hex(d->arena, *ret_content, strlen(*ret_content));
    return 0;
}

static void must_start(int rc)
{
    if (rc == 0)
        return;
    printf("cannot start: %s | %s | %s\n", test_err.message, test_err.mend, test_err.detail);
    exit(2);
}

static void make_tenant(struct arena *a, struct db *admin, const char *id)
{
    const char *user = arena_fmt(a, "gz_%s", id);
    struct migrate_report report;
    struct db *db;
    char *password;
    size_t len;

    must_start(file_read(a, arena_fmt(a, "%s/db-%s", test_platform->config.secrets_dir, id), 4096, &password, &len, &test_err));
    must_start(admin_make_tenant(admin, id, user, text_trim(a, password), &test_err));
    db = test_admin(user);
    must_start(migrate_run(db, a, arena_fmt(a, "%s/tenant", test_migrations), &report, &test_err));
    db_close(db);
    must_start(admin_grant_tenant(admin, id, user, &test_err));
}

static void make_schemas(void)
{
    struct arena *a = arena_new("schemas", 64 * 1024 * 1024);
    struct db *admin = test_admin(NULL);

    for (size_t i = 0; i < test_platform->count; i++)
        make_tenant(a, admin, test_platform->tenants[i]->id);
    db_close(admin);
    arena_free(a);
}

static void run(const struct test *tests, int *passed, int *failed)
{
    const char *only = getenv("ONLY");

    for (; tests->name != NULL; tests++) {
        if (only != NULL && strstr(tests->name, only) == NULL)
            continue;
        arena_reset(test_arena);
        test_err = (struct err){ 0 };
        memset(&test_errors, 0, sizeof test_errors);
        this_failed = 0;
        tests->run();
        if (this_failed)
            ++*failed;
        else
            ++*passed;
        printf("%s %s\n", this_failed ? "FAIL" : "ok  ", tests->name);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    int passed = 0, failed = 0;
    struct arena *a = arena_new("platform", 512u * 1024 * 1024);

    if (argc != 5) {
        fprintf(stderr, "usage: casework_test <settings> <socket> <migrations> <scratch folder>\n");
        return 2;
    }
    test_settings = argv[1];
    test_socket = argv[2];
    test_migrations = argv[3];
    test_scratch = argv[4];
    test_arena = arena_new("test", 1024u * 1024 * 1024);
    test_keep = arena_new("kept", 1024 * 1024);
    must_start(platform_load(a, test_settings, &test_platform, &test_err));
    make_schemas();
    casework_set_freeze(freeze);
    test_clock("xinzhou", "2025-09-24T09:00");
    test_clock("mudan", "2024-09-20T09:00");
    run(TESTS_ROAD, &passed, &failed);
    run(TESTS_ONCE, &passed, &failed);
    run(TESTS_WALL, &passed, &failed);
    run(TESTS_FILE, &passed, &failed);
    run(TESTS_PAGE, &passed, &failed);
    run(TESTS_TORTURE, &passed, &failed);
    run(TESTS_FAULT, &passed, &failed);
    run(TESTS_RANDOM, &passed, &failed);
    run(TESTS_NIGHTLY, &passed, &failed); /* after the sums: it puts rows straight into the tables */
    run(TESTS_RECOUNT, &passed, &failed); /* last: its projects are of another year than the sums above */
    platform_close(test_platform);
    arena_free(test_arena);
    arena_free(test_keep);
    arena_free(a);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
