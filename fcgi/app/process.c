/*
 * app/process.c - what a serving program does for its own safety before it reads the first secret
 */
#include "config.h"

#include "app/process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse_root(struct err *e)
{
    if (geteuid() != 0)
        return 0;
    err_fail(e, ERR_CONFIG, "不能以 root 身份运行：对外服务的程序不需要这样大的权限");
    return err_mend(e, "请换成专用账号，例如 setpriv --reuid 账号 --regid 组 --clear-groups，或 systemd 的 User=");
}

int process_begin(struct err *e)
{
    struct rlimit none = {0, 0};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    if (refuse_root(e) < 0)
        return -1;
    umask(0027);
    sigaction(SIGPIPE, &ignore, NULL);
    if (setrlimit(RLIMIT_CORE, &none) < 0) {
        err_fail(e, ERR_INTERNAL, "关不掉内存转储（core 文件）");
        return err_detail(e, "setrlimit: %s", strerror(errno));
    }
#ifndef WITH_SANITIZERS /* whose leak check looks at its own process from outside */
    prctl(PR_SET_DUMPABLE, 0);
#endif
    return 0;
}
