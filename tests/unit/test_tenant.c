/*
 * test_tenant - tenant.json: what is taken, and for each fault the place and the words
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/text.h"
#include "identity/tenant.h"

#define HEAD                                                                                                                \
    "{ \"id\": \"north\", \"name\": \"北区\", \"full_name\": \"某市北区\", \"division_code\": \"990101\", \"kind\": " \
    "\"district\",\n"                                                                                                       \
    "  \"hosts\": [ \"north.test\" ], \"regulations\": [ \"2024-1\" ], \"numbering\": { \"project\": "                      \
    "\"N-{year}-{n4}\" },\n"
#define UNITS                                                                                                          \
    "  \"units\": [ { \"code\": \"edu\", \"name\": \"教育局\", \"kind\": \"department\", \"group\": \"n-edu\" } ],\n"
#define ORGANS "  \"organs\": { \"tech\": { \"group\": \"n-tech\" } },\n"
#define ROLES  "  \"roles\": { \"auditor\": { \"name\": \"审计监督\", \"group\": \"n-auditor\" } },\n"
#define TAIL                                                                                                           \
    "  \"upstream\": { \"upper\": { \"party\": \"city\", \"name\": \"市局\" } }, \"parameters\": { \"limit\": 3, "   \
    "\"purchase\": [ { \"value\": \"50万元\", \"from\": \"2025-01-01\" } ] } }\n"

static const struct {
    const char *text, *want; /* NULL: taken; otherwise what follows the file's name */
} rows[] = {
    {HEAD UNITS ORGANS ROLES TAIL, NULL},
    {HEAD UNITS ORGANS ROLES
     "\"upstream\": null, \"downstream\": [ { \"party\": \"p\", \"name\": \"甲\" } ], \"parameters\": {} }",
     NULL},
    {HEAD UNITS ORGANS ROLES "\"upstream\": null, \"extra\": 1, \"parameters\": {} }", ":6:19: 不认识的成员“extra”"},
    {HEAD UNITS ORGANS ROLES "\"parameters\": {} }", ":1:1: 缺少成员“upstream”"},
    {HEAD UNITS ORGANS ROLES "\"upstream\": null }", ":1:1: 缺少成员“parameters”"},
    {HEAD UNITS ORGANS ROLES "\"upstream\": [], \"parameters\": {} }", ":6:13: “upstream”应当是对象或 null"},
    {HEAD UNITS ORGANS ROLES "\"upstream\": null, \"parameters\": { \"a\": {} } }", ":6:40: 参数“a”"},
    {HEAD UNITS ORGANS ROLES "\"upstream\": null, \"parameters\": { \"a\": [ 3 ] } }", ":6:40: 参数“a”"},
    {HEAD UNITS ORGANS "\"roles\": { \"boss\": { \"name\": \"长\", \"group\": \"g\" } },\n" TAIL,
     ":5:20: 角色只有 auditor、leader 和 editor，“boss”请用“role”写明是哪一种"},
    {HEAD UNITS ORGANS "\"roles\": { \"boss\": { \"role\": \"boss\", \"group\": \"g\" } },\n" TAIL, ":5:30: 角色只有"},
    {HEAD UNITS ORGANS
     "\"roles\": { \"east\": { \"role\": \"leader\", \"place\": \"east\", \"group\": \"g\" } },\n" TAIL,
     NULL},
    {HEAD UNITS ORGANS "\"roles\": { \"auditor\": { \"decides\": [\"gov\"], \"group\": \"g\" } },\n" TAIL,
     ":5:36: “decides”只写在分管领导的角色上"},
    {HEAD UNITS ORGANS "\"roles\": { \"leader\": { \"decides\": [\"gov\", \"gov\"], \"group\": \"g\" } },\n" TAIL,
     ":5:43: “gov”重复了"},
    {HEAD UNITS "\"organs\": { \"tech\": { \"role\": \"leader\", \"group\": \"g\" } },\n" ROLES TAIL,
     ":4:31: “role”只写在角色上"},
    {HEAD UNITS "\"organs\": { \"tech\": { \"place\": \"East\", \"group\": \"g\" } },\n" ROLES TAIL,
     ":4:32: “place”应当是小写"},
    {HEAD UNITS ORGANS "\"roles\": { \"auditor\": { \"group\": \"N-EDU\" } },\n" TAIL, ":5:34: 组“N-EDU”已属于“edu”"},
    {HEAD UNITS "\"organs\": { \"unit\": { \"group\": \"g\" } },\n" ROLES TAIL, ":4:21: “unit”不能作为"},
    {HEAD UNITS "\"organs\": { \"auditor\": { \"group\": \"g\" } },\n" ROLES TAIL, ":5:25: “auditor”已是一个机构"},
    {HEAD UNITS "\"organs\": { \"tech\": { \"group\": \"a*b\" } },\n" ROLES TAIL, ":4:32: 目录中的组名"},
    {HEAD UNITS "\"organs\": { \"tech\": { } },\n" ROLES TAIL, ":4:21: 缺少成员“group”"},
    {HEAD "\"units\": {},\n" ORGANS ROLES TAIL, ":3:10: “units”应当是列表"},
    {HEAD
     "\"units\": [ { \"code\": \"Edu\", \"name\": \"a\", \"kind\": \"k\", \"group\": \"g\" } ],\n" ORGANS ROLES TAIL,
     ":3:22: “code”应当是小写"},
    {HEAD "\"units\": [ { \"code\": \"a\", \"name\": \"a\", \"kind\": \"k\", \"parent\": \"b\", \"group\": \"g\" } "
          "],\n" ORGANS ROLES TAIL,
     ":3:63: 上级单位“b”"},
    {HEAD "\"units\": [ { \"code\": \"a\", \"name\": \"a\", \"kind\": \"k\", \"group\": \"g\" }, { \"code\": \"a\", "
          "\"name\": \"a\", \"kind\": \"k\", \"group\": \"h\" } ],\n" ORGANS ROLES TAIL,
     ":3:79: 单位代码“a”重复"},
    {HEAD "\"units\": [ { \"code\": \"a\", \"name\": \"\", \"kind\": \"k\", \"group\": \"g\" } ],\n" ORGANS ROLES TAIL,
     ":3:35: “name”应当是 1 到 60 个字"},
    {HEAD UNITS ORGANS ROLES
     "\"phrases\": [ { \"act\": \"a.b\", \"field\": \"reason\", \"texts\": [ \"「{name}」\" ] } ],\n" TAIL,
     NULL},
    {HEAD UNITS ORGANS ROLES
     "\"phrases\": [ { \"act\": \"a.b\", \"field\": \"reason\", \"texts\": [ \"{\" ] } ],\n" TAIL,
     ":6:60: “{”不能作为“texts”的一项"},
    {HEAD UNITS ORGANS ROLES "\"phrases\": [ { \"act\": \"a.b\", \"texts\": [] } ],\n" TAIL, ":6:14: 缺少成员“field”"},
    {"{ \"id\": \"south\" }", ":1:9: “id”应当与所在文件夹同名：“north”"},
    {"{ \"id\": \"north\", \"id\": \"north\" }", ":1:"},
    {"{ \"id\": ", ":1:"},
    {"[]", ":1:1: 这里应当是一个对象"},
    {"{ \"id\": \"north\", \"name\": \"北\", \"full_name\": \"北\", \"division_code\": \"99\" }",
     ":1:66: 行政区划代码"},
    {"{ \"id\": \"north\", \"name\": \"北\", \"full_name\": \"北\", \"division_code\": \"990101\", \"kind\": \"city\" "
     "}",
     ":1:84: “kind”只能是“district”或“bureau”"},
    {"{ \"id\": \"north\", \"name\": \"北\", \"full_name\": \"北\", \"division_code\": \"990101\", \"kind\": "
     "\"district\", \"hosts\": [ \"A b\" ] }",
     ":1:107: “A b”不能"},
    {"{ \"id\": \"north\", \"name\": \"北\", \"full_name\": \"北\", \"division_code\": \"990101\", \"kind\": "
     "\"district\", \"hosts\": [], \"regulations\": [ \"../x\" ] }",
     ":1:126: “../x”不能"},
    {"{ \"id\": \"north\", \"name\": \"北\", \"full_name\": \"北\", \"division_code\": \"990101\", \"kind\": "
     "\"district\", \"hosts\": [], \"regulations\": [] }",
     ":1:124: 区县至少"},
    {"{ \"id\": \"north\", \"name\": \"北\", \"full_name\": \"北\", \"division_code\": \"990101\", \"kind\": "
     "\"district\", \"hosts\": [], \"regulations\": [ \"1\" ], \"numbering\": { \"project\": \"N-{n}\" } }",
     ":1:159: 编号样式"},
};

