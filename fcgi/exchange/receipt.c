/*
 * exchange/receipt.c - the two receipts: stored (入库) and decided (受理 / 退回)
 *
 * On the wire and at rest: {"key_id","receipt","signature"}, where "receipt" is a TEXT holding
 * canonical JSON. What is signed are exactly the bytes of that text (v1.receipt.<SM3>, see
 * envelope.c), so nothing is ever re-serialised before it is verified (trap J).
 *   {"at","id","kind":"stored"|"decided","number","outcome"?,"reasons"?,"receiver","sender","sm3","v":1}
 *   reasons [{"item","what","kind"?,"label"?}]: kind "fact" | "document" | "event" names a part of the filing by the id
 *   it has there ("project_summary", "application.construction_plan", "initiation.approve.approved_total"); without
 *   kind it is a free reason.
 *
 * Freshness: "at" is not more than ten minutes ahead of our clock and not more than ten minutes
 * (two clocks) before the first sending. A repeat gets the first receipt again, hours later
 * perhaps, and a decision takes days: so the lower bound is the sending, not "now".
 */
#include "config.h"

#include "exchange/receipt.h"

#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"

static int disbelieve(struct err *e, const char *why)
{
    err_fail(e, ERR_PEER, "%s", why);
    return -1;
}

static const char *kind_word(enum receipt_kind kind)
{
    return kind == RECEIPT_STORED ? "stored" : "decided";
}

static int render(struct arena *a, const struct node *n, const char **ret, struct err *e)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, RECEIPT_BYTES_MAX);
    jsonout_canonical(&b, n);
    if (!buf_ok(&b)) {
        err_fail(e, ERR_TOO_LARGE, "回执超过 %d KB", RECEIPT_BYTES_MAX / 1024);
        return -1;
    }
    *ret = arena_dupn(a, b.data, b.len);
    return 0;
}

int receipt_make(struct arena *a, const struct crypto_key *key, const struct receipt *r, const char **ret,
                 struct err *e)
{
    struct node *n = node_object(a);
    const char *text = NULL, *signature = NULL;

    node_put_int(a, n, "v", ENVELOPE_VERSION);
    node_put_text(a, n, "kind", kind_word(r->kind));
    node_put_fmt(a, n, "id", "%lld", (long long)r->id);
    node_put_text(a, n, "sm3", r->sm3);
    node_put_text(a, n, "sender", r->sender);
    node_put_text(a, n, "receiver", r->receiver);
    node_put_text(a, n, "number", r->number);
    node_put_text(a, n, "at", instant_iso(a, r->at));
    if (r->kind == RECEIPT_DECIDED) {
        node_put_text(a, n, "outcome", r->outcome);
        node_put(a, n, "reasons", r->reasons != NULL ? node_copy(a, r->reasons) : node_list(a));
    }
    if (render(a, n, &text, e) < 0 || wire_sign(a, key, "receipt", text, strlen(text), &signature, e) < 0)
        return -1;

    struct node *outer = node_object(a);

    node_put_text(a, outer, "key_id", crypto_key_id(a, key));
    node_put_text(a, outer, "receipt", text);
    node_put_text(a, outer, "signature", signature);
    return render(a, outer, ret, e);
}

static int receipt_kind_known(const char *kind)
{
    return text_eq(kind, "fact") || text_eq(kind, "document") || text_eq(kind, "event");
}

int receipt_reasons_check(const struct node *list, struct err *e)
{
    static const char *const names[] = {"item", "what", "kind", "label", NULL};
    const char *item, *what, *kind, *label;
    int i = 0;

    if (list == NULL || list->type != NODE_LIST || node_count(list) > RECEIPT_REASONS_MAX)
        return err_fail(e, ERR_BAD_INPUT, "退回事项应是不超过 %d 项的列表", RECEIPT_REASONS_MAX);
    for (const struct node *r = node_first(list); r != NULL; r = r->next, i++) {
        if (r->type != NODE_OBJECT) {
            err_fail(e, ERR_BAD_INPUT, "每一项应写明事项和内容");
            return err_at(e, "/%d", i);
        }
        if (jsonin_text(r, "item", 0, RECEIPT_ITEM_CHARS, &item, e) < 0 ||
            jsonin_text(r, "what", 1, RECEIPT_WHAT_CHARS, &what, e) < 0 ||
            jsonin_text_opt(r, "kind", RECEIPT_KIND_CHARS, "", &kind, e) < 0 ||
            jsonin_text_opt(r, "label", RECEIPT_ITEM_CHARS, "", &label, e) < 0 || jsonin_end(r, names, e) < 0)
            return err_at(e, "/%d", i);
        if (*kind != '\0' && !receipt_kind_known(kind)) {
            err_fail(e, ERR_BAD_INPUT, "没有「%s」这种事项", kind);
            return err_at(e, "/%d/kind", i);
        }
        if (!text_is_clean(item, 0) || !text_is_clean(what, 1) || !text_is_clean(label, 0)) {
            err_fail(e, ERR_BAD_INPUT, "文字中有控制字符");
            return err_at(e, "/%d", i);
        }
    }
    return 0;
}

/* Outcome words and reasons fit the kind. */
static int read_decision(const struct node *o, struct receipt *r, struct err *e)
{
    if (r->kind == RECEIPT_STORED) {
        r->outcome = "";
        if (node_get(o, "outcome") != NULL || node_get(o, "reasons") != NULL)
            return disbelieve(e, "入库回执不应带有办理结果");
        return 0;
    }
    if (jsonin_text(o, "outcome", 1, 16, &r->outcome, e) < 0 ||
        jsonin_list(o, "reasons", RECEIPT_REASONS_MAX, &r->reasons, e) < 0)
        return -1;
    if (!text_eq(r->outcome, "accepted") && !text_eq(r->outcome, "returned"))
        return disbelieve(e, "办理结果不是受理或退回");
    if (receipt_reasons_check(r->reasons, e) < 0)
        return err_at(e, "/reasons");
    if (text_eq(r->outcome, "returned") && node_count(r->reasons) == 0)
        return disbelieve(e, "退回没有写明原因");
    return 0;
}

