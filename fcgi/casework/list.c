/*
 * casework/list.c - every list people look at: the table, and what is the same for all of them
 */
#include "config.h"

#include "casework/list.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "casework/casefile.h"
#include "casework/view.h"

/* ---- the table ---- */

/* clang-format off */
static const struct list_col PROJECT_COLS[] = {
    { "title",            "项目",         CELL_NAME,  36, 1 },
    { "number",           "项目编号",     CELL_TEXT,  18, 0 },
    { "unit_name",        "申报单位",     CELL_TEXT,  20, 1 },
    { "total_investment", "投资/万元",    CELL_MONEY, 14, 1 },
    { "stage_name",       "环节",         CELL_STATE, 14, 1 },
    { "state_name",       "状态",         CELL_TEXT,  10, 0 },
    { "route_name",       "办理途径",     CELL_TEXT,  28, 0 },
    { "holder_name",      "在谁手里",     CELL_TEXT,  20, USUAL_UNDRAWN },
    { "holder_since",     "到手",         CELL_DATE,  12, 0 },
    { "days_held",        "已办工作日",   CELL_INT,   12, 0 },
    { "next_name",        "下一步",       CELL_TEXT,  24, USUAL_UNDRAWN },
    { "next_due",         "最迟",         CELL_DATE,  12, USUAL_UNDRAWN },
    { "due",              "时限",         CELL_DUE,   18, USUAL_UNDRAWN },
    { "submitted_on",     "申报日期",     CELL_DATE,  12, 0 },
    { "id",               "项目标识",     CELL_TEXT,  22, 0 },
};
/* behind those of any list, of a sample: list_sample.c */
static const struct list_col SAMPLE_COLS[] = {
    { "draw_no",          "抽中次序",     CELL_INT,   10, 1 },
    { "draw",             "抽签值",       CELL_HASH,  66, 1 },
    { "seal_no",          "审计链号",     CELL_INT,   10, 0 },
    { "seal",             "审计链值",     CELL_HASH,  66, 1 },
    { "documents",        "文件份数",     CELL_INT,   10, 1 },
};
#define WATCHED                                                    \
    { "title",            "项目",         CELL_NAME,  36, 1 },     \
    { "number",           "项目编号",     CELL_TEXT,  18, 0 },     \
    { "unit_name",        "申报单位",     CELL_TEXT,  20, 1 },     \
    { "project",          "项目标识",     CELL_TEXT,  22, 0 }
#define INVESTMENT                                                 \
    { "total_investment", "投资/万元",    CELL_MONEY, 14, 0 }
#define CITED                                                      \
    { "articles",         "依据",         CELL_ARTICLES, 16, 1 }
