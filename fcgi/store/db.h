/*
 * store/db.h - connections, prepared statements and transactions over MariaDB Connector/C
 *
 * A statement is prepared once per connection and cached by the address of its
 * struct sql. Results are read to the end before the first row is handed out, so
 * any number of statements may be open at once (trap M3). Text handed out lives
 * in the arena given. A connection that failed is thrown away with its cache;
 * there is no reconnect (trap M4).
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"

/* All SQL stands at the head of an entity's file in this form and is listed in store/sql.c. */
struct sql {
    const char *name; /* "project.by_id", unique */
    const char *text;
};

struct db_place {
    const char *socket;   /* unix socket; NULL: host and port with TLS verified */
    const char *host;
    int port;
    const char *ca_file;
    const char *user, *password, *schema; /* schema NULL: none chosen (administrator) */
    int timeout_s;        /* connect, read and write; 0 waits as long as it takes (migrations) */
};

struct db;
int db_open(const struct db_place *place, struct db **ret, struct err *e) MUST_USE_;
void db_close(struct db *db);     /* accepts NULL */
int db_is_broken(const struct db *db); /* 1 after a lost connection, also one lost while idle: close it and open another */
int64_t db_statements(const struct db *db); /* statements run since opening (bench, tests) */
int db_ping(struct db *db, struct err *e) MUST_USE_;
/* Several statements of a migration or an administrator, text as it stands; only store/migrate.c and store/admin.c. */
int db_script(struct db *db, const char *text, struct err *e) MUST_USE_;
/* Text ready to stand between quotes in such a script; only store/admin.c. */
char *db_escape(struct db *db, struct arena *a, const char *text);

struct stmt;
int stmt_open(struct db *db, struct arena *a, const struct sql *sql, struct stmt **ret, struct err *e) MUST_USE_;
/* Parameters in order of their question marks; count is asserted at stmt_run. */
void stmt_bind_text(struct stmt *s, const char *v);       /* NULL binds NULL */
void stmt_bind_i64(struct stmt *s, int64_t v);
void stmt_bind_date(struct stmt *s, date d);              /* DATE_NONE binds NULL */
void stmt_bind_instant(struct stmt *s, instant t);        /* INSTANT_NONE binds NULL */
void stmt_bind_null(struct stmt *s);
int stmt_run(struct stmt *s, struct err *e) MUST_USE_;
/*
 * A change nobody waits for: inside a transaction it goes on its way, and if it fails (or, with must_hit, finds no row)
 * that is told by the next stmt_run or by tx_commit, which then commits nothing. Outside of one it runs at once.
 */
int stmt_later(struct stmt *s, int must_hit, struct err *e) MUST_USE_;
/*
 * A read that somebody will wait for with stmt_run, but not yet: several on their way together cost one wait. Before
 * something long, or the same statement once more, what is on its way is read and kept.
 */
int stmt_ask(struct stmt *s, struct err *e) MUST_USE_;

/* A list asked for in that manner: X_ask fills it, asked_take gives its rows, as X_list would; *ret a T *. */
struct row_col;
struct asked {
    struct stmt *s;
    const struct row_col *cols;
    size_t count, size; /* of the columns; of a row's struct */
};
int asked_take(const struct asked *q, struct arena *a, void *ret, size_t *ret_count, struct err *e) MUST_USE_;
int stmt_step(struct stmt *s);                            /* 1 a row, 0 no more */
size_t stmt_rows(const struct stmt *s);                   /* rows of the whole result */
int64_t stmt_affected(const struct stmt *s);              /* rows found by an UPDATE (CLIENT_FOUND_ROWS) */
int64_t stmt_insert_id(const struct stmt *s);
/* Columns from 0; asserting the number. NULL reads as NULL / 0 / DATE_NONE / INSTANT_NONE. */
const char *stmt_text(struct stmt *s, int column);
int64_t stmt_i64(struct stmt *s, int column);
date stmt_date(struct stmt *s, int column);
instant stmt_instant(struct stmt *s, int column);
int stmt_is_null(struct stmt *s, int column);

/* Isolation READ COMMITTED with explicit FOR UPDATE locks; version columns guard the rest. */
int tx_begin(struct db *db, struct err *e) MUST_USE_;
/* ERR_UNCERTAIN when the connection was lost during COMMIT. */
int tx_commit(struct db *db, struct err *e) MUST_USE_;
void tx_rollback(struct db *db); /* harmless without a transaction */
int tx_is_open(const struct db *db);
/* 1 when e is a deadlock, lock time-out or snapshot conflict: the whole operation may be tried again. */
int db_may_retry(const struct err *e);

#endif
