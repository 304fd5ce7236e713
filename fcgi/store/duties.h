/*
 * store/duties.h - rows of the watch over duties: the nightly run, cards, letters, what people want; and of who acts for whom
 */
#ifndef STORE_DUTIES_H
#define STORE_DUTIES_H

#include "store/case.h"

/* ---- nightly: one row a day, with the place reached ---- */
struct nightly {
    date day;
    const char *state; /* running | done */
    int64_t last_project;
    instant started_at, ended_at;
    instant posts_at; /* when the posts were looked through; INSTANT_NONE: not yet that day */
    int64_t projects, changed, opened, yellow, red;
    int64_t exceeding; /* projects whose ledger exceeds a limit */
    int64_t drifted;   /* projects whose row had other figures than the events prove */
    int64_t failed;
};
int nightly_get(struct db *db, struct arena *a, date day, struct nightly *ret, struct err *e) MUST_USE_;  /* 1/0/-1 */
int nightly_newest(struct db *db, struct arena *a, struct nightly *ret, struct err *e) MUST_USE_;         /* 1/0/-1 */
int nightly_add(struct db *db, struct arena *a, date day, instant now, struct err *e) MUST_USE_;          /* harmless when there */
/* The running row of that day under its lock; 0 when there is none, or another runner is at it. In a transaction. */
int nightly_take(struct db *db, struct arena *a, date day, struct nightly *ret, struct err *e) MUST_USE_;
int nightly_save(struct db *db, struct arena *a, const struct nightly *n, struct err *e) MUST_USE_;
int nightly_again(struct db *db, struct arena *a, date day, struct err *e) MUST_USE_; /* a done one from the beginning */
int nightly_posts(struct db *db, struct arena *a, date day, instant now, struct err *e) MUST_USE_;
/* Ids of projects in which something has happened, after that one. */
int nightly_projects(struct db *db, struct arena *a, int64_t after, int limit, int64_t *ret, size_t *ret_count,
                     struct err *e) MUST_USE_;

/* What the passing of time changed in the row of a locked project; its version stays, for whoever has a form open. Not its state. */
int nightly_project(struct db *db, struct arena *a, const struct project *p, struct err *e) MUST_USE_;

