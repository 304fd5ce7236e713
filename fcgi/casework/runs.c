/*
 * casework/runs.c - an act that several open runs of its procedure wait for: which one is meant
 */
#include "config.h"

#include "casework/runs.h"

#include <string.h>

#include "base/text.h"
#include "casework/part.h"
#include "casework/view.h"

enum { WORDS_CHARS = 40 };

/* ---- which ---- */

static int64_t run_number(const struct node *n)
{
    int64_t run = -1; /* of no run */

    if (n != NULL && n->type == NODE_INT)
        return n->u.integer;
    return text_i64(node_str(n, ""), &run) == 0 ? run : -1;
}

/* 1 when named says which run is meant. */
static int runs_is_named(const struct node *named)
{
    return *node_get_str(named, "period") != '\0' || node_get(named, "run") != NULL;
}

const struct node *runs_named(struct arena *a, const struct node *named)
{
    struct node *n = node_object(a);

    if (!runs_is_named(named))
        return NULL;
    if (node_get(named, "run") != NULL)
        node_put_int(a, n, "run", run_number(node_get(named, "run")));
    if (*node_get_str(named, "period") != '\0')
        node_put_text(a, n, "period", node_get_str(named, "period"));
    return n;
}

int runs_is_link(const struct node *named)
{
    for (const struct node *n = node_first(named); n != NULL; n = n->next)
        if (!text_eq(n->key, "run") && !text_eq(n->key, "period"))
            return 0;
    return runs_is_named(named);
}

static int is_meant(const struct node *act, const struct node *named)
{
    const char *period = node_get_str(named, "period");
    const struct node *run = node_get(named, "run");

    if (*node_get_str(act, "period") != '\0')
        return *period == '\0' || text_eq(period, node_get_str(act, "period"));
    return run == NULL || node_get(act, "run") == NULL || node_get_int(act, "run", 0) == run_number(run);
}

const struct node *runs_act(const struct node *verdict, const char *what, const struct node *named)
{
    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next) {
        if (text_eq(node_get_str(act, "act"), what) && is_meant(act, named))
            return act;
    }
    return NULL;
}

static int waits(const struct desk *d, const struct node *act, const char *what)
{
    return text_eq(node_get_str(act, "act"), what) && node_get(act, "run") != NULL && part_act_is_mine(d, act);
}

size_t runs_waiting(const struct desk *d, const struct node *verdict, const char *what)
{
    size_t n = 0;

    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next)
        n += (size_t)waits(d, act, what);
    return n;
}

const struct node *runs_of(const struct node *verdict, const struct node *act)
{
    if (node_get(act, "run") == NULL)
        return NULL;
    for (const struct node *r = node_first(node_get(verdict, "runs")); r != NULL; r = r->next) {
        if (text_eq(node_get_str(r, "procedure"), node_get_str(act, "procedure")) &&
            node_get_int(r, "run", 0) == node_get_int(act, "run", 0))
            return r;
    }
    return NULL;
}

int runs_has(const struct node *run, int64_t seq)
{
    if (run == NULL)
        return 1;
    for (const struct node *n = node_first(node_get(run, "events")); n != NULL; n = n->next) {
        if (n->type == NODE_INT && n->u.integer == seq)
            return 1;
    }
    return 0;
}

/* ---- in its own words ---- */

char *run_key_text(struct arena *a, const char *key)
{
    size_t digits = strspn(key, "0123456789");

    if (digits == 4 && key[4] == '\0')
        return arena_fmt(a, "%s 年", key);
    if (digits == 4 && key[4] == 'Q' && key[5] != '\0')
        return arena_fmt(a, "%.4s 年第 %s 季度", key, key + 5);
    return digits > 0 && key[digits] == '\0' ? arena_fmt(a, "第 %s 次", key) : arena_dup(a, "");
}

static const char *cut(struct arena *a, const char *text)
{
    char room[WORDS_CHARS * 3 + 1];

    return text_copy(room, sizeof room, text) < 0 ? arena_fmt(a, "%s…", room) : text;
}

static char *joined(struct arena *a, const char *list, const char *one)
{
    return arena_fmt(a, "%s%s%s", list, *list != '\0' ? "，" : "", one);
}

/* The first of its words, its sum and its day, as the form has them. */
static char *form_words(const struct desk *d, const struct casefile *c, const struct case_event *ev)
{
    struct arena *a = d->arena;
    char *text = arena_dup(a, "");
    int has_words = 0, has_money = 0, has_day = 0;

    for (const struct node *f = node_first(regulation_answered(c->regulation, a, ev->what, ev->with)); f != NULL;
         f = f->next) {
        const char *type = node_get_str(f, "type"), *label = node_get_str(f, "label");
        int is_money = text_eq(type, "money"), is_day = text_eq(type, "date") || text_eq(type, "month"),
            is_words = text_eq(type, "text") || text_eq(type, "long_text");
        int *has = is_money ? &has_money : is_day ? &has_day : is_words ? &has_words : NULL;

        if (has == NULL || *has)
            continue;
        *has = 1;
        const char *value = view_value(a, f, node_get(ev->with, node_get_str(f, "id")));

        text = joined(a, text, is_words ? cut(a, value) : arena_fmt(a, "%s %s", label, value));
    }
    return text;
}

