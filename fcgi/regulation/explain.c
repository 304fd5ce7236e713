/* clang-format off */
/*
 * regulation/explain.c - a regulation as nodes for pages; texts are copied, the nodes are the caller's
 *
 * The text and its ledger: explain_text.c; single words and labels: explain_words.c.
 *
 * field      {id, label, type, type_name, unit, required: bool|"if", hint, max?, choices: [{id, label, group?}], articles, articles_text, from?, group?, meaning?, or_reason?}
 * fact       field + {decided_by: [organ], decided_by_names, applicant_may: set|only_stricter|no, stricter?, default?}
 * organ      {id, name, kind: office|applicant|outside|one_of, articles, articles_text, admits?, refusal?, recorded_by?, cases?: [{organ, name, otherwise}]}
 * procedure  {id, name, articles, articles_text, phase, repeat, form, materials: [{id, name, articles, articles_text, strength, when, template, hint, or_reason}],
 *             opens: [{message, mend, articles, strength}],
 *             steps: [{id, name, by, by_names, by_all, acts: [{id (procedure.act), name, by_all, to, to_names, takes_materials, correction, reason, danger, ends,
 *             next, checklist: [{id, name, articles, veto, effect, strength, exceptions: [{note, articles}]}], form, document, witness_names,
 *             witness_fields, done_text}]}]}
 * form       {id, name, articles, articles_text, fields: [field], sums: [{total, of: [field id]}], print?: as in the file}
 * filings    [{id, name, on: [act], to, to_name, by, facts, events, documents, articles, articles_text, required_receipt}]
 */
/* clang-format on */
#include "config.h"

#include "regulation/regulation.h"

#include "base/text.h"
#include "regulation/words.h"
#include "regulation/eval.h"
#include "regulation/words.h"

/* ---- small parts ---- */

static void put_cites(struct arena *a, struct node *o, const struct cites *c)
{
    node_put(a, o, "articles", c->list ? node_copy(a, c->list) : node_list(a));
    node_put_text(a, o, "articles_text", c->shown);
}

static void put_actor(const struct regulation *r, struct arena *a, struct node *o, const char *key,
                      const struct actor *x)
{
    struct node *list = node_put_list(a, o, key);

    for (size_t i = 0; i < x->count; i++)
        node_add_text(a, list, r->organs[x->organ[i]].id);
    node_put_text(a, o, arena_fmt(a, "%s_names", key), actor_names(r, a, x, x->kind == ACTOR_ALL ? "、" : "或"));
}

static void put_literal(struct arena *a, struct node *o, const char *key, const struct value *v)
{
    if (!v->known)
        return;
    if (v->type == VALUE_BOOLEAN)
        node_put_bool(a, o, key, v->n != 0);
    else if (v->type == VALUE_MONEY || v->type == VALUE_INTEGER)
        node_put_int(a, o, key, v->n);
    else if (v->type == VALUE_DATE)
        node_put_text(a, o, key, date_text(a, (date)v->n));
    else if (v->type == VALUE_CHOICES)
        node_put(a, o, key, node_copy(a, v->list));
    else
        node_put_text(a, o, key, v->s);
}

/* 建设类 / 软件系统 */
static const char *choice_path(struct arena *a, const struct field *f, int under)
{
    const struct choice *c = &f->choices[under - 1];

    return c->under ? arena_fmt(a, "%s / %s", choice_path(a, f, c->under), c->label) : c->label;
}

static struct node *field_node(const struct regulation *r, struct arena *a, const struct field *f)
{
    struct node *o = node_object(a), *list;

    node_put_text(a, o, "id", f->id);
    node_put_text(a, o, "label", f->label);
    node_put_text(a, o, "type", value_type_id(f->type));
    node_put_text(a, o, "type_name", value_type_name(f->type));
    node_put_text(a, o, "unit", f->unit ? f->unit : "");
    if (f->required_when)
        node_put_text(a, o, "required", "if");
    else
        node_put_bool(a, o, "required", f->required);
    node_put_text(a, o, "hint", f->hint ? f->hint : "");
    node_put_text(a, o, "group", f->group ? f->group : "");
    node_put_text(a, o, "meaning", f->meaning ? f->meaning : "");
    if (f->max)
        node_put_int(a, o, "max", f->max);
    list = node_put_list(a, o, "choices");
    for (size_t i = 0; i < f->choice_count; i++) {
        const struct choice *x = &f->choices[i];
        struct node *c;
        if (x->branch)
            continue;
        c = node_add_object(a, list);
        node_put_text(a, c, "id", x->id);
        node_put_text(a, c, "label", x->label);
        if (x->under)
            node_put_text(a, c, "group", choice_path(a, f, x->under));
    }
    if (f->column_count) {
        list = node_put_list(a, o, "columns");
        for (size_t i = 0; i < f->column_count; i++)
            node_add(list, field_node(r, a, &f->columns[i]));
    }
    if (f->from >= 0)
        node_put_text(a, o, "from", r->terms[f->from].written);
    if (f->or_reason || f->or_reason_when)
        node_put_bool(a, o, "or_reason", 1);
    if (f->of_month)
        node_put_text(a, o, "precision", "month");
    if (f->each_time)
        node_put_bool(a, o, "each_time", 1);
    put_cites(a, o, &f->cites);
    return o;
}

