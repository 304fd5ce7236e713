/*
 * exchange/names.c - what filings, parties and states are called on the screen
 */
#include "config.h"

#include "exchange/names.h"

#include "base/text.h"

struct state_name {
    const char *state, *name;
};
/* clang-format off */
static const struct state_name OUTBOX_STATES[] = {
    { "queued",   "已排队" },   { "leased",   "发送中" },   { "unknown",  "送达未知" },
    { "stored",   "已入库" },   { "accepted", "已受理" },   { "returned", "已退回" },
    { "dead",     "未能送达" }, { "hold",     "暂停发送" },
    { "corrupt",  "报文损坏" },
};
static const struct state_name INBOX_STATES[] = {
    { "stored", "待受理" }, { "accepted", "已受理" }, { "returned", "已退回" },
};
/* clang-format on */

static const char *state_name(const struct state_name *table, size_t count, const char *state)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(table[i].state, state))
            return table[i].name;
    return state;
}

const char *outbox_state_name(const char *state)
{
    return state_name(OUTBOX_STATES, ARRAY_LEN(OUTBOX_STATES), state);
}

const char *inbox_state_name(const char *state)
{
    return state_name(INBOX_STATES, ARRAY_LEN(INBOX_STATES), state);
}

const char *filing_name(struct arena *a, const struct district *d, const char *regulation, const char *filing)
{
    const struct regulation *r = NULL;

    if (regulation != NULL)
        r = district_regulation_version(d, regulation);
    else if (d->regulation_count > 0)
        r = d->regulations[d->regulation_count - 1];
    if (r == NULL)
        return filing;
    for (const struct node *f = node_first(regulation_filings(r, a)); f != NULL; f = f->next)
        if (text_eq(node_get_str(f, "id"), filing) && !text_is_empty(node_get_str(f, "name")))
            return node_get_str(f, "name");
    return filing;
}

static const char *party_name(const struct tenant_party *parties, size_t count, const char *party)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(parties[i].party, party))
            return parties[i].name;
    return NULL;
}

const char *upstream_name(const struct district *d, const char *party)
{
    const char *name = party_name(d->tenant->upstream, d->tenant->upstream_count, party);

    return name != NULL ? name : party;
}

const char *downstream_name(const struct district *d, const char *party)
{
    return party_name(d->tenant->downstream, d->tenant->downstream_count, party);
}
