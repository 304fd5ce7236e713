/*
 * regulation/subject.c - cases that are no projects: a plan, a bundle, an appropriation (fcgi/adr/0017)
 *
 * A regulation that has procedures on such an object says what it is called, who opens one, who else may look at it
 * and from which procedures it gathers projects. Where nothing is said every case is a project.
 */
#include "config.h"

#include "base/text.h"
#include "regulation/load.h"

/* ---- load ---- */

static int kind_of(struct load *l, const struct node *n)
{
    struct near near = {.wanted = node_get_str(n, "id")};
    int kind = subject_of(near.wanted);

    if (kind > SUBJECT_PROJECT)
        return kind;
    for (int i = SUBJECT_PROJECT + 1; i < SUBJECT_COUNT; i++)
        near_offer(&near, subject_id(i));
    load_fault(l, "unknown_kind", node_get(n, "id"),
               near_mend(l, &near, "可用：plan、unit、system、bundle、appropriation"), "没有「%s」这种对象",
               near.wanted);
    return -1;
}

static int gathered(struct load *l, const struct node *n)
{
    int i = load_procedure_ref(l, n);

    if (i < 0 || l->r->procedures[i].on == SUBJECT_PROJECT)
        return i;
    load_fault(l, "other_subject", n, "写一项在项目上办理的事项", "「%s」不是项目的事项，不能从中汇集项目",
               l->r->procedures[i].name);
    return -1;
}

static void load_one(struct load *l, const struct node *n)
{
    struct subject_rule one = {.src = n, .name = load_text(l, n, "name")};
    int kind = kind_of(l, n);

    one.cites = load_cites(l, n, 1, one.name);
    l->article = one.cites.joined;
    one.opened_count = load_refs(l, node_get(n, "opened_by"), load_organ, &one.opened_by);
    one.seen_count = load_refs(l, node_get(n, "seen_by"), load_organ, &one.seen_by);
    one.gather_count = load_refs(l, node_get(n, "gathers"), gathered, &one.gathers);
    if (!node_get(n, "opened_by"))
        load_text(l, n, "opened_by");
    for (size_t i = 0; i < one.opened_count; i++)
        if (l->r->organs[one.opened_by[i]].kind == ORGAN_OUTSIDE || l->r->organs[one.opened_by[i]].kind == ORGAN_ONE_OF)
            load_fault(l, "organ_without_people", node_get(n, "opened_by"), "写在平台上有岗位的机关",
                       "「%s」不能建立%s", l->r->organs[one.opened_by[i]].name, one.name);
    if (kind < 0)
        return;
    if (l->r->subjects[kind].name)
        load_fault(l, "subject_twice", node_get(n, "id"), "合为一项", "对象「%s」写了两次", subject_id(kind));
    else
        l->r->subjects[kind] = one;
}

void load_subjects(struct load *l, const struct node *rules)
{
    for (const struct node *n = node_first(load_list(l, rules, "subjects", 0)); n; n = n->next) {
        l->article = "";
        if (load_members(l, n, SENTENCE_SUBJECT))
            load_one(l, n);
    }
}

/* ---- who ---- */

static int among(const int *organs, size_t count, int organ)
{
    for (size_t i = 0; i < count; i++)
        if (organs[i] == organ)
            return 1;
    return 0;
}

static int acts_for(const struct organ *o, int self, int organ)
{
    if (self == organ || among(o->recorded_by, o->recorded_count, organ))
        return 1;
    for (size_t i = 0; i < o->case_count; i++)
        if (o->cases[i].organ == organ)
            return 1;
    return 0;
}

static int takes_part(const struct regulation *r, const struct actor *x, int organ)
{
    for (size_t i = 0; i < x->count; i++)
        if (acts_for(&r->organs[x->organ[i]], x->organ[i], organ))
            return 1;
    return 0;
}

