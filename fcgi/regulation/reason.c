/*
 * regulation/reason.c - everything that stands against an act, never only the first
 *
 * Each reason says what is missing, who can mend it and how, the article and its words.
 * The same function answers a real attempt and the page that only shows what may happen
 * (shown): there, what the act itself will carry is not yet known and is no reason.
 */
#include "config.h"

#include "regulation/eval.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "regulation/shape.h"

void cite(struct eval *ev, const struct cites *c)
{
    for (size_t i = 0; i < c->row_count; i++)
        ev->cited[c->rows[i]] = 1;
}

struct node *reason_add(struct eval *ev, struct node *list, const char *code, const char *id, const struct cites *cites,
                        int who, enum strength strength, const char *mend, const char *fmt, ...)
{
    struct node *o = shape_object(ev->a, list, NULL);
    va_list ap;

    shape_text(ev->a, o, "code", code);
    if (id && *id)
        shape_text(ev->a, o, "id", id);
    va_start(ap, fmt);
    shape_text(ev->a, o, "message", arena_vfmt(ev->a, fmt, ap));
    va_end(ap);
    shape_text(ev->a, o, "mend", mend);
    if (who >= 0) {
        int organ = organ_resolve(ev, who);
        shape_text(ev->a, o, "who", ev->r->organs[organ].id);
        shape_text(ev->a, o, "who_name", ev->r->organs[organ].name);
    }
    shape_alias(ev->a, o, "articles", cites->list);
    shape_text(ev->a, o, "articles_text", cites->shown);
    shape_text(ev->a, o, "quote", cites->quote);
    shape_text(ev->a, o, "strength", strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
    cite(ev, cites);
    return o;
}

/* ---- before everything else: scope, validity, the right hand ---- */

int scope_find(struct eval *ev, const struct scope_row **ret)
{
    for (size_t i = 0; i < ev->r->scope_count; i++)
        if (cond_holds(ev, ev->r->scope[i].when)) {
            *ret = &ev->r->scope[i];
            return 1;
        }
    return 0;
}

void against_scope(struct eval *ev, struct verdict_lists *out)
{
    for (size_t i = 0; i < ev->r->scope_count; i++) {
        const struct scope_row *s = &ev->r->scope[i];
        if (cond_holds(ev, s->when))
            reason_add(ev, out->reasons, "scope", s->then, &s->cites, ev->r->applicant, STRENGTH_MANDATORY, s->mend,
                       "%s", s->message);
    }
}

int is_expired(const struct eval *ev, date at)
{
    return ev->r->to != DATE_NONE && at > ev->r->to;
}

static void against_validity(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct regulation *r = ev->r;
    int first = ev->submitted_on == DATE_NONE || (r->to != DATE_NONE && ev->submitted_on > r->to);
    int refused = !r->has_after_expiry;

    if (!first && r->predecessor && ev->submitted_on < r->from)
        reason_add(ev, out->reasons, "expired", "predecessor", &r->predecessor_cites, r->applicant, STRENGTH_MANDATORY,
                   "请按首次提交时有效的办法办理", "本项目于 %s 首次提交，适用%s", date_text(ev->a, ev->submitted_on),
                   r->predecessor);
    if (!first)
        return;
    for (size_t i = 0; i < r->expired_refuse_count; i++)
        refused |= r->expired_refuse[i] == t->happening;
    if (t->at < r->from)
        reason_add(ev, out->reasons, "expired", NULL, &r->version_cites, r->applicant, STRENGTH_MANDATORY,
                   "请在施行之日以后办理，或者按当时有效的办法办理", "本办法自 %s 起施行，此时%s%s",
                   date_text(ev->a, r->from), r->predecessor ? "适用" : "尚未施行",
                   r->predecessor ? r->predecessor : "");
    else if (is_expired(ev, t->at) && refused)
        reason_add(ev, out->reasons, "expired", NULL, r->has_after_expiry ? &r->expired_cites : &r->version_cites,
                   r->applicant, STRENGTH_MANDATORY, r->has_after_expiry ? r->expired_mend : "请等新的办法发布以后办理",
                   "%s",
                   r->has_after_expiry ? r->expired_message
                                       : arena_fmt(ev->a, "本办法有效期至 %s，已经失效", date_text(ev->a, r->to)));
}

static int admitted(const struct eval *ev)
{
    const struct node *list = ev->r->organs[ev->r->applicant].admits;

    if (!list || text_is_empty(ev->in->unit_kind))
        return 1;
    for (const struct node *n = node_first(list); n; n = n->next)
        if (text_eq(node_str(n, ""), ev->in->unit_kind))
            return 1;
    return 0;
}

/* Whose people can do it here: a body outside has none, its recorders do. */
static const char *hands_text(struct eval *ev, const struct actor *x)
{
    const char *s = "";

    for (size_t i = 0; i < x->count; i++) {
        const struct organ *o = &ev->r->organs[organ_resolve(ev, x->organ[i])];
        const char *name = o->name;

        if (o->kind == ORGAN_OUTSIDE && o->recorded_count) {
            struct actor by = {.kind = ACTOR_ANY,
                               .count = o->recorded_count < ACTOR_MAX ? o->recorded_count : ACTOR_MAX};
            memcpy(by.organ, o->recorded_by, by.count * sizeof(int));
            name = arena_fmt(ev->a, "%s（登记%s的决定）", actor_text(ev, &by), o->name);
        }
        s = arena_fmt(ev->a, "%s%s%s", s, i ? "、" : "", name);
    }
    return s;
}

static void against_role(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct regulation *r = ev->r;
    const struct act *act = t->act;
    const struct organ *unit = &r->organs[r->applicant];

    if (!t->shown && actor_match(ev, &act->by, t->organ) < 0)
        reason_add(ev, out->reasons, "wrong_role", NULL, &act->cites, act->by.count ? act->by.organ[0] : -1,
                   STRENGTH_MANDATORY, arena_fmt(ev->a, "请由%s办理", hands_text(ev, &act->by)),
                   "「%s」由%s办理，%s不能办理", act->name, actor_text(ev, &act->by),
                   t->organ >= 0 ? r->organs[t->organ].name : "此机关");
    if (actor_has(&act->by, r->applicant) && (t->shown || t->organ == r->applicant) && !admitted(ev))
        reason_add(ev, out->reasons, "wrong_role", "unit_kind", &unit->cites, r->applicant, STRENGTH_MANDATORY,
                   "请由符合规定的主管单位以自己的名义申报", "%s", *unit->refusal ? unit->refusal : "此类单位不能申报");
}

/* ---- order: the way, the step, the run ---- */

static const char NOT_NEEDED[] = "不用办理；请看项目档案的下一步";

/* Where what is acted on stands, for one who tried elsewhere. */
static const char *where_of(struct eval *ev, enum subject on)
{
    return on == SUBJECT_PROJECT ? "请打开要办的项目，在项目档案里办理"
                                 : arena_fmt(ev->a, "请从「年度计划」页打开要办的%s，在那里办理", subject_name(on));
}

static const char *with_whom(struct eval *ev, int procedure)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    const struct run *run = procedure_run(ev, procedure);
    const struct step *s = &p->steps[run && run->state == RUN_OPEN ? run->step : 0];

    return arena_fmt(ev->a, "请先由%s办理「%s」的「%s」", actor_text(ev, &s->by), p->name, s->name);
}

