/*
 * tests/casework/test_road.c - whole projects, walked by the organs the regulations name
 */
#include "config.h"

#include "harness.h"

static const char *row_text(const char *tenant, const char *text)
{
    struct db *db = test_admin(arena_fmt(test_arena, "gz_%s", tenant));
    struct sql *sql = ARENA_NEW(test_arena, struct sql);
    struct stmt *s;
    const char *found = "";

    *sql = (struct sql){ "test", text };
    if (stmt_open(db, test_arena, sql, &s, &test_err) == 0 && stmt_run(s, &test_err) == 0 && stmt_step(s) == 1)
        found = arena_dup(test_arena, stmt_text(s, 0) != NULL ? stmt_text(s, 0) : "");
    db_close(db);
    return found;
}

#define TEXT_OF(tenant, column, id) row_text(tenant, arena_fmt(test_arena, "SELECT " column " FROM project WHERE id = %" PRId64, id))

static void xinzhou_walks(void)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "区域教育平台", "86.50", NULL));

    MUST(id > 0);
    MUST(text_eq(TEXT_OF("xinzhou", "state", id), "draft"));
    MUST(text_eq(TEXT_OF("xinzhou", "number", id), ""));
    MUST(test_walk("xinzhou", "jyj", id, XZ_REVIEW) == 0);
    MUST(text_eq(TEXT_OF("xinzhou", "number", id), "XZ-2025-0001"));
    MUST(text_eq(TEXT_OF("xinzhou", "state", id), "running"));
    MUST(text_eq(TEXT_OF("xinzhou", "stage", id), "initiation"));
    MUST(text_eq(TEXT_OF("xinzhou", "holder", id), "unit"));
    MUST(text_eq(TEXT_OF("xinzhou", "submitted_on", id), "2025-09-24"));
    MUST(text_eq(TEXT_OF("xinzhou", "regulation", id), "2022-15"));
    MUST(test_walk("xinzhou", "jyj", id, XZ_APPROVAL) == 0);
    MUST(test_walk("xinzhou", "jyj", id, XZ_BUILD) == 0);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM contract WHERE amount = 79500000") == 1);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM decision WHERE number LIKE '%〔2025〕1号'") >= 2);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT event_count FROM project WHERE id = %" PRId64, id))
         == test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM event WHERE project = %" PRId64, id)));
    /* a row of the audit for every act, with the digests of before and after in one line */
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM audit WHERE object = 'project/%" PRId64
                                                      "' AND what = 'project.act' AND result = 'ok' AND before_sm3 <> '' AND after_sm3 <> ''", id))
         == test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM event WHERE project = %" PRId64, id)));
}

static void letter_is_frozen(void)
{
    struct desk d = test_desk("xinzhou", "approval", NULL);
    int64_t id = test_number("xinzhou", "SELECT id FROM decision WHERE kind = 'approval' LIMIT 1");
    struct node *page;

    MUST(id > 0);
    MUST(decision_view(&d, id, &page, &test_err) == 0);
    MUST(strstr(node_get_str(node_get(page, "decision"), "number"), "〔2025〕1号") != NULL);
    MUST(text_eq(node_get_str(page, "to"), "区教育局"));
    MUST(text_eq(node_get_str(page, "amount_capital"), "捌拾万元整"));
    MUST(node_count(node_get(page, "paragraphs")) >= 2);
    MUST(node_count(node_get(page, "articles")) >= 1);
    MUST(node_count(node_get(page, "quotes")) >= 1);
    MUST(strstr(node_get_str(node_first(node_get(page, "quotes")), "text"), "审批") != NULL);
}

/* G-12 and article 14 of the district: no contract above what was approved, and the refusal leaves nothing. */
static void refused_leaves_nothing(void)
{
    int64_t id = test_number("xinzhou", "SELECT id FROM project ORDER BY id LIMIT 1"), version, events, contracts;

    version = test_version("xinzhou", id);
    events = test_number("xinzhou", "SELECT COUNT(*) FROM event");
    contracts = test_number("xinzhou", "SELECT COUNT(*) FROM contract");
    MUST_ERR(test_act("xinzhou", "unit", "jyj", id, "contract.record",
                      "{\"amount\": \"80.01\", \"title\": \"追加\", \"supplier\": \"甲\"}", NULL), ERR_RULE);
    MUST(test_errors.count >= 1 && strstr(test_err.article, "14") != NULL);
    MUST(test_version("xinzhou", id) == version);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM event") == events);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM contract") == contracts);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM audit WHERE result = 'refused' AND reason = 'rule_refused' AND articles LIKE '%14%'") >= 1);
}

