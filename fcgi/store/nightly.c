/*
 * store/nightly.c - the day's run over the duties, and the posts found empty
 *
 * A runner holds the row's lock for a batch and leaves the place it reached in the same transaction: two runners share
 * the work without knowing of each other, and one that is killed loses at most its batch.
 */
#include "config.h"

#include "store/duties.h"
#include "store/ledger.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define NIGHTLY_COLUMNS                                                                                \
    "day, state, last_project, started_at, ended_at, posts_at, projects, changed, opened, yellow, red, exceeding," \
    " drifted, failed"
const struct sql NIGHTLY_BY_DAY = { "nightly.by_day", "SELECT " NIGHTLY_COLUMNS " FROM nightly WHERE day = ?" };
const struct sql NIGHTLY_NEWEST = { "nightly.newest", "SELECT " NIGHTLY_COLUMNS " FROM nightly ORDER BY day DESC LIMIT 1" };
const struct sql NIGHTLY_ADD = { "nightly.add",
    "INSERT IGNORE INTO nightly (day, state, started_at) VALUES (?, 'running', ?)" };
const struct sql NIGHTLY_TAKE = { "nightly.take",
    "SELECT " NIGHTLY_COLUMNS " FROM nightly WHERE day = ? AND state = 'running' FOR UPDATE SKIP LOCKED" };
const struct sql NIGHTLY_SAVE = { "nightly.save",
    "UPDATE nightly SET state = ?, last_project = ?, started_at = ?, ended_at = ?, posts_at = ?, projects = ?, changed = ?,"
    " opened = ?, yellow = ?, red = ?, exceeding = ?, drifted = ?, failed = ? WHERE day = ?" };
const struct sql NIGHTLY_AGAIN = { "nightly.again",
    "UPDATE nightly SET state = 'running', last_project = 0, ended_at = NULL, posts_at = NULL,"
    " projects = 0, exceeding = 0, failed = 0 WHERE day = ? AND state = 'done'" };
const struct sql NIGHTLY_POSTS = { "nightly.posts", "UPDATE nightly SET posts_at = ? WHERE day = ?" };
const struct sql NIGHTLY_PROJECTS = { "nightly.projects",
    "SELECT id FROM project WHERE id > ? AND event_count > 0 ORDER BY id LIMIT ?" };
const struct sql NIGHTLY_PROJECT = { "nightly.project",
    "UPDATE project SET days_calendar = ?, money = ?, money_over = ?, route = ?, stage = ?, stage_name = ?, holder = ?, holder_name = ?, holder_since = ?, next_due = ?,"
    " next_provisional = ?, next_name = ?, marks = ?, updated_at = ? WHERE id = ?" };
#define VACANCY_COLUMNS "organ, unit, name, group_name, waiting, since, checked_on"
const struct sql VACANCY_PUT = { "vacancy.put",
    "INSERT INTO vacancy (" VACANCY_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE name = VALUES(name), group_name = VALUES(group_name), waiting = VALUES(waiting),"
    " checked_on = VALUES(checked_on)" };
const struct sql VACANCY_CLEAR = { "vacancy.clear", "DELETE FROM vacancy WHERE checked_on < ?" };
const struct sql VACANCY_DROP = { "vacancy.drop", "DELETE FROM vacancy WHERE organ = ? AND unit = ?" };
const struct sql VACANCY_LIST = { "vacancy.list",
    "SELECT " VACANCY_COLUMNS " FROM vacancy ORDER BY since, organ, unit LIMIT ?" };
const struct sql AWAITED_LIST = { "awaited.list",
    "SELECT organ, unit, CAST(COUNT(DISTINCT project) AS SIGNED) FROM (SELECT organ, unit, project FROM task UNION ALL"
    " SELECT who, unit, project FROM duty WHERE state = 'open') posts WHERE organ <> '' GROUP BY organ, unit"
    " ORDER BY organ, unit LIMIT ?" };

#define N(type, m) ROW_##type(nightly, m)
static const struct row_col NIGHTLY_COLS[] = {
    N(DATE, day), N(TEXT, state), N(I64, last_project), N(INSTANT, started_at), N(INSTANT, ended_at), N(INSTANT, posts_at),
    N(I64, projects), N(I64, changed), N(I64, opened), N(I64, yellow), N(I64, red), N(I64, exceeding),
    N(I64, drifted), N(I64, failed),
};
#define P(type, m) ROW_##type(project, m)
static const struct row_col NIGHTLY_PROJECT_COLS[] = {
    P(TEXT, days_calendar), P(OBJECT, money), P(INT, money_over), P(TEXT, route), P(TEXT, stage), P(TEXT, stage_name), P(TEXT, holder),
    P(TEXT, holder_name), P(INSTANT, holder_since),
    P(DATE, next_due), P(INT, next_provisional), P(TEXT, next_name), P(LIST, marks), P(INSTANT, updated_at), P(I64, id),
};
#define V(type, m) ROW_##type(vacancy, m)
static const struct row_col VACANCY_COLS[] = {
    V(TEXT, organ), V(TEXT, unit), V(TEXT, name), V(TEXT, group_name), V(I64, waiting), V(DATE, since), V(DATE, checked_on),
};
#define W(type, m) ROW_##type(awaited, m)
static const struct row_col AWAITED_COLS[] = { W(TEXT, organ), W(TEXT, unit), W(I64, waiting) };
/* clang-format on */

