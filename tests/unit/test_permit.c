/*
 * test_permit - every cell of the permission table, every refusal's words
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "identity/actor.h"

/* written out a second time on purpose: a slip in the header's table must show here */
static const struct {
    enum action m;
    const char *slug, *allow; /* u o i a l e x */
    int writes;
} want[] = {
    {MAY_HOME, "home", "uoiale", 0},
    {MAY_PROJECT_READ, "project.read", "uoale", 0},
    {MAY_PROJECT_DRAFT, "project.draft", "u", 1},
    {MAY_PROJECT_ACT, "project.act", "uo", 1},
    {MAY_DOCUMENT_READ, "document.read", "uoalx", 0},
    {MAY_DOCUMENT_ADD, "document.add", "uo", 1},
    {MAY_OUTBOX_READ, "outbox.read", "oal", 0},
    {MAY_OUTBOX_ACT, "outbox.act", "o", 1},
    {MAY_INBOX_READ, "inbox.read", "ial", 0},
    {MAY_INBOX_DECIDE, "inbox.decide", "i", 1},
    {MAY_AUDIT_READ, "audit.read", "a", 0},
    {MAY_SUPERVISE, "supervise.read", "oal", 0},
    {MAY_STAT_READ, "stat.read", "uoale", 0},
    {MAY_VIEW_KEEP, "view.keep", "uoale", 1},
    {MAY_EXPORT, "list.export", "uoal", 1},
    {MAY_SETTINGS, "settings", "uoiale", 0},
    {MAY_SETTINGS_SAVE, "settings.save", "uoiale", 1},
    {MAY_CALENDAR, "calendar", "uoale", 0},
    {MAY_DELEGATION_READ, "delegation.read", "uoale", 0},
    {MAY_DELEGATION_ACT, "delegation.act", "uo", 1},
    {MAY_PROJECT_HAND, "project.hand", "uo", 1},
    {MAY_PROJECT_URGE, "project.urge", "uol", 1},
    {MAY_COSIGN_READ, "cosign.read", "oal", 0},
    {MAY_COSIGN_ACT, "cosign.act", "o", 1},
    {MAY_PLAN_READ, "plan.read", "uoal", 0},
    {MAY_PLAN_ACT, "plan.act", "uo", 1},
    {MAY_NOTICE_READ, "notice.read", "uoialex", 0},
    {MAY_NOTICE_ACT, "notice.act", "e", 1},
    {MAY_REGULATION_READ, "regulation.read", "uoialex", 0},
    {MAY_BILL_READ, "bill.read", "ale", 0},
    {MAY_BILL_EDIT, "bill.edit", "e", 1},
    {MAY_BILL_PUBLISH, "bill.publish", "e", 1},
    {MAY_EXPERT_READ, "expert.read", "oal", 0},
    {MAY_EXPERT_KEEP, "expert.keep", "o", 1},
    {MAY_REVIEW_READ, "review.read", "uoal", 0},
    {MAY_REVIEW_ACT, "review.act", "uo", 1},
    {MAY_SEAT_READ, "seat.read", "x", 0},
    {MAY_SEAT_ACT, "seat.act", "x", 1},
};
static const struct {
    char letter;
    const char *kind, *name;
} kinds[] = {
    {'u', "unit", "项目建设单位"}, {'o', "office", "承办机关"}, {'i', "intake", "上级受理岗位"},
    {'a', "auditor", "审计监督"},  {'l', "leader", "分管领导"}, {'e', "editor", "法规管理员"},
    {'x', "expert", "评审专家"},
};

static struct post post_of(const char *kind)
{
    return (struct post){.tenant = "t",
                         .organ = "x",
                         .organ_name = "某局",
                         .unit = "",
                         .unit_name = "",
                         .unit_kind = "",
                         .place = "",
                         .kind = kind};
}

static void every_cell(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LEN(want), MAY__MAX);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        assert_string_equal(action_slug(want[i].m), want[i].slug);
        assert_int_equal(action_writes(want[i].m), want[i].writes);
        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            struct err e = {0};
            struct post p = post_of(kinds[k].kind);
            struct actor who = {.posts = &p, .post_count = 1, .post = &p};
            int may = strchr(want[i].allow, kinds[k].letter) != NULL;

            assert_int_equal(permit_allows(kinds[k].kind, want[i].m), may);
            assert_int_equal(permit_check(&who, want[i].m, &e), may ? 0 : -1);
            if (may)
                continue;
            assert_int_equal(e.code, ERR_FORBIDDEN);
            for (size_t n = 0; n < ARRAY_LEN(kinds); n++) { /* names exactly those that may, before the comma */
                const char *at = strstr(e.message, kinds[n].name), *comma = strstr(e.message, "，");
                assert_int_equal(at && at < comma, strchr(want[i].allow, kinds[n].letter) != NULL);
            }
            assert_non_null(strstr(e.message, "某局"));
            assert_true(e.mend[0] != 0);
        }
    }
    assert_int_equal(permit_allows("nonsense", MAY_HOME), 0);
    assert_int_equal(permit_allows("", MAY_HOME), 0);
}

static void words(void **state)
{
    (void)state;
    struct err e = {0};
    struct post p[] = {post_of("unit"), post_of("office"), post_of("office")};
    p[0].unit = "jyj";
    p[0].unit_name = "区教育局";
    p[1].organ_name = "区大数据中心";
    p[2].tenant = "other";
    struct actor who = {.posts = p, .post_count = 1, .post = &p[0]};

    assert_int_equal(permit_check(&who, MAY_OUTBOX_ACT, &e), -1);
    assert_string_equal(e.message, "此项由承办机关的岗位办理，当前岗位是区教育局（项目建设单位）");
    assert_string_equal(e.mend, "请由有此岗位的同事办理；岗位由政务目录管理员分配");

    who.post_count = 3; /* a second post of this district may; one of another district is not named */
    assert_int_equal(permit_check(&who, MAY_OUTBOX_ACT, &e), -1);
    assert_string_equal(e.mend, "您还任「区大数据中心」的岗位，切换到该岗位后可以办理");

    who.post = NULL;
    assert_int_equal(permit_check(&who, MAY_HOME, &e), -1);
    assert_int_equal(e.code, ERR_FORBIDDEN);
    assert_non_null(strstr(e.message, "尚未选定岗位"));
}

static void stale_directory(void **state)
{
    (void)state;
    struct err e = {0};
    struct post p = post_of("office");
    struct actor who = {.posts = &p, .post_count = 1, .post = &p, .directory_stale = 1, .unchecked_s = 300};

    assert_int_equal(permit_check(&who, MAY_PROJECT_ACT, &e), 0);
    who.unchecked_s = 301;
    assert_int_equal(permit_check(&who, MAY_PROJECT_ACT, &e), -1);
    assert_int_equal(e.code, ERR_DIRECTORY);
    assert_int_equal(permit_check(&who, MAY_PROJECT_READ, &e), 0);
    who.directory_stale = 0;
    assert_int_equal(permit_check(&who, MAY_PROJECT_ACT, &e), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_cell), cmocka_unit_test(words),
                                       cmocka_unit_test(stale_directory)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
