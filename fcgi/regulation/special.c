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
        reason_add(ev, out->reasons, "unknown_act", id, &NO_CITES, -1, STRENGTH_MANDATORY, "请核对限制的名称",
                   "本规定没有「%s」这项限制", id);
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
        reason_add(ev, out->reasons, "order", g->id, &g->cites, -1, STRENGTH_MANDATORY, "", "「%s」已经解除", g->name);
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
        if (!text_starts(e->what, "filing.") || !text_eq(node_get_str(e->with, "filing"), f->id))
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
        reason_add(ev, out->reasons, "unknown_act", id, &NO_CITES, -1, STRENGTH_MANDATORY, "请核对报送的名称",
                   "本规定没有「%s」这项报送", id);
        return;
    }
    s = filing_state(ev, f);
    by = send ? f->by : f->to;
    if (by >= 0 && t->organ >= 0 && organ_resolve(ev, by) != t->organ)
        reason_add(ev, out->reasons, "wrong_role", NULL, &f->cites, by, STRENGTH_MANDATORY,
                   arena_fmt(ev->a, "请由%s办理", ev->r->organs[organ_resolve(ev, by)].name), "「%s」由%s办理", f->name,
                   ev->r->organs[organ_resolve(ev, by)].name);
    if (send && f->by < 0)
        reason_add(ev, out->reasons, "wrong_role", NULL, &f->cites, -1, STRENGTH_MANDATORY, "",
                   "「%s」没有写明由谁重新报送", f->name);
    if (send && !text_eq(s.state, "returned"))
        reason_add(ev, out->reasons, "order", f->id, &f->cites, -1, STRENGTH_MANDATORY, "被退回后方可重新报送",
                   "「%s」没有被退回，不需要重新报送", f->name);
    if (!send && (text_eq(s.state, "none") || text_eq(s.state, "accepted")))
        reason_add(ev, out->reasons, "order", f->id, &f->cites, -1, STRENGTH_MANDATORY, "请核对回执",
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
        reason_add(ev, out->reasons, "unknown_act", NULL, &NO_CITES, -1, STRENGTH_MANDATORY, "请核对行为的名称",
                   "本规定没有「%s」这一行为", t->what);
    }
    ev->at = at;
}
