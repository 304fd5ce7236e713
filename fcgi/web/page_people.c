/*
 * web/page_people.c - who acts for whom, in whose hands a project is, what one wants to be told; the month of duties;
 * notices
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "casework/notice.h"
#include "casework/notify.h"
#include "casework/people.h"
#include "casework/reminders.h"
#include "web/page_parts.h"

/* What a page said was done: ?done=… after a redirect. */
static void done_word(const struct call *c, struct node *model)
{
    static const char *const words[] = {"saved", "made",   "ended", "handed", "urged", "withdrawn",
                                        "asked", "signed", "back",  "posted", "down"};
    const char *done = call_query(c, "done");

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (text_eq(done, words[i])) {
            node_put_text(c->arena, model, "done", done);
            node_put_bool(c->arena, model, arena_fmt(c->arena, "done_%s", done), 1);
        }
}

/* The form as it was typed, for a page that shows it again after a refusal. */
static void typed_put(const struct call *c, struct node *model)
{
    struct node *typed = node_put_object(c->arena, model, "typed");

    for (const struct node *n = node_first(c->form); n; n = n->next)
        if (n->type == NODE_TEXT)
            node_put_text(c->arena, typed, n->key, n->u.text);
}

/* ---- the month ---- */

int page_calendar(struct call *c, struct err *e)
{
    struct node *model;

    return calendar_page(&c->desk, call_query(c, "month"), &model, e) < 0 ? -1 : page_show(c, model);
}

/* ---- settings ---- */

int page_settings(struct call *c, struct err *e)
{
    struct node *model;

    if (settings_view(&c->desk, &model, e) < 0)
        return -1;
    done_word(c, model);
    return page_show(c, model);
}

int page_settings_save(struct call *c, struct err *e)
{
    c->again = page_settings;
    return settings_save(&c->desk, c->form, e) < 0 ? -1 : page_done(c, call_href(c, "/settings?done=saved"));
}

/* ---- notices ---- */

int page_notices(struct call *c, struct err *e)
{
    struct node *model;

    if (notices_view(&c->desk, call_query(c, "after"), &model, e) < 0)
        return -1;
    done_word(c, model);
    typed_put(c, model);
    return page_show(c, model);
}

int page_notice_post(struct call *c, struct err *e)
{
    c->again = page_notices;
    return notice_post(&c->desk, c->form, e) < 0 ? -1 : page_done(c, call_href(c, "/notices?done=posted"));
}

int page_notice_down(struct call *c, struct err *e)
{
    c->again = page_notices;
    return notice_take_down(&c->desk, c->args.id, e) < 0 ? -1 : page_done(c, call_href(c, "/notices?done=down"));
}

/* ---- delegations ---- */

int page_delegations(struct call *c, struct err *e)
{
    struct node *model;

    if (delegations_view(&c->desk, &model, e) < 0)
        return -1;
    done_word(c, model);
    typed_put(c, model);
    return page_show(c, model);
}

int page_delegation_make(struct call *c, struct err *e)
{
    c->again = page_delegations;
    return delegation_make(&c->desk, c->form, e) < 0 ? -1 : page_done(c, call_href(c, "/delegations?done=made"));
}

int page_delegation_end(struct call *c, struct err *e)
{
    c->again = page_delegations;
    return delegation_end(&c->desk, c->args.id, e) < 0 ? -1 : page_done(c, call_href(c, "/delegations?done=ended"));
}

/* ---- handing over, urging, taking back ---- */

int page_hand(struct call *c, struct err *e)
{
    struct node *model;

    if (hand_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    node_put_text(c->arena, model, "me", c->actor->person);
    done_word(c, model);
    typed_put(c, model);
    return page_show(c, model);
}

static int hand_written(struct call *c, const char *done)
{
    return page_done(c, call_href(c, "/projects/%lld/hand?done=%s", (long long)c->args.id, done));
}

int page_hand_over(struct call *c, struct err *e)
{
    c->again = page_hand;
    return hand_over(&c->desk, c->args.id, c->form, e) < 0 ? -1 : hand_written(c, "handed");
}

int page_urge(struct call *c, struct err *e)
{
    const char *to;

    c->again = page_hand;
    if (urge(&c->desk, c->args.id, node_get_str(c->form, "note"), &to, e) < 0)
        return -1;
    node_put_text(c->arena, c->model, "to_name", to);
    return hand_written(c, "urged");
}

int page_withdraw(struct call *c, struct err *e)
{
    int64_t version;

    c->again = page_hand;
    if (page_version(c, &version, e) < 0 ||
        submission_withdraw(&c->desk, c->args.id, version, node_get_str(c->form, "reason"), e) < 0)
        return -1;
    return hand_written(c, "withdrawn");
}

/* ---- asking colleagues to sign first ---- */

/* What was ticked on a form that comes back. */
static void ticked_put(const struct call *c, struct node *model)
{
    static const char *const answers[] = {"agree", "disagree", "decline"};
    struct node *typed = (struct node *)(uintptr_t)node_get(model, "typed");
    const struct node *person = node_get(c->form, "person");

    for (size_t i = 0; i < ARRAY_LEN(answers); i++)
        if (text_eq(node_get_str(c->form, "answer"), answers[i]))
            node_put_bool(c->arena, typed, arena_fmt(c->arena, "is_%s", answers[i]), 1);
    for (const struct node *n = node_first(node_get(model, "colleagues")); n; n = n->next) {
        const char *id = node_get_str(n, "person");
        int ticked = text_eq(node_get_str(c->form, "person"), id);

        for (const struct node *p = person && person->type == NODE_LIST ? node_first(person) : NULL; p; p = p->next)
            ticked |= text_eq(node_str(p, ""), id);
        node_put_bool(c->arena, (struct node *)(uintptr_t)n, "ticked", ticked);
    }
}

int page_cosign(struct call *c, struct err *e)
{
    struct node *model;

    if (cosign_view(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    done_word(c, model);
    typed_put(c, model);
    ticked_put(c, model);
    return page_show(c, model);
}

typedef int cosign_op(const struct desk *d, int64_t project, const struct node *input, struct err *e);

static int cosign_do(struct call *c, cosign_op *run, const char *done, struct err *e)
{
    c->again = page_cosign;
    return run(&c->desk, c->args.id, c->form, e) < 0
               ? -1
               : page_done(c, call_href(c, "/projects/%lld/cosign?done=%s", (long long)c->args.id, done));
}

int page_cosign_ask(struct call *c, struct err *e)
{
    return cosign_do(c, cosign_ask, "asked", e);
}

int page_cosign_answer(struct call *c, struct err *e)
{
    return cosign_do(c, cosign_answer, "signed", e);
}

int page_cosign_urge(struct call *c, struct err *e)
{
    return cosign_do(c, cosign_urge, "urged", e);
}

int page_cosign_back(struct call *c, struct err *e)
{
    return cosign_do(c, cosign_back, "back", e);
}
