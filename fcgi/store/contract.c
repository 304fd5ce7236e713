/*
 * store/contract.c - contracts recorded on a project
 */
#include "config.h"

#include "store/case.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define CONTRACT_COLUMNS "id, project, event_seq, name, supplier, amount, signed_on, ends_on"
const struct sql CONTRACT_ADD = { "contract.add",
    "INSERT INTO contract (" CONTRACT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql CONTRACT_LIST = { "contract.list",
    "SELECT " CONTRACT_COLUMNS " FROM contract WHERE project = ? ORDER BY id" };

const struct sql CONTRACT_SUPPLIERS = { "contract.suppliers",
    "SELECT DISTINCT c.supplier FROM contract c JOIN project p ON p.id = c.project WHERE p.unit_code = ?"
    " ORDER BY c.supplier LIMIT 2000" };

#define C(type, m) ROW_##type(contract, m)
static const struct row_col CONTRACT_COLS[] = {
    C(I64, id), C(I64, project), C(I64, event_seq), C(TEXT, name), C(TEXT, supplier), C(I64, amount),
    C(DATE, signed_on), C(DATE, ends_on),
};
/* clang-format on */

int contract_add(struct db *db, struct arena *a, const struct contract *c, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CONTRACT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, CONTRACT_COLS, ARRAY_LEN(CONTRACT_COLS), c);
    return stmt_later(s, 0, e);
}

int contract_ask(struct db *db, struct arena *a, int64_t project, struct asked *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CONTRACT_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, project);
    return row_ask(s, CONTRACT_COLS, ARRAY_LEN(CONTRACT_COLS), sizeof(struct contract), ret, e);
}

int contract_suppliers(struct db *db, struct arena *a, const char *unit, const char ***ret, size_t *ret_count,
                       struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &CONTRACT_SUPPLIERS, &s, e) < 0)
        return -1;
    stmt_bind_text(s, unit);
    return row_texts(s, a, ret, ret_count, e);
}
