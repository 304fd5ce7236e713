/*
 * tests/casework/test_fault.c - connections cut and workers killed at any moment: nothing is half done
 *
 * The release binary has no hooks: an administrator kills the worker's connection, or the worker itself, at
 * random moments. The worker repeats with the same key, as a browser's user would; in the end every act has
 * happened exactly once and the sums agree.
 */
#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

enum { PROJECTS = 12, STEPS = 5, ROUNDS_MAX = 400 };

static void pause_us(long us)
{
    struct timespec t = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

    nanosleep(&t, NULL);
}

static long chance(long below)
{
    uint64_t n;

    crypto_random(&n, sizeof n);
    return (long)(n % (uint64_t)below);
}

static int connection_lost(void)
{
    return test_err.code == ERR_DB || test_err.code == ERR_UNCERTAIN;
}

/* One act, repeated with its key and its content for as long as connections are lost. */
static int step_through(int64_t id, int step)
{
    const struct step *s = &XZ_REVIEW[step];
    struct desk d = test_desk("xinzhou", s->organ, text_eq(s->organ, "unit") ? "jyj" : NULL);
    struct node *in = NULL;
    struct act_done done;

    for (int tries = 0; in == NULL && tries < ROUNDS_MAX; tries++) {
        in = test_input(&d, id, s->act, s->changes);
        if (in == NULL && !connection_lost())
            return -1;
    }
    d.key = arena_fmt(test_arena, "torture-%" PRId64 "-%d", id, step);
    for (int tries = 0; in != NULL && tries < ROUNDS_MAX; tries++) {
        memset(&test_errors, 0, sizeof test_errors);
        if (act_do(&d, id, -1, s->act, in, &done, &test_errors, &test_err) == 0)
            return done.repeated;
        if (!connection_lost())
            return -1;
    }
    return -1;
}

/* A worker: walks one project on from a step; exits with 100 + how often an answer came a second time. */
static int worker(int64_t id, int from)
{
    int repeated = 0;

    for (int step = from; step < STEPS; step++) {
        int rc = step_through(id, step);

        if (rc < 0) {
            printf("  step %d: %s | %s | %s\n", step, err_slug(test_err.code), test_err.message, test_err.detail);
            return 1;
        }
        repeated += rc;
        arena_reset(test_arena);
    }
    return 100 + repeated;
}

static int64_t done_steps(int64_t id)
{
    return test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM event WHERE project = %" PRId64, id));
}

static void kill_connections(void)
{
    struct db *db = test_admin(NULL);
    static const struct sql LIST = { "test.list", "SELECT id FROM information_schema.processlist WHERE user = 'gz_xinzhou'" };
    struct stmt *s;
    int64_t ids[32];
    int n = 0;

    if (stmt_open(db, test_arena, &LIST, &s, &test_err) == 0 && stmt_run(s, &test_err) == 0) {
        while (n < 32 && stmt_step(s) == 1)
            ids[n++] = stmt_i64(s, 0);
    }
    for (int i = 0; i < n; i++)
        (void)!db_script(db, arena_fmt(test_arena, "KILL %" PRId64, ids[i]), &test_err); /* it may be gone already */
    db_close(db);
}

static int64_t one_number(const char *sql)
{
    return test_number("xinzhou", sql);
}

