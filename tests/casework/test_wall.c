/*
 * tests/casework/test_wall.c - who may see and do what; what is on record of those who may not
 */
#include "config.h"

#include "harness.h"

static void wrong_organ(void)
{
    int64_t id = test_draft("xinzhou", "rmy", test_facts("xinzhou", "越权", "52.00", NULL));
    struct desk d;
    struct act_done done;

    MUST(id > 0);
    MUST(test_walk("xinzhou", "rmy", id, (const struct step[]){ XZ_REVIEW[0], { NULL, NULL, NULL } }) == 0);
    d = test_desk("xinzhou", "finance", NULL);
    MUST_ERR(act_do(&d, id, test_version("xinzhou", id), "technical_review.accept", NULL, &done, &test_errors, &test_err), ERR_RULE);
    MUST(strstr(test_errors.item[0].message, "区大数据中心") != NULL || strstr(test_errors.item[0].mend, "区大数据中心") != NULL);
    d = test_desk("xinzhou", "auditor", NULL);
    MUST_ERR(act_do(&d, id, test_version("xinzhou", id), "technical_review.accept", NULL, &done, &test_errors, &test_err), ERR_FORBIDDEN);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM audit WHERE organ = 'auditor' AND what = 'project.act' AND result = 'refused'") == 1);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM event WHERE project = %" PRId64, id)) == 1);
}

static void foreign_unit(void)
{
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "他人的项目", "33.00", NULL)), doc;
    struct desk own = test_desk("xinzhou", "unit", "jyj"), other = test_desk("xinzhou", "unit", "zcj");
    struct node *page;
    struct act_done done;
    struct document_file file;
    int64_t ret_id, ret_version, seen;

    MUST(id > 0);
    doc = test_upload(&own, id, "technical_review", "request_letter", "秘");
    MUST(doc > 0);
    MUST_ERR(project_view(&other, id, &page, &test_err), ERR_NOT_FOUND);
    MUST_ERR(project_view(&other, id + 1, &page, &test_err), ERR_NOT_FOUND);
    MUST_ERR(wizard_view(&other, id, 0, NULL, &page, &test_err), ERR_NOT_FOUND);
    MUST_ERR(act_view(&other, id, "technical_review.submit", NULL, &page, &test_err), ERR_NOT_FOUND);
    MUST_ERR(act_do(&other, id, -1, "technical_review.submit", NULL, &done, &test_errors, &test_err), ERR_NOT_FOUND);
    other = test_desk("xinzhou", "unit", "zcj");
    MUST_ERR(draft_save(&other, id, -1, test_json("{\"project_name\": \"夺\"}"), &ret_id, &ret_version, &test_errors, &test_err), ERR_NOT_FOUND);
    MUST_ERR(document_open(&other, doc, &file, &test_err), ERR_NOT_FOUND);
    MUST_ERR(document_drop(&other, doc, &test_err), ERR_NOT_FOUND);
    seen = test_number("xinzhou", arena_fmt(test_arena, "SELECT COUNT(*) FROM audit WHERE object = 'project/%" PRId64
                                            "' AND unit = 'zcj' AND result = 'refused' AND reason = 'not_found'", id));
    MUST(seen == 7);
    MUST(project_list_view(&other, test_json("{\"q\": \"他人的项目\"}"), &page, &test_err) == 0);
    MUST(node_count(node_get(page, "projects")) == 0);
    MUST(project_list_view(&other, test_json("{\"q\": \"他人的项目\", \"unit\": \"jyj\"}"), &page, &test_err) == 0);
    MUST(node_count(node_get(page, "projects")) == 0);
    MUST(project_list_view(&own, test_json("{\"q\": \"他人的项目\"}"), &page, &test_err) == 0);
    MUST(node_count(node_get(page, "projects")) == 1);
}

static void foreign_district(void)
{
    int64_t id = test_number("xinzhou", "SELECT id FROM project LIMIT 1");
    struct desk d = test_desk("mudan", "competent", NULL);
    struct node *page;

    MUST_ERR(project_view(&d, id, &page, &test_err), ERR_NOT_FOUND);
    /* a post of one district at another district's counter sees nothing there */
    d.district = platform_district(test_platform, "xinzhou");
    MUST_ERR(project_view(&d, id, &page, &test_err), ERR_NOT_FOUND);
    d = test_desk("heze", "intake", NULL);
    MUST_ERR(project_list_view(&d, NULL, &page, &test_err), ERR_FORBIDDEN);
    MUST(home_view(&d, 0, &page, &test_err) == 0 && !node_get_bool(page, "has_projects"));
}

