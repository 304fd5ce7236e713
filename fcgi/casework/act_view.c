/*
 * casework/act_view.c - the page on which an organ acts: what it needs to see, what it is asked
 */
#include "config.h"

#include "casework/casework.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/act_form.h"
#include "casework/content_type.h"
#include "casework/cosign.h"
#include "casework/experts.h"
#include "casework/facts.h"
#include "casework/hands.h"
#include "casework/mend.h"
#include "casework/outcome.h"
#include "casework/part.h"
#include "casework/phrases.h"
#include "casework/runs.h"
#include "casework/stale.h"
#include "casework/reading.h"
#include "casework/view.h"

/* ---- what changed since the last submission ---- */

/* The unit's two latest events of one act of the procedure, within the run; what was taken back is none. 0: there are
 * not two. */
static int two_submissions(const struct desk *d, const struct casefile *c, const char *procedure,
                           const struct node *run, const struct case_event **ret_before,
                           const struct case_event **ret_after)
{
    const struct case_event *after = NULL;

    for (size_t i = c->event_count; i-- > 0;) {
        const struct case_event *ev = &c->history[i];

        if (!text_eq(ev->by, CASEFILE_UNIT) || !text_eq(act_procedure(d->arena, ev->what), procedure) ||
            !runs_has(run, (int64_t)i + 1))
            continue;
        if (after == NULL) {
            after = ev;
        } else if (text_eq(ev->what, after->what)) {
            *ret_before = ev;
            *ret_after = after;
            return 1;
        }
    }
    return 0;
}

static void difference_row(struct arena *a, struct node *list, const char *label, const char *before, const char *after)
{
    struct node *n;

    if (text_eq(before, after))
        return;
    for (const struct node *o = node_first(list); o != NULL; o = o->next)
        if (text_eq(node_get_str(o, "label"), label) && text_eq(node_get_str(o, "after"), after))
            return; /* a field that is filled from a fact */
    n = node_add_object(a, list);
    node_put_text(a, n, "label", label);
    node_put_text(a, n, "before", *before != '\0' ? before : "—");
    node_put_text(a, n, "after", *after != '\0' ? after : "—");
}

/* Names and digests of what was handed in for one material. */
static const char *carried_text(struct arena *a, const struct node *with, const char *material)
{
    char *joined = arena_dup(a, "");

    for (const struct node *doc = node_first(node_get(with, "documents")); doc != NULL; doc = doc->next) {
        if (text_eq(node_get_str(doc, "material"), material))
            joined = arena_fmt(a, "%s%s%s（SM3 %.8s）", joined, *joined != '\0' ? "、" : "", node_get_str(doc, "name"),
                               node_get_str(doc, "sm3"));
    }
    return joined;
}

static int has_field(const struct node *fields, const char *id)
{
    for (const struct node *f = node_first(fields); f != NULL; f = f->next)
        if (text_eq(node_get_str(f, "id"), id))
            return 1;
    return 0;
}

/* What the form said then and says now; a field that is empty now was not. */
static void form_difference(const struct desk *d, const struct casefile *c, const struct case_event *before,
                            const struct case_event *after, struct node *list)
{
    struct arena *a = d->arena;
    const struct node *now = regulation_answered(c->regulation, a, after->what, after->with),
                      *was = regulation_answered(c->regulation, a, before->what, before->with);

    for (const struct node *f = node_first(now); f != NULL; f = f->next)
        difference_row(a, list, node_get_str(f, "label"),
                       view_value(a, f, node_get(before->with, node_get_str(f, "id"))),
                       view_value(a, f, node_get(after->with, node_get_str(f, "id"))));
    for (const struct node *f = node_first(was); f != NULL; f = f->next)
        if (!has_field(now, node_get_str(f, "id")))
            difference_row(a, list, node_get_str(f, "label"),
                           view_value(a, f, node_get(before->with, node_get_str(f, "id"))), "");
}

