/*
 * web/page_law.c - the regulation, a decision's letter, the audit trail
 */
#include "config.h"

#include "web/pages.h"

#include "base/buf.h"
#include "base/text.h"
#include "web/page_parts.h"

/* The text keeps its paragraphs apart by line ends; a page wants them one by one. */
static void article_put(struct arena *a, struct node *article)
{
    char **line;
    size_t count = text_split(a, node_get_str(article, "text"), '\n', &line);
    struct node *list = node_put_list(a, article, "paragraphs");
    for (size_t i = 0; i < count; i++)
        if (*line[i])
            node_add_text(a, list, line[i]);
    node_put_bool(a, node_put_object(a, article, "kind_is"), node_get_str(article, "kind"), 1);
    node_put_int(a, article, "rule_count", (int64_t)node_count(node_get(article, "rules")));
}

static void chapters_put(struct call *c, struct node *model)
{
    struct node *chapters = node_copy(c->arena, node_get(model, "chapters"));
    for (struct node *chapter = chapters->u.kids.first; chapter; chapter = chapter->next) {
        struct node *articles = node_copy(c->arena, node_get(chapter, "articles"));
        for (struct node *article = articles->u.kids.first; article; article = article->next)
            article_put(c->arena, article);
        node_put(c->arena, chapter, "articles", articles);
    }
    node_put(c->arena, model, "chapters", chapters);
}

/*
 * cache: the regulation's page as it was made for everybody that day. It is long, open to the public and depends on the
 * published text alone; it is made without the frame, so that nobody's name or token can stay in it.
 */
enum { LAW_PAGES = 16, LAW_ARENA_BYTES = 8 << 20, LAW_PAGE_BYTES = 2 << 20, FIND_CHARS_MAX = 60 };
static struct law_page {
    struct arena *arena;
    const struct district *district;
    const char *key, *title, *html;
} law_pages[LAW_PAGES];
static size_t law_next;

static const struct law_page *law_find(const struct call *c, const char *key)
{
    for (size_t i = 0; i < LAW_PAGES; i++)
        if (law_pages[i].district == c->district && law_pages[i].arena && text_eq(law_pages[i].key, key))
            return &law_pages[i];
    return NULL;
}

static const struct law_page *law_keep(const struct call *c, const char *key, const char *title, const struct buf *html)
{
    struct law_page *p = &law_pages[law_next++ % LAW_PAGES];
    arena_free(p->arena);
    p->arena = arena_new("law page", LAW_ARENA_BYTES);
    p->district = c->district;
    p->key = arena_dup(p->arena, key);
    p->title = arena_dup(p->arena, title);
    p->html = arena_dupn(p->arena, html->data, html->len);
    return p;
}

/* What the page may know of its reader; all of it is part of the key. */
static struct node *law_reader(const struct call *c)
{
    struct node *o = node_object(c->arena);
    node_put_text(c->arena, o, "base", c->base);
    node_put_bool(c->arena, o, "actor", c->actor != NULL);
    node_put_bool(c->arena, o, "is_print", text_eq(call_query(c, "print"), "1"));
    return o;
}

static int law_make(struct call *c, const char *version, const char *key, const struct node *reader,
                    const struct law_page **ret, struct err *e)
{
    struct buf html CLEANUP_(buf_free) = {0};
    struct node *model;

    if (regulation_view(&c->desk, *version ? version : NULL, &model, e) < 0)
        return -1;
    if (node_get(model, "chapters"))
        chapters_put(c, model);
    page_fields(c->arena, model);
    buf_init(&html, LAW_PAGE_BYTES);
    const struct node *contexts[] = {reader, model};
    if (mustache_render(c->web->templates, c->template, NULL, contexts, 2, &html, e) < 0)
        return -1;
    const struct node *r = node_get(model, "regulation");
    *ret = law_keep(c, key, r ? node_get_str(r, "title") : c->title, &html);
    return 0;
}

static int law_page_show(struct call *c, const char *version, struct err *e)
{
    const struct node *reader = law_reader(c);
    const char *key = arena_fmt(c->arena, "%s %s %d %d %s", date_text(c->arena, instant_date(c->desk.now)), c->base,
                                node_get_bool(reader, "actor"), node_get_bool(reader, "is_print"), version);
    const struct law_page *p = law_find(c, key);
    struct node *model = node_object(c->arena);

    if (!p && law_make(c, version, key, reader, &p, e) < 0)
        return -1;
    c->title = p->title;
    c->template = "ready";
    node_put_text(c->arena, model, "ready", p->html);
    page_show(c, model);
    return 0;
}

/* What was searched for stands in the address; such a page is short and made anew each time. */
static int law_search(struct call *c, const char *version, const char *q, struct err *e)
{
    struct node *model;

    if (text_chars(q) > FIND_CHARS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "要查的词太长，最多 %d 个字", FIND_CHARS_MAX);
        return err_at(e, "/q");
    }
    if (regulation_find(&c->desk, *version ? version : NULL, q, &model, e) < 0)
        return -1;
    c->template = "law_find";
    c->title = arena_fmt(c->arena, "查条文：%s", q);
    page_show(c, model);
    return 0;
}

int page_forms(struct call *c, struct err *e)
{
    struct node *model;

    if (forms_view(&c->desk, call_query(c, "version"), &model, e) < 0)
        return -1;
    page_show(c, model);
    return 0;
}

