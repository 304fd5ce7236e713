/*
 * casework/platform.c - settings, districts and connections, for as long as a program runs
 *
 * Everything that may be read before fork is read here and is wrong loudly: a
 * regulation with an error refuses the start and names its file, line and column.
 * Connections belong to the process that opens them (trap C1) and are opened on use.
 */
#include "config.h"

#include "casework/platform.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "casework/phrases.h"

enum {
    SECRET_BYTES_MAX = 4096,
    PEERS_BYTES_MAX = 1024 * 1024,
    CLOCK_BYTES_MAX = 64 * 1024,
    LAW_BYTES = 1024 << 20,
    SECRET_TEXT_MIN = 32,
    CHECK_ARENA_BYTES = 256 * 1024 * 1024,
    LAW_MARK_BYTES = 1024 * 1024,
};

/* ---- secrets: one small file each, so that an operator may replace one without touching the others ---- */

static int secret_read(struct arena *a, const struct config *c, const char *name, const char **ret, struct err *e)
{
    char *path = arena_fmt(a, "%s/%s", c->secrets_dir, name);
    char *bytes;
    size_t len;

    if (file_read(a, path, SECRET_BYTES_MAX, &bytes, &len, e) < 0)
        return err_mend(e, "请在密钥目录放好文件 %s，只让服务账号可读", name);
    while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
        bytes[--len] = '\0';
    if (len == 0)
        return err_fail(e, ERR_CONFIG, "密钥文件 %s 是空的", name);
    *ret = bytes;
    return 0;
}

/*
 * A key is the SM3 of the secret's text: 32 bytes of whatever length was written. 1 and the key, 0 when
 * there is no such file yet (the command that makes the secrets loads the platform first), -1.
 */
static int secret_key(struct arena *a, const struct config *c, const char *name, unsigned char ret[CRYPTO_SM3_BYTES],
                      struct err *e)
{
    const char *text;

    if (!file_exists(arena_fmt(a, "%s/%s", c->secrets_dir, name)))
        return 0;
    if (secret_read(a, c, name, &text, e) < 0)
        return -1;
    if (strlen(text) < SECRET_TEXT_MIN)
        return err_fail(e, ERR_CONFIG, "密钥文件 %s 太短，至少 %d 个字符", name, SECRET_TEXT_MIN);
    crypto_sm3(text, strlen(text), ret);
    return 1;
}

/* ---- what is read before fork ---- */

/* The first error of a loader's or checker's list, as a compiler would say it. */
static int findings_refuse(const struct findings *f, struct err *e)
{
    const struct finding *it = f->first;

    while (it != NULL && it->level != FINDING_ERROR)
        it = it->next;
    if (it == NULL)
        return err_fail(e, ERR_CONFIG, "规章数据有误");
    err_fail(e, ERR_CONFIG, "%s:%d:%d：%s（共 %d 处错误）", it->file, it->line, it->column, it->message, f->errors);
    if (it->article != NULL && it->article[0] != '\0')
        err_article(e, it->article);
    if (it->mend != NULL && it->mend[0] != '\0')
        err_mend(e, "%s", it->mend);
    return -1;
}

static int vocabulary_read(struct platform *p, struct err *e)
{
    struct findings f;
    const char *path = arena_fmt(p->arena, "%s/common/vocabulary.json", p->config.tenants_dir);

    findings_init(&f, p->arena);
    if (vocabulary_load(p->law, path, &p->vocabulary, &f, e) < 0)
        return f.errors > 0 ? findings_refuse(&f, e) : -1;
    return 0;
}

/* What the checker needs on its way and what it finds is forgotten afterwards: workers share only the models. */
static int regulation_read_into(struct platform *p, struct district *d, const char *dir, struct arena *scratch,
                                struct regulation **ret, struct err *e)
{
    struct findings f;
    const struct tenant *t = d->tenant;
    const char **organs = ARENA_ARRAY(scratch, const char *, t->organ_count + 1);
    struct regulation *r;

