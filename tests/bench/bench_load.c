/*
 * tests/bench/bench_load.c - how long many districts take to load and what they cost; not part of make check
 *
 * bench_load SETTINGS WORKERS: loads the platform as guizhangd does before it forks, forks workers, has each of them
 * work with every regulation (a project decided, the text, the road), and prints one JSON line: milliseconds, memory
 * of the models, and of each worker the KiB of /proc/self/smaps_rollup while all of them stand.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "casework/platform.h"

enum { PLATFORM_BYTES = 2000 << 20, CALL_BYTES = 256 << 20, WORKERS_MAX = 64, LINE = 512 };

static double milliseconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* "Pss: 123 kB" of this process as "Pss":123 of JSON */
static void smaps_json(char *ret, size_t size)
{
    static const char *const NAMES[] = {"Rss", "Pss", "Shared_Clean", "Shared_Dirty", "Private_Clean", "Private_Dirty"};
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    char line[LINE];
    size_t used = 0;
    long kib;

    ret[0] = '\0';
    while (f && fgets(line, sizeof(line), f))
        for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
            if (text_starts(line, NAMES[i]) && sscanf(line + strlen(NAMES[i]), ": %ld kB", &kib) == 1)
                used += (size_t)snprintf(ret + used, size - used, "%s\"%s\": %ld", used ? ", " : "", NAMES[i], kib);
    if (f)
        fclose(f);
}

/* What requests do with a regulation, without a database. */
static void use(struct arena *call, const struct platform *p, const struct regulation *r)
{
    struct case_input in = {.today = date_of(2026, 3, 2), .submitted_on = DATE_NONE, .facts = node_object(call)};

    in.now = instant_of_date(in.today, 9, 0);
    in.unit_code = in.unit_name = in.unit_kind = "";
    regulation_eval(r, p->calendar, call, &in);
    regulation_text(r, call);
    regulation_outline(r, p->calendar, call, NULL);
    arena_reset(call);
}

static void work(const struct platform *p, int ready, int go, int end, int answer)
{
    struct arena *call = arena_new("call", CALL_BYTES);
    char line[LINE], c = 0;

    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < p->districts[i].regulation_count; k++)
            use(call, p, p->districts[i].regulations[k]);
    if (write(ready, &c, 1) != 1 || read(go, &c, 1) != 1) /* all of them have worked */
        _exit(1);
    smaps_json(line, sizeof(line));
    if (write(answer, line, strlen(line) + 1) < 0 || read(end, &c, 1) < 0) /* stands until the parent closes */
        _exit(1);
    _exit(0);
}

static int measure_workers(const struct platform *p, int workers)
{
    int ready[2], go[2], end[2], answer[WORKERS_MAX][2];
    char line[LINE], c = 0;

    if (pipe(ready) < 0 || pipe(go) < 0 || pipe(end) < 0)
        return -1;
    for (int i = 0; i < workers; i++) {
        pid_t pid = pipe(answer[i]) < 0 ? -1 : fork();

        if (pid < 0)
            return -1;
        if (pid == 0) {
            close(end[1]);
            work(p, ready[1], go[0], end[0], answer[i][1]);
        }
    }
    for (int i = 0; i < workers; i++)
        if (read(ready[0], &c, 1) != 1)
            return -1;
    for (int i = 0; i < workers; i++)
        if (write(go[1], &c, 1) != 1)
            return -1;
    printf(", \"workers\": [");
    for (int i = 0; i < workers; i++) {
        if (read(answer[i][0], line, sizeof(line)) <= 0)
            return -1;
        printf("%s{%s}", i ? ", " : "", line);
    }
    printf("]");
    close(end[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new("platform", PLATFORM_BYTES);
    int workers = argc == 3 ? atoi(argv[2]) : 0;
    struct platform *p;
    struct err e = {0};
    char before[LINE], after[LINE];

    if (workers < 1 || workers > WORKERS_MAX) {
        fprintf(stderr, "bench_load <settings> <workers>\n");
        return 2;
    }
    smaps_json(before, sizeof(before));

    double from = milliseconds(CLOCK_MONOTONIC), cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID);

    if (platform_load(a, argv[1], &p, &e) < 0) {
        fprintf(stderr, "%s %s %s\n", e.message, e.detail, e.mend);
        return 1;
    }

    double took = milliseconds(CLOCK_MONOTONIC) - from;

    cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    smaps_json(after, sizeof(after));
    printf(
        "{\"ms\": %.1f, \"cpu_ms\": %.1f, \"districts\": %zu, \"arena_bytes\": %zu, \"before\": {%s}, \"after\": {%s}",
        took, cpu, p->count, arena_used(a), before, after);
    fflush(stdout);
    int rc = measure_workers(p, workers);
    printf("}\n");
    arena_free(a);
    return rc < 0;
}
