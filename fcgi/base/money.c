/*
 * base/money.c - money in integer 分 (fen)
 *
 * One reader for numbers as people and laws write them: digits, thousands commas in
 * their right places or none at all, a point with at least one digit after it.
 * No sign, no blank, no needless leading zero; what is not exact in fen is refused.
 */
#include "config.h"

#include "base/money.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { MONEY_DIGITS_MAX = 17, MONEY_TEXT_BYTES = 256 };

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(const char *s)
{
    size_t n = 0;

    while (is_digit(s[n]))
        n++;
    return n;
}

/* How the reading of a number went. */
enum amount { AMOUNT_EXACT, AMOUNT_FINE /* finer than 1 fen */, AMOUNT_LARGE, AMOUNT_NOT };

/* Whole part at *s: "1412" or "1,412". */
static enum amount take_whole(const char **s, int64_t *ret)
{
    const char *p = *s;
    size_t n = digits_at(p), digits = n;
    int64_t v = 0;

    if (n == 0 || (p[0] == '0' && n > 1))
        return AMOUNT_NOT;
    if (p[n] == ',' && (n > 3 || p[0] == '0'))
        return AMOUNT_NOT;
    while (p[n] == ',') {
        if (digits_at(p + n + 1) != 3)
            return AMOUNT_NOT;
        n += 4;
        digits += 3;
    }
    *s = p + n;
    if (digits > MONEY_DIGITS_MAX)
        return AMOUNT_LARGE;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != ',')
            v = v * 10 + (p[i] - '0');
    }
    *ret = v;
    return AMOUNT_EXACT;
}

/* Decimals at *s, of units of so many fen; zeros past 1 fen are exact. */
static enum amount take_decimals(const char **s, fen unit, size_t *ret_count, fen *ret)
{
    const char *p = *s;
    size_t n = digits_at(p);
    enum amount how = n > 0 ? AMOUNT_EXACT : AMOUNT_NOT;
    fen f = 0;

    for (size_t i = 0; i < n; i++) {
        int d = p[i] - '0';

        unit = unit % 10 == 0 ? unit / 10 : 0;
        if (d != 0 && unit == 0)
            how = AMOUNT_FINE;
        f += d * unit;
    }
    *s = p + n;
    *ret_count = n;
    *ret = f;
    return how;
}

/* A number of units of so many fen each, followed by nothing but the word behind. */
static enum amount take_amount(const char *s, fen unit, const char *behind, size_t *ret_decimals, fen *ret)
{
    int64_t whole = 0;
    fen f = 0, part = 0;
    size_t decimals = 0;
    enum amount how = take_whole(&s, &whole), of_part = AMOUNT_EXACT;

    if (how == AMOUNT_NOT)
        return how;
    if (*s == '.') {
        s++;
        of_part = take_decimals(&s, unit, &decimals, &part);
    }
    if (of_part == AMOUNT_NOT || strcmp(s, behind) != 0)
        return AMOUNT_NOT;
    if (how == AMOUNT_LARGE || __builtin_mul_overflow(whole, unit, &f) || __builtin_add_overflow(f, part, &f) ||
        f > MONEY_MAX)
        return AMOUNT_LARGE;
    *ret_decimals = decimals;
    *ret = f;
    return of_part;
}

int money_parse_law(const char *s, fen *ret, struct err *e)
{
    static const struct {
        const char *name;
        fen unit;
    } units[] = {
        {"亿元", INT64_C(10000000000)}, {"千万元", INT64_C(1000000000)}, {"百万元", INT64_C(100000000)},
        {"万元", INT64_C(1000000)},     {"千元", INT64_C(100000)},       {"元", INT64_C(100)},
    };

    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        size_t decimals;
        fen f;

        if (!text_ends(s, units[i].name))
            continue;
        if (take_amount(s, units[i].unit, units[i].name, &decimals, &f) != AMOUNT_EXACT)
            break;
        *ret = f;
        return 0;
    }
    return err_fail(e, ERR_BAD_INPUT, "「%s」不是金额，应写成「20万元」「412.60万元」的样子", s);
}

