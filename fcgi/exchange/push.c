/*
 * exchange/push.c - the outbox: claim, send with no transaction open, classify; seal.c goes before, settle.c follows
 *
 * Exactly one effect at the bureau (P3): the id and the bytes never change; before anything that may
 * have arrived is sent again, the bureau is asked for it. That something is about to be sent is
 * written down first (ATTEMPT_STARTED): a pusher killed between send and settle leaves a trace.
 *
 * Every time here is the machine's clock, never the district's, which a test may move.
 */
#include "config.h"

#include "exchange/push.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "exchange/seal.h"
#include "exchange/trail.h"
#include "exchange/trip.h"

enum {
    ROUND_MAX = 50, /* messages a round and district */
    ASK_MAX = 20,   /* undecided ones asked after in a round */
    ASK_EVERY_MAX_MS = 60000,
    CONFIG_HOLD_S = 300, /* peers.json says hold */
    MESSAGE_ARENA_BYTES = 32 * 1024 * 1024,
    HELD_MAX = 32,
};

/* ---- talk to the peer ---- */

static int has_receipt(struct trip *t, const struct peer_answer *answer, unsigned kinds, struct receipt *ret,
                       struct err *why)
{
    struct receipt_expect x = {
        .kinds = kinds,
        .id = t->m.id,
        .sm3 = t->m.sm3,
        .sender = trip_tenant(t->job),
        .receiver = t->m.peer,
        .keys = &t->peer->keys,
        .first_sent = t->first_sent,
        .now = instant_now(),
    };

    if (answer->fault != LINK_OK || answer->status < 200 || answer->status > 299)
        return 0;
    return receipt_verify(t->a, answer->body, answer->len, &x, ret, why) == 0;
}

static const char *answer_text(struct trip *t, const struct peer_answer *answer, const struct err *why)
{
    if (answer->fault != LINK_OK)
        return answer->said;
    if (answer->status >= 200 && answer->status <= 299)
        return arena_fmt(t->a, "对方答复 %d，但没有有效的回执：%s", answer->status, why->message);
    return arena_fmt(t->a, "对方答复 %d", answer->status);
}

static void feel_pulse(struct trip *t, enum answer kind)
{
    const struct config *c = &t->job->platform->config;

    if (kind == ANSWER_RETRY || kind == ANSWER_UNKNOWN)
        circuit_failure(&t->peer->circuit, clock_monotonic_ms(), c->push_backoff_min_s, c->push_backoff_max_s,
                        trip_chance());
    else
        circuit_success(&t->peer->circuit);
}

static int talk(struct trip *t, const char *path, const char *body, size_t len, struct peer_answer *ret, struct err *e)
{
    struct stamp_of of = {.purpose = body != NULL ? "filing" : "status",
                          .sender = trip_tenant(t->job),
                          .receiver = t->m.peer,
                          .id = t->m.id,
                          .body = body,
                          .len = len};
    struct stamp stamp;
    struct peer_request q = {.path = path,
                             .body = body,
                             .len = len,
                             .id = t->m.id,
                             .stamp = &stamp,
                             .timeout_s = (int)t->job->platform->config.push_timeout_s};

    if (stamp_make(t->a, t->house->key, &of, instant_now(), &stamp, e) < 0)
        return -1;
    peer_ask(t->a, t->peer, &q, ret);
    return 0;
}

static int result_status(const struct peer_answer *answer)
{
    if (answer->fault == LINK_NOT_SENT || answer->fault == LINK_CERTIFICATE)
        return ATTEMPT_NOT_SENT;
    return answer->fault == LINK_OK ? answer->status : ATTEMPT_NO_ANSWER;
}

/* Asks for the receipt. *ret_kind ANSWER_RECEIPT fills *ret_receipt. */
static int ask(struct trip *t, unsigned kinds, struct peer_answer *answer, enum answer *ret_kind,
               struct receipt *ret_receipt, const char **ret_text, struct err *e)
{
    const char *path = arena_fmt(t->a, "/filings/%s/%lld", trip_tenant(t->job), (long long)t->m.id);
    struct err why = {0};

    if (talk(t, path, NULL, 0, answer, e) < 0)
        return -1;

    int has = has_receipt(t, answer, kinds, ret_receipt, &why);

    *ret_kind = answer_classify(answer->fault, answer->status, has);
    *ret_text = has ? "" : answer_text(t, answer, &why);
    feel_pulse(t, *ret_kind);
    return 0;
}

