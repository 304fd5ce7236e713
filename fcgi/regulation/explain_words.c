/* clang-format off */
/*
 * regulation/explain_words.c - every id with its label, single names, and as much of a field as it takes to word a value
 *
 * vocabulary {facts, organs, procedures, acts, materials, forms, fields, duties, gates, filings, routes}: each an object id → label; choices: fact id → {id → label}
 */
/* clang-format on */
#include "config.h"

#include "regulation/regulation.h"

#include "base/text.h"
#include "regulation/eval.h"
#include "regulation/shape.h"

/* ---- every id with its label ---- */

static void put_procedure_labels(struct arena *a, struct node *o, const struct procedure *p)
{
    struct node *acts = (struct node *)node_get(o, "acts"), *materials = (struct node *)node_get(o, "materials");

    for (size_t k = 0; k < p->material_count; k++)
        node_put_text(a, materials, p->materials[k].id, p->materials[k].name);
    for (size_t s = 0; s < p->step_count; s++)
        for (size_t k = 0; k < p->steps[s].act_count; k++)
            node_put_text(a, acts, p->steps[s].acts[k]->full, p->steps[s].acts[k]->name);
}

struct node *regulation_vocabulary(const struct regulation *r, struct arena *a)
{
    static const char *const PARTS[] = {"facts", "choices", "organs", "procedures", "acts",    "materials",
                                        "forms", "fields",  "duties", "gates",      "filings", "routes"};
    struct node *o = node_object(a), *part[ARRAY_LEN(PARTS)];

    for (size_t i = 0; i < ARRAY_LEN(PARTS); i++)
        part[i] = node_put_object(a, o, PARTS[i]);
    for (size_t i = 0; i < r->fact_count; i++) {
        const struct field *f = &r->facts[i].f;
        struct node *choices = f->choice_count ? node_put_object(a, part[1], f->id) : NULL;
        node_put_text(a, part[0], f->id, f->label);
        for (size_t k = 0; k < f->choice_count; k++)
            node_put_text(a, choices, f->choices[k].id, f->choices[k].label);
    }
    for (size_t i = 0; i < r->organ_count; i++)
        node_put_text(a, part[2], r->organs[i].id, r->organs[i].name);
    for (size_t i = 0; i < r->procedure_count; i++) {
        node_put_text(a, part[3], r->procedures[i].id, r->procedures[i].name);
        put_procedure_labels(a, o, &r->procedures[i]);
    }
    for (size_t i = 0; i < r->form_count; i++) {
        struct node *fields = node_put_object(a, part[7], r->forms[i].id);
        node_put_text(a, part[6], r->forms[i].id, r->forms[i].name);
        for (size_t k = 0; k < r->forms[i].field_count; k++)
            node_put_text(a, fields, r->forms[i].fields[k].id, r->forms[i].fields[k].label);
    }
    for (size_t i = 0; i < r->duty_count; i++)
        node_put_text(a, part[8], r->duties[i].id, r->duties[i].name);
    for (size_t i = 0; i < r->gate_count; i++)
        node_put_text(a, part[9], r->gates[i].id, r->gates[i].name);
    for (size_t i = 0; i < r->filing_count; i++)
        node_put_text(a, part[10], r->filings[i].id, r->filings[i].name);
    for (size_t i = 0; i < r->route_count; i++)
        if (*r->routes[i].id)
            node_put_text(a, part[11], r->routes[i].id, r->routes[i].name);
    return o;
}

/* ---- single words, read where they stand: what a long page asks again and again ---- */

const char *regulation_procedure_name(const struct regulation *r, const char *procedure)
{
    int i = regulation_procedure_index(r, procedure);

    return i < 0 ? NULL : r->procedures[i].name;
}

const char *regulation_material_name(const struct regulation *r, const char *procedure, const char *material,
                                     const struct node **ret_articles)
{
    int i = regulation_procedure_index(r, procedure);

    for (size_t k = 0; i >= 0 && k < r->procedures[i].material_count; k++) {
        const struct material *m = &r->procedures[i].materials[k];

        if (!text_eq(m->id, material))
            continue;
        if (ret_articles)
            *ret_articles = m->cites.list;
        return m->name;
    }
    return NULL;
}

const char *regulation_fact_label(const struct regulation *r, const char *fact, const char **ret_type)
{
    int i = regulation_fact_index(r, fact);

    if (i < 0)
        return NULL;
    if (ret_type)
        *ret_type = value_type_id(r->facts[i].f.type);
    return r->facts[i].f.label;
}

