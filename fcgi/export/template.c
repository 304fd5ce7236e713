/*
 * export/template.c - an empty table to be filled in: its columns, what may stand in them
 */
#include "config.h"

#include "export/template.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/text.h"
#include "export/xlsx.h"

enum {
    CSV_BYTES = 64 * 1024,
    FILE_BYTES = 1 << 20,
    COLUMNS_MAX = 64,
    PAIRS_MAX = 16,
    WIDTH = 18,
    WIDTH_LONG = 36,
    ROWS = 2000
};

void template_csv(struct arena *a, const struct node *columns, char **ret, size_t *ret_len)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, CSV_BYTES);
    buf_puts(&b, "\xEF\xBB\xBF");
    for (const struct node *c = node_first(columns); c != NULL; c = c->next) {
        buf_putc(&b, '"'); /* a name has no quotation mark of its own: it is a label of the rules */
        for (const char *p = node_get_str(c, "head"); *p != '\0'; p++) {
            if (*p == '"')
                buf_putc(&b, '"');
            buf_putc(&b, *p);
        }
        buf_puts(&b, c->next != NULL ? "\"," : "\"\r\n");
    }
    *ret = arena_dupn(a, buf_str(&b), b.len);
    *ret_len = b.len;
}

static enum xlsx_kind kind_of(const char *type)
{
    static const struct {
        const char *type;
        enum xlsx_kind kind;
    } kinds[] = {{"money", XLSX_MONEY}, {"integer", XLSX_INT}, {"date", XLSX_DATE}};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (text_eq(kinds[i].type, type))
            return kinds[i].kind;
    }
    return XLSX_TEXT;
}

/* 必填。数字，单位万元，如 412.60。… 依据第七条 */
static const char *words_of(struct arena *a, const struct node *c)
{
    const char *when = node_get_str(c, "asked_when"), *hint = node_get_str(c, "hint"),
               *choices = node_get_str(c, "choices_text");
    const char *s = node_get_bool(c, "is_required") ? "必填。"
                    : *when != '\0'                 ? arena_fmt(a, "仅当：%s，才填。", when)
                                                    : "可以不填。";

    s = arena_fmt(a, "%s%s。", s, node_get_str(c, "manner"));
    if (*choices != '\0')
        s = arena_fmt(a, "%s可填：%s。", s, choices);
    if (*hint != '\0')
        s = arena_fmt(a, "%s%s%s", s, hint, text_ends(hint, "。") ? "" : "。");
    if (node_count(node_get(c, "articles")) == 0)
        return s;
    s = arena_fmt(a, "%s依据", s);
    for (const struct node *n = node_first(node_get(c, "articles")); n != NULL; n = n->next)
        s = arena_fmt(a, "%s%s%s", s, node_get_str(n, "text"), n->next != NULL ? "、" : "");
    return s;
}

/* The choice offered in each cell, where one is to be chosen. */
static int choice_put(struct arena *a, struct xlsx *x, size_t col, const struct node *c, struct err *e)
{
    static const char *const yes_no[] = {"是", "否", NULL};
    const struct node *choices = node_get(c, "choices");
    const char **list = ARENA_ARRAY(a, const char *, node_count(choices) + 1);
    size_t n = 0;

    if (text_eq(node_get_str(c, "type"), "boolean"))
        return xlsx_choose(x, col, ROWS, yes_no, e);
    if (!text_eq(node_get_str(c, "type"), "choice"))
        return 0;
    for (const struct node *k = node_first(choices); k != NULL; k = k->next)
        list[n++] = node_get_str(k, "shown");
    return xlsx_choose(x, col, ROWS, list, e);
}

static int sheets_put(struct arena *a, struct xlsx *x, const struct node *columns, const char *const (*pairs)[2],
                      size_t count, struct err *e)
{
    const char *all[PAIRS_MAX + COLUMNS_MAX][2];
    size_t n = 0, col = 0;

    for (; n < count && n < PAIRS_MAX; n++)
        memcpy(all[n], pairs[n], sizeof all[n]);
    for (const struct node *c = node_first(columns); c != NULL && col < COLUMNS_MAX; c = c->next, n++) {
        if (choice_put(a, x, col++, c, e) < 0)
            return -1;
        all[n][0] = node_get_str(c, "head");
        all[n][1] = words_of(a, c);
    }
    return xlsx_about(x, "填写说明", (const char *const(*)[2])all, n, e);
}

static int file_make(struct arena *a, const char *path, const char *folder, const struct node *columns,
                     const char *const (*pairs)[2], size_t count, struct err *e)
{
    struct xlsx_col cols[COLUMNS_MAX];
    struct xlsx *x;
    size_t n = 0;

    for (const struct node *c = node_first(columns); c != NULL && n < COLUMNS_MAX; c = c->next)
        cols[n++] = (struct xlsx_col){.name = node_get_str(c, "head"),
                                      .kind = kind_of(node_get_str(c, "type")),
                                      .width = text_eq(node_get_str(c, "type"), "long_text") ? WIDTH_LONG : WIDTH,
                                      .is_open = 1};
    if (xlsx_open(path, folder, "填报", cols, n, &x, e) < 0)
        return -1;
    if (sheets_put(a, x, columns, pairs, count, e) < 0) {
        xlsx_abandon(&x);
        return -1;
    }
    return xlsx_close(x, e);
}

int template_xlsx(struct arena *a, const char *folder, const struct node *columns, const char *const (*pairs)[2],
                  size_t count, char **ret, size_t *ret_len, struct err *e)
{
    const char *path = arena_fmt(a, "%s/template-%s.xlsx", folder, crypto_token(a));
    int rc = file_make(a, path, folder, columns, pairs, count, e);

    if (rc == 0)
        rc = file_read(a, path, FILE_BYTES, ret, ret_len, e);
    (void)unlink(path);
    return rc;
}