/* ---- one message ---- */

enum step { STEP_SEND, STEP_DONE };

static int hold_peer(struct trip *t, const char *what, const struct peer_answer *answer, const char *text,
                     struct err *e)
{
    return trip_settle(t, what, "hold", INSTANT_NONE, answer->status, text, NULL, e);
}

static int says_never_arrived(int status)
{
    return status == 404 || status == 405 || status == 410 ||
           status == 501; /* the last three: asks are not understood */
}

/* Asks for the receipt, and keeps that it did: 1 when the answer settled the message, 0 when it says something else. */
static int ask_settled(struct trip *t, struct peer_answer *answer, enum answer *ret_kind, const char **ret_text,
                       struct err *e)
{
    struct receipt r = {0};

    if (ask(t, RECEIPT_STORED | RECEIPT_DECIDED, answer, ret_kind, &r, ret_text, e) < 0 ||
        trip_attempt(t, result_status(answer), *ret_text, "", trip_answer_kept(t->a, answer), e) < 0)
        return -1;
    if (*ret_kind == ANSWER_RECEIPT)
        return trip_take_stored(t, "ask", &r, answer, e) < 0 ? -1 : 1;
    if (*ret_kind == ANSWER_HOLD)
        return hold_peer(t, "ask", answer, *ret_text, e) < 0 ? -1 : 1;
    return 0;
}

static int ask_first(struct trip *t, enum step *ret_step, struct err *e)
{
    struct peer_answer answer;
    enum answer kind;
    const char *text;
    int rc = ask_settled(t, &answer, &kind, &text, e);

    if (rc < 0)
        return -1;
    *ret_step = STEP_DONE;
    if (rc > 0)
        return 0;
    if (answer.fault != LINK_OK || !says_never_arrived(answer.status))
        return trip_settle_later(t, "ask", &answer, text, e);
    t->may_have_arrived = 0;
    *ret_step = STEP_SEND;
    return 0;
}

/* 409: it says it has this id. With a receipt of our very bytes that is success, otherwise a conflict for a person. */
static int fetch_after_conflict(struct trip *t, struct err *e)
{
    struct peer_answer answer;
    enum answer kind;
    const char *text;
    int rc = ask_settled(t, &answer, &kind, &text, e);

    if (rc != 0)
        return rc < 0 ? -1 : 0;
    if (kind == ANSWER_RETRY || answer.fault != LINK_OK)
        return trip_settle_later(t, "ask", &answer, text, e);
    return trip_settle(t, "send", "dead", INSTANT_NONE, 409, "对方称已有同一编号的报文，却给不出本报文的回执", NULL, e);
}

static int judge(struct trip *t, const struct peer_answer *answer, struct err *e)
{
    struct err why = {0};
    struct receipt r = {0};
    int has = has_receipt(t, answer, RECEIPT_STORED, &r, &why);
    const char *text = has ? "" : answer_text(t, answer, &why);
    enum answer kind = answer_classify(answer->fault, answer->status, has);

    feel_pulse(t, kind);
    if (trip_attempt(t, result_status(answer), text, t->m.sm3, trip_answer_kept(t->a, answer), e) < 0)
        return -1;
    /* what this send adds to the history; ask_first saw it as it was before */
    t->may_have_arrived |= result_status(answer) != ATTEMPT_NOT_SENT && answer->status != 408 &&
                           answer->status != 425 && answer->status != 429;
    t->sent++;
    switch (kind) {
    case ANSWER_RECEIPT:
        return trip_take_stored(t, "send", &r, answer, e);
    case ANSWER_FETCH:
        return fetch_after_conflict(t, e);
    case ANSWER_HOLD:
        return hold_peer(t, "send", answer, text, e);
    case ANSWER_DEAD:
        return trip_settle(t, "send", "dead", INSTANT_NONE, answer->status, text, NULL, e);
    case ANSWER_UNKNOWN:
    case ANSWER_RETRY:
        break;
    }
    return trip_settle_later(t, "send", answer, text, e);
}

/* P2: bytes that are not the ones frozen and signed do not leave the house. */
static int bytes_are_whole(struct trip *t)
{
    struct err ignored = {0};
    size_t len = strlen(t->m.envelope);

    if (!text_eq(t->m.sm3, crypto_sm3_hex(t->a, t->m.envelope, len)))
        return 0;
    /* a signature of a key since replaced cannot be checked here; the digest stands */
    return !text_eq(t->m.key_id, crypto_key_id(t->a, t->house->key)) ||
           wire_verify(t->a, t->house->key, "envelope", t->m.envelope, len, t->m.signature, &ignored) == 0;
}

