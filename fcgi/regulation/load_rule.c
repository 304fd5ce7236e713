/*
 * regulation/load_rule.c - version, scope, routes, road, gates, filings and the ledger
 *
 * Duties have their own file (load_duty.c).
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/text.h"

/* ---- ids first, so that conditions may name what stands further down ---- */

static int seen_before(const struct node *list, const struct node *n)
{
    for (const struct node *x = node_first(list); x && x != n; x = x->next)
        if (text_eq(node_get_str(x, "id"), node_get_str(n, "id")))
            return 1;
    return 0;
}

static void twice(struct load *l, const struct node *list, const struct node *n, const char *what)
{
    if (*node_get_str(n, "id") && seen_before(list, n))
        load_fault(l, "id_twice", node_get(n, "id"), "改名", "%s「%s」写了两次", what, node_get_str(n, "id"));
}

void load_rules_declare(struct load *l, const struct node *rules)
{
    struct regulation *r = l->r;
    const struct node *routes = load_list(l, rules, "routes", 1), *duties = load_list(l, rules, "duties", 0),
                      *filings = load_list(l, rules, "filings", 0);

    r->routes = ARENA_ARRAY(l->a, struct route, node_count(routes) + 1);
    for (const struct node *n = node_first(routes); n; n = n->next) {
        struct route *t = &r->routes[r->route_count];
        if (!load_members(l, n, SENTENCE_ROUTE))
            continue;
        t->src = n;
        t->adds = node_get(n, "adds") != NULL;
        t->id = t->adds && !node_get(n, "id") ? "" : load_id(l, n, "id");
        t->before = -1;
        twice(l, routes, n, "路径");
        r->route_count++;
    }
    r->duties = ARENA_ARRAY(l->a, struct duty, node_count(duties) + 1);
    for (const struct node *n = node_first(duties); n; n = n->next) {
        struct duty *d = &r->duties[r->duty_count];
        if (!load_members(l, n, SENTENCE_DUTY))
            continue;
        d->src = n;
        d->id = load_id(l, n, "id");
        twice(l, duties, n, "时限");
        r->duty_count++;
    }
    r->filings = ARENA_ARRAY(l->a, struct filing, node_count(filings) + 1);
    for (const struct node *n = node_first(filings); n; n = n->next) {
        struct filing *f = &r->filings[r->filing_count];
        if (!load_members(l, n, SENTENCE_FILING))
            continue;
        f->src = n;
        f->id = load_id(l, n, "id");
        twice(l, filings, n, "报送");
        r->filing_count++;
    }
}

/* ---- version ---- */

void load_version(struct load *l, const struct node *rules)
{
    const struct node *n = load_object(l, rules, "version", 1), *x;
    struct regulation *r = l->r;

    l->article = "";
    r->from = r->to = DATE_NONE;
    if (!n || !load_members(l, n, SENTENCE_VERSION))
        return;
    r->from = load_date(l, n, "from", 1);
    r->to = load_date(l, n, "to", 0);
    r->version_cites = load_cites(l, n, 1, "施行有效期");
    if (r->from == DATE_NONE && node_get(n, "from"))
        load_fault(l, "bad_date", node_get(n, "from"), "写施行日期", "施行日期不能空");
    if (r->to != DATE_NONE && r->to < r->from)
        load_fault(l, "window_closes_first", node_get(n, "to"), "核对两个日期", "失效日期早于施行日期");
    x = load_object(l, n, "predecessor", 0);
    if (x && load_members(l, x, SENTENCE_PREDECESSOR)) {
        date last = load_date(l, x, "to", 0);
        r->predecessor = load_text(l, x, "document");
        r->predecessor_cites = load_cites(l, x, 1, "");
        if (last != DATE_NONE && r->from != DATE_NONE && last >= r->from)
            load_fault(l, "window_closes_first", node_get(x, "to"), "写本办法施行的前一日或更早",
                       "前一文件在本办法施行之后才失效");
    }
    x = load_object(l, n, "after_expiry", 0);
    if (!x || !load_members(l, x, SENTENCE_AFTER_EXPIRY))
        return;
    r->has_after_expiry = 1;
    r->expired_refuse_count = load_refs(l, load_list(l, x, "refuse", 1), load_happening, &r->expired_refuse);
    r->expired_message = load_text(l, x, "message");
    r->expired_mend = load_text_opt(l, x, "mend");
    r->expired_mark = load_text(l, x, "mark");
    r->expired_cites = node_get(x, "articles") ? load_cites(l, x, 1, r->expired_message) : r->version_cites;
}

