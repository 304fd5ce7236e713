/*
 * casework/facts.h - facts between a form, the reader of the regulation and the row
 */
#ifndef CASEWORK_FACTS_H
#define CASEWORK_FACTS_H

#include "base/err.h"
#include "base/node.h"
#include "regulation/regulation.h"

/* What could be read of texts from a form or of typed facts from the row; never NULL. Problems go to errors. */
struct node *facts_read(const struct regulation *r, struct arena *a, const struct node *facts, int complete,
                        struct err_list *errors);
int facts_is_known(const struct regulation *r, const char *id);
const char *facts_label(const struct regulation *r, const char *id); /* id itself when unknown */

/* Typed facts of a case as another regulation can take them; labels of those it cannot go to dropped. */
struct node *facts_carry(const struct regulation *from, const struct regulation *to, struct arena *a, const struct node *facts,
                         struct node *dropped);

/* The list of fields of the group a declared fact belongs to; of groups [{name, fields}] a new one where its name is not there:
 * one heading a group, wherever its facts stand in the regulation. */
struct node *facts_group(struct arena *a, struct node *groups, const struct node *declared);

/* Of what is about to be set: what it is now, null where it is not known. */
struct node *facts_were(struct arena *a, const struct node *facts, const struct node *sets);

#endif
