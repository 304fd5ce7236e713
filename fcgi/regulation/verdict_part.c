/*
 * regulation/verdict_part.c - the smaller parts of a verdict: filings, materials, organs; and the organs an act names,
 * for all parts
 */
#include "config.h"

#include "regulation/eval.h"

#include "base/text.h"
#include "regulation/shape.h"

void put_actor_ids(struct eval *ev, struct node *o, const char *key, const struct actor *x)
{
    struct node *list = shape_list(ev->a, o, key);

    for (size_t i = 0; i < x->count; i++)
        shape_text(ev->a, list, NULL, ev->r->organs[organ_resolve(ev, x->organ[i])].id);
}

/* Whose people do it: the organ's own, or those of the organs that record for a body outside. */
void put_hands(struct eval *ev, struct node *o, const struct actor *by)
{
    struct node *list = shape_list(ev->a, o, "hands");

    for (size_t i = 0; i < by->count; i++) {
        const struct organ *who = &ev->r->organs[organ_resolve(ev, by->organ[i])];
        size_t count = who->kind == ORGAN_OUTSIDE ? who->recorded_count : 1;

        for (size_t k = 0; k < count; k++) {
            const struct organ *hand =
                who->kind == ORGAN_OUTSIDE ? &ev->r->organs[organ_resolve(ev, who->recorded_by[k])] : who;
            struct node *row = shape_object(ev->a, list, NULL);

            shape_text(ev->a, row, "organ", hand->id);
            shape_text(ev->a, row, "for", who->id);
        }
    }
}

static const char *const RECEIPTS[] = {"", "stored", "decided"};

/* What of a returned one is open to whom sends it again. */
static void put_mend(struct eval *ev, struct node *o, const struct filing *f, const struct filing_state *s)
{
    struct node *mend, *list;

    if (!f->mend || !text_eq(s->state, "returned"))
        return;
    mend = shape_object(ev->a, o, "mend");
    list = shape_list(ev->a, mend, "facts");
    for (size_t i = 0; i < f->mend_count; i++)
        if (filing_opens_fact(f, s, ev->r, f->mend_facts[i]))
            shape_text(ev->a, list, NULL, ev->r->facts[f->mend_facts[i]].f.id);
    list = shape_list(ev->a, mend, "documents");
    for (size_t i = 0; i < f->paper_count; i++)
        if (filing_opens_paper(f, s, ev->r, &f->papers[i]))
            shape_text(ev->a, list, NULL, f->papers[i].written);
    shape_alias(ev->a, mend, "articles", f->mend_cites.list);
    cite(ev, &f->mend_cites);
}

void verdict_filings(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "filings");

    for (size_t i = 0; i < ev->r->filing_count; i++) {
        const struct filing *f = &ev->r->filings[i];
        struct filing_state s;
        struct node *o;

        if (!cond_holds(ev, f->when))
            continue;
        s = filing_state(ev, f);
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "id", f->id);
        shape_text(ev->a, o, "name", f->name);
        shape_text(ev->a, o, "state", s.state);
        if (f->by >= 0)
            put_hands(ev, o, &(struct actor){.kind = ACTOR_ANY, .count = 1, .organ = {f->by}});
        shape_text(ev->a, o, "to", f->to >= 0 ? ev->r->organs[f->to].id : "");
        shape_text(ev->a, o, "to_name", f->to >= 0 ? ev->r->organs[f->to].name : "");
        shape_date(ev->a, o, "since", s.event >= 0 ? ev->events[s.event].at : DATE_NONE);
        shape_alias(ev->a, o, "articles", f->cites.list);
        shape_alias(ev->a, o, "reasons", s.reasons);
        shape_text(ev->a, o, "required_receipt", RECEIPTS[f->required]);
        shape_bool(ev->a, o, "received", f->required == RECEIPT_WANTED_NONE || filing_received(ev, f));
        put_mend(ev, o, f, &s);
        cite(ev, &f->cites);
    }
}

