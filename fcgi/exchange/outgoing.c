/*
 * exchange/outgoing.c - the outbox on the screen, and sending a stopped message again
 *
 * A clerk sees what is true (P15): sent is not received, received is not accepted, unknown is unknown.
 * Times of the track come from the receipts themselves.
 */
#include "config.h"

#include "exchange/exchange.h"

#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"
#include "exchange/names.h"
#include "exchange/push.h"
#include "exchange/receipt.h"
#include "exchange/trail.h"
#include "store/filing.h"

enum { ROWS = 30, PRETTY_BYTES_MAX = 4 * 1024 * 1024 };

static void add_step(struct arena *a, struct node *track, const char *name, const char *state, instant at)
{
    struct node *step = node_add_object(a, track);

    node_put_text(a, step, "name", name);
    node_put_text(a, step, "state", state);
    node_put_bool(a, step, "is_done", text_eq(state, "done"));
    node_put_bool(a, step, "is_now", text_eq(state, "now"));
    node_put_bool(a, step, "is_failed", text_eq(state, "failed"));
    node_put_text(a, step, "at", at != INSTANT_NONE ? instant_text(a, at) : "");
}

static instant receipt_time(struct arena *a, const char *raw)
{
    struct receipt r;
    struct err ignored = {0};

    return receipt_read(a, raw, &r, &ignored) == 0 ? r.at : INSTANT_NONE;
}

static int is_stopped(const struct outbox *m)
{
    return text_eq(m->state, "dead") || text_eq(m->state, "hold") || text_eq(m->state, "corrupt");
}

static const char *sent_state(const struct outbox *m)
{
    if (is_stopped(m))
        return "failed";
    return text_eq(m->state, "queued") || text_eq(m->state, "leased") || text_eq(m->state, "unknown") ? "now" : "done";
}

static const char *sent_name(const struct outbox *m)
{
    const char *state = sent_state(m);

    if (text_eq(state, "failed") || text_eq(m->state, "unknown"))
        return outbox_state_name(m->state);
    return text_eq(state, "now") ? "待送达" : "已送达";
}

static void put_track(struct arena *a, struct node *row, const struct outbox *m)
{
    struct node *track = node_put_list(a, row, "track");
    int is_stored = !text_is_empty(m->stored_receipt), is_decided = !text_is_empty(m->decided_receipt);
    int is_returned = text_eq(m->state, "returned");

    add_step(a, track, "已排队", "done", m->created_at);
    add_step(a, track, sent_name(m), sent_state(m), INSTANT_NONE);
    add_step(a, track, is_stored ? "已入库" : "待入库", is_stored ? "done" : "todo",
             receipt_time(a, m->stored_receipt));
    add_step(a, track,
             is_returned  ? "已退回"
             : is_decided ? "已受理"
                          : "待受理",
             is_decided ? (is_returned ? "failed" : "done") : (is_stored ? "now" : "todo"),
             receipt_time(a, m->decided_receipt));
}

static void put_reasons(struct arena *a, struct node *row, const struct outbox *m)
{
    struct err ignored = {0};
    struct receipt r;

    struct node *list = node_put_list(a, row, "reasons");

    if (receipt_read(a, m->decided_receipt, &r, &ignored) < 0)
        return;
    for (const struct node *n = node_first(r.reasons); n != NULL; n = n->next) {
        struct node *o = node_add(list, node_copy(a, n));

        if (node_get(o, "label") == NULL)
            node_put_text(a, o, "label", node_get_str(n, "item"));
    }
}

static void put_message(const struct desk *d, struct node *row, const struct outbox *m)
{
    struct arena *a = d->arena;
    int stopped = is_stopped(m);

    node_put_fmt(a, row, "id", "%lld", (long long)m->id);
    node_put_text(a, row, "title", m->title);
    node_put_text(a, row, "filing", m->filing);
    node_put_text(a, row, "filing_name", filing_name(a, d->district, NULL, m->filing));
    node_put_text(a, row, "peer", m->peer);
    node_put_text(a, row, "peer_name", upstream_name(d->district, m->peer));
    node_put_int(a, row, "seq", m->tenant_seq);
    node_put_text(a, row, "seq_name", m->tenant_seq > 0 ? arena_fmt(a, "%lld", (long long)m->tenant_seq) : "待编号");
    node_put_int(a, row, "version", m->version);
    node_put_text(a, row, "state", m->state);
    node_put_text(a, row, "state_name", outbox_state_name(m->state));
    node_put_bool(a, row, "is_stopped", stopped);
    node_put_bool(a, row, "may_retry", stopped);
    node_put_int(a, row, "attempts", m->attempts);
    node_put_text(a, row, "last_error", m->last_error);
    node_put_text(a, row, "created_at", instant_text(a, m->created_at));
    node_put_text(a, row, "next_try", m->next_try != INSTANT_NONE && !stopped ? instant_text(a, m->next_try) : "");
    node_put_fmt(a, row, "href", "/%s/outbox/%lld", d->district->tenant->id, (long long)m->id);
    node_put_fmt(a, row, "project_href", "/%s/projects/%lld", d->district->tenant->id, (long long)m->project);
    put_track(a, row, m);
    put_reasons(a, row, m);
}