static const struct list_col APPROVAL_COLS[] = {
    WATCHED,
    { "name",             "先做了什么",   CELL_TEXT,  20, 1 },
    { "on",               "发生日期",     CELL_DATE,  12, 1 },
    { "against",          "批准日期",     CELL_DATE,  12, 1 },
    { "words",            "应当先",       CELL_LONG,  28, 1 },
    INVESTMENT, CITED,
};
static const struct list_col LATE_COLS[] = {
    WATCHED,
    { "name",             "事项",         CELL_TEXT,  24, 1 },
    { "words",            "谁、多久",     CELL_LONG,  28, 1 },
    { "on",               "最迟",         CELL_DATE,  12, 1 },
    { "due",              "时限",         CELL_DUE,   18, 1 },
    INVESTMENT, CITED,
};
static const struct list_col CHANGE_COLS[] = {
    WATCHED,
    { "name",             "累计的是",     CELL_LONG,  28, 1 },
    { "amount",           "累计/万元",    CELL_MONEY, 14, 1 },
    { "base",             "批准数/万元",  CELL_MONEY, 14, 1 },
    { "percent",          "占比",         CELL_TEXT,  10, 1 },
    { "words",            "界限",         CELL_LONG,  24, 1 },
    CITED,
};
static const struct list_col SPLIT_COLS[] = {
    { "title",            "单位",         CELL_NAME,  28, 1 },
    { "count",            "件数",         CELL_INT,    8, 1 },
    { "amount",           "合计/万元",    CELL_MONEY, 14, 1 },
    { "largest",          "最大一件/万元", CELL_MONEY, 14, 1 },
    { "base",             "界限/万元",    CELL_MONEY, 14, 1 },
    { "on",               "最早申报",     CELL_DATE,  12, 1 },
    { "against",          "最晚申报",     CELL_DATE,  12, 1 },
    { "words",            "跨过界限应走", CELL_LONG,  28, 1 },
    { "unit",             "单位代码",     CELL_TEXT,  14, 0 },
    CITED,
};
static const struct list_col ACCEPTANCE_COLS[] = {
    WATCHED,
    { "name",             "先做了什么",   CELL_TEXT,  20, 1 },
    { "on",               "发生日期",     CELL_DATE,  12, 1 },
    { "against",          "验收日期",     CELL_DATE,  12, 1 },
    { "words",            "应当先",       CELL_LONG,  28, 1 },
    INVESTMENT, CITED,
};
static const struct list_col ENTRY_COLS[] = {
    WATCHED,
    { "name",             "补录的是",     CELL_TEXT,  20, 1 },
    { "on",               "发生日期",     CELL_DATE,  12, 1 },
    { "against",          "录入日期",     CELL_DATE,  12, 1 },
    { "days",             "相差天数",     CELL_INT,   10, 1 },
    { "words",            "录入人",       CELL_TEXT,  16, 1 },
    INVESTMENT, CITED,
};
static const struct list_col WAIVER_COLS[] = {
    WATCHED,
    { "kind",             "类别",         CELL_TEXT,  16, 1 },
    { "name",             "放行的事项",   CELL_LONG,  28, 1 },
    { "on",               "日期",         CELL_DATE,  12, 1 },
    { "words",            "理由",         CELL_LONG,  36, 1 },
    { "by_name",          "经办机关和人", CELL_LONG,  24, 1 },
    { "against",          "有效至",       CELL_DATE,  12, 1 },
    INVESTMENT, CITED,
};
static const struct list_col STAY_COLS[] = {
    WATCHED,
    { "kind",             "在哪里",       CELL_TEXT,  20, 1 },
    { "words",            "年度和次数",   CELL_TEXT,  16, 1 },
    { "amount",           "金额/万元",    CELL_MONEY, 14, 1 },
    { "on",               "进入日期",     CELL_DATE,  12, 1 },
    { "against",          "最迟到",       CELL_DATE,  12, 1 },
    { "name",             "经过",         CELL_LONG,  24, 0 },
    { "by_name",          "经办机关和人", CELL_LONG,  24, 0 },
    INVESTMENT, CITED,
};
static const struct list_col SYSTEM_COLS[] = {
    { "name",             "系统",         CELL_NAME,  36, 1 },
    { "unit_name",        "单位",         CELL_TEXT,  20, 1 },
    { "projects",         "背后的项目",   CELL_LINKS, 40, 1 },
    { "runs",             "谁在运行",     CELL_TEXT,  20, 1 },
    { "kind",             "状态",         CELL_TEXT,  10, 1 },
    { "on",               "从哪天起",     CELL_DATE,  12, 1 },
    { "first_on",         "最早登记",     CELL_DATE,  12, 0 },
    { "id",               "系统标识",     CELL_TEXT,  40, 0 },
    CITED,
};
static const struct list_col RESOURCE_COLS[] = {
    { "name",             "数据资源",     CELL_NAME,  36, 1 },
    { "title",            "项目（系统）", CELL_TEXT,  36, 1 },
    { "number",           "项目编号",     CELL_TEXT,  18, 0 },
    { "unit_name",        "单位",         CELL_TEXT,  20, 1 },
    { "kind",             "共享属性",     CELL_TEXT,  16, 1 },
    { "by_name",          "开放属性",     CELL_TEXT,  16, 0 },
    { "words",            "条件或者依据", CELL_LONG,  36, 1 },
    { "on",               "登记日期",     CELL_DATE,  12, 1 },
    CITED,
};
static const struct list_col EVALUATION_COLS[] = {
    WATCHED,
    { "kind",             "评价",         CELL_TEXT,  20, 1 },
    { "name",             "等次或者结果", CELL_TEXT,  16, 1 },
    { "words",            "结论和意见",   CELL_LONG,  40, 1 },
    { "by_name",          "谁评的",       CELL_LONG,  24, 1 },
    { "on",               "日期",         CELL_DATE,  12, 1 },
    INVESTMENT, CITED,
};
#define FEN(key, name, usual) { key, name, CELL_MONEY, 14, usual }
static const struct list_col MONEY_COLS[] = {
    WATCHED,
    { "submitted_on",     "申报日期",     CELL_DATE,  12, 0 },
    FEN("applied", "申报/万元", 1),  FEN("planned", "计划/万元", 0),  FEN("reviewed", "评审/万元", 0), FEN("approved", "批复/万元", 1),
    FEN("budget", "预算/万元", 1),   FEN("contract", "合同/万元", 1), FEN("paid", "支付/万元", 1),     FEN("settled", "决算/万元", 0),
    FEN("surplus", "结余/万元", 1),  FEN("carried", "结转/万元", 0),  FEN("returned", "退回/万元", 0),
    { "over",             "超过几处",     CELL_INT,   10, 1 },
};
static const struct list_col LEFT_COLS[] = {
    WATCHED,
    { "submitted_on",     "申报日期",     CELL_DATE,  12, 0 },
    FEN("approved", "批复/万元", 0), FEN("budget", "预算/万元", 1),   FEN("contract", "合同/万元", 0), FEN("paid", "支付/万元", 1),
    FEN("settled", "决算/万元", 1),  FEN("surplus", "结余/万元", 1),  FEN("carried", "结转/万元", 1),  FEN("returned", "退回/万元", 1),
};
#define COLS(c) c, ARRAY_LEN(c)

