/*
 * tests/casework/test_random.c - anybody does anything, thousands of times; what is kept must add up
 *
 * RANDOM_OPS operations (default 400) over all districts from RANDOM_SEED (default the time; printed). Some are sent
 * twice with one key, some against an old version, some by the wrong organ, with figures of chance. Afterwards, of every
 * district: as many audit rows as answers, a whole chain; each project's events without a gap; its money, state and stage
 * as the evaluator finds them again, and nothing in its ledger over what the text bars; numbers without gaps or
 * repetition.
 */
#include "config.h"

#include "harness.h"

#include <time.h>

#include "casework/casefile.h"
#include "casework/outcome.h"
#include "casework/view.h"

enum { DISTRICTS_MAX = 8, PROJECTS_MAX = 12, SETTLE_DAY = 86400 };

struct crowd {
    const char *tenant;
    int64_t projects[PROJECTS_MAX];
    int count;
    int64_t ok, refused, ok_before, refused_before;
    int64_t day;
};

static uint64_t state;
static struct crowd crowds[DISTRICTS_MAX];
static int crowd_count;

/* xorshift64*: the same on every machine */
static uint64_t chance(uint64_t below)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (state * UINT64_C(2685821657736338717) >> 33) % below;
}

static const char *chance_wan(void)
{
    static const char *const edges[] = {"0.01", "19.99", "20.00", "50.00", "100.00", "300.00", "499.99", "500.00"};

    if (chance(3) == 0)
        return edges[chance(ARRAY_LEN(edges))];
    return arena_fmt(test_arena, "%" PRIu64 ".%02" PRIu64, chance(400), chance(100));
}

static struct node *chance_choice(const struct node *choices)
{
    uint64_t at = chance(node_count(choices));
    const struct node *n = node_first(choices);

    while (at-- > 0)
        n = n->next;
    if (node_count(node_get(n, "choices")) > 0)
        return chance_choice(node_get(n, "choices"));
    return node_text(test_arena, node_get_str(n, "id"));
}

static struct node *chance_value(const struct node *field, const char *today)
{
    if (node_count(node_get(field, "choices")) > 0)
        return chance_choice(node_get(field, "choices"));
    if (node_get_bool(field, "is_money"))
        return node_text(test_arena, chance_wan());
    if (node_get_bool(field, "is_bool"))
        return node_text(test_arena, chance(5) > 0 ? "true" : "false");
    if (node_get_bool(field, "is_int"))
        return node_text(test_arena, arena_fmt(test_arena, "%" PRIu64, 2023 + chance(4)));
    if (node_get_bool(field, "is_date"))
        return node_text(test_arena, today);
    return node_text(test_arena, arena_fmt(test_arena, "%s第 %" PRIu64 " 次", node_get_str(field, "label"), chance(1000)));
}

static struct desk anybody(const struct crowd *c, const char *organ)
{
    const struct tenant *t = platform_district(test_platform, c->tenant)->tenant;
    const char *unit = t->units[chance(t->unit_count)].code;

    return test_desk(c->tenant, organ, text_eq(organ, "unit") ? unit : NULL);
}

static const char *any_organ(const struct crowd *c)
{
    struct desk d = test_system(c->tenant, "");
    const struct node *organs = regulation_organs(district_regulation(d.district, desk_today(&d)), test_arena);
    uint64_t at = chance(node_count(organs));
    const struct node *n = node_first(organs);

    while (at-- > 0)
        n = n->next;
    return node_get_str(n, "id");
}

static void tally(struct crowd *c, int rc)
{
    if (rc == 0)
        c->ok++;
    else if (test_err.code != ERR_DB)
        c->refused++;
}