/* ---- vacancy: a post that something waits for and nobody holds ---- */
struct vacancy {
    const char *organ, *unit, *person; /* person "" but of one who was asked at the post and holds it no more */
    const char *name, *group_name;
    int64_t waiting; /* projects that wait for it */
    date since, checked_on;
};
int vacancy_put(struct db *db, struct arena *a, const struct vacancy *v, struct err *e) MUST_USE_; /* since stays */
int vacancy_clear(struct db *db, struct arena *a, date checked_before, struct err *e) MUST_USE_; /* of posts nothing waits for any more */
int vacancy_drop(struct db *db, struct arena *a, const struct vacancy *v, struct err *e) MUST_USE_; /* by organ, unit and person */
enum { VACANCY_MAX = 100 };
int vacancy_list(struct db *db, struct arena *a, struct vacancy **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Posts that tasks or open duties name, and persons (with their name) whose signature is asked for; how many projects each. At most 1000. */
struct awaited { const char *organ, *unit, *person, *name; int64_t waiting; };
int awaited_list(struct db *db, struct arena *a, struct awaited **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- card: what somebody was told, once a kind, organ and person ---- */
struct card {
    int64_t id, project;
    const char *duty, *key, *kind; /* open | yellow | red | urge | cosign | cosign_urge | cosign_due | cosign_said */
    const char *name, *who, *unit;
    const char *person; /* whom alone of the post it is for; "" all who hold it */
    date due_on, given_on;
    const char *articles, *note, *by_name;
    /* read with the project */
    const char *title, *number, *place;
};
int card_add(struct db *db, struct arena *a, const struct card *c, struct err *e) MUST_USE_; /* the caller looked that it is not there */
/* 1 added, 0 it was there; waits for the answer. */
int card_give(struct db *db, struct arena *a, const struct card *c, struct err *e) MUST_USE_;
/* Of the projects from the one to the other id: project, duty, key, kind, name, who and unit. */
int card_given(struct db *db, struct arena *a, int64_t from, int64_t to, struct card **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Not yet written to anybody, given since that day, by post, then id. */
int card_unmailed(struct db *db, struct arena *a, date since, int limit, struct card **ret, size_t *ret_count, struct err *e) MUST_USE_;
int card_mailed(struct db *db, struct arena *a, int64_t id, struct err *e) MUST_USE_;
/* What such cards (project, duty, who, unit, person, note) were given for is over: no letter is written of those not yet told. */
int card_over(struct db *db, struct arena *a, const struct card *like, struct err *e) MUST_USE_;
/* Urgings of a post's projects given since that day, newest first. */
int card_urged(struct db *db, struct arena *a, const char *who, const struct project_sight *of, date since, int limit,
               struct card **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- duties for the calendar and the reminders: open or to come, with their project ---- */
struct due_row {
    int64_t project;
    const char *duty, *key, *name, *who, *who_name, *unit;
    date opens_on, due_on;
    int provisional;
    const char *articles;
    const char *title, *number, *unit_name;
};
/* Open duties of a post with a last day up to that one, earliest first, whatever their number. */
int due_open_ask(struct db *db, struct arena *a, const char *who, const struct project_sight *of, date until, int limit,
                 struct asked *ret, struct err *e) MUST_USE_;
/* Last days from one to another, earliest first; who "": of everybody. */
int due_between(struct db *db, struct arena *a, const char *who, const struct project_sight *of, date from, date to,
                int limit, struct due_row **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- mail ---- */
struct mail {
    int64_t id;
    const char *key, *person, *address, *subject, *body;
    const char *state; /* queued | leased | sent | dead */
    instant created_at, next_try, lease_until, done_at;
    int64_t attempts, fence;
    int last_status;
    const char *last_error;
};
int mail_add(struct db *db, struct arena *a, const struct mail *m, struct err *e) MUST_USE_; /* harmless when the key is there */
/* Leases the next due letter; 1/0/-1. Own transaction. */
int mail_claim(struct db *db, struct arena *a, instant now, int lease_s, struct mail *ret, struct err *e) MUST_USE_;
/* Fenced, like outbox_settle: ERR_STALE when the lease was lost. */
int mail_settle(struct db *db, struct arena *a, const struct mail *m, const char *state, instant next_try, int status,
                const char *error, instant now, struct err *e) MUST_USE_;
int mail_expire(struct db *db, struct arena *a, instant before, struct err *e) MUST_USE_; /* sent ones; at most 10 000 a call */

/* ---- what a person wants ---- */
struct person_setting { const char *person, *mail, *kinds; instant updated_at; };
int person_setting_get(struct db *db, struct arena *a, const char *person, struct person_setting *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
int person_setting_put(struct db *db, struct arena *a, const struct person_setting *p, struct err *e) MUST_USE_;

/* ---- what a district tells everybody who works in it, from a day to a day ---- */
struct district_notice {
    int64_t id;
    const char *title, *body;     /* body: lines */
    date from_on, to_on;
    const char *by_person, *by_name;
    instant posted_at, ended_at; const char *ended_by; /* INSTANT_NONE: not taken down */
};
int notice_add(struct db *db, struct arena *a, const struct district_notice *n, struct err *e) MUST_USE_;
int notice_get(struct db *db, struct arena *a, int64_t id, struct district_notice *ret, struct err *e) MUST_USE_; /* 1/0/-1, locked in a transaction */
int notice_end(struct db *db, struct arena *a, const struct district_notice *n, struct err *e) MUST_USE_;
/* All, ended ones too: the newest first, below that id (0: from the newest). */
int notice_list(struct db *db, struct arena *a, int64_t before, int limit, struct district_notice **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Those that stand on that day. */
int notice_now(struct db *db, struct arena *a, date day, int limit, struct district_notice **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- who acts for whom ---- */
struct delegation {
    int64_t id;
    const char *organ, *unit, *from_person, *from_name, *to_person, *to_name;
    date from_on, to_on;
    const char *reason;
    instant created_at, revoked_at;
};
int delegation_add(struct db *db, struct arena *a, const struct delegation *g, struct err *e) MUST_USE_;
int delegation_get(struct db *db, struct arena *a, int64_t id, struct delegation *ret, struct err *e) MUST_USE_; /* 1/0/-1, locked in a transaction */
int delegation_revoke(struct db *db, struct arena *a, int64_t id, instant now, struct err *e) MUST_USE_;
/* Of a post (organ "": of the district), ending on or after that day: newest first. */
int delegation_list(struct db *db, struct arena *a, const char *organ, const char *unit, date since, struct delegation **ret,
                    size_t *ret_count, struct err *e) MUST_USE_;
/* In force on that day, given to the person for that post. */
int delegation_for(struct db *db, struct arena *a, const char *to_person, const char *organ, const char *unit, date day,
                   struct delegation **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* 1 when one of that person's (given to anybody) overlaps these days. */
int delegation_overlaps(struct db *db, struct arena *a, const char *from_person, const char *organ, const char *unit, date from,
                        date to, struct err *e) MUST_USE_;

/*
 * What went from person to person within a post, never changed: the case itself (hand), a request to sign first (ask),
 * and of a request its urgings (urge) and its end (agree, disagree, decline, or back: taken back); and the first opening at an
 * office of what was handed in (read, step the number of the event). person: whom it is given or
 * asked, also in the rows of the request; by: who did it; reason: what about, what he says. They come with the case (project_whole).
 */
struct handing {
    int64_t id, project; /* id given by the store */
    const char *organ, *unit, *person, *name, *by_person, *by_name, *reason;
    instant at;
    const char *kind;
    int64_t ask;         /* id of the request; 0 for hand and ask */
    const char *step;    /* "procedure.step" of a request; "" */
    date until_on;       /* by when it is wanted; DATE_NONE */
    /* read with the project for the desk */
    const char *title, *number, *unit_name;
    instant urged_at;
};
int handing_add(struct db *db, struct arena *a, const struct handing *h, struct err *e) MUST_USE_;
/* One of kind read: 1 kept, 0 that office has read that event before, -1; waits for the answer. */
int handing_read(struct db *db, struct arena *a, const struct handing *h, struct err *e) MUST_USE_;
/* The tasks of that post in the project are in the hands of who it was given to (kind hand). */
int task_hand(struct db *db, struct arena *a, const struct handing *h, struct err *e) MUST_USE_;
/* For one person's desk: the requests (ask) in running projects that wait for him, the earliest first, at most limit. */
int handing_asked(struct db *db, struct arena *a, const char *organ, const char *unit, const char *person, int limit,
                  struct handing **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* What most desks have not got, asked for at once: was this person ever asked at this post to sign first (handing_asked), was the post
 * urged since that day in whichever place (card_urged), is there a paper nobody at the post has opened (addressed_list), does a notice
 * stand on that day (notice_now)? 0: then they find no row. */
struct desk_probe {
    int asked, urged, unread, notice;
    struct project_counts counts; /* of the post's projects */
};
int desk_probe_ask(struct db *db, struct arena *a, const char *organ, const struct project_sight *of, const char *person, date since,
                   date day, struct asked *ret, struct err *e) MUST_USE_; /* one row */

/* ---- the desk's other tabs ---- */
struct done_row {
    int64_t project, seq;
    instant entered_at;
    const char *name, *by_name, *articles, *title, *number, *state, *stage_name;
};
/* What a person has done, newest first, before (at, project, seq); INSTANT_NONE: from the newest. */
int done_list(struct db *db, struct arena *a, const char *person, instant before, int64_t project, int64_t seq, int limit,
              struct done_row **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Ids of the projects a person began, newest first, below that id. */
int started_list(struct db *db, struct arena *a, const char *person, int64_t before, int limit, struct project **ret,
                 size_t *ret_count, struct err *e) MUST_USE_;

#endif
