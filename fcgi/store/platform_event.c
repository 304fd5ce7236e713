/*
 * store/platform_event.c - log-ins, refusals and administration of the platform, written once
 */
#include "config.h"

#include "store/platform.h"

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
const struct sql PLATFORM_EVENT_ADD = { "platform_event.add",
    "INSERT INTO platform_event (at, what, tenant, person, address, request_id, detail) VALUES (?, ?, ?, ?, ?, ?, ?)" };
/* clang-format on */

int platform_event_add(struct db *db, struct arena *a, instant now, const char *what, const char *tenant,
                       const char *person, const char *address, const char *request_id, const char *detail_json,
                       struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PLATFORM_EVENT_ADD, &s, e) < 0)
        return -1;
    stmt_bind_instant(s, now);
    stmt_bind_text(s, what);
    stmt_bind_text(s, row_text(tenant));
    stmt_bind_text(s, row_text(person));
    stmt_bind_text(s, row_text(address));
    stmt_bind_text(s, row_text(request_id));
    stmt_bind_text(s, text_is_empty(detail_json) ? "{}" : detail_json);
    return stmt_run(s, e);
}
