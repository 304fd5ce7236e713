/*
 * casework/import.c - many at once from a table: columns, cells as a form would send them, faults by row and column
 */
#include "config.h"

#include "casework/import.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "casework/view.h"

enum { CELL_BYTES = 64 * 1024, DAYS_MAX = 2958465 /* 9999-12-31, the last a spreadsheet knows */ };

/* ---- what was handed in ---- */

static struct table_limits limits_of(const struct desk *d)
{
    return (struct table_limits){
        .rows = (size_t)d->platform->config.import_rows + 1, .columns = IMPORT_COLUMNS_MAX, .cell_bytes = CELL_BYTES};
}

int import_file_read(const struct desk *d, const char *name, const void *p, size_t n, struct import_file *ret,
                     struct err *e)
{
    const struct table_limits limits = limits_of(d);
    struct import_file f = {.name = name, .sm3 = crypto_sm3_hex(d->arena, p, n)};

    if (table_read(d->arena, name, p, n, &limits, &f.table, e) < 0)
        return err_at(e, "/file");
    *ret = f;
    return 0;
}

int import_lines_read(const struct desk *d, const char *lines, struct import_file *ret, struct err *e)
{
    const struct table_limits limits = limits_of(d);
    struct import_file f = {.name = "", .sm3 = crypto_sm3_hex(d->arena, lines, strlen(lines))};

    if (table_lines(d->arena, lines, &limits, &f.table, e) < 0)
        return err_at(e, "/lines");
    *ret = f;
    return 0;
}

/* ---- columns ---- */

static const char *head_of(struct arena *a, const char *label, const char *type, const char *unit)
{
    if (*unit == '\0' && text_eq(type, "money"))
        unit = "万元";
    return *unit != '\0' ? arena_fmt(a, "%s（%s）", label, unit) : label;
}

static int label_is_twice(const struct node *choices, const char *label)
{
    int n = 0;

    for (const struct node *c = node_first(choices); c != NULL; c = c->next)
        n += text_eq(node_get_str(c, "label"), label);
    return n > 1;
}

/* What is written for a choice: its label, with its branch where two have the same. */
static void put_choices(struct arena *a, struct node *n, const struct node *choices)
{
    struct node *list = node_put_list(a, n, "choices");

    for (const struct node *c = node_first(choices); c != NULL; c = c->next) {
        struct node *o = node_add_object(a, list);
        const char *label = node_get_str(c, "label"), *group = node_get_str(c, "group");

        node_put_text(a, o, "id", node_get_str(c, "id"));
        node_put_text(a, o, "label", label);
        if (label_is_twice(choices, label) && *group != '\0')
            node_put_fmt(a, o, "shown", "%s / %s", group, label);
        else
            node_put_text(a, o, "shown", label);
    }
}

/* Of every project: one that is asked of some only may lack its column. */
static int is_required(const struct node *column)
{
    return node_get_bool(column, "required") && *node_get_str(column, "asked_when") == '\0';
}

static const char *choices_text(struct arena *a, const struct node *column)
{
    const char *all = text_eq(node_get_str(column, "type"), "boolean") ? "是、否" : "";

    for (const struct node *c = node_first(node_get(column, "choices")); c != NULL; c = c->next)
        all = arena_fmt(a, "%s%s%s", all, *all != '\0' ? "；" : "", node_get_str(c, "shown"));
    return all;
}

/* How a cell of that type is written. */
static const char *manner_of(const struct node *column)
{
    static const char *const manners[][2] = {
        {"money", "数字，单位万元，如 412.60"}, {"integer", "整数"},
        {"date", "日期，如 2026-03-01"},        {"boolean", "是或否"},
        {"choice", "从可填的内容中选一项"},     {"choices", "可以填几项，用、隔开"}};

    for (size_t i = 0; i < ARRAY_LEN(manners); i++) {
        if (text_eq(node_get_str(column, "type"), manners[i][0]))
            return manners[i][1];
    }
    return "文字";
}

struct node *import_column(struct arena *a, struct node *columns, const struct node *declared)
{
    static const char *const copied[] = {"id",       "label", "type",      "type_name",  "unit",
                                         "required", "hint",  "precision", "asked_when", "articles"};
    char letter[TABLE_COLUMN_NAME];
    struct node *n;

    table_column_name(letter, node_count(columns));
    n = node_add_object(a, columns);
    for (size_t i = 0; i < ARRAY_LEN(copied); i++) {
        if (node_get(declared, copied[i]) != NULL)
            node_put(a, n, copied[i], node_copy(a, node_get(declared, copied[i])));
    }
    node_put_text(a, n, "column", letter);
    node_put_text(a, n, "head", head_of(a, node_get_str(n, "label"), node_get_str(n, "type"), node_get_str(n, "unit")));
    put_choices(a, n, node_get(declared, "choices"));
    node_put_text(a, n, "choices_text", choices_text(a, n));
    node_put_text(a, n, "manner", manner_of(n));
    node_put_bool(a, n, "is_required", is_required(n));
    return n;
}

