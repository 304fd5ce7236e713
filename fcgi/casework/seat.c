/*
 * casework/seat.c - an expert's own side: his score sheet, a conflict declared
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
    if (!text_eq(s->state, "seated")) {
        err_fail(e, ERR_RULE, "%s现在不在专家组里", s->name);
        return err_mend(e, "请重新打开评审页，从现在的成员和候补中选择");
    }
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

int seat_missing(struct err *e)
{
    err_fail(e, ERR_NOT_FOUND, "没有这一项评审");
    return err_mend(e, "请从「我的评审」打开");
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

int seat_open(const struct desk *d, enum action may, int64_t id, struct review_seat *ret, struct db **ret_db,
              struct err *e)
{
    if (permit_check(d->actor, may, e) < 0 || district_db(d->platform, d->district, ret_db, e) < 0)
        return -1;
    int found = review_seat_get(*ret_db, d->arena, id, ret, e);

    if (found < 0)
        return -1;
    if (found == 1 && is_own(d, ret))
        return 0;
    (void)seat_missing(e);
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
        return found < 0 ? -1 : seat_missing(e);
    found = review_get(op->db, d->arena, s->review, 1, &p->r, e);
    if (found <= 0)
        return found < 0 ? -1 : seat_missing(e);
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

static void fault(struct err_list *errors, const char *path, const char *message, const char *mend)
{
    struct err x = {0};

    (void)err_fail(&x, ERR_BAD_INPUT, "%s", message);
    (void)err_mend(&x, "%s", mend);
    (void)err_at(&x, "%s", path);
    err_list_take(errors, &x);
}

/* A whole number may come as one from JSON. */
static const char *score_read(const struct desk *d, const struct node *input, const char *key, const char *name,
                              int final, struct err_list *errors)
{
    struct arena *a = d->arena;
    const struct node *given = node_get(input, key);
    const char *s = given != NULL && given->type == NODE_INT ? arena_fmt(a, "%lld", (long long)given->u.integer)
                                                             : typed_text(d, input, key, name, 0, 20, 0, errors);
    int64_t v = -1;

    if (!final || (text_i64(s, &v) == 0 && v >= 0 && v <= SCORE_MAX))
        return s;
    fault(errors, arena_fmt(a, "/with/%s", key),
          *s == '\0' ? arena_fmt(a, "「%s」没有评分", name)
                     : arena_fmt(a, "「%s」的评分应是 0 到 100 的整数，填写的是「%.20s」", name, s),
          "请填 0 到 100 的整数");
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
        const char *id = node_get_str(n, "id"), *name = node_get_str(n, "name"), *score = score_key(a, id),
                   *comment = comment_key(a, id);

        node_put(a, sheet, score, node_text(a, score_read(d, input, score, name, final, errors)));
        node_put(
            a, sheet, comment,
            node_text(a, typed_text(d, input, comment, arena_fmt(a, "%s：评语", name), 0, COMMENT_CHARS, 1, errors)));
    }
    if (!text_eq(agrees, "true") && !text_eq(agrees, "false"))
        agrees = "";
    if (final && *agrees == '\0')
        fault(errors, "/with/agrees", "没有选择同意还是不同意", "请选一种");
    node_put_text(a, sheet, "agrees", agrees);
    node_put_text(a, sheet, "opinion",
                  typed_text(d, input, "opinion", "个人意见", final ? 1 : 0, OPINION_CHARS / 3, 1, errors));
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
    struct op op = {.desk = d,
                    .may = MAY_SEAT_ACT,
                    .what = final ? "seat.hand_in" : "seat.draft",
                    .asked = asked,
                    .errors = errors};
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
        return seat_missing(e);
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
        err_fail(e, ERR_BAD_INPUT, "没有选择应当回避，还是不能参加");
        err_mend(e, "请在两种里选一种");
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
