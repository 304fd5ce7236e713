/*
 * tests/store/test_expert.c - rows of experts, reviews, seals and seats there and back; locks; an audit row against its
 * MAC
 */
#include "config.h"

#include "store_test.h"

#include "store/expert.h"

static struct expert expert_of(int64_t id, const char *login, const char *state)
{
    return (struct expert){.id = id,
                           .login = login,
                           .name = "顾安",
                           .employer = "江城 100%_理工学院",
                           .title = "教授",
                           .fields = "[\"software\",\"data\"]",
                           .state = state,
                           .note = "",
                           .added_at = test_now(),
                           .changed_at = test_now(),
                           .version = 1};
}

static void experts_are_kept_listed_and_changed_once(void)
{
    struct db *db = test_district();
    struct expert x = expert_of(501, "gu.an", "active"), r, *rows;
    size_t n;

    MUST(expert_add(db, test_arena, &x, &test_err) == 0);
    x.id = 502;
    MUST_ERR(expert_add(db, test_arena, &x, &test_err), ERR_CONFLICT); /* one directory account, one expert */
    x = expert_of(503, "bo.zhou", "paused");
    MUST(expert_add(db, test_arena, &x, &test_err) == 0);
    x = expert_of(504, "li.kai", "left");
    MUST(expert_add(db, test_arena, &x, &test_err) == 0);
    MUST(expert_get(db, test_arena, 501, &r, &test_err) == 1 && text_eq(r.login, "gu.an") && text_eq(r.name, "顾安"));
    MUST(text_eq(r.fields, "[\"software\",\"data\"]") && r.added_at == test_now() && text_eq(r.title, "教授") &&
         r.version == 1);
    MUST(expert_get(db, test_arena, 999, &r, &test_err) == 0);
    MUST(expert_all(db, test_arena, &rows, &n, &test_err) == 0 && n == 2 && rows[0].id == 501 && rows[1].id == 503);
    MUST(expert_list(db, test_arena, "", "", "", 0, 10, &rows, &n, &test_err) == 0 && n == 3 && rows[0].id == 504);
    MUST(expert_list(db, test_arena, "", "", "", 503, 10, &rows, &n, &test_err) == 0 && n == 1 && rows[0].id == 501);
    MUST(expert_list(db, test_arena, "100%_理", "paused", "data", 0, 10, &rows, &n, &test_err) == 0 && n == 1);
    MUST(expert_list(db, test_arena, "", "", "dat", 0, 10, &rows, &n, &test_err) == 0 && n == 0);
    MUST(expert_list(db, test_arena, "100X", "", "", 0, 10, &rows, &n, &test_err) == 0 &&
         n == 0); /* % stands for itself */
    MUST(expert_get(db, test_arena, 501, &x, &test_err) == 1);
    r = x;
    x.note = "周三不便";
    MUST(expert_save(db, test_arena, &x, &test_err) == 0 && x.version == 2);
    MUST_ERR(expert_save(db, test_arena, &r, &test_err), ERR_STALE);
    db_close(db);
}

static struct review_row review_of(int64_t id)
{
    return (struct review_row){.id = id,
                               .project = 1000,
                               .kind = "expert_review",
                               .event_seq = 4,
                               .state = "sealing",
                               .inputs = "{\"review\":\"601\"}",
                               .inputs_sm3 = "aa",
                               .result = "",
                               .result_sm3 = "",
                               .convener = "competent",
                               .convener_name = "市数管局",
                               .started_at = test_now(),
                               .drawn_at = INSTANT_NONE,
                               .held_on = DATE_NONE,
                               .hour = "",
                               .place = "",
                               .papers = "[\"7\"]",
                               .outcome = "",
                               .opinion = "",
                               .closed_at = INSTANT_NONE,
                               .void_reason = "",
                               .version = 1};
}

