/*
 * regulation/special.c - events that belong to no procedure: gate.lift and filing.*
 */
#include "config.h"

#include "regulation/eval.h"

#include <string.h>

#include "base/text.h"
#include "regulation/shape.h"

static const struct cites NO_CITES = {.joined = "", .quote = "", .shown = ""};

static void lift_reasons(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const char *id = node_get_str(t->with, "gate");
    const struct gate *g = NULL;
    struct actor by = {.kind = ACTOR_ANY};
    struct node *o;

    for (size_t i = 0; i < ev->r->gate_count && !g; i++)
        if (text_eq(ev->r->gates[i].id, id))
            g = &ev->r->gates[i];
    if (!g) {
        reason_add(ev, out->reasons, "unknown_act", id, &NO_CITES, -1, STRENGTH_MANDATORY,
                   "请从项目档案「解除限制」一项里选", "本办法没有「%s」这项限制", id);
        return;
    }
    if (!g->liftable) {
        reason_add(ev, out->reasons, "gate", g->id, &g->cites, -1, g->strength, g->mend, "「%s」不能由机关解除",
                   g->name);
        return;
    }
    by.count = g->lift_count < ACTOR_MAX ? g->lift_count : ACTOR_MAX;
    memcpy(by.organ, g->lift_by, by.count * sizeof(int));
    if (actor_match(ev, &by, t->organ) < 0)
        reason_add(ev, out->reasons, "wrong_role", NULL, &g->cites, by.organ[0], STRENGTH_MANDATORY,
                   arena_fmt(ev->a, "请由%s办理", actor_text(ev, &by)), "「%s」只能由%s解除", g->name,
                   actor_text(ev, &by));
    if (gate_lifted(ev, g))
        reason_add(ev, out->reasons, "order", g->id, &g->cites, -1, STRENGTH_MANDATORY, "不用再解除，可以接着办理",
                   "「%s」已经解除", g->name);
    if (text_is_empty(node_get_str(t->with, "reason"))) {
        o = reason_add(ev, out->reasons, "field", "reason", &g->cites, t->organ, STRENGTH_MANDATORY, "请写明理由",
                       "解除「%s」须写明理由", g->name);
        shape_text(ev->a, o, "path", "/with/reason");
    }
}

struct filing_state filing_state(struct eval *ev, const struct filing *f)
{
    struct filing_state s = {.state = "none", .event = -1};

    for (int i = 0; i < ev->event_count; i++) {
        const struct case_event *e = ev->events[i].src;
        for (size_t k = 0; k < f->on_count; k++)
            if (ev->events[i].happening == f->on[k] && !ev->events[i].partial)
                s = (struct filing_state){"queued", NULL, i};
        if (ev->events[i].happening >= 0 || !text_starts(e->what, "filing.") ||
            !text_eq(node_get_str(e->with, "filing"), f->id))
            continue;
        if (text_eq(e->what, "filing.send"))
            s = (struct filing_state){"queued", NULL, i};
        else if (text_eq(e->what, "filing.stored"))
            s = (struct filing_state){"stored", NULL, i};
        else if (text_eq(e->what, "filing.accepted"))
            s = (struct filing_state){"accepted", NULL, i};
        else if (text_eq(e->what, "filing.returned"))
            s = (struct filing_state){"returned", node_get(e->with, "reasons"), i};
    }
    return s;
}

int filing_received(struct eval *ev, const struct filing *f)
{
    struct filing_state s;

    if (!cond_holds(ev, f->when))
        return 1;
    s = filing_state(ev, f);
    return text_eq(s.state, "accepted") || (f->required == RECEIPT_WANTED_STORED && text_eq(s.state, "stored"));
}

/* ---- mending one that came back ---- */

/* A typed item of a return: {kind: fact|document|event, item}; free reasons have no kind. */
static int names_item(const struct node *reasons, const char *kind, const char *item)
{
    for (const struct node *n = node_first(reasons); n; n = n->next)
        if (text_eq(node_get_str(n, "kind"), kind) && text_eq(node_get_str(n, "item"), item))
            return 1;
    return 0;
}

