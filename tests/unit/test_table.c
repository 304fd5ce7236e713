/*
 * tests/unit/test_table.c - tables filled in elsewhere: CSV of two codings, workbooks, pasted lines, and what is
 * refused
 */
#include "config.h"

#include "check.h"

#include "base/table.h"
#include "unit/zipmake.h"

static struct arena *a;
static const struct table_limits limits = {.rows = 5, .columns = 4, .cell_bytes = 60};

static struct table read_file(const char *name, const char *p, size_t n)
{
    struct table t = {0};
    struct err e = {0};

    if (table_read(a, name, p, n, &limits, &t, &e) < 0)
        fail_msg("%s: %s (%s)", name, e.message, e.detail);
    return t;
}

static struct table csv(const char *text)
{
    return read_file("甲.csv", text, strlen(text));
}

static struct table book(const char *properties, const char *texts, const char *sheet)
{
    struct zipmake z = zipmake_new(a);

    zipmake_book(&z, properties, texts);
    zipmake_text(&z, "xl/worksheets/sheet1.xml", sheet);
    size_t n = zipmake_end(&z);

    return read_file("甲.XLSX", (char *)z.p, n);
}

static void cell_is(const struct table *t, size_t row, size_t column, enum table_kind kind, const char *text)
{
    const struct table_cell *c = table_cell(&t->rows[row], column);

    assert_string_equal(c->text, text);
    assert_int_equal(c->kind, kind);
}

static struct err refused(const char *name, const char *p, size_t n)
{
    struct table t = {0};
    struct err e = {0};

    assert_int_equal(table_read(a, name, p, n, &limits, &t, &e), -1);
    assert_true(e.mend[0] != '\0');
    return e;
}

static struct err text_refused(const char *text)
{
    return refused("甲.csv", text, strlen(text));
}

static struct err sheet_refused(const char *sheet)
{
    struct zipmake z = zipmake_new(a);

    zipmake_book(&z, "", "<sst/>");
    zipmake_text(&z, "xl/worksheets/sheet1.xml", sheet);
    size_t n = zipmake_end(&z);

    return refused("甲.xlsx", (char *)z.p, n);
}

/* ---- CSV ---- */

static void csv_with_a_mark_quotes_and_blank_rows(void **state)
{
    struct table t = csv("\xEF\xBB\xBF项目名称,总投资（万元）\r\n\"甲,\"\"乙\"\"\n丙\", 20.5 \r\n,,\r\n\r\n丁,20万元");

    assert_int_equal(t.count, 3);
    assert_string_equal(t.form, "CSV（UTF-8）");
    cell_is(&t, 0, 0, TABLE_TEXT, "项目名称");
    cell_is(&t, 1, 0, TABLE_TEXT, "甲,\"乙\"\n丙");
    cell_is(&t, 1, 1, TABLE_TEXT, "20.5");
    cell_is(&t, 1, 9, TABLE_EMPTY, "");
    assert_int_equal(t.rows[1].number, 2);
    assert_int_equal(t.rows[2].number, 5); /* as the spreadsheet shows it */
    cell_is(&t, 2, 1, TABLE_TEXT, "20万元");
}

static void csv_as_chinese_desktops_save_it(void **state)
{
    static const char bytes[] = "\xCF\xEE\xC4\xBF\xC3\xFB\xB3\xC6,b\n\xBC\xD7,1\n"; /* 项目名称, 甲 */
    struct table t = read_file("甲.csv", bytes, sizeof bytes - 1);

    assert_string_equal(t.form, "CSV（GB18030）");
    cell_is(&t, 0, 0, TABLE_TEXT, "项目名称");
    cell_is(&t, 1, 0, TABLE_TEXT, "甲");
}

static void other_separators(void **state)
{
    struct table t = csv("a;b\nc;d,e\n"), u = csv("a\tb,c\nd\te\n");

    cell_is(&t, 1, 1, TABLE_TEXT, "d,e");
    cell_is(&u, 0, 1, TABLE_TEXT, "b,c");
}

static void lines_as_people_type_them(void **state)
{
    struct table t = {0};
    struct err e = {0};

    assert_int_equal(table_lines(a, "王一，wang，甲大学\n\n李二,li,乙院", &limits, &t, &e), 0);
    assert_int_equal(t.count, 2);
    cell_is(&t, 0, 2, TABLE_TEXT, "甲大学");
    cell_is(&t, 1, 1, TABLE_TEXT, "li");
    assert_int_equal(t.rows[1].number, 3);
}

