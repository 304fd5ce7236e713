/*
 * casework/law_case.c - the scenario cases of a regulation in words, and the search of its text
 */
#include "config.h"

#include "casework/casework.h"

#include <string.h>

#include "base/text.h"
#include "casework/casefile.h"
#include "casework/list.h"
#include "casework/view.h"

/* ---- cases ---- */

/* cache: running some hundred cases takes a while, and anybody may ask for the page. */
enum { KEPT_VERSIONS = 64, KEPT_BYTES = 8 << 20 };
static struct kept_cases {
    struct arena *arena;
    const struct regulation *regulation;
    struct node *list;
} kept_cases[KEPT_VERSIONS];
static size_t kept_next;

int view_cases(const struct desk *d, const struct regulation *r, const struct node **ret, struct err *e)
{
    struct kept_cases *k = &kept_cases[kept_next % KEPT_VERSIONS];
    struct node *list;

    for (size_t i = 0; i < KEPT_VERSIONS; i++)
        if (kept_cases[i].regulation == r) {
            *ret = kept_cases[i].list;
            return 0;
        }
    if (regulation_cases(r, d->platform->calendar, d->arena, NULL, &list, e) < 0)
        return -1;
    kept_next++;
    arena_free(k->arena);
    k->arena = arena_new("cases", KEPT_BYTES);
    k->regulation = r;
    *ret = k->list = node_copy(k->arena, list);
    return 0;
}

int cases_view(const struct desk *d, const char *version_or_null, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = view_version(d, version_or_null, e);
    const struct node *all;
    struct node *page = node_object(a), *list;
    int passed = 0;

    if (!r || view_cases(d, r, &all, e) < 0)
        return -1;
    node_put(a, page, "regulation", view_regulation(d, r));
    list = node_put_list(a, page, "cases");
    for (const struct node *n = node_first(all); n; n = n->next) {
        struct node *o = node_add_object(a, list);

        view_take(d, o, n, "id", "name", "articles", "passes", "faults", NULL);
        node_put_text(a, o, "href",
                      view_href(d, "/regulation/cases/%s?version=%s", node_get_str(n, "id"), regulation_id(r)));
        passed += node_get_bool(n, "passes");
    }
    node_put_int(a, page, "count", (int64_t)node_count(list));
    node_put_int(a, page, "passed", passed);
    *ret = page;
    return 0;
}

struct told {
    const struct desk *desk;
    const struct regulation *regulation;
    const struct node *names; /* regulation_vocabulary: every id with its label */
    const char *procedure;    /* of what is tried; "" */
    const struct node *verdict;
};

/* A step of that procedure, a point of one of its checklists, a paper one of its acts issues; NULL. */
static const char *point_label(const struct told *t, const char *id)
{
    const struct node *p = regulation_procedure(t->regulation, t->desk->arena, t->procedure);

    for (const struct node *s = node_first(node_get(p, "steps")); s; s = s->next) {
        if (text_eq(node_get_str(s, "id"), id))
            return node_get_str(s, "name");
        for (const struct node *act = node_first(node_get(s, "acts")); act; act = act->next) {
            if (text_eq(node_get_str(node_get(act, "document"), "id"), id))
                return node_get_str(node_get(act, "document"), "name");
            for (const struct node *c = node_first(node_get(act, "checklist")); c; c = c->next)
                if (text_eq(node_get_str(c, "id"), id))
                    return node_get_str(c, "name");
        }
    }
    return NULL;
}

/* A change, a test between fields has no name: what the verdict says of it. */
static const char *reason_label(const struct told *t, const char *id)
{
    static const char *const keys[] = {"reasons", "warnings"};

    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        for (const struct node *n = node_first(node_get(t->verdict, keys[i])); n; n = n->next)
            if (text_eq(node_get_str(n, "id"), id))
                return node_get_str(n, "message");
    return NULL;
}

