/*
 * regulation/publication.c - what stands beside the files of a version that was published on the platform
 */
#include "config.h"

#include "base/file.h"
#include "base/jsonin.h"
#include "base/text.h"
#include "regulation/model.h"

enum { PUBLICATION_MAX_BYTES = 16 * 1024 };

static int publication_read(const struct regulation *r, struct arena *a, const struct node **ret, struct err *e)
{
    const char *path = arena_fmt(a, "%s/publication.json", r->dir);
    int line = 0, column = 0;
    char *bytes;
    size_t len;

    if (file_read(a, path, PUBLICATION_MAX_BYTES, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(a, bytes, len, ret, &line, &column, e) == 0)
        return 0;

    const char *why = arena_dup(a, e->message);

    return err_fail(e, ERR_CONFIG, "%s:%d:%d：%s", path, line, column, why);
}

int regulation_publish(struct regulation *r, struct arena *a, struct err *e)
{
    const struct node *n;
    date day;

    if (publication_read(r, a, &n, e) < 0)
        return -1;
    if (!text_eq(node_get_str(n, "digest"), r->digest) || !text_eq(node_get_str(n, "regulation"), r->id) ||
        !text_eq(node_get_str(n, "tenant"), r->tenant)) {
        err_fail(e, ERR_CONFIG, "%s：文件与确认发布时的不是同一份（SM3 现为 %.16s…）", r->dir, r->digest);
        return err_mend(e, "请从备份恢复这个文件夹，或者在法规草稿页撤回后重新发布");
    }
    if (date_parse(node_get_str(n, "comes_on"), &day, e) < 0)
        return err_detail(e, "%s/publication.json: comes_on", r->dir);
    r->published_for = day;
    return 0;
}
