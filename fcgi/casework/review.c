/*
 * casework/review.c - a panel of experts: the draw committed, sealed, opened and drawn; called together; closed
 *
 * The organs of the review act here; what an expert does himself is in seat.c. A review decides nothing about the
 * project: its result prefills the act that records it, and the evaluator has the word (DESIGN 1.2).
 */
#include "config.h"

#include "casework/panel.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

enum { PANEL_MEMBERS_MAX = 99, EXCLUDED_SHOWN = 12 };

struct review_call {
    int64_t id, version, seat;
    const char *kind, *words, *seal, *reason;
    const struct node *input;
    int fill;
};

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

static void put_rule(struct arena *a, const struct node *rule, int64_t members, const struct node *fields, struct node *inputs)
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
    err_fail(e, ERR_RULE, "可以抽取的专家只有 %zu 人，不够 %lld 人；回避或不合要求的有 %zu 人%s%.200s", node_count(eligible),
             (long long)members, node_count(excluded), *who != '\0' ? "：" : "", who);
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
    if (start_turn(op, rule, e) < 0 || start_free(op, rule, e) < 0 || members_read(op, rule, c->input, &members, e) < 0 ||
        fields_read(op, c->input, &fields, e) < 0 || inputs_of(op, id, rule, members, fields, &inputs, e) < 0 ||
        enough(op, inputs, e) < 0)
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
    struct op op = {.desk = d, .may = MAY_REVIEW_ACT, .what = "review.start", .project = project, .asked = asked, .errors = errors};

    view_put_id(d->arena, asked, "project", project);
    node_put_text(d->arena, asked, "kind", kind);
    node_put(d->arena, asked, "input", node_copy(d->arena, input));
    if (op_run(&op, start_work, &c, e) < 0)
        return -1;
    return text_i64(node_get_str(op.result, "id"), ret_id) == 0 ? 0 : err_fail(e, ERR_INTERNAL, "保存的编号读不出来");
}

/* ---- the road of every later act of an organ ---- */

/* The review under its lock; the project's was taken before it, always in this order. */
static int work_begin(struct op *op, const struct review_call *c, struct panel *p, struct err *e)
{
    struct arena *a = op->desk->arena;
    int found = review_get(op->db, a, c->id, 1, &p->r, e);

    if (found <= 0)
        return found < 0 ? -1 : err_fail(e, ERR_NOT_FOUND, "没有这次评审");
    if (panel_read(op->desk, op->db, p, e) < 0)
        return -1;
    op->object = arena_fmt(a, "review/%lld", (long long)c->id);
    op->articles = view_articles_join(a, node_get(p->rule, "articles"));
    op->after = project_digest(a, &op->file.p); /* what an organ does here changes the review, not the project */
    op->detail = node_object(a);
    view_put_id(a, op->detail, "project", p->r.project);
    if (c->version > 0 && c->version != p->r.version)
        return panel_stale(e);
    return 0;
}

static int convener_only(const struct op *op, const struct panel *p, struct err *e)
{
    if (panel_convenes(op->desk, p->rule))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "这次评审由%s召集", node_get_str(p->rule, "convened_names"));
    return err_mend(e, "请由%s办理", node_get_str(p->rule, "convened_names"));
}

static int run(const struct desk *d, const char *what, op_work *work, struct review_call *c, struct node *asked,
               struct err_list *errors, struct err *e)
{
    struct op op = {.desk = d, .may = MAY_REVIEW_ACT, .what = what, .asked = asked, .errors = errors};
    struct project project;
    struct panel p;
    struct db *db;

    if (panel_open(d, MAY_REVIEW_ACT, c->id, &p, &project, &db, e) < 0)
        return -1;
    op.project = p.r.project;
    view_put_id(d->arena, asked, "review", c->id);
    node_put_int(d->arena, asked, "version", c->version);
    return op_run(&op, work, c, e);
}

/* ---- seals ---- */

static int seal_organ(const struct op *op, const struct panel *p, struct err *e)
{
    if (panel_has_organ(op->desk, node_get(p->rule, "seeds")))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "这次抽取的封签不由本岗位的机关交");
    return err_mend(e, "请由评审页上列出的机关各交一份");
}

