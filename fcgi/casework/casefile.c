/*
 * casework/casefile.c - one project with all the evaluator must know of it
 *
 * A draft stands under the regulation in force today; from its first submission on a
 * case keeps its version (G-10), and a version that is no longer loaded is an error,
 * never a silent change of law.
 */
#include "config.h"

#include "casework/casefile.h"

#include <string.h>

#include "base/text.h"
#include "casework/days.h"
#include "casework/view.h"

/* Beside the facts in the row; no fact may have this name, because ids begin with a letter. */
#define TYPED_MEMBER "_typed"

const char *desk_organ(const struct desk *d)
{
    if (d->actor == NULL || d->actor->post == NULL)
        return "";
    if (text_eq(d->actor->post->kind, "unit"))
        return CASEFILE_UNIT;
    return text_eq(d->actor->post->kind, "office") ? d->actor->post->organ : "";
}

int desk_is_applicant(const struct desk *d)
{
    return text_eq(desk_organ(d), CASEFILE_UNIT);
}

const char *desk_unit(const struct desk *d)
{
    return desk_is_applicant(d) ? d->actor->post->unit : "";
}

int casefile_is_project(const struct project *p)
{
    return text_is_empty(p->subject) || text_eq(p->subject, "project");
}

int desk_sees_subject(const struct desk *d, const struct regulation *r, const char *subject)
{
    const struct post *post = d->actor != NULL ? d->actor->post : NULL;

    if (post != NULL && (text_eq(post->kind, "auditor") || text_eq(post->kind, "leader")))
        return regulation_knows_subject(r, subject);
    return regulation_subject_seen(r, subject, desk_organ(d));
}

/* A plan or a bundle: only the posts the regulation names, and before anything has happened only who may open it. */
static int subject_visible(const struct desk *d, const struct project *p)
{
    const struct regulation *r = district_regulation_version(d->district, p->regulation);
    const char *organ = desk_organ(d);

    if (r == NULL)
        r = district_regulation(d->district, desk_today(d));
    return r != NULL &&
           (p->event_count > 0 ? desk_sees_subject(d, r, p->subject) : regulation_subject_opens(r, p->subject, organ));
}

int casefile_visible(const struct desk *d, const struct project *p)
{
    const struct post *post;

    if (d->actor == NULL)
        return 1;
    post = d->actor->post;
    if (post == NULL || !text_eq(post->tenant, d->district->tenant->id) || text_eq(post->kind, "intake") ||
        text_eq(post->kind, "expert")) /* an expert knows his seats, see seat.c */
        return 0;
    if (!casefile_is_project(p) && !subject_visible(d, p))
        return 0;
    const struct project_sight of = desk_sight(d);

    return (text_is_empty(of.unit) || text_eq(of.unit, p->unit_code)) &&
           (text_is_empty(of.place) || text_eq(of.place, p->place)) &&
           (!of.begun || p->event_count > 0 || !casefile_is_project(p));
}

/* A unit sees its own, an office of one place (本级) that place's, the others the district's; a draft only its unit. */
struct project_sight desk_sight(const struct desk *d)
{
    const struct post *post = d->actor != NULL ? d->actor->post : NULL;

    if (post == NULL)
        return (struct project_sight){.unit = "", .place = ""};
    if (desk_is_applicant(d))
        return (struct project_sight){.unit = post->unit, .place = ""};
    return (struct project_sight){.unit = "", .place = post->place, .begun = 1};
}

struct project_filter desk_filter(const struct desk *d, int limit)
{
    return (struct project_filter){.of = desk_sight(d),
                                   .text = "",
                                   .state = "",
                                   .stage = "",
                                   .holder = "",
                                   .due = "",
                                   .today = desk_today(d),
                                   .due_before = DATE_NONE,
                                   .limit = limit};
}

/* ---- facts in the row ---- */

char *facts_write(struct arena *a, const struct node *facts, const struct node *typed)
{
    struct node *all = facts != NULL ? node_copy(a, facts) : node_object(a);

    if (node_count(typed) > 0)
        node_put(a, all, TYPED_MEMBER, node_copy(a, typed));
    return view_json_text(a, all);
}

