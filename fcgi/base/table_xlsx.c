/*
 * base/table_xlsx.c - the first sheet of a workbook (.xlsx); the address of expat
 *
 * Only what a list needs is read: which sheet is the first, its shared texts, its cells. Formats, pictures, other
 * sheets and whatever else a workbook may hold are passed over. The parts are read as they are unpacked, piece by
 * piece, under a ceiling; a document type (entities within entities) is refused; no formula is worked out and no value
 * of one believed.
 */
#include "config.h"

#include "base/table.h"

#include <expat.h>
#include <string.h>

#include "base/text.h"
#include "base/zip.h"

enum {
    ROWS_FIRST = 64,
    TEXTS_FIRST = 256,
    TEXTS_MAX = 200000,
    TEXT_BYTES_MAX = 4 << 20,
    PATH_BYTES = 256,
    DEPTH_MAX = 64
};

/* ---- one part through expat ---- */

struct part {
    struct arena *a;
    XML_Parser parser;
    void *ctx;
    void (*open)(struct part *p, const char *name, const char **attributes);
    void (*close)(struct part *p, const char *name);
    struct err *e; /* first that went wrong */
    int failed, depth;
    char *text; /* gathered while gathers is set */
    size_t text_len, text_room, text_max;
    int gathers;
};

static void stop(struct part *p)
{
    p->failed = 1;
    (void)XML_StopParser(p->parser, XML_FALSE);
}

static void fault(struct part *p, const char *detail)
{
    if (!p->failed) {
        err_fail(p->e, ERR_MEDIA, "工作簿的内容读不出来");
        err_detail(p->e, "xlsx: %s", detail);
        err_mend(p->e, "请在表格程序中重新保存为 .xlsx 再上传");
    }
    stop(p);
}

static void too_large(struct part *p, const char *what, size_t limit, const char *unit)
{
    if (!p->failed) {
        err_fail(p->e, ERR_TOO_LARGE, "%s，最多 %zu %s", what, limit, unit);
        err_mend(p->e, "请只留要导入的内容，或者分成几份导入");
    }
    stop(p);
}

static const char *local(const char *name)
{
    const char *bar = strrchr(name, '|');

    return bar != NULL ? bar + 1 : name;
}

static const char *attribute(const char **list, const char *name)
{
    for (; *list != NULL; list += 2)
        if (text_eq(local(list[0]), name))
            return list[1];
    return NULL;
}

static void on_open(void *data, const char *name, const char **attributes)
{
    struct part *p = data;

    if (p->failed)
        return;
    if (++p->depth > DEPTH_MAX)
        fault(p, "too deep");
    else
        p->open(p, local(name), attributes);
}

static void on_close(void *data, const char *name)
{
    struct part *p = data;

    p->depth--;
    if (!p->failed)
        p->close(p, local(name));
}

static void on_text(void *data, const char *s, int len)
{
    struct part *p = data;
    size_t n = (size_t)len;

    if (!p->gathers || p->failed)
        return;
    if (n > p->text_max - p->text_len) {
        too_large(p, "有一格写得过长", p->text_max / TABLE_HAN_BYTES, "个汉字");
        return;
    }
    if (p->text_len + n + 1 > p->text_room) {
        size_t room = (p->text_len + n + 1) * 2;
        char *more = arena_alloc(p->a, room);

        if (p->text_len > 0)
            memcpy(more, p->text, p->text_len);
        p->text = more;
        p->text_room = room;
    }
    memcpy(p->text + p->text_len, s, n);
    p->text_len += n;
    p->text[p->text_len] = '\0';
}

static void on_doctype(void *data, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    fault(data, "a document type");
}

static int feed(void *ctx, const char *bytes, size_t n, struct err *e)
{
    struct part *p = ctx;

    if (XML_Parse(p->parser, bytes, (int)n, 0) == XML_STATUS_OK)
        return 0;
    fault(p, XML_ErrorString(XML_GetErrorCode(p->parser)));
    (void)e;
    return -1;
}

static void parser_free(XML_Parser *p)
{
    if (*p != NULL)
        XML_ParserFree(*p);
}

static int part_read(struct part *p, const struct zip_part *from, struct err *e)
{
    XML_Parser parser CLEANUP_(parser_free) = XML_ParserCreateNS("UTF-8", '|');

    if (parser == NULL)
        return err_fail(e, ERR_INTERNAL, "没有内存读取工作簿");
    p->parser = parser;
    p->e = e;
    XML_SetUserData(parser, p);
    XML_SetElementHandler(parser, on_open, on_close);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    if (zip_read(from, TABLE_UNPACKED_MAX, feed, p, e) < 0)
        return -1;
    if (XML_Parse(parser, "", 0, 1) != XML_STATUS_OK)
        fault(p, XML_ErrorString(XML_GetErrorCode(parser)));
    return p->failed ? -1 : 0;
}

