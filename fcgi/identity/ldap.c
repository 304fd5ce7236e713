/*
 * identity/ldap.c - the only door to libldap: sign in, look up, ping, each within one hard deadline
 *
 * libldap bounds connect and answers, but not the TLS handshake (traps L1, L2). So each exchange has
 * a timer whose handler does nothing but shut the sockets of this exchange; libldap then fails by
 * itself. The program must ignore SIGPIPE: the unbind that follows writes to the shut socket.
 * Handles live inside one exchange only, never across a fork (trap L9).
 *
 * liblber and the TLS library under it copy a password into their messages and give that memory back unwiped, and
 * neither takes another allocator. So a sign-in runs in a process of its own: the copies end with it.
 */
#include "config.h"

#include "identity/directory.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include <ldap.h>

#include "base/crypto.h"
#include "base/date.h"
#include "base/text.h"
#include "identity/apart.h"

enum {
    LOGIN_MAX = 64,
    PASSWORD_MAX = 256,
    EXCHANGE_HANDLES = 2,
    UUID_LEN = 36,
    APART_MS = 400,
    ANSWER_MAX = 1 << 20,
    HOLDERS_MAX = 100
};

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

struct handle {
    LDAP *ld;
    struct ldap_conncb watch; /* libldap keeps its address as long as ld lives */
};
struct exchange {
    const struct directory_place *place;
    int64_t until_ms;
    timer_t timer;
    int timer_made;
    sigset_t mask_before;
    struct handle handle[EXCHANGE_HANDLES]; /* 0 the service's, 1 the person's */
};

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

static void exchange_end(struct exchange *x)
{
    for (int i = EXCHANGE_HANDLES - 1; i >= 0; i--)
        handle_close(x, i);
    if (!x->timer_made)
        return;
    timer_delete(x->timer);
    sigprocmask(SIG_SETMASK, &x->mask_before, NULL);
    x->timer_made = 0;
}

static int fail_down(struct err *e, const char *step, const char *why)
{
    err_fail(e, ERR_DIRECTORY, "政务目录暂时没有应答，现在不能核对账号");
    err_mend(e, "请稍后再试；已经登录的人员可以继续办理");
    return err_detail(e, "directory: %s: %s", step, deadline_passed ? "deadline passed" : why);
}

/* The service's and libldap's own words, for the log. Never holds a password. */
static int fail_ldap(struct err *e, LDAP *ld, const char *step, int rc)
{
    char *said = NULL;

    if (ld)
        ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &said);
    char why[256];
    text_copy(why, sizeof(why), said && *said ? said : ldap_err2string(rc));
    ldap_memfree(said);
    return fail_down(e, step, why);
}

static int exchange_begin(struct exchange *x, const struct directory_place *p, struct err *e)
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

static struct timeval exchange_left(const struct exchange *x, int share)
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

static int handle_open(struct exchange *x, int slot, struct err *e)
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

/* Binds as the service on handle 0. */
static int service_open(struct exchange *x, struct err *e)
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

/* ---- distinguished names ---- */

