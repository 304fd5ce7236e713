/*
 * store/lists.h - rows lists, counts, saved views and workbooks are made of
 *
 * Who may see which rows is one thing, project_sight, asked by every statement here in the same words (WALL in wall.h).
 */
#ifndef STORE_LISTS_H
#define STORE_LISTS_H

#include "store/case.h"

/* ---- found: where the words of a search stand beside the project's own row ---- */
struct search_piece {
    const char *kind; /* document | event */
    int64_t project, ref; /* id of the file, number of the event */
    const char *name, *text; /* of a file its name twice; of an event its name and its JSON */
};
/* Of these projects, at most limit pieces. Nothing for a text project_list takes for a mere part of a name. */
int search_pieces(struct db *db, struct arena *a, const char *text, const int64_t *projects, size_t count, int limit,
                  struct search_piece **ret, size_t *ret_count, struct err *e) MUST_USE_;

/*
 * Projects but this one whose name, number, files or opinions have many pairs of the title; those with most first, at most limit.
 * Of a pair that very many have only the newest projects are looked at: what is alike is known by its rare pairs.
 */
struct alike { int64_t project; const char *title, *number, *unit, *unit_name, *state; int64_t shared; };
int search_alike(struct db *db, struct arena *a, const struct project_sight *w, int64_t project, const char *title, int limit,
                 struct alike **ret, size_t *ret_count, struct err *e) MUST_USE_;

/*
 * Follows the sealed audit trail a piece further: what was written in the projects it names is put where it is found.
 * *ret_links: how many links were gone over; 0 when it has caught up. Several may call at once: one waits for the other.
 */
int search_follow(struct db *db, struct arena *a, int64_t *ret_links, struct err *e) MUST_USE_;
/* What stands in the next projects after that id is put where it is found; in transactions of its own. *ret_last 0 past the last. */
int search_reindex(struct db *db, struct arena *a, int64_t after, int64_t *ret_last, int64_t *ret_count, struct err *e) MUST_USE_;

/* ---- stat: counts and money, from the table that moves with the projects ---- */
enum stat_by { STAT_BY_STAGE, STAT_BY_UNIT, STAT_BY_YEAR, STAT_BY_HOLDER };
struct stat_row {
    const char *key;   /* stage, unit, year or holder */
    int64_t running, done, other, drafts; /* other: stopped or refused */
    fen amount, running_amount;  /* of all but drafts; of the running */
};
/* year 0: all. One row a key, without those that count nothing. */
int stat_list(struct db *db, struct arena *a, enum stat_by by, const struct project_sight *w, int year, struct stat_row **ret,
              size_t *ret_count, struct err *e) MUST_USE_;
/* Running projects with a last day before the third of these days, by unit and stage: how many, and before the first (late)
 * and the second; at most STAT_DUE_MAX projects are looked at, ret_is_partial says that there were more. */
