/*
 * casework/papers.c - a decision as it was issued, and a due date counted again day by day
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/text.h"
#include "casework/addressee.h"
#include "casework/cosign.h"
#include "casework/count_view.h"
#include "casework/part.h"
#include "casework/revoke.h"
#include "casework/view.h"

/* ---- decision ---- */

/* The points of a checklist as one sentence: a paper of one sheet has no room for a list. */
static const char *points_text(struct arena *a, const struct node *points)
{
    const char *text = "";

    for (const struct node *n = node_first(points); n != NULL; n = n->next)
        text = arena_fmt(a, "%s%s%s（%s）", text, *text != '\0' ? "；" : "", node_get_str(n, "name"),
                         node_get_str(n, "answer"));
    return text;
}

/* "关于…项目的" and "批复": where a title too long for one line is broken. */
static void title_put(struct arena *a, const struct decision *row, struct node *n)
{
    const size_t all = strlen(row->title), tail = text_ends(row->title, row->name) ? strlen(row->name) : 0;

    node_put_text(a, n, "title", row->title);
    node_put_text(a, n, "title_head", arena_dupn(a, row->title, all - tail));
    node_put_text(a, n, "title_tail", row->title + all - tail);
}

int decision_view(const struct desk *d, int64_t decision, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct decision row;
    struct casefile c;
    struct db *db;
    struct node *page = node_object(a), *n;
    const struct node *body;
    int found;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    found = decision_get(db, a, decision, &row, e);
    if (found < 0)
        return -1;
    if (found == 0) {
        err_fail(e, ERR_NOT_FOUND, "没有这份文书");
        return err_mend(e, "请从项目档案的「文书」打开");
    }
    if (casefile_read(d, MAY_PROJECT_READ, row.project, &c, e) < 0)
        return -1;

    n = node_put_object(a, page, "decision");
    view_put_id(a, n, "id", row.id);
    node_put_text(a, n, "kind", row.kind);
    node_put_text(a, n, "name", row.name);
    node_put_text(a, n, "number", row.number);
    title_put(a, &row, n);
    view_put_date(a, n, "issued_on", row.issued_on);
    node_put_text(a, n, "issued_text", date_law(a, row.issued_on));
    node_put_text(a, n, "organ_name", row.organ_name);
    node_put_text(a, n, "person_name", row.person_name);
    node_put_bool(a, n, "is_delegated", text_ends(row.person_name, "委托）"));
    node_put_text(a, n, "state", row.state);
    node_put_bool(a, n, "is_withdrawn", text_eq(row.state, "withdrawn"));

    body = view_json(a, row.body);
    node_put(a, page, "project", view_project_short(d, &c.p));
    view_take(d, page, body, "paragraphs", "fields", "points", "duties", "quotes", "amount_capital", "regulation",
              NULL);
    node_put(a, page, "articles", view_articles_of(d, node_get_str(body, "articles")));
    node_put_text(a, page, "to", node_get_str(body, "to"));
    node_put_text(a, page, "signer",
                  *node_get_str(body, "signer") != '\0' ? node_get_str(body, "signer") : row.organ_name);
    node_put_text(a, page, "closing",
                  *node_get_str(body, "closing") != '\0' ? node_get_str(body, "closing") : "此复。");
    node_put_text(a, page, "points_text", points_text(a, node_get(body, "points")));
    node_put_text(a, page, "recipients", node_get_str(body, "copy_to"));
    node_put(a, page, "cosigned", cosign_of_event(d, &c, row.event_seq));
    revoke_put(d, &c, &row, page);
    if (addressee_put(d, &row, c.p.id, page, e) < 0)
        return -1;
    *ret = page;
    return 0;
}

/* ---- recount ---- */

static const struct node *duty_find(const struct node *verdict, const char *duty, const char *key)
{
    for (const struct node *du = node_first(node_get(verdict, "duties")); du != NULL; du = du->next) {
        if (text_eq(node_get_str(du, "id"), duty) && text_eq(node_get_str(du, "key"), key))
            return du;
    }
    return NULL;
}

/* The last day by the present calendar, "" without one. */
static const char *counted_on(const struct node *duty)
{
    return node_get_str(duty, *node_get_str(duty, "counted_on") != '\0' ? "counted_on" : "due_on");
}

/* What became of the day that was counted: the clock stood, another day stands, or it is not settled yet. */
static void duty_steps(const struct desk *d, const struct node *duty, const struct calendar_period *p,
                       struct node *steps)
{
    struct arena *a = d->arena;
    const struct node *stands = node_get(duty, "stands");
    const int64_t stood = node_get_int(node_get(duty, "count"), "stood", 0);

    if (*node_get_str(duty, "opens_on") != '\0')
        node_add_text(a, steps, arena_fmt(a, "可以办理的第一日是 %s。", node_get_str(duty, "opens_on")));
    if (stood > 0)
        node_add_text(a, steps,
                      arena_fmt(a, "其间停止计时 %lld %s，最后一日顺延到 %s。", (long long)stood,
                                p->unit == CALENDAR_WORKING_DAYS ? "个工作日" : "日", counted_on(duty)));
    if (stands != NULL)
        node_add_text(
            a, steps,
            arena_fmt(a, "登记的最后一日是 %s：%s。", node_get_str(duty, "due_on"), node_get_str(stands, "text")));
    else if (node_get_bool(duty, "provisional"))
        node_add_text(a, steps, "跨入的年度还没有公布放假安排，暂按周一至周五计算，公布后重新核定。");
}

static void put_count(const struct desk *d, const struct node *duty, date from, date due_on,
                      const struct calendar_period *p, struct node *page)
{
    struct node *steps;

    count_put(d, from, p, node_put_object(d->arena, page, "count"));
    node_put(d->arena, page, "notices", count_notices(d, from, due_on));
    steps = node_put_list(d->arena, page, "steps");
    count_steps(d, from, p, steps);
    duty_steps(d, duty, p, steps);
}

int duty_recount(const struct desk *d, int64_t project, const char *duty, const char *key, struct node **ret,
                 struct err *e)
{
    struct arena *a = d->arena;
    struct casefile c;
    struct node *page = node_object(a), *verdict;
    const struct node *found, *count;
    struct calendar_period p;
    date from, due_on;

    if (casefile_read(d, MAY_PROJECT_READ, project, &c, e) < 0)
        return -1;
    verdict = casefile_road(d, &c);
    found = duty_find(verdict, duty, key != NULL ? key : "");
    if (found == NULL) {
        err_fail(e, ERR_NOT_FOUND, "这个项目没有这项义务");
        return err_mend(e, "请从项目档案的「义务与时限」打开");
    }
    node_put(a, page, "duty", view_cite(d, found));
    node_put(a, page, "project", view_project_short(d, &c.p));
    node_put_text(a, page, "rule_text", node_get_str(found, "limit_text"));
    count = node_get(found, "count");
    if (!count_period(count, &p) || date_parse(node_get_str(count, "from"), &from, e) < 0 ||
        date_parse(counted_on(found), &due_on, e) < 0) {
        *e = (struct err){0};
        node_put_bool(a, page, "is_counted", 0);
        node_add_text(a, node_put_list(a, page, "steps"), "这项义务的最后一日不从某一天起数，按上面的规定直接确定。");
        *ret = page;
        return 0;
    }
    node_put_bool(a, page, "is_counted", 1);
    put_count(d, found, from, due_on, &p, page);
    *ret = page;
    return 0;
}
