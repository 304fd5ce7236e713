/*
 * export/sheet.c - one list as a workbook
 *
 * Pieces of a page's own rows, by the same function the page calls, one after another by key; between two pieces
 * everything but the place in the list is forgotten. Memory does not grow with the rows.
 */
#include "config.h"

#include "export/sheet.h"

#include <string.h>

#include "base/text.h"
#include "casework/view.h"
#include "export/xlsx.h"

enum { ABOUT_USUAL = 8, ABOUT_MAX = 16 };
enum { PIECE_ROWS = 500, AFTER_BYTES = 2600, COLS_MAX = 32, TOLD_EVERY = 4 };

struct writing {
    const struct desk *d;
    const struct list_def *def;
    const char *query;
    struct xlsx *x;
    char after[AFTER_BYTES]; /* outlives the arena */
    int64_t rows;
    fen sum[COLS_MAX]; /* of what was written */
    int is_sample;
    int64_t of, head_no; /* of a sample: projects it was drawn from, the newest link of the audit chain */
    char head[65];
};

static enum xlsx_kind kind_of(enum list_cell cell)
{
    return cell == CELL_MONEY ? XLSX_MONEY : cell == CELL_INT ? XLSX_INT : cell == CELL_DATE ? XLSX_DATE : XLSX_TEXT;
}

static const char *articles_text(struct arena *a, const struct node *list)
{
    const char *all = "";

    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        all = arena_fmt(a, "%s%s%s", all, *all != '\0' ? "、" : "", node_get_str(n, "text"));
    return all;
}

static const char *state_text(const struct node *row)
{
    return text_eq(node_get_str(row, "state"), "running") && *node_get_str(row, "stage_name") != '\0'
               ? node_get_str(row, "stage_name")
               : node_get_str(row, "state_name");
}

/* A movement may be a reduction: -3.50. */
static int money_put(struct writing *w, size_t i, const char *text, struct err *e)
{
    int is_less = *text == '-';
    struct err ignored = {0};
    fen amount;

    if (money_parse_wan(text + is_less, &amount, &ignored) < 0)
        return 0;
    amount = is_less ? -amount : amount;
    w->sum[i] += amount;
    return xlsx_put_money(w->x, i, amount, e);
}

static int cell_put(struct writing *w, size_t i, const struct list_col *col, const struct node *row, struct err *e)
{
    const struct node *value = node_get(row, col->key);
    const char *text = node_str(value, "");
    struct err ignored = {0};
    date day;

    switch (col->cell) {
    case CELL_MONEY:
        return *text != '\0' ? money_put(w, i, text, e) : 0;
    case CELL_DATE:
        return *text != '\0' && date_parse(text, &day, &ignored) == 0 ? xlsx_put_date(w->x, i, day, e) : 0;
    case CELL_INT:
        return value != NULL && value->type == NODE_INT ? xlsx_put_int(w->x, i, value->u.integer, e) : 0;
    case CELL_DUE:
        return xlsx_put_text(w->x, i, node_get_str(value, "text"), e);
    case CELL_STATE:
        return xlsx_put_text(w->x, i, state_text(row), e);
    case CELL_LINKS:
    case CELL_ARTICLES: /* a hash is a text and stands whole */
        return xlsx_put_text(w->x, i, articles_text(w->d->arena, value), e);
    default:
        return xlsx_put_text(w->x, i, text, e);
    }
}

static int listed_put(struct writing *w, const struct node *rows, const struct list_col *cols, size_t count,
                      struct err *e)
{
    for (const struct node *row = node_first(rows); row != NULL; row = row->next) {
        xlsx_row(w->x);
        w->rows++;
        for (size_t i = 0; i < count; i++)
            if (cell_put(w, i, &cols[i], row, e) < 0)
                return -1;
    }
    return 0;
}

/* 1 while there is more, 0 after the last, -1. */
static int piece_write(struct writing *w, struct err *e)
{
    struct arena *a = w->d->arena;
    struct node *query = list_query_read(a, w->query), *rows = node_list(a);
    const struct list_col *cols;
    size_t count = list_columns(w->d, w->def, query, &cols);
    const char *after;

    node_put_text(a, query, "after", w->after);
    if (list_read(w->d, w->def, query, PIECE_ROWS, rows, &after, e) < 0)
        return -1;
    if (listed_put(w, rows, cols, count, e) < 0)
        return -1;
    if (text_copy(w->after, sizeof w->after, after) < 0)
        return err_fail(e, ERR_INTERNAL, "翻页位置过长");
    return w->after[0] != '\0' && w->rows < XLSX_ROWS_MAX;
}

