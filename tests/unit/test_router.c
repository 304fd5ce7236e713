/*
 * test_router.c - the table of routes walked as a whole, and addresses matched one by one
 */
#include "config.h"

#include "check.h"

#include "base/text.h"
#include "web/call.h"
#include "web/templates.h"

static struct arena *a;

static int set_up(void **state)
{
    a = arena_new("test", 16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(a);
    return 0;
}

/* ---- the table ---- */

static void sorted(void **state)
{
    assert_true(routes_count > 0);
    for (size_t i = 1; i < routes_count; i++) {
        int order = strcmp(routes[i - 1].pattern, routes[i].pattern);
        CHECK(order < 0 || (order == 0 && routes[i - 1].method < routes[i].method), routes[i].pattern);
    }
}

/* An address that fits the pattern: {t} d, {id} 7, words w. */
static char *example_of(const char *pattern)
{
    struct buf b CLEANUP_(buf_free) = {0};
    buf_init(&b, 1000);
    while (*pattern) {
        if (*pattern != '{') {
            buf_putc(&b, *pattern++);
            continue;
        }
        buf_puts(&b, text_starts(pattern, "{t}") ? "d" : text_starts(pattern, "{id}") ? "7" : "w");
        pattern = strchr(pattern, '}') + 1;
    }
    return arena_dup(a, buf_str(&b));
}

static void one_row_a_path(void **state)
{
    for (size_t i = 0; i < routes_count; i++) {
        const char *path = example_of(routes[i].pattern);
        size_t hits = 0;
        for (size_t k = 0; k < routes_count; k++) {
            struct route_args args;
            hits += routes[k].method == routes[i].method && route_fits(routes[k].pattern, path, a, &args);
        }
        CHECK_INT(hits, 1, routes[i].pattern);
    }
}

static void rows_make_sense(void **state)
{
    struct mustache_set *set;
    struct err e = {0};
    if (mustache_compile(a, templates_data, templates_count, &set, &e) < 0)
        fail_msg("%s", e.message);
    for (size_t i = 0; i < routes_count; i++) {
        const struct route *r = &routes[i];
        int in_district = text_starts(r->pattern, "/{t}/");
        CHECK(r->handle && r->title && *r->title, r->pattern);
        CHECK(r->method == HTTP_GET || r->method == HTTP_POST, r->pattern);
        CHECK(r->method == HTTP_POST || r->body == BODY_NONE, r->pattern);
        CHECK(r->method == HTTP_GET || r->body != BODY_NONE, r->pattern);
        CHECK(r->who != WHO_POST || in_district, r->pattern);
        CHECK(r->who != WHO_PEER || in_district, r->pattern);
        /* an action is asked of a post; a post is asked for its action */
        CHECK((r->action != MAY_ANY) == (r->who == WHO_POST), r->pattern);
        CHECK(!r->template || mustache_has(set, r->template), r->pattern);
        /* what is sent to a post's route changes something, and so fails closed when the directory is silent */
        CHECK(r->who != WHO_POST || r->method == HTTP_GET || action_writes(r->action), r->pattern);
    }
}

/* A write in JSON says what it may have; nothing else is read from it. */
static void writes_name_their_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes_count; i++)
        CHECK(routes[i].body == BODY_FILE || (routes[i].body == BODY_FORM) == (route_members(&routes[i]) != NULL),
              routes[i].pattern);
}

/* ---- addresses ---- */

static const struct route table[] = {
    {HTTP_GET, "/"},
    {HTTP_GET, "/login"},
    {HTTP_POST, "/login"},
    {HTTP_GET, "/{t}/inbox/{word}/{id}"},
    {HTTP_GET, "/{t}/regulation/forms"},
    {HTTP_GET, "/{t}/regulation/forms/{word}"},
    {HTTP_GET, "/{t}/projects"},
    {HTTP_POST, "/{t}/projects"},
    {HTTP_GET, "/{t}/projects/new"},
    {HTTP_GET, "/{t}/projects/{id}"},
    {HTTP_POST, "/{t}/projects/{id}/acts/{act}"},
};

