/*
 * regulation/check.h - what the files of the checker share; for this layer only
 */
#ifndef REGULATION_CHECK_H
#define REGULATION_CHECK_H

#include "regulation/model.h"

struct check {
    const struct regulation *r;
    struct findings *f;
    struct arena *a;
    const char *const *organs_held;
    size_t held_count;
    date today;
    unsigned char *reachable; /* per procedure: it can open for some project */
};

void check_put(struct check *k, enum finding_level level, const char *id, const struct node *at, int on_key,
               const struct cites *c, const char *mend, const char *message);
void check_example(struct check *k, const char *words); /* of the last finding */

/* check_rows.c */
void check_procedures(struct check *k);
void check_organs(struct check *k);
void check_duties(struct check *k);
void check_filings(struct check *k);
void check_unused(struct check *k);
void check_articles(struct check *k);
void check_version(struct check *k);

/* check_text.c */
void check_bounds(struct check *k);
void check_clocks(struct check *k, const char *file);
/* check_whole.c */
void check_whole(struct check *k);

#endif
