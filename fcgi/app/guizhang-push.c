/*
 * app/guizhang-push.c - the pusher: looks through every district's outbox, sends, asks for decisions, seals the audit
 * chains, goes over the duties once a day, writes letters, and sweeps out what has run its time
 *
 *   guizhang-push SETTINGS                    runs until SIGTERM, which lets the send in progress end
 *   guizhang-push --once SETTINGS             one round
 *   guizhang-push --tenant ID [--once] SETTINGS   that district only; several pushers may run side by side
 *   guizhang-push --check SETTINGS            says whether settings and peers.json are right, and ends
 *
 * One JSON line a message to standard error. A district that fails is said and passed over: the others go on.
 */
#include "config.h"

#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/process.h"
#include "base/log.h"
#include "base/text.h"
#include "casework/filing.h"
#include "casework/nightly.h"
#include "exchange/mailer.h"
#include "exchange/push.h"
#include "exchange/trail.h"
#include "store/case.h"
#include "store/lists.h"
#include "store/platform.h"

enum { PLATFORM_MAX = 1024 << 20, ROUND_MAX = 64 << 20, EXIT_USAGE = 64, EXIT_CONFIG = 78 };
/* how often to sweep; how long an answered key and a counter of failed sign-ins are of use */
enum { SWEEP_EVERY_MS = 3600 * 1000, KEY_KEPT_DAYS = 90, COUNTER_KEPT_DAYS = 1, LETTER_KEPT_DAYS = 90 };
/* how long a district's duties are gone over before filings have their turn again; how long to wait after a failure */
enum { NIGHTLY_TURN_MS = 1000, NIGHTLY_REST_MS = 60000, LETTERS_EVERY_MS = 5000 };

struct options {
    const char *settings, *tenant;
    int once, check;
};

/* What this process knows of each district's day. */
struct round {
    date settled;                      /* that day's run is done */
    int64_t not_before_ms, letters_ms; /* after a failure; the next look for letters */
};
struct rounds {
    const struct platform *platform; /* whose districts these are */
    struct round *of;
    struct mailer mailer;
};

/* wiring: set by the signal, read between two messages */
static volatile sig_atomic_t stop_asked;

static void ask_stop(int signal_number)
{
    stop_asked = 1;
}

static void say(const struct push_report *r)
{
    char id[24], status[16], ms[24];

    snprintf(id, sizeof id, "%lld", (long long)r->id);
    snprintf(status, sizeof status, "%d", r->status);
    snprintf(ms, sizeof ms, "%lld", (long long)r->ms);
    log_event(text_is_empty(r->error) ? LOG_INFO_ : LOG_WARN_, "push", "tenant", r->tenant, "peer", r->peer, "filing",
              r->filing, "message", id, "what", r->what, "state", r->state, "status", status, "error",
              text_is_empty(r->error) ? NULL : r->error, "ms", ms, (char *)NULL);
}

static int seal(struct platform *p, struct district *d, struct arena *a, struct err *e)
{
    struct db *db;
    int64_t sealed, links;

    if (district_db(p, d, &db, e) < 0 || audit_seal(db, a, &sealed, e) < 0)
        return -1;
    do {
        arena_reset(a);
        if (search_follow(db, a, &links, e) < 0)
            return -1;
    } while (links > 0 && !stop_asked);
    return 0;
}

/* Batches for a turn; 1 it is all done for today, 0 not yet, -1. */
static int nightly_turn(struct platform *p, struct district *d, struct arena *a, struct err *e)
{
    const int64_t until_ms = clock_monotonic_ms() + NIGHTLY_TURN_MS;
    struct nightly n = {0};
    int due, rc;

    do {
        arena_reset(a);
        struct desk desk = desk_of_system(p, d, a, "");

        if (nightly_is_due(&desk, p->config.nightly_hour, &due, e) < 0)
            return -1;
        if (!due)
            return 1;
        rc = nightly_step(&desk, NIGHTLY_BATCH, &n, e);
        if (rc == 0 && text_eq(n.state, "done"))
            return nightly_look_for_holders(&desk, e) < 0 ? -1 : 1;
    } while (rc > 0 && clock_monotonic_ms() < until_ms && !stop_asked);
    return rc < 0 ? -1 : 0;
}

static int has_come(const struct desk *desk, int64_t hour)
{
    return hour >= 0 && desk->now >= instant_of_date(instant_date(desk->now), (int)hour, 0);
}

