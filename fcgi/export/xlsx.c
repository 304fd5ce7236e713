/*
 * export/xlsx.c - a workbook, sheet by sheet, row after row
 *
 * constant_memory: rows must come in their order and texts stand in the sheet itself, not in a table of all texts that
 * would have to be held until the end.
 */
#include "config.h"

#include "export/xlsx.h"

#include <string.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/text.h"

enum { XLSX_ARENA = 256 * 1024, KINDS = 4 };

struct xlsx {
    struct arena *arena; /* holds this */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *format[KINDS], *head[KINDS], *sum[KINDS];
    int is_sums; /* the row is the last one */
    lxw_row_t row;
    size_t count;
};

static int fail(struct err *e, const char *what, lxw_error code)
{
    int is_disk = code == LXW_ERROR_CREATING_XLSX_FILE || code == LXW_ERROR_CREATING_TMPFILE ||
                  code == LXW_ERROR_ZIP_FILE_OPERATION || code == LXW_ERROR_ZIP_FILE_ADD || code == LXW_ERROR_ZIP_CLOSE;

    err_fail(e, is_disk ? ERR_DISK : ERR_INTERNAL, is_disk ? "表格写不到磁盘上" : "表格没有写成");
    err_mend(e, is_disk ? "请联系平台管理员查看存放空间" : "请重新导出；仍不行请联系平台管理员");
    return err_detail(e, "xlsx %s: %s", what, lxw_strerror(code));
}

static lxw_format *format_new(lxw_workbook *book, const char *number, uint8_t align)
{
    lxw_format *f = workbook_add_format(book);

    if (*number != '\0')
        format_set_num_format(f, number);
    format_set_align(f, align);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    if (*number == '@')
        format_set_text_wrap(f);
    return f;
}

static void formats_make(struct xlsx *x)
{
    static const struct {
        const char *number;
        uint8_t align;
    } kinds[KINDS] = {[XLSX_TEXT] = {"@", LXW_ALIGN_LEFT},
                      [XLSX_MONEY] = {"#,##0.00####", LXW_ALIGN_RIGHT},
                      [XLSX_INT] = {"0", LXW_ALIGN_RIGHT},
                      [XLSX_DATE] = {"yyyy-mm-dd", LXW_ALIGN_CENTER}};

    for (int k = 0; k < KINDS; k++)
        x->format[k] = format_new(x->book, kinds[k].number, kinds[k].align);
    for (int k = 0; k < KINDS; k++) { /* a head stands as its column does */
        x->head[k] = format_new(x->book, "@", kinds[k].align);
        format_set_bold(x->head[k]);
        format_set_bottom(x->head[k], LXW_BORDER_THIN);
        x->sum[k] = format_new(x->book, kinds[k].number, kinds[k].align);
        format_set_bold(x->sum[k]);
        format_set_top(x->sum[k], LXW_BORDER_THIN);
    }
}

static lxw_format *format_of(const struct xlsx *x, enum xlsx_kind kind)
{
    return x->is_sums ? x->sum[kind] : x->format[kind];
}

static int head_put(struct xlsx *x, const struct xlsx_col *cols, struct err *e)
{
    for (size_t i = 0; i < x->count; i++) {
        lxw_error rc = worksheet_set_column(x->sheet, (lxw_col_t)i, (lxw_col_t)i, cols[i].width,
                                            cols[i].is_open ? x->format[cols[i].kind] : NULL);

        if (rc == LXW_NO_ERROR)
            rc = worksheet_write_string(x->sheet, 0, (lxw_col_t)i, cols[i].name, x->head[cols[i].kind]);
        if (rc != LXW_NO_ERROR)
            return fail(e, "head", rc);
    }
    worksheet_freeze_panes(x->sheet, 1, 1);
    worksheet_repeat_rows(x->sheet, 0, 0);
    worksheet_set_landscape(x->sheet);
    worksheet_set_paper(x->sheet, 9); /* A4 */
    worksheet_fit_to_pages(x->sheet, 1, 0);
    worksheet_set_footer(x->sheet, "&L&A&R第 &P 页，共 &N 页");
    return 0;
}

int xlsx_open(const char *path, const char *folder, const char *sheet, const struct xlsx_col *cols, size_t count,
              struct xlsx **ret, struct err *e)
{
    struct arena *a = arena_new("xlsx", XLSX_ARENA);
    struct xlsx *x = ARENA_NEW(a, struct xlsx);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = arena_dup(a, folder)};

    x->arena = a;
    x->count = count;
    x->book = workbook_new_opt(path, &options);
    if (x->book != NULL)
        x->sheet = workbook_add_worksheet(x->book, sheet);
    if (x->sheet == NULL) {
        if (x->book != NULL)
            lxw_workbook_free(x->book);
        arena_free(a);
        return fail(e, "open", LXW_ERROR_CREATING_TMPFILE);
    }
    formats_make(x);
    if (head_put(x, cols, e) < 0) {
        xlsx_abandon(&x);
        return -1;
    }
    *ret = x;
    return 0;
}

