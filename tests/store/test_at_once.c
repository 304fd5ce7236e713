/*
 * tests/store/test_at_once.c - what happens at once: numbers, locks and keys, statements and reads on their way
 */
#include "config.h"

#include "store_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "store/duties.h"
#include "store/whole.h"

static void numbers_have_no_gaps(void)
{
    struct db *db = test_district(), *two = test_district();
    int64_t n;

    for (int i = 1; i <= 3; i++) {
        MUST(tx_begin(db, &test_err) == 0 && number_next(db, test_arena, "批复", 2025, &n, &test_err) == 0 && n == i);
        MUST(tx_commit(db, &test_err) == 0);
    }
    MUST(tx_begin(db, &test_err) == 0 && number_next(db, test_arena, "批复", 2025, &n, &test_err) == 0 && n == 4);
    MUST(number_next(db, test_arena, "批复", 2025, &n, &test_err) == 0 && n == 5);
    tx_rollback(db);
    MUST(tx_begin(db, &test_err) == 0 && number_next(db, test_arena, "批复", 2025, &n, &test_err) == 0 && n == 4);
    MUST(number_next(db, test_arena, "批复", 2026, &n, &test_err) == 0 && n == 1);
    MUST(number_next(db, test_arena, "备案", 2025, &n, &test_err) == 0 && n == 1);
    MUST(test_script(two, "SET SESSION innodb_lock_wait_timeout = 1") == 0);
    MUST(tx_begin(two, &test_err) == 0);
    MUST_ERR(number_next(two, test_arena, "批复", 2025, &n, &test_err), ERR_BUSY); /* the row is held until the commit */
    MUST(db_may_retry(&test_err));
    tx_rollback(two);
    MUST(tx_commit(db, &test_err) == 0);
    MUST(tx_begin(two, &test_err) == 0 && number_next(two, test_arena, "批复", 2025, &n, &test_err) == 0 && n == 5);
    MUST(tx_commit(two, &test_err) == 0);
    db_close(db);
    db_close(two);
}

struct left_case {
    struct event ev;
    struct duty_row duty;
    struct task task;
    struct idem i;
};

/* Another process: has the lock, says so, waits, writes a row of each kind and leaves. */
static int hold_and_write(const struct left_case *left, int say)
{
    struct db *db = test_district();
    struct project_whole w;
    int64_t id = left->ev.project;
    int ok = tx_begin(db, &test_err) == 0 && project_whole_lock(db, test_arena, id, left->i.key, 0, &w, &test_err) == 1 &&
             w.event_count == 0 && w.duty_count == 0 && w.task_count == 0 && !w.has_idem && write(say, "x", 1) == 1 &&
             usleep(300 * 1000) == 0 && event_add(db, test_arena, &left->ev, &test_err) == 0 &&
             test_put_duties(db, id, &left->duty, 1) == 0 && test_put_tasks(db, id, &left->task, 1) == 0 &&
             idem_add(db, test_arena, &left->i, test_now(), &test_err) == 0 &&
             (w.project.event_count = 1) == 1 && project_save(db, test_arena, &w.project, &test_err) == 0 && tx_commit(db, &test_err) == 0;

    tx_rollback(db);
    db_close(db);
    return ok ? 0 : 1;
}

