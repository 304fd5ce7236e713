/*
 * tests/unit/test_crypto.c - digest, mac, sign, verify, random
 *
 * Vectors: GB/T 32905-2016 annex A for SM3; HMAC-SM3 agrees with
 * "openssl dgst -sm3 -hmac"; SM2 against a key pair and a signature made with
 * "openssl dgst -sm3 -sign … -sigopt distid:1234567812345678".
 */
#include "config.h"

#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"

static struct arena *a;
static char folder[] = "test_crypto.XXXXXX";

static const char *in_folder(const char *name)
{
    return arena_fmt(a, "%s/%s", folder, name);
}

static void digests(void **state)
{
    static const struct {
        const char *s, *want;
    } rows[] = {
        {"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
        {"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
         "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"},
        {"", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned char digest[CRYPTO_SM3_BYTES];
        struct crypto_hash *h = crypto_hash_new();
        size_t n = strlen(rows[i].s);

        CHECK_TEXT(crypto_sm3_hex(a, rows[i].s, n), rows[i].want, rows[i].s);
        for (size_t k = 0; k < n; k++)
            crypto_hash_add(h, rows[i].s + k, 1);
        crypto_hash_add(h, NULL, 0);
        crypto_hash_end(h, digest);
        CHECK_TEXT(crypto_hex(a, digest, sizeof digest), rows[i].want, rows[i].s);
    }
    crypto_hash_free(crypto_hash_new());
    crypto_hash_free(NULL);
}

static void digests_of_files(void **state)
{
    static const size_t sizes[] = {0, 3, 32767, 32768, 32769, 200000};
    char *bytes = arena_alloc(a, 200000);

    for (size_t i = 0; i < 200000; i++)
        bytes[i] = (char)(i * 7);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        const char *path = in_folder("piece");
        unsigned char got[CRYPTO_SM3_BYTES], want[CRYPTO_SM3_BYTES];
        int64_t size = -1;
        struct err e = {0};

        assert_int_equal(file_write(path, bytes, sizes[i], 0600, &e), 0);
        int fd = open(path, O_RDONLY);
        char skipped;

        assert_true(read(fd, &skipped, 1) >= 0); /* from its start all the same */
        assert_int_equal(crypto_sm3_fd(fd, got, &size, &e), 0);
        close(fd);
        crypto_sm3(bytes, sizes[i], want);
        assert_memory_equal(got, want, sizeof got);
        assert_int_equal(size, sizes[i]);
    }

    unsigned char none[CRYPTO_SM3_BYTES];
    int64_t size = -1;
    struct err e = {0};

    assert_int_equal(crypto_sm3_fd(-1, none, &size, &e), -1);
    assert_int_equal(e.code, ERR_INTERNAL);
    assert_int_equal(size, -1);
}

static void macs(void **state)
{
    static const struct {
        const char *key, *s, *want;
    } rows[] = {
        {"key", "The quick brown fox jumps over the lazy dog",
         "bd4a34077888162b210645b8ebf74b9af357303789357a27c7fc457244ebd398"},
        {"", "", "0d23f72ba15e9c189a879aefc70996b06091de6e64d31b7a84004356dd915261"},
        {"0123456789012345678901234567890123456789012345678901234567890123456789", "规章",
         "1a60b787b164830d1989248eed679b9f91b0978a9fb2bc15ce69f395c8725e69"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned char mac[CRYPTO_SM3_BYTES];

        crypto_hmac(rows[i].key, strlen(rows[i].key), rows[i].s, strlen(rows[i].s), mac);
        CHECK_TEXT(crypto_hex(a, mac, sizeof mac), rows[i].want, rows[i].s);
    }
}

static void chance(void **state)
{
    unsigned char x[32] = {0}, y[32] = {0};

    crypto_random(x, sizeof x);
    crypto_random(y, sizeof y);
    assert_memory_not_equal(x, y, sizeof x);
    crypto_random(x, 0);

    const char *token = crypto_token(a);

    assert_int_equal(strlen(token), 43);
    assert_int_equal(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_string_not_equal(token, crypto_token(a));
}

static void idents(void **state)
{
    static const int64_t times[] = {
        0,
        1,
        INT64_C(1577836800000),
        INT64_C(1577836800001),
        INT64_C(1758500000000),
        INT64_C(1758500000001),
        INT64_C(2200000000000), /* past 2^41 from 1970: still in order */
        INT64_C(3700000000000),
    };
    int64_t before = 0;

    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        int64_t id = crypto_ident(times[i]);

        assert_true(id > 0);
        if (i > 2) /* before the epoch all are in its first millisecond */
            assert_true(id > before || times[i] - times[i - 1] <= 0 || i == 3);
        before = id;
    }
    assert_int_not_equal(crypto_ident(1758500000000), crypto_ident(1758500000000));
}

static void comparing_and_wiping(void **state)
{
    char secret[] = "secret";

    assert_true(crypto_equal("abc", "abc", 3));
    assert_false(crypto_equal("abc", "abd", 3));
    assert_true(crypto_equal("abc", "abd", 2));
    assert_true(crypto_equal("", "", 0));
    crypto_wipe(secret, sizeof secret);
    assert_memory_equal(secret, "\0\0\0\0\0\0", 6);
}

static void hex(void **state)
{
    static const struct {
        const char *s;
        int ok;
    } rows[] = {
        {"00ff7f", 1}, {"00FF7F", 1}, {"00ff7", 0},  {"00ff7f0", 0},
        {"00ff7g", 0}, {"", 0},       {"00 f7f", 0}, {"0x00ff", 0},
    };

    assert_string_equal(crypto_hex(a, "\x00\xFF\x7F", 3), "00ff7f");
    assert_string_equal(crypto_hex(a, "", 0), "");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned char bytes[3] = {1, 2, 3};

        CHECK_INT(crypto_unhex(rows[i].s, bytes, 3), rows[i].ok - 1, rows[i].s);
        CHECK(memcmp(bytes, rows[i].ok ? "\x00\xFF\x7F" : "\1\2\3", 3) == 0, rows[i].s);
    }
}

static void base64(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *text;
    } rows[] = {
        {"", 0, ""},
        {"f", 1, "Zg=="},
        {"fo", 2, "Zm8="},
        {"foo", 3, "Zm9v"},
        {"foob", 4, "Zm9vYg=="},
        {"fooba", 5, "Zm9vYmE="},
        {"foobar", 6, "Zm9vYmFy"},
        {"\xFB\xEF\xFF", 3, "++//"},
        {"\0\0", 2, "AAA="},
    };
    static const char *const bad[] = {"Z",    "Zg",    "Zg=",    "Zh==",  "Zm9=", "Zg==Zg==", "=",           "====",
                                      "Z===", "Zg= =", "Zm9v\n", " Zm9v", "Zm-_", "Zm9v=",    "Zg==\n\n\n\n"};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        unsigned char *back;
        size_t len;

        CHECK_TEXT(crypto_base64(a, rows[i].bytes, rows[i].len), rows[i].text, rows[i].text);
        CHECK_INT(crypto_unbase64(a, rows[i].text, &back, &len), 0, rows[i].text);
        CHECK_INT(len, rows[i].len, rows[i].text);
        CHECK(memcmp(back, rows[i].bytes, len) == 0, rows[i].text);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        unsigned char *back = NULL;
        size_t len = 0;

        CHECK_INT(crypto_unbase64(a, bad[i], &back, &len), -1, bad[i]);
        CHECK(back == NULL, bad[i]);
    }
    for (size_t n = 0; n < 200; n++) {
        unsigned char bytes[200], *back;
        size_t len;

        crypto_random(bytes, n);
        assert_int_equal(crypto_unbase64(a, crypto_base64(a, bytes, n), &back, &len), 0);
        assert_int_equal(len, n);
        assert_memory_equal(back, bytes, n);
    }
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void sign_and_verify(void **state)
{
    const char *secret = in_folder("key.pem"), *open_ = in_folder("key.pub");
    struct crypto_key *k, *p;
    struct err e = {0};
    char *s, *again;

    assert_int_equal(crypto_key_generate(secret, open_, &e), 0);
    assert_int_equal(mode_of(secret), 0600);
    assert_int_equal(mode_of(open_), 0644);
    assert_int_equal(crypto_key_private(secret, &k, &e), 0);
    assert_int_equal(crypto_key_public(open_, &p, &e), 0);
    assert_int_equal(strlen(crypto_key_id(a, k)), 16);
    assert_string_equal(crypto_key_id(a, k), crypto_key_id(a, p));

    assert_int_equal(crypto_sign(a, k, "立项", 6, &s, &e), 0);
    assert_int_equal(crypto_sign(a, k, "立项", 6, &again, &e), 0);
    assert_string_not_equal(s, again);
    assert_int_equal(crypto_verify(p, "立项", 6, s, &e), 1);
    assert_int_equal(crypto_verify(k, "立项", 6, again, &e), 1);
    assert_int_equal(crypto_verify(p, "立顶", 6, s, &e), 0);
    assert_int_equal(crypto_verify(p, "立项", 5, s, &e), 0);
    assert_int_equal(crypto_verify(p, "立项", 6, "", &e), 0);
    assert_int_equal(crypto_verify(p, "立项", 6, "AAAA", &e), 0);
    assert_int_equal(crypto_verify(p, "立项", 6, "no base64", &e), 0);
    assert_int_equal(crypto_verify(p, "立项", 6, arena_fmt(a, "%s%s", s, s), &e), 0);
    s[20] = s[20] == 'A' ? 'B' : 'A';
    assert_int_equal(crypto_verify(p, "立项", 6, s, &e), 0);
    assert_int_equal(crypto_sign(a, k, "", 0, &s, &e), 0);
    assert_int_equal(crypto_verify(p, "", 0, s, &e), 1);
    assert_int_equal(crypto_sign(a, p, "x", 1, &s, &e), -1); /* a public key cannot sign */
    assert_string_equal(e.message, "签名没有成功");

    /* another key's signature */
    struct crypto_key *other;

    assert_int_equal(crypto_key_generate(in_folder("other.pem"), in_folder("other.pub"), &e), 0);
    assert_int_equal(crypto_key_private(in_folder("other.pem"), &other, &e), 0);
    assert_int_equal(crypto_sign(a, other, "立项", 6, &s, &e), 0);
    assert_int_equal(crypto_verify(p, "立项", 6, s, &e), 0);
    assert_string_not_equal(crypto_key_id(a, other), crypto_key_id(a, p));
    crypto_key_free(other);
    crypto_key_free(k);
    crypto_key_free(p);
    crypto_key_free(NULL);
}

