/*
 * store/plan.h - cases that are no projects (fcgi/adr/0017), and which projects they gather
 */
#ifndef STORE_PLAN_H
#define STORE_PLAN_H

#include "store/case.h"

/* The newest first, of one subject; place "" all. Columns of a list as in project_list. */
int subject_list(struct db *db, struct arena *a, const char *subject, const char *place, int64_t after, int limit,
                 struct project **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* The cases a project is in now, the newest first; columns as there. */
int plan_of_project(struct db *db, struct arena *a, int64_t project, int limit, struct project **ret, size_t *ret_count,
                    struct err *e) MUST_USE_;

struct plan_item {
    int64_t plan, project;
    const char *state;   /* in | out */
    const char *reason;  /* why it was taken out */
    instant at;
    const char *person, *by_name;
    /* read with the project */
    const char *title, *number, *unit_name, *project_state, *stage_name;
    fen total_investment;
};
int plan_item_put(struct db *db, struct arena *a, const struct plan_item *item, struct err *e) MUST_USE_;
/* What is in it or was taken out again, in the order of the projects. */
int plan_item_list(struct db *db, struct arena *a, int64_t plan, int limit, struct plan_item **ret, size_t *ret_count,
                   struct err *e) MUST_USE_;
/* Running projects that stand in that stage and are not in the plan; the newest first. */
int plan_candidates(struct db *db, struct arena *a, int64_t plan, const char *stage, const char *place, int limit,
                    struct plan_item **ret, size_t *ret_count, struct err *e) MUST_USE_;

#endif