static void facts_split(struct arena *a, const char *json, struct casefile *c)
{
    const struct node *all = view_json(a, json), *typed = node_get(all, TYPED_MEMBER);
    struct node *facts;

    c->facts = all;
    c->typed = typed != NULL ? typed : node_object(a);
    if (typed == NULL)
        return;
    facts = node_object(a);
    for (const struct node *n = node_first(all); n != NULL; n = n->next) {
        if (n != typed)
            node_put(a, facts, n->key, node_copy(a, n));
    }
    c->facts = facts;
}

/* ---- load ---- */

static int regulation_of(const struct desk *d, struct casefile *c, struct err *e)
{
    if (c->p.submitted_on == DATE_NONE)
        c->regulation = district_regulation(d->district, desk_today(d));
    else
        c->regulation = district_regulation_version(d->district, c->p.regulation);
    if (c->regulation != NULL)
        return 0;
    err_fail(e, ERR_CONFIG, "没有载入本项目适用的办法版本「%s」", c->p.regulation);
    return err_mend(e, "请管理员在 tenant.json 的 regulations 中补上这一版本");
}

static void history_void(struct casefile *c, int64_t seq)
{
    for (size_t i = 0; i < c->event_count; i++)
        if (c->events[i].seq == seq)
            c->history[i].what = CASEFILE_WITHDRAWN;
}

/* What was taken back before anything was done upon it has no effect; it stays on record with what it carried. Of what
 * several had done together all of it. */
static void history_withdraw(struct casefile *c, const struct case_event *back)
{
    history_void(c, node_get_int(back->with, "seq", 0));
    for (const struct node *n = node_first(node_get(back->with, "with_seqs")); n != NULL; n = n->next)
        if (n->type == NODE_INT)
            history_void(c, n->u.integer);
}

static void history_of(const struct desk *d, struct casefile *c)
{
    c->history = ARENA_ARRAY(d->arena, struct case_event, c->event_count + 1);
    for (size_t i = 0; i < c->event_count; i++) {
        const struct event *ev = &c->events[i];

        c->history[i] = (struct case_event){
            .at = ev->at, .what = ev->what, .by = ev->by, .with = view_json(d->arena, ev->with_json)};
        if (text_eq(ev->what, CASEFILE_WITHDRAW) || text_eq(ev->what, CASEFILE_REVOKE))
            history_withdraw(c, &c->history[i]);
    }
}

void casefile_take_event(const struct desk *d, struct casefile *c, const struct event *ev)
{
    struct event *longer = ARENA_ARRAY(d->arena, struct event, c->event_count + 1);

    for (size_t i = 0; i < c->event_count; i++)
        longer[i] = c->events[i];
    longer[c->event_count++] = *ev;
    c->events = longer;
    c->p.event_count = ev->seq;
    history_of(d, c);
}

void casefile_before(const struct desk *d, const struct casefile *c, size_t place, struct casefile *ret)
{
    *ret = *c;
    ret->event_count = place;
    ret->p.event_count = (int64_t)place;
    history_of(d, ret);
}

/* Law, facts, history and last days of what was read. */
static int casefile_open(const struct desk *d, struct db *db, struct casefile *c, struct err *e)
{
    if (regulation_of(d, c, e) < 0 || days_read(d, db, c, e) < 0)
        return -1;
    facts_split(d->arena, c->p.facts, c);
    history_of(d, c);
    return 0;
}

static int casefile_of(const struct desk *d, struct db *db, const struct project_whole *w, struct casefile *ret,
                       struct err *e)
{
    struct casefile c = {.p = w->project,
                         .events = w->events,
                         .event_count = w->event_count,
                         .documents = w->documents,
                         .document_count = w->document_count,
                         .duties = w->duties,
                         .duty_count = w->duty_count,
                         .tasks = w->tasks,
                         .task_count = w->task_count,
                         .watches = w->watches,
                         .watch_count = w->watch_count,
                         .hands = w->hands,
                         .hand_count = w->hand_count};

    if (casefile_open(d, db, &c, e) < 0)
        return -1;
    *ret = c;
    return 1;
}

int casefile_lock(const struct desk *d, struct db *db, int64_t project, const char *key, int is_draft,
                  struct case_key *ret_key, struct casefile *ret, struct err *e)
{
    struct project_whole w;
    int found = project_whole_lock(db, d->arena, project, key, is_draft, &w, e);

    if (found < 0)
        return -1;
    if (ret_key != NULL)
        *ret_key = (struct case_key){.row = w.idem, .is_there = w.has_idem};
    return found == 0 ? 0 : casefile_of(d, db, &w, ret, e);
}

