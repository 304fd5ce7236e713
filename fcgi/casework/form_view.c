/*
 * casework/form_view.c - a form as the regulation prints it: empty, filled in so far, or as it was handed in
 */
#include "config.h"

#include "casework/form_sheet.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "casework/act_form.h"
#include "casework/experts.h"
#include "casework/runs.h"
#include "casework/view.h"

/* ---- the sheet ---- */

static int times_done(const struct sheet *s)
{
    int n = s->event == NULL;

    for (size_t i = 0; i < s->file.event_count; i++) {
        if (text_eq(s->file.history[i].what, s->what) && (s->event == NULL || s->file.events[i].seq <= s->event->seq))
            n++;
    }
    return n;
}

/* What is on the sheet, field by field: the same content has the same digest, on paper and handed in. */
static const char *sheet_digest(const struct sheet *s)
{
    struct arena *a = s->desk->arena;
    struct node *content = node_object(a);

    for (const struct node *f = node_first(node_get(s->form, "fields")); f != NULL; f = f->next)
        node_put_text(a, content, node_get_str(f, "id"), view_value(a, f, node_get(s->values, node_get_str(f, "id"))));
    const char *text = view_json_text(a, content);

    return crypto_sm3_hex(a, text, strlen(text));
}

static struct node *sheet_node(struct sheet *s)
{
    const struct desk *d = s->desk;
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    node_put_text(a, n, "act", s->what);
    node_put_text(a, n, "act_name", node_get_str(s->where.act, "name"));
    node_put_text(a, n, "name", node_get_str(s->form, "name"));
    node_put_text(a, n, "mark", node_get_str(s->print, "mark"));
    node_put_text(a, n, "title", node_get_str(s->print, "title"));
    node_put_text(a, n, "note", node_get_str(s->print, "foot"));
    node_put(a, n, "articles", view_articles(d, node_get(s->form, "articles")));
    node_put_bool(a, n, "is_outline", text_eq(node_get_str(s->print, "kind"), "outline"));
    sheet_draw(s, n);
    node_put_bool(a, n, "is_blank", s->is_blank);
    return n;
}

/* Whose sheet it is: which time it is done, by whom, what stands on it. */
static void put_filled(const struct sheet *s, struct node *n)
{
    struct arena *a = s->desk->arena;
    const char *digest = sheet_digest(s);

    node_put(a, n, "values", node_copy(a, s->values));
    node_put_int(a, n, "times", times_done(s));
    node_put_text(a, n, "digest", digest);
    node_put_fmt(a, n, "digest_short", "%.8s", digest);
    view_put_date(a, n, "done_on", s->event != NULL ? instant_date(s->event->at) : DATE_NONE);
    node_put_text(a, n, "by_name", s->event != NULL ? s->event->by_name : "");
    node_put_text(a, n, "act_href", view_href(s->desk, "/projects/%lld/acts/%s", (long long)s->file.p.id, s->what));
}

/* ---- where the values come from ---- */

/* As it was handed in; seq 0: the last time. 0 when it was not. */
static int from_event(struct sheet *s, int64_t seq)
{
    for (size_t i = s->file.event_count; i-- > 0;) {
        if (!text_eq(s->file.history[i].what, s->what) || (seq != 0 && s->file.events[i].seq != seq))
            continue;
        s->event = &s->file.events[i];
        s->values = s->file.history[i].with;
        s->reasons = node_get(s->values, "not_applicable");
        s->answers = node_get(s->values, "checklist");
        return 1;
    }
    return 0;
}

/* One member of what was typed as it would be kept, whatever the others are like; NULL when it cannot be read. */
static const struct node *typed_member(const struct sheet *s, const struct node *typed, const char *key)
{
    struct arena *a = s->desk->arena;
    struct node *alone = node_object(a), *read = NULL;
    struct err_list errors = {0};

    if (node_get(typed, key) == NULL)
        return NULL;
    node_put(a, alone, key, node_copy(a, node_get(typed, key)));
    return regulation_read_act(s->file.regulation, a, s->what, alone, &read, &errors) < 0 ? NULL : node_get(read, key);
}

