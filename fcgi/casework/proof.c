/*
 * casework/proof.c - the proof of a draw: run again from what was committed, held against the audit and the seats
 *
 * Three witnesses must agree: the record runs again to itself (draw.c), the audit rows of beginning and drawing name
 * the same digests and bear a true MAC whose key the database does not have, and who sits is who was drawn but for the
 * changes on record.
 */
#include "config.h"

#include "casework/panel.h"

#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

enum { AUDIT_ROWS = 200 };

static struct node *record_of(const struct desk *d, const struct panel *p)
{
    struct arena *a = d->arena;
    struct node *n = node_object(a), *seals;

    node_put_text(a, n, "format", "guizhang-draw-1");
    node_put(a, n, "inputs", node_copy(a, view_json(a, p->r.inputs)));
    node_put_text(a, n, "inputs_sm3", p->r.inputs_sm3);
    seals = node_put_list(a, n, "seals");
    for (size_t i = 0; i < p->seal_count; i++) {
        struct node *s = node_add_object(a, seals);

        node_put_text(a, s, "organ", p->seals[i].organ);
        node_put_text(a, s, "name", p->seals[i].organ_name);
        node_put_text(a, s, "seal", p->seals[i].seal);
        node_put_text(a, s, "words", p->seals[i].words);
        node_put_text(a, s, "sealed_at",
                      p->seals[i].sealed_at == INSTANT_NONE ? "" : instant_iso(a, p->seals[i].sealed_at));
    }
    node_put(a, n, "result", node_copy(a, view_json(a, p->r.result)));
    node_put_text(a, n, "result_sm3", p->r.result_sm3);
    return n;
}

/* 1 when a true audit row of that act names this digest. */
static int audit_names(const struct desk *d, const struct audit *rows, size_t count, const char *what, const char *key,
                       const char *digest)
{
    const struct district *x = d->district;

    for (size_t i = 0; i < count; i++) {
        if (text_eq(rows[i].what, what) && text_eq(rows[i].result, "ok") &&
            text_eq(node_get_str(view_json(d->arena, rows[i].detail), key), digest) && x->audit_key_ok &&
            audit_is_true(d->arena, x->audit_key, sizeof x->audit_key, &rows[i]))
            return 1;
    }
    return 0;
}

static int check_audit(const struct desk *d, struct db *db, const struct panel *p, struct node *checks, int *ret_ok,
                       struct err *e)
{
    struct arena *a = d->arena;
    const char *object = arena_fmt(a, "review/%lld", (long long)p->r.id);
    struct audit *rows;
    size_t count;

    if (audit_list(db, a, object, "", 0, AUDIT_ROWS, &rows, &count, e) < 0)
        return -1;
    int began = audit_names(d, rows, count, "review.start", "inputs_sm3", p->r.inputs_sm3);
    int drew = audit_names(d, rows, count, "review.open", "result_sm3", p->r.result_sm3);

    *ret_ok &= draw_check_put(a, checks, "审计记录：提交时", began,
                              began ? "抽取之前写下的审计记录载有同一个名单摘要，校验码相符"
                                    : "审计记录中没有这个名单摘要，或审计记录被改动");
    *ret_ok &= draw_check_put(a, checks, "审计记录：抽取时", drew,
                              drew ? "开封时写下的审计记录载有同一个结果摘要，校验码相符"
                                   : "审计记录中没有这个结果摘要，或审计记录被改动");
    for (const struct review_seal *s = p->seals; s < p->seals + p->seal_count; s++) {
        int noted = audit_names(d, rows, count, "review.seal", "seal", s->seal);

        *ret_ok &= draw_check_put(a, checks, arena_fmt(a, "审计记录：%s交存", s->organ_name), noted,
                                  noted ? "交存时写下的审计记录载有同一枚封签，校验码相符"
                                        : "审计记录中没有这枚封签，或审计记录被改动");
    }
    return 0;
}

