/*
 * store/review.c - reviews, the seals their draws rest on, their seats and score sheets
 */
#include "config.h"

#include "store/expert.h"
#include "store/row.h"
#include "store/sql.h"

/* clang-format off */
#define REVIEW_COLUMNS                                                                                 \
    "id, project, kind, event_seq, state, inputs, inputs_sm3, result, result_sm3, convener, convener_name, started_at," \
    " drawn_at, held_on, hour, place, papers, outcome, opinion, closed_at, void_reason, version"
const struct sql REVIEW_ADD = { "review.add",
    "INSERT INTO review (" REVIEW_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql REVIEW_BY_ID = { "review.by_id", "SELECT " REVIEW_COLUMNS " FROM review WHERE id = ?" };
const struct sql REVIEW_LOCK = { "review.lock", "SELECT " REVIEW_COLUMNS " FROM review WHERE id = ? FOR UPDATE" };
const struct sql REVIEW_OF_PROJECT = { "review.of_project",
    "SELECT " REVIEW_COLUMNS " FROM review WHERE project = ? ORDER BY id DESC LIMIT 50" };
const struct sql REVIEW_SAVE = { "review.save",
    "UPDATE review SET state = ?, result = ?, result_sm3 = ?, drawn_at = ?, held_on = ?, hour = ?, place = ?, papers = ?,"
    " outcome = ?, opinion = ?, closed_at = ?, void_reason = ?, version = version + 1 WHERE id = ? AND version = ?" };
#define SEALS_WHERE(what) "(SELECT COUNT(*) FROM review_seal s WHERE s.review = r.id" what ")"
const struct sql REVIEW_RUNNING = { "review.running",
    "SELECT r.id, r.project, r.kind, r.state, r.started_at, r.held_on, p.title, p.unit_name, " SEALS_WHERE("") ", "
    SEALS_WHERE(" AND s.words IS NOT NULL") ", " SEALS_WHERE(" AND s.organ = ?") ", "
    SEALS_WHERE(" AND s.organ = ? AND s.words IS NOT NULL") ", p.event_count"
    " FROM review r JOIN project p ON p.id = r.project WHERE r.state <> 'void' AND (? = '' OR p.unit_code = ?)"
    " AND (? = '' OR p.place = ?)"
    " ORDER BY r.id DESC LIMIT 100" };
const struct sql SEAL_ADD = { "seal.add",
    "INSERT INTO review_seal (review, organ, organ_name, seal, person, person_name, sealed_at) VALUES (?, ?, ?, ?, ?, ?, ?)" };
const struct sql SEAL_OPEN = { "seal.open",
    "UPDATE review_seal SET words = ?, opened_at = ? WHERE review = ? AND organ = ? AND words IS NULL" };
const struct sql SEAL_LIST = { "seal.list",
    "SELECT review, organ, organ_name, seal, person, person_name, sealed_at, words, opened_at FROM review_seal"
    " WHERE review = ? ORDER BY sealed_at, organ" };
#define SEAT_COLUMNS                                                                                   \
    "id, review, project, place, expert, login, name, employer, title, state, out_kind, out_reason, stands_for, changed_at," \
    " sheet, sheet_state, sheet_sm3, handed_at, version"
#define SEAT_WIDE                                                                                      \
    "SELECT s.id, s.review, s.project, s.place, s.expert, s.login, s.name, s.employer, s.title, s.state, s.out_kind," \
    " s.out_reason, s.stands_for, s.changed_at, s.sheet, s.sheet_state, s.sheet_sm3, s.handed_at, s.version," \
    " p.title, p.unit_name, r.state, r.kind, r.held_on, r.hour, r.place FROM review_seat s JOIN review r ON r.id = s.review" \
    " JOIN project p ON p.id = s.project"
const struct sql SEAT_ADD = { "seat.add",
    "INSERT INTO review_seat (" SEAT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
const struct sql SEAT_BY_ID = { "seat.by_id", SEAT_WIDE " WHERE s.id = ?" };
const struct sql SEAT_LIST = { "seat.list", "SELECT " SEAT_COLUMNS " FROM review_seat WHERE review = ? ORDER BY place" };
const struct sql SEAT_SAVE = { "seat.save",
    "UPDATE review_seat SET state = ?, out_kind = ?, out_reason = ?, stands_for = ?, changed_at = ?, sheet = ?, sheet_state = ?,"
    " sheet_sm3 = ?, handed_at = ?, version = version + 1 WHERE id = ? AND version = ?" };
const struct sql SEAT_OF_LOGIN = { "seat.of_login",
    SEAT_WIDE " WHERE s.login = ? AND s.state <> 'waiting' AND r.state <> 'void' ORDER BY s.id DESC LIMIT 100" };
const struct sql SEAT_OF_EXPERT = { "seat.of_expert",
    SEAT_WIDE " WHERE s.expert = ? AND s.state <> 'waiting' ORDER BY s.id DESC LIMIT 100" };
const struct sql SEAT_SITS = { "seat.sits",
    "SELECT r.papers FROM review_seat s JOIN review r ON r.id = s.review WHERE s.project = ? AND s.login = ?"
    " AND s.state = 'seated' AND r.state IN ('drawn', 'closed') LIMIT 20" };

#define R(type, m) ROW_##type(review_row, m)
static const struct row_col REVIEW_COLS[] = {
    R(I64, id), R(I64, project), R(TEXT, kind), R(I64, event_seq), R(TEXT, state), R(OBJECT, inputs), R(TEXT, inputs_sm3),
    R(OBJECT, result), R(TEXT, result_sm3), R(TEXT, convener), R(TEXT, convener_name), R(INSTANT, started_at),
    R(INSTANT, drawn_at), R(DATE, held_on), R(TEXT, hour), R(TEXT, place), R(LIST, papers), R(OBJECT, outcome), R(TEXT, opinion),
    R(INSTANT, closed_at), R(TEXT, void_reason), R(I64, version),
};
static const struct row_col REVIEW_SAVE_COLS[] = {
    R(TEXT, state), R(OBJECT, result), R(TEXT, result_sm3), R(INSTANT, drawn_at), R(DATE, held_on), R(TEXT, hour), R(TEXT, place),
    R(LIST, papers), R(OBJECT, outcome), R(TEXT, opinion), R(INSTANT, closed_at), R(TEXT, void_reason), R(I64, id), R(I64, version),
};
#define G(type, m) ROW_##type(review_listed, m)
static const struct row_col LISTED_COLS[] = {
    G(I64, id), G(I64, project), G(TEXT, kind), G(TEXT, state), G(INSTANT, started_at), G(DATE, held_on), G(TEXT, title),
    G(TEXT, unit_name), G(I64, sealed), G(I64, opened), G(I64, own_sealed), G(I64, own_opened), G(I64, events),
};
#define L(type, m) ROW_##type(review_seal, m)
static const struct row_col SEAL_COLS[] = {
    L(I64, review), L(TEXT, organ), L(TEXT, organ_name), L(TEXT, seal), L(TEXT, person), L(TEXT, person_name), L(INSTANT, sealed_at),
    L(NONE, words), L(INSTANT, opened_at),
};
enum { SEAL_ADD_COLS = 7 };
#define S(type, m) ROW_##type(review_seat, m)
static const struct row_col SEAT_COLS[] = {
    S(I64, id), S(I64, review), S(I64, project), S(INT, place), S(I64, expert), S(TEXT, login), S(TEXT, name), S(TEXT, employer),
    S(TEXT, title), S(TEXT, state), S(TEXT, out_kind), S(TEXT, out_reason), S(I64, stands_for), S(INSTANT, changed_at),
    S(OBJECT, sheet), S(TEXT, sheet_state), S(TEXT, sheet_sm3), S(INSTANT, handed_at), S(I64, version),
    /* read with the review and the project */
    S(TEXT, title_of_project), S(TEXT, unit_name), S(TEXT, review_state), S(TEXT, kind), S(DATE, held_on), S(TEXT, hour), S(TEXT, venue),
};
enum { SEAT_OWN_COLS = 19 };
static const struct row_col SEAT_SAVE_COLS[] = {
    S(TEXT, state), S(TEXT, out_kind), S(TEXT, out_reason), S(I64, stands_for), S(INSTANT, changed_at), S(OBJECT, sheet),
    S(TEXT, sheet_state), S(TEXT, sheet_sm3), S(INSTANT, handed_at), S(I64, id), S(I64, version),
};
/* clang-format on */

/* ---- review ---- */

int review_add(struct db *db, struct arena *a, const struct review_row *r, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &REVIEW_ADD, &s, e) < 0)
        return -1;
    row_bind(s, REVIEW_COLS, ARRAY_LEN(REVIEW_COLS), r);
    return stmt_later(s, 0, e);
}

