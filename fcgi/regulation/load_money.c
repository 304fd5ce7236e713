/*
 * regulation/load_money.c - which figures of a case are its money, and which must not exceed which
 */
#include "config.h"

#include "regulation/load.h"

#include "base/text.h"

/* The columns of the ledger, the same in every district, so that figures add up across them. */
static const struct {
    const char *id, *name;
    int is_left;
} COLUMNS[MONEY_COLUMNS] = {{"applied", "申报", 0},  {"planned", "计划", 0}, {"reviewed", "评审", 0},
                            {"approved", "批复", 0}, {"budget", "预算", 0},  {"contract", "合同", 0},
                            {"paid", "支付", 0},     {"settled", "决算", 0}, {"surplus", "结余", 1},
                            {"carried", "结转", 1},  {"returned", "退回", 1}};

const char *money_column_id(int column)
{
    return COLUMNS[column].id;
}

static int column_known(const char *id)
{
    for (int i = 0; i < MONEY_COLUMNS; i++)
        if (text_eq(COLUMNS[i].id, id))
            return i;
    return -1;
}

int money_is_left(int column)
{
    return COLUMNS[column].is_left;
}

static int column_of(struct load *l, const struct node *n)
{
    struct near near = {.wanted = node_str(n, "")};

    for (int i = 0; i < MONEY_COLUMNS; i++) {
        if (text_eq(COLUMNS[i].id, near.wanted))
            return i;
        near_offer(&near, COLUMNS[i].id);
    }
    load_fault(l, "unknown_kind", n, near_mend(l, &near, "见 LANGUAGE.md 的 money"), "资金台账没有「%s」这一栏",
               near.wanted);
    return -1;
}

static int money_term(struct load *l, const struct node *n)
{
    int i = term_compile(l, n, node_str(n, ""));

    if (i < 0)
        return -1;
    if (l->r->terms[i].type != VALUE_MONEY || (l->r->terms[i].kind != TERM_FACT && l->r->terms[i].kind != TERM_FIELD)) {
        load_fault(l, "ill_typed", n, "写一个金额事实，或者 <事项>.<行为>.<金额字段>", "「%s」不是一项金额",
                   node_str(n, ""));
        return -1;
    }
    return i;
}

static int gate_of(struct load *l, const struct node *n)
{
    struct near near = {.wanted = node_str(n, "")};

    if (!n)
        return -1;
    for (size_t i = 0; i < l->r->gate_count; i++) {
        if (text_eq(l->r->gates[i].id, near.wanted))
            return (int)i;
        near_offer(&near, l->r->gates[i].id);
    }
    load_fault(l, "unknown_rule", n, near_mend(l, &near, "写 gates 中一项限制的 id"), "没有「%s」这项限制",
               near.wanted);
    return -1;
}

static void load_figures(struct load *l, const struct node *n, struct money *m)
{
    const struct node *latest = node_get(n, "latest"), *sum = node_get(n, "sum");

    m->is_sum = sum != NULL;
    if ((latest != NULL) == (sum != NULL))
        load_fault(l, "bad_money", n, "写 \"latest\"（以最近一次为准）或者 \"sum\"（逐次合计）",
                   "须写明取自哪些金额，且只写一种");
    m->figure_count = load_refs(l, sum ? sum : latest, money_term, &m->figures);
    for (size_t i = 0; sum && i < m->figure_count; i++)
        if (l->r->terms[m->figures[i]].kind == TERM_FACT)
            load_fault(l, "bad_money", sum, "事实只有一个值，写在 latest 里", "「%s」是事实，不能逐次合计",
                       l->r->terms[m->figures[i]].written);
    m->each_run = load_bool(l, n, "each_run", 0);
    m->clear_count = load_refs(l, node_get(n, "cleared_by"), load_happening, &m->cleared_by);
    if (sum && (m->each_run || m->clear_count > 0))
        load_fault(l, "bad_money", node_get(n, m->each_run ? "each_run" : "cleared_by"), "只与 latest 一起写",
                   "逐次合计的金额没有现存多少");
    for (size_t i = 0; m->each_run && i < m->figure_count; i++)
        if (l->r->terms[m->figures[i]].kind == TERM_FACT)
            load_fault(l, "bad_money", latest, "写 <事项>.<行为>.<金额字段>", "「%s」是事实，不属于哪一次办理",
                       l->r->terms[m->figures[i]].written);
}

void load_money(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "money", 0);

    for (const struct node *n = node_first(list); n; n = n->next) {
        struct money *m;
        int column;

        l->article = "";
        if (!load_members(l, n, SENTENCE_MONEY) || (column = column_of(l, node_get(n, "id"))) < 0)
            continue;
        m = &l->r->money[column];
        if (m->src)
            load_fault(l, "id_twice", node_get(n, "id"), "合并成一行", "「%s」这一栏写了两次", money_column_id(column));
        m->src = n;
        m->name = *load_text_opt(l, n, "name") ? load_text_opt(l, n, "name") : COLUMNS[column].name;
        m->cites = load_cites(l, n, 1, m->name);
        load_figures(l, n, m);
    }
    for (const struct node *n = node_first(list); n; n = n->next) {
        const struct node *limits = node_get(n, "at_most");
        int column = column_known(node_get_str(n, "id"));
        struct money *m = column < 0 ? NULL : &l->r->money[column];

        if (!limits || !m || m->src != n)
            continue;
        m->limits = ARENA_ARRAY(l->a, struct money_limit, node_count(limits) + 1);
        for (const struct node *x = node_first(load_list(l, n, "at_most", 0)); x; x = x->next) {
            struct money_limit *limit = &m->limits[m->limit_count];

            if (!load_members(l, x, SENTENCE_MONEY_LIMIT) || (limit->column = column_of(l, node_get(x, "of"))) < 0)
                continue;
            if (!l->r->money[limit->column].src)
                load_fault(l, "unknown_kind", node_get(x, "of"), "先写明这一栏取自哪些金额",
                           "「%s」这一栏没有取数的来源", money_column_id(limit->column));
            limit->cites = node_get(x, "articles") ? load_cites(l, x, 0, m->name) : m->cites;
            limit->strength = load_strength(l, x);
            limit->mend = load_text_opt(l, x, "mend");
            limit->gate = gate_of(l, node_get(x, "gate"));
            m->limit_count++;
        }
    }
}
