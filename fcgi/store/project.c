/*
 * store/project.c - projects: one row each, lists by keyset
 */
#include "config.h"

#include "store/case.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define PROJECT_HEAD "id, number, title, unit_code, unit_name, unit_kind, regulation, calendar_version,"
#define PROJECT_TAIL                                                                                  \
    " total_investment, state, route, stage, stage_name, holder, holder_name, holder_since, next_due,"  \
    " next_name, marks, submitted_on, created_at, updated_at, created_by, created_name, version, event_count"

const struct sql PROJECT_ADD = { "project.add",
    "INSERT INTO project (" PROJECT_HEAD " facts," PROJECT_TAIL ")"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql PROJECT_BY_ID = { "project.by_id",
    "SELECT " PROJECT_HEAD " facts," PROJECT_TAIL " FROM project WHERE id = ?" };
const struct sql PROJECT_LOCK = { "project.lock",
    "SELECT " PROJECT_HEAD " facts," PROJECT_TAIL " FROM project WHERE id = ? FOR UPDATE" };
const struct sql PROJECT_SAVE = { "project.save",
    "UPDATE project SET number = ?, title = ?, regulation = ?, calendar_version = ?, facts = ?, total_investment = ?,"
    " state = ?, route = ?, stage = ?, stage_name = ?, holder = ?, holder_name = ?, holder_since = ?, next_due = ?,"
    " next_name = ?, marks = ?, submitted_on = ?, updated_at = ?, event_count = ?, version = version + 1"
    " WHERE id = ? AND version = ?" };
const struct sql PROJECT_LIST = { "project.list",
    "SELECT " PROJECT_HEAD PROJECT_TAIL " FROM project WHERE id < ?"
    " AND (? = '' OR unit_code = ?) AND (? = '' OR state = ?) AND (? = '' OR stage = ?) AND (? = '' OR holder = ?)"
    " AND (? = '' OR title LIKE ? OR number LIKE ? OR unit_name LIKE ?)"
    " AND (? IS NULL OR (next_due < ? AND state = 'running')) AND (? = 0 OR event_count > 0)"
    " ORDER BY id DESC LIMIT ?" };
/* Forced for the same reason as below: the index gives them in their order, and the first few are enough. */
#define PROJECT_DUE_OF(index, unit)                                                                    \
    "SELECT " PROJECT_HEAD PROJECT_TAIL " FROM project FORCE INDEX (" index ")"                         \
    " WHERE " unit "state = 'running' AND next_due < ? ORDER BY next_due LIMIT ?"
const struct sql PROJECT_DUE = { "project.due", PROJECT_DUE_OF("project_due", "") };
const struct sql PROJECT_DUE_UNIT = { "project.due_unit", PROJECT_DUE_OF("project_counts", "unit_code = ? AND ") };
const struct sql PROJECT_TALLY = { "project.tally",
    "INSERT INTO project_tally (unit_code, state, n) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE n = n + VALUES(n)" };
/* What is late is counted to a limit, in an index: forced, because by itself the optimiser reads every row. */
#define PROJECT_OVERDUE(index, unit)                                                                   \
    "IF(state = 'running', (SELECT COUNT(*) FROM (SELECT 1 FROM project FORCE INDEX (" index ")"        \
    " WHERE " unit "state = 'running' AND next_due < ? LIMIT 10000) late), 0)"
const struct sql PROJECT_COUNT = { "project.count",
    "SELECT state, CAST(SUM(n) AS SIGNED), " PROJECT_OVERDUE("project_due", "") " FROM project_tally GROUP BY state" };
const struct sql PROJECT_COUNT_UNIT = { "project.count_unit",
    "SELECT state, n, " PROJECT_OVERDUE("project_counts", "unit_code = ? AND ") " FROM project_tally WHERE unit_code = ?" };

#define P(type, m) ROW_##type(project, m)
#define PROJECT_HEAD_COLS                                                                             \
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_code), P(TEXT, unit_name),                \
    P(TEXT, unit_kind), P(TEXT, regulation), P(TEXT, calendar_version)
#define PROJECT_TAIL_COLS                                                                             \
    P(I64, total_investment), P(TEXT, state), P(TEXT, route), P(TEXT, stage), P(TEXT, stage_name),      \
    P(TEXT, holder), P(TEXT, holder_name), P(INSTANT, holder_since), P(DATE, next_due),                 \
    P(TEXT, next_name), P(LIST, marks), P(DATE, submitted_on), P(INSTANT, created_at),                  \
    P(INSTANT, updated_at), P(TEXT, created_by), P(TEXT, created_name), P(I64, version),                \
    P(I64, event_count)
static const struct row_col PROJECT_COLS[] = { PROJECT_HEAD_COLS, P(OBJECT, facts), PROJECT_TAIL_COLS };
static const struct row_col PROJECT_LIST_COLS[] = { PROJECT_HEAD_COLS, PROJECT_TAIL_COLS };
static const struct row_col PROJECT_SAVE_COLS[] = {
    P(NONE, number), P(TEXT, title), P(TEXT, regulation), P(TEXT, calendar_version), P(OBJECT, facts),
    P(I64, total_investment), P(TEXT, state), P(TEXT, route), P(TEXT, stage), P(TEXT, stage_name),
    P(TEXT, holder), P(TEXT, holder_name), P(INSTANT, holder_since), P(DATE, next_due), P(TEXT, next_name),
    P(LIST, marks), P(DATE, submitted_on), P(INSTANT, updated_at), P(I64, event_count),
    P(I64, id), P(I64, version),
};
/* clang-format on */

