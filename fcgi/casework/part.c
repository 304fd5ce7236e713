/*
 * casework/part.c - parts of a case that several pages show: acts, materials, duties, corrections
 */
#include "config.h"

#include "casework/part.h"

#include <string.h>

#include "base/text.h"
#include "casework/count_view.h"
#include "casework/due.h"
#include "casework/forms.h"
#include "casework/runs.h"
#include "casework/view.h"

/* ---- materials ---- */

struct node *part_documents(const struct desk *d, const struct casefile *c, const char *procedure, const char *material)
{
    struct node *list = node_list(d->arena);

    for (size_t i = 0; i < c->document_count; i++) {
        const struct document *doc = &c->documents[i];

        if (!text_eq(doc->procedure, procedure) || !text_eq(doc->material, material) ||
            text_eq(doc->state, "withdrawn"))
            continue;
        struct node *n = node_add(list, view_document(d, doc));

        node_put_bool(d->arena, n, "is_replaced", text_eq(doc->state, "replaced"));
    }
    return list;
}

/* The verdict's word on a material (whether required for this project, whether present); NULL when it lists other ones.
 */
static const struct node *material_verdict(const struct node *verdict, const char *procedure, const char *material)
{
    for (const struct node *m = node_first(node_get(verdict, "materials")); m != NULL; m = m->next) {
        if (text_eq(node_get_str(m, "procedure"), procedure) && text_eq(node_get_str(m, "id"), material))
            return m;
    }
    return NULL;
}

/* Its condition does not hold for this project; of every procedure, whether its turn has come or not. */
static int material_is_off(const struct node *verdict, const char *procedure, const char *material)
{
    for (const struct node *m = node_first(node_get(verdict, "materials_off")); m != NULL; m = m->next) {
        if (text_eq(node_get_str(m, "procedure"), procedure) && text_eq(node_get_str(m, "id"), material))
            return 1;
    }
    return 0;
}

static int verdict_lists(const struct node *verdict, const char *procedure)
{
    for (const struct node *m = node_first(node_get(verdict, "materials")); m != NULL; m = m->next) {
        if (text_eq(node_get_str(m, "procedure"), procedure))
            return 1;
    }
    return 0;
}

static int material_present(const struct casefile *c, const char *procedure, const char *material)
{
    for (size_t i = 0; i < c->document_count; i++) {
        const struct document *doc = &c->documents[i];

        if (text_eq(doc->procedure, procedure) && text_eq(doc->material, material) &&
            (text_eq(doc->state, "draft") || text_eq(doc->state, "submitted")))
            return 1;
    }
    return 0;
}

static void material_item(const struct desk *d, const struct casefile *c, const char *procedure,
                          const struct node *declared, const struct node *said, struct node *items)
{
    struct arena *a = d->arena;
    const char *id = node_get_str(declared, "id");
    const struct case_event *correction = casefile_correction(c);
    struct node *n = node_add_object(a, items);
    int in_correction = correction != NULL && text_eq(act_procedure(a, correction->what), procedure);

    view_take(d, n, declared, "id", "name", "articles", "hint", "template", "strength", NULL);
    forms_of_material(d, c->regulation, node_get_str(declared, "template"), n);
    node_put_kept(a, n, "procedure", procedure);
    node_put_bool(a, n, "required",
                  said != NULL ? node_get_bool(said, "required")
                               : !text_eq(node_get_str(declared, "strength"), "in_principle"));
    node_put_bool(a, n, "present", said != NULL ? node_get_bool(said, "present") : material_present(c, procedure, id));
    node_put_bool(a, n, "readonly", in_correction && !correction_names(correction, id));
    node_put_bool(a, n, "asked_again", in_correction && correction_names(correction, id));
    if (said != NULL && node_get_bool(said, "or_reason")) {
        node_put_bool(a, n, "or_reason", 1);
        node_put_kept(a, n, "lack_value", node_get_str(said, "not_applicable"));
    }
    node_put(a, n, "documents", part_documents(d, c, procedure, id));
}

struct node *part_materials(const struct desk *d, const struct casefile *c, const char *procedure,
                            const struct node *verdict)
{
    struct arena *a = d->arena;
    const struct node *declared = regulation_procedure(c->regulation, a, procedure);
    int lists = verdict_lists(verdict, procedure), present = 0;
    struct node *group, *items;

    if (node_count(node_get(declared, "materials")) == 0)
        return NULL;
    group = node_object(a);
    node_put_kept(a, group, "procedure", procedure);
    node_put_kept(a, group, "procedure_name", node_get_str(declared, "name"));
    items = node_put_list(a, group, "items");
    for (const struct node *m = node_first(node_get(declared, "materials")); m != NULL; m = m->next) {
        const struct node *said = material_verdict(verdict, procedure, node_get_str(m, "id"));

        if (said == NULL && (lists || material_is_off(verdict, procedure, node_get_str(m, "id"))))
            continue; /* its condition does not hold for this project */
        material_item(d, c, procedure, m, said, items);
        present +=
            said != NULL ? node_get_bool(said, "present") : material_present(c, procedure, node_get_str(m, "id"));
    }
    node_put_int(a, group, "count", (int64_t)node_count(items));
    node_put_int(a, group, "present", present);
    return group;
}

