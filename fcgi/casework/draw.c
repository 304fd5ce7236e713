/*
 * casework/draw.c - drawing experts as a pure function of what was committed and what the organs put in (ADR 0013)
 *
 * No clock, no database, no chance of its own: whoever has the record can run it again, with this program or
 * with another that follows the ADR.
 */
#include "config.h"

#include "casework/draw.h"

#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/jsonout.h"
#include "base/text.h"

enum { CANONICAL_MAX = 16 * 1024 * 1024, NUMBER_BYTES = 8, NAME_PART_CHARS = 4 };

/* ---- digests ---- */

char *draw_digest(struct arena *a, const struct node *n)
{
    struct buf b CLEANUP_(buf_free) = {0};

    buf_init(&b, CANONICAL_MAX);
    jsonout_canonical(&b, n);
    return crypto_sm3_hex(a, buf_str(&b), b.len);
}

char *draw_seal(struct arena *a, const char *review, const char *organ, const char *words)
{
    const char *text = arena_fmt(a, "guizhang-draw-seal-1\n%s\n%s\n%s", review, organ, words);

    return crypto_sm3_hex(a, text, strlen(text));
}

static const char *words_of(const struct node *words, const char *organ)
{
    for (const struct node *n = node_first(words); n != NULL; n = n->next) {
        if (text_eq(node_get_str(n, "organ"), organ))
            return node_get_str(n, "words");
    }
    return "";
}

char *draw_seed(struct arena *a, const struct node *inputs, const struct node *words)
{
    const char *text = arena_fmt(a, "guizhang-draw-seed-1\n%s\n", draw_digest(a, inputs));

    for (const struct node *n = node_first(node_get(inputs, "seeds")); n != NULL; n = n->next)
        text = arena_fmt(a, "%s%s=%s\n", text, node_str(n, ""), words_of(words, node_str(n, "")));
    return crypto_sm3_hex(a, text, strlen(text));
}

/* ---- numbers ---- */

static uint64_t draw_number(const char *seed, uint64_t counter)
{
    unsigned char digest[CRYPTO_SM3_BYTES];
    char text[CRYPTO_SM3_HEX + 32];
    struct buf b;
    uint64_t v = 0;

    buf_init(&b, sizeof text);
    buf_fmt(&b, "%s:%llu", seed, (unsigned long long)counter);
    crypto_sm3(buf_str(&b), b.len, digest);
    buf_free(&b);
    for (int i = 0; i < NUMBER_BYTES; i++)
        v = v << 8 | digest[i];
    return v;
}

/* Numbers from the incomplete last stretch of 2^64 are passed over: a bare remainder would favour the small ones. */
uint64_t draw_below(const char *seed, uint64_t *counter, uint64_t n)
{
    uint64_t over = (UINT64_MAX % n + 1) % n, v;

    do {
        v = draw_number(seed, (*counter)++);
    } while (v > UINT64_MAX - over);
    return v % n;
}

/* ---- 回避 ---- */

/* The same body, or one named inside the other (区教育局, 某区教育局): rather one too many avoided than one too few. */
static int same_body(const char *x, const char *y)
{
    size_t nx = text_chars(x), ny = text_chars(y);

    if (nx == 0 || ny == 0)
        return 0;
    if ((nx < ny ? nx : ny) < NAME_PART_CHARS)
        return text_eq(x, y);
    return strstr(x, y) != NULL || strstr(y, x) != NULL;
}

static const char *body_among(const struct node *names, const char *employer)
{
    for (const struct node *n = node_first(names); n != NULL; n = n->next) {
        if (same_body(node_str(n, ""), employer))
            return node_str(n, "");
    }
    return NULL;
}

static int has_text(const struct node *list, const char *s)
{
    for (const struct node *n = node_first(list); n != NULL; n = n->next) {
        if (text_eq(node_str(n, ""), s))
            return 1;
    }
    return 0;
}

