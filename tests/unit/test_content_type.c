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
    {B("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0"), "表.xls", NULL}, /* a head alone */
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
    {{"[Content_Types].xml", "xl/workbook.xml", "xl/macrosheets/sheet1.xml"}, 3, "表.xlsx", NULL},
    {{"[Content_Types].xml", "xl/workbook.xml", "xl/JDEData.bin"}, 3, "表.xlsx", NULL},
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

/* ---- old office files: sector 0 the FAT, 1 the directory, the stream from 2 on ---- */

enum { SECTOR = 512, STREAM_SECTORS = 140 }; /* the stream longer than one run of the reader */

static void put32(struct buf *b, size_t at, unsigned long v)
{
    for (int i = 0; i < 4; i++)
        b->data[at + (size_t)i] = (char)(v >> (8 * i) & 0xff);
}

static void ole_entry(struct buf *b, int no, const char *name, int kind, unsigned long start, unsigned long size)
{
    size_t at = 2 * SECTOR + (size_t)no * 128, len = strlen(name);

    for (size_t i = 0; i < len; i++)
        b->data[at + 2 * i] = name[i];
    b->data[at + 64] = (char)(2 * len + 2);
    b->data[at + 66] = (char)kind;
    put32(b, at + 116, start);
    put32(b, at + 120, size);
}

/* One storage or stream beside the root; what stands in the stream from byte at on. */
static void ole_of(struct buf *b, const char *name, int kind, const char *bytes, size_t len, size_t at)
{
    static const char zero[SECTOR];

    for (int i = 0; i < 3 + STREAM_SECTORS; i++)
        buf_add(b, zero, SECTOR);
    memcpy(b->data, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    b->data[30] = 9;
    put32(b, 44, 2); /* FAT sectors: the first and the last of the file */
    put32(b, 48, 1);
    put32(b, 56, 4096);
    put32(b, 68, 0xFFFFFFFE);
    for (int i = 0; i < 109; i++)
        put32(b, 76 + 4 * (size_t)i, i == 0 ? 0 : i == 1 ? 1 + STREAM_SECTORS : 0xFFFFFFFF);
    for (int i = 0; i < SECTOR / 4 * 2; i++) {
        unsigned long next = i == 0 || i == 1 + STREAM_SECTORS ? 0xFFFFFFFD : i == 1 ? 0xFFFFFFFE : 0xFFFFFFFF;

        if (i > 1 && i < 1 + STREAM_SECTORS)
            next = i == STREAM_SECTORS ? 0xFFFFFFFE : (unsigned long)i + 1;
        put32(b, (i < SECTOR / 4 ? SECTOR : (2 + STREAM_SECTORS) * SECTOR - SECTOR) + 4 * (size_t)i, next);
    }
    ole_entry(b, 0, "Root Entry", 5, 0xFFFFFFFE, 0);
    ole_entry(b, 1, name, kind, 2, (STREAM_SECTORS - 1) * SECTOR);
    memcpy(b->data + 3 * SECTOR + at, bytes, len);
}

#define VBA_INFO "\x1F\0\xFF\x03\x14\0\0\0\x02\0\0\x04\x0C\0\0\0"
#define BOF      "\x09\x08\x02\0\0\6"
static const struct {
    const char *entry;
    int kind;
    const char *bytes;
    size_t len, at;
    const char *name, *type, *why;
} oles[] = {
    {"WordDocument", 2, B(""), 0, "文.doc", "application/msword", ""},
    {"WordDocument", 2, B(""), 0, "文.wps", "application/vnd.ms-works", ""},
    {"WordDocument", 2, B(""), 0, "文.pdf", NULL, "两者不一致"},
    {"Macros", 1, B(""), 0, "文.doc", NULL, "宏程序"},
    {"_VBA_PROJECT_CUR", 1, B(""), 0, "表.xls", NULL, "宏程序"},
    {"vba", 1, B(""), 0, "表.et", NULL, "宏程序"},
    {"Macros", 0, B(""), 0, "文.doc", "application/msword", ""}, /* an entry no longer in use */
    {"EncryptedPackage", 2, B(""), 0, "文.doc", NULL, "打开密码"},
    {"Workbook", 2, B(BOF "\x85\0\x08\0\0\0\0\0\0\0\1A"), 0, "表.xls", "application/vnd.ms-excel", ""},
    {"Workbook", 2, B(BOF "\x85\0\x08\0\0\0\0\0\0\1\1A"), 0, "表.xls", NULL, "宏程序"},
    {"Book", 2, B(BOF "\x85\0\x08\0\0\0\0\0\2\1\1A"), 0, "表.xls", NULL, "宏程序"},
    {"Workbook", 2, B(BOF "\x0A\0\0\0\x85\0\x08\0\0\0\0\0\0\1\1A"), 0, "表.xls", "application/vnd.ms-excel", ""},
    {"PowerPoint Document", 2, B(""), 0, "稿.ppt", "application/vnd.ms-powerpoint", ""},
    {"PowerPoint Document", 2, B(VBA_INFO), 4000, "稿.ppt", NULL, "宏程序"},
    {"PowerPoint Document", 2, B(VBA_INFO), 65536 - 5, "稿.ppt", NULL, "宏程序"}, /* across two reads */
    {"Pictures", 2, B(VBA_INFO), 4000, "稿.ppt", "application/vnd.ms-powerpoint", ""},
};

static void test_ole(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(oles); i++) {
        struct buf b;
        struct err e = {0};
        const char *type = "";

        buf_init(&b, 1 << 20);
        ole_of(&b, oles[i].entry, oles[i].kind, oles[i].bytes, oles[i].len, oles[i].at);
        int rc = type_of(b.data, b.len, i % 2 == 0 ? 0 : 51, oles[i].name, &type, &e);

        if (oles[i].type)
            assert_string_equal(rc == 0 ? type : e.message, oles[i].type);
        else
            assert_non_null(strstr(rc == -1 ? e.message : type, oles[i].why));
        buf_free(&b);
    }
}

/* Cut anywhere, with chains in a ring, with numbers that point nowhere: refused or looked at, never more than that. */
static void test_ole_broken(void **state)
{
    struct buf b;
    const char *type;
    static const size_t places[] = {30, 44, 48, 68, 76, 80, SECTOR + 4, SECTOR + 8, 2 * SECTOR + 128 + 116};
    static const unsigned long values[] = {0, 1, 2, 3, 500, 0x7FFFFFFF, 0xFFFFFFFA, 0xFFFFFFFF};

    (void)state;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        for (size_t j = 0; j < ARRAY_LEN(values); j++) {
            struct err e = {0};

            buf_clear(&b);
            ole_of(&b, "PowerPoint Document", 2, "", 0, 0);
            put32(&b, places[i], values[j]);
            if (type_of(b.data, b.len, 0, "稿.ppt", &type, &e) < 0)
                assert_int_equal(e.code, ERR_MEDIA);
        }
    for (size_t len = 8; len < 3 * SECTOR; len += 61) {
        struct err e = {0};

        assert_int_equal(type_of(b.data, len, 0, "稿.ppt", &type, &e), -1);
    }
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_magic), cmocka_unit_test(test_zip),
                                       cmocka_unit_test(test_zip_cut), cmocka_unit_test(test_ole),
                                       cmocka_unit_test(test_ole_broken)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
