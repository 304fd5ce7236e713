/*
 * web/page_components.c - every component in every state on one page, for those who write pages
 *
 * The parts are the templates the pages themselves are made of and the stylesheet is the platform's, so this page
 * cannot drift from them; only the words put into them are examples.
 */
#include "config.h"

#include "web/pages.h"

#include <string.h>

#include "base/money.h"
#include "base/text.h"
#include "web/page_parts.h"

/* The browser test compares these with what the stylesheet says, and the icons with the sprite. */
static const char *const tokens[][2] = {
    {"ink", "#16212c"},  {"ink2", "#424f5b"},  {"ink3", "#596672"},  {"edge", "#76838f"}, {"line", "#cfd7df"},
    {"bg", "#f0f3f6"},   {"brand", "#0b3160"}, {"link", "#12529b"},  {"tint", "#e8f0f9"}, {"red", "#b02318"},
    {"card", "#ffd35a"}, {"amber", "#6f4600"}, {"green", "#17633a"}, {"seal", "#c5171e"},
};
static const char *const icons[] = {"mark",  "home",  "list", "plus",  "plan",  "joint", "build", "done",  "up",
                                    "audit", "chart", "law",  "set",   "check", "warn",  "stop",  "clock", "info",
                                    "find",  "file",  "down", "print", "lock",  "cal",   "miss",  "ok",    "part"};

/* {flag, text} of a 时限 tag */
static const char *const dues[][2] = {{"is_overdue", "已超期 2 个工作日"},
                                      {"is_soon", "今日到期"},
                                      {"is_soon", "剩 3 个工作日"},
                                      {"state_ok", "剩 9 个工作日"},
                                      {"is_none", "无法定时限"}};
static const char *const states[][3] = {{"draft", "草稿", ""},
                                        {"running", "办理中", "技术审查"},
                                        {"done", "已办结", ""},
                                        {"stopped", "已终止", ""},
                                        {"refused", "未通过", ""}};

struct sample_field {
    const char *kind, *id, *label, *value, *hint, *choices, *error, *mend;
    int required, readonly;
};
static const struct sample_field fields[] = {
    {"is_text", "k-title", "项目名称", "智慧水务综合监管平台", "与初步设计封面一致", NULL, NULL, NULL, 1, 0},
    {"is_money", "k-total", "总投资", "四百", NULL, NULL, "总投资「四百」读不出来",
     "请填数字，最多两位小数，例如 412.60", 1, 0},
    {"is_money", "k-own", "其中：区级财政资金", "302.60", NULL, NULL, NULL, NULL, 0, 0},
    {"is_bool", "k-other", "是否获得其他财政资金支持", "", NULL, NULL, "还没有选择", "请选一项", 1, 0},
    {"is_choices", "k-kinds", "采购类别", "", NULL, "工程类、服务类、货物类", NULL, NULL, 0, 0},
    {"is_choice", "k-way", "建设方式", "", NULL, "新建、改建、扩建", NULL, NULL, 0, 0},
    {"is_date", "k-from", "计划开工日期", "2025-11-03", NULL, NULL, NULL, NULL, 0, 0},
    {"is_text", "k-unit", "申报单位（不可改）", "区水务和湖泊局", "按您的岗位填入", NULL, NULL, NULL, 0, 1},
    {"is_long", "k-note", "说明", "", NULL, NULL, NULL, NULL, 0, 0},
};

/* {flag, name, at}; a row of NULL ends a track */
static const char *const tracks[][3] = {
    {"is_done", "已排队", "09:12"},
    {"is_done", "已送达", "09:12"},
    {"is_done", "已入库", "09:13"},
    {"is_done", "已受理", "15:40"},
    {NULL, NULL, NULL},
    {"is_done", "已排队", "09:12"},
    {"is_now", "送达未知", "09:20 再试"},
    {"", "待入库", ""},
    {"", "待受理", ""},
    {NULL, NULL, NULL},
    {"is_done", "已排队", "09:12"},
    {"is_done", "已送达", "09:12"},
    {"is_done", "已入库", "09:13"},
    {"is_failed", "已退回", "16:05"},
    {NULL, NULL, NULL},
};

static struct node *cite(struct arena *a, struct node *o, const char *text)
{
    struct node *n = node_add_object(a, node_put_list(a, o, "articles"));
    node_put_text(a, n, "text", text);
    node_put_text(a, n, "href", "#k11");
    return o;
}

static void due_put(struct arena *a, struct node *o, const char *flag, const char *text)
{
    struct node *due = node_put_object(a, o, "due");
    node_put_bool(a, due, flag, 1);
    node_put_text(a, due, "state", text_eq(flag, "state_ok") ? "ok" : "");
    node_put_text(a, due, "text", text);
}

