/*
 * casework/expert_view.c - the pool of experts on pages: the list, one of them, the form for many at once
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/view.h"

enum { PAGE_ROWS = 50 };

/* ---- reading ---- */

static struct node *pool_node(const struct desk *d, const struct node *pool)
{
    struct node *n = node_object(d->arena);

    node_put_text(d->arena, n, "name", node_get_str(pool, "name"));
    node_put_text(d->arena, n, "kept_names", node_get_str(pool, "kept_names"));
    node_put(d->arena, n, "articles", view_articles(d, node_get(pool, "articles")));
    return n;
}

/* fields NULL: all there are. */
static const char *fields_text(struct arena *a, const struct node *pool, const struct node *fields)
{
    const char *s = "";

    for (const struct node *n = node_first(node_get(pool, "fields")); n != NULL; n = n->next) {
        if (fields == NULL || expert_has(fields, node_get_str(n, "id")))
            s = arena_fmt(a, "%s%s%s", s, *s != '\0' ? "、" : "", node_get_str(n, "label"));
    }
    return s;
}

static struct node *field_choices(struct arena *a, const struct node *pool, const struct node *chosen, const char *flag)
{
    struct node *list = node_list(a);

    for (const struct node *n = node_first(node_get(pool, "fields")); n != NULL; n = n->next) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", node_get_str(n, "id"));
        node_put_text(a, o, "label", node_get_str(n, "label"));
        node_put_bool(a, o, flag, expert_has(chosen, node_get_str(n, "id")));
    }
    return list;
}

static struct node *state_choices(struct arena *a, const char *chosen, const char *flag)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < ARRAY_LEN(EXPERT_STATES); i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", EXPERT_STATES[i].id);
        node_put_text(a, o, "name", EXPERT_STATES[i].name);
        node_put_bool(a, o, flag, text_eq(EXPERT_STATES[i].id, chosen));
    }
    return list;
}

static void row_node(const struct desk *d, const struct node *pool, const struct expert *x, struct node *list)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list);

    view_put_id(a, n, "id", x->id);
    node_put_text(a, n, "name", x->name);
    node_put_text(a, n, "employer", x->employer);
    node_put_text(a, n, "title", x->title);
    node_put_text(a, n, "login", x->login);
    node_put_text(a, n, "fields_text", fields_text(a, pool, view_json(a, x->fields)));
    node_put_text(a, n, "state", x->state);
    node_put_text(a, n, "state_name", expert_state_name(x->state));
    node_put_bool(a, n, "is_active", text_eq(x->state, "active"));
    node_put_text(a, n, "href", view_href(d, "/experts/%lld", (long long)x->id));
}

int experts_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const char *q = text_trim(a, node_get_str(filter, "q")), *state = node_get_str(filter, "state");
    const char *field = node_get_str(filter, "field");
    struct node *pool, *page = node_object(a), *list, *kept, *chosen = node_list(a);
    struct expert *rows;
    struct db *db;
    size_t count;
    int64_t after = 0;

    if (permit_check(d->actor, MAY_EXPERT_READ, e) < 0 || expert_pool_of(d, &pool, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    if (view_place(a, node_get_str(filter, "after"), 1, &after, e) < 0)
        return -1;
    if (text_chars(q) > EXPERT_WORD_CHARS) {
        err_fail(e, ERR_BAD_INPUT, "查找的内容超过 %d 个字", EXPERT_WORD_CHARS);
        return err_mend(e, "请只填姓名或者单位中的几个字");
    }
    if (expert_list(db, a, q, state, field, after, PAGE_ROWS + 1, &rows, &count, e) < 0)
        return -1;
    node_put(a, page, "pool", pool_node(d, pool));
    list = node_put_list(a, page, "experts");
    for (size_t i = 0; i < count && i < PAGE_ROWS; i++)
        row_node(d, pool, &rows[i], list);
    if (count > PAGE_ROWS)
        node_put_fmt(a, page, "next_after", "%lld", (long long)rows[PAGE_ROWS - 1].id);
    kept = node_put_object(a, page, "filter");
    node_put_text(a, kept, "q", q);
    node_put_text(a, kept, "state", state);
    node_put_text(a, kept, "field", field);
    node_add_text(a, chosen, field);
    node_put(a, page, "fields", field_choices(a, pool, chosen, "chosen"));
    node_put(a, page, "states", state_choices(a, state, "chosen"));
    node_put_bool(a, page, "is_filtered", *q != '\0' || *state != '\0' || *field != '\0');
    node_put_bool(a, page, "may_keep", expert_may_keep(d, pool));
    *ret = page;
    return 0;
}

static int expert_seats(const struct desk *d, struct db *db, int64_t id, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "seats");
    struct review_seat *seats;
    size_t count;

    if (id == 0)
        return 0;
    if (review_seats_of_expert(db, a, id, &seats, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "project_title", seats[i].title_of_project);
        node_put_text(a, n, "unit_name", seats[i].unit_name);
        node_put_text(a, n, "state_name", seat_state_name(&seats[i]));
        node_put_text(a, n, "reason", seats[i].out_reason);
        view_put_date(a, n, "held_on", seats[i].held_on);
        node_put_text(a, n, "href", view_href(d, "/reviews/%lld", (long long)seats[i].review));
    }
    return 0;
}

