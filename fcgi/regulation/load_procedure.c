/*
 * regulation/load_procedure.c - procedures with their steps, acts, materials and checklists
 */
#include "config.h"

#include "regulation/load.h"

#include <string.h>

#include "base/text.h"

static struct form *form_ref(struct load *l, const struct node *o, const char *key)
{
    const struct node *n = node_get(o, key);
    struct near near = {.wanted = node_str(n, "")};

    if (!n)
        return NULL;
    for (size_t i = 0; i < l->r->form_count; i++)
        if (text_eq(l->r->forms[i].id, near.wanted)) {
            l->r->forms[i].used = 1;
            return &l->r->forms[i];
        }
    for (size_t i = 0; i < l->r->form_count; i++)
        near_offer(&near, l->r->forms[i].id);
    load_fault(l, "unknown_form", n, near_mend(l, &near, "在 forms 中写明"), "forms 中没有「%s」", near.wanted);
    return NULL;
}

/* ---- acts ---- */

static void load_checklist(struct load *l, struct act *act)
{
    const struct node *list = load_list(l, act->src, "checklist", 0);

    act->checklist = ARENA_ARRAY(l->a, struct check_item, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct check_item *c = &act->checklist[act->check_count];
        if (!load_members(l, n, SENTENCE_CHECK_ITEM))
            continue;
        c->id = load_id(l, n, "id");
        c->name = load_text(l, n, "name");
        c->effect = load_text_opt(l, n, "effect");
        c->veto = load_bool(l, n, "veto", 0);
        c->strength = load_strength(l, n);
        c->cites = node_get(n, "articles") ? load_cites(l, n, 0, c->name) : act->cites;
        act->check_count++;
    }
}

static void load_document(struct load *l, struct act *act)
{
    const struct node *n = node_get(act->src, "document");

    if (!n)
        return;
    if (n->type == NODE_TEXT) {
        load_is_id(l, n, n->u.text);
    } else if (load_members(l, n, SENTENCE_DOCUMENT)) {
        const char *number = load_text_opt(l, n, "number");
        load_id(l, n, "id");
        load_text(l, n, "name");
        if (*number && !*load_text_opt(l, n, "series"))
            load_fault(l, "series_missing", n, "补写 series", "文书有编号却没有号段（series）");
        if (*number && !strstr(number, "{n}"))
            load_fault(l, "bad_number", node_get(n, "number"), "文号中写 {n} 表示序号，{year} 表示年份",
                       "文号没有序号的位置");
    } else {
        return;
    }
    act->document = n;
}

static int happening_of(struct load *l, struct act *act)
{
    struct regulation *r = l->r;

    for (size_t i = 0; i < r->happening_count; i++)
        if (text_eq(r->happenings[i].full, act->full)) {
            struct act *last = r->happenings[i].acts;
            while (last->next_same)
                last = last->next_same;
            last->next_same = act;
            return (int)i;
        }
    r->happenings[r->happening_count] = (struct happening){act->full, act->procedure, act};
    return (int)r->happening_count++;
}

/* 见证: who was there stands in the record, one required field an organ (G-18). */
static struct form *witness_form(struct load *l, const struct act *act)
{
    struct form *f;

    if (!act->witness.count)
        return NULL;
    f = ARENA_NEW(l->a, struct form);
    f->id = "";
    f->name = "见证";
    f->cites = act->cites;
    f->src = act->src;
    f->used = 1;
    f->fields = ARENA_ARRAY(l->a, struct field, act->witness.count);
    for (; f->field_count < act->witness.count; f->field_count++) {
        const struct organ *o = &l->r->organs[act->witness.organ[f->field_count]];
        f->fields[f->field_count] = (struct field){.id = arena_fmt(l->a, "witness_%s", o->id),
                                                   .label = arena_fmt(l->a, "见证人（%s）", o->name),
                                                   .hint = arena_fmt(l->a, "%s到场见证的人，写姓名和职务", o->name),
                                                   .unit = "",
                                                   .meaning = "",
                                                   .group = "",
                                                   .type = VALUE_TEXT,
                                                   .max = 100,
                                                   .required = 1,
                                                   .cites = act->cites,
                                                   .from = -1,
                                                   .used = 1,
                                                   .src = act->src};
    }
    return f;
}

