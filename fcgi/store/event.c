/*
 * store/event.c - what happened to a project, written once
 */
#include "config.h"

#include "store/case.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
const struct sql EVENT_ADD = { "event.add",
    "INSERT INTO event (" EVENT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };

#define E(type, m) ROW_##type(event, m)
const struct row_col EVENT_COLS[EVENT_COLS_COUNT] = {
    E(I64, project), E(I64, seq), E(INSTANT, at), E(INSTANT, entered_at), E(TEXT, what), E(TEXT, name),
    E(TEXT, by), E(TEXT, by_name), E(TEXT, unit), E(TEXT, person), E(TEXT, person_name), E(OBJECT, with_json),
    E(TEXT, articles), E(TEXT, regulation), E(TEXT, calendar_version), E(TEXT, request_id),
};
/* clang-format on */

int event_add(struct db *db, struct arena *a, const struct event *ev, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &EVENT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, EVENT_COLS, ARRAY_LEN(EVENT_COLS), ev);
    return stmt_later(s, 0, e);
}
