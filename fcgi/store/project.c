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
#include "store/whole.h"

/* clang-format off */
const struct sql PROJECT_ADD = { "project.add",
    "INSERT INTO project (" PROJECT_COLUMNS ")"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql PROJECT_BY_ID = { "project.by_id",
    "SELECT " PROJECT_COLUMNS " FROM project WHERE id = ?" };
const struct sql PROJECT_SAVE = { "project.save",
    "UPDATE project SET number = ?, title = ?, regulation = ?, calendar_version = ?, days_calendar = ?, facts = ?,"
    " total_investment = ?, money = ?, money_over = ?,"
    " state = ?, route = ?, stage = ?, stage_name = ?, holder = ?, holder_name = ?, holder_since = ?, next_due = ?,"
    " next_provisional = ?, next_name = ?, marks = ?, submitted_on = ?, updated_at = ?, event_count = ?, version = version + 1"
    " WHERE id = ? AND version = ?" };
/* Of the lists, the usual ones have statements of their own: the many conditions of the other cost more than the rows. */
#define PROJECT_ROW                                                                                    \
    "id, number, title, unit_name, total_investment, state, route, stage, stage_name, holder, holder_name," \
    " holder_since, next_due, next_provisional, next_name, submitted_on, version, event_count"
#define PROJECT_ROWS(where)                                                                            \
    "SELECT " PROJECT_ROW " FROM project WHERE id < ?" where                                            \
    " AND event_count >= ? ORDER BY id DESC LIMIT ?"
const struct sql PROJECT_LIST = { "project.list", PROJECT_ROWS(
    " AND (? = '' OR unit_code = ?) AND (? = '' OR place = ?) AND (? = '' OR state = ?) AND (? = '' OR stage = ?) AND (? = '' OR holder = ?)"
    " AND (? = '' OR title LIKE ? OR number LIKE ? OR unit_name LIKE ?)"
    " AND (? IS NULL OR (next_due < ? AND state = 'running'))") };
const struct sql PROJECT_LIST_ALL = { "project.list_all", PROJECT_ROWS("") };
const struct sql PROJECT_LIST_UNIT = { "project.list_unit", PROJECT_ROWS(" AND unit_code = ?") };
const struct sql PROJECT_LIST_PLACE = { "project.list_place", PROJECT_ROWS(" AND place = ?") };
const struct sql PROJECT_LIST_DUE = { "project.list_due", PROJECT_ROWS(" AND state = 'running' AND next_due < ?") };
/* Forced: the index gives them in their order and the first few are enough, but the optimiser reads every row. */
#define PROJECT_DUE_IN(index, unit)                                                                    \
    " FROM project FORCE INDEX (" index ") WHERE " unit "state = 'running' AND next_due < ?"
#define PROJECT_DUE_ALL PROJECT_DUE_IN("project_due", "")
#define PROJECT_DUE_OF_UNIT PROJECT_DUE_IN("project_counts", "unit_code = ? AND ")
#define PROJECT_DUE_OF_PLACE PROJECT_DUE_IN("project_place_due", "place = ? AND ")
#define PROJECT_DUE_ROWS(from) "SELECT " PROJECT_ROW from " ORDER BY next_due LIMIT ?"
const struct sql PROJECT_DUE = { "project.due", PROJECT_DUE_ROWS(PROJECT_DUE_ALL) };
const struct sql PROJECT_DUE_UNIT = { "project.due_unit", PROJECT_DUE_ROWS(PROJECT_DUE_OF_UNIT) };
const struct sql PROJECT_DUE_PLACE = { "project.due_place", PROJECT_DUE_ROWS(PROJECT_DUE_OF_PLACE) };
#define PROJECT_LATE_COUNT(from) "SELECT COUNT(*) FROM (SELECT 1" from " LIMIT 10000) late"
const struct sql PROJECT_LATE = { "project.late", PROJECT_LATE_COUNT(PROJECT_DUE_ALL) };
const struct sql PROJECT_LATE_UNIT = { "project.late_unit", PROJECT_LATE_COUNT(PROJECT_DUE_OF_UNIT) };
const struct sql PROJECT_LATE_PLACE = { "project.late_place", PROJECT_LATE_COUNT(PROJECT_DUE_OF_PLACE) };
const struct sql PROJECT_TALLY = { "project.tally",
    "INSERT INTO project_tally (unit_code, place, state, n) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE n = n + VALUES(n)" };
#define PROJECT_SUM(condition) "CAST(COALESCE(SUM(IF(" condition ", n, 0)), 0) AS SIGNED)"
#define PROJECT_SUMS                                                                                   \
    "SELECT " PROJECT_SUM("1") ", " PROJECT_SUM("state = 'draft'") ", " PROJECT_SUM("state = 'running'") ", " \
    PROJECT_SUM("state = 'done'") " FROM project_tally"
const struct sql PROJECT_COUNT = { "project.count", PROJECT_SUMS };
const struct sql PROJECT_COUNT_UNIT = { "project.count_unit", PROJECT_SUMS " WHERE unit_code = ?" };
const struct sql PROJECT_COUNT_PLACE = { "project.count_place", PROJECT_SUMS " WHERE place = ?" };
const struct sql PROJECT_PLACE = { "project.place", "UPDATE project SET place = ? WHERE unit_code = ? AND place <> ?" };
const struct sql PROJECT_TALLY_PLACE = { "project.tally_place",
    "UPDATE project_tally SET place = ? WHERE unit_code = ? AND place <> ?" };

#define P(type, m) ROW_##type(project, m)
#define PROJECT_HEAD_COLS                                                                             \
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_code), P(TEXT, unit_name),                \
    P(TEXT, unit_kind), P(TEXT, place), P(TEXT, regulation), P(TEXT, calendar_version), P(TEXT, days_calendar)
