/*
 * casework/review_start.c - a draw is begun: what it rests on is gathered once and committed (ADR 0013)
 */
#include "config.h"

#include "casework/panel.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

enum { PANEL_MEMBERS_MAX = 99, EXCLUDED_SHOWN = 12 };

/* ---- what the draw rests on ---- */

static void put_unique(struct arena *a, struct node *list, const char *s)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), s))
            return;
    }
    if (!text_is_empty(s))
        node_add_text(a, list, s);
}

/* The unit, the one it stands under and those that stand under it. */
static void related_employers(const struct desk *d, const struct casefile *c, struct node *list)
{
    const struct tenant *t = d->district->tenant;
    const struct tenant_unit *own = tenant_unit(t, c->p.unit_code);

    put_unique(d->arena, list, c->p.unit_name);
    for (size_t i = 0; own != NULL && i < t->unit_count; i++) {
        const struct tenant_unit *u = &t->units[i];

        if (u == own || text_eq(u->code, own->parent) || text_eq(u->parent, own->code))
            put_unique(d->arena, list, u->name);
    }
}

/* Who handed in papers, or acted for the unit. */
static void related_persons(const struct desk *d, const struct casefile *c, struct node *list)
{
    for (size_t i = 0; i < c->document_count; i++)
        put_unique(d->arena, list, c->documents[i].person_name);
    for (size_t i = 0; i < c->event_count; i++) {
        if (text_eq(c->events[i].by, CASEFILE_UNIT))
            put_unique(d->arena, list, c->events[i].person_name);
    }
}

static int related_suppliers(struct op *op, const char *unit, struct node *list, struct err *e)
{
    const char **names;
    size_t count;

    if (contract_suppliers(op->db, op->desk->arena, unit, &names, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        put_unique(op->desk->arena, list, names[i]);
    return 0;
}

static int put_related(struct op *op, const struct node *rule, struct node *inputs, struct err *e)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    struct node *related = node_put_object(a, inputs, "related"), *authors;

    related_employers(d, &op->file, node_put_list(a, related, "employers"));
    authors = node_put_list(a, related, "authors");
    for (const struct node *n = node_first(node_get(rule, "authors")); n != NULL; n = n->next)
        put_unique(a, authors, text_trim(a, node_get_str(op->file.facts, node_str(n, ""))));
    related_persons(d, &op->file, node_put_list(a, related, "persons"));
    return related_suppliers(op, op->file.p.unit_code, node_put_list(a, related, "suppliers"), e);
}

static int put_candidates(struct op *op, struct node *inputs, struct err *e)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_put_list(a, inputs, "candidates");
    struct expert *all;
    size_t count;

    if (expert_all(op->db, a, &all, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(a, list);

        view_put_id(a, n, "id", all[i].id);
        node_put_text(a, n, "name", all[i].name);
        node_put_text(a, n, "employer", all[i].employer);
        node_put_text(a, n, "title", all[i].title);
        node_put(a, n, "fields", node_copy(a, view_json(a, all[i].fields)));
        node_put_text(a, n, "state", all[i].state);
    }
    return 0;
}

static void put_rule(struct arena *a, const struct node *rule, int64_t members, const struct node *fields,
                     struct node *inputs)
{
    struct node *o = node_put_object(a, inputs, "rule"), *seeds = node_put_list(a, inputs, "seeds");

    node_put_int(a, o, "members", members);
    node_put_int(a, o, "reserves", node_get_int(rule, "reserves", 0));
    node_put(a, o, "avoid", node_copy(a, node_get(rule, "avoid")));
    node_put(a, o, "fields", node_copy(a, fields));
    node_put(a, o, "articles", node_copy(a, node_get(rule, "articles")));
    for (const struct node *n = node_first(node_get(rule, "seeds")); n != NULL; n = n->next)
        node_add_text(a, seeds, node_get_str(n, "organ"));
}

static int inputs_of(struct op *op, int64_t id, const struct node *rule, int64_t members, const struct node *fields,
                     struct node **ret, struct err *e)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    struct node *in = node_object(a), *project = node_put_object(a, in, "project");

    node_put_text(a, in, "format", "guizhang-draw-1");
    view_put_id(a, in, "review", id);
    node_put_text(a, in, "tenant", d->district->tenant->id);
    view_put_id(a, project, "id", op->file.p.id);
    node_put_text(a, project, "title", op->file.p.title);
    node_put_text(a, project, "unit", op->file.p.unit_name);
    node_put_text(a, in, "kind", node_get_str(rule, "id"));
    node_put_text(a, in, "regulation", regulation_id(op->file.regulation));
    node_put_text(a, in, "regulation_sm3", regulation_digest(op->file.regulation));
    put_rule(a, rule, members, fields, in);
    if (put_related(op, rule, in, e) < 0 || put_candidates(op, in, e) < 0)
        return -1;
    *ret = in;
    return 0;
}

