/*
 * tests/fuzz/fuzz_rules.c - the loader and the checker over rules.json made of anything
 *
 * What is refused has a finding at a place in the file; what loads can be checked, shown
 * and evaluated. The text and the vocabulary are those of tests/data/bad.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "regulation/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX_BYTES = 1 << 20 };

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
    struct load_bytes bytes;
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
    must(file_read(shared.a, arena_fmt(shared.a, "%s/tests/data/bad/common/text.json", top), FILE_MAX_BYTES,
                   &shared.bytes.text, &shared.bytes.text_len, &e) == 0);
}

static void check_findings(struct findings *f)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, 64 << 20);
    for (const struct finding *x = f->first; x; x = x->next) {
        must(*x->id && *x->message && text_is_utf8(x->message, strlen(x->message)));
        must(x->line == 0 || (x->line >= 1 && x->column >= 1 && x->width >= 1));
    }
    findings_print(f, &b);
    must(text_is_utf8(buf_str(&b), strlen(buf_str(&b))));
}

static void use(struct arena *a, const struct regulation *r)
{
    struct case_event attempt = {.at = instant_of_date(date_of(2025, 3, 3), 9, 0), .by = "unit"};
    struct case_input in = {.today = date_of(2025, 3, 3), .submitted_on = DATE_NONE};

    must(node_get(regulation_eval(r, shared.c, a, &in), "outcome") != NULL);
    for (size_t i = 0; i < r->happening_count && i < 20; i++) {
        attempt.what = r->happenings[i].full;
        in.attempt = &attempt;
        must(*node_get_str(regulation_eval(r, shared.c, a, &in), "outcome"));
        in.history = &attempt;
        in.history_count = 1;
        in.attempt = NULL;
        must(*node_get_str(regulation_eval(r, shared.c, a, &in), "outcome"));
        in.history_count = 0;
    }
    for (size_t i = 0; i < r->procedure_count; i++)
        must(regulation_procedure(r, a, r->procedures[i].id) != NULL);
    must(regulation_text(r, a) && regulation_ledger(r, a) && regulation_vocabulary(r, a) &&
         regulation_facts(r, a, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a;
    struct regulation *r;
    struct load_bytes x;
    struct findings f;
    struct err e = {0};

    open_shared();
    a = shared.call;
    arena_reset(a);
    x = shared.bytes;
    x.rules = arena_dupn(a, (const char *)data, size);
    x.rules_len = size;
    findings_init(&f, a);
    if (regulation_load_bytes(a, "/nowhere", &x, shared.v, &r, &f, &e) < 0) {
        must(f.errors > 0 && *e.message);
    } else {
        must(f.errors == 0);
        regulation_check(r, NULL, 0, date_of(2025, 3, 3), &f);
        use(a, r);
    }
    check_findings(&f);
    return 0;
}