/* Events that belong to no procedure (special.c). */
static int is_reserved(const char *full)
{
    static const char *const NAMES[] = {"gate.lift",       "filing.send", "filing.stored", "filing.accepted",
                                        "filing.returned", "filing.mend", PLAN_SETTLED};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        if (text_eq(NAMES[i], full))
            return 1;
    return 0;
}

static void load_act(struct load *l, const struct node *n, struct procedure *p, int procedure, int step)
{
    struct step *s = &p->steps[step];
    struct act *act;
    const struct node *ends = node_get(n, "ends");

    if (!load_members(l, n, SENTENCE_ACT))
        return;
    act = ARENA_NEW(l->a, struct act);
    act->src = n;
    act->id = load_id(l, n, "id");
    for (size_t i = 0; i < s->act_count; i++)
        if (text_eq(s->acts[i]->id, act->id))
            load_fault(l, "act_twice", node_get(n, "id"), "改名或删去", "同一环节中「%s」写了两次", act->id);
    act->full = arena_fmt(l->a, "%s.%s", p->id, act->id);
    if (is_reserved(act->full))
        load_fault(l, "reserved_name", node_get(n, "id"), "改名", "「%s」是平台自己的事件，行为不能用这个名字",
                   act->full);
    act->name = load_text(l, n, "name");
    act->procedure = procedure;
    act->step = step;
    act->cites = node_get(n, "articles") ? load_cites(l, n, 0, act->name) : s->cites;
    act->by = node_get(n, "by") ? load_actor(l, node_get(n, "by")) : s->by;
    act->to = load_actor(l, node_get(n, "to"));
    act->witness = load_actor(l, node_get(n, "witness"));
    act->witness_form = witness_form(l, act);
    act->takes_materials = load_bool(l, n, "takes_materials", 0);
    act->correction = load_bool(l, n, "correction", 0);
    act->reason = load_bool(l, n, "reason", 0);
    act->danger = load_bool(l, n, "danger", 0);
    act->done_text = load_text_opt(l, n, "done_text");
    act->records = load_text_opt(l, n, "records");
    act->dated_by = load_text_opt(l, n, "dated_by");
    act->form = form_ref(l, n, "form");
    act->next = -1;
    if (ends) {
        if (text_eq(node_str(ends, ""), "done"))
            act->ends = END_DONE;
        else if (text_eq(node_str(ends, ""), "failed"))
            act->ends = END_FAILED;
        else
            load_fault(l, "bad_end", ends, "写 \"done\" 或 \"failed\"", "没有「%s」这种结果", node_str(ends, ""));
        if (node_get(n, "next"))
            load_fault(l, "bad_end", node_get(n, "next"), "ends 与 next 只写一个", "行为既结束又转下一环节");
    }
    load_checklist(l, act);
    load_document(l, act);
    s->acts[s->act_count++] = act;
    act->happening = happening_of(l, act);
}

static void load_steps(struct load *l, struct procedure *p, int procedure)
{
    const struct node *list = load_list(l, p->src, "steps", 1);

    if (list && !node_count(list))
        load_fault(l, "step_missing", list, "写明 steps", "「%s」没有环节", p->name);
    p->steps = ARENA_ARRAY(l->a, struct step, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct step *s = &p->steps[p->step_count];
        const struct node *acts;
        if (!load_members(l, n, SENTENCE_STEP))
            continue;
        s->src = n;
        s->id = load_id(l, n, "id");
        s->name = load_text(l, n, "name");
        s->cites = node_get(n, "articles") ? load_cites(l, n, 0, s->name) : p->cites;
        if (!node_get(n, "by"))
            load_fault(l, "step_nobody", n, "补写 by", "环节「%s」没有写明由谁办理", s->name);
        s->by = load_actor(l, node_get(n, "by"));
        acts = load_list(l, n, "acts", 1);
        if (acts && !node_count(acts))
            load_fault(l, "step_no_acts", acts, "写明 acts", "环节「%s」没有可以办理的行为", s->name);
        s->acts = ARENA_ARRAY(l->a, struct act *, node_count(acts) + 1);
        for (const struct node *x = node_first(acts); x; x = x->next)
            load_act(l, x, p, procedure, (int)p->step_count);
        p->step_count++;
    }
}

