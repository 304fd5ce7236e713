/*
 * regulation/verdict_act.c - the acts of a verdict: what may be done here, by whom, what is against it; what an attempt
 * would effect
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

#include "base/text.h"
#include "regulation/shape.h"

void put_correction(struct eval *ev, struct node *o, const char *key, const struct run *run)
{
    const struct happened *h = run->correction;
    struct node *x = shape_object(ev->a, o, key);

    shape_text(ev->a, x, "procedure", ev->r->procedures[run->procedure].id);
    shape_alias(ev->a, x, "items", node_get(h->src->with, "correction"));
    shape_text(ev->a, x, "until", node_get_str(h->src->with, "until"));
    shape_text(ev->a, x, "reason", node_get_str(h->src->with, "reason"));
    shape_text(ev->a, x, "by", h->src->by);
    shape_text(ev->a, x, "by_name", h->organ >= 0 ? ev->r->organs[h->organ].name : h->src->by);
    shape_date(ev->a, x, "at", h->at);
}

/* ---- acts ---- */

static int holds_back(const struct node *reasons)
{
    static const char *const CODES[] = {"scope", "expired", "not_open", "gate", "window", "order", "wrong_role"};

    for (const struct node *n = node_first(reasons); n; n = n->next)
        for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++)
            if (text_eq(node_get_str(n, "code"), CODES[i]))
                return 1;
    return 0;
}

static void put_value(struct eval *ev, struct node *o, const char *key, const struct value *v)
{
    switch (v->type) {
    case VALUE_MONEY:
    case VALUE_INTEGER:
        shape_int(ev->a, o, key, v->n);
        break;
    case VALUE_BOOLEAN:
        shape_bool(ev->a, o, key, v->n != 0);
        break;
    case VALUE_DATE:
        shape_date(ev->a, o, key, (date)v->n);
        break;
    case VALUE_CHOICES:
    case VALUE_ROWS:
        shape_alias(ev->a, o, key, v->list);
        break;
    default:
        shape_text(ev->a, o, key, v->s);
    }
}

/* What stands on the paper already: the other organs' part of a joint act, what a correction sent back. */
static const struct node *written_before(const struct eval *ev, const struct run *run, const struct act *act)
{
    const struct node *with = NULL;

    if (run && run->acted_act == act)
        return run->joint;
    for (int k = run && run->correction && !act->correction ? run->first_event : -1; k >= 0;
         k = ev->events[k].next_in_run)
        if (ev->events[k].happening == act->happening)
            with = ev->events[k].with;
    return with;
}

/* Fields whose "from" names something known come filled in, and what stands on the paper already. */
static void put_prefill(struct eval *ev, struct node *o, const struct act *act, const struct node *joint)
{
    struct node *filled = NULL;
    const struct node *lacking = node_get(joint, "not_applicable");

    if (node_count(lacking))
        shape_alias(ev->a, o, "not_applicable", lacking);

    for (int which = 0; which < ACT_FORMS; which++) {
        const struct form *f = act_asks_form(ev->r, act, which);
        for (size_t i = 0; f && i < f->field_count; i++) {
            struct value v = value_read(f->fields[i].type, node_get(joint, f->fields[i].id));
            if (!v.known && f->fields[i].from >= 0)
                v = term_value(ev, f->fields[i].from);
            if (!v.known && f->fields[i].from_else >= 0)
                v = term_value(ev, f->fields[i].from_else);
            if (!v.known)
                continue;
            if (!filled)
                filled = shape_object(ev->a, o, "prefill");
            put_value(ev, filled, f->fields[i].id, &v);
        }
    }
}

