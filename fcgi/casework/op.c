/*
 * casework/op.c - the one road of every operation that changes something
 */
#include "config.h"

#include "casework/op.h"

#include <assert.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/view.h"

enum { OP_TRIES = 3, CANONICAL_BYTES = 16 * 1024 * 1024 };

static const char *digest_of(struct arena *a, const struct node *n)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, CANONICAL_BYTES);
    jsonout_canonical(&b, n);
    return crypto_sm3_hex(a, buf_str(&b), b.len);
}

const char *project_digest(struct arena *a, const struct project *p)
{
    struct node *n = node_object(a);

    view_put_id(a, n, "id", p->id);
    node_put_text(a, n, "number", p->number);
    node_put_text(a, n, "title", p->title);
    node_put_text(a, n, "unit_code", p->unit_code);
    node_put_text(a, n, "regulation", p->regulation);
    node_put_text(a, n, "calendar_version", p->calendar_version);
    node_put(a, n, "facts", node_copy(a, view_json(a, p->facts)));
    node_put_int(a, n, "total_investment", p->total_investment);
    node_put(a, n, "money", node_copy(a, view_json(a, p->money)));
    node_put_text(a, n, "state", p->state);
    node_put_text(a, n, "route", p->route);
    node_put_text(a, n, "stage", p->stage);
    node_put_text(a, n, "holder", p->holder);
    view_put_date(a, n, "next_due", p->next_due);
    node_put(a, n, "marks", node_copy(a, view_json(a, p->marks)));
    view_put_date(a, n, "submitted_on", p->submitted_on);
    node_put_int(a, n, "version", p->version);
    node_put_int(a, n, "event_count", p->event_count);
    return digest_of(a, n);
}

int op_replace_document(struct op *op, const struct document *newer, struct err *e)
{
    for (size_t i = 0; i < op->file.document_count; i++) {
        struct document *old = &op->file.documents[i];

        if (!text_eq(old->state, "submitted") || !text_eq(old->procedure, newer->procedure) ||
            !text_eq(old->material, newer->material))
            continue;
        if (document_set_state(op->db, op->desk->arena, old->id, "submitted", "replaced", old->event_seq, e) < 0)
            return -1;
        old->state = "replaced";
    }
    return 0;
}

/* ---- audit ---- */

static const char *text_or(const char *s)
{
    return s != NULL ? s : "";
}

int audit_put(const struct desk *d, struct db *db, struct audit *row, struct err *e)
{
    const struct actor *who = d->actor;
    const struct post *post = who != NULL ? who->post : NULL;

    if (!d->district->audit_key_ok) {
        err_fail(e, ERR_CONFIG, "%s的审计密钥没有放好，不能办理", d->district->tenant->name);
        return err_mend(e, "请管理员运行 guizhang secrets");
    }
    row->at = instant_now(); /* of the row, not of the request: one request may leave several */
    row->case_at = d->now;
    row->request_id = text_or(d->request_id);
    row->address = text_or(d->address);
    row->session = who != NULL ? text_or(who->session) : "";
    row->person = who != NULL ? text_or(who->person) : "";
    row->person_name = who != NULL ? text_or(who->name) : "系统";
    row->organ = post != NULL ? text_or(post->organ) : "";
    row->unit = post != NULL ? text_or(post->unit) : "";
    row->object = text_or(row->object);
    row->reason = text_or(row->reason);
    row->articles = text_or(row->articles);
    row->before_sm3 = text_or(row->before_sm3);
    row->after_sm3 = text_or(row->after_sm3);
    row->detail = row->detail != NULL ? row->detail : "{}";
    return audit_add(db, d->arena, d->district->audit_key, sizeof d->district->audit_key, row, e);
}

static int audit_alone(const struct desk *d, struct audit *row, struct err *e)
{
    struct db *db;

    if (district_db(d->platform, d->district, &db, e) < 0 || tx_begin(db, e) < 0)
        return -1;
    if (audit_put(d, db, row, e) < 0 || tx_commit(db, e) < 0) {
        tx_rollback(db);
        return -1;
    }
    return 0;
}

int audit_note(const struct desk *d, const char *what, const char *object, const char *result, const char *reason,
               struct err *e)
{
    struct audit row = {.what = what, .object = object, .result = result, .reason = reason};

    return audit_alone(d, &row, e);
}

/* The refusal stands whether or not its row can be written; the log learns of a row that could not. */
static void audit_refusal(const struct op *op, struct err *e)
{
    struct err own = {0};
    struct audit row = {.what = op->what,
                        .object = op->object,
                        .result = err_status(e->code) >= 500 ? "failed" : "refused",
                        .reason = err_slug(e->code),
                        .articles = e->article,
                        .detail = op->detail != NULL ? view_json_text(op->desk->arena, op->detail) : NULL};

    if (e->code == ERR_DB || e->code == ERR_UNCERTAIN)
        return; /* there is nowhere to write it, or it may have happened */
    if (audit_alone(op->desk, &row, &own) < 0)
        err_detail(e, "%.150s; audit: %.200s", e->detail, own.message);
}

/* ---- idempotency ---- */

/* 1: answered before, the answer is in op->result; -1. */
static int key_answer(struct op *op, const struct idem *row, const char *digest, struct err *e)
{
    const struct desk *d = op->desk;

    if (!text_eq(row->digest, digest) || !text_eq(row->what, op->what) ||
        !text_eq(row->person, d->actor != NULL ? d->actor->person : "")) {
        err_fail(e, ERR_CONFLICT, "这张表单已经提交过，内容与这一次不同");
        return err_mend(e, "请重新打开页面再办理，已填内容请另行保存");
    }
    op->result = node_copy(d->arena, view_json(d->arena, row->result));
    op->repeated = 1;
    return 1;
}