static void load_next(struct load *l, struct procedure *p)
{
    for (size_t s = 0; s < p->step_count; s++)
        for (size_t k = 0; k < p->steps[s].act_count; k++) {
            struct act *act = p->steps[s].acts[k];
            const struct node *n = node_get(act->src, "next");

            for (size_t i = 0; n && i < p->step_count; i++)
                if (text_eq(p->steps[i].id, node_str(n, "")))
                    act->next = (int)i;
            if (n && act->next < 0)
                load_fault(l, "unknown_step", n, "写本事项中的环节", "「%s」没有环节「%s」", p->name, node_str(n, ""));
            if (act->correction && !n)
                act->next = 0;
            if (!n && !act->correction && act->ends == END_NONE && s + 1 == p->step_count)
                load_fault(l, "act_leads_nowhere", act->src, "补写 \"ends\": \"done\" 或 \"failed\"，或 next",
                           "「%s」是最后环节的行为，却没有写明如何结束", act->name);
        }
}

/* ---- procedures ---- */

static enum repeat load_repeat(struct load *l, const struct node *n)
{
    static const char *const WORDS[] = {"once", "many", "year", "quarter"};
    const struct node *x = node_get(n, "repeat");

    for (int i = 0; x && i < 4; i++)
        if (text_eq(WORDS[i], node_str(x, "")))
            return (enum repeat)i;
    if (x)
        load_fault(l, "unknown_kind", x, "可用：once、many、year、quarter", "没有「%s」这种次数", node_str(x, ""));
    return REPEAT_ONCE;
}

/* "period": "previous": 年度自评 is for the year that is over */
static int load_previous(struct load *l, const struct node *n, const struct procedure *p)
{
    const struct node *x = node_get(n, "period");

    if (x && !text_eq(node_str(x, ""), "previous") && !text_eq(node_str(x, ""), "current"))
        load_fault(l, "unknown_kind", x, "写 \"previous\" 或 \"current\"", "没有「%s」这种所属期间", node_str(x, ""));
    if (x && p->repeat != REPEAT_YEAR && p->repeat != REPEAT_QUARTER)
        load_fault(l, "member_misplaced", x, "删去 period，或把 repeat 写为 year、quarter",
                   "只有按年、按季的事项才有所属期间");
    return text_eq(node_str(x, ""), "previous");
}

static void load_materials(struct load *l, struct procedure *p)
{
    const struct node *list = load_list(l, p->src, "materials", 0);

    p->materials = ARENA_ARRAY(l->a, struct material, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct material *m = &p->materials[p->material_count];
        if (!load_members(l, n, SENTENCE_MATERIAL))
            continue;
        m->id = load_id(l, n, "id");
        m->name = load_text(l, n, "name");
        m->cites = load_cites(l, n, 1, m->name);
        m->strength = load_strength(l, n);
        m->template_file = load_text_opt(l, n, "template");
        m->hint = load_text_opt(l, n, "hint");
        m->or_reason =
            node_get(n, "or_reason") && node_get(n, "or_reason")->type == NODE_BOOL && load_bool(l, n, "or_reason", 0);
        for (size_t i = 0; i < p->material_count; i++)
            if (text_eq(p->materials[i].id, m->id))
                load_fault(l, "material_twice", node_get(n, "id"), "改名或删去", "材料「%s」写了两次", m->id);
        p->material_count++;
    }
}

