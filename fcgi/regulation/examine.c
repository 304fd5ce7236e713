/*
 * regulation/examine.c - one version looked at as a whole, before anybody relies on it
 *
 * The steps are those of guizhang regulation check; a draft is told the same, in the same words.
 */
#include "config.h"

#include "base/file.h"
#include "base/text.h"
#include "regulation/model.h"

/* A file that must be there and is not; 1 when both are. */
static int files_are_there(struct arena *a, const struct examined *x, struct findings *f)
{
    static const char *const names[] = {"text.json", "rules.json"};
    int there = 1;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *path = arena_fmt(a, "%s/%s", x->dir, names[i]);

        if (file_exists(path))
            continue;
        finding_put(f, FINDING_ERROR, "file_missing", path, NULL, 0, "", "补上这个文件", "没有 %s", names[i]);
        there = 0;
    }
    return there;
}

static void check_name(const struct regulation *r, const struct examined *x, struct findings *f)
{
    const struct node *id = node_get(r->rules, "regulation"), *tenant = node_get(r->rules, "tenant");

    if (x->id && !text_eq(r->id, x->id))
        finding_put(f, FINDING_ERROR, "wrong_version", r->file, id, 0, "", arena_fmt(f->arena, "写成「%s」", x->id),
                    "rules.json 写的版本是「%s」，这里是「%s」", r->id, x->id);
    if (x->tenant && !text_eq(r->tenant, x->tenant))
        finding_put(f, FINDING_ERROR, "wrong_tenant", r->file, tenant, 0, "",
                    arena_fmt(f->arena, "写成「%s」", x->tenant), "rules.json 写的区是「%s」，不是「%s」", r->tenant,
                    x->tenant);
}

int regulation_examine(struct arena *a, const struct examined *x, const struct vocabulary *v, const struct calendar *c,
                       struct regulation **ret, int *ret_passed, struct findings *f, struct err *e)
{
    struct regulation *r = NULL;
    int before = f->errors;

    *ret = NULL;
    *ret_passed = 0;
    if (!files_are_there(a, x, f))
        return 0;
    if (regulation_load_beside(a, x->dir, x->tenant_file, v, &r, f, e) < 0)
        return f->errors > before ? (*e = (struct err){0}, 0) : -1;
    regulation_check(r, x->organs_held, x->count, x->today, f);
    check_name(r, x, f);
    *ret_passed = regulation_scenarios(r, c, f);
    before = f->errors;
    if (findings_accept(f, arena_fmt(a, "%s/findings.json", x->dir), e) < 0 && f->errors == before)
        return -1;
    *e = (struct err){0}; /* what is wrong stands in f */
    findings_sort(f);
    *ret = r;
    return 0;
}
