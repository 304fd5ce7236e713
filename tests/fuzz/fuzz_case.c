/*
 * tests/fuzz/fuzz_case.c - the simulate form and the decision function over anything
 *
 * A form is refused with a problem at a path, or evaluated; the verdict is complete, can be
 * written out, cites what it quotes, and is the same when asked again.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "regulation/regulation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

/* cache: what every input shares, read once */
static struct {
    struct arena *a;
    struct arena *call; /* of one input */
    struct vocabulary *v;
    struct calendar *c;
    struct regulation *r;
} shared;

static void open_shared(void)
{
    const char *top = getenv("top_srcdir");
    struct findings f;
    struct err e = {0};

    if (shared.a)
        return;
    if (!top)
        top = ".";
    shared.a = arena_new("shared", 64 << 20);
    shared.call = arena_new("fuzz", 1U << 30);
    findings_init(&f, shared.a);
    must(vocabulary_load(shared.a, arena_fmt(shared.a, "%s/tests/unit/data/regulation/vocabulary.json", top), &shared.v,
                         &f, &e) == 0);
    must(calendar_load(shared.a, arena_fmt(shared.a, "%s/tests/unit/data/regulation/calendar", top), &shared.c, &e) ==
         0);
    must(regulation_load(shared.a, arena_fmt(shared.a, "%s/tests/unit/data/regulation/small", top), shared.v, &shared.r,
                         &f, &e) == 0);
}

static void check_verdict(const struct node *v)
{
    const char *outcome = node_get_str(v, "outcome");
    size_t reasons = node_count(node_get(v, "reasons"));

    must(text_eq(outcome, "allowed") || text_eq(outcome, "refused") || text_eq(outcome, "not_applicable") ||
         text_eq(outcome, "off_platform"));
    must(text_eq(outcome, "allowed") == (reasons == 0));
    for (const struct node *r = node_first(node_get(v, "reasons")); r; r = r->next)
        must(*node_get_str(r, "code") && *node_get_str(r, "message"));
    for (const struct node *d = node_first(node_get(v, "duties")); d; d = d->next)
        must(*node_get_str(d, "id") && *node_get_str(d, "state"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a;
    struct buf first CLEANUP_(buf_free) = {0}, second CLEANUP_(buf_free) = {0};
    struct err_list errors = {0};
    const struct node *n, *v;
    struct case_input in;
    struct err e = {0};

    open_shared();
    a = shared.call;
    arena_reset(a);
    if (jsonin_parse(a, (const char *)data, size, &n, NULL, NULL, &e) < 0)
        return 0;
    if (case_read(shared.r, a, n, &in, &errors) < 0) {
        must(errors.count > 0 && *errors.item[0].message);
        return 0;
    }
    v = regulation_eval(shared.r, shared.c, a, &in);
    check_verdict(v);
    buf_init(&first, 64 << 20);
    buf_init(&second, 64 << 20);
    jsonout_canonical(&first, v);
    jsonout_canonical(&second, regulation_eval(shared.r, shared.c, a, &in));
    must(buf_ok(&first) && strcmp(buf_str(&first), buf_str(&second)) == 0);
    return 0;
}
