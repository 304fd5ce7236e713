/*
 * casework/batch.c - one act on several projects: each is its own act, with its own key, evaluation and transaction
 *
 * Nothing here decides anything: a row is done by act_do as from the project's own page, and is refused alone.
 */
#include "config.h"

#include "casework/batch.h"

#include "base/text.h"
#include "casework/act_form.h"
#include "casework/part.h"
#include "casework/runs.h"
#include "casework/view.h"

enum { BATCH_TASKS = 200 };

struct batch_row {
    int64_t id;
    int several; /* more than one run waits for the act: only the case's own page asks which */
    struct casefile file;
    const struct node *verdict, *shown; /* the act as the verdict lists it; NULL when it is not one of his now */
    const struct node *typed;           /* as the page came back; NULL: as it is opened */
    const struct node *result;
};

struct batch {
    const struct desk *desk;
    const char *act;
    const struct node *with; /* typed, common; NULL: as the page is opened */
    struct batch_row *rows;
    size_t count;
};

/* ---- which projects ---- */

static int id_take(int64_t *ids, size_t *count, const char *text, struct err *e)
{
    int64_t id;

    if (text_i64(text, &id) < 0 || id <= 0) {
        err_fail(e, ERR_BAD_INPUT, "项目「%.40s」无法识别", text);
        return err_mend(e, "请从项目清单选择");
    }
    for (size_t i = 0; i < *count; i++)
        if (ids[i] == id)
            return 0;
    if (*count == BATCH_ROWS) {
        err_fail(e, ERR_BAD_INPUT, "一次最多办理 %d 件", BATCH_ROWS);
        return err_mend(e, "请分几次办理");
    }
    ids[(*count)++] = id;
    return 0;
}

/* What waits on the desk; those that wait for the very act when it is named, and there are any. */
static int ids_of_desk(const struct desk *d, const char *act, int64_t *ids, size_t *count, struct err *e)
{
    struct project_sight sight = desk_sight(d);
    struct asked asked;
    struct task *tasks;
    struct db *db;
    size_t n;

    if (district_db(d->platform, d->district, &db, e) < 0 ||
        task_ask(db, d->arena, desk_organ(d), &sight, BATCH_TASKS, &asked, e) < 0 ||
        asked_take(&asked, d->arena, &tasks, &n, e) < 0)
        return -1;
    int any = 0;

    for (size_t i = 0; i < n; i++)
        any |= text_eq(tasks[i].act, act);
    for (size_t i = 0; i < n && *count < BATCH_ROWS; i++) {
        if (any && !text_eq(tasks[i].act, act))
            continue;
        if (id_take(ids, count, arena_fmt(d->arena, "%lld", (long long)tasks[i].project), e) < 0)
            return -1;
    }
    return 0;
}

static int ids_read(const struct desk *d, const struct node *asked, int64_t *ids, size_t *count, struct err *e)
{
    const struct node *given = node_get(asked, "project");

    *count = 0;
    if (given == NULL)
        return ids_of_desk(d, node_get_str(asked, "act"), ids, count, e);
    if (given->type != NODE_LIST)
        return id_take(ids, count, node_str(given, ""), e);
    for (const struct node *n = node_first(given); n != NULL; n = n->next)
        if (id_take(ids, count, node_str(n, ""), e) < 0)
            return -1;
    return 0;
}

static const struct node *row_named(const struct node *rows, int64_t project)
{
    int64_t id;

    for (const struct node *n = node_first(rows); n != NULL; n = n->next)
        if (text_i64(node_get_str(n, "project"), &id) == 0 && id == project)
            return n;
    return NULL;
}

static const struct node *mine(const struct desk *d, const struct node *verdict, const char *act)
{
    const struct node *shown = part_act(verdict, act);

    return shown != NULL && part_act_is_mine(d, shown) ? shown : NULL;
}

/* A project the post may not know of is left out, as of every list. */
static int rows_read(struct batch *b, const int64_t *ids, size_t count, const struct node *typed,
                     const struct node *results, struct err *e)
{
    b->rows = ARENA_ARRAY(b->desk->arena, struct batch_row, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct batch_row *r = &b->rows[b->count];
        int found = casefile_look(b->desk, ids[i], &r->file, e);

        if (found < 0)
            return -1;
        if (found == 0)
            continue;
        r->id = ids[i];
        r->verdict = casefile_road(b->desk, &r->file);
        r->several = runs_waiting(b->desk, r->verdict, b->act) > 1;
        r->shown = r->several ? NULL : mine(b->desk, r->verdict, b->act);
        r->typed = row_named(node_get(typed, "rows"), ids[i]);
        r->result = row_named(results, ids[i]);
        b->count++;
    }
    return 0;
}

