/*
 * store/money.c - the money ledgers of projects, for lists
 */
#include "config.h"

#include "store/lists.h"
#include "store/sql.h"
#include "store/wall.h"

/* clang-format off */
#define MONEY_OF(column) "COALESCE(p." column ", -1)"
#define MONEY_ROWS(from)                                                                               \
    "SELECT p.id, p.title, p.number, p.unit_name, p.submitted_on, p.money_over, " MONEY_OF("applied") ", " MONEY_OF("planned") ", " \
    MONEY_OF("reviewed") ", " MONEY_OF("approved") ", " MONEY_OF("budget") ", " MONEY_OF("contract") ", " MONEY_OF("paid") ", " \
    MONEY_OF("settled") ", " MONEY_OF("surplus") ", " MONEY_OF("carried") ", " MONEY_OF("returned")      \
    " FROM project p WHERE p.id < ? AND " from " AND " WALL " AND (? = '' OR p.unit_code = ?)"            \
    " AND (? IS NULL OR (p.submitted_on >= ? AND p.submitted_on < ?)) ORDER BY p.id DESC LIMIT ?"
const struct sql MONEY_LIST = { "money.list", MONEY_ROWS("p.money <> '{}'") };
const struct sql MONEY_LEFT = { "money.left", MONEY_ROWS("(p.surplus > 0 OR p.carried > 0 OR p.returned > 0)") };
const struct sql MONEY_OVER = { "money.over", MONEY_ROWS("p.money_over > 0") };

#define M(type, m) ROW_##type(money_row, m)
static const struct row_col MONEY_COLS[] = {
    M(I64, project), M(TEXT, title), M(TEXT, number), M(TEXT, unit_name), M(DATE, submitted_on), M(INT, over),
    M(I64, applied), M(I64, planned), M(I64, reviewed), M(I64, approved), M(I64, budget), M(I64, contract),
    M(I64, paid), M(I64, settled), M(I64, surplus), M(I64, carried), M(I64, returned),
};
/* clang-format on */

int money_list(struct db *db, struct arena *a, const struct project_sight *w, const struct money_filter *f, int limit,
               struct money_row **ret, size_t *ret_count, struct err *e)
{
    static const struct sql *const which[] = {
        [MONEY_ALL] = &MONEY_LIST, [MONEY_EXCEEDS] = &MONEY_OVER, [MONEY_REMAINS] = &MONEY_LEFT};
    date from = f->year > 0 ? date_of(f->year, 1, 1) : DATE_NONE;
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, which[f->which], &s, e) < 0)
        return -1;
    stmt_bind_i64(s, f->after > 0 ? f->after : INT64_MAX);
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
