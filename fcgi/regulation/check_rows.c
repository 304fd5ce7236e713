/*
 * regulation/check_rows.c - steps, organs, duties, what is unused, the ledger, validity
 */
#include "config.h"

#include "regulation/check.h"

#include <string.h>

#include "base/text.h"

enum { STEPS_MAX = 256 };

/* ---- steps ---- */

static int next_of(const struct act *act)
{
    return act->ends != END_NONE ? -1 : act->next >= 0 ? act->next : act->step + 1;
}

static void walk(const struct procedure *p, int from, unsigned char *seen)
{
    if (from < 0 || (size_t)from >= p->step_count || from >= STEPS_MAX || seen[from])
        return;
    seen[from] = 1;
    for (size_t i = 0; i < p->steps[from].act_count; i++)
        walk(p, next_of(p->steps[from].acts[i]), seen);
}

static int ends_from(const struct procedure *p, int from, enum act_end how)
{
    unsigned char seen[STEPS_MAX] = {0};

    walk(p, from, seen);
    for (size_t s = 0; s < p->step_count && s < STEPS_MAX; s++)
        for (size_t i = 0; seen[s] && i < p->steps[s].act_count; i++)
            if (how == END_NONE ? p->steps[s].acts[i]->ends != END_NONE : p->steps[s].acts[i]->ends == how)
                return 1;
    return 0;
}

/* A body outside the platform whose decision nobody but that organ records. */
static int recorded_alone(const struct regulation *r, const struct actor *by, int organ)
{
    for (size_t i = 0; i < by->count; i++) {
        const struct organ *o = &r->organs[by->organ[i]];
        if (o->kind != ORGAN_OUTSIDE || o->recorded_count != 1 || o->recorded_by[0] != organ)
            return 0;
    }
    return by->count > 0;
}

/* It hands in papers, as an applicant does; an order it gives and later checks is no application. */
static int applies(const struct procedure *p, int organ)
{
    for (size_t i = 0; i < p->steps[0].act_count; i++)
        if (p->steps[0].acts[i]->takes_materials && actor_has(&p->steps[0].acts[i]->by, organ))
            return 1;
    return 0;
}

static int judges(const struct step *s)
{
    int against = 0, passes = 0;

    for (size_t i = 0; i < s->act_count; i++) {
        against |= s->acts[i]->ends == END_FAILED || s->acts[i]->correction;
        passes |= s->acts[i]->ends == END_DONE;
    }
    return against && passes;
}

/* Who sends also decides: a later step of its own that may pass or refuse, or whose decision it alone records. */
static void check_self_approval(struct check *k, const struct procedure *p)
{
    const struct actor *first = &p->steps[0].by;

    for (size_t x = 0; p->step_count && x < first->count; x++) {
        int organ = first->organ[x];
        const char *name = k->r->organs[organ].name;
        if (organ != k->r->applicant && !applies(p, organ))
            continue;
        for (size_t s = 1; s < p->step_count; s++) {
            if (!judges(&p->steps[s]))
                continue;
            if (recorded_alone(k->r, &p->steps[s].by, organ))
                check_put(
                    k, FINDING_DOUBT, "self_approval", p->steps[s].src, 0, &p->cites, "改由其他机关登记这一决定",
                    arena_fmt(k->a, "「%s」由%s送出，「%s」环节的决定又只由它登记", p->name, name, p->steps[s].name));
            if (actor_has(&p->steps[s].by, organ) && p->steps[s].by.kind == ACTOR_ANY)
                check_put(k, FINDING_DOUBT, "self_approval", p->steps[s].src, 0, &p->cites, "改由其他机关办理这一环节",
                          arena_fmt(k->a, "「%s」由%s送出，又由它在「%s」环节决定", p->name, name, p->steps[s].name));
        }
    }
}

static void check_steps(struct check *k, const struct procedure *p)
{
    unsigned char seen[STEPS_MAX] = {0};

    walk(p, 0, seen);
    for (size_t s = 0; s < p->step_count && s < STEPS_MAX; s++) {
        const struct step *x = &p->steps[s];
        if (!seen[s])
            check_put(k, FINDING_ERROR, "step_unreachable", x->src, 0, &p->cites, "核对前面各环节的 next 与 ends",
                      arena_fmt(k->a, "没有行为会转到环节「%s」", x->name));
        else if (!ends_from(p, (int)s, END_NONE))
            check_put(k, FINDING_ERROR, "step_no_exit", x->src, 0, &p->cites, "让其中一个行为结束（ends）",
                      arena_fmt(k->a, "从环节「%s」出发永远不能结束", x->name));
    }
    if (!ends_from(p, 0, END_DONE))
        check_put(k, FINDING_ERROR, "procedure_no_good_end", p->src, 1, &p->cites, "写明一个 \"ends\": \"done\" 的行为",
                  arena_fmt(k->a, "「%s」没有办结的行为", p->name));
    check_self_approval(k, p);
}

