/*
 * casework/audit_view.c - the audit trail as auditors read it
 *
 * Rows keep ids, which stay true whatever is renamed; here they are told by the names of today: who, which act, of
 * which project. What the reader may not see of a draft is not told either.
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"
#include "store/bill.h"
#include "store/case.h"
#include "store/duties.h"
#include "store/expert.h"
#include "store/filing.h"
#include "store/lists.h"

enum { AUDIT_ROWS = 20, AUDIT_LOOK_MAX = 5000 };

/* ---- what was done ---- */

struct word {
    const char *id, *name;
};

/* clang-format off */
static const struct word DEEDS[] = {
    { "audit.read",         "查阅审计记录" },
    { "bill.accept",        "接受草稿中的疑问" },
    { "bill.confirm",       "确认发布法规" },
    { "bill.create",        "起草法规" },
    { "bill.edit",          "改法规草稿" },
    { "bill.file",          "改草稿的文件" },
    { "bill.propose",       "提出发布法规" },
    { "bill.publish",       "发布法规" },
    { "bill.read",          "查看法规草稿" },
    { "bill.withdraw",      "撤回草稿或者发布" },
    { "calendar",           "查看到期日历" },
    { "calendar.recount",   "按新的放假安排重算暂定时限" },
    { "cosign.act",         "加签" },
    { "cosign.answer",      "答复加签" },
    { "cosign.ask",         "请同事加签" },
    { "cosign.back",        "收回加签" },
    { "cosign.read",        "查看加签" },
    { "cosign.urge",        "催办加签" },
    { "decision.withdraw",  "撤回文书" },
    { "delegation.act",     "登记或者撤销委托" },
    { "delegation.end",     "撤销委托" },
    { "delegation.make",    "登记委托" },
    { "delegation.read",    "查看委托" },
    { "document.add",       "上传文件" },
    { "document.drop",      "删去文件" },
    { "document.read",      "查看文件" },
    { "expert.import",      "专家成批入库" },
    { "expert.keep",        "维护专家库" },
    { "expert.put",         "专家入库或修改" },
    { "expert.read",        "查看专家库" },
    { "export.ask",         "导出清单" },
    { "export.read",        "下载导出的表格" },
    { "home",               "打开工作台" },
    { "inbox.decide",       "受理或者退回报送" },
    { "inbox.read",         "查看收件箱" },
    { "inbox.receive",      "收到报送" },
    { "list.export",        "导出清单" },
    { "nightly.project",    "到期检查" },
    { "nightly.vacancy",    "发现空岗" },
    { "notice.act",         "登记或者撤下公告" },
    { "notice.post",        "登记公告" },
    { "notice.read",        "查看公告" },
    { "notice.take_down",   "撤下公告" },
    { "outbox.act",         "重新送出" },
    { "outbox.decided",     "收到业务回执" },
    { "outbox.read",        "查看上报" },
    { "outbox.retry",       "重新上报" },
    { "outbox.seal",        "上报封存" },
    { "outbox.send",        "上报发送" },
    { "paper.first_read",   "收文首次打开" },
    { "plan.act",           "编制计划" },
    { "plan.open",          "建立计划" },
    { "plan.read",          "查看计划" },
    { "plan.take",          "列入或者移出计划" },
    { "project.act",        "办理" },
    { "project.draft",      "填报" },
    { "project.event",      "记入回执" },
    { "project.first_read", "收件机关首次打开" },
    { "project.hand",       "转办或者移交" },
    { "project.import",     "成批导入项目" },
    { "project.read",       "查看项目" },
    { "project.urge",       "催办" },
    { "project.withdraw",   "撤回送审" },
    { "regulation.read",    "查看法规" },
    { "review.act",         "组织专家评审" },
    { "review.close",       "形成评审意见" },
    { "review.meet",        "召集评审会" },
    { "review.open",        "开封、抽取" },
    { "review.read",        "查看专家评审" },
    { "review.replace",     "更换专家" },
    { "review.seal",        "交封签" },
    { "review.start",       "提交专家候选名单" },
    { "review.void",        "抽取作废" },
    { "seat.act",           "填评分表" },
    { "seat.draft",         "评分表暂存" },
    { "seat.hand_in",       "交评分表" },
    { "seat.leave",         "专家退出" },
    { "seat.read",          "查看评分表" },
    { "settings",           "查看提醒设置" },
    { "settings.save",      "改提醒设置" },
    { "stat.read",          "查看统计" },
    { "supervise.read",     "查看监督清单" },
    { "view.drop",          "删去视图" },
    { "view.keep",          "存下视图" },
};
static const struct word ACTS[] = {
    { "gate.lift",       "准予突破" },
    { "filing.send",     "重新上报" },
    { "filing.stored",   "上级已入库" },
    { "filing.accepted", "上级已受理" },
    { "filing.returned", "上级退回" },
    { "plan.settled",    "计划定下" },
    { "decision.withdraw", "撤回文书" },
    { "decision.withdraw_ask", "同意撤回" },
};
/* clang-format on */