/* ---- which acts several projects can share ---- */

static int is_of_review(const struct regulation *regulation, struct arena *a, const char *act)
{
    for (const struct node *n = node_first(regulation_reviews(regulation, a)); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "agree"), act) || text_eq(node_get_str(n, "disagree"), act))
            return 1;
    return 0;
}

/* Why each project must have a page of its own for it; "" when several can share one. */
static int has_rows(const struct node *form)
{
    for (const struct node *f = node_first(node_get(form, "fields")); f != NULL; f = f->next)
        if (text_eq(node_get_str(f, "type"), "rows"))
            return 1;
    return 0;
}

static const char *why_alone(const struct desk *d, const struct batch_row *r, const char *act)
{
    static const struct {
        const char *member, *why;
    } alone[] = {
        {"takes_materials", "要随每件提交材料"},   {"correction", "要逐件写明补正的地方和期限"},
        {"checklist", "审查要点要对每件逐项作答"}, {"danger", "办理以后难以挽回，要逐件确认"},
        {"witness_fields", "要逐件写明见证人"},
    };
    struct act_where where = {0};

    if (!casefile_act(d, &r->file, act, &where))
        return "要从项目档案办理";
    for (size_t i = 0; i < ARRAY_LEN(alone); i++) {
        const struct node *n = node_get(where.act, alone[i].member);

        if (node_is_true(n) || (n != NULL && n->type == NODE_OBJECT && node_count(n) > 0))
            return alone[i].why;
    }
    if (has_rows(regulation_form(r->file.regulation, d->arena, node_get_str(where.act, "form"))))
        return "有逐行填写的表格，要逐件填写";
    return is_of_review(r->file.regulation, d->arena, act) ? "专家评审的意见要逐件登记" : "";
}

static const char *act_href(const struct batch *b, const char *act)
{
    const char *href = view_href(b->desk, "/batch?act=%s", act);

    for (size_t i = 0; i < b->count; i++)
        href = arena_fmt(b->desk->arena, "%s&project=%lld", href, (long long)b->rows[i].id);
    return href;
}

static void act_count(const struct batch *b, const struct batch_row *r, const struct node *shown, struct node *list)
{
    struct arena *a = b->desk->arena;
    const char *id = node_get_str(shown, "act"), *why;
    struct node *n = (struct node *)(uintptr_t)node_first(list);

    if (!part_act_is_mine(b->desk, shown) || !node_get_bool(shown, "allowed") ||
        runs_waiting(b->desk, r->verdict, id) > 1)
        return;
    while (n != NULL && !text_eq(node_get_str(n, "act"), id))
        n = n->next;
    if (n != NULL) {
        node_put_int(a, n, "count", node_get_int(n, "count", 0) + 1);
        return;
    }
    why = why_alone(b->desk, r, id);
    n = node_add_object(a, list);
    view_take(b->desk, n, shown, "act", "name", "procedure_name", NULL);
    node_put(a, n, "articles", view_articles(b->desk, node_get(shown, "articles")));
    node_put_int(a, n, "count", 1);
    node_put_bool(a, n, "fits", *why == '\0');
    node_put_text(a, n, "why_not", why);
    node_put_text(a, n, "href", act_href(b, id));
    node_put_bool(a, n, "is_this", text_eq(id, b->act));
}

static void put_acts(const struct batch *b, struct node *page)
{
    struct node *list = node_put_list(b->desk->arena, page, "acts");

    for (size_t i = 0; i < b->count; i++)
        for (const struct node *n = node_first(node_get(b->rows[i].verdict, "acts")); n != NULL; n = n->next)
            act_count(b, &b->rows[i], n, list);
    for (const struct node *n = node_first(list); n != NULL; n = n->next)
        if (node_get_bool(n, "fits"))
            node_put_bool(b->desk->arena, page, "fitting", 1);
}

/* ---- what is asked ---- */

/* Money is of one project; so is what its own case already says. Choices are ticked once for all. */
static int is_of_row(const struct node *field)
{
    return node_get_bool(field, "is_money") ||
           (*node_get_str(field, "value") != '\0' &&
            (node_get_bool(field, "is_text") || node_get_bool(field, "is_date") || node_get_bool(field, "is_int")));
}

static struct node *row_form(const struct batch *b, const struct batch_row *r, const struct node *typed)
{
    struct node *n = node_object(b->desk->arena);
    struct act_where where = {0};
    struct act_form form;

