/*
 * regulation/read.h - reading typed values; for this layer only
 */
#ifndef REGULATION_READ_H
#define REGULATION_READ_H

#include "base/buf.h"
#include "regulation/model.h"

struct reading {
    struct arena *a;
    struct err_list *errors;
    const char *path; /* of the value being read */
};

void read_fault(struct err_list *errors, const char *path, const struct cites *c, const char *mend, const char *fmt,
                ...) __attribute__((format(printf, 5, 6)));
/* NULL when blank, or after a problem was added. */
int read_is_blank(const struct node *n);
struct node *read_rows(struct reading *x, const struct field *f, const struct node *n); /* rows.c */
struct node *read_value(struct reading *x, const struct field *f, const struct node *n);
/* decide.c: adds a problem for every required fact asked and not given. */
void facts_complete(const struct regulation *r, struct arena *a, const struct node *facts, struct err_list *errors);

#endif
