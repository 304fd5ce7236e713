/*
 * exchange/incoming.c - the upper bureau's inbox on the screen, and its decision: 受理 or 退回
 *
 * The decided receipt is signed and frozen in the transaction of the decision. One decision a filing:
 * a mended one comes as a new message with the next version.
 */
#include "config.h"

#include "exchange/exchange.h"

#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/view.h"
#include "exchange/names.h"
#include "exchange/peers.h"
#include "exchange/receipt.h"
#include "exchange/trail.h"
#include "store/case.h"
#include "store/filing.h"

enum { TRIES = 3, ROWS = 30, COUNTED = 1000, REASONS_BYTES_MAX = 64 * 1024 };

static void put_filing(const struct desk *d, struct node *row, const struct inbox *m)
{
    struct arena *a = d->arena;

    node_put_text(a, row, "sender", m->sender);
    node_put_text(a, row, "sender_name", m->sender_name);
    node_put_fmt(a, row, "id", "%lld", (long long)m->id);
    node_put_text(a, row, "filing", m->filing);
    node_put_text(a, row, "title", m->title);
    node_put_text(a, row, "unit_name", m->unit_name);
    node_put_int(a, row, "seq", m->sender_seq);
    node_put_int(a, row, "version", m->version);
    node_put_bool(a, row, "is_mended", m->version > 1);
    node_put_text(a, row, "received_at", instant_text(a, m->received_at));
    node_put_text(a, row, "state", m->state);
    node_put_text(a, row, "state_name", inbox_state_name(m->state));
    node_put_bool(a, row, "is_open", text_eq(m->state, "stored"));
    node_put_text(a, row, "decided_at", m->decided_at != INSTANT_NONE ? instant_text(a, m->decided_at) : "");
    node_put_fmt(a, row, "row_version", "%lld", (long long)m->row_version);
    node_put_fmt(a, row, "href", "/%s/inbox/%s/%lld", d->district->tenant->id, m->sender, (long long)m->id);
}

static const char *sender_name(const struct desk *d, const char *sender)
{
    const char *name = downstream_name(d->district, sender);

    return name != NULL ? name : sender;
}

static int put_gaps(const struct desk *d, struct db *db, struct node *view, struct err *e)
{
    struct arena *a = d->arena;
    struct inbox_gap *rows;
    size_t count;

    if (inbox_gaps(db, a, &rows, &count, e) < 0)
        return -1;

    struct node *list = node_put_list(a, view, "gaps");

    for (size_t i = 0; i < count; i++) {
        struct node *row = node_add_object(a, list);

        node_put_text(a, row, "sender", rows[i].sender);
        node_put_text(a, row, "sender_name", sender_name(d, rows[i].sender));
        node_put_int(a, row, "from", rows[i].from);
        node_put_int(a, row, "to", rows[i].to);
        node_put_int(a, row, "count", rows[i].to - rows[i].from + 1);
        node_put_bool(a, row, "is_one", rows[i].to == rows[i].from);
    }
    return 0;
}

/* Up to COUNTED of each state; "more" says where that is not all. */
static int put_counts(const struct desk *d, struct db *db, struct node *view, struct err *e)
{
    struct node *counts = node_put_object(d->arena, view, "counts"), *more = node_put_object(d->arena, view, "more");
    struct inbox_count *rows;
    size_t count;

    if (inbox_counts(db, d->arena, COUNTED, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        node_put_int(d->arena, counts, rows[i].state, rows[i].count);
        if (rows[i].count == COUNTED)
            node_put_bool(d->arena, more, rows[i].state, 1);
    }
    return 0;
}

enum { PLACE_AT, PLACE_ID, PLACE_OF_INBOX };

int inbox_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    const char *state = node_get_str(filter, "state"), *sender = node_get_str(filter, "sender");
    struct node *view = node_object(d->arena);
    int64_t from[PLACE_OF_INBOX];
    struct inbox_place after;
    struct inbox *rows;
    struct db *db;
    size_t count;

    if (view_place(d->arena, node_get_str(filter, "after"), PLACE_OF_INBOX, from, e) < 0)
        return -1;
    after = (struct inbox_place){.at = from[PLACE_AT] > 0 ? from[PLACE_AT] : INSTANT_NONE, .id = from[PLACE_ID]};
    if (district_db(d->platform, d->district, &db, e) < 0 ||
        inbox_list(db, d->arena, state, sender, &after, ROWS + 1, &rows, &count, e) < 0)
        return -1;

    struct node *list = node_put_list(d->arena, view, "filings");

    for (size_t i = 0; i < count && i < ROWS; i++)
        put_filing(d, node_add_object(d->arena, list), &rows[i]);
    if (count > ROWS)
        node_put_fmt(d->arena, view, "next_after", "%lld.%lld", (long long)rows[ROWS - 1].received_at,
                     (long long)rows[ROWS - 1].id);
    node_put_bool(d->arena, view, "is_later", after.id > 0);
    node_put_bool(d->arena, view, "is_waiting", text_eq(state, "stored"));
    node_put_text(d->arena, view, "state", state);
    node_put_text(d->arena, view, "sender", sender);
    if (put_gaps(d, db, view, e) < 0 || put_counts(d, db, view, e) < 0)
        return -1;
    *ret = view;
    return 0;
}

