/*
 * casework/act_form.c - the forms an act asks for, as a page asks them
 *
 * An act asks its own form; the first act of a procedure also the procedure's; then what its witnesses say.
 */
#include "config.h"

#include "casework/act_form.h"

#include <string.h>

#include "base/text.h"
#include "casework/view.h"

void act_form_open(struct act_form *f, const struct desk *d, const struct casefile *c, const char *what,
                   const struct node *act, const struct node *shown, const struct node *run)
{
    *f = (struct act_form){.desk = d, .file = c, .act = act, .known = node_get(shown, "prefill")};
    again_find(d, c, what, run, &f->again);
}

/* What was said before it was sent back; where the rules say "from"; what the first of a joint paper has written. */
const struct node *act_form_known(const struct act_form *f, const struct node *field)
{
    const char *id = node_get_str(field, "id"), *from = node_get_str(field, "from");
    const struct node *known = node_get(f->known, id), *before = node_get(f->again.before, id);

    if (before != NULL && !again_follows(&f->again, field))
        return before;
    if (known == NULL && node_get(f->filled, id) != NULL)
        return node_get(f->filled, id);
    return known == NULL && *from != '\0' ? node_get(f->file->facts, from) : known;
}

static int is_conditional(const struct node *declared)
{
    return text_eq(node_get_str(declared, "required"), "if");
}

int act_form_has_condition(const struct act_form *f)
{
    static const char *const FORMS[] = {"form", "form_of_procedure"};

    for (size_t i = 0; i < ARRAY_LEN(FORMS); i++) {
        const struct node *form = regulation_form(f->file->regulation, f->desk->arena, node_get_str(f->act, FORMS[i]));

        for (const struct node *x = node_first(node_get(form, "fields")); x != NULL; x = x->next) {
            if (is_conditional(x))
                return 1;
        }
    }
    return 0;
}

/* ---- one field ---- */

/* A box that cannot be changed is not sent by a browser: its value goes along unseen. */
static void put_carried(const struct desk *d, const struct node *value, struct node *field)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, field, "carried");

    for (const struct node *n = value != NULL && value->type == NODE_LIST ? node_first(value) : value; n != NULL;
         n = value->type == NODE_LIST ? n->next : NULL)
        node_put_text(a, node_add_object(a, list), "carried_value", view_input(a, NULL, n));
}

static void put_lack(const struct act_form *f, const struct node *declared, struct node *field)
{
    struct arena *a = f->desk->arena;
    const char *id = node_get_str(declared, "id");
    const struct node *said = f->typed != NULL ? f->typed : f->again.before;

    if (!node_get_bool(declared, "or_reason"))
        return;
    node_put_bool(a, field, "or_reason", 1);
    node_put_text(a, field, "lack_value", node_get_str(node_get(said, "not_applicable"), id));
}

static int is_lacking(const struct act_form *f, const char *id)
{
    for (const struct node *r = node_first(f->lacking); r != NULL; r = r->next) {
        const char *path = node_get_str(r, "path");

        if (text_starts(path, "/with/") && text_eq(path + strlen("/with/"), id))
            return 1;
    }
    return 0;
}

static struct node *form_field(const struct act_form *f, const struct node *form, const struct node *declared)
{
    const struct desk *d = f->desk;
    const struct node *typed = node_get(f->typed, node_get_str(declared, "id"));
    const struct node *known = act_form_known(f, declared);
    struct node *n = view_field(d, declared, known, typed, f->errors, "/with");
    int closed = !again_is_open(&f->again, form, declared);

    node_put_text(d->arena, n, "group", node_get_str(declared, "group"));
    node_put_bool(d->arena, n, "readonly", closed);
    node_put_bool(d->arena, n, "asked_again", correction_names(f->again.correction, node_get_str(declared, "id")));
    if (closed && (node_get_bool(n, "is_choice") || node_get_bool(n, "is_choices") || node_get_bool(n, "is_bool")))
        put_carried(d, known, n);
    if (is_conditional(declared) && is_lacking(f, node_get_str(declared, "id")))
        node_put_bool(d->arena, n, "required", 1);
    put_lack(f, declared, n);
    return n;
}