static void write_tenant(struct arena *a, const char *dir, const char *id, const char *text)
{
    struct err e = {0};

    assert_int_equal(file_mkdirs(arena_fmt(a, "%s/%s", dir, id), 0700, &e), 0);
    assert_int_equal(file_write(arena_fmt(a, "%s/%s/tenant.json", dir, id), text, strlen(text), 0600, &e), 0);
}

static char *folder_new(struct arena *a)
{
    char *dir = arena_dup(a, "/tmp/test_tenant.XXXXXX");

    assert_non_null(mkdtemp(dir));
    return dir;
}

static void folder_drop(struct arena *a, const char *dir, const char *const *ids)
{
    for (; *ids; ids++) {
        unlink(arena_fmt(a, "%s/%s/tenant.json", dir, *ids));
        rmdir(arena_fmt(a, "%s/%s", dir, *ids));
    }
    assert_int_equal(rmdir(dir), 0);
}

static void faults(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 1 << 24);
    const char *ids[] = {"north", NULL};
    char *dir = folder_new(a);

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct tenant **all = NULL;
        size_t count = 0;
        struct err e = {0};
        write_tenant(a, dir, "north", rows[i].text);
        int rc = tenants_load(a, dir, &all, &count, &e);
        if (!rows[i].want) {
            if (rc < 0)
                fail_msg("row %zu: %s", i, e.message);
            continue;
        }
        const char *want = arena_fmt(a, "%s/north/tenant.json%s", dir, rows[i].want);
        if (rc == 0 || strncmp(e.message, want, strlen(want)) != 0)
            fail_msg("row %zu: wanted\n%s\nhave\n%s", i, want, rc == 0 ? "(taken)" : e.message);
        assert_int_equal(e.code, ERR_CONFIG);
    }
    folder_drop(a, dir, ids);
    arena_free(a);
}

