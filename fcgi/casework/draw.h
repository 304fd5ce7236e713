/*
 * casework/draw.h - drawing experts as a pure function of what was committed and what the organs put in (ADR 0013)
 *
 * inputs {format, review, tenant, project: {id, title, unit}, kind, regulation, regulation_sm3, rule: {members, reserves,
 * avoid: [word], fields: [id], articles: [number]}, related: {employers: [name], authors: [name], persons: [name],
 * suppliers: [name]}, seeds: [organ], candidates: [{id, name, employer, title, fields: [id], state}]}: all texts and integers.
 * words [{organ, words}]: what each organ of "seeds" had sealed.
 */
#ifndef CASEWORK_DRAW_H
#define CASEWORK_DRAW_H

#include "base/node.h"

/* SM3 hex of canonical JSON. */
char *draw_digest(struct arena *a, const struct node *n);
/* What is handed in before the words: SM3 hex of "guizhang-draw-seal-1\n<review>\n<organ>\n<words>". */
char *draw_seal(struct arena *a, const char *review, const char *organ, const char *words);
/* SM3 hex over the digest of the inputs and every organ's words, in the order of inputs.seeds. */
char *draw_seed(struct arena *a, const struct node *inputs, const struct node *words);
/* Number below n, each equally likely, from a stream SM3("<seed>:<counter>"); *counter moves on. n at least 1. */
uint64_t draw_below(const char *seed, uint64_t *counter, uint64_t n);

/* Who may not be drawn, and why: [{id, name, reasons: [text]}]; the others in *ret_eligible, in their order. */
struct node *draw_excluded(struct arena *a, const struct node *inputs, struct node **ret_eligible);
/* {seed, excluded, members: [{id, name}], reserves: [{id, name}]}; fewer than asked for when there are no more. */
struct node *draw_run(struct arena *a, const struct node *inputs, const struct node *words);

/*
 * Runs a record of a draw again: {inputs, inputs_sm3, seals: [{organ, name, seal, words}], result, result_sm3}. {same, checks:
 * [{name, ok, said}], again: result}. Says of each thing whether it holds; never fails, whatever the record looks like.
 */
struct node *draw_check(struct arena *a, const struct node *record);
/* One more {name, ok, said} among them; gives ok. */
int draw_check_put(struct arena *a, struct node *checks, const char *name, int ok, const char *said);

#endif
