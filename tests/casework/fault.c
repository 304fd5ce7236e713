/*
 * tests/casework/fault.c - the n-th call into the database library goes wrong
 */
#include "config.h"

#include "fault.h"

#include <errmsg.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <string.h>
#include <sys/socket.h>

static int left, fired, at_commit;
static enum fault manner;
static unsigned said; /* what the library says went wrong, until the next call */

/* The library's own, and what the linker puts in its place. */
#define WRAPPED(type, name, ...)    \
    type __real_##name(__VA_ARGS__); \
    type __wrap_##name(__VA_ARGS__)
WRAPPED(MYSQL *, mysql_real_connect, MYSQL *m, const char *host, const char *user, const char *password, const char *schema,
        unsigned port, const char *socket, unsigned long flags);
WRAPPED(int, mysql_real_query, MYSQL *m, const char *text, unsigned long len);
WRAPPED(int, mysql_stmt_prepare, MYSQL_STMT *s, const char *text, unsigned long len);
WRAPPED(int, mysql_stmt_execute, MYSQL_STMT *s);
WRAPPED(int, mysql_stmt_store_result, MYSQL_STMT *s);
WRAPPED(int, db_answer_read, MYSQL_STMT *s);
WRAPPED(unsigned, mysql_errno, MYSQL *m);
WRAPPED(const char *, mysql_error, MYSQL *m);
WRAPPED(unsigned, mysql_stmt_errno, MYSQL_STMT *s);
WRAPPED(const char *, mysql_stmt_error, MYSQL_STMT *s);

void fault_arm(int n, enum fault how)
{
    left = n;
    manner = how;
    fired = at_commit = 0;
    said = 0;
}

int fault_disarm(int *ret_commit)
{
    left = 0;
    said = 0;
    *ret_commit = at_commit;
    return fired;
}

/* Is it this call's turn? */
static int turn(void)
{
    said = 0;
    if (left == 0 || --left > 0)
        return 0;
    fired = 1;
    return 1;
}

static void cut(MYSQL *m)
{
    shutdown((int)mysql_get_socket(m), SHUT_RDWR);
    said = CR_SERVER_LOST;
}

/* What the server does of its own accord when it fails like this, and what the library then says. */
static int spoil(MYSQL *m)
{
    switch (manner) {
    case FAULT_AGAIN:
        __real_mysql_real_query(m, "ROLLBACK", strlen("ROLLBACK"));
        said = ER_LOCK_DEADLOCK;
        break;
    case FAULT_FULL:
        said = ER_DISK_FULL;
        break;
    default:
        cut(m);
    }
    return 1;
}

#define CALL(m, real)                           \
    if (!turn())                                \
        return real;                            \
    if (manner == FAULT_AFTER && (real) != 0)   \
        return 1;                               \
    return spoil(m)

MYSQL *__wrap_mysql_real_connect(MYSQL *m, const char *host, const char *user, const char *password, const char *schema,
                                 unsigned port, const char *socket, unsigned long flags)
{
    if (!turn())
        return __real_mysql_real_connect(m, host, user, password, schema, port, socket, flags);
    said = CR_CONNECTION_ERROR; /* whatever the manner: there is no transaction yet */
    return NULL;
}

int __wrap_mysql_real_query(MYSQL *m, const char *text, unsigned long len)
{
    int is_commit = len == strlen("COMMIT") && memcmp(text, "COMMIT", len) == 0;

    at_commit |= left == 1 && is_commit;
    CALL(m, __real_mysql_real_query(m, text, len));
}

int __wrap_mysql_stmt_prepare(MYSQL_STMT *s, const char *text, unsigned long len)
{
    CALL(s->mysql, __real_mysql_stmt_prepare(s, text, len));
}

static int is_cut(void)
{
    return manner == FAULT_BEFORE || manner == FAULT_AFTER;
}

/* The server's refusal in place of the answer it gave. What it did is left standing: whoever is refused undoes it. */
static int refuse(void)
{
    said = manner == FAULT_AGAIN ? ER_LOCK_DEADLOCK : ER_DISK_FULL;
    return 1;
}

/* A statement on its way with others: the server's refusal comes with the answer, below. */
static int is_only_sent(MYSQL *m)
{
    my_bool sent = 0;

    mysql_get_optionv(m, MARIADB_OPT_SKIP_READ_RESPONSE, &sent);
    return sent;
}

int __wrap_mysql_stmt_execute(MYSQL_STMT *s)
{
    if (is_only_sent(s->mysql) && !is_cut())
        return __real_mysql_stmt_execute(s);
    CALL(s->mysql, __real_mysql_stmt_execute(s));
}

int __wrap_db_answer_read(MYSQL_STMT *s)
{
    if (!turn())
        return __real_db_answer_read(s);
    if (manner != FAULT_BEFORE && __real_db_answer_read(s) != 0)
        return 1;
    if (is_cut())
        return spoil(s->mysql);
    /* the next answer begins where this one ends */
    if (mysql_stmt_field_count(s) > 0 && (__real_mysql_stmt_store_result(s) != 0 || mysql_stmt_free_result(s) != 0))
        return 1;
    return refuse();
}

int __wrap_mysql_stmt_store_result(MYSQL_STMT *s)
{
    if (!turn())
        return __real_mysql_stmt_store_result(s);
    if (manner != FAULT_BEFORE && __real_mysql_stmt_store_result(s) != 0)
        return 1;
    return is_cut() ? spoil(s->mysql) : refuse();
}

unsigned __wrap_mysql_errno(MYSQL *m)
{
    return said ? said : __real_mysql_errno(m);
}

const char *__wrap_mysql_error(MYSQL *m)
{
    return said ? "by the test" : __real_mysql_error(m);
}

unsigned __wrap_mysql_stmt_errno(MYSQL_STMT *s)
{
    return said ? said : __real_mysql_stmt_errno(s);
}

const char *__wrap_mysql_stmt_error(MYSQL_STMT *s)
{
    return said ? "by the test" : __real_mysql_stmt_error(s);
}
