/*
 * test_content_type - what a file is by its content; what is refused, under whatever name
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"
#include "casework/content_type.h"

/* ---- a zip with empty members, as its central directory tells them ---- */

static void le(struct buf *b, unsigned long v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(b, (char)(v >> (8 * i) & 0xff));
}

static void zip_of(struct buf *b, const char *const *names, int count)
{
    unsigned long at[8], directory, end;

    for (int i = 0; i < count; i++) {
        at[i] = b->len;
        buf_add(b, "PK\x03\x04", 4);
        le(b, 20, 2), le(b, 0, 8), le(b, 0, 4), le(b, 0, 8);
        le(b, strlen(names[i]), 2), le(b, 0, 2);
        buf_puts(b, names[i]);
    }
    directory = b->len;
    for (int i = 0; i < count; i++) {
        buf_add(b, "PK\x01\x02", 4);
        le(b, 20, 2), le(b, 20, 2), le(b, 0, 8), le(b, 0, 4), le(b, 0, 8);
        le(b, strlen(names[i]), 2), le(b, 0, 2), le(b, 0, 2), le(b, 0, 8), le(b, at[i], 4);
        buf_puts(b, names[i]);
    }
    end = b->len;
    buf_add(b, "PK\x05\x06", 4);
    le(b, 0, 4), le(b, (unsigned)count, 2), le(b, (unsigned)count, 2), le(b, end - directory, 4), le(b, directory, 4),
        le(b, 0, 2);
}

static int type_of(const char *bytes, size_t len, size_t before, const char *name, const char **ret, struct err *e)
{
    char path[] = "/tmp/test_content_type.XXXXXX";
    int fd = mkstemp(path), rc;

    assert_true(fd >= 0);
    unlink(path);
    for (size_t i = 0; i < before; i++)
        assert_int_equal(write(fd, "x", 1), 1);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    rc = content_type_of(fd, (int64_t)before, (int64_t)len, name, ret, e);
    close(fd);
    return rc;
}

#define B(s) s, sizeof(s) - 1
static const struct {
    const char *bytes;
    size_t len;
    const char *name, *type; /* type NULL: refused */
} rows[] = {
    {B("%PDF-1.7\n..."), "方案.pdf", "application/pdf"},
    {B("%PDF-1.7\n..."), "方案.PDF", "application/pdf"},
    {B("%PDF-1.7\n..."), "方案.docx", NULL},
    {B("%PDF-1.7\n..."), ".pdf", NULL},
    {B("\x89PNG\r\n\x1a\n\0\0"), "图.png", "image/png"},
    {B("\xFF\xD8\xFF\xE0\0\0"), "图.jpeg", "image/jpeg"},
    {B("\xFF\xD8\xFF\xE0\0\0"), "图.png", NULL},
    {B("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0"), "表.xls", "application/vnd.ms-excel"},
    {B("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0"), "文.wps", "application/vnd.ms-works"},
    {B("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0"), "文.pdf", NULL},
    {B("目录，共享属性\n一，二\n"), "目录.csv", "text/csv; charset=utf-8"},
    {B("第一行\r\n第二行\t完"), "说明.txt", "text/plain; charset=utf-8"},
    {B("\xCB\xB5\xC3\xF7"), "说明.txt", NULL}, /* GBK */
    {B("a\x01"
       "b"),
     "说明.txt", NULL},
    {B("#!/bin/sh\nrm -rf /\n"), "说明.txt", NULL},
    {B("MZ\x90\0\3\0"), "说明.txt", NULL},
    {B("MZ\x90\0\3\0"), "方案.pdf", NULL},
    {B("\x7f"
       "ELF\2\1\1"),
     "说明.txt", NULL},
    {B("<!DOCTYPE html><p>"), "说明.txt", NULL},
    {B("好 <SCRIPT>alert(1)</SCRIPT>"), "说明.txt", NULL},
    {B("<svg xmlns='http://www.w3.org/2000/svg'/>"), "图.txt", NULL},
    {B("投资 < 20 万元"), "说明.txt", "text/plain; charset=utf-8"},
    {B("PK\x03\x04 cut off"), "文.zip", NULL},
};

static void test_magic(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t before = 0; before <= 137; before += 137) { /* a piece of a larger file, too */
            struct err e = {0};
            const char *type = "";
            int rc = type_of(rows[i].bytes, rows[i].len, before, rows[i].name, &type, &e);

            if (rows[i].type == NULL) {
                assert_int_equal(rc, -1);
                assert_int_equal(e.code, ERR_MEDIA);
                assert_non_null(strstr(e.mend, "PDF"));
            } else {
                assert_int_equal(rc, 0);
                assert_string_equal(type, rows[i].type);
            }
        }
    }
}

static const struct {
    const char *members[4];
    int count;
    const char *name, *type;
} zips[] = {
    {{"[Content_Types].xml", "word/document.xml"},
     2,
     "文.docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {{"word/document.xml", "[Content_Types].xml"},
     2,
     "文.docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {{"[Content_Types].xml", "xl/workbook.xml"},
     2,
     "表.xlsx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {{"[Content_Types].xml", "xl/workbook.xml"}, 2, "表.docx", NULL},
    {{"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"}, 3, "文.docx", NULL},
    {{"[Content_Types].xml", "word/document.xml", "word/VBAPROJECT.BIN"}, 3, "文.docx", NULL},
    {{"OFD.xml", "Doc_0/Document.xml"}, 2, "版.ofd", "application/ofd"},
    {{"a.pdf", "b.pdf"}, 2, "包.zip", "application/zip"},
    {{"a.pdf", "b.pdf"}, 2, "包.docx", NULL},
};

static void test_zip(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(zips); i++) {
        struct buf b;
        struct err e = {0};
        const char *type = "";

        buf_init(&b, 65536);
        zip_of(&b, zips[i].members, zips[i].count);
        int rc = type_of(b.data, b.len, i % 2 == 0 ? 0 : 51, zips[i].name, &type, &e);

        assert_int_equal(rc, zips[i].type != NULL ? 0 : -1);
        if (zips[i].type != NULL)
            assert_string_equal(type, zips[i].type);
        buf_free(&b);
    }
}

/* Every cut of a good zip is refused, not read past its end. */
static void test_zip_cut(void **state)
{
    const char *members[] = {"[Content_Types].xml", "word/document.xml"};
    struct buf b;

    (void)state;
    buf_init(&b, 65536);
    zip_of(&b, members, 2);
    for (size_t len = 4; len < b.len; len++) {
        struct err e = {0};
        const char *type;

        assert_int_equal(type_of(b.data, len, 0, "文.docx", &type, &e), -1);
    }
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_magic), cmocka_unit_test(test_zip),
                                       cmocka_unit_test(test_zip_cut)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
