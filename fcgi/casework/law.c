/*
 * casework/law.c - the regulation as people read it, and the audit trail as auditors do
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"
#include "store/case.h"

enum { AUDIT_ROWS = 25, AUDIT_LOOK_MAX = 5000 };

/* ---- the regulation ---- */

static void put_validity(const struct desk *d, const struct regulation *r, struct node *n)
{
    node_put_text(d->arena, n, "digest", regulation_digest(r));
    node_put_bool(d->arena, n, "is_expired", regulation_to(r) != DATE_NONE && regulation_to(r) < desk_today(d));
    node_put_bool(d->arena, n, "is_future", regulation_from(r) > desk_today(d));
}

static struct node *versions_of(const struct desk *d, const struct regulation *shown)
{
    struct arena *a = d->arena;
    const struct regulation *current = district_regulation(d->district, desk_today(d));
    struct node *list = node_list(a);

    for (size_t i = d->district->regulation_count; i-- > 0;) {
        const struct regulation *r = d->district->regulations[i];
        struct node *n = node_add(list, view_regulation(d, r));

        node_put_bool(a, n, "is_shown", r == shown);
        node_put_bool(a, n, "is_current", r == current);
        put_validity(d, r, n);
    }
    return list;
}

static struct node *rules_of(const struct desk *d, const struct node *rules)
{
    struct node *list = node_list(d->arena);

    for (const struct node *r = node_first(rules); r != NULL; r = r->next) {
        struct node *n = node_add(list, node_copy(d->arena, r));

        node_put_text(d->arena, n, "kind_name", node_get_str(r, "kind"));
        node_put_text(d->arena, n, "text", node_get_str(r, "quote"));
        node_put_bool(d->arena, n, "in_principle", text_eq(node_get_str(r, "strength"), "in_principle"));
    }
    return list;
}

static struct node *chapters_of(const struct desk *d, const struct node *chapters)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    int number = 0;

    for (const struct node *ch = node_first(chapters); ch != NULL; ch = ch->next) {
        struct node *o = node_add_object(a, list), *articles;

        node_put_int(a, o, "number", ++number);
        node_put_text(a, o, "title", node_get_str(ch, "title"));
        articles = node_put_list(a, o, "articles");
        for (const struct node *x = node_first(node_get(ch, "articles")); x != NULL; x = x->next) {
            struct node *n = node_add_object(a, articles);

            view_take(d, n, x, "number", "title", "text", "kind", NULL);
            node_put_text(a, n, "name", text_articles(a, node_get_str(x, "number")));
            node_put(a, n, "rules", rules_of(d, node_get(x, "rules")));
        }
    }
    return list;
}

/* ---- what the checker says of it ---- */

static int is_of(const struct desk *d, const struct finding *x, const struct regulation *r)
{
    return !text_eq(x->id, "acceptance_stale") &&
           strstr(x->file, arena_fmt(d->arena, "/%s/", regulation_id(r))) != NULL;
}

static struct node *finding_node_of(const struct desk *d, const struct finding *x)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    node_put_text(a, n, "id", x->id);
    node_put_bool(a, n, "is_error", x->level == FINDING_ERROR);
    node_put_text(a, n, "message", x->message);
    node_put_text(a, n, "mend", x->mend);
    node_put_text(a, n, "example", x->example);
    node_put_int(a, n, "line", x->line);
    node_put(a, n, "articles", view_articles_of(d, x->article));
    node_put_bool(a, n, "is_open", x->accepted == NULL);
    if (x->accepted != NULL)
        view_take(d, node_put_object(a, n, "accepted"), x->accepted, "reading", "reason", "by", "date", NULL);
    return n;
}

