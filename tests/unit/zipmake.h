/*
 * tests/unit/zipmake.h - small zip files made of texts, for tests of what reads them
 */
#ifndef ZIPMAKE_H
#define ZIPMAKE_H

#include <string.h>
#include <zlib.h>

#include "base/arena.h"

struct zipmake {
    struct arena *a;
    unsigned char *p, *directory;
    size_t len, directory_len, count;
};
enum { ZIPMAKE_BYTES = 1 << 20 };

static inline void zipmake_le(unsigned char **at, size_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *(*at)++ = (unsigned char)(i < 4 ? v >> (8 * i) : 0);
}

static inline struct zipmake zipmake_new(struct arena *a)
{
    return (struct zipmake){
        .a = a, .p = arena_alloc(a, ZIPMAKE_BYTES), .directory = arena_alloc(a, ZIPMAKE_BYTES / 4)};
}

/* A part as it lies packed; method 0 stored, 8 deflated; the sum is the caller's. */
static inline void zipmake_packed(struct zipmake *z, const char *name, const void *bytes, size_t n, int method, uLong crc)
{
    unsigned char *at = z->p + z->len, *row = z->directory + z->directory_len;
    size_t offset = z->len, name_len = strlen(name);

    zipmake_le(&at, 0x04034b50, 4), zipmake_le(&at, 20, 2), zipmake_le(&at, 0, 2), zipmake_le(&at, (size_t)method, 2);
    zipmake_le(&at, 0, 4), zipmake_le(&at, crc, 4), zipmake_le(&at, n, 4), zipmake_le(&at, n, 4);
    zipmake_le(&at, name_len, 2), zipmake_le(&at, 0, 2);
    memcpy(at, name, name_len);
    memcpy(at + name_len, bytes, n);
    z->len = (size_t)(at + name_len + n - z->p);
    zipmake_le(&row, 0x02014b50, 4), zipmake_le(&row, 20, 2), zipmake_le(&row, 20, 2), zipmake_le(&row, 0, 2);
    zipmake_le(&row, (size_t)method, 2), zipmake_le(&row, 0, 4), zipmake_le(&row, crc, 4), zipmake_le(&row, n, 4);
    zipmake_le(&row, n, 4), zipmake_le(&row, name_len, 2), zipmake_le(&row, 0, 12), zipmake_le(&row, offset, 4);
    memcpy(row, name, name_len);
    z->directory_len = (size_t)(row + name_len - z->directory);
    z->count++;
}

static inline void zipmake_bytes(struct zipmake *z, const char *name, const void *bytes, size_t n)
{
    zipmake_packed(z, name, bytes, n, 0, crc32(crc32(0, NULL, 0), bytes, (uInt)n));
}

static inline void zipmake_text(struct zipmake *z, const char *name, const char *text)
{
    zipmake_bytes(z, name, text, strlen(text));
}

static inline size_t zipmake_end(struct zipmake *z)
{
    unsigned char *at;
    size_t offset = z->len;

    memcpy(z->p + z->len, z->directory, z->directory_len);
    at = z->p + z->len + z->directory_len;
    zipmake_le(&at, 0x06054b50, 4), zipmake_le(&at, 0, 4), zipmake_le(&at, z->count, 2), zipmake_le(&at, z->count, 2);
    zipmake_le(&at, z->directory_len, 4), zipmake_le(&at, offset, 4), zipmake_le(&at, 0, 2);
    z->len = (size_t)(at - z->p);
    return z->len;
}

/* What every workbook has beside its sheet; texts NULL: no shared ones. */
static inline void zipmake_book(struct zipmake *z, const char *properties, const char *texts)
{
    static const char r[] = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    zipmake_text(z, "[Content_Types].xml", "<Types/>");
    zipmake_text(z, "xl/workbook.xml",
                 arena_fmt(z->a, "<workbook xmlns:r='%s'>%s<sheets><sheet name='一' sheetId='7' r:id='r2'/></sheets></workbook>", r,
                           properties));
    zipmake_text(z, "xl/_rels/workbook.xml.rels",
                 arena_fmt(z->a,
                           "<Relationships><Relationship Id='r1' Type='%s/sharedStrings' Target='sharedStrings.xml'/>"
                           "<Relationship Id='r2' Type='%s/worksheet' Target='/xl/worksheets/sheet1.xml'/></Relationships>",
                           r, r));
    if (texts != NULL)
        zipmake_text(z, "xl/sharedStrings.xml", texts);
}

#endif
