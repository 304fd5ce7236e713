/*
 * tests/unit/exchange_keys.h - fresh SM2 keys in a private folder, for the tests of the exchange layer
 */
#ifndef TESTS_UNIT_EXCHANGE_KEYS_H
#define TESTS_UNIT_EXCHANGE_KEYS_H

#include <stdlib.h>

#include "base/crypto.h"
#include "exchange/envelope.h"

struct key_pair {
    struct crypto_key *private_key;
    struct wire_keys pinned; /* its public half, as a peer has it */
};

static inline char *keys_folder(struct arena *a)
{
    char *folder = arena_dup(a, "/tmp/exchange-test-XXXXXX");

    assert_non_null(mkdtemp(folder));
    return folder;
}

static inline struct key_pair keys_make(struct arena *a, const char *folder, const char *name)
{
    const char *private_path = arena_fmt(a, "%s/%s.key", folder, name),
               *public_path = arena_fmt(a, "%s/%s.pub", folder, name);
    struct key_pair pair = {0};
    struct err e = {0};

    assert_int_equal(crypto_key_generate(private_path, public_path, &e), 0);
    assert_int_equal(crypto_key_private(private_path, &pair.private_key, &e), 0);
    assert_int_equal(crypto_key_public(public_path, &pair.pinned.key[0], &e), 0);
    pair.pinned.id[0] = crypto_key_id(a, pair.pinned.key[0]);
    pair.pinned.count = 1;
    return pair;
}

static inline void keys_drop(struct key_pair *pair)
{
    crypto_key_free(pair->private_key);
    crypto_key_free(pair->pinned.key[0]);
}

#endif
