/*
 * casework/review_view.c - one review as the organs see it, with the forms of what each may do now
 *
 * Who was drawn is told to those who convene, put in a seal or audit; to the others once the review is closed, so that
 * nobody can call on an expert beforehand. What a sheet says is told when all are in, who has handed in to the convener
 * alone.
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/view.h"

/* ---- who may know what ---- */

int review_knows_names(const struct desk *d, const struct panel *p)
{
    const char *kind = d->actor != NULL && d->actor->post != NULL ? d->actor->post->kind : "";

    return text_eq(p->r.state, "closed") || text_eq(kind, "auditor") || panel_convenes(d, p->rule) ||
           panel_has_organ(d, node_get(p->rule, "seeds"));
}

static int knows_scores(const struct desk *d, const struct panel *p)
{
    return text_eq(p->r.state, "closed") || (panel_convenes(d, p->rule) && panel_all_in(p));
}

/* ---- one review ---- */

void review_head(const struct desk *d, const struct panel *p, struct node *n)
{
    struct arena *a = d->arena;
    const struct node *inputs = view_json(a, p->r.inputs), *rule = node_get(inputs, "rule");

    view_put_id(a, n, "id", p->r.id);
    view_put_id(a, n, "version", p->r.version);
    review_rule_put(d, p->rule, n);
    node_put_text(a, n, "kind", p->r.kind);
    node_put_text(a, n, "state", p->r.state);
    node_put_text(a, n, "state_name", panel_state_name(p));
    node_put_bool(a, n, "is_sealing", text_eq(p->r.state, "sealing"));
    node_put_bool(a, n, "is_drawn", text_eq(p->r.state, "drawn"));
    node_put_bool(a, n, "is_closed", text_eq(p->r.state, "closed"));
    node_put_bool(a, n, "is_void", text_eq(p->r.state, "void"));
    node_put_text(a, n, "convener_name", p->r.convener_name);
    node_put_int(a, n, "members", node_get_int(rule, "members", 0));
    node_put_int(a, n, "candidates", (int64_t)node_count(node_get(inputs, "candidates")));
    node_put_text(a, n, "inputs_sm3", p->r.inputs_sm3);
    node_put_text(a, n, "result_sm3", p->r.result_sm3);
    view_put_instant(a, n, "started_at", p->r.started_at);
    view_put_instant(a, n, "drawn_at", p->r.drawn_at);
    view_put_date(a, n, "held_on", p->r.held_on);
    node_put_text(a, n, "held_text", p->r.held_on == DATE_NONE ? "" : date_law(a, p->r.held_on));
    node_put_text(a, n, "hour", p->r.hour);
    node_put_text(a, n, "place", p->r.place);
    node_put_text(a, n, "void_reason", p->r.void_reason);
    view_put_instant(a, n, "closed_at", p->r.closed_at);
    node_put_text(a, n, "href", view_href(d, "/reviews/%lld", (long long)p->r.id));
    node_put_text(a, n, "proof_href", view_href(d, "/reviews/%lld/proof", (long long)p->r.id));
    node_put_text(a, n, "opinion_href", view_href(d, "/reviews/%lld/opinion", (long long)p->r.id));
}

/* The words only once all are opened: the last to open must not know where his word would lead. */
static void seals_put(const struct desk *d, const struct panel *p, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "seals");
    int drawn = !text_eq(p->r.state, "sealing") && *p->r.result_sm3 != '\0';

    for (const struct node *o = node_first(node_get(p->rule, "seeds")); o != NULL; o = o->next) {
        const struct review_seal *s = panel_seal(p, node_get_str(o, "organ"));
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "organ", node_get_str(o, "organ"));
        node_put_text(a, n, "name", s != NULL ? s->organ_name : node_get_str(o, "name"));
        node_put_bool(a, n, "is_sealed", s != NULL);
        node_put_bool(a, n, "is_open", s != NULL && *s->words != '\0');
        if (s == NULL)
            continue;
        node_put_text(a, n, "seal", s->seal);
        node_put_text(a, n, "person_name", s->person_name);
        view_put_instant(a, n, "sealed_at", s->sealed_at);
        view_put_instant(a, n, "opened_at", s->opened_at);
        node_put_text(a, n, "words", drawn ? s->words : "");
    }
}

static void seat_scores(const struct desk *d, const struct panel *p, const struct review_seat *s, struct node *n)
{
    struct arena *a = d->arena;
    const struct node *sheet = view_json(a, s->sheet);

    if (!text_eq(s->state, "seated") || !text_eq(s->sheet_state, "in"))
        return;
    sheet_put(d, p, sheet, n);
    node_put_text(a, n, "sheet_sm3", s->sheet_sm3);
    node_put_text(a, n, "sheet_sm3_short", arena_fmt(a, "%.16s", s->sheet_sm3));
    view_put_instant(a, n, "handed_at", s->handed_at);
}

