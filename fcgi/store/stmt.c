/*
 * store/stmt.c - prepared statements: bind, run, read
 *
 * All rows are taken off the wire and copied into the arena while the statement runs: whole
 * numbers, dates and times as such, every other column as a string of exactly its length and a
 * terminator; the prepared handle is free again at once. So no truncation is possible (trap M1), any number of results
 * may be open (M3), the same statement may run inside a loop over its own rows, and no length of an earlier row is ever
 * read (M1: NULL keeps the old length, so is_null decides).
 *
 * Several changes may be on their way at once: stmt_later puts one on the wire and does not wait. The server answers in
 * order, so answers are taken in order: when somebody asks for the rows of a statement sent after them, or commits.
 */
#include "config.h"

#include "store/db.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <mysql.h>

#include "base/text.h"
#include "store/db_internal.h"
#include "store/row.h"
#include "store/sql.h"

enum { SENT_MAX = 32 }; /* answers nobody reads fill the socket in the end */
enum { ASK_BYTES = 2048, ASK_MAX = 12 };

enum cell_kind { CELL_TEXT, CELL_INT, CELL_DATE, CELL_INSTANT };

struct cell {
    const char *text; /* NULL for NULL, "" for what is no text */
    union {
        size_t len;
        int64_t value; /* the number, date or instant */
    };
};

struct stmt {
    struct db *db;
    struct arena *arena;
    const struct sql *sql;
    MYSQL_STMT *handle;
    MYSQL_BIND *params;
    unsigned param_count, bound;
    unsigned column_count;
    enum cell_kind *kinds; /* of the columns */
    struct cell *cells;    /* row_count × column_count */
    size_t row_count, next_row;
    int64_t affected, insert_id;
    int was_run;
    struct stmt *next_sent; /* of those whose answer is still to come */
    int is_awaited, is_later, must_hit;
    int rc;
    const struct err *failure; /* why rc is -1 */
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

    db_take_all(s->db);
    s->handle = mysql_stmt_init(s->db->mysql);
    if (s->handle == NULL)
        return err_fail(e, ERR_INTERNAL, "内存不足，这一步没有办成");
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

void stmt_bind_i64(struct stmt *s, int64_t v)
{
    MYSQL_BIND *b = stmt_next_param(s);
    int64_t *copy = ARENA_NEW(s->arena, int64_t);

    *copy = v;
    b->buffer_type = MYSQL_TYPE_LONGLONG;
    b->buffer = copy;
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
    int64_t integer;
    MYSQL_TIME time;
    unsigned long length;
    my_bool is_null;
};

static enum cell_kind stmt_kind(const MYSQL_FIELD *f)
{
    switch (f->type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
        return CELL_INT;
    case MYSQL_TYPE_LONGLONG:
        return f->flags & UNSIGNED_FLAG ? CELL_TEXT : CELL_INT; /* trap M9 */
    case MYSQL_TYPE_DATE:
        return CELL_DATE;
    case MYSQL_TYPE_DATETIME:
        return CELL_INSTANT;
    default:
        return CELL_TEXT;
    }
}

static void stmt_bind_column(struct stmt *s, enum cell_kind kind, size_t most, struct stmt_column *c, MYSQL_BIND *b)
{
    b->length = &c->length;
    b->is_null = &c->is_null;
    switch (kind) {
    case CELL_INT:
        b->buffer_type = MYSQL_TYPE_LONGLONG;
        b->buffer = &c->integer;
        return;
    case CELL_DATE:
    case CELL_INSTANT:
        b->buffer_type = kind == CELL_DATE ? MYSQL_TYPE_DATE : MYSQL_TYPE_DATETIME;
        b->buffer = &c->time;
        b->buffer_length = sizeof c->time;
        return;
    case CELL_TEXT:
        break;
    }
    c->buffer = (char *)arena_alloc(s->arena, most + 1);
    b->buffer_type = MYSQL_TYPE_STRING;
    b->buffer = c->buffer;
    b->buffer_length = most + 1;
}

static struct stmt_column *stmt_bind_columns(struct stmt *s, struct err *e)
{
    MYSQL_RES *meta = mysql_stmt_result_metadata(s->handle);
    if (meta == NULL) {
        stmt_fail(s, e);
        return NULL;
    }
    MYSQL_BIND *binds = ARENA_ARRAY(s->arena, MYSQL_BIND, s->column_count);
    struct stmt_column *columns = ARENA_ARRAY(s->arena, struct stmt_column, s->column_count);
    s->kinds = ARENA_ARRAY(s->arena, enum cell_kind, s->column_count);
    for (unsigned i = 0; i < s->column_count; i++) {
        const MYSQL_FIELD *f = mysql_fetch_field_direct(meta, i);
        s->kinds[i] = stmt_kind(f);
        stmt_bind_column(s, s->kinds[i], f->max_length, &columns[i], &binds[i]);
    }
    mysql_free_result(meta);
    if (mysql_stmt_bind_result(s->handle, binds) != 0) {
        stmt_fail(s, e);
        return NULL;
    }
    return columns;
}

/* Our own tables say these columns hold dates and times: anything else is a broken promise in the SQL. */
static date stmt_time_date(const MYSQL_TIME *t)
{
    date d = date_of((int)t->year, (int)t->month, (int)t->day);

    assert(d != DATE_NONE);
    return d;
}

static int64_t stmt_column_value(enum cell_kind kind, const struct stmt_column *c)
{
    if (kind == CELL_INT)
        return c->integer;
    if (kind == CELL_DATE)
        return stmt_time_date(&c->time);
    return ((int64_t)stmt_time_date(&c->time) * 86400 + c->time.hour * 3600 + c->time.minute * 60 + c->time.second) *
               1000000 +
           (int64_t)c->time.second_part;
}

/* The scratch buffers are copied by their lengths: a row is as large as its content, not as the widest. */
static void stmt_copy_row(struct stmt *s, const struct stmt_column *columns, struct cell *cells)
{
    size_t size = 0;
    for (unsigned i = 0; i < s->column_count; i++)
        size += columns[i].is_null || s->kinds[i] != CELL_TEXT ? 0 : columns[i].length + 1;
    char *room = (char *)arena_alloc(s->arena, size);
    for (unsigned i = 0; i < s->column_count; i++) {
        if (columns[i].is_null)
            continue;
        if (s->kinds[i] != CELL_TEXT) {
            cells[i].text = "";
            cells[i].value = stmt_column_value(s->kinds[i], &columns[i]);
            continue;
        }
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
            err_fail(e, ERR_INTERNAL, "数据库的答复读不完整");
            return err_detail(e, "fetch %d %s", rc, s->sql->name);
        }
        stmt_copy_row(s, columns, s->cells + i * s->column_count);
    }
    s->row_count = rows;
    return 0;
}