static const char *organ_name(const struct op *op, const struct panel *p)
{
    return desk_is_applicant(op->desk) ? op->file.p.unit_name : regulation_organ_name(p->regulation, desk_organ(op->desk));
}

static int seal_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    const struct desk *d = op->desk;
    struct panel p;

    if (work_begin(op, c, &p, e) < 0 || seal_organ(op, &p, e) < 0 || panel_must(&p, "sealing", e) < 0)
        return -1;
    if (panel_seal(&p, desk_organ(d)) != NULL) {
        err_fail(e, ERR_RULE, "本机关已交过封签，交存以后不能更换");
        return err_mend(e, "请等其他机关交齐后开封");
    }
    for (size_t i = 0; i < p.seal_count; i++) {
        if (text_eq(p.seals[i].person, d->actor->person)) {
            err_fail(e, ERR_RULE, "您已替%s交过封签，一人不能替两个机关交", p.seals[i].organ_name);
            return err_mend(e, "请由本机关的另一位同事办理");
        }
    }
    struct review_seal row = {.review = p.r.id,
                              .organ = desk_organ(d),
                              .organ_name = organ_name(op, &p),
                              .seal = c->seal,
                              .person = d->actor->person,
                              .person_name = d->actor->name,
                              .sealed_at = d->now};

    node_put_text(d->arena, op->detail, "seal", c->seal);
    return review_seal_add(op->db, d->arena, &row, e) < 0 || review_save(op->db, d->arena, &p.r, e) < 0 ? -1 : 0;
}

static int is_digest(const char *s)
{
    size_t n = 0;

    for (; s[n] != '\0'; n++) {
        if (!((s[n] >= '0' && s[n] <= '9') || (s[n] >= 'a' && s[n] <= 'f')))
            return 0;
    }
    return n == CRYPTO_SM3_HEX;
}

/* Words, or the digest worked out elsewhere so that we never see them before they are opened. */
static int seal_read(const struct desk *d, int64_t id, const struct node *input, struct review_call *c, struct err *e)
{
    struct err_list errors = {0};
    const char *seal = text_trim(d->arena, node_get_str(input, "seal"));

    if (*seal != '\0') {
        if (!is_digest(seal)) {
            err_fail(e, ERR_BAD_INPUT, "封签应是 64 位小写十六进制的 SM3");
            (void)err_at(e, "/with/seal");
            return err_mend(e, "请用 guizhang draw seal 在自己的机器上算出，或改填封存的话");
        }
        c->seal = seal;
        return 0;
    }
    c->words = typed_text(d, input, "seal_words", "封存的话", WORDS_MIN_CHARS, WORDS_MAX_CHARS, 0, &errors);
    if (errors.count > 0)
        return typed_refuse(&errors, e);
    c->seal = draw_seal(d->arena, arena_fmt(d->arena, "%lld", (long long)id), desk_organ(d), c->words);
    return 0;
}

int review_seal_put(const struct desk *d, int64_t id, const struct node *input, struct err *e)
{
    struct review_call c = {.id = id};
    struct node *asked = node_object(d->arena);

    if (seal_read(d, id, input, &c, e) < 0)
        return -1;
    node_put_text(d->arena, asked, "seal", c.seal);
    return run(d, "review.seal", seal_work, &c, asked, NULL, e);
}

/* ---- opening, and the draw with the last of it ---- */

static int seats_add(struct op *op, const struct panel *p, const struct node *drawn, const char *state, int *place,
                     struct err *e)
{
    const struct desk *d = op->desk;
    const struct node *candidates = node_get(view_json(d->arena, p->r.inputs), "candidates");

