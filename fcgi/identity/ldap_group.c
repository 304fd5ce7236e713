/*
 * identity/ldap_group.c - groups within groups: who is in the inner one holds the post of the outer one
 *
 * Only groups directly below group_base are looked at, and only some steps far: a ring of groups ends, and a directory
 * full of them does not keep a sign-in. A base the service may not read has none: what memberOf says still counts.
 */
#include "config.h"

#include "identity/ldap.h"

#include <strings.h>

#include "base/text.h"

enum { STEPS_MAX = 3, GROUPS_MAX = 64 };

static int is_among(const struct groups *g, const char *name)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcasecmp(g->all[i].name, name) == 0)
            return 1;
    return 0;
}

/* (|(memberOf=…)(memberOf=…)) for the groups from `from` on; NULL when one cannot be escaped. */
static const char *any_of(struct arena *a, const char *attribute, const struct groups *g, size_t from)
{
    const char *ret = "(|";

    for (size_t i = from; i < g->count && ret; i++)
        ret = filter_of(a, arena_fmt(a, "%s(%s=", ret, attribute), g->all[i].dn, ")");
    return ret ? arena_fmt(a, "%s)", ret) : NULL;
}

static void groups_take(struct exchange *x, struct arena *a, LDAPMessage *answer, struct groups *g, size_t room)
{
    LDAP *ld = x->handle[0].ld;

    for (LDAPMessage *entry = ldap_first_entry(ld, answer); entry && g->count < room;
         entry = ldap_next_entry(ld, entry)) {
        char *given = ldap_get_dn(ld, entry);
        const char *dn = arena_dup(a, given ? given : "");
        const char *name = group_name(a, dn, x->place->group_base);

        ldap_memfree(given);
        if (name && !is_among(g, name))
            g->all[g->count++] = (struct group){.name = name, .dn = dn};
    }
}

static int step_ask(struct exchange *x, const char *filter, LDAPMessage **ret, struct err *e)
{
    static const char *const names_only[] = {LDAP_NO_ATTRS, NULL};
    struct timeval left = exchange_left(x, 1);
    int rc = ldap_search_ext_s(x->handle[0].ld, x->place->group_base, LDAP_SCOPE_ONELEVEL, filter, (char **)names_only,
                               0, NULL, NULL, &left, GROUPS_MAX, ret);

    if (rc == LDAP_SUCCESS || rc == LDAP_SIZELIMIT_EXCEEDED || rc == LDAP_NO_SUCH_OBJECT ||
        rc == LDAP_INSUFFICIENT_ACCESS)
        return 0;
    return fail_ldap(e, x->handle[0].ld, "groups", rc);
}

static int groups_follow(struct exchange *x, struct arena *a, const char *attribute, struct groups *g, struct err *e)
{
    const size_t room = g->count + GROUPS_MAX;
    struct group *all = ARENA_ARRAY(a, struct group, room);

    for (size_t i = 0; i < g->count; i++)
        all[i] = g->all[i];
    g->all = all;
    for (size_t step = 0, from = 0, end; step < STEPS_MAX && from < g->count; step++, from = end) {
        const char *filter = any_of(a, attribute, g, from);
        LDAPMessage *answer = NULL;

        end = g->count;
        if (!filter)
            return fail_down(e, "groups", "name cannot be escaped");
        int rc = step_ask(x, filter, &answer, e);
        if (rc == 0)
            groups_take(x, a, answer, g, room);
        ldap_msgfree(answer);
        if (rc < 0)
            return -1;
    }
    return 0;
}

int groups_around(struct exchange *x, struct arena *a, struct found *f, struct err *e)
{
    if (groups_follow(x, a, "member", &f->held, e) < 0)
        return -1;
    f->who.groups = ARENA_ARRAY(a, const char *, f->held.count + 1);
    f->who.group_count = f->held.count;
    for (size_t i = 0; i < f->held.count; i++)
        f->who.groups[i] = f->held.all[i].name;
    return 0;
}

int groups_within(struct exchange *x, struct arena *a, const char *name, const char **ret, struct err *e)
{
    /* a name of tenant.json, so letters, digits and . _ - alone: fit for a DN */
    struct group outer = {.name = name, .dn = arena_fmt(a, "cn=%s,%s", name, x->place->group_base)};
    struct groups g = {.all = &outer, .count = 1};

    if (groups_follow(x, a, "memberOf", &g, e) < 0)
        return -1;
    *ret = any_of(a, "memberOf", &g, 0);
    return *ret ? 0 : fail_down(e, "members", "name cannot be escaped");
}
