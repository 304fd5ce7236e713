/*
 * base/table.c - a table that was filled in elsewhere: which kind of file it is, cells, numbers
 */
#include "config.h"

#include "base/table.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { DIGITS_KEPT = 15, EXPONENT_MAX = 40, LETTERS = 26 };

void table_column_name(char ret[TABLE_COLUMN_NAME], size_t column)
{
    char reversed[TABLE_COLUMN_NAME];
    size_t n = 0;

    for (size_t i = column + 1; i > 0 && n < TABLE_COLUMN_NAME - 1; i = (i - 1) / LETTERS)
        reversed[n++] = (char)('A' + (i - 1) % LETTERS);
    for (size_t i = 0; i < n; i++)
        ret[i] = reversed[n - 1 - i];
    ret[n] = '\0';
}

const struct table_cell *table_cell(const struct table_row *row, size_t column)
{
    static const struct table_cell empty = {.kind = TABLE_EMPTY, .text = ""};

    return column < row->count ? &row->cells[column] : &empty;
}

/* ---- numbers ---- */

struct decimal {
    int negative, point; /* point: digits before it */
    size_t count;
    char digits[64]; /* without zeros in front */
};

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *exponent_read(const char *p, int *ret)
{
    int negative = 0, v = 0;

    if (*p != 'e' && *p != 'E')
        return p;
    p++;
    if (*p == '+' || *p == '-')
        negative = *p++ == '-';
    if (!is_digit(*p))
        return NULL;
    for (; is_digit(*p); p++)
        v = v < EXPONENT_MAX * 10 ? v * 10 + (*p - '0') : v;
    *ret = negative ? -v : v;
    return p;
}

static int decimal_read(const char *p, struct decimal *d)
{
    int seen = 0, behind = 0, exponent = 0;

    if (*p == '-' || *p == '+')
        d->negative = *p++ == '-';
    for (; is_digit(*p) || (*p == '.' && !behind); p++) {
        if (*p == '.') {
            behind = 1;
            continue;
        }
        seen = 1;
        if (d->count == 0 && *p == '0') {
            d->point -= behind;
            continue;
        }
        if (d->count == sizeof d->digits)
            return -1;
        d->digits[d->count++] = *p;
        d->point += !behind;
    }
    p = seen ? exponent_read(p, &exponent) : NULL;
    d->point += exponent;
    return p != NULL && *p == '\0' && d->point <= EXPONENT_MAX && d->point >= -EXPONENT_MAX ? 0 : -1;
}

/* Half up at the fifteenth digit; zeros at the end go. */
static void decimal_round(struct decimal *d)
{
    int up = d->count > DIGITS_KEPT && d->digits[DIGITS_KEPT] >= '5';

    if (d->count > DIGITS_KEPT)
        d->count = DIGITS_KEPT;
    for (size_t i = d->count; up && i-- > 0;) {
        up = d->digits[i] == '9';
        d->digits[i] = (char)(up ? '0' : d->digits[i] + 1);
    }
    if (up) { /* all were nines */
        d->digits[0] = '1';
        d->count = 1;
        d->point++;
    }
    while (d->count > 0 && d->digits[d->count - 1] == '0')
        d->count--;
}

char *table_number(struct arena *a, const char *digits)
{
    struct decimal d = {0};
    char out[2 * EXPONENT_MAX + sizeof d.digits + 8], *o = out;

    if (decimal_read(digits, &d) < 0)
        return NULL;
    decimal_round(&d);
    if (d.count == 0)
        return arena_dup(a, "0");
    if (d.negative)
        *o++ = '-';
    if (d.point <= 0)
        *o++ = '0';
    for (int i = 0; i < d.point; i++)
        *o++ = (char)((size_t)i < d.count ? d.digits[i] : '0');
    if ((int)d.count > d.point) {
        *o++ = '.';
        for (int i = d.point; i < 0; i++)
            *o++ = '0';
        for (size_t i = d.point > 0 ? (size_t)d.point : 0; i < d.count; i++)
            *o++ = d.digits[i];
    }
    *o = '\0';
    return arena_dup(a, out);
}

/* ---- which kind ---- */

static int ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);

    return n > k && strcasecmp(name + n - k, ending) == 0;
}

static int refuse(struct err *e, const char *name, const char *what)
{
    err_fail(e, ERR_MEDIA, "「%.80s」%s", name, what);
    return err_mend(e, "请用本页下载的模板填写，存为 .xlsx 或 .csv 再上传");
}

static int is_text_file(const char *name)
{
    return ends_with(name, ".csv") || ends_with(name, ".txt");
}

static int csv_file(struct arena *a, const char *p, size_t n, const struct table_limits *limits, struct table *ret,
                    struct err *e)
{
    const char *coding;
    char *text;

    if (table_text(a, p, n, &text, &coding, e) < 0 || table_csv(a, text, table_separator(text), limits, ret, e) < 0)
        return -1;
    ret->form = arena_fmt(a, "CSV（%s）", coding);
    return 0;
}

int table_read(struct arena *a, const char *name, const void *p, size_t n, const struct table_limits *limits,
               struct table *ret, struct err *e)
{
    struct table t = {0};
    char has[TEXT_SIZE_ROOM], most[TEXT_SIZE_ROOM];
    int rc;

    if (n > TABLE_FILE_BYTES_MAX) {
        err_fail(e, ERR_TOO_LARGE, "「%.80s」有 %s，超过可以导入的 %s", name, text_size(has, (int64_t)n),
                 text_size(most, TABLE_FILE_BYTES_MAX));
        return err_mend(e, "请删去图片和多余的工作表，或者分成几份导入");
    }
    if (n >= 8 && memcmp(p, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
        return refuse(e, name, "是旧格式的表格（.xls、.et），或者设有打开密码");
    if (n >= 4 && memcmp(p, "PK\x03\x04", 4) == 0) {
        if (!ends_with(name, ".xlsx"))
            return refuse(e, name, "的内容是工作簿或压缩包，名称却不是 .xlsx");
        rc = table_xlsx(a, p, n, limits, &t, e);
    } else {
        if (!is_text_file(name))
            return refuse(e, name, ends_with(name, ".xlsx") ? "的内容不是工作簿" : "不是可以导入的表格");
        rc = csv_file(a, p, n, limits, &t, e);
    }
    if (rc < 0)
        return -1;
    if (t.count == 0) {
        err_fail(e, ERR_BAD_INPUT, "「%.80s」里没有内容", name);
        return err_mend(e, "请在第一个工作表中填写；第一行是列名，从第二行起一行一项");
    }
    *ret = t;
    return 0;
}

int table_lines(struct arena *a, const char *text, const struct table_limits *limits, struct table *ret, struct err *e)
{
    char *plain = arena_dup(a, text), *to = plain;

    for (const char *p = text; *p != '\0';) { /* full commas are what people type */
        if (text_starts(p, "，")) {
            *to++ = ',';
            p += strlen("，");
        } else {
            *to++ = *p++;
        }
    }
    *to = '\0';
    if (table_csv(a, plain, table_separator(plain), limits, ret, e) < 0)
        return -1;
    ret->form = "填写的名单";
    return 0;
}
