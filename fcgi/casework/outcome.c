/*
 * casework/outcome.c - what the evaluator found, copied into the rows that lists are made of
 *
 * The rows are a cache of the last verdict; pages of one project ask the evaluator again.
 */
#include "config.h"

#include "casework/outcome.h"

#include "base/text.h"
#include "casework/days.h"
#include "casework/runs.h"
#include "casework/view.h"
#include "store/duties.h"
#include "store/lists.h"

static date date_of_member(const struct node *o, const char *key)
{
    struct err e = {0};
    date day;

    return date_parse(node_get_str(o, key), &day, &e) == 0 ? day : DATE_NONE;
}

static instant instant_of_member(const struct node *o, const char *key, instant otherwise)
{
    struct err e = {0};
    instant at;
    const char *text = node_get_str(o, key);

    return *text != '\0' && instant_parse(text, &at, &e) == 0 ? at : otherwise;
}

enum { WATCH_WORDS_CHARS = 160, WATCH_NAME_CHARS = 100, RUN_WORDS_CHARS = 200 };

/* As much as the row has room for. */
static const char *cut(const struct desk *d, const char *text, size_t chars)
{
    char *room = arena_alloc(d->arena, chars * 3 + 1);

    (void)text_copy(room, chars * 3 + 1, text);
    return room;
}

static int is_open(const struct node *duty)
{
    const char *state = node_get_str(duty, "state");

    return text_eq(state, "open") || text_eq(state, "overdue");
}

static int is_waiting(const struct node *duty)
{
    return is_open(duty) || text_eq(node_get_str(duty, "state"), "future");
}

/* ---- the project row ---- */

/* Done when every stage that holds up another is done or skipped and what went up has the receipt it requires; failed
 * when one is and nothing more may happen. */
static const char *state_of(const struct casefile *c, const struct node *verdict)
{
    int left = 0, failed = 0, may = 0;

    if (c->p.event_count == 0)
        return "draft";
    if (c->p.submitted_on != DATE_NONE && !text_eq(node_get_str(verdict, "outcome"), "allowed"))
        return "stopped";
    for (const struct node *s = node_first(node_get(verdict, "stages")); s != NULL; s = s->next) {
        const char *state = node_get_str(s, "state");

        failed |= text_eq(state, "failed");
        left |= text_eq(state, "now") || text_eq(state, "todo") || text_eq(state, "blocked");
    }
    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next)
        may |= node_get_bool(act, "main") && node_get_bool(act, "allowed");
    if (failed && !may)
        return "refused";
    for (const struct node *f = node_first(node_get(verdict, "filings")); f != NULL; f = f->next)
        left |= !node_get_bool(f, "received") && !text_eq(node_get_str(f, "state"), "none");
    return left || failed ? "running" : "done";
}

/* Of a plan or a bundle: running while something is open, else as what ended well says; it may open again. */
static const char *subject_state(const struct casefile *c, const struct node *verdict)
{
    int now = 0, done = 0;

    for (const struct node *s = node_first(node_get(verdict, "stages")); s != NULL; s = s->next) {
        now |= text_eq(node_get_str(s, "state"), "now");
        done |= text_eq(node_get_str(s, "state"), "done");
    }
    return c->p.event_count == 0 ? "draft" : now ? "running" : done ? "done" : "refused";
}

static const struct node *stage_now(const struct node *verdict)
{
    const struct node *s = node_first(node_get(verdict, "stages"));

    while (s != NULL && !text_eq(node_get_str(s, "state"), "now"))
        s = s->next;
    return s;
}

static void stage_of(struct casefile *c, const struct node *verdict)
{
    const struct node *now = stage_now(verdict);

    c->p.stage = c->p.stage_name = "";
    if (c->p.event_count == 0) {
        c->p.stage = "draft";
        c->p.stage_name = "草稿";
    } else if (now != NULL) {
        c->p.stage = node_get_str(now, "procedure");
        c->p.stage_name = node_get_str(now, "name");
    }
}

