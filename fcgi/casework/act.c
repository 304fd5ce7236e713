/*
 * casework/act.c - an organ acts on a case: the one place where something happens to a project
 *
 * Everything an allowed act leads to (act_write.c) is rows of one transaction. A refused act leaves an audit row and
 * nothing else.
 */
#include "config.h"

#include "casework/act_part.h"

#include "base/text.h"
#include "casework/again.h"
#include "casework/cosign.h"
#include "casework/facts.h"
#include "casework/mend.h"
#include "casework/part.h"
#include "casework/plan.h"
#include "casework/runs.h"
#include "casework/view.h"

/* ---- reading what was asked ---- */

/* The day the act itself names ("dated_by"): earlier days are honest late entries, later ones are refused. */
static int act_dated(const struct op *op, struct act_call *c, struct err_list *errors)
{
    const char *field = node_get_str(c->where.act, "dated_by");
    struct err e = {0};
    date day;

    c->at = op->desk->now;
    if (*field == '\0' || *node_get_str(c->with, field) == '\0')
        return 0;
    if (date_parse(node_get_str(c->with, field), &day, &e) < 0)
        return 0; /* its own reader has said so */
    if (day > desk_today(op->desk)) {
        err_fail(&e, ERR_BAD_INPUT, "日期 %s 还没有到，不能登记将来的事", date_text(op->desk->arena, day));
        err_mend(&e, "请填写实际发生的日期，最晚是今天");
        err_at(&e, "/with/%s", field);
        err_list_take(errors, &e);
        return -1;
    }
    if (day < desk_today(op->desk))
        c->at = instant_of_date(day, 0, 0);
    return 0;
}

int act_carries(const struct op *op, const struct act_call *c, const struct document *doc)
{
    const struct desk *d = op->desk;

    if (mend_is(c->what))
        return text_eq(doc->state, "draft") && mend_carries(c->with, doc);
    if (!text_eq(doc->state, "draft") || !text_eq(doc->procedure, act_procedure(d->arena, c->what)))
        return 0;
    return node_get_bool(c->where.act, "takes_materials") ||
           (d->actor != NULL && text_eq(doc->person, d->actor->person));
}

/* What goes with the act besides its form: materials by id, the files behind them, the facts as they stood. */
static void act_carry(const struct op *op, struct act_call *c)
{
    struct arena *a = op->desk->arena;
    struct node *materials = node_list(a), *documents = node_list(a);

    for (size_t i = 0; i < op->file.document_count; i++) {
        const struct document *doc = &op->file.documents[i];

        if (!act_carries(op, c, doc))
            continue;
        if (*doc->material != '\0')
            node_add_text(a, materials, doc->material);
        struct node *o = node_add_object(a, documents);

        view_put_id(a, o, "id", doc->id);
        node_put_text(a, o, "material", doc->material);
        node_put_text(a, o, "name", doc->name);
        node_put_text(a, o, "sm3", doc->sm3);
        node_put_int(a, o, "size", doc->size);
    }
    if (node_count(documents) > 0) {
        node_put(a, c->with, "materials", materials);
        node_put(a, c->with, "documents", documents);
    }
    if (node_get_bool(c->where.act, "takes_materials"))
        node_put(a, c->with, "facts", node_copy(a, op->file.facts));
}

static int any_sent_back(const struct casefile *c)
{
    for (size_t i = 0; i < c->event_count; i++)
        if (node_count(node_get(c->history[i].with, "correction")) > 0)
            return 1;
    return 0;
}

/* A form that was sent back: only what the request opens may say something else than before. */
static void act_again(const struct op *op, const struct act_call *c, struct err_list *errors)
{
    const struct desk *d = op->desk;
    const struct node *verdict;
    struct again g;

    if (!any_sent_back(&op->file) || c->where.act == NULL)
        return;
    verdict = casefile_road(d, &op->file);
    again_find(d, &op->file, c->what, runs_of(verdict, runs_act(verdict, c->what, c->with)), &g);
    if (g.before != NULL && g.correction != NULL)
        again_keep(d->arena, &g, regulation_form(op->file.regulation, d->arena, node_get_str(c->where.act, "form")),
                   c->with, errors);
}

/* Who signs later signs the same paper: what the others wrote and he left out is his too, as on the form that comes
 * filled in. */