    for (size_t i = 0; i < t->organ_count; i++)
        organs[i] = t->organs[i].id;
    findings_init(&f, scratch);
    if (regulation_load_beside(p->law, dir, arena_fmt(scratch, "%s/tenant.json", t->folder), p->vocabulary, &r, &f, e) <
        0)
        return f.errors > 0 ? findings_refuse(&f, e) : -1;
    regulation_check(r, organs, t->organ_count, instant_date(instant_now()), &f);
    if (f.errors > 0)
        return findings_refuse(&f, e);
    if (!text_eq(regulation_tenant(r), t->id))
        return err_fail(e, ERR_CONFIG, "%s/rules.json 写的区是「%s」，不是「%s」", dir, regulation_tenant(r), t->id);
    *ret = r;
    return 0;
}

static int regulation_read(struct platform *p, struct district *d, const char *dir, struct regulation **ret,
                           struct err *e)
{
    struct arena *scratch CLEANUP_(arena_freep) = arena_new("check", CHECK_ARENA_BYTES);

    return regulation_read_into(p, d, dir, scratch, ret, e);
}

/* ---- versions published here (ADR 0010) ---- */

char *platform_published_dir(struct arena *a, const struct platform *p, const char *tenant)
{
    return arena_fmt(a, "%s/%s/regulations", p->config.files_dir, tenant);
}

static int published_read(struct platform *p, struct district *d, const char *dir, struct err *e)
{
    struct regulation *r = NULL;

    if (regulation_read(p, d, dir, &r, e) < 0 || r == NULL || regulation_publish(r, p->law, e) < 0)
        return -1;
    if (district_regulation_version(d, regulation_id(r)) != NULL)
        return err_fail(e, ERR_CONFIG, "%s：tenant.json 已经列出版本「%s」", dir, regulation_id(r));
    for (size_t i = 0; i < d->regulation_count; i++)
        if (regulation_from(d->regulations[i]) < regulation_from(r))
            regulation_replace(d->regulations[i], regulation_from(r));
        else
            regulation_replace(r, regulation_from(d->regulations[i]));
    d->regulations[d->regulation_count++] = r;
    return 0;
}

static int comes_after(const struct regulation *x, const struct regulation *y)
{
    return regulation_from(x) > regulation_from(y);
}

/* The oldest first; those of one day stay as they are listed. */
static void regulations_sort(struct district *d)
{
    for (size_t i = 1; i < d->regulation_count; i++)
        for (size_t k = i; k > 0 && comes_after(d->regulations[k - 1], d->regulations[k]); k--) {
            struct regulation *r = d->regulations[k];

            d->regulations[k] = d->regulations[k - 1];
            d->regulations[k - 1] = r;
        }
}

static int regulations_read(struct platform *p, struct district *d, struct err *e)
{
    const struct tenant *t = d->tenant;
    const char *published = platform_published_dir(p->arena, p, t->id);
    char **names = NULL;
    size_t count = 0;

    if (file_exists(published) && file_list(p->arena, published, &names, &count, e) < 0)
        return -1;
    d->regulations = ARENA_ARRAY(p->arena, struct regulation *, t->regulation_count + count + 1);
    for (size_t i = 0; i < t->regulation_count; i++) {
        if (regulation_read(p, d, arena_fmt(p->arena, "%s/%s", t->folder, t->regulations[i]), &d->regulations[i], e) <
            0)
            return -1;
        d->regulation_count++;
    }
    for (size_t i = 0; i < count; i++)
        if (published_read(p, d, arena_fmt(p->arena, "%s/%s", published, names[i]), e) < 0)
            return -1;
    regulations_sort(d);
    return 0;
}

/* Folders get another time when a version comes or goes; the sum tells whether any did. */
uint64_t platform_law_mark(const struct platform *p)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("law mark", LAW_MARK_BYTES);
    uint64_t mark = 0;

    for (size_t i = 0; i < p->count; i++) {
        struct stat st;

        if (stat(platform_published_dir(a, p, p->tenants[i]->id), &st) == 0)
            mark = mark * 31 + (uint64_t)st.st_mtim.tv_sec * 1000000007U + (uint64_t)st.st_mtim.tv_nsec;
    }
    return mark;
}

/* An organ whose name tenant.json leaves out is called as the newest regulation calls it. */
static void organs_name(struct platform *p, struct district *d)
{
    const struct tenant *t = d->tenant;

    for (size_t i = 0; d->regulation_count > 0 && i < t->organ_count; i++) {
        const struct regulation *newest = d->regulations[d->regulation_count - 1];

        if (text_is_empty(t->organs[i].name))
            t->organs[i].name = arena_dup(p->arena, regulation_organ_name(newest, t->organs[i].id));
    }
}

