/*
 * casework/revoke.c - a paper that went out is taken back by a newer paper only
 *
 * House procedure, no law: the old one keeps its number and its words and says which paper took it back. To the
 * evaluator the act that issued it never happened; so it can be undone only while nothing rests on it.
 */
#include "config.h"

#include "casework/revoke.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/hands.h"
#include "casework/letter.h"
#include "casework/outcome.h"
#include "casework/people.h"
#include "casework/view.h"

#define REVOCATION "revocation"

/* ---- when ---- */

static const struct event *event_of(const struct casefile *c, int64_t seq)
{
    for (size_t i = 0; i < c->event_count; i++)
        if (c->events[i].seq == seq)
            return &c->events[i];
    return NULL;
}

static int is_undone(const struct casefile *c, size_t i)
{
    return text_eq(c->history[i].what, CASEFILE_WITHDRAWN) || text_eq(c->history[i].what, CASEFILE_WITHDRAW) ||
           text_eq(c->history[i].what, CASEFILE_REVOKE);
}

/* The last thing that happened and stands. */
static const struct event *last_standing(const struct casefile *c)
{
    for (size_t i = c->event_count; i-- > 0;)
        if (!is_undone(c, i))
            return &c->events[i];
    return NULL;
}

static int is_of(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (text_eq(node_str(n, ""), id))
            return 1;
    return 0;
}

/* A fact it set had been set by an earlier act as well: what the earlier one said is not known any more. */
static int sets_again(const struct desk *d, const struct casefile *c, const struct event *ev)
{
    const struct node *sets = regulation_act_sets(c->regulation, d->arena, ev->what);

    for (size_t i = 0; i < c->event_count && node_count(sets) > 0; i++) {
        if (c->events[i].seq >= ev->seq || is_undone(c, i))
            continue;
        for (const struct node *n = node_first(regulation_act_sets(c->regulation, d->arena, c->events[i].what));
             n != NULL; n = n->next)
            if (is_of(sets, node_str(n, "")))
                return 1;
    }
    return 0;
}

static int event_check(const struct desk *d, const struct casefile *c, const struct decision *row, struct err *e)
{
    const struct event *ev = event_of(c, row->event_seq), *last = last_standing(c);
    struct act_where where = {0};
    int leaves;

    if (ev == NULL || !casefile_act(d, c, ev->what, &where))
        return err_fail(e, ERR_NOT_FOUND, "没有办理这份文书的记录");
    leaves = regulation_act_leaves(c->regulation, ev->what);
    if (node_get_bool(where.act, "by_all")) {
        err_fail(e, ERR_RULE, "这份文书由几个机关会同作出，不能由一个机关撤回");
        return err_mend(e, "请会同的机关按本办法重新办理");
    }
    if ((leaves & (LEAVES_FILING | LEAVES_ITEMS)) != 0 || sets_again(d, c, ev)) {
        err_fail(e, ERR_RULE, "「%s」已经上报，或者改写了以前认定过的事实，不能撤回", ev->name);
        return err_mend(e, "需要更正的，请按本办法办理变更");
    }
    if (last != ev) {
        err_fail(e, ERR_RULE, "这份文书发出以后又办理了「%s」，不能撤回", last->name);
        return err_mend(e, "后来的文书由发出的机关先撤回，或者按本办法办理变更");
    }
    return 0;
}

static int office_check(const struct desk *d, const struct decision *row, struct err *e)
{
    if (!desk_is_applicant(d) && text_eq(row->organ, desk_organ(d)))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "这份文书由%s发出，由其撤回", row->organ_name);
    return err_mend(e, "请联系%s", row->organ_name);
}

int revoke_check(const struct desk *d, const struct casefile *c, const struct decision *row, struct err *e)
{
    if (office_check(d, row, e) < 0)
        return -1;
    if (!text_eq(row->state, "issued") || text_eq(row->kind, REVOCATION)) {
        err_fail(e, ERR_RULE, "%s", text_eq(row->kind, REVOCATION) ? "撤回文书的通知不能再撤回" : "这份文书已经撤回");
        return err_mend(e, "请按现在的环节重新办理");
    }
    return event_check(d, c, row, e);
}

/* ---- the paper ---- */

struct revoking {
    int64_t decision, version;
    const char *reason;
    int64_t issued; /* the new paper */
};

