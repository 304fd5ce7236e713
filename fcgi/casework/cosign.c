/*
 * casework/cosign.c - 加签: asking colleagues to sign first, answering, urging, taking back
 */
#include "config.h"

#include "casework/cosign.h"

#include "base/text.h"
#include "casework/hands.h"
#include "casework/outcome.h"
#include "casework/part.h"
#include "casework/people.h"
#include "casework/view.h"
#include "store/duties.h"

enum { ASKED_MAX = 10, SAYING_CHARS_MAX = 500 };

/* ---- what stands ---- */

size_t cosign_list(const struct desk *d, const struct casefile *c, struct cosign **ret)
{
    struct cosign *list = ARENA_ARRAY(d->arena, struct cosign, c->hand_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < c->hand_count; i++) {
        const struct handing *h = &c->hands[i];

        if (text_eq(h->kind, "ask")) {
            list[n++] = (struct cosign){.ask = h};
            continue;
        }
        for (size_t k = 0; k < n && h->ask != 0; k++) {
            if (list[k].ask->id == h->ask && text_eq(h->kind, "urge"))
                list[k].urged = h;
            else if (list[k].ask->id == h->ask)
                list[k].end = h;
        }
    }
    *ret = list;
    return n;
}

const char *cosign_step(const struct desk *d, const char *what, const struct act_where *where)
{
    if (where->step == NULL || node_get_bool(where->act, "correction"))
        return "";
    return arena_fmt(d->arena, "%s.%s", act_procedure(d->arena, what), node_get_str(where->step, "id"));
}

/* Those of the organ's post who have not signed yet at that step, 甲、乙; "" when nobody is waited for. */
static const char *cosign_missing(const struct desk *d, const struct casefile *c, const char *step)
{
    const char *names = "";
    struct cosign *list;
    size_t count = *step != '\0' && c->hand_count > 0 ? cosign_list(d, c, &list) : 0;

    for (size_t i = 0; i < count; i++)
        if (list[i].end == NULL && hands_ours(d, list[i].ask) && text_eq(list[i].ask->step, step))
            names = arena_fmt(d->arena, "%s%s%s", names, *names != '\0' ? "、" : "", list[i].ask->name);
    return names;
}

/* ---- the wall ---- */

static const char WAIT_MEND[] = "请等其答复，或者在「加签」里催办，不再需要的写明原因收回";

static const char *wait_text(const struct desk *d, const char *names)
{
    return arena_fmt(d->arena, "已经请%s先签，还没有签", names);
}

int cosign_check(const struct op *op, const char *what, const struct act_where *where, struct err *e)
{
    const char *names;

    if (op->desk->actor == NULL)
        return 0;
    names = cosign_missing(op->desk, &op->file, cosign_step(op->desk, what, where));
    if (*names == '\0')
        return 0;
    err_fail(e, ERR_RULE, "现在不能办理：%s", wait_text(op->desk, names));
    return err_mend(e, "%s", WAIT_MEND);
}

void cosign_detail(const struct op *op, const char *what, const struct act_where *where)
{
    const struct desk *d = op->desk;
    const char *step = cosign_step(d, what, where);
    struct node *said = NULL;
    struct cosign *list;
    size_t count = *step != '\0' && op->file.hand_count > 0 ? cosign_list(d, &op->file, &list) : 0;

    for (size_t i = 0; i < count; i++) {
        if (list[i].end == NULL || !hands_ours(d, list[i].ask) || !text_eq(list[i].ask->step, step))
            continue;
        if (said == NULL)
            said = node_put_list(d->arena, op->detail, "cosigned");

        struct node *o = node_add_object(d->arena, said);

        node_put_text(d->arena, o, "name", list[i].ask->name);
        node_put_text(d->arena, o, "by_name", list[i].ask->by_name);
        node_put_text(d->arena, o, "answer", list[i].end->kind);
        node_put_text(d->arena, o, "opinion", list[i].end->reason);
    }
}

/* For whom the wall stands before this act: the organ that asked; leaders and auditors see it where one organ acts. */
static int stands_before(const struct desk *d, const struct cosign *s, const struct node *act, const char *step)
{
    return s->end == NULL && text_eq(s->ask->step, step) &&
           (hands_ours(d, s->ask) || (cosign_seen(d, s->ask) && !node_get_bool(act, "by_all")));
}

