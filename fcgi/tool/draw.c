/*
 * tool/draw.c - the draw of experts away from the platform: a seal worked out by whoever hands it in, a record run
 * again
 *
 * They need a file or a line, no settings and no server: for auditors, and for organs that trust nobody's server.
 */
#include "config.h"

#include "tool/tool.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/draw.h"

enum { RECORD_MAX_BYTES = 16 << 20, WORDS_MAX_BYTES = 2000 };

enum tool_exit tool_draw_seal(struct tool *t, struct err *e)
{
    char line[WORDS_MAX_BYTES];
    int64_t review = 0;

    if (t->args->count != 2 || text_i64(t->args->word[0], &review) < 0 || !text_is_id(t->args->word[1])) {
        (void)err_fail(e, ERR_BAD_INPUT, "用法：guizhang draw seal 评审编号 机关标识，然后输入封存的话");
        return TOOL_USAGE;
    }
    if (!fgets(line, sizeof line, stdin) || !text_is_utf8(line, strlen(line))) {
        (void)err_fail(e, ERR_BAD_INPUT, "没有从标准输入读到封存的话");
        return TOOL_USAGE;
    }
    line[strcspn(line, "\r\n")] = '\0';
    buf_fmt(t->out, "%s\n", draw_seal(t->arena, t->args->word[0], t->args->word[1], text_trim(t->arena, line)));
    return TOOL_OK;
}

static int record_read(struct tool *t, const char *path, const struct node **ret, struct err *e)
{
    char *bytes;
    size_t len;
    int line = 0, column = 0;

    if (file_read(t->arena, path, RECORD_MAX_BYTES, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(t->arena, bytes, len, ret, &line, &column, e) < 0) {
        char said[sizeof e->message];

        text_copy(said, sizeof said, e->message);
        return err_fail(e, ERR_BAD_JSON, "%s:%d:%d: %s", path, line, column, said);
    }
    /* the proof page as a whole, or its record alone */
    if (node_get(*ret, "record") != NULL)
        *ret = node_get(*ret, "record");
    return 0;
}

static const char *names_of(struct arena *a, const struct node *list)
{
    const char *s = "";

    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        s = arena_fmt(a, "%s%s%s", s, *s != '\0' ? "、" : "", node_get_str(n, "name"));
    return s;
}

enum tool_exit tool_draw_verify(struct tool *t, struct err *e)
{
    const struct node *record, *checked;

    if (t->args->count != 1) {
        (void)err_fail(e, ERR_BAD_INPUT, "用法：guizhang draw verify 抽取记录.json [--json]");
        return TOOL_USAGE;
    }
    if (record_read(t, t->args->word[0], &record, e) < 0)
        return TOOL_FAILED;
    checked = draw_check(t->arena, record);
    if (t->args->json) {
        jsonout_pretty(t->out, checked);
        buf_putc(t->out, '\n');
    } else {
        for (const struct node *n = node_first(node_get(checked, "checks")); n != NULL; n = n->next)
            buf_fmt(t->out, "%s  %s：%s\n", node_get_bool(n, "ok") ? "相符" : "不符", node_get_str(n, "name"),
                    node_get_str(n, "said"));
        buf_fmt(t->out, "重新抽取的成员：%s\n候补：%s\n",
                names_of(t->arena, node_get(node_get(checked, "again"), "members")),
                names_of(t->arena, node_get(node_get(checked, "again"), "reserves")));
        buf_puts(t->out, node_get_bool(checked, "same") ? "抽取记录相符。\n" : "抽取记录不符。\n");
    }
    return node_get_bool(checked, "same") ? TOOL_OK : TOOL_NO;
}
