/*
 * exchange/receive.c - filings from below: verify, store, answer with a signed receipt; and what became of them
 *
 * The receipt is signed in the transaction that stores the filing and kept: a repeat gets these very
 * bytes again, never a new receipt. Refusals before the signature has held leave no audit row, so that
 * a stranger cannot fill the chain; the request's log line has them.
 */
#include "config.h"

#include "exchange/exchange.h"

#include <string.h>

#include "base/text.h"
#include "exchange/names.h"
#include "exchange/peers.h"
#include "exchange/receipt.h"
#include "exchange/trail.h"
#include "store/case.h"
#include "store/filing.h"

enum { TRIES = 3 };

/* The sender must be one of ours, by tenant.json and by a pinned key; and it must have signed just this, now. */
static int check_sender(const struct desk *d, const struct stamp_of *of, const struct inbound *in, struct house **ret,
                        struct err *e)
{
    struct stamp stamp = {.key_id = in->key_id, .timestamp = in->timestamp, .signature = in->signature};
    struct house *house;

    if (downstream_name(d->district, of->sender) == NULL) {
        err_fail(e, ERR_FORBIDDEN, "报送方未在本单位登记");
        return -1;
    }
    if (house_open(d->platform, d->district->tenant->id, &house, e) < 0)
        return -1;

    const struct peer *peer = house_peer(house, of->sender);

    if (peer == NULL) {
        err_fail(e, ERR_FORBIDDEN, "报送方的公钥未登记");
        return -1;
    }
    if (stamp_verify(d->arena, &peer->keys, of, &stamp, d->machine_now, e) < 0)
        return -1;
    *ret = house;
    return 0;
}

static const char *object_of(struct arena *a, const char *sender, int64_t id)
{
    return arena_fmt(a, "inbox/%s/%lld", sender, (long long)id);
}

/* 1 and *ret the first receipt, 0 when it is new, -1; the same id with other bytes is a conflict. */
static int find_first(struct db *db, struct arena *a, const struct envelope *m, const char *sm3, const char **ret,
                      struct err *e)
{
    struct inbox row;
    int rc = inbox_get(db, a, m->sender, m->id, &row, e);

    if (rc <= 0)
        return rc;
    if (!text_eq(row.sm3, sm3))
        return err_fail(e, ERR_CONFLICT, "同一编号的报文已经收到，内容与这一份不同");
    *ret = row.stored_receipt;
    return 1;
}

static int make_receipt(struct db *db, const struct desk *d, const struct house *house, const struct envelope *m,
                        const char *sm3, const char **ret, struct err *e)
{
    int year = date_year(instant_date(d->machine_now));
    int64_t no;

    if (number_next(db, d->arena, "filing.receipt", year, &no, e) < 0)
        return -1;

    struct receipt r = {.kind = RECEIPT_STORED,
                        .id = m->id,
                        .sm3 = sm3,
                        .sender = m->sender,
                        .receiver = m->receiver,
                        .at = d->machine_now,
                        .number = arena_fmt(d->arena, "%s-%d-%06lld", m->receiver, year, (long long)no)};

    return receipt_make(d->arena, house->key, &r, ret, e);
}

static int store_tx(struct db *db, const struct desk *d, const struct house *house, const struct envelope *m,
                    const struct inbound *in, const char *sm3, const char **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *detail = node_object(a);
    const char *receipt;

    if (make_receipt(db, d, house, m, sm3, &receipt, e) < 0)
        return -1;

    struct inbox row = {
        .id = m->id,
        .sender = m->sender,
        .sender_name = downstream_name(d->district, m->sender),
        .sender_seq = m->seq,
        .version = m->version,
        .filing = m->filing,
        .title = m->title,
        .unit_name = m->unit_name,
        .envelope = arena_dupn(a, in->body, in->len),
        .sm3 = sm3,
        /* the timestamp belongs to what was signed: kept so that the signature can be verified years later */
        .signature = arena_fmt(a, "%s.%s", in->timestamp, in->signature),
        .key_id = in->key_id,
        .received_at = d->now,
        .state = "stored",
        .stored_receipt = receipt,
        .decided_at = INSTANT_NONE,
        .decided_by = "",
        .reasons = "[]",
        .row_version = 1,
    };

    node_put_text(a, detail, "sm3", sm3);
    node_put_int(a, detail, "seq", m->seq);
    node_put_text(a, detail, "receipt_sm3", crypto_sm3_hex(a, receipt, strlen(receipt)));
    if (inbox_add(db, a, &row, e) < 0 ||
        trail_add(db, d, "inbox.receive", object_of(a, m->sender, m->id), "ok", "stored", detail, e) < 0)
        return -1;
    *ret = receipt;
    return 0;
}

