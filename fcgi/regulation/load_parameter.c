/*
 * regulation/load_parameter.c - what a text leaves to others to fix (政府采购限额 …)
 *
 * rules.json says which parameters there are and of what type; tenant.json beside the
 * versions says their values, each with the days it is in force and where it stands.
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/jsonin.h"
#include "base/text.h"

void load_parameters(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "parameters", 0);
    struct regulation *r = l->r;

    r->parameters = ARENA_ARRAY(l->a, struct parameter, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct parameter *p = &r->parameters[r->parameter_count];
        l->article = "";
        if (!load_members(l, n, SENTENCE_PARAMETER))
            continue;
        p->f.cites = load_cites(l, n, 1, node_get_str(n, "label"));
        load_field(l, n, &p->f);
        if (regulation_parameter_index(r, p->f.id) >= 0)
            load_fault(l, "id_twice", node_get(n, "id"), "改名", "参数「%s」写了两次", p->f.id);
        else
            r->parameter_count++;
    }
}

static void add_value(struct load *l, struct parameter *p, const struct node *n)
{
    struct parameter_value *v = &p->values[p->count];
    const struct node *value = n;

    *v = (struct parameter_value){.from = DATE_NONE, .to = DATE_NONE, .source = ""};
    if (n->type == NODE_OBJECT && !node_get(n, "fen")) {
        if (!load_members(l, n, SENTENCE_PARAMETER_VALUE))
            return;
        v->from = load_date(l, n, "from", 0);
        v->to = load_date(l, n, "to", 0);
        v->source = load_text_opt(l, n, "source");
        value = node_get(n, "value");
        if (!value) {
            load_text(l, n, "value");
            return;
        }
        if (v->from != DATE_NONE && v->to != DATE_NONE && v->to < v->from)
            load_fault(l, "window_closes_first", node_get(n, "to"), "核对两个日期", "参数「%s」的期间在开始之前就结束",
                       p->f.label);
    }
    if (value->type != NODE_NULL && load_literal(l, p->f.type, &p->f, value, &v->v))
        p->count++;
}

/* tenant.json: other members of it are the platform's business, other parameters another version's. */
void load_parameter_values(struct load *l, const struct node *tenant)
{
    const struct node *all = node_get(tenant, "parameters");

    l->article = "";
    for (size_t i = 0; i < l->r->parameter_count; i++) {
        struct parameter *p = &l->r->parameters[i];
        const struct node *n = node_get(all, p->f.id);

        p->values = ARENA_ARRAY(l->a, struct parameter_value, node_count(n) + 2);
        l->article = p->f.cites.joined;
        for (const struct node *x = n && n->type == NODE_LIST ? node_first(n) : NULL; x; x = x->next)
            add_value(l, p, x);
        if (n && n->type != NODE_LIST)
            add_value(l, p, n);
    }
    l->article = "";
}

int regulation_parameter_index(const struct regulation *r, const char *id)
{
    for (size_t i = 0; i < r->parameter_count; i++)
        if (text_eq(r->parameters[i].f.id, id))
            return (int)i;
    return -1;
}

struct value parameter_on(const struct parameter *p, date day)
{
    const struct parameter_value *best = NULL;

    for (size_t i = 0; i < p->count; i++) {
        const struct parameter_value *v = &p->values[i];
        if ((v->from != DATE_NONE && day < v->from) || (v->to != DATE_NONE && day > v->to))
            continue;
        if (!best || best->from == DATE_NONE || (v->from != DATE_NONE && v->from > best->from))
            best = v;
    }
    return best ? best->v : (struct value){.type = p->f.type};
}
