/*
 * regulation/regulation.h - a district's published regulation as data: load, check, evaluate, explain
 *
 * Pure: no database, no clock, no network. Files are read only by the load functions.
 * A loaded regulation is read-only and lives in the arena it was loaded into; workers share it
 * by copy-on-write. The language is described in LANGUAGE.md beside this file.
 */
#ifndef REGULATION_REGULATION_H
#define REGULATION_REGULATION_H

#include <stddef.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "base/node.h"
#include "regulation/calendar.h"

struct vocabulary; /* tenants/common/vocabulary.json */
struct regulation; /* one version of one district's regulation */

/* ---- findings: what the loader and the checker say, in the manner of a compiler ---- */
enum finding_level { FINDING_ERROR, FINDING_DOUBT };
struct finding {
    enum finding_level level;
    const char *id;          /* stable slug: "unknown_fact", "route_gap", "step_nobody" … */
    const char *file;        /* as it was opened */
    int line, column, width; /* of the marked piece; 0 when it concerns the whole file */
    const char *article;     /* "12" or "" */
    const char *message;     /* what is wrong */
    const char *mend;        /* how to mend it */
    const char *example;     /* a counter-example project, or "" */
    const struct node *accepted; /* of a doubt: the row of findings.json; NULL while it stands */
    struct finding *next;
};
struct findings {
    struct arena *arena;
    struct finding *first, *last;
    int errors, doubts, accepted; /* doubts: those nobody has accepted */
};
void findings_init(struct findings *f, struct arena *a);
/* tenants/<district>/findings.json {accepted: [{finding, articles, reading, reason, by, date, about?, regulation?}]}: the
 * doubts it names no longer count and are not printed. No file: nothing happens. */
int findings_accept(struct findings *f, const char *path, struct err *e) MUST_USE_;
/* file:line:column, the marked source line with carets, article, message, mend: for a terminal. */
struct buf;
void findings_print(const struct findings *f, struct buf *b);
/* The same of one; name: what its file is called there (x->file is opened all the same). Accepted or not. */
void finding_print(const struct finding *x, const char *name, struct arena *a, struct buf *b);
struct node *findings_node(const struct findings *f, struct arena *a);

/* ---- load ---- */
int vocabulary_load(struct arena *a, const char *path, struct vocabulary **ret, struct findings *f,
                    struct err *e) MUST_USE_;
/* A rule of reading that holds everywhere, {id, name, source, text?, reading}; NULL: none of that id. */
const struct node *vocabulary_reading(const struct vocabulary *v, const char *id);
/* dir is tenants/<district>/<version>: reads text.json and rules.json. -1 when a finding is an error (all are in f). */
int regulation_load(struct arena *a, const char *dir, const struct vocabulary *v, struct regulation **ret,
                    struct findings *f, struct err *e) MUST_USE_;
/* The same of a version that stands somewhere else: tenant_file is the district's tenant.json, with the parameters. */
int regulation_load_beside(struct arena *a, const char *dir, const char *tenant_file, const struct vocabulary *v,
                           struct regulation **ret, struct findings *f, struct err *e) MUST_USE_;
/*
 * Everything the loader cannot see row by row: routes that leave a gap or overlap, steps nobody
 * can act on, procedures never opened, duties nothing fulfils, gates that cannot be lifted,
 * articles without a row in the ledger, expired text ... organs_held: ids of the offices that
 * have an LDAP group in tenant.json (NULL: not checked).
 */
void regulation_check(const struct regulation *r, const char *const *organs_held, size_t count, date today,
                      struct findings *f);

/*
 * All that can be said of a version before anybody relies on it: load, check, the scenario cases, the doubts its own
 * findings.json accepts, and whether it is the version and the district it says it is. What is wrong with the files is
 * in f; -1 only when they could not be looked at. *ret is NULL when it did not load; *ret_passed: cases that passed.
 */
struct examined {
    const char *dir, *tenant_file, *id, *tenant; /* id, tenant: what rules.json must say */
    const char *const *organs_held; size_t count; /* as in regulation_check */
    date today;
};
int regulation_examine(struct arena *a, const struct examined *x, const struct vocabulary *v, const struct calendar *c,
                       struct regulation **ret, int *ret_passed, struct findings *f, struct err *e) MUST_USE_;

