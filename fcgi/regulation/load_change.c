/*
 * regulation/load_change.c - bands of change, and what a higher rule has set aside
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/text.h"

/* ---- bands ---- */

static int has_field(const struct load *l, int happening, const char *id)
{
    const struct field *f = happening_field(l->r, happening, id);

    return f && (f->type == VALUE_MONEY || f->type == VALUE_INTEGER);
}

/* "procedure" stands for those acts of its first step that carry the amount. */
static void band_acts(struct load *l, const struct node *n, const struct change *c, struct band *b)
{
    const struct node *to = node_get(n, "to");
    const char *s = load_text(l, n, "to");
    int i;

    b->acts = ARENA_ARRAY(l->a, int, l->r->happening_count + 1);
    if (!*s)
        return;
    i = strchr(s, '.') ? load_happening(l, to) : load_procedure_ref(l, to);
    if (i < 0)
        return;
    b->procedure = strchr(s, '.') ? l->r->happenings[i].procedure : i;
    if (strchr(s, '.')) {
        if (has_field(l, i, c->amount))
            b->acts[b->act_count++] = i;
    } else {
        const struct procedure *p = &l->r->procedures[i];
        for (size_t k = 0; p->step_count && k < p->steps[0].act_count; k++)
            if (has_field(l, p->steps[0].acts[k]->happening, c->amount))
                b->acts[b->act_count++] = p->steps[0].acts[k]->happening;
    }
    if (!b->act_count && strchr(s, '.')) /* a procedure without the amount is pointed to, never held against its size */
        load_fault(l, "unknown_field", to, "在这一行为的表单中写明金额字段", "「%s」没有金额字段「%s」", s, c->amount);
    for (size_t k = 0; k < b->act_count; k++) {
        struct field *f = (struct field *)happening_field(l->r, b->acts[k], c->amount);
        f->used = 1;
    }
}

static int bound(struct load *l, const struct node *n, const char *strict, const char *loose, int *ret_is_strict)
{
    const struct node *x = node_get(n, strict), *y = node_get(n, loose);

    *ret_is_strict = x != NULL;
    if (x && y)
        load_fault(l, "bad_band", y, "只写一个", "「%s」与「%s」只写一个", strict, loose);
    if (!x && !y)
        return -1;
    return load_int(l, n, x ? strict : loose, 0, 10000, 0, 1);
}

static void load_band(struct load *l, const struct node *n, const struct change *c, struct band *b)
{
    b->src = n;
    b->low = bound(l, n, "above", "at_least", &b->low_strict);
    b->high = bound(l, n, "below", "at_most", &b->high_strict);
    if (b->low >= 0 && b->high >= 0 && b->low > b->high)
        load_fault(l, "window_closes_first", n, "核对两个百分数", "此档的下限（%d%%）高于上限（%d%%）", b->low,
                   b->high);
    b->otherwise = load_bool(l, n, "otherwise", 0);
    if (b->otherwise == (b->low >= 0 || b->high >= 0 || node_get(n, "when")))
        load_fault(l, "case_condition", n, "写明百分数或 when，或 \"otherwise\": true",
                   "此档须有条件，或注明 otherwise");
    b->cites = node_get(n, "articles") ? load_cites(l, n, 0, load_text_opt(l, n, "name")) : c->cites;
    band_acts(l, n, c, b);
    b->name = *load_text_opt(l, n, "name") ? load_text_opt(l, n, "name") : l->r->procedures[b->procedure].name;
}

/* "this" in a band is whichever act of the table is attempted. */
static void link_bands(struct load *l, struct change *c)
{
    int *all = ARENA_ARRAY(l->a, int, l->r->happening_count *(c->band_count + 1) + 1);
    size_t n = 0;

    for (size_t i = 0; i < c->band_count; i++)
        for (size_t k = 0; k < c->bands[i].act_count; k++)
            all[n++] = c->bands[i].acts[k];
    l->this_happenings = all;
    l->this_count = n;
    for (size_t i = 0; i < c->band_count; i++)
        c->bands[i].when = load_cond(l, c->bands[i].src, "when");
    l->this_count = 0;
}