static int project_tally(struct db *db, struct arena *a, const char *unit, const char *state, int by, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PROJECT_TALLY, &s, e) < 0)
        return -1;
    stmt_bind_text(s, unit);
    stmt_bind_text(s, state);
    stmt_bind_i64(s, by);
    return stmt_run(s, e);
}

/* Two rows, always locked in the order of their states: no two saves wait for each other. */
static int project_tally_move(struct db *db, struct arena *a, const struct project *p, struct err *e)
{
    int order = strcmp(p->state_kept, p->state);

    if (order == 0)
        return 0;
    if (order > 0 && project_tally(db, a, p->unit_code, p->state, 1, e) < 0)
        return -1;
    if (project_tally(db, a, p->unit_code, p->state_kept, -1, e) < 0)
        return -1;
    return order < 0 ? project_tally(db, a, p->unit_code, p->state, 1, e) : 0;
}

int project_add(struct db *db, struct arena *a, struct project *p, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PROJECT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, PROJECT_COLS, ARRAY_LEN(PROJECT_COLS), p);
    if (stmt_run(s, e) < 0 || project_tally(db, a, p->unit_code, p->state, 1, e) < 0)
        return -1;
    p->state_kept = p->state;
    return 0;
}

static int project_one(struct db *db, struct arena *a, const struct sql *sql, int64_t id, struct project *ret,
                       struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    int found = row_one(s, PROJECT_COLS, ARRAY_LEN(PROJECT_COLS), ret, e);
    if (found == 1)
        ret->state_kept = ret->state;
    return found;
}

int project_get(struct db *db, struct arena *a, int64_t id, struct project *ret, struct err *e)
{
    return project_one(db, a, &PROJECT_BY_ID, id, ret, e);
}

int project_lock(struct db *db, struct arena *a, int64_t id, struct project *ret, struct err *e)
{
    return project_one(db, a, &PROJECT_LOCK, id, ret, e);
}

int project_save(struct db *db, struct arena *a, struct project *p, struct err *e)
{
    struct stmt *s;

    assert(p->state_kept != NULL); /* only what was read or added can be saved */
    if (stmt_open(db, a, &PROJECT_SAVE, &s, e) < 0)
        return -1;
    row_bind(s, PROJECT_SAVE_COLS, ARRAY_LEN(PROJECT_SAVE_COLS), p);
    if (row_hit(s, e) < 0 || project_tally_move(db, a, p, e) < 0)
        return -1;
    p->state_kept = p->state;
    p->version++;
    return 0;
}

/* The first day that is no longer meant: NULL in the statement when the filter is off. */
static date project_due_limit(const struct project_filter *f)
{
    if (text_eq(f->due, "overdue"))
        return f->today;
    if (text_eq(f->due, "soon"))
        return f->due_before == DATE_NONE ? DATE_NONE : f->due_before + 1;
    return DATE_NONE;
}

int project_list(struct db *db, struct arena *a, const struct project_filter *f, struct project **ret,
                 size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &PROJECT_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, f->after_id > 0 ? f->after_id : INT64_MAX);
    row_bind_filter(s, f->unit);
    row_bind_filter(s, f->state);
    row_bind_filter(s, f->stage);
    row_bind_filter(s, f->holder);
    const char *like = row_like(a, f->text);
    for (int i = 0; i < 4; i++)
        stmt_bind_text(s, like);
    stmt_bind_date(s, project_due_limit(f));
    stmt_bind_date(s, project_due_limit(f));
    stmt_bind_i64(s, f->begun);
    stmt_bind_i64(s, f->limit);
    if (row_all(s, a, PROJECT_LIST_COLS, ARRAY_LEN(PROJECT_LIST_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int project_due_list(struct db *db, struct arena *a, const char *unit, date before, int limit, struct project **ret,
                     size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;
    int all = text_is_empty(unit);

    if (stmt_open(db, a, all ? &PROJECT_DUE : &PROJECT_DUE_UNIT, &s, e) < 0)
        return -1;
    if (!all)
        stmt_bind_text(s, unit);
    stmt_bind_date(s, before);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, PROJECT_LIST_COLS, ARRAY_LEN(PROJECT_LIST_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int project_count(struct db *db, struct arena *a, const char *unit, date today, struct project_counts *ret,
                  struct err *e)
{
    struct stmt *s;
    struct project_counts n = {0};
    int all = text_is_empty(unit);

    if (stmt_open(db, a, all ? &PROJECT_COUNT : &PROJECT_COUNT_UNIT, &s, e) < 0)
        return -1;
    if (!all)
        stmt_bind_text(s, unit);
    stmt_bind_date(s, today);
    if (!all)
        stmt_bind_text(s, unit);
    if (stmt_run(s, e) < 0)
        return -1;
    while (stmt_step(s)) {
        const char *state = stmt_text(s, 0);
        int64_t count = stmt_i64(s, 1);
        n.total += count;
        if (text_eq(state, "draft"))
            n.drafts = count;
        else if (text_eq(state, "done"))
            n.done = count;
        else if (text_eq(state, "running")) {
            n.running = count;
            n.overdue = stmt_i64(s, 2);
        }
    }
    *ret = n;
    return 0;
}