/* A choice of a form's field: of the first form that has it. */
static const char *choice_label(const struct told *t, const char *id)
{
    for (const struct node *form = node_first(node_get(t->names, "fields")); form; form = form->next) {
        const struct node *shown = regulation_form(t->regulation, t->desk->arena, form->key);

        for (const struct node *f = node_first(node_get(shown, "fields")); f; f = f->next)
            for (const struct node *c = node_first(node_get(f, "choices")); c; c = c->next)
                if (text_eq(node_get_str(c, "id"), id))
                    return node_get_str(c, "label");
    }
    return NULL;
}

/* What only means something within what is tried: its fields and points; of other forms the first that has it. */
static const char *inner_label(const struct told *t, const char *id)
{
    const char *label = regulation_item_label(t->regulation, t->procedure, id);

    if (!label)
        label = point_label(t, id);
    for (const struct node *form = node_first(node_get(t->names, "fields")); form && !label; form = form->next)
        if (node_get(form, id))
            label = node_get_str(form, id);
    if (!label)
        label = choice_label(t, id);
    if (!label)
        label = reason_label(t, id);
    return label ? label : id;
}

/* The label of an id, wherever it is one; the id itself otherwise. */
static const char *label_of(const struct told *t, const char *id)
{
    for (const struct node *part = node_first(t->names); part; part = part->next) {
        const struct node *n = node_get(part, id);

        if (n && n->type == NODE_TEXT && !text_eq(part->key, "choices") && !text_eq(part->key, "fields"))
            return n->u.text;
    }
    return inner_label(t, id);
}

static void pair_put(const struct told *t, struct node *list, const char *label, const char *value)
{
    struct node *n = node_add_object(t->desk->arena, list);

    node_put_text(t->desk->arena, n, "label", label);
    node_put_text(t->desk->arena, n, "value", value);
}

static struct node *facts_told(const struct told *t, const struct node *facts)
{
    struct arena *a = t->desk->arena;
    struct node *list = node_list(a);

    for (const struct node *n = node_first(facts); n; n = n->next) {
        const struct node *w = regulation_fact_wording(t->regulation, a, n->key);

        pair_put(t, list, w ? node_get_str(w, "label") : n->key, view_value(a, w, n));
    }
    return list;
}

/* 「受理」 of 技术审查; a gate lifted, a filing received are named by what they are about. */
static const char *act_told(const struct told *t, const char *what)
{
    struct arena *a = t->desk->arena;
    const char *name = regulation_procedure_name(t->regulation, act_procedure(a, what));
    static const char *const others[][2] = {{"gate.lift", "准许例外"},         {"filing.send", "再次报送"},
                                            {"filing.stored", "上级入库回执"}, {"filing.accepted", "上级受理回执"},
                                            {"filing.returned", "上级退回"},   {PLAN_SETTLED, "随计划登记"}};

    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (text_eq(others[i][0], what))
            return others[i][1];
    return arena_fmt(a, "%s：%s", name ? name : what, label_of(t, what));
}

static const char *point_answer(const struct node *n)
{
    return n->type == NODE_BOOL ? (n->u.truth ? "是" : "否") : node_str(n, "");
}

/* The fields of its form as labels; a checklist one answer a line; what else it carries by its own words. */
static struct node *fields_told(const struct told *t, const char *what, const struct node *with)
{
    struct arena *a = t->desk->arena;
    struct node *list = node_list(a);
    const struct node *act = NULL, *p = regulation_procedure(t->regulation, a, act_procedure(a, what));

    for (const struct node *w = node_first(regulation_answered(t->regulation, a, what, with)); w; w = w->next)
        pair_put(t, list, node_get_str(w, "label"), view_value(a, w, node_get(with, node_get_str(w, "id"))));
    for (const struct node *s = node_first(node_get(p, "steps")); s && !act; s = s->next)
        for (const struct node *x = node_first(node_get(s, "acts")); x; x = x->next)
            act = text_eq(node_get_str(x, "id"), what) ? x : act;
    for (const struct node *c = node_first(node_get(act, "checklist")); c; c = c->next)
        if (node_get(node_get(with, "checklist"), node_get_str(c, "id")))
            pair_put(t, list, node_get_str(c, "name"),
                     point_answer(node_get(node_get(with, "checklist"), node_get_str(c, "id"))));
    if (*node_get_str(with, "reason"))
        pair_put(t, list, "理由", node_get_str(with, "reason"));
    if (*node_get_str(with, "gate"))
        pair_put(t, list, "限制", label_of(t, node_get_str(with, "gate")));
    if (*node_get_str(with, "filing"))
        pair_put(t, list, "报送", label_of(t, node_get_str(with, "filing")));
    return list;
}

