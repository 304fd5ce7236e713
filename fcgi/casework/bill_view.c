/*
 * casework/bill_view.c - drafts as people see them: the list, one with what the checker says of it, one file
 */
#include "config.h"

#include "casework/bill_part.h"

#include "base/jsonin.h"
#include "base/text.h"

enum { BILL_ROWS = 25, DIFFERENCES_SHOWN = 200 };

static const char *state_name(const char *state)
{
    static const char *const names[][2] = {
        {"draft", "起草中"}, {"proposed", "待第二人确认"}, {"published", "已发布"}, {"withdrawn", "已撤回"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], state))
            return names[i][1];
    return state;
}

struct node *bill_node(const struct desk *d, const struct bill *b)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);

    view_put_id(a, n, "id", b->id);
    node_put_text(a, n, "regulation", b->regulation);
    node_put_text(a, n, "name", b->name);
    node_put_text(a, n, "based_on", b->based_on);
    node_put_text(a, n, "state", b->state);
    node_put_text(a, n, "state_name", state_name(b->state));
    node_put_text(a, n, "digest", b->digest);
    view_put_date(a, n, "comes_on", b->comes_on);
    node_put_bool(a, n, "is_in_force", text_eq(b->state, "published") && b->comes_on <= desk_today(d));
    view_put_instant(a, n, "created_at", b->created_at);
    node_put_text(a, n, "created_name", b->created_name);
    view_put_instant(a, n, "changed_at", b->changed_at);
    node_put_text(a, n, "changed_name", b->changed_name);
    view_put_instant(a, n, "proposed_at", b->proposed_at);
    node_put_text(a, n, "proposed_name", b->proposed_name);
    view_put_instant(a, n, "confirmed_at", b->confirmed_at);
    node_put_text(a, n, "confirmed_name", b->confirmed_name);
    node_put_text(a, n, "reason", b->reason);
    node_put_fmt(a, n, "version", "%lld", (long long)b->version);
    node_put_text(a, n, "href", view_href(d, "/regulation/bills/%lld", (long long)b->id));
    return n;
}

/* ---- the list ---- */

