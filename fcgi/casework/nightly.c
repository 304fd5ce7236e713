/*
 * casework/nightly.c - once a day over all projects
 *
 * A batch is a transaction: the day's row locked, its projects locked in the order of their ids, evaluated by the one
 * function, what changed written with its cards and one audit row a project, the place reached left in the row. A run
 * that is killed loses at most its batch; one that comes twice finds nothing to write.
 */
#include "config.h"

#include "casework/nightly.h"

#include "base/text.h"
#include "casework/cosign.h"
#include "casework/op.h"
#include "casework/outcome.h"
#include "casework/remind.h"
#include "casework/view.h"

enum { NIGHTLY_TRIES = 3, NIGHTLY_BATCH_MAX = 500 };

struct batch {
    const struct desk *d;
    struct db *db;
    struct nightly n;
    struct card *given; /* of the batch's projects, before */
    size_t given_count;
};

/* One project's night. */
struct night {
    struct batch *b;
    struct casefile file;
    struct project before;
    struct node *verdict;
    struct node *money; /* of the audit row: what the ledger said before and says now; NULL the same */
    struct node *told;  /* of the audit row: [{duty, key, card, due_on}] */
    int64_t written;    /* duty and task rows that differed */
};

/* ---- cards ---- */

static date day_of(const struct node *duty, const char *key)
{
    struct err e = {0};
    date day;

    return date_parse(node_get_str(duty, key), &day, &e) == 0 ? day : DATE_NONE;
}

static int is_given(const struct batch *b, const struct card *c)
{
    for (size_t i = 0; i < b->given_count; i++)
        if (b->given[i].project == c->project && text_eq(b->given[i].duty, c->duty) &&
            text_eq(b->given[i].key, c->key) && text_eq(b->given[i].kind, c->kind) &&
            text_eq(b->given[i].who, c->who) && text_eq(b->given[i].unit, c->unit))
            return 1;
    return 0;
}

static void card_count(struct nightly *n, enum remind_card card)
{
    n->opened += card == CARD_OPEN;
    n->yellow += card == CARD_YELLOW;
    n->red += card == CARD_RED;
}

static void card_tell(struct night *t, const struct card *c)
{
    struct arena *a = t->b->d->arena;
    struct node *o = node_add_object(a, t->told);

    node_put_text(a, o, "duty", c->duty);
    node_put_text(a, o, "key", c->key);
    node_put_text(a, o, "card", c->kind);
    node_put_text(a, o, "who", c->who);
    view_put_date(a, o, "due_on", c->due_on);
}

/* Told once: that is counted, on record, and kept. */
static int card_once(struct night *t, const struct card *c, enum remind_card card, struct err *e)
{
    if (is_given(t->b, c))
        return 0;
    card_count(&t->b->n, card);
    card_tell(t, c);
    return card_add(t->b->db, t->b->d->arena, c, e);
}

/* Of a duty that binds several each organ that has not acted yet is told. */
static int card_of_duty(struct night *t, const struct node *duty, struct err *e)
{
    const struct desk *d = t->b->d;
    const struct tenant_reminders *r = &d->district->tenant->reminders;
    const date opens_on = day_of(duty, "opens_on"), due_on = day_of(duty, "due_on");
    const date begins_on = opens_on != DATE_NONE ? opens_on : day_of(duty, "trigger_on");
    struct waited w;
    enum remind_card card;

    if (!text_eq(node_get_str(duty, "state"), "open") && !text_eq(node_get_str(duty, "state"), "overdue"))
        return 0;
    if (node_get_bool(duty, "paused"))
        return 0;
    card = remind_card_of(d->platform->calendar, r, begins_on, opens_on, due_on, desk_today(d));
    if (card == CARD_NONE)
        return 0;
    w = outcome_duty_waits(d, &t->file, t->verdict, duty);
    for (size_t i = 0; i < w.count; i++) {
        const struct card c = {.project = t->file.p.id,
                               .duty = node_get_str(duty, "id"),
                               .key = node_get_str(duty, "key"),
                               .kind = remind_card_id(card),
                               .name = node_get_str(duty, "name"),
                               .who = w.organ[i],
                               .unit = text_eq(w.organ[i], CASEFILE_UNIT) ? t->file.p.unit_code : "",
                               .person = "",
                               .due_on = due_on,
                               .given_on = desk_today(d),
                               .articles = view_articles_join(d->arena, node_get(duty, "articles")),
                               .note = "",
                               .by_name = ""};

        if (card_once(t, &c, card, e) < 0)
            return -1;
    }
    return 0;
}