void review_seats_put(const struct desk *d, const struct panel *p, struct node *page)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "seats");
    int convenes = panel_convenes(d, p->rule), scores = knows_scores(d, p);

    for (size_t i = 0; i < p->seat_count; i++) {
        const struct review_seat *s = &p->seats[i];
        struct node *n = node_add_object(a, list);

        view_put_id(a, n, "id", s->id);
        node_put_int(a, n, "place", s->place);
        node_put_text(a, n, "name", s->name);
        node_put_text(a, n, "employer", s->employer);
        node_put_text(a, n, "title", s->title);
        node_put_text(a, n, "state", s->state);
        node_put_text(a, n, "state_name", seat_state_name(s));
        node_put_bool(a, n, "is_seated", text_eq(s->state, "seated"));
        node_put_bool(a, n, "is_waiting", text_eq(s->state, "waiting"));
        node_put_bool(a, n, "is_out", text_eq(s->state, "out"));
        node_put_text(a, n, "out_reason", s->out_reason);
        if (convenes && text_eq(s->state, "seated"))
            node_put_text(a, n, "handed_name", text_eq(s->sheet_state, "in") ? "已交" : "未交");
        node_put_bool(a, n, "may_go",
                      convenes && text_eq(s->state, "seated") && text_eq(p->r.state, "drawn") &&
                          !text_eq(s->sheet_state, "in"));
        if (scores)
            seat_scores(d, p, s, n);
    }
}

static int paper_choices(const struct desk *d, struct db *db, const struct panel *p, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    struct document *docs;
    size_t count;

    if (document_list(db, a, p->r.project, &docs, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (text_eq(docs[i].state, "withdrawn") || text_eq(docs[i].state, "replaced"))
            continue;
        struct node *n = node_add_object(a, list);
        const char *name = regulation_material_name(p->regulation, docs[i].procedure, docs[i].material, NULL);

        view_put_id(a, n, "id", docs[i].id);
        node_put_fmt(a, n, "label", "%s%s%s", name != NULL ? name : "", name != NULL ? "：" : "", docs[i].name);
    }
    *ret = list;
    return 0;
}

static void mine_put(const struct desk *d, const struct panel *p, struct node *page)
{
    struct arena *a = d->arena;
    struct node *n = node_put_object(a, page, "mine");
    const struct review_seal *own = panel_seal(p, desk_organ(d));
    int seals = panel_has_organ(d, node_get(p->rule, "seeds")), sealing = text_eq(p->r.state, "sealing");
    int convenes = panel_convenes(d, p->rule), drawn = text_eq(p->r.state, "drawn");

    node_put_bool(a, n, "may_seal", seals && sealing && own == NULL);
    node_put_bool(a, n, "may_open", seals && sealing && own != NULL && panel_sealed_all(p) && *own->words == '\0');
    node_put_bool(a, n, "waits", seals && sealing && own != NULL && (!panel_sealed_all(p) || *own->words != '\0'));
    node_put_bool(a, n, "convenes", convenes);
    node_put_bool(a, n, "may_void", convenes && (sealing || drawn));
    node_put_bool(a, n, "may_meet", convenes && drawn);
    node_put_bool(a, n, "may_close", convenes && drawn && panel_all_in(p) && p->r.held_on != DATE_NONE);
    if (convenes && drawn) {
        node_put_int(a, n, "handed", (int64_t)panel_handed(p));
        node_put_int(a, n, "seated", (int64_t)panel_seated(p));
    }
}

/* What every sheet says, one after the other: to begin the panel's opinion with. */
static const char *opinions_of(struct arena *a, const struct panel *p)
{
    const char *all = "";
    int n = 0;

    for (size_t i = 0; i < p->seat_count; i++) {
        const char *said = node_get_str(view_json(a, p->seats[i].sheet), "opinion");

        if (text_eq(p->seats[i].state, "seated") && text_eq(p->seats[i].sheet_state, "in") && *said != '\0') {
            n++;
            all = arena_fmt(a, "%s%s%d. %s", all, n > 1 ? "\n" : "", n, said);
        }
    }
    return all;
}

/* ---- what this post may do, each with its form ---- */

struct forms {
    const struct desk *d;
    const struct panel *p;
    const struct node *typed, *mine;
    const struct err_list *errors;
    struct node *out;
};

static struct node *form_fields(const struct forms *f, const char *name)
{
    struct arena *a = f->d->arena;

    return node_put_list(a, node_put(a, f->out, name, node_object(a)), "fields");
}

static void ask_all(const struct forms *f, const char *name, const struct ask *rows, size_t count)
{
    struct node *fields = form_fields(f, name);

    for (size_t i = 0; i < count; i++)
        ask_put(f->d, &rows[i], f->typed, f->errors, fields);
}

static void forms_seal(const struct forms *f)
{
    static const struct ask seal[] = {
        {"seal_words", "封存的话", "text",
         "至少 12 个字，写别人猜不到的；自己记下来，开封时要一字不差地再填一次。平台只留它的摘要", 0, NULL, NULL},
        {"seal", "或者填封签", "text", "用 guizhang draw seal 在自己的机器上算出的 64 位摘要；填了它就不必填上一项", 0,
         NULL, NULL}};
    static const struct ask open[] = {{"open_words", "交封签时的话", "text", "一字不差，包括标点", 1, NULL, NULL}};

    if (node_get_bool(f->mine, "may_seal"))
        ask_all(f, "seal", seal, ARRAY_LEN(seal));
    if (node_get_bool(f->mine, "may_open"))
        ask_all(f, "open", open, ARRAY_LEN(open));
}

static void forms_meet(const struct forms *f, const struct node *papers)
{
    struct arena *a = f->d->arena;
    const struct ask rows[] = {
        {"held_on", "评审日期", "date", "", 1, NULL, node_text(a, date_text(a, f->p->r.held_on))},
        {"hour", "时间", "text", "例如 14:30", 1, NULL, node_text(a, f->p->r.hour)},
        {"place", "地点", "text", "", 1, NULL, node_text(a, f->p->r.place)},
        {"papers", "给专家看的材料", "choices", "只有本次专家组的成员可以看", 0, papers, view_json(a, f->p->r.papers)}};

    ask_all(f, "meet", rows, ARRAY_LEN(rows));
}

static struct node *out_kinds(struct arena *a)
{
    static const char *const KINDS[] = {"conflict", "declined", "absent"};
    struct node *list = node_list(a);

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", KINDS[i]);
        node_put_fmt(a, o, "label", "%s%s", seat_out_name(KINDS[i]), i < 2 ? "，由候补递补" : "，不再递补");
    }
    return list;
}

