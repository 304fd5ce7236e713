/*
 * tests/casework/test_page.c - the node trees pages are made of: what must be in them for a reader
 */
#include "config.h"

#include "harness.h"

#include "casework/part.h"
#include "casework/stale.h"

static const struct node *find(const struct node *list, const char *key, const char *value)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        if (text_eq(node_get_str(n, key), value))
            return n;
    }
    return NULL;
}

/* Every "articles" anywhere is a list of {number, text, href}; numbers are not left bare for a page. */
static int cited(const struct node *n)
{
    for (const struct node *kid = node_first(n); kid != NULL; kid = kid->next) {
        if (kid->key != NULL && text_eq(kid->key, "articles")) {
            for (const struct node *a = node_first(kid); a != NULL; a = a->next) {
                if (a->type != NODE_OBJECT || *node_get_str(a, "number") == '\0')
                    return 0;
            }
        }
        if (!cited(kid))
            return 0;
    }
    return 1;
}

static int64_t under_review(const char *name)
{
    int64_t id = test_draft("xinzhou", "kfq", test_facts("xinzhou", name, "58.60", NULL));

    if (id == 0 || test_walk("xinzhou", "kfq", id, (const struct step[]){ XZ_REVIEW[0], XZ_REVIEW[1], { NULL, NULL, NULL } }) < 0)
        return 0;
    return id;
}

static void desk_shows_what_waits(void)
{
    int64_t id = under_review("工作台");
    struct desk d = test_desk("xinzhou", "tech", NULL);
    struct node *page;
    const struct node *task;

    MUST(id > 0);
    MUST(home_view(&d, 0, &page, &test_err) == 0);
    task = find(node_get(page, "tasks"), "title", "工作台");
    MUST(task != NULL);
    /* accepted on 24 September 2025: 15 working days, holidays and make-up days counted, is 21 October */
    MUST(text_eq(node_get_str(task, "due_on"), "2025-10-21"));
    MUST(text_eq(node_get_str(node_get(task, "due"), "text"), "剩 15 个工作日"));
    MUST(find(node_get(task, "articles"), "text", "第十二条") != NULL);
    MUST(text_eq(node_get_str(task, "href"), arena_fmt(test_arena, "/xinzhou/projects/%" PRId64 "/acts/technical_review.commission", id)));
    MUST(cited(page));
    test_clock("xinzhou", "2025-10-23T09:00");
    d = test_desk("xinzhou", "tech", NULL);
    int rc = home_view(&d, 0, &page, &test_err);
    struct desk leader = test_desk("xinzhou", "leader", NULL);
    struct node *seen = NULL;
    int rc_leader = home_view(&leader, 0, &seen, &test_err);

    test_clock("xinzhou", "2025-09-24T09:00");
    MUST(rc == 0 && node_get_int(page, "overdue", 0) >= 1 && node_get_bool(page, "takes_part"));
    /* who only looks sees what is late whosever turn it is, the latest first */
    MUST(rc_leader == 0 && !node_get_bool(seen, "takes_part") && node_count(node_get(seen, "tasks")) == 0);
    MUST(node_get_int(node_get(seen, "counts"), "late", 0) >= 1);
    const struct node *late = node_first(node_get(seen, "duties"));

    MUST(late != NULL && node_get_bool(node_get(late, "due"), "is_overdue"));
    for (; late->next != NULL; late = late->next)
        MUST(strcmp(node_get_str(late, "due_on"), node_get_str(late->next, "due_on")) <= 0);
    MUST(text_eq(node_get_str(node_get(find(node_get(page, "tasks"), "title", "工作台"), "due"), "text"), "已超期 2 个工作日"));
}

