/*
 * regulation/load_duty.c - obligations in time: trigger, limit, what fulfils them
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/text.h"

static struct trigger *load_trigger(struct load *l, const struct node *n);

static struct trigger *load_pair(struct load *l, const struct node *pair, struct trigger *t, enum trigger_kind kind)
{
    t->kind = kind;
    if (pair->type != NODE_LIST || node_count(pair) != 2) {
        load_fault(l, "not_list", pair, "写成 [ 起算点, 起算点 ]", "「%s」应为两个起算点", pair->key);
        return NULL;
    }
    t->a = load_trigger(l, node_first(pair));
    t->b = load_trigger(l, node_first(pair)->next);
    return t->a && t->b ? t : NULL;
}

static int load_period(struct load *l, const struct node *n)
{
    if (text_eq(node_str(n, ""), "quarter"))
        return 1;
    if (!text_eq(node_str(n, ""), "year"))
        load_fault(l, "unknown_kind", n, "写 \"quarter\" 或 \"year\"", "没有「%s」这种周期", node_str(n, ""));
    return 0;
}

static struct trigger *load_trigger(struct load *l, const struct node *n)
{
    struct trigger *t = ARENA_NEW(l->a, struct trigger);
    const struct node *event;

    if (!load_members(l, n, SENTENCE_TRIGGER))
        return NULL;
    if (node_get(n, "later_of"))
        return load_pair(l, node_get(n, "later_of"), t, TRIGGER_LATER);
    if (node_get(n, "earlier_of"))
        return load_pair(l, node_get(n, "earlier_of"), t, TRIGGER_EARLIER);
    if (node_get(n, "each")) {
        t->kind = TRIGGER_EACH;
        t->quarter = load_period(l, node_get(n, "each"));
        t->after = load_bool(l, n, "after", 0);
        t->a = node_get(n, "from") ? load_trigger(l, node_get(n, "from")) : NULL;
        t->b = node_get(n, "until") ? load_trigger(l, node_get(n, "until")) : NULL;
        return !node_get(n, "from") == !t->a && !node_get(n, "until") == !t->b ? t : NULL;
    }
    if (load_bool(l, n, "always", 0)) {
        t->kind = TRIGGER_ALWAYS;
        return t;
    }
    event = node_get(n, "event");
    if (!event) {
        load_text(l, n, "event");
        return NULL;
    }
    t->happening = load_happening(l, event);
    if (t->happening >= 0 && node_get(n, "field")) {
        const struct field *f;
        t->field = load_text(l, n, "field");
        f = happening_field(l->r, t->happening, t->field);
        if (!f || f->type != VALUE_DATE) {
            load_fault(l, "unknown_field", node_get(n, "field"), "写该行为表单中的日期字段", "「%s」没有日期字段「%s」",
                       node_str(event, ""), t->field);
            return NULL;
        }
        ((struct field *)f)->used = 1;
    }
    return t->happening >= 0 ? t : NULL;
}

/* ---- limits ---- */

static void limit_date(struct load *l, const struct node *n, struct limit *x)
{
    if (n->type == NODE_TEXT) { /* "before": "today" has no sense, a term has */
        x->operand.term = term_compile(l, n, n->u.text);
        if (x->operand.term >= 0 && l->r->terms[x->operand.term].type != VALUE_DATE)
            load_fault(l, "ill_typed", n, "写一个日期项", "「%s」不是日期", n->u.text);
        return;
    }
    operand_compile(l, n, VALUE_DATE, NULL, &x->operand);
}

static void limit_fixed(struct load *l, const struct node *n, struct limit *x)
{
    if (!load_members(l, n, SENTENCE_FIXED))
        return;
    x->month = load_int(l, n, "month", 1, 12, 1, 1);
    x->day = load_int(l, n, "day", 1, 31, 1, 1);
    x->year = load_int(l, n, "year", -1, 5, 0, 0);
    if (date_of(2024, x->month, x->day) == DATE_NONE)
        load_fault(l, "bad_date", n, "核对月和日", "没有%d月%d日", x->month, x->day);
    x->text = arena_fmt(l->a, "%s%d月%d日前", x->year == 1 ? "次年" : x->year < 0 ? "上年" : "", x->month, x->day);
}

