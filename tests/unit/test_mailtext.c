/*
 * test_mailtext - a letter as a mail server gets it: nothing people wrote can become a header, an end or a second
 * letter
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "base/mailtext.h"
#include "base/text.h"

static struct arena *a;

static int begin(void **state)
{
    (void)state;
    a = arena_new("test_mailtext", 16 * 1024 * 1024);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static const struct mailtext plain = {.from = "xm@example.gov.cn",
                                      .to = "zhang.min@example.gov.cn",
                                      .from_name = "政务信息化项目管理平台",
                                      .subject = "到期提醒",
                                      .key = "xinzhou.day-2025-10-29.7.0f",
                                      .body = "一\n二\n",
                                      .date = 1761678000000000};

static const char *letter(const struct mailtext *m)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 1 << 20);
    assert_int_equal(mailtext_put(&b, a, m), 0);
    return arena_dup(a, buf_str(&b));
}

/* Lines before the first empty one. */
static int header_lines(const char *text)
{
    const char *stop = strstr(text, "\r\n\r\n");
    int n = 1;

    assert_non_null(stop);
    for (const char *p = strstr(text, "\r\n"); p != NULL && p < stop; p = strstr(p + 2, "\r\n"))
        n++;
    return n;
}

static void addresses(void **state)
{
    static const char *const good[] = {"a@b", "zhang.min@example.gov.cn", "x_y+z-1@a-b.cn"};
    static const char *const bad[] = {
        "",        "a",       "@b",   "a@",    "a b@c",         "a@b c",  "a@b\r\nBcc: x@y",
        "<a@b>",   "a@b,c@d", "a@@b", ".a@b",  "a.@b",          "a..b@c", "a@-b",
        "张@b.cn", "\"a\"@b", "a@b>", "a@b\n", "a@[127.0.0.1]", "a;b@c",  "-f@b@c"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(mail_address_is_plain(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (mail_address_is_plain(bad[i]))
            fail_msg("taken: %s", bad[i]);
    assert_false(mail_address_is_plain(NULL));
}

static void a_plain_letter(void **state)
{
    const char *text = letter(&plain);

    (void)state;
    assert_non_null(strstr(text, "Date: Wed, 29 Oct 2025 03:00:00 +0800\r\n"));
    assert_non_null(strstr(text, "To: <zhang.min@example.gov.cn>\r\n"));
    assert_non_null(strstr(text, "Message-ID: <xinzhou.day-2025-10-29.7.0f@example.gov.cn>\r\n"));
    assert_non_null(strstr(text, arena_fmt(a, "Subject: =?UTF-8?B?%s?=\r\n", crypto_base64(a, "到期提醒", 12))));
    assert_non_null(strstr(text, arena_fmt(a, "\r\n\r\n%s\r\n", crypto_base64(a, "一\r\n二\r\n", 10))));
    assert_string_equal(text, letter(&plain)); /* the same letter, the same bytes */
}

static void what_people_write_stays_theirs(void **state)
{
    struct mailtext m = plain;
    int lines = header_lines(letter(&plain));

    (void)state;
    m.subject = "短\r\nBcc: x@y.cn\r\n\r\n.\r\nMAIL FROM:<x@y>";
    m.from_name = "甲\r\nX: y";
    m.key = "a\r\nX: y>";
    m.body = "一\r\n.\r\nQUIT\r\n";
    const char *text = letter(&m);

    assert_null(strstr(text, "Bcc"));
    assert_null(strstr(text, "QUIT"));
    assert_null(strstr(text, "\r\nX:"));
    assert_null(strstr(text, "\r\n.\r\n"));
    assert_true(header_lines(text) <= lines + 2); /* a long subject is folded */
    m.to = "a@b\r\nBcc: x@y";
    struct buf b CLEANUP_(buf_free) = {0};
    buf_init(&b, 1 << 20);
    assert_int_equal(mailtext_put(&b, a, &m), -1);
    assert_int_equal(b.len, 0);
}

static void lines_are_short_and_plain(void **state)
{
    struct mailtext m = plain;
    struct buf body CLEANUP_(buf_free) = {0};

    (void)state;
    buf_init(&body, 1 << 20);
    for (int i = 0; i < 500; i++)
        buf_puts(&body, "项目办理的期限");
    m.body = buf_str(&body);
    m.subject = "很长的标题很长的标题很长的标题很长的标题很长的标题很长的标题很长的标题很长的标题很长的标题很长的标题";
    const char *text = letter(&m);
    size_t run = 0;

    for (const char *p = text; *p != '\0'; p++) {
        assert_true((unsigned char)*p < 0x80);
        run = *p == '\n' ? 0 : run + 1;
        assert_true(run <= 78);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(a_plain_letter),
        cmocka_unit_test(what_people_write_stays_theirs),
        cmocka_unit_test(lines_are_short_and_plain),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
