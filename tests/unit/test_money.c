/*
 * tests/unit/test_money.c - money in fen
 */
#include "config.h"

#include "check.h"

#include "base/money.h"

static struct arena *a;

enum { REFUSED = -1 };

static void law_amounts(void **state)
{
    static const struct {
        const char *s;
        fen want;
    } rows[] = {
        {"20万元", 20000000},
        {"412.60万元", 412600000},
        {"1,234.56元", 123456},
        {"3亿元", 30000000000},
        {"0元", 0},
        {"0.01元", 1},
        {"0.010元", 1},
        {"100元", 10000},
        {"5千元", 500000},
        {"1百万元", 100000000},
        {"2千万元", 2000000000},
        {"1.5亿元", 15000000000},
        {"0.000001万元", 1},
        {"0.00000100万元", 1},
        {"1,000万元", 1000000000},
        {"1000万元", 1000000000},
        {"1,000,000元", 100000000},
        {"0.0000000001亿元", 1},
        {"100000亿元", MONEY_MAX},
        {"10000000000000元", MONEY_MAX},
        {"10000000000000.00元", MONEY_MAX},
        {"100000.0000000001亿元", REFUSED},
        {"10000000000000.01元", REFUSED},
        {"99999999999999999亿元", REFUSED},
        {"999999999999999999999元", REFUSED},
        {"0.001元", REFUSED},
        {"0.0000001万元", REFUSED},
        {"", REFUSED},
        {"元", REFUSED},
        {"万元", REFUSED},
        {"20", REFUSED},
        {"20万", REFUSED},
        {"20 万元", REFUSED},
        {" 20万元", REFUSED},
        {"20万元 ", REFUSED},
        {"-20万元", REFUSED},
        {"+20万元", REFUSED},
        {"020万元", REFUSED},
        {"00元", REFUSED},
        {"20.万元", REFUSED},
        {".5万元", REFUSED},
        {"2.0.0万元", REFUSED},
        {"1,23万元", REFUSED},
        {"1,2345万元", REFUSED},
        {"1234,567元", REFUSED},
        {"0,123元", REFUSED},
        {",123元", REFUSED},
        {"1,,234元", REFUSED},
        {"1.234,567元", REFUSED},
        {"20万元以上", REFUSED},
        {"二十万元", REFUSED},
        {"２０万元", REFUSED},
        {"1e3元", REFUSED},
        {"20十万元", REFUSED},
        {"20美元", REFUSED},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        fen f = REFUSED;

        CHECK_INT(money_parse_law(rows[i].s, &f, &e), rows[i].want == REFUSED ? -1 : 0, rows[i].s);
        CHECK_INT(f, rows[i].want, rows[i].s);
        CHECK_INT(e.code, rows[i].want == REFUSED ? ERR_BAD_INPUT : ERR_NONE, rows[i].s);
    }

    struct err e = {0};
    fen f;

    assert_int_equal(money_parse_law("二十万元", &f, &e), -1);
    assert_string_equal(e.message, "「二十万元」不是金额，应写成「20万元」「412.60万元」的样子");
}

static void wan_amounts(void **state)
{
    static const char NOT[] = "应为金额（万元），如 412.60";
    static const char LONG[] = "最多写到小数点后六位（一分）";
    static const char LARGE[] = "金额过大，单位为万元";
    static const struct {
        const char *s;
        fen want;
        const char *message;
    } rows[] = {
        {"412.6", 412600000, ""},
        {"1,412.60", 1412600000, ""},
        {"0", 0, ""},
        {"0.000001", 1, ""},
        {"20", 20000000, ""},
        {"1000000000", MONEY_MAX, ""},
        {"1,000,000,000.000000", MONEY_MAX, ""},
        {"1000000000.000001", REFUSED, LARGE},
        {"99999999999", REFUSED, LARGE},
        {"999999999999999999999999", REFUSED, LARGE},
        {"0.0000001", REFUSED, LONG},
        {"1.0000000", REFUSED, LONG},
        {"", REFUSED, NOT},
        {"412.6万元", REFUSED, NOT},
        {"412.6 ", REFUSED, NOT},
        {" 412.6", REFUSED, NOT},
        {"-1", REFUSED, NOT},
        {"1.", REFUSED, NOT},
        {".5", REFUSED, NOT},
        {"01", REFUSED, NOT},
        {"1,41", REFUSED, NOT},
        {"12,34,567", REFUSED, NOT},
        {"12345,678", REFUSED, NOT},
        {"1.2.3", REFUSED, NOT},
        {"1.2.3456789", REFUSED, NOT},
        {"12abc", REFUSED, NOT},
        {"1e3", REFUSED, NOT},
        {"0x10", REFUSED, NOT},
        {"四百", REFUSED, NOT},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        fen f = REFUSED;

        CHECK_INT(money_parse_wan(rows[i].s, &f, &e), rows[i].want == REFUSED ? -1 : 0, rows[i].s);
        CHECK_INT(f, rows[i].want, rows[i].s);
        CHECK_TEXT(e.message, rows[i].message, rows[i].s);
    }
}

