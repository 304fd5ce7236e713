/*
 * tests/unit/test_check.c - what the checker needs beside broken files: enumeration, groups, dates
 *
 * The messages themselves are tested word for word in test_load.c over tests/data/bad.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/load.h"
#include "regulation/sat.h"

#define DATA SRCDIR "/tests/unit/data/regulation"

static struct arena *arena;
static struct vocabulary *vocabulary;
static struct regulation *regulation;

static int setup(void **state)
{
    struct findings f;
    struct err e = {0};

    (void)state;
    arena = arena_new("test", 256 << 20);
    findings_init(&f, arena);
    if (vocabulary_load(arena, DATA "/vocabulary.json", &vocabulary, &f, &e) < 0)
        return -1;
    return regulation_load(arena, DATA "/small", vocabulary, &regulation, &f, &e);
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct cond *condition(const char *s)
{
    const struct node *n = NULL;
    struct findings f;
    struct err e = {0};
    struct load l = {.a = arena, .r = regulation, .v = vocabulary, .f = &f, .file = "test", .article = ""};
    struct cond *c;

    findings_init(&f, arena);
    assert_int_equal(jsonin_parse(arena, s, strlen(s), &n, NULL, NULL, &e), 0);
    c = cond_compile(&l, n);
    assert_non_null(c);
    return c;
}

struct tried {
    const struct cond *c;
    int yes, no;
    const char *words;
};

static int count_it(struct sat *s, void *p)
{
    struct tried *t = p;

    if (sat_holds(s, t->c)) {
        t->yes++;
        t->words = sat_words(s);
    } else {
        t->no++;
    }
    return 0;
}

static void test_enumeration(void **state)
{
    static const struct {
        const char *condition;
        int yes, no; /* how many projects of each kind are tried */
        const char *words;
    } ROWS[] = {
        {"{\"amount\":{\"below\":\"20万元\"}}", 1, 2, "总投资：19.999999 万元"},
        {"{\"amount\":{\"at_most\":\"20万元\"}}", 2, 1, "总投资：20.00 万元"},
        {"{\"planned\":true}", 1, 1, "已列入年度计划：是"},
        {"{\"category\":\"office\"}", 1, 2, "项目类别：办公设备"},
        {"{\"all\":[{\"planned\":true},{\"planned\":false}]}", 0, 2, NULL},
        {"{\"any\":[{\"planned\":true},{\"planned\":false}]}", 2, 0, "已列入年度计划：是"},
        {"{\"done\":\"review\"}", 1, 1, "「技术审查」已办结"},
        {"{\"products\":{\"has\":\"cloud\"}}", 1, 1, "产品种类：云服务"},
        {"{\"urgent\":true}", 1, 3, "情况紧急：是；已列入年度计划：否"}, /* only asked of what is not planned */
        {"{\"start_on\":{\"known\":true}}", 1, 1, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct tried t = {.c = condition(ROWS[i].condition)};
        struct sat *s = sat_new(regulation, arena);
        sat_add(s, t.c);
        assert_int_equal(sat_each(s, count_it, &t), 0);
        if (t.yes != ROWS[i].yes || t.no != ROWS[i].no || (ROWS[i].words && !text_eq(ROWS[i].words, t.words)))
            fail_msg("%s: %d yes, %d no, %s", ROWS[i].condition, t.yes, t.no, t.words ? t.words : "");
    }
}

static void test_unreachable(void **state)
{
    unsigned char *reachable = arena_alloc(arena, regulation->procedure_count);
    struct tried t = {.c = condition("{\"done\":\"review\"}")};
    struct sat *s = sat_new(regulation, arena);

    (void)state;
    sat_reachable(s, reachable);
    sat_add(s, t.c);
    assert_int_equal(sat_each(s, count_it, &t), 0);
    assert_int_equal(t.yes, 0);
    assert_int_equal(t.no, 1);
}

static int found(const struct findings *f, const char *id)
{
    int n = 0;

    for (const struct finding *x = f->first; x; x = x->next)
        n += text_eq(x->id, id);
    return n;
}

static void test_groups(void **state)
{
    static const char *const ALL[] = {"unit", "tech", "ndrc", "bureau", "finance"};
    struct findings f;

    (void)state;
    findings_init(&f, arena);
    regulation_check(regulation, ALL, 5, date_of(2025, 1, 1), &f);
    assert_int_equal(f.errors, 0);
    assert_int_equal(f.doubts, 0);
    findings_init(&f, arena);
    regulation_check(regulation, ALL, 3, date_of(2025, 1, 1), &f); /* bureau acts only by condition */
    assert_int_equal(found(&f, "organ_without_group"), 2);
    assert_int_equal(f.errors, 2);
    findings_init(&f, arena);
    regulation_check(regulation, NULL, 0, date_of(2025, 1, 1), &f);
    assert_int_equal(f.errors, 0);
}

