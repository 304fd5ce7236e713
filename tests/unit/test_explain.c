/*
 * tests/unit/test_explain.c - the nodes pages are made of, and reading what people send back
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "regulation/regulation.h"
#include "regulation/expect.h"

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

static const struct node *parse(const char *s)
{
    const struct node *n = NULL;
    struct err e = {0};

    if (jsonin_parse(arena, s, strlen(s), &n, NULL, NULL, &e) < 0)
        fail_msg("%s: %s", s, e.message);
    return n;
}

static void fits(const char *pattern, const struct node *n)
{
    const char *faults = expect_match(arena, parse(pattern), n);

    if (faults)
        fail_msg("%s", faults);
}

static void test_procedure(void **state)
{
    (void)state;
    assert_null(regulation_procedure(regulation, arena, "nothing"));
    fits("{\"id\":\"review\",\"name\":\"技术审查\",\"articles\":[\"5\",\"6\"],\"articles_text\":\"第五条、第六条\","
         "\"phase\":\"review\",\"repeat\":\"once\","
         "\"materials\":{\"letter\":{\"name\":\"申请函\",\"strength\":\"mandatory\",\"articles_text\":\"第五条第一项\"}"
         ",\"opinions\":{\"strength\":\"in_principle\"},"
         "\"funds\":{\"conditional\":true}},"
         "\"steps\":{\"submit\":{\"by\":[\"unit\"],\"by_names\":\"建设单位\",\"acts\":{\"review.submit\":{\"to\":["
         "\"tech\"],\"to_names\":\"区大数据中心\",\"takes_materials\":true}}},"
         "\"opinion\":{\"acts\":{\"review.pass\":{\"ends\":\"done\",\"form\":\"opinion\",\"document\":\"review_"
         "opinion\",\"checklist\":{\"duplicate\":{\"veto\":true,\"effect\":\"重复建设的不予通过\"},\"covers\":{"
         "\"veto\":false}}},"
         "\"review.fail\":{\"reason\":true,\"danger\":true},\"review.ask_correction\":{\"correction\":true,\"next\":"
         "\"submit\"}}}}}",
         regulation_procedure(regulation, arena, "review"));
    fits("{\"steps\":{\"estimate\":{\"by\":[\"approver\",\"finance\"],\"by_all\":true,\"by_names\":"
         "\"审批部门、区财政局\"},"
         "\"decide\":{\"acts\":{\"approval.approve\":{\"document\":{\"number\":\"测审〔{year}〕{n}号\",\"series\":"
         "\"approval\"}}}}}}",
         regulation_procedure(regulation, arena, "approval"));
}

static void test_form(void **state)
{
    (void)state;
    assert_null(regulation_form(regulation, arena, "nothing"));
    fits("{\"id\":\"estimate\",\"name\":\"概算\",\"articles\":[\"9\",\"annex1\"],\"fields\":{\"total\":{\"label\":"
         "\"概算合计\",\"type\":\"money\",\"required\":true,\"from\":\"amount\"},"
         "\"hardware\":{\"required\":false}},\"sums\":[{\"total\":\"total\",\"of\":[\"hardware\",\"software\"]}]}",
         regulation_form(regulation, arena, "estimate"));
    fits("{\"fields\":{\"remark\":{\"required\":\"if\"},\"grade\":{\"choices\":[{\"id\":\"good\",\"label\":\"好\"}]}}}",
         regulation_form(regulation, arena, "opinion"));
}

/* Every word read by itself is the word in the tree. */
static void words_of_procedure(const struct node *p)
{
    const char *id = node_get_str(p, "id");

    assert_string_equal(regulation_procedure_name(regulation, id), node_get_str(p, "name"));
    for (const struct node *m = node_first(node_get(p, "materials")); m; m = m->next) {
        const struct node *articles = NULL;
        const char *name = regulation_material_name(regulation, id, node_get_str(m, "id"), &articles);
        assert_string_equal(name, node_get_str(m, "name"));
        assert_true(node_equal(articles, node_get(m, "articles")));
        assert_string_equal(regulation_item_label(regulation, id, node_get_str(m, "id")), name);
    }
    for (const struct node *s = node_first(node_get(p, "steps")); s; s = s->next)
        for (const struct node *act = node_first(node_get(s, "acts")); act; act = act->next) {
            int leaves = regulation_act_leaves(regulation, node_get_str(act, "id"));
            assert_true(node_get(act, "document")->type == NODE_NULL || leaves & LEAVES_PAPER);
            const struct node *form = regulation_form(regulation, arena, node_get_str(act, "form"));
            assert_true(node_get(form, "print") == NULL || leaves & LEAVES_FORM);
            const struct node *fields = node_get(form, "fields");
            for (const struct node *f = node_first(fields); f; f = f->next)
                assert_non_null(regulation_item_label(regulation, id, node_get_str(f, "id")));
        }
}

