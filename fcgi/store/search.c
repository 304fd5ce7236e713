/*
 * store/search.c - what projects are found by
 *
 * One statement a text, whatever its length: the grams travel as a list. Those that are there already are passed over.
 */
#include "config.h"

#include "store/search.h"

#include "base/buf.h"
#include "base/jsonrow.h"
#include "base/text.h"
#include "store/lists.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/wall.h"

/* clang-format off */
const struct sql SEARCH_PUT = { "search.put",
    "INSERT IGNORE INTO search_gram (gram, project) SELECT j.gram, ?"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (gram INT UNSIGNED PATH '$')) j" };
const struct sql SEARCH_PIECES = { "search.pieces",
    "SELECT 'document', d.project, d.id, d.name, d.name FROM document d"
    " JOIN JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j ON j.id = d.project"
    " WHERE ((? <> '' AND " SEARCH_DOCUMENT ") OR (? <> '' AND " SEARCH_DOCUMENT ") OR (? <> '' AND " SEARCH_DOCUMENT "))"
    " UNION ALL SELECT 'event', v.project, v.seq, v.name, v.with_json FROM event v"
    " JOIN JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j ON j.id = v.project"
    " WHERE ((? <> '' AND " SEARCH_EVENT ") OR (? <> '' AND " SEARCH_EVENT ") OR (? <> '' AND " SEARCH_EVENT ")) LIMIT ?" };

#define ALIKE_ONE "(SELECT project FROM search_gram WHERE gram = ? ORDER BY project DESC LIMIT 300)"
#define ALIKE_FOUR ALIKE_ONE " UNION ALL " ALIKE_ONE " UNION ALL " ALIKE_ONE " UNION ALL " ALIKE_ONE
const struct sql SEARCH_ALIKE = { "search.alike",
    "SELECT p.id, p.title, p.number, p.unit_code, p.unit_name, p.state, t.n FROM (SELECT u.project, COUNT(*) n FROM ("
    ALIKE_FOUR " UNION ALL " ALIKE_FOUR " UNION ALL " ALIKE_FOUR " UNION ALL " ALIKE_FOUR ") u"
    " GROUP BY u.project HAVING COUNT(*) > 1) t JOIN project p ON p.id = t.project WHERE p.id <> ? AND " WALL
    " ORDER BY t.n DESC, p.id DESC LIMIT ?" };

/* Whose trail was sealed after that link, and up to which: what somebody did to a project is known by its audit row. */
const struct sql SEARCH_PLACE = { "search.place", "SELECT no FROM search_place WHERE one = 1 FOR UPDATE" };
const struct sql SEARCH_TOUCHED = { "search.touched",
    "SELECT DISTINCT CAST(SUBSTRING(a.object, 9) AS SIGNED) FROM audit_link l JOIN audit a ON a.id = l.audit_id"
    " WHERE l.no > ? AND l.no <= ? AND a.result = 'ok' AND a.object LIKE 'project/%'" };
const struct sql SEARCH_SEALED = { "search.sealed",
    "SELECT COALESCE(MAX(no), 0) FROM (SELECT no FROM audit_link WHERE no > ? ORDER BY no LIMIT ?) piece" };
const struct sql SEARCH_REACHED = { "search.reached", "UPDATE search_place SET no = ? WHERE one = 1" };
const struct sql SEARCH_NEXT = { "search.next", "SELECT id FROM project WHERE id > ? ORDER BY id LIMIT ?" };

#define S(type, m) ROW_##type(search_piece, m)
static const struct row_col PIECE_COLS[] = { S(TEXT, kind), S(I64, project), S(I64, ref), S(TEXT, name), S(TEXT, text) };
#define A(type, m) ROW_##type(alike, m)
static const struct row_col ALIKE_COLS[] = {
    A(I64, project), A(TEXT, title), A(TEXT, number), A(TEXT, unit), A(TEXT, unit_name), A(TEXT, state), A(I64, shared),
};
/* clang-format on */

enum { ALIKE_GRAMS = 16 };
enum { LIST_BYTES = 1024 * 1024, WORDS_BYTES = 256 * 1024, REINDEX_PROJECTS = 200, FOLLOW_LINKS = 500 };

