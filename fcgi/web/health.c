/*
 * web/health.c - for the machine room: is the program alive, may it be sent work
 */
#include "config.h"

#include "web/pages.h"

#include "base/date.h"
#include "base/text.h"
#include "casework/ready.h"

/* Alive says only that a worker answers: it asks nobody, so that a lame database does not get workers killed. */
int page_healthz(struct call *c, struct err *e)
{
    node_put_text(c->arena, c->model, "state", "alive");
    node_put_text(c->arena, c->model, "version", PACKAGE_VERSION);
    return 0;
}

/* What exactly is wrong names files and hosts: that is for those on the machine itself. */
static int is_local(const char *address)
{
    return text_starts(address, "127.") || text_eq(address, "::1") || text_is_empty(address);
}

/* For everyone else: which part, and whether it is well. */
static struct node *parts_bare(struct arena *a, const struct node *parts)
{
    struct node *bare = node_list(a);
    for (const struct node *part = node_first(parts); part; part = part->next) {
        struct node *o = node_add_object(a, bare);
        node_put_text(a, o, "name", arena_dup(a, node_get_str(part, "name"))); /* it outlives the request */
        node_put_bool(a, o, "ok", node_get_bool(part, "ok"));
    }
    return bare;
}

/*
 * Looking costs a bind to the directory, which may be silent for seconds, and a connection to every database. A
 * stranger gets the last look again for REST times as long as it took, or he could keep every worker looking.
 */
enum { REST = 20, REST_LEAST_MS = 1000, LOOK_BYTES = 64 << 10 };

/* cache, one a process: the last look, for strangers */
static struct {
    struct arena *arena;
    const struct node *parts;
    int ready;
    int64_t good_until_ms;
} last_look;

static int look_for_stranger(struct call *c, struct node **ret)
{
    int64_t began_ms = clock_monotonic_ms();
    struct node *parts;

    if (!last_look.arena)
        last_look.arena = arena_new("ready", LOOK_BYTES);
    if (began_ms >= last_look.good_until_ms) {
        last_look.ready = platform_ready(c->platform, c->arena, &parts);
        arena_reset(last_look.arena);
        last_look.parts = parts_bare(last_look.arena, parts);
        int64_t now_ms = clock_monotonic_ms(), rest_ms = (now_ms - began_ms) * REST;
        last_look.good_until_ms = now_ms + (rest_ms > REST_LEAST_MS ? rest_ms : REST_LEAST_MS);
    }
    *ret = node_copy(c->arena, last_look.parts);
    return last_look.ready;
}

/*
 * New settings or regulations were refused: it serves on, and is ready, by the old. Why is for the operator:
 * reload {at, message: with file:line:column, article, mend}.
 */
static void put_reload(struct call *c)
{
    const struct reload_note *last = c->web->reload;
    struct node *o;

    if (!__atomic_load_n(&last->is_refused, __ATOMIC_ACQUIRE))
        return;
    o = node_put_object(c->arena, c->model, "reload");
    node_put_text(c->arena, o, "state", "refused");
    node_put_text(c->arena, o, "at", instant_iso(c->arena, last->at));
    node_put_text(c->arena, o, "message", last->why.message);
    node_put_text(c->arena, o, "article", last->why.article);
    node_put_text(c->arena, o, "mend", last->why.mend);
}

int page_readyz(struct call *c, struct err *e)
{
    struct node *parts;
    int local = is_local(c->http.address);
    int ready = local ? platform_ready(c->platform, c->arena, &parts) : look_for_stranger(c, &parts);

    if (local)
        put_reload(c);
    node_put_text(c->arena, c->model, "state", ready ? "ready" : "not_ready");
    node_put(c->arena, c->model, "parts", parts);
    c->status = ready ? 200 : 503;
    return 0;
}
