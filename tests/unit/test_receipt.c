/*
 * tests/unit/test_receipt.c - receipts: what is accepted, and everything that is not (G7)
 */
#include "config.h"

#include "exchange/receipt.h"

#include "check.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "exchange_keys.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, MUTATIONS = 1000 };
static const instant SENT = INT64_C(1758500000) * 1000000;
#define SM3_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SM3_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct arena *a;
static char *folder;
static struct key_pair bureau, foreign;

static int setup(void **state)
{
    a = arena_new("test", 256 << 20);
    folder = keys_folder(a);
    bureau = keys_make(a, folder, "bureau");
    foreign = keys_make(a, folder, "foreign");
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"bureau.key", "bureau.pub", "foreign.key", "foreign.pub"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlink(arena_fmt(a, "%s/%s", folder, names[i]));
    rmdir(folder);
    keys_drop(&bureau);
    keys_drop(&foreign);
    arena_free(a);
    return 0;
}

static struct node *reasons(const char *item, const char *what)
{
    struct node *list = node_list(a), *row = node_add_object(a, list);

    node_put_text(a, row, "item", item);
    node_put_text(a, row, "what", what);
    return list;
}

static struct receipt stored(void)
{
    return (struct receipt){.kind = RECEIPT_STORED,
                            .id = 5,
                            .sm3 = SM3_A,
                            .sender = "lower",
                            .receiver = "upper",
                            .number = "upper-2025-000001",
                            .at = SENT};
}

static struct receipt decided(const char *outcome)
{
    struct receipt r = stored();

    r.kind = RECEIPT_DECIDED;
    r.outcome = outcome;
    r.reasons = text_eq(outcome, "returned") ? reasons("初步设计", "缺少密码应用方案") : NULL;
    return r;
}

static struct receipt_expect expect(unsigned kinds, instant now)
{
    return (struct receipt_expect){.kinds = kinds,
                                   .id = 5,
                                   .sm3 = SM3_A,
                                   .sender = "lower",
                                   .receiver = "upper",
                                   .keys = &bureau.pinned,
                                   .first_sent = SENT,
                                   .now = now};
}

static const char *made(const struct crypto_key *key, const struct receipt *r)
{
    const char *bytes = NULL;
    struct err e = {0};

    assert_int_equal(receipt_make(a, key, r, &bytes, &e), 0);
    return bytes;
}

static int verify(const char *bytes, const struct receipt_expect *x, struct receipt *ret)
{
    struct err e = {0};
    int rc = receipt_verify(a, bytes, strlen(bytes), x, ret, &e);

    if (rc < 0)
        assert_int_equal(e.code, ERR_PEER);
    return rc;
}

static void accepts_its_own_three(void **state)
{
    struct receipt in[] = {stored(), decided("accepted"), decided("returned")};

    for (size_t i = 0; i < ARRAY_LEN(in); i++) {
        struct receipt_expect x = expect(in[i].kind, SENT + MINUTE * INT64_C(1000000));
        struct receipt out, read;
        struct err e = {0};
        const char *bytes = made(bureau.private_key, &in[i]);

        CHECK_INT(verify(bytes, &x, &out), 0, "verify");
        CHECK_INT(out.kind, in[i].kind, "kind");
        CHECK_TEXT(out.number, "upper-2025-000001", "number");
        CHECK_INT(out.at, SENT, "at");
        CHECK_INT(receipt_read(a, bytes, &read, &e), 0, "read");
        CHECK_TEXT(read.sm3, SM3_A, "sm3");
        if (i == 2)
            CHECK_TEXT(node_get_str(node_first(out.reasons), "what"), "缺少密码应用方案", "reasons");
    }
}