    for (const struct node *n = node_first(drawn); n != NULL; n = n->next) {
        struct expert x = {0};
        int64_t id = 0;

        if (text_i64(node_get_str(n, "id"), &id) < 0)
            return err_fail(e, ERR_INTERNAL, "抽取记录中的编号读不出来");
        int found = expert_get(op->db, d->arena, id, &x, e);

        if (found <= 0)
            return found < 0 ? -1 : err_fail(e, ERR_INTERNAL, "抽中的专家不在专家库里");
        const struct node *was = node_first(candidates);

        while (was != NULL && !text_eq(node_get_str(was, "id"), node_get_str(n, "id")))
            was = was->next;
        /* as committed: what the pool says of him today is not what was drawn from */
        struct review_seat seat = {.id = crypto_ident(d->machine_now / 1000),
                                   .review = p->r.id,
                                   .project = p->r.project,
                                   .place = ++*place,
                                   .expert = id,
                                   .login = x.login,
                                   .name = node_get_str(was, "name"),
                                   .employer = node_get_str(was, "employer"),
                                   .title = node_get_str(was, "title"),
                                   .state = state,
                                   .out_kind = "",
                                   .out_reason = "",
                                   .changed_at = d->now,
                                   .sheet = "{}",
                                   .sheet_state = "none",
                                   .sheet_sm3 = "",
                                   .handed_at = INSTANT_NONE,
                                   .version = 1};

        if (review_seat_add(op->db, d->arena, &seat, e) < 0)
            return -1;
    }
    return 0;
}

static int draw_now(struct op *op, struct panel *p, const struct node *words, struct err *e)
{
    const struct desk *d = op->desk;
    struct node *result = draw_run(d->arena, view_json(d->arena, p->r.inputs), words);
    int place = 0;

    p->r.state = "drawn";
    p->r.drawn_at = d->now;
    p->r.result = view_json_text(d->arena, result);
    p->r.result_sm3 = draw_digest(d->arena, result);
    node_put_text(d->arena, op->detail, "result_sm3", p->r.result_sm3);
    return seats_add(op, p, node_get(result, "members"), "seated", &place, e) < 0 ||
                   seats_add(op, p, node_get(result, "reserves"), "waiting", &place, e) < 0
               ? -1
               : 0;
}

/* The words of all, this one's included; 1 when they are all there. */
static int words_all(const struct op *op, const struct panel *p, const char *words, struct node **ret)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_list(a);
    int all = 1;

    for (size_t i = 0; i < p->seal_count; i++) {
        struct node *n = node_add_object(a, list);
        const char *said = text_eq(p->seals[i].organ, desk_organ(op->desk)) ? words : p->seals[i].words;

        all &= *said != '\0';
        node_put_text(a, n, "organ", p->seals[i].organ);
        node_put_text(a, n, "words", said);
    }
    *ret = list;
    return all;
}

static int open_own(const struct op *op, const struct panel *p, const char *words, struct err *e)
{
    const struct review_seal *own = panel_seal(p, desk_organ(op->desk));
    const char *id = arena_fmt(op->desk->arena, "%lld", (long long)p->r.id);

    if (!panel_sealed_all(p)) {
        err_fail(e, ERR_RULE, "封签还没有交齐，不能开封");
        return err_mend(e, "请等评审页上列出的机关都交存以后再开封");
    }
    if (*own->words != '\0')
        return err_fail(e, ERR_RULE, "本机关的封签已经开封");
    if (text_eq(draw_seal(op->desk->arena, id, own->organ, words), own->seal))
        return 0;
    err_fail(e, ERR_RULE, "填写的话与交存的封签不符");
    (void)err_at(e, "/with/open_words");
    return err_mend(e, "请一字不差地填写交封签时的话，包括标点；确实遗失的，由召集机关写明理由作废重抽");
}

static int open_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    const struct desk *d = op->desk;
    struct node *words;
    struct panel p;

    if (work_begin(op, c, &p, e) < 0 || seal_organ(op, &p, e) < 0 || panel_must(&p, "sealing", e) < 0 ||
        open_own(op, &p, c->words, e) < 0 ||
        review_seal_open(op->db, d->arena, p.r.id, desk_organ(d), c->words, d->now, e) < 0)
        return -1;
    if (words_all(op, &p, c->words, &words) && draw_now(op, &p, words, e) < 0)
        return -1;
    return review_save(op->db, d->arena, &p.r, e);
}

