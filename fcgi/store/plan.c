/*
 * store/plan.c - cases that are no projects, and which projects they gather
 */
#include "config.h"

#include "store/plan.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define SUBJECT_ROW                                                                                    \
    "p.id, p.number, p.title, p.unit_code, p.unit_name, p.place, p.subject, p.regulation, p.state, p.stage, p.stage_name," \
    " p.holder, p.holder_name, p.next_name, p.created_at, p.version, p.event_count"
const struct sql SUBJECT_LIST = { "subject.list",
    "SELECT " SUBJECT_ROW " FROM project p WHERE p.subject = ? AND p.id < ? AND (? = '' OR p.place = ?)"
    " ORDER BY p.id DESC LIMIT ?" };
const struct sql PLAN_OF_PROJECT = { "plan.of_project",
    "SELECT " SUBJECT_ROW " FROM plan_item i STRAIGHT_JOIN project p ON p.id = i.plan WHERE i.project = ? AND i.state = 'in'"
    " ORDER BY p.id DESC LIMIT ?" };
const struct sql PLAN_ITEM_PUT = { "plan_item.put",
    "INSERT INTO plan_item (plan, project, state, reason, at, person, by_name) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON DUPLICATE KEY UPDATE state = VALUES(state), reason = VALUES(reason), at = VALUES(at), person = VALUES(person),"
    " by_name = VALUES(by_name)" };
#define ITEM_PROJECT "p.title, p.number, p.unit_name, p.state, p.stage_name, p.total_investment"
const struct sql PLAN_ITEM_LIST = { "plan_item.list",
    "SELECT i.plan, i.project, i.state, i.reason, i.at, i.person, i.by_name, " ITEM_PROJECT
    " FROM plan_item i JOIN project p ON p.id = i.project WHERE i.plan = ? ORDER BY i.project LIMIT ?" };
const struct sql PLAN_CANDIDATES = { "plan.candidates",
    "SELECT p.id, " ITEM_PROJECT " FROM project p WHERE p.stage = ? AND p.state = 'running' AND p.subject = 'project'"
    " AND (? = '' OR p.place = ?) AND NOT EXISTS (SELECT 1 FROM plan_item i WHERE i.plan = ? AND i.project = p.id AND i.state = 'in')"
    " ORDER BY p.id DESC LIMIT ?" };

#define P(type, m) ROW_##type(project, m)
static const struct row_col SUBJECT_COLS[] = {
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_code), P(TEXT, unit_name), P(TEXT, place), P(TEXT, subject),
    P(TEXT, regulation), P(TEXT, state), P(TEXT, stage), P(TEXT, stage_name), P(TEXT, holder), P(TEXT, holder_name),
    P(TEXT, next_name), P(INSTANT, created_at), P(I64, version), P(I64, event_count),
};
#define I(type, m) ROW_##type(plan_item, m)
#define ITEM_PROJECT_COLS                                                                              \
    I(TEXT, title), I(TEXT, number), I(TEXT, unit_name), I(TEXT, project_state), I(TEXT, stage_name), I(I64, total_investment)
static const struct row_col ITEM_COLS[] = {
    I(I64, plan), I(I64, project), I(TEXT, state), I(TEXT, reason), I(INSTANT, at), I(TEXT, person), I(TEXT, by_name),
    ITEM_PROJECT_COLS,
};
enum { ITEM_OWN_COLS = 7 };
static const struct row_col CANDIDATE_COLS[] = { I(I64, project), ITEM_PROJECT_COLS };
/* clang-format on */

int subject_list(struct db *db, struct arena *a, const char *subject, const char *place, int64_t after, int limit,
                 struct project **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &SUBJECT_LIST, &s, e) < 0)
        return -1;
    stmt_bind_text(s, subject);
    stmt_bind_i64(s, after > 0 ? after : INT64_MAX);
    row_bind_filter(s, place);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, SUBJECT_COLS, ARRAY_LEN(SUBJECT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int plan_of_project(struct db *db, struct arena *a, int64_t project, int limit, struct project **ret, size_t *ret_count,
                    struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &PLAN_OF_PROJECT, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, project);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, SUBJECT_COLS, ARRAY_LEN(SUBJECT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int plan_item_put(struct db *db, struct arena *a, const struct plan_item *item, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PLAN_ITEM_PUT, &s, e) < 0)
        return -1;
    row_bind(s, ITEM_COLS, ITEM_OWN_COLS, item);
    return stmt_later(s, 0, e);
}

static int items(struct stmt *s, struct arena *a, const struct row_col *cols, size_t count, struct plan_item **ret,
                 size_t *ret_count, struct err *e)
{
    void *rows;

    if (row_all(s, a, cols, count, sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int plan_item_list(struct db *db, struct arena *a, int64_t plan, int limit, struct plan_item **ret, size_t *ret_count,
                   struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PLAN_ITEM_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, plan);
    stmt_bind_i64(s, limit);
    return items(s, a, ITEM_COLS, ARRAY_LEN(ITEM_COLS), ret, ret_count, e);
}

int plan_candidates(struct db *db, struct arena *a, int64_t plan, const char *stage, const char *place, int limit,
                    struct plan_item **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &PLAN_CANDIDATES, &s, e) < 0)
        return -1;
    stmt_bind_text(s, stage);
    row_bind_filter(s, place);
    stmt_bind_i64(s, plan);
    stmt_bind_i64(s, limit);
    return items(s, a, CANDIDATE_COLS, ARRAY_LEN(CANDIDATE_COLS), ret, ret_count, e);
}
