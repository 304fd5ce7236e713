/*
 * tests/casework/test_nightly.c - the day's run over the duties: cards once and on their day, batches, two runners, many projects
 */
#include "config.h"

#include "harness.h"

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "casework/nightly.h"

/* Accepted on 13 October 2025: 15 working days end on 3 November; three are left from 29 October on. */
#define ACCEPTED "2025-10-13T09:00"
#define LAST_DAY "2025-11-03"

static int64_t accepted(const char *name)
{
    int64_t id;

    test_clock("xinzhou", ACCEPTED);
    id = test_draft("xinzhou", "zcj", test_facts("xinzhou", name, "58.60", NULL));
    if (id == 0 || test_walk("xinzhou", "zcj", id, (const struct step[]){ XZ_REVIEW[0], XZ_REVIEW[1], { NULL, NULL, NULL } }) < 0)
        return 0;
    return id;
}

static int run_day(const char *at, int batch, struct nightly *ret)
{
    int more = 1;

    test_clock("xinzhou", at);
    while (more > 0) {
        struct arena *a CLEANUP_(arena_freep) = arena_new("nightly", (size_t)256 << 20);
        struct desk d = test_system("xinzhou", "");

        d.arena = a;
        more = nightly_step(&d, batch, ret, &test_err);
    }
    if (more < 0)
        printf("  %s %s\n", test_err.message, test_err.detail);
    return more;
}

static int64_t cards(int64_t id, const char *kind)
{
    return test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM card WHERE project = %" PRId64 " AND kind = '%s'"
                                                        " AND duty = 'technical_opinion'", id, kind));
}

static int64_t audited(int64_t id)
{
    return test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM audit WHERE what = 'nightly.project' AND object = 'project/%" PRId64 "'", id));
}

static void cards_come_once_and_on_their_day(void)
{
    struct nightly n;
    int64_t id = accepted("逐日检查"), version;

    MUST(id > 0 && run_day("2025-10-28T03:00", 50, &n) == 0 && cards(id, "yellow") == 0 && cards(id, "red") == 0);
    MUST(run_day("2025-10-29T03:00", 50, &n) == 0 && cards(id, "yellow") == 1 && n.yellow > 0);
    MUST(run_day("2025-10-30T03:00", 50, &n) == 0 && cards(id, "yellow") == 1 && cards(id, "red") == 0);
    MUST(run_day("2025-11-03T23:00", 50, &n) == 0 && cards(id, "red") == 0); /* the last day is not over */
    MUST(run_day("2025-11-04T00:10", 50, &n) == 0 && cards(id, "red") == 1);
    version = test_version("xinzhou", id);
    MUST(run_day("2025-12-04T03:00", 50, &n) == 0 && cards(id, "red") == 1 && cards(id, "yellow") == 1);
    MUST(test_version("xinzhou", id) == version); /* nothing moved: whoever has a form open is not disturbed */
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM duty d JOIN card c USING (project, duty, duty_key) WHERE d.project = %" PRId64
                                                      " AND d.duty = 'technical_opinion' AND d.due_on = '" LAST_DAY "' AND c.due_on = '" LAST_DAY "'", id)) == 2);
    MUST(audited(id) == 2); /* the days of the yellow and the red card, no other */
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM event WHERE project = %" PRId64, id)) == 2); /* it does nothing itself */
}

static void a_run_is_taken_up_where_it_stopped(void)
{
    struct desk d;
    struct nightly n = {0};
    int due = 0, steps = 0, more;

    MUST(accepted("续办甲") > 0 && accepted("续办乙") > 0);
    test_clock("xinzhou", "2025-10-31T03:00");
    d = test_system("xinzhou", "");
    MUST(nightly_is_due(&d, 2, &due, &test_err) == 0 && due);
    MUST(nightly_is_due(&d, 4, &due, &test_err) == 0 && !due); /* its hour has not come */
    MUST(nightly_is_due(&d, -1, &due, &test_err) == 0 && !due);
    while ((more = nightly_step(&d, 1, &n, &test_err)) > 0) {
        MUST(n.projects == ++steps);
        if (steps == 1) /* as if killed here: the place stands in the row */
            MUST(test_number("xinzhou", "SELECT last_project > 0 FROM nightly WHERE day = '2025-10-31' AND state = 'running'") == 1);
    }
    MUST(more == 0 && text_eq(n.state, "done"));
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM project WHERE event_count > 0") == n.projects);
    MUST(nightly_step(&d, 1, &n, &test_err) == 0 && text_eq(n.state, "done") && n.projects == steps); /* done is done */
    MUST(nightly_restart(&d, &test_err) == 0 && run_day("2025-10-31T04:00", 50, &n) == 0 && n.projects == steps);
}

static void a_new_calendar_moves_no_day_at_night(void)
{
    struct calendar *before = test_platform->calendar;
    const char *dir = arena_fmt(test_arena, "%s/night", test_scratch), *year = "{\"year\": 2025, \"notices\": [\"国办发明电〔2024〕12号\"], \"holidays\": [\"2025-10-30\", \"2025-10-31\"], \"workdays\": []}";
    struct nightly n;
    int64_t id = accepted("节假日改了");

    MUST(id > 0 && file_mkdirs(dir, 0700, &test_err) == 0);
    MUST(file_write(arena_fmt(test_arena, "%s/2025.json", dir), year, strlen(year), 0600, &test_err) == 0);
    MUST(calendar_load(test_arena, dir, &test_platform->calendar, &test_err) == 0);
    int rc = run_day("2025-10-20T03:00", 50, &n);
    test_platform->calendar = before;
    MUST(rc == 0 && test_number("xinzhou", arena_fmt(test_arena, "SELECT due_on = '" LAST_DAY "' FROM duty WHERE duty = 'technical_opinion' AND project = %" PRId64, id)) == 1);
}