/* Not to be changed by who reads it: one statement, no lock. */
static int casefile_whole(const struct desk *d, struct db *db, int64_t project, struct casefile *ret, struct err *e)
{
    struct project_whole w;
    int found = project_whole(db, d->arena, project, &w, e);

    return found <= 0 ? found : casefile_of(d, db, &w, ret, e);
}

/* A look that is refused is on record; that it could not be recorded, in the log. */
static void refusal_note(const struct desk *d, enum action may, int64_t project, struct err *e)
{
    struct err note = {0};

    if (audit_note(d, action_slug(may), arena_fmt(d->arena, "project/%lld", (long long)project), "refused",
                   err_slug(e->code), &note) < 0)
        err_detail(e, "audit: %.200s", note.message);
}

/* May the actor look at all? And at the district's database. */
static int look_begin(const struct desk *d, enum action may, int64_t project, struct db **ret, struct err *e)
{
    if (d->actor != NULL && permit_check(d->actor, may, e) < 0) {
        refusal_note(d, may, project, e);
        return -1;
    }
    return district_db(d->platform, d->district, ret, e);
}

/* Is it one the actor may know of? found as a read gave it: 1, 0, -1. */
static int look_end(const struct desk *d, enum action may, int64_t project, int found, const struct project *p,
                    struct err *e)
{
    if (found < 0)
        return -1;
    if (found == 1 && casefile_visible(d, p))
        return 0;
    err_fail(e, ERR_NOT_FOUND, "没有这个项目");
    if (found == 1)
        refusal_note(d, may, project, e);
    return -1;
}

int casefile_read(const struct desk *d, enum action may, int64_t project, struct casefile *ret, struct err *e)
{
    struct db *db;
    struct casefile c = {0};

    if (look_begin(d, may, project, &db, e) < 0)
        return -1;
    if (look_end(d, may, project, casefile_whole(d, db, project, &c, e), &c.p, e) < 0)
        return -1;
    *ret = c;
    return 0;
}

int casefile_look(const struct desk *d, int64_t project, struct casefile *ret, struct err *e)
{
    struct db *db;
    struct casefile c;

    if (district_db(d->platform, d->district, &db, e) < 0)
        return -1;

    int found = casefile_whole(d, db, project, &c, e);

    if (found <= 0 || !casefile_visible(d, &c.p))
        return found < 0 ? -1 : 0;
    *ret = c;
    return 1;
}

int casefile_row(const struct desk *d, enum action may, int64_t project, struct project *ret, struct err *e)
{
    struct db *db;
    struct project p = {0};

    if (look_begin(d, may, project, &db, e) < 0)
        return -1;
    if (look_end(d, may, project, project_get(db, d->arena, project, &p, e), &p, e) < 0)
        return -1;
    *ret = p;
    return 0;
}

static int blank_open(const struct desk *d, struct casefile *c, struct casefile *ret, struct err *e)
{
    if (regulation_of(d, c, e) < 0)
        return -1;
    c->p.regulation = regulation_id(c->regulation);
    c->facts = node_object(d->arena);
    c->typed = node_object(d->arena);
    *ret = *c;
    return 0;
}

/* What every new case has, whosever it is. */
static struct project blank_of(const struct desk *d, const char *subject, const char *title)
{
    const struct post *post = d->actor->post;

    return (struct project){.number = "",
                            .title = title,
                            .unit_code = post->unit,
                            .unit_name = text_is_empty(post->unit_name) ? post->organ_name : post->unit_name,
                            .unit_kind = post->unit_kind,
                            .place = post->place,
                            .subject = subject,
                            .regulation = "",
                            .calendar_version = "",
                            .days_calendar = "",
                            .facts = "{}",
                            .total_investment = -1,
                            .state = "draft",
                            .route = "",
                            .stage = "",
                            .stage_name = "",
                            .holder = desk_organ(d),
                            .holder_name = text_is_empty(post->unit_name) ? post->organ_name : post->unit_name,
                            .holder_since = d->now,
                            .next_due = DATE_NONE,
                            .next_name = "",
                            .marks = "[]",
                            .submitted_on = DATE_NONE,
                            .created_at = d->now,
                            .updated_at = d->now,
                            .created_by = d->actor->person,
                            .created_name = d->actor->name};
}

