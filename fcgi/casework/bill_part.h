/*
 * casework/bill_part.h - what the files of a draft's operations share
 */
#ifndef CASEWORK_BILL_PART_H
#define CASEWORK_BILL_PART_H

#include "casework/bill.h"
#include "casework/op.h"
#include "casework/view.h"
#include "store/bill.h"

/* ---- bill_file.c: the list in the row, the content in the tree ---- */
struct bill_file { const char *name, *sm3; int64_t size; };
struct bill_files { struct bill_file *rows; size_t count; };
void bill_files_read(const struct desk *d, const struct bill *b, struct bill_files *ret); /* room for one more */
void bill_files_write(const struct desk *d, const struct bill_files *files, struct bill *b); /* also the digest */
const struct bill_file *bill_file_find(const struct bill_files *files, const char *name);
/* The name a file of a draft has, of what a person called it; NULL when it is none of those. */
const char *bill_file_name(struct arena *a, const char *given);
int bill_file_name_is_right(const char *name);
int bill_file_text(const struct desk *d, const char *sm3, char **ret, size_t *ret_len, struct err *e) MUST_USE_;
/* Keeps the bytes and puts them into the list; *ret_was the digest there was, "". */
int bill_file_put(const struct desk *d, struct bill_files *files, const char *name, const char *bytes, size_t len, const char **ret_was,
                  struct err *e) MUST_USE_;
/* The draft's files as a folder <…>/<version>, for the loader; made anew only when they changed. */
int bill_folder(const struct desk *d, const struct bill *b, const char **ret, struct err *e) MUST_USE_;
/* A file of a version that is loaded: from its folder, or of the district's findings.json what is of that version. */
int bill_files_copy(const struct desk *d, const struct regulation *r, const char *regulation, struct bill_files *files, struct err *e) MUST_USE_;

/* ---- bill_check.c ---- */
struct bill_law {
    struct regulation *r; /* NULL: it did not load */
    struct findings f;
    int passed, failed; /* scenario cases */
    const char *dir;
};
/* Lives as long as the request. */
int bill_examine(const struct desk *d, const struct bill *b, struct bill_law *ret, struct err *e) MUST_USE_;
struct node *bill_check_node(const struct desk *d, const struct bill *b, const struct bill_law *law, const char *only_file_or_null);
/* 0, or ERR_RULE: an error, or a doubt nobody accepted. */
int bill_is_sound(const struct bill_law *law, struct err *e) MUST_USE_;

/* ---- bill.c ---- */
struct bill_op {
    struct bill bill;
    int64_t id, version;
};
/* Inside op_run: locks, and refuses another version than the form's or a state that is not among those, parted by blanks. */
int bill_begin(struct op *op, struct bill_op *b, const char *states, struct err *e) MUST_USE_;
/* Saves; audit row and answer from it. */
int bill_end(struct op *op, struct bill_op *b, struct err *e) MUST_USE_;
struct node *bill_asked(const struct desk *d, const struct bill_op *b);
int bill_read_row(const struct desk *d, int64_t id, struct bill *ret, struct err *e) MUST_USE_;
struct node *bill_node(const struct desk *d, const struct bill *b);

/* ---- bill_place.c: the published folder ---- */
int bill_place(const struct desk *d, const struct bill *b, struct err *e) MUST_USE_;
int bill_unplace(const struct desk *d, const struct bill *b, struct err *e) MUST_USE_;
int bill_is_placed(const struct desk *d, const struct bill *b);

/* ---- bill_publish.c ---- */
/* How many hold the role in the directory; -1 when it does not answer: then it stops nobody here, for confirming needs a person. */
int bill_holders(const struct desk *d);
int bill_vacancy_check(int holders, struct err *e) MUST_USE_;
/* 0 for who neither proposed it nor wrote a file last. */
int bill_second_person(const struct desk *d, const struct bill *b, struct err *e) MUST_USE_;
/* "bills" of the desk: proposed by another, to be confirmed by this person. */
int bill_waiting(const struct desk *d, struct db *db, struct node *page, struct err *e) MUST_USE_;

#endif