/* given: what the sheet comes filled in with where nothing stands on it yet; NULL none. */
static void show_act(struct eval *ev, struct node *list, struct shown *shown, const struct act *act, struct spot spot,
                     const struct node *given)
{
    const struct procedure *p = &ev->r->procedures[act->procedure];
    struct attempt t = {.what = act->full,
                        .act = act,
                        .spot = spot,
                        .happening = act->happening,
                        .organ = -1,
                        .at = ev->at,
                        .shown = 1};
    struct node *o = shape_object(ev->a, list, NULL);
    struct verdict_lists out;
    struct shown_act *row = &shown->rows[shown->count++];
    const struct run *run = spot.run >= 0 ? &ev->runs[spot.run] : NULL;
    const struct form *form = act->form ? act->form : act_asks_form(ev->r, act, 1);

    shape_text(ev->a, o, "act", act->full);
    shape_text(ev->a, o, "procedure", p->id);
    shape_text(ev->a, o, "procedure_name", p->name);
    shape_text(ev->a, o, "step", p->steps[act->step].id);
    shape_text(ev->a, o, "step_name", p->steps[act->step].name);
    shape_text(ev->a, o, "name", act->name);
    if (run)
        shape_int(ev->a, o, "run", run->ordinal);
    if (spot.key)
        shape_text(ev->a, o, "period", spot.key);
    put_actor_ids(ev, o, "by", &act->by);
    shape_text(ev->a, o, "by_names", actor_text(ev, &act->by));
    shape_bool(ev->a, o, "by_all", act->by.kind == ACTOR_ALL && act->by.count > 1);
    put_hands(ev, o, &act->by);
    if (run && run->acted_act == act) {
        struct node *acted = shape_list(ev->a, o, "acted");
        for (size_t i = 0; i < act->by.count; i++)
            if (run->acted & 1U << i)
                shape_text(ev->a, acted, NULL, ev->r->organs[organ_resolve(ev, act->by.organ[i])].id);
    }
    put_actor_ids(ev, o, "to", &act->to);
    shape_text(ev->a, o, "to_names", actor_text(ev, &act->to));
    row->node = o;
    row->act = act;
    row->spot = spot;
    out.reasons = shape_new(ev->a, NODE_LIST);
    out.warnings = shape_new(ev->a, NODE_LIST);
    reasons_against(ev, &t, &out);
    row->allowed = !out.reasons->u.kids.count;
    row->blocked = holds_back(out.reasons);
    shape_bool(ev->a, o, "allowed", row->allowed);
    shape_add(o, "reasons", out.reasons);
    shape_add(o, "warnings", out.warnings);
    shape_alias(ev->a, o, "articles", act->cites.list);
    shape_bool(ev->a, o, "materials", act->takes_materials);
    shape_text(ev->a, o, "form", form ? form->id : "");
    shape_bool(ev->a, o, "danger", act->danger);
    shape_bool(ev->a, o, "correction", act->correction);
    if (run && run->acted_act == act && run->joint)
        shape_alias(ev->a, o, "joint", run->joint);
    put_prefill(ev, o, act, given ? given : written_before(ev, run, act));
    if (run && run->correction && !act->correction)
        put_correction(ev, o, "correcting", run);
    cite(ev, &act->cites);
}

static int starts_anew(struct eval *ev, int procedure, struct spot *ret)
{
    const struct procedure *p = &ev->r->procedures[procedure];

    if (!p->step_count || !p->steps[0].act_count)
        return 0;
    *ret = spot_find(ev, p->steps[0].acts[0]->happening, NULL, ev->at);
    return ret->place == PLACE_HERE && ret->run < 0;
}

/* The present period is done and an earlier one is not: its duty can still be met, and the sheet says for which. */
static int starts_late(struct eval *ev, int procedure, struct spot *ret, struct node **ret_given)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    const char *key;

    if ((p->repeat != REPEAT_YEAR && p->repeat != REPEAT_QUARTER) || !p->step_count || !p->steps[0].act_count)
        return 0;
    key = duty_period_owed(ev, p->steps[0].acts[0]->happening);
    if (!key)
        return 0;
    *ret_given = shape_new(ev->a, NODE_OBJECT);
    shape_text(ev->a, *ret_given, "period", key);
    *ret = spot_find(ev, p->steps[0].acts[0]->happening, *ret_given, ev->at);
    return ret->place == PLACE_HERE && ret->run < 0;
}

