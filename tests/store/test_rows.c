/*
 * tests/store/test_rows.c - values to the server and back; the rows of projects and of the platform
 */
#include "config.h"

#include "store_test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "store/whole.h"

/* ---- values ---- */

static const struct sql ROUND_ADD = {"round.add", "INSERT INTO round_trip (id, t, v, n, d, i, b) VALUES (?, ?, ?, ?, ?, ?, ?)"};
static const struct sql ROUND_LIST = {"round.list", "SELECT id, t, v, n, d, i, b FROM round_trip ORDER BY id"};
static const struct sql ROUND_ONE = {"round.one", "SELECT t FROM round_trip WHERE id = ?"};

struct round {
    const char *t;
    int64_t n;
    date d;
    instant i;
};

static char *big_text(void)
{
    size_t n = 100 * 1024;
    char *s = arena_alloc(test_arena, n + 1);

    for (size_t i = 0; i < n; i += 4)
        memcpy(s + i, i % 8 == 0 ? "😀" : "𠮷", 4); /* four bytes each */
    return s;
}

static void values_come_back_as_they_went(void)
{
    struct db *db = test_root("scratch");
    const struct round rounds[] = {
        {"", INT64_MAX, date_of(9999, 12, 31), INT64_C(253402300799999999)},
        {"😀𠮷é ", INT64_MIN, date_of(1000, 1, 1), INT64_C(-1)},
        {NULL, 0, DATE_NONE, INSTANT_NONE},
        {big_text(), -1, date_of(2024, 2, 29), test_now()},
        {"短", 1, date_of(1969, 12, 31), INT64_C(-30610224000000000)},
        {NULL, 7, DATE_NONE, INSTANT_NONE},
    };
    struct stmt *s;

    MUST(test_script(db, "CREATE TABLE round_trip (id BIGINT PRIMARY KEY, t LONGTEXT, v VARCHAR(50), n BIGINT, d DATE,"
                         " i DATETIME(6), b LONGBLOB) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin") == 0);
    for (size_t i = 0; i < ARRAY_LEN(rounds); i++) {
        MUST(stmt_open(db, test_arena, &ROUND_ADD, &s, &test_err) == 0);
        stmt_bind_i64(s, (int64_t)i);
        stmt_bind_text(s, rounds[i].t);
        stmt_bind_null(s);
        stmt_bind_i64(s, rounds[i].n);
        stmt_bind_date(s, rounds[i].d);
        stmt_bind_instant(s, rounds[i].i);
        stmt_bind_null(s);
        MUST(stmt_run(s, &test_err) == 0 && stmt_affected(s) == 1);
    }
    MUST(stmt_open(db, test_arena, &ROUND_LIST, &s, &test_err) == 0 && stmt_run(s, &test_err) == 0);
    MUST(stmt_rows(s) == ARRAY_LEN(rounds));
    for (size_t i = 0; i < ARRAY_LEN(rounds); i++) {
        MUST(stmt_step(s) == 1 && stmt_i64(s, 0) == (int64_t)i);
        MUST(text_eq(stmt_text(s, 1), rounds[i].t) && stmt_is_null(s, 1) == (rounds[i].t == NULL));
        MUST(stmt_is_null(s, 2) && stmt_text(s, 2) == NULL && stmt_i64(s, 2) == 0);
        MUST(stmt_i64(s, 3) == rounds[i].n && stmt_date(s, 4) == rounds[i].d && stmt_instant(s, 5) == rounds[i].i);
        MUST(stmt_is_null(s, 6));
    }
    MUST(stmt_step(s) == 0 && stmt_step(s) == 0);
    db_close(db);
}

/* trap M1: a value exactly as long as the widest of its column, at every length, shorter and NULL ones between */
static void every_length_fits(void)
{
    struct db *db = test_root("scratch");
    struct stmt *s;
    char text[301];

    memset(text, 'm', sizeof text);
    MUST(test_script(db, "DELETE FROM round_trip") == 0);
    for (int i = 0; i <= 300; i++) {
        text[i == 0 ? 0 : i] = '\0';
        MUST(stmt_open(db, test_arena, &ROUND_ADD, &s, &test_err) == 0);
        stmt_bind_i64(s, i);
        if (i % 7 == 3)
            stmt_bind_null(s);
        else
            stmt_bind_text(s, text);
        for (int k = 0; k < 5; k++)
            stmt_bind_null(s);
        MUST(stmt_run(s, &test_err) == 0);
        text[i] = 'm';
    }
    for (int i = 0; i <= 300; i++) { /* alone: the widest is the value itself */
        MUST(stmt_open(db, test_arena, &ROUND_ONE, &s, &test_err) == 0);
        stmt_bind_i64(s, i);
        MUST(stmt_run(s, &test_err) == 0 && stmt_step(s) == 1);
        MUST(i % 7 == 3 ? stmt_is_null(s, 0) : strlen(stmt_text(s, 0)) == (size_t)i);
    }
    MUST(stmt_open(db, test_arena, &ROUND_LIST, &s, &test_err) == 0 && stmt_run(s, &test_err) == 0);
    for (int i = 0; i <= 300; i++) {
        MUST(stmt_step(s) == 1);
        MUST(i % 7 == 3 ? stmt_is_null(s, 1) : strlen(stmt_text(s, 1)) == (size_t)i && strspn(stmt_text(s, 1), "m") == (size_t)i);
    }
    db_close(db);
}

