/*
 * regulation/diff.c - what changed between two regulations, in words
 *
 * Sentences of one kind are matched by their id (a scope row by its place, a road row by its
 * procedure), and what differs is named member by member; articles by their number.
 */
#include "config.h"

#include "regulation/regulation.h"

#include <string.h>

#include "base/buf.h"
#include "base/jsonout.h"
#include "base/text.h"
#include "regulation/model.h"

enum { DIFF_SHOWN_BYTES = 181 };

struct diff {
    struct arena *a;
    struct node *out;
    const char *kind, *id, *name; /* of the sentence looked at */
    const struct node *cites;
};

static const struct {
    const char *key, *word;
} WORDS[] = {
    {"acts", "行为"},
    {"admits", "可以申报的单位类别"},
    {"adds", "增加的事项"},
    {"again", "不通过后再办"},
    {"amount", "金额栏"},
    {"any", "任一"},
    {"all", "全部"},
    {"articles", "依据"},
    {"asked_when", "询问条件"},
    {"at_least", "不低于"},
    {"at_most", "不超过"},
    {"above", "超过"},
    {"below", "低于"},
    {"bands", "档"},
    {"base", "基数"},
    {"basis", "计算方式或依据"},
    {"before", "之前"},
    {"between", "每年期间"},
    {"blocks", "挡住"},
    {"by", "办理机关"},
    {"cases", "分支"},
    {"checklist", "审查要点"},
    {"choices", "选项"},
    {"columns", "列"},
    {"closes_months", "截止月数"},
    {"correction", "退回补正"},
    {"day", "日"},
    {"days", "日数"},
    {"decided_by", "认定机关"},
    {"default", "默认值"},
    {"document", "文书"},
    {"each", "周期"},
    {"entries", "明细"},
    {"effect", "后果"},
    {"ends", "结束方式"},
    {"event", "起算行为"},
    {"exceptions", "例外"},
    {"facts", "事实"},
    {"fields", "栏"},
    {"fixed", "固定日期"},
    {"form", "表单"},
    {"fulfilled_by", "履行的行为"},
    {"hint", "提示"},
    {"label", "名称"},
    {"late", "逾期后果"},
    {"lift", "解除"},
    {"limit", "期限"},
    {"materials", "材料"},
    {"max", "上限"},
    {"mend", "改法"},
    {"message", "说明"},
    {"minimum_months", "最少月数"},
    {"month", "月"},
    {"months", "月数"},
    {"name", "名称"},
    {"next", "下一环节"},
    {"none", "不定期限"},
    {"on", "对象"},
    {"opening", "开放属性"},
    {"opens", "开始条件"},
    {"opens_months", "开始月数"},
    {"or_reason", "可以写明理由代替"},
    {"otherwise", "其余"},
    {"percent", "百分数"},
    {"phase", "阶段"},
    {"procedure", "事项"},
    {"procedures", "事项"},
    {"reason", "须写理由"},
    {"recorded_by", "登记机关"},
    {"repeat", "次数"},
    {"require", "条件"},
    {"required", "必填"},
    {"roll", "顺延"},
    {"rows", "逐行的明细"},
    {"runs", "谁运行"},
    {"sets", "认定的事实"},
    {"sets_items", "对所含项目认定的事实"},
    {"sharing", "共享属性"},
    {"state", "系统状态"},
    {"steps", "环节"},
    {"strength", "约束力"},
    {"stricter", "从严值"},
    {"sums", "合计"},
    {"tests", "表内核对"},
    {"then", "结论"},
    {"to", "送达机关"},
    {"trigger", "起算"},
    {"type", "类型"},
    {"unit", "单位"},
    {"unless", "不挡的条件"},
    {"veto", "否决"},
    {"warn", "只提示"},
    {"when", "适用条件"},
    {"who", "责任机关"},
    {"window", "期间"},
    {"working_days", "工作日数"},
    {"year", "年"},
};

static const char *word_of(const struct diff *d, const char *key)
{
    if (text_eq(d->id, "version") && text_eq(key, "from"))
        return "施行日期";
    if (text_eq(d->id, "version") && text_eq(key, "to"))
        return "最后一日";
    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
        if (text_eq(WORDS[i].key, key))
            return WORDS[i].word;
    return key;
}

