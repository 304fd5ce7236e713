/*
 * probe - one worker's view of identity, driven line by line: tab-separated words in, one JSON object out
 *
 * probe TENANTS_DIR DB_SOCKET DB_USER DB_SCHEMA LDAP_URL LDAP_CA LDAP_BASE LDAP_GROUP_BASE LDAP_BIND_DN LDAP_PASSWORD
 *   (the password of the database in DB_PASSWORD)
 *   place URL                                     from now on this directory
 *   dlogin LOGIN PASSWORD_HEX                     directory_login
 *   dfind UUID | dping
 *   dmembers GROUP MOST                           directory_members; their logins in "members"
 *   login LOGIN PASSWORD_HEX TENANT ADDRESS NOW   NOW: seconds since 1970
 *   load TOKEN NOW
 *   choose TOKEN NOW TENANT ORGAN UNIT
 *   leave TOKEN NOW
 *   may TOKEN NOW ACTION_NUMBER
 * Each answer has rc, code, message, mend, detail, ms (wall), cpu_ms and what the call gave.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "identity/session.h"

static const char server_key[] = "a key for tests only";
static struct session_rules rules = {.idle_s = 900,
                                     .absolute_s = 28800,
                                     .recheck_s = 60,
                                     .outage_s = 1800,
                                     .failure_limit = 5,
                                     .lock_s = 900,
                                     .mac_key = server_key,
                                     .mac_key_len = sizeof(server_key) - 1};
static struct directory_place place = {.timeout_ms = 2500};
static struct identity id = {.rules = &rules, .directory = &place};

struct answer {
    int rc;
    const char *token;
    struct actor who;
    struct person person;
    struct directory_hint hint;
    struct person *members;
    size_t member_count;
    struct err e;
};

static instant seconds(const char *s)
{
    int64_t v = 0;

    if (!s || text_i64(s, &v) < 0)
        exit(2);
    return v * 1000000;
}

static void password_of(struct arena *a, const char *hex, char **ret, size_t *len)
{
    *len = strlen(hex) / 2;
    *ret = arena_alloc(a, *len + 1);
    if (crypto_unhex(hex, (unsigned char *)*ret, *len) < 0)
        exit(2);
}

static int load(struct db *db, struct arena *a, char **w, struct answer *r)
{
    return session_load(&id, db, a, w[1], seconds(w[2]), &r->who, &r->e);
}

static void run(struct db *db, struct arena *a, char **w, size_t n, struct answer *r)
{
    char *password = NULL;
    size_t len = 0;

    if (n == 3 && text_eq(w[0], "dlogin")) {
        password_of(a, w[2], &password, &len);
        r->rc = directory_login(&place, a, w[1], password, len, &r->person, &r->hint, &r->e);
    } else if (n == 2 && text_eq(w[0], "dfind")) {
        r->rc = directory_find(&place, a, w[1], &r->person, &r->e);
    } else if (n == 3 && text_eq(w[0], "dmembers")) {
        r->rc = directory_members(&place, a, w[1], (int)(seconds(w[2]) / 1000000), &r->members, &r->member_count, &r->e);
    } else if (n == 1 && text_eq(w[0], "dping")) {
        r->rc = directory_ping(&place, &r->e);
    } else if (n == 6 && text_eq(w[0], "login")) {
        password_of(a, w[2], &password, &len);
        r->rc = session_login(&id, db, a, w[1], password, len, w[3], w[4], seconds(w[5]), &r->token, &r->who, &r->e);
    } else if (n == 3 && text_eq(w[0], "load")) {
        r->rc = load(db, a, w, r);
    } else if (n == 6 && text_eq(w[0], "choose")) {
        r->rc = load(db, a, w, r);
        if (r->rc == 1)
            r->rc = session_choose(&id, db, a, &r->who, w[3], w[4], w[5], &r->token, &r->e);
    } else if (n == 3 && text_eq(w[0], "leave")) {
        r->rc = load(db, a, w, r);
        if (r->rc == 1)
            r->rc = session_leave(db, a, &r->who, &r->e);
    } else if (n == 4 && text_eq(w[0], "may")) {
        r->rc = load(db, a, w, r);
        if (r->rc == 1)
            r->rc = permit_check(&r->who, (enum action)(seconds(w[3]) / 1000000), &r->e);
    } else {
        exit(2);
    }
}

static void print(struct arena *a, const struct answer *r, int64_t ms, int64_t cpu_ms)
{
    struct buf b CLEANUP_(buf_free) = {0};
    struct jsonout j;

    buf_init(&b, 1 << 20);
    jsonout_init(&j, &b);
    jsonout_object(&j, NULL);
    jsonout_int(&j, "rc", r->rc);
    jsonout_text(&j, "code", err_slug(r->e.code));
    jsonout_text(&j, "message", r->e.message);
    jsonout_text(&j, "mend", r->e.mend);
    jsonout_text(&j, "detail", r->e.detail);
    jsonout_int(&j, "ms", ms);
    jsonout_int(&j, "cpu_ms", cpu_ms);
    jsonout_text(&j, "token", r->token);
    jsonout_text(&j, "uuid", r->person.uuid ? r->person.uuid : r->who.person);
    jsonout_text(&j, "name", r->person.name ? r->person.name : r->who.name);
    jsonout_text(&j, "hint", r->hint.uuid);
    jsonout_bool(&j, "password_right", r->hint.password_right);
    jsonout_list(&j, "groups");
    for (size_t i = 0; i < r->person.group_count; i++)
        jsonout_text(&j, NULL, r->person.groups[i]);
    jsonout_end(&j);
    jsonout_list(&j, "members");
    for (size_t i = 0; i < r->member_count; i++)
        jsonout_text(&j, NULL, r->members[i].login);
    jsonout_end(&j);
    jsonout_text(&j, "csrf", r->who.csrf);
    jsonout_text(&j, "session", r->who.session);
    jsonout_bool(&j, "stale", r->who.directory_stale);
    jsonout_int(&j, "unchecked_s", r->who.unchecked_s);
    jsonout_text(&j, "post",
                 r->who.post ? arena_fmt(a, "%s/%s/%s", r->who.post->tenant, r->who.post->organ, r->who.post->unit)
                             : NULL);
    jsonout_list(&j, "posts");
    for (size_t i = 0; i < r->who.post_count; i++)
        jsonout_text(&j, NULL,
                     arena_fmt(a, "%s/%s/%s", r->who.posts[i].tenant, r->who.posts[i].organ, r->who.posts[i].unit));
    jsonout_end(&j);
    jsonout_end(&j);
    puts(buf_str(&b));
    fflush(stdout);
}

static int64_t cpu_now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void serve(struct db *db)
{
    struct arena *a = arena_new("probe", 16 << 20);
    static char line[8192];

    while (fgets(line, sizeof(line), stdin)) {
        char **w = NULL;
        line[strcspn(line, "\n")] = 0;
        size_t n = text_split(a, line, '\t', &w);
        if (n == 2 && text_eq(w[0], "place")) {
            static char url[256];
            text_copy(url, sizeof(url), w[1]);
            place.url = url;
            puts("{}");
            fflush(stdout);
        } else {
            struct answer r = {.rc = -2};
            int64_t ms = clock_monotonic_ms(), cpu_ms = cpu_now_ms();
            run(db, a, w, n, &r);
            print(a, &r, clock_monotonic_ms() - ms, cpu_now_ms() - cpu_ms);
        }
        arena_reset(a);
    }
    arena_free(a);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new("tenants", 16 << 20);
    struct tenant **tenants = NULL;
    struct db *db = NULL;
    struct err e = {0};

    if (argc != 11)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    place = (struct directory_place){.url = argv[5],
                                     .ca_file = argv[6],
                                     .base = argv[7],
                                     .group_base = argv[8],
                                     .bind_dn = argv[9],
                                     .bind_password = argv[10],
                                     .timeout_ms = 2500};
    if (tenants_load(a, argv[1], &tenants, &id.tenant_count, &e) < 0) {
        fprintf(stderr, "probe: %s\n", e.message);
        return 1;
    }
    id.tenants = tenants;
    struct db_place where = {
        .socket = argv[2], .user = argv[3], .password = getenv("DB_PASSWORD"), .schema = argv[4], .timeout_s = 10};
    if (*argv[2] && db_open(&where, &db, &e) < 0) {
        fprintf(stderr, "probe: %s %s\n", e.message, e.detail);
        return 1;
    }
    serve(db);
    db_close(db);
    arena_free(a);
    return 0;
}