static int is_decided_outside(const struct district *d, const char *organ)
{
    for (size_t i = 0; i < d->regulation_count; i++)
        if (regulation_organ_is_outside(d->regulations[i], organ))
            return 1;
    return 0;
}

/* A name no version knows would leave the leader's desk empty without a word. */
static int decides_check(const struct district *d, struct err *e)
{
    const struct tenant *t = d->tenant;

    for (size_t i = 0; i < t->role_count; i++)
        for (size_t k = 0; k < t->roles[i].decides_count; k++) {
            const struct tenant_group *g = &t->roles[i];

            if (is_decided_outside(d, g->decides[k]))
                continue;
            err_fail(e, ERR_CONFIG,
                     "%s/tenant.json:%d:%d：decides 写的「%s」，没有一个版本的规则把它列为不在平台上的机关", t->folder,
                     g->line, g->column, g->decides[k]);
            return err_mend(e, "请写 rules.json 中 kind 为 outside 的机构标识");
        }
    return 0;
}

static int district_read(struct platform *p, struct district *d, const struct node *peers, struct err *e)
{
    const struct tenant *t = d->tenant;
    const char *name = arena_fmt(p->arena, "audit-%s", t->id);

    if (regulations_read(p, d, e) < 0)
        return -1;
    organs_name(p, d);
    if (phrases_check(p->arena, d, e) < 0 || decides_check(d, e) < 0)
        return -1;
    d->peers = node_get(peers, t->id) != NULL ? node_copy(p->arena, node_get(peers, t->id)) : NULL;

    int found = secret_key(p->arena, &p->config, name, (unsigned char *)d->audit_key, e);

    d->audit_key_ok = found == 1;
    return found < 0 ? -1 : 0;
}

static int peers_read(struct platform *p, const struct node **ret, struct err *e)
{
    const char *path = p->config.peers_file;
    char *bytes;
    size_t len;
    int line = 0, column = 0;

    *ret = NULL;
    if (text_is_empty(path))
        return 0;
    if (file_read(p->arena, path, PEERS_BYTES_MAX, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(p->arena, bytes, len, ret, &line, &column, e) < 0)
        return err_detail(e, "%s:%d:%d", path, line, column);
    return 0;
}

static int identity_read(struct platform *p, struct err *e)
{
    const struct config *c = &p->config;
    unsigned char *key = arena_alloc(p->arena, CRYPTO_SM3_BYTES);
    int found = secret_key(p->arena, c, "session-mac", key, e);

    if (found < 0)
        return -1;
    p->rules = (struct session_rules){.idle_s = c->session_idle_s,
                                      .absolute_s = c->session_absolute_s,
                                      .recheck_s = c->session_recheck_s,
                                      .outage_s = c->session_outage_s,
                                      .failure_limit = c->login_failures,
                                      .lock_s = c->login_lock_s,
                                      .mac_key = found == 1 ? key : NULL,
                                      .mac_key_len = found == 1 ? CRYPTO_SM3_BYTES : 0};
    p->directory = (struct directory_place){.url = c->ldap_url,
                                            .ca_file = c->ldap_ca,
                                            .base = c->ldap_base,
                                            .group_base = c->ldap_group_base,
                                            .bind_dn = c->ldap_bind_dn,
                                            .bind_password = "",
                                            .timeout_ms = (int)c->ldap_timeout_ms};
    if (!text_is_empty(c->ldap_url) && file_exists(arena_fmt(p->arena, "%s/ldap", c->secrets_dir)) &&
        secret_read(p->arena, c, "ldap", &p->directory.bind_password, e) < 0)
        return -1;
    p->identity = (struct identity){
        .rules = &p->rules, .directory = &p->directory, .tenants = p->tenants, .tenant_count = p->count};
    return 0;
}

static int mail_read(struct platform *p, struct err *e)
{
    p->mail_password = "";
    if (text_is_empty(p->config.mail_url) || text_is_empty(p->config.mail_user))
        return 0;
    return secret_read(p->arena, &p->config, "mail", &p->mail_password, e);
}

/* Keys that everybody on the machine can read are no keys. A demo may be as careless as it likes. */
static int secrets_are_closed(const struct config *c, struct err *e)
{
    struct stat st;

    if (!text_eq(c->mode, "production") || stat(c->secrets_dir, &st) < 0 || (st.st_mode & S_IRWXO) == 0)
        return 0;
    err_fail(e, ERR_CONFIG, "密钥目录 %s 对这台机器的其他用户开放", c->secrets_dir);
    return err_mend(e, "请执行 chmod 0700 %s", c->secrets_dir);
}

static int by_host(const void *x, const void *y)
{
    return strcmp(((const struct host_place *)x)->host, ((const struct host_place *)y)->host);
}

/* Every request asks by host: with hundreds of districts it should not look through them. */
static void hosts_sort(struct platform *p)
{
    size_t count = 0;

    for (size_t i = 0; i < p->count; i++)
        count += p->tenants[i]->host_count;
    p->hosts = ARENA_ARRAY(p->arena, struct host_place, count + 1);
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < p->tenants[i]->host_count; k++)
            p->hosts[p->host_count++] = (struct host_place){p->tenants[i]->hosts[k], &p->districts[i]};
    qsort(p->hosts, p->host_count, sizeof(*p->hosts), by_host);
}

