/*
 * store/money.c - the money ledgers of projects, for lists; what they add up to
 */
#include "config.h"

#include "store/lists.h"
#include "store/sql.h"
#include "store/wall.h"

/* clang-format off */
#define MONEY_EACH(m)                                                                                  \
    m("applied") ", " m("planned") ", " m("reviewed") ", " m("approved") ", " m("budget") ", " m("contract") ", " m("paid") ", " \
    m("settled") ", " m("surplus") ", " m("carried") ", " m("returned")
#define MONEY_OF(column) "COALESCE(p." column ", " MONEY_NONE_TEXT ")"
#define MONEY_MOVED(column) "IF(m." column " = 0, " MONEY_NONE_TEXT ", m." column ")"
#define MONEY_NONE_TEXT "-9223372036854775808"
#define MONEY_ROWS(amounts, from, which)                                                               \
    "SELECT p.id, p.title, p.number, p.unit_name, p.submitted_on, p.money_over, " MONEY_EACH(amounts) " FROM " from " AND " which " AND " WALL \
    " AND (? = '' OR p.unit_code = ?) AND (? IS NULL OR (p.submitted_on >= ? AND p.submitted_on < ?)) ORDER BY p.id DESC LIMIT ?"
#define MONEY_ALL_YEARS "project p WHERE p.id < ?"
#define MONEY_ONE_YEAR "money_year m JOIN project p ON p.id = m.project WHERE m.project < ? AND m.year = ?"
#define MONEY_IS_ANY "p.money <> '{}'"
#define MONEY_IS_LEFT "(p.surplus > 0 OR p.carried > 0 OR p.returned > 0)"
#define MONEY_IS_OVER "p.money_over > 0"
const struct sql MONEY_LIST = { "money.list", MONEY_ROWS(MONEY_OF, MONEY_ALL_YEARS, MONEY_IS_ANY) };
const struct sql MONEY_LEFT = { "money.left", MONEY_ROWS(MONEY_OF, MONEY_ALL_YEARS, MONEY_IS_LEFT) };
const struct sql MONEY_OVER = { "money.over", MONEY_ROWS(MONEY_OF, MONEY_ALL_YEARS, MONEY_IS_OVER) };
const struct sql MONEY_YEAR_LIST = { "money_year.list", MONEY_ROWS(MONEY_MOVED, MONEY_ONE_YEAR, MONEY_IS_ANY) };
const struct sql MONEY_YEAR_LEFT = { "money_year.left", MONEY_ROWS(MONEY_MOVED, MONEY_ONE_YEAR, MONEY_IS_LEFT) };
const struct sql MONEY_YEAR_OVER = { "money_year.over", MONEY_ROWS(MONEY_MOVED, MONEY_ONE_YEAR, MONEY_IS_OVER) };
#define MONEY_ADDED(column) "CAST(SUM(" column ") AS SIGNED)"
const struct sql MONEY_SUMS = { "money.sums",
    "SELECT of_year, " MONEY_ADDED("projects") ", " MONEY_ADDED("firsts") ", " MONEY_EACH(MONEY_ADDED) " FROM money_stat"
    " WHERE (? = '' OR unit_code = ?) AND (? = '' OR place = ?) AND begun >= ? AND (? = '' OR unit_code = ?) AND (? = 0 OR year = ?)"
    " AND (? = 0 OR of_year = ?) AND exceeds >= ? AND remains >= ? GROUP BY of_year HAVING " MONEY_ADDED("projects") " <> 0 ORDER BY of_year" };

#define AMOUNTS(s)                                                                                     \
    ROW_I64(s, amount[0]), ROW_I64(s, amount[1]), ROW_I64(s, amount[2]), ROW_I64(s, amount[3]), ROW_I64(s, amount[4]), \
    ROW_I64(s, amount[5]), ROW_I64(s, amount[6]), ROW_I64(s, amount[7]), ROW_I64(s, amount[8]), ROW_I64(s, amount[9]), \
    ROW_I64(s, amount[10])
#define M(type, m) ROW_##type(money_row, m)
static const struct row_col MONEY_COLS[] = {
    M(I64, project), M(TEXT, title), M(TEXT, number), M(TEXT, unit_name), M(DATE, submitted_on), M(INT, over), AMOUNTS(money_row),
};
#define S(type, m) ROW_##type(money_sum, m)
static const struct row_col SUM_COLS[] = { S(INT, of_year), S(I64, projects), S(I64, firsts), AMOUNTS(money_sum) };
/* clang-format on */

int money_list(struct db *db, struct arena *a, const struct project_sight *w, const struct money_filter *f, int limit,
               struct money_row **ret, size_t *ret_count, struct err *e)
{
    static const struct sql *const which[][2] = {[MONEY_ALL] = {&MONEY_LIST, &MONEY_YEAR_LIST},
                                                 [MONEY_EXCEEDS] = {&MONEY_OVER, &MONEY_YEAR_OVER},
                                                 [MONEY_REMAINS] = {&MONEY_LEFT, &MONEY_YEAR_LEFT}};
    date from = f->year > 0 ? date_of(f->year, 1, 1) : DATE_NONE;
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, which[f->which][f->of_year > 0], &s, e) < 0)
        return -1;
    stmt_bind_i64(s, f->after > 0 ? f->after : INT64_MAX);
    if (f->of_year > 0)
        stmt_bind_i64(s, f->of_year);
    wall_bind(s, w);
    row_bind_filter(s, f->unit);
    stmt_bind_date(s, from);
    stmt_bind_date(s, from);
    stmt_bind_date(s, f->year > 0 ? date_of(f->year + 1, 1, 1) : DATE_NONE);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, MONEY_COLS, ARRAY_LEN(MONEY_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int money_sums(struct db *db, struct arena *a, const struct project_sight *w, const struct money_filter *f,
               struct money_sum **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &MONEY_SUMS, &s, e) < 0)
        return -1;
    row_bind_filter(s, w->unit);
    row_bind_filter(s, w->place);
    stmt_bind_i64(s, w->begun ? 1 : 0);
    row_bind_filter(s, f->unit);
    stmt_bind_i64(s, f->year);
    stmt_bind_i64(s, f->year);
    stmt_bind_i64(s, f->of_year);
    stmt_bind_i64(s, f->of_year);
    stmt_bind_i64(s, f->which == MONEY_EXCEEDS);
    stmt_bind_i64(s, f->which == MONEY_REMAINS);
    if (row_all(s, a, SUM_COLS, ARRAY_LEN(SUM_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