int casefile_blank(const struct desk *d, struct casefile *ret, struct err *e)
{
    struct casefile c = {0};

    if (d->actor == NULL || d->actor->post == NULL || !desk_is_applicant(d)) {
        err_fail(e, ERR_FORBIDDEN, "只有项目建设单位的岗位可以新建申报");
        return err_mend(e, "请换到项目建设单位的岗位，或者请建设单位的同事新建");
    }
    c.p = blank_of(d, "project", "");
    return blank_open(d, &c, ret, e);
}

int casefile_blank_subject(const struct desk *d, const char *subject, const char *title, struct casefile *ret,
                           struct err *e)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    const struct node *rule = r != NULL ? regulation_subject(r, d->arena, subject) : NULL;
    struct casefile c = {0};

    if (rule == NULL) {
        err_fail(e, ERR_NOT_FOUND, "本办法没有这种计划");
        return err_mend(e, "请从「年度计划」页选择要建立的一种");
    }
    if (d->actor == NULL || d->actor->post == NULL || !regulation_subject_opens(r, subject, desk_organ(d))) {
        err_fail(e, ERR_FORBIDDEN, "「%s」由%s建立", node_get_str(rule, "name"), node_get_str(rule, "opened_names"));
        err_article(e, view_articles_join(d->arena, node_get(rule, "articles")));
        return err_mend(e, "请由%s的岗位建立", node_get_str(rule, "opened_names"));
    }
    c.p = blank_of(d, node_get_str(rule, "id"), title);
    return blank_open(d, &c, ret, e);
}

/* ---- evaluate ---- */

/* Ids of the materials that lie ready for a procedure (NULL: for any). */
static void materials_of(const struct desk *d, const struct casefile *c, const char *procedure, struct case_input *in)
{
    const char **ids = ARENA_ARRAY(d->arena, const char *, c->document_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < c->document_count; i++) {
        const struct document *doc = &c->documents[i];

        if (text_is_empty(doc->material) || !text_eq(doc->state, "draft"))
            continue; /* what an act has carried stands in its event, and counts for its run only */
        if (procedure != NULL && !text_eq(doc->procedure, procedure))
            continue;
        ids[n++] = doc->material;
    }
    in->materials = ids;
    in->material_count = n;
}

static void input_of(const struct desk *d, const struct casefile *c, struct case_input *in)
{
    *in = (struct case_input){.today = desk_today(d),
                              .now = d->now,
                              .unit_code = c->p.unit_code,
                              .unit_name = c->p.unit_name,
                              .unit_kind = c->p.unit_kind,
                              .unit_place = c->p.place,
                              .subject = casefile_is_project(&c->p) ? NULL : c->p.subject,
                              .facts = c->facts,
                              .submitted_on = c->p.submitted_on,
                              .history = c->history,
                              .history_count = c->event_count};
}

/* The procedure whose materials are asked for now; NULL when none is. */
static const char *asking_procedure(const struct node *verdict)
{
    const struct node *first = node_first(node_get(verdict, "materials"));

    return first != NULL ? node_get_str(first, "procedure") : NULL;
}

static int several_procedures(const struct casefile *c)
{
    for (size_t i = 1; i < c->document_count; i++) {
        if (!text_eq(c->documents[i].procedure, c->documents[0].procedure))
            return 1;
    }
    return 0;
}

static struct node *evaluate(const struct desk *d, const struct casefile *c, const struct case_input *in)
{
    return regulation_eval(c->regulation, d->platform->calendar, d->arena, in);
}

/* Two procedures may ask for a material of the same name: what was handed in for one does not count for the other. */
static struct node *road(const struct desk *d, const struct casefile *c, struct case_input *in)
{
    struct node *verdict;
    const char *asking;

    materials_of(d, c, NULL, in);
    verdict = evaluate(d, c, in);
    asking = asking_procedure(verdict);
    if (asking == NULL || !several_procedures(c))
        return verdict;
    materials_of(d, c, asking, in);
    return evaluate(d, c, in);
}

struct node *casefile_counted(const struct desk *d, const struct casefile *c)
{
    struct case_input in;

    input_of(d, c, &in);
    return road(d, c, &in);
}

static void put_held(const struct casefile *c, struct case_input *in)
{
    if (c->days == NULL)
        return;
    in->held = c->days->held;
    in->held_count = c->days->held_count;
}