#define PROJECT_TAIL_COLS                                                                             \
    P(I64, total_investment), P(OBJECT, money), P(INT, money_over),                                     \
    P(TEXT, state), P(TEXT, route), P(TEXT, stage), P(TEXT, stage_name),                                \
    P(TEXT, holder), P(TEXT, holder_name), P(INSTANT, holder_since), P(DATE, next_due),                 \
    P(INT, next_provisional), P(TEXT, next_name), P(LIST, marks), P(DATE, submitted_on), P(INSTANT, created_at),                  \
    P(INSTANT, updated_at), P(TEXT, created_by), P(TEXT, created_name), P(I64, version),                \
    P(I64, event_count)
const struct row_col PROJECT_COLS[PROJECT_COLS_COUNT] = { PROJECT_HEAD_COLS, P(OBJECT, facts), PROJECT_TAIL_COLS };
static const struct row_col PROJECT_LIST_COLS[] = {
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_name), P(I64, total_investment), P(TEXT, state),
    P(TEXT, route), P(TEXT, stage), P(TEXT, stage_name), P(TEXT, holder), P(TEXT, holder_name), P(INSTANT, holder_since),
    P(DATE, next_due), P(INT, next_provisional), P(TEXT, next_name), P(DATE, submitted_on), P(I64, version), P(I64, event_count),
};
static const struct row_col PROJECT_SAVE_COLS[] = {
    P(NONE, number), P(TEXT, title), P(TEXT, regulation), P(TEXT, calendar_version), P(TEXT, days_calendar), P(OBJECT, facts),
    P(I64, total_investment), P(OBJECT, money), P(INT, money_over), P(TEXT, state), P(TEXT, route), P(TEXT, stage),
    P(TEXT, stage_name), P(TEXT, holder), P(TEXT, holder_name), P(INSTANT, holder_since), P(DATE, next_due),
    P(INT, next_provisional), P(TEXT, next_name), P(LIST, marks), P(DATE, submitted_on), P(INSTANT, updated_at), P(I64, event_count),
    P(I64, id), P(I64, version),
};
/* clang-format on */

