/*
 * casework/help_view.c - help: what this post does under the regulation in force, what errors mean, what to take away
 *
 * The steps are drawn from the rules, the errors from the table of base/err.h: neither can fall behind the program.
 */
#include "config.h"

#include "casework/list.h"

#include <string.h>

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/import.h"
#include "casework/view.h"

/* What a person can do; where a page knows better it says so itself. */
static const char *const mends[ERR__MAX] = {
    [ERR_NONE] = "不需要做什么",
    [ERR_BAD_INPUT] = "页面上方列出全部问题，逐项改正后再提交；已填内容都在",
    [ERR_BAD_JSON] = "由调用接口的系统改正报文的格式",
    [ERR_BAD_FORM] = "请从平台的页面重新提交，不要改动页面的地址和内容",
    [ERR_NO_SESSION] = "请登录；填到一半的表单登录后在「接着提交」里",
    [ERR_LOGIN] = "请核对账号和密码；忘记密码请联系政务目录管理员",
    [ERR_FORBIDDEN] = "请换到有权的岗位，或者请页面上写明的机关办理",
    [ERR_CSRF] = "请重新打开页面再提交，不要用很久以前打开的页面",
    [ERR_NOT_FOUND] = "请核对地址；项目只有本单位和经办机关看得到",
    [ERR_METHOD] = "请从平台的页面办理",
    [ERR_NOT_ACCEPTABLE] = "由调用接口的系统改为要网页或者 JSON",
    [ERR_STALE] = "请看清他人改了什么，再决定以哪一份为准；您填的内容还在",
    [ERR_CONFLICT] = "请重新打开页面，核对是否已经办过",
    [ERR_TOO_LARGE] = "请缩小文件或者分成几次提交",
    [ERR_MEDIA] = "请按材料清单上写明的类型上传，去掉宏和密码",
    [ERR_RULE] = "请看所引条文和「为什么」，先办好缺的一步，或者请写明的机关办理",
    [ERR_LOCKED] = "请等页面上写明的时间过后再登录，或者联系政务目录管理员",
    [ERR_TOO_MANY] = "请稍候再试",
    [ERR_INTERNAL] = "请记下页面下方的请求编号，联系平台管理员",
    [ERR_UNCERTAIN] = "请先看项目页有没有记上，没有记上再办一次；重复提交不会办两次",
    [ERR_DB] = "请稍候再试；填写的内容请先留在页面上",
    [ERR_DIRECTORY] = "现在只能查阅，请等政务目录恢复后再提交",
    [ERR_BUSY] = "请稍候再试",
    [ERR_DISK] = "请联系平台管理员扩充空间；已填内容没有丢失",
    [ERR_CONFIG] = "请记下页面下方的请求编号，联系平台管理员",
    [ERR_PEER] = "请看上报的状态；平台会自动再送，不需要重报",
};

const char *help_mend(enum err_code code)
{
    return (unsigned)code < ERR__MAX && mends[code] != NULL ? mends[code] : "";
}

/* ---- the post's steps ---- */

static int names_organ(const struct node *by, const struct node *organs, const char *organ)
{
    for (const struct node *n = node_first(by); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), organ))
            return 1;
        for (const struct node *o = node_first(organs); o != NULL; o = o->next) /* one of several, by the project */
            if (text_eq(node_get_str(o, "id"), node_str(n, "")))
                for (const struct node *c = node_first(node_get(o, "cases")); c != NULL; c = c->next)
                    if (text_eq(node_get_str(c, "organ"), organ))
                        return 1;
    }
    return 0;
}

static const char *acts_named(struct arena *a, const struct node *step, const struct node *organs, const char *organ)
{
    const char *names = "";

    for (const struct node *act = node_first(node_get(step, "acts")); act != NULL; act = act->next) {
        const struct node *by = node_get(act, "by");

        if (by != NULL && node_count(by) > 0 && !names_organ(by, organs, organ))
            continue;
        names = arena_fmt(a, "%s%s%s", names, *names != '\0' ? "、" : "", node_get_str(act, "name"));
    }
    return names;
}

