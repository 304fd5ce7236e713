/*
 * tests/casework/harness.c - people at the counters of two districts, over a real MariaDB
 */
#include "config.h"

#include "harness.h"

#include <unistd.h>

const struct step XZ_REVIEW[] = {
    { "unit", "technical_review.submit", NULL },
    { "tech", "technical_review.accept", NULL },
    { "tech", "technical_review.commission", "{\"agency\": \"武汉信息工程咨询有限公司\"}" },
    { "tech", "technical_review.report", NULL },
    { "tech", "technical_review.pass", NULL },
    { NULL, NULL, NULL },
};
const struct step XZ_APPROVAL[] = {
    { "unit", "initiation.submit", NULL },
    { "approval", "initiation.accept", NULL },
    { "approval", "initiation.approve", "{\"approved_total\": \"80.00\", \"approved_content\": \"同意建设。\"}" },
    { NULL, NULL, NULL },
};
const struct step XZ_BUILD[] = {
    { "unit", "project_setup.record", NULL },
    { "unit", "contract.record", "{\"amount\": \"79.50\", \"title\": \"开发合同\", \"supplier\": \"武汉云启科技有限公司\"}" },
    { "unit", "construction.start", NULL },
    { "unit", "construction.complete", NULL },
    { NULL, NULL, NULL },
};
const struct step MD_INITIATION[] = {
    { "unit", "ex_ante_evaluation.record", NULL },
    { "unit", "application.submit", NULL },
    { "competent", "application.accept", NULL },
    { "competent", "central_review.commission", "{\"agency\": \"菏泽数字工程咨询有限公司\"}" },
    { "competent", "central_review.report", NULL },
    { "competent", "central_review.approve", NULL },
    { "finance", "budget_review.opinion", NULL },
    { "competent", "project_library.include", "{\"budget_year\": \"2025\"}" },
    { "finance", "project_library.include", "{\"budget_year\": \"2025\"}" },
    { "competent", "project_library.feedback", NULL },
    { "finance", "project_library.feedback", NULL },
    { "unit", "initiation.submit", NULL },
    { NULL, NULL, NULL },
};

static const char XZ_FACTS[] =
    "{\"project_summary\": \"建设业务管理和统计分析功能。\", \"category\": \"business_system\", \"build_mode\": \"new\","
    " \"classified\": false, \"in_annual_plan\": true, \"plan_item_number\": \"2025-031\","
    " \"funding_source\": \"district_budget\", \"fixed_asset_linked\": false, \"technically_complex\": false,"
    " \"depth_reached\": true, \"builds_infrastructure\": false, \"design_institution\": \"湖北数智工程咨询有限公司\","
    " \"design_qualification\": \"design_qualification\", \"trusted_products\": \"清单见初步设计第六章。\","
    " \"implementing_body\": \"信息中心\", \"responsible_person\": \"周启明\"}";
static const char MD_FACTS[] =
    "{\"project_summary\": \"建设养老服务监管系统。\", \"category\": \"business_system\", \"build_mode\": \"new\","
    " \"classified\": false, \"in_annual_plan\": true, \"plan_item_number\": \"2024-07\", \"emergency\": false,"
    " \"investment_kind\": \"government\", \"new_spending\": true, \"develops_software\": true, \"produces_data\": true,"
    " \"builds_app\": false, \"smart_scene\": false, \"needs_cloud\": true, \"cross_department\": false}";

/* ---- time ---- */

static struct { const char *tenant; int64_t offset; } clocks[] = {
    { "xinzhou", 0 }, { "mudan", 0 }, { "heze", 0 }, { "chuxiong", 0 }, { "luan", 0 }, { "yubei", 0 } };

static void clock_set(const char *tenant, int64_t offset, int64_t later)
{
    struct buf b CLEANUP_(buf_free) = { 0 };
    struct err e = { 0 };

    buf_init(&b, 4096);
    buf_puts(&b, "{");
    for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
        if (text_eq(clocks[i].tenant, tenant))
            clocks[i].offset = later > 0 ? clocks[i].offset + later : offset;
        buf_fmt(&b, "%s\"%s\": %" PRId64, i > 0 ? ", " : "", clocks[i].tenant, clocks[i].offset);
    }
    buf_puts(&b, "}");
    if (file_write(test_platform->config.test_clock, buf_str(&b), b.len, 0600, &e) < 0)
        abort();
}

void test_clock(const char *tenant, const char *at)
{
    struct err e = { 0 };
    instant t;

    if (instant_parse(at, &t, &e) < 0)
        abort();
    clock_set(tenant, (t - instant_now()) / 1000000, 0);
}

void test_clock_later(const char *tenant, int64_t seconds)
{
    if (seconds > 0)
        clock_set(tenant, 0, seconds);
}

/* ---- people ---- */

