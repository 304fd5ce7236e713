/*
 * casework/mend.c - a filing the upper bureau returned: what of it is mended, and sent again
 *
 * What may be mended is the verdict's word (filings[].mend); here it is shown, read, and made one event of the
 * case, with what each fact was and what each file takes the place of (ADR 0005).
 */
#include "config.h"

#include "casework/mend.h"

#include <string.h>

#include "base/text.h"
#include "casework/part.h"
#include "casework/view.h"

int mend_is(const char *what)
{
    return text_eq(what, "filing.send");
}

/* ---- what the verdict says ---- */

const struct node *mend_filing(const struct node *verdict, const char *id)
{
    for (const struct node *f = node_first(node_get(verdict, "filings")); f != NULL; f = f->next) {
        if (*id != '\0' ? text_eq(node_get_str(f, "id"), id) : text_eq(node_get_str(f, "state"), "returned"))
            return f;
    }
    return NULL;
}

static int has_text(const struct node *list, const char *text)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), text))
            return 1;
    }
    return 0;
}

static const char *item_of(struct arena *a, const char *procedure, const char *material)
{
    return arena_fmt(a, "%s.%s", procedure, material);
}

static int filing_opens(const struct desk *d, const struct node *filing, const char *procedure, const char *material)
{
    return has_text(node_get(node_get(filing, "mend"), "documents"), item_of(d->arena, procedure, material));
}

int mend_opens(const struct desk *d, const struct node *verdict, const char *procedure, const char *material)
{
    for (const struct node *f = node_first(node_get(verdict, "filings")); f != NULL; f = f->next) {
        if (part_act_is_mine(d, f) && filing_opens(d, f, procedure, material))
            return 1;
    }
    return 0;
}

/* ---- what is carried ---- */

static struct node *document_replaces(const struct op *op, const struct document *newer)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_list(a);

    for (size_t i = 0; i < op->file.document_count; i++) {
        const struct document *old = &op->file.documents[i];

        if (!text_eq(old->state, "submitted") || !text_eq(old->procedure, newer->procedure) ||
            !text_eq(old->material, newer->material))
            continue;
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "name", old->name);
        node_put_text(a, o, "sm3", old->sm3);
    }
    return list;
}

/* The files this person has laid beside what came back. */
static struct node *mend_documents(const struct op *op, const struct node *filing, const struct node *keep)
{
    const struct desk *d = op->desk;
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (size_t i = 0; i < op->file.document_count; i++) {
        const struct document *doc = &op->file.documents[i];

        if (!text_eq(doc->state, "draft") || d->actor == NULL || !text_eq(doc->person, d->actor->person) ||
            !filing_opens(d, filing, doc->procedure, doc->material))
            continue;
        const char *item = item_of(a, doc->procedure, doc->material);
        struct node *o = node_add_object(a, list);

        view_put_id(a, o, "id", doc->id);
        node_put_text(a, o, "item", item);
        node_put_text(a, o, "procedure", doc->procedure);
        node_put_text(a, o, "material", doc->material);
        node_put_text(a, o, "name", doc->name);
        node_put_text(a, o, "sm3", doc->sm3);
        node_put_int(a, o, "size", doc->size);
        node_put(a, o, "replaces", has_text(keep, item) ? node_list(a) : document_replaces(op, doc));
    }
    return list;
}

/* A fact that stood is not taken away by an empty box. */
static void blanks_refuse(const struct op *op, const struct node *given, struct err_list *errors)
{
    for (const struct node *n = node_first(given); n != NULL; n = n->next) {
        const char *label = regulation_fact_label(op->file.regulation, n->key, NULL);
        struct err e = {0};

        if (n->type != NODE_NULL && (n->type != NODE_TEXT || *text_trim(op->desk->arena, n->u.text) != '\0'))
            continue;
        if (label == NULL || node_get(op->file.facts, n->key) == NULL)
            continue;
        err_fail(&e, ERR_BAD_INPUT, "「%s」不能留空", label);
        err_mend(&e, "请填写修改后的内容，或改回原来的内容");
        err_at(&e, "/facts/%s", n->key);
        err_list_take(errors, &e);
    }
}

struct node *mend_with(const struct op *op, const struct node *with, const struct node *input, struct err_list *errors)
{
    struct arena *a = op->desk->arena;
    const struct node *verdict = casefile_road(op->desk, &op->file), *keep = node_get(with, "keep");
    const struct node *filing = mend_filing(verdict, node_get_str(with, "filing"));
    struct node *out = node_object(a), *facts = node_object(a), *was = node_object(a), *documents;

