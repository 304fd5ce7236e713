/*
 * store/whole.h - the columns of a case, shared by the files of its entities; nobody else includes it
 */
#ifndef STORE_WHOLE_H
#define STORE_WHOLE_H

#include "store/case.h"
#include "store/row.h"

/* clang-format off */
#define PROJECT_HEAD "id, number, title, unit_code, unit_name, unit_kind, place, subject, regulation, calendar_version, days_calendar,"
#define PROJECT_TAIL                                                                                  \
    " total_investment, money, money_over, state, route, stage, stage_name, holder, holder_name, holder_since, next_due,"  \
    " next_provisional, next_name, marks, submitted_on, created_at, updated_at, created_by, created_name, version, event_count"
#define PROJECT_COLUMNS PROJECT_HEAD " facts," PROJECT_TAIL
#define EVENT_COLUMNS                                                                                  \
    "project, seq, at, entered_at, what, name, by_organ, by_name, unit, person, person_name, with_json," \
    " articles, regulation, calendar_version, request_id"
#define DOCUMENT_COLUMNS                                                                              \
    "id, project, `procedure`, material, name, type, size, sm3, state, event_seq, uploaded_at, person, person_name"
#define DUTY_COLUMNS                                                                                   \
    "project, duty, duty_key, name, who, who_name, unit, opens_on, due_on, provisional, calendar_version," \
    " state, fulfilled_on, articles, limit_text, notified, told_on, told_by"
/* A duty that binds several organs has a row for each (duty.c): in a list of duties, "duty d" stands for it once. */
#define DUTY_ONCE                                                                                      \
    "NOT EXISTS (SELECT 1 FROM duty o WHERE o.project = d.project AND o.duty = d.duty AND o.duty_key = d.duty_key AND o.who < d.who)"
#define TASK_COLUMNS "project, organ, unit, act, name, procedure_name, since, due_on, provisional, articles, hand_person, hand_name, run, run_words"
#define WATCH_COLUMNS "list, project, ref, kind, by_name, name, on_day, against, amount, base, words, articles"
#define IDEM_COLUMNS "idem_key, person, what, digest, result"
#define HANDING_COLUMNS "id, project, organ, unit, person, name, by_person, by_name, reason, at, kind, ask, step, until_on"
/* clang-format on */

enum {
    PROJECT_COLS_COUNT = 33,
    EVENT_COLS_COUNT = 16,
    DOCUMENT_COLS_COUNT = 13,
    DUTY_COLS_COUNT = 18,
    TASK_COLS_COUNT = 14,
    WATCH_COLS_COUNT = 12,
    IDEM_COLS_COUNT = 5,
    HANDING_COLS_COUNT = 14
};
extern const struct row_col PROJECT_COLS[PROJECT_COLS_COUNT], EVENT_COLS[EVENT_COLS_COUNT],
    DOCUMENT_COLS[DOCUMENT_COLS_COUNT], DUTY_COLS[DUTY_COLS_COUNT], TASK_COLS[TASK_COLS_COUNT],
    WATCH_COLS[WATCH_COLS_COUNT], IDEM_COLS[IDEM_COLS_COUNT], HANDING_COLS[HANDING_COLS_COUNT];

/* What the row has now is what the next save moves from. */
void project_keep(struct arena *a, struct project *p);

#endif