/* The road's own step is under way, or may be begun. */
static int road_goes_on(const struct node *verdict, const char *procedure)
{
    for (const struct node *s = node_first(node_get(verdict, "stages")); s != NULL; s = s->next)
        if (text_eq(node_get_str(s, "procedure"), procedure))
            return text_eq(node_get_str(s, "state"), "now");
    return 0;
}

const struct node *outcome_holder(const struct desk *d, const struct node *verdict)
{
    const struct node *holder = node_get(verdict, "holder"), *now = stage_now(verdict);
    struct node *n;

    if (now == NULL || *node_get_str(now, "since") == '\0' || *node_get_str(now, "holder") == '\0' ||
        road_goes_on(verdict, node_get_str(holder, "procedure")) ||
        (holder == NULL && node_get(verdict, "route") != NULL)) /* its road is at an end */
        return holder;
    n = node_object(d->arena);
    node_put_kept(d->arena, n, "organ", node_get_str(now, "holder"));
    node_put_kept(d->arena, n, "name", node_get_str(now, "holder_name"));
    view_take(d, n, now, "since", "procedure", "step", NULL);
    return n;
}

static void holder_of(const struct desk *d, struct casefile *c, const struct node *verdict)
{
    const struct node *holder = outcome_holder(d, verdict);
    const char *organ = node_get_str(holder, "organ");

    if (!casefile_is_project(&c->p)) {
        c->p.holder = organ;
        c->p.holder_name = text_eq(organ, CASEFILE_UNIT) ? c->p.unit_name : node_get_str(holder, "name");
    } else if (c->p.event_count == 0 || text_eq(organ, CASEFILE_UNIT)) {
        if (!text_eq(c->p.holder, CASEFILE_UNIT))
            c->p.holder_since = d->now;
        c->p.holder = CASEFILE_UNIT;
        c->p.holder_name = c->p.unit_name;
    } else {
        c->p.holder = organ;
        c->p.holder_name = node_get_str(holder, "name");
    }
    c->p.holder_since = instant_of_member(holder, "since", c->p.holder_since);
}

static void next_of(struct casefile *c, const struct node *verdict)
{
    const struct node *next = node_get(verdict, "next");

    c->p.next_name = node_get_str(next, "name");
    c->p.next_due = DATE_NONE;
    c->p.next_provisional = 0;
    if (!casefile_is_project(&c->p))
        return; /* the indexes of what is due are the projects'; its duties have rows like all others */
    for (const struct node *du = node_first(node_get(verdict, "duties")); du != NULL; du = du->next) {
        date due_on = date_of_member(du, "due_on");

        if (is_open(du) && due_on != DATE_NONE && (c->p.next_due == DATE_NONE || due_on < c->p.next_due)) {
            c->p.next_due = due_on;
            c->p.next_provisional = node_get_bool(du, "provisional");
        }
    }
}

/* The calendar all the days stand by, "" when one is held by another: then who reads the case asks for its rows. */
static void days_of(const struct desk *d, struct casefile *c, const struct node *verdict)
{
    c->p.days_calendar = calendar_version(d->platform->calendar);
    for (const struct node *du = node_first(node_get(verdict, "duties")); du != NULL; du = du->next)
        if (node_get_bool(du, "held"))
            c->p.days_calendar = "";
}

/* {"2026": {"contract": 分 …} …}: what each year moved; nothing where no column is known. */
static struct node *money_years(const struct desk *d, const struct node *columns)
{
    struct node *years = node_object(d->arena);

    for (const struct node *m = node_first(columns); m != NULL; m = m->next)
        for (const struct node *y = node_first(node_get(m, "years")); y != NULL; y = y->next) {
            const char *key = arena_fmt(d->arena, "%lld", (long long)node_get_int(y, "year", 0));
            const struct node *is = node_get(years, key);

            if (is == NULL)
                is = node_put_object(d->arena, years, key);
            node_put_int(d->arena, (struct node *)(uintptr_t)is, node_get_str(m, "id"), node_get_int(y, "fen", 0));
        }
    return years;
}

