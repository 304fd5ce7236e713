/*
 * store/delegation.c - who acts for whom, and in whose hands a project is
 */
#include "config.h"

#include "store/duties.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
#define DELEGATION_COLUMNS                                                                             \
    "id, organ, unit, from_person, from_name, to_person, to_name, from_on, to_on, reason, created_at, revoked_at"
const struct sql DELEGATION_ADD = { "delegation.add",
    "INSERT INTO delegation (" DELEGATION_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql DELEGATION_BY_ID = { "delegation.by_id",
    "SELECT " DELEGATION_COLUMNS " FROM delegation WHERE id = ? FOR UPDATE" };
const struct sql DELEGATION_REVOKE = { "delegation.revoke",
    "UPDATE delegation SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL" };
const struct sql DELEGATION_LIST = { "delegation.list",
    "SELECT " DELEGATION_COLUMNS " FROM delegation WHERE (? = '' OR (organ = ? AND unit = ?)) AND to_on >= ?"
    " ORDER BY id DESC LIMIT ?" };
const struct sql DELEGATION_FOR = { "delegation.for",
    "SELECT " DELEGATION_COLUMNS " FROM delegation WHERE to_person = ? AND organ = ? AND unit = ? AND from_on <= ? AND to_on >= ?"
    " AND revoked_at IS NULL ORDER BY id LIMIT ?" };
const struct sql DELEGATION_OVERLAP = { "delegation.overlap",
    "SELECT id FROM delegation WHERE from_person = ? AND organ = ? AND unit = ? AND from_on <= ? AND to_on >= ?"
    " AND revoked_at IS NULL LIMIT 1 FOR UPDATE" };
const struct sql HANDING_ADD = { "handing.add",
    "INSERT INTO handing (" HANDING_COLUMNS ") VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql HANDING_READ = { "handing.read",
    "INSERT IGNORE INTO handing (" HANDING_COLUMNS ") VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
#define HANDING_H                                                                                      \
    "h.id, h.project, h.organ, h.unit, h.person, h.name, h.by_person, h.by_name, h.reason, h.at, h.kind, h.ask, h.step, h.until_on"
const struct sql HANDING_ASKED = { "handing.asked",
    "SELECT " HANDING_H ", p.title, p.number, p.unit_name,"
    " (SELECT MAX(u.at) FROM handing u WHERE u.ask = h.id AND u.kind = 'urge')"
    " FROM handing h FORCE INDEX (handing_asked) JOIN project p ON p.id = h.project"
    " WHERE h.person = ? AND h.kind = 'ask' AND h.organ = ? AND h.unit = ? AND p.state = 'running'"
    " AND NOT EXISTS (SELECT 1 FROM handing c WHERE c.closes = h.id) ORDER BY h.id LIMIT ?" };

#define G(type, m) ROW_##type(delegation, m)
static const struct row_col DELEGATION_COLS[] = {
    G(I64, id), G(TEXT, organ), G(TEXT, unit), G(TEXT, from_person), G(TEXT, from_name), G(TEXT, to_person), G(TEXT, to_name),
    G(DATE, from_on), G(DATE, to_on), G(TEXT, reason), G(INSTANT, created_at), G(INSTANT, revoked_at),
};
#define H(type, m) ROW_##type(handing, m)
#define HANDING_COLS_                                                                                  \
    H(I64, id), H(I64, project), H(TEXT, organ), H(TEXT, unit), H(TEXT, person), H(TEXT, name), H(TEXT, by_person), H(TEXT, by_name), \
    H(TEXT, reason), H(INSTANT, at), H(TEXT, kind), H(I64, ask), H(TEXT, step), H(DATE, until_on)
const struct row_col HANDING_COLS[HANDING_COLS_COUNT] = { HANDING_COLS_ };
static const struct row_col HANDING_ASKED_COLS[] = {
    HANDING_COLS_, H(TEXT, title), H(TEXT, number), H(TEXT, unit_name), H(INSTANT, urged_at),
};
/* clang-format on */

enum { ROWS_MAX = 100 };

int delegation_add(struct db *db, struct arena *a, const struct delegation *g, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DELEGATION_ADD, &s, e) < 0)
        return -1;
    row_bind(s, DELEGATION_COLS, ARRAY_LEN(DELEGATION_COLS), g);
    return stmt_later(s, 0, e);
}

int delegation_get(struct db *db, struct arena *a, int64_t id, struct delegation *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DELEGATION_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, DELEGATION_COLS, ARRAY_LEN(DELEGATION_COLS), ret, e);
}

int delegation_revoke(struct db *db, struct arena *a, int64_t id, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DELEGATION_REVOKE, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    stmt_bind_i64(s, id);
    return stmt_later(s, 1, e);
}

static int delegation_rows(struct stmt *s, struct arena *a, struct delegation **ret, size_t *ret_count, struct err *e)
{
    void *rows;

    stmt_bind_i64(s, ROWS_MAX);
    if (row_all(s, a, DELEGATION_COLS, ARRAY_LEN(DELEGATION_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int delegation_list(struct db *db, struct arena *a, const char *organ, const char *unit, date since,
                    struct delegation **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DELEGATION_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, organ);
    stmt_bind_text(s, organ);
    stmt_bind_text(s, row_text(unit));
    stmt_bind_date(s, since);
    return delegation_rows(s, a, ret, ret_count, e);
}

/* who, the post, and days that meet those from the one to the other */
static int delegation_open(struct db *db, struct arena *a, const struct sql *sql, const char *person, const char *organ,
                           const char *unit, date from, date to, struct stmt **ret, struct err *e)
{
    if (stmt_open(db, a, sql, ret, e) < 0)
        return -1;
    stmt_bind_text(*ret, person);
    stmt_bind_text(*ret, organ);
    stmt_bind_text(*ret, row_text(unit));
    stmt_bind_date(*ret, to);
    stmt_bind_date(*ret, from);
    return 0;
}

int delegation_for(struct db *db, struct arena *a, const char *to_person, const char *organ, const char *unit, date day,
                   struct delegation **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (delegation_open(db, a, &DELEGATION_FOR, to_person, organ, unit, day, day, &s, e) < 0)
        return -1;
    return delegation_rows(s, a, ret, ret_count, e);
}

int delegation_overlaps(struct db *db, struct arena *a, const char *from_person, const char *organ, const char *unit,
                        date from, date to, struct err *e)
{
    struct stmt *s;

    if (delegation_open(db, a, &DELEGATION_OVERLAP, from_person, organ, unit, from, to, &s, e) < 0 ||
        stmt_run(s, e) < 0)
        return -1;
    return stmt_step(s);
}

int handing_read(struct db *db, struct arena *a, const struct handing *h, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &HANDING_READ, &s, e) < 0)
        return -1;
    row_bind(s, HANDING_COLS + 1, HANDING_COLS_COUNT - 1, h);
    return stmt_run(s, e) < 0 ? -1 : stmt_affected(s) > 0;
}

int handing_add(struct db *db, struct arena *a, const struct handing *h, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &HANDING_ADD, &s, e) < 0)
        return -1;
    row_bind(s, HANDING_COLS + 1, HANDING_COLS_COUNT - 1, h);
    return stmt_later(s, 0, e);
}

int handing_asked(struct db *db, struct arena *a, const char *organ, const char *unit, const char *person, int limit,
                  struct handing **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &HANDING_ASKED, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    stmt_bind_text(s, organ);
    stmt_bind_text(s, row_text(unit));
    stmt_bind_i64(s, limit);
    if (row_all(s, a, HANDING_ASKED_COLS, ARRAY_LEN(HANDING_ASKED_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
