/*
 * casework/list_sample.c - a sample of a list that anybody can draw again
 *
 * The one who checks names how many and a word. Every project the list's filter leaves gets the SM3 of
 * "<word>:<project id>"; those with the least values are drawn, with all their rows. Nobody chooses: the same word over
 * the same projects gives the same sample, and a shell can repeat it (list_sample_how says how). A list whose rows are
 * no projects is drawn by what they are (list_drawn), and the projects behind it come along with their files.
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
    SAMPLE_MAX = 200,
    SAMPLE_ROWS_MAX = 20000, /* gone over within one request */
    SAMPLE_PIECE = 500,
    PIECE_ARENA = 24 << 20,
    WORD_BYTES = 200
};

struct candidate {
    const char *value; /* hex */
    const char *key;
    struct node *rows, *projects; /* projects behind it, once it is drawn */
};
struct drawing {
    const struct desk *d; /* the answer is put in its arena */
    const struct list_def *def;
    const char *word;
    int64_t n;
    struct candidate *drawn; /* ascending by value */
    size_t count;
    const char **seen; /* keys of all rows, as they come */
    size_t rows;
};

int list_is_sampled(const struct node *query)
{
    return *node_get_str(query, "sample") != '\0' || *node_get_str(query, "word") != '\0';
}

const char *list_sample_how(const struct desk *d, const struct list_def *def, const char *word, int64_t n)
{
    return arena_fmt(d->arena,
                     "对每个%s，把词、一个英文冒号和%s连起来（%s:%s），取 SM3，"
                     "按十六进制从小到大排，前 %lld 个就是样本",
                     def->drawn->name, def->drawn->mark, word, def->drawn->mark, (long long)n);
}

/* ---- what is asked ---- */

static int sample_read(struct drawing *w, const struct node *query, struct err *e)
{
    const char *n = node_get_str(query, "sample");
    int is_blank;

    w->word = node_get_str(query, "word");
    is_blank = w->word[strspn(w->word, " ")] == '\0';
    if (text_i64(n, &w->n) < 0 || w->n < 1 || w->n > SAMPLE_MAX) {
        err_fail(e, ERR_BAD_INPUT, "抽几个%s「%.20s」无法识别", w->def->drawn->name, n);
        err_at(e, "/sample");
        return err_mend(e, "请填写 1 到 %d 的整数", SAMPLE_MAX);
    }
    if (is_blank || strlen(w->word) > WORD_BYTES) {
        err_fail(e, ERR_BAD_INPUT, is_blank ? "没有写抽样的词" : "抽样的词太长");
        err_at(e, "/word");
        return err_mend(e, "请写一个词，如检查通知的文号；同一个词总是抽出同样的样本");
    }
    return 0;
}

/* ---- the drawing ---- */

static int candidate_put(struct drawing *w, const char *key, struct candidate **ret)
{
    struct arena *a = w->d->arena;
    const char *text = arena_fmt(a, "%s:%s", w->word, key);
    const char *value = crypto_sm3_hex(a, text, strlen(text));
    size_t at = w->count;

    for (size_t i = 0; i < w->count; i++) {
        if (text_eq(w->drawn[i].key, key)) {
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
    w->drawn[at] = (struct candidate){.value = value, .key = key, .rows = node_list(a)};
    *ret = &w->drawn[at];
    return 1;
}

static int row_take(struct drawing *w, const struct node *row, struct err *e)
{
    const char *key = arena_dup(w->d->arena, node_get_str(row, w->def->drawn->key));
    struct candidate *of;

    if (*key == '\0')
        return err_fail(e, ERR_INTERNAL, "清单的一行没有%s", w->def->drawn->mark);
    if (w->rows == SAMPLE_ROWS_MAX) {
        err_fail(e, ERR_RULE, "符合条件的超过 %d 行，一次抽不过来", SAMPLE_ROWS_MAX);
        return err_mend(e, "请先按年份、单位或者类别缩小条件，再抽样");
    }
    w->seen[w->rows++] = key;
    if (candidate_put(w, key, &of))
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

static int by_key(const void *x, const void *y)
{
    const char *const *a = x, *const *b = y;

    return strcmp(*a, *b);
}

static int64_t keys_seen(const struct drawing *w)
{
    int64_t count = w->rows > 0;

    qsort(w->seen, w->rows, sizeof *w->seen, by_key);
    for (size_t i = 1; i < w->rows; i++)
        count += !text_eq(w->seen[i], w->seen[i - 1]);
    return count;
}

/* ---- what each can be held against later ---- */

static int has_project(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "project"), id))
            return 1;
    return 0;
}

/* The projects behind its rows, each once. */
static int behind_read(const struct drawing *w, struct db *db, struct candidate *c, struct err *e)
{
    const struct list_drawn *of = w->def->drawn;
    struct arena *a = w->d->arena;

    c->projects = node_list(a);
    if (of->behind == NULL) {
        struct node *p = node_add_object(a, c->projects);

        node_put_text(a, p, "project", c->key);
        view_take(w->d, p, node_first(c->rows), "title", "number", "href", NULL);
        return 0;
    }
    for (const struct node *row = node_first(c->rows); row != NULL; row = row->next) {
        struct node *more = node_list(a);

        if (of->behind(w->d, db, row, more, e) < 0)
            return -1;
        for (const struct node *n = node_first(more); n != NULL; n = n->next)
            if (!has_project(c->projects, node_get_str(n, "project")))
                node_add(c->projects, node_copy(a, n));
    }
    return 0;
}

