/*
 * casework/facts.c - facts between a form, the reader of the regulation and the row
 */
#include "config.h"

#include "casework/facts.h"

#include "base/text.h"

int facts_is_known(const struct regulation *r, const char *id)
{
    return regulation_fact_label(r, id, NULL) != NULL;
}

const char *facts_label(const struct regulation *r, const char *id)
{
    const char *label = regulation_fact_label(r, id, NULL);

    return label != NULL && *label != '\0' ? label : id;
}

/* The row keeps money as integer fen; the reader takes it as {"fen": n}, so that a plain number is never money by
 * chance. */
static struct node *facts_for_reader(const struct regulation *r, struct arena *a, const struct node *facts)
{
    struct node *out = node_object(a);

    for (const struct node *n = node_first(facts); n != NULL; n = n->next) {
        const char *type = "";

        (void)regulation_fact_label(r, n->key, &type);
        if (n->type == NODE_INT && text_eq(type, "money")) {
            struct node *amount = node_put_object(a, out, n->key);

            node_put_int(a, amount, "fen", n->u.integer);
        } else {
            node_put(a, out, n->key, node_copy(a, n));
        }
    }
    return out;
}

/* One by one: a draft keeps what reads well beside what does not. The problems have been said before. */
static struct node *facts_read_each(const struct regulation *r, struct arena *a, const struct node *given)
{
    struct node *all = node_object(a);

    for (const struct node *n = node_first(given); n != NULL; n = n->next) {
        struct err_list *said = ARENA_NEW(a, struct err_list);
        struct node *one = node_object(a), *read = NULL;

        node_put(a, one, n->key, node_copy(a, n));
        if (regulation_read_facts(r, a, one, 0, &read, said) == 0 && node_get(read, n->key) != NULL)
            node_put(a, all, n->key, node_copy(a, node_get(read, n->key)));
    }
    return all;
}

struct node *facts_read(const struct regulation *r, struct arena *a, const struct node *facts, int complete,
                        struct err_list *errors)
{
    struct node *given = facts_for_reader(r, a, facts), *read = NULL;

    if (regulation_read_facts(r, a, given, complete, &read, errors) == 0)
        return read;
    return facts_read_each(r, a, given);
}

struct node *facts_carry(const struct regulation *from, const struct regulation *to, struct arena *a,
                         const struct node *facts, struct node *dropped)
{
    const struct node *given = facts_for_reader(from, a, facts);
    struct node *all = node_object(a);

    for (const struct node *n = node_first(given); n != NULL; n = n->next) {
        struct err_list *said = ARENA_NEW(a, struct err_list);
        struct node *one = node_object(a), *read = NULL;

        if (!facts_is_known(from, n->key)) /* what its author typed and could not be read lies beside the facts */
            continue;
        node_put(a, one, n->key, node_copy(a, n));
        if (facts_is_known(to, n->key) && regulation_read_facts_given(to, a, one, &read, said) == 0 &&
            node_get(read, n->key) != NULL)
            node_put(a, all, n->key, node_copy(a, node_get(read, n->key)));
        else
            node_add_text(a, dropped, facts_label(from, n->key));
    }
    return all;
}

struct node *facts_group(struct arena *a, struct node *groups, const struct node *declared)
{
    const char *own = node_get_str(declared, "group"), *name = *own != '\0' ? own : "项目事实";
    struct node *group;

    for (struct node *g = groups->u.kids.first; g != NULL; g = g->next) {
        if (text_eq(node_get_str(g, "name"), name))
            return g->u.kids.last;
    }
    group = node_add_object(a, groups);
    node_put_text(a, group, "name", name);
    return node_put_list(a, group, "fields");
}

struct node *facts_were(struct arena *a, const struct node *facts, const struct node *sets)
{
    struct node *were = node_object(a);

    for (const struct node *n = node_first(sets); n != NULL; n = n->next) {
        const struct node *now = node_get(facts, n->key);

        node_put(a, were, n->key, now != NULL ? node_copy(a, now) : node_null(a));
    }
    return were;
}
