/*
 * base/crypto.h - the only door to OpenSSL: digest, mac, sign, verify, random
 *
 * One provider interface: the software back end now, a certified module later.
 * SM2 signatures use SM3 and the fixed ID "1234567812345678" on both sides.
 * Secrets are compared in constant time.
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum { CRYPTO_SM3_BYTES = 32, CRYPTO_SM3_HEX = 64, CRYPTO_TOKEN_BYTES = 32 };

void crypto_sm3(const void *p, size_t n, unsigned char ret[CRYPTO_SM3_BYTES]);
char *crypto_sm3_hex(struct arena *a, const void *p, size_t n);
void crypto_hmac(const void *key, size_t key_len, const void *p, size_t n, unsigned char ret[CRYPTO_SM3_BYTES]);

/* incremental, for files */
struct crypto_hash;
struct crypto_hash *crypto_hash_new(void);
void crypto_hash_add(struct crypto_hash *h, const void *p, size_t n);
void crypto_hash_end(struct crypto_hash *h, unsigned char ret[CRYPTO_SM3_BYTES]); /* also frees */
void crypto_hash_free(struct crypto_hash *h);
/* SM3 of an open file from its start, in pieces; size in *ret_size. */
int crypto_sm3_fd(int fd, unsigned char ret[CRYPTO_SM3_BYTES], int64_t *ret_size, struct err *e) MUST_USE_;

/* From the kernel; ends the process when the kernel refuses. */
void crypto_random(void *p, size_t n);
char *crypto_token(struct arena *a);            /* 256 bit, URL-safe base64 (43 characters) */
int64_t crypto_ident(int64_t now_ms);           /* opaque, time-ordered, positive: 41 bits of ms, 22 of chance */
int crypto_equal(const void *a, const void *b, size_t n); /* constant time; 1 when equal */
void crypto_wipe(void *p, size_t n);

char *crypto_hex(struct arena *a, const void *p, size_t n);
int crypto_unhex(const char *s, unsigned char *ret, size_t n) MUST_USE_; /* exactly n bytes or -1 */
char *crypto_base64(struct arena *a, const void *p, size_t n);
int crypto_unbase64(struct arena *a, const char *s, unsigned char **ret, size_t *ret_len) MUST_USE_;

/* SM2 keys in PEM files (PKCS#8 private, SubjectPublicKeyInfo public). */
struct crypto_key;
int crypto_key_generate(const char *private_path, const char *public_path, struct err *e) MUST_USE_;
int crypto_key_private(const char *path, struct crypto_key **ret, struct err *e) MUST_USE_;
int crypto_key_public(const char *path, struct crypto_key **ret, struct err *e) MUST_USE_;
void crypto_key_free(struct crypto_key *k);
char *crypto_key_id(struct arena *a, const struct crypto_key *k);  /* first 16 hex digits of SM3(public key DER) */
/* base64 of the DER signature */
int crypto_sign(struct arena *a, const struct crypto_key *k, const void *p, size_t n, char **ret, struct err *e) MUST_USE_;
/* 1 valid, 0 not valid, -1 error */
int crypto_verify(const struct crypto_key *k, const void *p, size_t n, const char *signature, struct err *e) MUST_USE_;

#endif