static void test_words(void **state)
{
    const struct node *vocabulary_ = regulation_vocabulary(regulation, arena),
                      *names = regulation_names(regulation, arena);
    const struct node *facts = regulation_facts(regulation, arena, NULL);

    (void)state;
    for (const struct node *p = node_first(node_get(vocabulary_, "procedures")); p; p = p->next)
        words_of_procedure(regulation_procedure(regulation, arena, p->key));
    assert_true(node_equal(node_get(names, "procedures"), node_get(vocabulary_, "procedures")));
    assert_true(node_equal(node_get(names, "organs"), node_get(vocabulary_, "organs")));
    for (const struct node *f = node_first(facts); f; f = f->next) {
        const char *type = NULL, *id = node_get_str(f, "id");
        assert_string_equal(regulation_fact_label(regulation, id, &type), node_get_str(f, "label"));
        assert_string_equal(type, node_get_str(f, "type"));
        const struct node *w = regulation_fact_wording(regulation, arena, id);
        for (const struct node *n = node_first(w); n; n = n->next)
            assert_true(node_equal(n, node_get(f, n->key)));
    }
    for (const struct node *f = node_first(regulation_filings(regulation, arena)); f; f = f->next)
        for (const struct node *on = node_first(node_get(f, "on")); on; on = on->next)
            assert_true(regulation_act_leaves(regulation, node_str(on, "")) & LEAVES_FILING);
    assert_int_equal(regulation_act_leaves(regulation, "review.submit"), 0);
    assert_int_equal(regulation_act_leaves(regulation, "nothing.at_all"), 0);
    assert_int_equal(regulation_act_leaves(regulation, "filing.send"), LEAVES_FILING);
    assert_int_equal(regulation_act_sort(regulation, "change.adjust"), ACT_ALTERS);
    assert_int_equal(regulation_act_sort(regulation, "progress.report"), ACT_PERIODIC);
    assert_int_equal(regulation_act_sort(regulation, "maintenance.take"), ACT_PERIODIC);
    assert_int_equal(regulation_act_sort(regulation, "contract.sign"), 0);
    assert_int_equal(regulation_act_sort(regulation, "review.submit"), 0);
    assert_int_equal(regulation_act_sort(regulation, "nothing.at_all"), 0);
    assert_null(regulation_procedure_name(regulation, "nothing"));
    assert_null(regulation_material_name(regulation, "review", "nothing", NULL));
    assert_null(regulation_fact_label(regulation, "nothing", NULL));
    assert_null(regulation_item_label(regulation, "review", "nothing"));
}

static void test_words_of_a_case(void **state)
{
    const struct node *given = parse("{\"amount\":100,\"name\":\"x\"}");
    const struct node *asked = regulation_facts(regulation, arena, given);
    const struct node *worded = regulation_facts_wording(regulation, arena, given);
    const struct node *w = node_first(worded);

    (void)state;
    assert_int_equal(node_count(asked), node_count(worded));
    for (const struct node *f = node_first(asked); f; f = f->next, w = w->next)
        for (const struct node *n = node_first(w); n; n = n->next)
            assert_true(node_equal(n, node_get(f, n->key)));
    fits("[{\"id\":\"remark\",\"type\":\"text\"}]",
         regulation_answered(regulation, arena, "review.pass",
                             parse("{\"remark\":\"可以\",\"grade\":\"\",\"other\":1}")));
    assert_int_equal(node_count(regulation_answered(regulation, arena, "review.pass", NULL)), 0);
    assert_int_equal(node_count(regulation_answered(regulation, arena, "nothing.at_all", given)), 0);
}

