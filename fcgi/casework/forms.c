/*
 * casework/forms.c - what a regulation asks for on paper: materials, forms and their fields, documents and their
 * numbers
 */
#include "config.h"

#include "casework/forms.h"

#include "base/text.h"
#include "casework/letter.h"
#include "casework/view.h"

/* ---- empty forms ---- */

/* Where an empty one of that form is printed, of this version; NULL when the regulation does not say how it prints. */
static const char *blank_href(const struct desk *d, const struct regulation *r, const struct node *form)
{
    const char *id = node_get_str(form, "id");

    if (node_get(form, "print") == NULL)
        return NULL;
    return r == district_regulation(d->district, desk_today(d))
               ? view_href(d, "/regulation/forms/%s", id)
               : view_href(d, "/regulation/forms/%s?version=%s", id, regulation_id(r));
}

static int has_form(const struct node *list, const char *form)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "form"), form))
            return 1;
    return 0;
}

static void blank_add(const struct desk *d, const struct regulation *r, const struct node *form, struct node *list)
{
    struct arena *a = d->arena;
    const char *id = node_get_str(form, "id"), *href = blank_href(d, r, form);
    struct node *n;

    if (href == NULL || has_form(list, id))
        return;
    n = node_add_object(a, list);
    node_put_text(a, n, "form", id);
    node_put_text(a, n, "name", node_get_str(form, "name"));
    node_put_text(a, n, "mark", node_get_str(node_get(form, "print"), "mark"));
    node_put_text(a, n, "href", href);
    node_put(a, n, "articles", view_articles(d, node_get(form, "articles")));
}

static void blank_of(const struct desk *d, const struct regulation *r, const char *form, struct node *list)
{
    if (*form != '\0')
        blank_add(d, r, regulation_form(r, d->arena, form), list);
}

struct node *forms_of_procedure(const struct desk *d, const struct regulation *r, const struct node *procedure)
{
    struct node *list = node_list(d->arena);

    for (const struct node *s = node_first(node_get(procedure, "steps")); s != NULL; s = s->next)
        for (const struct node *act = node_first(node_get(s, "acts")); act != NULL; act = act->next) {
            blank_of(d, r, node_get_str(act, "form"), list);
            blank_of(d, r, node_get_str(act, "form_of_procedure"), list);
        }
    return list;
}

void forms_of_material(const struct desk *d, const struct regulation *r, const char *form, struct node *material)
{
    const struct node *f = *form != '\0' ? regulation_form(r, d->arena, form) : NULL;
    const char *href = f != NULL ? blank_href(d, r, f) : NULL;

    if (f != NULL)
        node_put_text(d->arena, material, "template_name", node_get_str(f, "name"));
    if (href != NULL)
        node_put_text(d->arena, material, "template_href", href);
}

/* ---- the page ---- */

struct forms_page {
    const struct desk *desk;
    const struct regulation *regulation;
    const struct node *procedures; /* of regulation_procedures */
    struct node *forms, *documents, *checklists;
};

static struct node *member_of(const struct node *list, const char *id)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "id"), id))
            return (struct node *)(uintptr_t)n;
    return NULL;
}

static void take_strength(const struct forms_page *x, struct node *n, const struct node *from)
{
    node_put_bool(x->desk->arena, n, "in_principle", text_eq(node_get_str(from, "strength"), "in_principle"));
}

static void materials_put(const struct forms_page *x, struct node *page)
{
    const struct desk *d = x->desk;
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "procedures");
    int count = 0;

    for (const struct node *p = node_first(x->procedures); p != NULL; p = p->next) {
        struct node *o, *materials;

        if (node_count(node_get(p, "materials")) == 0)
            continue;
        o = node_add_object(a, list);
        view_take(d, o, p, "id", "name", "articles", NULL);
        materials = node_put_list(a, o, "materials");
        for (const struct node *m = node_first(node_get(p, "materials")); m != NULL; m = m->next, count++) {
            struct node *n = node_add_object(a, materials);

            view_take(d, n, m, "id", "name", "articles", "strength", "when", "hint", "template", "or_reason", NULL);
            forms_of_material(d, x->regulation, node_get_str(m, "template"), n);
        }
    }
    node_put_int(a, page, "material_count", count);
}

