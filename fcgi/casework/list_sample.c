/*
 * casework/list_sample.c - a sample of a list that anybody can draw again
 *
 * The one who checks names how many projects and a word. Every project the list's filter leaves gets the SM3 of
 * "<word>:<project id>"; those with the least values are drawn, with all their rows. Nobody chooses: the same word over
 * the same projects gives the same sample, and a shell can repeat it (list_sample_how says how).
 */
#include "config.h"

#include "casework/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"

enum {
    SAMPLE_PROJECTS_MAX = 200,
    SAMPLE_ROWS_MAX = 20000, /* gone over within one request */
    SAMPLE_PIECE = 500,
    PIECE_ARENA = 24 << 20,
    WORD_BYTES = 200
};

struct candidate {
    const char *value; /* hex */
    int64_t project;
    struct node *rows;
};
struct drawing {
    const struct desk *d; /* the answer is put in its arena */
    const struct list_def *def;
    const char *word;
    int64_t n;
    struct candidate *drawn; /* ascending by value */
    size_t count;
    int64_t *seen; /* projects of all rows, as they come */
    size_t rows;
};

int list_is_sampled(const struct node *query)
{
    return *node_get_str(query, "sample") != '\0' || *node_get_str(query, "word") != '\0';
}

const char *list_sample_how(const struct desk *d, const char *word, int64_t n)
{
    return arena_fmt(d->arena,
                     "对每个项目，把词、一个英文冒号和项目标识连起来（如 %s:123），取 SM3，"
                     "按十六进制从小到大排，前 %lld 个就是样本",
                     word, (long long)n);
}

/* ---- what is asked ---- */

static int sample_read(struct drawing *w, const struct node *query, struct err *e)
{
    const char *n = node_get_str(query, "sample");
    int is_blank;

    w->word = node_get_str(query, "word");
    is_blank = w->word[strspn(w->word, " ")] == '\0';
    if (w->def->project == NULL) {
        err_fail(e, ERR_RULE, "「%s」的一行不是一个项目，不能抽样", w->def->name);
        err_at(e, "/sample");
        return err_mend(e, "请从项目清单或者每行是一个项目的清单抽样");
    }
    if (text_i64(n, &w->n) < 0 || w->n < 1 || w->n > SAMPLE_PROJECTS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "抽几个项目「%.20s」无法识别", n);
        err_at(e, "/sample");
        return err_mend(e, "请填写 1 到 %d 的整数", SAMPLE_PROJECTS_MAX);
    }
    if (is_blank || strlen(w->word) > WORD_BYTES) {
        err_fail(e, ERR_BAD_INPUT, is_blank ? "没有写抽样的词" : "抽样的词太长");
        err_at(e, "/word");
        return err_mend(e, "请写一个词，如检查通知的文号；同一个词总是抽出同样的项目");
    }
    return 0;
}

/* ---- the drawing ---- */

static int candidate_put(struct drawing *w, int64_t project, struct candidate **ret)
{
    struct arena *a = w->d->arena;
    const char *text = arena_fmt(a, "%s:%lld", w->word, (long long)project);
    const char *value = crypto_sm3_hex(a, text, strlen(text));
    size_t at = w->count;

    for (size_t i = 0; i < w->count; i++) {
        if (w->drawn[i].project == project) {
            *ret = &w->drawn[i];
            return 1;
        }
    }
    while (at > 0 && strcmp(value, w->drawn[at - 1].value) < 0)
        at--;
    if (at >= (size_t)w->n)
        return 0;
    if (w->count < (size_t)w->n)
        w->count++;
    memmove(&w->drawn[at + 1], &w->drawn[at], (w->count - at - 1) * sizeof *w->drawn);
    w->drawn[at] = (struct candidate){.value = value, .project = project, .rows = node_list(a)};
    *ret = &w->drawn[at];
    return 1;
}

static int row_take(struct drawing *w, const struct node *row, struct err *e)
{
    struct candidate *of;
    int64_t project;

    if (text_i64(node_get_str(row, w->def->project), &project) < 0)
        return err_fail(e, ERR_INTERNAL, "清单的一行没有项目标识");
    if (w->rows == SAMPLE_ROWS_MAX) {
        err_fail(e, ERR_RULE, "符合条件的超过 %d 行，一次抽不过来", SAMPLE_ROWS_MAX);
        return err_mend(e, "请先按年份、单位或者类别缩小条件，再抽样");
    }
    w->seen[w->rows++] = project;
    if (candidate_put(w, project, &of))
        node_add(of->rows, node_copy(w->d->arena, row));
    return 0;
}

/* All rows of the list, piece by piece, as a workbook of it would have them. */
static int draw(struct drawing *w, struct db *db, const struct node *query, struct err *e)
{
    struct arena *piece CLEANUP_(arena_freep) = arena_new("sample", PIECE_ARENA);
    struct node *asked = node_copy(w->d->arena, query);
    struct desk d = *w->d;
    const char *after = "";

    d.arena = piece;
    d.cited = NULL; /* what is worded for it lies in another arena */
    do {
        struct node *rows = node_list(piece);

        node_put_text(w->d->arena, asked, "after", after);
        if (w->def->rows(&d, db, w->def, asked, SAMPLE_PIECE, rows, &after, e) < 0)
            return -1;
        for (const struct node *row = node_first(rows); row != NULL; row = row->next)
            if (row_take(w, row, e) < 0)
                return -1;
        after = arena_dup(w->d->arena, after);
        arena_reset(piece);
    } while (*after != '\0');
    return 0;
}