static void avoid_reasons(struct arena *a, const struct node *inputs, const struct node *candidate,
                          struct node *reasons)
{
    const struct node *avoid = node_get(node_get(inputs, "rule"), "avoid"), *related = node_get(inputs, "related");
    const char *employer = node_get_str(candidate, "employer"), *name = node_get_str(candidate, "name"), *body;

    body = has_text(avoid, "employer") ? body_among(node_get(related, "employers"), employer) : NULL;
    if (body != NULL)
        node_add_text(a, reasons, arena_fmt(a, "回避：任职单位「%s」与「%s」同属一家或有隶属关系", employer, body));
    body = has_text(avoid, "author") ? body_among(node_get(related, "authors"), employer) : NULL;
    if (body != NULL)
        node_add_text(a, reasons, arena_fmt(a, "回避：任职单位「%s」是本项目材料的编制单位「%s」", employer, body));
    if (has_text(avoid, "author") && has_text(node_get(related, "persons"), name))
        node_add_text(a, reasons, arena_fmt(a, "回避：「%s」经手过本项目的材料", name));
    body = has_text(avoid, "contract") ? body_among(node_get(related, "suppliers"), employer) : NULL;
    if (body != NULL)
        node_add_text(a, reasons, arena_fmt(a, "回避：任职单位「%s」与建设单位有过合同（%s）", employer, body));
}

static int has_field(const struct node *wanted, const struct node *fields)
{
    if (node_count(wanted) == 0)
        return 1;
    for (const struct node *n = node_first(fields); n != NULL; n = n->next) {
        if (has_text(wanted, node_str(n, "")))
            return 1;
    }
    return 0;
}

static struct node *reasons_of(struct arena *a, const struct node *inputs, const struct node *candidate)
{
    struct node *reasons = node_list(a);

    if (!text_eq(node_get_str(candidate, "state"), "active"))
        node_add_text(a, reasons, "专家库中为暂停状态");
    if (!has_field(node_get(node_get(inputs, "rule"), "fields"), node_get(candidate, "fields")))
        node_add_text(a, reasons, "不在本次要求的领域");
    avoid_reasons(a, inputs, candidate, reasons);
    return reasons;
}

static struct node *person_of(struct arena *a, const struct node *candidate)
{
    struct node *n = node_object(a);

    node_put_text(a, n, "id", node_get_str(candidate, "id"));
    node_put_text(a, n, "name", node_get_str(candidate, "name"));
    return n;
}

struct node *draw_excluded(struct arena *a, const struct node *inputs, struct node **ret_eligible)
{
    struct node *excluded = node_list(a), *eligible = node_list(a);

    for (const struct node *c = node_first(node_get(inputs, "candidates")); c != NULL; c = c->next) {
        struct node *reasons = reasons_of(a, inputs, c), *person = person_of(a, c);

        if (node_count(reasons) > 0)
            node_put(a, node_add(excluded, person), "reasons", reasons);
        else
            node_add(eligible, person);
    }
    *ret_eligible = eligible;
    return excluded;
}

/* ---- the draw ---- */

/* Fisher and Yates, from the end: every order equally likely. */
static const struct node **draw_order(struct arena *a, const char *seed, const struct node *eligible)
{
    size_t count = node_count(eligible), i = 0;
    const struct node **order = ARENA_ARRAY(a, const struct node *, count + 1);
    uint64_t counter = 0;

    for (const struct node *n = node_first(eligible); n != NULL; n = n->next)
        order[i++] = n;
    for (i = count; i > 1; i--) {
        size_t k = (size_t)draw_below(seed, &counter, i);
        const struct node *held = order[i - 1];

        order[i - 1] = order[k];
        order[k] = held;
    }
    return order;
}

