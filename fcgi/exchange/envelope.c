/*
 * exchange/envelope.c - the frozen message, and the one signature scheme of the house
 *
 * THE WIRE, version 1. endpoint is the peer's in peers.json ("https://host/exchange").
 *
 *   POST <endpoint>/filings                          body: the envelope's bytes, application/json
 *   GET  <endpoint>/filings/<sender>/<message id>    no body: "what became of it"
 *   Guizhang-Key: <16 hex>           key id: first 16 hex digits of SM3(public key, DER)
 *   Guizhang-Timestamp: <decimal>    seconds since 1970 UTC, new per attempt
 *   Guizhang-Signature: <base64>     SM2 with SM3, ID "1234567812345678", DER, over the text
 *       v1.<purpose>.<sender>.<receiver>.<message id>.<timestamp>.<SM3 of the body, 64 hex>
 *   Idempotency-Key: <message id>    (filings only; for peers that look at nothing else)
 *   purpose: filing | status. The digest of an empty body is that of no bytes.
 *
 * Answer: 200 or 201 with a receipt (exchange/receipt.c); 404 to a status question: never
 * arrived; 409 to a filing: the same id with other bytes; 4xx and 5xx with an RFC 9457 problem.
 *
 * The bytes are signed once more when they are sealed (outbox.signature, evidence at rest),
 * over v1.envelope.<SM3 of the bytes>; receipts over v1.receipt.<SM3 of the receipt's text>.
 * Every signed text begins with version and purpose: no signature can be taken for another.
 *
 * ENVELOPE, canonical JSON (members sorted by bytes, no blanks):
 *   v 1 · id text · sender, receiver party ids · seq 1.. without gaps per sender and receiver ·
 *   version 1.. of this filing of this project · filing, filing_name, event, regulation ·
 *   frozen_at · sent_for {project, title, unit_name} · payload object · payload_sm3
 */
#include "config.h"

#include "exchange/envelope.h"

#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"

/* as wide as the columns that keep them */
enum { TITLE_CHARS_MAX = 500, NAME_CHARS_MAX = 200, SLUG_CHARS_MAX = 64, STAMP_BASE64_MAX = 256 };
/* left free in a content for the number it will get */
enum { SEQ_BYTES_MAX = 64 };

/* ---- signatures ---- */

const struct crypto_key *wire_key(const struct wire_keys *keys, const char *id)
{
    for (size_t i = 0; i < keys->count; i++)
        if (text_eq(keys->id[i], id))
            return keys->key[i];
    return NULL;
}

static int forbid(struct err *e, const char *why)
{
    err_fail(e, ERR_FORBIDDEN, "%s", why);
    return -1;
}

static int verify_text(const struct crypto_key *key, const char *text, const char *signature, struct err *e)
{
    if (text_is_empty(signature) || strlen(signature) > STAMP_BASE64_MAX)
        return forbid(e, "没有签名，或签名过长");

    int rc = crypto_verify(key, text, strlen(text), signature, e);

    if (rc == 0)
        return forbid(e, "签名与内容不符");
    if (rc < 0)
        return forbid(e, "签名无法读取");
    return 0;
}

static const char *sealed_text(struct arena *a, const char *purpose, const void *p, size_t n)
{
    return arena_fmt(a, "v1.%s.%s", purpose, crypto_sm3_hex(a, p, n));
}

int wire_sign(struct arena *a, const struct crypto_key *key, const char *purpose, const void *p, size_t n,
              const char **ret, struct err *e)
{
    const char *text = sealed_text(a, purpose, p, n);
    char *signature;

    if (crypto_sign(a, key, text, strlen(text), &signature, e) < 0)
        return -1;
    *ret = signature;
    return 0;
}

int wire_verify(struct arena *a, const struct crypto_key *key, const char *purpose, const void *p, size_t n,
                const char *signature, struct err *e)
{
    return verify_text(key, sealed_text(a, purpose, p, n), signature, e);
}

static const char *stamp_text(struct arena *a, const struct stamp_of *of, const char *timestamp)
{
    return arena_fmt(a, "v1.%s.%s.%s.%lld.%s.%s", of->purpose, of->sender, of->receiver, (long long)of->id, timestamp,
                     crypto_sm3_hex(a, of->len > 0 ? of->body : "", of->len));
}

int stamp_make(struct arena *a, const struct crypto_key *key, const struct stamp_of *of, instant now, struct stamp *ret,
               struct err *e)
{
    const char *timestamp = arena_fmt(a, "%lld", (long long)(now / 1000000));
    const char *text = stamp_text(a, of, timestamp);
    char *signature;