#define PROJECT_IS "项目标识", "项目标识是项目地址里 /projects/ 后面的数字，也可以在清单里选「项目标识」一列"
static const struct list_drawn DRAWN_LISTED = { "id", "项目", PROJECT_IS, NULL }, DRAWN_PROJECT = { "project", "项目", PROJECT_IS, NULL };
static const struct list_drawn DRAWN_UNIT = { "unit", "单位", "单位代码", "单位代码在清单的「单位代码」一列", list_split_behind };
static const struct list_drawn DRAWN_SYSTEM = { "id", "系统", "系统标识", "系统标识是单位代码、一条斜线和系统名称，在清单的「系统标识」一列",
    list_system_behind };

/* projects first, it is the list of /projects; the rest are those of /lists in the order of their page */
const struct list_def lists[] = {
    { "projects", "项目清单", "全部项目，新的在前。",
      NULL, MAY_PROJECT_READ, &DRAWN_LISTED, COLS(PROJECT_COLS), list_project_rows },
    { "before_approval", "未批先建", "采购、签订合同、开工或者付款的日期早于应当先有的批准，或者至今没有批准。按各事项自己写明的日期比较，不按录入的日期。",
      "before_approval", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(APPROVAL_COLS), list_watch_rows, list_day_options },
    { "late", "超期", "有最迟日期、到今天没有办的事项，最早到期的在前。",
      "late", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(LATE_COLS), list_late_rows, list_unit_options },
    { "change", "变更累计", "批准以后历次变更的金额合计，与批准数相比。许多次小变更按合计看。",
      "change", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(CHANGE_COLS), list_watch_rows, list_unit_options },
    { "split", "拆分疑似", "同一单位一年之内申报的项目，每一件都在办理途径的界限以下，合计达到界限。只是提示，是否拆分由人核对；点单位看是哪几件。",
      "split", MAY_SUPERVISE, &DRAWN_UNIT, COLS(SPLIT_COLS), list_split_rows },
    { "before_acceptance", "未验收先用", "投入使用的日期早于验收通过，或者至今没有验收。",
      "before_acceptance", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(ACCEPTANCE_COLS), list_watch_rows, list_day_options },
    { "late_entry", "补录", "发生的日期早于录入的日期。补录是允许的，时限按发生的日期算，差多少天列在这里。",
      "late_entry", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(ENTRY_COLS), list_watch_rows, list_day_options },
    { "waiver", "例外登记", "没有按一般规定办理的每一次：准予突破、按条文的例外放行、原则上的要求放宽、先建后补、延期、「一事一议」和补录，谁办的、依据哪一条、什么理由、到哪天为止。",
      "waiver", MAY_PROJECT_READ, &DRAWN_PROJECT, COLS(WAIVER_COLS), list_watch_rows, list_waiver_options },
    { "stay", "储备、入库和结转", "现在在储备库、项目库里的项目和已经结转、应当缴回的资金：哪一天进的、第几次、多少钱、最迟到哪一天。移出、用完或者缴回以后就不在这里。",
      "stay", MAY_PROJECT_READ, &DRAWN_PROJECT, COLS(STAY_COLS), list_watch_rows, list_stay_options },
    { "system", "信息系统台账", "各单位的信息系统：背后有哪些项目、谁在运行、在用还是已经整合、替代或者停用。同一单位同一名称的是一个系统，以最近一次登记为准。",
      "system", MAY_PROJECT_READ, &DRAWN_SYSTEM, COLS(SYSTEM_COLS), list_system_rows, list_system_options, "resource" },
    { "resource", "数据资源目录", "各项目登记的数据资源和共享属性，同一项目同一名称的以最近一次登记为准。",
      "resource", MAY_PROJECT_READ, &DRAWN_PROJECT, COLS(RESOURCE_COLS), list_watch_rows, list_resource_options, "system" },
    { "evaluation", "评价结果", "各项目绩效评价、后评价的等次、结论和对下一步安排的意见，编计划、审项目、安排运维经费时看。每一次评价一行，新的项目在前。",
      "evaluation", MAY_PROJECT_READ, &DRAWN_PROJECT, COLS(EVALUATION_COLS), list_watch_rows, list_evaluation_options },
    { "money", "资金台账", "每个项目申报、批复、预算、合同、支付、结余等各栏的金额，口径见各栏所依据的条文。",
      "money", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(MONEY_COLS), list_money_rows, list_money_options, NULL, list_money_sums },
    { "money_over", "金额超限", "后面的金额超过了前面的，如合同超过批复、支付超过合同。点项目看超过多少、依据哪一条。",
      "money_over", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(MONEY_COLS), list_money_rows, list_money_options, NULL, list_money_sums },
    { "money_left", "结余、结转和收回", "有结余、结转或者退回资金的项目。结余多少、转到下一年多少、退回多少，金额与项目页的资金台账一致。",
      "money_left", MAY_SUPERVISE, &DRAWN_PROJECT, COLS(LEFT_COLS), list_money_rows, list_money_options, NULL, list_money_sums },
};
/* clang-format on */
const size_t lists_count = ARRAY_LEN(lists);