/* What is typed lies over what is known; a field that came back empty is empty. */
static void from_page(struct sheet *s, const struct act_form *form, const struct node *typed)
{
    struct arena *a = s->desk->arena;
    struct node *values = node_object(a);

    for (const struct node *f = node_first(node_get(s->form, "fields")); f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id");
        const struct node *value = node_get(typed, id) != NULL ? typed_member(s, typed, id) : act_form_known(form, f);

        if (value != NULL)
            node_put(a, values, id, node_copy(a, value));
    }
    s->values = values;
    s->raw = typed;
    s->answers = typed_member(s, typed, "checklist");
    s->reasons =
        typed != NULL ? typed_member(s, typed, "not_applicable") : node_get(form->again.before, "not_applicable");
}

static int sheet_fill(struct sheet *s, int64_t seq, const struct node *typed, struct err *e)
{
    const struct node *verdict, *shown;
    struct node *review;
    struct act_form form;

    if (seq != 0) {
        if (from_event(s, seq))
            return 0;
        err_fail(e, ERR_NOT_FOUND, "没有这一次办理的表格");
        return err_mend(e, "请从项目档案的「经过」打开");
    }
    verdict = casefile_road(s->desk, &s->file);
    shown = runs_act(verdict, s->what, typed);
    act_form_open(&form, s->desk, &s->file, s->what, s->where.act, shown, runs_of(verdict, shown));
    if (review_fills(s->desk, &s->file, s->what, &review, e) < 0)
        return -1;
    form.filled = node_get(review, "fields");
    if (typed == NULL && form.act != NULL && shown == NULL && from_event(s, 0))
        return 0;
    from_page(s, &form, typed);
    return 0;
}

int form_view(const struct desk *d, int64_t project, const char *act, int64_t seq_or_0,
              const struct node *typed_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct sheet *s = ARENA_NEW(a, struct sheet);
    struct node *page = node_object(a);

    s->desk = d;
    s->what = act;
    if (casefile_read(d, MAY_PROJECT_READ, project, &s->file, e) < 0)
        return -1;
    if (casefile_act(d, &s->file, act, &s->where))
        s->form = regulation_form(s->file.regulation, a, node_get_str(s->where.act, "form"));
    s->print = node_get(s->form, "print");
    if (s->print == NULL) {
        err_fail(e, ERR_NOT_FOUND, "本办法的这个办理事项没有印制的表格");
        return err_mend(e, "请看「表单、材料和文书」里有哪些空白表格");
    }
    if (sheet_fill(s, seq_or_0, typed_or_null, e) < 0)
        return -1;
    node_put(a, page, "project", view_project_short(d, &s->file.p));
    node_put(a, page, "regulation", view_regulation(d, s->file.regulation));
    put_filled(s, node_put(a, page, "form", sheet_node(s)));
    *ret = page;
    return 0;
}

/* ---- of no project ---- */

/* The first act that is done on the form. */
static int act_of_form(struct sheet *s)
{
    const char *form = node_get_str(s->form, "id");

    for (const struct node *p = node_first(regulation_procedures(s->file.regulation, s->desk->arena)); p; p = p->next)
        for (const struct node *step = node_first(node_get(p, "steps")); step; step = step->next)
            for (const struct node *act = node_first(node_get(step, "acts")); act; act = act->next)
                if (text_eq(node_get_str(act, "form"), form) || text_eq(node_get_str(act, "form_of_procedure"), form)) {
                    s->where = (struct act_where){.procedure = p, .step = step, .act = act};
                    s->what = node_get_str(act, "id");
                    return 1;
                }
    return 0;
}

int form_blank(const struct desk *d, const char *version_or_null, const char *form, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct sheet *s = ARENA_NEW(a, struct sheet);
    struct node *page = node_object(a);

    s->desk = d;
    s->is_blank = 1;
    s->file.regulation = view_version(d, version_or_null, e);
    if (s->file.regulation == NULL)
        return -1;
    s->form = regulation_form(s->file.regulation, a, form);
    s->print = node_get(s->form, "print");
    if (s->print == NULL || !act_of_form(s)) {
        err_fail(e, ERR_NOT_FOUND, "本办法没有这样一张印制的表格");
        return err_mend(e, "请从「表单、材料和文书」打开");
    }
    s->values = node_object(a);
    node_put(a, page, "regulation", view_regulation(d, s->file.regulation));
    node_put(a, page, "form", sheet_node(s));
    *ret = page;
    return 0;
}
