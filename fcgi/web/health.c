/*
 * web/health.c - for the machine room: is the program alive, may it be sent work
 */
#include "config.h"

#include "web/pages.h"

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
        node_put_text(a, o, "name", node_get_str(part, "name"));
        node_put_bool(a, o, "ok", node_get_bool(part, "ok"));
    }
    return bare;
}

int page_readyz(struct call *c, struct err *e)
{
    struct node *parts;
    int ready = platform_ready(c->platform, c->arena, &parts);
    node_put_text(c->arena, c->model, "state", ready ? "ready" : "not_ready");
    node_put(c->arena, c->model, "parts", is_local(c->http.address) ? parts : parts_bare(c->arena, parts));
    c->status = ready ? 200 : 503;
    return 0;
}
