/*
 * test_multipart.c - upload forms: parts, names, boundaries that only look like one, and bodies that stop early
 */
#include "config.h"

#include "check.h"

#include "base/buf.h"
#include "base/text.h"
#include "web/limits.h"
#include "web/multipart.h"

static struct arena *a;

static int set_up(void **state)
{
    a = arena_new("test", 64 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(a);
    return 0;
}

struct memory {
    const char *p;
    size_t len, piece; /* piece: at most so many bytes a read */
};

static ssize_t memory_read(void *from, int64_t offset, void *p, size_t n)
{
    const struct memory *m = from;
    if (offset >= (int64_t)m->len)
        return 0;
    size_t left = m->len - (size_t)offset;
    n = n < left ? n : left;
    n = m->piece && n > m->piece ? m->piece : n;
    memcpy(p, m->p + offset, n);
    return (ssize_t)n;
}

static int parse_bytes(const char *p, size_t len, struct multipart *ret, struct err *e)
{
    struct memory m = {.p = p, .len = len, .piece = 7000};
    return multipart_parse(a, memory_read, &m, (int64_t)len, "B", ret, e);
}

static int parse(const char *body, struct multipart *ret, struct err *e)
{
    return parse_bytes(body, strlen(body), ret, e);
}

#define HEAD(disposition) "--B\r\nContent-Disposition: form-data; " disposition "\r\n\r\n"
#define END               "\r\n--B--\r\n"

/* clang-format off */
static const struct { const char *name, *disposition, *file_name; } names[] = {
    { "plain",                    "name=\"f\"; filename=\"a.pdf\"",                          "a.pdf" },
    { "Chinese in UTF-8",         "name=\"f\"; filename=\"可行性研究报告.pdf\"",             "可行性研究报告.pdf" },
    { "extended",                 "name=\"f\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D.ofd",     "批复.ofd" },
    { "extended wins",            "name=\"f\"; filename=\"x.pdf\"; filename*=utf-8'zh'%E6%B0%B4.pdf", "水.pdf" },
    { "quote as browsers do",     "name=\"f\"; filename=\"a%22b.pdf\"",                      "a\"b.pdf" },
    { "quote with backslash",     "name=\"f\"; filename=\"a\\\"b.pdf\"",                     "a\"b.pdf" },
    { "other percents stay",      "name=\"f\"; filename=\"100%25.pdf\"",                     "100%25.pdf" },
    { "semicolon inside",         "name=\"f\"; filename=\"a;b.pdf\"",                        "a;b.pdf" },
    { "a whole Windows path",     "name=\"f\"; filename=\"C:\\公文\\请示.docx\"",            "请示.docx" },
    { "climbing path",            "name=\"f\"; filename=\"../../etc/passwd\"",               "passwd" },
    { "unquoted",                 "name=f; filename=a.pdf",                                  "a.pdf" },
};
static const struct { const char *name, *body; } bad[] = {
    { "empty body",               "" },
    { "no delimiter",             "hello" },
    { "other boundary",           "--C\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--C--\r\n" },
    { "no final boundary",        HEAD("name=\"a\"") "1\r\n" },
    { "cut in the boundary",      HEAD("name=\"a\"") "1\r\n--" },
    { "cut in the head",          "--B\r\nContent-Disposition: form-data; na" },
    { "head without end",         "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n--B--\r\n" },
    { "no disposition",           "--B\r\nContent-Type: text/plain\r\n\r\n1" END },
    { "not form-data",            "--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1" END },
    { "no name",                  HEAD("filename=\"a\"") "1" END },
    { "empty name",               HEAD("name=\"\"") "1" END },
    { "name twice",               HEAD("name=\"a\"; name=\"b\"") "1" END },
    { "unknown parameter",        HEAD("name=\"a\"; size=3") "1" END },
    { "unclosed quote",           HEAD("name=\"a") "1" END },
    { "line without colon",       "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nnonsense\r\n\r\n1" END },
    { "base64 encoding",          "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==" END },
    { "control in a file name",   HEAD("name=\"f\"; filename=\"a\tb.pdf\"") "1" END },
    { "direction in a file name", HEAD("name=\"f\"; filename=\"a\xE2\x80\xAE" "fdp.exe\"") "1" END },
    { "bad UTF-8 in a file name", HEAD("name=\"f\"; filename=\"\xff.pdf\"") "1" END },
    { "bad UTF-8 extended",       HEAD("name=\"f\"; filename*=UTF-8''%FF.pdf") "1" END },
    { "NUL in extended",          HEAD("name=\"f\"; filename*=UTF-8''%00.pdf") "1" END },
    { "file without a name",      HEAD("name=\"f\"; filename=\"\"") "1" END },
    { "bad UTF-8 in a field",     HEAD("name=\"a\"") "\xff" END },
    { "control in a field",       HEAD("name=\"a\"") "\x1b" END },
};
/* clang-format on */

static void file_names(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct multipart m;
        struct err e = {0};
        char *body = arena_fmt(a, "--B\r\nContent-Disposition: form-data; %s\r\n\r\nx%s", names[i].disposition, END);
        if (parse(body, &m, &e) < 0)
            fail_msg("%s: %s %s", names[i].name, e.message, e.detail);
        assert_int_equal(m.count, 1);
        if (!text_eq(m.parts[0].file_name, names[i].file_name))
            fail_msg("%s: <%s>", names[i].name, m.parts[0].file_name);
    }
}

