/*
 * casework/expert.c - the pool of experts: list, profile, edits, import
 */
#include "config.h"

#include "casework/panel.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

enum { PAGE_ROWS = 50, IMPORT_LINES = 500, IMPORT_FIELDS = 5 };

static const struct {
    const char *id, *name;
} STATES[] = {{"active", "可抽取"}, {"paused", "暂停"}, {"left", "已出库"}};

static const char *state_name(const char *state)
{
    for (size_t i = 0; i < ARRAY_LEN(STATES); i++) {
        if (text_eq(STATES[i].id, state))
            return STATES[i].name;
    }
    return "";
}

static int pool_of(const struct desk *d, struct node **ret, struct err *e)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));

    *ret = r != NULL ? regulation_expert_pool(r, d->arena) : NULL;
    return *ret != NULL ? 0 : experts_missing(e);
}

static int may_keep(const struct desk *d, const struct node *pool)
{
    return d->actor != NULL && d->actor->post != NULL && permit_allows(d->actor->post->kind, MAY_EXPERT_KEEP) &&
           panel_has_organ(d, node_get(pool, "kept_by"));
}

static int keeper_only(const struct desk *d, const struct node *pool, struct err *e)
{
    if (may_keep(d, pool))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "专家库由%s管理", node_get_str(pool, "kept_names"));
    (void)err_article(e, view_articles_join(d->arena, node_get(pool, "articles")));
    return err_mend(e, "请由%s办理", node_get_str(pool, "kept_names"));
}

/* ---- reading ---- */

static struct node *pool_node(const struct desk *d, const struct node *pool)
{
    struct node *n = node_object(d->arena);

    node_put_text(d->arena, n, "name", node_get_str(pool, "name"));
    node_put_text(d->arena, n, "kept_names", node_get_str(pool, "kept_names"));
    node_put(d->arena, n, "articles", view_articles(d, node_get(pool, "articles")));
    return n;
}

static int has_id(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), id))
            return 1;
    }
    return 0;
}

/* fields NULL: all there are. */
static const char *fields_text(struct arena *a, const struct node *pool, const struct node *fields)
{
    const char *s = "";

    for (const struct node *n = node_first(node_get(pool, "fields")); n != NULL; n = n->next) {
        if (fields == NULL || has_id(fields, node_get_str(n, "id")))
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
        node_put_bool(a, o, flag, has_id(chosen, node_get_str(n, "id")));
    }
    return list;
}