/* While the last row is the one written: of earlier ones a workbook in constant memory knows nothing any more. */
static void rows_filter(struct xlsx *x)
{
    if (x->row > 0 && !x->is_sums)
        worksheet_autofilter(x->sheet, 0, 0, x->row, (lxw_col_t)(x->count - 1));
}

int xlsx_sheet(struct xlsx *x, const char *sheet, const struct xlsx_col *cols, size_t count, struct err *e)
{
    lxw_worksheet *next = workbook_add_worksheet(x->book, sheet);

    rows_filter(x);
    if (next == NULL)
        return fail(e, "sheet", LXW_ERROR_CREATING_TMPFILE);
    x->sheet = next;
    x->row = 0;
    x->is_sums = 0;
    x->count = count;
    return head_put(x, cols, e);
}

void xlsx_row(struct xlsx *x)
{
    x->row++;
}

void xlsx_row_of_sums(struct xlsx *x)
{
    rows_filter(x);
    x->row++;
    x->is_sums = 1;
}

int xlsx_put_text(struct xlsx *x, size_t col, const char *text, struct err *e)
{
    char cut[XLSX_TEXT_BYTES + 1];
    lxw_error rc;

    if (*text == '\0')
        return 0;
    (void)text_copy(cut, sizeof cut, text);
    rc = worksheet_write_string(x->sheet, x->row, (lxw_col_t)col, cut, format_of(x, XLSX_TEXT));
    return rc == LXW_NO_ERROR ? 0 : fail(e, "text", rc);
}

int xlsx_put_int(struct xlsx *x, size_t col, int64_t v, struct err *e)
{
    lxw_error rc = worksheet_write_number(x->sheet, x->row, (lxw_col_t)col, (double)v, format_of(x, XLSX_INT));

    return rc == LXW_NO_ERROR ? 0 : fail(e, "number", rc);
}

/* A fen is a millionth of 万元: exact in what a spreadsheet counts with up to 10 万亿元. */
int xlsx_put_money(struct xlsx *x, size_t col, fen amount, struct err *e)
{
    lxw_error rc = worksheet_write_number(x->sheet, x->row, (lxw_col_t)col, (double)amount / MONEY_FEN_PER_WAN,
                                          format_of(x, XLSX_MONEY));

    return rc == LXW_NO_ERROR ? 0 : fail(e, "money", rc);
}

int xlsx_put_date(struct xlsx *x, size_t col, date day, struct err *e)
{
    lxw_datetime at = {0};
    lxw_error rc;

    date_split(day, &at.year, &at.month, &at.day);
    rc = worksheet_write_datetime(x->sheet, x->row, (lxw_col_t)col, &at, format_of(x, XLSX_DATE));
    return rc == LXW_NO_ERROR ? 0 : fail(e, "date", rc);
}

int xlsx_choose(struct xlsx *x, size_t col, size_t rows, const char *const *list, struct err *e)
{
    enum { CHARS_MAX = 255 }; /* of all with their commas: a cell's own limit */
    char title[] = "请从列表中选择", message[] = "可填的内容见「填写说明」";
    lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_LIST,
                                .value_list = (char **)(uintptr_t)list,
                                .error_title = title,
                                .error_message = message};
    size_t chars = 0;

    for (size_t i = 0; list[i] != NULL; i++) {
        if (strchr(list[i], ',') != NULL)
            return 0;
        chars += text_chars(list[i]) + 1;
    }
    if (chars == 0 || chars > CHARS_MAX)
        return 0;

    lxw_error rc = worksheet_data_validation_range(x->sheet, 1, (lxw_col_t)col, (lxw_row_t)rows, (lxw_col_t)col, &rule);

    return rc == LXW_NO_ERROR ? 0 : fail(e, "choose", rc);
}

int xlsx_about(struct xlsx *x, const char *sheet, const char *const (*pairs)[2], size_t count, struct err *e)
{
    lxw_worksheet *about = workbook_add_worksheet(x->book, sheet);
    lxw_error rc = LXW_NO_ERROR;

    rows_filter(x);
    if (about == NULL)
        return fail(e, "about", LXW_ERROR_CREATING_TMPFILE);
    worksheet_set_column(about, 0, 0, 16, NULL);
    worksheet_set_column(about, 1, 1, 80, NULL);
    for (size_t i = 0; i < count && rc == LXW_NO_ERROR; i++) {
        rc = worksheet_write_string(about, (lxw_row_t)i, 0, pairs[i][0], x->head[XLSX_TEXT]);
        if (rc == LXW_NO_ERROR)
            rc = worksheet_write_string(about, (lxw_row_t)i, 1, pairs[i][1], x->format[XLSX_TEXT]);
    }
    return rc == LXW_NO_ERROR ? 0 : fail(e, "about", rc);
}

int xlsx_close(struct xlsx *x, struct err *e)
{
    lxw_error rc = workbook_close(x->book); /* frees it */

    arena_free(x->arena);
    return rc == LXW_NO_ERROR ? 0 : fail(e, "close", rc);
}

void xlsx_abandon(struct xlsx **x)
{
    if (*x == NULL)
        return;
    lxw_workbook_free((*x)->book);
    arena_free((*x)->arena);
    *x = NULL;
}