/* ---- organs ---- */

static struct node *organ_node(const struct regulation *r, struct arena *a, const struct organ *x)
{
    static const char *const KINDS[] = {"office", "applicant", "outside", "one_of"};
    struct node *o = node_object(a), *list;

    node_put_text(a, o, "id", x->id);
    node_put_text(a, o, "name", x->name);
    node_put_text(a, o, "kind", KINDS[x->kind]);
    put_cites(a, o, &x->cites);
    if (x->admits) {
        node_put(a, o, "admits", node_copy(a, x->admits));
        node_put_text(a, o, "refusal", x->refusal);
    }
    if (x->recorded_count) {
        list = node_put_list(a, o, "recorded_by");
        for (size_t i = 0; i < x->recorded_count; i++)
            node_add_text(a, list, r->organs[x->recorded_by[i]].id);
    }
    if (x->case_count) {
        list = node_put_list(a, o, "cases");
        for (size_t i = 0; i < x->case_count; i++) {
            struct node *c = node_add_object(a, list);
            node_put_text(a, c, "organ", r->organs[x->cases[i].organ].id);
            node_put_text(a, c, "name", r->organs[x->cases[i].organ].name);
            node_put_bool(a, c, "otherwise", !x->cases[i].when);
        }
    }
    return o;
}

const char *regulation_organ_name(const struct regulation *r, const char *organ)
{
    int i = regulation_organ_index(r, organ);

    return i < 0 ? organ : r->organs[i].name;
}

struct node *regulation_organs(const struct regulation *r, struct arena *a)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < r->organ_count; i++)
        node_add(list, organ_node(r, a, &r->organs[i]));
    return list;
}

int regulation_organ_is_outside(const struct regulation *r, const char *organ)
{
    int i = regulation_organ_index(r, organ);

    return i >= 0 && r->organs[i].kind == ORGAN_OUTSIDE;
}

/* ---- facts ---- */

struct eval facts_asked(const struct regulation *r, struct arena *a, const struct case_input *in)
{
    struct eval ev = {.r = r, .a = a, .in = in, .submitted_on = DATE_NONE};

    ev.duties = ARENA_ARRAY(a, struct duty_memo, r->duty_count + 1);
    facts_begin(&ev);
    replay(&ev);
    facts_settle(&ev);
    return ev;
}

struct node *regulation_facts(const struct regulation *r, struct arena *a, const struct node *facts)
{
    static const char *const MAY[] = {"set", "only_stricter", "no"};
    struct case_input in = {.facts = facts, .submitted_on = DATE_NONE};
    struct eval ev = facts_asked(r, a, &in);
    struct node *list = node_list(a);

    for (size_t i = 0; i < r->fact_count; i++) {
        const struct fact *f = &r->facts[i];
        struct actor by = {.kind = ACTOR_ANY};
        struct node *o;

        if (facts && !ev.asked[i])
            continue;
        o = node_add(list, field_node(r, a, &f->f));
        if (facts)
            node_put_bool(a, o, "required", ev.required[i]);
        else
            node_put_text(a, o, "asked_when", cond_words(r, a, f->asked_when));
        node_put_text(a, o, "on", subject_id(f->on));
        for (size_t k = 0; k < f->decided_count && k < ACTOR_MAX; k++)
            by.organ[by.count++] = f->decided_by[k];
        put_actor(r, a, o, "decided_by", &by);
        node_put_text(a, o, "applicant_may", MAY[f->may]);
        put_literal(a, o, "stricter", &f->stricter);
        put_literal(a, o, "default", &f->fallback);
    }
    return list;
}

/* ---- procedures and forms ---- */

static void put_exceptions(struct arena *a, struct node *o, const struct exception *all, size_t count)
{
    struct node *list = node_put_list(a, o, "exceptions");

    for (size_t i = 0; i < count; i++) {
        struct node *x = node_add_object(a, list);
        node_put_text(a, x, "note", all[i].note);
        put_cites(a, x, &all[i].cites);
    }
}

