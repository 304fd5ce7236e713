/*
 * web/page_home.c - the desk, one project, why it stands as it does, how a date was counted
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/text.h"
#include "casework/addressee.h"
#include "casework/list.h"
#include "casework/nightly.h"
#include "casework/part.h"
#include "casework/reminders.h"
#include "casework/replay.h"
#include "exchange/exchange.h"
#include "web/page_parts.h"

/* A post that only takes in finds here what waits for it. */
static int inbox_put(struct call *c, struct node *model, struct err *e)
{
    struct node *filter = node_object(c->arena), *inbox;
    node_put_text(c->arena, filter, "state", "stored");
    if (inbox_view(&c->desk, filter, &inbox, e) < 0)
        return -1;
    node_put(c->arena, model, "inbox", inbox);
    return 0;
}

/* The other tabs: what one did, what one began, which papers came. */
static int home_tab(struct call *c, const char *tab, struct err *e)
{
    const char *after = call_query(c, "after");
    struct node *model;
    int rc = text_eq(tab, "done")     ? done_view(&c->desk, after, &model, e)
             : text_eq(tab, "papers") ? papers_view(&c->desk, *call_query(c, "unread") != '\0', after, &model, e)
                                      : started_view(&c->desk, after, &model, e);
    if (rc < 0)
        return -1;
    c->template = "home_done";
    node_put_bool(c->arena, model, "takes_part", permit_allows(c->actor->post->kind, MAY_PROJECT_ACT));
    node_put_bool(c->arena, node_put_object(c->arena, model, "tab"), tab, 1);
    node_put_text(c->arena, model, "tab_id", tab);
    node_put_bool(c->arena, model, "is_later", *after != '\0');
    return page_show(c, model);
}

/* Who looks after the district's posts sees those that nobody holds. */
static int vacancies_put(struct call *c, struct node *model, struct err *e)
{
    struct node *seen;
    if (!text_eq(c->actor->post->kind, "editor"))
        return 0;
    if (nightly_view(&c->desk, &seen, e) < 0)
        return -1;
    node_put(c->arena, model, "vacancies", node_copy(c->arena, node_get(seen, "vacancies")));
    return 0;
}

/* A leader finds what waits for his word. */
static int briefs_put(struct call *c, struct node *model, struct err *e)
{
    struct node *seen;
    if (!text_eq(c->actor->post->kind, "leader"))
        return 0;
    if (briefs_view(&c->desk, &seen, e) < 0)
        return -1;
    for (const struct node *n = node_first(seen); n; n = n->next)
        node_put(c->arena, model, n->key, node_copy(c->arena, n));
    return 0;
}

int page_home(struct call *c, struct err *e)
{
    static const char *const tabs[] = {"done", "started", "papers"};
    const char *tab = call_query(c, "tab");
    struct node *model;
    int64_t from;
    for (size_t i = 0; i < ARRAY_LEN(tabs); i++)
        if (text_eq(tab, tabs[i]))
            return home_tab(c, tabs[i], e);
    if (text_i64(call_query(c, "from"), &from) < 0)
        from = 0;
    if (home_view(&c->desk, from, &model, e) < 0)
        return -1;
    if (!node_get_bool(model, "has_projects") && permit_allows(c->actor->post->kind, MAY_INBOX_READ) &&
        inbox_put(c, model, e) < 0)
        return -1;
    if (vacancies_put(c, model, e) < 0 || briefs_put(c, model, e) < 0)
        return -1;
    node_put_bool(c->arena, node_put_object(c->arena, model, "tab"), "todo", 1);
    return page_show(c, model);
}

/* After an act the page begins with what was just put on record. */
static void done_put(const struct call *c, struct node *model)
{
    const char *seq = call_query(c, "done");
    for (const struct node *n = node_first(node_get(model, "timeline")); *seq && n; n = n->next)
        if (text_eq(arena_fmt(c->arena, "%lld", (long long)node_get_int(n, "seq", -1)), seq)) {
            node_put(c->arena, model, "done", node_twin(c->arena, n));
            return;
        }
}

/* 1 when it stands on the page already, as the next step with its button. */
static int is_above(const struct node *next, const struct node *act)
{
    return node_get_bool(next, "is_mine") && node_get_bool(act, "allowed") &&
           text_eq(node_get_str(next, "href"), node_get_str(act, "href"));
}

/* By procedure: what each needs stands on its own page. */
static void later_add(const struct call *c, struct node *groups, const struct node *act)
{
    struct node *last = groups->u.kids.last;

    if (!last || !text_eq(node_get_str(last, "procedure"), node_get_str(act, "procedure"))) {
        last = node_add_object(c->arena, groups);
        node_put_text(c->arena, last, "procedure", node_get_str(act, "procedure"));
        node_put_text(c->arena, last, "procedure_name", node_get_str(act, "procedure_name"));
        node_put(c->arena, last, "articles", node_copy(c->arena, node_get(act, "articles")));
        (void)node_put_list(c->arena, last, "acts");
    }
    node_add((struct node *)(uintptr_t)node_get(last, "acts"), node_twin(c->arena, act));
}