static int cards_of(struct night *t, struct err *e)
{
    struct card *asked;
    const size_t count = cosign_due_cards(t->b->d, &t->file, t->verdict, &asked);

    for (const struct node *du = node_first(node_get(t->verdict, "duties")); du != NULL; du = du->next)
        if (card_of_duty(t, du, e) < 0)
            return -1;
    for (size_t i = 0; i < count; i++)
        if (card_once(t, &asked[i], CARD_NONE, e) < 0)
            return -1;
    return 0;
}

/* ---- one project ---- */

/* Whether the passing of time has changed what the project's own row says. */
static int row_moved(const struct project *was, const struct project *is)
{
    return !text_eq(was->state, is->state) || !text_eq(was->stage, is->stage) ||
           !text_eq(was->stage_name, is->stage_name) || !text_eq(was->holder, is->holder) ||
           !text_eq(was->holder_name, is->holder_name) || was->holder_since != is->holder_since ||
           was->next_due != is->next_due || was->next_provisional != is->next_provisional ||
           !text_eq(was->next_name, is->next_name) || !text_eq(was->route, is->route) ||
           !text_eq(was->marks, is->marks);
}

/* The ledger proved again from the events: a row that says otherwise is put right, and on record. */
static int money_moved(struct night *t)
{
    const struct project *was = &t->before, *is = &t->file.p;
    struct arena *a = t->b->d->arena;
    const int same = was->money_over == is->money_over && node_equal(view_json(a, was->money), view_json(a, is->money));

    t->b->n.exceeding += is->money_over > 0;
    if (same)
        return 0;
    t->b->n.drifted++;
    t->money = node_object(a);
    node_put(a, t->money, "before", node_copy(a, view_json(a, was->money)));
    node_put(a, t->money, "after", node_copy(a, view_json(a, is->money)));
    node_put_int(a, t->money, "over", is->money_over);
    return 1;
}

static int night_audit(struct night *t, struct err *e)
{
    const struct desk *d = t->b->d;
    struct arena *a = d->arena;
    struct node *detail = node_object(a);
    struct audit row = {.what = "nightly.project",
                        .object = arena_fmt(a, "project/%lld", (long long)t->file.p.id),
                        .result = "ok",
                        .before_sm3 = project_digest(a, &t->before),
                        .after_sm3 = project_digest(a, &t->file.p)};

    view_put_date(a, detail, "day", t->b->n.day);
    node_put(a, detail, "cards", t->told);
    if (t->money != NULL)
        node_put(a, detail, "money", t->money);
    node_put_bool(a, detail, "rows", t->written > 0);
    row.detail = view_json_text(a, detail);
    t->b->n.changed++;
    return audit_put(d, t->b->db, &row, e);
}

/* Duty and task rows as the verdict has them; *ret_written how many statements that took: none when nothing differed.
 */
static int rows_write(const struct night *t, int64_t *ret_written, struct err *e)
{
    const int64_t before = db_statements(t->b->db);

    if (outcome_rows(t->b->d, t->b->db, &t->file, t->verdict, e) < 0)
        return -1;
    *ret_written = db_statements(t->b->db) - before;
    return 0;
}

/* A change of state counts projects anew and is the one thing an open form must know of. */
static int row_write(struct night *t, struct err *e)
{
    const struct desk *d = t->b->d;

    if (!text_eq(t->before.state, t->file.p.state))
        return project_save(t->b->db, d->arena, &t->file.p, e);
    return nightly_project(t->b->db, d->arena, &t->file.p, e);
}

static int night_write(struct night *t, struct err *e)
{
    const struct desk *d = t->b->d;
    struct casefile *f = &t->file;
    int moved;

    outcome_project(d, f, t->verdict);
    moved = row_moved(&t->before, &f->p) | money_moved(t);
    if (rows_write(t, &t->written, e) < 0)
        return -1;
    /* by which calendar the days stand is looked up there, and no change anybody need be told */
    if ((moved || !text_eq(t->before.days_calendar, f->p.days_calendar)) && row_write(t, e) < 0)
        return -1;
    if (cards_of(t, e) < 0)
        return -1;
    return moved || t->written > 0 || node_count(t->told) > 0 ? night_audit(t, e) : 0;
}

/* A project whose law is not loaded must not keep the others waiting: it is counted and on record. */
static int night_failed(struct batch *b, int64_t project, struct err *e)
{
    struct audit row = {.what = "nightly.project",
                        .object = arena_fmt(b->d->arena, "project/%lld", (long long)project),
                        .result = "failed",
                        .reason = err_slug(e->code)};

    if (e->code != ERR_CONFIG)
        return -1;
    *e = (struct err){0};
    b->n.failed++;
    return audit_put(b->d, b->db, &row, e);
}

