/*
 * casework/expert.c - the pool of experts: who keeps it, edits
 */
#include "config.h"

#include "casework/panel.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

const struct expert_state EXPERT_STATES[EXPERT_STATE_COUNT] = {
    {"active", "可抽取"}, {"paused", "暂停"}, {"left", "已出库"}};

const char *expert_state_name(const char *state)
{
    for (size_t i = 0; i < ARRAY_LEN(EXPERT_STATES); i++) {
        if (text_eq(EXPERT_STATES[i].id, state))
            return EXPERT_STATES[i].name;
    }
    return "";
}

int expert_pool_of(const struct desk *d, struct node **ret, struct err *e)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));

    *ret = r != NULL ? regulation_expert_pool(r, d->arena) : NULL;
    return *ret != NULL ? 0 : experts_missing(e);
}

int expert_may_keep(const struct desk *d, const struct node *pool)
{
    return d->actor != NULL && d->actor->post != NULL && permit_allows(d->actor->post->kind, MAY_EXPERT_KEEP) &&
           panel_has_organ(d, node_get(pool, "kept_by"));
}

int expert_keeper_only(const struct desk *d, const struct node *pool, struct err *e)
{
    if (expert_may_keep(d, pool))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "专家库由%s管理", node_get_str(pool, "kept_names"));
    (void)err_article(e, view_articles_join(d->arena, node_get(pool, "articles")));
    return err_mend(e, "请由%s办理", node_get_str(pool, "kept_names"));
}

int expert_has(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), id))
            return 1;
    }
    return 0;
}

/* ---- writing ---- */

struct expert_call {
    int64_t id, version;
    const struct node *pool;
    const struct node *rows; /* what is to be written */
};

static const char *login_read(const struct desk *d, const struct node *input, struct err_list *errors)
{
    const char *login = typed_text(d, input, "login", "登录名", 1, EXPERT_NAME_CHARS, 0, errors);
    struct err x = {0};

    for (const char *p = login; *p != '\0'; p++) {
        if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '.' || *p == '_' || *p == '-')
            continue;
        (void)err_fail(&x, ERR_BAD_INPUT, "登录名「%.40s」只能用小写字母、数字、点、横线", login);
        (void)err_mend(&x, "请按政务目录中的登录名填写");
        (void)err_at(&x, "/with/login");
        err_list_take(errors, &x);
        return "";
    }
    return login;
}

static const char *fields_read(const struct desk *d, const struct node *pool, const struct node *input,
                               struct err_list *errors)
{
    struct arena *a = d->arena;
    struct node *given = typed_list(a, input, "fields"), *kept = node_list(a);
    struct err x = {0};

    for (const struct node *n = node_first(node_get(pool, "fields")); n != NULL; n = n->next) {
        if (expert_has(given, node_get_str(n, "id")))
            node_add_text(a, kept, node_get_str(n, "id"));
    }
    if (node_count(kept) > 0 && node_count(kept) == node_count(given))
        return view_json_text(a, kept);
    (void)err_fail(&x, ERR_BAD_INPUT, "没有选择领域，或者写了专家库没有的领域");
    (void)err_mend(&x, "请至少选一个列出的领域");
    (void)err_at(&x, "/with/fields");
    err_list_take(errors, &x);
    return "[]";
}

void expert_read(const struct desk *d, const struct node *pool, const struct node *input, struct expert *x,
                 struct err_list *errors)
{
    const char *state = node_get_str(input, "state");

    x->name = typed_text(d, input, "name", "姓名", 1, EXPERT_NAME_CHARS, 0, errors);
    x->employer = typed_text(d, input, "employer", "任职单位", 1, EXPERT_WORD_CHARS, 0, errors);
    x->title = typed_text(d, input, "title", "职称或职务", 0, EXPERT_WORD_CHARS, 0, errors);
    x->note = typed_text(d, input, "note", "备注", 0, REASON_CHARS, 0, errors);
    x->login = login_read(d, input, errors);
    x->fields = fields_read(d, pool, input, errors);
    x->state = *state == '\0' ? "active" : state;
    if (*expert_state_name(x->state) == '\0') {
        struct err bad = {0};

        (void)err_fail(&bad, ERR_BAD_INPUT, "没有「%.20s」这种状态", state);
        (void)err_mend(&bad, "请在可抽取、暂停、已出库中选一种");
        (void)err_at(&bad, "/with/state");
        err_list_take(errors, &bad);
    }
}

static int login_taken(struct err *e)
{
    if (e->code != ERR_CONFLICT)
        return -1;
    err_fail(e, ERR_CONFLICT, "这个登录名已在专家库里");
    (void)err_at(e, "/with/login");
    return err_mend(e, "请在专家库中找到已有的那一位再修改；已出库的把状态改回可抽取");
}

static int put_work(struct op *op, void *arg, struct err *e)
{
    const struct expert_call *c = arg;
    const struct desk *d = op->desk;
    struct expert x = {.id = c->id, .version = c->version, .added_at = d->now};

    expert_read(d, c->pool, c->rows, &x, op->errors);
    op->object = arena_fmt(d->arena, "expert/%lld", (long long)c->id);
    if (op->errors->count > 0)
        return typed_refuse(op->errors, e);
    x.changed_at = d->now;
    if (c->id == 0) {
        x.id = crypto_ident(d->machine_now / 1000);
        x.version = 1;
        op->object = arena_fmt(d->arena, "expert/%lld", (long long)x.id);
    }
    if ((c->id == 0 ? expert_add(op->db, d->arena, &x, e) : expert_save(op->db, d->arena, &x, e)) < 0)
        return login_taken(e);
    op->articles = view_articles_join(d->arena, node_get(c->pool, "articles"));
    op->after = draw_digest(d->arena, c->rows);
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "login", x.login);
    node_put_text(d->arena, op->detail, "state", x.state);
    node_put_text(d->arena, op->detail, "employer", x.employer);
    op->result = node_object(d->arena);
    view_put_id(d->arena, op->result, "id", x.id);
    return 0;
}

int expert_put(const struct desk *d, int64_t id, int64_t version, const struct node *input, int64_t *ret_id,
               struct err_list *errors, struct err *e)
{
    struct node *asked = node_object(d->arena), *pool;
    struct expert_call c = {.id = id, .version = version, .rows = input};
    struct op op = {.desk = d, .may = MAY_EXPERT_KEEP, .what = "expert.put", .asked = asked, .errors = errors};

    if (permit_check(d->actor, MAY_EXPERT_KEEP, e) < 0 || expert_pool_of(d, &pool, e) < 0 ||
        expert_keeper_only(d, pool, e) < 0)
        return -1;
    c.pool = pool;
    view_put_id(d->arena, asked, "id", id);
    node_put_int(d->arena, asked, "version", version);
    node_put(d->arena, asked, "input", node_copy(d->arena, input));
    if (op_run(&op, put_work, &c, e) < 0)
        return -1;
    return text_i64(node_get_str(op.result, "id"), ret_id) == 0 ? 0 : err_fail(e, ERR_INTERNAL, "保存的编号读不出来");
}
