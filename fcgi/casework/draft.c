/*
 * casework/draft.c - saving what a unit has typed, right or wrong
 *
 * A draft is always saved (暂存): what reads well becomes a typed fact, what does not is kept as it was
 * typed and named in the errors. Two things are not saved: anything of a classified project (G-15), and
 * changes to a submitted application beyond what a correction request asks for.
 */
#include "config.h"

#include "casework/draft.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/again.h"
#include "casework/facts.h"
#include "casework/op.h"
#include "casework/outcome.h"
#include "casework/view.h"

struct draft_call {
    int64_t project, version;
    const struct node *facts;
};

/* ---- merging ---- */

/* Members of the form lie over what is kept; a member that reads as nothing takes the fact away. */
static void draft_merge(const struct op *op, const struct node *given, const struct node *read, struct node **ret_facts,
                        struct node **ret_typed)
{
    struct arena *a = op->desk->arena;
    struct node *facts = node_object(a), *typed = node_object(a);

    for (const struct node *n = node_first(op->file.facts); n != NULL; n = n->next) {
        if (node_get(given, n->key) == NULL)
            node_put(a, facts, n->key, node_copy(a, n));
    }
    for (const struct node *n = node_first(op->file.typed); n != NULL; n = n->next) {
        if (node_get(given, n->key) == NULL)
            node_put(a, typed, n->key, node_copy(a, n));
    }
    for (const struct node *n = node_first(read); n != NULL; n = n->next)
        node_put(a, facts, n->key, node_copy(a, n));
    for (const struct node *n = node_first(given); n != NULL; n = n->next) {
        if (node_get(read, n->key) == NULL && facts_is_known(op->file.regulation, n->key) && n->type == NODE_TEXT &&
            *n->u.text != '\0')
            node_put(a, typed, n->key, node_copy(a, n));
    }
    *ret_facts = facts;
    *ret_typed = typed;
}

/* ---- what may not be saved ---- */

static int draft_locked(const struct op *op, struct err *e)
{
    if (op->file.p.submitted_on == DATE_NONE || casefile_correction(&op->file) != NULL)
        return 0;
    err_fail(e, ERR_RULE, "项目已于 %s 申报，填报内容不能再改", date_text(op->desk->arena, op->file.p.submitted_on));
    return err_mend(e, "需要更改的，请由受理机关退回补正，或者办理变更");
}

/* Only what the request names is open; the rest must be what it was. */
static int draft_within_correction(const struct op *op, const struct node *facts, struct err_list *errors)
{
    const struct case_event *correction = casefile_correction(&op->file);
    int refused = 0;

    if (op->file.p.submitted_on == DATE_NONE || correction == NULL)
        return 0;
    for (const struct node *n = node_first(facts); n != NULL; n = n->next) {
        const struct node *before = node_get(op->file.facts, n->key);

        if (correction_names(correction, n->key) || (before != NULL && node_equal(before, n)))
            continue;
        refused = -1;
        again_refuse(errors, facts_label(op->file.regulation, n->key), "/facts", n->key);
    }
    return refused;
}

int draft_classified(const struct desk *d, const struct node *verdict, struct err_list *errors, struct err *e)
{
    const struct node *reason = node_first(node_get(verdict, "reasons"));

    if (!verdict_classified(verdict))
        return 0;
    verdict_errors(d, node_get(verdict, "reasons"), errors);
    err_fail(e, ERR_RULE, "%s",
             *node_get_str(reason, "message") != '\0' ? node_get_str(reason, "message") : "本项目不在平台办理");
    err_article(e, view_articles_join(d->arena, node_get(reason, "articles")));
    return err_mend(e, "%s。平台没有保存填报内容",
                    *node_get_str(reason, "mend") != '\0' ? node_get_str(reason, "mend") : "请停止填写");
}

/* ---- the work ---- */

