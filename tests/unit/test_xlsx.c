/*
 * tests/unit/test_xlsx.c - a sheet row after row; that it opens again is seen in tests/e2e with another program
 */
#include "config.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "export/xlsx.h"

static struct arena *a;
static char folder[] = "/tmp/guizhang-xlsx-XXXXXX";

static const struct xlsx_col COLS[] = {
    {"项目", XLSX_TEXT, 30}, {"投资/万元", XLSX_MONEY, 12}, {"最迟", XLSX_DATE, 12}, {"件", XLSX_INT, 8}};

static struct xlsx *begin_sheet(const char *name)
{
    struct xlsx *x = NULL;
    struct err e = {0};

    assert_int_equal(xlsx_open(arena_fmt(a, "%s/%s", folder, name), folder, "清单", COLS, ARRAY_LEN(COLS), &x, &e), 0);
    return x;
}

static void a_workbook_is_a_zip_with_its_parts(void **state)
{
    struct xlsx *x = begin_sheet("one.xlsx");
    const char *const pairs[][2] = {{"清单", "=SUM(A1)"}};
    struct err e = {0};
    char *bytes;
    size_t len;

    xlsx_row(x);
    assert_int_equal(xlsx_put_text(x, 0, "=HYPERLINK(\"http://x\")", &e), 0);
    assert_int_equal(xlsx_put_money(x, 1, 41260000, &e), 0);
    assert_int_equal(xlsx_put_date(x, 2, date_of(2026, 9, 24), &e), 0);
    assert_int_equal(xlsx_put_int(x, 3, 7, &e), 0);
    xlsx_row(x);
    assert_int_equal(xlsx_put_text(x, 0, "", &e), 0);
    assert_int_equal(xlsx_about(x, "说明", pairs, 1, &e), 0);
    assert_int_equal(xlsx_close(x, &e), 0);
    assert_int_equal(file_read(a, arena_fmt(a, "%s/one.xlsx", folder), 1 << 20, &bytes, &len, &e), 0);
    assert_true(len > 2000 && memcmp(bytes, "PK\3\4", 4) == 0);
}

static void a_very_long_text_is_cut_between_characters(void **state)
{
    struct xlsx *x = begin_sheet("long.xlsx");
    char *text = arena_alloc(a, 3 * 20000 + 1);
    struct err e = {0};

    for (int i = 0; i < 20000; i++)
        memcpy(text + 3 * (size_t)i, "长", 3);
    xlsx_row(x);
    assert_int_equal(xlsx_put_text(x, 0, text, &e), 0);
    assert_int_equal(xlsx_close(x, &e), 0);
}

static void one_that_is_abandoned_leaves_no_file(void **state)
{
    struct xlsx *x = begin_sheet("gone.xlsx");
    struct err e = {0};

    xlsx_row(x);
    assert_int_equal(xlsx_put_text(x, 0, "一", &e), 0);
    xlsx_abandon(&x);
    assert_null(x);
    xlsx_abandon(&x);
    assert_false(file_exists(arena_fmt(a, "%s/gone.xlsx", folder)));
}

static void a_place_that_cannot_be_written_is_a_disk_error(void **state)
{
    struct xlsx *x = NULL;
    struct err e = {0};
    int rc = xlsx_open("/nowhere/at/all.xlsx", folder, "清单", COLS, ARRAY_LEN(COLS), &x, &e);

    if (rc == 0)
        rc = xlsx_close(x, &e);
    assert_int_equal(rc, -1);
    assert_int_equal(e.code, ERR_DISK);
    assert_true(e.mend[0] != '\0');
}

static int begin(void **state)
{
    a = arena_new("test", 4 << 20);
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    struct err e = {0};
    char **names;
    size_t count;

    if (file_list(a, folder, &names, &count, &e) == 0)
        for (size_t i = 0; i < count; i++)
            (void)unlink(arena_fmt(a, "%s/%s", folder, names[i]));
    (void)rmdir(folder);
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_is_a_zip_with_its_parts),
        cmocka_unit_test(a_very_long_text_is_cut_between_characters),
        cmocka_unit_test(one_that_is_abandoned_leaves_no_file),
        cmocka_unit_test(a_place_that_cannot_be_written_is_a_disk_error),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
