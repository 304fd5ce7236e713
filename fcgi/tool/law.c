/*
 * tool/law.c - commands about regulations: check, coverage, diff, simulate, vocabulary
 *
 * They need files only, no settings and no server: DIR is tenants/<district> or one version in it;
 * tenants/common is looked for beside it, or where --tenants says.
 */
#include "config.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/platform.h"
#include "regulation/regulation.h"

enum { CASE_MAX_BYTES = 4 << 20, TENANT_MAX_BYTES = 1 << 20 };

struct law { /* one version, loaded */
    struct regulation *regulation;
    const char *dir;
    int passed; /* of its cases */
};
struct library { /* what a command works on */
    struct vocabulary *vocabulary;
    struct calendar *calendar;
    struct findings findings;
    struct law law[64];
    size_t count;
    const char **organs;              /* that have a group in tenant.json; NULL without tenant.json */
    size_t organ_count, listed;       /* listed: of the count, those of the folder itself */
    const char *tenant, *tenant_file; /* id ("" without tenant.json), and where that stands */
};

/* tenants/<district> for both forms of DIR */
static const char *district_dir(struct arena *a, const char *dir)
{
    const char *rules = arena_fmt(a, "%s/rules.json", dir);

    return file_exists(rules) ? arena_fmt(a, "%s/..", dir) : dir;
}

static const char *common_dir(struct tool *t, const char *dir)
{
    if (t->args->tenants)
        return arena_fmt(t->arena, "%s/common", t->args->tenants);
    return arena_fmt(t->arena, "%s/../common", district_dir(t->arena, dir));
}

