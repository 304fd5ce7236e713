/*
 * casework/phrases.h - sentences an office often writes: offered beside a field, taken over and changed at will
 *
 * They are the office's own words (tenant.json, "phrases"), no law: nothing is ever filled in by itself.
 */
#ifndef CASEWORK_PHRASES_H
#define CASEWORK_PHRASES_H

#include "casework/platform.h"

/*
 * Every phrase belongs to a field (or the reason) of an act that one of the district's versions has, and names only
 * facts that version asks for. ERR_CONFIG with tenant.json:line:column otherwise.
 */
int phrases_check(struct arena *a, const struct district *d, struct err *e) MUST_USE_;
/*
 * Puts phrases: [{field, control: its name in a form, text}] into the fields of an act's node ({fields, reason}) that have some, of its reason in
 * reason_offer. facts: [{id, value, is_known}] of the page; what is not known stands as a gap.
 */
void phrases_put(struct arena *a, const struct district *d, const char *act, const struct node *facts, struct node *n);

#endif
