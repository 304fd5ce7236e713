/*
 * casework/panel.h - what the files about experts share; inside casework only
 */
#ifndef CASEWORK_PANEL_H
#define CASEWORK_PANEL_H

#include "casework/experts.h"
#include "casework/op.h"
#include "store/expert.h"

enum {
    EXPERT_NAME_CHARS = 40,
    EXPERT_WORD_CHARS = 100,
    REASON_CHARS = 300,
    OPINION_CHARS = 3000,
    COMMENT_CHARS = 500,
    WORDS_MIN_CHARS = 12,
    WORDS_MAX_CHARS = 100,
    SCORE_MAX = 100
};

/* A review with its law, seals and seats. */
struct panel {
    struct review_row r;
    const struct regulation *regulation;
    const struct node *rule; /* as regulation_review gives it */
    struct review_seal *seals; size_t seal_count;
    struct review_seat *seats; size_t seat_count;
};
/* The row's law, seals and seats; p->r is filled. */
int panel_read(const struct desk *d, struct db *db, struct panel *p, struct err *e) MUST_USE_;
/* Permission, row, project of the actor's own: ERR_NOT_FOUND for others. For pages of organs. */
int panel_open(const struct desk *d, enum action may, int64_t id, struct panel *p, struct project *project, struct db **ret_db,
               struct err *e) MUST_USE_;
/* 1 when the actor's organ is in that list ("convened_by", or of objects with "organ": "seeds"). */
int panel_has_organ(const struct desk *d, const struct node *list);
int panel_convenes(const struct desk *d, const struct node *rule);
int panel_takes_part(const struct desk *d, const struct panel *p); /* convenes, seals or audits: knows of it even in a draft */
const struct review_seal *panel_seal(const struct panel *p, const char *organ);
int panel_sealed_all(const struct panel *p);
/* Seats that count, and of these the sheets that are in. */
size_t panel_seated(const struct panel *p);
size_t panel_handed(const struct panel *p);
int panel_all_in(const struct panel *p);
const char *panel_state_name(const struct panel *p);
/* Refused with this unless the state is that one. */
int panel_must(const struct panel *p, const char *state, struct err *e) MUST_USE_;
int panel_stale(struct err *e);
/* Not of this regulation: ERR_NOT_FOUND. */
int experts_missing(struct err *e);

/* A text of the input without blanks at its ends, min..max characters; what is wrong goes into errors at /with/key. "" then. */
const char *typed_text(const struct desk *d, const struct node *input, const char *key, const char *label, size_t min, size_t max,
                       int lines, struct err_list *errors);
/* One text, a list of texts, or texts parted by blanks, as a list. */
struct node *typed_list(struct arena *a, const struct node *input, const char *key);
/* A field of a page's form, as view_field; choices [{id, label}] or NULL. */
struct ask {
    const char *id, *label, *type, *hint;
    int required;
    const struct node *choices, *value;
};
void ask_put(const struct desk *d, const struct ask *q, const struct node *typed, const struct err_list *errors, struct node *fields);
/* The first of the errors as the refusal. */
int typed_refuse(const struct err_list *errors, struct err *e);

/* ---- expert.c ---- */
enum { EXPERT_STATE_COUNT = 3 };
struct expert_state { const char *id, *name; };
extern const struct expert_state EXPERT_STATES[EXPERT_STATE_COUNT];
const char *expert_state_name(const char *state); /* "" when there is none such */
/* Input as of expert_put into the row; what is wrong goes into errors at /with/<key>. */
void expert_read(const struct desk *d, const struct node *pool, const struct node *input, struct expert *x, struct err_list *errors);
/* As regulation_expert_pool; ERR_NOT_FOUND where the regulation knows none. */
int expert_pool_of(const struct desk *d, struct node **ret, struct err *e) MUST_USE_;
int expert_may_keep(const struct desk *d, const struct node *pool);
int expert_keeper_only(const struct desk *d, const struct node *pool, struct err *e) MUST_USE_;
int expert_has(const struct node *list, const char *id); /* a list of texts has it */

/* ---- review.c: the road of every act of an organ ---- */
struct review_call {
    int64_t id, version, seat;
    const char *kind, *words, *seal, *reason;
    const struct node *input;
};
/* whole: with the project locked and loaded; without it the review's own row is the lock, as for experts. */
int review_run(const struct desk *d, const char *what, op_work *work, struct review_call *c, struct node *asked, struct err_list *errors, int whole,
               struct err *e) MUST_USE_;
/* Inside the work: the review under its lock (the project's was taken before it, always in this order), read whole. */
int review_begin(struct op *op, const struct review_call *c, struct panel *p, struct err *e) MUST_USE_;

/* ---- review_start.c ---- */
/* 1 when the evaluator would let one of the review's acts happen now, but for what its form asks. */
int review_turn(const struct node *verdict, const struct node *rule);
/* 1 when an act that records its result came after the review began. */
int review_recorded(const struct casefile *c, const struct node *rule, const struct review_row *r);

/* ---- review_list.c ---- */
/* {id, name, procedure_name, articles, convened_names, seeds_text, avoid_text, at_least, panel_text, pass_text} */
void review_rule_put(const struct desk *d, const struct node *rule, struct node *n);

/* ---- review_view.c ---- */
/* seats: who sits, with what this post may know of their sheets */
void review_seats_put(const struct desk *d, const struct panel *p, struct node *page);
/* 1 when this post may know who was drawn. */
int review_knows_names(const struct desk *d, const struct panel *p);
/* {id, version, name, state…, is_drawn…, articles, panel_text, convener_name, held_on, …, proof_href} */
void review_head(const struct desk *d, const struct panel *p, struct node *n);

/* ---- seat.c ---- */
/* Takes a seat out; with fill the next reserve sits in its place. *ret_next NULL when none did. */
int seat_out(struct op *op, struct panel *p, struct review_seat *seat, const char *kind, const char *reason, int fill,
             struct review_seat **ret_next, struct err *e) MUST_USE_;
const char *seat_state_name(const struct review_seat *s);
const char *seat_out_name(const char *kind);
/* 张三（某大学，教授） */
const char *seat_person(struct arena *a, const struct review_seat *s);

/* The seat, to its expert alone; ERR_NOT_FOUND for everybody else, and on record. */
int seat_open(const struct desk *d, enum action may, int64_t id, struct review_seat *ret, struct db **ret_db, struct err *e) MUST_USE_;
int seat_missing(struct err *e);

/* ---- seat_view.c ---- */
/* {items: [{item, weight, score, comment}], agrees_name, opinion, total} */
void sheet_put(const struct desk *d, const struct panel *p, const struct node *sheet, struct node *n);

/* ---- score.c: the sheets added up, in integers ---- */
/* Members of a sheet: score_<item>, comment_<item>; and what they say, as typed. */
char *score_key(struct arena *a, const char *item);
char *comment_key(struct arena *a, const char *item);
const char *score_of(struct arena *a, const struct node *sheet, const char *item);
const char *comment_of(struct arena *a, const struct node *sheet, const char *item);
/* Hundredths of a point of one sheet by the weights of the rule. */
int64_t score_total(struct arena *a, const struct node *rule, const struct node *sheet);
const char *score_text(struct arena *a, int64_t hundredths); /* 78.35 */
/* {count, agree, disagree, average, average_text, agree_percent_text, passes, result_name, standard, items: [{id, name, weight, average_text}]} of the sheets that are in */
struct node *score_sum(struct arena *a, const struct panel *p);
/* What each wrote on one item: "1. …\n2. …"; "" when nobody did. */
const char *score_comments(struct arena *a, const struct panel *p, const char *item);

#endif
