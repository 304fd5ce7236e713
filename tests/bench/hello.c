/*
 * tests/bench/hello.c - the anchor of "make bench": the least a FastCGI worker can do
 *
 *   hello SOCKET WORKERS DB_SOCKET DB_USER DB_SCHEMA      answers every request with 1 KB of JSON until SIGTERM
 *
 * Nothing is read, looked up or decided; whatever an application adds shows as a ratio to this. One accept loop a
 * process, as in guizhangd, and the connection is closed after each answer. What is asked below /bare/ asks the
 * database, and nothing else (bare.c).
 */
#include "bare.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BODY_BYTES = 1024, BACKLOG = 511, WORKERS_MAX = 256 };

static char answer[BODY_BYTES + 256];

static int answer_make(void)
{
    static const char head[] = "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1024\r\n\r\n";
    char *p = answer + sizeof(head) - 1;

    memcpy(answer, head, sizeof(head) - 1);
    memset(p, 'x', BODY_BYTES);
    memcpy(p, "{\"hello\":\"", 10);
    memcpy(p + BODY_BYTES - 3, "\"}\n", 3);
    return (int)(sizeof(head) - 1 + BODY_BYTES);
}

static void worker(int listen_fd, int length)
{
    FCGX_Request request;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    FCGX_Init();
    FCGX_InitRequest(&request, listen_fd, 0);
    while (FCGX_Accept_r(&request) >= 0) {
        if (!bare_answer(&request, FCGX_GetParam("REQUEST_URI", request.envp)))
            FCGX_PutStr(answer, length, request.out);
        request.keepConnection = 0;
        FCGX_Finish_r(&request);
    }
    _exit(1);
}

int main(int argc, char **argv)
{
    int workers = argc == 6 ? atoi(argv[2]) : 0, length = answer_make(), signo;
    pid_t pid[WORKERS_MAX];
    sigset_t stop;

    if (workers < 1 || workers > WORKERS_MAX) {
        fprintf(stderr, "usage: hello SOCKET WORKERS DB_SOCKET DB_USER DB_SCHEMA\n");
        return 2;
    }
    bare_place(argv[3], argv[4], argv[5]);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* ends with the harness, however that ends */
    int fd = FCGX_OpenSocket(argv[1], BACKLOG);
    if (fd < 0 || chmod(argv[1], 0777) < 0) {
        perror(argv[1]);
        return 1;
    }
    for (int i = 0; i < workers; i++) {
        pid[i] = fork();
        if (pid[i] == 0)
            worker(fd, length);
        if (pid[i] < 0) {
            perror("fork");
            return 1; /* PDEATHSIG takes the others along */
        }
    }
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigwait(&stop, &signo);
    for (int i = 0; i < workers; i++)
        kill(pid[i], SIGKILL);
    for (int i = 0; i < workers; i++)
        waitpid(pid[i], NULL, 0);
    unlink(argv[1]);
    return 0;
}