static void one_project_on_one_page(void)
{
    int64_t id = under_review("一项目一档");
    struct desk d = test_desk("xinzhou", "tech", NULL);
    struct node *page;
    const struct node *stage, *duty;

    MUST(id > 0);
    MUST(project_view(&d, id, &page, &test_err) == 0);
    stage = find(node_get(page, "stages"), "procedure", "technical_review");
    MUST(stage != NULL && node_get_bool(stage, "is_now"));
    MUST(text_eq(node_get_str(node_get(page, "where"), "holder_name"), "区大数据中心"));
    MUST(node_count(node_get(page, "timeline")) == 2);
    MUST(text_eq(node_get_str(node_first(node_get(page, "timeline")), "name"), "受理"));
    MUST(node_count(node_get(page, "documents")) == 1);
    MUST(find(node_get(page, "acts"), "act", "technical_review.commission") != NULL);
    duty = find(node_get(page, "duties"), "id", "technical_opinion");
    MUST(duty != NULL && text_eq(node_get_str(duty, "due_on"), "2025-10-21") && *node_get_str(duty, "recount_href") != '\0');
    MUST(text_eq(node_get_str(node_get(node_get(page, "project"), "regulation"), "reason"), "首次申报日 2025-09-24，在有效期内"));
    MUST(cited(page));

    /* another office sees the same, with nothing to press */
    d = test_desk("xinzhou", "finance", NULL);
    MUST(project_view(&d, id, &page, &test_err) == 0);
    MUST(find(node_get(page, "acts"), "act", "technical_review.commission") == NULL);

    MUST(duty_recount(&d, id, "technical_opinion", node_get_str(duty, "key"), &page, &test_err) == 0);
    int counted = 0, shift = 0;

    for (const struct node *m = node_first(node_at(page, "count.months")); m != NULL; m = m->next)
        for (const struct node *w = node_first(node_get(m, "weeks")); w != NULL; w = w->next)
            for (const struct node *x = node_first(w); x != NULL; x = x->next) {
                counted += node_get_bool(x, "is_counted");
                shift += node_get_bool(x, "is_shift");
                MUST(node_count(w) == 7);
            }
    MUST(counted == 15 && shift == 2);
    MUST(strstr(node_str(node_first(node_get(page, "notices")), ""), "国办发明电") != NULL);
}

static void the_wizard_shows_the_road(void)
{
    struct desk d = test_desk("xinzhou", "unit", "jyj");
    struct node *page;
    const struct node *group;

    MUST(wizard_view(&d, 0, 0, NULL, &page, &test_err) == 0);
    MUST(node_count(node_get(page, "groups")) >= 3);
    MUST(wizard_view(&d, 0, 0, test_facts("xinzhou", "预览", "412.60", NULL), &page, &test_err) == 0);
    MUST(text_eq(node_get_str(node_first(node_get(page, "path")), "procedure"), "expert_review"));
    MUST(node_get_bool(node_first(node_get(page, "path")), "added"));
    const struct node *step = find(node_get(page, "path"), "procedure", "technical_review");

    MUST(text_eq(node_get_str(step, "organ_name"), "区大数据中心") && strstr(node_get_str(step, "limit_text"), "15") != NULL);
    MUST(cited(page));
    MUST(wizard_view(&d, 0, 0, test_facts("xinzhou", "预览", "19.99", NULL), &page, &test_err) == 0);
    MUST(text_eq(node_get_str(node_get(node_get(page, "verdict"), "route"), "id"), "self_filing"));
    group = node_first(node_get(page, "materials"));
    MUST(text_eq(node_get_str(group, "procedure"), "filing") && node_count(node_get(group, "items")) == 2);
    MUST(text_eq(node_get_str(node_get(node_get(page, "verdict"), "route"), "because"), "总投资 19.99 万元，低于 20 万元"));
    MUST(wizard_view(&d, 0, 0, test_facts("xinzhou", "预览", "4x", NULL), &page, &test_err) == 0);
    MUST(node_count(node_get(page, "errors")) == 1);
    /* a preview keeps nothing */
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM project WHERE title = '预览'") == 0);
}

static const struct node *wizard_fact(const struct node *page, const char *id)
{
    for (const struct node *g = node_first(node_get(page, "groups")); g != NULL; g = g->next) {
        const struct node *f = find(node_get(g, "fields"), "id", id);

        if (f != NULL)
            return f;
    }
    return NULL;
}