/* trap M3: results side by side, and a statement inside a loop over its own rows */
static void many_results_are_open_at_once(void)
{
    struct db *db = test_root("scratch");
    struct stmt *outer, *inner, *same;
    int n = 0;

    MUST(test_script(db, "DELETE FROM round_trip; INSERT INTO round_trip (id, t) VALUES (1, 'a'), (2, 'b'), (3, 'c')") == 0);
    MUST(stmt_open(db, test_arena, &ROUND_LIST, &outer, &test_err) == 0 && stmt_run(outer, &test_err) == 0);
    while (stmt_step(outer)) {
        const char *before = stmt_text(outer, 1);
        MUST(stmt_open(db, test_arena, &ROUND_LIST, &same, &test_err) == 0 && stmt_run(same, &test_err) == 0);
        MUST(stmt_step(same) == 1 && text_eq(stmt_text(same, 1), "a"));
        MUST(stmt_open(db, test_arena, &ROUND_ONE, &inner, &test_err) == 0);
        stmt_bind_i64(inner, stmt_i64(outer, 0));
        MUST(stmt_run(inner, &test_err) == 0 && stmt_step(inner) == 1);
        MUST(text_eq(stmt_text(inner, 0), before) && text_eq(stmt_text(outer, 1), before));
        n++;
    }
    MUST(n == 3);
    MUST(db_statements(db) >= 8);
    db_close(db);
}

static void what_the_schema_refuses_is_an_error_without_sql(void)
{
    struct db *db = test_district();
    struct project p = test_project(910001, "状态不对");

    p.state = "nonsense";
    MUST_ERR(project_add(db, test_arena, &p, &test_err), ERR_INTERNAL);
    MUST(strstr(test_err.message, "INSERT") == NULL && strstr(test_err.message, "project") == NULL);
    p = test_project(910001, "事实不是 JSON");
    p.facts = "{";
    MUST_ERR(project_add(db, test_arena, &p, &test_err), ERR_INTERNAL);
    struct event ev = {.project = 999999999, .seq = 1, .at = test_now(), .entered_at = test_now(), .what = "x", .name = "x",
                       .by = "x", .person = "x", .regulation = "r"};
    MUST_ERR(event_add(db, test_arena, &ev, &test_err), ERR_INTERNAL); /* no such project */
    db_close(db);
}

/* ---- projects ---- */

static void a_project_goes_and_comes(void)
{
    struct db *db = test_district();
    struct project p = test_project(1000, "智慧教育平台 😀"), r;

    p.facts = "{\"a\":\"😀\",\"b\":9223372036854775807}";
    p.next_due = date_of(2025, 3, 31);
    p.next_provisional = 1;
    p.next_name = "合同备案";
    p.marks = "[\"provisional\"]";
    MUST(project_get(db, test_arena, 1000, &r, &test_err) == 0);
    MUST(project_add(db, test_arena, &p, &test_err) == 0);
    MUST_ERR(project_add(db, test_arena, &p, &test_err), ERR_CONFLICT);
    MUST(project_get(db, test_arena, 1000, &r, &test_err) == 1);
    MUST(r.id == 1000 && text_eq(r.number, "") && text_eq(r.title, p.title) && text_eq(r.unit_code, "edu"));
    MUST(text_eq(r.unit_name, "教育局") && text_eq(r.unit_kind, "bureau") && text_eq(r.place, "east") && text_eq(r.days_calendar, "c1") && text_eq(r.regulation, "2022-15"));
    MUST(text_eq(r.calendar_version, "c1") && text_eq(r.facts, p.facts) && r.total_investment == 41260000);
    MUST(text_eq(r.state, "draft") && text_eq(r.route, "approval") && text_eq(r.stage, "draft") && text_eq(r.stage_name, "草稿"));
    MUST(text_eq(r.holder, "unit") && text_eq(r.holder_name, "申报单位") && r.holder_since == test_now());
    MUST(r.next_due == p.next_due && r.next_provisional == 1 && text_eq(r.next_name, "合同备案") && text_eq(r.marks, p.marks));
    MUST(r.submitted_on == DATE_NONE && r.created_at == test_now() && r.updated_at == test_now());
    MUST(text_eq(r.created_by, "u-1") && text_eq(r.created_name, "王一") && r.version == 1 && r.event_count == 0);
    db_close(db);
}