/* ---- acts ---- */

int part_act_is_mine(const struct desk *d, const struct node *act)
{
    const char *organ = desk_organ(d);

    if (*organ == '\0' || (d->actor != NULL && permit_allows(d->actor->post->kind, MAY_PROJECT_ACT) == 0))
        return 0;
    return part_act_is_of(act, organ);
}

int part_act_is_of(const struct node *act, const char *organ)
{
    for (const struct node *hand = node_first(node_get(act, "hands")); hand != NULL; hand = hand->next) {
        if (text_eq(node_get_str(hand, "organ"), organ))
            return 1;
    }
    return 0;
}

const struct node *part_act(const struct node *verdict, const char *what)
{
    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next) {
        if (text_eq(node_get_str(act, "act"), what))
            return act;
    }
    return NULL;
}

int part_act_is_later(const struct node *act)
{
    if (node_get_bool(act, "allowed"))
        return 0;
    for (const struct node *n = node_first(node_get(act, "reasons")); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "code"), "order") || text_eq(node_get_str(n, "code"), "not_open"))
            return 1;
    return 0;
}

struct node *part_acts(const struct desk *d, const struct casefile *c, const struct node *verdict)
{
    return part_acts_of(d, c, verdict, NULL);
}

struct node *part_acts_of(const struct desk *d, const struct casefile *c, const struct node *verdict,
                          part_act_wanted *wanted)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next) {
        if (!part_act_is_mine(d, act) || (wanted != NULL && !wanted(c, act)))
            continue;
        struct node *n = node_add_object(a, list);

        view_take(d, n, act, "act", "name", "procedure", "procedure_name", "step", "step_name", "to_names", "allowed",
                  "main", "danger", "correction", "articles", NULL);
        node_put(a, n, "reasons", view_reasons(d, node_get(act, "reasons")));
        node_put_kept(a, n, "href", runs_href(d, c, verdict, act));
        if (node_get(act, "run") != NULL && runs_waiting(d, verdict, node_get_str(act, "act")) > 1)
            node_put_kept(a, n, "run_words", runs_words(d, c, verdict, act));
    }
    return list;
}

/* ---- duties ---- */

static const char *duty_state_name(const char *state)
{
    static const char *const names[][2] = {{"future", "未起算"}, {"open", "待履行"},        {"overdue", "已超期"},
                                           {"done", "已履行"},   {"done_late", "逾期履行"}, {"cancelled", "不再需要"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_eq(names[i][0], state))
            return names[i][1];
    }
    return state;
}

struct node *part_duties(const struct desk *d, const struct casefile *c, const struct node *verdict)
{
    return part_duties_of(d, c, verdict, NULL);
}

struct node *part_duties_of(const struct desk *d, const struct casefile *c, const struct node *verdict,
                            int (*wanted)(const struct node *duty))
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (const struct node *du = node_first(node_get(verdict, "duties")); du != NULL; du = du->next) {
        if (wanted != NULL && !wanted(du))
            continue;
        const char *state = node_get_str(du, "state"), *key = node_get_str(du, "key");
        struct node *n = node_add(list, view_cite(d, du));
        struct calendar_period p;

        node_put_kept(a, n, "state_name", duty_state_name(state));
        node_put_bool(a, n, "is_done", text_eq(state, "done") || text_eq(state, "done_late"));
        node_put_bool(a, n, "is_open", text_eq(state, "open") || text_eq(state, "overdue"));
        if (text_eq(node_get_str(du, "who"), CASEFILE_UNIT))
            node_put_kept(a, n, "who_name", c->p.unit_name);
        if (count_period(node_get(du, "count"), &p) && *node_get_str(du, "due_on") != '\0')
            node_put_kept(
                a, n, "recount_href",
                view_href(d, "/projects/%lld/duties/%s?key=%s", (long long)c->p.id, node_get_str(du, "id"), key));
    }
    return list;
}

/* ---- stages ---- */

struct node *part_stages(const struct desk *d, const struct node *verdict)
{
    static const struct {
        const char *state, *name, *is;
    } names[] = {{"done", "已完成", "is_done"},
                 {"failed", "未通过", "is_failed"},
                 {"now", "当前", "is_now"},
                 {"todo", "未开始", "is_todo"},
                 {"blocked", "受阻", "is_blocked"},
                 {"skipped", "不需要", "is_skipped"},
                 {"alongside", "同时进行", "is_alongside"}};
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (const struct node *s = node_first(node_get(verdict, "stages")); s != NULL; s = s->next) {
        const char *state = node_get_str(s, "state");
        struct node *n = node_add(list, view_cite(d, s));

        node_put_kept(a, n, "date", node_get_str(s, "done_on"));
        for (size_t i = 0; i < ARRAY_LEN(names); i++) {
            int is = text_eq(names[i].state, state);

            if (is)
                node_put_kept(a, n, "state_name", names[i].name);
            node_put_keyed(a, n, names[i].is, node_key_hash(names[i].is), 1, node_bool(a, is));
        }
    }
    return list;
}