/* seconds between first sending and the receipt's time, and between first sending and now */
static void freshness(void **state)
{
    static const struct {
        const char *row;
        int64_t at_s, now_s;
        int ok;
    } rows[] = {
        {"at once", 1, 2, 1},
        {"the bureau's clock nine minutes behind", -9 * MINUTE, 1, 1},
        {"the bureau's clock nine minutes ahead", 9 * MINUTE, 1, 1},
        {"eleven minutes before it was sent", -11 * MINUTE, 1, 0},
        {"yesterday's", -DAY, 1, 0},
        {"eleven minutes in the future", 11 * MINUTE, 0, 0},
        {"tomorrow's", DAY, 1, 0},
        {"the first receipt, fetched after a day of outage", 1, DAY, 1},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct receipt_expect x = expect(RECEIPT_STORED, SENT + rows[i].now_s * 1000000);
        struct receipt r = stored(), out;

        r.at = SENT + rows[i].at_s * 1000000;
        CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), rows[i].ok ? 0 : -1, rows[i].row);
    }
}

/* properly signed, and yet not for this message */
static void refuses_what_is_bound_to_something_else(void **state)
{
    struct receipt r = stored(), out;
    struct receipt_expect x = expect(RECEIPT_STORED, SENT);

    r.id = 6;
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "another id");
    r = stored();
    r.sm3 = SM3_B;
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "another digest");
    r = stored();
    r.sender = "other";
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "another sender");
    r = stored();
    r.receiver = "other";
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "another bureau");
    r = stored();
    CHECK_INT(verify(made(foreign.private_key, &r), &x, &out), -1, "a foreign key");
    r = decided("accepted");
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "another kind");
    x.kinds = RECEIPT_DECIDED;
    r = stored();
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "stored for decided");
}

static void refuses_decisions_that_say_nothing(void **state)
{
    struct receipt_expect x = expect(RECEIPT_DECIDED, SENT);
    struct receipt r = decided("returned"), out;
    struct node *extra;

    r.reasons = NULL;
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "returned without a reason");
    r.reasons = reasons("初步设计", "");
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "an empty reason");
    extra = reasons("初步设计", "缺少");
    node_put_text(a, (struct node *)node_first(extra), "href", "http://x");
    r.reasons = extra;
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "a reason with more in it");
    r = decided("maybe");
    CHECK_INT(verify(made(bureau.private_key, &r), &x, &out), -1, "another word");
}

static const char *sealed(const struct crypto_key *key, const char *text, const char *key_id, const char *signature)
{
    struct node *n = node_object(a);
    struct buf b CLEANUP_(buf_free) = {0};
    struct err e = {0};

    if (signature == NULL)
        assert_int_equal(wire_sign(a, key, "receipt", text, strlen(text), &signature, &e), 0);
    node_put_text(a, n, "key_id", key_id);
    node_put_text(a, n, "receipt", text);
    node_put_text(a, n, "signature", signature);
    buf_init(&b, RECEIPT_BYTES_MAX);
    jsonout_canonical(&b, n);
    return arena_dup(a, buf_str(&b));
}