/* ---- may it begin ---- */

static int names_act(const struct node *rule, const char *what)
{
    return text_eq(node_get_str(rule, "agree"), what) || text_eq(node_get_str(rule, "disagree"), what) ||
           text_eq(node_get_str(rule, "calls"), what);
}

/* What the form of the act still lacks is for its own page to ask. */
static int only_to_fill(const struct node *act)
{
    static const char *const FILL[] = {"material_missing", "field", "checklist"};

    for (const struct node *r = node_first(node_get(act, "reasons")); r != NULL; r = r->next) {
        int fill = 0;

        for (size_t i = 0; i < ARRAY_LEN(FILL); i++)
            fill |= text_eq(node_get_str(r, "code"), FILL[i]);
        if (!fill)
            return 0;
    }
    return 1;
}

int review_turn(const struct node *verdict, const struct node *rule)
{
    for (const struct node *n = node_first(node_get(verdict, "acts")); n != NULL; n = n->next) {
        if (names_act(rule, node_get_str(n, "act")) && only_to_fill(n))
            return 1;
    }
    return 0;
}

int review_recorded(const struct casefile *c, const struct node *rule, const struct review_row *r)
{
    for (size_t i = 0; i < c->event_count; i++) {
        if (c->events[i].seq > r->event_seq && (text_eq(c->events[i].what, node_get_str(rule, "agree")) ||
                                                text_eq(c->events[i].what, node_get_str(rule, "disagree"))))
            return 1;
    }
    return 0;
}

static int start_free(struct op *op, const struct node *rule, struct err *e)
{
    struct review_row *rows;
    size_t count;

    if (review_list(op->db, op->desk->arena, op->file.p.id, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!text_eq(rows[i].kind, node_get_str(rule, "id")) || text_eq(rows[i].state, "void") ||
            review_recorded(&op->file, rule, &rows[i]))
            continue;
        err_fail(e, ERR_RULE, "这个项目已有一次「%s」没有办完", node_get_str(rule, "name"));
        return err_mend(e, "请先办完那一次并登记结果；须重新抽取的，先写明理由作废");
    }
    return 0;
}

static int start_turn(const struct op *op, const struct node *rule, struct err *e)
{
    if (!panel_convenes(op->desk, rule)) {
        err_fail(e, ERR_FORBIDDEN, "「%s」由%s召集", node_get_str(rule, "name"), node_get_str(rule, "convened_names"));
        return err_mend(e, "请由%s办理", node_get_str(rule, "convened_names"));
    }
    if (review_turn(casefile_road(op->desk, &op->file), rule))
        return 0;
    err_fail(e, ERR_RULE, "还没有轮到「%s」，不能抽取专家", node_get_str(rule, "name"));
    (void)err_article(e, view_articles_join(op->desk->arena, node_get(rule, "articles")));
    return err_mend(e, "请到项目页看下一步由谁办理什么");
}

static int members_read(const struct op *op, const struct node *rule, const struct node *input, int64_t *ret,
                        struct err *e)
{
    int64_t least = node_get_int(rule, "at_least", 1), n = 0;
    int odd = node_get_bool(rule, "odd");
    const struct node *given = node_get(input, "members");
    const char *text = node_str(given, "");

    if (given != NULL && given->type == NODE_INT)
        n = given->u.integer;
    else if (*text == '\0')
        n = least;
    else if (text_i64(text, &n) < 0)
        n = 0;
    if (n >= least && n <= PANEL_MEMBERS_MAX && (!odd || n % 2 == 1)) {
        *ret = n;
        return 0;
    }
    err_fail(e, ERR_BAD_INPUT, "专家组应为 %lld 人以上%s，填写的是「%.20s」", (long long)least, odd ? "的单数" : "",
             *text != '\0' ? text : arena_fmt(op->desk->arena, "%lld", (long long)n));
    err_mend(e, "请改写专家人数");
    (void)err_at(e, "/with/members");
    return err_article(e, view_articles_join(op->desk->arena, node_get(rule, "articles")));
}

static int fields_read(const struct op *op, const struct node *input, struct node **ret, struct err *e)
{
    struct arena *a = op->desk->arena;
    const struct node *known = node_get(regulation_expert_pool(op->file.regulation, a), "fields");
    struct node *list = typed_list(a, input, "fields");

    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        const struct node *k = node_first(known);

        while (k != NULL && !text_eq(node_get_str(k, "id"), node_str(n, "")))
            k = k->next;
        if (k != NULL)
            continue;
        err_fail(e, ERR_BAD_INPUT, "没有「%.40s」这个领域", node_str(n, ""));
        err_mend(e, "请只选列出的领域；一个也不选的，不限领域");
        return err_at(e, "/with/fields");
    }
    *ret = list;
    return 0;
}

