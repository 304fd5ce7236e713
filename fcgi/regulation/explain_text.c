/* clang-format off */
/*
 * regulation/explain_text.c - the text with the rules that rest on each article, and the ledger of coverage
 *
 * text       {title, document_number, from, to, chapters: [{title, articles: [{number, title, text, kind: rule|statement|untranslated|none,
 *             rules: [{kind, id, name, strength, quote}]}]}]}
 * ledger     {counts: {articles, rules, statements, untranslated, none, readings}, statements, untranslated, readings (as in the file), missing: [number]}
 */
/* clang-format on */
#include "config.h"

#include "regulation/regulation.h"

#include "base/text.h"
#include "regulation/model.h"

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
                rest(x, &p->steps[s].acts[k]->checklist[i].cites, "审查要点", p->steps[s].acts[k]->full,
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
    for (int i = 0; i < CATALOGUE_COUNT; i++)
        if (r->catalogues[i].src)
            rest(x, &r->catalogues[i].cites, "台账", node_get_str(r->catalogues[i].src, "id"), r->catalogues[i].name,
                 r->catalogues[i].src);
    for (size_t i = 0; i < r->exception_count; i++)
        rest(x, &r->exceptions[i].cites, "例外登记", node_get_str(r->exceptions[i].src, "id"), r->exceptions[i].kind,
             r->exceptions[i].src);
    for (size_t i = 0; i < r->stay_count; i++)
        rest(x, &r->stays[i].cites, "在库", r->stays[i].id, r->stays[i].name, r->stays[i].src);
    for (int i = 0; i < SUBJECT_COUNT; i++)
        if (r->subjects[i].name)
            rest(x, &r->subjects[i].cites, "对象", subject_id(i), r->subjects[i].name, r->subjects[i].src);
    for (size_t i = 0; i < r->suspension_count; i++)
        rest(x, &r->suspensions[i].cites, "停止适用", "", r->suspensions[i].text, NULL);
    if (r->pool.src)
        rest(x, &r->pool.cites, "专家库", "expert_pool", r->pool.name, r->pool.src);
    for (size_t i = 0; i < r->review_count; i++)
        rest(x, &r->reviews[i].cites, "专家评审", r->reviews[i].id, r->reviews[i].name, r->reviews[i].src);
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