static const char *shown(struct arena *a, const struct node *n)
{
    char *s, cut[DIFF_SHOWN_BYTES];
    struct buf b;

    if (!n || n->type == NODE_NULL)
        return "未定";
    if (n->type == NODE_TEXT)
        s = arena_dup(a, n->u.text);
    else if (n->type == NODE_BOOL)
        return n->u.truth ? "是" : "否";
    else {
        buf_init(&b, 1 << 20);
        jsonout_tree(&b, n);
        s = arena_dup(a, buf_str(&b));
        buf_free(&b);
    }
    if (text_copy(cut, sizeof(cut), s) < 0)
        return arena_fmt(a, "%s…", cut);
    return s;
}

static struct node *say(struct diff *d, const char *what, const char *words)
{
    struct node *o = node_add_object(d->a, d->out);

    node_put_text(d->a, o, "what", what);
    node_put_text(d->a, o, "kind", d->kind);
    node_put_text(d->a, o, "id", d->id);
    node_put_text(d->a, o, "name", d->name);
    node_put_text(d->a, o, "words", words);
    node_put(d->a, o, "articles", d->cites ? node_copy(d->a, d->cites) : node_list(d->a));
    return o;
}

static const char *key_of(const struct node *n)
{
    static const char *const KEYS[] = {"id", "procedure", "total"};

    for (size_t i = 0; i < ARRAY_LEN(KEYS); i++)
        if (*node_get_str(n, KEYS[i]))
            return node_get_str(n, KEYS[i]);
    return "";
}

static const struct node *same_row(const struct node *list, const struct node *row, size_t place)
{
    const char *key = key_of(row);
    size_t i = 0;

    for (const struct node *n = node_first(list); n; n = n->next, i++)
        if (row->key ? text_eq(n->key, row->key) : *key ? text_eq(key_of(n), key) : i == place)
            return n;
    return NULL;
}

static const char *name_of(const struct node *n)
{
    static const char *const NAMES[] = {"name", "label", "message", "id", "procedure"};

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
        if (*node_get_str(n, NAMES[i]))
            return node_get_str(n, NAMES[i]);
    return n->key ? n->key : "";
}

/* ---- member by member ---- */

static void compare(struct diff *d, const char *path, const struct node *x, const struct node *y);

static int is_rows(const struct node *n)
{
    return n && n->type == NODE_LIST && node_first(n) && node_first(n)->type == NODE_OBJECT;
}

static void compare_rows(struct diff *d, const char *path, const struct node *x, const struct node *y)
{
    size_t place = 0;

    for (const struct node *n = node_first(x); n; n = n->next, place++) {
        const struct node *other = same_row(y, n, place);
        const char *at = arena_fmt(d->a, "%s「%s」", path, name_of(n));
        if (!other)
            say(d, "removed", arena_fmt(d->a, "%s「%s」：删去%s", d->kind, d->name, at));
        else
            compare(d, at, n, other);
    }
    place = 0;
    for (const struct node *n = node_first(y); n; n = n->next, place++)
        if (!same_row(x, n, place))
            say(d, "added", arena_fmt(d->a, "%s「%s」：新增%s「%s」", d->kind, d->name, path, name_of(n)));
}

static void compare(struct diff *d, const char *path, const struct node *x, const struct node *y)
{
    if (x && y && node_equal(x, y))
        return;
    if (x && y && x->type == NODE_OBJECT && y->type == NODE_OBJECT) {
        for (const struct node *n = node_first(x); n; n = n->next)
            compare(d, arena_fmt(d->a, "%s%s%s", path, *path ? "的" : "", word_of(d, n->key)), n, node_get(y, n->key));
        for (const struct node *n = node_first(y); n; n = n->next)
            if (!node_get(x, n->key))
                compare(d, arena_fmt(d->a, "%s%s%s", path, *path ? "的" : "", word_of(d, n->key)), NULL, n);
        return;
    }
    if (is_rows(x) && is_rows(y)) {
        compare_rows(d, path, x, y);
        return;
    }
    say(d, "changed",
        !x   ? arena_fmt(d->a, "%s「%s」：%s写明为「%s」", d->kind, d->name, path, shown(d->a, y))
        : !y ? arena_fmt(d->a, "%s「%s」：%s不再写明（原为「%s」）", d->kind, d->name, path, shown(d->a, x))
             : arena_fmt(d->a, "%s「%s」：%s由「%s」改为「%s」", d->kind, d->name, path, shown(d->a, x),
                         shown(d->a, y)));
}

