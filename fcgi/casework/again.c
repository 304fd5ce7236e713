/*
 * casework/again.c - a form that was sent back for correction: what it said, and what of it may change
 */
#include "config.h"

#include "casework/again.h"

#include "base/text.h"
#include "casework/runs.h"

/* ---- what it said before ---- */

static int ends_run(const struct node *procedure, const char *what)
{
    for (const struct node *s = node_first(node_get(procedure, "steps")); s != NULL; s = s->next) {
        for (const struct node *act = node_first(node_get(s, "acts")); act != NULL; act = act->next) {
            if (text_eq(node_get_str(act, "id"), what) && *node_get_str(act, "ends") != '\0')
                return 1;
        }
    }
    return 0;
}

/* The last time the act was done in the run that was sent back; a run that ended has no "again". */
static const struct node *said_before(const struct casefile *c, struct arena *a, const struct node *procedure,
                                      const struct node *run, const char *name, const char *what)
{
    int sent_back = 0;

    for (size_t i = c->event_count; i-- > 0;) {
        const struct case_event *ev = &c->history[i];

        if (!text_eq(act_procedure(a, ev->what), name) || !runs_has(run, (int64_t)i + 1))
            continue;
        if (text_eq(ev->what, what))
            return sent_back ? ev->with : NULL;
        if (ends_run(procedure, ev->what))
            return NULL;
        sent_back |= node_count(node_get(ev->with, "correction")) > 0;
    }
    return NULL;
}

/* The request of that run that its unit has not answered; of no run the latest of all. */
static const struct case_event *asked(const struct casefile *c, const struct node *run)
{
    for (size_t i = c->event_count; run != NULL && i-- > 0;) {
        const struct case_event *ev = &c->history[i];

        if (runs_has(run, (int64_t)i + 1))
            return node_count(node_get(ev->with, "correction")) > 0 ? ev : NULL;
    }
    return run == NULL ? casefile_correction(c) : NULL;
}

void again_find(const struct desk *d, const struct casefile *c, const char *what, const struct node *run,
                struct again *ret)
{
    const char *name = act_procedure(d->arena, what);
    const struct case_event *open = asked(c, run);
    struct act_where where = {0};

    *ret = (struct again){.dated_by = ""};
    if (!casefile_act(d, c, what, &where))
        return;
    ret->before = said_before(c, d->arena, where.procedure, run, name, what);
    ret->dated_by = node_get_str(where.act, "dated_by");
    if (open != NULL && text_eq(act_procedure(d->arena, open->what), name))
        ret->correction = open;
}

/* ---- what may change ---- */

static const struct node *reason_before(const struct again *g, const char *id)
{
    return node_get(node_get(g->before, "not_applicable"), id);
}

int again_follows(const struct again *g, const struct node *field)
{
    return correction_names(g->correction, node_get_str(field, "from"));
}

static int is_named(const struct again *g, const struct node *field)
{
    return correction_names(g->correction, node_get_str(field, "id")) || again_follows(g, field);
}

static int is_named_id(const struct again *g, const struct node *form, const char *id)
{
    for (const struct node *f = node_first(node_get(form, "fields")); f != NULL; f = f->next) {
        if (text_eq(node_get_str(f, "id"), id))
            return is_named(g, f);
    }
    return 0;
}

/* A sum in which one figure may change: the others must be able to follow it. */
static int sum_is_open(const struct again *g, const struct node *form, const char *id)
{
    for (const struct node *s = node_first(node_get(form, "sums")); s != NULL; s = s->next) {
        int has = text_eq(node_get_str(s, "total"), id), opens = is_named_id(g, form, node_get_str(s, "total"));

        for (const struct node *n = node_first(node_get(s, "of")); n != NULL; n = n->next) {
            has |= text_eq(node_str(n, ""), id);
            opens |= is_named_id(g, form, node_str(n, ""));
        }
        if (has && opens)
            return 1;
    }
    return 0;
}

int again_is_open(const struct again *g, const struct node *form, const struct node *field)
{
    const char *id = node_get_str(field, "id");

    if (g->correction == NULL || g->before == NULL || text_eq(id, g->dated_by))
        return 1;
    if (!node_is_true(node_get(g->before, id)) && reason_before(g, id) == NULL)
        return 1;
    return is_named(g, field) || sum_is_open(g, form, id);
}

/* ---- carried along ---- */

void again_refuse(struct err_list *errors, const char *label, const char *base, const char *id)
{
    struct err e = {0};

    err_fail(&e, ERR_RULE, "补正要求没有列出「%s」，这一项不能改", label);
    err_mend(&e, "请改回原来的内容；确需更改的，请受理机关在补正要求中写明");
    err_at(&e, "%s/%s", base, id);
    err_list_take(errors, &e);
}

/* The reason written instead of a field is carried with it. */
static void keep_reason(struct arena *a, const struct again *g, const char *id, struct node *with)
{
    const struct node *before = reason_before(g, id), *now = node_get(with, "not_applicable");

    if (before == NULL || node_get(now, id) != NULL)
        return;
    struct node *all = now != NULL ? node_copy(a, now) : node_object(a);

    node_put(a, all, id, node_copy(a, before));
    node_put(a, with, "not_applicable", all);
}

void again_keep(struct arena *a, const struct again *g, const struct node *form, struct node *with,
                struct err_list *errors)
{
    for (const struct node *f = node_first(node_get(form, "fields")); f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id");
        const struct node *before = node_get(g->before, id), *now = node_get(with, id);

        if (again_is_open(g, form, f))
            continue;
        keep_reason(a, g, id, with);
        if (now == NULL && before != NULL)
            node_put(a, with, id, node_copy(a, before));
        else if (now != NULL && (before == NULL || !node_equal(before, now)))
            again_refuse(errors, node_get_str(f, "label"), "/with", id);
    }
}
