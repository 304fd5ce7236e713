/*
 * web/page_import.c - many at once from a table: projects, experts; the templates to fill in
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "casework/experts.h"
#include "casework/import.h"
#include "export/template.h"
#include "web/form.h"
#include "web/page_parts.h"

/* The table of the form: the file that was chosen, else what was typed under that name (NULL: only a file will do). */
static int table_of(struct call *c, const char *typed, struct import_file *ret, struct err *e)
{
    const char *name;
    char *bytes;
    size_t len;
    int found = page_file(c, TABLE_FILE_BYTES_MAX, &name, &bytes, &len, e);

    if (found < 0)
        return -1;
    if (found)
        return import_file_read(&c->desk, name, bytes, len, ret, e);
    if (typed)
        return import_lines_read(&c->desk, typed, ret, e);
    err_fail(e, ERR_BAD_INPUT, "还没有选择文件");
    err_mend(e, "请选择填好的表格，再按「导入」");
    return err_at(e, "/file");
}

/* "template.csv" or "template.xlsx", of these columns. */
static int template_give(struct call *c, const char *name, const struct node *columns, const char *const (*pairs)[2],
                         size_t count, struct err *e)
{
    struct made *m = ARENA_NEW(c->arena, struct made);
    char *bytes;

    if (text_eq(c->args.word, "template.csv")) {
        template_csv(c->arena, columns, &bytes, &m->len);
        m->type = "text/csv; charset=utf-8";
        m->name = arena_fmt(c->arena, "%s.csv", name);
    } else if (text_eq(c->args.word, "template.xlsx")) {
        if (template_xlsx(c->arena, c->platform->config.upload_dir, columns, pairs, count, &bytes, &m->len, e) < 0)
            return -1;
        m->type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        m->name = arena_fmt(c->arena, "%s.xlsx", name);
    } else {
        err_fail(e, ERR_NOT_FOUND, "没有这个模板");
        return err_mend(e, "请从导入页下载 Excel 模板或者 CSV 模板");
    }
    m->bytes = bytes;
    c->made = m;
    return 0;
}

/* ---- projects ---- */

static int import_show(struct call *c, const struct node *done, struct err *e)
{
    struct node *model;

    if (projects_import_view(&c->desk, &model, e) < 0)
        return -1;
    if (done)
        node_put(c->arena, model, "checked", node_copy(c->arena, done));
    page_faults(c, model);
    return page_show(c, model);
}

int page_import(struct call *c, struct err *e)
{
    int64_t count;

    if (import_show(c, NULL, e) < 0)
        return -1;
    if (text_i64(call_query(c, "done"), &count) == 0)
        node_put_int(c->arena, node_put_object(c->arena, c->model, "done"), "count", count);
    return 0;
}

int page_import_do(struct call *c, struct err *e)
{
    int only_check = text_eq(node_get_str(c->form, "go"), "try");
    struct import_file file;
    struct node *done, *faults = NULL;

    c->again = page_import;
    if (table_of(c, NULL, &file, e) < 0)
        return -1;

    int rc = projects_import(&c->desk, &file, only_check, &done, &faults, e);

    c->faults = faults;
    if (rc < 0)
        return -1;
    if (only_check && c->http.want == WANT_HTML)
        return import_show(c, done, e);
    c->model = done;
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    if (only_check)
        return 0;
    c->status = 201;
    c->location = call_href(c, "/projects/import?done=%lld", (long long)node_get_int(done, "count", 0));
    return 0;
}

int page_import_template(struct call *c, struct err *e)
{
    struct node *model;

    if (projects_import_view(&c->desk, &model, e) < 0)
        return -1;

    const char *const pairs[][2] = {
        {"用途", "成批导入项目：一行一个项目，导入后各是一份草稿，仍由本单位逐个补材料、送审"},
        {"适用", arena_fmt(c->arena, "%s %s", node_get_str(node_get(model, "regulation"), "title"),
                           node_get_str(node_get(model, "regulation"), "document_number"))},
        {"怎样填",
         arena_fmt(c->arena, "在「填报」表中从第二行起填写，第一行的列名不要改；最多 %lld 行。涉密项目不得填写",
                   (long long)node_get_int(model, "rows_max", 0))},
        {"不收的", "公式、错误值、没有列名的格；有一处不对，就一行也不导入"},
    };
    return template_give(c, "项目导入模板", node_get(model, "columns"), pairs, ARRAY_LEN(pairs), e);
}

/* ---- experts ---- */

int page_expert_lines(struct call *c, struct err *e)
{
    struct node *model;

    if (experts_lines_view(&c->desk, page_group_again(c, "with"), &c->errors, &model, e) < 0)
        return -1;
    page_faults(c, model);
    return page_asked(c, model, "");
}

int page_expert_import(struct call *c, struct err *e)
{
    struct import_file file;
    struct node *faults = NULL;
    int64_t count;

    c->again = page_expert_lines;
    if (page_group_check(c, "with", e) < 0 || table_of(c, node_get_str(page_group(c, "with"), "lines"), &file, e) < 0)
        return -1;

    int rc = experts_import(&c->desk, &file, &count, &faults, e);

    c->faults = faults;
    if (rc < 0)
        return -1;
    node_put_int(c->arena, c->model, "count", count);
    return page_done(c, call_href(c, "/experts?imported=%lld", (long long)count));
}

int page_expert_template(struct call *c, struct err *e)
{
    const char *const pairs[][2] = {
        {"用途", "专家成批入库：一行一位"},
        {"怎样填", "在「填报」表中从第二行起填写，第一行的列名不要改；有一行不对，就一行也不入库"}};
    struct node *columns;

    if (experts_columns(&c->desk, &columns, e) < 0)
        return -1;
    return template_give(c, "专家名单模板", columns, pairs, ARRAY_LEN(pairs), e);
}
