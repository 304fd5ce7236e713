/*
 * tests/store/test_lists.c - what projects are found and counted by, the lists of the supervision, views and jobs
 */
#include "config.h"

#include "store_test.h"

#include "store/lists.h"

static const struct project_sight ALL = {.unit = "", .place = "", .begun = 0};

static struct project_filter found_by(const char *text)
{
    return (struct project_filter){.of = {"", "", 0}, .text = text, .state = "", .stage = "", .holder = "", .due = "",
                                   .today = date_of(2025, 4, 1), .due_before = DATE_NONE, .due_near = DATE_NONE, .limit = 50};
}

static int64_t only(struct db *db, struct project_filter f)
{
    struct project *rows;
    size_t n;

    return project_list(db, test_arena, &f, &rows, &n, &test_err) < 0 ? -1 : n == 1 ? rows[0].id : n == 0 ? 0 : -2;
}

static int renamed(struct db *db, int64_t id, const char *title)
{
    struct project p;

    if (project_get(db, test_arena, id, &p, &test_err) != 1 || tx_begin(db, &test_err) < 0)
        return -1;
    p.title = title;
    return project_save(db, test_arena, &p, &test_err) < 0 ? -1 : tx_commit(db, &test_err);
}

/* Somebody did something to it; the trail is sealed and followed to its end. */
static int followed(struct db *db, int64_t id)
{
    static const char key[32] = "k";
    struct audit row = {.at = test_now(), .case_at = test_now(), .request_id = "", .session = "", .person = "", .person_name = "", .organ = "",
                        .unit = "", .address = "", .what = "project.act", .object = arena_fmt(test_arena, "project/%lld", (long long)id),
                        .result = "ok", .reason = "", .articles = "", .before_sm3 = "", .after_sm3 = "", .detail = "{}"};
    int64_t links;

    if (audit_add(db, test_arena, key, sizeof key, &row, &test_err) < 0 || audit_seal(db, test_arena, &links, &test_err) < 0)
        return -1;
    do {
        if (search_follow(db, test_arena, &links, &test_err) < 0)
            return -1;
    } while (links > 0);
    return 0;
}

static void a_project_is_found_by_its_words_wherever_they_stand(void)
{
    struct db *db = test_district();
    struct project p = test_project(7001, "古井水位遥测站");
    struct event ev = {.project = 7001, .seq = 1, .at = test_now(), .entered_at = test_now(), .what = "review.pass", .name = "通过",
                       .by = "tech", .by_name = "区大数据中心", .unit = "", .person = "x", .person_name = "王一",
                       .with_json = "{\"opinion\":\"传感器选型须复核\",\"grade\":\"good\"}", .articles = "", .regulation = "r",
                       .calendar_version = "c", .request_id = ""};
    struct document doc = {.id = 7002, .project = 7001, .procedure = "review", .material = "m", .name = "水文勘测报告.pdf",
                           .type = "application/pdf", .size = 1, .state = "submitted", .uploaded_at = test_now(),
                           .sm3 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", .person = "x", .person_name = "王一"};

    p.number = "GJ-2025-0917";
    p.event_count = 1;
    MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0);
    MUST(event_add(db, test_arena, &ev, &test_err) == 0 && document_add(db, test_arena, &doc, &test_err) == 0);
    MUST(tx_commit(db, &test_err) == 0);
    MUST(only(db, found_by("水位遥测")) == 7001 && only(db, found_by("遥测站 古井")) == 7001);
    MUST(only(db, found_by("gj-2025-0917")) == 7001 && only(db, found_by("5-0917")) == 7001);
    MUST(only(db, found_by("古井站")) == 0); /* its pairs are there, the word is not */
    MUST(only(db, found_by("传感器选型")) == 0); /* the list looks at names only */
    struct project_filter deep = found_by("传感器选型");
    deep.deep = 1;
    MUST(only(db, deep) == 0); /* the trail is not sealed yet */
    MUST(followed(db, 7001) == 0);
    MUST(only(db, deep) == 7001);
    deep.text = "水文勘测";
    MUST(only(db, deep) == 7001);
    deep.text = "good"; /* a choice is nothing a person wrote */
    MUST(only(db, deep) == 0);

    struct search_piece *pieces;
    size_t n;
    const int64_t ids[] = {7001};
    MUST(search_pieces(db, test_arena, "水文勘测", ids, 1, 9, &pieces, &n, &test_err) == 0 && n == 1 && pieces[0].ref == 7002);
    MUST(renamed(db, 7001, "深井水位遥测站") == 0);
    MUST(only(db, found_by("古井水位")) == 0 && only(db, found_by("深井水位")) == 7001);
    db_close(db);
}

