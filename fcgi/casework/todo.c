/*
 * casework/todo.c - what still stands between a draft and its being complete
 *
 * The one check of a draft: the page it is typed on shows it, a table of many is held against it.
 */
#include "config.h"

#include "casework/todo.h"

#include "base/text.h"
#include "casework/facts.h"

static int is_named(const struct err_list *errors, const char *path)
{
    for (int i = 0; i < errors->count && i < ERR_LIST_MAX; i++) {
        if (*path != '\0' && text_eq(errors->item[i].path, path))
            return 1;
    }
    return 0;
}

void todo_reasons(const struct desk *d, const struct node *reasons, struct err_list *errors)
{
    struct node *left = node_list(d->arena);

    for (const struct node *r = node_first(reasons); r != NULL; r = r->next) {
        if (!is_named(errors, node_get_str(r, "path")))
            node_add(left, node_copy(d->arena, r));
    }
    verdict_errors(d, left, errors);
}

/* Facts that only an authority sets are not the unit's to complete. */
static struct node *facts_of_unit(const struct desk *d, const struct casefile *c)
{
    struct arena *a = d->arena;
    struct node *own = node_object(a);

    for (const struct node *f = node_first(regulation_facts(c->regulation, a, NULL)); f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id"), *may = node_get_str(f, "applicant_may");
        const struct node *value = node_get(c->facts, id);

        if (value != NULL && !text_eq(may, "no") && !text_eq(may, "only_stricter"))
            node_put(a, own, id, node_copy(a, value));
    }
    return own;
}

void todo_draft(const struct desk *d, const struct casefile *c, const struct node *verdict, struct err_list *errors)
{
    struct err_list *missing = ARENA_NEW(d->arena, struct err_list);

    (void)facts_read(c->regulation, d->arena, facts_of_unit(d, c), 1, missing);
    for (int i = 0; i < missing->count && i < ERR_LIST_MAX; i++) {
        if (!is_named(errors, missing->item[i].path))
            err_list_take(errors, &missing->item[i]);
    }
    todo_reasons(d, node_get(verdict, "reasons"), errors);
}
