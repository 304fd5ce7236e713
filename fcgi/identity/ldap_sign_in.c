/*
 * identity/ldap_sign_in.c - signing in: the entry is searched, then bound as, and the answer judged
 *
 * liblber and the TLS library under it copy a password into their messages and give that memory back unwiped, and
 * neither takes another allocator. So a sign-in runs in a process of its own: the copies end with it.
 */
#include "config.h"

#include "identity/ldap.h"

#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/text.h"
#include "identity/apart.h"

enum { LOGIN_MAX = 64, PASSWORD_MAX = 256, APART_MS = 400, ANSWER_MAX = 1 << 20 };

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
    struct found f = {.disabled = 0};
    const char *filter = filter_of(a, "(&(objectClass=person)(uid=", login, "))");

    if (service_open(x, e) < 0)
        return -1;
    if (!filter)
        return fail_wrong(e, "name cannot be escaped");
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
    struct bind_answer b = {.rc = LDAP_OTHER, .said = ""};
    if (handle_open(x, 1, e) < 0 || bind_ask(x, a, f.who.dn, password, len, &b, e) < 0)
        return -1;
    if (!found)
        return fail_wrong(e, f.why);
    if (bind_judge(x, a, &f, &b, hint, e) < 0 || groups_around(x, a, &f, e) < 0)
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
