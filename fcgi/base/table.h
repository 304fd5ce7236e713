/*
 * base/table.h - a table that was filled in elsewhere: CSV, the first sheet of a workbook (.xlsx), lines typed into a
 * page
 *
 * Cells are what the file says, not what they mean: that is asked of each column by who reads the table. Blank rows are
 * left out, every row keeps the number the spreadsheet shows beside it. Memory is bounded by the limits, whatever the
 * file.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum table_kind {
    TABLE_EMPTY,
    TABLE_TEXT,
    TABLE_NUMBER,  /* text: decimal digits as a person would write them, "20.5"; of a workbook only */
    TABLE_FORMULA, /* a value that was worked out elsewhere: text is "" */
    TABLE_FAULT    /* #REF! and the like, as text */
};
struct table_cell {
    enum table_kind kind;
    const char *text; /* blanks at its ends removed */
};
struct table_row {
    int number; /* 1: the first of the sheet */
    size_t count;
    struct table_cell *cells;
};
struct table {
    struct table_row *rows;
    size_t count;
    int from_1904;    /* its days are counted from 1904-01-01, not from 1899-12-30 */
    const char *form; /* for people: CSV（UTF-8）, Excel 工作簿 … */
};
struct table_limits {
    size_t rows, columns, cell_bytes;
};
enum { TABLE_FILE_BYTES_MAX = 2 << 20, TABLE_UNPACKED_MAX = 16 << 20, TABLE_COLUMN_NAME = 4 };
enum { TABLE_HAN_BYTES = 3 }; /* what a limit in bytes is told in: Chinese characters */

/*
 * What it is is told by the bytes; the ending of the name must agree. ERR_MEDIA: another kind of file, or one that
 * cannot be read; ERR_TOO_LARGE: past a limit; ERR_BAD_INPUT: quotation marks that do not close, nothing in it.
 */
int table_read(struct arena *a, const char *name, const void *p, size_t n, const struct table_limits *limits,
               struct table *ret, struct err *e) MUST_USE_;
/* Lines as people type or paste them: parted by tabs, else by commas (，as well), else by semicolons. Text is UTF-8. */
int table_lines(struct arena *a, const char *text, const struct table_limits *limits, struct table *ret,
                struct err *e) MUST_USE_;

/* "A", "B" … "Z", "AA"; column 0 is the first. */
void table_column_name(char ret[TABLE_COLUMN_NAME], size_t column);
/* The cell, an empty one past the end of the row. */
const struct table_cell *table_cell(const struct table_row *row, size_t column);
/* A workbook's number to 15 digits, as it shows them: "412.60000000000002" is 412.6; NULL: no number, or one beyond
 * reason. */
char *table_number(struct arena *a, const char *digits);

/* table_csv.c, table_xlsx.c: the two kinds of files, for table.c */
int table_csv(struct arena *a, const char *text, char separator, const struct table_limits *limits, struct table *ret,
              struct err *e) MUST_USE_;
char table_separator(const char *text);
/* Bytes in UTF-8 (a mark before them or not) or GB18030 as UTF-8; *ret_name what they were. */
int table_text(struct arena *a, const char *p, size_t n, char **ret, const char **ret_name, struct err *e) MUST_USE_;
int table_xlsx(struct arena *a, const void *bytes, size_t n, const struct table_limits *limits, struct table *ret,
               struct err *e) MUST_USE_;

#endif
