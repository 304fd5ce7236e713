/*
 * tests/unit/test_settings.c - the settings file and its messages
 */
#include "config.h"

#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "base/text.h"

struct demo {
    const char *socket, *user, *password, *tenants, *note;
    int64_t workers, port;
    int secure;
};

/* clang-format off */
static const struct setting table[] = {
    SETTING_PATH_ROW("database.socket",   struct demo, socket,   NULL,           "数据库的套接字文件"),
    SETTING_TEXT_ROW("database.user",     struct demo, user,     "guizhang",     "数据库账号"),
    SETTING_TEXT_ROW("database.password", struct demo, password, "",             "数据库口令"),
    SETTING_INT_ROW("database.port",      struct demo, port,     "3306", 1, 65535, "数据库端口"),
    SETTING_PATH_ROW("tenants",           struct demo, tenants,  "tenants",      "各地区的文件夹"),
    SETTING_INT_ROW("workers",            struct demo, workers,  "4", 1, 64,     "工作进程数"),
    SETTING_BOOL_ROW("web.cookie.secure", struct demo, secure,   "true",         "会话只经加密连接"),
    SETTING_TEXT_ROW("note",              struct demo, note,     "",             "备注"),
};
/* clang-format on */

static struct arena *a;
static char folder[] = "test_settings.XXXXXX";

static const char *path_of(const char *name)
{
    return arena_fmt(a, "%s/%s", folder, name);
}

static int load(const char *json, struct demo *d, struct err *e)
{
    struct err unwritten = {0};

    assert_int_equal(file_write(path_of("s.json"), json, strlen(json), 0600, &unwritten), 0);
    return settings_load(a, table, ARRAY_LEN(table), d, path_of("s.json"), e);
}

static void filled(void **state)
{
    struct demo d;
    struct err e = {0};

    memset(&d, 0x5A, sizeof d);
    assert_int_equal(load("{ \"database\": { \"socket\": \"/run/db.sock\", \"user\": \"甲\", \"port\": 65535 },\n"
                          "  \"workers\": 64, \"web\": { \"cookie\": { \"secure\": false } }, \"tenants\": \"../t\" }",
                          &d, &e),
                     0);
    assert_string_equal(d.socket, "/run/db.sock");
    assert_string_equal(d.user, "甲");
    assert_string_equal(d.password, "");
    assert_int_equal(d.port, 65535);
    assert_string_equal(d.tenants, path_of("../t"));
    assert_int_equal(d.workers, 64);
    assert_int_equal(d.secure, 0);
    assert_string_equal(d.note, "");
}

static void defaults(void **state)
{
    struct demo d;
    struct err e = {0};

    memset(&d, 0x5A, sizeof d);
    assert_int_equal(load("{\"database\":{\"socket\":\"db.sock\"}}", &d, &e), 0);
    assert_string_equal(d.socket, path_of("db.sock")); /* relative to the file */
    assert_string_equal(d.user, "guizhang");
    assert_int_equal(d.port, 3306);
    assert_string_equal(d.tenants, path_of("tenants"));
    assert_int_equal(d.workers, 4);
    assert_int_equal(d.secure, 1);
}