/* Typed by chance: what the wizard asks, with a bias to what lets a project live. */
static void draft_one(struct crowd *c)
{
    struct desk d = anybody(c, "unit");
    struct node *page, *facts = node_object(test_arena);
    int64_t id = 0, version = 0;

    if (wizard_view(&d, 0, 0, NULL, &page, &test_err) < 0)
        return;
    for (const struct node *g = node_first(node_get(page, "groups")); g != NULL; g = g->next)
        for (const struct node *f = node_first(node_get(g, "fields")); f != NULL; f = f->next)
            node_put(test_arena, facts, node_get_str(f, "id"), chance_value(f, date_text(test_arena, desk_today(&d))));
    node_put_text(test_arena, facts, "classified", "false");
    node_put_text(test_arena, facts, "in_annual_plan", "true");
    memset(&test_errors, 0, sizeof test_errors);
    int rc = draft_save(&d, 0, -1, facts, &id, &version, &test_errors, &test_err);

    tally(c, rc);
    if (rc == 0)
        c->projects[c->count < PROJECTS_MAX ? c->count++ : (int)chance(PROJECTS_MAX)] = id;
}

static void amount_one(struct crowd *c, int64_t project, const struct casefile *file)
{
    struct desk d = test_desk(c->tenant, "unit", file->p.unit_code);
    struct node *facts = node_object(test_arena);
    int64_t id, version;

    node_put_text(test_arena, facts, "total_investment", chance_wan());
    memset(&test_errors, 0, sizeof test_errors);
    tally(c, draft_save(&d, project, file->p.version, facts, &id, &version, &test_errors, &test_err));
}

/* One that may be done, mostly; sometimes whatever the page shows. */
static const struct node *any_act(const struct node *verdict)
{
    const struct node *acts = node_get(verdict, "acts"), *found = NULL;
    uint64_t seen = 0;
    int all = chance(10) == 0;

    for (const struct node *a = node_first(acts); a != NULL; a = a->next) {
        if (!all && !node_get_bool(a, "allowed"))
            continue;
        if (chance(++seen) == 0)
            found = a;
    }
    return found;
}

static int64_t documents_of(const struct crowd *c)
{
    return test_number(c->tenant, "SELECT COUNT(*) FROM audit WHERE what = 'document.add' AND result = 'ok'");
}

static void act_one(struct crowd *c, int64_t project, const struct casefile *file, const struct node *act)
{
    const struct node *hands = node_get(act, "hands");
    const char *organ = chance(10) == 0 || hands == NULL ? any_organ(c) : node_get_str(node_first(hands), "organ");
    struct desk d = test_desk(c->tenant, organ, text_eq(organ, "unit") ? file->p.unit_code : NULL);
    int64_t uploads = documents_of(c);
    struct node *in = test_input(&d, project, node_get_str(act, "act"), NULL);
    struct act_done done;
    int64_t version;

    c->ok += documents_of(c) - uploads;
    if (in == NULL)
        return; /* the page itself refused, without an audit row of an act */
    version = chance(20) == 0 ? file->p.version - 1 : test_version(c->tenant, project);
    for (int times = chance(15) == 0 ? 2 : 1; times > 0; times--) {
        memset(&test_errors, 0, sizeof test_errors);
        int rc = act_do(&d, project, version, node_get_str(act, "act"), in, &done, &test_errors, &test_err);

        if (rc < 0 || !done.repeated)
            tally(c, rc);
        if (rc < 0 && err_status(test_err.code) >= 500)
            printf("  %s %s by %s: %s | %s\n", c->tenant, node_get_str(act, "act"), organ, test_err.message, test_err.detail);
        MUST(rc == 0 || err_status(test_err.code) < 500);
    }
}

static void one(struct crowd *c)
{
    struct desk d = test_system(c->tenant, "");
    int64_t project = c->count > 0 ? c->projects[chance((uint64_t)c->count)] : 0;
    struct casefile file;

    if (project == 0 || chance(c->count < PROJECTS_MAX ? 6 : 40) == 0) {
        draft_one(c);
        return;
    }
    MUST(casefile_look(&d, project, &file, &test_err) == 1);
    const struct node *act = any_act(casefile_road(&d, &file));

    if (act == NULL || chance(20) == 0)
        amount_one(c, project, &file);
    else
        act_one(c, project, &file, act);
}

