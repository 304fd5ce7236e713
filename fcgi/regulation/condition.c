/*
 * regulation/condition.c - conditions: from JSON to a small typed tree
 *
 * What they ask about is in term.c.
 */
#include "config.h"

#include "regulation/load.h"

#include "base/text.h"

static struct cond *cond_new(struct load *l, enum cond_kind kind, const struct node *src)
{
    struct cond *c = ARENA_NEW(l->a, struct cond);

    c->kind = kind;
    c->src = src;
    c->term = c->index = c->operand.term = -1;
    return c;
}

static struct cond *group(struct load *l, enum cond_kind kind, const struct node *src, struct cond *first)
{
    struct cond *c = cond_new(l, kind, src);

    c->kids = first;
    for (struct cond *k = first; k; k = k->next)
        c->uses_this |= k->uses_this;
    return c;
}

static int term_uses_this(const struct load *l, int term)
{
    const struct term *t = term >= 0 ? &l->r->terms[term] : NULL;

    if (t && t->kind == TERM_YEAR)
        return term_uses_this(l, t->inner);
    return t && (t->kind == TERM_THIS || t->kind == TERM_ROW || t->kind == TERM_SUM || t->kind == TERM_COUNT ||
                 t->kind == TERM_AT);
}

/* ---- operands ---- */

/* { "year_of": "<integer term>", "year": -1, "month": 12, "day": 31 }: a day of the year a figure names */
static int day_compile(struct load *l, const struct node *n, struct operand *o)
{
    const struct node *of = node_get(n, "year_of");

    if (!load_members(l, n, SENTENCE_YEAR_DAY) || of->type != NODE_TEXT)
        return 0;
    o->term = term_compile(l, of, of->u.text);
    o->is_day = 1;
    o->year = load_int(l, n, "year", -5, 5, 0, 0);
    o->month = load_int(l, n, "month", 1, 12, 1, 1);
    o->day = load_int(l, n, "day", 1, 31, 1, 1);
    if (date_of(2024, o->month, o->day) == DATE_NONE)
        load_fault(l, "bad_date", n, "核对月和日", "没有%d月%d日", o->month, o->day);
    if (o->term >= 0 && l->r->terms[o->term].type != VALUE_INTEGER) {
        load_fault(l, "ill_typed", of, "写一个整数项，如年份", "「%s」不是年份", of->u.text);
        return 0;
    }
    return o->term >= 0;
}

static void operand_more(struct load *l, const struct node *n, enum value_type type, struct operand *o)
{
    o->percent = load_int(l, n, "percent", 1, 10000, 0, 0);
    o->plus = load_int(l, n, "plus", -1000000, 1000000, 0, 0);
    o->plus_months = load_int(l, n, "plus_months", -1200, 1200, 0, 0);
    o->plus_days = load_int(l, n, "plus_days", -3660, 3660, 0, 0);
    o->plus_working_days = load_int(l, n, "plus_working_days", 0, 1000, 0, 0);
    if (o->percent && type != VALUE_MONEY && type != VALUE_INTEGER)
        load_fault(l, "ill_typed", node_get(n, "percent"), "只有金额和整数能取百分之几", "类型「%s」不能取百分之几",
                   value_type_name(type));
    if (o->plus && type != VALUE_INTEGER)
        load_fault(l, "ill_typed", node_get(n, "plus"), "只有整数能加减", "类型「%s」不能加减", value_type_name(type));
    if ((o->plus_months || o->plus_days || o->plus_working_days) && type != VALUE_DATE)
        load_fault(l, "ill_typed", n, "只有日期能加月、加日", "类型「%s」不能加时间", value_type_name(type));
}

int operand_compile(struct load *l, const struct node *n, enum value_type type, const struct field *meta,
                    struct operand *ret)
{
    struct operand o = {.term = -1};
    const struct node *of = n->type == NODE_OBJECT ? node_get(n, "of") : NULL;
    enum value_type other;