/* What belongs to one application alone is asked again, and nobody begins like what is not his. */
static void a_project_is_begun_like_another(void)
{
    struct desk d = test_desk("xinzhou", "unit", "kfq"), other = test_desk("xinzhou", "unit", "jyj"), office = test_desk("xinzhou", "tech", NULL);
    int64_t id = under_review("每年运维");
    struct node *page;

    MUST(id > 0 && project_view(&d, id, &page, &test_err) == 0);
    MUST(strstr(node_get_str(node_get(page, "project"), "like_href"), "/projects/new?like=") != NULL);
    MUST(project_view(&office, id, &page, &test_err) == 0 && node_get(node_get(page, "project"), "like_href") == NULL);
    MUST(wizard_view(&d, 0, id, NULL, &page, &test_err) == 0);
    MUST(text_eq(node_get_str(node_get(page, "like"), "title"), "每年运维") && node_get(page, "project") == NULL);
    MUST(text_eq(node_get_str(wizard_fact(page, "project_name"), "value"), "每年运维"));
    MUST(text_eq(node_get_str(wizard_fact(page, "total_investment"), "value"), "58.60"));
    static const char *const again[] = {"classified", "in_annual_plan", "planned_start"};
    for (size_t i = 0; i < ARRAY_LEN(again); i++)
        MUST(wizard_fact(page, again[i]) != NULL && *node_get_str(wizard_fact(page, again[i]), "value") == '\0');
    MUST(node_count(node_get(page, "errors")) == 0);
    MUST(test_number("xinzhou", "SELECT COUNT(*) FROM project WHERE title = '每年运维'") == 1);
    MUST_ERR(wizard_view(&other, 0, id, NULL, &page, &test_err), ERR_NOT_FOUND);
    MUST_ERR(wizard_view(&office, 0, id, NULL, &page, &test_err), ERR_FORBIDDEN);
}

/* An office's own words are offered with the facts in their places; what no version has is refused with its place. */
static void phrases_are_offered(void)
{
    int64_t id = under_review("常用意见");
    struct desk d = test_desk("xinzhou", "tech", NULL);
    const struct node *field, *first;
    struct node *page;

    MUST(id > 0 && act_view(&d, id, "technical_review.pass", NULL, &page, &test_err) == 0);
    field = find(node_get(node_get(page, "act"), "fields"), "id", "opinion");
    first = node_first(node_get(field, "phrases"));
    MUST(text_starts(node_get_str(first, "text"), "「常用意见」建设内容明确，方案可行，总投资 58.60 万元，"));
    MUST(text_eq(node_get_str(first, "control"), "with.opinion") && *node_get_str(field, "value") == '\0');
    MUST(act_view(&d, id, "technical_review.fail", NULL, &page, &test_err) == 0);
    MUST(node_count(node_get(node_get(node_get(page, "act"), "reason_offer"), "phrases")) == 2);

    static const char *words[] = {"「{no_such_fact}」"};
    struct tenant_phrase bad[] = {{.act = "technical_review.nod", .field = "opinion", .texts = words, .line = 7, .column = 3},
                                  {.act = "technical_review.pass", .field = "nothing", .texts = words},
                                  {.act = "technical_review.pass", .field = "reason", .texts = words},
                                  {.act = "technical_review.pass", .field = "opinion", .texts = words, .count = 1}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct tenant t = *d.district->tenant;
        struct district changed = *d.district;

        t.phrases = &bad[i];
        t.phrase_count = 1;
        changed.tenant = &t;
        MUST_ERR(phrases_check(test_arena, &changed, &test_err), ERR_CONFIG);
        MUST(strstr(test_err.detail, "xinzhou/tenant.json:") != NULL);
    }
}

/* A procedure whose turn has not come lists only what this project needs, too. */
static void materials_ahead_follow_their_condition(void)
{
    struct desk d = test_desk("xinzhou", "unit", "jyj");
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "材料按条件列", "86.50", NULL));
    struct casefile c;
    struct node *verdict, *group;

    MUST(id > 0 && casefile_read(&d, MAY_PROJECT_READ, id, &c, &test_err) == 0);
    verdict = casefile_road(&d, &c);
    group = part_materials(&d, &c, "filing", verdict);
    MUST(find(node_get(verdict, "materials"), "procedure", "filing") == NULL); /* not on this road */
    MUST(find(node_get(group, "items"), "id", "implementation_plan") != NULL);
    MUST(find(node_get(group, "items"), "id", "it_implementation_plan") == NULL);
    MUST(node_get_int(group, "count", 0) == 2);
}

/* What others changed since the form was opened: by its marks, and without them by what differs. */
static void what_changed_meanwhile(void)
{
    struct desk d = test_desk("xinzhou", "unit", "jyj");
    int64_t id = test_draft("xinzhou", "jyj", test_facts("xinzhou", "打开以后", "15.00", NULL)), same, version;
    struct stale_form form = {.marks = "", .seen = -1};
    struct casefile c;
    struct node *now;

    MUST(id > 0 && casefile_read(&d, MAY_PROJECT_READ, id, &c, &test_err) == 0);
    form.marks = stale_marks(test_arena, c.facts);
    form.facts = test_facts("xinzhou", "我改的名称", "15.00", NULL);
    MUST(stale_view(&d, id, &form, &now, &test_err) == 0 && node_count(node_get(now, "rows")) == 0 && node_get_bool(now, "is_recount"));
    MUST(draft_save(&d, id, c.p.version, test_facts("xinzhou", "打开以后", "16.00", NULL), &same, &version, &test_errors, &test_err) == 0);
    MUST(stale_view(&d, id, &form, &now, &test_err) == 0 && node_count(node_get(now, "rows")) == 1);
    const struct node *row = node_first(node_get(now, "rows"));

    MUST(text_eq(node_get_str(row, "path"), "/facts/total_investment") && node_get_int(now, "version", 0) == version);
    MUST(text_eq(node_get_str(row, "theirs"), "16.00 万元") && text_eq(node_get_str(row, "yours"), "15.00 万元"));
    form.marks = "";
    MUST(stale_view(&d, id, &form, &now, &test_err) == 0 && node_count(node_get(now, "rows")) == 2);
}

