/*
 * store/migrate.h - schema steps, forward only
 *
 * NNNN_what.sql in order; schema_step(no, name, sha, started_at, done_at) tells which are done.
 * One DDL a step, because DDL commits by itself (trap M8). A step started and not done stops the
 * program with a sentence that says what to look at. GET_LOCK keeps it single.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/db.h"

struct migrate_report { int done_before, done_now, last; };
int migrate_run(struct db *admin, struct arena *a, const char *dir, struct migrate_report *ret, struct err *e) MUST_USE_;
/* 0 when the schema is exactly at the last step of dir; otherwise a clear refusal (the server does not start). */
int migrate_check(struct db *db, struct arena *a, const char *dir, struct err *e) MUST_USE_;

/* Schemas and accounts; run as administrator by the command line only. Names are checked (text_is_id). */
/* Creates schema guizhang_platform / gz_<tenant> and the account with exactly SELECT INSERT UPDATE DELETE on it
 * (audit tables: SELECT and INSERT only; outbox and others as needed by table). Idempotent; sets the password anew. */
int admin_make_platform(struct db *admin, const char *user, const char *password, struct err *e) MUST_USE_;
int admin_make_tenant(struct db *admin, const char *tenant, const char *user, const char *password, struct err *e) MUST_USE_;
/* Table grants that need the tables to exist: after migrate_run. */
int admin_grant_tenant(struct db *admin, const char *tenant, const char *user, struct err *e) MUST_USE_;
int admin_grant_platform(struct db *admin, const char *user, struct err *e) MUST_USE_;

#endif
