/*
 * regulation/model.h - a loaded regulation in memory; for the files of this layer only
 *
 * Everything lives in the arena the regulation was loaded into and is read-only
 * afterwards. Ids are interned as indexes into the arrays of struct regulation,
 * so that evaluating compares numbers, not names; -1 is "none".
 */
#ifndef REGULATION_MODEL_H
#define REGULATION_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "regulation/regulation.h"

enum value_type {
    VALUE_TEXT,
    VALUE_LONG_TEXT,
    VALUE_MONEY,
    VALUE_BOOLEAN,
    VALUE_CHOICE,
    VALUE_CHOICES,
    VALUE_DATE,
    VALUE_INTEGER,
    VALUE_ROWS, /* several entries of a form, each of typed columns */
    VALUE__MAX
};

/* One typed value; n holds money (fen), integer, boolean and date, s text and choice, list choices and rows. */
struct value {
    int known;
    enum value_type type;
    int64_t n;
    const char *s;
    const struct node *list;
};

struct cites {
    const struct node *list; /* as in the file */
    const char *joined;      /* "7,12" */
    const char *shown;       /* 第七条、第十二条 */
    const char *quote;       /* the deciding sentence of the first article cited */
    const int *rows;         /* indexes into the articles of the regulation */
    size_t row_count;
};

enum strength { STRENGTH_MANDATORY, STRENGTH_IN_PRINCIPLE };

/* ---- conditions ---- */
enum cond_kind {
    COND_ALL,
    COND_ANY,
    COND_NOT,
    COND_COMPARE,
    COND_DONE,
    COND_FAILED,
    COND_OPEN,
    COND_HAPPENED,
    COND_WINDOW,
    COND_ROUTE,
    COND_OVERDUE,
    COND_FILED
};
enum cond_op {
    OP_IS,
    OP_IS_NOT,
    OP_BELOW,
    OP_AT_MOST,
    OP_AT_LEAST,
    OP_ABOVE,
    OP_IN,
    OP_NOT_IN,
    OP_KNOWN,
    OP_HAS,
    OP_UNDER
};
enum term_kind {
    TERM_FACT,
    TERM_FIELD,
    TERM_EVENT_AT,
    TERM_EVENT_BY,
    TERM_CHECK,
    TERM_THIS,
    TERM_ROW, /* a column of the entry looked at: row.<column> */
    TERM_SUM,
    TERM_COUNT,
    TERM_ANY,
    TERM_YEAR,
    TERM_PARAMETER,
    TERM_TODAY,
    TERM_AT,
    TERM_UNIT_KIND,
    TERM_UNIT_PLACE
};

struct term {
    enum term_kind kind;
    enum value_type type;
    int fact;                 /* TERM_FACT */
    int happening;            /* the kind of event of TERM_FIELD, _EVENT_*, _CHECK, _SUM, _COUNT */
    const char *field;        /* member of "with" */
    const char *written;      /* as it stands in the file */
    const struct field *meta; /* label and choices; NULL for dates of events and the like */
    int inner;                /* TERM_YEAR: the date it is the year of; TERM_PARAMETER: which */
    int *since;               /* sum:, count:, any: only after the latest of these that counts */
    size_t since_count;
};
struct operand {
    int term; /* -1: the literal */
    struct value literal;
    struct value *list; /* OP_IN, OP_NOT_IN */
    size_t list_count;
    int percent; /* 0: as it is */
    int plus_months, plus_days, plus_working_days;
    int plus;                     /* integers */
    int is_day, year, month, day; /* a day of the year that the term (an integer) names */
};
struct cond {
    enum cond_kind kind;
    enum cond_op op; /* COND_COMPARE */
    int term;        /* COND_COMPARE */
    struct operand operand;
    int index;     /* procedure, happening, duty, route or filing of the others */
    int uses_this; /* it or a part of it looks at the attempted act */
    struct cond *kids, *next;
    const struct node *src;
};

/* ---- what a regulation consists of ---- */
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
    int from;      /* term it is prefilled from */
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

struct scope_row {
    struct cond *when;
    const char *then, *message, *mend;
    struct cites cites;
};
struct route {
    const char *id, *name;
    struct cond *when; /* NULL: otherwise */
    int *procedures;
    size_t procedure_count;
    struct cites cites;
    int adds;   /* a row that inserts */
    int before; /* procedure index, -1: at the end */
    const struct node *src;
};
struct road_row {
    int procedure;
    struct cond *when;
    int alongside;
    struct cites cites;
};

