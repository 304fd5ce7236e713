/*
 * tool/serve.c - commands about a running installation: secrets, schemas, chains, outbox, clock
 */
#include "config.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/casework.h"
#include "casework/ready.h"
#include "exchange/trail.h"
#include "store/case.h"
#include "store/filing.h"
#include "store/lists.h"
#include "store/migrate.h"

enum { SECRET_MAX_BYTES = 4096, CLOCK_MAX_BYTES = 65536, DB_TIMEOUT_S = 20 };

int tool_platform(struct tool *t, struct platform **ret, struct err *e)
{
    if (!t->args->settings)
        return err_fail(e, ERR_BAD_INPUT, "请写 --settings 设置文件，或设环境变量 GUIZHANG_SETTINGS");
    return platform_load(t->arena, t->args->settings, ret, e);
}

int tool_names(const struct tool *t, const struct district *d)
{
    return !t->args->tenant || text_eq(t->args->tenant, d->tenant->id);
}

/* ---- secrets ---- */

/* A fresh random text in a 0600 file, unless there is one. */
static int secret_make(struct tool *t, const char *dir, const char *name, int *made, struct err *e)
{
    const char *path = arena_fmt(t->arena, "%s/%s", dir, name);

    if (file_exists(path))
        return 0;
    const char *token = crypto_token(t->arena);
    *made += 1;
    return file_write(path, token, strlen(token), 0600, e);
}

static int secret_read(struct tool *t, const char *dir, const char *name, const char **ret, struct err *e)
{
    char *bytes;
    size_t len;

    if (file_read(t->arena, arena_fmt(t->arena, "%s/%s", dir, name), SECRET_MAX_BYTES, &bytes, &len, e) < 0)
        return -1;
    *ret = text_trim(t->arena, bytes);
    return 0;
}

/* One secret for sessions and the platform's account, two for each district. Names are read by casework/platform.c. */
enum tool_exit tool_secrets(struct tool *t, struct err *e)
{
    struct platform *p;
    int made = 0;
    static const char *const platform_names[] = {"db-platform", "session-mac"};

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    const char *dir = p->config.secrets_dir;
    if (file_mkdirs(dir, 0700, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < ARRAY_LEN(platform_names); i++)
        if (secret_make(t, dir, platform_names[i], &made, e) < 0)
            return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++) {
        const char *id = p->districts[i].tenant->id;

        if (secret_make(t, dir, arena_fmt(t->arena, "db-%s", id), &made, e) < 0 ||
            secret_make(t, dir, arena_fmt(t->arena, "audit-%s", id), &made, e) < 0)
            return TOOL_FAILED;
    }
    buf_fmt(t->out, "新生成 %d 个口令与密钥文件，在 %s\n", made, dir);
    return TOOL_OK;
}

enum tool_exit tool_keys(struct tool *t, struct err *e)
{
    struct platform *p;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++) {
        const char *id = p->districts[i].tenant->id;
        const char *priv = arena_fmt(t->arena, "%s/sm2-%s.pem", p->config.secrets_dir, id);
        const char *pub = arena_fmt(t->arena, "%s/sm2-%s.pub", p->config.secrets_dir, id);

        if (!tool_names(t, &p->districts[i]) || file_exists(priv))
            continue;
        if (crypto_key_generate(priv, pub, e) < 0)
            return TOOL_FAILED;
        buf_fmt(t->out, "%s：%s\n", id, pub);
    }
    return TOOL_OK;
}

/* ---- schemas ---- */

/* The administrator over the server's own unix socket; MariaDB knows the operating system's user. */
static int open_admin(struct tool *t, const struct platform *p, const char *schema, struct db **ret, struct err *e)
{
    const char *user = getenv("GUIZHANG_DB_ADMIN");
    struct db_place place = {.socket = p->config.db_socket,
                             .user = user ? user : "root",
                             .password = "",
                             .schema = schema,
                             .timeout_s = DB_TIMEOUT_S};

    return db_open(&place, ret, e);
}

static void db_closep(struct db **db)
{
    db_close(*db);
}

static int migrate_schema(struct tool *t, const struct platform *p, const char *schema, const char *kind, struct err *e)
{
    struct db *admin CLEANUP_(db_closep) = NULL;
    struct migrate_report report;

    if (open_admin(t, p, schema, &admin, e) < 0 ||
        migrate_run(admin, t->arena, arena_fmt(t->arena, "%s/%s", p->config.migrations_dir, kind), &report, e) < 0)
        return -1;
    buf_fmt(t->out, "%-24s 第 %d 步，新执行 %d 步\n", schema, report.last, report.done_now);
    return 0;
}

