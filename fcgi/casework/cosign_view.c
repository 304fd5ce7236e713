/*
 * casework/cosign_view.c - 加签 as people see it: its page, its part of a project's, an act's and a letter's page
 */
#include "config.h"

#include "casework/cosign.h"

#include "base/text.h"
#include "casework/hands.h"
#include "casework/outcome.h"
#include "casework/part.h"
#include "casework/people.h"
#include "casework/view.h"
#include "store/duties.h"

int cosign_seen(const struct desk *d, const struct handing *h)
{
    if (d->actor == NULL || !permit_allows(d->actor->post->kind, MAY_COSIGN_READ))
        return 0;
    return *desk_organ(d) == '\0' || hands_ours(d, h);
}

static const char *kind_name(const char *kind)
{
    static const char *const names[][2] = {{"open", "还没有签"}, {"agree", "同意"},  {"disagree", "不同意"},
                                           {"decline", "不签"},  {"back", "已收回"}, {"urge", "催办"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], kind))
            return names[i][1];
    return "";
}

const char *cosign_step_name(const struct desk *d, const struct casefile *c, const char *step)
{
    const char *procedure = act_procedure(d->arena, step);
    const struct node *p = regulation_procedure(c->regulation, d->arena, procedure);

    for (const struct node *s = node_first(node_get(p, "steps")); s != NULL; s = s->next)
        if (text_eq(arena_fmt(d->arena, "%s.%s", procedure, node_get_str(s, "id")), step))
            return arena_fmt(d->arena, "%s：%s", node_get_str(p, "name"), node_get_str(s, "name"));
    return step;
}

struct node *cosign_steps(const struct desk *d, const struct casefile *c, const struct node *verdict)
{
    struct node *list = node_list(d->arena);

    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next) {
        const char *step = arena_fmt(d->arena, "%s.%s", node_get_str(act, "procedure"), node_get_str(act, "step"));
        struct act_where where;
        int known = 0;

        if (!part_act_is_mine(d, act) || !outcome_is_task(d, verdict, act, desk_organ(d)) ||
            !casefile_act(d, c, node_get_str(act, "act"), &where))
            continue;
        for (const struct node *n = node_first(list); n != NULL; n = n->next)
            known |= text_eq(node_get_str(n, "step"), step);
        if (known)
            continue;

        struct node *o = node_add_object(d->arena, list);

        node_put_kept(d->arena, o, "step", step);
        node_put_fmt(d->arena, o, "name", "%s：%s", node_get_str(act, "procedure_name"),
                     node_get_str(act, "step_name"));
    }
    return list;
}

static struct node *item_node(const struct desk *d, const struct casefile *c, const struct cosign *s)
{
    struct arena *a = d->arena;
    struct node *o = node_object(a);
    const char *state = s->end != NULL ? s->end->kind : "open";
    const int is_me = d->actor != NULL && text_eq(s->ask->person, d->actor->person) && hands_ours(d, s->ask);

    view_put_id(a, o, "id", s->ask->id);
    node_put_kept(a, o, "step", s->ask->step);
    node_put_kept(a, o, "step_name", cosign_step_name(d, c, s->ask->step));
    node_put_kept(a, o, "post_name", tenant_organ_name(d->district->tenant, s->ask->organ));
    node_put_kept(a, o, "person", s->ask->person);
    node_put_kept(a, o, "name", s->ask->name);
    node_put_kept(a, o, "by_name", s->ask->by_name);
    node_put_kept(a, o, "about", s->ask->reason);
    view_put_date(a, o, "asked_on", instant_date(s->ask->at));
    view_put_date(a, o, "until_on", s->ask->until_on);
    node_put_bool(a, o, "is_late", s->end == NULL && s->ask->until_on != DATE_NONE && s->ask->until_on < desk_today(d));
    node_put_kept(a, o, "state", state);
    node_put_kept(a, o, "state_name", kind_name(state));
    node_put_bool(a, o, "is_open", s->end == NULL);
    node_put_bool(a, o, "is_me", is_me);
    node_put_bool(a, o, "is_good", text_eq(state, "agree"));
    node_put_bool(a, o, "is_bad", text_eq(state, "disagree"));
    view_put_date(a, o, "urged_on", s->urged != NULL ? instant_date(s->urged->at) : DATE_NONE);
    node_put_kept(a, o, "opinion", s->end != NULL ? s->end->reason : "");
    node_put_kept(a, o, "ended_by", s->end != NULL ? s->end->by_name : "");
    view_put_date(a, o, "ended_on", s->end != NULL ? instant_date(s->end->at) : DATE_NONE);
    return o;
}

void cosign_put(const struct desk *d, const struct casefile *c, struct node *page)
{
    struct arena *a = d->arena;
    struct node *o, *items;
    struct cosign *list;
    size_t count, open = 0;
    int mine = 0;

    if (d->actor == NULL || !permit_allows(d->actor->post->kind, MAY_COSIGN_READ))
        return;
    o = node_put_object(a, page, "cosign");
    items = node_put_list(a, o, "items");
    count = c->hand_count > 0 ? cosign_list(d, c, &list) : 0;
    for (size_t i = 0; i < count; i++) {
        if (!cosign_seen(d, list[i].ask))
            continue;

        const struct node *n = node_add(items, item_node(d, c, &list[i]));

        open += (size_t)node_get_bool(n, "is_open");
        mine |= node_get_bool(n, "is_open") && node_get_bool(n, "is_me");
    }
    node_put_int(a, o, "open_count", (int64_t)open);
    node_put_bool(a, o, "waits_for_me", mine);
    node_put_kept(a, o, "href", view_href(d, "/projects/%lld/cosign", (long long)c->p.id));
}

