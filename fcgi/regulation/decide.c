/*
 * regulation/decide.c - what holds: facts, terms, comparisons, organs by condition
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

#include "base/text.h"
#include "regulation/read.h"

enum { YEAR_MAX = 9000 };

/* ---- facts ---- */

void facts_begin(struct eval *ev)
{
    const struct regulation *r = ev->r;

    ev->facts = ARENA_ARRAY(ev->a, struct value, r->fact_count + 1);
    ev->asked = arena_alloc(ev->a, r->fact_count + 1);
    ev->required = arena_alloc(ev->a, r->fact_count + 1);
    ev->missing = arena_alloc(ev->a, r->fact_count + 1);
    memset(ev->asked, 1, r->fact_count + 1);
    for (size_t i = 0; i < r->fact_count; i++) {
        const struct fact *f = &r->facts[i];
        ev->facts[i] = value_read(f->f.type, node_get(ev->in->facts, f->f.id));
        if (!ev->facts[i].known && f->fallback.known)
            ev->facts[i] = f->fallback;
    }
}

void facts_settle(struct eval *ev)
{
    const struct regulation *r = ev->r;

    for (size_t i = 0; i < r->fact_count; i++) {
        const struct fact *f = &r->facts[i];
        ev->asked[i] = f->on == ev->subject && (!f->asked_when || cond_holds(ev, f->asked_when));
        if (!ev->asked[i])
            ev->facts[i].known = 0;
    }
    for (size_t i = 0; i < r->fact_count; i++)
        ev->required[i] =
            ev->asked[i] &&
            (r->facts[i].f.required || (r->facts[i].f.required_when && cond_holds(ev, r->facts[i].f.required_when)));
}

/* ---- terms ---- */

struct value with_value(const struct eval *ev, const struct act *act, const struct node *with, const char *field)
{
    const struct field *f = happening_field(ev->r, act->happening, field);
    struct value none = {0};

    return f ? value_read(f->type, node_get(with, field)) : none;
}

static struct value number(enum value_type t, int64_t n)
{
    struct value v = {.known = 1, .type = t, .n = n};
    return v;
}

/* All such events that still count, the attempted one included (G-12). */
static struct value sum_value(struct eval *ev, const struct term *t)
{
    int since = since_event(ev, t);
    int64_t total = 0;

    for (int i = ev->first_of[t->happening]; i >= 0; i = ev->events[i].next_same) {
        struct value v;
        if (i <= since || !event_counts(ev, i))
            continue;
        v = value_read(t->type, node_get(ev->events[i].with, t->field));
        if (v.known && __builtin_add_overflow(total, v.n, &total))
            total = INT64_MAX;
    }
    if (ev->this_act && ev->this_act->happening == t->happening) {
        struct value v = value_read(t->type, node_get(ev->this_with, t->field));
        if (v.known && __builtin_add_overflow(total, v.n, &total))
            total = INT64_MAX;
    }
    return number(t->type, total);
}

static struct value count_value(struct eval *ev, const struct term *t)
{
    int64_t n = ev->this_act && ev->this_act->happening == t->happening;
    int since = since_event(ev, t);

    for (int i = ev->first_of[t->happening]; i >= 0; i = ev->events[i].next_same)
        n += i > since && event_counts(ev, i);
    return number(VALUE_INTEGER, n);
}

static struct value unit_word(const char *word)
{
    return (struct value){.type = VALUE_CHOICE, .s = word, .known = !text_is_empty(word)};
}

static struct value event_value(struct eval *ev, const struct term *t)
{
    int i = event_of_run(ev, t->happening, ev->this_run - 1, ev->event_count);
    struct value v = {.type = t->type};

    if (i < 0)
        i = event_last(ev, t->happening);
    if (i < 0)
        return v;
    switch (t->kind) {
    case TERM_EVENT_AT:
        return number(VALUE_DATE, ev->events[i].at);
    case TERM_EVENT_BY:
        v.s = ev->events[i].src->by;
        v.known = !text_is_empty(v.s);
        return v;
    case TERM_CHECK:
        return value_read(VALUE_BOOLEAN, node_get(node_get(ev->events[i].with, "checklist"), t->field));
    default:
        return value_read(t->type, node_get(ev->events[i].with, t->field));
    }
}

static struct value this_value(struct eval *ev, const struct term *t)
{
    struct value v = value_read(t->type, node_get(ev->this_with, t->field));