    if (!casefile_act(b->desk, &r->file, b->act, &where))
        return n;
    act_form_open(&form, b->desk, &r->file, b->act, where.act, r->shown, runs_of(r->verdict, r->shown));
    form.typed = typed;
    act_form_put(&form, n);
    node_put_bool(b->desk->arena, n, "reason", node_get_bool(where.act, "reason"));
    node_put_text(b->desk->arena, n, "name", node_get_str(where.act, "name"));
    return n;
}

static int is_open(const struct batch_row *r)
{
    return r->shown != NULL && node_get_bool(r->shown, "allowed");
}

/* The row whose form is asked once for all: the first on which the act is open. */
static const struct batch_row *first_open(const struct batch *b)
{
    for (size_t i = 0; i < b->count; i++)
        if (is_open(&b->rows[i]))
            return &b->rows[i];
    return NULL;
}

static void put_common(const struct batch *b, const struct batch_row *first, const struct node *blank,
                       struct node *page)
{
    struct arena *a = b->desk->arena;
    const struct node *whole = row_form(b, first, b->with);
    struct node *act = node_put_object(a, page, "act"), *fields = node_put_list(a, act, "fields");

    view_take(b->desk, act, first->shown, "act", "procedure_name", "to_names", NULL);
    view_take(b->desk, act, whole, "name", "form_name", "reason", "cited", NULL);
    node_put(a, act, "articles", view_articles(b->desk, node_get(first->shown, "articles")));
    for (const struct node *f = node_first(node_get(whole, "fields")), *o = node_first(node_get(blank, "fields"));
         f != NULL && o != NULL; f = f->next, o = o->next)
        if (!is_of_row(o))
            node_add(fields, node_copy(a, f));
}

/* What the row was refused for at that place of what was typed, NULL nothing. */
static const struct node *said_at(const struct batch *b, const struct batch_row *r, const char *field)
{
    const char *path = arena_fmt(b->desk->arena, "/with/%s", field);
    const struct node *n = node_first(node_get(r->result, "errors"));

    while (n != NULL && !text_eq(node_get_str(n, "path"), path))
        n = n->next;
    return n != NULL ? n : text_eq(node_get_str(r->result, "path"), path) ? r->result : NULL;
}

static void put_said(const struct batch *b, const struct node *said, const char *key, struct node *n)
{
    if (said != NULL)
        view_take(b->desk, node_put_object(b->desk->arena, n, key), said, "message", "mend", "articles", NULL);
}

/* {name, label, value, unit, said?} of what is asked for this project alone; blank says which those are. */
static void put_row_fields(const struct batch *b, const struct batch_row *r, const struct node *blank, struct node *row)
{
    struct arena *a = b->desk->arena;
    struct node *list = node_put_list(a, row, "row_fields");
    const struct node *own = row_form(b, r, node_get(r->typed, "with"));

    for (const struct node *f = node_first(node_get(own, "fields")), *o = node_first(node_get(blank, "fields"));
         f != NULL && o != NULL; f = f->next, o = o->next) {
        if (!is_of_row(o))
            continue;
        struct node *n = node_add_object(a, list);

        view_take(b->desk, n, f, "label", "value", "required", NULL);
        node_put_text(a, n, "row_field", node_get_str(f, "id"));
        node_put_text(a, n, "row_unit", node_get_bool(f, "is_money") ? "万元" : "");
        put_said(b, said_at(b, r, node_get_str(f, "id")), "said", n);
    }
}

/* The refusal without what is told beside the row's own fields. */
static void put_refused(const struct batch *b, const struct batch_row *r, struct node *row)
{
    struct arena *a = b->desk->arena;
    struct node *refused = node_put(a, row, "refused", node_copy(a, r->result)), *left = node_list(a);

    for (const struct node *n = node_first(node_get(r->result, "errors")); n != NULL; n = n->next) {
        int told = node_get(row, "reason_said") != NULL && said_at(b, r, "reason") == n;

        for (const struct node *f = node_first(node_get(row, "row_fields")); f != NULL && !told; f = f->next)
            told = said_at(b, r, node_get_str(f, "row_field")) == n;
        if (!told)
            node_add(left, node_copy(a, n));
    }
    node_put(a, refused, "errors", left);
}

/* Reasons about what is typed wait until it is. */
static struct node *reasons_now(const struct batch *b, const struct batch_row *r)
{
    const struct node *reasons = node_get(r->shown, "reasons");
    struct node *left = node_list(b->desk->arena);

