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
#include "store/duties.h"

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
           text_eq(c->history[i].what, CASEFILE_REVOKE) || text_eq(c->history[i].what, CASEFILE_REVOKE_ASK);
}

/* The last thing that happened and stands. */
static const struct event *last_standing(const struct casefile *c)
{
    for (size_t i = c->event_count; i-- > 0;)
        if (!is_undone(c, i))
            return &c->events[i];
    return NULL;
}

/* ---- who issued it ---- */

/* The act that issued it, and what the others had done of it before, all of the same run. */
struct issuing {
    const struct event **done; /* the last one issued it */
    size_t count;
    const char **organ; /* each once */
    size_t organs;
};

static int same_run(const struct node *a, const struct node *b)
{
    return node_get_int(a, "run", 0) == node_get_int(b, "run", 0) &&
           text_eq(node_get_str(a, "period"), node_get_str(b, "period"));
}

static void issuing_add(struct issuing *x, const struct event *ev)
{
    x->done[x->count++] = ev;
    for (size_t i = 0; i < x->organs; i++)
        if (text_eq(x->organ[i], ev->by))
            return;
    x->organ[x->organs++] = ev->by;
}

static struct issuing issuing_of(const struct desk *d, const struct casefile *c, const struct event *ev)
{
    struct act_where where = {0};
    size_t all = casefile_act(d, c, ev->what, &where) && node_get_bool(where.act, "by_all")
                     ? node_count(node_get(where.act, "by"))
                     : 1;
    struct issuing x = {.done = ARENA_ARRAY(d->arena, const struct event *, all + 1),
                        .organ = ARENA_ARRAY(d->arena, const char *, all + 1)};
    const struct node *with = NULL;

    for (size_t i = c->event_count; i-- > 0 && x.count < all;) {
        if (c->events[i].seq > ev->seq || !text_eq(c->history[i].what, ev->what))
            continue;
        if (c->events[i].seq == ev->seq)
            with = c->history[i].with;
        if (same_run(with, c->history[i].with))
            issuing_add(&x, &c->events[i]);
    }
    return x;
}

static int is_issuer(const struct issuing *x, const char *organ)
{
    for (size_t i = 0; i < x->organs; i++)
        if (text_eq(x->organ[i], organ))
            return 1;
    return 0;
}

static const char *issuer_name(const struct issuing *x, const char *organ)
{
    for (size_t i = 0; i < x->count; i++)
        if (text_eq(x->done[i]->by, organ))
            return x->done[i]->by_name;
    return organ;
}

/* Who has said that it should be taken back: the event; NULL. */
static const struct event *asked_by(const struct casefile *c, const struct event *ev, const char *organ)
{
    for (size_t i = 0; i < c->event_count; i++)
        if (text_eq(c->events[i].what, CASEFILE_REVOKE_ASK) && text_eq(c->events[i].by, organ) &&
            node_get_int(c->history[i].with, "seq", 0) == ev->seq)
            return &c->events[i];
    return NULL;
}

/* Those whose word is still missing, but for that organ. */
static const char *waiting_names(const struct desk *d, const struct casefile *c, const struct issuing *x,
                                 const struct event *ev, const char *but)
{
    const char *names = "";

    for (size_t i = x->organs; i-- > 0;)
        if (!text_eq(x->organ[i], but) && asked_by(c, ev, x->organ[i]) == NULL)
            names = arena_fmt(d->arena, "%s%s%s", names, *names != '\0' ? "、" : "", issuer_name(x, x->organ[i]));
    return names;
}

static const char *issuer_names(const struct desk *d, const struct issuing *x)
{
    const char *names = "";

    for (size_t i = x->organs; i-- > 0;)
        names = arena_fmt(d->arena, "%s%s%s", names, *names != '\0' ? "、" : "", issuer_name(x, x->organ[i]));
    return names;
}

/* ---- when ---- */

static int is_of(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (text_eq(node_str(n, ""), id))
            return 1;
    return 0;
}

static int is_part(const struct issuing *x, const struct event *ev)
{
    for (size_t i = 0; i < x->count; i++)
        if (x->done[i] == ev)
            return 1;
    return 0;
}

