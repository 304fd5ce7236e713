/*
 * casework/again.h - a form that was sent back for correction: what it said, and what of it may change
 */
#ifndef CASEWORK_AGAIN_H
#define CASEWORK_AGAIN_H

#include "casework/casefile.h"

struct again {
    const struct node *before;           /* what the act carried before it was sent back; NULL: it was not */
    const struct case_event *correction; /* the request still open; NULL: everything may change */
    const char *dated_by;                /* the field that says when it happened: another day, another date */
};
/* run: of which (runs.h); NULL: the procedure is done once, or no run of it is open. */
void again_find(const struct desk *d, const struct casefile *c, const char *what, const struct node *run,
                struct again *ret);

/*
 * May this field of the form change? What the request names, what comes from a fact it names, what stands in one sum
 * with either, and what was not filled in before.
 */
int again_is_open(const struct again *g, const struct node *form, const struct node *field);
/* 1 when the field comes from a fact the request names: then the fact stands, not what the form said before. */
int again_follows(const struct again *g, const struct node *field);
/* Closed fields left out are carried along; one that says something else is an error at "/with/<field>". */
void again_keep(struct arena *a, const struct again *g, const struct node *form, struct node *with,
                struct err_list *errors);
/* 补正要求没有列出「…」 at base/<id>. */
void again_refuse(struct err_list *errors, const char *label, const char *base, const char *id);

#endif