void check_procedures(struct check *k)
{
    for (size_t i = 0; i < k->r->procedure_count; i++)
        check_steps(k, &k->r->procedures[i]);
}

/* ---- organs ---- */

static int is_held(const struct check *k, const char *organ)
{
    for (size_t i = 0; i < k->held_count; i++)
        if (text_eq(k->organs_held[i], organ))
            return 1;
    return 0;
}

static int acts_somewhere(const struct regulation *r, int organ)
{
    for (size_t h = 0; h < r->happening_count; h++)
        for (const struct act *act = r->happenings[h].acts; act; act = act->next_same)
            if (actor_has(&act->by, organ))
                return 1;
    for (size_t i = 0; i < r->gate_count; i++)
        for (size_t k = 0; k < r->gates[i].lift_count; k++)
            if (r->gates[i].lift_by[k] == organ)
                return 1;
    return 0;
}

static int has_organ(const int *list, size_t count, int organ)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == organ)
            return 1;
    return 0;
}

static int convenes(const struct regulation *r, int organ)
{
    for (size_t i = 0; i < r->review_count; i++)
        if (has_organ(r->reviews[i].convened_by, r->reviews[i].convened_count, organ) ||
            has_organ(r->reviews[i].seeds, r->reviews[i].seed_count, organ))
            return 1;
    return has_organ(r->pool.kept_by, r->pool.kept_count, organ);
}

static int named_by_case(const struct regulation *r, int organ)
{
    for (size_t i = 0; i < r->organ_count; i++) {
        for (size_t k = 0; k < r->organs[i].case_count; k++)
            if (r->organs[i].cases[k].organ == organ && acts_somewhere(r, (int)i))
                return 1;
        for (size_t k = 0; k < r->organs[i].recorded_count; k++)
            if (r->organs[i].recorded_by[k] == organ && acts_somewhere(r, (int)i))
                return 1;
    }
    return 0;
}

void check_organs(struct check *k)
{
    for (size_t i = 0; i < k->r->organ_count; i++) {
        const struct organ *o = &k->r->organs[i];
        int acts = acts_somewhere(k->r, (int)i) || named_by_case(k->r, (int)i) || convenes(k->r, (int)i);

        if (o->kind == ORGAN_OUTSIDE && acts && !o->recorded_count)
            check_put(k, FINDING_ERROR, "step_nobody", o->src, 1, &o->cites, "写明 recorded_by：由谁登记它的决定",
                      arena_fmt(k->a, "「%s」不在平台上，又没有写明由谁登记它的决定，它的环节无人能办", o->name));
        if (k->organs_held && acts && o->kind == ORGAN_OFFICE && !is_held(k, o->id))
            check_put(k, FINDING_ERROR, "organ_without_group", o->src, 1, &o->cites, "在 tenant.json 中为它写明目录组",
                      arena_fmt(k->a, "「%s」要办理事项，却没有对应的目录组，无人能以它的名义办理", o->name));
    }
}

/* ---- duties ---- */

static int trigger_reachable(const struct check *k, const struct trigger *t)
{
    if (!t)
        return 1;
    if (t->kind == TRIGGER_EVENT)
        return k->reachable[k->r->happenings[t->happening].procedure];
    if (t->kind == TRIGGER_EARLIER)
        return trigger_reachable(k, t->a) || trigger_reachable(k, t->b);
    if (t->kind == TRIGGER_LATER)
        return trigger_reachable(k, t->a) && trigger_reachable(k, t->b);
    return t->kind == TRIGGER_ALWAYS || trigger_reachable(k, t->a);
}