/* ---- what a filing says ---- */

static void part_put(struct arena *a, struct node *list, const char *kind, const char *item, const char *label,
                     const char *value)
{
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "kind", kind);
    node_put_text(a, n, "item", item);
    node_put_text(a, n, "label", label);
    node_put_text(a, n, "value", value);
}

/* "shown" is what the sender wrote for people; another system's envelope may have facts only. */
static void facts_of(struct arena *a, const struct envelope *m, struct node *list)
{
    const struct node *shown = node_get(m->payload, "shown");

    for (const struct node *n = node_first(shown); n != NULL; n = n->next)
        part_put(a, list, "fact", node_get_str(n, "id"), node_get_str(n, "label"), node_get_str(n, "value"));
    if (shown != NULL)
        return;
    for (const struct node *n = node_first(node_get(m->payload, "facts")); n != NULL; n = n->next) {
        struct buf b CLEANUP_(buf_free) = {0};

        buf_init(&b, 4096);
        jsonout_tree(&b, n);
        part_put(a, list, "fact", n->key, n->key, n->type == NODE_TEXT ? n->u.text : buf_str(&b));
    }
}

static void documents_of(struct arena *a, const struct envelope *m, struct node *list)
{
    for (const struct node *n = node_first(node_get(m->payload, "documents")); n != NULL; n = n->next) {
        const char *files = "";

        for (const struct node *f = node_first(node_get(n, "files")); f != NULL; f = f->next)
            files = arena_fmt(a, "%s%s%s（SM3 %.8s）", files, *files != '\0' ? "、" : "", node_get_str(f, "name"),
                              node_get_str(f, "sm3"));
        part_put(a, list, "document", node_get_str(n, "id"), node_get_str(n, "label"), files);
    }
}

static void events_of(struct arena *a, const struct envelope *m, struct node *list)
{
    for (const struct node *ev = node_first(node_get(m->payload, "events")); ev != NULL; ev = ev->next) {
        for (const struct node *n = node_first(node_get(ev, "shown")); n != NULL; n = n->next)
            part_put(a, list, "event", arena_fmt(a, "%s.%s", node_get_str(ev, "what"), node_get_str(n, "id")),
                     arena_fmt(a, "%s：%s", node_get_str(ev, "by_name"), node_get_str(n, "label")),
                     node_get_str(n, "value"));
    }
}

/* Each thing a filing says, in its sender's words: [{kind: fact|document|event, item, label, value}]; a return may name
 * it. */
static struct node *parts_of(struct arena *a, const struct envelope *m)
{
    struct node *list = node_list(a);

    facts_of(a, m, list);
    documents_of(a, m, list);
    events_of(a, m, list);
    return list;
}

static const struct node *part_find(const struct node *parts, const char *kind, const char *item)
{
    for (const struct node *n = node_first(parts); n != NULL; n = n->next) {
        if (text_eq(node_get_str(n, "item"), item) && (*kind == '\0' || text_eq(node_get_str(n, "kind"), kind)))
            return n;
    }
    return NULL;
}

static void put_reasons(struct arena *a, struct node *row, const struct inbox *m)
{
    struct err ignored = {0};
    const struct node *reasons;

    if (!text_is_empty(m->reasons) &&
        jsonin_parse(a, m->reasons, strlen(m->reasons), &reasons, NULL, NULL, &ignored) == 0)
        node_put(a, row, "reasons", node_copy(a, reasons));
    else
        node_put_list(a, row, "reasons");
}

static int envelope_of(struct arena *a, const struct inbox *m, struct envelope *ret)
{
    struct err ignored = {0};

    return envelope_parse(a, m->envelope, strlen(m->envelope), ret, &ignored);
}

/* ---- a mended one beside the one it mends ---- */