static int store_once(struct db *db, const struct desk *d, const struct house *house, const struct envelope *m,
                      const struct inbound *in, const char *sm3, const char **ret, struct err *e)
{
    if (tx_begin(db, e) < 0)
        return -1;
    if (store_tx(db, d, house, m, in, sm3, ret, e) < 0) {
        tx_rollback(db);
        return -1;
    }
    return tx_commit(db, e);
}

static int note_repeat(struct db *db, const struct desk *d, const struct envelope *m, struct err *e)
{
    if (tx_begin(db, e) < 0)
        return -1;
    if (trail_add(db, d, "inbox.receive", object_of(d->arena, m->sender, m->id), "ok", "repeat", NULL, e) < 0) {
        tx_rollback(db);
        return -1;
    }
    return tx_commit(db, e);
}

static int note_conflict(struct db *db, const struct desk *d, const struct envelope *m, struct err *e)
{
    struct err first = *e, ignored = {0};

    if (tx_begin(db, &ignored) == 0) {
        if (trail_add(db, d, "inbox.receive", object_of(d->arena, m->sender, m->id), "refused", "conflict", NULL,
                      &ignored) < 0 ||
            tx_commit(db, &ignored) < 0)
            tx_rollback(db);
    }
    *e = first;
    return -1;
}

static int store_or_repeat(struct db *db, const struct desk *d, const struct house *house, const struct envelope *m,
                           const struct inbound *in, const char *sm3, const char **ret, int *ret_repeat, struct err *e)
{
    int rc = find_first(db, d->arena, m, sm3, ret, e);

    for (int i = 0; i < TRIES && rc == 0; i++) {
        if (store_once(db, d, house, m, in, sm3, ret, e) == 0) {
            *ret_repeat = 0;
            return 0;
        }
        if (e->code == ERR_CONFLICT) { /* another worker has just stored this id, or this sequence number is taken */
            struct err taken = *e;

            rc = find_first(db, d->arena, m, sm3, ret, e);
            if (rc == 0) {
                *e = taken;
                rc = -1;
            }
        } else if (!db_may_retry(e)) {
            return -1;
        }
    }
    if (rc == 1) {
        *ret_repeat = 1;
        return note_repeat(db, d, m, e);
    }
    if (rc < 0 && e->code == ERR_CONFLICT)
        return note_conflict(db, d, m, e);
    return -1;
}

int filing_receive(const struct desk *d, const struct inbound *in, const char **ret, int *ret_repeat, struct err *e)
{
    struct envelope m;
    struct house *house = NULL;
    struct db *db;

    if (in->body == NULL || in->len == 0)
        return err_fail(e, ERR_BAD_JSON, "没有收到报文");
    if (in->len > ENVELOPE_BYTES_MAX)
        return err_fail(e, ERR_TOO_LARGE, "报文超过 %d KB", ENVELOPE_BYTES_MAX / 1024);
    if (envelope_parse(d->arena, in->body, in->len, &m, e) < 0)
        return -1;

    struct stamp_of of = {.purpose = "filing",
                          .sender = m.sender,
                          .receiver = d->district->tenant->id,
                          .id = m.id,
                          .body = in->body,
                          .len = in->len};

    if (check_sender(d, &of, in, &house, e) < 0)
        return -1;
    if (!text_eq(m.receiver, d->district->tenant->id)) {
        err_fail(e, ERR_BAD_INPUT, "报文不是报给本单位的");
        return err_at(e, "/receiver");
    }
    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    return store_or_repeat(db, d, house, &m, in, crypto_sm3_hex(d->arena, in->body, in->len), ret, ret_repeat, e);
}

int filing_status(const struct desk *d, const char *sender, int64_t id, const struct inbound *in, const char **ret,
                  struct err *e)
{
    struct stamp_of of = {.purpose = "status", .sender = sender, .receiver = d->district->tenant->id, .id = id};
    struct house *house;
    struct inbox row;
    struct db *db;
    int rc;

    if (in->len > 0)
        return err_fail(e, ERR_BAD_INPUT, "查询不应带有内容");
    if (check_sender(d, &of, in, &house, e) < 0)
        return -1;
    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    rc = inbox_get(db, d->arena, sender, id, &row, e);
    if (rc == 0)
        return err_fail(e, ERR_NOT_FOUND, "没有收到过这一编号的报文");
    if (rc < 0)
        return -1;
    *ret = text_is_empty(row.decided_receipt) ? row.stored_receipt : row.decided_receipt;
    return 0;
}