static void a_review_goes_from_seal_to_opinion(void)
{
    struct db *db = test_district();
    struct review_row r = review_of(601), q, *rows;
    struct review_seal seal = {601, "finance", "市财政局", "seal", "p-1", "周涛", test_now(), "", INSTANT_NONE}, *seals;
    struct review_listed *listed;
    size_t n;

    MUST(review_add(db, test_arena, &r, &test_err) == 0);
    MUST(review_get(db, test_arena, 601, 0, &q, &test_err) == 1 && text_eq(q.kind, r.kind) &&
         text_eq(q.inputs, r.inputs));
    MUST(q.event_seq == 4 && text_eq(q.result, "{}") && q.held_on == DATE_NONE &&
         text_eq(q.convener_name, "市数管局") && text_eq(q.papers, "[\"7\"]"));
    MUST(review_seal_add(db, test_arena, &seal, &test_err) == 0);
    MUST_ERR(review_seal_add(db, test_arena, &seal, &test_err), ERR_CONFLICT); /* a seal is not changed */
    MUST(review_running(db, test_arena, &(struct project_sight){.unit = "", .place = ""}, "finance", &listed, &n, &test_err) == 0 && n == 1 && listed[0].sealed == 1);
    MUST(listed[0].opened == 0 && listed[0].own_sealed == 1 && listed[0].own_opened == 0 &&
         text_eq(listed[0].state, "sealing"));
    MUST(review_seal_open(db, test_arena, 601, "finance", "封存的话", test_now(), &test_err) == 0);
    MUST(review_seal_open(db, test_arena, 601, "finance", "换一句话", test_now(), &test_err) ==
         -1); /* nor opened twice */
    MUST(review_seal_list(db, test_arena, 601, &seals, &n, &test_err) == 0 && n == 1 &&
         text_eq(seals[0].words, "封存的话"));
    MUST(seals[0].opened_at == test_now() && text_eq(seals[0].person_name, "周涛") && text_eq(seals[0].seal, "seal"));
    q.state = "closed", q.opinion = "同意", q.held_on = date_of(2025, 8, 5), q.outcome = "{\"count\":5}";
    q.hour = "14:30", q.place = "三楼", q.closed_at = q.drawn_at = test_now(), q.result = "{\"seed\":\"s\"}",
    q.result_sm3 = "bb";
    MUST(review_save(db, test_arena, &q, &test_err) == 0 && q.version == 2);
    MUST_ERR(review_save(db, test_arena, &r, &test_err), ERR_STALE);
    MUST(review_list(db, test_arena, 1000, &rows, &n, &test_err) == 0 && n == 1 && text_eq(rows[0].opinion, "同意"));
    MUST(rows[0].held_on == q.held_on && text_eq(rows[0].hour, "14:30") && text_eq(rows[0].outcome, q.outcome) &&
         rows[0].closed_at == test_now());
    MUST(review_running(db, test_arena, &(struct project_sight){.unit = "nobody", .place = ""}, "", &listed, &n, &test_err) == 0 && n == 0);
    db_close(db);
}

static struct review_seat seat_of(int64_t id, int place, int64_t expert, const char *login, const char *state)
{
    return (struct review_seat){.id = id,
                                .review = 601,
                                .project = 1000,
                                .place = place,
                                .expert = expert,
                                .login = login,
                                .name = "顾安",
                                .employer = "江城理工学院",
                                .title = "教授",
                                .state = state,
                                .out_kind = "",
                                .out_reason = "",
                                .changed_at = test_now(),
                                .sheet = "",
                                .sheet_state = "none",
                                .sheet_sm3 = "",
                                .handed_at = INSTANT_NONE,
                                .version = 1};
}

