/*
 * regulation/load_part.c - organs, facts and forms
 *
 * Each is read twice: first its ids and types, then (link_*) what may name others.
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/text.h"

/* ---- organs ---- */

static enum organ_kind organ_kind(struct load *l, const struct node *n)
{
    static const char *const KINDS[] = {"office", "applicant", "outside", "one_of"};
    const struct node *k = node_get(n, "kind");

    if (!k)
        return ORGAN_OFFICE;
    for (int i = 0; i < 4; i++)
        if (text_eq(KINDS[i], node_str(k, "")))
            return (enum organ_kind)i;
    load_fault(l, "unknown_kind", k, "可用：office、applicant、outside、one_of", "没有「%s」这种机关", node_str(k, ""));
    return ORGAN_OFFICE;
}

/* What the term unit.kind may be: the kinds the applicant admits. */
static void unit_kinds(struct load *l, const struct node *admits)
{
    struct field *f = &l->r->unit_kind;

    *f = (struct field){.id = "unit.kind", .label = "单位类别", .type = VALUE_CHOICE, .from = -1, .used = 1};
    f->choices = ARENA_ARRAY(l->a, struct choice, node_count(admits) + 1);
    for (const struct node *n = node_first(admits); n; n = n->next)
        f->choices[f->choice_count++] = (struct choice){node_str(n, ""), node_str(n, "")};
    l->r->unit_place =
        (struct field){.id = "unit.place", .label = "单位所在地", .type = VALUE_CHOICE, .from = -1, .used = 1};
}

void load_organs(struct load *l, const struct node *rules)
{
    const struct node *all = load_object(l, rules, "organs", 1);
    struct regulation *r = l->r;

    r->applicant = -1;
    r->organs = ARENA_ARRAY(l->a, struct organ, node_count(all) + 1);
    for (const struct node *n = node_first(all); n; n = n->next) {
        struct organ *o = &r->organs[r->organ_count];
        l->article = "";
        if (!load_members(l, n, SENTENCE_ORGAN))
            continue;
        load_is_id(l, n, n->key);
        o->id = n->key;
        o->src = n;
        o->name = load_text(l, n, "name");
        o->cites = load_cites(l, n, 1, o->name);
        o->kind = organ_kind(l, n);
        o->admits = load_list(l, n, "admits", 0);
        o->refusal = load_text_opt(l, n, "refusal");
        if (o->kind == ORGAN_APPLICANT) {
            if (r->applicant >= 0)
                load_fault_key(l, "applicant_twice", n, "只留一个 applicant", "申报单位写了两个");
            r->applicant = (int)r->organ_count;
        } else if (o->admits || *o->refusal) {
            load_fault_key(l, "member_misplaced", n, "删去 admits 与 refusal",
                           "只有申报单位（applicant）才有 admits 与 refusal");
        }
        r->organ_count++;
    }
    if (all && r->applicant < 0)
        load_fault_key(l, "applicant_missing", all, "写一个 \"kind\": \"applicant\" 的机关", "没有申报单位");
    else if (all)
        unit_kinds(l, r->organs[r->applicant].admits);
}

void link_organs(struct load *l)
{
    for (size_t i = 0; i < l->r->organ_count; i++) {
        struct organ *o = &l->r->organs[i];
        const struct node *cases = load_list(l, o->src, "cases", o->kind == ORGAN_ONE_OF);

        l->article = o->cites.joined;
        o->recorded_count = load_refs(l, node_get(o->src, "recorded_by"), load_organ, &o->recorded_by);
        if (o->kind != ORGAN_ONE_OF && cases)
            load_fault(l, "member_misplaced", cases, "把 kind 写为 one_of", "只有 one_of 才有 cases");
        o->cases = ARENA_ARRAY(l->a, struct organ_case, node_count(cases) + 1);
        for (const struct node *n = node_first(cases); n; n = n->next) {
            struct organ_case *c = &o->cases[o->case_count];
            if (!load_members(l, n, SENTENCE_ORGAN_CASE))
                continue;
            if (!node_get(n, "when") == !load_bool(l, n, "otherwise", 0))
                load_fault(l, "case_condition", n, "写 when 或 \"otherwise\": true 之一",
                           "分支须有条件，或注明 otherwise");
            c->when = load_cond(l, n, "when");
            c->organ = node_get(n, "organ") ? load_organ(l, node_get(n, "organ")) : (load_text(l, n, "organ"), -1);
            if (c->organ >= 0 && l->r->organs[c->organ].kind == ORGAN_ONE_OF)
                load_fault(l, "organ_loop", node_get(n, "organ"), "直接写明机关", "分支不能再指向 one_of");
            else if (c->organ >= 0)
                o->case_count++;
        }
    }
}