/* ---- corrections ---- */

const char *part_item_label(const struct casefile *c, const char *procedure, const char *item)
{
    const char *label = regulation_item_label(c->regulation, procedure, item);

    return label != NULL ? label : item;
}

/* The page of the act whose form said it; NULL for facts and materials, which the form of the application has. */
static const char *item_href(const struct desk *d, const struct casefile *c, const char *procedure, const char *item)
{
    if (regulation_fact_label(c->regulation, item, NULL) != NULL ||
        regulation_material_name(c->regulation, procedure, item, NULL) != NULL)
        return NULL;
    for (size_t i = c->event_count; i-- > 0;) {
        const struct case_event *ev = &c->history[i];

        if (text_eq(ev->by, CASEFILE_UNIT) && text_eq(act_procedure(d->arena, ev->what), procedure) &&
            node_get(ev->with, item) != NULL)
            return view_href(d, "/projects/%lld/acts/%s", (long long)c->p.id, ev->what);
    }
    return NULL;
}

struct node *part_correction(const struct desk *d, const struct casefile *c)
{
    struct arena *a = d->arena;
    const struct case_event *ev = casefile_correction(c);
    const char *procedure;
    struct node *n, *items;

    if (ev == NULL)
        return NULL;
    procedure = act_procedure(a, ev->what);
    n = node_object(a);
    items = node_put_list(a, n, "items");
    for (const struct node *it = node_first(node_get(ev->with, "correction")); it != NULL; it = it->next) {
        struct node *o = node_add_object(a, items);
        const char *href = item_href(d, c, procedure, node_get_str(it, "item"));

        node_put_kept(a, o, "item", node_get_str(it, "item"));
        if (href != NULL)
            node_put_kept(a, o, "href", href);
        node_put_kept(a, o, "label", part_item_label(c, procedure, node_get_str(it, "item")));
        node_put_kept(a, o, "what", node_get_str(it, "what"));
    }
    node_put_kept(a, n, "until", node_get_str(ev->with, "until"));
    node_put_kept(a, n, "by_name", regulation_organ_name(c->regulation, ev->by));
    node_put_kept(a, n, "procedure", procedure);
    node_put_kept(a, n, "reason", node_get_str(ev->with, "reason"));
    view_put_date(a, n, "at", instant_date(ev->at));
    node_put_kept(a, n, "href", view_href(d, "/projects/%lld/edit", (long long)c->p.id));
    return n;
}

/* ---- the law of the case ---- */

struct node *part_facts(const struct desk *d, const struct casefile *c)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (const struct node *f = node_first(regulation_facts_wording(c->regulation, a, c->facts)); f != NULL;
         f = f->next) {
        const struct node *value = node_get(c->facts, node_get_str(f, "id"));
        struct node *n = node_add_object(a, list);

        view_take(d, n, f, "id", "label", "group", "articles", NULL);
        node_put_kept(a, n, "value", value != NULL ? view_value(a, f, value) : "—");
        node_put_bool(a, n, "is_known", value != NULL);
    }
    return list;
}

/* A case keeps its law: where a newer one is in force, why that one does not count here. */
static const char *later_version(const struct desk *d, const struct casefile *c)
{
    const struct regulation *now = district_regulation(d->district, desk_today(d));

    if (now == NULL || now == c->regulation || regulation_from(now) <= c->p.submitted_on)
        return "";
    return arena_fmt(d->arena, "；%s起施行的%s只用于此后首次申报的项目", date_text(d->arena, regulation_from(now)),
                     regulation_document_number(now));
}

struct node *part_regulation(const struct desk *d, const struct casefile *c)
{
    struct node *n = view_regulation(d, c->regulation);
    struct arena *a = d->arena;

    if (c->p.submitted_on == DATE_NONE) {
        node_put_text(a, n, "reason", "尚未申报，按今天有效的办法预览；首次申报日确定适用的版本");
    } else {
        int is_past = regulation_to(c->regulation) != DATE_NONE && c->p.submitted_on > regulation_to(c->regulation);
        const char *on = date_text(a, c->p.submitted_on);
        const char *says = arena_fmt(a, "%s%s", is_past ? "" : "，在有效期内", later_version(d, c));

        node_put_text(a, n, "first_on", on); /* apart, too: a page does not break a date */
        node_put_text(a, n, "first_says", says);
        node_put_fmt(a, n, "reason", "首次申报日 %s%s", on, says);
    }
    return n;
}