static void older_rows_are_put_where_they_are_found(void)
{
    struct db *db = test_district(), *root = test_root("gz_alpha");
    int64_t last = 0, after = INT64_MIN, count = 0;

    MUST(test_script(root, "DELETE FROM search_gram") == 0);
    MUST(only(db, found_by("深井水位")) == 0);
    do {
        MUST(search_reindex(db, test_arena, after, &last, &count, &test_err) == 0);
        after = last;
    } while (last != 0);
    MUST(count == test_number(root, "count.projects", "SELECT COUNT(*) FROM project"));
    struct project_filter deep = found_by("传感器选型");
    deep.deep = 1;
    MUST(only(db, found_by("深井水位")) == 7001 && only(db, deep) == 7001);
    db_close(db);
    db_close(root);
}

/* Any ledger: two years at most, two columns, what is left of it among them. */
static const char *any_money(void)
{
    int from = 2023 + (int)test_chance(3), left = (int)test_chance(2) * 100, more = (int)test_chance(900) - 300;

    if (test_chance(6) == 0)
        return "{}";
    if (test_chance(3) == 0)
        return arena_fmt(test_arena, "{\"approved\":500,\"surplus\":%d,\"years\":{\"%d\":{\"approved\":500,\"surplus\":%d}}}", left, from, left);
    return arena_fmt(test_arena, "{\"approved\":%d,\"surplus\":%d,\"years\":{\"%d\":{\"approved\":500},\"%d\":{\"approved\":%d,\"surplus\":%d}}}",
                     500 + more, left, from, from + 1, more, left);
}