static void a_stale_version_is_refused(void)
{
    struct db *one = test_district(), *two = test_district();
    struct project a, b, r;

    MUST(project_get(one, test_arena, 1000, &a, &test_err) == 1 && project_get(two, test_arena, 1000, &b, &test_err) == 1);
    a.title = "先到的改动";
    a.number = "2025-001";
    a.submitted_on = date_of(2025, 3, 4);
    a.event_count = 1;
    a.total_investment = -1;
    MUST(project_save(one, test_arena, &a, &test_err) == 0 && a.version == 2);
    b.title = "后到的改动";
    MUST_ERR(project_save(two, test_arena, &b, &test_err), ERR_STALE);
    MUST(b.version == 1 && test_err.mend[0] != '\0');
    MUST(project_get(two, test_arena, 1000, &r, &test_err) == 1);
    MUST(text_eq(r.title, "先到的改动") && text_eq(r.number, "2025-001") && r.version == 2 && r.event_count == 1);
    MUST(r.submitted_on == date_of(2025, 3, 4) && r.total_investment == -1 && text_eq(r.created_name, "王一"));
    MUST(project_save(one, test_arena, &a, &test_err) == 0 && a.version == 3); /* nothing changed is still found: trap M7 */
    struct project other = test_project(1001, "同号");
    other.number = "2025-001";
    MUST_ERR(project_add(one, test_arena, &other, &test_err), ERR_CONFLICT);
    db_close(one);
    db_close(two);
}

static struct project_filter no_filter(void)
{
    return (struct project_filter){
        .of = {"", "", 0}, .text = "", .state = "", .stage = "", .holder = "", .due = "", .today = date_of(2025, 4, 1), .due_before = DATE_NONE, .limit = 100};
}

static void lists_filter_and_page_by_key(void)
{
    struct db *db = test_district();
    struct project_filter f = no_filter();
    struct project *rows;
    size_t n, all = 0;
    int64_t last = INT64_MAX;

    for (int i = 0; i < 25; i++) {
        struct project p = test_project(2000 + i, i == 7 ? "含有 100% 与 a_b 的名称" : "清单项目");
        p.unit_code = i % 5 == 0 ? "health" : "water";
        p.unit_name = i % 5 == 0 ? "卫生健康局" : "水务局";
        p.state = i % 2 == 0 ? "running" : "draft";
        p.stage = i % 3 == 0 ? "review" : "filing";
        p.holder = "h1";
        p.next_due = date_of(2025, 3, 20) + i;
        MUST(project_add(db, test_arena, &p, &test_err) == 0);
    }
    f.holder = "h1";
    f.limit = 10;
    do {
        MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0);
        for (size_t i = 0; i < n; i++) {
            MUST(rows[i].id < last && rows[i].facts == NULL && rows[i].total_investment == 41260000);
            last = rows[i].id;
        }
        all += n;
        f.after_id = last;
    } while (n > 0);
    MUST(all == 25);
    f = no_filter(), f.of.unit = "health";
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 5);
    f.state = "running";
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 3);
    f = no_filter(), f.of.begun = 1;
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0);
    for (size_t i = 0; i < n; i++)
        MUST(rows[i].event_count > 0);
    f.of.unit = "health", f.limit = 2;
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 0); /* none of theirs has begun */
    f.of.begun = 0;
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 2 && rows[0].id == 2020 && rows[1].id == 2015);
    f = no_filter(), f.due = "overdue"; /* of all: the six below and the one of before */
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n >= 6);
    for (size_t i = 0; i < n; i++)
        MUST(text_eq(rows[i].state, "running") && rows[i].next_due < f.today);
    f = no_filter(), f.stage = "review";
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 9);
    f = no_filter(), f.text = "100%";
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 1 && rows[0].id == 2007);
    f.text = "A_B"; /* case is ignored, the underscore is itself */
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 1 && rows[0].id == 2007);
    f.text = "axb";
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 0);
    f.text = "卫生";
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 5);
    f.text = "2025-001";
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 1 && rows[0].id == 1000);
    f = no_filter(), f.holder = "h1", f.due = "overdue"; /* running ones due before 1 April: i = 0, 2 … 10 */
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 6);
    f.due = "soon", f.due_before = date_of(2025, 4, 1); /* i = 12 is due that day */
    MUST(project_list(db, test_arena, &f, &rows, &n, &test_err) == 0 && n == 7);
    MUST(project_due_list(db, test_arena, &(struct project_sight){"health", "", 0}, date_of(2025, 4, 2), 9, &rows, &n, &test_err) == 0 && n == 2);
    MUST(rows[0].id == 2000 && rows[1].id == 2010); /* i = 0, 10 run and are due by then; 5 is a draft, 20 is due later */
    MUST(project_due_list(db, test_arena, &(struct project_sight){"", "", 0}, date_of(2025, 4, 2), 3, &rows, &n, &test_err) == 0 && n == 3);
    for (size_t i = 1; i < n; i++)
        MUST(rows[i - 1].next_due <= rows[i].next_due && text_eq(rows[i].state, "running"));
    db_close(db);
}

