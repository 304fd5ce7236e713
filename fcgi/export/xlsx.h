/*
 * export/xlsx.h - a workbook, sheet by sheet, row after row; the address of libxlsxwriter
 *
 * A row that was written is on disk and out of memory before the next begins. Text is text, whatever it begins with:
 * a cell is never a formula.
 */
#ifndef EXPORT_XLSX_H
#define EXPORT_XLSX_H

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"

enum xlsx_kind { XLSX_TEXT, XLSX_MONEY, XLSX_INT, XLSX_DATE };
struct xlsx_col {
    const char *name;
    enum xlsx_kind kind;
    int width; /* characters */
    int is_open; /* to be filled in by hand: what is typed is taken as that kind, text stays text */
};
enum { XLSX_ROWS_MAX = 1000000, XLSX_TEXT_BYTES = 32000 };

struct xlsx;
/* Temporary files lie in folder. The head is written, stays in sight and can be filtered by. */
int xlsx_open(const char *path, const char *folder, const char *sheet, const struct xlsx_col *cols, size_t count,
              struct xlsx **ret, struct err *e) MUST_USE_;
/* The next row begins; cells in any order, one not put stays empty. */
void xlsx_row(struct xlsx *x);
/* The next row, the last: sums of those above. It stands out and is not sorted or filtered with them. */
void xlsx_row_of_sums(struct xlsx *x);
int xlsx_put_text(struct xlsx *x, size_t col, const char *text, struct err *e) MUST_USE_; /* cut at XLSX_TEXT_BYTES */
int xlsx_put_int(struct xlsx *x, size_t col, int64_t v, struct err *e) MUST_USE_;
int xlsx_put_money(struct xlsx *x, size_t col, fen amount, struct err *e) MUST_USE_;      /* as a number in 万元 */
int xlsx_put_date(struct xlsx *x, size_t col, date day, struct err *e) MUST_USE_;
/* One of these (NULL at the end) in that column of the first rows behind the head; nothing where they are too many for a cell. */
int xlsx_choose(struct xlsx *x, size_t col, size_t rows, const char *const *list, struct err *e) MUST_USE_;
/* Another sheet with a head of its own: rows and cells are put there from now on, none of the one before. */
int xlsx_sheet(struct xlsx *x, const char *sheet, const struct xlsx_col *cols, size_t count, struct err *e) MUST_USE_;
/* A last sheet of pairs of texts: what the others are. After the last row. */
int xlsx_about(struct xlsx *x, const char *sheet, const char *const (*pairs)[2], size_t count, struct err *e) MUST_USE_;
/* Writes the file; x is gone either way. */
int xlsx_close(struct xlsx *x, struct err *e) MUST_USE_;
void xlsx_abandon(struct xlsx **x); /* for CLEANUP_; accepts NULL */

#endif
