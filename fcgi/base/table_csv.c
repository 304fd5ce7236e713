/*
 * base/table_csv.c - values parted by commas (RFC 4180), as spreadsheets here write them; the address of iconv
 *
 * A spreadsheet on a Chinese desktop saves CSV in GB18030 unless told otherwise, so both are read. Which of the two it
 * is is no guess: the bytes must be whole in one of them, and the names of the columns have to be known to the reader
 * after.
 */
#include "config.h"

#include "base/table.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/text.h"

enum { ROWS_FIRST = 64, GROW = 2 };

/* ---- characters ---- */

static int unreadable(struct err *e, const char *what)
{
    err_fail(e, ERR_MEDIA, "%s", what);
    return err_mend(e, "请在表格程序中另存为「CSV UTF-8」，或者另存为 .xlsx 再上传");
}

static int of_gb18030(struct arena *a, const char *p, size_t n, char **ret, struct err *e)
{
    iconv_t turn = iconv_open("UTF-8", "GB18030");
    size_t room = n * 2 + 1; /* two bytes are at most three there, four are four */
    char *out = arena_alloc(a, room + 1), *to = out, *from = (char *)(uintptr_t)p;

    if (turn == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr): iconv says so itself */
        return unreadable(e, "文字不是 UTF-8 编码");

    size_t rc = iconv(turn, &from, &n, &to, &room);

    (void)iconv_close(turn);
    if (rc != 0 || n != 0)
        return unreadable(e, "文字既不是 UTF-8 也不是 GB18030 编码，或者不是文字");
    *to = '\0';
    *ret = out;
    return 0;
}

int table_text(struct arena *a, const char *p, size_t n, char **ret, const char **ret_name, struct err *e)
{
    static const char mark[] = "\xEF\xBB\xBF";

    if (n >= 2 && (memcmp(p, "\xFF\xFE", 2) == 0 || memcmp(p, "\xFE\xFF", 2) == 0))
        return unreadable(e, "文字是 UTF-16 编码（Unicode 文本）");
    if (memchr(p, '\0', n) != NULL)
        return unreadable(e, "文件的内容不是文字");
    if (n >= 3 && memcmp(p, mark, 3) == 0) {
        p += 3;
        n -= 3;
        if (!text_is_utf8(p, n))
            return unreadable(e, "文件开头写明是 UTF-8，里面却有读不出的字");
    }
    *ret_name = "UTF-8";
    if (text_is_utf8(p, n)) {
        *ret = arena_dupn(a, p, n);
        return 0;
    }
    *ret_name = "GB18030";
    return of_gb18030(a, p, n, ret, e);
}

/* Of the first line: a tab, else a comma, else a semicolon. */
char table_separator(const char *text)
{
    size_t len = strcspn(text, "\r\n");

    if (memchr(text, '\t', len) != NULL)
        return '\t';
    return memchr(text, ',', len) == NULL && memchr(text, ';', len) != NULL ? ';' : ',';
}

/* ---- rows ---- */

struct csv {
    struct arena *a;
    const struct table_limits *limits;
    const char *p;
    char separator;
    int number; /* of the row being read */
    struct table *t;
    size_t room;
    struct table_cell *cells; /* of the row being read: as many as the limit */
    size_t count;
};

static int past(struct err *e, int number, const char *what, size_t limit, const char *unit)
{
    err_fail(e, ERR_TOO_LARGE, "第 %d 行%s，最多 %zu %s", number, what, limit, unit);
    return err_mend(e, "请核对引号和分隔符，或者分成几份导入");
}

