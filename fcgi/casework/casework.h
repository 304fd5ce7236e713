/*
 * casework/casework.h - the operations: one call each from a page, the command line or a filing
 *
 * Every mutating operation is one transaction: lock and read rows → regulation_eval → change → outbox →
 * audit → commit. Refusals are audited too, in their own transaction. Everything is idempotent by desk.key.
 * What a page shows comes back as a node tree whose shape is given beside each function; dates are texts
 * "2025-09-22", money texts in 万元 ("412.60"), ids texts, articles as {number, text: 第十二条} lists.
 */
#ifndef CASEWORK_CASEWORK_H
#define CASEWORK_CASEWORK_H

#include "casework/platform.h"

struct desk {                     /* one actor at one district's counter for one request */
    struct platform *platform;
    struct district *district;
    struct arena *arena;
    const struct actor *actor;    /* NULL for the system (nightly run, receipts) */
    instant now;                  /* the district's time */
    int clock_moved;
    instant machine_now;
    const char *request_id, *address;
    const char *key;              /* idempotency key of the form or the Idempotency-Key header; "" for reads */
    const char *on_behalf;        /* number of the delegation the form was sent under; NULL or "": in one's own name */
    struct cited *cited;          /* articles this request has worded already; NULL: each is worded anew */
};
struct cited *cited_new(struct arena *a);

/* ---- home: {tasks:[task], mine:[project], counts:{total, drafts, running, done, tasks, overdue, soon, mine}, duties:[{project, title, unit_name, name, who_name, due_on, due, articles, href}], today, weekday, has_projects, new_href?, bills?:[{regulation, name, proposed_name, comes_on, href}],
 * task_count: of all, tasks_cut: there are more, tasks_paged, tasks_shown, tasks_before?, tasks_next?: places for "from"} ----
 * task {project, title, number, unit_name, act, name, procedure, since, days_held, due_on, due:{state: overdue|today|soon|ok|none, text, days}, provisional, articles, hand_name?, is_in_my_hands?, href}
 * project {id, title, number, unit_name, stage_name, holder_name, holder_since, next_name, next_due, provisional, due:{…}, state, state_name, total_investment, href} */
int home_view(const struct desk *d, int64_t from, struct node **ret, struct err *e) MUST_USE_; /* tasks from that place on, a page of them */

/* ---- lists ---- filter: object of texts {q, unit, state, stage, holder, due, after}. {projects:[…], filter, filter_query, is_filtered, is_later, next_after?, count_shown, sum_shown,
 * views:[{name, query, is_current}], states and dues:[{id, name, chosen}], options:{stages, holders, units}, new_href?} */
int project_list_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e) MUST_USE_;

/* ---- a draft and its facts ----
 * wizard_view: {project? {id, version, number, title}, groups:[{name, fields:[{id,label,type,is_text,is_long,is_money,is_bool,is_choice,is_choices,is_date,is_int,value,choices:[{id,label,checked}],
 * unit,required,hint,articles,error?,decided_by_names,cond?,readonly}]}], materials:[{procedure,procedure_name,items:[{id,name,articles,required,strength,documents:[document]}]}],
 * verdict (as the evaluator gives it, articles as lists for a page), path:[{procedure,name,organ_name,limit_text,in_principle,articles,added,material_count?}], errors:[{path,field,message,mend,articles}] of what was typed,
 * todo:[same] what still stands before the submission, unit_name, regulation, is_locked, corrections?, accepted_types, accepted_text, upload_max_mb, submit?:{act,name,allowed,reasons,href}}
 * document {id, name, size_text, sm3, sm3_short, type_name, uploaded_at, person_name, href, state} */
/* like_or_0: a project of the unit a new one is begun like; then also like: {id, number, title, …} */
int wizard_view(const struct desk *d, int64_t project_or_0, int64_t like_or_0, const struct node *typed_or_null, struct node **ret, struct err *e) MUST_USE_;
/* Saves what is typed even when something is wrong or missing (暂存); errors tell what. *ret_id the new or same project. */
int draft_save(const struct desk *d, int64_t project_or_0, int64_t version, const struct node *facts, int64_t *ret_id, int64_t *ret_version,
               struct err_list *errors, struct err *e) MUST_USE_;

