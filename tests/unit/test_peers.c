/*
 * tests/unit/test_peers.c - peers.json: what is read, and each fault with its place
 */
#include "config.h"

#include "exchange/peers.h"

#include "check.h"

#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "exchange_keys.h"

static struct arena *a;
static char *folder;
static struct key_pair ours, theirs;

static int setup(void **state)
{
    struct err e = {0};

    a = arena_new("test", 64 << 20);
    folder = keys_folder(a);
    ours = keys_make(a, folder, "ours");
    theirs = keys_make(a, folder, "theirs");
    return file_write(arena_fmt(a, "%s/ca.pem", folder), "x", 1, 0600, &e);
}

static int teardown(void **state)
{
    static const char *const names[] = {"ours.key", "ours.pub", "theirs.key", "theirs.pub", "ca.pem", "peers.json"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlink(arena_fmt(a, "%s/%s", folder, names[i]));
    rmdir(folder);
    keys_drop(&ours);
    keys_drop(&theirs);
    arena_free(a);
    return 0;
}

static int load(struct arena *into, const char *text, struct peers **ret, struct err *e)
{
    const char *path = arena_fmt(a, "%s/peers.json", folder);

    assert_int_equal(file_write(path, text, strlen(text), 0600, e), 0);
    return peers_load(into, path, ret, e);
}

#define PEER          "\"endpoint\":\"https://upper.test/exchange\",\"ca\":\"ca.pem\",\"public_key\":\"theirs.pub\""
#define FILE_OF(peer) "{\"lower\":{\"key\":\"ours.key\",\n \"peers\":{\"upper\":{" peer "}}}}"

static void reads_both_kinds_of_peer(void **state)
{
    struct arena *own CLEANUP_(arena_freep) = arena_new("own", 16 << 20);
    struct err e = {0};
    struct peers *p;

    assert_int_equal(load(own,
                          "{\"lower\":{\"key\":\"ours.key\",\"peers\":{\"upper\":{" PEER ",\"hold\":true},"
                          "\"below\":{\"public_key\":[\"theirs.pub\",\"ours.pub\"]}}}}",
                          &p, &e),
                     0);
    struct house *h = peers_house(p, "lower");

    assert_non_null(h);
    assert_null(peers_house(p, "upper"));
    assert_null(house_peer(h, "lower"));
    struct peer *upper = house_peer(h, "upper"), *below = house_peer(h, "below");

    CHECK_TEXT(upper->endpoint, "https://upper.test/exchange", "endpoint");
    CHECK(text_ends(upper->ca_file, "/ca.pem") && upper->ca_file[0] == '/', "ca beside the file");
    CHECK_INT(upper->hold, 1, "hold");
    CHECK_TEXT(upper->keys.id[0], theirs.pinned.id[0], "key id");
    CHECK(wire_key(&upper->keys, ours.pinned.id[0]) == NULL, "only the pinned key");
    CHECK_TEXT(below->endpoint, "", "one that only files to us");
    CHECK_INT(below->keys.count, 2, "two keys while they change");
    CHECK(wire_key(&below->keys, ours.pinned.id[0]) != NULL, "the second key");
}

static void says_where_the_fault_is(void **state)
{
    static const struct {
        const char *row, *text, *where, *what;
    } rows[] = {
        {"no JSON", "{\"lower\":\n  oops}", ":2:3: ", ""},
        {"a list", "[]", ":1:1: ", "对象"},
        {"no own key", "{\"lower\":{\"peers\":{}}}", ":1:10: ", "key"},
        {"own key is missing", "{\"lower\":{\"key\":\"none.key\",\"peers\":{}}}", ":1:17: ", ""},
        {"own key is public only", "{\"lower\":{\"key\":\"ours.pub\",\"peers\":{}}}", ":1:17: ", ""},
        {"unknown member", FILE_OF(PEER ",\"proxy\":\"x\""), ":2:", "proxy"},
        {"http", FILE_OF("\"endpoint\":\"http://upper.test/exchange\",\"ca\":\"ca.pem\",\"public_key\":\"theirs.pub\""),
         ":2:31: ", "https"},
        {"a user in the address",
         FILE_OF("\"endpoint\":\"https://u@upper.test\",\"ca\":\"ca.pem\",\"public_key\":\"theirs.pub\""),
         ":2:31: ", "https"},
        {"slash at the end",
         FILE_OF("\"endpoint\":\"https://upper.test/\",\"ca\":\"ca.pem\",\"public_key\":\"theirs.pub\""),
         ":2:31: ", "斜线"},
        {"no ca", FILE_OF("\"endpoint\":\"https://upper.test\",\"public_key\":\"theirs.pub\""), ":2:19: ", "ca"},
        {"ca is not there",
         FILE_OF("\"endpoint\":\"https://upper.test\",\"ca\":\"none.pem\",\"public_key\":\"theirs.pub\""),
         ":2:57: ", "none.pem"},
        {"no public key", FILE_OF("\"endpoint\":\"https://upper.test\",\"ca\":\"ca.pem\""), ":2:19: ", "public_key"},
        {"a private key's certificate alone", FILE_OF(PEER ",\"certificate\":\"ca.pem\""), ":2:19: ", "certificate"},
        {"a public key that is none", FILE_OF("\"public_key\":\"ca.pem\""), ":2:33: ", ""},
        {"no key in the list", FILE_OF("\"public_key\":[]"), ":2:33: ", "公钥"},
        {"hold is a word", FILE_OF(PEER ",\"hold\":\"yes\""), ":2:", "hold"},
        {"a party that is a path", "{\"lower\":{\"key\":\"ours.key\",\"peers\":{\"../x\":{}}}}", ":1:", "代号"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *own CLEANUP_(arena_freep) = arena_new("own", 16 << 20);
        struct err e = {0};
        struct peers *p;

        CHECK_INT(load(own, rows[i].text, &p, &e), -1, rows[i].row);
        CHECK_INT(e.code, ERR_CONFIG, rows[i].row);
        if (strstr(e.message, rows[i].where) == NULL || strstr(e.message, rows[i].what) == NULL)
            fail_msg("row “%s”: %s", rows[i].row, e.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_kinds_of_peer),
        cmocka_unit_test(says_where_the_fault_is),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