static int nightly_of(struct platform *p, struct district *d, struct arena *a, struct round *w)
{
    struct err e = {0};
    struct desk desk = desk_of_system(p, d, a, "");
    const date today = instant_date(desk.now);
    int rc;

    if (w->settled == today || clock_monotonic_ms() < w->not_before_ms || !has_come(&desk, p->config.nightly_hour))
        return 0;
    rc = nightly_turn(p, d, a, &e);
    arena_reset(a);
    if (rc < 0) {
        log_err("nightly_failed", &e);
        w->not_before_ms = clock_monotonic_ms() + NIGHTLY_REST_MS;
        return -1;
    }
    if (rc == 1) {
        w->settled = today;
        log_event(LOG_INFO_, "nightly_done", "tenant", d->tenant->id, (char *)NULL);
    }
    return 0;
}

static int letters_of(const struct push_job *job, struct arena *a, struct mailer *m, struct round *w)
{
    struct err e = {0};
    int sent;

    if (clock_monotonic_ms() < w->not_before_ms || clock_monotonic_ms() < w->letters_ms)
        return 0;
    w->letters_ms = clock_monotonic_ms() + LETTERS_EVERY_MS;
    int rc = mailer_run(job, m, a, &sent, &e);

    arena_reset(a);
    if (rc == 0)
        return 0;
    log_err("mail_failed", &e);
    w->not_before_ms = clock_monotonic_ms() + NIGHTLY_REST_MS;
    return -1;
}

/* 0 when nothing failed. */
static int round_of(struct platform *p, struct district *d, struct arena *a, const char *owner, struct rounds *all,
                    struct round *w)
{
    struct push_job job = {.platform = p, .district = d, .owner = owner, .stop = &stop_asked, .report = say};
    struct err e = {0};
    int sent, bad = 0;

    if (push_run(&job, a, &sent, &e) < 0) {
        log_err("push_failed", &e);
        bad = 1;
    }
    arena_reset(a);
    bad |= nightly_of(p, d, a, w) < 0;
    bad |= letters_of(&job, a, &all->mailer, w) < 0;
    if (seal(p, d, a, &e) < 0) {
        log_err("seal_failed", &e);
        bad = 1;
    }
    arena_reset(a);
    return bad ? -1 : 0;
}

static instant days_ago(int days)
{
    return instant_now() - (instant)days * 86400 * 1000000;
}

/* Rows nobody will ask for again: strangers can make them (a counter a name tried), so they must not stay for ever. */
static int sweep(struct platform *p, struct arena *a, struct err *e)
{
    struct db *db;

    if (platform_db(p, &db, e) < 0 || session_rows_expire(db, a, instant_now(), e) < 0 ||
        login_counters_expire(db, a, days_ago(COUNTER_KEPT_DAYS), e) < 0)
        return -1;
    for (size_t i = 0; i < p->count && !stop_asked; i++)
        if (district_db(p, &p->districts[i], &db, e) < 0 || idem_expire(db, a, days_ago(KEY_KEPT_DAYS), e) < 0 ||
            mail_expire(db, a, days_ago(LETTER_KEPT_DAYS), e) < 0)
            return -1;
    return 0;
}

static void sweep_when_due(struct platform *p, struct arena *a, int64_t *due_ms)
{
    struct err e = {0};

    if (clock_monotonic_ms() < *due_ms)
        return;
    *due_ms = clock_monotonic_ms() + SWEEP_EVERY_MS;
    if (sweep(p, a, &e) < 0)
        log_err("sweep_failed", &e);
    arena_reset(a);
}

static int round_all(struct platform *p, const struct options *o, struct arena *a, const char *owner,
                     struct rounds *all)
{
    int bad = 0;

    for (size_t i = 0; i < p->count && !stop_asked; i++)
        if (o->tenant == NULL || text_eq(o->tenant, p->tenants[i]->id))
            bad |= round_of(p, &p->districts[i], a, owner, all, &all->of[i]) < 0;
    return bad ? -1 : 0;
}

struct pusher { /* what it stands on; renewed when the law does */
    struct arena *arena;
    struct platform *platform;
    uint64_t tried;
};

/* The signals are open only while we wait or between two system calls of a send; either way the flag is seen. */
static void wait_ms(int64_t ms)
{
    (void)poll(NULL, 0, (int)ms);
}