/* ---- scope ---- */

void load_scope(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "scope", 0);
    struct regulation *r = l->r;

    r->scope = ARENA_ARRAY(l->a, struct scope_row, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct scope_row *s = &r->scope[r->scope_count];
        const struct node *then = node_get(n, "then");
        l->article = "";
        if (!load_members(l, n, SENTENCE_SCOPE))
            continue;
        s->message = load_text(l, n, "message");
        s->mend = load_text_opt(l, n, "mend");
        s->cites = load_cites(l, n, 1, s->message);
        s->then = load_text(l, n, "then");
        if (then && !text_eq(s->then, "not_applicable") && !text_eq(s->then, "off_platform") &&
            !text_eq(s->then, "refused"))
            load_fault(l, "unknown_kind", then, "可用：not_applicable、off_platform、refused", "没有「%s」这种结论",
                       s->then);
        if (!node_get(n, "when"))
            load_text(l, n, "when");
        s->when = load_cond(l, n, "when");
        if (s->when)
            r->scope_count++;
    }
}

/* ---- routes and road ---- */

static void mark_routed(struct load *l, const struct node *at, const int *procedures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct procedure *p = &l->r->procedures[procedures[i]];
        p->routed = 1;
        if (p->on != SUBJECT_PROJECT)
            load_fault(l, "not_of_project", at, "从路径中删去，或改为项目的事项", "「%s」是%s的事项，不在项目的路径上",
                       p->name, subject_name(p->on));
    }
}

static void load_route(struct load *l, struct route *t)
{
    const struct node *n = t->src;
    const char *key = t->adds ? "adds" : "procedures";

    l->article = "";
    t->name = t->adds ? load_text_opt(l, n, "name") : load_text(l, n, "name");
    t->cites = load_cites(l, n, 1, t->name);
    t->procedure_count = load_refs(l, load_list(l, n, key, 1), load_procedure_ref, &t->procedures);
    mark_routed(l, node_get(n, key), t->procedures, t->procedure_count);
    t->when = load_cond(l, n, "when");
    if (t->adds && node_get(n, "procedures"))
        load_fault(l, "member_misplaced", node_get(n, "procedures"), "只写 adds", "增加环节的行不写 procedures");
    if (node_get(n, "before") && !t->adds)
        load_fault(l, "member_misplaced", node_get(n, "before"), "删去，或改用 adds", "before 只用于增加环节的行");
    else if (node_get(n, "before"))
        t->before = load_procedure_ref(l, node_get(n, "before"));
    if (!node_get(n, "when") == !load_bool(l, n, "otherwise", 0))
        load_fault(l, "case_condition", n, "写 when 或 \"otherwise\": true 之一", "路径须有条件，或注明 otherwise");
}

static void load_road(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "road", 0);
    struct regulation *r = l->r;

    r->road = ARENA_ARRAY(l->a, struct road_row, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct road_row *w = &r->road[r->road_count];
        l->article = "";
        if (!load_members(l, n, SENTENCE_ROAD))
            continue;
        w->cites = load_cites(l, n, 0, "");
        w->procedure = node_get(n, "procedure") ? load_procedure_ref(l, node_get(n, "procedure"))
                                                : (load_text(l, n, "procedure"), -1);
        w->when = load_cond(l, n, "when");
        w->alongside = load_bool(l, n, "alongside", 0);
        for (size_t i = 0; i < r->road_count; i++)
            if (w->procedure >= 0 && r->road[i].procedure == w->procedure)
                load_fault(l, "road_twice", n, "只留一处", "「%s」在 road 中写了两次",
                           r->procedures[w->procedure].name);
        if (w->procedure < 0)
            continue;
        mark_routed(l, node_get(n, "procedure"), &w->procedure, 1);
        r->road_count++;
    }
}

