/*
 * casework/review_draw.c - the organs seal their words, open them, and with the last of it the panel is drawn (ADR
 * 0013)
 */
#include "config.h"

#include "casework/panel.h"

#include "base/crypto.h"
#include "base/text.h"
#include "casework/draw.h"
#include "casework/view.h"

/* ---- seals ---- */

static int seal_organ(const struct op *op, const struct panel *p, struct err *e)
{
    if (panel_has_organ(op->desk, node_get(p->rule, "seeds")))
        return 0;
    err_fail(e, ERR_FORBIDDEN, "这次抽取的封签不由本岗位的机关交");
    return err_mend(e, "请由评审页上列出的机关各交一份");
}

static const char *organ_name(const struct op *op, const struct panel *p)
{
    return desk_is_applicant(op->desk) ? op->desk->actor->post->unit_name
                                       : regulation_organ_name(p->regulation, desk_organ(op->desk));
}

static int seal_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    const struct desk *d = op->desk;
    struct panel p;

    if (review_begin(op, c, &p, e) < 0 || seal_organ(op, &p, e) < 0 || panel_must(&p, "sealing", e) < 0)
        return -1;
    if (panel_seal(&p, desk_organ(d)) != NULL) {
        err_fail(e, ERR_RULE, "本机关已交过封签，交存以后不能更换");
        return err_mend(e, "请等其他机关交齐后开封");
    }
    for (size_t i = 0; i < p.seal_count; i++) {
        if (text_eq(p.seals[i].person, d->actor->person)) {
            err_fail(e, ERR_RULE, "您已替%s交过封签，一人不能替两个机关交", p.seals[i].organ_name);
            return err_mend(e, "请由本机关的另一位同事办理");
        }
    }
    struct review_seal row = {.review = p.r.id,
                              .organ = desk_organ(d),
                              .organ_name = organ_name(op, &p),
                              .seal = c->seal,
                              .person = d->actor->person,
                              .person_name = d->actor->name,
                              .sealed_at = d->now};

    node_put_text(d->arena, op->detail, "seal", c->seal);
    return review_seal_add(op->db, d->arena, &row, e) < 0 || review_save(op->db, d->arena, &p.r, e) < 0 ? -1 : 0;
}

static int is_digest(const char *s)
{
    size_t n = 0;

    for (; s[n] != '\0'; n++) {
        if (!((s[n] >= '0' && s[n] <= '9') || (s[n] >= 'a' && s[n] <= 'f')))
            return 0;
    }
    return n == CRYPTO_SM3_HEX;
}

/* Words, or the digest worked out elsewhere so that we never see them before they are opened. */
static int seal_read(const struct desk *d, int64_t id, const struct node *input, struct review_call *c, struct err *e)
{
    struct err_list errors = {0};
    const char *seal = text_trim(d->arena, node_get_str(input, "seal"));

    if (*seal != '\0') {
        if (!is_digest(seal)) {
            err_fail(e, ERR_BAD_INPUT, "封签应是 64 位小写十六进制的 SM3");
            (void)err_at(e, "/with/seal");
            return err_mend(e, "请用 guizhang draw seal 在自己的机器上算出，或改填封存的话");
        }
        c->seal = seal;
        return 0;
    }
    c->words = typed_text(d, input, "seal_words", "封存的话", WORDS_MIN_CHARS, WORDS_MAX_CHARS, 0, &errors);
    if (errors.count > 0)
        return typed_refuse(&errors, e);
    c->seal = draw_seal(d->arena, arena_fmt(d->arena, "%lld", (long long)id), desk_organ(d), c->words);
    return 0;
}

int review_seal_put(const struct desk *d, int64_t id, const struct node *input, struct err *e)
{
    struct review_call c = {.id = id};
    struct node *asked = node_object(d->arena);

    if (seal_read(d, id, input, &c, e) < 0)
        return -1;
    node_put_text(d->arena, asked, "seal", c.seal);
    return review_run(d, "review.seal", seal_work, &c, asked, NULL, 0, e);
}

/* ---- opening, and the draw with the last of it ---- */

static int seats_add(struct op *op, const struct panel *p, const struct node *drawn, const char *state, int *place,
                     struct err *e)
{
    const struct desk *d = op->desk;
    const struct node *candidates = node_get(view_json(d->arena, p->r.inputs), "candidates");