/* Runs the version's cases; what fails is a finding. Returns how many passed. */
int regulation_scenarios(const struct regulation *r, const struct calendar *c, struct findings *f);
/*
 * The version's scenario cases, read now and run: [{id: "a07_routes.3", name, articles, passes, faults, case: as in the file,
 * input?: what it says happened, typed, verdict?}]; the last two only of the one that is asked for by id.
 */
int regulation_cases(const struct regulation *r, const struct calendar *c, struct arena *a, const char *id_or_null,
                     struct node **ret, struct err *e) MUST_USE_;
/* Of the versions of one district, in any order: two in force on one day, one that a later has replaced. */
void regulation_check_versions(const struct regulation *const *all, size_t count, date today, struct findings *f);

/* What changed from x to y: [{what: added|removed|changed, kind, id, name, words, articles}], articles first. */
struct node *regulation_diff(const struct regulation *x, const struct regulation *y, struct arena *a);

/* The JSON Schema of rules.json, for editors. */
struct node *regulation_schema(struct arena *a);

/* ---- what a regulation is ---- */
const char *regulation_id(const struct regulation *r); /* "2022-15" */
const char *regulation_tenant(const struct regulation *r);
const char *regulation_title(const struct regulation *r); /* as published */
const char *regulation_document_number(const struct regulation *r);
date regulation_from(const struct regulation *r); /* first day for new projects: its own, or the later one it was published for */
/* Last day for new projects: its own, or the day before a published version takes its place; DATE_NONE when open. */
date regulation_to(const struct regulation *r);
/* A version published later takes its place from that day on. Cases pinned to it go on by it: evaluation knows nothing of this. */
void regulation_replace(struct regulation *r, date from);
/*
 * Of a version published here (ADR 0010): <dir>/publication.json {regulation, tenant, comes_on, digest, …} must be of this
 * version and of these very files; then it begins on comes_on. Cases and evaluation go by the day the rules were written for.
 */
int regulation_publish(struct regulation *r, struct arena *a, struct err *e) MUST_USE_;
const char *regulation_dir(const struct regulation *r); /* where its files stand */
const char *regulation_digest(const struct regulation *r); /* SM3 hex of rules.json and text.json */
/* Text of an article by number as text ("12"), NULL when there is none. */
const char *regulation_article(const struct regulation *r, const char *number);
size_t regulation_article_count(const struct regulation *r);

/*
 * The parts pages are made of, as nodes (stable shapes, see the heads of regulation/explain*.c):
 * organs {id,name,kind,...}; facts asked of this project [{id,label,type,unit,choices,required,hint,group,articles,
 * decided_by,applicant_may}]; a procedure with its steps, acts, materials, forms; all chapters and articles with the
 * rules that rest on each; the ledger (counts and rows).
 */
const char *regulation_organ_name(const struct regulation *r, const char *organ); /* id itself when unknown */
struct node *regulation_organs(const struct regulation *r, struct arena *a);
/* 1 when it is a body without accounts, whose decision others record. */
int regulation_organ_is_outside(const struct regulation *r, const char *organ);
/* Facts in force for these facts (asked_when held); facts may be NULL: all of them, with asked_when in words ("" always). */
struct node *regulation_facts(const struct regulation *r, struct arena *a, const struct node *facts);
struct node *regulation_procedure(const struct regulation *r, struct arena *a, const char *procedure);
/* All of them, as regulation_procedure and regulation_form give one, in the order of the file. */
struct node *regulation_procedures(const struct regulation *r, struct arena *a);
struct node *regulation_forms(const struct regulation *r, struct arena *a);
struct node *regulation_form(const struct regulation *r, struct arena *a, const char *form);
struct node *regulation_text(const struct regulation *r, struct arena *a); /* chapters → articles → rules on it */
struct node *regulation_ledger(const struct regulation *r, struct arena *a);
struct node *regulation_vocabulary(const struct regulation *r, struct arena *a); /* every id with its label */
struct node *regulation_filings(const struct regulation *r, struct arena *a);
/* {name, kept_by:[organ], kept_names, fields:[{id,label}], articles}; NULL: this regulation knows no experts' pool. */
struct node *regulation_expert_pool(const struct regulation *r, struct arena *a);
/* [{id, name, agree, disagree, calls, procedure, procedure_name, convened_by:[organ], convened_names, seeds:[{organ,name}], at_least, odd, reserves, quorum, avoid:[word],
 * authors:[fact], scores:[{id,name,hint,weight,articles}], average, agree_above_percent, fills:{field: source}, articles}]; empty where it knows none. */