/* A peer may name what this filing never carried: that is a free reason like any other. */
static int is_carried(const struct filing *f, const struct regulation *r, const char *kind, const char *item)
{
    for (size_t i = 0; text_eq(kind, "fact") && i < f->fact_count; i++)
        if (text_eq(r->facts[f->facts[i]].f.id, item))
            return 1;
    for (size_t i = 0; text_eq(kind, "document") && i < f->paper_count; i++)
        if (text_eq(f->papers[i].written, item))
            return 1;
    return text_eq(kind, "event");
}

static int names_any(const struct filing *f, const struct regulation *r, const struct node *reasons)
{
    for (const struct node *n = node_first(reasons); n; n = n->next)
        if (is_carried(f, r, node_get_str(n, "kind"), node_get_str(n, "item")))
            return 1;
    return 0;
}

int filing_opens_fact(const struct filing *f, const struct filing_state *s, const struct regulation *r, int fact)
{
    for (size_t i = 0; i < f->mend_count; i++)
        if (f->mend_facts[i] == fact)
            return !names_any(f, r, s->reasons) || names_item(s->reasons, "fact", r->facts[fact].f.id);
    return 0;
}

int filing_opens_paper(const struct filing *f, const struct filing_state *s, const struct regulation *r,
                       const struct filing_paper *p)
{
    return p->may_mend && (!names_any(f, r, s->reasons) || names_item(s->reasons, "document", p->written));
}

struct mend {
    struct eval *ev;
    const struct attempt *t;
    const struct filing *f;
    const struct filing_state *s;
    struct verdict_lists *out;
    int changes;
};

static void mend_refuse(const struct mend *m, const char *code, const char *id, const char *path, const char *mend,
                        const char *message)
{
    struct node *o = reason_add(m->ev, m->out->reasons, code, id, &m->f->mend_cites, m->t->organ, STRENGTH_MANDATORY,
                                mend, "%s", message);

    shape_text(m->ev->a, o, "path", path);
}

/* The state in which the route was found, to be put back after a trial. */
struct trial {
    struct value *facts;
    unsigned char *asked, *required, *missing;
};

static struct trial trial_begin(struct eval *ev)
{
    size_t n = ev->r->fact_count + 1;
    struct trial t = {.facts = arena_alloc(ev->a, n * sizeof(struct value)),
                      .asked = arena_alloc(ev->a, n),
                      .required = arena_alloc(ev->a, n),
                      .missing = arena_alloc(ev->a, n)};

    memcpy(t.facts, ev->facts, n * sizeof(struct value));
    memcpy(t.asked, ev->asked, n);
    memcpy(t.required, ev->required, n);
    memcpy(t.missing, ev->missing, n);
    return t;
}

static void trial_end(struct eval *ev, const struct trial *t)
{
    size_t n = ev->r->fact_count + 1;

    memcpy(ev->facts, t->facts, n * sizeof(struct value));
    memcpy(ev->asked, t->asked, n);
    memcpy(ev->required, t->required, n);
    ev->route_ready = 0;
    route_find(ev);
    memcpy(ev->missing, t->missing, n);
}

/* The way as far as it is gone: the row, its steps up to the last one begun, and who was competent at each. */
struct gone {
    int route, count;
    const struct leg *legs;
    int *organs; /* who every organ by condition is */
};

static struct gone way_gone(struct eval *ev)
{
    struct gone g = {.organs = ARENA_ARRAY(ev->a, int, ev->r->organ_count + 1)};

    route_find(ev);
    g.route = ev->route;
    g.legs = ev->legs;
    for (int i = 0; i < ev->leg_count; i++)
        if (procedure_run(ev, ev->legs[i].procedure))
            g.count = i + 1;
    for (size_t i = 0; i < ev->r->organ_count; i++)
        g.organs[i] = organ_resolve(ev, (int)i);
    return g;
}

static int has_acted(const struct eval *ev, int organ)
{
    for (int i = 0; i < ev->event_count; i++)
        if (ev->events[i].act && actor_has(&ev->events[i].act->by, organ))
            return 1;
    return 0;
}

