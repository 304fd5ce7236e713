/*
 * tests/fuzz/fuzz_receipt.c - an answer from a stranger
 *
 * Whatever the bytes, without the pinned key nothing is believed; reading our own rows never trips.
 */
#include "config.h"

#include <stdlib.h>

#include "exchange/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 30);
    const struct wire_keys none = {0};
    struct receipt_expect x = {.kinds = RECEIPT_STORED | RECEIPT_DECIDED,
                               .id = 5,
                               .sm3 = "",
                               .sender = "lower",
                               .receiver = "upper",
                               .keys = &none,
                               .first_sent = 0,
                               .now = 0};
    struct receipt r;
    struct err e = {0};

    must(receipt_verify(a, (const char *)data, size, &x, &r, &e) == -1 && e.code == ERR_PEER);
    if (receipt_read(a, arena_dupn(a, (const char *)data, size), &r, &e) == 0)
        must(r.kind == RECEIPT_STORED || (r.kind == RECEIPT_DECIDED && receipt_reasons_check(r.reasons, &e) == 0));
    return 0;
}
