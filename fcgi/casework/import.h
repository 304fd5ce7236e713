/*
 * casework/import.h - many at once from a table: what its columns are, what is wrong by row and column (fcgi/adr/0020)
 *
 * A row becomes what a form would send; whether that is right is asked of whoever takes it, by the check a single one
 * meets. Every fault of every row is said, and while there is one nothing is written.
 */
#ifndef CASEWORK_IMPORT_H
#define CASEWORK_IMPORT_H

#include "base/table.h"
#include "casework/casework.h"

enum { IMPORT_COLUMNS_MAX = 64, IMPORT_FAULTS_MAX = 10000 };

/* What was handed in. */
struct import_file {
    const char *name, *sm3; /* sm3 of its bytes: what the idempotency key is bound to */
    struct table table;
};
/* A file as table_read takes it, or lines typed into a page; up to the setting import.rows_max beside the head. */
int import_file_read(const struct desk *d, const char *name, const void *p, size_t n, struct import_file *ret, struct err *e) MUST_USE_;
int import_lines_read(const struct desk *d, const char *lines, struct import_file *ret, struct err *e) MUST_USE_;

/* One column: {id, label, head: as the first row has it, column: "F", type, type_name, unit, required: true | false | "if", asked_when: in words,
 * choices: [{id, label, shown}], choices_text, manner: how a cell is written, is_required: of every row, hint, articles} of the declaration of a field (regulation_facts). */
struct node *import_column(struct arena *a, struct node *columns, const struct node *declared);

struct import {
    const struct desk *d;           /* faults live in its arena */
    const struct node *columns;     /* as import_column made them */
    const struct import_file *file;
    int first;                      /* index of the first row behind the head */
    const struct node *at[IMPORT_COLUMNS_MAX]; /* what each column of the table is; NULL: nothing */
    const struct node *lost[IMPORT_COLUMNS_MAX]; size_t lost_count; /* required and not there: said once */
    struct node *faults;            /* [{row, column?, label?, where: 第 5 行 F 列「总投资（万元）」, path, field, message, mend?, article?, article_text?, articles}] */
    int64_t fault_count;            /* may be more than are listed */
};
/* Reads the head. Without one (lines only) the columns stand in their own order. ERR_BAD_INPUT when no column is known. */
int import_begin(struct import *im, const struct desk *d, const struct node *columns, const struct import_file *file, int head_is_needed,
                 struct err *e) MUST_USE_;
/* The row behind the head; NULL past the last. */
const struct table_row *import_row(const struct import *im, size_t i);
/* {column id: text or list of texts} in that arena; cells that cannot be taken are faults. */
struct node *import_given(struct import *im, struct arena *a, const struct table_row *row);
/* What the check of one found, at the column its path ends with. */
void import_faults(struct import *im, const struct table_row *row, const struct err_list *errors);
/* The same cells from end to end as an earlier row: its number, 0 when there is none. */
int import_twin(const struct import *im, size_t i);
/* 0 while nothing is wrong, else -1 with 「有 3 处需要改正，一行也没有导入」. */
int import_refuse(const struct import *im, struct err *e) MUST_USE_;

/* ---- projects ---- */
/* 1 where the law in force gathers a year's projects ahead (regulation_plans). */
int projects_import_known(const struct desk *d);
/* {columns: as above, rows_max, file_kb_max, unit_name, regulation, templates: [{name, href}]} */
int projects_import_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/*
 * Each row a draft of the chosen post's unit, all in one transaction or none; only_check: writes nothing either way.
 * *ret {count, projects: [id], form: what the file was, checked}; on a refusal *ret_faults as in struct import. Refused: ERR_BAD_INPUT.
 */
int projects_import(const struct desk *d, const struct import_file *file, int only_check, struct node **ret, struct node **ret_faults,
                    struct err *e) MUST_USE_;

#endif
