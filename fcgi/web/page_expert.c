/*
 * web/page_expert.c - the pool of experts, and an expert's own pages
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "casework/experts.h"
#include "web/form.h"
#include "web/page_parts.h"

/* ---- the pool ---- */

int page_experts(struct call *c, struct err *e)
{
    struct node *model;
    if (experts_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        node_put_text(c->arena, model, "imported", call_query(c, "imported"));
    return page_show(c, model);
}

int page_expert(struct call *c, struct err *e)
{
    struct node *model;
    if (expert_view(&c->desk, c->args.id, page_group_again(c, "with"), &c->errors, &model, e) < 0)
        return -1;
    c->template = "expert";
    if (c->args.id)
        c->title = node_get_str(node_get(model, "expert"), "name");
    node_put_bool(c->arena, model, "is_saved", *call_query(c, "saved") != '\0');
    return page_asked(c, model, node_get_str(node_get(model, "expert"), "version"));
}

static int expert_write(struct call *c, int64_t version, struct err *e)
{
    int64_t id;

    if (expert_put(&c->desk, c->args.id, version, page_group(c, "with"), &id, &c->errors, e) < 0)
        return -1;
    node_put_fmt(c->arena, c->model, "id", "%lld", (long long)id);
    return page_done(c, call_href(c, "/experts/%lld?saved=1", (long long)id));
}

int page_expert_add(struct call *c, struct err *e)
{
    c->again = page_expert;
    c->status = 201;
    return page_group_check(c, "with", e) < 0 ? -1 : expert_write(c, 0, e);
}

int page_expert_save(struct call *c, struct err *e)
{
    int64_t version;

    c->again = page_expert;
    if (page_group_check(c, "with", e) < 0 || page_version(c, &version, e) < 0)
        return -1;
    return expert_write(c, version, e);
}

/* ---- an expert's own ---- */

int page_seats(struct call *c, struct err *e)
{
    struct node *model;

    return seats_view(&c->desk, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_seat(struct call *c, struct err *e)
{
    struct node *model;
    if (seat_view(&c->desk, c->args.id, page_group_again(c, "with"), &c->errors, &model, e) < 0)
        return -1;
    c->title = node_get_str(node_get(model, "seat"), "project_title");
    node_put_bool(c->arena, model, "is_saved", text_eq(call_query(c, "done"), "saved"));
    node_put_bool(c->arena, model, "is_handed", text_eq(call_query(c, "done"), "in"));
    return page_asked(c, model, node_get_str(node_get(model, "seat"), "version"));
}

int page_seat_sheet(struct call *c, struct err *e)
{
    int64_t version;
    int final = text_eq(node_get_str(c->form, "go"), "in");

    c->again = page_seat;
    if (page_group_check(c, "with", e) < 0 || page_version(c, &version, e) < 0 ||
        seat_sheet(&c->desk, c->args.id, version, page_group(c, "with"), final, &c->errors, e) < 0)
        return -1;
    return page_done(c, call_href(c, "/seats/%lld?done=%s", (long long)c->args.id, final ? "in" : "saved"));
}

int page_seat_leave(struct call *c, struct err *e)
{
    struct node *with = page_group(c, "with");
    int64_t version;

    c->again = page_seat;
    if (page_group_check(c, "with", e) < 0 || page_version(c, &version, e) < 0 ||
        seat_leave(&c->desk, c->args.id, version, node_get_str(with, "out_kind"), node_get_str(with, "out_reason"), e) <
            0)
        return -1;
    return page_done(c, call_href(c, "/seats/%lld?done=out", (long long)c->args.id));
}