/* A stretch of every year: 每年7月至8月. */
static void limit_between(struct load *l, const struct node *n, struct limit *x)
{
    const struct node *from, *to;

    if (!load_members(l, n, SENTENCE_BETWEEN))
        return;
    from = load_object(l, n, "from", 1);
    to = load_object(l, n, "to", 1);
    if (!from || !to || !load_members(l, from, SENTENCE_DAY) || !load_members(l, to, SENTENCE_DAY))
        return;
    x->open_month = load_int(l, from, "month", 1, 12, 1, 1);
    x->open_day = load_int(l, from, "day", 1, 31, 1, 1);
    x->month = load_int(l, to, "month", 1, 12, 12, 1);
    x->day = load_int(l, to, "day", 1, 31, 31, 1);
    x->year = load_int(l, n, "year", -1, 5, 0, 0);
    if (date_of(2024, x->open_month, x->open_day) == DATE_NONE || date_of(2024, x->month, x->day) == DATE_NONE)
        load_fault(l, "bad_date", n, "核对月和日", "没有%d月%d日，或没有%d月%d日", x->open_month, x->open_day, x->month,
                   x->day);
    else if (date_of(2024, x->month, x->day) < date_of(2024, x->open_month, x->open_day))
        load_fault(l, "window_closes_first", to, "核对两个日期", "期间在开始（%d月%d日）之前就结束（%d月%d日）",
                   x->open_month, x->open_day, x->month, x->day);
    x->text = arena_fmt(l->a, "%s%d月%d日至%d月%d日",
                        x->year == 1  ? "次年"
                        : x->year < 0 ? "上年"
                                      : "每年",
                        x->open_month, x->open_day, x->month, x->day);
}

static void limit_window(struct load *l, const struct node *n, struct limit *x)
{
    if (!load_members(l, n, SENTENCE_WINDOW))
        return;
    x->n = load_int(l, n, "opens_months", 0, 600, 0, 1);
    x->closes = load_int(l, n, "closes_months", 1, 600, 600, 1);
    if (node_get(n, "closes_months") && x->closes < x->n)
        load_fault(l, "window_closes_first", node_get(n, "closes_months"), "核对两个月数",
                   "期间在开始（%d个月）之前就结束（%d个月）", x->n, x->closes);
    x->roll = text_eq(node_get_str(n, "roll"), "next_workday");
    x->text = arena_fmt(l->a, "满%d个月至%d个月之间", x->n, x->closes);
}

static void load_roll(struct load *l, const struct node *n, struct limit *x)
{
    const struct node *roll = node_get(n, "roll");

    if (roll && !text_eq(node_str(roll, ""), "next_workday") && !text_eq(node_str(roll, ""), "none"))
        load_fault(l, "unknown_kind", roll, "写 \"next_workday\" 或 \"none\"", "没有「%s」这种顺延",
                   node_str(roll, ""));
    x->roll |= text_eq(node_str(roll, ""), "next_workday");
    if (text_eq(node_str(roll, ""), "next_workday") && x->kind != LIMIT_DAYS && x->kind != LIMIT_MONTHS)
        load_fault(l, "member_misplaced", roll, "删去 roll", "只有按日、按月计算的期间才顺延");
}

/* 「运维年度」的上一年12月31日前 */
static const char *day_words(struct load *l, const struct limit *x)
{
    const struct operand *o = &x->operand;
    const struct field *meta = o->term >= 0 ? l->r->terms[o->term].meta : NULL;

    if (!o->is_day)
        return x->kind == LIMIT_BEFORE ? "约定日期之前" : "所定日期之前";
    return arena_fmt(l->a, "「%s」%s%d月%d日前", meta ? meta->label : "年度",
                     o->year == -1  ? "的上一年"
                     : o->year == 1 ? "的次年"
                     : o->year      ? arena_fmt(l->a, "加 %d 年的", o->year)
                                    : "当年",
                     o->month, o->day);
}