/* 蒋楠（2026-03-10 陈磊请的，希望 2026-03-12 前答复） */
static const char *asked_text(const struct desk *d, const struct cosign *s)
{
    struct arena *a = d->arena;
    const char *until =
        s->ask->until_on != DATE_NONE ? arena_fmt(a, "，希望 %s 前答复", date_text(a, s->ask->until_on)) : "";
    const char *urged = s->urged != NULL ? arena_fmt(a, "，%s 催过", date_text(a, instant_date(s->urged->at))) : "";

    return arena_fmt(a, "%s（%s %s请的%s%s）", s->ask->name, date_text(a, instant_date(s->ask->at)), s->ask->by_name,
                     until, urged);
}

/* What the wall says of an act node to who may know: {code: cosign, message, mend, who_name, since, due_on, href,
 * articles}; NULL where nobody is waited for. message names each, since when, by whom asked and until when. */
static struct node *cosign_reason(const struct desk *d, const struct casefile *c, const struct node *act)
{
    const char *what = node_get_str(act, "act"), *step, *names = "", *asked = "";
    const struct cosign *first = NULL;
    struct act_where where = {0};
    struct cosign *list;
    struct node *r;
    size_t count;

    if (d->actor == NULL || c->hand_count == 0 || !casefile_act(d, c, what, &where))
        return NULL;
    step = cosign_step(d, what, &where);
    count = *step != '\0' ? cosign_list(d, c, &list) : 0;
    for (size_t i = 0; i < count; i++) {
        if (!stands_before(d, &list[i], act, step))
            continue;
        names = arena_fmt(d->arena, "%s%s%s", names, first != NULL ? "、" : "", list[i].ask->name);
        asked = arena_fmt(d->arena, "%s%s%s", asked, first != NULL ? "、" : "", asked_text(d, &list[i]));
        first = first != NULL ? first : &list[i];
    }
    if (first == NULL)
        return NULL;
    r = node_object(d->arena);
    node_put_text(d->arena, r, "code", "cosign");
    node_put_text(d->arena, r, "message", wait_text(d, asked));
    node_put_text(d->arena, r, "mend", WAIT_MEND);
    node_put_text(d->arena, r, "who_name", names);
    view_put_date(d->arena, r, "since", instant_date(first->ask->at));
    if (first->ask->until_on != DATE_NONE)
        view_put_date(d->arena, r, "due_on", first->ask->until_on);
    node_put_text(d->arena, r, "href", view_href(d, "/projects/%lld/cosign", (long long)c->p.id));
    (void)node_put_list(d->arena, r, "articles");
    return r;
}

static void reason_put(const struct desk *d, struct node *o, struct node *reason)
{
    const struct node *was = node_get(o, "reasons");
    struct node *reasons = was != NULL ? node_copy(d->arena, was) : node_list(d->arena);

    node_add(reasons, reason);
    node_put(d->arena, o, "reasons", reasons);
}

void cosign_bar(const struct desk *d, const struct casefile *c, struct node *act)
{
    struct node *reason = cosign_reason(d, c, act);

    if (reason == NULL)
        return;
    node_put_bool(d->arena, act, "allowed", 0);
    reason_put(d, act, reason);
}

void cosign_why(const struct desk *d, const struct casefile *c, const char *attempted, struct node *verdict)
{
    struct node *acts = (struct node *)(uintptr_t)node_get(verdict, "acts"), *tried = node_object(d->arena), *reason;

    if (c->hand_count == 0)
        return;
    for (struct node *act = acts != NULL ? acts->u.kids.first : NULL; act != NULL; act = act->next)
        cosign_bar(d, c, act);
    if (attempted == NULL)
        return;
    node_put_text(d->arena, tried, "act", attempted);
    reason = cosign_reason(d, c, tried);
    if (reason != NULL)
        reason_put(d, verdict, reason);
}

/* ---- what is typed ---- */

/* One line that says something; where: the member. */
static int saying_read(const struct desk *d, const struct node *input, const char *where, const char *what,
                       int required, const char **ret, struct err *e)
{
    *ret = text_trim(d->arena, node_get_str(input, where));
    if (required && **ret == '\0') {
        err_fail(e, ERR_BAD_INPUT, "「%s」没有填写", what);
        err_mend(e, "请用一两句话写明");
    } else if (text_chars(*ret) > SAYING_CHARS_MAX || !text_is_clean(*ret, 0)) {
        err_fail(e, ERR_BAD_INPUT, "「%s」不能超过 %d 个字，不分行", what, SAYING_CHARS_MAX);
        err_mend(e, "请写短一些，不要分行");
    } else {
        return 0;
    }
    return err_at(e, "/%s", where);
}

