/*
 * tool/calendar.c - commands about the yearly arrangements of days off: list, check, import
 *
 * They need files only; recounting, which needs a running installation, stands in tool/serve.c.
 */
#include "config.h"

#include "tool/tool.h"

#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "casework/platform.h"
#include "regulation/regulation.h"

enum { YEAR_FILE_MAX_BYTES = 1 << 18 };

/* Where --tenants says, or the settings, or the folder a command without settings works on. */
static int calendar_dir(struct tool *t, const char **ret, struct err *e)
{
    struct config c = {0};

    if (t->args->tenants == NULL && t->args->settings != NULL) {
        if (config_load(t->arena, t->args->settings, &c, e) < 0)
            return -1;
        *ret = arena_fmt(t->arena, "%s/common/calendar", c.tenants_dir);
        return 0;
    }
    *ret = arena_fmt(t->arena, "%s/common/calendar", tool_tenants_dir(t));
    return 0;
}

enum tool_exit tool_calendar_list(struct tool *t, struct err *e)
{
    struct calendar *c;
    const char *dir;
    int first, last;

    if (calendar_dir(t, &dir, e) < 0 || calendar_load(t->arena, dir, &c, e) < 0)
        return TOOL_FAILED;
    calendar_years(c, &first, &last);
    for (int year = first; year <= last; year++)
        buf_fmt(t->out, "%d 年 %s\n", year,
                calendar_has_year(c, year) ? calendar_notices(c, year) : "没有通知：按星期一至星期五推算，时限为暂定");
    buf_fmt(t->out, "%d 年起没有通知，时限为暂定\n日历版本 %s\n", last + 1, calendar_version(c));
    return TOOL_OK;
}

/* 1 the file is right, 0 it is not and what is wrong was printed, -1. */
static int check_file(struct tool *t, struct calendar_file *ret, struct err *e)
{
    struct findings f;

    findings_init(&f, t->arena);
    if (calendar_check(t->arena, t->args->word[0], ret, &f, e) < 0)
        return -1;
    findings_print(&f, t->out);
    if (f.errors > 0)
        buf_fmt(t->out, "错误 %d 处\n", f.errors);
    return f.errors == 0;
}

static int has_word(struct tool *t, struct err *e)
{
    if (t->args->count == 1)
        return 1;
    err_fail(e, ERR_BAD_INPUT, "请写明一个年份的节假日安排文件，如 2027.json");
    return 0;
}

enum tool_exit tool_calendar_check(struct tool *t, struct err *e)
{
    struct calendar_file file;

    if (!has_word(t, e))
        return TOOL_USAGE;

    int right = check_file(t, &file, e);

    if (right == 1)
        buf_fmt(t->out, "%d 年的安排没有发现错误\n", file.year);
    return right < 0 ? TOOL_FAILED : right ? TOOL_OK : TOOL_NO;
}

/* A later notice adds to the earlier: a file that forgets one is an old file, or another year's. */
static int keeps_notices(struct tool *t, const char *path, const struct calendar_file *file, struct err *e)
{
    const struct node *was;
    char *bytes;
    size_t len;

    if (file_read(t->arena, path, YEAR_FILE_MAX_BYTES, &bytes, &len, e) < 0 ||
        jsonin_parse(t->arena, bytes, len, &was, NULL, NULL, e) < 0)
        return -1;
    for (const struct node *n = node_first(node_get(was, "notices")); n != NULL; n = n->next) {
        const struct node *same = node_first(file->notices);

        while (same != NULL && !node_equal(same, n))
            same = same->next;
        if (same == NULL) {
            err_fail(e, ERR_CONFLICT, "%d 年的安排已按 %s 安装，新文件没有列出这份通知", file->year, node_str(n, ""));
            return err_mend(e, "补充通知改变安排的，请在 notices 里列出原有的和新的通知");
        }
    }
    return len == file->len && memcmp(bytes, file->bytes, len) == 0;
}

enum tool_exit tool_calendar_import(struct tool *t, struct err *e)
{
    struct calendar_file file;
    struct calendar *c;
    const char *dir, *path;

    if (!has_word(t, e))
        return TOOL_USAGE;
    if (calendar_dir(t, &dir, e) < 0 || calendar_load(t->arena, dir, &c, e) < 0)
        return TOOL_FAILED;

    int right = check_file(t, &file, e), first, last;

    if (right <= 0)
        return right < 0 ? TOOL_FAILED : TOOL_NO;
    calendar_years(c, &first, &last);
    if (file.year < first) {
        err_fail(e, ERR_BAD_INPUT, "日历从 %d 年开始，不能安装 %d 年的安排", first, file.year);
        return TOOL_NO;
    }
    if (file.before && !calendar_has_year(c, file.year - 1)) {
        err_fail(e, ERR_BAD_INPUT, "文件里有 %d 年的日子，那一年的安排还没有安装", file.year - 1);
        err_mend(e, "请先安装 %d 年的安排", file.year - 1);
        return TOOL_NO;
    }
    path = arena_fmt(t->arena, "%s/%d.json", dir, file.year);

    int same = calendar_has_year(c, file.year) ? keeps_notices(t, path, &file, e) : 0;

    if (same < 0)
        return e->code == ERR_CONFLICT ? TOOL_NO : TOOL_FAILED;
    if (same) {
        buf_fmt(t->out, "%d 年的安排已经安装，没有改动\n", file.year);
        return TOOL_OK;
    }
    if (file_write(path, file.bytes, file.len, 0644, e) < 0 || calendar_load(t->arena, dir, &c, e) < 0)
        return TOOL_FAILED;
    buf_fmt(t->out, "已安装 %s（%s），日历版本 %s\n", path, calendar_notices(c, file.year), calendar_version(c));
    buf_fmt(t->out, "接着：先让服务重新读取（SIGHUP 或重启），再运行 guizhang calendar recount 重算暂定的时限\n");
    return TOOL_OK;
}
