/*
 * web/master.c - the process that makes the socket and keeps the workers
 *
 * One loop around sigtimedwait: signals stay blocked and are read like messages, so there are no handlers
 * and no races in here. Slots are few and looked through whole at every turn.
 */
#include "config.h"

#include "web/master.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "web/fcgi.h"

enum {
    WORKERS_MAX = 256,
    TOIL_SLOT = WORKERS_MAX, /* the process for long work, after the workers */
    SLOTS,
    EARLY_DEATH_MS = 1000,
    BACKOFF_FIRST_MS = 250,
    BACKOFF_MAX_MS = 30000,
    TRIAL_MAX_S = 120, /* trying new settings */
    TRIAL_REFUSED = 1,
    TICK_IDLE_MS = 2000,
    TICK_BUSY_MS = 100,
};

struct slot {
    pid_t pid; /* 0: empty */
    int generation;
    int64_t started_ms;
    int64_t stop_ms; /* when it was asked to stop; 0: it was not */
    int64_t backoff_ms, not_before_ms;
};

struct master {
    const struct master_hooks *hooks;
    struct master_plan plan;
    char *listen_path; /* where we listen, whatever later settings say */
    struct arena *arena;
    int listen_fd;
    struct slot slot[SLOTS];
    struct work_note *note;     /* SLOTS of them, shared with the children */
    struct reload_note *reload; /* shared with the workers and the trial */
    int generation;
    pid_t trial;         /* the child that tries new settings; 0: none */
    int trial_again;     /* SIGHUP came while one was running */
    int64_t stopping_ms; /* 0: serving */
    sigset_t ours;       /* blocked here and in workers */
};

static const char *number(struct master *m, int64_t v)
{
    return arena_fmt(m->arena, "%lld", (long long)v);
}

/* ---- children ---- */

