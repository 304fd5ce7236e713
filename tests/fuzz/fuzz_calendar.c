/*
 * tests/fuzz/fuzz_calendar.c - yearly arrangements made of anything: the strict look, the loader, counting by them
 *
 * The input is one year's file, or several with a NUL between. What the strict look passes loads; by what loads,
 * the sums count as one who goes day by day does, across the years without a notice before and after.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "regulation/regulation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES_MAX = 4, SPAN_MAX = 40 };

static void must(int holds)
{
    if (!holds)
        abort();
}

static size_t cut(struct arena *a, const uint8_t *data, size_t size, struct calendar_bytes *all)
{
    const char *s = arena_dupn(a, (const char *)data, size);
    size_t count = 0;

    for (size_t at = 0, n; at <= size && count < FILES_MAX; at += n + 1) {
        n = strnlen(s + at, size - at);
        all[count++] = (struct calendar_bytes){"calendar.json", arena_dupn(a, s + at, n), n};
    }
    return count;
}

/* Day by day, as one does with a printed calendar. */
static int walked(const struct calendar *c, date from, date to, int *provisional)
{
    int n = 0;

    for (date d = from + 1; d <= to; d++)
        n += calendar_is_workday(c, d, provisional);
    return n;
}

static void count_by(struct arena *a, const struct calendar *c, date from, int n)
{
    int p1 = 0, p2 = 0, p3 = 0;
    date end = calendar_add_workdays(c, from, n, &p1), rolled = calendar_roll(c, from, NULL);
    const struct calendar_period working = {.unit = CALENDAR_WORKING_DAYS, .n = n};
    const struct node *days = calendar_count(c, a, from, &working), *last = NULL;

    must(end >= from && (n == 0 || calendar_is_workday(c, end, NULL)));
    must(calendar_workdays_between(c, from, end, &p2) == n);
    must(walked(c, from, end, &p3) == n && p2 == p3 && p1 == p2);
    must(calendar_workdays_between(c, end, from, NULL) == -n);
    must(rolled >= from && calendar_is_workday(c, rolled, NULL));
    must(rolled == from || !calendar_is_workday(c, from, NULL));
    for (const struct node *d = node_first(days); d; d = d->next)
        last = d;
    must(last && text_eq(node_get_str(last, "date"), date_text(a, end)));
    must(calendar_last_day(c, from, &working, NULL) == end);
}

/* Around its first and last day and in the middle; how long, the input's own length says. */
static void count_around(struct arena *a, const struct calendar *c, size_t size)
{
    int first, last, n = (int)(size % SPAN_MAX);

    calendar_years(c, &first, &last);
    must(first <= last && calendar_has_year(c, first) && calendar_has_year(c, last));
    must(strlen(calendar_version(c)) == 12);
    count_by(a, c, date_of(first, 1, 1) - 10, n);
    count_by(a, c, date_of(first, 4, 28) + (date)(size % 7), n);
    count_by(a, c, date_of(last, 9, 28), n);
    count_by(a, c, date_of(last, 12, 25), n);
    must(text_is_utf8(calendar_notices(c, last), strlen(calendar_notices(c, last))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    struct calendar_bytes all[FILES_MAX];
    struct calendar_file file;
    struct calendar *c;
    struct findings f;
    struct err e = {0};
    size_t count;

    if (!a)
        a = arena_new("fuzz", 1U << 30);
    arena_reset(a);
    count = cut(a, data, size, all);
    findings_init(&f, a);
    calendar_check_bytes(a, &all[0], &file, &f);
    for (const struct finding *x = f.first; x; x = x->next)
        must(*x->id && *x->message && text_is_utf8(x->message, strlen(x->message)));
    if (calendar_load_bytes(a, all, count, &c, &e) == 0) {
        count_around(a, c, size);
        return 0;
    }
    must(*e.message);
    must(f.errors || file.before || count > 1); /* days of the year before need that year's file */
    return 0;
}