/* The places of tenant.json on the projects that are there already. */
static int place_projects(struct tool *t, const struct platform *p, const struct tenant *tenant, const char *schema,
                          struct err *e)
{
    struct db *admin CLEANUP_(db_closep) = NULL;

    if (open_admin(t, p, schema, &admin, e) < 0)
        return -1;
    for (size_t i = 0; i < tenant->unit_count; i++)
        if (project_place_set(admin, t->arena, tenant->units[i].code, tenant->units[i].place, e) < 0)
            return -1;
    return 0;
}

static int make_tenant(struct tool *t, const struct platform *p, struct db *admin, const struct tenant *tenant,
                       struct err *e)
{
    const char *password, *id = tenant->id, *user = arena_fmt(t->arena, "gz_%s", id);

    if (secret_read(t, p->config.secrets_dir, arena_fmt(t->arena, "db-%s", id), &password, e) < 0 ||
        admin_make_tenant(admin, id, user, password, e) < 0 || migrate_schema(t, p, user, "tenant", e) < 0 ||
        place_projects(t, p, tenant, user, e) < 0)
        return -1;
    return admin_grant_tenant(admin, id, user, e);
}

static int make_platform(struct tool *t, const struct platform *p, struct db *admin, struct err *e)
{
    const char *password;

    if (secret_read(t, p->config.secrets_dir, "db-platform", &password, e) < 0 ||
        admin_make_platform(admin, p->config.db_platform_user, password, e) < 0 ||
        migrate_schema(t, p, "guizhang_platform", "platform", e) < 0)
        return -1;
    return admin_grant_platform(admin, p->config.db_platform_user, e);
}

enum tool_exit tool_migrate(struct tool *t, struct err *e)
{
    struct platform *p;
    struct db *admin CLEANUP_(db_closep) = NULL;

    if (tool_platform(t, &p, e) < 0 || open_admin(t, p, NULL, &admin, e) < 0 || make_platform(t, p, admin, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++)
        if (make_tenant(t, p, admin, p->districts[i].tenant, e) < 0)
            return TOOL_FAILED;
    return TOOL_OK;
}

enum tool_exit tool_tenant_add(struct tool *t, struct err *e)
{
    struct platform *p;
    struct db *admin CLEANUP_(db_closep) = NULL;

    if (!t->args->tenant) {
        err_fail(e, ERR_BAD_INPUT, "请写 --tenant 区");
        return TOOL_USAGE;
    }
    if (tool_secrets(t, e) != TOOL_OK || tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    const struct district *d = platform_district(p, t->args->tenant);
    if (!d) {
        err_fail(e, ERR_NOT_FOUND, "%s 下没有 %s/tenant.json", p->config.tenants_dir, t->args->tenant);
        return TOOL_FAILED;
    }
    if (open_admin(t, p, NULL, &admin, e) < 0 || make_tenant(t, p, admin, d->tenant, e) < 0)
        return TOOL_FAILED;
    return TOOL_OK;
}

enum tool_exit tool_tenant_list(struct tool *t, struct err *e)
{
    struct platform *p;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++) {
        const struct district *d = &p->districts[i];

        buf_fmt(t->out, "%-10s %s %s\n", d->tenant->id, d->tenant->division_code, d->tenant->full_name);
        for (size_t k = 0; k < d->regulation_count; k++)
            buf_fmt(t->out, "%10s %s %s %s\n", "", regulation_id(d->regulations[k]),
                    regulation_document_number(d->regulations[k]), regulation_title(d->regulations[k]));
    }
    return TOOL_OK;
}

/* ---- chains and outbox ---- */

enum tool_exit tool_audit_seal(struct tool *t, struct err *e)
{
    struct platform *p;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++) {
        struct db *db;
        int64_t sealed;

        if (!tool_names(t, &p->districts[i]))
            continue;
        if (district_db(p, &p->districts[i], &db, e) < 0 || audit_seal(db, t->arena, &sealed, e) < 0)
            return TOOL_FAILED;
        buf_fmt(t->out, "%s：新入链 %lld 条\n", p->districts[i].tenant->id, (long long)sealed);
    }
    platform_close(p);
    return TOOL_OK;
}