/* ---- facts ---- */

static const struct field *shared_fact(const struct load *l, const char *id)
{
    for (size_t i = 0; i < l->v->count; i++)
        if (text_eq(l->v->facts[i].id, id))
            return &l->v->facts[i];
    return NULL;
}

static enum applicant_may applicant_may(struct load *l, const struct node *n)
{
    const struct node *m = node_get(n, "applicant_may");

    if (!m || text_eq(node_str(m, ""), "set"))
        return APPLICANT_SET;
    if (text_eq(node_str(m, ""), "only_stricter"))
        return APPLICANT_ONLY_STRICTER;
    if (!text_eq(node_str(m, ""), "no"))
        load_fault(l, "unknown_kind", m, "可用：set、only_stricter、no", "没有「%s」这种权限", node_str(m, ""));
    return APPLICANT_NO;
}

void load_facts(struct load *l, const struct node *rules)
{
    const struct node *list = load_list(l, rules, "facts", 1);
    struct regulation *r = l->r;

    r->facts = ARENA_ARRAY(l->a, struct fact, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct fact *x = &r->facts[r->fact_count];
        const struct field *shared;
        l->article = "";
        if (!load_members(l, n, SENTENCE_FACT))
            continue;
        shared = shared_fact(l, node_get_str(n, "id"));
        if (shared)
            x->f = *shared;
        x->f.used = 0;
        x->f.cites = load_cites(l, n, 1, shared ? shared->label : node_get_str(n, "label"));
        load_field(l, n, &x->f);
        x->may = applicant_may(l, n);
        x->on = load_subject(l, n);
        if (regulation_fact_index(r, x->f.id) >= 0)
            load_fault(l, "fact_twice", node_get(n, "id"), "合为一项", "事实「%s」写了两次", x->f.id);
        else
            r->fact_count++;
    }
}

void link_required(struct load *l, const struct node *n, struct field *f)
{
    const struct node *q = node_get(n, "required");

    if (q && q->type == NODE_BOOL)
        f->required = q->u.truth;
    else if (q)
        f->required_when = cond_compile(l, q);
}

void link_facts(struct load *l)
{
    for (size_t i = 0; i < l->r->fact_count; i++) {
        struct fact *x = &l->r->facts[i];
        const struct node *n = x->f.src;

        l->article = x->f.cites.joined;
        link_required(l, n, &x->f);
        x->asked_when = load_cond(l, n, "asked_when");
        if (node_get(n, "default"))
            load_literal(l, x->f.type, &x->f, node_get(n, "default"), &x->fallback);
        x->decided_count = load_refs(l, node_get(n, "decided_by"), load_organ, &x->decided_by);
        if (node_get(n, "stricter"))
            load_literal(l, x->f.type, &x->f, node_get(n, "stricter"), &x->stricter);
        if ((x->may == APPLICANT_ONLY_STRICTER) != x->stricter.known)
            load_fault(l, "stricter", n, "only_stricter 与 stricter 须同时写明", "「%s」的从严值没有写明，或多写了",
                       x->f.id);
        if (x->may == APPLICANT_NO && !x->decided_count)
            load_fault(l, "decided_by_missing", n, "补写 decided_by", "「%s」申报单位不得填，却没有写明由谁认定",
                       x->f.id);
    }
}

/* ---- forms ---- */

static struct field *form_field(struct form *f, const char *id)
{
    for (size_t i = 0; i < f->field_count; i++)
        if (text_eq(f->fields[i].id, id))
            return &f->fields[i];
    return NULL;
}