static void text_begin(struct part *p)
{
    p->gathers = 1;
}

static const char *text_end(struct part *p)
{
    const char *s = p->text_len > 0 ? arena_dupn(p->a, p->text, p->text_len) : "";

    p->gathers = 0;
    p->text_len = 0;
    return s;
}

static void no_close(struct part *p, const char *name)
{
    (void)p, (void)name;
}

/* ---- which sheet ---- */

struct book {
    const char *first; /* r:id of the first sheet */
    const char *sheet; /* its part */
    const char *texts; /* the part of shared texts; NULL: there is none */
    int from_1904;
};

static int is_yes(const char *s)
{
    return s != NULL && (text_eq(s, "1") || text_eq(s, "true"));
}

static void book_open(struct part *p, const char *name, const char **attributes)
{
    struct book *b = p->ctx;

    if (text_eq(name, "workbookPr"))
        b->from_1904 = is_yes(attribute(attributes, "date1904"));
    if (!text_eq(name, "sheet") || b->first != NULL)
        return;
    /* sheetId is another attribute: "id" with the namespace of relations */
    for (const char **at = attributes; *at != NULL; at += 2)
        if (text_eq(local(at[0]), "id") && strchr(at[0], '|') != NULL)
            b->first = arena_dup(p->a, at[1]);
}

/* "/xl/x.xml" from the root, "worksheets/sheet1.xml" from the folder of the workbook. */
static const char *target_part(struct arena *a, const char *target)
{
    if (target == NULL || strlen(target) > PATH_BYTES)
        return NULL;
    return *target == '/' ? arena_dup(a, target + 1) : arena_fmt(a, "xl/%s", target);
}

static void rels_open(struct part *p, const char *name, const char **attributes)
{
    struct book *b = p->ctx;
    const char *id = attribute(attributes, "Id"), *type = attribute(attributes, "Type");

    if (!text_eq(name, "Relationship") || id == NULL || type == NULL)
        return;
    if (text_eq(id, b->first))
        b->sheet = target_part(p->a, attribute(attributes, "Target"));
    else if (text_ends(type, "/sharedStrings"))
        b->texts = target_part(p->a, attribute(attributes, "Target"));
}

static int missing(struct err *e, const char *detail)
{
    err_fail(e, ERR_MEDIA, "文件不是 .xlsx 工作簿，或者没有工作表");
    err_detail(e, "xlsx: no %s", detail);
    return err_mend(e, "请在表格程序中重新保存为 .xlsx 再上传");
}

static int book_read(struct arena *a, const struct zip *z, struct book *b, struct err *e)
{
    const struct zip_part *workbook = zip_find(z, "xl/workbook.xml"), *rels = zip_find(z, "xl/_rels/workbook.xml.rels");
    struct part p = {.a = a, .ctx = b, .open = book_open, .close = no_close};
    struct part r = {.a = a, .ctx = b, .open = rels_open, .close = no_close};

    if (workbook == NULL || rels == NULL)
        return missing(e, "workbook");
    if (part_read(&p, workbook, e) < 0)
        return -1;
    if (b->first == NULL)
        return missing(e, "sheet");
    if (part_read(&r, rels, e) < 0)
        return -1;
    return b->sheet != NULL && zip_find(z, b->sheet) != NULL ? 0 : missing(e, "part of the sheet");
}

/* ---- shared texts ---- */

struct texts {
    const char **list;
    size_t count, room, bytes;
    int phonetic; /* within a reading aid, which is no content */
};

static void texts_open(struct part *p, const char *name, const char **attributes)
{
    struct texts *t = p->ctx;

    (void)attributes;
    if (text_eq(name, "rPh"))
        t->phonetic++;
    if (text_eq(name, "t") && t->phonetic == 0)
        text_begin(p);
}

static void texts_close(struct part *p, const char *name)
{
    struct texts *t = p->ctx;

    if (text_eq(name, "rPh"))
        t->phonetic--;
    if (text_eq(name, "t"))
        p->gathers = 0; /* several runs make one text */
    if (!text_eq(name, "si"))
        return;
    t->bytes += p->text_len;
    if (t->count == TEXTS_MAX || t->bytes > TEXT_BYTES_MAX) {
        too_large(p, "工作簿的文字过多", t->count == TEXTS_MAX ? TEXTS_MAX : TEXT_BYTES_MAX / TABLE_HAN_BYTES,
                  t->count == TEXTS_MAX ? "处" : "个汉字");
        return;
    }
    if (t->count == t->room) {
        const char **more = ARENA_ARRAY(p->a, const char *, t->room * 2);

        memcpy(more, t->list, t->count * sizeof *more);
        t->list = more;
        t->room *= 2;
    }
    t->list[t->count++] = text_end(p);
}