static const char *word_of(const struct word *words, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(words[i].id, id))
            return words[i].name;
    return "";
}

/* The kinds a page can be narrowed by. */
static void deeds_put(const struct desk *d, const char *chosen, struct node *page)
{
    struct node *list = node_put_list(d->arena, page, "deeds");

    for (size_t i = 0; i < ARRAY_LEN(DEEDS); i++) {
        struct node *n = node_add_object(d->arena, list);

        node_put_text(d->arena, n, "id", DEEDS[i].id);
        node_put_text(d->arena, n, "name", DEEDS[i].name);
        node_put_bool(d->arena, n, "chosen", text_eq(DEEDS[i].id, chosen));
    }
}

/* The act by the law of its project, and the procedure it is of. */
static void act_put(const struct desk *d, const struct regulation *r, const char *act, struct node *n)
{
    struct arena *a = d->arena;
    const char *id = arena_dupn(a, act, strcspn(act, ".")), *name = word_of(ACTS, ARRAY_LEN(ACTS), act);
    const struct node *procedure = r != NULL ? regulation_procedure(r, a, id) : NULL;

    for (const struct node *s = node_first(node_get(procedure, "steps")); s != NULL && *name == '\0'; s = s->next)
        for (const struct node *x = node_first(node_get(s, "acts")); x != NULL && *name == '\0'; x = x->next)
            if (text_eq(node_get_str(x, "id"), act))
                name = node_get_str(x, "name");
    node_put_text(a, n, "act_name", name);
    node_put_text(a, n, "procedure_name", node_get_str(procedure, "name"));
}

/* ---- by whom ---- */

static const char *audit_organ_name(const struct desk *d, const struct audit *row)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const struct tenant_unit *u = tenant_unit(d->district->tenant, row->unit);
    const char *own = tenant_organ_name(d->district->tenant, row->organ);

    if (u != NULL)
        return u->name;
    if (own != NULL && *own != '\0')
        return own;
    for (size_t i = 0; i < d->district->tenant->role_count; i++)
        if (text_eq(d->district->tenant->roles[i].id, row->organ))
            return d->district->tenant->roles[i].name;
    return r != NULL && *row->organ != '\0' ? regulation_organ_name(r, row->organ) : row->organ;
}

/* ---- to what ---- */

struct audit_filter {
    const char *object, *what, *person;
    int64_t before;
    struct project last; /* rows of one project stand together: read once */
};

/* A row being told; what its object is goes into n: title, sub (what it belongs to), href. */
struct telling {
    const struct desk *d;
    struct db *db;
    struct audit_filter *f;
    struct node *n;
};

static int project_known(struct telling *t, int64_t id, struct err *e)
{
    if (t->f->last.id == id)
        return 0;
    t->f->last = (struct project){0};
    return project_get(t->db, t->d->arena, id, &t->f->last, e) < 0 ? -1 : 0;
}

static void told(struct telling *t, const char *title, const char *sub)
{
    node_put_text(t->d->arena, t->n, "title", title);
    node_put_text(t->d->arena, t->n, "sub", sub);
}

/* A draft is its unit's own: of it nothing is told. */
static const char *title_of(const struct project *p)
{
    return p->event_count > 0 ? p->title : "还没有申报的草稿";
}