/* A page shows what can be done, or could be with something mended, apart from what comes later. */
static void acts_part(const struct call *c, struct node *model)
{
    const struct node *next = node_get(model, "next");
    struct node *now = node_put_list(c->arena, model, "acts_now"),
                *later = node_put_list(c->arena, model, "acts_later");
    int64_t count = 0;
    for (const struct node *n = node_first(node_get(model, "acts")); n; n = n->next) {
        if (is_above(next, n))
            node_put_bool(c->arena, model, "is_next_above", 1);
        else if (!part_act_is_later(n))
            node_add(now, node_twin(c->arena, n));
        else if (++count)
            later_add(c, later, n);
    }
    if (!node_get(model, "later_count")) /* counted where they are not shown */
        node_put_int(c->arena, model, "later_count", count);
    node_put_bool(c->arena, model, "shows_acts",
                  node_first(node_get(model, "acts")) || node_get_int(model, "later_count", 0));
}

/* Duties whose time runs stand apart from those that are fulfilled and those that have not begun. */
static void duties_part(const struct call *c, struct node *model)
{
    struct node *begun = node_put_list(c->arena, model, "duties_begun"),
                *done = node_put_list(c->arena, model, "duties_done"),
                *later = node_put_list(c->arena, model, "duties_later");
    for (struct node *n = (struct node *)(uintptr_t)node_first(node_get(model, "duties")); n; n = n->next) {
        node_put_text(c->arena, n, "key_text", run_key_text(c->arena, node_get_str(n, "key")));
        node_add(node_get_bool(n, "is_done")                   ? done
                 : text_eq(node_get_str(n, "state"), "future") ? later
                                                               : begun,
                 node_twin(c->arena, n));
    }
    if (!node_get(model, "done_duties")) { /* counted where they are not shown */
        node_put_int(c->arena, model, "done_duties", (int64_t)node_count(done));
        node_put_int(c->arena, model, "later_duties", (int64_t)node_count(later));
    }
    int rest = node_get_int(model, "done_duties", 0) || node_get_int(model, "later_duties", 0);

    node_put_bool(c->arena, model, "shows_duties_rest", rest);
    node_put_bool(c->arena, model, "shows_duties", rest || node_first(begun));
}

/* 1 when there are more of them than the list shows. */
static int has_more(const struct node *model, const char *list, const char *count)
{
    return node_get_int(model, count, 0) > (int64_t)node_count(node_get(model, list));
}

/* Of what the overview shows the newest: a way to all of it where there is more. */
static void newest_part(const struct call *c, struct node *model)
{
    const struct node *where = node_get(model, "where");

    node_put_bool(c->arena, model, "shows_all_entries", has_more(model, "timeline", "timeline_count"));
    node_put_bool(c->arena, model, "shows_all_papers", has_more(model, "decisions", "decision_count"));
    node_put_bool(c->arena, model, "shows_holder",
                  !node_get(model, "stages") && *node_get_str(where, "holder_name") && *node_get_str(where, "since"));
}

static void facts_count(const struct call *c, struct node *model)
{
    int64_t unknown = 0;
    for (const struct node *n = node_first(node_get(node_get(model, "project"), "facts")); n; n = n->next)
        unknown += !node_get_bool(n, "is_known");
    if (unknown)
        node_put_int(c->arena, model, "unknown_facts", unknown);
}

/* The one of the address; without one a person has the overview, on paper the whole archive, and a program the whole.
 */
static const char *tab_asked(const struct call *c)
{
    const char *tab = call_query(c, "tab");

    if (*tab || c->http.want != WANT_HTML)
        return tab;
    return text_eq(call_query(c, "print"), "1") ? "all" : "overview";
}

/* Where a page of the timeline begins; on paper it is one. */
static int64_t from_asked(const struct call *c)
{
    int64_t from;

    if (text_eq(call_query(c, "print"), "1"))
        return -1;
    return text_i64(call_query(c, "from"), &from) == 0 && from > 0 ? from : 0;
}

int page_project(struct call *c, struct err *e)
{
    const char *tab = tab_asked(c);
    struct node *model;
    if ((*tab ? project_tab_view(&c->desk, c->args.id, tab, from_asked(c), &model, e)
              : project_view(&c->desk, c->args.id, &model, e)) < 0)
        return -1;
    if (c->http.want == WANT_HTML) {
        done_put(c, model);
        acts_part(c, model);
        duties_part(c, model);
        newest_part(c, model);
        facts_count(c, model);
    }
    c->title = node_get_str(node_get(model, "project"), "title");
    if (*call_query(c, "tab"))
        c->title = arena_fmt(c->arena, "%s　%s", c->title, node_get_str(node_get(model, "tab"), "label"));
    return page_show(c, model);
}

