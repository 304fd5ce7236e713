/*
 * casework/experts.h - experts: the pool, draws that can be run again, meetings, score sheets
 *
 * All of it comes from the regulation's expert_pool and reviews; where it knows none, everything here is ERR_NOT_FOUND.
 * What experts write is hidden from each other, from lists and counts until every sheet is in (PRODUCT 3.12); only who
 * convened learns who has handed in. Shapes of the nodes stand beside each function.
 */
#ifndef CASEWORK_EXPERTS_H
#define CASEWORK_EXPERTS_H

#include "casework/casefile.h"

/* 1 when the district's regulation of today knows experts: whether menus show them. */
int experts_known(const struct desk *d);

/* ---- pool ---- */
/* filter {q, state, field, after} → {pool: {name, kept_names, articles}, experts: [{id, name, employer, title, fields_text, state, state_name, login, href}],
 * filter, fields: [{id, label, chosen}], states: [{id, name, chosen}], is_filtered, next_after?, may_keep} */
int experts_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e) MUST_USE_;
/* {pool, expert: {id, version, name, employer, title, login, note, fields_text, state_name, is_new, changed_at}, seats: [{project_title, state_name, reason, held_on, href}],
 * may_keep, fields?: of the form, for who may keep it}; id 0: a blank one. typed lies over what is kept. */
int expert_view(const struct desk *d, int64_t id_or_0, const struct node *typed_or_null, const struct err_list *errors, struct node **ret,
                struct err *e) MUST_USE_;
/* {pool, field_names, fields} of the form for many at once */
int experts_lines_view(const struct desk *d, const struct node *typed_or_null, const struct err_list *errors, struct node **ret,
                       struct err *e) MUST_USE_;
/* input {name, employer, title, login, fields: [id] or text, state, note} */
int expert_put(const struct desk *d, int64_t id_or_0, int64_t version, const struct node *input, int64_t *ret_id, struct err_list *errors,
               struct err *e) MUST_USE_;
/* Columns 姓名，登录名，任职单位，职称或职务，领域、领域; all rows or none: on a refusal *ret_faults as in import.h. */
struct import_file;
int experts_import(const struct desk *d, const struct import_file *file, int64_t *ret_count, struct node **ret_faults, struct err *e) MUST_USE_;
/* The columns of that table, for its template; ERR_FORBIDDEN for who does not keep the pool. */
int experts_columns(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;

/* ---- reviews ---- */
/* Running and late ones of the district, of a unit its own: {reviews: [{title, unit_name, name, state, state_name, held_on, todo, href}], has_reviews} */
int reviews_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* {project, kinds: [{id, name, articles, procedure_name, rule_text, avoid_text, seeds_text, convened_names, panel_text, pass_text, may_start, fields?: of the form, why?, action, reviews: [{state_name,
 * started_at, convener_name, members, void_reason, href}]}]} */
int project_reviews_view(const struct desk *d, int64_t project, const struct node *typed_or_null, const struct err_list *errors, struct node **ret,
                         struct err *e) MUST_USE_;
/* Commits candidates, rule and related names; input {members, fields: [id]}. */
int review_start(const struct desk *d, int64_t project, const char *kind, const struct node *input, int64_t *ret_id, struct err_list *errors,
                 struct err *e) MUST_USE_;
/* {review: see review_head, project, seals: [{organ, name, is_sealed, is_open, seal, person_name, sealed_at, words}], names_hidden, seats?: [{id, place, name, employer, title,
 * state, state_name, out_reason, handed_name?, total?, agrees_name?, opinion?, items?}], sums?, opinion?, mine: {may_seal, may_open, waits, convenes, may_void, may_meet, may_close,
 * handed?, seated?}, forms: {seal, open, void, meet, replace, close: {fields}} of what this post may do now} */
int review_view(const struct desk *d, int64_t id, const struct node *typed_or_null, const struct err_list *errors, struct node **ret,
                struct err *e) MUST_USE_;
/* input {seal_words} or {seal}: 64 hex digits worked out elsewhere (guizhang draw seal) */
int review_seal_put(const struct desk *d, int64_t id, const struct node *input, struct err *e) MUST_USE_;
/* The last organ to open draws. */
int review_open(const struct desk *d, int64_t id, const char *words, struct err *e) MUST_USE_;
int review_void(const struct desk *d, int64_t id, int64_t version, const char *reason, struct err *e) MUST_USE_;
/* input {held_on, hour, place, papers: [document id]} */
int review_meet(const struct desk *d, int64_t id, int64_t version, const struct node *input, struct err_list *errors, struct err *e) MUST_USE_;
/* kind conflict | declined: the next reserve takes the place; absent: it stays empty */
int review_replace(const struct desk *d, int64_t id, int64_t seat, const char *kind, const char *reason, struct err *e) MUST_USE_;
int review_close(const struct desk *d, int64_t id, int64_t version, const char *opinion, struct err_list *errors, struct err *e) MUST_USE_;
/* {review, project, record: {format, inputs, inputs_sm3, seals, result, result_sm3}, same, checks: [{name, ok, said}], excluded, members, reserves, changes} */
int review_proof(const struct desk *d, int64_t id, struct node **ret, struct err *e) MUST_USE_;
/* {review, project, sums, seats: [{name, employer, title, total, agrees_name, opinion, comments, sheet_sm3, handed_at}], opinion, held_text, …} for A4; closed ones only */
int review_opinion(const struct desk *d, int64_t id, struct node **ret, struct err *e) MUST_USE_;
/* What the latest closed (of "calls": drawn) review that is not recorded yet says for the form of this act: {name, href, result_name, passes, fits, opinion,
 * fields: {field: text}}; *ret NULL when there is none. */
int review_fills(const struct desk *d, const struct casefile *c, const char *act, struct node **ret, struct err *e) MUST_USE_;

/* ---- an expert's own side ---- */
/* {seats: [{project_title, unit_name, review_name, state, state_name, held_on, hour, place, sheet_name, is_open, href}]} */
int seats_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* {seat: {id, version, state_name, …}, articles, project: {title, unit_name, total_investment, facts}, papers, fields?: of his sheet while it is open, items: [{name, weight, score,
 * comment}] of what he handed in, agrees_name, opinion, total, leave?: {fields}, others?: [{name, total, agrees_name, opinion}] once all are in, sums?}; a seat of somebody else is
 * ERR_NOT_FOUND */
int seat_view(const struct desk *d, int64_t id, const struct node *typed_or_null, const struct err_list *errors, struct node **ret,
              struct err *e) MUST_USE_;
/* input {score_<item>, comment_<item>, agrees, opinion}; final: handed in, else a draft kept as it is. */
int seat_sheet(const struct desk *d, int64_t id, int64_t version, const struct node *input, int final, struct err_list *errors, struct err *e) MUST_USE_;
/* kind conflict | declined */
int seat_leave(const struct desk *d, int64_t id, int64_t version, const char *kind, const char *reason, struct err *e) MUST_USE_;
/* 1 when this expert may read that document of the project, 0 not, -1 */
int seat_may_read(const struct desk *d, struct db *db, int64_t project, int64_t document, struct err *e) MUST_USE_;

#endif