static int enough(const struct op *op, const struct node *inputs, struct err *e)
{
    struct arena *a = op->desk->arena;
    struct node *eligible, *excluded = draw_excluded(a, inputs, &eligible);
    int64_t members = node_get_int(node_get(inputs, "rule"), "members", 0);
    const char *who = "";
    int shown = 0;

    if ((int64_t)node_count(eligible) >= members)
        return 0;
    for (const struct node *n = node_first(excluded); n != NULL && shown < EXCLUDED_SHOWN; n = n->next, shown++)
        who = arena_fmt(a, "%s%s%s", who, shown > 0 ? "、" : "", node_get_str(n, "name"));
    err_fail(e, ERR_RULE, "可以抽取的专家只有 %zu 人，不够 %lld 人；回避或不合要求的有 %zu 人%s%.200s",
             node_count(eligible), (long long)members, node_count(excluded), *who != '\0' ? "：" : "", who);
    return err_mend(e, "请放宽领域，或由专家库的管理机关补充专家");
}

/* ---- start ---- */

static struct review_row row_new(const struct op *op, int64_t id, const struct node *rule, const struct node *inputs)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    int is_unit = desk_is_applicant(d);
    struct node *papers = node_list(a);

    for (size_t i = 0; i < op->file.document_count; i++) {
        const struct document *doc = &op->file.documents[i];

        if (text_eq(doc->state, "submitted") || text_eq(doc->state, "draft"))
            node_add(papers, node_text(a, arena_fmt(a, "%lld", (long long)doc->id)));
    }
    return (struct review_row){.id = id,
                               .project = op->file.p.id,
                               .kind = node_get_str(rule, "id"),
                               .event_seq = op->file.p.event_count,
                               .state = "sealing",
                               .inputs = view_json_text(a, inputs),
                               .inputs_sm3 = draw_digest(a, inputs),
                               .result = "{}",
                               .result_sm3 = "",
                               .convener = desk_organ(d),
                               .convener_name = is_unit ? op->file.p.unit_name
                                                        : regulation_organ_name(op->file.regulation, desk_organ(d)),
                               .started_at = d->now,
                               .drawn_at = INSTANT_NONE,
                               .held_on = DATE_NONE,
                               .hour = "",
                               .place = "",
                               .papers = view_json_text(a, papers),
                               .outcome = "{}",
                               .opinion = "",
                               .closed_at = INSTANT_NONE,
                               .void_reason = "",
                               .version = 1};
}

static int start_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    struct arena *a = op->desk->arena;
    const struct node *rule = regulation_review(op->file.regulation, a, c->kind);
    int64_t id = crypto_ident(op->desk->machine_now / 1000), members;
    struct node *inputs, *fields;
    struct review_row row;

    if (rule == NULL)
        return experts_missing(e);
    if (start_turn(op, rule, e) < 0 || start_free(op, rule, e) < 0 ||
        members_read(op, rule, c->input, &members, e) < 0 || fields_read(op, c->input, &fields, e) < 0 ||
        inputs_of(op, id, rule, members, fields, &inputs, e) < 0 || enough(op, inputs, e) < 0)
        return -1;
    row = row_new(op, id, rule, inputs);
    if (review_add(op->db, a, &row, e) < 0)
        return -1;
    op->object = arena_fmt(a, "review/%lld", (long long)id);
    op->articles = view_articles_join(a, node_get(rule, "articles"));
    op->after = project_digest(a, &op->file.p);
    op->detail = node_object(a);
    view_put_id(a, op->detail, "project", row.project);
    node_put_text(a, op->detail, "kind", row.kind);
    node_put_text(a, op->detail, "inputs_sm3", row.inputs_sm3);
    op->result = node_object(a);
    view_put_id(a, op->result, "id", id);
    return 0;
}

int review_start(const struct desk *d, int64_t project, const char *kind, const struct node *input, int64_t *ret_id,
                 struct err_list *errors, struct err *e)
{
    struct review_call c = {.kind = kind, .input = input};
    struct node *asked = node_object(d->arena);
    struct op op = {
        .desk = d, .may = MAY_REVIEW_ACT, .what = "review.start", .project = project, .asked = asked, .errors = errors};

    view_put_id(d->arena, asked, "project", project);
    node_put_text(d->arena, asked, "kind", kind);
    node_put(d->arena, asked, "input", node_copy(d->arena, input));
    if (op_run(&op, start_work, &c, e) < 0)
        return -1;
    return text_i64(node_get_str(op.result, "id"), ret_id) == 0 ? 0 : err_fail(e, ERR_INTERNAL, "保存的编号读不出来");
}