static void show_procedure(struct eval *ev, struct node *list, struct shown *shown, int procedure)
{
    const struct procedure *p = &ev->r->procedures[procedure];
    struct spot spot;
    struct node *given = NULL;
    int open[16] = {0}, count = 0;

    for (int i = ev->last_run[procedure]; i >= 0 && count < 16; i = ev->runs[i].previous)
        if (ev->runs[i].state == RUN_OPEN)
            open[count++] = i;
    while (count--) {
        const struct run *run = &ev->runs[open[count]];
        const struct step *s = &p->steps[run->step];
        int periodic = p->repeat == REPEAT_YEAR || p->repeat == REPEAT_QUARTER;
        for (size_t k = 0; k < s->act_count; k++)
            if (cond_decide(ev, s->acts[k]->when) != ANSWER_NO)
                show_act(ev, list, shown, s->acts[k],
                         (struct spot){PLACE_HERE, open[count], periodic ? run->key : NULL, s->acts[k]}, NULL);
    }
    if (!starts_anew(ev, procedure, &spot) && !starts_late(ev, procedure, &spot, &given))
        return;
    for (size_t k = 0; k < p->steps[0].act_count; k++) {
        spot.act = p->steps[0].acts[k];
        if (cond_decide(ev, spot.act->when) != ANSWER_NO)
            show_act(ev, list, shown, spot.act, spot, given);
    }
}

/* A gate that stands in the way of an act shown and that an organ may lift is an act of that organ. */
static void show_lifts(struct eval *ev, struct node *list, const struct shown *shown)
{
    for (size_t i = 0; i < ev->r->gate_count; i++) {
        const struct gate *g = &ev->r->gates[i];
        const struct exception *x = NULL;
        struct actor by = {.kind = ACTOR_ANY};
        struct node *o;
        int meets = 0;

        if (!g->liftable || g->warn)
            continue;
        ev->this_pending = 1;
        meets = gate_clear(ev, g, &x) == ANSWER_NO;
        ev->this_pending = 0;
        if (!meets)
            continue;
        meets = 0;
        for (int k = 0; k < shown->count && !meets; k++)
            meets = gate_meets(g, shown->rows[k].act);
        if (!meets)
            continue;
        by.count = g->lift_count < ACTOR_MAX ? g->lift_count : ACTOR_MAX;
        memcpy(by.organ, g->lift_by, by.count * sizeof(int));
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "act", "gate.lift");
        shape_text(ev->a, o, "gate", g->id);
        shape_text(ev->a, o, "name", arena_fmt(ev->a, "解除限制：%s", g->name));
        put_actor_ids(ev, o, "by", &by);
        put_hands(ev, o, &by);
        shape_text(ev->a, o, "by_names", actor_text(ev, &by));
        shape_bool(ev->a, o, "allowed", 1);
        shape_list(ev->a, o, "reasons");
        shape_alias(ev->a, o, "articles", g->cites.list);
        shape_bool(ev->a, o, "main", 0);
    }
}

/* A filing that came back waits for whom the rule lets send it again. */
static void show_resends(struct eval *ev, struct node *list)
{
    for (size_t i = 0; i < ev->r->filing_count; i++) {
        const struct filing *f = &ev->r->filings[i];
        struct actor by = {.kind = ACTOR_ANY, .count = 1, .organ = {f->by}};
        struct node *o;

        if (f->by < 0 || !cond_holds(ev, f->when) || !text_eq(filing_state(ev, f).state, "returned"))
            continue;
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "act", "filing.send");
        shape_text(ev->a, o, "filing", f->id);
        shape_text(ev->a, o, "name", f->mend ? "修改后重新上报" : "重新上报");
        shape_text(ev->a, o, "procedure_name", f->name);
        put_actor_ids(ev, o, "by", &by);
        put_hands(ev, o, &by);
        shape_text(ev->a, o, "by_names", actor_text(ev, &by));
        shape_text(ev->a, o, "to_names", f->to >= 0 ? ev->r->organs[f->to].name : "");
        shape_bool(ev->a, o, "allowed", 1);
        shape_list(ev->a, o, "reasons");
        shape_alias(ev->a, o, "articles", f->mend ? f->mend_cites.list : f->cites.list);
        shape_bool(ev->a, o, "main", 0);
    }
}

