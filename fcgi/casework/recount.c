/*
 * casework/recount.c - last days counted without a notice, counted again when the notice is there (G-05)
 *
 * A recorded act of the system, one project a transaction. Only what was provisional may move; a day somebody was
 * told may not come earlier by itself, it stays and a person looks at it.
 */
#include "config.h"

#include "base/text.h"
#include "casework/days.h"
#include "casework/op.h"
#include "casework/outcome.h"
#include "casework/view.h"

struct recount {
    int dry;
    struct node *rows;      /* what happens to the provisional ones */
    struct case_days *days; /* those that stand */
};

/* What becomes of a provisional day; NULL: nothing. */
static const char *outcome_of(const struct duty_row *was, const struct node *duty)
{
    const date due = days_due(duty);

    if (!was->provisional || !days_unfulfilled(was->state) || !days_unfulfilled(node_get_str(duty, "state")))
        return NULL;
    if (due < was->due_on && was->notified)
        return "kept";
    if (due != was->due_on)
        return "moved";
    return node_get_bool(duty, "provisional") ? NULL : "confirmed";
}

static void put_row(const struct desk *d, const struct recount *r, const struct duty_row *was, const struct node *duty,
                    const char *outcome)
{
    struct arena *a = d->arena;
    struct node *o = node_add_object(a, r->rows);

    node_put_text(a, o, "duty", was->duty);
    node_put_text(a, o, "key", was->key);
    node_put_text(a, o, "name", was->name);
    node_put_text(a, o, "outcome", outcome);
    node_put_text(a, o, "due_before", date_text(a, was->due_on));
    node_put_text(a, o, "due_after", node_get_str(duty, "due_on"));
    node_put_text(a, o, "calendar_before", was->calendar_version);
    node_put_text(a, o, "calendar_after", calendar_version(d->platform->calendar));
    node_put_bool(a, o, "provisional", node_get_bool(duty, "provisional"));
    if (!was->notified)
        return;
    view_put_date(a, o, "told_on", was->told_on);
    node_put_text(a, o, "told_by", was->told_by);
}

static void weigh(const struct desk *d, struct recount *r, const struct duty_row *was, const struct node *duty)
{
    const char *outcome;

    if (was == NULL || was->due_on == DATE_NONE || days_due(duty) == DATE_NONE)
        return;
    outcome = outcome_of(was, duty);
    if (outcome != NULL)
        put_row(d, r, was, duty, outcome);
    if (outcome != NULL ? text_eq(outcome, "kept") : days_differ(was, duty))
        days_hold(r->days, was, days_due(duty), outcome == NULL && was->provisional);
}

/* A day that was told and comes later now was told early enough. */
static void keep_told(const struct desk *d, const struct case_days *days, const struct node *verdict)
{
    struct node *duties = (struct node *)(uintptr_t)node_get(verdict, "duties");

    for (struct node *du = duties->u.kids.first; du != NULL; du = du->next) {
        const struct duty_row *was = days_row(days, du);

        if (was != NULL && was->notified && days_due(du) > was->due_on)
            node_put_bool(d->arena, du, DAYS_TOLD, 1);
    }
}

static int recount_save(struct op *op, const struct node *verdict, struct err *e)
{
    const struct desk *d = op->desk;

    outcome_project(d, &op->file, verdict);
    if (outcome_rows(d, op->db, &op->file, verdict, e) < 0 || project_save(op->db, d->arena, &op->file.p, e) < 0)
        return -1;
    op->after = project_digest(d->arena, &op->file.p);
    return 0;
}

static int recount_work(struct op *op, void *arg, struct err *e)
{
    const struct desk *d = op->desk;
    struct recount *r = arg;
    const struct node *counted, *verdict;

    r->rows = node_list(d->arena);
    r->days = op->file.days;
    op->unchanged = 1;
    if (r->days == NULL) /* counted by this calendar */
        return 0;
    counted = casefile_counted(d, &op->file);
    r->days->ready = 1;
    for (const struct node *duty = node_first(node_get(counted, "duties")); duty != NULL; duty = duty->next)
        weigh(d, r, days_row(r->days, duty), duty);
    op->unchanged = r->dry || node_count(r->rows) == 0;
    if (op->unchanged)
        return 0;
    verdict = casefile_road(d, &op->file);
    keep_told(d, r->days, verdict);
    op->detail = node_object(d->arena);
    node_put(d->arena, op->detail, "duties", node_copy(d->arena, r->rows));
    return recount_save(op, verdict, e);
}

int project_recount(const struct desk *d, int64_t project, int dry, struct node **ret, struct err *e)
{
    struct recount r = {.dry = dry};
    struct op op = {.desk = d, .may = MAY_PROJECT_ACT, .what = "calendar.recount", .project = project};

    op.asked = node_object(d->arena);
    if (op_run(&op, recount_work, &r, e) < 0)
        return -1;
    *ret = node_object(d->arena);
    node_put_text(d->arena, *ret, "number", op.file.p.number);
    node_put_text(d->arena, *ret, "title", op.file.p.title);
    node_put(d->arena, *ret, "duties", r.rows);
    return 0;
}