static void counts_are_by_unit_and_state(void)
{
    struct db *db = test_district();
    struct project_counts c;

    MUST(project_count(db, test_arena, &(struct project_sight){"health", "", 0}, &c, &test_err) == 0);
    MUST(c.total == 5 && c.running == 3 && c.drafts == 2 && c.done == 0);
    MUST(project_count(db, test_arena, &(struct project_sight){"nobody", "", 0}, &c, &test_err) == 0 && c.total == 0);
    MUST(project_count(db, test_arena, &(struct project_sight){"", "", 0}, &c, &test_err) == 0 && c.total >= 26);
    db_close(db);
}

static void the_tally_moves_with_the_project(void)
{
    struct db *db = test_district(), *root = test_root("gz_alpha");
    struct project p = test_project(2500, "移动的状态");
    struct project_counts c;
    static const char *const states[] = {"running", "running", "done", "running", "refused"};

    p.unit_code = "moving";
    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0);
    tx_rollback(db);
    MUST(project_count(db, test_arena, &(struct project_sight){"moving", "", 0}, &c, &test_err) == 0 && c.total == 0);
    MUST(project_add(db, test_arena, &p, &test_err) == 0);
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        MUST(project_get(db, test_arena, 2500, &p, &test_err) == 1);
        p.state = states[i];
        MUST(project_save(db, test_arena, &p, &test_err) == 0);
        MUST(project_count(db, test_arena, &(struct project_sight){"moving", "", 0}, &c, &test_err) == 0 && c.total == 1 && c.drafts == 0);
        MUST(c.running == text_eq(states[i], "running") && c.done == text_eq(states[i], "done"));
    }
    MUST(test_number(root, "test.tally",
                     "SELECT COUNT(*) FROM (SELECT unit_code, state, COUNT(*) n FROM project GROUP BY unit_code, state) p"
                     " LEFT JOIN project_tally t USING (unit_code, state) WHERE p.n <> COALESCE(t.n, 0)") == 0);
    db_close(db);
    db_close(root);
}

static void events_and_documents_keep_their_order(void)
{
    struct db *db = test_district();
    struct event ev = {.project = 1000, .at = test_now(), .entered_at = test_now() + 1, .what = "technical_review.accept",
                       .name = "受理", .by = "tech", .by_name = "数据局", .unit = "", .person = "u-2", .person_name = "李二",
                       .with_json = "{\"opinion\":\"同意\"}", .articles = "7,12", .regulation = "2022-15",
                       .calendar_version = "c1", .request_id = "r-1"};
    struct document d = {.project = 1000, .procedure = "technical_review", .material = "request_letter", .name = "函 😀.pdf",
                         .type = "application/pdf", .size = INT64_C(104857600), .state = "draft", .uploaded_at = test_now(),
                         .person = "u-1", .person_name = "王一"};
    struct document *documents, one;
    size_t n;

    for (ev.seq = 2; ev.seq >= 1; ev.seq--)
        MUST(event_add(db, test_arena, &ev, &test_err) == 0);
    ev.seq = 2;
    MUST_ERR(event_add(db, test_arena, &ev, &test_err), ERR_CONFLICT);
    struct project_whole w;
    MUST(project_whole(db, test_arena, 1000, &w, &test_err) == 1 && w.event_count == 1); /* what the row does not count yet is of a later state */
    MUST(test_script(db, "UPDATE project SET event_count = 2 WHERE id = 1000") == 0);
    MUST(project_whole(db, test_arena, 1000, &w, &test_err) == 1);
    const struct event *events = w.events;
    MUST(w.event_count == 2 && events[0].seq == 1 && events[1].seq == 2);
    MUST(text_eq(events[1].what, ev.what) && text_eq(events[1].with_json, ev.with_json) && events[1].entered_at == ev.entered_at);
    MUST(text_eq(events[1].by, "tech") && text_eq(events[1].by_name, "数据局") && text_eq(events[1].person_name, "李二"));
    MUST(text_eq(events[1].articles, "7,12") && text_eq(events[1].regulation, "2022-15") && text_eq(events[1].request_id, "r-1"));

    d.sm3 = crypto_sm3_hex(test_arena, "x", 1);
    for (d.id = 1; d.id <= 3; d.id++)
        MUST(document_add(db, test_arena, &d, &test_err) == 0);
    MUST(document_set_state(db, test_arena, 2, "draft", "submitted", 2, &test_err) == 0);
    MUST_ERR(document_set_state(db, test_arena, 2, "draft", "withdrawn", 2, &test_err), ERR_STALE);
    MUST(document_get(db, test_arena, 2, &one, &test_err) == 1 && text_eq(one.state, "submitted") && one.event_seq == 2);
    MUST(text_eq(one.name, d.name) && one.size == d.size && text_eq(one.sm3, d.sm3) && text_eq(one.material, d.material));
    MUST(document_get(db, test_arena, 99, &one, &test_err) == 0);
    MUST(document_list(db, test_arena, 1000, &documents, &n, &test_err) == 0 && n == 3 && documents[2].id == 3);

    /* the whole in one statement is the same, column by column */
    struct project p;
    MUST(project_whole(db, test_arena, 4711, &w, &test_err) == 0);
    MUST(project_whole(db, test_arena, 1000, &w, &test_err) == 1 && w.event_count == 2 && w.document_count == 3);
    MUST(project_get(db, test_arena, 1000, &p, &test_err) == 1 && row_same(PROJECT_COLS, PROJECT_COLS_COUNT, &p, &w.project));
    for (size_t i = 0; i < 3; i++)
        MUST(row_same(DOCUMENT_COLS, DOCUMENT_COLS_COUNT, &documents[i], &w.documents[i]));
    db_close(db);
}

