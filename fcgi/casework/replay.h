/*
 * casework/replay.h - an act on record, decided once more: the case as it stood before it, the same law, the same day
 *
 * Reads and writes nothing. What cannot be put back as it was is said, never filled in silently.
 */
#ifndef CASEWORK_REPLAY_H
#define CASEWORK_REPLAY_H

#include "casework/casefile.h"

/*
 * One thing that happened. ERR_NOT_FOUND: there is no such event, or it is none a regulation decides upon (something was
 * taken back). {project, event: {seq, name, at, entered_at, is_late_entry, by_name, person_name, articles, detail, taken_back?:
 * {name, at, reason}}, regulation, agrees, is_decided: its law is loaded, is_allowed, is_unsure: they differ and part of what it was judged by was not kept, differences: [{name, recorded, now}] of what came of it,
 * basis: [the same] of what it rests on, is_same_basis: nothing of that has changed, gaps: [text] what could not be put back, reasons, warnings, route?, step: {procedure_name,
 * step_name, articles, limit_text}, duties: [of part_duties] whose clock ran on its procedure, facts, materials: [name], calendar, judged_on,
 * before_href?, after_href?}
 */
int replay_view(const struct desk *d, int64_t project, int64_t seq, struct node **ret, struct err *e) MUST_USE_;
/* 1 for what a regulation decides upon, 0 for what the platform put on record beside it. */
int replay_may(const struct event *ev);
/*
 * Every act of a case, without an actor: {id, number, title, acts, agreed, gaps: acts with something that could not be put
 * back, differing: [{seq, name, at, is_decided, is_unsure, differences, basis, reasons}]}; 1, 0 when there is no such case, -1.
 */
int replay_case(const struct desk *d, int64_t project, struct node **ret, struct err *e) MUST_USE_;

#endif
