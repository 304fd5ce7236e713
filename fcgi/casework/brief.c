/*
 * casework/brief.c - one case on one page for who decides it
 *
 * Nothing here is written by anybody for the occasion: what, how much, why now, on which article, what the offices said
 * and what comes of each answer are read off the case and off its evaluation. What comes of an answer is the road of
 * the same case with that act in its history.
 */
#include "config.h"

#include "casework/casework.h"

#include "base/text.h"
#include "casework/due.h"
#include "casework/list.h"
#include "casework/outcome.h"
#include "casework/part.h"
#include "casework/view.h"

enum { OPINIONS_SHOWN = 4, MARKS_SHOWN = 4, OPINION_BYTES = 400, BRIEFS_MAX = 20 }; /* one A4 page */

/* ---- what is asked ---- */

static const struct node *organ_of(const struct node *organs, const char *id)
{
    for (const struct node *o = node_first(organs); o != NULL; o = o->next)
        if (text_eq(node_get_str(o, "id"), id))
            return o;
    return NULL;
}

static const char *recorders(const struct casefile *c, struct arena *a, const struct node *organ)
{
    const char *names = "";

    for (const struct node *n = node_first(node_get(organ, "recorded_by")); n != NULL; n = n->next) {
        const char *id = node_str(n, "");

        names = arena_fmt(a, "%s%s%s", names, *names != '\0' ? "、" : "",
                          text_eq(id, CASEFILE_UNIT) ? c->p.unit_name : regulation_organ_name(c->regulation, id));
    }
    return names;
}

static const struct node *step_of(const struct node *procedure, const char *step)
{
    for (const struct node *s = node_first(node_get(procedure, "steps")); s != NULL; s = s->next)
        if (text_eq(node_get_str(s, "id"), step))
            return s;
    return NULL;
}

/* The road with that act done now, by the first whose people may. */
static struct node *road_after(const struct desk *d, const struct casefile *c, const struct node *verdict,
                               const struct node *act)
{
    const struct node *shown = part_act(verdict, node_get_str(act, "id"));
    const char *by = node_get_str(node_first(node_get(shown, "hands")), "organ");
    struct casefile then = *c;
    const struct event ev = {.project = c->p.id,
                             .seq = c->p.event_count + 1,
                             .at = d->now,
                             .entered_at = d->now,
                             .what = node_get_str(act, "id"),
                             .name = node_get_str(act, "name"),
                             .by = *by != '\0' ? by : desk_organ(d),
                             .by_name = "",
                             .unit = "",
                             .person = "",
                             .person_name = "",
                             .with_json = "{}",
                             .articles = ""};

    then.days = NULL; /* last days are not what is asked */
    casefile_take_event(d, &then, &ev);
    return casefile_road(d, &then);
}

static const char *comes_of(const struct desk *d, const struct casefile *c, const struct node *procedure,
                            const struct node *act, const struct node *road)
{
    struct arena *a = d->arena;
    const char *ends = node_get_str(act, "ends"), *name = node_get_str(procedure, "name");
    const struct node *back = step_of(procedure, node_get_str(act, "next")), *holder = outcome_holder(d, road);
    const char *first = text_eq(ends, "done")     ? arena_fmt(a, "「%s」通过", name)
                        : text_eq(ends, "failed") ? arena_fmt(a, "「%s」不通过", name)
                        : back != NULL            ? arena_fmt(a, "转到「%s」", node_get_str(back, "name"))
                                                  : arena_fmt(a, "「%s」接着办", name);
    const char *next = node_get_str(node_get(road, "next"), "name");
    const char *who =
        text_eq(node_get_str(holder, "organ"), CASEFILE_UNIT) ? c->p.unit_name : node_get_str(holder, "name");

    if (*who == '\0')
        return arena_fmt(a, "%s，项目不再往下办", first);
    return arena_fmt(a, "%s；项目到%s%s%s", first, who, *next != '\0' ? "，下一步是" : "", next);
}

static void asked_put(const struct desk *d, const struct casefile *c, const struct node *verdict, struct node *page)
{
    struct arena *a = d->arena;
    const struct node *holder = outcome_holder(d, verdict);
    const struct node *procedure = regulation_procedure(c->regulation, a, node_get_str(holder, "procedure"));
    const struct node *step = step_of(procedure, node_get_str(holder, "step"));
    const struct node *organ = organ_of(regulation_organs(c->regulation, a), node_get_str(holder, "organ"));
    struct node *n, *ways;

    if (step == NULL || c->p.event_count == 0)
        return;
    n = node_put_object(a, page, "asked");
    ways = node_put_list(a, n, "ways");
    node_put_text(a, n, "name", node_get_str(procedure, "name"));
    node_put_text(a, n, "step_name", node_get_str(step, "name"));
    node_put_text(a, n, "organ_name",
                  text_eq(node_get_str(holder, "organ"), CASEFILE_UNIT) ? c->p.unit_name
                                                                        : node_get_str(holder, "name"));
    node_put_bool(a, n, "is_outside", text_eq(node_get_str(organ, "kind"), "outside"));
    node_put_text(a, n, "recorded_names", recorders(c, a, organ));
    node_put(a, n, "articles", view_articles(d, node_get(procedure, "articles")));
    for (const struct node *act = node_first(node_get(step, "acts")); act != NULL; act = act->next) {
        struct node *way = node_add_object(a, ways);

        node_put_text(a, way, "name", node_get_str(act, "name"));
        node_put_text(a, way, "then", comes_of(d, c, procedure, act, road_after(d, c, verdict, act)));
        node_put_text(a, way, "done_text", node_get_str(act, "done_text"));
    }
}

