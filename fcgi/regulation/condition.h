/*
 * regulation/condition.h - typed values, and what a sentence says of them: terms, conditions, the articles it cites
 */
#ifndef REGULATION_CONDITION_H
#define REGULATION_CONDITION_H

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

#endif