/* A signature another program made under the standard id; and one under another id. */
static void verify_foreign_signature(void **state)
{
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEvMtNiojrEW8lm3joSlTbdlWs3D0E\n"
                              "iLQCaeaQb8hEBOWGVFK/IdvHCKHChBu89y50PMCzMdmk7cM5NOFjGhsUmA==\n"
                              "-----END PUBLIC KEY-----\n";
    struct crypto_key *p;
    struct err e = {0};

    assert_int_equal(file_write(in_folder("foreign.pub"), pem, sizeof pem - 1, 0644, &e), 0);
    assert_int_equal(crypto_key_public(in_folder("foreign.pub"), &p, &e), 0);
    assert_int_equal(
        crypto_verify(
            p, "guizhang", 8,
            "MEYCIQDtMoUqu3PnIUrpcS0YiEbsmvCSL35bm93o846UrDEfcQIhAJQDCp6BLC0Rn/NWuiGI6leXrxJ7FE1QEaHOiS7cnaBW", &e),
        1);
    assert_int_equal(
        crypto_verify(
            p, "guizhang", 8,
            "MEYCIQClBpqZhnVudFbKY5QsZXjKTZTtHZK64ia1s8xdr/Pl7AIhAOBnD8wadoabX4DOyry4qf4YCDAWBZl3qmuCz2zZKlNi", &e),
        0);
    crypto_key_free(p);
}

