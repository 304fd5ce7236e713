/*
 * base/crypto.c - the only door to OpenSSL
 *
 * EVP of OpenSSL 3 throughout. A digest, a mac or chance that cannot be had is no
 * condition to go on in: the process ends. Whatever depends on a key file or on what
 * somebody sent is an ordinary error.
 */
#include "config.h"

#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "base/text.h"

static const char SM2_ID[] = "1234567812345678"; /* GB/T 35276 default */
enum { SM2_ID_LEN = sizeof SM2_ID - 1, CRYPTO_PIECE = 32 * 1024, CRYPTO_KEY_ID_BYTES = 8, CRYPTO_PEM_BYTES = 8192 };

struct crypto_key {
    EVP_PKEY *pkey;
};

static void md_free(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}

static void pkey_ctx_free(EVP_PKEY_CTX **c)
{
    EVP_PKEY_CTX_free(*c);
}

static void pkey_free(EVP_PKEY **k)
{
    EVP_PKEY_free(*k);
}

static void bio_free(BIO **b)
{
    BIO_free(*b);
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void crypto_need(int ok, const char *what)
{
    static const char head[] = "crypto: cannot go on without ";

    if (ok)
        return;
    if (write(STDERR_FILENO, head, sizeof head - 1) < 0 || write(STDERR_FILENO, what, strlen(what)) < 0 ||
        write(STDERR_FILENO, "\n", 1) < 0)
        abort();
    abort();
}

/* Takes what OpenSSL has to say into the detail, and empties its queue. */
static int fail_openssl(struct err *e, const char *message, const char *path)
{
    char why[160];

    ERR_error_string_n(ERR_peek_last_error(), why, sizeof why);
    ERR_clear_error();
    err_fail(e, ERR_INTERNAL, "%s%s%s", message, path != NULL ? "：" : "", path != NULL ? path : "");
    return err_detail(e, "openssl %s", why);
}

static int fail_errno(struct err *e, const char *message, const char *path)
{
    int no = errno;

    err_fail(e, no == ENOSPC || no == EDQUOT ? ERR_DISK : ERR_INTERNAL, "%s：%s", message, path);
    return err_detail(e, "errno %d %s", no, strerrorname_np(no));
}

static const EVP_MD *sm3(void)
{
    static EVP_MD *cache; /* cache: fetching is a walk through the providers */

    if (cache == NULL)
        cache = EVP_MD_fetch(NULL, "SM3", NULL);
    crypto_need(cache != NULL, "SM3");
    return cache;
}

static EVP_MAC *hmac(void)
{
    static EVP_MAC *cache; /* cache: as above */

    if (cache == NULL)
        cache = EVP_MAC_fetch(NULL, "HMAC", NULL);
    crypto_need(cache != NULL, "HMAC");
    return cache;
}

void crypto_sm3(const void *p, size_t n, unsigned char ret[CRYPTO_SM3_BYTES])
{
    crypto_need(EVP_Digest(n > 0 ? p : "", n, ret, NULL, sm3(), NULL), "SM3");
}

char *crypto_sm3_hex(struct arena *a, const void *p, size_t n)
{
    unsigned char digest[CRYPTO_SM3_BYTES];

    crypto_sm3(p, n, digest);
    return crypto_hex(a, digest, sizeof digest);
}

/* A context that knows its digest: finding it by name is the dearest part of a short MAC. */
static const EVP_MAC_CTX *hmac_template(void)
{
    static EVP_MAC_CTX *cache; /* cache: as above; keyed with nobody's key */
    char digest[] = "SM3";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};

    if (cache == NULL) {
        cache = EVP_MAC_CTX_new(hmac());
        crypto_need(cache != NULL && EVP_MAC_init(cache, (const unsigned char *)digest, sizeof digest, params), "HMAC");
    }
    return cache;
}

void crypto_hmac(const void *key, size_t key_len, const void *p, size_t n, unsigned char ret[CRYPTO_SM3_BYTES])
{
    EVP_MAC_CTX *c = EVP_MAC_CTX_dup(hmac_template());
    size_t len = 0;

    /* a NULL key would mean "the key of before" */
    crypto_need(c != NULL && EVP_MAC_init(c, key_len > 0 ? key : (const void *)"", key_len, NULL) &&
                    EVP_MAC_update(c, n > 0 ? p : (const void *)"", n) &&
                    EVP_MAC_final(c, ret, &len, CRYPTO_SM3_BYTES) && len == CRYPTO_SM3_BYTES,
                "HMAC");
    EVP_MAC_CTX_free(c);
}