static int project_tally(struct db *db, struct arena *a, const struct project *p, const char *state, int by,
                         struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PROJECT_TALLY, &s, e) < 0)
        return -1;
    stmt_bind_text(s, p->unit_code);
    stmt_bind_text(s, row_text(p->place));
    stmt_bind_text(s, state);
    stmt_bind_i64(s, by);
    return stmt_later(s, 0, e);
}

/* Two rows, always locked in the order of their states: no two saves wait for each other. */
static int project_tally_move(struct db *db, struct arena *a, const struct project *p, struct err *e)
{
    int order = strcmp(p->state_kept, p->state);

    if (order == 0)
        return 0;
    if (order > 0 && project_tally(db, a, p, p->state, 1, e) < 0)
        return -1;
    if (project_tally(db, a, p, p->state_kept, -1, e) < 0)
        return -1;
    return order < 0 ? project_tally(db, a, p, p->state, 1, e) : 0;
}

int project_add(struct db *db, struct arena *a, struct project *p, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PROJECT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, PROJECT_COLS, ARRAY_LEN(PROJECT_COLS), p);
    if (stmt_later(s, 0, e) < 0 || project_tally(db, a, p, p->state, 1, e) < 0)
        return -1;
    p->state_kept = p->state;
    return 0;
}

int project_get(struct db *db, struct arena *a, int64_t id, struct project *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PROJECT_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);

    int found = row_one(s, PROJECT_COLS, ARRAY_LEN(PROJECT_COLS), ret, e);

    if (found == 1)
        ret->state_kept = ret->state;
    return found;
}