static void the_law_and_the_trail(void)
{
    struct desk d = test_desk("xinzhou", "auditor", NULL);
    struct node *page;

    MUST(regulation_view(&d, NULL, &page, &test_err) == 0);
    MUST(text_eq(node_get_str(node_first(node_get(node_first(node_get(page, "chapters")), "articles")), "name"), "第一条"));
    MUST(node_count(node_get(page, "readings")) > 0);
    MUST(node_count(node_get(page, "chapters")) > 0 && node_count(node_get(page, "versions")) == 1);
    MUST_ERR(regulation_view(&d, "1999-1", &page, &test_err), ERR_NOT_FOUND);
    MUST(audit_view(&d, NULL, &page, &test_err) == 0);
    MUST(node_count(node_get(page, "rows")) == 20 && *node_get_str(page, "next_after") != '\0');
    const char *last = "";
    int64_t rows = 0, all = test_number("xinzhou", "SELECT COUNT(*) FROM audit WHERE what = 'project.act'");

    for (int i = 0; i < 100; i++) {
        MUST(audit_view(&d, test_json(arena_fmt(test_arena, "{\"what\": \"project.act\", \"before\": \"%s\"}", last)), &page, &test_err) == 0);
        rows += (int64_t)node_count(node_get(page, "rows"));
        /* in words: which project, which procedure; one refused before it was looked at (a stale page) names none */
        const struct node *row = node_first(node_get(page, "rows"));

        MUST(row == NULL || *node_get_str(row, "title") != '\0');
        MUST(row == NULL || !text_eq(node_get_str(row, "result"), "ok") || *node_get_str(row, "procedure_name") != '\0');
        last = node_get_str(page, "next_after");
        if (*last == '\0')
            break;
    }
    MUST(rows == all);
    MUST(audit_view(&d, test_json("{\"object\": \"project/1\"}"), &page, &test_err) == 0);
    MUST(node_count(node_get(page, "rows")) == 0);
    d = test_desk("xinzhou", "tech", NULL);
    MUST_ERR(audit_view(&d, NULL, &page, &test_err), ERR_FORBIDDEN);
}

static void lists_page_by_key(void)
{
    struct desk d = test_desk("xinzhou", "leader", NULL);
    struct node *page;
    int64_t total = test_number("xinzhou", "SELECT COUNT(*) FROM project"), seen = 0;
    int64_t begun = test_number("xinzhou", "SELECT COUNT(*) FROM project WHERE event_count > 0");
    const char *after = "";

    for (int i = 0; i < 100; i++) {
        MUST(project_list_view(&d, test_json(arena_fmt(test_arena, "{\"after\": \"%s\"}", after)), &page, &test_err) == 0);
        seen += (int64_t)node_count(node_get(page, "projects"));
        after = node_get_str(page, "next_after");
        if (*after == '\0')
            break;
    }
    MUST(seen == begun && begun < total); /* drafts are their units' own */
    MUST_ERR(project_list_view(&d, test_json("{\"after\": \"1; DROP\"}"), &page, &test_err), ERR_BAD_INPUT);
    MUST(node_count(node_get(node_get(page, "options"), "stages")) > 5);
}

static void why_not(void)
{
    int64_t id = under_review("为什么");
    struct desk d = test_desk("xinzhou", "tech", NULL);
    struct node *page;

    MUST(id > 0);
    MUST(project_why(&d, id, "initiation.approve", &page, &test_err) == 0);
    MUST(text_eq(node_get_str(node_get(page, "verdict"), "outcome"), "refused"));
    MUST(node_count(node_get(node_get(page, "verdict"), "reasons")) >= 1);
    MUST(node_count(node_get(node_get(page, "input"), "history")) == 2);
}

