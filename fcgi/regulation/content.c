/*
 * regulation/content.c - what an act carries: its form, checklist, correction, materials and facts
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

/* ---- what the act carries ---- */

void field_reason(struct eval *ev, const struct attempt *t, struct verdict_lists *out, const char *path, const char *id,
                  const struct cites *c, const char *mend, const char *message)
{
    struct node *o = reason_add(ev, out->reasons, "field", id, c, t->organ >= 0 ? t->organ : ev->r->applicant,
                                STRENGTH_MANDATORY, mend, "%s", message);

    shape_text(ev->a, o, "path", path);
}

static void against_sums(struct eval *ev, const struct attempt *t, const struct form *f, struct verdict_lists *out)
{
    for (size_t i = 0; i < f->sum_count; i++) {
        const struct sum *s = &f->sums[i];
        const struct field *total = &f->fields[s->total];
        struct value want = value_read(total->type, node_get(t->with, total->id)),
                     got = {.known = 1, .type = total->type}, gap = got;
        int parts = 0;
        for (size_t k = 0; k < s->of_count; k++) {
            struct value v = value_read(total->type, node_get(t->with, f->fields[s->of[k]].id));
            parts += v.known;
            if (v.known && __builtin_add_overflow(got.n, v.n, &got.n))
                got.n = INT64_MAX;
        }
        if (!want.known || !parts || want.n == got.n)
            continue;
        gap.n = want.n > got.n ? want.n - got.n : got.n - want.n;
        field_reason(ev, t, out, arena_fmt(ev->a, "/with/%s", total->id), total->id, &f->cites, "请核对各分项与合计",
                     arena_fmt(ev->a, "%d 项合计 %s，应等于「%s」%s，%s %s", (int)s->of_count,
                               value_text(ev->a, total, &got), total->label, value_text(ev->a, total, &want),
                               want.n > got.n ? "还差" : "多出", value_text(ev->a, total, &gap)));
    }
}

static int field_may_lack(struct eval *ev, const struct field *x)
{
    return x->or_reason || (x->or_reason_when && cond_holds(ev, x->or_reason_when));
}

/* Who signs later signs the same paper. */
static void against_joint(struct eval *ev, const struct attempt *t, const struct form *f, struct verdict_lists *out)
{
    for (size_t i = 0; t->joint && i < f->field_count; i++) {
        const struct field *x = &f->fields[i];
        const struct node *theirs = node_get(t->joint, x->id), *mine = node_get(t->with, x->id);
        struct value v = value_read(x->type, theirs), own = value_read(x->type, mine);
        if (v.known && mine && !node_equal(theirs, mine))
            field_reason(ev, t, out, arena_fmt(ev->a, "/with/%s", x->id), x->id, &x->cites,
                         "请核对；不同意的，请退回重办",
                         arena_fmt(ev->a, "「%s」填的是「%s」，与先办理的机关所填的「%s」不一致", x->label,
                                   own.known ? value_text(ev->a, x, &own) : "别的内容", value_text(ev->a, x, &v)));
    }
}

/* What must hold between the fields; one that is not filled in leaves the test open. */
static void against_tests(struct eval *ev, const struct attempt *t, const struct form *f, struct verdict_lists *out)
{
    for (size_t i = 0; i < f->test_count; i++) {
        const struct form_test *x = &f->tests[i];
        enum answer got;

        ev->this_pending = 1;
        got = cond_decide(ev, x->require);
        ev->this_pending = 0;
        if (got == ANSWER_NO)
            field_reason(ev, t, out, arena_fmt(ev->a, "/with/%s", x->field), x->field, &x->cites,
                         *x->mend ? x->mend : "请核对后改正", x->message);
    }
}