/* ---- one project on one page ----
 * {project:{id,number,title,unit_name,state,state_name,stage_name,version,total_investment,submitted_on,regulation:{id,title,document_number,from,to,reason},marks,mark_text,facts:[{label,value,articles}]},
 *  plans?:[{title,subject_name,state_name,href?}] it is in, stages:[{name,state,state_name,date,limit_text,articles,is_done,is_now,is_todo,is_failed,is_skipped,holder_name}], where:{holder_name, since, days_held, step, next_text}, next:{…}, acts:[{act,name,procedure_name,allowed,href,main,reasons:[{message,mend,who_name,articles,due}]}],
 *  duties:[{id,key,name,trigger_on,limit_text,due_on,opens_on,due:{…},state,state_name,provisional,articles,recount_href,who_name,to_names,stands?:{text,recount_due}: held by an earlier calendar}], documents:[{procedure_name, items:[document+material_name+articles]}],
 *  timeline:[{at,name,by_name,person_name,articles,detail:[{label,value}],documents,is_back,replay_href?: for who audits}], decisions:[{id,name,number,issued_on,organ_name,href}], contracts:[…], money:[{label,amount}], money_years?, payable? (part.h), filings:[{id,name,to_name,state,state_name,track:[{name,state,at}],reasons,href}],
 *  corrections?:{items:[{item,label,what}],until,by_name,at}} — the verdict as a whole is told by project_why */
int project_view(const struct desk *d, int64_t project, struct node **ret, struct err *e) MUST_USE_;
/* A tab of that page (project_tab.h has the table): of the above project, where, read? and what the tab shows, with {tab, tabs}. project.facts
 * with base alone; overview: acts whose turn it is and later_count, duties owed and done_duties, later_duties, the newest of timeline and
 * decisions (the newest first) with timeline_count, decision_count, newest_documents with document_count, money without entries; work: runs [{procedure,
 * procedure_name, run, period?, started, step_name, by_names, words}] under way; change, report: timeline, acts and duties of these procedures only;
 * timeline: 30 of it from that entry on (0 the newest; -1: all) with timeline_count, timeline_shown, timeline_before?, timeline_next?: places for "from";
 * all: everything, of the timeline the newest with timeline_count (from -1: all). An unknown tab is ERR_NOT_FOUND. */
int project_tab_view(const struct desk *d, int64_t project, const char *tab, int64_t from, struct node **ret, struct err *e) MUST_USE_;
/* The case on one page for who decides: {project, regulation, what: text, where, next?, stages, money, asked?: {name, organ_name, recorded_names, is_outside, articles,
 * ways: [{name, then: what comes of it, done_text}]} of the step it stands at, opinions: [{at, name, by_name, words, articles}] newest first, opinions_left, late: [{name, due_on, due, articles}],
 * let_through: [{name, words, articles}]}; brief.c */