static void tags_put(struct arena *a, struct node *model)
{
    struct node *list = node_put_list(a, model, "dues");
    for (size_t i = 0; i < ARRAY_LEN(dues); i++)
        due_put(a, node_add_object(a, list), dues[i][0], dues[i][1]);
    list = node_put_list(a, model, "states");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        struct node *n = node_add_object(a, list);
        node_put_text(a, n, "state", states[i][0]);
        node_put_text(a, n, "state_name", states[i][1]);
        node_put_text(a, n, "stage_name", states[i][2]);
    }
    list = node_put_list(a, model, "tracks");
    struct node *track = NULL;
    for (size_t i = 0; i < ARRAY_LEN(tracks); i++) {
        if (!tracks[i][0]) {
            track = NULL;
            continue;
        }
        if (!track)
            track = node_put_list(a, node_add_object(a, list), "track");
        struct node *n = node_add_object(a, track);
        node_put_text(a, n, "name", tracks[i][1]);
        node_put_text(a, n, "at", tracks[i][2]);
        if (*tracks[i][0])
            node_put_bool(a, n, tracks[i][0], 1);
    }
}

static void choices_put(struct arena *a, struct node *n, const char *words)
{
    struct node *list = node_put_list(a, n, "choices");
    for (const char *p = words; *p;) {
        const char *end = strstr(p, "、");
        size_t len = end ? (size_t)(end - p) : strlen(p);
        struct node *o = node_add_object(a, list);
        node_put_text(a, o, "id", arena_dupn(a, p, len));
        node_put_text(a, o, "label", arena_dupn(a, p, len));
        node_put_bool(a, o, "checked", p == words);
        p += end ? len + strlen("、") : len;
    }
}

static void fields_put(struct arena *a, struct node *model)
{
    struct node *list = node_put_list(a, model, "fields");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const struct sample_field *f = &fields[i];
        struct node *n = node_add_object(a, list);
        node_put_text(a, n, "prefix", "example");
        node_put_text(a, n, "id", f->id);
        node_put_bool(a, n, f->kind, 1);
        node_put_text(a, n, "label", f->label);
        node_put_text(a, n, "value", f->value);
        node_put_text(a, n, "hint", f->hint ? f->hint : "");
        node_put_bool(a, n, "required", f->required);
        node_put_bool(a, n, "readonly", f->readonly);
        cite(a, n, "第十二条");
        if (f->choices)
            choices_put(a, n, f->choices);
        fen amount;
        struct err ignored = {0};
        if (text_eq(f->kind, "is_money") && money_parse_wan(f->value, &amount, &ignored) == 0)
            node_put_text(a, n, "capital", money_capital(a, amount));
        if (f->error) {
            struct node *error = cite(a, node_put_object(a, n, "error"), "第十二条");
            node_put_text(a, error, "message", f->error);
            node_put_text(a, error, "mend", f->mend);
        }
    }
}

static void material_add(struct arena *a, struct node *list, const char *id, const char *name, const char *file)
{
    struct node *n = node_add_object(a, list), *documents = node_put_list(a, n, "documents");
    node_put_text(a, n, "id", id);
    node_put_text(a, n, "name", name);
    node_put_bool(a, n, "required", 1);
    node_put_bool(a, n, "present", *file != '\0');
    cite(a, n, "第十二条");
    if (*file) {
        struct node *d = node_add_object(a, documents);
        node_put_text(a, d, "name", file);
        node_put_text(a, d, "href", "#k6");
        node_put_text(a, d, "size_text", "1.8 MB");
        node_put_text(a, d, "sm3_short", "d913be60");
        node_put_text(a, d, "person_name", "经办人甲");
        node_put_text(a, d, "uploaded_at", "2025-09-19 10:24");
    }
}

/* What is missing, and what a refused form says: one list of errors at the top, the same sentence at the field. */
static void refusals_put(struct arena *a, struct node *model)
{
    struct node *n = cite(a, node_add_object(a, node_put_list(a, model, "reasons")), "第三十条");
    node_put_text(a, n, "message", "项目还没有通过竣工验收");
    node_put_text(a, n, "mend", "先办理竣工验收");
    node_put_text(a, n, "who_name", "建设单位");
    due_put(a, n, "state_ok", "剩 42 个工作日");

    struct node *failure = node_put_object(a, node_put_object(a, model, "refused"), "failure");
    struct node *list = node_put_list(a, failure, "error_list");
    node_put_text(a, failure, "title", "有 2 处需要改");
    node_put_text(a, failure, "message", "改完再提交，已填内容都在");
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        if (!fields[i].error)
            continue;
        struct node *o = cite(a, node_add_object(a, list), "第十二条");
        node_put_text(a, o, "field", fields[i].id);
        node_put_text(a, o, "message", fields[i].error);
        node_put_text(a, o, "mend", fields[i].mend);
    }
}

int page_components(struct call *c, struct err *e)
{
    struct arena *a = c->arena;
    struct node *model = node_object(a), *list = node_put_list(a, model, "tokens");
    (void)e;

    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        struct node *n = node_add_object(a, list);
        node_put_text(a, n, "name", tokens[i][0]);
        node_put_text(a, n, "value", tokens[i][1]);
    }
    list = node_put_list(a, model, "icons");
    for (size_t i = 0; i < ARRAY_LEN(icons); i++)
        node_add_text(a, list, icons[i]);
    tags_put(a, model);
    fields_put(a, model);
    refusals_put(a, model);
    cite(a, node_put_object(a, model, "cited"), "第十二条");
    list = node_put_list(a, node_put_object(a, model, "handed_in"), "items");
    material_add(a, list, "k-catalog", "数据资源目录", "数据资源目录.xlsx");
    material_add(a, list, "k-promise", "政务数据资源共享与交换承诺书", "");
    page_show(c, model);
    return 0;
}