static struct node *event_told(const struct told *t, const struct node *event)
{
    struct arena *a = t->desk->arena;
    struct node *n = node_object(a);
    const char *what = node_get_str(event, "what");

    node_put_text(a, n, "at", node_get_str(event, "at"));
    node_put_text(a, n, "name", act_told(t, what));
    node_put_text(a, n, "by_name", regulation_organ_name(t->regulation, node_get_str(event, "by")));
    node_put(a, n, "fields", fields_told(t, what, node_get(event, "with")));
    return n;
}

/* ---- what is expected, in words ---- */

struct word {
    const char *id, *name;
};
/* clang-format off */
static const struct word members[] = {
    {"outcome", "结论"}, {"route", "路径"}, {"stages", "环节"}, {"acts", "可以办理"}, {"duties", "时限"}, {"materials", "材料"},
    {"filings", "报送"}, {"reasons", "理由"}, {"warnings", "提示"}, {"reasons_codes", "理由的种类"}, {"reasons_articles", "理由的依据"},
    {"reasons_ids", "拦住的各项"}, {"warnings_codes", "提示的种类"}, {"warnings_articles", "提示的依据"}, {"warnings_ids", "提示的各项"},
    {"holder", "在谁手里"}, {"next", "下一步"}, {"effects", "办理后"}, {"changes", "累计变更"}, {"marks", "标记"}, {"count", "数目"},
    {"not", "不应是"}, {"organs", "机关"}, {"route_missing", "还缺的事实"}, {"facts_asked", "要填的事实"}, {"correction", "补正"},
    {"materials_off", "不要的材料"}, {"payable", "现在可以支付"},
};
static const struct word values[] = {
    {"allowed", "可以办理"}, {"refused", "不能办理"}, {"not_applicable", "不适用"}, {"off_platform", "不在平台办理"},
    {"now", "正在办理"}, {"todo", "待办"}, {"done", "已经办结"}, {"failed", "没有通过"}, {"blocked", "被拦住"}, {"alongside", "同时进行"},
    {"future", "还没有开始"}, {"open", "正在计时"}, {"done_late", "逾期办结"}, {"overdue", "已超期"}, {"cancelled", "不再要求"},
    {"none", "没有报送"}, {"queued", "等待报送"}, {"stored", "已入库"}, {"accepted", "已受理"}, {"returned", "已退回"},
    {"scope", "适用范围"}, {"expired", "已失效"}, {"not_open", "还没有开始办理"}, {"wrong_role", "不由该机关办理"}, {"material_missing", "缺材料"},
    {"checklist", "审查要点没有通过"}, {"field", "填写不合要求"}, {"gate", "限制"}, {"window", "不在期间内"}, {"order", "先后次序"},
    {"unknown_act", "没有这件事"}, {"veto", "否决项"}, {"late", "逾期"}, {"exception", "例外"},
    {"state", "状态"}, {"due_on", "最后一日"}, {"opens_on", "开始的一日"}, {"name", "名称"}, {"organ", "机关"}, {"message", "说明"},
    {"holder_next", "转给"}, {"step_next", "下一环节"}, {"ends", "结束为"}, {"sets", "认定"}, {"document", "文书"}, {"code", "种类"}, {"articles", "依据"},
    {"strength", "效力"}, {"mandatory", "必须"}, {"in_principle", "原则性"}, {"partial", "尚有机关未办"}, {"waiting", "等待的机关"},
    {"unit_kind", "单位类别"}, {"reason", "理由"}, {"working_days_left", "剩余工作日"}, {"to_names", "向谁"}, {"series", "编号"}, {"number", "编号"}, {"by", "办理机关"}, {"key", "第几个"}, {"reopens", "重新办理"}, {"cause", "事由"}, {"reasons", "理由"}, {"limit_text", "时限"}, {"who", "由谁"}, {"who_name", "由谁"}, {"step", "环节"}, {"present", "已交"},
    {"required", "必须"}, {"procedure", "事项"}, {"id", "标识"}, {"late_by", "迟了（日）"}, {"fulfilled_on", "办结于"}, {"trigger_on", "起算日"},
    {"provisional", "暂定"}, {"items", "各项"}, {"item", "项"}, {"what", "事由"}, {"run", "第几次"}, {"filings", "报送"}, {"done_text", "办理后"},
    {"ways", "各种款项"}, {"room", "还可支付（分）"}, {"of", "以此为限"},
};
/* clang-format on */