static void a_case_is_read_under_its_lock_as_it_then_is(void)
{
    struct db *db = test_district();
    struct project p = test_project(3050, "先来后到");
    struct left_case left = {
        .ev = {.project = 3050, .seq = 1, .at = test_now(), .entered_at = test_now(), .what = "a.b", .name = "甲", .by = "unit", .with_json = "{}"},
        .duty = {3050, "d", "", "某事", "unit", "申报单位", "edu", DATE_NONE, DATE_NONE, 1, "c1", "open", DATE_NONE, "14", "", 0, DATE_NONE, ""},
        .task = {.project = 3050, .organ = "tech", .unit = "", .act = "a.c", .name = "乙", .since = test_now(), .due_on = DATE_NONE, .provisional = 1},
        .i = {.key = "k-lock", .person = "u-1", .what = "w", .digest = "d", .result = "{}"}};
    struct project_whole w;
    int pipes[2], status;
    char c;
    pid_t other;

    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    db_close(db);
    MUST(pipe(pipes) == 0);
    other = fork();
    if (other == 0)
        _exit(hold_and_write(&left, pipes[1]));
    MUST(other > 0 && read(pipes[0], &c, 1) == 1);
    db = test_district();
    MUST(tx_begin(db, &test_err) == 0 && project_whole_lock(db, test_arena, 3050, "k-lock", 0, &w, &test_err) == 1);
    MUST(w.project.version == 2 && w.event_count == 1 && w.duty_count == 1 && w.task_count == 1 && w.has_idem);
    MUST(row_same(EVENT_COLS, EVENT_COLS_COUNT, &left.ev, &w.events[0]) && row_same(DUTY_COLS, DUTY_COLS_COUNT, &left.duty, &w.duties[0]));
    struct project_whole again;
    MUST(project_whole_lock(db, test_arena, 3050, "", 1, &again, &test_err) == 1); /* taken for a draft, and no key asked */
    MUST(again.event_count == 1 && row_same(EVENT_COLS, EVENT_COLS_COUNT, &left.ev, &again.events[0]) && again.duty_count == 1 && !again.has_idem);
    MUST(row_same(TASK_COLS, TASK_COLS_COUNT, &left.task, &w.tasks[0]) && row_same(IDEM_COLS, IDEM_COLS_COUNT, &left.i, &w.idem));
    tx_rollback(db);
    MUST(waitpid(other, &status, 0) == other && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    db_close(db);
}

static void a_key_is_taken_once(void)
{
    struct db *one = test_district(), *two = test_district();
    struct idem i = {.key = "k-1", .person = "u-1", .what = "project.act", .digest = "d1", .result = "{\"ok\":true}"}, r;
    struct project p = test_project(3000, "第二次不应写入"), q;

    MUST(idem_get(one, test_arena, "k-1", &r, &test_err) == 0);
    MUST(idem_add(one, test_arena, &i, test_now(), &test_err) == 0);
    MUST(tx_begin(two, &test_err) == 0 && project_add(two, test_arena, &p, &test_err) == 0);
    MUST(idem_add(two, test_arena, &i, test_now(), &test_err) == 0); /* nobody waits for it: the commit tells */
    MUST_ERR(tx_commit(two, &test_err), ERR_CONFLICT);
    MUST(!tx_is_open(two) && project_get(one, test_arena, 3000, &q, &test_err) == 0);
    MUST(idem_get(two, test_arena, "k-1", &r, &test_err) == 1 && text_eq(r.result, i.result) && text_eq(r.digest, "d1"));
    MUST(idem_get(two, test_arena, "K-1", &r, &test_err) == 0 && idem_get(two, test_arena, "k-1 ", &r, &test_err) == 0);
    MUST(idem_expire(one, test_arena, test_now(), &test_err) == 0 && idem_get(one, test_arena, "k-1", &r, &test_err) == 1);
    MUST(idem_expire(one, test_arena, test_now() + 1, &test_err) == 0 && idem_get(one, test_arena, "k-1", &r, &test_err) == 0);
    db_close(one);
    db_close(two);
}

/* The key of a form with a version stands in the audit row of what it did. */
static void a_form_is_in_the_trail_once(void)
{
    struct db *one = test_district();
    struct audit row = {.at = test_now(), .case_at = test_now(), .request_id = "r", .session = "s", .person = "u-1", .person_name = "张",
                        .organ = "unit", .unit = "jyj", .address = "127.0.0.1", .what = "project.draft", .object = "project/3001", .result = "ok",
                        .reason = "", .articles = "", .before_sm3 = "", .after_sm3 = "",
                        .detail = "{\"form\":{\"key\":\"f-1\",\"digest\":\"d1\",\"result\":{\"version\":3}}}", .form_key = "f-1"},
                 none = row;
    struct project p = test_project(3001, "第二次不应写入"), q;
    struct idem r;

    none.form_key = "";
    MUST(tx_begin(one, &test_err) == 0 && project_add(one, test_arena, &p, &test_err) == 0 && audit_form(one, test_arena, "f-1", &r, &test_err) == 0);
    MUST(audit_add(one, test_arena, "k", 1, &row, &test_err) == 0 && audit_add(one, test_arena, "k", 1, &none, &test_err) == 0 &&
         audit_add(one, test_arena, "k", 1, &none, &test_err) == 0); /* many without */
    MUST(audit_form(one, test_arena, "f-1", &r, &test_err) == 1 && text_eq(r.key, "f-1") && text_eq(r.person, "u-1") &&
         text_eq(r.what, "project.draft") && text_eq(r.digest, "d1") && text_eq(r.result, "{\"version\":3}"));
    MUST(audit_form(one, test_arena, "F-1", &r, &test_err) == 0 && audit_form(one, test_arena, "f-1 ", &r, &test_err) == 0);
    MUST(audit_add(one, test_arena, "k", 1, &row, &test_err) == 0); /* nobody waits for it: the commit tells */
    MUST_ERR(tx_commit(one, &test_err), ERR_CONFLICT);
    MUST(project_get(one, test_arena, 3001, &q, &test_err) == 0 && audit_form(one, test_arena, "f-1", &r, &test_err) == 0);
    db_close(one);
}

/* What is sent together is answered in order; what failed meanwhile undoes all, also what was sent after it. */
static void what_is_on_its_way_is_not_lost(void)
{
    struct db *db = test_district();
    struct project p = test_project(3100, "在途"), q;
    struct project_whole w;
    struct idem i = {.key = "k-way", .person = "u-1", .what = "w", .digest = "d", .result = "{}"}, r;
    struct arena *own = arena_new("own", 1 << 20);

    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0);
    MUST(project_whole_lock(db, test_arena, 3100, "k-way", 0, &w, &test_err) == 1 && !w.has_idem && text_eq(w.project.title, "在途"));
    p.version = 7; /* not the one kept */
    MUST(project_save(db, test_arena, &p, &test_err) == 0 && idem_add(db, test_arena, &i, test_now(), &test_err) == 0);
    MUST_ERR(project_get(db, test_arena, 3100, &q, &test_err), ERR_STALE); /* the next who waits is told */
    tx_rollback(db);
    MUST(project_get(db, test_arena, 3100, &q, &test_err) == 0 && idem_get(db, test_arena, "k-way", &r, &test_err) == 0);

    p.version = 1;
    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0);
    for (int k = 0; k < 200; k++) { /* more than are left unread */
        i.key = arena_fmt(test_arena, "k-way-%d", k);
        MUST(idem_add(db, test_arena, &i, test_now(), &test_err) == 0);
    }
    MUST(tx_commit(db, &test_err) == 0 && idem_get(db, test_arena, "k-way-199", &r, &test_err) == 1);

    /* sent, and then the arena goes: the connection is fit for the next */
    MUST(tx_begin(db, &test_err) == 0);
    i.key = "k-way-own";
    MUST(idem_add(db, own, &i, test_now(), &test_err) == 0);
    arena_free(own);
    MUST(project_get(db, test_arena, 3100, &q, &test_err) == 1 && text_eq(q.title, "在途") && tx_commit(db, &test_err) == 0);

    /* a connection that goes with answers on their way */
    MUST(tx_begin(db, &test_err) == 0);
    i.key = "k-way-gone";
    MUST(idem_add(db, test_arena, &i, test_now(), &test_err) == 0);
    db_close(db);
    db = test_district();
    MUST(idem_get(db, test_arena, "k-way-gone", &r, &test_err) == 0);
    db_close(db);
}

