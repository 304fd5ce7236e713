/*
 * store/card.c - what somebody was told about a duty, and the duties a calendar shows
 */
#include "config.h"

#include "store/duties.h"

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
#define CARD_COLUMNS "project, duty, duty_key, kind, name, who, unit, person, due_on, given_on, articles, note, by_name"
#define CARD_WITH_PROJECT                                                                              \
    "SELECT c.id, c.project, c.duty, c.duty_key, c.kind, c.name, c.who, c.unit, c.person, c.due_on, c.given_on, c.articles, c.note," \
    " c.by_name, p.title, p.number, p.place FROM card c JOIN project p ON p.id = c.project"
const struct sql CARD_ADD = { "card.add",
    "INSERT INTO card (" CARD_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql CARD_GIVE = { "card.give",
    "INSERT IGNORE INTO card (" CARD_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql CARD_GIVEN = { "card.given",
    "SELECT project, duty, duty_key, kind, name, who, unit FROM card WHERE project >= ? AND project <= ?" };
const struct sql CARD_UNMAILED = { "card.unmailed",
    CARD_WITH_PROJECT " WHERE c.mailed = 0 AND c.given_on >= ? ORDER BY c.who, c.unit, c.id LIMIT ?" };
const struct sql CARD_MAILED = { "card.mailed", "UPDATE card SET mailed = 1 WHERE id = ?" };
const struct sql CARD_OVER = { "card.over",
    "UPDATE card SET mailed = 1 WHERE project = ? AND duty = ? AND who = ? AND unit = ? AND person = ? AND note = ? AND mailed = 0" };
const struct sql CARD_URGED = { "card.urged",
    CARD_WITH_PROJECT " WHERE c.kind = 'urge' AND c.who = ? AND c.unit = ? AND c.given_on >= ?"
    " AND (? = '' OR p.place = ?) ORDER BY c.id DESC LIMIT ?" };
#define DUE_ROW                                                                                        \
    "SELECT d.project, d.duty, d.duty_key, d.name, d.who, d.who_name, d.unit, d.opens_on, d.due_on, d.provisional, d.articles," \
    " p.title, p.number, p.unit_name FROM duty d"
#define DUE_WHERE                                                                                      \
    " d.state IN ('open', 'future') AND d.due_on >= ? AND d.due_on <= ? AND (? = '' OR p.place = ?) ORDER BY d.due_on, d.project, d.duty, d.duty_key LIMIT ?"
const struct sql DUE_OF_POST = { "due.of_post",
    DUE_ROW " JOIN project p ON p.id = d.project WHERE d.who = ? AND d.unit = ? AND" DUE_WHERE };
/* Forced: the index gives them in their order and the first few are enough. */
const struct sql DUE_OPEN = { "due.open",
    DUE_ROW " FORCE INDEX (duty_who) STRAIGHT_JOIN project p ON p.id = d.project WHERE d.who = ? AND d.unit = ? AND d.state = 'open'"
    " AND d.due_on <= ? AND (? = '' OR p.place = ?) ORDER BY d.due_on, d.project, d.duty, d.duty_key LIMIT ?" };
const struct sql DUE_OF_ALL = { "due.of_all", DUE_ROW " JOIN project p ON p.id = d.project AND p.subject = 'project' WHERE " DUTY_ONCE " AND" DUE_WHERE };

#define C(type, m) ROW_##type(card, m)
static const struct row_col CARD_COLS[] = {
    C(I64, id), C(I64, project), C(TEXT, duty), C(TEXT, key), C(TEXT, kind), C(TEXT, name), C(TEXT, who), C(TEXT, unit),
    C(TEXT, person), C(DATE, due_on), C(DATE, given_on), C(TEXT, articles), C(TEXT, note), C(TEXT, by_name),
    /* read with the project */
    C(TEXT, title), C(TEXT, number), C(TEXT, place),
};
enum { CARD_OWN_FIRST = 1, CARD_OWN_COLS = 13, CARD_KEY_COLS = 7 };
#define D(type, m) ROW_##type(due_row, m)
static const struct row_col DUE_COLS[] = {
    D(I64, project), D(TEXT, duty), D(TEXT, key), D(TEXT, name), D(TEXT, who), D(TEXT, who_name), D(TEXT, unit),
    D(DATE, opens_on), D(DATE, due_on), D(INT, provisional), D(TEXT, articles), D(TEXT, title), D(TEXT, number),
    D(TEXT, unit_name),
};
/* clang-format on */

static int card_put(struct db *db, struct arena *a, const struct sql *sql, const struct card *c, struct stmt **ret,
                    struct err *e)
{
    if (stmt_open(db, a, sql, ret, e) < 0)
        return -1;
    row_bind(*ret, CARD_COLS + CARD_OWN_FIRST, CARD_OWN_COLS, c);
    return 0;
}

int card_add(struct db *db, struct arena *a, const struct card *c, struct err *e)
{
    struct stmt *s;

    return card_put(db, a, &CARD_ADD, c, &s, e) < 0 ? -1 : stmt_later(s, 0, e);
}

int card_give(struct db *db, struct arena *a, const struct card *c, struct err *e)
{
    struct stmt *s;

    if (card_put(db, a, &CARD_GIVE, c, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    return stmt_affected(s) > 0;
}

static int card_rows(struct stmt *s, struct arena *a, size_t first, size_t cols, struct card **ret, size_t *ret_count,
                     struct err *e)
{
    void *rows;

    if (row_all(s, a, CARD_COLS + first, cols, sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int card_given(struct db *db, struct arena *a, int64_t from, int64_t to, struct card **ret, size_t *ret_count,
               struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CARD_GIVEN, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, from);
    stmt_bind_i64(s, to);
    return card_rows(s, a, CARD_OWN_FIRST, CARD_KEY_COLS, ret, ret_count, e);
}

int card_unmailed(struct db *db, struct arena *a, date since, int limit, struct card **ret, size_t *ret_count,
                  struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CARD_UNMAILED, &s, e) < 0)
        return -1;
    stmt_bind_date(s, since);
    stmt_bind_i64(s, limit);
    return card_rows(s, a, 0, ARRAY_LEN(CARD_COLS), ret, ret_count, e);
}

int card_mailed(struct db *db, struct arena *a, int64_t id, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CARD_MAILED, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return stmt_later(s, 0, e);
}

int card_over(struct db *db, struct arena *a, const struct card *like, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CARD_OVER, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, like->project);
    stmt_bind_text(s, like->duty);
    stmt_bind_text(s, like->who);
    stmt_bind_text(s, row_text(like->unit));
    stmt_bind_text(s, like->person);
    stmt_bind_text(s, like->note);
    return stmt_later(s, 0, e);
}

int card_urged_ask(struct db *db, struct arena *a, const char *who, const struct project_sight *of, date since,
                   int limit, struct asked *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CARD_URGED, &s, e) < 0)
        return -1;
    stmt_bind_text(s, who);
    stmt_bind_text(s, row_text(of->unit));
    stmt_bind_date(s, since);
    row_bind_filter(s, of->place);
    stmt_bind_i64(s, limit);
    return row_ask(s, CARD_COLS, ARRAY_LEN(CARD_COLS), sizeof(struct card), ret, e);
}

int due_open_ask(struct db *db, struct arena *a, const char *who, const struct project_sight *of, date until, int limit,
                 struct asked *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &DUE_OPEN, &s, e) < 0)
        return -1;
    stmt_bind_text(s, who);
    stmt_bind_text(s, row_text(of->unit));
    stmt_bind_date(s, until);
    row_bind_filter(s, of->place);
    stmt_bind_i64(s, limit);
    return row_ask(s, DUE_COLS, ARRAY_LEN(DUE_COLS), sizeof(struct due_row), ret, e);
}

int due_between(struct db *db, struct arena *a, const char *who, const struct project_sight *of, date from, date to,
                int limit, struct due_row **ret, size_t *ret_count, struct err *e)
{
    const struct sql *sql = text_is_empty(who) ? &DUE_OF_ALL : &DUE_OF_POST;
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    if (sql == &DUE_OF_POST) {
        stmt_bind_text(s, who);
        stmt_bind_text(s, row_text(of->unit));
    }
    stmt_bind_date(s, from);
    stmt_bind_date(s, to);
    row_bind_filter(s, of->place);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, DUE_COLS, ARRAY_LEN(DUE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