/* ---- forms ---- */

static const char *labels_of(struct arena *a, const struct node *choices)
{
    const char *text = "";

    for (const struct node *c = node_first(choices); c != NULL; c = c->next)
        text = arena_fmt(a, "%s%s%s", text, *text != '\0' ? "、" : "", node_get_str(c, "label"));
    return text;
}

static const char *required_words(const struct node *field)
{
    const struct node *required = node_get(field, "required");

    if (text_eq(node_str(required, ""), "if"))
        return "视情况";
    if (!node_is_true(required))
        return "可不填";
    return node_get_bool(field, "or_reason") ? "必填，没有的写明理由" : "必填";
}

static void fields_put(const struct forms_page *x, const struct node *form, struct node *o)
{
    const struct desk *d = x->desk;
    struct arena *a = d->arena;
    struct node *fields = node_put_list(a, o, "fields");

    for (const struct node *f = node_first(node_get(form, "fields")); f != NULL; f = f->next) {
        struct node *n = node_add_object(a, fields);

        view_take(d, n, f, "id", "label", "type", "type_name", "unit", "group", "hint", "articles", NULL);
        node_put_text(a, n, "required", required_words(f));
        node_put_text(a, n, "choices", labels_of(a, node_get(f, node_get(f, "columns") ? "columns" : "choices")));
    }
    node_put_int(a, o, "field_count", (int64_t)node_count(fields));
}

static void forms_put(struct forms_page *x, struct node *page)
{
    const struct desk *d = x->desk;
    struct arena *a = d->arena;
    const struct node *all = regulation_forms(x->regulation, a);
    struct node *blanks = node_put_list(a, page, "blanks");

    x->forms = node_put_list(a, page, "forms");
    for (const struct node *f = node_first(all); f != NULL; f = f->next) {
        struct node *o = node_add_object(a, x->forms);
        const char *href = blank_href(d, x->regulation, f);

        view_take(d, o, f, "id", "name", "articles", NULL);
        fields_put(x, f, o);
        node_put_list(a, o, "used");
        if (href != NULL)
            node_put_text(a, o, "href", href);
        blank_add(d, x->regulation, f, blanks);
    }
}

/* Where a form is filled in: the act, and who does it. */
static void used_add(const struct forms_page *x, const char *form, const struct node *procedure, const struct node *act)
{
    struct arena *a = x->desk->arena;
    struct node *o = *form != '\0' ? member_of(x->forms, form) : NULL, *n;

    if (o == NULL)
        return;
    n = node_add_object(a, (struct node *)(uintptr_t)node_get(o, "used"));
    node_put_text(a, n, "procedure_name", node_get_str(procedure, "name"));
    node_put_text(a, n, "act_name", node_get_str(act, "name"));
    node_put_text(a, n, "act", node_get_str(act, "id"));
}

/* ---- documents ---- */

static void paper_add(const struct forms_page *x, const struct node *procedure, const struct node *step,
                      const struct node *act)
{
    const struct desk *d = x->desk;
    struct arena *a = d->arena;
    const struct node *doc = node_get(act, "document");
    const char *id = node_get_str(doc, "id"), *number = node_get_str(doc, "number");
    struct node *o, *n;

    if (*id == '\0')
        return;
    o = member_of(x->documents, id);
    if (o == NULL) {
        o = node_add_object(a, x->documents);
        view_take(d, o, doc, "id", "name", NULL);
        node_put_text(a, o, "number", number);
        node_put_text(a, o, "series", node_get_str(doc, "series"));
        node_put(a, o, "articles", view_articles(d, node_get(node_get(doc, "articles") ? doc : act, "articles")));
        if (*number != '\0')
            node_put_text(a, o, "example", number_text(a, number, date_year(desk_today(d)), 1));
        node_put_list(a, o, "issued");
    }
    n = node_add_object(a, (struct node *)(uintptr_t)node_get(o, "issued"));
    node_put_text(a, n, "procedure_name", node_get_str(procedure, "name"));
    node_put_text(a, n, "act_name", node_get_str(act, "name"));
    node_put_text(a, n, "by_names", node_get_str(*node_get_str(act, "by_names") != '\0' ? act : step, "by_names"));
}

