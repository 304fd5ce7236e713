/*
 * tests/fuzz/fuzz_query.c - forms and query strings: what is read is clean text, what is refused says why
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/form.h"
#include "web/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static void check_text(const struct node *n)
{
    must(n->type == NODE_TEXT && text_is_utf8(n->u.text, strlen(n->u.text)) && text_is_clean(n->u.text, 1));
    must(strchr(n->u.text, '\r') == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 30);
    struct node *form = NULL;
    struct err e = {0};

    if (form_parse(a, (const char *)data, size, &form, &e) < 0) {
        must(form == NULL && e.message[0] != '\0' && text_is_utf8(e.message, strlen(e.message)));
        return 0;
    }
    must(node_count(form) <= FORM_FIELDS_MAX);
    for (const struct node *n = node_first(form); n; n = n->next) {
        must(n->key[0] && strlen(n->key) <= FORM_NAME_MAX && node_get(form, n->key) == n);
        if (n->type == NODE_TEXT)
            check_text(n);
        else
            for (const struct node *k = node_first(n); k; k = k->next)
                check_text(k);
    }
    size_t before = node_count(form);
    int has = node_get(form, "csrf") != NULL;
    form_take(form, "csrf");
    must(node_get(form, "csrf") == NULL && node_count(form) == before - (size_t)has);
    return 0;
}
