/*
 * casework/seat_view.c - an expert's own pages: the projects he sits on, one of them with its papers and his sheet
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/view.h"

/* ---- pages ---- */

static const char *sheet_name(const struct review_seat *s)
{
    if (text_eq(s->state, "out"))
        return seat_out_name(s->out_kind);
    return text_eq(s->sheet_state, "in") ? "已交" : text_eq(s->sheet_state, "draft") ? "草稿" : "未填";
}

static int is_open(const struct review_seat *s)
{
    return text_eq(s->state, "seated") && text_eq(s->review_state, "drawn") && !text_eq(s->sheet_state, "in");
}

static const char *kind_name(const struct desk *d, const char *kind)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const struct node *rule = r != NULL ? regulation_review(r, d->arena, kind) : NULL;

    return rule != NULL ? node_get_str(rule, "name") : "专家评审";
}

static void seat_put(const struct desk *d, const struct review_seat *s, struct node *n)
{
    struct arena *a = d->arena;

    view_put_id(a, n, "id", s->id);
    view_put_id(a, n, "version", s->version);
    node_put_text(a, n, "project_title", s->title_of_project);
    node_put_text(a, n, "unit_name", s->unit_name);
    node_put_text(a, n, "review_name", kind_name(d, s->kind));
    node_put_text(a, n, "state", s->state);
    node_put_text(a, n, "state_name", seat_state_name(s));
    view_put_date(a, n, "held_on", s->held_on);
    node_put_text(a, n, "hour", s->hour);
    node_put_text(a, n, "place", s->venue);
    node_put_text(a, n, "sheet_state", s->sheet_state);
    node_put_text(a, n, "sheet_name", sheet_name(s));
    node_put_text(a, n, "sheet_sm3", s->sheet_sm3);
    view_put_instant(a, n, "handed_at", s->handed_at);
    node_put_text(a, n, "out_reason", s->out_reason);
    node_put_bool(a, n, "is_open", is_open(s));
    node_put_bool(a, n, "is_out", text_eq(s->state, "out"));
    node_put_text(a, n, "href", view_href(d, "/seats/%lld", (long long)s->id));
}

int seats_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct node *page = node_object(d->arena), *list = node_put_list(d->arena, page, "seats");
    struct review_seat *rows;
    struct db *db;
    size_t count;

    if (permit_check(d->actor, MAY_SEAT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    if (!experts_known(d))
        return experts_missing(e);
    if (review_seats_of_login(db, d->arena, d->actor->login, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        seat_put(d, &rows[i], node_add_object(d->arena, list));
    *ret = page;
    return 0;
}

static struct node *project_node(const struct desk *d, const struct project *p, const struct regulation *r)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a), *facts = node_put_list(a, n, "facts");
    const struct node *known = view_json(a, p->facts);

    node_put_text(a, n, "title", p->title);
    node_put_text(a, n, "unit_name", p->unit_name);
    view_put_money(a, n, "total_investment", p->total_investment);
    for (const struct node *f = node_first(regulation_facts_wording(r, a, known)); f != NULL; f = f->next) {
        const struct node *v = node_get(known, node_get_str(f, "id"));

        if (v == NULL)
            continue;
        struct node *o = node_add_object(a, facts);

        node_put_text(a, o, "label", node_get_str(f, "label"));
        node_put_text(a, o, "value", view_value(a, f, v));
    }
    return n;
}

static int put_papers(const struct desk *d, struct db *db, const struct panel *p, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "papers");
    struct document *docs;
    size_t count;

    if (document_list(db, a, p->r.project, &docs, &count, e) < 0)
        return -1;
    for (const struct node *n = node_first(view_json(a, p->r.papers)); n != NULL; n = n->next) {
        for (size_t i = 0; i < count; i++) {
            if (!text_eq(node_str(n, ""), arena_fmt(a, "%lld", (long long)docs[i].id)) ||
                text_eq(docs[i].state, "withdrawn"))
                continue;
            const char *name = regulation_material_name(p->regulation, docs[i].procedure, docs[i].material, NULL);

            node_put_text(a, node_add(list, view_document(d, &docs[i])), "material_name", name != NULL ? name : "");
        }
    }
    return 0;
}

static struct node *agrees_choices(struct arena *a)
{
    struct node *list = node_list(a), *o = node_add_object(a, list);

    node_put_text(a, o, "id", "true");
    node_put_text(a, o, "label", "同意");
    o = node_add_object(a, list);
    node_put_text(a, o, "id", "false");
    node_put_text(a, o, "label", "不同意");
    return list;
}

static void sheet_fields(const struct desk *d, const struct panel *p, const struct node *sheet,
                         const struct node *typed, const struct err_list *errors, struct node *fields)
{
    struct arena *a = d->arena;

    for (const struct node *s = node_first(node_get(p->rule, "scores")); s != NULL; s = s->next) {
        const char *id = node_get_str(s, "id"), *name = node_get_str(s, "name");
        const struct ask score = {score_key(a, id),
                                  name,
                                  "integer",
                                  arena_fmt(a, "0 到 100 的整数，权重 %lld%%%s%s",
                                            (long long)node_get_int(s, "weight", 0),
                                            *node_get_str(s, "hint") != '\0' ? "；" : "", node_get_str(s, "hint")),
                                  1,
                                  NULL,
                                  node_text(a, score_of(a, sheet, id))};
        const struct ask comment = {comment_key(a, id),
                                    arena_fmt(a, "%s：评语", name),
                                    "long_text",
                                    "",
                                    0,
                                    NULL,
                                    node_text(a, comment_of(a, sheet, id))};

        ask_put(d, &score, typed, errors, fields);
        ask_put(d, &comment, typed, errors, fields);
    }
    const struct ask agrees = {"agrees", "评审结论", "choice", "", 1, agrees_choices(a), node_get(sheet, "agrees")};
    const struct ask opinion = {
        "opinion", "个人意见", "long_text", "汇总时交给召集机关", 1, NULL, node_get(sheet, "opinion")};

    ask_put(d, &agrees, typed, errors, fields);
    ask_put(d, &opinion, typed, errors, fields);
}

