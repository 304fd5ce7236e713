/*
 * casework/review.c - a panel of experts once it is begun: the road of every act on it, the meeting, changes, the
 * opinion
 *
 * The organs of the review act here; what an expert does himself is in seat.c. A review decides nothing about the
 * project: its result prefills the act that records it, and the evaluator has the word (DESIGN 1.2).
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

/* ---- the road of every later act of an organ ---- */

int review_begin(struct op *op, const struct review_call *c, struct panel *p, struct err *e)
{
    struct arena *a = op->desk->arena;
    int found = review_get(op->db, a, c->id, 1, &p->r, e);

    if (found <= 0) {
        if (found < 0)
            return -1;
        err_fail(e, ERR_NOT_FOUND, "没有这次评审");
        return err_mend(e, "请从「专家评审」的清单打开");
    }
    if (panel_read(op->desk, op->db, p, e) < 0)
        return -1;
    op->object = arena_fmt(a, "review/%lld", (long long)c->id);
    op->articles = view_articles_join(a, node_get(p->rule, "articles"));
    if (op->project != 0)
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

int review_run(const struct desk *d, const char *what, op_work *work, struct review_call *c, struct node *asked,
               struct err_list *errors, int whole, struct err *e)
{
    struct op op = {.desk = d, .may = MAY_REVIEW_ACT, .what = what, .asked = asked, .errors = errors};
    struct project project;
    struct panel p;
    struct db *db;

    if (panel_open(d, MAY_REVIEW_ACT, c->id, &p, &project, &db, e) < 0)
        return -1;
    op.project = whole ? p.r.project : 0;
    view_put_id(d->arena, asked, "review", c->id);
    node_put_int(d->arena, asked, "version", c->version);
    return op_run(&op, work, c, e);
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

    if (review_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0)
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
    return review_run(d, "review.void", void_work, &c, asked, NULL, 1, e);
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
            err_mend(e, "请在页上列出的材料中勾选");
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
        (void)err_fail(&x, ERR_BAD_INPUT, "「评审日期」没有填好");
        (void)err_mend(&x, "请写成 2025-09-22 的样子");
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

    if (review_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0 || panel_must(&p, "drawn", e) < 0 ||
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
    return review_run(d, "review.meet", meet_work, &c, asked, errors, 1, e);
}

/* ---- somebody cannot sit ---- */

static int replace_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    struct review_seat *seat = NULL, *next;
    struct panel p;

    if (review_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0 || panel_must(&p, "drawn", e) < 0)
        return -1;
    for (size_t i = 0; i < p.seat_count; i++) {
        if (p.seats[i].id == c->seat)
            seat = &p.seats[i];
    }
    if (seat == NULL) {
        err_fail(e, ERR_NOT_FOUND, "这次评审没有这一席");
        return err_mend(e, "请从评审页的专家组名单选择");
    }
    if (seat_out(op, &p, seat, c->kind, c->reason, !text_eq(c->kind, "absent"), &next, e) < 0)
        return -1;
    return review_save(op->db, op->desk->arena, &p.r, e);
}

int review_replace(const struct desk *d, int64_t id, int64_t seat, const char *kind, const char *reason, struct err *e)
{
    struct review_call c = {.id = id, .seat = seat, .kind = kind};
    struct node *asked = node_object(d->arena);

    if (*seat_out_name(kind) == '\0') {
        err_fail(e, ERR_BAD_INPUT, "没有选择不能参加的情形");
        err_mend(e, "请在回避、不能参加、缺席中选一种");
        return err_at(e, "/with/out_kind");
    }
    if (reason_read(d, "out_reason", reason, &c.reason, e) < 0)
        return -1;
    view_put_id(d->arena, asked, "seat", seat);
    node_put_text(d->arena, asked, "kind", kind);
    node_put_text(d->arena, asked, "reason", c.reason);
    return review_run(d, "review.replace", replace_work, &c, asked, NULL, 1, e);
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

    if (review_begin(op, c, &p, e) < 0 || convener_only(op, &p, e) < 0 || panel_must(&p, "drawn", e) < 0 ||
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
    return review_run(d, "review.close", close_work, &c, asked, errors, 1, e);
}