static void refused_burns_no_number(void)
{
    int64_t id = test_draft("xinzhou", "shj", test_facts("xinzhou", "编号", "50.00", NULL)), before;

    MUST(id > 0);
    before = test_number("xinzhou", "SELECT COALESCE(SUM(last), 0) FROM number_series");
    /* not in the plan: refused at submission; a project number would be taken here */
    int64_t other = test_draft("xinzhou", "shj", test_facts("xinzhou", "计划外", "50.00", "{\"in_annual_plan\": false}"));

    MUST(other > 0);
    MUST_ERR(test_act("xinzhou", "unit", "shj", other, "technical_review.submit", NULL, NULL), ERR_RULE);
    MUST(strstr(test_err.article, "6") != NULL);
    MUST(test_number("xinzhou", "SELECT COALESCE(SUM(last), 0) FROM number_series") == before);
    MUST(test_walk("xinzhou", "shj", id, (const struct step[]){ XZ_REVIEW[0], XZ_REVIEW[1], XZ_REVIEW[2], XZ_REVIEW[3], { NULL, NULL, NULL } }) == 0);
    before = test_number("xinzhou", "SELECT COALESCE(SUM(last), 0) FROM number_series");
    MUST_ERR(test_act("xinzhou", "tech", NULL, id, "technical_review.pass",
                      "{\"checklist\": {\"design_has_sharing_chapter\": false, \"design_has_crypto_plan\": false}}", NULL), ERR_RULE);
    MUST(test_errors.count >= 2);
    MUST(test_number("xinzhou", "SELECT COALESCE(SUM(last), 0) FROM number_series") == before);
    MUST(test_act("xinzhou", "tech", NULL, id, "technical_review.pass", NULL, NULL) == 0);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM decision WHERE number LIKE '%〔2025〕2号' AND kind = 'technical_opinion'") == 1);
}

/* 0, or the code of the refusal. */
static int test_send(int64_t project, const char *with)
{
    struct desk d = test_desk("mudan", "competent", NULL);
    struct act_done done;

    if (act_do(&d, project, test_version("mudan", project), "filing.send", test_json(with), &done, &test_errors, &test_err) == 0)
        return 0;
    return (int)test_err.code;
}

/* What was changed stands in the timeline, before and after. */
static void mended_page(int64_t project)
{
    struct desk d = test_desk("mudan", "competent", NULL);
    struct node *page = NULL;
    const struct node *event, *change;

    MUST(project_view(&d, project, &page, &test_err) == 0);
    event = node_first(node_get(page, "timeline"));
    MUST(text_eq(node_get_str(event, "what"), "filing.send") && text_eq(node_get_str(event, "name"), "修改后重新上报"));
    MUST(node_count(node_get(event, "changes")) == 2);
    change = node_first(node_get(event, "changes"));
    MUST(text_eq(node_get_str(change, "after"), "只建区级功能") && *node_get_str(change, "before") != '\0');
    change = change->next;
    MUST(strstr(node_get_str(change, "before"), "construction_plan.pdf") != NULL && !text_eq(node_get_str(change, "before"), node_get_str(change, "after")));
}