/* Every row of a printed form fills the grid, a cell of two rows counted in both. */
static int fills_grid(const struct node *rows, int64_t columns)
{
    int64_t from_above = 0;

    for (const struct node *row = node_first(rows); row != NULL; row = row->next) {
        int64_t sum = from_above, below = 0;

        for (const struct node *cell = node_first(node_get(row, "cells")); cell != NULL; cell = cell->next) {
            sum += node_get_int(cell, "span", 0);
            below += node_get_int(cell, "rows", 1) == 2 ? node_get_int(cell, "span", 0) : 0;
        }
        if (sum != columns)
            return 0;
        from_above = below;
    }
    return rows != NULL && from_above == 0;
}

static const struct node *printed(const struct node *form, const char *field)
{
    for (const struct node *row = node_first(node_get(form, "rows")); row != NULL; row = row->next) {
        const struct node *cell = find(node_get(row, "cells"), "field", field);

        if (cell != NULL)
            return cell;
    }
    return NULL;
}

static void a_form_is_printed_as_it_is_typed(void)
{
    static const char facts[] = "{\"project_name\": \"印制\", \"project_class\": \"build\", \"total_investment\": \"300\"}";
    static const char typed[] = "{\"budget_city\": \"1x\", \"budget_own\": \"12.5\", \"procurement_class\": [\"goods\"], \"period_from\": \"2025-04\","
                                " \"project_name\": \"\"}";
    test_clock("yubei", "2025-02-10T09:00");
    int64_t id = test_draft("yubei", "cgj", test_json(facts));
    struct desk d = test_desk("yubei", "unit", "cgj");
    struct node *page;
    const struct node *form, *cell;

    MUST(id > 0);
    MUST(form_view(&d, id, "application.submit", 0, NULL, &page, &test_err) == 0);
    form = node_get(page, "form");
    MUST(fills_grid(node_get(form, "rows"), 6) && cited(page));
    MUST(text_eq(node_get_str(printed(form, "project_name"), "words"), "印制"));
    MUST(text_eq(node_get_str(printed(form, "budget_total"), "words"), "300.00"));
    MUST(node_get_bool(node_first(node_get(form, "head")), "has_seal") && node_count(node_get(form, "signers")) == 0);
    MUST(node_get_bool(find(node_get(printed(form, "project_class"), "boxes"), "box_label", "建设类"), "checked"));

    MUST(form_view(&d, id, "application.submit", 0, test_json(typed), &page, &test_err) == 0);
    form = node_get(page, "form");
    /* what cannot be read stands there as it is; what came back empty is empty */
    MUST(text_eq(node_get_str(printed(form, "budget_city"), "words"), "1x"));
    MUST(text_eq(node_get_str(printed(form, "budget_own"), "words"), "12.50"));
    MUST(text_eq(node_get_str(printed(form, "project_name"), "words"), ""));
    cell = printed(form, "procurement_class");
    MUST(node_get_bool(find(node_get(cell, "boxes"), "box_label", "货物类"), "checked"));
    MUST(!node_get_bool(find(node_get(cell, "boxes"), "box_label", "工程类"), "checked"));
    MUST_ERR(form_view(&d, id, "application.submit", 7, NULL, &page, &test_err), ERR_NOT_FOUND);
    MUST_ERR(form_view(&d, id, "application.pass", 0, NULL, &page, &test_err), ERR_NOT_FOUND);
    d = test_desk("yubei", "unit", "wjw");
    MUST_ERR(form_view(&d, id, "application.submit", 0, NULL, &page, &test_err), ERR_NOT_FOUND);
}

const struct test TESTS_PAGE[] = {
    { "the desk shows what waits, by when, on which article", desk_shows_what_waits },
    { "one project on one page, and its due date counted again", one_project_on_one_page },
    { "the wizard shows the road of what is typed and keeps nothing", the_wizard_shows_the_road },
    { "a project is begun like another of the unit", a_project_is_begun_like_another },
    { "phrases are offered with the facts in their places", phrases_are_offered },
    { "materials of a procedure ahead follow their condition", materials_ahead_follow_their_condition },
    { "what changed since a form was opened", what_changed_meanwhile },
    { "the law and the trail", the_law_and_the_trail },
    { "lists page by key and lose nobody", lists_page_by_key },
    { "why not", why_not },
    { "a form is printed as it is typed, on a grid that holds", a_form_is_printed_as_it_is_typed },
    { NULL, NULL },
};
