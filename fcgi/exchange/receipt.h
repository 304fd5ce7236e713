/*
 * exchange/receipt.h - the two receipts: stored (收妥) and decided (受理 / 退回)
 */
#ifndef EXCHANGE_RECEIPT_H
#define EXCHANGE_RECEIPT_H

#include "exchange/envelope.h"

enum receipt_kind { RECEIPT_STORED = 1, RECEIPT_DECIDED = 2 };
enum { RECEIPT_BYTES_MAX = 64 * 1024, RECEIPT_REASONS_MAX = 50, RECEIPT_ITEM_CHARS = 200, RECEIPT_WHAT_CHARS = 500,
       RECEIPT_KIND_CHARS = 16 };

struct receipt {
    enum receipt_kind kind;
    int64_t id;
    const char *sm3;               /* of the envelope's bytes */
    const char *sender, *receiver; /* of the filing: the receipt is signed by the receiver */
    const char *number;            /* the receiver's own number for it */
    instant at;                    /* when it was stored / decided, the receiver's machine clock */
    const char *outcome;           /* decided: "accepted" | "returned"; "" otherwise */
    const struct node *reasons;    /* decided: list of {item, what, kind?, label?}, never empty for a return */
};
/* Bytes as they go over the wire and stay in the database. */
int receipt_make(struct arena *a, const struct crypto_key *key, const struct receipt *r, const char **ret,
                 struct err *e) MUST_USE_;

struct receipt_expect {
    unsigned kinds; /* of enum receipt_kind, or-ed */
    int64_t id;
    const char *sm3, *sender, *receiver;
    const struct wire_keys *keys; /* pinned for the receiver */
    instant first_sent;           /* no receipt can be older than the first sending */
    instant now;
};
/* 0 and *ret; otherwise ERR_PEER saying which of the checks did not hold. */
int receipt_verify(struct arena *a, const char *bytes, size_t len, const struct receipt_expect *x, struct receipt *ret,
                   struct err *e) MUST_USE_;
/* What a receipt of our own rows says: it was verified when it came, or made here. */
int receipt_read(struct arena *a, const char *raw, struct receipt *ret, struct err *e) MUST_USE_;
/* Reasons as a person or a peer gives them: {item ≤ 200 characters, what 1..500, kind? fact|document|event, label?}. */
int receipt_reasons_check(const struct node *list, struct err *e) MUST_USE_;

#endif
