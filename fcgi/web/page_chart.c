/*
 * web/page_chart.c - the regulation as a flow chart, drawn here in lines, boxes and words
 *
 * Every route is a line from top to bottom; where it goes through a procedure it has a dot with its number beside
 * the procedure's box. A sheet is no higher than a printed page, the lines go on over it. The table under
 * the drawing says the same.
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/text.h"
#include "web/page_parts.h"

enum {
    SHEET_W = 680,
    SHEET_H = 920, /* of A4 within its margins, at this width */
    FIRST_H = 780, /* of the sheet under the title */
    COLUMN_W = 28,
    COLUMN_X = 16,
    ROW = 19, /* from one line of words to the next */
    FONT = 13,
    LATIN = 8, /* a letter or digit */
    PAD = 8,
    GAP = 12,
    DOT = 10,
    LINES_MAX = 200
};

struct sheet {
    struct node *node, *lines, *boxes, *dots, *words;
    int y;
};

struct drawing {
    struct arena *a;
    const struct node *model;
    struct node *sheets;
    struct sheet now;
    int routes, box_x;
    int way_from; /* where on this sheet the routes' lines begin; -1 when they have ended */
};

struct text_line {
    const char *text, *kind;
};
struct block { /* what stands in one box */
    struct text_line line[LINES_MAX];
    int count;
};

/* ---- words in a given width ---- */

/* These never begin a line: they hang over its end. */
static int clings(uint32_t c)
{
    static const uint32_t marks[] = {0x3001, 0x3002, 0xff0c, 0xff1b, 0xff1a, 0xff09, 0x300d, 0x300b};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (marks[i] == c)
            return 1;
    return 0;
}

static void block_add(struct block *b, const char *kind, const char *text)
{
    if (b->count < LINES_MAX)
        b->line[b->count++] = (struct text_line){text, kind};
}

/* A figure or a date stays whole. */
static int is_of_run(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
           c == '%';
}

static void block_wrap(struct arena *a, struct block *b, const char *kind, const char *text, int width)
{
    const char *from = text, *run = text; /* run: where the line may be cut before p */
    int used = 0, run_width = 0;

    for (const char *p = text; *p;) {
        uint32_t c = 0;
        size_t step = text_utf8_step(p, strlen(p), &c);
        int w = c < 0x2000 ? LATIN : FONT;

        if (!step)
            break;
        if (used + w > width && !clings(c) && run > from) {
            block_add(b, kind, arena_fmt(a, "%s%.*s", from > text ? "　" : "", (int)(run - from), from));
            from = run;
            used = FONT + run_width;
        }
        used += w;
        run_width += w;
        p += step;
        if (!is_of_run(c)) {
            run = p;
            run_width = 0;
        }
    }
    if (*from)
        block_add(b, kind, arena_fmt(a, "%s%s", from > text ? "　" : "", from));
}

/* ---- the sheet ---- */

static int column(int i)
{
    return COLUMN_X + COLUMN_W * i;
}

static void line_put(struct drawing *d, const char *kind, int x1, int y1, int x2, int y2)
{
    struct node *n = node_add_object(d->a, d->now.lines);

    node_put_text(d->a, n, "kind", kind);
    node_put_int(d->a, n, "x1", x1);
    node_put_int(d->a, n, "y1", y1);
    node_put_int(d->a, n, "x2", x2);
    node_put_int(d->a, n, "y2", y2);
}

static void box_put(struct drawing *d, const char *kind, int y, int height)
{
    struct node *n = node_add_object(d->a, d->now.boxes);

    node_put_text(d->a, n, "kind", kind);
    node_put_int(d->a, n, "x", d->box_x);
    node_put_int(d->a, n, "y", y);
    node_put_int(d->a, n, "width", SHEET_W - d->box_x - 1);
    node_put_int(d->a, n, "height", height);
}

static void dot_put(struct drawing *d, const char *kind, int x, int y, int number)
{
    struct node *n = node_add_object(d->a, d->now.dots);

    node_put_text(d->a, n, "kind", kind);
    node_put_int(d->a, n, "x", x);
    node_put_int(d->a, n, "y", y);
    node_put_int(d->a, n, "text_y", y + 4);
    if (text_eq(kind, "alongside")) {
        node_put_bool(d->a, n, "is_square", 1);
        node_put_int(d->a, n, "left", x - DOT + 1);
        node_put_int(d->a, n, "top", y - DOT + 1);
    }
    node_put_int(d->a, n, "number", number);
}

