/*
 * casework/people.c - colleagues at a post, and delegations among them for a time
 *
 * A delegation gives nobody a right he has not got: both hold the post. It says in whose name something was done.
 */
#include "config.h"

#include "casework/people.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/nightly.h"
#include "casework/op.h"
#include "casework/view.h"
#include "store/duties.h"

enum { COLLEAGUES_MAX = 200, DELEGATION_DAYS_MAX = 366, REASON_CHARS_MAX = 200, SHOWN_DAYS = 90 };

static const char *post_name(const struct desk *d)
{
    return desk_is_applicant(d) ? d->actor->post->unit_name : d->actor->post->organ_name;
}

/* ---- colleagues ---- */

static const char *own_group(const struct desk *d)
{
    const struct tenant *t = d->district->tenant;
    const struct tenant_unit *u = desk_is_applicant(d) ? tenant_unit(t, d->actor->post->unit) : NULL;

    if (u != NULL)
        return u->group;
    for (size_t i = 0; i < t->organ_count; i++)
        if (text_eq(t->organs[i].id, d->actor->post->organ))
            return t->organs[i].group;
    return "";
}

static int members(const struct desk *d, struct person **ret, size_t *ret_count, struct err *e)
{
    return directory_members(&d->platform->directory, d->arena, own_group(d), COLLEAGUES_MAX, ret, ret_count, e);
}