static void load_limit(struct load *l, const struct node *n, struct limit *x)
{
    const struct node *m = NULL;

    if (!load_members(l, n, SENTENCE_LIMIT))
        return;
    for (const struct node *k = node_first(n); k; k = k->next) {
        if (text_eq(k->key, "roll") || text_eq(k->key, "text"))
            continue;
        if (m)
            load_fault_key(l, "limit_twice", k, "只写一种", "一项时限只能有一种期限");
        m = k;
    }
    x->operand.term = -1;
    x->text = "";
    if (!m) {
        load_fault(l, "member_missing", n, "写明一种期限", "没有写明期限");
        return;
    }
    if (text_eq(m->key, "working_days")) {
        x->kind = LIMIT_WORKING_DAYS;
        x->n = load_int(l, n, m->key, 0, 1000, 1, 1);
        x->text = arena_fmt(l->a, "%d个工作日内", x->n);
    } else if (text_eq(m->key, "days")) {
        x->kind = LIMIT_DAYS;
        x->n = load_int(l, n, m->key, 0, 3660, 1, 1);
        x->text = arena_fmt(l->a, "%d日内", x->n);
    } else if (text_eq(m->key, "months")) {
        x->kind = LIMIT_MONTHS;
        x->n = load_int(l, n, m->key, 1, 600, 1, 1);
        x->text = arena_fmt(l->a, "%d个月内", x->n);
    } else if (text_eq(m->key, "minimum_months")) {
        x->kind = LIMIT_MINIMUM_MONTHS;
        x->n = load_int(l, n, m->key, 1, 600, 1, 1);
        x->text = arena_fmt(l->a, "满%d个月后", x->n);
    } else if (text_eq(m->key, "window")) {
        x->kind = LIMIT_WINDOW;
        limit_window(l, m, x);
    } else if (text_eq(m->key, "between")) {
        x->kind = LIMIT_BETWEEN;
        limit_between(l, m, x);
    } else if (text_eq(m->key, "end_of")) {
        x->kind = LIMIT_END_OF;
        x->quarter = load_period(l, m);
        x->text = x->quarter ? "每季度末前" : "每年年底前";
    } else if (text_eq(m->key, "fixed")) {
        x->kind = LIMIT_FIXED;
        limit_fixed(l, m, x);
    } else if (text_eq(m->key, "none")) {
        x->kind = LIMIT_NONE;
        x->text = load_text(l, n, "none");
    } else {
        x->kind = text_eq(m->key, "before") ? LIMIT_BEFORE : LIMIT_BY_FIELD;
        limit_date(l, m, x);
        x->text = day_words(l, x);
    }
    load_roll(l, n, x);
    if (node_get(n, "text"))
        x->text = load_text(l, n, "text");
}

static void load_duty(struct load *l, struct duty *d)
{
    const struct node *n = d->src;

    l->article = "";
    d->name = load_text(l, n, "name");
    d->cites = load_cites(l, n, 1, d->name);
    d->who = load_actor(l, node_get(n, "who"));
    if (!node_get(n, "who"))
        load_text(l, n, "who");
    d->to = load_actor(l, node_get(n, "to"));
    d->strength = load_strength(l, n);
    d->late = load_text_opt(l, n, "late");
    d->note = load_text_opt(l, n, "note");
    d->trigger = node_get(n, "trigger") ? load_trigger(l, node_get(n, "trigger")) : (load_text(l, n, "trigger"), NULL);
    if (node_get(n, "limit"))
        load_limit(l, node_get(n, "limit"), &d->limit);
    else
        load_text(l, n, "limit");
    d->fulfilled_count = load_refs(l, node_get(n, "fulfilled_by"), load_happening, &d->fulfilled_by);
    d->paused_count = load_refs(l, node_get(n, "paused_by"), load_happening, &d->paused_by);
    d->reset_count = load_refs(l, node_get(n, "reset_by"), load_happening, &d->reset_by);
    d->when = load_cond(l, n, "when");
    if (d->fulfilled_count)
        d->on = l->r->procedures[l->r->happenings[d->fulfilled_by[0]].procedure].on;
    d->complete = load_bool(l, n, "complete", 0);
    d->fulfils_all = text_eq(node_get_str(n, "fulfils"), "all");
    if (node_get(n, "fulfils") && !d->fulfils_all && !text_eq(node_get_str(n, "fulfils"), "one"))
        load_fault(l, "unknown_kind", node_get(n, "fulfils"), "写 \"one\" 或 \"all\"", "没有「%s」这种履行方式",
                   node_get_str(n, "fulfils"));
}

void load_duties(struct load *l, const struct node *rules)
{
    for (size_t i = 0; i < l->r->duty_count; i++)
        load_duty(l, &l->r->duties[i]);
}