/* Every seat in the order drawn, the same person; who sits in for another is the next reserve. */
static int seats_agree(struct arena *a, const struct panel *p, const struct node *result)
{
    size_t members = node_count(node_get(result, "members")), reserves = node_count(node_get(result, "reserves"));
    const struct node *n = node_first(node_get(result, "members"));

    if (p->seat_count != members + reserves)
        return 0;
    for (size_t i = 0; i < p->seat_count; i++) {
        const struct review_seat *s = &p->seats[i];

        if (i == members)
            n = node_first(node_get(result, "reserves"));
        if (n == NULL || !text_eq(node_get_str(n, "id"), arena_fmt(a, "%lld", (long long)s->expert)) ||
            !text_eq(node_get_str(n, "name"), s->name) || s->place != (int)i + 1)
            return 0;
        if (i < members && (text_eq(s->state, "waiting") || s->stands_for != 0))
            return 0;
        if (i >= members && text_eq(s->state, "seated") && s->stands_for == 0)
            return 0;
        n = n->next;
    }
    return 1;
}

static void put_changes(struct arena *a, const struct panel *p, struct node *page)
{
    struct node *list = node_put_list(a, page, "changes");

    for (size_t i = 0; i < p->seat_count; i++) {
        const struct review_seat *s = &p->seats[i];

        if (!text_eq(s->state, "out"))
            continue;
        struct node *n = node_add_object(a, list);

        node_put_text(a, n, "name", s->name);
        node_put_text(a, n, "kind_name", seat_out_name(s->out_kind));
        node_put_text(a, n, "reason", s->out_reason);
        view_put_instant(a, n, "at", s->changed_at);
        for (size_t k = 0; k < p->seat_count; k++) {
            if (p->seats[k].stands_for == s->id)
                node_put_text(a, n, "next_name", p->seats[k].name);
        }
    }
}

static struct node *people_of(struct arena *a, const struct node *inputs, const struct node *list)
{
    struct node *ret = node_list(a);
    int place = 0;

    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        struct node *o = node_add(ret, node_copy(a, n));

        node_put_int(a, o, "place", ++place);
        for (const struct node *c = node_first(node_get(inputs, "candidates")); c != NULL; c = c->next) {
            if (text_eq(node_get_str(c, "id"), node_get_str(n, "id"))) {
                node_put_text(a, o, "employer", node_get_str(c, "employer"));
                node_put_text(a, o, "title", node_get_str(c, "title"));
            }
        }
    }
    return ret;
}

int review_proof(const struct desk *d, int64_t id, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct node *page = node_object(a), *record, *checked, *checks;
    const struct node *result;
    struct project project;
    struct panel p;
    struct db *db;

    if (panel_open(d, MAY_REVIEW_READ, id, &p, &project, &db, e) < 0)
        return -1;
    if (*p.r.result_sm3 == '\0' || !review_knows_names(d, &p)) {
        err_fail(e, ERR_RULE,
                 *p.r.result_sm3 == '\0' ? "封签还没有全部开封，没有抽取结果可以验证"
                                         : "评审没有结束，抽取的名单还不公开");
        return err_mend(e, *p.r.result_sm3 == '\0' ? "请等各机关开封以后再看" : "形成评审意见以后可以看到");
    }
    record = record_of(d, &p);
    checked = draw_check(a, record);
    checks = (struct node *)(uintptr_t)node_get(checked, "checks");
    int ok = node_get_bool(checked, "same");

    if (check_audit(d, db, &p, checks, &ok, e) < 0)
        return -1;
    result = node_get(record, "result");
    int seats = seats_agree(a, &p, result);

    ok &= draw_check_put(a, checks, "专家组名单", seats,
                         seats ? "现在的成员和候补与抽取结果一致，更换都有记录" : "现在的成员或候补与抽取结果不一致");
    review_head(d, &p, node_put_object(a, page, "review"));
    node_put(a, page, "project", view_project_short(d, &project));
    node_put(a, page, "record", record);
    node_put_bool(a, page, "same", ok);
    node_put(a, page, "checks", node_copy(a, checks));
    node_put_text(a, page, "seed", node_get_str(result, "seed"));
    node_put(a, page, "drawn", people_of(a, node_get(record, "inputs"), node_get(result, "members")));
    node_put(a, page, "reserves", people_of(a, node_get(record, "inputs"), node_get(result, "reserves")));
    node_put(a, page, "excluded", people_of(a, node_get(record, "inputs"), node_get(result, "excluded")));
    put_changes(a, &p, page);
    *ret = page;
    return 0;
}
