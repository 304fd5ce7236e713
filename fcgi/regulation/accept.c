/*
 * regulation/accept.c - doubts that somebody has looked at, in the district's findings.json
 *
 * A row names the doubt, its articles, how the place is read, why, by whom and when. Errors
 * cannot be accepted, and a row that no longer meets a doubt is itself one.
 */
#include "config.h"

#include "regulation/regulation.h"

#include <string.h>

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/load.h"

enum { ACCEPT_MAX_BYTES = 1 << 20 };

static const char *joined(struct arena *a, const struct node *list)
{
    const char *s = "";

    for (const struct node *n = node_first(list); n; n = n->next)
        s = *s ? arena_fmt(a, "%s,%s", s, node_str(n, "")) : node_str(n, "");
    return s;
}

static int meets(struct arena *a, const struct finding *x, const struct node *row)
{
    const char *regulation = node_get_str(row, "regulation"), *about = node_get_str(row, "about");

    if (!text_eq(x->id, node_get_str(row, "finding")) || !text_eq(x->article, joined(a, node_get(row, "articles"))))
        return 0;
    if (*regulation && !strstr(x->file, arena_fmt(a, "/%s/", regulation)))
        return 0;
    return !*about || strstr(x->message, about) != NULL;
}

static int row_complete(struct load *l, const struct node *row)
{
    int before = l->f->errors;

    if (!load_members(l, row, SENTENCE_ACCEPTED))
        return 0;
    load_id(l, row, "finding");
    load_list(l, row, "articles", 1);
    load_text(l, row, "reading");
    load_text(l, row, "reason");
    load_text(l, row, "by");
    load_date(l, row, "date", 1);
    load_text_opt(l, row, "about");
    load_text_opt(l, row, "regulation");
    return l->f->errors == before;
}

static void accept_row(struct load *l, const struct node *row, struct finding *last)
{
    int met = 0;

    for (struct finding *x = l->f->first; x; x = x == last ? NULL : x->next) {
        if (!meets(l->a, x, row))
            continue;
        met = 1;
        if (x->level == FINDING_ERROR) {
            load_fault(l, "error_accepted", node_get(row, "finding"), "改正规则，并删去这一行", "错误不能接受：%s",
                       x->message);
        } else if (!x->accepted) {
            x->accepted = row;
            l->f->doubts--;
            l->f->accepted++;
        }
    }
    if (!met)
        finding_put(l->f, FINDING_DOUBT, "acceptance_stale", l->file, row, 0, joined(l->a, node_get(row, "articles")),
                    "删去这一行", "没有这样的疑问了：%s", node_get_str(row, "finding"));
}

int findings_accept(struct findings *f, const char *path, struct err *e)
{
    struct load l = {.a = f->arena, .f = f, .file = path, .article = ""};
    struct finding *last = f->last;
    const struct node *root;
    int line = 0, column = 0;
    char *bytes;
    size_t len;

    if (!file_exists(path))
        return 0;
    if (file_read(f->arena, path, ACCEPT_MAX_BYTES, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(f->arena, bytes, len, &root, &line, &column, e) < 0) {
        struct placed_node at = {{.type = NODE_LIST, .is_placed = 1}, {.line = line, .column = column}};
        load_fault(&l, "bad_json", &at.node, "", "%s", e->message);
        return -1;
    }
    if (!load_members(&l, root, SENTENCE_FINDINGS))
        return 0;
    for (const struct node *n = node_first(load_list(&l, root, "accepted", 1)); n; n = n->next)
        if (row_complete(&l, n) && last)
            accept_row(&l, n, last);
    findings_sort(f);
    return 0;
}
