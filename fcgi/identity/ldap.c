/*
 * identity/ldap.c - an exchange with the directory: its handles, its one hard deadline
 *
 * libldap bounds connect and answers, but not the TLS handshake (traps L1, L2). So each exchange has
 * a timer whose handler does nothing but shut the sockets of this exchange; libldap then fails by
 * itself. The program must ignore SIGPIPE: the unbind that follows writes to the shut socket.
 * Handles live inside one exchange only, never across a fork (trap L9).
 */
#include "config.h"

#include "identity/ldap.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/date.h"
#include "base/text.h"

/* ---- the deadline: what the signal handler may see ---- */

static volatile sig_atomic_t deadline_fd[EXCHANGE_HANDLES] = {-1, -1};
static volatile sig_atomic_t deadline_passed;

static void deadline_strike(int sig)
{
    (void)sig;
    int saved = errno;

    deadline_passed = 1;
    for (int i = 0; i < EXCHANGE_HANDLES; i++)
        if (deadline_fd[i] >= 0)
            shutdown(deadline_fd[i], SHUT_RDWR);
    errno = saved;
}

static int handle_added(LDAP *ld, Sockbuf *sb, LDAPURLDesc *srv, struct sockaddr *addr, struct ldap_conncb *ctx)
{
    (void)srv;
    (void)addr;
    const int *slot = ctx->lc_arg;
    int fd = -1;

    if (ber_sockbuf_ctrl(sb, LBER_SB_OPT_GET_FD, &fd) != 1)
        return -1;
    deadline_fd[*slot] = fd;
    if (deadline_passed) /* struck before the socket was known */
        shutdown(fd, SHUT_RDWR);
    /* With a network time-out the handshake runs non-blocking and spins (trap L2); the connection stands, so drop it.
     */
    static const struct timeval none = {.tv_sec = -1};
    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &none);
    return 0;
}

static void handle_removed(LDAP *ld, Sockbuf *sb, struct ldap_conncb *ctx)
{
    (void)ld;
    (void)sb;
    const int *slot = ctx->lc_arg;

    deadline_fd[*slot] = -1;
}

static void handle_close(struct exchange *x, int slot)
{
    if (x->handle[slot].ld)
        ldap_unbind_ext_s(x->handle[slot].ld, NULL, NULL);
    x->handle[slot].ld = NULL;
    deadline_fd[slot] = -1;
}

void exchange_end(struct exchange *x)
{
    for (int i = EXCHANGE_HANDLES - 1; i >= 0; i--)
        handle_close(x, i);
    if (!x->timer_made)
        return;
    timer_delete(x->timer);
    sigprocmask(SIG_SETMASK, &x->mask_before, NULL);
    x->timer_made = 0;
}

int fail_down(struct err *e, const char *step, const char *why)
{
    err_fail(e, ERR_DIRECTORY, "政务目录暂时没有应答，现在不能核对账号");
    err_mend(e, "请稍后再试；已经登录的人员可以继续办理");
    return err_detail(e, "directory: %s: %s", step, deadline_passed ? "deadline passed" : why);
}

int fail_ldap(struct err *e, LDAP *ld, const char *step, int rc)
{
    char *said = NULL;

    if (ld)
        ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &said);
    char why[256];
    text_copy(why, sizeof(why), said && *said ? said : ldap_err2string(rc));
    ldap_memfree(said);
    return fail_down(e, step, why);
}

