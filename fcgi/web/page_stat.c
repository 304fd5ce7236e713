/*
 * web/page_stat.c - the dashboard and its drawings, and help
 *
 * Charts are svg without a viewBox: x in percent, y in pixels, so that their words keep their size at every width. The
 * name of a bar stands above it, for names of procedures are long and telephones narrow. Numbers are in the table
 * below.
 */
#include "config.h"

#include "web/pages.h"

#include "base/text.h"
#include "casework/list.h"
#include "web/page_parts.h"

enum { ROW_PX = 42, BAR_TOP_PX = 20, BAR_PX = 16, WIDE_PERMILLE = 900, UNITS_DRAWN = 10 };

struct series {
    const char *key;  /* member of a row */
    const char *fill; /* pattern of the defs partial; NULL: solid */
    const char *name;
};

static const char *permille(struct arena *a, int64_t v)
{
    return arena_fmt(a, "%lld.%lld%%", (long long)(v / 10), (long long)(v % 10));
}

static int64_t row_sum(const struct node *row, const struct series *s, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += node_get_int(row, s[i].key, 0);
    return sum;
}

static void seg_put(struct arena *a, struct node *list, int64_t x, int64_t w, int64_t y, const char *fill)
{
    struct node *n = node_add_object(a, list);

    node_put_text(a, n, "x", permille(a, x));
    node_put_text(a, n, "w", permille(a, w));
    node_put_int(a, n, "y", y);
    if (fill)
        node_put_text(a, n, "fill", fill);
    else
        node_put_bool(a, n, "is_solid", 1);
}

struct chart {
    struct arena *a;
    const struct series *series;
    size_t count;
    int64_t max;
    int is_centred; /* a funnel */
};

static int64_t bar_put(const struct chart *c, const struct node *row, struct node *o, int64_t y)
{
    struct node *segs = node_put_list(c->a, o, "segs");
    int64_t sum = row_sum(row, c->series, c->count),
            x = c->is_centred ? (WIDE_PERMILLE - sum * WIDE_PERMILLE / c->max) / 2 : 0;

    for (size_t i = 0; i < c->count; i++) {
        int64_t w = node_get_int(row, c->series[i].key, 0) * WIDE_PERMILLE / c->max;

        if (w > 0)
            seg_put(c->a, segs, x, w, y + BAR_TOP_PX, c->series[i].fill);
        x += w;
    }
    return sum;
}

/* {id, title, desc, height, bars: [{name, y, segs, total}], legend: [{name, fill | is_solid}]}; NULL where nothing
 * counts */
static struct node *chart_new(struct arena *a, const char *id, const char *title, const struct node *rows, size_t most,
                              const struct series *series, size_t count, int is_centred)
{
    struct chart c = {.a = a, .series = series, .count = count, .is_centred = is_centred};
    struct node *chart = node_object(a), *bars = node_put_list(a, chart, "bars"), *legend;
    const char *desc = "";
    size_t n = 0;

    for (const struct node *row = node_first(rows); row; row = row->next)
        if (row_sum(row, series, count) > c.max)
            c.max = row_sum(row, series, count);
    if (!c.max)
        return NULL;
    for (const struct node *row = node_first(rows); row && n < most; row = row->next, n++) {
        struct node *o = node_add_object(a, bars);
        int64_t y = (int64_t)n * ROW_PX, sum = bar_put(&c, row, o, y);

        node_put_text(a, o, "name", node_get_str(row, "name"));
        node_put_int(a, o, "y", y + BAR_TOP_PX - 6);
        node_put_int(a, o, "y_total", y + BAR_TOP_PX + BAR_PX - 3);
        node_put_int(a, o, "total", sum);
        desc = arena_fmt(a, "%s%s%s %lld 件", desc, *desc ? "；" : "", node_get_str(row, "name"), (long long)sum);
    }
    node_put_text(a, chart, "id", id);
    node_put_text(a, chart, "title", title);
    node_put_text(a, chart, "desc", desc);
    node_put_int(a, chart, "height", (int64_t)n * ROW_PX);
    legend = node_put_list(a, chart, "legend");
    for (size_t i = 0; i < count && count > 1; i++) {
        struct node *o = node_add_object(a, legend);
        node_put_text(a, o, "name", series[i].name);
        if (series[i].fill)
            node_put_text(a, o, "fill", series[i].fill);
        else
            node_put_bool(a, o, "is_solid", 1);
    }
    return chart;
}

static void charts_put(struct call *c, struct node *model)
{
    static const struct series dues[] = {{"later", NULL, "更晚或者没有时限"},
                                         {"near", "h2", "4 到 10 个工作日内"},
                                         {"coming", "h3", "3 个工作日内"},
                                         {"late", "h5", "已超期"}};
    static const struct series states[] = {
        {"running", NULL, "在办"}, {"done", "h2", "已办结"}, {"other", "h4", "终止或者未通过"}};
    static const struct series reached[] = {{"count", NULL, "件"}};
    static const struct {
        const char *id, *title, *rows;
        const struct series *series;
        size_t count, most;
        int is_centred;
    } drawn[] = {
        {"stages", "各环节在办与时限", "stages", dues, ARRAY_LEN(dues), 40, 0},
        {"phases", "走到各阶段的项目", "phases", reached, ARRAY_LEN(reached), 12, 1},
        {"units", "各单位的项目", "units", states, ARRAY_LEN(states), UNITS_DRAWN, 0},
        {"by_year", "各年申报的项目", "by_year", states, ARRAY_LEN(states), 12, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(drawn); i++) {
        struct node *chart = chart_new(c->arena, drawn[i].id, drawn[i].title, node_get(model, drawn[i].rows),
                                       drawn[i].most, drawn[i].series, drawn[i].count, drawn[i].is_centred);
        if (chart)
            node_put(c->arena, model, arena_fmt(c->arena, "%s_chart", drawn[i].id), chart);
    }
}

int page_dashboard(struct call *c, struct err *e)
{
    struct node *model;

    if (stat_view(&c->desk, c->query, &model, e) < 0)
        return -1;
    if (c->http.want == WANT_HTML)
        charts_put(c, model);
    return page_show(c, model);
}

int page_help(struct call *c, struct err *e)
{
    struct node *model;

    return help_view(&c->desk, &model, e) < 0 ? -1 : page_show(c, model);
}