const struct list_def *list_named(const char *id)
{
    for (size_t i = 0; i < lists_count; i++)
        if (text_eq(lists[i].id, id))
            return &lists[i];
    return NULL;
}

/* ---- which lists there are ---- */

struct node *list_rules(const struct desk *d, const struct list_def *def)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));
    struct node *out = node_list(d->arena);

    if (def->watch == NULL)
        return out;
    const struct node *all = r != NULL ? regulation_watches(r, d->arena) : NULL;

    for (const struct node *n = node_first(all); n != NULL; n = n->next)
        if (text_eq(node_get_str(n, "list"), def->watch) && node_count(node_get(n, "rules")) > 0)
            return view_cite(d, node_get(n, "rules"));
    return NULL;
}

int list_known(const struct desk *d, const struct list_def *def, struct err *e)
{
    if (permit_check(d->actor, def->may, e) < 0)
        return -1;
    if (def->watch == NULL || list_rules(d, def) != NULL)
        return 0;
    err_fail(e, ERR_NOT_FOUND, "现行办法没有与「%s」有关的规定，没有这张清单", def->name);
    return err_mend(e, "请从监督清单页看现有的清单");
}

int list_read(const struct desk *d, const struct list_def *def, const struct node *query, int limit, struct node *into,
              const char **ret_after, struct err *e)
{
    struct db *db;

    *ret_after = "";
    if (list_is_sampled(query))
        return list_sample(d, def, query, into, node_object(d->arena), e);
    if (list_known(d, def, e) < 0 || district_db(d->platform, d->district, &db, e) < 0)
        return -1;
    return def->rows(d, db, def, query, limit, into, ret_after, e);
}

/* ---- columns ---- */

