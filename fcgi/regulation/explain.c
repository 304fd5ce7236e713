/* clang-format off */
/*
 * regulation/explain.c - a regulation as nodes for pages; texts are copied, the nodes are the caller's
 *
 * field      {id, label, type, type_name, unit, required: bool|"if", hint, max?, choices: [{id, label, group?}], articles, articles_text, from?, group?, meaning?, or_reason?}
 * fact       field + {decided_by: [organ], decided_by_names, applicant_may: set|only_stricter|no, stricter?, default?}
 * organ      {id, name, kind: office|applicant|outside|one_of, articles, articles_text, admits?, refusal?, recorded_by?, cases?: [{organ, name, otherwise}]}
 * procedure  {id, name, articles, articles_text, phase, repeat, form, materials: [{id, name, articles, articles_text, strength, template, hint, or_reason}],
 *             opens: [{message, mend, articles, strength}],
 *             steps: [{id, name, by, by_names, by_all, acts: [{id (procedure.act), name, to, to_names, takes_materials, correction, reason, danger, ends,
 *             next, checklist: [{id, name, articles, veto, effect, strength, exceptions: [{note, articles}]}], form, document, witness_names,
 *             witness_fields, done_text}]}]}
 * form       {id, name, articles, articles_text, fields: [field], sums: [{total, of: [field id]}], print?: as in the file}
 * text       {title, document_number, from, to, chapters: [{title, articles: [{number, title, text, kind: rule|statement|untranslated|none,
 *             rules: [{kind, id, name, strength, quote}]}]}]}
 * ledger     {counts: {articles, rules, statements, untranslated, none, readings}, statements, untranslated, readings (as in the file), missing: [number]}
 * vocabulary {facts, organs, procedures, acts, materials, forms, fields, duties, gates, filings, routes}: each an object id → label; choices: fact id → {id → label}
 * filings    [{id, name, on: [act], to, to_name, by, facts, events, documents, articles, articles_text, required_receipt}]
 */
/* clang-format on */
#include "config.h"

#include "regulation/regulation.h"

#include <string.h>

#include "base/text.h"
#include "regulation/eval.h"

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
    if (f->from >= 0)
        node_put_text(a, o, "from", r->terms[f->from].written);
    if (f->or_reason || f->or_reason_when)
        node_put_bool(a, o, "or_reason", 1);
    if (f->of_month)
        node_put_text(a, o, "precision", "month");
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

struct node *regulation_organ(const struct regulation *r, struct arena *a, const char *organ)
{
    int i = regulation_organ_index(r, organ);