enum { STAT_DUE_MAX = 10000 };
struct stat_due {
    const char *unit, *stage;
    int64_t late, soon, near; /* before the first day; then before the second; then before the third */
};
int stat_due_list(struct db *db, struct arena *a, const struct project_sight *w, int year, const date before[3],
                  struct stat_due **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- watch: lists of the supervision (struct watch: case.h) ---- */
/* Newest projects first; after: the last row shown, or NULL. */
struct watch_filter {
    const char *list, *kind, *unit; /* kind, unit: "" all */
    int year;                       /* of on_day; 0 all */
};
int watch_list(struct db *db, struct arena *a, const struct watch_filter *f, const struct project_sight *w,
               const struct watch *after, int limit, struct watch **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Open duties of that unit ("": of all) whose last day is before that day, the earliest first; name is the duty's, on_day its last day,
 * words its limit, ref "<duty>/<key>". */
int watch_late(struct db *db, struct arena *a, const struct project_sight *w, date before, const char *unit, const struct watch *after,
               int limit, struct watch **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* Entries of 信息系统台账 by unit, system, day: after these of a system of a unit ("", "": from the first); unit: "" all. */
int system_list(struct db *db, struct arena *a, const struct project_sight *w, const char *unit, const char *after_unit,
                const char *after_name, int limit, struct watch **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* One unit's projects, each below the limit and handed in within the window, that together reach it. */
struct split {
    const char *unit, *unit_name;
    int64_t count;
    fen total, largest;
    date first, last;
};
int split_list(struct db *db, struct arena *a, const struct project_sight *w, date from, date before, fen limit, int most,
               struct split **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* The projects of that unit which split_list counts for it, ascending; at most so many. */
struct split_part {
    int64_t project;
    const char *title, *number;
};
int split_parts(struct db *db, struct arena *a, const struct project_sight *w, const char *unit, date from, date before, fen limit,
                int most, struct split_part **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- money: the ledger of every project that has one, newest first ---- */
enum { MONEY_AMOUNTS = 11, MONEY_LEFT_FROM = 8 /* surplus and what follows it */ };
extern const char *const money_amounts[MONEY_AMOUNTS]; /* "applied" … "returned", in the order of every amount[] here */
#define MONEY_NONE INT64_MIN
struct money_row {
    int64_t project;
    const char *title, *number, *unit_name;
    date submitted_on;
    int over; /* limits exceeded */
    fen amount[MONEY_AMOUNTS]; /* MONEY_NONE: not known; of one year: not moved */
};
enum money_which { MONEY_ALL, MONEY_EXCEEDS /* a limit */, MONEY_REMAINS /* surplus, carried on or given back */ };
struct money_filter {
    const char *unit; /* "" all */
    int year;         /* of the first submission; 0 all */
    int of_year;      /* what this year's acts moved, of the projects it moved; 0 the whole, whatever the year */
    enum money_which which;
    int64_t after;    /* 0 first page */
};
int money_list(struct db *db, struct arena *a, const struct project_sight *w, const struct money_filter *f, int limit,
               struct money_row **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* What money_list's rows add up to, one row a year, ascending; from the table that moves with the projects. */
struct money_sum {
    int of_year;               /* 0: of drafts in which nothing has happened */
    int64_t projects, firsts;  /* that moved in it; whose first year it is: these add up to all of them */
    fen amount[MONEY_AMOUNTS];
};
int money_sums(struct db *db, struct arena *a, const struct project_sight *w, const struct money_filter *f,
               struct money_sum **ret, size_t *ret_count, struct err *e) MUST_USE_;

/* ---- saved views, one person's own ---- */
struct saved_view { int64_t id; const char *person, *list, *name, *query; instant made_at; };
/* ERR_CONFLICT when the person has one of that name. */
int saved_view_add(struct db *db, struct arena *a, const struct saved_view *v, struct err *e) MUST_USE_;
int saved_view_list(struct db *db, struct arena *a, const char *person, const char *list, struct saved_view **ret, size_t *ret_count,
                    struct err *e) MUST_USE_;
int saved_view_drop(struct db *db, struct arena *a, const char *person, int64_t id, struct err *e) MUST_USE_; /* ERR_NOT_FOUND */

/* ---- jobs: lists on their way into workbooks ---- */
struct job {
    int64_t id;
    const char *person, *person_name;
    const char *post;  /* JSON: as whom it was asked for */
    const char *list, *name, *query;
    const char *state; /* queued | running | done | failed | expired */
    int64_t rows_done, size;
    const char *sm3, *reason;
    int64_t attempts, fence;
    instant made_at, started_at, ended_at, lease_until;
};
int job_add(struct db *db, struct arena *a, const struct job *j, struct err *e) MUST_USE_;
int job_get(struct db *db, struct arena *a, int64_t id, struct job *ret, struct err *e) MUST_USE_; /* 1/0/-1 */
int job_list(struct db *db, struct arena *a, const char *person, int limit, struct job **ret, size_t *ret_count, struct err *e) MUST_USE_;
/* The person's jobs that are not over yet. */
int job_open_count(struct db *db, struct arena *a, const char *person, int64_t *ret, struct err *e) MUST_USE_;
/* Takes the oldest that waits, or whose taker's lease ran out, under a new fence; commits. 1/0/-1. */
int job_claim(struct db *db, struct arena *a, instant now, instant lease_until, struct job *ret, struct err *e) MUST_USE_;
/* Tells how far it is and keeps the lease; ERR_STALE when another has taken it. */
int job_progress(struct db *db, struct arena *a, const struct job *j, instant lease_until, struct err *e) MUST_USE_;
/* state, rows_done, size, sm3, reason as in j; ERR_STALE as above. */
int job_end(struct db *db, struct arena *a, const struct job *j, instant now, struct err *e) MUST_USE_;
/* Those that ended before that day: they become "expired" and are handed out once, for their files to go. */
int job_expire(struct db *db, struct arena *a, instant before, int limit, struct job **ret, size_t *ret_count, struct err *e) MUST_USE_;

#endif