static int is_asked(const struct node *asked, const char *key)
{
    size_t len = strlen(key);

    if (asked != NULL && asked->type == NODE_TEXT) {
        for (const char *at = asked->u.text; *at != '\0';) {
            const char *end = strchr(at, ',');
            size_t n = end != NULL ? (size_t)(end - at) : strlen(at);

            if (n == len && memcmp(at, key, n) == 0)
                return 1;
            at += n + (end != NULL);
        }
        return 0;
    }
    for (const struct node *n = node_first(asked); n != NULL; n = n->next)
        if (text_eq(node_str(n, ""), key))
            return 1;
    return 0;
}

static int is_usual(const struct node *query, const struct list_col *col)
{
    return col->usual == USUAL || (col->usual == USUAL_UNDRAWN && !list_is_sampled(query));
}

size_t list_columns(const struct desk *d, const struct list_def *def, const struct node *query,
                    const struct list_col **ret)
{
    const struct node *asked = node_get(query, "cols");
    struct list_col *cols = ARENA_ARRAY(d->arena, struct list_col, def->col_count + ARRAY_LEN(SAMPLE_COLS));
    size_t n = 0;

    for (size_t i = 0; i < def->col_count; i++) /* the first, which names the row, is always there */
        if (node_is_true(asked) ? i == 0 || is_asked(asked, def->cols[i].key) : is_usual(query, &def->cols[i]))
            cols[n++] = def->cols[i];
    for (size_t i = 0; list_is_sampled(query) && i < ARRAY_LEN(SAMPLE_COLS); i++)
        cols[n++] = SAMPLE_COLS[i];
    *ret = cols;
    return n;
}

static int is_number(enum list_cell cell)
{
    return cell == CELL_MONEY || cell == CELL_INT;
}

void list_put_columns(const struct desk *d, const struct list_def *def, const struct node *query, struct node *page)
{
    struct arena *a = d->arena;
    struct node *columns = node_put_list(a, page, "columns"), *head = node_put_list(a, page, "head");
    const struct list_col *chosen;
    size_t count = list_columns(d, def, query, &chosen);

    for (size_t i = 0; i < def->col_count; i++) {
        struct node *n = node_add_object(a, columns);
        int is = 0;

        for (size_t k = 0; k < count; k++)
            is |= text_eq(chosen[k].key, def->cols[i].key);
        node_put_kept(a, n, "key", def->cols[i].key);
        node_put_kept(a, n, "name", def->cols[i].name);
        node_put_bool(a, n, "chosen", is);
        node_put_bool(a, n, "is_fixed", i == 0);
    }
    for (size_t i = 0; i < count; i++) {
        struct node *n = node_add_object(a, head);

        node_put_kept(a, n, "key", chosen[i].key);
        node_put_kept(a, n, "name", chosen[i].name);
        node_put_bool(a, n, "is_num", is_number(chosen[i].cell));
    }
}

/* ---- queries, in words ---- */

static const char *due_name(const char *due)
{
    static const char *const names[][2] = {{"overdue", "已超期"},
                                           {"soon", "已超期和 3 个工作日内到期"},
                                           {"coming", "3 个工作日内到期"},
                                           {"near", "4 到 10 个工作日内到期"},
                                           {"later", "更晚或者没有时限"}};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (text_eq(names[i][0], due))
            return names[i][1];
    return due;
}

static const char *unit_name(const struct tenant *t, const char *code)
{
    for (size_t i = 0; i < t->unit_count; i++)
        if (text_eq(t->units[i].code, code))
            return t->units[i].name;
    return code;
}

static const char *value_words(const struct desk *d, const char *key, const char *value)
{
    const struct regulation *r = district_regulation(d->district, desk_today(d));

    if (text_eq(key, "state"))
        return view_state_name(value);
    if (text_eq(key, "due"))
        return due_name(value);
    if (text_eq(key, "unit"))
        return unit_name(d->district->tenant, value);
    if (text_eq(key, "reached") && list_phase(value) >= 0)
        return list_phases[list_phase(value)][1];
    if (text_eq(key, "amount_from") || text_eq(key, "amount_below"))
        return arena_fmt(d->arena, "%s 万元", value);
    if (r != NULL && text_eq(key, "stage")) {
        const char *name = regulation_procedure_name(r, value);
        return name != NULL ? name : value;
    }
    if (r != NULL && text_eq(key, "route"))
        return regulation_route_name(r, value);
    return r != NULL && text_eq(key, "holder") ? regulation_organ_name(r, value) : value;
}