int colleagues(const struct desk *d, struct node **ret, struct err *e)
{
    struct node *list = node_list(d->arena);
    struct person *people;
    size_t count;

    if (members(d, &people, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (text_eq(people[i].uuid, d->actor->person))
            continue;
        struct node *o = node_add_object(d->arena, list);

        node_put_text(d->arena, o, "person", people[i].uuid);
        node_put_text(d->arena, o, "name", people[i].name);
    }
    *ret = list;
    return 0;
}

int colleague_find(const struct desk *d, const char *person, const char **ret_name, struct err *e)
{
    struct person *people;
    size_t count;

    if (*person == '\0') {
        err_fail(e, ERR_BAD_INPUT, "没有选择人员");
        err_mend(e, "请在本岗位的人员中选择一位");
        return err_at(e, "/person");
    }
    if (members(d, &people, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (text_eq(people[i].uuid, person)) {
            *ret_name = people[i].name;
            return 0;
        }
    err_fail(e, ERR_BAD_INPUT, "所选人员不在%s的岗位上", post_name(d));
    err_mend(e, "请在页面所列的人员中选择；人员的岗位由政务目录管理员分配");
    return err_at(e, "/person");
}

int reason_read(const struct desk *d, const struct node *input, const char *what, const char **ret, struct err *e)
{
    *ret = text_trim(d->arena, node_get_str(input, "reason"));
    if (**ret == '\0') {
        err_fail(e, ERR_BAD_INPUT, "没有写%s的原因", what);
        err_mend(e, "请用一句话写明");
    } else if (text_chars(*ret) > REASON_CHARS_MAX || !text_is_clean(*ret, 0)) {
        err_fail(e, ERR_BAD_INPUT, "原因不能超过 %d 个字，不分行", REASON_CHARS_MAX);
        err_mend(e, "请写短一些，不要分行");
    } else {
        return 0;
    }
    return err_at(e, "/reason");
}

/* ---- making and ending ---- */

int day_read(const struct node *input, const char *key, const char *label, date *ret, struct err *e)
{
    struct err own = {0};

    if (date_parse(node_get_str(input, key), ret, &own) == 0)
        return 0;
    err_fail(e, ERR_BAD_INPUT, "%s没有填好", label);
    err_mend(e, "请写成 2025-09-22 的样子");
    return err_at(e, "/%s", key);
}

static int days_check(const struct desk *d, const struct delegation *g, struct err *e)
{
    if (g->from_on < desk_today(d)) {
        err_fail(e, ERR_BAD_INPUT, "委托不能从过去的日子开始");
        err_mend(e, "请从今天（%s）或以后开始", date_text(d->arena, desk_today(d)));
        return err_at(e, "/from_on");
    }
    if (g->to_on < g->from_on || g->to_on - g->from_on >= DELEGATION_DAYS_MAX) {
        err_fail(e, ERR_BAD_INPUT, "委托的最后一日应在开始日之后，一次不超过一年");
        err_mend(e, "请改正最后一日");
        return err_at(e, "/to_on");
    }
    return 0;
}

static void delegation_detail(struct op *op, const struct delegation *g)
{
    struct arena *a = op->desk->arena;

    op->object = arena_fmt(a, "delegation/%lld", (long long)g->id);
    op->detail = node_object(a);
    node_put_text(a, op->detail, "organ", g->organ);
    node_put_text(a, op->detail, "unit", g->unit);
    node_put_text(a, op->detail, "from", g->from_name);
    node_put_text(a, op->detail, "to", g->to_name);
    view_put_date(a, op->detail, "from_on", g->from_on);
    view_put_date(a, op->detail, "to_on", g->to_on);
}

static int make_work(struct op *op, void *arg, struct err *e)
{
    struct delegation *g = arg;
    const struct desk *d = op->desk;
    int overlaps = delegation_overlaps(op->db, d->arena, g->from_person, g->organ, g->unit, g->from_on, g->to_on, e);

    if (overlaps < 0)
        return -1;
    if (overlaps) {
        err_fail(e, ERR_RULE, "这段时间您已经委托了同事");
        return err_mend(e, "请先撤销那一份委托，或者换一段时间");
    }
    g->id = crypto_ident(d->machine_now / 1000);
    delegation_detail(op, g);
    return delegation_add(op->db, d->arena, g, e);
}

int delegation_make(const struct desk *d, const struct node *input, struct err *e)
{
    struct delegation g = {.organ = desk_organ(d),
                           .unit = desk_unit(d),
                           .from_person = d->actor->person,
                           .from_name = d->actor->name,
                           .to_person = node_get_str(input, "to"),
                           .created_at = d->now,
                           .revoked_at = INSTANT_NONE};
    struct op op = {.desk = d, .may = MAY_DELEGATION_ACT, .what = "delegation.make", .asked = input};

    if (permit_check(d->actor, MAY_DELEGATION_ACT, e) < 0 || day_read(input, "from_on", "开始日", &g.from_on, e) < 0 ||
        day_read(input, "to_on", "最后一日", &g.to_on, e) < 0 || days_check(d, &g, e) < 0 ||
        reason_read(d, input, "委托", &g.reason, e) < 0)
        return -1;
    if (text_eq(g.to_person, g.from_person)) {
        err_fail(e, ERR_BAD_INPUT, "不能委托自己");
        err_mend(e, "请选择一位同事");
        return err_at(e, "/to");
    }
    if (colleague_find(d, g.to_person, &g.to_name, e) < 0)
        return -1;
    return op_run(&op, make_work, &g, e);
}

static int end_work(struct op *op, void *arg, struct err *e)
{
    const int64_t *id = arg;
    const struct desk *d = op->desk;
    struct delegation g;
    int found = delegation_get(op->db, d->arena, *id, &g, e);

    if (found < 0)
        return -1;
    if (found == 0 || !text_eq(g.organ, desk_organ(d)) || !text_eq(g.unit, desk_unit(d))) {
        err_fail(e, ERR_NOT_FOUND, "没有这份委托");
        return err_mend(e, "请从「岗位与委托」页看现有的委托");
    }
    delegation_detail(op, &g);
    if (!text_eq(g.from_person, d->actor->person)) {
        err_fail(e, ERR_FORBIDDEN, "这份委托是%s作的，由其本人撤销", g.from_name);
        return err_mend(e, "请由%s登录后撤销", g.from_name);
    }
    if (g.revoked_at != INSTANT_NONE) {
        op->unchanged = 1;
        return 0;
    }
    return delegation_revoke(op->db, d->arena, g.id, d->now, e);
}

int delegation_end(const struct desk *d, int64_t id, struct err *e)
{
    struct op op = {.desk = d, .may = MAY_DELEGATION_ACT, .what = "delegation.end"};
    struct node *asked = node_object(d->arena);

    view_put_id(d->arena, asked, "id", id);
    op.asked = asked;
    return op_run(&op, end_work, &id, e);
}

/* ---- the page ---- */

static void state_put(const struct desk *d, const struct delegation *g, struct node *o)
{
    const date today = desk_today(d);
    const char *state = g->revoked_at != INSTANT_NONE ? "revoked"
                        : g->to_on < today            ? "over"
                        : g->from_on > today          ? "future"
                                                      : "now";
    static const char *const names[][2] = {
        {"revoked", "已撤销"}, {"over", "已到期"}, {"future", "未开始"}, {"now", "有效"}};

    node_put_text(d->arena, o, "state", state);
    node_put_bool(d->arena, o, "is_now", text_eq(state, "now"));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], state))
            node_put_text(d->arena, o, "state_name", names[i][1]);
    node_put_bool(d->arena, o, "may_revoke",
                  text_eq(g->from_person, d->actor->person) && (text_eq(state, "now") || text_eq(state, "future")));
}

