/*
 * test_letter - numbers of projects and papers
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/attr.h"
#include "casework/letter.h"

static const struct {
    const char *pattern;
    int year;
    int64_t n;
    const char *want;
} rows[] = {
    {"XZ-{year}-{n4}", 2025, 1, "XZ-2025-0001"},
    {"XZ-{year}-{n4}", 2025, 12345, "XZ-2025-12345"},
    {"新审批信〔{year}〕{n}号", 2025, 12, "新审批信〔2025〕12号"},
    {"{n2}/{n6}", 2025, 7, "07/000007"},
    {"{n1}{n7}{x}{", 2025, 7, "{n1}{n7}{x}{"},
    {"", 2025, 7, ""},
};

static void test_number(void **state)
{
    struct arena *a = arena_new("test_letter", 1024 * 1024);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(number_text(a, rows[i].pattern, rows[i].year, rows[i].n), rows[i].want);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_number)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
