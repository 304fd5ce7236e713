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

enum { PIECE_ROWS = 500, AFTER_BYTES = 2600, COLS_MAX = 32, TOLD_EVERY = 4 };

struct writing {
    const struct desk *d;
    const struct list_def *def;
    const char *query;
    struct xlsx *x;
    char after[AFTER_BYTES]; /* outlives the arena */
    int64_t rows;
    fen sum[COLS_MAX]; /* of what was written */
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
    case CELL_ARTICLES:
        return xlsx_put_text(w->x, i, articles_text(w->d->arena, value), e);
    default:
        return xlsx_put_text(w->x, i, text, e);
    }
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
    for (const struct node *row = node_first(rows); row != NULL; row = row->next) {
        xlsx_row(w->x);
        w->rows++;
        for (size_t i = 0; i < count; i++)
            if (cell_put(w, i, &cols[i], row, e) < 0)
                return -1;
    }
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

static int about(struct writing *w, struct err *e)
{
    struct arena *a = w->d->arena;
    const struct post *p = w->d->actor->post;
    const char *words = list_query_words(w->d, list_query_read(a, w->query));
    const char *const pairs[][2] = {
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

    return xlsx_about(w->x, "说明", pairs, ARRAY_LEN(pairs), e);
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

    if (w.def == NULL)
        return err_fail(e, ERR_NOT_FOUND, "没有这张清单");
    if (begin(&w, path, folder, e) < 0)
        return -1;
    if (pieces(&w, watch, e) < 0 || sums_put(&w, e) < 0 || about(&w, e) < 0) {
        xlsx_abandon(&w.x);
        return -1;
    }
    *ret_rows = w.rows;
    return xlsx_close(w.x, e);
}
