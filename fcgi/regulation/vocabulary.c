/*
 * regulation/vocabulary.c - types of values, and the facts all districts share
 */
#include "config.h"

#include "regulation/model.h"

#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "base/jsonin.h"
#include "base/money.h"
#include "base/text.h"
#include "regulation/load.h"

enum { VOCABULARY_MAX_BYTES = 1 << 20 };

static const struct {
    const char *id, *name;
} TYPES[VALUE__MAX] = {
    [VALUE_TEXT] = {"text", "文字"},     [VALUE_LONG_TEXT] = {"long_text", "长文"},
    [VALUE_MONEY] = {"money", "金额"},   [VALUE_BOOLEAN] = {"boolean", "是否"},
    [VALUE_CHOICE] = {"choice", "单选"}, [VALUE_CHOICES] = {"choices", "多选"},
    [VALUE_DATE] = {"date", "日期"},     [VALUE_INTEGER] = {"integer", "整数"},
    [VALUE_ROWS] = {"rows", "明细"},
};

/* VALUE__MAX when there is no such type. */
static enum value_type value_type_of(const char *s)
{
    for (int t = 0; t < VALUE__MAX; t++)
        if (text_eq(TYPES[t].id, s))
            return (enum value_type)t;
    return VALUE__MAX;
}

const char *value_type_id(enum value_type t)
{
    return t < VALUE__MAX ? TYPES[t].id : "";
}

const char *value_type_name(enum value_type t)
{
    return t < VALUE__MAX ? TYPES[t].name : "";
}

static struct value known_number(enum value_type t, int64_t n)
{
    struct value v = {.known = 1, .type = t, .n = n};
    return v;
}

static struct value money_read(const struct node *n)
{
    struct value none = {.type = VALUE_MONEY};
    const struct node *fen_node = n->type == NODE_OBJECT ? node_get(n, "fen") : NULL;
    struct err e = {0};
    fen m;

    if (n->type == NODE_INT)
        return known_number(VALUE_MONEY, n->u.integer);
    if (fen_node && fen_node->type == NODE_INT && node_count(n) == 1)
        return known_number(VALUE_MONEY, fen_node->u.integer);
    if (n->type == NODE_TEXT && money_parse_law(n->u.text, &m, &e) == 0)
        return known_number(VALUE_MONEY, m);
    return none;
}

struct value value_read(enum value_type t, const struct node *n)
{
    struct value v = {.type = t};
    struct err e = {0};
    date d;

    if (!n || n->type == NODE_NULL)
        return v;
    switch (t) {
    case VALUE_MONEY:
        return money_read(n);
    case VALUE_INTEGER:
        return n->type == NODE_INT ? known_number(t, n->u.integer) : v;
    case VALUE_BOOLEAN:
        return n->type == NODE_BOOL ? known_number(t, n->u.truth) : v;
    case VALUE_DATE:
        if (n->type == NODE_TEXT && date_parse(n->u.text, &d, &e) == 0)
            return known_number(t, d);
        return v;
    case VALUE_CHOICES:
    case VALUE_ROWS:
        v.known = n->type == NODE_LIST && n->u.kids.count > 0;
        v.list = n;
        return v;
    default:
        v.known = n->type == NODE_TEXT && *n->u.text;
        v.s = v.known ? n->u.text : NULL;
        return v;
    }
}

const struct choice *field_choice(const struct field *f, const char *id)
{
    for (size_t i = 0; f && i < f->choice_count; i++)
        if (text_eq(f->choices[i].id, id))
            return &f->choices[i];
    return NULL;
}

const char *value_text(struct arena *a, const struct field *meta, const struct value *v)
{
    const struct choice *c;

    if (!v->known)
        return "未填";
    switch (v->type) {
    case VALUE_MONEY:
        return arena_fmt(a, "%s 万元", money_wan(a, v->n));
    case VALUE_INTEGER:
        return arena_fmt(a, "%lld%s", (long long)v->n, meta && meta->unit ? meta->unit : "");
    case VALUE_BOOLEAN:
        return v->n ? "是" : "否";
    case VALUE_DATE:
        return meta && meta->of_month ? date_month_law(a, (date)v->n) : date_text(a, (date)v->n);
    case VALUE_ROWS:
        return arena_fmt(a, "%zu 行", node_count(v->list));
    case VALUE_CHOICES: {
        const char *s = "";
        for (const struct node *n = node_first(v->list); n; n = n->next) {
            c = field_choice(meta, node_str(n, ""));
            s = arena_fmt(a, "%s%s%s", s, *s ? "、" : "", c ? c->label : node_str(n, ""));
        }
        return s;
    }
    default:
        c = field_choice(meta, v->s);
        return c ? c->label : v->s;
    }
}

static size_t count_choices(const struct node *list)
{
    size_t n = 0;

    for (const struct node *c = node_first(list); c; c = c->next)
        n += 1 + count_choices(node_get(c, "choices"));
    return n;
}