static int until_read(const struct desk *d, const struct node *input, date *ret, struct err *e)
{
    const char *text = text_trim(d->arena, node_get_str(input, "until"));
    struct err own = {0};

    *ret = DATE_NONE;
    if (*text == '\0')
        return 0;
    if (date_parse(text, ret, &own) < 0) {
        err_fail(e, ERR_BAD_INPUT, "希望答复的日期没有填好");
        err_mend(e, "请写成 2025-09-22 的样子，也可以不填");
    } else if (*ret < desk_today(d)) {
        err_fail(e, ERR_BAD_INPUT, "希望答复的日期已经过去");
        err_mend(e, "请填今天（%s）或者以后的工作日", date_text(d->arena, desk_today(d)));
    } else if (!calendar_is_workday(d->platform->calendar, *ret, NULL)) {
        err_fail(e, ERR_BAD_INPUT, "%s 不是工作日", text);
        err_mend(e, "请换一个工作日");
    } else {
        return 0;
    }
    return err_at(e, "/until");
}

struct asking {
    const char *step, *about;
    date until_on;
    const char *person[ASKED_MAX], *name[ASKED_MAX];
    size_t count;
};

static int person_take(const struct desk *d, struct asking *q, const char *person, struct err *e)
{
    for (size_t i = 0; i < q->count; i++)
        if (text_eq(q->person[i], person))
            return 0;
    if (q->count == ASKED_MAX) {
        err_fail(e, ERR_BAD_INPUT, "一次最多请 %d 位同事先签", ASKED_MAX);
        err_mend(e, "请减少人数");
        return err_at(e, "/person");
    }
    if (text_eq(person, d->actor->person)) {
        err_fail(e, ERR_BAD_INPUT, "不能请自己先签");
        err_mend(e, "请选择一位同事");
        return err_at(e, "/person");
    }
    if (colleague_find(d, person, &q->name[q->count], e) < 0)
        return -1;
    q->person[q->count++] = person;
    return 0;
}

/* The directory is asked before anything is locked. */
static int persons_read(const struct desk *d, const struct node *input, struct asking *q, struct err *e)
{
    const struct node *given = node_get(input, "person");

    if (given == NULL || given->type != NODE_LIST || node_count(given) == 0)
        return person_take(d, q, node_get_str(input, "person"), e);
    for (const struct node *n = node_first(given); n != NULL; n = n->next)
        if (person_take(d, q, node_str(n, ""), e) < 0)
            return -1;
    return 0;
}

/* ---- asking ---- */

/* The step must wait for the organ: one only, or the one named. */
static int step_find(const struct op *op, struct asking *q, struct err *e)
{
    const struct desk *d = op->desk;
    const struct node *steps = cosign_steps(d, &op->file, casefile_road(d, &op->file));

    if (*q->step == '\0' && node_count(steps) == 1)
        q->step = node_get_str(node_first(steps), "step");
    for (const struct node *n = node_first(steps); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "step"), q->step))
            return 0;
    if (node_count(steps) > 0) {
        err_fail(e, ERR_BAD_INPUT, "没有选择哪一个环节");
        err_mend(e, "请选择要先签的环节");
        return err_at(e, "/step");
    }
    err_fail(e, ERR_RULE, "这个项目现在没有轮到%s办理的环节，不能加签", d->actor->post->organ_name);
    return err_mend(e, "请看项目档案里的下一步");
}

static int person_check(const struct op *op, const struct asking *q, size_t i, struct err *e)
{
    const struct desk *d = op->desk;
    struct cosign *list;
    size_t count = cosign_list(d, &op->file, &list);

    if (hands_applied(&op->file, q->person[i])) {
        err_fail(e, ERR_RULE, "%s曾以建设单位人员的身份办理过本项目，不能请其加签：申报和办理须是不同的人", q->name[i]);
        err_mend(e, "请选择其他同事");
        return err_at(e, "/person");
    }
    for (size_t k = 0; k < count; k++) {
        if (list[k].end != NULL || !text_eq(list[k].ask->person, q->person[i]) || !hands_ours(d, list[k].ask) ||
            !text_eq(list[k].ask->step, q->step))
            continue;
        err_fail(e, ERR_RULE, "已经请%s先签，还没有签", q->name[i]);
        err_mend(e, "%s", WAIT_MEND);
        return err_at(e, "/person");
    }
    return 0;
}

