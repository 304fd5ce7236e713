/*
 * regulation/words.c - a condition as a sentence: 「总投资不低于 20 万元，且技术复杂：是」
 *
 * Beside because.c, which says what decided one project: this says what the rule itself asks of any.
 */
#include "config.h"

#include "regulation/words.h"

#include <string.h>

#include "base/text.h"

struct saying {
    const struct regulation *r;
    struct arena *a;
};

static const char *say(const struct saying *s, const struct cond *c, int holds, int inner);

static const char *field_label_of(const struct term *t)
{
    return t->meta && *t->meta->label ? t->meta->label : t->field ? t->field : "";
}

static const char *act_name(const struct saying *s, int happening)
{
    const struct act *x = happening < 0 ? NULL : s->r->happenings[happening].acts;

    return x ? arena_fmt(s->a, "%s的「%s」", s->r->procedures[x->procedure].name, x->name) : "";
}

static const char *say_check(const struct saying *s, const struct term *t)
{
    const struct check_item *x = t->happening < 0 ? NULL : happening_check(s->r, t->happening, t->field);

    return arena_fmt(s->a, "审查要点「%s」", x ? x->name : t->field ? t->field : "");
}

static const char *say_term(const struct saying *s, int term)
{
    const struct term *t = &s->r->terms[term];

    switch (t->kind) {
    case TERM_EVENT_AT:
        return arena_fmt(s->a, "%s之日", act_name(s, t->happening));
    case TERM_EVENT_BY:
        return arena_fmt(s->a, "办理%s的机关", act_name(s, t->happening));
    case TERM_CHECK:
        return say_check(s, t);
    case TERM_SUM:
        return arena_fmt(s->a, "%s所填「%s」的合计", act_name(s, t->happening), field_label_of(t));
    case TERM_COUNT:
        return arena_fmt(s->a, "%s的次数", act_name(s, t->happening));
    case TERM_YEAR:
        return arena_fmt(s->a, "%s所在的年度", say_term(s, t->inner));
    case TERM_PARAMETER:
        return arena_fmt(s->a, "「%s」", s->r->parameters[t->inner].f.label);
    case TERM_TODAY:
    case TERM_AT:
        return "办理的日期";
    case TERM_FIELD:
    case TERM_ANY:
        return arena_fmt(s->a, "%s所填「%s」", act_name(s, t->happening), field_label_of(t));
    case TERM_ROW:
        return arena_fmt(s->a, "本行所填「%s」", field_label_of(t));
    case TERM_THIS:
        return arena_fmt(s->a, "本次所填「%s」", field_label_of(t));
    default:
        return field_label_of(t);
    }
}

static const char *later(const struct saying *s, const char *base, int n, const char *unit)
{
    if (!n)
        return base;
    return arena_fmt(s->a, "%s%s%d%s", base, n > 0 ? "之后" : "之前", n > 0 ? n : -n, unit);
}

/* A figure as the law writes it, 20 万元 and not 20.00 万元, apart from the words before it. */
static const char *figure(const struct saying *s, const struct field *meta, const struct value *v)
{
    const char *text = value_text(s->a, meta, v), *tail = strstr(text, ".00 万元");

    if (v->type != VALUE_MONEY)
        return text;
    return tail ? arena_fmt(s->a, " %.*s 万元", (int)(tail - text), text) : arena_fmt(s->a, " %s", text);
}

static const char *say_operand(const struct saying *s, const struct cond *c)
{
    const struct operand *o = &c->operand;
    const char *base = o->term >= 0 ? say_term(s, o->term) : figure(s, s->r->terms[c->term].meta, &o->literal);

    if (o->is_day && o->term >= 0)
        base = arena_fmt(s->a, "%s年度的%d月%d日", base, o->month, o->day);
    if (o->percent)
        base = arena_fmt(s->a, "%s的%d%%", base, o->percent);
    if (o->plus)
        base = arena_fmt(s->a, "%s加%d", base, o->plus);
    return later(s, later(s, later(s, base, o->plus_months, "个月"), o->plus_days, "日"), o->plus_working_days,
                 "个工作日");
}

static const char *say_list(const struct saying *s, const struct cond *c)
{
    const char *all = "";

    for (size_t i = 0; i < c->operand.list_count; i++)
        all = arena_fmt(s->a, "%s%s%s", all, *all ? "、" : "",
                        value_text(s->a, s->r->terms[c->term].meta, &c->operand.list[i]));
    return all;
}

/* The label of the branch, which no project can choose itself. */
static const char *say_branch(const struct saying *s, const struct cond *c)
{
    const struct choice *x = field_choice(s->r->terms[c->term].meta, c->operand.literal.s);

    return x ? x->label : c->operand.literal.s;
}