/* Of a form with a version the key stands in the audit row of what it did: one row less a commit (adr/0027). */
static int key_is_in_audit(const struct op *op)
{
    return op->versioned && !op->unchanged && !text_is_empty(op->desk->key);
}

static void key_put(struct op *op, const char *digest)
{
    struct arena *a = op->desk->arena;
    struct node *form;

    if (op->detail == NULL)
        op->detail = node_object(a);
    form = node_put_object(a, op->detail, "form"); /* as audit_form reads it; the MAC is over it */
    node_put_text(a, form, "key", op->desk->key);
    node_put_kept(a, form, "digest", digest);
    node_put(a, form, "result", op->result != NULL ? node_copy(a, op->result) : node_object(a));
}

static int key_keep(struct op *op, const char *digest, struct err *e)
{
    const struct desk *d = op->desk;
    struct idem row = {
        .key = d->key, .person = d->actor != NULL ? d->actor->person : "", .what = op->what, .digest = digest};

    if (text_is_empty(d->key) || key_is_in_audit(op))
        return 0;
    row.result = view_json_text(d->arena, op->result != NULL ? op->result : node_object(d->arena));
    return idem_add(op->db, d->arena, &row, d->machine_now, e);
}

/* ---- the road ---- */

/* The case under its lock, and what this key was answered: a twin of this request has committed by now, or waits for
 * us. */
static int op_lock(struct op *op, struct case_key *ret_key, struct err *e)
{
    const struct desk *d = op->desk;

    if (op->project == 0) {
        ret_key->is_there = text_is_empty(d->key) ? 0 : idem_get(op->db, d->arena, d->key, &ret_key->row, e);
        return ret_key->is_there < 0 ? -1 : 0;
    }
    op->object = arena_fmt(d->arena, "project/%lld", (long long)op->project);

    int found = casefile_lock(d, op->db, op->project, op->versioned ? "" : d->key, op->is_draft, ret_key, &op->file, e);

    if (found < 0)
        return -1;
    if (found == 0 || !casefile_visible(d, &op->file.p))
        return err_fail(e, ERR_NOT_FOUND, "没有这个项目");
    return 0;
}

static int op_audit(struct op *op, const char *before, struct err *e)
{
    struct audit row = {.what = op->what,
                        .object = op->object,
                        .result = "ok",
                        .articles = op->articles,
                        .before_sm3 = before,
                        .after_sm3 = op->after,
                        .form_key = key_is_in_audit(op) ? op->desk->key : "",
                        .detail = op->detail != NULL ? view_json_text(op->desk->arena, op->detail) : NULL};

    return audit_put(op->desk, op->db, &row, e);
}

/* Inside the transaction; 0 done, 1 answered before, -1. */
static int op_inside(struct op *op, op_work *work, void *arg, const char *digest, struct err *e)
{
    const char *before = "";
    struct case_key key;

    if (op_lock(op, &key, e) < 0)
        return -1;
    if (key.is_there)
        return key_answer(op, &key.row, digest, e);
    if (op->project != 0)
        before = project_digest(op->desk->arena, &op->file.p);
    if (work(op, arg, e) < 0)
        return -1;
    if (key_is_in_audit(op))
        key_put(op, digest);
    if (!op->unchanged && op_audit(op, before, e) < 0)
        return -1;
    return key_keep(op, digest, e);
}

static int op_once(struct op *op, op_work *work, void *arg, const char *digest, struct err *e)
{
    if (op->errors != NULL)
        op->errors->count = 0;
    op->articles = op->after = "";
    op->detail = op->result = NULL;
    op->repeated = op->unchanged = 0;
    if (district_db(op->desk->platform, op->desk->district, &op->db, e) < 0 || tx_begin(op->db, e) < 0)
        return -1;

    int rc = op_inside(op, work, arg, digest, e);

    if (rc == 0)
        rc = tx_commit(op->db, e);
    else
        tx_rollback(op->db);
    return rc < 0 ? -1 : 0;
}

/* Two requests without a project to lock may race for one key: the loser finds the winner's answer the next time. */
static int lost_key_race(const struct op *op, const struct err *e)
{
    return e->code == ERR_CONFLICT && op->project == 0 && !text_is_empty(op->desk->key);
}

/* It was refused after nobody asked the key: 1 when this very form was answered before, 0 when the key is new, -1. */
static int op_answered(struct op *op, const char *digest, struct err *e)
{
    struct err own = {0};
    struct idem row;
    int found;

    if (!op->versioned || text_is_empty(op->desk->key) || e->code == ERR_NOT_FOUND || err_status(e->code) >= 500)
        return 0;
    found = audit_form(op->db, op->desk->arena, op->desk->key, &row, &own);
    if (found == 0)
        found = idem_get(op->db, op->desk->arena, op->desk->key, &row, &own);
    if (found == 0)
        return 0;
    *e = own;
    return found < 0 ? -1 : key_answer(op, &row, digest, e);
}

int op_run(struct op *op, op_work *work, void *arg, struct err *e)
{
    const char *digest = digest_of(op->desk->arena, op->asked);

    assert(op->what != NULL);
    if (op->project != 0)
        op->object = arena_fmt(op->desk->arena, "project/%lld", (long long)op->project);
    if (op->desk->actor != NULL && permit_check(op->desk->actor, op->may, e) < 0) {
        audit_refusal(op, e);
        return -1;
    }
    for (int i = 0; i < OP_TRIES; i++) {
        *e = (struct err){0};
        if (op_once(op, work, arg, digest, e) == 0)
            return 0;
        if (!db_may_retry(e) && !lost_key_race(op, e))
            break;
    }
    if (op_answered(op, digest, e) == 1)
        return 0;
    audit_refusal(op, e);
    return -1;
}