static int put_duties(struct db *db, int64_t project, const struct duty_row *rows, size_t count)
{
    struct project_whole w;

    if (project_whole_lock(db, test_arena, project, "", &w, &test_err) < 0)
        return -1;
    return duty_replace(db, test_arena, project, w.duties, w.duty_count, rows, count, &test_err);
}

static int put_tasks(struct db *db, int64_t project, const struct task *rows, size_t count)
{
    struct project_whole w;

    if (project_whole_lock(db, test_arena, project, "", &w, &test_err) < 0)
        return -1;
    return task_replace(db, test_arena, project, w.tasks, w.task_count, rows, count, &test_err);
}

static void duties_are_replaced_and_what_was_told_stays(void)
{
    struct db *db = test_district();
    date day = date_of(2025, 6, 1);
    struct duty_row rows[] = {
        {1000, "contract_filing", "c1", "合同备案", "unit", "申报单位", "edu", day - 10, day, 0, "c1", "open", DATE_NONE, "14", "10 个工作日内", 0, DATE_NONE, ""},
        {1000, "acceptance", "", "验收", "unit", "申报单位", "edu", DATE_NONE, DATE_NONE, 1, "c1", "future", DATE_NONE, "18", "", 0, DATE_NONE, ""},
    };
    struct duty_row *kept;
    size_t n;

    MUST(put_duties(db, 1000, rows, 2) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && n == 2);
    MUST(text_eq(kept[0].duty, "contract_filing") && kept[0].due_on == day && kept[0].opens_on == day - 10 && kept[0].notified == 0);
    MUST(text_eq(kept[1].duty, "acceptance") && kept[1].due_on == DATE_NONE && kept[1].provisional == 1);
    rows[0].due_on = day - 3; /* not told yet */
    int64_t before = db_statements(db);
    MUST(put_duties(db, 1000, rows, 2) == 0);
    MUST(db_statements(db) - before == 3); /* the case read by two, one changed row */
    rows[0].calendar_version = rows[1].calendar_version = "c2"; /* another calendar, the same days: who produced them stays */
    before = db_statements(db);
    MUST(put_duties(db, 1000, rows, 2) == 0 && db_statements(db) - before == 2);
    rows[1].due_on = day + 1; /* by the new one, without a notice */
    MUST(put_duties(db, 1000, rows, 2) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && n == 2);
    MUST(text_eq(kept[0].calendar_version, "c1") && text_eq(kept[1].calendar_version, "c2"));
    int64_t ids[DUTY_PROVISIONAL_PROJECTS];
    MUST(duty_provisional(db, test_arena, 0, ids, &n, &test_err) == 0 && n == 1 && ids[0] == 1000);
    MUST(duty_provisional(db, test_arena, 1000, ids, &n, &test_err) == 0 && n == 0);
    MUST(tx_begin(db, &test_err) == 0);
    MUST(duty_tell(db, test_arena, 1000, &(struct duty_name){"contract_filing", "c1"}, 1, day - 20, "《批复》甲〔2025〕1号", &test_err) == 0);
    MUST(duty_tell(db, test_arena, 1000, &(struct duty_name){"nothing", ""}, 1, day - 20, "《批复》", &test_err) == 0 && tx_commit(db, &test_err) == 0);
    MUST(put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && n == 1);
    MUST(kept[0].notified == 1 && kept[0].told_on == day - 20 && text_eq(kept[0].told_by, "《批复》甲〔2025〕1号"));
    rows[0].due_on = day - 2, rows[0].notified = 1; /* a later day: the telling still holds */
    MUST(put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && kept[0].notified == 1 && kept[0].told_on == day - 20);
    rows[0].due_on = day + 5, rows[0].notified = 0; /* another day was not told */
    MUST(put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && kept[0].due_on == day + 5);
    MUST(kept[0].notified == 0 && kept[0].told_on == DATE_NONE && text_eq(kept[0].told_by, ""));
    rows[0].state = "done_late", rows[0].fulfilled_on = day + 9;
    MUST(put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && n == 1);
    MUST(text_eq(kept[0].state, "done_late") && kept[0].fulfilled_on == day + 9);
    db_close(db);
}

