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
    const struct node *routes = load_list(l, rules, "routes", 1), *duties = load_list(l, rules, "duties", 0);

    r->routes = ARENA_ARRAY(l->a, struct route, node_count(routes) + 1);
    for (const struct node *n = node_first(routes); n; n = n->next) {
        struct route *t = &r->routes[r->route_count];
        if (!load_members(l, n, "路径", "id name when otherwise procedures adds before articles strength note"))
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
        if (!load_members(l, n, "时限",
                          "id name who to trigger limit fulfilled_by fulfils complete when paused_by reset_by strength "
                          "late articles note quote"))
            continue;
        d->src = n;
        d->id = load_id(l, n, "id");
        twice(l, duties, n, "时限");
        r->duty_count++;
    }
}

/* ---- version ---- */

void load_version(struct load *l, const struct node *rules)
{
    const struct node *n = load_object(l, rules, "version", 1), *x;
    struct regulation *r = l->r;

    l->article = "";
    r->from = r->to = DATE_NONE;
    if (!n || !load_members(l, n, "版本", "from to articles after_expiry predecessor note"))
        return;
    r->from = load_date(l, n, "from", 1);
    r->to = load_date(l, n, "to", 0);
    r->version_cites = load_cites(l, n, 1, "施行有效期");
    if (r->from == DATE_NONE && node_get(n, "from"))
        load_fault(l, "bad_date", node_get(n, "from"), "写施行日期", "施行日期不能空");
    if (r->to != DATE_NONE && r->to < r->from)
        load_fault(l, "window_closes_first", node_get(n, "to"), "核对两个日期", "失效日期早于施行日期");
    x = load_object(l, n, "predecessor", 0);
    if (x && load_members(l, x, "前一文件", "document to regulation articles note")) {
        date last = load_date(l, x, "to", 0);
        r->predecessor = load_text(l, x, "document");
        r->predecessor_cites = load_cites(l, x, 1, "");
        if (last != DATE_NONE && r->from != DATE_NONE && last >= r->from)
            load_fault(l, "window_closes_first", node_get(x, "to"), "写本规定施行的前一日或更早",
                       "前一文件在本规定施行之后才失效");
    }
    x = load_object(l, n, "after_expiry", 0);
    if (!x || !load_members(l, x, "失效之后", "refuse message mend mark advice_only articles note"))
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
        if (!load_members(l, n, "适用范围", "when then message mend articles strength quote note"))
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
        if (!load_members(l, n, "后续环节", "procedure when alongside articles strength note"))
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
    if (lift && load_members(l, lift, "解除", "by record articles note")) {
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
        if (!load_members(
                l, n, "限制",
                "id name blocks when unless message mend who strength warn lift articles quote exceptions note"))
            continue;
        twice(l, list, n, "限制");
        load_gate(l, n, &r->gates[r->gate_count++]);
    }
    l->article = "";
    mark_advice(l);
}

/* ---- filings ---- */

void load_filings(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "filings", 0);
    struct regulation *r = l->r;
    int *unused;

    r->filings = ARENA_ARRAY(l->a, struct filing, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct filing *f = &r->filings[r->filing_count];
        l->article = "";
        if (!load_members(l, n, "报送", "id name on to by when facts events articles strength required_receipt note"))
            continue;
        twice(l, list, n, "报送");
        f->src = n;
        f->id = load_id(l, n, "id");
        f->name = load_text(l, n, "name");
        f->cites = load_cites(l, n, 1, f->name);
        f->on_count = load_refs(l, node_get(n, "on"), load_happening, &f->on);
        if (!node_get(n, "on"))
            load_text(l, n, "on");
        f->to = node_get(n, "to") ? load_organ(l, node_get(n, "to")) : (load_text(l, n, "to"), -1);
        f->by = node_get(n, "by") ? load_organ(l, node_get(n, "by")) : -1;
        f->when = load_cond(l, n, "when");
        load_refs(l, load_list(l, n, "events", 0), load_happening, &unused);
        for (const struct node *x = node_first(load_list(l, n, "facts", 0)); x; x = x->next) {
            int i = load_fact_ref(l, x);
            if (i >= 0)
                r->facts[i].f.used = 1;
        }
        r->filing_count++;
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
        for (const struct node *k = node_first(l->v->interpretation); k; k = k->next) {
            near_offer(&near, node_get_str(k, "id"));
            found |= text_eq(node_get_str(k, "id"), near.wanted);
        }
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
        if (load_members(l, n, "陈述", "articles note")) {
            load_text(l, n, "note");
            ledger_row(l, n, LEDGER_STATED);
        }
    for (const struct node *n = node_first(load_list(l, rules, "untranslated", 0)); n; n = n->next)
        if (load_members(l, n, "未译", "articles why instead")) {
            load_text(l, n, "why");
            load_text(l, n, "instead");
            ledger_row(l, n, LEDGER_UNTRANSLATED);
        }
    for (const struct node *n = node_first(load_list(l, rules, "readings", 0)); n; n = n->next)
        if (load_members(l, n, "读法", "id articles question reading why rests_on")) {
            load_text(l, n, "id");
            load_text(l, n, "question");
            load_text(l, n, "reading");
            load_text(l, n, "why");
            rests_on(l, n);
            ledger_row(l, n, LEDGER_READING);
        }
}
