/*
 * store/project.c - projects: one row each, lists by keyset
 */
#include "config.h"

#include "store/case.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "store/ledger.h"
#include "store/row.h"
#include "store/search.h"
#include "store/sql.h"
#include "store/stat.h"
#include "store/wall.h"
#include "store/whole.h"

/* clang-format off */
const struct sql PROJECT_ADD = { "project.add",
    "INSERT INTO project (" PROJECT_COLUMNS ")"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql PROJECT_BY_ID = { "project.by_id",
    "SELECT " PROJECT_COLUMNS " FROM project WHERE id = ?" };
const struct sql PROJECT_SAVE = { "project.save",
    "UPDATE project SET number = ?, title = ?, regulation = ?, calendar_version = ?, days_calendar = ?,"
    " total_investment = ?, money = ?, money_over = ?,"
    " state = ?, route = ?, stage = ?, stage_name = ?, holder = ?, holder_name = ?, holder_since = ?, next_due = ?,"
    " next_provisional = ?, next_name = ?, marks = ?, submitted_on = ?, event_count = ?, facts = ?, updated_at = ?, version = version + 1"
    " WHERE id = ? AND version = ?" };
/* Of a draft hardly anything else changes, and every column costs the server something. */
const struct sql PROJECT_SAVE_FACTS = { "project.save_facts",
    "UPDATE project SET facts = ?, updated_at = ?, version = version + 1 WHERE id = ? AND version = ?" };
/* Of the lists, the usual ones have statements of their own: the many conditions of the other cost more than the rows. */
#define PROJECT_ROW                                                                                    \
    "id, number, title, unit_name, total_investment, state, route, stage, stage_name, holder, holder_name," \
    " holder_since, next_due, next_provisional, next_name, submitted_on, version, event_count"
#define PROJECT_ROWS(where)                                                                            \
    "SELECT " PROJECT_ROW " FROM project WHERE id < ?" where                                            \
    " AND subject = 'project' AND event_count >= ? ORDER BY id DESC LIMIT ?"
#define PROJECT_CHOSEN                                                                                 \
    " AND (? = '' OR unit_code = ?) AND (? = '' OR place = ?) AND (? = '' OR state = ?) AND (? = '' OR stage = ?) AND (? = '' OR holder = ?)" \
    " AND (? = '' OR route = ?) AND (? IS NULL OR (submitted_on >= ? AND submitted_on < ?))"            \
    " AND total_investment >= ? AND total_investment < ? AND (? IS NULL OR (next_due < ? AND state = 'running'))" \
    " AND (? IS NULL OR (COALESCE(next_due, DATE'9999-12-31') >= ? AND state = 'running'))"             \
    " AND (? IS NULL OR state = 'done' OR (state = 'running' AND JSON_CONTAINS(?, JSON_QUOTE(stage))))"
const struct sql PROJECT_LIST = { "project.list", PROJECT_ROWS(
    PROJECT_CHOSEN " AND (? = '' OR title LIKE ? OR number LIKE ? OR unit_name LIKE ?)") };
/* Whoever has all the grams is looked at for the words: the rarest gram leads, the server finds out which that is. */
#define PROJECT_HAS_WORD                                                                               \
    " AND (? = '' OR LOCATE(?, title) > 0 OR LOCATE(?, unit_name) > 0 OR LOCATE(LOWER(?), LOWER(number)) > 0"         \
    " OR (? > 0 AND (EXISTS (SELECT 1 FROM document d WHERE d.project = p.id AND " SEARCH_DOCUMENT ")"  \
    " OR EXISTS (SELECT 1 FROM event v WHERE v.project = p.id AND " SEARCH_EVENT "))))"
const struct sql PROJECT_FIND = { "project.find",
    "SELECT " PROJECT_ROW " FROM search_gram g1 JOIN search_gram g2 ON g2.gram = ? AND g2.project = g1.project"
    " JOIN search_gram g3 ON g3.gram = ? AND g3.project = g1.project JOIN search_gram g4 ON g4.gram = ? AND g4.project = g1.project"
    " JOIN project p ON p.id = g1.project WHERE g1.gram = ? AND g1.project < ?" PROJECT_CHOSEN
    PROJECT_HAS_WORD PROJECT_HAS_WORD PROJECT_HAS_WORD " AND subject = 'project' AND event_count >= ? ORDER BY g1.project DESC LIMIT ?" };
const struct sql PROJECT_LIST_ALL = { "project.list_all", PROJECT_ROWS("") };
const struct sql PROJECT_LIST_UNIT = { "project.list_unit", PROJECT_ROWS(" AND unit_code = ?") };
const struct sql PROJECT_LIST_PLACE = { "project.list_place", PROJECT_ROWS(" AND place = ?") };
/* A first page: a bound on the id that holds for every row costs the optimiser a third of the statement. */
#define PROJECT_FIRST(index, where)                                                                    \
    "SELECT " PROJECT_ROW " FROM project FORCE INDEX (" index ") WHERE " where                          \
    "subject = 'project' AND event_count >= ? ORDER BY id DESC LIMIT ?"
const struct sql PROJECT_FIRST_ALL = { "project.first_all", PROJECT_FIRST("PRIMARY", "") };
const struct sql PROJECT_FIRST_UNIT = { "project.first_unit", PROJECT_FIRST("project_unit", "unit_code = ? AND ") };
const struct sql PROJECT_FIRST_PLACE = { "project.first_place", PROJECT_FIRST("project_place", "place = ? AND ") };
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
const struct sql PROJECT_COUNT = { "project.count", "SELECT " PROJECT_SUMS };
const struct sql PROJECT_COUNT_UNIT = { "project.count_unit", "SELECT " PROJECT_SUMS " WHERE unit_code = ?" };
const struct sql PROJECT_COUNT_PLACE = { "project.count_place", "SELECT " PROJECT_SUMS " WHERE place = ?" };
const struct sql PROJECT_PLACE = { "project.place", "UPDATE project SET place = ? WHERE unit_code = ? AND place <> ?" };
const struct sql PROJECT_TALLY_PLACE = { "project.tally_place",
    "UPDATE project_tally SET place = ? WHERE unit_code = ? AND place <> ?" };

#define P(type, m) ROW_##type(project, m)
#define PROJECT_HEAD_COLS                                                                             \
    P(I64, id), P(NONE, number), P(TEXT, title), P(TEXT, unit_code), P(TEXT, unit_name),                \
    P(TEXT, unit_kind), P(TEXT, place), P(TEXT, subject), P(TEXT, regulation), P(TEXT, calendar_version), P(TEXT, days_calendar)
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
#define N(m) ROW_I64(project_counts, m)
static const struct row_col PROJECT_COUNT_COLS[] = { N(total), N(drafts), N(running), N(done) };
static const struct row_col PROJECT_SAVE_COLS[] = {
    P(NONE, number), P(TEXT, title), P(TEXT, regulation), P(TEXT, calendar_version), P(TEXT, days_calendar),
    P(I64, total_investment), P(OBJECT, money), P(INT, money_over), P(TEXT, state), P(TEXT, route), P(TEXT, stage),
    P(TEXT, stage_name), P(TEXT, holder), P(TEXT, holder_name), P(INSTANT, holder_since), P(DATE, next_due),
    P(INT, next_provisional), P(TEXT, next_name), P(LIST, marks), P(DATE, submitted_on), P(I64, event_count),
    P(OBJECT, facts), P(INSTANT, updated_at), P(I64, id), P(I64, version), /* PROJECT_SAVE_FACTS from here */
};
enum { PROJECT_FACTS_COLS = 4, PROJECT_OTHER_COLS = ARRAY_LEN(PROJECT_SAVE_COLS) - PROJECT_FACTS_COLS };
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
    int order = strcmp(p->kept.state, p->state);

    if (order == 0)
        return 0;
    if (order > 0 && project_tally(db, a, p, p->state, 1, e) < 0)
        return -1;
    if (project_tally(db, a, p, p->kept.state, -1, e) < 0)
        return -1;
    return order < 0 ? project_tally(db, a, p, p->state, 1, e) : 0;
}