static void money_adds_up_by_year(void)
{
    struct db *db = test_district(), *root = test_root("gz_alpha");

    for (int64_t id = 7400; id < 7430; id++) {
        struct project p = test_project(id, "资金项目");
        p.unit_code = id % 2 ? "money_a" : "money_b";
        p.money = "{}";
        MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0);
        for (int i = 0; i < 8; i++) {
            p.money = any_money();
            p.money_over = p.money[1] != '}' && test_chance(2) ? 1 : 0; /* nothing exceeds where nothing is known */
            p.event_count += test_chance(2);
            p.submitted_on = test_chance(3) ? date_of(2022 + (int)test_chance(3), 5, 5) : DATE_NONE;
            MUST(project_save(db, test_arena, &p, &test_err) == 0);
        }
        MUST(tx_commit(db, &test_err) == 0);
    }
    MUST(test_number(root, "money.rows", /* what a row says of all years is what its years add up to */
                     "SELECT COUNT(*) FROM project p LEFT JOIN (SELECT project, SUM(approved) a, SUM(surplus) s FROM money_year GROUP BY project) y"
                     " ON y.project = p.id WHERE COALESCE(p.approved, 0) <> COALESCE(y.a, 0) OR COALESCE(p.surplus, 0) <> COALESCE(y.s, 0)") == 0);
    MUST(test_number(root, "money.places",
                     "SELECT COUNT(*) FROM (SELECT p.unit_code, COALESCE(YEAR(p.submitted_on), 0) y, m.year o, p.event_count > 0 b, p.money_over > 0 x,"
                     " COALESCE(p.surplus, 0) > 0 r, COUNT(*) n, SUM(m.year = (SELECT MIN(f.year) FROM money_year f WHERE f.project = p.id)) f,"
                     " SUM(m.approved) a, SUM(m.surplus) s FROM money_year m JOIN project p ON p.id = m.project GROUP BY 1, 2, 3, 4, 5, 6) t"
                     " LEFT JOIN money_stat s ON s.unit_code = t.unit_code AND s.year = t.y AND s.of_year = t.o AND s.begun = t.b AND s.exceeds = t.x"
                     " AND s.remains = t.r WHERE s.projects IS NULL OR s.projects <> t.n OR s.firsts <> t.f OR s.approved <> t.a OR s.surplus <> t.s") == 0);
    MUST(test_number(root, "money.all", "SELECT (SELECT SUM(projects) FROM money_stat) - (SELECT COUNT(*) FROM money_year)") == 0);

    /* what the list shows is what the sums say, of every filter */
    static const char *const units[] = {"", "money_a"};
    for (int which = MONEY_ALL; which <= MONEY_REMAINS; which++)
        for (int k = 0; k < 16; k++) {
            const struct project_sight w = {.unit = k & 1 ? "money_b" : "", .place = "", .begun = k & 2 ? 1 : 0};
            const struct money_filter f = {.unit = units[k & 1 ? 0 : 1], .year = k & 4 ? 2023 : 0, .of_year = k & 8 ? 2024 : 0, .which = (enum money_which)which};
            struct money_row *rows;
            struct money_sum *sums;
            size_t n, m;
            int64_t count = 0;
            fen approved = 0, listed = 0;

            MUST(money_list(db, test_arena, &w, &f, 100, &rows, &n, &test_err) == 0 && money_sums(db, test_arena, &w, &f, &sums, &m, &test_err) == 0);
            for (size_t i = 0; i < n; i++)
                listed += rows[i].amount[3] == MONEY_NONE ? 0 : rows[i].amount[3];
            for (size_t i = 0; i < m; i++) {
                count += f.of_year ? sums[i].projects : sums[i].firsts;
                approved += sums[i].amount[3];
            }
            MUST(count == (int64_t)n && approved == listed);
        }
    MUST(tx_begin(db, &test_err) == 0 && project_place_set(db, test_arena, "money_a", "qixia", &test_err) == 0 && tx_commit(db, &test_err) == 0);
    MUST(test_number(root, "money.place", "SELECT COUNT(*) FROM money_stat WHERE unit_code = 'money_a' AND place <> 'qixia'") == 0);
    db_close(db);
    db_close(root);
}

static void counts_move_with_the_project(void)
{
    struct db *db = test_district(), *root = test_root("gz_alpha");
    static const char *const states[] = {"draft", "running", "done", "refused"}, *const stages[] = {"a", "b", ""};

    for (int64_t id = 7100; id < 7120; id++) {
        struct project p = test_project(id, "计数项目");
        p.unit_code = id % 2 ? "stat_a" : "stat_b";
        p.total_investment = id % 5 ? id * 100 : -1;
        MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0);
        for (int i = 0; i < 6; i++) {
            p.state = states[test_chance(4)];
            p.stage = stages[test_chance(3)];
            p.holder = test_chance(2) ? "h" : "g";
            p.submitted_on = test_chance(2) ? date_of(2020 + (int)test_chance(5), 5, 5) : DATE_NONE;
            p.total_investment = test_chance(3) ? p.total_investment : test_chance(1000000);
            MUST(project_save(db, test_arena, &p, &test_err) == 0);
        }
        p.total_investment = id * 7; /* the same place, another amount */
        MUST(project_save(db, test_arena, &p, &test_err) == 0);
        MUST(tx_commit(db, &test_err) == 0);
    }
    MUST(test_number(root, "count.differ",
                     "SELECT COUNT(*) FROM (SELECT unit_code, COALESCE(YEAR(submitted_on), 0) y, state, stage, holder, COUNT(*) n,"
                     " SUM(GREATEST(total_investment, 0)) a FROM project GROUP BY 1, 2, 3, 4, 5) r LEFT JOIN project_stat s"
                     " ON s.unit_code = r.unit_code AND s.year = r.y AND s.state = r.state AND s.stage = r.stage AND s.holder = r.holder"
                     " WHERE s.n IS NULL OR s.n <> r.n OR s.amount <> r.a") == 0);
    MUST(test_number(root, "count.sums", "SELECT (SELECT SUM(n) FROM project_stat) - (SELECT COUNT(*) FROM project)") == 0);

    const struct project_sight own = {.unit = "stat_a", .place = "", .begun = 0}, begun = {.unit = "", .place = "", .begun = 1};
    struct stat_row *rows;
    size_t n;
    MUST(stat_list(db, test_arena, STAT_BY_UNIT, &own, 0, &rows, &n, &test_err) == 0 && n == 1 && text_eq(rows[0].key, "stat_a"));
    MUST(rows[0].running + rows[0].done + rows[0].other + rows[0].drafts == 10);
    MUST(stat_list(db, test_arena, STAT_BY_YEAR, &begun, 0, &rows, &n, &test_err) == 0);
    for (size_t i = 0; i < n; i++)
        MUST(rows[i].drafts == 0);
    db_close(db);
    db_close(root);
}