static void put_checklist(struct arena *a, struct node *o, const struct act *act)
{
    struct node *list = node_put_list(a, o, "checklist");

    for (size_t i = 0; i < act->check_count; i++) {
        struct node *c = node_add_object(a, list);
        node_put_text(a, c, "id", act->checklist[i].id);
        node_put_text(a, c, "name", act->checklist[i].name);
        node_put_bool(a, c, "veto", act->checklist[i].veto);
        node_put_text(a, c, "effect", act->checklist[i].effect);
        node_put_text(a, c, "strength",
                      act->checklist[i].strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
        put_exceptions(a, c, act->checklist[i].exceptions, act->checklist[i].exception_count);
        node_put_bool(a, c, "conditional", act->checklist[i].when != NULL);
        put_cites(a, c, &act->checklist[i].cites);
    }
}

static void put_document(struct arena *a, struct node *o, const struct act *act)
{
    struct node *d;

    if (!act->document) {
        node_put(a, o, "document", node_null(a));
    } else if (act->document->type == NODE_TEXT) {
        d = node_put_object(a, o, "document");
        node_put_text(a, d, "id", act->document->u.text);
        node_put_text(a, d, "name", act->name);
    } else {
        node_put(a, o, "document", node_copy(a, act->document));
    }
}

static void put_witnesses(const struct regulation *r, struct arena *a, struct node *o, const struct act *act)
{
    struct node *list = node_put_list(a, o, "witness_fields");

    for (size_t i = 0; act->witness_form && i < act->witness_form->field_count; i++)
        node_add(list, field_node(r, a, &act->witness_form->fields[i]));
}

static struct node *act_node(const struct regulation *r, struct arena *a, const struct act *act)
{
    static const char *const ENDS[] = {"", "done", "failed"};
    const struct procedure *p = &r->procedures[act->procedure];
    const struct form *first = act_asks_form(r, act, 1);
    struct node *o = node_object(a);

    node_put_text(a, o, "id", act->full);
    node_put_text(a, o, "name", act->name);
    node_put_bool(a, o, "by_all", act->by.kind == ACTOR_ALL && act->by.count > 1);
    put_actor(r, a, o, "by", &act->by);
    put_actor(r, a, o, "to", &act->to);
    put_actor(r, a, o, "witness", &act->witness);
    put_witnesses(r, a, o, act);
    node_put_bool(a, o, "takes_materials", act->takes_materials);
    node_put_bool(a, o, "correction", act->correction);
    node_put_bool(a, o, "reason", act->reason);
    node_put_bool(a, o, "danger", act->danger);
    node_put_text(a, o, "ends", ENDS[act->ends]);
    node_put_text(a, o, "next", act->next >= 0 ? p->steps[act->next].id : "");
    node_put_text(a, o, "form", act->form ? act->form->id : first ? first->id : "");
    node_put_text(a, o, "form_of_procedure", first && act->form && first != act->form ? first->id : "");
    node_put_text(a, o, "done_text", act->done_text);
    node_put_text(a, o, "dated_by", act->dated_by);
    put_checklist(a, o, act);
    put_document(a, o, act);
    put_cites(a, o, &act->cites);
    return o;
}

static void put_materials(const struct regulation *r, struct arena *a, struct node *o, const struct procedure *p)
{
    struct node *list = node_put_list(a, o, "materials");

    for (size_t i = 0; i < p->material_count; i++) {
        const struct material *m = &p->materials[i];
        struct node *x = node_add_object(a, list);
        node_put_text(a, x, "id", m->id);
        node_put_text(a, x, "name", m->name);
        node_put_text(a, x, "strength", m->strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
        node_put_text(a, x, "when", cond_words(r, a, m->when));
        node_put_text(a, x, "template", m->template_file);
        node_put_text(a, x, "hint", m->hint);
        node_put_bool(a, x, "conditional", m->when != NULL);
        node_put_bool(a, x, "or_reason", m->or_reason || m->or_reason_when);
        put_cites(a, x, &m->cites);
    }
}

static void put_opens(struct arena *a, struct node *o, const struct procedure *p)
{
    struct node *list = node_put_list(a, o, "opens");

    for (size_t i = 0; i < p->open_count; i++) {
        struct node *x = node_add_object(a, list);
        node_put_text(a, x, "message", p->opens[i].message);
        node_put_text(a, x, "mend", p->opens[i].mend);
        node_put_text(a, x, "strength", p->opens[i].strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
        put_cites(a, x, &p->opens[i].cites);
    }
}

static struct node *procedure_node(const struct regulation *r, struct arena *a, const struct procedure *p)
{
    static const char *const REPEATS[] = {"once", "many", "year", "quarter"};
    struct node *o = node_object(a), *steps;

    node_put_text(a, o, "id", p->id);
    node_put_text(a, o, "name", p->name);
    put_cites(a, o, &p->cites);
    node_put_text(a, o, "phase", p->phase);
    node_put_text(a, o, "repeat", REPEATS[p->repeat]);
    node_put_text(a, o, "form", p->form ? p->form->id : "");
    put_materials(r, a, o, p);
    put_opens(a, o, p);
    steps = node_put_list(a, o, "steps");
    for (size_t s = 0; s < p->step_count; s++) {
        struct node *x = node_add_object(a, steps), *acts;
        node_put_text(a, x, "id", p->steps[s].id);
        node_put_text(a, x, "name", p->steps[s].name);
        put_actor(r, a, x, "by", &p->steps[s].by);
        node_put_bool(a, x, "by_all", p->steps[s].by.kind == ACTOR_ALL && p->steps[s].by.count > 1);
        put_cites(a, x, &p->steps[s].cites);
        acts = node_put_list(a, x, "acts");
        for (size_t k = 0; k < p->steps[s].act_count; k++)
            node_add(acts, act_node(r, a, p->steps[s].acts[k]));
    }
    return o;
}

struct node *regulation_procedure(const struct regulation *r, struct arena *a, const char *procedure)
{
    int i = regulation_procedure_index(r, procedure);

    return i < 0 ? NULL : procedure_node(r, a, &r->procedures[i]);
}

struct node *regulation_procedures(const struct regulation *r, struct arena *a)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < r->procedure_count; i++)
        node_add(list, procedure_node(r, a, &r->procedures[i]));
    return list;
}

static struct node *form_node(const struct regulation *r, struct arena *a, const struct form *f)
{
    struct node *o = node_object(a), *list;

    node_put_text(a, o, "id", f->id);
    node_put_text(a, o, "name", f->name);
    put_cites(a, o, &f->cites);
    list = node_put_list(a, o, "fields");
    for (size_t i = 0; i < f->field_count; i++)
        node_add(list, field_node(r, a, &f->fields[i]));
    list = node_put_list(a, o, "sums");
    for (size_t i = 0; i < f->sum_count; i++) {
        struct node *x = node_add_object(a, list), *of;
        node_put_text(a, x, "total", f->fields[f->sums[i].total].id);
        of = node_put_list(a, x, "of");
        for (size_t k = 0; k < f->sums[i].of_count; k++)
            node_add_text(a, of, f->fields[f->sums[i].of[k]].id);
    }
    if (f->print)
        node_put(a, o, "print", node_copy(a, f->print));
    return o;
}

struct node *regulation_form(const struct regulation *r, struct arena *a, const char *form)
{
    for (size_t i = 0; i < r->form_count; i++)
        if (text_eq(r->forms[i].id, form))
            return form_node(r, a, &r->forms[i]);
    return NULL;
}

struct node *regulation_forms(const struct regulation *r, struct arena *a)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < r->form_count; i++)
        node_add(list, form_node(r, a, &r->forms[i]));
    return list;
}

