/*
 * store/audit.c - audit rows with a MAC each, and the chain over them
 *
 * The MAC is HMAC-SM3 over every field with its length before it, so that no two different
 * records have the same bytes; the key is not readable by the database account. Rows are
 * linked by a sealer after their commit: fcgi/adr/0002-audit-chain-sealed-after-commit.md.
 */
#include "config.h"

#include "store/case.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/text.h"
#include "store/row.h"
#include "store/sql.h"
#include "store/whole.h"

/* clang-format off */
#define AUDIT_FIELDS                                                                                   \
    "at, case_at, request_id, session, person, person_name, organ, unit, address, what, object, result, reason," \
    " articles, before_sm3, after_sm3, detail"
#define AUDIT_OF(t)                                                                                    \
    t ".at, " t ".case_at, " t ".request_id, " t ".session, " t ".person, " t ".person_name, " t ".organ, " t ".unit, " \
    t ".address, " t ".what, " t ".object, " t ".result, " t ".reason, " t ".articles, " t ".before_sm3, " t ".after_sm3, " \
    t ".detail, " t ".mac, " t ".id"
const struct sql AUDIT_ADD = { "audit.add",
    "INSERT INTO audit (" AUDIT_FIELDS ", mac, form_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" };
/* In sight of a post of one place: what was done to a project of that place or to a file of one. */
#define AUDIT_SUBJECT(kind) "object LIKE '" kind "/%' AND CAST(SUBSTRING(object, CHAR_LENGTH('" kind "/') + 1) AS SIGNED)"
#define AUDIT_SEEN                                                                                     \
    "SELECT " AUDIT_FIELDS ", mac, id, ? = ''"                                                         \
    " OR EXISTS (SELECT 1 FROM project p WHERE p.place = ? AND " AUDIT_SUBJECT("project") " = p.id)"   \
    " OR EXISTS (SELECT 1 FROM document f JOIN project p ON p.id = f.project"                          \
    " WHERE p.place = ? AND " AUDIT_SUBJECT("document") " = f.id) FROM audit"
const struct sql AUDIT_NEWEST = { "audit.newest", AUDIT_SEEN " WHERE id < ? ORDER BY id DESC LIMIT ?" };
const struct sql AUDIT_OF_OBJECT = { "audit.of_object",
    AUDIT_SEEN " WHERE id < ? AND object = ? ORDER BY id DESC LIMIT ?" };
const struct sql AUDIT_FORM_OF = { "audit.form",
    "SELECT form_key, person, what, JSON_VALUE(detail, '$.form.digest'), JSON_QUERY(detail, '$.form.result')"
    " FROM audit WHERE form_key = ?" };
const struct sql AUDIT_SEAL_LOCK = { "audit.seal_lock", "SELECT GET_LOCK(CONCAT(DATABASE(), '.seal'), 0)" };
const struct sql AUDIT_SEAL_UNLOCK = { "audit.seal_unlock", "SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.seal'))" };
const struct sql AUDIT_LAST = { "audit.last",
    "SELECT l.no, l.hash, (SELECT MAX(m.audit_id) FROM audit_link m) FROM audit_link l ORDER BY l.no DESC LIMIT 1" };
const struct sql AUDIT_LINK_OF = { "audit.link_of",
    "SELECT l.no, l.hash FROM audit a JOIN audit_link l ON l.audit_id = a.id WHERE a.object = ? ORDER BY a.id DESC LIMIT 1" };
const struct sql AUDIT_UNSEALED = { "audit.unsealed",
    "SELECT a.id, a.mac FROM audit a LEFT JOIN audit_link l ON l.audit_id = a.id"
    " WHERE a.id > ? AND l.no IS NULL ORDER BY a.id LIMIT 500" };
const struct sql AUDIT_LINK_ADD = { "audit.link_add",
    "INSERT INTO audit_link (no, audit_id, prev, hash) SELECT j.no, j.audit_id, j.prev, j.hash FROM JSON_TABLE(?, '$[*]'"
    " COLUMNS (no BIGINT PATH '$[0]', audit_id BIGINT PATH '$[1]', prev VARCHAR(64) PATH '$[2]',"
    " hash VARCHAR(64) PATH '$[3]')) AS j" };