const char *list_query_words(const struct desk *d, const struct node *query)
{
    static const char *const keys[][2] = {{"q", "含有"},
                                          {"kind", "类别"},
                                          {"on_year", "日期所在年份"},
                                          {"unit", "申报单位"},
                                          {"state", "状态"},
                                          {"stage", "环节"},
                                          {"holder", "在谁手里"},
                                          {"route", "办理途径"},
                                          {"year", "申报年份"},
                                          {"submitted_from", "申报不早于"},
                                          {"submitted_to", "申报不晚于"},
                                          {"of_year", "办理年份"},
                                          {"amount_from", "投资不少于"},
                                          {"amount_below", "投资少于"},
                                          {"reached", "已经走到"},
                                          {"due", "时限"},
                                          {"sample", "抽样个数"},
                                          {"word", "抽样的词"}};
    const char *words = "";

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const char *value = node_get_str(query, keys[i][0]);

        if (*value != '\0')
            words = arena_fmt(d->arena, "%s%s%s：%s", words, *words != '\0' ? "；" : "", keys[i][1],
                              value_words(d, keys[i][0], value));
    }
    return words;
}

/* ---- cells ---- */

static void cell_put(const struct desk *d, const struct list_col *col, const struct node *row, struct node *cell)
{
    struct arena *a = d->arena;
    const struct node *value = node_get(row, col->key);

    node_put_kept(a, cell, "name", col->name);
    switch (col->cell) {
    case CELL_NAME:
        node_put_bool(a, cell, "is_lead", 1);
        node_put_kept(a, cell, "href", node_get_str(row, "href"));
        if (text_eq(col->key, "title") && node_get(row, "number") != NULL)
            node_put_kept(a, cell, "sub",
                          *node_get_str(row, "number") != '\0' ? node_get_str(row, "number") : "未编号");
        break;
    case CELL_DUE:
        node_put(a, cell, "due", node_copy(a, value != NULL ? value : node_null(a)));
        node_put_bool(a, cell, "provisional", node_get_bool(row, "provisional"));
        node_put_bool(a, cell, "is_due", 1);
        return;
    case CELL_STATE:
        node_put_kept(a, cell, "state", node_get_str(row, "state"));
        node_put_kept(a, cell, "state_name", node_get_str(row, "state_name"));
        node_put_kept(a, cell, "stage_name", node_get_str(row, "stage_name"));
        node_put_bool(a, cell, "is_owing", node_get_bool(row, "is_owing"));
        node_put_bool(a, cell, "is_state", 1);
        return;
    case CELL_ARTICLES:
        node_put(a, cell, "articles", node_copy(a, value != NULL ? value : node_list(a)));
        node_put_bool(a, cell, "is_articles", 1);
        return;
    case CELL_LINKS:
        node_put(a, cell, "links", node_copy(a, value != NULL ? value : node_list(a)));
        node_put_bool(a, cell, "is_links", 1);
        return;
    case CELL_DATE:
        node_put_bool(a, cell, "is_date", 1);
        break;
    case CELL_HASH:
        node_put_fmt(a, cell, "text", "%.8s", node_str(value, ""));
        node_put_bool(a, cell, "is_blank", *node_str(value, "") == '\0');
        return;
    default:
        break;
    }
    node_put_bool(a, cell, "is_num", is_number(col->cell));
    if (value != NULL && value->type == NODE_INT)
        node_put_fmt(a, cell, "text", "%lld", (long long)value->u.integer);
    else
        node_put_kept(a, cell, "text", node_str(value, ""));
    node_put_bool(a, cell, "is_blank", !node_is_true(node_get(cell, "text")));
}

