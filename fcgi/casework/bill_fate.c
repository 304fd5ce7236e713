/*
 * casework/bill_fate.c - the page of a publication: what stands in its way, and what becomes of every running project
 *
 * A running project stays under the version it was first submitted under; the list says so one by one.
 */
#include "config.h"

#include "casework/bill_part.h"

#include "base/text.h"

enum { RUNNING_ROWS = 50 };

static const char *day_words(const struct desk *d, const struct bill *b)
{
    return b->comes_on != DATE_NONE ? date_law(d->arena, b->comes_on) : "施行之日";
}

/* Why it stays, or what will decide. No sentence of the language moves a case: so none moves. */
static void fate_put(const struct desk *d, const struct bill *b, const struct project *p, struct node *o)
{
    struct arena *a = d->arena;
    const struct regulation *r = district_regulation_version(d->district, p->regulation);
    const char *title = r != NULL ? regulation_document_number(r) : p->regulation;
    int submitted = p->submitted_on != DATE_NONE;

    node_put_text(a, o, "fate", submitted ? "stays" : "follows");
    node_put_text(a, o, "fate_name", submitted ? "不变" : "看提交的日子");
    if (submitted)
        node_put_fmt(a, o, "reason", "%s 首次提交，当日施行的是%s（版本 %s），办到底都按它",
                     date_text(a, p->submitted_on), title, p->regulation);
    else
        node_put_fmt(a, o, "reason", "还没有提交申报材料：在%s以前提交的按现行版本，当日起提交的按新版本",
                     day_words(d, b));
}

static int running_put(const struct desk *d, struct db *db, const struct bill *b, int64_t before, struct node *page,
                       struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "running");
    struct project *rows;
    size_t count;

    if (project_running(db, a, before, desk_sight(d).place, RUNNING_ROWS + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < RUNNING_ROWS; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "title", rows[i].title);
        node_put_text(a, o, "number", rows[i].number);
        node_put_text(a, o, "unit_name", rows[i].unit_name);
        node_put_text(a, o, "stage_name", rows[i].stage_name);
        node_put_text(a, o, "regulation", rows[i].submitted_on != DATE_NONE ? rows[i].regulation : "");
        view_put_date(a, o, "submitted_on", rows[i].submitted_on);
        node_put_text(a, o, "href", view_href(d, "/projects/%lld", (long long)rows[i].id));
        fate_put(d, b, &rows[i], o);
    }
    if (count > RUNNING_ROWS)
        view_put_id(a, page, "next_after", rows[RUNNING_ROWS - 1].id);
    return 0;
}

static int counts_put(const struct desk *d, struct db *db, struct node *page, struct err *e)
{
    const struct project_sight of = desk_sight(d);
    struct project_counts counts;
    struct node *o = node_put_object(d->arena, page, "counts");

    if (project_count(db, d->arena, &of, &counts, e) < 0)
        return -1;
    node_put_int(d->arena, o, "running", counts.running);
    node_put_int(d->arena, o, "drafts", counts.drafts);
    return 0;
}

/* The draft's own words on when it applies, and to what it leaves what is under way. */
static void clause_put(const struct desk *d, const struct bill_law *law, struct node *page)
{
    struct arena *a = d->arena;
    struct node *o;
    const struct node *articles = NULL;
    const char *repealed;

    if (law->r == NULL)
        return;
    o = node_put_object(a, page, "clause");
    repealed = regulation_predecessor(law->r, &articles);
    node_put_text(a, o, "predecessor", repealed != NULL ? repealed : "");
    node_put(a, o, "articles", view_articles(d, repealed != NULL ? articles : regulation_validity(law->r)));
}

/* What stands in the way of the next step, one sentence each. */
static void blocks_put(const struct desk *d, const struct bill *b, const struct bill_law *law, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "blocks");
    struct err e = {0};
    int holders = bill_holders(d), is_draft = text_eq(b->state, "draft"), is_proposed = text_eq(b->state, "proposed");

    if (holders >= 0)
        node_put_int(a, page, "holders", holders);
    if (!is_draft && !is_proposed)
        return;
    if (bill_is_sound(law, &e) < 0)
        node_add_text(a, list, e.message);
    if (bill_vacancy_check(holders, &e) < 0)
        node_add_text(a, list, arena_fmt(a, "%s。%s", e.message, e.mend));
    if (is_proposed && b->comes_on < desk_today(d))
        node_add_text(a, list, "拟定的施行日期已经过去，请退回修改后重新提出");
    if (is_proposed && permit_allows(d->actor->post->kind, MAY_BILL_PUBLISH) && bill_second_person(d, b, &e) < 0)
        node_add_text(a, list, arena_fmt(a, "%s。%s", e.message, e.mend));
}

static void cans_put(const struct desk *d, const struct bill *b, const struct bill_law *law, struct node *page)
{
    struct arena *a = d->arena;
    struct err e = {0};
    int may = permit_allows(d->actor->post->kind, MAY_BILL_PUBLISH), sound = bill_is_sound(law, &e) == 0;
    int published = text_eq(b->state, "published"), placed = bill_is_placed(d, b);
    const struct regulation *loaded = district_regulation_version(d->district, b->regulation);

    node_put_bool(a, page, "can_propose",
                  may && sound && text_eq(b->state, "draft") &&
                      bill_vacancy_check((int)node_get_int(page, "holders", -1), &e) == 0);
    node_put_bool(a, page, "can_confirm",
                  may && sound && text_eq(b->state, "proposed") && bill_second_person(d, b, &e) == 0);
    node_put_bool(a, page, "can_return", may && text_eq(b->state, "proposed"));
    node_put_bool(a, page, "can_withdraw",
                  may && (text_eq(b->state, "draft") || (published && b->comes_on > desk_today(d))));
    node_put_bool(a, page, "can_finish", may && published && !placed);
    node_put_bool(a, page, "is_placed", published && placed);
    node_put_bool(a, page, "is_loaded", loaded != NULL);
    node_put_text(a, page, "suggested_on",
                  b->comes_on != DATE_NONE                                     ? date_text(a, b->comes_on)
                  : law->r != NULL && regulation_from(law->r) >= desk_today(d) ? date_text(a, regulation_from(law->r))
                                                                               : "");
}

int bill_publish_view(const struct desk *d, int64_t id, int64_t before, struct node **ret, struct err *e)
{
    struct node *page = node_object(d->arena);
    const struct regulation *current = district_regulation(d->district, desk_today(d));
    struct bill_law law;
    struct bill b;
    struct db *db;

    if (bill_read_row(d, id, &b, e) < 0 || bill_examine(d, &b, &law, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    node_put(d->arena, page, "bill", bill_node(d, &b));
    node_put(d->arena, page, "check", bill_check_node(d, &b, &law, "")); /* the figures alone */
    if (current != NULL)
        node_put(d->arena, page, "current", view_regulation(d, current));
    clause_put(d, &law, page);
    blocks_put(d, &b, &law, page);
    cans_put(d, &b, &law, page);
    if (counts_put(d, db, page, e) < 0 || running_put(d, db, &b, before, page, e) < 0)
        return -1;
    *ret = page;
    return 0;
}
