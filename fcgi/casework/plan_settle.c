/*
 * casework/plan_settle.c - what an act on a plan settles of the projects in it
 *
 * The rules say it ("sets_items" of the act). Each project gets an event of its own, as whatever happens to it has one,
 * its facts, rows and audit; all of it stands or falls with the act. One project after another, by number, in an arena
 * that is emptied between two.
 */
#include "config.h"

#include "casework/plan.h"

#include "base/text.h"
#include "casework/facts.h"
#include "casework/outcome.h"
#include "casework/view.h"
#include "store/plan.h"

enum { SETTLE_ARENA = 32 << 20 };

struct settling {
    struct desk d; /* with the arena of one project, and no key: the act has answered to it */
    struct db *db;
    const struct project *plan;
    const struct event *act;
    const struct node *sets;
};

/* 1 when one of them is not so yet. */
static int is_news(const struct settling *s, const struct casefile *c)
{
    for (const struct node *n = node_first(s->sets); n != NULL; n = n->next) {
        const struct node *now = node_get(c->facts, n->key);

        if (now == NULL || !node_equal(now, n))
            return 1;
    }
    return 0;
}

static struct event event_of(const struct settling *s, const struct casefile *c)
{
    struct arena *a = s->d.arena;
    struct node *with = node_object(a);
    struct event ev = *s->act;

    view_put_id(a, with, "plan", s->plan->id);
    node_put_text(a, with, "title", s->plan->title);
    node_put_text(a, with, "act", s->act->what);
    node_put(a, with, "facts", node_copy(a, s->sets));
    node_put(a, with, "was", facts_were(a, c->facts, s->sets));
    ev.project = c->p.id;
    ev.seq = c->p.event_count + 1;
    ev.what = PLAN_SETTLED;
    ev.name = arena_fmt(a, "随「%s」登记", s->plan->title);
    ev.with_json = view_json_text(a, with);
    ev.regulation = regulation_id(c->regulation);
    return ev;
}

static int project_write(const struct settling *s, struct casefile *c, const struct event *ev, const char *before,
                         struct err *e)
{
    const struct desk *d = &s->d;
    struct node *facts = node_copy(d->arena, c->facts), *detail = node_object(d->arena);
    const struct node *verdict;

    for (const struct node *n = node_first(s->sets); n != NULL; n = n->next)
        node_put(d->arena, facts, n->key, node_copy(d->arena, n));
    c->facts = facts;
    casefile_take_event(d, c, ev);
    verdict = casefile_road(d, c);
    outcome_project(d, c, verdict);
    if (event_add(s->db, d->arena, ev, e) < 0 || outcome_rows(d, s->db, c, verdict, e) < 0 ||
        project_save(s->db, d->arena, &c->p, e) < 0)
        return -1;
    view_put_id(d->arena, detail, "plan", s->plan->id);
    node_put(d->arena, detail, "facts", node_copy(d->arena, s->sets));
    struct audit row = {.what = PLAN_SETTLED,
                        .object = arena_fmt(d->arena, "project/%lld", (long long)c->p.id),
                        .result = "ok",
                        .articles = ev->articles,
                        .before_sm3 = before,
                        .after_sm3 = project_digest(d->arena, &c->p),
                        .detail = view_json_text(d->arena, detail)};

    return audit_put(d, s->db, &row, e);
}

static int project_settle(const struct settling *s, int64_t id, struct err *e)
{
    struct casefile c;
    int found = casefile_lock(&s->d, s->db, id, "", 0, NULL, &c, e);

    if (found <= 0)
        return found;
    if (!text_eq(c.p.state, "running") || !is_news(s, &c))
        return 0;
    (void)casefile_road(&s->d, &c); /* its last days are made out before anything is changed */

    const char *before = project_digest(s->d.arena, &c.p);
    const struct event ev = event_of(s, &c);

    return project_write(s, &c, &ev, before, e);
}

int plan_settle(struct op *op, const struct event *act, const struct node *sets, struct err *e)
{
    struct plan_item *rows;
    size_t count;
    int rc = 0;

    if (node_count(sets) == 0)
        return 0;
    if (plan_item_list(op->db, op->desk->arena, op->file.p.id, PLAN_ITEMS_MAX, &rows, &count, e) < 0)
        return -1;

    struct arena *one CLEANUP_(arena_freep) = arena_new("settle", SETTLE_ARENA);
    struct settling s = {.d = *op->desk, .db = op->db, .plan = &op->file.p, .act = act, .sets = sets};

    s.d.arena = one;
    s.d.key = "";
    s.d.cited = NULL;
    for (size_t i = 0; i < count && rc == 0; i++) {
        if (text_eq(rows[i].state, "in"))
            rc = project_settle(&s, rows[i].project, e);
        arena_reset(one);
    }
    return rc < 0 ? -1 : 0;
}