static void content(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 1 << 20);
    const char *ids[] = {"north", "common", "notes", NULL};
    char *dir = folder_new(a);
    struct tenant **all = NULL;
    size_t count = 0;
    struct err e = {0};

    write_tenant(a, dir, "north", HEAD UNITS ORGANS ROLES TAIL);
    write_tenant(a, dir, "common", "not looked at");
    assert_int_equal(file_mkdirs(arena_fmt(a, "%s/notes", dir), 0700, &e), 0);
    assert_int_equal(tenants_load(a, dir, &all, &count, &e), 0);
    assert_int_equal(count, 1);
    const struct tenant *t = all[0];
    assert_string_equal(t->folder, arena_fmt(a, "%s/north", dir));
    assert_string_equal(t->number_pattern, "N-{year}-{n4}");
    assert_string_equal(t->hosts[0], "north.test");
    assert_string_equal(t->regulations[0], "2024-1");
    assert_string_equal(tenant_unit(t, "edu")->name, "教育局");
    assert_string_equal(tenant_unit(t, "edu")->parent, "");
    assert_null(tenant_unit(t, "nothing"));
    assert_null(tenant_organ_name(t, "tech"));
    assert_null(tenant_organ_name(t, "nothing"));
    assert_string_equal(t->upstream[0].id, "upper");
    assert_string_equal(t->upstream[0].party, "city");
    assert_int_equal(node_get_int(t->parameters, "limit", 0), 3);
    folder_drop(a, dir, ids);
    arena_free(a);
}

