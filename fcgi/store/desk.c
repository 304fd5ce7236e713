/*
 * store/desk.c - what most desks have not got, asked for at once; what a person has done and what he began, newest
 * first, a page at a time by key
 */
#include "config.h"

#include "store/duties.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/wall.h"

/* clang-format off */
/* Forced: one look at each index tells, and planning which would cost more. */
#define DESK_PROBED(where)                                                                             \
    "SELECT EXISTS (SELECT 1 FROM handing FORCE INDEX (handing_asked) WHERE person = ? AND kind = 'ask' AND organ = ? AND unit = ?)," \
    " EXISTS (SELECT 1 FROM card FORCE INDEX (card_kind) WHERE kind = 'urge' AND who = ? AND unit = ? AND given_on >= ?),"            \
    " EXISTS (SELECT 1 FROM addressee FORCE INDEX (addressee_unread) WHERE organ = ? AND unit = ? AND read_at IS NULL AND (? = '' OR place = ?))," \
    " EXISTS (SELECT 1 FROM notice FORCE INDEX (notice_to) WHERE to_on >= ? AND from_on <= ? AND ended_at IS NULL), " \
    PROJECT_SUMS where
const struct sql DESK_PROBE = { "desk.probe", DESK_PROBED("") };
const struct sql DESK_PROBE_UNIT = { "desk.probe_unit", DESK_PROBED(" WHERE unit_code = ?") };
const struct sql DESK_PROBE_PLACE = { "desk.probe_place", DESK_PROBED(" WHERE place = ?") };
const struct sql DONE_LIST = { "done.list",
    "SELECT e.project, e.seq, e.entered_at, e.name, e.by_name, e.articles, p.title, p.number, p.state, p.stage_name"
    " FROM event e FORCE INDEX (event_person) STRAIGHT_JOIN project p ON p.id = e.project WHERE e.person = ? AND e.entered_at <= ?"
    " AND (e.entered_at < ? OR e.project < ? OR (e.project = ? AND e.seq < ?))"
    " ORDER BY e.entered_at DESC, e.project DESC, e.seq DESC LIMIT ?" };
const struct sql STARTED_LIST = { "started.list",
    "SELECT id, number, title, unit_name, total_investment, state, stage_name, holder, holder_name, holder_since, next_due,"
    " next_provisional, next_name, created_at, submitted_on, stage, route, version FROM project WHERE created_by = ? AND subject = 'project' AND id < ? ORDER BY id DESC LIMIT ?" };

#define B(m) ROW_INT(desk_probe, m)
#define N(m) ROW_I64(desk_probe, counts.m)
static const struct row_col DESK_PROBE_COLS[] = {
    B(asked), B(urged), B(unread), B(notice), N(total), N(drafts), N(running), N(done),
};
#define D(type, m) ROW_##type(done_row, m)
static const struct row_col DONE_COLS[] = {
    D(I64, project), D(I64, seq), D(INSTANT, entered_at), D(TEXT, name), D(TEXT, by_name), D(TEXT, articles), D(TEXT, title),
    D(TEXT, number), D(TEXT, state), D(TEXT, stage_name),
};
#define P(type, m) ROW_##type(project, m)
static const struct row_col STARTED_COLS[] = {
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_name), P(I64, total_investment), P(TEXT, state),
    P(TEXT, stage_name), P(TEXT, holder), P(TEXT, holder_name), P(INSTANT, holder_since), P(DATE, next_due),
    P(INT, next_provisional), P(TEXT, next_name), P(INSTANT, created_at), P(DATE, submitted_on), P(TEXT, stage),
    P(TEXT, route), P(I64, version),
};
/* clang-format on */

int desk_probe_ask(struct db *db, struct arena *a, const char *organ, const struct project_sight *of,
                   const char *person, date since, date day, struct asked *ret, struct err *e)
{
    static const struct sighted probes = {&DESK_PROBE, &DESK_PROBE_UNIT, &DESK_PROBE_PLACE};
    const struct sql *sql = sighted_sql(&probes, of);
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    for (int i = 0; i < 2; i++) {
        stmt_bind_text(s, organ);
        stmt_bind_text(s, row_text(of->unit));
    }
    stmt_bind_date(s, since);
    stmt_bind_text(s, organ);
    stmt_bind_text(s, row_text(of->unit));
    row_bind_filter(s, of->place);
    stmt_bind_date(s, day);
    stmt_bind_date(s, day);
    if (sql != probes.all)
        stmt_bind_text(s, sighted_by(of));
    return row_ask(s, DESK_PROBE_COLS, ARRAY_LEN(DESK_PROBE_COLS), sizeof(struct desk_probe), ret, e);
}

int done_list(struct db *db, struct arena *a, const char *person, instant before, int64_t project, int64_t seq,
              int limit, struct done_row **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;
    instant at = before == INSTANT_NONE ? INSTANT_LAST : before;

    if (stmt_open(db, a, &DONE_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    stmt_bind_instant(s, at);
    stmt_bind_instant(s, at);
    stmt_bind_i64(s, project);
    stmt_bind_i64(s, project);
    stmt_bind_i64(s, seq);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, DONE_COLS, ARRAY_LEN(DONE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int started_list(struct db *db, struct arena *a, const char *person, int64_t before, int limit, struct project **ret,
                 size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &STARTED_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, person);
    stmt_bind_i64(s, before > 0 ? before : INT64_MAX);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, STARTED_COLS, ARRAY_LEN(STARTED_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}