static void mudan_files_upward(void)
{
    int64_t id = test_draft("mudan", "mzj", test_facts("mudan", "养老服务监管平台", "368.00", NULL)), message;
    struct act_done done;
    struct desk system;
    struct node *with = node_object(test_arena);

    MUST(id > 0);
    MUST(test_walk("mudan", "mzj", id, MD_INITIATION) == 0);
    MUST(test_number("mudan", "SELECT COUNT(*) FROM outbox") == 0);
    MUST(test_act("mudan", "ndrc", NULL, id, "initiation.approve", NULL, &done) == 0);
    MUST(done.decision > 0 && strstr(done.text, "〔2024〕1号") != NULL);
    MUST(test_number("mudan", "SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND peer = 'heze' AND tenant_seq IS NULL AND version = 1") == 1);
    message = test_number("mudan", "SELECT id FROM outbox");
    const char *envelope = row_text("mudan", "SELECT content FROM outbox");

    MUST(strstr(envelope, "\"养老服务监管平台\"") != NULL && strstr(envelope, "\"seq\"") == NULL);
    MUST(strstr(envelope, "\"initiation.approve\"") != NULL && strstr(envelope, "responsible_person") == NULL);

    /* receipts come as events of the upper bureau, and twice the same is once */
    node_put_text(test_arena, with, "filing", "city_filing");
    node_put_fmt(test_arena, with, "message", "%" PRId64, message);
    system = test_system("mudan", "receipt-stored-1");
    MUST(case_event(&system, id, "filing.stored", "upper", with, &test_err) == 0);
    MUST(case_event(&system, id, "filing.stored", "upper", with, &test_err) == 0);
    MUST(test_number("mudan", "SELECT COUNT(*) FROM event WHERE what = 'filing.stored'") == 1);
    system = test_system("mudan", "receipt-returned-1");
    node_put(test_arena, with, "reasons", node_copy(test_arena, test_json("[{\"kind\": \"fact\", \"item\": \"project_summary\", \"what\": \"写明边界\"}, "
                                                                          "{\"kind\": \"document\", \"item\": \"application.construction_plan\", \"what\": \"补目录\"}]")));
    MUST(case_event(&system, id, "filing.returned", "upper", with, &test_err) == 0);

    /* mended: a new message of the next version, the old bytes untouched */
    struct desk d = test_desk("mudan", "competent", NULL);

    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM task WHERE project = %" PRId64 " AND organ = 'competent' AND act = 'filing.send'", id)) == 1);
    MUST(test_send(id, "{\"filing\": \"city_filing\"}") == ERR_RULE);                       /* nothing changed, no reason */
    MUST(test_send(id, "{\"filing\": \"city_filing\", \"facts\": {\"category\": \"infrastructure\"}, \"note\": \"改\"}") == ERR_RULE); /* not named */
    MUST(test_send(id, "{\"filing\": \"city_filing\", \"facts\": {\"project_summary\": \"\"}, \"note\": \"改\"}") == ERR_RULE); /* taken away */
    MUST(test_upload(&d, id, "application", "trusted_products_statement", "不在其内") == 0);
    MUST(test_upload(&d, id, "application", "construction_plan", "第二版") > 0);
    d = test_desk("mudan", "competent", NULL);
    const struct node *mended = test_json("{\"filing\": \"city_filing\", \"facts\": {\"project_summary\": \"只建区级功能\"}, \"note\": \"写明边界，补目录\"}");
    int64_t version = test_version("mudan", id), audits = test_number("mudan", "SELECT COUNT(*) FROM audit");

    MUST(act_do(&d, id, version, "filing.send", mended, &done, &test_errors, &test_err) == 0);
    MUST(act_do(&d, id, version, "filing.send", mended, &done, &test_errors, &test_err) == 0 && done.repeated); /* the same press again */
    MUST(test_number("mudan", "SELECT COUNT(*) FROM outbox WHERE tenant_seq IS NULL AND version = 2") == 1);
    MUST(test_number("mudan", "SELECT COUNT(*) FROM outbox") == 2);
    MUST(test_number("mudan", "SELECT COUNT(*) FROM audit") == audits + 1);
    MUST(text_eq(row_text("mudan", "SELECT content FROM outbox WHERE version = 1"), envelope));
    const char *second = row_text("mudan", "SELECT content FROM outbox WHERE version = 2");

    MUST(strstr(second, "只建区级功能") != NULL && strstr(envelope, "只建区级功能") == NULL);
    MUST(strstr(second, arena_fmt(test_arena, "\"of\":\"%" PRId64 "\"", message)) != NULL && strstr(second, "写明边界，补目录") != NULL);
    /* the event has both sides; the facts of the project are the mended ones; the old file is replaced, not gone */
    MUST(test_number("mudan", "SELECT COUNT(*) FROM event WHERE what = 'filing.send' AND JSON_VALUE(with_json, '$.facts.project_summary') = '只建区级功能'"
                              " AND JSON_VALUE(with_json, '$.was.project_summary') <> '只建区级功能' AND articles = '15'") == 1);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM project WHERE id = %" PRId64 " AND JSON_VALUE(facts, '$.project_summary') = '只建区级功能'", id)) == 1);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM document WHERE project = %" PRId64 " AND material = 'construction_plan' AND state = 'replaced'", id)) == 1);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM document WHERE project = %" PRId64 " AND material = 'construction_plan' AND state = 'submitted'", id)) == 1);
    MUST(test_number("mudan", "SELECT COUNT(*) FROM audit WHERE what = 'project.act' AND result = 'ok' AND detail LIKE '%\"mended\":[\"project_summary\",\"application.construction_plan\"]%'") == 1);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM task WHERE project = %" PRId64 " AND act = 'filing.send'", id)) == 0);
    mended_page(id);
}

