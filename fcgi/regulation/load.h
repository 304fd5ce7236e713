/*
 * regulation/load.h - what the files of the loader share; for this layer only
 *
 * The loader never stops at the first fault: a getter that fails leaves a finding and
 * gives a harmless value, and regulation_load refuses at the end.
 */
#ifndef REGULATION_LOAD_H
#define REGULATION_LOAD_H

#include "regulation/model.h"
#include "regulation/sentence.h"

struct load {
    struct arena *a;
    struct regulation *r;
    const struct vocabulary *v;
    struct findings *f;
    const char *file;
    const char *article; /* articles of the sentence being read */
    /* what "this.<field>" means where the condition stands: the acts it is for, or the form it is in */
    const int *this_happenings;
    size_t this_count;
    const struct form *this_form;
    const struct field *this_rows; /* "row.<column>": the field whose columns are being read */
    unsigned char **pairs; /* per article, made when asked for: see load_get.c */
};

/* The two files as read; regulation_load reads them, the fuzz target makes them up. dir only names them in findings. */
struct load_bytes {
    char *text, *rules, *tenant; /* tenant: NULL when there is none */
    size_t text_len, rules_len, tenant_len;
};
int regulation_load_bytes(struct arena *a, const char *dir, const struct load_bytes *x, const struct vocabulary *v,
                          struct regulation **ret, struct findings *f, struct err *e) MUST_USE_;

void load_fault(struct load *l, const char *id, const struct node *n, const char *mend, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void load_fault_key(struct load *l, const char *id, const struct node *n, const char *mend, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Every other member than those of the sentence is a finding. 0 when n is not even an object. */
int load_members(struct load *l, const struct node *n, enum sentence sentence);
const char *load_text(struct load *l, const struct node *o, const char *key);     /* required */
const char *load_text_opt(struct load *l, const struct node *o, const char *key); /* "" when absent */
const char *load_id(struct load *l, const struct node *o, const char *key);       /* required, of the form of an id */
int load_is_id(struct load *l, const struct node *n, const char *id);             /* the key of an object, or a text */
int load_bool(struct load *l, const struct node *o, const char *key, int def);
int load_int(struct load *l, const struct node *o, const char *key, int min, int max, int def, int required);
const struct node *load_list(struct load *l, const struct node *o, const char *key, int required);
const struct node *load_object(struct load *l, const struct node *o, const char *key, int required);
date load_date(struct load *l, const struct node *o, const char *key, int required);
/* "articles": required says so where it is missing; every number must stand in text.json. */
struct cites load_cites(struct load *l, const struct node *o, int required, const char *about);
enum strength load_strength(struct load *l, const struct node *o);
struct cond *load_cond(struct load *l, const struct node *o, const char *key); /* NULL when absent */

/* references; -1 and a finding when unknown */
int load_organ(struct load *l, const struct node *n);
int load_procedure_ref(struct load *l, const struct node *n);
int load_happening(struct load *l, const struct node *n);
int load_fact_ref(struct load *l, const struct node *n);
struct actor load_actor(struct load *l, const struct node *n);
/* "exceptions" of a gate or of an item of a checklist */
size_t load_exceptions(struct load *l, const struct node *n, struct exception **ret);
/* A text or a list of texts; *ret of the arena, the ones that resolved. */
size_t load_refs(struct load *l, const struct node *n, int (*resolve)(struct load *, const struct node *), int **ret);

/* The nearest of the ids given by an iterator, for 「是否想写」; NULL when none is near. */
struct near {
    const char *wanted, *best;
    int distance;
};
void near_offer(struct near *n, const char *id);
const char *near_mend(struct load *l, const struct near *n, const char *otherwise);

/* One field of a form, a fact or an entry of the vocabulary (its type is known where base is given). */
void load_field(struct load *l, const struct node *n, struct field *f);
/* rows.c: the columns of a field of a form; then, when every id is known, what they require and where they come from. */
void load_columns(struct load *l, const struct node *n, struct field *f);
void link_columns(struct load *l, struct field *f);
void link_rows_from(struct load *l, const struct field *f, int term, const struct node *from);
void link_required(struct load *l, const struct node *n, struct field *f);
/* Literal of a type; 0 and a finding when it does not fit. */
int load_literal(struct load *l, enum value_type type, const struct field *meta, const struct node *n,
                 struct value *ret);

/* condition.c, term.c; NULL after a finding */
struct cond *cond_compile(struct load *l, const struct node *n);
int term_compile(struct load *l, const struct node *at, const char *written); /* index of the term, -1 */
int operand_compile(struct load *l, const struct node *n, enum value_type type, const struct field *meta,
                    struct operand *ret);

/* load_part.c, load_procedure.c */
void load_organs(struct load *l, const struct node *rules);
void load_parameters(struct load *l, const struct node *rules);
void load_parameter_values(struct load *l, const struct node *tenant);
void load_changes(struct load *l, const struct node *rules);
void load_money(struct load *l, const struct node *rules);
void load_exceptions_register(struct load *l, const struct node *rules);
void load_stays(struct load *l, const struct node *rules);
void load_catalogues(struct load *l, const struct node *rules);
void load_suspensions(struct load *l, const struct node *rules);
void load_reviews(struct load *l, const struct node *rules); /* the experts: pool and panels */
void load_subjects(struct load *l, const struct node *rules);
int load_subject(struct load *l, const struct node *o); /* "on": what it is done on */
void load_facts(struct load *l, const struct node *rules);
void load_forms(struct load *l, const struct node *rules);
void load_procedures(struct load *l, const struct node *rules);
/* second round, when every id is known */
void link_organs(struct load *l);
void link_facts(struct load *l);
void link_forms(struct load *l);
void link_procedures(struct load *l);

/* load_rule.c */
void load_rules_declare(struct load *l, const struct node *rules); /* ids of routes, gates, duties, filings */
void load_version(struct load *l, const struct node *rules);
void load_scope(struct load *l, const struct node *rules);
void load_routes(struct load *l, const struct node *rules);
void load_gates(struct load *l, const struct node *rules);
void load_duties(struct load *l, const struct node *rules);
void load_filings(struct load *l);
void load_ledger(struct load *l, const struct node *rules);

#endif