    if (!v.known && t->type == VALUE_BOOLEAN)
        v = value_read(VALUE_BOOLEAN, node_get(node_get(ev->this_with, "checklist"), t->field));
    return v;
}

/* As it stood on the day of the first submission, of a draft on the day looked at (G-10). */
static struct value parameter_value(const struct eval *ev, const struct parameter *p)
{
    const struct node *given = node_get(ev->in->parameters, p->f.id);

    if (given)
        return value_read(p->f.type, given);
    return parameter_on(p, ev->submitted_on != DATE_NONE ? ev->submitted_on : ev->at);
}

static struct value year_value(struct eval *ev, const struct term *t)
{
    struct value v = term_value(ev, t->inner);

    return v.known ? number(VALUE_INTEGER, date_year((date)v.n)) : (struct value){.type = VALUE_INTEGER};
}

struct value term_value(struct eval *ev, int term)
{
    const struct term *t = &ev->r->terms[term];

    switch (t->kind) {
    case TERM_FACT:
        return ev->facts[t->fact];
    case TERM_TODAY:
        return number(VALUE_DATE, ev->today);
    case TERM_AT:
        return number(VALUE_DATE, ev->at);
    case TERM_ROW:
        return value_read(t->type, node_get(ev->row, t->field));
    case TERM_THIS:
        return this_value(ev, t);
    case TERM_SUM:
        return sum_value(ev, t);
    case TERM_COUNT:
        return count_value(ev, t);
    case TERM_UNIT_KIND:
        return unit_word(ev->in->unit_kind);
    case TERM_UNIT_PLACE:
        return unit_word(ev->in->unit_place);
    case TERM_PARAMETER:
        return parameter_value(ev, &ev->r->parameters[t->inner]);
    case TERM_YEAR:
        return year_value(ev, t);
    default:
        return event_value(ev, t);
    }
}

/* ---- comparisons ---- */

static struct value day_in(int64_t year, const struct operand *o)
{
    struct value none = {.type = VALUE_DATE};

    return year < 1 || year > YEAR_MAX ? none : number(VALUE_DATE, date_in_year((int)year, o->month, o->day));
}

static struct value operand_value(struct eval *ev, const struct operand *o)
{
    struct value v = o->term < 0 ? o->literal : term_value(ev, o->term);

    if (o->is_day && v.known)
        return day_in(v.n + o->year, o);
    if (v.known && v.type == VALUE_INTEGER && o->plus && __builtin_add_overflow(v.n, o->plus, &v.n))
        v.known = 0;
    if (!v.known || v.type != VALUE_DATE)
        return v;
    if (o->plus_months)
        v.n = date_add_months((date)v.n, o->plus_months);
    v.n += o->plus_days;
    if (o->plus_working_days && ev->c)
        v.n = calendar_add_workdays(ev->c, (date)v.n, o->plus_working_days, NULL);
    return v;
}

date operand_date(struct eval *ev, const struct operand *o)
{
    struct value v = operand_value(ev, o);

    return v.known ? (date)v.n : DATE_NONE;
}

static int same(const struct value *x, const struct value *y)
{
    if (x->type == VALUE_TEXT || x->type == VALUE_LONG_TEXT || x->type == VALUE_CHOICE)
        return text_eq(x->s, y->s);
    return x->n == y->n;
}

/* -1, 0, 1; with a percentage by cross-multiplication in 128 bits, never by division (G-03) */
static int order(const struct value *x, const struct value *y, int percent)
{
    __extension__ typedef __int128 wide;
    wide p = percent ? (wide)x->n * 100 : (wide)x->n;
    wide q = percent ? (wide)y->n * percent : (wide)y->n;

    return p < q ? -1 : p > q;
}

static int contains(const struct value *list, const char *id)
{
    for (const struct node *n = node_first(list->list); n; n = n->next)
        if (text_eq(node_str(n, ""), id))
            return 1;
    return 0;
}

static int compare_known(struct eval *ev, const struct cond *c, const struct value *x, const struct value *y)
{
    const struct operand *o = &c->operand;
    int in = 0;

    switch (c->op) {
    case OP_IN:
    case OP_NOT_IN:
        for (size_t i = 0; i < o->list_count && !in; i++)
            in = same(x, &o->list[i]);
        return in == (c->op == OP_IN);
    case OP_HAS:
        return contains(x, y->s);
    case OP_UNDER:
        return choice_is_under(ev->r->terms[c->term].meta, x->s, y->s);
    case OP_IS:
        return o->percent ? order(x, y, o->percent) == 0 : same(x, y);
    case OP_IS_NOT:
        return o->percent ? order(x, y, o->percent) != 0 : !same(x, y);
    case OP_BELOW:
        return order(x, y, o->percent) < 0;
    case OP_AT_MOST:
        return order(x, y, o->percent) <= 0;
    case OP_AT_LEAST:
        return order(x, y, o->percent) >= 0;
    case OP_ABOVE:
        return order(x, y, o->percent) > 0;
    default:
        return 0;
    }
}