static void csv_that_is_refused(void **state)
{
    static const char utf16[] = "\xFF\xFE"
                                "a\0b\0";
    struct err e = text_refused("a,\"b\nc");

    assert_string_equal(e.message, "第 1 行有一个引号没有成对");
    e = text_refused("a\n\"b\"c,d");
    assert_string_equal(e.message, "第 2 行有一个引号后面还有内容");
    e = text_refused("1\n2\n3\n4\n5\n6\n");
    assert_int_equal(e.code, ERR_TOO_LARGE);
    assert_string_equal(e.message, "表格超过 5 行");
    e = text_refused("a\na,b,c,d,e");
    assert_string_equal(e.message, "第 2 行的列过多，最多 4 列");
    e = text_refused("1234567890123456789012345678901234567890123456789012345678901");
    assert_int_equal(e.code, ERR_TOO_LARGE);
    e = refused("甲.csv", utf16, sizeof utf16);
    assert_int_equal(e.code, ERR_MEDIA);
    assert_non_null(strstr(e.message, "UTF-16"));
    e = refused("甲.csv", "a\x81", 2);
    assert_non_null(strstr(e.message, "既不是 UTF-8 也不是 GB18030"));
    e = refused("甲.csv",
                "\xEF\xBB\xBF"
                "a\x81\x81",
                6);
    assert_int_equal(e.code, ERR_MEDIA);
    e = text_refused(",,\n\n");
    assert_string_equal(e.message, "「甲.csv」里没有内容");
}

/* ---- workbooks ---- */

static void a_workbook_of_shared_texts_numbers_and_blanks(void **state)
{
    struct table t = book(
        "<workbookPr date1904='1'/>",
        "<sst><si><t>项目 名称</t></si><si><r><t>甲</t></r><r><t> 乙_x000D_</t></r><rPh><t>jia</t></rPh></si></sst>",
        "<x:worksheet xmlns:x='y'><x:sheetData><x:row r='1'><x:c r='A1' t='s'><x:v>0</x:v></x:c></x:row><x:row r='2'/>"
        "<x:row r='4'><x:c r='A4' t='s'><x:v>1</x:v></x:c><x:c r='C4' s='3'><x:v>412.60000000000002</x:v></x:c>"
        "<x:c r='D4' t='inlineStr'><x:is><x:t>丙</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>");

    assert_int_equal(t.count, 2);
    assert_int_equal(t.from_1904, 1);
    cell_is(&t, 0, 0, TABLE_TEXT, "项目 名称");
    assert_int_equal(t.rows[1].number, 4);
    cell_is(&t, 1, 0, TABLE_TEXT, "甲 乙");
    cell_is(&t, 1, 1, TABLE_EMPTY, "");
    cell_is(&t, 1, 2, TABLE_NUMBER, "412.6");
    cell_is(&t, 1, 3, TABLE_TEXT, "丙");
}

static void formulas_faults_and_ticks(void **state)
{
    struct table t = book("", NULL,
                          "<worksheet><row><c><f>A1*2</f><v>7</v></c><c t='e'><v>#REF!</v></c><c t='b'><v>1</v></c>"
                          "<c t='str'><v>字</v></c></row></worksheet>");

    cell_is(&t, 0, 0, TABLE_FORMULA, "");
    cell_is(&t, 0, 1, TABLE_FAULT, "#REF!");
    cell_is(&t, 0, 2, TABLE_TEXT, "是");
    cell_is(&t, 0, 3, TABLE_TEXT, "字");
}

static void workbooks_that_are_refused(void **state)
{
    struct err e =
        sheet_refused("<!DOCTYPE a [<!ENTITY b 'ccc'>]><worksheet><row><c t='str'><v>&b;</v></c></row></worksheet>");

    assert_int_equal(e.code, ERR_MEDIA);
    assert_non_null(strstr(e.detail, "document type"));
    assert_int_equal(sheet_refused("<worksheet><row>").code, ERR_MEDIA);
    assert_int_equal(sheet_refused("<worksheet><row><c t='s'><v>3</v></c></row></worksheet>").code, ERR_MEDIA);
    assert_int_equal(sheet_refused("<worksheet><row r='2'/><row r='2'/></worksheet>").code, ERR_MEDIA);
    assert_int_equal(sheet_refused("<worksheet><row><c r='B1'/><c r='A1'/></row></worksheet>").code, ERR_MEDIA);
    e = sheet_refused("<worksheet><row><c r='E1' t='str'><v>x</v></c></row></worksheet>");
    assert_string_equal(e.message, "表格的列过多，最多 4 列");
    e = sheet_refused("<worksheet><row><c><v>1</v></c></row><row><c><v>1</v></c></row><row><c><v>1</v></c></row>"
                      "<row><c><v>1</v></c></row><row><c><v>1</v></c></row><row><c><v>1</v></c></row></worksheet>");
    assert_string_equal(e.message, "表格超过 5 行");
    e = sheet_refused(
        "<worksheet><row><c "
        "t='str'><v>1234567890123456789012345678901234567890123456789012345678901</v></c></row></worksheet>");
    assert_int_equal(e.code, ERR_TOO_LARGE);
    e = sheet_refused("<worksheet/>");
    assert_string_equal(e.message, "「甲.xlsx」里没有内容");
}

