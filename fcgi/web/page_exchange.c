/*
 * web/page_exchange.c - the two addresses other bureaus call: hand in a filing, ask what became of one
 *
 * Nobody is signed in here: exchange verifies the sender's signature over the very bytes that came, and what
 * goes back is a signed receipt, handed out byte for byte as it was made.
 */
#include "config.h"

#include "web/pages.h"

#include "exchange/exchange.h"

static struct inbound inbound_of(const struct call *c)
{
    return (struct inbound){.body = c->raw ? c->raw : "",
                            .len = c->raw_len,
                            .signature = c->http.peer_signature,
                            .timestamp = c->http.peer_timestamp,
                            .key_id = c->http.peer_key};
}

int page_filing_receive(struct call *c, struct err *e)
{
    const struct inbound in = inbound_of(c);
    int repeat;

    return filing_receive(&c->desk, &in, &c->text, &repeat, e);
}

int page_filing_status(struct call *c, struct err *e)
{
    const struct inbound in = inbound_of(c);

    return filing_status(&c->desk, c->args.word, c->args.id, &in, &c->text, e);
}
