/*
 * store/stmt.c - prepared statements: bind, run, read
 *
 * All rows are taken off the wire and copied into the arena while the statement runs, each
 * column as a string of exactly its length and a terminator; the prepared handle is free again
 * at once. So no truncation is possible (trap M1), any number of results may be open (M3), the
 * same statement may run inside a loop over its own rows, and no length of an earlier row is
 * ever read (M1: NULL keeps the old length, so is_null decides).
 */
#include "config.h"

#include "store/db.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <mysql.h>

#include "base/text.h"
#include "store/db_internal.h"

struct cell {
    const char *text; /* NULL for NULL */
    size_t len;
};

struct stmt {
    struct db *db;
    struct arena *arena;
    const struct sql *sql;
    MYSQL_STMT *handle;
    MYSQL_BIND *params;
    unsigned param_count, bound;
    unsigned column_count;
    struct cell *cells; /* row_count × column_count */
    size_t row_count, next_row;
    int64_t affected, insert_id;
    int was_run;
};

/* ---- prepare ---- */

static struct db_cached *stmt_slot(struct db *db, const struct sql *sql)
{
    size_t at = ((uintptr_t)sql >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 40;

    for (size_t i = 0; i < DB_CACHE_SLOTS; i++) {
        struct db_cached *c = &db->cache[(at + i) & (DB_CACHE_SLOTS - 1)];
        if (c->sql == sql || c->sql == NULL)
            return c;
    }
    return NULL;
}

static int stmt_fail(struct stmt *s, struct err *e)
{
    return db_fail(s->db, mysql_stmt_errno(s->handle), mysql_stmt_error(s->handle), s->sql->name, e);
}

static int stmt_prepare(struct stmt *s, struct db_cached *slot, struct err *e)
{
    my_bool on = 1;

    s->handle = mysql_stmt_init(s->db->mysql);
    if (s->handle == NULL)
        return err_fail(e, ERR_INTERNAL, "内存不足，这一步没有办成。");
    mysql_stmt_attr_set(s->handle, STMT_ATTR_UPDATE_MAX_LENGTH, &on);
    if (mysql_stmt_prepare(s->handle, s->sql->text, strlen(s->sql->text)) != 0) {
        stmt_fail(s, e);
        mysql_stmt_close(s->handle);
        return -1;
    }
    slot->sql = s->sql;
    slot->handle = s->handle;
    return 0;
}

int stmt_open(struct db *db, struct arena *a, const struct sql *sql, struct stmt **ret, struct err *e)
{
    if (db_refuse_broken(db, e) < 0)
        return -1;
    struct db_cached *slot = stmt_slot(db, sql);
    assert(slot != NULL); /* the test over sql_all holds the list far below the table */
    struct stmt *s = ARENA_NEW(a, struct stmt);

    s->db = db;
    s->arena = a;
    s->sql = sql;
    s->handle = slot->handle;
    if (s->handle == NULL && stmt_prepare(s, slot, e) < 0)
        return -1;
    s->param_count = (unsigned)mysql_stmt_param_count(s->handle);
    if (s->param_count > 0)
        s->params = ARENA_ARRAY(a, MYSQL_BIND, s->param_count);
    *ret = s;
    return 0;
}

/* ---- bind ---- */

static MYSQL_BIND *stmt_next_param(struct stmt *s)
{
    assert(s->bound < s->param_count && !s->was_run);
    return &s->params[s->bound++];
}

void stmt_bind_null(struct stmt *s)
{
    stmt_next_param(s)->buffer_type = MYSQL_TYPE_NULL;
}

/* Trap M2: without a length the whole buffer would be sent. */
static void stmt_bind_string(struct stmt *s, enum enum_field_types type, const void *p, size_t n)
{
    MYSQL_BIND *b = stmt_next_param(s);
    unsigned long *length = ARENA_NEW(s->arena, unsigned long);

    *length = n;
    b->buffer_type = type;
    b->buffer = (void *)(uintptr_t)p;
    b->buffer_length = n;
    b->length = length;
}

void stmt_bind_text(struct stmt *s, const char *v)
{
    if (v == NULL)
        stmt_bind_null(s);
    else
        stmt_bind_string(s, MYSQL_TYPE_STRING, v, strlen(v));
}

void stmt_bind_bytes(struct stmt *s, const void *p, size_t n)
{
    stmt_bind_string(s, MYSQL_TYPE_BLOB, p, n);
}

void stmt_bind_i64(struct stmt *s, int64_t v)
{
    MYSQL_BIND *b = stmt_next_param(s);
    int64_t *copy = ARENA_NEW(s->arena, int64_t);

    *copy = v;
    b->buffer_type = MYSQL_TYPE_LONGLONG;
    b->buffer = copy;
}

void stmt_bind_bool(struct stmt *s, int v)
{
    stmt_bind_i64(s, v != 0);
}

void stmt_bind_date(struct stmt *s, date d)
{
    stmt_bind_text(s, d == DATE_NONE ? NULL : date_text(s->arena, d));
}

void stmt_bind_instant(struct stmt *s, instant t)
{
    stmt_bind_text(s, t == INSTANT_NONE ? NULL : instant_sql(s->arena, t));
}

/* ---- run ---- */

struct stmt_column {
    char *buffer;
    unsigned long length;
    my_bool is_null;
};

static struct stmt_column *stmt_bind_columns(struct stmt *s, struct err *e)
{
    MYSQL_RES *meta = mysql_stmt_result_metadata(s->handle);
    if (meta == NULL) {
        stmt_fail(s, e);
        return NULL;
    }
    MYSQL_BIND *binds = ARENA_ARRAY(s->arena, MYSQL_BIND, s->column_count);
    struct stmt_column *columns = ARENA_ARRAY(s->arena, struct stmt_column, s->column_count);
    for (unsigned i = 0; i < s->column_count; i++) {
        size_t size = mysql_fetch_field_direct(meta, i)->max_length + 1;
        columns[i].buffer = (char *)arena_alloc(s->arena, size);
        binds[i].buffer_type = MYSQL_TYPE_STRING;
        binds[i].buffer = columns[i].buffer;
        binds[i].buffer_length = size;
        binds[i].length = &columns[i].length;
        binds[i].is_null = &columns[i].is_null;
    }
    mysql_free_result(meta);
    if (mysql_stmt_bind_result(s->handle, binds) != 0) {
        stmt_fail(s, e);
        return NULL;
    }
    return columns;
}

/* The scratch buffers are copied by their lengths: a row is as large as its content, not as the widest. */
static void stmt_copy_row(struct stmt *s, const struct stmt_column *columns, struct cell *cells)
{
    size_t size = 0;
    for (unsigned i = 0; i < s->column_count; i++)
        size += columns[i].is_null ? 0 : columns[i].length + 1;
    if (size == 0)
        return;
    char *room = (char *)arena_alloc(s->arena, size);
    for (unsigned i = 0; i < s->column_count; i++) {
        if (columns[i].is_null)
            continue;
        memcpy(room, columns[i].buffer, columns[i].length);
        room[columns[i].length] = '\0';
        cells[i].text = room;
        cells[i].len = columns[i].length;
        room += columns[i].length + 1;
    }
}

static int stmt_fetch(struct stmt *s, struct err *e)
{
    if (mysql_stmt_store_result(s->handle) != 0)
        return stmt_fail(s, e);
    size_t rows = (size_t)mysql_stmt_num_rows(s->handle);
    if (rows == 0)
        return 0;
    struct stmt_column *columns = stmt_bind_columns(s, e);
    if (columns == NULL)
        return -1;
    s->cells = ARENA_ARRAY(s->arena, struct cell, rows * s->column_count);
    for (size_t i = 0; i < rows; i++) {
        int rc = mysql_stmt_fetch(s->handle);
        if (rc == 1)
            return stmt_fail(s, e);
        if (rc != 0) { /* truncated or fewer rows than counted: neither can be, buffers are max_length + 1 */
            err_fail(e, ERR_INTERNAL, "数据库的答复读不完整。");
            return err_detail(e, "fetch %d %s", rc, s->sql->name);
        }
        stmt_copy_row(s, columns, s->cells + i * s->column_count);
    }
    s->row_count = rows;
    return 0;
}

int stmt_run(struct stmt *s, struct err *e)
{
    assert(s->bound == s->param_count && !s->was_run);
    if (db_refuse_broken(s->db, e) < 0)
        return -1;
    s->was_run = 1;
    s->db->statements++;
    if (s->param_count > 0 && mysql_stmt_bind_param(s->handle, s->params) != 0)
        return stmt_fail(s, e);
    if (mysql_stmt_execute(s->handle) != 0)
        return stmt_fail(s, e);
    s->column_count = mysql_stmt_field_count(s->handle);
    s->affected = (int64_t)mysql_stmt_affected_rows(s->handle);
    s->insert_id = (int64_t)mysql_stmt_insert_id(s->handle);
    if (s->column_count == 0)
        return 0;
    int rc = stmt_fetch(s, e);
    if (mysql_stmt_free_result(s->handle) != 0 && rc == 0)
        return stmt_fail(s, e);
    return rc;
}

int stmt_step(struct stmt *s)
{
    assert(s->was_run);
    if (s->next_row >= s->row_count) {
        s->next_row = s->row_count + 1; /* reading past the end asserts */
        return 0;
    }
    s->next_row++;
    return 1;
}

size_t stmt_rows(const struct stmt *s)
{
    return s->row_count;
}

int64_t stmt_affected(const struct stmt *s)
{
    return s->affected;
}

int64_t stmt_insert_id(const struct stmt *s)
{
    return s->insert_id;
}

/* ---- read ---- */

static const struct cell *stmt_cell(const struct stmt *s, int column)
{
    assert(s->next_row >= 1 && s->next_row <= s->row_count);
    assert(column >= 0 && (unsigned)column < s->column_count);
    return &s->cells[(s->next_row - 1) * s->column_count + (unsigned)column];
}

int stmt_is_null(struct stmt *s, int column)
{
    return stmt_cell(s, column)->text == NULL;
}

const char *stmt_text(struct stmt *s, int column)
{
    return stmt_cell(s, column)->text;
}

const void *stmt_bytes(struct stmt *s, int column, size_t *ret_len)
{
    const struct cell *c = stmt_cell(s, column);

    *ret_len = c->len;
    return c->text;
}

/* Our own tables say these columns hold numbers, dates and times: anything else is a broken promise in the SQL. */
int64_t stmt_i64(struct stmt *s, int column)
{
    const char *text = stmt_text(s, column);
    int64_t v = 0;

    if (text != NULL) {
        int rc = text_i64(text, &v);
        assert(rc == 0);
    }
    return v;
}

static int64_t stmt_digits(const char *text, size_t from, size_t n)
{
    int64_t v = 0;

    for (size_t i = from; i < from + n; i++) {
        assert(text[i] >= '0' && text[i] <= '9');
        v = v * 10 + (text[i] - '0');
    }
    return v;
}

static date stmt_date_of(const char *text)
{
    date d = date_of((int)stmt_digits(text, 0, 4), (int)stmt_digits(text, 5, 2), (int)stmt_digits(text, 8, 2));

    assert(d != DATE_NONE);
    return d;
}

date stmt_date(struct stmt *s, int column)
{
    const struct cell *c = stmt_cell(s, column);

    if (c->text == NULL)
        return DATE_NONE;
    assert(c->len == strlen("2025-09-22"));
    return stmt_date_of(c->text);
}

instant stmt_instant(struct stmt *s, int column)
{
    const struct cell *c = stmt_cell(s, column);

    if (c->text == NULL)
        return INSTANT_NONE;
    assert(c->len == strlen("2024-05-20 01:00:00.000000"));
    int64_t seconds = (int64_t)stmt_date_of(c->text) * 86400 + stmt_digits(c->text, 11, 2) * 3600 +
                      stmt_digits(c->text, 14, 2) * 60 + stmt_digits(c->text, 17, 2);
    return seconds * 1000000 + stmt_digits(c->text, 20, 6);
}