static void forms_replace(const struct forms *f)
{
    struct arena *a = f->d->arena;
    struct node *seats = node_list(a);

    for (size_t i = 0; i < f->p->seat_count; i++) {
        const struct review_seat *s = &f->p->seats[i];

        if (!text_eq(s->state, "seated") || text_eq(s->sheet_state, "in"))
            continue;
        struct node *o = node_add_object(a, seats);

        view_put_id(a, o, "id", s->id);
        node_put_text(a, o, "label", s->name);
    }
    const struct ask rows[] = {{"seat", "哪一位", "choice", "", 1, seats, NULL},
                               {"out_kind", "情形", "choice", "", 1, out_kinds(a), NULL},
                               {"out_reason", "理由", "long_text", "写明谁在何时说明了什么；记入审计", 1, NULL, NULL}};

    if (node_count(seats) > 0)
        ask_all(f, "replace", rows, ARRAY_LEN(rows));
}

static void forms_end(const struct forms *f)
{
    struct arena *a = f->d->arena;
    const struct ask opinion[] = {{"opinion", "专家组意见", "long_text",
                                   "先列出各位专家的个人意见，请归纳成专家组的意见", 1, NULL,
                                   node_text(a, opinions_of(a, f->p))}};
    const struct ask reason[] = {
        {"void_reason", "作废的理由", "long_text", "记入审计；作废的抽取留在项目的评审记录里", 1, NULL, NULL}};

    if (node_get_bool(f->mine, "may_close"))
        ask_all(f, "close", opinion, ARRAY_LEN(opinion));
    if (node_get_bool(f->mine, "may_void"))
        ask_all(f, "void", reason, ARRAY_LEN(reason));
}

static int forms_put(const struct forms *f, struct db *db, struct err *e)
{
    struct node *papers;

    forms_seal(f);
    if (node_get_bool(f->mine, "may_meet")) {
        if (paper_choices(f->d, db, f->p, &papers, e) < 0)
            return -1;
        forms_meet(f, papers);
        forms_replace(f);
    }
    forms_end(f);
    return 0;
}

int review_view(const struct desk *d, int64_t id, const struct node *typed, const struct err_list *errors,
                struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a);
    struct project project;
    struct panel p;
    struct db *db;

    if (panel_open(d, MAY_REVIEW_READ, id, &p, &project, &db, e) < 0)
        return -1;
    review_head(d, &p, node_put_object(a, page, "review"));
    node_put(a, page, "project", view_project_short(d, &project));
    seals_put(d, &p, page);
    node_put_bool(a, page, "names_hidden", p.seat_count > 0 && !review_knows_names(d, &p));
    if (review_knows_names(d, &p))
        review_seats_put(d, &p, page);
    if (text_eq(p.r.state, "closed"))
        node_put(a, page, "sums", node_copy(a, view_json(a, p.r.outcome)));
    else if (knows_scores(d, &p))
        node_put(a, page, "sums", score_sum(a, &p));
    if (text_eq(p.r.state, "closed"))
        node_put_text(a, page, "opinion", p.r.opinion);
    mine_put(d, &p, page);
    const struct forms forms = {d, &p, typed, node_get(page, "mine"), errors, node_put_object(a, page, "forms")};

    *ret = page;
    return forms_put(&forms, db, e);
}
