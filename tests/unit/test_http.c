/*
 * test_http.c - what is read from the wire, what is refused, and the answer that goes back
 */
#include "config.h"

#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "web/http.h"
#include "web/limits.h"

static struct arena *a;

static int set_up(void **state)
{
    a = arena_new("test", 16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(a);
    return 0;
}

struct body {
    const char *p;
    size_t len;
    int error;
};

static size_t body_read(void *from, char *p, size_t n)
{
    struct body *b = from;
    n = n < b->len ? n : b->len;
    memcpy(p, b->p, n);
    return n;
}

static int body_failed(void *from)
{
    return ((struct body *)from)->error;
}

static int read_params(const char *const *params, struct http *h, struct err *e)
{
    char *list[32] = {0};
    for (size_t i = 0; params[i]; i++)
        list[i] = arena_dup(a, params[i]);
    struct http_wire wire = {.params = list};
    int rc = http_read(&wire, a, h, e);
    for (size_t i = 0; list[i]; i++) /* trap F8: nothing may point into what the library frees */
        memset(list[i], 'X', strlen(list[i]));
    return rc;
}

static void reads(void **state)
{
    struct http h;
    struct err e = {0};
    const char *const params[] = {"REQUEST_METHOD=POST",
                                  "DOCUMENT_URI=/x/projects/12",
                                  "REQUEST_URI=/x/projects/12?a=1",
                                  "QUERY_STRING=a=1",
                                  "CONTENT_TYPE=Multipart/Form-Data; charset=utf-8; boundary=\"ab cd\"",
                                  "CONTENT_LENGTH=17",
                                  "HTTP_COOKIE=gz=t",
                                  "HTTP_ACCEPT=text/html",
                                  "GUIZHANG_HOST=XM.Example.GOV.cn:8443",
                                  "REMOTE_ADDR=10.0.0.1",
                                  "HTTPS=on",
                                  "GUIZHANG_REQUEST=0123456789abcdef0123456789abcdef",
                                  "HTTP_ORIGIN=https://xm.example.gov.cn",
                                  "HTTP_X_FORWARDED_FOR=6.6.6.6",
                                  "HTTP_X_TENANT=other",
                                  "HTTP_PROXY=http://evil",
                                  "HTTP_GUIZHANG_HOST=evil",
                                  "no equals",
                                  NULL};
    assert_int_equal(read_params(params, &h, &e), 0);
    assert_int_equal(h.method, HTTP_POST);
    assert_string_equal(h.path, "/x/projects/12");
    assert_string_equal(h.query, "a=1");
    assert_string_equal(h.type, "multipart/form-data");
    assert_string_equal(h.boundary, "ab cd");
    assert_int_equal(h.length, 17);
    assert_string_equal(h.host, "xm.example.gov.cn");
    assert_string_equal(h.address, "10.0.0.1");
    assert_int_equal(h.https, 1);
    assert_string_equal(h.request_id, "0123456789abcdef0123456789abcdef");
    assert_int_equal(h.want, WANT_HTML);
    assert_string_equal(h.csrf, "");
}

/* clang-format off */
static const struct { const char *name, *param; enum err_code code; } bad[] = {
    { "two cookies",          "HTTP_COOKIE=b",                            ERR_BAD_INPUT },
    { "two methods",          "REQUEST_METHOD=GET",                       ERR_BAD_INPUT },
    { "two lengths",          "CONTENT_LENGTH=1",                         ERR_BAD_INPUT },
    { "no path",              "DOCUMENT_URI=",                            ERR_BAD_INPUT },
    { "relative path",        "DOCUMENT_URI=x",                           ERR_BAD_INPUT },
    { "doubled slash",        "DOCUMENT_URI=/a//b",                       ERR_BAD_INPUT },
    { "backslash",            "DOCUMENT_URI=/a\\b",                       ERR_BAD_INPUT },
    { "dot dot",              "DOCUMENT_URI=/a/../b",                     ERR_BAD_INPUT },
    { "dot dot at the end",   "DOCUMENT_URI=/a/..",                       ERR_BAD_INPUT },
    { "single dot",           "DOCUMENT_URI=/a/./b",                      ERR_BAD_INPUT },
    { "bad UTF-8",            "DOCUMENT_URI=/\xff",                       ERR_BAD_INPUT },
    { "over-long UTF-8",      "DOCUMENT_URI=/\xc0\xaf",                   ERR_BAD_INPUT },
    { "control",              "DOCUMENT_URI=/a\nb",                       ERR_BAD_INPUT },
    { "encoded slash",        "REQUEST_URI=/a%2Fb",                       ERR_BAD_INPUT },
    { "encoded backslash",    "REQUEST_URI=/a%5cb",                       ERR_BAD_INPUT },
    { "encoded NUL",          "REQUEST_URI=/a%00b",                       ERR_BAD_INPUT },
    { "doubled before nginx", "REQUEST_URI=/a//b",                        ERR_BAD_INPUT },
    { "length of words",      "CONTENT_LENGTH=12abc",                     ERR_BAD_INPUT },
    { "negative length",      "CONTENT_LENGTH=-1",                        ERR_BAD_INPUT },
    { "length past int64",    "CONTENT_LENGTH=99999999999999999999",      ERR_BAD_INPUT },
    { "host with a slash",    "GUIZHANG_HOST=a/b",                        ERR_BAD_INPUT },
    { "host with a blank",    "GUIZHANG_HOST=a b",                        ERR_BAD_INPUT },
    { "short key",            "HTTP_IDEMPOTENCY_KEY=1234567",             ERR_BAD_INPUT },
    { "odd key",              "HTTP_IDEMPOTENCY_KEY=12345678'--",         ERR_BAD_INPUT },
};
/* clang-format on */

static void refuses(void **state)
{
    static const struct {
        const char *name, *value;
    } usual[] = {
        {"REQUEST_METHOD=", "REQUEST_METHOD=GET"}, {"DOCUMENT_URI=", "DOCUMENT_URI=/a"},
        {"REQUEST_URI=", "REQUEST_URI=/a"},        {"HTTP_COOKIE=", "HTTP_COOKIE=a"},
        {"CONTENT_LENGTH=", "CONTENT_LENGTH=1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *params[16] = {0};
        size_t n = 0;
        int twice = text_starts(bad[i].name, "two ");
        for (size_t k = 0; k < ARRAY_LEN(usual); k++)
            if (twice || !text_starts(bad[i].param, usual[k].name))
                params[n++] = usual[k].value;
        params[n++] = "HTTP_ACCEPT=application/json";
        params[n++] = bad[i].param;
        struct http h;
        struct err e = {0};
        if (read_params(params, &h, &e) == 0)
            fail_msg("%s was read", bad[i].name);
        if (e.code != bad[i].code)
            fail_msg("%s: %s", bad[i].name, err_slug(e.code));
        /* the refusal can still be said in the right form */
        assert_int_equal(h.want, WANT_JSON);
        assert_true(strlen(h.request_id) >= 8);
    }
}

static void long_values(void **state)
{
    static const char *const names[] = {"DOCUMENT_URI=/",
                                        "QUERY_STRING=", "HTTP_COOKIE=", "HTTP_ORIGIN=", "REMOTE_ADDR="};
    char *text = arena_alloc(a, 1 << 16);
    memset(text, 'a', (1 << 16) - 1);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *params[] = {"REQUEST_METHOD=GET", arena_fmt(a, "%s%s", names[i], text), NULL};
        struct http h;
        struct err e = {0};
        assert_int_equal(read_params(params, &h, &e), -1);
        assert_int_equal(e.code, ERR_TOO_LARGE);
    }
}

/* A % that nginx has left is an ordinary character: nothing is decoded twice. */
static void decoded_once(void **state)
{
    const char *const params[] = {"REQUEST_METHOD=GET", "DOCUMENT_URI=/a/%2e%2e/b", "REQUEST_URI=/a/%252e%252e/b",
                                  NULL};
    struct http h;
    struct err e = {0};
    assert_int_equal(read_params(params, &h, &e), 0);
    assert_string_equal(h.path, "/a/%2e%2e/b");
    assert_int_equal(strlen(h.request_id), 43); /* made here: nginx gave none */
}

static void bodies(void **state)
{
    struct body b = {.p = "hello", .len = 5};
    struct http_wire wire = {.read = body_read, .failed = body_failed, .from = &b};
    struct http h = {.length = 5};
    const char *body = NULL;
    struct err e = {0};

    assert_int_equal(http_body(&wire, a, &h, 5, &body, &e), 0);
    assert_string_equal(body, "hello");
    body = NULL;
    assert_int_equal(http_body(&wire, a, &h, 4, &body, &e), -1);
    assert_int_equal(e.code, ERR_TOO_LARGE);
    h.length = 6; /* traps F2, F3: the library calls it a body */
    assert_int_equal(http_body(&wire, a, &h, 100, &body, &e), -1);
    assert_int_equal(e.code, ERR_BAD_INPUT);
    h.length = 5;
    b.error = 4;
    assert_int_equal(http_body(&wire, a, &h, 100, &body, &e), -1);
    assert_null(body);
}

static char *wire_of(struct http_answer *r)
{
    struct buf b CLEANUP_(buf_free);
    buf_init(&b, 1 << 20);
    http_answer_wire(r, &b);
    return arena_dup(a, buf_str(&b));
}

/* 1 when the function ends its process by an assertion: our own mistake must not reach the wire. */
static int dies(void (*fn)(struct http_answer *r), struct http_answer *r)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        fn(r);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void header_of_two_lines(struct http_answer *r)
{
    http_header(r, "Location", "/a\r\nSet-Cookie: x=y");
}

static void cookie_of_two_parts(struct http_answer *r)
{
    http_set_cookie(r, "gz", "a;b", 0, -1);
}

static void answers(void **state)
{
    struct http_answer r;
    http_answer_init(&r);
    r.status = 303;
    http_header(&r, "Location", "/a");
    http_set_cookie(&r, "__Host-gz", "t", 1, -1);
    buf_puts(&r.body, "ok");
    assert_string_equal(wire_of(&r), "Status: 303\r\nLocation: /a\r\n"
                                     "Set-Cookie: __Host-gz=t; Path=/; HttpOnly; SameSite=Strict; Secure\r\n"
                                     "Content-Length: 2\r\n\r\nok");
    http_answer_clear(&r);
    http_set_cookie(&r, "gz", "", 0, 0);
    assert_string_equal(wire_of(&r), "Status: 200\r\nSet-Cookie: gz=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\r\n"
                                     "Content-Length: 0\r\n\r\n");
    assert_true(dies(header_of_two_lines, &r));
    assert_true(dies(cookie_of_two_parts, &r));
    http_answer_free(&r);
}

/* clang-format off */
static const struct { const char *name, *value; } dispositions[] = {
    { "a.pdf",            "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf" },
    { "批复.pdf",         "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D.pdf" },
    { "a \"b\".pdf",      "attachment; filename=\"a _b_.pdf\"; filename*=UTF-8''a%20%22b%22.pdf" },
    { "100%.pdf",         "attachment; filename=\"100_.pdf\"; filename*=UTF-8''100%25.pdf" },
    { "a\r\nX: y.pdf",    "attachment; filename=\"aX: y.pdf\"; filename*=UTF-8''aX%3A%20y.pdf" },
    { "../a\\b.pdf",      "attachment; filename=\"..ab.pdf\"; filename*=UTF-8''..ab.pdf" },
    { "a\xE2\x80\xAE" "fdp.exe", "attachment; filename=\"afdp.exe\"; filename*=UTF-8''afdp.exe" },
    { "'(*).pdf",         "attachment; filename=\"'(*).pdf\"; filename*=UTF-8''%27%28%2A%29.pdf" },
    { "",                 "attachment" },
};
/* clang-format on */

static void download_names(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(dispositions); i++)
        assert_string_equal(http_disposition(a, dispositions[i].name), dispositions[i].value);
    char *longest = arena_alloc(a, 4097);
    for (int i = 0; i < 1365; i++)
        memcpy(longest + i * 3, "水", 3);
    const char *value = http_disposition(a, longest);
    assert_true(text_is_clean(value, 0) && strstr(value, "%E6%B0%B4"));
}