static void money_of(const struct desk *d, struct casefile *c, const struct node *verdict)
{
    struct node *money = node_object(d->arena);

    c->p.money_over = 0;
    for (const struct node *m = node_first(node_get(verdict, "money")); m != NULL; m = m->next) {
        if (node_get(m, "fen") != NULL)
            node_put_int(d->arena, money, node_get_str(m, "id"), node_get_int(m, "fen", 0));
        c->p.money_over += (int)node_count(node_get(m, "over"));
    }
    if (node_first(money) != NULL)
        node_put(d->arena, money, "years", money_years(d, node_get(verdict, "money")));
    c->p.money = view_json_text(d->arena, money);
}

void outcome_project(const struct desk *d, struct casefile *c, const struct node *verdict)
{
    struct arena *a = d->arena;
    const struct node *amount = node_get(c->facts, "total_investment"), *marks = node_get(verdict, "marks");
    const char *title = node_get_str(c->facts, "project_name");

    if (casefile_is_project(&c->p))
        c->p.title = *title != '\0' ? title : "（未填项目名称）";
    c->p.total_investment = amount != NULL && amount->type == NODE_INT ? amount->u.integer : -1;
    money_of(d, c, verdict);
    c->p.facts = facts_write(a, c->facts, c->typed);
    c->p.route = node_get_str(node_get(verdict, "route"), "id");
    c->p.state = casefile_is_project(&c->p) ? state_of(c, verdict) : subject_state(c, verdict);
    stage_of(c, verdict);
    holder_of(d, c, verdict);
    next_of(c, verdict);
    days_of(d, c, verdict);
    c->p.marks = marks != NULL && marks->type == NODE_LIST ? view_json_text(a, marks) : "[]";
    c->p.updated_at = d->now;
}

/* ---- whom a duty waits for ---- */

/* Another act of the step at which that one waits, or one that would begin the same procedure once more. */
static int goes_with(const struct node *act, const struct node *waiting)
{
    return text_eq(node_get_str(act, "procedure"), node_get_str(waiting, "procedure")) &&
           (node_get(act, "run") == NULL || (node_get_int(act, "run", 0) == node_get_int(waiting, "run", 0) &&
                                             text_eq(node_get_str(act, "step"), node_get_str(waiting, "step"))));
}

/* Of those who must act together at this step this one has: what it might have done instead is no task either. */
static int has_acted(const struct node *acts, const struct node *act, const char *organ)
{
    for (const struct node *other = node_first(acts); other != NULL; other = other->next) {
        for (const struct node *n = node_first(node_get(other, "acted")); n != NULL; n = n->next) {
            if (text_eq(node_str(n, ""), organ) && goes_with(act, other))
                return 1;
        }
    }
    return 0;
}

/* The organ has done its part of the act that fulfils the duty, wherever that act stands open. */
static int part_is_done(const struct node *acts, const struct node *duty, const char *organ)
{
    int stands = 0;

    for (const struct node *act = node_first(acts); act != NULL; act = act->next) {
        if (!text_eq(node_get_str(act, "act"), node_get_str(duty, "act")))
            continue;
        if (!has_acted(acts, act, organ))
            return 0;
        stands = 1;
    }
    return stands;
}

static const char *organ_name(const struct desk *d, const struct casefile *c, const char *organ)
{
    const char *name = text_eq(organ, CASEFILE_UNIT) ? c->p.unit_name : tenant_organ_name(d->district->tenant, organ);

    return name != NULL ? name : organ;
}

static void waited_add(const struct desk *d, const struct casefile *c, struct waited *w, const char *organ)
{
    for (size_t i = 0; i < w->count; i++)
        if (text_eq(w->organ[i], organ))
            return;
    w->names = arena_fmt(d->arena, "%s%s%s", w->names, w->count > 0 ? "、" : "", organ_name(d, c, organ));
    w->organ[w->count++] = organ;
}