struct node *regulation_filings(const struct regulation *r, struct arena *a)
{
    struct node *list = node_list(a);

    for (size_t i = 0; i < r->filing_count; i++) {
        const struct filing *f = &r->filings[i];
        struct node *o = node_add_object(a, list), *on;
        const struct node *facts = node_get(f->src, "facts"), *events = node_get(f->src, "events");
        node_put_text(a, o, "id", f->id);
        node_put_text(a, o, "name", f->name);
        on = node_put_list(a, o, "on");
        for (size_t k = 0; k < f->on_count; k++)
            node_add_text(a, on, r->happenings[f->on[k]].full);
        node_put_text(a, o, "to", f->to >= 0 ? r->organs[f->to].id : "");
        node_put_text(a, o, "to_name", f->to >= 0 ? r->organs[f->to].name : "");
        node_put_text(a, o, "by", f->by >= 0 ? r->organs[f->by].id : "");
        node_put(a, o, "facts", facts ? node_copy(a, facts) : node_list(a));
        node_put(a, o, "events", events ? node_copy(a, events) : node_list(a));
        node_put(a, o, "documents",
                 node_get(f->src, "documents") ? node_copy(a, node_get(f->src, "documents")) : node_list(a));
        node_put_text(a, o, "required_receipt", node_get_str(f->src, "required_receipt"));
        put_cites(a, o, &f->cites);
    }
    return list;
}