static int has_step(const struct regulation *r, const struct procedure *p, int organ)
{
    for (size_t s = 0; s < p->step_count; s++) {
        if (takes_part(r, &p->steps[s].by, organ))
            return 1;
        for (size_t i = 0; i < p->steps[s].act_count; i++)
            if (takes_part(r, &p->steps[s].acts[i]->by, organ) || takes_part(r, &p->steps[s].acts[i]->to, organ))
                return 1;
    }
    return 0;
}

static const struct subject_rule *rule_of(const struct regulation *r, const char *subject)
{
    int kind = subject_of(subject);

    return kind > SUBJECT_PROJECT && r->subjects[kind].name ? &r->subjects[kind] : NULL;
}

int regulation_knows_subject(const struct regulation *r, const char *subject)
{
    return rule_of(r, subject) != NULL;
}

int regulation_subject_opens(const struct regulation *r, const char *subject, const char *organ)
{
    const struct subject_rule *s = rule_of(r, subject);

    return s && among(s->opened_by, s->opened_count, regulation_organ_index(r, organ));
}

int regulation_subject_seen(const struct regulation *r, const char *subject, const char *organ)
{
    const struct subject_rule *s = rule_of(r, subject);
    int self = regulation_organ_index(r, organ);

    if (!s || self < 0)
        return 0;
    if (among(s->opened_by, s->opened_count, self) || among(s->seen_by, s->seen_count, self))
        return 1;
    for (size_t i = 0; i < r->procedure_count; i++)
        if (r->procedures[i].on == subject_of(subject) && has_step(r, &r->procedures[i], self))
            return 1;
    return 0;
}

/* ---- what they are ---- */

static struct node *subject_node(const struct regulation *r, struct arena *a, int kind)
{
    const struct subject_rule *s = &r->subjects[kind];
    struct node *o = node_object(a), *list;
    const char *names = "";

    node_put_text(a, o, "id", subject_id(kind));
    node_put_text(a, o, "name", s->name);
    list = node_put_list(a, o, "opened_by");
    for (size_t i = 0; i < s->opened_count; i++) {
        node_add_text(a, list, r->organs[s->opened_by[i]].id);
        names = arena_fmt(a, "%s%s%s", names, i ? "、" : "", r->organs[s->opened_by[i]].name);
    }
    node_put_text(a, o, "opened_names", names);
    list = node_put_list(a, o, "gathers");
    for (size_t i = 0; i < s->gather_count; i++)
        node_add_text(a, list, r->procedures[s->gathers[i]].id);
    node_put(a, o, "articles", s->cites.list ? node_copy(a, s->cites.list) : node_list(a));
    return o;
}

struct node *regulation_subject(const struct regulation *r, struct arena *a, const char *id)
{
    return rule_of(r, id) ? subject_node(r, a, subject_of(id)) : NULL;
}

struct node *regulation_subjects(const struct regulation *r, struct arena *a)
{
    struct node *list = node_list(a);

    for (int i = SUBJECT_PROJECT + 1; i < SUBJECT_COUNT; i++)
        if (r->subjects[i].name)
            node_add(list, subject_node(r, a, i));
    return list;
}

int regulation_has_subjects(const struct regulation *r)
{
    for (int i = SUBJECT_PROJECT + 1; i < SUBJECT_COUNT; i++)
        if (r->subjects[i].name)
            return 1;
    return 0;
}

/* 每年底申报下一年度需求: an application whose last day the project's own year says. */
static int is_round(const struct regulation *r, const struct duty *d)
{
    if (d->trigger->kind != TRIGGER_ALWAYS || d->limit.kind != LIMIT_BEFORE)
        return 0;
    for (size_t i = 0; i < d->fulfilled_count; i++)
        if (text_eq(r->procedures[r->happenings[d->fulfilled_by[i]].procedure].phase, "application"))
            return 1;
    return 0;
}

int regulation_plans(const struct regulation *r)
{
    for (size_t i = 0; i < r->procedure_count; i++)
        if (text_eq(r->procedures[i].phase, "plan"))
            return 1;
    for (size_t i = 0; i < r->duty_count; i++)
        if (is_round(r, &r->duties[i]))
            return 1;
    return 0;
}
