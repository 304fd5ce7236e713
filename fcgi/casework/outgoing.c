/*
 * casework/outgoing.c - a filing put into the outbox in the transaction of the act it tells of
 *
 * What goes is exactly the facts and events the rule names. The bytes are frozen by the layer above, through one
 * pointer set at start; without it an act that must file is refused. Number and signature come later (ADR 0009).
 */
#include "config.h"

#include "casework/outgoing.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "casework/filing.h"
#include "casework/view.h"
#include "store/filing.h"

static filing_freeze_fn *freeze; /* wiring, set once at start */

void casework_set_freeze(filing_freeze_fn *fn)
{
    freeze = fn;
}

static const struct node *filing_rule(const struct op *op, const char *id)
{
    for (const struct node *f = node_first(regulation_filings(op->file.regulation, op->desk->arena)); f != NULL;
         f = f->next) {
        if (text_eq(node_get_str(f, "id"), id))
            return f;
    }
    return NULL;
}

static const struct tenant_party *party_of(const struct op *op, const char *organ)
{
    const struct tenant *t = op->desk->district->tenant;

    for (size_t i = 0; i < t->upstream_count; i++) {
        if (text_eq(t->upstream[i].id, organ))
            return &t->upstream[i];
    }
    return NULL;
}

static void payload_facts(const struct op *op, const struct node *rule, struct node *payload)
{
    struct arena *a = op->desk->arena;
    struct node *facts = node_put_object(a, payload, "facts"), *shown = node_put_list(a, payload, "shown");

    for (const struct node *f = node_first(node_get(rule, "facts")); f != NULL; f = f->next) {
        const char *id = node_str(f, "");
        const struct node *value = node_get(op->file.facts, id);

        if (value == NULL)
            continue;
        node_put(a, facts, id, node_copy(a, value));
        /* worded here: the reader has another law */
        const struct node *how = regulation_fact_wording(op->file.regulation, a, id);
        struct node *o = node_add_object(a, shown);

        node_put_text(a, o, "id", id);
        node_put_text(a, o, "label", *node_get_str(how, "label") != '\0' ? node_get_str(how, "label") : id);
        node_put_text(a, o, "value", view_value(a, how, value));
    }
}

static int rule_names(const struct node *rule, const char *what)
{
    for (const struct node *n = node_first(node_get(rule, "events")); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), what))
            return 1;
    }
    return 0;
}

/* Fields only: files, facts of that day and who typed it stay in the district. */
static struct node *event_fields(struct arena *a, const struct node *with)
{
    static const char *const inner[] = {"documents", "facts", "materials", "records", "was"};
    struct node *o = node_object(a);

    for (const struct node *n = node_first(with); n != NULL; n = n->next) {
        int skip = 0;

        for (size_t i = 0; i < ARRAY_LEN(inner); i++)
            skip |= text_eq(n->key, inner[i]);
        if (!skip)
            node_put(a, o, n->key, node_copy(a, n));
    }
    return o;
}

/* The same worded: the reader has another law. */
static void event_shown(const struct op *op, const struct case_event *ev, struct node *list)
{
    struct arena *a = op->desk->arena;

    for (const struct node *f = node_first(regulation_answered(op->file.regulation, a, ev->what, ev->with)); f != NULL;
         f = f->next) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", node_get_str(f, "id"));
        node_put_text(a, o, "label", node_get_str(f, "label"));
        node_put_text(a, o, "value", view_value(a, f, node_get(ev->with, node_get_str(f, "id"))));
    }
}

static void payload_events(const struct op *op, const struct node *rule, struct node *payload)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_put_list(a, payload, "events");

    for (size_t i = 0; i < op->file.event_count; i++) {
        const struct case_event *ev = &op->file.history[i];

        if (!rule_names(rule, ev->what))
            continue;
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "what", ev->what);
        node_put_text(a, o, "at", instant_iso(a, ev->at));
        node_put_text(a, o, "by", ev->by);
        node_put_text(a, o, "by_name",
                      text_eq(ev->by, CASEFILE_UNIT) ? op->file.p.unit_name
                                                     : regulation_organ_name(op->file.regulation, ev->by));
        node_put(a, o, "with", event_fields(a, ev->with));
        event_shown(op, ev, node_put_list(a, o, "shown"));
    }
}

/* The files themselves stay in the district: name, size and SM3 say which they are. */
static void payload_documents(const struct op *op, const struct node *rule, struct node *payload)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_put_list(a, payload, "documents");

    for (const struct node *n = node_first(node_get(rule, "documents")); n != NULL; n = n->next) {
        const char *item = node_str(n, ""), *procedure = act_procedure(a, item), *dot = strchr(item, '.');
        const char *material = dot != NULL ? dot + 1 : "";
        const char *name = regulation_material_name(op->file.regulation, procedure, material, NULL);
        struct node *o = node_add_object(a, list), *files;

        node_put_text(a, o, "id", item);
        node_put_text(a, o, "label", name != NULL ? name : item);
        files = node_put_list(a, o, "files");
        for (size_t i = 0; i < op->file.document_count; i++) {
            const struct document *doc = &op->file.documents[i];

            if (!text_eq(doc->state, "submitted") || !text_eq(doc->procedure, procedure) ||
                !text_eq(doc->material, material))
                continue;
            struct node *file = node_add_object(a, files);

            node_put_text(a, file, "name", doc->name);
            node_put_int(a, file, "size", doc->size);
            node_put_text(a, file, "sm3", doc->sm3);
        }
    }
}

