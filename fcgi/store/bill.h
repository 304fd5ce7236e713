/*
 * store/bill.h - drafts of a regulation's version, in one district's schema; and the projects a draft is tried on
 */
#ifndef STORE_BILL_H
#define STORE_BILL_H

#include "store/case.h"

struct bill {
    int64_t id;
    const char *regulation;   /* the version it is to become */
    const char *name;
    const char *based_on;     /* version its files were copied from; "" */
    const char *state;        /* draft | proposed | published | withdrawn */
    const char *files;        /* JSON [{name, sm3, size}], sorted by name */
    const char *digest;       /* SM3 over names and digests of the files */
    date comes_on;            /* first day in force, once proposed */
    instant created_at; const char *created_name;
    instant changed_at; const char *changed_by, *changed_name;        /* who wrote a file last; entryUUID */
    instant proposed_at; const char *proposed_by, *proposed_name;
    instant confirmed_at; const char *confirmed_by, *confirmed_name;  /* the schema, too, refuses one of the other two */
    const char *reason;       /* why it was given back or withdrawn */
    int64_t version;          /* optimistic lock */
};
/* ERR_CONFLICT when a living one has the same version. */
int bill_add(struct db *db, struct arena *a, const struct bill *b, struct err *e) MUST_USE_;
int bill_get(struct db *db, struct arena *a, int64_t id, struct bill *ret, struct err *e) MUST_USE_;  /* 1/0/-1 */
int bill_lock(struct db *db, struct arena *a, int64_t id, struct bill *ret, struct err *e) MUST_USE_; /* FOR UPDATE */
/* All but id, regulation, based_on, created_*; 0 rows is ERR_STALE. Sets version+1 in b. */
int bill_save(struct db *db, struct arena *a, struct bill *b, struct err *e) MUST_USE_;
/* Newest first, without their files. */
int bill_list(struct db *db, struct arena *a, int64_t before_id, int limit, struct bill **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* Projects first submitted on or after that day, of one place or ("") of all, newest first: id, number, title, unit_*, place, regulation, facts, total_investment, state, submitted_on. */
int project_submitted_since(struct db *db, struct arena *a, date since, const char *place, int limit, struct project **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* The same of running projects with an id below that one (0: from the newest on): id, number, title, unit_name, regulation, stage_name, submitted_on. */
int project_running(struct db *db, struct arena *a, int64_t before_id, const char *place, int limit, struct project **ret, size_t *ret_count, struct err *e) MUST_USE_;

#endif