static const char *field_label(const struct form *form, const char *field)
{
    for (size_t i = 0; form && i < form->field_count; i++)
        if (text_eq(form->fields[i].id, field))
            return form->fields[i].label;
    return NULL;
}

/* The form a page shows with the act: its own, else that of the procedure it begins. */
static const struct form *act_form(const struct regulation *r, const struct act *act)
{
    return act->form ? act->form : act_asks_form(r, act, 1);
}

const char *regulation_item_label(const struct regulation *r, const char *procedure, const char *item)
{
    const char *label = regulation_material_name(r, procedure, item, NULL);
    int i = regulation_procedure_index(r, procedure);

    if (!label)
        label = regulation_fact_label(r, item, NULL);
    for (size_t s = 0; !label && i >= 0 && s < r->procedures[i].step_count; s++)
        for (size_t k = 0; !label && k < r->procedures[i].steps[s].act_count; k++)
            label = field_label(act_form(r, r->procedures[i].steps[s].acts[k]), item);
    return label;
}

static int is_chosen(const struct node *value, const char *choice)
{
    if (value->type != NODE_LIST)
        return text_eq(node_str(value, ""), choice);
    for (const struct node *n = node_first(value); n; n = n->next)
        if (text_eq(node_str(n, ""), choice))
            return 1;
    return 0;
}

/* As much of a field as it takes to word a value; value NULL: any. */
static struct node *wording_node(struct arena *a, const struct field *f, const struct node *value)
{
    struct node *o = shape_new(a, NODE_OBJECT), *list;

    shape_text(a, o, "id", f->id);
    shape_text(a, o, "label", f->label);
    shape_text(a, o, "type", value_type_id(f->type));
    if (f->unit && *f->unit)
        shape_text(a, o, "unit", f->unit);
    if (f->of_month)
        shape_text(a, o, "precision", "month");
    list = f->choice_count ? shape_list(a, o, "choices") : NULL;
    for (size_t i = 0; i < f->choice_count; i++) {
        if (value && !is_chosen(value, f->choices[i].id))
            continue;
        struct node *c = shape_object(a, list, NULL);
        shape_text(a, c, "id", f->choices[i].id);
        shape_text(a, c, "label", f->choices[i].label);
    }
    if (f->column_count) {
        list = shape_list(a, o, "columns");
        for (size_t i = 0; i < f->column_count; i++)
            node_add(list, wording_node(a, &f->columns[i], NULL));
    }
    return o;
}

struct node *regulation_fact_wording(const struct regulation *r, struct arena *a, const char *fact)
{
    int i = regulation_fact_index(r, fact);

    return i < 0 ? NULL : wording_node(a, &r->facts[i].f, NULL);
}

struct node *regulation_facts_wording(const struct regulation *r, struct arena *a, const struct node *facts)
{
    struct case_input in = {.facts = facts, .submitted_on = DATE_NONE};
    struct eval ev = facts_asked(r, a, &in);
    struct node *list = node_list(a);

    for (size_t i = 0; i < r->fact_count; i++) {
        const struct field *f = &r->facts[i].f;
        struct node *o;

        if (!ev.asked[i])
            continue;
        o = node_add(list, wording_node(a, f, node_get(facts, f->id)));
        shape_text(a, o, "group", f->group ? f->group : "");
        shape_alias(a, o, "articles", f->cites.list);
    }
    return list;
}

static const struct act *act_of(const struct regulation *r, const char *what)
{
    int h = regulation_happening(r, what);

    return h < 0 ? NULL : r->happenings[h].acts; /* the first step that has it */
}

static void put_answered(struct arena *a, const struct form *form, const struct node *with, struct node *list)
{
    for (size_t i = 0; form && i < form->field_count; i++) {
        const struct node *value = node_get(with, form->fields[i].id);

        if (node_is_true(value))
            node_add(list, wording_node(a, &form->fields[i], value));
    }
}

struct node *regulation_answered(const struct regulation *r, struct arena *a, const char *act, const struct node *with)
{
    const struct act *x = act_of(r, act);
    struct node *list = node_list(a);

    if (x) {
        put_answered(a, act_form(r, x), with, list);
        put_answered(a, x->witness_form, with, list);
    }
    return list;
}