/* ---- afterwards ---- */

/* What the text bars is not exceeded; what it only frowns on stands on the page of exceeded amounts. */
static int identities_hold(const struct crowd *c, int64_t project, const struct node *verdict)
{
    int bad = 0;

    for (const struct node *m = node_first(node_get(verdict, "money")); m != NULL; m = m->next)
        for (const struct node *o = node_first(node_get(m, "over")); o != NULL; o = o->next) {
            if (!text_eq(node_get_str(o, "strength"), "mandatory"))
                continue;
            printf("  %s %" PRId64 ": %s over %s by %" PRId64 "\n", c->tenant, project, node_get_str(m, "id"), node_get_str(o, "of"),
                   node_get_int(o, "by", 0));
            bad++;
        }
    return bad == 0;
}

static int project_adds_up(const struct crowd *c, int64_t project)
{
    struct desk d = test_system(c->tenant, "");
    struct casefile file;

    MUST_OR(casefile_look(&d, project, &file, &test_err) == 1, 0);
    const struct project kept = file.p;

    const struct node *verdict = casefile_road(&d, &file);

    MUST_OR(identities_hold(c, project, verdict), 0);
    outcome_project(&d, &file, verdict);
    if (!node_equal(view_json(test_arena, kept.money), view_json(test_arena, file.p.money)) || kept.money_over != file.p.money_over)
        printf("  %s %" PRId64 ": money %s over %d, now %s over %d\n", c->tenant, project, kept.money, kept.money_over, file.p.money,
               file.p.money_over);
    MUST_OR(node_equal(view_json(test_arena, kept.money), view_json(test_arena, file.p.money)), 0);
    MUST_OR(kept.money_over == file.p.money_over && text_eq(kept.title, file.p.title), 0);
    MUST_OR(kept.event_count == (int64_t)file.event_count && kept.total_investment == file.p.total_investment, 0);
    for (size_t i = 0; i < file.event_count; i++)
        MUST_OR(file.events[i].seq == (int64_t)i + 1, 0);
    return 1;
}

