/*
 * casework/project_time.c - what happened to a project, the newest first: the whole of it, a page, or what is of one
 * sort
 */
#include "config.h"

#include "casework/project_tab.h"

#include "base/text.h"
#include "casework/cosign.h"
#include "casework/mend.h"
#include "casework/part.h"
#include "casework/replay.h"
#include "casework/view.h"
#include "store/duties.h"

enum { NEWEST_ENTRIES = 8, ENTRIES_PAGE = 30 };

/* ---- one entry ---- */

const char *project_form_href(const struct desk *d, const struct casefile *c, const struct event *ev)
{
    return view_href(d, "/projects/%lld/forms/%s?seq=%lld", (long long)c->p.id, ev->what, (long long)ev->seq);
}

/* The fields of the act's form, in its words and order; then reason and correction. */
struct node *part_event_detail(const struct desk *d, const struct casefile *c, const struct event *ev,
                               const struct node *with)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a), *n;
    const struct node *filled = regulation_answered(c->regulation, a, ev->what, with);

    for (const struct node *f = node_first(filled); f != NULL; f = f->next) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", node_get_str(f, "label"));
        node_put_kept(a, n, "value", view_value(a, f, node_get(with, node_get_str(f, "id"))));
    }
    if (*node_get_str(with, "note") != '\0' && mend_is(ev->what)) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", "修改说明");
        node_put_kept(a, n, "value", node_get_str(with, "note"));
    }
    for (const struct node *r = node_first(mend_reasons(d, c, node_get(with, "reasons"))); r != NULL; r = r->next) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", *node_get_str(r, "label") != '\0' ? node_get_str(r, "label") : "退回原因");
        node_put_kept(a, n, "value", node_get_str(r, "what"));
    }
    if (*node_get_str(with, "reason") != '\0') {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", "理由");
        node_put_kept(a, n, "value", node_get_str(with, "reason"));
    }
    for (const struct node *it = node_first(node_get(with, "correction")); it != NULL; it = it->next) {
        n = node_add_object(a, list);
        node_put_kept(a, n, "label", part_item_label(c, act_procedure(a, ev->what), node_get_str(it, "item")));
        node_put_kept(a, n, "value", node_get_str(it, "what"));
    }
    return list;
}

static struct node *event_documents(const struct desk *d, const struct casefile *c, int64_t seq)
{
    struct node *list = node_list(d->arena);

    for (size_t k = 0; k < c->document_count; k++) {
        if (c->documents[k].event_seq == seq)
            node_add(list, view_document(d, &c->documents[k]));
    }
    return list;
}

static void event_put(const struct desk *d, const struct casefile *c, size_t i, struct node *n)
{
    struct arena *a = d->arena;
    const struct event *ev = &c->events[i];
    const struct node *with = c->history[i].with;

    view_put_date(a, n, "at", instant_date(ev->at));
    view_put_instant(a, n, "entered_at", ev->entered_at);
    node_put_bool(a, n, "is_late_entry", instant_date(ev->at) != instant_date(ev->entered_at));
    node_put_int(a, n, "seq", ev->seq);
    node_put_kept(a, n, "what", ev->what);
    node_put_kept(a, n, "name", ev->name);
    node_put_kept(a, n, "by_name", ev->by_name);
    node_put_kept(a, n, "person_name", ev->person_name);
    node_put(a, n, "articles", view_articles_of(d, ev->articles));
    node_put(a, n, "detail", part_event_detail(d, c, ev, with));
    if (mend_is(ev->what))
        node_put(a, n, "changes", mend_changes(d, c, with));
    node_put_bool(a, n, "is_back",
                  node_count(node_get(with, "correction")) > 0 || text_eq(ev->what, "filing.returned"));
    if (regulation_act_leaves(c->regulation, ev->what) & LEAVES_FORM)
        node_put_kept(a, n, "form_href", project_form_href(d, c, ev));
    if (d->actor != NULL && permit_allows(d->actor->post->kind, MAY_AUDIT_READ) && replay_may(ev))
        node_put_kept(a, n, "replay_href",
                      view_href(d, "/projects/%lld/events/%lld", (long long)c->p.id, (long long)ev->seq));
    node_put(a, n, "documents", event_documents(d, c, ev->seq));
}