static int lease_is_long_enough(const struct trip *t)
{
    const struct config *c = &t->job->platform->config;

    return clock_monotonic_ms() - t->claimed_ms + c->push_timeout_s * 1000 < c->push_lease_s * 1000;
}

/* What cannot be recorded, in the attempts and in the audit chain, is not sent (P12). */
static int note_start(struct trip *t, struct err *e)
{
    struct desk d = desk_of_system(t->job->platform, t->job->district, t->a, "");
    struct node *detail = node_object(t->a);

    node_put_text(t->a, detail, "sm3", t->m.sm3);
    node_put_int(t->a, detail, "fence", t->m.fence);
    if (tx_begin(t->db, e) < 0)
        return -1;
    if (trip_attempt(t, ATTEMPT_STARTED, "", t->m.sm3, "", e) < 0 ||
        trail_add(t->db, &d, "outbox.send", trip_object(t->a, t->m.id), "ok", "started", detail, e) < 0) {
        tx_rollback(t->db);
        return -1;
    }
    return tx_commit(t->db, e);
}

static int send_message(struct trip *t, struct err *e)
{
    struct peer_answer answer;
    enum step step = STEP_SEND;

    if (t->may_have_arrived && ask_first(t, &step, e) < 0)
        return -1;
    if (step == STEP_DONE)
        return 0;
    if (!lease_is_long_enough(t)) /* we slept: leave it to the next claim */
        return 0;
    if (note_start(t, e) < 0)
        return -1;
    if (t->first_sent == INSTANT_NONE)
        t->first_sent = instant_now();
    if (t->since == INSTANT_NONE)
        t->since = t->first_sent;
    t->did_send = 1;
    if (talk(t, "/filings", t->m.envelope, strlen(t->m.envelope), &answer, e) < 0)
        return -1;
    return judge(t, &answer, e);
}

/* ---- a round ---- */

/* Peers with a message on hold: nothing more goes there until a person has it sent again. */
struct held {
    const char *peer[HELD_MAX];
    size_t count;
};

static int held_has(const struct held *h, const char *peer)
{
    for (size_t i = 0; i < h->count; i++)
        if (text_eq(h->peer[i], peer))
            return 1;
    return 0;
}