static void load_sums(struct load *l, struct form *f)
{
    const struct node *list = load_list(l, f->src, "sums", 0);

    f->sums = ARENA_ARRAY(l->a, struct sum, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct sum *s = &f->sums[f->sum_count];
        const struct node *of;
        struct field *total;
        if (!load_members(l, n, SENTENCE_SUM))
            continue;
        of = load_list(l, n, "of", 1);
        total = form_field(f, load_text(l, n, "total"));
        s->of = ARENA_ARRAY(l->a, int, node_count(of) + 1);
        for (const struct node *x = node_first(of); x; x = x->next) {
            struct field *part = form_field(f, node_str(x, ""));
            if (!part || !total || part->type != total->type) {
                load_fault(l, "unknown_field", x, "写本表单中与合计同类型的字段", "「%s」不能计入合计",
                           node_str(x, ""));
                continue;
            }
            s->of[s->of_count++] = (int)(part - f->fields);
        }
        if (!total || (total->type != VALUE_MONEY && total->type != VALUE_INTEGER)) {
            load_fault(l, "unknown_field", node_get(n, "total"), "写本表单的金额或整数字段",
                       "合计栏「%s」不在表单中，或不是数", node_get_str(n, "total"));
            continue;
        }
        s->total = (int)(total - f->fields);
        f->sum_count++;
    }
}

/* What only a field of a form may say. */
static void load_field_form(struct load *l, const struct node *x, struct field *f)
{
    const struct node *precision = node_get(x, "precision"), *lack = node_get(x, "or_reason");

    f->or_reason = lack && lack->type == NODE_BOOL && lack->u.truth;
    if (precision && (f->type != VALUE_DATE || !text_eq(node_str(precision, ""), "month")))
        load_fault(l, "unknown_kind", precision, "只有日期字段可写 \"precision\": \"month\"", "「%s」不能这样限定精度",
                   f->id);
    f->of_month = precision != NULL;
}

/* One row of a table: a list of fields, or a label with the fields of its columns. */
static void print_row(struct load *l, struct form *f, const struct node *row)
{
    const struct node *list = row;

    if (row->type == NODE_OBJECT) {
        if (!load_members(l, row, SENTENCE_PRINT_ROW))
            return;
        load_text(l, row, "label");
        if (node_get(row, "entries")) {
            const struct field *of = form_field(f, load_text(l, row, "entries"));
            if (!of || of->type != VALUE_ROWS)
                load_fault(l, "unknown_field", node_get(row, "entries"), "写本表单的明细", "表单没有「%s」这一明细",
                           node_get_str(row, "entries"));
            return;
        }
        list = load_list(l, row, node_get(row, "range") ? "range" : "columns", 1);
    }
    if (list && list->type != NODE_LIST) {
        load_fault(l, "not_list", list, "写成 [ 字段… ]", "表行应为字段的列表");
        return;
    }
    for (const struct node *x = node_first(list); x; x = x->next)
        if (!form_field(f, node_str(x, "")))
            load_fault(l, "unknown_field", x, "写本表单的字段", "表单没有「%s」这一栏", node_str(x, ""));
}

static void load_print(struct load *l, struct form *f)
{
    const struct node *n = load_object(l, f->src, "print", 0);

    if (!n || !load_members(l, n, SENTENCE_PRINT))
        return;
    f->print = n;
    if (!text_eq(node_get_str(n, "kind"), "table") && !text_eq(node_get_str(n, "kind"), "outline"))
        load_fault(l, "unknown_kind", node_get(n, "kind") ? node_get(n, "kind") : n, "写 \"table\" 或 \"outline\"",
                   "没有「%s」这种印制式样", node_get_str(n, "kind"));
    load_text_opt(l, n, "mark");
    load_text(l, n, "title");
    load_text_opt(l, n, "foot");
    for (const struct node *x = node_first(load_list(l, n, "head", 0)); x; x = x->next)
        print_row(l, f, x);
    for (const struct node *x = node_first(load_list(l, n, "rows", 0)); x; x = x->next)
        print_row(l, f, x);
}

