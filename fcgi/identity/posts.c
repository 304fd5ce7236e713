/*
 * identity/posts.c - from groups of the directory to posts in districts
 */
#include "config.h"

#include "identity/session.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static struct post post_blank(const struct tenant *t, const char *organ, const char *kind, const char *name,
                              const char *place)
{
    return (struct post){.tenant = t->id,
                         .tenant_name = t->name,
                         .organ = organ,
                         .kind = kind,
                         .organ_name = text_is_empty(name) ? post_class_name(kind) : name,
                         .unit = "",
                         .unit_name = "",
                         .unit_kind = "",
                         .place = place};
}

static struct post post_of_unit(const struct tenant *t, const struct tenant_unit *u)
{
    struct post p = post_blank(t, "unit", "unit", NULL, u->place);

    p.unit = u->code;
    p.unit_name = u->name;
    p.unit_kind = u->kind;
    return p;
}

/* In a bureau the organs are those that take in others' filings. */
static struct post post_of_organ(const struct tenant *t, const struct tenant_group *g)
{
    return post_blank(t, g->id, text_eq(t->kind, "bureau") ? "intake" : "office", g->name, g->place);
}

/* Its class: auditor, leader, editor (tenant.c lets no other in). */
static struct post post_of_role(const struct tenant *t, const struct tenant_group *g)
{
    return post_blank(t, g->id, g->role, g->name, g->place);
}

/* cn is matched without case, as the directory does. */
static int is_member(const char *group, const char *const *groups, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(group, groups[i]) == 0)
            return 1;
    return 0;
}

struct posts { /* a person has few, however many districts there are */
    struct arena *a;
    struct post *all;
    size_t count, room;
};

static void posts_add(struct posts *p, struct post post)
{
    if (p->count == p->room) {
        struct post *more = ARENA_ARRAY(p->a, struct post, p->room ? p->room * 2 : 8);

        if (p->count)
            memcpy(more, p->all, p->count * sizeof(*more));
        p->room = p->room ? p->room * 2 : 8;
        p->all = more;
    }
    p->all[p->count++] = post;
}

size_t posts_of(struct arena *a, struct tenant *const *tenants, size_t count, const char *const *groups,
                size_t group_count, struct post **ret)
{
    struct posts p = {.a = a};

    for (size_t i = 0; i < count; i++) {
        const struct tenant *t = tenants[i];
        for (size_t k = 0; k < t->unit_count; k++)
            if (is_member(t->units[k].group, groups, group_count))
                posts_add(&p, post_of_unit(t, &t->units[k]));
        for (size_t k = 0; k < t->organ_count; k++)
            if (is_member(t->organs[k].group, groups, group_count))
                posts_add(&p, post_of_organ(t, &t->organs[k]));
        for (size_t k = 0; k < t->role_count; k++)
            if (is_member(t->roles[k].group, groups, group_count))
                posts_add(&p, post_of_role(t, &t->roles[k]));
    }
    *ret = p.all;
    return p.count;
}

static int post_in(const struct tenant *t, const char *organ, const char *unit, struct post *ret)
{
    if (text_eq(organ, "unit")) {
        const struct tenant_unit *u = tenant_unit(t, unit);
        if (u)
            *ret = post_of_unit(t, u);
        return u != NULL;
    }
    for (size_t k = 0; k < t->organ_count; k++)
        if (text_eq(t->organs[k].id, organ)) {
            *ret = post_of_organ(t, &t->organs[k]);
            return 1;
        }
    for (size_t k = 0; k < t->role_count; k++)
        if (text_eq(t->roles[k].id, organ)) {
            *ret = post_of_role(t, &t->roles[k]);
            return 1;
        }
    return 0;
}

int post_resolve(struct tenant *const *tenants, size_t count, const char *tenant, const char *organ, const char *unit,
                 struct post *ret)
{
    int i = tenant_find(tenants, count, tenant);

    return i >= 0 && post_in(tenants[i], organ, unit, ret);
}