int platform_load_names(struct arena *a, const char *settings_path, struct platform **ret, struct err *e)
{
    struct platform *p = ARENA_NEW(a, struct platform);

    p->arena = a;
    if (config_load(a, settings_path, &p->config, e) < 0 || secrets_are_closed(&p->config, e) < 0 ||
        tenants_load(a, p->config.tenants_dir, &p->tenants, &p->count, e) < 0)
        return -1;
    p->districts = ARENA_ARRAY(a, struct district, p->count + 1);
    for (size_t i = 0; i < p->count; i++)
        p->districts[i].tenant = p->tenants[i];
    *ret = p;
    return 0;
}

static void law_free(void *law)
{
    arena_free(law);
}

int platform_load(struct arena *a, const char *settings_path, struct platform **ret, struct err *e)
{
    struct platform *p;
    const struct node *peers;

    if (platform_load_names(a, settings_path, &p, e) < 0)
        return -1;
    p->law = arena_new_shared("law", LAW_BYTES);
    arena_defer(a, law_free, p->law);
    if (vocabulary_read(p, e) < 0 || peers_read(p, &peers, e) < 0)
        return -1;
    if (calendar_load(a, arena_fmt(a, "%s/common/calendar", p->config.tenants_dir), &p->calendar, e) < 0)
        return -1;
    p->law_mark = platform_law_mark(p); /* before they are read: what comes meanwhile is not overlooked */
    for (size_t i = 0; i < p->count; i++)
        if (district_read(p, &p->districts[i], peers, e) < 0)
            return -1;
    arena_seal(p->law);
    hosts_sort(p);
    if (identity_read(p, e) < 0 || mail_read(p, e) < 0)
        return -1;
    *ret = p;
    return 0;
}

/* ---- connections ---- */

static void connection_drop(struct db **db)
{
    db_close(*db);
    *db = NULL;
}

void platform_close(struct platform *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->count; i++)
        connection_drop(&p->districts[i].db);
    connection_drop(&p->db);
}

static int connection_open(const struct platform *p, const char *user, const char *secret, const char *schema,
                           struct db **ret, struct err *e)
{
    const struct config *c = &p->config;
    struct arena *a = arena_new("connection", 1024 * 1024);
    struct db_place place = {.socket = text_is_empty(c->db_socket) ? NULL : c->db_socket,
                             .host = c->db_host,
                             .port = (int)c->db_port,
                             .ca_file = c->db_ca,
                             .user = user,
                             .schema = schema,
                             .timeout_s = (int)c->db_timeout_s};
    int rc = secret_read(a, c, secret, &place.password, e);

    if (rc == 0)
        rc = db_open(&place, ret, e);
    if (place.password != NULL)
        crypto_wipe((void *)(uintptr_t)place.password, strlen(place.password));
    arena_free(a);
    return rc;
}