/* Out of step: an unchanged one goes up only with a reason. */
static void mudan_sends_unchanged(void)
{
    int64_t id = test_draft("mudan", "jtj", test_facts("mudan", "原样重新上报", "120.00", NULL));
    struct desk system;
    struct node *with = node_object(test_arena);

    MUST(id > 0 && test_walk("mudan", "jtj", id, MD_INITIATION) == 0);
    MUST(test_act("mudan", "ndrc", NULL, id, "initiation.approve", NULL, &(struct act_done){0}) == 0);
    node_put_text(test_arena, with, "filing", "city_filing");
    node_put(test_arena, with, "reasons", node_copy(test_arena, test_json("[{\"item\": \"\", \"what\": \"请核对\"}]")));
    system = test_system("mudan", "receipt-returned-2");
    MUST(case_event(&system, id, "filing.returned", "upper", with, &test_err) == 0);
    MUST(test_send(id, "{\"filing\": \"city_filing\"}") == ERR_RULE);
    MUST(test_send(id, "{\"filing\": \"city_filing\", \"reason\": \"内容无误，请复核\"}") == 0);
    MUST(test_send(id, "{\"filing\": \"city_filing\", \"reason\": \"再报一次\"}") == ERR_RULE); /* it has not come back */
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM outbox WHERE project = %" PRId64, id)) == 2);
}

/* 会同: one organ alone is on record, the act takes effect with the last. */
static void jointly(void)
{
    int64_t id = test_draft("mudan", "jtj", test_facts("mudan", "会同", "120.00", NULL));
    struct act_done done;
    struct step first[9];

    MUST(id > 0);
    memcpy(first, MD_INITIATION, 7 * sizeof first[0]);
    first[7] = (struct step){ NULL, NULL, NULL };
    MUST(test_walk("mudan", "jtj", id, first) == 0);
    MUST(test_act("mudan", "competent", NULL, id, "project_library.include", "{\"budget_year\": \"2025\"}", &done) == 0);
    MUST(strstr(done.text, "区财政局") != NULL);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM task WHERE project = %" PRId64 " AND organ = 'finance'", id)) == 1);
    MUST(test_number("mudan", arena_fmt(test_arena, "SELECT COUNT(*) FROM task WHERE project = %" PRId64 " AND organ = 'competent'", id)) == 0);
    MUST(test_act("mudan", "finance", NULL, id, "project_library.include", "{\"budget_year\": \"2025\"}", &done) == 0);
}

/* 牡丹 43: after the text ran out no new application, also not behind an act the unit records for itself. */
static void expired_law(void)
{
    int64_t id, running;

    id = test_draft("mudan", "wjj", test_facts("mudan", "到期之后", "60.00", NULL));
    running = test_number("mudan", "SELECT id FROM project WHERE title = '养老服务监管平台'");
    MUST(id > 0);
    test_clock("mudan", "2025-09-24T09:00");
    MUST(test_act("mudan", "unit", "wjj", id, "ex_ante_evaluation.record", NULL, NULL) == 0);
    int rc = test_act("mudan", "unit", "wjj", id, "application.submit", NULL, NULL);
    struct err kept = test_err;
    int running_rc = test_act("mudan", "unit", "mzj", running, "responsibility_letter.sign", NULL, NULL);

    test_clock("mudan", "2024-09-20T09:00");
    test_err = kept;
    MUST(rc == -1 && kept.code == ERR_RULE && strstr(kept.article, "43") != NULL);
    MUST(running_rc == 0);
}

