/*
 * store/sql.h - every statement of the layer, by name; defined at the head of its entity's file
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include "store/db.h"

enum sql_schema { SQL_TENANT, SQL_PLATFORM, SQL_EVERY };

/* clang-format off */
#define SQL_TABLE(X)                                                                                   \
    X(TENANT,   PROJECT_ADD)          X(TENANT,   PROJECT_BY_ID)        X(TENANT,   PROJECT_WHOLE_LOCK) \
    X(TENANT,   PROJECT_WHOLE_KEY)    X(TENANT,   PROJECT_SAVE_FACTS) \
    X(TENANT,   PROJECT_SAVE)         X(TENANT,   PROJECT_LIST)         X(TENANT,   PROJECT_COUNT)     \
    X(TENANT,   PROJECT_FIRST_ALL)    X(TENANT,   PROJECT_FIRST_UNIT)   X(TENANT,   PROJECT_FIRST_PLACE) \
    X(TENANT,   PROJECT_COUNT_UNIT)   X(TENANT,   PROJECT_TALLY)        X(TENANT,   PROJECT_LIST_ALL)  \
    X(TENANT,   PROJECT_LIST_UNIT)    X(TENANT,   PROJECT_LIST_DUE)     X(TENANT,   PROJECT_DUE)       \
    X(TENANT,   PROJECT_DUE_UNIT)     X(TENANT,   PROJECT_LATE)         X(TENANT,   PROJECT_LATE_UNIT) \
    X(TENANT,   PROJECT_FIND)         X(TENANT,   STAT_PLACE)                                          \
    X(TENANT,   SEARCH_PUT)           X(TENANT,   SEARCH_PIECES)        X(TENANT,   SEARCH_ALIKE)         \
    X(TENANT,   SEARCH_NEXT)          X(TENANT,   SEARCH_PLACE)         \
    X(TENANT,   SEARCH_TOUCHED)       X(TENANT,   SEARCH_SEALED)        X(TENANT,   SEARCH_REACHED)       \
    X(TENANT,   STAT_PUT)             X(TENANT,   STAT_MOVE)            X(TENANT,   STAT_STAGE)           X(TENANT,   STAT_UNIT)         \
    X(TENANT,   STAT_YEAR)            X(TENANT,   STAT_HOLDER)          X(TENANT,   STAT_DUE)          \
    X(TENANT,   WATCH_PUT)            X(TENANT,   WATCH_PUT_2)          X(TENANT,   WATCH_PUT_4)       \
    X(TENANT,   WATCH_DROP)                                                                            \
    X(TENANT,   WATCH_LIST)           X(TENANT,   WATCH_LATE)           X(TENANT,   SPLIT_LIST)        \
    X(TENANT,   SPLIT_PARTS)                                                                           \
    X(TENANT,   SYSTEM_LIST)                                                                            \
    X(TENANT,   MONEY_LIST)           X(TENANT,   MONEY_OVER)           X(TENANT,   MONEY_LEFT)         \
    X(TENANT,   MONEY_YEAR_LIST)      X(TENANT,   MONEY_YEAR_OVER)      X(TENANT,   MONEY_YEAR_LEFT)    \
    X(TENANT,   MONEY_YEAR_PUT)       X(TENANT,   MONEY_YEAR_PUT_2)     X(TENANT,   MONEY_YEAR_PUT_4)   \
    X(TENANT,   MONEY_YEAR_DROP)      X(TENANT,   MONEY_STAT_PUT)       X(TENANT,   MONEY_STAT_PUT_2)   \
    X(TENANT,   MONEY_STAT_PUT_4)     X(TENANT,   MONEY_STAT_PLACE)     X(TENANT,   MONEY_SUMS)         \
    X(TENANT,   SAVED_VIEW_ADD)       X(TENANT,   SAVED_VIEW_LIST)      X(TENANT,   SAVED_VIEW_DROP)   \
    X(TENANT,   JOB_ADD)              X(TENANT,   JOB_BY_ID)            X(TENANT,   JOB_LIST)          \
    X(TENANT,   JOB_OPEN)             X(TENANT,   JOB_CLAIM)            X(TENANT,   JOB_LEASE)         \
    X(TENANT,   JOB_PROGRESS)         X(TENANT,   JOB_END)              X(TENANT,   JOB_OLD)           \
    X(TENANT,   JOB_EXPIRE)                                                                            \
    X(TENANT,   PROJECT_WHOLE)        X(TENANT,   PROJECT_LIST_PLACE)   X(TENANT,   PROJECT_DUE_PLACE) \
    X(TENANT,   PROJECT_LATE_PLACE)   X(TENANT,   PROJECT_COUNT_PLACE)  X(TENANT,   PROJECT_PLACE)     \
    X(TENANT,   PROJECT_TALLY_PLACE)                                                                   \
    X(TENANT,   PROJECT_SUBMITTED)    X(TENANT,   PROJECT_RUNNING)                                     \
    X(TENANT,   SUBJECT_LIST)         X(TENANT,   PLAN_ITEM_PUT)        X(TENANT,   PLAN_ITEM_LIST)       \
    X(TENANT,   PLAN_CANDIDATES)                                                                      \
    X(TENANT,   PLAN_OF_PROJECT)                                                                      \
    X(TENANT,   BILL_ADD)             X(TENANT,   BILL_BY_ID)           X(TENANT,   BILL_LOCK)         \
    X(TENANT,   BILL_SAVE)            X(TENANT,   BILL_LIST)                                           \
    X(TENANT,   EVENT_ADD)            X(TENANT,   EVENT_OF_PROJECT)                                      \
    X(TENANT,   DOCUMENT_ADD)         X(TENANT,   DOCUMENT_BY_ID)       X(TENANT,   DOCUMENT_LIST)     \
    X(TENANT,   DOCUMENT_SET_STATE)                                                                    \
    X(TENANT,   DUTY_LIST)            X(TENANT,   DUTY_PUT)             X(TENANT,   DUTY_DROP)         \
    X(TENANT,   DUTY_PUT_2)           X(TENANT,   DUTY_PUT_4)           X(TENANT,   DUTY_TELL)         \
    X(TENANT,   DUTY_DUE)             X(TENANT,   DUTY_PROVISIONAL)                                    \
    X(TENANT,   TASK_PUT)             X(TENANT,   TASK_PUT_2)           X(TENANT,   TASK_PUT_4)        \
    X(TENANT,   TASK_DROP)            X(TENANT,   TASK_LIST)                                           \
    X(TENANT,   DECISION_ADD)         X(TENANT,   DECISION_BY_ID)       X(TENANT,   DECISION_OF_PROJECT) \
    X(TENANT,   DECISION_NEWEST)      X(TENANT,   NUMBER_NEXT)                                         \
    X(TENANT,   CONTRACT_ADD)         X(TENANT,   CONTRACT_LIST)                                       \
    X(TENANT,   CONTRACT_SUPPLIERS)                                                                    \
    X(TENANT,   EXPERT_ADD)           X(TENANT,   EXPERT_BY_ID)         X(TENANT,   EXPERT_SAVE)       \
    X(TENANT,   EXPERT_LIST)          X(TENANT,   EXPERT_ALL)                                          \
    X(TENANT,   REVIEW_ADD)           X(TENANT,   REVIEW_BY_ID)         X(TENANT,   REVIEW_LOCK)       \
    X(TENANT,   REVIEW_OF_PROJECT)    X(TENANT,   REVIEW_SAVE)          X(TENANT,   REVIEW_RUNNING)    \
    X(TENANT,   SEAL_ADD)             X(TENANT,   SEAL_OPEN)            X(TENANT,   SEAL_LIST)         \
    X(TENANT,   SEAT_ADD)             X(TENANT,   SEAT_BY_ID)           X(TENANT,   SEAT_LIST)         \
    X(TENANT,   SEAT_SAVE)            X(TENANT,   SEAT_OF_LOGIN)        X(TENANT,   SEAT_OF_EXPERT)    \
    X(TENANT,   SEAT_SITS)                                                                             \
    X(TENANT,   AUDIT_ADD)            X(TENANT,   AUDIT_NEWEST)         X(TENANT,   AUDIT_OF_OBJECT)   \
    X(TENANT,   AUDIT_SEAL_LOCK)      X(TENANT,   AUDIT_SEAL_UNLOCK)    X(TENANT,   AUDIT_LAST)        \
    X(TENANT,   AUDIT_FORM_OF)                                                                         \
    X(TENANT,   AUDIT_UNSEALED)       X(TENANT,   AUDIT_LINK_ADD)       X(TENANT,   AUDIT_WALK)        \
    X(TENANT,   AUDIT_UNLINKED)       X(TENANT,   AUDIT_TWICE)          X(TENANT,   AUDIT_LINK_OF)     \
    X(TENANT,   IDEM_BY_KEY)          X(TENANT,   IDEM_ADD)             X(TENANT,   IDEM_EXPIRE)       \
    X(TENANT,   OUTBOX_SEQ_TAKE)      X(TENANT,   OUTBOX_ADD)           X(TENANT,   OUTBOX_BY_ID)      \
    X(TENANT,   OUTBOX_SEAL_LOCK)     X(TENANT,   OUTBOX_SEAL_UNLOCK)   X(TENANT,   OUTBOX_UNSEALED)   \
    X(TENANT,   OUTBOX_SEAL)                                                                         \
    X(TENANT,   OUTBOX_LIST)          X(TENANT,   OUTBOX_CLAIM)         X(TENANT,   OUTBOX_LEASE)      \
    X(TENANT,   OUTBOX_SETTLE)        X(TENANT,   OUTBOX_DECIDE)        X(TENANT,   OUTBOX_STATE)      \
    X(TENANT,   OUTBOX_MOVE)          X(TENANT,   OUTBOX_MOVE_PEER)     X(TENANT,   OUTBOX_UNDECIDED)  \
    X(TENANT,   OUTBOX_ASKED)         X(TENANT,   OUTBOX_SHAPES)        X(TENANT,   OUTBOX_ATTEMPT_ADD) \
    X(TENANT,   OUTBOX_ATTEMPTS)                                                                       \
    X(TENANT,   INBOX_ADD)            X(TENANT,   INBOX_BY_ID)          X(TENANT,   INBOX_LOCK)        \
    X(TENANT,   INBOX_DECIDE)         X(TENANT,   INBOX_LIST)           X(TENANT,   INBOX_WAITING)     \
    X(TENANT,   INBOX_COUNTS)         X(TENANT,   INBOX_GAPS)                                          \
    X(TENANT,   NIGHTLY_BY_DAY)       X(TENANT,   NIGHTLY_NEWEST)       X(TENANT,   NIGHTLY_ADD)       \
    X(TENANT,   NIGHTLY_TAKE)         X(TENANT,   NIGHTLY_SAVE)         X(TENANT,   NIGHTLY_AGAIN)     \
    X(TENANT,   NIGHTLY_POSTS)        X(TENANT,   NIGHTLY_PROJECTS)     X(TENANT,   VACANCY_PUT)       \
    X(TENANT,   NIGHTLY_PROJECT)      X(TENANT,   DESK_PROBE)           X(TENANT,   DESK_PROBE_UNIT)   \
    X(TENANT,   DESK_PROBE_PLACE)                                                                      \
    X(TENANT,   ADDRESSEE_PUT)        X(TENANT,   ADDRESSEE_PUT_2)      X(TENANT,   ADDRESSEE_PUT_4)   \
    X(TENANT,   ADDRESSEE_AS)         X(TENANT,   ADDRESSEE_OF)         X(TENANT,   ADDRESSEE_READ)       X(TENANT,   ADDRESSEE_LIST)    \
    X(TENANT,   ADDRESSEE_UNREAD)     X(TENANT,   NOTICE_ADD)           X(TENANT,   NOTICE_BY_ID)      \
    X(TENANT,   NOTICE_END)           X(TENANT,   NOTICE_LIST)          X(TENANT,   NOTICE_NOW)        \
    X(TENANT,   HANDING_ASKED)        X(TENANT,   TASK_HAND)                                             \
    X(TENANT,   VACANCY_CLEAR)        X(TENANT,   VACANCY_DROP)         X(TENANT,   VACANCY_LIST)      \
    X(TENANT,   AWAITED_LIST)                                                                          \
    X(TENANT,   CARD_ADD)             X(TENANT,   CARD_GIVE)            X(TENANT,   CARD_GIVEN)        \
    X(TENANT,   CARD_UNMAILED)        X(TENANT,   CARD_MAILED)          X(TENANT,   CARD_OVER)         \
    X(TENANT,   DECISION_WITHDRAW)                                                                     \
    X(TENANT,   CARD_URGED)           X(TENANT,   DUE_OF_POST)          X(TENANT,   DUE_OF_ALL)        \
    X(TENANT,   DUE_OPEN)                                                                              \
    X(TENANT,   MAIL_ADD)             X(TENANT,   MAIL_CLAIM)           X(TENANT,   MAIL_LEASE)        \
    X(TENANT,   MAIL_SETTLE)          X(TENANT,   MAIL_EXPIRE)          X(TENANT,   SETTING_BY_PERSON) \
    X(TENANT,   SETTING_PUT)                                                                           \
    X(TENANT,   DELEGATION_ADD)       X(TENANT,   DELEGATION_BY_ID)     X(TENANT,   DELEGATION_REVOKE) \
    X(TENANT,   DELEGATION_LIST)      X(TENANT,   DELEGATION_FOR)       X(TENANT,   DELEGATION_OVERLAP) \
    X(TENANT,   HANDING_ADD)          X(TENANT,   HANDING_READ)         X(TENANT,   DONE_LIST)            X(TENANT,   STARTED_LIST) \
    X(PLATFORM, SESSION_ADD)          X(PLATFORM, SESSION_BY_MAC)       X(PLATFORM, SESSION_SEEN)      \
    X(PLATFORM, SESSION_CHOOSE)       X(PLATFORM, SESSION_CHECKED)      X(PLATFORM, SESSION_DROP)      \
    X(PLATFORM, SESSION_EXPIRE)                                      \
    X(PLATFORM, LOGIN_COUNTER_BY_KEY) X(PLATFORM, LOGIN_COUNTER_TOUCH)  X(PLATFORM, LOGIN_COUNTER_SET) \
    X(PLATFORM, LOGIN_COUNTER_CLEAR)  X(PLATFORM, LOGIN_COUNTER_EXPIRE) X(PLATFORM, PLATFORM_EVENT_ADD) \
    X(EVERY,    SCHEMA_STEP_LIST)     X(EVERY,    SCHEMA_STEP_START)    X(EVERY,    SCHEMA_STEP_DONE)  \
    X(EVERY,    SCHEMA_LOCK)          X(EVERY,    SCHEMA_UNLOCK)        X(EVERY,    SCHEMA_NAME)      \
    X(EVERY,    TX_BEGIN)
/* clang-format on */

#define X(schema, name) extern const struct sql name;
SQL_TABLE(X)
#undef X

struct sql_listed {
    const struct sql *sql;
    enum sql_schema schema;
};
extern const struct sql_listed sql_all[];
extern const size_t sql_all_count;

#endif
