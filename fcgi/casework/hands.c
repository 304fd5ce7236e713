/*
 * casework/hands.c - in whose hands a case is within one post, and for whom a person acts
 */
#include "config.h"

#include "casework/hands.h"

#include "base/text.h"
#include "casework/view.h"
#include "store/duties.h"

enum { NAME_BYTES = 90 }; /* two of them and the words between fit a column of 100 characters */

int hands_applied(const struct casefile *c, const char *person)
{
    if (*person == '\0')
        return 0;
    if (text_eq(c->p.created_by, person) && *c->p.unit_code != '\0')
        return 1;
    for (size_t i = 0; i < c->event_count; i++)
        if (text_eq(c->events[i].by, CASEFILE_UNIT) &&
            (text_eq(c->events[i].person, person) || text_eq(node_get_str(c->history[i].with, "for_person"), person)))
            return 1;
    return 0;
}

int hands_ours(const struct desk *d, const struct handing *h)
{
    return *desk_organ(d) != '\0' && text_eq(h->organ, desk_organ(d)) && text_eq(h->unit, desk_unit(d));
}

/* Into whose hands the actor's post gave it last; NULL: in nobody's. */
static const struct handing *in_hands(const struct desk *d, const struct casefile *c)
{
    for (size_t i = c->hand_count; i-- > 0;)
        if (text_eq(c->hands[i].kind, "hand") && hands_ours(d, &c->hands[i]))
            return &c->hands[i];
    return NULL;
}

static int refuse_own(const struct op *op, const struct hands *h, struct err *e)
{
    const struct desk *d = op->desk;
    int self = hands_applied(&op->file, d->actor->person);

    if (desk_is_applicant(d) || (!self && !hands_applied(&op->file, h->for_person)))
        return 0;
    if (self)
        err_fail(e, ERR_FORBIDDEN, "您曾以建设单位人员的身份办理过本项目，不能再以%s的身份办理它：申报和办理须是不同的人",
                 d->actor->post->organ_name);
    else
        err_fail(e, ERR_FORBIDDEN, "%s曾以建设单位人员的身份办理过本项目，受其委托也不能办理它：申报和办理须是不同的人", h->for_name);
    return err_mend(e, "请由%s的其他人员办理", d->actor->post->organ_name);
}

/* The delegation by which the actor may act for that person ("": by the number the form names), or none. */
static int delegation_find(const struct op *op, const char *from_person, struct hands *ret, struct err *e)
{
    const struct desk *d = op->desk;
    struct delegation *rows;
    size_t count;

    if (delegation_for(op->db, d->arena, d->actor->person, desk_organ(d), desk_unit(d), desk_today(d), &rows, &count,
                       e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *id = arena_fmt(d->arena, "%lld", (long long)rows[i].id);

        if (*from_person != '\0' ? !text_eq(rows[i].from_person, from_person) : !text_eq(id, d->on_behalf))
            continue;
        *ret = (struct hands){.for_person = rows[i].from_person, .for_name = rows[i].from_name};
        return 1;
    }
    return 0;
}

static int in_hands_of(const struct op *op, const struct handing *h, struct hands *ret, struct err *e)
{
    int found = delegation_find(op, h->person, ret, e);

    if (found != 0)
        return found < 0 ? -1 : 0;
    err_fail(e, ERR_FORBIDDEN, "本项目在%s手里（%s 由%s交给），不由您办理", h->name,
             date_text(op->desk->arena, instant_date(h->at)), h->by_name);
    return err_mend(e, "请由%s办理，或者请其委托您；%s不在岗的，先在「转办和催办」里转给您", h->name, h->name);
}

static int for_whom(const struct op *op, struct hands *ret, struct err *e)
{
    const struct desk *d = op->desk;
    const struct handing *h = in_hands(d, &op->file);

    if (h != NULL && !text_eq(h->person, d->actor->person))
        return in_hands_of(op, h, ret, e);
    if (text_is_empty(d->on_behalf))
        return 0;

    int found = delegation_find(op, "", ret, e);

    if (found != 0)
        return found < 0 ? -1 : 0;
    err_fail(e, ERR_FORBIDDEN, "您选择的委托已经到期或者撤销");
    return err_mend(e, "请以本人名义办理，或者请委托人重新委托");
}

int hands_check(const struct op *op, struct hands *ret, struct err *e)
{
    *ret = (struct hands){.for_person = "", .for_name = ""};
    if (op->desk->actor == NULL || *desk_organ(op->desk) == '\0')
        return 0;
    return for_whom(op, ret, e) < 0 ? -1 : refuse_own(op, ret, e);
}

const char *hands_name(struct arena *a, const struct actor *who, const struct hands *h)
{
    char own[NAME_BYTES], other[NAME_BYTES];

    if (who == NULL)
        return "";
    if (h->for_person == NULL || *h->for_person == '\0')
        return who->name;
    (void)text_copy(own, sizeof own, who->name);
    (void)text_copy(other, sizeof other, h->for_name);
    return arena_fmt(a, "%s（受%s委托）", own, other);
}

int hands_put(const struct desk *d, const struct casefile *c, struct node *page, struct err *e)
{
    struct arena *a = d->arena;
    struct node *list = node_put_list(a, page, "for"), *o;
    struct delegation *rows;
    const struct handing *h = in_hands(d, c);
    struct db *db;
    size_t count;

    if (d->actor == NULL || *desk_organ(d) == '\0')
        return 0;
    if (district_db(d->platform, d->district, &db, e) < 0 ||
        delegation_for(db, a, d->actor->person, desk_organ(d), desk_unit(d), desk_today(d), &rows, &count, e) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        o = node_add_object(a, list);
        view_put_id(a, o, "id", rows[i].id);
        node_put_text(a, o, "name", rows[i].from_name);
        node_put_bool(a, o, "chosen", text_eq(arena_fmt(a, "%lld", (long long)rows[i].id), d->on_behalf));
    }
    if (h == NULL)
        return 0;
    o = node_put_object(a, page, "in_hands");
    node_put_text(a, o, "name", h->name);
    node_put_bool(a, o, "is_mine", text_eq(h->person, d->actor->person));
    node_put_text(a, o, "by_name", h->by_name);
    node_put_text(a, o, "reason", h->reason);
    view_put_date(a, o, "at", instant_date(h->at));
    return 0;
}