static const char *word_of(const struct word *w, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(w[i].id, id))
            return w[i].name;
    return NULL;
}

static const char *id_told(const struct told *t, const char *id)
{
    const char *known = word_of(values, ARRAY_LEN(values), id), *label;
    char *bare = arena_dupn(t->desk->arena, id, strcspn(id, "@"));

    if (known)
        return known;
    label = word_of(members, ARRAY_LEN(members), bare);
    if (!label)
        label = label_of(t, bare);
    if (label == bare && strchr(bare, '.'))
        label = act_told(t, bare);
    return id[strlen(bare)] ? arena_fmt(t->desk->arena, "%s（%s）", label, id + strlen(bare) + 1) : label;
}

static const char *value_told(const struct told *t, const struct node *n, int depth);

static const char *parts_told(const struct told *t, const struct node *n, int depth)
{
    struct arena *a = t->desk->arena;
    const char *all = "";

    for (const struct node *k = node_first(n); k && depth < 6; k = k->next) {
        const char *v = value_told(t, k, depth + 1);

        all = arena_fmt(a, "%s%s%s%s%s", all, *all ? (k->key ? "；" : "、") : "", k->key ? id_told(t, k->key) : "",
                        k->key ? "：" : "", v);
    }
    return *all ? all : "没有";
}

static const char *value_told(const struct told *t, const struct node *n, int depth)
{
    struct arena *a = t->desk->arena;

    switch (n->type) {
    case NODE_NULL:
        return "没有";
    case NODE_BOOL:
        return n->u.truth ? "是" : "否";
    case NODE_INT:
        return arena_fmt(a, "%lld", (long long)n->u.integer);
    case NODE_TEXT:
    case NODE_NUMBER:
        return id_told(t, n->u.text);
    default:
        return parts_told(t, n, depth);
    }
}

/* Article numbers are no ids. */
static const char *member_told(const struct told *t, const struct node *n)
{
    if (text_ends(n->key, "_articles"))
        return text_articles(t->desk->arena, view_articles_join(t->desk->arena, n));
    return value_told(t, n, 0);
}

static struct node *expect_told(const struct told *t, const struct node *expect)
{
    struct node *list = node_list(t->desk->arena);

    for (const struct node *n = node_first(expect); n; n = n->next) {
        const char *name = word_of(members, ARRAY_LEN(members), n->key);
        int by_id = n->type == NODE_OBJECT;

        for (const struct node *k = by_id ? node_first(n) : n; k; k = by_id ? k->next : NULL)
            pair_put(t, list,
                     by_id  ? arena_fmt(t->desk->arena, "%s：%s", name ? name : n->key, id_told(t, k->key))
                     : name ? name
                            : n->key,
                     by_id ? value_told(t, k, 0) : member_told(t, n));
    }
    return list;
}

/* ---- one case ---- */

static struct node *materials_told(const struct told *t, const struct node *input)
{
    struct node *list = node_list(t->desk->arena);