static int tasks_of(struct db *db, const char *organ, const char *unit, int limit, struct task **ret, size_t *ret_count)
{
    struct asked q;

    return task_ask(db, test_arena, organ, &(struct project_sight){unit, "", 0}, limit, &q, &test_err) < 0
               ? -1
               : asked_take(&q, test_arena, ret, ret_count, &test_err);
}

static void tasks_come_by_due_date_with_their_project(void)
{
    struct db *db = test_district();
    struct task *got;
    size_t n;

    for (int i = 0; i < 4; i++) {
        struct task t = {.organ = "tech", .unit = "", .act = "technical_review.accept", .name = "受理", .procedure_name = "技术审查",
                         .since = test_now() - i, .due_on = i == 0 ? DATE_NONE : date_of(2025, 5, 10 - i), .articles = "7", .hand_person = "", .hand_name = ""};
        MUST(put_tasks(db, 2000 + i, &t, 1) == 0);
    }
    MUST(tasks_of(db, "tech", "", 3, &got, &n) == 0 && n == 3);
    MUST(got[0].project == 2003 && got[1].project == 2002 && got[2].project == 2001);
    MUST(text_eq(got[0].title, "清单项目") && text_eq(got[0].unit_name, "水务局") && got[0].total_investment == 41260000);
    MUST(tasks_of(db, "tech", "", 10, &got, &n) == 0 && n == 4 && got[3].due_on == DATE_NONE);
    MUST(tasks_of(db, "tech", "edu", 10, &got, &n) == 0 && n == 0);
    struct task moved = {.organ = "unit", .unit = "edu", .act = "contract.record", .name = "备案", .since = test_now(), .due_on = DATE_NONE};
    MUST(put_tasks(db, 2003, &moved, 1) == 0);
    int64_t before = db_statements(db);
    MUST(put_tasks(db, 2003, &moved, 1) == 0 && db_statements(db) - before == 2);
    MUST(tasks_of(db, "unit", "edu", 10, &got, &n) == 0 && n == 1 && text_eq(got[0].name, "备案"));
    MUST(put_tasks(db, 2003, NULL, 0) == 0);
    MUST(tasks_of(db, "unit", "edu", 10, &got, &n) == 0 && n == 0);
    db_close(db);
}

static void decisions_and_contracts_are_kept(void)
{
    struct db *db = test_district();
    struct decision d = {.id = 1, .project = 1000, .event_seq = 2, .kind = "initiation", .name = "批复", .number = "新审批信〔2025〕3号",
                         .title = "关于智慧教育平台的批复", .issued_on = date_of(2025, 3, 10), .organ = "approval", .organ_name = "审批局",
                         .person_name = "赵三", .body = "{\"text\":\"同意\"}", .state = "issued"};
    struct decision r, *rows;
    struct contract c = {.id = 1, .project = 1000, .event_seq = 3, .name = "建设合同", .supplier = "某公司", .amount = 39900000,
                         .signed_on = date_of(2025, 4, 1), .ends_on = DATE_NONE};
    struct contract *contracts;
    struct asked q;
    size_t n;

    MUST(decision_add(db, test_arena, &d, &test_err) == 0);
    d.id = 2;
    MUST_ERR(decision_add(db, test_arena, &d, &test_err), ERR_CONFLICT); /* a number is given once */
    d.number = "", d.project = 2000;
    MUST(decision_add(db, test_arena, &d, &test_err) == 0);
    MUST(decision_get(db, test_arena, 1, &r, &test_err) == 1 && text_eq(r.number, "新审批信〔2025〕3号") && text_eq(r.body, d.body));
    MUST(r.issued_on == d.issued_on && text_eq(r.organ_name, "审批局") && text_eq(r.person_name, "赵三"));
    MUST(decision_ask(db, test_arena, 1000, &q, &test_err) == 0 && asked_take(&q, test_arena, &rows, &n, &test_err) == 0 && n == 1);
    MUST(decision_ask(db, test_arena, 0, &q, &test_err) == 0 && asked_take(&q, test_arena, &rows, &n, &test_err) == 0 && n == 2 && rows[0].id == 2);
    MUST(contract_add(db, test_arena, &c, &test_err) == 0);
    MUST(contract_ask(db, test_arena, 1000, &q, &test_err) == 0 && asked_take(&q, test_arena, &contracts, &n, &test_err) == 0 && n == 1);
    MUST(contracts[0].amount == 39900000 && contracts[0].ends_on == DATE_NONE && text_eq(contracts[0].supplier, "某公司"));
    db_close(db);
}

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
    int ok = tx_begin(db, &test_err) == 0 && project_whole_lock(db, test_arena, id, left->i.key, &w, &test_err) == 1 &&
             w.event_count == 0 && w.duty_count == 0 && w.task_count == 0 && !w.has_idem && write(say, "x", 1) == 1 &&
             usleep(300 * 1000) == 0 && event_add(db, test_arena, &left->ev, &test_err) == 0 &&
             put_duties(db, id, &left->duty, 1) == 0 && put_tasks(db, id, &left->task, 1) == 0 &&
             idem_add(db, test_arena, &left->i, test_now(), &test_err) == 0 &&
             project_save(db, test_arena, &w.project, &test_err) == 0 && tx_commit(db, &test_err) == 0;

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
    MUST(tx_begin(db, &test_err) == 0 && project_whole_lock(db, test_arena, 3050, "k-lock", &w, &test_err) == 1);
    MUST(w.project.version == 2 && w.event_count == 1 && w.duty_count == 1 && w.task_count == 1 && w.has_idem);
    MUST(row_same(EVENT_COLS, EVENT_COLS_COUNT, &left.ev, &w.events[0]) && row_same(DUTY_COLS, DUTY_COLS_COUNT, &left.duty, &w.duties[0]));
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