    if (type == VALUE_DATE && n->type == NODE_OBJECT && node_get(n, "year_of")) {
        if (!day_compile(l, n, &o))
            return 0;
        *ret = o;
        return 1;
    }
    if (!of && n->type == NODE_OBJECT && node_get(n, "percent")) {
        load_fault(l, "percent_without_base", node_get(n, "percent"), "补写 \"of\"：百分之几是谁的百分之几",
                   "百分之几没有写明基数");
        return 0;
    }
    if (!of) {
        if (!load_literal(l, type, meta, n, &o.literal))
            return 0;
        *ret = o;
        return 1;
    }
    if (!load_members(l, n, SENTENCE_OPERAND))
        return 0;
    if (of->type != NODE_TEXT) {
        load_fault(l, "not_text", of, "写项名", "「of」应为一个项名");
        return 0;
    }
    o.term = term_compile(l, of, of->u.text);
    if (o.term < 0)
        return 0;
    other = l->r->terms[o.term].type;
    if (other != type) {
        load_fault(l, "ill_typed", of, "两边的类型须相同", "「%s」的类型是「%s」，不能与「%s」相比", of->u.text,
                   value_type_name(other), value_type_name(type));
        return 0;
    }
    operand_more(l, n, type, &o);
    *ret = o;
    return 1;
}

/* ---- comparisons ---- */

static const struct {
    const char *word;
    enum cond_op op;
    int ordered; /* only for types with an order */
} OPS[] = {
    {"is", OP_IS, 0},           {"is_not", OP_IS_NOT, 0},     {"below", OP_BELOW, 1},
    {"at_most", OP_AT_MOST, 1}, {"at_least", OP_AT_LEAST, 1}, {"above", OP_ABOVE, 1},
    {"in", OP_IN, 0},           {"not_in", OP_NOT_IN, 0},     {"known", OP_KNOWN, 0},
    {"has", OP_HAS, 0},         {"under", OP_UNDER, 0},
};

static int is_ordered(enum value_type t)
{
    return t == VALUE_MONEY || t == VALUE_INTEGER || t == VALUE_DATE;
}

static int operand_list(struct load *l, const struct node *n, const struct term *t, struct operand *ret)
{
    if (n->type != NODE_LIST || !node_count(n)) {
        load_fault(l, "not_list", n, "写成 [ … ]，至少一项", "「%s」应为一个列表", n->key);
        return 0;
    }
    ret->list = ARENA_ARRAY(l->a, struct value, node_count(n));
    for (const struct node *x = node_first(n); x; x = x->next)
        if (load_literal(l, t->type, t->meta, x, &ret->list[ret->list_count]))
            ret->list_count++;
    return ret->list_count > 0;
}

/* A class of choices: it and all that stands under it. */
static int operand_branch(struct load *l, const struct node *n, const struct term *t, struct operand *ret)
{
    struct near near = {.wanted = node_str(n, "")};

    if (t->type != VALUE_CHOICE) {
        load_fault_key(l, "ill_typed", n, "under 只用于单选", "「%s」的类型是「%s」，不能用「under」", t->written,
                       value_type_name(t->type));
        return 0;
    }
    if (!field_choice(t->meta, near.wanted)) {
        for (size_t i = 0; t->meta && i < t->meta->choice_count; i++)
            near_offer(&near, t->meta->choices[i].id);
        load_fault(l, "unknown_choice", n, near_mend(l, &near, "使用该事实的选项或类"), "「%s」没有「%s」这一类",
                   t->written, near.wanted);
        return 0;
    }
    ret->literal = (struct value){.known = 1, .type = VALUE_CHOICE, .s = near.wanted};
    return 1;
}

static struct cond *compare_one(struct load *l, int term, const struct node *n, const char *word)
{
    const struct term *t = &l->r->terms[term];
    struct cond *c = cond_new(l, COND_COMPARE, n);
    size_t i = 0;