/* The message named must be what it says: of the same sender, filing and project, and an earlier version. */
static int find_previous(const struct desk *d, struct db *db, const struct inbox *m, const struct envelope *env,
                         struct inbox *ret, struct envelope *ret_env, struct err *e)
{
    const char *of = node_get_str(node_get(env->payload, "mend"), "of");
    int64_t id;
    int rc;

    if (*of == '\0' || text_i64(of, &id) < 0)
        return 0;
    rc = inbox_get(db, d->arena, m->sender, id, ret, e);
    if (rc <= 0)
        return rc;
    return envelope_of(d->arena, ret, ret_env) == 0 && ret_env->project == env->project &&
           text_eq(ret_env->filing, env->filing) && ret_env->version < env->version;
}

static void compare_row(struct arena *a, struct node *list, const struct node *part, const char *before,
                        const char *after)
{
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "item", node_get_str(part, "item"));
    node_put_text(a, n, "label", node_get_str(part, "label"));
    node_put_text(a, n, "before", before);
    node_put_text(a, n, "after", after);
    node_put_bool(a, n, "is_changed", !text_eq(before, after));
}

/* Every part of both, side by side; worked out here from the two signed messages, not taken from what is said. */
static void put_compared(struct arena *a, struct node *row, const struct envelope *before, const struct envelope *after)
{
    struct node *list = node_put_list(a, row, "compared"), *old = parts_of(a, before), *new = parts_of(a, after);

    for (const struct node *n = node_first(new); n != NULL; n = n->next) {
        const struct node *was = part_find(old, node_get_str(n, "kind"), node_get_str(n, "item"));

        compare_row(a, list, n, node_get_str(was, "value"), node_get_str(n, "value"));
    }
    for (const struct node *n = node_first(old); n != NULL; n = n->next) {
        if (part_find(new, node_get_str(n, "kind"), node_get_str(n, "item")) == NULL)
            compare_row(a, list, n, node_get_str(n, "value"), "");
    }
}

static int put_previous(const struct desk *d, struct db *db, struct node *row, const struct inbox *m,
                        const struct envelope *env, struct err *e)
{
    struct arena *a = d->arena;
    const struct node *mend = node_get(env->payload, "mend");
    struct inbox before;
    struct envelope old;
    int rc = find_previous(d, db, m, env, &before, &old, e);

    if (rc < 0)
        return -1;
    if (mend != NULL) {
        node_put_text(a, row, "note", node_get_str(mend, "note"));
        node_put_text(a, row, "resend_reason", node_get_str(mend, "reason"));
    }
    if (rc == 0)
        return 0;
    struct node *n = node_put_object(a, row, "previous");

    put_filing(d, n, &before);
    put_reasons(a, n, &before);
    put_compared(a, row, &old, env);
    return 0;
}

static int put_item(const struct desk *d, struct db *db, struct node *row, const struct inbox *m, struct err *e)
{
    struct arena *a = d->arena;
    struct envelope env;

    if (envelope_of(a, m, &env) == 0) {
        node_put_text(a, row, "filing_name", env.filing_name);
        node_put_text(a, row, "regulation", env.regulation);
        node_put_text(a, row, "event", env.event);
        node_put_text(a, row, "frozen_at", instant_text(a, env.frozen_at));
        facts_of(a, &env, node_put_list(a, row, "facts"));
        documents_of(a, &env, node_put_list(a, row, "documents"));
        events_of(a, &env, node_put_list(a, row, "event_fields"));
        node_put(a, row, "items", parts_of(a, &env));
        if (node_get(env.payload, "events") != NULL)
            node_put(a, row, "events", node_copy(a, node_get(env.payload, "events")));
        if (put_previous(d, db, row, m, &env, e) < 0)
            return -1;
    }
    node_put_text(a, row, "sm3", m->sm3);
    node_put_text(a, row, "key_id", m->key_id);
    node_put_text(a, row, "stored_receipt", m->stored_receipt);
    node_put_text(a, row, "decided_receipt", m->decided_receipt != NULL ? m->decided_receipt : "");
    put_reasons(a, row, m);
    return 0;
}

int inbox_item_view(const struct desk *d, const char *sender, int64_t id, struct node **ret, struct err *e)
{
    struct node *view = node_object(d->arena), *row;
    struct inbox m;
    struct db *db;
    int rc;

    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    rc = inbox_get(db, d->arena, sender, id, &m, e);
    if (rc <= 0) {
        if (rc < 0)
            return -1;
        err_fail(e, ERR_NOT_FOUND, "没有这一份报送");
        return err_mend(e, "请从「下级报来」打开");
    }
    row = node_put_object(d->arena, view, "filing");
    put_filing(d, row, &m);
    if (put_item(d, db, row, &m, e) < 0)
        return -1;
    *ret = view;
    return 0;
}