int money_parse_wan(const char *s, fen *ret, struct err *e)
{
    size_t decimals = 0;
    fen f = 0;

    switch (take_amount(s, MONEY_FEN_PER_WAN, "", &decimals, &f)) {
    case AMOUNT_EXACT:
        break;
    case AMOUNT_FINE:
        decimals = SIZE_MAX;
        break;
    case AMOUNT_LARGE:
        return err_fail(e, ERR_BAD_INPUT, "金额过大，单位为万元");
    case AMOUNT_NOT:
        return err_fail(e, ERR_BAD_INPUT, "应为金额（万元），如 412.60");
    }
    if (decimals > 6)
        return err_fail(e, ERR_BAD_INPUT, "最多写到小数点后六位（一分）");
    *ret = f;
    return 0;
}

static char *wan_text(struct arena *a, fen f, int commas)
{
    uint64_t size = f < 0 ? 0 - (uint64_t)f : (uint64_t)f;
    uint64_t whole = size / MONEY_FEN_PER_WAN, part = size % MONEY_FEN_PER_WAN;
    char text[64], decimals[8];
    size_t at = sizeof text - 1, n = 6;
    int written = 0;

    for (size_t i = 6; i > 0; i--, part /= 10)
        decimals[i - 1] = (char)('0' + part % 10);
    while (n > 2 && decimals[n - 1] == '0')
        n--;

    text[at] = '\0';
    at -= n;
    memcpy(text + at, decimals, n);
    text[--at] = '.';
    do {
        if (commas && written > 0 && written % 3 == 0)
            text[--at] = ',';
        text[--at] = (char)('0' + whole % 10);
        whole /= 10;
        written++;
    } while (whole > 0);
    if (f < 0)
        text[--at] = '-';
    return arena_dup(a, text + at);
}

char *money_wan(struct arena *a, fen f)
{
    return wan_text(a, f, 1);
}

char *money_wan_plain(struct arena *a, fen f)
{
    return wan_text(a, f, 0);
}

char *money_law(struct arena *a, fen f)
{
    return arena_fmt(a, "%s万元", money_wan(a, f));
}

static const char *const CAPITAL[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

/* 1..9999; inner zeros become one 零, trailing ones none. */
static void put_four(struct buf *b, unsigned n)
{
    static const struct {
        unsigned place;
        const char *name;
    } places[] = {{1000, "仟"}, {100, "佰"}, {10, "拾"}, {1, ""}};
    int began = 0, gap = 0;

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        unsigned d = n / places[i].place % 10;

        if (d == 0) {
            gap = began;
            continue;
        }
        if (gap)
            buf_puts(b, CAPITAL[0]);
        buf_puts(b, CAPITAL[d]);
        buf_puts(b, places[i].name);
        began = 1;
        gap = 0;
    }
}

/*
 * Above and below a place name (万, 亿): the lower part is announced by 零 when its
 * first place is empty. A zero just before the name may be left unsaid (支付结算办法,
 * annex 1), and is.
 */
static void put_whole(struct buf *b, uint64_t n)
{
    static const struct {
        uint64_t place;
        const char *name;
    } parts[] = {{UINT64_C(100000000), "亿"}, {UINT64_C(10000), "万"}};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        uint64_t place = parts[i].place;

        if (n < place)
            continue;
        put_whole(b, n / place);
        buf_puts(b, parts[i].name);
        n %= place;
        if (n > 0 && n < place / 10)
            buf_puts(b, CAPITAL[0]);
    }
    put_four(b, (unsigned)n);
}

char *money_capital(struct arena *a, fen f)
{
    struct buf b CLEANUP_(buf_free) = {0};
    uint64_t size = f < 0 ? 0 - (uint64_t)f : (uint64_t)f;
    uint64_t yuan = size / MONEY_FEN_PER_YUAN;
    unsigned jiao = (unsigned)(size / 10 % 10), cent = (unsigned)(size % 10);

    buf_init(&b, MONEY_TEXT_BYTES);
    if (f < 0)
        buf_puts(&b, "负");
    if (yuan > 0 || size == 0) {
        if (yuan == 0)
            buf_puts(&b, CAPITAL[0]);
        else
            put_whole(&b, yuan);
        buf_puts(&b, "元");
    }
    if (jiao > 0) {
        buf_puts(&b, CAPITAL[jiao]);
        buf_puts(&b, "角");
    } else if (cent > 0 && yuan > 0) {
        buf_puts(&b, CAPITAL[0]);
    }
    if (cent > 0) {
        buf_puts(&b, CAPITAL[cent]);
        buf_puts(&b, "分");
    } else {
        buf_puts(&b, "整"); /* 会计基础工作规范 art. 52: after 元 and after 角 */
    }
    return arena_dup(a, buf_str(&b));
}