    while (i < sizeof(OPS) / sizeof(OPS[0]) && !text_eq(OPS[i].word, word))
        i++;
    if (i == sizeof(OPS) / sizeof(OPS[0])) {
        struct near near = {.wanted = word};
        for (size_t k = 0; k < sizeof(OPS) / sizeof(OPS[0]); k++)
            near_offer(&near, OPS[k].word);
        load_fault_key(l, "unknown_operator", n,
                       near_mend(l, &near, "可用：below at_most at_least above is is_not in not_in known has under"),
                       "没有「%s」这种比较", word);
        return NULL;
    }
    c->op = OPS[i].op;
    c->term = term;
    c->uses_this = term_uses_this(l, term);
    if (OPS[i].ordered && !is_ordered(t->type)) {
        load_fault_key(l, "ill_typed", n, "大小只能比较金额、整数和日期", "「%s」的类型是「%s」，不能比较大小",
                       t->written, value_type_name(t->type));
        return NULL;
    }
    if (t->type == VALUE_ROWS && c->op != OP_KNOWN) {
        load_fault_key(l, "ill_typed", n, "明细只能用 known", "「%s」是明细，不能与值比较", t->written);
        return NULL;
    }
    if ((c->op == OP_HAS) != (t->type == VALUE_CHOICES) && c->op != OP_KNOWN) {
        load_fault_key(l, "ill_typed", n, t->type == VALUE_CHOICES ? "多选用 has" : "has 只用于多选",
                       "「%s」的类型是「%s」，不能用「%s」", t->written, value_type_name(t->type), word);
        return NULL;
    }
    if (c->op == OP_KNOWN) {
        if (n->type != NODE_BOOL) {
            load_fault(l, "not_bool", n, "写 true 或 false", "「known」应为 true 或 false");
            return NULL;
        }
        c->operand.literal = value_read(VALUE_BOOLEAN, n);
        return c;
    }
    if (c->op == OP_UNDER)
        return operand_branch(l, n, t, &c->operand) ? c : NULL;
    if (c->op == OP_IN || c->op == OP_NOT_IN)
        return operand_list(l, n, t, &c->operand) ? c : NULL;
    {
        enum value_type type = t->type;
        const struct field *meta = t->meta;
        if (!operand_compile(l, n, type, meta, &c->operand))
            return NULL;
    }
    c->uses_this |= term_uses_this(l, c->operand.term);
    return c;
}

static struct cond *compare(struct load *l, const struct node *n)
{
    int term = term_compile(l, n, n->key);
    struct cond *first = NULL, **tail = &first;

    if (term < 0)
        return NULL;
    if (n->type != NODE_OBJECT || node_get(n, "of"))
        return compare_one(l, term, n, l->r->terms[term].type == VALUE_CHOICES ? "has" : "is");
    if (!node_count(n)) {
        load_fault(l, "empty_condition", n, "写明比较", "「%s」的比较是空的", n->key);
        return NULL;
    }
    for (const struct node *m = node_first(n); m; m = m->next) {
        *tail = compare_one(l, term, m, m->key);
        if (*tail)
            tail = &(*tail)->next;
    }
    return first && first->next ? group(l, COND_ALL, n, first) : first;
}

/* ---- the tree ---- */

static int duty_ref(struct load *l, const struct node *n)
{
    struct near near = {.wanted = node_str(n, "")};

    for (size_t i = 0; i < l->r->duty_count; i++)
        if (text_eq(l->r->duties[i].id, near.wanted))
            return (int)i;
    for (size_t i = 0; i < l->r->duty_count; i++)
        near_offer(&near, l->r->duties[i].id);
    load_fault(l, "unknown_duty", n, near_mend(l, &near, "在 duties 中写明"), "duties 中没有「%s」", near.wanted);
    return -1;
}

static int route_ref(struct load *l, const struct node *n)
{
    struct near near = {.wanted = node_str(n, "")};

    for (size_t i = 0; i < l->r->route_count; i++)
        if (text_eq(l->r->routes[i].id, near.wanted))
            return (int)i;
    for (size_t i = 0; i < l->r->route_count; i++)
        near_offer(&near, l->r->routes[i].id);
    load_fault(l, "unknown_route", n, near_mend(l, &near, "在 routes 中写明"), "routes 中没有「%s」", near.wanted);
    return -1;
}