static int of_project(struct telling *t, const char *rest, struct err *e)
{
    const struct project *p = &t->f->last;
    int64_t id;

    if (text_i64(rest, &id) < 0) {
        told(t, "成批导入", "");
        return 0;
    }
    if (project_known(t, id, e) < 0)
        return -1;
    const int begun = p->id == id && p->event_count > 0;

    node_put_text(t->d->arena, t->n, "href", view_href(t->d, "/projects/%s", rest));
    if (begun)
        node_put_text(t->d->arena, t->n, "number", p->number);
    told(t, begun ? p->title : "还没有申报的草稿", begun && *p->number != '\0' ? p->number : "未编号");
    return 0;
}

/* What belongs to a project: by its own name, and the project's. */
static int of_part(struct telling *t, int64_t project, const char *name, const char *page, struct err *e)
{
    if (project_known(t, project, e) < 0)
        return -1;
    node_put_text(t->d->arena, t->n, "href", page);
    told(t, name, title_of(&t->f->last));
    return 0;
}

static int of_document(struct telling *t, const char *rest, struct err *e)
{
    struct document doc;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    int rc = document_get(t->db, t->d->arena, id, &doc, e);

    if (rc <= 0 || project_known(t, doc.project, e) < 0)
        return rc == 0 ? 0 : -1;
    return of_part(t, doc.project, t->f->last.event_count > 0 ? arena_fmt(t->d->arena, "文件：%s", doc.name) : "文件",
                   view_href(t->d, "/projects/%lld", (long long)doc.project), e);
}

static int of_review(struct telling *t, const char *rest, struct err *e)
{
    struct review_row r;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    int rc = review_get(t->db, t->d->arena, id, 0, &r, e);

    return rc <= 0 ? rc : of_part(t, r.project, "专家评审", view_href(t->d, "/reviews/%s", rest), e);
}

/* Whose sheet it is stays with the review, which tells it when it may. */
static int of_seat(struct telling *t, const char *rest, struct err *e)
{
    struct review_seat s;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    int rc = review_seat_get(t->db, t->d->arena, id, &s, e);

    return rc <= 0 ? rc : of_part(t, s.project, "评分表", view_href(t->d, "/reviews/%lld", (long long)s.review), e);
}

static int of_expert(struct telling *t, const char *rest, struct err *e)
{
    struct expert x;
    int64_t id;

    if (text_i64(rest, &id) < 0) {
        told(t, "专家库", "成批入库");
        return 0;
    }
    int rc = expert_get(t->db, t->d->arena, id, &x, e);

    if (rc == 1)
        told(t, arena_fmt(t->d->arena, "专家：%s", x.name), x.employer);
    return rc < 0 ? -1 : 0;
}

static int of_export(struct telling *t, const char *rest, struct err *e)
{
    struct job j;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    int rc = job_get(t->db, t->d->arena, id, &j, e);

    if (rc == 1)
        told(t, arena_fmt(t->d->arena, "导出：%s", j.name), "");
    return rc < 0 ? -1 : 0;
}

static int of_delegation(struct telling *t, const char *rest, struct err *e)
{
    struct delegation g;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    int rc = delegation_get(t->db, t->d->arena, id, &g, e);

    if (rc == 1)
        told(t, arena_fmt(t->d->arena, "委托：%s委托%s", g.from_name, g.to_name),
             arena_fmt(t->d->arena, "%s 至 %s", date_text(t->d->arena, g.from_on), date_text(t->d->arena, g.to_on)));
    return rc < 0 ? -1 : 0;
}

static int of_notice(struct telling *t, const char *rest, struct err *e)
{
    struct arena *a = t->d->arena;
    struct district_notice *rows;
    size_t count;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    if (notice_list(t->db, a, id + 1, 1, &rows, &count, e) < 0)
        return -1;
    if (count == 0 || rows[0].id != id)
        return 0;
    node_put_text(a, t->n, "href", view_href(t->d, "/notices#n%s", rest));
    told(t, arena_fmt(a, "公告：%s", rows[0].title),
         arena_fmt(a, "%s 至 %s", date_text(a, rows[0].from_on), date_text(a, rows[0].to_on)));
    return 0;
}

static int of_bill(struct telling *t, const char *rest, struct err *e)
{
    struct bill b;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    int rc = bill_get(t->db, t->d->arena, id, &b, e);

    if (rc == 1)
        told(t, arena_fmt(t->d->arena, "法规草稿：%s", b.name), b.regulation);
    return rc < 0 ? -1 : 0;
}

