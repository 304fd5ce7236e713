/*
 * test_draw.c - drawing experts: fixed vectors, no favoured place, 回避 with its reasons, and a record run again
 */
#include "config.h"

#include "check.h"

#include "base/text.h"
#include "casework/draw.h"

static struct arena *a;

static int set_up(void **state)
{
    (void)state;
    a = arena_new("test", 256 << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static struct node *texts(const char *s)
{
    struct node *list = node_list(a);
    char **piece;
    size_t n = text_split(a, s, ',', &piece);

    for (size_t i = 0; i < n; i++)
        node_add_text(a, list, piece[i]);
    return list;
}

static void candidate(struct node *list, const char *id, const char *name, const char *employer, const char *fields,
                      const char *state)
{
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "id", id);
    node_put_text(a, n, "name", name);
    node_put_text(a, n, "employer", employer);
    node_put_text(a, n, "title", "");
    node_put(a, n, "fields", texts(fields));
    node_put_text(a, n, "state", state);
}

static struct node *inputs_of(int plain, int64_t members, int64_t reserves)
{
    struct node *in = node_object(a), *rule = node_put_object(a, in, "rule"),
                *related = node_put_object(a, in, "related"), *list = node_put_list(a, in, "candidates");

    node_put_text(a, in, "format", "guizhang-draw-1");
    node_put_text(a, in, "review", "77");
    node_put(a, in, "seeds", texts("unit,tech,approval"));
    node_put_int(a, rule, "members", members);
    node_put_int(a, rule, "reserves", reserves);
    node_put(a, rule, "avoid", texts("employer,author,contract"));
    node_put(a, rule, "fields", texts("software,security"));
    node_put(a, related, "employers", texts("区教育局,区教育信息化中心"));
    node_put(a, related, "authors", texts("江城设计院有限公司"));
    node_put(a, related, "persons", texts("丁经手"));
    node_put(a, related, "suppliers", texts("云江信息"));
    for (int i = 1; i <= plain; i++)
        candidate(list, arena_fmt(a, "%d", i), arena_fmt(a, "专家%d", i), arena_fmt(a, "第%d大学", i), "software,data",
                  "active");
    return in;
}

static struct node *words_of(const char *unit, const char *tech, const char *approval)
{
    static const char *const organs[] = {"unit", "tech", "approval"};
    const char *const said[] = {unit, tech, approval};
    struct node *list = node_list(a);

    for (size_t i = 0; i < ARRAY_LEN(organs); i++) {
        struct node *n = node_add_object(a, list);
        node_put_text(a, n, "organ", organs[i]);
        node_put_text(a, n, "words", said[i]);
    }
    return list;
}

static const char *names(const struct node *list)
{
    const char *s = "";

    for (const struct node *n = node_first(list); n; n = n->next)
        s = arena_fmt(a, "%s%s%s", s, *s ? "," : "", node_get_str(n, "id"));
    return s;
}

/* Worked out by tests/e2e/draw_again.py, a second program that has only the rules of ADR 0013. */
static void fixed_vectors(void **state)
{
    static const struct {
        int candidates, members, reserves;
        const char *unit, *seed, *drawn, *waiting;
    } rows[] = {
        {12, 5, 3, "甲的一句话，足够长", "ffe8d590a8fcf64ab045f687065c07e557bc2b25e52d2ad17f2fae9ab22f90ca",
         "8,3,7,10,9", "12,6,2"},
        {12, 5, 3, "甲的另一句话，足够长", "d52ea5a8b19e82fb70fb06f1f6a9f953088080d7e6f424f7172ba212e08470f7",
         "11,6,10,3,12", "5,9,4"},
        {40, 7, 3, "甲的一句话，足够长", "ba0b465eb4b232c549a3d8eb0e074c4faa1f4de44d2cd871b8cfe84b5ef7254e",
         "20,32,23,35,22,40,18", "13,31,25"},
        {8, 5, 3, "甲的一句话，足够长", "d3b872f0764583f7144b202544c89afa976ed2c81ad6b02a191b5601b837d5f3", "5,7,8,3,4",
         "6,1,2"},
        {1, 5, 3, "甲", "d1e0eb2c2409cd49e90d83546c9610a6feae242b9a533b2cfd41b0a621a11a42", "1", ""},
        /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct node *in = inputs_of(rows[i].candidates, rows[i].members, rows[i].reserves);
        struct node *ret = draw_run(a, in, words_of(rows[i].unit, "乙的一句话，也很长", "丙的一句话，也很长"));

        CHECK_TEXT(node_get_str(ret, "seed"), rows[i].seed, rows[i].unit);
        CHECK_TEXT(names(node_get(ret, "members")), rows[i].drawn, rows[i].unit);
        CHECK_TEXT(names(node_get(ret, "reserves")), rows[i].waiting, rows[i].unit);
    }
    assert_string_equal(draw_seal(a, "77", "unit", "甲的一句话，足够长"),
                        "e8573e7f304a35f0bcd04c737acb857adc1bddc970ad17a2a220acf269d83c17");
}

static void every_word_counts(void **state)
{
    struct node *in = inputs_of(40, 5, 3), *other = inputs_of(40, 5, 2);
    const char *first = draw_seed(a, in, words_of("一", "二", "三"));

    (void)state;
    assert_string_equal(first, draw_seed(a, in, words_of("一", "二", "三")));
    assert_string_not_equal(first, draw_seed(a, in, words_of("壹", "二", "三")));
    assert_string_not_equal(first, draw_seed(a, in, words_of("一", "貳", "三")));
    assert_string_not_equal(first, draw_seed(a, in, words_of("一", "二", "叁")));
    assert_string_not_equal(first, draw_seed(a, other, words_of("一", "二", "三")));
}

/* Chi square over 12 000 draws of one of 12 (11 degrees of freedom: 31.3 is passed once in a thousand seeds; these are
 * fixed). */
static void nobody_is_favoured(void **state)
{
    enum { KINDS = 12, DRAWS = 12000 };
    int hits[KINDS] = {0};
    uint64_t counter = 0;
    double chi = 0;

    (void)state;
    for (int i = 0; i < DRAWS; i++)
        hits[draw_below("0f", &counter, KINDS)]++;
    for (int i = 0; i < KINDS; i++)
        chi += (hits[i] - (double)DRAWS / KINDS) * (hits[i] - (double)DRAWS / KINDS) / ((double)DRAWS / KINDS);
    assert_true(chi < 31.3);
    assert_int_equal(draw_below("0f", &counter, 1), 0);
}

/* Just above 2^63 every second number must be passed over; a bare remainder would take each at once. */
static void the_last_stretch_is_passed_over(void **state)
{
    uint64_t counter = 0, n = (UINT64_C(1) << 63) + 1;

    (void)state;
    for (int i = 0; i < 400; i++)
        assert_true(draw_below("aa", &counter, n) < n);
    assert_true(counter > 600 && counter < 1100);
}

static void avoidance_gives_reasons(void **state)
{
    static const struct {
        const char *name, *employer, *fields, *state, *reason;
    } rows[] = {
        {"甲", "新洲区教育局", "software", "active", "任职单位「新洲区教育局」与「区教育局」"},
        {"乙", "江城设计院有限公司", "security", "active", "编制单位"},
        {"丁经手", "某大学", "software", "active", "经手过本项目的材料"},
        {"戊", "云江信息技术有限公司", "software", "active", "有过合同"},
        {"己", "某研究所", "network", "active", "不在本次要求的领域"},
        {"庚", "某研究所", "software", "paused", "暂停"},
    };
    struct node *in = inputs_of(3, 2, 1), *eligible, *out;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        candidate((struct node *)(uintptr_t)node_get(in, "candidates"), arena_fmt(a, "9%zu", i), rows[i].name,
                  rows[i].employer, rows[i].fields, rows[i].state);
    out = draw_excluded(a, in, &eligible);
    assert_int_equal(node_count(eligible), 3);
    assert_int_equal(node_count(out), ARRAY_LEN(rows));
    const struct node *n = node_first(out);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++, n = n->next) {
        CHECK_INT(node_count(node_get(n, "reasons")), 1, rows[i].name);
        CHECK(strstr(node_str(node_first(node_get(n, "reasons")), ""), rows[i].reason), rows[i].name);
    }
    /* what is not to be avoided is no reason */
    node_put(a, (struct node *)(uintptr_t)node_get(in, "rule"), "avoid", node_list(a));
    out = draw_excluded(a, in, &eligible);
    assert_int_equal(node_count(out), 2);
}

