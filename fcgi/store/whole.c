/*
 * store/whole.c - all rows of a case in one go
 *
 * The kinds of row of which there are few have their own columns and lie one below the other, filled up with NULL: the
 * server opens and plans once. Events are many, and a union costs the server as much again for every row of it: they
 * follow in a statement of their own, on its way before the first answer is read; of what is taken for a draft, after
 * it and only where the row counts some. All answers are of one state: under the lock nobody adds one; without it, an
 * event is never changed, and those the row does not count yet are left out. A kind more costs the server half a
 * statement.
 */
#include "config.h"

#include "store/case.h"

#include <stdlib.h>

#include "base/text.h"
#include "store/duties.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
#define NULLS_15 ", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
#define NULLS_19 ", NULL, NULL, NULL, NULL" NULLS_15
#define NULLS_20 ", NULL" NULLS_19
#define NULLS_21 ", NULL" NULLS_20
#define NULLS_28 ", NULL, NULL, NULL, NULL, NULL, NULL, NULL" NULLS_21
#define WHOLE_PROJECT "SELECT 0, " PROJECT_COLUMNS " FROM project WHERE id = ?"
#define WHOLE_ROWS                                                                                     \
    " UNION ALL SELECT 1, " DOCUMENT_COLUMNS NULLS_20 " FROM document WHERE project = ?"                \
    " UNION ALL SELECT 2, " HANDING_COLUMNS NULLS_19 " FROM handing WHERE project = ?"
const struct sql PROJECT_WHOLE = { "project.whole", WHOLE_PROJECT WHOLE_ROWS };
#define WHOLE_LOCKED                                                                                   \
    "(" WHOLE_PROJECT " FOR UPDATE)" WHOLE_ROWS                                                         \
    " UNION ALL SELECT 3, " DUTY_COLUMNS NULLS_15 " FROM duty WHERE project = ?"                        \
    " UNION ALL SELECT 4, " TASK_COLUMNS NULLS_19 " FROM task WHERE project = ?"                        \
    " UNION ALL SELECT 5, " WATCH_COLUMNS NULLS_21 " FROM watch WHERE project = ?"
const struct sql PROJECT_WHOLE_LOCK = { "project.whole_lock", WHOLE_LOCKED };
const struct sql PROJECT_WHOLE_KEY = { "project.whole_key",
    WHOLE_LOCKED " UNION ALL SELECT 6, " IDEM_COLUMNS NULLS_28 " FROM idem WHERE idem_key = ?" };
const struct sql EVENT_OF_PROJECT = { "event.of_project",
    "SELECT " EVENT_COLUMNS " FROM event WHERE project = ? ORDER BY seq" };
/* clang-format on */
_Static_assert(PROJECT_COLS_COUNT == DUTY_COLS_COUNT + 15, "NULLS_15");
_Static_assert(PROJECT_COLS_COUNT == DOCUMENT_COLS_COUNT + 20, "NULLS_20");
_Static_assert(PROJECT_COLS_COUNT == WATCH_COLS_COUNT + 21, "NULLS_21");
_Static_assert(PROJECT_COLS_COUNT == TASK_COLS_COUNT + 19, "NULLS_19");
_Static_assert(PROJECT_COLS_COUNT == HANDING_COLS_COUNT + 19, "NULLS_19");
_Static_assert(PROJECT_COLS_COUNT == IDEM_COLS_COUNT + 28, "NULLS_28");

enum kind { KIND_PROJECT, KIND_DOCUMENT, KIND_HAND, KIND_DUTY, KIND_TASK, KIND_WATCH, KIND_IDEM, KINDS };

static int by_id(const void *x, const void *y)
{
    const struct document *a = x, *b = y;

    return (a->id > b->id) - (a->id < b->id);
}

static int by_hand(const void *x, const void *y)
{
    const struct handing *a = x, *b = y;

    return (a->id > b->id) - (a->id < b->id);
}

