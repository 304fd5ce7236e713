/*
 * casework/seat.c - an expert's own side: the projects he sits on, his score sheet, a conflict declared
 *
 * A seat is its expert's alone: everybody else's is not found, and what others wrote is not shown, counted or hinted
 * at before every sheet is in (PRODUCT 3.12).
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

static const struct {
    const char *id, *name;
} OUT[] = {{"conflict", "回避"}, {"declined", "不能参加"}, {"absent", "缺席"}};

const char *seat_out_name(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(OUT); i++) {
        if (text_eq(OUT[i].id, kind))
            return OUT[i].name;
    }
    return "";
}

const char *seat_state_name(const struct review_seat *s)
{
    if (text_eq(s->state, "out"))
        return seat_out_name(s->out_kind);
    return text_eq(s->state, "waiting") ? "候补" : s->stands_for != 0 ? "递补" : "成员";
}

const char *seat_person(struct arena *a, const struct review_seat *s)
{
    return arena_fmt(a, "%s（%s%s%s）", s->name, s->employer, *s->title != '\0' ? "，" : "", s->title);
}

/* ---- leaving a seat ---- */

static struct review_seat *first_waiting(struct panel *p)
{
    for (size_t i = 0; i < p->seat_count; i++) {
        if (text_eq(p->seats[i].state, "waiting"))
            return &p->seats[i];
    }
    return NULL;
}

static int seat_may_go(const struct review_seat *s, struct err *e)
{
    if (!text_eq(s->state, "seated"))
        return err_fail(e, ERR_RULE, "%s现在不在专家组里", s->name);
    if (!text_eq(s->sheet_state, "in"))
        return 0;
    err_fail(e, ERR_RULE, "%s已经交了评分表，不能再退出", s->name);
    return err_mend(e, "交表以后才发现应当回避的，由召集机关写明理由作废这次评审");
}

int seat_out(struct op *op, struct panel *p, struct review_seat *seat, const char *kind, const char *reason, int fill,
             struct review_seat **ret_next, struct err *e)
{
    struct arena *a = op->desk->arena;
    struct review_seat *next = fill ? first_waiting(p) : NULL;

    *ret_next = next;
    if (seat_may_go(seat, e) < 0)
        return -1;
    seat->state = "out";
    seat->out_kind = kind;
    seat->out_reason = reason;
    seat->changed_at = op->desk->now;
    node_put_text(a, op->detail, "out", seat->name);
    node_put_text(a, op->detail, "kind", kind);
    node_put_text(a, op->detail, "reason", reason);
    if (review_seat_save(op->db, a, seat, e) < 0)
        return -1;
    if (next == NULL)
        return 0;
    next->state = "seated";
    next->stands_for = seat->id;
    next->changed_at = op->desk->now;
    node_put_text(a, op->detail, "in", next->name);
    return review_seat_save(op->db, a, next, e);
}

/* ---- whose seat ---- */

static int no_seat(struct err *e)
{
    return err_fail(e, ERR_NOT_FOUND, "没有这一项评审");
}

static int is_own(const struct desk *d, const struct review_seat *s)
{
    return d->actor != NULL && text_eq(s->login, d->actor->login) && !text_eq(s->state, "waiting") &&
           !text_eq(s->review_state, "void");
}

static void seat_refused(const struct desk *d, enum action may, int64_t id, struct err *e)
{
    struct err note = {0};

    if (audit_note(d, action_slug(may), arena_fmt(d->arena, "seat/%lld", (long long)id), "refused", err_slug(e->code),
                   &note) < 0)
        err_detail(e, "audit: %.200s", note.message);
}

static int seat_open(const struct desk *d, enum action may, int64_t id, struct review_seat *ret, struct db **ret_db,
                     struct err *e)
{
    if (permit_check(d->actor, may, e) < 0 || district_db(d->platform, d->district, ret_db, e) < 0)
        return -1;
    int found = review_seat_get(*ret_db, d->arena, id, ret, e);

