/*
 * casework/forms.h - the forms of a regulation: which are printed, where an empty one is
 */
#ifndef CASEWORK_FORMS_H
#define CASEWORK_FORMS_H

#include "casework/casework.h"

/* [{form, name, mark, href}] of the acts of a procedure (regulation_procedure), each form once. */
struct node *forms_of_procedure(const struct desk *d, const struct regulation *r, const struct node *procedure);
/* On a material: template_name of the form it names, template_href where an empty one is printed. */
void forms_of_material(const struct desk *d, const struct regulation *r, const char *form, struct node *material);

#endif