/* The version as it is loaded, looked at once more, with what has been accepted of it. */
static int findings_of(const struct desk *d, const struct regulation *r, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    const struct tenant *t = d->district->tenant;
    const char **organs = ARENA_ARRAY(a, const char *, t->organ_count + 1);
    struct node *list = node_put_list(a, page, "findings");
    struct findings f;
    int open = 0;

    for (size_t i = 0; i < t->organ_count; i++)
        organs[i] = t->organs[i].id;
    findings_init(&f, a);
    regulation_check(r, organs, t->organ_count, desk_today(d), &f);
    if (findings_accept(&f, arena_fmt(a, "%s/findings.json", t->folder), e) < 0 ||
        findings_accept(&f, arena_fmt(a, "%s/findings.json", regulation_dir(r)), e) <
            0) /* one published here has its own */
        return -1;
    for (const struct finding *x = f.first; x != NULL; x = x->next) {
        if (!is_of(d, x, r))
            continue;
        node_add(list, finding_node_of(d, x));
        open += x->accepted == NULL;
    }
    node_put_int(a, page, "open_count", open);
    return 0;
}

static int cases_of(const struct desk *d, const struct regulation *r, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    const struct node *all;
    struct node *o = node_put_object(a, page, "cases");
    int passed = 0;

    if (view_cases(d, r, &all, e) < 0)
        return -1;
    for (const struct node *n = node_first(all); n != NULL; n = n->next)
        passed += node_get_bool(n, "passes");
    node_put_int(a, o, "count", (int64_t)node_count(all));
    node_put_int(a, o, "passed", passed);
    node_put_int(a, o, "failed", (int64_t)node_count(all) - passed);
    node_put_text(a, o, "href", view_href(d, "/regulation/cases?version=%s", regulation_id(r)));
    return 0;
}

/* A reading with the names of the general rules it rests on. */
static void readings_of(const struct desk *d, struct node *page)
{
    struct arena *a = d->arena;
    const struct node *ledger = node_get(page, "ledger");
    struct node *readings = view_cite(d, node_get(ledger, "readings"));

    for (struct node *n = readings->u.kids.first; n != NULL; n = n->next) {
        struct node *rests = node_list(a);

        for (const struct node *k = node_first(node_get(n, "rests_on")); k != NULL; k = k->next)
            for (const struct node *x = node_first(node_get(ledger, "interpretation")); x != NULL; x = x->next)
                if (text_eq(node_get_str(x, "id"), node_str(k, "")))
                    view_take(d, node_add_object(a, rests), x, "id", "name", "source", NULL);
        node_put(a, n, "rests", rests);
    }
    node_put(a, page, "readings", readings);
    node_put(a, page, "interpretation", node_copy(a, node_get(ledger, "interpretation")));
}

static void predecessor_of(const struct desk *d, const struct regulation *r, struct node *n)
{
    const struct node *articles;
    const char *repealed = regulation_predecessor(r, &articles);

    if (repealed == NULL)
        return;
    struct node *o = node_put_object(d->arena, n, "predecessor");

    node_put_text(d->arena, o, "name", repealed);
    node_put(d->arena, o, "articles", view_articles(d, articles));
}

int regulation_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = text_is_empty(version_or_null)
                                     ? district_regulation(d->district, desk_today(d))
                                     : district_regulation_version(d->district, version_or_null);
    struct node *page = node_object(a), *n, *text;

    if (r == NULL && text_is_empty(version_or_null)) {
        node_put_bool(a, page, "is_bureau", 1);
        node_put(a, page, "versions", node_list(a));
        *ret = page;
        return 0;
    }
    if (r == NULL) {
        err_fail(e, ERR_NOT_FOUND, "没有这个版本的办法");
        return err_mend(e, "请从法规库的「版本」打开");
    }
    n = node_put(a, page, "regulation", view_regulation(d, r));
    put_validity(d, r, n);
    text = regulation_text(r, a);
    node_put(a, page, "chapters", chapters_of(d, node_get(text, "chapters")));
    node_put(a, page, "ledger", view_cite(d, regulation_ledger(r, a)));
    readings_of(d, page);
    predecessor_of(d, r, n);
    if (findings_of(d, r, page, e) < 0 || cases_of(d, r, page, e) < 0)
        return -1;
    node_put(a, page, "organs", view_cite(d, regulation_organs(r, a)));
    node_put(a, page, "versions", versions_of(d, r));
    *ret = page;
    return 0;
}

