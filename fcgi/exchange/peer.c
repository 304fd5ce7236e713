/*
 * exchange/peer.c - one https exchange with a peer, one letter to the mail server; the only address of libcurl
 *
 * One easy handle a peer, made in the process that uses it (trap C1) and reused, so that the
 * connection is too. The caller ignores SIGPIPE (trap C3). No redirects, no proxy, no cookies,
 * no compression: what comes back is bytes up to a ceiling, within a time (P13).
 */
#include "config.h"

#include "exchange/peer.h"

#include <curl/curl.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { CONNECT_S = 5, LOW_SPEED_BYTES = 1024, LOW_SPEED_S = 20, LINK_ARENA_BYTES = 65536 };

struct peer_link {
    CURL *curl;
    struct buf body;
    struct arena *arena;
};

void peer_link_free(struct peer_link *link)
{
    if (link == NULL)
        return;
    curl_easy_cleanup(link->curl);
    buf_free(&link->body);
    arena_free(link->arena);
}

static struct peer_link *link_new(void)
{
    static int is_ready; /* cache: libcurl is initialised once a process, never before fork (trap C1) */

    if (!is_ready && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    is_ready = 1;

    CURL *curl = curl_easy_init();

    if (curl == NULL)
        return NULL;

    struct arena *a = arena_new("peer", LINK_ARENA_BYTES);
    struct peer_link *link = ARENA_NEW(a, struct peer_link);

    link->arena = a;
    link->curl = curl;
    buf_init(&link->body, PEER_ANSWER_BYTES_MAX);
    return link;
}

/* Taking less than offered makes libcurl end the transfer (P13: lengths are not always announced). */
static size_t take(char *p, size_t size, size_t n, void *arg)
{
    struct buf *b = arg;

    buf_add(b, p, size * n);
    return buf_ok(b) ? size * n : 0;
}

static struct curl_slist *headers_of(struct arena *a, const struct peer_request *q)
{
    const char *lines[] = {
        "Expect:", /* trap C7 */
        "Accept: application/json",
        arena_fmt(a, "Guizhang-Key: %s", q->stamp->key_id),
        arena_fmt(a, "Guizhang-Timestamp: %s", q->stamp->timestamp),
        arena_fmt(a, "Guizhang-Signature: %s", q->stamp->signature),
        q->body != NULL ? "Content-Type: application/json" : NULL,
        q->body != NULL ? arena_fmt(a, "Idempotency-Key: %lld", (long long)q->id) : NULL,
    };
    struct curl_slist *list = NULL;

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct curl_slist *longer = lines[i] != NULL ? curl_slist_append(list, lines[i]) : list;

        if (longer == NULL) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

/* Non-zero when libcurl did not take every option: one that is not known would mean less safety than we think. */
static int set_bounds(CURL *c, const char *protocols, const char *ca_file, int timeout_s)
{
    int bad = 0;

    bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols) != CURLE_OK; /* trap C4 */
    bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_PROXY, "") != CURLE_OK; /* trap C5 */
    bad |= curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;                    /* trap C3 */
    bad |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S) != CURLE_OK; /* trap C2 */
    bad |= curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)timeout_s) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) != CURLE_OK; /* trap C6 */
    bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_CAINFO, *ca_file != '\0' ? ca_file : NULL) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_CAPATH, NULL) != CURLE_OK;
    return bad;
}

static int set_safe(CURL *c, const struct peer *peer, int timeout_s)
{
    int bad = set_bounds(c, "https", peer->ca_file, timeout_s);

    bad |= curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_S) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_MAXFILESIZE, (long)PEER_ANSWER_BYTES_MAX) != CURLE_OK;
    if (*peer->certificate != '\0') {
        bad |= curl_easy_setopt(c, CURLOPT_SSLCERT, peer->certificate) != CURLE_OK;
        bad |= curl_easy_setopt(c, CURLOPT_SSLKEY, peer->certificate_key) != CURLE_OK;
    }
    return bad ? -1 : 0;
}

static int set_request(CURL *c, const char *url, const struct curl_slist *headers, const struct peer_request *q,
                       struct buf *body)
{
    int bad = 0;

    bad |= curl_easy_setopt(c, CURLOPT_URL, url) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_USERAGENT, "guizhang/" PACKAGE_VERSION) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, body) != CURLE_OK;
    if (q->body != NULL) {
        bad |= curl_easy_setopt(c, CURLOPT_POST, 1L) != CURLE_OK;
        bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->len) != CURLE_OK;
        bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body) != CURLE_OK;
    }
    return bad ? -1 : 0;
}

static enum link_fault fault_of(CURL *c, CURLcode rc, const struct buf *body)
{
    long sent = 0;

