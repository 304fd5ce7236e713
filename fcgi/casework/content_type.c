/*
 * casework/content_type.c - what a file is by its content, never by its name alone
 *
 * A short table of accepted kinds. What is not in it is refused: programs, pages
 * (HTML, SVG) and office files that carry macros cannot come in under another name.
 */
#include "config.h"

#include "casework/content_type.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"
#include "casework/ole.h"

enum {
    HEAD_BYTES = 4096,
    TAIL_BYTES = 66 * 1024, /* end record of a zip with the longest comment */
    DIRECTORY_BYTES = 4 * 1024 * 1024,
    TEXT_BYTES = 8 * 1024 * 1024
};

enum shape {
    SHAPE_NONE,
    SHAPE_PDF,
    SHAPE_ZIP,
    SHAPE_DOCX,
    SHAPE_XLSX,
    SHAPE_PPTX,
    SHAPE_OFD,
    SHAPE_OLE,
    SHAPE_PNG,
    SHAPE_JPEG,
    SHAPE_TEXT
};

/* clang-format off */
static const struct kind {
    enum shape shape;
    const char *ending, *type, *name;
} kinds[] = {
    { SHAPE_PDF,  ".pdf",  "application/pdf",  "PDF 文档" },
    { SHAPE_OFD,  ".ofd",  "application/ofd",  "OFD 版式文档" },
    { SHAPE_DOCX, ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",   "Word 文档" },
    { SHAPE_XLSX, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",         "Excel 表格" },
    { SHAPE_PPTX, ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "演示文稿" },
    { SHAPE_OLE,  ".doc",  "application/msword",            "Word 文档（旧格式）" },
    { SHAPE_OLE,  ".xls",  "application/vnd.ms-excel",      "Excel 表格（旧格式）" },
    { SHAPE_OLE,  ".ppt",  "application/vnd.ms-powerpoint", "演示文稿（旧格式）" },
    { SHAPE_OLE,  ".wps",  "application/vnd.ms-works",      "WPS 文字" },
    { SHAPE_OLE,  ".et",   "application/wps-office.et",     "WPS 表格" },
    { SHAPE_ZIP,  ".zip",  "application/zip",               "ZIP 压缩包" },
    { SHAPE_PNG,  ".png",  "image/png",                     "PNG 图片" },
    { SHAPE_JPEG, ".jpg",  "image/jpeg",                    "JPEG 图片" },
    { SHAPE_JPEG, ".jpeg", "image/jpeg",                    "JPEG 图片" },
    { SHAPE_TEXT, ".txt",  "text/plain; charset=utf-8",     "纯文本" },
    { SHAPE_TEXT, ".csv",  "text/csv; charset=utf-8",       "CSV 表格" },
};
/* clang-format on */

const char *content_types_accepted(void)
{
    return "PDF、OFD、Word、Excel、演示文稿、WPS、ZIP、PNG、JPEG、纯文本（UTF-8）和 CSV";
}

const char *content_types_endings(struct arena *a)
{
    const char *all = "";

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        all = arena_fmt(a, "%s%s%s", all, i > 0 ? "," : "", kinds[i].ending);
    return all;
}

const char *content_type_name(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (text_eq(kinds[i].type, type))
            return kinds[i].name;
    }
    return type;
}

static int refuse(struct err *e, const char *what)
{
    err_fail(e, ERR_MEDIA, "%s", what);
    return err_mend(e, "可以上传的类型：%s", content_types_accepted());
}

static int refuse_macro(struct err *e)
{
    return refuse(e, "文件带有宏程序，请另存为不带宏的格式（例如 .docx、.xlsx、.pptx 或 PDF）后再上传");
}

/* ---- zip: the names in its central directory tell what it holds ---- */

static unsigned le16(const unsigned char *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static int64_t le32(const unsigned char *p)
{
    return (int64_t)le16(p) | (int64_t)le16(p + 2) << 16;
}

struct zip {
    int content_types, word, sheet, slides, ofd, macro;
};

/* Parts that hold macros: of VBA, of the oldest sheets, of WPS. Office programs do not tell case in names of parts. */
static int is_macro(const char *name, size_t len)
{
    static const char *const ends[] = {"vbaProject.bin", "vbaData.xml", "JDEData.bin"};
    static const char sheets[] = "xl/macrosheets/";

    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t n = strlen(ends[i]);

        if (len >= n && strncasecmp(name + len - n, ends[i], n) == 0)
            return 1;
    }
    return len >= sizeof sheets - 1 && strncasecmp(name, sheets, sizeof sheets - 1) == 0;
}

static void zip_name(struct zip *z, const char *name, size_t len)
{
    z->content_types |= len == 19 && memcmp(name, "[Content_Types].xml", 19) == 0;
    z->ofd |= len == 7 && memcmp(name, "OFD.xml", 7) == 0;
    z->word |= len > 5 && memcmp(name, "word/", 5) == 0;
    z->sheet |= len > 3 && memcmp(name, "xl/", 3) == 0;
    z->slides |= len > 4 && memcmp(name, "ppt/", 4) == 0;
    z->macro |= is_macro(name, len);
}

/* Offset of the end record within the tail, or -1. */
static int64_t zip_end(const unsigned char *tail, size_t n)
{
    for (size_t i = n >= 22 ? n - 22 + 1 : 0; i-- > 0;) {
        if (memcmp(tail + i, "PK\x05\x06", 4) == 0)
            return (int64_t)i;
    }
    return -1;
}

static int zip_walk(const unsigned char *p, size_t n, struct zip *z)
{
    size_t at = 0;

    while (at + 46 <= n && memcmp(p + at, "PK\x01\x02", 4) == 0) {
        size_t name = le16(p + at + 28), rest = le16(p + at + 30) + le16(p + at + 32);

        if (at + 46 + name > n)
            return -1;
        zip_name(z, (const char *)p + at + 46, name);
        at += 46 + name + rest;
    }
    return at == n ? 0 : -1;
}

static int zip_look(struct arena *a, int fd, int64_t offset, int64_t size, struct zip *ret)
{
    size_t tail_len = (size_t)(size < TAIL_BYTES ? size : TAIL_BYTES);
    unsigned char *tail = arena_alloc(a, tail_len + 1);

    if (file_read_at(fd, offset + size - (int64_t)tail_len, tail, tail_len) < 0)
        return -1;

    int64_t end = zip_end(tail, tail_len);

    if (end < 0)
        return -1;

    int64_t len = le32(tail + end + 12), at = le32(tail + end + 16);

    if (len > DIRECTORY_BYTES || at + len > size)
        return -1;

    unsigned char *directory = arena_alloc(a, (size_t)len + 1);

    if (file_read_at(fd, offset + at, directory, (size_t)len) < 0)
        return -1;
    return zip_walk(directory, (size_t)len, ret);
}

static int zip_shape(int fd, int64_t offset, int64_t size, enum shape *ret, struct err *e)
{
    struct arena *a = arena_new("zip", (size_t)DIRECTORY_BYTES * 2);
    struct zip z = {0};
    int rc = zip_look(a, fd, offset, size, &z);

    arena_free(a);
    if (rc < 0)
        return refuse(e, "文件的压缩结构不完整，无法打开");
    if (z.macro)
        return refuse_macro(e);
    *ret = SHAPE_ZIP;
    if (z.ofd)
        *ret = SHAPE_OFD;
    else if (z.content_types && z.word)
        *ret = SHAPE_DOCX;
    else if (z.content_types && z.sheet)
        *ret = SHAPE_XLSX;
    else if (z.content_types && z.slides)
        *ret = SHAPE_PPTX;
    return 0;
}

/* ---- old office files ---- */

static int ole_shape(int fd, int64_t offset, int64_t size, enum shape *ret, struct err *e)
{
    struct arena *a = arena_new("ole", (size_t)DIRECTORY_BYTES + (size_t)size / 16);
    unsigned found = 0;
    int rc = ole_look(a, fd, offset, size, &found);

    arena_free(a);
    if (rc < 0)
        return refuse(e, "文件的内部结构不完整，无法打开");
    if (found & OLE_MACRO)
        return refuse_macro(e);
    if (found & OLE_LOCKED)
        return refuse(e, "文件设有打开密码，收件单位看不到内容，请去掉密码后再上传");
    *ret = SHAPE_OLE;
    return 0;
}

/* ---- text ---- */

static int has_markup(const char *text)
{
    static const char *const marks[] = {"<!doctype", "<html", "<script", "<svg", "<iframe", "<?xml", "<body"};

    for (const char *p = strchr(text, '<'); p != NULL; p = strchr(p + 1, '<')) {
        for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
            if (strncasecmp(p, marks[i], strlen(marks[i])) == 0)
                return 1;
        }
    }
    return 0;
}

