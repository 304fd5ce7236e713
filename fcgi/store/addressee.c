/*
 * store/addressee.c - whom a paper names, and who there opened it first
 */
#include "config.h"

#include "store/case.h"

#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define ADDRESSEE_COLUMNS "organ, unit, decision, place, name, is_main, read_at, read_by"
#define ADDRESSEE_PUTS(rows) "INSERT INTO addressee (" ADDRESSEE_COLUMNS ") VALUES " rows
#define ADDRESSEE_ROW "(?, ?, ?, ?, ?, ?, ?, ?)"
const struct sql ADDRESSEE_PUT = { "addressee.put", ADDRESSEE_PUTS(ADDRESSEE_ROW) };
const struct sql ADDRESSEE_PUT_2 = { "addressee.put_2", ADDRESSEE_PUTS(ADDRESSEE_ROW ", " ADDRESSEE_ROW) };
const struct sql ADDRESSEE_PUT_4 = { "addressee.put_4",
    ADDRESSEE_PUTS(ADDRESSEE_ROW ", " ADDRESSEE_ROW ", " ADDRESSEE_ROW ", " ADDRESSEE_ROW) };
const struct sql ADDRESSEE_AS = { "addressee.as",
    "INSERT INTO addressee (" ADDRESSEE_COLUMNS ") SELECT organ, unit, ?, place, name, is_main, NULL, '' FROM addressee WHERE decision = ?" };
const struct sql ADDRESSEE_OF = { "addressee.of",
    "SELECT " ADDRESSEE_COLUMNS " FROM addressee WHERE decision = ? ORDER BY is_main DESC, organ, unit" };
const struct sql ADDRESSEE_READ = { "addressee.read",
    "UPDATE addressee SET read_at = ?, read_by = ? WHERE organ = ? AND unit = ? AND decision = ? AND read_at IS NULL" };
#define ADDRESSEE_LISTED                                                                                \
    "SELECT x.decision, x.is_main, x.read_at, x.read_by, d.project, d.name, d.number, d.title, d.issued_on, d.organ_name,"  \
    " d.state, p.unit_name FROM addressee x JOIN decision d ON d.id = x.decision JOIN project p ON p.id = d.project"        \
    " WHERE x.organ = ? AND x.unit = ? AND (? = '' OR x.place = ?) AND x.decision < ?"
const struct sql ADDRESSEE_LIST = { "addressee.list", ADDRESSEE_LISTED " ORDER BY x.decision DESC LIMIT ?" };
const struct sql ADDRESSEE_UNREAD = { "addressee.unread",
    ADDRESSEE_LISTED " AND x.read_at IS NULL ORDER BY x.decision DESC LIMIT ?" };

#define A(type, m) ROW_##type(addressee, m)
static const struct row_col ADDRESSEE_COLS[] = {
    A(TEXT, organ), A(TEXT, unit), A(I64, decision), A(TEXT, place), A(TEXT, name), A(INT, is_main), A(INSTANT, read_at),
    A(TEXT, read_by),
};
#define M(type, m) ROW_##type(addressed, m)
static const struct row_col ADDRESSED_COLS[] = {
    M(I64, decision), M(INT, is_main), M(INSTANT, read_at), M(TEXT, read_by), M(I64, project), M(TEXT, name), M(TEXT, number),
    M(TEXT, title), M(DATE, issued_on), M(TEXT, organ_name), M(TEXT, state), M(TEXT, unit_name),
};
/* clang-format on */

int addressee_add(struct db *db, struct arena *a, const struct addressee *rows, size_t count, struct err *e)
{
    static const struct row_puts puts = {
        {&ADDRESSEE_PUT, &ADDRESSEE_PUT_2, &ADDRESSEE_PUT_4}, ADDRESSEE_COLS, ARRAY_LEN(ADDRESSEE_COLS), sizeof *rows};

    return row_put_all(db, a, &puts, rows, count, e);
}

int addressee_as(struct db *db, struct arena *a, int64_t decision, int64_t like, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &ADDRESSEE_AS, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, decision);
    stmt_bind_i64(s, like);
    return stmt_later(s, 0, e);
}

int addressee_of(struct db *db, struct arena *a, int64_t decision, struct addressee **ret, size_t *ret_count,
                 struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &ADDRESSEE_OF, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, decision);
    if (row_all(s, a, ADDRESSEE_COLS, ARRAY_LEN(ADDRESSEE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int addressee_read(struct db *db, struct arena *a, const struct addressee *x, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &ADDRESSEE_READ, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, x->read_at);
    stmt_bind_text(s, x->read_by);
    stmt_bind_text(s, x->organ);
    stmt_bind_text(s, row_text(x->unit));
    stmt_bind_i64(s, x->decision);
    return stmt_run(s, e) < 0 ? -1 : stmt_affected(s) > 0;
}

int addressed_list(struct db *db, struct arena *a, const char *organ, const struct project_sight *of, int unread,
                   int64_t before, int limit, struct addressed **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, unread ? &ADDRESSEE_UNREAD : &ADDRESSEE_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, organ);
    stmt_bind_text(s, row_text(of->unit));
    row_bind_filter(s, of->place);
    stmt_bind_i64(s, before > 0 ? before : INT64_MAX);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, ADDRESSED_COLS, ARRAY_LEN(ADDRESSED_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