static struct node *state_choices(struct arena *a, const char *chosen, const char *flag)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < ARRAY_LEN(STATES); i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", STATES[i].id);
        node_put_text(a, o, "name", STATES[i].name);
        node_put_bool(a, o, flag, text_eq(STATES[i].id, chosen));
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
    node_put_text(a, n, "state_name", state_name(x->state));
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

    if (permit_check(d->actor, MAY_EXPERT_READ, e) < 0 || pool_of(d, &pool, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    if (*node_get_str(filter, "after") != '\0' && text_i64(node_get_str(filter, "after"), &after) < 0)
        return err_fail(e, ERR_BAD_INPUT, "翻页位置「%.40s」不能识别", node_get_str(filter, "after"));
    if (text_chars(q) > EXPERT_WORD_CHARS)
        return err_fail(e, ERR_BAD_INPUT, "查找的内容不超过 %d 个字", EXPERT_WORD_CHARS);
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
    node_put_bool(a, page, "may_keep", may_keep(d, pool));
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

    for (size_t i = 0; i < ARRAY_LEN(STATES); i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", STATES[i].id);
        node_put_text(a, o, "label", STATES[i].name);
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

    if (permit_check(d->actor, MAY_EXPERT_READ, e) < 0 || pool_of(d, &pool, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    int found = id != 0 ? expert_get(db, a, id, &x, e) : 1;

    if (found <= 0)
        return found < 0 ? -1 : err_fail(e, ERR_NOT_FOUND, "专家库里没有这个人");
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
    node_put_text(a, n, "state_name", state_name(x.state));
    node_put_bool(a, n, "is_new", id == 0);
    view_put_instant(a, n, "changed_at", id != 0 ? x.changed_at : INSTANT_NONE);
    node_put_bool(a, page, "may_keep", may_keep(d, pool));
    if (may_keep(d, pool))
        expert_fields(d, pool, &x, typed, errors, node_put_list(a, page, "fields"));
    *ret = page;
    return expert_seats(d, db, id, page, e);
}

int experts_lines_view(const struct desk *d, const struct node *typed, const struct err_list *errors, struct node **ret,
                       struct err *e)
{
    struct node *pool, *page = node_object(d->arena);
    const struct ask lines = {"lines", "名单", "long_text", "一行一位：姓名，登录名，任职单位，职称，领域、领域",
                              1,       NULL,   NULL};

    if (permit_check(d->actor, MAY_EXPERT_READ, e) < 0 || pool_of(d, &pool, e) < 0 || keeper_only(d, pool, e) < 0)
        return -1;
    node_put(d->arena, page, "pool", pool_node(d, pool));
    node_put_text(d->arena, page, "field_names", fields_text(d->arena, pool, NULL));
    ask_put(d, &lines, typed, errors, node_put_list(d->arena, page, "fields"));
    *ret = page;
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
        if (has_id(given, node_get_str(n, "id")))
            node_add_text(a, kept, node_get_str(n, "id"));
    }
    if (node_count(kept) > 0 && node_count(kept) == node_count(given))
        return view_json_text(a, kept);
    (void)err_fail(&x, ERR_BAD_INPUT, "请至少选择一个领域，只能选列出的领域");
    (void)err_at(&x, "/with/fields");
    err_list_take(errors, &x);
    return "[]";
}

static void expert_read(const struct desk *d, const struct node *pool, const struct node *input, struct expert *x,
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
    if (*state_name(x->state) == '\0') {
        struct err bad = {0};

        (void)err_fail(&bad, ERR_BAD_INPUT, "没有「%.20s」这种状态", state);
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

    if (permit_check(d->actor, MAY_EXPERT_KEEP, e) < 0 || pool_of(d, &pool, e) < 0 || keeper_only(d, pool, e) < 0)
        return -1;
    c.pool = pool;
    view_put_id(d->arena, asked, "id", id);
    node_put_int(d->arena, asked, "version", version);
    node_put(d->arena, asked, "input", node_copy(d->arena, input));
    if (op_run(&op, put_work, &c, e) < 0)
        return -1;
    return text_i64(node_get_str(op.result, "id"), ret_id) == 0 ? 0 : err_fail(e, ERR_INTERNAL, "保存的编号读不出来");
}

/* ---- import ---- */

/* The labels of fields, as people write them: parted by 、 */
static struct node *fields_of_labels(struct arena *a, const struct node *pool, const char *labels)
{
    struct node *list = node_list(a);
    char *text = arena_dup(a, labels), **piece;

    for (char *p = text; *p != '\0'; p++) { /* 、 is three bytes: made one separator and two blanks */
        if (text_starts(p, "、")) {
            p[0] = '|';
            p[1] = p[2] = ' ';
        }
    }
    size_t count = text_split(a, text, '|', &piece);

    for (size_t i = 0; i < count; i++) {
        const char *one = text_trim(a, piece[i]), *id = one;

        for (const struct node *n = node_first(node_get(pool, "fields")); n != NULL; n = n->next) {
            if (text_eq(node_get_str(n, "label"), one))
                id = node_get_str(n, "id");
        }
        if (*one != '\0')
            node_add_text(a, list, id);
    }
    return list;
}

/* Full commas are what people type: made like the others. */
static char *plain_commas(struct arena *a, const char *line)
{
    char *s = arena_dup(a, line), *to = s;

    for (const char *p = s; *p != '\0';) {
        if (text_starts(p, "，")) {
            *to++ = ',';
            p += 3;
        } else {
            *to++ = *p++;
        }
    }
    *to = '\0';
    return s;
}

static struct node *line_read(struct arena *a, const struct node *pool, const char *line)
{
    struct node *n = node_object(a);
    char **piece;
    size_t count = text_split(a, plain_commas(a, line), ',', &piece);
    static const char *const KEYS[] = {"name", "login", "employer", "title"};

    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++)
        node_put_text(a, n, KEYS[i], i < count ? text_trim(a, piece[i]) : "");
    node_put(a, n, "fields", fields_of_labels(a, pool, count == IMPORT_FIELDS ? piece[IMPORT_FIELDS - 1] : ""));
    return n;
}

static void line_faults(int number, const struct err_list *own, struct err_list *errors)
{
    for (int i = 0; i < own->count && i < ERR_LIST_MAX; i++) {
        struct err x = {0};

        (void)err_fail(&x, ERR_BAD_INPUT, "第 %d 行：%s", number, own->item[i].message);
        (void)err_at(&x, "/with/lines");
        err_list_take(errors, &x);
    }
}

static int import_add(struct op *op, const struct expert_call *c, const struct node *row, int number, struct err *e)
{
    const struct desk *d = op->desk;
    struct err_list own = {0};
    struct expert x = {
        .id = crypto_ident(d->machine_now / 1000), .version = 1, .added_at = d->now, .changed_at = d->now};

    expert_read(d, c->pool, row, &x, &own);
    line_faults(number, &own, op->errors);
    if (op->errors->count > 0) /* looked through to the end, nothing written any more */
        return 0;
    if (expert_add(op->db, d->arena, &x, e) == 0)
        return 0;
    if (e->code != ERR_CONFLICT)
        return -1;
    struct err taken = {0};

    (void)err_fail(&taken, ERR_CONFLICT, "第 %d 行：登录名「%s」已在专家库里", number, x.login);
    (void)err_at(&taken, "/with/lines");
    err_list_take(op->errors, &taken);
    return 0;
}

static int import_work(struct op *op, void *arg, struct err *e)
{
    const struct expert_call *c = arg;
    struct arena *a = op->desk->arena;
    int number = 0;

    op->object = "expert/import";
    for (const struct node *n = node_first(c->rows); n != NULL; n = n->next) {
        if (import_add(op, c, n, ++number, e) < 0)
            return -1;
    }
    if (op->errors->count > 0)
        return err_fail(e, ERR_BAD_INPUT, "有 %d 处需要改正，一行也没有导入", op->errors->count);
    op->articles = view_articles_join(a, node_get(c->pool, "articles"));
    op->after = draw_digest(a, c->rows);
    op->detail = node_object(a);
    node_put_int(a, op->detail, "count", number);
    op->result = node_object(a);
    node_put_int(a, op->result, "count", number);
    return 0;
}

int experts_import(const struct desk *d, const char *lines, int64_t *ret_count, struct err_list *errors, struct err *e)
{
    struct node *asked = node_object(d->arena), *pool, *rows = node_list(d->arena);
    struct expert_call c = {.rows = rows};
    struct op op = {.desk = d, .may = MAY_EXPERT_KEEP, .what = "expert.import", .asked = asked, .errors = errors};
    char **line;

    if (permit_check(d->actor, MAY_EXPERT_KEEP, e) < 0 || pool_of(d, &pool, e) < 0 || keeper_only(d, pool, e) < 0)
        return -1;
    c.pool = pool;
    size_t count = text_split(d->arena, lines, '\n', &line);

    for (size_t i = 0; i < count; i++) {
        if (*text_trim(d->arena, line[i]) != '\0')
            node_add(rows, line_read(d->arena, pool, line[i]));
    }
    if (node_count(rows) == 0 || node_count(rows) > IMPORT_LINES) {
        err_fail(e, ERR_BAD_INPUT, "请填写 1 到 %d 行，一行一位专家", IMPORT_LINES);
        return err_at(e, "/with/lines");
    }
    node_put(d->arena, asked, "rows", node_copy(d->arena, rows));
    if (op_run(&op, import_work, &c, e) < 0)
        return -1;
    *ret_count = node_get_int(op.result, "count", 0);
    return 0;
}
