/*
 * tests/bench/bench_eval.c - how long one evaluation takes; not part of make check
 *
 * bench_eval <tenants folder> <district/version> <case file>: takes the first case with an
 * attempt, repeats its history until it has 200 events, and prints median and 95th
 * percentile of 2000 evaluations in microseconds.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/regulation.h"

enum { BENCH_ROUNDS = 2000, BENCH_EVENTS = 200, BENCH_BYTES = 256 << 20 };

static int by_size(const void *x, const void *y)
{
    double p = *(const double *)x, q = *(const double *)y;

    return p < q ? -1 : p > q;
}

static double microseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int fail(const struct err *e)
{
    fprintf(stderr, "%s %s\n", e->message, e->detail);
    return 1;
}

int main(int argc, char **argv)
{
    static double took[BENCH_ROUNDS];
    struct arena *a = arena_new("bench", BENCH_BYTES), *call = arena_new("call", BENCH_BYTES);
    struct err e = {0};
    struct err_list errors = {0};
    struct findings f;
    struct vocabulary *v;
    struct calendar *c;
    struct regulation *r;
    struct case_input in;
    struct case_event *events;
    const struct node *n;
    size_t len, used = 0;
    char *bytes;

    if (argc != 4) {
        fprintf(stderr, "bench_eval <tenants> <district/version> <case file>\n");
        return 2;
    }
    findings_init(&f, a);
    if (vocabulary_load(a, arena_fmt(a, "%s/common/vocabulary.json", argv[1]), &v, &f, &e) < 0 ||
        calendar_load(a, arena_fmt(a, "%s/common/calendar", argv[1]), &c, &e) < 0 ||
        regulation_load(a, arena_fmt(a, "%s/%s", argv[1], argv[2]), v, &r, &f, &e) < 0 ||
        file_read(a, argv[3], 1 << 22, &bytes, &len, &e) < 0 || jsonin_parse(a, bytes, len, &n, NULL, NULL, &e) < 0)
        return fail(&e);
    if (n->type == NODE_LIST) {
        const struct node *best = node_first(n);
        for (const struct node *k = node_first(n); k; k = k->next) /* the longest history */
            if (node_count(node_get(k, "history")) > node_count(node_get(best, "history")))
                best = k;
        n = best;
    }
    if (case_read(r, a, n, &in, &errors) < 0)
        return fail(&errors.item[0]);
    events = ARENA_ARRAY(a, struct case_event, BENCH_EVENTS);
    while (used < BENCH_EVENTS && in.history_count)
        for (size_t i = 0; i < in.history_count && used < BENCH_EVENTS; i++)
            events[used++] = in.history[i];
    in.history = events;
    in.history_count = used;
    for (int i = 0; i < BENCH_ROUNDS; i++) {
        double from = microseconds();
        regulation_eval(r, c, call, &in);
        took[i] = microseconds() - from;
        if (i == 0)
            printf("%zu events, %zu bytes a verdict\n", used, arena_used(call));
        arena_reset(call);
    }
    qsort(took, BENCH_ROUNDS, sizeof(took[0]), by_size);
    printf("median %.1f us, 95%% %.1f us\n", took[BENCH_ROUNDS / 2], took[BENCH_ROUNDS * 95 / 100]);
    arena_free(call);
    arena_free(a);
    return 0;
}