/* An actor of the duty may act for it, also by condition or by recording. */
static int in_hand(const struct regulation *r, const struct actor *who, const struct act *act)
{
    for (size_t i = 0; i < act->by.count; i++) {
        const struct organ *o = &r->organs[act->by.organ[i]];
        if (actor_has(who, act->by.organ[i]))
            return 1;
        for (size_t c = 0; c < o->case_count; c++)
            if (actor_has(who, o->cases[c].organ))
                return 1;
        for (size_t c = 0; c < o->recorded_count; c++)
            if (actor_has(who, o->recorded_by[c]))
                return 1;
    }
    for (size_t i = 0; i < who->count; i++)
        for (size_t c = 0; c < r->organs[who->organ[i]].case_count; c++)
            if (actor_has(&act->by, r->organs[who->organ[i]].cases[c].organ))
                return 1;
    return 0;
}

void check_duties(struct check *k)
{
    const struct regulation *r = k->r;

    for (size_t i = 0; i < r->duty_count; i++) {
        const struct duty *d = &r->duties[i];
        int mine = 0;

        if (!d->fulfilled_count)
            check_put(k, d->limit.kind == LIMIT_NONE ? FINDING_DOUBT : FINDING_ERROR, "duty_nothing_fulfils", d->src, 0,
                      &d->cites, "写明 fulfilled_by", arena_fmt(k->a, "没有行为能履行「%s」", d->name));
        for (size_t x = 0; x < d->fulfilled_count; x++)
            for (const struct act *act = r->happenings[d->fulfilled_by[x]].acts; act; act = act->next_same)
                mine |= in_hand(r, &d->who, act);
        if (d->fulfilled_count && !mine)
            check_put(k, FINDING_DOUBT, "duty_other_hand", d->src, 0, &d->cites, "核对 who 与 fulfilled_by",
                      arena_fmt(k->a, "「%s」的责任机关自己不能办理履行它的行为", d->name));
        mine = !d->fulfilled_count;
        for (size_t x = 0; x < d->fulfilled_count; x++)
            mine |= k->reachable[r->happenings[d->fulfilled_by[x]].procedure];
        if (!mine)
            check_put(k, FINDING_ERROR, "duty_nothing_fulfils", d->src, 0, &d->cites, "核对履行它的事项能否开始",
                      arena_fmt(k->a, "履行「%s」的事项永远不能开始", d->name));
        if (!trigger_reachable(k, d->trigger))
            check_put(k, FINDING_ERROR, "duty_never_begins", d->src, 0, &d->cites, "核对起算的事项能否开始",
                      arena_fmt(k->a, "「%s」永远不会起算", d->name));
    }
}

/* ---- unused ---- */

/* ---- filings ---- */

/* An act whose decision sets the fact. */
static const struct act *set_by(const struct regulation *r, int fact)
{
    for (size_t h = 0; h < r->happening_count; h++)
        for (const struct act *act = r->happenings[h].acts; act; act = act->next_same)
            for (size_t i = 0; i < act->set_count; i++)
                if (act->sets[i].fact == fact)
                    return act;
    return NULL;
}

/* What an authority sets or confirms (G-16) is not mended by whom sends the filing. */
static void check_mend(struct check *k, const struct filing *f)
{
    const struct node *n = node_first(node_get(f->mend, "facts"));

    for (size_t i = 0; i < f->mend_count && n; i++, n = n->next) {
        const struct fact *x = &k->r->facts[f->mend_facts[i]];
        const struct act *act = set_by(k->r, f->mend_facts[i]);
        if (!x->decided_count && x->may != APPLICANT_NO && !act)
            continue;
        check_put(k, FINDING_ERROR, "mend_decided", n, 0, &f->mend_cites, "从 mend 中删去；由认定的机关改变以后再报送",
                  act ? arena_fmt(k->a, "「%s」由「%s」确定，不能在重新上报时修改", x->f.label, act->name)
                      : arena_fmt(k->a, "「%s」由机关认定，不能在重新上报时修改", x->f.label));
    }
}

void check_filings(struct check *k)
{
    for (size_t i = 0; i < k->r->filing_count; i++) {
        const struct filing *f = &k->r->filings[i];
        check_mend(k, f);
        if (f->required == RECEIPT_WANTED_DECIDED && f->by < 0)
            check_put(k, FINDING_DOUBT, "filing_stuck", f->src, 0, &f->cites, "写明 by，必要时写明 mend",
                      arena_fmt(k->a, "「%s」被退回以后，没有人能重新上报", f->name));
    }
}