int review_get(struct db *db, struct arena *a, int64_t id, int lock, struct review_row *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, lock ? &REVIEW_LOCK : &REVIEW_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, REVIEW_COLS, ARRAY_LEN(REVIEW_COLS), ret, e);
}

int review_list(struct db *db, struct arena *a, int64_t project, struct review_row **ret, size_t *ret_count,
                struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &REVIEW_OF_PROJECT, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, project);
    if (row_all(s, a, REVIEW_COLS, ARRAY_LEN(REVIEW_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int review_save(struct db *db, struct arena *a, struct review_row *r, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &REVIEW_SAVE, &s, e) < 0)
        return -1;
    row_bind(s, REVIEW_SAVE_COLS, ARRAY_LEN(REVIEW_SAVE_COLS), r);
    if (row_hit(s, e) < 0)
        return -1;
    r->version++;
    return 0;
}

int review_running(struct db *db, struct arena *a, const struct project_sight *of, const char *organ,
                   struct review_listed **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &REVIEW_RUNNING, &s, e) < 0)
        return -1;
    row_bind_filter(s, organ);
    row_bind_filter(s, of->unit);
    row_bind_filter(s, of->place);
    if (row_all(s, a, LISTED_COLS, ARRAY_LEN(LISTED_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

/* ---- seals ---- */

int review_seal_add(struct db *db, struct arena *a, const struct review_seal *seal, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAL_ADD, &s, e) < 0)
        return -1;
    row_bind(s, SEAL_COLS, SEAL_ADD_COLS, seal);
    return stmt_later(s, 0, e);
}

int review_seal_open(struct db *db, struct arena *a, int64_t review, const char *organ, const char *words, instant at,
                     struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAL_OPEN, &s, e) < 0)
        return -1;
    stmt_bind_text(s, words);
    stmt_bind_instant(s, at);
    stmt_bind_i64(s, review);
    stmt_bind_text(s, organ);
    return stmt_later(s, 1, e);
}