static int ask_work(struct op *op, void *arg, struct err *e)
{
    const struct desk *d = op->desk;
    struct asking q = *(const struct asking *)arg;
    struct hands hands;
    struct node *to;

    if (hands_check(op, &hands, e) < 0 || step_find(op, &q, e) < 0)
        return -1;
    op->detail = node_object(d->arena);
    node_put_text(d->arena, op->detail, "step", q.step);
    node_put_text(d->arena, op->detail, "about", q.about);
    view_put_date(d->arena, op->detail, "until_on", q.until_on);
    node_put_text(d->arena, op->detail, "by", hands_name(d->arena, d->actor, &hands));
    to = node_put_list(d->arena, op->detail, "to");
    for (size_t i = 0; i < q.count; i++) {
        const struct handing h = {.project = op->file.p.id,
                                  .organ = desk_organ(d),
                                  .unit = desk_unit(d),
                                  .person = q.person[i],
                                  .name = q.name[i],
                                  .by_person = d->actor->person,
                                  .by_name = hands_name(d->arena, d->actor, &hands),
                                  .reason = q.about,
                                  .at = d->now,
                                  .kind = "ask",
                                  .step = q.step,
                                  .until_on = q.until_on};

        if (person_check(op, &q, i, e) < 0 || handing_add(op->db, d->arena, &h, e) < 0 ||
            cosign_tell_asked(op, &h, e) < 0)
            return -1;
        node_add_text(d->arena, to, q.name[i]);
    }
    return 0;
}

static struct node *asked_of(const struct desk *d, int64_t project, const struct node *input)
{
    struct node *asked = node_copy(d->arena, input);

    view_put_id(d->arena, asked, "project", project);
    return asked;
}

int cosign_ask(const struct desk *d, int64_t project, const struct node *input, struct err *e)
{
    struct asking q = {.step = node_get_str(input, "step")};
    struct op op = {.desk = d, .may = MAY_COSIGN_ACT, .what = "cosign.ask", .project = project};
    struct project p;

    if (casefile_row(d, MAY_COSIGN_ACT, project, &p, e) < 0 ||
        saying_read(d, input, "about", "请签什么", 1, &q.about, e) < 0 || until_read(d, input, &q.until_on, e) < 0 ||
        persons_read(d, input, &q, e) < 0)
        return -1;
    op.asked = asked_of(d, project, input);
    return op_run(&op, ask_work, &q, e);
}

/* ---- what becomes of a request ---- */

struct ending {
    const char *kind, *saying;
    int64_t ask;
};

static int ask_find(const struct op *op, int64_t id, struct cosign *ret, struct err *e)
{
    struct cosign *list;
    size_t count = cosign_list(op->desk, &op->file, &list);

    for (size_t i = 0; i < count; i++) {
        if (list[i].ask->id != id || !hands_ours(op->desk, list[i].ask))
            continue;
        *ret = list[i];
        if (list[i].end == NULL)
            return 0;
        err_fail(e, ERR_RULE, "这份加签%s已经由%s%s", date_text(op->desk->arena, instant_date(list[i].end->at)),
                 list[i].end->by_name, text_eq(list[i].end->kind, "back") ? "收回" : "答复");
        return err_mend(e, "不用再办理，请看「加签」里的记录");
    }
    err_fail(e, ERR_NOT_FOUND, "没有这份加签");
    return err_mend(e, "请从项目档案的「加签」打开");
}

/* A row about the request; by: who, as the record names him. */
static int ending_add(struct op *op, const struct cosign *s, const struct ending *x, const char *by, struct err *e)
{
    const struct desk *d = op->desk;
    const struct handing h = {.project = op->file.p.id,
                              .organ = s->ask->organ,
                              .unit = s->ask->unit,
                              .person = s->ask->person,
                              .name = s->ask->name,
                              .by_person = d->actor->person,
                              .by_name = by,
                              .reason = x->saying,
                              .at = d->now,
                              .kind = x->kind,
                              .ask = s->ask->id,
                              .step = s->ask->step,
                              .until_on = DATE_NONE};

    op->detail = node_object(d->arena);
    view_put_id(d->arena, op->detail, "ask", s->ask->id);
    node_put_text(d->arena, op->detail, "kind", x->kind);
    node_put_text(d->arena, op->detail, "step", s->ask->step);
    node_put_text(d->arena, op->detail, "name", s->ask->name);
    node_put_text(d->arena, op->detail, "asked_by", s->ask->by_name);
    node_put_text(d->arena, op->detail, "by", by);
    node_put_text(d->arena, op->detail, "saying", x->saying);
    return handing_add(op->db, d->arena, &h, e);
}

