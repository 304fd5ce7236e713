/*
 * casework/runs.h - an act that several open runs of its procedure wait for: which one is meant
 *
 * Who acts names a run by with.run (1, 2 …) or with.period ("2025", "2025Q3"); without either the oldest is taken.
 */
#ifndef CASEWORK_RUNS_H
#define CASEWORK_RUNS_H

#include "casework/casefile.h"

/* The act as the verdict lists it: of the run that named has in "run" (a number or its text) or "period"; the first where
 * it has neither. NULL when the act may not happen there now. named may be NULL. */
const struct node *runs_act(const struct node *verdict, const char *what, const struct node *named);
/* {run: 2} or {period} as the evaluator takes them; NULL when named says neither. */
const struct node *runs_named(struct arena *a, const struct node *named);
/* named has nothing but what a link says: which run; no one has typed anything. */
int runs_is_link(const struct node *named);
/* How many runs wait for the act at this desk. */
size_t runs_waiting(const struct desk *d, const struct node *verdict, const char *what);
/* Where the act is done: its page, of that run when there are several. */
char *runs_href(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *act);
/* The same of a task of the desk, which names its run where several wait. */
char *runs_task_href(const struct desk *d, const struct task *t);
/* What a run is known by: its number or period, then what its first paper says: "第2次：合同名称 …，金额 …万元". */
char *runs_words(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *act);
/* On the page of an act: runs [{words, started, step_name, href, is_this}] when more than one waits, must_choose when none
 * is named yet; run_name, run_value: the hidden field that keeps the one shown. */
void runs_put(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *shown,
              const struct node *named, const char *what, struct node *page);
/* The verdict's row of the run an act belongs to; NULL where its procedure is done once, or no run is open. */
const struct node *runs_of(const struct node *verdict, const struct node *act);
/* 1 when event number seq (1 the first) is one of that run's; of no run (NULL) every event is. */
int runs_has(const struct node *run, int64_t seq);

#endif