static struct node *difference(const struct desk *d, const struct casefile *c, const struct node *procedure,
                               const struct node *run)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    const struct case_event *before, *after;

    if (!two_submissions(d, c, node_get_str(procedure, "id"), run, &before, &after))
        return list;
    const struct node *old = node_get(before->with, "facts"), *new = node_get(after->with, "facts");

    for (const struct node *f = node_first(regulation_facts(c->regulation, a, NULL)); f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id");

        difference_row(a, list, node_get_str(f, "label"), view_value(a, f, node_get(old, id)),
                       view_value(a, f, node_get(new, id)));
    }
    form_difference(d, c, before, after, list);
    for (const struct node *m = node_first(node_get(procedure, "materials")); m != NULL; m = m->next) {
        const char *id = node_get_str(m, "id"), *was = carried_text(a, before->with, id),
                   *is = carried_text(a, after->with, id);

        if (*is != '\0') /* one that was not handed in again is still the one from before */
            difference_row(a, list, node_get_str(m, "name"), was, is);
    }
    return list;
}

/* ---- what is asked beside the form ---- */

static void put_checklist(const struct desk *d, const struct node *act, const struct node *typed,
                          const struct err_list *errors, struct node *out)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, out, "checklist");

    for (const struct node *c = node_first(node_get(act, "checklist")); c != NULL; c = c->next) {
        struct node *n = node_add_object(a, list);
        const char *id = node_get_str(c, "id");
        const char *value = view_input(a, NULL, node_get(node_get(typed, "checklist"), id));
        const char *path = arena_fmt(a, "/with/checklist/%s", id);

        view_take(d, n, c, "id", "name", "articles", "veto", "effect", NULL);
        node_put_bool(a, n, "veto", node_get_bool(c, "veto"));
        node_put_text(a, n, "value", value);
        node_put_bool(a, n, "is_yes", text_eq(value, "true"));
        node_put_bool(a, n, "is_no", text_eq(value, "false"));
        for (int i = 0; errors != NULL && i < errors->count && i < ERR_LIST_MAX; i++) {
            if (text_eq(errors->item[i].path, path))
                node_put_text(a, n, "error", errors->item[i].message);
        }
    }
    view_cite_once(a, list, node_put_object(a, out, "points"));
}

static int has_item(const struct node *list, const char *item)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        if (text_eq(node_get_str(n, "item"), item))
            return 1;
    }
    return 0;
}

/* What the forms of the procedure said: of the acts that were done. */
static void correction_fields(const struct desk *d, const struct casefile *c, const struct node *procedure,
                              struct node *list)
{
    struct arena *a = d->arena;
    const char *name = node_get_str(procedure, "id");

    for (size_t i = 0; i < c->event_count; i++) {
        const struct case_event *ev = &c->history[i];

        if (!text_eq(ev->by, CASEFILE_UNIT) || !text_eq(act_procedure(a, ev->what), name))
            continue;
        for (const struct node *f = node_first(regulation_answered(c->regulation, a, ev->what, ev->with)); f != NULL;
             f = f->next) {
            if (has_item(list, node_get_str(f, "id")))
                continue;
            struct node *n = node_add_object(a, list);

            node_put_text(a, n, "item", node_get_str(f, "id"));
            node_put_fmt(a, n, "label", "表格栏目：%s", node_get_str(f, "label"));
        }
    }
}

/* What a correction request may name: facts asked of the unit, materials of the procedure, what its forms said. */
static struct node *correction_items(const struct desk *d, const struct casefile *c, const struct node *procedure)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a), *n;

    for (const struct node *m = node_first(node_get(procedure, "materials")); m != NULL; m = m->next) {
        n = node_add_object(a, list);
        node_put_text(a, n, "item", node_get_str(m, "id"));
        node_put_fmt(a, n, "label", "材料：%s", node_get_str(m, "name"));
    }
    for (const struct node *f = node_first(regulation_facts(c->regulation, a, c->facts)); f != NULL; f = f->next) {
        if (text_eq(node_get_str(f, "applicant_may"), "no"))
            continue;
        n = node_add_object(a, list);
        node_put_text(a, n, "item", node_get_str(f, "id"));
        node_put_fmt(a, n, "label", "填报项：%s", node_get_str(f, "label"));
    }
    correction_fields(d, c, procedure, list);
    return list;
}