static void test_validity(void **state)
{
    struct findings f;

    (void)state;
    findings_init(&f, arena);
    regulation_check(regulation, NULL, 0, date_of(2025, 12, 31), &f); /* the last day is in (G-07) */
    assert_int_equal(found(&f, "regulation_expired"), 0);
    findings_init(&f, arena);
    regulation_check(regulation, NULL, 0, date_of(2026, 1, 1), &f);
    assert_int_equal(found(&f, "regulation_expired"), 1);
    findings_init(&f, arena);
    regulation_check(regulation, NULL, 0, date_of(2023, 12, 31), &f);
    assert_int_equal(found(&f, "regulation_not_yet"), 1);
}

/* ---- doubts somebody has looked at ---- */

static void accept_rows(struct findings *f, const char *rows)
{
    const char *json = arena_fmt(arena, "{ \"accepted\": [ %s ] }", rows);
    struct err e = {0};

    findings_init(f, arena);
    regulation_check(regulation, NULL, 0, date_of(2026, 1, 1), f); /* one doubt: it has expired */
    assert_int_equal(f->doubts, 1);
    assert_int_equal(file_write("accepted.tmp", json, strlen(json), 0644, &e), 0);
    assert_int_equal(findings_accept(f, "accepted.tmp", &e), 0);
    remove("accepted.tmp");
}

#define ROW(finding, articles, more)                                                                                     \
    "{ \"finding\": \"" finding "\", \"articles\": [" articles "], \"reading\": \"失效\", \"reason\": \"只办完\", " \
    "\"by\": \"法规管理员\", \"date\": \"2026-01-02\"" more " }"