static void steps_put(const struct desk *d, const struct regulation *r, const char *organ, struct node *me)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, me, "steps");
    const struct node *organs = regulation_organs(r, a);

    for (const struct node *p = node_first(node_get(regulation_names(r, a), "procedures")); p != NULL; p = p->next) {
        const struct node *whole = regulation_procedure(r, a, p->key);

        for (const struct node *s = node_first(node_get(whole, "steps")); s != NULL; s = s->next) {
            const char *acts;
            struct node *n;

            if (!names_organ(node_get(s, "by"), organs, organ))
                continue;
            acts = acts_named(a, s, organs, organ);
            n = node_add_object(a, list);
            node_put_text(a, n, "procedure", node_str(p, ""));
            node_put_text(a, n, "name", node_get_str(s, "name"));
            node_put_text(a, n, "acts", acts);
            node_put_bool(a, n, "acts_say_more", !text_eq(acts, node_get_str(s, "name")));
            node_put(a, n, "articles",
                     view_articles(d, node_count(node_get(s, "articles")) > 0 ? node_get(s, "articles")
                                                                              : node_get(whole, "articles")));
        }
    }
}

/* No list the law in force knows nothing of. */
static int is_known_list(const struct desk *d, const char *path)
{
    const struct list_def *def = text_starts(path, "/lists/") ? list_named(path + strlen("/lists/")) : NULL;

    return def == NULL || list_rules(d, def) != NULL;
}

/* Posts beside the organs: what they can see. */
static void sees_put(const struct desk *d, struct node *me)
{
    static const struct {
        enum action may;
        const char *path, *name, *says;
        int (*known)(const struct desk *d); /* only where the district's law knows of it; NULL: everywhere */
    } pages[] = {
        {MAY_HOME, "/home", "我的工作台", "待办、到期提醒，登录后首先看到"},
        {MAY_PROJECT_DRAFT, "/projects/new", "新建申报", "按现行办法逐项填写，随时可以暂存"},
        {MAY_PROJECT_DRAFT, "/projects/import", "成批导入", "下载模板，一行一个项目，全部检查后成为草稿",
         projects_import_known},
        {MAY_PROJECT_READ, "/projects", "项目清单", "筛选、存成常用视图、选列、打印、导出"},
        {MAY_PROJECT_READ, "/search", "查找", "名称、编号、单位、文件名和意见里的字"},
        {MAY_STAT_READ, "/dashboard", "统计看板", "多少件、多少钱、在哪里、超期多少，点数字看清单"},
        {MAY_SUPERVISE, "/lists", "监督清单", "未批先建、超期、变更累计、拆分疑似等现成的清单"},
        {MAY_PROJECT_READ, "/lists/waiver", "例外登记",
         "没有按一般规定办理的每一次：谁办的、依据哪一条、什么理由、到哪天为止", list_waiver_known},
        {MAY_PROJECT_READ, "/lists/stay", "储备、入库和结转", "在储备库、项目库里的项目和已经结转的资金，最迟到哪一天",
         list_stay_known},
        {MAY_PROJECT_READ, "/lists/system", "信息系统台账", "各单位有哪些系统、背后哪些项目、谁在运行、在用还是已停用"},
        {MAY_PROJECT_READ, "/lists/resource", "数据资源目录", "各项目登记的数据资源和共享属性"},
        {MAY_PROJECT_READ, "/lists/evaluation", "评价结果", "绩效评价、后评价的等次、结论和对下一步安排的意见",
         list_evaluation_known},
        {MAY_EXPORT, "/exports", "我的导出", "导出的表格在这里下载"},
        {MAY_INBOX_READ, "/inbox", "下级报来", "受理或者退回下级报来的材料"},
        {MAY_OUTBOX_READ, "/outbox", "上报与回执", "报给上级的材料到了哪里"},
        {MAY_AUDIT_READ, "/audit", "审计记录", "谁在什么时候做了什么，只增不改"},
        {MAY_REGULATION_READ, "/regulation", "法规库", "条文、按条文做的规定、情景案例"},
    };
    struct node *list = node_put_list(d->arena, me, "pages");

    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct node *n;

        if (!permit_allows(d->actor->post->kind, pages[i].may) || !is_known_list(d, pages[i].path) ||
            (pages[i].known != NULL && !pages[i].known(d)))
            continue;
        n = node_add_object(d->arena, list);
        node_put_text(d->arena, n, "name", pages[i].name);
        node_put_text(d->arena, n, "says", pages[i].says);
        node_put_text(d->arena, n, "href", view_href(d, "%s", pages[i].path));
    }
}