static void add_choices(struct load *l, const struct node *list, struct field *f, int under)
{
    for (const struct node *c = node_first(list); c; c = c->next) {
        struct choice *x = &f->choices[f->choice_count];
        const struct node *more;
        if (!load_members(l, c, SENTENCE_CHOICE))
            continue;
        more = load_list(l, c, "choices", 0);
        *x = (struct choice){load_id(l, c, "id"), load_text(l, c, "label"), under, node_count(more) > 0};
        if (field_choice(f, x->id)) {
            load_fault(l, "choice_twice", node_get(c, "id"), "删去一个或改名", "选项「%s」写了两次", x->id);
            continue;
        }
        f->choice_count++;
        add_choices(l, more, f, (int)f->choice_count);
    }
}

static void load_choices(struct load *l, const struct node *n, struct field *f)
{
    const struct node *list = load_list(l, n, "choices", 0);

    if (!list)
        return;
    f->choice_count = 0;
    f->choices = ARENA_ARRAY(l->a, struct choice, count_choices(list) + 1);
    add_choices(l, list, f, 0);
}

int choice_is_under(const struct field *f, const char *id, const char *branch)
{
    const struct choice *c = field_choice(f, id);

    while (c && !text_eq(c->id, branch))
        c = c->under ? &f->choices[c->under - 1] : NULL;
    return c != NULL;
}

static const struct {
    const char *id, *name;
} SUBJECTS[SUBJECT_COUNT] = {
    [SUBJECT_PROJECT] = {"project", "项目"},   [SUBJECT_PLAN] = {"plan", "年度计划"},
    [SUBJECT_UNIT] = {"unit", "单位"},         [SUBJECT_SYSTEM] = {"system", "系统"},
    [SUBJECT_BUNDLE] = {"bundle", "打捆文件"}, [SUBJECT_APPROPRIATION] = {"appropriation", "资金"},
};

int subject_of(const char *s)
{
    for (int i = 0; i < SUBJECT_COUNT; i++)
        if (text_eq(SUBJECTS[i].id, s))
            return i;
    return -1;
}

const char *subject_id(int subject)
{
    return SUBJECTS[subject].id;
}

const char *subject_name(int subject)
{
    return SUBJECTS[subject].name;
}

/* What type, choices and bounds must agree on; the sentence about who may fill it is the caller's. */
void load_field(struct load *l, const struct node *n, struct field *f)
{
    const struct node *type = node_get(n, "type");

    f->src = n;
    f->from = f->from_else = -1;
    f->id = load_id(l, n, "id");
    if (type) {
        enum value_type t = value_type_of(node_str(type, ""));
        if (t == VALUE__MAX)
            load_fault(
                l, "unknown_type", type,
                "可用的类型：text、long_text、money、boolean、choice、choices、date、integer；表单字段还可用 rows",
                "没有「%s」这种类型", node_str(type, ""));
        else if (f->label && f->type != t)
            load_fault(l, "type_differs", type, "删去 type，或另取一个事实名", "「%s」在共用词表中是%s，不能改为%s",
                       f->id, value_type_name(f->type), value_type_name(t));
        else
            f->type = t;
    } else if (!f->label) {
        load_fault(l, "type_missing", n, "写明 type，或使用共用词表中的事实", "「%s」没有类型", f->id);
    }
    if (node_get(n, "label") || !f->label)
        f->label = load_text(l, n, "label");
    if (node_get(n, "unit"))
        f->unit = load_text(l, n, "unit");
    if (node_get(n, "hint"))
        f->hint = load_text(l, n, "hint");
    if (node_get(n, "meaning"))
        f->meaning = load_text(l, n, "meaning");
    if (node_get(n, "group"))
        f->group = load_text(l, n, "group");
    if (node_get(n, "each_time"))
        f->each_time = node_get_bool(n, "each_time");
    if (node_get(n, "choices"))
        load_choices(l, n, f);
    if (f->type == VALUE_ROWS && !node_get(n, "columns"))
        load_fault(l, "columns_missing", n, "在表单的字段中写明 columns；事实、参数和列不能是 rows",
                   "「%s」没有写明各列", f->id);
    if (node_get(n, "max")) {
        struct value v = value_read(f->type == VALUE_MONEY ? VALUE_MONEY : VALUE_INTEGER, node_get(n, "max"));
        if (!v.known || v.n <= 0)
            load_fault(l, "bad_max", node_get(n, "max"), "写正整数；金额写如 \"20万元\"", "「%s」的上限不合格", f->id);
        else
            f->max = v.n;
    }
    if ((f->type == VALUE_CHOICE || f->type == VALUE_CHOICES) && !f->choice_count)
        load_fault(l, "choices_missing", n, "写明 choices", "「%s」是选择项，却没有选项", f->id);
}