static void keys_are_never_overwritten(void **state)
{
    struct err e = {0};
    const char *secret = in_folder("kept.pem"), *open_ = in_folder("kept.pub");

    assert_int_equal(file_write(secret, "mine", 4, 0600, &e), 0);
    assert_int_equal(crypto_key_generate(secret, open_, &e), -1);
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_false(file_exists(open_));
    /* the public one is there already: no private one is left behind */
    assert_int_equal(file_write(open_, "mine", 4, 0644, &e), 0);
    assert_int_equal(crypto_key_generate(in_folder("new.pem"), open_, &e), -1);
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_false(file_exists(in_folder("new.pem")));
}

static void bad_key_files(void **state)
{
    struct err e = {0};
    struct crypto_key *k = NULL;
    const char *secret = in_folder("bad.pem"), *open_ = in_folder("bad.pub");

    assert_int_equal(crypto_key_generate(secret, open_, &e), 0);
    assert_int_equal(crypto_key_private(in_folder("absent"), &k, &e), -1);
    assert_int_equal(crypto_key_private(folder, &k, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_int_equal(crypto_key_private(open_, &k, &e), -1);
    assert_true(text_starts(e.message, "私钥文件对所有人开放"));
    assert_int_equal(chmod(open_, 0600), 0);
    assert_int_equal(crypto_key_private(open_, &k, &e), -1);
    assert_true(text_starts(e.message, "不是 SM2 私钥文件"));
    assert_int_equal(crypto_key_public(secret, &k, &e), -1);
    assert_true(text_starts(e.message, "不是 SM2 公钥文件"));

    assert_int_equal(file_write(open_, "", 0, 0600, &e), 0);
    assert_int_equal(crypto_key_private(open_, &k, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_int_equal(file_write(open_, arena_alloc(a, 8193), 8193, 0600, &e), 0);
    assert_int_equal(crypto_key_private(open_, &k, &e), -1);
    assert_true(text_starts(e.message, "不是密钥文件"));

    static const char p256[] = "-----BEGIN PUBLIC KEY-----\n"
                               "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpTjgqxiAEOEvF5jWxAuaqvidxYNQ\n"
                               "FN2wS6PmFMEFYcHc/b/00NZ/sY7wf+MRGmx8RD7NMMO9weADSD65iBYjtQ==\n"
                               "-----END PUBLIC KEY-----\n";

    assert_int_equal(file_write(open_, p256, sizeof p256 - 1, 0644, &e), 0);
    assert_int_equal(crypto_key_public(open_, &k, &e), -1);
    assert_int_equal(e.code, ERR_CONFIG);
    assert_true(text_starts(e.message, "不是 SM2 公钥文件"));
    assert_null(k);
}

static int make_folder(void **state)
{
    a = arena_new("test", 16 << 20);
    return mkdtemp(folder) == NULL;
}

static int drop_folder(void **state)
{
    char **name;
    size_t count;
    struct err e;

    if (file_list(a, folder, &name, &count, &e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        unlink(in_folder(name[i]));
    int rc = rmdir(folder);

    arena_free(a);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests),
        cmocka_unit_test(digests_of_files),
        cmocka_unit_test(macs),
        cmocka_unit_test(chance),
        cmocka_unit_test(idents),
        cmocka_unit_test(comparing_and_wiping),
        cmocka_unit_test(hex),
        cmocka_unit_test(base64),
        cmocka_unit_test(sign_and_verify),
        cmocka_unit_test(verify_foreign_signature),
        cmocka_unit_test(keys_are_never_overwritten),
        cmocka_unit_test(bad_key_files),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