static void word_put(struct drawing *d, const char *kind, int x, int y, const char *text)
{
    struct node *n = node_add_object(d->a, d->now.words);

    node_put_text(d->a, n, "kind", kind);
    node_put_int(d->a, n, "x", x);
    node_put_int(d->a, n, "y", y);
    node_put_text(d->a, n, "text", text);
}

static void sheet_begin(struct drawing *d)
{
    struct node *n = node_add_object(d->a, d->sheets);

    d->now = (struct sheet){.node = n, .y = GAP};
    d->now.lines = node_put_list(d->a, n, "lines");
    d->now.boxes = node_put_list(d->a, n, "boxes");
    d->now.dots = node_put_list(d->a, n, "dots");
    d->now.words = node_put_list(d->a, n, "words");
    node_put_int(d->a, n, "number", (int64_t)node_count(d->sheets));
}

static void routes_draw(struct drawing *d, int from, int to)
{
    for (int i = 0; i < d->routes; i++)
        line_put(d, "way", column(i), from, column(i), to);
}

static void sheet_end(struct drawing *d)
{
    int height = d->now.y + GAP;

    if (d->way_from >= 0)
        routes_draw(d, d->way_from, height);
    node_put_int(d->a, d->now.node, "width", SHEET_W);
    node_put_int(d->a, d->now.node, "height", height);
}

/* Room for a box of that many lines, on this sheet or the next; gives its top. */
static int room_for(struct drawing *d, int lines)
{
    int height = lines * ROW + 2 * PAD, y;

    if (d->now.y + height > (node_count(d->sheets) > 1 ? SHEET_H : FIRST_H) && node_count(d->now.boxes)) {
        sheet_end(d);
        sheet_begin(d);
        if (d->way_from >= 0)
            d->way_from = 0;
    }
    y = d->now.y;
    d->now.y += height + GAP;
    return y;
}

static int block_draw(struct drawing *d, const char *kind, const struct block *b)
{
    int y = room_for(d, b->count);

    box_put(d, kind, y, b->count * ROW + 2 * PAD);
    for (int i = 0; i < b->count; i++)
        word_put(d, b->line[i].kind, d->box_x + PAD, y + PAD + ROW * i + 14, b->line[i].text);
    return y;
}

static int inner_width(const struct drawing *d)
{
    return SHEET_W - d->box_x - 2 * PAD - FONT;
}

/* ---- what stands in it ---- */

static void route_draw(struct drawing *d, const struct node *route)
{
    struct block b = {0};
    int number = (int)node_get_int(route, "number", 0), y, x = column(number - 1);

    block_wrap(d->a, &b, "strong", arena_fmt(d->a, "路径%d　%s", number, node_get_str(route, "name")), inner_width(d));
    block_wrap(d->a, &b, "plain",
               arena_fmt(d->a, "条件：%s（%s）", node_get_str(route, "when"), node_get_str(route, "articles_text")),
               inner_width(d));
    y = block_draw(d, "route", &b) + PAD + ROW / 2;
    line_put(d, "tie", x, y, d->box_x, y);
    dot_put(d, "on", x, y, number);
}

static void scope_draw(struct drawing *d)
{
    struct block b = {0};

    block_wrap(d->a, &b, "strong", "项目　先看是否适用", inner_width(d));
    for (const struct node *n = node_first(node_get(d->model, "scope")); n; n = n->next)
        block_wrap(d->a, &b, "plain", arena_fmt(d->a, "%s：%s", node_get_str(n, "then"), node_get_str(n, "when")),
                   inner_width(d));
    block_draw(d, "route", &b);
}

static const char *limits_of(struct arena *a, const struct node *step)
{
    const char *all = "";

    for (const struct node *n = node_first(node_get(step, "limits")); n; n = n->next)
        if (!strstr(all, node_get_str(n, "text")))
            all = arena_fmt(a, "%s%s%s", all, *all ? "、" : "　时限：", node_get_str(n, "text"));
    return all;
}

static void steps_add(struct drawing *d, struct block *b, const struct node *procedure)
{
    int i = 0;

    for (const struct node *s = node_first(node_get(procedure, "steps")); s; s = s->next) {
        const char *when = node_get_str(s, "when");

        block_wrap(d->a, b, "plain",
                   arena_fmt(d->a, "%d. %s：%s%s%s", ++i, node_get_str(s, "name"), node_get_str(s, "by_names"),
                             limits_of(d->a, s), *when ? arena_fmt(d->a, "（%s）", when) : ""),
                   inner_width(d));
    }
}