/* ---- what was said, what is late, what was let through ---- */

/* Whose word it was: of what the unit records for a body outside the body's; "" for what the unit does itself. */
static const char *who_said(const struct desk *d, const struct casefile *c, const struct event *ev)
{
    struct act_where where;

    if (!text_eq(ev->by, CASEFILE_UNIT))
        return ev->by_name;
    if (!casefile_act(d, c, ev->what, &where) ||
        text_eq(node_str(node_first(node_get(where.step, "by")), CASEFILE_UNIT), CASEFILE_UNIT))
        return "";
    return node_get_str(where.step, "by_names");
}

static void opinions_put(const struct desk *d, const struct casefile *c, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "opinions");
    int64_t left = 0;

    for (size_t i = c->event_count; i-- > 0;) {
        const struct event *ev = &c->events[i];
        const char *words = "", *who = who_said(d, c, ev);

        if (*who == '\0')
            continue;
        if (node_count(list) == OPINIONS_SHOWN) {
            left++;
            continue;
        }
        const struct node *said = part_event_detail(d, c, ev, c->history[i].with);

        for (const struct node *f = node_first(said); f != NULL; f = f->next)
            words = arena_fmt(a, "%s%s%s：%s", words, *words != '\0' ? "；" : "", node_get_str(f, "label"),
                              node_get_str(f, "value"));
        struct node *n = node_add_object(a, list);
        char shown[OPINION_BYTES];

        if (text_copy(shown, sizeof shown, words) < 0)
            words = arena_fmt(a, "%s……", shown);
        view_put_date(a, n, "at", instant_date(ev->at));
        node_put_text(a, n, "name", ev->name);
        node_put_text(a, n, "by_name", who);
        node_put_text(a, n, "words", words);
        node_put(a, n, "articles", view_articles_of(d, ev->articles));
    }
    node_put_int(a, page, "opinions_left", left);
}

static void marks_put(const struct desk *d, const struct node *verdict, struct node *page)
{
    struct arena *a = d->arena;
    struct node *late = node_put_list(a, page, "late"), *through = node_put_list(a, page, "let_through");

    for (const struct node *du = node_first(node_get(verdict, "duties")); du != NULL; du = du->next)
        if (text_eq(node_get_str(du, "state"), "overdue") && node_count(late) < MARKS_SHOWN)
            view_take(d, node_add_object(a, late), du, "name", "due_on", "who_name", "articles", NULL);
    for (const struct node *w = node_first(node_get(verdict, "watch")); w != NULL; w = w->next)
        if ((text_eq(node_get_str(w, "list"), "waiver") || text_eq(node_get_str(w, "list"), "before_approval")) &&
            node_count(through) < MARKS_SHOWN)
            view_take(d, node_add_object(a, through), w, "name", "words", "articles", NULL);
}

/* ---- the page ---- */

int project_brief(const struct desk *d, int64_t project, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *verdict;
    struct casefile c;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0)
        return -1;
    verdict = casefile_road(d, &c);
    node_put(a, page, "project", part_head(d, &c, verdict));
    node_put(a, page, "regulation", part_regulation(d, &c));
    node_put_text(a, page, "what", node_get_str(c.facts, "project_summary"));
    part_where(d, &c, verdict, page);
    node_put(a, page, "stages", part_stages(d, verdict));
    ledger_put(d, verdict, page);
    asked_put(d, &c, verdict, page);
    opinions_put(d, &c, page);
    marks_put(d, verdict, page);
    *ret = page;
    return 0;
}

/* ---- what waits for a leader ---- */

static const struct tenant_group *role_of(const struct desk *d)
{
    const struct tenant *t = d->district->tenant;

    for (size_t i = 0; i < t->role_count; i++)
        if (text_eq(t->roles[i].id, d->actor->post->organ))
            return &t->roles[i];
    return NULL;
}

int briefs_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct node *page = node_object(d->arena), *list = node_put_list(d->arena, page, "briefs");
    const struct tenant_group *role = role_of(d);
    struct project_filter f = desk_filter(d, BRIEFS_MAX + 1);
    struct project *rows;
    struct db *db;
    size_t count;

    *ret = page;
    if (role == NULL || role->decides_count == 0)
        return 0;
    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    f.state = "running";
    for (size_t i = 0; i < role->decides_count; i++) {
        f.holder = role->decides[i];
        if (project_list(db, d->arena, &f, &rows, &count, e) < 0)
            return -1;
        if (count > BRIEFS_MAX) /* the rest is a list like any other */
            node_put_text(d->arena, page, "brief_more_href",
                          view_href(d, "/projects?state=running&holder=%s", f.holder));
        for (size_t k = 0; k < count && k < BRIEFS_MAX; k++) {
            struct node *n = node_add(list, list_project_node(d, &rows[k]));

            node_put_text(d->arena, n, "brief_href", view_href(d, "/projects/%lld/brief", (long long)rows[k].id));
        }
    }
    node_put_int(d->arena, page, "brief_count", (int64_t)node_count(list));
    return 0;
}
