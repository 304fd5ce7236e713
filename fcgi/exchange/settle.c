/*
 * exchange/settle.c - what becomes of one message: what its attempts say, the row under its fence, the receipt and the
 * case
 *
 * A receipt reaches the case first and the outbox row second: the event is idempotent by its key,
 * so a crash between the two is repaired by the next round, and never the other way about.
 */
#include "config.h"

#include "exchange/trip.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "exchange/trail.h"

enum { ANSWER_KEPT_BYTES = 4096 };

uint64_t trip_chance(void)
{
    uint64_t v;

    crypto_random(&v, sizeof v);
    return v;
}

const char *trip_tenant(const struct push_job *job)
{
    return job->district->tenant->id;
}

const char *trip_object(struct arena *a, int64_t id)
{
    return arena_fmt(a, "outbox/%lld", (long long)id);
}

void trip_report(const struct trip *t, const char *what, const char *state, int status, const char *error)
{
    struct push_report r = {
        .tenant = trip_tenant(t->job),
        .peer = t->m.peer,
        .filing = t->m.filing,
        .id = t->m.id,
        .what = what,
        .state = state,
        .status = status,
        .error = error,
        .ms = clock_monotonic_ms() - t->claimed_ms,
    };

    if (t->job->report != NULL)
        t->job->report(&r);
}

/* ---- what happened to it before ---- */

static void read_attempt(struct trip *t, const struct outbox_attempt *row, int *before)
{
    switch (row->status) {
    case ATTEMPT_STARTED:
        *before = t->may_have_arrived;
        t->may_have_arrived = 1;
        t->sent++;
        if (t->first_sent == INSTANT_NONE)
            t->first_sent = row->at;
        if (t->since == INSTANT_NONE)
            t->since = row->at;
        return;
    case ATTEMPT_RETRIED:
        t->sent = t->failures = 0;
        t->since = INSTANT_NONE;
        return;
    case ATTEMPT_NOT_SENT:
    case 408:
    case 425:
    case 429:
        if (!text_is_empty(row->request_sm3))
            t->may_have_arrived = *before;
        break;
    case 404: /* the answer to a question: it never arrived */
        if (text_is_empty(row->request_sm3))
            t->may_have_arrived = 0;
        break;
    default:
        break;
    }
    t->failures++;
}

int trip_history(struct trip *t, struct err *e)
{
    struct outbox_attempt *rows;
    size_t count;
    int before = 0;

    if (outbox_attempts(t->db, t->a, t->m.id, &rows, &count, e) < 0)
        return -1;
    t->first_sent = t->since = INSTANT_NONE;
    t->sent = t->failures = t->may_have_arrived = 0;
    for (size_t i = 0; i < count; i++)
        read_attempt(t, &rows[i], &before);
    return 0;
}

const char *trip_answer_kept(struct arena *a, const struct peer_answer *answer)
{
    char cut[ANSWER_KEPT_BYTES];

    if (!text_is_utf8(answer->body, answer->len) || strlen(answer->body) != answer->len)
        return arena_fmt(a, "（%zu 字节，不是文字）", answer->len);
    (void)text_copy(cut, sizeof cut, answer->body); /* being cut is the purpose */
    return arena_dup(a, cut);
}

int trip_attempt(struct trip *t, int status, const char *error, const char *request_sm3, const char *answer,
                 struct err *e)
{
    struct outbox_attempt row = {.message = t->m.id,
                                 .at = instant_now(),
                                 .fence = t->m.fence,
                                 .status = status,
                                 .error = error,
                                 .request_sm3 = request_sm3,
                                 .answer = answer};

    return outbox_attempt_add(t->db, t->a, &row, e);
}

/* ---- settle: one transaction of state and audit ---- */

static int settle_tx(struct trip *t, const struct desk *d, const char *state, instant next_try, int status,
                     const char *error, const char *receipt, struct err *e)
{
    struct node *detail = node_object(t->a);

    node_put_text(t->a, detail, "state", state);
    node_put_int(t->a, detail, "http_status", status);
    node_put_text(t->a, detail, "error", error);
    node_put_text(t->a, detail, "sm3", t->m.sm3);
    node_put_int(t->a, detail, "fence", t->m.fence);
    if (receipt != NULL)
        node_put_text(t->a, detail, "receipt_sm3", crypto_sm3_hex(t->a, receipt, strlen(receipt)));
    if (tx_begin(t->db, e) < 0)
        return -1;
    if (outbox_settle(t->db, t->a, &t->m, state, next_try, status, error, receipt, instant_now(), e) < 0 ||
        trail_add(t->db, d, "outbox.send", trip_object(t->a, t->m.id), receipt != NULL ? "ok" : "failed", state, detail,
                  e) < 0) {
        tx_rollback(t->db);
        return -1;
    }
    return tx_commit(t->db, e);
}

