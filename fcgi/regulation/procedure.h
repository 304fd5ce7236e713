/*
 * regulation/procedure.h - who does what with which papers: facts and forms, organs, procedures, steps, acts, materials
 */
#ifndef REGULATION_PROCEDURE_H
#define REGULATION_PROCEDURE_H

#include "regulation/condition.h"

struct choice {
    const char *id, *label;
    int under;  /* 1 + index of the branch it stands in; 0 none */
    int branch; /* has others under it and cannot itself be chosen */
};
struct field {
    const char *id, *label, *unit, *hint, *meaning, *group;
    enum value_type type;
    struct choice *choices;
    size_t choice_count;
    struct field *columns; /* of rows */
    size_t column_count;
    int64_t max; /* text: characters; money, integer: largest value; rows: entries; 0 none given */
    int required;
    struct cond *required_when;
    struct cites cites;
    int from, from_else; /* terms it is prefilled from: the first that is known; -1 */
    int or_reason; /* a required one may be left out with a written reason */
    struct cond *or_reason_when;
    int of_month; /* a date of which only the month counts */
    int each_time; /* belongs to this application alone: not carried when another is begun like it */
    int used;     /* something looks at it (for the checker) */
    const struct node *src;
};
enum applicant_may { APPLICANT_SET, APPLICANT_ONLY_STRICTER, APPLICANT_NO };
struct fact {
    struct field f;
    struct cond *asked_when;
    struct value fallback; /* "default" */
    int *decided_by;
    size_t decided_count;
    enum applicant_may may;
    struct value stricter;
    int on; /* enum subject: what it is asked of */
};

struct parameter_value {
    date from, to;
    struct value v;
    const char *source;
};
struct parameter { /* fixed by others than this regulation */
    struct field f;
    struct parameter_value *values;
    size_t count;
};

struct sum {
    int total;
    int *of;
    size_t of_count;
};
struct form_test { /* what must hold between the fields */
    struct cond *require;
    const char *message, *mend, *field;
    struct cites cites;
};
struct form {
    const char *id, *name;
    struct cites cites;
    struct field *fields;
    size_t field_count;
    struct sum *sums;
    size_t sum_count;
    struct form_test *tests;
    size_t test_count;
    int used;
    const struct node *print; /* how it prints, as in the file */
    const struct node *src;
};

enum organ_kind { ORGAN_OFFICE, ORGAN_APPLICANT, ORGAN_OUTSIDE, ORGAN_ONE_OF };
struct organ_case {
    struct cond *when; /* NULL: otherwise */
    int organ;
};
struct organ {
    const char *id, *name;
    enum organ_kind kind;
    struct cites cites;
    const struct node *admits; /* list of unit kinds or NULL */
    const char *refusal;
    int *recorded_by;
    size_t recorded_count;
    struct organ_case *cases;
    size_t case_count;
    int used;
    const struct node *src;
};

enum actor_kind { ACTOR_ANY, ACTOR_ALL };
enum { ACTOR_MAX = 16 };
struct actor {
    enum actor_kind kind;
    int organ[ACTOR_MAX];
    size_t count;
};

struct exception { /* bound to one gate or one item of a checklist */
    struct cond *when;
    struct cites cites;
    const char *note;
};
struct check_item {
    const char *id, *name, *effect;
    struct cites cites;
    int veto;
    enum strength strength;
    struct cond *when;
    struct exception *exceptions;
    size_t exception_count;
};
struct set_row {
    int fact;
    const char *field; /* NULL: the literal */
    struct value literal;
};
enum act_end { END_NONE, END_DONE, END_FAILED };
struct act { /* one act at one step */
    const char *id, *full, *name, *done_text, *dated_by, *records;
    int procedure, step, happening;
    struct cites cites; /* the act's own, otherwise the step's or the procedure's */
    struct actor by;
    struct actor to;
    struct actor witness;
    struct form *witness_form; /* one field an organ that must be present; NULL without witness */
    int takes_materials, correction, reason, danger;
    int next; /* step index; -1 the following one */
    enum act_end ends;
    struct check_item *checklist;
    size_t check_count;
    struct form *form;
    struct set_row *sets, *item_sets; /* facts of this case; of each project it has gathered */
    size_t set_count, item_set_count;
    const struct node *document;
    struct cond *when; /* it exists for such projects only */
    int *reopens;      /* procedures that are to be gone through again */
    size_t reopen_count;
    struct act *next_same; /* the same act id at another step */
    const struct node *src;
};
struct happening { /* a kind of event: "procedure.act" */
    const char *full;
    int procedure;
    struct act *acts; /* all definitions of it */
};
struct step {
    const char *id, *name;
    struct actor by;
    struct act **acts;
    size_t act_count;
    struct cites cites;
    struct cond *when; /* skipped for other projects */
    const struct node *src;
};
struct opens_row {
    struct cond *require;
    const char *message, *mend;
    int who;
    struct cites cites;
    enum strength strength;
};
struct material {
    const char *id, *name, *template_file, *hint;
    struct cites cites;
    enum strength strength;
    int or_reason; /* one that does not exist counts with a written reason */
    struct cond *or_reason_when;
    struct cond *when;
};
enum repeat { REPEAT_ONCE, REPEAT_MANY, REPEAT_YEAR, REPEAT_QUARTER };
struct procedure {
    const char *id, *name, *phase;
    struct cites cites;
    struct cond *when;
    struct opens_row *opens;
    size_t open_count;
    enum repeat repeat;
    struct material *materials;
    size_t material_count;
    struct form *form;
    struct step *steps;
    size_t step_count;
    int again;
    int on;              /* enum subject: what it is done on */
    int previous_period; /* year, quarter: an act without a period is for the last one */
    int routed;          /* in some route, an "adds" row or on the road */
    const struct node *src;
};

#endif
