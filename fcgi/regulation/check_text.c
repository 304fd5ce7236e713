/*
 * regulation/check_text.c - the figures of the rules held against the words of the articles
 *
 * A bound is either said by the text (含、及以上、不超过 …), settled by the civil code
 * (以上、以下 include, 不满、超过 do not), or left open; an open one is a doubt until
 * somebody writes down how it is read. So are clocks whose number no duty carries.
 */
#include "config.h"

#include "regulation/check.h"

#include <string.h>

#include "base/text.h"

enum { LOOK_BACK_BYTES = 48, LOOK_AHEAD_BYTES = 48, FIGURE_MAX = 48 };

/* To which side of a bound the figure itself belongs. */
enum side { SIDE_NONE, SIDE_LOWER, SIDE_UPPER };

static const struct {
    const char *word;
    enum side side;
} BEFORE[] = {
    /* the longer ones first: 不超过 is not 超过 */
    {"≤", SIDE_LOWER},      {"≥", SIDE_UPPER},      {">", SIDE_LOWER},      {"＞", SIDE_LOWER},
    {"<", SIDE_UPPER},      {"＜", SIDE_UPPER},     {"不超过", SIDE_LOWER}, {"未超过", SIDE_LOWER},
    {"不高于", SIDE_LOWER}, {"不多于", SIDE_LOWER}, {"不低于", SIDE_UPPER}, {"不少于", SIDE_UPPER},
    {"超过", SIDE_LOWER},   {"高于", SIDE_LOWER},   {"大于", SIDE_LOWER},   {"不足", SIDE_UPPER},
    {"不满", SIDE_UPPER},   {"低于", SIDE_UPPER},   {"少于", SIDE_UPPER},   {"小于", SIDE_UPPER},
    {"未达", SIDE_UPPER},   {"达到", SIDE_UPPER},
};

struct said {
    enum side explicitly, by_code; /* by_code: the last one found */
    int both;                      /* 以上 and 以下 with neither saying whether it includes */
    int found, marked;
};

/* ---- one place where the figure stands ---- */

static int starts_any(const char *s, const char *const *words, size_t count, size_t *ret_len)
{
    for (size_t i = 0; i < count; i++)
        if (text_starts(s, words[i])) {
            *ret_len = strlen(words[i]);
            return 1;
        }
    return 0;
}

/* 「50万元（含）以上」「20万元以上（含本数，下同）」「100万元及以上」 */
static int after_figure(const char *s, struct said *said)
{
    static const char *const WITH[] = {"（含本数）", "（含）", "(含)", "含", "及"};
    static const char *const WITHOUT[] = {"（不含本数）", "（不含）", "(不含)"};
    size_t n;
    int including = 0, excluding = 0, up;

    if (starts_any(s, WITHOUT, ARRAY_LEN(WITHOUT), &n)) {
        excluding = 1;
        s += n;
    } else if (starts_any(s, WITH, ARRAY_LEN(WITH), &n)) {
        including = 1;
        s += n;
    }
    up = text_starts(s, "以上");
    if (!up && !text_starts(s, "以下") && !text_starts(s, "以内"))
        return 0;
    s += strlen("以上");
    including |= text_starts(s, "（含") || text_starts(s, "(含");
    excluding |= text_starts(s, "（不含") || text_starts(s, "(不含");
    if (including || excluding) {
        said->explicitly = (up == including) ? SIDE_UPPER : SIDE_LOWER;
        return 1;
    }
    if (said->by_code != SIDE_NONE && said->by_code != (up ? SIDE_UPPER : SIDE_LOWER))
        said->both = 1;
    said->by_code = up ? SIDE_UPPER : SIDE_LOWER;
    return 1;
}

/* 「不超过概算总投资15%」: the word stands before, in the same piece of the sentence. */
static int before_figure(const char *text, const char *at, struct said *said)
{
    static const char *const STOPS[] = {"，", "。", "；", "、", "：", "（", "）", "\n"};
    const char *from = at - text > LOOK_BACK_BYTES ? at - LOOK_BACK_BYTES : text;
    const char *best = NULL;
    size_t which = 0;

    while (from < at && ((unsigned char)*from & 0xC0) == 0x80)
        from++;
    for (const char *p = from; p < at; p++) {
        size_t n;
        if (starts_any(p, STOPS, ARRAY_LEN(STOPS), &n))
            best = NULL;
        for (size_t i = 0; i < ARRAY_LEN(BEFORE); i++)
            if (text_starts(p, BEFORE[i].word)) {
                best = p;
                which = i;
                p += strlen(BEFORE[i].word) - 1; /* 不超过 is not also 超过 */
                break;
            }
    }
    if (!best)
        return 0;
    said->explicitly = BEFORE[which].side;
    return 1;
}