/* For programs that ask often: the project's row, nothing weighed anew. */
int page_project_status(struct call *c, struct err *e)
{
    struct node *model;

    return project_status(&c->desk, c->args.id, &model, e) < 0 ? -1 : page_show(c, model);
}

static int cites(const struct node *holder, const char *number)
{
    for (const struct node *n = node_first(node_get(holder, "articles")); n; n = n->next)
        if (strncmp(node_get_str(n, "number"), number, strcspn(node_get_str(n, "number"), "(")) == 0 &&
            strlen(number) == strcspn(node_get_str(n, "number"), "("))
            return 1;
    return 0;
}

static int any_cites(const struct node *list, const char *number, const char *state)
{
    for (const struct node *n = node_first(list); n; n = n->next)
        if ((!state || text_eq(node_get_str(n, "state"), state)) && cites(n, number))
            return 1;
    return 0;
}

/* What the conclusion rests on is quoted; what only later steps and duties cite is a link to the text. */
static void articles_part(const struct call *c, struct node *model)
{
    const struct node *v = node_get(model, "verdict"), *law = node_get(model, "regulation");
    struct node *now = node_put_list(c->arena, model, "articles_now"),
                *later = node_put_list(c->arena, model, "articles_later");

    for (const struct node *n = node_first(node_get(v, "articles")); n; n = n->next) {
        const char *number = node_get_str(n, "number");
        if (cites(node_get(v, "route"), number) || cites(node_get(v, "next"), number) ||
            any_cites(node_get(node_get(v, "route"), "added"), number, NULL) ||
            any_cites(node_get(v, "reasons"), number, NULL) || any_cites(node_get(v, "warnings"), number, NULL) ||
            any_cites(node_get(v, "stages"), number, "now")) {
            node_add(now, node_twin(c->arena, n));
            continue;
        }
        struct node *o = node_add_object(c->arena, later);
        node_put_text(c->arena, o, "text", text_articles(c->arena, number));
        node_put_fmt(c->arena, o, "href", "%s#a%s", node_get_str(law, "href"), number);
    }
}

/* A colleague who has still to sign is not the law's word: said whatever else is missing, with what to do. */
static void cosign_part(const struct call *c, const struct node *from, struct node *act)
{
    for (const struct node *first = node_first(node_get(from, "reasons")), *r = first; r; r = r->next)
        if (text_eq(node_get_str(r, "code"), "cosign"))
            node_put_bool(c->arena, node_put(c->arena, act, "waits", node_copy(c->arena, r)), "is_first", r == first);
}

/* What can be done stands first; of what cannot, the first thing missing, and how many more there are. */
static void why_part(const struct call *c, struct node *model)
{
    struct node *can = node_put_list(c->arena, model, "acts_can"), *wait = node_put_list(c->arena, model, "acts_wait");
    for (const struct node *n = node_first(node_get(node_get(model, "verdict"), "acts")); n; n = n->next) {
        struct node *act = node_add(node_get_bool(n, "allowed") ? can : wait, node_copy(c->arena, n));
        const struct node *first = node_first(node_get(n, "reasons"));
        if (!first)
            continue;
        node_put_text(c->arena, act, "first", node_get_str(first, "message"));
        cosign_part(c, n, act);
        struct node *more = node_put_list(c->arena, act, "more");
        for (first = first->next; first; first = first->next)
            node_add(more, node_copy(c->arena, first));
        node_put_int(c->arena, act, "more_count", (int64_t)node_count(more));
    }
    node_put_int(c->arena, model, "can_count", (int64_t)node_count(can));
    node_put_int(c->arena, model, "wait_count", (int64_t)node_count(wait));
    facts_count(c, model);
    node_put_int(c->arena, model, "facts_count",
                 (int64_t)node_count(node_get(node_get(model, "project"), "facts")) -
                     node_get_int(model, "unknown_facts", 0));
    articles_part(c, model);
    node_put_int(c->arena, model, "articles_count",
                 (int64_t)node_count(node_get(node_get(model, "verdict"), "articles")));
}

int page_why(struct call *c, struct err *e)
{
    struct node *model;
    const char *act = call_query(c, "act");
    if (project_why(&c->desk, c->args.id, *act ? act : NULL, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        why_part(c, model);
    return page_show(c, model);
}

int page_replay(struct call *c, struct err *e)
{
    struct node *model;
    int64_t seq;

    if (text_i64(c->args.word, &seq) < 0)
        return err_fail(e, ERR_NOT_FOUND, "没有这个页面");
    return replay_view(&c->desk, c->args.id, seq, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_brief(struct call *c, struct err *e)
{
    struct node *model;

    return project_brief(&c->desk, c->args.id, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_alike(struct call *c, struct err *e)
{
    struct node *model;

    return alike_view(&c->desk, c->args.id, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_recount(struct call *c, struct err *e)
{
    struct node *model;

    return duty_recount(&c->desk, c->args.id, c->args.word, call_query(c, "key"), &model, e) < 0 ? -1
                                                                                                 : page_show(c, model);
}
