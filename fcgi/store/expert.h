/*
 * store/expert.h - rows of one district's schema: its experts, their reviews, seats and score sheets
 */
#ifndef STORE_EXPERT_H
#define STORE_EXPERT_H

#include "store/case.h"

/* ---- expert: the pool ---- */
struct expert {
    int64_t id;
    const char *login;            /* of the directory; unique in the district */
    const char *name, *employer, *title;
    const char *fields;           /* JSON list of ids of the regulation's fields */
    const char *state;            /* active | paused | left */
    const char *note;
    instant added_at, changed_at;
    int64_t version;
};
/* ERR_CONFLICT when the login is there already. */
int expert_add(struct db *db, struct arena *a, const struct expert *x, struct err *e) MUST_USE_;
int expert_get(struct db *db, struct arena *a, int64_t id, struct expert *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
int expert_save(struct db *db, struct arena *a, struct expert *x, struct err *e) MUST_USE_; /* ERR_STALE; version+1 in x */
/* text: name or employer contains; state, field: "" all; rows with id < after (0 first), newest first, limit of them. */
int expert_list(struct db *db, struct arena *a, const char *text, const char *state, const char *field, int64_t after, int limit,
                struct expert **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Everybody who has not left, by id: the candidates of a draw. At most EXPERT_ALL_MAX. */
enum { EXPERT_ALL_MAX = 2000 };
int expert_all(struct db *db, struct arena *a, struct expert **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- review: a panel for a project ---- */
struct review_row {
    int64_t id, project;
    const char *kind;             /* id of the regulation's review */
    int64_t event_seq;            /* events of the project when it began */
    const char *state;            /* sealing | drawn | closed | void */
    const char *inputs, *inputs_sm3, *result, *result_sm3; /* of the draw: canonical JSON and digest; result "{}" and "" until drawn */
    const char *convener, *convener_name;
    instant started_at, drawn_at;
    date held_on; const char *hour, *place;
    const char *papers;           /* JSON list of document ids the panel may read */
    const char *outcome;          /* JSON of the scores added up; "{}" until closed */
    const char *opinion;
    instant closed_at;
    const char *void_reason;
    int64_t version;
};
int review_add(struct db *db, struct arena *a, const struct review_row *r, struct err *e) MUST_USE_;
int review_get(struct db *db, struct arena *a, int64_t id, int lock, struct review_row *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
int review_list(struct db *db, struct arena *a, int64_t project, struct review_row **ret, size_t *ret_count, struct err *e) MUST_USE_; /* newest first */
/* What a list shows of a review, with how far it is and what one organ has done. */
struct review_listed {
    int64_t id, project;
    const char *kind, *state;
    instant started_at;
    date held_on;
    const char *title, *unit_name;
    int64_t sealed, opened;       /* how many organs */
    int64_t own_sealed, own_opened; /* of the organ asked for: 0 or 1 */
    int64_t events;               /* of the project: 0 while it is its unit's own */
};
enum { REVIEW_LISTED_MAX = 100 };
/* Of the projects in sight, newest first; void ones left out. */
int review_running(struct db *db, struct arena *a, const struct project_sight *of, const char *organ, struct review_listed **ret, size_t *ret_count,
                   struct err *e) MUST_USE_;
int review_save(struct db *db, struct arena *a, struct review_row *r, struct err *e) MUST_USE_; /* ERR_STALE; version+1 in r */

struct review_seal {
    int64_t review;
    const char *organ, *organ_name, *seal, *person, *person_name;
    instant sealed_at;
    const char *words; instant opened_at; /* "" and INSTANT_NONE until opened */
};
int review_seal_add(struct db *db, struct arena *a, const struct review_seal *s, struct err *e) MUST_USE_; /* ERR_CONFLICT when there */
int review_seal_open(struct db *db, struct arena *a, int64_t review, const char *organ, const char *words, instant at, struct err *e) MUST_USE_;
int review_seal_list(struct db *db, struct arena *a, int64_t review, struct review_seal **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- seat: an expert in a review ---- */
struct review_seat {
    int64_t id, review, project;
    int place;                    /* 1.. in the order drawn: members, then reserves */
    int64_t expert;
    const char *login, *name, *employer, *title;
    const char *state;            /* waiting (a reserve) | seated | out */
    const char *out_kind;         /* conflict | declined | absent | "" */
    const char *out_reason;
    int64_t stands_for;           /* the seat whose place a reserve took; 0 */
    instant changed_at;
    const char *sheet;            /* JSON {scores: {id: {score, comment}}, agrees, opinion} */
    const char *sheet_state;      /* none | draft | in */
    const char *sheet_sm3;        /* once in */
    instant handed_at;
    int64_t version;
    /* read with the review and the project for lists */
    const char *title_of_project, *unit_name, *review_state, *kind;
    date held_on; const char *hour, *venue;
};
int review_seat_add(struct db *db, struct arena *a, const struct review_seat *s, struct err *e) MUST_USE_;
int review_seat_get(struct db *db, struct arena *a, int64_t id, struct review_seat *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
int review_seat_save(struct db *db, struct arena *a, struct review_seat *s, struct err *e) MUST_USE_; /* ERR_STALE; version+1 in s */
int review_seat_list(struct db *db, struct arena *a, int64_t review, struct review_seat **ret, size_t *ret_count, struct err *e) MUST_USE_; /* by place */
/* The seats of a person that are or were his, newest first; reserves who wait know nothing of it. */
enum { SEAT_LIST_MAX = 100 };
int review_seats_of_login(struct db *db, struct arena *a, const char *login, struct review_seat **ret, size_t *ret_count, struct err *e) MUST_USE_;
int review_seats_of_expert(struct db *db, struct arena *a, int64_t expert, struct review_seat **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Papers of the reviews of a project on which that person sits: JSON lists, at most a handful. */
int review_papers_for(struct db *db, struct arena *a, int64_t project, const char *login, const char ***ret, size_t *ret_count, struct err *e) MUST_USE_;

#endif