/* clang-format off */
static const struct {
    const char *path; enum http_method method; int host; enum route_answer answer;
    const char *pattern, *tenant; int64_t id; const char *word;
} rows[] = {
    { "/",                                  HTTP_GET,  0, ROUTE_FOUND,  "/",                             NULL, 0, NULL },
    { "/login",                             HTTP_POST, 0, ROUTE_FOUND,  "/login",                        NULL, 0, NULL },
    { "/login/",                            HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/login",                             HTTP_OTHER,0, ROUTE_METHOD, "GET, HEAD, POST",               NULL, 0, NULL },
    { "/d/projects",                        HTTP_GET,  0, ROUTE_FOUND,  "/{t}/projects",                 "d",  0, NULL },
    { "/d/projects/new",                    HTTP_GET,  0, ROUTE_FOUND,  "/{t}/projects/new",             "d",  0, NULL },
    { "/d/projects/new",                    HTTP_POST, 0, ROUTE_METHOD, "GET, HEAD",                     NULL, 0, NULL },
    { "/d/projects/12",                     HTTP_GET,  0, ROUTE_FOUND,  "/{t}/projects/{id}",            "d",  12, NULL },
    { "/d/projects/9223372036854775807",    HTTP_GET,  0, ROUTE_FOUND,  "/{t}/projects/{id}",            "d",  INT64_MAX, NULL },
    { "/d/projects/9223372036854775808",    HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/012",                    HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/-1",                     HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/1x",                     HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/",                       HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/12/acts/review.accept_1",HTTP_POST, 0, ROUTE_FOUND,  "/{t}/projects/{id}/acts/{act}", "d",  12, "review.accept_1" },
    { "/d/projects/12/acts/Accept",         HTTP_POST, 0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/12/acts/..",             HTTP_POST, 0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/12/acts/水",             HTTP_POST, 0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/projects/12/acts/a/b",            HTTP_POST, 0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/d/inbox/upper-1/3",                 HTTP_GET,  0, ROUTE_FOUND,  "/{t}/inbox/{word}/{id}",        "d",  3, "upper-1" },
    { "/d/regulation/forms",                HTTP_GET,  0, ROUTE_FOUND,  "/{t}/regulation/forms",         "d",  0, NULL },
    { "/d/regulation/forms",                HTTP_POST, 0, ROUTE_METHOD, "GET, HEAD",                     NULL, 0, NULL },
    { "/d/regulation/forms/demand_form",    HTTP_GET,  0, ROUTE_FOUND,  "/{t}/regulation/forms/{word}",  "d",  0, "demand_form" },
    { "/D/projects",                        HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/1/projects",                        HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/projects",                          HTTP_GET,  0, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
    { "/projects",                          HTTP_GET,  1, ROUTE_FOUND,  "/{t}/projects",                 NULL, 0, NULL },
    { "/projects/12/acts/a",                HTTP_POST, 1, ROUTE_FOUND,  "/{t}/projects/{id}/acts/{act}", NULL, 12, "a" },
    { "/login",                             HTTP_GET,  1, ROUTE_FOUND,  "/login",                        NULL, 0, NULL },
    { "/d/projects",                        HTTP_GET,  1, ROUTE_NONE,   NULL,                            NULL, 0, NULL },
};
/* clang-format on */

static void addresses(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct route *r = NULL;
        struct route_args args = {0};
        const char *allow = NULL;
        enum route_answer answer =
            router_match(table, ARRAY_LEN(table), rows[i].method, rows[i].path, rows[i].host, a, &r, &args, &allow);
        CHECK_INT(answer, rows[i].answer, rows[i].path);
        CHECK(text_eq(answer == ROUTE_METHOD ? allow : r ? r->pattern : NULL, rows[i].pattern), rows[i].path);
        CHECK(text_eq(args.tenant, rows[i].tenant) && text_eq(args.word, rows[i].word), rows[i].path);
        CHECK_INT(args.id, rows[i].id, rows[i].path);
    }
}

static void long_words(void **state)
{
    struct route_args args;
    char path[120] = "/";
    memset(path + 1, 'w', 100);
    assert_true(route_fits("/{word}", path, a, &args));
    path[101] = 'w';
    assert_false(route_fits("/{word}", path, a, &args));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sorted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_row_a_path, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_make_sense, set_up, tear_down),
        cmocka_unit_test(writes_name_their_members),
        cmocka_unit_test_setup_teardown(addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_words, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