/* What the answer says, and its rows. */
static int stmt_answer(struct stmt *s, struct err *e)
{
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

/* ---- answers on their way ---- */

static void stmt_take_first(struct db *db)
{
    struct stmt *s = db->sent_first;
    struct err e = {0};

    db->sent_first = s->next_sent;
    if (db->sent_first == NULL)
        db->sent_last = NULL;
    db->sent_count--;
    s->is_awaited = 0;
    if (db->broken)
        s->rc = db_refuse_broken(db, &e);
    else if (db_answer_read(s->handle) != 0)
        s->rc = stmt_fail(s, &e);
    else
        s->rc = stmt_answer(s, &e);
    if (s->rc == 0 && s->must_hit && s->affected == 0)
        s->rc = row_stale(&e);
    if (s->rc == 0)
        return;
    if (s->is_later && db->late.code == ERR_NONE)
        db->late = e;
    if (!s->is_later) {
        struct err *kept = ARENA_NEW(s->arena, struct err);
        *kept = e;
        s->failure = kept;
    }
}

void db_take_all(struct db *db)
{
    while (db->sent_first != NULL)
        stmt_take_first(db);
}

void db_forget_all(struct db *db)
{
    for (; db->sent_first != NULL; db->sent_first = db->sent_first->next_sent)
        db->sent_first->is_awaited = 0;
    db->sent_last = NULL;
    db->sent_count = 0;
}

/* The arena goes: nobody will ask any more, but the connection must not be left in mid-answer. */
static void stmt_abandon(void *p)
{
    struct stmt *s = p;

    if (s->is_awaited)
        db_take_all(s->db);
}

static int stmt_prepare_run(struct stmt *s, struct err *e)
{
    assert(s->bound == s->param_count && !s->was_run);
    if (db_refuse_broken(s->db, e) < 0)
        return -1;
    s->was_run = 1;
    s->db->statements++;
    if (s->param_count > 0 && mysql_stmt_bind_param(s->handle, s->params) != 0)
        return stmt_fail(s, e);
    return 0;
}

static size_t stmt_bytes_bound(const struct stmt *s)
{
    size_t n = 0;

    for (unsigned i = 0; i < s->param_count; i++)
        n += s->params[i].length != NULL ? *s->params[i].length : sizeof(int64_t);
    return n;
}

/* While the server waits for us to read rows it reads nothing: what we send meanwhile must fit into the socket. And a
 * handle gives the rows of one run at a time. */
static int stmt_must_wait(const struct stmt *s)
{
    if (s->db->sent_count >= SENT_MAX)
        return 1;
    for (const struct stmt *x = s->db->sent_first; x != NULL; x = x->next_sent)
        if (mysql_stmt_field_count(x->handle) > 0 && (x->handle == s->handle || stmt_bytes_bound(s) > ASK_BYTES))
            return 1;
    return 0;
}

/* Never one with rows that nobody waits for: they may be many, and two who both write and do not read wait for ever. */
static int stmt_send(struct stmt *s, struct err *e)
{
    struct db *db = s->db;
    my_bool on = 1, off = 0;

    if (stmt_must_wait(s))
        db_take_all(db);
    if (stmt_prepare_run(s, e) < 0)
        return -1;
    mysql_optionsv(db->mysql, MARIADB_OPT_SKIP_READ_RESPONSE, &on);
    int failed = mysql_stmt_execute(s->handle) != 0;
    mysql_optionsv(db->mysql, MARIADB_OPT_SKIP_READ_RESPONSE, &off);
    if (failed)
        return stmt_fail(s, e);
    if (db->sent_last != NULL)
        db->sent_last->next_sent = s;
    else
        db->sent_first = s;
    db->sent_last = s;
    db->sent_count++;
    s->is_awaited = 1;
    if (s->arena != db->arena)
        arena_defer(s->arena, stmt_abandon, s);
    return 0;
}

int stmt_later(struct stmt *s, int must_hit, struct err *e)
{
    if (!tx_is_open(s->db)) { /* there is no commit that could undo it */
        if (stmt_run(s, e) < 0)
            return -1;
        return must_hit && s->affected == 0 ? row_stale(e) : 0;
    }
    assert(mysql_stmt_field_count(s->handle) == 0);
    s->is_later = 1;
    s->must_hit = must_hit;
    return stmt_send(s, e);
}

int stmt_ask(struct stmt *s, struct err *e)
{
    if (s->db->late.code != ERR_NONE || s->db->sent_count >= ASK_MAX)
        return stmt_run(s, e);
    return stmt_send(s, e);
}

int stmt_run(struct stmt *s, struct err *e)
{
    struct db *db = s->db;

    if (!s->was_run && db->late.code != ERR_NONE) { /* what this one builds on has failed */
        *e = db->late;
        return -1;
    }
    if (!s->was_run && db->sent_first == NULL) { /* nobody else is on the way */
        if (stmt_prepare_run(s, e) < 0)
            return -1;
        return mysql_stmt_execute(s->handle) != 0 ? stmt_fail(s, e) : stmt_answer(s, e);
    }
    if (!s->was_run && stmt_send(s, e) < 0)
        return -1;
    while (s->is_awaited)
        stmt_take_first(db);
    if (db->late.code != ERR_NONE) {
        *e = db->late;
        return -1;
    }
    if (s->rc < 0)
        *e = *s->failure;
    return s->rc;
}

/* Kept with the connection, so that a transaction may begin before anybody has an arena. */
int stmt_begin(struct db *db, struct err *e)
{
    struct db_cached *slot = stmt_slot(db, &TX_BEGIN);

    if (db->begin == NULL)
        db->begin = ARENA_NEW(db->arena, struct stmt);
    *db->begin = (struct stmt){.db = db, .arena = db->arena, .sql = &TX_BEGIN, .handle = slot->handle};
    if (slot->handle == NULL && stmt_prepare(db->begin, slot, e) < 0)
        return -1;
    return stmt_later(db->begin, 0, e);
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
    const struct cell *c = stmt_cell(s, column);

    if (c->text == NULL)
        return NULL;
    switch (s->kinds[column]) {
    case CELL_INT:
        return arena_fmt(s->arena, "%lld", (long long)c->value);
    case CELL_DATE:
        return date_text(s->arena, (date)c->value);
    case CELL_INSTANT:
        return instant_sql(s->arena, c->value);
    case CELL_TEXT:
        break;
    }
    return c->text;
}

/* A column of a table is what the table says; what a statement worked out may come as text or as a sum. */
int64_t stmt_i64(struct stmt *s, int column)
{
    const struct cell *c = stmt_cell(s, column);
    int64_t v = 0;

    if (c->text == NULL)
        return 0;
    if (s->kinds[column] == CELL_INT)
        return c->value;

    int rc = text_i64(c->text, &v);

    assert(rc == 0);
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

static date stmt_text_date(const char *text)
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
    if (s->kinds[column] == CELL_DATE)
        return (date)c->value;
    assert(s->kinds[column] == CELL_TEXT && c->len == strlen("2025-09-22"));
    return stmt_text_date(c->text);
}

instant stmt_instant(struct stmt *s, int column)
{
    const struct cell *c = stmt_cell(s, column);

    if (c->text == NULL)
        return INSTANT_NONE;
    if (s->kinds[column] == CELL_INSTANT)
        return c->value;
    assert(s->kinds[column] == CELL_TEXT && c->len == strlen("2024-05-20 01:00:00.000000"));
    int64_t seconds = (int64_t)stmt_text_date(c->text) * 86400 + stmt_digits(c->text, 11, 2) * 3600 +
                      stmt_digits(c->text, 14, 2) * 60 + stmt_digits(c->text, 17, 2);
    return seconds * 1000000 + stmt_digits(c->text, 20, 6);
}