/* G-15: nothing of it is kept, not even in the audit. */
static void classified_keeps_nothing(void)
{
    struct desk d = test_desk("xinzhou", "unit", "jyj");
    int64_t before = test_number("xinzhou", "SELECT COUNT(*) FROM project"), id, version;
    int64_t audits = test_number("xinzhou", "SELECT COUNT(*) FROM audit");

    MUST_ERR(draft_save(&d, 0, -1, test_facts("xinzhou", "绝密代号七号", "86.50", "{\"classified\": true}"), &id, &version, &test_errors, &test_err), ERR_RULE);
    MUST(strstr(test_err.article, "24") != NULL && test_errors.count >= 1);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM project") == before);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM audit") == audits + 1);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM audit WHERE detail LIKE '%绝密%' OR reason LIKE '%绝密%' OR object LIKE '%绝密%'") == 0);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM idem WHERE result LIKE '%绝密%'") == 0);
    /* a text from a form says the same */
    d = test_desk("xinzhou", "unit", "jyj");
    MUST_ERR(draft_save(&d, 0, -1, test_facts("xinzhou", "绝密", "abc", "{\"classified\": \"true\"}"), &id, &version, &test_errors, &test_err), ERR_RULE);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM project") == before);
}

static void typed_is_never_lost(void)
{
    struct desk d = test_desk("xinzhou", "unit", "jyj");
    struct node *page;
    int64_t id, version;
    const char *kept = "";

    MUST(draft_save(&d, 0, -1, test_facts("xinzhou", "填错的", "四百万", "{\"planned_start\": \"明年\"}"), &id, &version, &test_errors, &test_err) == 0);
    MUST(test_errors.count == 2);
    MUST(wizard_view(&d, id, 0, NULL, &page, &test_err) == 0);
    for (const struct node *g = node_first(node_get(page, "groups")); g != NULL; g = g->next) {
        for (const struct node *f = node_first(node_get(g, "fields")); f != NULL; f = f->next) {
            if (text_eq(node_get_str(f, "id"), "total_investment")) {
                kept = node_get_str(f, "value");
                MUST(node_get(f, "error") != NULL);
            }
        }
    }
    MUST(text_eq(kept, "四百万"));
    d = test_desk("xinzhou", "unit", "jyj");
    MUST(draft_save(&d, id, version, test_json("{\"total_investment\": \"400.5\"}"), &id, &version, &test_errors, &test_err) == 0);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT total_investment FROM project WHERE id = %" PRId64, id)) == 400500000);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT facts LIKE '%%四百万%%' FROM project WHERE id = %" PRId64, id)) == 0);
    MUST(test_number("xinzhou", arena_fmt(test_arena, "SELECT facts LIKE '%%明年%%' FROM project WHERE id = %" PRId64, id)) == 1);
}

static void a_small_cache_of_connections(void)
{
    struct desk x = test_desk("xinzhou", "tech", NULL), m = test_desk("mudan", "competent", NULL);
    int64_t limit = test_platform->config.db_connections;
    struct node *page;

    platform_close(test_platform);
    test_platform->config.db_connections = 1;
    for (int i = 0; i < 3; i++) {
        MUST(home_view(&x, 0, &page, &test_err) == 0);
        MUST(x.district->db != NULL && m.district->db == NULL);
        MUST(home_view(&m, 0, &page, &test_err) == 0);
        MUST(m.district->db != NULL && x.district->db == NULL);
    }
    test_platform->config.db_connections = limit;
}

const struct test TESTS_WALL[] = {
    { "another organ may not act and is told who may", wrong_organ },
    { "another unit's project is not there, and the try is on record", foreign_unit },
    { "another district's project is not there", foreign_district },
    { "of a classified project nothing is kept", classified_keeps_nothing },
    { "what was typed is never lost", typed_is_never_lost },
    { "connections over the limit are closed, oldest first", a_small_cache_of_connections },
    { NULL, NULL },
};
