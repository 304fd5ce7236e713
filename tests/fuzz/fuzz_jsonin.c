/*
 * tests/fuzz/fuzz_jsonin.c - strict JSON in
 *
 * What is refused has a place and a message; what is accepted json-c accepts too, and
 * written out and read again, by either reader, it is the same tree, whose canonical bytes never change.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/jsonrow.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static const struct node *again(struct arena *a, const struct buf *b)
{
    const struct node *n = NULL;
    struct err e = {0};

    must(buf_ok(b));
    must(jsonin_parse(a, buf_str(b), b->len, &n, NULL, NULL, &e) == 0);

    const struct node *row = NULL; /* what we wrote reads the same by the short way */

    must(jsonrow_parse(a, buf_str(b), &row, &e) == 0 && node_equal(n, row));
    return n;
}

static void check_refusal(const struct err *e, int line, int column)
{
    must(e->code == ERR_BAD_JSON && line >= 1 && column >= 1);
    must(text_starts(e->message, "第 ") && text_is_utf8(e->message, strlen(e->message)));
    must(!text_starts(e->detail, "json-c"));
}

static void check_tree(struct arena *a, const struct node *n)
{
    struct buf tree CLEANUP_(buf_free) = {0}, first CLEANUP_(buf_free) = {0}, second CLEANUP_(buf_free) = {0};

    buf_init(&tree, 64 << 20);
    buf_init(&first, 64 << 20);
    buf_init(&second, 64 << 20);
    jsonout_pretty(&tree, n);
    must(node_equal(n, again(a, &tree)));
    buf_clear(&tree);
    jsonout_tree(&tree, n);
    must(node_equal(n, again(a, &tree)));
    must(node_equal(n, node_copy(a, n)));
    jsonout_canonical(&first, n);
    jsonout_canonical(&second, again(a, &first));
    must(strcmp(buf_str(&first), buf_str(&second)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 30);
    const struct node *n = NULL;
    struct err e = {0};
    int line = 0, column = 0;

    if (jsonin_parse(a, (const char *)data, size, &n, &line, &column, &e) < 0)
        check_refusal(&e, line, column);
    else
        check_tree(a, n);
    return 0;
}
