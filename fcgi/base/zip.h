/*
 * base/zip.h - the parts of a zip file in memory; the address of zlib
 *
 * What a part says of its size is not believed: it is unpacked piece by piece up to the caller's ceiling and no further.
 */
#ifndef BASE_ZIP_H
#define BASE_ZIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum { ZIP_PARTS_MAX = 2000 };

struct zip_part {
    const char *name;
    const unsigned char *packed;
    size_t packed_len;
    uint32_t crc;
    int method; /* 0 stored, 8 deflated */
};
struct zip {
    struct zip_part *parts;
    size_t count;
};
/* Gets the next piece of a part; -1 with e ends the reading. */
typedef int zip_take(void *ctx, const char *p, size_t n, struct err *e);

/* Its directory; parts borrow from bytes. ERR_MEDIA: no zip, broken, locked, of a kind (zip64, several disks) no office program writes. */
int zip_open(struct arena *a, const void *bytes, size_t n, struct zip *ret, struct err *e) MUST_USE_;
const struct zip_part *zip_find(const struct zip *z, const char *name); /* NULL: none */
/* ERR_TOO_LARGE past ceiling bytes, ERR_MEDIA when it cannot be unpacked or its sum is wrong. */
int zip_read(const struct zip_part *part, size_t ceiling, zip_take *take, void *ctx, struct err *e) MUST_USE_;

#endif
