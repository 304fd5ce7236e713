/*
 * tests/fuzz/fuzz_template.c - templates: whatever compiles also renders, within the ceiling
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "web/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static struct node *data_make(struct arena *a)
{
    struct node *root = node_object(a), *list = node_put_list(a, root, "l");
    node_put_text(a, root, "x", "<'&\">");
    node_put_text(a, root, "long", "a\nb\nc\n");
    node_put_int(a, root, "n", 0);
    node_put_bool(a, root, "t", 1);
    node_put_text(a, node_put_object(a, root, "o"), "x", "inner");
    for (int i = 0; i < 3; i++)
        node_put_int(a, node_add_object(a, list), "i", i);
    return root;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 30);
    static const unsigned char partial[] = "<{{x}}\n  {{#l}}{{> page}}{{/l}}>\n";
    const struct mustache_source sources[] = {
        {.name = "page", .text = data, .len = size},
        {.name = "p", .text = partial, .len = sizeof partial - 1},
    };
    struct mustache_set *set = NULL;
    struct err e = {0};
    struct buf out CLEANUP_(buf_free) = {0};

    buf_init(&out, 1 << 20);
    if (size > 512 || mustache_compile(a, sources, 2, &set, &e) < 0)
        return 0;
    const struct node *root = data_make(a);
    if (mustache_render(set, "page", "p", &root, 1, &out, &e) == 0)
        must(buf_ok(&out));
    else
        must(e.message[0] != '\0');
    return 0;
}
