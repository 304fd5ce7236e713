/*
 * casework/bill_check.c - a draft looked at as a whole, in the checker's own words
 */
#include "config.h"

#include "casework/bill_part.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

enum { LAW_BYTES = 256 << 20, WORDS_BYTES = 64 * 1024, FINDINGS_SHOWN = 100 };

static void arena_drop(void *p)
{
    arena_free(p);
}

int bill_examine(const struct desk *d, const struct bill *b, struct bill_law *ret, struct err *e)
{
    const struct tenant *t = d->district->tenant;
    const char **organs = ARENA_ARRAY(d->arena, const char *, t->organ_count + 1);
    struct arena *a = arena_new("bill", LAW_BYTES); /* a model is larger than a page may be */
    struct examined x = {.tenant_file = arena_fmt(d->arena, "%s/tenant.json", t->folder),
                         .id = b->regulation,
                         .tenant = t->id,
                         .organs_held = organs,
                         .count = t->organ_count,
                         .today = desk_today(d)};

    arena_defer(d->arena, arena_drop, a);
    *ret = (struct bill_law){.r = NULL};
    for (size_t i = 0; i < t->organ_count; i++)
        organs[i] = t->organs[i].id;
    findings_init(&ret->f, a);
    if (bill_folder(d, b, &ret->dir, e) < 0)
        return -1;
    x.dir = ret->dir;
    if (regulation_examine(a, &x, d->platform->vocabulary, d->platform->calendar, &ret->r, &ret->passed, &ret->f, e) <
        0)
        return -1;
    for (const struct finding *it = ret->f.first; it != NULL; it = it->next)
        ret->failed += text_eq(it->id, "scenario_fails");
    return 0;
}

/* "rules.json" of the folder it was read from; the common vocabulary keeps its own name. */
static const char *name_in(const struct bill_law *law, const char *file)
{
    size_t n = strlen(law->dir);

    return text_starts(file, law->dir) && file[n] == '/' ? file + n + 1 : file_name_last(file);
}

static struct node *finding_node_of(const struct desk *d, const struct bill *b, const struct bill_law *law,
                                    const struct finding *x)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a);
    const char *name = name_in(law, x->file);
    struct buf words CLEANUP_(buf_free) = {0};

    buf_init(&words, WORDS_BYTES);
    finding_print(x, name, law->f.arena, &words);
    node_put_text(a, n, "id", x->id);
    node_put_text(a, n, "file", name);
    node_put_int(a, n, "line", x->line);
    node_put_int(a, n, "column", x->column);
    node_put_bool(a, n, "is_error", x->level == FINDING_ERROR);
    node_put_bool(a, n, "is_open", x->accepted == NULL);
    node_put_text(a, n, "message", x->message);
    node_put_text(a, n, "mend", x->mend);
    node_put_text(a, n, "example", x->example);
    node_put(a, n, "articles", view_articles_of(d, x->article));
    node_put_text(a, n, "articles_joined", x->article);
    node_put_text(a, n, "words", buf_str(&words));
    if (bill_file_name_is_right(name))
        node_put_text(a, n, "href", view_href(d, "/regulation/bills/%lld/file?name=%s", (long long)b->id, name));
    if (x->accepted != NULL)
        view_take(d, node_put_object(a, n, "accepted"), x->accepted, "reading", "reason", "by", "date", NULL);
    return n;
}

/* What stands in the way first; what somebody has answered last. */
enum { RANKS = 3 };
static int rank_of(const struct finding *x)
{
    return x->level == FINDING_ERROR ? 0 : x->accepted == NULL ? 1 : 2;
}

struct node *bill_check_node(const struct desk *d, const struct bill *b, const struct bill_law *law, const char *only)
{
    struct arena *a = d->arena;
    struct node *o = node_object(a), *list = node_put_list(a, o, "findings");
    int n = 0;

    for (int rank = 0; rank < RANKS; rank++)
        for (const struct finding *x = law->f.first; x != NULL; x = x->next) {
            if (rank_of(x) != rank || (only != NULL && !text_eq(name_in(law, x->file), only)) || ++n > FINDINGS_SHOWN)
                continue;
            node_put_int(a, node_add(list, finding_node_of(d, b, law, x)), "n", n);
        }
    node_put_int(a, o, "count", n);
    node_put_int(a, o, "more", n > FINDINGS_SHOWN ? n - FINDINGS_SHOWN : 0);
    node_put_int(a, o, "errors", law->f.errors);
    node_put_int(a, o, "doubts", law->f.doubts);
    node_put_int(a, o, "accepted", law->f.accepted);
    node_put_int(a, o, "passed", law->passed);
    node_put_int(a, o, "failed", law->failed);
    node_put_bool(a, o, "is_sound", law->f.errors == 0 && law->f.doubts == 0);
    return o;
}

/* file:line:column; the file alone where there is no such file. */
static const char *place_of(const struct bill_law *law, const struct finding *x)
{
    const char *name = name_in(law, x->file);

    return x->line > 0 ? arena_fmt(law->f.arena, "%s:%d:%d", name, x->line, x->column) : name;
}

int bill_is_sound(const struct bill_law *law, struct err *e)
{
    const struct finding *x = law->f.first;

    if (law->f.errors == 0 && law->f.doubts == 0)
        return 0;
    while (x != NULL && (law->f.errors > 0 ? x->level != FINDING_ERROR : x->accepted != NULL))
        x = x->next;
    if (x == NULL) {
        err_fail(e, ERR_RULE, "检查没有通过，不能发布");
        return err_mend(e, "请到草稿页看检查结果，逐处改正或者写明理解");
    }
    if (law->f.errors > 0)
        err_fail(e, ERR_RULE, "草稿有 %d 处错误，不能发布。第一处 %s：%s", law->f.errors, place_of(law, x), x->message);
    else
        err_fail(e, ERR_RULE, "草稿有 %d 处疑问没有人答复，不能发布。第一处 %s：%s", law->f.doubts, place_of(law, x),
                 x->message);
    err_article(e, x->article);
    return err_mend(e, "%s",
                    law->f.errors == 0 ? "逐处改正，或者写明理解和理由后接受"
                    : *x->mend != '\0' ? x->mend
                                       : "逐处改正后再提出发布");
}