    for (const struct node *n = node_first(node_get(input, "materials")); n; n = n->next)
        node_add_text(t->desk->arena, list, label_of(t, node_str(n, "")));
    return list;
}

static void case_tell(const struct told *t, const struct node *found, struct node *page)
{
    struct arena *a = t->desk->arena;
    const struct node *input = node_get(found, "input"), *raw = node_get(found, "case");
    struct node *list = node_put_list(a, page, "history");

    node_put_text(a, page, "today", node_get_str(input, "today"));
    node_put_text(a, page, "unit_name", node_get_str(input, "unit_name"));
    node_put(a, page, "given", facts_told(t, node_get(input, "facts")));
    node_put(a, page, "materials", materials_told(t, input));
    for (const struct node *n = node_first(node_get(input, "history")); n; n = n->next)
        node_add(list, event_told(t, n));
    if (node_get(input, "attempt"))
        node_put(a, page, "attempt", event_told(t, node_get(input, "attempt")));
    node_put(a, page, "expect", expect_told(t, node_get(raw, "expect")));
    node_put_text(a, page, "outcome_name", id_told(t, node_get_str(node_get(found, "verdict"), "outcome")));
    node_put(a, page, "reasons", view_reasons(t->desk, node_get(node_get(found, "verdict"), "reasons")));
    node_put_text(a, page, "note", node_get_str(raw, "note"));
    node_put(a, page, "case", node_copy(a, raw));
}

int case_view(const struct desk *d, const char *version_or_null, const char *id, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    struct told t = {.desk = d, .regulation = view_version(d, version_or_null, e), .procedure = ""};
    struct node *page = node_object(a), *found;

    if (!t.regulation || regulation_cases(t.regulation, d->platform->calendar, a, id, &found, e) < 0)
        return -1;
    if (!node_first(found)) {
        err_fail(e, ERR_NOT_FOUND, "没有这个案例");
        return err_mend(e, "请从情景案例的清单打开");
    }
    t.names = regulation_vocabulary(t.regulation, a);
    node_put(a, page, "regulation", view_regulation(d, t.regulation));
    view_take(d, page, node_first(found), "id", "name", "articles", "passes", "faults", NULL);
    node_put_text(a, page, "cases_href", view_href(d, "/regulation/cases?version=%s", regulation_id(t.regulation)));
    t.procedure = act_procedure(a, node_get_str(node_get(node_get(node_first(found), "input"), "attempt"), "what"));
    t.verdict = node_get(node_first(found), "verdict");
    case_tell(&t, node_first(found), page);
    *ret = page;
    return 0;
}

/* ---- search ---- */

enum { FIND_WORDS = 8, FIND_PAIRS = 40, FIND_ROWS = 200 };

struct find {
    char *word[FIND_WORDS + FIND_PAIRS];
    size_t count;
};

static size_t hit_at(const struct find *f, const char *s)
{
    size_t longest = 0;

    for (size_t i = 0; i < f->count; i++) {
        size_t n = strlen(f->word[i]);

        if (n > longest && strncmp(s, f->word[i], n) == 0)
            longest = n;
    }
    return longest;
}

/* A paragraph in pieces, hits apart; hits that touch become one. */
static struct node *pieces_of(struct arena *a, const struct find *f, const char *text)
{
    struct node *list = node_list(a);
    const char *from = text, *p = text;

    while (*p) {
        size_t n = hit_at(f, p), all = n;

        while (n && (n = hit_at(f, p + all)))
            all += n;
        if (!all) {
            size_t step = text_utf8_step(p, strlen(p), NULL);
            p += step ? step : 1;
            continue;
        }
        search_piece_put(a, list, from, (size_t)(p - from), 0);
        search_piece_put(a, list, p, all, 1);
        from = p += all;
    }
    search_piece_put(a, list, from, (size_t)(p - from), 0);
    return list;
}

static size_t words_in(const struct find *f, const char *text)
{
    size_t found = 0;

    for (size_t i = 0; i < f->count; i++)
        found += strstr(text, f->word[i]) != NULL;
    return found;
}