static int hand_of(const struct eval *ev, int procedure)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    const struct run *run = procedure_run(ev, procedure);
    const struct step *s = &p->steps[run && run->state == RUN_OPEN ? run->step : 0];

    return s->by.count ? s->by.organ[0] : -1;
}

static int undone_before(struct eval *ev, const struct attempt *t, int leg, struct verdict_lists *out)
{
    const struct procedure *p = &ev->r->procedures[t->act->procedure];
    int count = 0;

    for (int i = 0; leg >= 0 && i < leg && !ev->legs[leg].alongside; i++) {
        const struct procedure *q = &ev->r->procedures[ev->legs[i].procedure];
        const struct run *run = procedure_run(ev, ev->legs[i].procedure);
        if (ev->legs[i].alongside || ev->legs[i].exists == ANSWER_NO || procedure_done(ev, ev->legs[i].procedure))
            continue;
        reason_add(ev, out->reasons, "order", q->id, &ev->legs[i].cites, hand_of(ev, ev->legs[i].procedure),
                   STRENGTH_MANDATORY, with_whom(ev, ev->legs[i].procedure), "「%s」须在「%s」办结之后办理，「%s」%s",
                   p->name, q->name, q->name,
                   !run                       ? "尚未开始"
                   : run->state == RUN_FAILED ? "没有通过"
                                              : "尚未办结");
        count++;
    }
    return count;
}

