/*
 * store/db.c - one connection to MariaDB: open with settings of our own, transactions, errors
 *
 * Nothing is left to the server's defaults (traps M10, M12) or to the environment (M11).
 * A lost connection is marked broken and thrown away by its owner; there is no reconnect (M4).
 */
#include "config.h"

#include "store/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <errmsg.h>
#include <poll.h>
#include <mysql.h>
#include <mysqld_error.h>

#include "base/text.h"
#include "store/db_internal.h"

enum { DB_ARENA_BYTES = 1024 * 1024, DB_RETRY_WORD = 32 };

/* Each is a statement of its own: the first that fails names itself in the log. */
static const char *const DB_SESSION[] = {
    "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = 5,"
    " sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION',"
    " foreign_key_checks = 1, unique_checks = 1, check_constraint_checks = 1",
};

enum db_fate { FATE_OTHER, FATE_LOST, FATE_AGAIN, FATE_THERE, FATE_ACCOUNT, FATE_FULL, FATE_WAIT };

/* clang-format off */
static const struct { unsigned number; enum db_fate fate; } DB_FATES[] = {
    { CR_CONNECTION_ERROR,            FATE_LOST },
    { CR_CONN_HOST_ERROR,             FATE_LOST },
    { CR_UNKNOWN_HOST,                FATE_LOST },
    { CR_SERVER_GONE_ERROR,           FATE_LOST },
    { CR_SERVER_LOST,                 FATE_LOST },
    { CR_SERVER_LOST_EXTENDED,        FATE_LOST },
    { CR_COMMANDS_OUT_OF_SYNC,        FATE_LOST }, /* trap M3: the connection cannot be trusted any more */
    { CR_MALFORMED_PACKET,            FATE_LOST },
    { CR_SSL_CONNECTION_ERROR,        FATE_LOST },
    { ER_CON_COUNT_ERROR,             FATE_LOST },
    { ER_SERVER_SHUTDOWN,             FATE_LOST },
    { ER_CONNECTION_KILLED,           FATE_LOST },
    { ER_OPTION_PREVENTS_STATEMENT,   FATE_LOST }, /* the server became a read-only replica */
    { ER_LOCK_WAIT_TIMEOUT,           FATE_AGAIN },
    { ER_LOCK_DEADLOCK,               FATE_AGAIN },
    { ER_CHECKREAD,                   FATE_AGAIN },
    { ER_DUP_ENTRY,                   FATE_THERE },
    { ER_DUP_ENTRY_WITH_KEY_NAME,     FATE_THERE },
    { ER_DBACCESS_DENIED_ERROR,       FATE_ACCOUNT },
    { ER_ACCESS_DENIED_ERROR,         FATE_ACCOUNT },
    { ER_BAD_DB_ERROR,                FATE_ACCOUNT },
    { ER_ACCESS_DENIED_NO_PASSWORD_ERROR, FATE_ACCOUNT },
    { ER_DISK_FULL,                   FATE_FULL },
    { ER_RECORD_FILE_FULL,            FATE_FULL },
    { ER_STATEMENT_TIMEOUT,           FATE_WAIT },
    { ER_USER_LIMIT_REACHED,          FATE_WAIT },
};
/* clang-format on */

static enum db_fate db_fate_of(unsigned number)
{
    for (size_t i = 0; i < ARRAY_LEN(DB_FATES); i++)
        if (DB_FATES[i].number == number)
            return DB_FATES[i].fate;
    return FATE_OTHER;
}

static int db_say(enum db_fate fate, struct err *e)
{
    switch (fate) {
    case FATE_LOST:
        return err_fail(e, ERR_DB, "数据库暂时连接不上，刚才的内容没有保存");
    case FATE_AGAIN:
        return err_fail(e, ERR_BUSY, "同时办理的人较多，这一次没有排上");
    case FATE_THERE:
        return err_fail(e, ERR_CONFLICT, "已有相同的记录，不能重复登记");
    case FATE_ACCOUNT:
        return err_fail(e, ERR_CONFIG, "数据库账号或库名不被接受");
    case FATE_FULL:
        return err_fail(e, ERR_DISK, "数据库所在的磁盘已满，刚才的内容没有保存");
    case FATE_WAIT:
        return err_fail(e, ERR_BUSY, "数据库正忙，这一次没有办成");
    default:
        return err_fail(e, ERR_INTERNAL, "数据库没有接受这一步，刚才的内容没有保存");
    }
}

/* A duplicate's text repeats the value, which may be a person's: only the key's name goes to the log. */
static const char *db_message_for_log(enum db_fate fate, const char *message)
{
    if (fate != FATE_THERE)
        return message;
    const char *key = strstr(message, " for key ");
    return key == NULL ? "" : key + 1;
}