static char *paper_words(struct arena *a, const struct case_event *ev)
{
    const struct node *doc = node_first(node_get(ev->with, "documents"));

    return doc != NULL ? arena_dup(a, cut(a, node_get_str(doc, "name"))) : arena_dup(a, "");
}

/* As it was handed in the last time: a form that was sent back says something else since. */
static char *own_words(const struct desk *d, const struct casefile *c, const struct node *run)
{
    const char *first = NULL;
    char *text = arena_dup(d->arena, "");

    for (const struct node *n = node_first(node_get(run, "events")); n != NULL; n = n->next) {
        int64_t seq = n->u.integer;
        const struct case_event *ev = seq >= 1 && (size_t)seq <= c->event_count ? &c->history[seq - 1] : NULL;

        if (ev == NULL || (first != NULL && !text_eq(ev->what, first)))
            continue;
        char *said = form_words(d, c, ev);

        if (*said == '\0')
            said = paper_words(d->arena, ev);
        if (*said != '\0') {
            text = said;
            first = ev->what;
        }
    }
    return text;
}

char *runs_words(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *act)
{
    struct arena *a = d->arena;
    const struct node *run = runs_of(verdict, act);
    const char *period = node_get_str(act, "period"), *own = own_words(d, c, run);
    const char *name =
        *period != '\0' ? run_key_text(a, period) : arena_fmt(a, "第 %lld 次", (long long)node_get_int(act, "run", 0));

    return arena_fmt(a, "%s%s%s", name, *own != '\0' ? "：" : "", own);
}

/* ---- on pages ---- */

char *runs_href(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *act)
{
    const char *what = node_get_str(act, "act"), *period = node_get_str(act, "period");
    char *href = view_href(d, "/projects/%lld/acts/%s", (long long)c->p.id, what);

    if (node_get(act, "run") == NULL || runs_waiting(d, verdict, what) < 2)
        return href;
    if (*period != '\0')
        return arena_fmt(d->arena, "%s?period=%s", href, period);
    return arena_fmt(d->arena, "%s?run=%lld", href, (long long)node_get_int(act, "run", 0));
}

/* A year, or a quarter of one; runs are not counted by the thousand. */
static int is_period(const char *run)
{
    return strspn(run, "0123456789") == 4;
}

char *runs_task_href(const struct desk *d, const struct task *t)
{
    char *href = view_href(d, "/projects/%lld/acts/%s", (long long)t->project, t->act);

    return *t->run == '\0' ? href : arena_fmt(d->arena, "%s?%s=%s", href, is_period(t->run) ? "period" : "run", t->run);
}

/* The form asks for it itself. */
static int is_asked(const struct node *page, const char *name)
{
    for (const struct node *f = node_first(node_get(node_get(page, "act"), "fields")); f != NULL; f = f->next)
        if (text_eq(node_get_str(f, "id"), name))
            return 1;
    return 0;
}

static void put_kept(struct arena *a, const struct node *act, struct node *page)
{
    const char *period = node_get_str(act, "period"), *name = *period != '\0' ? "period" : "run";

    if (node_get(act, "run") == NULL || is_asked(page, name))
        return;
    node_put_text(a, page, "run_name", name);
    node_put_text(a, page, "run_value",
                  *period != '\0' ? period : arena_fmt(a, "%lld", (long long)node_get_int(act, "run", 0)));
}

void runs_put(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *shown,
              const struct node *named, const char *what, struct node *page)
{
    struct arena *a = d->arena;
    size_t waiting = runs_waiting(d, verdict, what);
    int is_named = runs_is_named(named);

    put_kept(a, shown, page);
    if (waiting == 0 || (waiting < 2 && shown != NULL))
        return;
    struct node *list = node_put_list(a, page, "runs");

    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next) {
        if (!waits(d, act, what))
            continue;
        struct node *n = node_add_object(a, list);

        view_take(d, n, act, "run", "period", "step_name", NULL);
        node_put_text(a, n, "words", runs_words(d, c, verdict, act));
        node_put_text(a, n, "started", node_get_str(runs_of(verdict, act), "started"));
        node_put_bool(a, n, "is_this", is_named && act == shown);
        node_put_text(a, n, "href", runs_href(d, c, verdict, act));
    }
    node_put_bool(a, page, "must_choose", !is_named);
}