void project_keep(struct arena *a, struct project *p)
{
    struct project *row = ARENA_NEW(a, struct project);

    *row = *p;
    p->kept = (struct project_kept){.state = p->state,
                                    .stage = p->stage,
                                    .holder = p->holder,
                                    .title = p->title,
                                    .submitted_on = p->submitted_on,
                                    .total_investment = p->total_investment,
                                    .money = p->money,
                                    .money_over = p->money_over,
                                    .event_count = p->event_count,
                                    .row = row};
}

/* What is counted and shown among the projects: no other case is. */
static int is_project(const struct project *p)
{
    return text_eq(p->subject, "project");
}

int project_add(struct db *db, struct arena *a, struct project *p, struct err *e)
{
    struct stmt *s;

    if (text_is_empty(p->subject))
        p->subject = "project";
    if (stmt_open(db, a, &PROJECT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, PROJECT_COLS, ARRAY_LEN(PROJECT_COLS), p);
    if (stmt_later(s, 0, e) < 0)
        return -1;
    if (is_project(p) && (project_tally(db, a, p, p->state, 1, e) < 0 || stat_add(db, a, p, e) < 0 ||
                          ledger_move(db, a, p, e) < 0 || search_project(db, a, p, 1, e) < 0))
        return -1;
    project_keep(a, p);
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
        project_keep(a, ret);
    return found;
}

int project_save(struct db *db, struct arena *a, struct project *p, struct err *e)
{
    struct stmt *s;

    assert(p->kept.state != NULL); /* only what was read or added can be saved */
    if (row_same(PROJECT_SAVE_COLS, PROJECT_OTHER_COLS, p, p->kept.row)) {
        if (stmt_open(db, a, &PROJECT_SAVE_FACTS, &s, e) < 0)
            return -1;
        row_bind(s, PROJECT_SAVE_COLS + PROJECT_OTHER_COLS, PROJECT_FACTS_COLS, p);
    } else {
        if (stmt_open(db, a, &PROJECT_SAVE, &s, e) < 0)
            return -1;
        row_bind(s, PROJECT_SAVE_COLS, ARRAY_LEN(PROJECT_SAVE_COLS), p);
    }
    if (stmt_later(s, 1, e) < 0)
        return -1;
    if (is_project(p) && (project_tally_move(db, a, p, e) < 0 || stat_move(db, a, p, e) < 0 ||
                          ledger_move(db, a, p, e) < 0 || search_project(db, a, p, 0, e) < 0))
        return -1;
    p->version++;
    project_keep(a, p);
    return 0;
}

/* The first day that is no longer meant: NULL in the statement when the filter is off. */
static date project_due_limit(const struct project_filter *f)
{
    if (text_eq(f->due, "overdue"))
        return f->today;
    if (text_eq(f->due, "soon") || text_eq(f->due, "coming"))
        return f->due_before == DATE_NONE ? DATE_NONE : f->due_before + 1;
    return text_eq(f->due, "near") ? f->due_near + 1 : DATE_NONE;
}

/* The first day that is meant, in the same manner. */
static date project_due_from(const struct project_filter *f)
{
    if (text_eq(f->due, "coming"))
        return f->today;
    if (text_eq(f->due, "near"))
        return f->due_before + 1;
    return text_eq(f->due, "later") ? f->due_near + 1 : DATE_NONE;
}

static void project_chosen_bind(struct stmt *s, const struct project_filter *f)
{
    const char *words[] = {f->of.unit, f->of.place, f->state, f->stage, f->holder, f->route};

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        row_bind_filter(s, words[i]);
    stmt_bind_date(s, f->year > 0 ? date_of(f->year, 1, 1) : DATE_NONE);
    stmt_bind_date(s, f->year > 0 ? date_of(f->year, 1, 1) : DATE_NONE);
    stmt_bind_date(s, f->year > 0 ? date_of(f->year + 1, 1, 1) : DATE_NONE);
    stmt_bind_i64(s, f->amount_from > 0 ? f->amount_from : -1);
    stmt_bind_i64(s, f->amount_below > 0 ? f->amount_below : INT64_MAX);
    stmt_bind_date(s, project_due_limit(f));
    stmt_bind_date(s, project_due_limit(f));
    stmt_bind_date(s, project_due_from(f));
    stmt_bind_date(s, project_due_from(f));
    stmt_bind_text(s, f->reached);
    stmt_bind_text(s, f->reached);
}

static void project_like_bind(struct stmt *s, struct arena *a, const struct project_filter *f)
{
    const char *like = row_like(a, f->text);

    project_chosen_bind(s, f);
    for (int i = 0; i < 4; i++)
        stmt_bind_text(s, like);
}

static void project_word_bind(struct stmt *s, const char *word, int deep)
{
    for (int i = 0; i < 4; i++)
        stmt_bind_text(s, word);
    stmt_bind_i64(s, deep);
    stmt_bind_text(s, word);
    stmt_bind_text(s, word);
}

static void project_find_bind(struct stmt *s, const struct search *q, const struct project_filter *f)
{
    for (int i = 1; i < GRAM_ASK; i++)
        stmt_bind_i64(s, q->gram[i]);
    stmt_bind_i64(s, q->gram[0]);
    stmt_bind_i64(s, f->after_id > 0 ? f->after_id : INT64_MAX);
    project_chosen_bind(s, f);
    for (size_t i = 0; i < SEARCH_WORDS; i++)
        project_word_bind(s, q->word[i], f->deep);
}

/* The statement for what is asked: everything, one unit's or place's, what is due; the general ones for anything else.
 */
static const struct sql *project_list_sql(const struct project_filter *f, int grams)
{
    static const struct sighted usual = {&PROJECT_LIST_ALL, &PROJECT_LIST_UNIT, &PROJECT_LIST_PLACE};
    static const struct sighted first = {&PROJECT_FIRST_ALL, &PROJECT_FIRST_UNIT, &PROJECT_FIRST_PLACE};
    int due = project_due_limit(f) != DATE_NONE, from = project_due_from(f) != DATE_NONE,
        unit = !text_is_empty(f->of.unit), place = !text_is_empty(f->of.place);

    if (grams)
        return &PROJECT_FIND;
    if (!text_is_empty(f->text) || !text_is_empty(f->state) || !text_is_empty(f->stage) || !text_is_empty(f->holder) ||
        !text_is_empty(f->route) || f->year > 0 || f->amount_from > 0 || f->amount_below > 0 || from ||
        f->reached != NULL || due + unit + place > 1)
        return &PROJECT_LIST;
    return due ? &PROJECT_LIST_DUE : sighted_sql(f->after_id > 0 ? &usual : &first, &f->of);
}

static int project_is_first(const struct sql *sql)
{
    return sql == &PROJECT_FIRST_ALL || sql == &PROJECT_FIRST_UNIT || sql == &PROJECT_FIRST_PLACE;
}

/* Opened and bound. */
static int project_list_open(struct db *db, struct arena *a, const struct project_filter *f, struct stmt **ret,
                             struct err *e)
{
    struct search q;
    const struct sql *sql = project_list_sql(f, search_read(a, f->text, &q));
    struct stmt *s;

    if (stmt_open(db, a, sql, ret, e) < 0)
        return -1;
    s = *ret;
    if (sql != &PROJECT_FIND && !project_is_first(sql))
        stmt_bind_i64(s, f->after_id > 0 ? f->after_id : INT64_MAX);
    if (sql == &PROJECT_FIND)
        project_find_bind(s, &q, f);
    else if (sql == &PROJECT_LIST)
        project_like_bind(s, a, f);
    else if (sql == &PROJECT_LIST_DUE)
        stmt_bind_date(s, project_due_limit(f));
    else if (sql != &PROJECT_LIST_ALL && sql != &PROJECT_FIRST_ALL)
        stmt_bind_text(s, sighted_by(&f->of));
    stmt_bind_i64(s, f->of.begun ? 1 : 0);
    stmt_bind_i64(s, f->limit);
    return 0;
}

int project_ask(struct db *db, struct arena *a, const struct project_filter *f, struct asked *ret, struct err *e)
{
    struct stmt *s;

    if (project_list_open(db, a, f, &s, e) < 0)
        return -1;
    return row_ask(s, PROJECT_LIST_COLS, ARRAY_LEN(PROJECT_LIST_COLS), sizeof(struct project), ret, e);
}

int project_list(struct db *db, struct arena *a, const struct project_filter *f, struct project **ret,
                 size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (project_list_open(db, a, f, &s, e) < 0 ||
        row_all(s, a, PROJECT_LIST_COLS, ARRAY_LEN(PROJECT_LIST_COLS), sizeof **ret, &rows, ret_count, e) < 0)
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
        return err_fail(e, ERR_INTERNAL, "超期的项目没有数出来");
    *ret = stmt_i64(s, 0);
    return 0;
}

int project_count(struct db *db, struct arena *a, const struct project_sight *of, struct project_counts *ret,
                  struct err *e)
{
    static const struct sighted counts = {&PROJECT_COUNT, &PROJECT_COUNT_UNIT, &PROJECT_COUNT_PLACE};
    struct stmt *s;

    if (sighted_open(db, a, &counts, of, &s, e) < 0)
        return -1;
    return row_one(s, PROJECT_COUNT_COLS, ARRAY_LEN(PROJECT_COUNT_COLS), ret, e) < 0 ? -1 : 0; /* a sum has its row */
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
    if (place_set(db, a, &PROJECT_TALLY_PLACE, unit, row_text(place), e) < 0)
        return -1;
    if (place_set(db, a, &STAT_PLACE, unit, row_text(place), e) < 0)
        return -1;
    return place_set(db, a, &MONEY_STAT_PLACE, unit, row_text(place), e);
}