/* the text inside, correctly signed, but not a receipt as it should be */
static void refuses_texts_of_another_shape(void **state)
{
    static const struct {
        const char *row, *text;
    } rows[] = {
        {"no JSON", "received"},
        {"a list", "[]"},
        {"empty", "{}"},
        {"another version",
         "{\"v\":2,\"kind\":\"stored\",\"id\":\"5\",\"sm3\":\"" SM3_A
         "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}"},
        {"another kind",
         "{\"v\":1,\"kind\":\"seen\",\"id\":\"5\",\"sm3\":\"" SM3_A
         "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}"},
        {"id as a number",
         "{\"v\":1,\"kind\":\"stored\",\"id\":5,\"sm3\":\"" SM3_A
         "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}"},
        {"id with a plus",
         "{\"v\":1,\"kind\":\"stored\",\"id\":\"+5\",\"sm3\":\"" SM3_A
         "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}"},
        {"a member twice",
         "{\"v\":1,\"v\":1,\"kind\":\"stored\",\"id\":\"5\",\"sm3\":\"" SM3_A
         "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}"},
        {"a member more",
         "{\"v\":1,\"x\":1,\"kind\":\"stored\",\"id\":\"5\",\"sm3\":\"" SM3_A
         "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}"},
        {"no time", "{\"v\":1,\"kind\":\"stored\",\"id\":\"5\",\"sm3\":\"" SM3_A
                    "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"\"}"},
        {"stored with an outcome",
         "{\"v\":1,\"kind\":\"stored\",\"outcome\":\"accepted\",\"id\":\"5\",\"sm3\":\"" SM3_A
         "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}"},
    };
    static const char good[] =
        "{\"v\":1,\"kind\":\"stored\",\"id\":\"5\",\"sm3\":\"" SM3_A
        "\",\"sender\":\"lower\",\"receiver\":\"upper\",\"number\":\"1\",\"at\":\"2025-09-22T00:13:20Z\"}";
    struct receipt_expect x = expect(RECEIPT_STORED | RECEIPT_DECIDED, SENT);
    struct receipt out;

    CHECK_INT(verify(sealed(bureau.private_key, good, bureau.pinned.id[0], NULL), &x, &out), 0, "the good one");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_INT(verify(sealed(bureau.private_key, rows[i].text, bureau.pinned.id[0], NULL), &x, &out), -1,
                  rows[i].row);
    CHECK_INT(verify(sealed(bureau.private_key, good, "", NULL), &x, &out), -1, "no key id");
    CHECK_INT(verify(sealed(bureau.private_key, good, foreign.pinned.id[0], NULL), &x, &out), -1, "another key id");
    CHECK_INT(verify(sealed(bureau.private_key, good, bureau.pinned.id[0], ""), &x, &out), -1, "unsigned");
    CHECK_INT(verify(sealed(bureau.private_key, good, bureau.pinned.id[0], "AAAA"), &x, &out), -1, "no signature");
    CHECK_INT(verify("", &x, &out), -1, "nothing");
    CHECK_INT(verify("<!doctype html><title>统一登录</title>", &x, &out), -1, "a login page");
    CHECK_INT(verify(good, &x, &out), -1, "the bare text");
}

/* A mutation that still verifies must say the very same: blanks between members, an escape written otherwise. */
static int says_the_same(const struct receipt *x, const struct receipt *y)
{
    return x->kind == y->kind && x->id == y->id && text_eq(x->sm3, y->sm3) && text_eq(x->number, y->number) &&
           x->at == y->at && text_eq(x->outcome, y->outcome) && text_eq(x->sender, y->sender) &&
           text_eq(x->receiver, y->receiver) && node_equal(x->reasons, y->reasons);
}

static void no_mutation_is_believed(void **state)
{
    struct receipt in = decided("returned"), first, out;
    const char *good = made(bureau.private_key, &in);
    size_t len = strlen(good), changed = 0;
    struct receipt_expect x = expect(RECEIPT_DECIDED, SENT);
    uint32_t seed = 20250922; /* fixed: a failure can be repeated */

    assert_int_equal(verify(good, &x, &first), 0);
    for (int i = 0; i < MUTATIONS; i++) {
        char *bad = arena_dupn(a, good, len);
        struct err e = {0};
        size_t at, cut = len;

        seed = seed * 1664525u + 1013904223u;
        at = (seed >> 8) % len;
        switch (seed & 3u) {
        case 0:
            bad[at] = (char)(bad[at] ^ (1 << ((seed >> 2) & 7)));
            break;
        case 1:
            bad[at] = "0a\"{}:,9"[(seed >> 3) & 7];
            break;
        case 2:
            cut = at;
            break;
        default:
            memmove(bad + at, bad + at + 1, len - at);
            cut = len - 1;
        }
        if (cut == len && memcmp(bad, good, len) == 0)
            continue;
        changed++;
        if (receipt_verify(a, bad, cut, &x, &out, &e) == 0 && !says_the_same(&first, &out))
            fail_msg("mutation %d was believed: %.*s", i, (int)cut, bad);
    }
    CHECK(changed > MUTATIONS * 9 / 10, "most were changed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_its_own_three),
        cmocka_unit_test(freshness),
        cmocka_unit_test(refuses_what_is_bound_to_something_else),
        cmocka_unit_test(refuses_decisions_that_say_nothing),
        cmocka_unit_test(refuses_texts_of_another_shape),
        cmocka_unit_test(no_mutation_is_believed),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
