/*
 * web/page_parts.h - what several page handlers share
 */
#ifndef WEB_PAGE_PARTS_H
#define WEB_PAGE_PARTS_H

#include "web/call.h"

/* For templates only: gives every field of a form "field_id" beside its "id". */
void page_fields(struct arena *a, struct node *n);
/* ---- the ends of a handler: they give 0 ---- */
/* The model a page shows, beside what the handler put before: ready for its template ("may" by action), or for JSON (csrf, today). */
int page_show(struct call *c, struct node *model);
/* A page with a form of fields "with.…": errors collected, the version it was opened with, then page_show. */
int page_asked(struct call *c, struct node *model, const char *version);
/* The answer to a write that belongs to no project: {href, csrf}. */
int page_done(struct call *c, const char *href);
/* The same where something was made, 201: its id under that name. */
int page_made(struct call *c, const char *name, int64_t id, const char *href);
/* The answer to a write: {project, version, href, csrf}. */
int page_written(struct call *c, int64_t project, int64_t version, const char *href);

/* form_group, with groups of boxes cleaned of the empty value that says "none". */
struct node *page_group(const struct call *c, const char *prefix);
/* The same on a page shown again after a refusal; NULL on one that is opened. */
struct node *page_group_again(const struct call *c, const char *prefix);
/* Refuses a group given whole (JSON) that is no object: it would be read as one without members. */
int page_group_check(const struct call *c, const char *prefix, struct err *e) MUST_USE_;
/* page_rows.c: of a group, cells "<field>.<row>.<column>" as lists of objects; rows to fill in opened; an error said in its cell. */
struct node *page_rows_fold(struct arena *a, const struct node *group);
void page_rows_open(const struct call *c, struct node *fields);
void page_rows_mark(const struct call *c, const struct node *fields, const struct node *error);
/* What was refused is said at its field and in its cell, wherever the model has "fields". */
void page_mark(const struct call *c, struct node *model);
/* Rows "item.0" "what.0" … as [{item, what}], empty rows left out. */
struct node *page_items(const struct call *c);
/* The same rows for a form: what was typed and three more, [{n, number, what, choices:[{item, label, chosen}]}]. */
struct node *page_item_rows(const struct call *c, const struct node *choices, const struct node *typed);
/* The version the form was opened with; the newer one only with the person's own word that its changes were looked at. */
int page_version(const struct call *c, int64_t *ret, struct err *e) MUST_USE_;
/* After ERR_STALE: what changed meanwhile, for the page (c->stale) or the errors of the JSON twin. Gives -1: e stands. */
int page_stale(struct call *c, int64_t project, const struct node *facts, struct err *e);
/* {version, seen, marks} of a form: as it was opened, else as the model has them now. */
void page_form(struct call *c, struct node *model, const char *version, const char *seen, const char *marks);
/* [{name, value}] of the whole form. */
struct node *page_typed(const struct call *c);
/* The one file of a form (or a bare body, its name in ?name=), whole: 1, 0 none was chosen, -1. */
int page_file(struct call *c, size_t max_bytes, const char **ret_name, char **ret, size_t *ret_len, struct err *e) MUST_USE_;
/* c->faults into the model: "faults", and how many are not listed. */
void page_faults(struct call *c, struct node *model);
/* Name of a file that was chosen but not uploaded, or NULL. */
const char *page_file_unsent(const struct call *c);

#endif