enum { AWAITED_MAX = 1000 };

static int nightly_row(struct db *db, struct arena *a, const struct sql *sql, date day, struct nightly *ret,
                       struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    if (sql != &NIGHTLY_NEWEST)
        stmt_bind_date(s, day);
    return row_one(s, NIGHTLY_COLS, ARRAY_LEN(NIGHTLY_COLS), ret, e);
}

int nightly_get(struct db *db, struct arena *a, date day, struct nightly *ret, struct err *e)
{
    return nightly_row(db, a, &NIGHTLY_BY_DAY, day, ret, e);
}

int nightly_newest(struct db *db, struct arena *a, struct nightly *ret, struct err *e)
{
    return nightly_row(db, a, &NIGHTLY_NEWEST, DATE_NONE, ret, e);
}

int nightly_take(struct db *db, struct arena *a, date day, struct nightly *ret, struct err *e)
{
    return nightly_row(db, a, &NIGHTLY_TAKE, day, ret, e);
}

int nightly_add(struct db *db, struct arena *a, date day, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NIGHTLY_ADD, &s, e) < 0)
        return -1;
    stmt_bind_date(s, day);
    stmt_bind_instant(s, now);
    return stmt_run(s, e);
}

int nightly_save(struct db *db, struct arena *a, const struct nightly *n, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NIGHTLY_SAVE, &s, e) < 0)
        return -1;
    row_bind(s, NIGHTLY_COLS + 1, ARRAY_LEN(NIGHTLY_COLS) - 1, n);
    stmt_bind_date(s, n->day);
    return stmt_later(s, 1, e);
}

int nightly_again(struct db *db, struct arena *a, date day, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NIGHTLY_AGAIN, &s, e) < 0)
        return -1;
    stmt_bind_date(s, day);
    return stmt_run(s, e);
}

int nightly_posts(struct db *db, struct arena *a, date day, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NIGHTLY_POSTS, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    stmt_bind_date(s, day);
    return stmt_later(s, 1, e);
}

int nightly_projects(struct db *db, struct arena *a, int64_t after, int limit, int64_t *ret, size_t *ret_count,
                     struct err *e)
{
    struct stmt *s;

    *ret_count = 0;
    if (stmt_open(db, a, &NIGHTLY_PROJECTS, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, after);
    stmt_bind_i64(s, limit);
    if (stmt_run(s, e) < 0)
        return -1;
    while (*ret_count < (size_t)limit && stmt_step(s))
        ret[(*ret_count)++] = stmt_i64(s, 0);
    return 0;
}

int nightly_project(struct db *db, struct arena *a, const struct project *p, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &NIGHTLY_PROJECT, &s, e) < 0)
        return -1;
    row_bind(s, NIGHTLY_PROJECT_COLS, ARRAY_LEN(NIGHTLY_PROJECT_COLS), p);
    return stmt_later(s, 1, e) < 0 ? -1 : ledger_move(db, a, p, e);
}

int vacancy_put(struct db *db, struct arena *a, const struct vacancy *v, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &VACANCY_PUT, &s, e) < 0)
        return -1;
    row_bind(s, VACANCY_COLS, ARRAY_LEN(VACANCY_COLS), v);
    return stmt_later(s, 0, e);
}

int vacancy_clear(struct db *db, struct arena *a, date checked_before, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &VACANCY_CLEAR, &s, e) < 0)
        return -1;
    stmt_bind_date(s, checked_before);
    return stmt_later(s, 0, e);
}

int vacancy_drop(struct db *db, struct arena *a, const char *organ, const char *unit, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &VACANCY_DROP, &s, e) < 0)
        return -1;
    stmt_bind_text(s, organ);
    stmt_bind_text(s, row_text(unit));
    return stmt_later(s, 0, e);
}

int vacancy_list(struct db *db, struct arena *a, struct vacancy **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &VACANCY_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, VACANCY_MAX);
    if (row_all(s, a, VACANCY_COLS, ARRAY_LEN(VACANCY_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int awaited_list(struct db *db, struct arena *a, struct awaited **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &AWAITED_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, AWAITED_MAX);
    if (row_all(s, a, AWAITED_COLS, ARRAY_LEN(AWAITED_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
