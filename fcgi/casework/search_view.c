/*
 * casework/search_view.c - projects by what stands in their names, numbers, units, files and opinions
 *
 * The same door as the list of projects; of those shown, one more statement brings the places the words stand in.
 */
#include "config.h"

#include "casework/list.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "casework/view.h"

enum { PIECES_MAX = 200, PIECES_SHOWN = 3, WORDS = 3, BEFORE = 20, AFTER = 60, Q_CHARS = 60 };

/* ---- marks ---- */

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static size_t match(const char *at, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i < n; i++)
        if (lower(at[i]) != lower(word[i]))
            return 0;
    return n;
}

/* Of the words the one that stands here; 0 for none. */
static size_t any_match(const char *at, char **word, size_t words)
{
    size_t longest = 0;

    for (size_t i = 0; i < words; i++) {
        size_t n = *word[i] != '\0' ? match(at, word[i]) : 0;
        longest = n > longest ? n : longest;
    }
    return longest;
}

void search_piece_put(struct arena *a, struct node *list, const char *from, size_t len, int hit)
{
    struct node *n;

    if (len == 0)
        return;
    n = node_add_object(a, list);
    node_put_text(a, n, "text", arena_dupn(a, from, len));
    node_put_bool(a, n, "hit", hit);
}

/* Moves by characters, not by bytes. */
static const char *steps(const char *from, const char *end, int count)
{
    while (count > 0 && from < end) {
        size_t n = text_utf8_step(from, (size_t)(end - from), NULL);
        from += n > 0 ? n : 1;
        count--;
    }
    return from;
}

static const char *steps_back(const char *from, const char *begin, int count)
{
    while (count > 0 && from > begin) {
        from--;
        if (((unsigned char)*from & 0xc0) != 0x80)
            count--;
    }
    return from;
}

struct node *search_marks(struct arena *a, const char *text, const char *q)
{
    struct node *list = node_list(a);
    char **word;
    size_t words = text_split(a, q, ' ', &word), n = 0;
    const char *first = text, *end, *from, *at;

    while (*first != '\0' && any_match(first, word, words) == 0)
        first++;
    if (*first == '\0')
        first = text;
    from = steps_back(first, text, BEFORE);
    end = steps(first, text + strlen(text), AFTER);
    if (from > text)
        search_piece_put(a, list, "…", strlen("…"), 0);
    for (at = from; at<end; at += n> 0 ? n : 1) {
        n = any_match(at, word, words);
        if (n == 0)
            continue;
        search_piece_put(a, list, from, (size_t)(at - from), 0);
        search_piece_put(a, list, at, n, 1);
        from = at + n;
    }
    if (from < end)
        search_piece_put(a, list, from, (size_t)(end - from), 0);
    if (*end != '\0')
        search_piece_put(a, list, "…", strlen("…"), 0);
    return list;
}

/* ---- places ---- */

static int has_word(struct arena *a, const char *text, const char *q)
{
    char **word;
    size_t words = text_split(a, q, ' ', &word);

    for (const char *at = text; *at != '\0'; at++)
        if (any_match(at, word, words) > 0)
            return 1;
    return 0;
}

/* The text of an event's JSON in which a word stands; "" when it stood in nothing a person wrote. */
static const char *text_of(struct arena *a, const struct node *n, const char *q)
{
    const char *found = "";

    if (n->type == NODE_TEXT)
        return has_word(a, n->u.text, q) ? n->u.text : "";
    if (n->type != NODE_OBJECT && n->type != NODE_LIST)
        return "";
    for (const struct node *kid = node_first(n); kid != NULL && *found == '\0'; kid = kid->next)
        found = text_of(a, kid, q);
    return found;
}

static void place_put(const struct desk *d, const struct search_piece *p, const char *q, struct node *row)
{
    struct arena *a = d->arena;
    struct node *places = (struct node *)(uintptr_t)node_get(row, "places"), *n;
    int is_file = text_eq(p->kind, "document");
    const char *text = is_file ? p->text : text_of(a, view_json(a, p->text), q);

    if (*text == '\0' || node_count(places) >= PIECES_SHOWN || text_eq(text, node_get_str(row, "title")))
        return; /* the name stands above already */
    n = node_add_object(a, places);
    node_put_text(a, n, "kind", p->kind);
    node_put_text(a, n, "kind_name", is_file ? "文件" : p->name);
    if (is_file)
        node_put_text(a, n, "href", view_href(d, "/documents/%lld", (long long)p->ref));
    node_put(a, n, "pieces", search_marks(a, text, q));
}

static int places_put(const struct desk *d, struct db *db, const char *q, struct node *rows, struct err *e)
{
    struct arena *a = d->arena;
    int64_t ids[LIST_PAGE_ROWS];
    struct search_piece *pieces;
    size_t count = 0, n = 0;

    for (struct node *row = rows->u.kids.first; row != NULL && n < LIST_PAGE_ROWS; row = row->next) {
        if (text_i64(node_get_str(row, "id"), &ids[n]) == 0)
            n++;
        node_put(a, row, "title_pieces", search_marks(a, node_get_str(row, "title"), q));
        node_put(a, row, "unit_pieces", search_marks(a, node_get_str(row, "unit_name"), q));
        node_put(a, row, "number_pieces", search_marks(a, node_get_str(row, "number"), q));
        node_put_list(a, row, "places");
    }
    if (search_pieces(db, a, q, ids, n, PIECES_MAX, &pieces, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *id = arena_fmt(a, "%lld", (long long)pieces[i].project);

        for (struct node *row = rows->u.kids.first; row != NULL; row = row->next)
            if (text_eq(node_get_str(row, "id"), id))
                place_put(d, &pieces[i], q, row);
    }
    return 0;
}

int search_view(const struct desk *d, const struct node *query, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *rows = node_put_list(a, page, "results");
    const char *q = text_trim(a, node_get_str(query, "q"));
    struct project_filter f;
    struct project *found;
    size_t count;
    struct db *db;

    if (permit_check(d->actor, MAY_PROJECT_READ, e) < 0 || list_project_filter(d, query, &f, e) < 0)
        return -1;
    if (text_chars(q) > Q_CHARS) {
        err_fail(e, ERR_BAD_INPUT, "查找的内容最多 %d 个字", Q_CHARS);
        err_at(e, "/q");
        return err_mend(e, "请只填其中几个词，词之间空一格");
    }
    node_put_text(a, page, "q", q);
    node_put_bool(a, page, "too_short", *q != '\0' && text_chars(q) < 2);
    *ret = page;
    if (text_chars(q) < 2)
        return 0;
    f.text = q;
    f.deep = 1;
    if (district_db(d->platform, d->district, &db, e) < 0 || project_list(db, a, &f, &found, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count && i < LIST_PAGE_ROWS; i++)
        node_add(rows, list_project_node(d, &found[i]));
    node_put_int(a, page, "count_shown", (int64_t)node_count(rows));
    node_put_bool(a, page, "is_later", f.after_id > 0);
    if (count > LIST_PAGE_ROWS)
        view_put_id(a, page, "next_after", found[LIST_PAGE_ROWS - 1].id);
    node_put_text(a, page, "query", list_query(d, query));
    return places_put(d, db, q, rows, e);
}