/* A fact it set had been set by an earlier act as well: what the earlier one said is not known any more. */
static int sets_again(const struct desk *d, const struct casefile *c, const struct event *ev)
{
    const struct node *sets = regulation_act_sets(c->regulation, d->arena, ev->what);
    const struct issuing x = issuing_of(d, c, ev);

    for (size_t i = 0; i < c->event_count && node_count(sets) > 0; i++) {
        if (c->events[i].seq >= ev->seq || is_undone(c, i) || is_part(&x, &c->events[i]))
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
    if (leaves & LEAVES_FILING) {
        err_fail(e, ERR_RULE, "「%s」已经上报，收件机关还不能收到撤回的通知，不能撤回", ev->name);
        return err_mend(e, "请联系收件机关退回，退回以后修改重报，或者按本办法办理变更");
    }
    if ((leaves & LEAVES_ITEMS) != 0 || sets_again(d, c, ev)) {
        err_fail(e, ERR_RULE, "「%s」改写了计划里的项目，或者改写了以前认定过的事实，不能撤回", ev->name);
        return err_mend(e, "需要更正的，请按本办法办理变更");
    }
    if (last != ev) {
        err_fail(e, ERR_RULE, "这份文书发出以后又办理了「%s」，不能撤回", last->name);
        return err_mend(e, "后来的文书由发出的机关先撤回，或者按本办法办理变更");
    }
    return 0;
}

/* Whose paper it is: of one organ its own, of several each one's. The applicant's only where it was one of several. */
static int is_ours(const struct desk *d, const struct casefile *c, const struct decision *row)
{
    const struct event *ev = event_of(c, row->event_seq);
    const struct issuing x = ev != NULL ? issuing_of(d, c, ev) : (struct issuing){0};

    if (x.organs > 1)
        return is_issuer(&x, desk_organ(d));
    return !desk_is_applicant(d) && text_eq(row->organ, desk_organ(d));
}

static int office_check(const struct desk *d, const struct casefile *c, const struct decision *row, struct err *e)
{
    const struct event *ev = event_of(c, row->event_seq);
    const struct issuing x = ev != NULL ? issuing_of(d, c, ev) : (struct issuing){0};
    const char *names = x.organs > 1 ? issuer_names(d, &x) : row->organ_name;

    if (is_ours(d, c, row))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "这份文书由%s发出，由其撤回", names);
    return err_mend(e, "请联系%s", names);
}

/* One's word is given once; the others' is waited for. */
static int word_check(const struct desk *d, const struct casefile *c, const struct decision *row, struct err *e)
{
    const struct event *ev = event_of(c, row->event_seq);
    const struct issuing x = issuing_of(d, c, ev);
    const struct event *said = asked_by(c, ev, desk_organ(d));

    if (said == NULL)
        return 0;
    err_fail(e, ERR_RULE, "本机关已于 %s 同意撤回，还要%s同意", date_text(d->arena, instant_date(said->at)),
             waiting_names(d, c, &x, ev, desk_organ(d)));
    return err_mend(e, "请等会同的机关在本页同意；在此以前又有别的办理的，按本办法办理变更");
}

int revoke_check(const struct desk *d, const struct casefile *c, const struct decision *row, struct err *e)
{
    if (office_check(d, c, row, e) < 0)
        return -1;
    if (!text_eq(row->state, "issued") || text_eq(row->kind, REVOCATION)) {
        err_fail(e, ERR_RULE, "%s", text_eq(row->kind, REVOCATION) ? "撤回文书的通知不能再撤回" : "这份文书已经撤回");
        return err_mend(e, "请按现在的环节重新办理");
    }
    return event_check(d, c, row, e) < 0 ? -1 : word_check(d, c, row, e);
}

/* ---- the paper ---- */

struct revoking {
    int64_t decision, version;
    const char *reason;

    /* on the way */
    const struct event *ev; /* that issued it */
    struct issuing by;
    const char *first_reason, *together; /* of who asked first; the names of several, "" of one */
    int64_t issued;                      /* the new paper */
};