    if (found < 0)
        return -1;
    if (found == 1 && is_own(d, ret))
        return 0;
    (void)no_seat(e);
    if (found == 1)
        seat_refused(d, may, id, e);
    return -1;
}

int seat_may_read(const struct desk *d, struct db *db, int64_t project, int64_t document, struct err *e)
{
    const char **papers;
    size_t count;
    const char *id = arena_fmt(d->arena, "%lld", (long long)document);

    if (review_papers_for(db, d->arena, project, d->actor->login, &papers, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        for (const struct node *n = node_first(view_json(d->arena, papers[i])); n != NULL; n = n->next) {
            if (text_eq(node_str(n, ""), id))
                return 1;
        }
    }
    return 0;
}

/* ---- pages ---- */

static const char *sheet_name(const struct review_seat *s)
{
    if (text_eq(s->state, "out"))
        return seat_out_name(s->out_kind);
    return text_eq(s->sheet_state, "in") ? "已交" : text_eq(s->sheet_state, "draft") ? "草稿" : "未填";
}

static int is_open(const struct review_seat *s)
{
    return text_eq(s->state, "seated") && text_eq(s->review_state, "drawn") && !text_eq(s->sheet_state, "in");
}

static const char *kind_name(const struct desk *d, const char *kind)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const struct node *rule = r != NULL ? regulation_review(r, d->arena, kind) : NULL;

    return rule != NULL ? node_get_str(rule, "name") : "专家评审";
}

static void seat_put(const struct desk *d, const struct review_seat *s, struct node *n)
{
    struct arena *a = d->arena;

    view_put_id(a, n, "id", s->id);
    view_put_id(a, n, "version", s->version);
    node_put_text(a, n, "project_title", s->title_of_project);
    node_put_text(a, n, "unit_name", s->unit_name);
    node_put_text(a, n, "review_name", kind_name(d, s->kind));
    node_put_text(a, n, "state", s->state);
    node_put_text(a, n, "state_name", seat_state_name(s));
    view_put_date(a, n, "held_on", s->held_on);
    node_put_text(a, n, "hour", s->hour);
    node_put_text(a, n, "place", s->venue);
    node_put_text(a, n, "sheet_state", s->sheet_state);
    node_put_text(a, n, "sheet_name", sheet_name(s));
    node_put_text(a, n, "sheet_sm3", s->sheet_sm3);
    view_put_instant(a, n, "handed_at", s->handed_at);
    node_put_text(a, n, "out_reason", s->out_reason);
    node_put_bool(a, n, "is_open", is_open(s));
    node_put_bool(a, n, "is_out", text_eq(s->state, "out"));
    node_put_text(a, n, "href", view_href(d, "/seats/%lld", (long long)s->id));
}

int seats_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct node *page = node_object(d->arena), *list = node_put_list(d->arena, page, "seats");
    struct review_seat *rows;
    struct db *db;
    size_t count;

    if (permit_check(d->actor, MAY_SEAT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    if (!experts_known(d))
        return experts_missing(e);
    if (review_seats_of_login(db, d->arena, d->actor->login, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        seat_put(d, &rows[i], node_add_object(d->arena, list));
    *ret = page;
    return 0;
}

static struct node *project_node(const struct desk *d, const struct project *p, const struct regulation *r)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a), *facts = node_put_list(a, n, "facts");
    const struct node *known = view_json(a, p->facts);

    node_put_text(a, n, "title", p->title);
    node_put_text(a, n, "unit_name", p->unit_name);
    view_put_money(a, n, "total_investment", p->total_investment);
    for (const struct node *f = node_first(regulation_facts_wording(r, a, known)); f != NULL; f = f->next) {
        const struct node *v = node_get(known, node_get_str(f, "id"));

        if (v == NULL)
            continue;
        struct node *o = node_add_object(a, facts);

        node_put_text(a, o, "label", node_get_str(f, "label"));
        node_put_text(a, o, "value", view_value(a, f, v));
    }
    return n;
}

static int put_papers(const struct desk *d, struct db *db, const struct panel *p, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "papers");
    struct document *docs;
    size_t count;

    if (document_list(db, a, p->r.project, &docs, &count, e) < 0)
        return -1;
    for (const struct node *n = node_first(view_json(a, p->r.papers)); n != NULL; n = n->next) {
        for (size_t i = 0; i < count; i++) {
            if (!text_eq(node_str(n, ""), arena_fmt(a, "%lld", (long long)docs[i].id)) ||
                text_eq(docs[i].state, "withdrawn"))
                continue;
            const char *name =
                regulation_material_name(p->regulation, docs[i].procedure, docs[i].material, NULL);

            node_put_text(a, node_add(list, view_document(d, &docs[i])), "material_name", name != NULL ? name : "");
        }
    }
    return 0;
}