int search_read(struct arena *a, const char *text, struct search *ret)
{
    size_t n = gram_ask(a, text != NULL ? text : "", ret->gram), words = 0, count;
    char **part;

    if (n == 0)
        return 0;
    for (size_t i = n; i < GRAM_ASK; i++)
        ret->gram[i] = ret->gram[n - 1];
    count = text_split(a, text, ' ', &part);
    for (size_t i = 0; i < count && words < SEARCH_WORDS; i++)
        if (*text_trim(a, part[i]) != '\0')
            ret->word[words++] = text_trim(a, part[i]);
    while (words < SEARCH_WORDS)
        ret->word[words++] = "";
    return 1;
}

static int search_text(struct db *db, struct arena *a, int64_t project, const char *text, struct err *e)
{
    struct buf b CLEANUP_(buf_free) = {0};
    uint32_t *gram;
    size_t n = gram_text(a, text, &gram);
    struct stmt *s;

    if (n == 0)
        return 0;
    buf_init(&b, LIST_BYTES);
    for (size_t i = 0; i < n; i++) {
        buf_putc(&b, i == 0 ? '[' : ',');
        buf_int(&b, gram[i]);
    }
    buf_putc(&b, ']');
    if (!buf_ok(&b) || stmt_open(db, a, &SEARCH_PUT, &s, e) < 0)
        return buf_ok(&b) ? -1 : err_fail(e, ERR_TOO_LARGE, "文字过长，不能编入检索");
    stmt_bind_i64(s, project);
    stmt_bind_text(s, arena_dup(a, buf_str(&b)));
    return stmt_later(s, 0, e);
}

int search_project(struct db *db, struct arena *a, const struct project *p, int is_new, struct err *e)
{
    if (!is_new && text_eq(p->title, p->kept.title))
        return 0;
    return search_text(db, a, p->id,
                       arena_fmt(a, "%s %s %s", p->title, p->number != NULL ? p->number : "", p->unit_name), e);
}

/* Texts a person wrote; ids and choices are plain ASCII and are nothing to look for. */
static void texts_put(struct buf *b, const struct node *n)
{
    if (n->type == NODE_TEXT) {
        for (const char *s = n->u.text; *s != '\0'; s++) {
            if ((unsigned char)*s >= 0x80) {
                buf_puts(b, n->u.text);
                buf_putc(b, ' ');
                return;
            }
        }
    }
    for (const struct node *kid = n->type == NODE_OBJECT || n->type == NODE_LIST ? node_first(n) : NULL; kid != NULL;
         kid = kid->next)
        texts_put(b, kid);
}

static void word_bind(struct stmt *s, const struct search *q)
{
    for (size_t i = 0; i < SEARCH_WORDS; i++)
        row_bind_filter(s, q->word[i]);
}

