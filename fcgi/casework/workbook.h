/*
 * casework/workbook.h - lists taken away as workbooks: asked for by a request, written by the job process (export/)
 */
#ifndef CASEWORK_WORKBOOK_H
#define CASEWORK_WORKBOOK_H

#include "casework/list.h"

/* Puts the list with that query (filter and columns) in the queue; *ret its id. ERR_TOO_MANY past a few that are not over. */
int workbook_ask(const struct desk *d, const char *list, const char *query, int64_t *ret, struct err *e) MUST_USE_;
/* {export: {id, name, list, query, list_href, state, state_name, is_open, is_done, is_failed, rows, size, sm3, reason, made_at, ended_at, href, file_href?}} */
int workbook_view(const struct desk *d, int64_t id, struct node **ret, struct err *e) MUST_USE_;
/* {exports: [the same]} of this person, the newest first */
int workbooks_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* The finished file, for its own person; who took it is on record before. */
int workbook_open(const struct desk *d, int64_t id, struct document_file *ret, struct err *e) MUST_USE_;
/* The folder in which who asks leaves a mark, a file named after his district. */
char *workbook_marks(struct arena *a, const struct platform *p);
/* "<tenant>/exports/<id>.xlsx" below files_dir */
char *workbook_path(struct arena *a, const char *tenant, int64_t id);

#endif