static const char *flat(struct arena *a, const char *group, const char *item)
{
    return arena_fmt(a, "%s_%s", group, item);
}

const char *score_of(struct arena *a, const struct node *sheet, const char *item)
{
    return node_get_str(sheet, flat(a, "score", item));
}

const char *comment_of(struct arena *a, const struct node *sheet, const char *item)
{
    return node_get_str(sheet, flat(a, "comment", item));
}

static struct node *agrees_choices(struct arena *a)
{
    struct node *list = node_list(a), *o = node_add_object(a, list);

    node_put_text(a, o, "id", "true");
    node_put_text(a, o, "label", "同意");
    o = node_add_object(a, list);
    node_put_text(a, o, "id", "false");
    node_put_text(a, o, "label", "不同意");
    return list;
}

static void sheet_fields(const struct desk *d, const struct panel *p, const struct node *sheet, const struct node *typed,
                         const struct err_list *errors, struct node *fields)
{
    struct arena *a = d->arena;

    for (const struct node *s = node_first(node_get(p->rule, "scores")); s != NULL; s = s->next) {
        const char *id = node_get_str(s, "id"), *name = node_get_str(s, "name");
        const struct ask score = {flat(a, "score", id), name, "integer",
                                  arena_fmt(a, "0 到 100 的整数，权重 %lld%%%s%s", (long long)node_get_int(s, "weight", 0),
                                            *node_get_str(s, "hint") != '\0' ? "；" : "", node_get_str(s, "hint")),
                                  1, NULL, node_text(a, score_of(a, sheet, id))};
        const struct ask comment = {flat(a, "comment", id), arena_fmt(a, "%s：评语", name), "long_text", "", 0, NULL,
                                    node_text(a, comment_of(a, sheet, id))};

        ask_put(d, &score, typed, errors, fields);
        ask_put(d, &comment, typed, errors, fields);
    }
    const struct ask agrees = {"agrees", "评审结论", "choice", "", 1, agrees_choices(a), node_get(sheet, "agrees")};
    const struct ask opinion = {"opinion", "个人意见", "long_text", "汇总时交给召集机关", 1, NULL, node_get(sheet, "opinion")};

    ask_put(d, &agrees, typed, errors, fields);
    ask_put(d, &opinion, typed, errors, fields);
}

static const char *agrees_name(const struct node *sheet)
{
    const char *agrees = node_get_str(sheet, "agrees");

    return text_eq(agrees, "true") ? "同意" : text_eq(agrees, "false") ? "不同意" : "";
}

void sheet_put(const struct desk *d, const struct panel *p, const struct node *sheet, struct node *n)
{
    struct arena *a = d->arena;
    struct node *items = node_put_list(a, n, "items");

    for (const struct node *s = node_first(node_get(p->rule, "scores")); s != NULL; s = s->next) {
        struct node *o = node_add_object(a, items);

        node_put_text(a, o, "item", node_get_str(s, "name"));
        node_put_int(a, o, "weight", node_get_int(s, "weight", 0));
        node_put_text(a, o, "score", score_of(a, sheet, node_get_str(s, "id")));
        node_put_text(a, o, "comment", comment_of(a, sheet, node_get_str(s, "id")));
    }
    node_put_text(a, n, "agrees_name", agrees_name(sheet));
    node_put_text(a, n, "opinion", node_get_str(sheet, "opinion"));
    node_put_text(a, n, "total", score_text(a, score_total(a, p->rule, sheet)));
}

