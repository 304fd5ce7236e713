/*
 * casework/part.h - parts of a case that several pages show: acts, materials, duties, corrections
 */
#ifndef CASEWORK_PART_H
#define CASEWORK_PART_H

#include "casework/casefile.h"

/* [{procedure, procedure_name, items:[{id,name,articles,required,strength,hint,template,present,readonly,documents}]}] of one procedure;
 * readonly but for what an open correction request names. NULL when it asks for none. */
struct node *part_materials(const struct desk *d, const struct casefile *c, const char *procedure, const struct node *verdict);
/* Documents of the case for one material of a procedure, withdrawn ones left out. */
struct node *part_documents(const struct desk *d, const struct casefile *c, const char *procedure, const char *material);

/* The acts of the verdict that the actor's organ takes part in. */
struct node *part_acts(const struct desk *d, const struct casefile *c, const struct node *verdict);
/* Of these the ones wanted() says yes to, of the act as the verdict or part_acts has it. */
typedef int part_act_wanted(const struct casefile *c, const struct node *act);
struct node *part_acts_of(const struct desk *d, const struct casefile *c, const struct node *verdict, part_act_wanted *wanted);
/* 1 when the act's turn has not come: what stands in its way is the order of things, not something to be mended. */
int part_act_is_later(const struct node *act);
int part_act_is_mine(const struct desk *d, const struct node *act);
/* 1 when that organ's people do the act, for itself or recording for a body outside. */
int part_act_is_of(const struct node *act, const char *organ);
const struct node *part_act(const struct node *verdict, const char *what);

struct node *part_duties(const struct desk *d, const struct casefile *c, const struct node *verdict);
/* Of these the ones wanted() says yes to, of the duty as the verdict has it. */
struct node *part_duties_of(const struct desk *d, const struct casefile *c, const struct node *verdict, int (*wanted)(const struct node *duty));
/* ledger.c: {money, money_years?: {head, rows}, payable?: {room, paid, of_name, articles, ways: [{name, allowed, reasons}], is_free: nothing stands in the way}} into page */
/* page.meters: [{name, amount, base, percent, share: what it is of the base, left: until the bound, is_over, is_near, articles}], in words; of one
 * procedure, or where it is "" of all by which anything was changed. */
void meters_put(const struct desk *d, const struct node *verdict, const char *procedure, struct node *page);
void ledger_put(const struct desk *d, const struct node *verdict, struct node *page);
/* The same without what each column is made of and without the years. */
void ledger_put_short(const struct desk *d, const struct node *verdict, struct node *page);
struct node *part_stages(const struct desk *d, const struct node *verdict);
/* {items:[{item,label,what}], until, by_name, at}; NULL when none is open. */
struct node *part_correction(const struct desk *d, const struct casefile *c);
/* What a fact, material or field of that name is called. */
const char *part_item_label(const struct casefile *c, const char *procedure, const char *item);
/* [{id, label, group, articles, value, is_known}]: what was filled in, in the form's order */
struct node *part_facts(const struct desk *d, const struct casefile *c);
/* {id, title, document_number, from, to, reason; first_on and first_says: the reason in two, of what has been handed in} */
struct node *part_regulation(const struct desk *d, const struct casefile *c);

/* project_view.c: head of a case; {where, next?} into page; project_time.c: what an event said, [{label, value}] */
struct node *part_head(const struct desk *d, const struct casefile *c, const struct node *verdict);
void part_where(const struct desk *d, const struct casefile *c, const struct node *verdict, struct node *page);
struct node *part_event_detail(const struct desk *d, const struct casefile *c, const struct event *ev, const struct node *with);

#endif
