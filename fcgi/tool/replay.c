/*
 * tool/replay.c - every act of every case decided once more; what does not agree with the record is named
 */
#include "config.h"

#include "tool/tool.h"

#include "base/text.h"
#include "casework/replay.h"
#include "exchange/trail.h"
#include "store/duties.h"

enum { REPLAY_BATCH = 200 };

struct replay_count {
    int64_t cases, acts, agreed, gaps;
};

static void differing_tell(struct tool *t, const struct node *one, const struct node *act)
{
    const char *number = node_get_str(one, "number");

    buf_fmt(t->out, "  %s「%s」第 %lld 步 %s %s：", *number != '\0' ? number : "未编号", node_get_str(one, "title"),
            (long long)node_get_int(act, "seq", 0), node_get_str(act, "at"), node_get_str(act, "name"));
    if (node_get_bool(act, "is_unsure"))
        buf_fmt(t->out, "不能断定，当时的情形没有全部留存；");
    if (!node_get_bool(act, "is_decided"))
        buf_fmt(t->out, "当时适用的办法版本没有载入，不能复核");
    for (const struct node *n = node_first(node_get(act, "differences")); n != NULL; n = n->next)
        buf_fmt(t->out, "%s 记录是%s，复核是%s；", node_get_str(n, "name"), node_get_str(n, "recorded"),
                node_get_str(n, "now"));
    for (const struct node *n = node_first(node_get(act, "reasons")); n != NULL; n = n->next)
        buf_fmt(t->out, " %s（%s）；", node_get_str(n, "message"), node_get_str(n, "articles_text"));
    for (const struct node *n = node_first(node_get(act, "basis")); n != NULL; n = n->next)
        buf_fmt(t->out, " %s已有变化；", node_get_str(n, "name"));
    buf_fmt(t->out, "\n");
}

/* Each case in an arena of its own. */
static int one_case(struct tool *t, struct platform *p, struct district *d, int64_t id, struct replay_count *n,
                    struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("replay", (size_t)512 << 20);
    struct desk desk = desk_of_system(p, d, a, "");
    struct node *one;
    int found = replay_case(&desk, id, &one, e);

    if (found <= 0)
        return found;
    n->cases++;
    n->acts += node_get_int(one, "acts", 0);
    n->agreed += node_get_int(one, "agreed", 0);
    n->gaps += node_get_int(one, "gaps", 0);
    for (const struct node *act = node_first(node_get(one, "differing")); act != NULL; act = act->next)
        differing_tell(t, one, act);
    return 0;
}

static int run_district(struct tool *t, struct platform *p, struct district *d, struct replay_count *n, struct err *e)
{
    int64_t ids[REPLAY_BATCH], after = INT64_MIN;
    size_t count;
    struct db *db;

    do {
        struct arena *a CLEANUP_(arena_freep) = arena_new("replay", (size_t)16 << 20);

        if (district_db(p, d, &db, e) < 0 || nightly_projects(db, a, after, REPLAY_BATCH, ids, &count, e) < 0)
            return -1;
        for (size_t i = 0; i < count; i++)
            if (one_case(t, p, d, ids[i], n, e) < 0)
                return -1;
        after = count > 0 ? ids[count - 1] : after;
    } while (count == REPLAY_BATCH);
    return 0;
}

enum tool_exit tool_replay(struct tool *t, struct err *e)
{
    struct platform *p;
    enum tool_exit rc = TOOL_OK;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    for (size_t i = 0; rc != TOOL_FAILED && i < p->count; i++) {
        struct district *d = &p->districts[i];
        struct replay_count n = {0};

        if (!tool_names(t, d) || d->regulation_count == 0)
            continue;
        if (run_district(t, p, d, &n, e) < 0) {
            rc = TOOL_FAILED;
            continue;
        }
        buf_fmt(t->out,
                "%s：项目 %lld 个，复核 %lld 步，一致 %lld 步，不一致 %lld 步；其中 %lld 步有当时的情形没有留存\n",
                d->tenant->id, (long long)n.cases, (long long)n.acts, (long long)n.agreed,
                (long long)(n.acts - n.agreed), (long long)n.gaps);
        if (n.agreed != n.acts)
            rc = TOOL_NO;
    }
    platform_close(p);
    return rc;
}