/* struct crypto_hash stays incomplete: it is OpenSSL's context under our name */
struct crypto_hash *crypto_hash_new(void)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();

    crypto_need(c != NULL && EVP_DigestInit_ex2(c, sm3(), NULL), "SM3");
    return (struct crypto_hash *)c;
}

void crypto_hash_add(struct crypto_hash *h, const void *p, size_t n)
{
    if (n > 0)
        crypto_need(EVP_DigestUpdate((EVP_MD_CTX *)h, p, n), "SM3");
}

void crypto_hash_end(struct crypto_hash *h, unsigned char ret[CRYPTO_SM3_BYTES])
{
    crypto_need(EVP_DigestFinal_ex((EVP_MD_CTX *)h, ret, NULL), "SM3");
    crypto_hash_free(h);
}

void crypto_hash_free(struct crypto_hash *h)
{
    EVP_MD_CTX_free((EVP_MD_CTX *)h);
}

int crypto_sm3_fd(int fd, unsigned char ret[CRYPTO_SM3_BYTES], int64_t *ret_size, struct err *e)
{
    char piece[CRYPTO_PIECE];
    struct crypto_hash *h = crypto_hash_new();
    int64_t size = 0;
    ssize_t n;

    while ((n = pread(fd, piece, sizeof piece, (off_t)size)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            crypto_hash_free(h);
            err_fail(e, ERR_INTERNAL, "读取文件没有成功");
            return err_detail(e, "errno %d %s", errno, strerrorname_np(errno));
        }
        crypto_hash_add(h, piece, (size_t)n);
        size += n;
    }
    crypto_hash_end(h, ret);
    *ret_size = size;
    return 0;
}

void crypto_random(void *p, size_t n)
{
    char *at = p;

    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        crypto_need(got > 0, "getrandom");
        at += got;
        n -= (size_t)got;
    }
}

static const char STANDARD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char URL_SAFE[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *base64(struct arena *a, const unsigned char *p, size_t n, const char *alphabet, int pad)
{
    char *text = arena_alloc(a, (n + 2) / 3 * 4 + 1), *out = text;

    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        unsigned v = (unsigned)p[i] << 16;

        if (left > 1)
            v |= (unsigned)p[i + 1] << 8;
        if (left > 2)
            v |= p[i + 2];
        *out++ = alphabet[v >> 18];
        *out++ = alphabet[v >> 12 & 63];
        if (left > 1 || pad)
            *out++ = (char)(left > 1 ? alphabet[v >> 6 & 63] : '=');
        if (left > 2 || pad)
            *out++ = (char)(left > 2 ? alphabet[v & 63] : '=');
    }
    *out = '\0';
    return text;
}

char *crypto_token(struct arena *a)
{
    unsigned char bytes[CRYPTO_TOKEN_BYTES];

    crypto_random(bytes, sizeof bytes);
    char *token = base64(a, bytes, sizeof bytes, URL_SAFE, 0);

    crypto_wipe(bytes, sizeof bytes);
    return token;
}

int64_t crypto_ident(int64_t now_ms)
{
    /* counted from 2020-01-01 UTC: 41 bits from 1970 would be full in 2039, so they are in 2089 */
    int64_t ms = now_ms - INT64_C(1577836800000);
    uint32_t chance;

    if (ms < 1)
        ms = 1;
    crypto_random(&chance, sizeof chance);
    return (ms & ((INT64_C(1) << 41) - 1)) << 22 | (chance & ((UINT32_C(1) << 22) - 1));
}

int crypto_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}

void crypto_wipe(void *p, size_t n)
{
    OPENSSL_cleanse(p, n);
}