static struct node *quotes(const struct desk *d, const struct casefile *c, const struct node *articles)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (const struct node *n = node_first(articles); n != NULL; n = n->next) {
        const char *number = node_str(n, "");
        char *bare = arena_dup(a, number);

        for (char *p = bare; *p != '\0'; p++) {
            if (*p == '(')
                *p = '\0';
        }
        const char *text = regulation_article(c->regulation, bare);

        if (text == NULL)
            continue;
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "number", number);
        node_put_text(a, o, "name", text_articles(a, number));
        node_put_text(a, o, "text", text);
    }
    return list;
}

/* ---- the page ---- */

struct act_page {
    const struct desk *desk;
    struct casefile file;
    struct act_where where;
    const char *what;
    const struct node *typed;
    const struct node *named; /* which run is meant, as a link or the form says it; may be NULL */
    struct node *verdict;
    const struct node *review; /* what a meeting of experts says to it; NULL mostly */
    const struct node *shown;  /* the act as the verdict lists it; NULL when it may not happen now */
    struct err_list errors;
};

static const struct node *page_articles(const struct act_page *p)
{
    const struct node *list = node_get(p->shown, "articles");

    if (node_count(list) == 0)
        list = node_get(p->where.act, "articles");
    return node_count(list) > 0 ? list : node_get(p->where.procedure, "articles");
}

/* gate.lift and filing.send belong to no procedure: which one, and why. */
static int is_special(const char *what)
{
    return text_eq(what, "gate.lift") || text_eq(what, "filing.send");
}

static void lift_choices(const struct act_page *p, struct node *list)
{
    struct arena *a = p->desk->arena;

    for (const struct node *n = node_first(node_get(p->verdict, "acts")); n != NULL; n = n->next) {
        if (!text_eq(node_get_str(n, "act"), p->what))
            continue;
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", node_get_str(n, "gate"));
        node_put_text(a, o, "label", node_get_str(n, "name"));
    }
}

/* What was chosen; where there is only one thing to choose, that. */
static const struct node *lift_chosen(const struct act_page *p)
{
    struct node *list = node_list(p->desk->arena);

    lift_choices(p, list);
    if (node_get(p->typed, "gate") != NULL || node_count(list) != 1)
        return node_get(p->typed, "gate");
    return node_get(node_first(list), "id");
}

static void lift_node(const struct act_page *p, struct node *n)
{
    struct arena *a = p->desk->arena;
    struct node *field = node_object(a);

    node_put_text(a, n, "name", "解除限制");
    node_put_text(a, n, "procedure_name", "例外");
    node_put_bool(a, n, "reason", 1);
    node_put_text(a, n, "reason_value", node_get_str(p->typed, "reason"));
    node_put_text(a, field, "id", "gate");
    node_put_text(a, field, "label", "解除哪项限制");
    node_put_text(a, field, "type", "choice");
    node_put_bool(a, field, "required", 1);
    lift_choices(p, node_put_list(a, field, "choices"));
    node_add(node_put_list(a, n, "fields"), view_field(p->desk, field, NULL, lift_chosen(p), &p->errors, "/with"));
}

static struct node *special_node(const struct act_page *p)
{
    struct arena *a = p->desk->arena;
    struct node *n = node_object(a), *mend;

    node_put_text(a, n, "act", p->what);
    node_put(a, n, "articles", view_articles(p->desk, node_get(p->shown, "articles")));
    if (!mend_is(p->what)) {
        lift_node(p, n);
        return n;
    }
    mend = mend_view(p->desk, &p->file, p->verdict, p->typed, &p->errors);
    node_put_text(a, n, "name", node_get_bool(mend, "may_change") ? "修改后重新上报" : "重新上报");
    node_put_text(a, n, "procedure_name", mend != NULL ? node_get_str(mend, "filing_name") : "上报");
    node_put_text(a, n, "to_names", node_get_str(mend, "to_name"));
    if (mend != NULL)
        node_put(a, n, "mend", mend);
    return n;
}

