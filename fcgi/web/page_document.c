/*
 * web/page_document.c - files: taken in, taken back, handed out
 *
 * Without script the whole page is one form: the button that uploads sends everything typed along, and gets the
 * page back with it. With script each file goes alone and is answered in JSON; alone it may also come bare
 * (application/octet-stream, ?procedure= &material= &name=), and is then kept without being copied.
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "web/form.h"
#include "web/page_parts.h"

/* The page the form stood on, filled again with what was typed. */
static int page_back(struct call *c, int64_t project, struct err *e)
{
    const char *page = node_get_str(c->form, "page");

    if (text_eq(page, "edit"))
        return page_draft_show(c, project, page_group(c, "facts"), e);
    if (text_starts(page, "acts/"))
        return page_act_show(c, project, page + strlen("acts/"), 1, e);
    c->location = call_href(c, "/projects/%lld", (long long)project);
    return 0;
}

static int add_again(struct call *c, struct err *e)
{
    if (page_back(c, c->args.id, e) < 0)
        return -1;
    if (!c->location)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "没有可以回到的页面");
    return err_mend(e, "请从项目档案重新打开");
}

/* A part says its place in its name, file.<procedure>.<material>; or the two come as fields beside it. */
static void part_place(struct call *c, const struct multipart_part *part, const char **ret_procedure,
                       const char **ret_material)
{
    char **piece;
    *ret_procedure = node_get_str(c->form, "procedure");
    *ret_material = node_get_str(c->form, "material");
    if (!text_starts(part->name, "file."))
        return;
    size_t count = text_split(c->arena, part->name, '.', &piece);
    *ret_procedure = count > 1 ? piece[1] : "";
    *ret_material = count > 2 ? piece[2] : "";
}

static int part_take(struct call *c, size_t i, struct node **ret, struct err *e)
{
    const struct multipart_part *part = &c->upload.multipart.parts[i];
    struct desk desk = c->desk;
    const char *procedure, *material, *key = arena_fmt(c->arena, "%s/%zu", c->desk.key, i);

    desk.key = arena_dupn(c->arena, crypto_sm3_hex(c->arena, key, strlen(key)), 40);
    part_place(c, part, &procedure, &material);
    if (document_take(&desk, c->args.id, procedure, material, part->file_name, c->upload.path, part->offset,
                      part->length, ret, e) == 0)
        return 0;
    if (c->upload.multipart.count > 1 && !e->mend[0])
        err_mend(e, "出错的文件是「%s」", part->file_name);
    return -1;
}

static int bare_take(struct call *c, struct node *taken, struct err *e)
{
    struct node *document;

    if (!text_eq(c->http.type, "application/octet-stream")) {
        err_fail(e, ERR_MEDIA, "文件应作为表单（multipart/form-data）上传");
        return err_mend(e, "请在材料清单里选择文件后上传");
    }
    if (document_take(&c->desk, c->args.id, call_query(c, "procedure"), call_query(c, "material"),
                      call_query(c, "name"), c->upload.path, 0, c->upload.size, &document, e) < 0)
        return -1;
    node_add(taken, document);
    return 0;
}

static int parts_take(struct call *c, struct node *taken, struct err *e)
{
    struct node *document;

    if (!c->upload.multipart.count) {
        err_fail(e, ERR_BAD_INPUT, "还没有选择文件");
        return err_mend(e, "请先在材料清单里选择文件，再按「上传所选文件」");
    }
    for (size_t i = 0; i < c->upload.multipart.count; i++) {
        if (part_take(c, i, &document, e) < 0)
            return -1;
        node_add(taken, document);
    }
    return 0;
}

int page_document_add(struct call *c, struct err *e)
{
    struct node *taken = node_list(c->arena);

    c->again = add_again;
    if ((c->upload.is_multipart ? parts_take(c, taken, e) : bare_take(c, taken, e)) < 0)
        return -1;
    if (c->http.want == WANT_HTML) {
        node_put(c->arena, c->model, "taken", taken);
        node_put_int(c->arena, c->model, "taken_count", (int64_t)node_count(taken));
        return page_back(c, c->args.id, e);
    }
    c->status = 201;
    node_put(c->arena, c->model, "documents", taken);
    node_put_fmt(c->arena, c->model, "project", "%lld", (long long)c->args.id);
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    node_put_text(c->arena, c->model, "href", node_get_str(node_first(taken), "href"));
    return 0;
}

int page_document_drop(struct call *c, struct err *e)
{
    int64_t project = 0;

    if (document_drop(&c->desk, c->args.id, e) < 0)
        return -1;
    if (node_get(c->form, "project") && form_i64(c->form, "project", 1, INT64_MAX, &project, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML && project)
        return page_back(c, project, e);
    c->location = project ? call_href(c, "/projects/%lld", (long long)project) : call_href(c, "/home");
    node_put_text(c->arena, c->model, "csrf", csrf_token(c->arena, c->actor));
    return 0;
}

int page_document(struct call *c, struct err *e)
{
    struct document_file *file = ARENA_NEW(c->arena, struct document_file);
    if (document_open(&c->desk, c->args.id, file, e) < 0)
        return -1;
    c->file = file;
    return 0;
}
