/*
 * tests/store/test_values.c - values to the server and back; results side by side; what the schema refuses
 */
#include "config.h"

#include "store_test.h"

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

const struct test TESTS_VALUES[] = {
    {"values come back as they went", values_come_back_as_they_went},
    {"every length fits", every_length_fits},
    {"many results are open at once", many_results_are_open_at_once},
    {"what the schema refuses is an error without SQL", what_the_schema_refuses_is_an_error_without_sql},
    {NULL, NULL},
};
