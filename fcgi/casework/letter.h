/*
 * casework/letter.h - the paper an act issues: its number and its words, frozen at issue
 */
#ifndef CASEWORK_LETTER_H
#define CASEWORK_LETTER_H

#include "casework/casefile.h"

/* "新审批信〔{year}〕{n}号", "XZ-{year}-{n4}": {year}, {n}, and {n2}…{n6} with leading zeros. */
char *number_text(struct arena *a, const char *pattern, int year, int64_t n);
/* How a district numbers its projects. */
const char *number_pattern(const struct tenant *t);

/* 一 … 二十; "" beyond */
const char *letter_ordinal(int n);

/* 1 when a letter of today names the duty: it begins today, and its reader is told by when. */
int letter_names(const struct desk *d, const struct node *duty);

struct letter {
    const struct casefile *file;      /* as it stood before the act */
    const struct node *verdict_after; /* the road after it: new duties */
    const struct node *form;          /* the act's form, or NULL */
    const struct node *with;          /* the act's fields */
    const struct node *witnesses;     /* fields of the organs that must be present */
    const struct node *articles;      /* list of numbers */
    const struct node *quotes;        /* [{number, title, text}] cited by the verdict */
    const struct node *checklist;     /* of the act's declaration, or NULL */
    const char *organ; /* id; "unit": the applicant's own paper */
    const char *procedure_name, *act_name, *organ_name, *name, *number, *to_names;
    date issued_on;
};
/* {org, signer, number, name, title, to, closing, paragraphs, fields, points, duties, articles, quotes, amount?, amount_capital?, regulation, project, issued_on, issued_text, copy_to} */
struct node *letter_body(const struct desk *d, const struct letter *l);

#endif