static void refuses(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct multipart m = {0};
        struct err e = {0};
        if (parse(bad[i].body, &m, &e) == 0)
            fail_msg("%s was read", bad[i].name);
        assert_true(e.message[0] && err_status(e.code) < 500);
        assert_null(m.parts);
    }
}

static void whole_form(void **state)
{
    const char *body = "preamble\r\n"
                       "--B\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n"
                       "--B \t\r\nContent-Disposition: form-data; name=\"note\"\r\nContent-Type: text/plain; "
                       "charset=utf-8\r\n\r\n一\r\n二\r\n"
                       "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: "
                       "application/pdf\r\n\r\n%PDF\r\n--Bx\r\n--\r\n\r\n"
                       "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\"\r\nContent-Type: "
                       "application/octet-stream\r\n\r\n\r\n"
                       "--B\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
                       "--B--\r\nepilogue";
    struct multipart m;
    struct err e = {0};
    if (parse(body, &m, &e) < 0)
        fail_msg("%s %s", e.message, e.detail);
    assert_string_equal(node_get_str(m.fields, "csrf"), "token");
    assert_string_equal(node_get_str(m.fields, "note"), "一\n二");
    assert_string_equal(node_get_str(m.fields, "empty"), "");
    assert_int_equal(node_count(m.fields), 3);
    assert_int_equal(m.count, 1); /* the choice left empty is no file */
    const char *content = "%PDF\r\n--Bx\r\n--\r\n";
    assert_string_equal(m.parts[0].type, "application/pdf");
    assert_int_equal(m.parts[0].length, strlen(content));
    assert_memory_equal(body + m.parts[0].offset, content, strlen(content));
}

static void empty_form(void **state)
{
    struct multipart m;
    struct err e = {0};
    assert_int_equal(parse("--B--\r\n", &m, &e), 0);
    assert_int_equal(m.count + node_count(m.fields), 0);
}

/* Boundaries, and things that look like one, across the reading window; every byte of the file stays its own. */
static void large_files(void **state)
{
    enum { SIZE = 700 << 10 };
    /* none that ends in "--B": the content would then hold a true delimiter */
    static const size_t cuts[] = {0, 1, 2, 65530, 131001, 131061, 131064, 131068, 131072, 131073, 262141, SIZE};
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        struct buf b CLEANUP_(buf_free);
        buf_init(&b, 4 << 20);
        buf_puts(&b, HEAD("name=\"file\"; filename=\"a.bin\""));
        size_t start = b.len;
        for (size_t k = 0; k < cuts[i]; k++)
            buf_putc(&b, "\r\n--Bx"[k % 6]); /* what only looks like a delimiter, over and over */
        size_t end = b.len;
        buf_puts(&b, "\r\n" HEAD("name=\"after\"") "v" END);
        struct multipart m;
        struct err e = {0};
        if (parse_bytes(b.data, b.len, &m, &e) < 0)
            fail_msg("%zu: %s", cuts[i], e.detail);
        if (cuts[i]) {
            assert_int_equal(m.count, 1);
            assert_int_equal(m.parts[0].offset, start);
            assert_int_equal(m.parts[0].length, end - start);
        }
        assert_string_equal(node_get_str(m.fields, "after"), "v");
    }
}

static void limits(void **state)
{
    struct buf b CLEANUP_(buf_free);
    struct multipart m;
    struct err e = {0};
    buf_init(&b, 4 << 20);

    buf_puts(&b, "--B\r\nContent-Disposition: form-data; name=\"");
    for (int i = 0; i < FORM_NAME_MAX + 1; i++)
        buf_putc(&b, 'n');
    buf_puts(&b, "\"\r\n\r\n1" END);
    assert_int_equal(parse_bytes(b.data, b.len, &m, &e), -1);
    assert_int_equal(e.code, ERR_BAD_FORM);

    buf_clear(&b);
    buf_puts(&b, "--B\r\nX: ");
    for (int i = 0; i < MULTIPART_HEAD_MAX; i++)
        buf_putc(&b, 'x');
    buf_puts(&b, "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1" END);
    assert_int_equal(parse_bytes(b.data, b.len, &m, &e), -1);
    assert_string_equal(e.detail, "multipart: head too long or unfinished");

    for (int extra = 0; extra < 2; extra++) {
        buf_clear(&b);
        buf_puts(&b, HEAD("name=\"a\""));
        for (int i = 0; i < MULTIPART_FIELD_MAX + extra; i++)
            buf_putc(&b, 'v');
        buf_puts(&b, END);
        assert_int_equal(parse_bytes(b.data, b.len, &m, &e), extra ? -1 : 0);
    }
    assert_int_equal(e.code, ERR_TOO_LARGE);

    for (int extra = 0; extra < 2; extra++) {
        buf_clear(&b);
        for (int i = 0; i < MULTIPART_PARTS_MAX + extra; i++)
            buf_puts(&b, HEAD("name=\"f\"; filename=\"a\"") "1\r\n");
        buf_puts(&b, "--B--");
        assert_int_equal(parse_bytes(b.data, b.len, &m, &e), extra ? -1 : 0);
    }
    assert_int_equal(e.code, ERR_TOO_LARGE);
    assert_int_equal(m.count, MULTIPART_PARTS_MAX);

    /* the file is shorter than its length promised */
    struct memory cut = {.p = "--B\r\n", .len = 5};
    assert_int_equal(multipart_parse(a, memory_read, &cut, 500, "B", &m, &e), -1);
    assert_string_equal(e.detail, "multipart: shorter than its size");
    assert_int_equal(multipart_parse(a, memory_read, &cut, 5, "", &m, &e), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whole_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(empty_form, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
