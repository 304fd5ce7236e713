/*
 * app/guizhangd.c - the server: wiring only
 *
 *   guizhangd SETTINGS           serves until SIGTERM; SIGHUP reads settings and tenants anew
 *   guizhangd --check SETTINGS   says whether settings, tenants, regulations and templates are right, and ends
 */
#include "config.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/process.h"
#include "base/log.h"
#include "casework/filing.h"
#include "exchange/exchange.h"
#include "export/runner.h"
#include "web/fcgi.h"
#include "web/limits.h"
#include "web/templates.h"

enum { PLATFORM_MAX = 1024 << 20, TEMPLATES_MAX = 32 << 20 };

struct app {
    const char *settings;
    struct arena *arena; /* of the present platform */
    struct platform *platform;
    const struct mustache_set *templates;
    uint64_t tried; /* mark of the published versions that were tried last; wrong ones are not tried for ever */
};

static int app_load(void *ctx, struct master_plan *ret, struct err *e)
{
    struct app *app = ctx;
    struct arena *arena = arena_new("platform", PLATFORM_MAX);
    struct platform *platform;

    if (platform_load(arena, app->settings, &platform, e) < 0) {
        arena_free(arena);
        return -1;
    }
    arena_free(app->arena);
    (void)malloc_trim(0); /* what reading took: every worker would carry it on */
    app->arena = arena;
    app->platform = platform;
    const struct config *c = &platform->config;
    *ret = (struct master_plan){.listen = c->listen,
                                .socket_group = c->socket_group,
                                .workers = c->workers,
                                .max_requests = c->max_requests,
                                .deadline_s = c->request_deadline_s,
                                .grace_s = c->grace_s};
    return 0;
}

static int app_is_outdated(void *ctx)
{
    struct app *app = ctx;
    uint64_t mark = platform_law_mark(app->platform);

    if (mark == app->platform->law_mark || mark == app->tried)
        return 0;
    app->tried = mark;
    return 1;
}

static int app_work(void *ctx, const struct worker_place *place)
{
    struct app *app = ctx;
    struct web w = {.platform = app->platform,
                    .templates = app->templates,
                    .arena = arena_new("request", ARENA_MAX),
                    .note = place->note,
                    .reload = place->reload};
    http_answer_init(&w.answer);
    int rc = fcgi_work(&w, place);
    http_answer_free(&w.answer);
    arena_free(w.arena);
    platform_close(app->platform);
    return rc;
}

static int app_toil(void *ctx)
{
    struct app *app = ctx;
    int rc = runner_work(app->platform);

    platform_close(app->platform);
    return rc;
}

static int templates_load(struct app *app, struct arena *a, struct err *e)
{
    struct mustache_set *set;
    if (mustache_compile(a, templates_data, templates_count, &set, e) < 0)
        return -1;
    for (size_t i = 0; i < routes_count; i++)
        if (routes[i].template && !mustache_has(set, routes[i].template))
            return err_fail(e, ERR_CONFIG, "地址 %s 要用的模板 %s 不存在", routes[i].pattern, routes[i].template);
    static const char *const always[] = {"layout", "error", "login"};
    for (size_t i = 0; i < ARRAY_LEN(always); i++)
        if (!mustache_has(set, always[i]))
            return err_fail(e, ERR_CONFIG, "缺少模板 %s", always[i]);
    app->templates = set;
    arena_seal(a);
    return 0;
}

static void err_say(const struct err *e)
{
    fprintf(stderr, "guizhangd: %s\n", e->message);
    if (e->path[0])
        fprintf(stderr, "  位置：%s\n", e->path);
    if (e->detail[0])
        fprintf(stderr, "  详情：%s\n", e->detail);
    if (e->mend[0])
        fprintf(stderr, "  改法：%s\n", e->mend);
}

int main(int argc, char **argv)
{
    struct err e = {0};
    int check = argc == 3 && !strcmp(argv[1], "--check");
    if (argc != 2 + check || argv[argc - 1][0] == '-') {
        fprintf(stderr, "用法：guizhangd [--check] 设置文件\n");
        return 2;
    }
    struct app app = {.settings = argv[argc - 1]};
    struct arena *templates = arena_new_shared("templates", TEMPLATES_MAX);

    log_open("guizhangd", LOG_INFO_);
    casework_set_freeze(envelope_freeze);
    if ((!check && process_begin(&e) < 0) || templates_load(&app, templates, &e) < 0) {
        err_say(&e);
        return EXIT_FAILURE;
    }
    const struct master_hooks hooks = {
        .ctx = &app, .load = app_load, .is_outdated = app_is_outdated, .work = app_work, .toil = app_toil};
    int status = EXIT_SUCCESS;
    if (check) {
        struct master_plan plan;
        if (app_load(&app, &plan, &e) < 0) {
            err_say(&e);
            status = EXIT_FAILURE;
        } else {
            printf("设置、各区规章和模板都没有发现错误\n");
        }
    } else {
        status = master_run(&hooks);
    }
    arena_free(app.arena);
    arena_free(templates);
    return status;
}