/* Other documents that take their numbers from the same row. */
static void series_put(const struct forms_page *x)
{
    struct arena *a = x->desk->arena;

    for (struct node *o = x->documents->u.kids.first; o != NULL; o = o->next) {
        struct node *list = node_put_list(a, o, "numbered_with");
        const char *series = node_get_str(o, "series");

        for (const struct node *n = node_first(x->documents); n != NULL && *series != '\0'; n = n->next)
            if (n != o && text_eq(node_get_str(n, "series"), series))
                node_add_text(a, list, node_get_str(n, "name"));
    }
}

/* ---- checklists ---- */

static void checklist_add(const struct forms_page *x, const struct node *procedure, const struct node *act)
{
    const struct desk *d = x->desk;
    struct arena *a = d->arena;
    struct node *o, *points;

    if (node_count(node_get(act, "checklist")) == 0)
        return;
    o = node_add_object(a, x->checklists);
    node_put_text(a, o, "act", node_get_str(act, "id"));
    node_put_text(a, o, "act_name", node_get_str(act, "name"));
    node_put_text(a, o, "procedure_name", node_get_str(procedure, "name"));
    points = node_put_list(a, o, "points");
    for (const struct node *c = node_first(node_get(act, "checklist")); c != NULL; c = c->next) {
        struct node *n = node_add_object(a, points);

        view_take(d, n, c, "id", "name", "articles", "veto", "effect", "exceptions", NULL);
        take_strength(x, n, c);
    }
    node_put_int(a, o, "point_count", (int64_t)node_count(points));
}

static void acts_put(const struct forms_page *x)
{
    for (const struct node *p = node_first(x->procedures); p != NULL; p = p->next)
        for (const struct node *s = node_first(node_get(p, "steps")); s != NULL; s = s->next)
            for (const struct node *act = node_first(node_get(s, "acts")); act != NULL; act = act->next) {
                used_add(x, node_get_str(act, "form"), p, act);
                used_add(x, node_get_str(act, "form_of_procedure"), p, act);
                paper_add(x, p, s, act);
                checklist_add(x, p, act);
            }
    series_put(x);
}

static void project_number_put(const struct forms_page *x, struct node *page)
{
    const struct desk *d = x->desk;

    node_put_text(d->arena, page, "project_number",
                  number_text(d->arena, number_pattern(d->district->tenant), date_year(desk_today(d)), 1));
}

int forms_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a);
    struct forms_page x = {.desk = d};

    x.regulation = view_version(d, version_or_null, e);
    if (x.regulation == NULL)
        return -1;
    x.procedures = regulation_procedures(x.regulation, a);
    node_put(a, page, "regulation", view_regulation(d, x.regulation));
    forms_put(&x, page);
    x.documents = node_put_list(a, page, "documents");
    x.checklists = node_put_list(a, page, "checklists");
    materials_put(&x, page);
    acts_put(&x);
    project_number_put(&x, page);
    node_put_int(a, page, "form_count", (int64_t)node_count(x.forms));
    node_put_int(a, page, "document_count", (int64_t)node_count(x.documents));
    node_put_int(a, page, "checklist_count", (int64_t)node_count(x.checklists));
    *ret = page;
    return 0;
}
