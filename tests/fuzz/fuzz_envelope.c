/*
 * tests/fuzz/fuzz_envelope.c - a filing from a stranger
 *
 * What is accepted, built again from what was read, is accepted and reads the same.
 */
#include "config.h"

#include <stdlib.h>

#include "base/text.h"
#include "exchange/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 30);
    struct envelope m, again;
    struct err e = {0};
    const char *bytes = NULL;
    size_t len = 0;

    if (envelope_parse(a, (const char *)data, size, &m, &e) < 0) {
        must(e.code == ERR_BAD_JSON || e.code == ERR_BAD_INPUT || e.code == ERR_TOO_LARGE);
        return 0;
    }
    must(m.id > 0 && m.seq > 0 && text_is_id(m.sender) && text_is_id(m.receiver));
    if (envelope_build(a, &m, &bytes, &len, &e) < 0) {
        must(e.code == ERR_TOO_LARGE);
        return 0;
    }
    must(envelope_parse(a, bytes, len, &again, &e) == 0);
    must(again.id == m.id && text_eq(again.payload_sm3, m.payload_sm3) && node_equal(again.payload, m.payload));
    return 0;
}