static struct waited waited_of(const struct desk *d, const struct node *hands)
{
    return (struct waited){.organ = ARENA_ARRAY(d->arena, const char *, node_count(hands) + 1), .names = ""};
}

/* Nobody of several: the one the law names first. */
static struct waited waited_or(struct waited w, const char *organ, const char *names)
{
    if (w.count > 0)
        return w;
    w.organ[w.count++] = organ;
    w.names = names;
    return w;
}

struct waited outcome_duty_waits(const struct desk *d, const struct casefile *c, const struct node *verdict,
                                 const struct node *duty)
{
    const struct node *hands = node_get(duty, "hands"), *acts = node_get(verdict, "acts");
    const int several = is_waiting(duty) && node_count(hands) > 1;
    struct waited w = waited_of(d, hands);

    for (const struct node *hand = several ? node_first(hands) : NULL; hand != NULL; hand = hand->next)
        if (!part_is_done(acts, duty, node_get_str(hand, "for")))
            waited_add(d, c, &w, node_get_str(hand, "organ"));
    if (w.count == node_count(hands))
        w.names = node_get_str(duty, "who_name"); /* as the law says it */
    return waited_or(w, node_get_str(duty, "who"), node_get_str(duty, "who_name"));
}

struct waited outcome_case_waits(const struct desk *d, const struct casefile *c, const struct node *verdict)
{
    const struct node *acts = node_get(verdict, "acts"), *joint = node_first(acts);

    while (joint != NULL && !(node_get_bool(joint, "main") && node_get_bool(joint, "by_all") &&
                              text_eq(node_get_str(joint, "procedure"), c->p.stage)))
        joint = joint->next;

    struct waited w = waited_of(d, node_get(joint, "hands"));

    for (const struct node *hand = node_first(node_get(joint, "hands")); hand != NULL; hand = hand->next)
        if (!has_acted(acts, joint, node_get_str(hand, "for")))
            waited_add(d, c, &w, node_get_str(hand, "organ"));
    return waited_or(w, c->p.holder, text_eq(c->p.holder, CASEFILE_UNIT) ? c->p.unit_name : c->p.holder_name);
}

/* ---- duty rows ---- */

static struct duty_row duty_row_of(const struct desk *d, const struct casefile *c, const struct node *du,
                                   const char *who, const char *who_name)
{
    const char *state = node_get_str(du, "state"), *held = node_get_str(du, DAYS_CALENDAR),
               *told_by = node_get_str(du, OUTCOME_TOLD_BY);
    const date due_on = date_of_member(du, "due_on");
    const int is_told = *told_by != '\0' && due_on != DATE_NONE;

    return (struct duty_row){
        .project = c->p.id,
        .duty = node_get_str(du, "id"),
        .key = node_get_str(du, "key"),
        .name = node_get_str(du, "name"),
        .who = who,
        .who_name = who_name,
        .unit = text_eq(who, CASEFILE_UNIT) ? c->p.unit_code : "",
        .opens_on = date_of_member(du, "opens_on"),
        .due_on = due_on,
        .provisional = node_get_bool(du, "provisional"),
        .calendar_version = *held != '\0' ? held : calendar_version(d->platform->calendar),
        .state = text_eq(state, "overdue") ? "open" : state, /* overdue is read off due_on, every day anew */
        .fulfilled_on = date_of_member(du, "fulfilled_on"),
        .articles = view_articles_join(d->arena, node_get(du, "articles")),
        .limit_text = node_get_str(du, "limit_text"),
        .notified = is_told || node_get_bool(du, DAYS_TOLD),
        .told_on = is_told ? desk_today(d) : DATE_NONE,
        .told_by = is_told ? told_by : "",
    };
}

/* One that binds several has a row for each that has not acted yet. */
int outcome_duties(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict,
                   struct err *e)
{
    const struct node *duties = node_get(verdict, "duties");
    size_t most = 0, n = 0;

