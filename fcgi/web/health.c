/*
 * web/health.c - for the machine room: is the program alive, may it be sent work
 */
#include "config.h"

#include "web/pages.h"

#include "casework/ready.h"

/* Alive says only that a worker answers: it asks nobody, so that a lame database does not get workers killed. */
int page_healthz(struct call *c, struct err *e)
{
    node_put_text(c->arena, c->model, "state", "alive");
    node_put_text(c->arena, c->model, "version", PACKAGE_VERSION);
    return 0;
}

int page_readyz(struct call *c, struct err *e)
{
    struct node *parts;
    int ready = platform_ready(c->platform, c->arena, &parts);
    node_put_text(c->arena, c->model, "state", ready ? "ready" : "not_ready");
    node_put(c->arena, c->model, "parts", parts);
    c->status = ready ? 200 : 503;
    return 0;
}