int bill_list_view(const struct desk *d, int64_t before, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *current = district_regulation(d->district, desk_today(d));
    struct node *page = node_object(a), *list = node_put_list(a, page, "bills");
    struct bill *rows;
    struct db *db;
    size_t count;

    if (permit_check(d->actor, MAY_BILL_READ, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        bill_list(db, a, before, BILL_ROWS + 1, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < BILL_ROWS; i++)
        node_add(list, bill_node(d, &rows[i]));
    if (count > BILL_ROWS)
        view_put_id(a, page, "next_after", rows[BILL_ROWS - 1].id);
    if (current != NULL)
        node_put(a, page, "current", view_regulation(d, current));
    *ret = page;
    return 0;
}

int bill_waiting(const struct desk *d, struct db *db, struct node *page, struct err *e)
{
    struct node *list = node_put_list(d->arena, page, "bills");
    struct bill *rows;
    size_t count;

    if (bill_list(db, d->arena, 0, BILL_ROWS, &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct err own = {0};

        if (text_eq(rows[i].state, "proposed") && bill_second_person(d, &rows[i], &own) == 0)
            node_add(list, bill_node(d, &rows[i]));
    }
    return 0;
}

/* ---- one ---- */

static struct node *files_node(const struct desk *d, const struct bill *b)
{
    struct arena *a = d->arena;
    struct node *list = node_list(a);
    struct bill_files files;

    bill_files_read(d, b, &files);
    for (size_t i = 0; i < files.count; i++) {
        struct node *o = node_add_object(a, list);
        char size[TEXT_SIZE_ROOM];

        node_put_text(a, o, "name", files.rows[i].name);
        node_put_text(a, o, "size_text", text_size(size, files.rows[i].size));
        node_put_text(a, o, "sm3", files.rows[i].sm3);
        node_put_fmt(a, o, "sm3_short", "%.8s", files.rows[i].sm3);
        node_put_bool(a, o, "is_case", text_starts(files.rows[i].name, "cases/"));
        node_put_text(a, o, "href",
                      view_href(d, "/regulation/bills/%lld/file?name=%s", (long long)b->id, files.rows[i].name));
    }
    return list;
}

static int64_t case_count(const struct node *files)
{
    int64_t count = 0;

    for (const struct node *n = node_first(files); n != NULL; n = n->next)
        count += node_get_bool(n, "is_case");
    return count;
}

static struct node *missing_node(const struct desk *d, const struct bill *b)
{
    static const char *const needed[] = {"text.json", "rules.json"};
    struct node *list = node_list(d->arena);
    struct bill_files files;

    bill_files_read(d, b, &files);
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (bill_file_find(&files, needed[i]) == NULL) {
            struct node *o = node_add_object(d->arena, list);

            node_put_text(d->arena, o, "name", needed[i]);
            node_put_text(d->arena, o, "href",
                          view_href(d, "/regulation/bills/%lld/file?name=%s", (long long)b->id, needed[i]));
        }
    return list;
}

static const char *what_name(const char *what)
{
    return text_eq(what, "added") ? "新增" : text_eq(what, "removed") ? "删去" : "改动";
}

/* Against the version in force, in words. */
static void difference_put(const struct desk *d, const struct regulation *r, struct node *page)
{
    struct arena *a = d->arena;
    const struct regulation *current = district_regulation(d->district, desk_today(d));
    struct node *o, *list;
    const struct node *all;
    int n = 0;

    if (r == NULL || current == NULL)
        return;
    o = node_put_object(a, page, "difference");
    node_put(a, o, "from", view_regulation(d, current));
    list = node_put_list(a, o, "rows");
    all = regulation_diff(current, r, a);
    for (const struct node *x = node_first(all); x != NULL && n < DIFFERENCES_SHOWN; x = x->next, n++) {
        struct node *row = node_add_object(a, list);

        view_take(d, row, x, "what", "kind", "id", "words", "articles", NULL);
        node_put_text(a, row, "what_name", what_name(node_get_str(x, "what")));
    }
    node_put_int(a, o, "count", (int64_t)node_count(all));
    node_put_int(a, o, "more", (int64_t)node_count(all) - n);
}

int bill_view(const struct desk *d, int64_t id, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *n;
    struct bill_law law;
    struct bill b;

    if (bill_read_row(d, id, &b, e) < 0 || bill_examine(d, &b, &law, e) < 0)
        return -1;
    n = node_put(a, page, "bill", bill_node(d, &b));
    node_put(a, n, "files", files_node(d, &b));
    node_put_int(a, n, "case_count", case_count(node_get(n, "files")));
    node_put(a, page, "missing", missing_node(d, &b));
    node_put(a, page, "check", bill_check_node(d, &b, &law, NULL));
    if (law.r != NULL) {
        struct node *r = node_put_object(a, page, "law");

        node_put_text(a, r, "title", regulation_title(law.r));
        node_put_text(a, r, "document_number", regulation_document_number(law.r));
        view_put_date(a, r, "from", regulation_from(law.r));
        node_put(a, page, "ledger", view_cite(d, regulation_ledger(law.r, a)));
    }
    difference_put(d, law.r, page);
    node_put_bool(a, page, "can_edit", text_eq(b.state, "draft") && permit_allows(d->actor->post->kind, MAY_BILL_EDIT));
    *ret = page;
    return 0;
}

/* ---- one file, beside the articles ---- */

/* The text as far as it can be read: of a draft, else nothing. */
static struct node *articles_node(const struct desk *d, const struct bill_files *files)
{
    struct arena *a = d->arena;
    const struct bill_file *text = bill_file_find(files, "text.json");
    struct node *list = node_list(a);
    const struct node *root;
    struct err e = {0};
    char *bytes;
    size_t len;

    if (text == NULL || bill_file_text(d, text->sm3, &bytes, &len, &e) < 0 ||
        jsonin_parse(a, bytes, len, &root, NULL, NULL, &e) < 0)
        return list;
    for (const struct node *ch = node_first(node_get(root, "chapters")); ch != NULL; ch = ch->next)
        for (const struct node *x = node_first(node_get(ch, "articles")); x != NULL; x = x->next) {
            struct node *o = node_add_object(a, list);
            const int64_t number = node_get_int(x, "number", 0);

            node_put_fmt(a, o, "number", "%lld", (long long)number);
            node_put_text(a, o, "name", number >= 1 && number <= 999 ? text_article(a, (int)number) : "");
            node_put_text(a, o, "text", node_get_str(x, "text"));
        }
    return list;
}

int bill_file_view(const struct desk *d, int64_t id, const char *name, const char *typed, struct node **ret,
                   struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *o;
    const struct bill_file *file;
    struct bill_files files;
    struct bill_law law;
    struct bill b;
    char *bytes = arena_dup(a, "");
    size_t len = 0;

    if (bill_read_row(d, id, &b, e) < 0)
        return -1;
    if (!bill_file_name_is_right(name)) {
        err_fail(e, ERR_NOT_FOUND, "草稿里没有「%.60s」这样的文件", name);
        return err_mend(e, "请从草稿的文件清单打开");
    }
    if (bill_examine(d, &b, &law, e) < 0)
        return -1;
    bill_files_read(d, &b, &files);
    file = bill_file_find(&files, name);
    if (file != NULL && bill_file_text(d, file->sm3, &bytes, &len, e) < 0)
        return -1;
    node_put(a, page, "bill", bill_node(d, &b));
    o = node_put_object(a, page, "file");
    node_put_text(a, o, "name", name);
    node_put_text(a, o, "text", typed != NULL ? typed : bytes);
    node_put_bool(a, o, "is_new", file == NULL);
    node_put_text(a, o, "sm3", file != NULL ? file->sm3 : "");
    node_put(a, page, "check", bill_check_node(d, &b, &law, name));
    node_put(a, page, "articles_text", articles_node(d, &files));
    node_put_bool(a, page, "can_edit", text_eq(b.state, "draft") && permit_allows(d->actor->post->kind, MAY_BILL_EDIT));
    *ret = page;
    return 0;
}

int bill_stale_view(const struct desk *d, int64_t id, const char *name, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *o = node_object(a), *row;
    const struct bill_file *file;
    struct bill_files files;
    struct bill b;

    if (bill_read_row(d, id, &b, e) < 0)
        return -1;
    bill_files_read(d, &b, &files);
    file = bill_file_find(&files, name);
    node_put_int(a, o, "version", b.version);
    row = node_add_object(a, node_put_list(a, o, "rows"));
    node_put_text(a, row, "path", "/text");
    node_put_text(a, row, "label", *name != '\0' ? name : "草稿");
    node_put_fmt(a, row, "theirs", "%s于 %s 保存%s%.8s", b.changed_name, instant_text(a, b.changed_at),
                 file != NULL ? "，这一文件现在的 SM3 为 " : "", file != NULL ? file->sm3 : "");
    node_put_text(a, row, "yours", "在本页，没有保存");
    *ret = o;
    return 0;
}
