/*
 * casework/review_paper.c - what a review leaves: the opinion on A4, and what fills the form of the act that records it
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/view.h"

/* ---- the opinion on A4 ---- */

int review_opinion(const struct desk *d, int64_t id, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a);
    struct project project;
    struct panel p;
    struct db *db;

    if (panel_open(d, MAY_REVIEW_READ, id, &p, &project, &db, e) < 0)
        return -1;
    if (!text_eq(p.r.state, "closed")) {
        err_fail(e, ERR_RULE, "这次评审还没有形成意见");
        return err_mend(e, "专家都交了评分表、召集机关汇总以后才有评审意见书");
    }
    review_head(d, &p, node_put_object(a, page, "review"));
    node_put(a, page, "project", view_project_short(d, &project));
    review_seats_put(d, &p, page);
    node_put(a, page, "sums", node_copy(a, view_json(a, p.r.outcome)));
    node_put_text(a, page, "opinion", p.r.opinion);
    node_put_text(a, page, "regulation_title", regulation_title(p.regulation));
    node_put_text(a, page, "closed_text", date_law(a, instant_date(p.r.closed_at)));
    *ret = page;
    return 0;
}

/* ---- what the act that records it is filled with ---- */

static const char *people_of(struct arena *a, const struct panel *p)
{
    const char *s = "";

    for (size_t i = 0; i < p->seat_count; i++) {
        if (text_eq(p->seats[i].state, "seated"))
            s = arena_fmt(a, "%s%s%s", s, *s != '\0' ? "；" : "", seat_person(a, &p->seats[i]));
    }
    return s;
}

static const char *fill_text(struct arena *a, const struct panel *p, const char *source)
{
    if (text_eq(source, "held_on"))
        return date_text(a, p->r.held_on);
    if (text_eq(source, "experts"))
        return people_of(a, p);
    if (!text_eq(p->r.state, "closed"))
        return "";
    if (text_eq(source, "opinion"))
        return p->r.opinion;
    if (text_eq(source, "result"))
        return node_get_str(view_json(a, p->r.outcome), "result_name");
    return score_comments(a, p, source + sizeof "comments:" - 1);
}

static struct node *fills_node(const struct desk *d, const struct panel *p, const char *act)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a), *fields = node_put_object(a, n, "fields");
    int passes = node_get_bool(view_json(a, p->r.outcome), "passes");
    const char *fit = node_get_str(p->rule, passes ? "agree" : "disagree");

    for (const struct node *f = node_first(node_get(p->rule, "fills")); f != NULL; f = f->next) {
        const char *text = fill_text(a, p, node_str(f, ""));

        if (*text != '\0')
            node_put_text(a, fields, f->key, text);
    }
    node_put_text(a, n, "name", node_get_str(p->rule, "name"));
    node_put_text(a, n, "href", view_href(d, "/reviews/%lld", (long long)p->r.id));
    if (!text_eq(p->r.state, "closed"))
        return n;
    node_put_text(a, n, "result_name", node_get_str(view_json(a, p->r.outcome), "result_name"));
    node_put_bool(a, n, "passes", passes);
    node_put_bool(a, n, "fits", text_eq(fit, act) || text_eq(node_get_str(p->rule, "calls"), act));
    node_put_text(a, n, "opinion", p->r.opinion);
    return n;
}

/* The rule of the review this act belongs to; *ret_calls 1 when it only announces the panel. */
static const struct node *rule_of_act(const struct casefile *c, struct arena *a, const char *act, int *ret_calls)
{
    for (const struct node *n = node_first(regulation_reviews(c->regulation, a)); n != NULL; n = n->next) {
        *ret_calls = text_eq(node_get_str(n, "calls"), act);
        if (*ret_calls || text_eq(node_get_str(n, "agree"), act) || text_eq(node_get_str(n, "disagree"), act))
            return n;
    }
    return NULL;
}

int review_fills(const struct desk *d, const struct casefile *c, const char *act, struct node **ret, struct err *e)
{
    struct review_row *rows;
    struct db *db;
    size_t count;
    int calls = 0;
    const struct node *rule = rule_of_act(c, d->arena, act, &calls);

    *ret = NULL;
    if (rule == NULL)
        return 0;
    if (district_db(d->platform, d->district, &db, e) < 0 || review_list(db, d->arena, c->p.id, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct panel p = {.r = rows[i]};
        int ready = text_eq(rows[i].state, "closed") || (calls && text_eq(rows[i].state, "drawn"));

        if (!ready || !text_eq(rows[i].kind, node_get_str(rule, "id")) || review_recorded(c, rule, &rows[i]))
            continue;
        if (panel_read(d, db, &p, e) < 0)
            return -1;
        if (review_knows_names(d, &p))
            *ret = fills_node(d, &p, act);
        return 0;
    }
    return 0;
}