/* ---- audit ---- */

static const char *audit_organ_name(const struct desk *d, const struct audit *row)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const struct tenant_unit *u = tenant_unit(d->district->tenant, row->unit);
    const char *own = tenant_organ_name(d->district->tenant, row->organ);

    if (u != NULL)
        return u->name;
    if (own != NULL && *own != '\0')
        return own;
    for (size_t i = 0; i < d->district->tenant->role_count; i++)
        if (text_eq(d->district->tenant->roles[i].id, row->organ))
            return d->district->tenant->roles[i].name;
    return r != NULL && *row->organ != '\0' ? regulation_organ_name(r, row->organ) : row->organ;
}

/* A thing that is no project, by its kind and number: 「委托 9138…」. What has no word stays as it is written. */
static const char *audit_object(struct arena *a, const char *object)
{
    static const char *const kinds[][2] = {{"bill/", "法规草稿"},   {"delegation/", "委托"}, {"document/", "文件"},
                                           {"expert/", "专家"},     {"export/", "导出"},     {"inbox/", "报来"},
                                           {"review/", "专家评审"}, {"seat/", "评分表"},     {"view/", "视图"}};

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (text_starts(object, kinds[i][0]))
            return arena_fmt(a, "%s %s", kinds[i][1], object + strlen(kinds[i][0]));
    return object;
}

static struct node *audit_node(const struct desk *d, const struct audit *row)
{
    static const char *const results[][2] = {{"ok", "已办理"}, {"refused", "已拒绝"}, {"failed", "未完成"}};
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "id", row->id);
    node_put_int(a, n, "seq", row->id);
    view_put_instant(a, n, "at", row->at);
    view_put_instant(a, n, "case_at", row->case_at);
    node_put_text(a, n, "person_name", row->person_name);
    node_put_text(a, n, "organ", row->organ);
    node_put_text(a, n, "unit", row->unit);
    node_put_text(a, n, "organ_name", audit_organ_name(d, row));
    node_put_text(a, n, "address", row->address);
    node_put_text(a, n, "what", row->what);
    node_put_text(a, n, "object", row->object);
    node_put_text(a, n, "object_words", audit_object(a, row->object));
    node_put_text(a, n, "result", row->result);
    for (size_t i = 0; i < ARRAY_LEN(results); i++) {
        if (text_eq(results[i][0], row->result))
            node_put_text(a, n, "result_name", results[i][1]);
    }
    node_put_bool(a, n, "is_refused", !text_eq(row->result, "ok"));
    node_put_text(a, n, "reason", row->reason);
    node_put(a, n, "articles", view_articles_of(d, row->articles));
    node_put_text(a, n, "request_id", row->request_id);
    node_put_text(a, n, "before_sm3", row->before_sm3);
    node_put_text(a, n, "after_sm3", row->after_sm3);
    node_put_text(a, n, "mac", row->mac);
    node_put_fmt(a, n, "mac_short", "%.8s", row->mac);
    node_put(a, n, "detail", node_copy(a, view_json(a, row->detail)));
    if (text_starts(row->object, "project/"))
        node_put_text(a, n, "href", view_href(d, "/projects/%s", row->object + sizeof "project/" - 1));
    return n;
}

struct audit_filter {
    const char *object, *what, *person;
    int64_t before;
    struct project last; /* rows of one project stand together: read once */
};

