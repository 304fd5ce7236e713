/*
 * tests/fuzz/fuzz_condition.c - conditions made of anything, compiled and asked of projects made of anything
 *
 * {"when": condition, "case": what simulate reads}. What is refused has a finding; what compiles has an answer,
 * the same when asked again, the other one under "not", and words in UTF-8.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/eval.h"
#include "regulation/load.h"
#include "regulation/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

/* cache: what every input shares, read once */
static struct {
    struct arena *a;
    struct vocabulary *v;
    struct calendar *c;
    struct regulation *r;
    struct arena *call; /* of one input */
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

/* What does not name a project is asked of an empty one. */
static void read_case(struct regulation *r, struct arena *a, const struct node *json, struct case_input *in)
{
    struct err_list errors = {0};

    if (json && case_read(r, a, json, in, &errors) == 0)
        return;
    must(!json || (errors.count > 0 && *errors.item[0].message));
    *in = (struct case_input){.today = date_of(2025, 6, 2), .submitted_on = DATE_NONE, .unit_kind = ""};
}

static struct eval begin(const struct regulation *r, struct arena *a, const struct case_input *in, int pending)
{
    struct eval ev = {.r = r, .c = shared.c, .a = a, .in = in};

    ev.today = ev.at = in->today;
    ev.submitted_on = in->submitted_on;
    ev.duties = ARENA_ARRAY(a, struct duty_memo, r->duty_count + 1);
    ev.cited = arena_alloc(a, r->article_count + 1);
    facts_begin(&ev);
    replay(&ev);
    facts_settle(&ev);
    ev.facts_pending = pending;
    return ev;
}

static void ask(const struct regulation *r, struct arena *a, const struct case_input *in, const struct cond *c)
{
    static const enum answer OTHER[] = {ANSWER_YES, ANSWER_NO, ANSWER_OPEN};
    struct cond alone = *c, other = {.kind = COND_NOT, .kids = &alone, .term = -1, .operand.term = -1};
    enum answer settled[2];

    alone.next = NULL;
    for (int pending = 0; pending < 2; pending++) {
        struct eval ev = begin(r, a, in, pending);
        enum answer first = cond_decide(&ev, &alone);

        must(first == ANSWER_NO || first == ANSWER_YES || first == ANSWER_OPEN);
        must(cond_decide(&ev, &alone) == first);
        must(cond_decide(&ev, &other) == OTHER[first]);
        must(pending || (first != ANSWER_OPEN && cond_holds(&ev, &alone) == (first == ANSWER_YES)));
        settled[pending] = first;
    }
    must(settled[1] == ANSWER_OPEN || settled[1] == settled[0]); /* what may still come does not change it */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct regulation r;
    struct findings f;
    struct load l;
    struct case_input in;
    const struct node *n;
    const struct cond *c;
    const char *words;
    struct err e = {0};

    open_shared();
    arena_reset(shared.call);
    if (jsonin_parse(shared.call, (const char *)data, size, &n, NULL, NULL, &e) < 0 || !node_get(n, "when"))
        return 0;
    r = *shared.r;
    r.term_cap = r.term_count; /* what it adds goes to memory of its own */
    findings_init(&f, shared.call);
    l = (struct load){.a = shared.call, .r = &r, .v = shared.v, .f = &f, .file = "fuzz", .article = ""};
    c = cond_compile(&l, node_get(n, "when"));
    if (!c || f.errors) { /* some of it may have compiled: the loader refuses the whole */
        must(f.errors > 0 && *f.first->message && text_is_utf8(f.first->message, strlen(f.first->message)));
        return 0;
    }
    read_case(&r, shared.call, node_get(n, "case"), &in);
    ask(&r, shared.call, &in, c);
    words = cond_words(&r, shared.call, c);
    must(*words && text_is_utf8(words, strlen(words)));
    return 0;
}