char *crypto_hex(struct arena *a, const void *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = p;
    char *text = arena_alloc(a, 2 * n + 1);

    for (size_t i = 0; i < n; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return text;
}

int crypto_unhex(const char *s, unsigned char *ret, size_t n)
{
    if (strlen(s) != 2 * n)
        return -1;
    for (size_t i = 0; i < 2 * n; i++) {
        if (text_hex(s[i]) < 0)
            return -1;
    }
    for (size_t i = 0; i < n; i++)
        ret[i] = (unsigned char)((unsigned)text_hex(s[2 * i]) << 4 | (unsigned)text_hex(s[2 * i + 1]));
    return 0;
}

char *crypto_base64(struct arena *a, const void *p, size_t n)
{
    return base64(a, p, n, STANDARD, 1);
}

static int base64_value(char c)
{
    const char *at = c != '\0' ? strchr(STANDARD, c) : NULL;

    return at != NULL ? (int)(at - STANDARD) : -1;
}

/*
 * Only the one text that crypto_base64 makes of those bytes is taken: padded, no line
 * breaks, no stray bits in the last character.
 */
int crypto_unbase64(struct arena *a, const char *s, unsigned char **ret, size_t *ret_len)
{
    size_t len = strlen(s), pad = 0, at = 0;

    if (len % 4 != 0)
        return -1;
    while (pad < 2 && len > pad && s[len - 1 - pad] == '=')
        pad++;

    unsigned char *bytes = arena_alloc(a, len / 4 * 3 + 1);
    unsigned bits = 0, have = 0;

    for (size_t i = 0; i < len - pad; i++) {
        int v = base64_value(s[i]);

        if (v < 0)
            return -1;
        bits = (bits << 6 | (unsigned)v) & 0xFFFF;
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes[at++] = (unsigned char)(bits >> have & 0xFF);
        }
    }
    if ((bits & ((1U << have) - 1)) != 0)
        return -1;
    *ret = bytes;
    *ret_len = at;
    return 0;
}

/* A key never overwrites a key: O_EXCL. */
static int write_new(const char *path, BIO *pem, mode_t mode, struct err *e)
{
    char *p;
    long n = BIO_get_mem_data(pem, &p);
    int fd CLEANUP_(fd_close) = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);

    if (fd < 0 && errno == EEXIST)
        return err_fail(e, ERR_CONFLICT, "密钥文件已存在，不能覆盖：%s", path);
    if (fd < 0)
        return fail_errno(e, "不能建立密钥文件", path);
    if (fchmod(fd, mode) < 0 || file_write_all(fd, p, (size_t)n) < 0 || fsync(fd) < 0) {
        fail_errno(e, "不能写入密钥文件", path);
        unlink(path);
        return -1;
    }
    return 0;
}

int crypto_key_generate(const char *private_path, const char *public_path, struct err *e)
{
    EVP_PKEY *pkey CLEANUP_(pkey_free) = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    BIO *secret CLEANUP_(bio_free) = BIO_new(BIO_s_secmem()); /* wiped when freed */
    BIO *open_ CLEANUP_(bio_free) = BIO_new(BIO_s_mem());

    if (pkey == NULL || secret == NULL || open_ == NULL ||
        !PEM_write_bio_PKCS8PrivateKey(secret, pkey, NULL, NULL, 0, NULL, NULL) || !PEM_write_bio_PUBKEY(open_, pkey))
        return fail_openssl(e, "不能生成 SM2 密钥", NULL);
    if (write_new(private_path, secret, 0600, e) < 0)
        return -1;
    if (write_new(public_path, open_, 0644, e) < 0) {
        unlink(private_path);
        return -1;
    }
    return 0;
}

/* An encrypted key file is refused, never asked a terminal about. */
static int no_password(char *buf, int size, int rwflag, void *u)
{
    return -1;
}

/* The file's text in a BIO that wipes itself; NULL after a refusal. */
static BIO *key_file(const char *path, int is_private, struct err *e)
{
    int fd CLEANUP_(fd_close) = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    char pem[CRYPTO_PEM_BYTES];

    if (fd < 0 || fstat(fd, &st) < 0) {
        fail_errno(e, "不能读取密钥文件", path);
        return NULL;
    }
    if (!S_ISREG(st.st_mode) || st.st_size > CRYPTO_PEM_BYTES) {
        err_fail(e, ERR_CONFIG, "不是密钥文件：%s", path);
        return NULL;
    }
    if (is_private && (st.st_mode & S_IRWXO) != 0) {
        err_fail(e, ERR_CONFIG, "私钥文件对所有人开放，不能使用：%s", path);
        return NULL;
    }

    ssize_t n = read(fd, pem, sizeof pem); /* a small regular file comes whole */

    if (n < 0) {
        fail_errno(e, "不能读取密钥文件", path);
        return NULL;
    }

    BIO *bio = BIO_new(BIO_s_secmem());

    crypto_need(bio != NULL && BIO_write(bio, pem, (int)n) == (int)n, "memory");
    crypto_wipe(pem, sizeof pem);
    return bio;
}