int project_brief(const struct desk *d, int64_t project, struct node **ret, struct err *e) MUST_USE_;
/* What waits for the decision of the bodies a leader's post speaks for (tenant.json: decides): {briefs: [project + brief_href]}; none for other posts. */
int briefs_view(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
/* Where it is, with whom, since when, what next, by when: a row of the list of projects. As old as its last event or
 * nightly run (ADR 0001); days are counted now. */
int project_status(const struct desk *d, int64_t project, struct node **ret, struct err *e) MUST_USE_;
/* The case as the evaluator saw it, for people who want to know why: {input, verdict} */
int project_why(const struct desk *d, int64_t project, const char *act_or_null, struct node **ret, struct err *e) MUST_USE_;

/* What the key of a duty or a run is to people: 2025 年, 2025 年第 3 季度, 第 2 次; "" of other keys. */
char *run_key_text(struct arena *a, const char *key);

/* ---- one act ----
 * act_view: {project:{…short…}, act:{act,name,procedure_name,step_name,to_names,articles,danger,correction,reason,checklist:[{id,name,articles,veto,effect,value}],fields:[as in wizard groups],materials:[…with documents…],document:{name}},
 *  allowed, reasons, warnings, alternatives:[{act,name,allowed,reasons,is_this,href}] of the same step, duty?, difference:[{label,before,after}], correction_items:[{item,label}], handed_in?:{procedure_name,items,count,present},
 *  quotes:[{number,name,text}], errors, typed?, today, accepted_types, key} */
/* Of the page of an act that several open runs wait for (typed has run or period: that one; without anything else: as a link says
 * it, nothing is typed): runs: [{run, period?, words, started, step_name, is_this, href}], must_choose: none was named. */
int act_view(const struct desk *d, int64_t project, const char *act, const struct node *typed_or_null, struct node **ret, struct err *e) MUST_USE_;
/* Of an act that the actor may not even try: what it is called and 请由…办理, where the actor may know of the project; 1/0/-1. */
int act_hands(const struct desk *d, int64_t project, const char *act, const char **ret_name, const char **ret_who, struct err *e) MUST_USE_;
/* The act's form as the regulation prints it: {project, regulation, form:{act,act_name,name,mark,title,note,articles,is_outline,head:[{field,label,words,has_seal}],
 *  rows:[{cells:[{words,span,rows?,scope? (a head),field?,is_tall,is_figure,boxes?:[{box_label,checked}]}]}] | chapters:[{chapter_title?,items:[{field,item_title?,words,guidance?}]}],
 *  points:[{point,articles,boxes}],signers:[{signer}],values,times,digest,digest_short,done_on,by_name,act_href}}. seq: of that event; 0: with what is typed over what is known, of an act whose turn is past the last time. */
int form_view(const struct desk *d, int64_t project, const char *act, int64_t seq_or_0, const struct node *typed_or_null, struct node **ret,
              struct err *e) MUST_USE_;
/* The same of no project, empty, as anybody may print it: {regulation, form: {… but for values … act_href, is_blank}}. No actor and no database needed */
int form_blank(const struct desk *d, const char *version_or_null, const char *form, struct node **ret, struct err *e) MUST_USE_;
/* What the regulation asks for on paper: {regulation, blanks: [{form, name, mark, href, articles}], procedures: [{id, name, articles, materials: [{id, name, articles, strength, when, hint,
 * or_reason, template, template_name?, template_href?}]}] of those that ask for any, forms: [{id, name, articles, href?, field_count, fields: [{id, label, type, type_name, unit, group, hint,
 * required, choices: text (of a table its columns), articles}], used: [{procedure_name, act_name, act}]}], documents: [{id, name, number, series, example, articles, issued: [{procedure_name, act_name, by_names}],
 * numbered_with: [text]}], checklists: [{act, act_name, procedure_name, point_count, points: [{id, name, articles, veto, effect, exceptions, in_principle}]}], project_number: an example,
 * material_count, form_count, document_count, checklist_count}. No actor and no database needed */
int forms_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e) MUST_USE_;
struct act_done { int64_t project, version, seq; int64_t decision; const char *text; /* 已受理，编号…, 下一步… */ const char *number; int repeated; };
/* input: {fields…, checklist:{}, reason, correction:[{item,what}], until}. Refused: ERR_RULE with every reason in errors. */
int act_do(const struct desk *d, int64_t project, int64_t version, const char *act, const struct node *input, struct act_done *ret,
           struct err_list *errors, struct err *e) MUST_USE_;
/* An event that reaches the case from outside a page (a receipt): by is "upper"; idempotent by key. */
int case_event(const struct desk *d, int64_t project, const char *what, const char *by, const struct node *with, struct err *e) MUST_USE_;
/*
 * Counts the provisional last days again by the present calendar, as an act of the system with one audit row; dry: only tells.
 * {number, title, duties:[{duty, key, name, outcome: moved | confirmed | kept (was told, would come earlier: for a person), due_before, due_after,
 * calendar_before, calendar_after, provisional, told_on?, told_by?}]}; no duties: nothing was written. Days that were not provisional stand.
 */
int project_recount(const struct desk *d, int64_t project, int dry, struct node **ret, struct err *e) MUST_USE_;

/* ---- files ---- */
/* Takes the file at path (moved or copied in): type by content, size, quota; SM3; durable before it returns. *ret a document node. */
int document_take(const struct desk *d, int64_t project, const char *procedure, const char *material, const char *name, const char *path,
                  int64_t offset, int64_t length_or_minus1, struct node **ret, struct err *e) MUST_USE_;
int document_drop(const struct desk *d, int64_t document, struct err *e) MUST_USE_; /* a draft's only */
struct document_file { const char *path; /* below files_dir: <tenant>/ab/cdef… */ const char *name, *type; int64_t size; const char *sm3; };
int document_open(const struct desk *d, int64_t document, struct document_file *ret, struct err *e) MUST_USE_;

