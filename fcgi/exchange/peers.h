/*
 * exchange/peers.h - whom a district exchanges filings with, and with which keys: peers.json
 */
#ifndef EXCHANGE_PEERS_H
#define EXCHANGE_PEERS_H

#include "casework/platform.h"
#include "exchange/backoff.h"
#include "exchange/envelope.h"

struct peer_link; /* exchange/peer.c */

struct peer {
    const char *party;
    const char *endpoint;                      /* "https://host/exchange", "" when it only files to us */
    const char *ca_file;                       /* "" with an empty endpoint */
    const char *certificate, *certificate_key; /* mutual TLS; both or "" */
    struct wire_keys keys;                     /* what its signatures are verified with */
    int hold;                                  /* nothing is sent while set */
    /* of this process */
    struct circuit circuit;
    struct arena *arena;    /* it lives in; whoever opens the link lets it go with it */
    struct peer_link *link; /* NULL until somebody sends: who only takes in never needs libcurl */
};
struct house { /* one of our tenants as a party */
    const char *tenant;
    struct crypto_key *key;
    const char *key_id;
    struct peer *peers;
    size_t count;
};
struct peers {
    struct house *houses;
    size_t count;
};
/* Reads the file and every key it names; faults as file:line:column. Keys and links go with the arena. */
int peers_load(struct arena *a, const char *path, struct peers **ret, struct err *e) MUST_USE_;
struct house *peers_house(const struct peers *p, const char *tenant); /* NULL when unknown */
struct peer *house_peer(const struct house *h, const char *party);    /* NULL when unknown */

/* The platform's peers, loaded at the first call of the process; ERR_CONFIG when the tenant has no row. */
int house_open(const struct platform *p, const char *tenant, struct house **ret, struct err *e) MUST_USE_;

#endif
