/*
 * store/case.h - rows of one district's schema: projects and what happened to them
 *
 * Every function works on the connection of that district's own account; there is no
 * tenant column and no way to reach another schema. Ids are opaque BIGINTs (crypto_ident).
 */
#ifndef STORE_CASE_H
#define STORE_CASE_H

#include "base/node.h"
#include "store/db.h"

/* ---- project ---- */
struct project {
    int64_t id;
    const char *number;            /* shown to people; "" until the first submission */
    const char *title;
    const char *unit_code, *unit_name, *unit_kind;
    const char *place;             /* of its unit (tenant.json), "" none: posts of one place see that place's projects */
    const char *subject;           /* what it is a case of: "project", or what the regulation says else (fcgi/adr/0017) */
    const char *regulation;        /* version, pinned at first submission; the one in force while a draft */
    const char *calendar_version;
    const char *days_calendar;     /* by which every one of its last days stands; "" by several, or not known */
    const char *facts;             /* JSON object, typed */
    fen total_investment;          /* copy for lists; -1 unknown */
    const char *money;             /* JSON object: columns of the ledger that are known, in 分; "years": {"2026": {column: moved}} */
    int money_over;                /* how many of its limits are exceeded */
    const char *state;             /* draft | running | done | stopped | refused */
    const char *route, *stage, *stage_name;
    const char *holder, *holder_name; /* organ id and name with whom it is */
    instant holder_since;
    date next_due;                 /* earliest open due date, DATE_NONE */
    int next_provisional;          /* and it was counted without a notice (G-05) */
    const char *next_name;
    const char *marks;             /* JSON list */
    date submitted_on;             /* first submission */
    instant created_at, updated_at;
    const char *created_by, *created_name; /* entryUUID, name */
    int64_t version;               /* optimistic lock */
    int64_t event_count;
    struct project_kept {          /* as the row has it: set by reading and writing; tallies and search move by it */
        const char *state, *stage, *holder, *title, *number;
        date submitted_on;
        fen total_investment;
        const char *money;
        int money_over;
        int64_t event_count;
        const struct project *row;
    } kept;
};
/* In a transaction, like project_save: the row, the tallies and what it is found by change together. */
int project_add(struct db *db, struct arena *a, struct project *p, struct err *e) MUST_USE_;
int project_get(struct db *db, struct arena *a, int64_t id, struct project *ret, struct err *e) MUST_USE_;      /* 1/0/-1 */
/* All but id, unit, created_*; version must be the one read: 0 rows is ERR_STALE. Sets version+1 in p. */
int project_save(struct db *db, struct arena *a, struct project *p, struct err *e) MUST_USE_;

