/*
 * casework/act_form.h - the forms an act asks for, as a page asks them
 */
#ifndef CASEWORK_ACT_FORM_H
#define CASEWORK_ACT_FORM_H

#include "casework/again.h"

struct act_form {
    const struct desk *desk;
    const struct casefile *file;
    const struct node *act;   /* its declaration */
    const struct node *known; /* the verdict's prefill: what the rules say it comes from, what others have written */
    const struct node *typed; /* texts of the page as it came back; NULL: as it is opened */
    const struct node *lacking; /* reasons of an attempt with what stands there: what is required here and now; NULL mostly */
    const struct node *filled; /* what a meeting of experts found, by field; NULL mostly */
    const struct err_list *errors;
    struct again again;
};
/* shown: the act as the verdict lists it, run: its run (runs.h); both may be NULL. */
void act_form_open(struct act_form *f, const struct desk *d, const struct casefile *c, const char *what,
                   const struct node *act, const struct node *shown, const struct node *run);
/* 1 when a field of its forms is required by a condition: then only an attempt says whether it is. */
int act_form_has_condition(const struct act_form *f);
/* What stands in a field before anybody types. */
const struct node *act_form_known(const struct act_form *f, const struct node *field);
/* {form_name, form_prints: there is a printed form, fields: [view_field + {starts_group?, ends_group?, group, readonly, carried,
 * or_reason, lack_value, sum?: {text, is_equal}}]} */
void act_form_put(const struct act_form *f, struct node *out);

#endif
