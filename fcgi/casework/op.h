/*
 * casework/op.h - the one road of every operation that changes something
 *
 * Permission → transaction → lock the project → has this key been answered → the work → audit → the key's
 * answer → commit. Where the work goes by the version of a form, the key is asked only when it has refused: whoever was
 * answered before has moved the version on; then its answer stands in the audit row of what it did, not in a row of its
 * own (adr/0027). A deadlock or lock time-out repeats the whole, at most twice more; a lost COMMIT is
 * ERR_UNCERTAIN and is passed on; a refusal leaves an audit row in a transaction of its own.
 */
#ifndef CASEWORK_OP_H
#define CASEWORK_OP_H

#include "casework/casefile.h"

struct op {
    const struct desk *desk;
    enum action may;          /* not asked of the system (a desk without an actor) */
    const char *what;         /* slug of the audit row: "project.act" */
    int64_t project;          /* locked and loaded into file; 0: none */
    const struct node *asked; /* what was asked: its digest binds the idempotency key */
    struct err_list *errors;  /* emptied before every try; may be NULL */
    int versioned;            /* the work refuses, before all else, another version than the form showed, and moves it on */
    int is_draft;             /* a case to which, most likely, nothing has happened yet */

    /* for the work */
    struct db *db;
    struct casefile file;

    /* from the work */
    const char *object;       /* "project/123"; set before the work when project is given */
    const char *articles;
    const char *after;        /* digest of the changed row; "" */
    struct node *detail;      /* of the audit row; must not hold what may not be kept */
    struct node *result;      /* the answer, kept with the key */
    int unchanged;            /* nothing was written: there is nothing to audit */

    /* for the caller */
    int repeated;             /* result is the answer of an earlier call with this key */
};
typedef int op_work(struct op *op, void *arg, struct err *e);

int op_run(struct op *op, op_work *work, void *arg, struct err *e) MUST_USE_;

/* What was handed in of the same material makes room for the newer one; both stay in the file. */
int op_replace_document(struct op *op, const struct document *newer, struct err *e) MUST_USE_;

/* A row in the caller's transaction: what, object, result and detail are the caller's, the rest is the desk's. */
int audit_put(const struct desk *d, struct db *db, struct audit *row, struct err *e) MUST_USE_;

/* SM3 of the row's canonical JSON */
const char *project_digest(struct arena *a, const struct project *p);

#endif