struct node *regulation_reviews(const struct regulation *r, struct arena *a);
/* The one of that id; NULL when there is none. */
struct node *regulation_review(const struct regulation *r, struct arena *a, const char *id);
/* On record of a project when an act on what has gathered it settled facts of it: {plan, title, act, facts}. */
#define PLAN_SETTLED "plan.settled"
/*
 * Cases that are no projects: [{id: plan|bundle|…, name, opened_by:[organ], opened_names, gathers:[procedure], articles}]; empty
 * where every case is a project. fcgi/adr/0017
 */
struct node *regulation_subjects(const struct regulation *r, struct arena *a);
/* The one of that id; NULL where the regulation knows none. */
struct node *regulation_subject(const struct regulation *r, struct arena *a, const char *id);
int regulation_has_subjects(const struct regulation *r);
int regulation_knows_subject(const struct regulation *r, const char *subject);
/* It gathers a year's projects ahead: some procedure is of the phase "plan", or an application must be in by a day of a year. */
int regulation_plans(const struct regulation *r);
/* May that organ open such a case, and may it see one? Who has a step in it, or records for who has, sees it. */
int regulation_subject_opens(const struct regulation *r, const char *subject, const char *organ);
int regulation_subject_seen(const struct regulation *r, const char *subject, const char *organ);
int regulation_has_experts(const struct regulation *r); /* it has a pool */
/* Routes, procedures and what stands in their way, in the order they are walked; see outline.c. For one project only what concerns it. */
struct case_input;
struct node *regulation_outline(const struct regulation *r, const struct calendar *c, struct arena *a,
                                const struct case_input *in_or_null);
/* The document it repeals and the articles that say so; NULL when it repeals none. */
const char *regulation_predecessor(const struct regulation *r, const struct node **ret_articles);
/* The articles that say from when it is in force, and to when. */
const struct node *regulation_validity(const struct regulation *r);

/* The same, word by word, where a page needs one of a whole; texts live as long as the regulation, NULL when unknown. */
const char *regulation_procedure_name(const struct regulation *r, const char *procedure);
const char *regulation_route_name(const struct regulation *r, const char *route); /* itself when unknown */
/* *ret_articles (may be NULL): as "articles" of the material; untouched when there is no such material. */
const char *regulation_material_name(const struct regulation *r, const char *procedure, const char *material,
                                     const struct node **ret_articles);
const char *regulation_fact_label(const struct regulation *r, const char *fact, const char **ret_type);
/* What a correction names: a material of the procedure, a fact, a field of one of its forms. */
const char *regulation_item_label(const struct regulation *r, const char *procedure, const char *item);
/* {id, label, type, unit?, precision?, choices?, columns?}: as much of a field as it takes to word a value */
struct node *regulation_fact_wording(const struct regulation *r, struct arena *a, const char *fact);
/* The same, with group and articles, of all facts in force for these; of those given the choices taken only. */
struct node *regulation_facts_wording(const struct regulation *r, struct arena *a, const struct node *facts);
/* The same of those fields of the act's form that "with" fills, in the order of the form, with the choices taken only. */
struct node *regulation_answered(const struct regulation *r, struct arena *a, const char *act, const struct node *with);
/* What an act may leave beside its event. */
enum { LEAVES_PAPER = 1, LEAVES_FILING = 2, LEAVES_FORM = 4 /* a form the regulation says how to print */, LEAVES_ITEMS = 8 /* facts of what a plan gathers */ };
int regulation_act_leaves(const struct regulation *r, const char *act);
/* What an act is to a project's file beside its stages: of a procedure done anew each year or quarter (planning aside), or of one done again and
 * again that alters what was approved (of approval or construction, where the ledger takes no payment from it). 0: of none of these, or unknown. */
enum { ACT_PERIODIC = 1, ACT_ALTERS = 2 };
int regulation_act_sort(const struct regulation *r, const char *act);
/* Ids of the facts an act sets ("sets"), as texts. */
struct node *regulation_act_sets(const struct regulation *r, struct arena *a, const char *act);
/* Of an act known to the regulation: does it hand in materials; the name of the form a page shows with it, or "". */
int regulation_act_takes_materials(const struct regulation *r, const char *act);
/* The applicant hands something in by it: it takes materials, or it goes to somebody and is then another's to deal with. */
int regulation_act_hands_in(const struct regulation *r, const char *act);
const char *regulation_act_form_name(const struct regulation *r, const char *act);
/* The lists of the supervision (监督清单) this regulation gives something to say in: [{list, rules: [{name, articles, quote,
 * amount?}]}], a list without rules is not known to it. list: before_approval | late | change | split (amount: where a row of the
 * route table begins) | before_acceptance | late_entry | waiver | stay | system | resource | evaluation | money | money_over | money_left. What
 * stands in them: "watch" of the verdict, of money the project's row. */