/* ---- decide ---- */

struct decision_of {
    const char *sender, *outcome;
    int64_t id, row_version;
    const struct node *reasons; /* a list, perhaps empty */
    const char *reasons_json, *digest;
};

static int reasons_text(struct arena *a, const struct node *reasons, const char **ret, struct err *e)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, REASONS_BYTES_MAX);
    jsonout_canonical(&b, reasons);
    if (!buf_ok(&b)) {
        err_fail(e, ERR_TOO_LARGE, "各项退回原因合起来过长");
        return err_mend(e, "请写短一些，每项只写要补正什么");
    }
    *ret = arena_dupn(a, b.data, b.len);
    return 0;
}

static int check_decision(const struct desk *d, const char *outcome, const struct node *reasons, struct decision_of *x,
                          struct err *e)
{
    if (d->actor == NULL) {
        err_fail(e, ERR_FORBIDDEN, "须由受理人员办理");
        return err_mend(e, "请换到受理下级报送的岗位");
    }
    if (permit_check(d->actor, MAY_INBOX_DECIDE, e) < 0)
        return -1;
    if (!text_eq(outcome, "accepted") && !text_eq(outcome, "returned")) {
        err_fail(e, ERR_BAD_INPUT, "没有选择受理还是退回");
        err_mend(e, "请选一种；退回的写明原因");
        return err_at(e, "/outcome");
    }
    x->outcome = outcome;
    x->reasons = reasons != NULL ? reasons : node_list(d->arena);
    if (receipt_reasons_check(x->reasons, e) < 0)
        return err_at(e, "/reasons");
    if (text_eq(outcome, "returned") && node_count(x->reasons) == 0) {
        err_fail(e, ERR_BAD_INPUT, "退回须写明原因");
        err_mend(e, "至少写一项：哪一事项，需要怎样补正");
        return err_at(e, "/reasons");
    }
    return reasons_text(d->arena, x->reasons, &x->reasons_json, e);
}

/* 1 the same press of the same button again, 0 new, -1. */
static int is_repeat(struct db *db, const struct desk *d, const struct decision_of *x, struct err *e)
{
    struct idem seen;
    int rc;

    if (text_is_empty(d->key))
        return 0;
    rc = idem_get(db, d->arena, d->key, &seen, e);
    if (rc <= 0)
        return rc;
    if (!text_eq(seen.digest, x->digest) || !text_eq(seen.person, d->actor->person)) {
        err_fail(e, ERR_CONFLICT, "这一页已经提交过，内容与这一次不同");
        return err_mend(e, "请重新打开这一份报送，看是否已经办结");
    }
    return 1;
}

static int decided_receipt(const struct desk *d, const struct inbox *m, const struct decision_of *x, const char **ret,
                           struct err *e)
{
    struct receipt first;
    struct house *house;

    if (house_open(d->platform, d->district->tenant->id, &house, e) < 0 ||
        receipt_read(d->arena, m->stored_receipt, &first, e) < 0)
        return -1;

    struct receipt r = {.kind = RECEIPT_DECIDED,
                        .id = m->id,
                        .sm3 = m->sm3,
                        .sender = m->sender,
                        .receiver = d->district->tenant->id,
                        .number = first.number,
                        .at = d->machine_now,
                        .outcome = x->outcome,
                        .reasons = x->reasons};

    return receipt_make(d->arena, house->key, &r, ret, e);
}

static int check_open(const struct desk *d, const struct decision_of *x, const struct inbox *m, struct err *e)
{
    if (!text_eq(m->state, "stored")) {
        err_fail(e, ERR_CONFLICT, "这一份报送已于 %s 办结：%s", instant_text(d->arena, m->decided_at),
                 inbox_state_name(m->state));
        return err_mend(e, "一份报送只决定一次；对方补正后会作为新的一版报来");
    }
    if (m->row_version != x->row_version) {
        err_fail(e, ERR_STALE, "这一份报送在您打开页面之后已被他人办理过");
        return err_mend(e, "请重新打开这一份报送，核对后再办理");
    }
    return 0;
}

/* As long as a receipt takes it; whole characters only. */
static const char *label_cut(struct arena *a, const char *label)
{
    size_t n = strlen(label);

    while (text_chars(label) > RECEIPT_ITEM_CHARS) {
        do
            n--;
        while (n > 0 && ((unsigned char)label[n] & 0xC0) == 0x80);
        label = arena_dupn(a, label, n);
    }
    return label;
}

