/*
 * test_resume.c - what may be kept while somebody signs in: the address, the fields, how much of them
 */
#include "config.h"

#include "check.h"

#include "base/text.h"
#include "web/call.h"
#include "web/form.h"
#include "web/limits.h"

static struct arena *a;

static int set_up(void **state)
{
    a = arena_new("test", 64 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(a);
    return 0;
}

/* clang-format off */
static const struct { const char *path; int by_host, fits; const char *tenant; } addresses[] = {
    { "/xinzhou/projects",                       0, 1, "xinzhou" },
    { "/xinzhou/projects/12/edit",               0, 1, "xinzhou" },
    { "/xinzhou/projects/12/acts/filing.submit", 0, 1, "xinzhou" },
    { "/xinzhou/projects/12/documents",          0, 1, "xinzhou" },
    { "/projects",                               1, 1, NULL },
    { "/projects/12/edit",                       1, 1, NULL },
    { "/projects",                               0, 0, NULL },
    { "/login",                                  0, 0, NULL }, /* never a way to sign somebody in or out */
    { "/logout",                                 0, 0, NULL },
    { "/posts",                                  0, 0, NULL },
    { "/xinzhou/home",                           0, 0, NULL }, /* GET alone */
    { "/xinzhou/documents/3",                    0, 0, NULL },
    { "/xinzhou/exchange/filings",               0, 0, NULL }, /* between bureaus */
    { "",                                        0, 0, NULL },
    { "xinzhou/projects",                        0, 0, NULL },
    { "http://evil.example/xinzhou/projects",    0, 0, NULL },
    { "https://evil.example/",                   0, 0, NULL },
    { "//evil.example/projects",                 0, 0, NULL },
    { "//projects",                              1, 0, NULL },
    { "/\\evil.example/projects",                0, 0, NULL },
    { "/xinzhou/projects?x=1",                   0, 0, NULL },
    { "/xinzhou/projects#x",                     0, 0, NULL },
    { "/xinzhou/../login",                       0, 0, NULL },
    { "/xinzhou/projects/12/acts/../../x",       0, 0, NULL },
    { "/xinzhou/projects/",                      0, 0, NULL },
    { "/xinzhou//projects",                      0, 0, NULL },
    { "/xinzhou/projects\n",                     0, 0, NULL },
    { "javascript:alert(1)",                     0, 0, NULL },
};
/* clang-format on */

static void only_our_own_addresses(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        const struct route *route = NULL;
        struct route_args args = {0};
        int fits = resume_route(addresses[i].path, addresses[i].by_host, a, &route, &args);
        CHECK_INT(fits, addresses[i].fits, addresses[i].path);
        if (!fits)
            continue;
        CHECK(route->method == HTTP_POST && route->who == WHO_POST, addresses[i].path);
        CHECK(text_eq(args.tenant, addresses[i].tenant), addresses[i].path);
    }
}

static void an_address_that_is_too_long(void **state)
{
    struct buf b CLEANUP_(buf_free);
    const struct route *route;
    struct route_args args;
    buf_init(&b, 1 << 20);
    while (b.len <= HTTP_PATH_MAX)
        buf_puts(&b, "/xinzhou");
    assert_int_equal(resume_route(buf_str(&b), 0, a, &route, &args), 0);
}

/* ---- fields ---- */

static struct node *parsed(const char *text)
{
    struct node *form = NULL;
    struct err e = {0};
    assert_int_equal(form_parse(a, text, strlen(text), &form, &e), 0);
    return form;
}

static void secrets_are_left_out_and_the_rest_stays_in_order(void **state)
{
    struct node *form = parsed(
        "csrf=1&facts.b=2&key=3&password=4&new_Password=5&old.PassWd=6&db_pwd=7&facts.a=8&facts.b=9&keyboard=10");
    struct node *fields = resume_fields(a, form);
    const char *const names[] = {"facts.b", "facts.a", "keyboard"};
    const struct node *n = node_first(fields);
    assert_int_equal(node_count(fields), ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++, n = n->next)
        CHECK_TEXT(n->key, names[i], names[i]);
    assert_int_equal(node_count(node_get(fields, "facts.b")), 2);
    assert_int_equal(node_count(form), 9); /* the form itself is untouched */
}

static struct node *many(size_t count, int one_name)
{
    struct node *form = node_object(a), *list = one_name ? node_put_list(a, form, "with.x") : NULL;
    for (size_t i = 0; i < count; i++) {
        if (list)
            node_add_text(a, list, "v");
        else
            node_put_text(a, form, arena_fmt(a, "n%zu", i), "v");
    }
    return form;
}

static struct node *long_one(size_t bytes)
{
    struct node *form = node_object(a);
    char *text = arena_alloc(a, bytes);
    memset(text, 'x', bytes - 1); /* with the name of one byte: bytes */
    node_put_text(a, form, "n", text);
    return form;
}

static struct node *named(size_t name_len)
{
    struct node *form = node_object(a);
    char *name = arena_alloc(a, name_len + 1);
    memset(name, 'n', name_len);
    node_put_text(a, form, name, "v");
    return form;
}

static void bounds(void **state)
{
    const struct {
        const char *name;
        struct node *form;
        int rc;
    } row[] = {
        {"nothing", node_object(a), 0},
        {"as many as may be", many(KEPT_FIELDS_MAX, 0), 0},
        {"one more", many(KEPT_FIELDS_MAX + 1, 0), -1},
        {"as many values of one name", many(KEPT_FIELDS_MAX, 1), 0},
        {"one more value", many(KEPT_FIELDS_MAX + 1, 1), -1},
        {"as long as may be", long_one(KEPT_BYTES_MAX), 0},
        {"one byte more", long_one(KEPT_BYTES_MAX + 1), -1},
        {"a name that fits with its prefix", named(FORM_NAME_MAX - strlen("kept.")), 0},
        {"a name that would not", named(FORM_NAME_MAX - strlen("kept.") + 1), -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct err e = {0};
        CHECK_INT(resume_bounds(row[i].form, &e), row[i].rc, row[i].name);
        CHECK(row[i].rc == 0 || (e.code == ERR_TOO_LARGE && e.message[0]), row[i].name);
    }
}

/* The largest form of Chinese text that may be kept comes back whole in one body. */
static void what_may_be_kept_fits_the_way_back(void **state)
{
    size_t encoded = (size_t)KEPT_BYTES_MAX * 3 + KEPT_FIELDS_MAX * strlen("kept.=&") + 3 * HTTP_PATH_MAX;
    assert_true(encoded < HTTP_BODY_MAX);
    assert_true(KEPT_FIELDS_MAX + 8 < FORM_FIELDS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_own_addresses),
        cmocka_unit_test(an_address_that_is_too_long),
        cmocka_unit_test(secrets_are_left_out_and_the_rest_stays_in_order),
        cmocka_unit_test(bounds),
        cmocka_unit_test(what_may_be_kept_fits_the_way_back),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
