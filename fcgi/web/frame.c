/*
 * web/frame.c - what stands round every page
 */
#include "config.h"

#include "web/frame.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "casework/experts.h"
#include "casework/list.h"
#include "casework/plan.h"
#include "web/call.h"

struct menu_row {
    const char *path, *name, *icon;
    enum action action;
    int (*known)(const struct desk *d); /* only where the district's law knows of it; NULL: everywhere */
};
/* clang-format off */
static const struct menu_row menu[] = {
    { "/home",         "我的工作台", "home",  MAY_HOME },
    { "/projects",     "项目",       "list",  MAY_PROJECT_READ },
    { "/projects/new", "新建申报",   "plus",  MAY_PROJECT_DRAFT },
    { "/plans",        "年度计划",   "plan",  MAY_PLAN_READ, plans_known },
    { "/seats",        "我的评审",   "check", MAY_SEAT_READ, experts_known },
    { "/reviews",      "专家评审",   "joint", MAY_REVIEW_READ, experts_known },
    { "/experts",      "专家库",     "part",  MAY_EXPERT_READ, experts_known },
    { "/lists",        "监督清单",   "find",  MAY_SUPERVISE },
    { "/lists/waiver", "例外登记",   "warn",  MAY_PROJECT_READ, list_waiver_known },
    { "/lists/system", "信息系统台账", "build", MAY_PROJECT_READ, list_system_known },
    { "/dashboard",    "统计看板",   "chart", MAY_STAT_READ },
    { "/inbox",        "下级报来",   "down",  MAY_INBOX_READ },
    { "/outbox",       "上报与回执", "up",    MAY_OUTBOX_READ },
    { "/audit",        "审计记录",   "audit", MAY_AUDIT_READ },
    { "/calendar",     "到期日历",   "cal",   MAY_CALENDAR },
    { "/delegations",  "岗位与委托", "joint", MAY_DELEGATION_READ },
    { "/notices",      "公告",       "info",  MAY_NOTICE_READ },
    { "/settings",     "提醒设置",   "clock", MAY_SETTINGS },
    { "/regulation",   "法规库",     "law",   MAY_REGULATION_READ },
    { "/regulation/bills", "法规草稿", "set",   MAY_BILL_READ },
    { "/guide",        "办事指南",   "file",  MAY_REGULATION_READ },
    { "/exports",      "我的导出",   "down",  MAY_EXPORT },
    { "/help",         "帮助",       "info",  MAY_HOME },
};
/* clang-format on */

int frame_is_secure(const struct call *c)
{
    return c->http.https || text_starts(c->platform->config.origin, "https://");
}

const char *frame_cookie_name(const struct call *c)
{
    return frame_is_secure(c) ? "__Host-gz" : "gz";
}

static int is_under(const char *path, const char *row)
{
    size_t len = strlen(row);
    return !strncmp(path, row, len) && (path[len] == '\0' || path[len] == '/');
}

/* The row with the longest address that the present one lies under. */
static const struct menu_row *menu_current(const char *path)
{
    const struct menu_row *best = NULL;
    for (size_t i = 0; i < ARRAY_LEN(menu); i++)
        if (is_under(path, menu[i].path) && (!best || strlen(menu[i].path) > strlen(best->path)))
            best = &menu[i];
    return best;
}

/* A plan's pages lie below the projects; it is one of the plans all the same. */
static const char *menu_path(const struct call *c, const char *base)
{
    const char *path = c->http.path ? c->http.path : "";
    if (!text_starts(path, base))
        return NULL;
    return *node_get_str(node_get(c->model, "project"), "subject") ? "/plans" : path + strlen(base);
}

/* Pages outside a district show its post's menu: what that district's law knows is looked up there. */
static int menu_known(const struct call *c, const struct menu_row *row)
{
    struct desk d = c->desk;

    if (!row->known)
        return 1;
    d.arena = c->arena;
    d.actor = c->actor;
    if (!d.district && c->actor && c->actor->post)
        d.district = platform_district(c->platform, c->actor->post->tenant);
    if (!d.now)
        d.now = instant_now();
    return d.district && row->known(&d);
}

static void menu_put(struct call *c, struct node *frame, const char *base, const char *kind)
{
    struct node *list = node_put_list(c->arena, frame, "menu");
    const char *path = menu_path(c, base);
    const struct menu_row *current = path ? menu_current(path) : NULL;
    for (size_t i = 0; i < ARRAY_LEN(menu); i++) {
        if (!permit_allows(kind, menu[i].action) || !menu_known(c, &menu[i]))
            continue;
        struct node *row = node_add_object(c->arena, list);
        node_put_fmt(c->arena, row, "href", "%s%s", base, menu[i].path);
        node_put_kept(c->arena, row, "name", menu[i].name);
        node_put_kept(c->arena, row, "icon", menu[i].icon);
        if (current == &menu[i])
            node_put_bool(c->arena, row, "is_current", 1);
    }
}

