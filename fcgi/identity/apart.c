/*
 * identity/apart.c - a piece of work in a process of its own
 */
#include "config.h"

#include "identity/apart.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"

static int fail_apart(struct err *e, const char *step, const char *why)
{
    err_fail(e, ERR_BUSY, "系统繁忙，这次没有办成");
    err_mend(e, "请稍后再试");
    return err_detail(e, "apart: %s: %s", step, why);
}

static void NORETURN_ child(void (*work)(void *, struct buf *), void *ctx, size_t ceiling, int fd)
{
    struct buf answer;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a worker at its deadline takes it along */
    buf_init(&answer, ceiling);
    work(ctx, &answer);
    for (size_t at = 0; buf_ok(&answer) && at < answer.len;) {
        ssize_t n = write(fd, answer.data + at, answer.len - at);

        if (n < 0 && errno != EINTR)
            _exit(1);
        at += n > 0 ? (size_t)n : 0;
    }
    _exit(buf_ok(&answer) ? 0 : 1);
}

/* Everything up to the child's end of the pipe; -1 when the time is up. */
static int gather(int fd, int64_t until_ms, struct buf *ret)
{
    for (;;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = until_ms - clock_monotonic_ms();
        char piece[4096];

        if (left <= 0)
            return -1;
        if (poll(&p, 1, (int)left) <= 0)
            continue; /* a signal, or the time is up */
        ssize_t n = read(fd, piece, sizeof piece);
        if (n == 0)
            return 0;
        if (n > 0)
            buf_add(ret, piece, (size_t)n);
        else if (errno != EINTR)
            return -1;
    }
}

int apart_run(void (*work)(void *ctx, struct buf *answer), void *ctx, int limit_ms, struct buf *ret, struct err *e)
{
    int ends[2], status = 0;

    if (pipe(ends) < 0)
        return fail_apart(e, "pipe", strerror(errno));
    pid_t pid = fork();
    if (pid == 0)
        child(work, ctx, ret->ceiling, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return fail_apart(e, "fork", strerror(errno));
    }
    int rc = gather(ends[0], clock_monotonic_ms() + limit_ms, ret);
    close(ends[0]);
    if (rc < 0)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (rc < 0 || !buf_ok(ret))
        return fail_apart(e, "wait", rc < 0 ? "not done in time" : "answer too long");
    return status == 0 ? 0 : fail_apart(e, "child", "ended without an answer");
}