int page_cases(struct call *c, struct err *e)
{
    struct node *model;

    if (cases_view(&c->desk, call_query(c, "version"), &model, e) < 0)
        return -1;
    page_show(c, model);
    return 0;
}

int page_case(struct call *c, struct err *e)
{
    struct node *model;

    if (case_view(&c->desk, call_query(c, "version"), c->args.word, &model, e) < 0)
        return -1;
    c->title = node_get_str(model, "name");
    page_show(c, model);
    return 0;
}

int page_regulation(struct call *c, struct err *e)
{
    const char *version = call_query(c, "version"), *q = text_trim(c->arena, call_query(c, "q"));
    struct node *model;

    if (*q)
        return law_search(c, version, q, e);
    if (c->http.want == WANT_HTML)
        return law_page_show(c, version, e);
    if (regulation_view(&c->desk, *version ? version : NULL, &model, e) < 0)
        return -1;
    page_show(c, model);
    return 0;
}

int page_decision(struct call *c, struct err *e)
{
    struct node *model;
    if (decision_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    c->title = node_get_str(node_get(model, "decision"), "title");
    if (c->http.want == WANT_HTML)
        node_put_bool(c->arena, model, "is_paper", 1); /* prints alone */
    page_show(c, model);
    return 0;
}

/* clang-format off */
static const struct { const char *what, *name; } deeds[] = {
    { "audit.read",      "查阅审计记录" },
    { "bill.accept",     "接受草稿中的疑问" },
    { "bill.confirm",    "确认发布法规" },
    { "bill.create",     "起草法规" },
    { "bill.file",       "改草稿的文件" },
    { "bill.propose",    "提出发布法规" },
    { "bill.withdraw",   "撤回草稿或者发布" },
    { "document.add",    "上传文件" },
    { "calendar.recount", "按新的放假安排重算暂定时限" },
    { "delegation.end",  "撤销委托" },
    { "notice.post",  "登记公告" },
    { "notice.take_down", "撤下公告" },
    { "paper.first_read", "收文首次打开" },
    { "delegation.make", "登记委托" },
    { "document.drop",   "删去文件" },
    { "cosign.act",      "加签" },
    { "cosign.answer",   "答复加签" },
    { "cosign.ask",      "请同事加签" },
    { "cosign.back",     "收回加签" },
    { "cosign.read",     "查看加签" },
    { "cosign.urge",     "催办加签" },
    { "document.read",   "查看文件" },
    { "expert.import",   "专家成批入库" },
    { "expert.put",      "专家入库或修改" },
    { "export.ask",      "导出清单" },
    { "export.read",     "下载导出的表格" },
    { "home",            "打开工作台" },
    { "inbox.decide",    "受理或者退回报送" },
    { "inbox.read",      "查看收件箱" },
    { "inbox.receive",   "收到报送" },
    { "outbox.act",      "重新送出" },
    { "outbox.read",     "查看上报" },
    { "outbox.retry",    "重新上报" },
    { "nightly.project", "到期检查" },
    { "nightly.vacancy", "发现空岗" },
    { "project.act",     "办理" },
    { "project.draft",   "填报" },
    { "project.import",  "成批导入项目" },
    { "project.event",   "记入回执" },
    { "project.first_read", "收件机关首次打开" },
    { "project.hand",    "转办或者移交" },
    { "project.read",    "查看项目" },
    { "project.urge",    "催办" },
    { "project.withdraw", "撤回送审" },
    { "review.close",    "形成评审意见" },
    { "review.meet",     "召集评审会" },
    { "review.open",     "开封、抽取" },
    { "review.replace",  "更换专家" },
    { "review.seal",     "交封签" },
    { "review.start",    "提交专家候选名单" },
    { "review.void",     "抽取作废" },
    { "seat.draft",      "评分表暂存" },
    { "seat.hand_in",    "交评分表" },
    { "seat.leave",      "专家退出" },
    { "settings.save",   "改提醒设置" },
    { "view.drop",       "删去视图" },
    { "view.keep",       "存下视图" },
};
/* clang-format on */

/* Rows keep the words of machines; a person reads what they mean. */
static void deed_put(struct arena *a, struct node *row)
{
    for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
        if (text_eq(deeds[i].what, node_get_str(row, "what")))
            node_put_text(a, row, "what_name", deeds[i].name);
    for (int code = 0; code < ERR__MAX; code++)
        if (text_eq(err_slug((enum err_code)code), node_get_str(row, "reason")))
            node_put_text(a, row, "reason", err_title((enum err_code)code));
}

static void deeds_put(const struct call *c, struct node *model)
{
    struct node *list = node_put_list(c->arena, model, "deeds");
    for (size_t i = 0; i < ARRAY_LEN(deeds); i++) {
        struct node *n = node_add_object(c->arena, list);
        node_put_text(c->arena, n, "id", deeds[i].what);
        node_put_text(c->arena, n, "name", deeds[i].name);
        node_put_bool(c->arena, n, "chosen", text_eq(deeds[i].what, node_get_str(node_get(model, "filter"), "what")));
    }
}

int page_audit(struct call *c, struct err *e)
{
    struct node *model;
    if (audit_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML) {
        struct node *rows = node_copy(c->arena, node_get(model, "rows"));
        for (struct node *n = rows->u.kids.first; n; n = n->next)
            deed_put(c->arena, n);
        node_put(c->arena, model, "rows", rows);
        deeds_put(c, model);
    }
    page_show(c, model);
    return 0;
}