static struct node *body_of(const struct desk *d, const struct decision *was, const struct decision *now,
                            const char *reason, const char *together)
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
    if (*together != '\0')
        node_add_text(a, paragraphs, arena_fmt(a, "原文书由%s会同作出，撤回经各机关同意。", together));
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
    ret->body = view_json_text(a, body_of(d, was, ret, x->first_reason, x->together));
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

/* The event as it is put on record: what it is about, by the organ that does it. */
static int event_put(struct op *op, const struct revoking *x, const struct decision *was, struct event ev,
                     struct node *with, const struct hands *hands, struct err *e)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;

    node_put_int(a, with, "seq", was->event_seq);
    node_put_text(a, with, "reason", x->reason);
    view_put_id(a, with, "decision", was->id);
    ev.project = op->file.p.id;
    ev.seq = op->file.p.event_count + 1;
    ev.at = ev.entered_at = d->now;
    ev.unit = desk_unit(d);
    ev.person = d->actor->person;
    ev.person_name = hands_name(a, d->actor, hands);
    ev.articles = "";
    ev.regulation = regulation_id(op->file.regulation);
    ev.calendar_version = calendar_version(d->platform->calendar);
    ev.request_id = d->request_id != NULL ? d->request_id : "";
    ev.with_json = view_json_text(a, with);
    op->detail = node_copy(a, with);
    if (text_eq(ev.what, CASEFILE_REVOKE_ASK)) /* one operation to the key, whichever of the two comes of it */
        node_put_text(a, op->detail, "act", ev.what);
    if (event_add(op->db, a, &ev, e) < 0)
        return -1;
    casefile_take_event(d, &op->file, &ev);
    return 0;
}

/* The others whose word is missing find it on their desks. */
static int tell_others(const struct op *op, const struct revoking *x, const struct decision *was, struct err *e)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    const struct project *p = &op->file.p;

    for (size_t i = 0; i < x->by.organs; i++) {
        const char *organ = x->by.organ[i];
        const struct card c = {.project = p->id,
                               .duty = "revoke",
                               .key = arena_fmt(a, "%lld", (long long)was->event_seq),
                               .kind = "urge",
                               .name = arena_fmt(a, "请会同撤回《%s》", was->name),
                               .who = organ,
                               .unit = text_eq(organ, CASEFILE_UNIT) ? p->unit_code : "",
                               .person = "",
                               .due_on = DATE_NONE,
                               .given_on = desk_today(d),
                               .articles = "",
                               .note = x->reason,
                               .by_name = issuer_name(&x->by, desk_organ(d))};

        if (!text_eq(organ, desk_organ(d)) && asked_by(&op->file, x->ev, organ) == NULL &&
            card_give(op->db, a, &c, e) < 0)
            return -1;
    }
    return 0;
}

/* One of several says so; nothing is undone by it. */
static int ask_put(struct op *op, struct revoking *x, const struct decision *was, const struct hands *hands,
                   struct err *e)
{
    struct arena *a = op->desk->arena;
    const char *organ = desk_organ(op->desk);
    const struct event ev = {.what = CASEFILE_REVOKE_ASK,
                             .name = arena_fmt(a, "同意撤回文书「%s」", was->name),
                             .by = organ,
                             .by_name = issuer_name(&x->by, organ)};

    x->issued = was->id;
    return event_put(op, x, was, ev, node_object(a), hands, e) < 0 ? -1 : tell_others(op, x, was, e);
}

static int undo_put(struct op *op, struct revoking *x, const struct decision *was, const struct hands *hands,
                    struct err *e)
{
    struct arena *a = op->desk->arena;
    struct node *with = node_object(a), *seqs;
    struct decision now;
    struct event ev = {.what = CASEFILE_REVOKE,
                       .name = arena_fmt(a, "撤回文书「%s」", was->name),
                       .by = x->by.organs > 1 ? desk_organ(op->desk) : was->organ,
                       .by_name = x->by.organs > 1 ? issuer_name(&x->by, desk_organ(op->desk)) : was->organ_name};

    facts_back(op, x->ev);
    if (decision_withdraw(op->db, a, was->id, e) < 0 || paper_add(op, x, was, hands, &now, e) < 0 ||
        addressee_as(op->db, a, now.id, was->id, e) < 0)
        return -1;
    view_put_id(a, with, "revocation", now.id);
    node_put_text(a, with, "number", now.number);
    seqs = x->by.count > 1 ? node_put_list(a, with, "with_seqs") : NULL;
    for (size_t i = 1; i < x->by.count; i++)
        node_add(seqs, node_int(a, x->by.done[i]->seq));
    return event_put(op, x, was, ev, with, hands, e);
}

