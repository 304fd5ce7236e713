/*
 * regulation/model.h - a loaded regulation in memory; for the files of this layer only
 *
 * Everything lives in the arena the regulation was loaded into and is read-only
 * afterwards. Ids are interned as indexes into the arrays of struct regulation,
 * so that evaluating compares numbers, not names; -1 is "none". What it is made
 * of: condition.h, procedure.h, rule.h, each knowing the one before.
 */
#ifndef REGULATION_MODEL_H
#define REGULATION_MODEL_H

#include "regulation/rule.h"

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