    if (r->several) {
        struct node *o = node_add_object(b->desk->arena, left);

        node_put_text(b->desk->arena, o, "message", "这一步有不止一件在等");
        node_put_text(b->desk->arena, o, "mend", "请点项目名称，选定是哪一件再办理");
        return view_reasons(b->desk, left);
    }
    if (r->shown == NULL) {
        struct case_event attempt = {
            .at = b->desk->now, .what = b->act, .by = desk_organ(b->desk), .with = node_object(b->desk->arena)};

        reasons =
            node_get(casefile_attempt(b->desk, &r->file, act_procedure(b->desk->arena, b->act), &attempt), "reasons");
    }
    for (const struct node *n = node_first(reasons); n != NULL; n = n->next)
        if (!text_starts(node_get_str(n, "path"), "/with"))
            node_add(left, node_copy(b->desk->arena, n));
    return view_reasons(b->desk, left);
}

static void put_row(const struct batch *b, const struct batch_row *r, const struct node *blank, struct node *list)
{
    struct arena *a = b->desk->arena;
    int allowed = is_open(r), stale;
    struct node *n = node_add(list, view_project_short(b->desk, &r->file.p));

    stale = text_eq(node_get_str(r->result, "code"), err_slug(ERR_STALE));
    node_put_text(a, n, "project", node_get_str(n, "id"));
    if (*b->act == '\0')
        return;
    node_put_bool(a, n, "judged", 1);
    node_put_bool(a, n, "allowed", allowed);
    node_put_bool(a, n, "asks", blank != NULL);
    node_put_bool(a, n, "asks_reason", node_get_bool(blank, "reason"));
    /* what changed meanwhile is to be looked at before it is ticked again */
    node_put_bool(a, n, "picked", allowed && !stale && (r->typed == NULL || node_get_bool(r->typed, "picked")));
    node_put_text(a, n, "reason_value", node_get_str(r->typed, "reason"));
    if (!allowed)
        node_put(a, n, "reasons", reasons_now(b, r));
    else if (blank != NULL)
        put_row_fields(b, r, blank, n);
    if (r->result != NULL) {
        if (node_get_bool(n, "asks_reason"))
            put_said(b, said_at(b, r, "reason"), "reason_said", n);
        put_refused(b, r, n);
    }
}

static void put_done(const struct batch *b, const struct node *results, struct node *page)
{
    struct arena *a = b->desk->arena;
    struct node *list = node_put_list(a, page, "done");

    for (const struct node *n = node_first(results); n != NULL; n = n->next) {
        const struct batch_row *r = NULL;

        for (size_t i = 0; i < b->count; i++)
            if (b->rows[i].result == n)
                r = &b->rows[i];
        if (!node_get_bool(n, "done"))
            continue;
        struct node *o = node_add(list, node_copy(a, n));

        if (r != NULL)
            node_put(a, o, "short", view_project_short(b->desk, &r->file.p));
    }
}

int batch_view(const struct desk *d, const struct node *asked, const struct node *typed, const struct node *results,
               struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct batch *b = ARENA_NEW(a, struct batch);
    struct node *page = node_object(a), *rows;
    int64_t ids[BATCH_ROWS];
    const struct batch_row *first;
    const struct node *blank = NULL;
    size_t count;

    *b = (struct batch){.desk = d, .act = node_get_str(asked, "act"), .with = node_get(typed, "with")};
    if (permit_check(d->actor, MAY_PROJECT_ACT, e) < 0 || ids_read(d, asked, ids, &count, e) < 0 ||
        rows_read(b, ids, count, typed, results, e) < 0)
        return -1;
    put_acts(b, page);
    put_done(b, results, page);
    first = *b->act != '\0' ? first_open(b) : NULL;
    if (first != NULL && *why_alone(d, first, b->act) == '\0') {
        blank = row_form(b, first, NULL);
        put_common(b, first, blank, page);
    }
    rows = node_put_list(a, page, "rows");
    for (int open = 1; open >= 0; open--) /* first what can be done */
        for (size_t i = 0; i < b->count; i++)
            if (!node_get_bool(b->rows[i].result, "done") && is_open(&b->rows[i]) == open)
                put_row(b, &b->rows[i], blank, rows);
    node_put_text(a, page, "act_id", b->act);
    node_put_int(a, page, "count", (int64_t)node_count(rows));
    node_put_int(a, page, "rows_max", BATCH_ROWS);
    *ret = page;
    return 0;
}

/* ---- doing it ---- */

static struct node *row_input(struct arena *a, const struct node *with, const struct node *row)
{
    struct node *input = with != NULL ? node_copy(a, with) : node_object(a);