static struct node *record_of(void)
{
    struct node *in = inputs_of(12, 5, 3), *record = node_object(a), *seals = node_list(a),
                *words = words_of("甲的一句话，足够长", "乙的一句话，也很长", "丙的一句话，也很长"),
                *result = draw_run(a, in, words);

    for (const struct node *w = node_first(words); w; w = w->next) {
        struct node *s = node_add_object(a, seals);
        node_put_text(a, s, "organ", node_get_str(w, "organ"));
        node_put_text(a, s, "name", node_get_str(w, "organ"));
        node_put_text(a, s, "words", node_get_str(w, "words"));
        node_put_text(a, s, "seal", draw_seal(a, "77", node_get_str(w, "organ"), node_get_str(w, "words")));
    }
    node_put(a, record, "inputs", in);
    node_put_text(a, record, "inputs_sm3", draw_digest(a, in));
    node_put(a, record, "seals", seals);
    node_put(a, record, "result", result);
    node_put_text(a, record, "result_sm3", draw_digest(a, result));
    return record;
}

static int same(const struct node *record)
{
    return node_get_bool(draw_check(a, record), "same");
}

static void a_record_is_run_again(void **state)
{
    struct node *r = record_of(), *result;

    (void)state;
    assert_true(same(r));

    result = (struct node *)(uintptr_t)node_get(r, "result"); /* two persons change places, the digest made to fit */
    node_put(a, result, "members", node_copy(a, node_get(result, "reserves")));
    node_put_text(a, r, "result_sm3", draw_digest(a, result));
    assert_false(same(r));

    r = record_of(); /* a candidate is struck off afterwards, the digest made to fit */
    struct node *in = (struct node *)(uintptr_t)node_get(r, "inputs");
    node_put(a, in, "candidates", node_copy(a, node_get(inputs_of(11, 5, 3), "candidates")));
    node_put_text(a, r, "inputs_sm3", draw_digest(a, in));
    assert_false(same(r));

    r = record_of(); /* other words than those sealed */
    node_put_text(a, (struct node *)(uintptr_t)node_first(node_get(r, "seals")), "words", "别的话，事后换上的");
    assert_false(same(r));

    r = record_of(); /* an organ left out */
    node_put(a, r, "seals", node_list(a));
    assert_false(same(r));

    assert_false(same(node_object(a)));
    assert_false(same(NULL));
}

static void too_few(void **state)
{
    struct node *ret = draw_run(a, inputs_of(4, 5, 3), words_of("一", "二", "三"));

    (void)state;
    assert_int_equal(node_count(node_get(ret, "members")), 4);
    assert_int_equal(node_count(node_get(ret, "reserves")), 0);
    ret = draw_run(a, inputs_of(0, 5, 3), words_of("一", "二", "三"));
    assert_int_equal(node_count(node_get(ret, "members")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_vectors),
        cmocka_unit_test(every_word_counts),
        cmocka_unit_test(nobody_is_favoured),
        cmocka_unit_test(the_last_stretch_is_passed_over),
        cmocka_unit_test(avoidance_gives_reasons),
        cmocka_unit_test(a_record_is_run_again),
        cmocka_unit_test(too_few),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
