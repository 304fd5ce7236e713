/*
 * store/stat.c - counts and money by unit, year, state, stage and holder
 *
 * A row a place a project can be in, moved in the transaction that moves the project: a dashboard costs what the
 * places are many, not the projects. Only what has a last day soon is counted anew, by the index of last days.
 */
#include "config.h"

#include "store/stat.h"

#include <string.h>

#include "base/text.h"
#include "store/lists.h"
#include "store/sql.h"
#include "store/wall.h"

/* clang-format off */
#define STAT_PUTS(rows)                                                                                \
    "INSERT INTO project_stat (unit_code, place, year, state, stage, holder, n, amount) VALUES " rows   \
    " ON DUPLICATE KEY UPDATE n = n + VALUES(n), amount = amount + VALUES(amount)"
const struct sql STAT_PUT = { "stat.put", STAT_PUTS("(?, ?, ?, ?, ?, ?, ?, ?)") };
const struct sql STAT_MOVE = { "stat.move", STAT_PUTS("(?, ?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?, ?)") };
#define STAT_IF(value, condition) "CAST(COALESCE(SUM(IF(" condition ", " value ", 0)), 0) AS SIGNED)"
#define STAT_ROWS(key)                                                                                 \
    "SELECT " key ", " STAT_IF("n", "state = 'running'") ", " STAT_IF("n", "state = 'done'") ", "      \
    STAT_IF("n", "state IN ('stopped', 'refused')") ", " STAT_IF("n", "state = 'draft'") ", "           \
    STAT_IF("amount", "state <> 'draft'") ", " STAT_IF("amount", "state = 'running'")                   \
    " FROM project_stat WHERE (? = '' OR unit_code = ?) AND (? = '' OR place = ?) AND (? = 0 OR state <> 'draft') AND (? = 0 OR year = ?)" \
    " GROUP BY " key " HAVING CAST(SUM(n) AS SIGNED) <> 0 ORDER BY " key
const struct sql STAT_STAGE = { "stat.stage", STAT_ROWS("stage") };
const struct sql STAT_UNIT = { "stat.unit", STAT_ROWS("unit_code") };
const struct sql STAT_YEAR = { "stat.year", STAT_ROWS("year") };
const struct sql STAT_HOLDER = { "stat.holder", STAT_ROWS("holder") };
const struct sql STAT_PLACE = { "stat.place", "UPDATE project_stat SET place = ? WHERE unit_code = ? AND place <> ?" };
/* Forced, as in store/project.c: by the index of last days only what is near is read. */
#define STAT_DUE_IF(condition) "CAST(SUM(" condition ") AS SIGNED)"
const struct sql STAT_DUE = { "stat.due",
    "SELECT unit_code, stage, " STAT_DUE_IF("next_due < ?") ", " STAT_DUE_IF("next_due >= ? AND next_due < ?") ", "
    STAT_DUE_IF("next_due >= ?") " FROM (SELECT p.unit_code, p.stage, p.next_due FROM project p FORCE INDEX (project_due)"
    " WHERE p.state = 'running' AND p.next_due < ? AND " WALL " AND (? IS NULL OR (p.submitted_on >= ? AND p.submitted_on < ?))"
    " LIMIT ?) near GROUP BY unit_code, stage" };

#define S(type, m) ROW_##type(stat_row, m)
static const struct row_col STAT_COLS[] = {
    S(TEXT, key), S(I64, running), S(I64, done), S(I64, other), S(I64, drafts), S(I64, amount), S(I64, running_amount),
};
#define D(type, m) ROW_##type(stat_due, m)
static const struct row_col STAT_DUE_COLS[] = {
    D(TEXT, unit), D(TEXT, stage), D(I64, late), D(I64, soon), D(I64, near),
};
/* clang-format on */

struct place {
    int year;
    const char *state, *stage, *holder;
    fen amount;
};

static struct place place_of(date submitted_on, const char *state, const char *stage, const char *holder, fen amount)
{
    return (struct place){.year = submitted_on == DATE_NONE ? 0 : date_year(submitted_on),
                          .state = state,
                          .stage = row_text(stage),
                          .holder = row_text(holder),
                          .amount = amount > 0 ? amount : 0};
}

