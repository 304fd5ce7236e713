/*
 * base/settings.c - a table of settings and the strict JSON file that fills it
 *
 * Nested members make dotted names: "database": {"socket": …} is database.socket.
 * The struct is filled only when the whole file is right, so that a running program
 * may try a new file and keep the old settings.
 */
#include "config.h"

#include "base/settings.h"

#include <assert.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/node.h"
#include "base/text.h"

enum { SETTINGS_FILE_BYTES = 1024 * 1024, SETTINGS_NAME_BYTES = 128 };

struct load {
    struct arena *a;
    const struct setting *table;
    size_t count;
    const struct node **value; /* one a row, NULL while not given */
    const char *path;
    struct err *e;
};

static int fail_at(struct load *l, int line, int column, const char *fmt, ...) PRINTF_(4, 5);

static int fail_at(struct load *l, int line, int column, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    const char *what = arena_vfmt(l->a, fmt, ap);
    va_end(ap);
    return err_fail(l->e, ERR_CONFIG, "%s:%d:%d：%s", l->path, line, column, what);
}

static const struct setting *row_of(const struct load *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->table[i].name, name) == 0)
            return &l->table[i];
    }
    return NULL;
}

/* 1 when name is the first part of a setting's dotted name. */
static int is_group(const struct load *l, const char *name)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < l->count; i++) {
        if (strncmp(l->table[i].name, name, n) == 0 && l->table[i].name[n] == '.')
            return 1;
    }
    return 0;
}

static int check_value(struct load *l, const struct setting *row, const struct node *n)
{
    const struct node_place at = node_place(n);

    switch (row->type) {
    case SETTING_TEXT:
        if (n->type != NODE_TEXT)
            return fail_at(l, at.line, at.column, "%s 应为文字", row->name);
        break;
    case SETTING_PATH:
        if (n->type != NODE_TEXT || n->u.text[0] == '\0')
            return fail_at(l, at.line, at.column, "%s 应为文件或文件夹的路径", row->name);
        break;
    case SETTING_BOOL:
        if (n->type != NODE_BOOL)
            return fail_at(l, at.line, at.column, "%s 应为 true 或 false", row->name);
        break;
    case SETTING_INT:
        if (n->type != NODE_INT)
            return fail_at(l, at.line, at.column, "%s 应为整数", row->name);
        if (n->u.integer < row->min || n->u.integer > row->max)
            return fail_at(l, at.line, at.column, "%s 应在 %lld 与 %lld 之间", row->name, (long long)row->min,
                           (long long)row->max);
        break;
    }
    return 0;
}

static int take_members(struct load *l, const struct node *object, const char *prefix)
{
    for (const struct node *kid = node_first(object); kid != NULL; kid = kid->next) {
        const char *name = arena_fmt(l->a, "%s%s", prefix, kid->key);
        /* a key that is dotted itself could set one setting twice */
        const struct setting *row = strchr(kid->key, '.') == NULL ? row_of(l, name) : NULL;

        if (row != NULL) {
            if (check_value(l, row, kid) < 0)
                return -1;
            l->value[row - l->table] = kid;
        } else if (strchr(kid->key, '.') != NULL || !is_group(l, name)) {
            return fail_at(l, node_place(kid).key_line, node_place(kid).key_column, "没有名为 %.100s 的设置", name);
        } else if (kid->type != NODE_OBJECT) {
            return fail_at(l, node_place(kid).line, node_place(kid).column, "%s 应为一组设置，写在 { } 之间", name);
        } else if (take_members(l, kid, arena_fmt(l->a, "%s.", name)) < 0) {
            return -1;
        }
    }
    return 0;
}

static void set_row(struct load *l, const struct setting *row, const struct node *n, void *base)
{
    void *field = (char *)base + row->offset;
    int64_t number = 0;

    switch (row->type) {
    case SETTING_TEXT:
        *(const char **)field = n != NULL ? n->u.text : row->def;
        break;
    case SETTING_PATH:
        *(const char **)field = file_beside(l->a, l->path, n != NULL ? n->u.text : row->def);
        break;
    case SETTING_BOOL:
        *(int *)field = n != NULL ? n->u.truth : text_eq(row->def, "true");
        break;
    case SETTING_INT:
        if (n != NULL)
            number = n->u.integer;
        else
            assert(text_i64(row->def, &number) == 0);
        *(int64_t *)field = number;
        break;
    }
}

