/*
 * regulation/register.c - 例外登记: what let a project through where others are held, and who may let it
 *
 * Five ways: a gate lifted, an exception the text itself makes, an item of principle passed over with a reason, an act
 * the regulation names in "exceptions" (consent to build first, a day put off, one case by itself), and, put in by the
 * casework, what was entered after the day it happened. Each row says which event it was, so that who did it is known.
 */
#include "config.h"

#include "regulation/eval.h"
#include "regulation/load.h"

#include "base/text.h"
#include "regulation/shape.h"

#define LIST_WAIVER "waiver"

/* ---- the sentence ---- */

static int event_term(struct load *l, const struct node *n, const char *key, enum value_type type,
                      enum value_type other)
{
    const struct node *at = node_get(n, key);
    const struct term *t;
    int i = at ? term_compile(l, at, node_str(at, "")) : -1;

    if (i < 0)
        return -1;
    t = &l->r->terms[i];
    if (t->kind == TERM_FIELD && (t->type == type || t->type == other))
        return i;
    load_fault(l, "ill_typed", at, "写 <事项>.<行为>.<字段>", "「%s」不是行为中的一项%s", node_str(at, ""),
               type == VALUE_DATE ? "日期" : "文字");
    return -1;
}

void load_exceptions_register(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "exceptions", 0);

    l->r->exceptions = ARENA_ARRAY(l->a, struct registered, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct registered *x = &l->r->exceptions[l->r->exception_count];

        l->article = "";
        if (!load_members(l, n, SENTENCE_REGISTERED))
            continue;
        (void)load_id(l, n, "id");
        *x = (struct registered){.kind = load_text(l, n, "name"), .src = n};
        x->cites = load_cites(l, n, 1, x->kind);
        x->on_count = load_refs(l, node_get(n, "on"), load_happening, &x->on);
        x->reason = event_term(l, n, "reason", VALUE_LONG_TEXT, VALUE_TEXT);
        x->until = event_term(l, n, "until", VALUE_DATE, VALUE_DATE);
        for (size_t i = 0; i < x->on_count; i++)
            if (l->r->procedures[l->r->happenings[x->on[i]].procedure].on != SUBJECT_PROJECT)
                load_fault(l, "other_subject", node_get(n, "on"), "写对项目作出的行为", "「%s」不是对项目作出的行为",
                           l->r->happenings[x->on[i]].full);
        l->r->exception_count++;
    }
}

/* ---- rows ---- */

void watch_events_put(struct eval *ev, struct node *list, int event)
{
    const struct happened *h = &ev->events[event];

    for (int i = 0; h->act && i < event; i++)
        if (ev->events[i].partial && ev->events[i].happening == h->happening && ev->events[i].run == h->run)
            shape_int(ev->a, list, NULL, i + 1);
    shape_int(ev->a, list, NULL, event + 1);
}

static struct node *entry_put(struct eval *ev, struct node *list, int event, const char *id, const char *name,
                              const char *kind, const struct cites *cites)
{
    struct node *o = watch_put(ev, list, LIST_WAIVER, arena_fmt(ev->a, "%s.%d", id, event + 1), name, cites);

    shape_text(ev->a, o, "kind", kind);
    watch_events_put(ev, shape_list(ev->a, o, "events"), event);
    shape_date(ev->a, o, "on", ev->events[event].at);
    return o;
}

static const struct gate *gate_named(const struct regulation *r, const char *id)
{
    for (size_t i = 0; i < r->gate_count; i++)
        if (text_eq(r->gates[i].id, id))
            return &r->gates[i];
    return NULL;
}

static void put_lifted(struct eval *ev, struct node *list, int i)
{
    const struct case_event *src = ev->events[i].src;
    const struct gate *g = text_eq(src->what, "gate.lift") ? gate_named(ev->r, node_get_str(src->with, "gate")) : NULL;

    if (g)
        shape_text(ev->a, entry_put(ev, list, i, g->id, g->name, "准予突破", &g->cites), "words",
                   node_get_str(src->with, "reason"));
}

/* Once something went through the gate by it. */
static void put_exception(struct eval *ev, struct node *list, const struct gate *g)
{
    const struct exception *x = NULL;

    if (g->exception_count == 0 || gate_clear(ev, g, &x) != ANSWER_YES || x == NULL)
        return;
    for (int i = 0; i < ev->event_count; i++) {
        const struct happened *h = &ev->events[i];

        if (!h->act || !event_counts(ev, i) || !gate_meets(g, h->act))
            continue;
        shape_text(ev->a, entry_put(ev, list, i, g->id, g->name, "条文例外", &x->cites), "words", x->note);
        return;
    }
}

/* Answered as it should not be, and yet not ended: by an exception of the item, or for the reason written. */
static void put_items(struct eval *ev, struct node *list, int i)
{
    const struct happened *h = &ev->events[i];
    const struct node *answers = node_get(h->with, "checklist");

    for (size_t k = 0; h->act->ends != END_FAILED && k < h->act->check_count; k++) {
        const struct check_item *c = &h->act->checklist[k];
        struct value v = value_read(VALUE_BOOLEAN, node_get(answers, c->id));
        const char *id = arena_fmt(ev->a, "item.%zu", k);

        if (!v.known || v.n == !c->veto)
            continue;
        if (c->strength == STRENGTH_IN_PRINCIPLE)
            shape_text(ev->a, entry_put(ev, list, i, id, c->name, "原则上的要求放宽", &c->cites), "words",
                       node_get_str(h->with, "reason"));
        else if (c->exception_count > 0)
            shape_text(ev->a, entry_put(ev, list, i, id, c->name, "条文例外", &c->exceptions[0].cites), "words",
                       c->exceptions[0].note);
    }
}