static void post_fill(struct post *p, const struct tenant *t, const char *organ, const char *unit)
{
    const struct tenant_unit *u = tenant_unit(t, unit);

    *p = (struct post){ .tenant = t->id, .tenant_name = t->name, .organ = organ, .organ_name = organ, .kind = "office",
                        .unit = "", .unit_name = "", .unit_kind = "", .place = "" };
    if (text_eq(organ, "unit")) {
        if (u == NULL)
            abort();
        p->kind = "unit";
        p->unit = u->code;
        p->unit_name = u->name;
        p->unit_kind = u->kind;
        p->place = u->place;
        return;
    }
    if (text_eq(organ, "intake"))
        p->kind = organ;
    for (size_t i = 0; i < t->organ_count + t->role_count; i++) {
        const struct tenant_group *g = i < t->organ_count ? &t->organs[i] : &t->roles[i - t->organ_count];

        if (!text_eq(g->id, organ))
            continue;
        p->place = g->place;
        p->kind = *g->role != '\0' ? g->role : p->kind;
    }
}

struct desk test_desk(const char *tenant, const char *organ, const char *unit)
{
    struct actor *who = ARENA_NEW(test_arena, struct actor);
    struct desk d = { .platform = test_platform, .district = platform_district(test_platform, tenant), .arena = test_arena,
                      .actor = who, .request_id = "test", .address = "127.0.0.1" };

    who->posts = ARENA_NEW(test_arena, struct post);
    who->post_count = 1;
    who->post = who->posts;
    post_fill(who->posts, d.district->tenant, organ, unit != NULL ? unit : "");
    who->person = arena_fmt(test_arena, "%s-%s-%s", tenant, organ, unit != NULL ? unit : "");
    who->login = who->name = arena_fmt(test_arena, "%s甲", organ);
    who->session = "0123456789abcdef";
    d.machine_now = instant_now();
    d.now = district_now(test_platform, d.district, &d.clock_moved);
    d.key = crypto_token(test_arena);
    return d;
}

struct desk test_system(const char *tenant, const char *key)
{
    struct desk d = test_desk(tenant, "auditor", NULL);

    d.actor = NULL;
    d.key = key;
    return d;
}

/* ---- texts ---- */

const struct node *test_json(const char *text)
{
    struct err e = { 0 };
    const struct node *n;

    if (jsonin_parse(test_arena, text, strlen(text), &n, NULL, NULL, &e) < 0) {
        printf("bad JSON in a test: %s\n%s\n", text, e.message);
        abort();
    }
    return n;
}

static void lay_over(struct node *o, const char *changes)
{
    if (changes == NULL)
        return;
    for (const struct node *n = node_first(test_json(changes)); n != NULL; n = n->next)
        node_put(test_arena, o, n->key, node_copy(test_arena, n));
}

const struct node *test_facts(const char *tenant, const char *name, const char *wan, const char *changes)
{
    struct node *o = node_copy(test_arena, test_json(text_eq(tenant, "xinzhou") ? XZ_FACTS : MD_FACTS));

    node_put_text(test_arena, o, "project_name", name);
    node_put_text(test_arena, o, "total_investment", wan);
    lay_over(o, changes);
    return o;
}

const char *test_file(const char *name, const void *p, size_t n)
{
    const char *path = arena_fmt(test_arena, "%s/%s", test_scratch, name);
    struct err e = { 0 };

    if (file_write(path, p, n, 0600, &e) < 0)
        abort();
    return path;
}

/* ---- operations ---- */

int64_t test_draft(const char *tenant, const char *unit, const struct node *facts)
{
    struct desk d = test_desk(tenant, "unit", unit);
    int64_t id = 0, version = 0;

    if (draft_save(&d, 0, -1, facts, &id, &version, &test_errors, &test_err) < 0)
        return 0;
    return id;
}

int64_t test_upload(const struct desk *d, int64_t project, const char *procedure, const char *material, const char *text)
{
    const char *body = arena_fmt(test_arena, "%%PDF-1.4\n%s\n", text);
    struct desk own = *d;
    struct node *doc;
    int64_t id = 0;

    own.key = crypto_token(test_arena);
    if (document_take(&own, project, procedure, material, arena_fmt(test_arena, "%s.pdf", material),
                      test_file("upload", body, strlen(body)), 0, -1, &doc, &test_err) < 0)
        return 0;
    return text_i64(node_get_str(doc, "id"), &id) == 0 ? id : 0;
}

struct node *(*test_value)(const struct node *field, const char *today);

static struct node *value_for(const struct node *field, const char *today)
{
    const struct node *choice = node_first(node_get(field, "choices"));

    if (test_value != NULL)
        return test_value(field, today);
    if (choice != NULL)
        return node_text(test_arena, node_get_str(choice, "id"));
    if (node_get_bool(field, "is_money"))
        return node_text(test_arena, "10.00");
    if (node_get_bool(field, "is_bool"))
        return node_text(test_arena, "true");
    if (node_get_bool(field, "is_int"))
        return node_text(test_arena, "2025");
    if (node_get_bool(field, "is_date"))
        return node_text(test_arena, today);
    return node_text(test_arena, arena_fmt(test_arena, "%s：已按要求办理。", node_get_str(field, "label")));
}