struct gate {
    const char *id, *name, *message, *mend;
    int *procedures; /* blocked as a whole */
    size_t procedure_count;
    int *happenings;
    size_t happening_count;
    struct cond *when, *unless;
    int who;
    enum strength strength;
    int warn, liftable, advice_when_expired;
    int *lift_by;
    size_t lift_count;
    struct cites cites;
    struct exception *exceptions;
    size_t exception_count;
    const struct node *src;
};

struct band {
    int low, high; /* percent; -1 none */
    int low_strict, high_strict, otherwise;
    struct cond *when;
    int *acts;
    size_t act_count;
    int procedure;
    const char *name;
    struct cites cites;
    const struct node *src;
};
struct change { /* by its size a change goes one way or another */
    const char *id, *name, *amount;
    int base;   /* term */
    int *since; /* events that start the sum anew, besides the one that carries the base */
    size_t since_count;
    int single; /* each by itself; otherwise all since the base was set */
    struct band *bands;
    size_t band_count;
    struct cites cites;
    const struct node *src;
};
/* A column of the money ledger: applied … returned; the latest of its figures, or their sum. */
enum { MONEY_PAID = 6, MONEY_COLUMNS = 11 };
struct money_limit {
    int column; /* which it must not exceed */
    enum strength strength;
    int gate;   /* that refuses it already: here it is only proved; -1 */
    const char *mend; /* "" */
    struct cites cites;
};
struct money {
    const char *name;
    int is_sum;
    int each_run;    /* the latest of every run of its procedure, added up */
    int *figures;    /* terms */
    size_t figure_count;
    int *cleared_by; /* happenings after which nothing of it stands */
    size_t clear_count;
    struct money_limit *limits;
    size_t limit_count;
    struct cites cites;
    const struct node *src; /* NULL: the regulation knows no such column */
};
/* Acts that let a project through what holds for others: an entry of 例外登记 each time. */
struct registered {
    const char *kind;
    int *on; /* happenings */
    size_t on_count;
    int reason, until; /* terms of events; -1: the act's own reason; no end */
    struct cites cites;
    const struct node *src;
};
/* Where a project or its money stays until something takes it out. */
struct stay {
    const char *id, *name;
    int *enters, *leaves; /* happenings */
    size_t enter_count, leave_count;
    int *amounts; /* terms: how much, the newest written in the run */
    size_t amount_count;
    int year, until; /* a term: of which year it is; a duty whose last day is the last there; -1 */
    struct cites cites;
    const struct node *src;
};
/* What enters 信息系统台账 or 数据资源目录 by an act: one entry, or one for each row of a field of its form. */
enum catalogue { CATALOGUE_SYSTEM, CATALOGUE_RESOURCE };
enum { CATALOGUE_COUNT = 2 };
enum catalogue_word { /* ids of columns; without rows of a field or a fact; NULL not given */
    CATALOGUE_NAME,
    CATALOGUE_STATE,
    CATALOGUE_RUNS,
    CATALOGUE_SHARING,
    CATALOGUE_BASIS,
    CATALOGUE_OPENING,
    CATALOGUE_WORDS
};
struct catalogue_row {
    const char *id, *rows; /* rows: NULL, one entry */
    const char *word[CATALOGUE_WORDS];
    int *on; /* happenings */
    size_t on_count;
    struct cond *when;
    struct cites cites;
};
struct catalogue_rule {
    const char *name;
    struct catalogue_row *rows;
    size_t row_count;
    struct cites cites;
    const struct node *src; /* NULL: the regulation knows no such register */
};
struct suspension { /* a higher rule prevails */
    int gate, duty; /* -1 */
    date from, to;
    const char *by, *text;
    struct cites cites;
};