/* What is sent together is answered in order; what failed meanwhile undoes all, also what was sent after it. */
static void what_is_on_its_way_is_not_lost(void)
{
    struct db *db = test_district();
    struct project p = test_project(3100, "在途"), q;
    struct project_whole w;
    struct idem i = {.key = "k-way", .person = "u-1", .what = "w", .digest = "d", .result = "{}"}, r;
    struct arena *own = arena_new("own", 1 << 20);

    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0);
    MUST(project_whole_lock(db, test_arena, 3100, "k-way", &w, &test_err) == 1 && !w.has_idem && text_eq(w.project.title, "在途"));
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
    struct project_counts *counts;
    struct decision *papers;
    struct contract *contracts;
    struct asked qd, qc, qn;
    struct arena *own = arena_new("own", 1 << 20);
    size_t n;
    char *words = arena_alloc(test_arena, 4001);

    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    MUST(decision_ask(db, test_arena, 1000, &qd, &test_err) == 0 && contract_ask(db, test_arena, 1000, &qc, &test_err) == 0);
    MUST(project_count_ask(db, test_arena, &(struct project_sight){"", "", 0}, &qn, &test_err) == 0);
    MUST(asked_take(&qn, test_arena, &counts, &n, &test_err) == 0 && n == 1 && counts->total > 0);
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

/* ---- platform ---- */

static void sessions_come_and_go(void)
{
    struct db *db = test_platform();
    instant now = test_now();
    struct session_row s = {.person = "u-1", .login = "wang", .name = "王一", .posts = "[{\"tenant\":\"alpha\"}]", .csrf = "c",
                            .address = "10.0.0.1", .created_at = now, .seen_at = now, .checked_at = now, .expires_at = now + 1000000};
    struct session_row r;
    const char *mac[3];

    for (int i = 0; i < 3; i++) {
        s.token_mac = mac[i] = crypto_sm3_hex(test_arena, &i, sizeof i);
        s.person = i == 2 ? "u-2" : "u-1";
        MUST(session_row_add(db, test_arena, &s, &test_err) == 0);
    }
    MUST(session_row_get(db, test_arena, mac[0], &r, &test_err) == 1 && text_eq(r.login, "wang") && text_eq(r.tenant, ""));
    MUST(session_row_choose(db, test_arena, mac[0], "alpha", "tech", "", &test_err) == 0);
    MUST(session_row_seen(db, test_arena, mac[0], now + 5, &test_err) == 0);
    MUST(session_row_checked(db, test_arena, mac[0], "[]", now + 6, &test_err) == 0);
    MUST(session_row_get(db, test_arena, mac[0], &r, &test_err) == 1);
    MUST(text_eq(r.tenant, "alpha") && text_eq(r.organ, "tech") && r.seen_at == now + 5 && r.checked_at == now + 6 && text_eq(r.posts, "[]"));
    MUST(session_row_drop(db, test_arena, mac[0], &test_err) == 0 && session_row_get(db, test_arena, mac[0], &r, &test_err) == 0);
    MUST_ERR(session_row_seen(db, test_arena, mac[0], now, &test_err), ERR_NO_SESSION);
    MUST(session_row_drop(db, test_arena, mac[1], &test_err) == 0 && session_row_get(db, test_arena, mac[1], &r, &test_err) == 0);
    MUST(session_rows_expire(db, test_arena, now, &test_err) == 0 && session_row_get(db, test_arena, mac[2], &r, &test_err) == 1);
    MUST(session_rows_expire(db, test_arena, now + 1000000, &test_err) == 0 && session_row_get(db, test_arena, mac[2], &r, &test_err) == 0);
    MUST(platform_event_add(db, test_arena, now, "login.ok", NULL, "u-1", "10.0.0.1", "r-1", NULL, &test_err) == 0);
    db_close(db);
}