int draft_put(const struct desk *d, struct db *db, struct casefile *c, const struct node *verdict, int64_t nth,
              struct err *e)
{
    struct project *p = &c->p;

    outcome_project(d, c, verdict);
    if (p->submitted_on == DATE_NONE)
        p->regulation = regulation_id(c->regulation);
    if (nth > 0) { /* a millisecond apart: within one, many would meet by chance */
        p->id = crypto_ident(d->machine_now / 1000 + nth - 1);
        p->version = 1;
    }
    if ((nth > 0 ? project_add(db, d->arena, p, e) : project_save(db, d->arena, p, e)) < 0)
        return -1;
    return outcome_rows(d, db, c, verdict, e);
}

static int draft_begin(struct op *op, const struct draft_call *c, struct err *e)
{
    if (c->project == 0)
        return casefile_blank(op->desk, &op->file, e);
    if (!casefile_is_project(&op->file.p))
        return err_fail(e, ERR_NOT_FOUND, "没有这个项目");
    if (c->version >= 0 && op->file.p.version != c->version) {
        err_fail(e, ERR_STALE, "这份申报在您打开页面之后已被他人改过");
        return err_mend(e, "请核对他人的改动，再决定以哪一份为准");
    }
    return draft_locked(op, e);
}

static int draft_work(struct op *op, void *arg, struct err *e)
{
    const struct draft_call *c = arg;
    const struct desk *d = op->desk;
    struct node *read, *facts, *typed;
    const struct node *verdict;
    struct casefile tried;

    if (draft_begin(op, c, e) < 0)
        return -1;
    read = facts_read(op->file.regulation, d->arena, c->facts, 0, op->errors);
    draft_merge(op, c->facts, read, &facts, &typed);

    tried = op->file;
    tried.facts = facts;
    verdict = casefile_road(d, &tried);
    if (draft_classified(d, verdict, op->errors, e) < 0)
        return -1;
    if (draft_within_correction(op, facts, op->errors) < 0) {
        err_fail(e, ERR_RULE, "%s", op->errors->item[0].message);
        return err_mend(e, "%s", op->errors->item[0].mend);
    }
    op->file.facts = facts;
    op->file.typed = typed;
    if (draft_put(d, op->db, &op->file, verdict, c->project == 0, e) < 0)
        return -1;
    op->object = arena_fmt(d->arena, "project/%lld", (long long)op->file.p.id);
    op->after = project_digest(d->arena, &op->file.p);
    op->result = node_object(d->arena);
    view_put_id(d->arena, op->result, "project", op->file.p.id);
    node_put_int(d->arena, op->result, "version", op->file.p.version);
    return 0;
}

int draft_save(const struct desk *d, int64_t project, int64_t version, const struct node *facts, int64_t *ret_id,
               int64_t *ret_version, struct err_list *errors, struct err *e)
{
    struct draft_call c = {.project = project, .version = version, .facts = facts};
    struct op op = {.desk = d,
                    .may = MAY_PROJECT_DRAFT,
                    .what = "project.draft",
                    .project = project,
                    .errors = errors,
                    .versioned = project != 0 && version >= 0,
                    .is_draft = 1};
    struct node *asked = node_object(d->arena);

    if (facts == NULL || facts->type != NODE_OBJECT) {
        err_fail(e, ERR_BAD_INPUT, "没有填报内容");
        return err_mend(e, "请在「新建申报」或者「修改申报」页填写后再暂存");
    }
    view_put_id(d->arena, asked, "project", project);
    node_put_int(d->arena, asked, "version", version);
    node_put(d->arena, asked, "facts", node_copy(d->arena, facts));
    op.asked = asked;
    if (op_run(&op, draft_work, &c, e) < 0)
        return -1;
    if (text_i64(node_get_str(op.result, "project"), ret_id) < 0)
        return err_fail(e, ERR_INTERNAL, "保存的编号读不出来");
    *ret_version = node_get_int(op.result, "version", 0);
    return 0;
}