static int texts_read(struct arena *a, const struct zip *z, const struct book *b, size_t cell_bytes, struct texts *t,
                      struct err *e)
{
    const struct zip_part *from = b->texts != NULL ? zip_find(z, b->texts) : NULL;
    struct part p = {.a = a, .ctx = t, .open = texts_open, .close = texts_close, .text_max = cell_bytes};

    t->room = TEXTS_FIRST;
    t->list = ARENA_ARRAY(a, const char *, TEXTS_FIRST);
    return from == NULL ? 0 : part_read(&p, from, e);
}

/* ---- cells ---- */

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_WRITTEN /* str, inlineStr, d */, CELL_BOOLEAN, CELL_BAD };

struct sheet {
    const struct table_limits *limits;
    const struct texts *texts;
    struct table *t;
    size_t room;
    int number;
    struct table_cell *cells; /* of the row being read */
    size_t count, column;
    size_t bytes; /* of all cells */
    enum cell_type type;
    const char *value;
    int in_cell, formula, phonetic;
};

/* "AB12": 27; -1: no such name. */
static int column_of(const char *ref)
{
    int column = 0, n = 0;

    for (; *ref >= 'A' && *ref <= 'Z' && n < TABLE_COLUMN_NAME - 1; ref++, n++)
        column = column * 26 + (*ref - 'A' + 1);
    return n > 0 && *ref >= '0' && *ref <= '9' ? column - 1 : -1;
}

static enum cell_type type_of(const char *t)
{
    if (t == NULL || text_eq(t, "n"))
        return CELL_NUMBER;
    if (text_eq(t, "s"))
        return CELL_SHARED;
    if (text_eq(t, "b"))
        return CELL_BOOLEAN;
    return text_eq(t, "e") ? CELL_BAD : CELL_WRITTEN;
}

static void row_begin(struct part *p, struct sheet *s, const char **attributes)
{
    const char *r = attribute(attributes, "r");
    int64_t number = s->number + 1;

    if (r != NULL && (text_i64(r, &number) < 0 || number <= s->number || number > INT32_MAX - 1))
        fault(p, "rows out of order");
    s->number = (int)number;
    s->count = s->column = 0;
    memset(s->cells, 0, (s->limits->columns + 1) * sizeof *s->cells);
}

static void cell_begin(struct part *p, struct sheet *s, const char **attributes)
{
    const char *ref = attribute(attributes, "r");
    int column = ref != NULL ? column_of(ref) : (int)s->column;

    if (column < (int)s->column)
        fault(p, "cells out of order");
    s->column = column < 0 ? 0 : (size_t)column;
    s->type = type_of(attribute(attributes, "t"));
    s->value = "";
    s->formula = 0;
    s->in_cell = 1;
}

/* _x000D_ stands for a character XML cannot hold. */
static char *unescape(struct arena *a, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, strlen(text) + 1), *o = out;

    for (const char *p = text; *p != '\0';) {
        if (p[0] == '_' && p[1] == 'x' && strspn(p + 2, hex) >= 4 && p[6] == '_') {
            unsigned v = 0;

            for (int i = 2; i < 6; i++)
                v = v * 16 + (unsigned)(strchr(hex, p[i]) - hex);
            if (v == '\r' || v == '_' || v == '\n' || v == '\t') {
                *o++ = (char)(v == '\r' ? ' ' : v);
                p += 7;
                continue;
            }
        }
        *o++ = *p++;
    }
    *o = '\0';
    return out;
}

static struct table_cell cell_text(struct arena *a, const char *s)
{
    const char *text = text_trim(a, strstr(s, "_x") != NULL ? unescape(a, s) : s);

    return (struct table_cell){.kind = *text != '\0' ? TABLE_TEXT : TABLE_EMPTY, .text = text};
}

static struct table_cell cell_shared(struct part *p, const struct sheet *s)
{
    int64_t i;

    if (text_i64(s->value, &i) == 0 && i >= 0 && (size_t)i < s->texts->count)
        return cell_text(p->a, s->texts->list[i]);
    fault(p, "no such shared text");
    return (struct table_cell){.text = ""};
}

static struct table_cell cell_of(struct part *p, const struct sheet *s)
{
    char *number;

