/*
 * casework/plan.c - opening a case that is no project, and what projects it gathers
 */
#include "config.h"

#include "casework/plan.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/outcome.h"
#include "casework/view.h"
#include "store/plan.h"

/* Beside what the form says; no field may have this name, because ids begin with a letter. */
#define ITEMS_MEMBER "_items"

enum { REASON_CHARS = 200 };

int plans_known(const struct desk *d)
{
    const struct regulation *r = d->district != NULL ? district_regulation(d->district, desk_today(d)) : NULL;

    if (r == NULL || !regulation_has_subjects(r))
        return 0;
    for (const struct node *s = node_first(regulation_subjects(r, d->arena)); s != NULL; s = s->next)
        if (desk_sees_subject(d, r, node_get_str(s, "id")))
            return 1;
    return 0;
}

/* ---- open ---- */

struct plan_new {
    const char *subject, *title;
};

static int open_work(struct op *op, void *arg, struct err *e)
{
    const struct plan_new *n = arg;
    const struct desk *d = op->desk;
    const struct node *verdict;

    if (casefile_blank_subject(d, n->subject, n->title, &op->file, e) < 0)
        return -1;
    op->file.p.id = crypto_ident(d->machine_now / 1000);
    op->file.p.version = 1;
    op->object = arena_fmt(d->arena, "project/%lld", (long long)op->file.p.id);
    verdict = casefile_road(d, &op->file);
    outcome_project(d, &op->file, verdict);
    if (project_add(op->db, d->arena, &op->file.p, e) < 0 || outcome_rows(d, op->db, &op->file, verdict, e) < 0)
        return -1;
    op->after = project_digest(d->arena, &op->file.p);
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "subject", n->subject);
    op->result = node_object(d->arena);
    view_put_id(d->arena, op->result, "plan", op->file.p.id);
    return 0;
}

int plan_open(const struct desk *d, const char *subject, const char *title, int64_t *ret_id, struct err *e)
{
    struct plan_new n = {.subject = subject, .title = title};
    struct op op = {.desk = d, .may = MAY_PLAN_ACT, .what = "plan.open", .object = "plan"};
    struct node *asked = node_object(d->arena);

    if (text_is_empty(title) || text_chars(title) > PLAN_TITLE_CHARS) {
        err_fail(e, ERR_BAD_INPUT, "请写明名称，最多 %d 个字", PLAN_TITLE_CHARS);
        err_at(e, "/title");
        return err_mend(e, "例如「2026 年度计划」");
    }
    node_put_text(d->arena, asked, "subject", subject);
    node_put_text(d->arena, asked, "title", title);
    op.asked = asked;
    if (op_run(&op, open_work, &n, e) < 0)
        return -1;
    if (text_i64(node_get_str(op.result, "plan"), ret_id) < 0)
        return err_fail(e, ERR_INTERNAL, "计划的编号读不出来");
    return 0;
}

/* ---- what is in it ---- */

int plan_may_change(const struct desk *d, const struct casefile *c, struct err *e)
{
    const struct project *p = &c->p;
    const struct node *rule = regulation_subject(c->regulation, d->arena, p->subject);

    if (rule == NULL) {
        err_fail(e, ERR_NOT_FOUND, "没有这个计划");
        return err_mend(e, "请从「年度计划」页打开");
    }
    err_article(e, view_articles_join(d->arena, node_get(rule, "articles")));
    if (node_count(node_get(rule, "gathers")) == 0) {
        err_fail(e, ERR_RULE, "「%s」不汇集项目", node_get_str(rule, "name"));
        return err_mend(e, "请从「年度计划」页打开汇集项目的一份");
    }
    if (!regulation_subject_opens(c->regulation, p->subject, desk_organ(d))) {
        err_fail(e, ERR_FORBIDDEN, "所含项目由%s编列", node_get_str(rule, "opened_names"));
        return err_mend(e, "请由%s的岗位办理", node_get_str(rule, "opened_names"));
    }
    if (p->event_count > 0 && !regulation_subject_opens(c->regulation, p->subject, p->holder)) {
        err_fail(e, ERR_RULE, "已经报出或者办结，所含项目不能再改");
        return err_mend(e, "退回修改以后可以再改");
    }
    *e = (struct err){0};
    return 0;
}