static const char *load_phase(struct load *l, const struct node *n)
{
    static const char *const PHASES[] = {"plan",         "application", "review",    "approval",   "procurement",
                                         "construction", "acceptance",  "operation", "evaluation", "supervision"};
    const char *s = load_text(l, n, "phase");
    struct near near = {.wanted = s};

    for (size_t i = 0; i < ARRAY_LEN(PHASES); i++)
        if (text_eq(s, PHASES[i]))
            return s;
    for (size_t i = 0; i < ARRAY_LEN(PHASES); i++)
        near_offer(&near, PHASES[i]);
    if (*s)
        load_fault(l, "unknown_phase", node_get(n, "phase"), near_mend(l, &near, "见 LANGUAGE.md 的 phase"),
                   "没有「%s」这个阶段", s);
    return s;
}

static size_t count_acts(const struct node *procedures)
{
    size_t n = 0;

    for (const struct node *p = node_first(procedures); p; p = p->next)
        for (const struct node *s = node_first(node_get(p, "steps")); s; s = s->next)
            n += node_count(node_get(s, "acts"));
    return n;
}

void load_procedures(struct load *l, const struct node *rules)
{
    const struct node *all = load_object(l, rules, "procedures", 1);
    struct regulation *r = l->r;

    r->procedures = ARENA_ARRAY(l->a, struct procedure, node_count(all) + 1);
    r->happenings = ARENA_ARRAY(l->a, struct happening, count_acts(all) + 1);
    for (const struct node *n = node_first(all); n; n = n->next) {
        struct procedure *p = &r->procedures[r->procedure_count];
        l->article = "";
        if (!load_members(l, n, SENTENCE_PROCEDURE))
            continue;
        load_is_id(l, n, n->key);
        p->src = n;
        p->id = n->key;
        p->name = load_text(l, n, "name");
        p->cites = load_cites(l, n, 1, p->name);
        p->phase = load_phase(l, n);
        p->on = load_subject(l, n);
        p->repeat = load_repeat(l, n);
        p->again = load_bool(l, n, "again", 1);
        p->previous_period = load_previous(l, n, p);
        p->form = form_ref(l, n, "form");
        load_steps(l, p, (int)r->procedure_count);
        load_next(l, p);
        load_materials(l, p);
        r->procedure_count++;
    }
}

/* ---- second round ---- */

static void link_sets(struct load *l, struct act *act, const char *member, struct set_row **ret, size_t *ret_count)
{
    const struct node *all = load_object(l, act->src, member, 0);

    *ret = ARENA_ARRAY(l->a, struct set_row, node_count(all) + 1);
    for (const struct node *n = node_first(all); n; n = n->next) {
        struct set_row *s = &(*ret)[*ret_count];
        struct placed_node name = node_here(n);
        const struct field *f = n->type == NODE_TEXT ? happening_field(l->r, act->happening, n->u.text) : NULL;

        name.node.type = NODE_TEXT;
        name.node.u.text = n->key;
        s->fact = load_fact_ref(l, &name.node);
        if (s->fact < 0)
            continue;
        if (f && f->type != l->r->facts[s->fact].f.type) {
            load_fault(l, "ill_typed", n, "取同类型的字段", "字段「%s」与事实「%s」类型不同", f->id, n->key);
            continue;
        }
        if (f) {
            s->field = f->id;
            ((struct field *)f)->used = 1;
        } else if (!load_literal(l, l->r->facts[s->fact].f.type, &l->r->facts[s->fact].f, n, &s->literal)) {
            continue;
        }
        ++*ret_count;
    }
}

/* What an act on a plan settles for each project in it; on a project there is nothing gathered. */
static void link_item_sets(struct load *l, struct act *act)
{
    link_sets(l, act, "sets_items", &act->item_sets, &act->item_set_count);
    for (size_t i = 0; i < act->item_set_count; i++)
        if (l->r->facts[act->item_sets[i].fact].on != SUBJECT_PROJECT)
            load_fault(l, "other_subject", node_get(act->src, "sets_items"), "写一项询问项目的事实",
                       "「%s」不是项目的事实", l->r->facts[act->item_sets[i].fact].f.label);
    if (act->item_set_count && l->r->procedures[act->procedure].on == SUBJECT_PROJECT)
        load_fault(l, "other_subject", node_get(act->src, "sets_items"), "写成 sets，或者写在计划的事项里",
                   "「%s」是对项目作出的行为，没有所含项目", act->full);
}