/* Blanks, a star beside a required one, half brackets and line breaks are nothing: 总投资 (万元) * */
static const char *plain(struct arena *a, const char *head)
{
    static const struct {
        const char *from, *to;
    } turns[] = {{" ", ""}, {"\n", ""}, {"\r", ""},  {"\t", ""}, {"　", ""},
                 {"*", ""}, {"＊", ""}, {"(", "（"}, {")", "）"}};
    char *out = arena_alloc(a, strlen(head) * 3 + 1), *o = out;

    while (*head != '\0') {
        size_t i = 0;

        while (i < ARRAY_LEN(turns) && !text_starts(head, turns[i].from))
            i++;
        const char *to = i < ARRAY_LEN(turns) ? turns[i].to : head;
        size_t n = i < ARRAY_LEN(turns) ? strlen(to) : 1;

        memcpy(o, to, n);
        o += n;
        head += i < ARRAY_LEN(turns) ? strlen(turns[i].from) : 1;
    }
    *o = '\0';
    return out;
}

static const struct node *column_named(struct arena *a, const struct node *columns, const char *head)
{
    const char *name = plain(a, head);

    for (const struct node *c = node_first(columns); c != NULL; c = c->next) {
        if (text_eq(name, plain(a, node_get_str(c, "head"))) || text_eq(name, plain(a, node_get_str(c, "label"))))
            return c;
    }
    return NULL;
}

/* ---- faults ---- */

static void fault_put(struct import *im, int row, int column, const struct node *declared, const struct err *why)
{
    struct arena *a = im->d->arena;
    const char *id = node_get_str(declared, "id"), *where = arena_fmt(a, "第 %d 行", row);
    char letter[TABLE_COLUMN_NAME] = "";
    struct node *n;

    if (im->fault_count++ >= IMPORT_FAULTS_MAX)
        return;
    n = node_add_object(a, im->faults);
    node_put_int(a, n, "row", row);
    if (column >= 0) {
        table_column_name(letter, (size_t)column);
        node_put_text(a, n, "column", letter);
        where = arena_fmt(a, "%s %s 列", where, letter);
    }
    if (declared != NULL) {
        node_put_text(a, n, "label", node_get_str(declared, "head"));
        where = arena_fmt(a, "%s「%s」", where, node_get_str(declared, "head"));
    }
    node_put_text(a, n, "where", where);
    node_put_text(a, n, "path", *id != '\0' ? arena_fmt(a, "/rows/%d/%s", row, id) : arena_fmt(a, "/rows/%d", row));
    node_put_text(a, n, "field", id);
    node_put_text(a, n, "message", why->message);
    if (why->mend[0] != '\0')
        node_put_text(a, n, "mend", why->mend);
    if (why->article[0] == '\0')
        return;
    node_put_text(a, n, "article", why->article);
    node_put_text(a, n, "article_text", text_articles(a, why->article));
    node_put(a, n, "articles", view_articles_of(im->d, why->article));
}

static void say(struct import *im, int row, int column, const struct node *declared, const char *mend,
                const char *message)
{
    struct err why = {0};

    (void)err_fail(&why, ERR_BAD_INPUT, "%s", message);
    (void)err_mend(&why, "%s", mend);
    fault_put(im, row, column, declared, &why);
}

int import_refuse(const struct import *im, struct err *e)
{
    if (im->fault_count == 0)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "有 %lld 处需要改正，一行也没有导入", (long long)im->fault_count);
    return err_mend(e, "请在表格中改好，再把整份表格上传一次");
}

/* ---- the head ---- */

static void head_cell(struct import *im, const struct table_row *head, size_t i)
{
    struct arena *a = im->d->arena;
    const struct table_cell *cell = table_cell(head, i);

    if (cell->kind == TABLE_EMPTY)
        return;
    im->at[i] = column_named(a, im->columns, cell->text);
    if (im->at[i] == NULL) {
        say(im, head->number, (int)i, NULL, "请用本页下载的模板；多出来的列请删去",
            arena_fmt(a, "没有「%.60s」这一列", cell->text));
        return;
    }
    for (size_t k = 0; k < i; k++) {
        if (im->at[k] == im->at[i])
            say(im, head->number, (int)i, im->at[i], "请只留一列", "这一列有两个");
    }
}