/* ---- many ---- */

/* The entries from one place to another, 0 the newest; at: those passed. */
struct entries {
    struct node *list;
    size_t at, from, to;
};

static int is_within(struct entries *x)
{
    const size_t at = x->at++;

    return at >= x->from && at < x->to;
}

/* What colleagues were asked after that instant and before what was passed already. */
static void cosign_entries(const struct desk *d, const struct casefile *c, instant after, size_t *rest,
                           struct entries *x)
{
    for (; *rest > 0 && c->hands[*rest - 1].at > after; (*rest)--)
        if (project_entry_seen(d, &c->hands[*rest - 1]) && is_within(x))
            node_add(x->list, cosign_entry(d, c, &c->hands[*rest - 1]));
}

static struct node *timeline(const struct desk *d, const struct casefile *c, size_t from, size_t to)
{
    struct entries x = {.list = node_list(d->arena), .from = from, .to = to};
    size_t hands = c->hand_count;

    for (size_t i = c->event_count; i-- > 0 && x.at < to;) {
        cosign_entries(d, c, c->events[i].entered_at, &hands, &x);
        if (is_within(&x))
            event_put(d, c, i, node_add_object(d->arena, x.list));
    }
    cosign_entries(d, c, INSTANT_NONE, &hands, &x);
    return x.list;
}

/* What was done in the procedures of that sort. */
static struct node *timeline_of(const struct desk *d, const struct casefile *c, int sort)
{
    struct node *list = node_list(d->arena);

    for (size_t i = c->event_count; i-- > 0;) {
        if (regulation_act_sort(c->regulation, c->history[i].what) == sort)
            event_put(d, c, i, node_add_object(d->arena, list));
    }
    return list;
}

static void timeline_page(const struct project_look *x, struct node *page)
{
    struct arena *a = x->d->arena;
    const size_t count = (size_t)project_entries(x->d, x->c);
    const size_t from = x->from > 0 && (size_t)x->from < count ? (size_t)x->from : 0;
    const size_t to = x->from >= 0 && count - from > ENTRIES_PAGE ? from + ENTRIES_PAGE : count;

    node_put(a, page, "timeline", timeline(x->d, x->c, from, to));
    node_put_int(a, page, "timeline_count", (int64_t)count);
    node_put_bool(a, page, "timeline_paged", to - from < count);
    node_put_fmt(a, page, "timeline_shown", "第 %zu 至 %zu 条", from + (count > 0), to);
    if (from > 0)
        node_put_fmt(a, page, "timeline_before", "%zu", from > ENTRIES_PAGE ? from - ENTRIES_PAGE : 0);
    if (to < count)
        node_put_fmt(a, page, "timeline_next", "%zu", to);
}

void project_timeline_put(const struct project_look *x, const struct project_tab *t, struct node *page)
{
    struct arena *a = x->d->arena;
    const int is_all = t->parts & PART_TIMELINE || (t->parts & PART_TIMELINE_LONG && x->from < 0);

    if (is_all)
        node_put(a, page, "timeline", timeline(x->d, x->c, 0, SIZE_MAX));
    if (t->parts & PART_TIMELINE_SORT)
        node_put(a, page, "timeline", timeline_of(x->d, x->c, t->sort));
    if (t->parts & PART_TIMELINE_PAGE)
        timeline_page(x, page);
    if (!is_all && t->parts & (PART_TIMELINE_NEW | PART_TIMELINE_LONG)) {
        node_put(a, page, "timeline", timeline(x->d, x->c, 0, NEWEST_ENTRIES));
        node_put_int(a, page, "timeline_count", project_entries(x->d, x->c));
    }
}
