/*
 * identity/tenant.h - a district as the directory and the address bar know it: tenants/<id>/tenant.json
 */
#ifndef IDENTITY_TENANT_H
#define IDENTITY_TENANT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"

struct tenant_unit {
    const char *code, *name, *kind, *parent, *group; /* group: cn in the directory */
    const char *place; /* "" none: its projects are of that place */
};
struct tenant_group { /* an organ of the regulation, or a role beside it */
    const char *id, *name, *group;
    const char *role;  /* of a role: auditor, leader, editor or expert; its id where nothing else is said */
    const char *place; /* its people see that place's projects only; "" all of the district's */
    const char **decides; /* of a leader: bodies outside the platform whose decision waits for him, by their id in the regulation */
    size_t decides_count;
    int line, column; /* of decides */
};
struct tenant_party { /* another bureau this one files to, or is filed to by */
    const char *id;    /* organ id in the regulation ("upper"); "" downstream */
    const char *party; /* peer id in the deployment's peers file */
    const char *name;
};
/* When a duty is near its end (yellow card); reminders, no law. */
struct tenant_reminders {
    int64_t yellow_workdays; /* so many working days before the last day */
    int64_t yellow_percent;  /* or when so many hundredths of its time are left; 0: not by share */
};
/* Sentences an office often writes into a field of an act, or as its "reason"; its own words, no law. */
struct tenant_phrase {
    const char *act, *field;
    const char **texts; /* {fact}: that fact's value */
    size_t count;
    int line, column;
};
struct tenant {
    const char *id, *name, *full_name, *division_code;
    const char *kind;              /* "district" | "bureau" */
    const char *folder;            /* tenants/<id> */
    const char *number_pattern;    /* project numbers: "XZ-{year}-{n4}" */
    const char **hosts, **regulations;
    struct tenant_reminders reminders;
    const struct node *parameters; /* object of texts and numbers, as written */
    struct tenant_unit *units;
    struct tenant_group *organs, *roles;
    struct tenant_party *upstream, *downstream;
    struct tenant_phrase *phrases;
    size_t phrase_count;
    size_t host_count, regulation_count, unit_count, organ_count, role_count, upstream_count, downstream_count;
};

/* Every folder of dir but common/ that has a tenant.json, sorted by id. Faults as file:line:column. */
int tenants_load(struct arena *a, const char *dir, struct tenant ***ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Its place among those tenants_load gave; -1 when unknown, also of NULL. */
int tenant_find(struct tenant *const *all, size_t count, const char *id);
const struct tenant_unit *tenant_unit(const struct tenant *t, const char *code); /* NULL when unknown */
const char *tenant_organ_name(const struct tenant *t, const char *organ);        /* NULL when it has none of its own */

#endif
