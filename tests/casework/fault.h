/*
 * tests/casework/fault.h - the n-th call into the database library goes wrong
 *
 * The linker puts these in the library's place (--wrap), for this test program alone: the release has no hooks.
 */
#ifndef CASEWORK_FAULT_H
#define CASEWORK_FAULT_H

enum fault {
    FAULT_BEFORE, /* the connection is cut before the server hears of it */
    FAULT_AFTER,  /* the server has done it, the answer is lost, the connection cut */
    FAULT_AGAIN,  /* the server chose this transaction to break a deadlock: rolled back */
    FAULT_FULL,   /* the server could not write: its disk is full */
    FAULT_KINDS
};

/* The n-th call from now on (the first is 1) fails in this manner; once. */
void fault_arm(int n, enum fault how);
/* No more; 1 when it has happened. *ret_commit: it was a COMMIT. */
int fault_disarm(int *ret_commit);

#endif