static int read_json(struct arena *a, const char *path, size_t max, const struct node **ret, struct err *e)
{
    char *bytes;
    size_t len;
    int line = 0, column = 0;

    if (file_read(a, path, max, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(a, bytes, len, ret, &line, &column, e) < 0) {
        char said[sizeof(e->message)];

        text_copy(said, sizeof(said), e->message);
        return err_fail(e, ERR_CONFIG, "%s:%d:%d: %s", path, line, column, said);
    }
    return 0;
}

/* Organs a person can hold, and the versions tenant.json lists. */
static int read_tenant(struct tool *t, struct library *lib, const char *dir, const struct node **ret_versions,
                       struct err *e)
{
    const struct node *tenant;

    *ret_versions = NULL;
    lib->tenant = "";
    lib->tenant_file = arena_fmt(t->arena, "%s/tenant.json", dir);
    if (!file_exists(lib->tenant_file))
        return 0;
    if (read_json(t->arena, lib->tenant_file, TENANT_MAX_BYTES, &tenant, e) < 0)
        return -1;
    lib->tenant = node_get_str(tenant, "id");
    const struct node *organs = node_get(tenant, "organs");
    lib->organs = ARENA_ARRAY(t->arena, const char *, node_count(organs) + 1);
    for (const struct node *n = node_first(organs); n; n = n->next)
        lib->organs[lib->organ_count++] = n->key;
    *ret_versions = node_get(tenant, "regulations");
    return 0;
}

static int load_version(struct tool *t, struct library *lib, const char *dir, struct err *e)
{
    struct regulation *r = NULL;

    if (lib->count == ARRAY_LEN(lib->law))
        return err_fail(e, ERR_CONFIG, "一个区最多 %zu 个版本", ARRAY_LEN(lib->law));
    if (regulation_load_beside(t->arena, dir, lib->tenant_file, lib->vocabulary, &r, &lib->findings, e) < 0)
        return lib->findings.errors > 0 ? 0 : -1; /* the findings say it */
    lib->law[lib->count++] = (struct law){r, dir, 0};
    return 0;
}

/* --regulation V: the others are left out. */
static int is_wanted(const struct tool *t, const char *version)
{
    return !t->args->regulation || text_eq(t->args->regulation, version);
}

/* Versions published by the installation whose settings are given; they take the place of those before them. */
static int load_published(struct tool *t, struct library *lib, struct err *e)
{
    struct config config;
    size_t count;
    char **names;

    if (!t->args->settings || !text_is_id(lib->tenant))
        return 0;
    if (config_load(t->arena, t->args->settings, &config, e) < 0)
        return -1;
    const char *dir = arena_fmt(t->arena, "%s/%s/regulations", config.files_dir, lib->tenant);
    if (!file_exists(dir))
        return 0;
    if (file_list(t->arena, dir, &names, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (is_wanted(t, names[i]) && load_version(t, lib, arena_fmt(t->arena, "%s/%s", dir, names[i]), e) < 0)
            return -1;
    for (size_t i = lib->listed; i < lib->count; i++)
        if (regulation_publish(lib->law[i].regulation, t->arena, e) < 0)
            return -1;
    for (size_t i = lib->listed; i < lib->count; i++)
        for (size_t k = 0; k < lib->count; k++)
            if (regulation_from(lib->law[k].regulation) < regulation_from(lib->law[i].regulation))
                regulation_replace(lib->law[k].regulation, regulation_from(lib->law[i].regulation));
    return 0;
}

static int library_open(struct tool *t, struct library *lib, const char *dir, struct err *e)
{
    const char *common = common_dir(t, dir), *district = district_dir(t->arena, dir);
    const struct node *versions;

    findings_init(&lib->findings, t->arena);
    if (calendar_load(t->arena, arena_fmt(t->arena, "%s/calendar", common), &lib->calendar, e) < 0 ||
        vocabulary_load(t->arena, arena_fmt(t->arena, "%s/vocabulary.json", common), &lib->vocabulary, &lib->findings,
                        e) < 0 ||
        read_tenant(t, lib, district, &versions, e) < 0)
        return -1;
    lib->listed = 1;
    if (district != dir)
        return load_version(t, lib, dir, e);
    if (!versions)
        return err_fail(e, ERR_CONFIG, "%s 里既没有 rules.json，也没有列出版本的 tenant.json", dir);
    for (const struct node *n = node_first(versions); n; n = n->next)
        if (is_wanted(t, node_str(n, "")) &&
            load_version(t, lib, arena_fmt(t->arena, "%s/%s", dir, node_str(n, "")), e) < 0)
            return -1;
    lib->listed = lib->count;
    if (load_published(t, lib, e) < 0)
        return -1;
    if (t->args->regulation && !lib->count && !lib->findings.errors)
        return err_fail(e, ERR_NOT_FOUND, "%s 没有版本「%s」", dir, t->args->regulation);
    return 0;
}

static date today_of(const struct tool *t, struct err *e)
{
    date d = instant_date(instant_now());

    if (t->args->today && date_parse(t->args->today, &d, e) < 0)
        return DATE_NONE;
    return d;
}

static void check_versions(struct tool *t, struct library *lib, date today)
{
    const struct regulation **all = ARENA_ARRAY(t->arena, const struct regulation *, lib->count + 1);

    for (size_t i = 0; i < lib->count; i++)
        all[i] = lib->law[i].regulation;
    regulation_check_versions(all, lib->count, today, &lib->findings);
}

/* Rows of the district's findings.json, and of those a published version brought along. */
static int accept_all(struct tool *t, struct library *lib, struct err *e)
{
    if (lib->listed > 0 &&
        findings_accept(&lib->findings,
                        arena_fmt(t->arena, "%s/findings.json", district_dir(t->arena, t->args->word[0])), e) < 0)
        return -1;
    for (size_t i = 0; i < lib->count; i++)
        if (findings_accept(&lib->findings, arena_fmt(t->arena, "%s/findings.json", lib->law[i].dir), e) < 0)
            return -1;
    return 0;
}

enum tool_exit tool_regulation_check(struct tool *t, struct err *e)
{
    struct library lib = {0};
    const date today = today_of(t, e);

    if (t->args->count != 1) {
        err_fail(e, ERR_BAD_INPUT, "请写明要检查的文件夹，如 tenants/<区>");
        return TOOL_USAGE;
    }
    if (today == DATE_NONE || library_open(t, &lib, t->args->word[0], e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < lib.count; i++) {
        regulation_check(lib.law[i].regulation, lib.organs, lib.organ_count, today, &lib.findings);
        lib.law[i].passed = regulation_scenarios(lib.law[i].regulation, lib.calendar, &lib.findings);
    }
    check_versions(t, &lib, today);
    if (accept_all(t, &lib, e) < 0)
        return TOOL_FAILED;

    if (t->args->json) {
        jsonout_pretty(t->out, findings_node(&lib.findings, t->arena));
        buf_putc(t->out, '\n');
    } else {
        findings_print(&lib.findings, t->out);
        for (size_t i = 0; i < lib.count; i++)
            buf_fmt(t->out, "%s %s（%s）：%zu 条，%d 个案例通过\n", lib.law[i].dir,
                    regulation_title(lib.law[i].regulation), regulation_document_number(lib.law[i].regulation),
                    regulation_article_count(lib.law[i].regulation), lib.law[i].passed);
        buf_fmt(t->out, "错误 %d 处，疑问 %d 处，已接受 %d 处\n", lib.findings.errors, lib.findings.doubts,
                lib.findings.accepted);
    }
    return lib.findings.errors ? TOOL_NO : TOOL_OK;
}

enum tool_exit tool_regulation_coverage(struct tool *t, struct err *e)
{
    struct library lib = {0};
    struct node *all = node_list(t->arena);

    if (t->args->count != 1) {
        err_fail(e, ERR_BAD_INPUT, "请写明文件夹，如 tenants/<区>");
        return TOOL_USAGE;
    }
    if (library_open(t, &lib, t->args->word[0], e) < 0)
        return TOOL_FAILED;
    if (lib.findings.errors) {
        findings_print(&lib.findings, t->out);
        return TOOL_NO;
    }
    for (size_t i = 0; i < lib.count; i++)
        node_add(all, regulation_ledger(lib.law[i].regulation, t->arena));
    jsonout_pretty(t->out, all);
    buf_putc(t->out, '\n');
    return TOOL_OK;
}

static const struct regulation *load_alone(struct tool *t, const char *dir, struct err *e)
{
    struct library *lib = ARENA_NEW(t->arena, struct library);

    if (library_open(t, lib, dir, e) < 0)
        return NULL;
    if (lib->findings.errors)
        findings_print(&lib->findings, t->out);
    if (lib->findings.errors || lib->count != 1) {
        err_fail(e, ERR_CONFIG, "%s：应为一个没有错误的版本，如 tenants/<区>/<版本>", dir);
        return NULL;
    }
    return lib->law[0].regulation;
}

enum tool_exit tool_regulation_diff(struct tool *t, struct err *e)
{
    const struct regulation *x, *y;
    struct node *list;

    if (t->args->count + (t->args->regulation != NULL) != 2) {
        err_fail(e, ERR_BAD_INPUT, "请写明两个版本的文件夹，如 tenants/<区>/<版本>；第二个也可以写 --regulation 版本");
        return TOOL_USAGE;
    }
    x = load_alone(t, t->args->word[0], e);
    y = x ? load_alone(t, t->args->regulation ? district_dir(t->arena, t->args->word[0]) : t->args->word[1], e) : NULL;
    if (!y)
        return TOOL_FAILED;
    list = regulation_diff(x, y, t->arena);
    if (t->args->json) {
        jsonout_pretty(t->out, list);
        buf_putc(t->out, '\n');
    }
    for (const struct node *n = t->args->json ? NULL : node_first(list); n; n = n->next)
        buf_fmt(t->out, "%s\n", node_get_str(n, "words"));
    if (!t->args->json)
        buf_fmt(t->out, "共 %zu 处不同\n", node_count(list));
    return node_count(list) ? TOOL_NO : TOOL_OK;
}

enum tool_exit tool_regulation_schema(struct tool *t, struct err *e)
{
    (void)e;
    jsonout_pretty(t->out, regulation_schema(t->arena));
    buf_putc(t->out, '\n');
    return TOOL_OK;
}

/* Standard input, or a file. */
static int read_case_text(struct tool *t, char **ret, size_t *ret_len, struct err *e)
{
    const char *path = t->args->case_file;
    struct buf b CLEANUP_(buf_free) = {0};
    char piece[8192], most[TEXT_SIZE_ROOM];
    ssize_t n;

    if (!text_eq(path, "-"))
        return file_read(t->arena, path, CASE_MAX_BYTES, ret, ret_len, e);
    buf_init(&b, CASE_MAX_BYTES);
    while ((n = read(STDIN_FILENO, piece, sizeof(piece))) > 0)
        buf_add(&b, piece, (size_t)n);
    if (n < 0 || !buf_ok(&b))
        return err_fail(e, ERR_BAD_INPUT, "标准输入读不完整，或者超过 %s", text_size(most, CASE_MAX_BYTES));
    *ret = arena_dupn(t->arena, buf_str(&b), b.len);
    *ret_len = b.len;
    return 0;
}

const char *tool_tenants_dir(struct tool *t)
{
    if (t->args->tenants)
        return t->args->tenants;
    return file_exists("tenants/common/vocabulary.json") ? "tenants" : GUIZHANG_DATADIR "/tenants";
}

/* The version named, or the newest in force on the case's day. */
static const struct regulation *choose_law(const struct library *lib, const char *version, date today)
{
    const struct regulation *best = NULL;

    for (size_t i = 0; i < lib->count; i++) {
        const struct regulation *r = lib->law[i].regulation;

        if (version ? text_eq(regulation_id(r), version)
                    : regulation_from(r) <= today && (!best || regulation_from(r) >= regulation_from(best)))
            best = r;
    }
    return best;
}

/* The law of a tenant in force on the case's day (or the one named), and that day; NULL after an error. */
static const struct regulation *law_for(struct tool *t, struct library *lib, const char *tenant,
                                        const struct node *json, date *ret_today, struct err *e)
{
    const struct node *day = node_get(json, "today");
    const struct regulation *r;

    *ret_today = today_of(t, e);
    if (!text_is_id(tenant)) {
        err_fail(e, ERR_BAD_INPUT, "「%s」不是区的标识", tenant);
        return NULL;
    }
    if (*ret_today == DATE_NONE)
        return NULL;
    if (day && !t->args->today && date_parse(node_str(day, ""), ret_today, e) < 0) {
        err_at(e, "/today");
        return NULL;
    }
    if (library_open(t, lib, arena_fmt(t->arena, "%s/%s", tool_tenants_dir(t), tenant), e) < 0)
        return NULL;
    if (lib->findings.errors) {
        findings_print(&lib->findings, t->out);
        err_fail(e, ERR_CONFIG, "%s 的规则有 %d 处错误", tenant, lib->findings.errors);
        return NULL;
    }
    r = choose_law(lib, t->args->regulation, *ret_today);
    if (!r)
        err_fail(e, ERR_NOT_FOUND, "%s 没有%s适用的版本", tenant, t->args->regulation ? "这个" : "当日");
    return r;
}

static int simulate_one(struct tool *t, const char *tenant, const struct node *json, struct node **ret, struct err *e)
{
    struct library lib = {0};
    struct err_list errors = {0};
    struct case_input in = {0};
    date today;
    const struct regulation *r = law_for(t, &lib, tenant, json, &today, e);
    struct node *copy;

    if (!r)
        return -1;
    copy = node_copy(t->arena, json);
    node_put_text(t->arena, copy, "today", date_text(t->arena, today));
    if (case_read(r, t->arena, copy, &in, &errors) < 0) {
        for (int i = 0; i < errors.count && i < ERR_LIST_MAX; i++)
            buf_fmt(t->out, "%s：%s\n", errors.item[i].path, errors.item[i].message);
        return err_fail(e, ERR_BAD_INPUT, "案例有 %d 处填写错误", errors.count);
    }
    *ret = regulation_eval(r, lib.calendar, t->arena, &in);
    return 0;
}

/* ---- one project under every district's law ---- */

/* Only the facts this district asks and can take; the others are named. */
static struct node *facts_of(struct tool *t, const struct regulation *r, const struct node *facts, struct node *dropped)
{
    struct node *out = node_object(t->arena);

    for (const struct node *n = node_first(facts); n; n = n->next) {
        struct node *one = node_object(t->arena), *read = NULL;
        struct err_list errors = {0};
        node_put(t->arena, one, n->key, node_copy(t->arena, n));
        if (regulation_read_facts_given(r, t->arena, one, &read, &errors) < 0)
            node_add_text(t->arena, dropped, n->key);
        else
            node_put(t->arena, out, n->key, node_copy(t->arena, n));
    }
    return out;
}

/* {tenant, regulation, outcome, route, road: [names], reasons, missing, dropped, verdict}, or {tenant, error} */
static void simulate_beside(struct tool *t, struct node *all, const char *tenant, const struct node *json)
{
    struct node *o = node_add_object(t->arena, all), *dropped, *copy, *list;
    struct library lib = {0};
    struct err_list errors = {0};
    struct case_input in = {0};
    struct err e = {0};
    date today;
    const struct regulation *r = law_for(t, &lib, tenant, json, &today, &e);
    const struct node *verdict;

    node_put_text(t->arena, o, "tenant", tenant);
    if (!r) {
        node_put_text(t->arena, o, "error", e.message);
        return;
    }
    dropped = node_list(t->arena);
    copy = node_object(t->arena);
    node_put_text(t->arena, copy, "today", date_text(t->arena, today));
    node_put(t->arena, copy, "facts", facts_of(t, r, node_get(json, "facts"), dropped));
    node_put_text(t->arena, copy, "materials", "all");
    if (case_read(r, t->arena, copy, &in, &errors) < 0) {
        node_put_text(t->arena, o, "error", errors.item[0].message);
        return;
    }
    verdict = regulation_eval(r, lib.calendar, t->arena, &in);
    node_put_text(t->arena, o, "regulation", regulation_id(r));
    node_put_text(t->arena, o, "title", regulation_title(r));
    node_put_text(t->arena, o, "outcome", node_get_str(verdict, "outcome"));
    node_put_text(t->arena, o, "route", node_get_str(node_get(verdict, "route"), "name"));
    list = node_put_list(t->arena, o, "road");
    for (const struct node *n = node_first(node_get(verdict, "stages")); n; n = n->next)
        node_add_text(t->arena, list, node_get_str(n, "name"));
    list = node_put_list(t->arena, o, "reasons");
    for (const struct node *n = node_first(node_get(verdict, "reasons")); n; n = n->next)
        node_add_text(t->arena, list,
                      arena_fmt(t->arena, "%s（%s）", node_get_str(n, "message"), node_get_str(n, "articles_text")));
    if (node_get(verdict, "route_missing"))
        node_put(t->arena, o, "missing", node_copy(t->arena, node_get(verdict, "route_missing")));
    node_put(t->arena, o, "dropped", dropped);
    node_put(t->arena, o, "verdict", node_copy(t->arena, verdict));
}

/* A district is a folder whose tenant.json lists versions; a bureau has none. */
static int has_law(struct tool *t, const char *tenant)
{
    const char *path = arena_fmt(t->arena, "%s/%s/tenant.json", tool_tenants_dir(t), tenant);
    const struct node *json = NULL;
    struct err e = {0};

    return file_exists(path) && read_json(t->arena, path, TENANT_MAX_BYTES, &json, &e) == 0 &&
           node_count(node_get(json, "regulations")) > 0;
}

static enum tool_exit simulate_all(struct tool *t, const struct node *json, struct err *e)
{
    struct node *all = node_list(t->arena);
    char **names;
    size_t count;

    if (node_count(node_get(json, "history")) || node_get(json, "attempt")) {
        err_fail(e, ERR_BAD_INPUT, "--all-tenants 只试办还没有办理经过的项目，请删去 history 与 attempt");
        return TOOL_USAGE;
    }
    if (file_list(t->arena, tool_tenants_dir(t), &names, &count, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < count; i++)
        if (has_law(t, names[i]))
            simulate_beside(t, all, names[i], json);
    jsonout_pretty(t->out, all);
    buf_putc(t->out, '\n');
    return TOOL_OK;
}

enum tool_exit tool_simulate(struct tool *t, struct err *e)
{
    char *text;
    size_t len;
    int line = 0, column = 0;
    const struct node *json;
    struct node *verdict;

    if (!t->args->case_file || !t->args->tenant == !t->args->all || t->args->count) {
        err_fail(e, ERR_BAD_INPUT, "请写 --tenant 区（或 --all-tenants）与 --case 文件（或 - 表示标准输入）");
        return TOOL_USAGE;
    }
    if (read_case_text(t, &text, &len, e) < 0)
        return TOOL_FAILED;
    if (jsonin_parse(t->arena, text, len, &json, &line, &column, e) < 0)
        return TOOL_NO;
    if (t->args->all)
        return simulate_all(t, json, e);
    if (simulate_one(t, t->args->tenant, json, &verdict, e) < 0)
        return e->code == ERR_BAD_INPUT ? TOOL_NO : TOOL_FAILED;
    jsonout_pretty(t->out, verdict);
    buf_putc(t->out, '\n');
    return TOOL_OK;
}

enum tool_exit tool_vocabulary(struct tool *t, struct err *e)
{
    struct library lib = {0};
    struct node *all = node_object(t->arena);
    const char *tenant = t->args->tenant;

    if (!tenant) {
        err_fail(e, ERR_BAD_INPUT, "请写 --tenant 区");
        return TOOL_USAGE;
    }
    if (!text_is_id(tenant)) {
        err_fail(e, ERR_BAD_INPUT, "「%s」不是区的标识", tenant);
        return TOOL_USAGE;
    }
    if (library_open(t, &lib, arena_fmt(t->arena, "%s/%s", tool_tenants_dir(t), tenant), e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; i < lib.count; i++)
        node_put(t->arena, all, regulation_id(lib.law[i].regulation),
                 regulation_vocabulary(lib.law[i].regulation, t->arena));
    jsonout_pretty(t->out, all);
    buf_putc(t->out, '\n');
    return TOOL_OK;
}