/* The figure about to be approved may cross a bound: then the steps it calls for come first (G-11). */
static void against_way_as_set(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    size_t size = (ev->r->fact_count + 1) * sizeof(struct value);
    struct value *given = arena_alloc(ev->a, size);
    unsigned char *missing = arena_alloc(ev->a, ev->r->fact_count + 1);

    memcpy(given, ev->facts, size);
    memcpy(missing, ev->missing, ev->r->fact_count);
    lay_sets(ev, t->act, t->with);
    ev->route_ready = 0;
    undone_before(ev, t, leg_of(ev, t->act->procedure), out);
    memcpy(ev->facts, given, size);
    ev->route_ready = 0;
    route_find(ev);
    memcpy(ev->missing, missing, ev->r->fact_count);
}

static void against_way(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct regulation *r = ev->r;
    const struct procedure *p = &r->procedures[t->act->procedure];
    int leg = leg_of(ev, t->act->procedure);

    if (!p->routed)
        return;
    if (leg >= 0 && ev->legs[leg].exists == ANSWER_NO) {
        reason_add(ev, out->reasons, "order", p->id, &ev->legs[leg].cites, r->applicant, STRENGTH_MANDATORY, NOT_NEEDED,
                   "按填报的情况，本项目不需要办理「%s」", p->name);
    } else if (leg < 0 && ev->route_known == ANSWER_OPEN) {
        reason_add(ev, out->reasons, "order", p->id, &p->cites, r->applicant, STRENGTH_MANDATORY,
                   "请先填全决定办理路径的事实", "还不能确定办理路径，「%s」暂时不能办理", p->name);
    } else if (leg < 0) {
        const struct cites *c = ev->route >= 0 ? &r->routes[ev->route].cites : &p->cites;
        reason_add(ev, out->reasons, "order", p->id, c, r->applicant, STRENGTH_MANDATORY,
                   "请看项目档案的下一步，按本项目的办理路径办理", "本项目的办理路径是「%s」，不经过「%s」",
                   ev->route >= 0 ? r->routes[ev->route].name : "无", p->name);
    }
    if (leg < 0 && ev->route_known == ANSWER_YES)
        return;
    if (undone_before(ev, t, leg, out) == 0 && !t->shown && t->act->set_count && t->act->ends == END_DONE)
        against_way_as_set(ev, t, out);
}

/* One of a procedure done many times, by its number. */
static int run_named(const struct eval *ev, const struct attempt *t)
{
    return ev->r->procedures[t->act->procedure].repeat == REPEAT_MANY && node_get_int(t->with, "run", 0) != 0;
}

static void against_place(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct procedure *p = &ev->r->procedures[t->act->procedure];
    const struct run *run = t->spot.run >= 0 ? &ev->runs[t->spot.run] : NULL;
    const struct step *stands = &p->steps[run ? run->step : 0];
    int hand = hand_of(ev, t->act->procedure);

    switch (t->spot.place) {
    case PLACE_HERE:
        break;
    case PLACE_ELSEWHERE:
        reason_add(ev, out->reasons, "order", NULL, &t->act->cites, hand, STRENGTH_MANDATORY,
                   arena_fmt(ev->a, "请先由%s办理「%s」", actor_text(ev, &stands->by), stands->name),
                   "「%s」现在办到「%s」环节，此时不能「%s」", p->name, stands->name, t->act->name);
        break;
    case PLACE_NOT_BEGUN:
        if (run_named(ev, t)) {
            reason_add(ev, out->reasons, "order", "run", &t->act->cites, -1, STRENGTH_MANDATORY,
                       "请从项目档案选定要办理的一件", "没有第 %lld 次「%s」，不能「%s」",
                       (long long)node_get_int(t->with, "run", 0), p->name, t->act->name);
            break;
        }
        reason_add(ev, out->reasons, "order", NULL, &t->act->cites, hand, STRENGTH_MANDATORY,
                   arena_fmt(ev->a, "请先由%s办理「%s」", actor_text(ev, &p->steps[0].by), p->steps[0].name),
                   "「%s」尚未开始，此时不能「%s」", p->name, t->act->name);
        break;
    case PLACE_DONE:
    case PLACE_FAILED:
        reason_add(ev, out->reasons, "order", NULL, &t->act->cites, -1, STRENGTH_MANDATORY,
                   t->spot.place == PLACE_DONE ? "已经办过，不用再办；请看项目档案的下一步"
                                               : "要接着办的，请看项目档案里本岗位可以办理的事项",
                   "「%s」已于 %s %s，不能再「%s」", p->name, date_text(ev->a, run ? run->ended : DATE_NONE),
                   t->spot.place == PLACE_DONE ? "办结" : "结束", t->act->name);
        break;
    case PLACE_EARLY:
        reason_add(ev, out->reasons, "window", t->spot.key, &t->act->cites, -1, STRENGTH_MANDATORY,
                   "请在该期间开始之后办理", "%s尚未到来，此时不能「%s」", t->spot.key, t->act->name);
        break;
    }
    if (run && !t->shown && t->spot.place == PLACE_HERE && run->last_event >= 0 &&
        t->at < ev->events[run->last_event].at)
        reason_add(ev, out->reasons, "field", "at", &t->act->cites, t->organ, STRENGTH_MANDATORY,
                   arena_fmt(ev->a, "请填写 %s 或者以后的日期", date_text(ev->a, ev->events[run->last_event].at)),
                   "日期 %s 早于上一环节的日期 %s", date_text(ev->a, t->at),
                   date_text(ev->a, ev->events[run->last_event].at));
    if (run && !t->shown && run->acted_act == t->act && actor_match(ev, &t->act->by, t->organ) >= 0 &&
        actor_place(ev, &t->act->by, t->organ, run->acted) < 0)
        reason_add(ev, out->reasons, "order", "acted", &t->act->cites, -1, STRENGTH_MANDATORY, "请等其他机关办理",
                   "%s已经办理过「%s」，尚待其他机关办理", ev->r->organs[t->organ].name, t->act->name);
}

