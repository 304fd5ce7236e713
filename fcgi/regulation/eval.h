/*
 * regulation/eval.h - the state one evaluation works on; for this layer only
 *
 * Order of work: facts → replay of the history → (on demand, each once) route, duties,
 * gates → the verdict. Nothing here outlives the call's arena.
 */
#ifndef REGULATION_EVAL_H
#define REGULATION_EVAL_H

#include "regulation/model.h"

/* Three answers: what hangs on something not yet known is open, not refused. */
enum answer { ANSWER_NO, ANSWER_YES, ANSWER_OPEN };

enum run_state { RUN_OPEN, RUN_DONE, RUN_FAILED };
struct run {
    int procedure, ordinal; /* 1, 2 … within the procedure */
    const char *key;        /* "" first run, "2" …, or the period */
    enum run_state state;
    int step;
    date since, started, ended; /* since: at the present step */
    uint32_t acted;             /* which of { "all": … } have acted on acted_act */
    const struct act *acted_act;
    const struct node *joint;              /* what those who have acted wrote */
    int reopened;                          /* stays in the history, but is to be gone through again */
    const struct happened *correction;     /* asked and not yet answered */
    int first_event, last_event, previous; /* previous run of the procedure */
};
struct happened {
    const struct case_event *src;
    const struct act *act;   /* NULL: not an act of a procedure (gate.lift …) or unknown */
    const struct node *with; /* what was written; of a joint act by all of them together */
    int happening, run, organ;
    date at;
    int year; /* of at; 0: nobody has asked */
    int partial, voided;
    int next_same, next_in_run;
};

enum duty_state { DUTY_FUTURE, DUTY_OPEN, DUTY_DONE, DUTY_DONE_LATE, DUTY_OVERDUE, DUTY_CANCELLED };
struct instance {
    const char *key;
    enum duty_state state;
    date trigger_on, opens_on, due_on, fulfilled_on,
        counted_on; /* counted_on: by the present calendar, where due_on is held */
    int trigger_event, fulfil_event;
    int provisional, paused, held, late_by, days_left;
    int stood; /* days the clock stood: working days where those are counted */
    struct instance *next;
};
struct duty_memo {
    int ready; /* 0 not yet, 1 being computed, 2 known */
    struct instance *first;
    int count;
};

struct leg { /* one procedure of the way this project goes */
    int procedure;
    struct cites cites;
    int on_road, alongside;
    enum answer exists; /* its "when" and that of the road */
};

struct eval {
    const struct regulation *r;
    const struct calendar *c;
    struct arena *a;
    const struct case_input *in;
    date today, at; /* at: the day conditions look at; that of the attempt, else today */
    date submitted_on;
    int subject; /* what this history is of */

    struct value *facts;
    unsigned char *asked, *required, *missing; /* per fact; missing: left a condition open */

    struct happened *events;
    int event_count;
    int *first_of, *last_of; /* per happening */
    struct run *runs;
    int run_count;
    int *last_run; /* per procedure */
    int irregular; /* history with acts out of order */

    const struct act *this_act;
    const struct node *this_with;
    int this_run;      /* 1 + the run the act goes on with; 0 none: what its procedure wrote is this run's first */
    const struct node *row; /* the entry whose columns a condition asks about; NULL */
    int this_pending;  /* the act is only shown: what it will carry is not known */
    int facts_pending; /* required facts not known leave a condition open */

    int route_ready;
    enum answer route_known;
    int route, route_kept;
    struct leg *legs;
    int leg_count;
    struct duty_memo *duties;
    unsigned char *cited; /* per article */
    int provisional;
};

/* decide.c */
void facts_begin(struct eval *ev);                              /* from the input */
void facts_settle(struct eval *ev);                             /* asked, required, defaults; after the replay */
enum answer cond_decide(struct eval *ev, const struct cond *c); /* NULL holds */
int cond_holds(struct eval *ev, const struct cond *c);
struct value term_value(struct eval *ev, int term);
date operand_date(struct eval *ev, const struct operand *o);
int organ_resolve(struct eval *ev, int organ);                      /* one_of → the organ of this project */
int actor_match(struct eval *ev, const struct actor *x, int organ); /* position of the actor that organ acts for, -1 */
/* Of { "all": … } the place organ acts for that is not among the acted; its own before one it records for; -1. */
int actor_place(struct eval *ev, const struct actor *x, int organ, uint32_t acted);
const char *actor_text(struct eval *ev, const struct actor *x); /* names, resolved: 「甲、乙」 */
struct value with_value(const struct eval *ev, const struct act *act, const struct node *with, const char *field);