    for (const struct node *du = node_first(duties); du != NULL; du = du->next)
        most += node_count(node_get(du, "hands")) + 1;

    struct duty_row *rows = ARENA_ARRAY(d->arena, struct duty_row, most + 1);

    for (const struct node *du = node_first(duties); du != NULL; du = du->next) {
        const struct waited w = outcome_duty_waits(d, c, verdict, du);

        for (size_t i = 0; i < w.count; i++)
            rows[n++] = duty_row_of(d, c, du, w.organ[i], w.names);
    }
    return duty_replace(db, d->arena, c->p.id, c->duties, c->duty_count, rows, n, e);
}

/* ---- task rows ---- */

/* The duty binds that organ: as one of several that must act together, too, and as who records for a body outside. */
static int binds(const struct node *du, const char *organ)
{
    for (const struct node *hand = node_first(node_get(du, "hands")); hand != NULL; hand = hand->next) {
        if (text_eq(node_get_str(hand, "organ"), organ))
            return 1;
    }
    return text_eq(node_get_str(du, "who"), organ);
}

/* 1 when the duty is this organ's and is fulfilled by an act of the same procedure: its clock runs on every step
 * before. */
static int duty_runs_on(const struct desk *d, const struct node *du, const struct node *act, const char *organ)
{
    const char *key = node_get_str(du, "key"), *fulfilled = node_get_str(du, "act"),
               *procedure = node_get_str(act, "procedure");

    if (!is_open(du) || !binds(du, organ))
        return 0;
    if (text_eq(node_get_str(du, "id"), "correction"))
        return text_eq(key, procedure);
    return text_eq(act_procedure(d->arena, fulfilled), procedure);
}

const struct node *outcome_act_duty(const struct desk *d, const struct node *verdict, const struct node *act,
                                    const char *organ)
{
    const struct node *best = NULL;

    for (const struct node *du = node_first(node_get(verdict, "duties")); du != NULL; du = du->next) {
        if (!duty_runs_on(d, du, act, organ))
            continue;
        if (best == NULL || (*node_get_str(best, "due_on") == '\0' && *node_get_str(du, "due_on") != '\0') ||
            (*node_get_str(du, "due_on") != '\0' && date_of_member(du, "due_on") < date_of_member(best, "due_on")))
            best = du;
    }
    return best;
}

/* A run of that procedure waits at the act's step. */
static int run_waits(const struct node *verdict, const struct node *act)
{
    for (const struct node *s = node_first(node_get(verdict, "stages")); s != NULL; s = s->next) {
        if (text_eq(node_get_str(s, "state"), "now") && *node_get_str(s, "since") != '\0' &&
            text_eq(node_get_str(s, "procedure"), node_get_str(act, "procedure")) &&
            text_eq(node_get_str(s, "step"), node_get_str(act, "step")))
            return 1;
    }
    return 0;
}

int outcome_is_task(const struct desk *d, const struct node *verdict, const struct node *act, const char *organ)
{
    if (node_get_bool(act, "main") || (node_get_bool(act, "allowed") && run_waits(verdict, act)) ||
        text_eq(node_get_str(act, "act"), "filing.send"))
        return 1;
    return outcome_act_duty(d, verdict, act, organ) != NULL && !text_eq(node_get_str(act, "act"), "gate.lift");
}

/* The newest handing within that post; by id, as the case has them. */
static const struct handing *task_in_hand(const struct casefile *c, const struct task *t)
{
    static const struct handing nobody = {.person = "", .name = ""};
    const struct handing *newest = &nobody;

    for (size_t i = 0; i < c->hand_count; i++)
        if (text_eq(c->hands[i].kind, "hand") && text_eq(c->hands[i].organ, t->organ) &&
            text_eq(c->hands[i].unit, t->unit))
            newest = &c->hands[i];
    return newest;
}