static int at_leg(struct eval *ev)
{
    for (int i = 0; i < ev->leg_count; i++) {
        const struct run *run = procedure_run(ev, ev->legs[i].procedure);
        if (ev->legs[i].alongside || ev->legs[i].exists == ANSWER_NO)
            continue;
        if (run && run->state == RUN_FAILED && !ev->r->procedures[run->procedure].again)
            return -1; /* ended for good */
        if (!procedure_done(ev, ev->legs[i].procedure))
            return i;
        if (run && run->state == RUN_OPEN)
            return i;
    }
    return -1;
}

/* A case of another subject has no road: it is at what is open, else at the one procedure there is. */
static int at_procedure(const struct eval *ev)
{
    int only = -1, count = 0;

    for (int i = ev->run_count; i-- > 0;)
        if (ev->runs[i].state == RUN_OPEN)
            return ev->runs[i].procedure;
    for (size_t p = 0; p < ev->r->procedure_count; p++)
        if (ev->r->procedures[p].on == ev->subject) {
            only = (int)p;
            count++;
        }
    return count == 1 && !procedure_run(ev, only) ? only : -1;
}

void verdict_acts(struct eval *ev, struct node *root, struct shown *shown)
{
    struct node *list = shape_list(ev->a, root, "acts");
    size_t room = 0;

    for (size_t i = 0; i < ev->r->happening_count; i++)
        for (const struct act *act = ev->r->happenings[i].acts; act; act = act->next_same)
            room++;
    for (int i = 0; i < ev->run_count; i++) /* what has ended shows none */
        if (ev->runs[i].state == RUN_OPEN)
            room += ev->r->procedures[ev->runs[i].procedure].steps[ev->runs[i].step].act_count;
    shown->rows = ARENA_ARRAY(ev->a, struct shown_act, room * 2 + 1);
    shown->leg = at_leg(ev);
    shown->at = ev->subject != SUBJECT_PROJECT ? at_procedure(ev)
                : shown->leg >= 0              ? ev->legs[shown->leg].procedure
                                               : -1;
    for (int i = 0; i < ev->leg_count; i++)
        if (ev->legs[i].exists != ANSWER_NO)
            show_procedure(ev, list, shown, ev->legs[i].procedure);
    for (size_t i = 0; i < ev->r->procedure_count; i++)
        if (!ev->r->procedures[i].routed && ev->r->procedures[i].on == ev->subject &&
            cond_decide(ev, ev->r->procedures[i].when) != ANSWER_NO)
            show_procedure(ev, list, shown, (int)i);
    for (int k = 0; k < shown->count; k++) {
        struct shown_act *row = &shown->rows[k];
        shape_bool(ev->a, row->node, "main",
                   shown->at == row->act->procedure && !row->blocked && !refused_by_office(ev, shown->at));
    }
    show_lifts(ev, list, shown);
    show_resends(ev, list);
}

/* ---- effects ---- */

/* Who has yet to act before an act of { "all": … } takes effect, this one aside. */
static int waits_for_others(struct eval *ev, const struct attempt *t, struct node *waiting)
{
    const struct run *run = t->spot.run >= 0 ? &ev->runs[t->spot.run] : NULL;
    uint32_t acted = run && run->acted_act == t->act ? run->acted : 0;
    int place, left = 0;

    if (t->act->by.kind != ACTOR_ALL || t->act->by.count < 2)
        return 0;
    place = actor_place(ev, &t->act->by, t->organ, acted);
    for (size_t i = 0; i < t->act->by.count; i++)
        if (!(acted & 1U << i) && (int)i != place) {
            shape_text(ev->a, waiting, NULL, ev->r->organs[organ_resolve(ev, t->act->by.organ[i])].id);
            left++;
        }
    return left;
}