struct node *regulation_watches(const struct regulation *r, struct arena *a);
/* The kinds of entries of 例外登记 this regulation can have, as texts; empty: it knows no exception. */
int regulation_has_exceptions(const struct regulation *r);
struct node *regulation_exception_kinds(const struct regulation *r, struct arena *a);
/* The names of its "stays", as texts; empty: it knows none. */
struct node *regulation_stay_kinds(const struct regulation *r, struct arena *a);
/* list: "system" (信息系统台账), "resource" (数据资源目录) or "evaluation" (评价结果): whether the regulation knows it; the words of an entry's kind, as texts. */
int regulation_has_catalogue(const struct regulation *r, const char *list);
struct node *regulation_catalogue_kinds(const struct regulation *r, struct arena *a, const char *list);
/* {procedures, organs, routes}: of regulation_vocabulary these alone */
struct node *regulation_names(const struct regulation *r, struct arena *a);

/*
 * Checks facts given by a person against type, choices, range, required, applicant_may.
 * facts holds texts as a form sends them (money in 万元) or typed JSON (money text as in law, or integer fen
 * as {"fen": n}); *ret is the typed object as it is kept: money as integer fen, dates as text, choice ids as text,
 * booleans. Problems go to errors (path "/facts/<id>"). complete: also ask for the required ones.
 */
int regulation_read_facts(const struct regulation *r, struct arena *a, const struct node *facts, int complete,
                          struct node **ret, struct err_list *errors);
/* The same as an organ or a record gives them: without the bounds set on the applicant. */
int regulation_read_facts_given(const struct regulation *r, struct arena *a, const struct node *facts, struct node **ret,
                                struct err_list *errors);
/* The same for the form (and checklist, reason, correction) of an act; paths "/with/<field>". */
int regulation_read_act(const struct regulation *r, struct arena *a, const char *act, const struct node *input,
                        struct node **ret, struct err_list *errors);

/* ---- evaluate ---- */
struct case_event {          /* one thing that happened */
    instant at;              /* event time */
    const char *what;        /* "technical_review.accept" */
    const char *by;          /* organ id */
    const struct node *with; /* object or NULL */
};
/*
 * A last day that was counted by an earlier calendar and has not been counted again since (G-05): where the present one
 * gives `counted`, `stands` stands. A day an event has moved since is another one and is counted anew.
 */