static void find_words(struct arena *a, struct find *f, const char *q)
{
    char **part;
    size_t count = text_split(a, q, ' ', &part);

    for (size_t i = 0; i < count && f->count < FIND_WORDS; i++)
        if (*text_trim(a, part[i]))
            f->word[f->count++] = text_trim(a, part[i]);
}

/* 「方案变更审批」 has the pairs 方案 案变 变更 更审 审批. */
static void find_pairs(struct arena *a, struct find *f, const struct find *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *p = words->word[i];

        while (*p && f->count < FIND_PAIRS) {
            size_t first = text_utf8_step(p, strlen(p), NULL),
                   second = text_utf8_step(p + first, strlen(p + first), NULL);

            if (!first || !second)
                break;
            f->word[f->count++] = arena_dupn(a, p, first + second);
            p += first;
        }
    }
}

static void hit_put(const struct desk *d, struct node *list, const struct find *f, const struct node *article,
                    const char *chapter)
{
    struct arena *a = d->arena;
    struct node *n = node_add_object(a, list), *paragraphs;
    char **line;
    size_t count = text_split(a, node_get_str(article, "text"), '\n', &line);

    node_put_text(a, n, "number", node_get_str(article, "number"));
    node_put_text(a, n, "name", text_articles(a, node_get_str(article, "number")));
    node_put_text(a, n, "chapter", chapter);
    node_put_int(a, n, "rule_count", (int64_t)node_count(node_get(article, "rules")));
    paragraphs = node_put_list(a, n, "paragraphs");
    for (size_t i = 0; i < count; i++) {
        struct node *o;

        if (!*line[i])
            continue;
        o = node_add_object(a, paragraphs);
        node_put(a, o, "pieces", pieces_of(a, f, line[i]));
    }
}

/* The articles that have at least so many of the words. */
static struct node *hits_of(const struct desk *d, const struct node *text, const struct find *f, size_t least)
{
    struct node *list = node_list(d->arena);

    for (const struct node *ch = node_first(node_get(text, "chapters")); ch; ch = ch->next)
        for (const struct node *x = node_first(node_get(ch, "articles")); x; x = x->next)
            if (words_in(f, node_get_str(x, "text")) >= least && node_count(list) < FIND_ROWS)
                hit_put(d, list, f, x, node_get_str(ch, "title"));
    return list;
}

static size_t most_words(const struct node *text, const struct find *f)
{
    size_t most = 0;

    for (const struct node *ch = node_first(node_get(text, "chapters")); ch; ch = ch->next)
        for (const struct node *x = node_first(node_get(ch, "articles")); x; x = x->next) {
            size_t n = words_in(f, node_get_str(x, "text"));

            most = n > most ? n : most;
        }
    return most;
}

int regulation_find(const struct desk *d, const char *version_or_null, const char *q, struct node **ret, struct err *e)
{
    struct arena *a = d->arena;
    const struct regulation *r = view_version(d, version_or_null, e);
    struct node *page = node_object(a), *find, *hits = node_list(a);
    const struct node *text;
    struct find words = {.count = 0}, pairs = {.count = 0};
    int partial = 0;

    if (!r)
        return -1;
    text = regulation_text(r, a);
    find_words(a, &words, q);
    if (words.count)
        hits = hits_of(d, text, &words, words.count);
    if (words.count && !node_first(hits)) {
        size_t most;

        find_pairs(a, &pairs, &words);
        most = most_words(text, &pairs);
        partial = most > 0;
        if (most > 0)
            hits = hits_of(d, text, &pairs, most > 1 ? (most + 1) / 2 : 1);
    }
    node_put(a, page, "regulation", view_regulation(d, r));
    find = node_put_object(a, page, "find");
    node_put_text(a, find, "q", q);
    node_put_int(a, find, "count", (int64_t)node_count(hits));
    node_put_bool(a, find, "is_partial", partial);
    node_put(a, find, "articles", hits);
    *ret = page;
    return 0;
}