int search_alike(struct db *db, struct arena *a, const struct project_sight *w, int64_t project, const char *title,
                 int limit, struct alike **ret, size_t *ret_count, struct err *e)
{
    uint32_t *gram;
    size_t n = gram_text(a, title, &gram);
    struct stmt *s;
    void *rows;

    *ret_count = 0;
    if (n == 0)
        return 0;
    if (stmt_open(db, a, &SEARCH_ALIKE, &s, e) < 0)
        return -1;
    for (size_t i = 0; i < ALIKE_GRAMS; i++) /* spread over the whole where there are more; 0 is no gram */
        stmt_bind_i64(s, n > ALIKE_GRAMS ? gram[i * n / ALIKE_GRAMS] : i < n ? gram[i] : 0);
    stmt_bind_i64(s, project);
    wall_bind(s, w);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, ALIKE_COLS, ARRAY_LEN(ALIKE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int search_pieces(struct db *db, struct arena *a, const char *text, const int64_t *projects, size_t count, int limit,
                  struct search_piece **ret, size_t *ret_count, struct err *e)
{
    const char *ids = "[";
    struct search q;
    struct stmt *s;
    void *rows;

    *ret_count = 0;
    if (count == 0 || !search_read(a, text, &q))
        return 0;
    for (size_t i = 0; i < count; i++)
        ids = arena_fmt(a, "%s%s%lld", ids, i > 0 ? "," : "", (long long)projects[i]);
    ids = arena_fmt(a, "%s]", ids);
    if (stmt_open(db, a, &SEARCH_PIECES, &s, e) < 0)
        return -1;
    stmt_bind_text(s, ids);
    word_bind(s, &q);
    stmt_bind_text(s, ids);
    word_bind(s, &q);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, PIECE_COLS, ARRAY_LEN(PIECE_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

/* ---- anew ---- */

static int whole_put(struct db *db, struct arena *a, int64_t id, struct err *e)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct project_whole w;
    const struct node *with;
    int found = project_whole(db, a, id, &w, e);

    if (found <= 0)
        return found;
    buf_init(&b, WORDS_BYTES);
    buf_fmt(&b, "%s %s %s ", w.project.title, w.project.number, w.project.unit_name);
    for (size_t i = 0; i < w.document_count; i++)
        buf_fmt(&b, "%s ", w.documents[i].name);
    for (size_t i = 0; i < w.event_count; i++) {
        if (jsonrow_parse(a, w.events[i].with_json, &with, e) < 0)
            return -1;
        texts_put(&b, with);
    }
    return search_text(db, a, id, buf_str(&b), e);
}

static int batch_put(struct db *db, struct arena *a, struct stmt *ids, int64_t *ret_last, int64_t *ret_count,
                     struct err *e)
{
    *ret_last = 0;
    while (stmt_step(ids)) {
        *ret_last = stmt_i64(ids, 0);
        (*ret_count)++;
        if (whole_put(db, a, *ret_last, e) < 0)
            return -1;
    }
    return 0;
}

/* One number of one row. */
static int number_of(struct stmt *s, int64_t *ret, struct err *e)
{
    if (stmt_run(s, e) < 0)
        return -1;
    *ret = stmt_step(s) ? stmt_i64(s, 0) : 0;
    return 0;
}

static int follow_inside(struct db *db, struct arena *a, int64_t *ret_links, struct err *e)
{
    struct stmt *place, *sealed, *touched, *reached;
    int64_t from, to, last, count = 0;

    if (stmt_open(db, a, &SEARCH_PLACE, &place, e) < 0 || number_of(place, &from, e) < 0 ||
        stmt_open(db, a, &SEARCH_SEALED, &sealed, e) < 0)
        return -1;
    stmt_bind_i64(sealed, from);
    stmt_bind_i64(sealed, FOLLOW_LINKS);
    if (number_of(sealed, &to, e) < 0)
        return -1;
    *ret_links = to > from ? to - from : 0;
    if (*ret_links == 0)
        return 0;
    if (stmt_open(db, a, &SEARCH_TOUCHED, &touched, e) < 0)
        return -1;
    stmt_bind_i64(touched, from);
    stmt_bind_i64(touched, to);
    if (stmt_run(touched, e) < 0 || batch_put(db, a, touched, &last, &count, e) < 0 ||
        stmt_open(db, a, &SEARCH_REACHED, &reached, e) < 0)
        return -1;
    stmt_bind_i64(reached, to);
    return stmt_later(reached, 1, e);
}

int search_follow(struct db *db, struct arena *a, int64_t *ret_links, struct err *e)
{
    *ret_links = 0;
    if (tx_begin(db, e) < 0)
        return -1;
    if (follow_inside(db, a, ret_links, e) == 0)
        return tx_commit(db, e);
    tx_rollback(db);
    return -1;
}

int search_reindex(struct db *db, struct arena *a, int64_t after, int64_t *ret_last, int64_t *ret_count, struct err *e)
{
    struct stmt *ids;

    if (tx_begin(db, e) < 0)
        return -1;
    if (stmt_open(db, a, &SEARCH_NEXT, &ids, e) == 0) {
        stmt_bind_i64(ids, after);
        stmt_bind_i64(ids, REINDEX_PROJECTS);
        if (stmt_run(ids, e) == 0 && batch_put(db, a, ids, ret_last, ret_count, e) == 0)
            return tx_commit(db, e);
    }
    tx_rollback(db);
    return -1;
}