/* What an attempt without a form would be asked about: a page asks for it anyway. */
static struct node *reasons_of_act(struct arena *a, const struct node *reasons)
{
    struct node *list = node_list(a);

    for (const struct node *r = node_first(reasons); r != NULL; r = r->next) {
        if (!text_starts(node_get_str(r, "path"), "/with/"))
            node_add(list, node_copy(a, r));
    }
    return list;
}

/* What is required by a condition is asked for as such; without anything filled in the reasons name each of them. */
static const struct node *lacking(const struct act_page *p)
{
    struct arena *a = p->desk->arena;
    struct case_event attempt = {
        .at = p->desk->now, .what = p->what, .by = desk_organ(p->desk), .with = node_object(a)};

    return node_get(casefile_attempt(p->desk, &p->file, act_procedure(a, p->what), &attempt), "reasons");
}

static void put_form(const struct act_page *p, struct node *n)
{
    struct act_form form;

    act_form_open(&form, p->desk, &p->file, p->what, p->where.act, p->shown, runs_of(p->verdict, p->shown));
    form.typed = p->typed;
    form.errors = &p->errors;
    form.filled = node_get(p->review, "fields");
    if (act_form_has_condition(&form))
        form.lacking = lacking(p);
    act_form_put(&form, n);
    if (node_get_bool(n, "form_prints"))
        node_put_text(p->desk->arena, n, "form_href",
                      view_href(p->desk, "/projects/%lld/forms/%s", (long long)p->file.p.id, p->what));
}

static struct node *act_node(const struct act_page *p)
{
    const struct desk *d = p->desk;
    struct arena *a = d->arena;
    struct node *n = node_object(a), *materials, *paper = NULL;
    const char *procedure = act_procedure(a, p->what);
    const struct node *document = node_get(p->where.act, "document");

    node_put_text(a, n, "act", p->what);
    node_put_text(a, n, "name", node_get_str(p->where.act, "name"));
    node_put_text(a, n, "procedure", procedure);
    node_put_text(a, n, "procedure_name", node_get_str(p->where.procedure, "name"));
    node_put_text(a, n, "step_name", node_get_str(p->where.step, "name"));
    view_take(d, n, p->shown, "to_names", "by_names", NULL);
    node_put(a, n, "articles", view_articles(d, page_articles(p)));
    node_put_bool(a, n, "danger", node_get_bool(p->where.act, "danger"));
    node_put_bool(a, n, "correction", node_get_bool(p->where.act, "correction"));
    node_put_bool(a, n, "reason", node_get_bool(p->where.act, "reason"));
    node_put_text(a, n, "reason_value",
                  p->typed == NULL ? node_get_str(p->review, "opinion") : node_get_str(p->typed, "reason"));
    node_put_text(a, n, "until_value", node_get_str(p->typed, "until"));
    put_checklist(d, p->where.act, p->typed, &p->errors, n);
    put_form(p, n);
    if (node_get_bool(p->where.act, "takes_materials")) {
        materials = part_materials(d, &p->file, procedure, p->verdict);
        if (materials != NULL)
            node_put(a, n, "materials", node_copy(a, node_get(materials, "items")));
    }
    node_put_bool(a, n, "takes_materials", node_get_bool(p->where.act, "takes_materials"));
    if (document != NULL && document->type == NODE_OBJECT) {
        paper = node_put_object(a, n, "document");
        node_put_text(a, paper, "name", node_get_str(document, "name"));
        node_put_bool(a, paper, "is_numbered", *node_get_str(document, "number") != '\0');
    }
    return n;
}

/* The filing meant; the only one of the regulation where none came back. */
static const char *special_filing(const struct act_page *p)
{
    const struct node *f = mend_filing(p->verdict, node_get_str(p->typed, "filing"));

    if (f == NULL)
        f = mend_filing(p->verdict, "");
    if (f == NULL)
        f = node_first(node_get(p->verdict, "filings"));
    return node_get_str(f, "id");
}

