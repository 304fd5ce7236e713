/*
 * casework/casefile.h - one project with all the evaluator must know of it
 *
 * Rows of the store become a case_input; the verdict comes from regulation_eval and nowhere else.
 */
#ifndef CASEWORK_CASEFILE_H
#define CASEWORK_CASEFILE_H

#include "casework/casework.h"
#include "store/case.h"

/* The applicant's organ in every regulation and in events' "by". */
#define CASEFILE_UNIT "unit"
/* Takes the event back whose seq it names: to the evaluator that one is CASEFILE_WITHDRAWN, on record, without effect. */
#define CASEFILE_WITHDRAW "submission.withdraw"
#define CASEFILE_WITHDRAWN "submission.withdrawn"
#define CASEFILE_REVOKE "decision.withdraw" /* a paper taken back by a newer one: the act that issued it is undone */
#define CASEFILE_REVOKE_ASK "decision.withdraw_ask" /* of several that issued it one wants it taken back, or agrees; of no effect */

struct casefile {
    struct project p;
    const struct regulation *regulation;
    const struct node *facts;          /* typed */
    const struct node *typed;          /* {fact: text} that could not be read and is kept for its author; may be empty */
    struct event *events; size_t event_count;
    struct case_event *history;        /* the same events, with their "with" as nodes */
    struct document *documents; size_t document_count;
    const struct handing *hands; size_t hand_count; /* of every post, by id (duties.h) */
    /* as the rows have them; read with the lock only */
    struct duty_row *duties; size_t duty_count;
    struct task *tasks; size_t task_count;
    struct watch *watches; size_t watch_count;
    struct case_days *days;            /* days.h; NULL: every last day stands by the present calendar */
};

/*
 * To be changed: all of it under the project's row lock, and what was answered before to that key ("" none; then ret_key
 * may be NULL). is_draft: taken for a case to which nothing has happened. 1 and the case, 0 when there is none, -1.
 */
struct case_key {
    struct idem row;
    int is_there;
};
int casefile_lock(const struct desk *d, struct db *db, int64_t project, const char *key, int is_draft,
                  struct case_key *ret_key, struct casefile *ret, struct err *e) MUST_USE_;
/* For a page: permission, then the actor's own projects only; a foreign one is ERR_NOT_FOUND and is audited. */
int casefile_read(const struct desk *d, enum action may, int64_t project, struct casefile *ret, struct err *e) MUST_USE_;
/* Asking nobody's leave and leaving no trace; 1 and the case, 0 when there is none the chosen post may know of, -1. */
int casefile_look(const struct desk *d, int64_t project, struct casefile *ret, struct err *e) MUST_USE_;
/* As casefile_read for its row alone. */
int casefile_row(const struct desk *d, enum action may, int64_t project, struct project *ret, struct err *e) MUST_USE_;
/* The case with one more event in it, for another evaluation. */
void casefile_take_event(const struct desk *d, struct casefile *c, const struct event *ev);
/* The case as it stood before its event of that place: history cut off there, and nothing taken back that was later. Facts,
 * files, law and days are as they are now: replay.c says what they were. */
void casefile_before(const struct desk *d, const struct casefile *c, size_t place, struct casefile *ret);
/* 0 for a case of another subject: a plan, a bundle … (fcgi/adr/0017) */
int casefile_is_project(const struct project *p);
/* May the chosen post see such cases by that regulation: its organ takes part, or it audits or leads and sees all that has begun. */
int desk_sees_subject(const struct desk *d, const struct regulation *r, const char *subject);
/* Such a case that is not there yet, opened by the actor's organ: whether the regulation lets it is asked here. */
int casefile_blank_subject(const struct desk *d, const char *subject, const char *title, struct casefile *ret,
                           struct err *e) MUST_USE_;
/* A project that is not there yet, of the actor's unit. */
int casefile_blank(const struct desk *d, struct casefile *ret, struct err *e) MUST_USE_;

/* The projects the chosen post may know of, for lists: what casefile_visible says of one. */
struct project_sight desk_sight(const struct desk *d);
/* A filter of lists that leaves out nothing else. */
struct project_filter desk_filter(const struct desk *d, int limit);
/* 1 when the chosen post may know of the project at all. */
int casefile_visible(const struct desk *d, const struct project *p);
/* The organ the actor speaks for: "unit", an office's organ id, "" for others. */
const char *desk_organ(const struct desk *d);
/* The unit the actor speaks for, "" for an office. */
const char *desk_unit(const struct desk *d);
int desk_is_applicant(const struct desk *d);

/* By the present calendar alone, whatever day stands: for the recount. */
struct node *casefile_counted(const struct desk *d, const struct casefile *c);
/* materials: those of one procedure; NULL: of the procedure whose materials the verdict lists. */
struct node *casefile_road(const struct desk *d, const struct casefile *c);
struct node *casefile_attempt(const struct desk *d, const struct casefile *c, const char *procedure, const struct case_event *attempt);

/* "technical_review" of "technical_review.accept" */
char *act_procedure(struct arena *a, const char *what);
/* The declaration of an act within regulation_procedure, with its step: {act, step, procedure}; NULL when unknown. */
struct act_where { const struct node *procedure, *step, *act; };
int casefile_act(const struct desk *d, const struct casefile *c, const char *what, struct act_where *ret);

/* The correction request that still waits for the unit's answer; NULL when there is none. */
const struct case_event *casefile_correction(const struct casefile *c);
/* 1 when the open correction names this fact, material or field. */
int correction_names(const struct case_event *correction, const char *item);

/* 1 when the law keeps this project off the platform (G-15). */
int verdict_classified(const struct node *verdict);
/* Every reason of a refused verdict into the list. */
void verdict_errors(const struct desk *d, const struct node *reasons, struct err_list *errors);

/* facts and what could not be read, as one JSON for the row, and back */
char *facts_write(struct arena *a, const struct node *facts, const struct node *typed);

#endif
