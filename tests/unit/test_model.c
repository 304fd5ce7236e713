/*
 * test_model.c - one call from the wire to the answer: one model as page and as JSON, refusals in both
 *
 * A platform without database or directory: what needs neither must answer, what needs one must say so.
 */
#include "config.h"

#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/log.h"
#include "base/text.h"
#include "web/call.h"
#include "web/limits.h"
#include "web/templates.h"

struct scene {
    struct arena *a;
    struct web web;
    struct work_note note;
    struct platform platform;
    struct tenant tenant[2];
    struct tenant *list[2];
    struct district district[2];
    char folder[32]; /* for the one secret without which no connection is tried */
};

static const char *hosts[] = {"d.gov.cn"};

static int set_up(void **state)
{
    struct arena *a = arena_new("scene", 16 << 20);
    struct scene *s = ARENA_NEW(a, struct scene);
    struct mustache_set *set;
    struct err e = {0};

    s->a = a;
    text_copy(s->folder, sizeof s->folder, "/tmp/test_model.XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    assert_int_equal(file_write(arena_fmt(a, "%s/db-platform", s->folder), "x\n", 2, 0600, &e), 0);
    assert_int_equal(mustache_compile(a, templates_data, templates_count, &set, &e), 0);
    s->tenant[0] = (struct tenant){
        .id = "d", .name = "丁区", .full_name = "丁区人民政府", .kind = "bureau", .hosts = hosts, .host_count = 1};
    s->tenant[1] = (struct tenant){.id = "e", .name = "戊区", .full_name = "戊区人民政府", .kind = "bureau"};
    for (int i = 0; i < 2; i++) {
        s->list[i] = &s->tenant[i];
        s->district[i].tenant = &s->tenant[i];
    }
    struct platform *p = &s->platform;
    *p = (struct platform){.arena = a, .tenants = s->list, .districts = s->district, .count = 2};
    p->config.mode = "test";
    p->config.origin = "https://xm.gov.cn";
    p->config.secrets_dir = s->folder;
    p->config.db_socket = "/nonexistent/db.sock";
    p->config.db_platform_user = "nobody";
    p->config.db_timeout_s = 1;
    p->config.upload_dir = "/nonexistent/uploads";
    p->config.upload_max_bytes = 1 << 20;
    s->web = (struct web){.platform = p, .templates = set, .arena = arena_new("request", ARENA_MAX), .note = &s->note};
    http_answer_init(&s->web.answer);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    http_answer_free(&s->web.answer);
    arena_free(s->web.arena);
    unlink(arena_fmt(s->a, "%s/db-platform", s->folder));
    rmdir(s->folder);
    arena_free(s->a);
    return 0;
}

static size_t body_read(void *from, char *p, size_t n)
{
    size_t len = strlen(from);
    n = n < len ? n : len;
    memcpy(p, from, n);
    return n;
}

static int body_failed(void *from)
{
    return 0;
}

/* A request; more are further parameters, ended by NULL. The body goes with POST. */
static const char *ask(struct scene *s, const char *method, const char *path, const char *accept, char *body,
                       const char *const *more)
{
    char *params[16] = {0};
    size_t n = 0;
    params[n++] = arena_fmt(s->a, "REQUEST_METHOD=%s", method);
    params[n++] = arena_fmt(s->a, "DOCUMENT_URI=%s", path);
    params[n++] = arena_fmt(s->a, "HTTP_ACCEPT=%s", accept);
    params[n++] = arena_dup(s->a, "GUIZHANG_REQUEST=request-0001");
    if (body)
        params[n++] = arena_fmt(s->a, "CONTENT_LENGTH=%zu", strlen(body));
    for (; more && *more; more++)
        params[n++] = arena_dup(s->a, *more);
    struct http_wire wire = {.params = params, .read = body_read, .failed = body_failed, .from = body};
    call_run(&s->web, &wire);
    assert_string_equal(s->note.request_id, ""); /* nothing runs any more */
    return buf_str(&s->web.answer.body);
}

static int has(const struct scene *s, const char *header)
{
    return strstr(buf_str(&s->web.answer.head), header) != NULL;
}

static const struct node *json(struct scene *s)
{
    const struct node *n;
    struct err e = {0};
    if (jsonin_parse(s->a, buf_str(&s->web.answer.body), s->web.answer.body.len, &n, NULL, NULL, &e) < 0)
        fail_msg("%s: %s", e.message, buf_str(&s->web.answer.body));
    return n;
}

static void page_and_twin(void **state)
{
    struct scene *s = *state;
    const char *page = ask(s, "GET", "/login", "text/html", NULL, NULL);
    assert_int_equal(s->web.answer.status, 200);
    assert_true(has(s, "Content-Type: text/html; charset=utf-8\r\n") && has(s, "Cache-Control: no-store\r\n"));
    assert_true(has(s, "X-Request-Id: request-0001\r\n"));
    assert_non_null(strstr(page, "<title>登录 - 政务信息化项目管理平台</title>"));
    assert_non_null(strstr(page, "丁区"));

    ask(s, "GET", "/login", "application/json", NULL, NULL);
    assert_true(has(s, "Content-Type: application/json; charset=utf-8\r\n"));
    assert_string_equal(node_str(node_at(json(s), "districts.1.name"), ""), "戊区");
    /* the frame is for pages only */
    assert_null(node_get(json(s), "menu"));
    assert_null(node_get(json(s), "key"));
    assert_null(node_get(json(s), "base"));
}

static void nobody(void **state)
{
    struct scene *s = *state;
    const char *page = ask(s, "GET", "/posts", "text/html", NULL, NULL);
    assert_int_equal(s->web.answer.status, 401);
    assert_non_null(strstr(page, "action=\"/login\""));
    ask(s, "GET", "/posts", "application/json", NULL, NULL);
    assert_int_equal(s->web.answer.status, 401);
    assert_true(has(s, "application/problem+json; charset=utf-8"));
    const struct node *n = json(s);
    assert_string_equal(node_get_str(n, "code"), "no_session");
    assert_string_equal(node_get_str(n, "type"), "urn:guizhang:problem:no_session");
    assert_int_equal(node_get_int(n, "status", 0), 401);
    assert_string_equal(node_get_str(n, "request_id"), "request-0001");
    assert_non_null(node_get(n, "errors"));
}

static void no_such_address(void **state)
{
    struct scene *s = *state;
    const char *page = ask(s, "GET", "/<script>", "text/html", NULL, NULL);
    assert_int_equal(s->web.answer.status, 404);
    assert_null(strstr(page, "<script>"));
    ask(s, "DELETE", "/login", "application/json", NULL, NULL);
    assert_int_equal(s->web.answer.status, 405);
    assert_true(has(s, "Allow: GET, HEAD, POST\r\n"));
    ask(s, "POST", "/healthz", "application/json", NULL, NULL);
    assert_int_equal(s->web.answer.status, 405);
    assert_true(has(s, "Allow: GET, HEAD\r\n"));
    ask(s, "GET", "/login", "image/png", NULL, NULL);
    assert_int_equal(s->web.answer.status, 406);
}

/* A database that is down: pages for anyone open, sessions say so, and say when to come back. */
static void no_database(void **state)
{
    struct scene *s = *state;
    static const char *const cookie[] = {"HTTP_COOKIE=__Host-gz=0123456789012345678901234567890123456789012", NULL};
    ask(s, "GET", "/healthz", "*/*", NULL, NULL);
    assert_int_equal(s->web.answer.status, 200);
    assert_string_equal(node_get_str(json(s), "state"), "alive");
    ask(s, "GET", "/login", "text/html", NULL, cookie);
    assert_int_equal(s->web.answer.status, 200);
    ask(s, "GET", "/posts", "application/json", NULL, cookie);
    assert_int_equal(s->web.answer.status, 503);
    assert_true(has(s, "Retry-After: "));
    static const char *const twice[] = {"HTTP_COOKIE=__Host-gz=a; __Host-gz=b", NULL};
    ask(s, "GET", "/login", "text/html", NULL, twice);
    assert_int_equal(s->web.answer.status, 400);
}

static char login_body[] = "login=zhang<b>&password=geheim&tenant=";

static void foreign_posts(void **state)
{
    struct scene *s = *state;
    static const char type[] = "CONTENT_TYPE=application/x-www-form-urlencoded";
    static const char *const none[] = {type, NULL}, *const evil[] = {type, "HTTP_ORIGIN=https://evil.cn", NULL},
                             *const plain[] = {"CONTENT_TYPE=text/plain", "HTTP_ORIGIN=https://xm.gov.cn", NULL};
    ask(s, "POST", "/login", "application/json", login_body, none);
    assert_int_equal(s->web.answer.status, 403);
    assert_string_equal(node_get_str(json(s), "code"), "csrf");
    ask(s, "POST", "/login", "application/json", login_body, evil);
    assert_int_equal(s->web.answer.status, 403);
    ask(s, "POST", "/login", "application/json", login_body, plain);
    assert_int_equal(s->web.answer.status, 415);
}

/* What was typed comes back, escaped, without the password; the error says where. */
static void typed_again(void **state)
{
    struct scene *s = *state;
    static const char *const form[] = {"CONTENT_TYPE=application/x-www-form-urlencoded",
                                       "HTTP_ORIGIN=https://xm.gov.cn", NULL};
    static char body[] = "login=zhang%3Cb%3E&password=";
    const char *page = ask(s, "POST", "/login", "text/html", body, form);
    assert_int_equal(s->web.answer.status, 400);
    assert_non_null(strstr(page, "value=\"zhang&lt;b&gt;\""));
    assert_non_null(strstr(page, "密码没有填写"));
    static char secret[] = "login=&password=geheim";
    page = ask(s, "POST", "/login", "text/html", secret, form);
    assert_int_equal(s->web.answer.status, 400);
    assert_null(strstr(page, "geheim"));
    ask(s, "POST", "/login", "application/json", body, form);
    assert_string_equal(node_str(node_at(json(s), "errors.0.path"), ""), "/password");
    assert_string_equal(node_str(node_at(json(s), "errors.0.field"), ""), "password");
}

static void bodies(void **state)
{
    struct scene *s = *state;
    static const char *const as_json[] = {"CONTENT_TYPE=application/json", "HTTP_ORIGIN=https://xm.gov.cn", NULL};
    static char list[] = "[1]", bad[] = "{\"a\":1,\"a\":2}";
    ask(s, "POST", "/login", "application/json", list, as_json);
    assert_string_equal(node_get_str(json(s), "code"), "bad_json");
    ask(s, "POST", "/login", "application/json", bad, as_json);
    assert_string_equal(node_get_str(json(s), "code"), "bad_json");
    char *big = arena_alloc(s->a, HTTP_BODY_MAX + 2);
    memset(big, ' ', HTTP_BODY_MAX + 1);
    ask(s, "POST", "/login", "application/json", big, as_json);
    assert_int_equal(s->web.answer.status, 413);
    static const char *const longer[] = {"CONTENT_TYPE=application/json", "HTTP_ORIGIN=https://xm.gov.cn",
                                         "CONTENT_LENGTH=10", NULL};
    char method[] = "REQUEST_METHOD=POST", path[] = "DOCUMENT_URI=/login", accept[] = "HTTP_ACCEPT=application/json";
    char *params[] = {
        method, path, accept, (char *)(uintptr_t)longer[0], (char *)(uintptr_t)longer[1], (char *)(uintptr_t)longer[2],
        NULL};
    struct http_wire wire = {.params = params, .read = body_read, .failed = body_failed, .from = list};
    call_run(&s->web, &wire); /* trap F3: 3 of 10 bytes */
    assert_int_equal(s->web.answer.status, 400);
}

static void large_print(void **state)
{
    struct scene *s = *state;
    static const char *const on[] = {"QUERY_STRING=large=1", NULL}, *const cookie[] = {"HTTP_COOKIE=gz_large=1", NULL},
                             *const bad[] = {"QUERY_STRING=a=%", NULL};
    assert_non_null(strstr(ask(s, "GET", "/login", "text/html", NULL, on), "class=\"large\""));
    assert_true(has(s, "Set-Cookie: gz_large=1; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age="));
    assert_non_null(strstr(ask(s, "GET", "/login", "text/html", NULL, cookie), "class=\"large\""));
    assert_false(has(s, "Set-Cookie"));
    assert_null(strstr(ask(s, "GET", "/login", "text/html", NULL, NULL), "class=\"large\""));
    ask(s, "GET", "/login", "text/html", NULL, bad);
    assert_int_equal(s->web.answer.status, 400);
}

static void first_page(void **state)
{
    struct scene *s = *state;
    ask(s, "GET", "/", "text/html", NULL, NULL);
    assert_int_equal(s->web.answer.status, 303);
    assert_true(has(s, "Location: /login\r\n"));
    ask(s, "GET", "/", "application/json", NULL, NULL);
    assert_int_equal(s->web.answer.status, 200);
    assert_string_equal(node_get_str(json(s), "href"), "/login");
}

/* Whoever stands in an office sees its menu, and what it may not is not in it. */
static void frame(void **state)
{
    struct scene *s = *state;
    struct arena *a = s->a;
    struct post post = {.tenant = "d",
                        .tenant_name = "丁区",
                        .organ = "tech",
                        .organ_name = "技术处",
                        .unit = "",
                        .unit_name = "",
                        .unit_kind = "",
                        .kind = "office"};
    struct call *c = ARENA_NEW(a, struct call);
    c->arena = a;
    c->web = &s->web;
    c->platform = &s->platform;
    c->district = &s->district[0];
    c->base = "/d";
    c->title = "项目";
    c->query = node_object(a);
    c->http.path = "/d/projects/12";
    c->http.request_id = "request-0001";
    c->person = (struct actor){.person = "u",
                               .login = "zhang",
                               .name = "张三",
                               .csrf = "secret",
                               .posts = &post,
                               .post_count = 1,
                               .post = &post};
    c->actor = &c->person;

    struct node *f = call_frame(c);
    assert_string_equal(node_get_str(f, "base"), "/d");
    assert_string_equal(node_str(node_at(f, "actor.post_name"), ""), "技术处");
    assert_true(strlen(node_get_str(f, "csrf")) > 20);
    assert_string_not_equal(node_get_str(f, "key"), node_get_str(call_frame(c), "key"));
    int current = 0, forbidden = 0;
    for (const struct node *m = node_first(node_get(f, "menu")); m; m = m->next) {
        const char *href = node_get_str(m, "href");
        if (node_get_bool(m, "is_current")) {
            current++;
            assert_string_equal(href, "/d/projects");
        }
        forbidden += text_eq(href, "/d/audit") || text_eq(href, "/d/inbox") || text_eq(href, "/d/projects/new");
    }
    assert_int_equal(current, 1);
    assert_int_equal(forbidden, 0);
    assert_true(node_count(node_get(f, "menu")) >= 4);

    /* a guest in another district has no menu there */
    c->district = &s->district[1];
    assert_null(node_get(call_frame(c), "menu"));
    /* on the district's own host name addresses have no prefix */
    c->district = &s->district[0];
    c->base = "";
    c->http.path = "/home";
    f = call_frame(c);
    assert_string_equal(node_str(node_at(f, "menu.0.href"), ""), "/home");
    assert_true(node_get_bool(node_first(node_get(f, "menu")), "is_current"));
    assert_string_equal(call_first_page(c), "/home");
    /* outside any district links lead to the chosen post's */
    c->district = NULL;
    assert_string_equal(node_get_str(call_frame(c), "base"), "/d");
    assert_string_equal(call_first_page(c), "/d/home");
}

int main(void)
{
    log_open("test_model", LOG_ERROR_); /* one line a call is not what is looked at here */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(page_and_twin, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_such_address, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_database, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_posts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(typed_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bodies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_print, set_up, tear_down),
        cmocka_unit_test_setup_teardown(first_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frame, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
