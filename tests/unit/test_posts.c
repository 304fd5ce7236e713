/*
 * test_posts - which posts a person's groups give, and in which order
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "identity/session.h"

static struct tenant_unit north_units[] = {
    {"edu", "教育局", "district_department", "", "n-edu", ""},
    {"edu_c", "信息中心", "sub_unit", "edu", "n-edu-c", "east"},
};
static struct tenant_group north_organs[] = {{"tech", "大数据中心", "n-tech", "", ""},
                                             {"finance", NULL, "n-finance", "", "east"}};
static struct tenant_group north_roles[] = {{"auditor", "审计监督", "n-auditor", "auditor", ""},
                                            {"auditor_east", "东片审计", "n-auditor-east", "auditor", "east"}};
static struct tenant north = {.id = "north",
                              .name = "北区",
                              .kind = "district",
                              .units = north_units,
                              .unit_count = 2,
                              .organs = north_organs,
                              .organ_count = 2,
                              .roles = north_roles,
                              .role_count = 2};
static struct tenant_group city_organs[] = {{"intake", "市局", "c-intake", "", ""}};
static struct tenant city = {.id = "city", .name = "某市", .kind = "bureau", .organs = city_organs, .organ_count = 1};
static struct tenant *const all[] = {&city, &north}; /* by id, as tenants_load gives them */

static void groups_to_posts(void **state)
{
    (void)state;
    static const struct {
        const char *groups[4], *want; /* tenant/organ/unit/kind, in order */
    } rows[] = {
        {{NULL}, ""},
        {{"unknown", "n", "n-ed"}, ""},
        {{"n-edu"}, "north/unit/edu/unit "},
        {{"N-EDU"}, "north/unit/edu/unit "}, /* cn ignores case */
        {{"n-edu", "n-edu"}, "north/unit/edu/unit "},
        {{"c-intake", "n-auditor", "n-tech", "n-edu-c"},
         "city/intake//intake north/unit/edu_c/unit north/tech//office north/auditor//auditor "},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *a = arena_new("test", 1 << 20);
        struct post *posts = NULL;
        size_t groups = 0;
        while (groups < 4 && rows[i].groups[groups])
            groups++;
        size_t n = posts_of(a, all, 2, rows[i].groups, groups, &posts);
        const char *have = "";
        for (size_t k = 0; k < n; k++)
            have = arena_fmt(a, "%s%s/%s/%s/%s ", have, posts[k].tenant, posts[k].organ, posts[k].unit, posts[k].kind);
        assert_string_equal(have, rows[i].want);
        arena_free(a);
    }
}

static void names(void **state)
{
    (void)state;
    struct post p;

    assert_int_equal(post_resolve(all, 2, "north", "unit", "edu_c", &p), 1);
    assert_string_equal(p.organ_name, "项目建设单位");
    assert_string_equal(p.unit_name, "信息中心");
    assert_string_equal(p.unit_kind, "sub_unit");
    assert_string_equal(p.tenant_name, "北区");
    assert_int_equal(post_resolve(all, 2, "north", "tech", "", &p), 1);
    assert_string_equal(p.organ_name, "大数据中心");
    assert_string_equal(p.unit_name, "");
    assert_int_equal(post_resolve(all, 2, "north", "finance", "", &p), 1);
    assert_string_equal(p.organ_name, "承办机关"); /* none of its own */
    assert_string_equal(p.place, "east");
    assert_int_equal(post_resolve(all, 2, "north", "auditor_east", "", &p), 1);
    assert_string_equal(p.kind, "auditor");
    assert_string_equal(p.place, "east");
    assert_int_equal(post_resolve(all, 2, "north", "auditor", "", &p), 1);
    assert_string_equal(p.place, "");
    assert_int_equal(post_resolve(all, 2, "north", "unit", "edu_c", &p), 1);
    assert_string_equal(p.place, "east");
    assert_int_equal(post_resolve(all, 2, "city", "intake", "", &p), 1);
    assert_string_equal(p.kind, "intake");
    assert_int_equal(post_resolve(all, 2, "north", "intake", "", &p), 0);
    assert_int_equal(post_resolve(all, 2, "south", "tech", "", &p), 0);
    assert_int_equal(post_resolve(all, 2, "north", "unit", "nothing", &p), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(groups_to_posts), cmocka_unit_test(names)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
