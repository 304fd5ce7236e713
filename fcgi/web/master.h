/*
 * web/master.h - the process that makes the socket and keeps the workers
 *
 * The master opens no database, directory or curl handle: those belong to the worker that uses them (trap C1).
 * SIGTERM or SIGINT: workers finish what runs; a second one, or the grace time: SIGKILL. SIGHUP: the new settings
 * are tried first, in a child; wrong ones are said, in the log and to the operator who asks /readyz, and the old stay; right ones replace the workers one by one.
 * A worker that exceeds the deadline of a request dies of SIGALRM; the master says which request that was.
 */
#ifndef WEB_MASTER_H
#define WEB_MASTER_H

#include <signal.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "web/call.h"

struct master_plan {
    const char *listen;       /* path of the unix socket */
    const char *socket_group; /* "" for our own */
    int64_t workers, max_requests, deadline_s, grace_s;
};

struct worker_place { /* what a worker is given */
    int listen_fd;
    int number;
    int64_t max_requests, deadline_s;
    const sigset_t *open_mask;  /* for ppoll: stop signals come through only there */
    struct work_note *note;
    const struct reload_note *reload;
};

struct master_hooks {
    void *ctx;
    /* Reads everything anew and makes it the present one; on failure nothing has changed. */
    int (*load)(void *ctx, struct master_plan *ret, struct err *e);
    /* 1 once for every time a version was published or withdrawn since the last load: it is tried as after SIGHUP. */
    int (*is_outdated)(void *ctx);
    /* The life of a worker, in the child; its result is the exit status. */
    int (*work)(void *ctx, const struct worker_place *place);
};

/* Loads, listens, keeps workers until told to stop; the exit status. */
int master_run(const struct master_hooks *hooks);

#endif
