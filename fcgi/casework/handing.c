/*
 * casework/handing.c - handing a case to a colleague, urging whoever has it, taking a submission back
 */
#include "config.h"

#include "casework/people.h"

#include "base/text.h"
#include "casework/hands.h"
#include "casework/outcome.h"
#include "casework/reading.h"
#include "casework/view.h"
#include "store/duties.h"
#include "store/plan.h"

enum { NOTE_CHARS_MAX = 200 };

static const char *hand_word(const struct desk *d)
{
    return desk_is_applicant(d) ? "移交" : "转办";
}

static int is_settled(const struct project *p)
{
    return text_eq(p->state, "done") || text_eq(p->state, "refused") || text_eq(p->state, "stopped");
}

/* ---- handing over ---- */

static int hand_work(struct op *op, void *arg, struct err *e)
{
    const struct desk *d = op->desk;
    const struct handing *h = arg;

    if (is_settled(&op->file.p)) {
        err_fail(e, ERR_RULE, "项目%s，不用再%s", view_state_name(op->file.p.state), hand_word(d));
        return err_mend(e, "需要查阅的，任何有岗位的人员都可以打开项目档案");
    }
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "organ", h->organ);
    node_put_text(d->arena, op->detail, "to", h->name);
    node_put_text(d->arena, op->detail, "reason", h->reason);
    return handing_add(op->db, d->arena, h, e) < 0 ? -1 : task_hand(op->db, d->arena, h, e);
}

int hand_over(const struct desk *d, int64_t project, const struct node *input, struct err *e)
{
    struct handing h = {.project = project,
                        .organ = desk_organ(d),
                        .unit = desk_unit(d),
                        .person = node_get_str(input, "person"),
                        .by_person = d->actor->person,
                        .by_name = d->actor->name,
                        .at = d->now,
                        .kind = "hand",
                        .step = "",
                        .until_on = DATE_NONE};
    struct op op = {.desk = d, .may = MAY_PROJECT_HAND, .what = "project.hand", .project = project};
    struct node *asked = node_copy(d->arena, input);
    struct project p;

    /* whether there is such a project before what was typed; the directory is asked before anything is locked */
    if (casefile_row(d, MAY_PROJECT_HAND, project, &p, e) < 0 ||
        reason_read(d, input, hand_word(d), &h.reason, e) < 0 || colleague_find(d, h.person, &h.name, e) < 0)
        return -1;
    view_put_id(d->arena, asked, "project", project);
    op.asked = asked;
    return op_run(&op, hand_work, &h, e);
}

/* ---- urging ---- */

struct urging {
    const char *note, *by_name, *to_name;
};

static int is_waited_for(const struct desk *d, const struct project *p, const struct waited *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (text_eq(w->organ[i], desk_organ(d)) && (!desk_is_applicant(d) || text_eq(p->unit_code, desk_unit(d))))
            return 1;
    return 0;
}

static int urge_possible(const struct desk *d, const struct project *p, const struct waited *w, struct err *e)
{

    if (!text_eq(p->state, "running") || *p->holder == '\0') {
        err_fail(e, ERR_RULE, "这个项目现在不等谁办理，不用催办");
        return err_mend(e, "请看项目档案里的下一步");
    }
    if (is_waited_for(d, p, w)) {
        err_fail(e, ERR_RULE, "项目正在本单位手里，不用催办");
        return err_mend(e, "请在工作台的待办里办理");
    }
    return 0;
}

/* 1 told, 0 it was told today, -1. */
static int urge_organ(const struct op *op, const struct urging *u, const char *organ, struct err *e)
{
    const struct desk *d = op->desk;
    const struct project *p = &op->file.p;
    const char *by = desk_is_applicant(d) ? desk_unit(d) : d->actor->post->organ;
    const struct card c = {.project = p->id,
                           .duty = "urge",
                           .key = arena_fmt(d->arena, "%s.%s", date_text(d->arena, desk_today(d)), by),
                           .kind = "urge",
                           .name = *p->next_name != '\0' ? p->next_name : p->stage_name,
                           .who = organ,
                           .unit = text_eq(organ, CASEFILE_UNIT) ? p->unit_code : "",
                           .person = "",
                           .due_on = p->next_due,
                           .given_on = desk_today(d),
                           .articles = "",
                           .note = u->note,
                           .by_name = u->by_name};

    return card_give(op->db, d->arena, &c, e);
}

