/*
 * store/db_internal.h - what db.c and stmt.c share; nobody else includes it
 *
 * Beside struct db and the translation of the library's errors it knows the cache of
 * prepared statements: an open table keyed by the address of struct sql, never shrinking.
 */
#ifndef STORE_DB_INTERNAL_H
#define STORE_DB_INTERNAL_H

#include <mysql.h>

#include "store/db.h"

enum { DB_CACHE_SLOTS = 1024 /* a power of two, well over the number of statements */ };

struct db_cached {
    const struct sql *sql;
    MYSQL_STMT *handle;
};

struct db {
    struct arena *arena;
    MYSQL *mysql;
    int broken, tx;
    int64_t statements;
    struct stmt *sent_first, *sent_last; /* their answers are still to come, in this order */
    int sent_count;
    struct stmt *begin;
    struct err late; /* the first failure of a statement nobody waited for; until the transaction ends */
    struct db_cached cache[DB_CACHE_SLOTS];
};

/*
 * Fills e from what the library says and marks the connection broken when it is gone.
 * what is a statement's name for the log. Always -1.
 */
int db_fail(struct db *db, unsigned number, const char *message, const char *what, struct err *e);
int db_answer_read(MYSQL_STMT *handle); /* of a statement sent before; 0, or as mysql_stmt_execute */
void db_take_all(struct db *db);   /* reads every answer that is on its way */
void db_forget_all(struct db *db); /* the connection goes, and they with it */
int stmt_begin(struct db *db, struct err *e);
int db_refuse_broken(const struct db *db, struct err *e); /* -1 with ERR_DB when broken, otherwise 0 */

#endif