/* A part that says it is small and unpacks without end. */
static void a_bomb_is_not_unpacked(void **state)
{
    enum { BLOCK = 1 << 20, BLOCKS = 40 };
    struct zipmake z = zipmake_new(a);
    unsigned char *packed = arena_alloc(a, BLOCK / 2), *zeros = arena_alloc(a, BLOCK);
    z_stream s = {.next_out = packed, .avail_out = BLOCK / 2};
    uLong crc = crc32(0, NULL, 0);

    memset(zeros, ' ', BLOCK);
    assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    for (int i = 0; i < BLOCKS; i++) {
        s.next_in = zeros;
        s.avail_in = BLOCK;
        crc = crc32(crc, zeros, BLOCK);
        assert_true(deflate(&s, i == BLOCKS - 1 ? Z_FINISH : Z_NO_FLUSH) >= 0);
    }
    (void)deflateEnd(&s);
    zipmake_book(&z, "", "<sst/>");
    zipmake_packed(&z, "xl/worksheets/sheet1.xml", packed, BLOCK / 2 - s.avail_out, 8, crc);
    size_t n = zipmake_end(&z);
    struct err e = refused("甲.xlsx", (char *)z.p, n);

    assert_int_equal(e.code, ERR_TOO_LARGE);
    assert_string_equal(e.message, "表格展开以后过大，不能读取");
}

static void files_of_another_kind(void **state)
{
    struct zipmake z = zipmake_new(a);
    struct err e = refused("甲.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1rest", 12);

    assert_non_null(strstr(e.message, "旧格式"));
    e = refused("甲.xlsx", "a,b", 3);
    assert_string_equal(e.message, "「甲.xlsx」的内容不是工作簿");
    e = refused("甲.pdf", "%PDF-1.7", 8);
    assert_string_equal(e.message, "「甲.pdf」不是可以导入的表格");
    zipmake_text(&z, "word/document.xml", "<a/>");
    size_t n = zipmake_end(&z);

    e = refused("甲.xlsx", (char *)z.p, n);
    assert_non_null(strstr(e.message, "不是 .xlsx 工作簿"));
    e = refused("甲.docx", (char *)z.p, n);
    assert_int_equal(e.code, ERR_MEDIA);
    e = refused("甲.xlsx", (char *)z.p, n - 30);
    assert_non_null(strstr(e.message, "压缩结构不完整"));
    char *large = arena_alloc(a, TABLE_FILE_BYTES_MAX + 1);

    assert_int_equal(refused("甲.csv", large, TABLE_FILE_BYTES_MAX + 1).code, ERR_TOO_LARGE);
}

/* One byte of the content turned over: the sum tells. */
static void a_part_that_was_damaged(void **state)
{
    struct zipmake z = zipmake_new(a);

    zipmake_book(&z, "", "<sst/>");
    zipmake_packed(&z, "xl/worksheets/sheet1.xml", "<worksheet/>", 12, 0, 1);
    size_t n = zipmake_end(&z);

    assert_int_equal(refused("甲.xlsx", (char *)z.p, n).code, ERR_MEDIA);
}

/* ---- small things ---- */

static void numbers_as_a_person_wrote_them(void **state)
{
    static const struct {
        const char *digits, *shown;
    } rows[] = {{"20.5", "20.5"},
                {"412.60000000000002", "412.6"},
                {"0.1", "0.1"},
                {"1E-3", "0.001"},
                {"1.2345678901234567E+20", "123456789012346000000"},
                {"-7.50", "-7.5"},
                {"0", "0"},
                {"000", "0"},
                {"99999999999999995", "100000000000000000"},
                {"45292", "45292"},
                {"1e99", NULL},
                {"", NULL},
                {".", NULL},
                {"1.2.3", NULL},
                {"12a", NULL}};

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *got = table_number(a, rows[i].digits);

        if (rows[i].shown == NULL)
            assert_null(got);
        else
            assert_string_equal(got, rows[i].shown);
    }
}

static void names_of_columns(void **state)
{
    static const struct {
        size_t column;
        const char *name;
    } rows[] = {{0, "A"}, {25, "Z"}, {26, "AA"}, {701, "ZZ"}, {702, "AAA"}};
    char name[TABLE_COLUMN_NAME];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        table_column_name(name, rows[i].column);
        assert_string_equal(name, rows[i].name);
    }
}

static int setup(void **state)
{
    a = arena_new("test", 256U << 20);
    return 0;
}

static int teardown(void **state)
{
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_with_a_mark_quotes_and_blank_rows),
        cmocka_unit_test(csv_as_chinese_desktops_save_it),
        cmocka_unit_test(other_separators),
        cmocka_unit_test(lines_as_people_type_them),
        cmocka_unit_test(csv_that_is_refused),
        cmocka_unit_test(a_workbook_of_shared_texts_numbers_and_blanks),
        cmocka_unit_test(formulas_faults_and_ticks),
        cmocka_unit_test(workbooks_that_are_refused),
        cmocka_unit_test(a_bomb_is_not_unpacked),
        cmocka_unit_test(files_of_another_kind),
        cmocka_unit_test(a_part_that_was_damaged),
        cmocka_unit_test(numbers_as_a_person_wrote_them),
        cmocka_unit_test(names_of_columns),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