void load_forms(struct load *l, const struct node *rules)
{
    const struct node *all = load_object(l, rules, "forms", 0);
    struct regulation *r = l->r;

    r->forms = ARENA_ARRAY(l->a, struct form, node_count(all) + 1);
    for (const struct node *n = node_first(all); n; n = n->next) {
        struct form *f = &r->forms[r->form_count];
        const struct node *fields;
        l->article = "";
        if (!load_members(l, n, SENTENCE_FORM))
            continue;
        load_is_id(l, n, n->key);
        f->id = n->key;
        f->src = n;
        f->name = load_text(l, n, "name");
        f->cites = load_cites(l, n, 1, f->name);
        fields = load_list(l, n, "fields", 1);
        f->fields = ARENA_ARRAY(l->a, struct field, node_count(fields) + 1);
        for (const struct node *x = node_first(fields); x; x = x->next) {
            struct field *fd = &f->fields[f->field_count];
            const struct field *shared;
            if (!load_members(l, x, SENTENCE_FIELD))
                continue;
            shared = shared_fact(l, node_get_str(x, "id"));
            if (shared && !node_get(x, "type"))
                *fd = *shared;
            if (node_get(x, "articles"))
                fd->cites = load_cites(l, x, 0, node_get_str(x, "label"));
            else
                fd->cites = f->cites;
            load_field(l, x, fd);
            load_field_form(l, x, fd);
            load_columns(l, x, fd);
            if (form_field(f, fd->id))
                load_fault(l, "field_twice", node_get(x, "id"), "改名或删去", "字段「%s」写了两次", fd->id);
            else
                f->field_count++;
        }
        load_sums(l, f);
        load_print(l, f);
        r->form_count++;
    }
}

static void link_tests(struct load *l, struct form *f)
{
    const struct node *list = load_list(l, f->src, "tests", 0);

    f->tests = ARENA_ARRAY(l->a, struct form_test, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct form_test *t = &f->tests[f->test_count];
        if (!load_members(l, n, SENTENCE_TEST))
            continue;
        t->message = load_text(l, n, "message");
        t->mend = load_text_opt(l, n, "mend");
        t->field = load_text(l, n, "field");
        t->cites = node_get(n, "articles") ? load_cites(l, n, 0, t->message) : f->cites;
        if (*t->field && !form_field(f, t->field))
            load_fault(l, "unknown_field", node_get(n, "field"), "写本表单的字段", "表单没有「%s」这一栏", t->field);
        if (!node_get(n, "require"))
            load_text(l, n, "require");
        t->require = load_cond(l, n, "require");
        if (t->require)
            f->test_count++;
    }
}

/* A term of the field's own type it may be filled in from; -1. */
static int link_from(struct load *l, const struct field *f, const struct node *at)
{
    int term = at ? term_compile(l, at, node_str(at, "")) : -1;

    if (term >= 0 && l->r->terms[term].type != f->type)
        load_fault(l, "ill_typed", at, "取同类型的一项", "「%s」与「%s」类型不同", f->id, node_str(at, ""));
    else if (term >= 0)
        link_rows_from(l, f, term, at);
    return term;
}

void link_forms(struct load *l)
{
    for (size_t i = 0; i < l->r->form_count; i++) {
        struct form *f = &l->r->forms[i];

        l->this_form = f;
        l->article = f->cites.joined;
        for (size_t k = 0; k < f->field_count; k++) {
            const struct node *from = node_get(f->fields[k].src, "from");
            link_required(l, f->fields[k].src, &f->fields[k]);
            link_columns(l, &f->fields[k]);
            if (node_get(f->fields[k].src, "or_reason") && node_get(f->fields[k].src, "or_reason")->type != NODE_BOOL)
                f->fields[k].or_reason_when = load_cond(l, f->fields[k].src, "or_reason");
            const int several = from && from->type == NODE_LIST;
            if (several && (node_count(from) < 1 || node_count(from) > 2))
                load_fault(l, "bad_list", from, "写一项，或者先后两项", "「%s」最多从两处带入", f->fields[k].id);
            f->fields[k].from = link_from(l, &f->fields[k], several ? node_first(from) : from);
            if (several && node_count(from) > 1)
                f->fields[k].from_else = link_from(l, &f->fields[k], node_first(from)->next);
        }
        link_tests(l, f);
        l->this_form = NULL;
    }
}
