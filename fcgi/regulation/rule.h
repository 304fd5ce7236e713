/*
 * regulation/rule.h - what is said about procedures: scope, routes, gates, changes, money, registers, reviews, duties, filings
 */
#ifndef REGULATION_RULE_H
#define REGULATION_RULE_H

#include "regulation/procedure.h"

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
/* What enters 信息系统台账, 数据资源目录 or 评价结果 by an act: one entry, or one for each row of a field of its form. */
enum catalogue { CATALOGUE_SYSTEM, CATALOGUE_RESOURCE, CATALOGUE_EVALUATION };
enum { CATALOGUE_COUNT = 3 };
enum catalogue_word { /* ids of columns; without rows of a field or a fact; NULL not given */
    CATALOGUE_NAME,
    CATALOGUE_STATE,
    CATALOGUE_RUNS,
    CATALOGUE_SHARING,
    CATALOGUE_BASIS,
    CATALOGUE_OPENING,
    CATALOGUE_RESULT,
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

#endif
