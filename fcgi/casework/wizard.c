/*
 * casework/wizard.c - the page on which a project is described, with the road it will go
 *
 * The road beside the form comes from the same evaluation that later decides (idea 2), on the facts as
 * they are typed now.
 */
#include "config.h"

#include "casework/casework.h"

#include "base/text.h"
#include "casework/content_type.h"
#include "casework/facts.h"
#include "casework/part.h"
#include "casework/stale.h"
#include "casework/todo.h"
#include "casework/view.h"

struct wizard {
    const struct desk *desk;
    struct casefile file;
    const struct node *typed; /* texts of the form as it came back; NULL: as it is kept */
    struct err_list errors;   /* what cannot be read */
    struct node *verdict;
};

/* ---- fields ---- */

static const char *names_of(const struct desk *d, const struct casefile *c, const struct node *organs)
{
    char *joined = arena_dup(d->arena, "");

    for (const struct node *n = node_first(organs); n != NULL; n = n->next) {
        const char *name = regulation_organ_name(c->regulation, node_str(n, ""));

        joined = arena_fmt(d->arena, "%s%s%s", joined, *joined != '\0' ? "、" : "", name);
    }
    return joined;
}

static int is_readonly(const struct wizard *w, const struct node *declared)
{
    const struct case_event *correction = casefile_correction(&w->file);

    if (text_eq(node_get_str(declared, "applicant_may"), "no"))
        return 1;
    if (w->file.p.submitted_on == DATE_NONE)
        return 0;
    return correction == NULL || !correction_names(correction, node_get_str(declared, "id"));
}

static struct node *wizard_field(const struct wizard *w, const struct node *declared)
{
    struct arena *a = w->desk->arena;
    const char *id = node_get_str(declared, "id");
    const struct node *typed = node_get(w->typed, id);
    struct node *n;

    if (typed == NULL && w->typed == NULL)
        typed = node_get(w->file.typed, id);
    n = view_field(w->desk, declared, node_get(w->file.facts, id), typed, &w->errors, "/facts");
    if (node_count(node_get(declared, "decided_by")) > 0)
        node_put_text(a, n, "decided_by_names", names_of(w->desk, &w->file, node_get(declared, "decided_by")));
    view_take(w->desk, n, declared, "cond", "meaning", NULL);
    node_put_bool(a, n, "readonly", is_readonly(w, declared));
    node_put_bool(a, n, "asked_again",
                  w->file.p.submitted_on != DATE_NONE && correction_names(casefile_correction(&w->file), id));
    view_field_says(a, n);
    return n;
}

static struct node *wizard_groups(const struct wizard *w)
{
    struct arena *a = w->desk->arena;
    struct node *groups = node_list(a);

    for (const struct node *f = node_first(regulation_facts(w->file.regulation, a, w->file.facts)); f != NULL;
         f = f->next) {
        if (text_eq(node_get_str(f, "applicant_may"), "no"))
            continue; /* set by an act, not asked of the unit */
        node_add(facts_group(a, groups, f), wizard_field(w, f));
    }
    return groups;
}

/* ---- the road ---- */

/* The limit of the duty that an act of the procedure fulfils. */
static const struct node *procedure_duty(const struct wizard *w, const char *procedure)
{
    for (const struct node *du = node_first(node_get(w->verdict, "duties")); du != NULL; du = du->next) {
        if (text_eq(act_procedure(w->desk->arena, node_get_str(du, "act")), procedure))
            return du;
    }
    return NULL;
}

static int is_added(const struct wizard *w, const struct node *stage)
{
    for (const struct node *x = node_first(node_get(node_get(w->verdict, "route"), "added")); x != NULL; x = x->next) {
        for (const struct node *n = node_first(node_get(x, "articles")); n != NULL; n = n->next) {
            const struct node *own = node_first(node_get(stage, "articles"));

            if (own != NULL && text_eq(node_str(own, ""), node_str(n, "")))
                return 1;
        }
    }
    return 0;
}

