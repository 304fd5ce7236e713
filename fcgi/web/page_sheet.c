/*
 * web/page_sheet.c - a form as the regulation prints it: empty, with what stands, with what is being typed, as it was
 * handed in
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "web/form.h"
#include "web/page_parts.h"

static void paper_show(struct call *c, struct node *model)
{
    c->template = "form";
    c->title = node_get_str(node_get(model, "form"), "title");
    if (c->http.want == WANT_HTML) {
        node_put_bool(c->arena, model, "is_paper", 1); /* prints alone */
        node_put_bool(c->arena, model, "is_form", 1);
    }
    page_show(c, model);
}

static int sheet_show(struct call *c, int64_t seq, const struct node *typed, struct err *e)
{
    struct node *model;

    if (form_view(&c->desk, c->args.id, c->args.word, seq, typed, &model, e) < 0)
        return -1;
    if (typed && c->http.want == WANT_HTML)
        node_put(c->arena, model, "all_typed", page_typed(c));
    paper_show(c, model);
    return 0;
}

int page_sheet(struct call *c, struct err *e)
{
    const char *asked = call_query(c, "seq");
    int64_t seq = 0;

    if (*asked && (text_i64(asked, &seq) < 0 || seq < 1)) {
        err_fail(e, ERR_NOT_FOUND, "没有这一次办理的表格");
        return err_mend(e, "请从项目档案的「经过」打开");
    }
    return sheet_show(c, seq, NULL, e);
}

/* As nobody has filled it in yet, for anybody. */
int page_sheet_blank(struct call *c, struct err *e)
{
    struct node *model;

    if (form_blank(&c->desk, call_query(c, "version"), c->args.word, &model, e) < 0)
        return -1;
    paper_show(c, model);
    return 0;
}

/* Keeps nothing and does nothing: the page that is being filled in, on paper. */
int page_sheet_typed(struct call *c, struct err *e)
{
    if (page_group_check(c, "with", e) < 0)
        return -1;
    return sheet_show(c, 0, page_act_input(c), e);
}
