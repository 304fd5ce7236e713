/*
 * exchange/exchange.h - filings to and from other bureaus: envelope, signature, push, receive, decide
 *
 * The wire, to the byte, stands at the head of exchange/envelope.c, receipts at that of exchange/receipt.c.
 * For the web layer:
 *   POST <base>/exchange/filings                  body up to 512 KB → filing_receive; 201 new, 200 a repeat, application/json
 *   GET  <base>/exchange/filings/{sender}/{id}    no body           → filing_status; 200
 *   headers Guizhang-Key, Guizhang-Timestamp, Guizhang-Signature fill struct inbound; a missing one is NULL or "".
 * Refusals are problems with err_status(): 400, 403 (not known, not signed, too old), 404, 409 (same id, other bytes), 413, 503.
 * 2xx without a valid receipt is unknown to a sender, not success. Section 8 of the assurance goals (P1-P15).
 */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "casework/casework.h"
#include "casework/filing.h"

/* peers.json: {"<tenant>":{"key":"<private
 * pem>","peers":{"<party>":{"endpoint":"https://…","ca":"…","public_key":"…","hold":false}}}} */
filing_freeze_fn envelope_freeze;

/* ---- sending side ---- */
/* Outbox page:
 * {messages:[{id,title,filing_name,peer_name,state,state_name,track:[{name,state,at}],attempts,last_error,next_try,project_href,reasons}],
 * shape:[…]}; message page: {message: the same with tries:[{at,name,status,error,fence,request_sm3,answer}], envelope (pretty), receipts} */
int outbox_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e) MUST_USE_;
int outbox_message_view(const struct desk *d, int64_t id, struct node **ret, struct err *e) MUST_USE_;
int outbox_retry(const struct desk *d, int64_t id, struct err *e) MUST_USE_; /* a dead or corrupt one, or a held one and with it every held one of that peer; same id, audited */

/* ---- receiving side ---- */
struct inbound {
    const char *body;
    size_t len;
    const char *signature, *timestamp, *key_id;
};
/* Verifies, stores durably, answers with the stored receipt (the first one again for a repeat). *ret the receipt's
 * bytes. */
int filing_receive(const struct desk *d, const struct inbound *in, const char **ret, int *ret_repeat,
                   struct err *e) MUST_USE_;
/* What the sender asks later: the decided receipt, or the stored one while undecided. Signed request as above with an
 * empty body. */
int filing_status(const struct desk *d, const char *sender, int64_t id, const struct inbound *in, const char **ret,
                  struct err *e) MUST_USE_;
/* Inbox page: {filings:[{sender,sender_name,id,title,unit_name,seq,received_at,state,state_name,href}], gaps, counts};
 * item: {filing: the same with facts, documents, event_fields and all of them as items:[{kind: fact|document|event, item, label, value}],
 *   events, receipts, reasons, and of a mended one note, resend_reason, previous:{…, reasons}, compared:[{item,label,before,after,is_changed}]} */
int inbox_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e) MUST_USE_;
int inbox_item_view(const struct desk *d, const char *sender, int64_t id, struct node **ret, struct err *e) MUST_USE_;
/* outcome "accepted" | "returned"; reasons [{item, what, kind?}] required for a return: an item of the
 * filing makes it a typed one. Signs the decided receipt in the same
 * transaction. */
int inbox_decide_op(const struct desk *d, const char *sender, int64_t id, int64_t row_version, const char *outcome,
                    const struct node *reasons, struct err *e) MUST_USE_;

#endif
