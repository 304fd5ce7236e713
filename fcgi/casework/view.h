/*
 * casework/view.h - small pieces that several node trees of casework are made of
 */
#ifndef CASEWORK_VIEW_H
#define CASEWORK_VIEW_H

#include "casework/casework.h"
#include "store/case.h"

date desk_today(const struct desk *d);

/* "/<tenant>/projects/…" */
char *view_href(const struct desk *d, const char *fmt, ...) PRINTF_(2, 3);

/* ["12", "19"] or "12,19" → [{number, text: 第十二条, href}]; NULL gives an empty list. */
struct node *view_articles(const struct desk *d, const struct node *numbers);
struct node *view_articles_of(const struct desk *d, const char *numbers);
/* ["12","19"] → "12,19", for rows */
char *view_articles_join(struct arena *a, const struct node *numbers);
/* A deep copy in which every "articles" list of texts has become a list for a page, and every "due_on" has a "due" beside it. */
struct node *view_cite(const struct desk *d, const struct node *n);
/* Copies members of one object into another, cited; keys ended by NULL, those absent are left out. */
void view_take(const struct desk *d, struct node *to, const struct node *from, ...) __attribute__((sentinel));

/* due_on, provisional and due */
void view_put_due(const struct desk *d, struct node *o, date due_on, int provisional);
void view_put_date(struct arena *a, struct node *o, const char *key, date day);
void view_put_instant(struct arena *a, struct node *o, const char *key, instant at);
void view_put_id(struct arena *a, struct node *o, const char *key, int64_t id);
/* Where a later page of a list begins, as next_after said it: count whole numbers above 0, joined by dots; all 0 for ""
 * (the first page). ERR_BAD_INPUT on anything else. */
int view_place_bad(const char *after, struct err *e); /* always -1 */
int view_place(struct arena *a, const char *after, size_t count, int64_t *ret, struct err *e) MUST_USE_;
void view_put_money(struct arena *a, struct node *o, const char *key, fen amount); /* "" when negative (unknown) */

/* 草稿 办理中 已办结 已终止 未通过 */
const char *view_state_name(const char *state);
const char *view_filing_state_name(const char *state);

/* What a typed value reads like: 412.60 万元, 是, the choice's label. field has type and choices. */
char *view_value(struct arena *a, const struct node *field, const struct node *value);
/* The same as a control of a form holds it: "412.60", "true", ids. */
char *view_input(struct arena *a, const struct node *field, const struct node *value);
struct node *view_document(const struct desk *d, const struct document *doc);
/* Said once what most rows of a list rest on: out.cited {articles, is_all}, and as_cited at each of those rows. Rows have their
 * articles as view_articles gives them; nothing where fewer than two share them. */
void view_cite_once(struct arena *a, struct node *rows, struct node *out);
/* says: something stands below the field's control. To be asked once more when anything of it was put in or said elsewhere. */
void view_field_says(struct arena *a, struct node *field);
/* One field of a form from its declaration ({id,label,type,…}), what was typed or stands, and the errors at base/<id>. */
struct node *view_field(const struct desk *d, const struct node *declared, const struct node *value, const struct node *typed,
                        const struct err_list *errors, const char *base);
/* A field of several entries: {columns: [{id, label, type, …, is_needed, needed_if}], entries: [{n, number, cells: [field]}], blank: [field]}; as words. */
void rows_put(const struct desk *d, struct node *n, const struct node *declared, const struct node *value, const struct node *typed,
              const struct err_list *errors, const char *base);
char *rows_text(struct arena *a, const struct node *field, const struct node *list);
struct node *view_errors(const struct desk *d, const struct err_list *errors);
/* Parses JSON this program wrote into a row; an empty object when it cannot be read. */
const struct node *view_json(struct arena *a, const char *json);
char *view_json_text(struct arena *a, const struct node *n);
struct node *view_regulation(const struct desk *d, const struct regulation *r);
/* The version of that name, today's where none is named; NULL with ERR_NOT_FOUND: there is none. */
const struct regulation *view_version(const struct desk *d, const char *version_or_null, struct err *e) MUST_USE_;
/* {id, number, title, unit_name, subject?: of what is no project, state, state_name, version, total_investment, href} */
struct node *view_project_short(const struct desk *d, const struct project *p);
/* A reason of the verdict as a refused-table row. */
struct node *view_reasons(const struct desk *d, const struct node *reasons);
/* regulation_cases of all, kept for as long as the process lives: they hang on nothing but the version. */
int view_cases(const struct desk *d, const struct regulation *r, const struct node **ret, struct err *e) MUST_USE_;

#endif