    for (const struct node *n = node_first(with); n != NULL; n = n->next) {
        if (!text_eq(n->key, "facts") && !text_eq(n->key, "documents"))
            node_put(a, out, n->key, node_copy(a, n));
    }
    blanks_refuse(op, node_get(input, "facts"), errors);
    for (const struct node *n = node_first(node_get(with, "facts")); n != NULL; n = n->next) {
        const struct node *before = node_get(op->file.facts, n->key);

        if (before != NULL && node_equal(before, n))
            continue;
        node_put(a, facts, n->key, node_copy(a, n));
        node_put(a, was, n->key, before != NULL ? node_copy(a, before) : node_null(a));
    }
    if (node_count(facts) > 0) {
        node_put(a, out, "facts", facts);
        node_put(a, out, "was", was);
    }
    documents = mend_documents(op, filing, keep);
    if (node_count(documents) > 0)
        node_put(a, out, "documents", documents);
    return out;
}

int mend_carries(const struct node *with, const struct document *doc)
{
    for (const struct node *n = node_first(node_get(with, "documents")); n != NULL; n = n->next) {
        int64_t id;

        if (text_i64(node_get_str(n, "id"), &id) == 0 && id == doc->id)
            return 1;
    }
    return 0;
}

int mend_replace(struct op *op, const struct node *with, const struct document *newer, struct err *e)
{
    struct arena *a = op->desk->arena;

    if (has_text(node_get(with, "keep"), item_of(a, newer->procedure, newer->material)))
        return 0;
    return op_replace_document(op, newer, e);
}

/* ---- in words ---- */

static void change_row(struct arena *a, struct node *list, const char *item, const char *label, const char *before,
                       const char *after)
{
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "item", item);
    node_put_text(a, n, "label", label);
    node_put_text(a, n, "before", before);
    node_put_text(a, n, "after", after);
}

static const char *file_words(struct arena *a, const struct node *files)
{
    const char *s = "";

    for (const struct node *n = node_first(files); n != NULL; n = n->next)
        s = arena_fmt(a, "%s%s%s（SM3 %.8s）", s, *s != '\0' ? "、" : "", node_get_str(n, "name"),
                      node_get_str(n, "sm3"));
    return s;
}

struct node *mend_changes(const struct desk *d, const struct casefile *c, const struct node *with)
{
    struct arena *a = d->arena;
    const struct node *was = node_get(with, "was");
    struct node *list = node_list(a);

    for (const struct node *n = node_first(node_get(with, "facts")); was != NULL && n != NULL; n = n->next) {
        const struct node *how = regulation_fact_wording(c->regulation, a, n->key), *before = node_get(was, n->key);

        change_row(a, list, n->key, node_get_str(how, "label"),
                   before != NULL && before->type != NODE_NULL ? view_value(a, how, before) : "",
                   view_value(a, how, n));
    }
    for (const struct node *n = node_first(node_get(with, "documents")); n != NULL; n = n->next) {
        const char *name =
            regulation_material_name(c->regulation, node_get_str(n, "procedure"), node_get_str(n, "material"), NULL);
        struct node *one = node_list(a);

        if (node_get(n, "item") == NULL)
            continue;
        node_add(one, node_copy(a, n));
        change_row(a, list, node_get_str(n, "item"), name != NULL ? name : node_get_str(n, "item"),
                   file_words(a, node_get(n, "replaces")), file_words(a, one));
    }
    return list;
}

/* "application.construction_plan", "initiation.approve.approved_total": the part before the last dot. */
static const char *item_label(struct arena *a, const struct casefile *c, const char *kind, const char *item)
{
    const char *dot = strrchr(item, '.');

    if (text_eq(kind, "fact"))
        return regulation_fact_label(c->regulation, item, NULL);
    if (dot == NULL)
        return NULL;
    const char *before = arena_dupn(a, item, (size_t)(dot - item));

    if (text_eq(kind, "document"))
        return regulation_material_name(c->regulation, before, dot + 1, NULL);
    return text_eq(kind, "event") ? regulation_item_label(c->regulation, act_procedure(a, before), dot + 1) : NULL;
}

struct node *mend_reasons(const struct desk *d, const struct casefile *c, const struct node *reasons)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);

    for (const struct node *r = node_first(reasons); r != NULL; r = r->next) {
        const char *kind = node_get_str(r, "kind"), *item = node_get_str(r, "item");
        const char *own = item_label(a, c, kind, item), *given = node_get_str(r, "label");
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "item", item);
        node_put_text(a, n, "kind", kind);
        node_put_bool(a, n, "is_typed", *kind != '\0');
        node_put_text(a, n, "label", own != NULL ? own : *given != '\0' ? given : item);
        node_put_text(a, n, "what", r->type == NODE_TEXT ? r->u.text : node_get_str(r, "what"));
    }
    return list;
}

/* ---- the page ---- */

static const struct node *fact_declared(const struct node *facts, const char *id)
{
    for (const struct node *f = node_first(facts); f != NULL; f = f->next) {
        if (text_eq(node_get_str(f, "id"), id))
            return f;
    }
    return NULL;
}