static void against_opening(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct procedure *p = &ev->r->procedures[t->act->procedure];

    if (cond_decide(ev, t->act->when) == ANSWER_NO)
        reason_add(ev, out->reasons, "not_open", t->act->full, &t->act->cites, -1, STRENGTH_MANDATORY, NOT_NEEDED,
                   "按本项目的情况，不办理「%s」", t->act->name);
    if (t->act->step != 0)
        return;
    if (!p->routed && cond_decide(ev, p->when) == ANSWER_NO)
        reason_add(ev, out->reasons, "not_open", p->id, &p->cites, ev->r->applicant, STRENGTH_MANDATORY, NOT_NEEDED,
                   "按填报的情况，本项目不适用「%s」", p->name);
    for (size_t i = 0; i < p->open_count; i++) {
        const struct opens_row *o = &p->opens[i];
        if (cond_decide(ev, o->require) != ANSWER_NO)
            continue;
        reason_add(ev, o->strength == STRENGTH_MANDATORY ? out->reasons : out->warnings, "not_open", p->id, &o->cites,
                   o->who, o->strength, o->mend, "%s", o->message);
    }
}

static void against_window(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct duty *d;
    struct node *list;
    date opens;
    int i;

    if (!duty_too_early(ev, t->happening, t->at, &i, &opens))
        return;
    d = &ev->r->duties[i];
    list = d->strength == STRENGTH_MANDATORY ? out->reasons : out->warnings;
    if (opens != DATE_NONE)
        reason_add(ev, list, "window", d->id, &d->cites, -1, d->strength,
                   arena_fmt(ev->a, "请在 %s 或者以后办理", date_text(ev->a, opens)),
                   "「%s」须在%s，最早 %s，此时为时尚早", d->name, d->limit.text, date_text(ev->a, opens));
    else
        reason_add(ev, list, "window", d->id, &d->cites, -1, d->strength, "请先办理并登记起算的事项",
                   "「%s」的期间尚未起算", d->name);
}

/* ---- gates ---- */

int gate_meets(const struct gate *g, const struct act *act)
{
    for (size_t i = 0; i < g->happening_count; i++)
        if (g->happenings[i] == act->happening)
            return 1;
    if (act->correction || act->ends == END_FAILED)
        return 0; /* a gate never keeps a project from going back or ending */
    for (size_t i = 0; i < g->procedure_count; i++)
        if (g->procedures[i] == act->procedure)
            return 1;
    return 0;
}

int gate_lifted(const struct eval *ev, const struct gate *g)
{
    for (int i = 0; i < ev->event_count; i++)
        if (ev->events[i].happening < 0 && text_eq(ev->events[i].src->what, "gate.lift") &&
            text_eq(node_get_str(ev->events[i].src->with, "gate"), g->id))
            return 1;
    return 0;
}

