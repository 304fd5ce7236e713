/*
 * exchange/exchange.h - filings to and from other bureaus: envelope, signature, push, receive, decide
 *
 * Envelope:
 * {"v":1,"id","sender","receiver","seq","filing","version","regulation","event","sent_for","payload","payload_sm3"} as
 * canonical bytes, frozen in the action's transaction; the SM2 signature is over id + "." + timestamp + "." +
 * SM3(bytes), made anew per attempt (timestamp), the bytes never change. Two receipts, both signed by the receiver and
 * bound to id and digest:
 * {"v":1,"kind":"stored"|"decided","id","sm3","receiver","number","at","outcome"?:"accepted"|"returned","reasons"?:[…]}
 * + signature. 2xx without a valid receipt is unknown, not success. Section 8 of the assurance goals (P1-P15).
 */
#ifndef EXCHANGE_EXCHANGE_H
#define EXCHANGE_EXCHANGE_H

#include "casework/casework.h"
#include "casework/filing.h"

/* peers.json: {"<tenant>":{"key":"<private
 * pem>","peers":{"<party>":{"endpoint":"https://…","ca":"…","public_key":"…","hold":false}}}} */
filing_freeze_fn envelope_freeze;

/* ---- sending side ---- */
/* One look through a district's outbox: claims, sends, settles; then asks for decisions. *ret_sent how many were sent.
 */
int push_once(struct platform *p, struct district *d, struct arena *a, const char *owner, int *ret_sent,
              struct err *e) MUST_USE_;
/* Outbox page:
 * {messages:[{id,title,filing_name,peer_name,state,state_name,track:[{name,state,at}],attempts,last_error,next_try,project_href,reasons}],
 * shape:[…]}; message page adds attempts, envelope (pretty), receipts */
int outbox_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e) MUST_USE_;
int outbox_message_view(const struct desk *d, int64_t id, struct node **ret, struct err *e) MUST_USE_;
int outbox_retry(const struct desk *d, int64_t id, struct err *e) MUST_USE_; /* a dead or held one, same id, audited */

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
 * item: adds facts:[{label,value}], receipts, reasons */
int inbox_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e) MUST_USE_;
int inbox_item_view(const struct desk *d, const char *sender, int64_t id, struct node **ret, struct err *e) MUST_USE_;
/* outcome "accepted" | "returned"; reasons [{item, what}] required for a return. Signs the decided receipt in the same
 * transaction. */
int inbox_decide_op(const struct desk *d, const char *sender, int64_t id, int64_t row_version, const char *outcome,
                    const struct node *reasons, struct err *e) MUST_USE_;

#endif