int regulation_act_leaves(const struct regulation *r, const char *act)
{
    int h = regulation_happening(r, act), leaves = h < 0 && text_starts(act, "filing.") ? LEAVES_FILING : 0;

    for (const struct act *x = h < 0 ? NULL : r->happenings[h].acts; x; x = x->next_same)
        leaves |= (x->document ? LEAVES_PAPER : 0) | (act_form(r, x) && act_form(r, x)->print ? LEAVES_FORM : 0) |
                  (x->item_set_count ? LEAVES_ITEMS : 0);
    for (size_t i = 0; h >= 0 && i < r->filing_count; i++)
        for (size_t k = 0; k < r->filings[i].on_count; k++)
            leaves |= r->filings[i].on[k] == h ? LEAVES_FILING : 0;
    return leaves;
}

static int pays(const struct regulation *r, int procedure)
{
    const struct money *paid = &r->money[MONEY_PAID];

    for (size_t i = 0; i < paid->figure_count; i++) {
        int h = r->terms[paid->figures[i]].kind == TERM_FIELD ? r->terms[paid->figures[i]].happening : -1;

        if (h >= 0 && r->happenings[h].procedure == procedure)
            return 1;
    }
    return 0;
}

int regulation_act_sort(const struct regulation *r, const char *act)
{
    int h = regulation_happening(r, act);
    const struct procedure *p = h < 0 ? NULL : &r->procedures[r->happenings[h].procedure];

    if (!p)
        return 0;
    if (p->repeat == REPEAT_YEAR || p->repeat == REPEAT_QUARTER)
        return text_eq(p->phase, "plan") ? 0 : ACT_PERIODIC;
    if (p->repeat != REPEAT_MANY || pays(r, r->happenings[h].procedure))
        return 0;
    return text_eq(p->phase, "approval") || text_eq(p->phase, "construction") ? ACT_ALTERS : 0;
}

struct node *regulation_act_sets(const struct regulation *r, struct arena *a, const char *act)
{
    struct node *list = node_list(a);
    int h = regulation_happening(r, act);

    for (const struct act *x = h < 0 ? NULL : r->happenings[h].acts; x; x = x->next_same)
        for (size_t i = 0; i < x->set_count; i++)
            node_add_text(a, list, r->facts[x->sets[i].fact].f.id);
    return list;
}

int regulation_act_takes_materials(const struct regulation *r, const char *act)
{
    const struct act *x = act_of(r, act);

    return x != NULL && x->takes_materials;
}

static int is_applicants(const struct regulation *r, const struct actor *by)
{
    for (size_t i = 0; i < by->count; i++)
        if (by->organ[i] == r->applicant)
            return 1;
    return 0;
}

int regulation_act_hands_in(const struct regulation *r, const char *act)
{
    const struct act *x = act_of(r, act);
    const struct procedure *p = x ? &r->procedures[x->procedure] : NULL;
    size_t next = !x ? 0 : (size_t)(x->next >= 0 ? x->next : x->step + 1);

    if (!x || !is_applicants(r, &x->by))
        return 0;
    return x->takes_materials ||
           (x->to.count > 0 && x->ends == END_NONE && next < p->step_count && !is_applicants(r, &p->steps[next].by));
}

const char *regulation_act_form_name(const struct regulation *r, const char *act)
{
    const struct act *x = act_of(r, act);
    const struct form *form = x ? act_form(r, x) : NULL;

    return form ? form->name : "";
}

struct node *regulation_names(const struct regulation *r, struct arena *a)
{
    struct node *o = node_object(a), *procedures = node_put_object(a, o, "procedures"),
                *organs = node_put_object(a, o, "organs"), *routes = node_put_object(a, o, "routes");

    for (size_t i = 0; i < r->route_count; i++)
        if (!r->routes[i].adds)
            node_put_text(a, routes, r->routes[i].id, r->routes[i].name);
    for (size_t i = 0; i < r->procedure_count; i++)
        node_put_text(a, procedures, r->procedures[i].id, r->procedures[i].name);
    for (size_t i = 0; i < r->organ_count; i++)
        node_put_text(a, organs, r->organs[i].id, r->organs[i].name);
    return o;
}

const char *regulation_route_name(const struct regulation *r, const char *route)
{
    for (size_t i = 0; i < r->route_count; i++)
        if (text_eq(r->routes[i].id, route))
            return r->routes[i].name;
    return route;
}