/* The files of one project, and the newest link of the audit chain, where it is newer than the one known. */
static int proof_read(const struct drawing *w, struct db *db, struct node *project, int64_t *documents,
                      struct audit_anchor *seal, struct err *e)
{
    const char *id = node_get_str(project, "project");
    struct arena *a = w->d->arena;
    struct audit_anchor link;
    struct document *rows;
    int64_t number;
    size_t count;

    if (text_i64(id, &number) < 0)
        return err_fail(e, ERR_INTERNAL, "清单的一行没有项目标识");
    if (document_list(db, a, number, &rows, &count, e) < 0 ||
        audit_link_of(db, a, arena_fmt(a, "project/%s", id), &link, e) < 0)
        return -1;
    if (link.no > seal->no)
        *seal = link;
    struct node *list = node_put_list(a, project, "documents");

    for (size_t i = 0; i < count; i++) {
        if (text_eq(rows[i].state, "withdrawn"))
            continue;
        struct node *n = node_add(list, view_document(w->d, &rows[i]));

        node_put_int(a, n, "size", rows[i].size);
    }
    *documents += (int64_t)node_count(list);
    return 0;
}

static int candidate_prove(const struct drawing *w, struct db *db, const struct candidate *c, int64_t draw_no,
                           struct node *into, struct node *projects, struct err *e)
{
    struct audit_anchor seal = {0};
    struct arena *a = w->d->arena;
    int64_t documents = 0;

    for (const struct node *n = node_first(c->projects); n != NULL; n = n->next) {
        struct node *p = node_add_object(a, projects);

        node_put_int(a, p, "draw_no", draw_no);
        view_take(w->d, p, n, "project", "title", "number", "href", NULL);
        if (proof_read(w, db, p, &documents, &seal, e) < 0)
            return -1;
    }
    for (const struct node *r = node_first(c->rows); r != NULL; r = r->next) {
        struct node *row = node_add(into, node_copy(a, r));

        node_put_int(a, row, "draw_no", draw_no);
        node_put_text(a, row, "draw", c->value);
        if (seal.no > 0)
            node_put_int(a, row, "seal_no", seal.no);
        node_put_text(a, row, "seal", seal.hash);
        node_put_int(a, row, "documents", documents);
    }
    return 0;
}

static int drawn_put(const struct drawing *w, struct db *db, struct node *into, struct node *told, struct err *e)
{
    struct node *projects = node_put_list(w->d->arena, told, "projects");
    size_t behind = 0;

    for (size_t i = 0; i < w->count; i++) {
        if (behind_read(w, db, &w->drawn[i], e) < 0)
            return -1;
        behind += node_count(w->drawn[i].projects);
        if (behind > LIST_BEHIND_MAX) {
            err_fail(e, ERR_RULE, "抽中的%s背后的项目超过 %d 个，一次查不过来", w->def->drawn->name, LIST_BEHIND_MAX);
            err_at(e, "/sample");
            return err_mend(e, "请少抽几个");
        }
    }
    for (size_t i = 0; i < w->count; i++)
        if (candidate_prove(w, db, &w->drawn[i], (int64_t)i + 1, into, projects, e) < 0)
            return -1;
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
    w.seen = ARENA_ARRAY(d->arena, const char *, SAMPLE_ROWS_MAX);
    if (draw(&w, db, query, e) < 0 || audit_head(db, d->arena, &head, e) < 0 || drawn_put(&w, db, into, told, e) < 0)
        return -1;
    node_put_text(d->arena, told, "word", w.word);
    node_put_text(d->arena, told, "what", def->drawn->name);
    node_put_text(d->arena, told, "mark", def->drawn->mark);
    node_put_text(d->arena, told, "where", def->drawn->where);
    node_put_int(d->arena, told, "asked", w.n);
    node_put_int(d->arena, told, "drawn", (int64_t)w.count);
    node_put_int(d->arena, told, "of", keys_seen(&w));
    node_put_int(d->arena, told, "of_rows", (int64_t)w.rows);
    node_put_text(d->arena, told, "how", list_sample_how(d, def, w.word, w.n));
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

    if (!permit_allows(d->actor->post->kind, MAY_AUDIT_READ))
        return;
    form = node_put_object(d->arena, page, "sampling");
    kept = node_put_list(d->arena, form, "kept");
    node_put_text(d->arena, form, "what", def->drawn->name);
    node_put_int(d->arena, form, "most", SAMPLE_MAX);
    for (const struct node *n = node_first(list_query_read(d->arena, list_query(d, query))); n != NULL; n = n->next) {
        if (text_eq(n->key, "sample") || text_eq(n->key, "word"))
            continue;
        struct node *o = node_add_object(d->arena, kept);

        node_put_text(d->arena, o, "key", n->key);
        node_put_text(d->arena, o, "value", node_str(n, ""));
    }
}