int exchange_begin(struct exchange *x, const struct directory_place *p, struct err *e)
{
    *x = (struct exchange){.place = p, .until_ms = clock_monotonic_ms() + p->timeout_ms};
    for (int i = 0; i < EXCHANGE_HANDLES; i++)
        deadline_fd[i] = -1;
    deadline_passed = 0;

    struct sigaction strike = {.sa_handler = deadline_strike, .sa_flags = SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    struct itimerspec when = {.it_value = {p->timeout_ms / 1000, p->timeout_ms % 1000 * 1000000L}};
    sigset_t only;

    sigemptyset(&strike.sa_mask);
    sigemptyset(&only);
    sigaddset(&only, SIGRTMIN);
    if (sigaction(SIGRTMIN, &strike, NULL) != 0 || timer_create(CLOCK_MONOTONIC, &event, &x->timer) != 0)
        return fail_down(e, "timer", strerror(errno));
    x->timer_made = 1;
    sigprocmask(SIG_UNBLOCK, &only, &x->mask_before);
    if (timer_settime(x->timer, 0, &when, NULL) != 0)
        return fail_down(e, "timer", strerror(errno));
    return 0;
}

struct timeval exchange_left(const struct exchange *x, int share)
{
    int64_t ms = (x->until_ms - clock_monotonic_ms()) / share;

    if (ms < 1)
        ms = 1;
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

/* ---- handles ---- */

/* One scheme for all addresses of the list; ldap:// then means StartTLS or nothing (trap L7). */
static int url_scheme(const char *url, const char **ret)
{
    static const char *const known[] = {"ldaps://", "ldap://", "ldapi://"};

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (!text_starts(url, known[i]))
            continue;
        for (const char *next = strchr(url, ' '); next; next = strchr(next + 1, ' '))
            if (!text_starts(next + 1, known[i]))
                return -1;
        *ret = known[i];
        return 0;
    }
    return -1;
}

static int handle_options(struct exchange *x, int slot, int with_tls)
{
    static const int slot_number[EXCHANGE_HANDLES] = {0, 1};
    static const int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER, demand = LDAP_OPT_X_TLS_DEMAND,
                     tls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
    struct handle *h = &x->handle[slot];
    struct timeval answer = exchange_left(x, 1), connect = exchange_left(x, 2); /* two addresses fit */
    int rc = 0;

    h->watch =
        (struct ldap_conncb){.lc_add = handle_added, .lc_del = handle_removed, .lc_arg = (void *)&slot_number[slot]};
    rc |= ldap_set_option(h->ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    rc |= ldap_set_option(h->ld, LDAP_OPT_DEREF, &deref);
    rc |= ldap_set_option(h->ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    rc |= ldap_set_option(h->ld, LDAP_OPT_RESTART, LDAP_OPT_ON);
    rc |= ldap_set_option(h->ld, LDAP_OPT_NETWORK_TIMEOUT, &connect);
    rc |= ldap_set_option(h->ld, LDAP_OPT_TIMEOUT, &answer);
    rc |= ldap_set_option(h->ld, LDAP_OPT_CONNECT_CB, &h->watch);
    if (!with_tls)
        return rc;
    rc |= ldap_set_option(h->ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    rc |= ldap_set_option(h->ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls12);
    rc |= ldap_set_option(h->ld, LDAP_OPT_X_TLS_CACERTFILE, x->place->ca_file);
    rc |= ldap_set_option(h->ld, LDAP_OPT_X_TLS_NEWCTX, &client); /* last, or nothing above takes effect (trap L7) */
    return rc;
}

int handle_open(struct exchange *x, int slot, struct err *e)
{
    struct handle *h = &x->handle[slot];
    const char *scheme = NULL;

    if (url_scheme(x->place->url, &scheme) < 0) {
        err_fail(e, ERR_CONFIG, "政务目录的地址只能是 ldaps://、ldap:// 或 ldapi://，多个地址须用同一种");
        return err_detail(e, "directory url %s", x->place->url);
    }
    int with_tls = !text_eq(scheme, "ldapi://");
    if (with_tls && text_is_empty(x->place->ca_file))
        return err_fail(e, ERR_CONFIG, "没有设置政务目录的 CA 证书文件");

    int rc = ldap_initialize(&h->ld, x->place->url);
    if (rc != LDAP_SUCCESS)
        return fail_ldap(e, NULL, "url", rc);
    if (handle_options(x, slot, with_tls) != LDAP_OPT_SUCCESS)
        return fail_down(e, "options", "refused by libldap; is the CA file readable?");
    if (!text_eq(scheme, "ldap://"))
        return 0;
    rc = ldap_start_tls_s(h->ld, NULL, NULL);
    return rc == LDAP_SUCCESS ? 0 : fail_ldap(e, h->ld, "starttls", rc);
}

int service_open(struct exchange *x, struct err *e)
{
    const char *password = x->place->bind_password;

    if (text_is_empty(x->place->bind_dn) || text_is_empty(password))
        return err_fail(e, ERR_CONFIG, "没有设置查询政务目录的服务账号或其密码");
    if (handle_open(x, 0, e) < 0)
        return -1;
    struct berval secret = {.bv_val = (char *)password, .bv_len = strlen(password)};
    int rc = ldap_sasl_bind_s(x->handle[0].ld, x->place->bind_dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);
    return rc == LDAP_SUCCESS ? 0 : fail_ldap(e, x->handle[0].ld, "service bind", rc);
}

int directory_ping(const struct directory_place *p, struct err *e)
{
    struct exchange x;
    int rc = exchange_begin(&x, p, e);

    if (rc == 0)
        rc = service_open(&x, e);
    exchange_end(&x);
    return rc;
}
