/*
 * test_config - the settings file: defaults, what is refused, and in which words
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
#include "casework/platform.h"

#define FOLDERS                                                                                                        \
    "\"origin\": \"http://127.0.0.1:8080\", \"tenants_dir\": \"t\", \"migrations_dir\": \"/m\", \"secrets_dir\": "     \
    "\"/s\","                                                                                                          \
    " \"files_dir\": \"/f\", \"upload_dir\": \"/u\""
#define SOCKET ", \"database\": { \"socket\": \"/run/db.sock\" }"

static struct arena *arena;
static char folder[] = "/tmp/test_config.XXXXXX";

static int begin(void **state)
{
    (void)state;
    arena = arena_new("test_config", 16 * 1024 * 1024);
    return mkdtemp(folder) == NULL;
}

static int end(void **state)
{
    (void)state;
    unlink(arena_fmt(arena, "%s/guizhang.json", folder));
    rmdir(folder);
    arena_free(arena);
    return 0;
}

static int read_text(const char *text, struct config *ret, struct err *e)
{
    const char *path = arena_fmt(arena, "%s/guizhang.json", folder);

    assert_int_equal(file_write(path, text, strlen(text), 0600, e), 0);
    return config_load(arena, path, ret, e);
}

static void test_defaults(void **state)
{
    struct config c;
    struct err e = {0};

    (void)state;
    assert_int_equal(read_text("{ \"mode\": \"demo\", " FOLDERS SOCKET ", \"test_clock\": \"clock.json\" }", &c, &e),
                     0);
    assert_string_equal(c.mode, "demo");
    assert_string_equal(c.tenants_dir, arena_fmt(arena, "%s/t", folder));
    assert_string_equal(c.test_clock, arena_fmt(arena, "%s/clock.json", folder));
    assert_string_equal(c.db_platform_user, "guizhang_platform");
    assert_int_equal(c.session_idle_s, 900);
    assert_int_equal(c.session_absolute_s, 28800);
    assert_int_equal(c.ldap_timeout_ms, 2000);
    assert_int_equal(c.upload_max_bytes, 200 * 1024 * 1024);
    assert_int_equal(c.push_giveup_s, 72 * 3600);
    assert_int_equal(c.workers, 4);
}

static const struct {
    const char *text, *say; /* a part of the message */
} bad[] = {
    {"{ " FOLDERS SOCKET ", \"test_clock\": \"/c\" }", "正式运行方式（mode 为 production）不得设置测试时钟"},
    {"{ \"mode\": \"live\", " FOLDERS SOCKET " }", "只能是 production、demo 或 test"},
    {"{ \"mode\": \"demo\", " FOLDERS " }", "至少填写一项"},
    {"{ \"mode\": \"demo\", " FOLDERS ", \"database\": { \"host\": \"db\" } }", "database.ca"},
    {"{ \"mode\": \"demo\", " FOLDERS SOCKET ", \"workers\": { \"count\": 0 } }", "workers.count"},
    {"{ \"mode\": \"demo\", " FOLDERS SOCKET ", \"worker\": 3 }", "worker"},
    {"{ \"mode\": \"demo\", " FOLDERS SOCKET ", \"push\": { \"backoff_min_s\": 60, \"backoff_max_s\": 5 } }",
     "backoff"},
    {"{ \"mode\": \"demo\" }", "缺少设置"},
    {"{ \"mode\": \"demo\", ", "guizhang.json:1:"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct config c = {.workers = -7};
        struct err e = {0};

        assert_int_equal(read_text(bad[i].text, &c, &e), -1);
        if (strstr(e.message, bad[i].say) == NULL)
            fail_msg("%s: %s", bad[i].text, e.message);
        assert_int_equal(c.workers, -7);
    }
}

static void test_reference(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 1024 * 1024);
    settings_reference(&b);
    assert_true(buf_ok(&b));
    assert_non_null(strstr(buf_str(&b), "database.socket"));
    assert_non_null(strstr(buf_str(&b), "uploads.max_bytes"));
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_defaults), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_reference)};

    return cmocka_run_group_tests(tests, begin, end);
}