static int cell_put(struct csv *c, const char *text, size_t len, struct err *e)
{
    const char *trimmed;

    if (len > c->limits->cell_bytes)
        return past(e, c->number, "有一格写得过长", c->limits->cell_bytes / TABLE_HAN_BYTES, "个汉字");
    trimmed = text_trim(c->a, arena_dupn(c->a, text, len));
    if (c->count == c->limits->columns) {
        if (*trimmed == '\0')
            return 0; /* separators without end that some programs leave */
        return past(e, c->number, "的列过多", c->limits->columns, "列");
    }
    c->cells[c->count++] = (struct table_cell){.kind = *trimmed != '\0' ? TABLE_TEXT : TABLE_EMPTY, .text = trimmed};
    return 0;
}

static int unpaired(struct csv *c, const char *what, struct err *e)
{
    err_fail(e, ERR_BAD_INPUT, "第 %d 行有一个引号%s", c->number, what);
    return err_mend(e, "请在表格程序中重新保存；手工编写的，格中的引号写成两个");
}

/* "…" with "" for a quotation mark; p stands behind the first one. */
static int quoted(struct csv *c, struct err *e)
{
    const char *end = c->p;

    while ((end = strchr(end, '"')) != NULL && end[1] == '"')
        end += 2;
    if (end == NULL)
        return unpaired(c, "没有成对", e);

    char *out = arena_alloc(c->a, (size_t)(end - c->p) + 1), *o = out;

    for (const char *p = c->p; p < end; p++) {
        *o++ = *p;
        p += *p == '"';
    }
    c->p = end + 1;
    if (*c->p != '\0' && *c->p != '\r' && *c->p != '\n' && *c->p != c->separator)
        return unpaired(c, "后面还有内容", e);
    return cell_put(c, out, (size_t)(o - out), e);
}

/* 1 when the row goes on, 0 at its end. */
static int cell_read(struct csv *c, struct err *e)
{
    if (*c->p == '"') {
        c->p++;
        if (quoted(c, e) < 0)
            return -1;
    } else {
        char stops[] = {c->separator, '\r', '\n', '\0'};
        size_t len = strcspn(c->p, stops);

        if (cell_put(c, c->p, len, e) < 0)
            return -1;
        c->p += len;
    }
    if (*c->p != c->separator)
        return 0;
    c->p++;
    return 1;
}

static int row_keep(struct csv *c, struct err *e)
{
    struct table *t = c->t;
    int filled = 0;

    for (size_t i = 0; i < c->count; i++)
        filled |= c->cells[i].kind != TABLE_EMPTY;
    if (!filled)
        return 0;
    if (t->count == c->limits->rows) {
        err_fail(e, ERR_TOO_LARGE, "表格超过 %zu 行", c->limits->rows);
        return err_mend(e, "请分成几份导入");
    }
    if (t->count == c->room) {
        struct table_row *more = ARENA_ARRAY(c->a, struct table_row, c->room * GROW);

        memcpy(more, t->rows, t->count * sizeof *more);
        t->rows = more;
        c->room *= GROW;
    }
    struct table_row *row = &t->rows[t->count++];

    *row = (struct table_row){
        .number = c->number, .count = c->count, .cells = ARENA_ARRAY(c->a, struct table_cell, c->count)};
    memcpy(row->cells, c->cells, c->count * sizeof *row->cells);
    return 0;
}

int table_csv(struct arena *a, const char *text, char separator, const struct table_limits *limits, struct table *ret,
              struct err *e)
{
    struct table t = {.rows = ARENA_ARRAY(a, struct table_row, ROWS_FIRST)};
    struct csv c = {.a = a,
                    .limits = limits,
                    .p = text,
                    .separator = separator,
                    .t = &t,
                    .room = ROWS_FIRST,
                    .cells = ARENA_ARRAY(a, struct table_cell, limits->columns + 1)};

    while (*c.p != '\0') {
        int more = 1;

        c.number++;
        c.count = 0;
        while (more > 0)
            more = cell_read(&c, e);
        if (more < 0 || row_keep(&c, e) < 0)
            return -1;
        if (*c.p == '\r')
            c.p++;
        if (*c.p == '\n')
            c.p++;
    }
    *ret = t;
    return 0;
}