/* A term without a value: is it one that may still come? */
static enum answer unknown_term(struct eval *ev, int term)
{
    const struct term *t;

    if (term < 0)
        return ANSWER_NO;
    t = &ev->r->terms[term];
    if (t->kind == TERM_THIS && ev->this_pending)
        return ANSWER_OPEN;
    if (t->kind == TERM_FACT && ev->facts_pending && ev->required[t->fact]) {
        ev->missing[t->fact] = 1;
        return ANSWER_OPEN;
    }
    return ANSWER_NO;
}

/* It holds for one of all such events that count. */
static enum answer compare_any(struct eval *ev, const struct cond *c, const struct term *t)
{
    struct value y = {0};
    int since = since_event(ev, t);

    if (!c->operand.list)
        y = operand_value(ev, &c->operand);
    if (c->op != OP_KNOWN && !c->operand.list && !y.known)
        return unknown_term(ev, c->operand.term);
    for (int i = ev->first_of[t->happening]; i >= 0; i = ev->events[i].next_same) {
        struct value x = value_read(t->type, node_get(ev->events[i].with, t->field));
        if (i <= since || !event_counts(ev, i))
            continue;
        if (c->op == OP_KNOWN ? x.known == (int)c->operand.literal.n : x.known && compare_known(ev, c, &x, &y))
            return ANSWER_YES;
    }
    return ANSWER_NO;
}

static enum answer compare_decide(struct eval *ev, const struct cond *c)
{
    struct value x, y = {0};

    if (ev->r->terms[c->term].kind == TERM_ANY)
        return compare_any(ev, c, &ev->r->terms[c->term]);
    x = term_value(ev, c->term);

    if (c->op == OP_KNOWN)
        return x.known == (int)c->operand.literal.n                          ? ANSWER_YES
               : ev->this_pending && ev->r->terms[c->term].kind == TERM_THIS ? ANSWER_OPEN
                                                                             : ANSWER_NO;
    if (!x.known)
        return unknown_term(ev, c->term);
    if (!c->operand.list) {
        y = operand_value(ev, &c->operand);
        if (!y.known)
            return unknown_term(ev, c->operand.term);
    }
    return compare_known(ev, c, &x, &y) ? ANSWER_YES : ANSWER_NO;
}

static enum answer happened_decide(const struct eval *ev, int happening)
{
    for (int i = ev->first_of[happening]; i >= 0; i = ev->events[i].next_same)
        if (!ev->events[i].partial && !ev->events[i].voided)
            return ANSWER_YES;
    return ANSWER_NO;
}

static enum answer route_decide(struct eval *ev, int route)
{
    const struct route *t = &ev->r->routes[route];

    route_find(ev);
    if (t->adds)
        return cond_decide(ev, t->when);
    if (ev->route_known != ANSWER_YES)
        return ev->facts_pending ? ev->route_known : ANSWER_NO;
    return ev->route == route ? ANSWER_YES : ANSWER_NO;
}

enum answer cond_decide(struct eval *ev, const struct cond *c)
{
    enum answer got;
    const struct run *run;

    if (!c)
        return ANSWER_YES;
    switch (c->kind) {
    case COND_ALL:
    case COND_ANY:
        got = c->kind == COND_ALL ? ANSWER_YES : ANSWER_NO;
        for (const struct cond *k = c->kids; k; k = k->next) {
            enum answer one = cond_decide(ev, k);
            if (one == (c->kind == COND_ALL ? ANSWER_NO : ANSWER_YES))
                return one;
            if (one == ANSWER_OPEN)
                got = ANSWER_OPEN;
        }
        return got;
    case COND_NOT:
        got = cond_decide(ev, c->kids);
        return got == ANSWER_OPEN ? got : got == ANSWER_NO ? ANSWER_YES : ANSWER_NO;
    case COND_COMPARE:
        return compare_decide(ev, c);
    case COND_DONE:
        return procedure_done(ev, c->index) ? ANSWER_YES : ANSWER_NO;
    case COND_FAILED:
        run = procedure_run(ev, c->index);
        return run && run->state == RUN_FAILED ? ANSWER_YES : ANSWER_NO;
    case COND_OPEN:
        for (run = procedure_run(ev, c->index); run; run = run->previous < 0 ? NULL : &ev->runs[run->previous])
            if (run->state == RUN_OPEN)
                return ANSWER_YES;
        return ANSWER_NO;
    case COND_HAPPENED:
        return happened_decide(ev, c->index);
    case COND_WINDOW:
        return duty_window_open(ev, c->index) ? ANSWER_YES : ANSWER_NO;
    case COND_OVERDUE:
        return duty_overdue(ev, c->index) ? ANSWER_YES : ANSWER_NO;
    case COND_ROUTE:
        return route_decide(ev, c->index);
    case COND_FILED:
        return filing_received(ev, &ev->r->filings[c->index]) ? ANSWER_YES : ANSWER_NO;
    }
    return ANSWER_NO;
}