static int put_shape(const struct desk *d, struct db *db, struct node *view, struct err *e)
{
    struct arena *a = d->arena;
    struct outbox_shape *rows;
    size_t count;

    if (outbox_shapes(db, a, &rows, &count, e) < 0)
        return -1;

    struct node *list = node_put_list(a, view, "shape");

    for (size_t i = 0; i < count; i++) {
        struct node *row = node_add_object(a, list);

        node_put_text(a, row, "peer", rows[i].peer);
        node_put_text(a, row, "peer_name", upstream_name(d->district, rows[i].peer));
        node_put_text(a, row, "state", rows[i].state);
        node_put_text(a, row, "state_name", outbox_state_name(rows[i].state));
        node_put_int(a, row, "count", rows[i].count);
        node_put_text(a, row, "oldest", instant_text(a, rows[i].oldest));
        node_put_int(a, row, "oldest_hours", (d->now - rows[i].oldest) / INT64_C(3600000000));
    }
    return 0;
}

/* To a person a claim that was put off is no try (P15). */
static void put_sends(const struct desk *d, struct node *row, const struct outbox *m, int64_t sends)
{
    if (m->attempts > 0 && !text_eq(sent_state(m), "done"))
        node_put_int(d->arena, row, "attempts", sends);
}

static int desk_db(const struct desk *d, struct db **ret, struct err *e)
{
    return district_db(d->platform, d->district, ret, e);
}

int outbox_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    const char *state = node_get_str(filter, "state");
    struct node *view = node_object(d->arena);
    struct outbox *rows;
    struct db *db;
    int64_t before;
    size_t count;

    if (view_place(d->arena, node_get_str(filter, "after"), 1, &before, e) < 0 || desk_db(d, &db, e) < 0 ||
        outbox_list(db, d->arena, 0, state, desk_sight(d).place, before, ROWS + 1, &rows, &count, e) < 0)
        return -1;

    struct node *list = node_put_list(d->arena, view, "messages");

    for (size_t i = 0; i < count && i < ROWS; i++) {
        struct node *row = node_add_object(d->arena, list);

        put_message(d, row, &rows[i]);
        put_sends(d, row, &rows[i], rows[i].sends);
    }
    if (count > ROWS)
        view_put_id(d->arena, view, "next_after", rows[ROWS - 1].id);
    node_put_bool(d->arena, view, "is_later", before > 0);
    node_put_text(d->arena, view, "state", state);
    node_put_text(d->arena, view, "state_name", text_is_empty(state) ? "全部" : outbox_state_name(state));
    if (text_is_empty(desk_sight(d).place) && put_shape(d, db, view, e) < 0)
        return -1;
    *ret = view;
    return 0;
}

static const char *attempt_name(const struct outbox_attempt *t)
{
    switch (t->status) {
    case ATTEMPT_STARTED:
        return "开始发送";
    case ATTEMPT_RETRIED:
        return "由人重新发送";
    default:
        return text_is_empty(t->request_sm3) ? "询问结果" : "发送结果";
    }
}

static int put_attempts(const struct desk *d, struct db *db, const struct outbox *m, struct node *row, struct err *e)
{
    struct arena *a = d->arena;
    struct outbox_attempt *rows;
    int64_t sends = 0;
    size_t count;

    if (outbox_attempts(db, a, m->id, &rows, &count, e) < 0)
        return -1;

    struct node *list = node_put_list(a, row, "tries");

    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(a, list);

        sends += rows[i].status == ATTEMPT_STARTED;
        node_put_text(a, n, "at", instant_text(a, rows[i].at));
        node_put_text(a, n, "name", attempt_name(&rows[i]));
        node_put_text(a, n, "status", rows[i].status > 0 ? arena_fmt(a, "%d", rows[i].status) : "");
        node_put_text(a, n, "error", rows[i].error);
        node_put_int(a, n, "fence", rows[i].fence);
        node_put_text(a, n, "request_sm3", rows[i].request_sm3);
        node_put_text(a, n, "answer", rows[i].answer);
    }
    put_sends(d, row, m, sends);
    return 0;
}