static void correction_opens_only_what_it_names(void)
{
    int64_t id = test_draft("xinzhou", "cgj", test_facts("xinzhou", "补正", "66.00", NULL)), version;
    struct desk unit = test_desk("xinzhou", "unit", "cgj");
    struct node *page;
    int64_t ret_id, ret_version;

    MUST(id > 0);
    MUST(test_walk("xinzhou", "cgj", id, (const struct step[]){ XZ_REVIEW[0], { NULL, NULL, NULL } }) == 0);
    version = test_version("xinzhou", id);
    MUST_ERR(draft_save(&unit, id, version, test_json("{\"project_summary\": \"改\"}"), &ret_id, &ret_version, &test_errors, &test_err), ERR_RULE);
    MUST(test_upload(&unit, id, "technical_review", "data_catalogue", "x") == 0 && test_err.code == ERR_RULE);
    MUST(test_act("xinzhou", "tech", NULL, id, "technical_review.ask_correction",
                  "{\"correction\": [{\"item\": \"data_catalogue\", \"what\": \"补全共享属性\"}, {\"item\": \"total_investment\", \"what\": \"核减\"}],"
                  " \"until\": \"2025-10-15\", \"reason\": \"目录不全\"}", NULL) == 0);
    version = test_version("xinzhou", id);
    unit = test_desk("xinzhou", "unit", "cgj");
    MUST(wizard_view(&unit, id, 0, NULL, &page, &test_err) == 0);
    MUST(node_count(node_get(node_get(page, "corrections"), "items")) == 2);
    for (const struct node *g = node_first(node_get(page, "groups")); g != NULL; g = g->next) {
        for (const struct node *f = node_first(node_get(g, "fields")); f != NULL; f = f->next)
            MUST(node_get_bool(f, "readonly") == !text_eq(node_get_str(f, "id"), "total_investment"));
    }
    MUST_ERR(draft_save(&unit, id, version, test_json("{\"total_investment\": \"64.00\", \"project_summary\": \"改\"}"), &ret_id, &ret_version, &test_errors, &test_err), ERR_RULE);
    MUST(test_errors.count == 1 && text_eq(test_errors.item[0].path, "/facts/project_summary"));
    unit = test_desk("xinzhou", "unit", "cgj");
    MUST(draft_save(&unit, id, version, test_json("{\"total_investment\": \"64.00\"}"), &ret_id, &ret_version, &test_errors, &test_err) == 0);
    MUST(test_upload(&unit, id, "technical_review", "request_letter", "x") == 0 && test_err.code == ERR_RULE);
    MUST(test_upload(&unit, id, "technical_review", "data_catalogue", "新目录") > 0);
    MUST(test_act("xinzhou", "unit", "cgj", id, "technical_review.submit", NULL, NULL) == 0);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM document WHERE project = %" PRId64 " AND state = 'replaced'", id)) == 1);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM document WHERE project = %" PRId64 " AND state = 'submitted' AND material = 'data_catalogue'", id)) == 1);
    struct desk tech = test_desk("xinzhou", "tech", NULL);

    MUST(act_view(&tech, id, "technical_review.accept", NULL, &page, &test_err) == 0);
    MUST(node_count(node_get(page, "difference")) == 2);
    MUST(node_get_bool(page, "allowed"));
}

const struct test TESTS_ROAD[] = {
    { "a project of xinzhou walks from draft to completion", xinzhou_walks },
    { "its letter is frozen with number, amount in words and the article's text", letter_is_frozen },
    { "a refused act leaves an audit row and nothing else", refused_leaves_nothing },
    { "a refused act burns no number", refused_burns_no_number },
    { "a project of mudan files upward; receipts and a mended filing", mudan_files_upward },
    { "a filing sent again unchanged", mudan_sends_unchanged },
    { "organs that act jointly", jointly },
    { "an expired text takes no new application, running cases go on", expired_law },
    { "a correction opens only what it names", correction_opens_only_what_it_names },
    { NULL, NULL },
};
