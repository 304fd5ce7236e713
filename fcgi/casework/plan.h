/*
 * casework/plan.h - cases that are no projects, and the projects they gather (fcgi/adr/0017)
 *
 * Such a case is worked upon by the acts of casework.h, as a project is; here it is opened and filled.
 */
#ifndef CASEWORK_PLAN_H
#define CASEWORK_PLAN_H

#include "casework/op.h"

enum { PLAN_ITEMS_MAX = 500, PLAN_TITLE_CHARS = 100 };

/* 1 where the law in force knows such cases and the chosen post may see or open one. */
int plans_known(const struct desk *d);
/* {subjects:[{id, name, opened_names, articles, may_open, gathers: it takes up projects, plans:[plan], next_after?}]} of what the post may see;
 * plan {id, title, subject, state, state_name, stage_name, holder_name, created_at, version, href: the case, items_href} */
int plans_view(const struct desk *d, const struct node *query, struct node **ret, struct err *e) MUST_USE_;
/* {plan, rule, may_change, why_not, items:[item], out:[item + reason, at, by_name], candidates:[item], item_count, sum, by_unit:[{unit_name, count, sum}]}
 * item {project, title, number, unit_name, state_name, stage_name, total_investment, href} */
int plan_view(const struct desk *d, int64_t plan, struct node **ret, struct err *e) MUST_USE_;

/* Of a project: [{title, subject_name, state_name, href?}] of what it is in. The address for who may see it; to others one that
 * is not decided does not exist. Empty where the law gathers no projects. */
int plan_of(const struct desk *d, struct db *db, const struct casefile *c, struct node **ret, struct err *e) MUST_USE_;

int plan_open(const struct desk *d, const char *subject, const char *title, int64_t *ret_id, struct err *e) MUST_USE_;
/* Takes projects in ("in") or out again ("out"); projects: list of ids as texts; reasons: {id: why it goes out}, one for each;
 * those without are all told in errors, at /reason/<id>. */
int plan_take(const struct desk *d, int64_t plan, int64_t version, const struct node *projects, const char *state,
              const struct node *reasons, int64_t *ret_version, struct err_list *errors, struct err *e) MUST_USE_;

/* May the chosen post change what is in it now? Else why not, with the articles. */
int plan_may_change(const struct desk *d, const struct casefile *c, struct err *e);
/*
 * What an act on a plan settles of each project in it (effects.sets_items): an event of its own on every one that is under
 * way and does not have it so already, in the act's transaction.
 */
int plan_settle(struct op *op, const struct event *act, const struct node *sets, struct err *e) MUST_USE_;
/* What the paper of an act was about: the projects as they are in the plan go with its event. Nothing for a project. */
int plan_carry(struct op *op, struct node *with, struct err *e) MUST_USE_;

#endif