static struct node *body_of(const struct desk *d, const struct decision *was, const struct decision *now,
                            const char *reason)
{
    struct arena *a = d->arena;
    const struct node *old = view_json(a, was->body);
    struct node *body = node_object(a), *paragraphs;
    const char *number = *was->number != '\0' ? arena_fmt(a, "（%s）", was->number) : "";

    view_take(d, body, old, "org", "signer", "to", "copy_to", "articles", "quotes", "regulation", "project", NULL);
    node_put_text(a, body, "number", now->number);
    node_put_text(a, body, "name", now->name);
    node_put_text(a, body, "title", now->title);
    node_put_text(a, body, "closing", "特此通知。");
    node_put_text(a, body, "reason", reason);
    view_put_id(a, body, "revokes", was->id);
    view_put_date(a, body, "issued_on", now->issued_on);
    node_put_text(a, body, "issued_text", date_law(a, now->issued_on));
    paragraphs = node_put_list(a, body, "paragraphs");
    node_add_text(a, paragraphs,
                  arena_fmt(a, "现撤回%s发出的《%s》%s。原文书自本通知发出之日起不再作为办理的依据，文号不再使用。",
                            date_law(a, was->issued_on), was->title, number));
    node_add_text(a, paragraphs, arena_fmt(a, "撤回的理由：%s%s", reason, text_ends(reason, "。") ? "" : "。"));
    return body;
}

static int paper_add(struct op *op, struct revoking *x, const struct decision *was, const struct hands *hands,
                     struct decision *ret, struct err *e)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    struct act_where where = {0};
    const struct node *doc;
    const char *pattern, *series;
    const int year = date_year(desk_today(d));
    int64_t n = 0;

    (void)casefile_act(d, &op->file, event_of(&op->file, was->event_seq)->what, &where);
    doc = node_get(where.act, "document");
    pattern = node_get_str(doc, "number");
    series = *node_get_str(doc, "series") != '\0' ? node_get_str(doc, "series") : was->kind;
    if (*pattern != '\0' && number_next(op->db, a, series, year, &n, e) < 0)
        return -1;
    *ret = (struct decision){.id = crypto_ident(d->machine_now / 1000),
                             .project = op->file.p.id,
                             .event_seq = op->file.p.event_count + 1,
                             .kind = REVOCATION,
                             .name = "撤回通知",
                             .number = *pattern != '\0' ? number_text(a, pattern, year, n) : "",
                             .title = arena_fmt(a, "关于撤回《%s》的通知", was->title),
                             .issued_on = desk_today(d),
                             .organ = was->organ,
                             .organ_name = was->organ_name,
                             .person_name = hands_name(a, d->actor, hands),
                             .state = "issued"};
    ret->body = view_json_text(a, body_of(d, was, ret, x->reason));
    x->issued = ret->id;
    return decision_add(op->db, a, ret, e);
}

/* ---- the case ---- */

/* What the act had set is again as it was handed in; what nobody had said is not known. */
static void facts_back(struct op *op, const struct event *ev)
{
    struct arena *a = op->desk->arena;
    struct casefile *c = &op->file;
    struct node *facts = node_object(a);
    const struct node *sets = regulation_act_sets(c->regulation, a, ev->what), *given = NULL;

    for (size_t i = 0; i < c->event_count; i++)
        if (c->events[i].seq < ev->seq && !is_undone(c, i) && node_get(c->history[i].with, "facts") != NULL)
            given = node_get(c->history[i].with, "facts");
    for (const struct node *n = node_first(c->facts); n != NULL; n = n->next) {
        const struct node *was = is_of(sets, n->key) ? node_get(given, n->key) : n;

        if (was != NULL)
            node_put(a, facts, n->key, node_copy(a, was));
    }
    if (node_count(sets) > 0)
        c->facts = facts;
}

static int event_put(struct op *op, const struct revoking *x, const struct decision *was, const struct decision *now,
                     const struct hands *hands, struct err *e)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    struct node *with = node_object(a);
    struct event ev = {.project = op->file.p.id,
                       .seq = now->event_seq,
                       .at = d->now,
                       .entered_at = d->now,
                       .what = CASEFILE_REVOKE,
                       .name = arena_fmt(a, "撤回文书「%s」", was->name),
                       .by = was->organ,
                       .by_name = was->organ_name,
                       .unit = "",
                       .person = d->actor->person,
                       .person_name = hands_name(a, d->actor, hands),
                       .articles = "",
                       .regulation = regulation_id(op->file.regulation),
                       .calendar_version = calendar_version(d->platform->calendar),
                       .request_id = d->request_id != NULL ? d->request_id : ""};

    node_put_int(a, with, "seq", was->event_seq);
    node_put_text(a, with, "reason", x->reason);
    view_put_id(a, with, "decision", was->id);
    view_put_id(a, with, "revocation", now->id);
    node_put_text(a, with, "number", now->number);
    ev.with_json = view_json_text(a, with);
    op->detail = node_copy(a, with);
    if (event_add(op->db, a, &ev, e) < 0)
        return -1;
    casefile_take_event(d, &op->file, &ev);
    return 0;
}