static void put_sets(struct eval *ev, struct node *o, const struct attempt *t, const struct set_row *sets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct set_row *s = &sets[i];
        struct value v = s->field ? with_value(ev, t->act, t->with, s->field) : s->literal;
        if (v.known)
            put_value(ev, o, ev->r->facts[s->fact].f.id, &v);
    }
}

static void effects_of_act(struct eval *ev, struct node *o, const struct attempt *t)
{
    const struct act *act = t->act;
    const struct procedure *p = &ev->r->procedures[act->procedure];
    int next = step_existing(ev, act->procedure, act->next >= 0 ? act->next : act->step + 1);
    int ends = act->ends != END_NONE || (size_t)next >= p->step_count;
    struct node *list;

    shape_text(ev->a, o, "ends", !ends ? "" : act->ends == END_FAILED ? "failed" : "done");
    if (!ends) {
        shape_text(ev->a, o, "step_next", p->steps[next].id);
        shape_text(ev->a, o, "step_next_name", p->steps[next].name);
        put_actor_ids(ev, o, "holder_next", &p->steps[next].by);
        shape_text(ev->a, o, "holder_next_names", actor_text(ev, &p->steps[next].by));
    }
    list = shape_list(ev->a, o, "filings");
    for (size_t i = 0; i < ev->r->filing_count; i++)
        for (size_t k = 0; k < ev->r->filings[i].on_count; k++)
            if (ev->r->filings[i].on[k] == act->happening && cond_holds(ev, ev->r->filings[i].when))
                shape_text(ev->a, list, NULL, ev->r->filings[i].id);
    if (act->document && act->document->type == NODE_TEXT)
        shape_text(ev->a, shape_object(ev->a, o, "document"), "id", act->document->u.text);
    else if (act->document)
        shape_alias(ev->a, o, "document", act->document);
    put_sets(ev, shape_object(ev->a, o, "sets"), t, act->sets, act->set_count);
    if (act->item_set_count)
        put_sets(ev, shape_object(ev->a, o, "sets_items"), t, act->item_sets, act->item_set_count);
    shape_text(ev->a, o, "records", act->records);
    shape_text(ev->a, o, "done_text", act->done_text);
    if (act->correction)
        shape_alias(ev->a, o, "correction_items", node_get(t->with, "correction"));
}

void verdict_effects(struct eval *ev, struct node *root, const struct attempt *t)
{
    struct node *o = shape_object(ev->a, root, "effects"), *waiting;

    if (!t->act) {
        shape_text(ev->a, o, text_eq(t->what, "gate.lift") ? "gate" : "filing",
                   node_get_str(t->with, text_eq(t->what, "gate.lift") ? "gate" : "filing"));
        if (text_eq(t->what, "filing.send"))
            shape_text(ev->a, shape_list(ev->a, o, "filings"), NULL, node_get_str(t->with, "filing"));
        if (text_eq(t->what, "filing.send") && node_get(t->with, "facts"))
            shape_alias(ev->a, o, "sets", node_get(t->with, "facts"));
        return;
    }
    shape_text(ev->a, o, "procedure", ev->r->procedures[t->act->procedure].id);
    if (t->spot.run >= 0)
        shape_int(ev->a, o, "run", ev->runs[t->spot.run].ordinal);
    if (t->spot.key)
        shape_text(ev->a, o, "period", t->spot.key);
    waiting = shape_new(ev->a, NODE_LIST);
    if (waits_for_others(ev, t, waiting)) {
        shape_bool(ev->a, o, "partial", 1);
        shape_add(o, "waiting", waiting);
        return;
    }
    effects_of_act(ev, o, t);
}