int project_save(struct db *db, struct arena *a, struct project *p, struct err *e)
{
    struct stmt *s;

    assert(p->state_kept != NULL); /* only what was read or added can be saved */
    if (stmt_open(db, a, &PROJECT_SAVE, &s, e) < 0)
        return -1;
    row_bind(s, PROJECT_SAVE_COLS, ARRAY_LEN(PROJECT_SAVE_COLS), p);
    if (stmt_later(s, 1, e) < 0 || project_tally_move(db, a, p, e) < 0)
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

static void project_list_bind(struct stmt *s, struct arena *a, const struct project_filter *f)
{
    row_bind_filter(s, f->of.unit);
    row_bind_filter(s, f->of.place);
    row_bind_filter(s, f->state);
    row_bind_filter(s, f->stage);
    row_bind_filter(s, f->holder);
    const char *like = row_like(a, f->text);
    for (int i = 0; i < 4; i++)
        stmt_bind_text(s, like);
    stmt_bind_date(s, project_due_limit(f));
    stmt_bind_date(s, project_due_limit(f));
}

/* The statement for whose projects are asked for; a post of one place that asks for one unit takes the general one. */
struct sighted {
    const struct sql *all, *of_unit, *of_place;
};
static const struct sql *sighted_sql(const struct sighted *s, const struct project_sight *of)
{
    return !text_is_empty(of->unit) ? s->of_unit : !text_is_empty(of->place) ? s->of_place : s->all;
}

static const char *sighted_by(const struct project_sight *of)
{
    return !text_is_empty(of->unit) ? of->unit : row_text(of->place);
}

/* The statement for what is asked: everything, one unit's or place's, what is due; the general one for anything else.
 */
static const struct sql *project_list_sql(const struct project_filter *f)
{
    static const struct sighted lists = {&PROJECT_LIST_ALL, &PROJECT_LIST_UNIT, &PROJECT_LIST_PLACE};
    int due = project_due_limit(f) != DATE_NONE, unit = !text_is_empty(f->of.unit), place = !text_is_empty(f->of.place);

    if (!text_is_empty(f->text) || !text_is_empty(f->state) || !text_is_empty(f->stage) || !text_is_empty(f->holder) ||
        due + unit + place > 1)
        return &PROJECT_LIST;
    return due ? &PROJECT_LIST_DUE : sighted_sql(&lists, &f->of);
}

int project_list(struct db *db, struct arena *a, const struct project_filter *f, struct project **ret,
                 size_t *ret_count, struct err *e)
{
    const struct sql *sql = project_list_sql(f);
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, f->after_id > 0 ? f->after_id : INT64_MAX);
    if (sql == &PROJECT_LIST)
        project_list_bind(s, a, f);
    else if (sql == &PROJECT_LIST_DUE)
        stmt_bind_date(s, project_due_limit(f));
    else if (sql != &PROJECT_LIST_ALL)
        stmt_bind_text(s, sighted_by(&f->of));
    stmt_bind_i64(s, f->of.begun ? 1 : 0);
    stmt_bind_i64(s, f->limit);
    if (row_all(s, a, PROJECT_LIST_COLS, ARRAY_LEN(PROJECT_LIST_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

/* The unit or place is bound. */
static int sighted_open(struct db *db, struct arena *a, const struct sighted *sqls, const struct project_sight *of,
                        struct stmt **ret, struct err *e)
{
    const struct sql *sql = sighted_sql(sqls, of);

    if (stmt_open(db, a, sql, ret, e) < 0)
        return -1;
    if (sql != sqls->all)
        stmt_bind_text(*ret, sighted_by(of));
    return 0;
}

int project_due_list(struct db *db, struct arena *a, const struct project_sight *of, date before, int limit,
                     struct project **ret, size_t *ret_count, struct err *e)
{
    static const struct sighted due = {&PROJECT_DUE, &PROJECT_DUE_UNIT, &PROJECT_DUE_PLACE};
    struct stmt *s;
    void *rows;

    if (sighted_open(db, a, &due, of, &s, e) < 0)
        return -1;
    stmt_bind_date(s, before);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, PROJECT_LIST_COLS, ARRAY_LEN(PROJECT_LIST_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int project_late_count(struct db *db, struct arena *a, const struct project_sight *of, date before, int64_t *ret,
                       struct err *e)
{
    static const struct sighted late = {&PROJECT_LATE, &PROJECT_LATE_UNIT, &PROJECT_LATE_PLACE};
    struct stmt *s;

    if (sighted_open(db, a, &late, of, &s, e) < 0)
        return -1;
    stmt_bind_date(s, before);
    if (stmt_run(s, e) < 0)
        return -1;
    if (!stmt_step(s))
        return err_fail(e, ERR_INTERNAL, "超期的项目没有数出来。");
    *ret = stmt_i64(s, 0);
    return 0;
}

int project_count(struct db *db, struct arena *a, const struct project_sight *of, struct project_counts *ret,
                  struct err *e)
{
    static const struct sighted counts = {&PROJECT_COUNT, &PROJECT_COUNT_UNIT, &PROJECT_COUNT_PLACE};
    struct stmt *s;

    if (sighted_open(db, a, &counts, of, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    if (!stmt_step(s))
        return err_fail(e, ERR_INTERNAL, "项目数没有数出来。");
    *ret = (struct project_counts){
        .total = stmt_i64(s, 0), .drafts = stmt_i64(s, 1), .running = stmt_i64(s, 2), .done = stmt_i64(s, 3)};
    return 0;
}

static int place_set(struct db *db, struct arena *a, const struct sql *sql, const char *unit, const char *place,
                     struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0)
        return -1;
    stmt_bind_text(s, place);
    stmt_bind_text(s, unit);
    stmt_bind_text(s, place);
    return stmt_run(s, e);
}

int project_place_set(struct db *db, struct arena *a, const char *unit, const char *place, struct err *e)
{
    if (place_set(db, a, &PROJECT_PLACE, unit, row_text(place), e) < 0)
        return -1;
    return place_set(db, a, &PROJECT_TALLY_PLACE, unit, row_text(place), e);
}