static int revoke_work(struct op *op, void *arg, struct err *e)
{
    struct revoking *x = arg;
    const struct desk *d = op->desk;
    struct casefile *c = &op->file;
    struct decision was, now;
    const struct node *after;
    struct hands hands;
    int found = decision_get(op->db, d->arena, x->decision, &was, e);

    if (found <= 0)
        return found < 0 ? -1 : err_fail(e, ERR_NOT_FOUND, "没有这份文书");
    if (office_check(d, &was, e) < 0)
        return -1;
    if (x->version >= 0 && c->p.version != x->version) {
        err_fail(e, ERR_STALE, "这个项目在您打开页面之后已被他人办理过");
        return err_mend(e, "请核对新的情况，再决定是否撤回");
    }
    if (revoke_check(d, c, &was, e) < 0 || hands_check(op, &hands, e) < 0)
        return -1;
    facts_back(op, event_of(c, was.event_seq));
    if (decision_withdraw(op->db, d->arena, was.id, e) < 0 || paper_add(op, x, &was, &hands, &now, e) < 0 ||
        addressee_as(op->db, d->arena, now.id, was.id, e) < 0 || event_put(op, x, &was, &now, &hands, e) < 0)
        return -1;
    after = casefile_road(d, c);
    outcome_project(d, c, after);
    if (outcome_rows(d, op->db, c, after, e) < 0 || project_save(op->db, d->arena, &c->p, e) < 0)
        return -1;
    op->after = project_digest(d->arena, &c->p);
    op->result = node_object(d->arena);
    view_put_id(d->arena, op->result, "decision", x->issued);
    return 0;
}

int decision_revoke(const struct desk *d, int64_t decision, int64_t version, const char *reason, int64_t *ret,
                    struct err *e)
{
    struct revoking x = {.decision = decision, .version = version};
    struct op op = {.desk = d, .may = MAY_PROJECT_ACT, .what = CASEFILE_REVOKE};
    struct node *asked = node_object(d->arena);
    struct decision row;
    struct casefile c;
    struct db *db;
    int found;

    node_put_text(d->arena, asked, "reason", reason);
    if (permit_check(d->actor, MAY_PROJECT_ACT, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    found = decision_get(db, d->arena, decision, &row, e);
    if (found <= 0)
        return found < 0 ? -1 : err_fail(e, ERR_NOT_FOUND, "没有这份文书");
    if (casefile_read(d, MAY_PROJECT_READ, row.project, &c, e) < 0 || reason_read(d, asked, "撤回", &x.reason, e) < 0)
        return -1;
    view_put_id(d->arena, asked, "decision", decision);
    op.project = row.project;
    op.asked = asked;
    if (op_run(&op, revoke_work, &x, e) < 0)
        return -1;
    return text_i64(node_get_str(op.result, "decision"), ret) < 0 ? err_fail(e, ERR_INTERNAL, "文书的编号读不出来") : 0;
}

/* ---- on its page ---- */

static void revoked_put(const struct desk *d, const struct casefile *c, const struct decision *row, struct node *page)
{
    struct arena *a = d->arena;

    for (size_t i = 0; i < c->event_count; i++) {
        const struct node *with = c->history[i].with;

        if (!text_eq(c->events[i].what, CASEFILE_REVOKE) || node_get_int(with, "seq", 0) != row->event_seq)
            continue;
        struct node *n = node_put_object(a, page, "revoked_by");

        node_put_text(a, n, "number", node_get_str(with, "number"));
        node_put_text(a, n, "reason", node_get_str(with, "reason"));
        view_put_date(a, n, "on", instant_date(c->events[i].at));
        node_put_text(a, n, "href",
                      arena_fmt(a, "%s/%s", view_href(d, "/decisions"), node_get_str(with, "revocation")));
    }
}

void revoke_put(const struct desk *d, const struct casefile *c, const struct decision *row, struct node *page)
{
    struct arena *a = d->arena;
    struct err why = {0};
    struct node *n;
    int may;

    if (text_eq(row->state, "withdrawn")) {
        revoked_put(d, c, row, page);
        return;
    }
    if (d->actor == NULL || desk_is_applicant(d) || !text_eq(row->organ, desk_organ(d)) ||
        text_eq(row->kind, REVOCATION))
        return;
    may = revoke_check(d, c, row, &why) == 0;
    n = node_put_object(a, page, "revoke");
    node_put_bool(a, n, "is_possible", may);
    node_put_text(a, n, "why_not", why.message);
    node_put_text(a, n, "mend", why.mend);
    node_put_int(a, n, "version", c->p.version);
}