struct node *list_cells(const struct desk *d, const struct list_def *def, const struct node *query,
                        const struct node *rows)
{
    struct arena *a = d->arena;
    struct node *out = node_list(a);
    const struct list_col *cols;
    size_t count = list_columns(d, def, query, &cols);

    for (const struct node *row = node_first(rows); row != NULL; row = row->next) {
        struct node *cells = node_put_list(a, node_add_object(a, out), "cells");

        for (size_t i = 0; i < count; i++)
            cell_put(d, &cols[i], row, node_add_object(a, cells));
    }
    return out;
}

/* ---- pages ---- */

static struct node *def_node(const struct desk *d, const struct list_def *def, struct node *rules)
{
    struct node *n = node_object(d->arena);

    node_put_kept(d->arena, n, "id", def->id);
    node_put_kept(d->arena, n, "name", def->name);
    node_put_kept(d->arena, n, "says", def->says);
    node_put_kept(d->arena, n, "href", view_href(d, def->watch != NULL ? "/lists/%s" : "/%s", def->id));
    if (rules != NULL)
        node_put(d->arena, n, "rules", rules);
    return n;
}

/* The sums of the money columns that have one, named as their heads without the unit. */
static void sums_shown(const struct desk *d, const struct list_def *def, struct node *sums)
{
    struct node *shown = node_put_list(d->arena, sums, "shown");

    for (size_t i = 0; i < def->col_count; i++) {
        const char *text = def->cols[i].cell == CELL_MONEY ? node_get_str(sums, def->cols[i].key) : "";
        const char *slash = strchr(def->cols[i].name, '/');
        struct node *n;

        if (*text == '\0' || text_eq(text, "0.00"))
            continue;
        n = node_add_object(d->arena, shown);
        node_put_kept(d->arena, n, "name",
                      slash != NULL ? arena_dupn(d->arena, def->cols[i].name, (size_t)(slash - def->cols[i].name))
                                    : def->cols[i].name);
        node_put_kept(d->arena, n, "text", text);
    }
}

static int list_sums(const struct desk *d, const struct list_def *def, const struct node *query, struct node *into,
                     struct err *e)
{
    struct db *db;

    if (list_known(d, def, e) < 0 || district_db(d->platform, d->district, &db, e) < 0 ||
        def->sums(d, db, def, query, into, e) < 0)
        return -1;
    sums_shown(d, def, into);
    return 0;
}

int list_view(const struct desk *d, const char *id, const struct node *query, struct node **ret, struct err *e)
{
    const struct list_def *def = list_named(id);
    struct arena *a = d->arena;
    struct node *page = node_object(a), *rows;
    const char *after;

    if (def == NULL || def->watch == NULL) {
        err_fail(e, ERR_NOT_FOUND, "没有这张清单");
        return err_mend(e, "请从监督清单页看现有的清单");
    }
    rows = node_put_list(a, page, "rows");
    if (list_page_rows(d, def, query, page, rows, &after, e) < 0)
        return -1;
    if (def->sums != NULL && !list_is_sampled(query) &&
        list_sums(d, def, query, node_put_object(a, page, "sums"), e) < 0)
        return -1;
    node_put(a, page, "list", def_node(d, def, list_rules(d, def)));
    if (def->beside != NULL && list_rules(d, list_named(def->beside)) != NULL)
        node_put(a, page, "beside", def_node(d, list_named(def->beside), NULL));
    list_put_columns(d, def, query, page);
    if (def->options != NULL)
        node_put(a, page, "options", def->options(d, query));
    node_put_kept(a, page, "query", list_query(d, query));
    if (*after != '\0')
        node_put_kept(a, page, "next_after", after);
    node_put_bool(a, page, "is_later", *node_get_str(query, "after") != '\0');
    node_put_int(a, page, "count_shown", (int64_t)node_count(rows));
    *ret = page;
    return 0;
}

int lists_view(const struct desk *d, struct node **ret, struct err *e)
{
    struct node *page = node_object(d->arena), *all = node_put_list(d->arena, page, "lists");

    if (permit_check(d->actor, MAY_SUPERVISE, e) < 0)
        return -1;
    for (size_t i = 0; i < lists_count; i++) {
        struct node *rules = lists[i].watch != NULL ? list_rules(d, &lists[i]) : NULL;

        if (rules != NULL && permit_allows(d->actor->post->kind, lists[i].may))
            node_add(all, def_node(d, &lists[i], rules));
    }
    *ret = page;
    return 0;
}