/* Which message this one mends, and what its sender says to it. */
static void payload_mend(const struct op *op, const struct outbox *before, const struct node *with,
                         struct node *payload)
{
    struct arena *a = op->desk->arena;
    struct node *o;

    if (before == NULL)
        return;
    o = node_put_object(a, payload, "mend");
    view_put_id(a, o, "of", before->id);
    node_put_text(a, o, "note", node_get_str(with, "note"));
    node_put_text(a, o, "reason", node_get_str(with, "reason"));
}

static struct node *payload_of(const struct op *op, const struct node *rule)
{
    struct arena *a = op->desk->arena;
    const struct project *p = &op->file.p;
    struct node *payload = node_object(a), *project = node_put_object(a, payload, "project");

    view_put_id(a, project, "id", p->id);
    node_put_text(a, project, "number", p->number);
    node_put_text(a, project, "title", p->title);
    node_put_text(a, project, "unit_code", p->unit_code);
    node_put_text(a, project, "unit_name", p->unit_name);
    view_put_date(a, project, "submitted_on", p->submitted_on);
    payload_facts(op, rule, payload);
    payload_events(op, rule, payload);
    payload_documents(op, rule, payload);
    return payload;
}

/* A mended filing is a new message of the next version, never a changed one (P2). */
static int next_version(const struct op *op, const char *filing, int64_t *ret, const struct outbox **ret_before,
                        struct err *e)
{
    struct outbox *rows;
    size_t count;

    if (outbox_list(op->db, op->desk->arena, op->file.p.id, "", "", 0, 1000, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!text_eq(rows[i].filing, filing) || rows[i].version < *ret)
            continue;
        *ret = rows[i].version + 1;
        *ret_before = &rows[i];
    }
    return 0;
}

static int outgoing_store(struct op *op, const struct filing_draft *draft, struct err *e)
{
    const struct desk *d = op->desk;
    struct outbox m = {.id = draft->message_id,
                       .project = draft->project,
                       .event_seq = draft->event_seq,
                       .filing = draft->filing,
                       .peer = draft->peer,
                       .version = draft->version,
                       .state = "queued",
                       .created_at = d->machine_now,
                       .next_try = d->machine_now,
                       .lease_until = INSTANT_NONE,
                       .done_at = INSTANT_NONE,
                       .lease_owner = "",
                       .last_error = "",
                       .stored_receipt = "",
                       .decided_receipt = "",
                       .title = draft->title};

    if (freeze(d, draft, &m.content, &m.content_mac, e) < 0)
        return -1;
    return outbox_add(op->db, d->arena, &m, e);
}

/* The first message of a filing is version 1; only where something was filed before are the messages looked through. */
static int version_of(const struct op *op, const char *filing, int64_t event_seq, int64_t *ret,
                      const struct outbox **ret_before, struct err *e)
{
    *ret = 1;
    for (size_t i = 0; i < op->file.event_count && (int64_t)i + 1 < event_seq; i++) {
        if (regulation_act_leaves(op->file.regulation, op->file.history[i].what) & LEAVES_FILING)
            return next_version(op, filing, ret, ret_before, e);
    }
    return 0;
}

int outgoing_add(struct op *op, const char *filing, const char *event, int64_t event_seq, const struct node *with,
                 struct err *e)
{
    const struct outbox *before = NULL;
    const struct desk *d = op->desk;
    const struct node *rule = filing_rule(op, filing);
    const struct tenant_party *party = party_of(op, node_get_str(rule, "to"));
    struct filing_draft draft = {.project = op->file.p.id,
                                 .event_seq = event_seq,
                                 .message_id = crypto_ident(d->machine_now / 1000),
                                 .filing = filing,
                                 .filing_name = node_get_str(rule, "name"),
                                 .title = op->file.p.title,
                                 .unit_name = op->file.p.unit_name,
                                 .regulation = regulation_id(op->file.regulation),
                                 .event = event};

    if (rule == NULL || party == NULL || freeze == NULL) {
        err_fail(e, ERR_CONFIG, "「%s」须上报，但还没有配置对方系统", rule != NULL ? draft.filing_name : filing);
        return err_mend(e, "请管理员在 tenant.json 的 upstream 和 peers.json 中登记对方");
    }
    draft.peer = party->party;
    if (version_of(op, filing, event_seq, &draft.version, &before, e) < 0)
        return -1;
    struct node *payload = payload_of(op, rule);

    payload_mend(op, before, with, payload);
    draft.payload = payload;
    return outgoing_store(op, &draft, e);
}