/* What a row is about, in words: the project's name and number, the procedure. A draft is its unit's own. */
static int audit_words(const struct desk *d, struct db *db, struct audit_filter *f, const struct audit *row,
                       struct node *n, struct err *e)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const char *act = node_get_str(node_get(n, "detail"), "act");
    int64_t id;

    if (*act != '\0' && r != NULL)
        node_put_text(d->arena, n, "procedure_name",
                      regulation_procedure_name(r, arena_dupn(d->arena, act, strcspn(act, "."))));
    if (!text_starts(row->object, "project/") || text_i64(row->object + sizeof "project/" - 1, &id) < 0)
        return 0;
    if (f->last.id != id) {
        f->last = (struct project){0};
        if (project_get(db, d->arena, id, &f->last, e) < 0)
            return -1;
    }
    if (f->last.id == id && f->last.event_count > 0) {
        node_put_text(d->arena, n, "title", f->last.title);
        node_put_text(d->arena, n, "number", f->last.number);
    }
    return 0;
}

/* People know a project by its number. */
static int audit_number(const struct desk *d, struct db *db, struct audit_filter *f, struct err *e)
{
    struct project_filter by = desk_filter(d, 1);
    struct project *rows;
    size_t count;

    if (*f->object == '\0' || strchr(f->object, '/') != NULL)
        return 0;
    by.text = f->object;
    if (project_list(db, d->arena, &by, &rows, &count, e) < 0)
        return -1;
    if (count > 0)
        f->object = arena_fmt(d->arena, "project/%lld", (long long)rows[0].id);
    return 0;
}

static int audit_matches(const struct audit_filter *f, const struct audit *row)
{
    return row->in_sight && (*f->what == '\0' || strstr(row->what, f->what) != NULL) &&
           (*f->person == '\0' || strstr(row->person_name, f->person) != NULL);
}

/* One page of rows that match; looks at a bounded number of rows and says where to go on. */
static int audit_page(const struct desk *d, struct db *db, struct audit_filter *f, struct node *list, int64_t *ret_next,
                      struct err *e)
{
    int64_t next = 0;

    for (int looked = 0; looked < AUDIT_LOOK_MAX;) {
        struct audit *rows;
        size_t count;

        if (audit_list(db, d->arena, f->object, desk_sight(d).place, f->before, AUDIT_ROWS * 4, &rows, &count, e) < 0)
            return -1;
        next = 0;
        for (size_t i = 0; i < count; i++) {
            if (node_count(list) == AUDIT_ROWS) {
                *ret_next = f->before;
                return 0;
            }
            f->before = next = rows[i].id;
            if (audit_matches(f, &rows[i]) &&
                audit_words(d, db, f, &rows[i], node_add(list, audit_node(d, &rows[i])), e) < 0)
                return -1;
        }
        looked += (int)count;
        if (count < AUDIT_ROWS * 4) {
            next = 0;
            break;
        }
    }
    *ret_next = next;
    return 0;
}

int audit_view(const struct desk *d, const struct node *filter, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct audit_filter f = {.object = node_get_str(filter, "object"),
                             .what = node_get_str(filter, "what"),
                             .person = node_get_str(filter, "person")};
    const char *before = node_get_str(filter, "before");
    struct node *page = node_object(a), *shown;
    struct audit_anchor head;
    struct db *db;
    int64_t next = 0;

    if (permit_check(d->actor, MAY_AUDIT_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    if (view_place(a, before, 1, &f.before, e) < 0 || audit_number(d, db, &f, e) < 0 ||
        audit_head(db, a, &head, e) < 0 || audit_page(d, db, &f, node_put_list(a, page, "rows"), &next, e) < 0)
        return -1;
    if (next > 0)
        view_put_id(a, page, "next_after", next);
    shown = node_put_object(a, page, "filter");
    node_put_text(a, shown, "object", node_get_str(filter, "object"));
    node_put_text(a, shown, "what", f.what);
    node_put_text(a, shown, "person", f.person);
    shown = node_put_object(a, page, "chain");
    node_put_int(a, shown, "links", head.no);
    node_put_text(a, shown, "head", head.hash);
    *ret = page;
    return 0;
}