struct node *draw_run(struct arena *a, const struct node *inputs, const struct node *words)
{
    const struct node *rule = node_get(inputs, "rule");
    size_t members = (size_t)node_get_int(rule, "members", 0), reserves = (size_t)node_get_int(rule, "reserves", 0);
    struct node *ret = node_object(a), *eligible, *excluded = draw_excluded(a, inputs, &eligible), *list;
    const char *seed = draw_seed(a, inputs, words);
    const struct node **order = draw_order(a, seed, eligible);
    size_t count = node_count(eligible), i = 0;

    node_put_text(a, ret, "seed", seed);
    node_put(a, ret, "excluded", excluded);
    list = node_put_list(a, ret, "members");
    for (; i < count && i < members; i++)
        node_add(list, node_copy(a, order[i]));
    list = node_put_list(a, ret, "reserves");
    for (; i < count && i - members < reserves; i++)
        node_add(list, node_copy(a, order[i]));
    return ret;
}

/* ---- again ---- */

int draw_check_put(struct arena *a, struct node *checks, const char *name, int ok, const char *said)
{
    struct node *n = node_add_object(a, checks);

    node_put_text(a, n, "name", name);
    node_put_bool(a, n, "ok", ok);
    node_put_text(a, n, "said", said);
    return ok;
}

static int check_digest(struct arena *a, struct node *checks, const char *name, const struct node *n, const char *noted)
{
    const char *now = draw_digest(a, n);
    int ok = text_eq(now, noted);

    return draw_check_put(a, checks, name, ok,
                          ok ? arena_fmt(a, "SM3 %s 相符", now) : arena_fmt(a, "现在算出 %s，留存的是 %s", now, noted));
}

static int check_seals(struct arena *a, struct node *checks, const struct node *record, struct node *words)
{
    const struct node *inputs = node_get(record, "inputs"), *seals = node_get(record, "seals");
    int all = 1;

    for (const struct node *o = node_first(node_get(inputs, "seeds")); o != NULL; o = o->next) {
        const struct node *found = NULL;

        for (const struct node *s = node_first(seals); s != NULL; s = s->next) {
            if (text_eq(node_get_str(s, "organ"), node_str(o, "")))
                found = s;
        }
        const char *said = node_get_str(found, "words"), *name = node_get_str(found, "name");
        const char *seal = draw_seal(a, node_get_str(inputs, "review"), node_str(o, ""), said);
        int ok = found != NULL && text_eq(seal, node_get_str(found, "seal"));
        struct node *w = node_add_object(a, words);

        node_put_text(a, w, "organ", node_str(o, ""));
        node_put_text(a, w, "words", said);
        all &= draw_check_put(a, checks, arena_fmt(a, "封签：%s", *name != '\0' ? name : node_str(o, "")), ok,
                              ok ? "公开的内容与事先交存的封签相符" : "公开的内容与事先交存的封签不符，或没有交存");
    }
    return all;
}

struct node *draw_check(struct arena *a, const struct node *record)
{
    struct node *ret = node_object(a), *checks = node_list(a), *words = node_list(a), *again;
    const struct node *inputs = node_get(record, "inputs"), *result = node_get(record, "result");
    int same = inputs != NULL && inputs->type == NODE_OBJECT && result != NULL && result->type == NODE_OBJECT;

    if (!same) {
        draw_check_put(a, checks, "抽取记录", 0, "没有 inputs 和 result，不是一份抽取记录");
    } else {
        same &= check_digest(a, checks, "候选名单、规则与回避依据", inputs, node_get_str(record, "inputs_sm3"));
        same &= check_seals(a, checks, record, words);
        again = draw_run(a, inputs, words);
        int equal = node_equal(again, result);

        same &=
            draw_check_put(a, checks, "重新抽取", equal,
                           equal ? "重新抽取的人选、候补次序、回避名单与记录完全一致" : "重新抽取的结果与记录不一致");
        same &= check_digest(a, checks, "抽取结果", result, node_get_str(record, "result_sm3"));
        node_put(a, ret, "again", again);
    }
    node_put_bool(a, ret, "same", same);
    node_put(a, ret, "checks", checks);
    return ret;
}