/* The DN from its skip-th part on, in one spelling; NULL when it is none or shorter. */
static const char *dn_tail(struct arena *a, const char *dn, int skip)
{
    LDAPDN parts = NULL;
    char *text = NULL, *ret = NULL;
    int have = 0;

    if (ldap_str2dn(dn, &parts, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || !parts)
        return NULL;
    while (parts[have])
        have++;
    if (skip <= have && ldap_dn2str(parts + skip, &text, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS && text)
        ret = arena_dup(a, text);
    ldap_memfree(text);
    ldap_dnfree(parts);
    return ret;
}

static int dn_equal(struct arena *a, const char *left, const char *right)
{
    const char *l = dn_tail(a, left, 0), *r = dn_tail(a, right, 0);

    return l && r && strcasecmp(l, r) == 0;
}

static int dn_is_below(struct arena *a, const char *dn, const char *base)
{
    const char *b = dn_tail(a, base, 0), *tail = NULL;

    for (int skip = 1; b && (tail = dn_tail(a, dn, skip)) != NULL && *tail; skip++)
        if (strcasecmp(tail, b) == 0)
            return 1;
    return 0;
}

/* cn of a group that lies directly below group_base; NULL otherwise. */
static const char *group_name(struct arena *a, const char *dn, const char *group_base)
{
    const char *parent = dn_tail(a, dn, 1), *base = dn_tail(a, group_base, 0), *ret = NULL;
    LDAPDN parts = NULL;

    if (!parent || !base || strcasecmp(parent, base) != 0)
        return NULL;
    if (ldap_str2dn(dn, &parts, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return NULL;
    LDAPRDN first = parts[0];
    if (first[0] && !first[1] && first[0]->la_attr.bv_len == 2 && strncasecmp(first[0]->la_attr.bv_val, "cn", 2) == 0)
        ret = arena_dupn(a, first[0]->la_value.bv_val, first[0]->la_value.bv_len);
    ldap_dnfree(parts);
    return ret;
}

/* ---- entries ---- */

static const char *entry_text(struct arena *a, LDAP *ld, LDAPMessage *entry, const char *name, int *ret_count)
{
    struct berval **values = ldap_get_values_len(ld, entry, name);
    const char *ret = NULL;
    int count = ldap_count_values_len(values);

    if (count > 0 && text_is_utf8(values[0]->bv_val, values[0]->bv_len))
        ret = arena_dupn(a, values[0]->bv_val, values[0]->bv_len);
    if (ret_count)
        *ret_count = count;
    ldap_value_free_len(values);
    return ret;
}

static void entry_groups(struct arena *a, const struct directory_place *p, LDAP *ld, LDAPMessage *entry,
                         struct person *who)
{
    struct berval **values = ldap_get_values_len(ld, entry, "memberOf");
    int count = ldap_count_values_len(values);

    who->groups = ARENA_ARRAY(a, const char *, (size_t)count + 1);
    who->group_count = 0;
    for (int i = 0; i < count; i++) {
        const char *name = group_name(a, arena_dupn(a, values[i]->bv_val, values[i]->bv_len), p->group_base);
        if (name)
            who->groups[who->group_count++] = name;
    }
    ldap_value_free_len(values);
}

struct found {
    struct person who;
    int disabled;    /* for good, not until a time */
    const char *why; /* why nothing was found, for the log */
};

static const char *const ENTRY_ATTRIBUTES[] = {
    "entryUUID", "uid", "cn", "displayName", "mail", "memberOf", "pwdAccountLockedTime", NULL};

/* 0, or -1 with why it is no sound entry in ret->why. */
static int entry_read(struct exchange *x, struct arena *a, LDAPMessage *entry, struct found *ret)
{
    LDAP *ld = x->handle[0].ld;
    char *dn = ldap_get_dn(ld, entry);
    const char *locked = entry_text(a, ld, entry, "pwdAccountLockedTime", NULL);
    struct found f = {.disabled = locked && text_eq(locked, "000001010000Z")};
    int uids = 0;

    f.who.dn = arena_dup(a, dn ? dn : "");
    ldap_memfree(dn);
    f.who.uuid = entry_text(a, ld, entry, "entryUUID", NULL);
    f.who.login = entry_text(a, ld, entry, "uid", &uids);
    f.who.name = entry_text(a, ld, entry, "displayName", NULL);
    if (!f.who.name)
        f.who.name = entry_text(a, ld, entry, "cn", NULL);
    f.who.mail = entry_text(a, ld, entry, "mail", NULL);
    if (!f.who.mail)
        f.who.mail = "";
    entry_groups(a, x->place, ld, entry, &f.who);
    if (!f.who.uuid || strlen(f.who.uuid) != UUID_LEN || !f.who.login || !f.who.name)
        f.why = "entry without entryUUID, uid or name";
    else if (uids != 1) /* or guesses would be counted once a spelling (trap 1.9) */
        f.why = "entry with several uid values";
    else if (!dn_is_below(a, f.who.dn, x->place->base))
        f.why = "entry outside the base";
    *ret = f;
    return f.why ? -1 : 0;
}

/* The answer, to be freed; at most `most` entries, a further one is LDAP_SIZELIMIT_EXCEEDED in *ret_rc. */
static int entries_ask(struct exchange *x, const char *filter, int most, LDAPMessage **ret, int *ret_rc, struct err *e)
{
    struct timeval left = exchange_left(x, 1);

    *ret = NULL;
    *ret_rc = ldap_search_ext_s(x->handle[0].ld, x->place->base, LDAP_SCOPE_SUBTREE, filter, (char **)ENTRY_ATTRIBUTES,
                                0, NULL, NULL, &left, most, ret);
    if (*ret_rc == LDAP_SUCCESS || *ret_rc == LDAP_SIZELIMIT_EXCEEDED)
        return 0;
    ldap_msgfree(*ret);
    *ret = NULL;
    return fail_ldap(e, x->handle[0].ld, "search", *ret_rc);
}

/* 1 and *ret, 0 when the filter does not lead to exactly one sound entry (ret->why says why), -1. */
static int entry_find(struct exchange *x, struct arena *a, const char *filter, struct found *ret, struct err *e)
{
    LDAPMessage *answer;
    struct found f = {.disabled = 0};
    int rc;

    if (entries_ask(x, filter, 2, &answer, &rc, e) < 0)
        return -1;
    int count = ldap_count_entries(x->handle[0].ld, answer);
    if (rc == LDAP_SIZELIMIT_EXCEEDED || count > 1) /* trap L6 */
        f.why = "several entries answer to this name";
    else if (count < 1)
        f.why = "no such entry";
    else
        (void)entry_read(x, a, ldap_first_entry(x->handle[0].ld, answer), &f);
    ldap_msgfree(answer);
    *ret = f;
    return !f.why;
}

/* ---- signing in ---- */

int directory_login_is_plain(const char *login)
{
    size_t n = login ? strlen(login) : 0;

    if (n < 1 || n > LOGIN_MAX)
        return 0;
    return strspn(login, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@") == n;
}

static int fail_wrong(struct err *e, const char *detail)
{
    err_fail(e, ERR_LOGIN, "账号或密码不正确");
    return err_detail(e, "directory: %s", detail);
}

static int fail_locked(struct err *e, const char *detail)
{
    err_fail(e, ERR_LOCKED, "此账号在政务目录中已被锁定或停用");
    err_mend(e, "请联系本单位的政务目录管理员");
    return err_detail(e, "directory: %s", detail);
}

static int fail_renew(struct err *e, const char *message, const char *detail)
{
    err_fail(e, ERR_LOGIN, "%s", message);
    err_mend(e, "请先在政务目录的自助页面修改密码，再来登录");
    return err_detail(e, "directory: %s", detail);
}

struct bind_answer {
    int rc; /* LDAP result code */
    LDAPPasswordPolicyError policy;
    const char *said; /* diagnostic text */
};

/* A bind whose response controls are kept: account state comes in them (trap L9). */
static int bind_ask(struct exchange *x, struct arena *a, const char *dn, const char *password, size_t len,
                    struct bind_answer *ret, struct err *e)
{
    LDAP *ld = x->handle[1].ld;
    LDAPControl *ask = NULL, **told = NULL;
    LDAPMessage *message = NULL;
    struct berval secret = {.bv_val = (char *)password, .bv_len = len};
    struct bind_answer b = {.policy = PP_noError};
    int id = 0;

    int rc = ldap_create_passwordpolicy_control(ld, &ask);
    if (rc == LDAP_SUCCESS) {
        LDAPControl *asks[] = {ask, NULL};
        rc = ldap_sasl_bind(ld, dn, LDAP_SASL_SIMPLE, &secret, asks, NULL, &id);
        ldap_control_free(ask);
    }
    if (rc != LDAP_SUCCESS)
        return fail_ldap(e, ld, "bind", rc);
    struct timeval left = exchange_left(x, 1);
    if (ldap_result(ld, id, LDAP_MSG_ALL, &left, &message) <= 0) {
        ldap_msgfree(message);
        ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &rc);
        return fail_ldap(e, ld, "bind", rc);
    }
    char *said = NULL;
    rc = ldap_parse_result(ld, message, &b.rc, NULL, &said, NULL, &told, 1);
    b.said = arena_dup(a, said ? said : "");
    ldap_memfree(said);
    if (rc != LDAP_SUCCESS) {
        ldap_controls_free(told);
        return fail_ldap(e, ld, "bind answer", rc);
    }
    LDAPControl *policy = ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, told, NULL);
    ber_int_t expire = -1, grace = -1;
    if (policy && ldap_parse_passwordpolicy_control(ld, policy, &expire, &grace, &b.policy) != LDAP_SUCCESS)
        b.policy = PP_noError;
    ldap_controls_free(told);
    *ret = b;
    return 0;
}

/* "Success" must mean this person (ASSURANCE 1.10): some directories answer success to nobody. */
static int bind_is_really(struct exchange *x, struct arena *a, const char *dn, struct err *e)
{
    struct berval *who = NULL;
    int rc = ldap_whoami_s(x->handle[1].ld, &who, NULL, NULL);

    if (rc != LDAP_SUCCESS)
        return fail_ldap(e, x->handle[1].ld, "whoami", rc);
    const char *said = who && who->bv_val ? arena_dupn(a, who->bv_val, who->bv_len) : "";
    ber_bvfree(who);
    if (strncasecmp(said, "dn:", 3) != 0 || !dn_equal(a, said + 3, dn))
        return fail_down(e, "whoami", "the directory says success but not who");
    return 0;
}

static int bind_judge(struct exchange *x, struct arena *a, const struct found *f, const struct bind_answer *b,
                      struct directory_hint *hint, struct err *e)
{
    switch (b->rc) {
    case LDAP_SUCCESS:
        hint->password_right = 1;
        if (f->disabled)
            return fail_locked(e, "disabled");
        if (b->policy == PP_changeAfterReset)
            return fail_renew(e, "密码已被管理员重置，政务目录要求先修改密码", "must change");
        return bind_is_really(x, a, f->who.dn, e);
    case LDAP_INVALID_CREDENTIALS:
        if (b->policy == PP_accountLocked)
            return fail_locked(e, "locked by password policy");
        if (b->policy == PP_passwordExpired) { /* slapd says so only after the password was right */
            hint->password_right = 1;
            return fail_renew(e, "密码已过有效期", "expired");
        }
        return fail_wrong(e, "wrong password");
    case LDAP_CONSTRAINT_VIOLATION:
        return fail_locked(e, "constraint violation");
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_NO_SUCH_OBJECT:
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_UNWILLING_TO_PERFORM:
        return fail_wrong(e, *b->said ? b->said : ldap_err2string(b->rc));
    default:
        return fail_down(e, "bind", *b->said ? b->said : ldap_err2string(b->rc));
    }
}

static int login_exchange(struct exchange *x, struct arena *a, const char *login, const char *password, size_t len,
                          struct found *ret, struct directory_hint *hint, struct err *e)
{
    struct berval plain = {.bv_val = (char *)login, .bv_len = strlen(login)}, escaped = {0};
    struct found f = {.disabled = 0};

    if (service_open(x, e) < 0)
        return -1;
    if (ldap_bv2escaped_filter_value(&plain, &escaped) != 0)
        return fail_wrong(e, "name cannot be escaped");
    const char *filter = arena_fmt(a, "(&(objectClass=person)(uid=%s))", escaped.bv_val);
    if (escaped.bv_val != plain.bv_val)
        ldap_memfree(escaped.bv_val);

    int found = entry_find(x, a, filter, &f, e);
    if (found < 0)
        return -1;
    if (found)
        text_copy(hint->uuid, sizeof(hint->uuid), f.who.uuid);
    else { /* an unknown name costs the same as a wrong password: a second connection and a bind */
        unsigned char chance[16];
        crypto_random(chance, sizeof(chance));
        f.who.dn = arena_fmt(a, "uid=%s,%s", crypto_hex(a, chance, sizeof(chance)), x->place->base);
    }
    struct bind_answer b = {.rc = LDAP_OTHER};
    if (handle_open(x, 1, e) < 0 || bind_ask(x, a, f.who.dn, password, len, &b, e) < 0)
        return -1;
    if (!found)
        return fail_wrong(e, f.why);
    if (bind_judge(x, a, &f, &b, hint, e) < 0)
        return -1;
    *ret = f;
    return 0;
}

/* ---- a sign-in in a process of its own; what it found comes back as a head and texts ---- */

struct sign_in {
    const struct directory_place *place;
    const char *login, *password;
    size_t len;
};

struct sign_in_answer {
    int rc;
    struct directory_hint hint;
    struct err err;
    size_t group_count;
};

static void text_send(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text) + 1);
}

static void sign_in_run(void *ctx, struct buf *answer)
{
    const struct sign_in *s = ctx;
    struct sign_in_answer head = {.rc = 0};
    struct arena *a = arena_new("sign-in", (size_t)ANSWER_MAX * 4);
    struct exchange x;
    struct found f = {.disabled = 0};

    head.rc = exchange_begin(&x, s->place, &head.err);
    if (head.rc == 0)
        head.rc = login_exchange(&x, a, s->login, s->password, s->len, &f, &head.hint, &head.err);
    exchange_end(&x);
    head.group_count = head.rc == 0 ? f.who.group_count : 0;
    buf_add(answer, &head, sizeof head);
    if (head.rc == 0) {
        text_send(answer, f.who.uuid);
        text_send(answer, f.who.login);
        text_send(answer, f.who.name);
        text_send(answer, f.who.dn);
        for (size_t i = 0; i < f.who.group_count; i++)
            text_send(answer, f.who.groups[i]);
    }
    arena_free(a);
}

/* The next text of the answer; "" past its end, which the child does not pass. */
static const char *text_receive(struct arena *a, const struct buf *b, size_t *at)
{
    size_t len = *at < b->len ? strnlen(b->data + *at, b->len - *at) : 0;
    const char *ret = arena_dupn(a, len ? b->data + *at : "", len);

    *at += len + 1;
    return ret;
}

static int sign_in_read(struct arena *a, const struct buf *b, struct person *ret, struct directory_hint *hint,
                        struct err *e)
{
    struct sign_in_answer head;
    size_t at = sizeof head;

    if (b->len < sizeof head)
        return fail_down(e, "sign-in", "no answer from the process apart");
    memcpy(&head, b->data, sizeof head);
    *hint = head.hint;
    if (head.rc != 0) {
        *e = head.err;
        return -1;
    }
    struct person who = {.group_count = head.group_count, .mail = ""}; /* nobody asks for it at the door */
    who.uuid = text_receive(a, b, &at);
    who.login = text_receive(a, b, &at);
    who.name = text_receive(a, b, &at);
    who.dn = text_receive(a, b, &at);
    who.groups = ARENA_ARRAY(a, const char *, who.group_count + 1);
    for (size_t i = 0; i < who.group_count; i++)
        who.groups[i] = text_receive(a, b, &at);
    *ret = who;
    return 0;
}

int directory_login(const struct directory_place *p, struct arena *a, const char *login, const char *password,
                    size_t password_len, struct person *ret, struct directory_hint *hint, struct err *e)
{
    struct buf answer CLEANUP_(buf_free) = {0};
    struct sign_in s = {.place = p, .login = login, .password = password, .len = password_len};

    *hint = (struct directory_hint){.password_right = 0};
    if (!directory_login_is_plain(login)) /* refused, and escaped all the same below (trap L5) */
        return fail_wrong(e, "name with characters no sign-in name has; not asked");
    if (!password || password_len < 1 || password_len > PASSWORD_MAX || memchr(password, 0, password_len))
        return fail_wrong(e, "empty, NUL-bearing or over-long password; not asked"); /* trap L4 */
    buf_init(&answer, ANSWER_MAX);
    if (apart_run(sign_in_run, &s, p->timeout_ms + APART_MS, &answer, e) < 0)
        return -1;
    return sign_in_read(a, &answer, ret, hint, e);
}

int directory_find(const struct directory_place *p, struct arena *a, const char *uuid, struct person *ret,
                   struct err *e)
{
    struct exchange x;
    struct found f;

    if (strlen(uuid) != UUID_LEN || strspn(uuid, "0123456789abcdefABCDEF-") != UUID_LEN)
        return 0;
    int rc = exchange_begin(&x, p, e);
    if (rc == 0)
        rc = service_open(&x, e);
    if (rc == 0)
        rc = entry_find(&x, a, arena_fmt(a, "(entryUUID=%s)", uuid), &f, e);
    exchange_end(&x);
    if (rc > 0 && f.disabled)
        return 0;
    if (rc > 0)
        *ret = f.who;
    return rc;
}

/* A name of tenant.json, so letters, digits and . _ - alone: fit for a DN; escaped for the filter all the same (trap
 * L5). */
static const char *members_filter(const struct directory_place *p, struct arena *a, const char *group)
{
    const char *dn = arena_fmt(a, "cn=%s,%s", group, p->group_base), *ret;
    struct berval plain = {.bv_val = (char *)dn, .bv_len = strlen(dn)}, escaped = {0};

    if (ldap_bv2escaped_filter_value(&plain, &escaped) != 0)
        return NULL;
    ret = arena_fmt(a, "(&(objectClass=person)(memberOf=%s))", escaped.bv_val);
    if (escaped.bv_val != plain.bv_val)
        ldap_memfree(escaped.bv_val);
    return ret;
}

static int members_exchange(struct exchange *x, struct arena *a, const char *filter, int most, struct person *people,
                            size_t *ret_count, struct err *e)
{
    LDAPMessage *answer;
    int rc;

    if (service_open(x, e) < 0 || entries_ask(x, filter, most, &answer, &rc, e) < 0)
        return -1;
    for (LDAPMessage *entry = ldap_first_entry(x->handle[0].ld, answer); entry;
         entry = ldap_next_entry(x->handle[0].ld, entry)) {
        struct found f;

        if (*ret_count < (size_t)most && entry_read(x, a, entry, &f) == 0 && !f.disabled)
            people[(*ret_count)++] = f.who;
    }
    ldap_msgfree(answer);
    return 0;
}

int directory_members(const struct directory_place *p, struct arena *a, const char *group, int most,
                      struct person **ret, size_t *ret_count, struct err *e)
{
    struct person *people = ARENA_ARRAY(a, struct person, (size_t)most + 1);
    const char *filter = members_filter(p, a, group);
    struct exchange x;

    *ret = people;
    *ret_count = 0;
    if (!filter)
        return fail_down(e, "members", "name cannot be escaped");
    int rc = exchange_begin(&x, p, e);
    if (rc == 0)
        rc = members_exchange(&x, a, filter, most, people, ret_count, e);
    exchange_end(&x);
    return rc;
}

int directory_holders(const struct directory_place *p, struct arena *a, const char *group, int *ret, struct err *e)
{
    struct person *people;
    size_t count;

    if (directory_members(p, a, group, HOLDERS_MAX, &people, &count, e) < 0)
        return -1;
    *ret = (int)count;
    return 0;
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