/* A lost lease is no fault: another pusher has the message now (P4). */
int trip_settle(struct trip *t, const char *what, const char *state, instant next_try, int status, const char *error,
                const char *receipt, struct err *e)
{
    struct desk d = desk_of_system(t->job->platform, t->job->district, t->a, "");

    if (settle_tx(t, &d, state, next_try, status, error, receipt, e) == 0) {
        trip_report(t, what, state, status, error);
        return 0;
    }
    if (e->code != ERR_STALE)
        return -1;
    t->lost = 1;
    trip_report(t, what, "leased", status, "租约已过期，由另一进程接手");
    return 0;
}

int trip_settle_later(struct trip *t, const char *what, const struct peer_answer *answer, const char *error,
                      struct err *e)
{
    const struct config *c = &t->job->platform->config;
    int64_t age_s = t->since != INSTANT_NONE ? (instant_now() - t->since) / 1000000 : 0;
    int64_t ms = backoff_ms(t->failures, c->push_backoff_min_s, c->push_backoff_max_s, trip_chance());

    if (backoff_is_over(t->sent, age_s, c->push_giveup_s))
        return trip_settle(t, what, "dead", INSTANT_NONE, answer->status,
                           arena_fmt(t->a, "已试 %d 次，不再自动重发：%s", t->sent, error), NULL, e);
    ms = backoff_after_ms(ms, answer->retry_after_s);
    return trip_settle(t, what, t->may_have_arrived ? "unknown" : "queued", instant_now() + ms * 1000, answer->status,
                       error, NULL, e);
}

/* ---- receipts reach the case ---- */

/* The organ of the regulation behind that peer. */
static const char *organ_of(const struct trip *t)
{
    const struct tenant *tenant = t->job->district->tenant;

    for (size_t i = 0; i < tenant->upstream_count; i++)
        if (text_eq(tenant->upstream[i].party, t->m.peer))
            return tenant->upstream[i].id;
    return "upper";
}

/* 0 also when the case refuses the event for good: the receipt is a fact, and the outbox keeps it. */
static int tell_case(struct trip *t, const struct receipt *r, const char *what, struct err *e)
{
    struct desk d = desk_of_system(t->job->platform, t->job->district, t->a,
                                   arena_fmt(t->a, "receipt:%lld:%s", (long long)t->m.id, what));
    struct node *with = node_object(t->a);

    node_put_text(t->a, with, "filing", t->m.filing);
    node_put_fmt(t->a, with, "message", "%lld", (long long)t->m.id);
    node_put_text(t->a, with, "number", r->number);
    if (text_eq(what, "returned"))
        node_put(t->a, with, "reasons", node_copy(t->a, r->reasons));
    if (case_event(&d, t->m.project, arena_fmt(t->a, "filing.%s", what), organ_of(t), with, e) == 0)
        return 0;
    if (e->code == ERR_DB || e->code == ERR_BUSY || e->code == ERR_UNCERTAIN || e->code == ERR_STALE ||
        e->code == ERR_INTERNAL || db_may_retry(e))
        return -1;
    trip_report(t, "case", what, 0, arena_dup(t->a, e->message));
    return 0;
}

static int decide_tx(struct trip *t, const struct receipt *r, const char *raw, int *ret_changed, struct err *e)
{
    struct desk d = desk_of_system(t->job->platform, t->job->district, t->a, "");
    struct node *detail = node_object(t->a);

    node_put_text(t->a, detail, "outcome", r->outcome);
    node_put_text(t->a, detail, "number", r->number);
    node_put_text(t->a, detail, "receipt_sm3", crypto_sm3_hex(t->a, raw, strlen(raw)));
    if (tx_begin(t->db, e) < 0)
        return -1;
    *ret_changed = outbox_decide(t->db, t->a, t->m.id, r->outcome, raw, instant_now(), e);
    if (*ret_changed < 0 || trail_add(t->db, &d, "outbox.decided", trip_object(t->a, t->m.id), "ok",
                                      *ret_changed ? r->outcome : "repeat", detail, e) < 0) {
        tx_rollback(t->db);
        return -1;
    }
    return tx_commit(t->db, e);
}

int trip_take_decision(struct trip *t, const struct receipt *r, const char *raw, int status, struct err *e)
{
    int changed;

    if (tell_case(t, r, r->outcome, e) < 0 || decide_tx(t, r, raw, &changed, e) < 0)
        return -1;
    trip_report(t, "ask", r->outcome, status, changed ? "" : "repeat");
    return 0;
}

/* A decided receipt proves that it was stored, too: the answer to "stored" may have been lost. */
int trip_take_stored(struct trip *t, const char *what, const struct receipt *r, const struct peer_answer *answer,
                     struct err *e)
{
    const char *raw = arena_dupn(t->a, answer->body, answer->len);

    if (tell_case(t, r, "stored", e) < 0)
        return -1;
    if (trip_settle(t, what, "stored", INSTANT_NONE, answer->status, "", raw, e) < 0)
        return -1;
    if (r->kind == RECEIPT_DECIDED && !t->lost)
        return trip_take_decision(t, r, raw, answer->status, e);
    return 0;
}
