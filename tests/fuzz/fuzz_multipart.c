/*
 * tests/fuzz/fuzz_multipart.c - upload bodies: parts lie inside the body, in order, and apart; names are clean
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/limits.h"
#include "web/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

struct memory {
    const uint8_t *p;
    size_t len;
};

static ssize_t memory_read(void *from, int64_t offset, void *p, size_t n)
{
    const struct memory *m = from;
    must(offset >= 0 && (size_t)offset <= m->len);
    size_t left = m->len - (size_t)offset;
    n = n < left ? n : left;
    memcpy(p, m->p + offset, n);
    return (ssize_t)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 30);
    struct memory m = {.p = data, .len = size};
    struct multipart parts = {0};
    struct err e = {0};

    if (multipart_parse(a, memory_read, &m, (int64_t)size, "B", &parts, &e) < 0) {
        must(parts.parts == NULL && e.message[0] != '\0' && err_status(e.code) < 500);
        return 0;
    }
    int64_t end = 0;
    must(parts.count <= MULTIPART_PARTS_MAX);
    for (size_t i = 0; i < parts.count; i++) {
        const struct multipart_part *p = &parts.parts[i];
        must(p->offset >= end && p->length >= 0 && p->offset + p->length <= (int64_t)size);
        end = p->offset + p->length;
        must(text_is_utf8(p->file_name, strlen(p->file_name)) && text_is_clean(p->file_name, 0));
        must(p->file_name[0] && strchr(p->file_name, '/') == NULL && strchr(p->file_name, '\\') == NULL);
    }
    return 0;
}