    switch (rc) {
    case CURLE_OK:
        return LINK_OK;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return LINK_CERTIFICATE;
    case CURLE_FILESIZE_EXCEEDED:
        return LINK_TOO_LARGE;
    case CURLE_WRITE_ERROR:
        return buf_ok(body) ? LINK_CUT : LINK_TOO_LARGE;
    default:
        break;
    }
    /* Bytes of the request that went out; 0 means nothing can have arrived. */
    if (curl_easy_getinfo(c, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK)
        return LINK_CUT;
    return sent > 0 ? LINK_CUT : LINK_NOT_SENT;
}

static const char *fault_text(enum link_fault fault)
{
    switch (fault) {
    case LINK_OK:
        return "";
    case LINK_NOT_SENT:
        return "没有连上对方系统";
    case LINK_CUT:
        return "已发出，但没有收到完整的答复";
    case LINK_TOO_LARGE:
        return "对方的答复过长";
    case LINK_CERTIFICATE:
        return "对方的证书未通过验证，或本方证书不被接受";
    }
    return "";
}

static void collect(struct arena *a, struct peer_link *link, CURLcode rc, struct peer_answer *ret)
{
    curl_off_t retry_after = 0;
    long status = 0;

    ret->fault = fault_of(link->curl, rc, &link->body);
    if (curl_easy_getinfo(link->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
        ret->status = (int)status;
    if (curl_easy_getinfo(link->curl, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK)
        ret->retry_after_s = (int64_t)retry_after;
    ret->body = arena_dupn(a, buf_str(&link->body), link->body.len);
    ret->len = link->body.len;
    ret->said = ret->fault == LINK_OK ? "" : arena_fmt(a, "%s（%s）", fault_text(ret->fault), curl_easy_strerror(rc));
}

static void link_drop(void *p)
{
    struct peer *peer = p;

    peer_link_free(peer->link);
    peer->link = NULL;
}

static int link_of(struct peer *peer)
{
    if (peer->link == NULL && (peer->link = link_new()) != NULL)
        arena_defer(peer->arena, link_drop, peer);
    return peer->link != NULL;
}

void peer_ask(struct arena *a, struct peer *peer, const struct peer_request *q, struct peer_answer *ret)
{
    struct peer_answer failed = {.fault = LINK_NOT_SENT, .body = "", .said = "本机无法建立连接"};
    const char *url = arena_fmt(a, "%s%s", peer->endpoint, q->path);

    *ret = failed;
    if (!link_of(peer))
        return;

    struct peer_link *link = peer->link;
    struct curl_slist *headers = headers_of(a, q);

    curl_easy_reset(link->curl); /* keeps the connection */
    buf_clear(&link->body);
    if (headers != NULL && set_safe(link->curl, peer, q->timeout_s) == 0 &&
        set_request(link->curl, url, headers, q, &link->body) == 0)
        collect(a, link, curl_easy_perform(link->curl), ret);
    curl_slist_free_all(headers);
}

/* ---- a letter to the mail server ---- */

struct letter_left {
    const char *at;
    size_t len;
};

static size_t give(char *p, size_t size, size_t n, void *arg)
{
    struct letter_left *left = arg;
    size_t some = size * n < left->len ? size * n : left->len;

    memcpy(p, left->at, some);
    left->at += some;
    left->len -= some;
    return some;
}

static int set_letter(CURL *c, const struct mail_letter *l, const struct curl_slist *to, struct letter_left *left,
                      struct buf *said)
{
    int bad = set_bounds(c, "smtp,smtps", l->ca_file, l->timeout_s);

    bad |= curl_easy_setopt(c, CURLOPT_URL, l->url) != CURLE_OK;
    /* StartTLS or nothing, as with the directory; only this machine's own server is spoken to in clear */
    bad |= curl_easy_setopt(c, CURLOPT_USE_SSL, l->is_local ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_MAIL_FROM, l->from) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_UPLOAD, 1L) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_READFUNCTION, give) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_READDATA, left) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, said) != CURLE_OK;
    if (*l->user != '\0') {
        bad |= curl_easy_setopt(c, CURLOPT_USERNAME, l->user) != CURLE_OK;
        bad |= curl_easy_setopt(c, CURLOPT_PASSWORD, l->password) != CURLE_OK;
    }
    return bad ? -1 : 0;
}

void peer_mail(struct arena *a, struct peer_link **link, const struct mail_letter *l, struct mail_answer *ret)
{
    struct letter_left left = {.at = l->bytes, .len = l->len};
    long status = 0;

    *ret = (struct mail_answer){.kind = MAIL_LATER, .said = "本机无法建立连接"};
    if (*link == NULL)
        *link = link_new();
    struct curl_slist *to = *link != NULL ? curl_slist_append(NULL, l->to) : NULL;

    if (to == NULL)
        return;
    curl_easy_reset((*link)->curl); /* keeps the connection */
    buf_clear(&(*link)->body);
    if (set_letter((*link)->curl, l, to, &left, &(*link)->body) == 0) {
        CURLcode rc = curl_easy_perform((*link)->curl);

        if (curl_easy_getinfo((*link)->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
            ret->status = (int)status;
        ret->kind = mail_classify(rc == CURLE_OK, rc == CURLE_LOGIN_DENIED, ret->status);
        ret->said =
            rc == CURLE_OK ? "" : arena_fmt(a, "邮件服务器没有收下（%d %s）", ret->status, curl_easy_strerror(rc));
    }
    curl_slist_free_all(to);
}