static int is_there(const struct import *im, const struct node *column)
{
    for (size_t i = 0; i < IMPORT_COLUMNS_MAX; i++) {
        if (im->at[i] == column)
            return 1;
    }
    return 0;
}

static void head_missing(struct import *im, const struct table_row *head)
{
    for (const struct node *c = node_first(im->columns); c != NULL; c = c->next) {
        if (is_there(im, c) || !is_required(c))
            continue;
        im->lost[im->lost_count++] = c;
        say(im, head->number, -1, c, "请用本页下载的模板，不要删去必填的列", "缺少这一列");
    }
}

static int head_known(const struct import *im, const struct table_row *head)
{
    for (size_t i = 0; i < head->count; i++) {
        if (table_cell(head, i)->kind == TABLE_TEXT &&
            column_named(im->d->arena, im->columns, head->cells[i].text) != NULL)
            return 1;
    }
    return 0;
}

int import_begin(struct import *im, const struct desk *d, const struct node *columns, const struct import_file *file,
                 int head_is_needed, struct err *e)
{
    const struct table_row *head = file->table.count > 0 ? &file->table.rows[0] : NULL;

    *im = (struct import){.d = d, .columns = columns, .file = file, .faults = node_list(d->arena)};
    if (head != NULL && head_known(im, head)) {
        im->first = 1;
        for (size_t i = 0; i < head->count; i++)
            head_cell(im, head, i);
        head_missing(im, head);
    } else if (head_is_needed) {
        err_fail(e, ERR_BAD_INPUT, "第一行不是模板的列名");
        return err_mend(e, "请用本页下载的模板填写，第一行的列名不要改动");
    } else {
        size_t i = 0;

        for (const struct node *c = node_first(columns); c != NULL; c = c->next)
            im->at[i++] = c;
    }
    if (import_row(im, 0) != NULL)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "表格里没有内容");
    return err_mend(e, head_is_needed ? "第一行是列名，请从第二行起填写，一行一项" : "一行一项，请至少填写一行");
}

const struct table_row *import_row(const struct import *im, size_t i)
{
    i += (size_t)im->first;
    return i < im->file->table.count ? &im->file->table.rows[i] : NULL;
}

int import_twin(const struct import *im, size_t i)
{
    const struct table_row *row = import_row(im, i), *other;

    for (size_t k = 0; k < i; k++) {
        size_t c = 0;

        other = import_row(im, k);
        while (c < IMPORT_COLUMNS_MAX && table_cell(row, c)->kind == table_cell(other, c)->kind &&
               text_eq(table_cell(row, c)->text, table_cell(other, c)->text))
            c++;
        if (c == IMPORT_COLUMNS_MAX)
            return other->number;
    }
    return 0;
}

/* ---- cells as a form would send them ---- */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A number of a spreadsheet counts days; what is typed as text may have its parts written several ways: 2026/3/1,
 * 2026年3月 */
static const char *day_of(const struct import *im, struct arena *a, const struct table_cell *cell)
{
    int part[3] = {0}, n = 0;
    int64_t serial;

    if (cell->kind == TABLE_NUMBER && text_i64(cell->text, &serial) == 0 && serial >= 1 && serial <= DAYS_MAX) {
        date zero = im->file->table.from_1904 ? date_of(1904, 1, 1) : date_of(1899, 12, 30);

        return date_text(a, zero + (date)serial);
    }
    for (const char *p = cell->text; *p != '\0' && n < 3;) {
        if (is_digit(*p)) {
            int v = 0;

            for (; is_digit(*p) && v < 100000; p++)
                v = v * 10 + (*p - '0');
            part[n++] = v;
        }
        p += strspn(p, "-/. ");
        for (size_t i = 0; i < 3; i++) {
            static const char *const marks[] = {"年", "月", "日"};

            if (text_starts(p, marks[i]))
                p += strlen(marks[i]);
        }
        if (*p != '\0' && !is_digit(*p))
            return cell->text;
    }
    if (n == 3)
        return arena_fmt(a, "%04d-%02d-%02d", part[0], part[1], part[2]);
    return n == 2 ? arena_fmt(a, "%04d-%02d", part[0], part[1]) : cell->text;
}

static const char *choice_of(const struct node *column, const char *text)
{
    for (const struct node *c = node_first(node_get(column, "choices")); c != NULL; c = c->next) {
        if (text_eq(node_get_str(c, "shown"), text) || text_eq(node_get_str(c, "id"), text))
            return node_get_str(c, "id");
    }
    return text; /* its reader says what is wrong with it */
}