static void test_acceptance(void **state)
{
    static const struct {
        const char *rows;
        int errors, doubts, accepted;
        const char *id; /* what is said */
    } ROWS[] = {
        {ROW("regulation_expired", "\"20\"", ""), 0, 0, 1, "regulation_expired"},
        {ROW("regulation_expired", "\"20\"", ", \"about\": \"2025年12月31日\", \"regulation\": \"small\""), 0, 0, 1,
         "regulation_expired"},
        {ROW("regulation_expired", "\"20\"", ", \"about\": \"2024年\""), 0, 2, 0, "acceptance_stale"},
        {ROW("regulation_expired", "\"19\"", ""), 0, 2, 0, "acceptance_stale"},
        {ROW("regulation_expired", "\"20\"", ", \"regulation\": \"other\""), 0, 2, 0, "acceptance_stale"},
        {ROW("regulation_expired", "\"20\"", "") "," ROW("regulation_expired", "\"20\"", ""), 0, 0, 1,
         "regulation_expired"},
        {"{ \"finding\": \"regulation_expired\", \"articles\": [\"20\"] }", 4, 1, 0, "member_missing"},
        {ROW("regulation_expired", "\"20\"", ", \"whom\": \"甲\""), 1, 1, 0, "unknown_member"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct findings f;
        struct buf b;
        accept_rows(&f, ROWS[i].rows);
        if (f.errors != ROWS[i].errors || f.doubts != ROWS[i].doubts || f.accepted != ROWS[i].accepted ||
            !found(&f, ROWS[i].id))
            fail_msg("row %zu: %d errors, %d doubts, %d accepted", i, f.errors, f.doubts, f.accepted);
        buf_init(&b, 1 << 16);
        findings_print(&f, &b);
        assert_int_equal(strstr(buf_str(&b), "已经失效") == NULL, ROWS[i].accepted); /* not printed any more */
        buf_free(&b);
    }
}

static void test_errors_stay(void **state)
{
    static const char *const NOBODY[] = {"unit"};
    const char *json = "{ \"accepted\": [ " ROW("organ_without_group", "\"6\"", "") " ] }";
    struct findings f;
    struct err e = {0};

    (void)state;
    findings_init(&f, arena);
    regulation_check(regulation, NOBODY, 1, date_of(2025, 1, 1), &f);
    assert_true(f.errors > 0);
    assert_int_equal(file_write("accepted.tmp", json, strlen(json), 0644, &e), 0);
    assert_int_equal(findings_accept(&f, "accepted.tmp", &e), 0);
    remove("accepted.tmp");
    assert_int_equal(f.accepted, 0);
    assert_int_equal(found(&f, "error_accepted"), 1);
    assert_int_equal(findings_accept(&f, "no-such-file", &e), 0); /* a district need not have one */
}

static void test_versions(void **state)
{
    struct regulation later = *regulation, earlier = *regulation;
    const struct regulation *all[] = {&later, &earlier};
    struct findings f;

    (void)state;
    later.from = date_of(2025, 7, 1);
    earlier.to = date_of(2025, 6, 30);
    findings_init(&f, arena);
    regulation_check_versions(all, 2, date_of(2025, 6, 30), &f); /* the later one is not yet in force */
    assert_int_equal(f.errors + f.doubts, 0);
    regulation_check_versions(all, 2, date_of(2025, 7, 1), &f);
    assert_int_equal(found(&f, "superseded"), 1);
    assert_int_equal(f.errors, 0);
    earlier.to = date_of(2025, 7, 1);
    findings_init(&f, arena);
    regulation_check_versions(all, 2, date_of(2025, 7, 1), &f);
    assert_int_equal(found(&f, "versions_overlap"), 1);
    assert_int_equal(f.errors, 1);
    earlier.to = DATE_NONE;
    findings_init(&f, arena);
    regulation_check_versions(all, 2, date_of(2026, 7, 1), &f);
    assert_int_equal(found(&f, "versions_overlap"), 1);
}

/* A case that fails, one that cannot be read, one that names no article, none at all. */
static void test_scenarios(void **state)
{
    static const char CASES[] =
        "[ { \"name\": \"甲\", \"articles\": [\"4\"], \"today\": \"2025-03-03\", \"facts\": { \"amount\": \"19万元\" "
        "}, "
        "\"expect\": { \"route\": \"small\" } },\n"
        "  { \"name\": \"乙\", \"articles\": [\"4\"], \"today\": \"2025-03-03\", \"facts\": { \"amount\": \"20万元\" "
        "}, "
        "\"expect\": { \"route\": \"small\" } },\n"
        "  { \"name\": \"丙\", \"articles\": [\"4\"], \"today\": \"2025-03-03\", \"facts\": { \"amuont\": \"20万元\" "
        "}, "
        "\"expect\": { \"route\": \"small\" } },\n"
        "  { \"name\": \"丁\", \"articles\": [\"77\"], \"today\": \"2025-03-03\", \"expect\": { \"route\": null } },\n"
        "  { \"name\": \"戊\", \"today\": \"2025-03-03\", \"expect\": { \"route\": null } } ]\n";
    struct regulation moved = *regulation;
    struct calendar *calendar;
    struct findings f;
    struct err e = {0};
    struct buf b;

    (void)state;
    moved.dir = "scenario.tmp";
    assert_int_equal(calendar_load(arena, DATA "/calendar", &calendar, &e), 0);
    assert_int_equal(file_mkdirs("scenario.tmp/cases", 0755, &e), 0);
    assert_int_equal(file_write("scenario.tmp/cases/a.json", CASES, sizeof(CASES) - 1, 0644, &e), 0);
    findings_init(&f, arena);
    assert_int_equal(regulation_scenarios(&moved, calendar, &f), 1);
    assert_int_equal(f.errors, 4);
    buf_init(&b, 1 << 16);
    findings_print(&f, &b);
    assert_non_null(
        strstr(buf_str(&b), "scenario.tmp/cases/a.json:2:3: 错误: 案例「乙」没有通过：/route: 应为 \"small\"，实为"));
    assert_non_null(strstr(buf_str(&b), "依据: 第四条"));
    assert_non_null(strstr(buf_str(&b), ":3:3: 错误: 案例「丙」填写有误：本办法不询问「amuont」"));
    assert_non_null(strstr(buf_str(&b), ":4:3: 错误: 案例「丁」所引的「第七十七条」不在正文中"));
    assert_non_null(strstr(buf_str(&b), ":5:3: 错误: 每个案例须有 name、articles 与 expect"));
    buf_free(&b);
    remove("scenario.tmp/cases/a.json");
    findings_init(&f, arena);
    assert_int_equal(regulation_scenarios(&moved, calendar, &f), 0);
    assert_int_equal(found(&f, "scenario_missing"), 1);
    remove("scenario.tmp/cases");
    remove("scenario.tmp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enumeration), cmocka_unit_test(test_unreachable), cmocka_unit_test(test_groups),
        cmocka_unit_test(test_validity),    cmocka_unit_test(test_acceptance),  cmocka_unit_test(test_errors_stay),
        cmocka_unit_test(test_versions),    cmocka_unit_test(test_scenarios),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