static void apart(void **state)
{
    (void)state;
    struct arena *a = arena_new("test", 1 << 20);
    const char *ids[] = {"north", "west", NULL};
    char *dir = folder_new(a);
    struct tenant **all = NULL;
    size_t count = 0;
    struct err e = {0};
    static const char west[] =
        "{ \"id\": \"west\", \"name\": \"西\", \"full_name\": \"西\", \"division_code\": \"990102\", \"kind\": "
        "\"bureau\","
        " \"hosts\": [ \"%s\" ], \"regulations\": [], \"numbering\": {}, \"units\": [],"
        " \"organs\": { \"intake\": { \"group\": \"%s\" } }, \"roles\": {}, \"upstream\": null, \"parameters\": {} }";

    write_tenant(a, dir, "north", HEAD UNITS ORGANS ROLES TAIL);
    write_tenant(a, dir, "west", arena_fmt(a, west, "west.test", "w-intake"));
    assert_int_equal(tenants_load(a, dir, &all, &count, &e), 0);
    assert_int_equal(count, 2);
    write_tenant(a, dir, "west", arena_fmt(a, west, "north.test", "w-intake"));
    assert_int_equal(tenants_load(a, dir, &all, &count, &e), -1);
    assert_non_null(strstr(e.message, "地址“north.test”已属于“north”"));
    write_tenant(a, dir, "west", arena_fmt(a, west, "west.test", "N-Tech"));
    assert_int_equal(tenants_load(a, dir, &all, &count, &e), -1);
    assert_non_null(strstr(e.message, "组“n-tech”已属于“north”"));
    folder_drop(a, dir, ids);
    arena_free(a);
}

/* More than the table of owners begins with: all are found by their ids, and the last is still kept from the first. */
static void many(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    struct arena *a = arena_new("test", 16 << 20);
    const char *ids[COUNT + 1] = {NULL};
    char *dir = folder_new(a);
    struct tenant **all = NULL;
    size_t count = 0;
    struct err e = {0};
    static const char one[] =
        "{ \"id\": \"t%d\", \"name\": \"区\", \"full_name\": \"区\", \"division_code\": \"%06d\", \"kind\": \"bureau\","
        " \"hosts\": [ \"t%d.test\" ], \"regulations\": [], \"numbering\": {}, \"units\": [],"
        " \"organs\": { \"intake\": { \"group\": \"g%d\" } }, \"roles\": {}, \"upstream\": null, \"parameters\": {} }";

    for (int i = 0; i < COUNT; i++) {
        ids[i] = arena_fmt(a, "t%d", i);
        write_tenant(a, dir, ids[i], arena_fmt(a, one, i, i, i, i));
    }
    assert_int_equal(tenants_load(a, dir, &all, &count, &e), 0);
    assert_int_equal(count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        int at = tenant_find(all, count, ids[i]);
        assert_in_range(at, 0, COUNT - 1);
        assert_string_equal(all[at]->id, ids[i]);
    }
    assert_int_equal(tenant_find(all, count, "t300"), -1);
    assert_int_equal(tenant_find(all, count, ""), -1);
    assert_int_equal(tenant_find(all, count, NULL), -1);
    write_tenant(a, dir, "t99", arena_fmt(a, one, 99, 99, 99, 0)); /* the last by name */
    assert_int_equal(tenants_load(a, dir, &all, &count, &e), -1);
    assert_non_null(strstr(e.message, "组“g0”已属于“t0”"));
    folder_drop(a, dir, ids);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(faults), cmocka_unit_test(content), cmocka_unit_test(apart),
                                       cmocka_unit_test(many)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
