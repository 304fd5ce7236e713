/*
 * test_accept.c - page or JSON, as the client asks
 */
#include "config.h"

#include "check.h"

#include "base/attr.h"
#include "web/http.h"

/* clang-format off */
static const struct { const char *accept, *type; enum http_want want; } rows[] = {
    { "",                                                       "",                 WANT_HTML },
    { "",                                                       "application/json", WANT_JSON },
    { "*/*",                                                    "",                 WANT_HTML },
    { "*/*",                                                    "application/json", WANT_JSON },
    { "application/json",                                       "",                 WANT_JSON },
    { "Application/JSON",                                       "",                 WANT_JSON },
    { "application/problem+json",                               "",                 WANT_JSON },
    { "application/*",                                          "",                 WANT_JSON },
    { "text/html",                                              "application/json", WANT_HTML },
    { "text/*",                                                 "",                 WANT_HTML },
    { "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", "", WANT_HTML },
    { "application/json, text/html;q=0.9",                      "",                 WANT_JSON },
    { "application/json;q=0.5, text/html;q=0.9",                "",                 WANT_HTML },
    { "application/json;q=0.901, text/html;q=0.9",              "",                 WANT_JSON },
    { "text/html;q=0, */*",                                     "",                 WANT_JSON },
    { "text/html;q=0.0",                                        "",                 WANT_NEITHER },
    { "application/json; charset=utf-8; q=1.0",                 "",                 WANT_JSON },
    { "image/png",                                              "",                 WANT_NEITHER },
    { "application/jsonx",                                      "",                 WANT_NEITHER },
    { ",,,",                                                    "",                 WANT_NEITHER },
};
/* clang-format on */

static void table(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (http_want(rows[i].accept, rows[i].type) != rows[i].want)
            fail_msg("<%s> <%s>", rows[i].accept, rows[i].type);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