int db_fail(struct db *db, unsigned number, const char *message, const char *what, struct err *e)
{
    enum db_fate fate = db_fate_of(number);

    if (fate == FATE_LOST)
        db->broken = 1;
    db_say(fate, e);
    if (fate == FATE_LOST || fate == FATE_AGAIN || fate == FATE_WAIT)
        err_mend(e, "请稍候片刻再试一次");
    return err_detail(e, "mysql:%u %s: %s", number, what, db_message_for_log(fate, message));
}

int db_refuse_broken(const struct db *db, struct err *e)
{
    if (!db->broken)
        return 0;
    err_fail(e, ERR_DB, "数据库暂时连接不上，刚才的内容没有保存");
    err_mend(e, "请稍候片刻再试一次");
    return err_detail(e, "connection is broken");
}

int db_may_retry(const struct err *e)
{
    static const char *const again[] = {"mysql:1205 ", "mysql:1213 ", "mysql:1020 "};

    if (e->code != ERR_BUSY)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(again); i++)
        if (text_starts(e->detail, again[i]))
            return 1;
    return 0;
}

/* ---- open and close ---- */

static int db_text(struct db *db, const char *text, const char *what, struct err *e)
{
    db_take_all(db);
    if (db_refuse_broken(db, e) < 0)
        return -1;
    db->statements++;
    if (mysql_real_query(db->mysql, text, strlen(text)) != 0)
        return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), what, e);
    return 0;
}

static void db_options(MYSQL *m, const struct db_place *place)
{
    my_bool off = 0, on = 1;

    if (place->timeout_s > 0) {
        unsigned seconds = (unsigned)place->timeout_s;
        mysql_options(m, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
        mysql_options(m, MYSQL_OPT_READ_TIMEOUT, &seconds);
        mysql_options(m, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
    }
    mysql_options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(m, MYSQL_OPT_RECONNECT, &off); /* trap M4 */
    unsigned no_files = 0;
    mysql_options(m, MYSQL_OPT_LOCAL_INFILE, &no_files);
    if (place->socket != NULL)
        return;
    /* trap M11: never left to the build's default */
    mysql_options(m, MYSQL_OPT_SSL_CA, place->ca_file);
    mysql_options(m, MYSQL_OPT_SSL_ENFORCE, &on);
    mysql_options(m, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on);
}

static int db_connect(struct db *db, const struct db_place *place, struct err *e)
{
    /* trap M11: a NULL password would be looked up in the environment */
    const char *password = place->password == NULL ? "" : place->password;

    db_options(db->mysql, place);
    if (mysql_real_connect(db->mysql, place->socket == NULL ? place->host : "localhost", place->user, password,
                           place->schema, (unsigned)place->port, place->socket, CLIENT_FOUND_ROWS) == NULL)
        return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), "connect", e);
    if (place->socket == NULL && mysql_get_ssl_cipher(db->mysql) == NULL) {
        err_fail(e, ERR_DB, "数据库没有使用加密连接，不能使用");
        return err_detail(e, "no TLS with %s", place->host);
    }
    return 0;
}

/* Trap M6: a replica accepts the connection and would only fail at the first change. */
static int db_refuse_read_only(struct db *db, struct err *e)
{
    if (db_text(db, "SELECT @@global.read_only", "read_only", e) < 0)
        return -1;
    MYSQL_RES *result = mysql_store_result(db->mysql);
    if (result == NULL)
        return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), "read_only", e);
    MYSQL_ROW row = mysql_fetch_row(result);
    int writable = row != NULL && row[0] != NULL && text_eq(row[0], "0");
    mysql_free_result(result);
    if (writable)
        return 0;
    err_fail(e, ERR_DB, "连接到的数据库是只读副本，不能办理业务");
    return err_detail(e, "read_only is on");
}

static int db_start(struct db *db, const struct db_place *place, struct err *e)
{
    if (db_connect(db, place, e) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(DB_SESSION); i++)
        if (db_text(db, DB_SESSION[i], "session", e) < 0)
            return -1;
    return db_refuse_read_only(db, e);
}

int db_open(const struct db_place *place, struct db **ret, struct err *e)
{
    assert(place->user != NULL); /* the library would take the operating system's user */
    if (place->socket == NULL && (text_is_empty(place->host) || text_is_empty(place->ca_file)))
        return err_fail(e, ERR_CONFIG, "经网络连接数据库时，必须写明主机和签发证书的机构（ca_file）");

    struct arena *arena = arena_new("db", DB_ARENA_BYTES);
    struct db *db = ARENA_NEW(arena, struct db);
    db->arena = arena;
    db->mysql = mysql_init(NULL);
    if (db->mysql == NULL) {
        arena_free(arena);
        return err_fail(e, ERR_INTERNAL, "内存不足，数据库连接没有建立");
    }
    if (db_start(db, place, e) < 0) {
        db_close(db);
        return -1;
    }
    db->statements = 0;
    *ret = db;
    return 0;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    db_forget_all(db);
    for (size_t i = 0; i < DB_CACHE_SLOTS; i++)
        if (db->cache[i].handle != NULL)
            mysql_stmt_close(db->cache[i].handle);
    mysql_close(db->mysql);
    arena_free(db->arena);
}

