/*
 * web/fcgi.c - the FastCGI side: our own listening socket, and a worker's loop over it
 *
 * The only file that knows libfcgi. Signals are blocked while a request runs, because the library
 * takes an interrupted read for the end of the body (trap F2); they come through in epoll_pwait only. SIGALRM
 * stays open with its default action: it is the deadline of a request.
 */
#include "config.h"

#include "web/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/text.h"

enum { BACKLOG = 511 };

static volatile sig_atomic_t stop_asked;

static void on_stop(int signo)
{
    stop_asked = signo;
}

/* ---- the socket ---- */

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int socket_fail(struct err *e, const char *path, const char *what)
{
    int saved = errno;
    err_fail(e, ERR_CONFIG, "套接字 %s %s", path, what);
    return err_detail(e, "%s", strerror(saved));
}

/* Whoever can reach the socket is nginx to us: it may claim any address and any host. */
static int folder_check(const char *path, struct err *e)
{
    char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct stat st;
    text_copy(folder, sizeof folder, path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return err_fail(e, ERR_CONFIG, "套接字 %s 应放在一个专用目录里", path);
    *slash = '\0';
    if (stat(folder, &st) < 0) {
        if (mkdir(folder, 0750) < 0)
            return socket_fail(e, path, "所在目录不存在，也建不了");
        return 0;
    }
    if (!(st.st_mode & S_IRWXO))
        return 0;
    err_fail(e, ERR_CONFIG, "套接字 %s 所在目录对其他用户开放", path);
    return err_mend(e, "请执行 chmod 0750 %s，目录的组设为 nginx 的组", folder);
}

/* A file left by a master that is gone is removed; one that answers belongs to somebody. */
static int stale_remove(const char *path, const struct sockaddr_un *address, struct err *e)
{
    struct stat st;
    if (lstat(path, &st) < 0)
        return 0;
    if (!S_ISSOCK(st.st_mode))
        return err_fail(e, ERR_CONFIG, "套接字 %s 的位置上已有别的文件", path);
    int fd CLEANUP_(fd_close) = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return socket_fail(e, path, "建立失败");
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN)
        return err_fail(e, ERR_CONFIG, "套接字 %s 已有程序在监听", path);
    return unlink(path) < 0 ? socket_fail(e, path, "旧文件删不掉") : 0;
}

static int group_give(const char *path, const char *group, struct err *e)
{
    if (text_is_empty(group))
        return 0;
    errno = 0;
    const struct group *g = getgrnam(group);
    if (!g)
        return err_fail(e, ERR_CONFIG, "没有名为 %s 的用户组，套接字无法交给它", group);
    return chown(path, (uid_t)-1, g->gr_gid) < 0 ? socket_fail(e, path, "的组改不了") : 0;
}

int fcgi_listen(const char *path, const char *group, int *ret, struct err *e)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (text_is_empty(path) || text_copy(address.sun_path, sizeof address.sun_path, path) < 0)
        return err_fail(e, ERR_CONFIG, "套接字路径为空或过长");
    if (folder_check(path, e) < 0 || stale_remove(path, &address, e) < 0)
        return -1;
    int fd CLEANUP_(fd_close) = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return socket_fail(e, path, "建立失败");
    mode_t before = umask(0117);
    int rc = bind(fd, (const struct sockaddr *)&address, sizeof address);
    umask(before);
    if (rc < 0)
        return socket_fail(e, path, "绑定失败");
    if (group_give(path, group, e) < 0)
        return -1;
    if (listen(fd, BACKLOG) < 0)
        return socket_fail(e, path, "监听失败");
    *ret = fd;
    fd = -1; /* NOLINT(clang-analyzer-deadcode.DeadStores): the clean-up reads it */
    return 0;
}

/* ---- the loop ---- */

static size_t stream_read(void *from, char *p, size_t n)
{
    size_t got = 0;
    while (got < n) {
        int ask = n - got > 1 << 20 ? 1 << 20 : (int)(n - got);
        int some = FCGX_GetStr(p + got, ask, from);
        if (some <= 0)
            break;
        got += (size_t)some;
        if (some < ask)
            break; /* the end, or an error: the same to the library (trap F3) */
    }
    return got;
}

static int stream_failed(void *from)
{
    return FCGX_GetError(from);
}