/* A field of several: one entry, with all that may have to stand in it. */
static struct node *entries_for(const struct node *field, const char *today)
{
    struct node *list = node_list(test_arena), *entry = node_object(test_arena);

    node_add(list, entry);
    for (const struct node *c = node_first(node_get(field, "columns")); c != NULL; c = c->next) {
        if (node_get_bool(c, "is_needed") || node_get_bool(c, "needed_if"))
            node_put(test_arena, entry, node_get_str(c, "id"), value_for(c, today));
    }
    return list;
}

struct node *test_input(const struct desk *d, int64_t project, const char *act, const char *changes)
{
    struct node *page, *in = node_object(test_arena), *checks = NULL;
    const struct node *a;

    if (act_view(d, project, act, NULL, &page, &test_err) < 0)
        return NULL;
    a = node_get(page, "act");
    for (const struct node *m = node_first(node_get(a, "materials")); m != NULL; m = m->next) {
        if (node_get_bool(m, "required") && !node_get_bool(m, "present")
            && test_upload(d, project, node_get_str(m, "procedure"), node_get_str(m, "id"), node_get_str(m, "id")) == 0)
            return NULL;
    }
    for (const struct node *f = node_first(node_get(a, "fields")); f != NULL; f = f->next) {
        if (node_get_bool(f, "required"))
            node_put(test_arena, in, node_get_str(f, "id"),
                     node_get_bool(f, "is_rows") ? entries_for(f, node_get_str(page, "today")) : value_for(f, node_get_str(page, "today")));
    }
    for (const struct node *c = node_first(node_get(a, "checklist")); c != NULL; c = c->next) {
        checks = checks != NULL ? checks : node_put_object(test_arena, in, "checklist");
        node_put_bool(test_arena, checks, node_get_str(c, "id"), !node_get_bool(c, "veto"));
    }
    if (node_get_bool(a, "reason"))
        node_put_text(test_arena, in, "reason", "按规定办理。");
    lay_over(in, changes);
    return in;
}

int64_t test_version(const char *tenant, int64_t project)
{
    return test_number(tenant, arena_fmt(test_arena, "SELECT version FROM project WHERE id = %" PRId64, project));
}

int test_act(const char *tenant, const char *organ, const char *unit, int64_t project, const char *act, const char *changes,
             struct act_done *ret)
{
    struct desk d = test_desk(tenant, organ, text_eq(organ, "unit") ? unit : NULL);
    struct node *in = test_input(&d, project, act, changes);
    struct act_done done;

    memset(&test_errors, 0, sizeof test_errors);
    if (in == NULL)
        return -1;
    return act_do(&d, project, test_version(tenant, project), act, in, ret != NULL ? ret : &done, &test_errors, &test_err);
}

int test_walk(const char *tenant, const char *unit, int64_t project, const struct step *steps)
{
    for (; steps->act != NULL; steps++) {
        if (test_act(tenant, steps->organ, unit, project, steps->act, steps->changes, NULL) == 0)
            continue;
        printf("  %s %s: %s\n", steps->organ, steps->act, test_err.message);
        for (int i = 0; i < test_errors.count && i < ERR_LIST_MAX; i++)
            printf("    %s %s (%s) %s\n", test_errors.item[i].path, test_errors.item[i].message, test_errors.item[i].article,
                   test_errors.item[i].mend);
        return -1;
    }
    return 0;
}

/* ---- the administrator ---- */

struct db *test_admin(const char *schema)
{
    struct db_place place = { .socket = test_socket, .user = "root", .password = "", .schema = schema, .timeout_s = 60 };
    struct db *db;

    if (db_open(&place, &db, &test_err) < 0) {
        printf("cannot connect: %s %s\n", test_err.message, test_err.detail);
        exit(2);
    }
    return db;
}

int64_t test_number(const char *tenant, const char *text)
{
    struct db *db = test_admin(arena_fmt(test_arena, "gz_%s", tenant));
    struct sql *sql = ARENA_NEW(test_arena, struct sql);
    struct stmt *s;
    int64_t n = -1;

    *sql = (struct sql){ "test", text };
    if (stmt_open(db, test_arena, sql, &s, &test_err) < 0 || stmt_run(s, &test_err) < 0)
        printf("  %s: %s\n", text, test_err.detail);
    else if (stmt_step(s) == 1)
        n = stmt_i64(s, 0);
    db_close(db);
    return n;
}

void test_child_exit(int rc)
{
    fflush(stdout);
    platform_close(test_platform);
    _exit(rc);
}

void test_fork_prepare(void)
{
    platform_close(test_platform);
    fflush(stdout);
}