/* Said before the program is asked, by other titles: nginx/errors/table. */
static const struct {
    const char *code;
    int status;
    const char *title, *mend;
} before[] = {
    {"bad_input", 400, "这个请求读不出来", "请回到平台的页面重新打开；地址是复制来的，请检查是否完整"},
    {"too_large", 413, "提交的内容过大", "文件请压缩，或者拆成几个分次上传；退回原来的页面，填写的内容还在"},
    {"uncertain", 503, "平台暂时没有应答", "请过一分钟退回原来的页面再提交一次；已经办成的不会重复办理"},
};

static void errors_put(struct arena *a, struct node *page)
{
    struct node *list = node_put_list(a, page, "errors");

    for (int code = ERR_NONE + 1; code < ERR__MAX; code++) {
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "code", err_slug((enum err_code)code));
        node_put_bool(a, n, "is_first", 1);
        node_put_int(a, n, "status", err_status((enum err_code)code));
        node_put_text(a, n, "title", err_title((enum err_code)code));
        node_put_text(a, n, "mend", help_mend((enum err_code)code));
    }
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "code", before[i].code);
        node_put_int(a, n, "status", before[i].status);
        node_put_text(a, n, "title", before[i].title);
        node_put_text(a, n, "mend", before[i].mend);
    }
}

/* ---- what to take away ---- */

static void download_put(const struct desk *d, struct node *list, const char *name, const char *says, const char *href)
{
    struct node *n = node_add_object(d->arena, list);

    node_put_text(d->arena, n, "name", name);
    node_put_text(d->arena, n, "says", says);
    node_put_text(d->arena, n, "href", href);
}

static void downloads_put(const struct desk *d, const struct regulation *r, struct node *page)
{
    struct node *list = node_put_list(d->arena, page, "downloads");

    if (r != NULL) {
        download_put(d, list, regulation_title(r), regulation_document_number(r), view_href(d, "/regulation"));
        download_put(d, list, "流程图", "按现行办法画出的全部路径，可以打印", view_href(d, "/regulation/chart"));
        download_put(d, list, "办事指南", "按项目的情况列出要办的事项、材料和时限，可以打印", view_href(d, "/guide"));
    }
    if (permit_allows(d->actor->post->kind, MAY_EXPORT))
        download_put(d, list, "我的导出", "从清单导出的 xlsx 表格", view_href(d, "/exports"));
    download_put(d, list, "组件一览", "页面上各种标记的意思", "/components");
}

int help_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *me = node_put_object(a, page, "me");
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const struct post *post;

    if (permit_check(d->actor, MAY_HOME, e) < 0)
        return -1;
    post = d->actor->post;
    node_put_text(a, me, "organ_name", *post->unit_name != '\0' ? post->unit_name : post->organ_name);
    node_put_text(a, me, "class_name", post_class_name(post->kind));
    node_put_bool(a, me, "class_says_more", !text_eq(node_get_str(me, "organ_name"), node_get_str(me, "class_name")));
    node_put_list(a, me, "steps");
    if (r != NULL) {
        node_put(a, page, "regulation", view_regulation(d, r));
        if (*desk_organ(d) != '\0')
            steps_put(d, r, desk_organ(d), me);
    }
    sees_put(d, me);
    errors_put(a, page);
    downloads_put(d, r, page);
    *ret = page;
    return 0;
}