static void task_put(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct node *act,
                     const char *organ, const char *run, struct task *ret)
{
    const struct node *duty = outcome_act_duty(d, verdict, act, organ);
    const struct handing *in_hand;

    *ret = (struct task){
        .project = c->p.id,
        .organ = organ,
        .unit = text_eq(organ, CASEFILE_UNIT) ? c->p.unit_code : "",
        .act = node_get_str(act, "act"),
        .name = node_get_str(act, "name"),
        .procedure_name = node_get_str(act, "procedure_name"),
        .since = c->p.holder_since,
        .due_on = duty != NULL ? date_of_member(duty, "due_on") : DATE_NONE,
        .provisional = node_get_bool(duty, "provisional"),
        .articles = view_articles_join(d->arena, node_get(act, "articles")),
        .run = run,
        .run_words = *run != '\0' ? cut(d, runs_words(d, c, verdict, act), RUN_WORDS_CHARS) : "",
    };
    in_hand = task_in_hand(c, ret);
    ret->hand_person = in_hand->person;
    ret->hand_name = in_hand->name;
}

static int waits_for(const struct node *act, const char *organ)
{
    for (const struct node *hand = node_first(node_get(act, "hands")); hand != NULL; hand = hand->next)
        if (text_eq(node_get_str(hand, "organ"), organ))
            return 1;
    return 0;
}

/* Which run the act is of, as a link names it; "" while no other run of the procedure waits for the organ. */
static const char *task_run(const struct desk *d, const struct node *verdict, const struct node *act, const char *organ)
{
    const struct node *run = node_get(act, "run");

    for (const struct node *o = run != NULL ? node_first(node_get(verdict, "acts")) : NULL; o != NULL; o = o->next) {
        if (node_get(o, "run") == NULL || node_equal(node_get(o, "run"), run) || !waits_for(o, organ) ||
            !text_eq(node_get_str(o, "procedure"), node_get_str(act, "procedure")) ||
            !outcome_is_task(d, verdict, o, organ))
            continue;
        return *node_get_str(act, "period") != '\0'
                   ? node_get_str(act, "period")
                   : arena_fmt(d->arena, "%lld", (long long)node_get_int(act, "run", 0));
    }
    return "";
}

static int task_has(const struct task *rows, size_t n, const char *organ, const struct node *act, const char *run)
{
    for (size_t i = 0; i < n; i++) {
        if (text_eq(rows[i].organ, organ) && text_eq(rows[i].run, run) &&
            (text_eq(rows[i].procedure_name, node_get_str(act, "procedure_name")) ||
             text_eq(rows[i].act, node_get_str(act, "act"))))
            return 1;
    }
    return 0;
}

/* One task an organ, procedure and open run: the first of its acts at this step. */
static int task_rows(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict,
                     struct err *e)
{
    const struct node *acts = node_get(verdict, "acts");
    size_t most = 0, n = 0;

    for (const struct node *act = node_first(acts); act != NULL; act = act->next)
        most += node_count(node_get(act, "hands")) + 1;

    struct task *rows = ARENA_ARRAY(d->arena, struct task, most + 1);

    for (const struct node *act = node_first(acts); act != NULL; act = act->next) {
        for (const struct node *hand = node_first(node_get(act, "hands")); hand != NULL; hand = hand->next) {
            const char *organ = node_get_str(hand, "organ"), *run;

            if (has_acted(acts, act, node_get_str(hand, "for")) || !outcome_is_task(d, verdict, act, organ))
                continue;
            run = task_run(d, verdict, act, organ);
            if (!task_has(rows, n, organ, act, run))
                task_put(d, c, verdict, act, organ, run, &rows[n++]);
        }
    }
    return task_replace(db, d->arena, c->p.id, c->tasks, c->task_count, rows, n, e);
}

/* ---- rows of the supervision ---- */

/* What was entered on a later day than it happened. */
static const char *event_person(const struct desk *d, const struct event *ev)
{
    return text_is_empty(ev->person_name) ? ev->by_name : arena_fmt(d->arena, "%s %s", ev->by_name, ev->person_name);
}