/* What its own run carried up to the event: a request and its decision belong together, whatever else was asked in
 * between; of another procedure the newest before it. */
static struct value told(const struct eval *ev, int term, int event)
{
    const struct term *t = &ev->r->terms[term];
    int own = event_of_run(ev, t->happening, ev->events[event].run, event + 1);
    int same = ev->r->happenings[t->happening].procedure == ev->events[event].act->procedure;

    for (int i = event; own < 0 && !same && i >= 0; i--)
        if (ev->events[i].happening == t->happening && event_counts(ev, i))
            own = i;
    if (own < 0)
        return (struct value){0};
    return value_read(t->type, node_get(ev->events[own].with, t->field));
}

static int is_on(const struct registered *x, int happening)
{
    for (size_t i = 0; i < x->on_count; i++)
        if (x->on[i] == happening)
            return 1;
    return 0;
}

static void put_registered(struct eval *ev, struct node *list, const struct registered *x, int i)
{
    const struct happened *h = &ev->events[i];
    struct value reason = {0}, until = {0};
    struct node *o;

    if (!is_on(x, h->happening))
        return;
    o = entry_put(ev, list, i, node_get_str(x->src, "id"), h->act->name, x->kind, &x->cites);
    if (x->reason >= 0)
        reason = told(ev, x->reason, i);
    if (x->until >= 0)
        until = told(ev, x->until, i);
    shape_text(ev->a, o, "words", reason.known ? reason.s : node_get_str(h->with, "reason"));
    if (until.known)
        shape_date(ev->a, o, "against", (date)until.n);
}

void register_put(struct eval *ev, struct node *list)
{
    for (int i = 0; i < ev->event_count; i++) {
        put_lifted(ev, list, i);
        if (!ev->events[i].act || ev->events[i].partial || !event_counts(ev, i))
            continue;
        put_items(ev, list, i);
        for (size_t k = 0; k < ev->r->exception_count; k++)
            put_registered(ev, list, &ev->r->exceptions[k], i);
    }
    for (size_t i = 0; i < ev->r->gate_count; i++)
        put_exception(ev, list, &ev->r->gates[i]);
}

/* ---- which rules can put something there ---- */

static void list_items(const struct regulation *r, struct arena *a, struct node *rules)
{
    for (size_t i = 0; i < r->happening_count; i++)
        for (const struct act *act = r->happenings[i].acts; act; act = act->next_same)
            for (size_t k = 0; k < act->check_count; k++)
                if (act->checklist[k].strength == STRENGTH_IN_PRINCIPLE || act->checklist[k].exception_count > 0)
                    (void)watch_rule_put(a, rules, act->checklist[k].name, &act->checklist[k].cites);
}

static void kind_put(struct arena *a, struct node *kinds, const char *kind, int is)
{
    for (const struct node *n = node_first(kinds); n; n = n->next)
        is &= !text_eq(node_str(n, ""), kind);
    if (is)
        node_add_text(a, kinds, kind);
}

/* What the language has of exceptions beside those the regulation names itself. */
struct ways {
    int lifts, by_text, in_principle, dated;
};

static void act_ways(const struct regulation *r, const struct act *act, struct ways *w)
{
    w->dated |= act->dated_by && *act->dated_by && r->procedures[act->procedure].on == SUBJECT_PROJECT;
    for (size_t k = 0; k < act->check_count; k++) {
        w->in_principle |= act->checklist[k].strength == STRENGTH_IN_PRINCIPLE;
        w->by_text |= act->checklist[k].exception_count > 0;
    }
}

static struct ways ways_of(const struct regulation *r)
{
    struct ways w = {0};

    for (size_t i = 0; i < r->gate_count; i++) {
        w.lifts |= r->gates[i].liftable;
        w.by_text |= r->gates[i].exception_count > 0;
    }
    for (size_t i = 0; i < r->happening_count; i++)
        for (const struct act *act = r->happenings[i].acts; act; act = act->next_same)
            act_ways(r, act, &w);
    return w;
}

int regulation_has_exceptions(const struct regulation *r)
{
    struct ways w = ways_of(r);

    return r->exception_count > 0 || w.lifts || w.by_text || w.in_principle;
}

struct node *regulation_exception_kinds(const struct regulation *r, struct arena *a)
{
    struct node *kinds = node_list(a);
    struct ways w = ways_of(r);

    for (size_t i = 0; i < r->exception_count; i++)
        kind_put(a, kinds, r->exceptions[i].kind, 1);
    kind_put(a, kinds, "准予突破", w.lifts);
    kind_put(a, kinds, "原则上的要求放宽", w.in_principle);
    kind_put(a, kinds, "条文例外", w.by_text);
    kind_put(a, kinds, "补录", w.dated);
    return kinds;
}

void register_list(const struct regulation *r, struct arena *a, struct node *all)
{
    struct node *rules = watch_rules(a, all, LIST_WAIVER);

    for (size_t i = 0; i < r->exception_count; i++)
        (void)watch_rule_put(a, rules, r->exceptions[i].kind, &r->exceptions[i].cites);
    for (size_t i = 0; i < r->gate_count; i++)
        if (r->gates[i].liftable || r->gates[i].exception_count > 0)
            (void)watch_rule_put(a, rules, r->gates[i].name, &r->gates[i].cites);
    list_items(r, a, rules);
}