    for (const struct node *n = node_first(drawn); n != NULL; n = n->next) {
        struct expert x = {0};
        int64_t id = 0;

        if (text_i64(node_get_str(n, "id"), &id) < 0)
            return err_fail(e, ERR_INTERNAL, "抽取记录中的编号读不出来");
        int found = expert_get(op->db, d->arena, id, &x, e);

        if (found <= 0)
            return found < 0 ? -1 : err_fail(e, ERR_INTERNAL, "抽中的专家不在专家库里");
        const struct node *was = node_first(candidates);

        while (was != NULL && !text_eq(node_get_str(was, "id"), node_get_str(n, "id")))
            was = was->next;
        /* as committed: what the pool says of him today is not what was drawn from */
        struct review_seat seat = {.id = crypto_ident(d->machine_now / 1000),
                                   .review = p->r.id,
                                   .project = p->r.project,
                                   .place = ++*place,
                                   .expert = id,
                                   .login = x.login,
                                   .name = node_get_str(was, "name"),
                                   .employer = node_get_str(was, "employer"),
                                   .title = node_get_str(was, "title"),
                                   .state = state,
                                   .out_kind = "",
                                   .out_reason = "",
                                   .changed_at = d->now,
                                   .sheet = "{}",
                                   .sheet_state = "none",
                                   .sheet_sm3 = "",
                                   .handed_at = INSTANT_NONE,
                                   .version = 1};

        if (review_seat_add(op->db, d->arena, &seat, e) < 0)
            return -1;
    }
    return 0;
}

static int draw_now(struct op *op, struct panel *p, const struct node *words, struct err *e)
{
    const struct desk *d = op->desk;
    struct node *result = draw_run(d->arena, view_json(d->arena, p->r.inputs), words);
    int place = 0;

    p->r.state = "drawn";
    p->r.drawn_at = d->now;
    p->r.result = view_json_text(d->arena, result);
    p->r.result_sm3 = draw_digest(d->arena, result);
    node_put_text(d->arena, op->detail, "result_sm3", p->r.result_sm3);
    return seats_add(op, p, node_get(result, "members"), "seated", &place, e) < 0 ||
                   seats_add(op, p, node_get(result, "reserves"), "waiting", &place, e) < 0
               ? -1
               : 0;
}

/* The words of all, this one's included; 1 when they are all there. */
static int words_all(const struct op *op, const struct panel *p, const char *words, struct node **ret)
{
    struct arena *a = op->desk->arena;
    struct node *list = node_list(a);
    int all = 1;

    for (size_t i = 0; i < p->seal_count; i++) {
        struct node *n = node_add_object(a, list);
        const char *said = text_eq(p->seals[i].organ, desk_organ(op->desk)) ? words : p->seals[i].words;

        all &= *said != '\0';
        node_put_text(a, n, "organ", p->seals[i].organ);
        node_put_text(a, n, "words", said);
    }
    *ret = list;
    return all;
}

static int open_own(const struct op *op, const struct panel *p, const char *words, struct err *e)
{
    const struct review_seal *own = panel_seal(p, desk_organ(op->desk));
    const char *id = arena_fmt(op->desk->arena, "%lld", (long long)p->r.id);

    if (!panel_sealed_all(p)) {
        err_fail(e, ERR_RULE, "封签还没有交齐，不能开封");
        return err_mend(e, "请等评审页上列出的机关都交存以后再开封");
    }
    if (*own->words != '\0') {
        err_fail(e, ERR_RULE, "本机关的封签已经开封");
        return err_mend(e, "不用再办，请等其他机关开封");
    }
    if (text_eq(draw_seal(op->desk->arena, id, own->organ, words), own->seal))
        return 0;
    err_fail(e, ERR_RULE, "填写的话与交存的封签不符");
    (void)err_at(e, "/with/open_words");
    return err_mend(e, "请一字不差地填写交封签时的话，包括标点；确实遗失的，由召集机关写明理由作废重抽");
}

static int open_work(struct op *op, void *arg, struct err *e)
{
    const struct review_call *c = arg;
    const struct desk *d = op->desk;
    struct node *words;
    struct panel p;

    if (review_begin(op, c, &p, e) < 0 || seal_organ(op, &p, e) < 0 || panel_must(&p, "sealing", e) < 0 ||
        open_own(op, &p, c->words, e) < 0 ||
        review_seal_open(op->db, d->arena, p.r.id, desk_organ(d), c->words, d->now, e) < 0)
        return -1;
    if (words_all(op, &p, c->words, &words) && draw_now(op, &p, words, e) < 0)
        return -1;
    return review_save(op->db, d->arena, &p.r, e);
}

int review_open(const struct desk *d, int64_t id, const char *words, struct err *e)
{
    struct review_call c = {.id = id, .words = text_trim(d->arena, words)};
    struct node *asked = node_object(d->arena);

    if (*c.words == '\0') {
        err_fail(e, ERR_BAD_INPUT, "没有填写交封签时的话");
        err_mend(e, "请一字不差地填写，包括标点");
        return err_at(e, "/with/open_words");
    }
    node_put_text(d->arena, asked, "words", c.words);
    return review_run(d, "review.open", open_work, &c, asked, NULL, 0, e);
}