/* The choice the text begins with and that ends where a separator stands: a label may hold 、 itself. */
static size_t choice_at(const struct node *column, const char *p, const char **ret)
{
    size_t best = 0;

    for (const struct node *c = node_first(node_get(column, "choices")); c != NULL; c = c->next) {
        const char *shown = node_get_str(c, "shown");
        size_t n = strlen(shown);

        if (n <= best || !text_starts(p, shown))
            continue;
        if (p[n] == '\0' || strchr(",;|\n ", p[n]) != NULL || text_starts(p + n, "、") || text_starts(p + n, "，") ||
            text_starts(p + n, "；")) {
            best = n;
            *ret = node_get_str(c, "id");
        }
    }
    return best;
}

static size_t separator_at(const char *p)
{
    static const char *const marks[] = {"、", "，", "；", ",", ";", "|", "\n", "\r", " ", "　"};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (text_starts(p, marks[i]))
            return strlen(marks[i]);
    }
    return 0;
}

static struct node *choices_of(struct arena *a, const struct node *column, const char *text)
{
    struct node *list = node_list(a);

    for (const char *p = text; *p != '\0';) {
        const char *id = NULL, *from = p;
        size_t n = separator_at(p);

        if (n == 0 && (n = choice_at(column, p, &id)) == 0) {
            while (*p != '\0' && separator_at(p) == 0)
                p++;
            id = choice_of(column, arena_dupn(a, from, (size_t)(p - from)));
        }
        p += n;
        if (id != NULL)
            node_add_text(a, list, id);
    }
    return list;
}

static struct node *cell_given(const struct import *im, struct arena *a, const struct node *column,
                               const struct table_cell *cell)
{
    const char *type = node_get_str(column, "type");

    if (text_eq(type, "choices"))
        return choices_of(a, column, cell->text);
    if (text_eq(type, "choice"))
        return node_text(a, choice_of(column, cell->text));
    return node_text(a, text_eq(type, "date") ? day_of(im, a, cell) : cell->text);
}

static void cell_take(struct import *im, struct arena *a, const struct table_row *row, size_t i, struct node *given)
{
    const struct table_cell *cell = table_cell(row, i);
    const struct node *column = i < IMPORT_COLUMNS_MAX ? im->at[i] : NULL;

    if (cell->kind == TABLE_EMPTY)
        return;
    if (column == NULL) {
        if (im->first > 0 && table_cell(&im->file->table.rows[0], i)->kind != TABLE_EMPTY)
            return; /* said of the head */
        say(im, row->number, (int)i, NULL, "请删去这一格，或者用本页下载的模板", "这一格上面没有列名");
    } else if (cell->kind == TABLE_FORMULA) {
        say(im, row->number, (int)i, column, "请复制这一格，「选择性粘贴」为数值，再上传",
            "这一格是公式，不能当作填写的内容");
    } else if (cell->kind == TABLE_FAULT) {
        say(im, row->number, (int)i, column, "请改成要填写的内容",
            arena_fmt(im->d->arena, "这一格是错误值 %.20s", cell->text));
    } else {
        node_put(a, given, node_get_str(column, "id"), cell_given(im, a, column, cell));
    }
}

struct node *import_given(struct import *im, struct arena *a, const struct table_row *row)
{
    struct node *given = node_object(a);

    for (size_t i = 0; i < row->count; i++)
        cell_take(im, a, row, i, given);
    return given;
}

/* ---- what the check found ---- */

static const char *last_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static const struct node *column_by_id(const struct import *im, const char *id)
{
    for (const struct node *c = node_first(im->columns); c != NULL; c = c->next) {
        if (text_eq(node_get_str(c, "id"), id))
            return c;
    }
    return NULL;
}

static int is_lost(const struct import *im, const struct node *column)
{
    for (size_t i = 0; i < im->lost_count; i++) {
        if (im->lost[i] == column)
            return 1;
    }
    return 0;
}

void import_faults(struct import *im, const struct table_row *row, const struct err_list *errors)
{
    for (int i = 0; i < errors->count && i < ERR_LIST_MAX; i++) {
        const struct err *it = &errors->item[i];
        const struct node *column = column_by_id(im, last_of(it->path));
        int at = -1;

        for (size_t k = 0; column != NULL && k < IMPORT_COLUMNS_MAX && at < 0; k++)
            at = im->at[k] == column ? (int)k : -1;
        if (column != NULL && is_lost(im, column))
            continue;
        /* a formula or a fault stands there: said of the cell, not once more as missing */
        if (at >= 0 &&
            (table_cell(row, (size_t)at)->kind == TABLE_FORMULA || table_cell(row, (size_t)at)->kind == TABLE_FAULT))
            continue;
        fault_put(im, row->number, at, column, it);
    }
}
