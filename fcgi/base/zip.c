/*
 * base/zip.c - the parts of a zip file in memory; the address of zlib
 */
#include "config.h"

#include "base/zip.h"

#include <string.h>
#include <zlib.h>

#include "base/text.h"

enum {
    END_BYTES = 22,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
    COMMENT_MAX = 65535,
    FLAG_LOCKED = 1,
    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,
    PIECE_BYTES = 32 * 1024
};

static int broken(struct err *e, const char *detail)
{
    err_fail(e, ERR_MEDIA, "文件的压缩结构不完整，无法打开");
    err_detail(e, "zip: %s", detail);
    return err_mend(e, "请在表格程序中重新保存为 .xlsx 再上传");
}

static unsigned le16(const unsigned char *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static uint32_t le32(const unsigned char *p)
{
    return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}

static const unsigned char *find_end(const unsigned char *p, size_t n)
{
    size_t first = n > END_BYTES + COMMENT_MAX ? n - END_BYTES - COMMENT_MAX : 0;

    for (size_t i = n >= END_BYTES ? n - END_BYTES + 1 : 0; i-- > first;)
        if (memcmp(p + i, "PK\x05\x06", 4) == 0)
            return p + i;
    return NULL;
}

/* Where the bytes of a part begin: behind its local head, whose name and extra field may be longer than the
 * directory's. */
static int part_place(const unsigned char *p, size_t n, size_t at, struct zip_part *part)
{
    if (at > n || n - at < LOCAL_BYTES || memcmp(p + at, "PK\x03\x04", 4) != 0)
        return -1;

    size_t head = (size_t)LOCAL_BYTES + le16(p + at + 26) + le16(p + at + 28);

    if (n - at < head || n - at - head < part->packed_len)
        return -1;
    part->packed = p + at + head;
    return 0;
}

/* One row of the directory at p; its length, or 0 when it is none. */
static size_t entry_read(struct arena *a, const unsigned char *whole, size_t n, const unsigned char *p, size_t left,
                         struct zip_part *ret)
{
    if (left < ENTRY_BYTES || memcmp(p, "PK\x01\x02", 4) != 0)
        return 0;

    size_t name = le16(p + 28), len = ENTRY_BYTES + name + le16(p + 30) + le16(p + 32);

    if (left < len)
        return 0;
    *ret = (struct zip_part){.method = (int)le16(p + 10), .crc = le32(p + 16), .packed_len = le32(p + 20)};
    if ((le16(p + 8) & FLAG_LOCKED) != 0)
        ret->method = -1;
    ret->name =
        text_is_utf8((const char *)p + ENTRY_BYTES, name) ? arena_dupn(a, (const char *)p + ENTRY_BYTES, name) : "";
    return part_place(whole, n, le32(p + 42), ret) == 0 ? len : 0;
}

int zip_open(struct arena *a, const void *bytes, size_t n, struct zip *ret, struct err *e)
{
    const unsigned char *p = bytes, *end = find_end(p, n);
    struct zip z = {0};

    if (end == NULL)
        return broken(e, "no end record");

    size_t count = le16(end + 10), len = le32(end + 12), at = le32(end + 16);

    if (le16(end + 4) != 0 || le16(end + 6) != 0 || count != le16(end + 8) || count > ZIP_PARTS_MAX)
        return broken(e, "several disks, or too many parts");
    if (at > n || len > (size_t)(end - p) || at > (size_t)(end - p) - len)
        return broken(e, "directory out of place");
    z.parts = ARENA_ARRAY(a, struct zip_part, count + 1);
    for (const unsigned char *entry = p + at; z.count < count; z.count++) {
        size_t used = entry_read(a, p, n, entry, (size_t)(p + at + len - entry), &z.parts[z.count]);

        if (used == 0)
            return broken(e, "directory cannot be read");
        entry += used;
    }
    *ret = z;
    return 0;
}

const struct zip_part *zip_find(const struct zip *z, const char *name)
{
    for (size_t i = 0; i < z->count; i++)
        if (text_eq(z->parts[i].name, name))
            return &z->parts[i];
    return NULL;
}

/* ---- unpacking ---- */

struct unpack {
    size_t left; /* of the ceiling */
    uLong crc;
    zip_take *take;
    void *ctx;
};

static int piece_give(struct unpack *u, const unsigned char *p, size_t n, struct err *e)
{
    if (n > u->left) {
        err_fail(e, ERR_TOO_LARGE, "表格展开以后过大，不能读取");
        return err_mend(e, "请删去多余的工作表、空行、图片和格式，只留要导入的内容，另存后再上传");
    }
    u->left -= n;
    u->crc = crc32(u->crc, p, (uInt)n);
    return u->take(u->ctx, (const char *)p, n, e);
}

/* 1 at the end of the part, 0 while there is more, -1. */
static int inflate_step(z_stream *s, struct unpack *u, unsigned char *out, struct err *e)
{
    s->next_out = out;
    s->avail_out = PIECE_BYTES;

    int rc = inflate(s, Z_NO_FLUSH);

    if (rc != Z_OK && rc != Z_STREAM_END)
        return broken(e, "inflate");
    if (s->avail_out < PIECE_BYTES && piece_give(u, out, PIECE_BYTES - s->avail_out, e) < 0)
        return -1;
    return rc == Z_STREAM_END;
}

static int unpack_deflated(const struct zip_part *part, struct unpack *u, struct err *e)
{
    unsigned char out[PIECE_BYTES];
    z_stream s = {.next_in = (z_const Bytef *)(uintptr_t)part->packed, .avail_in = (uInt)part->packed_len};
    int rc = 0;

    if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
        return err_fail(e, ERR_INTERNAL, "没有内存展开表格");
    while (rc == 0)
        rc = inflate_step(&s, u, out, e);
    (void)inflateEnd(&s);
    return rc < 0 ? -1 : 0;
}

static int unpack_stored(const struct zip_part *part, struct unpack *u, struct err *e)
{
    for (size_t at = 0; at < part->packed_len; at += PIECE_BYTES) {
        size_t n = part->packed_len - at;

        if (piece_give(u, part->packed + at, n < PIECE_BYTES ? n : PIECE_BYTES, e) < 0)
            return -1;
    }
    return 0;
}

int zip_read(const struct zip_part *part, size_t ceiling, zip_take *take, void *ctx, struct err *e)
{
    struct unpack u = {.left = ceiling, .crc = crc32(0, NULL, 0), .take = take, .ctx = ctx};

    if (part->method < 0) {
        err_fail(e, ERR_MEDIA, "文件设有打开密码，读不出内容");
        return err_mend(e, "请去掉密码后再上传");
    }
    if (part->method != METHOD_STORED && part->method != METHOD_DEFLATED)
        return broken(e, "unknown method");
    if ((part->method == METHOD_STORED ? unpack_stored(part, &u, e) : unpack_deflated(part, &u, e)) < 0)
        return -1;
    return u.crc == part->crc ? 0 : broken(e, "sum");
}
