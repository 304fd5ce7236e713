/*
 * base/gram.c - a text as the pairs of characters it is made of
 */
#include "config.h"

#include "base/gram.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum kind { KIND_BREAK, KIND_ASCII, KIND_WORD };

/* Letters in lower case, full width as half. */
static uint32_t fold(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xff01 - 0x21;
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static enum kind kind_of(uint32_t c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
        return KIND_ASCII;
    if (c < 0xc0 || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f && c != 0x3005 && c != 0x3007) ||
        (c >= 0xfe00 && c <= 0xffff))
        return KIND_BREAK;
    return KIND_WORD;
}

struct grams {
    uint32_t *at;
    size_t count;
};

static void put(struct grams *g, uint32_t gram)
{
    g->at[g->count++] = gram;
}

/* high halves: a word's from 0x80 on, a triple's below 0x20, a pair of letters' 0 */
static uint32_t pair(enum kind kind, const uint32_t *c)
{
    return kind == KIND_WORD ? (c[0] & 0xffff) << 16 | (c[1] & 0xffff) : c[0] << 7 | c[1];
}

static uint32_t triple(const uint32_t *c)
{
    return c[0] << 14 | c[1] << 7 | c[2];
}

static void run_put(struct grams *g, enum kind kind, const uint32_t *c, size_t n, int asked)
{
    int triples = kind == KIND_ASCII && n >= 3;

    for (size_t i = 0; i + 1 < n && !(asked && triples); i++)
        put(g, pair(kind, c + i));
    for (size_t i = 0; triples && i + 2 < n; i++)
        put(g, triple(c + i));
}

/* In the order of the text. */
static struct grams grams_of(struct arena *a, const char *text, int asked)
{
    size_t len = strlen(text), n = 0;
    uint32_t *run = ARENA_ARRAY(a, uint32_t, len + 1);
    struct grams g = {.at = ARENA_ARRAY(a, uint32_t, 2 * len + 1)};
    enum kind of = KIND_BREAK;

    for (size_t i = 0; i <= len;) {
        uint32_t c = 0;
        size_t step = i < len ? text_utf8_step(text + i, len - i, &c) : 1;
        enum kind kind = i < len && step > 0 ? kind_of(fold(c)) : KIND_BREAK;

        if (kind != of) {
            run_put(&g, of, run, n, asked);
            n = 0;
        }
        of = kind;
        if (kind != KIND_BREAK)
            run[n++] = fold(c);
        i += step > 0 ? step : 1;
    }
    return g;
}

static int ascending(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

    return (a > b) - (a < b);
}

size_t gram_text(struct arena *a, const char *text, uint32_t **ret)
{
    struct grams g = grams_of(a, text, 0);
    size_t n = 0;

    qsort(g.at, g.count, sizeof *g.at, ascending);
    for (size_t i = 0; i < g.count; i++)
        if (n == 0 || g.at[i] != g.at[n - 1])
            g.at[n++] = g.at[i];
    *ret = g.at;
    return n;
}

size_t gram_ask(struct arena *a, const char *text, uint32_t ret[GRAM_ASK])
{
    struct grams g = grams_of(a, text, 1);
    size_t n = g.count < GRAM_ASK ? g.count : GRAM_ASK;

    for (size_t i = 0; i < n; i++)
        ret[i] = g.at[n == 1 ? 0 : i * (g.count - 1) / (n - 1)];
    return n;
}