static struct node *leave_choices(struct arena *a)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < 2; i++) { /* that somebody stayed away is the convener's to say */
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", OUT[i].id);
        node_put_text(a, o, "label", i == 0 ? "与项目有利害关系，应当回避" : "不能参加");
    }
    return list;
}

static void leave_fields(const struct desk *d, const struct node *typed, const struct err_list *errors, struct node *fields)
{
    const struct ask kind = {"out_kind", "情形", "choice", "", 1, leave_choices(d->arena), NULL};
    const struct ask reason = {"out_reason", "理由", "long_text", "写明与谁、什么关系，或为何不能参加；召集机关看得到", 1, NULL, NULL};

    ask_put(d, &kind, typed, errors, fields);
    ask_put(d, &reason, typed, errors, fields);
}

/* Once every sheet is in, and not a moment before. */
static void put_others(const struct desk *d, const struct panel *p, int64_t own, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list;

    if (!panel_all_in(p))
        return;
    list = node_put_list(a, page, "others");
    for (size_t i = 0; i < p->seat_count; i++) {
        const struct review_seat *s = &p->seats[i];
        const struct node *sheet = view_json(a, s->sheet);

        if (s->id == own || !text_eq(s->state, "seated"))
            continue;
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "name", s->name);
        node_put_text(a, n, "total", score_text(a, score_total(a, p->rule, sheet)));
        node_put_text(a, n, "agrees_name", agrees_name(sheet));
        node_put_text(a, n, "opinion", node_get_str(sheet, "opinion"));
    }
}

static int seat_whole(const struct desk *d, struct db *db, const struct review_seat *s, struct panel *p,
                      struct project *project, struct err *e)
{
    if (review_get(db, d->arena, s->review, 0, &p->r, e) <= 0 || project_get(db, d->arena, s->project, project, e) <= 0)
        return e->code != ERR_NONE ? -1 : no_seat(e);
    return panel_read(d, db, p, e);
}

int seat_view(const struct desk *d, int64_t id, const struct node *typed, const struct err_list *errors, struct node **ret,
              struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a);
    struct review_seat s;
    struct project project;
    struct panel p;
    struct db *db;

    if (seat_open(d, MAY_SEAT_READ, id, &s, &db, e) < 0 || seat_whole(d, db, &s, &p, &project, e) < 0)
        return -1;
    seat_put(d, &s, node_put_object(a, page, "seat"));
    node_put(a, page, "articles", view_articles(d, node_get(p.rule, "articles")));
    if (text_eq(s.state, "out")) { /* who has left sees why, and nothing else any more */
        *ret = page;
        return 0;
    }
    node_put(a, page, "project", project_node(d, &project, p.regulation));
    sheet_put(d, &p, view_json(a, s.sheet), page);
    if (is_open(&s)) {
        sheet_fields(d, &p, view_json(a, s.sheet), typed, errors, node_put_list(a, page, "fields"));
        leave_fields(d, typed, errors, node_put_list(a, node_put_object(a, page, "leave"), "fields"));
    }
    put_others(d, &p, s.id, page);
    if (text_eq(p.r.state, "closed"))
        node_put(a, page, "sums", node_copy(a, view_json(a, p.r.outcome)));
    node_put_text(a, page, "group_opinion", p.r.opinion);
    *ret = page;
    return put_papers(d, db, &p, page, e);
}

/* ---- the sheet ---- */

struct seat_call {
    int64_t id, version;
    const struct node *input;
    int final;
    const char *kind, *reason;
};