static void link_act(struct load *l, struct act *act)
{
    size_t i = 0;

    l->article = act->cites.joined;
    l->this_happenings = &act->happening;
    l->this_count = 1;
    for (const struct node *n = node_first(node_get(act->src, "checklist")); n && i < act->check_count;
         n = n->next, i++) {
        act->checklist[i].when = load_cond(l, n, "when");
        act->checklist[i].exception_count = load_exceptions(l, n, &act->checklist[i].exceptions);
    }
    l->article = act->cites.joined;
    link_sets(l, act, "sets", &act->sets, &act->set_count);
    link_item_sets(l, act);
    act->when = load_cond(l, act->src, "when");
    act->reopen_count = load_refs(l, load_list(l, act->src, "reopens", 0), load_procedure_ref, &act->reopens);
    l->this_count = 0;
    if (*act->dated_by) {
        const struct field *f = happening_field(l->r, act->happening, act->dated_by);
        if (!f || f->type != VALUE_DATE)
            load_fault(l, "unknown_field", node_get(act->src, "dated_by"), "写表单中的日期字段",
                       "「%s」没有日期字段「%s」", act->name, act->dated_by);
        else
            ((struct field *)f)->used = 1;
    }
    if (act->correction && act->ends != END_NONE)
        load_fault(l, "bad_end", act->src, "correction 与 ends 只写一个", "退回补正不能同时结束事项");
}

static void link_opens(struct load *l, struct procedure *p)
{
    const struct node *list = load_list(l, p->src, "opens", 0);

    p->opens = ARENA_ARRAY(l->a, struct opens_row, node_count(list) + 1);
    for (const struct node *n = node_first(list); n; n = n->next) {
        struct opens_row *o = &p->opens[p->open_count];
        if (!load_members(l, n, SENTENCE_OPENS))
            continue;
        o->message = load_text(l, n, "message");
        o->mend = load_text_opt(l, n, "mend");
        o->who = node_get(n, "who") ? load_organ(l, node_get(n, "who")) : l->r->applicant;
        o->cites = load_cites(l, n, 1, o->message);
        o->strength = load_strength(l, n);
        if (!node_get(n, "require"))
            load_text(l, n, "require");
        o->require = load_cond(l, n, "require");
        if (o->require)
            p->open_count++;
    }
}

static void link_material(struct load *l, const struct node *n, struct material *m)
{
    const struct node *lack = node_get(n, "or_reason");

    m->when = load_cond(l, n, "when");
    if (lack && lack->type != NODE_BOOL)
        m->or_reason_when = cond_compile(l, lack);
}

void link_procedures(struct load *l)
{
    for (size_t i = 0; i < l->r->procedure_count; i++) {
        struct procedure *p = &l->r->procedures[i];
        int first[64];
        size_t k = 0;

        l->article = p->cites.joined;
        p->when = load_cond(l, p->src, "when");
        for (size_t x = 0; p->step_count && x < p->steps[0].act_count && x < 64; x++)
            first[l->this_count++] = p->steps[0].acts[x]->happening;
        l->this_happenings = first;
        link_opens(l, p);
        l->this_count = 0;
        for (const struct node *n = node_first(node_get(p->src, "materials")); n && k < p->material_count;
             n = n->next, k++)
            link_material(l, n, &p->materials[k]);
        for (size_t s = 0; s < p->step_count; s++) {
            p->steps[s].when = load_cond(l, p->steps[s].src, "when");
            if (p->steps[s].when && !s)
                load_fault(l, "member_misplaced", node_get(p->steps[s].src, "when"), "写成事项的 when",
                           "第一个环节不能有条件");
            for (size_t x = 0; x < p->steps[s].act_count; x++)
                link_act(l, p->steps[s].acts[x]);
        }
    }
}
