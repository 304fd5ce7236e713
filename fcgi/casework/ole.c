/*
 * casework/ole.c - what an old office file carries
 *
 * A header, a table that says which sector follows which (the FAT, itself found through the DIFAT), and a directory
 * of streams and storages. Every number is a stranger's: each sector is checked against the file, and all
 * chains together take no more steps than there are sectors, so that no file is looked at twice. Streams below 4 KB lie
 * in a stream of their own and are not looked into; their names are.
 */
#include "config.h"

#include "casework/ole.h"

#include <string.h>
#include <strings.h>
#include <sys/types.h>

#include "base/file.h"

enum {
    HEADER_BYTES = 512,
    HEADER_FATS = 109, /* places of FAT sectors in the header itself */
    ENTRY_BYTES = 128,
    RUN_BYTES = 64 * 1024,
    SHEETS_BYTES = 1024 * 1024, /* a workbook lists its sheets before anything of size */
};

#define LAST_SECTOR UINT32_C(0xFFFFFFFA) /* the numbers above mean: end, free, and the tables themselves */

struct ole {
    struct arena *a;
    int fd;
    int64_t offset, size;
    size_t sector; /* bytes of one */
    unsigned char *fat;
    uint32_t fat_count, steps_left;
    unsigned char *sheets; /* the head of a workbook */
    unsigned char run[RUN_BYTES];
};

static uint32_t le16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const unsigned char *p)
{
    return le16(p) | le16(p + 2) << 16;
}

static int bytes_read(const struct ole *o, int64_t at, unsigned char *to, size_t n)
{
    if (at < 0 || at > o->size || (int64_t)n > o->size - at)
        return -1;
    return file_read_at(o->fd, o->offset + at, to, n);
}

static int64_t sector_at(const struct ole *o, uint32_t no)
{
    return ((int64_t)no + 1) * (int64_t)o->sector;
}

/* The last sector may be cut short by programs that do not fill it up. */
static int sector_read(const struct ole *o, uint32_t no, unsigned char *to)
{
    int64_t at = sector_at(o, no), left = o->size - at;

    if (no > LAST_SECTOR || left <= 0)
        return -1;
    memset(to, 0, o->sector);
    return bytes_read(o, at, to, left < (int64_t)o->sector ? (size_t)left : o->sector);
}

/* ---- the table of sectors ---- */

static int fat_add(struct ole *o, uint32_t no, uint32_t *count, uint32_t most)
{
    if (*count >= most)
        return 0;
    if (sector_read(o, no, o->fat + (size_t)*count * o->sector) < 0)
        return -1;
    ++*count;
    return 0;
}

static int fat_load(struct ole *o, const unsigned char *header)
{
    uint32_t most = le32(header + 44), count = 0, next = le32(header + 68);
    size_t entries = o->sector / 4;
    unsigned char *more = arena_alloc(o->a, o->sector);

    /* one entry a sector, and some room */
    if (most > 2 * (o->size / (int64_t)o->sector / (int64_t)entries) + 16)
        return -1;
    o->fat = arena_alloc(o->a, (size_t)most * o->sector + 1);
    for (size_t i = 0; i < HEADER_FATS && count < most; i++)
        if (fat_add(o, le32(header + 76 + 4 * i), &count, most) < 0)
            return -1;
    for (uint32_t steps = 0; count < most; steps++) {
        if (steps > most || sector_read(o, next, more) < 0)
            return -1;
        for (size_t i = 0; i + 1 < entries && count < most; i++)
            if (fat_add(o, le32(more + 4 * i), &count, most) < 0)
                return -1;
        next = le32(more + 4 * (entries - 1));
    }
    o->fat_count = o->steps_left = count * (uint32_t)entries;
    return 0;
}

/* ---- chains ---- */

/* A run of the chain's sectors into o->run: its bytes, 0 at the end, -1. */
static ssize_t chain_run(struct ole *o, uint32_t *next)
{
    size_t got = 0;

    while (got + o->sector <= RUN_BYTES && *next <= LAST_SECTOR) {
        if (*next >= o->fat_count || o->steps_left-- == 0 || sector_read(o, *next, o->run + got) < 0)
            return -1;
        *next = le32(o->fat + (size_t)*next * 4);
        got += o->sector;
    }
    return (ssize_t)got;
}

/* ---- what a workbook and a presentation say of their macros ---- */

/* The sheets are named at the head (BOUNDSHEET); one of kind 1 holds macros of the oldest sort. */
static int has_macro_sheet(const unsigned char *p, size_t n)
{
    enum { BOUNDSHEET = 0x85, END = 0x0A, KIND_MACRO = 1, KIND_VBA = 6 };

    for (size_t at = 0; at + 4 <= n;) {
        uint32_t type = le16(p + at), len = le16(p + at + 2);

        if (type == END)
            return 0;
        if (type == BOUNDSHEET && len >= 6 && at + 10 <= n && (p[at + 9] == KIND_MACRO || p[at + 9] == KIND_VBA))
            return 1;
        at += 4 + len;
    }
    return 0;
}