static void whole_room(struct arena *a, struct project_whole *w, size_t rows)
{
    w->documents = ARENA_ARRAY(a, struct document, rows + 1);
    w->hands = ARENA_ARRAY(a, struct handing, rows + 1);
    w->duties = ARENA_ARRAY(a, struct duty_row, rows + 1);
    w->tasks = ARENA_ARRAY(a, struct task, rows + 1);
    w->watches = ARENA_ARRAY(a, struct watch, rows + 1);
}

static void whole_row(struct stmt *s, struct arena *a, struct project_whole *w)
{
    switch ((enum kind)stmt_i64(s, 0)) {
    case KIND_PROJECT:
        row_read(s, 1, PROJECT_COLS, PROJECT_COLS_COUNT, &w->project);
        project_keep(a, &w->project);
        return;
    case KIND_DOCUMENT:
        row_read(s, 1, DOCUMENT_COLS, DOCUMENT_COLS_COUNT, &w->documents[w->document_count++]);
        return;
    case KIND_DUTY:
        row_read(s, 1, DUTY_COLS, DUTY_COLS_COUNT, &w->duties[w->duty_count++]);
        return;
    case KIND_TASK:
        row_read(s, 1, TASK_COLS, TASK_COLS_COUNT, &w->tasks[w->task_count++]);
        return;
    case KIND_WATCH:
        row_read(s, 1, WATCH_COLS, WATCH_COLS_COUNT, &w->watches[w->watch_count++]);
        return;
    case KIND_IDEM:
        row_read(s, 1, IDEM_COLS, IDEM_COLS_COUNT, &w->idem);
        w->has_idem = 1;
        return;
    case KIND_HAND:
        row_read(s, 1, HANDING_COLS, HANDING_COLS_COUNT, &w->hands[w->hand_count++]);
        return;
    case KINDS:
        break;
    }
}

static int events_ask(struct db *db, struct arena *a, int64_t id, struct asked *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &EVENT_OF_PROJECT, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_ask(s, EVENT_COLS, EVENT_COLS_COUNT, sizeof(struct event), ret, e);
}

/* What is bound to s and, behind it, the events; 1 when the project is there. */
static int whole_read(struct stmt *s, struct db *db, struct arena *a, int64_t id, int locked, int is_draft,
                      struct project_whole *ret, struct err *e)
{
    struct project_whole w = {0};
    struct asked events;

    if (!is_draft && (stmt_ask(s, e) < 0 || events_ask(db, a, id, &events, e) < 0))
        return -1;
    if (stmt_run(s, e) < 0)
        return -1;
    whole_room(a, &w, stmt_rows(s));
    while (stmt_step(s))
        whole_row(s, a, &w);
    if (is_draft && w.project.event_count > 0 && events_ask(db, a, id, &events, e) < 0)
        return -1;
    if ((!is_draft || w.project.event_count > 0) && asked_take(&events, a, &w.events, &w.event_count, e) < 0)
        return -1;
    while (!locked && w.event_count > 0 && w.events[w.event_count - 1].seq > w.project.event_count)
        w.event_count--;
    /* a union promises no order; the indexes give this one nearly always */
    qsort(w.documents, w.document_count, sizeof *w.documents, by_id);
    qsort(w.hands, w.hand_count, sizeof *w.hands, by_hand);
    *ret = w;
    return w.project.id != 0;
}

int project_whole(struct db *db, struct arena *a, int64_t id, struct project_whole *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PROJECT_WHOLE, &s, e) < 0)
        return -1;
    for (int kind = KIND_PROJECT; kind <= KIND_HAND; kind++)
        stmt_bind_i64(s, id);
    return whole_read(s, db, a, id, 0, 0, ret, e);
}

int project_whole_lock(struct db *db, struct arena *a, int64_t id, const char *key, int is_draft,
                       struct project_whole *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, text_is_empty(key) ? &PROJECT_WHOLE_LOCK : &PROJECT_WHOLE_KEY, &s, e) < 0)
        return -1;
    for (int kind = KIND_PROJECT; kind <= KIND_WATCH; kind++)
        stmt_bind_i64(s, id);
    if (!text_is_empty(key))
        stmt_bind_text(s, key);
    return whole_read(s, db, a, id, 1, is_draft, ret, e);
}