static struct watch watch_of(int64_t project, const char *ref, const char *words)
{
    return (struct watch){.list = "change", .project = project, .ref = ref, .kind = "小额", .by_name = "甲 某人", .name = "变更", .on_day = date_of(2025, 3, 1),
                          .against = DATE_NONE, .amount = 5, .base = 100, .words = words, .articles = "11"};
}

static const struct watch_filter CHANGES = {.list = "change", .kind = "", .unit = ""};

static void a_supervisor_s_rows_are_replaced_and_paged(void)
{
    struct db *db = test_district();
    struct watch *rows;
    size_t n, seen = 0;
    const struct watch *after = NULL;

    for (int64_t id = 7100; id < 7105; id++) {
        const struct watch two[] = {watch_of(id, "a", "一"), watch_of(id, "b", "二")};
        MUST(tx_begin(db, &test_err) == 0 && watch_replace(db, test_arena, id, NULL, 0, two, 2, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    }
    const struct watch one[] = {watch_of(7102, "b", "改过")}, was[] = {watch_of(7102, "a", "一"), watch_of(7102, "b", "二")};
    MUST(tx_begin(db, &test_err) == 0 && watch_replace(db, test_arena, 7102, was, 2, one, 1, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    do {
        MUST(watch_list(db, test_arena, &CHANGES, &ALL, after, 2, &rows, &n, &test_err) == 0);
        for (size_t i = 0; i < n; i++)
            MUST(after == NULL || rows[i].project < after->project || (rows[i].project == after->project && strcmp(rows[i].ref, after->ref) > 0));
        seen += n;
        after = n > 0 ? &rows[n - 1] : after;
    } while (n > 0);
    MUST(seen == 9);
    const struct project_sight own = {.unit = "stat_b", .place = "", .begun = 0};
    MUST(watch_list(db, test_arena, &CHANGES, &own, NULL, 50, &rows, &n, &test_err) == 0 && n == 5);
    MUST(strcmp(rows[0].kind, "小额") == 0 && strcmp(rows[0].by_name, "甲 某人") == 0);
    static const struct { struct watch_filter f; size_t count; } asked[] = {
        {{"change", "小额", "", 0}, 9}, {{"change", "大额", "", 0}, 0}, {{"change", "", "stat_b", 0}, 5},
        {{"change", "", "nobody", 0}, 0}, {{"change", "", "", 2025}, 9}, {{"change", "小额", "", 2024}, 0}};
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        MUST(watch_list(db, test_arena, &asked[i].f, &ALL, NULL, 50, &rows, &n, &test_err) == 0 && n == asked[i].count);
    db_close(db);
}

static void systems_stand_by_unit_name_and_day(void)
{
    struct db *db = test_district();
    struct watch *rows, system[3];
    size_t n;

    for (int i = 0; i < 3; i++) { /* two projects behind one system, and another */
        system[i] = watch_of(7100 + i, "s", "");
        system[i].list = "system";
        system[i].name = i < 2 ? "考试系统" : "发证系统";
        system[i].on_day = date_of(2025, 6 - i, 1);
        MUST(tx_begin(db, &test_err) == 0 && watch_replace(db, test_arena, 7100 + i, NULL, 0, &system[i], 1, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    }
    MUST(system_list(db, test_arena, &ALL, "", "", "", 50, &rows, &n, &test_err) == 0 && n == 3);
    for (size_t i = 1; i < n; i++) {
        int unit = strcmp(rows[i - 1].unit, rows[i].unit), name = strcmp(rows[i - 1].name, rows[i].name);
        MUST(unit < 0 || (unit == 0 && (name < 0 || (name == 0 && rows[i - 1].on_day <= rows[i].on_day))));
    }
    const struct watch first = rows[0];
    MUST(system_list(db, test_arena, &ALL, "", first.unit, first.name, 50, &rows, &n, &test_err) == 0 && n < 3);
    for (size_t i = 0; i < n; i++)
        MUST(!(strcmp(rows[i].unit, first.unit) == 0 && strcmp(rows[i].name, first.name) == 0));
    MUST(system_list(db, test_arena, &ALL, "nobody", "", "", 50, &rows, &n, &test_err) == 0 && n == 0);
    const struct project_sight other = {.unit = "stat_none", .place = "", .begun = 0};
    MUST(system_list(db, test_arena, &other, "", "", "", 50, &rows, &n, &test_err) == 0 && n == 0);
    db_close(db);
}

static void projects_of_a_like_name_are_found(void)
{
    struct db *db = test_district();
    static const struct { int64_t id; const char *title; } made[] = {
        {7301, "特种作业考试一体化平台"}, {7302, "特种作业考试平台二期"}, {7303, "河道清淤监测"}};
    struct alike *rows;
    size_t n;

    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        struct project p = test_project(made[i].id, made[i].title);
        MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    }
    MUST(search_alike(db, test_arena, &ALL, 7301, made[0].title, 10, &rows, &n, &test_err) == 0 && n >= 1);
    MUST(rows[0].project == 7302 && strcmp(rows[0].title, made[1].title) == 0 && rows[0].shared > 1);
    for (size_t i = 0; i < n; i++)
        MUST(rows[i].project != 7301 && rows[i].project != 7303);
    const struct project_sight other = {.unit = "stat_none", .place = "", .begun = 0};
    MUST(search_alike(db, test_arena, &other, 7301, made[0].title, 10, &rows, &n, &test_err) == 0 && n == 0);
    MUST(search_alike(db, test_arena, &ALL, 7301, "", 10, &rows, &n, &test_err) == 0 && n == 0);
    db_close(db);
}

static void what_together_crosses_a_limit_is_one_row_a_unit(void)
{
    struct db *db = test_district();
    static const struct { int64_t id; int month; fen amount; } made[] = {
        {7201, 1, 15}, {7202, 6, 6}, {7203, 7, 25} /* large by itself */, {7204, 1, 19}};
    struct split *rows;
    size_t n;

    for (size_t i = 0; i < ARRAY_LEN(made); i++) {
        struct project p = test_project(made[i].id, "拆分");
        p.unit_code = made[i].id == 7204 ? "split_b" : "split_a";
        p.state = "running";
        p.total_investment = made[i].amount * MONEY_FEN_PER_WAN;
        p.submitted_on = date_of(2024, made[i].month, 1);
        MUST(tx_begin(db, &test_err) == 0 && project_add(db, test_arena, &p, &test_err) == 0 && tx_commit(db, &test_err) == 0);
    }
    MUST(split_list(db, test_arena, &ALL, date_of(2024, 1, 1), date_of(2025, 1, 1), 20 * MONEY_FEN_PER_WAN, 9, &rows, &n, &test_err) == 0);
    MUST(n == 1 && text_eq(rows[0].unit, "split_a") && rows[0].count == 2 && rows[0].total == 21 * MONEY_FEN_PER_WAN);
    struct split_part *parts;

    MUST(split_parts(db, test_arena, &ALL, "split_a", date_of(2024, 1, 1), date_of(2025, 1, 1), 20 * MONEY_FEN_PER_WAN, 9, &parts, &n, &test_err) == 0);
    MUST(n == 2 && parts[0].project == 7201 && parts[1].project == 7202 && text_eq(parts[0].title, "拆分"));
    MUST(split_list(db, test_arena, &ALL, date_of(2024, 2, 1), date_of(2025, 1, 1), 20 * MONEY_FEN_PER_WAN, 9, &rows, &n, &test_err) == 0 && n == 0);
    db_close(db);
}

static void a_view_is_its_person_s(void)
{
    struct db *db = test_district();
    struct saved_view v = {.id = 7301, .person = "p1", .list = "projects", .name = "我的", .query = "a=1", .made_at = test_now()}, *rows;
    size_t n;

    MUST(saved_view_add(db, test_arena, &v, &test_err) == 0);
    v.id = 7302;
    MUST_ERR(saved_view_add(db, test_arena, &v, &test_err), ERR_CONFLICT);
    v.person = "p2";
    MUST(saved_view_add(db, test_arena, &v, &test_err) == 0);
    MUST(saved_view_list(db, test_arena, "p1", "projects", &rows, &n, &test_err) == 0 && n == 1 && rows[0].id == 7301);
    MUST_ERR(saved_view_drop(db, test_arena, "p2", 7301, &test_err), ERR_NOT_FOUND);
    MUST(saved_view_drop(db, test_arena, "p1", 7301, &test_err) == 0);
    db_close(db);
}

static void a_job_has_one_taker_at_a_time(void)
{
    struct db *one = test_district(), *two = test_district();
    struct job j = {.id = 7401, .person = "p1", .person_name = "王一", .post = "{}", .list = "projects", .name = "x.xlsx", .query = "",
                    .state = "queued", .made_at = test_now(), .started_at = INSTANT_NONE, .ended_at = INSTANT_NONE, .lease_until = INSTANT_NONE};
    struct job mine, theirs, *old;
    instant now = test_now(), soon = now + 1000000;
    int64_t open;
    size_t n;

    MUST(job_add(one, test_arena, &j, &test_err) == 0);
    MUST(job_open_count(one, test_arena, "p1", &open, &test_err) == 0 && open == 1);
    MUST(job_claim(one, test_arena, now, soon, &mine, &test_err) == 1 && mine.fence == 1);
    MUST(job_claim(two, test_arena, now, soon, &theirs, &test_err) == 0);
    mine.rows_done = 500;
    MUST(job_progress(one, test_arena, &mine, soon, &test_err) == 0);
    /* the lease runs out: another has it, and who lost it can no longer tell of it */
    MUST(job_claim(two, test_arena, soon, soon + 1000000, &theirs, &test_err) == 1 && theirs.fence == 2 && theirs.rows_done == 0);
    MUST_ERR(job_progress(one, test_arena, &mine, soon, &test_err), ERR_STALE);
    mine.state = "done";
    MUST_ERR(job_end(one, test_arena, &mine, soon, &test_err), ERR_STALE);
    theirs.state = "done";
    theirs.size = 9;
    MUST(job_end(two, test_arena, &theirs, soon, &test_err) == 0);
    MUST(job_get(one, test_arena, 7401, &mine, &test_err) == 1 && text_eq(mine.state, "done") && mine.size == 9 && mine.attempts == 2);
    MUST(job_expire(one, test_arena, now + 1, 9, &old, &n, &test_err) == 0 && n == 1 && old[0].id == 7401);
    MUST(job_expire(one, test_arena, now + 1, 9, &old, &n, &test_err) == 0 && n == 0);
    db_close(one);
    db_close(two);
}

const struct test TESTS_LISTS[] = {
    {"a project is found by its words wherever they stand", a_project_is_found_by_its_words_wherever_they_stand},
    {"older rows are put where they are found", older_rows_are_put_where_they_are_found},
    {"counts move with the project", counts_move_with_the_project},
    {"money adds up by year", money_adds_up_by_year},
    {"a supervisor's rows are replaced and paged", a_supervisor_s_rows_are_replaced_and_paged},
    {"systems stand by unit, name and day", systems_stand_by_unit_name_and_day},
    {"projects of a like name are found", projects_of_a_like_name_are_found},
    {"what together crosses a limit is one row a unit", what_together_crosses_a_limit_is_one_row_a_unit},
    {"a view is its person's", a_view_is_its_person_s},
    {"a job has one taker at a time", a_job_has_one_taker_at_a_time},
    {NULL, NULL},
};