void check_unused(struct check *k)
{
    const struct regulation *r = k->r;

    for (size_t i = 0; i < r->form_count; i++)
        if (!r->forms[i].used)
            check_put(k, FINDING_DOUBT, "form_unused", r->forms[i].src, 1, &r->forms[i].cites,
                      "在事项或行为中引用，或删去", arena_fmt(k->a, "表单「%s」没有用处", r->forms[i].name));
    for (size_t i = 0; i < r->organ_count; i++)
        if (!r->organs[i].used && (r->organs[i].kind == ORGAN_OFFICE || r->organs[i].kind == ORGAN_OUTSIDE) &&
            !*node_get_str(r->organs[i].src, "does"))
            check_put(k, FINDING_DOUBT, "organ_idle", r->organs[i].src, 1, &r->organs[i].cites,
                      "在环节、时限或限制中写明它的职责；没有可执行职责的，写 does",
                      arena_fmt(k->a, "「%s」没有写明做什么", r->organs[i].name));
        else if (!r->organs[i].used && r->organs[i].kind == ORGAN_ONE_OF)
            check_put(k, FINDING_DOUBT, "organ_unused", r->organs[i].src, 1, &r->organs[i].cites,
                      "在环节中引用，或删去", arena_fmt(k->a, "机关「%s」没有用处", r->organs[i].name));
    for (size_t i = 0; i < r->fact_count; i++) {
        const struct fact *f = &r->facts[i];
        int judged = f->f.type != VALUE_TEXT && f->f.type != VALUE_LONG_TEXT;
        if (!f->f.used && judged)
            check_put(k, FINDING_DOUBT, "fact_unused", f->f.src, 0, &f->f.cites, "在条件中使用，或删去",
                      arena_fmt(k->a, "询问了「%s」，却没有规则看它", f->f.label));
    }
}

/* ---- the ledger and the clock ---- */

/* An article that counts days or months, or says at once or every year, must have a clock resting on it. */
static int names_a_period(const char *text)
{
    static const char *const WORDS[] = {"个工作日", "日内",   "天内", "个月内", "半年", "年内",
                                        "每年",     "每季度", "每月", "年底",   "及时", "限时"};

    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
        if (strstr(text, WORDS[i]))
            return 1;
    return 0;
}

static int has_clock(const struct regulation *r, size_t article)
{
    for (size_t i = 0; i < r->duty_count; i++)
        for (size_t c = 0; c < r->duties[i].cites.row_count; c++)
            if (r->duties[i].cites.rows[c] == (int)article)
                return 1;
    return 0;
}

void check_articles(struct check *k)
{
    const struct regulation *r = k->r;
    const char *file = arena_fmt(k->a, "%s/text.json", r->dir);

    for (size_t i = 0; i < r->article_count; i++) {
        const struct article *x = &r->articles[i];
        if (!x->cited && !x->stated && !x->untranslated)
            finding_put(k->f, FINDING_ERROR, "article_missing", file, x->src, 0, x->number,
                        "由一条规则引用它，或写入 statements 或 untranslated", "%s没有着落", x->title);
        else if (names_a_period(x->text) && !has_clock(r, i) && !x->untranslated)
            finding_put(k->f, FINDING_DOUBT, "clock_missing", file, x->src, 0, x->number,
                        "写一项时限，或在 untranslated 说明", "%s写有期间，却没有时限引用它", x->title);
    }
    check_clocks(k, file);
}

void check_version(struct check *k)
{
    const struct regulation *r = k->r;
    const struct node *version = node_get(r->rules, "version"), *to = node_get(version, "to");

    if (r->to != DATE_NONE && k->today > r->to)
        check_put(k, FINDING_DOUBT, "regulation_expired", to, 0, &r->version_cites, "载入接续的规定，或新的有效期",
                  arena_fmt(k->a, "本办法有效期至%s，已经失效", date_law(k->a, r->to)));
    if (r->to != DATE_NONE && !r->has_after_expiry)
        check_put(k, FINDING_DOUBT, "after_expiry_missing", version, 1, &r->version_cites, "写明 after_expiry",
                  "规定有失效日期，却没有写明失效之后如何办理");
    if (k->today < r->from)
        check_put(k, FINDING_DOUBT, "regulation_not_yet", node_get(version, "from"), 0, &r->version_cites, "",
                  arena_fmt(k->a, "本办法自%s起施行", date_law(k->a, r->from)));
}