static struct place place_now(const struct project *p)
{
    return place_of(p->submitted_on, p->state, p->stage, p->holder, p->total_investment);
}

/* As the key orders them, so that no two saves wait for each other: a statement locks its rows in their order. */
static int place_order(const struct place *x, const struct place *y)
{
    int order = x->year != y->year ? (x->year > y->year ? 1 : -1) : strcmp(x->state, y->state);

    if (order == 0)
        order = strcmp(x->stage, y->stage);
    return order != 0 ? order : strcmp(x->holder, y->holder);
}

static void stat_bind(struct stmt *s, const struct project *p, const struct place *at, int n, fen amount)
{
    stmt_bind_text(s, p->unit_code);
    stmt_bind_text(s, row_text(p->place));
    stmt_bind_i64(s, at->year);
    stmt_bind_text(s, at->state);
    stmt_bind_text(s, at->stage);
    stmt_bind_text(s, at->holder);
    stmt_bind_i64(s, n);
    stmt_bind_i64(s, amount);
}

static int stat_put(struct db *db, struct arena *a, const struct project *p, const struct place *at, int n, fen amount,
                    struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &STAT_PUT, &s, e) < 0)
        return -1;
    stat_bind(s, p, at, n, amount);
    return stmt_later(s, 0, e);
}

int stat_add(struct db *db, struct arena *a, const struct project *p, struct err *e)
{
    struct place to = place_now(p);

    return stat_put(db, a, p, &to, 1, to.amount, e);
}

int stat_move(struct db *db, struct arena *a, const struct project *p, struct err *e)
{
    const struct project_kept *k = &p->kept;
    struct place from = place_of(k->submitted_on, k->state, k->stage, k->holder, k->total_investment),
                 to = place_now(p);
    int order = place_order(&from, &to);
    struct stmt *s;

    if (order == 0)
        return from.amount == to.amount ? 0 : stat_put(db, a, p, &to, 0, to.amount - from.amount, e);
    if (stmt_open(db, a, &STAT_MOVE, &s, e) < 0)
        return -1;
    if (order > 0)
        stat_bind(s, p, &to, 1, to.amount);
    stat_bind(s, p, &from, -1, -from.amount);
    if (order < 0)
        stat_bind(s, p, &to, 1, to.amount);
    return stmt_later(s, 0, e);
}

int stat_list(struct db *db, struct arena *a, enum stat_by by, const struct project_sight *w, int year,
              struct stat_row **ret, size_t *ret_count, struct err *e)
{
    static const struct sql *const sql[] = {[STAT_BY_STAGE] = &STAT_STAGE,
                                            [STAT_BY_UNIT] = &STAT_UNIT,
                                            [STAT_BY_YEAR] = &STAT_YEAR,
                                            [STAT_BY_HOLDER] = &STAT_HOLDER};
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, sql[by], &s, e) < 0)
        return -1;
    row_bind_filter(s, w->unit);
    row_bind_filter(s, w->place);
    stmt_bind_i64(s, w->begun);
    stmt_bind_i64(s, year);
    stmt_bind_i64(s, year);
    if (row_all(s, a, STAT_COLS, ARRAY_LEN(STAT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int stat_due_list(struct db *db, struct arena *a, const struct project_sight *w, int year, const date before[3],
                  struct stat_due **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &STAT_DUE, &s, e) < 0)
        return -1;
    stmt_bind_date(s, before[0]);
    stmt_bind_date(s, before[0]);
    stmt_bind_date(s, before[1]);
    stmt_bind_date(s, before[1]);
    stmt_bind_date(s, before[2]);
    wall_bind(s, w);
    stmt_bind_date(s, year > 0 ? date_of(year, 1, 1) : DATE_NONE);
    stmt_bind_date(s, year > 0 ? date_of(year, 1, 1) : DATE_NONE);
    stmt_bind_date(s, year > 0 ? date_of(year + 1, 1, 1) : DATE_NONE);
    stmt_bind_i64(s, STAT_DUE_MAX);
    if (row_all(s, a, STAT_DUE_COLS, ARRAY_LEN(STAT_DUE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