/* Of several who must act together each that has not. */
static int urge_work(struct op *op, void *arg, struct err *e)
{
    struct urging *u = arg;
    const struct desk *d = op->desk;
    const struct waited w = outcome_case_waits(d, &op->file, casefile_road(d, &op->file));
    struct node *to;
    int given = 0;

    u->to_name = w.names;
    if (urge_possible(d, &op->file.p, &w, e) < 0)
        return -1;
    op->detail = node_object(d->arena);
    to = node_put_list(d->arena, op->detail, "to");
    for (size_t i = 0; i < w.count; i++) {
        int rc = urge_organ(op, u, w.organ[i], e);

        if (rc < 0)
            return -1;
        given += rc;
        node_add_text(d->arena, to, w.organ[i]);
    }
    if (given == 0) {
        err_fail(e, ERR_RULE, "%s今天已经催办过%s", u->by_name, u->to_name);
        return err_mend(e, "一天催办一次；对方在工作台上看得到，明天仍没有办理的可以再催");
    }
    node_put_text(d->arena, op->detail, "note", u->note);
    return 0;
}

int urge(const struct desk *d, int64_t project, const char *note, const char **ret_to, struct err *e)
{
    const struct post *post = d->actor->post;
    struct urging u = {.note = text_trim(d->arena, note), .to_name = ""};
    struct op op = {.desk = d, .may = MAY_PROJECT_URGE, .what = "project.urge", .project = project};
    struct node *asked = node_object(d->arena);

    if (text_chars(u.note) > NOTE_CHARS_MAX || !text_is_clean(u.note, 0)) {
        err_fail(e, ERR_BAD_INPUT, "附言不能超过 %d 个字，不分行", NOTE_CHARS_MAX);
        err_mend(e, "请写短一些，不要分行");
        return err_at(e, "/note");
    }
    u.by_name = post == NULL ? "" : !text_is_empty(post->unit_name) ? post->unit_name : post->organ_name;
    view_put_id(d->arena, asked, "project", project);
    node_put_text(d->arena, asked, "note", u.note);
    op.asked = asked;
    if (op_run(&op, urge_work, &u, e) < 0)
        return -1;
    *ret_to = u.to_name;
    return 0;
}

/* ---- taking a submission back ---- */

struct taking_back {
    int64_t version;
    const char *reason;
};

/* The unit's submission that is the last thing that happened, or NULL with the reason why not. */
static const struct event *last_submission(const struct desk *d, const struct casefile *c, struct err *e)
{
    const struct event *last = c->event_count > 0 ? &c->events[c->event_count - 1] : NULL;

    if (last == NULL || !text_eq(last->by, CASEFILE_UNIT) || !regulation_act_hands_in(c->regulation, last->what)) {
        err_fail(e, ERR_RULE, "现在没有可以撤回的送审");
        err_mend(e, "送审以后、对方打开、受理或者办理以前可以撤回；已经受理的，请对方退回补正");
        return NULL;
    }
    if ((regulation_act_leaves(c->regulation, last->what) & (LEAVES_PAPER | LEAVES_FILING)) != 0) {
        err_fail(e, ERR_RULE, "「%s」办理时已经生成文书或者上报，不能撤回", last->name);
        err_mend(e, "需要更正的，请按本办法办理变更，或者联系收件机关");
        return NULL;
    }
    for (size_t i = 0; i + 1 < c->event_count; i++)
        if (text_eq(act_procedure(d->arena, c->events[i].what), act_procedure(d->arena, last->what)) &&
            node_count(node_get(c->history[i].with, "correction")) > 0) {
            err_fail(e, ERR_RULE, "这是对补正要求的答复，不能撤回");
            err_mend(e, "请等受理机关看过以后处理");
            return NULL;
        }
    return last;
}