static int key_read(const char *path, int is_private, struct crypto_key **ret, struct err *e)
{
    BIO *bio CLEANUP_(bio_free) = key_file(path, is_private, e);

    if (bio == NULL)
        return -1;

    EVP_PKEY *pkey CLEANUP_(pkey_free) = is_private ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL)
                                                    : PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);

    if (pkey == NULL || !EVP_PKEY_is_a(pkey, "SM2")) {
        fail_openssl(e, is_private ? "不是 SM2 私钥文件" : "不是 SM2 公钥文件", path);
        e->code = ERR_CONFIG;
        return -1;
    }

    struct crypto_key *k = OPENSSL_zalloc(sizeof *k);

    crypto_need(k != NULL, "memory");
    k->pkey = pkey;
    pkey = NULL;
    *ret = k;
    return 0;
}

int crypto_key_private(const char *path, struct crypto_key **ret, struct err *e)
{
    return key_read(path, 1, ret, e);
}

int crypto_key_public(const char *path, struct crypto_key **ret, struct err *e)
{
    return key_read(path, 0, ret, e);
}

void crypto_key_free(struct crypto_key *k)
{
    if (k == NULL)
        return;
    EVP_PKEY_free(k->pkey);
    OPENSSL_free(k);
}

char *crypto_key_id(struct arena *a, const struct crypto_key *k)
{
    unsigned char digest[CRYPTO_SM3_BYTES], *der = NULL;
    int n = i2d_PUBKEY(k->pkey, &der);

    crypto_need(n > 0, "the public key's DER");
    crypto_sm3(der, (size_t)n, digest);
    OPENSSL_free(der);
    return crypto_hex(a, digest, CRYPTO_KEY_ID_BYTES);
}

/* The SM2 id has to be set on both sides before the operation is initialised. */
static EVP_PKEY_CTX *sm2_context(EVP_MD_CTX *md, const struct crypto_key *k)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);

    if (md == NULL || c == NULL || EVP_PKEY_CTX_set1_id(c, SM2_ID, SM2_ID_LEN) <= 0) {
        EVP_PKEY_CTX_free(c);
        return NULL;
    }
    EVP_MD_CTX_set_pkey_ctx(md, c);
    return c;
}

int crypto_sign(struct arena *a, const struct crypto_key *k, const void *p, size_t n, char **ret, struct err *e)
{
    EVP_MD_CTX *md CLEANUP_(md_free) = EVP_MD_CTX_new();
    EVP_PKEY_CTX *c CLEANUP_(pkey_ctx_free) = sm2_context(md, k);
    unsigned char der[128];
    size_t len = sizeof der;

    if (c == NULL || EVP_DigestSignInit_ex(md, NULL, "SM3", NULL, NULL, k->pkey, NULL) <= 0 ||
        EVP_DigestSign(md, der, &len, n > 0 ? p : (const void *)"", n) <= 0)
        return fail_openssl(e, "签名没有成功", NULL);
    *ret = crypto_base64(a, der, len);
    return 0;
}

int crypto_verify(const struct crypto_key *k, const void *p, size_t n, const char *signature, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("verify", 4096);
    unsigned char *der;
    size_t len;

    if (strlen(signature) > 256 || crypto_unbase64(a, signature, &der, &len) < 0)
        return 0;

    EVP_MD_CTX *md CLEANUP_(md_free) = EVP_MD_CTX_new();
    EVP_PKEY_CTX *c CLEANUP_(pkey_ctx_free) = sm2_context(md, k);

    if (c == NULL || EVP_DigestVerifyInit_ex(md, NULL, "SM3", NULL, NULL, k->pkey, NULL) <= 0)
        return fail_openssl(e, "验签没有成功", NULL);

    int valid = EVP_DigestVerify(md, der, len, n > 0 ? p : (const void *)"", n) == 1;

    ERR_clear_error(); /* a signature that is no DER leaves its complaint there */
    return valid;
}