static void test_facts(void **state)
{
    (void)state;
    assert_int_equal(node_count(regulation_facts(regulation, arena, NULL)), 12);
    fits("{\"urgent\":null,\"amount\":{\"label\":\"总投资\",\"unit\":\"万元\",\"type\":\"money\",\"required\":true},"
         "\"users\":{\"required\":false},"
         "\"complex\":{\"decided_by\":[\"tech\"],\"decided_by_names\":\"区大数据中心\",\"applicant_may\":\"only_"
         "stricter\",\"stricter\":true,\"default\":false},"
         "\"suspended\":{\"applicant_may\":\"no\"}}",
         regulation_facts(regulation, arena, parse("{\"planned\":true}")));
    fits(
        "{\"urgent\":{\"required\":false},\"users\":{\"required\":true}}",
        regulation_facts(regulation, arena, parse("{\"planned\":false,\"category\":\"system\",\"amount\":100000000}")));
}

static void test_organs(void **state)
{
    (void)state;
    assert_string_equal(regulation_organ_name(regulation, "tech"), "区大数据中心");
    assert_string_equal(regulation_organ_name(regulation, "nobody"), "nobody");
    fits("{\"unit\":{\"kind\":\"applicant\",\"admits\":[\"department\",\"town\"],\"refusal\":\"下属单位不得直接申报\"},"
         "\"experts\":{\"kind\":\"outside\",\"recorded_by\":[\"tech\"]},"
         "\"approver\":{\"kind\":\"one_of\",\"cases\":[{\"organ\":\"ndrc\",\"otherwise\":false},{\"organ\":\"bureau\","
         "\"otherwise\":true}]}}",
         regulation_organs(regulation, arena));
}

static void test_text_and_ledger(void **state)
{
    const struct node *t = regulation_text(regulation, arena), *chapters = node_get(t, "chapters");

    (void)state;
    fits("{\"title\":\"测试区项目管理办法\",\"from\":\"2024-01-01\",\"to\":\"2025-12-31\"}", t);
    assert_int_equal(node_count(chapters), 4);
    fits("{\"title\":\"总则\",\"articles\":{\"1\":{\"title\":\"第一条\",\"kind\":\"statement\",\"rules\":[]},"
         "\"3\":{\"kind\":\"rule\",\"rules\":[{\"kind\":\"适用范围\",\"name\":\"办公设备不适用本办法\",\"quote\":"
         "\"办公设备不适用本办法。\"}]}}}",
         node_first(chapters));
    fits("{\"counts\":{\"articles\":21,\"statements\":1,\"untranslated\":1,\"rules\":19,\"none\":0,\"readings\":1},"
         "\"missing\":[],"
         "\"untranslated\":[{\"articles\":[\"19\"]}],\"readings\":[{\"id\":\"A-1\"}]}",
         regulation_ledger(regulation, arena));
}

static void test_vocabulary(void **state)
{
    (void)state;
    fits("{\"facts\":{\"amount\":\"总投资\"},\"choices\":{\"category\":{\"office\":\"办公设备\"}},\"organs\":{\"tech\":"
         "\"区大数据中心\"},\"procedures\":{\"review\":\"技术审查\"},"
         "\"acts\":{\"review.pass\":\"审查通过\"},\"materials\":{\"letter\":\"申请函\"},\"fields\":{\"estimate\":{"
         "\"total\":\"概算合计\"}},\"duties\":{\"opinion\":\"出具审查意见\"},"
         "\"gates\":{\"in_plan\":\"列入年度计划\"},\"filings\":{\"city_filing\":\"报市级备案\"},\"routes\":{\"small\":"
         "\"自行实施并备案\"}}",
         regulation_vocabulary(regulation, arena));
    fits("[{\"id\":\"city_filing\",\"on\":[\"approval.approve\"],\"to\":\"city\",\"by\":\"tech\",\"facts\":[\"amount\"]"
         ",\"required_receipt\":\"decided\"}]",
         regulation_filings(regulation, arena));
}