static void put_materials(struct eval *ev, struct node *list, int procedure, int run)
{
    const struct procedure *p = &ev->r->procedures[procedure];

    for (size_t i = 0; i < p->material_count; i++) {
        const struct material *m = &p->materials[i];
        struct node *o;
        if (cond_decide(ev, m->when) != ANSWER_YES)
            continue;
        o = shape_object(ev->a, list, NULL);
        shape_text(ev->a, o, "procedure", p->id);
        shape_text(ev->a, o, "id", m->id);
        shape_text(ev->a, o, "name", m->name);
        shape_alias(ev->a, o, "articles", m->cites.list);
        shape_bool(ev->a, o, "present", material_present(ev, p, run, NULL, m->id));
        shape_bool(ev->a, o, "or_reason", m->or_reason || (m->or_reason_when && cond_holds(ev, m->or_reason_when)));
        shape_text(ev->a, o, "not_applicable", material_reason(ev, run, NULL, m));
        shape_bool(ev->a, o, "required", m->strength == STRENGTH_MANDATORY);
        shape_text(ev->a, o, "strength", m->strength == STRENGTH_MANDATORY ? "mandatory" : "in_principle");
        shape_text(ev->a, o, "template", m->template_file);
        shape_text(ev->a, o, "hint", m->hint);
        cite(ev, &m->cites);
    }
}

void verdict_materials(struct eval *ev, struct node *root, const struct shown *shown, int attempted)
{
    struct node *list = shape_list(ev->a, root, "materials");
    unsigned char *seen = arena_alloc(ev->a, ev->r->procedure_count + 1);

    for (int k = 0; k < shown->count; k++) {
        const struct shown_act *row = &shown->rows[k];
        int p = row->act->procedure;
        int wanted = row->spot.run >= 0 || p == attempted || p == shown->at;
        if (!row->act->takes_materials || seen[p] || !wanted)
            continue;
        seen[p] = 1;
        put_materials(ev, list, p, row->spot.run);
    }
}

/* Of every procedure, open or not: the materials this project does not need, and those that hang on what is not known.
 */
void verdict_materials_off(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "materials_off");

    for (size_t i = 0; i < ev->r->procedure_count; i++) {
        const struct procedure *p = &ev->r->procedures[i];
        for (size_t k = 0; k < p->material_count; k++) {
            struct node *o;
            if (!p->materials[k].when || cond_holds(ev, p->materials[k].when))
                continue;
            o = shape_object(ev->a, list, NULL);
            shape_text(ev->a, o, "procedure", p->id);
            shape_text(ev->a, o, "id", p->materials[k].id);
        }
    }
}

/* Whether a step of the procedure is that organ's; who: each organ resolved for this project. */
static int has_step_by(const struct procedure *p, const int *who, int organ)
{
    for (size_t s = 0; s < p->step_count; s++)
        for (size_t x = 0; x < p->steps[s].by.count; x++)
            if (who[p->steps[s].by.organ[x]] == organ)
                return 1;
    return 0;
}

void verdict_organs(struct eval *ev, struct node *root)
{
    struct node *list = shape_list(ev->a, root, "organs");
    const struct procedure **ahead = ARENA_ARRAY(ev->a, const struct procedure *, (size_t)ev->leg_count + 1);
    int *who = ARENA_ARRAY(ev->a, int, ev->r->organ_count + 1), count = 0;

    for (int i = 0; i < ev->leg_count; i++)
        if (ev->legs[i].exists != ANSWER_NO && !procedure_done(ev, ev->legs[i].procedure))
            ahead[count++] = &ev->r->procedures[ev->legs[i].procedure];
    for (size_t k = 0; k < ev->r->organ_count; k++)
        who[k] = organ_resolve(ev, (int)k);
    for (size_t k = 0; k < ev->r->organ_count; k++) {
        struct node *does = NULL;
        for (int i = 0; i < count; i++) {
            if (!has_step_by(ahead[i], who, (int)k))
                continue;
            if (!does) {
                struct node *o = shape_object(ev->a, list, NULL);
                shape_text(ev->a, o, "organ", ev->r->organs[k].id);
                shape_text(ev->a, o, "name", ev->r->organs[k].name);
                does = shape_list(ev->a, o, "does");
            }
            shape_text(ev->a, does, NULL, ahead[i]->name);
        }
    }
}