static int way_moved(struct eval *ev, const struct gone *before)
{
    route_find(ev);
    if (ev->route != before->route)
        return 1;
    for (int i = 0; i < before->count; i++) {
        const struct leg *was = &before->legs[i], *is = &ev->legs[i];
        if (i >= ev->leg_count || is->procedure != was->procedure)
            return 1;
        if (is->exists != was->exists && (!was->alongside || procedure_run(ev, was->procedure)))
            return 1;
    }
    for (size_t i = 0; i < ev->r->organ_count; i++)
        if (organ_resolve(ev, (int)i) != before->organs[i] && has_acted(ev, (int)i))
            return 1;
    return 0;
}

/* only: one fact of those given, or NULL for all of them. Says no where the way already gone would be another. */
static int mend_moves(const struct mend *m, const struct node *facts, const char *only, int scope_too)
{
    struct eval *ev = m->ev;
    struct gone before = way_gone(ev);
    struct trial t = trial_begin(ev);
    int moved;

    for (const struct node *n = node_first(facts); n; n = n->next) {
        int i = regulation_fact_index(ev->r, n->key);
        if (i >= 0 && (!only || text_eq(only, n->key)))
            ev->facts[i] = value_read(ev->r->facts[i].f.type, n);
    }
    ev->route_ready = 0;
    facts_settle(ev);
    moved = way_moved(ev, &before);
    if (scope_too)
        against_scope(ev, m->out);
    trial_end(ev, &t);
    return moved;
}

static int is_unchanged(const struct eval *ev, int fact, const struct node *n)
{
    const struct value *was = &ev->facts[fact];
    struct value is = value_read(ev->r->facts[fact].f.type, n);

    if (was->known != is.known || !is.known)
        return was->known == is.known;
    if (is.type == VALUE_CHOICES)
        return node_equal(was->list, is.list);
    return is.s || was->s ? text_eq(was->s, is.s) : was->n == is.n;
}

static void mend_fact(struct mend *m, const struct node *n)
{
    struct eval *ev = m->ev;
    int i = regulation_fact_index(ev->r, n->key);
    const char *path = arena_fmt(ev->a, "/facts/%s", n->key);
    const struct field *f = i >= 0 ? &ev->r->facts[i].f : NULL;

    if (f && is_unchanged(ev, i, n))
        return;
    m->changes++;
    if (!f)
        mend_refuse(m, "field", n->key, path, "请删去此项", "上报的内容中没有这一项");
    else if (!filing_opens_fact(m->f, m->s, ev->r, i))
        mend_refuse(m, "field", n->key, path,
                    names_any(m->f, ev->r, m->s->reasons) ? "请只改退回时列出、且可以修改的事项" : "请改回原来的内容",
                    arena_fmt(ev->a, "「%s」不能在重新上报时修改", f->label));
    else if (mend_moves(m, node_get(m->t->with, "facts"), n->key, 0))
        mend_refuse(m, "order", n->key, path, "请改回原来的内容；确需改变的，按规定办理变更",
                    arena_fmt(ev->a, "改动「%s」会改变已经走过的办理路径，不能在重新上报时修改", f->label));
}

/* An item is written as such (a case), or stands in what the document is (a file handed in). */
static void mend_paper(struct mend *m, const struct node *n)
{
    const char *written = n->type == NODE_TEXT ? n->u.text : node_get_str(n, "item");

    m->changes++;
    for (size_t i = 0; i < m->f->paper_count; i++)
        if (text_eq(m->f->papers[i].written, written) && filing_opens_paper(m->f, m->s, m->ev->r, &m->f->papers[i]))
            return;
    mend_refuse(m, "field", written, "/with/documents", "请只更换退回时列出、且可以更换的材料",
                arena_fmt(m->ev->a, "材料「%s」不能在重新上报时更换", written));
}

