/*
 * exchange/freeze.c - casework's filing becomes frozen, signed bytes inside casework's own transaction
 *
 * To the facts and events the rule names it adds "shown": label and value of every fact as a person
 * reads them, because the receiver knows neither this regulation nor its vocabulary.
 *
 * The sequence number is drawn from a series of its own under the same transaction's row lock; it
 * runs beside the outbox's tenant_seq, which is given after the bytes are frozen.
 */
#include "config.h"

#include "exchange/exchange.h"

#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "exchange/names.h"
#include "exchange/peers.h"
#include "store/case.h"

static const char *choice_label(const struct node *fact, const char *id)
{
    for (const struct node *c = node_first(node_get(fact, "choices")); c != NULL; c = c->next)
        if (text_eq(node_get_str(c, "id"), id))
            return node_get_str(c, "label");
    return id;
}

static const char *choices_text(struct arena *a, const struct node *fact, const struct node *list)
{
    const char *text = "";

    for (const struct node *c = node_first(list); c != NULL; c = c->next) {
        const char *label = choice_label(fact, node_str(c, ""));

        text = *text == '\0' ? arena_dup(a, label) : arena_fmt(a, "%s、%s", text, label);
    }
    return text;
}

static const char *value_text(struct arena *a, const struct node *fact, const struct node *v)
{
    switch (v->type) {
    case NODE_BOOL:
        return v->u.truth ? "是" : "否";
    case NODE_INT:
        return text_eq(node_get_str(fact, "type"), "money") ? money_law(a, v->u.integer)
                                                            : arena_fmt(a, "%lld", (long long)v->u.integer);
    case NODE_TEXT:
        return choice_label(fact, v->u.text);
    case NODE_NUMBER:
        return v->u.text;
    case NODE_LIST:
        return choices_text(a, fact, v);
    case NODE_NULL:
    case NODE_OBJECT:
        break;
    }
    return "—";
}

static const struct node *fact_of(const struct node *facts, const char *id)
{
    for (const struct node *f = node_first(facts); f != NULL; f = f->next)
        if (text_eq(node_get_str(f, "id"), id))
            return f;
    return NULL;
}

static const struct node *shown_payload(struct arena *a, const struct district *d, const struct filing_draft *draft)
{
    const struct regulation *r = district_regulation_version(d, draft->regulation);
    const struct node *asked = r != NULL ? regulation_facts(r, a, NULL) : NULL;
    struct node *payload = draft->payload != NULL ? node_copy(a, draft->payload) : node_object(a);
    struct node *shown = node_put_list(a, payload, "shown");

    for (const struct node *v = node_first(node_get(payload, "facts")); v != NULL; v = v->next) {
        const struct node *fact = fact_of(asked, v->key);
        const char *label = node_get_str(fact, "label");
        struct node *row = node_add_object(a, shown);

        node_put_text(a, row, "id", v->key);
        node_put_text(a, row, "label", text_is_empty(label) ? v->key : label);
        node_put_text(a, row, "value", value_text(a, fact, v));
    }
    return payload;
}

int envelope_freeze(const struct desk *d, const struct filing_draft *draft, const char **ret_envelope,
                    const char **ret_sm3, const char **ret_signature, const char **ret_key_id, struct err *e)
{
    struct arena *a = d->arena;
    struct house *house;
    struct db *db;
    struct envelope m = {
        .id = draft->message_id,
        .version = draft->version,
        .project = draft->project,
        .sender = d->district->tenant->id,
        .receiver = draft->peer,
        .filing = draft->filing,
        .filing_name = filing_name(a, d->district, draft->regulation, draft->filing),
        .event = draft->event,
        .regulation = draft->regulation,
        .title = draft->title,
        .unit_name = draft->unit_name,
        .frozen_at = d->machine_now,
    };
    const char *bytes, *signature;
    size_t len;

    if (house_open(d->platform, m.sender, &house, e) < 0)
        return -1;
    if (house_peer(house, draft->peer) == NULL)
        return err_fail(e, ERR_CONFIG, "peers.json 中没有上报对方「%s」", draft->peer);
    if (district_db(d->platform, d->district, &db, e) < 0 ||
        number_next(db, a, arena_fmt(a, "filing.%s", draft->peer), 0, &m.seq, e) < 0)
        return -1;
    m.payload = shown_payload(a, d->district, draft);
    if (envelope_build(a, &m, &bytes, &len, e) < 0 ||
        wire_sign(a, house->key, "envelope", bytes, len, &signature, e) < 0)
        return -1;
    *ret_envelope = bytes;
    *ret_sm3 = crypto_sm3_hex(a, bytes, len);
    *ret_signature = signature;
    *ret_key_id = crypto_key_id(a, house->key);
    return 0;
}