enum { AVOID_EMPLOYER = 1, AVOID_AUTHOR = 2, AVOID_CONTRACT = 4 };
struct expert_pool { /* whom reviews draw from */
    const char *name;
    int *kept_by;
    size_t kept_count;
    struct choice *fields;
    size_t field_count;
    struct cites cites;
    const struct node *src; /* NULL: this regulation knows none */
};
struct score {
    const char *id, *name, *hint;
    int weight; /* percent; all of a review make 100 */
    struct cites cites;
};
struct fill { /* a field of the form of the act that records the review */
    const char *field, *source;
};
struct review { /* a step the experts' panel takes: who sits, how they are drawn, how they score */
    const char *id, *name;
    int agree, disagree; /* happenings that record its result */
    int calls;           /* the one that says who sits; -1 none */
    int *convened_by, *seeds, *authors; /* organs, organs, facts */
    size_t convened_count, seed_count, author_count;
    int at_least, odd, reserves, quorum;
    int avoid; /* AVOID_* */
    struct score *scores;
    size_t score_count;
    int average, agree_above_percent;
    struct fill *fills;
    size_t fill_count;
    struct cites cites;
    const struct node *src;
};

enum trigger_kind { TRIGGER_EVENT, TRIGGER_LATER, TRIGGER_EARLIER, TRIGGER_EACH, TRIGGER_ALWAYS };
struct trigger {
    enum trigger_kind kind;
    int happening;
    const char *field;     /* a date the event carries */
    struct trigger *a, *b; /* later/earlier; from/until of each */
    int quarter;           /* each: quarter or year */
    int after;             /* each: begins when the period is over */
};
enum limit_kind {
    LIMIT_WORKING_DAYS,
    LIMIT_DAYS,
    LIMIT_MONTHS,
    LIMIT_WINDOW,
    LIMIT_END_OF,
    LIMIT_FIXED,
    LIMIT_MINIMUM_MONTHS,
    LIMIT_BETWEEN,
    LIMIT_BEFORE,
    LIMIT_BY_FIELD,
    LIMIT_NONE
};
struct limit {
    enum limit_kind kind;
    int n, closes; /* days, months; window: opens and closes */
    int roll;
    int quarter;              /* end_of */
    int month, day, year;     /* fixed; the closing day of between */
    int open_month, open_day; /* between */
    struct operand operand;   /* before, by_field */
    const char *text;         /* shown; "15个工作日内" */
};
struct duty {
    const char *id, *name, *late, *note;
    struct actor who, to;
    struct trigger *trigger;
    struct limit limit;
    int *fulfilled_by, *paused_by, *reset_by;
    size_t fulfilled_count, paused_count, reset_count;
    int fulfils_all; /* one act meets every instance that has begun */
    int on;          /* enum subject */
    int complete;    /* an act undone by a correction does not fulfil */
    struct cond *when;
    enum strength strength;
    struct cites cites;
    const struct node *src;
};
/* A material whose files a filing names: "procedure.material". */
struct filing_paper {
    const char *written;
    int procedure, material;
    int may_mend;
};
enum receipt_wanted { RECEIPT_WANTED_NONE, RECEIPT_WANTED_STORED, RECEIPT_WANTED_DECIDED };
struct filing {
    const char *id, *name;
    int *on;
    size_t on_count;
    int to, by;
    struct cond *when;
    enum receipt_wanted required;
    int *facts; /* carried */
    size_t fact_count;
    struct filing_paper *papers; /* carried */
    size_t paper_count;
    const struct node *mend; /* what "by" may change in one that came back; NULL: nothing */
    int *mend_facts;
    size_t mend_count;
    struct cites cites, mend_cites;
    const struct node *src;
};

struct article {
    const char *number, *title, *text, *chapter;
    const struct node *src;
    int cited, stated, untranslated; /* how many rows of the ledger name it */
};

struct hash_row {
    const char *key;
    int index;
};

struct vocabulary {
    const char *file;
    struct field *facts;
    size_t count;
    const struct node *interpretation; /* rules of reading that hold everywhere */
};

enum subject { SUBJECT_PROJECT, SUBJECT_PLAN, SUBJECT_UNIT, SUBJECT_SYSTEM, SUBJECT_BUNDLE, SUBJECT_APPROPRIATION };
enum { SUBJECT_COUNT = 6 };

/* A case of something else than a project: what the regulation calls it, who opens one, who may look at it. */
struct subject_rule {
    const char *name; /* NULL: this regulation knows no such case */
    const struct node *src;
    struct cites cites;
    int *opened_by, *seen_by, *gathers; /* organs, organs, procedures of the projects it takes up */
    size_t opened_count, seen_count, gather_count;
};