static void district_adds_up(struct crowd *c)
{
    const struct district *district = platform_district(test_platform, c->tenant);
    struct audit_report report;
    int64_t linked;
    struct db *db = test_admin(arena_fmt(test_arena, "gz_%s", c->tenant));

    for (int i = 0; i < c->count; i++)
        MUST(project_adds_up(c, c->projects[i]));
    MUST(test_number(c->tenant, "SELECT COUNT(*) FROM audit WHERE result = 'ok' AND what <> 'project.first_read'") - c->ok_before == c->ok);
    MUST(test_number(c->tenant, "SELECT COUNT(*) FROM audit WHERE result = 'refused'") - c->refused_before >= c->refused);
    MUST(test_number(c->tenant, "SELECT COUNT(*) FROM (SELECT p.id FROM project p LEFT JOIN event e ON e.project = p.id GROUP BY p.id"
                                " HAVING MAX(p.event_count) <> COUNT(e.seq) OR MAX(p.event_count) <> COALESCE(MAX(e.seq), 0)) x") == 0);
    MUST(test_number(c->tenant, "SELECT COUNT(*) FROM event e LEFT JOIN project p ON p.id = e.project WHERE p.id IS NULL") == 0);
    MUST(test_number(c->tenant, "SELECT (SELECT COALESCE(SUM(last), 0) FROM number_series) -"
                                " (SELECT COUNT(number) FROM decision) - (SELECT COUNT(number) FROM project)") == 0);
    MUST(test_number(c->tenant, "SELECT (SELECT SUM(n) FROM project_tally) - (SELECT COUNT(*) FROM project)") == 0);
    /* the ledgers: the years of a project are its row, the years of all of them what is added up */
    MUST(test_number(c->tenant, "SELECT COUNT(*) FROM project p LEFT JOIN (SELECT project, SUM(applied) a, SUM(approved) b, SUM(contract) c, SUM(paid) d"
                                " FROM money_year GROUP BY project) y ON y.project = p.id WHERE p.subject = 'project' AND (COALESCE(p.applied, 0) <> COALESCE(y.a, 0)"
                                " OR COALESCE(p.approved, 0) <> COALESCE(y.b, 0) OR COALESCE(p.contract, 0) <> COALESCE(y.c, 0) OR COALESCE(p.paid, 0) <> COALESCE(y.d, 0))") == 0);
    MUST(test_number(c->tenant, "SELECT COUNT(*) FROM (SELECT year, SUM(applied) a, SUM(approved) b, SUM(contract) c, SUM(paid) d, COUNT(*) n FROM money_year GROUP BY year) y"
                                " LEFT JOIN (SELECT of_year, SUM(applied) a, SUM(approved) b, SUM(contract) c, SUM(paid) d, SUM(projects) n FROM money_stat GROUP BY of_year) s"
                                " ON s.of_year = y.year WHERE s.n IS NULL OR s.n <> y.n OR s.a <> y.a OR s.b <> y.b OR s.c <> y.c OR s.d <> y.d") == 0);
    MUST(test_number(c->tenant, "SELECT (SELECT COALESCE(SUM(firsts), 0) FROM money_stat) - (SELECT COUNT(*) FROM project WHERE money <> '{}' AND subject = 'project')") == 0);
    while (audit_seal(db, test_arena, &linked, &test_err) == 0 && linked > 0)
        continue;
    MUST(audit_verify(db, test_arena, district->audit_key, sizeof district->audit_key, &report, &test_err) == 0);
    db_close(db);
}

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    int64_t n;

    return text != NULL && text_i64(text, &n) == 0 && n > 0 ? (uint64_t)n : otherwise;
}

static void crowd_begin(struct crowd *c, const char *tenant)
{
    *c = (struct crowd){.tenant = tenant, .day = 0};
    test_clock(tenant, "2024-09-20T09:00");
    if (!text_eq(tenant, "mudan"))
        test_clock(tenant, "2026-03-02T09:00");
    c->ok_before = test_number(tenant, "SELECT COUNT(*) FROM audit WHERE result = 'ok' AND what <> 'project.first_read'");
    c->refused_before = test_number(tenant, "SELECT COUNT(*) FROM audit WHERE result = 'refused'");
}

static void anything_by_anybody_adds_up(void)
{
    uint64_t seed = setting("RANDOM_SEED", (uint64_t)time(NULL)), ops = setting("RANDOM_OPS", 400);

    state = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    printf("RANDOM_SEED=%" PRIu64 " RANDOM_OPS=%" PRIu64 "\n", seed, ops);
    for (size_t i = 0; i < test_platform->count && crowd_count < DISTRICTS_MAX; i++)
        if (test_platform->tenants[i]->regulation_count > 0)
            crowd_begin(&crowds[crowd_count++], arena_dup(test_keep, test_platform->tenants[i]->id));
    test_value = chance_value;
    for (uint64_t i = 0; i < ops; i++) {
        struct crowd *c = &crowds[chance((uint64_t)crowd_count)];

        one(c);
        if (chance(8) == 0)
            test_clock_later(c->tenant, (int64_t)chance(4) * SETTLE_DAY);
        arena_reset(test_arena);
    }
    test_value = NULL;
    int64_t ok = 0, refused = 0;
    for (int i = 0; i < crowd_count; i++) {
        district_adds_up(&crowds[i]);
        ok += crowds[i].ok;
        refused += crowds[i].refused;
        arena_reset(test_arena);
    }
    printf("%" PRId64 " done, %" PRId64 " refused\n", ok, refused);
    MUST(ok > (int64_t)ops / 4);
}

const struct test TESTS_RANDOM[] = {
    {"anything by anybody adds up", anything_by_anybody_adds_up},
    {NULL, NULL},
};