static struct node *state_labels(struct arena *a)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < ARRAY_LEN(EXPERT_STATES); i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", EXPERT_STATES[i].id);
        node_put_text(a, o, "label", EXPERT_STATES[i].name);
    }
    return list;
}

static void expert_fields(const struct desk *d, const struct node *pool, const struct expert *x,
                          const struct node *typed, const struct err_list *errors, struct node *fields)
{
    struct arena *a = d->arena;
    const struct ask rows[] = {
        {"name", "姓名", "text", "", 1, NULL, node_text(a, x->name)},
        {"login", "登录名", "text", "政务目录中的登录名，专家用它登录、评分", 1, NULL, node_text(a, x->login)},
        {"employer", "任职单位", "text", "写全称，抽取时按它计算回避", 1, NULL, node_text(a, x->employer)},
        {"title", "职称或职务", "text", "", 0, NULL, node_text(a, x->title)},
        {"fields", "领域", "choices", "至少选一个", 1, node_get(pool, "fields"), view_json(a, x->fields)},
        {"state", "状态", "choice", "暂停的不参加抽取，出库的不再列为候选", 1, state_labels(a), node_text(a, x->state)},
        {"note", "备注", "long_text", "", 0, NULL, node_text(a, x->note)},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ask_put(d, &rows[i], typed, errors, fields);
}

int expert_view(const struct desk *d, int64_t id, const struct node *typed, const struct err_list *errors,
                struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct expert x = {
        .login = "", .name = "", .employer = "", .title = "", .fields = "[]", .state = "active", .note = ""};
    struct node *pool, *page = node_object(a), *n;
    struct db *db;

    if (permit_check(d->actor, MAY_EXPERT_READ, e) < 0 || expert_pool_of(d, &pool, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    int found = id != 0 ? expert_get(db, a, id, &x, e) : 1;

    if (found <= 0) {
        if (found < 0)
            return -1;
        err_fail(e, ERR_NOT_FOUND, "专家库里没有这个人");
        return err_mend(e, "请从专家库的清单打开");
    }
    node_put(a, page, "pool", pool_node(d, pool));
    n = node_put_object(a, page, "expert");
    view_put_id(a, n, "id", x.id);
    view_put_id(a, n, "version", x.version);
    node_put_text(a, n, "name", x.name);
    node_put_text(a, n, "employer", x.employer);
    node_put_text(a, n, "title", x.title);
    node_put_text(a, n, "login", x.login);
    node_put_text(a, n, "note", x.note);
    node_put_text(a, n, "fields_text", fields_text(a, pool, view_json(a, x.fields)));
    node_put_text(a, n, "state_name", expert_state_name(x.state));
    node_put_bool(a, n, "is_new", id == 0);
    view_put_instant(a, n, "changed_at", id != 0 ? x.changed_at : INSTANT_NONE);
    node_put_bool(a, page, "may_keep", expert_may_keep(d, pool));
    if (expert_may_keep(d, pool))
        expert_fields(d, pool, &x, typed, errors, node_put_list(a, page, "fields"));
    *ret = page;
    return expert_seats(d, db, id, page, e);
}

int experts_lines_view(const struct desk *d, const struct node *typed, const struct err_list *errors, struct node **ret,
                       struct err *e)
{
    struct node *pool, *page = node_object(d->arena);
    const struct ask lines = {"lines", "名单", "long_text", "一行一位：姓名，登录名，任职单位，职称，领域、领域",
                              0,       NULL,   NULL};

    if (permit_check(d->actor, MAY_EXPERT_READ, e) < 0 || expert_pool_of(d, &pool, e) < 0 ||
        expert_keeper_only(d, pool, e) < 0)
        return -1;
    node_put(d->arena, page, "pool", pool_node(d, pool));
    node_put_text(d->arena, page, "field_names", fields_text(d->arena, pool, NULL));
    ask_put(d, &lines, typed, errors, node_put_list(d->arena, page, "fields"));
    *ret = page;
    return 0;
}
