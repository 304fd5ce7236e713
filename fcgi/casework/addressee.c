/*
 * casework/addressee.c - 收文: the papers a post was sent, and whether somebody there has opened them
 *
 * House procedure, no law: no term begins with an opening, and none waits for it.
 */
#include "config.h"

#include "casework/addressee.h"

#include "base/text.h"
#include "casework/view.h"

enum { ROWS = 30 };

static const char *kind_name(int is_main)
{
    return is_main ? "主送" : "抄送";
}

/* ---- with the paper ---- */

int addressee_keep(struct op *op, int64_t decision, const char *organ, const struct node *to, struct err *e)
{
    struct arena *a = op->desk->arena;
    const struct project *p = &op->file.p;
    struct addressee *rows = ARENA_ARRAY(a, struct addressee, node_count(to) + 1);
    const int is_own = text_eq(organ, CASEFILE_UNIT);
    size_t n = 0;

    if (!is_own && !text_is_empty(p->unit_code))
        rows[n++] =
            (struct addressee){.organ = CASEFILE_UNIT, .unit = p->unit_code, .name = p->unit_name, .is_main = 1};
    for (const struct node *o = node_first(to); o != NULL; o = o->next) {
        const char *id = node_str(o, ""), *name = tenant_organ_name(op->desk->district->tenant, id);

        if (!text_is_empty(name) && !text_eq(id, CASEFILE_UNIT) && !text_eq(id, organ))
            rows[n++] = (struct addressee){.organ = id, .unit = "", .name = name, .is_main = is_own};
    }
    for (size_t i = 0; i < n; i++) {
        rows[i].decision = decision;
        rows[i].place = p->place;
        rows[i].read_at = INSTANT_NONE;
        rows[i].read_by = "";
    }
    return addressee_add(op->db, a, rows, n, e);
}

/* ---- read ---- */

static int is_mine(const struct desk *d, const struct addressee *x)
{
    return text_eq(x->organ, desk_organ(d)) && text_eq(x->unit, desk_unit(d));
}

static int open_write(const struct desk *d, struct db *db, const struct addressee *x, int64_t project, struct err *e)
{
    struct node *detail = node_object(d->arena);
    struct audit row = {
        .what = "paper.first_read", .object = arena_fmt(d->arena, "project/%lld", (long long)project), .result = "ok"};
    int first = addressee_read(db, d->arena, x, e);

    if (first <= 0)
        return first;
    view_put_id(d->arena, detail, "decision", x->decision);
    row.detail = view_json_text(d->arena, detail);
    return audit_put(d, db, &row, e) < 0 ? -1 : 1;
}

/* A page is not withheld because its reading could not be kept: then the next one keeps it. */
static int open_try(const struct desk *d, struct db *db, struct addressee *x, int64_t project)
{
    struct err e = {0};

    x->read_at = d->now;
    x->read_by = d->actor->name;
    if (tx_begin(db, &e) < 0)
        return 0;
    if (open_write(d, db, x, project, &e) > 0 && tx_commit(db, &e) == 0)
        return 1;
    tx_rollback(db);
    return 0;
}

int addressee_put(const struct desk *d, const struct decision *row, int64_t project, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "addressees");
    struct addressee *rows;
    struct db *db;
    size_t count;

    if (district_db(d->platform, d->district, &db, e) < 0 || addressee_of(db, a, row->id, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct node *o = node_add_object(a, list);
        int is_read = rows[i].read_at != INSTANT_NONE || (is_mine(d, &rows[i]) && open_try(d, db, &rows[i], project));

        node_put_text(a, o, "name", rows[i].name);
        node_put_text(a, o, "kind_name", kind_name(rows[i].is_main));
        node_put_bool(a, o, "is_read", is_read);
        if (is_read) {
            view_put_date(a, o, "read_on", instant_date(rows[i].read_at));
            node_put_text(a, o, "read_by", rows[i].read_by);
        }
    }
    return 0;
}

/* ---- the desk's tab ---- */

static struct node *paper_node(const struct desk *d, const struct addressed *row)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "id", row->decision);
    node_put_text(a, n, "title", row->title);
    node_put_text(a, n, "number", row->number);
    node_put_text(a, n, "name", row->name);
    node_put_text(a, n, "kind_name", kind_name(row->is_main));
    node_put_bool(a, n, "is_main", row->is_main);
    node_put_text(a, n, "organ_name", row->organ_name);
    node_put_text(a, n, "unit_name", row->unit_name);
    view_put_date(a, n, "issued_on", row->issued_on);
    node_put_bool(a, n, "is_unread", row->read_at == INSTANT_NONE);
    if (row->read_at != INSTANT_NONE) {
        view_put_date(a, n, "read_on", instant_date(row->read_at));
        node_put_text(a, n, "read_by", row->read_by);
    }
    node_put_bool(a, n, "is_withdrawn", text_eq(row->state, "withdrawn"));
    node_put_text(a, n, "href", view_href(d, "/decisions/%lld", (long long)row->decision));
    return n;
}

int papers_view(const struct desk *d, int unread, const char *after, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *list = node_put_list(a, page, "papers");
    const struct project_sight of = desk_sight(d);
    struct addressed *rows;
    struct db *db;
    int64_t before;
    size_t count;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || view_place(a, after, 1, &before, e) < 0 ||
        district_db(d->platform, d->district, &db, e) < 0 ||
        addressed_list(db, a, desk_organ(d), &of, unread, before, ROWS + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < ROWS; i++)
        node_add(list, paper_node(d, &rows[i]));
    node_put_bool(a, page, "is_unread_only", unread);
    if (count > ROWS)
        view_put_id(a, page, "next_after", rows[ROWS - 1].decision);
    *ret = page;
    return 0;
}
