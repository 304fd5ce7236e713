/*
 * tests/unit/cases.h - runs the scenario tests of one version of a regulation
 */
#ifndef TESTS_UNIT_CASES_H
#define TESTS_UNIT_CASES_H

#include "regulation/regulation.h"

struct tally {
    int passed, failed;
};

/* Loads dir, checks it, runs dir/cases; faults go to standard error. */
void cases_run(struct tally *t, struct arena *a, const struct vocabulary *v, const struct calendar *c, const char *dir);

#endif
