/*
 * tests/unit/test_log.c - one JSON line an event
 */
#include "config.h"

#include "check.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/date.h"
#include "base/jsonin.h"
#include "base/log.h"
#include "base/text.h"

static struct arena *a;

/* Standard error into a pipe that keeps the borders between writes. */
static int caught[2], saved;

static void catch_begin(void)
{
    assert_int_equal(pipe2(caught, O_DIRECT | O_NONBLOCK), 0);
    saved = dup(STDERR_FILENO);
    dup2(caught[1], STDERR_FILENO);
}

/* What the one write of the event carried; NULL when there was none. */
static const struct node *catch_end(void)
{
    char line[70000], more;
    ssize_t n = read(caught[0], line, sizeof line);
    ssize_t rest = read(caught[0], &more, 1);
    const struct node *root = NULL;
    struct err e = {0};

    dup2(saved, STDERR_FILENO);
    close(saved);
    close(caught[0]);
    close(caught[1]);
    if (n < 0)
        return NULL;
    assert_true(rest < 0);
    assert_true(n > 1 && line[n - 1] == '\n');
    assert_null(memchr(line, '\n', (size_t)n - 1));
    if (jsonin_parse(a, line, (size_t)n, &root, NULL, NULL, &e) < 0)
        fail_msg("%s: %.*s", e.message, (int)n, line);
    return root;
}

static void events(void **state)
{
    char text[2001];
    instant t;
    struct err e = {0};

    memset(text, 'x', 2000);
    text[2000] = '\0';
    log_open("guizhangd", LOG_INFO_);
    catch_begin();
    log_event(LOG_WARN_, "slow_request", "route", "/projects/{id}", "none", NULL, "raw", "a\"\n\xFF<b>", "long", text,
              "district", "某区", NULL);
    const struct node *n = catch_end();

    assert_non_null(n);
    assert_string_equal(node_first(n)->key, "time");
    assert_int_equal(instant_parse(node_get_str(n, "time"), &t, &e), 0);
    assert_true(t <= instant_now() && t > instant_now() - 60000000);
    assert_string_equal(node_get_str(n, "level"), "warn");
    assert_string_equal(node_get_str(n, "program"), "guizhangd");
    assert_string_equal(node_get_str(n, "event"), "slow_request");
    assert_string_equal(node_get_str(n, "route"), "/projects/{id}");
    assert_null(node_get(n, "none"));
    assert_string_equal(node_get_str(n, "raw"), "a\"\n\uFFFD<b>");
    assert_int_equal(strlen(node_get_str(n, "long")), 1023);
    assert_string_equal(node_get_str(n, "district"), "某区");
}

static void levels(void **state)
{
    for (int least = LOG_DEBUG_; least <= LOG_ERROR_; least++) {
        for (int level = LOG_DEBUG_; level <= LOG_ERROR_; level++) {
            log_open("test", (enum log_level)least);
            catch_begin();
            log_event((enum log_level)level, "e", NULL);
            assert_int_equal(catch_end() != NULL, level >= least);
        }
    }
}

static void errors(void **state)
{
    struct err e = {0};

    log_open("test", LOG_DEBUG_);
    err_fail(&e, ERR_RULE, "按规定不能办理");
    err_article(&e, "12");
    err_at(&e, "/facts/x");
    err_detail(&e, "errno 5");
    catch_begin();
    log_err("submit", &e);
    const struct node *n = catch_end();

    assert_non_null(n);
    assert_string_equal(node_get_str(n, "event"), "submit");
    assert_string_equal(node_get_str(n, "level"), "warn");
    assert_string_equal(node_get_str(n, "error"), "rule_refused");
    assert_string_equal(node_get_str(n, "message"), "按规定不能办理");
    assert_string_equal(node_get_str(n, "article"), "12");
    assert_string_equal(node_get_str(n, "path"), "/facts/x");
    assert_string_equal(node_get_str(n, "detail"), "errno 5");
    assert_null(node_get(n, "mend"));

    err_fail(&e, ERR_DB, "数据库暂不可用");
    catch_begin();
    log_err("submit", &e);
    assert_string_equal(node_get_str(catch_end(), "level"), "error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events),
        cmocka_unit_test(levels),
        cmocka_unit_test(errors),
    };

    a = arena_new("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(a);
    return failed;
}
