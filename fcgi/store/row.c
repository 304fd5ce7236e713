/*
 * store/row.c - a struct and its columns, bound and read by one table
 */
#include "config.h"

#include "store/row.h"

#include <string.h>

#include "base/text.h"

const char *row_text(const char *s)
{
    return s == NULL ? "" : s;
}

static const char *row_empty(enum row_type type)
{
    switch (type) {
    case ROW_NONE_:
        return NULL;
    case ROW_OBJECT_:
        return "{}";
    case ROW_LIST_:
        return "[]";
    default:
        return "";
    }
}

static void row_bind_one(struct stmt *s, const struct row_col *col, const void *member)
{
    switch (col->type) {
    case ROW_I64_:
        stmt_bind_i64(s, *(const int64_t *)member);
        return;
    case ROW_INT_:
        stmt_bind_i64(s, *(const int *)member);
        return;
    case ROW_DATE_:
        stmt_bind_date(s, *(const date *)member);
        return;
    case ROW_INSTANT_:
        stmt_bind_instant(s, *(const instant *)member);
        return;
    default: {
        const char *text = *(const char *const *)member;
        stmt_bind_text(s, text_is_empty(text) ? row_empty(col->type) : text);
    }
    }
}

void row_bind(struct stmt *s, const struct row_col *cols, size_t count, const void *row)
{
    for (size_t i = 0; i < count; i++)
        row_bind_one(s, &cols[i], (const char *)row + cols[i].offset);
}

int row_put_all(struct db *db, struct arena *a, const struct row_puts *puts, const void *rows, size_t count,
                struct err *e)
{
    const char *row = rows;

    for (int most = ROW_PUTS - 1; count > 0;) {
        size_t at_once = (size_t)1 << most;
        struct stmt *s;

        if (at_once > count) {
            most--;
            continue;
        }
        if (stmt_open(db, a, puts->sql[most], &s, e) < 0)
            return -1;
        for (size_t i = 0; i < at_once; i++, row += puts->size)
            row_bind(s, puts->cols, puts->count, row);
        if (stmt_later(s, 0, e) < 0)
            return -1;
        count -= at_once;
    }
    return 0;
}

static int row_same_one(enum row_type type, const void *x, const void *y)
{
    switch (type) {
    case ROW_I64_:
    case ROW_INSTANT_:
        return *(const int64_t *)x == *(const int64_t *)y;
    case ROW_INT_:
        return *(const int *)x == *(const int *)y;
    case ROW_DATE_:
        return *(const date *)x == *(const date *)y;
    default:
        return text_eq(row_text(*(const char *const *)x), row_text(*(const char *const *)y));
    }
}

int row_same(const struct row_col *cols, size_t count, const void *x, const void *y)
{
    for (size_t i = 0; i < count; i++)
        if (!row_same_one(cols[i].type, (const char *)x + cols[i].offset, (const char *)y + cols[i].offset))
            return 0;
    return 1;
}

void row_bind_filter(struct stmt *s, const char *v)
{
    stmt_bind_text(s, row_text(v));
    stmt_bind_text(s, row_text(v));
}

char *row_like(struct arena *a, const char *text)
{
    if (text_is_empty(text))
        return arena_dup(a, "");
    char *ret = (char *)arena_alloc(a, 2 * strlen(text) + 3);
    char *at = ret;
    *at++ = '%';
    for (; *text != '\0'; text++) {
        if (*text == '%' || *text == '_' || *text == '\\')
            *at++ = '\\';
        *at++ = *text;
    }
    *at++ = '%';
    *at = '\0';
    return ret;
}

static void row_read_one(struct stmt *s, int column, enum row_type type, void *member)
{
    switch (type) {
    case ROW_I64_:
        *(int64_t *)member = stmt_i64(s, column);
        return;
    case ROW_INT_:
        *(int *)member = (int)stmt_i64(s, column);
        return;
    case ROW_DATE_:
        *(date *)member = stmt_date(s, column);
        return;
    case ROW_INSTANT_:
        *(instant *)member = stmt_instant(s, column);
        return;
    default:
        *(const char **)member = row_text(stmt_text(s, column));
    }
}

void row_read(struct stmt *s, int from, const struct row_col *cols, size_t count, void *row)
{
    for (size_t i = 0; i < count; i++)
        row_read_one(s, from + (int)i, cols[i].type, (char *)row + cols[i].offset);
}

int row_one(struct stmt *s, const struct row_col *cols, size_t count, void *row, struct err *e)
{
    if (stmt_run(s, e) < 0)
        return -1;
    if (!stmt_step(s))
        return 0;
    row_read(s, 0, cols, count, row);
    return 1;
}

int row_all(struct stmt *s, struct arena *a, const struct row_col *cols, size_t count, size_t size, void **ret,
            size_t *ret_count, struct err *e)
{
    if (stmt_run(s, e) < 0)
        return -1;
    size_t rows = stmt_rows(s);
    char *array = (char *)arena_array(a, rows == 0 ? 1 : rows, size);
    for (size_t i = 0; stmt_step(s); i++)
        row_read(s, 0, cols, count, array + i * size);
    *ret = array;
    *ret_count = rows;
    return 0;
}

int row_ask(struct stmt *s, const struct row_col *cols, size_t count, size_t size, struct asked *ret, struct err *e)
{
    *ret = (struct asked){.s = s, .cols = cols, .count = count, .size = size};
    return stmt_ask(s, e);
}

int asked_take(const struct asked *q, struct arena *a, void *ret, size_t *ret_count, struct err *e)
{
    void *rows;

    if (row_all(q->s, a, q->cols, q->count, q->size, &rows, ret_count, e) < 0)
        return -1;
    memcpy(ret, &rows, sizeof rows); /* a T * whatever T is */
    return 0;
}

int row_texts(struct stmt *s, struct arena *a, const char ***ret, size_t *ret_count, struct err *e)
{
    const char **list;
    size_t n = 0;

    if (stmt_run(s, e) < 0)
        return -1;
    list = ARENA_ARRAY(a, const char *, stmt_rows(s) + 1);
    while (stmt_step(s))
        list[n++] = row_text(stmt_text(s, 0));
    *ret = list;
    *ret_count = n;
    return 0;
}

int row_stale(struct err *e)
{
    err_fail(e, ERR_STALE, "内容已被他人更新，刚才的改动没有保存");
    return err_mend(e, "请重新打开这一页，核对后再办理");
}

int row_hit(struct stmt *s, struct err *e)
{
    if (stmt_run(s, e) < 0)
        return -1;
    return stmt_affected(s) > 0 ? 0 : row_stale(e);
}