int review_open(const struct desk *d, int64_t id, const char *words, struct err *e)
{
    struct review_call c = {.id = id, .words = text_trim(d->arena, words)};
    struct node *asked = node_object(d->arena);

    if (*c.words == '\0') {
        err_fail(e, ERR_BAD_INPUT, "请填写交封签时的话");
        return err_at(e, "/with/open_words");
    }
    node_put_text(d->arena, asked, "words", c.words);
    return run(d, "review.open", open_work, &c, asked, NULL, e);
}

/* ---- void ---- */

static int reason_read(const struct desk *d, const char *key, const char *typed, const char **ret, struct err *e)
{
    struct err_list errors = {0};
    struct node *input = node_object(d->arena);

    node_put(d->arena, input, key, node_text(d->arena, typed));
    *ret = typed_text(d, input, key, "理由", 2, REASON_CHARS, 1, &errors);
    return errors.count > 0 ? typed_refuse(&errors, e) : 0;
}

static int void_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    struct panel p;

    if (work_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0)
        return -1;
    if (!text_eq(p.r.state, "sealing") && panel_must(&p, "drawn", e) < 0)
        return -1;
    node_put_text(op->desk->arena, op->detail, "was", p.r.state);
    node_put_text(op->desk->arena, op->detail, "reason", c->reason);
    p.r.state = "void";
    p.r.void_reason = c->reason;
    return review_save(op->db, op->desk->arena, &p.r, e);
}

int review_void(const struct desk *d, int64_t id, int64_t version, const char *reason, struct err *e)
{
    struct review_call c = {.id = id, .version = version};
    struct node *asked = node_object(d->arena);

    if (reason_read(d, "void_reason", reason, &c.reason, e) < 0)
        return -1;
    node_put_text(d->arena, asked, "reason", c.reason);
    return run(d, "review.void", void_work, &c, asked, NULL, e);
}

/* ---- the meeting ---- */

static int papers_read(const struct op *op, const struct node *input, struct node **ret, struct err *e)
{
    struct arena *a = op->desk->arena;
    struct node *list = typed_list(a, input, "papers");

    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        int64_t id = 0;
        int found = 0;

        for (size_t i = 0; text_i64(node_str(n, ""), &id) == 0 && i < op->file.document_count; i++)
            found |= op->file.documents[i].id == id;
        if (!found) {
            err_fail(e, ERR_BAD_INPUT, "所选的材料不是本项目的文件");
            return err_at(e, "/with/papers");
        }
    }
    *ret = list;
    return 0;
}

static int meet_read(struct op *op, const struct review_call *c, struct panel *p, struct err *e)
{
    const struct desk *d = op->desk;
    struct node *papers;
    struct err x = {0};

    p->r.hour = typed_text(d, c->input, "hour", "时间", 1, 20, 0, op->errors);
    p->r.place = typed_text(d, c->input, "place", "地点", 1, EXPERT_WORD_CHARS, 0, op->errors);
    if (date_parse(text_trim(d->arena, node_get_str(c->input, "held_on")), &p->r.held_on, &x) < 0) {
        (void)err_fail(&x, ERR_BAD_INPUT, "评审日期须写成 2025-09-22 的样子");
        (void)err_at(&x, "/with/held_on");
        err_list_take(op->errors, &x);
    }
    if (papers_read(op, c->input, &papers, &x) < 0)
        err_list_take(op->errors, &x);
    else
        p->r.papers = view_json_text(d->arena, papers);
    return op->errors->count > 0 ? typed_refuse(op->errors, e) : 0;
}

static int meet_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    struct panel p;

    if (work_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0 || panel_must(&p, "drawn", e) < 0 ||
        meet_read(op, c, &p, e) < 0)
        return -1;
    node_put_text(op->desk->arena, op->detail, "held_on", date_text(op->desk->arena, p.r.held_on));
    node_put(op->desk->arena, op->detail, "papers", node_copy(op->desk->arena, view_json(op->desk->arena, p.r.papers)));
    return review_save(op->db, op->desk->arena, &p.r, e);
}

int review_meet(const struct desk *d, int64_t id, int64_t version, const struct node *input, struct err_list *errors,
                struct err *e)
{
    struct review_call c = {.id = id, .version = version, .input = input};
    struct node *asked = node_object(d->arena);