/* Somebody with the database in hand changed a figure of a row; the events say what it is. */
static void the_ledger_is_proved_again(void)
{
    struct nightly n;
    int64_t id = accepted("账"), version, others;
    struct db *root = test_admin("gz_xinzhou");

    MUST(id > 0 && run_day("2025-10-14T03:00", 50, &n) == 0 && n.drifted == 0);
    others = n.exceeding; /* what the random run let through with a warning */
    version = test_version("xinzhou", id);
    MUST(db_script(root, arena_fmt(test_arena, "UPDATE project SET money = '{\"paid\":1}', money_over = 1 WHERE id = %" PRId64, id), &test_err) == 0);
    db_close(root);
    MUST(run_day("2025-10-15T03:00", 50, &n) == 0 && n.drifted == 1 && n.exceeding == others);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT paid IS NULL AND money_over = 0 AND version = %" PRId64 " FROM project WHERE id = %" PRId64, version, id)) == 1);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM audit WHERE object = 'project/%" PRId64 "' AND JSON_VALUE(detail, '$.money.before.paid') = 1", id)) == 1);
}

/* Projects like that one, straight into the tables. */
static void multiply(int64_t id, int64_t count)
{
    struct db *root = test_admin("gz_xinzhou");
    const char *columns = "number, title, unit_code, unit_name, unit_kind, regulation, calendar_version, facts, total_investment, state, route, stage, stage_name, holder,"
                          " holder_name, holder_since, next_due, next_provisional, next_name, money, money_over, marks, submitted_on, created_at, updated_at, created_by, created_name, version, event_count";
    const char *events = "at, entered_at, what, name, by_organ, by_name, unit, person, person_name, with_json, articles, regulation, calendar_version, request_id";

    if (db_script(root, arena_fmt(test_arena,
                                  "INSERT INTO project (id, %s) SELECT 1000 + seq, NULL, %s FROM project, seq_1_to_%" PRId64 " WHERE id = %" PRId64 ";"
                                  "INSERT INTO event (project, seq, %s) SELECT 1000 + s.seq, e.seq, %s FROM event e, seq_1_to_%" PRId64 " s WHERE e.project = %" PRId64,
                                  columns, columns + strlen("number, "), count, id, events, arena_fmt(test_arena, "e.%s", "at, e.entered_at, e.what, e.name, e.by_organ, e.by_name, e.unit, e.person, e.person_name, e.with_json, e.articles, e.regulation, e.calendar_version, e.request_id"),
                                  count, id), &test_err) < 0)
        printf("  %s %s\n", test_err.message, test_err.detail);
    db_close(root);
}

/* Two processes at once: every project once, every card once. NIGHTLY_PROJECTS=10000 measures. */
static void two_runners_share_the_work(void)
{
    const char *many = getenv("NIGHTLY_PROJECTS");
    int64_t count = many != NULL ? atoll(many) : 120, id = accepted("许多项目"), statements, started;
    struct nightly n = {0};
    struct desk d;
    struct db *db;
    pid_t child;
    int status, rc = 0;
    clock_t busy;

    MUST(id > 0);
    multiply(id, count);
    started = clock_monotonic_ms();
    test_fork_prepare();
    if ((child = fork()) == 0)
        test_child_exit(run_day("2025-11-20T03:00", 20, &n) == 0 ? 0 : 1);
    for (;;) { /* until it is done by whoever: 0 only says that the other holds the place */
        rc = run_day("2025-11-20T03:00", 20, &n);
        if (rc < 0 || test_number("xinzhou", "SELECT state = 'done' FROM nightly WHERE day = '2025-11-20'") == 1)
            break;
    }
    MUST(waitpid(child, &status, 0) == child && status == 0 && rc == 0);
    if (many != NULL)
        printf("  a red card each, two runners: %" PRId64 " ms\n", clock_monotonic_ms() - started);
    MUST(test_number("xinzhou", "SELECT projects = (SELECT COUNT(*) FROM project WHERE event_count > 0) FROM nightly WHERE day = '2025-11-20'") == 1);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM card WHERE project BETWEEN 1001 AND 900000 AND kind = 'red' AND duty = 'technical_opinion'") == count);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) = %" PRId64 " FROM audit WHERE what = 'nightly.project' AND CAST(SUBSTRING(object, 9) AS UNSIGNED) BETWEEN 1001 AND 900000", count)) == 1);

    test_clock("xinzhou", "2025-11-21T03:00");
    d = test_system("xinzhou", "");
    MUST(district_db(test_platform, d.district, &db, &test_err) == 0);
    statements = db_statements(db);
    started = clock_monotonic_ms();
    busy = clock();
    MUST(run_day("2025-11-21T03:00", 50, &n) == 0);
    MUST(n.changed == 0 || n.projects > count); /* of the copies none */
    statements = (db_statements(db) - statements) / n.projects;
    if (many != NULL)
        printf("  %" PRId64 " projects, nothing to do: %" PRId64 " ms (%ld ms of our processor), %" PRId64 " statements a project\n", n.projects,
               clock_monotonic_ms() - started, (clock() - busy) * 1000 / CLOCKS_PER_SEC, statements);
    MUST(statements <= 2);
}

const struct test TESTS_NIGHTLY[] = {
    { "cards come once and on their day", cards_come_once_and_on_their_day },
    { "a run is taken up where it stopped", a_run_is_taken_up_where_it_stopped },
    { "a new calendar moves no day at night", a_new_calendar_moves_no_day_at_night },
    { "the ledger is proved again", the_ledger_is_proved_again },
    { "two runners share the work", two_runners_share_the_work },
    { NULL, NULL },
};