static int read_text(struct arena *a, const char *text, struct receipt *r, struct err *e)
{
    static const char *const names[] = {"v",      "kind", "id",      "sm3",     "sender", "receiver",
                                        "number", "at",   "outcome", "reasons", NULL};
    const char *kind, *id, *at;
    const struct node *o;
    int64_t v;

    if (jsonin_parse(a, text, strlen(text), &o, NULL, NULL, e) < 0)
        return -1;
    if (o->type != NODE_OBJECT)
        return disbelieve(e, "回执应是一个对象");
    if (jsonin_int(o, "v", ENVELOPE_VERSION, ENVELOPE_VERSION, &v, e) < 0 ||
        jsonin_text(o, "kind", 1, 16, &kind, e) < 0 || jsonin_text(o, "id", 1, 19, &id, e) < 0 ||
        jsonin_text(o, "sm3", CRYPTO_SM3_HEX, CRYPTO_SM3_HEX, &r->sm3, e) < 0 ||
        jsonin_text(o, "sender", 1, 63, &r->sender, e) < 0 || jsonin_text(o, "receiver", 1, 63, &r->receiver, e) < 0 ||
        jsonin_text(o, "number", 1, 64, &r->number, e) < 0 || jsonin_text(o, "at", 20, 32, &at, e) < 0 ||
        jsonin_end(o, names, e) < 0 || instant_parse(at, &r->at, e) < 0)
        return -1;
    if (!text_eq(kind, "stored") && !text_eq(kind, "decided"))
        return disbelieve(e, "回执种类不明");
    r->kind = text_eq(kind, "stored") ? RECEIPT_STORED : RECEIPT_DECIDED;
    if (text_i64(id, &r->id) < 0 || !text_eq(id, arena_fmt(a, "%lld", (long long)r->id)))
        return disbelieve(e, "回执的报文编号无法读取");
    if (!text_is_clean(r->number, 0))
        return disbelieve(e, "回执编号中有控制字符");
    return read_decision(o, r, e);
}

int receipt_read(struct arena *a, const char *raw, struct receipt *ret, struct err *e)
{
    struct receipt r = {0};
    const struct node *o;
    const char *text = NULL;

    if (text_is_empty(raw))
        return err_fail(e, ERR_NOT_FOUND, "没有回执");
    if (jsonin_parse(a, raw, strlen(raw), &o, NULL, NULL, e) < 0 ||
        jsonin_text(o, "receipt", 2, RECEIPT_BYTES_MAX, &text, e) < 0 || read_text(a, text, &r, e) < 0)
        return -1;
    *ret = r;
    return 0;
}

/* The outer object: whose key, which text, and does the signature hold. */
static int open_seal(struct arena *a, const char *bytes, size_t len, const struct wire_keys *keys, const char **ret,
                     struct err *e)
{
    static const char *const names[] = {"key_id", "receipt", "signature", NULL};
    const char *key_id, *text = NULL, *signature;
    const struct node *o;

    if (len == 0 || len > RECEIPT_BYTES_MAX)
        return disbelieve(e, "答复为空或过长，不是回执");
    if (jsonin_parse(a, bytes, len, &o, NULL, NULL, e) < 0 || o->type != NODE_OBJECT)
        return disbelieve(e, "答复不是回执");
    if (jsonin_text(o, "key_id", 1, 64, &key_id, e) < 0 ||
        jsonin_text(o, "receipt", 2, RECEIPT_BYTES_MAX, &text, e) < 0 ||
        jsonin_text(o, "signature", 1, 256, &signature, e) < 0 || jsonin_end(o, names, e) < 0)
        return disbelieve(e, "答复不是签名的回执");

    const struct crypto_key *key = wire_key(keys, key_id);

    if (key == NULL)
        return disbelieve(e, "回执的签名密钥不是所登记的");
    if (wire_verify(a, key, "receipt", text, strlen(text), signature, e) < 0)
        return disbelieve(e, "回执的签名不符");
    *ret = text;
    return 0;
}

int receipt_verify(struct arena *a, const char *bytes, size_t len, const struct receipt_expect *x, struct receipt *ret,
                   struct err *e)
{
    const instant tolerance = (instant)WIRE_TOLERANCE_S * 1000000;
    const instant first_sent = x->first_sent != INSTANT_NONE ? x->first_sent : x->now;
    struct receipt r = {0};
    const char *text = NULL;

    if (open_seal(a, bytes, len, x->keys, &text, e) < 0)
        return -1;
    if (read_text(a, text, &r, e) < 0) {
        e->code = ERR_PEER;
        return -1;
    }
    if ((x->kinds & (unsigned)r.kind) == 0)
        return disbelieve(e, "不是所等的那种回执");
    if (r.id != x->id)
        return disbelieve(e, "回执是另一份报文的");
    if (!text_eq(r.sm3, x->sm3))
        return disbelieve(e, "回执的摘要与所发报文不符");
    if (!text_eq(r.sender, x->sender) || !text_eq(r.receiver, x->receiver))
        return disbelieve(e, "回执的收发双方不符");
    if (r.at > x->now + tolerance)
        return disbelieve(e, "回执的时间在将来");
    if (r.at < first_sent - tolerance)
        return disbelieve(e, "回执的时间早于发出报文");
    *ret = r;
    return 0;
}