/* ---- sums ---- */

static const struct node *named(const struct node *fields, const char *id)
{
    const struct node *n = node_first(fields);

    while (n != NULL && !text_eq(node_get_str(n, "id"), id))
        n = n->next;
    return n;
}

/* What stands in a money field of the page; -1 when nothing that can be read does. */
static fen field_amount(const struct node *field)
{
    struct err e = {0};
    fen amount;

    return *node_get_str(field, "value") != '\0' && money_parse_wan(node_get_str(field, "value"), &amount, &e) == 0
               ? amount
               : -1;
}

static const char *sum_text(struct arena *a, size_t count, fen parts, fen total)
{
    const char *text = arena_fmt(a, "%zu 项合计 %s 万元", count, money_wan(a, parts));

    if (total < 0)
        return text;
    if (total == parts)
        return arena_fmt(a, "%s，与此处相等", text);
    return arena_fmt(a, "%s，比此处%s %s 万元", text, parts < total ? "少" : "多",
                     money_wan(a, parts < total ? total - parts : parts - total));
}

static void put_sum(struct arena *a, const struct node *sum, const struct node *fields)
{
    struct node *total = (struct node *)(uintptr_t)named(fields, node_get_str(sum, "total"));
    fen parts = 0;
    int any = 0;

    if (!node_get_bool(total, "is_money"))
        return;
    for (const struct node *n = node_first(node_get(sum, "of")); n != NULL; n = n->next) {
        fen one = field_amount(named(fields, node_str(n, "")));

        any |= one >= 0;
        if (one > 0 && __builtin_add_overflow(parts, one, &parts))
            return;
    }
    if (!any)
        return;
    struct node *shown = node_put_object(a, total, "sum");

    node_put_text(a, shown, "sum_text", sum_text(a, node_count(node_get(sum, "of")), parts, field_amount(total)));
    node_put_bool(a, shown, "is_equal", field_amount(total) == parts);
}

/* ---- all of them ---- */

/* Neighbours of one group stand under its heading, those without one together. */
static void mark_groups(struct arena *a, struct node *fields)
{
    for (struct node *n = fields->u.kids.first; n != NULL; n = n->next) {
        const char *own = node_get_str(n, "group");

        if (n == fields->u.kids.first || node_get(n, "starts_group") != NULL) {
            node_put_bool(a, n, "starts_group", 1);
            node_put_bool(a, n, "has_heading", *own != '\0');
        }
        if (n->next == NULL || !text_eq(own, node_get_str(n->next, "group"))) {
            node_put_bool(a, n, "ends_group", 1);
            if (n->next != NULL)
                node_put_bool(a, n->next, "starts_group", 1);
        }
    }
}

static void add_form(const struct act_form *f, const struct node *form, struct node *fields)
{
    for (const struct node *x = node_first(node_get(form, "fields")); x != NULL; x = x->next)
        node_add(fields, form_field(f, form, x));
    for (const struct node *s = node_first(node_get(form, "sums")); s != NULL; s = s->next)
        put_sum(f->desk->arena, s, fields);
}

void act_form_put(const struct act_form *f, struct node *out)
{
    struct arena *a = f->desk->arena;
    const struct regulation *r = f->file->regulation;
    const struct node *form = regulation_form(r, a, node_get_str(f->act, "form")), *witness = node_object(a);
    struct node *fields = node_put_list(a, out, "fields");

    if (form != NULL)
        node_put_text(a, out, "form_name", node_get_str(form, "name"));
    node_put_bool(a, out, "form_prints", node_get(form, "print") != NULL);
    add_form(f, form, fields);
    add_form(f, regulation_form(r, a, node_get_str(f->act, "form_of_procedure")), fields);
    for (const struct node *x = node_first(node_get(f->act, "witness_fields")); x != NULL; x = x->next)
        node_add(fields, form_field(f, witness, x));
    mark_groups(a, fields);
    view_cite_once(a, fields, out);
    for (struct node *n = fields->u.kids.first; n != NULL; n = n->next)
        view_field_says(a, n);
}
