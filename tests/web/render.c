/*
 * tests/web/render.c - one template over a model in a file, as the platform would send it: render PAGE MODEL.json
 *
 * MODEL.json is {"frame": {...}, "model": {...}}, the shapes of web/frame.h and of the page's casework call. For looking
 * at pages without a platform; it shares the template set with the real thing.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "web/mustache.h"
#include "web/page_parts.h"
#include "web/templates.h"

static int render(struct arena *a, const char *page, const char *path, struct buf *out, struct err *e)
{
    struct mustache_set *set;
    const struct node *root;
    char *text;
    size_t len;

    if (mustache_compile(a, templates_data, templates_count, &set, e) < 0 || file_read(a, path, 16 << 20, &text, &len, e) < 0 ||
        jsonin_parse(a, text, len, &root, NULL, NULL, e) < 0)
        return -1;
    struct node *model = node_copy(a, node_get(root, "model"));
    page_fields(a, model);
    const struct node *contexts[] = { node_get(root, "frame"), model };
    return mustache_render(set, "layout", page, contexts, 2, out, e);
}

int main(int argc, char **argv)
{
    struct err e = { 0 };
    struct buf out CLEANUP_(buf_free) = { 0 };

    if (argc != 3)
        return 2;
    struct arena *a = arena_new("render", 64 << 20);
    buf_init(&out, 16 << 20);
    if (render(a, argv[1], argv[2], &out, &e) < 0) {
        fputs(e.message, stderr);
        fputs("\n", stderr);
        return 1;
    }
    fwrite(out.data, 1, out.len, stdout);
    arena_free(a);
    return 0;
}