static void faults(void **state)
{
    static const struct {
        const char *json, *message; /* behind the file's name */
    } rows[] = {
        {"", ":1:1：没有内容"},
        {"{\n  \"workers\": 4,\n  \"workers\": 5\n}", ":3:3：同一对象里 \"workers\" 出现了两次"},
        {"{\"note\": \"\\q\"}", ":1:12：“\\”后面的字符不认识"},
        {"[]", ":1:1：设置文件应为一个对象，写在 { } 之间"},
        {"{}", ":1:1：缺少设置 database.socket"},
        {"\n {\"workers\": 4}", ":2:2：缺少设置 database.socket"},
        {"{\"database\": {\"socket\": \"/s\",\n  \"sokcet\": 1}}", ":2:3：没有名为 database.sokcet 的设置"},
        {"{\"worker\": 1}", ":1:2：没有名为 worker 的设置"},
        {"{\"web\": {\"cookie\": {\"secure\": true, \"same\": 1}}}", ":1:37：没有名为 web.cookie.same 的设置"},
        /* a dotted key could set one thing twice */
        {"{\"database.socket\": \"/s\"}", ":1:2：没有名为 database.socket 的设置"},
        {"{\"web\": {\"cookie.secure\": true}}", ":1:10：没有名为 web.cookie.secure 的设置"},
        {"{\"data\": {}}", ":1:2：没有名为 data 的设置"},
        {"{\"\": 1}", ":1:2：没有名为  的设置"},
        {"{\"database\": \"/s\"}", ":1:14：database 应为一组设置，写在 { } 之间"},
        {"{\"workers\": {\"count\": 1}}", ":1:13：workers 应为整数"},
        {"{\"workers\": \"4\"}", ":1:13：workers 应为整数"},
        {"{\"workers\": 4.0}", ":1:13：workers 应为整数"},
        {"{\"workers\": null}", ":1:13：workers 应为整数"},
        {"{\"workers\": 0}", ":1:13：workers 应在 1 与 64 之间"},
        {"{\"workers\": 65}", ":1:13：workers 应在 1 与 64 之间"},
        {"{\"web\": {\"cookie\": {\"secure\": 1}}}", ":1:31：web.cookie.secure 应为 true 或 false"},
        {"{\"note\": 1}", ":1:10：note 应为文字"},
        {"{\"tenants\": \"\"}", ":1:13：tenants 应为文件或文件夹的路径"},
        {"{\"tenants\": []}", ":1:13：tenants 应为文件或文件夹的路径"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct demo d, before;
        struct err e = {0};

        memset(&d, 0x5A, sizeof d);
        before = d;
        CHECK_INT(load(rows[i].json, &d, &e), -1, rows[i].json);
        CHECK_INT(e.code, ERR_CONFIG, rows[i].json);
        CHECK_TEXT(e.message, arena_fmt(a, "%s%s", path_of("s.json"), rows[i].message), rows[i].json);
        CHECK(memcmp(&d, &before, sizeof d) == 0, rows[i].json); /* the old settings stand */
    }

    struct demo d;
    struct err e = {0};

    assert_int_equal(load("{}", &d, &e), -1);
    assert_string_equal(e.mend, "数据库的套接字文件");
    assert_int_equal(settings_load(a, table, ARRAY_LEN(table), &d, path_of("absent.json"), &e), -1);
    assert_string_equal(e.message, arena_fmt(a, "读取文件没有成功：%s/absent.json 不存在", folder));
}

static void reference(void **state)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct demo d;
    struct err e = {0};

    buf_init(&b, 1 << 16);
    settings_print(&b, table, ARRAY_LEN(table), NULL);
    assert_true(text_starts(buf_str(&b), "database.socket\n    路径，必填\n    数据库的套接字文件\n"
                                         "database.user\n    文字，不写时为 guizhang\n    数据库账号\n"
                                         "database.password\n    文字，不写时为空\n    数据库口令\n"
                                         "database.port\n    整数，1 至 65535，不写时为 3306\n    数据库端口\n"));
    assert_non_null(strstr(buf_str(&b), "web.cookie.secure\n    true 或 false，不写时为 true\n    会话只经加密连接\n"));

    buf_clear(&b);
    assert_int_equal(load("{\"database\":{\"socket\":\"/s\",\"password\":\"hidden\"}}", &d, &e), 0);
    settings_print(&b, table, ARRAY_LEN(table), &d);
    assert_non_null(strstr(buf_str(&b), "database.socket = \"/s\"\n"));
    assert_non_null(strstr(buf_str(&b), "workers = 4\n"));
    assert_non_null(strstr(buf_str(&b), "web.cookie.secure = true\n"));
    assert_non_null(strstr(buf_str(&b), "database.password = （不显示）\n"));
    assert_null(strstr(buf_str(&b), "hidden"));
}

static int make_folder(void **state)
{
    a = arena_new("test", 16 << 20);
    return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state)
{
    unlink(path_of("s.json"));
    int rc = rmdir(folder);

    arena_free(a);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filled),
        cmocka_unit_test(defaults),
        cmocka_unit_test(faults),
        cmocka_unit_test(reference),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