static const char *agrees_name(const struct node *sheet)
{
    const char *agrees = node_get_str(sheet, "agrees");

    return text_eq(agrees, "true") ? "同意" : text_eq(agrees, "false") ? "不同意" : "";
}

void sheet_put(const struct desk *d, const struct panel *p, const struct node *sheet, struct node *n)
{
    struct arena *a = d->arena;
    struct node *items = node_put_list(a, n, "items");

    for (const struct node *s = node_first(node_get(p->rule, "scores")); s != NULL; s = s->next) {
        struct node *o = node_add_object(a, items);

        node_put_text(a, o, "item", node_get_str(s, "name"));
        node_put_int(a, o, "weight", node_get_int(s, "weight", 0));
        node_put_text(a, o, "score", score_of(a, sheet, node_get_str(s, "id")));
        node_put_text(a, o, "comment", comment_of(a, sheet, node_get_str(s, "id")));
    }
    node_put_text(a, n, "agrees_name", agrees_name(sheet));
    node_put_text(a, n, "opinion", node_get_str(sheet, "opinion"));
    node_put_text(a, n, "total", score_text(a, score_total(a, p->rule, sheet)));
}

static struct node *leave_choices(struct arena *a)
{
    static const char *const KINDS[][2] = {{"conflict", "与项目有利害关系，应当回避"}, {"declined", "不能参加"}};
    struct node *list = node_list(a);

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) { /* that somebody stayed away is the convener's to say */
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", KINDS[i][0]);
        node_put_text(a, o, "label", KINDS[i][1]);
    }
    return list;
}

static void leave_fields(const struct desk *d, const struct node *typed, const struct err_list *errors,
                         struct node *fields)
{
    const struct ask kind = {"out_kind", "情形", "choice", "", 1, leave_choices(d->arena), NULL};
    const struct ask reason = {
        "out_reason", "理由", "long_text", "写明与谁、什么关系，或为何不能参加；召集机关看得到", 1, NULL, NULL};

    ask_put(d, &kind, typed, errors, fields);
    ask_put(d, &reason, typed, errors, fields);
}

/* Once every sheet is in, and not a moment before. */
static void put_others(const struct desk *d, const struct panel *p, int64_t own, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list;

    if (!panel_all_in(p))
        return;
    list = node_put_list(a, page, "others");
    for (size_t i = 0; i < p->seat_count; i++) {
        const struct review_seat *s = &p->seats[i];
        const struct node *sheet = view_json(a, s->sheet);

        if (s->id == own || !text_eq(s->state, "seated"))
            continue;
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "name", s->name);
        node_put_text(a, n, "total", score_text(a, score_total(a, p->rule, sheet)));
        node_put_text(a, n, "agrees_name", agrees_name(sheet));
        node_put_text(a, n, "opinion", node_get_str(sheet, "opinion"));
    }
}

static int seat_whole(const struct desk *d, struct db *db, const struct review_seat *s, struct panel *p,
                      struct project *project, struct err *e)
{
    if (review_get(db, d->arena, s->review, 0, &p->r, e) <= 0 ||
        project_get(db, d->arena, s->project, project, e) <= 0) {
        if (e->code == ERR_NONE)
            (void)seat_missing(e);
        return -1;
    }
    return panel_read(d, db, p, e);
}

int seat_view(const struct desk *d, int64_t id, const struct node *typed, const struct err_list *errors,
              struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *shown = node_put_object(a, page, "seat");
    struct review_seat s;
    struct project project;
    struct panel p;
    struct db *db;

    if (seat_open(d, MAY_SEAT_READ, id, &s, &db, e) < 0 || seat_whole(d, db, &s, &p, &project, e) < 0)
        return -1;
    seat_put(d, &s, shown);
    node_put(a, shown, "articles", view_articles(d, node_get(p.rule, "articles")));
    if (text_eq(s.state, "out")) { /* who has left sees why, and nothing else any more */
        *ret = page;
        return 0;
    }
    node_put(a, page, "project", project_node(d, &project, p.regulation));
    sheet_put(d, &p, view_json(a, s.sheet), page);
    if (is_open(&s)) {
        sheet_fields(d, &p, view_json(a, s.sheet), typed, errors, node_put_list(a, page, "fields"));
        leave_fields(d, typed, errors, node_put_list(a, node_put_object(a, page, "leave"), "fields"));
    }
    put_others(d, &p, s.id, page);
    if (text_eq(p.r.state, "closed"))
        node_put(a, page, "sums", node_copy(a, view_json(a, p.r.outcome)));
    node_put_text(a, page, "group_opinion", p.r.opinion);
    *ret = page;
    return put_papers(d, db, &p, page, e);
}