void load_routes(struct load *l, const struct node *rules)
{
    for (size_t i = 0; i < l->r->route_count; i++)
        load_route(l, &l->r->routes[i]);
    load_road(l, rules);
}

/* ---- gates ---- */

static void load_blocks(struct load *l, const struct node *n, struct gate *g)
{
    const struct node *list = load_list(l, n, "blocks", 1);

    g->procedures = ARENA_ARRAY(l->a, int, node_count(list) + 1);
    g->happenings = ARENA_ARRAY(l->a, int, node_count(list) + 1);
    if (list && !node_count(list))
        load_fault(l, "gate_blocks_nothing", list, "写明挡住的事项或行为", "此项限制没有挡住任何事项");
    for (const struct node *x = node_first(list); x; x = x->next) {
        int i = strchr(node_str(x, ""), '.') ? load_happening(l, x) : load_procedure_ref(l, x);
        if (i < 0)
            continue;
        if (strchr(node_str(x, ""), '.'))
            g->happenings[g->happening_count++] = i;
        else
            g->procedures[g->procedure_count++] = i;
    }
}

/* The acts a gate may meet: what "this" can mean in its conditions. */
static void gate_scope(struct load *l, const struct gate *g)
{
    int *all = ARENA_ARRAY(l->a, int, l->r->happening_count + g->happening_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < g->happening_count; i++)
        all[n++] = g->happenings[i];
    for (size_t h = 0; h < l->r->happening_count; h++)
        for (size_t i = 0; i < g->procedure_count; i++)
            if (l->r->happenings[h].procedure == g->procedures[i])
                all[n++] = (int)h;
    l->this_happenings = all;
    l->this_count = n;
}

static void load_gate(struct load *l, const struct node *n, struct gate *g)
{
    const struct node *lift = load_object(l, n, "lift", 0);

    g->src = n;
    g->id = load_id(l, n, "id");
    g->name = load_text(l, n, "name");
    g->message = load_text(l, n, "message");
    g->mend = load_text_opt(l, n, "mend");
    g->cites = load_cites(l, n, 1, g->name);
    g->who = node_get(n, "who") ? load_organ(l, node_get(n, "who")) : l->r->applicant;
    g->strength = load_strength(l, n);
    g->warn = load_bool(l, n, "warn", 0);
    load_blocks(l, n, g);
    gate_scope(l, g);
    g->when = load_cond(l, n, "when");
    if (!node_get(n, "unless"))
        load_fault(l, "member_missing", n, "写明何时不挡；绝对禁止的，写 when 为何时挡、unless 为不可能的反面条件",
                   "缺少「unless」");
    g->unless = load_cond(l, n, "unless");
    g->exception_count = load_exceptions(l, n, &g->exceptions);
    l->this_count = 0;
    if (lift && load_members(l, lift, SENTENCE_LIFT)) {
        g->liftable = 1;
        g->lift_count = load_refs(l, node_get(lift, "by"), load_organ, &g->lift_by);
        if (!node_get(lift, "by"))
            load_text(l, lift, "by");
        if (node_get(lift, "record") && !text_eq(node_get_str(lift, "record"), "reason"))
            load_fault(l, "unknown_kind", node_get(lift, "record"), "写 \"reason\"", "解除时只能记录理由（reason）");
        if (g->strength == STRENGTH_MANDATORY)
            load_fault(l, "lift_mandatory", lift, "写 \"strength\": \"in_principle\"，或删去 lift",
                       "「应当、不得」的限制不能由机关解除");
    }
}

static void mark_advice(struct load *l)
{
    const struct node *list =
        load_list(l, node_get(node_get(l->r->rules, "version"), "after_expiry"), "advice_only", 0);

    for (const struct node *n = node_first(list); n; n = n->next) {
        int found = 0;
        for (size_t i = 0; i < l->r->gate_count; i++)
            if (text_eq(l->r->gates[i].id, node_str(n, "")))
                found = l->r->gates[i].advice_when_expired = 1;
        if (!found)
            load_fault(l, "unknown_gate", n, "写 gates 中的 id", "gates 中没有「%s」", node_str(n, ""));
    }
}