/* A getter that finds nothing may say so as an error: then there is nothing to tell. */
static int missed(struct err *e)
{
    if (e->code != ERR_NOT_FOUND)
        return -1;
    *e = (struct err){0};
    return 0;
}

static int of_outbox(struct telling *t, const char *rest, struct err *e)
{
    struct outbox m;
    int64_t id;

    if (text_i64(rest, &id) < 0)
        return 0;
    int rc = outbox_get(t->db, t->d->arena, id, &m, e);

    if (rc < 0)
        return missed(e);
    return rc == 0 ? 0 : of_part(t, m.project, "上报", view_href(t->d, "/outbox/%s", rest), e);
}

static int of_inbox(struct telling *t, const char *rest, struct err *e)
{
    const char *slash = strchr(rest, '/');
    struct inbox m;
    int64_t id;

    if (slash == NULL || text_i64(slash + 1, &id) < 0)
        return 0;
    int rc = inbox_get(t->db, t->d->arena, arena_dupn(t->d->arena, rest, (size_t)(slash - rest)), id, &m, e);

    if (rc < 0)
        return missed(e);
    if (rc == 1) {
        node_put_text(t->d->arena, t->n, "href", view_href(t->d, "/inbox/%s", rest));
        told(t, m.title, m.sender_name);
    }
    return 0;
}

static int of_post(struct telling *t, const char *rest, struct err *e)
{
    const char *name = node_get_str(node_get(t->n, "detail"), "name");

    (void)e;
    told(t, arena_fmt(t->d->arena, "岗位：%s", *name != '\0' ? name : rest), "");
    return 0;
}

static int of_view(struct telling *t, const char *rest, struct err *e)
{
    (void)rest;
    (void)e;
    told(t, "自己存的视图", "");
    return 0;
}

static int of_plan(struct telling *t, const char *rest, struct err *e)
{
    (void)rest;
    (void)e;
    told(t, "年度计划", "");
    return 0;
}

/* clang-format off */
static const struct { const char *kind; int (*tell)(struct telling *t, const char *rest, struct err *e); } OBJECTS[] = {
    { "project/", of_project }, { "document/", of_document }, { "review/", of_review },         { "seat/", of_seat },
    { "expert/", of_expert },   { "export/", of_export },     { "delegation/", of_delegation }, { "bill/", of_bill },
    { "outbox/", of_outbox },   { "inbox/", of_inbox },       { "post/", of_post },             { "view/", of_view },
    { "notice/", of_notice },   { "plan", of_plan },
};
/* clang-format on */

static int audit_words(const struct desk *d, struct db *db, struct audit_filter *f, const struct audit *row,
                       struct node *n, struct err *e)
{
    static const char *const words[] = {"title", "sub", "act_name", "procedure_name"};
    struct telling t = {d, db, f, n};
    const char *act = node_get_str(node_get(n, "detail"), "act");
    const struct regulation *r = NULL;

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        node_put_text(d->arena, n, words[i], "");
    for (size_t i = 0; i < ARRAY_LEN(OBJECTS); i++)
        if (text_starts(row->object, OBJECTS[i].kind)) {
            if (OBJECTS[i].tell(&t, row->object + strlen(OBJECTS[i].kind), e) < 0)
                return -1;
            break;
        }
    if (text_starts(row->object, "project/") && f->last.id != 0)
        r = district_regulation_version(d->district, f->last.regulation);
    if (*act != '\0')
        act_put(d, r != NULL ? r : district_regulation(d->district, desk_today(d)), act, n);
    return 0;
}