static void against_form(struct eval *ev, const struct attempt *t, const struct form *f, struct verdict_lists *out)
{
    for (size_t i = 0; i < f->field_count; i++) {
        const struct field *x = &f->fields[i];
        against_rows(ev, t, x, out);
        if (!x->required && !(x->required_when && cond_holds(ev, x->required_when)))
            continue;
        if (!value_read(x->type, node_get(t->with, x->id)).known &&
            !(field_may_lack(ev, x) && *node_get_str(node_get(t->with, "not_applicable"), x->id)))
            field_reason(ev, t, out, arena_fmt(ev->a, "/with/%s", x->id), x->id, &x->cites,
                         field_may_lack(ev, x) ? "请填写；不涉及的，写明理由" : "请填写",
                         arena_fmt(ev->a, "缺少「%s」", x->label));
    }
    against_sums(ev, t, f, out);
    against_tests(ev, t, f, out);
    against_joint(ev, t, f, out);
}

static void against_correction(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct node *list = node_get(t->with, "correction");

    if (!node_count(list))
        field_reason(ev, t, out, "/with/correction", "correction", &t->act->cites, "请逐项写明补正的内容",
                     "退回补正须写明要补正的事项");
    if (!value_read(VALUE_DATE, node_get(t->with, "until")).known)
        field_reason(ev, t, out, "/with/until", "until", &t->act->cites, "请写明补正的最后一日",
                     "退回补正须写明补正期限");
}

/* What stands against an item answered the wrong way: nothing where an exception of its own holds. */
static const struct exception *exception_find(struct eval *ev, const struct check_item *c)
{
    for (size_t i = 0; i < c->exception_count; i++)
        if (cond_holds(ev, c->exceptions[i].when))
            return &c->exceptions[i];
    return NULL;
}

static const char *item_mend(struct eval *ev, const struct check_item *c)
{
    const char *mend = *c->effect ? c->effect
                       : c->veto  ? "有此情形的不能通过；请退回补正或不予通过"
                                  : "请核对后作答；不符合的，退回补正或不予通过";

    if (c->strength == STRENGTH_MANDATORY)
        return mend;
    return arena_fmt(ev->a, "%s%s此项属于原则上的要求，确有理由的，写明理由后可以办理", mend, *mend ? "；" : "");
}

static void against_item(struct eval *ev, const struct attempt *t, const struct check_item *c,
                         struct verdict_lists *out)
{
    struct value v = value_read(VALUE_BOOLEAN, node_get(node_get(t->with, "checklist"), c->id));
    const struct exception *x = NULL;
    int hand = t->organ >= 0 ? t->organ : -1;
    struct node *o, *list = out->reasons;

    if (v.known && v.n == !c->veto)
        return;
    if (v.known)
        x = exception_find(ev, c);
    if (x) {
        reason_add(ev, out->warnings, "exception", c->id, &x->cites, -1, c->strength, "", "「%s」适用例外：%s", c->name,
                   x->note);
        return;
    }
    if (v.known && c->strength == STRENGTH_IN_PRINCIPLE && !text_is_empty(node_get_str(t->with, "reason")))
        list = out->warnings; /* passed over with a reason on record */
    if (v.known && c->veto)
        o = reason_add(ev, list, "veto", c->id, &c->cites, ev->r->applicant, c->strength, item_mend(ev, c),
                       "「%s」：有此情形的%s不得「%s」", c->name, c->strength == STRENGTH_MANDATORY ? "" : "原则上",
                       t->act->name);
    else
        o = reason_add(ev, list, "checklist", c->id, &c->cites, hand, c->strength, item_mend(ev, c), "审查要点「%s」%s",
                       c->name, v.known ? "不符合" : "尚未作答");
    shape_text(ev->a, o, "path", arena_fmt(ev->a, "/with/checklist/%s", c->id));
}

static void against_checklist(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    for (size_t i = 0; i < t->act->check_count; i++)
        if (cond_holds(ev, t->act->checklist[i].when))
            against_item(ev, t, &t->act->checklist[i], out);
}