/* A piece at a time, each forgotten before the next. */
static int reindex_district(struct tool *t, struct platform *p, struct district *d, struct err *e)
{
    int64_t after = INT64_MIN, last = 0, count = 0;

    do {
        struct arena *a CLEANUP_(arena_freep) = arena_new("reindex", (size_t)256 << 20);
        struct db *db;

        if (district_db(p, d, &db, e) < 0 || search_reindex(db, a, after, &last, &count, e) < 0)
            return -1;
        after = last;
    } while (last != 0);
    buf_fmt(t->out, "%s：编入检索 %lld 件\n", d->tenant->id, (long long)count);
    return 0;
}

enum tool_exit tool_reindex(struct tool *t, struct err *e)
{
    struct platform *p;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++)
        if (tool_names(t, &p->districts[i]) && reindex_district(t, p, &p->districts[i], e) < 0)
            return TOOL_FAILED;
    platform_close(p);
    return TOOL_OK;
}

enum tool_exit tool_audit_verify(struct tool *t, struct err *e)
{
    struct platform *p;
    enum tool_exit rc = TOOL_OK;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++) {
        struct district *d = &p->districts[i];
        struct audit_report report = {0};
        struct db *db;

        if (!tool_names(t, d))
            continue;
        if (district_db(p, d, &db, e) < 0 ||
            audit_verify(db, t->arena, d->audit_key, sizeof(d->audit_key), &report, e) < 0)
            return TOOL_FAILED;
        if (report.first_bad_no || report.first_bad_audit) {
            buf_fmt(t->out, "%s：不符。链第 %lld 节，审计第 %lld 条：%s\n", d->tenant->id,
                    (long long)report.first_bad_no, (long long)report.first_bad_audit, report.why);
            rc = TOOL_NO;
        } else {
            buf_fmt(t->out, "%s：相符。审计 %lld 条，已入链 %lld 条，待入链 %lld 条，链首 %s\n", d->tenant->id,
                    (long long)report.rows, (long long)report.links, (long long)report.unsealed, report.head);
        }
    }
    platform_close(p);
    return rc;
}

enum tool_exit tool_outbox_shape(struct tool *t, struct err *e)
{
    struct platform *p;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < p->count; i++) {
        struct outbox_shape *rows;
        size_t count;
        struct db *db;

        if (!tool_names(t, &p->districts[i]))
            continue;
        if (district_db(p, &p->districts[i], &db, e) < 0 || outbox_shapes(db, t->arena, &rows, &count, e) < 0)
            return TOOL_FAILED;
        for (size_t k = 0; k < count; k++)
            buf_fmt(t->out, "%-10s %-12s %-10s %6lld  最早 %s\n", p->districts[i].tenant->id, rows[k].peer,
                    rows[k].state, (long long)rows[k].count, instant_text(t->arena, rows[k].oldest));
    }
    platform_close(p);
    return TOOL_OK;
}

/* ---- provisional last days ---- */

struct recounted {
    int moved, confirmed, kept;
};

static void recount_print(struct tool *t, const struct node *done, struct recounted *n)
{
    for (const struct node *duty = node_first(node_get(done, "duties")); duty != NULL; duty = duty->next) {
        const char *outcome = node_get_str(duty, "outcome"), *before = node_get_str(duty, "due_before"),
                   *after = node_get_str(duty, "due_after"),
                   *still = node_get_bool(duty, "provisional") ? "，仍为暂定" : "";

        buf_fmt(t->out, "  %s %s：%s ", node_get_str(done, "number"), node_get_str(done, "title"),
                node_get_str(duty, "name"));
        if (text_eq(outcome, "kept")) {
            n->kept++;
            buf_fmt(t->out, "保留 %s，%s 已由%s告知；按新安排应为 %s，请人工处理\n", before,
                    node_get_str(duty, "told_on"), node_get_str(duty, "told_by"), after);
        } else if (text_eq(outcome, "moved")) {
            n->moved++;
            buf_fmt(t->out, "%s → %s%s\n", before, after, still);
        } else {
            n->confirmed++;
            buf_fmt(t->out, "%s 不变，不再是暂定\n", before);
        }
    }
}

static int recount_project(struct tool *t, struct platform *p, struct district *d, int64_t project, struct recounted *n,
                           struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("recount", (size_t)256 << 20);
    struct desk desk = desk_of_system(p, d, a, "");
    struct node *done;

    if (project_recount(&desk, project, t->args->dry_run, &done, e) < 0)
        return -1;
    recount_print(t, done, n);
    return 0;
}

