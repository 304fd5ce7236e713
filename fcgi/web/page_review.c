/*
 * web/page_review.c - reviews by experts: drawn, called together, closed; the proof of a draw, the opinion on A4
 */
#include "config.h"

#include "web/pages.h"

#include "base/buf.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "casework/experts.h"
#include "web/form.h"
#include "web/page_parts.h"

enum { RECORD_BYTES = 16 << 20 };

/* ---- lists ---- */

int page_reviews(struct call *c, struct err *e)
{
    struct node *model;

    return reviews_view(&c->desk, &model, e) < 0 ? -1 : page_show(c, model);
}

int page_project_reviews(struct call *c, struct err *e)
{
    struct node *model;
    if (project_reviews_view(&c->desk, c->args.id, page_group_again(c, "with"), &c->errors, &model, e) < 0)
        return -1;
    return page_asked(c, model, "");
}

int page_review_start(struct call *c, struct err *e)
{
    int64_t id;

    c->again = page_project_reviews;
    if (page_group_check(c, "with", e) < 0 ||
        review_start(&c->desk, c->args.id, c->args.word, page_group(c, "with"), &id, &c->errors, e) < 0)
        return -1;
    return page_made(c, "id", id, call_href(c, "/reviews/%lld?done=start", (long long)id));
}

/* ---- one review ---- */

int page_review(struct call *c, struct err *e)
{
    struct node *model;
    if (review_view(&c->desk, c->args.id, page_group_again(c, "with"), &c->errors, &model, e) < 0)
        return -1;
    c->title = arena_fmt(c->arena, "%s：%s", node_get_str(node_get(model, "review"), "name"),
                         node_get_str(node_get(model, "project"), "title"));
    if (*call_query(c, "done"))
        node_put_bool(c->arena, node_put_object(c->arena, model, "was"), call_query(c, "done"), 1);
    return page_asked(c, model, node_get_str(node_get(model, "review"), "version"));
}

/* Fields of the form; NULL after a refusal. */
static const struct node *asked(struct call *c, struct err *e)
{
    c->again = page_review;
    return page_group_check(c, "with", e) < 0 ? NULL : page_group(c, "with");
}

static int review_done(struct call *c, const char *what)
{
    return page_done(c, call_href(c, "/reviews/%lld?done=%s", (long long)c->args.id, what));
}

int page_review_seal(struct call *c, struct err *e)
{
    const struct node *with = asked(c, e);
    return !with || review_seal_put(&c->desk, c->args.id, with, e) < 0 ? -1 : review_done(c, "seal");
}

int page_review_open(struct call *c, struct err *e)
{
    const struct node *with = asked(c, e);
    return !with || review_open(&c->desk, c->args.id, node_get_str(with, "open_words"), e) < 0 ? -1
                                                                                               : review_done(c, "open");
}

int page_review_void(struct call *c, struct err *e)
{
    const struct node *with = asked(c, e);
    int64_t version;

    if (!with || page_version(c, &version, e) < 0 ||
        review_void(&c->desk, c->args.id, version, node_get_str(with, "void_reason"), e) < 0)
        return -1;
    return review_done(c, "void");
}

int page_review_meet(struct call *c, struct err *e)
{
    const struct node *with = asked(c, e);
    int64_t version;

    if (!with || page_version(c, &version, e) < 0 ||
        review_meet(&c->desk, c->args.id, version, with, &c->errors, e) < 0)
        return -1;
    return review_done(c, "meeting");
}

int page_review_replace(struct call *c, struct err *e)
{
    const struct node *with = asked(c, e);
    int64_t seat = 0;

    if (!with)
        return -1;
    if (text_i64(node_get_str(with, "seat"), &seat) < 0) {
        err_fail(e, ERR_BAD_INPUT, "没有选择不能参加的是哪一位");
        err_mend(e, "请从专家组名单里选一位");
        return err_at(e, "/with/seat");
    }
    if (review_replace(&c->desk, c->args.id, seat, node_get_str(with, "out_kind"), node_get_str(with, "out_reason"),
                       e) < 0)
        return -1;
    return review_done(c, "replace");
}

int page_review_close(struct call *c, struct err *e)
{
    const struct node *with = asked(c, e);
    int64_t version;

    if (!with || page_version(c, &version, e) < 0 ||
        review_close(&c->desk, c->args.id, version, node_get_str(with, "opinion"), &c->errors, e) < 0)
        return -1;
    return review_done(c, "close");
}

/* ---- the proof and the opinion ---- */

int page_review_proof(struct call *c, struct err *e)
{
    struct node *model;
    if (review_proof(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML) { /* to be copied into a file */
        struct buf b CLEANUP_(buf_free) = {0};
        buf_init(&b, RECORD_BYTES);
        jsonout_tree(&b, node_get(model, "record"));
        node_put_text(c->arena, model, "record_text", buf_str(&b));
    }
    return page_show(c, model);
}

int page_review_opinion(struct call *c, struct err *e)
{
    struct node *model;
    if (review_opinion(&c->desk, c->args.id, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML) {
        node_put_bool(c->arena, model, "is_paper", 1); /* prints alone */
        node_put_bool(c->arena, model, "is_form", 1);
    }
    return page_show(c, model);
}
