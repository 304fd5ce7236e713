/*
 * tests/bench/bare.c - the anchors that ask the database: one point select, the same behind a session, a list of
 * twenty by index, one transaction of an update with an audit row and an outbox row
 *
 * Statements are prepared once a process, every answer is JSON made by one snprintf a row. No templates, no rules,
 * no checks but the session's: what it costs is what the machine and the database cost.
 */
#include "bare.h"

#include <mysql.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COLUMNS = 8, COLUMN_BYTES = 1024, ANSWER_BYTES = 64 * 1024, TWENTY_ROWS = 20 };

enum statement { READ, SESSION, TWENTY, BEGIN, UPDATE, AUDIT, OUTBOX, COMMIT, STATEMENTS };

#define ITEM "id, number, title, unit, state, holder, due_on, summary"
static const struct {
    const char *sql;
    int texts, columns; /* texts are bound before the number */
} statement[STATEMENTS] = {
    [READ] = {"SELECT " ITEM " FROM item WHERE id = ?", 0, 8},
    [SESSION] = {"SELECT person, roles FROM session WHERE digest = ?", 1, 2},
    [TWENTY] = {"SELECT id, number, title, unit, state, holder, due_on FROM item WHERE unit = ? ORDER BY due_on, id LIMIT 20", 0, 7},
    [BEGIN] = {"BEGIN", 0, 0},
    [UPDATE] = {"UPDATE item SET state = ?, version = version + 1 WHERE id = ?", 1, 0},
    [AUDIT] = {"INSERT INTO audit (person, what, detail, item) VALUES (?, ?, ?, ?)", 3, 0},
    [OUTBOX] = {"INSERT INTO outbox (peer, state, envelope, item) VALUES (?, ?, ?, ?)", 3, 0},
    [COMMIT] = {"COMMIT", 0, 0},
};

static const char *db_socket, *db_user, *db_schema;
static MYSQL *mysql;
static MYSQL_STMT *handle[STATEMENTS];
static char column[COLUMNS][COLUMN_BYTES];
static unsigned long column_length[COLUMNS];
static char answer[ANSWER_BYTES], letter[COLUMN_BYTES];

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "bare: %s: %s\n", what, why);
    _exit(1);
}

void bare_place(const char *socket, const char *user, const char *schema)
{
    db_socket = socket;
    db_user = user;
    db_schema = schema;
}

static void bare_open(void)
{
    mysql = mysql_init(NULL);
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(mysql, NULL, db_user, "", db_schema, 0, db_socket, 0) == NULL)
        stop("connect", mysql_error(mysql));
    for (int i = 0; i < STATEMENTS; i++) {
        handle[i] = mysql_stmt_init(mysql);
        if (mysql_stmt_prepare(handle[i], statement[i].sql, strlen(statement[i].sql)) != 0)
            stop(statement[i].sql, mysql_stmt_error(handle[i]));
    }
    memset(letter, 'x', sizeof letter - 1);
}

/* The texts, and behind them the number where the statement has one more place. */
static void run(enum statement which, const char *const *text, long long number)
{
    MYSQL_STMT *s = handle[which];
    MYSQL_BIND in[COLUMNS] = {0}, out[COLUMNS] = {0};
    int n = 0;

    for (; n < statement[which].texts; n++)
        in[n] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING,
                             .buffer = (void *)text[n],
                             .buffer_length = strlen(text[n])};
    if (mysql_stmt_param_count(s) > (unsigned long)n)
        in[n] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &number};
    if ((mysql_stmt_param_count(s) > 0 && mysql_stmt_bind_param(s, in)) || mysql_stmt_execute(s) != 0)
        stop(statement[which].sql, mysql_stmt_error(s));
    for (int i = 0; i < statement[which].columns; i++)
        out[i] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING,
                              .buffer = column[i],
                              .buffer_length = COLUMN_BYTES - 1,
                              .length = &column_length[i]};
    if (statement[which].columns > 0 && (mysql_stmt_bind_result(s, out) || mysql_stmt_store_result(s) != 0))
        stop(statement[which].sql, mysql_stmt_error(s));
}

static int fetch(enum statement which)
{
    if (mysql_stmt_fetch(handle[which]) != 0)
        return 0;
    for (int i = 0; i < statement[which].columns; i++)
        column[i][column_length[i]] = '\0';
    return 1;
}

static size_t row_put(size_t at, int last)
{
    return at + (size_t)snprintf(answer + at, sizeof answer - at,
                                 "%s{\"id\":%s,\"number\":\"%s\",\"title\":\"%s\",\"unit\":\"%s\",\"state\":\"%s\","
                                 "\"holder\":\"%s\",\"due_on\":\"%s\",\"summary\":\"%s\"}",
                                 at > 0 ? "," : "", column[0], column[1], column[2], column[3], column[4], column[5],
                                 column[6], last >= 7 ? column[7] : "");
}

/* As a session is found: the SM3 of the cookie's token, and a role that may read. */
static void session_check(FCGX_Request *request)
{
    const char *cookie = FCGX_GetParam("HTTP_COOKIE", request->envp);
    const char *token = cookie != NULL ? strchr(cookie, '=') : NULL;
    unsigned char digest[EVP_MAX_MD_SIZE];
    char hex[2 * EVP_MAX_MD_SIZE + 1];
    const char *text[] = {hex};
    unsigned int n = 0;

    if (token == NULL || !EVP_Digest(token + 1, strlen(token + 1), digest, &n, EVP_sm3(), NULL))
        stop("session", "no cookie");
    for (unsigned int i = 0; i < n; i++)
        snprintf(hex + (size_t)2 * i, 3, "%02x", digest[i]);
    run(SESSION, text, 0);
    if (!fetch(SESSION) || strstr(column[1], "reader") == NULL)
        stop("session", "refused");
    mysql_stmt_free_result(handle[SESSION]);
}

static size_t rows_put(enum statement which, long long number)
{
    size_t n = 0;

    run(which, NULL, number);
    for (int i = 0; i < TWENTY_ROWS && fetch(which); i++)
        n = row_put(n, statement[which].columns - 1);
    mysql_stmt_free_result(handle[which]);
    return n;
}

static size_t write_do(long long item)
{
    static const char *const state[] = {"running"}, *const audit[] = {"zhangsan", "item.save", letter},
                      *const outbox[] = {"bureau", "queued", letter};

    run(BEGIN, NULL, 0);
    run(UPDATE, state, item);
    run(AUDIT, audit, item);
    run(OUTBOX, outbox, item);
    run(COMMIT, NULL, 0);
    return (size_t)snprintf(answer, sizeof answer, "{\"item\":%lld}", item);
}

int bare_answer(FCGX_Request *request, const char *path)
{
    const char *last = strrchr(path, '/');
    long long number = last != NULL ? atoll(last + 1) : 0;
    size_t n = 0;

    if (strncmp(path, "/bare/", 6) != 0)
        return 0;
    if (mysql == NULL)
        bare_open();
    if (path[6] == 's')
        session_check(request);
    n = path[6] == 'w' ? write_do(number) : rows_put(path[6] == 'l' ? TWENTY : READ, number);
    if (n == 0)
        stop(path, "no row");
    FCGX_FPrintF(request->out, "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", (int)n);
    FCGX_PutStr(answer, (int)n, request->out);
    return 1;
}