static void look(const char *text, const char *figure, struct said *said)
{
    size_t n = strlen(figure);

    for (const char *p = strstr(text, figure); p; p = strstr(p + n, figure)) {
        if (p > text && ((p[-1] >= '0' && p[-1] <= '9') || p[-1] == '.'))
            continue; /* part of a longer figure */
        said->found++;
        said->marked += after_figure(p + n, said) || before_figure(text, p, said);
    }
}

static struct said look_in(const struct check *k, const struct cites *c, const char *figure)
{
    struct said said = {SIDE_NONE, SIDE_NONE, 0, 0, 0};

    for (size_t i = 0; i < c->row_count; i++)
        look(k->r->articles[c->rows[i]].text, figure, &said);
    return said;
}

/* ---- a bound of the rules ---- */

static void check_bound(struct check *k, const struct node *at, const struct cites *c, const char *figure,
                        enum side side)
{
    struct said said = look_in(k, c, figure);
    enum side wanted = said.explicitly != SIDE_NONE ? said.explicitly : said.by_code;

    if (!c->row_count)
        return;
    if (!said.found) {
        check_put(k, FINDING_DOUBT, "figure_not_in_article", at, 0, c, "核对数字与 articles",
                  arena_fmt(k->a, "所引条文中没有「%s」", figure));
        return;
    }
    if (said.explicitly == SIDE_NONE && (!said.marked || said.both)) {
        check_put(k, FINDING_DOUBT, "bound_unsettled", at, 0, c,
                  "在 readings 写明读法，并在 findings.json 中接受这一疑问",
                  arena_fmt(k->a,
                            said.both ? "条文的「%s以上」与「%s以下」都没有写明是否含本数"
                                      : "条文没有写明「%s」正好时如何办理",
                            figure, figure));
        return;
    }
    if (wanted != side)
        check_put(k, FINDING_DOUBT, "bound_differs", at, 0, c, "核对 below、at_most、at_least、above",
                  arena_fmt(k->a, "照条文，正好「%s」应归%s的一边，规则却归在另一边", figure,
                            wanted == SIDE_UPPER ? "以上" : "以下"));
}

static enum side side_of(enum cond_op op)
{
    return op == OP_BELOW || op == OP_AT_LEAST  ? SIDE_UPPER
           : op == OP_AT_MOST || op == OP_ABOVE ? SIDE_LOWER
                                                : SIDE_NONE;
}

static void check_compare(struct check *k, const struct cond *c, const struct cites *cites)
{
    enum side side = side_of(c->op);

    if (side == SIDE_NONE)
        return;
    if (c->operand.percent)
        check_bound(k, c->src, cites, arena_fmt(k->a, "%d%%", c->operand.percent), side);
    else if (c->operand.term < 0 && k->r->terms[c->term].type == VALUE_MONEY && c->src->type == NODE_TEXT &&
             c->operand.literal.n) /* nothing at all is no figure of the text */
        check_bound(k, c->src, cites, c->src->u.text, side);
}

static void check_cond(struct check *k, const struct cond *c, const struct cites *cites)
{
    if (!c)
        return;
    if (c->kind == COND_COMPARE)
        check_compare(k, c, cites);
    for (const struct cond *kid = c->kids; kid; kid = kid->next)
        check_cond(k, kid, cites);
}

static void check_changes_text(struct check *k)
{
    for (size_t i = 0; i < k->r->change_count; i++)
        for (size_t x = 0; x < k->r->changes[i].band_count; x++) {
            const struct band *b = &k->r->changes[i].bands[x];
            if (b->low >= 0)
                check_bound(k, b->src, &b->cites, arena_fmt(k->a, "%d%%", b->low),
                            b->low_strict ? SIDE_LOWER : SIDE_UPPER);
            if (b->high >= 0)
                check_bound(k, b->src, &b->cites, arena_fmt(k->a, "%d%%", b->high),
                            b->high_strict ? SIDE_UPPER : SIDE_LOWER);
            check_cond(k, b->when, &b->cites);
        }
}