static void act_joint(const struct op *op, struct act_call *c)
{
    struct arena *a = op->desk->arena;
    const struct node *joint, *form;

    if (!node_get_bool(c->where.act, "by_all"))
        return;
    joint = node_get(runs_act(casefile_road(op->desk, &op->file), c->what, c->with), "joint");
    form = regulation_form(op->file.regulation, a, node_get_str(c->where.act, "form"));
    for (const struct node *f = node_first(node_get(form, "fields")); joint != NULL && f != NULL; f = f->next) {
        const char *id = node_get_str(f, "id");

        if (node_get(joint, id) != NULL && node_get(c->with, id) == NULL)
            node_put(a, c->with, id, node_copy(a, node_get(joint, id)));
    }
}

static void act_read(struct op *op, struct act_call *c, struct err_list *errors)
{
    const struct desk *d = op->desk;
    struct node *typed = NULL;

    if (d->actor == NULL) { /* a receipt, verified and shaped by the layer above */
        c->with = c->input != NULL ? node_copy(d->arena, c->input) : node_object(d->arena);
        c->at = d->now;
        return;
    }
    if (regulation_read_act(op->file.regulation, d->arena, c->what, c->input, &typed, errors) < 0 || typed == NULL)
        typed = node_object(d->arena);
    c->with = typed;
    act_joint(op, c);
    act_again(op, c, errors);
    (void)act_dated(op, c, errors);
    if (mend_is(c->what))
        c->with = mend_with(op, typed, c->input, errors);
    else
        act_carry(op, c);
}

/* ---- yes or no ---- */

static int act_refuse(const struct act_call *c, const struct err_list *errors, struct err *e)
{
    const struct err *first = &errors->item[0];
    int n = errors->count;

    if (n > 1) /* each is in the list, with its article and what mends it */
        return err_fail(e, ERR_RULE, "不能办理「%s」，有 %d 处需要解决", act_event_name(c), n);
    err_fail(e, ERR_RULE, "不能办理「%s」：%s", act_event_name(c), first->message);
    if (first->article[0] != '\0')
        err_article(e, first->article);
    if (first->mend[0] != '\0')
        err_mend(e, "%s", first->mend);
    return -1;
}

static int has_error_at(const struct err_list *errors, const char *path)
{
    for (int i = 0; i < errors->count && i < ERR_LIST_MAX; i++) {
        if (*path != '\0' && text_eq(errors->item[i].path, path))
            return 1;
    }
    return 0;
}

/*
 * Reasons about a field that its reader has already named would say the same thing twice; and where the form
 * could not be read as a whole, the evaluator saw none of it and would call all of it missing.
 */
static struct node *reasons_left(struct arena *a, const struct node *reasons, const struct err_list *errors)
{
    struct node *left = node_list(a);

    for (const struct node *r = node_first(reasons); r != NULL; r = r->next) {
        const char *code = node_get_str(r, "code"), *path = node_get_str(r, "path");
        int of_form = text_eq(code, "checklist") || text_starts(path, "/with");

        if (has_error_at(errors, path) || (errors->count > 0 && of_form))
            continue;
        node_add(left, node_copy(a, r));
    }
    return left;
}

/* Which items were mended; their words stand in the event. */
static void detail_mended(struct op *op, const struct act_call *c)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_put_list(a, op->detail, "mended");

    node_put_text(a, op->detail, "filing", node_get_str(c->with, "filing"));
    for (const struct node *n = node_first(node_get(c->with, "facts")); n != NULL; n = n->next)
        node_add_text(a, list, n->key);
    for (const struct node *n = node_first(node_get(c->with, "documents")); n != NULL; n = n->next)
        node_add_text(a, list, node_get_str(n, "item"));
}

static void detail_put(struct op *op, const struct act_call *c, const struct node *reasons)
{
    struct arena *a = op->desk->arena;

    op->detail = node_object(a);
    node_put_text(a, op->detail, "act", c->what);
    node_put_text(a, op->detail, "by", c->by);
    if (c->hands.for_person != NULL && *c->hands.for_person != '\0') {
        node_put_text(a, op->detail, "for", c->hands.for_name);
        node_put_text(a, c->with, "for_person", c->hands.for_person);
    }
    if (mend_is(c->what))
        detail_mended(op, c);
    if (reasons == NULL)
        return;
    struct node *codes = node_put_list(a, op->detail, "codes");

    for (const struct node *r = node_first(reasons); r != NULL; r = r->next)
        node_add_text(a, codes, node_get_str(r, "code"));
}

