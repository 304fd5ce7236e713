/*
 * casework/stale.h - a form that is out of date: what changed since it was opened
 */
#ifndef CASEWORK_STALE_H
#define CASEWORK_STALE_H

#include "casework/casefile.h"

/* "project_name:1a2b3c4d total_investment:…": goes with a form, says what the facts were when it was opened. */
char *stale_marks(struct arena *a, const struct node *facts);

struct stale_form {
    const char *marks;        /* as they came back; "" */
    int64_t seen;             /* events there were; -1 not said */
    const struct node *facts; /* as typed, or NULL: a form without facts */
};
/* {version, rows:[{path, label, theirs, yours}], events:[{path, at, name, by_name, person_name}], is_recount: neither} */
int stale_view(const struct desk *d, int64_t project, const struct stale_form *form, struct node **ret,
               struct err *e) MUST_USE_;

#endif
