/*
 * casework/scan.c - an uploaded file before the eyes of a virus scanner
 *
 * clamd's INSTREAM: pieces, each with its length before it, and an empty one at the end; then one line comes back.
 */
#include "config.h"

#include "casework/scan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"

enum { PIECE_BYTES = 128 * 1024, ANSWER_BYTES = 1024 };

struct scanner {
    int fd;
    int64_t until_ms;
};

static void scanner_close(struct scanner *s)
{
    if (s->fd >= 0)
        (void)close(s->fd);
}

static int fail_scan(struct err *e, const char *why)
{
    err_fail(e, ERR_BUSY, "病毒扫描服务没有应答，文件没有收下");
    err_mend(e, "请稍后再上传；一直如此的，请联系平台管理员");
    return err_detail(e, "scanner: %s", why);
}

/* 0 when the scanner can be written to or read from before the time is up. */
static int scanner_wait(const struct scanner *s, short events)
{
    for (;;) {
        struct pollfd p = {.fd = s->fd, .events = events};
        int64_t left = s->until_ms - clock_monotonic_ms();

        if (left <= 0)
            return -1;
        int rc = poll(&p, 1, (int)left);
        if (rc > 0)
            return 0;
        if (rc < 0 && errno != EINTR)
            return -1;
    }
}

static int scanner_send(const struct scanner *s, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0) {
        ssize_t done = send(s->fd, p, n, MSG_NOSIGNAL);

        if (done < 0 && errno != EAGAIN && errno != EINTR)
            return -1;
        if (done < 0 && scanner_wait(s, POLLOUT) < 0)
            return -1;
        p += done > 0 ? done : 0;
        n -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}

static int scanner_open(const char *path, struct scanner *s)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (text_copy(address.sun_path, sizeof address.sun_path, path) < 0)
        return -1;
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return s->fd < 0 ? -1 : connect(s->fd, (const struct sockaddr *)&address, sizeof address);
}

/* 0 also when the scanner hung up in the middle: it then says why. */
static int file_send(const struct scanner *s, int fd, int64_t offset, int64_t size, struct err *e)
{
    char piece[PIECE_BYTES];
    const uint32_t end = 0;

    if (scanner_send(s, "zINSTREAM", sizeof "zINSTREAM") < 0)
        return 0;
    while (size > 0) {
        ssize_t got = pread(fd, piece, size < PIECE_BYTES ? (size_t)size : PIECE_BYTES, (off_t)offset);

        if (got <= 0)
            return err_fail(e, ERR_INTERNAL, "读取上传文件失败");
        uint32_t length = htonl((uint32_t)got);
        if (scanner_send(s, &length, sizeof length) < 0 || scanner_send(s, piece, (size_t)got) < 0)
            return 0;
        offset += got;
        size -= got;
    }
    (void)scanner_send(s, &end, sizeof end); /* what went wrong shows in the answer */
    return 0;
}

static size_t answer_read(const struct scanner *s, char answer[ANSWER_BYTES])
{
    size_t n = 0;

    while (n < ANSWER_BYTES - 1 && memchr(answer, '\0', n) == NULL && scanner_wait(s, POLLIN) == 0) {
        ssize_t got = recv(s->fd, answer + n, ANSWER_BYTES - 1 - n, 0);

        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            break;
        n += got > 0 ? (size_t)got : 0;
    }
    answer[n] = '\0';
    return n;
}

int scan_file(const char *socket_path, int limit_s, int fd, int64_t offset, int64_t size, struct err *e)
{
    struct scanner s CLEANUP_(scanner_close) = {.fd = -1, .until_ms = clock_monotonic_ms() + limit_s * INT64_C(1000)};
    char answer[ANSWER_BYTES];

    if (scanner_open(socket_path, &s) < 0)
        return fail_scan(e, strerror(errno));
    if (file_send(&s, fd, offset, size, e) < 0)
        return -1;
    if (answer_read(&s, answer) == 0)
        return fail_scan(e, "no answer");
    if (text_ends(answer, ": OK"))
        return 0;
    if (!text_ends(answer, " FOUND"))
        return fail_scan(e, answer);
    err_fail(e, ERR_MEDIA, "病毒扫描查出这个文件有问题，没有收下");
    err_mend(e, "请先在本机杀毒，再上传干净的文件");
    return err_detail(e, "scanner: %s", answer);
}