    for (const struct node *n = node_first(node_get(row, "with")); n != NULL; n = n->next)
        node_put(a, input, n->key, node_copy(a, n));
    if (*text_trim(a, node_get_str(row, "reason")) != '\0')
        node_put_text(a, input, "reason", text_trim(a, node_get_str(row, "reason")));
    return input;
}

static void row_refused(const struct desk *d, const struct err *x, const struct err_list *errors, struct node *n)
{
    struct arena *a = d->arena;

    node_put_text(a, n, "code", err_slug(x->code));
    node_put_text(a, n, "message", x->message);
    node_put_text(a, n, "mend", x->mend);
    node_put_text(a, n, "path", errors->count == 1 ? errors->item[0].path : x->path);
    node_put(a, n, "articles", view_articles_of(d, x->article));
    node_put(a, n, "errors", view_errors(d, errors->count > 1 ? errors : NULL));
}

static int number_read(const struct node *n, int64_t *ret)
{
    if (n != NULL && n->type == NODE_INT) {
        *ret = n->u.integer;
        return 0;
    }
    return text_i64(node_str(n, ""), ret);
}

static int row_numbers(const struct node *row, int64_t *ret_project, int64_t *ret_version)
{
    return number_read(node_get(row, "project"), ret_project) == 0 && *ret_project > 0 &&
                   number_read(node_get(row, "version"), ret_version) == 0 && *ret_version >= 0
               ? 0
               : -1;
}

static void row_do(const struct desk *d, const char *act, const struct node *with, const struct node *row,
                   struct node *list)
{
    struct arena *a = d->arena;
    struct desk own = *d;
    struct err_list *errors = ARENA_NEW(a, struct err_list);
    struct act_done done;
    struct err x = {0};
    int64_t project = 0, version = 0;
    struct node *n = node_add_object(a, list);

    if (row_numbers(row, &project, &version) < 0) /* shared_check has read them before */
        return;
    own.key = arena_fmt(a, "%.75s.%lld", d->key, (long long)project);
    view_put_id(a, n, "project", project);
    if (act_do(&own, project, version, act, row_input(a, with, row), &done, errors, &x) < 0) {
        node_put_bool(a, n, "done", 0);
        row_refused(d, &x, errors, n);
        return;
    }
    node_put_bool(a, n, "done", 1);
    node_put_text(a, n, "text", done.text);
    node_put_int(a, n, "seq", done.seq);
    node_put_fmt(a, n, "version", "%lld", (long long)done.version);
    node_put_bool(a, n, "repeated", done.repeated);
}

/* Only what several can share; asked of the first project he may know of. */
static int shared_check(const struct desk *d, const char *act, const struct node *rows, struct err *e)
{
    struct batch_row *row = ARENA_NEW(d->arena, struct batch_row);
    struct act_where where = {0};
    const char *why;

    for (const struct node *n = node_first(rows); n != NULL; n = n->next) {
        int64_t id = 0, version = 0;

        if (row_numbers(n, &id, &version) < 0) {
            err_fail(e, ERR_BAD_INPUT, "所选的一行缺少项目编号或者打开时的版本");
            err_mend(e, "请回到项目清单重新勾选，再按「成批办理」");
            return err_at(e, "/rows");
        }
        if (row->id != 0)
            continue;
        int found = casefile_look(d, id, &row->file, e);

        if (found < 0)
            return -1;
        row->id = found > 0 ? id : 0;
    }
    why = row->id != 0 ? why_alone(d, row, act) : "";
    if (*why == '\0')
        return 0;
    (void)casefile_act(d, &row->file, act, &where);
    err_fail(e, ERR_BAD_INPUT, "「%.80s」不能成批办理：%s",
             where.act != NULL ? node_get_str(where.act, "name") : "这一事项", why);
    return err_mend(e, "请从各项目的档案逐件办理");
}

int batch_do(const struct desk *d, const char *act, const struct node *with, const struct node *rows, struct node **ret,
             struct err *e)
{
    size_t count = rows != NULL && rows->type == NODE_LIST ? node_count(rows) : 0;

    if (permit_check(d->actor, MAY_PROJECT_ACT, e) < 0)
        return -1;
    if (count == 0 || count > BATCH_ROWS) {
        err_fail(e, ERR_BAD_INPUT, "请选择 1 到 %d 个项目", BATCH_ROWS);
        err_mend(e, "请在要办理的项目前打勾");
        return err_at(e, "/rows");
    }
    if (shared_check(d, act, rows, e) < 0)
        return -1;
    *ret = node_list(d->arena);
    for (const struct node *n = node_first(rows); n != NULL; n = n->next)
        row_do(d, act, with, n, *ret);
    return 0;
}