/* Several reads on their way: each gets its own rows, in whatever order they are taken, or by nobody. */
static void what_is_asked_together_is_answered_apart(void)
{
    struct db *db = test_district();
    struct project p = test_project(3200, "一起问"), got;
    struct desk_probe *probe;
    struct decision *papers;
    struct contract *contracts;
    struct asked qd, qc, qn;
    struct arena *own = arena_new("own", 1 << 20);
    size_t n;
    char *words = arena_alloc(test_arena, 4001);

    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    MUST(decision_ask(db, test_arena, 1000, &qd, &test_err) == 0 && contract_ask(db, test_arena, 1000, &qc, &test_err) == 0);
    MUST(desk_probe_ask(db, test_arena, "tech", &(struct project_sight){"", "", 0}, "x", date_of(2031, 5, 6), date_of(2031, 5, 6), &qn, &test_err) == 0);
    MUST(asked_take(&qn, test_arena, &probe, &n, &test_err) == 0 && n == 1 && probe->counts.total > 0);
    MUST(project_get(db, test_arena, 3200, &got, &test_err) == 1 && text_eq(got.title, "一起问")); /* one that does not wait for its turn */
    MUST(asked_take(&qd, test_arena, &papers, &n, &test_err) == 0 && n == 1 && papers[0].project == 1000);
    MUST(asked_take(&qc, test_arena, &contracts, &n, &test_err) == 0 && n == 1 && contracts[0].project == 1000);

    MUST(decision_ask(db, own, 1000, &qd, &test_err) == 0 && contract_ask(db, own, 1000, &qc, &test_err) == 0);
    arena_free(own); /* nobody asks any more */
    MUST(project_get(db, test_arena, 3200, &got, &test_err) == 1);

    MUST(contract_ask(db, test_arena, 1000, &qc, &test_err) == 0 && contract_ask(db, test_arena, 3200, &qd, &test_err) == 0);
    MUST(asked_take(&qd, test_arena, &contracts, &n, &test_err) == 0 && n == 0); /* the same statement for another */
    MUST(asked_take(&qc, test_arena, &contracts, &n, &test_err) == 0 && n == 1 && contracts[0].project == 1000);

    memset(words, 'x', 4000); /* before what might not fit into the socket the others are read */
    words[4000] = '\0';
    struct task *tasks;
    MUST(contract_ask(db, test_arena, 1000, &qc, &test_err) == 0);
    MUST(task_ask(db, test_arena, words, &(struct project_sight){"", "", 0}, 5, &qd, &test_err) == 0);
    MUST(asked_take(&qd, test_arena, &tasks, &n, &test_err) == 0 && n == 0);
    MUST(asked_take(&qc, test_arena, &contracts, &n, &test_err) == 0 && n == 1);

    MUST(contract_ask(db, test_arena, 1000, &qc, &test_err) == 0);
    db_close(db); /* with an answer on its way */
}

const struct test TESTS_AT_ONCE[] = {
    {"numbers have no gaps", numbers_have_no_gaps},
    {"a case is read under its lock as it then is", a_case_is_read_under_its_lock_as_it_then_is},
    {"a key is taken once", a_key_is_taken_once},
    {"a form is in the trail once", a_form_is_in_the_trail_once},
    {"what is on its way is not lost", what_is_on_its_way_is_not_lost},
    {"what is asked together is answered apart", what_is_asked_together_is_answered_apart},
    {NULL, NULL},
};
