/*
 * tests/store/test_rows.c - the rows of a project: itself, its events, papers, duties and tasks; lists and counts
 */
#include "config.h"

#include "store_test.h"

#include "store/whole.h"

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
    a.facts = "{\"project_name\":\"改过\"}"; /* the facts alone */
    a.updated_at = test_now() + 5;
    MUST(project_save(one, test_arena, &a, &test_err) == 0 && a.version == 4);
    MUST(project_get(two, test_arena, 1000, &r, &test_err) == 1 && text_eq(r.facts, a.facts) && r.updated_at == a.updated_at);
    MUST(r.version == 4 && text_eq(r.title, "先到的改动") && text_eq(r.number, "2025-001") && r.submitted_on == a.submitted_on);
    r.stage = "later"; /* and with something else: all that was read stays */
    r.facts = "{}";
    MUST(project_save(two, test_arena, &r, &test_err) == 0 && project_get(one, test_arena, 1000, &a, &test_err) == 1);
    MUST(a.version == 5 && text_eq(a.stage, "later") && text_eq(a.facts, "{}") && text_eq(a.title, "先到的改动"));
    a.stage = "draft";
    MUST(project_save(one, test_arena, &a, &test_err) == 0);
    a.version = 4;
    MUST_ERR(project_save(one, test_arena, &a, &test_err), ERR_STALE); /* whichever columns are written */
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

    MUST(test_put_duties(db, 1000, rows, 2) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && n == 2);
    MUST(text_eq(kept[0].duty, "contract_filing") && kept[0].due_on == day && kept[0].opens_on == day - 10 && kept[0].notified == 0);
    MUST(text_eq(kept[1].duty, "acceptance") && kept[1].due_on == DATE_NONE && kept[1].provisional == 1);
    rows[0].due_on = day - 3; /* not told yet */
    int64_t before = db_statements(db);
    MUST(test_put_duties(db, 1000, rows, 2) == 0);
    MUST(db_statements(db) - before == 3); /* the case read by two, one changed row */
    rows[0].calendar_version = rows[1].calendar_version = "c2"; /* another calendar, the same days: who produced them stays */
    before = db_statements(db);
    MUST(test_put_duties(db, 1000, rows, 2) == 0 && db_statements(db) - before == 2);
    rows[1].due_on = day + 1; /* by the new one, without a notice */
    MUST(test_put_duties(db, 1000, rows, 2) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && n == 2);
    MUST(text_eq(kept[0].calendar_version, "c1") && text_eq(kept[1].calendar_version, "c2"));
    int64_t ids[DUTY_PROVISIONAL_PROJECTS];
    MUST(duty_provisional(db, test_arena, 0, ids, &n, &test_err) == 0 && n == 1 && ids[0] == 1000);
    MUST(duty_provisional(db, test_arena, 1000, ids, &n, &test_err) == 0 && n == 0);
    MUST(tx_begin(db, &test_err) == 0);
    MUST(duty_tell(db, test_arena, 1000, &(struct duty_name){"contract_filing", "c1"}, day - 20, "《批复》甲〔2025〕1号", &test_err) == 0);
    MUST(duty_tell(db, test_arena, 1000, &(struct duty_name){"nothing", ""}, day - 20, "《批复》", &test_err) == 0 && tx_commit(db, &test_err) == 0);
    MUST(test_put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && n == 1);
    MUST(kept[0].notified == 1 && kept[0].told_on == day - 20 && text_eq(kept[0].told_by, "《批复》甲〔2025〕1号"));
    rows[0].due_on = day - 2, rows[0].notified = 1; /* a later day: the telling still holds */
    MUST(test_put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && kept[0].notified == 1 && kept[0].told_on == day - 20);
    rows[0].told_on = day - 1, rows[0].told_by = "《批复》甲〔2025〕2号"; /* told anew, with the row */
    MUST(test_put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && kept[0].notified == 1 && kept[0].told_on == day - 1);
    MUST(text_eq(kept[0].told_by, rows[0].told_by));
    rows[0].told_on = DATE_NONE, rows[0].told_by = "";
    rows[0].due_on = day + 5, rows[0].notified = 0; /* another day was not told */
    MUST(test_put_duties(db, 1000, rows, 1) == 0);
    MUST(duty_list(db, test_arena, 1000, &kept, &n, &test_err) == 0 && kept[0].due_on == day + 5);
    MUST(kept[0].notified == 0 && kept[0].told_on == DATE_NONE && text_eq(kept[0].told_by, ""));
    rows[0].state = "done_late", rows[0].fulfilled_on = day + 9;
    MUST(test_put_duties(db, 1000, rows, 1) == 0);
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
        MUST(test_put_tasks(db, 2000 + i, &t, 1) == 0);
    }
    MUST(tasks_of(db, "tech", "", 3, &got, &n) == 0 && n == 3);
    MUST(got[0].project == 2003 && got[1].project == 2002 && got[2].project == 2001);
    MUST(text_eq(got[0].title, "清单项目") && text_eq(got[0].unit_name, "水务局") && got[0].total_investment == 41260000);
    MUST(tasks_of(db, "tech", "", 10, &got, &n) == 0 && n == 4 && got[3].due_on == DATE_NONE);
    MUST(tasks_of(db, "tech", "edu", 10, &got, &n) == 0 && n == 0);
    struct task moved = {.organ = "unit", .unit = "edu", .act = "contract.record", .name = "备案", .since = test_now(), .due_on = DATE_NONE};
    MUST(test_put_tasks(db, 2003, &moved, 1) == 0);
    int64_t before = db_statements(db);
    MUST(test_put_tasks(db, 2003, &moved, 1) == 0 && db_statements(db) - before == 2);
    MUST(tasks_of(db, "unit", "edu", 10, &got, &n) == 0 && n == 1 && text_eq(got[0].name, "备案"));
    MUST(test_put_tasks(db, 2003, NULL, 0) == 0);
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

const struct test TESTS_ROWS[] = {
    {"a project goes and comes", a_project_goes_and_comes},
    {"a stale version is refused", a_stale_version_is_refused},
    {"lists filter and page by key", lists_filter_and_page_by_key},
    {"counts are by unit and state", counts_are_by_unit_and_state},
    {"the tally moves with the project", the_tally_moves_with_the_project},
    {"events and documents keep their order", events_and_documents_keep_their_order},
    {"duties are replaced and what was told stays", duties_are_replaced_and_what_was_told_stays},
    {"tasks come by due date with their project", tasks_come_by_due_date_with_their_project},
    {"decisions and contracts are kept", decisions_and_contracts_are_kept},
    {NULL, NULL},
};