/*
 * A version was published or withdrawn: the pusher must know it, or the receipts of its projects would find no law.
 * What cannot be loaded is said once, and the old goes on.
 */
static void renew(struct pusher *x, const struct options *o)
{
    uint64_t mark = platform_law_mark(x->platform);
    struct err e = {0};

    if (mark == x->platform->law_mark || mark == x->tried)
        return;
    x->tried = mark;
    struct arena *a = arena_new("platform", PLATFORM_MAX);
    struct platform *p;

    if (platform_load(a, o->settings, &p, &e) < 0 || push_check(p, &e) < 0) {
        log_err("reload_refused", &e);
        arena_free(a);
        return;
    }
    platform_close(x->platform);
    arena_free(x->arena);
    x->arena = a;
    x->platform = p;
    log_event(LOG_INFO_, "reload", (char *)NULL);
}

/* What is known of each district's day; of a platform read anew, nothing yet. */
static struct rounds *rounds_of(struct rounds *all, const struct platform *p)
{
    if (all->platform != p) {
        all->platform = p;
        all->of = ARENA_ARRAY(p->arena, struct round, p->count + 1);
    }
    return all;
}

static int run(struct pusher *x, const struct options *o)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("round", ROUND_MAX);
    char host[64] = "", owner[96];
    struct rounds all = {.of = NULL};
    int64_t sweep_ms = 0;
    int rc;

    if (gethostname(host, sizeof host - 1) < 0)
        host[0] = '\0';
    snprintf(owner, sizeof owner, "%s:%ld", host, (long)getpid());
    log_event(LOG_INFO_, "push_start", "owner", owner, (char *)NULL);
    do {
        renew(x, o);
        rc = round_all(x->platform, o, a, owner, rounds_of(&all, x->platform));
        sweep_when_due(x->platform, a, &sweep_ms);
        if (!o->once && !stop_asked)
            wait_ms(x->platform->config.push_interval_ms);
    } while (!o->once && !stop_asked);
    mailer_close(&all.mailer);
    log_event(LOG_INFO_, "push_stop", "owner", owner, (char *)NULL);
    return o->once && rc < 0 ? 1 : 0;
}

static int usage(void)
{
    fputs("用法：guizhang-push [--once] [--tenant 地区] [--check] 设置文件\n", stderr);
    return EXIT_USAGE;
}

static int read_options(int argc, char **argv, struct options *o)
{
    static const struct option names[] = {
        {"once", no_argument, NULL, 'o'},
        {"tenant", required_argument, NULL, 't'},
        {"check", no_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        switch (c) {
        case 'o':
            o->once = 1;
            break;
        case 't':
            o->tenant = optarg;
            break;
        case 'c':
            o->check = 1;
            break;
        default:
            return -1;
        }
    }
    if (optind != argc - 1)
        return -1;
    o->settings = argv[optind];
    return 0;
}

static int refuse(const struct err *e)
{
    fprintf(stderr, "guizhang-push: %s\n", e->message);
    if (e->detail[0] != '\0')
        fprintf(stderr, "  详情：%s\n", e->detail);
    if (e->mend[0] != '\0')
        fprintf(stderr, "  改法：%s\n", e->mend);
    return EXIT_CONFIG;
}

static void listen_to_signals(void)
{
    struct sigaction stop = {.sa_handler = ask_stop};

    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
}

static int start(struct pusher *x, const struct options *o)
{
    struct err e = {0};
    int rc;

    if (platform_load(x->arena, o->settings, &x->platform, &e) < 0 || push_check(x->platform, &e) < 0)
        return refuse(&e);
    if (o->tenant != NULL && platform_district(x->platform, o->tenant) == NULL) {
        err_fail(&e, ERR_CONFIG, "没有地区「%s」", o->tenant);
        return refuse(&e);
    }
    if (o->check)
        return 0;
    rc = run(x, o);
    platform_close(x->platform);
    return rc;
}

int main(int argc, char **argv)
{
    struct pusher x = {.arena = NULL};
    struct options o = {0};
    struct err e = {0};
    int rc;

    if (read_options(argc, argv, &o) < 0)
        return usage();
    log_open("guizhang-push", LOG_INFO_);
    if (!o.check && process_begin(&e) < 0)
        return refuse(&e);
    listen_to_signals();
    casework_set_freeze(envelope_freeze);
    x.arena = arena_new("platform", PLATFORM_MAX);
    rc = start(&x, &o);
    arena_free(x.arena);
    return rc;
}