/* What has no receipt to wait for cannot be waited for. */
static int filing_ref(struct load *l, const struct node *n)
{
    struct near near = {.wanted = node_str(n, "")};

    for (size_t i = 0; i < l->r->filing_count; i++) {
        if (!text_eq(l->r->filings[i].id, near.wanted))
            continue;
        if (!node_get(l->r->filings[i].src, "required_receipt"))
            load_fault(l, "receipt_not_required", n, "在这项报送中写明 \"required_receipt\"",
                       "「%s」没有写明须有哪种回执，不能等它", near.wanted);
        return (int)i;
    }
    for (size_t i = 0; i < l->r->filing_count; i++)
        near_offer(&near, l->r->filings[i].id);
    load_fault(l, "unknown_filing", n, near_mend(l, &near, "在 filings 中写明"), "filings 中没有「%s」", near.wanted);
    return -1;
}

static const struct {
    const char *word;
    int (*resolve)(struct load *, const struct node *);
    enum cond_kind kind;
    int any; /* of a list one is enough: a project has one route */
} WORDS[] = {
    {"done", load_procedure_ref, COND_DONE, 0}, {"failed", load_procedure_ref, COND_FAILED, 0},
    {"open", load_procedure_ref, COND_OPEN, 0}, {"happened", load_happening, COND_HAPPENED, 0},
    {"window_open", duty_ref, COND_WINDOW, 0},  {"overdue", duty_ref, COND_OVERDUE, 0},
    {"route", route_ref, COND_ROUTE, 1},        {"filed", filing_ref, COND_FILED, 0},
};

static struct cond *about_things(struct load *l, const struct node *n, size_t w)
{
    struct cond *first = NULL, **tail = &first;
    int *index;
    size_t count = load_refs(l, n, WORDS[w].resolve, &index);

    for (size_t i = 0; i < count; i++) {
        *tail = cond_new(l, WORDS[w].kind, n);
        (*tail)->index = index[i];
        /* these depend on the day of the attempt */
        (*tail)->uses_this = WORDS[w].kind == COND_WINDOW || WORDS[w].kind == COND_OVERDUE;
        tail = &(*tail)->next;
    }
    return first && first->next ? group(l, WORDS[w].any ? COND_ANY : COND_ALL, n, first) : first;
}

static struct cond *member(struct load *l, const struct node *m)
{
    struct cond *first = NULL, **tail = &first;

    if (text_eq(m->key, "not")) {
        first = cond_compile(l, m);
        return first ? group(l, COND_NOT, m, first) : NULL;
    }
    if (text_eq(m->key, "all") || text_eq(m->key, "any")) {
        if (m->type != NODE_LIST || !node_count(m)) {
            load_fault(l, "not_list", m, "写成 [ 条件… ]", "「%s」应为条件的列表", m->key);
            return NULL;
        }
        for (const struct node *x = node_first(m); x; x = x->next) {
            *tail = cond_compile(l, x);
            if (*tail)
                tail = &(*tail)->next;
        }
        return group(l, text_eq(m->key, "all") ? COND_ALL : COND_ANY, m, first);
    }
    for (size_t w = 0; w < sizeof(WORDS) / sizeof(WORDS[0]); w++)
        if (text_eq(m->key, WORDS[w].word))
            return about_things(l, m, w);
    return compare(l, m);
}

struct cond *cond_compile(struct load *l, const struct node *n)
{
    struct cond *first = NULL, **tail = &first;

    if (n->type != NODE_OBJECT || !node_count(n)) {
        load_fault(l, "bad_condition", n, "写成 { \"事实\": 值 }", "条件应为一个不空的对象");
        return NULL;
    }
    for (const struct node *m = node_first(n); m; m = m->next) {
        *tail = member(l, m);
        if (*tail)
            tail = &(*tail)->next;
    }
    return first && first->next ? group(l, COND_ALL, n, first) : first;
}