static int text_look(struct arena *a, int fd, int64_t offset, int64_t size, struct err *e)
{
    char *text = arena_alloc(a, (size_t)size + 1);

    if (file_read_at(fd, offset, text, (size_t)size) < 0)
        return err_fail(e, ERR_INTERNAL, "读取上传文件失败");
    if (text_starts(text, "#!"))
        return refuse(e, "文件是程序脚本，不能上传");
    if (!text_is_utf8(text, (size_t)size))
        return refuse(e, "不认得这个文件的内容");
    for (const char *p = text; p < text + size; p++) {
        if ((unsigned char)*p < 0x20 && *p != '\n' && *p != '\r' && *p != '\t')
            return refuse(e, "不认得这个文件的内容");
    }
    if (has_markup(text))
        return refuse(e, "文件内容是网页或图形代码（HTML、SVG），不能上传");
    return 0;
}

static int text_shape(int fd, int64_t offset, int64_t size, enum shape *ret, struct err *e)
{
    if (size > TEXT_BYTES)
        return refuse(e, "不认得这个文件的内容（纯文本文件不得超过 8 MB）");

    struct arena *a = arena_new("text", (size_t)TEXT_BYTES * 2);
    int rc = text_look(a, fd, offset, size, e);

    arena_free(a);
    if (rc == 0)
        *ret = SHAPE_TEXT;
    return rc;
}

