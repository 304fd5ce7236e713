/*
 * casework/todo.h - what still stands between a draft and its being complete
 */
#ifndef CASEWORK_TODO_H
#define CASEWORK_TODO_H

#include "casework/casefile.h"

/* What its unit has yet to give, then what the law has against the project as a whole; of a path errors has already nothing more. */
void todo_draft(const struct desk *d, const struct casefile *c, const struct node *verdict, struct err_list *errors);
/* Reasons of a verdict in the same manner. */
void todo_reasons(const struct desk *d, const struct node *reasons, struct err_list *errors);

#endif