/* ---- kind by kind ---- */

static const struct {
    const char *member, *kind;
} KINDS[] = {{"version", "版本"},        {"organs", "机关"},   {"parameters", "参数"},  {"facts", "事实"},
             {"scope", "适用范围"},      {"routes", "路径"},   {"road", "后续环节"},    {"procedures", "事项"},
             {"gates", "限制"},          {"duties", "时限"},   {"changes", "变更分档"}, {"forms", "表单"},
             {"filings", "报送"},        {"subjects", "对象"}, {"money", "资金"},       {"suspensions", "停止适用"},
             {"exceptions", "例外登记"}, {"stays", "在库"},    {"registers", "台账"},   {"statements", "陈述"},
             {"untranslated", "未译"},   {"readings", "读法"}, {"reviews", "专家评审"}, {"expert_pool", "专家库"}};

static void begin(struct diff *d, const struct node *n)
{
    d->id = n->key && !*key_of(n) ? n->key : key_of(n);
    d->name = name_of(n);
    d->cites = node_get(n, "articles");
}

static void rows(struct diff *d, const struct node *x, const struct node *y)
{
    size_t place = 0;

    for (const struct node *n = node_first(x); n; n = n->next, place++) {
        const struct node *other = same_row(y, n, place);
        begin(d, other ? other : n);
        if (other)
            compare(d, "", n, other);
        else
            say(d, "removed", arena_fmt(d->a, "删去%s「%s」", d->kind, d->name));
    }
    place = 0;
    for (const struct node *n = node_first(y); n; n = n->next, place++)
        if (!same_row(x, n, place)) {
            begin(d, n);
            say(d, "added", arena_fmt(d->a, "新增%s「%s」", d->kind, d->name));
        }
}

static void articles(struct diff *d, const struct regulation *x, const struct regulation *y)
{
    d->kind = "条文";
    d->cites = NULL;
    for (size_t i = 0; i < x->article_count; i++) {
        const struct article *p = &x->articles[i], *q = regulation_article_row(y, p->number);
        d->id = p->number;
        d->name = p->title;
        if (!q)
            say(d, "removed", arena_fmt(d->a, "删去%s", p->title));
        else if (!text_eq(p->text, q->text))
            say(d, "changed", arena_fmt(d->a, "%s的文字有改动", p->title));
    }
    for (size_t i = 0; i < y->article_count; i++) {
        const struct article *q = &y->articles[i];
        d->id = q->number;
        d->name = q->title;
        if (!regulation_article_row(x, q->number))
            say(d, "added", arena_fmt(d->a, "新增%s", q->title));
    }
}

struct node *regulation_diff(const struct regulation *x, const struct regulation *y, struct arena *a)
{
    struct diff d = {.a = a, .out = node_list(a)};

    articles(&d, x, y);
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        const struct node *p = node_get(x->rules, KINDS[i].member), *q = node_get(y->rules, KINDS[i].member);
        d.kind = KINDS[i].kind;
        d.id = KINDS[i].member;
        if (text_eq(KINDS[i].member, "version") || (text_eq(KINDS[i].member, "expert_pool") && p && q)) {
            d.name = text_eq(KINDS[i].member, "version") ? y->document_number : node_get_str(q, "name");
            d.cites = node_get(q, "articles");
            compare(&d, "", p, q);
        } else if (text_eq(KINDS[i].member, "expert_pool") && (p || q)) {
            d.name = node_get_str(p ? p : q, "name");
            d.cites = node_get(p ? p : q, "articles");
            say(&d, p ? "removed" : "added", arena_fmt(a, "%s专家库「%s」", p ? "删去" : "新增", d.name));
        } else if (!text_eq(KINDS[i].member, "expert_pool")) {
            rows(&d, p, q);
        }
    }
    return d.out;
}
