/*
 * casework/form_sheet.h - one printed form: whose it is and what stands on it, drawn as cells
 */
#ifndef CASEWORK_FORM_SHEET_H
#define CASEWORK_FORM_SHEET_H

#include "casework/casefile.h"

struct sheet {
    const struct desk *desk;
    struct casefile file;
    struct act_where where;
    const char *what;
    const struct node *form, *print;
    const struct node *values;  /* typed, as an event keeps them */
    const struct node *raw;     /* what was typed and cannot be read stands there as it is; NULL mostly */
    const struct node *reasons; /* written instead of a field */
    const struct node *answers; /* to the checklist */
    const struct event *event;  /* NULL: not handed in */
    int is_blank;               /* of no project, for anybody to take away */
    int columns;                /* of the table; sheet_draw counts them */
};

/* {head, rows or chapters, points, signers} of the form's "print" into out. */
void sheet_draw(struct sheet *s, struct node *out);

#endif
