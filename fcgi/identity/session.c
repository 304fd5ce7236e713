/*
 * identity/session.c - signing in, staying in, choosing a post, leaving
 *
 * A guess is counted before it is judged, under the database's row lock: however many workers guess at
 * once, no more than the limit are ever judged. What the answer says and how long it takes do not tell
 * an unknown name from a wrong password.
 */
#include "config.h"

#include "identity/session.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/jsonrow.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "store/platform.h"

enum {
    MICROS = 1000000,
    SEEN_EVERY_S = 60,
    DIRECTORY_REST_S = 5, /* a directory found down is not asked again for so long by this process */
    ADDRESS_FACTOR = 10,  /* an address may fail so many times more often than a name: a town sits behind one */
    ADDRESS_LOCK_S = 60,  /* and is only slowed down: locking it would lock out everybody behind it */
    REFUSAL_MS = 250,     /* every refusal takes at least so long */
    TOKEN_CHARS = 43,
    NAME_CHARS = 100,
};

/* cache, one a process: when the directory was last found down */
static instant directory_down_at = INSTANT_NONE;

static int directory_rests(instant now)
{
    return directory_down_at != INSTANT_NONE && now >= directory_down_at &&
           now < directory_down_at + (int64_t)DIRECTORY_REST_S * MICROS;
}

/* Remembers how the directory did; returns rc. */
static int directory_noted(int rc, instant now, const struct err *e)
{
    directory_down_at = rc < 0 && e->code == ERR_DIRECTORY ? now : INSTANT_NONE;
    return rc;
}

static int fail_resting(struct err *e)
{
    err_fail(e, ERR_DIRECTORY, "政务目录暂时没有应答，现在不能核对账号");
    err_mend(e, "请稍后再试；已经登录的人员可以继续办理");
    return err_detail(e, "directory: found down less than %d s ago, not asked", DIRECTORY_REST_S);
}

/* ---- posts as text in the session's row: only what names them, names come from the districts' files ---- */

static const char *posts_json(struct arena *a, const struct post *posts, size_t count)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct jsonout j;

    buf_init(&b, 1 << 20);
    jsonout_init(&j, &b);
    jsonout_list(&j, NULL);
    for (size_t i = 0; i < count; i++) {
        jsonout_object(&j, NULL);
        jsonout_text(&j, "tenant", posts[i].tenant);
        jsonout_text(&j, "organ", posts[i].organ);
        jsonout_text(&j, "unit", posts[i].unit);
        jsonout_end(&j);
    }
    jsonout_end(&j);
    return arena_dup(a, buf_str(&b));
}

static int posts_parse(const struct identity *id, struct arena *a, const char *json, struct post **ret,
                       size_t *ret_count, struct err *e)
{
    const struct node *list = NULL;
    size_t n = 0;

    if (jsonrow_parse(a, json, &list, e) < 0)
        return -1;
    struct post *posts = ARENA_ARRAY(a, struct post, node_count(list) + 1);
    for (const struct node *p = node_first(list); p; p = p->next)
        n += (size_t)post_resolve(id->tenants, id->tenant_count, node_get_str(p, "tenant"), node_get_str(p, "organ"),
                                  node_get_str(p, "unit"), &posts[n]);
    *ret = posts;
    *ret_count = n;
    return 0;
}

static const struct post *post_find(const struct post *posts, size_t count, const char *tenant, const char *organ,
                                    const char *unit)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(posts[i].tenant, tenant) && text_eq(posts[i].organ, organ) && text_eq(posts[i].unit, unit))
            return &posts[i];
    return NULL;
}

/* ---- tokens, rows, events ---- */

static const char *token_mac(const struct identity *id, struct arena *a, const char *token)
{
    unsigned char mac[CRYPTO_SM3_BYTES];

    crypto_hmac(id->rules->mac_key, id->rules->mac_key_len, token, strlen(token), mac);
    return crypto_hex(a, mac, sizeof(mac));
}

static int token_is_one(const char *token)
{
    return token && strlen(token) == TOKEN_CHARS &&
           strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == TOKEN_CHARS;
}

static struct actor actor_of(struct arena *a, const struct session_row *r, struct post *posts, size_t count)
{
    return (struct actor){.person = r->person,
                          .login = r->login,
                          .name = r->name,
                          .token_mac = r->token_mac,
                          .session = arena_dupn(a, r->token_mac, 16),
                          .csrf = r->csrf,
                          .posts = posts,
                          .post_count = count,
                          .post = post_find(posts, count, r->tenant, r->organ, r->unit)};
}