struct plan_taking {
    int64_t version;
    const struct node *projects, *reasons;
    const char *state;
};

static int is_of(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (text_eq(node_str(n, ""), id))
            return 1;
    return 0;
}

/* A project the post may know of, in a stage this kind of case gathers from; what goes out has only to be in it. */
static int take_check(struct op *op, const struct node *rule, int64_t id, int is_in, struct err *e)
{
    const struct desk *d = op->desk;
    struct project p = {0};
    int found = project_get(op->db, d->arena, id, &p, e);

    if (found < 0)
        return -1;
    if (found == 0 || !casefile_is_project(&p) || !casefile_visible(d, &p))
        return err_fail(e, ERR_NOT_FOUND, "没有这个项目");
    if (!is_in || (text_eq(p.state, "running") && is_of(node_get(rule, "gathers"), p.stage)))
        return 0;
    err_fail(e, ERR_RULE, "「%s」现在是「%s」，不能列入%s", p.title,
             text_eq(p.state, "running") ? p.stage_name : view_state_name(p.state), node_get_str(rule, "name"));
    err_article(e, view_articles_join(d->arena, node_get(rule, "articles")));
    return err_mend(e, "请先把项目办到可以列入的环节");
}

static const char *reason_of(struct arena *a, const struct plan_taking *t, const char *project)
{
    return text_eq(t->state, "out") ? text_trim(a, node_get_str(t->reasons, project)) : "";
}

static int take_one(struct op *op, const struct plan_taking *t, const struct node *rule, const struct node *n,
                    struct err *e)
{
    const struct desk *d = op->desk;
    struct plan_item item = {.plan = op->file.p.id,
                             .state = t->state,
                             .reason = reason_of(d->arena, t, node_str(n, "")),
                             .at = d->now,
                             .person = d->actor->person,
                             .by_name = d->actor->name};

    if (text_i64(node_str(n, ""), &item.project) < 0) {
        err_fail(e, ERR_BAD_INPUT, "项目编号「%.20s」无法识别", node_str(n, ""));
        err_at(e, "/projects");
        return err_mend(e, "请从清单中勾选");
    }
    if (take_check(op, rule, item.project, text_eq(t->state, "in"), e) < 0)
        return -1;
    return plan_item_put(op->db, d->arena, &item, e);
}

/* Those of the projects that go, for the record. */
static struct node *reasons_kept(struct arena *a, const struct plan_taking *t)
{
    struct node *kept = node_object(a);

    for (const struct node *n = node_first(t->projects); n != NULL; n = n->next)
        node_put_text(a, kept, node_str(n, ""), reason_of(a, t, node_str(n, "")));
    return kept;
}

static int take_work(struct op *op, void *arg, struct err *e)
{
    const struct plan_taking *t = arg;
    const struct desk *d = op->desk;
    const struct node *rule = regulation_subject(op->file.regulation, d->arena, op->file.p.subject);

    if (plan_may_change(d, &op->file, e) < 0)
        return -1;
    if (t->version >= 0 && op->file.p.version != t->version) {
        err_fail(e, ERR_STALE, "这份计划在您打开页面之后已被他人改过");
        return err_mend(e, "请核对新的情况再改");
    }
    for (const struct node *n = node_first(t->projects); n != NULL; n = n->next)
        if (take_one(op, t, rule, n, e) < 0)
            return -1;
    op->file.p.updated_at = d->now;
    if (project_save(op->db, d->arena, &op->file.p, e) < 0)
        return -1;
    op->after = project_digest(d->arena, &op->file.p);
    op->articles = view_articles_join(d->arena, node_get(rule, "articles"));
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "state", t->state);
    node_put(d->arena, op->detail, "projects", node_copy(d->arena, t->projects));
    if (text_eq(t->state, "out"))
        node_put(d->arena, op->detail, "reason", reasons_kept(d->arena, t));
    op->result = node_object(d->arena);
    node_put_int(d->arena, op->result, "version", op->file.p.version);
    return 0;
}