/* Why it is taken back is said by who asked first. */
static void words_find(const struct desk *d, const struct casefile *c, struct revoking *x)
{
    const struct event *first = NULL;

    x->first_reason = x->reason;
    x->together = x->by.organs > 1 ? issuer_names(d, &x->by) : "";
    for (size_t i = 0; i < x->by.organs; i++) {
        const struct event *said = asked_by(c, x->ev, x->by.organ[i]);

        if (said != NULL && (first == NULL || said->seq < first->seq))
            first = said;
    }
    if (first != NULL)
        x->first_reason = node_get_str(view_json(d->arena, first->with_json), "reason");
}

static int revoke_stale(const struct op *op, const struct revoking *x, struct err *e)
{
    if (x->version < 0 || op->file.p.version == x->version)
        return 0;
    err_fail(e, ERR_STALE, "这个项目在您打开页面之后已被他人办理过");
    return err_mend(e, "请核对新的情况，再决定是否撤回");
}

static int revoke_work(struct op *op, void *arg, struct err *e)
{
    struct revoking *x = arg;
    const struct desk *d = op->desk;
    struct casefile *c = &op->file;
    struct decision was;
    const struct node *after;
    struct hands hands;
    int found = decision_get(op->db, d->arena, x->decision, &was, e);

    if (found <= 0)
        return found < 0 ? -1 : err_fail(e, ERR_NOT_FOUND, "没有这份文书");
    if (office_check(d, c, &was, e) < 0 || revoke_stale(op, x, e) < 0 || revoke_check(d, c, &was, e) < 0 ||
        hands_check(op, &hands, e) < 0)
        return -1;
    x->ev = event_of(c, was.event_seq);
    x->by = issuing_of(d, c, x->ev);
    words_find(d, c, x);
    if (*waiting_names(d, c, &x->by, x->ev, desk_organ(d)) != '\0' ? ask_put(op, x, &was, &hands, e) < 0
                                                                   : undo_put(op, x, &was, &hands, e) < 0)
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

/* Of several: who they are, who has said what, whose word is missing. */
static void joint_put(const struct desk *d, const struct casefile *c, const struct decision *row, struct node *page)
{
    struct arena *a = d->arena;
    const struct event *ev = event_of(c, row->event_seq);
    const struct issuing x = ev != NULL ? issuing_of(d, c, ev) : (struct issuing){0};
    struct node *n, *asked;

    if (x.organs < 2)
        return;
    n = node_put_object(a, page, "joint");
    node_put_text(a, n, "names", issuer_names(d, &x));
    node_put_text(a, n, "waiting_names", waiting_names(d, c, &x, ev, ""));
    node_put_bool(a, n, "is_last", *waiting_names(d, c, &x, ev, desk_organ(d)) == '\0');
    asked = node_put_list(a, n, "asked");
    for (size_t i = 0; i < c->event_count; i++) {
        if (!text_eq(c->events[i].what, CASEFILE_REVOKE_ASK) || node_get_int(c->history[i].with, "seq", 0) != ev->seq)
            continue;
        struct node *o = node_add_object(a, asked);

        node_put_text(a, o, "organ_name", c->events[i].by_name);
        node_put_text(a, o, "person_name", c->events[i].person_name);
        node_put_text(a, o, "reason", node_get_str(c->history[i].with, "reason"));
        view_put_date(a, o, "on", instant_date(c->events[i].at));
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
    if (d->actor == NULL || text_eq(row->kind, REVOCATION) || !is_ours(d, c, row))
        return;
    may = revoke_check(d, c, row, &why) == 0;
    n = node_put_object(a, page, "revoke");
    joint_put(d, c, row, n);
    node_put_bool(a, n, "is_possible", may);
    node_put_text(a, n, "why_not", why.message);
    node_put_text(a, n, "mend", why.mend);
    node_put_int(a, n, "version", c->p.version);
}