/* clang-format off */
static const struct { const char *origin, *referer, *site; int ours; } origins[] = {
    { "https://xm.gov.cn",           "",                           "",            1 },
    { "https://xm.gov.cn",           "",                           "same-origin", 1 },
    { "https://xm.gov.cn",           "https://evil.cn/",           "",            1 }, /* Origin counts when it is there */
    { "",                            "https://xm.gov.cn/login",    "",            1 }, /* Firefox 60: none with a form */
    { "https://d.gov.cn",            "",                           "",            1 },
    { "https://d.gov.cn:8443",       "",                           "",            1 },
    { "",                            "",                           "",            0 },
    { "null",                        "https://xm.gov.cn/login",    "",            0 },
    { "https://xm.gov.cn.evil.cn",   "",                           "",            0 },
    { "https://xm.gov.cn:444",       "",                           "",            0 },
    { "https://d.gov.cn.evil.cn",    "",                           "",            0 },
    { "https://d.gov.cn:x",          "",                           "",            0 },
    { "https://xm.gov.cn@evil.cn",   "",                           "",            0 },
    { "http://xm.gov.cn",            "",                           "",            0 },
    { "http://d.gov.cn",             "",                           "",            0 },
    { "https://evil.cn",             "https://xm.gov.cn/",         "",            0 },
    { "https://xm.gov.cn",           "",                           "cross-site",  0 },
    { "https://xm.gov.cn",           "",                           "same-site",   0 },
    { "",                            "https://xm.gov.cn.evil.cn/", "",            0 },
};
/* clang-format on */

static void origin(void **state)
{
    static const char *const hosts[] = {"d.gov.cn"};
    for (size_t i = 0; i < ARRAY_LEN(origins); i++) {
        struct http h = {.origin = origins[i].origin, .referer = origins[i].referer, .sec_fetch_site = origins[i].site};
        if (http_origin_is_ours(&h, "https://xm.gov.cn/", hosts, 1) != origins[i].ours)
            fail_msg("row %zu: %s %s %s", i, origins[i].origin, origins[i].referer, origins[i].site);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(decoded_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bodies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(download_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(origin, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