/* The server went or cut us off while nobody asked: seen on the socket, without a word to it. */
static int db_is_hung_up(const struct db *db)
{
    struct pollfd p = {.fd = (int)mysql_get_socket(db->mysql), .events = POLLRDHUP};

    return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

int db_is_broken(const struct db *db)
{
    return db->broken || (!db->tx && db->sent_first == NULL && db_is_hung_up(db));
}

int64_t db_statements(const struct db *db)
{
    return db->statements;
}

int db_ping(struct db *db, struct err *e)
{
    db_take_all(db);
    if (db_refuse_broken(db, e) < 0)
        return -1;
    if (mysql_ping(db->mysql) != 0) {
        db->broken = 1;
        return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), "ping", e);
    }
    return 0;
}

/* ---- scripts ---- */

/* Every result is taken off the wire (trap M3); the first error is the one told. */
static int db_script_results(struct db *db, struct err *e)
{
    for (;;) {
        MYSQL_RES *result = mysql_store_result(db->mysql);
        if (result != NULL)
            mysql_free_result(result);
        else if (mysql_field_count(db->mysql) != 0)
            return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), "script", e);
        int more = mysql_next_result(db->mysql);
        if (more < 0)
            return 0;
        if (more > 0)
            return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), "script", e);
    }
}

int db_script(struct db *db, const char *text, struct err *e)
{
    db_take_all(db);
    if (db_refuse_broken(db, e) < 0)
        return -1;
    if (mysql_set_server_option(db->mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0)
        return db_fail(db, mysql_errno(db->mysql), mysql_error(db->mysql), "script", e);
    int rc = db_text(db, text, "script", e);
    if (rc == 0)
        rc = db_script_results(db, e);
    if (!db->broken && mysql_set_server_option(db->mysql, MYSQL_OPTION_MULTI_STATEMENTS_OFF) != 0)
        db->broken = 1; /* a connection that may run several statements at once is not kept */
    return rc;
}

char *db_escape(struct db *db, struct arena *a, const char *text)
{
    size_t n = strlen(text);
    char *ret = (char *)arena_alloc(a, 2 * n + 1);

    mysql_real_escape_string(db->mysql, ret, text, n);
    return ret;
}

/* What mysql_stmt_execute itself would have called, had it not been told to leave the answer for later. */
int db_answer_read(MYSQL_STMT *handle)
{
    return handle->mysql->methods->db_read_execute_response(handle);
}

/* ---- transactions ---- */

const struct sql TX_BEGIN = {"tx.begin", "START TRANSACTION"};

int tx_begin(struct db *db, struct err *e)
{
    assert(!db->tx);
    db->tx = 1;
    db->late = (struct err){0};
    if (stmt_begin(db, e) == 0)
        return 0;
    db->tx = 0;
    return -1;
}

/* A statement nobody waited for has failed: what came after it is undone with it. */
static int tx_refuse_late(struct db *db, struct err *e)
{
    db_take_all(db);
    if (db->late.code == ERR_NONE)
        return 0;

    struct err late = db->late;

    tx_rollback(db);
    *e = late;
    return -1;
}

int tx_commit(struct db *db, struct err *e)
{
    assert(db->tx);
    if (tx_refuse_late(db, e) < 0)
        return -1;
    db->tx = 0;
    if (db->broken)
        return db_refuse_broken(db, e); /* lost before COMMIT was sent: nothing was saved */
    if (db_text(db, "COMMIT", "commit", e) == 0)
        return 0;
    if (!db->broken) { /* refused, and perhaps still open: the next START TRANSACTION would commit it after all */
        db->tx = 1;
        tx_rollback(db);
        return -1;
    }
    char detail[sizeof e->detail];
    text_copy(detail, sizeof detail, e->detail);
    err_fail(e, ERR_UNCERTAIN, "提交时与数据库的连接中断，结果尚不确定");
    err_mend(e, "请用同一页面再提交一次：已经办成的不会重复办理");
    return err_detail(e, "%s", detail); /* trap M5 */
}

void tx_rollback(struct db *db)
{
    struct err ignored;

    if (!db->tx)
        return;
    db_take_all(db);
    db->tx = 0;
    db->late = (struct err){0};
    if (db->broken)
        return;
    if (db_text(db, "ROLLBACK", "rollback", &ignored) < 0)
        db->broken = 1; /* an open transaction must not reach the next request */
}

int tx_is_open(const struct db *db)
{
    return db->tx;
}