/* By id, a piece at a time: a project that stays provisional is not met again. */
static int recount_district(struct tool *t, struct platform *p, struct district *d, struct err *e)
{
    struct recounted n = {0};
    int64_t ids[DUTY_PROVISIONAL_PROJECTS], after = INT64_MIN;
    size_t count;

    do {
        struct db *db;

        if (district_db(p, d, &db, e) < 0 || duty_provisional(db, t->arena, after, ids, &count, e) < 0)
            return -1;
        for (size_t i = 0; i < count; i++)
            if (recount_project(t, p, d, ids[i], &n, e) < 0)
                return -1;
        after = count > 0 ? ids[count - 1] : after;
    } while (count == DUTY_PROVISIONAL_PROJECTS);
    buf_fmt(t->out, "%s：%s %d 项，确定 %d 项，保留待人工处理 %d 项\n", d->tenant->id,
            t->args->dry_run ? "将改动" : "改动", n.moved, n.confirmed, n.kept);
    return 0;
}

enum tool_exit tool_calendar_recount(struct tool *t, struct err *e)
{
    struct platform *p;
    int rc = 0;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    if (t->args->tenant && !platform_district(p, t->args->tenant)) {
        err_fail(e, ERR_NOT_FOUND, "没有 %s 这个区", t->args->tenant);
        return TOOL_NO;
    }
    for (size_t i = 0; rc == 0 && i < p->count; i++)
        if (tool_names(t, &p->districts[i]))
            rc = recount_district(t, p, &p->districts[i], e);
    platform_close(p);
    return rc < 0 ? TOOL_FAILED : TOOL_OK;
}

/* ---- clock, settings, readiness ---- */

static int clock_read(struct tool *t, const char *path, struct node **ret, struct err *e)
{
    char *bytes;
    size_t len;
    const struct node *n;

    *ret = node_object(t->arena);
    if (!file_exists(path))
        return 0;
    if (file_read(t->arena, path, CLOCK_MAX_BYTES, &bytes, &len, e) < 0 ||
        jsonin_parse(t->arena, bytes, len, &n, NULL, NULL, e) < 0)
        return -1;
    *ret = node_copy(t->arena, n);
    return 0;
}

enum tool_exit tool_clock_set(struct tool *t, struct err *e)
{
    struct platform *p;
    struct node *clock;
    struct buf b CLEANUP_(buf_free) = {0};
    instant at = instant_now();

    if (!t->args->tenant || !t->args->at) {
        err_fail(e, ERR_BAD_INPUT, "请写 --tenant 区 --at 时间（或 real）");
        return TOOL_USAGE;
    }
    if (!t->args->settings) {
        err_fail(e, ERR_BAD_INPUT, "请写 --settings 设置文件，或设环境变量 GUIZHANG_SETTINGS");
        return TOOL_USAGE;
    }
    if (platform_load_names(t->arena, t->args->settings, &p, e) < 0)
        return TOOL_FAILED;
    if (text_is_empty(p->config.test_clock)) {
        err_fail(e, ERR_CONFIG, "设置里没有打开测试时钟（test_clock）；生产环境不可用");
        return TOOL_NO;
    }
    if (!platform_district(p, t->args->tenant)) {
        err_fail(e, ERR_NOT_FOUND, "没有 %s 这个区", t->args->tenant);
        return TOOL_NO;
    }
    if ((!text_eq(t->args->at, "real") && instant_parse(t->args->at, &at, e) < 0) ||
        clock_read(t, p->config.test_clock, &clock, e) < 0)
        return TOOL_FAILED;
    node_put_int(t->arena, clock, t->args->tenant, text_eq(t->args->at, "real") ? 0 : (at - instant_now()) / 1000000);
    buf_init(&b, CLOCK_MAX_BYTES);
    jsonout_pretty(&b, clock);
    if (file_write(p->config.test_clock, buf_str(&b), b.len, 0640, e) < 0)
        return TOOL_FAILED;
    buf_fmt(t->out, "%s 的时钟：%s\n", t->args->tenant, instant_text(t->arena, at));
    return TOOL_OK;
}

enum tool_exit tool_settings(struct tool *t, struct err *e)
{
    settings_reference(t->out);
    return TOOL_OK;
}

enum tool_exit tool_ready(struct tool *t, struct err *e)
{
    struct platform *p;
    struct node *parts;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    const int ready = platform_ready(p, t->arena, &parts);
    jsonout_pretty(t->out, parts);
    buf_putc(t->out, '\n');
    platform_close(p);
    return ready ? TOOL_OK : TOOL_NO;
}