/* The review's row is the lock of everything in it: experts have no hold on the project's. */
static int work_begin(struct op *op, const struct seat_call *c, struct review_seat *s, struct panel *p, struct err *e)
{
    const struct desk *d = op->desk;
    int found = review_seat_get(op->db, d->arena, c->id, s, e);

    op->object = arena_fmt(d->arena, "seat/%lld", (long long)c->id);
    if (found <= 0 || !is_own(d, s))
        return found < 0 ? -1 : no_seat(e);
    found = review_get(op->db, d->arena, s->review, 1, &p->r, e);
    if (found <= 0)
        return found < 0 ? -1 : no_seat(e);
    /* again under the lock */
    if (panel_read(d, op->db, p, e) < 0 || review_seat_get(op->db, d->arena, c->id, s, e) < 0)
        return -1;
    op->articles = view_articles_join(d->arena, node_get(p->rule, "articles"));
    op->detail = node_object(d->arena);
    view_put_id(d->arena, op->detail, "review", p->r.id);
    if (c->version != s->version)
        return panel_stale(e);
    return panel_must(p, "drawn", e);
}

static void fault(struct err_list *errors, const char *path, const char *message)
{
    struct err x = {0};

    (void)err_fail(&x, ERR_BAD_INPUT, "%s", message);
    (void)err_at(&x, "%s", path);
    err_list_take(errors, &x);
}

/* A whole number may come as one from JSON. */
static const char *score_read(const struct desk *d, const struct node *input, const char *key, const char *name, int final,
                              struct err_list *errors)
{
    struct arena *a = d->arena;
    const struct node *given = node_get(input, key);
    const char *s = given != NULL && given->type == NODE_INT ? arena_fmt(a, "%lld", (long long)given->u.integer)
                                                             : typed_text(d, input, key, name, 0, 20, 0, errors);
    int64_t v = -1;

    if (!final || (text_i64(s, &v) == 0 && v >= 0 && v <= SCORE_MAX))
        return s;
    fault(errors, arena_fmt(a, "/with/%s", key),
          *s == '\0' ? arena_fmt(a, "请给「%s」评分", name)
                     : arena_fmt(a, "「%s」的评分应是 0 到 100 的整数，填写的是「%.20s」", name, s));
    return s;
}

static struct node *sheet_read(const struct desk *d, const struct panel *p, const struct node *input, int final,
                               struct err_list *errors)
{
    struct arena *a = d->arena;
    struct node *sheet = node_object(a);
    const struct node *given = node_get(input, "agrees");
    const char *agrees = node_str(given, "");

    if (given != NULL && given->type == NODE_BOOL)
        agrees = given->u.truth ? "true" : "false";
    for (const struct node *n = node_first(node_get(p->rule, "scores")); n != NULL; n = n->next) {
        const char *id = node_get_str(n, "id"), *name = node_get_str(n, "name"), *score = flat(a, "score", id),
                   *comment = flat(a, "comment", id);

        node_put(a, sheet, score, node_text(a, score_read(d, input, score, name, final, errors)));
        node_put(a, sheet, comment,
                 node_text(a, typed_text(d, input, comment, arena_fmt(a, "%s：评语", name), 0, COMMENT_CHARS, 1, errors)));
    }
    if (!text_eq(agrees, "true") && !text_eq(agrees, "false"))
        agrees = "";
    if (final && *agrees == '\0')
        fault(errors, "/with/agrees", "请选择同意或不同意");
    node_put_text(a, sheet, "agrees", agrees);
    node_put_text(a, sheet, "opinion", typed_text(d, input, "opinion", "个人意见", final ? 1 : 0, OPINION_CHARS / 3, 1, errors));
    return sheet;
}

/* What the signature of the sheet is: whose, on which review, what it says, when. */
static const char *sheet_digest(const struct desk *d, const struct review_seat *s, const struct node *sheet)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    node_put_text(a, n, "format", "guizhang-sheet-1");
    view_put_id(a, n, "review", s->review);
    view_put_id(a, n, "seat", s->id);
    node_put_text(a, n, "login", s->login);
    node_put_text(a, n, "name", s->name);
    node_put(a, n, "sheet", node_copy(a, sheet));
    node_put_text(a, n, "handed_at", instant_iso(a, d->now));
    return draw_digest(a, n);
}

