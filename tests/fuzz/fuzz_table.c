/*
 * tests/fuzz/fuzz_table.c - tables people upload: whatever the bytes, rows and columns stay within the limits and texts
 * are clean UTF-8
 *
 * The first byte says what the rest is: a CSV file, a workbook, the sheet or the shared texts of one.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/text.h"
#include "unit/zipmake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static void row_holds(const struct table_row *row, int before, const struct table_limits *limits)
{
    must(row->number > before && row->count > 0 && row->count <= limits->columns);
    for (size_t i = 0; i < row->count; i++) {
        const struct table_cell *c = &row->cells[i];

        must(c->text != NULL && strlen(c->text) <= limits->cell_bytes && text_is_utf8(c->text, strlen(c->text)));
        must((c->kind == TABLE_EMPTY || c->kind == TABLE_FORMULA) == (*c->text == '\0') || c->kind == TABLE_FAULT);
    }
}

static const uint8_t *book_of(struct arena *a, int shape, const uint8_t *p, size_t *size)
{
    static const char sheet[] =
        "<worksheet><row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' t='s'><v>1</v></c></row></worksheet>";
    struct zipmake z = zipmake_new(a);

    zipmake_book(&z, "", NULL);
    zipmake_bytes(&z, "xl/sharedStrings.xml", shape == 3 ? (const char *)p : "<sst/>", shape == 3 ? *size : 6);
    zipmake_bytes(&z, "xl/worksheets/sheet1.xml", shape == 2 ? (const char *)p : sheet,
                  shape == 2 ? *size : strlen(sheet));
    *size = zipmake_end(&z);
    return z.p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct table_limits limits = {.rows = 20, .columns = 8, .cell_bytes = 400};
    struct arena *a CLEANUP_(arena_freep) = arena_new("fuzz", 1U << 26);
    struct table t = {0};
    struct err e = {0};
    int before = 0;

    if (size < 2 || size > ZIPMAKE_BYTES / 2)
        return 0;
    int shape = data[0] % 4;
    const uint8_t *p = data + 1;

    size--;
    if (shape >= 2)
        p = book_of(a, shape, p, &size);
    if (table_read(a, shape == 1 ? "a.csv" : "a.xlsx", p, size, &limits, &t, &e) < 0) {
        must(t.rows == NULL && e.message[0] != '\0' && e.mend[0] != '\0' && err_status(e.code) < 500);
        return 0;
    }
    must(t.count > 0 && t.count <= limits.rows && t.form != NULL);
    for (size_t i = 0; i < t.count; i++) {
        row_holds(&t.rows[i], before, &limits);
        before = t.rows[i].number;
    }
    return 0;
}