/* ---- reading ---- */

struct reading_row {
    const char *input, *kept;                    /* kept: canonical JSON, or NULL when refused */
    const char *path, *message, *mend, *article; /* of the first problem */
};

static const char *canonical(const struct node *n)
{
    struct buf b;
    char *s;

    buf_init(&b, 1 << 20);
    jsonout_canonical(&b, n);
    s = arena_dup(arena, buf_str(&b));
    buf_free(&b);
    return s;
}

static void check_reading(const struct reading_row *row, int got, const struct node *kept,
                          const struct err_list *errors)
{
    if (row->kept) {
        if (got != 0)
            fail_msg("%s: %s %s", row->input, errors->item[0].path, errors->item[0].message);
        assert_string_equal(canonical(kept), row->kept);
        return;
    }
    if (got == 0)
        fail_msg("%s was taken", row->input);
    assert_string_equal(errors->item[0].path, row->path);
    assert_string_equal(errors->item[0].message, row->message);
    if (row->mend)
        assert_string_equal(errors->item[0].mend, row->mend);
    if (row->article)
        assert_string_equal(errors->item[0].article, row->article);
}

static void test_read_facts(void **state)
{
    static const struct reading_row ROWS[] = {
        {"{\"amount\":\"412.6\"}", "{\"amount\":412600000}"},
        {"{\"amount\":\"1,412.60\"}", "{\"amount\":1412600000}"},
        {"{\"amount\":\"20万元\"}", "{\"amount\":20000000}"},
        {"{\"amount\":{\"fen\":1}}", "{\"amount\":1}"},
        {"{\"planned\":\"true\",\"classified\":\"no\"}", "{\"classified\":false,\"planned\":true}"},
        {"{\"products\":[\"cloud\",\"cloud\",\"software\"]}", "{\"products\":[\"cloud\",\"software\"]}"},
        {"{\"products\":\"cloud\"}", "{\"products\":[\"cloud\"]}"},
        {"{\"project_name\":\"  甲  \",\"summary_\":null}", NULL, "/facts/summary_", "本办法不询问「summary_」"},
        {"{\"project_name\":\"  甲  \",\"users\":\" 12 \",\"start_on\":\"\"}",
         "{\"project_name\":\"甲\",\"users\":12}"},
        {"{\"start_on\":\"2025-02-30\"}", NULL, "/facts/start_on", "「计划开工日期」不是日期"},
        {"{\"amount\":\"many\"}", NULL, "/facts/amount", "「总投资」不是金额", "以万元填写，如 412.60", "4"},
        {"{\"amount\":20}", NULL, "/facts/amount", "「总投资」不是金额"},
        {"{\"amount\":\"100000.01\"}", NULL, "/facts/amount", "「总投资」为 100,000.01 万元，不能超过 100,000.00 万元"},
        {"{\"category\":\"boat\"}", NULL, "/facts/category", "「项目类别」没有「boat」这个选项", "请从所列各项中选择",
         "3"},
        {"{\"planned\":\"maybe\"}", NULL, "/facts/planned", "「已列入年度计划」没有选择是或否"},
        {"{\"users\":-1}", NULL, "/facts/users", "「用户数」不是整数"},
        {"{\"users\":100001}", NULL, "/facts/users", "「用户数」为 100001，不能超过 100000"},
        {"{\"complex\":true}", "{\"complex\":true}"},
        {"{\"suspended\":true}", NULL, "/facts/suspended", "「已暂停」由区大数据中心认定，申报单位不能填写"},
        {"[]", NULL, "/facts", "facts 应为一个对象"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct err_list errors = {0};
        struct node *kept = NULL;
        int got = regulation_read_facts(regulation, arena, parse(ROWS[i].input), 0, &kept, &errors);
        check_reading(&ROWS[i], got, kept, &errors);
    }
}

static void test_read_complete(void **state)
{
    struct err_list errors = {0};
    struct node *kept = NULL;

    (void)state;
    assert_int_equal(regulation_read_facts(regulation, arena, parse("{\"amount\":\"100\",\"category\":\"system\"}"), 1,
                                           &kept, &errors),
                     -1);
    assert_int_equal(errors.count, 5); /* name, classified, funding, planned, and users at 100万元 */
    assert_string_equal(errors.item[0].path, "/facts/project_name");
    assert_string_equal(errors.item[0].message, "缺少「项目名称」");
    assert_string_equal(errors.item[0].mend, "请填写");
    errors.count = 0;
    assert_int_equal(
        regulation_read_facts(regulation, arena,
                              parse("{\"amount\":\"99.99\",\"category\":\"system\",\"project_name\":\"甲\","
                                    "\"classified\":\"false\",\"funding\":\"social\",\"planned\":\"true\"}"),
                              1, &kept, &errors),
        0);
}

static void test_read_act(void **state)
{
    static const struct {
        const char *act;
        struct reading_row row;
    } ROWS[] = {
        {"review.pass",
         {"{\"text\":\"可行\",\"checklist\":{\"covers\":\"yes\",\"duplicate\":\"no\"}}",
          "{\"checklist\":{\"covers\":true,\"duplicate\":false},\"text\":\"可行\"}"}},
        {"review.pass",
         {"{\"text\":\"可行\",\"checklist\":[\"covers\"]}", "{\"checklist\":{\"covers\":true},\"text\":\"可行\"}"}},
        {"review.pass",
         {"{\"checklist\":{\"colour\":true}}", NULL, "/with/checklist/colour", "审查要点中没有「colour」"}},
        {"review.pass", {"{\"colour\":1}", NULL, "/with/colour", "此处没有「colour」这一栏"}},
        {"review.ask_correction",
         {"{\"correction\":[{\"item\":\"plan\",\"what\":\" 补写目录 \"}],\"until\":\"2025-03-14\"}",
          "{\"correction\":[{\"item\":\"plan\",\"what\":\"补写目录\"}],\"until\":\"2025-03-14\"}"}},
        {"review.ask_correction",
         {"{\"correction\":[{\"item\":\"nothing\",\"what\":\"x\"}]}", NULL, "/with/correction/0/item",
          "没有「nothing」这一项可以补正"}},
        {"review.ask_correction",
         {"{\"correction\":[{\"item\":\"plan\"}]}", NULL, "/with/correction/0/what",
          "第 1 项没有写明补正的内容，或者写得过长"}},
        {"review.submit",
         {"{\"materials\":[\"letter\",\"other\"]}", NULL, "/with/materials", "「技术审查」没有材料「other」"}},
        {"contract.sign", {"{\"signed_on\":\"2025-03-14\"}", "{\"signed_on\":\"2025-03-14\"}"}},
        {"approval.approve", {"{\"approved\":\"50\"}", "{\"approved\":50000000}"}},
        {"gate.lift", {"{\"gate\":\"in_plan\",\"reason\":\"急\"}", "{\"gate\":\"in_plan\",\"reason\":\"急\"}"}},
        {"gate.lift", {"{\"color\":\"x\"}", NULL, "/with/color", "此处没有「color」这一栏"}},
        {"nothing.here", {"{}", NULL, "/what", "本办法没有「nothing.here」这一办理事项"}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct err_list errors = {0};
        struct node *kept = NULL;
        int got = regulation_read_act(regulation, arena, ROWS[i].act, parse(ROWS[i].row.input), &kept, &errors);
        check_reading(&ROWS[i].row, got, kept, &errors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_procedure),       cmocka_unit_test(test_form),
        cmocka_unit_test(test_facts),           cmocka_unit_test(test_organs),
        cmocka_unit_test(test_text_and_ledger), cmocka_unit_test(test_vocabulary),
        cmocka_unit_test(test_read_facts),      cmocka_unit_test(test_read_complete),
        cmocka_unit_test(test_read_act),        cmocka_unit_test(test_words),
        cmocka_unit_test(test_words_of_a_case),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
