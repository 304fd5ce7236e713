/*
 * tests/unit/test_scan.c - an uploaded file before the eyes of a virus scanner; a child process plays the scanner
 */
#include "config.h"

#include "check.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "casework/scan.h"

enum { BEFORE = 77, SIZE = 300000 }; /* a piece of a larger file, more than one piece of the protocol */

static char folder[] = "/tmp/test_scan.XXXXXX", path[64];

static void all_read(int fd, void *p, size_t n)
{
    for (char *to = p; n > 0;) {
        ssize_t got = read(fd, to, n);

        if (got <= 0)
            _exit(1);
        to += got;
        n -= (size_t)got;
    }
}

/* Takes in what the protocol says and answers only when it was the piece to the byte. */
static void scanner(int listening, const char *answer, size_t len)
{
    static char bytes[SIZE];
    char word[10];
    int fd = accept(listening, NULL, NULL);
    size_t at = 0;

    all_read(fd, word, sizeof word);
    for (uint32_t n; all_read(fd, &n, sizeof n), (n = ntohl(n)) > 0; at += n) {
        if (at + n > SIZE)
            _exit(1);
        all_read(fd, bytes + at, n);
    }
    for (size_t i = 0; i < SIZE; i++)
        if (bytes[i] != (char)(i % 251))
            _exit(1);
    if (at != SIZE || memcmp(word, "zINSTREAM", 10) != 0)
        _exit(1);
    if (len == 0)
        pause();
    _exit(write(fd, answer, len) == (ssize_t)len ? 0 : 1);
}

static int file_to_scan(void)
{
    int fd = memfd_create("upload", 0);

    for (int i = -BEFORE; i < SIZE; i++) {
        char c = (char)(i < 0 ? 'x' : i % 251);

        assert_int_equal(write(fd, &c, 1), 1);
    }
    return fd;
}

static int listen_at(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    return fd;
}

#define B(s) s, sizeof(s)
static const struct {
    const char *answer;
    size_t len;
    enum err_code code;
    const char *word;
} rows[] = {
    {B("stream: OK"), ERR_NONE, ""},
    {B("stream: Eicar-Signature FOUND"), ERR_MEDIA, "查出"},
    {B("INSTREAM size limit exceeded. ERROR"), ERR_BUSY, "没有应答"},
    {B("stream: OK FOUND OKAY"), ERR_BUSY, "没有应答"},
    {B(""), ERR_BUSY, "没有应答"},
    {"", 0, ERR_BUSY, "没有应答"}, /* silent */
};

static void the_scanner_s_word_counts(void **state)
{
    int file = file_to_scan();

    snprintf(path, sizeof path, "%s/clamd", mkdtemp(folder));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int listening = listen_at(), status;
        struct err e = {0};
        int64_t began = clock_monotonic_ms();
        pid_t pid = fork();

        if (pid == 0)
            scanner(listening, rows[i].answer, rows[i].len);
        close(listening);
        int rc = scan_file(path, 1, file, BEFORE, SIZE, &e);
        assert_int_equal(e.code, rows[i].code);
        assert_int_equal(rc, rows[i].code ? -1 : 0);
        assert_non_null(strstr(e.message, rows[i].word));
        assert_true(clock_monotonic_ms() - began < 5000);
        if (rows[i].len == 0)
            kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, rows[i].len ? 0 : SIGKILL);
        unlink(path);
    }
    close(file);
}

static void without_a_scanner_nothing_is_taken_in(void **state)
{
    int file = file_to_scan();
    struct err e = {0};

    assert_int_equal(scan_file(path, 1, file, 0, 10, &e), -1); /* removed above */
    assert_int_equal(e.code, ERR_BUSY);
    rmdir(folder);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scanner_s_word_counts),
        cmocka_unit_test(without_a_scanner_nothing_is_taken_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