static void mend_reasons(struct mend *m)
{
    const struct node *facts = node_get(m->t->with, "facts");
    int before = (int)node_count(m->out->reasons);

    for (const struct node *n = node_first(facts); n; n = n->next)
        mend_fact(m, n);
    for (const struct node *n = node_first(node_get(m->t->with, "documents")); n; n = n->next)
        mend_paper(m, n);
    if (node_count(facts) && (int)node_count(m->out->reasons) == before && mend_moves(m, facts, NULL, 1))
        mend_refuse(m, "order", NULL, "/facts", "请改回原来的内容；确需改变的，按规定办理变更",
                    "这些改动合在一起会改变已经走过的办理路径，不能在重新上报时修改");
    if (m->changes && text_is_empty(node_get_str(m->t->with, "note")))
        mend_refuse(m, "field", "note", "/with/note", "请写明改了什么、怎样回应退回的原因",
                    "修改后重新上报须写修改说明");
    if (!m->changes && text_is_empty(node_get_str(m->t->with, "reason")))
        mend_refuse(m, "field", "reason", "/with/reason", "请修改退回的事项；确实不需要改的，写明理由",
                    "没有任何修改，原样重新上报须写明理由");
}

/* ---- receipts, and sending again ---- */

static void filing_reasons(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    const char *id = node_get_str(t->with, "filing");
    const struct filing *f = NULL;
    struct filing_state s;
    int send = text_eq(t->what, "filing.send"), by;

    for (size_t i = 0; i < ev->r->filing_count && !f; i++)
        if (text_eq(ev->r->filings[i].id, id))
            f = &ev->r->filings[i];
    if (!f) {
        reason_add(ev, out->reasons, "unknown_act", id, &NO_CITES, -1, STRENGTH_MANDATORY, "请从项目档案的「上报」里选",
                   "本办法没有「%s」这项报送", id);
        return;
    }
    s = filing_state(ev, f);
    by = send ? f->by : f->to;
    if (by >= 0 && t->organ >= 0 && organ_resolve(ev, by) != t->organ)
        reason_add(ev, out->reasons, "wrong_role", NULL, &f->cites, by, STRENGTH_MANDATORY,
                   arena_fmt(ev->a, "请由%s办理", ev->r->organs[organ_resolve(ev, by)].name), "「%s」由%s办理", f->name,
                   ev->r->organs[organ_resolve(ev, by)].name);
    if (send && f->by < 0)
        reason_add(ev, out->reasons, "wrong_role", NULL, &f->cites, -1, STRENGTH_MANDATORY,
                   "请联系法规管理员，在规则里写明由谁重新报送", "「%s」没有写明由谁重新报送", f->name);
    if (send && !text_eq(s.state, "returned"))
        reason_add(ev, out->reasons, "order", f->id, &f->cites, -1, STRENGTH_MANDATORY,
                   "请等对方答复；退回以后才重新报送", "「%s」没有被退回，不需要重新报送", f->name);
    else if (send)
        mend_reasons(&(struct mend){.ev = ev, .t = t, .f = f, .s = &s, .out = out});
    if (!send && (text_eq(s.state, "none") || text_eq(s.state, "accepted")))
        reason_add(ev, out->reasons, "order", f->id, &f->cites, -1, STRENGTH_MANDATORY, "请核对是哪一份报送的回执",
                   "「%s」%s，不能登记回执", f->name, text_eq(s.state, "none") ? "尚未报送" : "已经受理");
}

void special_reasons(struct eval *ev, const struct attempt *t, struct verdict_lists *out)
{
    date at = ev->at;

    ev->at = t->at;
    if (text_eq(t->what, "gate.lift")) {
        against_scope(ev, out);
        lift_reasons(ev, t, out);
    } else if (text_eq(t->what, "filing.send") || text_eq(t->what, "filing.stored") ||
               text_eq(t->what, "filing.accepted") || text_eq(t->what, "filing.returned")) {
        filing_reasons(ev, t, out);
    } else {
        struct node *o = reason_add(ev, out->reasons, "unknown_act", NULL, &NO_CITES, -1, STRENGTH_MANDATORY,
                                    "请从项目档案里选要办的事项", "本办法没有「%s」这一办理事项", t->what);
        shape_text(ev->a, o, "path", "/what");
    }
    ev->at = at;
}