static int is_named(const struct node *reasons, const char *item)
{
    for (const struct node *r = node_first(reasons); r != NULL; r = r->next) {
        if (*node_get_str(r, "kind") != '\0' && text_eq(node_get_str(r, "item"), item))
            return 1;
    }
    return 0;
}

static void put_fields(const struct desk *d, const struct casefile *c, const struct node *filing,
                       const struct node *typed, const struct err_list *errors, struct node *out)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, out, "fields");
    const struct node *declared = regulation_facts(c->regulation, a, c->facts);

    for (const struct node *n = node_first(node_get(node_get(filing, "mend"), "facts")); n != NULL; n = n->next) {
        const char *id = node_str(n, "");
        const struct node *f = fact_declared(declared, id);

        if (f == NULL)
            continue;
        struct node *field = node_add(
            list, view_field(d, f, node_get(c->facts, id), node_get(node_get(typed, "facts"), id), errors, "/facts"));

        node_put_bool(a, field, "is_named", is_named(node_get(filing, "reasons"), id));
    }
    view_cite_once(a, list, out);
    for (struct node *n = list->u.kids.first; n != NULL; n = n->next)
        view_field_says(a, n);
}

static void put_materials(const struct desk *d, const struct casefile *c, const struct node *filing,
                          const struct node *typed, struct node *out)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, out, "materials");

    for (const struct node *n = node_first(node_get(node_get(filing, "mend"), "documents")); n != NULL; n = n->next) {
        const char *item = node_str(n, ""), *dot = strchr(item, '.');
        const char *procedure = act_procedure(a, item), *material = dot != NULL ? dot + 1 : "";
        const struct node *articles = NULL;
        const char *name = regulation_material_name(c->regulation, procedure, material, &articles);

        if (name == NULL)
            continue;
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "id", material);
        node_put_text(a, o, "item", item);
        node_put_text(a, o, "procedure", procedure);
        node_put_text(a, o, "name", name);
        node_put(a, o, "articles", view_articles(d, articles));
        node_put_bool(a, o, "is_kept",
                      has_text(node_get(typed, "keep"), item) || text_eq(node_get_str(typed, "keep"), item));
        node_put_bool(a, o, "is_named", is_named(node_get(filing, "reasons"), item));
        struct node *documents = node_put(a, o, "documents", part_documents(d, c, procedure, material));

        node_put_bool(a, o, "present", node_count(documents) > 0);
    }
}

/* Named, but not the sender's to change: what an authority decided, or what happened. */
static void put_closed(const struct desk *d, const struct casefile *c, const struct node *filing, struct node *out)
{
    struct arena *a = d->arena;
    const struct node *mend = node_get(filing, "mend");
    struct node *list = node_put_list(a, out, "closed");

    for (const struct node *r = node_first(mend_reasons(d, c, node_get(filing, "reasons"))); r != NULL; r = r->next) {
        const char *item = node_get_str(r, "item");

        if (!node_get_bool(r, "is_typed") || has_text(node_get(mend, "facts"), item) ||
            has_text(node_get(mend, "documents"), item))
            continue;
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "label", node_get_str(r, "label"));
        node_put_text(a, o, "why",
                      text_eq(node_get_str(r, "kind"), "event")
                          ? "已经办理的事项不能在这里改，须由原办理机关依规定另行办理"
                          : "由机关认定或者随批复确定，不在重新上报时改");
    }
}

struct node *mend_view(const struct desk *d, const struct casefile *c, const struct node *verdict,
                       const struct node *typed, const struct err_list *errors)
{
    struct arena *a = d->arena;
    const struct node *filing = mend_filing(verdict, node_get_str(typed, "filing"));
    struct node *n = node_object(a);

    if (filing == NULL)
        filing = mend_filing(verdict, "");
    if (filing == NULL)
        return NULL;
    node_put_text(a, n, "filing", node_get_str(filing, "id"));
    node_put_text(a, n, "filing_name", node_get_str(filing, "name"));
    node_put_text(a, n, "to_name", node_get_str(filing, "to_name"));
    node_put_text(a, n, "since", node_get_str(filing, "since"));
    node_put_text(a, n, "prefix", "facts");
    node_put(a, n, "reasons", mend_reasons(d, c, node_get(filing, "reasons")));
    put_fields(d, c, filing, typed, errors, n);
    put_materials(d, c, filing, typed, n);
    put_closed(d, c, filing, n);
    node_put_bool(a, n, "may_change", node_count(node_get(n, "fields")) + node_count(node_get(n, "materials")) > 0);
    node_put_text(a, n, "note_value", node_get_str(typed, "note"));
    node_put_text(a, n, "reason_value", node_get_str(typed, "reason"));
    return n;
}