/* Nothing went to an authority before the last event. */
static int is_first_submission(const struct desk *d, const struct casefile *c)
{
    struct act_where where;

    for (size_t i = 0; i + 1 < c->event_count; i++)
        if (text_eq(c->history[i].by, CASEFILE_UNIT) && casefile_act(d, c, c->history[i].what, &where) &&
            node_get_bool(where.act, "takes_materials"))
            return 0;
    return 1;
}

/* Its papers are a draft's again; what they say is as it was. */
static int documents_back(struct op *op, int64_t seq, struct err *e)
{
    struct casefile *c = &op->file;

    for (size_t i = 0; i < c->document_count; i++) {
        struct document *doc = &c->documents[i];

        if (doc->event_seq != seq || !text_eq(doc->state, "submitted"))
            continue;
        if (document_set_state(op->db, op->desk->arena, doc->id, "submitted", "draft", 0, e) < 0)
            return -1;
        doc->state = "draft";
        doc->event_seq = 0;
    }
    return 0;
}

/* Whoever has taken the project up into a plan has read what was handed in for it, wherever he did. */
static int is_gathered(struct op *op, struct err *e)
{
    struct project *plans;
    size_t count = 0;

    if (plan_of_project(op->db, op->desk->arena, op->file.p.id, 1, &plans, &count, e) < 0)
        return -1;
    if (count == 0)
        return 0;
    err_fail(e, ERR_RULE, "项目已列入「%s」，不能撤回", plans[0].title);
    return err_mend(e, "需要修改的，请联系%s退回补正，退回以后修改再送", plans[0].unit_name);
}

static int withdraw_event(struct op *op, const struct taking_back *t, const struct event *last,
                          const struct hands *hands, struct err *e)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    struct node *with = node_object(a);
    struct event ev = {.project = op->file.p.id,
                       .seq = op->file.p.event_count + 1,
                       .at = d->now,
                       .entered_at = d->now,
                       .what = CASEFILE_WITHDRAW,
                       .name = arena_fmt(a, "撤回「%s」", last->name),
                       .by = CASEFILE_UNIT,
                       .by_name = op->file.p.unit_name,
                       .unit = desk_unit(d),
                       .person = d->actor->person,
                       .person_name = hands_name(a, d->actor, hands),
                       .articles = "",
                       .regulation = regulation_id(op->file.regulation),
                       .calendar_version = calendar_version(d->platform->calendar),
                       .request_id = d->request_id != NULL ? d->request_id : ""};

    node_put_int(a, with, "seq", last->seq);
    node_put_text(a, with, "reason", t->reason);
    ev.with_json = view_json_text(a, with);
    op->detail = node_copy(a, with);
    if (event_add(op->db, a, &ev, e) < 0)
        return -1;
    casefile_take_event(d, &op->file, &ev);
    return 0;
}

static int withdraw_work(struct op *op, void *arg, struct err *e)
{
    const struct taking_back *t = arg;
    const struct desk *d = op->desk;
    struct casefile *c = &op->file;
    const struct event *last;
    const struct node *after;
    struct hands hands;

    if (t->version >= 0 && c->p.version != t->version) {
        err_fail(e, ERR_STALE, "这个项目在您打开页面之后已被他人办理过");
        return err_mend(e, "请核对新的情况，再决定是否撤回");
    }
    last = last_submission(d, c, e);
    if (last == NULL || reading_check(d, c, e) < 0 || is_gathered(op, e) < 0 || hands_check(op, &hands, e) < 0 ||
        documents_back(op, last->seq, e) < 0)
        return -1;
    if (is_first_submission(d, c))
        c->p.submitted_on = DATE_NONE; /* it never was: the law is chosen anew, the number stays */
    if (withdraw_event(op, t, last, &hands, e) < 0)
        return -1;
    after = casefile_road(d, c);
    outcome_project(d, c, after);
    if (outcome_rows(d, op->db, c, after, e) < 0 || project_save(op->db, d->arena, &c->p, e) < 0)
        return -1;
    op->after = project_digest(d->arena, &c->p);
    return 0;
}