static void shown(void **state)
{
    static const struct {
        fen f;
        const char *wan, *plain, *law;
    } rows[] = {
        {0, "0.00", "0.00", "0.00万元"},
        {1, "0.000001", "0.000001", "0.000001万元"},
        {10, "0.00001", "0.00001", "0.00001万元"},
        {100, "0.0001", "0.0001", "0.0001万元"},
        {10000, "0.01", "0.01", "0.01万元"},
        {10001, "0.010001", "0.010001", "0.010001万元"},
        {412600000, "412.60", "412.60", "412.60万元"},
        {412606500, "412.6065", "412.6065", "412.6065万元"},
        {1412600000, "1,412.60", "1412.60", "1,412.60万元"},
        {999999999, "999.999999", "999.999999", "999.999999万元"},
        {1000000000, "1,000.00", "1000.00", "1,000.00万元"},
        {1234567000000, "1,234,567.00", "1234567.00", "1,234,567.00万元"},
        {MONEY_MAX, "1,000,000,000.00", "1000000000.00", "1,000,000,000.00万元"},
        {-412600000, "-412.60", "-412.60", "-412.60万元"},
        {-1000000000, "-1,000.00", "-1000.00", "-1,000.00万元"},
        {INT64_MIN, "-9,223,372,036,854.775808", "-9223372036854.775808", "-9,223,372,036,854.775808万元"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        fen back = 0;

        CHECK_TEXT(money_wan(a, rows[i].f), rows[i].wan, rows[i].wan);
        CHECK_TEXT(money_wan_plain(a, rows[i].f), rows[i].plain, rows[i].wan);
        CHECK_TEXT(money_law(a, rows[i].f), rows[i].law, rows[i].wan);
        if (rows[i].f < 0)
            continue;
        /* what is shown can be typed in again and means the same */
        CHECK_INT(money_parse_wan(rows[i].wan, &back, &e), 0, rows[i].wan);
        CHECK_INT(back, rows[i].f, rows[i].wan);
        CHECK_INT(money_parse_wan(rows[i].plain, &back, &e), 0, rows[i].wan);
        CHECK_INT(back, rows[i].f, rows[i].wan);
        CHECK_INT(money_parse_law(rows[i].law, &back, &e), 0, rows[i].wan);
        CHECK_INT(back, rows[i].f, rows[i].wan);
    }
}

static void capitals(void **state)
{
    static const struct {
        fen f;
        const char *want;
    } rows[] = {
        {0, "零元整"},
        {1, "壹分"},
        {10, "壹角整"},
        {11, "壹角壹分"},
        {100, "壹元整"},
        {101, "壹元零壹分"},
        {110, "壹元壹角整"},
        {111, "壹元壹角壹分"},
        {1000, "壹拾元整"},
        {1500, "壹拾伍元整"},
        {2005, "贰拾元零伍分"},
        {10000, "壹佰元整"},
        {10100, "壹佰零壹元整"},
        {11000, "壹佰壹拾元整"},
        {32504, "叁佰贰拾伍元零肆分"},         /* 支付结算办法, annex 1 */
        {140950, "壹仟肆佰零玖元伍角整"},      /* the same */
        {600714, "陆仟零柒元壹角肆分"},        /* the same */
        {1640902, "壹万陆仟肆佰零玖元零贰分"}, /* the same */
        {168032, "壹仟陆佰捌拾元叁角贰分"},
        {10700053, "壹拾万柒仟元伍角叁分"},
        {100000, "壹仟元整"},
        {100100, "壹仟零壹元整"},
        {101000, "壹仟零壹拾元整"},
        {110000, "壹仟壹佰元整"},
        {1000000, "壹万元整"},
        {1000100, "壹万零壹元整"},
        {1001000, "壹万零壹拾元整"},
        {1010000, "壹万零壹佰元整"},
        {1100000, "壹万壹仟元整"},
        {10000000, "壹拾万元整"},
        {10000100, "壹拾万零壹元整"},
        {20000000, "贰拾万元整"},
        {100500000, "壹佰万伍仟元整"},
        {412600000, "肆佰壹拾贰万陆仟元整"},
        {1000000000, "壹仟万元整"},
        {1000100000, "壹仟万壹仟元整"},
        {1001000000, "壹仟零壹万元整"},
        {10000000000, "壹亿元整"},
        {10000000100, "壹亿零壹元整"},
        {10001000000, "壹亿零壹万元整"},
        {10001000100, "壹亿零壹万零壹元整"},
        {11000000000, "壹亿壹仟万元整"},
        {100000000000, "壹拾亿元整"},
        {100020003000, "壹拾亿零贰拾万零叁拾元整"},
        {1000000000000, "壹佰亿元整"},
        {123456789012345, "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"},
        {100000000000000, "壹万亿元整"},
        {100050000000000, "壹万零伍亿元整"},
        {100000000000100, "壹万亿零壹元整"},
        {MONEY_MAX, "壹拾万亿元整"},
        {-12345, "负壹佰贰拾叁元肆角伍分"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        CHECK_TEXT(money_capital(a, rows[i].f), rows[i].want, rows[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(law_amounts),
        cmocka_unit_test(wan_amounts),
        cmocka_unit_test(shown),
        cmocka_unit_test(capitals),
    };

    a = arena_new("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    arena_free(a);
    return failed;
}