/* Gates as marks: ◆ refuses, ◇ in principle or a warning. */
static void gates_add(struct drawing *d, struct block *b, const struct node *procedure)
{
    for (const struct node *g = node_first(node_get(procedure, "gates")); g; g = g->next) {
        int soft = node_get_bool(g, "warn") || text_eq(node_get_str(g, "strength"), "in_principle");

        block_wrap(
            d->a, b, "gate",
            arena_fmt(d->a, "%s %s（%s）", soft ? "◇" : "◆", node_get_str(g, "name"), node_get_str(g, "articles_text")),
            inner_width(d));
    }
}

static void dots_draw(struct drawing *d, const struct node *procedure, int y)
{
    int first = -1;

    for (const struct node *r = node_first(node_get(procedure, "routes")); r; r = r->next) {
        int number = (int)node_get_int(r, "number", 0);

        if (!*node_get_str(r, "how"))
            continue;
        if (first < 0)
            first = column(number - 1);
        dot_put(d, node_get_str(r, "how"), column(number - 1), y, number);
    }
    if (first >= 0)
        line_put(d, "tie", first, y, d->box_x, y);
}

static void procedure_draw(struct drawing *d, const struct node *p)
{
    struct block *b = ARENA_NEW(d->a, struct block);
    const char *when = node_get_str(p, "when");
    int y;

    block_wrap(d->a, b, "strong",
               arena_fmt(d->a, "%lld　%s（%s）", (long long)node_get_int(p, "number", 0), node_get_str(p, "name"),
                         node_get_str(p, "articles_text")),
               inner_width(d));
    if (*when)
        block_wrap(d->a, b, "when", arena_fmt(d->a, "只在：%s", when), inner_width(d));
    if (*node_get_str(p, "later_when"))
        block_wrap(d->a, b, "when", arena_fmt(d->a, "空心点的路径只在：%s", node_get_str(p, "later_when")),
                   inner_width(d));
    gates_add(d, b, p);
    steps_add(d, b, p);
    y = block_draw(d, *when ? "sometimes" : "always", b);
    dots_draw(d, p, y + PAD + ROW / 2);
}

static void begin_draw(struct drawing *d)
{
    int top;

    d->way_from = -1;
    sheet_begin(d);
    scope_draw(d);
    top = d->now.y - GAP / 2;
    line_put(d, "way", d->box_x + PAD, d->now.y - GAP, d->box_x + PAD, top);
    line_put(d, "way", column(0), top, d->box_x + PAD, top);
    d->way_from = top;
    for (const struct node *r = node_first(node_get(d->model, "routes")); r; r = r->next)
        if (!node_get_bool(r, "adds"))
            route_draw(d, r);
}

static void road_draw(struct drawing *d)
{
    for (const struct node *p = node_first(node_get(d->model, "procedures")); p; p = p->next)
        if (!node_get_bool(p, "beside"))
            procedure_draw(d, p);
    routes_draw(d, d->way_from, d->now.y);
    line_put(d, "way", column(0) - PAD, d->now.y, column(d->routes - 1) + PAD, d->now.y);
    d->now.y += GAP;
    d->way_from = -1;
}

static void beside_draw(struct drawing *d)
{
    int begun = 0;

    for (const struct node *p = node_first(node_get(d->model, "procedures")); p; p = p->next) {
        if (!node_get_bool(p, "beside"))
            continue;
        if (!begun++) {
            word_put(d, "strong", COLUMN_X, d->now.y + ROW, "不在主线上，需要时办理");
            d->now.y += ROW + GAP;
        }
        procedure_draw(d, p);
    }
}

static struct node *chart_draw(struct arena *a, const struct node *model)
{
    struct drawing d = {.a = a, .model = model, .sheets = node_list(a)};

    for (const struct node *r = node_first(node_get(model, "routes")); r; r = r->next)
        d.routes += !node_get_bool(r, "adds");
    d.box_x = column(d.routes) + 4;
    begin_draw(&d);
    road_draw(&d);
    beside_draw(&d);
    sheet_end(&d);
    return d.sheets;
}

int page_chart(struct call *c, struct err *e)
{
    struct node *page, *sheets;

    if (chart_view(&c->desk, call_query(c, "version"), &page, e) < 0)
        return -1;
    c->title = arena_fmt(c->arena, "流程图：%s", node_get_str(node_get(page, "regulation"), "title"));
    if (c->http.want == WANT_HTML) {
        sheets = node_put(c->arena, page, "sheets", chart_draw(c->arena, page));
        node_put_int(c->arena, page, "sheet_count", (int64_t)node_count(sheets));
    }
    return page_show(c, page);
}