static void child_begin(const struct master *m)
{
    struct rlimit none = {0, 0};
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a master that was killed takes its workers along, after they finished */
    setrlimit(RLIMIT_CORE, &none);    /* passwords and keys do not go into core files */
#ifndef WITH_SANITIZERS
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

static void worker_start(struct master *m, int i, int64_t now)
{
    struct slot *s = &m->slot[i];
    pid_t parent = getpid();
    memset(&m->note[i], 0, sizeof m->note[i]);
    pid_t pid = fork();
    if (pid < 0) {
        log_event(LOG_ERROR_, "fork", "error", strerror(errno), NULL);
        s->not_before_ms = now + BACKOFF_FIRST_MS;
        return;
    }
    if (pid == 0) {
        sigset_t open;
        sigemptyset(&open);
        child_begin(m);
        if (getppid() != parent)
            _exit(0);
        if (i == TOIL_SLOT) {
            prctl(PR_SET_NAME, "guizhangd-toil");
            _exit(m->hooks->toil(m->hooks->ctx));
        }
        struct worker_place place = {.listen_fd = m->listen_fd,
                                     .number = i,
                                     .max_requests = m->plan.max_requests,
                                     .deadline_s = m->plan.deadline_s,
                                     .open_mask = &open,
                                     .note = &m->note[i],
                                     .reload = m->reload};
        _exit(m->hooks->work(m->hooks->ctx, &place));
    }
    s->pid = pid;
    s->generation = m->generation;
    s->started_ms = now;
    s->stop_ms = 0;
}

static void worker_ended(struct master *m, int i, int status, int64_t now)
{
    struct slot *s = &m->slot[i];
    const struct work_note *note = &m->note[i];
    int64_t lived_ms = now - s->started_ms;
    int clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    int killed_by_us = s->stop_ms && WIFSIGNALED(status);
    const char *event = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "worker_deadline"
                        : clean || killed_by_us                            ? "worker_left"
                                                                           : "worker_died";

    log_event(clean ? LOG_INFO_ : LOG_ERROR_, event, "pid", number(m, s->pid), "lived_ms", number(m, lived_ms),
              "signal", WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : NULL, "exit",
              WIFEXITED(status) ? number(m, WEXITSTATUS(status)) : NULL, "id",
              note->request_id[0] ? note->request_id : NULL, "method", note->request_id[0] ? note->method : NULL,
              "route", note->request_id[0] ? note->route : NULL, NULL);

    s->pid = 0;
    s->stop_ms = 0;
    /* a client that kills workers (the library gives up on lengths it cannot have) must not thin the pool out, too */
    if (clean || killed_by_us || note->has_client || lived_ms >= EARLY_DEATH_MS) {
        s->backoff_ms = 0;
        s->not_before_ms = 0;
        return;
    }
    s->backoff_ms = !s->backoff_ms ? BACKOFF_FIRST_MS : s->backoff_ms * 2;
    if (s->backoff_ms > BACKOFF_MAX_MS)
        s->backoff_ms = BACKOFF_MAX_MS;
    s->not_before_ms = now + s->backoff_ms;
}

static void workers_signal(struct master *m, int signo, int64_t now)
{
    for (int i = 0; i < SLOTS; i++)
        if (m->slot[i].pid) {
            kill(m->slot[i].pid, signo);
            m->slot[i].stop_ms = now;
        }
}

static int workers_alive(const struct master *m)
{
    int alive = 0;
    for (int i = 0; i < SLOTS; i++)
        alive += m->slot[i].pid != 0;
    return alive;
}

/* ---- new settings ---- */

/* For the log, and for whoever looks at the program: with the old settings it goes on as if nothing were wrong. */
static void reload_refuse(struct master *m, const struct err *e)
{
    log_err("reload_refused", e);
    m->reload->is_refused = 0;
    m->reload->at = instant_now();
    m->reload->why = *e;
    __atomic_store_n(&m->reload->is_refused, 1, __ATOMIC_RELEASE);
}

static void trial_start(struct master *m)
{
    if (m->trial) {
        m->trial_again = 1;
        return;
    }
    m->trial_again = 0;
    pid_t pid = fork();
    if (pid < 0) {
        log_event(LOG_ERROR_, "reload_refused", "error", strerror(errno), NULL);
        return;
    }
    if (pid > 0) {
        m->trial = pid;
        return;
    }
    struct master_plan plan;
    struct err e = {0};
    child_begin(m);
    alarm(TRIAL_MAX_S);
    if (m->hooks->load(m->hooks->ctx, &plan, &e) < 0) {
        reload_refuse(m, &e);
        _exit(TRIAL_REFUSED);
    }
    _exit(0);
}

static void plan_take(struct master *m, const struct master_plan *plan)
{
    m->plan = *plan;
    if (m->plan.workers > WORKERS_MAX)
        m->plan.workers = WORKERS_MAX;
}

static void trial_ended(struct master *m, int status)
{
    struct master_plan plan;
    struct err e = {0};
    m->trial = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        log_event(LOG_ERROR_, "reload_kept_old", NULL);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != TRIAL_REFUSED) { /* it could not say why itself */
            err_fail(&e, ERR_INTERNAL, "试读新设置的进程没有读完就结束了");
            reload_refuse(m, &e);
        }
    } else if (m->hooks->load(m->hooks->ctx, &plan, &e) < 0) {
        reload_refuse(m, &e);
    } else {
        m->reload->is_refused = 0;
        if (strcmp(plan.listen, m->listen_path) != 0)
            log_event(LOG_WARN_, "reload_socket_needs_restart", "socket", m->listen_path, NULL);
        plan_take(m, &plan);
        m->generation++;
        log_event(LOG_INFO_, "reload", "workers", number(m, m->plan.workers), NULL);
    }
    if (m->trial_again)
        trial_start(m);
}

/* ---- the loop's steps ---- */

static void children_reap(struct master *m, int64_t now)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == m->trial) {
            trial_ended(m, status);
            continue;
        }
        for (int i = 0; i < SLOTS; i++)
            if (m->slot[i].pid == pid)
                worker_ended(m, i, status, now);
    }
}

