/*
 * tests/unit/test_envelope.c - frozen bytes and the signature scheme
 */
#include "config.h"

#include "exchange/envelope.h"

#include "check.h"

#include <unistd.h>

#include "base/jsonin.h"
#include "base/text.h"
#include "exchange_keys.h"

static const instant NOW = INT64_C(1758500000) * 1000000;

static struct arena *a;
static char *folder;
static struct key_pair ours, foreign;

static int setup(void **state)
{
    a = arena_new("test", 64 << 20);
    folder = keys_folder(a);
    ours = keys_make(a, folder, "ours");
    foreign = keys_make(a, folder, "foreign");
    return 0;
}

static int teardown(void **state)
{
    static const char *const names[] = {"ours.key", "ours.pub", "foreign.key", "foreign.pub"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unlink(arena_fmt(a, "%s/%s", folder, names[i]));
    rmdir(folder);
    keys_drop(&ours);
    keys_drop(&foreign);
    arena_free(a);
    return 0;
}

static struct envelope sample(void)
{
    struct node *payload = node_object(a);
    struct node *facts = node_put_object(a, payload, "facts");

    node_put_int(a, facts, "total_investment", 412600000);
    node_put_text(a, facts, "title", "智慧社区 <平台> & “数据”");
    return (struct envelope){.id = 1234567890123,
                             .seq = 7,
                             .version = 2,
                             .project = 99,
                             .sender = "lower",
                             .receiver = "upper",
                             .filing = "initiation",
                             .filing_name = "立项备案",
                             .event = "approval.pass",
                             .regulation = "2023-17",
                             .title = "智慧社区平台",
                             .unit_name = "区民政局",
                             .frozen_at = NOW,
                             .payload = payload};
}

static const char *built(size_t *len)
{
    struct envelope in = sample();
    struct err e = {0};
    const char *bytes = NULL;

    assert_int_equal(envelope_build(a, &in, &bytes, len, &e), 0);
    return bytes;
}

static void builds_the_same_bytes_and_reads_them_back(void **state)
{
    size_t len, again;
    const char *bytes = built(&len);
    struct envelope m;
    struct err e = {0};

    CHECK_TEXT(built(&again), bytes, "the same bytes twice");
    CHECK(text_starts(bytes, "{\"event\":\"approval.pass\",\"filing\":"), "sorted, no blanks");
    assert_int_equal(envelope_parse(a, bytes, len, &m, &e), 0);
    CHECK_INT(m.id, 1234567890123, "id");
    CHECK_INT(m.seq, 7, "seq");
    CHECK_INT(m.version, 2, "version");
    CHECK_INT(m.project, 99, "project");
    CHECK_INT(m.frozen_at, NOW, "frozen_at");
    CHECK_TEXT(m.sender, "lower", "sender");
    CHECK_TEXT(m.receiver, "upper", "receiver");
    CHECK_TEXT(m.title, "智慧社区平台", "title");
    CHECK_TEXT(m.unit_name, "区民政局", "unit_name");
    CHECK(node_equal(m.payload, sample().payload), "payload");
}

/* what is put in place of what, and where the refusal points */
/* What an act freezes, numbered later, is byte for byte what would have been built with the number. */
static void a_content_numbered_later_is_the_same_envelope(void **state)
{
    struct envelope in = sample();
    size_t len, later_len;
    const char *whole = built(&len), *content, *later;
    struct err e = {0};

    in.seq = 0;
    assert_int_equal(envelope_build(a, &in, &content, &later_len, &e), 0);
    CHECK_INT(strstr(content, "\"seq\"") == NULL, 1, "no number yet");
    assert_int_equal(envelope_number(a, content, 7, &later, &later_len, &e), 0);
    CHECK_INT(later_len, len, "length");
    assert_memory_equal(later, whole, len);
    CHECK_INT(envelope_number(a, "{\"id\":", 7, &later, &later_len, &e), -1, "not JSON");
}

static void refuses_what_is_not_an_envelope(void **state)
{
    static const struct {
        const char *row, *from, *to, *path;
    } rows[] = {
        {"another version of the form", "\"v\":1", "\"v\":2", "/v"},
        {"id as a number", "\"id\":\"1234567890123\"", "\"id\":1234567890123", "/id"},
        {"id with a zero before it", "\"id\":\"1234567890123\"", "\"id\":\"01234567890123\"", "/id"},
        {"negative id", "\"id\":\"1234567890123\"", "\"id\":\"-4\"", "/id"},
        {"sender that is a path", "\"sender\":\"lower\"", "\"sender\":\"../x\"", "/sender"},
        {"sequence zero", "\"seq\":7", "\"seq\":0", "/seq"},
        {"unknown member", "\"v\":1", "\"v\":1,\"x\":1", "/x"},
        {"unknown member inside", "\"unit_name\"", "\"x\":1,\"unit_name\"", "/sent_for/x"},
        {"payload changed", "412600000", "412600001", "/payload_sm3"},
        {"time that is none", "\"frozen_at\":\"20", "\"frozen_at\":\"xx", "/frozen_at"},
        {"payload that is a list", "\"payload\":{", "\"payload\":[1],\"y\":{", "/payload"},
    };
    size_t len;
    const char *bytes = built(&len);

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *at = strstr(bytes, rows[i].from);
        struct envelope m;
        struct err e = {0};

        CHECK(at != NULL, rows[i].row);
        const char *bad = arena_fmt(a, "%.*s%s%s", (int)(at - bytes), bytes, rows[i].to, at + strlen(rows[i].from));
        CHECK_INT(envelope_parse(a, bad, strlen(bad), &m, &e), -1, rows[i].row);
        CHECK_TEXT(e.path, rows[i].path, rows[i].row);
    }
}

