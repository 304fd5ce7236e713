/*
 * tool/nightly.c - the day's run over the duties, at a prompt: begun, taken up where it stopped, or gone through again
 */
#include "config.h"

#include "tool/tool.h"

#include "base/text.h"
#include "casework/nightly.h"
#include "exchange/trail.h"

/* Each batch in an arena of its own: what one project needed is forgotten before the next. */
static int batch(struct platform *p, struct district *d, struct nightly *n, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("nightly", (size_t)512 << 20);
    struct desk desk = desk_of_system(p, d, a, "");
    int more = nightly_step(&desk, NIGHTLY_BATCH, n, e);

    n->state = text_eq(n->state, "done") ? "done" : "running"; /* the arena goes */
    return more;
}

static int begin(struct platform *p, struct district *d, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("nightly", (size_t)64 << 20);
    struct desk desk = desk_of_system(p, d, a, "");

    return nightly_restart(&desk, e);
}

static int look(struct platform *p, struct district *d, int64_t *ret_empty, struct err *e)
{
    struct arena *a CLEANUP_(arena_freep) = arena_new("nightly", (size_t)64 << 20);
    struct desk desk = desk_of_system(p, d, a, "");
    struct vacancy *rows;
    size_t count;

    if (nightly_look_for_holders(&desk, e) < 0 || vacancy_list(d->db, a, &rows, &count, e) < 0)
        return -1;
    *ret_empty = (int64_t)count;
    return 0;
}

static int run_district(struct tool *t, struct platform *p, struct district *d, struct err *e)
{
    struct nightly n = {0};
    int64_t started_ms = clock_monotonic_ms(), statements, empty = -1;
    struct db *db;
    int more;

    if (district_db(p, d, &db, e) < 0)
        return -1;
    statements = db_statements(db);
    if (begin(p, d, e) < 0)
        return -1;
    while ((more = batch(p, d, &n, e)) > 0)
        ;
    if (more < 0)
        return -1;
    if (!text_eq(n.state, "done")) {
        buf_fmt(t->out, "%s：另一个程序正在办今天的到期检查，由它办完\n", d->tenant->id);
        return 0;
    }
    buf_fmt(t->out,
            "%s：%s 查看 %lld 个项目，变动 %lld 个；可以办理 %lld 项，黄牌 %lld 张，红牌 %lld 张，"
            "资金超限 %lld 个，账与记录不符 %lld 个（已更正），没有查成 %lld 个；"
            "%.1f 秒，%lld 条语句\n",
            d->tenant->id, date_text(t->arena, n.day), (long long)n.projects, (long long)n.changed, (long long)n.opened,
            (long long)n.yellow, (long long)n.red, (long long)n.exceeding, (long long)n.drifted, (long long)n.failed,
            (double)(clock_monotonic_ms() - started_ms) / 1000.0, (long long)(db_statements(db) - statements));
    if (look(p, d, &empty, e) < 0)
        return -1;
    buf_fmt(t->out, "%s：有事等办而无人的岗位 %lld 个\n", d->tenant->id, (long long)empty);
    return 0;
}

enum tool_exit tool_nightly(struct tool *t, struct err *e)
{
    struct platform *p;
    enum tool_exit rc = TOOL_OK;

    if (tool_platform(t, &p, e) < 0)
        return TOOL_FAILED;
    if (t->args->tenant && !platform_district(p, t->args->tenant)) {
        err_fail(e, ERR_NOT_FOUND, "没有 %s 这个区", t->args->tenant);
        return TOOL_NO;
    }
    for (size_t i = 0; rc == TOOL_OK && i < p->count; i++)
        if (tool_names(t, &p->districts[i]) && p->districts[i].regulation_count > 0 &&
            run_district(t, p, &p->districts[i], e) < 0)
            rc = TOOL_FAILED;
    platform_close(p);
    return rc;
}
