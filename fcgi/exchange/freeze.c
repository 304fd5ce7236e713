/*
 * exchange/freeze.c - casework's filing becomes frozen bytes inside casework's own transaction
 *
 * The payload comes as casework made it: facts, events, and "shown", the facts as a person reads
 * them, because the receiver knows neither this regulation nor its vocabulary.
 */
#include "config.h"

#include "exchange/exchange.h"

#include "base/text.h"
#include "exchange/seal.h"

int envelope_freeze(const struct desk *d, const struct filing_draft *draft, const char **ret_content,
                    const char **ret_mac, struct err *e)
{
    struct arena *a = d->arena;
    struct envelope m = {
        .id = draft->message_id,
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
    struct outbox row = {
        .id = m.id, .project = m.project, .version = m.version, .peer = m.receiver, .filing = m.filing};
    size_t len;

    if (!d->district->audit_key_ok) {
        err_fail(e, ERR_CONFIG, "没有审计密钥，上报内容不能固定，因而不能办理");
        return err_mend(e, "请管理员运行 guizhang secrets");
    }
    if (envelope_build(a, &m, &row.content, &len, e) < 0)
        return -1;
    *ret_content = row.content;
    *ret_mac = seal_mac(a, d->district, &row);
    return 0;
}