static const char *pretty(struct arena *a, const char *json)
{
    struct err ignored = {0};
    const struct node *n;
    struct buf b CLEANUP_(buf_free) = {0};

    if (text_is_empty(json) || jsonin_parse(a, json, strlen(json), &n, NULL, NULL, &ignored) < 0)
        return json != NULL ? json : "";
    buf_init(&b, PRETTY_BYTES_MAX);
    jsonout_pretty(&b, n);
    return buf_ok(&b) ? arena_dupn(a, b.data, b.len) : json;
}

/* A message is about a project: who may not know of that may not know of it. */
static int message_get(const struct desk *d, struct db *db, int64_t id, struct outbox *ret, struct err *e)
{
    struct project p;
    int rc = outbox_get(db, d->arena, id, ret, e);

    if (rc < 0)
        return -1;
    if (rc == 0) {
        err_fail(e, ERR_NOT_FOUND, "没有这一份上报");
        return err_mend(e, "请从「上报与回执」打开");
    }
    return casefile_row(d, MAY_OUTBOX_READ, ret->project, &p, e);
}

int outbox_message_view(const struct desk *d, int64_t id, struct node **ret, struct err *e)
{
    struct node *view = node_object(d->arena), *row;
    struct outbox m;
    struct db *db;

    if (desk_db(d, &db, e) < 0 || message_get(d, db, id, &m, e) < 0)
        return -1;
    row = node_put_object(d->arena, view, "message");
    put_message(d, row, &m);
    node_put_text(d->arena, row, "sm3", m.sm3);
    node_put_text(d->arena, row, "signature", m.signature);
    node_put_text(d->arena, row, "key_id", m.key_id);
    node_put_text(d->arena, row, "envelope", pretty(d->arena, text_is_empty(m.envelope) ? m.content : m.envelope));
    node_put_text(d->arena, row, "stored_receipt", m.stored_receipt != NULL ? m.stored_receipt : "");
    node_put_text(d->arena, row, "decided_receipt", m.decided_receipt != NULL ? m.decided_receipt : "");
    if (put_attempts(d, db, &m, row, e) < 0)
        return -1;
    *ret = view;
    return 0;
}

/* A held message speaks for its peer: all of them go again, the first one is the trial. */
static int release(struct db *db, const struct desk *d, const struct outbox *m, int64_t *ret_count, struct err *e)
{
    *ret_count = 1;
    if (text_eq(m->state, "hold"))
        return outbox_move_peer(db, d->arena, m->peer, "hold", "queued", d->machine_now, d->machine_now, ret_count, e);
    return outbox_move(db, d->arena, m->id, m->state, "queued", d->machine_now, d->machine_now, e);
}

static int retry_tx(struct db *db, const struct desk *d, const struct outbox *m, struct err *e)
{
    struct arena *a = d->arena;
    struct outbox_attempt mark = {.message = m->id,
                                  .at = d->machine_now,
                                  .fence = m->fence,
                                  .status = ATTEMPT_RETRIED,
                                  .error = d->actor != NULL ? d->actor->name : "",
                                  .request_sm3 = "",
                                  .answer = ""};
    struct node *detail = node_object(a);
    int64_t count;

    if (release(db, d, m, &count, e) < 0 || outbox_attempt_add(db, a, &mark, e) < 0)
        return -1;
    node_put_text(a, detail, "from", m->state);
    node_put_int(a, detail, "released", count);
    return trail_add(db, d, "outbox.retry", arena_fmt(a, "outbox/%lld", (long long)m->id), "ok", "", detail, e);
}

int outbox_retry(const struct desk *d, int64_t id, struct err *e)
{
    struct outbox m;
    struct db *db;

    if (d->actor == NULL || permit_check(d->actor, MAY_OUTBOX_ACT, e) < 0) {
        if (d->actor != NULL)
            return -1;
        err_fail(e, ERR_FORBIDDEN, "须由办理人员重新发送");
        return err_mend(e, "请换到办理上报的岗位");
    }
    if (desk_db(d, &db, e) < 0 || message_get(d, db, id, &m, e) < 0)
        return -1;
    if (!is_stopped(&m)) {
        err_fail(e, ERR_CONFLICT, "这一份上报的状态是「%s」，不需要重新发送", outbox_state_name(m.state));
        return err_mend(e, "等待对方答复即可");
    }
    if (tx_begin(db, e) < 0)
        return -1;
    if (retry_tx(db, d, &m, e) < 0) {
        tx_rollback(db);
        return -1;
    }
    return tx_commit(db, e);
}