static struct watch entry_row(const struct desk *d, const struct casefile *c, const struct event *ev)
{
    return (struct watch){.list = "late_entry",
                          .project = c->p.id,
                          .ref = arena_fmt(d->arena, "%lld", (long long)ev->seq),
                          .kind = "",
                          .by_name = "",
                          .name = ev->name,
                          .on_day = instant_date(ev->at),
                          .against = instant_date(ev->entered_at),
                          .amount = -1,
                          .base = -1,
                          .words = ev->person_name,
                          .articles = ev->articles};
}

/* The same as an entry of 例外登记. */
static struct watch entry_let_through(const struct desk *d, struct watch row, const struct event *ev)
{
    row.list = "waiver";
    row.kind = "补录";
    row.by_name = event_person(d, ev);
    row.words = arena_fmt(d->arena, "%s 录入，晚 %d 天", date_text(d->arena, row.against), row.against - row.on_day);
    row.against = DATE_NONE;
    return row;
}

static size_t entry_rows(const struct desk *d, const struct casefile *c, struct watch *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < c->event_count; i++) {
        const struct event *ev = &c->events[i];

        if (instant_date(ev->at) >= instant_date(ev->entered_at))
            continue;
        rows[n++] = entry_row(d, c, ev);
        rows[n] = entry_let_through(d, rows[n - 1], ev);
        n++;
    }
    return n;
}

/* Who did what the row is about, where it says which events that was. */
static const char *row_person(const struct desk *d, const struct casefile *c, const struct node *row)
{
    const char *all = "";

    for (const struct node *n = node_first(node_get(row, "events")); n != NULL; n = n->next)
        if (n->type == NODE_INT && n->u.integer >= 1 && (uint64_t)n->u.integer <= c->event_count)
            all = arena_fmt(d->arena, "%s%s%s", all, *all != '\0' ? "、" : "",
                            event_person(d, &c->events[n->u.integer - 1]));
    return cut(d, all, WATCH_NAME_CHARS);
}

/* Of a register who runs it, or whose it is; of what was let through who did it. */
static const char *row_holder(const struct desk *d, const struct casefile *c, const struct node *row)
{
    const struct node *holder = node_get(row, "holder");

    return holder != NULL ? cut(d, node_str(holder, ""), WATCH_NAME_CHARS) : row_person(d, c, row);
}

static int watch_rows(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict,
                      struct err *e)
{
    const struct node *found = node_get(verdict, "watch");
    struct watch *rows = ARENA_ARRAY(d->arena, struct watch, node_count(found) + c->event_count * 2 + 1);
    size_t n = entry_rows(d, c, rows);

    for (const struct node *w = node_first(found); w != NULL; w = w->next)
        rows[n++] = (struct watch){.list = node_get_str(w, "list"),
                                   .project = c->p.id,
                                   .ref = node_get_str(w, "ref"),
                                   .kind = node_get_str(w, "kind"),
                                   .by_name = row_holder(d, c, w),
                                   .name = cut(d, node_get_str(w, "name"), WATCH_NAME_CHARS),
                                   .on_day = date_of_member(w, "on"),
                                   .against = date_of_member(w, "against"),
                                   .amount = node_get_int(w, "amount", -1),
                                   .base = node_get_int(w, "base", -1),
                                   .words = cut(d, node_get_str(w, "words"), WATCH_WORDS_CHARS),
                                   .articles = view_articles_join(d->arena, node_get(w, "articles"))};
    return watch_replace(db, d->arena, c->p.id, c->watches, c->watch_count, rows, n, e);
}

int outcome_lists(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict,
                  struct err *e)
{
    return task_rows(d, db, c, verdict, e) < 0 || watch_rows(d, db, c, verdict, e) < 0 ? -1 : 0;
}

int outcome_rows(const struct desk *d, struct db *db, const struct casefile *c, const struct node *verdict,
                 struct err *e)
{
    return outcome_duties(d, db, c, verdict, e) < 0 || outcome_lists(d, db, c, verdict, e) < 0 ? -1 : 0;
}