static void load_base(struct load *l, const struct node *n, struct change *c)
{
    const struct node *base = node_get(n, "base");

    c->base = -1;
    if (!base) {
        load_fault(l, "percent_without_base", n, "补写 \"base\"：百分之几是谁的百分之几", "百分之几没有写明基数");
        return;
    }
    c->base = term_compile(l, base, node_str(base, ""));
    if (c->base >= 0 && l->r->terms[c->base].type != VALUE_MONEY && l->r->terms[c->base].type != VALUE_INTEGER) {
        load_fault(l, "ill_typed", base, "写金额或整数", "「%s」不是数，不能作基数", node_str(base, ""));
        c->base = -1;
    }
}

void load_changes(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "changes", 0);
    struct regulation *r = l->r;

    r->changes = ARENA_ARRAY(l->a, struct change, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct change *c = &r->changes[r->change_count];
        const struct node *bands, *basis = node_get(n, "basis");
        l->article = "";
        if (!load_members(l, n, SENTENCE_CHANGE))
            continue;
        c->src = n;
        c->id = load_id(l, n, "id");
        c->name = load_text(l, n, "name");
        c->cites = load_cites(l, n, 1, c->name);
        c->amount = load_text(l, n, "amount");
        c->single = text_eq(node_str(basis, ""), "single");
        if (basis && !c->single && !text_eq(node_str(basis, ""), "cumulative"))
            load_fault(l, "unknown_kind", basis, "写 \"cumulative\" 或 \"single\"", "没有「%s」这种计算方式",
                       node_str(basis, ""));
        load_base(l, n, c);
        c->since_count = load_refs(l, node_get(n, "since"), load_happening, &c->since);
        bands = load_list(l, n, "bands", 1);
        c->bands = ARENA_ARRAY(l->a, struct band, node_count(bands) + 1);
        for (const struct node *x = node_first(bands); x; x = x->next)
            if (load_members(l, x, SENTENCE_BAND))
                load_band(l, x, c, &c->bands[c->band_count++]);
        link_bands(l, c);
        r->change_count++;
    }
}

/* ---- suspensions ---- */

static int suspended_rule(struct load *l, const struct node *n, struct suspension *s)
{
    const char *id = node_str(n, "");
    struct regulation *r = l->r;

    for (size_t i = 0; text_starts(id, "gate:") && i < r->gate_count; i++)
        if (text_eq(r->gates[i].id, id + strlen("gate:"))) {
            s->gate = (int)i;
            return 1;
        }
    for (size_t i = 0; text_starts(id, "duty:") && i < r->duty_count; i++)
        if (text_eq(r->duties[i].id, id + strlen("duty:"))) {
            s->duty = (int)i;
            return 1;
        }
    load_fault(l, "unknown_rule", n, "写 \"gate:<id>\" 或 \"duty:<id>\"", "没有「%s」这项限制或时限", id);
    return 0;
}

void load_suspensions(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "suspensions", 0);
    struct regulation *r = l->r;
    size_t room = 1;

    for (const struct node *n = node_first(list); n; n = n->next)
        room += node_count(node_get(n, "rules"));
    r->suspensions = ARENA_ARRAY(l->a, struct suspension, room);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct suspension one = {.gate = -1, .duty = -1};
        l->article = "";
        if (!load_members(l, n, SENTENCE_SUSPENSION))
            continue;
        one.cites = load_cites(l, n, 1, node_get_str(n, "text"));
        one.from = load_date(l, n, "from", 1);
        one.to = load_date(l, n, "to", 0);
        one.by = load_text(l, n, "by");
        one.text = load_text(l, n, "text");
        for (const struct node *x = node_first(load_list(l, n, "rules", 1)); x; x = x->next) {
            struct suspension s = one;
            if (suspended_rule(l, x, &s))
                r->suspensions[r->suspension_count++] = s;
        }
    }
}