static int night_of(struct batch *b, int64_t project, struct err *e)
{
    const struct desk *d = b->d;
    struct night t = {.b = b, .told = node_list(d->arena)};
    int found = casefile_lock(d, b->db, project, "", 0, NULL, &t.file, e);

    if (found < 0)
        return night_failed(b, project, e);
    b->n.projects++;
    if (found == 0)
        return 0;
    t.before = t.file.p;
    t.verdict = casefile_road(d, &t.file);
    return night_write(&t, e);
}

/* ---- the batch ---- */

static int batch_projects(struct batch *b, int batch, int64_t *ids, size_t *ret_count, struct err *e)
{
    const struct desk *d = b->d;
    size_t count;

    if (nightly_projects(b->db, d->arena, b->n.last_project, batch, ids, &count, e) < 0)
        return -1;
    *ret_count = count;
    if (count == 0)
        return 0;
    return card_given(b->db, d->arena, ids[0], ids[count - 1], &b->given, &b->given_count, e);
}

/* 1 more to come, 0 the end, -1; the row is locked. */
static int batch_work(struct batch *b, int batch, struct err *e)
{
    int64_t ids[NIGHTLY_BATCH_MAX];
    size_t count;

    if (batch_projects(b, batch, ids, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (night_of(b, ids[i], e) < 0)
            return -1;
    if (count > 0)
        b->n.last_project = ids[count - 1];
    if (count < (size_t)batch) {
        b->n.state = "done";
        b->n.ended_at = instant_now();
    }
    return nightly_save(b->db, b->d->arena, &b->n, e) < 0 ? -1 : count == (size_t)batch;
}

/* The day's row under its lock; 1, 0 when it is done or another has it, -1. Begun when it is not there. */
static int batch_take(struct batch *b, date day, struct err *e)
{
    struct arena *a = b->d->arena;
    int found = nightly_take(b->db, a, day, &b->n, e);

    if (found != 0)
        return found;
    found = nightly_get(b->db, a, day, &b->n, e);
    if (found != 0)
        return found < 0 ? -1 : 0;
    if (nightly_add(b->db, a, day, instant_now(), e) < 0)
        return -1;
    return nightly_take(b->db, a, day, &b->n, e);
}

static int batch_once(const struct desk *d, int batch, struct nightly *ret, struct err *e)
{
    struct batch b = {.d = d};
    int rc;

    if (district_db(d->platform, d->district, &b.db, e) < 0 || tx_begin(b.db, e) < 0)
        return -1;
    rc = batch_take(&b, desk_today(d), e);
    if (rc == 1)
        rc = batch_work(&b, batch, e);
    else if (rc == 0) {
        tx_rollback(b.db);
        *ret = b.n;
        return 0;
    }
    if (rc < 0 || tx_commit(b.db, e) < 0) {
        tx_rollback(b.db);
        return -1;
    }
    *ret = b.n;
    return rc;
}

int nightly_step(const struct desk *d, int batch, struct nightly *ret, struct err *e)
{
    if (!d->district->audit_key_ok) {
        err_fail(e, ERR_CONFIG, "%s的审计密钥没有放好，到期检查不能办理", d->district->tenant->name);
        return err_mend(e, "请运行 guizhang secrets");
    }
    if (batch > NIGHTLY_BATCH_MAX)
        batch = NIGHTLY_BATCH_MAX;
    for (int i = 0; i < NIGHTLY_TRIES; i++) {
        *e = (struct err){0};
        int rc = batch_once(d, batch, ret, e);

        if (rc >= 0 || !db_may_retry(e))
            return rc;
    }
    return -1;
}

int nightly_restart(const struct desk *d, struct err *e)
{
    struct db *db;

    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    return nightly_again(db, d->arena, desk_today(d), e);
}

static int hour_of(instant now)
{
    return (int)((now - instant_of_date(instant_date(now), 0, 0)) / INT64_C(3600000000));
}

int nightly_is_due(const struct desk *d, int64_t hour, int *ret, struct err *e)
{
    struct nightly n;
    struct db *db;

    *ret = 0;
    if (hour < 0 || d->district->regulation_count == 0 || hour_of(d->now) < hour)
        return 0;
    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;

    int found = nightly_get(db, d->arena, desk_today(d), &n, e);

    if (found < 0)
        return -1;
    *ret = found == 0 || text_eq(n.state, "running") || n.posts_at == INSTANT_NONE;
    return 0;
}