/*
 * The library gives its memory back as it is: the parameters (cookies, tokens) and the buffer through which they and
 * the body came (a password). The buffer stands in a struct it does not publish, at its head in every version; should
 * that ever change, nothing is touched here, and the test that looks through a worker's memory says so.
 */
static void request_wipe(FCGX_Request *req)
{
    const struct {
        unsigned char *bytes;
        int len;
    } *buffer = req->in->data;
    const unsigned char *at = req->in->rdNext;

    if (buffer->len == 8192 && at >= buffer->bytes && at <= buffer->bytes + buffer->len)
        explicit_bzero(buffer->bytes, (size_t)buffer->len);
    for (char **pair = req->envp; pair && *pair; pair++)
        explicit_bzero(*pair, strlen(*pair));
}

static void answer_send(struct web *w, FCGX_Request *req, struct buf *wire)
{
    buf_clear(wire);
    http_answer_wire(&w->answer, wire);
    if (wire->len <= INT_MAX)
        FCGX_PutStr(buf_str(wire), (int)wire->len, req->out);
}

/* One connection, one request: 1 served, 0 somebody else took it, -1 the socket is gone. */
static int serve_one(struct web *w, FCGX_Request *req, const struct worker_place *place, struct buf *wire)
{
    place->note->has_client = 1;
    alarm((unsigned)place->deadline_s); /* reading the parameters may hang, too */
    int rc = FCGX_Accept_r(req);
    if (rc < 0) {
        alarm(0);
        return rc == -EAGAIN || rc == -EINTR || rc == -ECONNABORTED ? 0 : -1;
    }
    const struct http_wire in = {.params = req->envp, .read = stream_read, .failed = stream_failed, .from = req->in};
    call_run(w, &in);
    answer_send(w, req, wire);
    int was_read = FCGX_GetChar(req->in) < 0; /* asked before the buffer is wiped: it holds what is not parsed yet */
    request_wipe(req);
    req->keepConnection = 0; /* trap F1 */
    if (was_read)            /* to its end: no need to linger until nginx has closed (trap F6) */
        FCGX_Detach(req);
    FCGX_Finish_r(req);
    alarm(0);
    return 1;
}

static void signals_set(void)
{
    struct sigaction stop = {.sa_handler = on_stop}, ignore = {.sa_handler = SIG_IGN};
    struct sigaction leave = {.sa_handler = SIG_DFL};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &ignore, NULL); /* a terminal's Ctrl-C goes to the group: the master decides */
    sigaction(SIGHUP, &ignore, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGUSR1, &ignore, NULL);
    sigaction(SIGALRM, &leave, NULL);
    sigaction(SIGCHLD, &leave, NULL);
}

/* max_requests, a tenth more or less, so that workers do not leave all at once. */
static int64_t requests_allowed(int64_t max_requests)
{
    uint32_t chance;
    crypto_random(&chance, sizeof chance);
    int64_t spread = max_requests / 10;
    return max_requests - spread + (spread ? (int64_t)(chance % (uint32_t)(2 * spread + 1)) : 0);
}

/* A connection wakes one waiting worker, not all of them; a set of its own each, because sets are not shared by fork.
 */
static int waiting_open(int listen_fd)
{
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLEXCLUSIVE};
    int fd CLEANUP_(fd_close) = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, listen_fd, &wanted) < 0)
        return -1;
    int ret = fd;
    fd = -1; /* NOLINT(clang-analyzer-deadcode.DeadStores): the clean-up reads it */
    return ret;
}

int fcgi_work(struct web *w, const struct worker_place *place)
{
    int waiting CLEANUP_(fd_close) = waiting_open(place->listen_fd);
    FCGX_Request req;
    struct buf wire CLEANUP_(buf_free);

    signals_set(); /* before FCGX_Init, which keeps what it finds (trap F4) */
    buf_init(&wire, (size_t)1 << 30);
    if (waiting < 0 || FCGX_Init() || FCGX_InitRequest(&req, place->listen_fd, 0)) {
        log_event(LOG_ERROR_, "fcgi_init", NULL);
        return 1;
    }
    int64_t left = requests_allowed(place->max_requests);
    while (!stop_asked && left > 0) {
        struct epoll_event come;
        if (epoll_pwait(waiting, &come, 1, -1, place->open_mask) < 0)
            continue; /* a signal: look at stop_asked again */
        if (stop_asked)
            break;
        int rc = serve_one(w, &req, place, &wire);
        if (rc < 0)
            return 1;
        left -= rc;
    }
    return 0;
}