/* What must agree whatever happened. */
static int all_agrees(void)
{
    MUST_OR(one_number("SELECT COUNT(*) FROM project p WHERE p.event_count <> (SELECT COUNT(*) FROM event e WHERE e.project = p.id)") == 0, 0);
    MUST_OR(one_number("SELECT COUNT(*) FROM project p WHERE p.event_count <> (SELECT COALESCE(MAX(seq), 0) FROM event e WHERE e.project = p.id)") == 0, 0);
    /* an act, its audit row and its key's answer are one */
    MUST_OR(one_number("SELECT COUNT(*) FROM event WHERE what NOT LIKE 'filing.%'")
                    == one_number("SELECT COUNT(*) FROM audit WHERE what = 'project.act' AND result = 'ok'"), 0);
    MUST_OR(one_number("SELECT COUNT(*) FROM event WHERE what NOT LIKE 'filing.%'")
                    == one_number("SELECT (SELECT COUNT(*) FROM audit WHERE form_key IS NOT NULL AND what = 'project.act')"
                                  " + (SELECT COUNT(*) FROM idem WHERE what = 'project.act')"), 0);
    /* every opinion has its paper, every number was given once and none is missing */
    MUST_OR(one_number("SELECT COUNT(*) FROM event WHERE what = 'technical_review.pass'")
                    == one_number("SELECT COUNT(*) FROM decision WHERE kind = 'technical_opinion'"), 0);
    MUST_OR(one_number("SELECT COUNT(DISTINCT number) FROM decision WHERE kind = 'technical_opinion'")
                    == one_number("SELECT last FROM number_series WHERE series = 'technical_opinion' AND year = 2025"), 0);
    MUST_OR(one_number("SELECT COUNT(*) FROM project WHERE number IS NOT NULL")
                    == one_number("SELECT last FROM number_series WHERE series = '/project' AND year = 2025"), 0);
    MUST_OR(one_number("SELECT COUNT(*) FROM project WHERE (number IS NULL) <> (submitted_on IS NULL)") == 0, 0);
    /* what an act carried points at an event that is there; a waiting project waits for somebody */
    MUST_OR(one_number("SELECT COUNT(*) FROM document d WHERE d.event_seq > 0 AND NOT EXISTS"
                       " (SELECT 1 FROM event e WHERE e.project = d.project AND e.seq = d.event_seq)") == 0, 0);
    MUST_OR(one_number("SELECT COUNT(*) FROM project p WHERE p.state = 'running' AND NOT EXISTS"
                       " (SELECT 1 FROM task t WHERE t.project = p.id)") == 0, 0);
    return 1;
}

static int64_t prepared(int i)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", arena_fmt(test_arena, "断线 %d", i), "44.00", NULL));
    struct desk d = test_desk("xinzhou", "unit", "jyj");

    return id > 0 && test_input(&d, id, "technical_review.submit", NULL) != NULL ? id : 0;
}

static void cut_connections(void)
{
    int cuts = 0, repeated = 0;

    for (int i = 0; i < PROJECTS; i++) {
        int64_t id = prepared(i);
        int status, here = 0;

        MUST(id > 0);
        test_fork_prepare();
        pid_t pid = fork();

        if (pid == 0)
            test_child_exit(worker(id, 0));
        while (waitpid(pid, &status, WNOHANG) == 0) {
            pause_us(300 + chance(9000 + here * 300L)); /* longer and longer: in a slow place it gets through, too */
            kill_connections();
            here++;
        }
        MUST(WIFEXITED(status) && WEXITSTATUS(status) >= 100);
        repeated += WEXITSTATUS(status) - 100;
        cuts += here;
        MUST(done_steps(id) == STEPS);
    }
    printf("  %d times all connections were cut, %d answers came from the key\n", cuts, repeated);
    MUST(cuts > PROJECTS);
    MUST(all_agrees());
}

static void kill_workers(void)
{
    int kills = 0;

    for (int i = 0; i < PROJECTS; i++) {
        int64_t id = prepared(100 + i);

        MUST(id > 0);
        for (int round = 0; round < ROUNDS_MAX && done_steps(id) < STEPS; round++) {
            int status, from = (int)done_steps(id);

            test_fork_prepare();
            pid_t pid = fork();

            if (pid == 0)
                test_child_exit(worker(id, from));
            pause_us(2000 + chance(120000 + round * 20000L)); /* in a slow place it gets through, too */
            kills += kill(pid, SIGKILL) == 0;
            MUST(waitpid(pid, &status, 0) == pid);
            MUST(WIFSIGNALED(status) || WEXITSTATUS(status) >= 100);
        }
        MUST(done_steps(id) == STEPS);
    }
    printf("  %d times the worker was killed\n", kills);
    MUST(all_agrees());
}

static void the_chain_is_whole(void)
{
    struct district *district = platform_district(test_platform, "xinzhou");
    struct audit_report report = { 0 };
    struct db *db;
    int64_t sealed;

    MUST(district_db(test_platform, district, &db, &test_err) == 0);
    MUST(audit_seal(db, test_arena, &sealed, &test_err) == 0 && sealed > 100);
    MUST(audit_verify(db, test_arena, district->audit_key, sizeof district->audit_key, &report, &test_err) == 0);
    printf("  %" PRId64 " rows, %" PRId64 " links: %s\n", report.rows, report.links, report.why);
    MUST(report.first_bad_no == 0 && report.first_bad_audit == 0 && report.unsealed == 0);
}

const struct test TESTS_FAULT[] = {
    { "connections cut at any statement: every act once, all sums agree", cut_connections },
    { "workers killed at any moment: every act once, all sums agree", kill_workers },
    { "the audit chain of all this is whole", the_chain_is_whole },
    { NULL, NULL },
};