const struct sql AUDIT_WALK = { "audit.walk",
    "SELECT " AUDIT_OF("a") ", l.no, l.audit_id, l.prev, l.hash FROM audit_link l LEFT JOIN audit a ON a.id = l.audit_id"
    " WHERE l.no > ? ORDER BY l.no LIMIT 500" };
const struct sql AUDIT_UNLINKED = { "audit.unlinked",
    "SELECT " AUDIT_OF("a") " FROM audit a LEFT JOIN audit_link l ON l.audit_id = a.id"
    " WHERE a.id > ? AND l.no IS NULL ORDER BY a.id LIMIT 500" };
const struct sql AUDIT_TWICE = { "audit.twice",
    "SELECT MAX(id) FROM audit GROUP BY mac HAVING COUNT(*) > 1 LIMIT 1" };

#define A(type, m) ROW_##type(audit, m)
static const struct row_col AUDIT_COLS[] = {
    A(INSTANT, at), A(INSTANT, case_at), A(TEXT, request_id), A(TEXT, session), A(TEXT, person), A(TEXT, person_name),
    A(TEXT, organ), A(TEXT, unit), A(TEXT, address), A(TEXT, what), A(TEXT, object), A(TEXT, result), A(TEXT, reason),
    A(TEXT, articles), A(TEXT, before_sm3), A(TEXT, after_sm3), A(OBJECT, detail),
    A(TEXT, mac), A(I64, id),
    A(INT, in_sight), /* of a list */
};
enum { AUDIT_MAC_COLS = 17, AUDIT_ADD_COLS = 18, AUDIT_READ_COLS = 19 };
/* clang-format on */

/*
 * How far below the newest linked row a row may still wait for its link: ids are given before the
 * commit, so a slow transaction's row shows up late. Looked through at every sealing.
 */
enum { AUDIT_BATCH = 500, AUDIT_SLACK = 10000, AUDIT_PIECE_BYTES = 256 * 1024 * 1024 };

#define AUDIT_FIRST_PREV "0000000000000000000000000000000000000000000000000000000000000000"

/* ---- MAC ---- */

static void audit_canonical_add(struct buf *b, const char *text)
{
    buf_fmt(b, "%zu:%s", strlen(text), text);
}

static void audit_canonical_instant(struct buf *b, instant t)
{
    char text[32];
    struct buf number;

    buf_init(&number, sizeof text);
    if (t != INSTANT_NONE)
        buf_fmt(&number, "%" PRId64, t);
    audit_canonical_add(b, buf_str(&number));
    buf_free(&number);
}

static char *audit_mac(struct arena *a, const void *key, size_t key_len, const struct audit *row)
{
    const char *const texts[] = {
        row->request_id, row->session,  row->person,     row->person_name, row->organ,
        row->unit,       row->address,  row->what,       row->object,      row->result,
        row->reason,     row->articles, row->before_sm3, row->after_sm3,   row->detail,
    };
    unsigned char mac[CRYPTO_SM3_BYTES];
    struct buf b;

    buf_init(&b, SIZE_MAX / 4);
    audit_canonical_add(&b, "guizhang-audit-1");
    audit_canonical_instant(&b, row->at);
    audit_canonical_instant(&b, row->case_at);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        audit_canonical_add(&b, row_text(texts[i]));
    crypto_hmac(key, key_len, buf_str(&b), b.len, mac);
    buf_free(&b);
    return crypto_hex(a, mac, sizeof mac);
}

int audit_is_true(struct arena *a, const void *key, size_t key_len, const struct audit *row)
{
    const char *mac = audit_mac(a, key, key_len, row);

    return strlen(row->mac) == CRYPTO_SM3_HEX && crypto_equal(mac, row->mac, CRYPTO_SM3_HEX);
}

static char *audit_hash(struct arena *a, const char *prev, int64_t audit_id, const char *mac)
{
    const char *text = arena_fmt(a, "%s:%" PRId64 ":%s", prev, audit_id, mac);

    return crypto_sm3_hex(a, text, strlen(text));
}