/* What the house itself waits for, beside what the law says. */
static void cosign_wall(const struct act_page *p, struct node *page)
{
    struct arena *a = p->desk->arena;
    struct node *wall = node_object(a);

    node_put_text(a, wall, "act", p->what);
    node_put_bool(a, wall, "allowed", node_get_bool(page, "allowed"));
    node_put(a, wall, "reasons", node_copy(a, node_get(page, "reasons")));
    cosign_bar(p->desk, &p->file, wall);
    node_put_bool(a, page, "allowed", node_get_bool(wall, "allowed"));
    node_put(a, page, "reasons", node_copy(a, node_get(wall, "reasons")));
}

/* With something typed, the answer is that of an attempt with it; otherwise that of the road. */
static void page_answer(struct act_page *p, struct node *page)
{
    const struct desk *d = p->desk;
    struct arena *a = d->arena;
    const struct node *reasons = node_get(p->shown, "reasons");
    int allowed = node_get_bool(p->shown, "allowed");

    if (p->shown == NULL || !part_act_is_mine(d, p->shown)) {
        struct node *with = p->named != NULL ? node_copy(a, p->named) : node_object(a);

        if (mend_is(p->what))
            node_put_text(a, with, "filing", special_filing(p));
        else if (is_special(p->what) && lift_chosen(p) != NULL)
            node_put_text(a, with, "gate", node_str(lift_chosen(p), ""));
        struct case_event attempt = {.at = d->now, .what = p->what, .by = desk_organ(d), .with = with};
        const struct node *tried = casefile_attempt(d, &p->file, act_procedure(a, p->what), &attempt);

        reasons = is_special(p->what) ? reasons_of_act(a, node_get(tried, "reasons")) : node_get(tried, "reasons");
        allowed = is_special(p->what) && node_count(reasons) == 0;
    }
    node_put_bool(a, page, "allowed", allowed);
    node_put(a, page, "reasons", view_reasons(d, reasons));
    node_put(a, page, "warnings", view_reasons(d, node_get(p->verdict, "warnings")));
    cosign_wall(p, page);
}

static void page_siblings(const struct act_page *p, struct node *page)
{
    struct arena *a = p->desk->arena;
    struct node *list = node_put_list(a, page, "alternatives");

    for (const struct node *act = node_first(node_get(p->verdict, "acts")); act != NULL; act = act->next) {
        if (!part_act_is_mine(p->desk, act) || p->shown == NULL ||
            !text_eq(node_get_str(act, "procedure"), node_get_str(p->shown, "procedure")) ||
            !text_eq(node_get_str(act, "step"), node_get_str(p->shown, "step")) ||
            runs_of(p->verdict, act) != runs_of(p->verdict, p->shown))
            continue;
        struct node *n = node_add_object(a, list);

        view_take(p->desk, n, act, "act", "name", "allowed", NULL);
        node_put(a, n, "reasons", view_reasons(p->desk, node_get(act, "reasons")));
        cosign_bar(p->desk, &p->file, n);
        node_put_bool(a, n, "is_this", text_eq(node_get_str(act, "act"), p->what));
        node_put_text(a, n, "href", runs_href(p->desk, &p->file, p->verdict, act));
    }
    node_put_bool(a, page, "is_choice", node_count(list) > 1);
}

static void page_due(const struct act_page *p, struct node *page)
{
    const struct node *best =
        p->shown != NULL ? outcome_act_duty(p->desk, p->verdict, p->shown, desk_organ(p->desk)) : NULL;

    if (best != NULL)
        node_put(p->desk->arena, page, "duty", view_cite(p->desk, best));
}

/* The reasons written instead of materials, as they are being typed. */
static void lack_typed(const struct act_page *p, const struct node *handed)
{
    for (const struct node *m = node_first(node_get(handed, "items")); m != NULL && p->typed != NULL; m = m->next) {
        if (node_get_bool(m, "or_reason"))
            node_put_text(p->desk->arena, (struct node *)(uintptr_t)m, "lack_value",
                          node_get_str(node_get(p->typed, "not_applicable"), node_get_str(m, "id")));
    }
}

