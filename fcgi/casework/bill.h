/*
 * casework/bill.h - drafts of a regulation's version: written, checked, tried, proposed, confirmed, withdrawn (ADR 0010)
 *
 * Files of a draft lie by content in the tenant's tree, their list stands in the row. Every change is one operation with
 * its audit row; version is that of the form, another one is ERR_STALE. A confirmed version is written whole into
 * <files>/<tenant>/regulations/<version>, from where every program loads it beside those of tenant.json.
 */
#ifndef CASEWORK_BILL_H
#define CASEWORK_BILL_H

#include "casework/casework.h"

enum { BILL_FILES_MAX = 200, BILL_FILE_BYTES = 512 * 1024 };

struct bill_put { /* one file to be written; bytes, or a piece of an upload */
    const char *name;            /* text.json, rules.json, findings.json, cases/<a-z0-9_>.json; of an upload the last part alone */
    const char *bytes; size_t len;
    const char *path; int64_t offset, length;
};

/* {bills: [{id, regulation, name, state, state_name, comes_on, changed_at, changed_name, href}], next_after?, current?: {id, title}} */
int bill_list_view(const struct desk *d, int64_t before_id, struct node **ret, struct err *e) MUST_USE_;
/* copy: its files are those of the version in force. */
int bill_create(const struct desk *d, const char *regulation, const char *name, int copy, int64_t *ret_id, struct err *e) MUST_USE_;
/* {bill: {…, version, files: [{name, size_text, sm3, href}]}, check: {errors, doubts, accepted, passed, failed, findings: [{id, file, line, column,
 * is_error, is_open, message, mend, example, articles, articles_joined, words, href?, accepted?}]}, ledger?, difference?: {from, count, rows: [{what_name, words, articles}]},
 * missing: [name], can_edit, trial_href, publish_href} */
int bill_view(const struct desk *d, int64_t id, struct node **ret, struct err *e) MUST_USE_;
/* {bill, file: {name, text, is_new}, findings: [of this file], articles: [{number, name, paragraphs}]}; typed_or_null stands in for the text */
int bill_file_view(const struct desk *d, int64_t id, const char *name, const char *typed_or_null, struct node **ret, struct err *e) MUST_USE_;
int bill_put_files(const struct desk *d, int64_t id, int64_t version, struct bill_put *files, size_t count, int64_t *ret_version, struct err *e) MUST_USE_;
int bill_drop_file(const struct desk *d, int64_t id, int64_t version, const char *name, int64_t *ret_version, struct err *e) MUST_USE_;
/* A doubt accepted by name: a row of the draft's findings.json (ADR 0007). doubt: {finding, articles: "7,12", about, reading, reason}. */
int bill_accept(const struct desk *d, int64_t id, int64_t version, const struct node *doubt, int64_t *ret_version, struct err *e) MUST_USE_;
/* The projects first submitted in the last months under both versions: {bill, months, since, most, is_cut, count, rows: [{title, number, unit_name, submitted_on, href, route: {before, after, differs},
 * differs, changes: [text], cells: [{label, before, after, differs}], dropped: [label]}], sums: [{label, before, after, differs}], organs: [{label, before, after, differs}]} */
int bill_trial_view(const struct desk *d, int64_t id, int64_t months, struct node **ret, struct err *e) MUST_USE_;
/* {bill, check: {errors, doubts}, blocks: [text], holders?, counts: {running, drafts}, clause: {text, articles}, running: [{title, number, unit_name, submitted_on, regulation,
 * fate: stays|follows, fate_name, reason, href}], next_after?, can_propose, can_confirm, can_withdraw, is_loaded, is_placed} */
int bill_publish_view(const struct desk *d, int64_t id, int64_t before_id, struct node **ret, struct err *e) MUST_USE_;
int bill_propose(const struct desk *d, int64_t id, int64_t version, const char *comes_on, struct err *e) MUST_USE_;
/* By a second person. Also writes a published version's folder once more when that was not finished. */
int bill_confirm(const struct desk *d, int64_t id, int64_t version, struct err *e) MUST_USE_;
/* A draft or a publication before its day: withdrawn; a proposal: a draft again. */
int bill_withdraw(const struct desk *d, int64_t id, int64_t version, const char *reason, struct err *e) MUST_USE_;
/* What changed since the form was opened, for c->stale: {version, rows: [{path, label, theirs, yours}]} */
int bill_stale_view(const struct desk *d, int64_t id, const char *name, struct node **ret, struct err *e) MUST_USE_;

#endif
