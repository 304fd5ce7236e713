/*
 * web/call.c - one request, one straight way
 *
 * call_run reads like the list in the design: read, route, who, may, body, handle, answer, one log line,
 * forget everything. No step calls back upwards.
 */
#include "config.h"

#include "web/call.h"

#include <malloc.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"
#include "base/text.h"
#include "web/form.h"

enum { TRIM_BYTES = 1 << 20 };

static void note_request(struct call *c)
{
    struct work_note *note = c->web->note;
    text_copy(note->request_id, sizeof note->request_id, c->http.request_id);
    text_copy(note->method, sizeof note->method, c->http.method_name);
    text_copy(note->route, sizeof note->route, "?");
}

static int call_route(struct call *c, struct err *e)
{
    struct district *by_host = platform_district_by_host(c->platform, c->http.host);
    enum route_answer found = ROUTE_NONE;

    if (by_host)
        found = router_match(routes, routes_count, c->http.method, c->http.path, 1, c->arena, &c->route, &c->args,
                             &c->allow);
    if (found == ROUTE_NONE)
        found = router_match(routes, routes_count, c->http.method, c->http.path, 0, c->arena, &c->route, &c->args,
                             &c->allow);
    c->district = by_host ? by_host : platform_district(c->platform, c->args.tenant);
    c->base = !by_host && c->district ? arena_fmt(c->arena, "/%s", c->args.tenant) : "";

    if (found == ROUTE_METHOD)
        return err_fail(e, ERR_METHOD, "此地址只接受 %s", c->allow);
    int other = c->args.tenant && (!c->district || !text_eq(c->district->tenant->id, c->args.tenant));
    if (found == ROUTE_NONE || other) {
        c->route = NULL;
        c->district = by_host;
        return err_fail(e, ERR_NOT_FOUND, "没有这个地址");
    }
    text_copy(c->web->note->route, sizeof c->web->note->route, c->route->pattern);
    c->template = c->route->template;
    c->title = c->route->title;
    return 0;
}

static int call_queries(struct call *c, struct err *e)
{
    if (form_parse(c->arena, c->http.query, strlen(c->http.query), &c->query, e) < 0)
        return -1;
    const char *large = call_query(c, "large");
    if (text_eq(large, "1") || text_eq(large, "0"))
        c->set_large = large;
    return 0;
}

static int call_format(struct call *c, struct err *e)
{
    if (c->route->template && c->http.want == WANT_NEITHER)
        return err_fail(e, ERR_NOT_ACCEPTABLE, "此地址有网页和 JSON 两种格式");
    return 0;
}

static void call_desk(struct call *c)
{
    c->desk = (struct desk){
        .platform = c->platform,
        .district = c->district,
        .arena = c->arena,
        .actor = c->actor,
        .machine_now = instant_now(),
        .request_id = c->http.request_id,
        .address = c->http.address,
        .key = "",
        .cited = cited_new(c->arena),
    };
    c->desk.now = c->desk.machine_now;
    if (c->district)
        c->desk.now = district_now(c->platform, c->district, &c->desk.clock_moved);
}

static int call_steps(struct call *c, const struct http_wire *wire, struct err *e)
{
    int read = http_read(wire, c->arena, &c->http, e);
    note_request(c);
    if (read < 0)
        return -1;
    if (call_route(c, e) < 0 || call_queries(c, e) < 0 || call_format(c, e) < 0)
        return -1;
    if (call_person(c, e) < 0)
        return -1;
    call_desk(c);
    if (call_permit(c, e) < 0)
        return -1;
    if (call_body(c, wire, e) < 0 || call_genuine(c, e) < 0)
        return -1;
    c->is_handled = 1;
    if (c->route->handle(c, e) < 0)
        return -1;
    return call_answer(c, e);
}

static void call_log(const struct call *c, const struct err *e)
{
    int status = c->web->answer.status;
    const char *route = c->route ? c->route->pattern : "";
    log_event(status >= 500 ? LOG_ERROR_ : LOG_INFO_, "request", "id", c->http.request_id, "method",
              c->http.method_name, "route", route, "status", arena_fmt(c->arena, "%d", status), "ms",
              arena_fmt(c->arena, "%lld", (long long)(clock_monotonic_ms() - c->started_ms)), "kib",
              arena_fmt(c->arena, "%zu", arena_used(c->arena) / 1024), "district",
              c->district ? c->district->tenant->id : NULL, "person", c->actor ? c->actor->person : NULL, "address",
              c->http.address, "error", e->code ? err_slug(e->code) : NULL, "detail", e->detail[0] ? e->detail : NULL,
              "message", status >= 500 ? e->message : NULL, NULL);
}

void call_run(struct web *w, const struct http_wire *wire)
{
    struct arena *a = w->arena;
    struct call *c = ARENA_NEW(a, struct call);
    struct err e = {0};

    c->web = w;
    c->arena = a;
    c->platform = w->platform;
    c->started_ms = clock_monotonic_ms();
    c->status = 200;
    c->base = "";
    c->title = "";
    c->layout = "layout";
    c->model = node_object(a);
    c->query = node_object(a);
    c->form = node_object(a);
    http_answer_clear(&w->answer);

    if (call_steps(c, wire, &e) < 0) {
        struct err failed = {0};
        if (!call_keep(c, wire, &e) || call_answer(c, &failed) < 0)
            call_refuse(c, &e);
    }
    call_log(c, &e);
    memset(w->note, 0, sizeof *w->note);

    const size_t used = arena_used(a);

    arena_reset(a);
    if (used > TRIM_BYTES)
        (void)malloc_trim(0); /* what one large page took is not kept for the small ones after it */
}

const char *call_query(const struct call *c, const char *name)
{
    return node_get_str(c->query, name);
}

char *call_href(const struct call *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *rest = arena_vfmt(c->arena, fmt, ap);
    va_end(ap);
    return arena_fmt(c->arena, "%s%s", c->base, rest);
}

const char *call_first_page(const struct call *c)
{
    if (!c->actor)
        return "/login";
    const struct post *post = c->actor->post;
    if (!post)
        return "/posts";
    const char *page = text_eq(post->kind, "intake") ? "/inbox" : text_eq(post->kind, "expert") ? "/seats" : "/home";
    int at_home = c->district && !*c->base && text_eq(c->district->tenant->id, post->tenant);
    return at_home ? page : arena_fmt(c->arena, "/%s%s", post->tenant, page);
}
