/*
 * tests/unit/cases.c - runs the scenario tests of one version of a regulation
 */
#include "config.h"

#include "tests/unit/cases.h"

#include <stdio.h>

#include "base/buf.h"

enum { SAID_MAX_BYTES = 1 << 20 };

/* A regulation that ships has no errors; its doubts are printed for who reads the log. */
static void report(struct tally *t, const struct findings *f, const char *dir, const char *more)
{
    struct buf b;

    buf_init(&b, SAID_MAX_BYTES);
    findings_print(f, &b);
    fprintf(stderr, "%s", buf_str(&b));
    buf_free(&b);
    if (f->errors) {
        fprintf(stderr, "%s: %d 处错误 %s\n", dir, f->errors, more);
        t->failed += f->errors;
    }
}

void cases_run(struct tally *t, struct arena *a, const struct vocabulary *v, const struct calendar *c, const char *dir)
{
    struct findings f;
    struct regulation *r;
    struct err e = {0};

    findings_init(&f, a);
    if (regulation_load(a, dir, v, &r, &f, &e) == 0) {
        regulation_check(r, NULL, 0, date_of(2026, 1, 1), &f);
        t->passed += regulation_scenarios(r, c, &f);
    }
    report(t, &f, dir, e.message);
}