static int begin(struct writing *w, const char *path, const char *folder, struct err *e)
{
    const struct list_col *cols;
    size_t count = list_columns(w->d, w->def, list_query_read(w->d->arena, w->query), &cols);
    struct xlsx_col head[COLS_MAX];

    if (count > COLS_MAX)
        return err_fail(e, ERR_INTERNAL, "清单的列过多");
    for (size_t i = 0; i < count; i++)
        head[i] = (struct xlsx_col){.name = cols[i].name, .kind = kind_of(cols[i].cell), .width = cols[i].width};
    return xlsx_open(path, folder, w->def->name, head, count, &w->x, e);
}

/* The last row of a list with sums: of the very rows above it. */
static int sums_put(struct writing *w, struct err *e)
{
    const struct list_col *cols;
    size_t count = list_columns(w->d, w->def, list_query_read(w->d->arena, w->query), &cols);

    if (w->def->sums == NULL || w->rows == 0)
        return 0;
    xlsx_row_of_sums(w->x);
    for (size_t i = 0; i < count; i++)
        if (i == 0 ? xlsx_put_text(w->x, i, "合计", e) < 0
                   : cols[i].cell == CELL_MONEY && xlsx_put_money(w->x, i, w->sum[i], e) < 0)
            return -1;
    return 0;
}

/* ---- a sample: its rows, then a sheet of their files, each to be held against the file itself ---- */

static int file_put(struct writing *w, const struct node *project, const struct node *file, struct err *e)
{
    struct xlsx *x = w->x;

    xlsx_row(x);
    return xlsx_put_int(x, 0, node_get_int(project, "draw_no", 0), e) < 0 ||
                   xlsx_put_text(x, 1, node_get_str(project, "title"), e) < 0 ||
                   xlsx_put_text(x, 2, node_get_str(project, "number"), e) < 0 ||
                   xlsx_put_text(x, 3, node_get_str(project, "project"), e) < 0 ||
                   xlsx_put_text(x, 4, node_get_str(file, "name"), e) < 0 ||
                   xlsx_put_int(x, 5, node_get_int(file, "size", 0), e) < 0 ||
                   xlsx_put_text(x, 6, node_get_str(file, "sm3"), e) < 0 ||
                   xlsx_put_text(x, 7, node_get_str(file, "uploaded_at"), e) < 0 ||
                   xlsx_put_text(x, 8, node_get_str(file, "person_name"), e) < 0 ||
                   xlsx_put_text(x, 9, node_get_str(file, "id"), e) < 0
               ? -1
               : 0;
}

static int files_put(struct writing *w, const struct node *projects, struct err *e)
{
    static const struct xlsx_col cols[] = {
        {.name = "抽中次序", .kind = XLSX_INT, .width = 10},  {.name = "项目", .kind = XLSX_TEXT, .width = 36},
        {.name = "项目编号", .kind = XLSX_TEXT, .width = 18}, {.name = "项目标识", .kind = XLSX_TEXT, .width = 22},
        {.name = "文件", .kind = XLSX_TEXT, .width = 36},     {.name = "字节", .kind = XLSX_INT, .width = 12},
        {.name = "SM3", .kind = XLSX_TEXT, .width = 66},      {.name = "上传时间", .kind = XLSX_TEXT, .width = 20},
        {.name = "上传人", .kind = XLSX_TEXT, .width = 14},   {.name = "文件标识", .kind = XLSX_TEXT, .width = 22}};

    if (xlsx_sheet(w->x, "文件", cols, ARRAY_LEN(cols), e) < 0)
        return -1;
    for (const struct node *p = node_first(projects); p != NULL; p = p->next)
        for (const struct node *f = node_first(node_get(p, "documents")); f != NULL; f = f->next)
            if (file_put(w, p, f, e) < 0)
                return -1;
    return 0;
}

