/*
 * casework/mend.h - a filing the upper bureau returned: what of it is mended, and sent again
 */
#ifndef CASEWORK_MEND_H
#define CASEWORK_MEND_H

#include "casework/op.h"

/* 1 for the act that sends a filing again. */
int mend_is(const char *what);
/* The verdict's row of that filing; id "" : of the first that came back. NULL when there is none. */
const struct node *mend_filing(const struct node *verdict, const char *id);
/* 1 when a returned filing opens this material: then its sender may lay files beside it. */
int mend_opens(const struct desk *d, const struct node *verdict, const char *procedure, const char *material);

/*
 * What was typed made the event's own: facts that did not change are left out, "was" holds what they were, "documents"
 * the files that go along ({id, item, procedure, material, name, sm3, size, replaces:[{name, sm3}]}).
 */
struct node *mend_with(const struct op *op, const struct node *with, const struct node *input, struct err_list *errors);
/* 1 when the event's documents hold this one. */
int mend_carries(const struct node *with, const struct document *doc);
/* What a new file takes the place of; both stay in the file. */
int mend_replace(struct op *op, const struct node *with, const struct document *newer, struct err *e) MUST_USE_;
/* [{item, label, before, after}] of such an event, facts first, then materials. */
struct node *mend_changes(const struct desk *d, const struct casefile *c, const struct node *with);
/* [{item, kind, label, what, is_typed}] of a return, in this district's words where it knows the item. */
struct node *mend_reasons(const struct desk *d, const struct casefile *c, const struct node *reasons);
/* The page's part: {filing, name, to_name, prefix, reasons, fields, materials:[…], closed:[{label, why}], note_value, reason_value} */
struct node *mend_view(const struct desk *d, const struct casefile *c, const struct node *verdict,
                       const struct node *typed, const struct err_list *errors);

#endif