void load_gates(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "gates", 0);
    struct regulation *r = l->r;

    r->gates = ARENA_ARRAY(l->a, struct gate, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        l->article = "";
        if (!load_members(l, n, SENTENCE_GATE))
            continue;
        twice(l, list, n, "限制");
        load_gate(l, n, &r->gates[r->gate_count++]);
    }
    l->article = "";
    mark_advice(l);
}

/* ---- filings ---- */

static int paper_ref(struct load *l, const struct node *n, struct filing_paper *ret)
{
    const char *written = node_str(n, ""), *dot = strchr(written, '.');
    const struct procedure *p;

    ret->written = written;
    ret->procedure = dot ? regulation_procedure_index(l->r, arena_dupn(l->a, written, (size_t)(dot - written))) : -1;
    if (ret->procedure >= 0) {
        p = &l->r->procedures[ret->procedure];
        for (size_t i = 0; i < p->material_count; i++)
            if (text_eq(p->materials[i].id, dot + 1)) {
                ret->material = (int)i;
                return 1;
            }
    }
    load_fault(l, "unknown_material", n, "写成 \"办理事项.材料\"，核对 procedures 中的 materials", "没有材料「%s」",
               written);
    return 0;
}

static void filing_carries(struct load *l, struct filing *f)
{
    const struct node *facts = load_list(l, f->src, "facts", 0), *papers = load_list(l, f->src, "documents", 0);

    f->fact_count = load_refs(l, facts, load_fact_ref, &f->facts);
    for (size_t i = 0; i < f->fact_count; i++)
        l->r->facts[f->facts[i]].f.used = 1;
    f->papers = ARENA_ARRAY(l->a, struct filing_paper, node_count(papers) + 1);
    for (const struct node *n = node_first(papers); n; n = n->next)
        f->paper_count += (size_t)paper_ref(l, n, &f->papers[f->paper_count]);
}

static int carries_fact(const struct filing *f, int fact)
{
    for (size_t i = 0; i < f->fact_count; i++)
        if (f->facts[i] == fact)
            return 1;
    return 0;
}

/* Only what goes up can be mended in what came back, and only by whom the rule names to send it again. */
static void filing_mend(struct load *l, struct filing *f)
{
    const struct node *list;

    f->mend = load_object(l, f->src, "mend", 0);
    if (!f->mend || !load_members(l, f->mend, SENTENCE_FILING_MEND))
        return;
    f->mend_cites = load_cites(l, f->mend, 1, f->name);
    if (f->by < 0)
        load_fault(l, "mend_nobody", f->mend, "写明 by：由谁补正并重新报送", "「%s」没有写明由谁重新报送", f->name);
    list = load_list(l, f->mend, "facts", 0);
    f->mend_count = load_refs(l, list, load_fact_ref, &f->mend_facts);
    for (const struct node *n = node_first(list); n; n = n->next) {
        int i = regulation_fact_index(l->r, node_str(n, ""));
        if (i >= 0 && !carries_fact(f, i))
            load_fault(l, "mend_not_carried", n, "写进这项报送的 facts，或从 mend 中删去",
                       "「%s」不随「%s」上报，不能补正", l->r->facts[i].f.label, f->name);
    }
    for (const struct node *n = node_first(load_list(l, f->mend, "documents", 0)); n; n = n->next) {
        int found = 0;
        for (size_t i = 0; i < f->paper_count; i++)
            if (text_eq(f->papers[i].written, node_str(n, "")))
                found = f->papers[i].may_mend = 1;
        if (!found)
            load_fault(l, "mend_not_carried", n, "写进这项报送的 documents，或从 mend 中删去",
                       "材料「%s」不随「%s」上报，不能补正", node_str(n, ""), f->name);
    }
}

static enum receipt_wanted filing_receipt(struct load *l, const struct node *n)
{
    if (!n)
        return RECEIPT_WANTED_NONE;
    if (text_eq(node_str(n, ""), "stored"))
        return RECEIPT_WANTED_STORED;
    if (!text_eq(node_str(n, ""), "decided"))
        load_fault(l, "unknown_kind", n, "写 \"stored\"（对方入库）或 \"decided\"（对方受理）", "没有「%s」这种回执",
                   node_str(n, ""));
    return RECEIPT_WANTED_DECIDED;
}

