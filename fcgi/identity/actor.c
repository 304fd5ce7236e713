/*
 * identity/actor.c - the permission table and its refusals
 *
 * Every sentence is composed from the tables of actor.h, so that a new row needs no words here.
 */
#include "config.h"

#include "identity/actor.h"

#include <assert.h>

#include "base/text.h"

enum class {
#define X(name, label) CLASS_##name,
    CLASS_TABLE(X)
#undef X
        CLASS__MAX
};

static const struct {
    const char *slug, *label;
} classes[] = {
#define X(name, label) {#name, label},
    CLASS_TABLE(X)
#undef X
};

static const struct {
    const char *slug;
    unsigned char allow[CLASS__MAX];
    unsigned char writes;
} actions[] = {
#define X(name, slug, unit, office, intake, auditor, leader, editor, expert, writes)                                   \
    {slug, {unit, office, intake, auditor, leader, editor, expert}, writes},
    ACTION_TABLE(X)
#undef X
};

static int class_of(const char *kind)
{
    for (int c = 0; c < CLASS__MAX; c++)
        if (text_eq(classes[c].slug, kind))
            return c;
    return -1;
}

const char *action_slug(enum action m)
{
    assert((unsigned)m < MAY__MAX);
    return actions[m].slug;
}

int action_writes(enum action m)
{
    assert((unsigned)m < MAY__MAX);
    return actions[m].writes;
}

const char *post_class_name(const char *kind)
{
    int c = class_of(kind);

    return c < 0 ? "" : classes[c].label;
}

int permit_allows(const char *kind, enum action m)
{
    assert((unsigned)m < MAY__MAX);
    int c = class_of(kind);

    return c >= 0 && actions[m].allow[c];
}

/* The person's own posts that may, so that he knows what to change to; 0 when he has none. */
static int name_own_posts(const struct actor *who, enum action m, struct err *e)
{
    const char *first = NULL;
    int count = 0;

    for (size_t i = 0; i < who->post_count; i++) {
        const struct post *p = &who->posts[i];
        if (!permit_allows(p->kind, m) || (who->post && !text_eq(p->tenant, who->post->tenant)))
            continue;
        if (count++ == 0)
            first = text_is_empty(p->unit_name) ? p->organ_name : p->unit_name;
    }
    if (count == 1)
        err_mend(e, "您还任「%s」的岗位，切换到该岗位后可以办理", first);
    else if (count > 1)
        err_mend(e, "您还任「%s」等 %d 个可以办理的岗位，切换后再试", first, count);
    return count;
}

static int refuse(const struct actor *who, enum action m, struct err *e)
{
    const struct post *p = who->post;
    char may[256] = "";
    size_t n = 0;

    for (int c = 0; c < CLASS__MAX; c++) {
        if (!actions[m].allow[c])
            continue;
        text_copy(may + n, sizeof(may) - n, n ? "、" : "");
        while (may[n])
            n++;
        text_copy(may + n, sizeof(may) - n, classes[c].label);
        while (may[n])
            n++;
    }
    const char *own = text_is_empty(p->unit_name) ? p->organ_name : p->unit_name;
    if (text_eq(own, post_class_name(p->kind)))
        err_fail(e, ERR_FORBIDDEN, "此项由%s的岗位办理，当前岗位是%s", may, own);
    else
        err_fail(e, ERR_FORBIDDEN, "此项由%s的岗位办理，当前岗位是%s（%s）", may, own, post_class_name(p->kind));
    if (!name_own_posts(who, m, e))
        err_mend(e, "请由有此岗位的同事办理；岗位由政务目录管理员分配");
    return err_detail(e, "action %s, class %s", actions[m].slug, p->kind);
}

int permit_check(const struct actor *who, enum action m, struct err *e)
{
    assert((unsigned)m < MAY__MAX);
    if (!who->post) {
        err_fail(e, ERR_FORBIDDEN, "尚未选定岗位，不能办理此项");
        return err_mend(e, "请先选择以哪个岗位办理");
    }
    if (!permit_allows(who->post->kind, m))
        return refuse(who, m, e);
    if (actions[m].writes && who->directory_stale && who->unchecked_s > ACT_UNCHECKED_MAX_S) { /* G11 */
        err_fail(e, ERR_DIRECTORY, "政务目录已有 %d 分钟没有应答，岗位无法核对，现在只能查阅",
                 (int)(who->unchecked_s / 60));
        return err_mend(e, "请保存好填写的内容，目录恢复后再提交");
    }
    return 0;
}
