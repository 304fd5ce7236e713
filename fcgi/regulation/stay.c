/*
 * regulation/stay.c - where a project or its money stays until something takes it out (fcgi/adr/0022)
 *
 * A reserve, a project library, money carried on to the next year: one kind of sentence. What is there is read off the
 * history: the newest act that puts it in, of each run of its procedure, with none after it that takes it out.
 */
#include "config.h"

#include "regulation/eval.h"
#include "regulation/load.h"

#include "base/text.h"
#include "regulation/shape.h"

#define LIST_STAY "stay"

/* ---- the sentence ---- */

static int typed_term(struct load *l, const struct node *n, enum value_type type, const char *what)
{
    int i = term_compile(l, n, node_str(n, ""));

    if (i < 0 || (l->r->terms[i].kind == TERM_FIELD && l->r->terms[i].type == type))
        return i;
    load_fault(l, "ill_typed", n, "写 <事项>.<行为>.<字段>", "「%s」不是行为中的一项%s", node_str(n, ""), what);
    return -1;
}

static int amount_term(struct load *l, const struct node *n)
{
    return typed_term(l, n, VALUE_MONEY, "金额");
}

static int duty_ref(struct load *l, const struct node *n)
{
    struct near near = {.wanted = node_str(n, "")};

    if (!n)
        return -1;
    for (size_t i = 0; i < l->r->duty_count; i++) {
        if (text_eq(l->r->duties[i].id, near.wanted))
            return (int)i;
        near_offer(&near, l->r->duties[i].id);
    }
    load_fault(l, "unknown_rule", n, near_mend(l, &near, "写 duties 中一项时限的 id"), "没有「%s」这项时限",
               near.wanted);
    return -1;
}

static void projects_only(struct load *l, const struct node *n, const int *happenings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (l->r->procedures[l->r->happenings[happenings[i]].procedure].on != SUBJECT_PROJECT)
            load_fault(l, "other_subject", n, "写对项目作出的行为", "「%s」不是对项目作出的行为",
                       l->r->happenings[happenings[i]].full);
}

static size_t acts_of(struct load *l, const struct node *n, const char *key, int **ret)
{
    size_t count = load_refs(l, node_get(n, key), load_happening, ret);

    if (!node_get(n, key))
        (void)load_text(l, n, key); /* says that it is missing */
    projects_only(l, node_get(n, key), *ret, count);
    return count;
}

void load_stays(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "stays", 0);

    l->r->stays = ARENA_ARRAY(l->a, struct stay, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct stay *x = &l->r->stays[l->r->stay_count];

        l->article = "";
        if (!load_members(l, n, SENTENCE_STAY))
            continue;
        *x = (struct stay){.id = load_id(l, n, "id"), .name = load_text(l, n, "name"), .src = n, .year = -1};
        x->cites = load_cites(l, n, 1, x->name);
        x->enter_count = acts_of(l, n, "enters", &x->enters);
        x->leave_count = acts_of(l, n, "leaves", &x->leaves);
        x->amount_count = load_refs(l, node_get(n, "amount"), amount_term, &x->amounts);
        if (node_get(n, "year"))
            x->year = typed_term(l, node_get(n, "year"), VALUE_INTEGER, "年份");
        x->until = duty_ref(l, node_get(n, "until"));
        l->r->stay_count++;
    }
}

/* ---- rows ---- */

static int is_one(const int *happenings, size_t count, int happening)
{
    for (size_t i = 0; i < count; i++)
        if (happenings[i] == happening)
            return 1;
    return 0;
}

static int is_act(const struct eval *ev, int i)
{
    return ev->events[i].act && !ev->events[i].partial && !ev->events[i].voided;
}

/* An act of the same procedure takes out what its own run put in, one of another whatever is in. */
static int is_out(const struct eval *ev, const struct stay *x, int entered)
{
    const struct happened *in = &ev->events[entered];

    for (int i = entered + 1; i < ev->event_count; i++) {
        const struct happened *h = &ev->events[i];

        if (!is_act(ev, i))
            continue;
        if (is_one(x->enters, x->enter_count, h->happening) && h->run == in->run)
            return 1; /* put in anew: that one stands */
        if (is_one(x->leaves, x->leave_count, h->happening) &&
            (h->run == in->run || ev->runs[h->run].procedure != ev->runs[in->run].procedure))
            return 1;
    }
    return 0;
}