/* The table is ours: what is wrong with it is a broken promise. */
static void check_table(const struct setting *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct setting *row = &table[i];
        int64_t number;

        assert(row->name != NULL && row->doc != NULL && strlen(row->name) < SETTINGS_NAME_BYTES);
        for (size_t k = 0; k < i; k++)
            assert(strcmp(table[k].name, row->name) != 0);
        if (row->type == SETTING_INT)
            assert(row->min <= row->max);
        if (row->def == NULL)
            continue;
        if (row->type == SETTING_INT)
            assert(text_i64(row->def, &number) == 0 && number >= row->min && number <= row->max);
        if (row->type == SETTING_BOOL)
            assert(text_eq(row->def, "true") || text_eq(row->def, "false"));
    }
}

static int parse_file(struct load *l, const struct node **ret)
{
    char *bytes;
    size_t len;
    int line, column;

    if (file_read(l->a, l->path, SETTINGS_FILE_BYTES, &bytes, &len, l->e) < 0)
        return -1;
    if (jsonin_parse(l->a, bytes, len, ret, &line, &column, l->e) < 0) {
        /* "第 L 行第 C 列：what": the place is said our way */
        const char *what = strstr(l->e->message, "：");

        return fail_at(l, line, column, "%s", what != NULL ? what + strlen("：") : l->e->message);
    }
    if ((*ret)->type != NODE_OBJECT)
        return fail_at(l, node_place(*ret).line, node_place(*ret).column, "设置文件应为一个对象，写在 { } 之间");
    return 0;
}

int settings_load(struct arena *a, const struct setting *table, size_t count, void *base, const char *path,
                  struct err *e)
{
    struct load l = {.a = a, .table = table, .count = count, .path = path, .e = e};
    const struct node *root;

    check_table(table, count);
    l.value = ARENA_ARRAY(a, const struct node *, count);
    if (parse_file(&l, &root) < 0 || take_members(&l, root, "") < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (table[i].def == NULL && l.value[i] == NULL) {
            fail_at(&l, node_place(root).line, node_place(root).column, "缺少设置 %s", table[i].name);
            return err_mend(e, "%s", table[i].doc);
        }
    }
    for (size_t i = 0; i < count; i++)
        set_row(&l, &table[i], l.value[i], base);
    return 0;
}

static void print_value(struct buf *b, const struct setting *row, const void *base)
{
    const void *field = (const char *)base + row->offset;

    if (text_ends(row->name, "password") || text_ends(row->name, "secret")) {
        buf_puts(b, "（不显示）");
        return;
    }
    switch (row->type) {
    case SETTING_TEXT:
    case SETTING_PATH:
        buf_fmt(b, "\"%s\"", *(const char *const *)field != NULL ? *(const char *const *)field : "");
        break;
    case SETTING_BOOL:
        buf_puts(b, *(const int *)field ? "true" : "false");
        break;
    case SETTING_INT:
        buf_fmt(b, "%lld", (long long)*(const int64_t *)field);
        break;
    }
}

void settings_print(struct buf *b, const struct setting *table, size_t count, const void *base)
{
    static const char *const types[] = {
        [SETTING_TEXT] = "文字", [SETTING_INT] = "整数", [SETTING_BOOL] = "true 或 false", [SETTING_PATH] = "路径"};

    for (size_t i = 0; i < count; i++) {
        const struct setting *row = &table[i];

        buf_puts(b, row->name);
        if (base != NULL) {
            buf_puts(b, " = ");
            print_value(b, row, base);
        }
        buf_fmt(b, "\n    %s", types[row->type]);
        if (row->type == SETTING_INT)
            buf_fmt(b, "，%lld 至 %lld", (long long)row->min, (long long)row->max);
        if (row->def == NULL)
            buf_puts(b, "，必填");
        else
            buf_fmt(b, "，不写时为%s%s", row->def[0] != '\0' ? " " : "空", row->def);
        buf_fmt(b, "\n    %s\n", row->doc);
    }
}