void against_content(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    for (int which = 0; which < ACT_FORMS; which++) {
        const struct form *f = act_asks_form(ev->r, t->act, which);
        if (f && (which == 0 || f != t->act->form))
            against_form(ev, t, f, out);
    }
    if (t->act->reason && text_is_empty(node_get_str(t->with, "reason")))
        field_reason(ev, t, out, "/with/reason", "reason", &t->act->cites, "请写明理由",
                     arena_fmt(ev->a, "「%s」须写明理由", t->act->name));
    if (t->act->correction)
        against_correction(ev, t, out);
    if (event_date(ev, t->act, t->with, t->at) > ev->today)
        field_reason(ev, t, out, *t->act->dated_by ? arena_fmt(ev->a, "/with/%s", t->act->dated_by) : "/at", "at",
                     &t->act->cites, "请填写今天或以前的日期",
                     arena_fmt(ev->a, "日期晚于今天（%s）", date_text(ev->a, ev->today)));
    against_checklist(ev, t, out);
}

/* ---- materials and facts ---- */

static int names_material(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n; n = n->next)
        if (text_eq(node_str(n, ""), id))
            return 1;
    return 0;
}

/* The reason on record why a material does not exist; "" none. */
const char *material_reason(struct eval *ev, int run, const struct node *with, const struct material *m)
{
    int may = m->or_reason || (m->or_reason_when && cond_holds(ev, m->or_reason_when));
    const char *why = may ? node_get_str(node_get(with, "not_applicable"), m->id) : "";

    for (int k = run >= 0 && may ? ev->runs[run].first_event : -1; k >= 0 && !*why; k = ev->events[k].next_in_run)
        why = node_get_str(node_get(ev->events[k].with, "not_applicable"), m->id);
    return why;
}

int material_present(const struct eval *ev, const struct procedure *p, int run, const struct node *with, const char *id)
{
    (void)p;
    for (size_t i = 0; i < ev->in->material_count; i++)
        if (text_eq(ev->in->materials[i], id))
            return 1;
    if (names_material(node_get(with, "materials"), id))
        return 1;
    for (int k = run >= 0 ? ev->runs[run].first_event : -1; k >= 0; k = ev->events[k].next_in_run)
        if (names_material(node_get(ev->events[k].with, "materials"), id))
            return 1;
    return 0;
}

void against_materials(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const struct procedure *p = &ev->r->procedures[t->act->procedure];

    for (size_t i = 0; i < p->material_count; i++) {
        const struct material *m = &p->materials[i];
        if (cond_decide(ev, m->when) != ANSWER_YES || material_present(ev, p, t->spot.run, t->with, m->id) ||
            *material_reason(ev, t->spot.run, t->with, m))
            continue;
        reason_add(ev, m->strength == STRENGTH_MANDATORY ? out->reasons : out->warnings, "material_missing", m->id,
                   &m->cites, ev->r->applicant, m->strength,
                   m->or_reason || m->or_reason_when ? "请上传；没有的，写明理由" : "请上传", "缺少材料「%s」",
                   m->name);
    }
}

void against_facts(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    for (size_t i = 0; i < ev->r->fact_count; i++) {
        const struct fact *f = &ev->r->facts[i];
        int who = f->may == APPLICANT_NO && f->decided_count ? f->decided_by[0] : ev->r->applicant;
        struct node *o;
        if (!ev->required[i] || ev->facts[i].known)
            continue;
        o = reason_add(ev, out->reasons, "field", f->f.id, &f->f.cites, who, STRENGTH_MANDATORY,
                       arena_fmt(ev->a, f->may == APPLICANT_NO ? "请由%s认定「%s」" : "请由%s填写「%s」",
                                 ev->r->organs[organ_resolve(ev, who)].name, f->f.label),
                       "缺少「%s」", f->f.label);
        shape_text(ev->a, o, "path", arena_fmt(ev->a, "/facts/%s", f->f.id));
    }
    (void)t;
}