/* The newest its run wrote. */
static struct value written(const struct eval *ev, int run, const int *terms, size_t count)
{
    struct value v = {0};

    for (int i = ev->runs[run].first_event; i >= 0; i = ev->events[i].next_in_run)
        for (size_t k = 0; is_act(ev, i) && k < count; k++) {
            const struct term *t = &ev->r->terms[terms[k]];
            if (t->happening == ev->events[i].happening && node_get(ev->events[i].with, t->field))
                v = value_read(t->type, node_get(ev->events[i].with, t->field));
        }
    return v;
}

/* The last day of the duty that this run began. */
static date last_day(struct eval *ev, const struct stay *x, int run)
{
    struct duty_memo *memo = x->until >= 0 ? duty_instances(ev, x->until) : NULL;
    date day = DATE_NONE;

    for (const struct instance *i = memo ? memo->first : NULL; i; i = i->next)
        if (i->trigger_event >= 0 && ev->events[i->trigger_event].run == run)
            day = i->due_on;
    return day;
}

/* How many times it was put in without leaving in between. */
static int times(const struct eval *ev, const struct stay *x, int entered)
{
    int n = 0;

    for (int i = ev->runs[ev->events[entered].run].first_event; i >= 0; i = ev->events[i].next_in_run) {
        if (is_act(ev, i) && is_one(x->leaves, x->leave_count, ev->events[i].happening))
            n = 0;
        n += is_act(ev, i) && is_one(x->enters, x->enter_count, ev->events[i].happening);
    }
    return n;
}

static void put_one(struct eval *ev, struct node *list, const struct stay *x, int entered)
{
    const struct happened *h = &ev->events[entered];
    struct node *o =
        watch_put(ev, list, LIST_STAY, arena_fmt(ev->a, "%s.%d", x->id, entered + 1), h->act->name, &x->cites);
    struct value amount = written(ev, h->run, x->amounts, x->amount_count),
                 year = written(ev, h->run, &x->year, x->year >= 0);
    date until = last_day(ev, x, h->run);
    int n = times(ev, x, entered);

    shape_text(ev->a, o, "kind", x->name);
    shape_int(ev->a, shape_list(ev->a, o, "events"), NULL, entered + 1);
    shape_date(ev->a, o, "on", h->at);
    if (until != DATE_NONE)
        shape_date(ev->a, o, "against", until);
    if (amount.known)
        shape_int(ev->a, o, "amount", amount.n);
    shape_text(ev->a, o, "words",
               arena_fmt(ev->a, "%s%s%s", year.known ? arena_fmt(ev->a, "%lld 年度", (long long)year.n) : "",
                         year.known && n > 1 ? "，" : "", n > 1 ? arena_fmt(ev->a, "第 %d 次", n) : ""));
}

void stays_put(struct eval *ev, struct node *list)
{
    for (size_t k = 0; k < ev->r->stay_count; k++)
        for (int i = 0; i < ev->event_count; i++)
            if (is_act(ev, i) && is_one(ev->r->stays[k].enters, ev->r->stays[k].enter_count, ev->events[i].happening) &&
                !is_out(ev, &ev->r->stays[k], i))
                put_one(ev, list, &ev->r->stays[k], i);
}

/* ---- which there are ---- */

void stays_list(const struct regulation *r, struct arena *a, struct node *all)
{
    struct node *rules = watch_rules(a, all, LIST_STAY);

    for (size_t i = 0; i < r->stay_count; i++)
        (void)watch_rule_put(a, rules, r->stays[i].name, &r->stays[i].cites);
}

struct node *regulation_stay_kinds(const struct regulation *r, struct arena *a)
{
    struct node *kinds = node_list(a);

    for (size_t i = 0; i < r->stay_count; i++)
        node_add_text(a, kinds, r->stays[i].name);
    return kinds;
}