int cond_holds(struct eval *ev, const struct cond *c)
{
    int pending_this = ev->this_pending, pending_facts = ev->facts_pending;
    enum answer got;

    ev->this_pending = ev->facts_pending = 0;
    got = cond_decide(ev, c);
    ev->this_pending = pending_this;
    ev->facts_pending = pending_facts;
    return got == ANSWER_YES;
}

/* ---- organs ---- */

int organ_resolve(struct eval *ev, int organ)
{
    const struct organ *o = &ev->r->organs[organ];

    if (o->kind != ORGAN_ONE_OF)
        return organ;
    for (size_t i = 0; i < o->case_count; i++)
        if (cond_holds(ev, o->cases[i].when))
            return o->cases[i].organ;
    return organ;
}

/*
 * The one that acts for itself comes before the one that records for a body outside;
 * of { "all": … } the place that has not acted yet is looked for by the caller.
 */
int actor_match(struct eval *ev, const struct actor *x, int organ)
{
    for (size_t i = 0; i < x->count; i++)
        if (organ >= 0 && (x->organ[i] == organ || organ_resolve(ev, x->organ[i]) == organ))
            return (int)i;
    for (size_t i = 0; organ >= 0 && i < x->count; i++) {
        const struct organ *o = &ev->r->organs[organ_resolve(ev, x->organ[i])];
        for (size_t k = 0; o->kind == ORGAN_OUTSIDE && k < o->recorded_count; k++)
            if (o->recorded_by[k] == organ || organ_resolve(ev, o->recorded_by[k]) == organ)
                return (int)i;
    }
    return -1;
}

int actor_place(struct eval *ev, const struct actor *x, int organ, uint32_t acted)
{
    for (int recording = 0; recording < 2; recording++)
        for (size_t i = 0; i < x->count; i++) {
            struct actor one = {.kind = ACTOR_ANY, .count = 1, .organ = {x->organ[i]}};
            int outside = ev->r->organs[organ_resolve(ev, x->organ[i])].kind == ORGAN_OUTSIDE;
            if (!(acted & 1U << i) && outside == recording && actor_match(ev, &one, organ) == 0)
                return (int)i;
        }
    return -1;
}

const char *actor_text(struct eval *ev, const struct actor *x)
{
    struct actor y = *x;

    y.count = 0;
    for (size_t i = 0; i < x->count; i++) { /* 本级 may be an organ that is named anyway */
        const int organ = organ_resolve(ev, x->organ[i]);

        if (!actor_has(&y, organ))
            y.organ[y.count++] = organ;
    }
    return actor_names(ev->r, ev->a, &y, x->kind == ACTOR_ALL ? "、" : "或");
}

/* ---- for reading a person's input ---- */

void facts_complete(const struct regulation *r, struct arena *a, const struct node *facts, struct err_list *errors)
{
    struct case_input in = {.facts = facts, .submitted_on = DATE_NONE};
    struct eval ev = {.r = r, .a = a, .in = &in, .submitted_on = DATE_NONE};

    ev.duties = ARENA_ARRAY(a, struct duty_memo, r->duty_count + 1);
    facts_begin(&ev);
    replay(&ev); /* of nothing: conditions about events do not hold */
    facts_settle(&ev);
    for (size_t i = 0; i < r->fact_count; i++) {
        const struct fact *f = &r->facts[i];
        if (ev.required[i] && !ev.facts[i].known && f->may != APPLICANT_NO)
            read_fault(errors, arena_fmt(a, "/facts/%s", f->f.id), &f->f.cites, "请填写", "缺少「%s」", f->f.label);
    }
}