    if (crypto_sign(a, key, text, strlen(text), &signature, e) < 0)
        return -1;
    ret->key_id = crypto_key_id(a, key);
    ret->timestamp = timestamp;
    ret->signature = signature;
    return 0;
}

int stamp_verify(struct arena *a, const struct wire_keys *keys, const struct stamp_of *of, const struct stamp *stamp,
                 instant now, struct err *e)
{
    const struct crypto_key *key = wire_key(keys, stamp->key_id);
    int64_t at;

    if (key == NULL)
        return forbid(e, "签名密钥未登记");
    if (text_is_empty(stamp->timestamp) || strlen(stamp->timestamp) > 12 || text_i64(stamp->timestamp, &at) < 0)
        return forbid(e, "签名时间无法读取");
    if (verify_text(key, stamp_text(a, of, stamp->timestamp), stamp->signature, e) < 0)
        return -1;

    int64_t off = now / 1000000 - at;

    if (off > WIRE_TOLERANCE_S || off < -WIRE_TOLERANCE_S)
        return err_fail(e, ERR_FORBIDDEN, "签名时间与本机时钟相差超过 %d 分钟", WIRE_TOLERANCE_S / 60);
    return 0;
}

/* ---- envelope ---- */

static const char *payload_digest(struct arena *a, const struct node *payload)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, ENVELOPE_BYTES_MAX);
    jsonout_canonical(&b, payload);
    return buf_ok(&b) ? crypto_sm3_hex(a, b.data, b.len) : NULL;
}

static int write_bytes(struct arena *a, const struct node *n, size_t max, const char **ret, size_t *ret_len,
                       struct err *e)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, max);
    jsonout_canonical(&b, n);
    if (!buf_ok(&b))
        return err_fail(e, ERR_TOO_LARGE, "上报内容超过 %d KB", ENVELOPE_BYTES_MAX / 1024);
    *ret = arena_dupn(a, b.data, b.len);
    *ret_len = b.len;
    return 0;
}

int envelope_build(struct arena *a, const struct envelope *in, const char **ret, size_t *ret_len, struct err *e)
{
    const char *digest = payload_digest(a, in->payload);
    struct node *n = node_object(a);

    if (digest == NULL)
        return err_fail(e, ERR_TOO_LARGE, "上报内容超过 %d KB", ENVELOPE_BYTES_MAX / 1024);
    node_put_int(a, n, "v", ENVELOPE_VERSION);
    node_put_fmt(a, n, "id", "%lld", (long long)in->id);
    node_put_text(a, n, "sender", in->sender);
    node_put_text(a, n, "receiver", in->receiver);
    if (in->seq > 0)
        node_put_int(a, n, "seq", in->seq);
    node_put_int(a, n, "version", in->version);
    node_put_text(a, n, "filing", in->filing);
    node_put_text(a, n, "filing_name", in->filing_name);
    node_put_text(a, n, "event", in->event);
    node_put_text(a, n, "regulation", in->regulation);
    node_put_text(a, n, "frozen_at", instant_iso(a, in->frozen_at));

    struct node *sent_for = node_put_object(a, n, "sent_for");

    node_put_fmt(a, sent_for, "project", "%lld", (long long)in->project);
    node_put_text(a, sent_for, "title", in->title);
    node_put_text(a, sent_for, "unit_name", in->unit_name);
    node_put(a, n, "payload", node_copy(a, in->payload));
    node_put_text(a, n, "payload_sm3", digest);

    return write_bytes(a, n, in->seq > 0 ? ENVELOPE_BYTES_MAX : ENVELOPE_BYTES_MAX - SEQ_BYTES_MAX, ret, ret_len, e);
}

int envelope_number(struct arena *a, const char *content, int64_t seq, const char **ret, size_t *ret_len, struct err *e)
{
    const struct node *frozen;
    struct node *n;

    if (jsonin_parse(a, content, strlen(content), &frozen, NULL, NULL, e) < 0)
        return -1;
    n = node_copy(a, frozen);
    node_put_int(a, n, "seq", seq);
    return write_bytes(a, n, ENVELOPE_BYTES_MAX, ret, ret_len, e);
}

/* A positive id written as text, the only way it is written. */
static int read_id(struct arena *a, const struct node *o, const char *key, int64_t *ret, struct err *e)
{
    const char *s;
    int64_t v;

    if (jsonin_text(o, key, 1, 19, &s, e) < 0)
        return -1;
    if (text_i64(s, &v) < 0 || v <= 0 || !text_eq(s, arena_fmt(a, "%lld", (long long)v))) {
        err_fail(e, ERR_BAD_INPUT, "编号应是正整数");
        return err_at(e, "/%s", key);
    }
    *ret = v;
    return 0;
}