/* explain.c: which facts these facts ask for, and which are required then; nothing has happened yet */
struct eval facts_asked(const struct regulation *r, struct arena *a, const struct case_input *in);

/* replay.c */
enum place { PLACE_HERE, PLACE_ELSEWHERE, PLACE_NOT_BEGUN, PLACE_DONE, PLACE_FAILED, PLACE_EARLY };
struct spot {
    enum place place;
    int run;         /* -1: a new run would begin */
    const char *key; /* its period */
    const struct act *act;
};
void replay(struct eval *ev);
void lay_sets(struct eval *ev, const struct act *act, const struct node *with); /* what an act sets, over the facts */
struct spot spot_find(struct eval *ev, int happening, const struct node *with, date at);
const struct node *joint_with(struct eval *ev, const struct node *others, const struct node *mine);
int step_existing(struct eval *ev, int procedure, int step); /* that step or the first after it that this project has */
int since_event(const struct eval *ev, const struct term *t); /* the last event that starts the term anew, -1 */
int event_counts(const struct eval *ev, int event); /* not partial, not undone by a correction, its run did not fail */
int event_of_run(const struct eval *ev, int happening, int run, int before); /* the latest that counts before that event; -1 */
int event_last(const struct eval *ev, int happening); /* the latest that counts, else of a failed run; -1 */
const struct run *procedure_run(const struct eval *ev, int procedure); /* the latest, NULL when never begun */
const struct run *procedure_done(const struct eval *ev, int procedure);
int refused_by_office(const struct eval *ev,
                      int procedure); /* it failed, and is not the applicant's to begin again: nobody's turn */
const char *period_key(struct arena *a, date d, int quarter);
date event_date(const struct eval *ev, const struct act *act, const struct node *with, date at);

/* route.c */
void route_find(struct eval *ev);
int leg_of(struct eval *ev, int procedure);  /* -1 */
int leg_waits_for(struct eval *ev, int leg); /* first earlier leg not done, -1 none */

/* because.c */
const char *route_because(struct eval *ev); /* the facts that led to the row, in words; "" where nothing was asked */

/* duty.c */
struct duty_memo *duty_instances(struct eval *ev, int duty);
int duty_window_open(struct eval *ev, int duty);
int duty_overdue(struct eval *ev, int duty);
const char *
duty_period_owed(struct eval *ev,
                 int happening); /* the first period a recurring duty still waits for that act of, NULL none */
/* Why an act that fulfils a window comes too early: its opening day, DATE_NONE when it does not; *ret_duty,
 * *ret_untriggered. */
int duty_too_early(struct eval *ev, int happening, date at, int *ret_duty, date *ret_opens);

/* reason.c: everything against an act, one after another */
struct verdict_lists {
    struct node *reasons, *warnings;
};
struct attempt {
    const char *what;
    const struct act *act; /* NULL when there is no such act at hand */
    struct spot spot;
    int happening, organ;
    const struct node *with;  /* of a joint act with what the others have written */
    const struct node *joint; /* what the others have written */
    date at;
    int shown; /* only shown on a page: nobody acts yet */
};
void reasons_against(struct eval *ev, const struct attempt *t, struct verdict_lists *out);
/* content.c */
void against_content(struct eval *ev, const struct attempt *t, struct verdict_lists *out);
void field_reason(struct eval *ev, const struct attempt *t, struct verdict_lists *out, const char *path, const char *id,
                  const struct cites *c, const char *mend, const char *message);
/* rows.c: what the entries of a field lack */
void against_rows(struct eval *ev, const struct attempt *t, const struct field *f, struct verdict_lists *out);
void against_materials(struct eval *ev, const struct attempt *t, struct verdict_lists *out);
void against_facts(struct eval *ev, const struct attempt *t, struct verdict_lists *out);
/* reason.c */
struct node *reason_add(struct eval *ev, struct node *list, const char *code, const char *id, const struct cites *cites,
                        int who, enum strength strength, const char *mend, const char *fmt, ...)
    __attribute__((format(printf, 9, 10)));