static struct node *wizard_path(const struct wizard *w)
{
    struct arena *a = w->desk->arena;
    struct node *list = node_list(a);

    for (const struct node *s = node_first(node_get(w->verdict, "stages")); s != NULL; s = s->next) {
        struct node *n = node_add_object(a, list);
        const char *id = node_get_str(s, "procedure");
        const struct node *procedure = regulation_procedure(w->file.regulation, a, id), *duty = procedure_duty(w, id);

        view_take(w->desk, n, s, "procedure", "name", "state", "articles", NULL);
        node_put_text(a, n, "organ_name", node_get_str(s, "decider_name"));
        node_put_text(a, n, "limit_text", duty != NULL ? node_get_str(duty, "limit_text") : "");
        node_put_bool(a, n, "in_principle", text_eq(node_get_str(duty, "strength"), "in_principle"));
        node_put_bool(a, n, "added", is_added(w, s));
        if (node_count(node_get(procedure, "materials")) > 0)
            node_put_int(a, n, "material_count", (int64_t)node_count(node_get(procedure, "materials")));
    }
    return list;
}

/* The procedures the unit hands materials to now: those the verdict asks for, or an open correction's. */
static struct node *wizard_materials(const struct wizard *w)
{
    struct arena *a = w->desk->arena;
    struct node *list = node_list(a), *group;
    const char *last = "";

    for (const struct node *m = node_first(node_get(w->verdict, "materials")); m != NULL; m = m->next) {
        const char *procedure = node_get_str(m, "procedure");

        if (text_eq(procedure, last))
            continue;
        last = procedure;
        group = part_materials(w->desk, &w->file, procedure, w->verdict);
        if (group != NULL)
            node_add(list, group);
    }
    return list;
}

/* The unit's act on the stage that is open or blocked now; NULL when the road is not known yet. */
static const struct node *wizard_act(const struct wizard *w)
{
    const struct node *stage = node_first(node_get(w->verdict, "stages"));

    while (stage != NULL && !text_eq(node_get_str(stage, "state"), "now") &&
           !text_eq(node_get_str(stage, "state"), "blocked"))
        stage = stage->next;
    for (const struct node *act = node_first(node_get(w->verdict, "acts")); act != NULL; act = act->next) {
        if (part_act_is_mine(w->desk, act) && text_eq(node_get_str(act, "procedure"), node_get_str(stage, "procedure")))
            return act;
    }
    return NULL;
}

static void wizard_submit(const struct wizard *w, struct node *page)
{
    struct arena *a = w->desk->arena;
    const struct node *best = wizard_act(w);

    if (best == NULL || w->file.p.id == 0)
        return;
    struct node *n = node_put_object(a, page, "submit");

    view_take(w->desk, n, best, "act", "name", "procedure_name", "to_names", "allowed", "articles", "danger", NULL);
    node_put(a, n, "reasons", view_reasons(w->desk, node_get(best, "reasons")));
    node_put_text(a, n, "href",
                  view_href(w->desk, "/projects/%lld/acts/%s", (long long)w->file.p.id, node_get_str(best, "act")));
}

/* What still stands between this draft and its submission: required facts, then every reason of the evaluator. */
static struct node *wizard_todo(const struct wizard *w)
{
    struct err_list *todo = ARENA_NEW(w->desk->arena, struct err_list);

    todo_draft(w->desk, &w->file, w->verdict, todo);
    todo_reasons(w->desk, node_get(wizard_act(w), "reasons"), todo);
    return view_errors(w->desk, todo);
}

/* ---- the page ---- */

