/*
 * casework/review_list.c - the reviews of a project with what the regulation says of them, and those that run in the
 * district
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/view.h"

/* ---- the reviews of a project ---- */

static const char *const AVOID_WORDS[][2] = {{"employer", "任职单位是建设单位或其上下级的"},
                                             {"author", "编制或经手过本项目材料的"},
                                             {"contract", "任职单位与建设单位有过合同的"}};

static const char *avoid_text(struct arena *a, const struct node *rule)
{
    const char *s = "";

    for (const struct node *n = node_first(node_get(rule, "avoid")); n != NULL; n = n->next) {
        for (size_t i = 0; i < ARRAY_LEN(AVOID_WORDS); i++) {
            if (text_eq(AVOID_WORDS[i][0], node_str(n, "")))
                s = arena_fmt(a, "%s%s%s", s, *s != '\0' ? "、" : "", AVOID_WORDS[i][1]);
        }
    }
    return s;
}

static const char *seeds_text(struct arena *a, const struct node *rule)
{
    const char *s = "";

    for (const struct node *n = node_first(node_get(rule, "seeds")); n != NULL; n = n->next)
        s = arena_fmt(a, "%s%s%s", s, *s != '\0' ? "、" : "", node_get_str(n, "name"));
    return s;
}

void review_rule_put(const struct desk *d, const struct node *rule, struct node *n)
{
    struct arena *a = d->arena;

    node_put_text(a, n, "id", node_get_str(rule, "id"));
    node_put_text(a, n, "name", node_get_str(rule, "name"));
    node_put_text(a, n, "procedure_name", node_get_str(rule, "procedure_name"));
    node_put(a, n, "articles", view_articles(d, node_get(rule, "articles")));
    node_put_text(a, n, "convened_names", node_get_str(rule, "convened_names"));
    node_put_text(a, n, "seeds_text", seeds_text(a, rule));
    node_put_text(a, n, "avoid_text", avoid_text(a, rule));
    node_put_int(a, n, "at_least", node_get_int(rule, "at_least", 1));
    node_put_fmt(a, n, "panel_text", "%lld 人以上%s，候补 %lld 人，%lld 人交评分表为有效",
                 (long long)node_get_int(rule, "at_least", 1), node_get_bool(rule, "odd") ? "单数" : "",
                 (long long)node_get_int(rule, "reserves", 0), (long long)node_get_int(rule, "quorum", 1));
    node_put_fmt(a, n, "pass_text", "平均 %lld 分以上，并且同意的超过 %lld%%",
                 (long long)node_get_int(rule, "average", 0), (long long)node_get_int(rule, "agree_above_percent", 0));
}

static void row_put(const struct desk *d, const struct review_row *r, struct node *list)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list);
    struct panel p = {.r = *r, .rule = node_object(a)};

    view_put_id(a, n, "id", r->id);
    node_put_text(a, n, "state", r->state);
    node_put_text(a, n, "state_name", text_eq(r->state, "sealing") ? "交封签、开封中" : panel_state_name(&p));
    node_put_bool(a, n, "is_void", text_eq(r->state, "void"));
    view_put_instant(a, n, "started_at", r->started_at);
    node_put_text(a, n, "convener_name", r->convener_name);
    node_put_text(a, n, "void_reason", r->void_reason);
    view_put_date(a, n, "held_on", r->held_on);
    node_put_text(a, n, "href", view_href(d, "/reviews/%lld", (long long)r->id));
}