    return i < 0 ? NULL : organ_node(r, a, &r->organs[i]);
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

/* ---- facts ---- */

/* Which facts these facts ask for, and which are required then; nothing has happened yet. */
static struct eval facts_asked(const struct regulation *r, struct arena *a, const struct case_input *in)
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

static void put_materials(struct arena *a, struct node *o, const struct procedure *p)
{
    struct node *list = node_put_list(a, o, "materials");

    for (size_t i = 0; i < p->material_count; i++) {
        const struct material *m = &p->materials[i];
        struct node *x = node_add_object(a, list);
        node_put_text(a, x, "id", m->id);
        node_put_text(a, x, "name", m->name);
        node_put_text(a, x, "strength", m->strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
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

struct node *regulation_procedure(const struct regulation *r, struct arena *a, const char *procedure)
{
    static const char *const REPEATS[] = {"once", "many", "year", "quarter"};
    int i = regulation_procedure_index(r, procedure);
    const struct procedure *p;
    struct node *o, *steps;

    if (i < 0)
        return NULL;
    p = &r->procedures[i];
    o = node_object(a);
    node_put_text(a, o, "id", p->id);
    node_put_text(a, o, "name", p->name);
    put_cites(a, o, &p->cites);
    node_put_text(a, o, "phase", p->phase);
    node_put_text(a, o, "repeat", REPEATS[p->repeat]);
    node_put_text(a, o, "form", p->form ? p->form->id : "");
    put_materials(a, o, p);
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

struct node *regulation_form(const struct regulation *r, struct arena *a, const char *form)
{
    const struct form *f = NULL;
    struct node *o, *list;

    for (size_t i = 0; i < r->form_count && !f; i++)
        if (text_eq(r->forms[i].id, form))
            f = &r->forms[i];
    if (!f)
        return NULL;
    o = node_object(a);
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

/* ---- the text with the rules that rest on it ---- */

struct rested {
    struct arena *a;
    struct node **rules; /* one list an article */
};

static void rest(struct rested *x, const struct cites *c, const char *kind, const char *id, const char *name,
                 const struct node *src)
{
    for (size_t i = 0; i < c->row_count; i++) {
        struct node *o = node_add_object(x->a, x->rules[c->rows[i]]);
        node_put_text(x->a, o, "kind", kind);
        node_put_text(x->a, o, "id", id);
        node_put_text(x->a, o, "name", name);
        node_put_text(x->a, o, "strength",
                      *node_get_str(src, "strength") ? node_get_str(src, "strength") : "mandatory");
        node_put_text(x->a, o, "quote", i == 0 ? c->quote : "");
    }
}

static void rest_procedure(struct rested *x, const struct procedure *p)
{
    rest(x, &p->cites, "事项", p->id, p->name, p->src);
    for (size_t i = 0; i < p->open_count; i++)
        rest(x, &p->opens[i].cites, "开始条件", p->id, p->opens[i].message, NULL);
    for (size_t i = 0; i < p->material_count; i++)
        rest(x, &p->materials[i].cites, "材料", p->materials[i].id, p->materials[i].name, NULL);
    for (size_t s = 0; s < p->step_count; s++)
        for (size_t k = 0; k < p->steps[s].act_count; k++)
            for (size_t i = 0; i < p->steps[s].acts[k]->check_count; i++)
                rest(x, &p->steps[s].acts[k]->checklist[i].cites, "核对项", p->steps[s].acts[k]->full,
                     p->steps[s].acts[k]->checklist[i].name, NULL);
}

static void rest_all(struct rested *x, const struct regulation *r)
{
    for (size_t i = 0; i < r->organ_count; i++)
        rest(x, &r->organs[i].cites, "机关", r->organs[i].id, r->organs[i].name, r->organs[i].src);
    for (size_t i = 0; i < r->scope_count; i++)
        rest(x, &r->scope[i].cites, "适用范围", r->scope[i].then, r->scope[i].message, NULL);
    for (size_t i = 0; i < r->fact_count; i++)
        rest(x, &r->facts[i].f.cites, "事实", r->facts[i].f.id, r->facts[i].f.label, NULL);
    for (size_t i = 0; i < r->route_count; i++)
        rest(x, &r->routes[i].cites, "路径", r->routes[i].id, r->routes[i].name, r->routes[i].src);
    for (size_t i = 0; i < r->road_count; i++)
        rest(x, &r->road[i].cites, "后续环节", r->procedures[r->road[i].procedure].id,
             r->procedures[r->road[i].procedure].name, NULL);
    for (size_t i = 0; i < r->procedure_count; i++)
        rest_procedure(x, &r->procedures[i]);
    for (size_t i = 0; i < r->gate_count; i++)
        rest(x, &r->gates[i].cites, "限制", r->gates[i].id, r->gates[i].name, r->gates[i].src);
    for (size_t i = 0; i < r->duty_count; i++)
        rest(x, &r->duties[i].cites, "时限", r->duties[i].id, r->duties[i].name, r->duties[i].src);
    for (size_t i = 0; i < r->form_count; i++)
        rest(x, &r->forms[i].cites, "表单", r->forms[i].id, r->forms[i].name, r->forms[i].src);
    for (size_t i = 0; i < r->filing_count; i++)
        rest(x, &r->filings[i].cites, "报送", r->filings[i].id, r->filings[i].name, r->filings[i].src);
    for (size_t i = 0; i < r->parameter_count; i++)
        rest(x, &r->parameters[i].f.cites, "参数", r->parameters[i].f.id, r->parameters[i].f.label, NULL);
    for (size_t i = 0; i < r->change_count; i++)
        rest(x, &r->changes[i].cites, "变更分档", r->changes[i].id, r->changes[i].name, r->changes[i].src);
    for (int i = 0; i < MONEY_COLUMNS; i++)
        if (r->money[i].src)
            rest(x, &r->money[i].cites, "资金", money_column_id(i), r->money[i].name, r->money[i].src);
    for (size_t i = 0; i < r->suspension_count; i++)
        rest(x, &r->suspensions[i].cites, "停止适用", "", r->suspensions[i].text, NULL);
    rest(x, &r->version_cites, "版本", r->id, "施行与有效期", NULL);
}

static const char *article_kind(const struct article *x)
{
    return x->cited ? "rule" : x->untranslated ? "untranslated" : x->stated ? "statement" : "none";
}

struct node *regulation_text(const struct regulation *r, struct arena *a)
{
    struct node *o = node_object(a), *chapters = NULL, *chapter = NULL;
    struct rested x = {.a = a, .rules = ARENA_ARRAY(a, struct node *, r->article_count + 1)};
    const char *title = NULL;

    for (size_t i = 0; i < r->article_count; i++)
        x.rules[i] = node_list(a);
    rest_all(&x, r);
    node_put_text(a, o, "title", r->title);
    node_put_text(a, o, "document_number", r->document_number);
    node_put_text(a, o, "from", date_text(a, r->from));
    node_put_text(a, o, "to", date_text(a, r->to));
    chapters = node_put_list(a, o, "chapters");
    for (size_t i = 0; i < r->article_count; i++) {
        const struct article *row = &r->articles[i];
        struct node *n;
        if (!chapter || !text_eq(title, row->chapter)) {
            struct node *head = node_add_object(a, chapters);
            title = row->chapter;
            node_put_text(a, head, "title", title);
            chapter = node_put_list(a, head, "articles");
        }
        n = node_add_object(a, chapter);
        node_put_text(a, n, "number", row->number);
        node_put_text(a, n, "title", row->title);
        node_put_text(a, n, "text", row->text);
        node_put_text(a, n, "kind", article_kind(row));
        node_put(a, n, "rules", x.rules[i]);
    }
    return o;
}

/* Those rules of reading that a reading of this regulation rests on. */
static void put_interpretation(const struct regulation *r, struct arena *a, struct node *o)
{
    struct node *list = node_put_list(a, o, "interpretation");

    for (const struct node *n = node_first(r->vocabulary->interpretation); n; n = n->next) {
        int rests = 0;
        for (const struct node *x = node_first(node_get(r->rules, "readings")); x; x = x->next)
            for (const struct node *k = node_first(node_get(x, "rests_on")); k; k = k->next)
                rests |= text_eq(node_str(k, ""), node_get_str(n, "id"));
        if (rests)
            node_add(list, node_copy(a, n));
    }
}

struct node *regulation_ledger(const struct regulation *r, struct arena *a)
{
    static const char *const LISTS[] = {"statements", "untranslated", "readings"};
    struct node *o = node_object(a), *counts = node_put_object(a, o, "counts"), *missing;
    int rules = 0, statements = 0, untranslated = 0, none = 0;

    for (size_t i = 0; i < r->article_count; i++) {
        const struct article *x = &r->articles[i];
        rules += x->cited > 0;
        untranslated += x->untranslated > 0;
        statements += !x->cited && !x->untranslated && x->stated;
        none += !x->cited && !x->untranslated && !x->stated;
    }
    node_put_int(a, counts, "articles", (int64_t)r->article_count);
    node_put_int(a, counts, "rules", rules);
    node_put_int(a, counts, "statements", statements);
    node_put_int(a, counts, "untranslated", untranslated);
    node_put_int(a, counts, "none", none);
    node_put_int(a, counts, "readings", (int64_t)node_count(node_get(r->rules, "readings")));
    for (size_t i = 0; i < 3; i++) {
        const struct node *list = node_get(r->rules, LISTS[i]);
        node_put(a, o, LISTS[i], list ? node_copy(a, list) : node_list(a));
    }
    put_interpretation(r, a, o);
    missing = node_put_list(a, o, "missing");
    for (size_t i = 0; i < r->article_count; i++)
        if (text_eq(article_kind(&r->articles[i]), "none"))
            node_add_text(a, missing, r->articles[i].number);
    return o;
}

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

/* As much of a field as it takes to word a value. */
static struct node *wording_node(struct arena *a, const struct field *f)
{
    struct node *o = node_object(a), *list;

    node_put_text(a, o, "id", f->id);
    node_put_text(a, o, "label", f->label);
    node_put_text(a, o, "type", value_type_id(f->type));
    node_put_text(a, o, "unit", f->unit ? f->unit : "");
    if (f->of_month)
        node_put_text(a, o, "precision", "month");
    list = node_put_list(a, o, "choices");
    for (size_t i = 0; i < f->choice_count; i++) {
        struct node *c = node_add_object(a, list);
        node_put_text(a, c, "id", f->choices[i].id);
        node_put_text(a, c, "label", f->choices[i].label);
    }
    return o;
}

struct node *regulation_fact_wording(const struct regulation *r, struct arena *a, const char *fact)
{
    int i = regulation_fact_index(r, fact);

    return i < 0 ? NULL : wording_node(a, &r->facts[i].f);
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
        o = node_add(list, wording_node(a, f));
        node_put_text(a, o, "group", f->group ? f->group : "");
        node_put(a, o, "articles", f->cites.list ? node_copy(a, f->cites.list) : node_list(a));
    }
    return list;
}

static const struct act *act_of(const struct regulation *r, const char *what)
{
    int h = regulation_happening(r, what);

    return h < 0 ? NULL : r->happenings[h].acts; /* the first step that has it */
}

struct node *regulation_answered(const struct regulation *r, struct arena *a, const char *act, const struct node *with)
{
    const struct act *x = act_of(r, act);
    const struct form *form = x ? act_form(r, x) : NULL;
    struct node *list = node_list(a);

    for (size_t i = 0; form && i < form->field_count; i++)
        if (node_is_true(node_get(with, form->fields[i].id)))
            node_add(list, wording_node(a, &form->fields[i]));
    form = x ? x->witness_form : NULL;
    for (size_t i = 0; form && i < form->field_count; i++)
        if (node_is_true(node_get(with, form->fields[i].id)))
            node_add(list, wording_node(a, &form->fields[i]));
    return list;
}

int regulation_act_leaves(const struct regulation *r, const char *act)
{
    int h = regulation_happening(r, act), leaves = h < 0 && text_starts(act, "filing.") ? LEAVES_FILING : 0;

    for (const struct act *x = h < 0 ? NULL : r->happenings[h].acts; x; x = x->next_same)
        leaves |= (x->document ? LEAVES_PAPER : 0) | (act_form(r, x) && act_form(r, x)->print ? LEAVES_FORM : 0);
    for (size_t i = 0; h >= 0 && i < r->filing_count; i++)
        for (size_t k = 0; k < r->filings[i].on_count; k++)
            leaves |= r->filings[i].on[k] == h ? LEAVES_FILING : 0;
    return leaves;
}

struct node *regulation_names(const struct regulation *r, struct arena *a)
{
    struct node *o = node_object(a), *procedures = node_put_object(a, o, "procedures"),
                *organs = node_put_object(a, o, "organs");

    for (size_t i = 0; i < r->procedure_count; i++)
        node_put_text(a, procedures, r->procedures[i].id, r->procedures[i].name);
    for (size_t i = 0; i < r->organ_count; i++)
        node_put_text(a, organs, r->organs[i].id, r->organs[i].name);
    return o;
}