/* Whose projects: of one unit, of the units of one place, or ("", "") of all. */
struct project_sight {
    const char *unit, *place;
    int begun;             /* 1: only projects in which something has happened: a draft is its unit's own */
};
struct project_filter {
    struct project_sight of;
    const char *text;      /* title, number or unit contains each of its words; "" all */
    int deep;              /* with text: files and what was written in the course of the case count as well */
    const char *state, *stage, *holder, *route; /* "" or NULL all */
    const char *reached;   /* JSON list of stages: those that stand in one of them or are done; NULL all */
    int year;              /* of the first submission; 0 all */
    fen amount_from, amount_below; /* of the total investment, the second excluded; 0 for none */
    const char *due;       /* "" all | "overdue" | "soon" (due on or before due_before) | of those that are not overdue
                            * "coming" (the same), "near" (later, on or before due_near), "later" (later still, or never) */
    date today, due_before, due_near;
    int64_t after_id;      /* keyset: rows with id < after_id; 0 first page */
    int limit;             /* asks one more than shown to know whether there is a next page */
};
/* What a list shows; the other members, the wide ones among them, are 0 or NULL. *ret an arena array, newest first. */
int project_list(struct db *db, struct arena *a, const struct project_filter *f, struct project **ret, size_t *ret_count, struct err *e) MUST_USE_;
int project_ask(struct db *db, struct arena *a, const struct project_filter *f, struct asked *ret, struct err *e) MUST_USE_;
/* Running projects due before that day, first due first; the columns of project_list. */
int project_due_list(struct db *db, struct arena *a, const struct project_sight *of, date before, int limit, struct project **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* From the tally, whatever the number of projects. */
struct project_counts { int64_t total, drafts, running, done; };
int project_count(struct db *db, struct arena *a, const struct project_sight *of, struct project_counts *ret, struct err *e) MUST_USE_;
/* Running projects due before that day; counted up to 10000. */
int project_late_count(struct db *db, struct arena *a, const struct project_sight *of, date before, int64_t *ret, struct err *e) MUST_USE_;

/* The place of a unit as tenant.json has it, on all of its projects. */
int project_place_set(struct db *db, struct arena *a, const char *unit, const char *place, struct err *e) MUST_USE_;

/* ---- event: what happened, written once ---- */
struct event {
    int64_t project;
    int64_t seq;                  /* 1.. within the project */
    instant at, entered_at;
    const char *what, *name;      /* "technical_review.accept", 受理 */
    const char *by, *by_name;     /* organ */
    const char *unit;             /* unit code of the actor's post, "" */
    const char *person, *person_name;
    const char *with_json;        /* JSON object */
    const char *articles;         /* "7,12" */
    const char *regulation, *calendar_version;
    const char *request_id;
};
int event_add(struct db *db, struct arena *a, const struct event *ev, struct err *e) MUST_USE_;

/* ---- document: a content-addressed file ---- */
struct document {
    int64_t id, project;
    const char *procedure, *material; /* what it is for; "" free attachment */
    const char *name;             /* as the person named it */
    const char *type;             /* by content: application/pdf … */
    int64_t size;
    const char *sm3;              /* hex; the file lies under <files>/<tenant>/<2 hex>/<62 hex> */
    const char *state;            /* draft | submitted | replaced | withdrawn */
    int64_t event_seq;            /* event that carried it, 0 while a draft */
    instant uploaded_at;
    const char *person, *person_name;
};
int document_add(struct db *db, struct arena *a, const struct document *d, struct err *e) MUST_USE_;
int document_get(struct db *db, struct arena *a, int64_t id, struct document *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
int document_list(struct db *db, struct arena *a, int64_t project, struct document **ret, size_t *ret_count, struct err *e) MUST_USE_;
int document_set_state(struct db *db, struct arena *a, int64_t id, const char *from, const char *to, int64_t event_seq, struct err *e) MUST_USE_;

/* ---- duty and task: what the last evaluation found, kept for lists ---- */
struct duty_row {
    int64_t project; const char *duty, *key, *name;
    const char *who, *who_name; const char *unit; /* unit code when who is the applicant */
    date opens_on, due_on; int provisional; const char *calendar_version;
    const char *state;            /* future | open | done | done_late | overdue | cancelled (overdue is derived at reading from due_on) */
    date fulfilled_on; const char *articles; const char *limit_text;
    int notified; date told_on; const char *told_by; /* somebody was told the last day: when, by what (fcgi/adr/0012) */
};
/*
 * Writes the rows of project that differ from the old ones, which were read under its lock, and drops those that are
 * no more. A telling stays with its day; with notified set here also with a new one; with told_by set this is one.
 */
int duty_replace(struct db *db, struct arena *a, int64_t project, const struct duty_row *old, size_t old_count,
                 const struct duty_row *rows, size_t count, struct err *e) MUST_USE_;
/* Its last day was told, by that paper. Inside the caller's transaction. */
struct duty_name {
    const char *duty, *key;
};
int duty_tell(struct db *db, struct arena *a, int64_t project, const struct duty_name *name, date on, const char *by, struct err *e) MUST_USE_;
int duty_list(struct db *db, struct arena *a, int64_t project, struct duty_row **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Open duties of a handful of projects (0 for none) with a last day before that one, the earliest first. */
enum { DUTY_DUE_PROJECTS = 8 };
int duty_due(struct db *db, struct arena *a, const int64_t projects[DUTY_DUE_PROJECTS], date before, struct duty_row **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* Projects after that id with an unfulfilled duty whose last day was counted without a notice, by id. */
enum { DUTY_PROVISIONAL_PROJECTS = 200 };
int duty_provisional(struct db *db, struct arena *a, int64_t after, int64_t ret[DUTY_PROVISIONAL_PROJECTS], size_t *ret_count, struct err *e) MUST_USE_;

struct task {
    int64_t project; const char *organ, *unit; /* unit "" for offices */
    const char *act, *name;       /* the main act waiting, and its name for people */
    const char *procedure_name;
    instant since; date due_on; int provisional; const char *articles;
    const char *hand_person, *hand_name; /* the colleague of the post who has it in hand; "" whoever comes */
    const char *run, *run_words; /* which of several runs that wait, and what it is known by; "" where one does */
    /* read with the project for the list */
    const char *title, *number, *unit_name; fen total_investment;
};
int task_replace(struct db *db, struct arena *a, int64_t project, const struct task *old, size_t old_count,
                 const struct task *rows, size_t count, struct err *e) MUST_USE_; /* as duty_replace */
/* Of one organ, of its unit where it is the applicant. Sorted by due date (none last), then since. */
int task_ask(struct db *db, struct arena *a, const char *organ, const struct project_sight *of, int limit, struct asked *ret, struct err *e) MUST_USE_;

/* ---- decision: a paper issued, numbered without gaps within its series and year ---- */
struct decision {
    int64_t id, project; int64_t event_seq;
    const char *kind, *name, *number, *title; /* initiation, 批复, 新审批信〔2025〕3号 */
    date issued_on; const char *organ, *organ_name, *person_name;
    const char *body;             /* JSON: what the paper says */
    const char *state;            /* issued | withdrawn */
};
int decision_add(struct db *db, struct arena *a, const struct decision *d, struct err *e) MUST_USE_;
int decision_get(struct db *db, struct arena *a, int64_t id, struct decision *ret, struct err *e) MUST_USE_;
/* A newer paper took it back; 0 when it was not in force any more. */
int decision_withdraw(struct db *db, struct arena *a, int64_t id, struct err *e) MUST_USE_;
int decision_ask(struct db *db, struct arena *a, int64_t project, struct asked *ret, struct err *e) MUST_USE_;
/* project 0 above lists the newest of the district */

/* ---- addressee: whom a paper names; kept with it, in the same transaction ---- */
struct addressee {
    const char *organ, *unit;     /* unit "" for offices */
    int64_t decision;
    const char *place, *name;     /* the project's place; what they are called */
    int is_main;                  /* written to; else copied to */
    instant read_at; const char *read_by; /* INSTANT_NONE: nobody there has opened it */
};
int addressee_add(struct db *db, struct arena *a, const struct addressee *rows, size_t count, struct err *e) MUST_USE_;
int addressee_as(struct db *db, struct arena *a, int64_t decision, int64_t like, struct err *e) MUST_USE_; /* to whom that other paper went */
int addressee_of(struct db *db, struct arena *a, int64_t decision, struct addressee **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* 1 when this was the first opening, 0 when somebody had before. */
int addressee_read(struct db *db, struct arena *a, const struct addressee *x, struct err *e) MUST_USE_;
/* a paper as its addressee finds it in a list */
struct addressed {
    int64_t decision, project;
    int is_main; instant read_at; const char *read_by;
    const char *name, *number, *title, *organ_name, *state, *unit_name;
    date issued_on;
};
/* Of a post, the newest first, below that id (0: from the newest); unread: only those nobody there has opened. */
int addressed_list(struct db *db, struct arena *a, const char *organ, const struct project_sight *of, int unread, int64_t before,
                   int limit, struct addressed **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* Next number of a series in a year, under a row lock, inside the caller's transaction. */
int number_next(struct db *db, struct arena *a, const char *series, int year, int64_t *ret, struct err *e) MUST_USE_;

/* ---- contract: kept beside contract.record ---- */
struct contract { int64_t id, project; int64_t event_seq; const char *name, *supplier; fen amount; date signed_on, ends_on; };
int contract_add(struct db *db, struct arena *a, const struct contract *c, struct err *e) MUST_USE_;
int contract_ask(struct db *db, struct arena *a, int64_t project, struct asked *ret, struct err *e) MUST_USE_;

/* Who has ever had a contract on a project of that unit, by name; at most 2000. */
int contract_suppliers(struct db *db, struct arena *a, const char *unit, const char ***ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- audit: one row a mutating request, refused ones too; INSERT only for this account ---- */
struct audit {
    int64_t id;                  /* AUTO_INCREMENT */
    instant at;                  /* machine clock UTC */
    instant case_at;             /* the district's clock (differs only under a test clock) */
    const char *request_id, *session; /* session: first 16 hex of the token's MAC */
    const char *person, *person_name, *organ, *unit, *address;
    const char *what;            /* action slug: "project.act", "document.read" … */
    const char *object;          /* "project/123" */
    const char *result;          /* ok | refused | failed */
    const char *reason;          /* error slug or "" */
    const char *articles;
    const char *before_sm3, *after_sm3; /* of the project row's canonical JSON; "" */
    const char *detail;          /* JSON */
    const char *mac;             /* HMAC-SM3 over the canonical record, hex; filled by audit_add */
    const char *form_key;        /* of audit_add: the form that did it, at most once (ERR_CONFLICT); "" or NULL for none */
    int in_sight;                /* of audit_list */
};
/* key: the district's audit key, not readable by the database account. */
int audit_add(struct db *db, struct arena *a, const void *key, size_t key_len, struct audit *row, struct err *e) MUST_USE_;
/* place: rows that are not about a project of that place come with in_sight 0. */
int audit_list(struct db *db, struct arena *a, const char *object, const char *place, int64_t before_id, int limit, struct audit **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* 1 when the row, as audit_list gave it, bears the MAC that this key makes of it. */
int audit_is_true(struct arena *a, const void *key, size_t key_len, const struct audit *row);
/*
 * Links rows not yet in the chain: audit_link(no, audit_id, prev, hash), hash = SM3("prev:audit_id:mac"), prev of the
 * first 64 zeros. Returns how many; 0 also when another sealer is at it. Not inside a transaction.
 */
int audit_seal(struct db *db, struct arena *a, int64_t *ret_count, struct err *e) MUST_USE_;
struct audit_report { int64_t rows, links, unsealed; int64_t first_bad_no, first_bad_audit; char why[160]; char head[65]; };
/* 0 and first_bad_no 0 when whole; walks everything in pieces. */
int audit_verify(struct db *db, struct arena *a, const void *key, size_t key_len, struct audit_report *ret, struct err *e) MUST_USE_;
/*
 * A link noted outside the database earlier: whoever holds the database could cut or rebuild the chain, not this.
 * audit_head gives the newest one (no 0 for an empty chain); audit_verify_from also asks that the noted one still stands.
 */
struct audit_anchor { int64_t no; char hash[65]; };
int audit_head(struct db *db, struct arena *a, struct audit_anchor *ret, struct err *e) MUST_USE_;
/* The newest link of what was done to that object ("project/7"); no 0 and "" when none is sealed yet. */
int audit_link_of(struct db *db, struct arena *a, const char *object, struct audit_anchor *ret, struct err *e) MUST_USE_;
int audit_verify_from(struct db *db, struct arena *a, const void *key, size_t key_len, const struct audit_anchor *anchor, struct audit_report *ret, struct err *e) MUST_USE_;

/* ---- idempotency: one row a key, in the operation's own transaction ---- */
struct idem { const char *key, *person, *what; const char *digest; const char *result; /* JSON */ };
int idem_get(struct db *db, struct arena *a, const char *key, struct idem *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
int idem_add(struct db *db, struct arena *a, const struct idem *i, instant now, struct err *e) MUST_USE_; /* ERR_CONFLICT when there */
/* What a form was answered whose key stands in the audit row, with digest and result in the detail's "form"; 1/0/-1. */
int audit_form(struct db *db, struct arena *a, const char *key, struct idem *ret, struct err *e) MUST_USE_;
int idem_expire(struct db *db, struct arena *a, instant before, struct err *e) MUST_USE_; /* at most 10 000 a call */

/* ---- watch: what the last evaluation found for the lists of the supervision ---- */
struct watch {
    const char *list;
    int64_t project;
    const char *ref;
    const char *kind, *by_name; /* "" but of what was let through */
    const char *name;
    date on_day, against;
    fen amount, base;   /* -1 none */
    const char *words, *articles;
    /* read with the project for a list */
    const char *title, *number, *unit, *unit_name;
    fen total_investment;
};
/* Replaces the old rows by these. */
int watch_replace(struct db *db, struct arena *a, int64_t project, const struct watch *old, size_t old_count,
                  const struct watch *rows, size_t count, struct err *e) MUST_USE_;

/* ---- a project with all its rows, in one statement; 1/0/-1 ---- */
struct project_whole {
    struct project project;
    struct event *events; size_t event_count;            /* by seq */
    struct document *documents; size_t document_count;   /* by id */
    struct handing *hands; size_t hand_count;            /* by id, of every post (duties.h) */
    /* with the lock only */
    struct duty_row *duties; size_t duty_count;
    struct task *tasks; size_t task_count;
    struct watch *watches; size_t watch_count;
    struct idem idem; int has_idem;                      /* of the key asked for */
};
int project_whole(struct db *db, struct arena *a, int64_t id, struct project_whole *ret, struct err *e) MUST_USE_;
/*
 * The same with the project's row locked until the transaction ends. The lock comes first, so that all else is read as
 * whoever had it before left it; key "" looks for none. is_draft: nothing is likely to have happened to it yet.
 */
int project_whole_lock(struct db *db, struct arena *a, int64_t id, const char *key, int is_draft, struct project_whole *ret, struct err *e) MUST_USE_;

#endif