int act_view(const struct desk *d, int64_t project, const char *act, const struct node *typed_or_null,
             struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct act_page *p = ARENA_NEW(a, struct act_page);
    struct node *page = node_object(a), *read = NULL, *review;

    p->desk = d;
    p->what = act;
    p->named = runs_named(a, typed_or_null);
    p->typed = runs_is_link(typed_or_null) ? NULL : typed_or_null;
    if (casefile_read(d, MAY_PROJECT_READ, project, &p->file, e) < 0)
        return -1;
    if (!is_special(act) && !casefile_act(d, &p->file, act, &p->where)) {
        err_fail(e, ERR_NOT_FOUND, "本办法没有这个办理事项");
        return err_mend(e, "请从项目档案的「下一步」打开要办的事项");
    }
    if (review_fills(d, &p->file, act, &review, e) < 0)
        return -1;
    p->review = review;
    p->verdict = casefile_road(d, &p->file);
    p->shown = runs_act(p->verdict, act, p->named);
    reading_keep(d, &p->file, p->verdict);
    if (p->typed != NULL)
        (void)!regulation_read_act(p->file.regulation, a, act, p->typed, &read, &p->errors);

    node_put(a, node_put(a, page, "project", view_project_short(d, &p->file.p)), "facts", part_facts(d, &p->file));
    node_put(a, page, "regulation", part_regulation(d, &p->file));
    node_put(a, page, "act", is_special(act) ? special_node(p) : act_node(p));
    phrases_put(a, d->district, act, node_get(node_get(page, "project"), "facts"),
                (struct node *)(uintptr_t)node_get(page, "act"));
    page_answer(p, page);
    page_siblings(p, page);
    runs_put(d, &p->file, p->verdict, p->shown, p->named, act, page);
    page_due(p, page);
    if (casefile_correction(&p->file) != NULL && node_get_bool(p->where.act, "takes_materials"))
        node_put(a, page, "corrections", part_correction(d, &p->file));
    node_put(a, page, "difference", difference(d, &p->file, p->where.procedure, runs_of(p->verdict, p->shown)));
    if (node_get_bool(p->where.act, "correction"))
        node_put(a, page, "correction_items", correction_items(d, &p->file, p->where.procedure));
    struct node *handed = part_materials(d, &p->file, act_procedure(a, act), p->verdict);

    if (handed != NULL)
        node_put(a, page, "handed_in", handed);
    lack_typed(p, handed);
    if (review != NULL)
        node_put(a, page, "review", review);
    node_put(a, page, "quotes", quotes(d, &p->file, page_articles(p)));
    meters_put(d, p->verdict, act_procedure(a, act), page);
    node_put(a, page, "errors", view_errors(d, &p->errors));
    if (p->typed != NULL)
        node_put(a, page, "typed", node_copy(a, p->typed));
    node_put_fmt(a, page, "seen", "%lld", (long long)p->file.p.event_count);
    node_put_text(a, page, "marks", stale_marks(a, p->file.facts));
    view_put_date(a, page, "today", desk_today(d));
    cosign_put(d, &p->file, page);
    if (hands_put(d, &p->file, page, e) < 0)
        return -1;
    node_put_text(a, page, "accepted_types", content_types_endings(a));
    node_put_text(a, page, "accepted_text", content_types_accepted());
    node_put_int(a, page, "upload_max_mb", d->platform->config.upload_max_bytes / 1048576);
    node_put_text(a, page, "key", crypto_token(a));
    *ret = page;
    return 0;
}

int act_hands(const struct desk *d, int64_t project, const char *act, const char **ret_name, const char **ret_who,
              struct err *e)
{
    struct act_where where = {0};
    struct case_event nobody = {.at = d->now, .what = act, .by = "", .with = node_object(d->arena)};
    struct casefile c;
    int found = casefile_look(d, project, &c, e);

    if (found <= 0 || !casefile_act(d, &c, act, &where))
        return found < 0 ? -1 : 0;
    *ret_name = node_get_str(where.act, "name");
    for (const struct node *r = node_first(node_get(casefile_attempt(d, &c, "", &nobody), "reasons")); r != NULL;
         r = r->next) {
        *ret_who = node_get_str(r, "mend");
        if (text_eq(node_get_str(r, "code"), "wrong_role"))
            return 1;
    }
    return 0;
}