static int by_id(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

static int64_t projects_seen(const struct drawing *w)
{
    int64_t count = w->rows > 0;

    qsort(w->seen, w->rows, sizeof *w->seen, by_id);
    for (size_t i = 1; i < w->rows; i++)
        count += w->seen[i] != w->seen[i - 1];
    return count;
}

/* ---- what each can be held against later ---- */

static int proof_read(const struct drawing *w, struct db *db, const struct candidate *c, struct node **ret_documents,
                      struct audit_anchor *ret_seal, struct err *e)
{
    struct arena *a = w->d->arena;
    struct document *rows;
    size_t count;

    if (document_list(db, a, c->project, &rows, &count, e) < 0 ||
        audit_link_of(db, a, arena_fmt(a, "project/%lld", (long long)c->project), ret_seal, e) < 0)
        return -1;
    *ret_documents = node_list(a);
    for (size_t i = 0; i < count; i++) {
        if (text_eq(rows[i].state, "withdrawn"))
            continue;
        struct node *n = node_add(*ret_documents, view_document(w->d, &rows[i]));

        node_put_int(a, n, "size", rows[i].size);
    }
    return 0;
}

static int drawn_put(const struct drawing *w, struct db *db, struct node *into, struct node *told, struct err *e)
{
    struct arena *a = w->d->arena;
    struct node *projects = node_put_list(a, told, "projects");

    for (size_t i = 0; i < w->count; i++) {
        struct audit_anchor seal;
        struct node *documents;

        if (proof_read(w, db, &w->drawn[i], &documents, &seal, e) < 0)
            return -1;
        for (const struct node *r = node_first(w->drawn[i].rows); r != NULL; r = r->next) {
            struct node *row = node_add(into, node_copy(a, r));

            node_put_int(a, row, "draw_no", (int64_t)i + 1);
            node_put_text(a, row, "draw", w->drawn[i].value);
            if (seal.no > 0)
                node_put_int(a, row, "seal_no", seal.no);
            node_put_text(a, row, "seal", seal.hash);
            node_put_int(a, row, "documents", (int64_t)node_count(documents));
        }
        const struct node *first = node_first(w->drawn[i].rows);
        struct node *p = node_add_object(a, projects);

        node_put_int(a, p, "draw_no", (int64_t)i + 1);
        view_put_id(a, p, "project", w->drawn[i].project);
        view_take(w->d, p, first, "title", "number", "href", NULL);
        node_put(a, p, "documents", documents);
    }
    return 0;
}

int list_sample(const struct desk *d, const struct list_def *def, const struct node *query, struct node *into,
                struct node *told, struct err *e)
{
    struct drawing w = {.d = d, .def = def};
    struct audit_anchor head;
    struct db *db;

    if (permit_check(d->actor, MAY_AUDIT_READ, e) < 0 || list_known(d, def, e) < 0 || sample_read(&w, query, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    w.drawn = ARENA_ARRAY(d->arena, struct candidate, (size_t)w.n + 1);
    w.seen = ARENA_ARRAY(d->arena, int64_t, SAMPLE_ROWS_MAX);
    if (draw(&w, db, query, e) < 0 || audit_head(db, d->arena, &head, e) < 0 || drawn_put(&w, db, into, told, e) < 0)
        return -1;
    node_put_text(d->arena, told, "word", w.word);
    node_put_int(d->arena, told, "asked", w.n);
    node_put_int(d->arena, told, "drawn", (int64_t)w.count);
    node_put_int(d->arena, told, "of", projects_seen(&w));
    node_put_int(d->arena, told, "of_rows", (int64_t)w.rows);
    node_put_text(d->arena, told, "how", list_sample_how(d, w.word, w.n));
    node_put_int(d->arena, told, "head_no", head.no);
    node_put_text(d->arena, told, "head", head.hash);
    return 0;
}

/* ---- on a page ---- */

int list_page_rows(const struct desk *d, const struct list_def *def, const struct node *query, struct node *page,
                   struct node *rows, const char **ret_after, struct err *e)
{
    *ret_after = "";
    if (list_is_sampled(query))
        return list_sample(d, def, query, rows, node_put_object(d->arena, page, "sample"), e);
    return list_read(d, def, query, LIST_PAGE_ROWS, rows, ret_after, e);
}

void list_sample_put(const struct desk *d, const struct list_def *def, const struct node *query, struct node *page)
{
    struct node *form, *kept;

    if (def->project == NULL || !permit_allows(d->actor->post->kind, MAY_AUDIT_READ))
        return;
    form = node_put_object(d->arena, page, "sampling");
    kept = node_put_list(d->arena, form, "kept");
    node_put_int(d->arena, form, "most", SAMPLE_PROJECTS_MAX);
    for (const struct node *n = node_first(list_query_read(d->arena, list_query(d, query))); n != NULL; n = n->next) {
        if (text_eq(n->key, "sample") || text_eq(n->key, "word"))
            continue;
        struct node *o = node_add_object(d->arena, kept);

        node_put_text(d->arena, o, "key", n->key);
        node_put_text(d->arena, o, "value", node_str(n, ""));
    }
}