int load_literal(struct load *l, enum value_type type, const struct field *meta, const struct node *n,
                 struct value *ret)
{
    static const char *const HOW[VALUE__MAX] = {[VALUE_TEXT] = "写文字",
                                                [VALUE_LONG_TEXT] = "写文字",
                                                [VALUE_MONEY] = "金额照法规写法，如 \"20万元\"",
                                                [VALUE_BOOLEAN] = "写 true 或 false",
                                                [VALUE_CHOICE] = "写选项的 id",
                                                [VALUE_CHOICES] = "写选项的 id",
                                                [VALUE_DATE] = "日期写如 \"2025-09-22\"",
                                                [VALUE_INTEGER] = "写整数",
                                                [VALUE_ROWS] = "明细只能用 known"};
    enum value_type as = type == VALUE_CHOICES ? VALUE_CHOICE : type;
    struct value v = value_read(as, n);
    const char *label = meta && meta->label ? meta->label : "此项";

    if (type == VALUE_MONEY && n->type == NODE_INT)
        v.known = 0; /* a bare number says no unit */
    if (!v.known) {
        load_fault(l, "ill_typed", n, HOW[type], "「%s」的类型是「%s」，此处的值不合", label, value_type_name(type));
        return 0;
    }
    if (as == VALUE_CHOICE && meta && field_choice(meta, v.s) && field_choice(meta, v.s)->branch) {
        load_fault(l, "branch_as_value", n, "写它下面的一个选项；要包括其下全部的，用 under",
                   "「%s」是一类，不能作为值", field_choice(meta, v.s)->label);
        return 0;
    }
    if (as == VALUE_CHOICE && meta && meta->choice_count && !field_choice(meta, v.s)) {
        struct near near = {.wanted = v.s};
        for (size_t i = 0; i < meta->choice_count; i++)
            near_offer(&near, meta->choices[i].id);
        load_fault(l, "unknown_choice", n, near_mend(l, &near, "使用词表中该事实的选项"), "「%s」没有「%s」这个选项",
                   label, v.s);
        return 0;
    }
    *ret = v;
    return 1;
}

/* tenants/common/interpretation.json beside the vocabulary: rules of reading, cited by id. */
static int load_interpretation(struct load *l, const char *path, const struct node **ret, struct err *e)
{
    const char *slash = strrchr(path, '/');
    const char *file = arena_fmt(l->a, "%.*sinterpretation.json", slash ? (int)(slash - path) + 1 : 0, path);
    const struct node *root = NULL;
    int line = 0, column = 0;
    char *bytes;
    size_t len;

    *ret = NULL;
    if (!file_exists(file))
        return 0;
    l->file = file;
    if (file_read(l->a, file, VOCABULARY_MAX_BYTES, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(l->a, bytes, len, &root, &line, &column, e) < 0) {
        struct node at = {.type = NODE_LIST, .line = line, .column = column};
        load_fault(l, "bad_json", &at, "", "%s", e->message);
        return -1;
    }
    if (!load_members(l, root, SENTENCE_INTERPRETATION))
        return 0;
    *ret = load_list(l, root, "rules", 1);
    for (const struct node *n = node_first(*ret); n; n = n->next)
        if (load_members(l, n, SENTENCE_INTERPRETATION_RULE)) {
            load_id(l, n, "id");
            load_text(l, n, "name");
            load_text(l, n, "source");
            load_text(l, n, "reading");
        }
    return 0;
}

const struct node *vocabulary_reading(const struct vocabulary *v, const char *id)
{
    const struct node *n = node_first(v->interpretation);

    while (n && !text_eq(node_get_str(n, "id"), id))
        n = n->next;
    return n;
}

int vocabulary_load(struct arena *a, const char *path, struct vocabulary **ret, struct findings *f, struct err *e)
{
    struct vocabulary *v = ARENA_NEW(a, struct vocabulary);
    struct load l = {.a = a, .f = f, .file = path, .article = ""};
    int before = f->errors, line = 0, column = 0;
    const struct node *root, *list;
    char *bytes;
    size_t len;

    if (file_read(a, path, VOCABULARY_MAX_BYTES, &bytes, &len, e) < 0)
        return -1;
    if (jsonin_parse(a, bytes, len, &root, &line, &column, e) < 0) {
        struct node at = {.type = NODE_LIST, .line = line, .column = column};
        load_fault(&l, "bad_json", &at, "", "%s", e->message);
        return -1;
    }
    if (load_members(&l, root, SENTENCE_VOCABULARY)) {
        list = load_list(&l, root, "facts", 1);
        v->facts = ARENA_ARRAY(a, struct field, node_count(list) + 1);
        for (const struct node *n = node_first(list); n; n = n->next) {
            struct field *x = &v->facts[v->count];
            if (!load_members(&l, n, SENTENCE_ENTRY))
                continue;
            load_field(&l, n, x);
            for (size_t i = 0; i < v->count; i++)
                if (text_eq(v->facts[i].id, x->id))
                    load_fault(&l, "fact_twice", node_get(n, "id"), "合为一条", "词条「%s」写了两次", x->id);
            v->count++;
        }
    }
    v->file = arena_dup(a, path);
    if (load_interpretation(&l, path, &v->interpretation, e) < 0)
        return -1;
    if (f->errors > before) {
        err_fail(e, ERR_CONFIG, "%s：词表有 %d 处错误", path, f->errors - before);
        return -1;
    }
    *ret = v;
    return 0;
}