int review_seal_list(struct db *db, struct arena *a, int64_t review, struct review_seal **ret, size_t *ret_count,
                     struct err *e)
{
    struct stmt *s;
    void *rows;

    if (stmt_open(db, a, &SEAL_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, review);
    if (row_all(s, a, SEAL_COLS, ARRAY_LEN(SEAL_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

/* ---- seats ---- */

int review_seat_add(struct db *db, struct arena *a, const struct review_seat *seat, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, SEAT_COLS, SEAT_OWN_COLS, seat);
    return stmt_later(s, 0, e);
}

int review_seat_get(struct db *db, struct arena *a, int64_t id, struct review_seat *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAT_BY_ID, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, id);
    return row_one(s, SEAT_COLS, ARRAY_LEN(SEAT_COLS), ret, e);
}

int review_seat_save(struct db *db, struct arena *a, struct review_seat *seat, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAT_SAVE, &s, e) < 0)
        return -1;
    row_bind(s, SEAT_SAVE_COLS, ARRAY_LEN(SEAT_SAVE_COLS), seat);
    if (row_hit(s, e) < 0)
        return -1;
    seat->version++;
    return 0;
}

static int seat_rows(struct stmt *s, struct arena *a, size_t columns, struct review_seat **ret, size_t *ret_count,
                     struct err *e)
{
    void *rows;

    if (row_all(s, a, SEAT_COLS, columns, sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int review_seat_list(struct db *db, struct arena *a, int64_t review, struct review_seat **ret, size_t *ret_count,
                     struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAT_LIST, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, review);
    return seat_rows(s, a, SEAT_OWN_COLS, ret, ret_count, e);
}

int review_seats_of_login(struct db *db, struct arena *a, const char *login, struct review_seat **ret,
                          size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAT_OF_LOGIN, &s, e) < 0)
        return -1;
    stmt_bind_text(s, login);
    return seat_rows(s, a, ARRAY_LEN(SEAT_COLS), ret, ret_count, e);
}

int review_seats_of_expert(struct db *db, struct arena *a, int64_t expert, struct review_seat **ret, size_t *ret_count,
                           struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAT_OF_EXPERT, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, expert);
    return seat_rows(s, a, ARRAY_LEN(SEAT_COLS), ret, ret_count, e);
}

int review_papers_for(struct db *db, struct arena *a, int64_t project, const char *login, const char ***ret,
                      size_t *ret_count, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &SEAT_SITS, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, project);
    stmt_bind_text(s, login);
    return row_texts(s, a, ret, ret_count, e);
}