static struct node *audit_node(const struct desk *d, const struct audit *row)
{
    static const char *const results[][2] = {{"ok", "已办理"}, {"refused", "已拒绝"}, {"failed", "未完成"}};
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "id", row->id);
    node_put_int(a, n, "seq", row->id);
    view_put_instant(a, n, "at", row->at);
    view_put_instant(a, n, "case_at", row->case_at);
    node_put_text(a, n, "person_name", row->person_name);
    node_put_text(a, n, "organ", row->organ);
    node_put_text(a, n, "unit", row->unit);
    node_put_text(a, n, "organ_name", audit_organ_name(d, row));
    node_put_text(a, n, "address", row->address);
    node_put_text(a, n, "what", row->what);
    node_put_text(a, n, "what_name", word_of(DEEDS, ARRAY_LEN(DEEDS), row->what));
    node_put_text(a, n, "object", row->object);
    node_put_text(a, n, "object_words", row->object);
    node_put_text(a, n, "result", row->result);
    for (size_t i = 0; i < ARRAY_LEN(results); i++) {
        if (text_eq(results[i][0], row->result))
            node_put_text(a, n, "result_name", results[i][1]);
    }
    node_put_bool(a, n, "is_refused", !text_eq(row->result, "ok"));
    node_put_text(a, n, "reason", row->reason);
    node_put(a, n, "articles", view_articles_of(d, row->articles));
    node_put_text(a, n, "request_id", row->request_id);
    node_put_text(a, n, "before_sm3", row->before_sm3);
    node_put_text(a, n, "after_sm3", row->after_sm3);
    node_put_text(a, n, "mac", row->mac);
    node_put_fmt(a, n, "mac_short", "%.8s", row->mac);
    node_put(a, n, "detail", node_copy(a, view_json(a, row->detail)));
    return n;
}

/* ---- the page ---- */

/* People know a project by its number. */
static int audit_number(const struct desk *d, struct db *db, struct audit_filter *f, struct err *e)
{
    struct project_filter by = desk_filter(d, 1);
    struct project *rows;
    size_t count;

    if (*f->object == '\0' || strchr(f->object, '/') != NULL)
        return 0;
    by.text = f->object;
    if (project_list(db, d->arena, &by, &rows, &count, e) < 0)
        return -1;
    if (count > 0)
        f->object = arena_fmt(d->arena, "project/%lld", (long long)rows[0].id);
    return 0;
}

static int audit_matches(const struct audit_filter *f, const struct audit *row)
{
    return row->in_sight && (*f->what == '\0' || strstr(row->what, f->what) != NULL) &&
           (*f->person == '\0' || strstr(row->person_name, f->person) != NULL);
}

/* One page of rows that match; looks at a bounded number of rows and says where to go on. */
static int audit_page(const struct desk *d, struct db *db, struct audit_filter *f, struct node *list, int64_t *ret_next,
                      struct err *e)
{
    int64_t next = 0;

    for (int looked = 0; looked < AUDIT_LOOK_MAX;) {
        struct audit *rows;
        size_t count;

        if (audit_list(db, d->arena, f->object, desk_sight(d).place, f->before, AUDIT_ROWS * 4, &rows, &count, e) < 0)
            return -1;
        next = 0;
        for (size_t i = 0; i < count; i++) {
            if (node_count(list) == AUDIT_ROWS) {
                *ret_next = f->before;
                return 0;
            }
            f->before = next = rows[i].id;
            if (audit_matches(f, &rows[i]) &&
                audit_words(d, db, f, &rows[i], node_add(list, audit_node(d, &rows[i])), e) < 0)
                return -1;
        }
        looked += (int)count;
        if (count < AUDIT_ROWS * 4) {
            next = 0;
            break;
        }
    }
    *ret_next = next;
    return 0;
}

int audit_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct audit_filter f = {.object = node_get_str(filter, "object"),
                             .what = node_get_str(filter, "what"),
                             .person = node_get_str(filter, "person")};
    const char *before = node_get_str(filter, "before");
    struct node *page = node_object(a), *shown;
    struct audit_anchor head;
    struct db *db;
    int64_t next = 0;

    if (permit_check(d->actor, MAY_AUDIT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    if (view_place(a, before, 1, &f.before, e) < 0 || audit_number(d, db, &f, e) < 0 ||
        audit_head(db, a, &head, e) < 0 || audit_page(d, db, &f, node_put_list(a, page, "rows"), &next, e) < 0)
        return -1;
    if (next > 0)
        view_put_id(a, page, "next_after", next);
    shown = node_put_object(a, page, "filter");
    node_put_text(a, shown, "object", node_get_str(filter, "object"));
    node_put_text(a, shown, "what", f.what);
    node_put_text(a, shown, "person", f.person);
    deeds_put(d, f.what, page);
    shown = node_put_object(a, page, "chain");
    node_put_int(a, shown, "links", head.no);
    node_put_text(a, shown, "head", head.hash);
    *ret = page;
    return 0;
}