/* ---- on record ---- */

static void detail_row(struct arena *a, struct node *list, const char *label, const char *value)
{
    struct node *n;

    if (*value == '\0')
        return;
    n = node_add_object(a, list);
    node_put_kept(a, n, "label", label);
    node_put_kept(a, n, "value", value);
}

struct node *cosign_entry(const struct desk *d, const struct casefile *c, const struct handing *h)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a), *detail;
    const char *organ = tenant_organ_name(d->district->tenant, h->organ);
    const int asks = text_eq(h->kind, "ask");

    view_put_date(a, n, "at", instant_date(h->at));
    view_put_instant(a, n, "entered_at", h->at);
    node_put_bool(a, n, "is_late_entry", 0);
    node_put_fmt(a, n, "what", "cosign.%s", h->kind);
    if (asks)
        node_put_fmt(a, n, "name", "加签：请%s先签", h->name);
    else
        node_put_fmt(a, n, "name", "加签：%s%s", h->name, kind_name(h->kind));
    node_put_kept(a, n, "by_name", organ != NULL ? organ : h->organ);
    node_put_kept(a, n, "person_name", h->by_name);
    (void)node_put_list(a, n, "articles");
    detail = node_put_list(a, n, "detail");
    detail_row(a, detail, "环节", cosign_step_name(d, c, h->step));
    detail_row(a, detail, asks ? "请签什么" : text_eq(h->kind, "back") ? "收回原因" : "意见", h->reason);
    if (h->until_on != DATE_NONE)
        detail_row(a, detail, "希望答复", date_text(a, h->until_on));
    node_put_bool(a, n, "is_back", text_eq(h->kind, "disagree"));
    (void)node_put_list(a, n, "documents");
    return n;
}

struct node *cosign_of_event(const struct desk *d, const struct casefile *c, int64_t seq)
{
    struct node *said = node_list(d->arena);
    struct act_where where;
    struct cosign *list;
    size_t count = c->hand_count > 0 ? cosign_list(d, c, &list) : 0;

    for (size_t i = 0; count > 0 && i < c->event_count; i++) {
        const struct event *ev = &c->events[i];

        if (ev->seq != seq || !casefile_act(d, c, ev->what, &where))
            continue;
        for (size_t k = 0; k < count; k++)
            if (list[k].end != NULL && list[k].end->at <= ev->entered_at && text_eq(list[k].ask->organ, ev->by) &&
                cosign_seen(d, list[k].ask) && text_eq(list[k].ask->step, cosign_step(d, ev->what, &where)))
                node_add(said, item_node(d, c, &list[k]));
    }
    return said;
}

/* ---- the page ---- */

/* Of several forms alike the first has the plain names a refusal points at, the others their request's number behind.
 */
static void tails_put(const struct desk *d, struct node *page)
{
    int seen[2] = {0, 0};

    for (const struct node *n = node_first(node_get(node_get(page, "cosign"), "items")); n != NULL; n = n->next) {
        int *first = &seen[node_get_bool(n, "is_me")];

        if (!node_get_bool(n, "is_open"))
            continue;
        node_put_kept(d->arena, (struct node *)(uintptr_t)n, "tail",
                      *first ? arena_fmt(d->arena, "-%s", node_get_str(n, "id")) : "");
        *first = 1;
    }
}

/* Who was asked and is no colleague any more: the directory was asked for the form anyway. */
static void left_put(const struct desk *d, const struct node *people, struct node *page)
{
    for (const struct node *n = node_first(node_get(node_get(page, "cosign"), "items")); n != NULL; n = n->next) {
        int there = node_get_bool(n, "is_me") || !node_get_bool(n, "is_open");

        for (const struct node *p = node_first(people); p != NULL; p = p->next)
            there |= text_eq(node_get_str(p, "person"), node_get_str(n, "person"));
        node_put_bool(d->arena, (struct node *)(uintptr_t)n, "has_left", !there);
    }
}

int cosign_view(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *people, *steps;
    struct casefile c;

    if (casefile_read(d, MAY_COSIGN_READ, project, &c, e) < 0)
        return -1;
    node_put(a, page, "project", view_project_short(d, &c.p));
    cosign_put(d, &c, page);
    tails_put(d, page);
    node_put_bool(a, page, "may_act", permit_allows(d->actor->post->kind, MAY_COSIGN_ACT));
    view_put_date(a, page, "today", desk_today(d));
    steps = node_put(a, page, "steps", cosign_steps(d, &c, casefile_road(d, &c)));
    node_put_bool(a, page, "one_step", node_count(steps) == 1);
    if (permit_allows(d->actor->post->kind, MAY_COSIGN_ACT)) {
        if (colleagues(d, &people, e) < 0)
            return -1;
        node_put(a, page, "colleagues", people);
        left_put(d, people, page);
    }
    *ret = page;
    return 0;
}
