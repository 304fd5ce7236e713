/*
 * casework/ready.c - may this installation serve now, and what is missing
 */
#include "config.h"

#include "casework/ready.h"

#include "base/file.h"
#include "base/text.h"
#include "store/duties.h"
#include "store/migrate.h"

struct look {
    struct platform *platform;
    struct arena *arena;
    struct node *parts;
    int ready;
};

static void part_put(struct look *l, const char *name, int ok, const char *message)
{
    struct node *n = node_add_object(l->arena, l->parts);

    node_put_text(l->arena, n, "name", name);
    node_put_bool(l->arena, n, "ok", ok);
    node_put_text(l->arena, n, "message", ok ? "正常" : message);
    l->ready &= ok;
}

static void secrets_look(struct look *l)
{
    struct platform *p = l->platform;

    part_put(l, "会话密钥", p->rules.mac_key != NULL, "密钥目录中没有 session-mac，请运行 guizhang secrets");
    for (size_t i = 0; i < p->count; i++) {
        const struct district *d = &p->districts[i];

        if (!d->audit_key_ok)
            part_put(l, arena_fmt(l->arena, "审计密钥 %s", d->tenant->id), 0,
                     arena_fmt(l->arena, "密钥目录中没有 audit-%s，请运行 guizhang secrets", d->tenant->id));
    }
}

static void schema_look(struct look *l, const char *name, struct db *db, const char *kind)
{
    struct err e = {0};
    const char *dir = arena_fmt(l->arena, "%s/%s", l->platform->config.migrations_dir, kind);
    int ok = db_ping(db, &e) == 0 && migrate_check(db, l->arena, dir, &e) == 0;

    part_put(l, name, ok, e.message);
}

/* A post that nobody holds stops what waits for it, not the platform: told, but no reason to take it out of service. */
static void vacancies_look(struct look *l, const struct district *d, struct db *db)
{
    const char *names = "";
    struct vacancy *rows;
    struct err e = {0};
    size_t count;

    if (d->regulation_count == 0 || vacancy_list(db, l->arena, &rows, &count, &e) < 0 || count == 0)
        return; /* a schema that is not up to date has been told */
    for (size_t k = 0; k < count; k++)
        names = arena_fmt(l->arena, "%s%s%s（%lld 件等办）", names, k > 0 ? "、" : "",
                          *rows[k].name != '\0' ? rows[k].name : rows[k].unit, (long long)rows[k].waiting);
    struct node *n = node_add_object(l->arena, l->parts);

    node_put_text(l->arena, n, "name", arena_fmt(l->arena, "空岗 %s", d->tenant->id));
    node_put_bool(l->arena, n, "ok", 1);
    node_put_bool(l->arena, n, "alarm", 1);
    node_put_text(l->arena, n, "message", names);
}

static void database_look(struct look *l)
{
    struct platform *p = l->platform;
    struct err e = {0};
    struct db *db;

    if (platform_db(p, &db, &e) < 0)
        part_put(l, "平台库", 0, e.message);
    else
        schema_look(l, "平台库", db, "platform");
    for (size_t i = 0; i < p->count; i++) {
        const char *name = arena_fmt(l->arena, "数据库 %s", p->districts[i].tenant->id);

        if (district_db(p, &p->districts[i], &db, &e) < 0)
            part_put(l, name, 0, e.message);
        else {
            schema_look(l, name, db, "tenant");
            vacancies_look(l, &p->districts[i], db);
        }
    }
}

static void directory_look(struct look *l)
{
    struct err e = {0};

    if (text_is_empty(l->platform->config.ldap_url))
        part_put(l, "政务目录", 0, "没有设置 directory.url");
    else
        part_put(l, "政务目录", directory_ping(&l->platform->directory, &e) == 0, e.message);
}

static void disk_look(struct look *l)
{
    const struct config *c = &l->platform->config;
    int64_t left = file_free_bytes(c->files_dir);

    part_put(l, "存放目录", left >= c->disk_free_min_bytes,
             left < 0 ? "存放目录无法访问" : "存放目录剩余空间不足，暂不能接收文件");
}

int platform_ready(struct platform *p, struct arena *a, struct node **ret)
{
    struct look l = {.platform = p, .arena = a, .parts = node_list(a), .ready = 1};

    secrets_look(&l);
    database_look(&l);
    directory_look(&l);
    disk_look(&l);
    *ret = l.parts;
    return l.ready;
}
