/*
 * store/idem.c - answers already given to idempotency keys
 */
#include "config.h"

#include "store/case.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
const struct sql IDEM_BY_KEY = { "idem.by_key", "SELECT " IDEM_COLUMNS " FROM idem WHERE idem_key = ?" };
const struct sql IDEM_ADD = { "idem.add", "INSERT INTO idem (" IDEM_COLUMNS ", created_at) VALUES (?, ?, ?, ?, ?, ?)" };
const struct sql IDEM_EXPIRE = { "idem.expire", "DELETE FROM idem WHERE created_at < ? LIMIT 10000" };

#define I(type, m) ROW_##type(idem, m)
const struct row_col IDEM_COLS[IDEM_COLS_COUNT] = {
    I(TEXT, key), I(TEXT, person), I(TEXT, what), I(TEXT, digest), I(OBJECT, result),
};
/* clang-format on */

int idem_get(struct db *db, struct arena *a, const char *key, struct idem *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &IDEM_BY_KEY, &s, e) < 0)
        return -1;
    stmt_bind_text(s, key);
    return row_one(s, IDEM_COLS, ARRAY_LEN(IDEM_COLS), ret, e);
}

int idem_add(struct db *db, struct arena *a, const struct idem *i, instant now, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &IDEM_ADD, &s, e) < 0)
        return -1;
    row_bind(s, IDEM_COLS, ARRAY_LEN(IDEM_COLS), i);
    stmt_bind_instant(s, now);
    return stmt_later(s, 0, e);
}

int idem_expire(struct db *db, struct arena *a, instant before, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &IDEM_EXPIRE, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, before);
    return stmt_run(s, e);
}
