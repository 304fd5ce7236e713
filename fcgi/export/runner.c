/*
 * export/runner.c - the process that writes workbooks
 */
#include "config.h"

#include "export/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonrow.h"
#include "base/log.h"
#include "base/text.h"
#include "casework/workbook.h"
#include "export/sheet.h"

enum {
    JOB_ARENA = 1 << 20,
    PIECE_ARENA = 24 << 20, /* some 4 MB are used; the ceiling catches our own mistakes */
    LEASE_S = 120,
    ATTEMPTS_MAX = 3,
    KEPT_DAYS = 7,
    LOOK_MS = 1000,
    ALL_EVERY_MS = 60 * 1000,
    SWEEP_EVERY_MS = 3600 * 1000,
    SWEEP_MAX = 200
};

/* The stop signal is blocked; between two pieces it is looked for. */
static int stop_asked(int wait_ms)
{
    static int asked; /* of this process, once and for all */
    struct timespec t = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    if (!asked && sigtimedwait(&set, NULL, &t) == SIGTERM)
        asked = 1;
    return asked;
}

static instant seconds_from(instant at, int64_t s)
{
    return at + s * 1000000;
}

/* ---- one job ---- */

struct running {
    struct platform *p;
    struct district *d;
    struct arena *arena, *piece;
    struct job job;
    struct post post;
    struct actor actor;
    const char *folder, *part, *path;
};

static int told(void *ctx, int64_t rows, struct err *e)
{
    struct running *r = ctx;
    struct db *db;

    if (stop_asked(0))
        return err_fail(e, ERR_BUSY, "平台正在停止，稍后接着写");
    r->job.rows_done = rows;
    return district_db(r->p, r->d, &db, e) < 0
               ? -1
               : job_progress(db, r->arena, &r->job, seconds_from(instant_now(), LEASE_S), e);
}

/* The one who asked, in the post he asked in: what he may see is looked at anew, row by row. */
static int actor_of(struct running *r, struct err *e)
{
    const struct node *post;

    if (jsonrow_parse(r->arena, r->job.post, &post, e) < 0)
        return -1;
    r->post = (struct post){.tenant = r->d->tenant->id,
                            .tenant_name = r->d->tenant->name,
                            .organ = node_get_str(post, "organ"),
                            .organ_name = node_get_str(post, "organ_name"),
                            .unit = node_get_str(post, "unit"),
                            .unit_name = node_get_str(post, "unit_name"),
                            .unit_kind = node_get_str(post, "unit_kind"),
                            .place = node_get_str(post, "place"),
                            .kind = node_get_str(post, "kind")};
    r->actor = (struct actor){.person = r->job.person,
                              .login = "",
                              .name = r->job.person_name,
                              .session = "",
                              .token_mac = "",
                              .csrf = "",
                              .posts = &r->post,
                              .post_count = 1,
                              .post = &r->post};
    return 0;
}