/* Facts as typed lie over those kept, so that road and conditions follow what is on the screen. */
static void wizard_overlay(struct wizard *w)
{
    struct arena *a = w->desk->arena;
    const struct node *texts = w->typed != NULL ? w->typed : w->file.typed;
    struct node *read = facts_read(w->file.regulation, a, texts, 0, &w->errors), *facts = node_copy(a, w->file.facts);

    for (const struct node *n = node_first(read); n != NULL; n = n->next)
        node_put(a, facts, n->key, node_copy(a, n));
    w->file.facts = facts;
}

/* What another project of the unit says lies in the new one; but not what belongs to one application alone, nor what an
 * authority set, nor what the text in force now does not ask or take. */
static int wizard_like(struct wizard *w, int64_t like, struct node *page, struct err *e)
{
    const struct desk *d = w->desk;
    struct node *carried = node_object(d->arena);
    struct err_list dropped = {0};
    struct casefile source;

    if (like == 0)
        return 0;
    if (casefile_read(d, MAY_PROJECT_DRAFT, like, &source, e) < 0)
        return -1;
    if (!casefile_is_project(&source.p))
        return err_fail(e, ERR_NOT_FOUND, "没有这个项目");
    for (const struct node *f = node_first(regulation_facts(w->file.regulation, d->arena, NULL)); f != NULL;
         f = f->next) {
        const char *id = node_get_str(f, "id");
        const struct node *value = node_get(source.facts, id);

        if (value != NULL && text_eq(node_get_str(f, "applicant_may"), "set") && !node_get_bool(f, "each_time"))
            node_put(d->arena, carried, id, node_copy(d->arena, value));
    }
    w->file.facts = facts_read(w->file.regulation, d->arena, carried, 0, &dropped);
    node_put(d->arena, page, "like", view_project_short(d, &source.p));
    return 0;
}

int wizard_view(const struct desk *d, int64_t project_or_0, int64_t like_or_0, const struct node *typed_or_null,
                struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct wizard *w = ARENA_NEW(a, struct wizard);
    struct node *page = node_object(a), *correction;

    w->desk = d;
    w->typed = typed_or_null;
    if (project_or_0 == 0) {
        if (permit_check(d->actor, MAY_PROJECT_DRAFT, e) < 0 || casefile_blank(d, &w->file, e) < 0 ||
            wizard_like(w, like_or_0, page, e) < 0)
            return -1;
    } else if (casefile_read(d, MAY_PROJECT_DRAFT, project_or_0, &w->file, e) < 0) {
        return -1;
    } else if (!casefile_is_project(&w->file.p)) {
        return err_fail(e, ERR_NOT_FOUND, "没有这个项目");
    } else {
        node_put(a, page, "project", view_project_short(d, &w->file.p));
        node_put_fmt(a, page, "seen", "%lld", (long long)w->file.p.event_count);
        node_put_text(a, page, "marks", stale_marks(a, w->file.facts));
    }
    wizard_overlay(w);
    w->verdict = casefile_road(d, &w->file);

    node_put(a, page, "groups", wizard_groups(w));
    node_put(a, page, "materials", wizard_materials(w));
    node_put(a, page, "verdict", view_cite(d, w->verdict));
    node_put(a, page, "path", wizard_path(w));
    node_put(a, page, "errors", view_errors(d, &w->errors));
    node_put(a, page, "todo", wizard_todo(w));
    node_put_text(a, page, "unit_name", w->file.p.unit_name);
    node_put(a, page, "regulation", part_regulation(d, &w->file));
    node_put_text(a, page, "accepted_types", content_types_endings(a));
    node_put_text(a, page, "accepted_text", content_types_accepted());
    node_put_int(a, page, "upload_max_mb", d->platform->config.upload_max_bytes / 1048576);
    node_put_bool(a, page, "is_locked", w->file.p.submitted_on != DATE_NONE && casefile_correction(&w->file) == NULL);
    correction = part_correction(d, &w->file);
    if (correction != NULL)
        node_put(a, page, "corrections", correction);
    wizard_submit(w, page);
    *ret = page;
    return 0;
}
