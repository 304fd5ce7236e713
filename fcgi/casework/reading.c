/*
 * casework/reading.c - when the receiving office first opened what was handed in
 *
 * House procedure, no law: it decides nothing but whether the unit may still take its submission back. Written once a
 * submission and office, by the first page of the project or of one of its acts that somebody there opens.
 */
#include "config.h"

#include "casework/reading.h"

#include "base/text.h"
#include "casework/op.h"
#include "casework/outcome.h"
#include "casework/part.h"
#include "casework/view.h"
#include "store/duties.h"

/* The unit's handing-in that is the last thing that happened; NULL. */
static const struct event *handed_in(const struct casefile *c)
{
    const struct event *last = c->event_count > 0 ? &c->events[c->event_count - 1] : NULL;

    return last != NULL && text_eq(last->by, CASEFILE_UNIT) && regulation_act_hands_in(c->regulation, last->what)
               ? last
               : NULL;
}

static const char *seq_text(const struct desk *d, const struct event *ev)
{
    return arena_fmt(d->arena, "%lld", (long long)ev->seq);
}

/* organ "": of whichever office was first. */
static const struct handing *reading_at(const struct desk *d, const struct casefile *c, const struct event *ev,
                                        const char *organ)
{
    const char *seq = seq_text(d, ev);

    for (size_t i = 0; i < c->hand_count; i++)
        if (text_eq(c->hands[i].kind, "read") && text_eq(c->hands[i].step, seq) &&
            (*organ == '\0' || text_eq(c->hands[i].organ, organ)))
            return &c->hands[i];
    return NULL;
}

/* Who read it first (its step the number of the event); NULL. */
static const struct handing *reading_of(const struct desk *d, const struct casefile *c)
{
    const struct event *last = c->hand_count > 0 ? handed_in(c) : NULL;

    return last != NULL ? reading_at(d, c, last, "") : NULL;
}

/* It is that organ's to deal with: the case waits for it, or what was handed in does beside the road. */
static int is_for(const struct desk *d, const struct casefile *c, const struct node *verdict, const struct event *last)
{
    const struct waited w = outcome_case_waits(d, c, verdict);
    const char *procedure = act_procedure(d->arena, last->what);

    for (size_t i = 0; i < w.count; i++)
        if (text_eq(w.organ[i], desk_organ(d)))
            return 1;
    for (const struct node *act = node_first(node_get(verdict, "acts")); act != NULL; act = act->next)
        if (text_eq(node_get_str(act, "procedure"), procedure) && part_act_is_of(act, desk_organ(d)) &&
            outcome_is_task(d, verdict, act, desk_organ(d)))
            return 1;
    return 0;
}

static int reading_write(const struct desk *d, struct db *db, const struct handing *h, struct err *e)
{
    struct node *detail = node_object(d->arena);
    struct audit row = {.what = "project.first_read",
                        .object = arena_fmt(d->arena, "project/%lld", (long long)h->project),
                        .result = "ok"};
    int added = handing_read(db, d->arena, h, e);

    if (added <= 0)
        return added;
    node_put_kept(d->arena, detail, "seq", h->step);
    row.detail = view_json_text(d->arena, detail);
    return audit_put(d, db, &row, e) < 0 ? -1 : 1;
}

/* A page is not withheld because its reading could not be kept: then it has not been read, and the next one keeps it.
 */
static void reading_try(const struct desk *d, const struct handing *h)
{
    struct err e = {0};
    struct db *db;

    if (district_db(d->platform, d->district, &db, &e) < 0 || tx_begin(db, &e) < 0)
        return;
    if (reading_write(d, db, h, &e) <= 0 || tx_commit(db, &e) < 0)
        tx_rollback(db);
}

void reading_keep(const struct desk *d, const struct casefile *c, const struct node *verdict)
{
    const struct event *last;

    if (d->actor == NULL || *desk_organ(d) == '\0' || desk_is_applicant(d) || (last = handed_in(c)) == NULL ||
        reading_at(d, c, last, desk_organ(d)) != NULL || !is_for(d, c, verdict, last))
        return;
    reading_try(d, &(struct handing){.project = c->p.id,
                                     .organ = desk_organ(d),
                                     .unit = desk_unit(d),
                                     .person = d->actor->person,
                                     .name = d->actor->name,
                                     .by_person = d->actor->person,
                                     .by_name = d->actor->name,
                                     .reason = "",
                                     .at = d->now,
                                     .kind = "read",
                                     .step = seq_text(d, last),
                                     .until_on = DATE_NONE});
}

static const char *office_name(const struct desk *d, const struct handing *h)
{
    const char *name = tenant_organ_name(d->district->tenant, h->organ);

    return name != NULL ? name : h->organ;
}

void reading_put(const struct desk *d, const struct casefile *c, struct node *page)
{
    const struct handing *h = reading_of(d, c);
    struct node *o;

    if (h == NULL)
        return;
    o = node_put_object(d->arena, page, "read");
    node_put_kept(d->arena, o, "office_name", office_name(d, h));
    view_put_date(d->arena, o, "on", instant_date(h->at));
}

int reading_check(const struct desk *d, const struct casefile *c, struct err *e)
{
    const struct handing *h = reading_of(d, c);

    if (h == NULL)
        return 0;
    err_fail(e, ERR_RULE, "%s（%s）%s 已阅，不能撤回", office_name(d, h), h->name,
             date_text(d->arena, instant_date(h->at)));
    return err_mend(e, "需要修改的，请联系%s退回补正，退回以后修改再送", office_name(d, h));
}
