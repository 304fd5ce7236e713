/*
 * exchange/freeze.c - casework's filing becomes frozen, signed bytes inside casework's own transaction
 *
 * The payload comes as casework made it: facts, events, and "shown", the facts as a person reads
 * them, because the receiver knows neither this regulation nor its vocabulary.
 */
#include "config.h"

#include "exchange/exchange.h"

#include "base/text.h"
#include "exchange/peers.h"

int envelope_freeze(const struct desk *d, const struct filing_draft *draft, const char **ret_envelope,
                    const char **ret_sm3, const char **ret_signature, const char **ret_key_id, struct err *e)
{
    struct arena *a = d->arena;
    struct house *house;
    struct envelope m = {
        .id = draft->message_id,
        .seq = draft->seq,
        .version = draft->version,
        .project = draft->project,
        .sender = d->district->tenant->id,
        .receiver = draft->peer,
        .filing = draft->filing,
        .filing_name = text_is_empty(draft->filing_name) ? draft->filing : draft->filing_name,
        .event = draft->event,
        .regulation = draft->regulation,
        .title = draft->title,
        .unit_name = draft->unit_name,
        .frozen_at = d->machine_now,
        .payload = draft->payload,
    };
    const char *bytes, *signature;
    size_t len;

    if (house_open(d->platform, m.sender, &house, e) < 0)
        return -1;
    if (house_peer(house, draft->peer) == NULL)
        return err_fail(e, ERR_CONFIG, "peers.json 中没有上报对方「%s」", draft->peer);
    if (envelope_build(a, &m, &bytes, &len, e) < 0 ||
        wire_sign(a, house->key, "envelope", bytes, len, &signature, e) < 0)
        return -1;
    *ret_envelope = bytes;
    *ret_sm3 = crypto_sm3_hex(a, bytes, len);
    *ret_signature = signature;
    *ret_key_id = house->key_id;
    return 0;
}