static const char *say_compare(const struct saying *s, const struct cond *c, int holds)
{
    static const struct {
        enum cond_op op;
        const char *yes, *no;
    } RELATIONS[] = {{OP_BELOW, "低于", "不低于"}, {OP_AT_MOST, "不超过", "超过"}, {OP_AT_LEAST, "不低于", "低于"},
                     {OP_ABOVE, "超过", "不超过"}, {OP_IS, "为", "不为"},          {OP_IS_NOT, "不为", "为"},
                     {OP_IN, "为", "不为"},        {OP_NOT_IN, "不为", "为"},      {OP_HAS, "含有", "不含"},
                     {OP_UNDER, "属于", "不属于"}};
    const char *left = say_term(s, c->term), *how = "";

    if (c->op == OP_KNOWN)
        return arena_fmt(s->a, "%s%s", (c->operand.literal.n != 0) == holds ? "已填写" : "没有填写", left);
    if (c->op == OP_IS && c->operand.term < 0 && c->operand.literal.type == VALUE_BOOLEAN)
        return arena_fmt(s->a, "%s：%s", left, (c->operand.literal.n != 0) == holds ? "是" : "否");
    for (size_t i = 0; i < ARRAY_LEN(RELATIONS); i++)
        if (RELATIONS[i].op == c->op)
            how = holds ? RELATIONS[i].yes : RELATIONS[i].no;
    if (c->op == OP_IN || c->op == OP_NOT_IN)
        return arena_fmt(s->a, "%s%s：%s%s", left, how, say_list(s, c), c->operand.list_count > 1 ? "之一" : "");
    if (c->op == OP_UNDER)
        return arena_fmt(s->a, "%s%s「%s」", left, how, say_branch(s, c));
    if (s->r->terms[c->term].type == VALUE_CHOICE && c->operand.term < 0)
        return arena_fmt(s->a, "%s%s「%s」", left, how, say_operand(s, c));
    return arena_fmt(s->a, "%s%s%s", left, how, say_operand(s, c));
}

/* Within another list the parts of a list stand in brackets. */
static const char *say_parts(const struct saying *s, const struct cond *c, int holds, int inner)
{
    int all = (c->kind == COND_ALL) == holds, several = c->kids && c->kids->next;
    const char *text = "";

    for (const struct cond *k = c->kids; k; k = k->next)
        text =
            arena_fmt(s->a, "%s%s%s", text, *text ? all ? "，且" : "，或者" : "", say(s, k, holds, several || inner));
    return several && inner ? arena_fmt(s->a, "（%s）", text) : text;
}

static const char *say_thing(const struct saying *s, const char *name, const char *yes, const char *no, int holds)
{
    return arena_fmt(s->a, "「%s」%s", name, holds ? yes : no);
}

static const char *say(const struct saying *s, const struct cond *c, int holds, int inner)
{
    const struct regulation *r = s->r;

    switch (c->kind) {
    case COND_ALL:
    case COND_ANY:
        return say_parts(s, c, holds, inner);
    case COND_NOT:
        return say(s, c->kids, !holds, inner);
    case COND_COMPARE:
        return say_compare(s, c, holds);
    case COND_DONE:
        return say_thing(s, r->procedures[c->index].name, "已经办结", "没有办结", holds);
    case COND_FAILED:
        return say_thing(s, r->procedures[c->index].name, "没有通过", "没有出现不通过", holds);
    case COND_OPEN:
        return say_thing(s, r->procedures[c->index].name, "正在办理", "不在办理", holds);
    case COND_HAPPENED:
        return arena_fmt(s->a, "%s%s", act_name(s, c->index), holds ? "已经办理" : "没有办理");
    case COND_WINDOW:
        return say_thing(s, r->duties[c->index].name, "在期间内", "不在期间内", holds);
    case COND_ROUTE:
        return say_thing(s, r->routes[c->index].name, "是所走的路径", "不是所走的路径", holds);
    case COND_OVERDUE:
        return say_thing(s, r->duties[c->index].name, "已经超期", "没有超期", holds);
    case COND_FILED:
        return say_thing(s, r->filings[c->index].name, "已有回执", "没有回执", holds);
    }
    return "";
}

const char *cond_words(const struct regulation *r, struct arena *a, const struct cond *c)
{
    return c ? say(&(struct saying){r, a}, c, 1, 0) : "";
}

const char *trigger_words(const struct regulation *r, struct arena *a, const struct trigger *t)
{
    const struct saying s = {r, a};

    if (!t)
        return "";
    switch (t->kind) {
    case TRIGGER_EVENT:
        return arena_fmt(a, "自%s起", act_name(&s, t->happening));
    case TRIGGER_LATER:
        return arena_fmt(a, "%s，以后到的为准", trigger_words(r, a, t->a));
    case TRIGGER_EARLIER:
        return arena_fmt(a, "%s，以先到的为准", trigger_words(r, a, t->a));
    case TRIGGER_EACH:
        return t->quarter ? "每季度" : "每年";
    case TRIGGER_ALWAYS:
        return "";
    }
    return "";
}