static void a_seat_is_its_expert_s(void)
{
    struct db *db = test_district();
    struct review_seat s = seat_of(701, 1, 501, "gu.an", "seated"), w = seat_of(702, 2, 503, "bo.zhou", "waiting"), r,
                       *rows;
    const char **papers;
    size_t n;

    MUST(review_seat_add(db, test_arena, &s, &test_err) == 0 && review_seat_add(db, test_arena, &w, &test_err) == 0);
    w.id = 703, w.place = 3;
    MUST_ERR(review_seat_add(db, test_arena, &w, &test_err), ERR_CONFLICT); /* nobody sits twice */
    MUST(review_seat_get(db, test_arena, 701, &r, &test_err) == 1 && r.place == 1 && text_eq(r.login, "gu.an") &&
         r.expert == 501);
    MUST(text_eq(r.review_state, "closed") && text_eq(r.hour, "14:30") && text_eq(r.venue, "三楼") &&
         r.held_on == date_of(2025, 8, 5));
    MUST(text_eq(r.kind, "expert_review") && *r.title_of_project != '\0' && text_eq(r.sheet, "{}"));
    r.sheet = "{\"agrees\":\"true\"}", r.sheet_state = "in", r.sheet_sm3 = "cc", r.handed_at = test_now();
    MUST(review_seat_save(db, test_arena, &r, &test_err) == 0);
    MUST_ERR(review_seat_save(db, test_arena, &s, &test_err), ERR_STALE);
    MUST(review_seat_list(db, test_arena, 601, &rows, &n, &test_err) == 0 && n == 2 && rows[0].id == 701 &&
         text_eq(rows[0].sheet_state, "in"));
    MUST(rows[0].handed_at == test_now() && text_eq(rows[0].sheet_sm3, "cc") && rows[0].version == 2);
    MUST(review_seats_of_login(db, test_arena, "gu.an", &rows, &n, &test_err) == 0 && n == 1);
    MUST(review_seats_of_login(db, test_arena, "bo.zhou", &rows, &n, &test_err) == 0 &&
         n == 0); /* a reserve knows nothing of it */
    MUST(review_seats_of_expert(db, test_arena, 501, &rows, &n, &test_err) == 0 && n == 1);
    MUST(review_papers_for(db, test_arena, 1000, "gu.an", &papers, &n, &test_err) == 0 && n == 1 &&
         text_eq(papers[0], "[\"7\"]"));
    MUST(review_papers_for(db, test_arena, 1000, "bo.zhou", &papers, &n, &test_err) == 0 && n == 0);
    MUST(review_papers_for(db, test_arena, 2000, "gu.an", &papers, &n, &test_err) == 0 && n == 0);
    db_close(db);
}

static void suppliers_of_a_unit_are_told_once(void)
{
    struct db *db = test_district();
    struct project p;
    const char **names;
    size_t n;

    MUST(project_get(db, test_arena, 1000, &p, &test_err) == 1);
    MUST(contract_suppliers(db, test_arena, p.unit_code, &names, &n, &test_err) == 0 && n == 1 &&
         text_eq(names[0], "某公司"));
    MUST(contract_suppliers(db, test_arena, "nobody", &names, &n, &test_err) == 0 && n == 0);
    db_close(db);
}

static void an_audit_row_is_held_against_its_mac(void)
{
    struct db *db = test_district();
    static const char key[32] = "an audit key of thirty-two bytes";
    struct audit row = {.at = test_now(),
                        .case_at = test_now(),
                        .request_id = "r",
                        .session = "",
                        .person = "p",
                        .person_name = "周涛",
                        .organ = "finance",
                        .unit = "",
                        .address = "",
                        .what = "review.start",
                        .object = "review/601",
                        .result = "ok",
                        .reason = "",
                        .articles = "12",
                        .before_sm3 = "",
                        .after_sm3 = "",
                        .detail = "{\"inputs_sm3\":\"aa\"}"};
    struct audit *rows;
    size_t n;

    MUST(tx_begin(db, &test_err) == 0 && audit_add(db, test_arena, key, sizeof key, &row, &test_err) == 0);
    MUST(audit_list(db, test_arena, "review/601", "", 0, 10, &rows, &n, &test_err) == 0 && n == 1);
    MUST(audit_is_true(test_arena, key, sizeof key, &rows[0]));
    rows[0].detail = "{\"inputs_sm3\":\"ab\"}";
    MUST(!audit_is_true(test_arena, key, sizeof key, &rows[0]));
    tx_rollback(db); /* the chain's own tests count every row */
    db_close(db);
}

const struct test TESTS_EXPERT[] = {
    {"experts are kept, listed and changed once", experts_are_kept_listed_and_changed_once},
    {"a review goes from seal to opinion", a_review_goes_from_seal_to_opinion},
    {"a seat is its expert's", a_seat_is_its_expert_s},
    {"suppliers of a unit are told once", suppliers_of_a_unit_are_told_once},
    {"an audit row is held against its MAC", an_audit_row_is_held_against_its_mac},
    {NULL, NULL},
};
