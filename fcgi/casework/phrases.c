/*
 * casework/phrases.c - sentences an office often writes, with the facts of the case in their places
 */
#include "config.h"

#include "casework/phrases.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "casework/casefile.h"

#define REASON "reason"
enum { PHRASE_BYTES = 8 * 1024 };

/* ---- what they name must be there ---- */

static const struct node *find(const struct node *list, const char *id)
{
    const struct node *n = node_first(list);

    while (n != NULL && !text_eq(node_get_str(n, "id"), id))
        n = n->next;
    return n;
}

static const struct node *act_of(struct arena *a, const struct regulation *r, const char *what)
{
    const struct node *procedure = regulation_procedure(r, a, act_procedure(a, what)), *found = NULL;

    for (const struct node *s = node_first(node_get(procedure, "steps")); s != NULL && found == NULL; s = s->next)
        found = find(node_get(s, "acts"), what);
    return found;
}

static int has_field(struct arena *a, const struct regulation *r, const struct node *act, const char *field)
{
    const char *form = node_get_str(act, "form");

    if (text_eq(field, REASON))
        return node_get_bool(act, "reason");
    return *form != '\0' && find(node_get(regulation_form(r, a, form), "fields"), field) != NULL;
}

/* The first name in braces that is no fact of the version; NULL: all are. */
static const char *unknown_name(struct arena *a, const struct regulation *r, const char *text)
{
    for (const char *p = strchr(text, '{'); p != NULL; p = strchr(p + 1, '{')) {
        const char *name = arena_dupn(a, p + 1, strcspn(p + 1, "}"));

        if (find(regulation_facts(r, a, NULL), name) == NULL)
            return name;
    }
    return NULL;
}

static int phrase_fault(const struct district *d, const struct tenant_phrase *x, struct err *e)
{
    return err_detail(e, "%s/tenant.json:%d:%d", d->tenant->folder, x->line, x->column);
}

static int phrase_check(struct arena *a, const struct district *d, const struct tenant_phrase *x, struct err *e)
{
    const struct regulation *r = NULL;

    for (size_t i = d->regulation_count; i-- > 0 && r == NULL;) {
        const struct node *act = act_of(a, d->regulations[i], x->act);

        if (act != NULL && has_field(a, d->regulations[i], act, x->field))
            r = d->regulations[i];
    }
    if (r == NULL) {
        err_fail(e, ERR_CONFIG, "phrases 写给「%s」的「%s」，没有一个版本有这样的办理事项和栏目", x->act, x->field);
        err_mend(e, "请核对 tenant.json 的 phrases，办理事项和栏目照 rules.json 写");
        return phrase_fault(d, x, e);
    }
    for (size_t i = 0; i < x->count; i++) {
        const char *name = unknown_name(a, r, x->texts[i]);

        if (name == NULL)
            continue;
        err_fail(e, ERR_CONFIG, "phrases 中的「{%s}」不是本办法要填报的事实", name);
        err_mend(e, "请核对 tenant.json 的 phrases，{ } 里写事实的标识");
        return phrase_fault(d, x, e);
    }
    return 0;
}

int phrases_check(struct arena *a, const struct district *d, struct err *e)
{
    for (size_t i = 0; i < d->tenant->phrase_count; i++) {
        if (phrase_check(a, d, &d->tenant->phrases[i], e) < 0)
            return -1;
    }
    return 0;
}

/* ---- offered ---- */

static const char *worded(struct arena *a, const char *text, const struct node *facts)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, PHRASE_BYTES);
    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, "{"), name = strcspn(p + n, "}");

        buf_add(&b, p, n);
        p += n;
        if (*p == '\0' || p[name] == '\0')
            break;

        const struct node *fact = find(facts, arena_dupn(a, p + 1, name - 1));

        buf_puts(&b, node_get_bool(fact, "is_known") ? node_get_str(fact, "value") : "＿＿＿＿");
        p += name + 1;
    }
    return buf_ok(&b) ? arena_dupn(a, b.data, b.len) : text;
}

static void offer(struct arena *a, const struct tenant_phrase *x, const char *control, const struct node *facts,
                  struct node *n)
{
    struct node *list = node_put_list(a, n, "phrases");

    for (size_t i = 0; i < x->count; i++) {
        struct node *o = node_add_object(a, list);

        node_put_text(a, o, "field", x->field);
        node_put_text(a, o, "control", control);
        node_put_text(a, o, "text", worded(a, x->texts[i], facts));
    }
}

void phrases_put(struct arena *a, const struct district *d, const char *act, const struct node *facts, struct node *n)
{
    for (size_t i = 0; i < d->tenant->phrase_count; i++) {
        const struct tenant_phrase *x = &d->tenant->phrases[i];
        const struct node *field = find(node_get(n, "fields"), x->field);

        if (!text_eq(x->act, act))
            continue;
        if (text_eq(x->field, REASON) && node_get_bool(n, REASON))
            offer(a, x, REASON, facts, node_put_object(a, n, "reason_offer"));
        else if (field != NULL && !node_get_bool(field, "readonly"))
            offer(a, x, arena_fmt(a, "with.%s", x->field), facts, (struct node *)(uintptr_t)field);
    }
}
