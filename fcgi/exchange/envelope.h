/*
 * exchange/envelope.h - the frozen message, and the one signature scheme of the house
 *
 * What is signed, how, and with which names on the wire stands at the head of envelope.c.
 */
#ifndef EXCHANGE_ENVELOPE_H
#define EXCHANGE_ENVELOPE_H

#include "base/crypto.h"
#include "base/date.h"
#include "base/node.h"

enum {
    ENVELOPE_BYTES_MAX = 512 * 1024,
    ENVELOPE_VERSION = 1,
    WIRE_TOLERANCE_S = 600, /* how far two machines' clocks may lie apart (P9) */
    WIRE_KEYS_MAX = 4,
};

struct envelope {
    int64_t id, seq, version, project;
    const char *sender, *receiver; /* party ids */
    const char *filing, *filing_name, *event, *regulation;
    const char *title, *unit_name; /* sent_for */
    instant frozen_at;
    const struct node *payload;
    const char *payload_sm3;
};
/* Canonical bytes; fills nothing in *in: payload_sm3 is computed from payload. With seq 0 the content: everything but
 * the number. */
int envelope_build(struct arena *a, const struct envelope *in, const char **ret, size_t *ret_len,
                   struct err *e) MUST_USE_;
/* The content with its number: the bytes envelope_build gives when it knows the number. */
int envelope_number(struct arena *a, const char *content, int64_t seq, const char **ret, size_t *ret_len,
                    struct err *e) MUST_USE_;
/* Strict: unknown members, wrong types, a payload that does not give payload_sm3 are refused. */
int envelope_parse(struct arena *a, const char *bytes, size_t len, struct envelope *ret, struct err *e) MUST_USE_;

/* Public keys a party is known by: two while it rotates. */
struct wire_keys {
    struct crypto_key *key[WIRE_KEYS_MAX];
    const char *id[WIRE_KEYS_MAX];
    size_t count;
};
/* The pinned key of that id, NULL when none is. */
const struct crypto_key *wire_key(const struct wire_keys *keys, const char *id);

/* Signs / verifies "v1.<purpose>.<SM3 of the bytes>": purpose is "envelope" or "receipt". */
int wire_sign(struct arena *a, const struct crypto_key *key, const char *purpose, const void *p, size_t n,
              const char **ret, struct err *e) MUST_USE_;
/* 0 when it holds; otherwise -1 with ERR_FORBIDDEN. */
int wire_verify(struct arena *a, const struct crypto_key *key, const char *purpose, const void *p, size_t n,
                const char *signature, struct err *e) MUST_USE_;

/* One request between two parties: a filing (body: the envelope) or a status question (no body). */
struct stamp_of {
    const char *purpose; /* "filing" | "status" */
    const char *sender, *receiver;
    int64_t id;
    const void *body;
    size_t len;
};
struct stamp {
    const char *key_id, *timestamp, *signature;
};
int stamp_make(struct arena *a, const struct crypto_key *key, const struct stamp_of *of, instant now, struct stamp *ret,
               struct err *e) MUST_USE_;
/* ERR_FORBIDDEN when the key is not pinned, the time is further off than WIRE_TOLERANCE_S or the signature does not
 * hold. */
int stamp_verify(struct arena *a, const struct wire_keys *keys, const struct stamp_of *of, const struct stamp *stamp,
                 instant now, struct err *e) MUST_USE_;

#endif