static int act_judge(struct op *op, struct act_call *c, struct err_list *errors, struct err *e)
{
    const struct desk *d = op->desk;
    struct case_event attempt = {.at = c->at, .what = c->what, .by = c->by, .with = c->with};
    const struct node *reasons;

    c->verdict = casefile_attempt(d, &op->file, act_procedure(d->arena, c->what), &attempt);
    reasons = node_get(c->verdict, "reasons");
    detail_put(op, c, reasons);
    if (!text_eq(node_get_str(c->verdict, "outcome"), "allowed"))
        verdict_errors(d, reasons_left(d->arena, reasons, errors), errors);
    if (errors->count > 0)
        return act_refuse(c, errors, e);
    if (!text_eq(node_get_str(c->verdict, "outcome"), "allowed"))
        return err_fail(e, ERR_RULE, "按规定不能办理「%s」", act_event_name(c));
    c->effects = node_get(c->verdict, "effects");
    if (*node_get_str(c->effects, "records") != '\0')
        node_put_text(d->arena, c->with, "records", node_get_str(c->effects, "records"));
    if (node_count(regulation_act_sets(op->file.regulation, d->arena, c->what)) > 0)
        node_put(d->arena, c->with, "was", facts_were(d->arena, op->file.facts, node_get(c->effects, "sets")));
    return 0;
}

/* ---- the work ---- */

static int act_work(struct op *op, void *arg, struct err *e)
{
    struct act_call *c = arg;

    c->decision = 0;
    c->decision_number = NULL;
    if (c->version >= 0 && op->file.p.version != c->version) {
        err_fail(e, ERR_STALE, "这个项目在您打开页面之后已被他人办理过");
        return err_mend(e, "请核对新的情况，再决定是否办理；已填内容没有丢失");
    }
    if (hands_check(op, &c->hands, e) < 0)
        return -1;
    c->where = (struct act_where){0};
    (void)casefile_act(op->desk, &op->file, c->what, &c->where);
    if (cosign_check(op, c->what, &c->where, e) < 0)
        return -1;
    act_read(op, c, op->errors);
    if (act_judge(op, c, op->errors, e) < 0 || plan_carry(op, c->with, e) < 0)
        return -1;
    return act_apply(op, c, e);
}

static const struct node *act_asked(const struct desk *d, int64_t project, const struct act_call *c)
{
    struct node *asked = node_object(d->arena);

    view_put_id(d->arena, asked, "project", project);
    node_put_int(d->arena, asked, "version", c->version);
    node_put_text(d->arena, asked, "act", c->what);
    node_put_text(d->arena, asked, "by", c->by);
    if (!text_is_empty(d->on_behalf))
        node_put_text(d->arena, asked, "on_behalf", d->on_behalf);
    node_put(d->arena, asked, "input", c->input != NULL ? node_copy(d->arena, c->input) : node_object(d->arena));
    return asked;
}

int act_do(const struct desk *d, int64_t project, int64_t version, const char *act, const struct node *input,
           struct act_done *ret, struct err_list *errors, struct err *e)
{
    struct act_call c = {.version = version, .what = act, .by = desk_organ(d), .input = input};
    struct op op = {.desk = d,
                    .may = MAY_PROJECT_ACT,
                    .what = "project.act",
                    .project = project,
                    .errors = errors,
                    .versioned = version >= 0};
    int64_t id = 0;

    op.asked = act_asked(d, project, &c);
    if (op_run(&op, act_work, &c, e) < 0)
        return -1;
    *ret = (struct act_done){.project = project,
                             .version = node_get_int(op.result, "version", 0),
                             .seq = node_get_int(op.result, "seq", 0),
                             .text = node_get_str(op.result, "text"),
                             .number = node_get_str(op.result, "number"),
                             .repeated = op.repeated};
    if (text_i64(node_get_str(op.result, "decision"), &id) == 0)
        ret->decision = id;
    return 0;
}

int case_event(const struct desk *d, int64_t project, const char *what, const char *by, const struct node *with,
               struct err *e)
{
    struct err_list errors = {0};
    struct act_call c = {.version = -1, .what = what, .by = by, .input = with};
    struct op op = {.desk = d, .may = MAY_OUTBOX_ACT, .what = "project.event", .project = project, .errors = &errors};

    op.asked = act_asked(d, project, &c);
    return op_run(&op, act_work, &c, e);
}
