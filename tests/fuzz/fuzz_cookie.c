/*
 * tests/fuzz/fuzz_cookie.c - the wire: headers of any kind, one a line, as nginx would pass them
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/http.h"
#include "web/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

/* Lines of the input become "NAME=value" parameters. */
static char **params_of(struct arena *a, const uint8_t *data, size_t size)
{
    char **line;
    size_t n = text_split(a, arena_dupn(a, (const char *)data, size), '\n', &line);
    char **params = ARENA_ARRAY(a, char *, n + 1);
    for (size_t i = 0; i < n; i++)
        params[i] = line[i];
    return params;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 30);
    struct http_wire wire = {.params = params_of(a, data, size)};
    struct http h;
    struct err e = {0};
    const char *value = NULL;

    int rc = http_read(&wire, a, &h, &e);
    must(strlen(h.request_id) >= 8 && strpbrk(h.request_id, "\r\n\"<>") == NULL);
    if (rc == 0) {
        must(h.path[0] == '/' && text_is_utf8(h.path, strlen(h.path)) && strstr(h.path, "//") == NULL);
        must(strstr(h.path, "/../") == NULL && h.length >= 0);
        http_origin_is_ours(&h, "https://xm.example.gov.cn", NULL, 0);
    }
    if (http_cookie(a, h.cookie, "gz", &value, &e) == 1)
        must(strlen(value) <= COOKIE_VALUE_MAX && strchr(value, ';') == NULL);
    value = http_disposition(a, h.query);
    must(strpbrk(value, "\r\n") == NULL);
    return 0;
}