int platform_db(struct platform *p, struct db **ret, struct err *e)
{
    if (p->db != NULL && db_is_broken(p->db))
        connection_drop(&p->db);
    if (p->db == NULL &&
        connection_open(p, p->config.db_platform_user, "db-platform", "guizhang_platform", &p->db, e) < 0)
        return -1;
    *ret = p->db;
    return 0;
}

/* Room for one more: the least recently used goes, never one in the middle of a transaction. */
static void connections_trim(struct platform *p, const struct district *keep)
{
    struct district *oldest = NULL;
    int64_t open = 0;

    for (size_t i = 0; i < p->count; i++) {
        struct district *d = &p->districts[i];

        if (d->db == NULL || d == keep)
            continue;
        open++;
        if (!tx_is_open(d->db) && (oldest == NULL || d->db_used < oldest->db_used))
            oldest = d;
    }
    if (open >= p->config.db_connections && oldest != NULL)
        connection_drop(&oldest->db);
}

int district_db(struct platform *p, struct district *d, struct db **ret, struct err *e)
{
    const char *id = d->tenant->id;

    if (d->db != NULL && db_is_broken(d->db))
        connection_drop(&d->db);
    if (d->db == NULL) {
        struct arena *a = arena_new("district", 64 * 1024);
        const char *user = arena_fmt(a, "gz_%s", id);

        connections_trim(p, d);
        int rc = connection_open(p, user, arena_fmt(a, "db-%s", id), user, &d->db, e);

        arena_free(a);
        if (rc < 0)
            return -1;
    }
    d->db_used = instant_now();
    *ret = d->db;
    return 0;
}

/* ---- finding ---- */

struct district *platform_district(struct platform *p, const char *tenant)
{
    int i = tenant_find(p->tenants, p->count, tenant);

    return i >= 0 ? &p->districts[i] : NULL;
}

struct district *platform_district_by_host(struct platform *p, const char *host)
{
    const struct host_place key = {.host = host}, *found = NULL;

    if (host && p->host_count > 0)
        found = bsearch(&key, p->hosts, p->host_count, sizeof(key), by_host);
    return found ? found->district : NULL;
}

const struct regulation *district_regulation(const struct district *d, date today)
{
    const struct regulation *best = NULL;

    for (size_t i = 0; i < d->regulation_count; i++) {
        const struct regulation *r = d->regulations[i];

        if (regulation_from(r) <= today && (best == NULL || regulation_from(r) >= regulation_from(best)))
            best = r;
    }
    return best;
}

const struct regulation *district_regulation_version(const struct district *d, const char *version)
{
    for (size_t i = 0; i < d->regulation_count; i++) {
        if (text_eq(regulation_id(d->regulations[i]), version))
            return d->regulations[i];
    }
    return NULL;
}

/* ---- the district's time ---- */

/* Seconds the test clock is ahead; 0 when the file is not there or does not name the district. */
static int64_t clock_read(const struct platform *p, const struct district *d)
{
    struct arena *a = arena_new("clock", 4 * 1024 * 1024);
    struct err e = {0};
    const struct node *root;
    char *bytes;
    size_t len;
    int64_t offset = 0;

    if (file_read(a, p->config.test_clock, CLOCK_BYTES_MAX, &bytes, &len, &e) == 0 &&
        jsonin_parse(a, bytes, len, &root, NULL, NULL, &e) == 0)
        offset = node_get_int(root, d->tenant->id, 0);
    arena_free(a);
    return offset;
}

static int same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Asked for at every request, so the file is read again only when it is another one. */
static int64_t clock_offset(const struct platform *p, const struct district *d)
{
    static struct { /* cache: of this process */
        const struct district *of;
        struct stat file;
        int64_t offset;
    } last;
    struct stat now;

    if (stat(p->config.test_clock, &now) < 0)
        return 0;
    if (last.of != d || !same_file(&last.file, &now)) {
        last.of = d;
        last.file = now;
        last.offset = clock_read(p, d);
    }
    return last.offset;
}

instant district_now(const struct platform *p, const struct district *d, int *ret_moved)
{
    int64_t offset = text_is_empty(p->config.test_clock) ? 0 : clock_offset(p, d);

    if (ret_moved != NULL)
        *ret_moved = offset != 0;
    return instant_now() + offset * 1000000;
}