void cite(struct eval *ev, const struct cites *c);
const struct suspension *suspension_find(const struct eval *ev, int gate, int duty, date on); /* NULL: in force */
int gate_lifted(const struct eval *ev, const struct gate *g);
enum answer gate_clear(struct eval *ev, const struct gate *g, const struct exception **ret_exception);
int gate_meets(const struct gate *g, const struct act *act);
int material_present(const struct eval *ev, const struct procedure *p, int run, const struct node *with,
                     const char *id);
const char *material_reason(struct eval *ev, int run, const struct node *with, const struct material *m);
int scope_find(struct eval *ev, const struct scope_row **ret); /* 1 when a row matches */
void against_scope(struct eval *ev, struct verdict_lists *out);
int is_expired(const struct eval *ev, date at);
void special_reasons(struct eval *ev, const struct attempt *t, struct verdict_lists *out); /* gate.lift, filing.* */

struct filing_state {
    const char *state;
    const struct node *reasons;
    int event;
};
struct filing_state filing_state(struct eval *ev, const struct filing *f);
int filing_received(struct eval *ev,
                    const struct filing *f); /* its required receipt is there, or it is not for this project */
/* What of one that came back "by" may change: what the return names, or all the rule opens where it names nothing. */
int filing_opens_fact(const struct filing *f, const struct filing_state *s, const struct regulation *r, int fact);
int filing_opens_paper(const struct filing *f, const struct filing_state *s, const struct regulation *r,
                       const struct filing_paper *p);

/* change.c */
void against_changes(struct eval *ev, const struct attempt *t, struct verdict_lists *out);
void verdict_changes(struct eval *ev, struct node *root);

/* watch.c: after verdict_changes, whose sums it shows */
void verdict_watch(struct eval *ev, struct node *root);
struct node *watch_put(struct eval *ev, struct node *list, const char *id, const char *ref, const char *name,
                       const struct cites *cites);
struct node *watch_rules(struct arena *a, struct node *all, const char *list); /* the rules of a list, to be filled */
struct node *watch_rule_put(struct arena *a, struct node *rules, const char *name, const struct cites *cites);
/* register.c: into a list the numbers of the event and, before it, of those of the others who had to act with him */
void watch_events_put(struct eval *ev, struct node *list, int event);
/* what was let through */
void register_put(struct eval *ev, struct node *list);
void register_list(const struct regulation *r, struct arena *a, struct node *all);
/* stay.c: what is in a reserve, a library, on its way into the next year */
void stays_put(struct eval *ev, struct node *list);
void stays_list(const struct regulation *r, struct arena *a, struct node *all);
/* catalogue.c: systems and data resources */
void catalogue_put(struct eval *ev, struct node *list);
void catalogue_list(const struct regulation *r, struct arena *a, struct node *all);
/* money.c */
void against_money(struct eval *ev, const struct attempt *t, struct verdict_lists *out);
void verdict_money(struct eval *ev, struct node *root);
/* payable.c: after verdict_money */
void verdict_payable(struct eval *ev, struct node *root);

/* verdict_act.c */
struct shown_act { /* one row of acts[], kept for stages, next and materials */
    const struct act *act;
    struct spot spot;
    int allowed, blocked; /* blocked: by a gate, an opening, a window, scope or expiry */
    struct node *node;
};
struct shown {
    struct shown_act *rows;
    int count;
    int leg; /* the leg the project is at; -1 none */
    int at;  /* the procedure the case is at, of a project its leg's; -1 none */
};
void verdict_acts(struct eval *ev, struct node *root, struct shown *shown);
void verdict_effects(struct eval *ev, struct node *root, const struct attempt *t);
void put_correction(struct eval *ev, struct node *o, const char *key, const struct run *run);
/* verdict_duty.c */
void verdict_duties(struct eval *ev, struct node *root);
void late_warnings(struct eval *ev, const struct attempt *t, struct node *warnings, int *ret_late);
/* verdict_part.c */
void verdict_filings(struct eval *ev, struct node *root);
void verdict_materials(struct eval *ev, struct node *root, const struct shown *shown, int attempted);
void verdict_materials_off(struct eval *ev, struct node *root);
void verdict_organs(struct eval *ev, struct node *root);
void put_actor_ids(struct eval *ev, struct node *o, const char *key, const struct actor *x);
void put_hands(struct eval *ev, struct node *o, const struct actor *by); /* whose people do it: hands[] {organ, for} */

#endif