static int workbook_look(struct ole *o, uint32_t start, unsigned *ret)
{
    size_t n = 0;
    ssize_t got = 0;

    if (!o->sheets)
        o->sheets = arena_alloc(o->a, SHEETS_BYTES);
    while (n < SHEETS_BYTES && (got = chain_run(o, &start)) > 0) {
        memcpy(o->sheets + n, o->run, (size_t)got);
        n += (size_t)got;
    }
    if (got < 0)
        return -1;
    if (has_macro_sheet(o->sheets, n))
        *ret |= OLE_MACRO;
    return 0;
}

/* A presentation keeps its macros inside its one large stream; VBAInfoContainer with VBAInfoAtom says that there are.
 */
static int slides_look(struct ole *o, uint32_t start, unsigned *ret)
{
    static const unsigned char mark[] = {0x1F, 0x00, 0xFF, 0x03, 0x14, 0, 0, 0, 0x02, 0x00, 0x00, 0x04, 0x0C, 0, 0, 0};
    unsigned char joint[2 * sizeof mark] = {0}; /* the end of the last run and the head of this one */
    ssize_t got;

    while ((got = chain_run(o, &start)) > 0) {
        memcpy(joint + sizeof mark, o->run, sizeof mark);
        if (memmem(joint, sizeof joint, mark, sizeof mark) || memmem(o->run, (size_t)got, mark, sizeof mark))
            *ret |= OLE_MACRO;
        memcpy(joint, o->run + got - sizeof mark, sizeof mark);
    }
    return got < 0 ? -1 : 0;
}

/* ---- the directory ---- */

/* clang-format off */
static const struct name {
    const char *name;
    unsigned means;
    int (*look)(struct ole *o, uint32_t start, unsigned *ret);
} names[] = {
    { "VBA",                 OLE_MACRO,  NULL },
    { "Macros",              OLE_MACRO,  NULL },
    { "_VBA_PROJECT",        OLE_MACRO,  NULL },
    { "_VBA_PROJECT_CUR",    OLE_MACRO,  NULL },
    { "EncryptedPackage",    OLE_LOCKED, NULL },
    { "Workbook",            0,          workbook_look },
    { "Book",                0,          workbook_look },
    { "PowerPoint Document", 0,          slides_look },
};
/* clang-format on */

struct entry {
    char name[32]; /* as ASCII; what is not becomes '?' */
    uint32_t kind, start, size;
};

static struct entry entry_read(const unsigned char *p)
{
    struct entry e = {.kind = p[66], .start = le32(p + 116), .size = le32(p + 120)};
    size_t chars = le16(p + 64) / 2;

    for (size_t i = 0; i + 1 < chars && i < sizeof e.name - 1; i++)
        e.name[i] = (char)(p[2 * i + 1] == 0 && p[2 * i] < 0x80 ? p[2 * i] : '?');
    return e;
}

static int entry_look(struct ole *o, const unsigned char *p, uint32_t small_below, unsigned *ret)
{
    struct entry e = entry_read(p);

    if (e.kind != 1 && e.kind != 2) /* neither a storage nor a stream */
        return 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcasecmp(e.name, names[i].name) != 0)
            continue;
        *ret |= names[i].means;
        if (names[i].look && e.size >= small_below)
            return names[i].look(o, e.start, ret);
    }
    return 0;
}

static int directory_look(struct ole *o, const unsigned char *header, unsigned *ret)
{
    uint32_t next = le32(header + 48);
    unsigned char *entries = arena_alloc(o->a, RUN_BYTES); /* looking into a stream uses o->run */
    int seen = 0;
    ssize_t got;

    while ((got = chain_run(o, &next)) > 0) {
        memcpy(entries, o->run, (size_t)got);
        for (ssize_t at = 0; at + ENTRY_BYTES <= got; at += ENTRY_BYTES) {
            seen |= entries[at + 66] == 5; /* the root */
            if (entry_look(o, entries + at, le32(header + 56), ret) < 0)
                return -1;
        }
    }
    return got < 0 || !seen ? -1 : 0;
}

int ole_look(struct arena *a, int fd, int64_t offset, int64_t size, unsigned *ret)
{
    struct ole *o = ARENA_NEW(a, struct ole);
    unsigned char header[HEADER_BYTES];
    unsigned found = 0;

    *o = (struct ole){.a = a, .fd = fd, .offset = offset, .size = size};
    if (bytes_read(o, 0, header, sizeof header) < 0)
        return -1;
    uint32_t shift = le16(header + 30);
    if (shift != 9 && shift != 12)
        return -1;
    o->sector = (size_t)1 << shift;
    if (fat_load(o, header) < 0 || directory_look(o, header, &found) < 0)
        return -1;
    *ret = found;
    return 0;
}