/* ---- papers, dates, law, audit ---- */
/* {decision:{number,name,title,title_head,title_tail,organ_name,issued_on,issued_text,…}, project, to, paragraphs:[text], fields:[{label,value}], points:[{name,answer}], duties:[text], quotes:[{number,name,text}], articles, amount_capital?, recipients} for the A4 page */
int decision_view(const struct desk *d, int64_t decision, struct node **ret, struct err *e) MUST_USE_;
/* {duty, project, is_counted, count?: of count_put, rule_text, notices:[text], steps:[text]} */
int duty_recount(const struct desk *d, int64_t project, const char *duty, const char *key, struct node **ret, struct err *e) MUST_USE_;
/* The working days of a year, and a last day counted: {year, year_notices: [{number, issued_on, issued_text}], is_provisional: no notice yet, calendar_version, fields, errors,
 * and, where nothing was typed or it cannot be read, previous?, next?, workdays, holidays, shifts: [text], holidays_count, shifts_count, months: [{name, workdays, weeks: [[{label, date, note, is_off,
 * is_holiday, is_shift, is_today} or {is_blank}]]}], else count: {from, n, unit: working_days|days|months, unit_name, last, last_text, provisional, of count_put,
 * steps, notices: [text], readings: [{id, name, source, reading}]}}. year "": the present one; typed {from, n, unit, roll: next_workday|none}. No actor and no database needed */
int workdays_view(const struct desk *d, const char *year, const struct node *typed, struct node **ret, struct err *e) MUST_USE_;
/* {regulation:{…}, chapters:[{number,title,articles:[{number,name,text,rules:[{kind,name,text}]}]}], ledger, readings:[{…, rests:[{id,name,source}]}], interpretation,
 * findings:[{id,message,mend,example,articles,is_open,accepted?:{reading,reason,by,date}}], open_count, cases:{count,passed,failed,href}, versions} – no actor needed */
int regulation_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e) MUST_USE_;
/* Articles that have the words: {regulation, find: {q, count, is_partial, articles: [{number, name, chapter, href, kind, paragraphs: [[{text, hit}]]}]}}; first those
 * with every word as written, where there are none those with most pairs of its characters (is_partial). No actor needed. */
int regulation_find(const struct desk *d, const char *version_or_null, const char *q, struct node **ret, struct err *e) MUST_USE_;
/* {regulation, cases: [{id, name, articles, passes, href}], passed, count}; no actor needed */
int cases_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e) MUST_USE_;
/* {regulation, name, articles, passes, faults, given: [{label, value}], history: [{at, act, by_name, fields: [{label, value}]}], attempt?: the same, expect: [{what, value}],
 * outcome_name, reasons, case: as in the file}; no actor needed */
int case_view(const struct desk *d, const char *version_or_null, const char *id, struct node **ret, struct err *e) MUST_USE_;
/* The way the regulation lays out: {regulation, scope, routes: [{number?, name, when, articles, adds}], procedures: as outline.c with number, through, routes: [{number, how}]}; no actor needed */
int chart_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e) MUST_USE_;
/* {regulation, groups: [{name, fields}], errors, is_answered, outcome?: {id, name, reasons}, route?, missing: [{id, label}], stages: [{number, name, organ_name, materials, steps, gates, opens,
 * alongside}], duties, beside, given: [{label, value}], verdict: of regulation_eval}; no actor and no database needed */
int guide_view(const struct desk *d, const struct node *typed, struct node **ret, struct err *e) MUST_USE_;
/* {fields, errors, is_answered, sides: [{id, name, regulation, given, verdict}], rows: [{name, differs, cells: [{tenant_name, items: [{text, articles}]}]}], differ_count} */
int guide_compare(const struct desk *d, struct district *const two[2], const struct node *typed, struct node **ret, struct err *e) MUST_USE_;
/* filter {object, what, person, before}: {rows:[{seq,at,person_name,organ_name,what,what_name,act_name?,procedure_name?,object,title?,sub?,href?,result,result_name,reason,articles,
 * before_sm3,after_sm3,mac,mac_short,detail}], deeds:[{id,name,chosen}], next_after?, filter, chain:{links,head}} */
int audit_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e) MUST_USE_;
/* One audit row in a transaction of its own: refusals, views of sensitive files, logins. */
int audit_note(const struct desk *d, const char *what, const char *object, const char *result, const char *reason, struct err *e) MUST_USE_;

#endif