/*
 * The pages of the law are long and open to the public: nginx sends them compressed, and so nothing secret may stand in
 * them, for the length of a compressed page tells what it holds (BREACH). Their frame has no token, signing out is one
 * page further. Drafts of the law lie below it and are pages like all others, for nginx too.
 */
static int is_without_token(const struct call *c)
{
    return c->route && c->route->who == WHO_ANYONE && text_starts(c->route->pattern, "/{t}/regulation");
}

static void actor_put(struct call *c, struct node *frame)
{
    const struct actor *who = c->actor;
    struct node *o = node_put_object(c->arena, frame, "actor");
    node_put_kept(c->arena, o, "name", who->name);
    node_put_kept(c->arena, o, "login", who->login);
    node_put_bool(c->arena, o, "has_other_posts", who->post_count > 1);
    if (who->post) {
        node_put_kept(c->arena, o, "post_name",
                      text_is_empty(who->post->unit_name) ? who->post->organ_name : who->post->unit_name);
        node_put_kept(c->arena, o, "organ_name", who->post->organ_name);
        node_put_kept(c->arena, o, "unit_name", who->post->unit_name);
        node_put_kept(c->arena, o, "tenant_name", who->post->tenant_name);
    }
    node_put_bool(c->arena, frame, "is_stale", who->directory_stale);
    if (is_without_token(c))
        node_put_bool(c->arena, frame, "is_without_token", 1);
    else
        node_put_kept(c->arena, frame, "csrf", csrf_token(c->arena, who));
    node_put_kept(c->arena, frame, "first_page", call_first_page(c));
}

static void clock_put(struct call *c, struct node *frame)
{
    instant now = c->desk.now ? c->desk.now : instant_now();
    node_put_kept(c->arena, frame, "now", instant_text(c->arena, now));
    node_put_kept(c->arena, frame, "today", date_text(c->arena, instant_date(now)));
    if (c->desk.clock_moved)
        node_put_fmt(c->arena, node_put_object(c->arena, frame, "clock"), "text", "测试时钟：现在按 %s 计",
                     instant_text(c->arena, now));
    if (text_eq(c->platform->config.mode, "demo"))
        node_put_kept(c->arena, node_put_object(c->arena, frame, "demo"), "text",
                      "演示环境，数据均为虚构，不作为办理依据");
}

static int is_large(const struct call *c)
{
    if (c->set_large)
        return text_eq(c->set_large, "1");
    const char *value = "";
    struct err ignored = {0};
    return c->http.cookie && http_cookie(c->arena, c->http.cookie, FRAME_LARGE_COOKIE, &value, &ignored) == 1 &&
           text_eq(value, "1");
}

struct node *call_frame(struct call *c)
{
    struct node *frame = node_object(c->arena);
    const struct tenant *t = c->district ? c->district->tenant : NULL;
    const struct post *post = c->actor ? c->actor->post : NULL;
    /* pages outside a district (posts, errors) lead back to the chosen post's district */
    const char *base = !t && post ? arena_fmt(c->arena, "/%s", post->tenant) : c->base;

    node_put_kept(c->arena, frame, "base", base);
    node_put_kept(c->arena, frame, "here", c->http.path);
    node_put_kept(c->arena, frame, "title", c->title);
    node_put_kept(c->arena, frame, "mode", c->platform->config.mode);
    node_put_kept(c->arena, frame, "request_id", c->http.request_id);
    node_put_kept(c->arena, frame, "key", crypto_token(c->arena));
    node_put_bool(c->arena, frame, "is_print", text_eq(call_query(c, "print"), "1"));
    node_put_bool(c->arena, frame, "is_large", is_large(c));
    if (t) {
        struct node *o = node_put_object(c->arena, frame, "tenant");
        node_put_kept(c->arena, o, "id", t->id);
        node_put_kept(c->arena, o, "name", t->name);
        node_put_kept(c->arena, o, "full_name", t->full_name);
    }
    clock_put(c, frame);
    if (c->actor)
        actor_put(c, frame);
    if (post && (!t || text_eq(post->tenant, t->id)))
        menu_put(c, frame, base, post->kind);
    return frame;
}