int audit_add(struct db *db, struct arena *a, const void *key, size_t key_len, struct audit *row, struct err *e)
{
    struct stmt *s;
    struct audit kept = *row;

    if (text_is_empty(kept.detail))
        kept.detail = "{}"; /* the MAC is over what is kept */
    kept.mac = audit_mac(a, key, key_len, &kept);
    if (stmt_open(db, a, &AUDIT_ADD, &s, e) < 0)
        return -1;
    row_bind(s, AUDIT_COLS, AUDIT_ADD_COLS, &kept);
    stmt_bind_text(s, text_is_empty(kept.form_key) ? NULL : kept.form_key);
    if (stmt_later(s, 0, e) < 0)
        return -1;
    kept.id = stmt_insert_id(s);
    *row = kept;
    return 0;
}

int audit_list(struct db *db, struct arena *a, const char *object, const char *place, int64_t before_id, int limit,
               struct audit **ret, size_t *ret_count, struct err *e)
{
    struct stmt *s;
    void *rows;
    int all = text_is_empty(object);

    if (stmt_open(db, a, all ? &AUDIT_NEWEST : &AUDIT_OF_OBJECT, &s, e) < 0)
        return -1;
    for (int i = 0; i < 3; i++)
        stmt_bind_text(s, row_text(place));
    stmt_bind_i64(s, before_id > 0 ? before_id : INT64_MAX);
    if (!all)
        stmt_bind_text(s, object);
    stmt_bind_i64(s, limit);
    if (row_all(s, a, AUDIT_COLS, ARRAY_LEN(AUDIT_COLS), sizeof **ret, &rows, ret_count, e) < 0)
        return -1;
    *ret = rows;
    return 0;
}

int audit_form(struct db *db, struct arena *a, const char *key, struct idem *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &AUDIT_FORM_OF, &s, e) < 0)
        return -1;
    stmt_bind_text(s, key);
    return row_one(s, IDEM_COLS, IDEM_COLS_COUNT, ret, e);
}

/* ---- seal ---- */

struct audit_tail {
    int64_t no, newest_audit;
    const char *hash;
};

static int audit_tail_read(struct db *db, struct arena *a, struct audit_tail *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &AUDIT_LAST, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    *ret = (struct audit_tail){.hash = AUDIT_FIRST_PREV};
    if (stmt_step(s)) {
        ret->no = stmt_i64(s, 0);
        ret->hash = stmt_text(s, 1);
        ret->newest_audit = stmt_i64(s, 2);
    }
    return 0;
}

/* 1 when the named lock was taken or given back, 0 when not, -1. */
static int audit_named_lock(struct db *db, struct arena *a, const struct sql *sql, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, sql, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    return stmt_step(s) && stmt_i64(s, 0) == 1;
}

static int audit_link_rows(struct db *db, struct arena *a, struct stmt *unsealed, struct audit_tail tail, struct err *e)
{
    struct stmt *s;
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 1024 * 1024);
    while (stmt_step(unsealed)) {
        int64_t id = stmt_i64(unsealed, 0);
        const char *hash = audit_hash(a, tail.hash, id, stmt_text(unsealed, 1));
        tail.no++;
        buf_fmt(&b, "%s[%" PRId64 ",%" PRId64 ",\"%s\",\"%s\"]", b.len == 0 ? "[" : ",", tail.no, id, tail.hash, hash);
        tail.hash = hash;
    }
    buf_putc(&b, ']');
    assert(buf_ok(&b)); /* 500 links of some 200 bytes */
    if (stmt_open(db, a, &AUDIT_LINK_ADD, &s, e) < 0)
        return -1;
    stmt_bind_text(s, buf_str(&b));
    return stmt_run(s, e);
}