struct held_day {
    const char *duty, *key;
    date counted, stands;
    int provisional;
};
struct case_input {
    date today; /* civil day in Asia/Shanghai */
    instant now;
    const char *unit_code, *unit_name, *unit_kind;
    const char *unit_place;       /* where the unit is, by tenant.json; NULL or "": not known */
    const struct node *facts;     /* typed, as regulation_read_facts leaves them */
    const char *const *materials; /* ids present in the draft */
    size_t material_count;
    date submitted_on; /* first submission, DATE_NONE while a draft */
    const struct case_event *history;
    size_t history_count;
    const struct case_event *attempt; /* NULL: show the road */
    const char *subject;              /* "plan", "unit" …; NULL: a project */
    const struct node *parameters;    /* typed values that stand in for those of tenant.json; NULL: none */
    const struct held_day *held;
    size_t held_count;
};
/* clang-format off */
/*
 * The one decision function. Never fails: what cannot be decided is in the verdict.
 * The verdict is a node object:
 *  outcome      "allowed" | "refused" | "not_applicable" | "off_platform"   (without attempt: of the project as a whole)
 *  reasons      [{code, message, mend, who, who_name, articles, quote, path?, strength}]   every reason, not the first;
 *               code: scope | expired | not_open | wrong_role | material_missing | checklist | field | gate | window | order | unknown_act | veto | money;
 *               warnings also late | exception; id names the gate, duty, fact, material or field it is about; articles_text as well
 *  warnings     [same shape]
 *  marks        ["regulation_expired", "provisional", "late" (this attempt), "irregular_history"]  and mark_text
 *  route        {id, name, articles, quote, because, added: [{name, articles}]}   (absent while it cannot be decided: then route_missing [fact ids])
 *  stages       [{procedure, name, state: done|failed|now|todo|blocked|alongside, step, step_name, holder, holder_name, decider_name (of its last step), since, done_on, articles, limit_text, run?}]
 *               (a procedure this project does not need has no row)
 *  acts         [{act, procedure, procedure_name, step, step_name, name, run?, period?, by:[organ], by_names, hands:[{organ, for}] (whose people do it), by_all, acted?:[organ], to:[organ], to_names,
 *               allowed, reasons, warnings, articles, main, materials, form, danger, correction: it is one that sends back,
 *               joint?: what the other organs of a joint act wrote, as they wrote it,
 *               prefill?: {field: typed value} of fields with "from", of what the other organs of a joint act wrote and what a correction
 *               sent back, not_applicable?: {item: reason} in the same manner, correcting?: the open correction this act answers}]
 *               what may happen now, and what is in its way; where an organ may lift a gate also {act: "gate.lift", gate, name, by, by_names},
 *               for a filing that came back {act: "filing.send", filing, name, procedure_name: of the filing, by, by_names}
 *  runs         [{procedure, run: 1, 2 …, period?, started, events: 1 the first of the history}]  what is under way of procedures
 *               that are done more than once, the oldest first; an act names one by with.run or with.period
 *  correction   {procedure, items: [{item, what}], until, reason, by, by_name, at}   the latest one asked and not answered; absent otherwise
 *  holder       {organ, name, since, step}      with whom it is now
 *  materials    [{procedure, id, name, articles, present, required, strength}]  of the open or next procedure
 *  materials_off [{procedure, id}]              of all procedures: those whose condition does not hold for this project
 *  organs       [{organ, name, does}]           on the road ahead
 *  duties       [{id, key, name, who, who_name, to_names, state: future|open|done|done_late|overdue|cancelled, trigger_on, opens_on, due_on, limit_text, working_days_left,
 *               late_by, fulfilled_on, provisional, held: by an earlier calendar (held_day), counted_on?: what the present one gives, paused, strength, late, act, articles, quote, count: {kind, from, days}}]
 *  changes      [{id, name, basis, base, so_far, articles, percent?: the first bound, bands: [{name, procedure}]}]   of bands whose base is known
 *  meters       [{id, name, amount, base, percent: the bound, procedures:[id] that are measured by it, articles}]   what changes add up to,
 *               of those whose base is known
 *  watch        [{list, ref, name, articles, on?, against?, amount?, base?, words}]  rows for the lists of the supervision, see
 *               regulation_watches: done before what it waits for, what changes add up to; what was let through also has
 *               {kind, events}: which events of the history it was, 1 the first; so has what is in a reserve, a library …
 *  money        [{id: applied|planned|…|returned, name, basis: latest|latest_each|sum, fen (absent: not known), articles, entries: [{at, act, name, key?, fen}],
 *               years?: [{year: 0 not begun, fen: by how much that year's events moved it; they add up to it}],
 *               over: [{of, name, by, strength, articles}]: what it exceeds, and by how much}]   of the columns the regulation knows
 *  payable      {room, of, of_name, paid, articles: what is left under the least of what "paid" must not exceed, ways: [{act, name, kind?: a choice of
 *               the act's form that its gates look at, by: [organ], allowed, reasons: whoever pays}]}   once one of those columns is known
 *  filings      [{id, name, state: none|queued|stored|accepted|returned, to_name, articles, reasons, required_receipt, received: that receipt is there,
 *               mend?: {facts:[id], documents:[procedure.material], articles} of a returned one: what is open now}]
 *  next         {act|duty, name, who, who_name, to_names, due_on, working_days_left, articles}
 *  effects      (with an allowed attempt) {procedure, run?, period?, ends: done|failed|"", step_next, step_next_name, holder_next:[organ],
 *               holder_next_names, filings:[id], document:{…}, sets:{…}, sets_items?:{…} for each project gathered, records, done_text, correction_items}; of a joint act others have
 *               yet to do: {procedure, partial: true, waiting:[organ]}; of gate.lift {gate}, of filing.* {filing}
 *  facts_asked  [fact ids], articles [{number, title, text}] every article cited once, regulation {…}, calendar {years, version}
 */
/* clang-format on */
struct node *regulation_eval(const struct regulation *r, const struct calendar *c, struct arena *a,
                             const struct case_input *in);

/* Reads the simulate form (JSON object) into a case_input; problems in errors. */
int case_read(const struct regulation *r, struct arena *a, const struct node *json, struct case_input *ret,
              struct err_list *errors) MUST_USE_;

#endif