static int asks_filed(const struct cond *c)
{
    if (!c || c->kind == COND_FILED)
        return c != NULL;
    for (const struct cond *k = c->kids; k; k = k->next)
        if (asks_filed(k))
            return 1;
    return 0;
}

void load_filings(struct load *l)
{
    struct regulation *r = l->r;
    int *unused;

    for (size_t i = 0; i < r->filing_count; i++) {
        struct filing *f = &r->filings[i];
        const struct node *n = f->src;
        l->article = "";
        f->name = load_text(l, n, "name");
        f->cites = load_cites(l, n, 1, f->name);
        f->on_count = load_refs(l, node_get(n, "on"), load_happening, &f->on);
        if (!node_get(n, "on"))
            load_text(l, n, "on");
        f->to = node_get(n, "to") ? load_organ(l, node_get(n, "to")) : (load_text(l, n, "to"), -1);
        f->by = node_get(n, "by") ? load_organ(l, node_get(n, "by")) : -1;
        f->when = load_cond(l, n, "when");
        if (asks_filed(f->when))
            load_fault(l, "filing_waits", node_get(n, "when"), "把 filed 写进限制（gates）的 unless",
                       "「%s」的条件不能等另一项报送的回执", f->name);
        f->required = filing_receipt(l, node_get(n, "required_receipt"));
        load_refs(l, load_list(l, n, "events", 0), load_happening, &unused);
        filing_carries(l, f);
        filing_mend(l, f);
    }
}

/* ---- ledger ---- */

enum ledger { LEDGER_STATED, LEDGER_UNTRANSLATED, LEDGER_READING };

static void ledger_row(struct load *l, const struct node *n, enum ledger kind)
{
    const struct node *list = load_list(l, n, "articles", 1);

    for (const struct node *x = node_first(list); x; x = x->next) {
        const char *s = node_str(x, "");
        struct article *row = (struct article *)regulation_article_row(l->r, arena_dupn(l->a, s, strcspn(s, "(")));
        if (!row)
            load_fault(l, "unknown_article", x, "核对 text.json 中的条号", "正文没有「%s」", text_articles(l->a, s));
        else if (kind == LEDGER_UNTRANSLATED)
            row->untranslated++;
        else if (kind == LEDGER_STATED)
            row->stated++; /* a reading alone gives an article no effect */
    }
}

/* The rules of reading that hold everywhere stand in tenants/common/interpretation.json and are cited by id. */
static void rests_on(struct load *l, const struct node *n)
{
    for (const struct node *x = node_first(load_list(l, n, "rests_on", 0)); x; x = x->next) {
        struct near near = {.wanted = node_str(x, "")};
        int found = 0;
        for (const struct node *k = node_first(l->v->interpretation); k && !found; k = k->next)
            found = text_eq(node_get_str(k, "id"), near.wanted);
        for (const struct node *k = node_first(l->v->interpretation); k && !found; k = k->next)
            near_offer(&near, node_get_str(k, "id"));
        if (!found)
            load_fault(l, "unknown_reading_rule", x,
                       near_mend(l, &near, "写 tenants/common/interpretation.json 中的 id"),
                       "共用的解释规则中没有「%s」", near.wanted);
    }
}

void load_ledger(struct load *l, const struct node *rules)
{
    l->article = "";
    for (const struct node *n = node_first(load_list(l, rules, "statements", 0)); n; n = n->next)
        if (load_members(l, n, SENTENCE_STATEMENT)) {
            load_text(l, n, "note");
            ledger_row(l, n, LEDGER_STATED);
        }
    for (const struct node *n = node_first(load_list(l, rules, "untranslated", 0)); n; n = n->next)
        if (load_members(l, n, SENTENCE_UNTRANSLATED)) {
            load_text(l, n, "why");
            load_text(l, n, "instead");
            ledger_row(l, n, LEDGER_UNTRANSLATED);
        }
    for (const struct node *n = node_first(load_list(l, rules, "readings", 0)); n; n = n->next)
        if (load_members(l, n, SENTENCE_READING)) {
            load_text(l, n, "id");
            load_text(l, n, "question");
            load_text(l, n, "reading");
            load_text(l, n, "why");
            rests_on(l, n);
            ledger_row(l, n, LEDGER_READING);
        }
}