    if (s->formula)
        return (struct table_cell){.kind = TABLE_FORMULA, .text = ""};
    switch (s->type) {
    case CELL_BAD:
        return (struct table_cell){.kind = TABLE_FAULT, .text = arena_dup(p->a, s->value)};
    case CELL_BOOLEAN:
        return cell_text(p->a, *s->value == '\0' ? "" : is_yes(s->value) ? "是" : "否");
    case CELL_SHARED:
        return cell_shared(p, s);
    case CELL_NUMBER:
        number = *s->value != '\0' ? table_number(p->a, s->value) : NULL;
        if (number != NULL)
            return (struct table_cell){.kind = TABLE_NUMBER, .text = number};
        break;
    case CELL_WRITTEN:
        break;
    }
    return cell_text(p->a, s->value);
}

static void cell_end(struct part *p, struct sheet *s)
{
    struct table_cell cell = cell_of(p, s);

    s->in_cell = 0;
    if (cell.kind != TABLE_EMPTY && s->column >= s->limits->columns) {
        too_large(p, "表格的列过多", s->limits->columns, "列");
        return;
    }
    if (cell.kind != TABLE_EMPTY) {
        s->bytes += strlen(cell.text);
        if (s->bytes > TEXT_BYTES_MAX)
            too_large(p, "表格的文字过多", TEXT_BYTES_MAX / TABLE_HAN_BYTES, "个汉字");
        s->cells[s->column] = cell;
        s->count = s->column + 1;
    }
    s->column++;
}

static void row_end(struct part *p, struct sheet *s)
{
    struct table *t = s->t;

    if (s->count == 0)
        return;
    if (t->count == s->limits->rows) {
        if (!p->failed) {
            err_fail(p->e, ERR_TOO_LARGE, "表格超过 %zu 行", s->limits->rows);
            err_mend(p->e, "请分成几份导入");
        }
        stop(p);
        return;
    }
    if (t->count == s->room) {
        struct table_row *more = ARENA_ARRAY(p->a, struct table_row, s->room * 2);

        memcpy(more, t->rows, t->count * sizeof *more);
        t->rows = more;
        s->room *= 2;
    }
    struct table_row *row = &t->rows[t->count++];

    *row = (struct table_row){
        .number = s->number, .count = s->count, .cells = ARENA_ARRAY(p->a, struct table_cell, s->count)};
    for (size_t i = 0; i < s->count; i++)
        row->cells[i] = s->cells[i].kind != TABLE_EMPTY ? s->cells[i] : (struct table_cell){.text = ""};
}

static void sheet_open(struct part *p, const char *name, const char **attributes)
{
    struct sheet *s = p->ctx;

    if (text_eq(name, "row"))
        row_begin(p, s, attributes);
    else if (text_eq(name, "c"))
        cell_begin(p, s, attributes);
    else if (s->in_cell && text_eq(name, "f"))
        s->formula = 1;
    else if (text_eq(name, "rPh"))
        s->phonetic++;
    else if (s->in_cell && (text_eq(name, "v") || (text_eq(name, "t") && s->phonetic == 0)))
        text_begin(p);
}

static void sheet_close(struct part *p, const char *name)
{
    struct sheet *s = p->ctx;

    if (text_eq(name, "row"))
        row_end(p, s);
    else if (text_eq(name, "rPh"))
        s->phonetic--;
    else if (text_eq(name, "v") || text_eq(name, "is"))
        s->value = text_end(p);
    else if (text_eq(name, "t"))
        p->gathers = 0;
    else if (text_eq(name, "c") && s->in_cell)
        cell_end(p, s);
}

int table_xlsx(struct arena *a, const void *bytes, size_t n, const struct table_limits *limits, struct table *ret,
               struct err *e)
{
    struct table t = {.rows = ARENA_ARRAY(a, struct table_row, ROWS_FIRST), .form = "Excel 工作簿"};
    struct texts texts = {0};
    struct book b = {0};
    struct sheet s = {.limits = limits,
                      .texts = &texts,
                      .t = &t,
                      .room = ROWS_FIRST,
                      .cells = ARENA_ARRAY(a, struct table_cell, limits->columns + 1),
                      .value = ""};
    struct part p = {.a = a, .ctx = &s, .open = sheet_open, .close = sheet_close, .text_max = limits->cell_bytes};
    struct zip z;

    if (zip_open(a, bytes, n, &z, e) < 0 || book_read(a, &z, &b, e) < 0 ||
        texts_read(a, &z, &b, limits->cell_bytes, &texts, e) < 0)
        return -1;
    if (part_read(&p, zip_find(&z, b.sheet), e) < 0)
        return -1;
    t.from_1904 = b.from_1904;
    *ret = t;
    return 0;
}