/* Asks one worker of older settings, or beyond their number, to leave; the next only when that one is gone. */
static int workers_replace(struct master *m, int64_t now)
{
    int old = -1;
    for (int i = 0; i < SLOTS; i++) {
        struct slot *s = &m->slot[i];
        if (!s->pid)
            continue;
        if (s->stop_ms) {
            if (now - s->stop_ms > m->plan.grace_s * 1000)
                kill(s->pid, SIGKILL);
            return 1;
        }
        if (s->generation != m->generation || (i >= m->plan.workers && i != TOIL_SLOT))
            old = i;
    }
    if (old < 0)
        return 0;
    kill(m->slot[old].pid, SIGTERM);
    m->slot[old].stop_ms = now;
    return 1;
}

static int workers_fill(struct master *m, int64_t now)
{
    int waiting = 0;
    for (int i = 0; i < SLOTS; i++) {
        if (m->slot[i].pid || (i >= m->plan.workers && i != TOIL_SLOT))
            continue;
        if (m->slot[i].not_before_ms > now)
            waiting = 1;
        else
            worker_start(m, i, now);
    }
    return waiting;
}

static void stop_begin(struct master *m, int64_t now)
{
    if (m->stopping_ms) {
        workers_signal(m, SIGKILL, now); /* asked twice: now */
        return;
    }
    log_event(LOG_INFO_, "stopping", "workers", number(m, workers_alive(m)), NULL);
    m->stopping_ms = now;
    if (m->trial)
        kill(m->trial, SIGKILL);
    workers_signal(m, SIGTERM, now);
}

static int64_t turn(struct master *m, int64_t now)
{
    children_reap(m, now);
    if (m->stopping_ms) {
        if (now - m->stopping_ms > m->plan.grace_s * 1000)
            workers_signal(m, SIGKILL, now);
        return TICK_BUSY_MS;
    }
    if (m->hooks->is_outdated(m->hooks->ctx))
        trial_start(m);
    int busy = workers_replace(m, now);
    busy |= workers_fill(m, now);
    return busy ? TICK_BUSY_MS : TICK_IDLE_MS;
}

static void serve(struct master *m)
{
    for (;;) {
        int64_t wait_ms = turn(m, clock_monotonic_ms());
        if (m->stopping_ms && !workers_alive(m))
            return;
        struct timespec t = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
        int signo = sigtimedwait(&m->ours, NULL, &t);
        if (signo == SIGTERM || signo == SIGINT)
            stop_begin(m, clock_monotonic_ms());
        else if (signo == SIGHUP && !m->stopping_ms)
            trial_start(m);
        arena_reset(m->arena);
    }
}

/* Memory the workers see the master write to. */
static void *shared_new(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static int begin(struct master *m, struct err *e)
{
    struct master_plan plan;
    sigemptyset(&m->ours);
    sigaddset(&m->ours, SIGTERM);
    sigaddset(&m->ours, SIGINT);
    sigaddset(&m->ours, SIGHUP);
    sigaddset(&m->ours, SIGCHLD);
    sigaddset(&m->ours, SIGUSR1);
    sigprocmask(SIG_BLOCK, &m->ours, NULL);

    if (m->hooks->load(m->hooks->ctx, &plan, e) < 0)
        return -1;
    plan_take(m, &plan);
    m->note = shared_new(sizeof *m->note * SLOTS);
    m->reload = shared_new(sizeof *m->reload);
    if (!m->note || !m->reload)
        return err_fail(e, ERR_INTERNAL, "内存不足");
    return fcgi_listen(plan.listen, plan.socket_group, &m->listen_fd, e);
}

static int started(struct master *m, struct arena *path)
{
    struct err e = {0};

    if (begin(m, &e) < 0) {
        log_err("start_refused", &e);
        return EXIT_FAILURE;
    }
    m->listen_path = arena_dup(path, m->plan.listen);
    log_event(LOG_INFO_, "listening", "socket", m->listen_path, "workers", number(m, m->plan.workers), NULL);
    serve(m);
    unlink(m->listen_path);
    log_event(LOG_INFO_, "stopped", NULL);
    return EXIT_SUCCESS;
}

int master_run(const struct master_hooks *hooks)
{
    struct master m = {.listen_fd = -1};
    struct arena *path = arena_new("master path", 64 << 10);
    int rc;

    m.hooks = hooks;
    m.arena = arena_new("master", 1 << 20);
    rc = started(&m, path);
    arena_free(m.arena);
    arena_free(path);
    return rc;
}