/* The days of the case as it was read are made out once, before anything is changed in it. */
static struct node *days_ready(const struct desk *d, const struct casefile *c)
{
    struct node *counted;

    if (c->days == NULL || c->days->ready)
        return NULL;
    counted = casefile_counted(d, c);
    days_settle(c->days, counted);
    return counted;
}

struct node *casefile_road(const struct desk *d, const struct casefile *c)
{
    struct node *verdict = days_ready(d, c);
    struct case_input in;

    if (verdict != NULL && c->days->held_count == 0)
        return verdict;
    input_of(d, c, &in);
    put_held(c, &in);
    verdict = road(d, c, &in);
    days_mark(d, c->days, verdict);
    return verdict;
}

struct node *casefile_attempt(const struct desk *d, const struct casefile *c, const char *procedure,
                              const struct case_event *attempt)
{
    struct case_input in;

    (void)days_ready(d, c);
    input_of(d, c, &in);
    put_held(c, &in);
    materials_of(d, c, procedure, &in);
    in.attempt = attempt;
    return evaluate(d, c, &in);
}

/* ---- acts ---- */

char *act_procedure(struct arena *a, const char *what)
{
    const char *dot = strchr(what, '.');

    return dot != NULL ? arena_dupn(a, what, (size_t)(dot - what)) : arena_dup(a, what);
}

int casefile_act(const struct desk *d, const struct casefile *c, const char *what, struct act_where *ret)
{
    const struct node *procedure;

    procedure = regulation_procedure(c->regulation, d->arena, act_procedure(d->arena, what));
    for (const struct node *s = node_first(node_get(procedure, "steps")); s != NULL; s = s->next) {
        for (const struct node *act = node_first(node_get(s, "acts")); act != NULL; act = act->next) {
            if (!text_eq(node_get_str(act, "id"), what))
                continue;
            *ret = (struct act_where){.procedure = procedure, .step = s, .act = act};
            return 1;
        }
    }
    return 0;
}

/* ---- corrections ---- */

const struct case_event *casefile_correction(const struct casefile *c)
{
    for (size_t i = c->event_count; i-- > 0;) {
        const struct case_event *ev = &c->history[i];
        size_t n = strcspn(ev->what, ".");

        if (node_count(node_get(ev->with, "correction")) == 0)
            continue;
        for (size_t k = i + 1; k < c->event_count; k++) {
            if (text_eq(c->history[k].by, CASEFILE_UNIT) && strncmp(c->history[k].what, ev->what, n + 1) == 0)
                return NULL;
        }
        return ev;
    }
    return NULL;
}

int correction_names(const struct case_event *correction, const char *item)
{
    if (correction == NULL)
        return 0;
    for (const struct node *n = node_first(node_get(correction->with, "correction")); n != NULL; n = n->next) {
        if (text_eq(node_get_str(n, "item"), item))
            return 1;
    }
    return 0;
}

/* ---- verdicts ---- */

int verdict_classified(const struct node *verdict)
{
    return text_eq(node_get_str(verdict, "outcome"), "off_platform");
}

void verdict_errors(const struct desk *d, const struct node *reasons, struct err_list *errors)
{
    for (const struct node *r = node_first(reasons); r != NULL; r = r->next) {
        struct err e = {0};
        const char *mend = node_get_str(r, "mend"), *who = node_get_str(r, "who_name");

        /* nobody is told that he himself may do it */
        if (d->actor != NULL && d->actor->post != NULL && text_eq(node_get_str(r, "who"), d->actor->post->organ))
            who = "";
        err_fail(&e, ERR_RULE, "%s", node_get_str(r, "message"));
        if (*mend != '\0' && *who != '\0' && strstr(mend, who) == NULL)
            err_mend(&e, "%s（可由%s办理）", mend, who);
        else if (*mend != '\0')
            err_mend(&e, "%s", mend);
        else if (*who != '\0')
            err_mend(&e, "可由%s办理", who);
        err_article(&e, view_articles_join(d->arena, node_get(r, "articles")));
        if (*node_get_str(r, "path") != '\0')
            err_at(&e, "%s", node_get_str(r, "path"));
        else if (text_eq(node_get_str(r, "code"), "material_missing"))
            err_at(&e, "/materials/%s", node_get_str(r, "id"));
        err_list_take(errors, &e);
    }
}