static void failures_are_counted_and_lock(void)
{
    struct db *db = test_platform();
    instant now = test_now(), minute = INT64_C(60000000);
    struct login_counter c;

    for (int i = 1; i <= 4; i++)
        MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + i, &c, &test_err) == 0 && c.failures == i && c.locked_until == INSTANT_NONE);
    MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + minute, &c, &test_err) == 0);
    MUST(c.failures == 5 && c.locked_until == now + 11 * minute && c.first_at == now + 1);
    MUST(login_counter_get(db, test_arena, "u-1", &c, &test_err) == 1 && c.locked_until == now + 11 * minute);
    MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + 11 * minute, &c, &test_err) == 0);
    MUST(c.failures == 1 && c.locked_until == INSTANT_NONE); /* the lock ran out: counted anew */
    MUST(login_counter_fail(db, test_arena, "u-1", 5, 600, now + 22 * minute, &c, &test_err) == 0 && c.failures == 1); /* too old */
    MUST(login_counter_clear(db, test_arena, "u-1", &test_err) == 0 && login_counter_get(db, test_arena, "u-1", &c, &test_err) == 0);

    /* swept when neither counted nor locked since */
    MUST(login_counter_fail(db, test_arena, "u-old", 5, 900, now, &c, &test_err) == 0);
    MUST(login_counter_fail(db, test_arena, "u-locked", 1, 900, now, &c, &test_err) == 0);
    MUST(login_counters_expire(db, test_arena, now, &test_err) == 0 && login_counter_get(db, test_arena, "u-old", &c, &test_err) == 1);
    MUST(login_counters_expire(db, test_arena, now + 1, &test_err) == 0 && login_counter_get(db, test_arena, "u-old", &c, &test_err) == 0);
    MUST(login_counter_get(db, test_arena, "u-locked", &c, &test_err) == 1);
    MUST(login_counters_expire(db, test_arena, now + INT64_C(901000000), &test_err) == 0 && login_counter_get(db, test_arena, "u-locked", &c, &test_err) == 0);
    db_close(db);
}

static void failures_at_once_are_all_counted(void)
{
    struct login_counter c;
    pid_t child[4];
    int status, bad = 0;

    for (size_t k = 0; k < ARRAY_LEN(child); k++)
        if ((child[k] = fork()) == 0) {
            struct db *mine = test_platform();
            for (int i = 0; i < 10; i++)
                if (login_counter_fail(mine, test_arena, "many", 1000, 600, test_now(), &c, &test_err) < 0)
                    _exit(1);
            db_close(mine);
            _exit(0);
        }
    for (size_t k = 0; k < ARRAY_LEN(child); k++)
        bad += waitpid(child[k], &status, 0) != child[k] || status != 0;
    MUST(bad == 0);
    struct db *db = test_platform();
    MUST(login_counter_get(db, test_arena, "many", &c, &test_err) == 1 && c.failures == 40);
    db_close(db);
}

const struct test TESTS_ROWS[] = {
    {"values come back as they went", values_come_back_as_they_went},
    {"every length fits", every_length_fits},
    {"many results are open at once", many_results_are_open_at_once},
    {"what the schema refuses is an error without SQL", what_the_schema_refuses_is_an_error_without_sql},
    {"a project goes and comes", a_project_goes_and_comes},
    {"a stale version is refused", a_stale_version_is_refused},
    {"lists filter and page by key", lists_filter_and_page_by_key},
    {"counts are by unit and state", counts_are_by_unit_and_state},
    {"the tally moves with the project", the_tally_moves_with_the_project},
    {"events and documents keep their order", events_and_documents_keep_their_order},
    {"duties are replaced and what was told stays", duties_are_replaced_and_what_was_told_stays},
    {"tasks come by due date with their project", tasks_come_by_due_date_with_their_project},
    {"decisions and contracts are kept", decisions_and_contracts_are_kept},
    {"numbers have no gaps", numbers_have_no_gaps},
    {"a case is read under its lock as it then is", a_case_is_read_under_its_lock_as_it_then_is},
    {"a key is taken once", a_key_is_taken_once},
    {"what is on its way is not lost", what_is_on_its_way_is_not_lost},
    {"what is asked together is answered apart", what_is_asked_together_is_answered_apart},
    {"sessions come and go", sessions_come_and_go},
    {"failures are counted and lock", failures_are_counted_and_lock},
    {"failures at once are all counted", failures_at_once_are_all_counted},
    {NULL, NULL},
};