static int read_party(const struct node *o, const char *key, const char **ret, struct err *e)
{
    const char *s;

    if (jsonin_text(o, key, 1, 63, &s, e) < 0)
        return -1;
    if (!text_is_id(s)) {
        err_fail(e, ERR_BAD_INPUT, "单位代号应由小写字母、数字、下划线组成");
        return err_at(e, "/%s", key);
    }
    *ret = s;
    return 0;
}

static int read_name(const struct node *o, const char *key, size_t max, const char **ret, struct err *e)
{
    const char *s;

    if (jsonin_text(o, key, 0, max, &s, e) < 0)
        return -1;
    if (!text_is_clean(s, 0)) {
        err_fail(e, ERR_BAD_INPUT, "文字中有控制字符");
        return err_at(e, "/%s", key);
    }
    *ret = s;
    return 0;
}

static int read_sent_for(struct arena *a, const struct node *root, struct envelope *m, struct err *e)
{
    static const char *const names[] = {"project", "title", "unit_name", NULL};
    const struct node *o;

    if (jsonin_object(root, "sent_for", &o, e) < 0)
        return -1;
    if (read_id(a, o, "project", &m->project, e) < 0 || read_name(o, "title", TITLE_CHARS_MAX, &m->title, e) < 0 ||
        read_name(o, "unit_name", NAME_CHARS_MAX, &m->unit_name, e) < 0 || jsonin_end(o, names, e) < 0)
        return err_at(e, "/sent_for");
    return 0;
}

static int read_header(struct arena *a, const struct node *o, struct envelope *m, struct err *e)
{
    const char *at;
    int64_t v;

    if (jsonin_int(o, "v", ENVELOPE_VERSION, ENVELOPE_VERSION, &v, e) < 0 || read_id(a, o, "id", &m->id, e) < 0 ||
        read_party(o, "sender", &m->sender, e) < 0 || read_party(o, "receiver", &m->receiver, e) < 0 ||
        jsonin_int(o, "seq", 1, INT64_MAX, &m->seq, e) < 0 || jsonin_int(o, "version", 1, 10000, &m->version, e) < 0 ||
        jsonin_text(o, "filing", 1, SLUG_CHARS_MAX, &m->filing, e) < 0 ||
        read_name(o, "filing_name", NAME_CHARS_MAX, &m->filing_name, e) < 0 ||
        jsonin_text(o, "event", 1, SLUG_CHARS_MAX, &m->event, e) < 0 ||
        jsonin_text(o, "regulation", 1, SLUG_CHARS_MAX, &m->regulation, e) < 0 ||
        jsonin_text(o, "frozen_at", 20, 32, &at, e) < 0)
        return -1;
    if (instant_parse(at, &m->frozen_at, e) < 0)
        return err_at(e, "/frozen_at");
    return 0;
}

int envelope_parse(struct arena *a, const char *bytes, size_t len, struct envelope *ret, struct err *e)
{
    static const char *const names[] = {"v",         "id",       "sender",      "receiver",    "seq",
                                        "version",   "filing",   "filing_name", "event",       "regulation",
                                        "frozen_at", "sent_for", "payload",     "payload_sm3", NULL};
    struct envelope m = {0};
    const struct node *o;

    if (len > ENVELOPE_BYTES_MAX)
        return err_fail(e, ERR_TOO_LARGE, "报文超过 %d KB", ENVELOPE_BYTES_MAX / 1024);
    if (jsonin_parse(a, bytes, len, &o, NULL, NULL, e) < 0)
        return -1;
    if (o->type != NODE_OBJECT)
        return err_fail(e, ERR_BAD_INPUT, "报文应是一个对象");
    if (read_header(a, o, &m, e) < 0 || read_sent_for(a, o, &m, e) < 0 ||
        jsonin_object(o, "payload", &m.payload, e) < 0 ||
        jsonin_text(o, "payload_sm3", CRYPTO_SM3_HEX, CRYPTO_SM3_HEX, &m.payload_sm3, e) < 0 ||
        jsonin_end(o, names, e) < 0)
        return -1;
    if (!text_eq(m.payload_sm3, payload_digest(a, m.payload))) {
        err_fail(e, ERR_BAD_INPUT, "内容与其摘要不符");
        return err_at(e, "/payload_sm3");
    }
    *ret = m;
    return 0;
}