/* Each goes out for a reason of its own: every one that lacks it is told. */
static int reasons_input(struct arena *a, const struct plan_taking *t, struct err_list *errors, struct err *e)
{
    const int before = errors->count;

    for (const struct node *n = node_first(t->projects); n != NULL; n = n->next) {
        const char *project = node_str(n, ""), *reason = reason_of(a, t, project);
        struct err one = {0};

        if (!text_is_empty(reason) && text_chars(reason) <= REASON_CHARS && text_is_clean(reason, 0))
            continue;
        (void)err_fail(&one, ERR_BAD_INPUT, "移出的理由没有写，或者超过 %d 个字", REASON_CHARS);
        (void)err_mend(&one, "请在这个项目的一行写明为什么移出");
        (void)err_at(&one, "/reason/%.20s", project);
        err_list_take(errors, &one);
    }
    if (errors->count == before)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "移出的项目还没有各写一条理由");
    return err_mend(e, "请在标出的每一行写明为什么移出");
}

static int take_input(struct arena *a, const struct plan_taking *t, struct err_list *errors, struct err *e)
{
    if (node_count(t->projects) == 0 || node_count(t->projects) > PLAN_ITEMS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "没有勾选项目，或者一次超过 %d 个", PLAN_ITEMS_MAX);
        err_at(e, "/projects");
        return err_mend(e, "请从清单中勾选");
    }
    if (!text_eq(t->state, "in") && !text_eq(t->state, "out")) {
        err_fail(e, ERR_BAD_INPUT, "没有写明是列入还是移出");
        err_mend(e, "请在计划的「所含项目」页勾选后按列入或者移出");
        return err_at(e, "/state");
    }
    return text_eq(t->state, "out") ? reasons_input(a, t, errors, e) : 0;
}

int plan_take(const struct desk *d, int64_t plan, int64_t version, const struct node *projects, const char *state,
              const struct node *reasons, int64_t *ret_version, struct err_list *errors, struct err *e)
{
    struct plan_taking t = {.version = version, .projects = projects, .state = state, .reasons = reasons};
    struct op op = {.desk = d, .may = MAY_PLAN_ACT, .what = "plan.take", .project = plan};
    struct node *asked = node_object(d->arena);

    if (take_input(d->arena, &t, errors, e) < 0)
        return -1;
    view_put_id(d->arena, asked, "plan", plan);
    node_put_int(d->arena, asked, "version", version);
    node_put_text(d->arena, asked, "state", state);
    if (text_eq(state, "out"))
        node_put(d->arena, asked, "reason", node_copy(d->arena, reasons));
    node_put(d->arena, asked, "projects", node_copy(d->arena, projects));
    op.asked = asked;
    if (op_run(&op, take_work, &t, e) < 0)
        return -1;
    *ret_version = node_get_int(op.result, "version", 0);
    return 0;
}

/* ---- with an act ---- */

int plan_carry(struct op *op, struct node *with, struct err *e)
{
    struct arena *a = op->desk->arena;
    const struct node *rule;
    struct plan_item *rows;
    struct node *list;
    size_t count;

    if (casefile_is_project(&op->file.p))
        return 0;
    rule = regulation_subject(op->file.regulation, a, op->file.p.subject);
    if (node_count(node_get(rule, "gathers")) == 0)
        return 0;
    if (plan_item_list(op->db, a, op->file.p.id, PLAN_ITEMS_MAX, &rows, &count, e) < 0)
        return -1;
    list = node_list(a);
    for (size_t i = 0; i < count; i++) {
        if (!text_eq(rows[i].state, "in"))
            continue;
        struct node *n = node_add_object(a, list);

        view_put_id(a, n, "project", rows[i].project);
        node_put_text(a, n, "number", rows[i].number);
        node_put_text(a, n, "title", rows[i].title);
        node_put_int(a, n, "fen", rows[i].total_investment);
    }
    if (node_count(list) > 0)
        node_put(a, with, ITEMS_MEMBER, list);
    return 0;
}