int submission_withdraw(const struct desk *d, int64_t project, int64_t version, const char *reason, struct err *e)
{
    struct taking_back t = {.version = version};
    struct op op = {.desk = d, .may = MAY_PROJECT_DRAFT, .what = "project.withdraw", .project = project};
    struct node *asked = node_object(d->arena);
    struct project p;

    node_put_text(d->arena, asked, "reason", reason);
    if (casefile_row(d, MAY_PROJECT_DRAFT, project, &p, e) < 0 || reason_read(d, asked, "撤回", &t.reason, e) < 0)
        return -1;
    view_put_id(d->arena, asked, "project", project);
    op.asked = asked;
    return op_run(&op, withdraw_work, &t, e);
}

/* ---- the page ---- */

static void history_put(const struct desk *d, const struct casefile *c, struct node *page)
{
    const struct handing *rows = c->hands;
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "history");

    for (size_t i = c->hand_count; i-- > 0;) {
        if (!text_eq(rows[i].kind, "hand"))
            continue;
        struct node *o = node_add_object(a, list);
        const struct tenant_unit *u = tenant_unit(d->district->tenant, rows[i].unit);
        const char *organ = u != NULL ? u->name : tenant_organ_name(d->district->tenant, rows[i].organ);

        node_put_text(a, o, "post_name", organ != NULL ? organ : rows[i].organ);
        node_put_text(a, o, "name", rows[i].name);
        node_put_text(a, o, "by_name", rows[i].by_name);
        node_put_text(a, o, "reason", rows[i].reason);
        view_put_instant(a, o, "at", rows[i].at);
    }
}

static void may_put(const struct desk *d, const struct casefile *c, struct node *page)
{
    struct arena *a = d->arena;
    struct err why = {0}, not_urged = {0}, read = {0};
    const struct event *last = desk_is_applicant(d) ? last_submission(d, c, &why) : NULL;
    const struct waited w = outcome_case_waits(d, c, casefile_road(d, c));
    struct node *o = node_put_object(a, page, "urge");

    node_put_text(a, o, "to_name", w.names);
    node_put_bool(a, o, "is_possible",
                  permit_check(d->actor, MAY_PROJECT_URGE, &not_urged) == 0 &&
                      urge_possible(d, &c->p, &w, &not_urged) == 0);
    node_put_text(a, o, "why_not", not_urged.message);
    if (last != NULL) {
        o = node_put_object(a, page, "withdraw");
        node_put_bool(a, o, "is_possible", reading_check(d, c, &read) == 0);
        node_put_text(a, o, "name", last->name);
        node_put_text(a, o, "why_not", read.message);
        node_put_text(a, o, "mend", read.mend);
    }
}

int hand_view(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list;
    struct casefile c;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0 || hands_put(d, &c, page, e) < 0)
        return -1;
    node_put(a, page, "project", view_project_short(d, &c.p));
    node_put_text(a, page, "word", hand_word(d));
    node_put_bool(a, page, "is_unit", desk_is_applicant(d));
    node_put_bool(a, page, "may_hand", permit_allows(d->actor->post->kind, MAY_PROJECT_HAND) && !is_settled(&c.p));
    history_put(d, &c, page);
    may_put(d, &c, page);
    if (permit_allows(d->actor->post->kind, MAY_PROJECT_HAND)) {
        if (colleagues(d, &list, e) < 0)
            return -1;
        node_put(a, page, "colleagues", list);
    }
    *ret = page;
    return 0;
}