static int sample_write(struct writing *w, struct err *e)
{
    struct arena *a = w->d->arena;
    struct node *query = list_query_read(a, w->query), *rows = node_list(a), *told = node_object(a);
    const struct list_col *cols;
    size_t count = list_columns(w->d, w->def, query, &cols);

    if (list_sample(w->d, w->def, query, rows, told, e) < 0 || listed_put(w, rows, cols, count, e) < 0 ||
        files_put(w, node_get(told, "projects"), e) < 0)
        return -1;
    w->of = node_get_int(told, "of", 0);
    w->head_no = node_get_int(told, "head_no", 0);
    (void)text_copy(w->head, sizeof w->head, node_get_str(told, "head"));
    arena_reset(a);
    return 0;
}

/* What the about sheet says more of a sample. */
static size_t sample_about(struct writing *w, const char *(*pairs)[2])
{
    struct arena *a = w->d->arena;
    const struct node *query = list_query_read(a, w->query);
    int64_t n = 0;

    if (text_i64(node_get_str(query, "sample"), &n) < 0)
        return 0; /* it was read when the sample was drawn */

    const char *const more[][2] = {
        {arena_fmt(a, "从多少个%s中抽", w->def->drawn->name), arena_fmt(a, "%lld", (long long)w->of)},
        {"怎样再抽一遍", list_sample_how(w->d, w->def, node_get_str(query, "word"), n)},
        {"文件怎样核对", "从项目页取文件，算 SM3，与「文件」表的 SM3 相比"},
        {"审计链怎样核对", "每行的审计链号和链值是导出时这个项目（几个项目的，其中最新的那个）最后一条已封存的审计记录"
                           "；以后的链里这个号仍须是这个值"},
        {"导出时的审计链", arena_fmt(a, "第 %lld 号，%s", (long long)w->head_no, w->head)},
    };

    for (size_t i = 0; i < ARRAY_LEN(more); i++) {
        pairs[i][0] = more[i][0];
        pairs[i][1] = more[i][1];
    }
    return ARRAY_LEN(more);
}

static int about(struct writing *w, struct err *e)
{
    struct arena *a = w->d->arena;
    const struct post *p = w->d->actor->post;
    const char *words = list_query_words(w->d, list_query_read(a, w->query));
    const char *pairs[ABOUT_MAX][2] = {
        {"清单", w->def->name},
        {"说明", w->def->says},
        {"地区", w->d->district->tenant->full_name},
        {"条件", *words != '\0' ? words : "全部"},
        {"行数",
         arena_fmt(a, "%lld%s", (long long)w->rows, w->rows >= XLSX_ROWS_MAX ? "（只写到这里，请缩小条件）" : "")},
        {"导出人", arena_fmt(a, "%s（%s）", w->d->actor->name, *p->unit_name != '\0' ? p->unit_name : p->organ_name)},
        {"导出时间", instant_text(a, w->d->now)},
        {"金额", "单位万元，是数值；日期是日期，其余是文本"},
    };

    size_t count = ABOUT_USUAL;

    if (w->is_sample)
        count += sample_about(w, &pairs[count]);
    return xlsx_about(w->x, "说明", (const char *const(*)[2])pairs, count, e);
}

static int pieces(struct writing *w, const struct sheet_watch *watch, struct err *e)
{
    int more = 1;

    for (int i = 1; more > 0; i++) {
        more = piece_write(w, e);
        arena_reset(w->d->arena);
        if (more > 0 && i % TOLD_EVERY == 0 && watch->told(watch->ctx, w->rows, e) < 0)
            return -1;
    }
    return more;
}

int sheet_write(const struct desk *d, const char *list, const char *query, const char *path, const char *folder,
                const struct sheet_watch *watch, int64_t *ret_rows, struct err *e)
{
    struct writing w = {.d = d, .def = list_named(list), .query = query};

    if (w.def == NULL) {
        err_fail(e, ERR_NOT_FOUND, "没有这张清单");
        return err_mend(e, "请从监督清单页看现有的清单");
    }
    if (begin(&w, path, folder, e) < 0)
        return -1;
    w.is_sample = list_is_sampled(list_query_read(d->arena, query));
    if ((w.is_sample ? sample_write(&w, e) : pieces(&w, watch, e)) < 0 || (!w.is_sample && sums_put(&w, e) < 0) ||
        about(&w, e) < 0) {
        xlsx_abandon(&w.x);
        return -1;
    }
    *ret_rows = w.rows;
    return xlsx_close(w.x, e);
}