    node_put(d->arena, asked, "input", node_copy(d->arena, input));
    return run(d, "review.meet", meet_work, &c, asked, errors, e);
}

/* ---- somebody cannot sit ---- */

static int replace_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    struct review_seat *seat = NULL, *next;
    struct panel p;

    if (work_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0 || panel_must(&p, "drawn", e) < 0)
        return -1;
    for (size_t i = 0; i < p.seat_count; i++) {
        if (p.seats[i].id == c->seat)
            seat = &p.seats[i];
    }
    if (seat == NULL)
        return err_fail(e, ERR_NOT_FOUND, "这次评审没有这一席");
    if (seat_out(op, &p, seat, c->kind, c->reason, !text_eq(c->kind, "absent"), &next, e) < 0)
        return -1;
    return review_save(op->db, op->desk->arena, &p.r, e);
}

int review_replace(const struct desk *d, int64_t id, int64_t seat, const char *kind, const char *reason, struct err *e)
{
    struct review_call c = {.id = id, .seat = seat, .kind = kind};
    struct node *asked = node_object(d->arena);

    if (*seat_out_name(kind) == '\0') {
        err_fail(e, ERR_BAD_INPUT, "请选择不能参加的情形");
        return err_at(e, "/with/out_kind");
    }
    if (reason_read(d, "out_reason", reason, &c.reason, e) < 0)
        return -1;
    view_put_id(d->arena, asked, "seat", seat);
    node_put_text(d->arena, asked, "kind", kind);
    node_put_text(d->arena, asked, "reason", c.reason);
    return run(d, "review.replace", replace_work, &c, asked, NULL, e);
}

/* ---- the opinion ---- */

static int close_ready(const struct op *op, const struct panel *p, struct err *e)
{
    int64_t quorum = node_get_int(p->rule, "quorum", 1);

    if (p->r.held_on == DATE_NONE || p->r.held_on > desk_today(op->desk)) {
        err_fail(e, ERR_RULE, "评审会还没有召开，不能汇总");
        return err_mend(e, "请先登记评审会的日期，到了那一天再汇总");
    }
    if (panel_handed(p) < panel_seated(p)) {
        err_fail(e, ERR_RULE, "还有 %zu 位专家没有交评分表，不能汇总", panel_seated(p) - panel_handed(p));
        return err_mend(e, "请催交；没有到会的登记为缺席");
    }
    if ((int64_t)panel_handed(p) >= quorum)
        return 0;
    err_fail(e, ERR_RULE, "交评分表的只有 %zu 人，不到 %lld 人，评审无效", panel_handed(p), (long long)quorum);
    (void)err_article(e, view_articles_join(op->desk->arena, node_get(p->rule, "articles")));
    return err_mend(e, "请写明理由作废，重新抽取");
}

static int close_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    struct arena *a = op->desk->arena;
    struct panel p;

    if (work_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0 || panel_must(&p, "drawn", e) < 0 ||
        close_ready(op, &p, e) < 0)
        return -1;
    p.r.opinion = typed_text(op->desk, c->input, "opinion", "专家组意见", 1, OPINION_CHARS, 1, op->errors);
    if (op->errors->count > 0)
        return typed_refuse(op->errors, e);
    struct node *sums = score_sum(a, &p);

    p.r.state = "closed";
    p.r.closed_at = op->desk->now;
    p.r.outcome = view_json_text(a, sums);
    node_put_text(a, op->detail, "outcome_sm3", draw_digest(a, sums));
    node_put_text(a, op->detail, "result", node_get_str(sums, "result_name"));
    return review_save(op->db, a, &p.r, e);
}

int review_close(const struct desk *d, int64_t id, int64_t version, const char *opinion, struct err_list *errors,
                 struct err *e)
{
    struct node *asked = node_object(d->arena), *input = node_object(d->arena);
    struct review_call c = {.id = id, .version = version, .input = input};

    node_put_text(d->arena, input, "opinion", opinion);
    node_put(d->arena, asked, "input", node_copy(d->arena, input));
    return run(d, "review.close", close_work, &c, asked, errors, e);
}