/* detail: key, value; a second pair may follow. */
static int event(struct db *db, struct arena *a, instant now, const char *what, const char *tenant, const char *person,
                 const char *address, const char *const pair[4], struct err *e)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct jsonout j;

    buf_init(&b, 4096);
    jsonout_init(&j, &b);
    jsonout_object(&j, NULL);
    for (int i = 0; i < 4 && pair[i]; i += 2)
        jsonout_text(&j, pair[i], pair[i + 1] ? pair[i + 1] : "");
    jsonout_end(&j);
    return platform_event_add(db, a, now, what, tenant ? tenant : "", person ? person : "", address ? address : "", "",
                              buf_str(&b), e);
}

/* ---- guesses ---- */

struct attempt {
    const struct identity *id;
    struct db *db;
    struct arena *a;
    const char *login; /* folded: lower case, no blanks at the ends */
    const char *tenant, *address;
    const char *login_key, *address_key;
    instant now;
    int64_t started_ms;
    struct login_counter count; /* of this name, this guess included */
    struct directory_hint hint;
};

static const char *folded(struct arena *a, const char *login)
{
    char *s = text_trim(a, login);

    for (char *p = s; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return s;
}

/* What can be nobody's name is counted like any other, but does not become a key of any length. */
static const char *login_key(struct arena *a, const char *login)
{
    if (directory_login_is_plain(login))
        return arena_fmt(a, "login:%s", login);
    return arena_fmt(a, "login:#%.32s", crypto_sm3_hex(a, login, strlen(login)));
}

/* A name typed wrongly is often a password: of an unknown one only so much is kept as to recognise a slip. */
static const char *login_for_log(const struct attempt *t)
{
    if (*t->hint.uuid)
        return t->login;
    size_t chars = text_chars(t->login);
    if (!directory_login_is_plain(t->login) || chars < 4)
        return arena_fmt(t->a, "***(%zu)", chars);
    return arena_fmt(t->a, "%.2s***(%zu)", t->login, chars);
}

/* The same least time for every refusal: what the directory took for it is not to be measured. */
static int refused_slowly(const struct attempt *t)
{
    int64_t left = t->started_ms + REFUSAL_MS - clock_monotonic_ms();

    if (left > 0) {
        struct timespec rest = {left / 1000, left % 1000 * 1000000L};
        while (nanosleep(&rest, &rest) != 0)
            continue;
    }
    return -1;
}

static int fail_locked_until(const struct attempt *t, instant until, struct err *e)
{
    err_fail(e, ERR_LOCKED, "连续 %d 次登录未成功，此账号已锁定至 %s", (int)t->id->rules->failure_limit,
             instant_text(t->a, until + 59 * (int64_t)MICROS)); /* minutes shown: round up */
    return err_mend(e, "请在此时间之后再试；忘记密码请联系本单位的政务目录管理员");
}

/* The counter as it counts now: failures older than the lock are forgotten. */
static int counter_now(const struct attempt *t, const char *key, int64_t window_s, struct login_counter *ret,
                       struct err *e)
{
    struct login_counter c = {0};
    int rc = login_counter_get(t->db, t->a, key, &c, e);

    if (rc < 0)
        return -1;
    int locked = rc && c.locked_until != INSTANT_NONE && c.locked_until > t->now;
    if (rc && !locked && (c.locked_until != INSTANT_NONE || c.first_at + window_s * MICROS <= t->now)) {
        if (login_counter_clear(t->db, t->a, key, e) < 0)
            return -1;
        rc = 0;
    }
    *ret = rc ? c : (struct login_counter){.locked_until = INSTANT_NONE};
    return 0;
}

static int note_refusal(const struct attempt *t, const char *what, const char *why, struct err *e)
{
    const char *pair[4] = {"login", login_for_log(t), "why", why};
    struct err kept = *e;

    if (event(t->db, t->a, t->now, what, t->tenant, t->hint.uuid, t->address, pair, e) < 0)
        return -1;
    *e = kept;
    return refused_slowly(t);
}

/* 0 when neither the name nor the address is locked. A try while locked neither counts nor prolongs. */
static int throttle(struct attempt *t, struct err *e)
{
    const struct session_rules *rules = t->id->rules;
    struct login_counter c;

    if (counter_now(t, t->address_key, rules->lock_s, &c, e) < 0)
        return -1;
    if (c.locked_until != INSTANT_NONE) {
        err_fail(e, ERR_TOO_MANY, "来自这个网络地址的登录失败过多，请稍候再登录");
        err_mend(e, "一分钟后再试");
        return note_refusal(t, "login_throttled", "address", e);
    }
    if (counter_now(t, t->login_key, rules->lock_s, &c, e) < 0)
        return -1;
    if (c.locked_until != INSTANT_NONE) {
        fail_locked_until(t, c.locked_until, e);
        return note_refusal(t, "login_locked", "name", e);
    }
    return 0;
}

/* Counts this guess before it is judged; past the limit (workers guessing at once) it is not judged. */
static int count_guess(struct attempt *t, struct err *e)
{
    const struct session_rules *rules = t->id->rules;

    if (login_counter_fail(t->db, t->a, t->login_key, (int)rules->failure_limit, (int)rules->lock_s, t->now, &t->count,
                           e) < 0)
        return -1;
    if (t->count.failures <= rules->failure_limit)
        return 0;
    fail_locked_until(t, t->count.locked_until, e);
    return note_refusal(t, "login_locked", "name", e);
}

/* The directory judged nothing, or the password was right: this guess, or all of them, never happened. */
static int uncount_guess(const struct attempt *t, int all, struct err *e)
{
    const struct session_rules *rules = t->id->rules;
    struct login_counter c;

    if (login_counter_clear(t->db, t->a, t->login_key, e) < 0)
        return -1;
    for (int i = 1; !all && i < t->count.failures; i++)
        if (login_counter_fail(t->db, t->a, t->login_key, (int)rules->failure_limit, (int)rules->lock_s, t->now, &c,
                               e) < 0)
            return -1;
    return 0;
}

static int count_address(const struct attempt *t, struct err *e)
{
    struct login_counter c;
    struct err kept = *e;

    if (login_counter_fail(t->db, t->a, t->address_key, (int)t->id->rules->failure_limit * ADDRESS_FACTOR,
                           ADDRESS_LOCK_S, t->now, &c, e) < 0)
        return -1;
    *e = kept;
    return 0;
}

/* The directory refused: e says how; settles the counters and says what is left. Always -1. */
static int settle_refusal(const struct attempt *t, struct err *e)
{
    struct err refusal = *e;

    if (refusal.code != ERR_LOGIN && refusal.code != ERR_LOCKED) {
        if (uncount_guess(t, 0, e) == 0)
            *e = refusal;
        return -1;
    }
    if (t->hint.password_right && uncount_guess(t, 1, e) < 0)
        return -1;
    *e = refusal;
    if (!t->hint.password_right && count_address(t, e) < 0)
        return -1;
    int left = (int)t->id->rules->failure_limit - t->count.failures;
    if (left > 0)
        err_mend(e, "请核对后再试；还可以试 %d 次，之后锁定 %d 分钟", left, (int)(t->id->rules->lock_s / 60));
    else
        err_mend(e, "已连续 %d 次未成功，此账号已锁定至 %s", t->count.failures,
                 instant_text(t->a, t->count.locked_until + 59 * (int64_t)MICROS));
    return note_refusal(t, e->code == ERR_LOCKED ? "login_locked" : "login_failed", e->detail, e);
}

/* ---- signing in ---- */

/* The only post in the district asked for is chosen at once. */
static const struct post *only_post(const struct post *posts, size_t count, const char *tenant)
{
    const struct post *only = NULL;

    for (size_t i = 0; posts && i < count; i++) {
        if (!text_is_empty(tenant) && !text_eq(posts[i].tenant, tenant))
            continue;
        if (only)
            return NULL;
        only = &posts[i];
    }
    return only;
}

static const char *cut_chars(struct arena *a, const char *s, size_t chars)
{
    char *copy = arena_dup(a, s);
    size_t bytes = strlen(copy);

    for (size_t have = text_chars(copy); have > chars; have--) {
        do
            bytes--;
        while (((unsigned char)copy[bytes] & 0xC0) == 0x80);
        copy[bytes] = 0;
    }
    return copy;
}

static int session_open(const struct attempt *t, const struct person *who, struct post *posts, size_t count,
                        const char **ret_token, struct actor *ret, struct err *e)
{
    const struct post *post = only_post(posts, count, t->tenant);
    const char *token = crypto_token(t->a);
    struct session_row row = {.token_mac = token_mac(t->id, t->a, token),
                              .person = who->uuid,
                              .login = who->login,
                              .name = cut_chars(t->a, who->name, NAME_CHARS),
                              .posts = posts_json(t->a, posts, count),
                              .tenant = post ? post->tenant : "",
                              .organ = post ? post->organ : "",
                              .unit = post ? post->unit : "",
                              .csrf = crypto_token(t->a),
                              .address = t->address,
                              .created_at = t->now,
                              .seen_at = t->now,
                              .checked_at = t->now,
                              .expires_at = t->now + t->id->rules->absolute_s * MICROS};
    const char *pair[4] = {"login", t->login, "organ", row.organ};

    if (session_row_add(t->db, t->a, &row, e) < 0 ||
        event(t->db, t->a, t->now, "login_ok", row.tenant, row.person, t->address, pair, e) < 0)
        return -1;
    *ret = actor_of(t->a, &row, posts, count);
    *ret_token = token;
    return 0;
}

int session_login(const struct identity *id, struct db *platform, struct arena *a, const char *login,
                  const char *password, size_t password_len, const char *tenant, const char *address, instant now,
                  const char **ret_token, struct actor *ret, struct err *e)
{
    struct attempt t = {.id = id,
                        .db = platform,
                        .a = a,
                        .tenant = tenant,
                        .address = address ? address : "",
                        .now = now,
                        .started_ms = clock_monotonic_ms()};
    struct person who;
    struct post *posts = NULL;

    t.login = folded(a, login ? login : "");
    if (!*t.login || !password || password_len == 0) { /* a slip of the hand, not a guess (trap L4) */
        err_fail(e, ERR_LOGIN, "账号或者密码没有填写");
        err_mend(e, "请把账号和密码都填上");
        return -1;
    }
    t.login_key = login_key(a, t.login);
    t.address_key = arena_fmt(a, "address:%s", t.address);
    if (throttle(&t, e) < 0)
        return -1;
    if (directory_rests(now))
        return fail_resting(e);
    if (count_guess(&t, e) < 0)
        return -1;
    int rc = directory_login(id->directory, a, t.login, password, password_len, &who, &t.hint, e);
    if (directory_noted(rc, now, e) < 0)
        return settle_refusal(&t, e);
    if (uncount_guess(&t, 1, e) < 0)
        return -1;
    size_t count = posts_of(a, id->tenants, id->tenant_count, who.groups, who.group_count, &posts);
    if (count == 0) {
        err_fail(e, ERR_FORBIDDEN, "此账号在政务目录中没有本平台的岗位");
        err_mend(e, "请联系本单位的政务目录管理员，把您加入所任岗位的组");
        return note_refusal(&t, "login_failed", "no post", e);
    }
    return session_open(&t, &who, posts, count, ret_token, ret, e);
}

/* ---- staying in ---- */

static int session_end(struct db *db, struct arena *a, const struct session_row *r, instant now, const char *why,
                       struct err *e)
{
    const char *pair[4] = {"login", r->login, "why", why};

    if (session_row_drop(db, a, r->token_mac, e) < 0)
        return -1;
    return event(db, a, now, "session_ended", r->tenant, r->person, r->address, pair, e);
}

struct standing {
    struct post *posts;
    size_t count;
    int stale;
};

/* The directory's present word about the person: 1 posts taken over, 0 not in any more, -1. */
static int session_recheck(const struct identity *id, struct db *db, struct arena *a, struct session_row *r,
                           instant now, struct standing *s, struct err *e)
{
    struct person who;
    int64_t unchecked_s = (now - r->checked_at) / MICROS;
    int rc = directory_rests(now) ? fail_resting(e)
                                  : directory_noted(directory_find(id->directory, a, r->person, &who, e), now, e);

    if (rc < 0) {
        if (e->code != ERR_DIRECTORY || unchecked_s > id->rules->outage_s)
            return -1;
        s->stale = 1;
        return 1;
    }
    if (rc > 0)
        s->count = posts_of(a, id->tenants, id->tenant_count, who.groups, who.group_count, &s->posts);
    if (rc == 0 || s->count == 0)
        return session_end(db, a, r, now, rc == 0 ? "not in the directory or disabled" : "no post left", e);
    if (session_row_checked(db, a, r->token_mac, posts_json(a, s->posts, s->count), now, e) < 0)
        return -1;
    r->checked_at = now;
    if (*r->organ && !post_find(s->posts, s->count, r->tenant, r->organ, r->unit)) {
        const char *pair[4] = {"organ", r->organ, "unit", r->unit};
        if (session_row_choose(db, a, r->token_mac, "", "", "", e) < 0 ||
            event(db, a, now, "post_lost", r->tenant, r->person, r->address, pair, e) < 0)
            return -1;
        r->tenant = r->organ = r->unit = "";
    }
    return 1;
}

int session_load(const struct identity *id, struct db *platform, struct arena *a, const char *token, instant now,
                 struct actor *ret, struct err *e)
{
    const struct session_rules *rules = id->rules;
    struct session_row r;
    struct standing s = {.stale = 0};

    if (!token_is_one(token))
        return 0;
    int rc = session_row_get(platform, a, token_mac(id, a, token), &r, e);
    if (rc <= 0)
        return rc;
    if (now >= r.expires_at || now >= r.seen_at + rules->idle_s * MICROS)
        return session_end(platform, a, &r, now, now >= r.expires_at ? "expired" : "idle", e);
    if (posts_parse(id, a, r.posts, &s.posts, &s.count, e) < 0)
        return -1;
    if (now >= r.checked_at + rules->recheck_s * MICROS) {
        rc = session_recheck(id, platform, a, &r, now, &s, e);
        if (rc <= 0)
            return rc;
    }
    if (now >= r.seen_at + (int64_t)SEEN_EVERY_S * MICROS && session_row_seen(platform, a, r.token_mac, now, e) < 0)
        return -1;
    *ret = actor_of(a, &r, s.posts, s.count);
    ret->directory_stale = s.stale;
    ret->unchecked_s = s.stale ? (now - r.checked_at) / MICROS : 0;
    return 1;
}

/* ---- choosing and leaving ---- */

/* Under a new token (T3): the row moves, and the old cookie is nobody's from then on. */
static int session_move(const struct identity *id, struct db *db, struct arena *a, const struct actor *who,
                        const struct post *post, struct session_row *r, const char **ret_token, struct err *e)
{
    int rc = session_row_get(db, a, who->token_mac, r, e);
    const char *token = crypto_token(a);

    if (rc < 0)
        return -1;
    if (rc == 0) {
        err_fail(e, ERR_NO_SESSION, "登录已经结束");
        return err_mend(e, "请重新登录");
    }
    r->token_mac = token_mac(id, a, token);
    r->csrf = crypto_token(a);
    r->tenant = post->tenant;
    r->organ = post->organ;
    r->unit = post->unit;
    if (session_row_drop(db, a, who->token_mac, e) < 0 || session_row_add(db, a, r, e) < 0)
        return -1;
    const char *pair[4] = {"organ", post->organ, "unit", post->unit};
    if (event(db, a, instant_now(), "post_chosen", post->tenant, who->person, r->address, pair, e) < 0)
        return -1;
    *ret_token = token;
    return 0;
}

int session_choose(const struct identity *id, struct db *platform, struct arena *a, struct actor *who,
                   const char *tenant, const char *organ, const char *unit, const char **ret_token, struct err *e)
{
    const struct post *post = post_find(who->posts, who->post_count, tenant, organ, unit ? unit : "");
    const char *token = NULL;
    struct session_row r;

    if (!post) {
        err_fail(e, ERR_FORBIDDEN, "政务目录没有给您这个岗位");
        return err_mend(e, "请从列出的岗位中选择");
    }
    if (tx_begin(platform, e) < 0)
        return -1;
    if (session_move(id, platform, a, who, post, &r, &token, e) < 0) {
        tx_rollback(platform);
        return -1;
    }
    if (tx_commit(platform, e) < 0)
        return -1;
    who->post = post;
    who->token_mac = r.token_mac;
    who->session = arena_dupn(a, r.token_mac, 16);
    who->csrf = r.csrf;
    *ret_token = token;
    return 0;
}

int session_leave(struct db *platform, struct arena *a, const struct actor *who, struct err *e)
{
    const char *pair[4] = {"login", who->login, NULL, NULL};

    if (session_row_drop(platform, a, who->token_mac, e) < 0)
        return -1;
    return event(platform, a, instant_now(), "logout", who->post ? who->post->tenant : "", who->person, "", pair, e);
}
