/*
 * store/row.h - a struct and its columns, bound and read by one table; inside store only
 *
 * An entity's file states its columns twice side by side: as SQL text and as a table of
 * members in the same order. A member's C type is checked when compiling, the order by
 * the round trips in tests/store.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "store/db.h"

enum row_type {
    ROW_TEXT_,    /* NULL and "" are kept as "" */
    ROW_NONE_,    /* "" is kept as NULL: unique or wide columns that may be absent */
    ROW_OBJECT_,  /* "" is kept as {} */
    ROW_LIST_,    /* "" is kept as [] */
    ROW_I64_,
    ROW_INT_,
    ROW_DATE_,
    ROW_INSTANT_
};
struct row_col {
    enum row_type type;
    size_t offset;
};

#define ROW_OF_(type, ctype, s, m)                                                                     \
    {                                                                                                  \
        type, offsetof(struct s, m) +                                                                  \
                  0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((struct s *)0)->m), ctype)  \
                                      ? 1                                                              \
                                      : -1])                                                           \
    }
#define ROW_TEXT(s, m) ROW_OF_(ROW_TEXT_, const char *, s, m)
#define ROW_NONE(s, m) ROW_OF_(ROW_NONE_, const char *, s, m)
#define ROW_OBJECT(s, m) ROW_OF_(ROW_OBJECT_, const char *, s, m)
#define ROW_LIST(s, m) ROW_OF_(ROW_LIST_, const char *, s, m)
#define ROW_I64(s, m) ROW_OF_(ROW_I64_, int64_t, s, m)
#define ROW_INT(s, m) ROW_OF_(ROW_INT_, int, s, m)
#define ROW_DATE(s, m) ROW_OF_(ROW_DATE_, date, s, m)
#define ROW_INSTANT(s, m) ROW_OF_(ROW_INSTANT_, instant, s, m)

const char *row_text(const char *s);      /* NULL gives "" */
void row_bind(struct stmt *s, const struct row_col *cols, size_t count, const void *row);
/* Binds v twice: for (? = '' OR column = ?). */
void row_bind_filter(struct stmt *s, const char *v);
/* "%text%" with % _ and \ taken literally; "" stays "". */
char *row_like(struct arena *a, const char *text);

/* Asks for what row_all would read. */
int row_ask(struct stmt *s, const struct row_col *cols, size_t count, size_t size, struct asked *ret, struct err *e) MUST_USE_;

/* The statements that write one, two and four rows at once, and the columns each row binds. */
enum { ROW_PUTS = 3 };
struct row_puts {
    const struct sql *sql[ROW_PUTS];
    const struct row_col *cols;
    size_t count, size; /* of the columns; of a row's struct */
};
/* As few statements as that takes; nobody waits for them (stmt_later). */
int row_put_all(struct db *db, struct arena *a, const struct row_puts *puts, const void *rows, size_t count,
                struct err *e) MUST_USE_;

/* 1 when both would be kept as the same columns. */
int row_same(const struct row_col *cols, size_t count, const void *x, const void *y);

/* Reads the present row from a column on. */
void row_read(struct stmt *s, int from, const struct row_col *cols, size_t count, void *row);
/* Runs; 1 and the row, 0 when there is none, -1. */
int row_one(struct stmt *s, const struct row_col *cols, size_t count, void *row, struct err *e) MUST_USE_;
/* Runs; every row in an arena array. */
int row_all(struct stmt *s, struct arena *a, const struct row_col *cols, size_t count, size_t size, void **ret,
            size_t *ret_count, struct err *e) MUST_USE_;
/* Runs; the first column of every row as text. */
int row_texts(struct stmt *s, struct arena *a, const char ***ret, size_t *ret_count, struct err *e) MUST_USE_;
int row_stale(struct err *e); /* ERR_STALE; always -1 */
/* Runs; -1 with ERR_STALE when the UPDATE found no row. */
int row_hit(struct stmt *s, struct err *e) MUST_USE_;

#endif