static int sheet_work(struct op *op, void *arg, struct err *e)
{
    const struct seat_call *c = arg;
    const struct desk *d = op->desk;
    struct review_seat s;
    struct panel p;

    if (work_begin(op, c, &s, &p, e) < 0)
        return -1;
    if (!text_eq(s.state, "seated") || text_eq(s.sheet_state, "in")) {
        err_fail(e, ERR_RULE, "评分表已经交了，不能再改");
        return err_mend(e, "确有错误的，请告诉召集机关");
    }
    struct node *sheet = sheet_read(d, &p, c->input, c->final, op->errors);

    if (op->errors->count > 0)
        return typed_refuse(op->errors, e);
    s.sheet = view_json_text(d->arena, sheet);
    s.sheet_state = c->final ? "in" : "draft";
    s.sheet_sm3 = c->final ? sheet_digest(d, &s, sheet) : "";
    s.handed_at = c->final ? d->now : INSTANT_NONE;
    op->after = s.sheet_sm3;
    node_put_text(d->arena, op->detail, "sheet", s.sheet_state);
    return review_seat_save(op->db, d->arena, &s, e);
}

int seat_sheet(const struct desk *d, int64_t id, int64_t version, const struct node *input, int final,
               struct err_list *errors, struct err *e)
{
    struct seat_call c = {.id = id, .version = version, .input = input, .final = final};
    struct node *asked = node_object(d->arena);
    struct op op = {.desk = d, .may = MAY_SEAT_ACT, .what = final ? "seat.hand_in" : "seat.draft", .asked = asked, .errors = errors};
    struct review_seat s;
    struct db *db;

    if (seat_open(d, MAY_SEAT_ACT, id, &s, &db, e) < 0)
        return -1;
    view_put_id(d->arena, asked, "seat", id);
    node_put_int(d->arena, asked, "version", version);
    node_put(d->arena, asked, "input", node_copy(d->arena, input));
    return op_run(&op, sheet_work, &c, e);
}

/* ---- leaving ---- */

static int leave_work(struct op *op, void *arg, struct err *e)
{
    const struct seat_call *c = arg;
    struct review_seat s, *own = NULL, *next;
    struct panel p;

    if (work_begin(op, c, &s, &p, e) < 0)
        return -1;
    for (size_t i = 0; i < p.seat_count; i++) {
        if (p.seats[i].id == s.id)
            own = &p.seats[i];
    }
    if (own == NULL)
        return no_seat(e);
    return seat_out(op, &p, own, c->kind, c->reason, 1, &next, e);
}

int seat_leave(const struct desk *d, int64_t id, int64_t version, const char *kind, const char *reason, struct err *e)
{
    struct seat_call c = {.id = id, .version = version, .kind = kind};
    struct node *asked = node_object(d->arena), *input = node_object(d->arena);
    struct op op = {.desk = d, .may = MAY_SEAT_ACT, .what = "seat.leave", .asked = asked};
    struct err_list errors = {0};
    struct review_seat s;
    struct db *db;

    if (seat_open(d, MAY_SEAT_ACT, id, &s, &db, e) < 0)
        return -1;
    if (!text_eq(kind, "conflict") && !text_eq(kind, "declined")) {
        err_fail(e, ERR_BAD_INPUT, "请选择应当回避，还是不能参加");
        return err_at(e, "/with/out_kind");
    }
    node_put_text(d->arena, input, "out_reason", reason);
    c.reason = typed_text(d, input, "out_reason", "理由", 2, REASON_CHARS, 1, &errors);
    if (errors.count > 0)
        return typed_refuse(&errors, e);
    view_put_id(d->arena, asked, "seat", id);
    node_put_int(d->arena, asked, "version", version);
    node_put_text(d->arena, asked, "kind", kind);
    node_put_text(d->arena, asked, "reason", c.reason);
    return op_run(&op, leave_work, &c, e);
}