static int held_read(struct db *db, struct arena *a, struct held *h, struct err *e)
{
    struct outbox_shape *rows;
    size_t count;

    h->count = 0;
    if (outbox_shapes(db, a, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && h->count < HELD_MAX; i++)
        if (text_eq(rows[i].state, "hold") && rows[i].count > 0)
            h->peer[h->count++] = rows[i].peer;
    return 0;
}

static int defer(struct trip *t, int64_t ms, const char *why, struct err *e)
{
    return trip_settle(t, "defer", t->may_have_arrived ? "unknown" : "queued", instant_now() + ms * 1000,
                       t->m.last_status, why, NULL, e);
}

static int go(struct trip *t, const struct held *held, struct err *e)
{
    const struct peer_answer none = {.fault = LINK_NOT_SENT};
    int64_t now_ms = clock_monotonic_ms();

    t->peer = house_peer(t->house, t->m.peer);
    if (t->peer == NULL || *t->peer->endpoint == '\0')
        return hold_peer(t, "defer", &none, "peers.json 中没有对方的地址", e);
    if (held_has(held, t->m.peer))
        return hold_peer(t, "defer", &none, "对方已停发，待有人处理后重发", e);
    if (trip_history(t, e) < 0)
        return -1;
    if (t->peer->hold)
        return defer(t, (int64_t)CONFIG_HOLD_S * 1000, "对方在 peers.json 中标为停发", e);
    if (!circuit_allows(&t->peer->circuit, now_ms))
        return defer(t, t->peer->circuit.until_ms - now_ms + backoff_ms(0, 1, 1, trip_chance()),
                     "对方连续不通，暂缓发送", e);
    if (!bytes_are_whole(t))
        return trip_settle(t, "send", "dead", INSTANT_NONE, 0, "报文与签发时不符，未发送", NULL, e);
    return send_message(t, e);
}

static int stop_asked(const struct push_job *job)
{
    return job->stop != NULL && *job->stop;
}

static int claim(struct trip *t, struct err *e)
{
    const struct config *c = &t->job->platform->config;

    t->claimed_ms = clock_monotonic_ms();
    return outbox_claim(t->db, t->a, t->job->owner, instant_now(), (int)c->push_lease_s, &t->m, e);
}

static int send_due(const struct push_job *job, struct house *house, int *ret_sent, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("push", MESSAGE_ARENA_BYTES);

    for (int i = 0; i < ROUND_MAX && !stop_asked(job); i++) {
        struct trip t = {.job = job, .a = a, .house = house};
        struct held held;
        int rc;

        arena_reset(a);
        if (district_db(job->platform, job->district, &t.db, e) < 0 || held_read(t.db, a, &held, e) < 0)
            return -1;
        rc = claim(&t, e);
        if (rc <= 0)
            return rc;
        if (go(&t, &held, e) < 0)
            return -1;
        *ret_sent += t.did_send;
    }
    return 0;
}

static int ask_decision(struct trip *t, struct err *e)
{
    struct peer_answer answer;
    struct receipt r = {0};
    enum answer kind;
    const char *text;

    t->peer = house_peer(t->house, t->m.peer);
    if (t->peer == NULL || t->peer->hold || *t->peer->endpoint == '\0' ||
        !circuit_allows(&t->peer->circuit, clock_monotonic_ms()))
        return 0;
    if (trip_history(t, e) < 0 || outbox_asked(t->db, t->a, t->m.id, instant_now(), e) < 0 ||
        ask(t, RECEIPT_STORED | RECEIPT_DECIDED, &answer, &kind, &r, &text, e) < 0)
        return -1;
    if (kind != ANSWER_RECEIPT) {
        trip_report(t, "ask", "stored", answer.status, text);
        return 0;
    }
    if (r.kind != RECEIPT_DECIDED)
        return 0;
    return trip_take_decision(t, &r, arena_dupn(t->a, answer.body, answer.len), answer.status, e);
}

static int ask_undecided(const struct push_job *job, struct house *house, struct arena *a, struct err *e)
{
    int64_t every_ms = job->platform->config.push_interval_ms * 5;
    struct outbox *rows;
    struct db *db;
    size_t count;

    if (every_ms > ASK_EVERY_MAX_MS)
        every_ms = ASK_EVERY_MAX_MS;
    if (district_db(job->platform, job->district, &db, e) < 0 ||
        outbox_undecided(db, a, instant_now() - every_ms * 1000, ASK_MAX, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && !stop_asked(job); i++) {
        struct arena *scratch CLEANUP_(arena_freep) = arena_new("push", MESSAGE_ARENA_BYTES);
        struct trip t = {
            .job = job, .a = scratch, .db = db, .m = rows[i], .house = house, .claimed_ms = clock_monotonic_ms()};

        if (ask_decision(&t, e) < 0)
            return -1;
    }
    return 0;
}

int push_run(const struct push_job *job, struct arena *a, int *ret_sent, struct err *e)
{
    struct house *house;
    int sent = 0;

    *ret_sent = 0;
    if (job->district->tenant->upstream_count == 0)
        return 0;
    if (!job->district->audit_key_ok) {
        err_fail(e, ERR_CONFIG, "没有审计密钥，不发送（每次发送都须留下记录）");
        return err_mend(e, "请管理员运行 guizhang secrets");
    }
    if (house_open(job->platform, trip_tenant(job), &house, e) < 0 || seal_outbox(job, house, e) < 0 ||
        send_due(job, house, &sent, e) < 0)
        return -1;
    *ret_sent = sent;
    return ask_undecided(job, house, a, e);
}

int push_check(const struct platform *p, struct err *e)
{
    const struct config *c = &p->config;
    struct house *ignored;

    if (c->push_lease_s < c->push_timeout_s + 10) {
        err_fail(e, ERR_CONFIG, "push.lease_s 应比 push.timeout_s 至少多 10 秒，否则发送未完租约已过");
        return err_mend(e, "请把 push.lease_s 调大，或者把 push.timeout_s 调小");
    }
    for (size_t i = 0; i < p->count; i++)
        if (p->tenants[i]->upstream_count > 0 && house_open(p, p->tenants[i]->id, &ignored, e) < 0)
            return -1;
    return 0;
}