static void start_fields(const struct desk *d, const struct casefile *c, const struct node *rule,
                         const struct node *typed, const struct err_list *errors, struct node *fields)
{
    struct arena *a = d->arena;
    const struct ask rows[] = {{"members", "专家人数", "integer", node_get_bool(rule, "odd") ? "单数" : "", 1, NULL,
                                node_int(a, node_get_int(rule, "at_least", 1))},
                               {"fields", "要求的领域", "choices", "一个也不选的，不限领域；有其中一个领域的即可", 0,
                                node_get(regulation_expert_pool(c->regulation, a), "fields"), NULL}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ask_put(d, &rows[i], typed, errors, fields);
}

static void kind_put(const struct desk *d, const struct casefile *c, const struct node *rule,
                     const struct node *verdict, const struct review_row *rows, size_t count, const struct node *typed,
                     const struct err_list *errors, struct node *list)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list), *done;
    int busy = 0, mine = panel_convenes(d, rule);

    review_rule_put(d, rule, n);
    done = node_put_list(a, n, "reviews");
    for (size_t i = 0; i < count; i++) {
        if (!text_eq(rows[i].kind, node_get_str(rule, "id")))
            continue;
        row_put(d, &rows[i], done);
        busy |= !text_eq(rows[i].state, "void") && !review_recorded(c, rule, &rows[i]);
    }
    int turn = review_turn(verdict, rule);

    node_put_bool(a, n, "may_start", mine && turn && !busy);
    node_put_text(a, n, "why",
                  busy    ? "上一次还没有办完并登记结果"
                  : !turn ? "按项目的进度还没有轮到这一步"
                  : !mine ? arena_fmt(a, "由%s召集", node_get_str(rule, "convened_names"))
                          : "");
    if (mine && turn && !busy)
        start_fields(d, c, rule, typed, errors, node_put_list(a, n, "fields"));
    node_put_text(a, n, "action",
                  view_href(d, "/projects/%lld/reviews/%s", (long long)c->p.id, node_get_str(rule, "id")));
}

int project_reviews_view(const struct desk *d, int64_t project, const struct node *typed, const struct err_list *errors,
                         struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list;
    const struct node *verdict;
    struct casefile c;
    struct review_row *rows;
    struct db *db;
    size_t count;

    if (casefile_read(d, MAY_REVIEW_READ, project, &c, e) < 0)
        return -1;
    if (!regulation_has_experts(c.regulation))
        return experts_missing(e);
    if (district_db(d->platform, d->district, &db, e) < 0 || review_list(db, a, project, &rows, &count, e) < 0)
        return -1;
    verdict = casefile_road(d, &c);
    node_put(a, page, "project", view_project_short(d, &c.p));
    list = node_put_list(a, page, "kinds");
    for (const struct node *rule = node_first(regulation_reviews(c.regulation, a)); rule != NULL; rule = rule->next)
        kind_put(d, &c, rule, verdict, rows, count, typed, errors, list);
    *ret = page;
    return 0;
}

/* ---- what runs in the district ---- */

static const char *todo_of(const struct desk *d, const struct node *rule, const struct review_listed *r)
{
    int64_t seeds = (int64_t)node_count(node_get(rule, "seeds"));
    int seals = panel_has_organ(d, node_get(rule, "seeds"));

    if (text_eq(r->state, "sealing") && seals && !r->own_sealed)
        return "待本机关交封签";
    if (text_eq(r->state, "sealing") && seals && r->sealed == seeds && !r->own_opened)
        return "待本机关开封";
    if (text_eq(r->state, "drawn") && panel_convenes(d, rule))
        return r->held_on == DATE_NONE ? "待本机关召集评审会" : "待本机关汇总意见";
    return "";
}

int reviews_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    struct node *page = node_object(a), *list = node_put_list(a, page, "reviews");
    const struct project_sight of = desk_sight(d);
    struct review_listed *rows;
    struct db *db;
    size_t count;

    if (permit_check(d->actor, MAY_REVIEW_READ, e) < 0)
        return -1;
    if (!experts_known(d))
        return experts_missing(e);
    if (district_db(d->platform, d->district, &db, e) < 0 ||
        review_running(db, a, &of, desk_organ(d), &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const struct node *rule = regulation_review(r, a, rows[i].kind);
        struct panel p = {.r = {.state = rows[i].state, .held_on = rows[i].held_on}, .rule = rule};
        struct node *n;

        if (of.begun && rows[i].events == 0 && !panel_takes_part(d, &p)) /* a draft is its unit's own */
            continue;
        n = node_add_object(a, list);
        p.seal_count = (size_t)rows[i].sealed;
        node_put_text(a, n, "title", rows[i].title);
        node_put_text(a, n, "unit_name", rows[i].unit_name);
        node_put_text(a, n, "name", rule != NULL ? node_get_str(rule, "name") : "专家评审");
        node_put_text(a, n, "state", rows[i].state);
        node_put_text(a, n, "state_name", panel_state_name(&p));
        node_put_bool(a, n, "is_closed", text_eq(rows[i].state, "closed"));
        view_put_instant(a, n, "started_at", rows[i].started_at);
        view_put_date(a, n, "held_on", rows[i].held_on);
        node_put_text(a, n, "todo", todo_of(d, rule, &rows[i]));
        node_put_text(a, n, "href", view_href(d, "/reviews/%lld", (long long)rows[i].id));
    }
    *ret = page;
    return 0;
}
