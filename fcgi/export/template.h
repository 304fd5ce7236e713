/*
 * export/template.h - an empty table to be filled in: its columns, what may stand in them, how many at most
 */
#ifndef EXPORT_TEMPLATE_H
#define EXPORT_TEMPLATE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/node.h"

/* columns: as import_column of casework/import.h makes them. */
/* One line of names, in UTF-8 with the mark spreadsheets here look for. */
void template_csv(struct arena *a, const struct node *columns, char **ret, size_t *ret_len);
/*
 * Sheet 填报 with the names and, where one of a few is to be chosen, the choice in each cell; sheet 填写说明 with the pairs
 * and how each column is written, what may stand in it, by which article. Written in folder, read and removed again.
 */
int template_xlsx(struct arena *a, const char *folder, const struct node *columns, const char *const (*pairs)[2], size_t count,
                  char **ret, size_t *ret_len, struct err *e) MUST_USE_;

#endif