/* He who was asked, himself: nobody signs in another's name. */
static int answer_work(struct op *op, void *arg, struct err *e)
{
    const struct ending *x = arg;
    const struct desk *d = op->desk;
    struct cosign s;

    if (ask_find(op, x->ask, &s, e) < 0)
        return -1;
    if (!text_eq(s.ask->person, d->actor->person)) {
        err_fail(e, ERR_FORBIDDEN, "这份加签请的是%s，由其本人答复", s.ask->name);
        return err_mend(e, "%s不在岗的，请%s收回，改请别人", s.ask->name, s.ask->by_name);
    }
    if (hands_applied(&op->file, d->actor->person)) {
        err_fail(e, ERR_FORBIDDEN, "您曾以建设单位人员的身份办理过本项目，不能加签：申报和办理须是不同的人");
        return err_mend(e, "请%s收回，改请别人", s.ask->by_name);
    }
    if (ending_add(op, &s, x, d->actor->name, e) < 0 || cosign_tell_over(op, s.ask, e) < 0)
        return -1;
    return cosign_tell_said(op, s.ask, e);
}

/* Whoever may act at the step now: the case may have gone on to another hand since. */
static int asker_work(struct op *op, void *arg, struct err *e)
{
    const struct ending *x = arg;
    const struct desk *d = op->desk;
    const char *by;
    struct hands hands;
    struct cosign s;

    if (ask_find(op, x->ask, &s, e) < 0 || hands_check(op, &hands, e) < 0)
        return -1;
    if (text_eq(x->kind, "urge") && s.urged != NULL && instant_date(s.urged->at) == desk_today(d)) {
        err_fail(e, ERR_RULE, "%s今天已经催办过%s", s.urged->by_name, s.ask->name);
        return err_mend(e, "一天催办一次；明天仍没有答复的可以再催，或者收回");
    }
    by = hands_name(d->arena, d->actor, &hands);
    if (ending_add(op, &s, x, by, e) < 0)
        return -1;
    return text_eq(x->kind, "urge") ? cosign_tell_urged(op, s.ask, by, e) : cosign_tell_over(op, s.ask, e);
}

static int ending_run(const struct desk *d, int64_t project, const struct node *input, const char *what, op_work *work,
                      struct ending *x, struct err *e)
{
    struct op op = {.desk = d, .may = MAY_COSIGN_ACT, .what = what, .project = project};

    if (text_i64(node_get_str(input, "ask"), &x->ask) < 0) {
        err_fail(e, ERR_NOT_FOUND, "没有这份加签");
        return err_mend(e, "请从项目档案的「加签」打开");
    }
    op.asked = asked_of(d, project, input);
    return op_run(&op, work, x, e);
}

int cosign_answer(const struct desk *d, int64_t project, const struct node *input, struct err *e)
{
    static const char *const kinds[] = {"agree", "disagree", "decline"};
    struct ending x = {.kind = ""};
    struct project p;

    if (casefile_row(d, MAY_COSIGN_ACT, project, &p, e) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_eq(kinds[i], node_get_str(input, "answer")))
            x.kind = kinds[i];
    if (*x.kind == '\0') {
        err_fail(e, ERR_BAD_INPUT, "没有选择同意、不同意或者不签");
        err_mend(e, "请选择一项");
        return err_at(e, "/answer");
    }
    if (saying_read(d, input, "opinion", text_eq(x.kind, "decline") ? "不签的原因" : "意见", x.kind != kinds[0],
                    &x.saying, e) < 0)
        return -1;
    return ending_run(d, project, input, "cosign.answer", answer_work, &x, e);
}

int cosign_urge(const struct desk *d, int64_t project, const struct node *input, struct err *e)
{
    struct ending x = {.kind = "urge", .saying = ""};
    struct project p;

    return casefile_row(d, MAY_COSIGN_ACT, project, &p, e) < 0
               ? -1
               : ending_run(d, project, input, "cosign.urge", asker_work, &x, e);
}

int cosign_back(const struct desk *d, int64_t project, const struct node *input, struct err *e)
{
    struct ending x = {.kind = "back"};
    struct project p;

    if (casefile_row(d, MAY_COSIGN_ACT, project, &p, e) < 0 || reason_read(d, input, "收回", &x.saying, e) < 0)
        return -1;
    return ending_run(d, project, input, "cosign.back", asker_work, &x, e);
}