static int settle(struct running *r, struct err *e)
{
    int fd = open(r->part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    unsigned char digest[CRYPTO_SM3_BYTES];
    int bad = fd < 0 || fchmod(fd, 0440) < 0 || fsync(fd) < 0;

    if (!bad && crypto_sm3_fd(fd, digest, &r->job.size, e) < 0) {
        (void)close(fd);
        return -1;
    }
    if (fd >= 0)
        (void)close(fd);
    if (bad || rename(r->part, r->path) < 0) {
        err_fail(e, ERR_DISK, "表格写不到磁盘上");
        return err_detail(e, "settle %s: %s", r->part, strerror(errno));
    }
    r->job.sm3 = crypto_hex(r->arena, digest, sizeof digest);
    return file_sync_dir(r->folder, e);
}

static int job_write(struct running *r, struct err *e)
{
    struct desk d = {.platform = r->p,
                     .district = r->d,
                     .arena = r->piece,
                     .actor = &r->actor,
                     .machine_now = instant_now(),
                     .request_id = "",
                     .address = "",
                     .key = ""};
    const struct sheet_watch watch = {.told = told, .ctx = r};
    const char *files = r->p->config.files_dir;

    d.now = district_now(r->p, r->d, &d.clock_moved);
    r->folder = arena_fmt(r->arena, "%s/%s/exports", files, r->d->tenant->id);
    r->path = arena_fmt(r->arena, "%s/%s", files, workbook_path(r->arena, r->d->tenant->id, r->job.id));
    r->part = arena_fmt(r->arena, "%s/.%lld.%lld", r->folder, (long long)r->job.id, (long long)r->job.fence);
    if (file_mkdirs(r->folder, 0750, e) < 0 || actor_of(r, e) < 0)
        return -1;
    if (file_free_bytes(files) >= 0 && file_free_bytes(files) < r->p->config.disk_free_min_bytes)
        return err_fail(e, ERR_DISK, "平台存放空间不足，暂时不能导出");
    if (sheet_write(&d, r->job.list, r->job.query, r->part, r->folder, &watch, &r->job.rows_done, e) < 0 ||
        settle(r, e) < 0) {
        (void)unlink(r->part);
        return -1;
    }
    return 0;
}

static void say(const struct running *r, const struct err *e, int64_t began_ms)
{
    char id[24], rows[24], ms[24];

    snprintf(id, sizeof id, "%lld", (long long)r->job.id);
    snprintf(rows, sizeof rows, "%lld", (long long)r->job.rows_done);
    snprintf(ms, sizeof ms, "%lld", (long long)(clock_monotonic_ms() - began_ms));
    log_event(e->code == ERR_NONE ? LOG_INFO_ : LOG_WARN_, "export", "tenant", r->d->tenant->id, "list", r->job.list,
              "export", id, "state", r->job.state, "rows", rows, "ms", ms, "error",
              e->code == ERR_NONE ? NULL : e->message, "detail", e->detail[0] != '\0' ? e->detail : NULL, (char *)NULL);
}

/* What may be better the next time is left to it; what will not is told to the one who asked. */
static int job_over(struct running *r, struct db *db, const struct err *failed, struct err *e)
{
    int again = failed->code != ERR_NONE && failed->code != ERR_FORBIDDEN && failed->code != ERR_NOT_FOUND &&
                failed->code != ERR_BAD_INPUT && r->job.attempts < ATTEMPTS_MAX;

    if (failed->code == ERR_STALE)
        return 0; /* another has it */
    if (again)    /* its lease ends now, or in a moment */
        return job_progress(db, r->arena, &r->job,
                            seconds_from(instant_now(), failed->code == ERR_BUSY ? 0 : LOOK_MS / 1000), e);
    r->job.state = failed->code == ERR_NONE ? "done" : "failed";
    r->job.reason = failed->message;
    return job_end(db, r->arena, &r->job, instant_now(), e);
}

/* 1 a job was taken, 0 none waits, -1. */
static int one(struct running *r, struct err *e)
{
    struct err failed = {0};
    int64_t began_ms = clock_monotonic_ms();
    struct db *db;
    instant now = instant_now();
    int found;

    if (district_db(r->p, r->d, &db, e) < 0)
        return -1;
    found = job_claim(db, r->arena, now, seconds_from(now, LEASE_S), &r->job, e);
    if (found <= 0)
        return found;
    (void)job_write(r, &failed);
    if (district_db(r->p, r->d, &db, e) < 0 || job_over(r, db, &failed, e) < 0)
        return -1;
    say(r, &failed, began_ms);
    return 1;
}

/* Every job of one district that waits now; the number written, or -1. */
static int runner_district(struct platform *p, struct district *d, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("job", JOB_ARENA);
    struct arena *piece CLEANUP_(arena_freep) = arena_new("piece", PIECE_ARENA);
    int written = 0, found = 1;

    while (found == 1 && !stop_asked(0)) {
        struct running r = {.p = p, .d = d, .arena = a, .piece = piece};

        found = one(&r, e);
        written += found == 1;
        arena_reset(a);
        arena_reset(piece);
    }
    return found < 0 ? -1 : written;
}

/* ---- the loop ---- */

static void district_run(struct platform *p, struct district *d)
{
    struct err e = {0};

    if (runner_district(p, d, &e) < 0)
        log_err("export_failed", &e);
}

/* The marks are taken away before the queue is looked at: who comes after leaves another. */
static void marks_run(struct platform *p, struct arena *a)
{
    const char *folder = workbook_marks(a, p);
    struct err ignored = {0};
    char **names;
    size_t count;

    if (file_list(a, folder, &names, &count, &ignored) < 0)
        return; /* nobody has asked yet */
    for (size_t i = 0; i < count && !stop_asked(0); i++) {
        struct district *d = platform_district(p, names[i]);

        (void)unlink(arena_fmt(a, "%s/%s", folder, names[i]));
        if (d != NULL)
            district_run(p, d);
    }
}

static int sweep_district(struct platform *p, struct district *d, struct arena *a, struct err *e)
{
    instant before = seconds_from(instant_now(), -(int64_t)KEPT_DAYS * 86400);
    struct job *old;
    size_t count;
    struct db *db;

    if (district_db(p, d, &db, e) < 0 || job_expire(db, a, before, SWEEP_MAX, &old, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        (void)unlink(arena_fmt(a, "%s/%s", p->config.files_dir, workbook_path(a, d->tenant->id, old[i].id)));
    return 0;
}

static void all_run(struct platform *p, struct arena *a, int sweeps)
{
    for (size_t i = 0; i < p->count && !stop_asked(0); i++) {
        struct err e = {0};

        district_run(p, &p->districts[i]);
        if (sweeps && sweep_district(p, &p->districts[i], a, &e) < 0)
            log_err("export_sweep_failed", &e);
        arena_reset(a);
    }
}

int runner_work(struct platform *p)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("runner", JOB_ARENA);
    int64_t all_ms = 0, sweep_ms = 0;

    while (!stop_asked(LOOK_MS)) {
        int64_t now = clock_monotonic_ms();

        if (now >= all_ms) {
            all_run(p, a, now >= sweep_ms);
            all_ms = clock_monotonic_ms() + ALL_EVERY_MS;
            if (now >= sweep_ms)
                sweep_ms = clock_monotonic_ms() + SWEEP_EVERY_MS;
        }
        marks_run(p, a);
        arena_reset(a);
    }
    return 0;
}