static void check_procedure_text(struct check *k, const struct procedure *p)
{
    check_cond(k, p->when, &p->cites);
    for (size_t i = 0; i < p->open_count; i++)
        check_cond(k, p->opens[i].require, &p->opens[i].cites);
    for (size_t i = 0; i < p->material_count; i++)
        check_cond(k, p->materials[i].when, &p->materials[i].cites);
    for (size_t s = 0; s < p->step_count; s++)
        for (size_t i = 0; i < p->steps[s].act_count; i++)
            for (size_t c = 0; c < p->steps[s].acts[i]->check_count; c++)
                check_cond(k, p->steps[s].acts[i]->checklist[c].when, &p->steps[s].acts[i]->checklist[c].cites);
}

void check_bounds(struct check *k)
{
    const struct regulation *r = k->r;

    for (size_t i = 0; i < r->scope_count; i++)
        check_cond(k, r->scope[i].when, &r->scope[i].cites);
    for (size_t i = 0; i < r->route_count; i++)
        check_cond(k, r->routes[i].when, &r->routes[i].cites);
    for (size_t i = 0; i < r->road_count; i++)
        check_cond(k, r->road[i].when, &r->road[i].cites);
    for (size_t i = 0; i < r->procedure_count; i++)
        check_procedure_text(k, &r->procedures[i]);
    for (size_t i = 0; i < r->gate_count; i++) {
        const struct gate *g = &r->gates[i];
        check_cond(k, g->when, &g->cites);
        check_cond(k, g->unless, &g->cites);
        for (size_t x = 0; x < g->exception_count; x++)
            check_cond(k, g->exceptions[x].when, &g->exceptions[x].cites);
    }
    for (size_t i = 0; i < r->duty_count; i++)
        check_cond(k, r->duties[i].when, &r->duties[i].cites);
    check_changes_text(k);
}

/* ---- clocks ---- */

static const struct {
    const char *after; /* the word behind the number */
    enum limit_kind kind;
    int times;
} CLOCKS[] = {{"个工作日", LIMIT_WORKING_DAYS, 1}, {"日内", LIMIT_DAYS, 1},    {"天内", LIMIT_DAYS, 1},
              {"个月内", LIMIT_MONTHS, 1},         {"年内", LIMIT_MONTHS, 12}, {"个月", LIMIT_MONTHS, 1}};

static int carries(const struct duty *d, enum limit_kind kind, int n)
{
    const struct limit *x = &d->limit;

    if (kind == LIMIT_MONTHS)
        return ((x->kind == LIMIT_MONTHS || x->kind == LIMIT_MINIMUM_MONTHS) && x->n == n) ||
               (x->kind == LIMIT_WINDOW && (x->n == n || x->closes == n));
    return x->kind == kind && x->n == n;
}

/* The figure of a clock in the text that no duty resting on the article has. */
static void check_clock(struct check *k, size_t article, const char *number, size_t which, const char *file)
{
    const struct article *x = &k->r->articles[article];
    int n = 0, clocks = 0;

    for (const char *p = number; *p >= '0' && *p <= '9'; p++) /* four digits at most */
        n = n * 10 + (*p - '0');
    n *= CLOCKS[which].times;

    for (size_t i = 0; i < k->r->duty_count; i++) {
        const struct duty *d = &k->r->duties[i];
        for (size_t c = 0; c < d->cites.row_count; c++) {
            if (d->cites.rows[c] != (int)article)
                continue;
            clocks++;
            if (carries(d, CLOCKS[which].kind, n))
                return;
        }
    }
    if (clocks) /* none at all is said elsewhere */
        finding_put(k->f, FINDING_DOUBT, "clock_differs", file, x->src, 0, x->number, "核对时限的数字",
                    "%s写有「%.*s%s」，引用它的时限却没有这个数", x->title, (int)strspn(number, "0123456789"), number,
                    CLOCKS[which].after);
}

void check_clocks(struct check *k, const char *file)
{
    for (size_t i = 0; i < k->r->article_count; i++) {
        const char *text = k->r->articles[i].text;
        if (k->r->articles[i].untranslated)
            continue;
        for (const char *p = text; *p;) {
            size_t digits = strspn(p, "0123456789"), which = 0;
            if (!digits || digits > 4) {
                p += digits ? digits : 1;
                continue;
            }
            while (which < ARRAY_LEN(CLOCKS) && !text_starts(p + digits, CLOCKS[which].after))
                which++;
            if (which < ARRAY_LEN(CLOCKS))
                check_clock(k, i, p, which, file);
            p += digits;
        }
    }
}