struct regulation {
    const char *dir, *file, *id, *tenant, *title, *document_number, *digest;
    const struct node *rules, *text; /* the files as read */
    date from, to;
    date published_for, replaced_on; /* for choosing among versions, not for evaluation: from when it, another is in force */
    struct cites version_cites;
    const char *predecessor; /* document it repeals; NULL none */
    struct cites predecessor_cites;
    struct article *articles;
    size_t article_count;
    const struct vocabulary *vocabulary;
    struct organ *organs;
    size_t organ_count;
    struct subject_rule subjects[SUBJECT_COUNT];
    struct fact *facts;
    size_t fact_count;
    struct form *forms;
    size_t form_count;
    struct procedure *procedures;
    size_t procedure_count;
    struct happening *happenings;
    size_t happening_count;
    struct scope_row *scope;
    size_t scope_count;
    struct route *routes;
    size_t route_count;
    struct road_row *road;
    size_t road_count;
    struct gate *gates;
    size_t gate_count;
    struct duty *duties;
    size_t duty_count;
    struct filing *filings;
    size_t filing_count;
    struct parameter *parameters;
    size_t parameter_count;
    struct change *changes;
    size_t change_count;
    struct money money[MONEY_COLUMNS];
    struct registered *exceptions;
    struct stay *stays;
    size_t stay_count;
    size_t exception_count;
    struct catalogue_rule catalogues[CATALOGUE_COUNT];
    struct suspension *suspensions;
    size_t suspension_count;
    struct expert_pool pool;
    struct review *reviews;
    size_t review_count;
    int has_tenant; /* tenant.json was there to take parameters from */
    struct term *terms;
    size_t term_count, term_cap;
    struct hash_row *by_name;
    size_t hash_size;       /* happenings by full id */
    int applicant;          /* the organ of kind applicant */
    struct field unit_kind; /* what the term unit.kind may be */
    struct field unit_place; /* unit.place: a choice of the fact it is compared with */
    /* after_expiry */
    int has_after_expiry;
    int *expired_refuse;
    size_t expired_refuse_count; /* happenings */
    const char *expired_message, *expired_mend, *expired_mark;
    struct cites expired_cites;
};

/* ---- shared by the files of the layer ---- */
enum value_type value_type_of(const char *s);   /* VALUE__MAX when there is no such type */
const char *value_type_id(enum value_type t);   /* "money" … */
const char *value_type_name(enum value_type t); /* 金额 … */
/* What a typed node means; known 0 when it does not fit. Money: integer fen or text as in law. */
struct value value_read(enum value_type t, const struct node *n);
/* For people: "20.00万元", "2025年9月22日", the choice's label. */
const char *value_text(struct arena *a, const struct field *meta, const struct value *v);
const struct choice *field_choice(const struct field *f, const char *id);

int choice_is_under(const struct field *f, const char *id, const char *branch);
int regulation_parameter_index(const struct regulation *r, const char *id);
struct value parameter_on(const struct parameter *p, date day); /* in force on that day; known 0 when none is */
/* "project" …; -1 when there is no such kind; 项目 … */
int subject_of(const char *s);
const char *subject_id(int subject);
const char *subject_name(int subject);
int regulation_happening(const struct regulation *r, const char *full);
int regulation_procedure_index(const struct regulation *r, const char *id);
int regulation_organ_index(const struct regulation *r, const char *id);
int regulation_fact_index(const struct regulation *r, const char *id);
const struct article *regulation_article_row(const struct regulation *r, const char *number);
const char *money_column_id(int column); /* "applied" … */
const char *money_column_name(int column);
int money_column_known(const char *id); /* -1 */
int money_is_left(int column);          /* what is left of a project's money: surplus, carried on, given back */
/* The field of an event of that kind: of its form, the procedure's form (first step), NULL when none. */
const struct field *happening_field(const struct regulation *r, int happening, const char *id);
const struct check_item *happening_check(const struct regulation *r, int happening, const char *id);
/* which: 0 the act's own, 1 that of the procedure it begins, 2 its witnesses; NULL when there is none. */
enum { ACT_FORMS = 3 };
const struct form *act_asks_form(const struct regulation *r, const struct act *act, int which);
const char *actor_names(const struct regulation *r, struct arena *a, const struct actor *x, const char *between);
int actor_has(const struct actor *x, int organ);

/* findings */
void findings_sort(struct findings *f); /* by file, line, column; equal ones stay in their order */
void finding_put(struct findings *f, enum finding_level level, const char *id, const char *file, const struct node *n,
                 int on_key, const char *article, const char *mend, const char *fmt, ...)
    __attribute__((format(printf, 9, 10)));

#endif
