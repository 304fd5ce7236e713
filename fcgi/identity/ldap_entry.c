/*
 * identity/ldap_entry.c - people as the directory has them: their names, entries and groups; one found, a group's
 * members
 */
#include "config.h"

#include "identity/ldap.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { HOLDERS_MAX = 100 };

/* ---- distinguished names ---- */

/* The DN from its skip-th part on, in one spelling; NULL when it is none or shorter. */
static const char *dn_tail(struct arena *a, const char *dn, int skip)
{
    LDAPDN parts = NULL;
    char *text = NULL, *ret = NULL;
    int have = 0;

    if (ldap_str2dn(dn, &parts, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || !parts)
        return NULL;
    while (parts[have])
        have++;
    if (skip <= have && ldap_dn2str(parts + skip, &text, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS && text)
        ret = arena_dup(a, text);
    ldap_memfree(text);
    ldap_dnfree(parts);
    return ret;
}

int dn_equal(struct arena *a, const char *left, const char *right)
{
    const char *l = dn_tail(a, left, 0), *r = dn_tail(a, right, 0);

    return l && r && strcasecmp(l, r) == 0;
}

static int dn_is_below(struct arena *a, const char *dn, const char *base)
{
    const char *b = dn_tail(a, base, 0), *tail = NULL;

    for (int skip = 1; b && (tail = dn_tail(a, dn, skip)) != NULL && *tail; skip++)
        if (strcasecmp(tail, b) == 0)
            return 1;
    return 0;
}

const char *group_name(struct arena *a, const char *dn, const char *group_base)
{
    const char *parent = dn_tail(a, dn, 1), *base = dn_tail(a, group_base, 0), *ret = NULL;
    LDAPDN parts = NULL;

    if (!parent || !base || strcasecmp(parent, base) != 0)
        return NULL;
    if (ldap_str2dn(dn, &parts, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return NULL;
    LDAPRDN first = parts[0];
    if (first[0] && !first[1] && first[0]->la_attr.bv_len == 2 && strncasecmp(first[0]->la_attr.bv_val, "cn", 2) == 0)
        ret = arena_dupn(a, first[0]->la_value.bv_val, first[0]->la_value.bv_len);
    ldap_dnfree(parts);
    return ret;
}

/* ---- entries ---- */

static const char *entry_text(struct arena *a, LDAP *ld, LDAPMessage *entry, const char *name, int *ret_count)
{
    struct berval **values = ldap_get_values_len(ld, entry, name);
    const char *ret = NULL;
    int count = ldap_count_values_len(values);

    if (count > 0 && text_is_utf8(values[0]->bv_val, values[0]->bv_len))
        ret = arena_dupn(a, values[0]->bv_val, values[0]->bv_len);
    if (ret_count)
        *ret_count = count;
    ldap_value_free_len(values);
    return ret;
}

static void entry_groups(struct arena *a, const struct directory_place *p, LDAP *ld, LDAPMessage *entry,
                         struct found *f)
{
    struct person *who = &f->who;
    struct berval **values = ldap_get_values_len(ld, entry, "memberOf");
    int count = ldap_count_values_len(values);

    who->groups = ARENA_ARRAY(a, const char *, (size_t)count + 1);
    who->group_count = 0;
    f->held = (struct groups){.all = ARENA_ARRAY(a, struct group, (size_t)count + 1)};
    for (int i = 0; i < count; i++) {
        const char *dn = arena_dupn(a, values[i]->bv_val, values[i]->bv_len);
        const char *name = group_name(a, dn, p->group_base);

        if (!name)
            continue;
        who->groups[who->group_count++] = name;
        f->held.all[f->held.count++] = (struct group){.name = name, .dn = dn};
    }
    ldap_value_free_len(values);
}

static const char *const ENTRY_ATTRIBUTES[] = {
    "entryUUID", "uid", "cn", "displayName", "mail", "memberOf", "pwdAccountLockedTime", NULL};

/* 0, or -1 with why it is no sound entry in ret->why. */
static int entry_read(struct exchange *x, struct arena *a, LDAPMessage *entry, struct found *ret)
{
    LDAP *ld = x->handle[0].ld;
    char *dn = ldap_get_dn(ld, entry);
    const char *locked = entry_text(a, ld, entry, "pwdAccountLockedTime", NULL);
    struct found f = {.disabled = locked && text_eq(locked, "000001010000Z")};
    int uids = 0;

    f.who.dn = arena_dup(a, dn ? dn : "");
    ldap_memfree(dn);
    f.who.uuid = entry_text(a, ld, entry, "entryUUID", NULL);
    f.who.login = entry_text(a, ld, entry, "uid", &uids);
    f.who.name = entry_text(a, ld, entry, "displayName", NULL);
    if (!f.who.name)
        f.who.name = entry_text(a, ld, entry, "cn", NULL);
    f.who.mail = entry_text(a, ld, entry, "mail", NULL);
    if (!f.who.mail)
        f.who.mail = "";
    entry_groups(a, x->place, ld, entry, &f);
    if (!f.who.uuid || strlen(f.who.uuid) != UUID_LEN || !f.who.login || !f.who.name)
        f.why = "entry without entryUUID, uid or name";
    else if (uids != 1) /* or guesses would be counted once a spelling (trap 1.9) */
        f.why = "entry with several uid values";
    else if (!dn_is_below(a, f.who.dn, x->place->base))
        f.why = "entry outside the base";
    *ret = f;
    return f.why ? -1 : 0;
}

/* The answer, to be freed; at most `most` entries, a further one is LDAP_SIZELIMIT_EXCEEDED in *ret_rc. */
static int entries_ask(struct exchange *x, const char *filter, int most, LDAPMessage **ret, int *ret_rc, struct err *e)
{
    struct timeval left = exchange_left(x, 1);

    *ret = NULL;
    *ret_rc = ldap_search_ext_s(x->handle[0].ld, x->place->base, LDAP_SCOPE_SUBTREE, filter, (char **)ENTRY_ATTRIBUTES,
                                0, NULL, NULL, &left, most, ret);
    if (*ret_rc == LDAP_SUCCESS || *ret_rc == LDAP_SIZELIMIT_EXCEEDED)
        return 0;
    ldap_msgfree(*ret);
    *ret = NULL;
    return fail_ldap(e, x->handle[0].ld, "search", *ret_rc);
}

int entry_find(struct exchange *x, struct arena *a, const char *filter, struct found *ret, struct err *e)
{
    LDAPMessage *answer;
    struct found f = {.disabled = 0};
    int rc;

    if (entries_ask(x, filter, 2, &answer, &rc, e) < 0)
        return -1;
    int count = ldap_count_entries(x->handle[0].ld, answer);
    if (rc == LDAP_SIZELIMIT_EXCEEDED || count > 1) /* trap L6 */
        f.why = "several entries answer to this name";
    else if (count < 1)
        f.why = "no such entry";
    else
        (void)entry_read(x, a, ldap_first_entry(x->handle[0].ld, answer), &f);
    ldap_msgfree(answer);
    *ret = f;
    return !f.why;
}

const char *filter_of(struct arena *a, const char *before, const char *value, const char *after)
{
    struct berval plain = {.bv_val = (char *)value, .bv_len = strlen(value)}, escaped = {0};
    const char *ret;

    if (ldap_bv2escaped_filter_value(&plain, &escaped) != 0)
        return NULL;
    ret = arena_fmt(a, "%s%s%s", before, escaped.bv_val, after);
    if (escaped.bv_val != plain.bv_val)
        ldap_memfree(escaped.bv_val);
    return ret;
}

/* ---- whoever is asked for ---- */

int directory_find(const struct directory_place *p, struct arena *a, const char *uuid, struct person *ret,
                   struct err *e)
{
    struct exchange x;
    struct found f = {.disabled = 0};

    if (strlen(uuid) != UUID_LEN || strspn(uuid, "0123456789abcdefABCDEF-") != UUID_LEN)
        return 0;
    int rc = exchange_begin(&x, p, e);
    if (rc == 0)
        rc = service_open(&x, e);
    if (rc == 0)
        rc = entry_find(&x, a, arena_fmt(a, "(entryUUID=%s)", uuid), &f, e);
    if (rc > 0 && !f.disabled && groups_around(&x, a, &f, e) < 0)
        rc = -1;
    exchange_end(&x);
    if (rc > 0 && f.disabled)
        return 0;
    if (rc > 0)
        *ret = f.who;
    return rc;
}

/* More are asked for than wanted: some of them may be disabled. */
static int members_exchange(struct exchange *x, struct arena *a, const char *group, int most, struct person *people,
                            size_t *ret_count, struct err *e)
{
    const char *within;
    LDAPMessage *answer;
    int rc;

    if (service_open(x, e) < 0 || groups_within(x, a, group, &within, e) < 0)
        return -1;
    if (entries_ask(x, arena_fmt(a, "(&(objectClass=person)%s)", within), most < HOLDERS_MAX ? HOLDERS_MAX : most,
                    &answer, &rc, e) < 0)
        return -1;
    for (LDAPMessage *entry = ldap_first_entry(x->handle[0].ld, answer); entry;
         entry = ldap_next_entry(x->handle[0].ld, entry)) {
        struct found f;

        if (*ret_count < (size_t)most && entry_read(x, a, entry, &f) == 0 && !f.disabled)
            people[(*ret_count)++] = f.who;
    }
    ldap_msgfree(answer);
    return 0;
}

int directory_members(const struct directory_place *p, struct arena *a, const char *group, int most,
                      struct person **ret, size_t *ret_count, struct err *e)
{
    struct person *people = ARENA_ARRAY(a, struct person, (size_t)most + 1);
    struct exchange x;

    *ret = people;
    *ret_count = 0;
    int rc = exchange_begin(&x, p, e);
    if (rc == 0)
        rc = members_exchange(&x, a, group, most, people, ret_count, e);
    exchange_end(&x);
    return rc;
}

int directory_holders(const struct directory_place *p, struct arena *a, const char *group, int *ret, struct err *e)
{
    struct person *people;
    size_t count;

    if (directory_members(p, a, group, HOLDERS_MAX, &people, &count, e) < 0)
        return -1;
    *ret = (int)count;
    return 0;
}