static void refuses_too_much(void **state)
{
    char *big = arena_alloc(a, ENVELOPE_BYTES_MAX + 2);
    struct envelope in = sample(), m;
    struct err e = {0};
    const char *bytes;
    size_t len;

    memset(big, 'x', ENVELOPE_BYTES_MAX + 1);
    in.payload = node_object(a);
    node_put_text(a, (struct node *)in.payload, "x", big);
    CHECK_INT(envelope_build(a, &in, &bytes, &len, &e), -1, "build");
    CHECK_INT(e.code, ERR_TOO_LARGE, "build");
    CHECK_INT(envelope_parse(a, big, ENVELOPE_BYTES_MAX + 1, &m, &e), -1, "parse");
    CHECK_INT(e.code, ERR_TOO_LARGE, "parse");
}

static void every_part_of_a_stamp_is_signed(void **state)
{
    static const struct {
        const char *row, *purpose, *sender, *receiver, *body;
        int64_t id, late_s;
        int foreign_key, ok;
    } rows[] = {
        {"as it was signed", "filing", "lower", "upper", "{}", 5, 0, 0, 1},
        {"ten minutes later", "filing", "lower", "upper", "{}", 5, 600, 0, 1},
        {"ten minutes early", "filing", "lower", "upper", "{}", 5, -600, 0, 1},
        {"later than that", "filing", "lower", "upper", "{}", 5, 601, 0, 0},
        {"earlier than that", "filing", "lower", "upper", "{}", 5, -601, 0, 0},
        {"another purpose", "status", "lower", "upper", "{}", 5, 0, 0, 0},
        {"another sender", "filing", "other", "upper", "{}", 5, 0, 0, 0},
        {"another receiver", "filing", "lower", "other", "{}", 5, 0, 0, 0},
        {"another id", "filing", "lower", "upper", "{}", 6, 0, 0, 0},
        {"another body", "filing", "lower", "upper", "{ }", 5, 0, 0, 0},
        {"a key that is not pinned", "filing", "lower", "upper", "{}", 5, 0, 1, 0},
    };
    struct stamp_of signed_of = {
        .purpose = "filing", .sender = "lower", .receiver = "upper", .id = 5, .body = "{}", .len = 2};
    struct stamp stamp;
    struct err e = {0};

    assert_int_equal(stamp_make(a, ours.private_key, &signed_of, NOW, &stamp, &e), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct stamp_of of = {.purpose = rows[i].purpose,
                              .sender = rows[i].sender,
                              .receiver = rows[i].receiver,
                              .id = rows[i].id,
                              .body = rows[i].body,
                              .len = strlen(rows[i].body)};
        const struct wire_keys *keys = rows[i].foreign_key ? &foreign.pinned : &ours.pinned;
        int rc = stamp_verify(a, keys, &of, &stamp, NOW + rows[i].late_s * 1000000, &e);

        CHECK_INT(rc, rows[i].ok ? 0 : -1, rows[i].row);
        if (rc < 0)
            CHECK_INT(e.code, ERR_FORBIDDEN, rows[i].row);
    }
}

static void a_stamp_with_holes_is_refused(void **state)
{
    struct stamp_of of = {.purpose = "filing", .sender = "lower", .receiver = "upper", .id = 5, .body = "{}", .len = 2};
    struct stamp good, bad;
    struct err e = {0};
    static const char *const times[] = {NULL, "", "17585000000000", "-1", "1758500000 ", "0x10", "now"};

    assert_int_equal(stamp_make(a, ours.private_key, &of, NOW, &good, &e), 0);
    for (size_t i = 0; i < ARRAY_LEN(times); i++) {
        bad = good;
        bad.timestamp = times[i];
        CHECK_INT(stamp_verify(a, &ours.pinned, &of, &bad, NOW, &e), -1, times[i] != NULL ? times[i] : "no time");
    }
    bad = good;
    bad.signature = NULL;
    CHECK_INT(stamp_verify(a, &ours.pinned, &of, &bad, NOW, &e), -1, "no signature");
    bad.signature = "not base64 at all!";
    CHECK_INT(stamp_verify(a, &ours.pinned, &of, &bad, NOW, &e), -1, "no base64");
    bad = good;
    bad.key_id = NULL;
    CHECK_INT(stamp_verify(a, &ours.pinned, &of, &bad, NOW, &e), -1, "no key id");
    bad.key_id = "";
    CHECK_INT(stamp_verify(a, &ours.pinned, &of, &bad, NOW, &e), -1, "empty key id");
}

/* v1.envelope and v1.receipt over the same bytes are two signatures */
static void purposes_are_kept_apart(void **state)
{
    const char *signature;
    struct err e = {0};

    assert_int_equal(wire_sign(a, ours.private_key, "envelope", "{}", 2, &signature, &e), 0);
    CHECK_INT(wire_verify(a, ours.pinned.key[0], "envelope", "{}", 2, signature, &e), 0, "its own purpose");
    CHECK_INT(wire_verify(a, ours.pinned.key[0], "receipt", "{}", 2, signature, &e), -1, "another purpose");
    CHECK_INT(wire_verify(a, foreign.pinned.key[0], "envelope", "{}", 2, signature, &e), -1, "another key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_the_same_bytes_and_reads_them_back),
        cmocka_unit_test(a_content_numbered_later_is_the_same_envelope),
        cmocka_unit_test(refuses_what_is_not_an_envelope),
        cmocka_unit_test(refuses_too_much),
        cmocka_unit_test(every_part_of_a_stamp_is_signed),
        cmocka_unit_test(a_stamp_with_holes_is_refused),
        cmocka_unit_test(purposes_are_kept_apart),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