/* A reason that names a part of the filing becomes a typed one; a kind that fits nothing in it is refused. */
static int type_reasons(const struct desk *d, const struct inbox *m, struct decision_of *x, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a), *parts = node_list(a);
    struct envelope env;
    int i = 0;

    if (envelope_of(a, m, &env) == 0)
        parts = parts_of(a, &env);
    for (const struct node *r = node_first(x->reasons); r != NULL; r = r->next, i++) {
        const char *kind = node_get_str(r, "kind"), *item = node_get_str(r, "item");
        const struct node *part = *item != '\0' ? part_find(parts, kind, item) : NULL;
        struct node *n = node_add_object(a, list);

        if (part == NULL && *kind != '\0') {
            err_fail(e, ERR_BAD_INPUT, "这份报送中没有「%s」这一项", item);
            err_mend(e, "请从报送内容中选择；说的是整份报送的，不选哪一事项");
            return err_at(e, "/reasons/%d/item", i);
        }
        node_put_text(a, n, "item", item);
        node_put_text(a, n, "what", node_get_str(r, "what"));
        if (part == NULL)
            continue;
        node_put_text(a, n, "kind", node_get_str(part, "kind"));
        node_put_text(a, n, "label", label_cut(a, node_get_str(part, "label")));
    }
    x->reasons = list;
    return reasons_text(a, list, &x->reasons_json, e);
}

static int decide_tx(struct db *db, const struct desk *d, const struct decision_of *given, struct err *e)
{
    struct decision_of own = *given, *x = &own;
    struct arena *a = d->arena;
    struct node *detail = node_object(a);
    struct inbox m;
    const char *receipt;
    int rc = inbox_lock(db, a, x->sender, x->id, &m, e);

    if (rc <= 0) {
        if (rc < 0)
            return -1;
        err_fail(e, ERR_NOT_FOUND, "没有这一份报送");
        return err_mend(e, "请从「下级报来」打开");
    }
    /* after the lock: a twin of this request has committed by now, or will wait for us */
    rc = is_repeat(db, d, x, e);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    if (check_open(d, x, &m, e) < 0 || type_reasons(d, &m, x, e) < 0 || decided_receipt(d, &m, x, &receipt, e) < 0)
        return -1;

    struct idem key = {
        .key = d->key, .person = d->actor->person, .what = "inbox.decide", .digest = x->digest, .result = "{}"};

    node_put_text(a, detail, "outcome", x->outcome);
    node_put_text(a, detail, "receipt_sm3", crypto_sm3_hex(a, receipt, strlen(receipt)));
    if (inbox_decide(db, a, &m, x->outcome, receipt, d->now, d->actor->person, x->reasons_json, e) < 0 ||
        (!text_is_empty(d->key) && idem_add(db, a, &key, d->machine_now, e) < 0))
        return -1;
    return trail_add(db, d, "inbox.decide", arena_fmt(a, "inbox/%s/%lld", x->sender, (long long)x->id), "ok",
                     x->outcome, detail, e);
}

static int decide_once(const struct desk *d, const struct decision_of *x, struct err *e)
{
    struct db *db;

    if (district_db(d->platform, d->district, &db, e) < 0 || tx_begin(db, e) < 0)
        return -1;
    if (decide_tx(db, d, x, e) < 0) {
        tx_rollback(db);
        return -1;
    }
    return tx_commit(db, e);
}

static int decide(const struct desk *d, struct decision_of *x, struct err *e)
{
    const char *said = arena_fmt(d->arena, "%s/%lld/%lld/%s/%s", x->sender, (long long)x->id, (long long)x->row_version,
                                 x->outcome, x->reasons_json);
    int rc;

    x->digest = crypto_sm3_hex(d->arena, said, strlen(said));
    for (int i = 0; (rc = decide_once(d, x, e)) < 0 && i < TRIES - 1 && db_may_retry(e); i++)
        *e = (struct err){0};
    return rc;
}

int inbox_decide_op(const struct desk *d, const char *sender, int64_t id, int64_t row_version, const char *outcome,
                    const struct node *reasons, struct err *e)
{
    struct decision_of x = {.sender = sender, .id = id, .row_version = row_version};
    struct err ignored = {0};

    if (check_decision(d, outcome, reasons, &x, e) == 0 && decide(d, &x, e) == 0)
        return 0;
    /* a refusal is worth a row, too; a database that is down cannot take one */
    if (d->actor != NULL && err_status(e->code) < 500 &&
        audit_note(d, "inbox.decide", arena_fmt(d->arena, "inbox/%s/%lld", sender, (long long)id), "refused",
                   err_slug(e->code), &ignored) < 0)
        return -1;
    return -1;
}