/* ---- the answer ---- */

/* clang-format off */
static const struct magic {
    enum shape shape;
    const char *bytes;
    size_t len;
    int (*look)(int fd, int64_t offset, int64_t size, enum shape *ret, struct err *e); /* for more than the head tells */
} magics[] = {
    { SHAPE_PDF,  "%PDF-",                            5, NULL },
    { SHAPE_ZIP,  "PK\x03\x04",                       4, zip_shape },
    { SHAPE_OLE,  "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, ole_shape },
    { SHAPE_PNG,  "\x89PNG\r\n\x1a\n",                8, NULL },
    { SHAPE_JPEG, "\xFF\xD8\xFF",                     3, NULL },
};
/* clang-format on */

static int shape_of(int fd, int64_t offset, int64_t size, enum shape *ret, struct err *e)
{
    unsigned char head[HEAD_BYTES];
    size_t n = (size_t)(size < HEAD_BYTES ? size : HEAD_BYTES);

    if (file_read_at(fd, offset, head, n) < 0)
        return err_fail(e, ERR_INTERNAL, "读取上传文件失败");
    for (size_t i = 0; i < ARRAY_LEN(magics); i++) {
        if (n < magics[i].len || memcmp(head, magics[i].bytes, magics[i].len) != 0)
            continue;
        *ret = magics[i].shape;
        return magics[i].look ? magics[i].look(fd, offset, size, ret, e) : 0;
    }
    if (n >= 2 && memcmp(head, "MZ", 2) == 0)
        return refuse(e, "文件是可执行程序，不能上传");
    if (n >= 4 && (memcmp(head,
                          "\x7f"
                          "ELF",
                          4) == 0 ||
                   memcmp(head, "\xCF\xFA\xED\xFE", 4) == 0))
        return refuse(e, "文件是可执行程序，不能上传");
    return text_shape(fd, offset, size, ret, e);
}

static int ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);

    return n > k && strcasecmp(name + n - k, ending) == 0;
}

int content_type_of(int fd, int64_t offset, int64_t size, const char *name, const char **ret, struct err *e)
{
    enum shape shape = SHAPE_NONE;
    const char *found = "";

    if (shape_of(fd, offset, size, &shape, e) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (kinds[i].shape != shape)
            continue;
        found = *found == '\0' ? kinds[i].name : found;
        if (ends_with(name, kinds[i].ending)) {
            *ret = kinds[i].type;
            return 0;
        }
    }
    err_fail(e, ERR_MEDIA, "文件名是「%.80s」，内容却是%s，两者不一致", name, found);
    return err_mend(e, "请改正文件名的后缀。可以上传的类型：%s", content_types_accepted());
}