/* One batch, one statement, committed by itself. */
static int audit_seal_batch(struct db *db, struct arena *a, size_t *ret_rows, struct err *e)
{
    struct audit_tail tail;
    struct stmt *s;

    if (audit_tail_read(db, a, &tail, e) < 0 || stmt_open(db, a, &AUDIT_UNSEALED, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, tail.newest_audit - AUDIT_SLACK);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret_rows = stmt_rows(s);
    return *ret_rows == 0 ? 0 : audit_link_rows(db, a, s, tail, e);
}

static int audit_seal_all(struct db *db, int64_t *ret_count, struct err *e)
{
    struct arena *piece CLEANUP_(arena_freep) = arena_new("audit_seal", AUDIT_PIECE_BYTES);
    int64_t count = 0;
    size_t rows;

    do {
        arena_reset(piece);
        if (audit_seal_batch(db, piece, &rows, e) < 0)
            return -1;
        count += (int64_t)rows;
    } while (rows == AUDIT_BATCH);
    *ret_count = count;
    return 0;
}

int audit_seal(struct db *db, struct arena *a, int64_t *ret_count, struct err *e)
{
    struct err unlock;

    assert(!tx_is_open(db));
    int rc = audit_named_lock(db, a, &AUDIT_SEAL_LOCK, e);
    if (rc < 0)
        return -1;
    if (rc == 0) {
        *ret_count = 0;
        return 0;
    }
    rc = audit_seal_all(db, ret_count, e);
    if (audit_named_lock(db, a, &AUDIT_SEAL_UNLOCK, &unlock) < 0 && rc == 0) {
        *e = unlock;
        return -1;
    }
    return rc;
}

int audit_head(struct db *db, struct arena *a, struct audit_anchor *ret, struct err *e)
{
    struct audit_tail tail;

    if (audit_tail_read(db, a, &tail, e) < 0)
        return -1;
    ret->no = tail.no;
    text_copy(ret->hash, sizeof ret->hash, tail.hash);
    return 0;
}

int audit_link_of(struct db *db, struct arena *a, const char *object, struct audit_anchor *ret, struct err *e)
{
    struct stmt *s;

    if (stmt_open(db, a, &AUDIT_LINK_OF, &s, e) < 0)
        return -1;
    stmt_bind_text(s, object);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret = (struct audit_anchor){0};
    if (stmt_step(s)) {
        ret->no = stmt_i64(s, 0);
        text_copy(ret->hash, sizeof ret->hash, stmt_text(s, 1));
    }
    return 0;
}

/* ---- verify ---- */

struct audit_walk {
    struct db *db;
    const void *key;
    size_t key_len;
    const struct audit_anchor *anchor; /* may be NULL */
    struct audit_report *report;
    char prev[65];
    int64_t newest_audit;
};

struct audit_link {
    int64_t no, audit_id;
    const char *prev, *hash;
};

/* Notes the first fault; 1 so that the walk ends. */
static int audit_bad(struct audit_walk *w, int64_t no, int64_t audit_id, const char *why)
{
    w->report->first_bad_no = no;
    w->report->first_bad_audit = audit_id;
    text_copy(w->report->why, sizeof w->report->why, why);
    return 1;
}

static int audit_mac_is_right(const struct audit_walk *w, struct arena *a, const struct audit *row)
{
    return audit_is_true(a, w->key, w->key_len, row);
}

/* row is NULL when the link points at nothing */
static int audit_check_link(struct audit_walk *w, struct arena *a, const struct audit_link *l, const struct audit *row)
{
    struct audit_report *r = w->report;
    int64_t no = r->links + 1;

    if (l->no != no)
        return audit_bad(w, no, l->audit_id, "审计链的环节编号不连续，有环节被删去或插入");
    if (row == NULL)
        return audit_bad(w, no, l->audit_id, "审计链指向的审计记录已不存在");
    if (!text_eq(l->prev, w->prev))
        return audit_bad(w, no, l->audit_id, "审计链与前一环节接不上");
    if (!text_eq(l->hash, audit_hash(a, l->prev, row->id, row->mac)))
        return audit_bad(w, no, row->id, "审计链的摘要与审计记录不符，记录被调换或链被改写");
    if (!audit_mac_is_right(w, a, row))
        return audit_bad(w, no, row->id, "审计记录的内容被改动，校验码不符");
    if (w->anchor != NULL && w->anchor->no == no && !text_eq(w->anchor->hash, l->hash))
        return audit_bad(w, no, row->id, "审计链与先前在库外留存的摘要不符，链被整体改写");
    r->links = no;
    r->rows++;
    text_copy(w->prev, sizeof w->prev, l->hash);
    if (row->id > w->newest_audit)
        w->newest_audit = row->id;
    return 0;
}

/* Each piece: 1 a fault was noted, 0 all read and right, -1; *ret_rows how many rows it had. */
static int audit_walk_links(struct audit_walk *w, struct arena *a, size_t *ret_rows, struct err *e)
{
    struct stmt *s;

    if (stmt_open(w->db, a, &AUDIT_WALK, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, w->report->links);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret_rows = stmt_rows(s);
    while (stmt_step(s)) {
        struct audit row;
        struct audit_link l = {stmt_i64(s, AUDIT_READ_COLS), stmt_i64(s, AUDIT_READ_COLS + 1),
                               stmt_text(s, AUDIT_READ_COLS + 2), stmt_text(s, AUDIT_READ_COLS + 3)};
        row_read(s, 0, AUDIT_COLS, AUDIT_READ_COLS, &row);
        if (audit_check_link(w, a, &l, stmt_is_null(s, AUDIT_READ_COLS - 1) ? NULL : &row))
            return 1;
    }
    return 0;
}

static int audit_walk_unlinked(struct audit_walk *w, struct arena *a, int64_t *after, size_t *ret_rows, struct err *e)
{
    struct stmt *s;

    if (stmt_open(w->db, a, &AUDIT_UNLINKED, &s, e) < 0)
        return -1;
    stmt_bind_i64(s, *after);
    if (stmt_run(s, e) < 0)
        return -1;
    *ret_rows = stmt_rows(s);
    while (stmt_step(s)) {
        struct audit row;
        row_read(s, 0, AUDIT_COLS, AUDIT_READ_COLS, &row);
        *after = row.id;
        if (row.id <= w->newest_audit - AUDIT_SLACK)
            return audit_bad(w, w->report->links + 1, row.id, "审计记录不在审计链上，它的环节被删去");
        if (!audit_mac_is_right(w, a, &row))
            return audit_bad(w, w->report->links + 1, row.id, "尚未入链的审计记录被改动或伪造，校验码不符");
        w->report->unsealed++;
        w->report->rows++;
    }
    return 0;
}

static int audit_check_twice(struct audit_walk *w, struct arena *a, struct err *e)
{
    struct stmt *s;

    if (stmt_open(w->db, a, &AUDIT_TWICE, &s, e) < 0 || stmt_run(s, e) < 0)
        return -1;
    if (!stmt_step(s))
        return 0;
    return audit_bad(w, w->report->links + 1, stmt_i64(s, 0), "同一条审计记录出现了两次，是复制进来的");
}

static int audit_walk_all(struct audit_walk *w, struct err *e)
{
    struct arena *piece CLEANUP_(arena_freep) = arena_new("audit_verify", AUDIT_PIECE_BYTES);
    int64_t after = INT64_MIN;
    size_t rows;
    int rc;

    do {
        arena_reset(piece);
        rc = audit_walk_links(w, piece, &rows, e);
    } while (rc == 0 && rows == AUDIT_BATCH);
    if (rc == 0 && w->anchor != NULL && w->anchor->no > w->report->links)
        rc = audit_bad(w, w->report->links + 1, 0, "审计链比先前在库外留存的短，链尾被截去");
    if (rc != 0)
        return rc;
    do {
        arena_reset(piece);
        rc = audit_walk_unlinked(w, piece, &after, &rows, e);
    } while (rc == 0 && rows == AUDIT_BATCH);
    return rc != 0 ? rc : audit_check_twice(w, piece, e);
}

int audit_verify_from(struct db *db, struct arena *a, const void *key, size_t key_len,
                      const struct audit_anchor *anchor, struct audit_report *ret, struct err *e)
{
    struct audit_report report = {0};
    struct audit_walk w = {
        .db = db, .key = key, .key_len = key_len, .anchor = anchor, .report = &report, .prev = AUDIT_FIRST_PREV};

    if (audit_walk_all(&w, e) < 0)
        return -1;
    text_copy(report.head, sizeof report.head, report.links == 0 ? "" : w.prev);
    *ret = report;
    return 0;
}

int audit_verify(struct db *db, struct arena *a, const void *key, size_t key_len, struct audit_report *ret,
                 struct err *e)
{
    return audit_verify_from(db, a, key, key_len, NULL, ret, e);
}