static const char *name_of_post(const struct desk *d, const char *organ, const char *unit)
{
    const struct tenant_unit *u = tenant_unit(d->district->tenant, unit);
    const char *name = u != NULL ? u->name : tenant_organ_name(d->district->tenant, organ);

    return name != NULL ? name : organ;
}

static int delegations_put(const struct desk *d, struct db *db, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "delegations");
    struct delegation *rows;
    size_t count;

    if (delegation_list(db, a, desk_organ(d), desk_unit(d), desk_today(d) - SHOWN_DAYS, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *o = node_add_object(a, list);

        view_put_id(a, o, "id", rows[i].id);
        node_put_text(a, o, "post_name", name_of_post(d, rows[i].organ, rows[i].unit));
        node_put_text(a, o, "from_name", rows[i].from_name);
        node_put_text(a, o, "to_name", rows[i].to_name);
        view_put_date(a, o, "from_on", rows[i].from_on);
        view_put_date(a, o, "to_on", rows[i].to_on);
        node_put_text(a, o, "reason", rows[i].reason);
        state_put(d, &rows[i], o);
    }
    return 0;
}

/* Which group of the directory stands for which post: what an administrator has to look after. */
static void posts_put(const struct desk *d, struct node *page)
{
    const struct tenant *t = d->district->tenant;
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "posts");

    for (size_t i = 0; i < t->organ_count; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "name", t->organs[i].name);
        node_put_text(a, o, "group", t->organs[i].group);
    }
    for (size_t i = 0; i < t->role_count; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "name", *t->roles[i].name != '\0' ? t->roles[i].name : post_class_name(t->roles[i].id));
        node_put_text(a, o, "group", t->roles[i].group);
    }
    for (size_t i = 0; i < t->unit_count; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "name", t->units[i].name);
        node_put_text(a, o, "group", t->units[i].group);
    }
}

int delegations_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page, *list;
    struct db *db;
    int acts;

    if (permit_check(d->actor, MAY_DELEGATION_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        nightly_view(d, &page, e) < 0 || delegations_put(d, db, page, e) < 0)
        return -1;
    acts = permit_allows(d->actor->post->kind, MAY_DELEGATION_ACT);
    node_put_bool(a, page, "may_delegate", acts);
    node_put_text(a, page, "post_name", post_name(d));
    view_put_date(a, page, "today", desk_today(d));
    if (acts) {
        if (colleagues(d, &list, e) < 0)
            return -1;
        node_put(a, page, "colleagues", list);
    } else {
        posts_put(d, page);
    }
    *ret = page;
    return 0;
}