const struct suspension *suspension_find(const struct eval *ev, int gate, int duty, date on)
{
    for (size_t i = 0; i < ev->r->suspension_count; i++) {
        const struct suspension *s = &ev->r->suspensions[i];
        if (s->gate == gate && s->duty == duty && on >= s->from && (s->to == DATE_NONE || on <= s->to))
            return s;
    }
    return NULL;
}

enum answer gate_clear(struct eval *ev, const struct gate *g, const struct exception **ret_exception)
{
    enum answer got;

    if (suspension_find(ev, (int)(g - ev->r->gates), -1, ev->at))
        return ANSWER_YES;

    if (g->when && cond_decide(ev, g->when) != ANSWER_YES)
        return ANSWER_YES;
    got = cond_decide(ev, g->unless);
    if (got != ANSWER_NO)
        return got;
    for (size_t i = 0; i < g->exception_count; i++)
        if (cond_holds(ev, g->exceptions[i].when)) {
            *ret_exception = &g->exceptions[i];
            return ANSWER_YES;
        }
    return g->liftable && gate_lifted(ev, g) ? ANSWER_YES : ANSWER_NO;
}

static void against_gates(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    for (size_t i = 0; i < ev->r->gate_count; i++) {
        const struct gate *g = &ev->r->gates[i];
        const struct suspension *set_aside;
        const struct exception *x = NULL;
        int only_warns = g->warn || (g->strength == STRENGTH_IN_PRINCIPLE && !g->liftable) ||
                         (g->advice_when_expired && is_expired(ev, t->at));
        const char *mend = g->mend;

        if (!gate_meets(g, t->act))
            continue;
        set_aside = suspension_find(ev, (int)i, -1, t->at);
        if (set_aside) {
            reason_add(ev, out->warnings, "suspended", g->id, &set_aside->cites, -1, g->strength, "",
                       "「%s」自 %s 起停止适用：%s（%s）", g->name, date_text(ev->a, set_aside->from), set_aside->text,
                       set_aside->by);
            continue;
        }
        if (gate_clear(ev, g, &x) != ANSWER_NO) {
            if (x)
                reason_add(ev, out->warnings, "exception", g->id, &x->cites, -1, g->strength, "", "「%s」适用例外：%s",
                           g->name, x->note);
            continue;
        }
        if (g->liftable && !only_warns) {
            struct actor by = {.kind = ACTOR_ANY, .count = g->lift_count < ACTOR_MAX ? g->lift_count : ACTOR_MAX};
            memcpy(by.organ, g->lift_by, by.count * sizeof(int));
            mend = arena_fmt(ev->a, "%s%s确有理由的，%s可以记录理由后解除此项限制", mend, *mend ? "；" : "",
                             actor_text(ev, &by));
        }
        reason_add(ev, only_warns ? out->warnings : out->reasons, "gate", g->id, &g->cites, g->who, g->strength, mend,
                   "%s", g->message);
    }
}

void reasons_against(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    date at = ev->at;

    ev->this_act = t->shown ? NULL : t->act;
    ev->this_with = t->with;
    ev->this_run = t->spot.run + 1;
    ev->this_pending = t->shown;
    ev->at = t->at;
    against_scope(ev, out);
    against_validity(ev, t, out);
    against_role(ev, t, out);
    against_place(ev, t, out);
    if (ev->r->procedures[t->act->procedure].on != ev->subject)
        reason_add(ev, out->reasons, "order", ev->r->procedures[t->act->procedure].id, &t->act->cites, -1,
                   STRENGTH_MANDATORY, where_of(ev, ev->r->procedures[t->act->procedure].on),
                   "「%s」是%s的事项，不是%s的事项", ev->r->procedures[t->act->procedure].name,
                   subject_name(ev->r->procedures[t->act->procedure].on), subject_name(ev->subject));
    if (ev->subject == SUBJECT_PROJECT && (t->act->step == 0 || t->act->ends == END_DONE))
        against_way(ev, t, out);
    against_opening(ev, t, out);
    against_window(ev, t, out);
    against_gates(ev, t, out);
    if (t->act->takes_materials) {
        against_materials(ev, t, out);
        against_facts(ev, t, out);
    }
    if (!t->shown) {
        against_content(ev, t, out);
        against_changes(ev, t, out);
        against_money(ev, t, out);
    }
    ev->at = at;
    ev->this_act = NULL;
    ev->this_with = NULL;
    ev->this_run = 0;
    ev->this_pending = 0;
}
