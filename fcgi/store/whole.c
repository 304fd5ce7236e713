/*
 * store/whole.c - a project with its events and files, read by one statement
 *
 * Three kinds of rows, told apart by the first column, in the columns of the widest. A column that is a number in one
 * kind and a text in another comes as text: stmt reads either. History stays what it is, rows written once; nothing is
 * kept twice for the sake of reading.
 */
#include "config.h"

#include "store/case.h"

#include <stdlib.h>

#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
#define NULLS_12 ", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
#define NULLS_15 ", NULL, NULL, NULL" NULLS_12
const struct sql PROJECT_WHOLE = { "project.whole",
    "SELECT 0, " PROJECT_COLUMNS " FROM project WHERE id = ?"
    " UNION ALL SELECT 1, " EVENT_COLUMNS NULLS_12 " FROM event WHERE project = ?"
    " UNION ALL SELECT 2, " DOCUMENT_COLUMNS NULLS_15 " FROM document WHERE project = ?" };
/* clang-format on */
_Static_assert(PROJECT_COLS_COUNT == EVENT_COLS_COUNT + 12, "NULLS_12");
_Static_assert(PROJECT_COLS_COUNT == DOCUMENT_COLS_COUNT + 15, "NULLS_15");

enum kind { KIND_PROJECT, KIND_EVENT, KIND_DOCUMENT };

static int by_seq(const void *x, const void *y)
{
    const struct event *a = x, *b = y;

    return (a->seq > b->seq) - (a->seq < b->seq);
}

static int by_id(const void *x, const void *y)
{
    const struct document *a = x, *b = y;

    return (a->id > b->id) - (a->id < b->id);
}

int project_whole(struct db *db, struct arena *a, int64_t id, struct project_whole *ret, struct err *e)
{
    struct project_whole w = {0};
    struct stmt *s;
    int found = 0;

    if (stmt_open(db, a, &PROJECT_WHOLE, &s, e) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        stmt_bind_i64(s, id);
    if (stmt_run(s, e) < 0)
        return -1;
    w.events = ARENA_ARRAY(a, struct event, stmt_rows(s) + 1);
    w.documents = ARENA_ARRAY(a, struct document, stmt_rows(s) + 1);
    while (stmt_step(s)) {
        switch ((enum kind)stmt_i64(s, 0)) {
        case KIND_PROJECT:
            row_read(s, 1, PROJECT_COLS, PROJECT_COLS_COUNT, &w.project);
            found = 1;
            break;
        case KIND_EVENT:
            row_read(s, 1, EVENT_COLS, EVENT_COLS_COUNT, &w.events[w.event_count++]);
            break;
        case KIND_DOCUMENT:
            row_read(s, 1, DOCUMENT_COLS, DOCUMENT_COLS_COUNT, &w.documents[w.document_count++]);
            break;
        }
    }
    project_keep(&w.project);
    /* a union promises no order; the indexes give this one nearly always */
    qsort(w.events, w.event_count, sizeof *w.events, by_seq);
    qsort(w.documents, w.document_count, sizeof *w.documents, by_id);
    *ret = w;
    return found;
}
